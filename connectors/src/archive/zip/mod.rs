//! Zip archives: the central directory, and members read by range.
//!
//! The central directory is the only truth: what merely lies between members is not read, a local header that contradicts
//! its directory entry makes the member damaged, and one that no entry leads to is damage of its own (`GAP`).

mod central;
mod end;
mod gap;
mod local;
mod reader;
mod verify;

pub(crate) use central::held_directory;
#[cfg(test)]
pub(crate) use central::read_directory;
pub(super) use central::{Segment, read_segments, scan_directory};
pub(super) use gap::hidden_members;
pub(crate) use local::held_data;
pub use reader::ZipReader;
pub(super) use verify::verify_pieces;

/// Little-endian integer of `N` bytes at `at`.
fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes_at(bytes, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes_at(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes_at(bytes, at).map(u64::from_le_bytes)
}

/// The extra fields in `extra`: identifier and content. A field that runs past the end is left out.
pub(super) fn extra_fields(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (id, len) = (u16_at(extra, 0)?, usize::from(u16_at(extra, 2)?));
        let content = extra.get(4..4 + len)?;
        extra = extra.get(4 + len..)?;
        Some((id, content))
    })
}
