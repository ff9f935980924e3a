//! `jogak verify`: a table re-checked without trusting it, or us: every byte by its hash, every row by its own content.
//!
//! - the ledger and the quarantine have the hashes that the commit names
//! - the files are exactly those that the ledger accounts for, each with its length, hash, rows and schema
//! - every record passes the validators of its kind, which trust no stored verdict
//! - record ids are unique; rows add up to what the commits counted

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use futures::TryStreamExt;
use jogak_connectors::commit::{Table, TableFile, TableState, read_ledger};
use jogak_connectors::faults::guard;
use jogak_connectors::sink::{plain_schema, read_quarantine};
use jogak_plans::rows::ArrowValue;
use object_store::ObjectStoreExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::run::below;
use crate::settings::Settings;

/// Findings that are named; the rest is counted.
const NAMED: usize = 50;

/// What was found in one table.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// The table.
    pub table: String,
    /// Its version.
    pub version: u64,
    /// Files read.
    pub files: u64,
    /// Rows read.
    pub rows: u64,
    /// What was checked, and how often.
    pub checked: BTreeMap<String, u64>,
    /// What is wrong; at most 50 are named.
    pub findings: Vec<String>,
    /// How many findings there are.
    pub found: u64,
}

impl Verification {
    /// Is nothing wrong?
    pub fn passed(&self) -> bool {
        self.found == 0
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < NAMED {
            self.findings.push(what.into());
        }
    }

    fn count(&mut self, what: &str, times: u64) {
        *self.checked.entry(what.to_owned()).or_default() += times;
    }
}

/// Verifies the table at `url`, or all tables below it.
///
/// # Errors
/// When there is no table, or the store fails.
pub async fn verify(url: &str, settings: &Settings) -> Result<Vec<Verification>> {
    let mut verified = Vec::new();
    for table in tables_below(url, settings).await? {
        if let Some(state) = table.load(None).await? {
            verified.push(verify_table(&table, &state).await?);
        }
    }
    if verified.is_empty() {
        return Err(Error::invalid(format!("there is no table at or below '{url}'")));
    }
    Ok(verified)
}

/// The table at `url`, or the tables in the folders below it.
async fn tables_below(url: &str, settings: &Settings) -> Result<Vec<Table>> {
    let base = crate::tables::table_at(url, &settings.stores)?;
    let listing = |e| Error::from(jogak_connectors::error::Error::store(format!("listing '{url}'"), e));
    let mut roots: BTreeSet<String> = BTreeSet::new();
    let mut entries = base.store().list(Some(base.root()));
    let prefix = base.root().as_ref().to_owned();
    while let Some(meta) = entries.try_next().await.map_err(listing)? {
        if let Some((root, _)) = meta.location.as_ref().split_once("/_delta_log/") {
            roots.insert(root.strip_prefix(&prefix).unwrap_or(root).trim_start_matches('/').to_owned());
        }
    }
    roots
        .iter()
        .map(|root| {
            let parts: Vec<&str> = if root.is_empty() { Vec::new() } else { vec![root.as_str()] };
            crate::tables::table_below(url, &parts, &settings.stores)
        })
        .collect()
}

