//! A run that is killed, or whose store fails, at any of its calls and at any moment: the same command makes of it what
//! an undisturbed run makes, byte for byte, committed once.
//!
//! A few cases on each store by default; `JOGAK_TEST_KILLS=400` for so many kills on each.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::command::shipped;
use super::injected::{CallLog, jogak, killed_after, run_arguments};
use super::places::{Place, wanted};

const PLAN: &str = "mrc_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];
/// Three units at least, some of whose records are in quarantine.
const SETTINGS: &str = "unit_size = \"8KiB\"\n";
const MORE: [&str; 3] = ["--accept-quarantine", "--threads", "2"];

/// What befalls a start.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// At a call to the store, counted from 1.
    Call { number: u64, when: &'static str, what: &'static str },
    /// Wherever it is after this time.
    Moment(Duration),
}

/// What all cases of one place found.
#[derive(Default)]
struct Found {
    kills: AtomicU64,
    failures: AtomicU64,
    starts: AtomicU64,
    cases: AtomicU64,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    /// Kills and failures by the call at which they happened.
    points: BTreeMap<String, (u64, u64)>,
    differences: Vec<String>,
}

/// Numbers that look random and are the same each time (splitmix64).
fn scattered(index: u64) -> u64 {
    let mut mixed = index.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// A place with archives, and what an undisturbed run makes of them.
struct Bench {
    place: Place,
    plan: String,
    source: String,
    calls: u64,
    took: Duration,
    rows: u64,
    shards: Vec<BTreeMap<String, String>>,
}

impl Bench {
    fn new(place: Place) -> Self {
        place.scratch.sample("mrc", 60, "labels", &["--hazards", "truncated,syntax"]);
        place.keep_labels();
        let (plan, source) = (shipped(PLAN), format!("labels={}", place.url("labels")));
        let (out, log) = (place.url("undisturbed"), CallLog::new(&place.scratch, "undisturbed"));
        let before = Instant::now();
        jogak(&place.scratch, &log.rule(), &run_arguments(&plan, &source, &out, &MORE)).expect(0);
        let took = before.elapsed();
        let tables = OUTPUTS.map(|name| place.table("undisturbed", PLAN, name));
        let rows = tables.iter().map(|table| table.rows().len() as u64).sum();
        assert!(tables[0].names().any(|name| name.starts_with("_jogak/quarantine/")), "nothing is in quarantine");
        let shards: Vec<_> = tables.iter().map(|table| table.shards()).collect();
        assert!(shards.iter().all(|shards| shards.len() >= 3), "fewer than three units");
        let calls = log.calls().len() as u64;
        assert!(calls > 40, "{calls} calls");
        Self { place, plan, source, calls, took, rows, shards }
    }

    /// What befalls case `index`: each kind of blow in turn, at calls in a scattered order.
    fn blow(&self, index: u64) -> Blow {
        const BLOWS: [(&str, &str); 5] =
            [("before", "kill"), ("during", "kill"), ("after", "kill"), ("before", "fail"), ("after", "fail")];
        if index % 5 == 4 {
            let all = u64::try_from(self.took.as_micros()).expect("a short time");
            return Blow::Moment(Duration::from_micros(scattered(index) % (all + all / 10)));
        }
        let rank = index - index / 5;
        // The products meet each pair of a call and a blow once before they meet one again, and few of them are spread
        // over all calls: a step of the golden ratio that has no divisor in common with the number of pairs.
        let pairs = self.calls * BLOWS.len() as u64;
        let step =
            (pairs * 618 / 1000..).find(|step| common_divisor(*step, pairs) == 1).expect("a prime at the latest");
        let pair = rank * step % pairs;
        let (when, what) = BLOWS[usize::try_from(pair % BLOWS.len() as u64).expect("a small number")];
        Blow::Call { number: pair / BLOWS.len() as u64 + 1, when, what }
    }

    /// Starts the run and lets the blow fall. Gives what is wrong with how it ended.
    fn strike(&self, case: &str, out: &str, blow: Blow, found: &Found) -> Option<String> {
        let arguments = run_arguments(&self.plan, &self.source, out, &MORE);
        let log = CallLog::new(&self.place.scratch, case);
        let ended = match blow {
            Blow::Call { number, when, what } => {
                let rules = format!("call={number},when={when},do={what};{}", log.rule());
                jogak(&self.place.scratch, &rules, &arguments)
            }
            Blow::Moment(after) => killed_after(&self.place.scratch, &log.rule(), &arguments, after),
        };
        found.starts.fetch_add(1, Ordering::Relaxed);
        let point = match blow {
            Blow::Call { .. } => log.fault(),
            Blow::Moment(_) => Some(format!("any moment, after {}", log.calls().last().map_or("none", String::as_str))),
        };
        let killed = ended.status == -1;
        let failed = point.is_some() && matches!(blow, Blow::Call { what: "fail", .. });
        if let Some(point) = point.filter(|_| killed || failed) {
            let mut books = found.books.lock().expect("the books");
            let counts = books.points.entry(point).or_default();
            *counts = (counts.0 + u64::from(killed), counts.1 + u64::from(failed));
        }
        found.kills.fetch_add(u64::from(killed), Ordering::Relaxed);
        found.failures.fetch_add(u64::from(failed), Ordering::Relaxed);
        let is_right = match blow {
            Blow::Call { what: "fail", .. } => matches!(ended.status, 0 | 3 | 75),
            // A call with this number need not come: calls of two units take turns.
            Blow::Call { .. } => ended.status == if log.fault().is_some() { -1 } else { 0 },
            Blow::Moment(_) => matches!(ended.status, -1 | 0),
        };
        (!is_right).then(|| format!("{blow:?} ended with {}: {}", ended.status, ended.stderr))
    }

    fn case(&self, index: u64, found: &Found) {
        let case = format!("cases/{index:05}");
        let out = self.place.url(&case);
        let mut wrong = Vec::new();
        wrong.extend(self.strike(&format!("first-{index}"), &out, self.blow(index), found));
        if index % 4 == 3 {
            // What comes after the blow is struck too.
            let number = scattered(index) % self.calls + 1;
            let again = Blow::Call { number, when: "before", what: "kill" };
            wrong.extend(self.strike(&format!("second-{index}"), &out, again, found));
        }
        let arguments = run_arguments(&self.plan, &self.source, &out, &MORE);
        let recovered = self.place.scratch.jogak(&arguments);
        found.starts.fetch_add(1, Ordering::Relaxed);
        if recovered.status == 0 {
            for (name, undisturbed) in OUTPUTS.iter().zip(&self.shards) {
                let table = self.place.table(&case, PLAN, name);
                let versions = table.versions().len();
                if versions != 1 {
                    wrong.push(format!("'{name}' has {versions} versions"));
                }
                if table.shards() != *undisturbed {
                    wrong.push(format!("'{name}' holds {:?} instead of {undisturbed:?}", table.shards()));
                }
            }
        } else {
            wrong.push(format!("the same command ended with {}: {}", recovered.status, recovered.stderr));
        }
        found.cases.fetch_add(1, Ordering::Relaxed);
        if !wrong.is_empty() {
            let told = format!("case {index}, {:?}: {}", self.blow(index), wrong.join("; "));
            found.books.lock().expect("the books").differences.push(told);
        }
    }
}

/// Cases until so many kills have been done, two at a time.
fn strike_often(place: Place, kills: u64) {
    let bench = Bench::new(place);
    let (found, next) = (Found::default(), AtomicU64::new(0));
    let before = Instant::now();
    let work = || {
        while found.kills.load(Ordering::Relaxed) < kills {
            bench.case(next.fetch_add(1, Ordering::Relaxed), &found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    let (kills, cases) = (found.kills.load(Ordering::Relaxed), found.cases.load(Ordering::Relaxed));
    let books = found.books.lock().expect("the books");
    let name = bench.place.name;
    eprintln!(
        "{name}: {kills} kills, {} failed calls, {} starts, {cases} runs of {} calls, {} rows compared, {} differences, {} s",
        found.failures.load(Ordering::Relaxed),
        found.starts.load(Ordering::Relaxed),
        bench.calls,
        cases * bench.rows,
        books.differences.len(),
        before.elapsed().as_secs()
    );
    for (point, (kills, failures)) in &books.points {
        eprintln!("{name}: {kills:5} kills {failures:5} failed calls at {point}");
    }
    assert!(books.differences.is_empty(), "{:#?}", books.differences);
    bench.place.fetch("cases");
    bench.place.scratch.books("cases");
}

#[test]
fn killed_at_any_call_on_disk() {
    strike_often(Place::disk(SETTINGS), wanted("JOGAK_TEST_KILLS", 60));
}

#[test]
fn killed_at_any_call_on_seaweedfs() {
    strike_often(Place::seaweed(SETTINGS), wanted("JOGAK_TEST_KILLS", 16));
}

#[test]
fn killed_at_any_call_on_moto() {
    strike_often(Place::moto(SETTINGS), wanted("JOGAK_TEST_KILLS", 12));
}

const LONG: &str = r#"/* @plan
name: long
sources: { labels: { files: "*.ndjson", schema: { id: int, text: string } } }
outputs: { records: {} }
@plan */
CREATE VIEW records AS SELECT id, text FROM labels;
"#;

/// A file that goes up in parts is there as a whole or not at all.
#[test]
fn killed_in_the_middle_of_an_upload() {
    let place = Place::disk("");
    let labels = place.scratch.path("labels");
    std::fs::create_dir(&labels).expect("a folder");
    std::fs::write(place.scratch.path("long.sql"), LONG).expect("the plan");
    // Digits that no encoding makes much shorter, so that the file takes three parts.
    let record = |id: u64| {
        let text: String = (0..128).map(|part| format!("{:016x}", scattered(id * 128 + part))).collect();
        format!("{{\"id\":{id},\"text\":\"{text}\"}}\n")
    };
    std::fs::write(labels.join("1.ndjson"), (0..11_000).map(record).collect::<String>()).expect("a file");
    let source = format!("labels={}", place.url("labels"));
    let log = CallLog::new(&place.scratch, "undisturbed");
    jogak(&place.scratch, &log.rule(), &run_arguments("long.sql", &source, "undisturbed", &[])).expect(0);
    let undisturbed = place.table("undisturbed", "long", "records").shards();
    let uploads: Vec<String> = log.calls().into_iter().filter(|name| name.ends_with(":data")).collect();
    let parts = uploads.iter().filter(|name| *name == "part:data").count();
    assert!(parts >= 2 && uploads.contains(&"complete:data".to_owned()), "{uploads:?}");

    let blows = [
        ("open", 1, "after"),
        ("part", 1, "during"),
        ("part", parts, "after"),
        ("complete", 1, "during"),
        ("complete", 1, "after"),
    ];
    for (operation, nth, when) in blows {
        let out = format!("{operation}-{when}");
        let log = CallLog::new(&place.scratch, &out);
        let rules = format!("point={operation}:data,nth={nth},when={when},do=kill;{}", log.rule());
        let killed = jogak(&place.scratch, &rules, &run_arguments("long.sql", &source, &out, &[]));
        assert_eq!((killed.status, log.fault()), (-1, Some(format!("{operation}:data"))), "{}", killed.stderr);
        place.scratch.jogak(&run_arguments("long.sql", &source, &out, &[])).expect(0);
        let table = place.table(&out, "long", "records");
        assert_eq!((table.versions().len(), table.shards()), (1, undisturbed.clone()), "{out}");
        place.scratch.verify(&out);
    }
}
