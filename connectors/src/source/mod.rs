//! Which bytes there are, and where they lie.
//!
//! A [`Location`] is a parsed URL with its store. [`list`] names the objects under it, [`resolve`] joins cut archives
//! (`X.zip.part0…N`, `X.z01…X.zip`) and looks into tar files, so that each [`LogicalObject`] is one readable run of
//! bytes, and [`VirtualStore`] offers those as an ordinary `ObjectStore` on which every read is pinned to the etag
//! and size of the listing.
//!
//! - names are kept as they are: `[라벨]`, `~`, `%` and `#` are letters, never syntax
//! - keys are relative to the location's root, so that moving a bucket changes no row
//! - the listing is sorted and taken once; an object that changes afterwards is an error, never a mixture

mod cloud;
mod durable;
mod http;
mod listing;
mod location;
mod logical;
mod parts;
mod pattern;
mod virtual_store;

pub use listing::{Object, is_hidden, list};
pub use location::{Location, StoreSettings};
pub use logical::{LogicalObject, ObjectKind, PieceStart, resolve};
pub use pattern::Pattern;
pub(crate) use virtual_store::read_range;
pub use virtual_store::{Extent, VirtualStore, key_of, path_of, read_error};

#[cfg(test)]
mod tests;
