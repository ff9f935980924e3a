//! SQL over tables and over any readable place: `FROM 'url'`. Nothing can be written.
//!
//! A place is a Delta table, Parquet files, or anything that a source of a plan could be: `FROM 'labels/**/*.zip'`,
//! `FROM 's3://bucket/a.zip!*.json'` (the part after `!` is a pattern over members).

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, MemorySchemaProvider, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SQLOptions, SessionContext};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, ObjectNamePart, Statement, TableFactor, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::DuckDbDialect;
use datafusion::sql::sqlparser::parser::Parser;
use jogak_connectors::commit::Table;
use jogak_connectors::decode::{DecodeOptions, RecordsPath};
use object_store::ObjectMeta;
use object_store::path::Path;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::inputs::{OpenSource, Wanted, hex16, read_options};
use crate::memory::{MemoryPlan, default_memory};
use crate::run::below;
use crate::scan::{ScanShared, UnitTable};
use crate::settings::Settings;
use crate::stored::StoredFile;

/// Compressed bytes of a unit in a query: units only serve parallel reading there.
const UNIT_BYTES: u64 = 16 << 20;

/// Runs one query.
///
/// # Errors
/// When it cannot be parsed or planned, reads a place that cannot be read, or is more than a query.
pub async fn query(sql: &str, memory: Option<u64>, settings: &Settings) -> Result<SendableRecordBatchStream> {
    let plan = MemoryPlan::new(memory.unwrap_or_else(default_memory), 1, (0, 0), &Default::default())?;
    let context = crate::session::context(&plan)?;
    register_system(&context, settings)?;
    let mut statements = Parser::parse_sql(&DuckDbDialect {}, sql)
        .map_err(|e| Error::invalid(format!("the query has an error: {e}")))?;
    let (Some(mut statement), true) = (statements.pop(), statements.is_empty()) else {
        return Err(Error::invalid("give one query"));
    };
    if !matches!(statement, Statement::Query(_) | Statement::Explain { .. }) {
        return Err(Error::invalid("only queries are allowed: jogak sql writes nothing"));
    }
    let mut places = Places(Vec::new());
    let _ = statement.visit(&mut places);
    for (name, url) in &places.0 {
        let (url, member) = split_member(url);
        let provider = table_at(&context, url, member, settings).await?;
        context.register_table(name.as_str(), provider)?;
    }
    let statement = datafusion::sql::parser::Statement::Statement(Box::new(statement));
    let planned = |e: datafusion::error::DataFusionError| Error::invalid("the query cannot be planned").because(e);
    let logical = context.state().statement_to_plan(statement).await.map_err(planned)?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    read_only
        .verify_plan(&logical)
        .map_err(|e| Error::invalid("only queries are allowed: jogak sql writes nothing").because(e))?;
    let frame = context.execute_logical_plan(logical).await.map_err(planned)?;
    Ok(frame.execute_stream().await?)
}

/// Gives each place in a FROM a name of its own.
struct Places(Vec<(String, String)>);

impl VisitorMut for Places {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> std::ops::ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor
            && let [ObjectNamePart::Identifier(identifier)] = name.0.as_slice()
            && identifier.quote_style == Some('\'')
        {
            let table = format!("place_{}", self.0.len() + 1);
            self.0.push((table.clone(), identifier.value.clone()));
            *name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(table))]);
        }
        std::ops::ControlFlow::Continue(())
    }
}

/// `url!member` as its two halves.
fn split_member(url: &str) -> (&str, Option<&str>) {
    match url.split_once('!') {
        Some((url, member)) if !member.is_empty() => (url, Some(member)),
        _ => (url, None),
    }
}

