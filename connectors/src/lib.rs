//! Bytes in and out. No SQL, no plans, no DataFusion.
//!
//! - [`source`]: where bytes lie: places, listings, logical objects made of pieces
//! - [`archive`]: members read in place by range requests, and the cut into units
//! - [`decode`]: bytes of members into Arrow, by a declared schema
//! - [`reader`]: the slices of a unit, from stored bytes to batches
//! - [`sink`]: batches to immutable Parquet shards and their descriptions; never commits
//! - [`commit`]: the Delta log, the input ledger: which files count, and what they were made from
//! - [`damage`]: what could not be used, and where
//! - [`limits`]: what one input may ask for
//! - [`faults`]: faults on demand, for tests; nothing without the feature of that name

pub mod aihub;
pub mod archive;
pub mod commit;
pub mod damage;
pub mod decode;
pub mod error;
pub mod faults;
pub mod limits;
pub mod reader;
pub mod sink;
pub mod source;
