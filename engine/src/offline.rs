//! A plan on a few inputs, without tables: previews, and the tests in a plan's header.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use jogak_connectors::archive::Unit;
use jogak_plans::header::{Content, ExpectedRows, Format, PlanTest, Source};
use jogak_plans::{BoundPlan, Plan, Severity, SourceFile};
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::inputs::{OpenSource, decode_options, read_options, wanted};
use crate::memory::{MemoryPlan, default_memory};
use crate::scan::{ScanShared, UnitTable};
use crate::settings::Settings;

/// Reads a plan file; all its errors at once.
///
/// # Errors
/// When the plan has errors.
pub fn bind_plan(path: &str, text: &str, params: &BTreeMap<String, String>) -> Result<BoundPlan> {
    let (plan, problems) = Plan::parse(path, text);
    let file = SourceFile::new(path, text);
    let fatal = problems.iter().any(|problem| problem.severity == Severity::Error);
    match plan {
        Some(plan) if !fatal => plan.bind(params).map_err(|list| Error::plan(file, list)),
        _ => Err(Error::plan(file, problems)),
    }
}

/// A plan's views over opened sources.
pub(crate) struct Offline {
    pub(crate) context: SessionContext,
    scans: Vec<(String, Arc<ScanShared>)>,
    /// Stored bytes of all selected members, and of those that the session reads.
    pub(crate) bytes: u64,
    pub(crate) bytes_read: u64,
}

/// Which part of the inputs to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// From the beginning.
    Head,
    /// From units spread over all of them.
    Spread,
}

/// Units that a spread preview reads.
const SPREAD_UNITS: usize = 8;
/// Compressed bytes of a unit in a preview.
const UNIT_BYTES: u64 = 1 << 20;

impl Offline {
    pub(crate) async fn new(
        plan: &BoundPlan,
        sources: Vec<OpenSource>,
        sample: Sample,
        settings: &Settings,
    ) -> Result<Self> {
        let memory = MemoryPlan::new(default_memory(), 1, (0, 0), &Default::default())?;
        let context = crate::session::context(&memory)?;
        let (mut scans, mut bytes, mut bytes_read) = (Vec::new(), 0, 0);
        for source in sources {
            let header = plan
                .header
                .source(&source.name)
                .ok_or_else(|| Error::invalid(format!("the plan has no source '{}'", source.name)))?;
            let decode = decode_options(&source.name, header, None, settings)?;
            let declared = match &header.schema {
                Some(schema) => Arc::clone(schema),
                None => crate::schemas::infer(&source, &decode).await?,
            };
            let keys: Vec<_> = source.inputs.keys().cloned().collect();
            let units = source.cut(&keys, UNIT_BYTES);
            bytes += units.iter().map(Unit::compressed_bytes).sum::<u64>();
            let units = chosen(units, sample);
            bytes_read += units.compressed_bytes();
            let grouped = header.group != jogak_plans::header::Group::None;
            let inputs = source.inputs.iter().map(|(key, input)| (key.clone(), Arc::clone(input))).collect();
            let schema = crate::schemas::grouped_table_schema(&declared, grouped);
            let read = read_options(8 << 20, settings.limits);
            let shared = Arc::new(ScanShared::new(inputs, declared, decode, read, false));
            let host: String = source.name.bytes().map(|byte| format!("{byte:02x}")).collect();
            let url = ObjectStoreUrl::parse(format!("jogak://s{host}"))?;
            context.register_object_store(url.as_ref(), Arc::clone(&source.store));
            context.register_table(
                source.name.as_str(),
                Arc::new(UnitTable::new(schema, Arc::clone(&shared), url, vec![units])),
            )?;
            scans.push((source.name, shared));
        }
        jogak_plans::register_views(&context, plan)
            .await
            .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
        Ok(Self { context, scans, bytes, bytes_read })
    }
}

/// Opens the sources of a plan, in small units.
pub(crate) async fn open_all(
    plan: &BoundPlan,
    places: &BTreeMap<String, String>,
    settings: &Settings,
) -> Result<Vec<OpenSource>> {
    let mut sources = Vec::new();
    for (name, source) in plan.header.sources.iter().filter(|(_, source)| source.table.is_none()) {
        let url = places
            .get(name)
            .ok_or_else(|| Error::invalid(format!("source '{name}' has no place; add --source {name}=URL")))?;
        sources.push(OpenSource::open(name, url, wanted(source, UNIT_BYTES), settings).await?);
    }
    Ok(sources)
}

