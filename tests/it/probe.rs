//! `jogak catalog probe` on archives whose properties are known by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::command::{Scratch, shipped};

/// A zip of these members, deflated.
fn zip(path: &Path, members: &[(String, String)]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the archive");
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).expect("deflate");
        let packed = encoder.finish().expect("deflate");
        let sizes = [crc32fast::hash(text.as_bytes()), packed.len() as u32, text.len() as u32];
        let mut fields = Vec::new();
        fields.extend(20_u16.to_le_bytes());
        fields.extend(0x0800_u16.to_le_bytes());
        fields.extend(8_u16.to_le_bytes());
        fields.extend([0; 4]);
        sizes.iter().for_each(|size| fields.extend(size.to_le_bytes()));
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend(0_u16.to_le_bytes());
        let offset = body.len() as u32;
        body.extend(b"PK\x03\x04");
        body.extend(&fields);
        body.extend(name.as_bytes());
        body.extend(packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, start, size) = (members.len() as u16, body.len() as u32, directory.len() as u32);
    body.extend(directory);
    body.extend(b"PK\x05\x06");
    body.extend([0; 4]);
    body.extend(count.to_le_bytes());
    body.extend(count.to_le_bytes());
    body.extend(size.to_le_bytes());
    body.extend(start.to_le_bytes());
    body.extend([0; 2]);
    fs::write(path, body).expect("the archive");
}

/// Bytes that no packing makes smaller, as pictures are.
fn noise(path: &Path, bytes: usize) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the archive");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let filled: Vec<u8> = (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect();
    fs::write(path, filled).expect("the file");
}

const MEMBERS: usize = 120;
const DOCUMENTS: usize = 5;

/// The document `d`; every twentieth is a copy of the one before, under other ids.
fn document(d: usize) -> Value {
    let c = if d % 20 == 19 { d - 1 } else { d };
    let year = 1900 + c % 97;
    let mut context =
        format!("나루 {c} 도서관은 {year}년에 문을 열었다. 열람석은 모두 {}석이고 주차장은 없다.", 100 + c);
    if c % 50 == 10 {
        context.push_str(" 문의는 010-1234-5678 번으로 한다.");
    }
    let place = |text: &str| context.find(text).map(|at| context[..at].chars().count()).expect("in the text");
    let kinds = ["사실", "시기", "수량", "장소"];
    let answer = format!("{year}년");
    // Every tenth label points beside its answer.
    let shift = usize::from(c % 10 == 3);
    let first = json!({"question_id": format!("{d}-1"), "question": format!("나루 {c} 도서관이 문을 연 해는 언제인가?"),
        "is_impossible": false, "qa_type": kinds[c % 4], "answers": {"text": answer, "answer_start": place(&answer) + shift}});
    let seats = format!("{}석", 100 + c);
    let second = if c % 5 == 0 {
        json!({"question_id": format!("{d}-2"), "question": format!("나루 {c} 도서관의 관장은 누구인가?"),
            "is_impossible": true, "qa_type": kinds[c % 4], "answers": {"text": "", "answer_start": -1}})
    } else {
        json!({"question_id": format!("{d}-2"), "question": format!("나루 {c} 도서관의 열람석은 모두 몇 석인가?"),
            "is_impossible": false, "qa_type": kinds[c % 4], "answers": {"text": seats, "answer_start": place(&seats)}})
    };
    let mut document = json!({"doc_id": format!("D{d}"), "doc_title": format!("나루 {c} 도서관 안내문"),
        "paragraphs": [{"context_id": format!("C{d}"), "context": context, "qas": [first, second]}]});
    if c % 25 == 4 {
        let fields = document.as_object_mut().expect("an object");
        fields.remove("doc_title");
        fields.insert("remark".to_owned(), json!("덧붙임"));
    }
    document
}

fn is_broken(member: usize) -> bool {
    member % 40 == 7
}

