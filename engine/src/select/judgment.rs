//! Experts' values: do the reviewers agree, and where do they differ from the rule.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Case;
use super::model::{Interval, Track, by_id};
use super::{Error, Result};

/// One reviewer's value for one criterion of one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgment {
    /// The set.
    pub dataset_id: String,
    /// The track whose rubric has the criterion.
    pub track: Track,
    /// Its key.
    pub criterion: String,
    /// Who judges.
    pub reviewer: String,
    /// Declared interest in the set; such values are kept, shown and left out of all figures.
    pub conflict_of_interest: bool,
    /// 0 to 1.
    pub value: f64,
    /// Why.
    pub reason: String,
    /// What it rests on, an address or a text.
    pub evidence: String,
    /// When, ISO 8601; of two values by the same reviewer the later one counts.
    pub time: String,
}

/// How far reviewers agree on one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The track.
    pub track: Track,
    /// Key of the criterion.
    pub criterion: String,
    /// Reviewers heard.
    pub reviewers: usize,
    /// Sets with at least two values.
    pub sets: usize,
    /// Krippendorff's alpha for interval data: 1 is perfect, 0 is chance; `None` where nothing varies or is paired.
    pub alpha: Option<f64>,
    /// Mean distance of two values for the same set.
    pub mean_distance: Option<f64>,
}

/// Where experts and rule differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The set.
    pub id: String,
    /// The track.
    pub track: Track,
    /// Key of the criterion or gate.
    pub criterion: String,
    /// The rule's value and range, as they are without any judgement.
    pub rule: Interval,
    /// Mean of the experts' values.
    pub experts: f64,
    /// How many there are.
    pub reviewers: usize,
    /// The mean lies outside the rule's range.
    pub outside: bool,
}

/// Refuses values outside 0 to 1 and judgments that name nobody, no reason, or no known criterion.
pub fn check(case: &Case, judgments: &[Judgment]) -> Result<()> {
    for (line, judgment) in judgments.iter().enumerate() {
        let place = format!("judgment {} ({}, {})", line + 1, judgment.dataset_id, judgment.criterion);
        if !(0.0..=1.0).contains(&judgment.value) {
            return Err(Error::invalid(format!("{place}: value {} is not between 0 and 1", judgment.value)));
        }
        if judgment.reviewer.trim().is_empty() || judgment.reason.trim().is_empty() {
            return Err(Error::invalid(format!("{place}: reviewer and reason must not be empty")));
        }
        let known = case.rubric(judgment.track).is_none_or(|rubric| rubric.named(&judgment.criterion).is_some());
        if !known {
            return Err(Error::invalid(format!("{place}: track {} has no such criterion", judgment.track)));
        }
    }
    Ok(())
}

type Key<'a> = (Track, &'a str, &'a str);

/// The values that count, by track, criterion and set, one for each reviewer.
fn counted(judgments: &[Judgment]) -> BTreeMap<Key<'_>, BTreeMap<&str, f64>> {
    let mut latest: BTreeMap<(Key<'_>, &str), &Judgment> = BTreeMap::new();
    for judgment in judgments.iter().filter(|judgment| !judgment.conflict_of_interest) {
        let key =
            ((judgment.track, judgment.criterion.as_str(), judgment.dataset_id.as_str()), judgment.reviewer.as_str());
        let newer = latest.get(&key).is_none_or(|known| known.time <= judgment.time);
        if newer {
            latest.insert(key, judgment);
        }
    }
    let mut values: BTreeMap<Key<'_>, BTreeMap<&str, f64>> = BTreeMap::new();
    for ((key, reviewer), judgment) in latest {
        values.entry(key).or_default().insert(reviewer, judgment.value);
    }
    values
}

/// Agreement on each criterion that was judged.
pub fn agreement(judgments: &[Judgment]) -> Vec<Agreement> {
    let values = counted(judgments);
    let mut criteria: BTreeMap<(Track, &str), Vec<&BTreeMap<&str, f64>>> = BTreeMap::new();
    for ((track, criterion, _), by_reviewer) in &values {
        criteria.entry((*track, *criterion)).or_default().push(by_reviewer);
    }
    criteria
        .into_iter()
        .map(|((track, criterion), sets)| {
            let reviewers: BTreeSet<&str> = sets.iter().flat_map(|set| set.keys().copied()).collect();
            let paired: Vec<Vec<f64>> =
                sets.iter().filter(|set| set.len() > 1).map(|set| set.values().copied().collect()).collect();
            Agreement {
                track,
                criterion: criterion.to_owned(),
                reviewers: reviewers.len(),
                sets: paired.len(),
                alpha: alpha(&paired),
                mean_distance: mean_distance(&paired),
            }
        })
        .collect()
}

