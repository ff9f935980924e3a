//! The input ledger: one row for each piece of an object that a unit read, and the files that the unit wrote.
//!
//! The ledger is cumulative and stored under its own hash; the newest commit names it. It decides what a rerun reads.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::checked::{READINGS, pause};
use super::facts::FileRef;
use crate::error::{Error, Result};
use crate::faults::guard;
use crate::sink::Shard;

/// The files that a unit wrote for one output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFile {
    /// The output.
    pub output: String,
    /// Its file.
    pub shard: Shard,
}

/// A piece of an input object, as one unit read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct LedgerRow {
    /// The plan's source.
    pub source: String,
    /// The unit; numbers are never used again.
    pub unit: i64,
    /// Object key, relative to the source's root; of the logical object where several parts make one.
    pub object: String,
    /// Length of the logical object.
    pub size: i64,
    /// Keys, lengths and etags of the stored objects behind it, as JSON.
    pub parts_json: String,
    /// Digest of `parts_json`: equal where nothing changed.
    pub fingerprint: String,
    /// First byte of the piece.
    pub range_start: i64,
    /// One past its last byte.
    pub range_end: i64,
    /// Members in the piece.
    pub members: i64,
    /// Records delivered to the plan.
    pub records: i64,
    /// Members and records set aside.
    pub quarantined: i64,
    /// `read`, or `failed` where the whole object could not be used.
    pub outcome: String,
    /// The run that read it.
    pub run_id: String,
    /// What the unit wrote, as JSON ([`LedgerFile`]s), on the unit's first row.
    pub files_json: String,
    /// Members of the piece that were read to their end.
    pub members_decoded: i64,
    /// Members of the piece with some records used and some not.
    pub members_partly: i64,
    /// Members of the piece of which nothing could be used.
    pub members_quarantined: i64,
    /// Records of the piece that were set aside.
    pub records_quarantined: i64,
    /// What was set aside of the piece, or of the whole object while it was listed: a JSON object from code to count;
    /// empty where nothing was.
    pub codes_json: String,
    /// The unit's quarantine file, as JSON ([`FileRef`]), on the unit's first row; empty where there is none.
    pub quarantine_json: String,
    /// Lower-case hex sha256 of what was read for the piece; empty where nothing was read, and in ledgers of before it
    /// was noted. See [`ReadDigest`](crate::archive::ReadDigest).
    pub sha256: String,
    /// What `sha256` is of: `object`, the whole of it, or `ranges`, those that were read.
    pub sha256_of: String,
}

impl LedgerRow {
    /// The files on this row.
    ///
    /// # Errors
    /// When the ledger is damaged.
    pub fn files(&self) -> Result<Vec<LedgerFile>> {
        if self.files_json.is_empty() {
            return Ok(Vec::new());
        }
        serde_json::from_str(&self.files_json)
            .map_err(|e| Error::data("the ledger's list of files is damaged").because(e))
    }

    /// Was anything of it set aside, for this reason where one is named? Rows of before reasons were noted may have any.
    ///
    /// # Errors
    /// When the ledger is damaged.
    pub fn is_quarantined(&self, code: Option<&str>) -> Result<bool> {
        if self.codes_json.is_empty() {
            return Ok(self.quarantined > 0 || self.outcome == "failed");
        }
        let codes: std::collections::BTreeMap<String, u64> = serde_json::from_str(&self.codes_json)
            .map_err(|e| Error::data("the ledger's list of codes is damaged").because(e))?;
        Ok(code.is_none_or(|code| codes.contains_key(code)))
    }
}

type Text = fn(&LedgerRow) -> &str;
type Number = fn(&LedgerRow) -> i64;

enum Column {
    Text(Text, fn(&mut LedgerRow) -> &mut String),
    Number(Number, fn(&mut LedgerRow) -> &mut i64),
}

macro_rules! columns {
    ($($kind:ident $name:ident),* $(,)?) => {
        &[$((stringify!($name), Column::$kind(columns!(@get $kind $name), |row| &mut row.$name))),*]
    };
    (@get Text $name:ident) => { |row| &row.$name };
    (@get Number $name:ident) => { |row| row.$name };
}

const COLUMNS: &[(&str, Column)] = columns![
    Text source, Number unit, Text object, Number size, Text parts_json, Text fingerprint, Number range_start,
    Number range_end, Number members, Number records, Number quarantined, Text outcome, Text run_id, Text files_json,
    Number members_decoded, Number members_partly, Number members_quarantined, Number records_quarantined,
    Text codes_json, Text quarantine_json, Text sha256, Text sha256_of,
];

/// Columns that the first ledgers had; of the others, an old ledger says nothing.
const FIRST_COLUMNS: usize = 14;

