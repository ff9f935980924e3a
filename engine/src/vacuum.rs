//! `jogak vacuum`: files that no version of a table names, and that no run may still commit, are removed.
//!
//! - a run is asked about as a whole: while anything of it is younger than the grace, all of it stays
//! - before files of a run go that nobody has decided about, the run is *given up* in the place of its intent, which is
//!   created once: either the run gets to commit, or its files may go, never both
//! - a run that was decided and not committed everywhere stays, unless the tables have moved on from all its starts
//! - what one listing takes for an orphan goes when a second listing agrees
//!
//! `docs/design/0005-vacuum.md` goes through what runs and vacuums may do to each other.

mod judge;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use jogak_connectors::commit::FileKind;
use jogak_connectors::commit::{Created, StoredFile, create_once, giving_up, intent_path, remove_files, store_time};
use jogak_connectors::faults::guard;
use serde::Serialize;

use self::judge::{Judge, Run, Standing, Verdict, longest_start, survey};
use self::places::{Place, find};
use crate::clock::unix_millis;
use crate::error::{Error, Result};
use crate::run::below;
use crate::settings::Settings;

/// The shortest grace without `force`. What belongs to no run (probes, uploads) is never younger than that.
const LEAST_GRACE: Duration = Duration::from_secs(3600);
/// How far the local clock and the store's may differ.
const CLOCKS_AGREE: Duration = Duration::from_secs(5 * 60);
/// Runs of which something stays that are named in a report.
const NAMED: usize = 50;

/// What to clean, and how carefully.
#[derive(Debug, Clone)]
pub struct VacuumRequest {
    /// A table, or a folder of tables.
    pub url: String,
    /// How long a run must have stored nothing. Twice the longest start of a run of these tables is waited in any case.
    pub grace: Duration,
    /// Take the grace as it is, however short.
    pub force: bool,
    /// Only say what would be removed.
    pub dry_run: bool,
    /// No run is under way, and none starts: do without conditional puts.
    pub single_writer: bool,
}

/// Files, and their length together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, file: &StoredFile) {
        self.files += 1;
        self.bytes += file.bytes;
    }
}

/// What was done to one table.
#[derive(Debug, Clone, Serialize)]
pub struct Vacuumed {
    /// The table.
    pub table: String,
    /// Its newest version; none where nothing was ever committed.
    pub version: Option<u64>,
    /// Was nothing removed, but only looked for?
    pub dry_run: bool,
    /// The grace that was used.
    pub grace_seconds: u64,
    /// What was removed, or would be.
    pub removed: Amount,
    /// The same by kind of file.
    pub by_kind: BTreeMap<FileKind, Amount>,
    /// What stays, by reason: `named` by a version, `bookkeeping` of runs, `waiting` for the grace, `open` runs that the
    /// same command completes, `foreign` to jogak.
    pub kept: BTreeMap<&'static str, Amount>,
    /// Runs of which something stays that no version names; at most 50.
    pub runs: Vec<KeptRun>,
    /// What would be removed, file by file. Empty where it was.
    pub orphans: Vec<Orphan>,
}

/// A run of which something stays that no version names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptRun {
    /// The run.
    pub run_id: String,
    /// `waiting`, `open`, or `committed`: it is done, and these are too young to be removed.
    pub reason: &'static str,
    /// How long it has stored nothing.
    pub idle_seconds: u64,
    /// What stays of it in this table.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// A file that would be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// Path below the table's root.
    pub path: String,
    /// What it was for.
    pub kind: FileKind,
    /// Bytes.
    pub bytes: u64,
    /// Milliseconds since 1970 by the store's clock.
    pub modified_ms: i64,
    /// The run that wrote it.
    pub run_id: Option<String>,
}

