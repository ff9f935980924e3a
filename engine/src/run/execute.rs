//! Units side by side. Each runs the plan of every output over its own partition, writes its own shards and is sealed.
//!
//! A unit that fails is not sealed; its files stay orphans and the same command runs it again. Units share nothing but
//! the plan, so which thread runs which unit, and in what order, changes no byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;
use jogak_connectors::archive::Slice;
use jogak_connectors::damage::Damage;
use jogak_connectors::faults::guard;
use jogak_connectors::reader::SliceOutcome;
use jogak_connectors::sink::{QuarantineRow, QuarantineWriter, ShardWriter};
use tokio::task::JoinSet;

use super::Progress;
use super::prepare::{Prepared, RootOutput};
use super::seal::{Seal, SealedOutput, SealedSlice};
use super::work::UnitPlan;
use crate::books::InputCounts;
use crate::error::{Error, Result};
use crate::feed::{FedPlan, of_its_own};
use crate::output::{OutputSpec, OutputWriter};
use crate::scan::{fuller, members_met};

/// A unit is read again when a member turns out to be wrong after some of its records were given on. Each reading
/// finds at least one more such member, so this only bounds what cannot happen.
const MAX_READINGS: usize = 1000;

/// Runs all units that have no seal yet and returns every seal, in the order of the units.
pub(super) async fn execute(prepared: &Arc<Prepared>, progress: &Arc<Progress>) -> Result<Vec<Seal>> {
    let mut seals = prepared.sealed.clone();
    let bytes = |unit: &UnitPlan| unit.unit.compressed_bytes();
    Progress::add(&progress.units, prepared.work.units.len() as u64);
    Progress::add(&progress.bytes, prepared.work.units.iter().map(bytes).sum());
    Progress::add(&progress.units_done, seals.len() as u64);
    let adopted = prepared.work.units.iter().filter(|unit| seals.contains_key(&unit.id));
    Progress::add(&progress.bytes_done, adopted.map(bytes).sum());

    let waiting: Vec<usize> =
        (0..prepared.work.units.len()).filter(|at| !seals.contains_key(&prepared.work.units[*at].id)).collect();
    let mut waiting = waiting.into_iter();
    let mut running: JoinSet<Result<(Seal, u64)>> = JoinSet::new();
    loop {
        while running.len() < prepared.memory.threads && progress.stop.reason().is_none() {
            let Some(at) = waiting.next() else { break };
            let (prepared, progress) = (Arc::clone(prepared), Arc::clone(progress));
            running.spawn(async move { run_unit(&prepared, &progress, at).await });
        }
        let Some(finished) = running.join_next().await else { break };
        let (seal, bytes) = finished.map_err(|e| Error::internal("a unit came to a sudden end").because(e))??;
        Progress::add(&progress.units_done, 1);
        Progress::add(&progress.bytes_done, bytes);
        seals.insert(seal.unit, seal);
    }
    if seals.len() < prepared.work.units.len() {
        let said = format!(
            "{} of {} units are sealed, and the same command continues",
            seals.len(),
            prepared.work.units.len()
        );
        return Err(match progress.stop.reason() {
            Some(reason) => Error::stopped_by(reason, format!("{reason}: {said}")),
            None => Error::internal(format!("the run ended early: {said}")),
        });
    }
    Ok(seals.into_values().collect())
}

async fn run_unit(prepared: &Prepared, progress: &Progress, at: usize) -> Result<(Seal, u64)> {
    let unit = &prepared.work.units[at];
    for reading in 0..MAX_READINGS {
        let attempt = match reading {
            0 => prepared.attempt.to_string(),
            again => format!("{}.{again}", prepared.attempt),
        };
        let mut unit_run = UnitRun::new(prepared, unit, at, &attempt);
        for root in &prepared.roots {
            unit_run.run_output(root, progress).await?;
        }
        if let Some(seal) = unit_run.seal().await? {
            seal.store(prepared.primary(), &prepared.run_id).await?;
            return Ok((seal, unit.unit.compressed_bytes()));
        }
    }
    Err(Error::internal(format!("unit {} was read {MAX_READINGS} times and still found new damage", unit.id)))
}

/// One reading of one unit.
struct UnitRun<'a> {
    prepared: &'a Prepared,
    unit: &'a UnitPlan,
    partition: usize,
    attempt: &'a str,
    quarantine: QuarantineWriter,
    outputs: Vec<SealedOutput>,
    filters: BTreeMap<String, (u64, u64)>,
    /// What was met in each slice, by source, object and start of the range: the fullest reading of it.
    outcomes: BTreeMap<(usize, String, u64), SliceOutcome>,
}

