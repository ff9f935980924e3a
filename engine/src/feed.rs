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
use datafusion::physical_plan::execution_plan::reset_plan_states;
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

/// Executions after which a plan is exchanged for a new one.
const EXECUTIONS: usize = 64;
/// The same for a plan that holds the rows of a table, which would be read again.
const EXECUTIONS_WITH_JOIN: usize = 4096;

/// A plan that is executed again and again. DataFusion keeps figures of every execution in the plan, which would grow
/// with the input, so now and then it is exchanged for a new one.
pub(crate) struct FedPlan {
    plan: Arc<dyn ExecutionPlan>,
    executions: usize,
    most: usize,
}

impl FedPlan {
    /// For a plan that reads a [`fed_table`].
    pub(crate) fn new(plan: &Arc<dyn ExecutionPlan>) -> Result<Self> {
        let most = if holds_rows(plan) { EXECUTIONS_WITH_JOIN } else { EXECUTIONS };
        Ok(Self { plan: of_its_own(plan)?, executions: 0, most })
    }

    /// Runs it on one batch.
    pub(crate) async fn run(&mut self, context: &TaskContext, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
        if self.executions == self.most {
            self.plan = reset_plan_states(Arc::clone(&self.plan))?;
            self.executions = 0;
        }
        self.executions += 1;
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
        let stream: SendableRecordBatchStream = self.plan.execute(0, Arc::new(task))?;
        stream.try_collect().await
    }
}

/// The plan for one unit, with figures of its own, which go with it. A plan that joins a table shares it, with the
/// table's rows: these cost more than the figures.
pub(crate) fn of_its_own(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if holds_rows(plan) { Ok(Arc::clone(plan)) } else { reset_plan_states(Arc::clone(plan)) }
}

/// Does an operator collect the rows of one of its inputs, once for all executions?
fn holds_rows(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.children().len() > 1 || plan.children().into_iter().any(holds_rows)
}
