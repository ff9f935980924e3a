//! Local headers: each member's own statement, compared with the central directory's.

use super::super::directory::{LOCAL_HEADER, Member};
use super::central::wide_fields;
use super::{u16_at, u32_at};
use std::ops::Range;

/// Bytes of the local header of `member`, at least: fixed fields and name.
pub(super) fn least_len(member: &Member<'_>) -> u64 {
    LOCAL_HEADER + member.raw_name.len() as u64
}

/// Where the packed bytes of `member` lie in a zip whose `bytes` are all in memory. The error says what is wrong.
pub(crate) fn held_data(bytes: &[u8], member: &Member<'_>) -> Result<Range<usize>, String> {
    let outside = || "it runs past the end of the zip".to_owned();
    let start = usize::try_from(member.header_offset).map_err(|_| outside())?;
    let header = bytes.get(start..).ok_or_else(outside)?;
    let data = usize::try_from(check(header, member)?).ok().and_then(|length| start.checked_add(length));
    let length = usize::try_from(member.compressed_size).ok();
    let range = data.zip(length).and_then(|(data, length)| Some(data..data.checked_add(length)?));
    range.filter(|range| range.end <= bytes.len()).ok_or_else(outside)
}

/// Checks the local header at the start of `bytes` against the directory's entry.
///
/// Gives the offset of the member's data from its header; needs [`least_len`] bytes, and the extra fields where
/// sizes are in ZIP64 form. The error says what differs.
pub(super) fn check(bytes: &[u8], member: &Member<'_>) -> Result<u64, String> {
    let header = usize::try_from(LOCAL_HEADER).unwrap_or(30);
    if u32_at(bytes, 0) != Some(0x0403_4b50) {
        return Err("there is no local header where the directory says".to_owned());
    }
    let half = |at| u16_at(bytes, at).unwrap_or_default();
    let word = |at| u32_at(bytes, at).unwrap_or_default();
    let (name_len, extra_len) = (usize::from(half(26)), usize::from(half(28)));
    if bytes.get(header..header + name_len) != Some(member.raw_name) {
        return Err("the local header has another name than the directory".to_owned());
    }
    if half(8) != member.method {
        return Err(format!("the local header says method {}, the directory {}", half(8), member.method));
    }
    if half(6) & 1 != member.flags & 1 {
        return Err("local header and directory disagree on encryption".to_owned());
    }
    // With a data descriptor (bit 3) sizes and checksum follow the data; the directory's are used.
    let has_descriptor = half(6) & 1 << 3 != 0;
    let extra_start = header + name_len;
    if !has_descriptor && let Some(extra) = bytes.get(extra_start..extra_start + extra_len) {
        let (sizes, agrees) = wide_fields(word(22), word(18), 0, 0, extra);
        if !agrees || sizes.uncompressed != member.uncompressed_size || sizes.compressed != member.compressed_size {
            return Err(format!(
                "the local header says {} bytes, packed {}; the directory {}, packed {}",
                sizes.uncompressed, sizes.compressed, member.uncompressed_size, member.compressed_size
            ));
        }
        if member.crc32 != Some(word(14)) {
            return Err("the local header has another checksum than the directory".to_owned());
        }
    }
    Ok((extra_start + extra_len) as u64)
}
