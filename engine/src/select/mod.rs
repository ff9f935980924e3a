//! Choosing the sets: an integer programme solved to its proven optimum, how firmly each choice stands, what a
//! different judgement would change, reports for people, and a seal that another machine can re-derive.
//!
//! - [`model`]: candidates, scores and their parts, links, costs, the request; together a [`Case`]
//! - [`solve`]: the optimum, or the constraints that collide ([`conflict`])
//! - [`sensitivity`]: margins, near-optimal selections, what a newcomer would need; [`stability`]: perturbed weights
//! - [`judgment`]: experts' values, their agreement, where they differ from the rule; [`appeal`]: one value changed
//! - [`report`]: Markdown, HTML, XLSX and CSV of one [`report::Report`]
//! - [`freeze`]: sealing inputs and result, and comparing a re-derivation exactly
//!
//! Nothing here reads files, clocks or tables: data in, data out, and the same on every machine. Points are reckoned
//! in whole [`UNITS_PER_POINT`]ths, so that sums do not depend on their order.

pub mod appeal;
mod bound;
mod case;
pub mod conflict;
mod crowd;
pub mod freeze;
pub mod judgment;
mod milp;
pub mod model;
mod program;
mod random;
pub mod report;
mod search;
pub mod sensitivity;
pub mod solve;
pub mod stability;
#[cfg(test)]
mod tests;

pub use case::Case;
pub(crate) use model::by_id;
pub use model::{Candidate, Interval, Request, Track};
pub use solve::{Selection, solve};

/// Points are rounded to this many units each before anything is added up.
pub const UNITS_PER_POINT: f64 = 10_000.0;

/// Points as whole units. Callers hold |points| <= 1e6, so the cast is exact.
pub(crate) fn units(points: f64) -> i64 {
    // First to nine decimals: 48.16805 is a little less as a float, and a spreadsheet rounds it up all the same.
    ((points * 1e9).round() / (1e9 / UNITS_PER_POINT)).round() as i64
}

/// Units as points.
pub(crate) fn points(units: i64) -> f64 {
    units as f64 / UNITS_PER_POINT
}

/// Why there is no selection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The case or the request cannot be reckoned with; the message names the place and the remedy.
    #[error("{0}")]
    Invalid(String),
    /// No selection satisfies all constraints.
    #[error("{0}")]
    Infeasible(Box<conflict::Conflict>),
    /// The solver failed or contradicted the integer check of its answer; nothing was chosen.
    #[error("the solver failed: {0}; the case is kept in the report for a retry with another version")]
    Solver(String),
    /// A report could not be written.
    #[error("the report could not be written: {0}")]
    Report(String),
    /// A seal is damaged or not a seal.
    #[error("{0}")]
    Seal(String),
}

impl Error {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }
}

/// Result of this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;
