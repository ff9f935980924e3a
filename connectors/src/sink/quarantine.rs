//! The quarantine: what could not be used, as Parquet under the table's `_jogak/`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::shard::{hex, join, writer_properties};
use crate::damage::Damage;
use crate::error::{Error, Result};

/// Rows held before they are encoded.
const BATCH_ROWS: usize = 2048;

/// A row of the quarantine: what happened to which source or output.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuarantineRow {
    /// The plan's source or output that the row belongs to.
    pub scope: String,
    /// `archive`, `member`, `record` or `row`.
    pub grain: String,
    /// The unit that met it; none for what was met while listing.
    pub unit: Option<i64>,
    /// What and where.
    pub damage: Damage,
}

/// A stored quarantine file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineFile {
    /// Path relative to the table's root.
    pub path: String,
    /// Rows in it.
    pub rows: u64,
    /// Lower-case hex sha256 of its bytes.
    pub sha256: String,
}

const TEXTS: [&str; 9] = ["scope", "grain", "code", "object", "member", "rule", "detail", "excerpt", "row_json"];
const NUMBERS: [&str; 6] = ["unit", "member_index", "record", "line", "column", "byte_offset"];

/// The columns of the quarantine.
pub fn quarantine_schema() -> SchemaRef {
    let order = [
        "scope",
        "grain",
        "code",
        "object",
        "member",
        "member_index",
        "record",
        "line",
        "column",
        "byte_offset",
        "rule",
        "detail",
        "excerpt",
        "row_json",
        "unit",
    ];
    let field = |name: &str| {
        let data_type = if NUMBERS.contains(&name) { DataType::Int64 } else { DataType::Utf8 };
        Field::new(name, data_type, true)
    };
    Arc::new(Schema::new(order.into_iter().map(field).collect::<Vec<_>>()))
}

/// Collects the quarantine of a unit; encodes as it goes, so that a damaged unit does not fill the memory.
pub struct QuarantineWriter {
    waiting: Vec<QuarantineRow>,
    writer: Option<ArrowWriter<Vec<u8>>>,
    rows: u64,
}

impl Default for QuarantineWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl QuarantineWriter {
    /// An empty quarantine.
    pub fn new() -> Self {
        Self { waiting: Vec::new(), writer: None, rows: 0 }
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When encoding fails.
    pub fn push(&mut self, row: QuarantineRow) -> Result<()> {
        self.rows += 1;
        self.waiting.push(row);
        if self.waiting.len() >= BATCH_ROWS { self.encode() } else { Ok(()) }
    }

    fn encode(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.waiting);
        let batch = to_batch(&rows)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(
                ArrowWriter::try_new(Vec::new(), quarantine_schema(), Some(writer_properties()?))
                    .map_err(|e| Error::internal("opening a quarantine file").because(e))?,
            ),
        };
        writer.write(&batch).map_err(|e| Error::internal("encoding the quarantine").because(e))
    }

    /// Stores the rows as `<table_root>/<path>`; nothing when there are none.
    ///
    /// # Errors
    /// When encoding or the store fails.
    pub async fn store(
        mut self,
        store: &Arc<dyn ObjectStore>,
        table_root: &Path,
        path: String,
    ) -> Result<Option<QuarantineFile>> {
        self.encode()?;
        let Some(writer) = self.writer else { return Ok(None) };
        let bytes = writer.into_inner().map_err(|e| Error::internal("finishing a quarantine file").because(e))?;
        let sha256 = hex(&Sha256::digest(&bytes));
        let full = join(table_root, &path)?;
        store.put(&full, bytes.into()).await.map_err(|e| Error::store(format!("writing '{full}'"), e))?;
        Ok(Some(QuarantineFile { path, rows: self.rows, sha256 }))
    }
}

fn text<'a>(row: &'a QuarantineRow, name: &str) -> Option<&'a str> {
    let damage = &row.damage;
    match name {
        "scope" => Some(&row.scope),
        "grain" => Some(&row.grain),
        "code" => Some(&damage.code),
        "object" => Some(&damage.object),
        "member" => damage.member.as_deref(),
        "rule" => damage.rule.as_deref(),
        "detail" => Some(&damage.detail),
        "excerpt" => damage.excerpt.as_deref(),
        _ => damage.row_json.as_deref(),
    }
}

fn number(row: &QuarantineRow, name: &str) -> Option<i64> {
    let damage = &row.damage;
    match name {
        "unit" => row.unit,
        "member_index" => damage.member_index,
        "record" => damage.record,
        "line" => damage.line,
        "column" => damage.column,
        _ => damage.byte_offset,
    }
}

fn to_batch(rows: &[QuarantineRow]) -> Result<RecordBatch> {
    let schema = quarantine_schema();
    let columns = schema
        .fields()
        .iter()
        .map(|field| -> ArrayRef {
            if TEXTS.contains(&field.name().as_str()) {
                let mut builder = StringBuilder::new();
                rows.iter().for_each(|row| builder.append_option(text(row, field.name())));
                Arc::new(builder.finish())
            } else {
                let mut builder = Int64Builder::new();
                rows.iter().for_each(|row| builder.append_option(number(row, field.name())));
                Arc::new(builder.finish())
            }
        })
        .collect();
    RecordBatch::try_new(schema, columns).map_err(|e| Error::internal("quarantine rows").because(e))
}

/// Reads a quarantine file back.
///
/// # Errors
/// When the bytes are not a quarantine file.
pub fn read_quarantine(bytes: Bytes) -> Result<Vec<QuarantineRow>> {
    let damaged = |e: &dyn std::fmt::Display| Error::data(format!("not a quarantine file: {e}"));
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|builder| builder.build()).map_err(|e| damaged(&e))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|e| damaged(&e))?;
        let text_of = |name: &str, row: usize| -> Option<String> {
            let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        let number_of = |name: &str, row: usize| -> Option<i64> {
            let column = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
            column.is_valid(row).then(|| column.value(row))
        };
        for row in 0..batch.num_rows() {
            rows.push(QuarantineRow {
                scope: text_of("scope", row).unwrap_or_default(),
                grain: text_of("grain", row).unwrap_or_default(),
                unit: number_of("unit", row),
                damage: Damage {
                    code: text_of("code", row).unwrap_or_default(),
                    object: text_of("object", row).unwrap_or_default(),
                    member: text_of("member", row),
                    member_index: number_of("member_index", row),
                    record: number_of("record", row),
                    line: number_of("line", row),
                    column: number_of("column", row),
                    byte_offset: number_of("byte_offset", row),
                    rule: text_of("rule", row),
                    detail: text_of("detail", row).unwrap_or_default(),
                    excerpt: text_of("excerpt", row),
                    row_json: text_of("row_json", row),
                },
            });
        }
    }
    Ok(rows)
}
