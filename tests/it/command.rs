//! The program in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::table::TableFiles;

/// What a command said, and how it ended.
#[derive(Debug)]
pub(super) struct Output {
    /// Exit code; -1 where a signal ended it.
    pub(super) status: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Output {
    /// The output, if the command ended with this code; else the test fails with everything that it said.
    #[track_caller]
    pub(super) fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "exit code; stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A directory that is removed with the test: working directory, home and place for temporary files of the program.
pub(super) struct Scratch {
    dir: TempDir,
    environment: Vec<(String, String)>,
}

impl Scratch {
    pub(super) fn new() -> Self {
        let dir = TempDir::with_prefix("jogak-it-").expect("a temporary directory");
        for folder in ["home", "tmp"] {
            fs::create_dir(dir.path().join(folder)).expect("a folder in it");
        }
        Self { dir, environment: Vec::new() }
    }

    /// The same with a `jogak.toml`.
    pub(super) fn with_settings(settings: &str) -> Self {
        let scratch = Self::new();
        fs::write(scratch.path("jogak.toml"), settings).expect("jogak.toml");
        scratch
    }

    /// Sets an environment variable for the commands.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    /// The program with these arguments, ready to be started here.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        // Long runs of tests use the program as it is released.
        let program = std::env::var("JOGAK_TEST_PROGRAM");
        let mut command = Command::new(program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_jogak")));
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null());
        // Credentials and settings of whoever runs the tests stay out of them.
        for (name, _) in std::env::vars() {
            if name.starts_with("AWS_") || name.starts_with("JOGAK_") || name.starts_with("XDG_") {
                command.env_remove(name);
            }
        }
        // `tests/mutations` has the program go without one of its guards.
        if let Ok(guard) = std::env::var("JOGAK_GUARD_OFF") {
            command.env("JOGAK_GUARD_OFF", guard);
        }
        command.env("HOME", self.path("home")).env("XDG_DATA_HOME", self.path("home/data"));
        command.env("TMPDIR", self.path("tmp")).env("LANG", "C.UTF-8").env("NO_COLOR", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program with these arguments.
    pub(super) fn jogak(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().expect("the program can be started");
        Output {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Makes sample archives in the folder `out`, and returns what is in them.
    pub(super) fn sample(&self, family: &str, records: u64, out: &str, more: &[&str]) -> Value {
        let count = records.to_string();
        let arguments = [&["sample", family, "--records", &count, "--out", out], more].concat();
        self.jogak(&arguments).expect(0);
        let report = self.path(&format!("{out}.expected.json"));
        let text = fs::read(&report).unwrap_or_else(|error| panic!("{}: {error}", report.display()));
        serde_json::from_slice(&text).expect("the report is JSON")
    }

    /// Runs a plan over the folder (or URL) `labels` into `out`.
    pub(super) fn try_run(&self, plan: &str, labels: &str, out: &str, more: &[&str]) -> Output {
        let source = format!("labels={labels}");
        let arguments = [&["run", plan, "--source", &source, "--out", out, "--format", "json"], more].concat();
        self.jogak(&arguments)
    }

    /// The same, for a run that must end well; returns its summary.
    #[track_caller]
    pub(super) fn run(&self, plan: &str, labels: &str, out: &str, more: &[&str]) -> Value {
        let output = self.try_run(plan, labels, out, more).expect(0);
        serde_json::from_str(&output.stdout)
            .unwrap_or_else(|error| panic!("stdout is not one JSON summary ({error}):\n{}", output.stdout))
    }

    /// `jogak verify` finds nothing wrong.
    #[track_caller]
    pub(super) fn verify(&self, place: &str) {
        self.jogak(&["verify", place]).expect(0);
    }

    /// The books of the tables in the folder `out` balance, says a script that shares no code with the program.
    #[track_caller]
    pub(super) fn books(&self, out: &str) {
        let python = std::env::var("JOGAK_TEST_PYTHON").unwrap_or_else(|_| {
            panic!("JOGAK_TEST_PYTHON is not set: run `tests/run`, or name a Python that has pyarrow")
        });
        let script = format!("{}/tests/books.py", env!("CARGO_MANIFEST_DIR"));
        let ended = Command::new(&python).arg(script).arg(self.path(out)).output().expect("Python can be started");
        let said = [ended.stdout, ended.stderr].concat();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&said));
    }

    /// A table in the folder `out`.
    pub(super) fn table(&self, out: &str, plan: &str, output: &str) -> TableFiles {
        TableFiles::on_disk(&self.path(out).join(plan).join(output))
    }
}

/// The path of a shipped plan.
pub(super) fn shipped(name: &str) -> String {
    format!("{}/plans/sql/{name}.sql", env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, by its path there with `/`, sorted.
pub(super) fn files_below(root: &Path) -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(root).expect("below its root").to_string_lossy().replace('\\', "/");
                files.push((relative, path));
            }
        }
    }
    files.sort();
    files
}

/// A number in a summary or report, by JSON pointer.
#[track_caller]
pub(super) fn number(value: &Value, pointer: &str) -> u64 {
    let found = value.pointer(pointer).and_then(Value::as_u64);
    found.unwrap_or_else(|| panic!("no number at {pointer} in\n{value:#}"))
}

/// The sum of a mapping of counts, by JSON pointer; 0 where there is none.
pub(super) fn total(value: &Value, pointer: &str) -> u64 {
    let counts = value.pointer(pointer).and_then(Value::as_object);
    counts.map_or(0, |counts| counts.values().filter_map(Value::as_u64).sum())
}

/// An output in a summary.
#[track_caller]
pub(super) fn output<'a>(summary: &'a Value, name: &str) -> &'a Value {
    let outputs = summary["outputs"].as_array().into_iter().flatten();
    outputs
        .into_iter()
        .find(|output| output["name"] == name)
        .unwrap_or_else(|| panic!("no output '{name}' in\n{summary:#}"))
}
