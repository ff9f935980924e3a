//! Many sets at once: which sets of the catalogue, and which plan for each. Running them is the caller's loop, one run
//! after the other within one memory budget.

use std::collections::{BTreeMap, HashMap, HashSet};

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
    pub obstacle: Option<Obstacle>,
}

/// Why a set cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Nobody said where it lies.
    NoPlace(String),
    /// No plan is for it.
    NoPlan(String),
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
    let located: HashSet<String> = places::located(catalog).await?.into_iter().collect();
    let known = KnownPlans::read(catalog).await?;
    let task = |(dataset_id, title, track, stated): Row| {
        let plans = known.of(&dataset_id, &track, stated.as_deref());
        let obstacle = if !located.contains(&dataset_id) {
            Some(Obstacle::NoPlace(places::no_place(&dataset_id).to_string()))
        } else if plans.is_empty() {
            let probe = if known.unreadable.contains(&dataset_id) {
                "a probe could read none of its labels, jogak ls shows what is wrong with them".to_owned()
            } else if known.probed.contains(&dataset_id) {
                "a probe found none that makes anything of it; write one and run it by itself".to_owned()
            } else {
                format!("jogak catalog probe {dataset_id} finds out, or write one and run it by itself")
            };
            Some(Obstacle::NoPlan(format!("no shipped plan for it is known; {probe}")))
        } else {
            None
        };
        Task { dataset_id, title, track, plans, obstacle }
    };
    Ok(rows.into_iter().map(task).collect())
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

/// Sets with a place whose plan, as measured or by their kind, is one of the track.
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

/// Which plans are for which sets, as probes found and as kinds of sets say.
#[derive(Debug, Default)]
struct KnownPlans {
    /// What a probe found to fit, best first.
    measured: HashMap<String, Vec<Chosen>>,
    /// The plan of the kind that a set was taken for, by set and track.
    by_kind: HashMap<(String, String), &'static Shipped>,
    /// Sets that were looked into.
    probed: HashSet<String>,
    /// Those of them whose labels could not be read, not one.
    unreadable: HashSet<String>,
}

impl KnownPlans {
    async fn read(catalog: &Catalog) -> Result<Self> {
        let context = catalog.hash_session(None)?;
        let mut known = Self::default();
        let sql = format!(
            "SELECT dataset_id, measure, note FROM catalog.profiles WHERE measure LIKE '{PLAN}%' \
             ORDER BY dataset_id, value DESC, measure"
        );
        for row in json_rows(&context, &sql).await? {
            let (Some(id), Some(measure)) = (text(&row, "dataset_id"), text(&row, "measure")) else { continue };
            let Some(plan) = measure.strip_prefix(PLAN).and_then(named) else { continue };
            let note = text(&row, "note").unwrap_or_default();
            let params = note.split_whitespace().filter_map(|pair| pair.split_once('='));
            let params = params.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            known.measured.entry(id).or_default().push(Chosen { plan, params });
        }
        let sql = "SELECT dataset_id, max(CASE WHEN measure = 'parse_failure_share' THEN value END) AS failures \
                   FROM catalog.profiles GROUP BY dataset_id";
        for row in json_rows(&context, sql).await? {
            let Some(id) = text(&row, "dataset_id") else { continue };
            if row["failures"].as_f64() == Some(1.0) {
                known.unreadable.insert(id.clone());
            }
            known.probed.insert(id);
        }
        let sql = "SELECT dataset_id, track, max(plan) AS plan FROM catalog.placements WHERE plan IS NOT NULL \
                   GROUP BY dataset_id, track";
        for row in json_rows(&context, sql).await? {
            let (Some(id), Some(track)) = (text(&row, "dataset_id"), text(&row, "track")) else { continue };
            if let Some(plan) = text(&row, "plan").as_deref().and_then(named) {
                known.by_kind.insert((id, track), plan);
            }
        }
        Ok(known)
    }

    /// What a probe found to fit; where none looked, the plan that is stated, or that of the set's kind.
    fn of(&self, id: &str, track: &str, stated: Option<&str>) -> Vec<Chosen> {
        let measured = self.measured.get(id).into_iter().flatten().filter(|chosen| chosen.plan.track == track);
        let measured: Vec<Chosen> = measured.cloned().collect();
        // A title does not count against what was seen.
        if !measured.is_empty() || self.probed.contains(id) {
            return measured;
        }
        let by_kind = || self.by_kind.get(&(id.to_owned(), track.to_owned())).copied();
        let plan = stated.and_then(named).or_else(by_kind).filter(|plan| plan.track == track);
        plan.map(|plan| Chosen { plan, params: BTreeMap::new() }).into_iter().collect()
    }
}
