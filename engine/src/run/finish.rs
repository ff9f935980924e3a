//! The end of a run: the whole looked at, then one commit for each output under one run key.
//!
//! Order: limits and checks (exit 1), books (exit 3), ledger and quarantine stored, commits. A run with several outputs
//! commits its tables one after the other under the same run key; the next start completes what a crash left open.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jogak_connectors::commit::{
    Commit, CommitFacts, Committed, FileRef, LedgerFile, LedgerRow, SINGLE_WRITER, Table, TableFile, write_ledger,
};
use jogak_connectors::faults::guard;
use jogak_connectors::sink::{QuarantineRow, QuarantineWriter};
use jogak_plans::OnFail;
use jogak_plans::header::MaxQuarantine;
use object_store::ObjectStoreExt;
use serde_json::json;
use uuid::Uuid;

use super::claim;
use super::prepare::{OutputTable, Prepared};
use super::seal::{Seal, below};
use super::summary::{self, Status, Summary};
use super::{Progress, RunRequest};
use crate::books::{InputCounts, OutputCounts, imbalances};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::inputs::fingerprint;
use crate::output::OutputSpec;
use crate::unique;

/// All units together.
pub(super) struct Totals {
    pub(super) input: InputCounts,
    pub(super) outputs: Vec<(String, OutputCounts)>,
    pub(super) by_code: BTreeMap<String, u64>,
    pub(super) filters: BTreeMap<String, (u64, u64)>,
    pub(super) archives_failed: u64,
}

impl Totals {
    fn of(prepared: &Prepared, seals: &[Seal]) -> Self {
        let mut totals = Self {
            input: InputCounts::default(),
            outputs: prepared.tables.iter().map(|table| (table.name.clone(), OutputCounts::default())).collect(),
            by_code: BTreeMap::new(),
            filters: BTreeMap::new(),
            archives_failed: 0,
        };
        for seal in seals {
            totals.input += &seal.input;
            for output in &seal.outputs {
                if let Some((_, counts)) = totals.outputs.iter_mut().find(|(name, _)| *name == output.name) {
                    *counts += &output.counts;
                }
            }
            for (code, count) in &seal.by_code {
                *totals.by_code.entry(code.clone()).or_default() += count;
            }
            for (step, (rows_in, rows_out)) in &seal.filters {
                let entry = totals.filters.entry(step.clone()).or_default();
                *entry = (entry.0 + rows_in, entry.1 + rows_out);
            }
        }
        for listed in &prepared.listing_damage {
            let counts = listed.damage.counts();
            for (code, count) in &counts.by_code {
                *totals.by_code.entry(code.clone()).or_default() += count;
            }
            if listed.grain == "member" {
                totals.input.members += counts.rows;
                totals.input.members_quarantined += counts.rows;
            } else {
                totals.archives_failed += counts.rows;
            }
        }
        let read: std::collections::BTreeSet<&str> =
            prepared.work.units.iter().flat_map(|unit| &unit.unit.slices).map(|slice| slice.object.as_str()).collect();
        let inputs = prepared.sources.iter().flat_map(|source| source.inputs.iter());
        for (_, input) in inputs.filter(|(key, _)| read.contains(key.as_str())) {
            totals.input.members += input.pruned;
            totals.input.members_pruned += input.pruned;
        }
        totals
    }
}

pub(super) async fn finish(
    prepared: &Prepared,
    request: &RunRequest,
    seals: Vec<Seal>,
    started: &Started,
    progress: &Progress,
) -> Result<Summary> {
    claim::refuse_given_up(prepared).await?;
    let totals = Totals::of(prepared, &seals);
    let broken = imbalances(&prepared.work.objects, &totals.input, &totals.outputs);
    if guard("books") && !broken.is_empty() {
        return Err(Error::stopped(format!(
            "the books do not balance, so nothing was committed: {}",
            broken.join("; ")
        )));
    }
    let mut reasons = quarantine_limits(prepared, request, &totals);
    reasons.extend(check_limits(prepared, &totals));
    let quarantine = store_quarantine(prepared, &seals).await?;
    reasons.extend(duplicate_keys(prepared, &seals).await?);
    if !reasons.is_empty() {
        return Ok(summary::of(prepared, &totals, &seals, Status::Refused(reasons), Vec::new(), quarantine, started));
    }
    let (intent, seals) = claim::decide(prepared, seals, quarantine).await?;
    progress.committing.store(true, Ordering::Relaxed);
    let (versions, already) = commit_all(prepared, request, &seals, &totals, &intent).await?;
    let status = if already { Status::AlreadyCommitted } else { Status::Committed };
    Ok(summary::of(prepared, &totals, &seals, status, versions, intent.quarantine, started))
}