/// Krippendorff's alpha with squared distance: one list of values for each set, at least two in each.
fn alpha(sets: &[Vec<f64>]) -> Option<f64> {
    let all: Vec<f64> = sets.iter().flatten().copied().collect();
    let n = all.len() as f64;
    if n < 2.0 {
        return None;
    }
    // Over ordered pairs; each pair stands twice, in both sums.
    let squares =
        |values: &[f64]| -> f64 { values.iter().flat_map(|a| values.iter().map(move |b| (a - b) * (a - b))).sum() };
    let observed: f64 = sets.iter().map(|set| squares(set) / (set.len() as f64 - 1.0)).sum::<f64>() / n;
    let expected = squares(&all) / (n * (n - 1.0));
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

fn mean_distance(sets: &[Vec<f64>]) -> Option<f64> {
    let mut sum = 0.0;
    let mut pairs = 0u32;
    for set in sets {
        for (i, a) in set.iter().enumerate() {
            for b in set.iter().skip(i + 1) {
                sum += (a - b).abs();
                pairs += 1;
            }
        }
    }
    (pairs > 0).then(|| sum / f64::from(pairs))
}

/// Rule against experts, the largest distance first.
pub fn differences(case: &Case, judgments: &[Judgment]) -> Vec<Difference> {
    let mut list = Vec::new();
    for ((track, criterion, id), by_reviewer) in counted(judgments) {
        let standing = case.candidate(id).and_then(|candidate| candidate.tracks.get(&track));
        let Some(part) = standing.and_then(|standing| standing.part(criterion)) else { continue };
        // Once judgements are scored they are the part's value: against that they would always agree.
        let rule = part.ruled();
        let experts = by_reviewer.values().sum::<f64>() / by_reviewer.len() as f64;
        list.push(Difference {
            id: id.to_owned(),
            track,
            criterion: criterion.to_owned(),
            rule,
            experts,
            reviewers: by_reviewer.len(),
            outside: experts < rule.low || experts > rule.high,
        });
    }
    let distance = |d: &Difference| (d.experts - d.rule.value).abs();
    list.sort_by(|a, b| {
        distance(b)
            .total_cmp(&distance(a))
            .then_with(|| by_id(&a.id, &b.id))
            .then(a.track.cmp(&b.track))
            .then_with(|| a.criterion.cmp(&b.criterion))
    });
    list
}

#[cfg(test)]
mod tests {
    use super::{Judgment, agreement, alpha};
    use crate::select::Track;

    #[test]
    fn alpha_of_a_worked_example() {
        // Two reviewers, sets (0, 0), (1, 1), (0, 1): observed 1/3, expected 0.6.
        let sets = vec![vec![0.0, 0.0], vec![1.0, 1.0], vec![0.0, 1.0]];
        let got = alpha(&sets).unwrap();
        assert!((got - (1.0 - (1.0 / 3.0) / 0.6)).abs() < 1e-12, "{got}");
        assert_eq!(alpha(&[vec![0.5, 0.5]]), None);
        assert_eq!(alpha(&[vec![0.1, 0.1], vec![0.9, 0.9]]), Some(1.0));
    }

    #[test]
    fn later_values_replace_and_interested_reviewers_do_not_count() {
        let judgment = |id: &str, reviewer: &str, value: f64, time: &str, interest: bool| Judgment {
            dataset_id: id.into(),
            track: Track::Llm,
            criterion: "reasoning".into(),
            reviewer: reviewer.into(),
            conflict_of_interest: interest,
            value,
            reason: "because".into(),
            evidence: String::new(),
            time: time.into(),
        };
        let list = [
            judgment("1", "kim", 0.0, "2026-05-01", false),
            judgment("1", "kim", 1.0, "2026-05-02", false),
            judgment("1", "lee", 1.0, "2026-05-01", false),
            judgment("2", "kim", 0.2, "2026-05-01", false),
            judgment("2", "lee", 0.2, "2026-05-01", false),
            judgment("2", "builder", 1.0, "2026-05-01", true),
        ];
        let got = agreement(&list);
        assert_eq!(got.len(), 1);
        assert_eq!((got[0].reviewers, got[0].sets), (2, 2));
        assert_eq!(got[0].alpha, Some(1.0));
        assert_eq!(got[0].mean_distance, Some(0.0));
    }
}
