//! What of a listing holds labels. A probe and a run through `aihub:ID` ask here, so that both read the same.

use std::collections::BTreeMap;

use jogak_connectors::aihub::dataset::FileKind;
use jogak_connectors::aihub::path::{describe, format_of};
use jogak_connectors::aihub::pieces::piece;
use jogak_connectors::source::Object;

use super::clips;

/// What can be read.
const READABLE: [&str; 13] =
    ["zip", "tar", "gz", "zst", "json", "jsonl", "ndjson", "csv", "tsv", "xlsx", "xml", "txt", "parquet"];
/// What is records also beside archives: nobody writes a read-me so.
const RECORDS: [&str; 4] = ["json", "jsonl", "ndjson", "parquet"];

/// An archive or a plain file, its pieces together.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its key, joined where it was cut.
    pub(super) key: String,
    /// What lies in the store.
    pub(super) objects: Vec<Object>,
}

impl Candidate {
    pub(super) fn is_archive(&self) -> bool {
        matches!(format_of(&self.key).as_deref(), Some("zip" | "tar"))
    }

    /// Stored bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.objects.iter().map(|object| object.size).sum()
    }
}

/// What holds labels, in the order of names and of the numbers in them.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    pub(super) candidates: Vec<Candidate>,
    /// What told them from the rest.
    pub(super) chosen_by: String,
}

/// What holds labels: what its path says so of; else what its path says nothing of; else everything. Pieces are joined.
pub(super) fn labels_of(objects: &[Object]) -> Labels {
    let mut kinds: [BTreeMap<String, Vec<Object>>; 3] = Default::default();
    for object in objects {
        if !format_of(&object.key).is_some_and(|format| READABLE.contains(&format.as_str())) {
            continue;
        }
        let segments: Vec<&str> = object.key.split('/').collect();
        let rank = match describe(&segments).kind {
            Some(FileKind::Label) => 0,
            None => 1,
            Some(_) => 2,
        };
        if let Some(kind) = kinds.get_mut(rank) {
            kind.entry(piece(&object.key).0).or_default().push(object.clone());
        }
    }
    let [labels, unknown, others] = kinds;
    let (chosen, by, is_told) = match (labels.is_empty(), unknown.is_empty()) {
        (false, _) => (labels, "label files by their paths", true),
        (true, false) => (unknown, "paths do not tell labels from sources", false),
        (true, true) => (others, "no path speaks of labels", false),
    };
    let mut candidates: Vec<_> = chosen.into_iter().map(|(key, objects)| Candidate { key, objects }).collect();
    let mut chosen_by = by.to_owned();
    // Read-me files and lists beside archives are no records; documents are, where their path calls them labels.
    if candidates.iter().any(Candidate::is_archive) {
        let before = candidates.len();
        candidates.retain(|one| one.is_archive() || (is_told && is_records(&one.key)));
        if candidates.len() < before {
            chosen_by = format!("{by}; {} other files beside archives are left out", before - candidates.len());
        }
    }
    candidates.sort_by(|a, b| clips::natural(&a.key).cmp(&clips::natural(&b.key)));
    Labels { candidates, chosen_by }
}

/// The objects of a listing that hold labels.
pub(crate) fn label_files(objects: &[Object]) -> Vec<Object> {
    labels_of(objects).candidates.into_iter().flat_map(|one| one.objects).collect()
}

/// Whether a file holds records by its name, packed or not.
fn is_records(key: &str) -> bool {
    let inner = match format_of(key).as_deref() {
        Some("gz" | "zst") => key.rsplit_once('.').map_or(key, |(inner, _)| inner),
        _ => key,
    };
    format_of(inner).is_some_and(|format| RECORDS.contains(&format.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(keys: &[&str]) -> (Vec<(String, u64)>, String) {
        let objects: Vec<Object> = keys
            .iter()
            .map(|key| Object {
                key: (*key).to_owned(),
                path: object_store::path::Path::from(*key),
                size: 5,
                etag: None,
                version: None,
                last_modified: Default::default(),
                selected: true,
            })
            .collect();
        let labels = labels_of(&objects);
        let found: usize = labels.candidates.iter().map(|one| one.objects.len()).sum();
        assert_eq!(label_files(&objects).len(), found);
        (labels.candidates.iter().map(|one| (one.key.clone(), one.bytes())).collect(), labels.chosen_by)
    }

    #[test]
    fn labels_are_told_from_sources() {
        let (found, _) = chosen(&[
            "1.Training/라벨링데이터/TL1.zip.part0",
            "1.Training/라벨링데이터/TL1.zip.part1",
            "1.Training/원천데이터/TS1.zip",
            "readme.txt",
        ]);
        assert_eq!(found, [("1.Training/라벨링데이터/TL1.zip".to_owned(), 10)]);
        assert_eq!(chosen(&["a/x.json", "a/y.json"]).0.len(), 2);
        assert_eq!(chosen(&["a.zip", "readme.txt", "list.json"]).0, [("a.zip".to_owned(), 5)]);
    }

    #[test]
    fn documents_beside_label_archives_are_labels_too() {
        let (found, by) = chosen(&["라벨링데이터/TL.zip", "라벨링데이터/TL_add.json", "라벨링데이터/설명.txt"]);
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["라벨링데이터/TL.zip", "라벨링데이터/TL_add.json"]);
        assert!(by.contains("1 other files"), "{by}");
        assert!(is_records("a/b.json.gz") && !is_records("a/b.csv.gz"));
    }

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        let found = chosen(&["a/10.json", "a/9.json", "a/2.json"]).0;
        assert_eq!(
            found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
            ["a/2.json", "a/9.json", "a/10.json"]
        );
    }
}
