//! Excel workbooks (`.xlsx`, `.xlsm`): one sheet into rows.
//!
//! - The sheet is the one that the records path names (`$.Sheet1[*]`, `$['시트 1'][*]`), else the first visible one.
//! - Its first row that is not blank is the header, as in CSV; blank rows are left out. Hidden rows and columns are read.
//! - A cell is text, which is read as a cell of CSV is. Numbers are the shortest text that reads back as they are, integers
//!   without a fraction; truth values are `true` and `false`.
//! - A number whose format shows a date, a time or a length of time is ISO 8601 text (`2021-03-05`, `2021-03-05T13:30:00`,
//!   `13:30:00`, `PT36H0M0S`), counted from 1900 or 1904 as the workbook says; in a field declared as a number it stays one.
//! - Of a formula the result is read that was stored with it. Where there is none, and where the result is an error
//!   (`#N/A`), the row is refused (`TYPE`): what it should be is not known, which is not the same as NULL.
//! - Of merged cells the first has the value and the others are NULL, as in the file.
//! - Cells of columns that are not declared are read over.
//! - The place of damage is the row and the column of the sheet, both from 1, in `line` and `column`.
//!
//! | code | what | what is lost |
//! |---|---|---|
//! | `FORMAT` | no workbook: another format, an old one, a password; a file that contradicts itself, such as a shared string that is not there | the member; the row |
//! | `XML_DTD` | a part has a document type definition | the member |
//! | `SIZE_LIMIT`, `RATIO` | beyond the limits of packed and unpacked bytes, parts, strings | the member, or its rest |
//! | `SYNTAX`, `CRC`, `INFLATE`, `SIZE_MISMATCH` and others of zip | a part is broken | the member, or its rest |
//! | `NO_RECORDS`, `EMPTY` | there is no such sheet; it has no rows | the member |
//!
//! Workbooks are hostile until shown otherwise. All that interprets a file's bytes is behind [`decode_xlsx`], which takes
//! and gives nothing that could not be handed to and from another process.

mod date;
mod fill;
mod package;
mod sample;
mod sheet;
mod strings;
mod workbook;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;

pub(super) use fill::{Packed, XlsxRows};
pub(super) use sample::sample;

use super::node::{Data, Node};
use super::options::{DecodeOptions, Header};
use super::path::RecordsPath;
use crate::damage::Damage;
use crate::limits::{Limits, length};
use package::{Fault, Package, fault};
use sheet::{Row, SheetRows, Value, Want};
use workbook::Workbook;

/// The key of a column's metadata that holds its number in the sheet, from 1.
const COLUMN: &str = "column";

/// Some rows of a sheet, as [`decode_xlsx`] gives them.
#[derive(Debug, Clone)]
pub struct SheetBatch {
    /// `row` (Int64, from 1), then for each declared field that has a column in the sheet a Utf8 column of its name: the
    /// text of its cells, NULL where they are empty. A column's metadata says under `column` which one of the sheet it is.
    pub cells: RecordBatch,
    /// Rows that cannot be used, each with how many rows of `cells` come before it. Their place is the sheet's row and column.
    pub refused: Vec<(usize, Damage)>,
}

/// Batches of a sheet, in order. After a fault there are no more.
pub struct SheetBatches {
    open: Option<Opened>,
}

struct Opened {
    rows: SheetRows,
    row: Row,
    /// The first row is no header and was read already.
    waiting: bool,
    schema: SchemaRef,
    /// For each column of the sheet the column of the batch, if it has one.
    places: Vec<Option<usize>>,
    pointers: Vec<String>,
    batch_rows: usize,
    batch_bytes: usize,
    limits: Limits,
    text_left: u64,
    /// What ends the sheet early, once the rows before it are given.
    broken: Option<Fault>,
}

/// Opens the sheet of a workbook that the records paths of `options` name, to be read into the declared fields of `schema`.
/// Of the options, `records`, `header`, `batch_rows`, `batch_bytes` and `limits` count.
///
/// # Errors
/// Why the workbook cannot be read. Its damage has neither object nor member.
pub fn decode_xlsx(
    bytes: Bytes,
    schema: &Schema,
    options: &DecodeOptions,
) -> std::result::Result<SheetBatches, Box<Damage>> {
    guarded(|| Ok(SheetBatches { open: Some(open(bytes, schema, options)?) }))
}

