//! Several starts of one run, several outputs of one run, several writers of one table: what is committed belongs
//! together, and nothing is lost between them.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::command::{Scratch, number, shipped};

const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];

/// The ids of an output's rows.
fn ids(scratch: &Scratch, name: &str) -> BTreeSet<String> {
    let table = scratch.table("out", PLAN, name);
    let ids: Vec<String> = match name {
        "records" => table.column("record_id"),
        _ => table.rows().iter().map(Value::to_string).collect(),
    };
    let set: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), set.len(), "'{name}' has a row twice");
    set
}

/// Exactly one version, made by the same run in both outputs.
fn assert_one_commit(scratch: &Scratch) {
    let facts = OUTPUTS.map(|name| {
        let table = scratch.table("out", PLAN, name);
        assert_eq!(table.versions().len(), 1, "versions of '{name}'");
        table.facts()
    });
    for what in ["run_id", "run_key", "ledger"] {
        assert_eq!(facts[0][what], facts[1][what], "{what}");
    }
}

#[test]
fn outputs_that_a_crash_left_open_are_completed() {
    let scratch = Scratch::new();
    scratch.sample("math", 300, "labels", &[]);
    let plan = shipped(PLAN);
    scratch.run(&plan, "labels", "out", &[]);
    let before = OUTPUTS.map(|name| ids(&scratch, name));
    // The first output is committed last: a crash before that leaves the others committed and it without a log.
    let log = scratch.path("out").join(PLAN).join("records/_delta_log");
    std::fs::remove_dir_all(&log).expect("the log of the first output");

    let completed = scratch.run(&plan, "labels", "out", &[]);
    assert_eq!((&completed["status"], number(&completed, "/units/0")), (&"committed".into(), 0), "{completed:#}");
    assert_one_commit(&scratch);
    assert_eq!(OUTPUTS.map(|name| ids(&scratch, name)), before);
    scratch.verify("out");
}

#[test]
fn one_run_started_many_times_at_once_is_committed_once() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 400, "labels", &[]);
    let plan = shipped(PLAN);
    let arguments = ["run", &plan, "--source", "labels=labels", "--out", "out", "--format", "json", "--threads", "1"];
    let children: Vec<Child> = (0..6)
        .map(|_| {
            let mut command = scratch.command(&arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started")
        })
        .collect();
    let mut committed = 0;
    for child in children {
        let output = child.wait_with_output().expect("its end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let summary: Value = serde_json::from_slice(&output.stdout).expect("a summary");
        assert_eq!(summary["committed"], true, "{summary:#}");
        committed += u64::from(summary["status"] == "committed");
    }
    assert!(committed >= 1, "no start says that it committed");
    assert_one_commit(&scratch);
    scratch.verify("out");

    // What comes next stands on one ledger.
    let before = OUTPUTS.map(|name| ids(&scratch, name));
    scratch.sample("math", 50, "labels/more", &["--seed", "77"]);
    scratch.run(&plan, "labels", "out", &[]);
    for (name, before) in OUTPUTS.iter().zip(&before) {
        let now = ids(&scratch, name);
        assert!(now.is_superset(before) && now.len() > before.len(), "rows of '{name}' are lost");
    }
    scratch.verify("out");
}

#[test]
fn a_table_that_something_else_rewrote_is_refused() {
    let scratch = Scratch::new();
    scratch.sample("math", 100, "labels", &[]);
    let plan = shipped(PLAN);
    scratch.run(&plan, "labels", "out", &[]);
    // As a compaction does it: the file leaves, its rows come back in another.
    let root = scratch.path("out").join(PLAN).join("sft_messages");
    let file = scratch.table("out", PLAN, "sft_messages").live().into_iter().next().expect("a file");
    std::fs::copy(root.join(&file), root.join("compacted.parquet")).expect("a copy");
    let entry = format!(
        "{}\n{}\n{}\n",
        serde_json::json!({"commitInfo": {"timestamp": 1, "operation": "OPTIMIZE"}}),
        serde_json::json!({"remove": {"path": file, "dataChange": false, "deletionTimestamp": 1}}),
        serde_json::json!({"add": {"path": "compacted.parquet", "size": 1, "partitionValues": {}, "modificationTime": 1,
            "dataChange": false}}),
    );
    std::fs::write(root.join("_delta_log/00000000000000000001.json"), entry).expect("a log entry");

    scratch.sample("math", 50, "labels/more", &["--seed", "77"]);
    let refused = scratch.try_run(&plan, "labels", "out", &[]).expect(2);
    assert!(refused.stderr.contains("changed by something else"), "{}", refused.stderr);
    scratch.run(&plan, "labels", "out", &["--full-refresh"]);
    scratch.verify("out");
}
