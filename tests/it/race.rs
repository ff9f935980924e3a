//! Eight processes and one output: the same run, runs that cut their inputs otherwise, and runs of other inputs. Each
//! run key is committed at most once, nothing is lost, and whoever loses is told.
//!
//! Three rounds on each store by default; `JOGAK_TEST_ROUNDS=60` for more.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::command::{Scratch, shipped};
use super::places::{Place, wanted};
use super::table::TableFiles;

const PROCESSES: usize = 8;
/// Starts of one process before it must have come to its end: each but the last lost to another one.
const STARTS: usize = 30;
const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];

const GATHERED: &str = r#"/* @plan
name: gathered
sources: { labels: { files: "*.ndjson", schema: { id: int, text: string } } }
outputs: { records: {} }
@plan */
CREATE VIEW records AS SELECT id, text FROM labels;
"#;
/// Sets of inputs, each for several processes.
const SETS: usize = 4;

/// What one round brought.
#[derive(Debug, Default)]
struct Tally {
    starts: u64,
    committed: u64,
    already: u64,
    fenced: u64,
}

/// A process of a race: where it works, and what it runs.
struct Racer<'a> {
    scratch: &'a Scratch,
    arguments: Vec<String>,
}

impl Racer<'_> {
    fn start(&self) -> Child {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let mut command = self.scratch.command(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started")
    }
}

/// Starts all at once, and those that lost again, until each has come to its end.
fn race(racers: &[Racer]) -> Tally {
    let mut tally = Tally::default();
    let mut left: Vec<&Racer> = racers.iter().collect();
    for _ in 0..STARTS {
        let started: Vec<(&Racer, Child)> = left.drain(..).map(|racer| (racer, racer.start())).collect();
        for (racer, child) in started {
            let ended = child.wait_with_output().expect("its end");
            let said = String::from_utf8_lossy(&ended.stderr);
            tally.starts += 1;
            match ended.status.code() {
                Some(0) => {
                    let summary: Value = serde_json::from_slice(&ended.stdout).expect("a summary");
                    assert_eq!(summary["committed"], true, "{summary:#}");
                    if summary["status"] == "committed" {
                        tally.committed += 1;
                    } else {
                        tally.already += 1;
                    }
                }
                Some(3) if said.contains("another writer committed") => {
                    tally.fenced += 1;
                    left.push(racer);
                }
                code => panic!("{code:?}: {said}"),
            }
        }
        if left.is_empty() {
            return tally;
        }
    }
    panic!("{} of {} processes lost {STARTS} times: {tally:?}", left.len(), racers.len());
}

/// Each run key stands in at most one version.
fn assert_keys_once(table: &TableFiles) -> usize {
    let mut keys: BTreeMap<String, usize> = BTreeMap::new();
    for action in table.versions().iter().flatten() {
        if let Some(key) = action.pointer("/commitInfo/jogak/run_key").and_then(Value::as_str) {
            *keys.entry(key.to_owned()).or_default() += 1;
        }
    }
    assert!(keys.values().all(|count| *count == 1), "{keys:?}");
    keys.len()
}

fn sorted_rows(table: &TableFiles) -> Vec<String> {
    let mut rows: Vec<String> = table.rows().iter().map(Value::to_string).collect();
    rows.sort();
    rows
}

struct Track {
    place: Place,
    /// Directories whose settings cut inputs otherwise.
    cutters: Vec<Scratch>,
    /// Rows of an undisturbed run, by output.
    undisturbed: Vec<Vec<String>>,
}

impl Track {
    fn new(place: Place) -> Self {
        place.scratch.sample("math", 120, "labels", &[]);
        let folder = place.scratch.path("labels/sets");
        for set in 0..SETS {
            let folder = folder.join(set.to_string());
            std::fs::create_dir_all(&folder).expect("a folder");
            for file in 0..3 {
                let record = |row: usize| format!("{{\"id\":{},\"text\":\"글\"}}\n", (set * 3 + file) * 20 + row);
                let text: String = (0..20).map(record).collect();
                std::fs::write(folder.join(format!("{set}-{file}.ndjson")), text).expect("a file");
            }
        }
        std::fs::write(place.scratch.path("gathered.sql"), GATHERED).expect("the plan");
        place.keep_labels();
        place.scratch.run(&shipped(PLAN), &place.url("labels"), &place.url("undisturbed"), &[]);
        let undisturbed = OUTPUTS.iter().map(|name| sorted_rows(&place.table("undisturbed", PLAN, name))).collect();
        let settings = |size: usize| format!("unit_size = \"{}KiB\"\n", 8 + size);
        let cutters = (0..PROCESSES).map(|size| place.another(&settings(size))).collect();
        Self { place, cutters, undisturbed }
    }

