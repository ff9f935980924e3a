//! Whether the pieces of a cut archive were joined in the right order.
//!
//! Sizes alone cannot tell: pieces of equal length fit in any order, and the directory, which lies in the last piece,
//! is intact in all of them.

use super::super::directory::{Container, Directory};
use super::super::{ArchiveIndex, Unreadable};
use super::local;
use crate::error::Result;
use crate::source::{LogicalObject, path_of, read_range};
use futures::stream::{self, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes behind the start of a piece within which its first member is looked for in the directory.
const NEAR: u64 = 4 << 20;

/// Members that are looked at, besides the first one of each piece.
const SAMPLE: usize = 64;

/// Compares local headers with the directory; the first that differs names the piece that does not belong there.
pub(crate) async fn verify_pieces(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    index: &ArchiveIndex,
) -> Result<(), Unreadable> {
    let (path, pieces) = (path_of(&object.key), &object.pieces);
    let spread = index.spread(SAMPLE);
    let each = SAMPLE.div_ceil(spread.len().max(1));
    let starts = pieces.iter().map(|piece| (piece.start, 1));
    // Each by itself: a piece of a directory is much more than the member that is wanted of it.
    let mut sample: BTreeMap<(u64, u32), Directory> = BTreeMap::new();
    for (start, count) in spread.into_iter().map(|start| (start, each)).chain(starts) {
        // The first member of a piece may be listed behind the segment that begins before it.
        let near = start..start.saturating_add(NEAR);
        let directory = index.read(store, object, &near).await?;
        let chosen = directory.select(&(start..u64::MAX), |_| true);
        let step = chosen.len().div_ceil(count).max(1);
        let last = chosen.last().filter(|_| count > 1);
        for position in chosen.iter().step_by(step).take(count).chain(last) {
            let Some(member) = directory.member(*position) else { continue };
            let mut only = Directory::new(object.key.clone(), Container::Zip, directory.data_end());
            only = only.starting_at(member.index);
            only.push(member, None).map_err(Unreadable::Damaged)?;
            sample.insert((member.header_offset, member.index), only);
        }
    }
    let path = &path;
    let mut checked = stream::iter(sample.into_values())
        .map(|only| async move {
            let Some(member) = only.member(0) else { return Ok(None) };
            let start = member.header_offset;
            let header = read_range(store, path, start..start + local::least_len(&member)).await?;
            let problem = local::check(&header, &member).err();
            Ok::<_, Unreadable>(problem.map(|problem| (problem, only)))
        })
        .buffered(16);
    while let Some(found) = checked.try_next().await? {
        let Some((problem, only)) = found else { continue };
        let Some(member) = only.member(0) else { continue };
        // A header across a border: what came before fitted, so it is the later piece that does not.
        let header_end = member.header_offset + local::least_len(&member);
        let at = pieces.partition_point(|piece| piece.start < header_end);
        let piece = at.checked_sub(1).and_then(|at| pieces.get(at)).map_or("", |piece| piece.key.as_str());
        return Err(only
            .damaged(
                "PART_MISMATCH",
                format!(
                    "'{piece}' is not the piece that belongs at its place, or one before it has the wrong length: \
                     {problem} (member '{}', byte {})",
                    member.name, member.header_offset
                ),
            )
            .into());
    }
    Ok(())
}
