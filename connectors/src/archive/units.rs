//! Units of work: a fixed division of the selected members of a listing.
//!
//! - the division depends on the listing and the target only: not on its order, and not on threads
//! - every selected member is in exactly one unit; cuts lie between members, never inside one
//! - members of one group (a clip) stay together, and so do clips whose places in the archive interleave
//! - an object of at least the target is cut into units of its own; smaller ones are packed together in key order

use super::Selection;
use super::directory::Directory;
use super::selection::folder_of;
use std::collections::HashMap;
use std::ops::Range;

/// An object with what is selected in it.
#[derive(Debug, Clone, Copy)]
pub struct ObjectMembers<'a> {
    /// Key of the logical object.
    pub key: &'a str,
    /// Bytes of the object.
    pub size: u64,
    /// The selected members; none for a plain object, which counts as one member at offset 0.
    pub members: Option<&'a Gathered>,
    /// The clip that a plain object belongs to, if it belongs to one; the numbers mean the same in all plain objects.
    pub group: Option<u64>,
}

/// What makes members of an archive stay together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// Nothing.
    Nothing,
    /// A folder is a clip.
    Folder,
    /// The whole archive is one clip.
    Archive,
}

/// The selected members of one archive, as far as cutting needs to know them: runs of neighbours.
#[derive(Debug, Clone)]
pub struct Gathered {
    runs: Vec<Run>,
    together: Together,
    step: u64,
    clips: HashMap<String, u64>,
}

/// Neighbouring members between which no cut is made.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u64,
    last: u64,
    bytes: u64,
    members: u64,
    group: Option<u64>,
}

impl Gathered {
    /// Nothing so far; to be cut into units of `target` bytes. Members smaller than a small part of that are not told
    /// apart, so what is held does not grow with their number.
    pub fn new(together: Together, target: u64) -> Self {
        Self { runs: Vec::new(), together, step: target / 64, clips: HashMap::new() }
    }

    /// Adds the members of `directory` that `selection` means; gives their number. Directories come in the order of
    /// their offsets.
    pub fn add(&mut self, directory: &Directory, selection: &Selection) -> u64 {
        let selected = directory.select(&(0..u64::MAX), |member| selection.wants(member));
        for member in selected.iter().filter_map(|position| directory.member(*position)) {
            let group = match self.together {
                Together::Nothing => None,
                Together::Archive => Some(0),
                Together::Folder => {
                    let next = self.clips.len() as u64;
                    let folder = folder_of(member.name);
                    Some(match self.clips.get(folder) {
                        Some(known) => *known,
                        None => *self.clips.entry(folder.to_owned()).or_insert(next),
                    })
                }
            };
            self.push(member.header_offset, member.compressed_size, group);
        }
        selected.len() as u64
    }

    fn push(&mut self, offset: u64, bytes: u64, group: Option<u64>) {
        match self.runs.last_mut() {
            // Entries that claim the same offset cannot be told apart by a range.
            Some(run)
                if (group.is_some() && run.group == group)
                    || run.last == offset
                    || (group.is_none() && run.group.is_none() && run.bytes.saturating_add(bytes) <= self.step) =>
            {
                run.last = offset;
                run.bytes = run.bytes.saturating_add(bytes);
                run.members += 1;
            }
            _ => self.runs.push(Run { first: offset, last: offset, bytes, members: 1, group }),
        }
    }

    /// No more members come: what only gathering needed is given back.
    pub fn finish(&mut self) {
        self.clips = HashMap::new();
        self.runs.shrink_to_fit();
    }

    /// Where the selected member of rank `rank` lies: offsets of a few members that hold it, and its rank among these.
    pub fn find(&self, rank: u64) -> Option<(Range<u64>, usize)> {
        let mut before = 0;
        for run in &self.runs {
            if rank < before + run.members {
                return Some((run.first..run.last.saturating_add(1), usize::try_from(rank - before).ok()?));
            }
            before += run.members;
        }
        None
    }
}

