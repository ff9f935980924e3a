//! Archives with every hazard of real ones: what is damaged stands in the quarantine, at its exact place, and nothing
//! else does.

use std::collections::BTreeSet;

use serde_json::Value;

use super::command::{Scratch, files_below, number, shipped};
use super::plans::assert_balanced;

/// What a report and a quarantine row both say about a damaged place.
const PLACE: [&str; 8] = ["code", "object", "member", "member_index", "record", "line", "column", "byte_offset"];

fn place(value: &Value) -> String {
    PLACE.map(|key| format!("{key}={}", value[key])).join(" ")
}

#[test]
fn exactly_the_damaged_places_are_in_quarantine() {
    let scratch = Scratch::new();
    let report = scratch.sample("mrc", 2000, "labels", &["--hazards", "all"]);
    let inputs = files_below(&scratch.path("labels"));
    let summary = scratch.run(&shipped("mrc_reasoning"), "labels", "out", &["--threads", "2"]);
    assert_balanced(&scratch, "out", "mrc_reasoning", &summary);
    assert_eq!(number(&summary, "/inputs/counts/records_delivered"), number(&report, "/good_records"), "{summary:#}");
    scratch.verify("out");
    scratch.books("out");

    let damages = report["damages"].as_array().expect("damages");
    assert!(damages.len() >= 2, "{report:#}");
    let expected: BTreeSet<String> = damages.iter().map(place).collect();
    let table = scratch.table("out", "mrc_reasoning", "records");
    let files = summary["quarantined"]["files"].as_array().expect("files of the quarantine");
    let rows = files.iter().flat_map(|file| table.rows_of(file.as_str().expect("a path")));
    // Rows that a builder refused stand there too; they are about labels, not about damage.
    let found: Vec<String> = rows.filter(|row| row["grain"] != "row").map(|row| place(&row)).collect();
    assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(found.len(), expected.len(), "a place comes twice: {found:#?}");

    // Every archive gave records: those in parts, those that span volumes, and the one inside a tar.
    let object = |row: &Value| row["provenance"]["source"]["object"].as_str().map(str::to_owned);
    let read: BTreeSet<String> = table.rows().iter().filter_map(object).collect();
    let archives = report["archives"].as_array().expect("archives");
    let written = archives.iter().filter_map(|archive| archive["object"].as_str().map(str::to_owned));
    assert_eq!(read, written.collect());

    assert_eq!(files_below(&scratch.path("labels")), inputs, "nothing is joined or unpacked beside the archives");
    assert_eq!(files_below(&scratch.path("tmp")), [], "nothing is left in the temporary folder");
    let is_ours = |name: &str| ["data/", "_delta_log/", "_jogak/"].iter().any(|folder| name.starts_with(folder));
    assert!(table.names().all(is_ours), "{:?}", table.names().collect::<Vec<_>>());
}

#[test]
fn too_much_damage_commits_nothing_until_it_is_accepted() {
    let scratch = Scratch::new();
    // Few records, so that a damaged one is more than the limit of 1 %.
    scratch.sample("mrc", 60, "labels", &["--hazards", "truncated,syntax"]);
    let plan = shipped("mrc_reasoning");
    let refused = scratch.try_run(&plan, "labels", "out", &[]).expect(1);
    let summary: Value = serde_json::from_str(&refused.stdout).expect("a summary");
    assert_eq!(summary["committed"], false, "{summary:#}");
    assert!(!scratch.path("out/mrc_reasoning/records/_delta_log").exists(), "a refused run has made a table");
    let accepted = scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    assert_eq!(accepted["committed"], true, "{accepted:#}");
    // Its units were sealed by the start that was refused.
    assert_eq!(number(&accepted, "/units/0"), 0, "{accepted:#}");
    scratch.verify("out");
}
