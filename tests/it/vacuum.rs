//! What `jogak vacuum` removes, and above all what it does not: nothing that a version names, nothing that a run may still
//! commit, whatever happens beside it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::command::{Scratch, files_below, number, shipped};
use super::places::Place;

const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];
/// Units to see sealed before something happens to a run: others are left then.
const SEALED: usize = 5;

/// Archives with texts of their own, under `labels/<seed>`.
fn put_set(scratch: &Scratch, records: u64, seed: u64) {
    // The report of a sample lies beside it and is no label, so sets are made elsewhere.
    let made = format!("set-{seed}");
    scratch.sample("math", records, &made, &["--seed", &seed.to_string(), "--hazards", "none"]);
    fs::create_dir_all(scratch.path("labels")).expect("the folder of labels");
    fs::rename(scratch.path(&made), scratch.path(&format!("labels/{seed}"))).expect("the set in its place");
}

/// Cleans what lies in `place`, and returns a report for each table.
#[track_caller]
fn vacuum(scratch: &Scratch, place: &str, more: &[&str]) -> Vec<Value> {
    let ended = scratch.jogak(&[&["vacuum", place, "--format", "json"], more].concat()).expect(0);
    let reports: Value = serde_json::from_str(&ended.stdout).expect("a report");
    reports.as_array().expect("a report for each table").clone()
}

/// Files that were removed from all tables.
fn removed(reports: &[Value]) -> u64 {
    reports.iter().map(|report| number(report, "/removed/files")).sum()
}

/// What lies below a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    files_below(folder).into_iter().map(|(name, _)| name).collect()
}

/// Makes everything below a folder many years old.
fn age(folder: &Path) {
    for (_, path) in files_below(folder) {
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).expect("its time");
    }
}

/// What the versions of all tables in `out` name, as paths below it.
fn named(scratch: &Scratch, out: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for name in OUTPUTS {
        for action in scratch.table(out, PLAN, name).versions().into_iter().flatten() {
            let mut add = |table: &str, path: &Value| {
                named.insert(format!("{PLAN}/{table}/{}", path.as_str().expect("a path")));
            };
            if let Some(file) = action.get("add") {
                add(name, &file["path"]);
            }
            if let Some(facts) = action.pointer("/commitInfo/jogak") {
                add(name, &facts["ledger"]["path"]);
                let files = facts["quarantine"].as_array().expect("files of the quarantine");
                files.iter().for_each(|file| add(OUTPUTS[0], &file["path"]));
            }
        }
    }
    named
}

/// Everything that a version names is there, and is what was committed.
#[track_caller]
fn assert_nothing_lost(scratch: &Scratch, out: &str) {
    let there = names(&scratch.path(out));
    let lost: Vec<String> = named(scratch, out).into_iter().filter(|path| !there.contains(path)).collect();
    assert!(lost.is_empty(), "named and gone: {lost:#?}");
    scratch.verify(out);
}

