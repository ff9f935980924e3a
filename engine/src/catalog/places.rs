//! Where sets lie: from the catalogue's locations to the URL that a run or a probe reads.

use jogak_connectors::source::{Location, list};
use serde_json::Value;

use super::Catalog;
use super::probe::label_files;
use super::session::{json_rows, quoted};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// What a place begins with that means a set of the catalogue: `aihub:577`, or `aihub:577@1.1` for a version of it.
pub const SET: &str = "aihub:";

/// The place of a set, of this version or the newest one; none where it has none.
pub(crate) async fn place_of(catalog: &Catalog, id: &str, version: Option<&str>) -> Result<Option<String>> {
    let wanted = version.map_or(String::new(), |version| format!(" AND version = {}", quoted(version)));
    let sql = format!(
        "SELECT url FROM catalog.locations WHERE dataset_id = {}{wanted} \
         ORDER BY version DESC NULLS LAST, as_of DESC, url LIMIT 1",
        quoted(id)
    );
    first_text(catalog, &sql, "url").await
}

/// The set that is bound to a place; none where there is none.
pub(crate) async fn set_at(catalog: &Catalog, url: &str) -> Result<Option<String>> {
    let bare = url.trim_end_matches('/');
    let sql = format!(
        "SELECT dataset_id FROM catalog.locations WHERE url IN ({}, {}) ORDER BY dataset_id LIMIT 1",
        quoted(bare),
        quoted(&format!("{bare}/"))
    );
    first_text(catalog, &sql, "dataset_id").await
}

/// All sets that have a place, by number.
pub(crate) async fn located(catalog: &Catalog) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT dataset_id FROM catalog.locations ORDER BY dataset_id";
    let rows = json_rows(&catalog.hash_session(None)?, sql).await?;
    let ids = rows.iter().filter_map(|row| row.get("dataset_id").and_then(Value::as_str));
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort_by_key(|id| (id.parse::<u64>().unwrap_or(u64::MAX), id.clone()));
    Ok(ids)
}

async fn first_text(catalog: &Catalog, sql: &str, column: &str) -> Result<Option<String>> {
    let rows = json_rows(&catalog.hash_session(None)?, sql).await?;
    Ok(rows.first().and_then(|row| row.get(column)).and_then(Value::as_str).map(str::to_owned))
}

/// What to do where a set has no place.
pub(crate) fn no_place(id: &str) -> Error {
    Error::invalid(format!(
        "it is not known where the archives of set {id} lie; say it with: jogak catalog locate {id} URL, or import the \
         prefix that holds them: jogak catalog import URL"
    ))
}

/// The place that a source of a run names: as it is, or, for `aihub:ID`, where the catalogue says that the set lies. Of a
/// set only what holds labels is meant, exactly as a probe sees it: whatever globs a plan has of its own, the run reads
/// what the probe said about the set.
///
/// # Errors
/// When the set has no place, or that cannot be listed.
pub(crate) async fn resolved(url: &str, settings: &Settings) -> Result<Location> {
    let Some(set) = url.strip_prefix(SET) else { return Ok(Location::open(url, &settings.stores)?) };
    let (id, version) = match set.split_once('@') {
        Some((id, version)) => (id, Some(version)),
        None => (set, None),
    };
    let catalog = Catalog::open(settings)?;
    let Some(place) = place_of(&catalog, id, version).await? else {
        if version.is_none() {
            super::view::exists(&catalog, id).await?;
        }
        return Err(no_place(set));
    };
    let location = Location::open(&place, &settings.stores)?;
    let labels = label_files(&list(&location, None).await?);
    Ok(location.holding(labels))
}
