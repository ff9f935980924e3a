//! Seeded random numbers that are the same on every machine: SplitMix64, and `libm` where a logarithm is needed (the
//! system's differs in the last bit between platforms).

/// Steele, Lea and Flood's SplitMix64.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream for `lane` of `seed`; lanes are independent.
    pub(super) fn new(seed: u64, lane: u64) -> Self {
        let mut random = Self(seed ^ lane.wrapping_mul(0xD134_2543_DE82_EF95));
        // The first outputs of neighbouring lanes are thrown away: their states differ in few bits.
        random.next();
        let mixed = random.next() ^ lane;
        Self(mixed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform between `low` and `high`.
    pub(super) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Triangular over [`low`, `high`] with its peak at `mode`.
    pub(super) fn triangular(&mut self, low: f64, mode: f64, high: f64) -> f64 {
        let width = high - low;
        if width <= 0.0 {
            return mode;
        }
        let u = self.unit();
        let peak = (mode - low) / width;
        if u < peak {
            low + (u * width * (mode - low)).sqrt()
        } else {
            high - ((1.0 - u) * width * (high - mode)).sqrt()
        }
    }

    /// Standard normal (Marsaglia's polar method).
    fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (self.uniform(-1.0, 1.0), self.uniform(-1.0, 1.0));
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * (-2.0 * libm::log(s) / s).sqrt();
            }
        }
    }

    /// Gamma of `shape` > 0 and scale 1 (Marsaglia and Tsang).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let u = 1.0 - self.unit();
            return self.gamma(shape + 1.0) * libm::exp(libm::log(u) / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = 1.0 - self.unit();
            if libm::log(u) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }

    /// Weights around `weights` (sum 1): Dirichlet with `concentration`; weights of 0 stay 0.
    pub(super) fn dirichlet(&mut self, weights: &[f64], concentration: f64) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let mut drawn: Vec<f64> = weights
            .iter()
            .map(|w| if *w > 0.0 && total > 0.0 { self.gamma(concentration * w / total) } else { 0.0 })
            .collect();
        let sum: f64 = drawn.iter().sum();
        if sum > 0.0 {
            drawn.iter_mut().for_each(|w| *w /= sum);
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut random = Random::new(7, 0);
        let n = 20_000;
        let mean: f64 = (0..n).map(|_| random.triangular(0.0, 0.3, 1.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 1.3 / 3.0).abs() < 0.01, "{mean}");
        let weights = [0.5, 0.3, 0.2, 0.0];
        let mut sums = [0.0; 4];
        let mut squares = 0.0;
        for _ in 0..n {
            let drawn = random.dirichlet(&weights, 50.0);
            assert!((drawn.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            sums.iter_mut().zip(&drawn).for_each(|(sum, x)| *sum += x);
            squares += (drawn[0] - 0.5).powi(2);
        }
        for (sum, weight) in sums.iter().zip(weights) {
            assert!((sum / f64::from(n) - weight).abs() < 0.01);
        }
        let variance = squares / f64::from(n);
        assert!((variance - 0.25 / 51.0).abs() < 3e-4, "{variance}");
    }

    #[test]
    fn lanes_differ_and_repeat() {
        let first = |seed, lane| Random::new(seed, lane).next();
        assert_eq!(first(1, 2), first(1, 2));
        assert_ne!(first(1, 2), first(1, 3));
        assert_ne!(first(1, 2), first(2, 2));
    }
}