/// All slices of the chosen units as one unit, read in order.
fn chosen(units: Vec<Unit>, sample: Sample) -> Unit {
    let step = match sample {
        Sample::Head => 1,
        Sample::Spread => units.len().div_ceil(SPREAD_UNITS).max(1),
    };
    Unit { slices: units.into_iter().step_by(step).flat_map(|unit| unit.slices).collect() }
}

/// The first rows of a step.
///
/// # Errors
/// When the plan or a source cannot be read.
pub async fn preview(
    plan: &BoundPlan,
    places: &BTreeMap<String, String>,
    step: Option<&str>,
    rows: usize,
    sample: Sample,
    condition: Option<&str>,
    settings: &Settings,
) -> Result<Vec<RecordBatch>> {
    let first_output = plan.header.outputs.first().map(|(name, _)| name.as_str());
    let step =
        step.or(first_output).ok_or_else(|| Error::invalid("the plan has no outputs; name a step with --step"))?;
    let known =
        plan.views.iter().map(|view| view.name.as_str()).chain(plan.header.sources.iter().map(|(n, _)| n.as_str()));
    let known: Vec<_> = known.collect();
    if !known.contains(&step) {
        return Err(Error::invalid(format!("the plan has no step '{step}'; it has {}", known.join(", "))));
    }
    let offline = Offline::new(plan, open_all(plan, places, settings).await?, sample, settings).await?;
    let mut frame = offline.context.table(step).await?;
    if let Some(condition) = condition {
        let filter = frame
            .parse_sql_expr(condition)
            .map_err(|e| Error::invalid(format!("--where '{condition}' does not fit '{step}'")).because(e))?;
        frame = frame.filter(filter)?;
    }
    let mut stream = frame.limit(0, Some(rows))?.execute_stream().await?;
    let mut batches = Vec::new();
    while let Some(batch) = stream.next().await {
        batches.push(batch?);
    }
    Ok(batches)
}

/// How a test of a plan ended.
#[derive(Debug, Clone, Serialize)]
pub struct TestOutcome {
    /// The plan.
    pub plan: String,
    /// The test.
    pub test: String,
    /// What was not as expected; empty where it passed.
    pub failures: Vec<String>,
}

/// Runs the tests in a plan's header. Nothing but the header is read.
///
/// # Errors
/// When the plan itself has errors.
pub async fn test_plan(path: &str, text: &str) -> Result<Vec<TestOutcome>> {
    let bound = bind_plan(path, text, &BTreeMap::new())?;
    let mut outcomes = Vec::new();
    for test in &bound.header.tests {
        let failures = match run_test(path, text, test).await {
            Ok(failures) => failures,
            Err(error) => {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
                let list = error.diagnostics().map(|(file, list)| {
                    list.iter().map(|diagnostic| diagnostic.render_plain(file)).collect::<Vec<_>>().join("\n")
                });
                vec![format!("{error}{cause}{}", list.map(|list| format!("\n{list}")).unwrap_or_default())]
            }
        };
        outcomes.push(TestOutcome { plan: bound.header.name.clone(), test: test.name.clone(), failures });
    }
    Ok(outcomes)
}

async fn run_test(path: &str, text: &str, test: &PlanTest) -> Result<Vec<String>> {
    let plan = bind_plan(path, text, &test.params.iter().cloned().collect())?;
    let mut sources = Vec::new();
    for given in &test.given {
        let header = plan
            .header
            .source(&given.source)
            .ok_or_else(|| Error::invalid(format!("the test gives '{}', which is no source", given.source)))?;
        let objects = objects_of(&given.source, header, &given.content);
        sources.push(OpenSource::in_memory(&given.source, objects).await?);
    }
    let offline = Offline::new(&plan, sources, Sample::Head, &Settings::default()).await?;
    let mut failures = Vec::new();
    let (mut rejected, mut quarantined) = (BTreeMap::new(), 0);
    let builders: Vec<&str> = plan.header.outputs.iter().map(|(name, _)| name.as_str()).collect();
    for (index, view) in builders.iter().enumerate() {
        let batches = offline.context.table(*view).await?.collect().await?;
        for (code, count) in rejections(&batches) {
            *rejected.entry(code).or_insert(0) += count;
        }
        for (_, shared) in &offline.scans {
            for (_, _, outcome) in shared.take_outcomes(0) {
                quarantined += if index == 0 { outcome.damage.counts().rows } else { 0 };
            }
        }
    }
    for expectation in &test.expect {
        let batches = offline.context.table(expectation.view.as_str()).await?.collect().await?;
        let rows = rows_of(&batches)?;
        compare(&expectation.view, &expectation.rows, &rows, &mut failures);
    }
    if let Some(expected) = &test.rejected {
        let expected: BTreeMap<String, u64> = expected.iter().cloned().collect();
        if expected != rejected {
            failures.push(format!("rejected: expected {expected:?}, got {rejected:?}"));
        }
    }
    if let Some(expected) = test.quarantined
        && expected != quarantined
    {
        failures.push(format!("quarantined: expected {expected}, got {quarantined}"));
    }
    Ok(failures)
}

