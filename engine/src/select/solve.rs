//! The optimum: bounded and reduced by Lagrangian relaxation, finished by the branch and bound of `microlp`, checked
//! in whole numbers.
//!
//! Every answer of the library is added up and checked against every constraint in integers before it is believed; an
//! answer worse than a choice already in hand is an error, never a result. Equal optima are told apart by a fixed rule:
//! of all selections of the greatest worth, the one that has the set with the highest lower bound, then the next, and
//! so on (equal bounds: lower cost, then the id).
//!
//! Variables are places in the programme's list, and every list indexed by them has its length.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Case;
use super::conflict;
use super::model::{LinkBasis, Track};
use super::program::{Program, penalty};
use super::search::{Optimum, Search};
use super::{Error, Result, points};

/// Library and version that finishes the search; part of every seal.
pub const SOLVER: &str = "microlp 0.7";

/// One chosen set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// The set.
    pub id: String,
    /// What it is chosen for.
    pub track: Track,
    /// Its worth in the objective, in units.
    pub units: i64,
    /// Won.
    pub cost_krw: i64,
    /// Rests on titles alone: to be probed before money is spent.
    pub provisional: bool,
    /// An override demanded it.
    pub included: bool,
}

/// A capability of the request and who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// Its name.
    pub capability: String,
    /// Only this track counts.
    pub track: Option<Track>,
    /// Sets that are rewarded.
    pub want: u32,
    /// Chosen sets that bring it.
    pub by: Vec<String>,
    /// Units gained.
    pub units: i64,
}

/// Two chosen sets that resemble each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redundancy {
    /// One set.
    pub a: String,
    /// The other.
    pub b: String,
    /// 0 to 1.
    pub similarity: f64,
    /// How it is known.
    pub basis: LinkBasis,
    /// Complementary conditions: alike, and not penalised.
    pub complementary: bool,
    /// Units lost.
    pub units: i64,
}

/// How the optimum was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Library and version.
    pub solver: String,
    /// Variables and rows of the whole programme.
    pub variables: usize,
    /// Rows, penalties and capabilities of the whole programme.
    pub rows: usize,
    /// Variables that the bound left open.
    pub open_variables: usize,
    /// The bound in units: no selection is worth more.
    pub bound: i64,
    /// Whether any other selection is worth as much.
    pub unique: bool,
}

/// An optimal selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The chosen sets, by track, best first.
    pub picks: Vec<Pick>,
    /// Worth in units: scores plus coverage minus redundancy.
    pub units: i64,
    /// Scores of the chosen sets in units.
    pub score_units: i64,
    /// What coverage adds, in units.
    pub coverage_units: i64,
    /// What redundancy takes, in units.
    pub redundancy_units: i64,
    /// Won in all.
    pub cost_krw: i64,
    /// Every capability of the request.
    pub coverage: Vec<Covered>,
    /// Likenesses among the chosen, costly or not.
    pub redundancies: Vec<Redundancy>,
    /// How the optimum was proved.
    pub certificate: Certificate,
}

impl Selection {
    /// Whether `id` is chosen, and for what.
    pub fn track_of(&self, id: &str) -> Option<Track> {
        self.picks.iter().find(|pick| pick.id == id).map(|pick| pick.track)
    }

    /// The picks of one track.
    pub fn of(&self, track: Track) -> impl Iterator<Item = &Pick> {
        self.picks.iter().filter(move |pick| pick.track == track)
    }

    /// Worth in points.
    pub fn points(&self) -> f64 {
        points(self.units)
    }
}

/// The optimal selection of `case`.
///
/// # Errors
/// [`Error::Invalid`] where the case is not sound, [`Error::Infeasible`] with the colliding constraints,
/// [`Error::Solver`] where the library failed.
pub fn solve(case: &Case) -> Result<Selection> {
    case.check()?;
    let program = Program::build(case, &BTreeSet::new());
    let mut search = Search::new(&program);
    match search.optimum()? {
        Some(optimum) => Ok(describe(case, &program, &optimum)),
        None => Err(Error::Infeasible(Box::new(conflict::explain(case)?))),
    }
}

/// The selection that `optimum` stands for.
pub(super) fn describe(case: &Case, program: &Program, optimum: &Optimum) -> Selection {
    let chosen = &optimum.found.vars;
    let id = |v: usize| case.candidates.get(program.vars[v].candidate).map_or("", |c| c.id.as_str());
    let mut picks = Vec::with_capacity(chosen.len());
    for v in chosen {
        let var = &program.vars[*v];
        let Some(candidate) = case.candidates.get(var.candidate) else { continue };
        let demanded = |order: &super::model::Override| {
            order.id == candidate.id && order.track.is_none_or(|track| track == var.track)
        };
        picks.push(Pick {
            id: candidate.id.clone(),
            track: var.track,
            units: var.units,
            cost_krw: var.cost,
            provisional: candidate.tracks.get(&var.track).is_some_and(|s| s.status.is_provisional()),
            included: case.request.include.iter().any(demanded),
        });
    }
    picks.sort_by(|a, b| {
        a.track.cmp(&b.track).then(b.units.cmp(&a.units)).then_with(|| super::model::by_id(&a.id, &b.id))
    });
    let coverage = case
        .request
        .capabilities
        .iter()
        .enumerate()
        .map(|(index, capability)| {
            let cover = program.covers.iter().find(|cover| cover.capability == index);
            let by: Vec<String> = cover.map_or_else(Vec::new, |cover| {
                chosen.iter().filter(|v| cover.vars.contains(v)).map(|v| id(*v).to_owned()).collect()
            });
            Covered {
                capability: capability.name.clone(),
                track: capability.track,
                want: capability.want,
                units: cover.map_or(0, |cover| cover.units * (by.len() as i64).min(cover.want)),
                by,
            }
        })
        .collect::<Vec<_>>();
    let picked: BTreeMap<&str, Track> = picks.iter().map(|pick| (pick.id.as_str(), pick.track)).collect();
    let redundancies: Vec<Redundancy> = case
        .links
        .iter()
        .filter_map(|link| {
            let (a, b) = picked.get(link.a.as_str()).zip(picked.get(link.b.as_str()))?;
            let lost = penalty(case, link);
            let counts = a == b || case.request.redundancy_across_tracks;
            (link.complementary || lost > 0).then(|| Redundancy {
                a: link.a.clone(),
                b: link.b.clone(),
                similarity: link.similarity,
                basis: link.basis,
                complementary: link.complementary,
                units: if counts { lost } else { 0 },
            })
        })
        .collect();
    Selection {
        units: optimum.found.units,
        score_units: picks.iter().map(|pick| pick.units).sum(),
        coverage_units: coverage.iter().map(|covered| covered.units).sum(),
        redundancy_units: redundancies.iter().map(|redundancy| redundancy.units).sum(),
        cost_krw: picks.iter().map(|pick| pick.cost_krw).sum(),
        coverage,
        redundancies,
        certificate: Certificate {
            solver: SOLVER.to_owned(),
            variables: program.vars.len(),
            rows: program.rows.len()
                + program.pairs.len()
                + program.crowds.len()
                + program.covers.len()
                + program.needs.len()
                + 2,
            open_variables: optimum.open,
            bound: optimum.found.units,
            unique: optimum.unique,
        },
        picks,
    }
}
