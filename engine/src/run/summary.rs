//! What a run says at its end: one object, the same for people and programs.

use std::collections::BTreeMap;

use jogak_connectors::commit::FileRef;
use serde::Serialize;

use super::RunRequest;
use super::finish::Totals;
use super::prepare::Prepared;
use super::seal::Seal;
use crate::books::{InputCounts, ObjectCounts};
use crate::clock::Started;
use crate::memory::peak_memory_bytes;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its outputs are committed.
    Committed,
    /// There was nothing to do, or an earlier start of the same run had committed.
    AlreadyCommitted,
    /// A check or limit forbids the commit; the reasons.
    Refused(Vec<String>),
    /// Nothing was to be done but to say what would be.
    DryRun,
}

/// What was read.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InputSummary {
    /// Objects by what became of them.
    pub objects: ObjectCounts,
    /// Members.
    pub members: u64,
    /// Records.
    pub records: u64,
    /// Stored bytes.
    pub bytes: u64,
    /// All counts.
    pub counts: InputCounts,
}

/// A filter of the plan and the rows that it let through.
#[derive(Debug, Clone, Serialize)]
pub struct FilteredStep {
    /// Its condition.
    pub step: String,
    /// Rows that went in.
    pub rows_in: u64,
    /// Rows that came out.
    pub rows_out: u64,
}

/// What was set aside.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QuarantineSummary {
    /// Whole archives.
    pub archives: u64,
    /// Members of no use.
    pub members: u64,
    /// Records.
    pub records: u64,
    /// Rows of the quarantine by code, rejections of builders and checks left out.
    pub by_code: BTreeMap<String, u64>,
    /// Where it lies.
    pub files: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct OutputSummary {
    /// The output.
    pub name: String,
    /// Its table.
    pub table: String,
    /// The committed version, where there is one.
    pub version: Option<u64>,
    /// Rows written by this run.
    pub rows: u64,
    /// Rows by tier.
    pub tiers: BTreeMap<String, u64>,
    /// Paths by strategy; wrong paths under `wrong`.
    pub strategies: BTreeMap<String, u64>,
    /// Rows that a builder refused.
    pub rejected: Rejected,
    /// Rows that a check took out, by check.
    pub dropped: BTreeMap<String, u64>,
    /// Rows that failed a check, by check.
    pub failed_checks: BTreeMap<String, u64>,
    /// Source records without any row: the plan's filters left nothing of them.
    pub records_without_rows: Option<u64>,
    /// Files written.
    pub shards: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Rejections of builders.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Rejected {
    /// By code.
    pub by_code: BTreeMap<String, u64>,
}

/// The end of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The run.
    pub run_id: String,
    /// The plan.
    pub plan: String,
    /// How it ended.
    pub status: Status,
    /// Was anything committed, now or by an earlier start of the same run?
    pub committed: bool,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
    /// Peak resident memory of the process, where the system tells it.
    pub peak_memory_bytes: Option<u64>,
    /// `unit by unit`, or why the plan ran as a whole.
    pub mode: String,
    /// Units run, and units taken over from an earlier start.
    pub units: (u64, u64),
    /// Units run again because of what they had set aside.
    pub retried: u64,
    /// What was read.
    pub inputs: InputSummary,
    /// What the plan's filters took out.
    pub filtered: Vec<FilteredStep>,
    /// Rows that each record builder computed in this start of the run.
    pub evaluations: BTreeMap<&'static str, u64>,
    /// What was set aside.
    pub quarantined: QuarantineSummary,
    /// What was written.
    pub outputs: Vec<OutputSummary>,
    /// Inputs that are gone since the last commit, and stay in the table.
    pub vanished: Vec<String>,
}

impl Summary {
    /// 0, or 1 where a check or limit forbade the commit.
    pub fn exit_code(&self) -> u8 {
        u8::from(matches!(self.status, Status::Refused(_)))
    }
}

fn mode(prepared: &Prepared) -> String {
    prepared.whole.as_ref().map_or_else(|| "unit by unit".to_owned(), |why| format!("as a whole: {}", why.join("; ")))
}

