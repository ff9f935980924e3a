//! From the catalogue's tables to a [`Case`]: candidates with scores and parts, rubrics, links, costs, capabilities.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::prelude::SessionContext;
use serde_json::Value;

use super::super::session::{json_rows, quoted};
use super::links::{Conditions, links};
use crate::error::{Error, Result};
use crate::select::judgment::Judgment;
use crate::select::model::{
    Capability, CostModel, CostRule, Criterion, Gate, Grade, Part, Rubric, Standing, Status, Text, Track,
};
use crate::select::{Candidate, Case, Interval, Request};

/// Sets of each track that are looked at, by rank. With fewer in the catalogue all are; with more, a set further down could
/// only enter where caps on fields and series shut out thousands before it, and the report says that they were left out.
pub(super) const CANDIDATES: u64 = 3000;
/// Points of a set whose every criterion is 1.
const SCALE: f64 = 100.0;

/// What a case is made with, beyond the tables.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) request: Request,
    /// Points for each capability that the selection covers.
    pub(super) coverage_points: f64,
    /// Won for a set of which nothing is known.
    pub(super) default_krw: Option<i64>,
    /// How the scores were made.
    pub(super) scoring: Scoring,
    /// Sets that are candidates whatever their rank.
    pub(super) also: Vec<String>,
}

/// Parameters of the plan that scored, which a case must follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scoring {
    /// Where in its interval a value is taken.
    pub(super) optimism: f64,
    /// Share of the potential's weight that must be measured; with less a set rests on titles.
    pub(super) min_measured: f64,
}

impl Scoring {
    /// From the parameters as the plan was run with; the shipped plan's own where they are not said.
    pub(super) fn of(params: Option<&Value>) -> Self {
        let number = |name: &str| params.and_then(|params| params.get(name)).and_then(Value::as_f64);
        Self { optimism: number("optimism").unwrap_or(0.5), min_measured: number("min_measured").unwrap_or(0.3) }
    }
}

pub(super) fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

