//! A run that is killed midway: the same command takes over what was sealed and commits the rows of an undisturbed run.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::command::{Scratch, files_below, number, shipped};

const PLAN: &str = "math_reasoning";
/// Units to see sealed before the kill: enough to be taken over, few enough that others are left.
const SEALED: usize = 5;

/// Checkpoints of units below a table.
fn sealed(table: &Path) -> usize {
    let runs = table.join("_jogak/runs");
    if !runs.exists() {
        return 0;
    }
    files_below(&runs).iter().filter(|(name, _)| name.contains("/ckpt/") && name.ends_with(".json")).count()
}

/// Waits until some units are sealed, and kills the program as a power cut would.
fn kill_midway(mut child: Child, table: &Path) {
    for _ in 0..30_000 {
        if sealed(table) >= SEALED {
            child.kill().expect("the program can be killed");
            let status = child.wait().expect("its end");
            assert_eq!(status.code(), None, "the run ended before it was killed: give it more records");
            return;
        }
        let ended = child.try_wait().expect("its state");
        assert!(ended.is_none(), "the run ended with {ended:?} before {SEALED} units were sealed");
        std::thread::sleep(Duration::from_millis(4));
    }
    let _ = child.kill();
    panic!("no {SEALED} units were sealed in two minutes");
}

#[test]
fn a_killed_run_is_continued_by_the_same_command() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let plan = shipped(PLAN);
    let arguments = ["run", &plan, "--source", "labels=labels", "--out", "out", "--format", "json", "--threads", "1"];
    let child = scratch.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let table = scratch.path("out").join(PLAN).join("records");
    kill_midway(child.expect("the program can be started"), &table);
    assert!(!table.join("_delta_log").exists(), "a run that was killed midway has committed");

    let continued = scratch.run(&plan, "labels", "out", &["--threads", "2"]);
    let (run, adopted) = (number(&continued, "/units/0"), number(&continued, "/units/1"));
    assert!(adopted >= SEALED as u64 && run > 0, "{run} run, {adopted} taken over");
    scratch.verify("out");

    let straight = scratch.run(&plan, "labels", "straight", &["--threads", "2"]);
    assert_eq!(number(&straight, "/units/0"), run + adopted);
    assert_eq!(continued["inputs"], straight["inputs"]);
    for name in ["records", "sft_messages"] {
        // Unit by unit the same files, whichever start wrote them.
        let shards = |out: &str| scratch.table(out, PLAN, name).shards();
        assert_eq!(shards("out"), shards("straight"), "{name}");
        assert_eq!(scratch.table("out", PLAN, name).versions().len(), 1);
    }
}
