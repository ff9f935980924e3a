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

/// How often a table is written again when somebody else came first.
const ATTEMPTS: u32 = 20;
/// The command whose details say what its rows were made from.
const SCORING: &str = "catalog score";

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

    /// Whether rows that are the same need a new version, because they now depend on something else than what the table
    /// says. An import's details are new each time, and say nothing about the rows; those of scores name their inputs.
    fn differs(&self, state: &TableState) -> Result<bool> {
        if self.command != SCORING {
            return Ok(false);
        }
        // As they come back from the log: a number may be written in another way than it was given.
        let encoding = |e| Error::internal("encoding what a version depends on").because(e);
        let text = serde_json::to_string(&self.details).map_err(encoding)?;
        let details: serde_json::Value = serde_json::from_str(&text).map_err(encoding)?;
        Ok(state.facts.as_ref().is_none_or(|facts| facts.plan_parts != details))
    }
}

/// How an attempt at a new version ended.
enum Attempt {
    Stored(Stored),
    /// Somebody else wrote the table first; nothing was changed.
    Outrun(jogak_connectors::error::Error),
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
    /// it stays as it is; scores get a new version all the same where they were made from other inputs, because what they
    /// were made from is then part of what they say.
    ///
    /// For rows that were made from the table's own, see [`rewrite`](Self::rewrite).
    ///
    /// # Errors
    /// When rows do not fit the table, the store fails, or somebody else wrote the table meanwhile.
    pub async fn replace(&self, name: &str, batches: SendableRecordBatchStream, note: &Note) -> Result<Stored> {
        let base = self.version(name).await?;
        match self.try_replace(name, base, batches, note).await? {
            Attempt::Stored(stored) => Ok(stored),
            Attempt::Outrun(error) => Err(error.into()),
        }
    }

    /// Makes the whole content of a table from what it holds: `rows` is asked for it, and again where somebody else came
    /// first.
    ///
    /// # Errors
    /// As those of [`replace`](Self::replace) and of `rows`.
    pub(super) async fn rewrite(
        &self,
        name: &str,
        note: &Note,
        rows: impl AsyncFn() -> Result<SendableRecordBatchStream>,
    ) -> Result<Stored> {
        let mut attempt = 0;
        loop {
            // Before the rows are planned: a version that comes in between is then a conflict, never lost.
            let base = self.version(name).await?;
            match self.try_replace(name, base, rows().await?, note).await? {
                Attempt::Stored(stored) => return Ok(stored),
                Attempt::Outrun(_) if attempt < ATTEMPTS => attempt += 1,
                Attempt::Outrun(error) => return Err(error.into()),
            }
        }
    }

    async fn try_replace(
        &self,
        name: &str,
        base: Option<u64>,
        batches: SendableRecordBatchStream,
        note: &Note,
    ) -> Result<Attempt> {
        let spec = table(name)?;
        let table = self.table(name)?;
        let state = table.load(None).await?;
        let newest = state.as_ref().map(|state| state.version);
        if newest != base {
            return Ok(Attempt::Outrun(jogak_connectors::error::Error::fenced(format!(
                "somebody else wrote catalog.{name} in the meantime; nothing was changed. Run the same command again"
            ))));
        }
        let (folder, shards) = write(spec, &table, batches).await?;
        let rows = shards.iter().map(|shard| shard.rows).sum();
        let ledger = ledger_of(&table, state.as_ref()).await?;
        if let Some(state) = &state
            && same(&ledger, spec, &shards)?
            && state.schema.fields() == plain_schema(&spec.schema()).fields()
            && !note.differs(state)?
        {
            discard(&table, &shards).await?;
            return Ok(Attempt::Stored(Stored { version: state.version, rows, changed: false }));
        }
        let row = ledger_row(spec, &folder, note, &shards, 0)?;
        match commit(spec, &table, state.as_ref(), &[row], shards.clone(), note, true).await {
            Ok(version) => Ok(Attempt::Stored(Stored { version, rows, changed: true })),
            Err(error) if error.kind() == ErrorKind::Fenced => {
                discard(&table, &shards).await?;
                Ok(Attempt::Outrun(error))
            }
            Err(error) => Err(error.into()),
        }
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

/// Removes files that are ours alone: no version names them. What stays is for `jogak vacuum`.
async fn discard(table: &Table, shards: &[Shard]) -> Result<()> {
    for shard in shards {
        let _ = table.store().delete(&below(table.root(), &shard.path)?).await;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::session::{json_rows, stream};
    use crate::catalog::{Rows, Value};
    use std::sync::atomic::{AtomicBool, Ordering};

    fn cost(id: &str) -> RecordBatch {
        let mut rows = Rows::new(table("costs").unwrap());
        let note = Value::Text("made");
        rows.push(&[Value::Text(id), Value::Null, Value::Null, Value::Int(7), note]).unwrap();
        rows.take().unwrap()
    }

    async fn with(catalog: &Catalog, id: &str) -> Result<SendableRecordBatchStream> {
        let context = catalog.session(None)?;
        context.register_batch("found", cost(id))?;
        stream(&context, "SELECT * FROM catalog.costs UNION ALL SELECT * FROM found ORDER BY dataset_id").await
    }

    #[tokio::test]
    async fn what_somebody_else_adds_meanwhile_is_not_lost() {
        let dir = tempfile::tempdir().unwrap();
        let url = dir.path().to_str().unwrap().to_owned();
        let catalog = Catalog { url, stores: Default::default() };
        let note = Note::new("test", "made");
        let stored = catalog.replace_with("costs", cost("1"), &note).await.unwrap();
        assert_eq!((stored.version, stored.changed), (0, true));
        let is_first = AtomicBool::new(true);
        let stored = catalog.rewrite("costs", &note, async || {
            let rows = with(&catalog, "3").await?;
            // The rows are planned; now another writer comes.
            if is_first.swap(false, Ordering::SeqCst) {
                let theirs = with(&catalog, "2").await?;
                catalog.replace("costs", theirs, &note).await?;
            }
            Ok(rows)
        });
        assert_eq!(stored.await.unwrap().version, 2);
        let rows = json_rows(&catalog.session(None).unwrap(), "SELECT dataset_id FROM catalog.costs").await.unwrap();
        let ids: Vec<&str> = rows.iter().filter_map(|row| row["dataset_id"].as_str()).collect();
        assert_eq!(ids, ["1", "2", "3"]);
    }

    #[tokio::test]
    async fn scores_of_other_inputs_are_a_version_of_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let url = dir.path().to_str().unwrap().to_owned();
        let catalog = Catalog { url, stores: Default::default() };
        for (command, changed) in [(SCORING, [true, false, true]), ("catalog import", [false, false, false])] {
            for (inputs, changed) in [1, 1, 2].into_iter().zip(changed) {
                let note = Note::new(command, "made").with(serde_json::json!({ "inputs": inputs, "share": 0.1 }));
                let stored = catalog.replace_with("costs", cost("1"), &note).await.unwrap();
                assert_eq!(stored.changed, changed, "{command} {inputs}");
            }
        }
    }
}