pub(super) fn maybe(row: &Value, name: &str) -> Option<String> {
    row[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

pub(super) fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap_or_default()
}

fn track(row: &Value) -> Option<Track> {
    let name = row["track"].as_str()?;
    Track::ALL.into_iter().find(|track| track.name() == name)
}

/// The case over the tables of the schema `catalog` in `context`; the number of sets that were left out.
pub(super) async fn case(context: &SessionContext, wanted: &Wanted) -> Result<(Case, u64)> {
    let rows = async |sql: String| json_rows(context, &sql).await;
    let ordered = wanted.request.include.iter().chain(&wanted.request.exclude).map(|order| &order.id);
    let named: Vec<String> = ordered.chain(&wanted.also).map(|id| quoted(id)).collect();
    let named = if named.is_empty() { String::new() } else { format!(" OR dataset_id IN ({})", named.join(", ")) };
    // Sets that a gate has stopped have no rank; they are shown as such, and cannot be chosen.
    let candidates = format!(
        "SELECT DISTINCT dataset_id FROM (SELECT dataset_id, row_number() OVER (PARTITION BY track ORDER BY rank NULLS LAST, score DESC, \
         dataset_id) AS place FROM catalog.scores) AS placed WHERE place <= {CANDIDATES}{named}"
    );
    let of = |table: &str| {
        format!(
            "SELECT t.* FROM ({candidates}) AS c RIGHT JOIN catalog.{table} AS t ON t.dataset_id = c.dataset_id WHERE c.dataset_id IS NOT NULL"
        )
    };
    let scores = rows(format!("{} ORDER BY t.dataset_id, t.track", of("scores"))).await?;
    if scores.is_empty() {
        return Err(Error::invalid("the catalogue is not scored yet; run jogak catalog score"));
    }
    let all = rows("SELECT count(DISTINCT dataset_id) AS n FROM catalog.scores".to_owned()).await?;
    let placements = rows(format!("{} ORDER BY t.dataset_id, t.track", of("placements"))).await?;
    let parts = rows(format!("{} ORDER BY t.dataset_id, t.track, t.position", of("score_parts"))).await?;
    let sets = rows(format!(
        "SELECT d.* FROM ({candidates}) AS c RIGHT JOIN catalog.datasets AS d ON d.id = c.dataset_id \
         WHERE c.dataset_id IS NOT NULL ORDER BY d.id"
    ))
    .await?;
    let criteria = rows("SELECT * FROM catalog.criteria ORDER BY track, position".to_owned()).await?;
    let rubrics = rubrics(&parts, &criteria);
    let costs = rows("SELECT * FROM catalog.costs ORDER BY dataset_id, modality, field, krw".to_owned()).await?;
    let known_costs: BTreeMap<String, i64> =
        costs.iter().filter_map(|row| Some((maybe(row, "dataset_id")?, row["krw"].as_i64()?))).collect();

    let mut by_set: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    parts.iter().for_each(|part| by_set.entry(text(part, "dataset_id")).or_default().push(part));
    let mut placed: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    placements.iter().for_each(|row| placed.entry(text(row, "dataset_id")).or_default().push(row));
    let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
    for set in &sets {
        let id = text(set, "id");
        let own = placed.get(&id).map(Vec::as_slice).unwrap_or_default();
        let capabilities = own.iter().filter_map(|row| Some(capability(track(row)?, row["capability"].as_str()?)));
        candidates.insert(
            id.clone(),
            Candidate {
                title: text(set, "title"),
                field: maybe(set, "field"),
                modality: maybe(set, "modality"),
                series: own.iter().find_map(|row| maybe(row, "series")),
                build_year: set["build_year"].as_i64().and_then(|year| i32::try_from(year).ok()),
                bytes: set["bytes"].as_u64(),
                cost_krw: known_costs.get(&id).copied(),
                capabilities: capabilities.collect::<BTreeSet<_>>().into_iter().collect(),
                tracks: BTreeMap::new(),
                plan: own.iter().find_map(|row| maybe(row, "plan")),
                id,
            },
        );
    }
    for score in &scores {
        let (id, Some(track)) = (text(score, "dataset_id"), track(score)) else { continue };
        let Some(candidate) = candidates.get_mut(&id) else { continue };
        let own = by_set.get(&id).map(Vec::as_slice).unwrap_or_default();
        let standing = standing(score, track, own, &rubrics, wanted.scoring)?;
        candidate.tracks.insert(track, standing);
    }
    let ranks = scores.iter().filter_map(|row| Some(((text(row, "dataset_id"), track(row)?), row["rank"].as_i64()?)));
    let declared = rows("SELECT * FROM catalog.links ORDER BY a, b".to_owned()).await?;
    let conditions = rows("SELECT * FROM catalog.conditions ORDER BY term".to_owned()).await?;
    let links = links(&placements, &ranks.collect(), &declared, &Conditions::new(&conditions), &candidates);
    let left_out = all.first().and_then(|row| row["n"].as_u64()).unwrap_or_default();
    let left_out = left_out.saturating_sub(u64::try_from(candidates.len()).unwrap_or(u64::MAX));
    let candidates: Vec<Candidate> = candidates.into_values().collect();
    let mut request = wanted.request.clone();
    request.capabilities = capabilities(&candidates, wanted.coverage_points);
    let mut cost_model = CostModel::default();
    if let Some(krw) = wanted.default_krw {
        cost_model.default_krw = krw;
        cost_model.note = Text::new(format!("지정한 값: 종당 {krw}원"), format!("as given: {krw} won each"));
    }
    cost_model.rules = costs.iter().filter(|row| maybe(row, "dataset_id").is_none()).filter_map(cost_rule).collect();
    Ok((Case { candidates, links, rubrics, costs: cost_model, request }.rounded(), left_out))
}

fn cost_rule(row: &Value) -> Option<CostRule> {
    let (modality, field) = (maybe(row, "modality"), maybe(row, "field"));
    Some(CostRule { modality, field, krw: row["krw"].as_i64()?, note: text(row, "note") })
}

/// A capability is of one track: what a language model learns from a set is not what a robot does.
fn capability(track: Track, name: &str) -> String {
    format!("{track}:{name}")
}

fn capabilities(candidates: &[Candidate], points: f64) -> Vec<Capability> {
    if points <= 0.0 {
        return Vec::new();
    }
    let names: BTreeSet<&String> = candidates.iter().flat_map(|candidate| &candidate.capabilities).collect();
    let one = |name: &String| {
        let (track, label) = name.split_once(':')?;
        let track = Track::ALL.into_iter().find(|known| known.name() == track)?;
        Some(Capability { name: name.clone(), label: Text::new(label, label), track: Some(track), points, want: 1 })
    };
    names.into_iter().filter_map(one).collect()
}

/// One rubric a track, with the weights that the scores were made with.
fn rubrics(parts: &[Value], criteria: &[Value]) -> Vec<Rubric> {
    let mut rubrics = Vec::new();
    for wanted in Track::ALL {
        let (mut weights, mut gates): (BTreeMap<i64, _>, BTreeMap<i64, _>) = Default::default();
        for part in parts.iter().filter(|part| track(part) == Some(wanted)) {
            let list = if is_gate(part) { &mut gates } else { &mut weights };
            let weighed = (text(part, "criterion"), number(part, "weight"));
            list.insert(part["position"].as_i64().unwrap_or_default(), weighed);
        }
        if weights.is_empty() {
            continue;
        }
        let row_of = |key: &str| criteria.iter().find(|row| track(row) == Some(wanted) && row["criterion"] == key);
        let named = |(key, weight): (String, f64)| {
            let row = row_of(&key).cloned().unwrap_or_default();
            let or_key = |text: String| if text.is_empty() { key.clone() } else { text };
            let label = Text::new(or_key(text(&row, "name_ko")), or_key(text(&row, "name_en")));
            let definition = Text::new(text(&row, "definition_ko"), text(&row, "definition_en"));
            Criterion { label, definition, weight, key: key.clone() }
        };
        let (criteria, gates) = (weights.into_values().map(named).collect(), gates.into_values().map(named).collect());
        rubrics.push(Rubric { track: wanted, scale: SCALE, criteria, gates });
    }
    rubrics
}

fn is_gate(part: &Value) -> bool {
    part["kind"] == "gate"
}

fn standing(score: &Value, wanted: Track, own: &[&Value], rubrics: &[Rubric], scoring: Scoring) -> Result<Standing> {
    let reason = |part: &Value| Text::new(text(part, "reason_ko"), text(part, "reason_en"));
    let range = |part: &Value, low: &str, high: &str| {
        let (low, high) = (part[low].as_f64()?, part[high].as_f64()?);
        let value = (low + scoring.optimism * (high - low)).clamp(low.min(high), high.max(low));
        Some(rounded(Interval { value, low, high }))
    };
    let made = |part: &Value| {
        let value = range(part, "low", "high").unwrap_or_else(|| Interval::exact(0.0));
        Part {
            criterion: text(part, "criterion"),
            value,
            grade: match part["evidence"].as_str() {
                Some("measured") => Grade::Measured,
                Some("documented") => Grade::Documented,
                Some("inferred") => Grade::Inferred,
                _ => Grade::Unknown,
            },
            reason: reason(part),
            // A plan that does not tell has no such columns; where they are NULL the rule knows nothing: the full range.
            rule: part.get("rule_low").zip(part.get("rule_high")).and_then(|_| {
                let unknown = Interval { value: scoring.optimism.clamp(0.0, 1.0), low: 0.0, high: 1.0 };
                let rule = range(part, "rule_low", "rule_high").unwrap_or_else(|| rounded(unknown));
                (rule != value).then_some(rule)
            }),
        }
    };
    let of_track = || own.iter().filter(|part| track(part) == Some(wanted));
    let parts: Vec<Part> = of_track().filter(|part| !is_gate(part)).map(|part| made(part)).collect();
    let gates: Vec<Gate> = of_track()
        .filter(|part| is_gate(part))
        .map(|part| Gate { part: made(part), least: number(part, "gate_min") })
        .collect();
    let made = rubrics.iter().find(|rubric| rubric.track == wanted).map(|rubric| rubric.score(&parts)).transpose();
    let made = made.map_err(|criterion| {
        let id = text(score, "dataset_id");
        Error::invalid(format!("set {id}, track {wanted}: no value for '{criterion}'; score the catalogue again"))
    })?;
    let stated = Interval {
        value: number(score, "score") * SCALE,
        low: number(score, "low") * SCALE,
        high: number(score, "high") * SCALE,
    };
    let (status, on_titles) = match (score["status"].as_str(), score["gate"].as_str()) {
        (_, Some(gate)) => {
            let closed = of_track().find(|part| part["criterion"] == gate).map(|part| reason(part));
            let on_titles = number(score, "measured_share") < scoring.min_measured;
            (Status::Gated { gate: gate.to_owned(), reason: closed.unwrap_or_default() }, on_titles)
        }
        (Some("gated"), None) => (Status::Gated { gate: "gate".to_owned(), reason: Text::default() }, true),
        (Some("eligible"), None) => (Status::Ready, false),
        (Some("candidate: review"), None) => (Status::Review, false),
        _ => (Status::Probe, true),
    };
    Ok(Standing { score: made.unwrap_or(stated), parts, status, gates, on_titles })
}

/// Numbers that every JSON reader gives back: nine decimals.
fn rounded(interval: Interval) -> Interval {
    let round = |x: f64| (x * 1e9).round() / 1e9;
    let (low, high) = (round(interval.low), round(interval.high));
    Interval { value: round(interval.value).clamp(low, high), low, high }
}

/// The judgements, one for each track that has the criterion or gate.
pub(super) async fn judgments(context: &SessionContext, case: &Case) -> Result<Vec<Judgment>> {
    let rows =
        json_rows(context, "SELECT * FROM catalog.judgments ORDER BY time, dataset_id, criterion, reviewer, value")
            .await?;
    let mut judgments = Vec::new();
    for row in &rows {
        let stated = text(row, "criterion");
        let (only, criterion) = match stated.split_once('.') {
            Some((track, criterion)) => (Some(track), criterion),
            None => (None, stated.as_str()),
        };
        for rubric in &case.rubrics {
            if rubric.named(criterion).is_none() || only.is_some_and(|only| only != rubric.track.name()) {
                continue;
            }
            judgments.push(Judgment {
                dataset_id: text(row, "dataset_id"),
                track: rubric.track,
                criterion: criterion.to_owned(),
                reviewer: text(row, "reviewer"),
                conflict_of_interest: row["conflict_of_interest"] == true,
                value: number(row, "value"),
                reason: text(row, "reason"),
                evidence: text(row, "evidence"),
                time: text(row, "time"),
            });
        }
    }
    Ok(judgments)
}
