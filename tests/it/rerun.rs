//! Reruns: only what changed is read, what it had made leaves in the same commit, and versions of a plan never mix.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::command::{Scratch, number, output, shipped};

const PLAN: &str = "nli_reasoning";

/// A set of archives with its own texts, under `labels/<name>`.
fn put_set(scratch: &Scratch, name: &str, seed: &str) {
    // The report of a sample lies beside it and is no label, so sets are made elsewhere.
    let made = format!("sets-{seed}");
    scratch.sample("nli", 60, &made, &["--seed", seed, "--hazards", "none"]);
    fs::create_dir_all(scratch.path("labels")).expect("the folder of labels");
    fs::rename(scratch.path(&made), scratch.path(&format!("labels/{name}"))).expect("the set in its place");
}

fn take_set(scratch: &Scratch, name: &str) {
    fs::remove_dir_all(scratch.path(&format!("labels/{name}"))).expect("the set to be removed");
}

fn objects(summary: &Value) -> BTreeMap<&str, u64> {
    let counts = summary["inputs"]["objects"].as_object().expect("counts of objects");
    counts.iter().filter_map(|(name, count)| Some((name.as_str(), count.as_u64()?))).collect()
}

/// The ids of all records in the table of `out`, sorted.
fn ids(scratch: &Scratch, out: &str) -> Vec<String> {
    scratch.table(out, PLAN, "records").column("record_id")
}

#[test]
fn a_rerun_reads_what_changed_and_replaces_what_it_had_made() {
    // Units of one member, so that unchanged archives never share one with changed ones.
    let scratch = Scratch::with_settings("unit_size = \"1KiB\"\n");
    let plan = shipped(PLAN);
    for (name, seed) in [("a", "1"), ("b", "2"), ("c", "3")] {
        put_set(&scratch, name, seed);
    }
    let first = scratch.run(&plan, "labels", "out", &[]);
    let listed = number(&first, "/inputs/objects/listed");
    let each = listed / 3;
    assert!(each >= 1 && listed == 3 * each, "{first:#}");
    let before = ids(&scratch, "out");

    // One set changes, one is added, one goes.
    take_set(&scratch, "b");
    put_set(&scratch, "b", "4");
    put_set(&scratch, "d", "5");
    take_set(&scratch, "c");
    let second = scratch.run(&plan, "labels", "out", &[]);
    let expected =
        [("already_committed", each), ("failed", 0), ("listed", 3 * each), ("read", 2 * each), ("vanished", each)];
    assert_eq!(objects(&second), BTreeMap::from(expected), "{second:#}");
    assert_eq!(second["vanished"].as_array().map(Vec::len), usize::try_from(each).ok(), "{second:#}");
    assert_eq!(number(output(&second, "records"), "/version"), 1);
    let kept = ids(&scratch, "out");
    assert!(kept.len() > before.len(), "what vanished stays until it is pruned, and a set was added");
    scratch.verify("out");
    scratch.books("out");

    let pruned = scratch.run(&plan, "labels", "out", &["--prune"]);
    assert_eq!(number(&pruned, "/inputs/objects/read"), 0, "{pruned:#}");
    assert_eq!(number(output(&pruned, "records"), "/version"), 2);
    scratch.verify("out");
    scratch.books("out");

    // What reruns made of the table is what one run makes of the same inputs.
    scratch.run(&plan, "labels", "fresh", &[]);
    let now = ids(&scratch, "out");
    assert_eq!(now, ids(&scratch, "fresh"));
    assert!(now.len() < kept.len());
    for name in ["records", "sft_messages"] {
        let sorted = |out: &str| {
            let mut rows: Vec<String> = scratch.table(out, PLAN, name).rows().iter().map(Value::to_string).collect();
            rows.sort();
            rows
        };
        assert!(sorted("out") == sorted("fresh"), "rows of '{name}' differ");
    }

    let nothing = scratch.run(&plan, "labels", "out", &["--prune"]);
    assert_eq!(nothing["status"], "already_committed", "{nothing:#}");
    assert_eq!(scratch.table("out", PLAN, "records").versions().len(), 3);
}

