//! What may still become of a run, and with that of a file that no version names.

use std::collections::{BTreeMap, BTreeSet};

use jogak_connectors::commit::{FileKind, StoredFile, is_given_up};
use jogak_connectors::faults::guard;

use super::LEAST_GRACE;
use super::places::Place;
use crate::error::Result;

/// What stands at the place of a run's intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Intent {
    #[default]
    None,
    /// The run may be under way to its commits.
    Decided,
    /// It may never commit.
    GivenUp,
}

/// What may still become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Standing {
    /// Nothing says whose the files are.
    #[default]
    Unknown,
    /// All its outputs have it.
    Committed,
    GivenUp,
    /// Decided, or committed to some outputs: the same command completes it.
    Open,
    /// Decided, and every start of it was planned on versions that are no longer the newest.
    Overtaken,
    /// The same command continues it.
    Undecided,
}

/// A run, over all tables of its plan.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) run_key: Option<String>,
    /// The table that holds its side files.
    pub(super) primary: Option<usize>,
    /// When it stored something for the last time.
    pub(super) last_ms: i64,
    intent: Intent,
    pub(super) standing: Standing,
    /// Has it stored anything but its name and starts?
    has_work: bool,
    has_checkpoints: bool,
}

/// Looks at all tables, and finds out what may become of each run.
pub(super) async fn survey(places: &mut [Place]) -> Result<BTreeMap<String, Run>> {
    let mut runs: BTreeMap<String, Run> = BTreeMap::new();
    for (at, place) in places.iter_mut().enumerate() {
        place.look().await?;
        for (run_id, run_key) in &place.log.runs {
            runs.entry(run_id.clone()).or_default().run_key = Some(run_key.clone());
        }
        for index in 0..place.files.len() {
            let mut file = place.files[index].clone();
            if file.kind == FileKind::Key {
                // Its name is the run key; the run stands in it.
                let found = place.object(&file.path).await?.and_then(|key| key.get("run_id"));
                file.run_id = found.and_then(|id| id.as_str()).map(str::to_owned);
                place.files[index].run_id.clone_from(&file.run_id);
            }
            let Some(run_id) = &file.run_id else { continue };
            let run = runs.entry(run_id.clone()).or_default();
            if let Some(run_key) = &file.run_key {
                run.run_key = Some(run_key.clone());
            }
            if file.kind == FileKind::Intent {
                let intent = place.object(&file.path).await?;
                let is_over = intent.is_some_and(|intent| is_given_up(intent.to_string().as_bytes()));
                run.intent = if is_over { Intent::GivenUp } else { Intent::Decided };
            }
            match file.kind {
                FileKind::Key | FileKind::Start | FileKind::Intent => run.primary = Some(at),
                FileKind::Checkpoint => (run.primary, run.has_work, run.has_checkpoints) = (Some(at), true, true),
                FileKind::Quarantine => (run.primary, run.has_work) = (Some(at), true),
                _ => run.has_work = true,
            }
            if file.kind != FileKind::Intent || run.intent == Intent::Decided {
                run.last_ms = run.last_ms.max(file.modified_ms);
            }
        }
    }
    for (run_id, run) in &mut runs {
        run.standing = standing(run_id, run, places).await?;
    }
    Ok(runs)
}

async fn standing(run_id: &str, run: &mut Run, places: &mut [Place]) -> Result<Standing> {
    let Some(primary) = run.primary else { return Ok(Standing::Unknown) };
    let prefix = format!("_jogak/runs/{run_id}/starts/");
    let starts =
        places[primary].files.iter().filter(|file| file.path.starts_with(&prefix) && file.kind == FileKind::Start);
    let starts: Vec<String> = starts.map(|file| file.path.clone()).collect();
    if run.run_key.is_none()
        && let Some(path) = starts.first()
    {
        let start = places[primary].object(path).await?;
        run.run_key = start.and_then(|start| start.get("run_key")?.as_str()).map(str::to_owned);
    }
    let key = run.run_key.as_deref();
    // The first output is committed last.
    if places[primary].holds(run_id, key) {
        return Ok(Standing::Committed);
    }
    let is_partly = places.iter().any(|place| place.holds(run_id, key));
    match run.intent {
        Intent::GivenUp => return Ok(Standing::GivenUp),
        Intent::None if !is_partly && key.is_some() => return Ok(Standing::Undecided),
        Intent::None => return Ok(Standing::Open),
        Intent::Decided => {}
    }
    let mut is_overtaken = !starts.is_empty();
    for path in &starts {
        let bases = places[primary].object(path).await?.and_then(|start| start.get("bases")?.as_object().cloned());
        let has_moved = |(name, base): (&String, &serde_json::Value)| {
            let place = places.iter().find(|place| place.name == *name);
            place.is_some_and(|place| place.holds(run_id, key) || place.log.head > base.as_u64())
        };
        is_overtaken &= bases.is_some_and(|bases| !bases.is_empty() && bases.iter().all(has_moved));
    }
    Ok(if is_overtaken { Standing::Overtaken } else { Standing::Open })
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Named,
    Bookkeeping,
    Waiting,
    Open,
    Foreign,
    Orphan,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Bookkeeping => "bookkeeping",
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Foreign => "foreign",
            Self::Orphan => "orphan",
        }
    }
}

