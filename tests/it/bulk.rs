//! Many sets with one command: the whole chain from a bucket to verified tables, with damage, gaps in the catalogue and a
//! kill in the middle.
//!
//! A dozen sets by default; `JOGAK_TEST_SETS=40` for more.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::command::{Scratch, files_below, number};
use super::places::{Place, wanted};

/// Families with a title that says what they are.
const FAMILIES: [(&str, &str, &str); 6] = [
    ("mrc", "뉴스 기사 기계독해 데이터", "텍스트"),
    ("math", "초등 수학 문장제 풀이 데이터", "텍스트"),
    ("nli", "자연어 추론 함의 데이터", "텍스트"),
    ("mrc-finance", "금융·법률 문서 기계독해 데이터", "텍스트"),
    ("choice", "상식 선다형 질의응답 데이터", "텍스트"),
    ("track", "손·컵 조작 객체 추적 영상", "비디오"),
];

const LAYOUTS: [&str; 4] = [
    "data/라벨링데이터",
    "01.데이터/1.Training/라벨링데이터",
    "01-1.정식개방데이터/Training/02.라벨링데이터",
    "3.개방데이터/1.데이터/Training/02.라벨링데이터",
];

const FIRST: u64 = 990_001;

/// What a set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of this family.
    Sound(usize),
    /// Its only archive is none.
    Damaged,
    /// No shipped plan is for it.
    Foreign,
}

fn kind(at: u64, sets: u64) -> Kind {
    match at {
        3 => Kind::Damaged,
        5 => Kind::Foreign,
        _ if at < sets => Kind::Sound(usize::try_from(at).expect("a small number") % FAMILIES.len()),
        _ => unreachable!("there are {sets} sets"),
    }
}

/// Makes the sets in `bucket/`, and `sets.csv` that describes them.
fn make(scratch: &Scratch, sets: u64, records: u64) {
    let mut table = "데이터셋 번호,데이터명,분야,데이터 유형,구축년도\n".to_owned();
    for at in 0..sets {
        let (id, layout) = (FIRST + at, LAYOUTS[usize::try_from(at % 4).expect("small")]);
        let folder = format!("bucket/{id}/{layout}");
        let (title, modality) = match kind(at, sets) {
            Kind::Sound(family) => {
                let (name, title, modality) = FAMILIES[family];
                fs::create_dir_all(scratch.path(&folder).parent().expect("a folder")).expect("its folder");
                let seed = (at + 1).to_string();
                scratch.sample(name, records, &folder, &["--seed", &seed, "--hazards", "none"]);
                fs::remove_file(scratch.path(&format!("{folder}.expected.json"))).expect("the report");
                (title, modality)
            }
            Kind::Damaged => {
                fs::create_dir_all(scratch.path(&folder)).expect("its folder");
                fs::write(scratch.path(&format!("{folder}/TL.zip")), "no archive".repeat(999)).expect("a file");
                (FAMILIES[0].1, "텍스트")
            }
            Kind::Foreign => {
                fs::create_dir_all(scratch.path(&folder)).expect("its folder");
                let rows: Vec<Value> = (0..200)
                    .map(|row| serde_json::json!({"talk": row, "emotion": if row % 2 == 0 { "기쁨" } else { "슬픔" }, "text": format!("나루의 {row}번째 저녁")}))
                    .collect();
                let text = serde_json::json!({ "data": rows }).to_string();
                fs::write(scratch.path(&format!("{folder}/TL.json")), text).expect("a file");
                ("감성 대화 말뭉치", "텍스트")
            }
        };
        table.push_str(&format!("{id},(가상) {title} {at},한국어,{modality},2021\n"));
    }
    fs::write(scratch.path("sets.csv"), table).expect("the table");
}