/// Three archives of labels beside one of sources, in AI Hub's layout.
fn reading(root: &Path, members: usize) -> Vec<Value> {
    let mut whole = Vec::new();
    for archive in 0..3 {
        let mut packed = Vec::new();
        for member in (archive..members).step_by(3) {
            let documents: Vec<Value> = (member * DOCUMENTS..(member + 1) * DOCUMENTS).map(document).collect();
            let text = if is_broken(member) {
                "{\"data\": [{\"doc_id\": \"x\", \"paragr".to_owned()
            } else {
                whole.extend(documents.iter().cloned());
                json!({ "data": documents }).to_string()
            };
            packed.push((format!("라벨/{member:05}.json"), text));
        }
        zip(&root.join(format!("01-1.정식개방데이터/Training/02.라벨링데이터/TL{archive}.zip")), &packed);
    }
    noise(&root.join("01-1.정식개방데이터/Training/01.원천데이터/TS0.zip"), 24 << 20);
    whole
}

fn measures(probed: &Value) -> BTreeMap<String, Value> {
    let all = probed["measures"].as_array().expect("measures");
    all.iter().map(|one| (one["measure"].as_str().expect("a name").to_owned(), one.clone())).collect()
}

#[track_caller]
fn assert_measure(found: &BTreeMap<String, Value>, name: &str, truth: f64) {
    let one = found.get(name).unwrap_or_else(|| panic!("no measure '{name}' among {:?}", found.keys()));
    let value = one["value"].as_f64().expect("a value");
    assert!((value - truth).abs() <= 1e-9 * truth.abs().max(1.0), "{name}: {value}, in truth {truth}: {one}");
}

/// The truth lies within the interval of the sample.
#[track_caller]
fn assert_within(found: &BTreeMap<String, Value>, name: &str, truth: f64) {
    let one = found.get(name).unwrap_or_else(|| panic!("no measure '{name}' among {:?}", found.keys()));
    let (low, high) = (one["low"].as_f64().expect("low"), one["high"].as_f64().expect("high"));
    assert!(low <= truth && truth <= high && low < high, "{name}: in truth {truth}: {one}");
}

/// All strings of a record that are running text.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.chars().count() >= 10 && text.contains(' ') => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn share(hits: usize, total: usize) -> f64 {
    hits as f64 / total as f64
}

/// What is true of the documents, counted here.
struct Truth {
    spans: f64,
    unanswerable: f64,
    duplicates: f64,
    personal: f64,
    drift: f64,
    ngrams: f64,
    mean_chars: f64,
    median_chars: f64,
}

fn truth(documents: &[Value]) -> Truth {
    let questions: Vec<&Value> =
        documents.iter().flat_map(|one| one["paragraphs"][0]["qas"].as_array().expect("questions")).collect();
    let impossible = questions.iter().filter(|one| one["is_impossible"] == true).count();
    let mut good = 0;
    for document in documents {
        let paragraph = &document["paragraphs"][0];
        let context: Vec<char> = paragraph["context"].as_str().expect("a text").chars().collect();
        for question in paragraph["qas"].as_array().expect("questions") {
            let answer: Vec<char> = question["answers"]["text"].as_str().expect("a text").chars().collect();
            let start = question["answers"]["answer_start"].as_i64().expect("a place");
            if start >= 0 {
                good += usize::from(context[start as usize..].starts_with(&answer));
            }
        }
    }
    let distinct: BTreeSet<(&str, &str)> = documents
        .iter()
        .flat_map(|one| {
            let context = one["paragraphs"][0]["context"].as_str().expect("a text");
            one["paragraphs"][0]["qas"]
                .as_array()
                .expect("questions")
                .iter()
                .map(move |question| (context, question["question"].as_str().expect("a text")))
        })
        .collect();
    let (mut triples, mut all, mut chars) = (BTreeSet::new(), 0, Vec::new());
    for document in documents {
        let mut found = Vec::new();
        texts(document, &mut found);
        chars.push(found.iter().map(|text| text.chars().count()).sum::<usize>());
        for text in found {
            let words: Vec<&str> = text.split_whitespace().collect();
            all += words.len().saturating_sub(2);
            triples.extend(words.windows(3).map(|three| three.join(" ")));
        }
    }
    let mean_chars = share(chars.iter().sum(), chars.len());
    chars.sort_unstable();
    Truth {
        spans: share(good, questions.len() - impossible),
        unanswerable: share(impossible, questions.len()),
        duplicates: share(questions.len() - distinct.len(), questions.len()),
        personal: share(
            documents.iter().filter(|one| one.to_string().contains("010-1234-5678")).count(),
            documents.len(),
        ),
        drift: share(documents.iter().filter(|one| one.get("remark").is_some()).count(), documents.len()),
        ngrams: share(triples.len(), all),
        mean_chars,
        median_chars: chars[chars.len() / 2] as f64,
    }
}