/// The table at a place, whatever it is.
///
/// # Errors
/// When nothing readable is there.
pub(crate) async fn table_at(
    context: &SessionContext,
    url: &str,
    member: Option<&str>,
    settings: &Settings,
) -> Result<Arc<dyn TableProvider>> {
    if member.is_none()
        && !url.contains(['*', '?', '{'])
        && !url.starts_with("http")
        // A file on disk is no folder of a table; asking it for a log is an error there.
        && !std::path::Path::new(url.strip_prefix("file://").unwrap_or(url)).is_file()
        && let Ok(table) = crate::tables::table_at(url, &settings.stores)
        && let Some(provider) = committed_table(context, &table).await?
    {
        return Ok(provider);
    }
    let members: Vec<String> = member.map(str::to_owned).into_iter().collect();
    let source = OpenSource::open(
        "place",
        url,
        Wanted { members: &members, unit_bytes: UNIT_BYTES, ..Wanted::default() },
        settings,
    )
    .await?;
    if let Some((_, damage)) = source.unusable.values().next() {
        return Err(Error::invalid(format!("'{url}' cannot be read: {damage}")));
    }
    if source.inputs.is_empty() {
        return Err(Error::invalid(format!("there is nothing to read at '{url}'")));
    }
    if source.inputs.keys().all(|key| key.ends_with(".parquet")) {
        return parquet_files(context, &source).await;
    }
    let (records, isolation, limits) = (default_records()?, settings.isolation()?, settings.limits);
    let decode = DecodeOptions { records, isolation, limits, ..DecodeOptions::default() };
    let schema = crate::schemas::infer(&source, &decode).await?;
    let keys: Vec<_> = source.inputs.keys().cloned().collect();
    let units = source.cut(&keys, UNIT_BYTES);
    let inputs = source.inputs.iter().map(|(key, input)| (key.clone(), Arc::clone(input))).collect();
    let shared = ScanShared::new(inputs, Arc::clone(&schema), decode, read_options(16 << 20, limits), false);
    let address = store_address(url)?;
    context.register_object_store(address.as_ref(), Arc::clone(&source.store));
    let schema = crate::schemas::grouped_table_schema(&schema, false);
    Ok(Arc::new(UnitTable::new(schema, Arc::new(shared), address, units)))
}

/// Where records usually lie: an array, an array under `data` or `documents`, the document itself.
pub(crate) fn default_records() -> Result<Vec<RecordsPath>> {
    let paths = ["$[*]", "$.data[*]", "$.documents[*]", "$"];
    Ok(paths.into_iter().map(RecordsPath::parse).collect::<Result<_, _>>()?)
}

fn store_address(url: &str) -> Result<ObjectStoreUrl> {
    let host = hex16(&Sha256::digest(url.as_bytes()));
    ObjectStoreUrl::parse(format!("jogak://p{host}")).map_err(|e| Error::internal("the address of a place").because(e))
}

async fn committed_table(context: &SessionContext, table: &Table) -> Result<Option<Arc<dyn TableProvider>>> {
    let Some(state) = table.load(None).await? else { return Ok(None) };
    let address = store_address(table.url().as_str())?;
    context.register_object_store(address.as_ref(), Arc::clone(table.store()));
    let files = state
        .files
        .iter()
        .map(|file| {
            let values = state.partition_columns.iter().map(|column| {
                let value = file.partition.get(column).cloned().flatten();
                ScalarValue::Utf8(value)
            });
            Ok(DataFile { path: below(table.root(), &file.path)?, size: file.bytes, values: values.collect() })
        })
        .collect::<Result<Vec<_>>>()?;
    let (partition, columns): (Vec<_>, Vec<_>) =
        state.schema.fields().iter().cloned().partition(|field| state.partition_columns.contains(field.name()));
    let partition = partition.into_iter().map(|field| Arc::new(Field::new(field.name(), DataType::Utf8, true)));
    let schema = TableSchema::builder(Arc::new(Schema::new(columns)))
        .with_table_partition_cols(partition.collect::<Vec<_>>())
        .build();
    Ok(Some(Arc::new(StoredFiles { schema, address, files })))
}

