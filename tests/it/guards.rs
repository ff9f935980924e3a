//! What each safety guard is there for, one place at a time: answers that get lost at exactly this call, processes that
//! stand still at exactly that one. `tests/mutations` switches the guards off and expects these tests to fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::command::{Output, Scratch, files_below, number, shipped};
use super::injected::{CallLog, Stopped, jogak, run_arguments};

const PLAN: &str = "mrc_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];
const MORE: [&str; 3] = ["--accept-quarantine", "--threads", "1"];

/// Archives of three units, with damage in them.
struct Bench {
    scratch: Scratch,
    plan: String,
}

impl Bench {
    fn new() -> Self {
        let scratch = Scratch::with_settings("unit_size = \"8KiB\"\n");
        scratch.sample("mrc", 60, "labels", &["--hazards", "truncated,syntax"]);
        Self { scratch, plan: shipped(PLAN) }
    }

    fn arguments<'a>(&'a self, out: &'a str) -> Vec<&'a str> {
        run_arguments(&self.plan, "labels=labels", out, &MORE)
    }

    fn run(&self, out: &str) -> Output {
        self.scratch.jogak(&self.arguments(out))
    }

    fn run_with(&self, rules: &str, out: &str) -> Output {
        jogak(&self.scratch, rules, &self.arguments(out))
    }

    fn stopped(&self, rules: &str, out: &str) -> Stopped {
        Stopped::start(&self.scratch, rules, &self.arguments(out))
    }

    fn table(&self, out: &str, name: &str) -> PathBuf {
        self.scratch.path(out).join(PLAN).join(name)
    }

    /// Files of a table whose path holds `part`.
    fn files(&self, out: &str, name: &str, part: &str) -> Vec<PathBuf> {
        let files = files_below(&self.table(out, name)).into_iter();
        files.filter(|(name, _)| name.contains(part)).map(|(_, path)| path).collect()
    }

    /// The tables hold, in one version each, what an undisturbed run makes.
    fn assert_undisturbed(&self, out: &str) {
        if !self.scratch.path("undisturbed").exists() {
            self.run("undisturbed").expect(0);
        }
        for name in OUTPUTS {
            let (there, undisturbed) =
                (self.scratch.table(out, PLAN, name), self.scratch.table("undisturbed", PLAN, name));
            assert_eq!(there.versions().len(), 1, "versions of '{name}'");
            assert_eq!(there.shards(), undisturbed.shards(), "'{name}'");
        }
        let [records, messages] = OUTPUTS.map(|name| self.scratch.table(out, PLAN, name).facts());
        assert_eq!((&records["run_id"], &records["ledger"]), (&messages["run_id"], &messages["ledger"]));
        self.scratch.verify(out);
        self.scratch.books(out);
    }

    /// The entries of all logs, as they lie there.
    fn logs(&self, out: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let paths = OUTPUTS.iter().flat_map(|name| self.files(out, name, "_delta_log/"));
        paths.map(|path| (path.clone(), fs::read(&path).expect("an entry"))).collect()
    }
}

fn summary(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout))
}

/// A checkpoint as somebody else would have written it, its checksum included.
fn rewrite(path: &PathBuf, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(path).expect("a checkpoint")).expect("JSON");
    value.as_object_mut().expect("an object").remove("sha256");
    change(&mut value);
    let text = value.to_string();
    let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    let open = text.strip_suffix('}').expect("the end of an object");
    fs::write(path, format!("{open},\"sha256\":\"{sha256}\"}}")).expect("the checkpoint");
}

#[test]
fn a_store_that_takes_a_second_create_is_refused() {
    let bench = Bench::new();
    let blind = "point=put:*,nth=1-,do=blind";
    let refused = bench.run_with(blind, "out").expect(2);
    assert!(refused.stderr.contains("ignores conditional writes"), "{}", refused.stderr);
    assert!(!bench.table("out", "records").join("_delta_log").exists(), "a refused run has committed");
    let arguments = [bench.arguments("out").as_slice(), &["--single-writer"]].concat();
    jogak(&bench.scratch, blind, &arguments).expect(0);
    assert_eq!(bench.scratch.table("out", PLAN, "records").facts()["guarantee"], "single-writer");
    bench.assert_undisturbed("out");
}