impl Iterator for SheetBatches {
    type Item = std::result::Result<SheetBatch, Box<Damage>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut open = self.open.take()?;
        let next = guarded(|| {
            let (batch, over) = open.read()?;
            Ok((batch, over, open))
        });
        match next {
            Ok((batch, over, open)) => {
                self.open = (!over).then_some(open);
                (batch.cells.num_rows() > 0 || !batch.refused.is_empty() || !over).then_some(Ok(batch))
            }
            Err(damage) => Some(Err(damage)),
        }
    }
}

fn guarded<T>(read: impl FnOnce() -> std::result::Result<T, Fault>) -> std::result::Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(fault("FORMAT", "the workbook made its reader panic; please report this")))
}

fn open_sheet(bytes: Bytes, paths: &[RecordsPath], limits: &Limits) -> std::result::Result<(SheetRows, String), Fault> {
    if bytes.len() > length(limits.file_size) {
        return Err(too_large_file(limits));
    }
    let mut package = Package::open(bytes, limits)?;
    let workbook = Workbook::read(&mut package)?;
    let (name, part) = workbook.choose(paths)?;
    let (name, part) = (name.to_owned(), part.to_owned());
    let part = package.part(&part)?;
    Ok((SheetRows::new(part, workbook, length(limits.record_size)), name))
}

fn too_large_file(limits: &Limits) -> Fault {
    fault("SIZE_LIMIT", format!("the workbook, which is held whole, is too large ({})", limits.told("file_size")))
}

fn open(bytes: Bytes, schema: &Schema, options: &DecodeOptions) -> std::result::Result<Opened, Fault> {
    let root = Node::root(schema.fields()).map_err(|error| fault("FORMAT", error.to_string()))?;
    let Data::Struct(root) = &root.data else { return Err(fault("FORMAT", "the schema is no object")) };
    let (mut rows, sheet) = open_sheet(bytes, &options.records, &options.limits)?;
    let mut row = Row::default();
    if !rows.next(&mut row)? {
        return Err(fault("EMPTY", format!("the sheet `{sheet}` holds no rows")));
    }
    if let Some((detail, column)) = row.wrong.take() {
        return Err(at(fault("FORMAT", detail), row.number, column));
    }
    // The column of the sheet that holds each declared field.
    let mut columns: Vec<Option<u32>> = vec![None; root.nodes.len()];
    let mut waiting = true;
    if options.header != Header::No {
        for cell in &row.cells {
            let Value::Text(range) = &cell.value else { continue };
            let text = row.text(range).trim_ascii();
            let Some(name) = root.names.iter().find(|name| *name.key == *text) else { continue };
            let Some(column) = columns.get_mut(name.field) else { continue };
            if column.replace(cell.column).is_some() {
                let field = root.fields.get(name.field).map_or("", |field| field.name());
                let mut damage = fault("DUP_KEY", format!("two columns are the field `{field}`"));
                damage.rule = Some(format!("/{field}"));
                return Err(at(damage, row.number, Some(cell.column)));
            }
        }
        waiting = options.header == Header::Auto && columns.iter().all(Option::is_none);
    }
    if waiting {
        columns = (0..).map(Some).take(root.nodes.len()).collect();
    }
    let mut fields = vec![Field::new("row", DataType::Int64, false)];
    let mut wants = Vec::new();
    let mut places = Vec::new();
    let mut pointers = Vec::new();
    for ((node, field), column) in root.nodes.iter().zip(&root.fields).zip(&columns) {
        let Some(column) = *column else { continue };
        let at = column as usize;
        if places.len() <= at {
            places.resize(at + 1, None);
            wants.resize(at + 1, Want::Nothing);
        }
        let number = matches!(node.data, Data::Int64(_) | Data::Float64(_));
        if let (Some(place), Some(want)) = (places.get_mut(at), wants.get_mut(at)) {
            *place = Some(pointers.len());
            *want = if number { Want::Number } else { Want::Text };
        }
        pointers.push(node.pointer.clone());
        let metadata = [(COLUMN.to_owned(), (column + 1).to_string())].into();
        fields.push(Field::new(field.name(), DataType::Utf8, true).with_metadata(metadata));
    }
    // The first row was read when it was not known what its cells are: as text, dates and all.
    rows.want(wants);
    Ok(Opened {
        rows,
        row,
        waiting,
        schema: Arc::new(Schema::new(fields)),
        places,
        pointers,
        batch_rows: options.batch_rows.clamp(1, 8192),
        batch_bytes: options.batch_bytes,
        limits: options.limits,
        text_left: options.limits.workbook_size,
        broken: None,
    })
}

