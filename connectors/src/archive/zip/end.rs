//! The end of a zip: where its central directory lies.
//!
//! Exactly one reading is accepted. An archive that two programs could read differently (two possible end records,
//! bytes in front or behind, 64-bit fields that contradict the 32-bit ones) is damage `AMBIGUOUS`, `HEADER_MISMATCH`
//! or `COUNT_MISMATCH`.

use super::{u16_at, u32_at, u64_at};
use crate::damage::Damage;
use memchr::memmem;
use std::ops::Range;

/// Bytes at the end that are certain to hold all end records: 22 + 65,535 of comment, 20 of locator, 56 of ZIP64
/// record; the rest saves a request where the directory is small.
pub(super) const TAIL: u64 = 128 << 10;

const END: u64 = 22;
const LOCATOR: u64 = 20;
const END64: u64 = 56;

/// What the end records say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Where the central directory lies in the (joined) object.
    pub(super) directory: Range<u64>,
    /// Number of members.
    pub(super) entries: u64,
    /// Whether `entries` has 16 bits only and may have wrapped around.
    pub(super) entries_may_wrap: bool,
}

/// The ZIP64 end record lies before the tail: these bytes are needed as well.
pub(super) struct NeedsEnd64 {
    pub(super) range: Range<u64>,
}

/// The fields of either end record.
struct Fields {
    this_disk: u64,
    directory_disk: u64,
    entries_here: u64,
    entries: u64,
    size: u64,
    offset: u64,
}

/// Reads the end records in `tail`, the last bytes of an object of `size` bytes. `span_starts` are the offsets at
/// which the disks of a spanned archive begin in the joined object; empty for all others.
///
/// `end64` holds the bytes that an earlier call asked for.
pub(super) fn parse(
    tail: &[u8],
    size: u64,
    span_starts: &[u64],
    end64: Option<&[u8]>,
) -> Result<Result<End, NeedsEnd64>, Box<Damage>> {
    let tail_start = size - tail.len() as u64;
    let at = locate(tail)?;
    let position = tail_start + at as u64;
    let record = tail.get(at..).unwrap_or_default();
    let Some(short) = short_fields(record) else { return Err(no_end()) };
    let locator = (at as u64).checked_sub(LOCATOR).and_then(|start| tail.get(usize::try_from(start).ok()?..at));
    let locator = locator.filter(|locator| u32_at(locator, 0) == Some(0x0706_4b50));
    let (fields, directory_end) = match locator {
        None => (short, position),
        Some(locator) => {
            let (Some(disk), Some(offset)) = (u32_at(locator, 4), u64_at(locator, 8)) else { return Err(no_end()) };
            let start = absolute(u64::from(disk), offset, span_starts)
                .filter(|start| start.checked_add(END64).is_some_and(|end| end <= position - LOCATOR))
                .ok_or_else(|| ambiguous("the ZIP64 locator points outside the archive"))?;
            let record = match (start.checked_sub(tail_start), end64) {
                (Some(inside), _) => usize::try_from(inside).ok().and_then(|inside| tail.get(inside..at)),
                (None, Some(bytes)) => Some(bytes),
                (None, None) => return Ok(Err(NeedsEnd64 { range: start..start + END64 })),
            };
            let long = (record.and_then(long_fields))
                .ok_or_else(|| ambiguous("the ZIP64 locator does not point to a ZIP64 end record"))?;
            agree(&short, &long)?;
            (long, start)
        }
    };
    let disks = span_starts.len().max(1) as u64;
    if fields.this_disk + 1 != disks {
        return Err(if fields.this_disk >= disks {
            Damage::new(
                "PART_MISSING",
                format!("the archive is disk {} of a spanned set, but {disks} disks are there", fields.this_disk + 1),
            )
            .into()
        } else {
            let detail = format!("the last piece says that it is disk {} of {disks}", fields.this_disk + 1);
            Damage::new("PART_MISMATCH", detail).into()
        });
    }
    if disks == 1 && fields.entries_here != fields.entries {
        return Err(Damage::new(
            "COUNT_MISMATCH",
            format!("the end record counts {} members here and {} in all", fields.entries_here, fields.entries),
        )
        .into());
    }
    let start = absolute(fields.directory_disk, fields.offset, span_starts)
        .ok_or_else(|| ambiguous("the central directory is said to lie on a disk that does not exist"))?;
    if start.checked_add(fields.size) != Some(directory_end) {
        return Err(ambiguous(&format!(
            "the central directory should be {} bytes at {start}, but ends at {directory_end}: bytes were put in front \
             of the archive, or taken from it",
            fields.size
        )));
    }
    Ok(Ok(End { directory: start..directory_end, entries: fields.entries, entries_may_wrap: locator.is_none() }))
}

