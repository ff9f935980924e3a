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

#[test]
fn a_folder_with_list_page_and_tree_of_one_set_gives_one_row() {
    let scratch = Scratch::new();
    write(&scratch.path("saved/list.txt"), LIST);
    write(&scratch.path("saved/990001.txt"), TREE);
    let page = "<html><head><title>가상 대화 말뭉치 | AI-Hub</title></head><body><h3>가상 대화 말뭉치</h3>\
                <table><tr><th>조회수</th><td>1,234</td></tr><tr><th>구축년도</th><td>2022</td></tr></table></body></html>";
    write(&scratch.path("saved/990001.html"), page);
    let rows = |scratch: &Scratch| {
        let sets = "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM catalog.datasets";
        let files = "SELECT count(*) AS n FROM catalog.files WHERE dataset_id = '990001'";
        (sql(scratch, sets)[0].clone(), number(&sql(scratch, files), "/0/n"))
    };
    let first = json(&scratch, &["catalog", "import", "saved", "--as-of", "2026-11"]);
    balanced(&first);
    let all = serde_json::json!({ "n": 602, "ids": 602 });
    assert_eq!(rows(&scratch), (all.clone(), 3), "{first:#}");
    let problems = sql(&scratch, "SELECT code FROM catalog.problems WHERE severity = 'problem' ORDER BY code");
    assert_eq!(problems.as_array().map(Vec::len), Some(2), "the two bad lines of the list, no twins: {problems:#}");
    let set = "SELECT title, views, build_year, files, layout FROM catalog.datasets WHERE id = '990001'";
    let known = serde_json::json!([{ "title": "가상 대화 말뭉치", "views": 1234, "build_year": 2022, "files": 3,
        "layout": "2020-21" }]);
    assert_eq!(sql(&scratch, set), known, "each fact from the file that knows it");
    let again = json(&scratch, &["catalog", "import", "saved", "--as-of", "2026-11"]);
    balanced(&again);
    assert_eq!(rows(&scratch), (all, 3));
    assert_eq!(sql(&scratch, set), known);
    assert_eq!((&again["tables"]["datasets"]["changed"], number(&again, "/datasets/added")), (&false.into(), 0));
    // The same tree, and the same page, under another name are twins.
    write(&scratch.path("saved/tree_990001.txt"), TREE);
    write(&scratch.path("saved/page_990001.html"), page);
    let twins = json(&scratch, &["catalog", "import", "saved", "--as-of", "2026-11"]);
    balanced(&twins);
    let codes: Vec<&str> =
        twins["problems"].as_array().into_iter().flatten().filter_map(|problem| problem["code"].as_str()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "DUPLICATE").count(), 4, "three files and a page: {codes:?}");
}

#[test]
fn folders_of_one_set_give_one_row() {
    let scratch = Scratch::new();
    for file in [
        "v1/990001/071.가상/01.데이터/1.Training/라벨링데이터/TL.zip",
        "v2/990001/071.가상/01.데이터/1.Training/라벨링데이터/TL.zip",
        "a/081.가상 숲/01.데이터/1.Training/라벨링데이터/TL.zip",
        "b/081.가상 숲/01.데이터/1.Training/라벨링데이터/TL2.zip",
    ] {
        write(&scratch.path("bucket").join(file), file);
    }
    for turn in 0..3 {
        let imported = json(&scratch, &["catalog", "import", "bucket", "--as-of", "2026-11"]);
        balanced(&imported);
        assert_eq!(number(&imported, "/books/problems"), 0, "{imported:#}");
        let sets = sql(&scratch, "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM catalog.datasets");
        assert_eq!(sets, serde_json::json!([{ "n": 602, "ids": 602 }]), "{turn}");
        let files = sql(
            &scratch,
            "SELECT dataset_id, count(*) AS n FROM catalog.files WHERE origin = 'prefix' GROUP BY dataset_id ORDER BY dataset_id",
        );
        let expected = serde_json::json!([{ "dataset_id": "081.가상 숲", "n": 2 }, { "dataset_id": "990001", "n": 1 }]);
        assert_eq!(files, expected, "{turn}");
        let places = sql(&scratch, "SELECT count(*) AS n FROM catalog.locations");
        assert_eq!(number(&places, "/0/n"), 4, "each folder is a place");
    }
}

