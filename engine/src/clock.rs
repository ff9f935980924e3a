//! The only place that reads clocks: times are shown to people and stand in run records, and never decide anything.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// When something began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Started(Instant);

impl Started {
    #[expect(clippy::disallowed_methods, reason = "this is the place that may")]
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the place that may")]
pub(crate) fn unix_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
