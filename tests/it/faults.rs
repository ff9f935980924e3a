//! The same run through a proxy that loses, breaks, refuses and delays what passes: the same bytes in the end, committed
//! once.

use super::command::{Scratch, shipped};
use super::s3::upload;
use super::seaweed::Seaweed;
use super::table::TableFiles;
use crate::faults::proxy::{FaultKind, FaultPlan, FaultProxy};

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
        let server = Seaweed::start().await;
        let proxy = FaultProxy::start(server.address(), FaultPlan::clean());
        let settings = format!("unit_size = \"8KiB\"\n\n{}", server.settings_by(proxy.address()));
        let mut scratch = Scratch::with_settings(&settings);
        for (name, value) in server.environment() {
            scratch.set(name, value);
        }
        scratch.sample("math", records, "labels", &[]);
        upload(&scratch, "labels", &server.bucket("catalogue")).await;
        scratch.run(&shipped(PLAN), "labels", "out", &["--threads", "2"]);
        Self { server, proxy, scratch }
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
        let bucket = self.server.bucket("catalogue");
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
    std::env::var("JOGAK_TEST_FAULTS").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

#[test]
fn a_storm_of_faults_changes_no_byte() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(400).await;
        let (mut faults, mut starts, mut runs, mut by_kind) = (0, 0, 0, std::collections::BTreeMap::new());
        while faults < wanted_faults() {
            bench.proxy.set_plan(FaultPlan::random(runs, 0.2, &FaultKind::PASSING));
            let out = format!("storm-{runs}");
            starts += bench.run_until_done(&out);
            faults += bench.proxy.injected();
            for (kind, count) in bench.proxy.counts() {
                *by_kind.entry(kind).or_insert(0) += count;
            }
            bench.assert_same(&out).await;
            runs += 1;
        }
        eprintln!("{faults} faults in {runs} runs, {starts} starts: {by_kind:?}; differences: 0");
    });
}

/// Answers get lost one by one, for every object that a run puts.
#[test]
fn every_put_may_lose_its_answer() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let bench = Bench::new(60).await;
        let is_put = |head: &crate::faults::proxy::RequestHead| matches!(head.method.as_str(), "PUT" | "POST");
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
        let is_put = |head: &crate::faults::proxy::RequestHead| matches!(head.method.as_str(), "PUT" | "POST");
        bench.proxy.set_plan(FaultPlan::clean().only(is_put));
        bench.run_until_done("clean");
        let puts = bench.proxy.eligible();
        let plan = shipped(PLAN);
        let mut kills = 0;
        for kind in [FaultKind::LostStall, FaultKind::Stall] {
            for n in 1..=puts {
                bench.proxy.set_plan(FaultPlan {
                    stall: std::time::Duration::from_secs(60),
                    ..FaultPlan::nth(n, kind).only(is_put)
                });
                let out = format!("killed-{kind:?}-{n}");
                let place = format!("s3://catalogue/{out}");
                let arguments = ["run", &plan, "--source", "labels=s3://catalogue/labels", "--out", &place];
                let mut command = bench.scratch.command(&arguments);
                command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
                let mut child = command.spawn().expect("the program can be started");
                if bench.proxy.wait_for(kind, std::time::Duration::from_secs(30)) {
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
