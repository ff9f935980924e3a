//! Starts of the program with faults in its own calls to stores; see `connectors/src/faults.rs`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::command::{Output, Scratch};

/// The arguments of a run of a plan over `labels` into `out`.
pub(super) fn run_arguments<'a>(plan: &'a str, source: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["run", plan, "--source", source, "--out", out, "--format", "json"], more].concat()
}

fn command(scratch: &Scratch, rules: &str, arguments: &[&str]) -> Command {
    let mut command = scratch.command(arguments);
    command.env("JOGAK_FAULTS", rules).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(status: ExitStatus, stdout: Vec<u8>, stderr: &[u8]) -> Output {
    Output {
        status: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8_lossy(stderr).into_owned(),
    }
}

/// Runs the program with faults.
pub(super) fn jogak(scratch: &Scratch, rules: &str, arguments: &[&str]) -> Output {
    let ended = command(scratch, rules, arguments).output().expect("the program can be started");
    said(ended.status, ended.stdout, &ended.stderr)
}

/// Runs the program with faults, and kills it after a while if it goes on for so long.
pub(super) fn killed_after(scratch: &Scratch, rules: &str, arguments: &[&str], after: Duration) -> Output {
    let mut child = command(scratch, rules, arguments).spawn().expect("the program can be started");
    std::thread::sleep(after);
    // It may have ended by itself.
    let _ = child.kill();
    let ended = child.wait_with_output().expect("its end");
    said(ended.status, ended.stdout, &ended.stderr)
}

/// A program that a rule with `do=stop` has stopped.
pub(super) struct Stopped(Option<Child>);

impl Stopped {
    /// Starts the program and waits until it stands still.
    pub(super) fn start(scratch: &Scratch, rules: &str, arguments: &[&str]) -> Self {
        let child = command(scratch, rules, arguments).spawn().expect("the program can be started");
        let mut stopped = Self(Some(child));
        for _ in 0..12_000 {
            let child = stopped.0.as_mut().expect("it is there until it goes on");
            if state(child.id()) == Some('T') {
                return stopped;
            }
            if child.try_wait().expect("its state").is_some() {
                let said = stopped.end();
                panic!("it was to stop by '{rules}' and ended: {} {}", said.status, said.stderr);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("it did not stop by '{rules}' within a minute");
    }

    /// Lets it go on, to its end.
    pub(super) fn go_on(mut self) -> Output {
        let child = self.0.as_ref().expect("it is there until it goes on");
        let sent = Command::new("kill").args(["-CONT", &child.id().to_string()]).status().expect("kill can be started");
        assert!(sent.success());
        self.end()
    }

    fn end(&mut self) -> Output {
        let ended = self.0.take().expect("it ends once").wait_with_output().expect("its end");
        said(ended.status, ended.stdout, &ended.stderr)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// How the system sees a process: `T` is stopped.
fn state(process: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

/// The calls of one start, as its rule `log=` has written them down.
pub(super) struct CallLog(PathBuf);

/// A line of it.
pub(super) struct Called {
    /// `call`, or `fault` where a rule took effect.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) path: String,
}

impl CallLog {
    pub(super) fn new(scratch: &Scratch, name: &str) -> Self {
        Self(scratch.path(&format!("{name}.calls")))
    }

    /// The rule that makes the program write it.
    pub(super) fn rule(&self) -> String {
        format!("log={}", self.path().display())
    }

    fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn lines(&self) -> Vec<Called> {
        // A program that was killed early has not called anything.
        let text = std::fs::read_to_string(self.path()).unwrap_or_default();
        let line = |line: &str| {
            let mut words = line.splitn(4, ' ');
            let mut next = || words.next().unwrap_or_default().to_owned();
            let (kind, _, name, path) = (next(), next(), next(), next());
            Called { kind, name, path }
        };
        text.lines().map(line).collect()
    }

    /// Names of the calls, in their order.
    pub(super) fn calls(&self) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.kind == "call").map(|line| line.name).collect()
    }

    /// The call at which a rule took effect first.
    pub(super) fn fault(&self) -> Option<String> {
        self.lines().into_iter().find(|line| line.kind == "fault").map(|line| line.name)
    }
}