/// The position in `tail` of the only end record whose comment ends with the file.
fn locate(tail: &[u8]) -> Result<usize, Box<Damage>> {
    let (mut exact, mut any) = (None, false);
    for at in memmem::find_iter(tail, b"PK\x05\x06") {
        any = true;
        let comment = u16_at(tail, at + 20).map(usize::from);
        if comment.and_then(|len| at.checked_add(22 + len)) != Some(tail.len()) {
            continue;
        }
        if exact.replace(at).is_some() {
            return Err(ambiguous("two end records are possible, one inside the comment of the other"));
        }
    }
    match exact {
        Some(at) => Ok(at),
        None if any => Err(ambiguous("bytes follow the end record, or its comment is cut")),
        None => Err(no_end()),
    }
}

fn short_fields(record: &[u8]) -> Option<Fields> {
    Some(Fields {
        this_disk: u16_at(record, 4)?.into(),
        directory_disk: u16_at(record, 6)?.into(),
        entries_here: u16_at(record, 8)?.into(),
        entries: u16_at(record, 10)?.into(),
        size: u32_at(record, 12)?.into(),
        offset: u32_at(record, 16)?.into(),
    })
}

fn long_fields(record: &[u8]) -> Option<Fields> {
    (u32_at(record, 0)? == 0x0606_4b50).then_some(())?;
    Some(Fields {
        this_disk: u32_at(record, 16)?.into(),
        directory_disk: u32_at(record, 20)?.into(),
        entries_here: u64_at(record, 24)?,
        entries: u64_at(record, 32)?,
        size: u64_at(record, 40)?,
        offset: u64_at(record, 48)?,
    })
}

/// A short field that is not all ones must say the same as the long one.
fn agree(short: &Fields, long: &Fields) -> Result<(), Box<Damage>> {
    let (word, double) = (u64::from(u16::MAX), u64::from(u32::MAX));
    let pairs = [
        ("disk", short.this_disk, long.this_disk, word),
        ("disk of the directory", short.directory_disk, long.directory_disk, word),
        ("number of members here", short.entries_here, long.entries_here, word),
        ("number of members", short.entries, long.entries, word),
        ("size of the directory", short.size, long.size, double),
        ("offset of the directory", short.offset, long.offset, double),
    ];
    match pairs.iter().find(|(_, short, long, all_ones)| short != all_ones && short != long) {
        None => Ok(()),
        Some((what, short, long, _)) => {
            let detail = format!("{what}: the end record says {short}, its ZIP64 form {long}");
            Err(Damage::new("HEADER_MISMATCH", detail).into())
        }
    }
}

/// The offset in the joined object of `offset` on `disk`; none for a disk that is not there.
pub(super) fn absolute(disk: u64, offset: u64, span_starts: &[u64]) -> Option<u64> {
    match (span_starts, disk) {
        ([], 0) => Some(offset),
        _ => span_starts.get(usize::try_from(disk).ok()?)?.checked_add(offset),
    }
}

fn ambiguous(detail: &str) -> Box<Damage> {
    Damage::new("AMBIGUOUS", detail).into()
}

fn no_end() -> Box<Damage> {
    Damage::new("TRUNCATED", "no end record: the archive is cut off, or is no zip").into()
}

/// Whether `size` bytes can hold a zip at all.
pub(super) fn check_size(size: u64) -> Result<(), Box<Damage>> {
    match size {
        0 => Err(Damage::new("EMPTY", "the object has no bytes").into()),
        1..END => Err(no_end()),
        _ => Ok(()),
    }
}