/// The run of everything in `labels` into `out`, started and not waited for.
fn start(scratch: &Scratch) -> Child {
    let plan = shipped(PLAN);
    let arguments = ["run", &plan, "--source", "labels=labels", "--out", "out", "--format", "json", "--threads", "1"];
    let mut command = scratch.command(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program can be started")
}

fn table(scratch: &Scratch) -> PathBuf {
    scratch.path("out").join(PLAN).join(OUTPUTS[0])
}

/// Waits until some units are sealed, with others left.
fn wait_until_sealed(child: &mut Child, table: &Path) {
    for _ in 0..30_000 {
        let runs = table.join("_jogak/runs");
        if runs.exists() && names(&runs).iter().filter(|name| name.contains("/ckpt/")).count() >= SEALED {
            return;
        }
        let ended = child.try_wait().expect("its state");
        assert!(ended.is_none(), "the run ended with {ended:?} before {SEALED} units were sealed");
        std::thread::sleep(Duration::from_millis(4));
    }
    let _ = child.kill();
    panic!("no {SEALED} units were sealed in two minutes");
}

/// A run that was killed with some units sealed.
fn killed_midway(scratch: &Scratch) {
    let mut child = start(scratch);
    wait_until_sealed(&mut child, &table(scratch));
    child.kill().expect("the program can be killed");
    let status = child.wait().expect("its end");
    assert_eq!(status.code(), None, "the run ended before it was killed: give it more records");
}

/// The rows in `out` are those of a run that nobody disturbed.
fn assert_undisturbed(scratch: &Scratch, more: &[&str]) {
    scratch.run(&shipped(PLAN), "labels", "straight", more);
    for name in OUTPUTS {
        let rows = |out: &str| {
            let rows = scratch.table(out, PLAN, name).rows();
            let mut rows: Vec<String> = rows.iter().map(Value::to_string).collect();
            rows.sort();
            rows
        };
        assert!(rows("out") == rows("straight"), "rows of '{name}' differ");
    }
}

#[test]
fn a_killed_run_is_cleared_away_after_the_grace_and_not_before() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    killed_midway(&scratch);
    let out = scratch.path("out");
    let left = names(&out);
    let young = vacuum(&scratch, "out", &[]);
    assert_eq!((removed(&young), &young[0]["runs"][0]["reason"]), (0, &"waiting".into()), "{young:#?}");
    assert_eq!(names(&out), left);

    // An upload that was cut off by the kill. The store does not list it.
    let upload = files_below(&out).into_iter().find(|(name, _)| name.contains("/data/")).expect("a file of rows").1;
    fs::write(format!("{}#1", upload.display()), "half").expect("an upload");
    age(&out);
    let listed = vacuum(&scratch, "out", &["--dry-run"]);
    assert!(removed(&listed) > 2 * SEALED as u64, "{listed:#?}");
    assert!(left.is_subset(&names(&out)), "a dry run removed something");
    let gone = vacuum(&scratch, "out", &[]);
    assert_eq!(removed(&gone), removed(&listed), "{gone:#?}");
    assert_eq!(removed(&vacuum(&scratch, "out", &[])), 0);
    let rest = names(&out);
    assert!(rest.iter().all(|name| name.contains("/_jogak/keys/")), "{rest:#?}");
    assert_eq!(rest.len(), 2, "the name of the run, and that it was given up: {rest:#?}");

    // The same command begins anew.
    let run = scratch.run(&shipped(PLAN), "labels", "out", &["--threads", "2"]);
    assert_eq!((&run["status"], number(&run, "/units/1")), (&"committed".into(), 0), "{run:#}");
    assert_nothing_lost(&scratch, "out");
    assert_undisturbed(&scratch, &["--threads", "2"]);
}

#[test]
fn every_version_keeps_its_files() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    let plan = shipped(PLAN);
    put_set(&scratch, 120, 1);
    fs::write(scratch.path("labels/broken.zip"), "no archive").expect("a broken archive");
    scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    put_set(&scratch, 60, 2);
    scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    // All files of the versions before leave, and stay reachable through them.
    scratch.run(&plan, "labels", "out", &["--full-refresh", "--accept-quarantine"]);
    let named = named(&scratch, "out");
    assert!(named.iter().any(|path| path.contains("/_jogak/quarantine/")), "{named:#?}");
    fs::write(table(&scratch).join("README.md"), "of somebody else").expect("a file");
    // What a start that was overtaken left behind.
    let stray = named.iter().find(|path| path.contains("/data/")).expect("a file of rows");
    let stray = scratch.path("out").join(stray.replace("part-0", "part-9"));
    fs::write(&stray, "rows").expect("a stray file");

    let young = vacuum(&scratch, "out", &[]);
    assert_eq!((removed(&young), &young[0]["runs"][0]["reason"]), (0, &"committed".into()), "{young:#?}");
    age(&scratch.path("out"));
    let gone = vacuum(&scratch, "out", &[]);
    assert!(number(&gone[0], "/by_kind/checkpoint/files") >= 3, "{gone:#?}");
    assert_eq!(number(&gone[0], "/kept/foreign/files"), 1, "{gone:#?}");
    assert!(!stray.exists() && table(&scratch).join("README.md").exists());
    assert_nothing_lost(&scratch, "out");
    scratch.books("out");
    let place = table(&scratch).display().to_string();
    let history = scratch.jogak(&["history", &place, "--format", "json"]).expect(0);
    let versions: Value = serde_json::from_str(&history.stdout).expect("versions");
    assert_eq!(versions.as_array().map(Vec::len), Some(3));
    let again = scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    assert_eq!(again["status"], "already_committed", "{again:#}");
    assert_eq!(removed(&vacuum(&scratch, "out", &[])), 0);
    put_set(&scratch, 60, 3);
    scratch.run(&plan, "labels", "out", &["--accept-quarantine"]);
    assert_nothing_lost(&scratch, "out");
}