/// The objects that a test's content stands for: one, or, where each document is a record, one a document of a list.
fn objects_of(source: &str, header: &Source, content: &Content) -> Vec<(String, String)> {
    let by_document = header.records.iter().any(|path| path == "$") && header.records.len() == 1;
    match content {
        Content::Document(Value::Array(documents)) if by_document => documents
            .iter()
            .enumerate()
            .map(|(index, document)| (format!("given/{source}/{index:06}.json"), document.to_string()))
            .collect(),
        Content::Document(document) => vec![(format!("given/{source}.json"), document.to_string())],
        Content::Text(text) => {
            let extension = match header.format {
                Format::Csv => "csv",
                Format::Tsv => "tsv",
                Format::Ndjson => "jsonl",
                Format::Text => "txt",
                _ if text.trim_start().starts_with(['{', '[']) => "json",
                _ => "csv",
            };
            vec![(format!("given/{source}.{extension}"), text.clone())]
        }
    }
}

/// The `Struct{record, reject}` column of builder results, where the rows are such.
pub(crate) fn builder_column(batch: &RecordBatch) -> Option<&arrow::array::StructArray> {
    let mut columns =
        batch.schema_ref().fields().iter().zip(batch.columns()).filter(|(field, _)| field.name() != "_src");
    let (_, only) = columns.next()?;
    let results = only.as_struct_opt()?;
    let fits = results.column_by_name("record").is_some() && results.column_by_name("reject").is_some();
    (fits && columns.next().is_none()).then_some(results)
}

fn rejections(batches: &[RecordBatch]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for results in batches.iter().filter_map(builder_column) {
        let Some(reject) = results.column_by_name("reject").and_then(|array| array.as_struct_opt()) else { continue };
        let Some(codes) = reject.column_by_name("code").and_then(|array| array.as_string_opt::<i32>()) else {
            continue;
        };
        for row in (0..reject.len()).filter(|row| reject.is_valid(*row)) {
            *counts.entry(codes.value(row).to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Rows as JSON objects; of builder results the accepted records.
fn rows_of(batches: &[RecordBatch]) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for batch in batches {
        let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
        let encoded = writer.write(batch).and_then(|()| writer.finish());
        encoded.map_err(|e| Error::internal("rows as JSON").because(e))?;
        let builder = builder_column(batch).is_some();
        for line in writer.into_inner().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let row: Value = serde_json::from_slice(line).map_err(|e| Error::internal("rows as JSON").because(e))?;
            if !builder {
                rows.push(row);
                continue;
            }
            let record = row.as_object().and_then(|row| {
                row.iter().find(|(name, _)| *name != "_src").and_then(|(_, result)| result.get("record").cloned())
            });
            rows.extend(record.filter(|record| !record.is_null()));
        }
    }
    Ok(rows)
}

fn compare(view: &str, expected: &ExpectedRows, rows: &[Value], failures: &mut Vec<String>) {
    match expected {
        ExpectedRows::Count(count) if rows.len() as u64 != *count => {
            failures.push(format!("{view}: expected {count} rows, got {}", rows.len()));
        }
        ExpectedRows::Count(_) => {}
        ExpectedRows::Rows(wanted) => {
            if wanted.len() != rows.len() {
                failures.push(format!("{view}: expected {} rows, got {}", wanted.len(), rows.len()));
            }
            for (index, (wanted, row)) in wanted.iter().zip(rows).enumerate() {
                differences(&format!("{view}[{index}]"), wanted, Some(row), failures);
            }
        }
    }
}

/// Only what is named is compared; a missing field is NULL.
fn differences(place: &str, wanted: &Value, found: Option<&Value>, failures: &mut Vec<String>) {
    let found = found.unwrap_or(&Value::Null);
    match (wanted, found) {
        (Value::Object(fields), Value::Object(row)) => {
            for (name, value) in fields {
                differences(&format!("{place}.{name}"), value, row.get(name), failures);
            }
        }
        (Value::Array(items), Value::Array(row)) if items.len() == row.len() => {
            for (index, value) in items.iter().enumerate() {
                differences(&format!("{place}[{index}]"), value, row.get(index), failures);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        _ if wanted == found => {}
        _ => failures.push(format!("{place}: expected {wanted}, got {found}")),
    }
}