async fn read(table: &Table, path: &str) -> Result<Bytes> {
    let full = below(table.root(), path)?;
    let failed = |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{full}'"), e));
    table.store().get(&full).await.map_err(failed)?.bytes().await.map_err(failed)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn verify_table(table: &Table, state: &TableState) -> Result<Verification> {
    let mut result = Verification {
        table: table.url().to_string(),
        version: state.version,
        files: 0,
        rows: 0,
        checked: BTreeMap::new(),
        findings: Vec::new(),
        found: 0,
    };
    let Some(facts) = &state.facts else {
        result.fault("the log holds no jogak commit: files cannot be compared with a ledger");
        return Ok(result);
    };
    let ledger = match read_ledger(table.store(), table.root(), &facts.ledger).await {
        Ok(ledger) => ledger,
        Err(error) => {
            result.fault(error.to_string());
            return Ok(result);
        }
    };
    result.count("ledger rows", ledger.len() as u64);
    let mut accounted = BTreeMap::new();
    for row in &ledger {
        for file in row.files()?.into_iter().filter(|file| file.output == facts.output) {
            accounted.insert(file.shard.path.clone(), file.shard);
        }
    }
    let named: BTreeSet<&str> = state.files.iter().map(|file| file.path.as_str()).collect();
    for path in accounted.keys().filter(|path| !named.contains(path.as_str())) {
        result.fault(format!("the ledger accounts for '{path}', which the table does not hold"));
    }
    verify_quarantine(table, state, &mut result).await?;
    let mut ids: BTreeSet<[u8; 16]> = BTreeSet::new();
    for file in &state.files {
        let Some(shard) = accounted.get(&file.path) else {
            result.fault(format!("'{}' is in the table, and no input accounts for it", file.path));
            continue;
        };
        let bytes = match read(table, &file.path).await {
            Ok(bytes) => bytes,
            Err(error) => {
                result.fault(format!("'{}' cannot be read: {error}", file.path));
                continue;
            }
        };
        result.files += 1;
        result.count("file hashes", 1);
        let length = bytes.len() as u64;
        if guard("verify_length") && (length != shard.bytes || length != file.bytes) {
            result.fault(format!("'{}' has {length} bytes, and was committed with {}", file.path, shard.bytes));
        }
        if guard("verify_sha256") && sha256(&bytes) != shard.sha256 {
            result.fault(format!("'{}' is not the file that was committed: its sha256 differs", file.path));
            continue;
        }
        if let Err(error) = verify_rows(file, bytes, state, shard.rows, &mut ids, &mut result) {
            result.fault(format!("'{}': {error}", file.path));
        }
    }
    Ok(result)
}

async fn verify_quarantine(table: &Table, state: &TableState, result: &mut Verification) -> Result<()> {
    for version in 0..=state.version {
        let Some(facts) = table.read_version(version).await?.and_then(|entry| entry.facts) else { continue };
        // The files lie under the table of the plan's first output.
        if facts.quarantine_table != facts.output {
            continue;
        }
        for file in &facts.quarantine {
            match read(table, &file.path).await {
                Ok(bytes) if !guard("verify_quarantine") || sha256(&bytes) == file.sha256 => {
                    let rows = read_quarantine(bytes)?.len() as u64;
                    result.count("quarantine rows", rows);
                    if rows != file.rows {
                        result
                            .fault(format!("'{}' holds {rows} rows, and was committed with {}", file.path, file.rows));
                    }
                }
                Ok(_) => result
                    .fault(format!("'{}' is not the quarantine that was committed: its sha256 differs", file.path)),
                Err(error) => result.fault(format!("'{}' cannot be read: {error}", file.path)),
            }
        }
    }
    Ok(())
}

fn verify_rows(
    file: &TableFile,
    bytes: Bytes,
    state: &TableState,
    expected: u64,
    ids: &mut BTreeSet<[u8; 16]>,
    result: &mut Verification,
) -> Result<()> {
    let path = &file.path;
    let unreadable = |e: parquet::errors::ParquetError| Error::failed("is no readable Parquet").because(e);
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(unreadable)?;
    let schema = plain_schema(builder.schema());
    let table_columns: Vec<_> =
        state.schema.fields().iter().filter(|field| !state.partition_columns.contains(field.name())).cloned().collect();
    let wanted = plain_schema(&Schema::new(table_columns));
    result.count("schemas", 1);
    if schema.fields() != wanted.fields() {
        result.fault(format!("'{path}' has other columns than the table"));
    }
    let mut rows = 0;
    for batch in builder.with_batch_size(1024).build().map_err(unreadable)? {
        let batch = batch.map_err(|e| Error::failed("holds a damaged page").because(e))?;
        let batch = with_partition(batch, file, state)?;
        verify_batch(path, rows, &batch, ids, result);
        rows += batch.num_rows() as u64;
    }
    result.rows += rows;
    if rows != expected {
        result.fault(format!("'{path}' holds {rows} rows, and was committed with {expected}"));
    }
    Ok(())
}

/// Rows with the columns that stand in the file's path.
fn with_partition(batch: RecordBatch, file: &TableFile, state: &TableState) -> Result<RecordBatch> {
    let (mut fields, mut columns): (Vec<_>, Vec<_>) = (batch.schema().fields().to_vec(), batch.columns().to_vec());
    for column in &state.partition_columns {
        let value = file.partition.get(column).cloned().flatten();
        let values: StringArray = std::iter::repeat_n(value, batch.num_rows()).collect();
        fields.push(Arc::new(Field::new(column, DataType::Utf8, true)));
        columns.push(Arc::new(values));
    }
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new(schema, columns).map_err(|e| Error::internal("adding partition columns").because(e))
}

fn verify_batch(path: &str, first: u64, batch: &RecordBatch, ids: &mut BTreeSet<[u8; 16]>, result: &mut Verification) {
    let kind = batch.column_by_name("schema_version").and_then(|array| array.as_string_opt::<i32>());
    let kind = kind.and_then(|versions| versions.iter().flatten().next()).unwrap_or_default().to_owned();
    for column in ["record_id", "episode_id"] {
        // Projections repeat the record's id, so only canonical rows must be unique.
        if let Some(values) = batch.column_by_name(column).and_then(|array| array.as_string_opt::<i32>())
            && !kind.is_empty()
        {
            for value in values.iter().flatten() {
                let digest = Sha256::digest(value.as_bytes());
                let mut key = [0; 16];
                key.copy_from_slice(&digest[..16]);
                if !ids.insert(key) {
                    result.fault(format!("'{path}': {column} '{value}' comes more than once"));
                }
            }
            result.count("unique ids", batch.num_rows() as u64);
        }
    }
    let rows: ArrayRef = Arc::new(StructArray::from(batch.clone()));
    for row in 0..batch.num_rows() {
        let place = format!("'{path}' row {}", first + row as u64);
        match kind.as_str() {
            "reasoning/1" => {
                result.count("reasoning records", 1);
                match jogak_plans::reasoning::model::ReasoningRecord::read(rows.as_ref(), row, "record") {
                    Ok(record) => {
                        result.count("evidence offsets", record.evidence.len() as u64);
                        let steps = record.paths.iter().flat_map(|path| &path.steps);
                        result.count("recomputations", steps.filter(|step| step.expr.is_some()).count() as u64);
                        for violation in jogak_plans::reasoning::validate::validate(&record) {
                            let id = &record.record_id;
                            result.fault(format!(
                                "{place}, record {id}: {} {}: {}",
                                violation.code, violation.path, violation.detail
                            ));
                        }
                    }
                    Err(error) => result.fault(format!("{place} is no reasoning record: {error}")),
                }
            }
            "vla/1" => {
                result.count("episodes", 1);
                match jogak_plans::motion::Episode::read(rows.as_ref(), row, "episode") {
                    Ok(episode) => {
                        result.count("action identities", episode.frames.len() as u64);
                        for violation in jogak_plans::motion::validate_episode(&episode) {
                            let id = &episode.episode_id;
                            result.fault(format!(
                                "{place}, episode {id}: {} {}: {}",
                                violation.code, violation.path, violation.detail
                            ));
                        }
                    }
                    Err(error) => result.fault(format!("{place} is no episode: {error}")),
                }
            }
            _ => {}
        }
    }
    verify_messages(path, first, batch, result);
}

/// Conversations as trainers want them: roles alternate from the user's on, the assistant has the last word, nothing
/// is empty.
fn verify_messages(path: &str, first: u64, batch: &RecordBatch, result: &mut Verification) {
    let Some(messages) = batch.column_by_name("messages").and_then(|array| array.as_list_opt::<i32>()) else { return };
    let Some(items) = messages.values().as_struct_opt() else { return };
    let text = |name: &str| items.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
    let (Some(roles), Some(contents)) = (text("role"), text("content")) else { return };
    for row in 0..messages.len() {
        let (start, end) = (messages.value_offsets()[row] as usize, messages.value_offsets()[row + 1] as usize);
        let said: Vec<&str> = (start..end).map(|item| roles.value(item)).filter(|role| *role != "system").collect();
        let alternates =
            said.iter().enumerate().all(|(at, role)| *role == if at % 2 == 0 { "user" } else { "assistant" });
        let empty = (start..end).any(|item| contents.is_null(item) || contents.value(item).trim().is_empty());
        result.count("conversations", 1);
        if said.is_empty() || said.len() % 2 == 1 || !alternates || empty {
            result
                .fault(format!("'{path}' row {}: the conversation {said:?} cannot be trained on", first + row as u64));
        }
    }
}
