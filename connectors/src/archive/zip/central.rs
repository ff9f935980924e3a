//! The central directory, read in windows and kept compactly.

use super::super::Unreadable;
use super::super::directory::{Container, Directory, Gap, Member, Problem};
use super::super::names;
use super::end::{self, End, TAIL, absolute};
use super::{extra_fields, u16_at, u32_at, u64_at};
use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::limits::{Limits, length};
use crate::source::{key_of, read_range};
use futures::stream::{self, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of the directory that one request asks for.
const WINDOW: u64 = 1 << 20;

/// Bytes of an entry before name, extra fields and comment.
const ENTRY: usize = 46;

/// Gaps of an archive that are looked into.
const MAX_GAPS: usize = 256;

/// Where a run of entries lies: enough to find it again without reading what is before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Bytes of the entries in the (joined) object.
    pub(crate) entries: Range<u64>,
    /// Index of the first of them.
    pub(crate) first: u32,
    /// Offset of the first one's local header.
    pub(crate) offset: u64,
}

/// Reads the directory of the zip at `path`, an object of `size` bytes in `store`, in pieces of about `segment_bytes`.
///
/// `span_starts` are the offsets at which the disks of a spanned archive (`X.z01…`) begin in the joined object, the
/// first being 0; empty for all others. Takes one request for small archives; a large directory is read in windows
/// and parsed as it comes. What is wrong with single members is told by [`Directory::damages`]; members that overlap
/// are only all found where the pieces [are in order](Directory::is_in_order), or where there is one.
///
/// Gives the first gaps between members that are larger than what writers leave.
///
/// Fails with damage `EMPTY`, `TRUNCATED`, `AMBIGUOUS`, `COUNT_MISMATCH`, `HEADER_MISMATCH`, `PART_MISSING`,
/// `PART_MISMATCH`, `MEMBER_LIMIT` or `SIZE_LIMIT` where there is no directory to trust, possibly after some of it was
/// taken by `each`.
pub(crate) async fn scan_directory(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    size: u64,
    span_starts: &[u64],
    (segment_bytes, limits): (u64, &Limits),
    mut each: impl FnMut(Segment, Directory),
) -> Result<Vec<Gap>, Unreadable> {
    let key = key_of(path);
    let place = |mut damage: Box<Damage>| {
        damage.object.clone_from(&key);
        Unreadable::Damaged(damage)
    };
    end::check_size(size).map_err(place)?;
    let tail_start = size.saturating_sub(TAIL);
    let tail = read_range(store, path, tail_start..size).await?;
    let end = match end::parse(&tail, size, span_starts, None).map_err(place)? {
        Ok(end) => end,
        Err(needs) => {
            let record = read_range(store, path, needs.range).await?;
            match end::parse(&tail, size, span_starts, Some(&record)).map_err(place)? {
                Ok(end) => end,
                Err(_) => return Err(place(Damage::new("AMBIGUOUS", "the ZIP64 end record cannot be found").into())),
            }
        }
    };
    let start = end.directory.start;
    let directory = Directory::new(key.clone(), Container::Zip, start);
    let mut parser = Parser::new(directory, span_starts, start, limits);
    let inside = (end.directory.start.checked_sub(tail_start)).zip(end.directory.end.checked_sub(tail_start));
    if let Some((start, stop)) =
        inside.and_then(|(start, stop)| usize::try_from(start).ok().zip(usize::try_from(stop).ok()))
    {
        let bytes = tail.get(start..stop).unwrap_or_default();
        let used = parser.consume(bytes).map_err(place)?;
        parser.finish(bytes.get(used..).unwrap_or_default(), &end).map_err(place)?;
    } else {
        let windows = (end.directory.start..end.directory.end).step_by(WINDOW as usize);
        let last = end.directory.end;
        let mut chunks =
            stream::iter(windows).map(|start| read_range(store, path, start..last.min(start + WINDOW))).buffered(4);
        let mut pending = Vec::new();
        while let Some(chunk) = chunks.try_next().await? {
            pending.extend_from_slice(&chunk);
            let used = parser.consume(&pending).map_err(place)?;
            pending.drain(..used);
            if parser.at - parser.start >= segment_bytes && parser.directory.len() > 1 {
                let (segment, directory) = parser.split().map_err(place)?;
                each(segment, directory);
            }
        }
        parser.finish(&pending, &end).map_err(place)?;
    }
    let Parser { directory, mut gaps, start, at, .. } = parser;
    let directory = directory.finish();
    gaps.take(&directory, true);
    each(segment_of(&directory, start..at), directory);
    Ok(gaps.found)
}

