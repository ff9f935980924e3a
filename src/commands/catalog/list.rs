//! `jogak catalog list` and `search`.

use futures::TryStreamExt;
use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::view::{self, Filter, Order};
use jogak_engine::{Error, Result};
use serde_json::Value;

use super::{pick, say_coverage, unknown};
use crate::args::Format;
use crate::args::catalog::{ListArgs, Sort};
use crate::report;

/// Rows of a table that people read.
const ROWS: usize = 100;

pub(super) async fn list(catalog: &Catalog, args: &ListArgs, words: &[String], korean: bool) -> Result<u8> {
    let limit = match args.rows {
        Some(0) => None,
        Some(rows) => Some(rows),
        None => (args.format == Format::Table).then_some(ROWS),
    };
    let filter = Filter {
        words: words.to_vec(),
        field: args.field.clone(),
        modality: args.modality.clone(),
        years: args.year.as_deref().map(years).transpose()?,
        order: match args.sort {
            Sort::Id => Order::Id,
            Sort::Title => Order::Title,
            Sort::Year => Order::Year,
            Sort::Bytes => Order::Bytes,
            Sort::Llm => Order::Llm,
            Sort::Physical => Order::Physical,
        },
        limit,
    };
    let mut rows = view::list(catalog, &filter).await?;
    let mut shown = 0;
    if args.format == Format::Table {
        let mut lines = Vec::new();
        while let Some(batch) = rows.try_next().await? {
            lines.extend(report::json_values(&batch)?);
        }
        shown = lines.len();
        if shown > 0 {
            table(&lines, korean);
        }
    } else {
        let mut printer = report::RowPrinter::new(rows.schema(), args.format)?;
        while let Some(batch) = rows.try_next().await? {
            printer.print(&batch)?;
        }
        printer.finish()?;
    }
    if limit == Some(shown) && args.format == Format::Table {
        let all = view::count(catalog, &filter).await?;
        let more = all.saturating_sub(shown as u64);
        if more > 0 {
            report::say(&match korean {
                true => format!("… 그 밖에 {more}종이 더 있습니다. 모두 보려면 -n 0, 표로 받으려면 --format csv"),
                false => format!("… and {more} more; -n 0 for all, --format csv for a file"),
            });
        }
    } else if args.format == Format::Table && shown == 0 {
        report::say(pick(korean, "해당하는 데이터셋이 없습니다.", "No set fits."));
    }
    say_coverage(catalog, korean).await?;
    Ok(0)
}

fn years(text: &str) -> Result<(i64, i64)> {
    let wrong = || Error::invalid(format!("--year '{text}' is no year; write e.g. 2022 or 2019..2021"));
    let year = |text: &str| text.trim().parse::<i64>().map_err(|_| wrong());
    match text.split_once("..") {
        Some((first, last)) => Ok((year(first)?, year(last)?)),
        None => year(text).map(|year| (year, year)),
    }
}

fn table(rows: &[Value], korean: bool) {
    let scored = rows.iter().any(|row| !row["llm_score"].is_null() || !row["physical_score"].is_null());
    let mut headings = match korean {
        true => vec!["번호", "제목", "분야", "유형", "구축", "파일", "크기"],
        false => vec!["id", "title", "field", "modality", "built", "files", "size"],
    };
    if scored {
        headings.extend(if korean { ["LLM", "피지컬"] } else { ["llm", "physical"] });
    }
    let text = |value: &Value| match value {
        Value::Null => unknown(korean).to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let score = |row: &Value, track: &str| {
        let rank = row[format!("{track}_rank")].as_u64().map(|rank| format!(" ({rank})")).unwrap_or_default();
        row[format!("{track}_score")].as_f64().map(|score| format!("{score:.3}{rank}")).unwrap_or_default()
    };
    let line = |row: &Value| {
        let size = row["bytes"].as_u64().map_or_else(|| unknown(korean).to_owned(), report::bytes);
        let mut cells: Vec<String> =
            ["id", "title", "field", "modality", "build_year", "files"].map(|name| text(&row[name])).into();
        cells.push(size);
        if scored {
            cells.extend(["llm", "physical"].map(|track| score(row, track)));
        }
        cells
    };
    report::table(&headings, rows.iter().map(line));
}
