//! What would follow if one value were another: a builder's appeal, reckoned and not yet granted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Case;
use super::model::{Grade, Interval, Part, Status, Text, Track};
use super::sensitivity::{Place, only_in};
use super::solve::{Selection, solve};
use super::{Error, Result, units};

/// A claim that one criterion or gate of one set has another value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// The set.
    pub id: String,
    /// Only in this track; `None` means every track that has the criterion.
    pub track: Option<Track>,
    /// Key of the criterion or gate.
    pub criterion: String,
    /// The value claimed, 0 to 1.
    pub value: f64,
    /// What the claim rests on.
    pub evidence: String,
    /// Who claims it.
    pub by: String,
}

/// A place in a ranking: the rank by value, and the ranks that the ranges leave open; 1 is best. The same as in
/// `catalog.scores`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// By value; of equal values the one with the higher lower end comes first, then by id as text.
    pub rank: usize,
    /// Best rank possible.
    pub best: usize,
    /// Worst rank possible.
    pub worst: usize,
}

/// What changes in one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The track.
    pub track: Track,
    /// The criterion's value before.
    pub value_before: Interval,
    /// The score before.
    pub score_before: Interval,
    /// The score after.
    pub score_after: Interval,
    /// The rank before; `None` where a gate stopped the set.
    pub rank_before: Option<Rank>,
    /// The rank after; `None` where a gate stops the set.
    pub rank_after: Option<Rank>,
    /// Whether it might be chosen before.
    #[serde(default)]
    pub status_before: Option<Status>,
    /// Whether it may be chosen after.
    #[serde(default)]
    pub status_after: Option<Status>,
}

/// What would follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// The claim.
    pub appeal: Appeal,
    /// By track.
    pub changes: Vec<Change>,
    /// Sets that would enter the selection.
    pub entered: Vec<Place>,
    /// Sets that would leave it.
    pub left: Vec<Place>,
    /// Worth of the selection before, in units.
    pub units_before: i64,
    /// Worth of the selection after, in units.
    pub units_after: i64,
}

/// Ranks in `track` of all sets that no gate has stopped.
pub fn ranks(case: &Case, track: Track) -> BTreeMap<String, Rank> {
    let open = case.candidates.iter().filter_map(|c| Some((c.id.as_str(), c.tracks.get(&track)?)));
    let mut scored: Vec<(&str, Interval)> =
        open.filter(|(_, standing)| !standing.status.is_gated()).map(|(id, standing)| (id, standing.score)).collect();
    scored.sort_by(|(a_id, a), (b_id, b)| {
        let by_value = units(b.value).cmp(&units(a.value));
        by_value.then_with(|| units(b.low).cmp(&units(a.low))).then_with(|| a_id.cmp(b_id))
    });
    let sorted = |of: fn(&Interval) -> f64| {
        let mut list: Vec<i64> = scored.iter().map(|(_, score)| units(of(score))).collect();
        list.sort_unstable();
        list
    };
    let (lows, highs) = (sorted(|s| s.low), sorted(|s| s.high));
    (1..)
        .zip(&scored)
        .map(|(rank, (id, score))| {
            // Sets whose lower end is above this one's upper end surely beat it; sets whose upper end does not reach this
            // one's lower end are surely beaten by it.
            let beaten_by = lows.len() - lows.partition_point(|low| *low <= units(score.high));
            let not_beaten = highs.len() - highs.partition_point(|high| *high < units(score.low));
            ((*id).to_owned(), Rank { rank, best: 1 + beaten_by, worst: not_beaten })
        })
        .collect()
}

