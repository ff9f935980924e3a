//! Many sets at once: which sets of the catalogue, and which plan for each. Running them is the caller's loop, one run
//! after the other within one memory budget.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalog::Catalog;
use crate::catalog::places::{self, SET};
use crate::catalog::probe::PLAN;
use crate::catalog::session::{json_rows, quoted};
use crate::error::{Error, Result};
use crate::shipped::{PLANS, Shipped, named};

/// Which sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those that were chosen under this name.
    Selection(String),
    /// All that have a place and a plan of this track: `llm` or `physical`.
    Track(String),
}

/// A plan for a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The shipped plan.
    pub plan: &'static Shipped,
    /// Parameters that a probe found to be needed.
    pub params: BTreeMap<String, String>,
}

impl Chosen {
    /// The places of the plan's sources for the set `id`.
    ///
    /// # Errors
    /// When the plan reads more than one place.
    pub fn sources(&self, id: &str) -> Result<BTreeMap<String, String>> {
        let plan = self.plan.bind(&self.params)?;
        let names: Vec<&str> = plan.header.sources.iter().map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [one] => Ok([((*one).to_owned(), format!("{SET}{id}"))].into()),
            _ => Err(Error::invalid(format!(
                "{} reads {}; run it by itself with --source for each",
                self.plan.name,
                names.join(", ")
            ))),
        }
    }
}

/// A set that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The set.
    pub dataset_id: String,
    /// Its title, where the catalogue knows one.
    pub title: Option<String>,
    /// `llm` or `physical`.
    pub track: String,
    /// Plans that each take a part of its records; empty where there is none.
    pub plans: Vec<Chosen>,
    /// Why nothing can be run.
    pub obstacle: Option<String>,
}

/// The sets to run, in the order of the selection, or by number.
///
/// # Errors
/// When there is no such selection, or the catalogue cannot be read.
pub async fn tasks(catalog: &Catalog, which: &Which) -> Result<Vec<Task>> {
    let rows = match which {
        Which::Selection(name) => selected(catalog, name).await?,
        Which::Track(track) => of_track(catalog, track).await?,
    };
    let located = places::located(catalog).await?;
    let mut tasks = Vec::new();
    for (dataset_id, title, track, stated) in rows {
        let plans = plans_of(catalog, &dataset_id, &track, stated.as_deref()).await?;
        let obstacle = match (located.contains(&dataset_id), plans.is_empty()) {
            (false, _) => Some(places::no_place(&dataset_id).to_string()),
            (true, true) => Some(format!(
                "no shipped plan for it is known; jogak catalog probe {dataset_id} finds out, or write one and run it by itself"
            )),
            (true, false) => None,
        };
        tasks.push(Task { dataset_id, title, track, plans, obstacle });
    }
    Ok(tasks)
}

/// Set, title, track, stated plan.
type Row = (String, Option<String>, String, Option<String>);

