//! What would follow if one value were another: a builder's appeal, reckoned and not yet granted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Case;
use super::model::{Grade, Interval, Part, Text, Track, by_id};
use super::sensitivity::Place;
use super::solve::{Selection, solve};
use super::{Error, Result, units};

/// A claim that one criterion of one set has another value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// The set.
    pub id: String,
    /// Only in this track; `None` means every track that has the criterion.
    pub track: Option<Track>,
    /// Key of the criterion.
    pub criterion: String,
    /// The value claimed, 0 to 1.
    pub value: f64,
    /// What the claim rests on.
    pub evidence: String,
    /// Who claims it.
    pub by: String,
}

/// A place in a ranking: the rank by value, and the ranks that the ranges leave open; 1 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// By value; equal values share the better rank.
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
    /// The rank before.
    pub rank_before: Rank,
    /// The rank after.
    pub rank_after: Rank,
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

/// Ranks of all sets in `track`.
pub fn ranks(case: &Case, track: Track) -> BTreeMap<String, Rank> {
    let scored: Vec<(&str, Interval)> =
        case.candidates.iter().filter_map(|c| c.tracks.get(&track).map(|s| (c.id.as_str(), s.score))).collect();
    let sorted = |of: fn(&Interval) -> f64| {
        let mut list: Vec<i64> = scored.iter().map(|(_, score)| units(of(score))).collect();
        list.sort_unstable();
        list
    };
    let (values, lows, highs) = (sorted(|s| s.value), sorted(|s| s.low), sorted(|s| s.high));
    // How many of an ascending list are above `x`.
    let above = |list: &[i64], x: i64| list.len() - list.partition_point(|y| *y <= x);
    scored
        .iter()
        .map(|(id, score)| {
            let own_high_is_above = usize::from(units(score.high) > units(score.low));
            let rank = Rank {
                rank: 1 + above(&values, units(score.value)),
                best: 1 + above(&lows, units(score.high)),
                worst: 1 + above(&highs, units(score.low)) - own_high_is_above,
            };
            ((*id).to_owned(), rank)
        })
        .collect()
}

/// `case` with the claim granted, and the tracks that it touches.
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
        let Some(rubric) = rubrics.iter().find(|rubric| rubric.track == *track) else { continue };
        let Some(part) = standing.parts.iter_mut().find(|part| part.criterion == appeal.criterion) else { continue };
        *part = Part {
            criterion: part.criterion.clone(),
            value: Interval::exact(appeal.value),
            grade: Grade::Documented,
            reason: Text::new(
                format!("이의 신청({}): {}", appeal.by, appeal.evidence),
                format!("appeal by {}: {}", appeal.by, appeal.evidence),
            ),
        };
        standing.score = rubric.score(&standing.parts).map_err(|missing| {
            Error::invalid(format!("data set {}, track {track}: no value for criterion {missing}", appeal.id))
        })?;
        touched.push(*track);
    }
    if touched.is_empty() {
        let known: Vec<&str> = rubrics
            .iter()
            .filter(|rubric| appeal.track.is_none_or(|only| only == rubric.track))
            .flat_map(|rubric| rubric.criteria.iter().map(|criterion| criterion.key.as_str()))
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
        let (Some(rank_before), Some(rank_after)) = (ranks_before.get(&appeal.id), ranks_after.get(&appeal.id)) else {
            continue;
        };
        let value = old.parts.iter().find(|part| part.criterion == appeal.criterion).map(|part| part.value);
        changes.push(Change {
            track,
            value_before: value.unwrap_or(Interval { value: 0.0, low: 0.0, high: 1.0 }),
            score_before: old.score,
            score_after: new.score,
            rank_before: *rank_before,
            rank_after: *rank_after,
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

/// Places of `a` that `b` does not have.
fn only_in(a: &Selection, b: &Selection) -> Vec<Place> {
    let has = |id: &str, track: Track| b.picks.iter().any(|pick| pick.id == id && pick.track == track);
    let mut list: Vec<Place> = a
        .picks
        .iter()
        .filter(|pick| !has(&pick.id, pick.track))
        .map(|pick| Place { id: pick.id.clone(), track: pick.track })
        .collect();
    list.sort_by(|a, b| a.track.cmp(&b.track).then_with(|| by_id(&a.id, &b.id)));
    list
}