    fn arguments(&self, plan: &str, labels: &str, out: &str) -> Vec<String> {
        let source = format!("labels={}", self.place.url(labels));
        let arguments =
            ["run", plan, "--source", &source, "--out", &self.place.url(out), "--format", "json", "--threads", "1"];
        arguments.map(str::to_owned).to_vec()
    }

    /// The same run, eight times at once.
    fn same(&self, out: &str) -> Tally {
        let arguments = self.arguments(&shipped(PLAN), "labels", out);
        let racer = |_| Racer { scratch: &self.cutters[0], arguments: arguments.clone() };
        let tally = race(&(0..PROCESSES).map(racer).collect::<Vec<_>>());
        assert_eq!(tally.starts, PROCESSES as u64, "a start of the same run was sent away: {tally:?}");
        for (name, rows) in OUTPUTS.iter().zip(&self.undisturbed) {
            let table = self.place.table(out, PLAN, name);
            assert_eq!((table.versions().len(), assert_keys_once(&table)), (1, 1), "{name}: {tally:?}");
            assert!(sorted_rows(&table) == *rows, "rows of '{name}' differ");
        }
        tally
    }

    /// Eight runs of the same inputs, no two of which cut them alike.
    fn cuts(&self, out: &str) -> Tally {
        let arguments = self.arguments(&shipped(PLAN), "labels", out);
        let racer = |scratch| Racer { scratch, arguments: arguments.clone() };
        let tally = race(&self.cutters.iter().map(racer).collect::<Vec<_>>());
        for (name, rows) in OUTPUTS.iter().zip(&self.undisturbed) {
            let table = self.place.table(out, PLAN, name);
            assert_keys_once(&table);
            assert!(sorted_rows(&table) == *rows, "rows of '{name}' differ: {tally:?}");
        }
        tally
    }

    /// Four runs of other inputs, two processes each.
    fn sets(&self, out: &str) -> Tally {
        let racer = |process: usize| Racer {
            scratch: &self.place.scratch,
            arguments: self.arguments("gathered.sql", &format!("labels/sets/{}", process % SETS), out),
        };
        let tally = race(&(0..PROCESSES).map(racer).collect::<Vec<_>>());
        let table = self.place.table(out, "gathered", "records");
        assert_eq!((table.versions().len(), assert_keys_once(&table)), (SETS, SETS), "{tally:?}");
        let mut ids: Vec<u64> = table.rows().iter().map(|row| row["id"].as_u64().expect("an id")).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..SETS as u64 * 60).collect::<Vec<_>>(), "{tally:?}");
        tally
    }

    fn run(&self, rounds: u64) {
        let mut all = Tally::default();
        for round in 0..rounds {
            let out = format!("rounds/{round}");
            let tally = match round % 3 {
                0 => self.same(&out),
                1 => self.cuts(&out),
                _ => self.sets(&out),
            };
            self.place.scratch.verify(&self.place.url(&out));
            all.starts += tally.starts;
            all.committed += tally.committed;
            all.already += tally.already;
            all.fenced += tally.fenced;
        }
        eprintln!("{}: {rounds} rounds of {PROCESSES} processes, {all:?}, nothing lost or twice", self.place.name);
        self.place.fetch("rounds");
        self.place.scratch.books("rounds");
    }
}

#[test]
fn eight_writers_on_disk() {
    Track::new(Place::disk("")).run(wanted("JOGAK_TEST_ROUNDS", 3));
}

#[test]
fn eight_writers_on_seaweedfs() {
    Track::new(Place::seaweed("")).run(wanted("JOGAK_TEST_ROUNDS", 3));
}

#[test]
fn eight_writers_on_moto() {
    Track::new(Place::moto("")).run(wanted("JOGAK_TEST_ROUNDS", 1));
}