/// Puts damage at a row and a column (from 0) of the sheet.
fn at(mut damage: Fault, row: u32, column: Option<u32>) -> Fault {
    damage.line = Some(i64::from(row));
    damage.column = column.map(|column| i64::from(column) + 1);
    damage
}

impl Opened {
    /// The next rows; `true` where there are no more.
    fn read(&mut self) -> std::result::Result<(SheetBatch, bool), Fault> {
        if let Some(broken) = self.broken.take() {
            return Err(broken);
        }
        let mut numbers = Vec::new();
        let mut columns: Vec<StringBuilder> = self.pointers.iter().map(|_| StringBuilder::new()).collect();
        let mut refused = Vec::new();
        let mut bytes = 0;
        let mut cells: Vec<Option<std::ops::Range<usize>>> = vec![None; columns.len()];
        let mut over = false;
        while numbers.len() + refused.len() < self.batch_rows && bytes < self.batch_bytes {
            let more = if std::mem::take(&mut self.waiting) { Ok(true) } else { self.rows.next(&mut self.row) };
            match more {
                Ok(true) => {}
                Ok(false) => {
                    over = true;
                    break;
                }
                Err(broken) => {
                    self.broken = Some(broken);
                    break;
                }
            }
            cells.fill(None);
            match self.sort(&mut cells) {
                Err(damage) => refused.push((numbers.len(), *damage)),
                Ok(()) => {
                    numbers.push(i64::from(self.row.number));
                    for (column, cell) in columns.iter_mut().zip(&cells) {
                        let text = cell.as_ref().and_then(|range| std::str::from_utf8(self.row.text(range)).ok());
                        column.append_option(text);
                    }
                }
            }
            bytes += self.row.text.len();
            self.text_left = self.text_left.saturating_sub(self.row.text.len() as u64);
            if self.text_left == 0 {
                let detail = format!("the cells give too many bytes ({})", self.limits.told("workbook_size"));
                self.broken = Some(at(fault("SIZE_LIMIT", detail), self.row.number, None));
                break;
            }
        }
        let arrays = std::iter::once(Arc::new(Int64Array::from(numbers)) as ArrayRef)
            .chain(columns.into_iter().map(|mut column| Arc::new(column.finish()) as ArrayRef))
            .collect();
        let cells = RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .map_err(|error| fault("FORMAT", format!("making a batch of the rows failed: {error}")))?;
        Ok((SheetBatch { cells, refused }, over))
    }

    /// Finds the cells of the declared fields in the row; the first that cannot be used refuses it.
    fn sort(&self, cells: &mut [Option<std::ops::Range<usize>>]) -> std::result::Result<(), Fault> {
        let number = self.row.number;
        if let Some((detail, column)) = &self.row.wrong {
            return Err(at(fault("FORMAT", detail), number, *column));
        }
        if self.row.too_large {
            let detail = format!("the row is too long ({})", self.limits.told("record_size"));
            return Err(at(fault("RECORD_SIZE", detail), number, None));
        }
        for cell in &self.row.cells {
            let Some(place) = self.places.get(cell.column as usize).copied().flatten() else { continue };
            let wrong = |code: &str, detail: String| {
                let mut damage = fault(code, detail);
                damage.rule = self.pointers.get(place).cloned();
                at(damage, number, Some(cell.column))
            };
            let range = match &cell.value {
                Value::Text(range) => range.clone(),
                Value::Wrong(code, detail) => return Err(wrong(code, detail.clone())),
            };
            if range.len() > length(self.limits.value_size) {
                let detail = format!("the value has {} bytes ({})", range.len(), self.limits.told("value_size"));
                return Err(wrong("VALUE_SIZE", detail));
            }
            if let Some(slot) = cells.get_mut(place)
                && slot.replace(range).is_some()
            {
                return Err(wrong("DUP_KEY", "two cells of the row are in one column".to_owned()));
            }
        }
        Ok(())
    }
}