fn schema() -> SchemaRef {
    let field = |(name, column): &(&str, Column)| {
        let data_type = if matches!(column, Column::Text(..)) { DataType::Utf8 } else { DataType::Int64 };
        Field::new(*name, data_type, false)
    };
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

/// Stores a ledger under `<table_root>/_jogak/runs/<run_id>/inputs-<sha256>.parquet`.
///
/// # Errors
/// When the store fails.
pub async fn write_ledger(
    store: &Arc<dyn ObjectStore>,
    table_root: &Path,
    run_id: &str,
    rows: &[LedgerRow],
) -> Result<FileRef> {
    let failed = |e: parquet::errors::ParquetError| Error::internal("encoding the ledger").because(e);
    let properties = crate::sink::parquet_properties()?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties)).map_err(failed)?;
    for chunk in rows.chunks(8192) {
        let columns = COLUMNS
            .iter()
            .map(|(_, column)| -> ArrayRef {
                match column {
                    Column::Text(get, _) => {
                        let mut builder = StringBuilder::new();
                        chunk.iter().for_each(|row| builder.append_value(get(row)));
                        Arc::new(builder.finish())
                    }
                    Column::Number(get, _) => {
                        let mut builder = Int64Builder::new();
                        chunk.iter().for_each(|row| builder.append_value(get(row)));
                        Arc::new(builder.finish())
                    }
                }
            })
            .collect();
        let batch = RecordBatch::try_new(schema(), columns).map_err(|e| Error::internal("ledger rows").because(e))?;
        writer.write(&batch).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(failed)?;
    let sha256 = crate::sink::hex(&Sha256::digest(&bytes));
    let path = format!("_jogak/runs/{run_id}/inputs-{sha256}.parquet");
    let full = crate::sink::join(table_root, &path)?;
    store.put(&full, bytes.into()).await.map_err(|e| Error::store(format!("writing '{full}'"), e))?;
    Ok(FileRef { path, sha256, rows: rows.len() as u64 })
}

/// Reads a ledger and checks its hash.
///
/// # Errors
/// When the store fails, or the bytes are not those that the commit names.
pub async fn read_ledger(store: &Arc<dyn ObjectStore>, table_root: &Path, file: &FileRef) -> Result<Vec<LedgerRow>> {
    let full = crate::sink::join(table_root, &file.path)?;
    let reading = |e| Error::store(format!("reading the ledger '{full}'"), e);
    for reading_again in 0..READINGS {
        // What was spoilt on its way is right when it is read again.
        pause(reading_again).await;
        let bytes = store.get(&full).await.map_err(reading)?.bytes().await.map_err(reading)?;
        if !guard("ledger_sha256") || crate::sink::hex(&Sha256::digest(&bytes)) == file.sha256 {
            return parse(bytes);
        }
    }
    Err(Error::data(format!("the ledger '{full}' is not the one that was committed: its sha256 differs")))
}

fn parse(bytes: Bytes) -> Result<Vec<LedgerRow>> {
    let damaged = |e: &dyn std::fmt::Display| Error::data(format!("the ledger is damaged: {e}"));
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|b| b.build()).map_err(|e| damaged(&e))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|e| damaged(&e))?;
        let first = rows.len();
        rows.resize_with(first + batch.num_rows(), LedgerRow::default);
        for (index, (name, column)) in COLUMNS.iter().enumerate() {
            let array = match batch.column_by_name(name) {
                Some(array) => array,
                None if index >= FIRST_COLUMNS => continue,
                None => return Err(damaged(&format!("no column '{name}'"))),
            };
            match column {
                Column::Text(_, set) => {
                    let typed = array.as_string_opt::<i32>().ok_or_else(|| damaged(&format!("'{name}' is no text")))?;
                    for (row, value) in rows[first..].iter_mut().zip(typed) {
                        *set(row) = value.unwrap_or_default().to_owned();
                    }
                }
                Column::Number(_, set) => {
                    let typed = array
                        .as_primitive_opt::<Int64Type>()
                        .ok_or_else(|| damaged(&format!("'{name}' is no number")))?;
                    for (row, value) in rows[first..].iter_mut().zip(typed) {
                        *set(row) = value.unwrap_or_default();
                    }
                }
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ledger_reads_back_as_it_was_written_and_a_flipped_byte_is_found() {
        let store: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
        let root = Path::parse("t").unwrap();
        let row =
            LedgerRow { source: "labels".into(), unit: 3, object: "가 나.zip".into(), size: 7, ..Default::default() };
        let row = LedgerRow { codes_json: r#"{"CRC":1}"#.into(), ..row };
        assert!(row.is_quarantined(None).unwrap() && row.is_quarantined(Some("CRC")).unwrap());
        assert!(!row.is_quarantined(Some("SYNTAX")).unwrap());
        let rows = vec![row.clone(), LedgerRow { unit: 4, ..row }];
        let file = write_ledger(&store, &root, "r1", &rows).await.unwrap();
        assert_eq!(read_ledger(&store, &root, &file).await.unwrap(), rows);

        let full = crate::sink::join(&root, &file.path).unwrap();
        let mut bytes = store.get(&full).await.unwrap().bytes().await.unwrap().to_vec();
        bytes[10] ^= 1;
        store.put(&full, bytes.into()).await.unwrap();
        assert!(read_ledger(&store, &root, &file).await.unwrap_err().to_string().contains("sha256 differs"));
    }
}
