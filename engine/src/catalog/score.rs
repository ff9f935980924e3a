//! Scoring: a plan over the catalogue's tables, and its outputs stored as `scores`, `score_parts` and `placements`.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;
use jogak_plans::BoundPlan;
use jogak_plans::header::ParamValue;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::schema::table;
use super::session::json_rows;
use super::shared::{self, Shared};
use super::store::Note;
use super::{Catalog, SCHEMA};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::offline::bind_plan;

/// The plan that is shipped.
pub const PLAN: &str = include_str!("../../../plans/sql/catalog_score.sql");
/// Its path in the project, for messages.
pub const PLAN_PATH: &str = "plans/sql/catalog_score.sql";

/// What a scoring plan may give, in the order in which the tables are stored: readers of `scores` then find its parts.
const OUTPUTS: [&str; 3] = ["placements", "score_parts", "scores"];

/// Parameters that are shares: outside 0 to 1 they mean nothing.
const SHARES: [&str; 4] = ["optimism", "min_measured", "label_share", "clip_share"];
/// The largest weight. Scores are sums of whole numbers, which must not overflow.
const MOST_WEIGHT: f64 = 1e6;

/// What was scored.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// The plan.
    pub plan: String,
    /// Parameters and their values.
    pub params: Map<String, Value>,
    /// Rows and version of each table that was stored.
    pub tables: BTreeMap<String, super::Stored>,
    /// Sets of the catalogue that the plan gave no score in any track.
    pub unscored: u64,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
    /// Peak resident memory of the process, where the system tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// Runs a plan (`path` and `text`; the shipped one where there is none) over the catalogue's tables, with parameters as of
/// `--set`, and stores what it gives. Its sources are catalogue tables (`table: catalog.NAME`).
///
/// # Errors
/// When the plan cannot be run on the catalogue, a parameter means nothing, more memory is needed, or the store fails.
pub async fn score(
    catalog: &Catalog,
    plan: Option<(&str, &str)>,
    params: &BTreeMap<String, String>,
    memory: Option<u64>,
) -> Result<Scored> {
    let started = Started::now();
    let (path, text) = plan.unwrap_or((PLAN_PATH, PLAN));
    let context = catalog.hash_session(memory)?;
    let params = checked(&context, &bind_plan(path, text, params)?, params).await?;
    let plan = bind_plan(path, text, &params)?;
    let given: Vec<&str> = plan.header.outputs.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(strange) = given.iter().find(|name| !OUTPUTS.contains(name)) {
        return Err(Error::invalid(format!(
            "'{path}' has the output '{strange}'; a plan that scores gives {}",
            OUTPUTS.join(", ")
        )));
    }
    if let Some(missing) = ["scores", "score_parts"].iter().find(|name| !given.contains(name)) {
        return Err(Error::invalid(format!("'{path}' has no output '{missing}'; a plan that scores gives it")));
    }
    // Before the tables are opened: what is written meanwhile must make the scores look old, never new.
    let mut inputs = Map::new();
    for (_, source) in &plan.header.sources {
        let name = bare(source.table.as_deref().unwrap_or_default());
        if table(name).is_err() {
            continue; // Opening the tables says what is wrong with it.
        }
        inputs.insert(name.to_owned(), catalog.version(name).await?.map_or(Value::Null, Value::from));
    }
    let _shared = register(&context, &plan).await?;
    let values: Map<String, Value> =
        plan.params.iter().map(|(name, value)| (name.clone(), json_value(value))).collect();
    let mut details = json!({
        "plan": plan.header.name, "path": path, "identity": plan.identity, "params": values, "inputs": inputs,
    });
    if text != PLAN {
        // A plan of somebody's own must be there when its scores are sealed.
        details["text"] = text.into();
    }
    let note = Note::new("catalog score", path).with(details);
    let mut tables = BTreeMap::new();
    for name in OUTPUTS {
        let Some((_, output)) = plan.header.outputs.iter().find(|(output, _)| output == name) else { continue };
        check_columns(path, name, context.table(name).await?.schema().as_arrow())?;
        let rows = shared::in_order(&context, name, &output.key).await?;
        tables.insert(name.to_owned(), catalog.replace(name, rows, &note).await?);
    }
    let unscored = "SELECT count(*) AS n FROM (SELECT DISTINCT dataset_id FROM catalog.scores) AS s \
                    RIGHT JOIN catalog.datasets AS d ON s.dataset_id = d.id WHERE s.dataset_id IS NULL";
    let unscored = json_rows(&context, unscored).await?;
    Ok(Scored {
        plan: plan.header.name.clone(),
        params: values,
        tables,
        unscored: unscored.first().and_then(|row| row["n"].as_u64()).unwrap_or_default(),
        elapsed_seconds: started.elapsed().as_secs_f64(),
        peak_memory_bytes: crate::memory::peak_memory_bytes(),
    })
}

