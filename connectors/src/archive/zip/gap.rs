//! Members that only a local header knows.
//!
//! Programs that read a zip from its front find them, those that read its directory do not: what is in the archive would
//! depend on who looks. So a gap between members is looked into, and a local header in it is damage `GAP`. Everything else
//! that lies there is no member and harmless: padding, data descriptors, signing blocks, the program of a self-extracting
//! archive.
//!
//! Gaps of the size that writers leave behind a member (extra fields that only the local header has, a descriptor) are not
//! looked into, for this would be a request a member; nothing larger than a few dozen bytes can hide there. Of a large gap
//! the first mebibyte is read.

use super::super::directory::{Gap, LOCAL_HEADER};
use super::super::names;
use super::{u16_at, u32_at};
use crate::damage::Damage;
use crate::error::Result;
use crate::source::{key_of, read_range};
use futures::stream::{self, StreamExt, TryStreamExt};
use memchr::memmem;
use object_store::ObjectStore;
use object_store::path::Path;
use std::sync::Arc;

/// Bytes of a gap that are looked at.
const LOOK: u64 = 1 << 20;

/// Gaps that are read at the same time.
const AT_ONCE: usize = 8;

/// A local header in a gap: its name, and how far from its start what it describes ends at the earliest.
struct Hidden<'b> {
    name: &'b [u8],
    has_utf8_flag: bool,
    length: usize,
}

/// A row of damage for each local header in these gaps of the zip at `path`.
pub(crate) async fn hidden_members(store: &Arc<dyn ObjectStore>, path: &Path, gaps: Vec<Gap>) -> Result<Vec<Damage>> {
    let found: Vec<Vec<Damage>> =
        stream::iter(gaps).map(|gap| look_into(store, path, gap)).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn look_into(store: &Arc<dyn ObjectStore>, path: &Path, gap: Gap) -> Result<Vec<Damage>> {
    let (mut from, to) = gap.bytes;
    if let Some((header, packed)) = gap.after {
        // Where the member before really ends, its local header says.
        let fixed = read_range(store, path, header..header + LOCAL_HEADER).await?;
        let half = |at| u64::from(u16_at(&fixed, at).unwrap_or_default());
        from = header + LOCAL_HEADER + half(26) + half(28) + packed;
    }
    if to.saturating_sub(from) < LOCAL_HEADER {
        return Ok(Vec::new());
    }
    let bytes = read_range(store, path, from..to.min(from + LOOK)).await?;
    let mut damages = Vec::new();
    let mut at = 0;
    while let Some(next) = memmem::find(bytes.get(at..).unwrap_or_default(), b"PK\x03\x04") {
        at += next;
        let Some(hidden) = local_header(bytes.get(at..).unwrap_or_default()) else {
            at += 4;
            continue;
        };
        let offset = from + at as u64;
        let (name, _) = names::decode(hidden.name, hidden.has_utf8_flag, &[]);
        damages.push(Damage {
            object: key_of(path),
            member: Some(name.into_owned()),
            byte_offset: i64::try_from(offset).ok(),
            ..Damage::new(
                "GAP",
                format!(
                    "a member begins at byte {offset} that the archive's directory does not list; programs that read the \
                     archive from its front would find it. Pack the archive anew"
                ),
            )
        });
        at = at.saturating_add(hidden.length);
    }
    Ok(damages)
}

/// The local header at the start of `bytes`, if it can be one.
fn local_header(bytes: &[u8]) -> Option<Hidden<'_>> {
    let header = usize::try_from(LOCAL_HEADER).ok()?;
    let (version, flags, method) = (u16_at(bytes, 4)?, u16_at(bytes, 6)?, u16_at(bytes, 8)?);
    let (name_len, extra_len) = (usize::from(u16_at(bytes, 26)?), usize::from(u16_at(bytes, 28)?));
    let name = bytes.get(header..header + name_len)?;
    let is_plausible = version & 0xFF < 100 && method < 100 && !name.is_empty();
    // With a descriptor the sizes stand behind the data.
    let packed = if flags & 1 << 3 == 0 { u32_at(bytes, 18)? } else { 0 };
    let length = (header + name_len + extra_len).saturating_add(usize::try_from(packed).unwrap_or(usize::MAX));
    is_plausible.then_some(Hidden { name, has_utf8_flag: flags & 1 << 11 != 0, length })
}