/// The answer to a create is lost, or is a conflict with nothing: for each object that a run creates once.
#[test]
fn every_create_may_lose_its_answer() {
    let bench = Bench::new();
    for class in ["probe", "run-key", "start", "intent"] {
        for (when, what) in [("after", "fail"), ("after", "exists"), ("before", "exists")] {
            let out = format!("{class}-{when}-{what}");
            let log = CallLog::new(&bench.scratch, &out);
            let rules = format!("point=put:{class},when={when},do={what};{}", log.rule());
            bench.run_with(&rules, &out).expect(0);
            assert_eq!(log.fault(), Some(format!("put:{class}")));
            assert_eq!(bench.files(&out, "records", "/starts/").len(), 1, "{out}: more than one start");
        }
    }
    bench.assert_undisturbed("intent-after-exists");
}

/// The answer to a commit is lost: it is found in the log by its nonce, and said to be ours.
#[test]
fn a_commit_whose_answer_was_lost_is_recognised() {
    let bench = Bench::new();
    for what in ["fail", "exists"] {
        let rules = format!("point=put:log,nth=1-,when=after,do={what}");
        let done = bench.run_with(&rules, what).expect(0);
        assert_eq!(summary(&done)["status"], "committed", "{}", done.stdout);
        bench.assert_undisturbed(what);
    }
}

/// "Exists already", and nothing does: some stores answer so under load.
#[test]
fn a_conflict_without_a_version_is_tried_again() {
    let bench = Bench::new();
    let done = bench.run_with("point=put:log,nth=1,do=exists", "out").expect(0);
    assert_eq!(summary(&done)["status"], "committed", "{}", done.stdout);
    bench.assert_undisturbed("out");
}

/// A version landed, and from then on the store says nothing about the log: unknown, and everything is kept.
#[test]
fn what_nobody_knows_is_not_deleted() {
    let bench = Bench::new();
    let rules = "point=put:log,when=after,do=fail; point=*:log,since=put:log,nth=1-,do=fail";
    bench.run_with(rules, "out").expect(75);
    bench.run("out").expect(0);
    bench.assert_undisturbed("out");
}

/// A process stands still just before its commit, another one commits the same run: the first changes nothing.
#[test]
fn a_stale_process_finds_its_run_committed() {
    let bench = Bench::new();
    for nth in 1..=2 {
        let out = format!("out-{nth}");
        let stale = bench.stopped(&format!("point=put:log,nth={nth},do=stop"), &out);
        bench.run(&out).expect(0);
        let before = bench.logs(&out);
        let ended = stale.go_on().expect(0);
        assert!(summary(&ended)["committed"] == true, "{}", ended.stdout);
        assert!(nth == 2 || summary(&ended)["status"] == "already_committed", "{}", ended.stdout);
        assert!(bench.logs(&out) == before, "the stale process has changed the log");
        bench.assert_undisturbed(&out);
    }
}

/// A process stands still, another run commits: the first is told so and changes nothing; the same command goes on.
#[test]
fn a_stale_process_is_fenced() {
    let bench = Bench::new();
    for point in ["at:prepared", "put:ckpt", "put:intent", "put:log"] {
        let (out, labels) = (point.replace(':', "-"), format!("labels-{}", point.replace(':', "-")));
        bench.scratch.sample("mrc", 60, &labels, &["--hazards", "none"]);
        let source = format!("labels={labels}");
        let arguments = run_arguments(&bench.plan, &source, &out, &MORE);
        let stale = Stopped::start(&bench.scratch, &format!("point={point},do=stop"), &arguments);
        // The report of a sample lies beside it and is no label, so more of them are made elsewhere.
        let more = format!("more-{labels}");
        bench.scratch.sample("mrc", 30, &more, &["--hazards", "none", "--seed", "7"]);
        fs::rename(bench.scratch.path(&more), bench.scratch.path(&labels).join("more")).expect("more labels");
        bench.scratch.jogak(&arguments).expect(0);
        let before = bench.logs(&out);
        let ended = stale.go_on().expect(3);
        assert!(ended.stderr.contains("another writer committed"), "{point}: {}", ended.stderr);
        assert!(bench.logs(&out) == before, "{point}: the stale process has changed the log");
        let again = bench.scratch.jogak(&arguments).expect(0);
        assert_eq!(summary(&again)["status"], "already_committed", "{}", again.stdout);
        assert!(bench.logs(&out) == before, "{point}: there was nothing left to commit");
        bench.scratch.verify(&out);
        bench.scratch.books(&out);
    }
}

