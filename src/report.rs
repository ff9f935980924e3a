//! Everything that is printed: data on stdout, words for people on stderr.

mod rows;

use std::io::{IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use arrow::array::RecordBatch;
use comfy_table::{ContentArrangement, Table, presets};
use jogak_engine::{Error, Result};
use jogak_plans::{Diagnostic, Severity, SourceFile};
use serde::Serialize;
use serde_json::Value;

use crate::args::{Format, Lang};

pub(crate) use rows::RowPrinter;

/// Is it Korean that people want to read here?
pub(crate) fn korean(lang: Option<Lang>) -> bool {
    match lang {
        Some(lang) => lang == Lang::Ko,
        None => std::env::var("LANG").is_ok_and(|lang| lang.starts_with("ko")),
    }
}

/// A line of data. A closed pipe ends the output, not the work.
pub(crate) fn line(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{text}");
}

/// A line for people.
pub(crate) fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// An error with its causes, and the plan's problems where these are it.
pub(crate) fn error(error: &Error) {
    if let Some((file, list)) = error.diagnostics() {
        diagnostics(file, list);
    }
    let mut text = format!("error: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text.push_str(&format!("\n  because {next_text}"));
        }
        cause = next.source();
    }
    say(&text);
}

/// Problems of a plan file, drawn with carets.
pub(crate) fn diagnostics(file: &SourceFile, list: &[Diagnostic]) {
    let renderer = if std::io::stderr().is_terminal() { Renderer::styled() } else { Renderer::plain() };
    for diagnostic in list {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut report = vec![];
        let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
        let mut group = Group::with_title(title);
        if !diagnostic.labels.is_empty() {
            let annotations = diagnostic.labels.iter().enumerate().map(|(index, label)| {
                let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(label.span.clone()).label(&label.text)
            });
            group = group.element(Snippet::source(file.text()).path(file.path()).annotations(annotations));
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help));
        }
        report.push(group);
        say(&renderer.render(&report));
    }
}

/// One JSON value.
pub(crate) fn json(value: &impl Serialize, format: Format) -> Result<()> {
    let text = match format {
        Format::Ndjson => serde_json::to_string(value),
        _ => serde_json::to_string_pretty(value),
    };
    line(&text.map_err(|e| Error::internal("encoding JSON").because(e))?);
    Ok(())
}

/// JSON objects with the same keys, in any format.
pub(crate) fn values(rows: &[Value], format: Format) -> Result<()> {
    let names: Vec<String> =
        rows.first().and_then(Value::as_object).map(|row| row.keys().cloned().collect()).unwrap_or_default();
    let cell = |row: &Value, name: &str| match row.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match format {
        Format::Json => json(&rows, format),
        Format::Ndjson => rows.iter().try_for_each(|row| json(row, format)),
        Format::Csv => {
            line(&names.iter().map(|name| csv_cell(name)).collect::<Vec<_>>().join(","));
            for row in rows {
                line(&names.iter().map(|name| csv_cell(&cell(row, name))).collect::<Vec<_>>().join(","));
            }
            Ok(())
        }
        Format::Table => {
            let headings: Vec<&str> = names.iter().map(String::as_str).collect();
            table(&headings, rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()));
            Ok(())
        }
        Format::Parquet => Err(Error::invalid("--format parquet is for rows of tables; use json, ndjson or csv here")),
    }
}

fn csv_cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// A table, aligned for wide characters.
pub(crate) fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    line(&drawn(headings, rows));
}

fn drawn(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    // Some terminals say that they have no width.
    let arrangement = if table.width() == Some(0) { ContentArrangement::Disabled } else { ContentArrangement::Dynamic };
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(arrangement);
    table.set_header(headings);
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// Batches in any format.
pub(crate) fn batches(batches: &[RecordBatch], format: Format) -> Result<()> {
    let Some(first) = batches.first() else { return Ok(()) };
    let mut printer = RowPrinter::new(first.schema(), format)?;
    for batch in batches {
        printer.print(batch)?;
    }
    printer.finish()
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("printing rows").because(error)
}

/// Rows as JSON objects, NULLs included.
pub(crate) fn json_values(batch: &RecordBatch) -> Result<Vec<Value>> {
    let builder = arrow::json::WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, arrow::json::writer::LineDelimited>(Vec::new());
    writer.write(batch).and_then(|()| writer.finish()).map_err(failed)?;
    let text = String::from_utf8(writer.into_inner()).map_err(failed)?;
    text.lines().map(|line| serde_json::from_str(line).map_err(failed)).collect()
}

/// A number of bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{count} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// A time in KST, from milliseconds since 1970.
pub(crate) fn time(millis: i64) -> String {
    let seconds = millis.div_euclid(1000) + 9 * 3600;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Civil date from days, after Howard Hinnant's `civil_from_days`.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} KST", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_korea() {
        assert_eq!(time(0), "1970-01-01 09:00:00 KST");
        assert_eq!(time(1_795_316_400_000), "2026-11-22 12:00:00 KST");
        assert_eq!(time(951_782_400_000), "2000-02-29 09:00:00 KST");
    }

    #[test]
    fn sizes_are_rounded_for_people() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1536), "1.5 KiB");
    }
}
