//! What goes wrong around a run: no room, no file handles, no permission, no credentials. The error says what it is and
//! what to do, nothing is committed in part, and the same command goes on when the cause is gone.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{Output, Scratch, files_below, number, shipped};
use super::s3::upload;
use super::seaweed::Seaweed;
use super::table::TableFiles;
use crate::faults::proxy::{FaultKind, FaultPlan, FaultProxy};

const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];
const SETTINGS: &str = "unit_size = \"8KiB\"\n";

/// No table below the folder `out` has a log: nothing was committed.
#[track_caller]
fn assert_nothing_committed(scratch: &Scratch, out: &str) {
    for name in OUTPUTS {
        let log = scratch.path(out).join(PLAN).join(name).join("_delta_log");
        let entries: Vec<_> =
            fs::read_dir(log).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
        let committed = |name: &std::ffi::OsString| name.to_string_lossy().ends_with(".json");
        assert!(!entries.iter().any(committed), "'{name}' has a version: {entries:?}");
    }
}

/// The tables in `out` are those of an undisturbed run in `straight`.
#[track_caller]
fn assert_same(scratch: &Scratch, out: &str) {
    for name in OUTPUTS {
        let table = scratch.table(out, PLAN, name);
        assert_eq!(table.versions().len(), 1, "versions of '{name}'");
        assert_eq!(table.shards(), scratch.table("straight", PLAN, name).shards(), "{name}");
    }
    scratch.verify(out);
}

