//! What AI Hub and its users write down about data sets: parsers of text, pages, tables and listings.
//!
//! Nothing here reads files or the network; bytes and names come in, plain structs go out.
//!
//! - [`dataset`]: a data set and a file of the catalogue, and the problems met on the way to them
//! - [`list`] and [`tree`]: the answers of AI Hub's interface: all sets, and the files of one
//! - [`detail`]: saved pages of single sets
//! - [`columns`] and [`table`]: tables with headers in any wording, Korean or English
//! - [`layout`]: a listing of objects that lie as AI Hub hands them out
//! - [`builtin`]: the catalogue that is shipped, and what it cannot hold
//! - [`path`] and [`pieces`]: what names of folders, archives and their pieces tell
//! - [`values`] and [`text`]: numbers, sizes, dates; encodings
//!
//! Whatever is read is accounted for: of each import, `read` is the number of items and of problems together.

pub mod builtin;
pub mod columns;
pub mod dataset;
pub mod detail;
mod html;
pub mod layout;
pub mod list;
pub mod path;
pub mod pieces;
pub mod table;
pub mod text;
pub mod tree;
pub mod values;

#[cfg(test)]
mod tests;
