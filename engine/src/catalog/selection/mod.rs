//! Choosing sets: the optimum over the scored catalogue, stored under a name, reported, appealed against, sealed.
//!
//! The reckoning is in [`crate::select`], which knows no tables; here tables become its [`Case`] and its results tables.

mod appeal;
mod case;
mod links;
mod output;
mod seal;

use std::path::Path;

use datafusion::prelude::SessionContext;
use jogak_connectors::aihub::builtin::Coverage;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use appeal::appeal;
pub use output::{ReportForm, Written, write_plans, write_report};
pub use seal::{Frozen, Verified, freeze, verify};

use super::Catalog;
use super::session::{json_rows, quoted};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::select::model::{Override, Text};
use crate::select::report::Report;
use crate::select::sensitivity::{Depth, Sensitivity, analyse};
use crate::select::stability::{Plan, Stability, stability};
use crate::select::{Case, Request, Selection, solve};
use case::{Scoring, Wanted};

/// What is asked of a selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Under which name it is stored; one of that name is replaced.
    pub name: String,
    /// Sets for language models.
    pub llm: u32,
    /// Sets for physical AI.
    pub physical: u32,
    /// Won in all; none for no limit.
    pub budget_krw: Option<i64>,
    /// Won for a set of which nothing is known; 100 million by default.
    pub default_krw: Option<i64>,
    /// Most sets of one field; those of which no field is known count as one field.
    pub max_per_field: Option<u32>,
    /// Most sets of one series.
    pub max_per_series: Option<u32>,
    /// Sets that must be chosen.
    pub include: Vec<Override>,
    /// Sets that must not be chosen.
    pub exclude: Vec<Override>,
    /// Points lost by two sets that hold the same.
    pub redundancy_points: f64,
    /// Points for each capability that the selection covers.
    pub coverage_points: f64,
    /// 0 counts the value, 1 the lower end; half of the way by default, for what is not known is no mean.
    pub caution: f64,
    /// Sets that rest on titles are not chosen.
    pub probed_only: bool,
    /// Draws of other weights; none for no look at stability.
    pub stability: Option<u32>,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let request = Request::default();
        Self {
            name: "draft".to_owned(),
            llm: request.llm,
            physical: request.physical,
            budget_krw: request.budget_krw,
            default_krw: None,
            max_per_field: None,
            max_per_series: None,
            include: Vec::new(),
            exclude: Vec::new(),
            redundancy_points: request.redundancy_points,
            coverage_points: 1.0,
            caution: request.caution,
            probed_only: false,
            stability: None,
            seed: request.seed,
        }
    }
}

impl Options {
    fn request(&self) -> Request {
        Request {
            llm: self.llm,
            physical: self.physical,
            budget_krw: self.budget_krw,
            max_per_field: self.max_per_field,
            max_per_series: self.max_per_series,
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            redundancy_points: self.redundancy_points,
            caution: self.caution,
            allow_probe: !self.probed_only,
            seed: self.seed,
            ..Request::default()
        }
    }

    fn wanted(&self, scoring: Scoring) -> Wanted {
        let (request, coverage_points) = (self.request(), self.coverage_points);
        Wanted { request, coverage_points, default_krw: self.default_krw, scoring, also: Vec::new() }
    }
}

