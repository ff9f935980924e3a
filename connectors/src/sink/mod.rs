//! Batches to immutable Parquet shards and descriptions of them. The sink never commits.
//!
//! - a file is described only after all its bytes are stored
//! - the bytes depend on the rows and on the plan's constants alone: no wall time, no thread count, no run id
//! - memory is bounded by [`ShardLimits::row_group_bytes`] for each open file

mod quarantine;
mod shard;

pub use quarantine::{QuarantineFile, QuarantineRow, QuarantineWriter, quarantine_schema, read_quarantine};
pub use shard::{Shard, ShardLimits, ShardWriter, plain_schema};
pub(crate) use shard::{hex, join, writer_properties as parquet_properties};
