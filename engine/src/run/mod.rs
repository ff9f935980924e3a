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
mod summary;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::Result;
use crate::settings::Settings;

pub(crate) use prepare::limits_of;
pub(crate) use seal::below;
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
    /// Only say what would be done.
    pub dry_run: bool,
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
    /// Set to stop at the next unit border.
    pub stop: AtomicBool,
}

impl Progress {
    fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }

    /// Should no further unit be started?
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Runs a plan and commits its outputs.
///
/// # Errors
/// See [`ErrorKind`](crate::error::ErrorKind). Checks and limits that forbid the commit are no error of this function:
/// they are in the summary, whose exit code is 1.
pub async fn run(request: &RunRequest, settings: &Settings, progress: &Arc<Progress>) -> Result<Summary> {
    let started = crate::clock::Started::now();
    let prepared = Arc::new(prepare::prepare(request, settings).await?);
    let idle = prepared.is_idle();
    if idle && !request.dry_run && prepared.tables[0].state.is_none() {
        let places: Vec<_> = request.sources.iter().map(|(name, url)| format!("{name}={url}")).collect();
        return Err(crate::error::Error::invalid(format!(
            "there is nothing to read at {}: no object or member there fits the plan's `files` and `members`",
            places.join(", ")
        )));
    }
    if request.dry_run || idle {
        return Ok(summary::without_work(&prepared, request, &started));
    }
    let record = crate::runs::RunRecord::begin(&prepared.run_id, &prepared.plan.header.name, request);
    let record = record.store(settings);
    let result = async {
        let sealed = execute::execute(&prepared, progress).await?;
        finish::finish(&prepared, request, sealed, &started).await
    }
    .await;
    record.end(settings, &result);
    result
}
