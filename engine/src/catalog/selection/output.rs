//! A selection as rows of the catalogue, as report files, and as plans to begin with.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::Catalog;
use super::super::import::iso_time;
use super::super::places::SET;
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
    let ids: BTreeSet<String> = outcome.selection.picks.iter().map(|pick| quoted(&pick.id)).collect();
    // An empty list is no SQL, and no set has this name.
    let ids = if ids.is_empty() { "''".to_owned() } else { ids.into_iter().collect::<Vec<_>>().join(", ") };
    let chosen = async |select: &str| json_rows(&context, &format!("{select} WHERE dataset_id IN ({ids})")).await;
    let places = chosen("SELECT DISTINCT dataset_id FROM catalog.locations").await?;
    let plans = chosen("SELECT dataset_id, track, plan FROM catalog.placements").await?;
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
            // By the set and not by a URL: which version is read, and which of its files are labels, is found out when a plan
            // runs.
            let is_located = places.iter().any(|row| row["dataset_id"] == pick.id.as_str());
            let place = is_located.then(|| format!("{SET}{}", pick.id));
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
                place.as_deref().into(),
                Value::Text(&time),
            ])?;
        }
    }
    let mut asked = Rows::new(table("selection_options")?);
    let json = serde_json::to_string(options).map_err(|e| Error::internal("encoding the options").because(e))?;
    asked.push(&[Value::Text(&options.name), Value::Text(&json), Value::Text(&time)])?;
    for (name, batch) in [("selection_options", asked.take()?), ("selections", rows.take()?)] {
        context.register_batch(format!("new_{name}"), batch)?;
        let kept = format!(
            "SELECT * FROM catalog.{name} WHERE name <> {} UNION ALL SELECT * FROM new_{name} ORDER BY {}",
            quoted(&options.name),
            if name == "selections" { "name, track, position" } else { "name" }
        );
        catalog.rewrite(name, &note, async || stream(&context, &kept).await).await?;
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

/// A name of a file: letters, digits, `-`, `_`, `.`. Where others had to go, the hash of the whole name follows, so that two
/// names never share a file.
pub(super) fn file_name(name: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    if safe.trim_matches('.').is_empty() {
        "selection".clone_into(&mut safe);
    }
    if safe == name {
        return safe;
    }
    safe.push('-');
    for byte in Sha256::digest(name.as_bytes()).iter().take(4) {
        // Writing to a String cannot fail.
        let _ = write!(safe, "{byte:02x}");
    }
    safe
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
    let mut commands = format!(
        "#!/bin/sh\n# Plans of the selection {}. Read each before it is run.\nplans=$(dirname \"$0\")\n",
        file_name(name)
    );
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
        // The catalogue is asked when the plan runs: for the newest version, and for its labels alone.
        let place = format!("{SET}{id}").replace('\'', "'\\''");
        let bound = plan.bind(&Default::default())?;
        let sources: String =
            bound.header.sources.iter().map(|(name, _)| format!(" --source {name}='{place}'")).collect();
        let _ = writeln!(
            commands,
            "jogak run \"$plans/{folder_of}/{}.sql\"{sources} --out \"${{OUT:-out}}/{folder_of}\"",
            plan.name
        );
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
        assert!(file_name("../x y").starts_with(".._x_y-"));
        assert!(file_name("..").starts_with("selection-"));
    }

    #[test]
    fn two_names_never_share_a_file() {
        let names = ["a.b", "a_b", "a b", "a/b", "a:b", "selection", ".", "..", ""];
        let files: BTreeSet<String> = names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len(), "{files:?}");
    }
}