/// What stands on one look at all tables of a group.
pub(super) struct Judge<'a> {
    pub(super) runs: &'a BTreeMap<String, Run>,
    pub(super) quarantine: &'a BTreeSet<String>,
    pub(super) now_ms: i64,
    pub(super) grace_ms: i64,
    /// On the first look, what is about to be closed counts as closed.
    pub(super) is_first: bool,
}

impl Judge<'_> {
    fn is_young(&self, since_ms: i64) -> bool {
        guard("vacuum_grace") && self.now_ms.saturating_sub(since_ms).max(0) < self.grace_ms
    }

    pub(super) fn verdict(&self, place: &Place, file: &StoredFile) -> Verdict {
        let is_named = place.log.files.contains(&file.path) || self.quarantine.contains(&file.path);
        match file.kind {
            FileKind::Log => return Verdict::Named,
            FileKind::Other => return Verdict::Foreign,
            _ if is_named && guard("vacuum_named") => return Verdict::Named,
            // A probe or an upload that is under way is not to be disturbed by any grace.
            FileKind::Probe | FileKind::Upload => {
                let least = i64::try_from(LEAST_GRACE.as_millis()).unwrap_or(i64::MAX).max(self.grace_ms);
                if self.now_ms.saturating_sub(file.modified_ms) < least {
                    return Verdict::Waiting;
                }
                if file.run_id.is_none() {
                    return Verdict::Orphan;
                }
            }
            _ => {}
        }
        let Some((run_id, run)) = file.run_id.as_ref().and_then(|id| self.runs.get_key_value(id)) else {
            return Verdict::Foreign;
        };
        let is_young = self.is_young(run.last_ms);
        let holds = place.holds(run_id, file.run_key.as_deref().or(run.run_key.as_deref()));
        if holds {
            return match file.kind {
                // The number of a start whose rows are named must never be given again: it is in their paths.
                FileKind::Start => Verdict::Bookkeeping,
                _ if is_young => Verdict::Waiting,
                _ => Verdict::Orphan,
            };
        }
        match (run.standing, file.kind) {
            (Standing::Unknown, _) => Verdict::Foreign,
            // They lead the next start to another run, and keep those that are under way from committing.
            (_, FileKind::Key) | (Standing::GivenUp, FileKind::Intent) => Verdict::Bookkeeping,
            (Standing::GivenUp, _) => Verdict::Orphan,
            (Standing::Committed | Standing::Open, _) => Verdict::Open,
            (_, _) if is_young => Verdict::Waiting,
            (Standing::Overtaken, FileKind::Start | FileKind::Intent) => Verdict::Bookkeeping,
            (Standing::Overtaken, _) if self.is_first || !run.has_checkpoints => Verdict::Orphan,
            (Standing::Undecided, _) if !run.has_work => Verdict::Bookkeeping,
            (Standing::Undecided, _) if self.is_first || !guard("vacuum_giving_up") => Verdict::Orphan,
            (Standing::Overtaken | Standing::Undecided, _) => Verdict::Open,
        }
    }
}

/// How long the longest start of a run has stored things, in milliseconds.
pub(super) fn longest_start(places: &[Place]) -> i64 {
    let mut starts: BTreeMap<(&str, u64), (Option<i64>, i64)> = BTreeMap::new();
    for file in places.iter().flat_map(|place| &place.files) {
        let (Some(run), Some(attempt)) = (&file.run_id, file.attempt) else { continue };
        let (began, last) = starts.entry((run, attempt)).or_default();
        if file.kind == FileKind::Start {
            *began = Some(file.modified_ms);
        }
        *last = (*last).max(file.modified_ms);
    }
    starts.values().filter_map(|(began, last)| Some(last - (*began)?)).max().unwrap_or(0)
}