impl<'a> UnitRun<'a> {
    fn new(prepared: &'a Prepared, unit: &'a UnitPlan, at: usize, attempt: &'a str) -> Self {
        let partition = if prepared.whole.is_some() { 0 } else { at };
        Self {
            prepared,
            unit,
            partition,
            attempt,
            quarantine: QuarantineWriter::new(),
            outputs: Vec::new(),
            filters: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    fn writer(&self, spec: &Arc<OutputSpec>) -> Result<OutputWriter> {
        let table = self.prepared.tables.iter().find(|table| table.name == spec.name);
        let table = &table.ok_or_else(|| Error::internal("an output without its table"))?.table;
        let shards = ShardWriter::new(
            Arc::clone(table.store()),
            table.root().clone(),
            format!("data/{}/{}", self.prepared.run_id, if guard("attempt_paths") { self.attempt } else { "1" }),
            format!("part-{:06}", self.unit.id),
            &spec.schema,
            &spec.partition_by,
            spec.limits,
        );
        Ok(OutputWriter::new(Arc::clone(spec), self.unit.id, shards))
    }

    async fn run_output(&mut self, root: &RootOutput, progress: &Progress) -> Result<()> {
        let context = self.prepared.context.task_ctx();
        let physical = match self.prepared.whole {
            Some(_) => Arc::clone(&root.physical),
            None => of_its_own(&root.physical)?,
        };
        let mut stream = physical.execute(self.partition, Arc::clone(&context))?;
        let mut writer = self.writer(&root.spec)?;
        let mut derived = Vec::new();
        for (spec, plan) in &root.derived {
            derived.push((FedPlan::new(plan)?, self.writer(spec)?));
        }
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            let before = writer.counts.written;
            let kept = writer.write(batch, &mut self.quarantine).await?;
            Progress::add(&progress.rows, writer.counts.written - before);
            if kept.num_rows() == 0 {
                continue;
            }
            for (plan, writer) in &mut derived {
                for batch in plan.run(&context, kept.clone()).await? {
                    writer.write(batch, &mut self.quarantine).await?;
                }
            }
        }
        drop(stream);
        let (counts, shards) = writer.close().await?;
        self.outputs.push(SealedOutput { name: root.spec.name.clone(), shards, counts });
        for ((spec, _), (_, writer)) in root.derived.iter().zip(derived) {
            let (counts, shards) = writer.close().await?;
            self.outputs.push(SealedOutput { name: spec.name.clone(), shards, counts });
        }
        collect_filters(&physical, self.partition, &mut self.filters);
        self.take_outcomes();
        Ok(())
    }

    fn take_outcomes(&mut self) {
        for (index, scan) in self.prepared.scans.iter().enumerate() {
            for (object, start, outcome) in scan.shared.take_outcomes(self.partition) {
                let key = (index, object, start);
                let met = match self.outcomes.remove(&key) {
                    Some(before) => fuller(before, outcome),
                    None => outcome,
                };
                self.outcomes.insert(key, met);
            }
        }
    }

    /// Reads what no output has read to its end, so that every member is accounted for.
    async fn read_the_rest(&mut self) -> Result<()> {
        for (index, scan) in self.prepared.scans.iter().enumerate() {
            let source = &self.prepared.sources[index];
            let mine = self.unit.unit.slices.iter().filter(|slice| source.inputs.contains_key(&slice.object));
            let mine: Vec<_> = mine.cloned().collect();
            let is_read = |slice: &Slice| {
                let met = self.outcomes.get(&(index, slice.object.clone(), slice.range.start));
                met.is_some_and(|met| members_met(met) == slice.members || !met.discard.is_empty())
            };
            if !mine.iter().all(is_read) {
                scan.shared.read_through(&source.store, self.partition, &mine).await?;
            }
        }
        self.take_outcomes();
        Ok(())
    }

    /// The seal; none where the unit must be read again without some members.
    async fn seal(mut self) -> Result<Option<Seal>> {
        self.read_the_rest().await?;
        let outcomes = std::mem::take(&mut self.outcomes);
        let mut again = false;
        for ((scan, object, _), outcome) in &outcomes {
            if !outcome.discard.is_empty() {
                let shared = &self.prepared.scans[*scan].shared;
                again |= shared.skip(self.partition, object, &outcome.discard);
            }
        }
        if again {
            return Ok(None);
        }
        let mut input = InputCounts::default();
        let mut by_code: BTreeMap<String, u64> = BTreeMap::new();
        let mut slices = Vec::new();
        for slice in &self.unit.unit.slices {
            let met = (0..self.prepared.scans.len())
                .find_map(|scan| Some((scan, outcomes.get(&(scan, slice.object.clone(), slice.range.start))?)));
            let Some((scan, outcome)) = met else {
                return Err(Error::internal(format!("'{}' was not read although it is in the unit", slice.object)));
            };
            input.members += slice.members;
            input.members_decoded += outcome.members_decoded;
            input.members_partly += outcome.members_partly;
            input.members_quarantined += outcome.members_quarantined;
            input.records += outcome.records + outcome.records_quarantined;
            input.records_delivered += outcome.records;
            input.records_quarantined += outcome.records_quarantined;
            input.bytes_read += slice.compressed_bytes;
            input.bytes_decoded += outcome.bytes_decoded;
            for (key, count) in &outcome.coercions {
                *input.coercions.entry(key.clone()).or_default() += count;
            }
            for damage in outcome.damage.rows() {
                let damage = damage?;
                self.quarantine.push(QuarantineRow {
                    scope: self.prepared.scans[scan].name.clone(),
                    grain: grain_of(&damage).to_owned(),
                    unit: Some(self.unit.id),
                    damage,
                })?;
            }
            let codes = outcome.damage.counts().by_code.clone();
            for (code, count) in &codes {
                *by_code.entry(code.clone()).or_default() += count;
            }
            slices.push(SealedSlice {
                object: slice.object.clone(),
                range_start: slice.range.start,
                range_end: slice.range.end,
                members: slice.members,
                members_decoded: outcome.members_decoded,
                members_partly: outcome.members_partly,
                members_quarantined: outcome.members_quarantined,
                records: outcome.records,
                records_quarantined: outcome.records_quarantined,
                codes,
                sha256_of: outcome.read.as_ref().map_or("", |read| read.of()).to_owned(),
                sha256: outcome.read.as_ref().map(|read| read.sha256.clone()).unwrap_or_default(),
            });
        }
        let table = self.prepared.primary();
        let path =
            format!("_jogak/quarantine/{}/{}/part-{:06}.parquet", self.prepared.run_id, self.attempt, self.unit.id);
        let quarantine = self.quarantine.store(table.store(), table.root(), path).await?;
        Ok(Some(Seal {
            unit: self.unit.id,
            attempt: self.prepared.attempt,
            fingerprint: self.prepared.unit_fingerprint(self.unit),
            slices,
            input,
            outputs: self.outputs,
            quarantine,
            by_code,
            filters: self.filters,
        }))
    }
}

/// Damage with a record number is that record's; the rest is the member's.
fn grain_of(damage: &Damage) -> &'static str {
    if damage.record.is_some() { "record" } else { "member" }
}

