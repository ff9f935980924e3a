//! Which request meets which fault: a pure function of the plan, the number of the request and its head.

use std::time::Duration;

use super::wire::RequestHead;

/// What can go wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FaultKind {
    /// 503 `SlowDown`; the server never saw the request.
    Refuse503,
    /// 429; the server never saw the request.
    TooMany429,
    /// 409 for a `PUT` with `If-None-Match`; the server never saw the request, so nothing is there.
    Conflict409,
    /// A connection reset (RST); the server never saw the request.
    Reset,
    /// No answer for [`FaultPlan::stall`], then closed; the server never saw the request.
    Stall,
    /// The server did it and its answer was replaced by 503.
    Lost503,
    /// The server did it and the connection was closed before its answer.
    LostCut,
    /// The server did it and nothing came for [`FaultPlan::stall`], then closed.
    LostStall,
    /// The connection was closed, and the server does it [`FaultPlan::late`] afterwards. Not for `GET` and `HEAD`.
    Late,
    /// The head of a `GET`'s answer and a part of its body, then reset.
    CutBody,
    /// A `GET`'s answer whose last bytes are missing, closed in good order.
    ShortBody,
    /// The head of a `GET`'s answer and a part of its body, and nothing more for [`FaultPlan::stall`]; then reset.
    StallBody,
    /// A `GET` of a range is answered by 206 with another `Content-Range`, or by 200.
    WrongRange,
    /// The answer trickles.
    Slow,
    /// One bit of a `GET`'s body is another. Only where [`FaultPlan::corrupt`] is set.
    FlipByte,
    /// 400 `ExpiredToken`, as S3 says it; the server never saw the request.
    Expired,
    /// 403 `RequestTimeTooSkewed`; the server never saw the request.
    Skewed,
}

impl FaultKind {
    /// What a client that tries again gets over, whatever it was asking for.
    pub(crate) const PASSING: [Self; 14] = [
        Self::Refuse503,
        Self::TooMany429,
        Self::Conflict409,
        Self::Reset,
        Self::Stall,
        Self::Lost503,
        Self::LostCut,
        Self::LostStall,
        Self::CutBody,
        Self::ShortBody,
        Self::StallBody,
        Self::WrongRange,
        Self::Slow,
        Self::Late,
    ];

    /// Can this kind befall a request with this head?
    pub(crate) fn fits(self, head: &RequestHead) -> bool {
        match self {
            Self::Conflict409 => head.method == "PUT" && head.header("if-none-match").is_some(),
            Self::Late => !matches!(head.method.as_str(), "GET" | "HEAD"),
            Self::CutBody | Self::ShortBody | Self::StallBody | Self::FlipByte => head.method == "GET",
            Self::WrongRange => head.method == "GET" && head.header("range").is_some(),
            _ => true,
        }
    }
}

/// Which requests meet which faults.
#[derive(Debug, Clone)]
pub(crate) struct FaultPlan {
    pub(crate) seed: u64,
    /// Share of eligible requests that meet a fault.
    pub(crate) rate: f64,
    /// What they meet: one of those that fit the request, all with the same probability.
    pub(crate) kinds: Vec<FaultKind>,
    /// Exactly this eligible request, the first being 1, meets this fault, and no other does.
    pub(crate) nth: Option<(u64, FaultKind)>,
    /// Only these requests are eligible, and counted as such.
    pub(crate) only: Option<fn(&RequestHead) -> bool>,
    /// The first eligible requests pass, so that what they set up is there.
    pub(crate) first_n_clean: u64,
    /// The same request passes after so many faults in a row: clients give up at some time, `object_store` after ten.
    pub(crate) in_a_row: u32,
    /// Lets [`FaultKind::FlipByte`] through, which a client cannot notice by itself.
    pub(crate) corrupt: bool,
    /// How long [`FaultKind::Stall`], [`FaultKind::LostStall`] and [`FaultKind::StallBody`] last.
    pub(crate) stall: Duration,
    /// After what time [`FaultKind::Late`] reaches the server.
    pub(crate) late: Duration,
    /// Between two of the 16 pieces of [`FaultKind::Slow`].
    pub(crate) pause: Duration,
}

impl FaultPlan {
    /// No faults.
    pub(crate) fn clean() -> Self {
        Self {
            seed: 0,
            rate: 0.0,
            kinds: Vec::new(),
            nth: None,
            only: None,
            first_n_clean: 0,
            in_a_row: 5,
            corrupt: false,
            stall: Duration::from_secs(2),
            late: Duration::from_secs(1),
            pause: Duration::from_millis(5),
        }
    }