/// The parameters as the plan gets them: shares within 0 to 1, weights of criteria that there are, in one way of writing.
async fn checked(
    context: &SessionContext,
    plan: &BoundPlan,
    params: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut checked = params.clone();
    for (name, value) in &plan.params {
        match value {
            ParamValue::Float(share) if SHARES.contains(&name.as_str()) && !(0.0..=1.0).contains(share) => {
                return Err(Error::invalid(format!("--set {name}={share}: {name} is a share, from 0 to 1")));
            }
            ParamValue::Text(stated) if name == "weights" && !stated.trim().is_empty() => {
                let rows = json_rows(context, "SELECT track, criterion, kind, weight FROM catalog.criteria").await?;
                let criteria: Vec<Weighed> = rows.iter().map(Weighed::of).collect();
                checked.insert(name.clone(), weights(stated, &criteria)?);
            }
            _ => {}
        }
    }
    Ok(checked)
}

/// A criterion of a track.
struct Weighed {
    /// `track.criterion`
    name: String,
    track: String,
    kind: String,
    weight: f64,
}

impl Weighed {
    fn of(row: &Value) -> Self {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let track = text("track");
        Self {
            name: format!("{track}.{}", text("criterion")),
            track,
            kind: text("kind"),
            weight: row["weight"].as_f64().unwrap_or_default(),
        }
    }
}

/// `track.criterion=weight;…` as the plan reads it: without blanks, each name once.
fn weights(stated: &str, criteria: &[Weighed]) -> Result<String> {
    let refused = |entry: &str, why: String| Err(Error::invalid(format!("--set weights: '{entry}': {why}")));
    let weighable = |criterion: &&Weighed| criterion.kind != "gate";
    let mut given: BTreeMap<&str, f64> = BTreeMap::new();
    for entry in stated.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
        let Some((name, value)) = entry.split_once('=') else {
            return refused(entry, "write track.criterion=weight, e.g. llm.reasoning=30".to_owned());
        };
        let (name, value) = (name.trim(), value.trim());
        let Some(criterion) = criteria.iter().find(|criterion| criterion.name == name) else {
            let known: Vec<&str> = criteria.iter().filter(weighable).map(|known| known.name.as_str()).collect();
            return refused(entry, format!("there is no criterion '{name}'; there are {}", known.join(", ")));
        };
        if !weighable(&criterion) {
            return refused(entry, "a gate has no weight; change its gate_min in the table criteria".to_owned());
        }
        let Some(weight) = value.parse().ok().filter(|weight| (0.0..=MOST_WEIGHT).contains(weight)) else {
            return refused(entry, format!("'{value}' is no weight: a number from 0 to {MOST_WEIGHT}"));
        };
        if given.insert(&criterion.name, weight).is_some() {
            return refused(entry, format!("'{name}' has a weight already"));
        }
    }
    // Scores are divided by the sum of the weights, and the share that is measured by that of the potential.
    let tracks: BTreeSet<&str> = criteria.iter().map(|criterion| criterion.track.as_str()).collect();
    for track in tracks {
        let of = criteria.iter().filter(|criterion| criterion.track == track && criterion.kind == "potential");
        let mut potential = of.map(|known| given.get(known.name.as_str()).copied().unwrap_or(known.weight));
        // Weights count in thousandths.
        if potential.all(|weight| weight < 0.001) {
            return refused(stated, format!("no criterion of the potential of '{track}' has a weight left"));
        }
    }
    Ok(given.iter().map(|(name, weight)| format!("{name}={weight}")).collect::<Vec<_>>().join(";"))
}

