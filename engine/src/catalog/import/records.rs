//! Rows of anything that can be read as records, and the tables that are imported by their own column names.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;
use jogak_connectors::aihub::columns::{Cell, Column, column_of};
use jogak_connectors::aihub::dataset::{ByteSize, Place, Problem};
use jogak_connectors::aihub::path::describe;
use jogak_connectors::aihub::pieces::{StoredFile, join};
use jogak_connectors::aihub::text::tidy;
use jogak_connectors::aihub::values;
use jogak_connectors::damage::Rest;

use super::super::rows::{Origin, truth};
use super::super::schema::{Kind, TableSpec, Value, table};
use super::super::session;
use super::{Found, Known, MappedTo, Request, Stage};
use crate::error::{Error, Result};
use crate::query::{Met, records_at};
use crate::settings::Settings;

/// The column that says where a record comes from.
const SRC: &str = "_src";

/// Records of a place, batch by batch.
pub(crate) struct Records {
    batches: SendableRecordBatchStream,
    met: Option<Met>,
}

impl Records {
    pub(crate) async fn open(found: &Found, settings: &Settings) -> Result<Self> {
        let context = session::reading()?;
        let (provider, met) = records_at(&context, &found.url, found.member.as_deref(), settings).await?;
        let frame = context.read_table(provider)?;
        let batches = frame.execute_stream().await?;
        Ok(Self { batches, met })
    }

    pub(crate) fn headers(&self) -> Vec<String> {
        let names = self.batches.schema();
        names.fields().iter().map(|field| field.name().clone()).filter(|name| name != SRC).collect()
    }

    pub(crate) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(batch) = self.batches.try_next().await? else { return Ok(None) };
        let kept: Vec<usize> =
            (0..batch.num_columns()).filter(|column| batch.schema().field(*column).name() != SRC).collect();
        batch.project(&kept).map(Some).map_err(|e| Error::internal("columns of a table").because(e))
    }

    /// What the readers could not use, each as a problem.
    pub(crate) fn problems(&self, stage: &mut Stage) -> Result<()> {
        let Some((shared, units)) = &self.met else { return Ok(()) };
        for unit in 0..*units {
            for (_, _, outcome) in shared.take_outcomes(unit) {
                for damage in outcome.damage.rows() {
                    let damage = damage?;
                    // The last may stand for many.
                    let count = Rest::of(&damage).map_or(1, |rest| rest.rows);
                    let place = match (damage.line, damage.column, damage.record) {
                        (Some(line), Some(column), _) => format!("line {line}, column {column}"),
                        (_, _, Some(record)) => format!("record {}", record + 1),
                        _ => "the whole input".to_owned(),
                    };
                    let text = damage.excerpt.clone().or(damage.row_json.clone()).unwrap_or_default();
                    stage.books.read += count;
                    stage.books.problems += count;
                    stage.note("problem", &damage.code, &place, &text, &damage.detail)?;
                }
            }
        }
        Ok(())
    }
}

/// One column, ready to give cells.
enum Cells<'a> {
    Text(&'a arrow::array::StringArray),
    Int(arrow::array::Int64Array),
    Float(arrow::array::Float64Array),
    List(&'a arrow::array::ListArray, ArrayRef),
    Other(&'a ArrayRef, ArrayFormatter<'a>),
    Null,
}

impl<'a> Cells<'a> {
    fn new(column: &'a ArrayRef) -> Result<Self> {
        let wrong = |e: arrow::error::ArrowError| Error::internal("a column of a table").because(e);
        Ok(match column.data_type() {
            DataType::Null => Self::Null,
            DataType::Utf8 => Self::Text(column.as_string::<i32>()),
            // Of unsigned numbers, only those beyond 2^63 do not fit; they are NULL then, and shown as a problem by none.
            integer if integer.is_integer() && *integer != DataType::UInt64 => {
                let cast = arrow::compute::cast(column, &DataType::Int64).map_err(wrong)?;
                Self::Int(cast.as_primitive::<Int64Type>().clone())
            }
            DataType::Float64 | DataType::Float32 | DataType::Float16 => {
                let cast = arrow::compute::cast(column, &DataType::Float64).map_err(wrong)?;
                Self::Float(cast.as_primitive::<Float64Type>().clone())
            }
            DataType::List(item) if !item.data_type().is_nested() => {
                let list = column.as_list::<i32>();
                Self::List(list, arrow::compute::cast(list.values(), &DataType::Utf8).map_err(wrong)?)
            }
            _ => Self::Other(column, ArrayFormatter::try_new(column.as_ref(), &FORMAT).map_err(wrong)?),
        })
    }

    fn cell(&self, row: usize) -> Cell<'a> {
        let owned = |text: String| Cell::Text(Cow::Owned(text));
        match self {
            Self::Null => Cell::Null,
            Self::Text(column) if column.is_valid(row) => Cell::Text(Cow::Borrowed(column.value(row))),
            Self::Int(column) if column.is_valid(row) => Cell::Integer(column.value(row)),
            Self::Float(column) if column.is_valid(row) => Cell::Float(column.value(row)),
            Self::List(list, items) if list.is_valid(row) => {
                let offsets = list.value_offsets();
                let range =
                    offsets.get(row).zip(offsets.get(row + 1)).map_or(0..0, |(from, to)| *from as usize..*to as usize);
                let items = items.as_string::<i32>();
                let texts =
                    range.filter(|item| items.is_valid(*item)).map(|item| Cow::Owned(items.value(item).to_owned()));
                Cell::List(texts.collect())
            }
            Self::Other(column, text) if column.is_valid(row) => owned(text.value(row).to_string()),
            _ => Cell::Null,
        }
    }
}

