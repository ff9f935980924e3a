//! The only place that reads clocks: times are shown to people, stand in run records, and say when a deadline comes. No
//! row depends on them.

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

/// How long it is until the local clock shows this time next; none where there is no such time of day.
#[expect(clippy::disallowed_methods, reason = "this is the place that may")]
pub fn until_local_time(hour: u32, minute: u32) -> Option<Duration> {
    let now = chrono::DateTime::<chrono::Local>::from(SystemTime::now());
    let time = chrono::NaiveTime::from_hms_opt(hour, minute, 0)?;
    // A day has a local time twice or never where clocks are put back or forward: the first, or the next day's.
    (0..3).find_map(|days| {
        let day = now.date_naive().checked_add_days(chrono::Days::new(days))?;
        let then = day.and_time(time).and_local_timezone(chrono::Local).earliest()?;
        (then - now).to_std().ok().filter(|wait| !wait.is_zero())
    })
}