fn json_value(value: &ParamValue) -> Value {
    match value {
        ParamValue::Int(number) => json!(number),
        ParamValue::Float(number) => json!(number),
        ParamValue::Text(text) => json!(text),
        ParamValue::Bool(truth) => json!(truth),
    }
}

/// The name of a catalogue table as a plan states it, without the schema.
fn bare(stated: &str) -> &str {
    stated.strip_prefix(SCHEMA).and_then(|rest| rest.strip_prefix('.')).unwrap_or(stated)
}

/// Registers the sources of a plan, tables of the schema `catalog` in `context`, and its steps. What comes back must outlive
/// all queries.
pub(super) async fn register(context: &SessionContext, plan: &BoundPlan) -> Result<Shared> {
    for (name, source) in &plan.header.sources {
        let stated = source.table.as_deref().ok_or_else(|| {
            Error::invalid(format!(
                "source '{name}' reads files; a plan that scores reads tables (table: catalog.NAME)"
            ))
        })?;
        let known = table(bare(stated))?.name;
        let provider = context.table_provider(TableReference::partial(SCHEMA, known)).await?;
        context.register_table(name.as_str(), provider)?;
    }
    shared::register(context, plan).await
}

/// Every column of the table must be there: one that is missing would be stored as unknown.
fn check_columns(path: &str, name: &str, schema: &arrow::datatypes::Schema) -> Result<()> {
    let missing: Vec<&str> = (table(name)?.columns.iter())
        .map(|(column, _)| *column)
        .filter(|column| schema.field_with_name(column).is_err())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(format!("'{path}': the output '{name}' lacks {}", missing.join(", "))))
}

/// Whether the stored scores are older than a table that they were made from.
///
/// # Errors
/// When the store fails.
pub async fn is_old(catalog: &Catalog) -> Result<bool> {
    let Some(details) = catalog.details("scores").await? else { return Ok(false) };
    let Some(inputs) = details.get("inputs").and_then(Value::as_object) else { return Ok(false) };
    for (name, version) in inputs {
        if table(name).is_ok() && catalog.version(name).await? != version.as_u64() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criteria() -> Vec<Weighed> {
        let one = |track: &str, criterion: &str, kind: &str, weight| Weighed {
            name: format!("{track}.{criterion}"),
            track: track.to_owned(),
            kind: kind.to_owned(),
            weight,
        };
        vec![
            one("llm", "rights", "gate", 0.0),
            one("llm", "reasoning", "potential", 20.0),
            one("llm", "need", "utilisation", 10.0),
            one("physical", "action", "potential", 18.0),
        ]
    }

    #[test]
    fn weights_are_written_in_one_way() {
        let stated = " physical.action = 25 ;; llm.reasoning=30.50; ";
        assert_eq!(weights(stated, &criteria()).unwrap(), "llm.reasoning=30.5;physical.action=25");
        assert_eq!(weights("llm.need=0", &criteria()).unwrap(), "llm.need=0");
    }

    #[test]
    fn weights_that_mean_nothing_are_refused_by_name() {
        for (stated, why) in [
            ("llm.reasonning=30", "there are llm.reasoning, llm.need, physical.action"),
            ("lm.reasoning=30", "no criterion 'lm.reasoning'"),
            ("reasoning=30", "no criterion 'reasoning'"),
            ("llm.reasoning", "write track.criterion=weight"),
            ("llm.reasoning=-1", "'-1' is no weight"),
            ("llm.reasoning=NaN", "'NaN' is no weight"),
            ("llm.reasoning=inf", "'inf' is no weight"),
            ("llm.reasoning=1e300", "'1e300' is no weight"),
            ("llm.reasoning=", "'' is no weight"),
            ("llm.need=1;llm.need=2", "has a weight already"),
            ("llm.rights=5", "a gate has no weight"),
            ("llm.reasoning=0", "no criterion of the potential of 'llm'"),
        ] {
            let error = weights(stated, &criteria()).expect_err(stated).to_string();
            assert!(error.contains(why) && error.contains("weights"), "{stated}: {error}");
        }
    }
}
