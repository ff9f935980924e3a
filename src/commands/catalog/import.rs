//! `jogak catalog import` and `locate`.

use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::import::{self as engine, Form, Imported, Request};
use jogak_engine::{Error, Result, Settings};

use super::super::size;
use super::{pick, say_coverage};
use crate::args::Format;
use crate::args::catalog::{FormArg, ImportArgs};
use crate::report;

/// Problems that are printed; the summary has a thousand, the catalogue all.
const PRINTED: usize = 20;

pub(super) async fn import(catalog: &Catalog, args: &ImportArgs, korean: bool, settings: &Settings) -> Result<u8> {
    let memory = size("--memory", args.memory.as_deref())?;
    let mut all = Vec::new();
    for place in &args.places {
        let request = Request {
            place: place.clone(),
            form: args.form.map(|form| match form {
                FormArg::Table => Form::Table,
                FormArg::Files => Form::Files,
                FormArg::List => Form::List,
                FormArg::Tree => Form::Tree,
                FormArg::Page => Form::Page,
                FormArg::Prefix => Form::Prefix,
            }),
            id: args.id.clone(),
            table: args.table.clone(),
            as_of: args.as_of.clone(),
            source: args.source.clone(),
            memory,
        };
        let imported = engine::import(catalog, &request, settings).await?;
        if args.format == Format::Table {
            print(&imported, korean);
        }
        all.push(imported);
    }
    match (args.format, all.as_slice()) {
        (Format::Table, _) => say_coverage(catalog, korean).await?,
        (Format::Json | Format::Ndjson, [one]) => report::json(one, args.format)?,
        (Format::Ndjson, all) => all.iter().try_for_each(|one| report::json(one, Format::Ndjson))?,
        (Format::Json, all) => report::json(&all, args.format)?,
        _ => return Err(Error::invalid("the summary of an import is a table, json or ndjson")),
    }
    Ok(u8::from(all.iter().any(has_failed)))
}

/// Whether nothing was stored: nothing could be used, or a bad row kept a whole table from being replaced. A table that is
/// replaced by one without rows is what was asked for.
fn has_failed(imported: &Imported) -> bool {
    imported.tables.is_empty() || (imported.books.items == 0 && imported.form != Form::Rows)
}

fn print(imported: &Imported, korean: bool) {
    let books = imported.books;
    let form = match (imported.form, korean) {
        (Form::Table, true) => "데이터셋 표",
        (Form::Files, true) => "파일 표",
        (Form::List, true) => "데이터셋 목록",
        (Form::Tree, true) => "파일 트리",
        (Form::Page, true) => "상세 페이지",
        (Form::Prefix, true) => "저장소 폴더",
        (Form::Rows, true) => "카탈로그 표",
        (Form::Table, false) => "table of sets",
        (Form::Files, false) => "table of files",
        (Form::List, false) => "list of sets",
        (Form::Tree, false) => "file tree",
        (Form::Page, false) => "detail page",
        (Form::Prefix, false) => "prefix",
        (Form::Rows, false) => "catalogue table",
    };
    let as_of = imported.as_of.as_deref().map(|as_of| format!(" ({as_of})")).unwrap_or_default();
    report::line(&format!("{} · {form}{as_of}", imported.source));
    report::line(&match korean {
        true => format!(
            "  읽음 {} = 사용 {} + 문제 {} · 참고 {} · 그 밖의 줄 {}",
            books.read, books.items, books.problems, books.remarks, books.frame
        ),
        false => format!(
            "  read {} = used {} + problems {} · remarks {} · other lines {}",
            books.read, books.items, books.problems, books.remarks, books.frame
        ),
    });
    let sets = imported.datasets;
    report::line(&match korean {
        true => format!(
            "  데이터셋: 새로 {} · 바뀜 {} · 파일 {} · 위치 {}",
            sets.added, sets.changed, imported.files, imported.locations
        ),
        false => format!(
            "  sets: {} new · {} changed · files {} · locations {}",
            sets.added, sets.changed, imported.files, imported.locations
        ),
    });
    for (name, stored) in &imported.tables {
        let state = if stored.changed {
            pick(korean, "새 버전", "new version")
        } else {
            pick(korean, "그대로", "unchanged")
        };
        report::line(&format!("  catalog.{name}: {state} {} ({})", stored.version, stored.rows));
    }
    if let Some(missing) = imported.not_in_list.filter(|missing| *missing > 0) {
        report::line(&match korean {
            true => format!("  카탈로그의 {missing}종은 이 목록에 없습니다. 지우지 않고 둡니다."),
            false => format!("  {missing} sets of the catalogue are not in this list; they stay."),
        });
    }
    let ignored: Vec<&str> =
        imported.columns.iter().filter(|column| column.column.is_none()).map(|column| column.header.as_str()).collect();
    if !ignored.is_empty() {
        report::say(&format!("  {}: {}", pick(korean, "읽지 않은 열", "columns not read"), ignored.join(", ")));
    }
    for problem in imported.problems.iter().take(PRINTED) {
        let text = if problem.text.is_empty() { String::new() } else { format!(": {:?}", problem.text) };
        report::say(&format!("  {} {}: {} ({}){text}", problem.severity, problem.place, problem.why, problem.code));
    }
    let rest = (books.problems + books.remarks).saturating_sub(imported.problems.len().min(PRINTED) as u64);
    if rest > 0 {
        let query = format!("jogak sql \"SELECT * FROM catalog.problems WHERE import_id = '{}'\"", imported.import_id);
        report::say(&match korean {
            true => format!("  … 그 밖에 {rest}건: {query}"),
            false => format!("  … and {rest} more: {query}"),
        });
    }
    if imported.form == Form::Rows && books.problems > 0 {
        report::say(pick(
            korean,
            "  잘못된 행이 있어 표를 바꾸지 않았습니다. 고친 뒤 다시 가져오세요.",
            "  Some rows are bad, so the table was not replaced; mend them and import it again.",
        ));
    }
}

pub(super) async fn locate(
    catalog: &Catalog,
    id: &str,
    url: &str,
    version: Option<&str>,
    korean: bool,
    settings: &Settings,
) -> Result<u8> {
    let stored = catalog.locate(id, url, version, settings).await?;
    report::line(&match korean {
        true => format!("{id} → {url} (catalog.locations 버전 {})", stored.version),
        false => format!("{id} → {url} (catalog.locations version {})", stored.version),
    });
    Ok(0)
}