/// How values of unusual types are written as text.
static FORMAT: FormatOptions<'static> = FormatOptions::new();

/// The rows of a batch as cells.
pub(crate) fn cells(batch: &RecordBatch) -> Result<impl Iterator<Item = Vec<Cell<'_>>>> {
    let columns = batch.columns().iter().map(Cells::new).collect::<Result<Vec<_>>>()?;
    Ok((0..batch.num_rows()).map(move |row| columns.iter().map(|column| column.cell(row)).collect()))
}

/// Headers that mean a file's path, in small letters.
const PATHS: [&str; 8] = ["path", "file_path", "filepath", "key", "경로", "파일경로", "파일 경로", "파일명"];
/// Headers that mean its size.
const SIZES: [&str; 7] = ["size", "bytes", "file_size", "크기", "용량", "파일크기", "파일 크기"];

/// Reads a table of files: a column for the set, one for the path, perhaps one for the size. Pieces of a cut archive are
/// joined where the rows of a set follow each other.
pub(super) async fn files(stage: &mut Stage, found: &Found, settings: &Settings, known: &mut Known) -> Result<()> {
    let mut records = Records::open(found, settings).await?;
    let headers = records.headers();
    let names: Vec<String> = headers.iter().map(|header| tidy(header).to_lowercase()).collect();
    let one_of = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let id = names.iter().position(|name| matches!(column_of(name), Some((Column::Id, _))));
    let (path, size) = (one_of(&PATHS), one_of(&SIZES));
    let (Some(id), Some(path)) = (id, path) else {
        let what = if id.is_none() { "the number of the set, e.g. dataset_id" } else { "the path, e.g. path" };
        return Err(Error::invalid(format!("no column of the table is {what}; found: {}", headers.join(", "))));
    };
    let meaning = |at: usize| match at {
        _ if at == id => Some("dataset_id"),
        _ if at == path => Some("path"),
        _ if Some(at) == size => Some("size"),
        _ => None,
    };
    known.columns = (headers.iter().enumerate())
        .map(|(at, header)| MappedTo {
            header: header.clone(),
            column: meaning(at),
            ignored: meaning(at).is_none().then(|| "no column of catalog.files is called so".to_owned()),
        })
        .collect();
    let mut row = 0;
    let mut set: (String, Vec<StoredFile>) = Default::default();
    while let Some(batch) = records.next().await? {
        for cells in cells(&batch)? {
            row += 1;
            let text = |at: usize| cells.get(at).map(Cell::text).unwrap_or_default();
            let (own, name) = (text(id), tidy(&text(path)));
            let own = own.trim();
            let missing = if own.is_empty() { Some("number of the set") } else { name.is_empty().then_some("path") };
            if let Some(what) = missing {
                let line = cells.iter().map(Cell::text).collect::<Vec<_>>().join(" | ");
                let place = Place::Row { row, column: None };
                stage.refuse(&Problem::new("MISSING", place, &line, format!("the {what} is missing")))?;
                continue;
            }
            let size = match size.map(|at| (at, cells.get(at))) {
                Some((_, Some(Cell::Integer(bytes)))) => u64::try_from(*bytes).ok().map(ByteSize::exact),
                Some((at, Some(_))) => match values::bytes(&text(at), None) {
                    Ok(size) => size,
                    Err(why) => {
                        let place = Place::Row { row, column: headers.get(at).cloned() };
                        stage.remark(&Problem::new("VALUE", place, &text(at), why))?;
                        None
                    }
                },
                _ => None,
            };
            stage.books.read += 1;
            stage.books.items += 1;
            if set.0 != own {
                flush(stage, &mut set)?;
                set.0 = own.to_owned();
            }
            let segments: Vec<&str> = name.split('/').collect();
            let facts = describe(segments.get(1..).unwrap_or_default());
            set.1.push(StoredFile { path: name, size, filekey: None, facts });
        }
    }
    flush(stage, &mut set)?;
    records.problems(stage)
}