/// Removes orphans of the table at `url`, or of all tables below it.
///
/// # Errors
/// When there is no table, the grace is too short, clocks differ, a log has a gap, or the store fails. What was not removed
/// then can be removed by the same request.
pub async fn vacuum(request: &VacuumRequest, settings: &Settings) -> Result<Vec<Vacuumed>> {
    if request.grace < LEAST_GRACE && !request.force {
        return Err(Error::invalid(format!(
            "a grace below {} s gives up runs that are only slow; add --force where no run is under way",
            LEAST_GRACE.as_secs()
        )));
    }
    let mut done = Vec::new();
    for mut group in find(&request.url, settings).await? {
        done.extend(clean(&mut group, request).await?);
    }
    Ok(done)
}

/// Cleans the wanted tables of one group.
async fn clean(places: &mut [Place], request: &VacuumRequest) -> Result<Vec<Vacuumed>> {
    let Some(first) = places.iter().find(|place| place.is_wanted) else { return Ok(Vec::new()) };
    let now_ms = store_time(&first.table).await?;
    check_clocks(now_ms, i64::try_from(unix_millis()).unwrap_or(i64::MAX))?;

    let runs = survey(places).await?;
    let mut grace_ms = i64::try_from(request.grace.as_millis()).unwrap_or(i64::MAX);
    if !request.force {
        grace_ms = grace_ms.max(longest_start(places).saturating_mul(2));
    }
    let quarantine = named_quarantine(places);
    let judge = Judge { runs: &runs, quarantine: &quarantine, now_ms, grace_ms, is_first: true };
    let candidates = orphans(places, &judge);
    if request.dry_run {
        return Ok(report(places, &judge, candidates, true));
    }
    let closed = close(places, &runs, &candidates, request).await?;

    let runs = survey(places).await?;
    let quarantine = named_quarantine(places);
    let judge = Judge { runs: &runs, quarantine: &quarantine, now_ms, grace_ms, is_first: false };
    let mut agreed = orphans(places, &judge);
    for (again, before) in agreed.iter_mut().zip(&candidates) {
        // Both are in the order of the paths.
        again.retain(|file| {
            before.binary_search_by(|other| other.path.cmp(&file.path)).is_ok_and(|at| before[at] == *file)
        });
        again.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
    }
    for (place, files) in places.iter().zip(&agreed) {
        remove_files(&place.table, files).await?;
    }
    for (files, closed) in agreed.iter_mut().zip(closed) {
        files.extend(closed);
    }
    Ok(report(places, &judge, agreed, false))
}

/// Ages come from the store's clock alone. Where ours says something else, one of them is wrong, and it may be that one.
fn check_clocks(store_ms: i64, local_ms: i64) -> Result<()> {
    let apart = store_ms.abs_diff(local_ms);
    if u128::from(apart) <= CLOCKS_AGREE.as_millis() {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the clocks of this machine and of the store differ by {} s, so the age of files is not known; nothing was removed. \
         Set the clock that is wrong",
        apart / 1000
    )))
}

/// A run's quarantine lies under its first output, and the commits of all outputs name it.
fn named_quarantine(places: &[Place]) -> BTreeSet<String> {
    places.iter().flat_map(|place| &place.log.quarantine).cloned().collect()
}

/// Orphans of each place; none of those that are only looked at.
fn orphans(places: &[Place], judge: &Judge<'_>) -> Vec<Vec<StoredFile>> {
    let of = |place: &Place| {
        let files = place.files.iter().filter(|file| judge.verdict(place, file) == Verdict::Orphan);
        if place.is_wanted { files.cloned().collect() } else { Vec::new() }
    };
    places.iter().map(of).collect()
}

