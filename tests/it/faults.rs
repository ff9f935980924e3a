//! The same run through a proxy that loses, breaks, refuses and delays what passes: the same bytes in the end, committed
//! once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3;
use serde_json::Value;

use super::command::{Scratch, shipped};
use super::s3::upload;
use super::seaweed::Seaweed;
use super::table::TableFiles;
use crate::faults::proxy::{FaultKind, FaultPlan, FaultProxy, RequestHead};

const PLAN: &str = "math_reasoning";
const OUTPUTS: [&str; 2] = ["records", "sft_messages"];

/// A server, a proxy in front of it, archives behind it, and the run's result without faults in the folder `out`.
struct Bench {
    server: Seaweed,
    proxy: FaultProxy,
    scratch: Scratch,
}

impl Bench {
    async fn new(records: u64) -> Self {
        Self::with_timeout(records, "30 seconds").await
    }

    /// The same with this `timeout` of the store.
    async fn with_timeout(records: u64, timeout: &str) -> Self {
        let server = Seaweed::start().await;
        let proxy = FaultProxy::start(server.address(), FaultPlan::clean());
        let store = server.settings_by(proxy.address());
        let settings = format!("unit_size = \"8KiB\"\n\n{store}timeout = \"{timeout}\"\n");
        let mut scratch = Scratch::with_settings(&settings);
        for (name, value) in server.environment() {
            scratch.set(name, value);
        }
        scratch.sample("math", records, "labels", &[]);
        upload(&scratch, "labels", &server.bucket("catalogue")).await;
        scratch.run(&shipped(PLAN), "labels", "out", &["--threads", "2"]);
        Self { server, proxy, scratch }
    }

    fn bucket(&self) -> Arc<AmazonS3> {
        self.server.bucket("catalogue")
    }

    /// Starts the run until it ends well. How often it was started.
    fn run_until_done(&self, out: &str) -> u32 {
        let (plan, out) = (shipped(PLAN), format!("s3://catalogue/{out}"));
        for start in 1..=20 {
            let ended = self.scratch.try_run(&plan, "s3://catalogue/labels", &out, &["--threads", "2"]);
            match ended.status {
                0 => return start,
                // Stopped, or an outcome that nobody knows: the same command finds out.
                3 | 75 => {}
                other => panic!("exit {other}; {:?}\n{}", self.proxy.trace(), ended.stderr),
            }
        }
        panic!("not done after 20 starts; faults: {:?}", self.proxy.counts());
    }

    /// The tables at `out` are those of the undisturbed run, each in one version.
    async fn assert_same(&self, out: &str) {
        let bucket = self.bucket();
        for name in OUTPUTS {
            let there = TableFiles::in_store(bucket.as_ref(), &format!("{out}/{PLAN}/{name}")).await;
            assert_eq!(there.versions().len(), 1, "'{name}' of {out}; {:?}", self.proxy.trace());
            let undisturbed = self.scratch.table("out", PLAN, name).shards();
            assert_eq!(there.shards(), undisturbed, "'{name}' of {out}; {:?}", self.proxy.trace());
        }
    }
}

/// How many faults a storm must bring, at least; more where somebody asks for them.
fn wanted_faults() -> u64 {
    std::env::var("JOGAK_TEST_FAULTS").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

#[test]
fn a_storm_of_faults_changes_no_byte() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(400).await;
        let (mut faults, mut requests, mut starts, mut runs) = (0, 0, 0, 0);
        let mut by_kind = BTreeMap::new();
        while faults < wanted_faults() {
            let stall = Duration::from_millis(300);
            bench.proxy.set_plan(FaultPlan { stall, ..FaultPlan::random(runs, 0.2, &FaultKind::PASSING) });
            let out = format!("storm-{runs}");
            starts += bench.run_until_done(&out);
            faults += bench.proxy.injected();
            requests += bench.proxy.requests();
            for (kind, count) in bench.proxy.counts() {
                *by_kind.entry(kind).or_insert(0) += count;
            }
            bench.assert_same(&out).await;
            runs += 1;
        }
        eprintln!(
            "{faults} faults at {requests} requests in {runs} runs, {starts} starts: {by_kind:?}; differences: 0"
        );
        assert!(by_kind.len() >= FaultKind::PASSING.len() - 1, "too few kinds: {by_kind:?}");
    });
}

