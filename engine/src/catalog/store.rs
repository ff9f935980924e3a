//! Writing the catalogue's tables: a new version with all rows, or one with rows added.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::TryStreamExt;
use jogak_connectors::commit::{
    Commit, CommitFacts, Committed, LedgerFile, LedgerRow, Table, TableState, read_ledger, write_ledger,
};
use jogak_connectors::error::ErrorKind;
use jogak_connectors::sink::{Shard, ShardLimits, ShardWriter, plain_schema};
use object_store::ObjectStoreExt;
use uuid::Uuid;

use super::Catalog;
use super::schema::{BuiltIn, TableSpec, table};
use crate::error::{Error, Result};
use crate::run::below;

/// How often an addition is tried again when somebody else came first.
const ATTEMPTS: u32 = 20;

/// What a new version says about itself, in the table's history.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// What was done, e.g. `catalog import`.
    pub command: String,
    /// From where.
    pub source: String,
    /// What it depends on: parameters, versions of tables; an object.
    pub details: serde_json::Value,
}

impl Note {
    /// A note of `command`, from `source`.
    pub fn new(command: impl Into<String>, source: impl Into<String>) -> Self {
        Self { command: command.into(), source: source.into(), details: serde_json::Value::Null }
    }

    /// With what it depends on.
    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }
}

/// What became of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Stored {
    /// Its version now.
    pub version: u64,
    /// Rows written: all of them, or those added.
    pub rows: u64,
    /// Whether that is a new version; not where the same rows were there already.
    pub changed: bool,
}

impl Catalog {
    /// Makes `batches` the whole content of a table, as a new version. Where the table holds the very same rows already,
    /// it stays as it is.
    ///
    /// # Errors
    /// When rows do not fit the table, the store fails, or somebody else wrote the table meanwhile.
    pub async fn replace(&self, name: &str, batches: SendableRecordBatchStream, note: &Note) -> Result<Stored> {
        let spec = table(name)?;
        let table = self.table(name)?;
        let state = table.load(None).await?;
        let (folder, shards) = write(spec, &table, batches).await?;
        let rows = shards.iter().map(|shard| shard.rows).sum();
        let ledger = ledger_of(&table, state.as_ref()).await?;
        if let Some(state) = &state
            && same(&ledger, spec, &shards)?
            && state.schema.fields() == plain_schema(&spec.schema()).fields()
        {
            // They are ours alone and no version names them.
            for shard in &shards {
                let _ = table.store().delete(&below(table.root(), &shard.path)?).await;
            }
            return Ok(Stored { version: state.version, rows, changed: false });
        }
        let row = ledger_row(spec, &folder, note, &shards, 0)?;
        let version = commit(spec, &table, state.as_ref(), &[row], shards, note, true).await?;
        Ok(Stored { version, rows, changed: true })
    }

    /// Adds `batches` to a table, as a new version. Of two that add at the same time both succeed.
    ///
    /// # Errors
    /// When rows do not fit the table or the store fails.
    pub async fn append(&self, name: &str, batches: SendableRecordBatchStream, note: &Note) -> Result<Stored> {
        let spec = table(name)?;
        if spec.built_in != BuiltIn::Empty {
            return Err(Error::internal(format!("rows cannot be added to catalog.{name}, only all be replaced")));
        }
        let table = self.table(name)?;
        let (folder, shards) = write(spec, &table, batches).await?;
        let rows: u64 = shards.iter().map(|shard| shard.rows).sum();
        let mut attempt = 0;
        loop {
            let state = table.load(None).await?;
            if rows == 0
                && let Some(state) = &state
            {
                return Ok(Stored { version: state.version, rows, changed: false });
            }
            let mut ledger = ledger_of(&table, state.as_ref()).await?;
            let unit = ledger.iter().map(|row| row.unit + 1).max().unwrap_or(0);
            ledger.push(ledger_row(spec, &folder, note, &shards, unit)?);
            match commit(spec, &table, state.as_ref(), &ledger, shards.clone(), note, false).await {
                Ok(version) => return Ok(Stored { version, rows, changed: true }),
                Err(error) if error.kind() == ErrorKind::Fenced && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// [`replace`](Self::replace) with rows at hand.
    ///
    /// # Errors
    /// As there.
    pub async fn replace_with(&self, name: &str, batch: RecordBatch, note: &Note) -> Result<Stored> {
        self.replace(name, stream_of(batch), note).await
    }

    /// [`append`](Self::append) with rows at hand.
    ///
    /// # Errors
    /// As there.
    pub async fn append_rows(&self, name: &str, batch: RecordBatch, note: &Note) -> Result<Stored> {
        self.append(name, stream_of(batch), note).await
    }

    /// What the newest version of a table says about itself, beyond its rows; none where nothing is stored.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn details(&self, name: &str) -> Result<Option<serde_json::Value>> {
        let state = self.table(name)?.load(None).await?;
        Ok(state.and_then(|state| state.facts).map(|facts| facts.plan_parts))
    }
}

/// A batch as a stream.
pub(super) fn stream_of(batch: RecordBatch) -> SendableRecordBatchStream {
    let schema = batch.schema();
    Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter([Ok(batch)])))
}

