//! A run that is killed midway: the same command takes over what was sealed and commits the rows of an undisturbed run.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;

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

/// Waits until some units are sealed, and sends the program a signal. Gives how it ended, and how long that took.
fn signal_midway(mut child: Child, table: &Path, signal: &str) -> (ExitStatus, Duration) {
    for _ in 0..30_000 {
        if sealed(table) >= SEALED {
            return signalled(child, signal);
        }
        let ended = child.try_wait().expect("its state");
        assert!(ended.is_none(), "the run ended with {ended:?} before {SEALED} units were sealed");
        std::thread::sleep(Duration::from_millis(4));
    }
    let _ = child.kill();
    panic!("no {SEALED} units were sealed in two minutes");
}

fn signalled(mut child: Child, signal: &str) -> (ExitStatus, Duration) {
    let before = std::time::Instant::now();
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill can be started");
    assert!(sent.success(), "the program ended before it got {signal}: give it more records");
    (child.wait().expect("its end"), before.elapsed())
}

#[test]
fn a_killed_run_is_continued_by_the_same_command() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let plan = shipped(PLAN);
    let arguments = ["run", &plan, "--source", "labels=labels", "--out", "out", "--format", "json", "--threads", "1"];
    let child = scratch.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let table = scratch.path("out").join(PLAN).join("records");
    let (status, _) = signal_midway(child.expect("the program can be started"), &table, "-KILL");
    assert_eq!(status.code(), None, "the run ended before it was killed: give it more records");
    let record = last_start(&scratch);
    assert_eq!((record["status"].as_str(), record["committed"].as_bool()), (Some("died"), None));
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

/// What `jogak runs` says of the newest start.
fn last_start(scratch: &Scratch) -> Value {
    let said = scratch.jogak(&["runs", "--last", "--format", "json"]).expect(0);
    let records: Value = serde_json::from_str(&said.stdout).expect("JSON");
    records[0].clone()
}

/// Runs what an operator is told to type.
fn type_command(scratch: &Scratch, line: &str) -> Value {
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[0], "jogak", "{line}");
    let said = scratch.jogak(&words[1..]).expect(0);
    serde_json::from_str(&said.stdout).expect("a summary")
}

#[test]
fn a_terminated_run_says_how_it_goes_on() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let plan = shipped(PLAN);
    let arguments = ["run", &plan, "--source", "labels=labels", "--out", "out", "--format", "json", "--threads", "1"];
    let child = scratch.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let table = scratch.path("out").join(PLAN).join("records");
    let (status, took) = signal_midway(child.expect("the program can be started"), &table, "-TERM");
    assert_eq!(status.code(), Some(143));
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(!table.join("_delta_log").exists());

    let record = last_start(&scratch);
    assert_eq!(record["status"], "stopped", "{record:#}");
    assert_eq!((record["exit_code"].as_u64(), record["committed"].as_bool()), (Some(143), Some(false)));
    let reason = record["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("terminated") && reason.contains("the same command continues"), "{reason}");
    let continued = type_command(&scratch, record["command"].as_str().unwrap_or_default());
    assert!(number(&continued, "/units/1") >= SEALED as u64);
    assert_eq!(continued["run_id"], record["run_id"]);
    let record = last_start(&scratch);
    assert_eq!((record["status"].as_str(), record["committed"].as_bool()), (Some("committed"), Some(true)));
    scratch.verify("out");
}

#[test]
fn a_deadline_stops_a_run_with_its_own_exit_code() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let plan = shipped(PLAN);
    let mut starts = 0;
    let summary = loop {
        starts += 1;
        let ended = scratch.try_run(&plan, "labels", "out", &["--threads", "1", "--deadline", "700ms"]);
        let said: Value = serde_json::from_str(&ended.stdout).expect("one JSON object, however it ends");
        match ended.status {
            0 => break said,
            4 => {
                assert_eq!((&said["status"], &said["exit_code"]), (&Value::from("stopped"), &Value::from(4)));
                let command = said["continue_with"].as_str().unwrap_or_default();
                assert!(command.starts_with("jogak run ") && command.contains("--deadline 700ms"), "{command}");
            }
            _ => drop(ended.expect(4)),
        }
        assert!(starts < 200, "each start seals some units");
    };
    assert!(starts > 1, "the first start did all of it within the deadline: give it more records");
    assert!(number(&summary, "/units/1") > 0);
    scratch.verify("out");
    let refused = scratch.try_run(&plan, "labels", "out", &["--deadline", "25:00"]).expect(2);
    assert!(refused.stderr.contains("neither a time of day nor a duration"), "{}", refused.stderr);
}

#[test]
fn a_run_that_waits_for_a_store_is_stopped_all_the_same() {
    // It takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("its address");
    let scratch = Scratch::new();
    let (plan, source) = (shipped(PLAN), format!("labels=http://{address}/x.json"));
    let arguments = ["run", &plan, "--source", &source, "--out", "out"];
    let child = scratch.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.expect("the program can be started");
    let _waiting = silent.accept().expect("its request");
    let (status, took) = signalled(child, "-TERM");
    assert_eq!(status.code(), Some(143));
    assert!(took < Duration::from_secs(20), "{took:?}");
}