fn probe(scratch: &Scratch, arguments: &[&str]) -> Value {
    let output = scratch.jogak(&[&["catalog", "probe"], arguments, &["--format", "json"]].concat()).expect(0);
    serde_json::from_str(&output.stdout).expect("one JSON value")
}

#[test]
fn figures_of_a_set_that_was_read_whole_are_the_truth() {
    let scratch = Scratch::new();
    let root = scratch.path("577.가상 도서관");
    let documents = reading(&root, MEMBERS);
    let truth = truth(&documents);
    let probed = probe(&scratch, &["./577.가상 도서관"]);
    let found = measures(&probed);
    assert_eq!(probed["plan"], "mrc_reasoning");
    assert_measure(&found, "label_archives", 3.0);
    assert_measure(&found, "label_members", MEMBERS as f64);
    assert_measure(&found, "records_per_member", share(documents.len(), MEMBERS));
    assert_measure(&found, "records_estimated", documents.len() as f64);
    assert_measure(
        &found,
        "parse_failure_share",
        share((0..MEMBERS).filter(|member| is_broken(*member)).count(), MEMBERS),
    );
    assert_measure(&found, "evidence_span_hold", truth.spans);
    assert_measure(&found, "unanswerable_share", truth.unanswerable);
    assert_measure(&found, "duplicate_share", truth.duplicates);
    assert_measure(&found, "personal_data_share", truth.personal);
    assert_measure(&found, "schema_drift_share", truth.drift);
    assert_measure(&found, "question_types", 4.0);
    assert_measure(&found, "distinct_ngram_share", truth.ngrams);
    assert_measure(&found, "text_chars_mean", truth.mean_chars);
    assert_measure(&found, "text_chars_p50", truth.median_chars);
    // A label that points beside its answer is what the plan refuses.
    let wrong = documents.iter().filter(|one| {
        let c: usize = one["paragraphs"][0]["context"]
            .as_str()
            .expect("a text")
            .split(' ')
            .nth(1)
            .expect("a number")
            .parse()
            .expect("a number");
        c % 10 == 3
    });
    assert_measure(&found, "plan_fit_share", 1.0 - share(wrong.count(), 2 * documents.len()));
    for name in ["tier_a_share", "reasoned_share", "paths_per_record"] {
        assert!(found[name]["value"].as_f64().expect("a value") > 0.0, "{name}: {}", found[name]);
    }
    // Values of persons are counted, never kept.
    assert!(!probed.to_string().contains("1234-5678"));
    let (read, stored) =
        (probed["bytes_read"].as_u64().expect("bytes"), probed["bytes_stored"].as_u64().expect("bytes"));
    assert!(read < stored / 20, "{read} of {stored} bytes read");
}

#[test]
fn what_a_plan_makes_of_a_set_is_what_its_run_makes() {
    let scratch = Scratch::new();
    scratch.sample("mrc", 200, "577.가상 기사", &["--hazards", "none"]);
    let found = measures(&probe(&scratch, &["./577.가상 기사"]));
    scratch.run(&shipped("mrc_reasoning"), "577.가상 기사", "out", &[]);
    let rows = scratch.table("out", "mrc_reasoning", "records").rows();
    let hits = |is: &dyn Fn(&Value) -> bool| share(rows.iter().filter(|row| is(row)).count(), rows.len());
    let len = |row: &Value, name: &str| row[name].as_array().map_or(0, Vec::len);
    assert_measure(&found, "corrected_share", hits(&|row| len(row, "corrections") > 0));
    assert_measure(&found, "reasoned_share", hits(&|row| len(row, "paths") > 0));
    let right =
        |row: &Value| row["paths"].as_array().into_iter().flatten().filter(|path| path["is_correct"] == true).count();
    let paths: usize = rows.iter().map(right).sum();
    assert_measure(&found, "paths_per_record", paths as f64 / rows.len() as f64);
    for (name, tier) in [("tier_a_share", "A"), ("tier_b_share", "B"), ("tier_c_share", "C")] {
        assert_measure(&found, name, hits(&|row| row["tier"] == tier));
    }
    assert!(found["corrected_share"]["value"].as_f64() > Some(0.05), "{}", found["corrected_share"]);
}