/// Runs a shell command in front of the program, which takes its place: to set limits.
fn run_after(scratch: &Scratch, before: &str, out: &str) -> Output {
    let plan = shipped(PLAN);
    let program = scratch.command(&["run", &plan, "--source", "labels=labels", "--out", out, "--threads", "2"]);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(program.get_program()).args(program.get_args());
    shell.current_dir(program.get_current_dir().expect("a directory")).stdin(std::process::Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let output = shell.output().expect("a shell");
    Output {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A file system in memory; it goes with its value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount(place: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&place).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&place);
        let done = mount.output().is_ok_and(|output| output.status.success());
        done.then_some(Self(place))
    }

    /// Fills the disk but for so many bytes; returns the file that does.
    fn fill(&self, left: u64) -> PathBuf {
        use std::io::Write;
        let ballast = self.0.join("ballast");
        let mut file = fs::File::create(&ballast).expect("a file");
        let page = [0_u8; 4096];
        while file.write_all(&page).is_ok() {}
        let full = file.metadata().expect("its length").len();
        file.set_len(full.saturating_sub(left)).expect("a shorter file");
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_stops_the_run_and_room_lets_it_go_on() {
    let scratch = Scratch::with_settings(SETTINGS);
    let Some(disk) = SmallDisk::mount(scratch.path("disk"), "16m") else {
        eprintln!("skipped: this user cannot mount a small disk");
        return;
    };
    scratch.sample("math", 1500, "labels", &[]);
    let plan = shipped(PLAN);
    scratch.run(&plan, "labels", "straight", &["--threads", "2"]);
    // No room for the first byte, for a few units, for all but the end.
    let mut stopped = 0;
    for (n, left) in [0, 64 << 10, 256 << 10, 512 << 10].into_iter().enumerate() {
        let out = format!("disk/out{n}");
        let ballast = disk.fill(left);
        let ended = scratch.try_run(&plan, "labels", &out, &["--threads", "2"]);
        if ended.status == 0 {
            assert!(left > 0, "a run without room ended well");
        } else {
            assert_eq!(ended.status, 3, "{left} bytes: {}", ended.stderr);
            assert!(ended.stderr.contains("the disk is full") && ended.stderr.contains("disk/out"), "{}", ended.stderr);
            assert_nothing_committed(&scratch, &out);
            stopped += 1;
        }
        fs::remove_file(ballast).expect("the ballast");
        let continued = scratch.run(&plan, "labels", &out, &["--threads", "2"]);
        assert!(ended.status == 0 || continued["status"] == "committed", "{continued:#}");
        assert_same(&scratch, &out);
        fs::remove_dir_all(scratch.path(&out)).expect("the tables");
    }
    assert!(stopped >= 2, "the disk was full only {stopped} times: give the runs more records");
}

#[test]
fn a_file_that_may_not_grow_stops_the_run() {
    let scratch = Scratch::with_settings(SETTINGS);
    scratch.sample("math", 600, "labels", &[]);
    scratch.run(&shipped(PLAN), "labels", "straight", &[]);
    // In units of 512 bytes; the signal that comes with it would end the program without a word.
    let ended = run_after(&scratch, "trap '' XFSZ; ulimit -f 8", "out").expect(3);
    assert!(ended.stderr.contains("ulimit -f"), "{}", ended.stderr);
    assert_nothing_committed(&scratch, "out");
    run_after(&scratch, "true", "out").expect(0);
    assert_same(&scratch, "out");
}

#[test]
fn a_run_without_file_handles_says_so() {
    let scratch = Scratch::with_settings(SETTINGS);
    scratch.sample("math", 600, "labels", &[]);
    scratch.run(&shipped(PLAN), "labels", "straight", &[]);
    let (mut told, mut done) = (0, 0);
    for handles in [10, 12, 13, 14, 15, 16, 18, 20, 24, 32] {
        let out = format!("out-{handles}");
        let ended = run_after(&scratch, &format!("ulimit -n {handles}"), &out);
        match ended.status {
            0 => done += 1,
            2 | 3 => {
                let says = ended.stderr.contains("ulimit -n") || ended.stderr.contains("Too many open files");
                assert!(says && !ended.stderr.contains("panicked"), "{handles} handles: {}", ended.stderr);
                told += u32::from(ended.stderr.contains("ulimit -n"));
                assert_nothing_committed(&scratch, &out);
            }
            other => panic!("{handles} handles: exit {other}: {}", ended.stderr),
        }
        run_after(&scratch, "true", &out).expect(0);
        assert_same(&scratch, &out);
    }
    eprintln!("of 10 runs with 10 to 32 handles {done} ended well and {told} said what to do");
    assert!(told > 0, "no run met the limit midway");
}

/// Somebody who is not `root`, for whom permissions hold.
const NOBODY: u32 = 65534;

/// Runs the program as somebody for whom permissions hold; none where that cannot be done.
fn run_as_nobody(scratch: &Scratch, out: &str) -> Option<Output> {
    let plan = shipped(PLAN);
    let mut command = scratch.command(&["run", &plan, "--source", "labels=labels", "--out", out]);
    // The directory was made by this user.
    if fs::metadata(scratch.path("home")).expect("a folder").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    match command.output() {
        Ok(output) => Some(Output {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }),
        Err(error) => {
            eprintln!("skipped: the program cannot be started as another user: {error}");
            None
        }
    }
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("other permissions");
}

#[test]
fn missing_permission_is_named_with_its_place() {
    let scratch = Scratch::with_settings(SETTINGS);
    scratch.sample("math", 300, "labels", &[]);
    scratch.run(&shipped(PLAN), "labels", "straight", &[]);
    for place in ["", "home", "tmp"] {
        allow(&scratch.path(place), 0o777);
    }
    if let Ok(data) = fs::read_dir(scratch.path("home")) {
        data.flatten().for_each(|entry| allow(&entry.path(), 0o777));
    }
    // A folder for tables in which nothing may be made.
    let out = scratch.path("out");
    fs::create_dir(&out).expect("a folder");
    allow(&out, 0o555);
    let Some(ended) = run_as_nobody(&scratch, "out") else { return };
    let ended = ended.expect(2);
    assert!(ended.stderr.contains("permission is denied") && ended.stderr.contains("/out/"), "{}", ended.stderr);
    assert_nothing_committed(&scratch, "out");
    allow(&out, 0o777);

    // An input that may not be read.
    let (_, input) = files_below(&scratch.path("labels")).into_iter().next().expect("an input");
    allow(&input, 0o000);
    let ended = run_as_nobody(&scratch, "out").expect("a run").expect(2);
    let name = input.file_name().expect("its name").to_string_lossy().into_owned();
    assert!(ended.stderr.contains("permission is denied") && ended.stderr.contains(&name), "{}", ended.stderr);
    assert_nothing_committed(&scratch, "out");
    allow(&input, 0o644);

    run_as_nobody(&scratch, "out").expect("a run").expect(0);
    assert_same(&scratch, "out");
}

/// A server and archives in it, and the undisturbed run in the folder `straight`.
async fn with_server(proxy: impl FnOnce(&Seaweed) -> Option<FaultProxy>) -> (Seaweed, Option<FaultProxy>, Scratch) {
    let server = Seaweed::start().await;
    let proxy = proxy(&server);
    let address = proxy.as_ref().map_or_else(|| server.address(), FaultProxy::address);
    let mut scratch = Scratch::with_settings(&format!("{SETTINGS}\n{}", server.settings_by(address)));
    for (name, value) in server.environment() {
        scratch.set(name, value);
    }
    scratch.sample("math", 300, "labels", &[]);
    upload(&scratch, "labels", &server.bucket("catalogue")).await;
    scratch.run(&shipped(PLAN), "labels", "straight", &[]);
    (server, proxy, scratch)
}

async fn assert_same_there(server: &Seaweed, scratch: &Scratch, out: &str) {
    for name in OUTPUTS {
        let there = TableFiles::in_store(server.bucket("catalogue").as_ref(), &format!("{out}/{PLAN}/{name}")).await;
        assert_eq!(there.versions().len(), 1, "versions of '{name}'");
        assert_eq!(there.shards(), scratch.table("straight", PLAN, name).shards(), "{name}");
    }
}

#[test]
fn wrong_credentials_and_places_cannot_start() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let (server, _, mut scratch) = with_server(|_| None).await;
        let plan = shipped(PLAN);
        let right = server.environment();
        let cases = [
            (right[1].0, "not-the-secret", "s3://catalogue/labels", "credentials"),
            (right[0].0, "nobody", "s3://catalogue/labels", "credentials"),
            // Only the place of the tables is in the store.
            (right[1].0, "not-the-secret", "labels", "credentials"),
        ];
        for (name, value, labels, told) in cases {
            scratch.set(name, value);
            let ended = scratch.try_run(&plan, labels, "s3://catalogue/out", &[]).expect(2);
            assert!(ended.stderr.contains(told) && ended.stderr.contains("catalogue"), "{}", ended.stderr);
            assert!(!ended.stderr.contains("not-the-secret"), "{}", ended.stderr);
            for (name, value) in right {
                scratch.set(name, value);
            }
        }
        let ended = scratch.try_run(&plan, "s3://nowhere-at-all/labels", "s3://catalogue/out", &[]).expect(2);
        let told = ended.stderr.contains("does not exist") && ended.stderr.contains("nowhere-at-all");
        assert!(told, "{}", ended.stderr);
        let done = scratch.run(&plan, "s3://catalogue/labels", "s3://catalogue/out", &[]);
        assert_eq!((&done["status"], number(&done, "/units/1")), (&"committed".into(), 0), "{done:#}");
        assert_same_there(&server, &scratch, "out").await;
    });
}

