//! Whether a label can be told from what it was recorded with: a camera, a session, a worker. A model would learn that
//! instead.

use std::collections::{BTreeMap, BTreeSet};

use super::interval::Estimate;

/// Observations below which nothing is said.
const LEAST: usize = 20;

/// One record's or clip's label, and one thing that it was recorded with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observation {
    /// Name of the field, e.g. `camera_id`.
    pub(super) channel: String,
    pub(super) value: String,
    pub(super) label: String,
    /// The member or clip.
    pub(super) cluster: usize,
}

/// How far one channel tells the label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Confounding {
    pub(super) channel: String,
    /// Area under the curve: 0.5 where the channel says nothing, 1 where it says all. Classes are taken one against the
    /// others and weighed by their share; what the channel tells is learnt on one half and tried on the other.
    pub(super) auc: Estimate,
    /// Cramér's V, corrected for bias: 0 … 1.
    pub(super) cramers_v: f64,
    /// Share of records whose label is the most frequent one of their channel.
    pub(super) purity: f64,
    pub(super) channels: u64,
    pub(super) labels: u64,
}

/// The channel that tells most; none where no channel and label vary, or too little was seen.
pub(super) fn worst(observations: &[Observation]) -> Option<Confounding> {
    let mut fields: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        fields.entry(&observation.channel).or_default().push(observation);
    }
    let measured = fields.into_iter().filter_map(|(name, observations)| of(name, &observations));
    measured.max_by(|a, b| a.auc.value.total_cmp(&b.auc.value).then_with(|| b.channel.cmp(&a.channel)))
}

fn of(name: &str, observations: &[&Observation]) -> Option<Confounding> {
    let pairs: Vec<(&str, &str)> = observations.iter().map(|one| (one.value.as_str(), one.label.as_str())).collect();
    let channels: BTreeSet<&str> = pairs.iter().map(|pair| pair.0).collect();
    let labels: BTreeSet<&str> = pairs.iter().map(|pair| pair.1).collect();
    // A channel or a label of its own for nearly every record is an id or a text.
    let varies = |count: usize| count >= 2 && count * 2 <= pairs.len();
    if pairs.len() < LEAST || !varies(channels.len()) || !varies(labels.len()) {
        return None;
    }
    let folds: Vec<usize> = (0..pairs.len()).map(fold_of).collect();
    let (mut sum, mut weight, mut error) = (0.0, 0.0, 0.0_f64);
    for tested in [0, 1] {
        let learnt = counts(pairs.iter().zip(&folds).filter(|(_, fold)| **fold != tested).map(|(pair, _)| *pair));
        let test: Vec<_> = pairs.iter().zip(&folds).filter(|(_, fold)| **fold == tested).map(|(p, _)| *p).collect();
        for label in &labels {
            let Some((area, positives, negatives)) = area(&learnt, &test, label) else { continue };
            sum += area * positives;
            weight += positives;
            error = error.max(standard_error(area, positives, negatives) / 2.0_f64.sqrt());
        }
    }
    if weight == 0.0 {
        return None;
    }
    // Below one half only by chance.
    let value = (sum / weight).clamp(0.5, 1.0);
    let (low, high) = ((value - 1.96 * error).max(0.5), (value + 1.96 * error).min(1.0));
    let table = counts(pairs.iter().copied());
    let most: u64 = table.by_channel.values().map(|by_label| by_label.values().max().copied().unwrap_or(0)).sum();
    Some(Confounding {
        channel: name.to_owned(),
        auc: Estimate { value, low, high, sample: pairs.len() as u64 },
        cramers_v: cramers_v(&table, channels.len(), labels.len()),
        purity: most as f64 / pairs.len() as f64,
        channels: channels.len() as u64,
        labels: labels.len() as u64,
    })
}

/// A fixed half for each position, without a pattern.
fn fold_of(position: usize) -> usize {
    let mut mixed = (position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 40) as usize & 1
}

#[derive(Debug, Default)]
struct Counts<'a> {
    by_channel: BTreeMap<&'a str, BTreeMap<&'a str, u64>>,
    by_label: BTreeMap<&'a str, u64>,
    total: u64,
}