#[test]
fn a_sample_says_what_it_leaves_open() {
    let scratch = Scratch::new();
    let documents = reading(&scratch.path("577.가상 도서관"), 4200);
    let truth = truth(&documents);
    let probed = probe(&scratch, &["./577.가상 도서관", "--budget", "2MiB"]);
    let found = measures(&probed);
    let sampled = found["members_sampled"]["value"].as_f64().expect("a value");
    assert!((200.0..1000.0).contains(&sampled), "{}", found["members_sampled"]);
    assert!(probed["bytes_read"].as_u64().expect("bytes") <= 3 << 20, "{}", probed["bytes_read"]);
    assert_measure(&found, "label_members", 4200.0);
    assert_within(&found, "evidence_span_hold", truth.spans);
    assert_within(&found, "unanswerable_share", truth.unanswerable);
    assert_within(&found, "personal_data_share", truth.personal);
    assert_within(&found, "schema_drift_share", truth.drift);
    assert_within(&found, "text_chars_mean", truth.mean_chars);
    assert_within(&found, "records_estimated", documents.len() as f64);
}

const CLIPS: usize = 24;
const FRAMES: usize = 30;

/// Clips of a hand and a cup, a frame a document. Gives the number of missing frames.
fn clips(root: &Path) -> usize {
    let mut members = Vec::new();
    let mut missing = 0;
    for clip in 0..CLIPS {
        let touches = clip % 3 == 0;
        for frame in 1..=FRAMES {
            // Every sixth clip lacks two frames in the middle.
            if clip % 6 == 1 && (frame == 11 || frame == 20) {
                missing += 1;
                continue;
            }
            let reach = if touches { 200 } else { 90 };
            let x = 100 + reach * frame / FRAMES;
            let points: Vec<f64> =
                (0..17).flat_map(|point| [f64::from(point), 2.0 * f64::from(point) + frame as f64, 1.0]).collect();
            let mut record = json!({"frame": frame, "width": 640, "height": 480, "fps": 10,
                "camera_id": format!("cam{}", clip % 4),
                "boxes": [{"id": 1, "class": "손", "x": x, "y": 100 + clip, "w": 40, "h": 40},
                          {"id": 2, "class": "컵", "x": 260, "y": 100, "w": 40, "h": 40},
                          {"id": 3, "class": "쟁반", "x": 500, "y": 300, "w": 90, "h": 60}],
                "keypoints": points});
            // Half of the clips say what is done, and each camera saw one action only.
            if clip % 2 == 0 {
                record["action"] = json!(if clip % 4 == 0 { "잡기" } else { "밀기" });
            }
            members.push((format!("clip_{clip:03}/frame_{frame:04}.json"), record.to_string()));
        }
    }
    zip(&root.join("01.데이터/1.Training/라벨링데이터/TL.zip"), &members);
    missing
}

#[test]
fn figures_of_clips_are_the_truth() {
    let scratch = Scratch::new();
    let missing = clips(&scratch.path("171.가상 동작"));
    let probed = probe(&scratch, &["./171.가상 동작"]);
    let found = measures(&probed);
    assert_eq!(probed["plan"], "track_episodes");
    let frames = CLIPS * FRAMES - missing;
    let gaps = (0..CLIPS).filter(|clip| clip % 6 == 1).count();
    assert_measure(&found, "clips_sampled", CLIPS as f64);
    assert_measure(&found, "frames_per_clip", share(frames, CLIPS));
    assert_measure(&found, "frame_continuity", share(CLIPS - gaps, CLIPS));
    assert_measure(&found, "frame_gap_share", share(missing, CLIPS * FRAMES));
    assert_measure(&found, "frame_rate", 10.0);
    assert_measure(&found, "tracks_per_clip", 3.0);
    assert_measure(&found, "keypoints_per_frame", 17.0);
    assert_measure(&found, "object_interaction_share", share((0..CLIPS).filter(|clip| clip % 3 == 0).count(), CLIPS));
    assert_measure(&found, "action_label_share", 0.5);
    assert_measure(&found, "action_classes", 2.0);
    assert_measure(&found, "schema_drift_share", 0.0);
    assert_measure(&found, "parse_failure_share", 0.0);
    assert!(found["plan_fit_share"]["value"].as_f64().expect("a value") > 0.0, "{}", found["plan_fit_share"]);
}

