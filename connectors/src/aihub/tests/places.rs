//! Listings of object stores in the four layouts.

use super::super::dataset::{Dataset, FileKind, Layout, Split};
use super::super::layout::{KnownFolders, ListedObject, PlacedSet, Placement, place};

fn listed<'a>(keys: &[&'a str]) -> Vec<ListedObject<'a>> {
    keys.iter().map(|key| ListedObject { key, size: 10 }).collect()
}

fn at(keys: &[&str], folder: Option<&str>, known: &KnownFolders) -> Placement {
    let placement = place("s3://made/aihub/", folder, &listed(keys), known);
    assert!(placement.is_balanced());
    placement
}

fn brief(set: &PlacedSet) -> (&str, &str, u64) {
    (set.location.trim_start_matches("s3://made/aihub"), set.layout.name(), set.objects)
}

const ALL: [&str; 22] = [
    "11.가상기계/01.Normal.zip",
    "11.가상기계/02.NoAnswer.zip",
    "089.가상 독해/01.데이터/1.Training/라벨링데이터_0828_ADD/[라벨]train.zip",
    "089.가상 독해/01.데이터/1.Training/원천데이터/TS.zip.part0",
    "089.가상 독해/01.데이터/1.Training/원천데이터/TS.zip.part1",
    "089.가상 독해/01.데이터/1.Training/원천데이터/TS.zip.part10",
    "089.가상 독해/01.데이터/1.Training/원천데이터/TS.zip.part2",
    "089.가상 독해/03.저작도구/1.사용매뉴얼/안내.pdf",
    "090.가상 훈련/1. Training/[원천]x.zip",
    "090.가상 훈련/2. Validation/[원천]x.zip",
    "577.가상 뉴스/01-1.정식개방데이터/Other/Other.zip",
    "577.가상 뉴스/01-1.정식개방데이터/Training/01.원천데이터/TS_가.z01",
    "577.가상 뉴스/01-1.정식개방데이터/Training/01.원천데이터/TS_가.zip",
    "577.가상 뉴스/01-1.정식개방데이터/Training/02.라벨링데이터/TL_가.zip",
    "577.가상 뉴스/01-1.정식개방데이터/Validation/02.라벨링데이터/VL_가.zip",
    "71700/122-1.가상 로봇/3.개방데이터/1.데이터/Training/02.라벨링데이터/TL.zip",
    "71700/122-1.가상 로봇/3.개방데이터/1.데이터/Validation/02.라벨링데이터/VL.zip",
    "download.tar",
    "notes/readme.txt",
    "readme.txt",
    "끝/",
    "모음/train/x.jpg",
];

#[test]
fn four_layouts() {
    let placement = at(&ALL, Some("aihub"), &KnownFolders::default());
    let sets: Vec<_> = placement.sets.iter().map(brief).collect();
    assert_eq!(
        sets,
        [
            ("/089.가상 독해/", "2020-21", 6),
            ("/090.가상 훈련/", "2020-21", 2),
            ("/11.가상기계/", "2017-19", 2),
            ("/577.가상 뉴스/", "2022", 5),
            ("/71700/122-1.가상 로봇/", "2023+", 2),
        ]
    );
    let unplaced: Vec<_> = placement.unplaced.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(unplaced, ["download.tar", "notes/readme.txt", "readme.txt", "끝/", "모음/train/x.jpg"]);
    assert!(placement.unplaced[0].why.contains("as AI Hub hands it out"));
    assert_eq!(placement.sets[4].id.as_deref(), Some("71700"));
    assert_eq!(
        (placement.sets[4].number.as_deref(), placement.sets[4].title.as_deref()),
        (Some("122-1"), Some("가상 로봇"))
    );
    // The number in a root folder is no id.
    assert_eq!((placement.sets[3].id.as_deref(), placement.sets[3].bytes), (None, 50));

    let set = &placement.sets[0];
    let files: Vec<_> = set.files.iter().map(|file| (file.path.as_str(), file.parts, file.kind, file.split)).collect();
    let path = "089.가상 독해/01.데이터/1.Training/";
    assert_eq!(
        files,
        [
            (&*format!("{path}라벨링데이터_0828_ADD/[라벨]train.zip"), 1, Some(FileKind::Label), Some(Split::Training)),
            (&*format!("{path}원천데이터/TS.zip"), 4, Some(FileKind::Source), Some(Split::Training)),
            ("089.가상 독해/03.저작도구/1.사용매뉴얼/안내.pdf", 1, Some(FileKind::Other), None),
        ]
    );
    assert_eq!((set.files[0].revision.as_deref(), set.files[2].format.as_deref()), (Some("0828_add"), Some("pdf")));
    assert_eq!(placement.remarks.iter().map(|remark| remark.why.as_str()).collect::<Vec<_>>(), ["piece 3 is missing"]);
    let news = &placement.sets[3].files;
    assert_eq!(news.iter().map(|file| file.parts).collect::<Vec<_>>(), [1, 2, 1, 1]);
    assert_eq!((news[0].kind, news[0].split), (Some(FileKind::Other), Some(Split::Other)));
}