/// One line a set and plan.
fn lines(stdout: &str) -> Vec<Value> {
    stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn status_of(lines: &[Value], id: u64) -> Vec<&str> {
    let id = id.to_string();
    lines.iter().filter(|line| line["dataset_id"] == id.as_str()).filter_map(|line| line["status"].as_str()).collect()
}

/// Rows of each set.
fn rows(lines: &[Value]) -> BTreeMap<String, u64> {
    let mut rows = BTreeMap::new();
    for line in lines {
        *rows.entry(line["dataset_id"].as_str().expect("a set").to_owned()).or_default() += number(line, "/rows");
    }
    rows
}

/// bucket → catalogue → probe → score → select → run, killed in the middle, and continued by the same command.
fn whole_chain(place: &Place) {
    let scratch = &place.scratch;
    let sets = wanted("JOGAK_TEST_SETS", 12);
    make(scratch, sets, 120);
    place.keep("bucket");
    let bucket = place.url("bucket");
    let json = |arguments: &[&str]| -> Value {
        let output = scratch.jogak(&[arguments, &["--format", "json"]].concat()).expect(0);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {}", output.stdout))
    };
    let imported = json(&["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    assert_eq!(number(&imported, "/books/items"), sets);
    let imported = json(&["catalog", "import", &bucket, "--as-of", "2026-11"]);
    let books = |name: &str| number(&imported, &format!("/books/{name}"));
    assert_eq!((books("items") + books("problems"), number(&imported, "/locations")), (books("read"), sets));
    // The damaged set cannot be looked into, which does not stop the others.
    scratch.jogak(&["catalog", "probe", "--budget", "1MiB"]);
    json(&["catalog", "score"]);
    let physical = (0..sets).filter(|at| kind(*at, sets) == Kind::Sound(5)).count();
    let llm = usize::try_from(sets).expect("small") - physical;
    let (llm, physical) = (llm.to_string(), physical.to_string());
    let mut command =
        vec!["catalog", "select", "--name", "모두", "--budget", "0", "--llm", &llm, "--physical", &physical];
    let ids: Vec<String> = (FIRST..FIRST + sets)
        .map(|id| format!("{}:{id}", if kind(id - FIRST, sets) == Kind::Sound(5) { "physical" } else { "llm" }))
        .collect();
    ids.iter().for_each(|id| command.extend(["--include", id]));
    command.extend(["--reason", "가상의 이유", "--by", "가상 위원"]);
    scratch.jogak(&command).expect(0);

    let out = place.url("out");
    let arguments = ["run", "--selection", "모두", "--out", &out, "--accept-quarantine", "--format", "ndjson"];
    let mut child = scratch.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a run");
    std::thread::sleep(Duration::from_millis(3000 + 20 * sets));
    child.kill().expect("the program can be killed");
    let killed = child.wait_with_output().expect("its end");
    let before = lines(&String::from_utf8_lossy(&killed.stdout));

    let continued = scratch.jogak(&arguments);
    let after = lines(&continued.stdout);
    assert_eq!(continued.status, 1, "a damaged set and one without a plan: {}", continued.stderr);
    let committed = |status: &&str| matches!(*status, "committed" | "already committed");
    for at in 0..sets {
        let found = status_of(&after, FIRST + at);
        match kind(at, sets) {
            Kind::Sound(_) => assert!(!found.is_empty() && found.iter().all(committed), "{at}: {found:?}\n{after:#?}"),
            Kind::Foreign => assert_eq!(found, ["no plan"], "{after:#?}"),
            Kind::Damaged => {
                assert_eq!(found, ["no plan"], "{after:#?}");
                let id = (FIRST + at).to_string();
                let line = after.iter().find(|line| line["dataset_id"] == id.as_str()).expect("its line");
                assert!(line["reason"].as_str().is_some_and(|reason| reason.contains("none of its labels")), "{line}");
            }
        }
    }
    // What was committed before the kill is not made again.
    for line in before.iter().filter(|line| line["status"] == "committed") {
        let id = line["dataset_id"].as_str().expect("a set").parse().expect("a number");
        assert!(status_of(&after, id).contains(&"already committed"), "{id}: {after:#?}");
    }
    let again = scratch.jogak(&arguments);
    assert!(lines(&again.stdout).iter().all(|line| line["status"] != "committed"), "{}", again.stdout);
    scratch.jogak(&["verify", &out]).expect(0);

    // Undisturbed, into another place: the same rows.
    let straight = place.url("straight");
    let undisturbed =
        scratch.jogak(&["run", "--selection", "모두", "--out", &straight, "--accept-quarantine", "--format", "ndjson"]);
    let undisturbed = lines(&undisturbed.stdout);
    place.fetch("out");
    place.fetch("straight");
    let shards = |folder: &str| {
        let rows: BTreeMap<String, usize> = files_below(&scratch.path(folder))
            .into_iter()
            .filter(|(name, _)| name.contains("/data/"))
            .map(|(name, path)| (name.split("/data/").next().unwrap_or_default().to_owned(), path))
            .fold(BTreeMap::new(), |mut sum, (table, path)| {
                *sum.entry(table).or_default() +=
                    fs::metadata(path).map_or(0, |about| usize::try_from(about.len()).unwrap_or(0));
                sum
            });
        rows
    };
    assert_eq!(shards("out"), shards("straight"), "tables differ");
    let total: u64 = rows(&undisturbed).values().sum();
    let counts = undisturbed.iter().fold(BTreeMap::<&str, u64>::new(), |mut sum, line| {
        *sum.entry(line["status"].as_str().expect("a status")).or_default() += 1;
        sum
    });
    eprintln!("{}: {sets} sets, {counts:?}, {total} rows; {} sets were done before the kill", place.name, before.len());
    for line in &undisturbed {
        let reason: String = line["reason"].as_str().unwrap_or_default().chars().take(140).collect();
        eprintln!("  {} {} {} {} rows {reason}", line["dataset_id"], line["plan"], line["status"], line["rows"]);
    }
}

#[test]
fn the_whole_chain_on_disk() {
    whole_chain(&Place::disk("unit_size = \"32KiB\"\n"));
}

#[test]
fn the_whole_chain_on_seaweedfs() {
    whole_chain(&Place::seaweed("unit_size = \"32KiB\"\n"));
}

#[test]
fn all_sets_of_a_track() {
    let scratch = Scratch::new();
    make(&scratch, 6, 60);
    scratch.jogak(&["catalog", "import", "sets.csv", "bucket", "--as-of", "2026-11"]).expect(0);
    scratch.jogak(&["catalog", "score"]).expect(0);
    let run = |track: &str| scratch.jogak(&["run", "--all", "--track", track, "--out", "out", "--format", "ndjson"]);
    let text = run("llm");
    let found = lines(&text.stdout);
    assert_eq!(status_of(&found, FIRST), ["committed"], "{found:#?}\n{}", text.stderr);
    assert!(status_of(&found, FIRST + 3).iter().all(|status| *status != "committed"), "{found:#?}");
    assert!(found.iter().all(|line| line["plan"] != "track_episodes"), "{found:#?}");
    let unknown = run("music").expect(2);
    assert!(unknown.stderr.contains("llm, physical"), "{}", unknown.stderr);
    let none = scratch.jogak(&["run", "--selection", "nothing", "--out", "out"]).expect(2);
    assert!(none.stderr.contains("nothing was selected yet"), "{}", none.stderr);
    // Asked to be done at once, none is started.
    let late =
        scratch.jogak(&["run", "--all", "--track", "llm", "--out", "late", "--deadline", "1ms", "--format", "ndjson"]);
    assert_eq!(late.status, 4, "{}", late.stderr);
    assert!(lines(&late.stdout).iter().any(|line| line["status"] == "not started"), "{}", late.stdout);
}