#[test]
fn sealed_units_of_a_run_outlast_a_grace_that_is_longer() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let mut child = start(&scratch);
    wait_until_sealed(&mut child, &table(&scratch));
    assert_eq!(removed(&vacuum(&scratch, "out", &["--grace", "2h"])), 0, "the run is under way");
    child.kill().expect("the program can be killed");
    child.wait().expect("its end");
    assert_eq!(removed(&vacuum(&scratch, "out", &["--grace", "2h"])), 0, "the run can be continued");
    let continued = scratch.run(&shipped(PLAN), "labels", "out", &["--threads", "2"]);
    assert!(number(&continued, "/units/1") >= SEALED as u64, "{continued:#}");
    assert_nothing_lost(&scratch, "out");
}

#[test]
fn a_run_that_is_given_up_under_way_commits_nothing_and_starts_anew() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    scratch.sample("math", 2400, "labels", &[]);
    let mut child = start(&scratch);
    wait_until_sealed(&mut child, &table(&scratch));
    assert!(removed(&vacuum(&scratch, "out", &["--grace", "0s", "--force"])) > 0);
    let ended = child.wait_with_output().expect("its end");
    let said = String::from_utf8_lossy(&ended.stderr);
    // At its decision, or before, where something that it was about to use was gone.
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(OUTPUTS.iter().all(|name| !scratch.path("out").join(PLAN).join(name).join("_delta_log").exists()));

    let run = scratch.run(&shipped(PLAN), "labels", "out", &["--threads", "2"]);
    assert_eq!((&run["status"], number(&run, "/units/1")), (&"committed".into(), 0), "{run:#}");
    assert_nothing_lost(&scratch, "out");
    // What the first start stored after it was given up is an orphan, and so is its name.
    vacuum(&scratch, "out", &["--grace", "0s", "--force"]);
    let run_id = run["run_id"].as_str().expect("a run id");
    let left = names(&scratch.path("out"));
    assert!(left.iter().all(|name| name.contains(run_id) || name.contains("/_delta_log/")), "{left:#?}");
    assert_nothing_lost(&scratch, "out");
    assert_undisturbed(&scratch, &["--threads", "2"]);
}

#[test]
fn a_run_that_was_decided_is_kept_for_whoever_completes_it() {
    let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
    let plan = shipped(PLAN);
    put_set(&scratch, 300, 1);
    scratch.run(&plan, "labels", "out", &[]);
    let forget = || {
        for name in OUTPUTS {
            let log = scratch.path("out").join(PLAN).join(name).join("_delta_log");
            fs::remove_dir_all(log).expect("the log");
        }
    };
    // A crash between the decision and the first commit leaves the tables like this.
    forget();
    age(&scratch.path("out"));
    let before = names(&scratch.path("out"));
    let open = vacuum(&scratch, "out", &[]);
    assert_eq!((removed(&open), &open[0]["runs"][0]["reason"]), (0, &"open".into()), "{open:#?}");
    assert_eq!(names(&scratch.path("out")), before);
    let completed = scratch.run(&plan, "labels", "out", &[]);
    assert_eq!((&completed["status"], number(&completed, "/units/0")), (&"committed".into(), 0), "{completed:#}");
    assert_nothing_lost(&scratch, "out");

    // The inputs change before anybody completes it: another run takes the versions that it was planned for.
    forget();
    put_set(&scratch, 60, 2);
    let other = scratch.run(&plan, "labels", "out", &[]);
    age(&scratch.path("out"));
    assert!(removed(&vacuum(&scratch, "out", &[])) > 0);
    let (run_id, left) = (other["run_id"].as_str().expect("a run id"), names(&scratch.path("out")));
    let rows: Vec<&String> = left.iter().filter(|name| name.contains("/data/")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|name| name.contains(run_id)), "{rows:#?}");
    assert_nothing_lost(&scratch, "out");
}

/// Without any grace, in stores whose files cannot be made older.
fn cleared_away_in(place: &Place) {
    let scratch = &place.scratch;
    put_set(scratch, 120, 1);
    place.keep_labels();
    let (plan, labels, out) = (shipped(PLAN), place.url("labels"), place.url("out"));
    scratch.run(&plan, &labels, &out, &[]);
    // What the version before named stays reachable through it.
    scratch.run(&plan, &labels, &out, &["--full-refresh"]);
    let bounded = scratch.jogak(&["run", &plan, "--source", &format!("labels={labels}"), "--out", &out]).expect(0);
    assert!(bounded.stdout.contains("already committed"), "{}", bounded.stdout);
    let young = vacuum(scratch, &out, &[]);
    assert_eq!((removed(&young), &young[0]["runs"][0]["reason"]), (0, &"committed".into()), "{young:#?}");
    let dry = vacuum(scratch, &out, &["--grace", "0s", "--force", "--dry-run"]);
    let gone = vacuum(scratch, &out, &["--grace", "0s", "--force"]);
    assert!(number(&gone[0], "/by_kind/checkpoint/files") >= 2, "{gone:#?}");
    assert_eq!(removed(&gone), removed(&dry));
    assert_eq!(removed(&vacuum(scratch, &out, &["--grace", "0s", "--force"])), 0);
    place.fetch("out");
    assert_nothing_lost(scratch, "out");
    scratch.jogak(&["verify", &out]).expect(0);
    scratch.run(&plan, &labels, &out, &["--full-refresh"]);
}