    /// Faults of these kinds at a rate between 0 and 1.
    pub(crate) fn random(seed: u64, rate: f64, kinds: &[FaultKind]) -> Self {
        Self { seed, rate, kinds: kinds.to_vec(), ..Self::clean() }
    }

    /// This fault for the `n`-th eligible request, the first being 1.
    pub(crate) fn nth(n: u64, kind: FaultKind) -> Self {
        Self { nth: Some((n, kind)), corrupt: kind == FaultKind::FlipByte, ..Self::clean() }
    }

    /// The same for those requests only.
    pub(crate) fn only(self, eligible: fn(&RequestHead) -> bool) -> Self {
        Self { only: Some(eligible), ..self }
    }

    pub(super) fn is_eligible(&self, head: &RequestHead) -> bool {
        self.only.is_none_or(|only| only(head))
    }

    /// What befalls the eligible request with this number, and a number that says where.
    pub(super) fn decide(&self, number: u64, head: &RequestHead) -> Option<(FaultKind, u64)> {
        let [chance, choice, salt] = [1, 2, 3].map(|use_| mix(self.seed ^ mix(number.wrapping_mul(4) + use_)));
        if let Some((n, kind)) = self.nth {
            return (n == number && kind.fits(head)).then_some((kind, salt));
        }
        // 53 bits of the hash as a number between 0 and 1.
        let drawn = (chance >> 11) as f64 / (1_u64 << 53) as f64;
        if number <= self.first_n_clean || drawn >= self.rate {
            return None;
        }
        let allowed = |kind: &FaultKind| kind.fits(head) && (*kind != FaultKind::FlipByte || self.corrupt);
        let kinds: Vec<FaultKind> = self.kinds.iter().copied().filter(allowed).collect();
        let at = choice.checked_rem(kinds.len() as u64)?;
        kinds.get(at as usize).map(|kind| (*kind, salt))
    }
}

/// The finaliser of SplitMix64: numbers that differ little become numbers that have nothing in common.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn head(text: &str) -> RequestHead {
        RequestHead::parse(format!("{text}\r\n\r\n").into_bytes()).unwrap()
    }

    #[test]
    fn the_same_seed_decides_the_same() {
        let get = head("GET /b/k HTTP/1.1\r\nRange: bytes=0-9");
        let plan = FaultPlan::random(7, 0.2, &FaultKind::PASSING);
        let decide = |plan: &FaultPlan| (1..=10_000).map(|n| plan.decide(n, &get)).collect::<Vec<_>>();
        let decided = decide(&plan);
        assert_eq!(decided, decide(&plan));
        assert_ne!(decided, decide(&FaultPlan { seed: 8, ..plan.clone() }));
        let faults = decided.iter().flatten().count();
        assert!((1_800..2_200).contains(&faults), "{faults} of 10,000");
        let met: BTreeSet<_> = decided.iter().flatten().map(|(kind, _)| *kind).collect();
        let fitting: BTreeSet<_> = FaultKind::PASSING.into_iter().filter(|kind| kind.fits(&get)).collect();
        assert_eq!(met, fitting);
    }

    #[test]
    fn kinds_befall_only_what_they_fit() {
        let plan = |kind| FaultPlan::random(1, 1.0, &[kind]);
        let put = head("PUT /b/k HTTP/1.1\r\nIf-None-Match: *");
        assert_eq!(plan(FaultKind::Conflict409).decide(1, &put).map(|(kind, _)| kind), Some(FaultKind::Conflict409));
        assert_eq!(plan(FaultKind::Conflict409).decide(1, &head("PUT /b/k HTTP/1.1")), None);
        assert_eq!(plan(FaultKind::WrongRange).decide(1, &head("GET /b/k HTTP/1.1")), None);
        assert_eq!(plan(FaultKind::FlipByte).decide(1, &head("GET /b/k HTTP/1.1")), None, "it has to be asked for");
        let corrupt = FaultPlan { corrupt: true, ..plan(FaultKind::FlipByte) };
        assert!(corrupt.decide(1, &head("GET /b/k HTTP/1.1")).is_some());
    }

    #[test]
    fn a_walk_faults_one_request() {
        let get = head("GET /b/k HTTP/1.1");
        let plan = FaultPlan::nth(3, FaultKind::Reset);
        let hit: Vec<u64> = (1..10).filter(|n| plan.decide(*n, &get).is_some()).collect();
        assert_eq!(hit, [3]);
        let clean = FaultPlan { first_n_clean: 9, ..FaultPlan::random(1, 1.0, &[FaultKind::Reset]) };
        assert_eq!((clean.decide(9, &get), clean.decide(10, &get).is_some()), (None, true));
    }
}