/// Rows into and out of each filter of one partition.
fn collect_filters(plan: &Arc<dyn ExecutionPlan>, partition: usize, filters: &mut BTreeMap<String, (u64, u64)>) {
    if plan.name() == "FilterExec"
        && let Some(child) = plan.children().first()
    {
        let step = datafusion::physical_plan::displayable(plan.as_ref()).one_line().to_string();
        let (rows_in, rows_out) = (rows_of(child.as_ref(), partition), rows_of(plan.as_ref(), partition));
        if let (Some(rows_in), Some(rows_out)) = (rows_in, rows_out) {
            let entry = filters.entry(step.trim().trim_start_matches("FilterExec: ").to_owned()).or_default();
            entry.0 += rows_in;
            entry.1 += rows_out;
        }
    }
    for child in plan.children() {
        collect_filters(child, partition, filters);
    }
}

/// `output_rows` of one partition of an operator.
fn rows_of(plan: &dyn ExecutionPlan, partition: usize) -> Option<u64> {
    let metrics = plan.metrics()?;
    let counts = metrics.iter().filter(|metric| metric.partition() == Some(partition));
    let rows = counts.filter(|metric| metric.value().name() == "output_rows");
    let rows: Vec<u64> = rows.map(|metric| metric.value().as_usize() as u64).collect();
    (!rows.is_empty()).then(|| rows.iter().sum())
}
