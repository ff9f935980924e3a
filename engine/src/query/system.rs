//! The schema `system`: what jogak knows of itself. Tables are made when a query names them, so that a session that stays
//! open sees new runs.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::logical_expr::Documentation;
use datafusion::prelude::SessionContext;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::settings::Settings;

/// The name of the schema.
pub(crate) const SCHEMA: &str = "system";

/// Times are shown as people in Korea read them.
const KST: &str = "+09:00";

/// Options of stores whose values are no secrets, without the prefix of the provider. All others are only said to be set:
/// an option that is added later must not leak.
const OPEN_OPTIONS: &[&str] = &[
    "allow_http",
    "allow_invalid_certificates",
    "bucket",
    "bucket_name",
    "conditional_put",
    "connect_timeout",
    "container_name",
    "default_region",
    "disable_tagging",
    "endpoint",
    "endpoint_url",
    "imdsv1_fallback",
    "pool_idle_timeout",
    "pool_max_idle_per_host",
    "region",
    "request_payer",
    "s3_express",
    "skip_signature",
    "timeout",
    "unsigned_payload",
    "use_emulator",
    "use_fabric_endpoint",
    "user_agent",
    "virtual_hosted_style_request",
];

/// A table of a schema of ours: for `\d`, completion, and `system.tables`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableInfo {
    /// `catalog` or `system`.
    pub schema: &'static str,
    /// Its name in the schema.
    pub name: &'static str,
    /// What it holds.
    pub about: &'static str,
    /// The names of its columns, in order.
    pub columns: Vec<&'static str>,
}

/// Tables of this schema, what they hold, and their columns.
const TABLES: &[(&str, &str, &[&str])] = &[
    (
        "runs",
        "starts of runs, newest first; a run that was continued has several",
        &[
            "start_id",
            "run_id",
            "plan",
            "status",
            "reason",
            "committed",
            "exit_code",
            "rows",
            "started",
            "ended",
            "started_ms",
            "ended_ms",
            "out",
            "command",
        ],
    ),
    (
        "functions",
        "functions of SQL: those of jogak by family, `sql` and `json` for the others",
        &["family", "name", "kind", "arguments", "about"],
    ),
    (
        "plans",
        "the shipped plans; lists within a cell are separated by |",
        &[
            "name",
            "version",
            "track",
            "title_ko",
            "title_en",
            "description_ko",
            "description_en",
            "tags",
            "sources",
            "params",
            "outputs",
            "path",
        ],
    ),
    (
        "settings",
        "settings in force, and whether jogak.toml says so; secrets are left out",
        &["name", "value", "origin"],
    ),
    ("tables", "the tables of the schemas catalog and system", &["schema", "name", "about", "columns"]),
];

/// All tables with a name: of the catalogue and of this schema.
pub(crate) fn tables() -> Vec<TableInfo> {
    let catalog = crate::catalog::TABLES.iter().map(|table| TableInfo {
        schema: crate::catalog::SCHEMA,
        name: table.name,
        about: table.about,
        columns: table.columns.iter().map(|(name, _)| *name).collect(),
    });
    let changes = TableInfo {
        schema: crate::catalog::SCHEMA,
        name: "changes",
        about: "what changed between versions of datasets: the last two, \"changes@3\", or \"changes@1..3\"",
        columns: vec!["version", "dataset_id", "change", "fact", "before", "after"],
    };
    let system = TABLES.iter().map(|&(name, about, columns)| TableInfo {
        schema: SCHEMA,
        name,
        about,
        columns: columns.to_vec(),
    });
    catalog.chain([changes]).chain(system).collect()
}

/// A function that a query can call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionEntry {
    /// `text`, `verify`, `reasoning` or `motion` for those of jogak; `json`; `sql` for the stock ones.
    pub family: String,
    /// As it is called.
    pub name: String,
    /// `scalar`, `aggregate`, `window` or `table`.
    pub kind: &'static str,
    /// Its arguments, the optional ones in brackets, where they are documented.
    pub arguments: Option<String>,
    /// What it does, where that is documented.
    pub about: Option<String>,
}

