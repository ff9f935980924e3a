//! The catalogue: what is built in, what imports do to it, and that every line is accounted for.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::command::{Scratch, number};

/// Runs `jogak catalog …` and reads its JSON.
#[track_caller]
fn json(scratch: &Scratch, arguments: &[&str]) -> Value {
    let output = scratch.jogak(&[arguments, &["--format", "json"]].concat()).expect(0);
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("no JSON ({error}):\n{}", output.stdout))
}

#[track_caller]
fn sql(scratch: &Scratch, query: &str) -> Value {
    json(scratch, &["sql", query])
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The books of an import: everything read became an item or a problem.
#[track_caller]
fn balanced(imported: &Value) {
    let books = &imported["books"];
    assert_eq!(number(books, "/items") + number(books, "/problems"), number(books, "/read"), "{imported:#}");
}

#[test]
fn the_public_sets_are_there_from_the_first_command_on() {
    let scratch = Scratch::new();
    let output = scratch.jogak(&["catalog", "list", "--format", "json"]).expect(0);
    let sets: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(sets.as_array().map(Vec::len), Some(600));
    assert!(output.stderr.contains("91 of the 691"), "{}", output.stderr);
    let korean = scratch.jogak(&["--lang", "ko", "catalog", "list", "-n", "1"]).expect(0);
    assert!(korean.stderr.contains("91종") && korean.stdout.contains("번호"), "{korean:?}");
    // Nothing was written: the catalogue is read from the program.
    assert!(!scratch.path("home/data/jogak/catalog").exists());
    // Blanks and the form of the letters do not matter; every word does.
    let found = json(&scratch, &["catalog", "search", "기계독해", "-n", "5"]);
    let decomposed: String = "기계독해"
        .chars()
        .flat_map(|letter| {
            let index = u32::from(letter) - 0xAC00;
            let jamo = [0x1100 + index / 588, 0x1161 + index / 28 % 21, 0x11A7 + index % 28];
            jamo.into_iter().filter(|code| *code != 0x11A7).filter_map(char::from_u32).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(found, json(&scratch, &["catalog", "search", &decomposed, "-n", "5"]));
    assert!(found.as_array().is_some_and(|rows| !rows.is_empty()));
    let none = scratch.jogak(&["catalog", "show", "999999999"]).expect(2);
    assert!(none.stderr.contains("no set '999999999'"), "{}", none.stderr);
    let rows =
        sql(&scratch, "SELECT count(*) AS n, count(as_of) AS dated, count(terms) AS terms FROM catalog.datasets");
    assert_eq!((number(&rows, "/0/n"), number(&rows, "/0/dated"), number(&rows, "/0/terms")), (600, 600, 0));
}

#[test]
fn a_table_with_bad_lines_is_taken_in_and_every_line_is_accounted_for() {
    let scratch = Scratch::new();
    let table = "데이터셋 번호,데이터명,조회수,구축년도,비고\n\
                 990001,가상 등대 일지,\"1,234\",2022,x\n\
                 990002,가상 항구,많음,2021,x\n\
                 ,이름 없음,1,2020,x\n\
                 990003,\n\
                 990001,다시,1,2022,x\n";
    write(&scratch.path("sets.csv"), table);
    let imported = json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    balanced(&imported);
    assert_eq!((number(&imported, "/books/items"), number(&imported, "/books/problems")), (2, 3), "{imported:#}");
    assert_eq!((number(&imported, "/datasets/added"), number(&imported, "/datasets/changed")), (2, 0));
    let problems = sql(&scratch, "SELECT severity, code FROM catalog.problems ORDER BY severity, code");
    let codes: Vec<&str> = problems.as_array().into_iter().flatten().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["CELLS", "DUPLICATE", "MISSING", "VALUE"], "the value that is no number is a remark");
    // The same again: nothing changes, no version is made.
    let again = json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    assert_eq!(again["tables"]["datasets"]["changed"], false);
    assert_eq!(again["tables"]["datasets"]["version"], imported["tables"]["datasets"]["version"]);
    // A later table knows one fact: the others stay, and what changed is a query.
    write(&scratch.path("later.csv"), "id,title,views\n990001,가상 등대 일지,2000\n");
    json(&scratch, &["catalog", "import", "later.csv", "--as-of", "2026-12"]);
    let set = sql(&scratch, "SELECT views, build_year, as_of FROM catalog.datasets WHERE id = '990001'");
    assert_eq!((number(&set, "/0/views"), number(&set, "/0/build_year")), (2000, 2022));
    let changes = sql(&scratch, "SELECT dataset_id, fact, before, after FROM catalog.changes WHERE fact = 'views'");
    assert_eq!(
        changes,
        serde_json::json!([{ "dataset_id": "990001", "fact": "views", "before": "1234", "after": "2000" }])
    );
    let before = sql(&scratch, "SELECT views FROM catalog.\"datasets@0\" WHERE id = '990001'");
    assert_eq!(number(&before, "/0/views"), 1234);
    // An older table fills gaps and takes nothing back.
    write(&scratch.path("older.csv"), "id,title,views,builder\n990001,가상 등대 일지,7,가상 기관\n");
    json(&scratch, &["catalog", "import", "older.csv", "--as-of", "2020-01"]);
    let set = sql(&scratch, "SELECT views, builder FROM catalog.datasets WHERE id = '990001'");
    assert_eq!((number(&set, "/0/views"), &set[0]["builder"]), (2000, &"가상 기관".into()));
    scratch.verify("home/data/jogak/catalog");
    scratch.jogak(&["history", "home/data/jogak/catalog/datasets"]).expect(0);
}

const LIST: &str = "==================DataSet 목록==================\n990001, 가상 대화 말뭉치\n990002, 가상 도로 영상(주간, 야간)\n\
                    잘린 줄\n990003\n==========================================\n";
const TREE: &str = "=================공지사항===================\n\n    └─777.가상 양식장 데이터\n        └─01.데이터\n            \
                    ├─1.Training\n            │  ├─라벨링데이터\n            │  │  └─TL1.zip | 12 MB | 90001\n            │  \
                    └─원천데이터\n            │      └─TS1.zip | 3 GB | 90002\n            └─2.Validation\n                \
                    └─라벨링데이터\n                    └─VL1.zip | 640 KB | 90003\n";

#[test]
fn answers_of_the_interface_are_read_as_they_come() {
    let scratch = Scratch::new();
    write(&scratch.path("list.txt"), LIST);
    let list = json(&scratch, &["catalog", "import", "list.txt"]);
    balanced(&list);
    assert_eq!(
        (&list["form"], number(&list, "/books/items"), number(&list, "/books/problems")),
        (&"list".into(), 2, 2)
    );
    assert_eq!(number(&list, "/not_in_list"), 600, "sets that the list does not name stay, and are counted");
    write(&scratch.path("trees/990001.txt"), TREE);
    let tree = json(&scratch, &["catalog", "import", "trees"]);
    balanced(&tree);
    assert_eq!((number(&tree, "/files"), number(&tree, "/books/items")), (3, 3), "{tree:#}");
    let set = sql(&scratch, "SELECT title, files, bytes, layout FROM catalog.datasets WHERE id = '990001'");
    assert_eq!(
        (&set[0]["title"], number(&set, "/0/files")),
        (&"가상 대화 말뭉치".into(), 3),
        "the title is the list's"
    );
    assert_eq!(set[0]["layout"], "2020-21");
    let files = sql(&scratch, "SELECT kind, split, size FROM catalog.files WHERE dataset_id = '990001' ORDER BY path");
    assert_eq!(files[0], serde_json::json!({ "kind": "label", "split": "training", "size": 12_582_912 }));
    let lost =
        scratch.jogak(&["catalog", "import", "trees", "--as", "tree", "--id", "1", "--format", "json"]).expect(0);
    assert!(lost.stdout.contains("\"form\""), "{}", lost.stdout);
    // A page without its number cannot be used, and says so.
    write(&scratch.path("page.html"), "<html><body><h1>가상</h1></body></html>");
    let page = scratch.jogak(&["catalog", "import", "page.html", "--format", "json"]).expect(1);
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    balanced(&page);
    assert_eq!(page["problems"][0]["code"], "MISSING");
}

#[test]
fn a_prefix_in_each_of_the_four_layouts() {
    let scratch = Scratch::new();
    let files = [
        "11.가상 구어체/01.가상.zip",
        "021.가상 등대/01.데이터/1.Training/라벨링데이터/TL1.zip",
        "021.가상 등대/01.데이터/1.Training/원천데이터/TS1.zip.part0",
        "021.가상 등대/01.데이터/1.Training/원천데이터/TS1.zip.part1",
        "031.가상 항구/01-1.정식개방데이터/Training/02.라벨링데이터/TL_가.zip",
        "041.가상 바다/3.개방데이터/1.데이터/Validation/02.라벨링데이터/VL.zip",
        "읽어 보기.txt",
    ];
    for file in files {
        write(&scratch.path("bucket").join(file), b"x");
    }
    let imported = json(&scratch, &["catalog", "import", "bucket"]);
    balanced(&imported);
    assert_eq!((&imported["form"], number(&imported, "/books/read")), (&"prefix".into(), 7), "{imported:#}");
    assert_eq!(number(&imported, "/books/problems"), 1, "a file that is in no set");
    let places = sql(&scratch, "SELECT dataset_id, layout, objects FROM catalog.locations ORDER BY layout");
    let layouts: Vec<&str> = places.as_array().into_iter().flatten().filter_map(|row| row["layout"].as_str()).collect();
    assert_eq!(layouts, ["2017-19", "2020-21", "2022", "2023+"]);
    let parts =
        sql(&scratch, "SELECT parts, pieces FROM catalog.files WHERE path LIKE '%TS1.zip' AND origin = 'prefix'");
    assert_eq!(number(&parts, "/0/parts"), 2);
    // By hand wins over an import.
    scratch.jogak(&["catalog", "locate", "577", "s3://bucket/577/"]).expect(0);
    let place = sql(&scratch, "SELECT url, bound_by FROM catalog.locations WHERE dataset_id = '577'");
    assert_eq!(place[0], serde_json::json!({ "url": "s3://bucket/577/", "bound_by": "hand" }));
    scratch.jogak(&["catalog", "locate", "nothing", "s3://bucket/1/"]).expect(2);
}

#[test]
fn tables_that_judge_are_replaced_as_a_whole_or_not_at_all() {
    let scratch = Scratch::new();
    write(&scratch.path("series.csv"), "term,series\n가상,가상 계열\n");
    json(&scratch, &["catalog", "import", "series.csv", "--table", "series"]);
    assert_eq!(number(&sql(&scratch, "SELECT count(*) AS n FROM catalog.series"), "/0/n"), 1);
    write(&scratch.path("half.csv"), "term\n가상\n");
    let refused = scratch.jogak(&["catalog", "import", "half.csv", "--table", "series"]).expect(2);
    assert!(refused.stderr.contains("lacks the column series"), "{}", refused.stderr);
    let refused = scratch.jogak(&["catalog", "import", "half.csv", "--table", "scores"]).expect(2);
    assert!(refused.stderr.contains("cannot be replaced"), "{}", refused.stderr);
}

#[test]
fn files_of_many_sets_come_as_a_table() {
    let scratch = Scratch::new();
    let table = "dataset_id,path,size\n990001,901.가상/01.데이터/1.Training/라벨링데이터/TL.zip,10\n\
                 990001,901.가상/01.데이터/1.Training/원천데이터/TS.zip.part0,20\n\
                 990001,901.가상/01.데이터/1.Training/원천데이터/TS.zip.part1,30\n,x/y.zip,1\n577,577/TL.zip,7\n";
    write(&scratch.path("files.csv"), table);
    let imported = json(&scratch, &["catalog", "import", "files.csv", "--table", "files"]);
    balanced(&imported);
    assert_eq!((number(&imported, "/books/items"), number(&imported, "/books/problems")), (4, 1), "{imported:#}");
    let files = sql(&scratch, "SELECT kind, size, parts FROM catalog.files WHERE dataset_id = '990001' ORDER BY path");
    assert_eq!(files[1], serde_json::json!({ "kind": "source", "size": 50, "parts": 2 }));
    // A listing takes the place of the sample of paths that is built in.
    let files = sql(&scratch, "SELECT path FROM catalog.files WHERE dataset_id = '577'");
    assert_eq!(files, serde_json::json!([{ "path": "577/TL.zip" }]));
}