/// The whole directory; see [`scan_directory`].
#[cfg(test)]
pub(crate) async fn read_directory(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    size: u64,
    span_starts: &[u64],
) -> Result<Directory, Unreadable> {
    let mut whole = None;
    let limits = Limits::default();
    let each = |_, directory| whole = Some(directory);
    scan_directory(store, path, size, span_starts, (u64::MAX, &limits), each).await?;
    whole.ok_or_else(|| Unreadable::Failed(Error::internal(format!("'{path}' gave no directory"))))
}

/// Reads entries again that an earlier [`scan_directory`] found, within the same limits; `data_end` is where the data of
/// members ends.
pub(crate) async fn read_segments(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    segments: &[Segment],
    data_end: u64,
    span_starts: &[u64],
    limits: &Limits,
) -> Result<Directory> {
    let key = key_of(path);
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return Ok(Directory::new(key, Container::Zip, data_end));
    };
    let (start, end) = (first.entries.start, last.entries.end);
    let directory = Directory::new(key.clone(), Container::Zip, data_end).starting_at(first.first);
    let mut parser = Parser::new(directory, span_starts, start, limits);
    // The bytes are those of the same state of the object, which the store vouches for.
    let changed = |_: Box<Damage>| Error::data(format!("INPUT_CHANGED: the directory of '{key}' is not what it was"));
    let windows = (start..end).step_by(WINDOW as usize);
    let mut chunks =
        stream::iter(windows).map(|start| read_range(store, path, start..end.min(start + WINDOW))).buffered(4);
    let mut pending = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        pending.extend_from_slice(&chunk);
        let used = parser.consume(&pending).map_err(changed)?;
        pending.drain(..used);
    }
    Ok(parser.directory.finish())
}

/// The directory of a zip whose `bytes` are all in memory.
///
/// Fails as [`scan_directory`] does.
pub(crate) fn held_directory(bytes: &[u8], limits: &Limits) -> Result<Directory, Box<Damage>> {
    let size = bytes.len() as u64;
    end::check_size(size)?;
    let part = |range: Range<u64>| {
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        bytes.get(start..end)
    };
    let tail = part(size.saturating_sub(TAIL)..size).unwrap_or_default();
    let end = match end::parse(tail, size, &[], None)? {
        Ok(end) => end,
        Err(needs) => end::parse(tail, size, &[], part(needs.range))?
            .map_err(|_| Damage::new("AMBIGUOUS", "the ZIP64 end record cannot be found"))?,
    };
    let start = end.directory.start;
    let mut parser = Parser::new(Directory::new(String::new(), Container::Zip, start), &[], start, limits);
    let entries = part(end.directory.clone()).unwrap_or_default();
    let used = parser.consume(entries)?;
    parser.finish(entries.get(used..).unwrap_or_default(), &end)?;
    Ok(parser.directory.finish())
}

fn segment_of(directory: &Directory, entries: Range<u64>) -> Segment {
    let offset = directory.member(0).map_or(0, |member| member.header_offset);
    Segment { entries, first: directory.first(), offset }
}

/// The first gaps of an archive.
#[derive(Default)]
struct Gaps {
    found: Vec<Gap>,
    any: bool,
}

impl Gaps {
    fn take(&mut self, directory: &Directory, is_last: bool) {
        let from = (!std::mem::replace(&mut self.any, true)).then_some(0);
        self.found.extend(directory.gaps(from, is_last).take(MAX_GAPS - self.found.len()));
    }
}

struct Parser {
    directory: Directory,
    span_starts: Vec<u64>,
    limits: Limits,
    // Bytes that the members claim to have.
    claimed: u64,
    gaps: Gaps,
    // Where the directory's first entry lies in the object, where the next one begins, and where the last one began.
    start: u64,
    at: u64,
    last: u64,
}

impl Parser {
    fn new(directory: Directory, span_starts: &[u64], start: u64, limits: &Limits) -> Self {
        Self {
            directory: directory.within(limits),
            span_starts: span_starts.to_vec(),
            limits: *limits,
            claimed: 0,
            gaps: Gaps::default(),
            start,
            at: start,
            last: start,
        }
    }

    /// Gives the members so far, but keeps the last one: whether it runs into the next one is not known yet.
    fn split(&mut self) -> Result<(Segment, Directory), Box<Damage>> {
        let empty = Directory::new(String::new(), Container::Zip, 0);
        let mut directory = std::mem::replace(&mut self.directory, empty).finish();
        self.gaps.take(&directory, false);
        self.directory = directory.split_last()?;
        let segment = segment_of(&directory, self.start..self.last);
        self.start = self.last;
        Ok((segment, directory))
    }

