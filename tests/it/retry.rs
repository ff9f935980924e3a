//! `--retry-quarantined`: what could not be read before is read again, and only that; its entries are settled.

use std::fs;

use serde_json::{Value, json};

use super::command::{Scratch, files_below, number, shipped};

const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];

/// Three archives in units of their own; one holds a broken file too, another one is none.
fn labels(scratch: &Scratch) {
    for (folder, seed) in [("a", "1"), ("b", "2"), ("c", "3")] {
        let hazards = if folder == "b" { "syntax" } else { "none" };
        scratch.sample("math", 80, &format!("labels/{folder}"), &["--seed", seed, "--hazards", hazards]);
        fs::remove_file(scratch.path(&format!("labels/{folder}.expected.json"))).expect("its report");
    }
    fs::write(scratch.path("labels/d.zip"), "no archive").expect("a file");
}

fn codes(summary: &Value) -> &Value {
    &summary["quarantined"]["by_code"]
}

/// Rows of all outputs, without the place where their files lie.
fn rows(scratch: &Scratch, out: &str) -> Vec<Vec<String>> {
    let sorted = |name: &&str| {
        let mut rows: Vec<String> = scratch.table(out, PLAN, name).rows().iter().map(Value::to_string).collect();
        rows.sort();
        rows
    };
    OUTPUTS.iter().map(sorted).collect()
}

#[test]
fn what_a_limit_kept_out_comes_in_when_it_is_raised() {
    let small = "unit_size = \"1KiB\"\n";
    let scratch = Scratch::with_settings(&format!("{small}[limits]\nrecord_size = \"500B\"\n"));
    labels(&scratch);
    let plan = shipped(PLAN);
    let first = scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    let large = number(codes(&first), "/RECORD_SIZE");
    assert!(large > 0, "{:#}", codes(&first));
    assert_eq!(codes(&first)["SYNTAX"], 1, "{:#}", codes(&first));

    // As long as nothing is asked for, what is settled stays settled.
    let idle = scratch.run(&plan, "labels", "out", &[]);
    assert_eq!((&idle["status"], number(&idle, "/retried")), (&json!("already_committed"), 0));

    fs::write(scratch.path("jogak.toml"), small).expect("jogak.toml");
    let more = ["--accept-quarantine", "--retry-quarantined", "--reason", "RECORD_SIZE"];
    let retried = scratch.run(&plan, "labels", "out", &more);
    assert_eq!(retried["status"], "committed", "{retried:#}");
    let units = number(&retried, "/retried");
    assert!(
        units > 0 && number(&retried, "/inputs/objects/already_committed") > 0,
        "only what holds them: {retried:#}"
    );
    assert_eq!(codes(&retried).get("RECORD_SIZE"), None, "{:#}", codes(&retried));
    scratch.verify("out");
    scratch.books("out");
    let straight = scratch.run(&plan, "labels", "straight", &["--accept-quarantine"]);
    assert_eq!(codes(&straight)["SYNTAX"], 1);
    assert_eq!(rows(&scratch, "out"), rows(&scratch, "straight"));

    // None is left for that reason; there is nothing to do.
    let none = scratch.run(&plan, "labels", "out", &more);
    assert_eq!((&none["status"], number(&none, "/retried")), (&json!("already_committed"), 0), "{none:#}");
}

#[test]
fn an_archive_that_was_none_is_looked_at_again() {
    let scratch = Scratch::with_settings("unit_size = \"1KiB\"\n");
    labels(&scratch);
    let plan = shipped(PLAN);
    scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    // Still none: the entry is settled anew, and nothing else is touched but the unit with the broken file.
    let again = scratch.run(&plan, "labels", "out", &["--accept-quarantine", "--retry-quarantined"]);
    assert_eq!((number(&again, "/inputs/objects/failed"), &codes(&again)["SYNTAX"]), (1, &json!(1)), "{again:#}");
    scratch.books("out");
    let refused = scratch.try_run(&plan, "labels", "out", &["--retry-quarantined"]).expect(1);
    assert!(refused.stderr.contains("--accept-quarantine"), "{}", refused.stderr);

    // An archive that is exchanged is a changed input, and read without being asked for.
    let (_, good) =
        files_below(&scratch.path("labels/a")).into_iter().find(|(name, _)| name.ends_with(".zip")).expect("one");
    fs::copy(good, scratch.path("labels/d.zip")).expect("a copy");
    let mended = scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    assert_eq!(number(&mended, "/inputs/objects/failed"), 0, "{mended:#}");
    scratch.verify("out");

    let wrong = scratch.try_run(&plan, "labels", "out", &["--reason", "CRC"]).expect(2);
    assert!(wrong.stderr.contains("--retry-quarantined"), "{}", wrong.stderr);
}
