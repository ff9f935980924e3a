//! Rows of tables as they come, in any format, to stdout or a file.

use std::io::{BufWriter, ErrorKind, IsTerminal, Write};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jogak_engine::{Error, Result};
use parquet::arrow::ArrowWriter;

use super::{csv_cell, drawn, failed, say};
use crate::args::Format;

/// Characters of a cell that a table shows.
const CELL: usize = 60;
/// Rows that a table shows.
const TABLE_ROWS: usize = 1000;
/// How a table shows that there is no value, as against an empty text.
const NULL: &str = "NULL";

/// Where rows go.
pub(crate) type Target = Box<dyn Write + Send>;

/// Prints rows as they come.
pub(crate) struct RowPrinter {
    schema: SchemaRef,
    sink: Sink,
    /// Whoever read it is gone, as with `| head`.
    closed: bool,
}

enum Sink {
    Table { out: Target, rows: Vec<Vec<String>>, more: bool },
    Json { out: Target, any: bool },
    Ndjson { out: Target },
    Csv { out: Target, header: bool },
    Parquet(Box<ArrowWriter<Target>>),
}

impl RowPrinter {
    /// Prints to stdout.
    pub(crate) fn new(schema: SchemaRef, format: Format) -> Result<Self> {
        if format == Format::Parquet && std::io::stdout().is_terminal() {
            return Err(Error::invalid("--format parquet writes bytes; send stdout to a file"));
        }
        Self::to(Box::new(std::io::stdout()), schema, format)
    }

    /// Prints to `target`.
    pub(crate) fn to(target: Target, schema: SchemaRef, format: Format) -> Result<Self> {
        let buffered = |target| -> Target { Box::new(BufWriter::with_capacity(64 << 10, target)) };
        let sink = match format {
            Format::Table => Sink::Table { out: buffered(target), rows: Vec::new(), more: false },
            Format::Json => Sink::Json { out: buffered(target), any: false },
            Format::Ndjson => Sink::Ndjson { out: buffered(target) },
            Format::Csv => Sink::Csv { out: buffered(target), header: true },
            // It has a buffer of its own.
            Format::Parquet => {
                Sink::Parquet(Box::new(ArrowWriter::try_new(target, schema.clone(), None).map_err(failed)?))
            }
        };
        Ok(Self { schema, sink, closed: false })
    }

    /// Whether further rows would be shown to nobody: the query can end.
    pub(crate) fn is_full(&self) -> bool {
        self.closed || matches!(self.sink, Sink::Table { more: true, .. })
    }

    /// Prints the rows of a batch.
    pub(crate) fn print(&mut self, batch: &RecordBatch) -> Result<()> {
        let written = match &mut self.sink {
            Sink::Table { rows, more, .. } => {
                let room = TABLE_ROWS.saturating_sub(rows.len()).min(batch.num_rows());
                *more |= room < batch.num_rows();
                rows.extend(text_rows(&batch.slice(0, room))?);
                Ok(())
            }
            Sink::Json { out, any } => json_rows(batch)?.iter().try_for_each(|text| {
                let separator = if std::mem::replace(any, true) { "," } else { "[" };
                writeln!(out, "{separator}{text}")
            }),
            Sink::Ndjson { out } => json_rows(batch)?.iter().try_for_each(|text| writeln!(out, "{text}")),
            Sink::Csv { out, header } => {
                let heading = std::mem::take(header).then(|| csv_heading(&self.schema));
                let rows = csv_rows(batch)?;
                heading.iter().chain(&rows).try_for_each(|text| writeln!(out, "{text}"))
            }
            Sink::Parquet(writer) => return writer.write(batch).map_err(failed),
        };
        let flushed = written.and_then(|()| match &mut self.sink {
            Sink::Json { out, .. } | Sink::Ndjson { out } | Sink::Csv { out, .. } => out.flush(),
            Sink::Table { .. } | Sink::Parquet(_) => Ok(()),
        });
        self.closed |= is_closed(flushed)?;
        Ok(())
    }

