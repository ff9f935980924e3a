//! Parquet members into rows: each row is read by name into the same columns, under the same rules, as a JSON record.
//!
//! Parquet readers do not claim to survive hostile files. Everything that interprets the file's bytes is behind
//! [`decode_parquet`], which catches panics and, where the options say so, runs in a process of its own.

mod pages;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::schema::types::Type;

use super::counts::CoercionKind;
use super::isolated::{self, Batches};
use super::node::{Accepts, Data, Node, Struct, pointer_part};
use super::number::{self};
use super::options::DecodeOptions;
use super::record::{Issue, Scratch, parse_value, push_spelled};
use super::rows::{Rows, Verdict};
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::{Limits, RATIO_FROM, length};

/// Bytes of a batch, as far as a file says the truth about the size of its rows.
const BATCH_BYTES: usize = 16 << 20;

/// Bytes that a row takes at least once it is read, whatever it takes in the file.
const ROW_BYTES: u64 = 8;

/// Stack for the first look at a schema: the readers recurse, and what overflows a stack ends the process.
const DEEP_STACK: usize = 256 << 20;

/// Batches of a Parquet file, in order. After a fault there are no more.
pub struct ParquetBatches {
    reader: Option<ParquetRecordBatchReader>,
    /// Rows that the footer claims and that have not come yet.
    missing: i64,
}

/// What makes a file unreadable. It has neither object nor member.
type Fault = Box<Damage>;

fn fault(code: &str, detail: impl Into<String>) -> Fault {
    Box::new(Damage::new(code, detail))
}

/// Opens a Parquet file, to be read in batches of `batch_rows` rows, with only the top-level columns called one of `names`.
///
/// # Errors
/// What is wrong with the file. Its damage has neither object nor member.
pub fn decode_parquet(
    bytes: Bytes,
    names: &BTreeSet<String>,
    batch_rows: usize,
    limits: &Limits,
) -> std::result::Result<ParquetBatches, Box<Damage>> {
    refuse_deep(&bytes, limits)?;
    guarded(|| {
        // The Arrow schema that a writer may have left would bring dictionaries, a few bytes of which are gigabytes of rows.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes.clone(), options);
        let builder = builder.map_err(|error| fault("PARQUET", error.to_string()))?;
        let metadata = builder.metadata();
        let schema = builder.parquet_schema();
        if schema.num_columns() > length(limits.columns) {
            let told = limits.told("columns");
            return Err(fault("COLUMN_LIMIT", format!("the file has {} columns ({told})", schema.num_columns())));
        }
        let roots = schema.root_schema().get_fields().iter().enumerate();
        let wanted: Vec<usize> = roots.filter(|(_, field)| names.contains(field.name())).map(|(at, _)| at).collect();
        refuse_repeated(
            wanted.iter().filter_map(|at| schema.root_schema().get_fields().get(*at).map(AsRef::as_ref)),
            "",
        )?;
        refuse_unfolding(metadata, bytes.len() as u64, limits)?;
        for group in metadata.row_groups() {
            for (leaf, column) in group.columns().iter().enumerate() {
                if wanted.binary_search(&schema.get_column_root_idx(leaf)).is_ok() {
                    pages::check(chunk(column, &bytes), column.compression() != Compression::UNCOMPRESSED, limits)?;
                }
            }
        }
        let missing = metadata.file_metadata().num_rows();
        let mask = ProjectionMask::roots(schema, wanted);
        let row_bytes =
            metadata.row_groups().iter().map(|group| group.total_byte_size() / group.num_rows().max(1)).max();
        let fitting = BATCH_BYTES / usize::try_from(row_bytes.unwrap_or(0)).unwrap_or(0).max(1);
        let batch_rows = batch_rows.min(fitting).clamp(1, 8192);
        let reader = builder.with_projection(mask).with_batch_size(batch_rows).build();
        let reader = Some(reader.map_err(|error| fault("PARQUET", error.to_string()))?);
        Ok(ParquetBatches { reader, missing })
    })
}

/// The columns of a file, with the number of its rows in the metadata.
///
/// # Errors
/// What is wrong with its footer.
pub(super) fn columns_of(bytes: Bytes, limits: &Limits) -> std::result::Result<Schema, Fault> {
    refuse_deep(&bytes, limits)?;
    guarded(|| {
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options);
        let builder = builder.map_err(|error| fault("PARQUET", error.to_string()))?;
        let rows = builder.metadata().file_metadata().num_rows().to_string();
        Ok(builder.schema().as_ref().clone().with_metadata([(isolated::ROWS.to_owned(), rows)].into()))
    })
}