fn counts<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Counts<'a> {
    let mut counts = Counts::default();
    for (channel, label) in pairs {
        *counts.by_channel.entry(channel).or_default().entry(label).or_default() += 1;
        *counts.by_label.entry(label).or_default() += 1;
        counts.total += 1;
    }
    counts
}

/// The area for one label, with the numbers of those that have it and of those that have not.
fn area(learnt: &Counts<'_>, test: &[(&str, &str)], label: &str) -> Option<(f64, f64, f64)> {
    let prior = learnt.by_label.get(label).copied().unwrap_or(0) as f64 / (learnt.total as f64).max(1.0);
    // Shrunk towards the share among all, so that a channel seen once says little.
    let score = |channel: &str| {
        let by_label = learnt.by_channel.get(channel);
        let seen: u64 = by_label.map_or(0, |by_label| by_label.values().sum());
        let hits = by_label.and_then(|by_label| by_label.get(label)).copied().unwrap_or(0);
        (hits as f64 + prior) / (seen as f64 + 1.0)
    };
    let mut scored: Vec<(f64, bool)> = test.iter().map(|(channel, other)| (score(channel), *other == label)).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = scored.iter().filter(|(_, hit)| *hit).count() as f64;
    let negatives = scored.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return None;
    }
    let (mut above, mut below) = (0.0, 0.0);
    for tied in scored.chunk_by(|a, b| a.0 == b.0) {
        let hits = tied.iter().filter(|(_, hit)| *hit).count() as f64;
        let others = tied.len() as f64 - hits;
        above += hits * (below + others / 2.0);
        below += others;
    }
    Some((above / (positives * negatives), positives, negatives))
}

/// Hanley and McNeil's.
fn standard_error(area: f64, positives: f64, negatives: f64) -> f64 {
    let (q1, q2) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let variance =
        area * (1.0 - area) + (positives - 1.0) * (q1 - area * area) + (negatives - 1.0) * (q2 - area * area);
    (variance.max(0.0) / (positives * negatives)).sqrt()
}

fn cramers_v(table: &Counts<'_>, rows: usize, columns: usize) -> f64 {
    let n = table.total as f64;
    let mut chi = 0.0;
    for by_label in table.by_channel.values() {
        let row: u64 = by_label.values().sum();
        for (label, column) in &table.by_label {
            let expected = row as f64 * *column as f64 / n;
            let found = by_label.get(label).copied().unwrap_or(0) as f64;
            chi += (found - expected).powi(2) / expected.max(f64::MIN_POSITIVE);
        }
    }
    let (r, k) = (rows as f64, columns as f64);
    let phi = (chi / n - (k - 1.0) * (r - 1.0) / (n - 1.0)).max(0.0);
    let (r, k) = (r - (r - 1.0).powi(2) / (n - 1.0), k - (k - 1.0).powi(2) / (n - 1.0));
    (phi / (r.min(k) - 1.0).max(f64::MIN_POSITIVE)).sqrt().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(count: usize, label: impl Fn(usize) -> usize, channel: impl Fn(usize) -> usize) -> Vec<Observation> {
        let one = |at| Observation {
            channel: "camera".to_owned(),
            value: format!("c{}", channel(at)),
            label: format!("l{}", label(at)),
            cluster: at,
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn a_channel_that_tells_all_and_one_that_tells_nothing() {
        let all = worst(&seen(200, |at| at % 4, |at| at % 4)).unwrap();
        assert!(all.auc.value > 0.99 && all.cramers_v > 0.99 && all.purity == 1.0, "{all:?}");
        let nothing = worst(&seen(600, |at| at % 4, |at| at / 4 % 3)).unwrap();
        assert!(nothing.auc.value < 0.56 && nothing.cramers_v < 0.05, "{nothing:?}");
        let some = worst(&seen(400, |at| at % 2, |at| if at % 5 == 0 { 1 - at % 2 } else { at % 2 })).unwrap();
        assert!(some.auc.value > 0.7 && some.auc.value < 0.9 && some.auc.low < 0.8 && some.auc.high > 0.8, "{some:?}");
    }

    #[test]
    fn ids_and_single_channels_say_nothing() {
        assert_eq!(worst(&seen(100, |at| at % 2, |at| at)), None);
        assert_eq!(worst(&seen(100, |at| at % 2, |_| 0)), None);
        assert_eq!(worst(&seen(10, |at| at % 2, |at| at % 2)), None);
    }
}
