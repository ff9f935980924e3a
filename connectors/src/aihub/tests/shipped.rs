//! The catalogue that is shipped.

use super::super::builtin::{Coverage, load};
use super::super::dataset::{Dataset, Layout, Modality, sample_files};
use super::super::layout::{KnownFolders, ListedObject, place};
use std::collections::{BTreeMap, BTreeSet};

fn datasets() -> Vec<Dataset> {
    let import = load(include_bytes!("../../../../engine/catalog/aihub-600.csv")).unwrap();
    assert_eq!((import.read, import.items.len(), import.problems.len()), (600, 600, 0));
    assert!(import.is_balanced());
    // Tags that are no words, or stand there twice.
    let remarks: Vec<_> = import.remarks.iter().map(|it| (it.code, it.place.to_string())).collect();
    assert!(remarks.iter().all(|(code, place)| *code == "VALUE" && place.ends_with("'tags'")), "{remarks:?}");
    assert_eq!(remarks.len(), 5);
    import.items
}

#[test]
fn six_hundred_of_six_hundred_and_ninety_one() {
    let datasets = datasets();
    let coverage = Coverage { public: datasets.len() as u64, reviewed: 0, added: 7 };
    assert_eq!(coverage.missing(), 91);
    assert_eq!(Coverage { reviewed: 91, ..coverage }.message_en(), None);
    assert!(Coverage { reviewed: 90, ..coverage }.message_en().unwrap().starts_with("1 of the 691 data sets"));
    assert!(coverage.message_en().unwrap().starts_with("91 of the 691 data sets"));
    assert!(coverage.message_ko().unwrap().contains("691종 가운데 91종"));
    let mut years: BTreeMap<u16, usize> = BTreeMap::new();
    let mut modalities: BTreeMap<Modality, usize> = BTreeMap::new();
    for dataset in &datasets {
        *years.entry(dataset.build_year.unwrap()).or_default() += 1;
        *modalities.entry(dataset.modalities[0]).or_default() += 1;
        assert!(dataset.views.is_some() && dataset.downloads.is_some() && dataset.updated.is_some());
        assert!(dataset.field.is_some() && dataset.files.unwrap() > 0 && !dataset.sample_paths.is_empty());
        assert_eq!(dataset.as_of.unwrap().to_string(), "2026-05");
        assert_eq!(dataset.files_as_of.unwrap().to_string(), "2026-03");
        let size = dataset.bytes.unwrap();
        assert!(size.low < size.value && size.value < size.high && size.low >= size.value / 2);
    }
    let by_year = [(2017, 4), (2018, 7), (2019, 8), (2020, 139), (2021, 159), (2022, 283)];
    assert_eq!(years.into_iter().collect::<Vec<_>>(), by_year);
    use Modality::{Audio, Image, Sensor, Text, ThreeD, Video};
    let by_modality = [(Text, 147), (Image, 269), (Video, 51), (Audio, 79), (ThreeD, 40), (Sensor, 14)];
    assert_eq!(modalities.into_iter().collect::<Vec<_>>(), by_modality);
    let fields: BTreeSet<_> = datasets.iter().filter_map(|dataset| dataset.field.as_deref()).collect();
    assert_eq!((fields.len(), fields == super::super::values::FIELDS.into_iter().collect()), (14, true));
    // 572 TB, as rounded sizes give it.
    let terabytes = datasets.iter().map(|dataset| dataset.bytes.unwrap().value).sum::<u64>() >> 40;
    assert_eq!(terabytes, 571);
    let large = |dataset: &&Dataset| dataset.modalities == [Text] && dataset.bytes.unwrap().value > 100 << 30;
    assert_eq!(datasets.iter().filter(large).count(), 51);
}

#[test]
fn layouts_of_the_years() {
    let mut counts: BTreeMap<(u16, &str), usize> = BTreeMap::new();
    for dataset in datasets() {
        let era = match dataset.build_year.unwrap() {
            ..2020 => 2017,
            2020 | 2021 => 2020,
            _ => 2022,
        };
        *counts.entry((era, dataset.layout.map_or("?", Layout::name))).or_default() += 1;
    }
    let expected = [
        ((2017, "2017-19"), 19),
        ((2020, "2020-21"), 296),
        ((2020, "2022"), 2),
        ((2022, "2020-21"), 1),
        ((2022, "2022"), 282),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn its_own_paths_are_placed() {
    let datasets = datasets();
    let known = KnownFolders::new(&datasets);
    let keys: Vec<&str> = datasets.iter().flat_map(|dataset| &dataset.sample_paths).map(String::as_str).collect();
    let objects: Vec<ListedObject<'_>> = keys.iter().map(|key| ListedObject { key, size: 1 }).collect();
    // Two pairs of sets share a root folder each.
    for (known, ids) in [(&known, 596), (&KnownFolders::default(), 0)] {
        let placement = place("s3://made", None, &objects, known);
        assert!(placement.is_balanced());
        assert_eq!((placement.sets.len(), placement.unplaced.len()), (598, 0));
        assert_eq!(placement.sets.iter().filter(|set| set.id.is_some()).count(), ids);
    }
    let files: Vec<_> = datasets.iter().flat_map(sample_files).collect();
    let kinds = files.iter().filter(|file| file.kind.is_some()).count();
    let splits = files.iter().filter(|file| file.split.is_some()).count();
    assert_eq!((files.len(), kinds, splits), (2914, 2794, 2804));
}