/// Part of an object that one unit reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Key of the logical object.
    pub object: String,
    /// Offsets: the selected members whose header lies here belong to the unit. `0..size` for a plain object.
    pub range: Range<u64>,
    /// How many selected members these are; 1 for a plain object.
    pub members: u64,
    /// Their bytes in the archive.
    pub compressed_bytes: u64,
}

/// What is read, computed and sealed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Slices by key and offset.
    pub slices: Vec<Slice>,
}

impl Unit {
    /// Bytes to read, as they lie in the archives.
    pub fn compressed_bytes(&self) -> u64 {
        self.slices.iter().map(|slice| slice.compressed_bytes).sum()
    }

    /// Selected members.
    pub fn members(&self) -> u64 {
        self.slices.iter().map(|slice| slice.members).sum()
    }
}

/// A run of selected members. Items are sorted by object key and offset.
struct Item {
    object: usize,
    run: Run,
    // Numbers of clips mean something within an archive, or among the plain objects (none).
    group: Option<(Option<usize>, u64)>,
}

/// Items that stay together. `own` is set where they belong to a large object that is cut by itself.
struct Block {
    items: Range<usize>,
    bytes: u64,
    own: Option<usize>,
    is_joint: bool,
}

/// Cuts `listing` into units of about `target` compressed bytes, ordered by their first slice.
///
/// A single member or clip larger than `target` makes a unit of its own size. Objects without selected members
/// appear in no unit.
pub fn cut(listing: &[ObjectMembers<'_>], target: u64) -> Vec<Unit> {
    let mut objects: Vec<&ObjectMembers<'_>> = listing.iter().collect();
    objects.sort_by_key(|object| object.key);
    let items = items(&objects);
    let mut totals = vec![0_u64; objects.len()];
    for item in &items {
        if let Some(total) = totals.get_mut(item.object) {
            *total = total.saturating_add(item.run.bytes);
        }
    }
    let is_large = |object: usize| totals.get(object).is_some_and(|total| *total >= target.max(1));

    let mut blocks: Vec<Block> = Vec::new();
    for items_together in atoms(&items) {
        let Some(together) = items.get(items_together.clone()) else { continue };
        let (Some(first), Some(last)) = (together.first(), together.last()) else { continue };
        let bytes = together.iter().fold(0_u64, |sum, item| sum.saturating_add(item.run.bytes));
        let is_joint = first.object != last.object;
        let own = (!is_joint && is_large(first.object)).then_some(first.object);
        match blocks.last_mut() {
            // A small object stays whole.
            Some(block)
                if !is_joint
                    && own.is_none()
                    && !block.is_joint
                    && block.own.is_none()
                    && items.get(block.items.start).is_some_and(|item| item.object == first.object) =>
            {
                block.items.end = items_together.end;
                block.bytes = block.bytes.saturating_add(bytes);
            }
            _ => blocks.push(Block { items: items_together, bytes, own, is_joint }),
        }
    }

    let mut units: Vec<Vec<Range<usize>>> = Vec::new();
    // One unit of a large object and one of small objects may be open at the same time.
    let (mut own, mut own_bytes, mut owner) = (Vec::new(), 0_u64, None);
    let (mut packed, mut packed_bytes) = (Vec::new(), 0_u64);
    for block in blocks {
        if block.own.is_some() {
            if owner != block.own || own_bytes >= target {
                units.push(std::mem::take(&mut own));
                own_bytes = 0;
                owner = block.own;
            }
            own_bytes = own_bytes.saturating_add(block.bytes);
            own.push(block.items);
        } else {
            if packed_bytes.saturating_add(block.bytes) > target {
                units.push(std::mem::take(&mut packed));
                packed_bytes = 0;
            }
            packed_bytes = packed_bytes.saturating_add(block.bytes);
            packed.push(block.items);
        }
    }
    units.extend([own, packed]);
    units.retain(|unit| !unit.is_empty());
    units.sort_by_key(|unit| unit.first().map(|items| items.start));
    units.into_iter().map(|unit| Unit { slices: slices(&unit, &items, &objects) }).collect()
}

/// All selected members, by key and offset.
fn items(objects: &[&ObjectMembers<'_>]) -> Vec<Item> {
    let mut items = Vec::new();
    for (rank, object) in objects.iter().enumerate() {
        match object.members {
            None => {
                let run = Run { first: 0, last: 0, bytes: object.size, members: 1, group: None };
                items.push(Item { object: rank, run, group: object.group.map(|group| (None, group)) });
            }
            Some(gathered) => items.extend(gathered.runs.iter().map(|run| {
                let group = run.group.map(|group| (Some(rank), group));
                Item { object: rank, run: *run, group }
            })),
        }
    }
    items
}

/// The smallest runs of items between which a cut is allowed.
fn atoms(items: &[Item]) -> impl Iterator<Item = Range<usize>> {
    let mut last_of: HashMap<(Option<usize>, u64), usize> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(group) = item.group {
            last_of.insert(group, at);
        }
    }
    let mut start = 0;
    std::iter::from_fn(move || {
        let (mut at, mut reach) = (start, start);
        while at <= reach {
            let item = items.get(at)?;
            let group_end = item.group.and_then(|group| last_of.get(&group).copied()).unwrap_or(at);
            reach = reach.max(group_end);
            at += 1;
        }
        let atom = start..at;
        start = at;
        Some(atom)
    })
}

/// The slices of a unit: one for each run of neighbouring items of one object.
fn slices(unit: &[Range<usize>], items: &[Item], objects: &[&ObjectMembers<'_>]) -> Vec<Slice> {
    let mut slices: Vec<Slice> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    for at in unit.iter().cloned().flatten() {
        let Some(item) = items.get(at) else { continue };
        let Some(object) = objects.get(item.object) else { continue };
        let end = if object.members.is_none() { object.size } else { item.run.last.saturating_add(1) };
        match slices.last_mut() {
            Some(slice) if last == Some((item.object, at.wrapping_sub(1))) => {
                slice.range.end = end;
                slice.members += item.run.members;
                slice.compressed_bytes = slice.compressed_bytes.saturating_add(item.run.bytes);
            }
            _ => slices.push(Slice {
                object: object.key.to_owned(),
                range: item.run.first..end,
                members: item.run.members,
                compressed_bytes: item.run.bytes,
            }),
        }
        last = Some((item.object, at));
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::super::directory::{Container, Member, NameEncoding};
    use super::*;
    use proptest::prelude::*;

    /// An archive of members of these sizes, 40 bytes between them, each in a folder of its own number.
    fn directory(members: &[(u64, u64)]) -> Directory {
        let mut directory = Directory::new("x".to_owned(), Container::Zip, u64::MAX);
        let mut header_offset = 0;
        for (size, folder) in members {
            let name = format!("{folder}/x");
            let member = Member {
                index: 0,
                name: &name,
                raw_name: name.as_bytes(),
                encoding: NameEncoding::Utf8,
                method: 0,
                flags: 0,
                crc32: None,
                compressed_size: *size,
                uncompressed_size: *size,
                header_offset,
                is_dir: false,
                extra_len: 0,
            };
            directory.push(member, None).unwrap();
            header_offset += size + 40;
        }
        directory.finish()
    }

    fn gathered(members: &[(u64, u64)], together: Together, target: u64) -> Gathered {
        let mut gathered = Gathered::new(together, target);
        assert_eq!(gathered.add(&directory(members), &Selection::default()), members.len() as u64);
        gathered
    }

    #[test]
    fn large_archives_are_cut_and_small_ones_packed() {
        let large = gathered(&[(40, 0); 5], Together::Nothing, 100);
        let small = gathered(&[(10, 0); 2], Together::Nothing, 100);
        let zip = |key, members| ObjectMembers { key, size: 999, members: Some(members), group: None };
        let plain = |key, size| ObjectMembers { key, size, members: None, group: None };
        let listing = [plain("e", 90), zip("b", &large), zip("a", &small), zip("c", &small), plain("d", 200)];
        let units: Vec<_> = (cut(&listing, 100).iter())
            .map(|unit| {
                let slices: Vec<_> = unit.slices.iter().map(|slice| (slice.object.as_str(), slice.members)).collect();
                (unit.compressed_bytes(), format!("{slices:?}"))
            })
            .collect();
        let expected = [
            (40, r#"[("a", 2), ("c", 2)]"#),
            (120, r#"[("b", 3)]"#),
            (80, r#"[("b", 2)]"#),
            (200, r#"[("d", 1)]"#),
            (90, r#"[("e", 1)]"#),
        ];
        assert_eq!(units, expected.map(|(bytes, slices)| (bytes, slices.to_owned())));
    }

    fn contains(unit: &Unit, key: &str, offset: u64) -> bool {
        unit.slices.iter().any(|slice| slice.object == key && slice.range.contains(&offset))
    }

    proptest! {
        #[test]
        fn every_member_is_in_one_unit_and_no_clip_is_torn(
            archives in proptest::collection::vec(proptest::collection::vec((1..60_u64, 0..6_u64), 0..20), 0..6),
            plain in proptest::collection::vec((1..200_u64, 0..6_u64), 0..4),
            target in 1..300_u64,
            is_grouped in any::<bool>(),
            rotation in 0..9_usize,
        ) {
            let together = if is_grouped { Together::Folder } else { Together::Nothing };
            let members: Vec<Gathered> = archives.iter().map(|members| gathered(members, together, target)).collect();
            let keys: Vec<String> = (0..archives.len() + plain.len()).map(|at| format!("k{}", at * 7 % 10)).collect();
            let zipped = members.iter().zip(&keys).map(|(members, key)| ObjectMembers {
                key, size: 1 << 20, members: Some(members), group: None,
            });
            let bare = plain.iter().zip(&keys[archives.len()..]).map(|((size, group), key)| ObjectMembers {
                key, size: *size, members: None, group: is_grouped.then_some(*group),
            });
            let mut listing: Vec<ObjectMembers<'_>> = zipped.chain(bare).collect();
            let units = cut(&listing, target);

            // Where each member lies, and which clip it belongs to.
            let mut places: Vec<(&str, u64, (usize, u64))> = Vec::new();
            for (at, members) in archives.iter().enumerate() {
                let mut offset = 0;
                for (size, folder) in members {
                    places.push((&keys[at], offset, (at + 1, *folder)));
                    offset += size + 40;
                }
            }
            places.extend(plain.iter().zip(&keys[archives.len()..]).map(|((_, group), key)| (key.as_str(), 0, (0, *group))));
            let mut unit_of_clip = std::collections::BTreeMap::new();
            for (key, offset, clip) in &places {
                let homes: Vec<usize> = (0..units.len()).filter(|&unit| contains(&units[unit], key, *offset)).collect();
                prop_assert_eq!(homes.len(), 1);
                if is_grouped {
                    prop_assert_eq!(*unit_of_clip.entry(*clip).or_insert(homes[0]), homes[0]);
                }
            }
            prop_assert_eq!(units.iter().map(Unit::members).sum::<u64>(), places.len() as u64);
            prop_assert!(units.iter().all(|unit| !unit.slices.is_empty()));
            let len = listing.len();
            if len > 0 {
                listing.rotate_left(rotation % len);
            }
            prop_assert_eq!(cut(&listing, target), units);
        }

        #[test]
        fn every_selected_member_is_found_by_its_rank(
            members in proptest::collection::vec((1..60_u64, 0..6_u64), 1..40),
            target in 1..9_000_u64,
        ) {
            let gathered = gathered(&members, Together::Nothing, target);
            let directory = directory(&members);
            for rank in 0..members.len() {
                let (range, within) = gathered.find(rank as u64).unwrap();
                prop_assert_eq!(Selection::default().members(&directory, &range)[within], rank);
            }
            prop_assert!(gathered.find(members.len() as u64).is_none());
        }
    }
}