/// All functions of a session, by family and name.
pub(crate) fn functions(context: &SessionContext) -> Vec<FunctionEntry> {
    let ours = jogak_plans::functions();
    let state = context.state();
    let entry = |name: &str, kind: &'static str, documented: Option<&Documentation>| {
        if let Some(own) = ours.iter().find(|own| own.name == name) {
            let (family, arguments) = (own.family.to_owned(), Some(own.arguments.join(", ")));
            return FunctionEntry { family, name: name.to_owned(), kind, arguments, about: None };
        }
        let family = if name.starts_with("json_") { "json" } else { "sql" }.to_owned();
        let arguments = documented.map(|text| arguments_of(&text.syntax_example));
        let about = documented.map(|text| text.description.split_whitespace().collect::<Vec<_>>().join(" "));
        FunctionEntry { family, name: name.to_owned(), kind, arguments, about }
    };
    let mut list: Vec<FunctionEntry> = state
        .scalar_functions()
        .iter()
        .map(|(name, udf)| entry(name, "scalar", udf.documentation()))
        .chain(state.aggregate_functions().iter().map(|(name, udf)| entry(name, "aggregate", udf.documentation())))
        .chain(state.window_functions().iter().map(|(name, udf)| entry(name, "window", udf.documentation())))
        .chain(state.table_functions().keys().map(|name| entry(name, "table", None)))
        .collect();
    list.sort();
    list
}

/// What stands between the outermost brackets of a call; the whole text where it is no call.
fn arguments_of(syntax: &str) -> String {
    let syntax = syntax.trim();
    let inner = syntax.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(syntax).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Registers the schema in a session whose functions are `functions`.
pub(super) fn register(
    context: &SessionContext,
    settings: &Arc<Settings>,
    functions: &Arc<Vec<FunctionEntry>>,
) -> Result<()> {
    let schemas =
        context.catalog("datafusion").ok_or_else(|| Error::internal("the session has no catalogue of schemas"))?;
    let schema = System { settings: Arc::clone(settings), functions: Arc::clone(functions) };
    schemas.register_schema(SCHEMA, Arc::new(schema))?;
    Ok(())
}

/// The schema of a session.
#[derive(Debug)]
struct System {
    settings: Arc<Settings>,
    functions: Arc<Vec<FunctionEntry>>,
}

impl System {
    fn batch(&self, name: &str) -> Result<Option<RecordBatch>> {
        Ok(Some(match name {
            "runs" => runs_batch(&self.settings)?,
            "functions" => functions_batch(&self.functions)?,
            "plans" => plans_batch()?,
            "settings" => settings_batch(&self.settings)?,
            "tables" => tables_batch()?,
            _ => return Ok(None),
        }))
    }
}

#[async_trait::async_trait]
impl SchemaProvider for System {
    fn table_names(&self) -> Vec<String> {
        TABLES.iter().map(|(name, ..)| (*name).to_owned()).collect()
    }

    async fn table(&self, name: &str) -> datafusion::common::Result<Option<Arc<dyn TableProvider>>> {
        let external = |error: Error| DataFusionError::External(Box::new(error));
        let Some(batch) = self.batch(name).map_err(external)? else { return Ok(None) };
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        TABLES.iter().any(|(table, ..)| *table == name)
    }
}

fn batch_of(table: &'static str, columns: Vec<(&'static str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
        .map_err(|e| Error::internal(format!("system.{table}")).because(e))
}

fn texts<T: Into<String>>(values: impl IntoIterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| value.map(Into::<String>::into)).collect::<StringArray>())
}

fn runs_batch(settings: &Settings) -> Result<RecordBatch> {
    let records = crate::runs::runs(settings)?;
    // By name, so that a record says what it has, and nothing is shown of what it has not.
    let records = records.iter().map(serde_json::to_value).collect::<serde_json::Result<Vec<Value>>>();
    let records = records.map_err(|e| Error::internal("system.runs").because(e))?;
    let text = |name: &str| texts(records.iter().map(|record| record.get(name)?.as_str()));
    let whole = |name: &str| -> Vec<Option<i64>> { records.iter().map(|record| record.get(name)?.as_i64()).collect() };
    let number = |name: &str| -> ArrayRef { Arc::new(Int64Array::from(whole(name))) };
    let truth = |name: &str| -> ArrayRef {
        Arc::new(records.iter().map(|record| record.get(name)?.as_bool()).collect::<BooleanArray>())
    };
    let time = |name: &str| -> ArrayRef { Arc::new(TimestampMillisecondArray::from(whole(name)).with_timezone(KST)) };
    batch_of(
        "runs",
        vec![
            ("start_id", text("start_id")),
            ("run_id", text("run_id")),
            ("plan", text("plan")),
            ("status", text("status")),
            ("reason", text("reason")),
            ("committed", truth("committed")),
            ("exit_code", number("exit_code")),
            ("rows", number("rows")),
            ("started", time("started_ms")),
            ("ended", time("ended_ms")),
            ("started_ms", number("started_ms")),
            ("ended_ms", number("ended_ms")),
            ("out", text("out")),
            ("command", text("command")),
        ],
    )
}