#[test]
fn credentials_that_expire_stop_the_run_and_new_ones_let_it_go_on() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let start = |server: &Seaweed| Some(FaultProxy::start(server.address(), FaultPlan::clean()));
        let (server, proxy, scratch) = with_server(start).await;
        let proxy = proxy.expect("a proxy");
        let (plan, labels) = (shipped(PLAN), "s3://catalogue/labels");
        let run = |out: &str| scratch.try_run(&plan, labels, &format!("s3://catalogue/{out}"), &["--threads", "2"]);
        run("clean").expect(0);
        let all = proxy.requests();
        let mut codes = Vec::new();
        for (kind, told) in [(FaultKind::Expired, "have expired"), (FaultKind::Skewed, "clock of this machine")] {
            for part in 0..6 {
                let first_n_clean = all * part / 6;
                let refused = FaultPlan::random(0, 1.0, &[kind]);
                proxy.set_plan(FaultPlan { first_n_clean, in_a_row: u32::MAX, ..refused });
                let out = format!("{kind:?}-{part}");
                let ended = run(&out);
                assert!(ended.stderr.contains(told), "after {first_n_clean} requests: {}", ended.stderr);
                codes.push(ended.status);
                proxy.set_plan(FaultPlan::clean());
                run(&out).expect(0);
                assert_same_there(&server, &scratch, &out).await;
            }
        }
        // Before the first unit the run cannot start; after it, it was stopped.
        assert!(codes.iter().all(|code| [2, 3].contains(code)), "{codes:?}");
        assert!(codes[0] == 2 && codes.contains(&3), "{codes:?}");
    });
}