    /// Prints what is left: the table itself, closing brackets, the footer.
    pub(crate) fn finish(self) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        let written = match self.sink {
            Sink::Table { mut out, rows, more } => {
                let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
                let text = drawn(&names, rows.into_iter());
                let written = writeln!(out, "{text}").and_then(|()| out.flush());
                if more {
                    say(&format!("… the first {TABLE_ROWS} rows; use LIMIT, or --format ndjson for all"));
                }
                written
            }
            Sink::Json { mut out, any } => writeln!(out, "{}", if any { "]" } else { "[]" }).and_then(|()| out.flush()),
            Sink::Csv { mut out, header } => {
                let heading = if header { writeln!(out, "{}", csv_heading(&self.schema)) } else { Ok(()) };
                heading.and_then(|()| out.flush())
            }
            Sink::Ndjson { mut out } => out.flush(),
            Sink::Parquet(writer) => return writer.close().map(drop).map_err(failed),
        };
        is_closed(written).map(drop)
    }
}

/// Whether nobody reads any more.
fn is_closed(written: std::io::Result<()>) -> Result<bool> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(Error::stopped("the rows could not be written").because(error)),
    }
}

fn json_rows(batch: &RecordBatch) -> Result<Vec<String>> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch).and_then(|()| writer.finish()).map_err(failed)?;
    let text = String::from_utf8(writer.into_inner()).map_err(failed)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn csv_heading(schema: &SchemaRef) -> String {
    schema.fields().iter().map(|field| csv_cell(field.name())).collect::<Vec<_>>().join(",")
}

/// Rows as CSV. No value is nothing between commas, an empty text is `""`.
fn csv_rows(batch: &RecordBatch) -> Result<Vec<String>> {
    let options = FormatOptions::default();
    let formatters = formatters(batch, &options)?;
    let cell = |column: usize, row: usize| -> String {
        let (Some(formatter), values) = (formatters.get(column), batch.column(column)) else { return String::new() };
        let text = formatter.value(row).to_string();
        let is_text = matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        if text.is_empty() && is_text && values.is_valid(row) { "\"\"".to_owned() } else { csv_cell(&text) }
    };
    let row = |row: usize| (0..batch.num_columns()).map(|column| cell(column, row)).collect::<Vec<_>>().join(",");
    Ok((0..batch.num_rows()).map(row).collect())
}

/// Cells cut to a length that people can read.
fn text_rows(batch: &RecordBatch) -> Result<Vec<Vec<String>>> {
    let cut = |text: String| {
        let text = text.replace('\n', " ");
        if text.chars().count() <= CELL {
            text
        } else {
            format!("{}…", text.chars().take(CELL - 1).collect::<String>())
        }
    };
    let options = FormatOptions::default().with_null(NULL);
    let formatters = formatters(batch, &options)?;
    let row = |row: usize| formatters.iter().map(|formatter| cut(formatter.value(row).to_string())).collect();
    Ok((0..batch.num_rows()).map(row).collect())
}

fn formatters<'a>(batch: &'a RecordBatch, options: &FormatOptions<'a>) -> Result<Vec<ArrayFormatter<'a>>> {
    let columns = batch.columns().iter();
    columns.map(|column| ArrayFormatter::try_new(column.as_ref(), options).map_err(failed)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let title = StringArray::from(vec![Some("한강, 노을"), Some(""), None]);
        let files = Int64Array::from(vec![Some(3), None, Some(0)]);
        RecordBatch::try_from_iter_with_nullable([
            ("제목", Arc::new(title) as _, true),
            ("files", Arc::new(files) as _, true),
        ])
        .unwrap()
    }

    #[test]
    fn no_value_is_told_from_an_empty_text() {
        assert_eq!(csv_rows(&batch()).unwrap(), ["\"한강, 노을\",3", "\"\",", ",0"]);
        assert_eq!(text_rows(&batch()).unwrap(), [["한강, 노을", "3"], ["", "NULL"], ["NULL", "0"]]);
    }

    #[test]
    fn a_table_ends_where_nobody_reads_on() {
        let mut printer = RowPrinter::to(Box::new(std::io::sink()), batch().schema(), Format::Table).unwrap();
        for _ in 0..334 {
            assert!(!printer.is_full());
            printer.print(&batch()).unwrap();
        }
        assert!(printer.is_full());
        printer.finish().unwrap();
    }
}