/// Makes sure that runs whose files are about to go can never commit them. Returns what went by that, by place.
async fn close(
    places: &[Place],
    runs: &BTreeMap<String, Run>,
    candidates: &[Vec<StoredFile>],
    request: &VacuumRequest,
) -> Result<Vec<Vec<StoredFile>>> {
    let mut closed = vec![Vec::new(); places.len()];
    let concerned: BTreeSet<&String> = candidates.iter().flatten().filter_map(|file| file.run_id.as_ref()).collect();
    let mut probed = BTreeSet::new();
    let concerned: Vec<_> = concerned.into_iter().filter_map(|run_id| runs.get_key_value(run_id)).collect();
    for (run_id, run) in concerned {
        let (Some(primary), Some(run_key)) = (run.primary, &run.run_key) else { continue };
        let table = &places[primary].table;
        match run.standing {
            Standing::Undecided if guard("vacuum_giving_up") => {
                if !request.single_writer && probed.insert(primary) {
                    crate::tables::probe(table).await?;
                }
                let path = below(table.root(), &intent_path(run_key, run_id))?;
                // Where the run was faster, the second look finds its intent.
                let given_up = create_once(table.store(), &path, giving_up(run_id)?, !request.single_writer).await?;
                if given_up != Created::Ours {
                    tracing::info!(run_id, "the run has decided what it commits: it is not given up");
                }
            }
            // Whoever joins it from now on finds no checkpoint, so what it has decided cannot be committed.
            Standing::Overtaken if places[primary].is_wanted => {
                let is_its =
                    |file: &&StoredFile| file.kind == FileKind::Checkpoint && file.run_id.as_ref() == Some(run_id);
                let seals: Vec<StoredFile> = candidates[primary].iter().filter(is_its).cloned().collect();
                remove_files(table, &seals).await?;
                closed[primary].extend(seals);
            }
            _ => {}
        }
    }
    Ok(closed)
}

fn report(places: &[Place], judge: &Judge<'_>, removed: Vec<Vec<StoredFile>>, dry_run: bool) -> Vec<Vacuumed> {
    let mut reports = Vec::new();
    for (place, removed) in places.iter().zip(removed).filter(|(place, _)| place.is_wanted) {
        let mut report = Vacuumed {
            table: place.table.url().to_string(),
            version: place.log.head,
            dry_run,
            grace_seconds: u64::try_from(judge.grace_ms / 1000).unwrap_or_default(),
            removed: Amount::default(),
            by_kind: BTreeMap::new(),
            kept: BTreeMap::new(),
            runs: Vec::new(),
            orphans: Vec::new(),
        };
        for file in &removed {
            report.removed.add(file);
            report.by_kind.entry(file.kind).or_default().add(file);
        }
        let gone: BTreeSet<&str> = removed.iter().map(|file| file.path.as_str()).collect();
        let mut kept: BTreeMap<(&str, &'static str), Amount> = BTreeMap::new();
        for file in place.files.iter().filter(|file| !gone.contains(file.path.as_str())) {
            // What only the second look found goes the next time.
            let verdict = match judge.verdict(place, file) {
                Verdict::Orphan => Verdict::Waiting,
                verdict => verdict,
            };
            report.kept.entry(verdict.name()).or_default().add(file);
            if let (Verdict::Waiting | Verdict::Open, Some(run_id)) = (verdict, &file.run_id) {
                kept.entry((run_id, verdict.name())).or_default().add(file);
            }
        }
        report.runs.extend(kept.into_iter().take(NAMED).map(|((run_id, reason), amount)| {
            let run = judge.runs.get(run_id);
            let last_ms = run.map_or(judge.now_ms, |run| run.last_ms);
            let is_done = run.is_some_and(|run| run.standing == Standing::Committed);
            let reason = if is_done && reason == Verdict::Waiting.name() { "committed" } else { reason };
            let idle_seconds = u64::try_from((judge.now_ms - last_ms) / 1000).unwrap_or_default();
            KeptRun { run_id: run_id.to_owned(), reason, idle_seconds, files: amount.files, bytes: amount.bytes }
        }));
        if dry_run {
            report.orphans.extend(removed.into_iter().map(|file| Orphan {
                path: file.path,
                kind: file.kind,
                bytes: file.bytes,
                modified_ms: file.modified_ms,
                run_id: file.run_id,
            }));
        }
        reports.push(report);
    }
    reports
}

#[cfg(test)]
mod tests;
