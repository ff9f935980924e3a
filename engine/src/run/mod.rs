//! A run: from a plan and the places of its sources to one committed version of each output.
//!
//! Read in this order: [`prepare`] finds out what there is to do, `execute` runs units side by side and seals each,
//! `finish` looks at the whole (checks, limits, books) and commits. Nothing is visible to readers before the commit,
//! and a start that finds sealed units of the same run takes them over.
//!
//! ```text
//! plan + sources + tables ─► Prepared ─► Sealed units ─► Finished (committed, or the reason why not)
//! ```

mod claim;
mod execute;
mod finish;
mod prepare;
mod seal;
mod stop;
mod summary;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jogak_connectors::faults::point;

use crate::error::{Error, Result};
use crate::runs::RunRecord;
use crate::settings::Settings;

pub(crate) use prepare::limits_of;
pub(crate) use seal::below;
pub use stop::{GRACE, Stop, StopReason};
pub use summary::{FilteredStep, InputSummary, OutputSummary, QuarantineSummary, Status, Summary};

/// What a run was asked to do.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    /// Name of the plan file, for messages.
    pub plan_path: String,
    /// Its text.
    pub plan_text: String,
    /// Places of the sources, by name (`--source`).
    pub sources: BTreeMap<String, String>,
    /// Where the tables lie: `<out>/<plan>/<output>`.
    pub out: String,
    /// Parameters (`--set`).
    pub params: BTreeMap<String, String>,
    /// Memory contract in bytes; none for 60 % of the machine.
    pub memory: Option<u64>,
    /// Units side by side; none for one a core.
    pub threads: Option<usize>,
    /// Make the tables anew, whatever they hold.
    pub full_refresh: bool,
    /// Rows of inputs that are gone leave the tables.
    pub prune: bool,
    /// Commit although the quarantine is over its limit.
    pub accept_quarantine: bool,
    /// Nobody else writes these tables: do without conditional puts.
    pub single_writer: bool,
    /// Read again what is in quarantine.
    pub retry: Option<Retry>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// The command that was typed, for the record of the run: the same command continues it.
    pub command: String,
}

/// Which units are run again because of what they set aside (`--retry-quarantined`). A unit is what can be exchanged in
/// one commit, so the whole of it is read again: what it wrote and its entries in quarantine leave, its new rows and
/// entries enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retry {
    /// All with anything in quarantine.
    Any,
    /// Those with this code.
    Code(String),
}

impl Retry {
    fn code(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Code(code) => Some(code),
        }
    }
}

/// How far a run has come. Written by its units, read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Units to run.
    pub units: AtomicU64,
    /// Units sealed.
    pub units_done: AtomicU64,
    /// Stored bytes of the units.
    pub bytes: AtomicU64,
    /// Stored bytes of sealed units.
    pub bytes_done: AtomicU64,
    /// Rows written so far.
    pub rows: AtomicU64,
    /// Whether the run is to stop before its end.
    pub stop: Stop,
    /// Set before the first output is committed: from then on a run that ends early may have committed something.
    pub committing: AtomicBool,
}

impl Progress {
    fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}

/// Runs a plan and commits its outputs.
///
/// # Errors
/// See [`ErrorKind`](crate::error::ErrorKind). Checks and limits that forbid the commit are no error of this function:
/// they are in the summary, whose exit code is 1.
pub async fn run(request: &RunRequest, settings: &Settings, progress: &Arc<Progress>) -> Result<Summary> {
    let record = (!request.dry_run).then(|| RunRecord::begin(request).store(settings));
    let mut known = Known::default();
    let result = tokio::select! {
        result = work(request, settings, progress, &mut known) => result,
        reason = progress.stop.overdue() => Err(Error::stopped_by(reason, format!(
            "{reason}: ended {} s after it was asked to stop; {} of {} units are sealed, and the same command continues",
            GRACE.as_secs(),
            progress.units_done.load(Ordering::Relaxed),
            progress.units.load(Ordering::Relaxed),
        ))),
    };
    point("ended");
    if let Some(record) = record {
        record.end(settings, known, progress, &result);
    }
    result
}

/// What is known of a run before its end.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) run_id: Option<String>,
    pub(crate) plan: Option<String>,
}

async fn work(
    request: &RunRequest,
    settings: &Settings,
    progress: &Arc<Progress>,
    known: &mut Known,
) -> Result<Summary> {
    let started = crate::clock::Started::now();
    let prepared = Arc::new(prepare::prepare(request, settings).await?);
    point("prepared");
    *known = Known { run_id: Some(prepared.run_id.clone()), plan: Some(prepared.plan.header.name.clone()) };
    let idle = prepared.is_idle();
    if idle && !request.dry_run && prepared.tables[0].state.is_none() {
        let places: Vec<_> = request.sources.iter().map(|(name, url)| format!("{name}={url}")).collect();
        return Err(Error::invalid(format!(
            "there is nothing to read at {}: no object or member there fits the plan's `files` and `members`",
            places.join(", ")
        )));
    }
    if request.dry_run || idle {
        return Ok(summary::without_work(&prepared, request, &started));
    }
    let sealed = execute::execute(&prepared, progress).await.map_err(Error::midway)?;
    finish::finish(&prepared, request, sealed, &started, progress).await.map_err(Error::midway)
}