fn text(row: &Value, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

async fn selected(catalog: &Catalog, name: &str) -> Result<Vec<Row>> {
    let context = catalog.hash_session(None)?;
    let sql = format!(
        "SELECT dataset_id, title, track, plan FROM catalog.selections WHERE name = {} ORDER BY track, position",
        quoted(name)
    );
    let rows = json_rows(&context, &sql).await?;
    if rows.is_empty() {
        let names = json_rows(&context, "SELECT DISTINCT name FROM catalog.selections ORDER BY name").await?;
        let names: Vec<String> = names.iter().filter_map(|row| text(row, "name")).collect();
        let hint = match names.is_empty() {
            true => "nothing was selected yet: jogak catalog select".to_owned(),
            false => format!("there are: {}", names.join(", ")),
        };
        return Err(Error::invalid(format!("there is no selection '{name}'; {hint}")));
    }
    let row =
        |row: &Value| Some((text(row, "dataset_id")?, text(row, "title"), text(row, "track")?, text(row, "plan")));
    Ok(rows.iter().filter_map(row).collect())
}

/// Sets with a place whose plan, as measured or by their kind, is one of the track; and those of the track without a plan.
async fn of_track(catalog: &Catalog, track: &str) -> Result<Vec<Row>> {
    let names: Vec<&str> = PLANS.iter().filter(|plan| plan.track == track).map(|plan| plan.name).collect();
    if names.is_empty() {
        let mut tracks: Vec<&str> = PLANS.iter().map(|plan| plan.track).collect();
        tracks.dedup();
        return Err(Error::invalid(format!("there is no track '{track}'; there are: {}", tracks.join(", "))));
    }
    let measured = names.iter().map(|name| quoted(&format!("{PLAN}{name}"))).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT l.dataset_id, d.title, p.plan, m.dataset_id IS NOT NULL AS measured, o.dataset_id IS NOT NULL AS probed \
         FROM (SELECT DISTINCT dataset_id FROM catalog.locations) AS l \
         LEFT JOIN catalog.datasets AS d ON d.id = l.dataset_id \
         LEFT JOIN (SELECT dataset_id, max(plan) AS plan FROM catalog.placements WHERE track = {} GROUP BY dataset_id) AS p \
           ON p.dataset_id = l.dataset_id \
         LEFT JOIN (SELECT DISTINCT dataset_id FROM catalog.profiles WHERE measure IN ({measured})) AS m \
           ON m.dataset_id = l.dataset_id \
         LEFT JOIN (SELECT DISTINCT dataset_id FROM catalog.profiles WHERE measure LIKE '{PLAN}%') AS o \
           ON o.dataset_id = l.dataset_id",
        quoted(track)
    );
    let rows = json_rows(&catalog.hash_session(None)?, &sql).await?;
    let is = |row: &Value, name: &str| row.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mut found: Vec<Row> = rows
        .iter()
        // What a probe found to be of the other track is not for this one, whatever its title says.
        .filter(|row| is(row, "measured") || (!is(row, "probed") && text(row, "plan").is_some()))
        .filter_map(|row| Some((text(row, "dataset_id")?, text(row, "title"), track.to_owned(), text(row, "plan"))))
        .collect();
    found.sort_by_key(|(id, ..)| (id.parse::<u64>().unwrap_or(u64::MAX), id.clone()));
    Ok(found)
}

/// The plans that a probe found to fit, best first; else the one stated, or that of the set's kind.
async fn plans_of(catalog: &Catalog, id: &str, track: &str, stated: Option<&str>) -> Result<Vec<Chosen>> {
    let context = catalog.hash_session(None)?;
    let sql = format!(
        "SELECT measure, note FROM catalog.profiles WHERE dataset_id = {} AND measure LIKE '{PLAN}%' \
         ORDER BY value DESC, measure",
        quoted(id)
    );
    let measured: Vec<Chosen> = json_rows(&context, &sql)
        .await?
        .iter()
        .filter_map(|row| {
            let plan = named(text(row, "measure")?.strip_prefix(PLAN)?)?;
            let note = text(row, "note").unwrap_or_default();
            let params = note.split_whitespace().filter_map(|pair| pair.split_once('='));
            let params = params.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            Some(Chosen { plan, params })
        })
        .filter(|chosen| chosen.plan.track == track)
        .collect();
    if !measured.is_empty() {
        return Ok(measured);
    }
    let by_kind = match stated {
        Some(stated) => Some(stated.to_owned()),
        None => {
            let sql = format!(
                "SELECT plan FROM catalog.placements WHERE dataset_id = {} AND track = {} LIMIT 1",
                quoted(id),
                quoted(track)
            );
            json_rows(&context, &sql).await?.first().and_then(|row| text(row, "plan"))
        }
    };
    let plan = by_kind.as_deref().and_then(named).filter(|plan| plan.track == track);
    Ok(plan.map(|plan| Chosen { plan, params: BTreeMap::new() }).into_iter().collect())
}
