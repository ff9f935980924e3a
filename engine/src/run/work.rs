//! What there is to do: which units to run, which committed files leave, which ledger rows stay.
//!
//! - unchanged inputs are not read again
//! - a changed input's units leave with all their files, and are run again in the same commit
//! - a unit never mixes new objects into old ones
//! - what vanished is reported, and leaves only when asked

use std::collections::{BTreeMap, BTreeSet};

use jogak_connectors::archive::Unit;
use jogak_connectors::commit::LedgerRow;

use crate::books::ObjectCounts;
use crate::error::{Error, Result};

/// An object of the listing, as far as reruns are concerned.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
}

/// A unit to run.
#[derive(Debug, Clone)]
pub(crate) struct UnitPlan {
    /// Its number; never used before in this table.
    pub(crate) id: i64,
    pub(crate) unit: Unit,
}

/// What a run has to do.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) units: Vec<UnitPlan>,
    /// Ledger rows that stay as they are.
    pub(crate) keep: Vec<LedgerRow>,
    /// Ledger rows that leave, with the files that they name.
    pub(crate) remove: Vec<LedgerRow>,
    pub(crate) objects: ObjectCounts,
    /// Keys that are in the ledger and no longer in the listing.
    pub(crate) vanished: Vec<String>,
    /// Files of the tables that the ledger does not know; they leave.
    pub(crate) strays: usize,
    /// Units that are run again because of what is in quarantine.
    pub(crate) retried: usize,
}

/// Sets of keys to be cut into units: each set on its own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ToRead {
    pub(crate) sets: Vec<Vec<String>>,
}