/// Two starts of one run that have each run all units: what the first to decide said is what all outputs get.
#[test]
fn outputs_never_come_from_different_starts() {
    let bench = Bench::new();
    let stale = bench.stopped("point=put:ckpt,do=stop", "out");
    let killed = bench.run_with("point=put:log,nth=2,do=kill", "out");
    assert_eq!(killed.status, -1, "{}", killed.stderr);
    stale.go_on().expect(0);
    bench.assert_undisturbed("out");
}

/// A start that was killed has written files; the next one writes none of them again.
#[test]
fn no_start_writes_what_another_wrote() {
    let bench = Bench::new();
    let logs = ["first", "second"].map(|name| CallLog::new(&bench.scratch, name));
    let killed = bench.run_with(&format!("point=put:ckpt,do=kill;{}", logs[0].rule()), "out");
    assert_eq!(killed.status, -1, "{}", killed.stderr);
    bench.run_with(&logs[1].rule(), "out").expect(0);
    let [first, second] = logs.map(|log| {
        let is_written = |name: &str| matches!(name, "put:data" | "put:quarantine" | "put:ckpt");
        let paths = log.lines().into_iter().filter(|line| line.kind == "call" && is_written(&line.name));
        paths.map(|line| line.path).collect::<BTreeSet<String>>()
    });
    assert!(first.len() >= 3 && second.len() > first.len(), "{first:?} {second:?}");
    assert_eq!(first.intersection(&second).collect::<Vec<_>>(), Vec::<&String>::new());
    bench.assert_undisturbed("out");
}

/// A run with all units sealed and nothing decided.
fn sealed() -> Bench {
    let bench = Bench::new();
    let killed = bench.run_with("point=put:intent,do=kill", "out");
    assert_eq!(killed.status, -1, "{}", killed.stderr);
    assert!(bench.files("out", "records", "/ckpt/").len() >= 3);
    bench
}

#[test]
fn sealed_units_are_taken_over() {
    let bench = sealed();
    let all = bench.files("out", "records", "/ckpt/").len() as u64;
    let done = summary(&bench.run("out").expect(0));
    assert_eq!((number(&done, "/units/0"), number(&done, "/units/1")), (0, all), "{done:#}");
    bench.assert_undisturbed("out");
}

#[test]
fn a_seal_whose_file_is_gone_or_short_counts_no_more() {
    for remove in [true, false] {
        let bench = sealed();
        let file = bench.files("out", "sft_messages", "data/").pop().expect("a file");
        if remove {
            fs::remove_file(file).expect("a file that can be removed");
        } else {
            let bytes = fs::read(&file).expect("its bytes");
            fs::write(file, &bytes[..bytes.len() / 2]).expect("the file");
        }
        let done = summary(&bench.run("out").expect(0));
        assert_eq!(number(&done, "/units/0"), 1, "{done:#}");
        bench.assert_undisturbed("out");
    }
}

#[test]
fn a_seal_of_another_unit_counts_not() {
    let bench = sealed();
    let checkpoint = bench.files("out", "records", "/ckpt/").remove(0);
    rewrite(&checkpoint, |seal| seal["fingerprint"] = "00".into());
    let done = summary(&bench.run("out").expect(0));
    assert_eq!(number(&done, "/units/0"), 1, "{done:#}");
    bench.assert_undisturbed("out");
}

#[test]
fn a_seal_with_a_flipped_bit_counts_not() {
    let bench = sealed();
    let checkpoint = bench.files("out", "records", "/ckpt/").remove(0);
    let mut text = fs::read_to_string(&checkpoint).expect("a checkpoint");
    // Still JSON, and still a number.
    let at = text.find("\"bytes_read\":").expect("a count") + "\"bytes_read\":".len();
    let digit = text.as_bytes()[at];
    text.replace_range(at..=at, if digit == b'1' { "3" } else { "1" });
    fs::write(&checkpoint, text).expect("the checkpoint");
    let done = summary(&bench.run("out").expect(0));
    assert_eq!(number(&done, "/units/0"), 1, "{done:#}");
    bench.assert_undisturbed("out");
}

