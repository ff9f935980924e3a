//! Stopping a run before its end: at the next border of units if that comes soon, else in the middle of units.
//!
//! Either way nothing is lost: sealed units are taken over by the next start, the others are run again.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::Notify;

/// How long units may go on after a stop was asked for. Whoever sends SIGTERM waits 30 s as a rule, and 20 s is what we
/// promise.
pub const GRACE: Duration = Duration::from_secs(15);

/// Why a run was to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// The time that the run was given is over (`--deadline`).
    Deadline,
}

impl StopReason {
    /// The exit code that DESIGN.md gives to it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::Deadline => 4,
        }
    }
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
            Self::Deadline => "the deadline has come",
        })
    }
}

/// Whether a run is to stop. The first reason counts.
#[derive(Debug, Default)]
pub struct Stop {
    reason: OnceLock<StopReason>,
    asked: Notify,
}

impl Stop {
    /// Asks the run to stop. False where it was asked before.
    pub fn ask(&self, reason: StopReason) -> bool {
        let first = self.reason.set(reason).is_ok();
        self.asked.notify_waiters();
        first
    }

    /// Why it is to stop, if it is.
    pub fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied()
    }

    /// Ends when a stop was asked for and the units have had their time.
    pub(super) async fn overdue(&self) -> StopReason {
        let reason = loop {
            let mut asked = std::pin::pin!(self.asked.notified());
            asked.as_mut().enable();
            if let Some(reason) = self.reason() {
                break reason;
            }
            asked.await;
        };
        tokio::time::sleep(GRACE).await;
        reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_counts_and_units_have_their_time() {
        let soon = Duration::from_millis(20);
        let stop = Stop::default();
        assert!(tokio::time::timeout(soon, stop.overdue()).await.is_err(), "nobody asked");
        assert!(stop.ask(StopReason::Deadline));
        assert!(!stop.ask(StopReason::Terminated));
        assert!(tokio::time::timeout(soon, stop.overdue()).await.is_err(), "units may still go on");
        assert_eq!(stop.reason(), Some(StopReason::Deadline));
    }
}
