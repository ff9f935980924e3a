//! Bytes in and out. No SQL, no plans, no DataFusion.
//!
//! - [`sink`]: batches to immutable Parquet shards and their descriptions; never commits
//! - [`commit`]: the Delta log, the input ledger: which files count, and what they were made from
//! - [`damage`]: what could not be used, and where

pub mod commit;
pub mod damage;
pub mod error;
pub mod sink;