#[test]
fn known_folders_give_ids() {
    let mut sets = [Dataset::new("901", "가상 뉴스 독해"), Dataset::new("902", "하나"), Dataset::new("903", "둘")];
    sets[0].sample_paths = vec!["577.가상  뉴스/x.zip".to_owned()];
    sets[1].sample_paths = vec!["11.가상기계/x.zip".to_owned()];
    sets[2].sample_paths = vec!["11.가상기계/y.zip".to_owned()];
    let known = KnownFolders::new(&sets);
    let placement = at(&ALL, None, &known);
    assert_eq!(placement.sets[3].id.as_deref(), Some("901"));
    assert_eq!(placement.sets[3].files[0].dataset_id.as_deref(), Some("901"));
    assert_eq!((placement.sets[2].id.as_deref(), placement.sets[2].candidates.join(",")), (None, "902,903".to_owned()));
    // A folder called by the number decides between them.
    let placement = at(&["dataSetSn=903/11.가상기계/x.zip"], None, &known);
    assert_eq!(placement.sets[0].id.as_deref(), Some("903"));
}

#[test]
fn folders_above_and_prefixes_within() {
    // Numbered folders of fields or years above the sets are no sets.
    let keys = [
        "01.한국어/11.가상기계/01.Normal.zip",
        "01.한국어/577.가상/01-1.정식개방데이터/Training/02.라벨링데이터/TL.zip",
        "01.한국어/목록.xlsx",
        "2022/578.가상/01-1.정식개방데이터/Training/02.라벨링데이터/TL.zip",
    ];
    let placement = at(&keys, None, &KnownFolders::default());
    let sets: Vec<_> = placement.sets.iter().map(brief).collect();
    let expected = [
        ("/01.한국어/11.가상기계/", "2017-19", 1),
        ("/01.한국어/577.가상/", "2022", 1),
        ("/2022/578.가상/", "2022", 1),
    ];
    assert_eq!(sets, expected);
    assert_eq!((placement.sets[2].id.as_deref(), placement.unplaced[0].key.as_str()), (None, "01.한국어/목록.xlsx"));
    // Decomposed names, and names that are empty.
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(keys[1]).collect();
    let placement = at(&[&decomposed, "x//577.가상//01-1.정식개방데이터/VL.zip"], None, &KnownFolders::default());
    assert_eq!(
        placement.sets.iter().map(|set| (set.layout, set.objects)).collect::<Vec<_>>(),
        [(Layout::Official, 1); 2]
    );
    assert!(placement.sets.iter().all(|set| set.files[0].kind == Some(FileKind::Label)));
    // The prefix is itself a set.
    let keys = ["01.데이터/1.Training/라벨링데이터/TL.zip", "03.저작도구/가상.zip", "안내.pdf"];
    let placement = at(&keys, Some("089.가상 독해"), &KnownFolders::default());
    assert_eq!(placement.sets.iter().map(brief).collect::<Vec<_>>(), [("/", "2020-21", 3)]);
    assert_eq!(placement.sets[0].title.as_deref(), Some("가상 독해"));
    assert_eq!(placement.sets[0].files[2].path, "089.가상 독해/안내.pdf");
    let placement = at(&["01.Normal.zip", "02.가상/x.zip"], Some("11.가상기계"), &KnownFolders::default());
    assert_eq!(placement.sets.iter().map(|set| (set.layout, set.objects)).collect::<Vec<_>>(), [(Layout::AdHoc, 2)]);
    let placement = at(&["Training/원천데이터/a.zip"], Some("577"), &KnownFolders::default());
    assert_eq!((placement.sets[0].id.as_deref(), placement.sets[0].layout), (Some("577"), Layout::Data));
}

