//! Groups of two tables in memory, with what runs leave at each point where they can end.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use jogak_connectors::commit::{CommitFacts, FileRef, Table, is_given_up, with_checksum};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::{Value, json};
use url::Url;

use super::*;

const RUN: &str = "01a202a7-ba4c-77d0-80bc-8b0596f7cdb2";
const OTHER: &str = "01a202a7-ba4c-77d0-80bc-8b0596f7cdb3";

/// The tables `records` and `sft` of a plan.
struct Bench {
    store: Arc<dyn ObjectStore>,
    base: Table,
}

impl Bench {
    fn new() -> Self {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let base = Table::new(Arc::clone(&store), Path::from("out"), Url::parse("memory:///out/").unwrap());
        Self { store, base }
    }

    async fn put(&self, path: &str, bytes: impl Into<Bytes>) {
        self.store.put(&Path::from(format!("out/p/{path}")), bytes.into().into()).await.unwrap();
    }

    async fn put_json(&self, path: &str, value: &Value) {
        self.put(path, with_checksum(value).unwrap()).await;
    }

    /// A run of one start that was planned on these versions, with a sealed unit.
    async fn run(&self, run: &str, key: &str, bases: [Option<u64>; 2]) {
        self.put_json(&format!("records/_jogak/keys/{key}-run.json"), &json!({ "run_id": run, "run_key": key })).await;
        let start = json!({ "start": "s", "run_key": key, "bases": { "records": bases[0], "sft": bases[1] } });
        self.put_json(&format!("records/_jogak/runs/{run}/starts/1.json"), &start).await;
        for table in ["records", "sft"] {
            for name in ["part-000000-0000.parquet", "part-000001-0000.parquet"] {
                self.put(&format!("{table}/data/{run}/1/{name}"), "rows").await;
            }
        }
        self.put_json(&format!("records/_jogak/runs/{run}/ckpt/000000-1.json"), &json!({ "unit": 0 })).await;
        self.put(&format!("records/_jogak/quarantine/{run}/1/part-000000.parquet"), "rows").await;
        self.put(&format!("records/_jogak/quarantine/{run}/1/part-000001.parquet"), "rows").await;
    }

    async fn decide(&self, run: &str, key: &str) {
        let intent = json!({ "run_id": run, "attempt": 1, "seals": [], "quarantine": [] });
        self.put_json(&format!("records/{}", intent_path(key, run)), &intent).await;
    }

    /// Commits the first file of the run, its ledger and the first file of its quarantine.
    async fn commit(&self, run: &str, key: &str, table: &str, version: u64) {
        let file = |path: String| FileRef { path, sha256: "0".into(), rows: 1 };
        let ledger = format!("_jogak/runs/{run}/inputs-ab.parquet");
        self.put(&format!("{table}/{ledger}"), "rows").await;
        let facts = CommitFacts {
            nonce: "n".into(),
            run_id: run.into(),
            run_key: key.into(),
            plan: "p".into(),
            plan_identity: "i".into(),
            plan_parts: Value::Null,
            engine_version: "0".into(),
            output: table.into(),
            ledger: file(ledger),
            quarantine: vec![file(format!("_jogak/quarantine/{run}/1/part-000000.parquet"))],
            quarantine_table: "records".into(),
            counts: Value::Null,
            guarantee: "put-if-absent".into(),
        };
        let add = json!({ "path": format!("data/{run}/1/part-000000-0000.parquet"), "partitionValues": {}, "size": 4,
            "modificationTime": 1, "dataChange": true });
        let lines = [
            json!({ "commitInfo": { "timestamp": 1, "operation": "WRITE", "jogak": facts } }).to_string(),
            json!({ "txn": { "appId": format!("jogak/run/{key}"), "version": 1 } }).to_string(),
            json!({ "add": add }).to_string(),
        ];
        self.put(&format!("{table}/_delta_log/{version:020}.json"), lines.join("\n")).await;
    }

    /// Cleans the tables of these names, with this grace and nothing else. How many files went from each.
    async fn clean(&self, wanted: &[&str], grace: u64, dry_run: bool) -> Vec<Vacuumed> {
        let mut places: Vec<Place> = ["records", "sft"]
            .iter()
            .map(|name| Place::new(&self.base, &format!("out/p/{name}"), wanted.contains(name)).unwrap())
            .collect();
        let grace = Duration::from_secs(grace);
        let request = VacuumRequest { url: "out".into(), grace, force: true, dry_run, single_writer: false };
        clean(&mut places, &request).await.unwrap()
    }