/// Refuses files whose schema is deeper than any honest one.
fn refuse_deep(bytes: &Bytes, limits: &Limits) -> std::result::Result<(), Fault> {
    fn depth(field: &Type) -> usize {
        match field.is_group() {
            true => 1 + field.get_fields().iter().map(|field| depth(field)).max().unwrap_or(0),
            false => 1,
        }
    }
    let (bytes, limits) = (bytes.clone(), *limits);
    let look = move || {
        guarded(|| {
            // What is wrong with the footer otherwise, the reader tells.
            let Ok(metadata) = ParquetMetaDataReader::new().parse_and_finish(&bytes) else { return Ok(()) };
            let levels = depth(metadata.file_metadata().schema());
            if levels > length(limits.nesting) {
                let told = limits.told("nesting");
                return Err(fault("DEPTH", format!("the schema has {levels} levels ({told})")));
            }
            Ok(())
        })
    };
    let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn(look);
    let thread = thread.map_err(|error| fault("RESOURCE", format!("no thread can be started: {error}")))?;
    thread.join().unwrap_or_else(|_| Err(panicked()))
}

/// Refuses columns of which two have one name: which is meant cannot be told.
fn refuse_repeated<'t>(fields: impl Iterator<Item = &'t Type>, pointer: &str) -> std::result::Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for field in fields {
        let own = format!("{pointer}{}", pointer_part(field.name()));
        if !seen.insert(field.name()) {
            let mut damage = fault("DUP_KEY", format!("two columns are called `{}`", field.name()));
            damage.rule = Some(own);
            return Err(damage);
        }
        if field.is_group() {
            refuse_repeated(field.get_fields().iter().map(AsRef::as_ref), &own)?;
        }
    }
    Ok(())
}

/// Refuses files that say that they unfold to far more than they are: rows of nothing take no bytes at all.
fn refuse_unfolding(metadata: &ParquetMetaData, bytes: u64, limits: &Limits) -> std::result::Result<(), Fault> {
    let groups = || metadata.row_groups().iter();
    let most = i64::try_from(limits.row_group_size).unwrap_or(i64::MAX);
    if let Some(size) = groups().map(|group| group.total_byte_size()).find(|size| *size > most) {
        let told = limits.told("row_group_size");
        return Err(fault("SIZE_LIMIT", format!("a row group claims {size} bytes ({told})")));
    }
    let rows = groups().fold(0_u64, |rows, group| rows.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0)));
    let least = rows.saturating_mul(ROW_BYTES);
    if least > RATIO_FROM && least / bytes.max(1) >= limits.ratio {
        let detail = format!("{bytes} bytes are said to hold {rows} rows ({})", limits.told("ratio"));
        return Err(fault("RATIO", detail));
    }
    Ok(())
}

/// The bytes of a column chunk, as far as they are there. What is wrong with its place the reader tells.
fn chunk<'b>(column: &ColumnChunkMetaData, bytes: &'b [u8]) -> &'b [u8] {
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let place = usize::try_from(start).ok().zip(usize::try_from(column.compressed_size()).ok());
    let Some((start, size)) = place else { return &[] };
    bytes.get(start..start.saturating_add(size).min(bytes.len())).unwrap_or_default()
}

impl Iterator for ParquetBatches {
    type Item = std::result::Result<RecordBatch, Box<Damage>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = self.reader.take()?;
        let next = guarded(|| match reader.next() {
            None => Ok(None),
            Some(Ok(batch)) => Ok(Some((batch, reader))),
            Some(Err(error)) => Err(fault("PARQUET", error.to_string())),
        });
        match next {
            Ok(None) if self.missing == 0 => None,
            Ok(None) => {
                let detail = format!("the footer counts {} rows more than there are", self.missing);
                Some(Err(fault("PARQUET", detail)))
            }
            Ok(Some((batch, reader))) => {
                self.missing = self.missing.saturating_sub(i64::try_from(batch.num_rows()).unwrap_or(i64::MAX));
                self.reader = Some(reader);
                Some(Ok(batch))
            }
            Err(damage) => Some(Err(damage)),
        }
    }
}

fn guarded<T>(read: impl FnOnce() -> std::result::Result<T, Fault>) -> std::result::Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(panicked()))
}

fn panicked() -> Fault {
    fault("PARQUET", "the file made the Parquet reader panic")
}