#[test]
fn a_number_above_states_the_set() {
    let none = KnownFolders::default();
    let label = "990002/data/라벨링데이터/089.가상 독해/01.데이터/1.Training/TL.zip";
    let placement = at(&[label], None, &none);
    assert_eq!(
        placement.sets.iter().map(brief).collect::<Vec<_>>(),
        [("/990002/data/라벨링데이터/089.가상 독해/", "2020-21", 1)]
    );
    assert_eq!(
        (placement.sets[0].id.as_deref(), placement.sets[0].title.as_deref()),
        (Some("990002"), Some("가상 독해"))
    );
    // Labels and sources of a set lie in one place: its folder.
    let source = "990002/data/원천데이터/089.가상 독해/01.데이터/1.Training/x.zip";
    let placement = at(&[label, source, "990003/089.가상 독해/01.데이터/1.Training/TL.zip"], None, &none);
    let sets: Vec<_> = placement.sets.iter().map(brief).collect();
    assert_eq!(sets, [("/990002/", "2020-21", 2), ("/990003/089.가상 독해/", "2020-21", 1)]);
    let set = &placement.sets[0];
    assert_eq!((set.id.as_deref(), set.title.as_deref(), set.bytes), (Some("990002"), Some("가상 독해"), 20));
    assert_eq!((set.files[0].path.as_str(), set.files[0].kind), (label, Some(FileKind::Label)));
    assert_eq!(set.files[1].kind, Some(FileKind::Source));
    // The listed prefix is that folder.
    let below: Vec<&str> = [label, source].iter().map(|key| key.split_once('/').unwrap().1).collect();
    let placement = at(&below, Some("990002"), &none);
    assert_eq!(placement.sets.iter().map(brief).collect::<Vec<_>>(), [("/", "2020-21", 2)]);
    assert_eq!(placement.sets[0].id.as_deref(), Some("990002"));
    // Versions of a set lie beside each other.
    let versions = ["990002/v1/089.가상/01.데이터/x.zip", "990002/v2/089.가상/01.데이터/x.zip"];
    let placement = at(&versions, None, &none);
    assert_eq!(placement.sets.iter().map(|set| set.id.as_deref()).collect::<Vec<_>>(), [Some("990002"); 2]);
    // Farther up, a month, a year or the number of a collection is no set's.
    for keys in [
        ["2021/03/라벨/089.가상/01.데이터/x.zip", "2021/04/라벨/090.가상/01.데이터/x.zip"],
        ["100/a/089.가상/01.데이터/x.zip", "100/b/090.다른 가상/01.데이터/x.zip"],
    ] {
        let placement = at(&keys, None, &none);
        assert_eq!(placement.sets.iter().filter(|set| set.id.is_some()).count(), 0, "{keys:?}");
        assert_eq!(placement.sets.len(), 2);
    }
    // The number says which of the known sets it is, the nearest one that is one of them.
    let mut known = KnownFolders::default();
    known.add("11.가상기계", "902");
    known.add("11.가상기계", "903");
    let placement = at(&["903/12/11.가상기계/x.zip"], None, &known);
    assert_eq!(placement.sets[0].id.as_deref(), Some("903"));
}
