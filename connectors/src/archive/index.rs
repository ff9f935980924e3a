//! The members of an archive, to be found again without holding them all: archives of millions of members occur, and a
//! unit needs only its own.

use super::Unreadable;
use super::directory::Directory;
use super::zip::{self, Segment};
use crate::damage::Damage;
use crate::error::Result;
use crate::source::{LogicalObject, ObjectKind, path_of};
use object_store::ObjectStore;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a central directory that are looked at together, at least.
const SEGMENT: u64 = 512 << 10;

/// Where the members of one archive are listed.
#[derive(Debug, Clone)]
pub struct ArchiveIndex {
    members: u64,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    /// In memory: small directories, tars (whose members are known from a scan of the whole), and zips whose members do
    /// not lie in the order of their directory.
    Held(Arc<Directory>),
    /// In the archive, whose members lie in the order of the directory.
    Stored {
        segments: Arc<[Segment]>,
        /// Indices, ascending, of members that share bytes with another one.
        overlapping: Arc<[u32]>,
        data_end: u64,
    },
}

impl ArchiveIndex {
    /// Number of members, folders and damaged ones included.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// Bytes of memory that the index holds.
    pub fn memory_size(&self) -> usize {
        match &self.place {
            Place::Held(directory) => directory.memory_size(),
            Place::Stored { segments, overlapping, .. } => {
                segments.len() * size_of::<Segment>() + overlapping.len() * size_of::<u32>()
            }
        }
    }

    /// The members whose headers lie in `range`, and some of their neighbours. `store` holds `object`.
    ///
    /// # Errors
    /// When the store fails, or the archive is no longer what it was.
    pub async fn read(
        &self,
        store: &Arc<dyn ObjectStore>,
        object: &LogicalObject,
        range: &Range<u64>,
    ) -> Result<Arc<Directory>> {
        let (segments, overlapping, data_end) = match &self.place {
            Place::Held(directory) => return Ok(Arc::clone(directory)),
            Place::Stored { segments, overlapping, data_end } => (segments, overlapping, *data_end),
        };
        // Members of one offset may stand on both sides of a border.
        let from = segments.partition_point(|segment| segment.offset < range.start).saturating_sub(1);
        let to = segments.partition_point(|segment| segment.offset < range.end).max(from);
        let wanted = segments.get(from..to).unwrap_or_default();
        let path = path_of(&object.key);
        let mut directory = zip::read_segments(store, &path, wanted, data_end, &object.span_starts).await?;
        directory.mark_overlapping(overlapping);
        Ok(Arc::new(directory))
    }

    /// Places from which the order of an archive's pieces can be told: the starts of up to `count` segments.
    pub(crate) fn spread(&self, count: usize) -> Vec<u64> {
        match &self.place {
            Place::Held(_) => vec![0],
            Place::Stored { segments, .. } => {
                let step = segments.len().div_ceil(count.max(1)).max(1);
                segments.iter().step_by(step).map(|segment| segment.offset).collect()
            }
        }
    }
}

/// Reads the members of the archive `object` once, piece by piece, and folds them into a value; none for a plain object.
/// `store` is the [`VirtualStore`](crate::source::VirtualStore) that holds it. A directory of at most `hold` bytes stays
/// in memory.
///
/// `init` may be called twice: where the pieces turn out not to lie in the order of the directory, it is read once more
/// as one piece.
///
/// Where the archive was cut into pieces, their order is checked as well: the local headers of up to 64 members,
/// and of the first member of every piece, must be where the directory says. If not, the damage is `PART_MISMATCH`
/// and names the piece.
pub async fn open_archive<A>(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    hold: usize,
    init: impl Fn() -> A,
    mut fold: impl FnMut(&mut A, &Directory),
) -> Result<Option<(ArchiveIndex, A)>, Unreadable> {
    let held =
        |directory: Arc<Directory>| ArchiveIndex { members: directory.len() as u64, place: Place::Held(directory) };
    match object.kind {
        ObjectKind::Plain => Ok(None),
        ObjectKind::Tar => {
            let Some(directory) = &object.directory else { return Ok(None) };
            let mut folded = init();
            fold(&mut folded, directory);
            Ok(Some((held(Arc::clone(directory)), folded)))
        }
        ObjectKind::Zip => {
            let found = scan_zip(store, object, hold, &init, &mut fold).await;
            let (index, folded) = found.map_err(|unreadable| in_pieces(unreadable, object))?;
            if object.pieces.len() > 1 {
                zip::verify_pieces(store, object, &index).await?;
            }
            Ok(Some((index, folded)))
        }
    }
}

async fn scan_zip<A>(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    hold: usize,
    init: &impl Fn() -> A,
    fold: &mut impl FnMut(&mut A, &Directory),
) -> Result<(ArchiveIndex, A), Unreadable> {
    let path = path_of(&object.key);
    let mut limit = SEGMENT;
    loop {
        let (mut folded, mut segments, mut overlapping) = (init(), Vec::new(), Vec::new());
        let (mut members, mut data_end, mut in_order, mut last) = (0, 0, true, None);
        let each = |segment: Segment, directory: Directory| {
            in_order &= directory.is_in_order();
            if !in_order && limit != u64::MAX {
                return;
            }
            fold(&mut folded, &directory);
            members += directory.len() as u64;
            data_end = directory.data_end();
            overlapping.extend(directory.overlapping());
            segments.push(segment);
            last = Some(directory);
        };
        zip::scan_directory(store, &path, object.size, &object.span_starts, limit, each).await?;
        if !in_order && limit != u64::MAX {
            limit = u64::MAX;
            continue;
        }
        let place = match last {
            Some(only) if segments.len() == 1 && (!in_order || only.memory_size() <= hold) => {
                Place::Held(Arc::new(only))
            }
            _ => Place::Stored { segments: segments.into(), overlapping: overlapping.into(), data_end },
        };
        return Ok((ArchiveIndex { members, place }, folded));
    }
}

/// What a directory that cannot be trusted says about an archive that was cut into pieces.
fn in_pieces(unreadable: Unreadable, object: &LogicalObject) -> Unreadable {
    let codes = ["TRUNCATED", "AMBIGUOUS", "HEADER_MISMATCH", "COUNT_MISMATCH"];
    match unreadable {
        Unreadable::Damaged(mut damage) if object.pieces.len() > 1 && codes.contains(&damage.code.as_str()) => {
            let detail = format!(
                "the {} pieces do not form one archive: one is missing at the end, surplus, at the wrong place, or still \
                 being uploaded ({})",
                object.pieces.len(),
                damage.detail
            );
            let Damage { code, detail: told, .. } = damage.as_mut();
            (*code, *told) = ("PART_MISMATCH".to_owned(), detail);
            Unreadable::Damaged(damage)
        }
        other => other,
    }
}
