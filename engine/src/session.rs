//! The session in which a run plans and executes: everything that could make output depend on the machine is off.

use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::{Error, Result};
use crate::memory::MemoryPlan;

/// Rows of a batch between operators. Records carry whole texts, so batches are small.
const BATCH_ROWS: usize = 1024;

/// A session within a memory plan.
///
/// # Errors
/// When the session cannot be set up.
pub(crate) fn context(memory: &MemoryPlan) -> Result<SessionContext> {
    let mut config = SessionConfig::new().with_batch_size(BATCH_ROWS).with_target_partitions(1);
    let options = config.options_mut();
    // A unit is a partition: nothing may be dealt out anew, stolen, or split by bytes.
    options.optimizer.enable_round_robin_repartition = false;
    options.optimizer.repartition_file_scans = false;
    options.optimizer.repartition_joins = false;
    options.execution.enable_file_stream_work_stealing = false;
    options.execution.collect_statistics = false;
    options.execution.spill_compression = datafusion::config::SpillCompression::Lz4Frame;
    jogak_plans::new_context(config, memory.runtime()?).map_err(|e| Error::internal("setting up a session").because(e))
}