#[test]
fn orphans_leave_seaweedfs() {
    cleared_away_in(&Place::seaweed("unit_size = \"8KiB\"\n"));
}

#[test]
fn orphans_leave_moto() {
    cleared_away_in(&Place::moto("unit_size = \"8KiB\"\n"));
}

#[test]
fn a_short_grace_is_refused_and_so_is_a_place_without_tables() {
    let scratch = Scratch::new();
    put_set(&scratch, 20, 1);
    scratch.run(&shipped(PLAN), "labels", "out", &[]);
    let refused = scratch.jogak(&["vacuum", "out", "--grace", "1m"]).expect(2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    let unclear = scratch.jogak(&["vacuum", "out", "--grace", "soon"]).expect(2);
    assert!(unclear.stderr.contains("--grace"), "{}", unclear.stderr);
    scratch.jogak(&["vacuum", "labels"]).expect(2);
    // A version that somebody removed may have named anything.
    fs::remove_file(table(&scratch).join("_delta_log/00000000000000000000.json")).expect("a version");
    fs::write(table(&scratch).join("_delta_log/00000000000000000001.json"), "{}").expect("the next one");
    let gap = scratch.jogak(&["vacuum", "out", "--grace", "0s", "--force"]).expect(2);
    assert!(gap.stderr.contains("version 0"), "{}", gap.stderr);
}

#[test]
fn four_writers_beside_a_hasty_vacuum_lose_nothing() {
    let scratch = Scratch::with_settings("unit_size = \"4KiB\"\n");
    let plan = shipped(PLAN);
    let (mut cleaned, mut gone, mut starts) = (0, 0, 0);
    for round in 1..=3 {
        put_set(&scratch, 150, round);
        let is_done = AtomicBool::new(false);
        let write = || {
            for start in 1..=100 {
                let ended = scratch.try_run(&plan, "labels", "out", &["--threads", "1"]);
                match ended.status {
                    0 => return start,
                    // Given up, fenced, or robbed of what it had stored.
                    1..=3 | 75 => {}
                    other => panic!("exit {other}: {}", ended.stderr),
                }
            }
            panic!("no start of 100 came to its end");
        };
        let clean = || {
            let (mut times, mut files) = (0, 0);
            // With any grace at all the runs get through; in the end they are left alone in any case.
            for time in 0..60 {
                if is_done.load(Ordering::Relaxed) {
                    break;
                }
                let grace = if time < 4 { "0s" } else { "2s" };
                let ended = scratch.jogak(&["vacuum", "out", "--grace", grace, "--force", "--format", "json"]);
                match ended.status {
                    0 => {
                        let reports: Vec<Value> = serde_json::from_str(&ended.stdout).expect("reports");
                        (times, files) = (times + 1, files + removed(&reports));
                    }
                    // There is no table yet.
                    2 if ended.stderr.contains("there is no table") => {}
                    other => panic!("exit {other}: {}", ended.stderr),
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            (times, files)
        };
        std::thread::scope(|scope| {
            let cleaner = scope.spawn(clean);
            let writers: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            let ended: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            is_done.store(true, Ordering::Relaxed);
            let (times, files) = cleaner.join().expect("the vacuums end");
            (cleaned, gone) = (cleaned + times, gone + files);
            starts += ended.into_iter().map(|starts| starts.expect("the writers end")).sum::<u32>();
        });
        assert_nothing_lost(&scratch, "out");
        let versions = scratch.table("out", PLAN, OUTPUTS[0]).versions().len();
        assert_eq!(versions as u64, round, "versions after round {round}");
    }
    eprintln!("{cleaned} vacuums removed {gone} files beside {starts} starts of 12 writers; lost: 0");
    assert!(cleaned > 0);
    vacuum(&scratch, "out", &["--grace", "0s", "--force"]);
    assert_nothing_lost(&scratch, "out");
    scratch.books("out");
    // The table grew in three runs, so its units are cut otherwise; its rows are those of one run.
    assert_undisturbed(&scratch, &[]);
}