    /// Takes as many whole entries as `bytes` hold; gives the number of bytes taken.
    fn consume(&mut self, bytes: &[u8]) -> Result<usize, Box<Damage>> {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| rest.len() >= 4) {
            match u32_at(rest, 0) {
                Some(0x0201_4b50) => match self.entry(rest)? {
                    Some(len) => {
                        used += len;
                        self.last = self.at;
                        self.at += len as u64;
                    }
                    None => break,
                },
                // A digital signature closes the directory.
                Some(0x0505_4b50) => break,
                _ => {
                    return Err(Damage::new(
                        "HEADER_MISMATCH",
                        format!("the central directory is broken after {} members", self.count()),
                    )
                    .into());
                }
            }
        }
        Ok(used)
    }

    /// Members so far.
    fn count(&self) -> u64 {
        u64::from(self.directory.first()) + self.directory.len() as u64
    }

    /// Checks what is left over, and the number of members.
    fn finish(&self, rest: &[u8], end: &End) -> Result<(), Box<Damage>> {
        let found = self.count();
        if !rest.is_empty() && u32_at(rest, 0) != Some(0x0505_4b50) {
            return Err(Damage::new("TRUNCATED", format!("the central directory ends within member {found}")).into());
        }
        let wraps = end.entries_may_wrap && found > u64::from(u16::MAX) && found & 0xFFFF == end.entries;
        if found != end.entries && !wraps {
            return Err(Damage::new(
                "COUNT_MISMATCH",
                format!("the end record counts {} members, the central directory holds {found}", end.entries),
            )
            .into());
        }
        Ok(())
    }

    /// Adds the entry at the start of `bytes`; gives its length, or none where it is not all there yet.
    fn entry(&mut self, bytes: &[u8]) -> Result<Option<usize>, Box<Damage>> {
        let Some((fields, rest)) = bytes.split_at_checked(ENTRY) else { return Ok(None) };
        let half = |at| u16_at(fields, at).unwrap_or_default();
        let word = |at| u32_at(fields, at).unwrap_or_default();
        let (name_len, extra_len, comment_len) = (half(28), half(30), half(32));
        let (name_len, comment_len) = (usize::from(name_len), usize::from(comment_len));
        let Some((raw_name, rest)) = rest.split_at_checked(name_len) else { return Ok(None) };
        let Some((extra, rest)) = rest.split_at_checked(usize::from(extra_len)) else { return Ok(None) };
        if rest.len() < comment_len {
            return Ok(None);
        }
        let (made_by, flags, method) = (half(4), half(8), half(10));
        let (sizes, agrees) = wide_fields(word(24), word(20), word(42), half(34), extra);
        self.check_limits(sizes.uncompressed)?;
        self.check_disk(&sizes)?;
        let header_offset = absolute(sizes.disk, sizes.offset, &self.span_starts);
        let (name, encoding) = names::decode(raw_name, flags & 1 << 11 != 0, extra);
        let is_dir = name.ends_with('/') && sizes.uncompressed == 0 || name.is_empty() && raw_name.ends_with(b"/");
        let problem = if !agrees {
            Some(Problem::HeaderMismatch)
        } else if header_offset.is_none() {
            Some(Problem::Truncated)
        } else if name_len > length(self.limits.name_length) {
            Some(Problem::Name)
        } else if is_dir {
            names::is_unsafe(&name).then_some(Problem::Path).filter(|_| !name.is_empty())
        } else if names::is_unsafe(&name) || raw_name.contains(&0) {
            Some(Problem::Path)
        } else if is_special(made_by, word(38)) {
            Some(Problem::Link)
        } else if flags & (1 | 1 << 6 | 1 << 13) != 0 || method == 99 {
            Some(Problem::Encrypted)
        } else if !matches!(method, 0 | 8) {
            Some(Problem::Method)
        } else if method == 0 && sizes.compressed != sizes.uncompressed {
            Some(Problem::SizeMismatch)
        } else {
            None
        };
        let member = Member {
            index: 0,
            name: &name,
            raw_name,
            encoding,
            method,
            flags,
            crc32: Some(word(16)),
            compressed_size: sizes.compressed,
            uncompressed_size: sizes.uncompressed,
            header_offset: header_offset.unwrap_or(u64::MAX),
            is_dir,
            extra_len,
        };
        self.directory.push(member, problem)?;
        Ok(Some(ENTRY + name_len + usize::from(extra_len) + comment_len))
    }
}

impl Parser {
    /// Counts one more member of `size` bytes.
    fn check_limits(&mut self, size: u64) -> Result<(), Box<Damage>> {
        self.claimed = self.claimed.saturating_add(size);
        let (code, detail) = if self.count() >= self.limits.members {
            ("MEMBER_LIMIT", format!("the archive has too many members ({})", self.limits.told("members")))
        } else if self.claimed > self.limits.total_size {
            let told = self.limits.told("total_size");
            (
                "SIZE_LIMIT",
                format!("the members of the archive claim to hold more bytes than allowed together ({told})"),
            )
        } else {
            return Ok(());
        };
        Err(Damage::new(code, detail).into())
    }

