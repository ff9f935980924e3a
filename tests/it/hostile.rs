//! The corpus of bad input, all of it in one job: the job ends, the books balance, and what comes of each case is what
//! `tests/hostile/cases.csv` says.
//!
//! `JOGAK_TEST_HOSTILE=all` takes the slow cases along, and runs each of those by itself afterwards, to see what it takes.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::command::{Scratch, number, total};

/// Most memory that the whole job and any case may take, in bytes. (Files of others are decoded in processes of their own.)
const MEMORY: u64 = 1 << 30;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(name)
}

/// Runs one of the scripts; what it said, and whether it ended well.
fn python(name: &str, arguments: &[&str]) -> (bool, String) {
    let python = std::env::var("JOGAK_TEST_PYTHON").expect("JOGAK_TEST_PYTHON: run `tests/run`");
    let mut command = Command::new(python);
    command.arg("-B").arg(script(name)).args(arguments);
    let ended = command.output().expect("Python can be started");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A directory whose settings make units small, so that the job has several and a damaged member has few to be read again.
fn scratch() -> Scratch {
    Scratch::with_settings("unit_size = \"1MiB\"\nfile_memory = \"512MiB\"\n")
}

fn plan() -> String {
    script("hostile.sql").to_string_lossy().into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn mib(bytes: u64) -> u64 {
    bytes >> 20
}

#[test]
fn every_case_of_the_corpus_comes_to_its_outcome_in_one_job() {
    let all = std::env::var("JOGAK_TEST_HOSTILE").is_ok_and(|class| class == "all");
    let quick: &[&str] = if all { &[] } else { &["--quick"] };
    let scratch = scratch();
    let (corpus, table) = (scratch.path("corpus"), scratch.path("out/hostile/records"));
    let (made, said) = python("make.py", &[&[text(&corpus)], quick].concat());
    assert!(made, "{said}");
    eprint!("{said}");

    let summary = scratch.run(&plan(), "corpus", "out", &["--accept-quarantine", "--memory", "1GiB", "--threads", "2"]);
    assert_eq!(summary["committed"], true, "{summary:#}");
    let (agrees, said) = python("check.py", &[&[text(&corpus), text(&table), "--all"], quick].concat());
    eprint!("{said}");
    assert!(agrees, "outcomes differ from tests/hostile/cases.csv:\n{said}");
    scratch.books("out");
    let peak = number(&summary, "/peak_memory_bytes");
    eprintln!(
        "one job: {} s, {} MiB at the peak, {} objects, {} members, {} records, {} in quarantine",
        summary["elapsed_seconds"],
        mib(peak),
        number(&summary, "/inputs/objects/listed"),
        number(&summary, "/inputs/members"),
        number(&summary, "/inputs/records"),
        total(&summary, "/quarantined/by_code"),
    );
    assert!(peak <= MEMORY, "{} MiB at the peak", mib(peak));
    // The same again has nothing to do: what was set aside is settled.
    let again = scratch.run(&plan(), "corpus", "out", &["--accept-quarantine", "--memory", "1GiB"]);
    assert_eq!((number(&again, "/units/0"), &again["committed"]), (0, &json!(true)), "{again:#}");
    if all {
        each_slow_case();
    }
}

/// Runs the slow cases one by one, and prints what each takes, the worst first.
fn each_slow_case() {
    let cases = std::fs::read_to_string(script("cases.csv")).expect("cases.csv");
    let scratch = scratch();
    let corpus = scratch.path("corpus");
    let (made, said) = python("make.py", &[text(&corpus)]);
    assert!(made, "{said}");
    let mut taken = Vec::new();
    // Slow cases have names of letters, digits and underscores, so that the first cell is the line up to its first comma.
    let ids = cases.lines().filter_map(|line| line.split_once(',').map(|(id, rest)| (id, rest.contains(",yes,"))));
    for (id, _) in ids.filter(|(_, is_slow)| *is_slow) {
        let (labels, out) = (format!("corpus/{id}"), format!("out-{id}"));
        let summary = scratch.run(&plan(), &labels, &out, &["--accept-quarantine", "--memory", "256MiB"]);
        let seconds = summary["elapsed_seconds"].as_f64().expect("seconds");
        taken.push((seconds, number(&summary, "/peak_memory_bytes"), id));
    }
    assert!(taken.len() > 10, "slow cases are marked in cases.csv");
    taken.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (seconds, peak, id) in &taken {
        eprintln!("{seconds:7.1} s {:5} MiB  {id}", mib(*peak));
    }
    let worst = taken.iter().map(|(_, peak, _)| *peak).max().unwrap_or(0);
    eprintln!("worst memory of a case: {} MiB", mib(worst));
    assert!(worst <= MEMORY, "{} MiB at the peak", mib(worst));
}

/// The quarantine of a run over the folder `labels`, as code, member and detail, sorted.
fn quarantine(scratch: &Scratch, out: &str) -> Vec<(String, String, String)> {
    let summary = scratch.run(&plan(), "labels", out, &["--accept-quarantine"]);
    let table = scratch.table(out, "hostile", "records");
    let files = summary["quarantined"]["files"].as_array().expect("files of the quarantine");
    let rows = files.iter().flat_map(|file| table.rows_of(file.as_str().expect("a path")));
    let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = rows.map(|row| (cell(&row, "code"), cell(&row, "object"), cell(&row, "detail"))).collect();
    found.sort();
    scratch.books(out);
    found
}

#[test]
fn limits_are_settings_that_make_another_run() {
    let settings = "[limits]\nvalue_size = \"1KiB\"\nnesting = 8\ncolumns = 3\nkeys = 4\ndamage_rows = 2\n";
    let scratch = Scratch::with_settings(settings);
    let labels = scratch.path("labels");
    std::fs::create_dir(&labels).expect("a folder");
    let write = |name: &str, content: String| std::fs::write(labels.join(name), content).expect("a file");
    write("deep.json", format!("[{{\"id\":1,\"raw\":{}0{}}},{{\"id\":2}}]", "[".repeat(9), "]".repeat(9)));
    write("flood.ndjson", "x\n".repeat(50) + "{\"id\":3}\n");
    write("keys.json", "{\"id\":4,\"a\":1,\"b\":2,\"c\":3,\"d\":4}".to_owned());
    write("long.json", format!("{{\"id\":5,\"text\":\"{}\"}}", "가".repeat(500)));
    write("wide.csv", "id,text,x\n6,a,b\n7,a,b,c\n".to_owned());

    let found = quarantine(&scratch, "out");
    let expected = [
        ("COLUMN_LIMIT", "wide.csv", "limits.columns = 3;"),
        ("DEPTH", "deep.json", "limits.nesting = 8;"),
        ("KEY_LIMIT", "keys.json", "limits.keys = 4;"),
        ("SYNTAX", "flood.ndjson", ""),
        ("SYNTAX", "flood.ndjson", ""),
        ("TOO_MANY", "flood.ndjson", "limits.damage_rows = 2;"),
        ("VALUE_SIZE", "long.json", "limits.value_size = 1KiB;"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((code, object, detail), expected) in found.iter().zip(expected) {
        assert!(
            (code.as_str(), object.as_str()) == (expected.0, expected.1) && detail.contains(expected.2),
            "{found:#?}"
        );
    }

    // Without these limits all of it is read but the lines that are none, and the row that has a cell too many.
    std::fs::write(scratch.path("jogak.toml"), "").expect("jogak.toml");
    let found = quarantine(&scratch, "free");
    assert_eq!(found.len(), 51, "{found:#?}");
    std::fs::write(scratch.path("jogak.toml"), "[limits]\nmember_sise = 1\n").expect("jogak.toml");
    let refused = scratch.try_run(&plan(), "labels", "never", &[]).expect(2);
    assert!(refused.stderr.contains("member_sise"), "{}", refused.stderr);
}
