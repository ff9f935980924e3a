//! The memory contract: `--memory` covers decode buffers, open shards and DataFusion together.
//!
//! What a unit needs is bounded by constants of the plan, so the budget decides only how many units run side by side;
//! it never changes what they write. What is left after them belongs to DataFusion, which spills or refuses.

use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use jogak_connectors::sink::ShardLimits;

use crate::error::{Error, Result};

/// The program itself, its runtime, the plan and its tables.
const BASE_BYTES: u64 = 72 * MIB;
/// Compressed windows fetched ahead, and one being inflated.
const READ_BYTES: u64 = 24 * MIB;
/// A batch on its way: source bytes, Arrow, and the records made of it.
const BATCH_BYTES: u64 = 32 * MIB;
/// An open upload holds at most three parts: one that fills and two on their way.
const UPLOAD_BYTES: u64 = 15 * MIB;
/// Values of a partition column that are assumed: a file is open for each.
const PARTITIONS: u64 = 4;
/// DataFusion refuses to work in less.
const POOL_FLOOR: u64 = 16 * MIB;

const MIB: u64 = 1024 * 1024;

/// How a memory budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemoryPlan {
    /// Units that run side by side.
    pub(crate) threads: usize,
    /// What DataFusion may use, in bytes.
    pub(crate) pool: u64,
    /// Compressed bytes that a unit may have fetched and not yet used.
    pub(crate) read_ahead: u64,
}

impl MemoryPlan {
    /// Divides `total` among at most `threads` units that each write `outputs` files at once, `partitioned` of them by a
    /// column.
    ///
    /// # Errors
    /// When not even one unit fits, with the least budget that would do.
    pub(crate) fn new(
        total: u64,
        threads: usize,
        (outputs, partitioned): (usize, usize),
        limits: &ShardLimits,
    ) -> Result<Self> {
        let files = outputs.max(1) as u64 + (PARTITIONS - 1) * partitioned as u64;
        let per_file = limits.row_group_bytes as u64 * 3 / 2 + UPLOAD_BYTES;
        let per_unit = READ_BYTES + BATCH_BYTES + per_file * files;
        let least = BASE_BYTES + POOL_FLOOR + per_unit;
        if total < least {
            return Err(Error::invalid(format!(
                "--memory {} is too small for this plan: it needs at least {}",
                in_mib(total),
                in_mib(least)
            )));
        }
        let fitting = ((total - BASE_BYTES - POOL_FLOOR) / per_unit).max(1) as usize;
        let threads = threads.clamp(1, fitting);
        let pool = total - BASE_BYTES - per_unit * threads as u64;
        Ok(Self { threads, pool, read_ahead: READ_BYTES / 3 * 2 })
    }

    /// DataFusion's surroundings within this budget; spills go to the temporary directory.
    ///
    /// # Errors
    /// When the temporary directory cannot be used.
    pub(crate) fn runtime(&self) -> Result<Arc<RuntimeEnv>> {
        let consumers = std::num::NonZeroUsize::new(5).unwrap_or(std::num::NonZeroUsize::MIN);
        let pool = TrackConsumersPool::new(FairSpillPool::new(self.pool as usize), consumers);
        RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory))
            .build_arc()
            .map_err(|e| Error::invalid("setting up the query engine failed").because(e))
    }
}

fn in_mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(MIB))
}

/// Peak resident memory of this process in bytes (`VmHWM`), where the system tells it.
pub fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// 60 % of what the machine, or the control group, has.
pub(crate) fn default_memory() -> u64 {
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:").map(str::to_owned))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    });
    let available = match (group, machine) {
        (Some(group), Some(machine)) => u64::min(group, machine),
        (Some(bytes), None) | (None, Some(bytes)) => bytes,
        (None, None) => 2048 * MIB,
    };
    available / 10 * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_budget_means_fewer_units_and_a_tiny_one_is_refused() {
        let limits = ShardLimits::default();
        let roomy = MemoryPlan::new(4096 * MIB, 2, (2, 0), &limits).unwrap();
        assert_eq!(roomy.threads, 2);
        assert!(roomy.pool > 3000 * MIB);
        let small = MemoryPlan::new(256 * MIB, 8, (2, 0), &limits).unwrap();
        assert_eq!(small.threads, 1);
        let refused = MemoryPlan::new(64 * MIB, 1, (1, 0), &limits).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
        assert!(refused.to_string().contains("at least"), "{refused}");
    }
}
