//! `jogak explain`: what a plan does with its rows, how it will run, and what it would read.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::MemTable;
use jogak_plans::{BoundPlan, RecordWise};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::inputs::{OpenSource, decode_options, wanted};
use crate::memory::{MemoryPlan, default_memory};
use crate::settings::Settings;

/// A step of a plan.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedStep {
    /// Its name.
    pub name: String,
    /// What it reads.
    pub reads: Vec<String>,
    /// Is it written as a table?
    pub output: bool,
    /// Where `_src` ends, and why; none where the rows carry it.
    pub src_ends: Option<String>,
}

/// A source and what lies there now.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedSource {
    /// Its name.
    pub name: String,
    /// Its place, where it was given.
    pub url: Option<String>,
    /// Objects.
    pub objects: Option<u64>,
    /// Selected members.
    pub members: Option<u64>,
    /// Stored bytes.
    pub bytes: Option<u64>,
    /// Units that it would be cut into.
    pub units: Option<u64>,
    /// Whole objects that cannot be used.
    pub unusable: Vec<String>,
}

/// How an output will run.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedOutput {
    /// Its name.
    pub name: String,
    /// Unit by unit?
    pub record_wise: bool,
    /// Why not.
    pub reasons: Vec<String>,
    /// Columns of its rows.
    pub columns: Vec<String>,
    /// The logical plan, optimised.
    pub logical: String,
    /// The physical plan, where it was asked for.
    pub physical: Option<String>,
}

/// All that `jogak explain` says.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The plan.
    pub plan: String,
    /// Hash of what its rows depend on.
    pub identity: String,
    /// What it reads.
    pub sources: Vec<ExplainedSource>,
    /// Its steps.
    pub steps: Vec<ExplainedStep>,
    /// Its outputs.
    pub outputs: Vec<ExplainedOutput>,
}

/// Explains a plan. Sources without a place are explained by their declared schema.
///
/// # Errors
/// When the plan has errors, or a place cannot be listed.
pub async fn explain(
    plan: &BoundPlan,
    places: &BTreeMap<String, String>,
    physical: bool,
    settings: &Settings,
) -> Result<Explanation> {
    let memory = MemoryPlan::new(default_memory(), 1, (0, 0), &Default::default())?;
    let context = crate::session::context(&memory)?;
    let mut sources = Vec::new();
    let mut driving = Vec::new();
    let mut side = Vec::new();
    for (name, source) in &plan.header.sources {
        let mut explained = ExplainedSource {
            name: name.clone(),
            url: places.get(name).cloned(),
            objects: None,
            members: None,
            bytes: None,
            units: None,
            unusable: Vec::new(),
        };
        if source.table.is_some() {
            side.push(name.as_str());
            let url = places.get(name).ok_or_else(|| {
                Error::invalid(format!("source '{name}' reads a table; say where it lies with --source {name}=URL"))
            })?;
            let table = crate::query::side_table_at(&context, name, url, settings).await?;
            context.register_table(name.as_str(), table)?;
            sources.push(explained);
            continue;
        }
        driving.push(name.as_str());
        let decode = decode_options(name, source, None, settings)?;
        let mut opened = None;
        if let Some(url) = places.get(name) {
            let target = settings.unit_bytes()?;
            let found = OpenSource::open(name, url, wanted(source, target), settings).await?;
            let keys: Vec<_> = found.inputs.keys().cloned().collect();
            let units = found.cut(&keys, target);
            explained.objects = Some((found.inputs.len() + found.unusable.len()) as u64);
            explained.members = Some(units.iter().map(|unit| unit.members()).sum());
            explained.bytes = Some(units.iter().map(|unit| unit.compressed_bytes()).sum());
            explained.units = Some(units.len() as u64);
            explained.unusable = found.unusable.values().map(|(_, damage)| damage.to_string()).collect();
            opened = Some(found);
        }
        let declared = match (&source.schema, &opened) {
            (Some(schema), _) => Arc::clone(schema),
            (None, Some(found)) => crate::schemas::infer(found, &decode).await?,
            (None, None) => {
                return Err(Error::invalid(format!(
                    "source '{name}' declares no schema; add --source {name}=URL to have it inferred"
                )));
            }
        };
        let grouped = source.group != jogak_plans::header::Group::None;
        let schema = crate::schemas::grouped_table_schema(&declared, grouped);
        context.register_table(name.as_str(), Arc::new(MemTable::try_new(schema, vec![Vec::new()])?))?;
        sources.push(explained);
    }
    jogak_plans::register_views(&context, plan)
        .await
        .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
    let mut outputs = Vec::new();
    for (name, _) in &plan.header.outputs {
        let frame = context.table(name.as_str()).await?;
        let columns = frame.schema().fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type()));
        let columns = columns.collect();
        let (record_wise, reasons) =
            match jogak_plans::classify(&frame.clone().into_unoptimized_plan(), &driving, &side) {
                RecordWise::Yes { .. } => (true, Vec::new()),
                RecordWise::No { reasons } => (false, reasons),
            };
        let logical = frame.clone().into_optimized_plan()?.display_indent().to_string();
        let physical = match physical {
            true => {
                let plan = frame.create_physical_plan().await?;
                Some(datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string())
            }
            false => None,
        };
        outputs.push(ExplainedOutput { name: name.clone(), record_wise, reasons, columns, logical, physical });
    }
    let steps = plan.views.iter().map(|view| ExplainedStep {
        name: view.name.clone(),
        reads: view.depends_on.clone(),
        output: view.is_output,
        src_ends: view.src_ends.clone(),
    });
    Ok(Explanation {
        plan: plan.header.name.clone(),
        identity: plan.identity.clone(),
        sources,
        steps: steps.collect(),
        outputs,
    })
}
