//! Units of work: a fixed division of the selected members of a listing.
//!
//! - the division depends on the listing and the target only: not on its order, and not on threads
//! - every selected member is in exactly one unit; cuts lie between members, never inside one
//! - members of one group (a clip) stay together, and so do clips whose places in the archive interleave
//! - an object of at least the target is cut into units of its own; smaller ones are packed together in key order

use super::directory::Directory;
use std::collections::HashMap;
use std::ops::Range;

/// An object with what is selected in it.
#[derive(Debug, Clone, Copy)]
pub struct ObjectMembers<'a> {
    /// Key of the logical object.
    pub key: &'a str,
    /// Bytes of the object.
    pub size: u64,
    /// The directory and the positions of the selected members; none for a plain object, which counts as one member
    /// at offset 0.
    pub members: Option<(&'a Directory, &'a [usize])>,
    /// For grouped sources the group of each selected member, in the same order (of a plain object: of itself); the
    /// numbers mean the same in all objects.
    pub groups: Option<&'a [u64]>,
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

/// A selected member. Items are sorted by object key and offset.
struct Item {
    object: usize,
    offset: u64,
    bytes: u64,
    group: Option<u64>,
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
            *total = total.saturating_add(item.bytes);
        }
    }
    let is_large = |object: usize| totals.get(object).is_some_and(|total| *total >= target.max(1));

    let mut blocks: Vec<Block> = Vec::new();
    for items_together in atoms(&items) {
        let Some(together) = items.get(items_together.clone()) else { continue };
        let (Some(first), Some(last)) = (together.first(), together.last()) else { continue };
        let bytes = together.iter().fold(0_u64, |sum, item| sum.saturating_add(item.bytes));
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
        let group = |at: usize| object.groups.and_then(|groups| groups.get(at).copied());
        match object.members {
            None => items.push(Item { object: rank, offset: 0, bytes: object.size, group: group(0) }),
            Some((directory, selected)) => {
                let start = items.len();
                items.extend(selected.iter().enumerate().filter_map(|(at, &position)| {
                    let member = directory.member(position)?;
                    let (offset, bytes) = (member.header_offset, member.compressed_size);
                    Some(Item { object: rank, offset, bytes, group: group(at) })
                }));
                if let Some(added) = items.get_mut(start..) {
                    added.sort_by_key(|item| (item.offset, item.bytes, item.group));
                }
            }
        }
    }
    items
}

/// The smallest runs of items between which a cut is allowed.
fn atoms(items: &[Item]) -> impl Iterator<Item = Range<usize>> {
    let mut last_of: HashMap<u64, usize> = HashMap::new();
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
            // Entries that claim the same offset cannot be told apart by a range.
            let shares = items.get(at + 1).is_some_and(|next| (next.object, next.offset) == (item.object, item.offset));
            reach = reach.max(group_end).max(if shares { at + 1 } else { at });
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
        let end = if object.members.is_none() { object.size } else { item.offset.saturating_add(1) };
        match slices.last_mut() {
            Some(slice) if last == Some((item.object, at.wrapping_sub(1))) => {
                slice.range.end = end;
                slice.members += 1;
                slice.compressed_bytes = slice.compressed_bytes.saturating_add(item.bytes);
            }
            _ => slices.push(Slice {
                object: object.key.to_owned(),
                range: item.offset..end,
                members: 1,
                compressed_bytes: item.bytes,
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

    fn directory(sizes: &[u64]) -> Directory {
        let mut directory = Directory::new("x".to_owned(), Container::Zip, u64::MAX);
        let mut header_offset = 0;
        for size in sizes {
            let member = Member {
                index: 0,
                name: "x",
                raw_name: b"x",
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
            header_offset += size + 31;
        }
        directory.finish()
    }

    #[test]
    fn large_archives_are_cut_and_small_ones_packed() {
        let large = directory(&[40, 40, 40, 40, 40]);
        let small = directory(&[10, 10]);
        let (all, both) = ([0, 1, 2, 3, 4], [0, 1]);
        let zip = |key, directory, selected| ObjectMembers {
            key,
            size: 999,
            members: Some((directory, selected)),
            groups: None,
        };
        let plain = |key, size| ObjectMembers { key, size, members: None, groups: None };
        let listing = [
            plain("e", 90),
            zip("b", &large, &all[..]),
            zip("a", &small, &both),
            zip("c", &small, &both),
            plain("d", 200),
        ];
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
            archives in proptest::collection::vec(
                proptest::collection::vec((1..60_u64, 0..6_u64, any::<bool>()), 0..20),
                0..6,
            ),
            plain in proptest::collection::vec((1..200_u64, 0..6_u64), 0..4),
            target in 1..300_u64,
            is_grouped in any::<bool>(),
            rotation in 0..9_usize,
        ) {
            let sizes = |members: &Vec<(u64, u64, bool)>| members.iter().map(|member| member.0).collect::<Vec<_>>();
            let directories: Vec<_> = archives.iter().map(|members| directory(&sizes(members))).collect();
            let selected: Vec<Vec<usize>> = (archives.iter())
                .map(|members| (0..members.len()).filter(|&at| members[at].2).collect())
                .collect();
            // Groups 0 and 1 cross archives, the others do not.
            let local = |object: usize, group: u64| if group < 2 { group } else { group + 10 * (object as u64 + 1) };
            let groups: Vec<Vec<u64>> = (archives.iter().zip(&selected).enumerate())
                .map(|(object, (members, chosen))| chosen.iter().map(|&at| local(object, members[at].1)).collect())
                .collect();
            let keys: Vec<String> = (0..archives.len() + plain.len()).map(|at| format!("k{}", at * 7 % 10)).collect();
            let plain_groups: Vec<[u64; 1]> = plain.iter().map(|(_, group)| [*group]).collect();
            let mut listing: Vec<ObjectMembers<'_>> = (0..archives.len())
                .map(|at| ObjectMembers {
                    key: &keys[at],
                    size: 1 << 20,
                    members: Some((&directories[at], &selected[at][..])),
                    groups: is_grouped.then_some(&groups[at][..]),
                })
                .chain(plain.iter().enumerate().map(|(at, (size, _))| ObjectMembers {
                    key: &keys[archives.len() + at],
                    size: *size,
                    members: None,
                    groups: is_grouped.then_some(&plain_groups[at][..]),
                }))
                .collect();
            let units = cut(&listing, target);
            let mut unit_of_group = std::collections::BTreeMap::new();
            let mut members = 0;
            for object in &listing {
                let offsets: Vec<u64> = match object.members {
                    Some((directory, chosen)) => {
                        chosen.iter().map(|&at| directory.member(at).unwrap().header_offset).collect()
                    }
                    None => vec![0],
                };
                members += offsets.len() as u64;
                for (at, offset) in offsets.iter().enumerate() {
                    let homes: Vec<usize> =
                        (0..units.len()).filter(|&unit| contains(&units[unit], object.key, *offset)).collect();
                    prop_assert_eq!(homes.len(), 1);
                    if let Some(groups) = object.groups {
                        prop_assert_eq!(*unit_of_group.entry(groups[at]).or_insert(homes[0]), homes[0]);
                    }
                }
            }
            prop_assert_eq!(units.iter().map(Unit::members).sum::<u64>(), members);
            prop_assert!(units.iter().all(|unit| !unit.slices.is_empty()));
            let len = listing.len();
            if len > 0 {
                listing.rotate_left(rotation % len);
            }
            prop_assert_eq!(cut(&listing, target), units);
        }
    }
}