/// The rows of one Parquet member.
pub(super) struct ParquetRows {
    batches: Batches,
    limits: Limits,
}

impl ParquetRows {
    /// Opens a member; where that fails, books the damage.
    pub(super) fn open(bytes: Bytes, rows: &mut Rows, options: &DecodeOptions) -> Result<Option<Self>> {
        if bytes.is_empty() {
            rows.report(Damage::new("EMPTY", "the member is empty"));
            return Ok(None);
        }
        if bytes.len() > length(options.limits.file_size) {
            let told = options.limits.told("file_size");
            rows.report(Damage::new("SIZE_LIMIT", format!("the file, which is held whole, is too large ({told})")));
            return Ok(None);
        }
        let Data::Struct(root) = &rows.root.data else { return Ok(None) };
        let names = root.names.iter().map(|name| String::from_utf8_lossy(&name.key).into_owned()).collect();
        match isolated::parquet(bytes, names, options)? {
            Ok(batches) => Ok(Some(Self { batches, limits: options.limits })),
            Err(damage) => {
                rows.report(*damage);
                Ok(None)
            }
        }
    }

    /// Reads some rows; `false` at the end.
    pub(super) fn read(&mut self, rows: &mut Rows) -> Result<bool> {
        let batch = match self.batches.next().transpose()? {
            None => return Ok(false),
            Some(Err(damage)) => {
                rows.report(*damage);
                return Ok(false);
            }
            Some(Ok((batch, _))) => batch,
        };
        let fields = batch.schema();
        let children = fields
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| (field.name().clone(), Cells::new(column)));
        let row = Cells { nulls: None, kind: Kind::Struct(children.collect()) };
        let mut text = String::new();
        for at in 0..batch.num_rows() {
            text.clear();
            row.render(at, &mut text);
            if text.len() > length(self.limits.record_size) {
                let detail = format!("the row is too long ({})", self.limits.told("record_size"));
                rows.refuse(Damage::new("RECORD_SIZE", detail));
                continue;
            }
            rows.scratch.clear();
            push(&mut rows.root, &row, at, &mut rows.scratch);
            let issue = match rows.scratch.issue.take() {
                Some(issue) => {
                    rows.rollback();
                    issue
                }
                None => match rows.accept(text.as_bytes())? {
                    Verdict::Taken | Verdict::Dropped => continue,
                    Verdict::Refused(issue) => issue,
                },
            };
            let mut damage = Damage::new(issue.code, issue.detail);
            damage.rule = issue.rule;
            rows.refuse(damage);
        }
        Ok(true)
    }
}

/// A column of a file, reduced to the few kinds that a schema can declare.
struct Cells {
    nulls: Option<NullBuffer>,
    kind: Kind,
}

enum Kind {
    Text(StringArray),
    Int(Int64Array),
    Float(Float64Array),
    Bool(BooleanArray),
    List(ListArray, Box<Cells>),
    Struct(Vec<(String, Cells)>),
    Other(DataType),
}

impl Cells {
    fn new(array: &ArrayRef) -> Self {
        use DataType::{
            Binary, BinaryView, Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Dictionary,
            FixedSizeList, Float16, Float32, Float64, Int8, Int16, Int32, Int64, LargeBinary, LargeList, LargeUtf8,
            List, Struct, Time32, Time64, Timestamp, UInt8, UInt16, UInt32, UInt64, Utf8, Utf8View,
        };
        let nulls = array.logical_nulls();
        // A value that the cast cannot keep becomes NULL, which `push` tells from a NULL of the file.
        let to = |data_type: DataType| cast(array, &data_type).ok();
        let kind = match array.data_type() {
            Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => {
                to(Int64).map(|a| Kind::Int(a.as_primitive::<Int64Type>().clone()))
            }
            Float16 | Float32 | Float64 => to(Float64).map(|a| Kind::Float(a.as_primitive::<Float64Type>().clone())),
            Boolean => Some(Kind::Bool(array.as_boolean().clone())),
            Dictionary(_, values) => {
                return to(values.as_ref().clone()).map_or_else(
                    || Self { nulls: nulls.clone(), kind: Kind::Other(array.data_type().clone()) },
                    |a| Self::new(&a),
                );
            }
            Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView | Date32 | Date64 | Time32(_)
            | Time64(_) | Timestamp(..) | Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => {
                to(Utf8).map(|a| Kind::Text(a.as_string::<i32>().clone()))
            }
            List(item) | LargeList(item) | FixedSizeList(item, _) => {
                let item = Field::new(item.name(), item.data_type().clone(), true);
                to(List(item.into())).map(|a| {
                    let list = a.as_list::<i32>().clone();
                    let items = Self::new(list.values());
                    Kind::List(list, Box::new(items))
                })
            }
            Struct(fields) => {
                let columns = array.as_struct().columns();
                Some(Kind::Struct(fields.iter().zip(columns).map(|(f, c)| (f.name().clone(), Self::new(c))).collect()))
            }
            _ => None,
        };
        Self { nulls, kind: kind.unwrap_or_else(|| Kind::Other(array.data_type().clone())) }
    }