#[test]
fn a_label_that_the_camera_tells_is_found() {
    let scratch = Scratch::new();
    for (folder, is_told) in [("told", true), ("untold", false)] {
        let records: Vec<Value> = (0..400_usize)
            .map(|at| {
                let label = at % 2;
                let camera = if is_told { label } else { at / 2 % 2 };
                json!({"id": at, "camera_id": format!("c{camera}"), "emotion": if label == 0 { "기쁨" } else { "슬픔" },
                       "text": format!("오늘 {at} 번째로 길을 걸었다.")})
            })
            .collect();
        zip(&scratch.path(folder).join("라벨링데이터/TL.zip"), &[("a.json".to_owned(), json!(records).to_string())]);
        let found = measures(&probe(&scratch, &[&format!("./{folder}")]));
        let auc = found["label_channel_confounding"]["value"].as_f64().expect("a value");
        assert!(if is_told { auc > 0.98 } else { auc < 0.6 }, "{folder}: {}", found["label_channel_confounding"]);
        assert_eq!(found["plan_fit_share"]["value"], 0.0, "no shipped plan is for such labels");
    }
}

#[test]
fn what_was_probed_is_kept_and_not_read_twice() {
    let scratch = Scratch::new();
    reading(&scratch.path("577.가상 도서관"), 30);
    scratch.jogak(&["catalog", "locate", "577", "577.가상 도서관"]).expect(0);
    let first = probe(&scratch, &["577"]);
    assert_eq!(first["outcome"], "probed");
    let kept = "SELECT value, sample FROM catalog.profiles WHERE dataset_id = '577' AND measure = 'evidence_span_hold'";
    let rows = scratch.jogak(&["sql", kept, "--format", "ndjson"]).expect(0).stdout;
    let row: Value = serde_json::from_str(rows.trim()).expect("one row");
    let found = measures(&first);
    assert_eq!(row["value"], found["evidence_span_hold"]["value"]);
    let fields = "SELECT count(*) AS n FROM catalog.schemas WHERE dataset_id = '577' AND family = 'mrc_reasoning'";
    let count: Value =
        serde_json::from_str(scratch.jogak(&["sql", fields, "--format", "ndjson"]).expect(0).stdout.trim())
            .expect("a row");
    assert!(count["n"].as_u64().expect("a count") > 8, "{count}");
    let second = probe(&scratch, &["577"]);
    assert_eq!((&second["outcome"], second["bytes_read"].as_u64()), (&json!("unchanged"), Some(0)));
    // All of it was read: more budget shows no more. A small archive is read once, not once for its directory and again.
    assert_eq!(probe(&scratch, &["577", "--budget", "1GiB"])["outcome"], "unchanged");
    assert_measure(&found, "bytes_read", found["label_bytes"]["value"].as_f64().expect("a value"));
    assert_eq!(probe(&scratch, &["577", "--again"])["outcome"], "probed");
    let twice = "SELECT count(*) AS n, count(DISTINCT measure) AS d FROM catalog.profiles WHERE dataset_id = '577'";
    let count: Value =
        serde_json::from_str(scratch.jogak(&["sql", twice, "--format", "ndjson"]).expect(0).stdout.trim())
            .expect("a row");
    assert_eq!(count["n"], count["d"], "one current row a measure");
    // Another archive is another listing.
    zip(
        &scratch.path("577.가상 도서관/01-1.정식개방데이터/Training/02.라벨링데이터/TL9.zip"),
        &[("x.json".to_owned(), json!({"data": [document(9000)]}).to_string())],
    );
    assert_eq!(probe(&scratch, &["577"])["outcome"], "probed");
    // Two sets of which one has no place.
    let both = scratch.jogak(&["catalog", "probe", "577", "580", "--format", "json"]).expect(2);
    assert!(both.stdout.contains("jogak catalog locate 580"), "{}", both.stdout);
    assert!(both.stdout.contains("unchanged"), "{}", both.stdout);
    // Several sets are kept together; one that is named twice is looked at once.
    reading(&scratch.path("580.가상 서고"), 6);
    scratch.jogak(&["catalog", "locate", "580", "580.가상 서고"]).expect(0);
    let all = scratch.jogak(&["catalog", "probe", "577", "580", "580", "--again", "--format", "json"]).expect(0);
    assert_eq!(all.stdout.matches("\"probed\"").count(), 3, "{}", all.stdout);
    let sets =
        "SELECT count(*) AS n, count(DISTINCT dataset_id) AS d FROM catalog.profiles WHERE measure = 'label_members'";
    let count: Value =
        serde_json::from_str(scratch.jogak(&["sql", sets, "--format", "ndjson"]).expect(0).stdout.trim())
            .expect("a row");
    assert_eq!((count["n"].as_u64(), count["d"].as_u64()), (Some(2), Some(2)), "one current row a set");
}

