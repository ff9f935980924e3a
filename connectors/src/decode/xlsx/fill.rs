//! The rows of a sheet into columns.

use std::fmt::Write;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, Schema};

use super::package::fault;
use super::{COLUMN, SheetBatch, too_large_file};
use crate::damage::Damage;
use crate::decode::counts::CoercionKind;
use crate::decode::delimited::push_text;
use crate::decode::isolated::{self, Batches};
use crate::decode::node::Data;
use crate::decode::options::DecodeOptions;
use crate::decode::rows::{Rows, Verdict};
use crate::error::Result;
use crate::limits::{Limits, length};

/// The packed bytes of a member, up to the limit.
#[derive(Debug, Default)]
pub(in crate::decode) struct Packed {
    bytes: Vec<u8>,
    too_large: bool,
}

impl Packed {
    pub(in crate::decode) fn push(&mut self, bytes: &[u8], limits: &Limits) {
        if self.too_large || self.bytes.len() + bytes.len() > length(limits.file_size) {
            *self = Self { bytes: Vec::new(), too_large: true };
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

impl From<Vec<u8>> for Packed {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, too_large: false }
    }
}

/// The rows of one workbook.
pub(in crate::decode) struct XlsxRows {
    batches: Batches,
}

impl XlsxRows {
    /// Opens a member; where that fails, books the damage.
    pub(in crate::decode) fn open(
        packed: Packed,
        rows: &mut Rows,
        schema: &Schema,
        options: &DecodeOptions,
    ) -> Result<Option<Self>> {
        let opened = if packed.too_large {
            Err(too_large_file(&options.limits))
        } else if packed.bytes.is_empty() {
            Err(fault("EMPTY", "the member is empty"))
        } else {
            isolated::workbook(packed.bytes.into(), schema, options)?
        };
        Ok(opened.map(|batches| Self { batches }).map_err(|damage| rows.report(*damage)).ok())
    }

    /// Reads some rows; `false` at the end.
    pub(in crate::decode) fn read(&mut self, rows: &mut Rows) -> Result<bool> {
        let batch = match self.batches.next().transpose()? {
            None => return Ok(false),
            Some(Err(damage)) => {
                rows.report(*damage);
                return Ok(false);
            }
            Some(Ok((cells, refused))) => SheetBatch { cells, refused },
        };
        take(batch, rows)?;
        Ok(true)
    }
}

/// Makes records of the rows of a sheet.
fn take(batch: SheetBatch, rows: &mut Rows) -> Result<()> {
    let SheetBatch { cells, refused } = batch;
    let Data::Struct(root) = &rows.root.data else { return Ok(()) };
    // For each declared field its cells, and its column in the sheet.
    let found: Vec<_> = root
        .fields
        .iter()
        .map(|field| {
            // The first column is the number of the row, whatever fields are called.
            let schema = cells.schema_ref();
            let (at, own) = schema.fields().iter().enumerate().skip(1).find(|(_, own)| own.name() == field.name())?;
            let column = own.metadata().get(COLUMN).and_then(|column| column.parse::<i64>().ok());
            Some((cells.column(at).as_string_opt::<i32>()?.clone(), column))
        })
        .collect();
    let names: Vec<String> =
        root.fields.iter().map(|field| serde_json::Value::from(field.name().as_str()).to_string()).collect();
    let numbers = cells.column(0).as_primitive_opt::<Int64Type>().cloned();
    let mut refused = refused.into_iter().peekable();
    let mut text = String::new();
    for at in 0..cells.num_rows() {
        while let Some((_, damage)) = refused.next_if(|(before, _)| *before <= at) {
            rows.refuse(damage);
        }
        let (root, scratch) = (&mut rows.root, &mut rows.scratch);
        let Data::Struct(root) = &mut root.data else { return Ok(()) };
        scratch.clear();
        text.clear();
        let mut issue = None;
        for ((node, found), name) in root.nodes.iter_mut().zip(&found).zip(&names) {
            let before = node.len();
            let cell = found.as_ref().and_then(|(cells, _)| cells.is_valid(at).then(|| cells.value(at)));
            let fault = match (cell, found) {
                (Some(cell), _) => {
                    let start = if text.is_empty() { '{' } else { ',' };
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{start}{name}:{}", serde_json::Value::from(cell));
                    push_text(node, cell.as_bytes(), true, scratch)
                }
                (None, found) => {
                    node.push_null();
                    if found.is_none() {
                        scratch.count(node.id, CoercionKind::Missing);
                    }
                    None
                }
            };
            let missing = (node.required && fault.is_none() && node.is_null(before))
                .then(|| ("MISSING_FIELD", "the required field has no value".to_owned()));
            if let (None, Some((code, detail))) = (&issue, fault.or(missing)) {
                let mut damage = Damage::new(code, detail);
                damage.rule = Some(node.pointer.clone());
                damage.column = found.as_ref().and_then(|(_, column)| *column);
                issue = Some(damage);
            }
        }
        root.close();
        text.push_str(if text.is_empty() { "{}" } else { "}" });
        let mut damage = match issue {
            Some(damage) => {
                rows.rollback();
                damage
            }
            None => match rows.accept(text.as_bytes())? {
                Verdict::Taken | Verdict::Dropped => continue,
                Verdict::Refused(issue) => Damage { rule: issue.rule, ..Damage::new(issue.code, issue.detail) },
            },
        };
        damage.line = numbers.as_ref().map(|numbers| numbers.value(at));
        damage.excerpt = Some(text.chars().take(120).collect());
        rows.refuse(damage);
    }
    refused.for_each(|(_, damage)| rows.refuse(damage));
    Ok(())
}
