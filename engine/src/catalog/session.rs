//! Sessions over the catalogue's tables.

use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};

use futures::TryStreamExt;

use super::Catalog;
use crate::error::{Error, Result};
use crate::memory::{MemoryPlan, default_memory};

/// Rows of a batch. The catalogue's rows are short.
const BATCH_ROWS: usize = 4096;

/// A session without tables. Joins sort and merge, so that they spill where they do not fit into memory.
pub(super) fn plain(runtime: Arc<RuntimeEnv>) -> Result<SessionContext> {
    with_joins(runtime, false)
}

/// The same, with joins by hash where that is said.
pub(super) fn with_joins(runtime: Arc<RuntimeEnv>, hash: bool) -> Result<SessionContext> {
    // One partition: the order of rows must not depend on the machine.
    let mut config = SessionConfig::new().with_batch_size(BATCH_ROWS).with_target_partitions(1);
    let options = config.options_mut();
    options.optimizer.prefer_hash_join = hash;
    options.optimizer.enable_round_robin_repartition = false;
    options.optimizer.repartition_file_scans = false;
    options.optimizer.repartition_joins = false;
    options.execution.enable_file_stream_work_stealing = false;
    // Which side of a join is held in memory is said by the query, never guessed.
    options.execution.collect_statistics = false;
    options.execution.spill_compression = datafusion::config::SpillCompression::Lz4Frame;
    jogak_plans::new_context(config, runtime).map_err(|e| Error::internal("setting up a session").because(e))
}

fn runtime(memory: Option<u64>) -> Result<Arc<RuntimeEnv>> {
    MemoryPlan::new(memory.unwrap_or_else(default_memory), 1, (1, 0), &Default::default())?.runtime()
}

/// A session for reading the files of an import.
pub(super) fn reading() -> Result<SessionContext> {
    plain(runtime(None)?)
}

impl Catalog {
    /// A session with the schema `catalog`, within `memory` bytes (60 % of the machine by default). Joins sort and merge.
    ///
    /// # Errors
    /// When the memory is too small.
    pub fn session(&self, memory: Option<u64>) -> Result<SessionContext> {
        let context = plain(runtime(memory)?)?;
        self.register(&context)?;
        Ok(context)
    }

    /// The same for queries whose joins have a small left side, which is held in memory while the right one streams past.
    ///
    /// # Errors
    /// When the memory is too small.
    pub fn hash_session(&self, memory: Option<u64>) -> Result<SessionContext> {
        let context = with_joins(runtime(memory)?, true)?;
        self.register(&context)?;
        Ok(context)
    }
}

/// Runs a query of ours.
pub(super) async fn stream(context: &SessionContext, sql: &str) -> Result<SendableRecordBatchStream> {
    let planned = |e: DataFusionError| Error::from(e);
    let plan = context.state().create_logical_plan(sql).await.map_err(planned)?;
    jogak_plans::check_grouping(&plan).map_err(planned)?;
    let frame = context.execute_logical_plan(plan).await.map_err(planned)?;
    Ok(frame.execute_stream().await?)
}

/// The rows of a query of ours as JSON objects, NULLs included; for few rows.
pub(crate) async fn json_rows(context: &SessionContext, sql: &str) -> Result<Vec<serde_json::Value>> {
    let mut batches = stream(context, sql).await?;
    let mut rows = Vec::new();
    let encoding = |e: ArrowError| Error::internal("rows as JSON").because(e);
    while let Some(batch) = batches.try_next().await? {
        let builder = WriterBuilder::new().with_explicit_nulls(true);
        let mut writer = builder.build::<_, LineDelimited>(Vec::new());
        writer.write(&batch).and_then(|()| writer.finish()).map_err(encoding)?;
        for line in writer.into_inner().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            rows.push(serde_json::from_slice(line).map_err(|e| Error::internal("rows as JSON").because(e))?);
        }
    }
    Ok(rows)
}

/// Hands the rows of a query of ours, whose columns are all texts, to `take` one after the other; NULL is the empty text.
/// For many rows.
pub(super) async fn text_rows<const N: usize>(
    context: &SessionContext,
    sql: &str,
    mut take: impl FnMut([&str; N]),
) -> Result<()> {
    let mut batches = stream(context, sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let texts = batch.columns().iter().map(|column| arrow::compute::cast(column, &DataType::Utf8));
        let texts = texts.collect::<Result<Vec<_>, _>>().map_err(|e| Error::internal("rows as texts").because(e))?;
        let columns: Vec<&StringArray> = texts.iter().filter_map(|column| column.as_string_opt()).collect();
        for row in 0..batch.num_rows() {
            take(std::array::from_fn(|at| {
                columns.get(at).filter(|column| column.is_valid(row)).map_or("", |column| column.value(row))
            }));
        }
    }
    Ok(())
}

/// A text as an SQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