const LABELS: &str = "01.데이터/1.Training/라벨링데이터";

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the file");
    fs::write(path, text).expect("the file");
}

/// A frame with a hand and a cup.
fn frame(number: usize) -> Value {
    json!({"frame": number, "width": 640, "height": 480, "fps": 10,
        "boxes": [{"id": 1, "class": "손", "x": 100 + 5 * number, "y": 100, "w": 40, "h": 40},
                  {"id": 2, "class": "컵", "x": 400, "y": 100, "w": 40, "h": 40}]})
}

#[test]
fn loose_labels_are_run_as_they_were_probed() {
    let scratch = Scratch::new();
    for clip in 0..4 {
        for number in 1..=12 {
            let name = format!("577.가상 동작/{LABELS}/clip_{clip}/frame_{number:04}.json");
            write(&scratch.path(&name), frame(number).to_string());
        }
    }
    scratch.jogak(&["catalog", "locate", "577", "577.가상 동작"]).expect(0);
    let probed = probe(&scratch, &["577"]);
    let found = measures(&probed);
    assert_eq!(probed["plan"], "track_episodes");
    // The plan's own globs ask for archives.
    scratch.run(&shipped("track_episodes"), "aihub:577", "out", &[]);
    let rows = scratch.table("out", "track_episodes", "episodes").rows();
    assert!(!rows.is_empty(), "{}", found["plan_fit_share"]);
    assert_measure(&found, "plan:track_episodes", rows.len() as f64);
}

#[test]
fn a_run_reads_all_that_the_probe_calls_labels_and_nothing_else() {
    let scratch = Scratch::new();
    let member = |from: usize| json!({"data": (from..from + 10).map(document).collect::<Vec<_>>()}).to_string();
    let set = format!("577.가상 도서관/{LABELS}");
    let sources = scratch.path("577.가상 도서관/01.데이터/1.Training/원천데이터/TS.zip");
    // An archive in capitals, a document beside it, a read-me; and sources of the same form.
    for (archive, document) in
        [(format!("{set}/TL.ZIP"), format!("{set}/TL_add.json")), ("direct/TL.zip".into(), "direct/TL_add.json".into())]
    {
        zip(&scratch.path(&archive), &[("a.json".to_owned(), member(0))]);
        write(&scratch.path(&document), member(100));
    }
    write(&scratch.path(&format!("{set}/설명.txt")), "이 자료는 지어낸 것이다.");
    zip(&sources, &[("b.json".to_owned(), member(200))]);
    scratch.jogak(&["catalog", "locate", "577", "577.가상 도서관"]).expect(0);
    let found = measures(&probe(&scratch, &["577"]));
    assert_measure(&found, "label_archives", 2.0);
    assert_measure(&found, "records_estimated", 20.0);
    assert!(found["label_archives"]["note"].as_str().expect("a note").contains("1 other files"));
    let run = |labels: &str, out: &str| {
        scratch.run(&shipped("mrc_reasoning"), labels, out, &[]);
        scratch.table(out, "mrc_reasoning", "records").rows().len()
    };
    let rows = run("aihub:577", "out");
    assert_eq!(rows, run("direct", "out2"));
    // Whatever looks into the set sees the same: 20 documents in two files, no sources, no read-me.
    let json = |arguments: &[&str]| -> Value {
        let said = scratch.jogak(&[arguments, &["--format", "json"]].concat()).expect(0).stdout;
        serde_json::from_str(&said).expect("one JSON value")
    };
    let listed = json(&["ls", "aihub:577"]);
    let keys: Vec<&str> = listed.as_array().expect("entries").iter().filter_map(|e| e["object"].as_str()).collect();
    assert!(keys.len() == 2 && keys.iter().all(|key| key.contains("라벨링데이터/TL")), "{keys:?}");
    assert_eq!(json(&["sql", "SELECT count(*) AS n FROM 'aihub:577'"])[0]["n"], 20);
    let told = json(&["explain", &shipped("mrc_reasoning"), "--source", "labels=aihub:577"]);
    assert_eq!(told["sources"][0]["objects"], 2);
    let schema = scratch.jogak(&["schema", "aihub:577"]).expect(0).stdout;
    assert!(schema.contains("paragraphs"), "{schema}");
    assert_measure(&found, "plan:mrc_reasoning", rows as f64);
}

