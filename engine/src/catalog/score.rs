//! Scoring: a plan over the catalogue's tables, and its outputs stored as `scores`, `score_parts` and `placements`.

use std::collections::BTreeMap;

use datafusion::common::TableReference;
use datafusion::prelude::{SessionContext, ident};
use jogak_plans::BoundPlan;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::schema::table;
use super::store::Note;
use super::{Catalog, SCHEMA};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::offline::bind_plan;

/// The plan that is shipped.
pub const PLAN: &str = include_str!("../../../plans/sql/catalog_score.sql");
/// Its path in the project, for messages.
pub const PLAN_PATH: &str = "plans/sql/catalog_score.sql";

/// What a scoring plan may give, in the order in which the tables are stored: readers of `scores` then find its parts.
const OUTPUTS: [&str; 3] = ["placements", "score_parts", "scores"];

/// What was scored.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// The plan.
    pub plan: String,
    /// Parameters and their values.
    pub params: Map<String, Value>,
    /// Rows and version of each table that was stored.
    pub tables: BTreeMap<String, super::Stored>,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
    /// Peak resident memory of the process, where the system tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// Runs a plan (`path` and `text`; the shipped one where there is none) over the catalogue's tables, with parameters as of
/// `--set`, and stores what it gives. Its sources are catalogue tables (`table: catalog.NAME`).
///
/// # Errors
/// When the plan cannot be run on the catalogue, needs more memory, or the store fails.
pub async fn score(
    catalog: &Catalog,
    plan: Option<(&str, &str)>,
    params: &BTreeMap<String, String>,
    memory: Option<u64>,
) -> Result<Scored> {
    let started = Started::now();
    let (path, text) = plan.unwrap_or((PLAN_PATH, PLAN));
    let context = catalog.hash_session(memory)?;
    let plan = register(&context, path, text, params).await?;
    let mut inputs = Map::new();
    for (_, source) in &plan.header.sources {
        let name = bare(source.table.as_deref().unwrap_or_default());
        inputs.insert(name.to_owned(), catalog.version(name).await?.map_or(Value::Null, Value::from));
    }
    let given: Vec<&str> = plan.header.outputs.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(strange) = given.iter().find(|name| !OUTPUTS.contains(name)) {
        return Err(Error::invalid(format!(
            "'{path}' has the output '{strange}'; a plan that scores gives {}",
            OUTPUTS.join(", ")
        )));
    }
    if let Some(missing) = ["scores", "score_parts"].iter().find(|name| !given.contains(name)) {
        return Err(Error::invalid(format!("'{path}' has no output '{missing}'; a plan that scores gives it")));
    }
    let values: Map<String, Value> =
        plan.params.iter().map(|(name, value)| (name.clone(), json_value(value))).collect();
    let mut details = json!({
        "plan": plan.header.name, "path": path, "identity": plan.identity, "params": values, "inputs": inputs,
    });
    if text != PLAN {
        // A plan of somebody's own must be there when its scores are sealed.
        details["text"] = text.into();
    }
    let note = Note::new("catalog score", path).with(details);
    let mut tables = BTreeMap::new();
    for name in OUTPUTS {
        let Some((_, output)) = plan.header.outputs.iter().find(|(output, _)| output == name) else { continue };
        let frame = context.table(name).await?;
        check_columns(path, name, frame.schema().as_arrow())?;
        let order = output.key.iter().map(|key| ident(key.as_str()).sort(true, false)).collect();
        let rows = frame.sort(order)?.execute_stream().await?;
        tables.insert(name.to_owned(), catalog.replace(name, rows, &note).await?);
    }
    Ok(Scored {
        plan: plan.header.name.clone(),
        params: values,
        tables,
        elapsed_seconds: started.elapsed().as_secs_f64(),
        peak_memory_bytes: crate::memory::peak_memory_bytes(),
    })
}

fn json_value(value: &jogak_plans::header::ParamValue) -> Value {
    use jogak_plans::header::ParamValue;
    match value {
        ParamValue::Int(number) => json!(number),
        ParamValue::Float(number) => json!(number),
        ParamValue::Text(text) => json!(text),
        ParamValue::Bool(truth) => json!(truth),
    }
}

/// The name of a catalogue table as a plan states it, without the schema.
fn bare(stated: &str) -> &str {
    stated.strip_prefix(SCHEMA).and_then(|rest| rest.strip_prefix('.')).unwrap_or(stated)
}

/// Registers the sources of a plan, tables of the schema `catalog` in `context`, and its steps as views.
pub(super) async fn register(
    context: &SessionContext,
    path: &str,
    text: &str,
    params: &BTreeMap<String, String>,
) -> Result<BoundPlan> {
    let plan = bind_plan(path, text, params)?;
    for (name, source) in &plan.header.sources {
        let stated = source.table.as_deref().ok_or_else(|| {
            Error::invalid(format!(
                "source '{name}' reads files; a plan that scores reads tables (table: catalog.NAME)"
            ))
        })?;
        let known = table(bare(stated))?.name;
        let provider = context.table_provider(TableReference::partial(SCHEMA, known)).await?;
        context.register_table(name.as_str(), provider)?;
    }
    jogak_plans::register_views(context, &plan)
        .await
        .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
    Ok(plan)
}

/// Every column of the table must be there: one that is missing would be stored as unknown.
fn check_columns(path: &str, name: &str, schema: &arrow::datatypes::Schema) -> Result<()> {
    let missing: Vec<&str> = (table(name)?.columns.iter())
        .map(|(column, _)| *column)
        .filter(|column| schema.field_with_name(column).is_err())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(format!("'{path}': the output '{name}' lacks {}", missing.join(", "))))
}

/// Whether the stored scores are older than a table that they were made from.
///
/// # Errors
/// When the store fails.
pub async fn is_old(catalog: &Catalog) -> Result<bool> {
    let Some(details) = catalog.details("scores").await? else { return Ok(false) };
    let Some(inputs) = details.get("inputs").and_then(Value::as_object) else { return Ok(false) };
    for (name, version) in inputs {
        if table(name).is_ok() && catalog.version(name).await? != version.as_u64() {
            return Ok(true);
        }
    }
    Ok(false)
}