/// Is more in quarantine than the plan allows?
fn quarantine_limits(prepared: &Prepared, request: &RunRequest, totals: &Totals) -> Vec<String> {
    if request.accept_quarantine || !guard("max_quarantine") {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    let input = &totals.input;
    for (name, source) in &prepared.plan.header.sources {
        let archives = prepared
            .listing_damage
            .iter()
            .filter(|listed| listed.source == *name && listed.grain == "archive")
            .flat_map(|listed| listed.damage.rows().filter_map(|damage| Some(damage.ok()?.to_string())))
            .collect::<Vec<_>>();
        if !archives.is_empty() {
            reasons.push(format!("source '{name}': whole archives cannot be used: {}", archives.join("; ")));
        }
        if source.table.is_some() {
            continue;
        }
        let parts = [
            ("members", input.members_quarantined, input.members),
            ("records", input.records_quarantined, input.records),
        ];
        for (noun, bad, all) in parts {
            let over = match source.max_quarantine {
                MaxQuarantine::Share(share) => bad as f64 > share * all as f64,
                MaxQuarantine::Count(count) => bad > count,
            };
            if over && bad > 0 {
                let limit = match source.max_quarantine {
                    MaxQuarantine::Share(share) => format!("{} %", share * 100.0),
                    MaxQuarantine::Count(count) => count.to_string(),
                };
                reasons.push(format!(
                    "{bad} of {all} {noun} are in quarantine, and max_quarantine of '{name}' is {limit}"
                ));
            }
        }
    }
    if !reasons.is_empty() {
        reasons.push("look at the quarantine; --accept-quarantine commits all the same".to_owned());
    }
    reasons
}

fn specs(prepared: &Prepared) -> impl Iterator<Item = &Arc<OutputSpec>> {
    prepared.roots.iter().flat_map(|root| std::iter::once(&root.spec).chain(root.derived.iter().map(|(spec, _)| spec)))
}

/// Checks that forbid the commit: `on_fail: fail`, and rates over `max_rate`.
fn check_limits(prepared: &Prepared, totals: &Totals) -> Vec<String> {
    let mut reasons = Vec::new();
    for spec in specs(prepared) {
        let Some((_, counts)) = totals.outputs.iter().find(|(name, _)| *name == spec.name) else { continue };
        let rejected: u64 = counts.rejected.values().sum();
        let checked = counts.rows_out - rejected;
        for check in &spec.checks {
            let failed = counts.failed.get(&check.name).copied().unwrap_or(0);
            if failed > 0 && check.on_fail == OnFail::Fail {
                reasons.push(format!("check '{}' of '{}' fails for {failed} of {checked} rows", check.name, spec.name));
            }
            if let Some(rate) = check.max_rate
                && failed as f64 > rate * checked as f64
            {
                reasons.push(format!(
                    "check '{}' of '{}' fails for {failed} of {checked} rows, more than max_rate {} %",
                    check.name,
                    spec.name,
                    rate * 100.0
                ));
            }
        }
    }
    reasons
}

/// Columns that must be unique over the table as it would be after the commit.
async fn duplicate_keys(prepared: &Prepared, seals: &[Seal]) -> Result<Vec<String>> {
    let mut reasons = Vec::new();
    for spec in specs(prepared) {
        let table = table_of(prepared, &spec.name)?;
        let mut files: Vec<String> = kept_files(prepared, table).into_iter().map(|file| file.path).collect();
        files.extend(shards_of(seals, &spec.name).map(|shard| shard.path.clone()));
        for (column, on_fail) in &spec.unique {
            let found = unique::duplicates_in(&table.table, &files, column).await?;
            if found.count > 0 && *on_fail != OnFail::Warn {
                reasons.push(format!(
                    "'{column}' of '{}' must be unique, and {} values come more than once, e.g. {}",
                    spec.name,
                    found.count,
                    found.examples.join(", ")
                ));
            }
        }
    }
    Ok(reasons)
}

fn table_of<'a>(prepared: &'a Prepared, output: &str) -> Result<&'a OutputTable> {
    let found = prepared.tables.iter().find(|table| table.name == output);
    found.ok_or_else(|| Error::internal(format!("output '{output}' has no table")))
}