#[test]
fn what_must_be_read_whole_stays_within_the_budget() {
    let scratch = Scratch::new();
    noise(&scratch.path(&format!("577.가상/{LABELS}/a.parquet")), 8 << 20);
    write(&scratch.path(&format!("577.가상/{LABELS}/b.json")), json!([{"id": 1, "text": "물을 끓인다."}]).to_string());
    // Packed, it is a small part of the budget; unpacked, much more than is held.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for at in 0..60_000 {
        writeln!(
            encoder,
            "{}",
            json!({"id": at, "text": "차를 따르고 잔을 나른다.", "rest": "가나다라마바사 아자차카"})
        )
        .expect("gzip");
    }
    write(&scratch.path(&format!("577.가상/{LABELS}/c.jsonl.gz")), encoder.finish().expect("gzip"));
    let probed = probe(&scratch, &["./577.가상", "--budget", "1MiB"]);
    let found = measures(&probed);
    assert!(probed["bytes_read"].as_u64().expect("bytes") <= 1 << 20, "{}", probed["bytes_read"]);
    let note = found["members_sampled"]["note"].as_str().expect("a note");
    assert!(note.starts_with("1 of them in part; 1 more"), "{note}");
    let records = probed["records"].as_u64().expect("records");
    assert!(records > 100 && records < 60_000, "{records}");
}

#[test]
fn a_long_clip_is_read_in_part_and_says_so() {
    let scratch = Scratch::new();
    let members: Vec<(String, String)> = (1..=1000)
        .map(|number| {
            let mut record = frame(number % 50 + 1);
            (record["frame"], record["action"]) = (json!(number), json!("컵을 잡기"));
            (format!("clip_001/frame_{number:04}.json"), record.to_string())
        })
        .collect();
    zip(&scratch.path(&format!("577.가상/{LABELS}/TL.zip")), &members);
    let found = measures(&probe(&scratch, &["./577.가상"]));
    assert_measure(&found, "clips_sampled", 1.0);
    assert_eq!(found["clips_sampled"]["note"], "1 of them in part");
    assert!(!found.contains_key("frames_per_clip"), "{}", found["frames_per_clip"]);
    assert_measure(&found, "frame_continuity", 1.0);
    assert_measure(&found, "text_chars_per_clip", 5.0);
}

#[test]
fn loose_frames_that_were_left_out_are_no_gaps() {
    let scratch = Scratch::new();
    for number in 1..=700 {
        // Without zeros before the number, the order of letters is not that of the frames.
        let name = format!("577.가상/{LABELS}/clip/frame_{number}.json");
        write(&scratch.path(&name), frame(number).to_string());
    }
    let found = measures(&probe(&scratch, &["./577.가상"]));
    assert_eq!(found["clips_sampled"]["note"], "1 of them in part");
    assert_measure(&found, "frame_continuity", 1.0);
    assert_measure(&found, "frame_gap_share", 0.0);
}

#[test]
fn a_frame_rate_is_that_of_its_own_folder() {
    let scratch = Scratch::new();
    let lines: String = (1..=20).map(|at| format!("{at},1,{at},0,5,5,1,-1,-1,-1\n")).collect();
    zip(
        &scratch.path(&format!("577.가상/{LABELS}/TL.zip")),
        &[
            ("M1/gt/gt.txt".to_owned(), lines.clone()),
            ("M1/seqinfo.ini".to_owned(), "[Sequence]\nframeRate=25\n".to_owned()),
            ("M10/gt/gt.txt".to_owned(), lines),
        ],
    );
    // An archive of pictures among the labels has no records.
    zip(&scratch.path(&format!("577.가상/{LABELS}/TL_img.zip")), &[("a.jpg".to_owned(), "x".repeat(500))]);
    let found = measures(&probe(&scratch, &["./577.가상"]));
    assert_measure(&found, "clips_sampled", 2.0);
    assert_measure(&found, "frame_rate", 25.0);
    assert_eq!(found["frame_rate"]["note"], "given by 1 of 2 clips");
    assert_measure(&found, "label_members", 3.0);
}
