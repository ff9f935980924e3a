//! A proxy between an S3 client and its server that does to requests what networks and servers do to them.
//!
//! Bytes go through unchanged, the `Host` header too, so signatures hold. Which request meets which fault is decided by
//! the plan's seed and the request's number ([`plan`]); what a client sees of it is [`exchange`]. A request is taken
//! whole before it goes on, so the server either has all of it or nothing; a clean answer is passed on as it comes.

mod exchange;
mod plan;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) use plan::{FaultKind, FaultPlan};
pub(crate) use wire::RequestHead;

/// The proxy; it ends with its value. It has threads of its own, so a test may block while it runs.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

impl FaultProxy {
    /// Listens on a free port of this machine and passes requests on to `upstream`.
    pub(crate) fn start(upstream: SocketAddr, plan: FaultPlan) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("fault-proxy")
            .enable_all()
            .build()
            .expect("a runtime for the proxy");
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a listener that does not block");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State { upstream, books: Mutex::new(Books::new(plan)) });
        let shared = Arc::clone(&state);
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a listener within the runtime");
            loop {
                // A client that is gone before it is accepted is no reason to stop.
                let Ok((client, _)) = listener.accept().await else { continue };
                let state = Arc::clone(&shared);
                tokio::spawn(async move { exchange::serve(&state, client).await });
            }
        });
        Self { address, state, runtime: Some(runtime) }
    }

    /// Where clients connect to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Faults that were injected, by kind. One that was decided on but found nothing to spoil is not among them.
    pub(crate) fn counts(&self) -> BTreeMap<FaultKind, u64> {
        self.state.books().counts.clone()
    }

    /// All faults that were injected.
    pub(crate) fn injected(&self) -> u64 {
        self.state.books().counts.values().sum()
    }

    /// All requests.
    pub(crate) fn requests(&self) -> u64 {
        self.state.books().requests
    }

    /// Requests that the plan counts: a walk over them is over where this is below its step.
    pub(crate) fn eligible(&self) -> u64 {
        self.state.books().eligible
    }

    /// One line a request, in the order of their numbers: what was asked, what was answered, and the fault, if any.
    pub(crate) fn trace(&self) -> Vec<String> {
        self.state.books().trace.clone()
    }

    /// Goes on with another plan and new counts. The address stays.
    pub(crate) fn set_plan(&self, plan: FaultPlan) {
        *self.state.books() = Books::new(plan);
    }

    /// Blocks until a fault of this kind was injected, for `patience` at most. Says whether one was: the moment to kill
    /// a program that waits for its answer.
    pub(crate) fn wait_for(&self, kind: FaultKind, patience: Duration) -> bool {
        let step = Duration::from_millis(5);
        for _ in 0..=patience.as_millis() / step.as_millis() {
            if self.counts().contains_key(&kind) {
                return true;
            }
            std::thread::sleep(step);
        }
        false
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Within another runtime nothing may be waited for.
            runtime.shutdown_background();
        }
    }
}

/// What connections share.
struct State {
    upstream: SocketAddr,
    books: Mutex<Books>,
}

struct Books {
    plan: FaultPlan,
    requests: u64,
    eligible: u64,
    counts: BTreeMap<FaultKind, u64>,
    /// Faults in a row by request: method, target and range.
    in_a_row: HashMap<String, u32>,
    trace: Vec<String>,
}

impl Books {
    fn new(plan: FaultPlan) -> Self {
        let (counts, in_a_row) = (BTreeMap::new(), HashMap::new());
        Self { plan, requests: 0, eligible: 0, counts, in_a_row, trace: Vec::new() }
    }
}

/// What is to be done with a request.
struct Decision {
    /// Its place in the trace.
    line: usize,
    fault: Option<(FaultKind, u64)>,
    stall: Duration,
    late: Duration,
    pause: Duration,
}

impl State {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decide(&self, head: &RequestHead) -> Decision {
        let mut books = self.books();
        books.requests += 1;
        let range = head.header("range").map(|range| format!(" {range}")).unwrap_or_default();
        let key = format!("{} {}{range}", head.method, head.target);
        let mut fault = None;
        if books.plan.is_eligible(head) {
            books.eligible += 1;
            let number = books.eligible;
            let before = books.in_a_row.get(&key).copied().unwrap_or(0);
            fault = books.plan.decide(number, head).filter(|_| before < books.plan.in_a_row);
            match fault {
                Some(_) => books.in_a_row.insert(key.clone(), before + 1),
                None => books.in_a_row.remove(&key),
            };
        }
        let line = books.trace.len();
        let condition = head.header("if-none-match").map(|value| format!(" if-none-match {value}")).unwrap_or_default();
        books.trace.push(format!("{key}{condition}"));
        let FaultPlan { stall, late, pause, .. } = books.plan;
        Decision { line, fault, stall, late, pause }
    }

    /// A fault was injected.
    fn count(&self, kind: FaultKind) {
        *self.books().counts.entry(kind).or_default() += 1;
    }

    /// Adds to the line of a request. A plan that was replaced meanwhile has no such line.
    fn note(&self, decision: &Decision, what: &str) {
        if let Some(line) = self.books().trace.get_mut(decision.line) {
            line.push_str(" -> ");
            line.push_str(what);
        }
    }
}