    /// A member that begins behind the end of its disk shows that the disk is not all there.
    fn check_disk(&self, place: &Wide) -> Result<(), Box<Damage>> {
        let disk = usize::try_from(place.disk).unwrap_or(usize::MAX);
        let next = self.span_starts.get(disk.saturating_add(1));
        let Some((start, end)) = self.span_starts.get(disk).zip(next) else { return Ok(()) };
        if place.offset < end - start {
            return Ok(());
        }
        let detail = format!(
            "piece {} ('.z{:02}') has {} bytes, and a member should begin at its byte {}: the piece is not complete, or \
             still being uploaded",
            disk + 1,
            disk + 1,
            end - start,
            place.offset
        );
        Err(Damage::new("PART_MISMATCH", detail).into())
    }
}

/// Sizes and place of a member after the ZIP64 field has had its say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wide {
    pub(super) uncompressed: u64,
    pub(super) compressed: u64,
    pub(super) offset: u64,
    pub(super) disk: u64,
}

/// Fields that are all ones stand in the ZIP64 extra field, in this order. Some writers put sizes there that fit
/// into 32 bits as well: they must then agree, or else two programs read two different members.
pub(super) fn wide_fields(uncompressed: u32, compressed: u32, offset: u32, disk: u16, extra: &[u8]) -> (Wide, bool) {
    let field = extra_fields(extra).find(|(id, _)| *id == 1).map(|(_, content)| content);
    let needs = [uncompressed, compressed, offset].map(|value| value == u32::MAX);
    let mut wide = Wide {
        uncompressed: uncompressed.into(),
        compressed: compressed.into(),
        offset: offset.into(),
        disk: disk.into(),
    };
    let Some(field) = field else {
        // Without the field, all ones is a size only by accident of a file of exactly 4 GiB - 1; refuse to guess.
        return (wide, !needs.contains(&true) && disk != u16::MAX);
    };
    let needed = needs.iter().filter(|need| **need).count() * 8 + if disk == u16::MAX { 4 } else { 0 };
    let mut agrees = field.len() >= needed;
    // A longer field than needed holds the unneeded values too, at their places; four bytes more are the disk.
    let holds_all = field.len() >= needed + 8;
    let mut at = 0;
    for (need, value) in needs.iter().zip([&mut wide.uncompressed, &mut wide.compressed, &mut wide.offset]) {
        if *need || holds_all {
            if let Some(long) = u64_at(field, at) {
                agrees &= *need || long == *value;
                if *need {
                    *value = long;
                }
                at += 8;
            } else {
                agrees &= !*need;
            }
        }
    }
    if disk == u16::MAX {
        match u32_at(field, at) {
            Some(long) => wide.disk = long.into(),
            None => agrees = false,
        }
    }
    (wide, agrees)
}

/// Links, devices and pipes, as Unix (3) and macOS (19) store them in the upper half of the external attributes.
fn is_special(made_by: u16, external: u32) -> bool {
    let kind = external >> 28;
    matches!(made_by >> 8, 3 | 19) && !matches!(kind, 0 | 0x4 | 0x8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip64(values: &[u64]) -> Vec<u8> {
        let mut field = vec![1, 0];
        field.extend(u16::try_from(values.len() * 8).unwrap().to_le_bytes());
        values.iter().for_each(|value| field.extend(value.to_le_bytes()));
        field
    }

    #[test]
    fn wide_fields_in_order() {
        let all = u32::MAX;
        let (wide, agrees) = wide_fields(all, all, all, 0, &zip64(&[5 << 32, 4 << 32, 3 << 32]));
        assert!(agrees);
        assert_eq!((wide.uncompressed, wide.compressed, wide.offset), (5 << 32, 4 << 32, 3 << 32));
        let (wide, agrees) = wide_fields(7, 7, all, 0, &zip64(&[3 << 32]));
        assert!(agrees);
        assert_eq!((wide.uncompressed, wide.offset), (7, 3 << 32));
        assert!(wide_fields(7, 6, 1, 0, &zip64(&[7, 6])).1);
        assert!(!wide_fields(7, 6, 1, 0, &zip64(&[8, 6])).1);
        assert!(!wide_fields(all, 6, 1, 0, &[]).1);
        assert!(!wide_fields(all, all, 1, 0, &zip64(&[1])).1);
        assert!(wide_fields(7, 6, all, 0, &zip64(&[7, 6, 9])).1);
    }
}
