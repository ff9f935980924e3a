//! What an earlier probe saw, and the rows that a new one leaves.

use serde_json::Value as Json;

use super::measures::Measure;
use super::walk::Path;
use super::{LISTING, Probed};
use crate::catalog::import::iso_time;
use crate::catalog::schema::table;
use crate::catalog::session::{json_rows, quoted, stream};
use crate::catalog::store::{Note, stream_of};
use crate::catalog::{Catalog, Rows, Value};
use crate::clock::unix_millis;
use crate::error::Result;

/// How often a table is written again when somebody else came first.
const ATTEMPTS: usize = 5;

/// What the last probe of a set noted of its listing.
pub(super) async fn last_listing(catalog: &Catalog, id: &str) -> Result<Option<String>> {
    let sql = format!(
        "SELECT note FROM catalog.profiles WHERE dataset_id = {} AND measure = {}",
        quoted(id),
        quoted(LISTING)
    );
    let rows = json_rows(&catalog.hash_session(None)?, &sql).await?;
    Ok(rows.first().and_then(|row| row.get("note")).and_then(Json::as_str).map(str::to_owned))
}

/// Puts what was found in the place of what an earlier probe of the set left.
pub(super) async fn keep(catalog: &Catalog, id: &str, probed: &Probed, paths: &[(String, Path)]) -> Result<()> {
    let day: String = iso_time(unix_millis()).chars().take(10).collect();
    let mut profiles = Rows::new(table("profiles")?);
    for Measure { measure, value, low, high, unit, sample, note } in &probed.measures {
        let number = |number: f64| if number.is_finite() { Value::Float(number) } else { Value::Null };
        let note = (!note.is_empty()).then_some(note.as_str());
        let cells = [
            id.into(),
            measure.as_str().into(),
            number(*value),
            number(*low),
            number(*high),
            unit.as_str().into(),
            (*sample).into(),
            note.into(),
            probed.url.as_str().into(),
            day.as_str().into(),
        ];
        profiles.push(&cells)?;
    }
    let mut schemas = Rows::new(table("schemas")?);
    let family = probed.plan.as_deref().unwrap_or("unknown");
    for (path, found) in paths {
        let types: Vec<&str> = found.types.iter().copied().collect();
        let types = types.join("|");
        let cells = [
            id.into(),
            family.into(),
            path.as_str().into(),
            types.as_str().into(),
            probed.records.into(),
            found.present.into(),
            probed.url.as_str().into(),
            day.as_str().into(),
        ];
        schemas.push(&cells)?;
    }
    // The profile comes last: it says that the set is done.
    exchange(catalog, "schemas", id, "family, path", schemas.take()?).await?;
    exchange(catalog, "profiles", id, "measure", profiles.take()?).await
}

/// Exchanges the rows of one set.
async fn exchange(catalog: &Catalog, name: &str, id: &str, key: &str, rows: arrow::array::RecordBatch) -> Result<()> {
    let note = Note::new("catalog probe", id);
    let mut attempt = 1;
    loop {
        let context = catalog.session(None)?;
        context.register_batch("found", rows.clone())?;
        let before = catalog.version(name).await?;
        let sql = format!(
            "SELECT * FROM (SELECT * FROM catalog.{name} WHERE dataset_id <> {} UNION ALL SELECT * FROM found) AS both \
             ORDER BY dataset_id, {key}",
            quoted(id)
        );
        let batches = match before {
            Some(_) => stream(&context, &sql).await?,
            None => stream_of(rows.clone()),
        };
        match catalog.replace(name, batches, &note).await {
            Ok(_) => return Ok(()),
            Err(_) if attempt < ATTEMPTS && catalog.version(name).await? != before => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}
