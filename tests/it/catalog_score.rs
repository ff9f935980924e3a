//! What scores rest on: licences, gates, judgements, parameters, kinds; each read back by SQL from what was stored.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::command::{Scratch, number};

#[track_caller]
fn json(scratch: &Scratch, arguments: &[&str]) -> Value {
    let output = scratch.jogak(&[arguments, &["--format", "json"]].concat()).expect(0);
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("no JSON ({error}):\n{}", output.stdout))
}

#[track_caller]
fn rows(scratch: &Scratch, query: &str) -> Vec<Value> {
    json(scratch, &["sql", query]).as_array().expect("rows").clone()
}

/// The part of a set's score in the track `llm`.
#[track_caller]
fn part(scratch: &Scratch, id: &str, criterion: &str) -> Value {
    let query = format!(
        "SELECT * FROM catalog.score_parts WHERE dataset_id = '{id}' AND track = 'llm' AND criterion = '{criterion}'"
    );
    let found = rows(scratch, &query);
    assert_eq!(found.len(), 1, "{id} {criterion}");
    found.into_iter().next().expect("a part")
}

#[track_caller]
fn interval(part: &Value) -> (f64, f64) {
    (part["low"].as_f64().expect("low"), part["high"].as_f64().expect("high"))
}

fn write(scratch: &Scratch, name: &str, text: &str) {
    let path = scratch.path(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

#[test]
fn every_set_is_scored_in_both_tracks_and_no_gate_is_passed_by_words_alone() {
    let scratch = Scratch::new();
    // Sets are scored whatever their year.
    write(
        &scratch,
        "sets.csv",
        "id,title,build_year,유형\n990001,(가상) 새 기계독해 데이터,2031,텍스트\n990002,(가상) 옛 데이터,2009,텍스트\n",
    );
    json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    let scored = json(&scratch, &["catalog", "score"]);
    assert_eq!(number(&scored, "/unscored"), 0);
    let counts = rows(&scratch, "SELECT count(*) AS n, count(DISTINCT dataset_id) AS sets FROM catalog.scores");
    assert_eq!((number(&counts[0], "/n"), number(&counts[0], "/sets")), (1204, 602));
    let by_track = rows(
        &scratch,
        "SELECT track, count(*) AS n, count(rank) AS ranked, max(rank) AS last FROM catalog.scores \
         GROUP BY track ORDER BY track",
    );
    assert_eq!(by_track.len(), 2);
    for track in &by_track {
        assert_eq!(number(track, "/n"), 602, "{track}");
        assert_eq!(track["ranked"], track["last"], "ranks have no gaps: {track}");
    }
    let passed = rows(
        &scratch,
        "SELECT criterion, count(*) AS n FROM catalog.score_parts WHERE criterion IN ('rights', 'privacy') \
         AND low >= gate_min GROUP BY criterion",
    );
    assert!(passed.is_empty(), "terms are not known and nothing was looked into: {passed:?}");
    // Whoever leaves the newer ones out is told how many have no score.
    let older = scratch.jogak(&["catalog", "score", "--set", "max_build_year=2022"]).expect(0);
    assert!(older.stderr.contains("sets without a score: 1"), "{}", older.stderr);
    let counts = rows(&scratch, "SELECT count(*) AS n FROM catalog.scores");
    assert_eq!(number(&counts[0], "/n"), 1202);
}

/// The plan's own views keep their rows when they are counted: DataFusion once took the track alone for the key of the scores.
#[test]
fn a_plan_that_counts_its_scores_counts_all_of_them() {
    let scratch = Scratch::new();
    let plan = include_str!("../../plans/sql/catalog_score.sql");
    assert_eq!(plan.matches("CREATE VIEW scores AS").count(), 1);
    let plan = plan.replace("CREATE VIEW scores AS", "CREATE VIEW made AS");
    let counted = format!(
        "{plan}\nCREATE VIEW counted AS SELECT count(*) AS n FROM made;\n\
         CREATE VIEW scores AS SELECT m.dataset_id, m.track, m.score, m.low, m.high, m.rank, m.rank_low, m.rank_high, m.status, \
         m.gate, c.n AS open_gates, m.known_share, m.measured_share FROM counted AS c CROSS JOIN made AS m;\n"
    );
    write(&scratch, "counted.sql", &counted);
    json(&scratch, &["catalog", "score", "--plan", "counted.sql"]);
    let counts = rows(&scratch, "SELECT count(*) AS n, min(open_gates) AS said FROM catalog.scores");
    assert_eq!((number(&counts[0], "/n"), number(&counts[0], "/said")), (1200, 1200));
}

#[test]
fn licences_are_read_as_they_are_meant() {
    let scratch = Scratch::new();
    let terms = [
        ("CC BY 4.0", (0.9, 1.0)),
        ("공공누리 제1유형", (0.9, 1.0)),
        ("CC BY-NC-ND 4.0", (0.0, 0.05)),
        ("CC BY-ND 4.0", (0.0, 0.05)),
        ("공공누리 제3유형", (0.0, 0.05)),
        ("공공누리 제4유형", (0.0, 0.05)),
        ("재배포를 금지함", (0.0, 0.05)),
        ("CC BY-NC 4.0", (0.2, 0.7)),
        ("CC-BY 4.0; 내국인만 이용", (0.2, 0.8)),
        ("CC BY 4.0; 기관의 승인 필요", (0.2, 0.8)),
        ("공공누리 제1유형이 아님", (0.2, 1.0)),
    ];
    let mut table = "id,title,terms\n".to_owned();
    for (index, (stated, _)) in terms.iter().enumerate() {
        table += &format!("99{index:04},(가상) 자료 {index},{stated}\n");
    }
    write(&scratch, "terms.csv", &table);
    json(&scratch, &["catalog", "import", "terms.csv", "--as-of", "2026-11"]);
    json(&scratch, &["catalog", "score"]);
    for (index, (stated, expected)) in terms.iter().enumerate() {
        let rights = part(&scratch, &format!("99{index:04}"), "rights");
        assert_eq!(interval(&rights), *expected, "{stated}: {rights:#}");
        assert_eq!(rights["evidence"], "documented", "{stated}");
    }
    let gated = rows(
        &scratch,
        "SELECT count(*) AS n FROM catalog.scores WHERE gate = 'rights' AND track = 'llm' AND rank IS NULL",
    );
    assert_eq!(number(&gated[0], "/n"), 5, "those that forbid it are stopped");
}

#[test]
fn a_reviewer_counts_once_and_an_opinion_is_no_look_into_the_set() {
    let scratch = Scratch::new();
    json(&scratch, &["catalog", "score"]);
    let ruled = interval(&part(&scratch, "577", "need"));
    let table = "dataset_id,criterion,reviewer,value,reason,time\n\
                 577,need,가상 위원,0.1,처음,2026-01-01\n577,llm.need,가상 위원,0.9,다시 봄,2026-02-01\n\
                 577,llm.reasoning,가상 위원,1,좋음,2026-01-01\n577,llm.verification,가상 위원,1,좋음,2026-01-01\n";
    write(&scratch, "judgments.csv", table);
    scratch.jogak(&["catalog", "judge", "--from", "judgments.csv"]).expect(0);
    json(&scratch, &["catalog", "score"]);
    let judged = part(&scratch, "577", "need");
    assert_eq!(interval(&judged), (0.9, 0.9), "the newest word of a reviewer: {judged:#}");
    assert_eq!(judged["reason_ko"].as_str().map(|reason| reason.matches("가상 위원").count()), Some(1), "{judged:#}");
    assert_eq!(
        (judged["rule_low"].as_f64(), judged["rule_high"].as_f64()),
        (Some(ruled.0), Some(ruled.1)),
        "what the rules say stands beside it"
    );
    let other = rows(
        &scratch,
        "SELECT low, high FROM catalog.score_parts WHERE dataset_id = '577' AND track = 'physical' AND criterion = 'need'",
    );
    assert_eq!(interval(&other[0]), (0.1, 0.1), "the other track has the general one alone");
    let standing =
        rows(&scratch, "SELECT status, measured_share FROM catalog.scores WHERE dataset_id = '577' AND track = 'llm'");
    assert_eq!(
        (&standing[0]["status"], standing[0]["measured_share"].as_f64()),
        (&"candidate: probe".into(), Some(0.0)),
        "it still rests on its title"
    );
    let quality = part(&scratch, "577", "quality");
    assert_eq!((&quality["evidence"], &quality["rule_low"]), (&"unknown".into(), &Value::Null));
}

#[test]
fn parameters_that_mean_nothing_are_refused() {
    let scratch = Scratch::new();
    for (given, why) in [
        ("weights=llm.reasonning=30", "there is no criterion 'llm.reasonning'; there are llm.reasoning"),
        ("weights=LLM.reasoning=30", "there is no criterion 'LLM.reasoning'"),
        ("weights=llm.reasoning=-300", "'-300' is no weight"),
        ("weights=llm.reasoning=NaN", "'NaN' is no weight"),
        ("weights=llm.rights=10", "a gate has no weight"),
        ("optimism=1.5", "optimism is a share, from 0 to 1"),
        ("optimism=-0.1", "optimism is a share, from 0 to 1"),
    ] {
        let refused = scratch.jogak(&["catalog", "score", "--set", given]).expect(2);
        assert!(refused.stderr.contains(why), "{given}: {}", refused.stderr);
    }
    // Blanks are none of its business.
    json(&scratch, &["catalog", "score", "--set", "weights= llm.reasoning = 30 ; llm.recheck=0;"]);
    let weight = |criterion: &str| part(&scratch, "577", criterion)["weight"].as_f64();
    assert_eq!((weight("reasoning"), weight("recheck"), weight("diversity")), (Some(30.0), Some(0.0), Some(10.0)));
}

#[test]
fn values_lie_where_the_score_lies() {
    let scratch = Scratch::new();
    json(&scratch, &["catalog", "score", "--set", "optimism=0.25"]);
    let off = rows(
        &scratch,
        "SELECT count(*) AS n, count(value) AS known, \
         count(CASE WHEN abs(value - (low + 0.25 * (high - low))) > 0.0001 THEN 1 END) AS off FROM catalog.score_parts",
    );
    assert_eq!(number(&off[0], "/off"), 0, "{off:?}");
    assert!(number(&off[0], "/known") > 0 && number(&off[0], "/known") < number(&off[0], "/n"));
}

#[test]
fn labels_are_counted_once_and_a_location_is_availability() {
    let scratch = Scratch::new();
    let sets = "id,title,files,bytes\n990001,(가상) 두 번 적힌 데이터,2,32212254720\n";
    write(&scratch, "sets.csv", sets);
    json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    write(
        &scratch,
        "files.csv",
        "dataset_id,path,size\n990001,901.가상/01.데이터/1.Training/라벨링데이터/TL.zip,2147483648\n\
         990001,901.가상/01.데이터/1.Training/원천데이터/TS.zip,30064771072\n",
    );
    json(&scratch, &["catalog", "import", "files.csv", "--table", "files"]);
    // The same files in a bucket, under another root; what lies there is small.
    for file in ["라벨링데이터/TL.zip", "원천데이터/TS.zip"] {
        write(&scratch, &format!("bucket/990001/01.데이터/1.Training/{file}"), "x");
    }
    json(&scratch, &["catalog", "import", "bucket"]);
    json(&scratch, &["catalog", "score"]);
    let listings = rows(
        &scratch,
        "SELECT origin, count(*) AS n FROM catalog.files WHERE dataset_id = '990001' GROUP BY origin ORDER BY origin",
    );
    assert_eq!(listings.len(), 2, "listed twice: {listings:?}");
    let cost = part(&scratch, "990001", "cost");
    assert_eq!(cost["evidence"], "documented", "{cost:#}");
    assert!(
        cost["reason_en"].as_str().is_some_and(|why| why.ends_with("labels 0.0 GB")),
        "of the bucket alone: {cost:#}"
    );
    let assumed = part(&scratch, "577", "cost");
    assert_eq!(assumed["evidence"], "inferred", "the size of its labels is assumed: {assumed:#}");
    // A location makes a set available.
    let before = part(&scratch, "577", "availability");
    scratch.jogak(&["catalog", "locate", "577", "s3://bucket/577/"]).expect(0);
    json(&scratch, &["catalog", "score"]);
    let after = part(&scratch, "577", "availability");
    assert!(interval(&after).0 > interval(&before).0, "{before:#}{after:#}");
    assert!(after["reason_en"].as_str().is_some_and(|why| why.contains("s3://bucket/577/")), "{after:#}");
}

#[test]
fn sets_without_a_word_for_a_title_are_no_series() {
    let scratch = Scratch::new();
    let sets =
        "id,title,build_year\n990001,•,2009\n990002,•,2022\n990003,가상 등대 일지,2009\n990004,가상 등대 일지,2022\n";
    write(&scratch, "sets.csv", sets);
    json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    json(&scratch, &["catalog", "score"]);
    let newer = |id: &str| {
        let currency = part(&scratch, id, "currency");
        currency["reason_en"].as_str().is_some_and(|why| why.contains("a newer set of the series"))
    };
    assert!(newer("990003"), "the same title, thirteen years later");
    assert!(!newer("990001"), "nothing in common but having no title");
}

#[test]
fn every_shipped_plan_is_the_plan_of_a_kind() {
    let scratch = Scratch::new();
    let kinds = rows(&scratch, "SELECT DISTINCT plan FROM catalog.families WHERE plan <> '' ORDER BY plan");
    let kinds: BTreeSet<String> = kinds.iter().filter_map(|row| row["plan"].as_str().map(str::to_owned)).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/sql");
    let files = fs::read_dir(folder).expect("plans/sql").filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let shipped: BTreeSet<String> = (files.filter(|path| path.extension().is_some_and(|extension| extension == "sql")))
        .filter_map(|path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned))
        .filter(|name| name != "catalog_score")
        .collect();
    assert_eq!(kinds, shipped);
    // Titles lead to them.
    write(
        &scratch,
        "sets.csv",
        "id,title,유형\n990001,(가상) 상식 선다형 질의응답 데이터,텍스트\n990002,(가상) 자연어 추론 데이터,텍스트\n\
         990003,(가상) 초등 수학 문장제 데이터,텍스트\n",
    );
    json(&scratch, &["catalog", "import", "sets.csv", "--as-of", "2026-11"]);
    json(&scratch, &["catalog", "score"]);
    let placed = rows(
        &scratch,
        "SELECT plan FROM catalog.placements WHERE dataset_id LIKE '99000%' AND track = 'llm' ORDER BY dataset_id",
    );
    let placed: Vec<&str> = placed.iter().filter_map(|row| row["plan"].as_str()).collect();
    assert_eq!(placed, ["choice_reasoning", "nli_reasoning", "math_reasoning"]);
}