    async fn removed(&self, wanted: &[&str], grace: u64) -> Vec<u64> {
        self.clean(wanted, grace, false).await.iter().map(|report| report.removed.files).collect()
    }

    async fn names(&self) -> Vec<String> {
        let found: Vec<_> = self.store.list(None).try_collect().await.unwrap();
        let mut names: Vec<String> = found.iter().map(|meta| meta.location.as_ref()[6..].to_owned()).collect();
        names.sort();
        names
    }

    async fn has(&self, what: &str) -> bool {
        self.names().await.iter().any(|name| name.contains(what))
    }
}

const BOTH: [&str; 2] = ["records", "sft"];

#[tokio::test]
async fn a_run_is_given_up_before_its_files_go() {
    let bench = Bench::new();
    bench.run(RUN, "k", [None, None]).await;
    let before = bench.names().await;
    let waiting = bench.clean(&BOTH, 3600, false).await;
    assert_eq!((waiting[0].removed.files, waiting[0].runs.len()), (0, 1), "{waiting:#?}");
    assert_eq!(waiting[0].runs[0].reason, "waiting");
    let listed = bench.clean(&BOTH, 0, true).await;
    assert_eq!((listed[0].orphans.len(), listed[1].orphans.len()), (6, 2), "{listed:#?}");
    assert_eq!(bench.names().await, before, "a dry run changed something");

    assert_eq!(bench.removed(&BOTH, 0).await, [6, 2]);
    // The key leads to the run, and the run's intent says that it is over.
    let left =
        ["records/_jogak/keys/k-01a202a7-ba4c-77d0-80bc-8b0596f7cdb2-intent.json", "records/_jogak/keys/k-run.json"];
    assert_eq!(bench.names().await, left);
    let place = Path::from(format!("out/p/records/{}", intent_path("k", RUN)));
    let late = create_once(&bench.store, &place, with_checksum(&json!({ "run_id": RUN, "seals": [] })).unwrap(), true);
    let Created::Theirs(intent) = late.await.unwrap() else { panic!("a run that was given up decided") };
    assert!(is_given_up(&intent));
    assert_eq!(bench.removed(&BOTH, 0).await, [0, 0]);

    // What a start that was under way stores now can never be committed, so nobody waits for it.
    bench.put(&format!("records/data/{RUN}/1/part-000002-0000.parquet"), "rows").await;
    assert_eq!(bench.removed(&BOTH, 3600).await, [1, 0]);
}

#[tokio::test]
async fn one_table_is_cleaned_and_the_other_looked_at() {
    let bench = Bench::new();
    bench.run(RUN, "k", [None, None]).await;
    assert_eq!(bench.removed(&["sft"], 0).await, [2]);
    assert!(bench.has("records/data").await && bench.has("-intent.json").await && !bench.has("sft/data").await);
    assert_eq!(bench.removed(&["records"], 0).await, [6]);
}

#[tokio::test]
async fn what_versions_name_stays() {
    let bench = Bench::new();
    bench.run(RUN, "k", [None, None]).await;
    bench.decide(RUN, "k").await;
    bench.commit(RUN, "k", "sft", 0).await;
    bench.commit(RUN, "k", "records", 0).await;
    bench.put("records/README.md", "not ours").await;
    assert_eq!(bench.removed(&BOTH, 3600).await, [0, 0]);
    // One file of rows each; of the first also checkpoint, quarantine, key and intent.
    assert_eq!(bench.removed(&BOTH, 0).await, [5, 1]);
    for name in ["ledger", "starts/1", "README"].map(|name| if name == "ledger" { "inputs-ab" } else { name }) {
        assert!(bench.has(name).await, "{name}");
    }
    for table in BOTH {
        assert!(bench.has(&format!("{table}/data/{RUN}/1/part-000000-0000.parquet")).await);
    }
    assert!(bench.has("part-000000.parquet").await && !bench.has("part-000001").await);
    assert_eq!(bench.removed(&BOTH, 0).await, [0, 0]);

    // A start that came late under the same key: it finds no key, and is another run that can commit nothing.
    bench.run(OTHER, "k", [None, None]).await;
    assert_eq!(bench.removed(&BOTH, 0).await, [6, 2]);
    assert!(!bench.has("-intent.json").await, "a run that is over need not be given up");
}