fn flush(stage: &mut Stage, set: &mut (String, Vec<StoredFile>)) -> Result<()> {
    let (id, files) = std::mem::take(set);
    let (files, remarks) = join(Some(&id), files);
    let as_of = stage.as_of.clone();
    files.iter().try_for_each(|file| stage.file(file, &id, Origin::Table, as_of.as_deref()))?;
    remarks.iter().try_for_each(|remark| stage.remark(remark))
}

/// Reads rows of a catalogue table by its own column names.
pub(super) async fn rows(
    stage: &mut Stage,
    found: &Found,
    request: &Request,
    settings: &Settings,
    known: &mut Known,
) -> Result<()> {
    let spec = table(request.table.as_deref().unwrap_or_default())?;
    if !spec.replaceable {
        return Err(Error::invalid(format!(
            "catalog.{} cannot be replaced from a file; {}",
            spec.name,
            if spec.name == "judgments" {
                "add judgements with jogak catalog judge --from FILE"
            } else {
                "its own command makes it"
            }
        )));
    }
    let mut records = Records::open(found, settings).await?;
    let headers = records.headers();
    let places = places(spec, &headers)?;
    let read = |header: &String| spec.columns.iter().find(|(name, _)| same(header, name)).map(|(name, _)| *name);
    known.columns = headers
        .iter()
        .map(|header| MappedTo {
            header: header.clone(),
            column: read(header),
            ignored: read(header).is_none().then(|| format!("catalog.{} has no such column", spec.name)),
        })
        .collect();
    let mut row = 0;
    while let Some(batch) = records.next().await? {
        for cells in cells(&batch)? {
            row += 1;
            push(stage, spec, &places, row, &cells)?;
        }
    }
    records.problems(stage)
}

fn same(header: &str, name: &str) -> bool {
    tidy(header).to_lowercase() == name
}

/// Where each column of the table stands among the headers. Columns of its key must be there.
fn places(spec: &TableSpec, headers: &[String]) -> Result<Vec<Option<usize>>> {
    let places: Vec<Option<usize>> =
        spec.columns.iter().map(|(name, _)| headers.iter().position(|header| same(header, name))).collect();
    let missing = |(name, _): &(&str, Kind)| spec.key.is_empty() || spec.key.contains(name);
    let optional = ["version", "as_of", "url"];
    let missing: Vec<&str> = (spec.columns.iter().zip(&places))
        .filter(|(column, place)| place.is_none() && missing(column) && !optional.contains(&column.0))
        .map(|((name, _), _)| *name)
        .collect();
    // The tables that judge are read by plans, which need all of their columns.
    let all = matches!(spec.built_in, super::super::schema::BuiltIn::Csv(_));
    if missing.is_empty() || (!all && spec.key.is_empty() && missing.len() < spec.columns.len()) {
        return Ok(places);
    }
    Err(Error::invalid(format!(
        "the table lacks the column{} {} of catalog.{}; found: {}",
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", "),
        spec.name,
        headers.join(", ")
    )))
}

fn push(stage: &mut Stage, spec: &TableSpec, places: &[Option<usize>], row: u64, cells: &[Cell<'_>]) -> Result<()> {
    let texts: Vec<String> =
        places.iter().map(|place| place.and_then(|at| cells.get(at)).map(Cell::text).unwrap_or_default()).collect();
    let mut values = Vec::with_capacity(texts.len());
    for ((name, kind), text) in spec.columns.iter().zip(&texts) {
        let text = text.trim();
        let value = match kind {
            _ if text.is_empty() && spec.key.contains(name) && *name != "version" => None,
            // Texts of the tables that judge are compared with '': there, empty is a value.
            Kind::Text if text.is_empty() && !matches!(spec.built_in, super::super::schema::BuiltIn::Csv(_)) => {
                Some(Value::Null)
            }
            Kind::Text => Some(Value::Text(text)),
            _ if text.is_empty() => Some(Value::Null),
            Kind::Int => text.replace(',', "").parse().ok().map(Value::Int),
            Kind::Float => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float),
            Kind::Bool => truth(text).map(Value::Bool),
        };
        let Some(value) = value else {
            let what = match kind {
                Kind::Text => "a text",
                Kind::Int => "a whole number",
                Kind::Float => "a number",
                Kind::Bool => "true or false",
            };
            let place = Place::Row { row, column: Some((*name).to_owned()) };
            return stage.refuse(&Problem::new("VALUE", place, text, format!("{what} was expected")));
        };
        values.push(value);
    }
    stage.books.read += 1;
    stage.books.items += 1;
    stage.row(spec.name, &values)
}
