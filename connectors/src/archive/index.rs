//! The members of an archive, to be found again without holding them all: archives of millions of members occur, and a
//! unit needs only its own.

use super::Unreadable;
use super::directory::Directory;
use super::zip::{self, Segment};
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::Limits;
use crate::source::{LogicalObject, ObjectKind, path_of};
use object_store::ObjectStore;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of a central directory that are looked at together, at least.
const SEGMENT: u64 = 512 << 10;

/// Where the members of one archive are listed.
#[derive(Debug, Clone)]
pub struct ArchiveIndex {
    members: u64,
    limits: Limits,
    place: Place,
}

/// What opening an archive may take.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// What archives may ask for.
    pub limits: &'a Limits,
    /// Bytes of directories that may still stay in memory, for all archives together. What stays is taken off.
    pub hold: &'a AtomicUsize,
}

/// An archive that was opened.
#[derive(Debug)]
pub struct Opened<A> {
    /// Where its members are.
    pub index: ArchiveIndex,
    /// What was made of them.
    pub folded: A,
    /// Members that its directory does not list, as damage: one `GAP` each.
    pub hidden: Vec<Damage>,
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

    /// What is unusual about the archive and no damage, in a few words.
    pub fn note(&self) -> Option<&'static str> {
        match &self.place {
            Place::Held(directory) => directory.note(),
            Place::Stored { .. } => None,
        }
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
        let limits = &self.limits;
        let mut directory = zip::read_segments(store, &path, wanted, data_end, &object.span_starts, limits).await?;
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
/// `store` is the [`VirtualStore`](crate::source::VirtualStore) that holds it.
///
/// `init` may be called twice: where the pieces turn out not to lie in the order of the directory, it is read once more
/// as one piece.
///
/// Where the archive was cut into pieces, their order is checked as well: the local headers of up to 64 members,
/// and of the first member of every piece, must be where the directory says, and no member may run into another. If not,
/// the damage is `PART_MISMATCH`.
pub async fn open_archive<A>(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    opening: Opening<'_>,
    init: impl Fn() -> A,
    mut fold: impl FnMut(&mut A, &Directory),
) -> Result<Option<Opened<A>>, Unreadable> {
    match object.kind {
        ObjectKind::Plain => Ok(None),
        ObjectKind::Tar => {
            let Some(directory) = &object.directory else { return Ok(None) };
            let mut folded = init();
            fold(&mut folded, directory);
            let (members, place) = (directory.len() as u64, Place::Held(Arc::clone(directory)));
            let index = ArchiveIndex { members, limits: *opening.limits, place };
            Ok(Some(Opened { index, folded, hidden: Vec::new() }))
        }
        ObjectKind::Zip => {
            let found = scan_zip(store, object, opening, &init, &mut fold).await;
            let opened = found.map_err(|unreadable| in_pieces(unreadable, object))?;
            if object.pieces.len() > 1 {
                zip::verify_pieces(store, object, &opened.index).await?;
            }
            Ok(Some(opened))
        }
    }
}

async fn scan_zip<A>(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    opening: Opening<'_>,
    init: &impl Fn() -> A,
    fold: &mut impl FnMut(&mut A, &Directory),
) -> Result<Opened<A>, Unreadable> {
    let path = path_of(&object.key);
    let mut at_once = SEGMENT;
    loop {
        let (mut folded, mut segments, mut overlapping) = (init(), Vec::new(), Vec::new());
        let (mut members, mut data_end, mut in_order, mut last) = (0, 0, true, None);
        let each = |segment: Segment, directory: Directory| {
            in_order &= directory.is_in_order();
            if !in_order && at_once != u64::MAX {
                return;
            }
            fold(&mut folded, &directory);
            members += directory.len() as u64;
            data_end = directory.data_end();
            overlapping.extend(directory.overlapping());
            segments.push(segment);
            last = Some(directory);
        };
        let how = (at_once, opening.limits);
        let gaps = zip::scan_directory(store, &path, object.size, &object.span_starts, how, each).await?;
        if !in_order && at_once != u64::MAX {
            at_once = u64::MAX;
            continue;
        }
        if let Some(first) = overlapping.first().filter(|_| object.pieces.len() > 1) {
            let detail = format!(
                "the {} pieces do not form one archive: member {first} runs into another one, so a piece before it is \
                 shorter than it was, or still being uploaded",
                object.pieces.len()
            );
            return Err(Damage { object: object.key.clone(), ..Damage::new("PART_MISMATCH", detail) }.into());
        }
        let hidden = zip::hidden_members(store, &path, gaps).await?;
        let place = match last {
            Some(only) if segments.len() == 1 && (!in_order || take(opening.hold, only.memory_size())) => {
                Place::Held(Arc::new(only))
            }
            _ => Place::Stored { segments: segments.into(), overlapping: overlapping.into(), data_end },
        };
        let index = ArchiveIndex { members, limits: *opening.limits, place };
        return Ok(Opened { index, folded, hidden });
    }
}

/// Takes `bytes` off what is `left`, if there is as much.
fn take(left: &AtomicUsize, bytes: usize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
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