fn functions_batch(functions: &[FunctionEntry]) -> Result<RecordBatch> {
    batch_of(
        "functions",
        vec![
            ("family", texts(functions.iter().map(|function| Some(function.family.as_str())))),
            ("name", texts(functions.iter().map(|function| Some(function.name.as_str())))),
            ("kind", texts(functions.iter().map(|function| Some(function.kind)))),
            ("arguments", texts(functions.iter().map(|function| function.arguments.as_deref()))),
            ("about", texts(functions.iter().map(|function| function.about.as_deref()))),
        ],
    )
}

fn plans_batch() -> Result<RecordBatch> {
    let bound = crate::shipped::PLANS.iter().map(|plan| Ok((plan, plan.bind(&Default::default())?.header)));
    let plans = bound.collect::<Result<Vec<_>>>()?;
    let names = |list: Vec<&str>| Some(list.join("|"));
    let version: Int64Array = plans.iter().map(|(_, header)| Some(header.version)).collect();
    batch_of(
        "plans",
        vec![
            ("name", texts(plans.iter().map(|(_, header)| Some(header.name.as_str())))),
            ("version", Arc::new(version)),
            ("track", texts(plans.iter().map(|(plan, _)| Some(plan.track)))),
            ("title_ko", texts(plans.iter().map(|(_, header)| header.title.ko.as_deref()))),
            ("title_en", texts(plans.iter().map(|(_, header)| header.title.en.as_deref()))),
            ("description_ko", texts(plans.iter().map(|(_, header)| header.description.ko.as_deref()))),
            ("description_en", texts(plans.iter().map(|(_, header)| header.description.en.as_deref()))),
            ("tags", texts(plans.iter().map(|(_, header)| Some(header.tags.join("|"))))),
            (
                "sources",
                texts(
                    plans
                        .iter()
                        .map(|(_, header)| names(header.sources.iter().map(|(name, _)| name.as_str()).collect())),
                ),
            ),
            (
                "params",
                texts(
                    plans
                        .iter()
                        .map(|(_, header)| names(header.params.iter().map(|(name, _)| name.as_str()).collect())),
                ),
            ),
            (
                "outputs",
                texts(
                    plans
                        .iter()
                        .map(|(_, header)| names(header.outputs.iter().map(|(name, _)| name.as_str()).collect())),
                ),
            ),
            ("path", texts(plans.iter().map(|(plan, _)| Some(plan.path)))),
        ],
    )
}

fn tables_batch() -> Result<RecordBatch> {
    let tables = tables();
    batch_of(
        "tables",
        vec![
            ("schema", texts(tables.iter().map(|table| Some(table.schema)))),
            ("name", texts(tables.iter().map(|table| Some(table.name)))),
            ("about", texts(tables.iter().map(|table| Some(table.about)))),
            ("columns", texts(tables.iter().map(|table| Some(table.columns.join("|"))))),
        ],
    )
}

fn settings_batch(settings: &Settings) -> Result<RecordBatch> {
    let rows = setting_rows(settings)?;
    batch_of(
        "settings",
        vec![
            ("name", texts(rows.iter().map(|row| Some(row.name.as_str())))),
            ("value", texts(rows.iter().map(|row| row.value.as_deref()))),
            ("origin", texts(rows.iter().map(|row| Some(row.origin)))),
        ],
    )
}

#[derive(Debug, PartialEq, Eq)]
struct SettingRow {
    name: String,
    value: Option<String>,
    origin: &'static str,
}