fn shards_of<'a>(seals: &'a [Seal], output: &'a str) -> impl Iterator<Item = &'a jogak_connectors::sink::Shard> {
    seals.iter().flat_map(|seal| &seal.outputs).filter(move |o| o.name == output).flat_map(|o| &o.shards)
}

/// Files of the table that the commit leaves in place.
fn kept_files(prepared: &Prepared, table: &OutputTable) -> Vec<TableFile> {
    let Some(state) = &table.state else { return Vec::new() };
    let kept: std::collections::BTreeSet<String> = prepared
        .work
        .keep
        .iter()
        .filter_map(|row| row.files().ok())
        .flatten()
        .filter(|file| file.output == table.name)
        .map(|file| file.shard.path)
        .collect();
    state.files.iter().filter(|file| kept.contains(&file.path)).cloned().collect()
}

/// The quarantine files of all units, and one for what the listing showed.
async fn store_quarantine(prepared: &Prepared, seals: &[Seal]) -> Result<Vec<FileRef>> {
    let mut files: Vec<FileRef> = seals
        .iter()
        .filter_map(|seal| seal.quarantine.as_ref())
        .map(|file| FileRef { path: file.path.clone(), sha256: file.sha256.clone(), rows: file.rows })
        .collect();
    let mut writer = QuarantineWriter::new();
    for listed in &prepared.listing_damage {
        for damage in listed.damage.rows() {
            let (scope, grain) = (listed.source.clone(), listed.grain.to_owned());
            writer.push(QuarantineRow { scope, grain, unit: None, damage: damage? })?;
        }
    }
    let table = prepared.primary();
    let path = format!("_jogak/quarantine/{}/{}/listing.parquet", prepared.run_id, prepared.attempt);
    if let Some(file) = writer.store(table.store(), table.root(), path).await? {
        files.push(FileRef { path: file.path, sha256: file.sha256, rows: file.rows });
    }
    Ok(files)
}

/// The ledger after this run: what stays, and a row for each slice read.
fn ledger_rows(prepared: &Prepared, seals: &[Seal]) -> Result<Vec<LedgerRow>> {
    let mut rows = prepared.work.keep.clone();
    // What the listing showed of an object stands on its first row.
    let mut listed: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    for found in &prepared.listing_damage {
        let codes = listed.entry(&found.object).or_default();
        for (code, count) in &found.damage.counts().by_code {
            *codes.entry(code.clone()).or_default() += count;
        }
    }
    for seal in seals {
        let files: Vec<LedgerFile> = seal
            .outputs
            .iter()
            .flat_map(|output| {
                output.shards.iter().map(|shard| LedgerFile { output: output.name.clone(), shard: shard.clone() })
            })
            .collect();
        let mut files_json = json_of(&files)?;
        let quarantine = seal.quarantine.as_ref();
        let mut quarantine_json = match quarantine {
            Some(file) => json_of(&FileRef { path: file.path.clone(), sha256: file.sha256.clone(), rows: file.rows })?,
            None => String::new(),
        };
        for slice in &seal.slices {
            let source = prepared.sources.iter().find(|source| source.inputs.contains_key(&slice.object));
            let source = source.ok_or_else(|| Error::internal(format!("'{}' belongs to no source", slice.object)))?;
            let object = &source.inputs[&slice.object].object;
            let (print, parts_json) = fingerprint(object);
            rows.push(LedgerRow {
                source: source.name.clone(),
                unit: seal.unit,
                object: slice.object.clone(),
                size: object.size as i64,
                parts_json,
                fingerprint: print,
                range_start: slice.range_start as i64,
                range_end: i64::try_from(slice.range_end).unwrap_or(i64::MAX),
                members: slice.members as i64,
                records: slice.records as i64,
                quarantined: slice.codes.values().sum::<u64>() as i64,
                outcome: "read".to_owned(),
                run_id: prepared.run_id.clone(),
                files_json: std::mem::take(&mut files_json),
                members_decoded: slice.members_decoded as i64,
                members_partly: slice.members_partly as i64,
                members_quarantined: slice.members_quarantined as i64,
                records_quarantined: slice.records_quarantined as i64,
                codes_json: codes_json(&slice.codes, listed.remove(slice.object.as_str()))?,
                quarantine_json: std::mem::take(&mut quarantine_json),
                sha256: slice.sha256.clone(),
                sha256_of: slice.sha256_of.clone(),
            });
        }
    }
    // What cannot be used, and objects without a selected member, are settled too: a rerun does not look again.
    let mut unit = rows.iter().map(|row| row.unit).max().unwrap_or(-1);
    let known: std::collections::BTreeSet<String> = rows.iter().map(|row| row.object.clone()).collect();
    for source in &prepared.sources {
        let unread = source.fingerprints().into_iter().filter(|(key, _)| !known.contains(key));
        for (key, print) in unread {
            unit += 1;
            let outcome = if source.unusable.contains_key(&key) { "failed" } else { "empty" };
            rows.push(LedgerRow {
                source: source.name.clone(),
                unit,
                codes_json: codes_json(&BTreeMap::new(), listed.remove(key.as_str()))?,
                object: key,
                fingerprint: print,
                outcome: outcome.to_owned(),
                run_id: prepared.run_id.clone(),
                ..LedgerRow::default()
            });
        }
    }
    Ok(rows)
}