async fn parquet_files(context: &SessionContext, source: &OpenSource) -> Result<Arc<dyn TableProvider>> {
    let mut schema = None;
    let mut files = Vec::new();
    for (key, input) in &source.inputs {
        let path = jogak_connectors::source::path_of(key);
        if schema.is_none() {
            let unreadable =
                |e: parquet::errors::ParquetError| Error::invalid(format!("'{key}' is no Parquet")).because(e);
            let reader = StoredFile::new(Arc::clone(&source.store), path.clone());
            let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(unreadable)?;
            schema = Some(Arc::clone(builder.schema()));
        }
        files.push(DataFile { path, size: input.object.size, values: Vec::new() });
    }
    let schema: SchemaRef = schema.ok_or_else(|| Error::invalid("there are no Parquet files"))?;
    let address = store_address(&source.url)?;
    context.register_object_store(address.as_ref(), Arc::clone(&source.store));
    Ok(Arc::new(StoredFiles { schema: TableSchema::from(schema), address, files }))
}

/// A Parquet file and the values of its partition columns.
#[derive(Debug)]
struct DataFile {
    path: Path,
    size: u64,
    values: Vec<ScalarValue>,
}

/// Parquet files read by the stock source.
#[derive(Debug)]
struct StoredFiles {
    schema: TableSchema,
    address: ObjectStoreUrl,
    files: Vec<DataFile>,
}

#[async_trait::async_trait]
impl TableProvider for StoredFiles {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> datafusion::common::Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.iter().map(|file| {
            let meta = ObjectMeta {
                location: file.path.clone(),
                last_modified: Default::default(),
                size: file.size,
                e_tag: None,
                version: None,
            };
            let mut partitioned = PartitionedFile::from(meta);
            partitioned.partition_values = file.values.clone();
            partitioned
        });
        // Within a run, rows come in the order of the files.
        let groups: Vec<FileGroup> = match state.config_options().execution.target_partitions {
            1 => vec![FileGroup::new(files.collect())],
            _ => files.map(|file| FileGroup::new(vec![file])).collect(),
        };
        let source = Arc::new(ParquetSource::new(self.schema.clone()));
        let config = FileScanConfigBuilder::new(self.address.clone(), source)
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// `system.runs` and `system.functions`.
fn register_system(context: &SessionContext, settings: &Settings) -> Result<()> {
    let catalog = context.catalog("datafusion").ok_or_else(|| Error::internal("the session has no catalogue"))?;
    let schema = Arc::new(MemorySchemaProvider::new());
    catalog.register_schema("system", schema.clone())?;
    let runs = crate::runs::runs(settings)?;
    let text = |get: fn(&crate::runs::RunRecord) -> Option<String>| -> Arc<StringArray> {
        Arc::new(runs.iter().map(get).collect())
    };
    let number = |get: fn(&crate::runs::RunRecord) -> Option<i64>| -> Arc<Int64Array> {
        Arc::new(runs.iter().map(get).collect())
    };
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("start_id", text(|run| Some(run.start_id.clone())) as _, true),
        ("run_id", text(|run| run.run_id.clone()) as _, true),
        ("plan", text(|run| Some(run.plan.clone())) as _, true),
        ("status", text(|run| Some(run.status.clone())) as _, true),
        ("reason", text(|run| run.reason.clone()) as _, true),
        ("rows", number(|run| i64::try_from(run.rows).ok()) as _, true),
        ("started_ms", number(|run| i64::try_from(run.started_ms).ok()) as _, true),
        ("ended_ms", number(|run| i64::try_from(run.ended_ms?).ok()) as _, true),
        ("out", text(|run| Some(run.out.clone())) as _, true),
    ])
    .map_err(|e| Error::internal("system.runs").because(e))?;
    use datafusion::catalog::SchemaProvider;
    schema.register_table("runs".to_owned(), Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
    let functions = jogak_plans::functions();
    let column = |get: fn(&jogak_plans::FunctionInfo) -> String| -> Arc<StringArray> {
        Arc::new(functions.iter().map(|function| Some(get(function))).collect())
    };
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("family", column(|function| function.family.to_owned()) as _, true),
        ("name", column(|function| function.name.to_owned()) as _, true),
        ("arguments", column(|function| function.arguments.join(", ")) as _, true),
    ])
    .map_err(|e| Error::internal("system.functions").because(e))?;
    schema.register_table("functions".to_owned(), Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
    Ok(())
}
