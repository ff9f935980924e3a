//! Outputs that read another output get its written rows batch by batch, so that what made them is not computed twice.
//!
//! The batch travels in the task's own configuration: the plan of the reading output is made once, and run again for
//! each batch on whichever thread has it.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::TryStreamExt;

/// The rows that a task reads.
struct FedBatch(RecordBatch);

/// The table that stands for an output inside the plans that read it.
struct FedRows {
    schema: SchemaRef,
}

impl fmt::Debug for FedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("written rows")
    }
}

impl PartitionStream for FedRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches = match context.session_config().get_extension::<FedBatch>() {
            Some(fed) => vec![fed.0.clone()],
            None => Vec::new(),
        };
        match MemoryStream::try_new(batches, Arc::clone(&self.schema), None) {
            Ok(stream) => Box::pin(stream),
            Err(error) => Box::pin(datafusion::physical_plan::stream::RecordBatchStreamAdapter::new(
                Arc::clone(&self.schema),
                futures::stream::once(async move { Err(error) }),
            )),
        }
    }
}

/// A table of the rows that are fed to a plan.
pub(crate) fn fed_table(schema: SchemaRef) -> Result<StreamingTable> {
    StreamingTable::try_new(Arc::clone(&schema), vec![Arc::new(FedRows { schema })])
}

/// Runs `plan`, which reads a [`fed_table`], on one batch.
pub(crate) async fn run_on(
    plan: &Arc<dyn ExecutionPlan>,
    context: &TaskContext,
    batch: RecordBatch,
) -> Result<Vec<RecordBatch>> {
    let config = context.session_config().clone().with_extension(Arc::new(FedBatch(batch)));
    let task = TaskContext::new(
        None,
        context.session_id(),
        config,
        Default::default(),
        Default::default(),
        Default::default(),
        Default::default(),
        context.runtime_env(),
    );
    let stream: SendableRecordBatchStream = plan.execute(0, Arc::new(task))?;
    stream.try_collect().await
}
