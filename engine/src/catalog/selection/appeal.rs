//! Appeals: what would follow if one value were another one, recorded and not granted.

use datafusion::prelude::SessionContext;
use serde_json::json;

use super::super::import::iso_time;
use super::super::schema::{Rows, Value, table};
use super::super::session::json_rows;
use super::super::store::Note;
use super::super::{Catalog, view};
use super::{Options, case, explained, scoring};
use crate::clock::unix_millis;
use crate::error::{Error, Result};
use crate::select::appeal::{Appeal, Rank, Ruling, rule};
use crate::select::sensitivity::Place;
use crate::select::solve;

/// Records an appeal against the selection made under `options`, and what would follow.
///
/// # Errors
/// When set or criterion are unknown, evidence or name are missing, constraints collide, or the store fails.
pub async fn appeal(catalog: &Catalog, options: &Options, appeal: &Appeal, korean: bool) -> Result<Ruling> {
    view::exists(catalog, &appeal.id).await?;
    let context = catalog.hash_session(None)?;
    let mut wanted = options.wanted(scoring(catalog).await?);
    // Of a large catalogue only the first are candidates; who appeals may be any.
    wanted.also.push(appeal.id.clone());
    let (case, _) = case::case(&context, &wanted).await?;
    let claimed = appeal.clone();
    let ruled = tokio::task::spawn_blocking(move || {
        let before = solve(&case)?;
        rule(&case, &before, &claimed)
    });
    let ruling = ruled.await.map_err(|e| Error::internal("ruling on an appeal").because(e))?;
    let ruling = ruling.map_err(|error| explained(error, korean))?;
    let names = |places: &[Place]| {
        places.iter().map(|place| format!("{}:{}", place.track, place.id)).collect::<Vec<_>>().join("|")
    };
    let (entered, left) = (names(&ruling.entered), names(&ruling.left));
    let json = serde_json::to_string(&ruling).map_err(|e| Error::internal("encoding a ruling").because(e))?;
    let time = iso_time(unix_millis());
    let mut rows = Rows::new(table("appeals")?);
    // A set that a gate stops has no rank.
    let rank = |rank: Option<Rank>| Value::from(rank.and_then(|rank| i64::try_from(rank.rank).ok()));
    for change in &ruling.changes {
        rows.push(&[
            Value::Text(&appeal.id),
            Value::Text(change.track.name()),
            Value::Text(&appeal.criterion),
            Value::Float(appeal.value),
            Value::Text(&appeal.evidence),
            Value::Text(&appeal.by),
            Value::Text(&time),
            Value::Float(change.value_before.value),
            Value::Float(change.score_before.value),
            Value::Float(change.score_after.value),
            rank(change.rank_before),
            rank(change.rank_after),
            Value::Text(&entered),
            Value::Text(&left),
            Value::Text(&json),
        ])?;
    }
    let note = Note::new("catalog appeal", &appeal.by).with(json!({ "selection": options.name }));
    catalog.append_rows("appeals", rows.take()?, &note).await?;
    Ok(ruling)
}

/// The appeals so far, each once.
pub(super) async fn rulings(context: &SessionContext) -> Result<Vec<Ruling>> {
    let rows = json_rows(
        context,
        "SELECT min(time) AS time, ruling FROM catalog.appeals GROUP BY ruling ORDER BY time, ruling",
    )
    .await?;
    let damaged = |e| Error::failed("an appeal in catalog.appeals is damaged").because(e);
    let ruling =
        |row: &serde_json::Value| serde_json::from_str(row["ruling"].as_str().unwrap_or_default()).map_err(damaged);
    rows.iter().map(ruling).collect()
}
