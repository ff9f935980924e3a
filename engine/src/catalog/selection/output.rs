//! A selection as rows of the catalogue, as report files, and as plans to begin with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::Catalog;
use super::super::import::iso_time;
use super::super::schema::{Rows, Value, table};
use super::super::session::{json_rows, quoted, stream};
use super::super::store::Note;
use super::{Options, Outcome, details};
use crate::clock::unix_millis;
use crate::error::{Error, Result};
use crate::select::model::{Lang, Track};
use crate::select::points;
use crate::select::report::{Report, csv, html, markdown, xlsx};
use crate::shipped::named;

/// Stores the selection in the place of one of the same name; the version of `catalog.selections`.
pub(super) async fn store(catalog: &Catalog, options: &Options, outcome: &Outcome) -> Result<u64> {
    let note = Note::new("catalog select", &options.name).with(details(options, outcome));
    let time = iso_time(unix_millis());
    let context = catalog.hash_session(None)?;
    let places =
        json_rows(&context, "SELECT dataset_id, min(url) AS url FROM catalog.locations GROUP BY dataset_id").await?;
    let plans =
        json_rows(&context, "SELECT dataset_id, track, plan FROM catalog.placements WHERE plan IS NOT NULL").await?;
    let mut rows = Rows::new(table("selections")?);
    for track in Track::ALL {
        for (index, pick) in outcome.selection.of(track).enumerate() {
            let candidate = outcome.case.candidate(&pick.id);
            let share = outcome.stability.as_ref().and_then(|stability| {
                let share =
                    stability.shares.iter().find(|share| share.place.id == pick.id && share.place.track == track)?;
                Some(f64::from(share.by_weights) / f64::from(stability.plan.draws.max(1)))
            });
            let plan = plans.iter().find(|row| row["dataset_id"] == pick.id.as_str() && row["track"] == track.name());
            let place = places.iter().find(|row| row["dataset_id"] == pick.id.as_str());
            rows.push(&[
                Value::Text(&options.name),
                Value::Text(track.name()),
                Value::Int(i64::try_from(index + 1).unwrap_or(i64::MAX)),
                Value::Text(&pick.id),
                candidate.map(|candidate| candidate.title.as_str()).into(),
                Value::Float(points(pick.units)),
                Value::Int(pick.cost_krw),
                Value::Bool(pick.provisional),
                Value::Bool(pick.included),
                share.into(),
                plan.and_then(|row| row["plan"].as_str()).into(),
                place.and_then(|row| row["url"].as_str()).into(),
                Value::Text(&time),
            ])?;
        }
    }
    let mut asked = Rows::new(table("selection_options")?);
    let json = serde_json::to_string(options).map_err(|e| Error::internal("encoding the options").because(e))?;
    asked.push(&[Value::Text(&options.name), Value::Text(&json), Value::Text(&time)])?;
    for (name, batch) in [("selection_options", asked.take()?), ("selections", rows.take()?)] {
        context.register_batch(&format!("new_{name}"), batch)?;
        let kept = format!(
            "SELECT * FROM catalog.{name} WHERE name <> {} UNION ALL SELECT * FROM new_{name} ORDER BY {}",
            quoted(&options.name),
            if name == "selections" { "name, track, position" } else { "name" }
        );
        catalog.replace(name, stream(&context, &kept).await?, &note).await?;
    }
    Ok(catalog.version("selections").await?.unwrap_or_default())
}

/// How report files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportForm {
    /// Korean or English.
    pub korean: bool,
    /// CP949 for the CSV files; else UTF-8.
    pub cp949: bool,
    /// A byte order mark at the beginning of UTF-8 files.
    pub bom: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Letters that the encoding lacks, each written as `?`.
    pub replaced: usize,
}

fn put(path: PathBuf, bytes: &[u8], replaced: usize) -> Result<Written> {
    let failed = |e| Error::stopped(format!("'{}' cannot be written", path.display())).because(e);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(&path, bytes).map_err(failed)?;
    Ok(Written { bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), path, replaced })
}

/// Writes `<name>.md`, `.html`, `.xlsx` and three CSV tables into a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write_report(report: &Report, folder: &Path, form: ReportForm) -> Result<Vec<Written>> {
    let lang = if form.korean { Lang::Ko } else { Lang::En };
    let failed = |error: crate::select::Error| Error::internal("writing the report").because(error);
    let name = file_name(&report.name);
    let at = |extension: &str| folder.join(format!("{name}{extension}"));
    let mut written = vec![
        put(at(".md"), markdown(report, lang).as_bytes(), 0)?,
        put(at(".html"), html(report, lang).as_bytes(), 0)?,
        put(at(".xlsx"), &xlsx(report, lang).map_err(failed)?, 0)?,
    ];
    let encoding = if form.cp949 { csv::Encoding::Cp949 } else { csv::Encoding::Utf8 };
    let tables =
        [(csv::Table::Selection, ".csv"), (csv::Table::Scores, "-scores.csv"), (csv::Table::Parts, "-parts.csv")];
    for (which, extension) in tables {
        let table = csv::csv(report, which, lang, csv::Form { encoding, bom: form.bom });
        written.push(put(at(extension), &table.bytes, table.replaced)?);
    }
    Ok(written)
}

/// A name of a file: letters, digits, `-`, `_`, `.`.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    if safe.trim_matches('.').is_empty() { "selection".to_owned() } else { safe }
}

/// Writes, for each chosen set whose kind has a shipped plan, a copy of that plan to change, and the commands that run
/// them; for the others it says that there is none.
///
/// # Errors
/// When the catalogue cannot be read or a file cannot be written.
pub async fn write_plans(catalog: &Catalog, name: &str, folder: &Path) -> Result<Vec<Written>> {
    let sql = format!("SELECT * FROM catalog.selections WHERE name = {} ORDER BY track, position", quoted(name));
    let rows = json_rows(&catalog.hash_session(None)?, &sql).await?;
    let mut written = Vec::new();
    let mut commands =
        format!("#!/bin/sh\n# Plans of the selection {}. Read each before it is run.\n", file_name(name));
    for row in &rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().replace(['\n', '\r'], " ");
        let (id, title) = (text("dataset_id"), text("title"));
        // Writing to a String cannot fail.
        let _ = writeln!(commands, "\n# {id} {title} ({})", text("track"));
        let Some(plan) = row["plan"].as_str().and_then(named) else {
            let _ = writeln!(commands, "# no shipped plan reads this kind yet");
            continue;
        };
        let folder_of = file_name(&id);
        let path = folder.join(&folder_of).join(format!("{}.sql", plan.name));
        written.push(put(path, plan.text.as_bytes(), 0)?);
        // Where its place is not known, the catalogue is asked when the plan runs.
        let place = row["location"].as_str().map_or_else(|| format!("aihub:{id}"), str::to_owned);
        let place = place.replace('\'', "'\\''");
        let bound = plan.bind(&Default::default())?;
        let sources: String =
            bound.header.sources.iter().map(|(name, _)| format!(" --source {name}='{place}'")).collect();
        let _ =
            writeln!(commands, "jogak run {folder_of}/{}.sql{sources} --out \"${{OUT:-out}}/{folder_of}\"", plan.name);
    }
    written.push(put(folder.join("run.sh"), commands.as_bytes(), 0)?);
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_stay_in_their_folder() {
        assert_eq!(file_name("2026-1차"), "2026-1차");
        assert_eq!(file_name("../x y"), ".._x_y");
        assert_eq!(file_name(".."), "selection");
    }
}