#[test]
fn an_object_at_the_root_of_a_bucket_is_in_no_set() {
    let scratch = Scratch::new();
    for file in [
        "README.txt",
        ".hidden",
        "091.가상 역/01.데이터/1.Training/라벨링데이터/TL.zip",
        "092.가상 {야간}?/01.데이터/1.Training/라벨링데이터/TL.zip",
    ] {
        write(&scratch.path("bucket").join(file), b"x");
    }
    let imported = json(&scratch, &["catalog", "import", "bucket"]);
    balanced(&imported);
    assert_eq!((number(&imported, "/books/read"), number(&imported, "/books/problems")), (3, 1), "{imported:#}");
    let place = imported["problems"][0]["place"].as_str().unwrap_or_default();
    assert!(place.ends_with("/bucket/README.txt'"), "{imported:#}");
    // The signs of a pattern are letters of the folder's name: the place that is stored can be read.
    let places = sql(&scratch, "SELECT url FROM catalog.locations WHERE dataset_id LIKE '092%'");
    let url = places[0]["url"].as_str().expect("a place");
    assert!(url.ends_with("/bucket/092.가상 \\{야간\\}\\?/"), "{url}");
    let again = json(&scratch, &["catalog", "import", url, "--as", "prefix"]);
    assert_eq!((number(&again, "/books/items"), number(&again, "/books/problems")), (1, 0), "{again:#}");
    let places = sql(&scratch, "SELECT url FROM catalog.locations WHERE dataset_id LIKE '092%'");
    assert_eq!(places, serde_json::json!([{ "url": url }]));
}

#[test]
fn a_prefix_that_grew_is_known_at_its_new_size() {
    let scratch = Scratch::new();
    let file = |name: &str| scratch.path("bucket/061.가상 창고/01.데이터/1.Training/라벨링데이터").join(name);
    let import = |as_of: &str| {
        let imported = json(&scratch, &["catalog", "import", "bucket", "--as-of", as_of]);
        balanced(&imported);
        let set = "SELECT files, bytes, bytes_low, files_as_of FROM catalog.datasets WHERE id = '061.가상 창고'";
        sql(&scratch, set)
    };
    let known = |files: u64, bytes: u64, as_of: &str| serde_json::json!([{ "files": files, "bytes": bytes, "bytes_low": bytes, "files_as_of": as_of }]);
    write(&file("TL1.zip"), b"x");
    assert_eq!(import("2026-01"), known(1, 1, "2026-01"));
    write(&file("TL2.zip"), b"xy");
    assert_eq!(import("2026-02"), known(2, 3, "2026-02"));
    assert_eq!(import("2025-12"), known(2, 3, "2026-02"), "an older listing takes nothing back");
    fs::remove_file(file("TL1.zip")).expect("removed");
    assert_eq!(import("2026-03"), known(1, 2, "2026-03"), "the same bucket holds less now");
    // Of a set that somebody else sized, a bucket may hold a part.
    write(&scratch.path("sets.csv"), "번호,제목,용량(GB)\n990005,가상 창고 온도,5\n");
    json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-01"]);
    let set = "SELECT bytes, files_as_of FROM catalog.datasets WHERE id = '990005'";
    let sized = sql(&scratch, set);
    assert_eq!(sized[0]["files_as_of"], "2026-01", "the date of the table is that of its sizes");
    write(&scratch.path("part/990005/072.가상/01.데이터/1.Training/라벨링데이터/TL.zip"), b"x");
    let part = json(&scratch, &["catalog", "import", "part", "--as-of", "2026-06"]);
    assert_eq!(number(&part, "/books/items"), 1);
    assert_eq!(sql(&scratch, set), sized);
}

#[test]
fn a_table_that_is_refused_is_a_failure() {
    let scratch = Scratch::new();
    let rows = |table: &str| number(&sql(&scratch, &format!("SELECT count(*) AS n FROM catalog.{table}")), "/0/n");
    write(&scratch.path("costs.csv"), "dataset_id,modality,field,krw,note\n577,,,100,가상\n578,,,많음,가상\n");
    let refused = scratch.jogak(&["catalog", "import", "costs.csv", "--table", "costs"]).expect(1);
    assert!(refused.stderr.contains("was not replaced"), "{}", refused.stderr);
    assert_eq!(rows("costs"), 0);
    // Without its rows nothing could be scored.
    let before = rows("series");
    write(&scratch.path("series.csv"), "term,series\n");
    let refused = scratch.jogak(&["catalog", "import", "series.csv", "--table", "series"]).expect(2);
    assert!(refused.stderr.contains("no rows"), "{}", refused.stderr);
    assert_eq!(rows("series"), before);
    // A table that people keep may be emptied.
    write(&scratch.path("costs.csv"), "dataset_id,modality,field,krw,note\n577,,,100,가상\n");
    scratch.jogak(&["catalog", "import", "costs.csv", "--table", "costs"]).expect(0);
    write(&scratch.path("costs.csv"), "dataset_id,modality,field,krw,note\n");
    scratch.jogak(&["catalog", "import", "costs.csv", "--table", "costs"]).expect(0);
    assert_eq!(rows("costs"), 0);
}

