//! SQL over tables and over any readable place: `FROM 'url'`. Nothing can be written.
//!
//! A place is a Delta table, Parquet files, or anything that a source of a plan could be: `FROM 'labels/**/*.zip'`,
//! `FROM 's3://bucket/a.zip!*.json'` (the part after `!` is a pattern over members).

mod system;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::{Expr, LogicalPlan};
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

use crate::catalog::places::SET;
use crate::error::{Error, Result};
use crate::inputs::{OpenSource, Wanted, hex16, read_options};
use crate::memory::{MemoryPlan, default_memory};
use crate::run::below;
use crate::scan::{ScanShared, UnitTable};
use crate::settings::Settings;
use crate::stored::StoredFile;

pub use system::{FunctionEntry, TableInfo};

/// Compressed bytes of a unit in a query: units only serve parallel reading there.
const UNIT_BYTES: u64 = 16 << 20;

/// A session for queries over the catalogue, `system.*`, and any readable place. It stays open for as many queries as one
/// likes; nothing that a query opens outlives it. Cheap to clone: clones share the memory.
#[derive(Clone)]
pub struct Query {
    context: SessionContext,
    settings: Arc<Settings>,
    functions: Arc<Vec<FunctionEntry>>,
    /// Places named so far, so that those of two queries at a time are told apart.
    places: Arc<AtomicU64>,
}

impl Query {
    /// Opens a session within `memory` bytes; where it is not given, what `jogak.toml` says, or 60 % of the machine.
    ///
    /// # Errors
    /// When the memory is too small or no size, or the catalogue's place is no Unicode.
    pub fn open(settings: &Settings, memory: Option<u64>) -> Result<Self> {
        let configured = settings.memory.as_deref().map(|text| {
            crate::settings::parse_size(text)
                .ok_or_else(|| Error::invalid(format!("jogak.toml: memory = '{text}' is no size")))
        });
        let memory = memory.map_or_else(|| configured.transpose(), |given| Ok(Some(given)))?;
        let plan = MemoryPlan::new(memory.unwrap_or_else(default_memory), 1, (0, 0), &Default::default())?;
        let context = crate::session::context(&plan)?;
        let settings = Arc::new(settings.clone());
        let functions = Arc::new(system::functions(&context));
        system::register(&context, &settings, &functions)?;
        crate::catalog::Catalog::open(&settings)?.register(&context)?;
        Ok(Self { context, settings, functions, places: Arc::default() })
    }

    /// Runs one query. Dropping the stream ends it.
    ///
    /// # Errors
    /// When it cannot be parsed or planned, reads a place that cannot be read, or is more than a query.
    pub async fn run(&self, sql: &str) -> Result<SendableRecordBatchStream> {
        let logical = self.plan(sql).await?;
        let frame = self.context.execute_logical_plan(logical).await.map_err(unplanned)?;
        Ok(frame.execute_stream().await?)
    }

    /// The columns of what can stand after FROM: a table, a version of one, or a place in single quotes.
    ///
    /// # Errors
    /// When there is no such table, or the place cannot be read.
    pub async fn describe(&self, from: &str) -> Result<SchemaRef> {
        let logical = self.plan(&format!("SELECT * FROM {from}")).await?;
        Ok(Arc::clone(logical.schema().inner()))
    }

    /// The tables of the schemas `catalog` and `system`.
    pub fn tables(&self) -> Vec<TableInfo> {
        system::tables()
    }

    /// The functions that a query can call, by family and name.
    pub fn functions(&self) -> &[FunctionEntry] {
        &self.functions
    }

    async fn plan(&self, sql: &str) -> Result<LogicalPlan> {
        let mut statements = Parser::parse_sql(&DuckDbDialect {}, sql)
            .map_err(|e| Error::invalid(format!("the query has an error: {e}")))?;
        let (Some(mut statement), true) = (statements.pop(), statements.is_empty()) else {
            return Err(Error::invalid("give one query"));
        };
        if !matches!(statement, Statement::Query(_) | Statement::Explain { .. }) {
            return Err(Error::invalid(READ_ONLY));
        }
        let mut places = Places { count: &self.places, found: Vec::new(), samples: false };
        let _ = statement.visit(&mut places);
        if places.samples {
            let instead = "order by a hash of a key instead: ORDER BY md5(id) LIMIT 100";
            return Err(Error::invalid(format!("TABLESAMPLE is not supported; {instead}")));
        }
        let found = places.found;
        // The plan holds what it reads; the names are only needed until it is made.
        let mut registered = Registered { context: &self.context, names: Vec::new() };
        for (name, url) in &found {
            let (url, member) = split_member(url);
            let provider = table_at(&self.context, url, member, &self.settings).await?;
            self.context.register_table(name.as_str(), provider)?;
            registered.names.push(name.clone());
        }
        let statement = datafusion::sql::parser::Statement::Statement(Box::new(statement));
        let logical = self.context.state().statement_to_plan(statement).await.map_err(unplanned)?;
        jogak_plans::check_grouping(&logical).map_err(unplanned)?;
        drop(registered);
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        read_only.verify_plan(&logical).map_err(|e| Error::invalid(READ_ONLY).because(e))?;
        Ok(logical)
    }
}

