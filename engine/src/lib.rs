//! Running: sessions, the scan, units, memory, the run and its books. Joins `plans` (what to compute) and `connectors`
//! (bytes in and out), which do not know each other.
//!
//! - [`run`]: a plan, the places of its sources, one committed version of each output. Read `run/mod.rs` first
//! - [`offline`]: previews and the tests in a plan's header
//! - [`query`]: SQL over tables and any readable place; writes nothing
//! - [`catalog`]: what is known of every set: tables with history, import, scores
//! - [`select`]: the optimum under a budget, how firmly it stands, reports, seals; data in, data out
//! - [`verify`]: a table re-checked without trusting it
//! - [`vacuum`]: files that no version names and no run may still commit, removed
//! - [`explain`], [`cost`], [`look`], [`runs`]: what a plan would do and cost, what lies in a place, what was run

pub mod books;
pub mod bulk;
pub mod catalog;
mod clock;
pub mod cost;
pub mod error;
pub mod explain;
mod feed;
mod inputs;
pub mod look;
mod memory;
pub mod offline;
mod output;
pub mod query;
pub mod run;
pub mod runs;
mod scan;
mod schemas;
pub mod select;
mod session;
pub mod settings;
pub mod shipped;
mod sides;
mod stored;
mod tables;
mod unique;
pub mod vacuum;
pub mod verify;

pub use clock::until_local_time;
pub use error::{Error, ErrorKind, Result};
pub use memory::peak_memory_bytes;
pub use settings::{Settings, parse_size};
pub use tables::table_at;