fn setting_rows(settings: &Settings) -> Result<Vec<SettingRow>> {
    let encoding = |e: serde_json::Error| Error::internal("system.settings").because(e);
    let given = flattened(&serde_json::to_value(settings).map_err(encoding)?);
    let defaults = flattened(&serde_json::to_value(Settings::default()).map_err(encoding)?);
    let in_force = |name: &str| -> Result<Option<String>> {
        Ok(match name {
            "data_dir" => Some(settings.data_dir().display().to_string()),
            "catalog" => Some(without_secrets(crate::catalog::Catalog::open(settings)?.url())),
            "unit_size" => Some(settings.unit_bytes()?.to_string()),
            "memory" => Some(crate::memory::default_memory().to_string()),
            _ => None,
        })
    };
    let mut rows = Vec::new();
    for (path, value) in given {
        let is_default = defaults.iter().any(|(other, default)| *other == path && *default == value);
        let name = path.iter().map(|part| without_secrets(part)).collect::<Vec<_>>().join(".");
        let value = match &value {
            Value::Null => in_force(&name)?,
            value => Some(shown(&path, value)),
        };
        rows.push(SettingRow { name, value, origin: if is_default { "default" } else { "jogak.toml" } });
    }
    Ok(rows)
}

/// Every leaf with the keys that lead to it.
fn flattened(value: &Value) -> Vec<(Vec<String>, Value)> {
    fn walk(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, Value)>) {
        match value {
            Value::Object(entries) => {
                for (name, entry) in entries {
                    path.push(name.clone());
                    walk(entry, path, leaves);
                    path.pop();
                }
            }
            leaf => leaves.push((path.clone(), leaf.clone())),
        }
    }
    let mut leaves = Vec::new();
    walk(value, &mut Vec::new(), &mut leaves);
    leaves
}

fn shown(path: &[String], value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if path.first().is_some_and(|first| first == "stores") {
        let option = path.last().map(|option| option.to_ascii_lowercase()).unwrap_or_default();
        let plain =
            ["aws_", "azure_storage_", "azure_", "google_"].iter().find_map(|prefix| option.strip_prefix(prefix));
        if !OPEN_OPTIONS.contains(&plain.unwrap_or(&option)) {
            return "(set)".to_owned();
        }
    }
    without_secrets(&text)
}

/// An address without user, password, and what follows `?`: signatures stand there.
fn without_secrets(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_the_columns_that_are_announced() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: Some(dir.path().to_owned()), ..Settings::default() };
        let system = System { settings: Arc::new(settings), functions: Arc::default() };
        for (name, _, columns) in TABLES {
            let batch = system.batch(name).unwrap().unwrap();
            let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
            assert_eq!(names, *columns, "system.{name}");
        }
        assert!(system.batch("nothing").unwrap().is_none());
    }

    #[test]
    fn settings_are_shown_without_secrets() {
        let text = r#"
            unit_size = "32MiB"
            catalog = "https://someone:hidden@store.example/catalog?sig=hidden"
            [stores.s3]
            region = "ap-northeast-2"
            aws_endpoint = "http://127.0.0.1:8333"
            aws_secret_access_key = "hidden"
            access_key_id = "hidden"
            token = "hidden"
        "#;
        let settings: Settings = toml::from_str(text).unwrap();
        let rows = setting_rows(&settings).unwrap();
        assert!(rows.iter().all(|row| !row.value.as_deref().unwrap_or_default().contains("hidden")), "{rows:?}");
        let value = |end: &str| {
            let row = rows.iter().find(|row| row.name.ends_with(end)).unwrap();
            (row.value.as_deref().unwrap(), row.origin)
        };
        assert_eq!(value("unit_size"), ("32MiB", "jogak.toml"));
        assert_eq!(value("catalog"), ("https://store.example/catalog", "jogak.toml"));
        assert_eq!(value("s3.region"), ("ap-northeast-2", "jogak.toml"));
        assert_eq!(value("aws_endpoint"), ("http://127.0.0.1:8333", "jogak.toml"));
        assert_eq!(value("aws_secret_access_key").0, "(set)");
        assert_eq!(value("data_dir").1, "default");
    }

    #[test]
    fn arguments_are_what_stands_between_the_brackets() {
        assert_eq!(arguments_of("abs(numeric_expression)"), "numeric_expression");
        assert_eq!(arguments_of("extract(field FROM source)"), "field FROM source");
        assert_eq!(arguments_of("rank()"), "");
        assert_eq!(arguments_of("a ~ b"), "a ~ b");
    }
}