/// Writes the rows to files below the table; no version names them yet.
async fn write(
    spec: &'static TableSpec,
    table: &Table,
    mut batches: SendableRecordBatchStream,
) -> Result<(String, Vec<Shard>)> {
    let schema = spec.schema();
    let folder = format!("data/{}", Uuid::now_v7());
    let (store, root) = (Arc::clone(table.store()), table.root().clone());
    let mut writer = ShardWriter::new(store, root, folder.as_str(), "part", &schema, &[], ShardLimits::default());
    while let Some(batch) = batches.try_next().await? {
        writer.write(&fitted(spec, &schema, &batch)?).await?;
    }
    Ok((folder, writer.close().await?))
}

/// Columns by name, of the table's types; a column that is not there is unknown throughout.
pub(super) fn fitted(spec: &TableSpec, schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch> {
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef> {
        let Some(column) = batch.column_by_name(field.name()) else {
            return Ok(new_null_array(field.data_type(), batch.num_rows()));
        };
        arrow::compute::cast(column, field.data_type()).map_err(|e| {
            Error::invalid(format!("catalog.{}.{} cannot hold {}", spec.name, field.name(), column.data_type()))
                .because(e)
        })
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|e| Error::internal(format!("rows of catalog.{}", spec.name)).because(e))
}

async fn ledger_of(table: &Table, state: Option<&TableState>) -> Result<Vec<LedgerRow>> {
    match state.and_then(|state| state.facts.as_ref()) {
        Some(facts) => Ok(read_ledger(table.store(), table.root(), &facts.ledger).await?),
        None => Ok(Vec::new()),
    }
}

fn ledger_row(spec: &TableSpec, folder: &str, note: &Note, shards: &[Shard], unit: i64) -> Result<LedgerRow> {
    let files: Vec<LedgerFile> =
        shards.iter().map(|shard| LedgerFile { output: spec.name.to_owned(), shard: shard.clone() }).collect();
    let files_json = serde_json::to_string(&files).map_err(|e| Error::internal("encoding the ledger").because(e))?;
    let rows: u64 = shards.iter().map(|shard| shard.rows).sum();
    Ok(LedgerRow {
        source: note.command.clone(),
        unit,
        object: note.source.clone(),
        parts_json: "[]".to_owned(),
        records: i64::try_from(rows).unwrap_or(i64::MAX),
        outcome: "read".to_owned(),
        run_id: folder.trim_start_matches("data/").to_owned(),
        files_json,
        ..LedgerRow::default()
    })
}

/// Whether the ledger accounts for files of the same content.
fn same(ledger: &[LedgerRow], spec: &TableSpec, shards: &[Shard]) -> Result<bool> {
    let mut known = Vec::new();
    for row in ledger {
        known.extend(row.files()?.into_iter().filter(|file| file.output == spec.name).map(|file| file.shard));
    }
    let content = |shards: &[Shard]| -> Vec<(String, u64)> {
        shards.iter().map(|shard| (shard.sha256.clone(), shard.rows)).collect()
    };
    Ok(content(&known) == content(shards))
}

async fn commit(
    spec: &'static TableSpec,
    table: &Table,
    state: Option<&TableState>,
    ledger: &[LedgerRow],
    add: Vec<Shard>,
    note: &Note,
    replace: bool,
) -> Result<u64, jogak_connectors::error::Error> {
    let run_id = Uuid::now_v7().to_string();
    let ledger = write_ledger(table.store(), table.root(), &run_id, ledger).await?;
    let rows: u64 = add.iter().map(|shard| shard.rows).sum();
    let facts = CommitFacts {
        nonce: Uuid::new_v4().to_string(),
        run_key: run_id.clone(),
        run_id,
        plan: note.command.clone(),
        plan_identity: String::new(),
        plan_parts: note.details.clone(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        output: spec.name.to_owned(),
        ledger,
        quarantine: Vec::new(),
        quarantine_table: spec.name.to_owned(),
        counts: serde_json::json!({ "output": { "written": rows }, "source": note.source }),
        guarantee: "put-if-absent".to_owned(),
    };
    let commit = Commit {
        facts,
        base: state.map(|state| state.version),
        schema: Arc::new(plain_schema(&spec.schema())),
        partition_by: Vec::new(),
        // A column that a newer jogak added comes with the next replacement.
        replace: replace && state.is_some(),
        add,
        remove: if replace { state.map(|state| state.files.clone()).unwrap_or_default() } else { Vec::new() },
    };
    match table.commit(&commit).await? {
        Committed::Done(version) | Committed::Already(version) => Ok(version),
    }
}
