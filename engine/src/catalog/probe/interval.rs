//! What a sample leaves open: 95 % intervals. Records of one member resemble each other, so members are the clusters.

/// 97.5 % of the normal distribution lies below.
const Z: f64 = 1.96;

/// A figure with the interval that its sample leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Things counted.
    pub(super) sample: u64,
}

impl Estimate {
    /// A figure that is known.
    pub(super) fn exact(value: f64, sample: u64) -> Self {
        Self { value, low: value, high: value, sample }
    }
}

/// A share, from hits and totals by cluster; none where nothing was counted. Wilson's interval over the effective size of
/// the sample: the variance between clusters (of a ratio estimate) says how much less a clustered record tells. Where no
/// variance shows, because all or none were hits, clusters are not told apart.
pub(super) fn share(clusters: &[(u64, u64)]) -> Option<Estimate> {
    let clusters: Vec<_> = clusters.iter().filter(|(_, total)| *total > 0).collect();
    let hits: u64 = clusters.iter().map(|(hits, _)| *hits).sum();
    let total: u64 = clusters.iter().map(|(_, total)| *total).sum();
    if total == 0 {
        return None;
    }
    let (p, n, m) = (hits as f64 / total as f64, total as f64, clusters.len() as f64);
    let mut effective = n;
    if m > 1.0 && p > 0.0 && p < 1.0 {
        let spread: f64 = clusters.iter().map(|(hits, total)| (*hits as f64 - p * *total as f64).powi(2)).sum();
        let variance = spread * m / (m - 1.0) / (n * n);
        // A sample is never worth more than its records, nor less than one cluster.
        effective = if variance > 0.0 { (p * (1.0 - p) / variance).clamp(1.0, n) } else { n };
    }
    let (low, high) = wilson(p, effective);
    Some(Estimate { value: p, low, high, sample: total })
}

/// Wilson's interval of a share `p` of `n`.
pub(super) fn wilson(p: f64, n: f64) -> (f64, f64) {
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0).min(p), (centre + half).min(1.0).max(p))
}

/// Values of one cluster, as far as a mean needs them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) sum: f64,
    pub(super) squares: f64,
    pub(super) count: u64,
}

impl Sums {
    /// With one value more.
    pub(super) fn add(&mut self, value: f64) {
        self.sum += value;
        self.squares += value * value;
        self.count += 1;
    }
}

/// A mean, from values by cluster; none where there are none.
pub(super) fn mean(clusters: &[Sums]) -> Option<Estimate> {
    let clusters: Vec<_> = clusters.iter().filter(|cluster| cluster.count > 0).collect();
    let count: u64 = clusters.iter().map(|cluster| cluster.count).sum();
    if count == 0 {
        return None;
    }
    let (n, m) = (count as f64, clusters.len() as f64);
    let mean = clusters.iter().map(|cluster| cluster.sum).sum::<f64>() / n;
    let error = if m < 2.0 {
        let squares: f64 = clusters.iter().map(|cluster| cluster.squares).sum();
        ((squares / n - mean * mean).max(0.0) / n).sqrt()
    } else {
        let spread: f64 = clusters.iter().map(|c| (c.sum - mean * c.count as f64).powi(2)).sum();
        (spread * m / (m - 1.0)).sqrt() / n
    };
    // Nothing that is measured here is negative.
    let low = (mean - Z * error).max(mean.min(0.0));
    Some(Estimate { value: mean, low, high: mean + Z * error, sample: count })
}

/// The value below which a share `p` of `values` lies, with the order statistics that enclose it. Sorts the values.
pub(super) fn quantile(values: &mut [f64], p: f64) -> Option<Estimate> {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    // A float becomes the nearest number that there is, so a negative rank is the first.
    let at = |rank: f64| values.get((rank as usize).min(values.len().saturating_sub(1))).copied();
    let half = Z * (n * p * (1.0 - p)).sqrt();
    Some(Estimate {
        value: at((n * p).floor())?,
        low: at((n * p - half).floor())?,
        high: at((n * p + half).ceil())?,
        sample: values.len() as u64,
    })
}

/// How many kinds there are, from how often each was seen: at least those seen; at most as many as Chao's estimate adds
/// for those that were not.
pub(super) fn kinds(seen: impl IntoIterator<Item = u64>) -> Estimate {
    let (mut kinds, mut total, mut once, mut twice) = (0_u64, 0_u64, 0.0, 0.0);
    for count in seen {
        kinds += 1;
        total += count;
        once += f64::from(u8::from(count == 1));
        twice += f64::from(u8::from(count == 2));
    }
    let unseen = if twice > 0.0 { once * once / (2.0 * twice) } else { once * (once - 1.0_f64).max(0.0) / 2.0 };
    let value = kinds as f64;
    Estimate { value, low: value, high: (value + unseen).round(), sample: total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_value_and_narrow_with_the_sample() {
        let small = share(&[(3, 10), (4, 10)]).unwrap();
        let large = share(&vec![(3, 10); 200]).unwrap();
        assert!(small.low < 0.35 && small.high > 0.35);
        assert!(large.high - large.low < 0.1 && large.value == 0.3);
        // All of one cluster and none of the other: two observations, not twenty.
        let clustered = share(&[(10, 10), (0, 10)]).unwrap();
        assert!(clustered.low < 0.15 && clustered.high > 0.85, "{clustered:?}");
        assert_eq!(share(&[]), None);
        let all = share(&[(50, 50)]).unwrap();
        assert!(all.value == 1.0 && all.high == 1.0 && all.low > 0.9);
    }

    #[test]
    fn means_and_quantiles() {
        let cluster = |values: [f64; 2]| {
            let mut sums = Sums::default();
            values.into_iter().for_each(|value| sums.add(value));
            sums
        };
        let found = mean(&[cluster([4.0, 6.0]), cluster([6.0, 6.0]), cluster([5.0, 6.0])]).unwrap();
        assert_eq!(found.value, 5.5);
        assert!(found.low < 5.5 && found.high > 5.5);
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        let median = quantile(&mut values, 0.5).unwrap();
        assert!(median.value == 50.0 && median.low <= 41.0 && median.high >= 59.0, "{median:?}");
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(kinds([5, 1, 1, 2]).high, 6.0);
    }
}