/// Compares the listing with the ledger. `unusable` objects are in the listing but cannot be read; units that are `broken`
/// have lost files, or are to be tried again, and are run again.
///
/// # Errors
/// When a unit that must be run again holds an object that vanished, and pruning was not asked for.
pub(crate) fn compare(
    listing: &[Listed],
    unusable: &BTreeSet<String>,
    ledger: Vec<LedgerRow>,
    prune: bool,
    broken: &BTreeSet<i64>,
) -> Result<(Work, ToRead)> {
    let current: BTreeMap<&str, &str> = listing.iter().map(|o| (o.key.as_str(), o.fingerprint.as_str())).collect();
    let mut units_of: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let mut keys_of: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &ledger {
        units_of.entry(&row.object).or_default().insert(row.unit);
        keys_of.entry(row.unit).or_default().insert(&row.object);
        known.insert(&row.object, &row.fingerprint);
    }
    let vanished: Vec<String> =
        known.keys().filter(|key| !current.contains_key(**key)).map(|key| (*key).to_owned()).collect();
    let changed = known.iter().filter(|(key, print)| current.get(*key).is_some_and(|now| now != *print));
    let mut leaving: BTreeSet<i64> = changed.flat_map(|(key, _)| units_of[key].iter().copied()).collect();
    leaving.extend(broken.iter().filter(|unit| keys_of.contains_key(unit)));
    if prune {
        leaving.extend(vanished.iter().flat_map(|key| units_of[key.as_str()].iter().copied()));
    } else if let Some(key) =
        vanished.iter().find(|key| units_of[key.as_str()].iter().any(|unit| leaving.contains(unit)))
    {
        return Err(Error::invalid(format!(
            "'{key}' is gone, and a changed object was committed together with it; add --prune to let its rows go, or \
             put it back"
        )));
    }
    // A unit that is run again takes all pieces of its objects along, also those that lie in other units.
    loop {
        let more: BTreeSet<i64> = leaving
            .iter()
            .flat_map(|unit| &keys_of[unit])
            .filter(|key| current.contains_key(**key))
            .flat_map(|key| units_of[key].iter().copied())
            .collect();
        let before = leaving.len();
        leaving.extend(more);
        if leaving.len() == before {
            break;
        }
    }
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut seen: BTreeSet<i64> = BTreeSet::new();
    for unit in &leaving {
        if seen.contains(unit) {
            continue;
        }
        // Units that share an object are cut anew together; others stay apart.
        let mut group = BTreeSet::from([*unit]);
        loop {
            let joined: BTreeSet<i64> =
                group.iter().flat_map(|unit| &keys_of[unit]).flat_map(|key| units_of[key].iter().copied()).collect();
            if joined == group {
                break;
            }
            group = joined;
        }
        seen.extend(&group);
        let keys: BTreeSet<&str> = group.iter().flat_map(|unit| keys_of[unit].iter().copied()).collect();
        sets.push(keys.into_iter().filter(|key| current.contains_key(key)).map(str::to_owned).collect());
    }
    sets.push(current.keys().filter(|key| !known.contains_key(**key)).map(|key| (*key).to_owned()).collect());
    for set in &mut sets {
        set.retain(|key| !unusable.contains(key));
    }
    sets.iter_mut().for_each(|set| set.retain(|key| !unusable.contains(key)));
    sets.retain(|set| !set.is_empty());
    let read: BTreeSet<&String> = sets.iter().flatten().collect();
    let is_settled = |key: &&String| {
        known.get(key.as_str()) == current.get(key.as_str())
            && units_of.get(key.as_str()).is_some_and(|units| units.is_disjoint(&leaving))
    };
    let failed = unusable.iter().filter(|key| !is_settled(key)).count();
    let objects = ObjectCounts {
        listed: current.len() as u64,
        read: read.len() as u64,
        already_committed: (current.len() - read.len() - failed) as u64,
        failed: failed as u64,
        vanished: vanished.len() as u64,
    };
    let (remove, keep) = ledger.into_iter().partition(|row| leaving.contains(&row.unit));
    Ok((Work { keep, remove, objects, vanished, ..Work::default() }, ToRead { sets }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(unit: i64, object: &str, fingerprint: &str) -> LedgerRow {
        LedgerRow { unit, object: object.into(), fingerprint: fingerprint.into(), ..LedgerRow::default() }
    }

    fn listed(objects: &[(&str, &str)]) -> Vec<Listed> {
        objects.iter().map(|(key, print)| Listed { key: (*key).into(), fingerprint: (*print).into() }).collect()
    }

    #[test]
    fn only_new_and_changed_objects_are_read() {
        // Unit 0 packs a and b; c lies in units 1 and 2.
        let ledger = vec![row(0, "a", "1"), row(0, "b", "1"), row(1, "c", "1"), row(2, "c", "1"), row(3, "d", "1")];
        let now = listed(&[("a", "1"), ("b", "2"), ("c", "1"), ("d", "1"), ("e", "1")]);
        let (work, to_read) = compare(&now, &BTreeSet::new(), ledger, false, &BTreeSet::new()).unwrap();
        assert_eq!(to_read.sets, [vec!["a".to_owned(), "b".into()], vec!["e".into()]], "new objects stay apart");
        assert_eq!(work.remove.iter().map(|r| r.unit).collect::<Vec<_>>(), [0, 0]);
        assert_eq!(work.keep.len(), 3);
        assert_eq!((work.objects.read, work.objects.already_committed, work.objects.listed), (3, 2, 5));
    }

    #[test]
    fn a_changed_archive_takes_all_its_units_along() {
        let ledger = vec![row(1, "c", "1"), row(2, "c", "1"), row(3, "d", "1")];
        let (work, to_read) =
            compare(&listed(&[("c", "2"), ("d", "1")]), &BTreeSet::new(), ledger, false, &BTreeSet::new()).unwrap();
        assert_eq!(to_read.sets, [vec!["c".to_owned()]]);
        assert_eq!(work.remove.len(), 2);
    }

    #[test]
    fn what_vanished_leaves_only_when_asked() {
        let ledger = vec![row(0, "a", "1"), row(1, "b", "1")];
        let now = listed(&[("a", "1")]);
        let (work, to_read) = compare(&now, &BTreeSet::new(), ledger.clone(), false, &BTreeSet::new()).unwrap();
        assert_eq!((work.vanished.len(), work.remove.len(), to_read.sets.len()), (1, 0, 0));
        let (work, _) = compare(&now, &BTreeSet::new(), ledger, true, &BTreeSet::new()).unwrap();
        assert_eq!((work.remove.len(), work.keep.len()), (1, 1));
    }

    #[test]
    fn a_changed_object_packed_with_a_vanished_one_needs_prune() {
        let ledger = vec![row(0, "a", "1"), row(0, "b", "1")];
        let error = compare(&listed(&[("a", "2")]), &BTreeSet::new(), ledger, false, &BTreeSet::new()).unwrap_err();
        assert!(error.to_string().contains("--prune"), "{error}");
    }

    #[test]
    fn an_object_that_cannot_be_read_is_counted_as_failed() {
        let now = listed(&[("a", "1"), ("b", "1")]);
        let (work, to_read) =
            compare(&now, &BTreeSet::from(["b".to_owned()]), Vec::new(), false, &BTreeSet::new()).unwrap();
        assert_eq!(to_read.sets, [vec!["a".to_owned()]]);
        assert_eq!((work.objects.read, work.objects.failed), (1, 1));
    }

    #[test]
    fn a_unit_that_lost_a_file_is_run_again() {
        let ledger = vec![row(0, "a", "1"), row(1, "b", "1")];
        let now = listed(&[("a", "1"), ("b", "1")]);
        let broken = BTreeSet::from([1]);
        let (work, to_read) = compare(&now, &BTreeSet::new(), ledger.clone(), false, &broken).unwrap();
        assert_eq!((to_read.sets, work.remove.len()), (vec![vec!["b".to_owned()]], 1));
        let error = compare(&listed(&[("a", "1")]), &BTreeSet::new(), ledger, false, &broken).unwrap_err();
        assert!(error.to_string().contains("--prune"), "what it was made from is gone: {error}");
    }
}
