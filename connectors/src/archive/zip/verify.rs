//! Whether the pieces of a cut archive were joined in the right order.
//!
//! Sizes alone cannot tell: pieces of equal length fit in any order, and the directory, which lies in the last piece,
//! is intact in all of them.

use super::super::Unreadable;
use super::super::directory::{Directory, Member};
use super::local;
use crate::error::Result;
use crate::source::{PieceStart, read_range};
use futures::stream::{self, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Members that are looked at, besides the first one of each piece.
const SAMPLE: usize = 64;

/// Compares local headers with the directory; the first that differs names the piece that does not belong there.
pub(crate) async fn verify_pieces(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    directory: &Directory,
    pieces: &[PieceStart],
) -> Result<(), Unreadable> {
    let mut by_offset: Vec<Member<'_>> =
        directory.members().filter(|member| !directory.is_damaged(member.index as usize)).collect();
    by_offset.sort_by_key(|member| member.header_offset);
    let mut ranks: BTreeSet<usize> = if by_offset.len() <= SAMPLE {
        (0..by_offset.len()).collect()
    } else {
        (0..SAMPLE).map(|step| step * (by_offset.len() - 1) / (SAMPLE - 1)).collect()
    };
    ranks.extend(pieces.iter().map(|piece| by_offset.partition_point(|member| member.header_offset < piece.start)));
    let sample: Vec<&Member<'_>> = ranks.into_iter().filter_map(|rank| by_offset.get(rank)).collect();
    let mut checked = stream::iter(sample)
        .map(|member| async move {
            let start = member.header_offset;
            let header = read_range(store, path, start..start + local::least_len(member)).await?;
            Ok::<_, Unreadable>((member, local::check(&header, member).err()))
        })
        .buffered(16);
    while let Some((member, problem)) = checked.try_next().await? {
        let Some(problem) = problem else { continue };
        // A header across a border: what came before fitted, so it is the later piece that does not.
        let header_end = member.header_offset + local::least_len(member);
        let at = pieces.partition_point(|piece| piece.start < header_end);
        let piece = at.checked_sub(1).and_then(|at| pieces.get(at)).map_or("", |piece| piece.key.as_str());
        return Err(directory
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