/// A server that says nothing more, before an answer or within one, is given up after the store's `timeout`.
#[test]
fn a_server_that_falls_silent_is_asked_again() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::with_timeout(60, "2 seconds").await;
        let silent = [FaultKind::Stall, FaultKind::LostStall, FaultKind::StallBody];
        let stall = Duration::from_secs(120);
        bench.proxy.set_plan(FaultPlan { stall, ..FaultPlan::random(3, 0.1, &silent) });
        let started = tokio::time::Instant::now();
        let starts = bench.run_until_done("silent");
        let (faults, took) = (bench.proxy.injected(), started.elapsed());
        eprintln!("{:?} in {took:.1?}, {starts} starts", bench.proxy.counts());
        bench.assert_same("silent").await;
        assert!(faults > 3 && took < stall, "{faults} faults, {took:?}");
    });
}

/// A bit that flips on the way in the bytes of members is found by checksum or header, and named: what is written is what
/// the undisturbed run wrote, and what is missing is in quarantine.
///
/// Not every byte that a run reads has a checksum: see README, "What was tested".
#[test]
fn a_flipped_bit_in_a_member_is_found_and_named() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(400).await;
        let is_archive = |head: &RequestHead| head.method == "GET" && head.target.starts_with("/catalogue/labels/");
        let (plan, labels) = (shipped(PLAN), "s3://catalogue/labels");
        // What a start reads before its first unit are directories.
        bench.proxy.set_plan(FaultPlan::clean().only(is_archive));
        bench.scratch.try_run(&plan, labels, "s3://catalogue/none", &["--dry-run"]).expect(0);
        let first_n_clean = bench.proxy.eligible();
        let row_set = |rows: Vec<Value>| rows.iter().map(Value::to_string).collect::<BTreeSet<_>>();
        let undisturbed = row_set(bench.scratch.table("out", PLAN, "records").rows());
        let (mut flips, mut named, mut missing) = (0, BTreeMap::new(), 0);
        for seed in 0..8 {
            let flip = FaultPlan::random(seed, 0.25, &[FaultKind::FlipByte]);
            bench.proxy.set_plan(FaultPlan { corrupt: true, first_n_clean, ..flip.only(is_archive) });
            let (out, threads) = (format!("flipped-{seed}"), ["--threads", "1", "--accept-quarantine"]);
            let summary = bench.scratch.run(&plan, labels, &format!("s3://catalogue/{out}"), &threads);
            flips += bench.proxy.injected();
            let codes = summary["quarantined"]["by_code"].as_object().cloned().unwrap_or_default();
            let there = TableFiles::in_store(bench.bucket().as_ref(), &format!("{out}/{PLAN}/records")).await;
            let rows = row_set(there.rows());
            let strange: Vec<_> = rows.difference(&undisturbed).collect();
            assert!(strange.is_empty(), "rows that the undisturbed run does not have: {strange:?}");
            let lost = undisturbed.len() - rows.len();
            assert!(lost == 0 || !codes.is_empty(), "{lost} rows are lost and nothing is named");
            missing += lost;
            for (code, count) in codes {
                *named.entry(code).or_insert(0) += count.as_u64().unwrap_or_default();
            }
        }
        eprintln!("{flips} flips in members, named: {named:?}; {missing} rows set aside, 0 changed");
        assert!(flips > 5 && !named.is_empty(), "{flips} flips, named {named:?}");
    });
}