#[test]
fn books_that_do_not_balance_are_not_committed() {
    let bench = sealed();
    let checkpoint = bench.files("out", "records", "/ckpt/").remove(0);
    rewrite(&checkpoint, |seal| seal["input"]["records"] = (number(seal, "/input/records") + 1).into());
    let stopped = bench.run("out").expect(3);
    assert!(stopped.stderr.contains("the books do not balance"), "{}", stopped.stderr);
    assert!(!bench.table("out", "records").join("_delta_log").exists(), "a lost record was committed");
}

#[test]
fn an_input_that_changes_while_it_is_read_is_noticed() {
    let bench = Bench::new();
    let reading = bench.stopped("point=at:prepared,do=stop", "out");
    let archives: Vec<PathBuf> = files_below(&bench.scratch.path("labels")).into_iter().map(|(_, path)| path).collect();
    let (one, other) = (&archives[0], &archives[1]);
    let swapped = bench.scratch.path("swapped");
    fs::rename(one, &swapped).and_then(|()| fs::rename(other, one)).expect("two archives");
    fs::rename(&swapped, other).expect("two archives that change places");
    let stopped = reading.go_on().expect(3);
    assert!(stopped.stderr.contains("INPUT_CHANGED"), "{}", stopped.stderr);
    assert!(!bench.table("out", "records").join("_delta_log").exists(), "a mixture was committed");
    bench.run("out").expect(0);
    bench.assert_undisturbed("out");
}

/// A bit that turns on the way from the store: the log, the ledger and checkpoints are not believed.
#[test]
fn what_is_spoilt_on_its_way_is_not_believed() {
    let bench = sealed();
    let done = summary(&bench.run_with("point=get:ckpt,nth=1,do=flip", "out").expect(0));
    assert_eq!(number(&done, "/units/0"), 0, "it is right when it is read again: {done:#}");
    bench.assert_undisturbed("out");
    let again = summary(&bench.run_with("point=get:log,nth=1,do=flip", "out").expect(0));
    assert_eq!(again["status"], "already_committed", "{again:#}");
    for (name, word) in [("get:log", "checksum"), ("get:ledger", "sha256")] {
        let spoilt = bench.run_with(&format!("point={name},nth=1-,do=flip"), "out");
        assert!(spoilt.status != 0 && spoilt.stderr.contains(word), "{name}: {} {}", spoilt.status, spoilt.stderr);
    }
    bench.assert_undisturbed("out");
}

/// `jogak verify` finds a bit that is flipped anywhere, and says what is wrong.
#[test]
fn verify_finds_what_was_changed() {
    let bench = Bench::new();
    bench.run("out").expect(0);
    let said = |what: &str| {
        let found = bench.scratch.jogak(&["verify", "out"]);
        assert_eq!(found.status, 1, "{what} was not found: {}", found.stdout);
        found.stdout
    };
    let spoil = |path: &PathBuf, at: usize, finding: &str| {
        let bytes = fs::read(path).expect("a file");
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(path, &flipped).expect("the file");
        let told = said(&format!("a bit of byte {at} of {}", path.display()));
        assert!(told.contains(finding), "byte {at} of {}: {told}", path.display());
        fs::write(path, bytes).expect("the file");
    };
    for name in OUTPUTS {
        let file = bench.files("out", name, "data/").remove(0);
        let bytes = fs::read(&file).expect("a file");
        for step in 0..8 {
            spoil(&file, step * (bytes.len() - 1) / 7, "is not the file that was committed");
        }
        fs::write(&file, &bytes[..bytes.len() - 1]).expect("the file");
        let told = said("a missing byte");
        assert!(told.contains(&format!("has {} bytes", bytes.len() - 1)), "{told}");
        fs::write(&file, bytes).expect("the file");
    }
    let quarantine = bench.files("out", "records", "_jogak/quarantine/").remove(0);
    let ledger = bench.files("out", "records", "/inputs-").remove(0);
    for (path, finding) in
        [(&quarantine, "is not the quarantine that was committed"), (&ledger, "is not the one that was committed")]
    {
        let length = fs::metadata(path).expect("a file").len();
        for step in 0..4 {
            spoil(path, usize::try_from(step * (length - 1) / 3).expect("a small file"), finding);
        }
    }
    bench.scratch.verify("out");
}
