//! Archives, read in place: no member is ever unpacked to disk.
//!
//! [`open_archive`] reads the list of members of a zip or tar by range requests, [`cut`] divides the members of
//! many archives into units of work, an [`ArchiveIndex`] finds the members of a unit again, and a [`MemberReader`] hands
//! out the decoded bytes of chosen members as a sequence of [`Piece`]s.
//!
//! - a member is delivered whole and checked, or its damage is named with a stable code; never silently shortened
//! - damage of one member does not stop the others; only a store that fails ends a reader with an error
//! - names are data: they are decoded, compared and reported, but never used as a path

mod directory;
mod fetch;
mod index;
mod inflate;
mod names;
mod plain;
mod selection;
mod tar;
mod units;
mod unpack;
mod zip;

pub use directory::{Container, Directory, Member, NameEncoding};
pub use fetch::ReadDigest;
pub use index::{ArchiveIndex, Opened, Opening, open_archive};
pub use plain::PlainReader;
pub use selection::Selection;
pub(crate) use tar::{Scanned, TarEntry, directory_of as tar_directory, scan as scan_tar};
pub use units::{Gathered, ObjectMembers, Slice, Together, Unit, cut};
pub use zip::ZipReader;
#[cfg(test)]
pub(crate) use zip::read_directory;
pub(crate) use zip::{held_data, held_directory};

use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::source::{LogicalObject, path_of};
use bytes::Bytes;
use object_store::ObjectStore;
use std::sync::Arc;

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The archive itself is damaged: one row of the quarantine, and the run goes on.
    #[error("{0}")]
    Damaged(Box<Damage>),
    /// The store failed, or the input changed while it was read.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Damage> for Unreadable {
    fn from(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}

/// One step of reading members. Each member gives `Begin`, any number of `Bytes`, and then one of `End` and `Damaged`.
///
/// The number is the member's position in its [`Directory`]; 0 for a plain object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A member begins.
    Begin(usize),
    /// Its next decoded bytes, never empty.
    Bytes(Bytes),
    /// The member is complete, its size and checksum are right.
    End(usize),
    /// The member cannot be read further. Bytes delivered before are what could be decoded up to `byte_offset`; with
    /// code `CRC` they are all there but wrong somewhere, and with every code it is the caller who decides whether
    /// to keep what came before. Reading goes on with the next member.
    Damaged(usize, Box<Damage>),
}

/// Limits and buffer sizes of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// Bytes of one range request at most.
    pub window_bytes: u64,
    /// Bytes asked for ahead of use, together; at least one window is always in flight.
    pub read_ahead_bytes: u64,
    /// Members of at most this many decoded bytes are decoded in one go and checked before any byte is delivered.
    pub small_member_limit: u64,
    /// What members may ask for: size, ratio, headers, windows.
    pub limits: Limits,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            window_bytes: 8 << 20,
            read_ahead_bytes: 32 << 20,
            small_member_limit: 8 << 20,
            limits: Limits::default(),
        }
    }
}

/// Reads members of an archive, or a plain object as its only member.
#[derive(Debug)]
pub enum MemberReader {
    /// Members of a zip or tar.
    Zip(Box<ZipReader>),
    /// One plain object.
    Plain(Box<PlainReader>),
}

impl MemberReader {
    /// A reader of `members`, positions in `directory`, of `object`; of the object itself where there is no
    /// directory. `store` is the [`VirtualStore`](crate::source::VirtualStore) that holds it. Must be made within the
    /// runtime that it shall use.
    pub fn new(
        store: Arc<dyn ObjectStore>,
        object: &LogicalObject,
        directory: Option<Arc<Directory>>,
        members: Vec<usize>,
        options: ReadOptions,
    ) -> Self {
        let path = path_of(&object.key);
        match directory {
            Some(directory) => Self::Zip(Box::new(ZipReader::new(store, path, directory, members, options))),
            None => Self::Plain(Box::new(PlainReader::new(store, path, object.size, options))),
        }
    }

    /// The digest of the bytes that were read so far.
    pub fn digest(&self) -> ReadDigest {
        match self {
            Self::Zip(reader) => reader.digest(),
            Self::Plain(reader) => reader.digest(),
        }
    }

    /// The next piece; none at the end.
    ///
    /// Fails only where the store does, or where the input has changed since it was listed (kind `Data`). After an
    /// error the reader is of no further use.
    pub async fn next(&mut self) -> Result<Option<Piece>> {
        match self {
            Self::Zip(reader) => reader.next().await,
            Self::Plain(reader) => reader.next().await,
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
