//! What an earlier probe saw, and the rows that a new one leaves.

use std::collections::BTreeMap;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use super::measures::Measure;
use super::walk::Path;
use super::{LISTING, Probed};
use crate::catalog::import::iso_time;
use crate::catalog::schema::table;
use crate::catalog::session::{json_rows, quoted, stream};
use crate::catalog::store::{Note, stream_of};
use crate::catalog::{Catalog, Rows, Value};
use crate::clock::{Started, unix_millis};
use crate::error::{Error, Result};

/// Sets that are kept together, because each writing makes the tables anew; and how long they wait at most.
const SETS: usize = 20;
const WAIT: Duration = Duration::from_secs(30);

/// What was probed and is not kept yet.
pub(super) struct Pending {
    /// What the last probe of each set noted of its listing.
    listings: BTreeMap<String, String>,
    /// Profiles and schemas, by set.
    sets: BTreeMap<String, (RecordBatch, RecordBatch)>,
    since: Started,
}

impl Pending {
    /// Nothing yet; asks what earlier probes saw.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub(super) async fn new(catalog: &Catalog) -> Result<Self> {
        let sql = format!("SELECT dataset_id, note FROM catalog.profiles WHERE measure = {}", quoted(LISTING));
        let rows = json_rows(&catalog.hash_session(None)?, &sql).await?;
        let text = |row: &serde_json::Value, name: &str| row.get(name)?.as_str().map(str::to_owned);
        let listings = rows.iter().filter_map(|row| Some((text(row, "dataset_id")?, text(row, "note")?))).collect();
        Ok(Self { listings, sets: BTreeMap::new(), since: Started::now() })
    }

    /// What the last probe of a set noted of its listing.
    pub(super) fn last_listing(&self, id: &str) -> Option<&str> {
        self.listings.get(id).map(String::as_str)
    }

    /// Takes what was found, to be put in the place of what an earlier probe of the set left.
    ///
    /// # Errors
    /// Never, as long as the rows are of the tables' types.
    pub(super) fn add(&mut self, id: &str, probed: &Probed, paths: &[(String, Path)], listing: String) -> Result<()> {
        if self.sets.is_empty() {
            self.since = Started::now();
        }
        self.sets.insert(id.to_owned(), rows_of(id, probed, paths)?);
        self.listings.insert(id.to_owned(), listing);
        Ok(())
    }

    /// Whether it is time to keep what is there.
    pub(super) fn is_due(&self) -> bool {
        self.sets.len() >= SETS || (!self.sets.is_empty() && self.since.elapsed() >= WAIT)
    }

    /// Keeps all that is there.
    ///
    /// # Errors
    /// When the catalogue cannot be written.
    pub(super) async fn flush(&mut self, catalog: &Catalog) -> Result<()> {
        if self.sets.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = self.sets.keys().map(String::as_str).collect();
        let together = |name: &str, rows: Vec<&RecordBatch>| -> Result<RecordBatch> {
            let schema = table(name)?.schema();
            concat_batches(&schema, rows).map_err(|e| Error::internal(format!("rows of {name}")).because(e))
        };
        let profiles = together("profiles", self.sets.values().map(|(profiles, _)| profiles).collect())?;
        let schemas = together("schemas", self.sets.values().map(|(_, schemas)| schemas).collect())?;
        // The profile comes last: it says that a set is done.
        exchange(catalog, "schemas", &ids, "family, path", schemas).await?;
        exchange(catalog, "profiles", &ids, "measure", profiles).await?;
        self.sets.clear();
        Ok(())
    }
}

/// The rows of a set, for `catalog.profiles` and `catalog.schemas`.
fn rows_of(id: &str, probed: &Probed, paths: &[(String, Path)]) -> Result<(RecordBatch, RecordBatch)> {
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
    Ok((profiles.take()?, schemas.take()?))
}

/// Exchanges the rows of some sets.
async fn exchange(catalog: &Catalog, name: &str, ids: &[&str], key: &str, rows: RecordBatch) -> Result<()> {
    let note = Note::new("catalog probe", ids.join(", "));
    let ids: Vec<String> = ids.iter().map(|id| quoted(id)).collect();
    let sql = format!(
        "SELECT * FROM (SELECT * FROM catalog.{name} WHERE dataset_id NOT IN ({}) UNION ALL SELECT * FROM found) AS both \
         ORDER BY dataset_id, {key}",
        ids.join(", ")
    );
    let made = async || {
        if catalog.version(name).await?.is_none() {
            return Ok(stream_of(rows.clone()));
        }
        let context = catalog.session(None)?;
        context.register_batch("found", rows.clone())?;
        stream(&context, &sql).await
    };
    catalog.rewrite(name, &note, made).await.map(|_| ())
}