/// Runs one query in a session of its own.
///
/// # Errors
/// As those of [`Query`].
pub async fn query(sql: &str, memory: Option<u64>, settings: &Settings) -> Result<SendableRecordBatchStream> {
    Query::open(settings, memory)?.run(sql).await
}

/// What a query must not be.
const READ_ONLY: &str = "only queries are allowed: jogak sql writes nothing";

/// Why there is no plan: what a table of ours says, else what the planner says.
fn unplanned(error: DataFusionError) -> Error {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => Error::invalid("the query cannot be planned").because(other),
        },
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => unplanned(*inner),
        error => Error::invalid("the query cannot be planned").because(error),
    }
}

/// Names of places, which are taken back.
struct Registered<'a> {
    context: &'a SessionContext,
    names: Vec<String>,
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            let _ = self.context.deregister_table(name.as_str());
        }
    }
}

/// Gives each place in a FROM a name of its own.
struct Places<'a> {
    count: &'a AtomicU64,
    found: Vec<(String, String)>,
    /// Whether a sample is asked for, which the planner would pass over in silence.
    samples: bool,
}

impl VisitorMut for Places<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> std::ops::ControlFlow<()> {
        if let TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } = factor {
            self.samples = true;
        }
        if let TableFactor::Table { name, .. } = factor
            && let [ObjectNamePart::Identifier(identifier)] = name.0.as_slice()
            && identifier.quote_style == Some('\'')
        {
            let table = format!("place_{}", self.count.fetch_add(1, Ordering::Relaxed) + 1);
            self.found.push((table.clone(), identifier.value.clone()));
            *name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(table))]);
        }
        std::ops::ControlFlow::Continue(())
    }
}

/// `url!member` as its two halves.
pub(crate) fn split_member(url: &str) -> (&str, Option<&str>) {
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
        && !url.starts_with(SET)
        // A file on disk is no folder of a table; asking it for a log is an error there.
        && !std::path::Path::new(url.strip_prefix("file://").unwrap_or(url)).is_file()
        && let Ok(table) = crate::tables::table_at(url, &settings.stores)
        && let Some(provider) = committed_table(&context.runtime_env(), &table, None).await?
    {
        return Ok(provider);
    }
    Ok(records_at(context, url, member, settings).await?.0)
}

/// The table that a plan joins to its source `name`. What a set's labels are may change without a version that tells.
///
/// # Errors
/// When nothing readable is there, or the place is a set of the catalogue.
pub(crate) async fn side_table_at(
    context: &SessionContext,
    name: &str,
    url: &str,
    settings: &Settings,
) -> Result<Arc<dyn TableProvider>> {
    if url.starts_with(SET) {
        let why = "but the archives of a set are no table; run a plan on them first, and name its output here";
        return Err(Error::invalid(format!("source '{name}' reads a table, {why} ('{url}')")));
    }
    table_at(context, url, None, settings).await
}

/// What the readers of a place met, and how many units it is read in.
pub(crate) type Met = (Arc<ScanShared>, usize);

/// The records at a place that is no table of ours. Parquet files meet nothing: they are read whole or not at all.
///
/// # Errors
/// When nothing readable is there.
pub(crate) async fn records_at(
    context: &SessionContext,
    url: &str,
    member: Option<&str>,
    settings: &Settings,
) -> Result<(Arc<dyn TableProvider>, Option<Met>)> {
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
        return Ok((parquet_files(context, &source).await?, None));
    }
    let (records, isolation, limits) = (default_records()?, settings.isolation()?, settings.limits);
    let decode = DecodeOptions { records, isolation, limits, ..DecodeOptions::default() };
    let schema = crate::schemas::infer(&source, &decode).await?;
    let keys: Vec<_> = source.inputs.keys().cloned().collect();
    let units = source.cut(&keys, UNIT_BYTES);
    let inputs = source.inputs.iter().map(|(key, input)| (key.clone(), Arc::clone(input))).collect();
    let read = read_options(16 << 20, limits);
    let shared = Arc::new(ScanShared::new(inputs, Arc::clone(&schema), decode, read, false));
    let address = store_address(url)?;
    context.register_object_store(address.as_ref(), Arc::clone(&source.store));
    let schema = crate::schemas::grouped_table_schema(&schema, false);
    let met = (Arc::clone(&shared), units.len());
    Ok((Arc::new(UnitTable::new(schema, shared, address, units)), Some(met)))
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

/// A Delta table as of `version`, or the newest one; none where there is no table. Its files are read through the stores
/// of `runtime`.
pub(crate) async fn committed_table(
    runtime: &RuntimeEnv,
    table: &Table,
    version: Option<u64>,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let Some(state) = table.load(version).await? else { return Ok(None) };
    if state.files.is_empty() {
        let empty = MemTable::try_new(Arc::clone(&state.schema), vec![Vec::new()])?;
        return Ok(Some(Arc::new(empty)));
    }
    let address = store_address(table.url().as_str())?;
    runtime.register_object_store(address.as_ref(), Arc::clone(table.store()));
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