    fn is_null(&self, at: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))
    }

    fn name(&self) -> String {
        match &self.kind {
            Kind::Text(_) => "a string".to_owned(),
            Kind::Int(_) => "an integer".to_owned(),
            Kind::Float(_) => "a number".to_owned(),
            Kind::Bool(_) => "a truth value".to_owned(),
            Kind::List(..) => "a list".to_owned(),
            Kind::Struct(_) => "an object".to_owned(),
            Kind::Other(data_type) => format!("a value of type {data_type}"),
        }
    }

    /// Whether the value was lost in reducing it.
    fn is_lost(&self, at: usize) -> bool {
        match &self.kind {
            Kind::Text(a) => a.is_null(at),
            Kind::Int(a) => a.is_null(at),
            Kind::Float(a) => a.is_null(at),
            Kind::Bool(a) => a.is_null(at),
            _ => false,
        }
    }

    /// Appends the value as compact JSON; what JSON has no word for (NaN) as a string.
    fn render(&self, at: usize, out: &mut String) {
        if self.is_null(at) || self.is_lost(at) {
            out.push_str("null");
            return;
        }
        match &self.kind {
            Kind::Text(a) => out.push_str(&quoted(a.value(at))),
            Kind::Int(a) => drop(write!(out, "{}", a.value(at))),
            Kind::Float(a) if a.value(at).is_finite() => drop(write!(out, "{:?}", a.value(at))),
            Kind::Float(a) => drop(write!(out, "\"{}\"", a.value(at))),
            Kind::Bool(a) => drop(write!(out, "{}", a.value(at))),
            Kind::Other(data_type) => out.push_str(&quoted(&data_type.to_string())),
            Kind::List(list, items) => {
                out.push('[');
                for (nth, item) in range(list, at).enumerate() {
                    if nth > 0 {
                        out.push(',');
                    }
                    items.render(item, out);
                }
                out.push(']');
            }
            Kind::Struct(children) => {
                out.push('{');
                for (nth, (name, child)) in children.iter().enumerate() {
                    if nth > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(name));
                    out.push(':');
                    child.render(at, out);
                }
                out.push('}');
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn range(list: &ListArray, at: usize) -> std::ops::Range<usize> {
    let offsets = list.value_offsets();
    let offset = |at: usize| offsets.get(at).map_or(0, |&offset| offset as usize);
    offset(at)..offset(at + 1)
}

/// Appends the value at `at` of `cells` to `node`; what is wrong goes to `scratch.issue`.
fn push(node: &mut Node, cells: &Cells, at: usize, scratch: &mut Scratch) {
    if cells.is_null(at) {
        node.push_null();
        return;
    }
    let row = node.len();
    let accepts = node.accepts;
    if cells.is_lost(at) {
        refuse(node, "NUMBER", "the value does not fit into the declared type".to_owned(), scratch);
        return;
    }
    let coercion = match (&mut node.data, &cells.kind) {
        (Data::Struct(structure), Kind::Struct(children)) => return push_fields(structure, children, row, at, scratch),
        (Data::List(list), Kind::List(array, items)) => {
            for item in range(array, at) {
                if !scratch.add_cells(list.item.width) {
                    issue(&list.item, "RECORD_SIZE", scratch.too_many_cells(), scratch);
                    break;
                }
                push(&mut list.item, items, item, scratch);
                if list.item.required && list.item.len().checked_sub(1).is_some_and(|last| list.item.is_null(last)) {
                    issue(&list.item, "MISSING_FIELD", "items of this list must not be null".to_owned(), scratch);
                }
            }
            list.close(true);
            return;
        }
        (Data::Utf8(_) | Data::Json(_), Kind::Text(array)) if array.value(at).len() > scratch.max_value() => {
            let detail = scratch.value_size(array.value(at).len());
            return refuse(node, "VALUE_SIZE", detail, scratch);
        }
        (Data::Utf8(column), Kind::Text(array)) => {
            column.push(array.value(at).as_bytes());
            return;
        }
        (Data::Json(_), Kind::Text(array)) => {
            if parse_value(node, array.value(at).as_bytes(), scratch).is_err() {
                node.truncate(row);
                refuse(node, "TYPE", "the string must hold JSON".to_owned(), scratch);
            }
            return;
        }
        (Data::Json(column), _) => {
            let mut text = String::new();
            cells.render(at, &mut text);
            column.push(text.as_bytes());
            return;
        }
        (Data::Int64(column), Kind::Int(array)) => return column.push(Some(array.value(at))),
        (Data::Float64(column), Kind::Float(array)) => return column.push(Some(array.value(at))),
        (Data::Boolean(column), Kind::Bool(array)) => return column.push(Some(array.value(at))),
        (Data::Float64(column), Kind::Int(array)) => {
            match number::float(array.value(at).to_string().as_bytes(), true) {
                Ok(value) => return column.push(Some(value)),
                Err(_) => {
                    let detail = "no 64-bit float equals this integer; declare int or string".to_owned();
                    return refuse(node, "NUMBER", detail, scratch);
                }
            }
        }
        (Data::Int64(_) | Data::Float64(_) | Data::Boolean(_), Kind::Text(array)) if accepts.has(Accepts::STRING) => {
            push_spelled(node, array.value(at).trim().as_bytes()).then_some(CoercionKind::String)
        }
        (Data::Int64(column), Kind::Float(array)) if accepts.has(Accepts::FLOAT) => {
            number::integral(format!("{:?}", array.value(at)).as_bytes()).map(|value| {
                column.push(Some(value));
                CoercionKind::Float
            })
        }
        (Data::Boolean(column), Kind::Int(array)) if accepts.has(Accepts::INT) && matches!(array.value(at), 0 | 1) => {
            column.push(Some(array.value(at) == 1));
            Some(CoercionKind::Int)
        }
        (Data::Utf8(column), kind) => {
            let coercion = match kind {
                Kind::Int(_) if accepts.has(Accepts::INT) => Some(CoercionKind::Int),
                Kind::Float(_) if accepts.has(Accepts::FLOAT) => Some(CoercionKind::Float),
                Kind::Bool(_) if accepts.has(Accepts::BOOL) => Some(CoercionKind::Bool),
                _ => None,
            };
            if coercion.is_some() {
                let mut text = String::new();
                cells.render(at, &mut text);
                column.push(text.as_bytes());
            }
            coercion
        }
        (Data::List(list), kind) => {
            let (coercion, alternative) = match kind {
                Kind::Struct(_) => (CoercionKind::Struct, Accepts::STRUCT),
                Kind::Text(_) => (CoercionKind::String, Accepts::STRING),
                Kind::Int(_) => (CoercionKind::Int, Accepts::INT),
                Kind::Bool(_) => (CoercionKind::Bool, Accepts::BOOL),
                _ => (CoercionKind::Float, Accepts::FLOAT),
            };
            accepts.has(alternative).then(|| {
                push(&mut list.item, cells, at, scratch);
                list.close(true);
                coercion
            })
        }
        _ => None,
    };
    let coercion = match (&cells.kind, coercion) {
        (Kind::List(array, items), None) if accepts.has(Accepts::LIST) && range(array, at).len() <= 1 => {
            match range(array, at).next() {
                Some(item) => push(node, items, item, scratch),
                None => node.push_null(),
            }
            Some(CoercionKind::List)
        }
        (_, coercion) => coercion,
    };
    match coercion {
        Some(kind) => scratch.count(node.id, kind),
        None => {
            let detail = format!("expected {}, found {}", node.type_name(), cells.name());
            refuse(node, "TYPE", detail, scratch);
        }
    }
}

/// Appends an object, field by field, each found under its name or an alias. A field that stands under two names counts
/// under the first that is not NULL.
fn push_fields(structure: &mut Struct, children: &[(String, Cells)], row: usize, at: usize, scratch: &mut Scratch) {
    let Struct { nodes, names, .. } = structure;
    for (field, node) in nodes.iter_mut().enumerate() {
        let found = names.iter().filter(|name| name.field == field).filter_map(|name| {
            let child = children.iter().find(|(key, _)| key.as_bytes() == &*name.key)?;
            Some((name.alias, &child.1))
        });
        let mut best: Option<(bool, &Cells)> = None;
        for candidate in found {
            if best.is_none_or(|(_, cells)| cells.is_null(at)) {
                best = Some(candidate);
            }
        }
        match best {
            Some((alias, cells)) => {
                push(node, cells, at, scratch);
                if alias {
                    scratch.count(node.id, CoercionKind::Alias);
                }
            }
            None => {
                node.push_null();
                scratch.count(node.id, CoercionKind::Missing);
            }
        }
        if node.required && node.is_null(row) {
            issue(node, "MISSING_FIELD", "the required field has no value".to_owned(), scratch);
        }
    }
    structure.close();
}

fn refuse(node: &mut Node, code: &'static str, detail: String, scratch: &mut Scratch) {
    node.push_null();
    issue(node, code, detail, scratch);
}

fn issue(node: &Node, code: &'static str, detail: String, scratch: &mut Scratch) {
    if scratch.issue.is_none() {
        scratch.issue = Some(Box::new(Issue { code, at: 0, rule: Some(node.pointer.clone()), detail }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use arrow::array::{Int32Array, LargeStringArray, ListArray, StructArray, UInt64Array};
    use arrow::datatypes::{Int32Type, Schema};
    use serde_json::json;

    use super::super::tests::{decode, field, list, object, plain, schema, without_src};
    use super::super::*;
    use super::*;

    fn file() -> Vec<u8> {
        let inner = StructArray::from(vec![(
            Arc::new(Field::new("x", DataType::Float32, true)),
            Arc::new(arrow::array::Float32Array::from(vec![Some(0.5), None, Some(2.0), Some(1.0)])) as ArrayRef,
        )]);
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
            Some(vec![Some(1), None]),
            None,
            Some(vec![]),
            Some(vec![Some(2)]),
        ]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(UInt64Array::from(vec![1, 2, u64::MAX, 4]))),
            ("글", Arc::new(LargeStringArray::from(vec![Some("등대"), None, Some("다"), Some("라")]))),
            ("extra", Arc::new(Int32Array::from(vec![0; 4]))),
            ("p", Arc::new(inner)),
            ("l", Arc::new(lists)),
            ("n", Arc::new(LargeStringArray::from(vec![Some("7"), Some("8"), Some("9"), Some("x")]))),
        ];
        let fields: Vec<Field> =
            columns.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true)).collect();
        let fields = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&fields), columns.into_iter().map(|(_, a)| a).collect()).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, fields, None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn declared() -> SchemaRef {
        schema(vec![
            plain("id", DataType::Int64),
            field("text", DataType::Utf8, &[("aliases", r#"["글"]"#)]),
            plain("p", object(vec![plain("x", DataType::Float64), plain("y", DataType::Utf8)])),
            plain("l", list(DataType::Int64)),
            field("n", DataType::Int64, &[("alternatives", r#"["string"]"#)]),
            field("m", DataType::Utf8, &[("json", "true")]),
        ])
    }

    #[test]
    fn rows_come_by_name() {
        let bytes = file();
        for chunk in [1, 1 << 20] {
            for name in ["a.parquet", "a.bin"] {
                let options = DecodeOptions { batch_rows: 1, ..without_src() };
                let given = decode(&declared(), &options, &[(name, &bytes)], &[chunk]);
                let expected = [
                    json!({"id":1,"text":"등대","p":{"x":0.5,"y":null},"l":[1,null],"n":7,"m":null}),
                    json!({"id":2,"text":null,"p":{"x":null,"y":null},"l":null,"n":8,"m":null}),
                ];
                assert_eq!(given.rows(), expected);
                let found: Vec<_> =
                    given.damage.iter().map(|d| (d.code.as_str(), d.record, d.rule.as_deref())).collect();
                assert_eq!(found, [("NUMBER", Some(2), Some("/id")), ("TYPE", Some(3), Some("/n"))]);
                assert_eq!(given.counts.coercions.get(&("/text".to_owned(), CoercionKind::Alias)), Some(&2));
            }
        }
    }

    #[test]
    fn broken_files_are_damage() {
        let bytes = file();
        let options = without_src();
        for length in [0, 4, 8, bytes.len() / 2, bytes.len() - 1] {
            let given = decode(&declared(), &options, &[("a.parquet", &bytes[..length])], &[1 << 20]);
            assert_eq!((given.rows().len(), given.damage.len()), (0, 1), "{length}");
            assert_eq!(given.outcomes, [MemberOutcome::Quarantined]);
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            decode(&declared(), &options, &[("a.parquet", &flipped)], &[1 << 20]);
        }
    }
}