/// The summary of a run that had nothing to do, or was only to say what it would.
pub(super) fn without_work(prepared: &Prepared, request: &RunRequest, started: &Started) -> Summary {
    let units = prepared.work.units.len() as u64;
    let outputs = prepared.tables.iter().map(|table| OutputSummary {
        name: table.name.clone(),
        table: table.table.url().to_string(),
        version: table.state.as_ref().map(|state| state.version),
        rows: 0,
        tiers: BTreeMap::new(),
        strategies: BTreeMap::new(),
        rejected: Rejected::default(),
        dropped: BTreeMap::new(),
        failed_checks: BTreeMap::new(),
        records_without_rows: None,
        shards: 0,
        bytes: 0,
    });
    let slices = || prepared.work.units.iter().flat_map(|unit| &unit.unit.slices);
    let inputs = InputSummary {
        objects: prepared.work.objects.clone(),
        members: slices().map(|slice| slice.members).sum(),
        bytes: slices().map(|slice| slice.compressed_bytes).sum(),
        ..InputSummary::default()
    };
    Summary {
        run_id: prepared.run_id.clone(),
        plan: prepared.plan.header.name.clone(),
        status: if request.dry_run { Status::DryRun } else { Status::AlreadyCommitted },
        committed: !request.dry_run && prepared.tables[0].state.is_some(),
        elapsed_seconds: started.elapsed().as_secs_f64(),
        peak_memory_bytes: peak_memory_bytes(),
        mode: mode(prepared),
        units: (if request.dry_run { units } else { 0 }, 0),
        retried: prepared.work.retried as u64,
        inputs,
        filtered: Vec::new(),
        evaluations: BTreeMap::new(),
        quarantined: QuarantineSummary::default(),
        outputs: outputs.collect(),
        vanished: prepared.work.vanished.clone(),
    }
}

/// Rows that the builders of all sessions of the run computed.
fn evaluations(prepared: &Prepared) -> BTreeMap<&'static str, u64> {
    let derived = prepared.roots.iter().flat_map(|root| &root.contexts);
    let mut sums = BTreeMap::new();
    for (builder, rows) in std::iter::once(&prepared.context).chain(derived).flat_map(jogak_plans::evaluations) {
        *sums.entry(builder).or_insert(0) += rows;
    }
    sums
}

pub(super) fn of(
    prepared: &Prepared,
    totals: &Totals,
    seals: &[Seal],
    status: Status,
    versions: Vec<(String, u64)>,
    quarantine: Vec<FileRef>,
    started: &Started,
) -> Summary {
    let input = &totals.input;
    let outputs = prepared.tables.iter().map(|table| {
        let counts = totals.outputs.iter().find(|(name, _)| *name == table.name).map(|(_, counts)| counts.clone());
        let counts = counts.unwrap_or_default();
        let shards = seals.iter().flat_map(|seal| &seal.outputs).filter(|output| output.name == table.name);
        let shards: Vec<_> = shards.flat_map(|output| &output.shards).collect();
        OutputSummary {
            name: table.name.clone(),
            table: table.table.url().to_string(),
            version: versions.iter().find(|(name, _)| *name == table.name).map(|(_, version)| *version),
            rows: counts.written,
            tiers: counts.tiers,
            strategies: counts.strategies,
            rejected: Rejected { by_code: counts.rejected },
            dropped: counts.dropped,
            failed_checks: counts.failed,
            records_without_rows: counts.records_with_rows.map(|with| input.records_delivered.saturating_sub(with)),
            shards: shards.len() as u64,
            bytes: shards.iter().map(|shard| shard.bytes).sum(),
        }
    });
    let filters = totals.filters.iter().map(|(step, (rows_in, rows_out))| FilteredStep {
        step: step.clone(),
        rows_in: *rows_in,
        rows_out: *rows_out,
    });
    Summary {
        run_id: prepared.run_id.clone(),
        plan: prepared.plan.header.name.clone(),
        committed: matches!(status, Status::Committed | Status::AlreadyCommitted),
        status,
        elapsed_seconds: started.elapsed().as_secs_f64(),
        peak_memory_bytes: peak_memory_bytes(),
        mode: mode(prepared),
        units: (seals.len() as u64 - prepared.sealed.len() as u64, prepared.sealed.len() as u64),
        retried: prepared.work.retried as u64,
        inputs: InputSummary {
            objects: prepared.work.objects.clone(),
            members: input.members,
            records: input.records,
            bytes: input.bytes_read,
            counts: input.clone(),
        },
        filtered: filters.collect(),
        evaluations: evaluations(prepared),
        quarantined: QuarantineSummary {
            archives: totals.archives_failed,
            members: input.members_quarantined,
            records: input.records_quarantined,
            by_code: totals.by_code.clone(),
            files: quarantine.into_iter().map(|file| file.path).collect(),
        },
        outputs: outputs.collect(),
        vanished: prepared.work.vanished.clone(),
    }
}