/// `case` with the claim granted, and the tracks that it touches. A set that rests on titles still does: a claim measures
/// nothing.
pub fn granted(case: &Case, appeal: &Appeal) -> Result<(Case, Vec<Track>)> {
    if !(0.0..=1.0).contains(&appeal.value) {
        return Err(Error::invalid(format!("--set {}={}: values lie between 0 and 1", appeal.criterion, appeal.value)));
    }
    if appeal.evidence.trim().is_empty() || appeal.by.trim().is_empty() {
        return Err(Error::invalid("an appeal needs --evidence and --by"));
    }
    let mut granted = case.clone();
    let rubrics = granted.rubrics.clone();
    let Some(candidate) = granted.candidates.iter_mut().find(|candidate| candidate.id == appeal.id) else {
        return Err(Error::invalid(format!("no data set {} in the catalogue", appeal.id)));
    };
    let mut touched = Vec::new();
    for (track, standing) in &mut candidate.tracks {
        if appeal.track.is_some_and(|only| only != *track) {
            continue;
        }
        let claimed = |part: &Part| Part {
            criterion: part.criterion.clone(),
            value: Interval::exact(appeal.value),
            grade: Grade::Documented,
            reason: Text::new(
                format!("이의 신청({}): {}", appeal.by, appeal.evidence),
                format!("appeal by {}: {}", appeal.by, appeal.evidence),
            ),
            rule: Some(part.ruled()),
        };
        let names_it = |part: &Part| part.criterion == appeal.criterion;
        if standing.gates.iter().any(|gate| names_it(&gate.part)) {
            // What a plan decides in another way than by its gates cannot be decided anew from them.
            let by_gates = standing.status_by_gates();
            if std::mem::discriminant(&by_gates) != std::mem::discriminant(&standing.status) {
                return Err(Error::invalid(format!(
                    "data set {}, track {track}: the plan that scored it does not decide by its gates alone; score with the \
                     shipped plan to appeal against '{}'",
                    appeal.id, appeal.criterion
                )));
            }
            for gate in standing.gates.iter_mut().filter(|gate| names_it(&gate.part)) {
                gate.part = claimed(&gate.part);
            }
            standing.status = standing.status_by_gates();
            touched.push(*track);
            continue;
        }
        let Some(rubric) = rubrics.iter().find(|rubric| rubric.track == *track) else { continue };
        let Some(part) = standing.parts.iter_mut().find(|part| names_it(part)) else { continue };
        *part = claimed(part);
        standing.score = rubric.score(&standing.parts).map_err(|missing| {
            Error::invalid(format!("data set {}, track {track}: no value for criterion {missing}", appeal.id))
        })?;
        touched.push(*track);
    }
    if touched.is_empty() {
        let known: Vec<&str> = rubrics
            .iter()
            .filter(|rubric| appeal.track.is_none_or(|only| only == rubric.track))
            .flat_map(|rubric| rubric.criteria.iter().chain(&rubric.gates).map(|criterion| criterion.key.as_str()))
            .collect();
        return Err(Error::invalid(format!(
            "data set {} has no value for criterion {}; criteria: {}",
            appeal.id,
            appeal.criterion,
            known.join(", ")
        )));
    }
    Ok((granted, touched))
}

/// What would follow if `appeal` were granted. `before` is the optimum of `case`.
pub fn rule(case: &Case, before: &Selection, appeal: &Appeal) -> Result<Ruling> {
    case.check()?;
    let (after_case, touched) = granted(case, appeal)?;
    let after = solve(&after_case)?;
    let standing = |case: &Case, track: Track| case.candidate(&appeal.id).and_then(|c| c.tracks.get(&track)).cloned();
    let mut changes = Vec::new();
    for track in touched {
        let (ranks_before, ranks_after) = (ranks(case, track), ranks(&after_case, track));
        let (Some(old), Some(new)) = (standing(case, track), standing(&after_case, track)) else { continue };
        let value = old.part(&appeal.criterion).map(|part| part.value);
        changes.push(Change {
            track,
            value_before: value.unwrap_or(Interval { value: 0.0, low: 0.0, high: 1.0 }),
            score_before: old.score,
            score_after: new.score,
            rank_before: ranks_before.get(&appeal.id).copied(),
            rank_after: ranks_after.get(&appeal.id).copied(),
            status_before: Some(old.status),
            status_after: Some(new.status),
        });
    }
    Ok(Ruling {
        appeal: appeal.clone(),
        changes,
        entered: only_in(&after, before),
        left: only_in(before, &after),
        units_before: before.units,
        units_after: after.units,
    })
}