#[test]
fn an_object_that_was_pruned_comes_back() {
    let scratch = Scratch::with_settings("unit_size = \"1KiB\"\n");
    let plan = shipped(PLAN);
    put_set(&scratch, "a", "1");
    scratch.run(&plan, "labels", "out", &[]);
    let only = ids(&scratch, "out");
    for round in 0..2 {
        put_set(&scratch, "b", "2");
        let added = scratch.run(&plan, "labels", "out", &[]);
        assert_eq!(added["status"], "committed", "round {round}: {added:#}");
        assert!(ids(&scratch, "out").len() > only.len(), "round {round}");
        take_set(&scratch, "b");
        // The ledger is now byte by byte what it was before.
        scratch.run(&plan, "labels", "out", &["--prune"]);
        assert_eq!(ids(&scratch, "out"), only, "round {round}");
    }
    assert_eq!(scratch.table("out", PLAN, "records").versions().len(), 5);
    scratch.verify("out");
    scratch.books("out");
}

#[test]
fn an_object_that_shared_a_unit_with_a_vanished_one_needs_prune() {
    // One unit for everything.
    let scratch = Scratch::new();
    let plan = shipped(PLAN);
    put_set(&scratch, "a", "1");
    put_set(&scratch, "b", "2");
    scratch.run(&plan, "labels", "out", &[]);
    take_set(&scratch, "a");
    take_set(&scratch, "b");
    put_set(&scratch, "b", "3");
    let refused = scratch.try_run(&plan, "labels", "out", &[]).expect(2);
    assert!(refused.stderr.contains("--prune"), "{}", refused.stderr);
    scratch.run(&plan, "labels", "out", &["--prune"]);
    scratch.run(&plan, "labels", "fresh", &[]);
    assert_eq!(ids(&scratch, "out"), ids(&scratch, "fresh"));
    scratch.verify("out");
    scratch.books("out");
}

#[test]
fn a_changed_plan_is_refused_and_says_what_changed() {
    let scratch = Scratch::new();
    scratch.sample("mrc", 40, "labels", &[]);
    let text = fs::read_to_string(shipped("mrc_reasoning")).expect("the plan");
    let edited = |name: &str, text: String| {
        fs::write(scratch.path(name), text).expect("the edited plan");
        name.to_owned()
    };
    let plan = edited("mrc_reasoning.sql", text.clone());
    scratch.run(&plan, "labels", "out", &[]);

    let parameter = scratch.try_run(&plan, "labels", "out", &["--set", "min_context=10"]).expect(2);
    assert!(parameter.stderr.contains("'min_context'"), "{}", parameter.stderr);
    let filter = "WHERE kind = 'span'";
    assert!(text.contains(filter));
    let narrower = edited("narrower.sql", text.replace(filter, &format!("{filter} AND context IS NOT NULL")));
    let view = scratch.try_run(&narrower, "labels", "out", &[]).expect(2);
    assert!(view.stderr.contains("'questions'"), "{}", view.stderr);
    assert_eq!(scratch.table("out", "mrc_reasoning", "records").versions().len(), 1, "a refused run committed");

    // Comments are no part of a plan.
    let commented = edited("commented.sql", format!("{text}\n-- the end\n"));
    let same = scratch.run(&commented, "labels", "out", &[]);
    assert_eq!(same["status"], "already_committed", "{same:#}");

    let anew = scratch.run(&narrower, "labels", "out", &["--full-refresh"]);
    assert_eq!(number(output(&anew, "records"), "/version"), 1, "{anew:#}");
    scratch.verify("out");
    scratch.books("out");
    scratch.run(&narrower, "labels", "elsewhere", &[]);
    let shards = |out: &str| scratch.table(out, "mrc_reasoning", "records").column("record_id");
    assert_eq!(shards("out"), shards("elsewhere"), "rows of the old plan are left");
}