fn json_of(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("encoding the ledger").because(e))
}

fn codes_json(met: &BTreeMap<String, u64>, listed: Option<BTreeMap<String, u64>>) -> Result<String> {
    let mut codes = listed.unwrap_or_default();
    for (code, count) in met {
        *codes.entry(code.clone()).or_default() += count;
    }
    if codes.is_empty() { Ok(String::new()) } else { json_of(&codes) }
}

/// The version that the run was planned on, never a newer one: what came in between was not looked at.
async fn base_of(output: &OutputTable) -> Result<Option<u64>> {
    if guard("base_version") {
        return Ok(output.state.as_ref().map(|state| state.version));
    }
    Ok(output.table.load(None).await?.map(|state| state.version))
}

/// What a run never does, since a commit may have landed although nobody said so; a test has to notice that it is done.
async fn delete_shards(table: &Table, commit: &Commit) {
    for shard in &commit.add {
        if let Ok(path) = below(table.root(), &shard.path) {
            let _ = table.store().delete(&path).await;
        }
    }
}

/// Commits every output. Returns the versions, and whether all of them were there before.
///
/// The first output comes last: its ledger decides what the next start has to do, so until it is committed, the next
/// start comes here again and finds what is still open.
async fn commit_all(
    prepared: &Prepared,
    request: &RunRequest,
    seals: &[Seal],
    totals: &Totals,
    intent: &claim::Intent,
) -> Result<(Vec<(String, u64)>, bool)> {
    let ledger = ledger_rows(prepared, seals)?;
    let guarantee = if request.single_writer { SINGLE_WRITER } else { "put-if-absent" };
    let nonce = Uuid::new_v4().to_string();
    let (mut versions, mut all_already) = (Vec::new(), true);
    for output in prepared.tables.iter().rev() {
        let table = &output.table;
        let ledger_file = write_ledger(table.store(), table.root(), &intent.run_id, &ledger).await?;
        let spec = specs(prepared).find(|spec| spec.name == output.name);
        let spec = spec.ok_or_else(|| Error::internal(format!("output '{}' was not planned", output.name)))?;
        let counts = totals.outputs.iter().find(|(name, _)| *name == output.name).map(|(_, counts)| counts);
        let kept = kept_files(prepared, output);
        let remove: Vec<TableFile> = output
            .state
            .iter()
            .flat_map(|state| &state.files)
            .filter(|file| !kept.iter().any(|kept| kept.path == file.path))
            .cloned()
            .collect();
        let facts = CommitFacts {
            nonce: nonce.clone(),
            run_id: intent.run_id.clone(),
            run_key: prepared.run_key.clone(),
            plan: prepared.plan.header.name.clone(),
            plan_identity: prepared.identity.clone(),
            plan_parts: prepared.parts.clone(),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            output: output.name.clone(),
            ledger: ledger_file,
            quarantine: intent.quarantine.clone(),
            quarantine_table: prepared.tables[0].name.clone(),
            counts: json!({
                "objects": prepared.work.objects, "input": totals.input, "output": counts,
                "quarantined_by_code": totals.by_code,
            }),
            guarantee: guarantee.to_owned(),
        };
        let commit = Commit {
            facts,
            base: base_of(output).await?,
            schema: Arc::clone(&spec.schema),
            partition_by: spec.partition_by.clone(),
            replace: request.full_refresh && output.state.is_some(),
            add: shards_of(seals, &output.name).cloned().collect(),
            remove,
        };
        let committed = table.commit(&commit).await;
        if committed.is_err() && !guard("never_delete") {
            delete_shards(table, &commit).await;
        }
        match committed? {
            Committed::Done(version) => {
                versions.push((output.name.clone(), version));
                all_already = false;
            }
            Committed::Already(version) => versions.push((output.name.clone(), version)),
        }
    }
    Ok((versions, all_already))
}
