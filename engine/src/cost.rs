//! What a plan costs, measured: `jogak explain --cost` on a sample, `jogak explain --analyze` on everything.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::physical_plan::display::DisplayableExecutionPlan;
use futures::StreamExt;
use jogak_connectors::sink::{QuarantineWriter, ShardWriter};
use jogak_plans::BoundPlan;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use serde::Serialize;

use crate::clock::Started;
use crate::error::Result;
use crate::offline::{Offline, Sample, open_all};
use crate::output::{OutputSpec, OutputWriter};
use crate::run::limits_of;
use crate::settings::Settings;

/// What making one output costs.
#[derive(Debug, Clone, Serialize)]
pub struct OutputCost {
    /// The output.
    pub name: String,
    /// Rows that would be written, after rejections and checks.
    pub rows: u64,
    /// Bytes of their Parquet files.
    pub bytes: u64,
    /// Seconds of one thread, for this output by itself: from the archives to encoded rows.
    pub seconds: f64,
    /// The physical plan with what each operator did.
    pub analyzed: String,
}

/// What a plan costs.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    /// `sampled` or `measured`. Sampled figures are scaled by bytes read to all bytes.
    pub basis: &'static str,
    /// Stored bytes read to measure.
    pub bytes_read: u64,
    /// Stored bytes of all selected members.
    pub bytes: u64,
    /// By output.
    pub outputs: Vec<OutputCost>,
}

/// Makes the outputs of a plan without writing them: from units spread over the inputs, scaled to all of these, or from
/// everything. Every source needs a place.
///
/// # Errors
/// When the plan or a source cannot be read.
pub async fn measure(
    plan: &BoundPlan,
    places: &BTreeMap<String, String>,
    everything: bool,
    settings: &Settings,
) -> Result<Cost> {
    let (sample, basis) = if everything { (Sample::Head, "measured") } else { (Sample::Spread, "sampled") };
    let offline = Offline::new(plan, open_all(plan, places, settings).await?, sample, settings).await?;
    let scale = offline.bytes as f64 / (offline.bytes_read as f64).max(1.0);
    let scaled = |count: u64| (count as f64 * scale).round() as u64;
    let mut outputs = Vec::new();
    for (name, output) in &plan.header.outputs {
        let frame = offline.context.table(name.as_str()).await?;
        let schema = frame.schema().as_arrow().clone();
        let physical = frame.create_physical_plan().await?;
        let (partition_by, limits) = (output.partition.clone(), limits_of(plan));
        let spec = OutputSpec::new(&offline.context, name, &schema, &plan.header.checks, partition_by, limits)?;
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let root = Path::from("cost");
        let shards = ShardWriter::new(
            Arc::clone(&store),
            root.clone(),
            "data",
            "part",
            &spec.schema,
            &spec.partition_by,
            spec.limits,
        );
        let mut writer = OutputWriter::new(Arc::new(spec), 0, shards);
        let started = Started::now();
        let mut rows = datafusion::physical_plan::execute_stream(Arc::clone(&physical), offline.context.task_ctx())?;
        let mut quarantine = QuarantineWriter::new();
        while let Some(batch) = rows.next().await {
            writer.write(batch?, &mut quarantine).await?;
            forget_closed(&store).await?;
        }
        let (counts, shards) = writer.close().await?;
        outputs.push(OutputCost {
            name: name.clone(),
            rows: scaled(counts.written),
            bytes: scaled(shards.iter().map(|shard| shard.bytes).sum()),
            seconds: started.elapsed().as_secs_f64() * scale,
            analyzed: DisplayableExecutionPlan::with_metrics(physical.as_ref()).indent(true).to_string(),
        });
    }
    Ok(Cost { basis, bytes_read: offline.bytes_read, bytes: offline.bytes, outputs })
}

/// Files that are complete need no memory: only their size counts.
async fn forget_closed(store: &Arc<dyn ObjectStore>) -> Result<()> {
    use futures::TryStreamExt;
    use object_store::ObjectStoreExt;
    let failed = |e| jogak_connectors::error::Error::store("measuring", e);
    let closed: Vec<_> = store.list(None).try_collect().await.map_err(failed)?;
    for file in closed {
        store.delete(&file.location).await.map_err(failed)?;
    }
    Ok(())
}