/// A selection with everything that a report shows.
#[derive(Debug, Clone, Serialize)]
pub struct Chosen {
    /// What a report shows.
    pub report: Report,
    /// Whether the scores are older than the catalogue.
    pub scores_are_old: bool,
    /// Version of `catalog.selections`; none where it was not stored.
    pub version: Option<u64>,
    /// Wall time in seconds of reading, solving and analysing, and of the draws.
    pub elapsed_seconds: (f64, f64),
    /// Peak resident memory of the process, where the system tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// What was reckoned.
pub(super) struct Outcome {
    pub(super) case: Case,
    pub(super) selection: Selection,
    pub(super) sensitivity: Sensitivity,
    pub(super) stability: Option<Stability>,
    left_out: u64,
}

/// An error of the reckoning, in the language of people.
fn explained(error: crate::select::Error, korean: bool) -> Error {
    use crate::select::Error as Select;
    use crate::select::model::Lang;
    match error {
        Select::Infeasible(conflict) => Error::failed(conflict.text(if korean { Lang::Ko } else { Lang::En })),
        Select::Invalid(message) | Select::Seal(message) => Error::invalid(message),
        other => Error::internal("choosing the sets").because(other),
    }
}

/// How the stored scores were made.
async fn scoring(catalog: &Catalog) -> Result<Scoring> {
    let details = catalog.details("scores").await?;
    Ok(Scoring::of(details.as_ref().and_then(|details| details.get("params"))))
}

/// The optimum, its sensitivity, and what other weights would do.
async fn reckon(context: &SessionContext, options: &Options, scoring: Scoring, korean: bool) -> Result<(Outcome, f64)> {
    let (case, left_out) = case::case(context, &options.wanted(scoring)).await?;
    let draws = options.stability;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Minutes of arithmetic: not on a thread that serves others.
    let reckoned = tokio::task::spawn_blocking(move || -> crate::select::Result<_> {
        let selection = solve(&case)?;
        let sensitivity = analyse(&case, &selection, Depth::default())?;
        let started = Started::now();
        let drawn = draws
            .filter(|draws| *draws > 0)
            .map(|draws| stability(&case, &selection, Plan { draws, ..Plan::default() }, threads));
        let stability = drawn.transpose()?;
        let seconds = started.elapsed().as_secs_f64();
        Ok((Outcome { case, selection, sensitivity, stability, left_out }, seconds))
    });
    let reckoned = reckoned.await.map_err(|e| Error::internal("choosing the sets").because(e))?;
    reckoned.map_err(|error| explained(error, korean))
}

/// Chooses sets and stores the selection under its name.
///
/// # Errors
/// When the catalogue is not scored, constraints collide (the message says which, and the least change that helps), or the
/// store fails.
pub async fn select(catalog: &Catalog, options: &Options, korean: bool) -> Result<Chosen> {
    let started = Started::now();
    let context = catalog.hash_session(None)?;
    let (outcome, draws) = reckon(&context, options, scoring(catalog).await?, korean).await?;
    let report = report(catalog, &context, options, &outcome).await?;
    let version = output::store(catalog, options, &outcome).await?;
    let seconds = started.elapsed().as_secs_f64() - draws;
    Ok(Chosen {
        report,
        scores_are_old: super::score::is_old(catalog).await?,
        version: Some(version),
        elapsed_seconds: (seconds, draws),
        peak_memory_bytes: crate::memory::peak_memory_bytes(),
    })
}

/// The options under which a selection of that name was made.
///
/// # Errors
/// When there is no such selection, or the store fails.
pub async fn options(catalog: &Catalog, name: &str) -> Result<Options> {
    let Some(options) = stored_options(catalog, name).await? else {
        let context = catalog.hash_session(None)?;
        let names = json_rows(&context, "SELECT name FROM catalog.selection_options ORDER BY name").await?;
        let names: Vec<&str> = names.iter().filter_map(|row| row["name"].as_str()).collect();
        let there =
            if names.is_empty() { "none yet; make one with jogak catalog select".to_owned() } else { names.join(", ") };
        return Err(Error::invalid(format!("there is no selection '{name}'; there are: {there}")));
    };
    Ok(options)
}

/// The same; none where there is no such selection.
///
/// # Errors
/// When its options are damaged, or the store fails.
pub async fn stored_options(catalog: &Catalog, name: &str) -> Result<Option<Options>> {
    let sql = format!("SELECT options FROM catalog.selection_options WHERE name = {}", quoted(name));
    let context = catalog.hash_session(None)?;
    let Some(row) = json_rows(&context, &sql).await?.pop() else { return Ok(None) };
    let options = serde_json::from_str(row["options"].as_str().unwrap_or_default());
    options
        .map(Some)
        .map_err(|e| Error::failed(format!("the options of the selection '{name}' are damaged")).because(e))
}

async fn report(catalog: &Catalog, context: &SessionContext, options: &Options, outcome: &Outcome) -> Result<Report> {
    let facts = json_rows(context, "SELECT max(as_of) AS as_of FROM catalog.datasets").await?;
    let sources = json_rows(
        context,
        "SELECT source, count(*) AS n FROM catalog.datasets GROUP BY source ORDER BY n DESC, source LIMIT 3",
    )
    .await?;
    let sources: Vec<String> = (sources.iter())
        .map(|row| format!("{} ({})", row["source"].as_str().unwrap_or("?"), row["n"].as_u64().unwrap_or_default()))
        .collect();
    let mut notes = notes(super::view::coverage(catalog).await?);
    if outcome.selection.picks.iter().any(|pick| pick.provisional) {
        notes.push(Text::new(
            "'잠정'은 제목·경로에만 근거했거나 관문이 아직 열려 있는 세트입니다. 예산을 쓰기 전에 표본을 확인해야 합니다.",
            "Provisional sets rest on titles and paths, or a gate is still open: look into them before money is spent.",
        ));
    }
    if outcome.left_out > 0 {
        notes.push(Text::new(
            format!(
                "순위가 낮은 {}종은 최적화에 넣지 않았습니다(부문별 상위 {}종).",
                outcome.left_out,
                case::CANDIDATES
            ),
            format!(
                "{} sets of lower rank were left out of the optimum (the first {} of each track).",
                outcome.left_out,
                case::CANDIDATES
            ),
        ));
    }
    // The program's file is hashed by what seals: a second for some hundred megabytes.
    let (software, seal) = (Some(software(None)), seal::of(catalog, &options.name, outcome).await?);
    let (judgments, rulings) = (case::judgments(context, &outcome.case).await?, appeal::rulings(context).await?);
    Ok(Report {
        title: Text::new("업사이클링 대상 데이터셋 선정", "Data sets chosen for upcycling"),
        name: options.name.clone(),
        as_of: facts.first().and_then(|row| row["as_of"].as_str()).unwrap_or_default().to_owned(),
        source: Text::new(sources.join(", "), sources.join(", ")),
        notes,
        case: outcome.case.clone(),
        selection: outcome.selection.clone(),
        sensitivity: Some(outcome.sensitivity.clone()),
        stability: outcome.stability.clone(),
        judgments,
        rulings,
        software,
        seal,
    })
}

fn notes(coverage: Coverage) -> Vec<Text> {
    let message = coverage.message_ko().zip(coverage.message_en());
    message.map(|(ko, en)| Text::new(ko, en)).into_iter().collect()
}

/// The parts of a result that a seal holds.
fn results(outcome: &Outcome) -> crate::select::Result<std::collections::BTreeMap<String, Value>> {
    use crate::select::freeze::part;
    let mut results = std::collections::BTreeMap::from([
        ("case".to_owned(), part(&outcome.case)?),
        ("selection".to_owned(), part(&outcome.selection)?),
        ("sensitivity".to_owned(), part(&outcome.sensitivity)?),
    ]);
    if let Some(stability) = &outcome.stability {
        results.insert("stability".to_owned(), part(stability)?);
    }
    Ok(results)
}

/// The name of this program and the hash of its file.
fn software(program: Option<&Path>) -> crate::select::freeze::Software {
    let hashed = program.and_then(|program| {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        std::io::copy(&mut std::fs::File::open(program).ok()?, &mut hasher).ok()?;
        Some(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    });
    crate::select::freeze::Software {
        version: format!("jogak {}", env!("CARGO_PKG_VERSION")),
        sha256: hashed.unwrap_or_else(|| "unknown".to_owned()),
        solver: crate::select::solve::SOLVER.to_owned(),
    }
}

/// What a stored selection is known by, for notes in the history.
fn details(options: &Options, outcome: &Outcome) -> Value {
    json!({ "options": options, "units": outcome.selection.units, "cost_krw": outcome.selection.cost_krw })
}