/// A bit that flips on the way in what the run reads of its own (log, ledger, checkpoints, claims) shows by checksum; it is
/// read again, and nothing comes of it.
#[test]
fn a_flipped_bit_in_files_of_the_run_changes_nothing() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(200).await;
        let is_own = |head: &RequestHead| {
            let is_side = ["/_jogak/keys/", "/_jogak/runs/", "/_delta_log/"].iter().any(|at| head.target.contains(at));
            let file = head.target.split('?').next().unwrap_or_default();
            head.method == "GET" && is_side && (file.ends_with(".json") || file.ends_with(".parquet"))
        };
        bench.proxy.set_plan(FaultPlan::clean());
        bench.run_until_done("clean");
        let half = bench.proxy.requests() / 2;
        let (mut flips, mut starts) = (0, 0);
        for seed in 0..8 {
            let out = format!("own-{seed}");
            // A start that is stopped midway leaves checkpoints for the next one to read.
            bench.proxy.set_plan(FaultPlan {
                first_n_clean: half,
                in_a_row: u32::MAX,
                ..FaultPlan::random(seed, 1.0, &[FaultKind::Expired])
            });
            bench
                .scratch
                .try_run(&shipped(PLAN), "s3://catalogue/labels", &format!("s3://catalogue/{out}"), &[])
                .expect(3);
            let flip = FaultPlan::random(seed, 0.3, &[FaultKind::FlipByte]);
            bench.proxy.set_plan(FaultPlan { corrupt: true, ..flip.only(is_own) });
            // The second run has nothing to do, and finds that out by log and ledger.
            starts += bench.run_until_done(&out) + bench.run_until_done(&out);
            flips += bench.proxy.injected();
            bench.assert_same(&out).await;
        }
        eprintln!("{flips} flips in files of the run, {starts} starts of 16 runs; differences: 0");
        assert!(flips > 20, "{flips} flips");
    });
}

/// Answers get lost one by one, for every object that a run puts.
#[test]
fn every_put_may_lose_its_answer() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(60).await;
        let is_put = |head: &RequestHead| matches!(head.method.as_str(), "PUT" | "POST");
        bench.proxy.set_plan(FaultPlan::clean().only(is_put));
        assert_eq!(bench.run_until_done("clean"), 1);
        let puts = bench.proxy.eligible();
        assert!(puts > 10, "{puts} puts");
        for kind in [FaultKind::LostCut, FaultKind::Conflict409] {
            let mut met = 0;
            for n in 1..=puts {
                bench.proxy.set_plan(FaultPlan::nth(n, kind).only(is_put));
                let out = format!("{kind:?}-{n}");
                let starts = bench.run_until_done(&out);
                met += bench.proxy.injected();
                assert_eq!(starts, 1, "put {n}: {:?}", bench.proxy.trace());
                bench.assert_same(&out).await;
            }
            eprintln!("{kind:?}: {met} of {puts} puts, one start each");
            assert!(met > 3, "{kind:?} befell {met} puts");
        }
    });
}

/// A program that is killed while an answer is on its way, at any put.
#[test]
fn killed_while_an_answer_is_awaited() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(60).await;
        let is_put = |head: &RequestHead| matches!(head.method.as_str(), "PUT" | "POST");
        bench.proxy.set_plan(FaultPlan::clean().only(is_put));
        bench.run_until_done("clean");
        let puts = bench.proxy.eligible();
        let plan = shipped(PLAN);
        let mut kills = 0;
        for kind in [FaultKind::LostStall, FaultKind::Stall] {
            for n in 1..=puts {
                bench
                    .proxy
                    .set_plan(FaultPlan { stall: Duration::from_secs(60), ..FaultPlan::nth(n, kind).only(is_put) });
                let out = format!("killed-{kind:?}-{n}");
                let place = format!("s3://catalogue/{out}");
                let arguments = ["run", &plan, "--source", "labels=s3://catalogue/labels", "--out", &place];
                let mut command = bench.scratch.command(&arguments);
                command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
                let mut child = command.spawn().expect("the program can be started");
                if bench.proxy.wait_for(kind, Duration::from_secs(30)) {
                    kills += 1;
                }
                child.kill().expect("it can be killed");
                child.wait().expect("its end");
                bench.proxy.set_plan(FaultPlan::clean());
                bench.run_until_done(&out);
                bench.assert_same(&out).await;
            }
        }
        eprintln!("{kills} kills at {puts} puts; differences: 0");
        assert!(kills >= puts, "{kills} kills at {puts} puts");
    });
}