#[tokio::test]
async fn a_run_that_was_decided_stays_until_it_is_overtaken() {
    let bench = Bench::new();
    bench.run(RUN, "k", [None, None]).await;
    bench.decide(RUN, "k").await;
    let open = bench.clean(&BOTH, 0, false).await;
    assert_eq!((open[0].removed.files, open[0].runs[0].reason), (0, "open"), "{open:#?}");
    // Its other output is committed: whoever runs the same command completes the first.
    bench.commit(RUN, "k", "sft", 0).await;
    assert_eq!(bench.removed(&BOTH, 0).await, [0, 1], "only what the commit did not take");

    bench.run(OTHER, "l", [None, Some(0)]).await;
    bench.decide(OTHER, "l").await;
    bench.commit(OTHER, "l", "sft", 1).await;
    bench.commit(OTHER, "l", "records", 0).await;
    // Rows (two files), quarantine (one, the other is named), checkpoint; and four and one of the other run.
    assert_eq!(bench.removed(&BOTH, 0).await, [9, 1]);
    assert!(bench.has(&format!("sft/data/{RUN}/1/part-000000-0000")).await, "a version names it");
    assert!(bench.has(&format!("k-{RUN}-intent")).await, "whoever joins the run must learn that it was decided");
    assert!(bench.has(&format!("runs/{RUN}/starts/1")).await, "its number stands in paths of rows");
}

#[tokio::test]
async fn a_start_that_can_still_commit_keeps_a_decided_run() {
    let bench = Bench::new();
    bench.run(OTHER, "l", [None, None]).await;
    bench.decide(OTHER, "l").await;
    bench.commit(OTHER, "l", "sft", 0).await;
    bench.commit(OTHER, "l", "records", 0).await;
    bench.removed(&BOTH, 0).await;
    // Planned before that commit as far as `records` goes, after it for `sft`: there it would be the next version.
    bench.run(RUN, "k", [None, Some(0)]).await;
    bench.decide(RUN, "k").await;
    assert_eq!(bench.removed(&BOTH, 0).await, [0, 0]);
}

#[tokio::test]
async fn files_of_runs_that_nobody_knows_stay() {
    let bench = Bench::new();
    bench.put(&format!("sft/data/{RUN}/1/part-000000-0000.parquet"), "rows").await;
    bench.put("sft/_delta_log/00000000000000000000.json", "{\"commitInfo\":{}}").await;
    let report = bench.clean(&["sft"], 0, false).await;
    assert_eq!((report[0].removed.files, report[0].kept["foreign"].files), (0, 1), "{report:#?}");
}

#[test]
fn clocks_must_agree() {
    assert!(check_clocks(1_000_000, 1_000_000 + 299_000).is_ok());
    for (store, local) in [(1_000_000, 1_000_000 + 301_000), (1_000_000, 1_000_000 - 301_000)] {
        let error = check_clocks(store, local).unwrap_err();
        assert!(error.to_string().contains("301 s"), "{error}");
    }
}

#[test]
fn the_longest_start_is_measured_by_what_it_stored() {
    let base = Bench::new().base;
    let mut place = Place::new(&base, "out/p/records", true).unwrap();
    let at = |path: String, ms: i64| StoredFile::at(path, 0, ms);
    place.files = vec![
        at(format!("_jogak/runs/{RUN}/starts/1.json"), 1_000),
        at(format!("_jogak/runs/{RUN}/ckpt/000000-1.json"), 5_000),
        // Continued a day later: a start of its own.
        at(format!("_jogak/runs/{RUN}/starts/2.json"), 86_400_000),
        at(format!("data/{RUN}/2.1/part-000000-0000.parquet"), 86_407_000),
        at(format!("data/{OTHER}/1/part-000000-0000.parquet"), 99_000_000),
    ];
    assert_eq!(longest_start(&[place]), 7_000);
    assert_eq!(longest_start(&[]), 0);
}