#[test]
fn sets_of_ones_own_do_not_count_among_the_reviewed_ones() {
    let scratch = Scratch::new();
    let table = |first: u32, count: u32| -> String {
        let rows = (first..first + count).map(|id| format!("{id},가상 {id},2020\n"));
        "번호,제목,구축년도\n".to_owned() + &rows.collect::<String>()
    };
    write(&scratch.path("own.csv"), table(990_100, 100));
    json(&scratch, &["catalog", "import", "own.csv"]);
    let said = scratch.jogak(&["catalog", "list", "-n", "1"]).expect(0).stderr;
    assert!(said.contains("91 of the 691") && said.contains("600 are public"), "{said}");
    assert!(said.contains("100 further sets"), "{said}");
    write(&scratch.path("private.csv"), table(990_300, 2));
    json(&scratch, &["catalog", "import", "private.csv", "--source", "MSIT 691"]);
    let said = scratch.jogak(&["--lang", "ko", "catalog", "list", "-n", "1"]).expect(0).stderr;
    assert!(said.contains("691종 가운데 89종") && said.contains("추가 2종"), "{said}");
}

#[test]
fn a_judgement_that_changes_no_score_does_not_keep_a_selection_from_being_sealed() {
    let scratch = Scratch::new();
    json(&scratch, &["catalog", "score"]);
    let judged =
        ["catalog", "judge", "577", "--set", "need=0.9", "--reason", "가상", "--by", "가상 위원", "--conflict"];
    scratch.jogak(&judged).expect(0);
    assert_eq!(json(&scratch, &["catalog", "show", "577"])["scores_are_old"], true);
    json(&scratch, &["catalog", "score"]);
    assert_eq!(json(&scratch, &["catalog", "show", "577"])["scores_are_old"], false);
    let again = json(&scratch, &["catalog", "score"]);
    assert_eq!(again["tables"]["scores"]["changed"], false, "nothing is new");
    json(&scratch, &["catalog", "select", "--name", "봉인"]);
    scratch.jogak(&["catalog", "freeze", "봉인"]).expect(0);
    scratch.verify("home/data/jogak/catalog");
}

#[test]
fn judgements_are_added_together_or_not_at_all() {
    let scratch = Scratch::new();
    let judgments =
        |columns: &str| sql(&scratch, &format!("SELECT {columns} FROM catalog.judgments ORDER BY reviewer"));
    let judge = ["catalog", "judge", "577", "--reason", "가상", "--by", "가상 위원", "--set", "need=0.9", "--set"];
    for bad in ["nothing=0.5", "scarcity=7", "scarcity"] {
        scratch.jogak(&[judge.as_slice(), &[bad]].concat()).expect(2);
    }
    let count = sql(&scratch, "SELECT count(*) AS n FROM catalog.judgments");
    assert_eq!(number(&count, "/0/n"), 0, "none of the two");
    let table = "번호,평가항목,평가위원,점수,사유,일자\n577,need,가,0.5,가상,2026-5-9\n577,need,나,0.6,가상,어제\n\
                 577,need,다,0.7,가상,2026-05-09T08:30:00+09:00\n999999999,need,라,0.7,가상,\n";
    write(&scratch.path("judged.csv"), table);
    let judged = json(&scratch, &["catalog", "judge", "--from", "judged.csv"]);
    balanced(&judged);
    assert_eq!((number(&judged, "/books/items"), number(&judged, "/books/problems")), (2, 2), "{judged:#}");
    let times = serde_json::json!([{ "time": "2026-05-09" }, { "time": "2026-05-08T23:30:00Z" }]);
    assert_eq!(judgments("time"), times, "times that can be compared");
}
