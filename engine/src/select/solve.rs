//! The optimum: bounded and reduced by [`super::bound`], finished by the branch and bound of `microlp`, checked in
//! whole numbers.
//!
//! Every answer of the library is added up and checked against every constraint in integers before it is believed; an
//! answer worse than a choice already in hand is an error, never a result. Equal optima are told apart by a fixed rule:
//! of all selections of the greatest worth, the one that has the set with the highest lower bound, then the next, and
//! so on (equal bounds: lower cost, then the id).
//!
//! Variables are places in the programme's list, and every list indexed by them has its length.

use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions};
use serde::{Deserialize, Serialize};

use super::bound::{Bound, greedy, improve, is_cut};
use super::conflict;
use super::model::{Case, LinkBasis, Status, Track};
use super::program::{Choice, Program, penalty};
use super::{Error, Result, UNITS_PER_POINT, points};

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

/// A choice and its worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Chosen variables, ascending.
    pub(super) vars: Vec<usize>,
    pub(super) units: i64,
}

/// The optimum and how it was proved.
pub(super) struct Optimum {
    pub(super) found: Found,
    pub(super) open: usize,
    pub(super) unique: bool,
}

/// What a search must keep to.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Variables with a given value.
    pub(super) set: Vec<(usize, bool)>,
    /// Choices that are not wanted.
    pub(super) cuts: Vec<Vec<usize>>,
}

/// Repeated searches in one programme.
pub(super) struct Search<'a> {
    program: &'a Program,
    bound: Bound<'a>,
    rounds: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self { program, bound: Bound::new(program), rounds: 300 }
    }

    /// The best choice under `query`; `hint` is a choice that may still be good. `None` where there is none.
    pub(super) fn best(&mut self, query: &Query, hint: Option<&[usize]>) -> Result<Option<(Found, usize)>> {
        let program = self.program;
        let mut fixed = vec![None; program.vars.len()];
        for (v, value) in &query.set {
            if fixed[*v].is_some_and(|set| set != *value) {
                return Ok(None);
            }
            fixed[*v] = Some(*value);
        }
        if program.needs.iter().any(|need| need.iter().all(|v| fixed[*v] == Some(false))) {
            return Ok(None);
        }
        let worth: Vec<f64> = program.vars.iter().map(|var| var.units as f64).collect();
        let mut incumbent = greedy(program, &fixed, &query.cuts, &worth);
        if let Some(hint) = hint.and_then(|hint| self.adapt(hint, &fixed, &query.cuts)) {
            if incumbent.as_ref().is_none_or(|found| hint.units > found.units) {
                incumbent = Some(hint);
            }
        }
        let floor = |incumbent: &Option<Choice<'_>>| incumbent.as_ref().map(|found| found.units);
        let mut proof = self.bound.prove(&fixed, &query.cuts, floor(&incumbent), self.rounds);
        if proof.bound.is_some() {
            // The multipliers know what the rows cost; a second try with them is nearly always the optimum itself.
            let again = greedy(program, &fixed, &query.cuts, &proof.priority);
            if let Some(again) = again.filter(|c| incumbent.as_ref().is_none_or(|found| c.units > found.units)) {
                incumbent = Some(again);
                proof = self.bound.prove(&proof.fixed, &query.cuts, floor(&incumbent), self.rounds / 3);
            }
        }
        let incumbent = incumbent.map(|choice| Found { vars: choice.list(), units: choice.units });
        let open = proof.fixed.iter().filter(|value| value.is_none()).count();
        let closed = match (&incumbent, proof.bound) {
            // Nothing reaches the incumbent but itself.
            (Some(found), Some(bound)) => bound <= found.units || open == 0,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return Ok(None),
        };
        if closed {
            return Ok(incumbent.map(|found| (found, open)));
        }
        let finished = finish(program, &proof.fixed, &query.cuts, incumbent.as_ref())?;
        match (finished, incumbent) {
            (Some(found), Some(hand)) if found.units < hand.units => Err(Error::Solver(format!(
                "{SOLVER} calls {} points optimal where {} are in hand",
                points(found.units),
                points(hand.units)
            ))),
            (None, Some(_)) => Err(Error::Solver(format!("{SOLVER} finds no solution where one is in hand"))),
            (found, _) => Ok(found.map(|found| (found, open))),
        }
    }

    /// A search that starts from the multipliers of another over the same rows, and so needs few rounds.
    pub(super) fn after(program: &'a Program, other: &Search<'_>) -> Self {
        Self { program, bound: Bound::after(program, &other.bound), rounds: 60 }
    }

    /// Worth of each variable at the multipliers that prove `floor`: how near each is to being chosen.
    pub(super) fn priority(&mut self, floor: i64) -> Vec<f64> {
        let none = vec![None; self.program.vars.len()];
        self.bound.prove(&none, &[], Some(floor), self.rounds).priority
    }

    /// `hint` bent to `fixed`: what must go goes, what must come comes, the rest is filled up.
    fn adapt(&self, hint: &[usize], fixed: &[Option<bool>], cuts: &[Vec<usize>]) -> Option<Choice<'a>> {
        let program = self.program;
        let mut priority: Vec<f64> = program.vars.iter().map(|var| var.units as f64).collect();
        for v in hint {
            priority[*v] += 1e9;
        }
        let direct = {
            let mut choice = Choice::new(program);
            hint.iter().for_each(|v| choice.add(*v));
            let keeps = (0..fixed.len()).all(|v| fixed[v].is_none_or(|value| value == choice.has(v)));
            (keeps && choice.fits() && choice.complete() && !is_cut(&choice, cuts)).then_some(choice)
        };
        match direct {
            Some(mut choice) => {
                let mut order: Vec<usize> = (0..fixed.len()).filter(|v| fixed[*v].is_none()).collect();
                order.sort_by(|a, b| program.vars[*b].units.cmp(&program.vars[*a].units).then(a.cmp(b)));
                improve(program, &mut choice, fixed, cuts, &order);
                Some(choice)
            }
            None => greedy(program, fixed, cuts, &priority),
        }
    }

    /// The optimum, by the tie-break where several are equal.
    pub(super) fn optimum(&mut self) -> Result<Option<Optimum>> {
        let Some((first, open)) = self.best(&Query::default(), None)? else { return Ok(None) };
        let cut = Query { cuts: vec![first.vars.clone()], ..Query::default() };
        let second = self.best(&cut, None)?;
        if second.is_none_or(|(second, _)| second.units < first.units) {
            return Ok(Some(Optimum { found: first, open, unique: true }));
        }
        let found = self.first_of_equals(first)?;
        Ok(Some(Optimum { found, open, unique: false }))
    }

    /// Of all choices worth as much as `found`, the first in the order of variables.
    fn first_of_equals(&mut self, found: Found) -> Result<Found> {
        let program = self.program;
        let none = vec![None; program.vars.len()];
        let proof = self.bound.prove(&none, &[], Some(found.units), self.rounds);
        let mut fixed = proof.fixed;
        let mut current = found;
        for v in 0..program.vars.len() {
            if fixed[v].is_some() {
                continue;
            }
            if current.vars.binary_search(&v).is_ok() {
                fixed[v] = Some(true);
                continue;
            }
            let better = match exchange(program, &current, v, &fixed) {
                Some(better) => Some(better),
                None => {
                    let mut set: Vec<(usize, bool)> =
                        fixed.iter().enumerate().filter_map(|(v, value)| value.map(|value| (v, value))).collect();
                    set.push((v, true));
                    let best = self.best(&Query { set, cuts: Vec::new() }, None)?;
                    best.map(|(best, _)| best).filter(|best| best.units == current.units)
                }
            };
            fixed[v] = Some(better.is_some());
            current = better.unwrap_or(current);
        }
        Ok(current)
    }
}

/// `current` with `v` in the place of a later variable, where that is worth the same.
fn exchange(program: &Program, current: &Found, v: usize, fixed: &[Option<bool>]) -> Option<Found> {
    let mut choice = Choice::new(program);
    current.vars.iter().for_each(|u| choice.add(*u));
    choice.add(v);
    for u in current.vars.iter().rev().take_while(|u| **u > v) {
        if fixed[*u].is_some() || program.vars[*u].track != program.vars[v].track {
            continue;
        }
        choice.remove(*u);
        if choice.units == current.units && choice.fits() && choice.complete() {
            return Some(Found { vars: choice.list(), units: choice.units });
        }
        choice.add(*u);
    }
    None
}

/// Hands what is left open to the library.
pub(super) fn finish(
    program: &Program,
    fixed: &[Option<bool>],
    cuts: &[Vec<usize>],
    hint: Option<&Found>,
) -> Result<Option<Found>> {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    // In points: the library's tolerances are made for numbers of this size, and a unit is far above them.
    let scaled = |units: i64| units as f64 / UNITS_PER_POINT;
    let vars: Vec<Option<microlp::Variable>> = fixed
        .iter()
        .zip(&program.vars)
        .map(|(value, var)| value.is_none().then(|| problem.add_binary_var(scaled(var.units))))
        .collect();
    let taken = |v: &usize| i64::from(fixed[*v] == Some(true));
    let mut dead = false;
    let mut row = |problem: &mut Problem, terms: Vec<(microlp::Variable, f64)>, op: ComparisonOp, limit: f64| {
        if terms.is_empty() {
            dead |= match op {
                ComparisonOp::Le => limit < 0.0,
                ComparisonOp::Ge => limit > 0.0,
                ComparisonOp::Eq => limit != 0.0,
            };
        } else {
            problem.add_constraint(terms, op, limit);
        }
    };
    for (place, track) in Track::ALL.into_iter().enumerate() {
        let Some(count) = program.counts[place] else { continue };
        let of_track = (0..vars.len()).filter(|v| program.vars[*v].track == track);
        let (mut terms, mut left) = (Vec::new(), count as i64);
        for v in of_track {
            left -= taken(&v);
            terms.extend(vars[v].map(|var| (var, 1.0)));
        }
        row(&mut problem, terms, ComparisonOp::Eq, left as f64);
    }
    for constraint in &program.rows {
        let (mut terms, mut left) = (Vec::new(), constraint.limit);
        for (v, coefficient) in &constraint.entries {
            left -= taken(v) * coefficient;
            terms.extend(vars[*v].map(|var| (var, *coefficient as f64)));
        }
        // Won in the billions would drown the tolerances; scaling the row changes nothing else.
        let largest = terms.iter().map(|(_, c)| *c).fold(1.0, f64::max);
        let scale = if largest > 1000.0 { largest / 1000.0 } else { 1.0 };
        terms.iter_mut().for_each(|(_, c)| *c /= scale);
        row(&mut problem, terms, ComparisonOp::Le, left as f64 / scale);
    }
    for need in &program.needs {
        let already: i64 = need.iter().map(taken).sum();
        let terms: Vec<_> = need.iter().filter_map(|v| vars[*v].map(|var| (var, 1.0))).collect();
        row(&mut problem, terms, ComparisonOp::Ge, (1 - already) as f64);
    }
    for cut in cuts {
        if cut.iter().any(|v| fixed[*v] == Some(false)) {
            continue;
        }
        let already: i64 = cut.iter().map(taken).sum();
        let terms: Vec<_> = cut.iter().filter_map(|v| vars[*v].map(|var| (var, 1.0))).collect();
        row(&mut problem, terms, ComparisonOp::Le, (cut.len() as i64 - 1 - already) as f64);
    }
    for cover in &program.covers {
        let already: i64 = cover.vars.iter().map(taken).sum();
        let left = cover.want - already;
        let open: Vec<_> = cover.vars.iter().filter_map(|v| vars[*v]).collect();
        if left > 0 && !open.is_empty() {
            let gain = problem.add_var(scaled(cover.units), (0.0, left as f64));
            let mut terms = vec![(gain, 1.0)];
            terms.extend(open.into_iter().map(|var| (var, -1.0)));
            row(&mut problem, terms, ComparisonOp::Le, 0.0);
        }
    }
    for pair in &program.pairs {
        let off = |side: &Vec<usize>| side.iter().all(|v| fixed[*v] == Some(false));
        let on = pair.sides.iter().all(|side| side.iter().any(|v| fixed[*v] == Some(true)));
        if on || pair.sides.iter().any(off) {
            continue;
        }
        // A set is chosen for one track at most, so each side sums to 0 or 1.
        let already: i64 = pair.sides.iter().flatten().map(taken).sum();
        let loss = problem.add_var(-scaled(pair.units), (0.0, 1.0));
        let mut terms: Vec<_> = pair.sides.iter().flatten().filter_map(|v| vars[*v].map(|var| (var, 1.0))).collect();
        terms.push((loss, -1.0));
        row(&mut problem, terms, ComparisonOp::Le, (1 - already) as f64);
    }
    if dead {
        return Ok(None);
    }
    if vars.iter().all(Option::is_none) {
        let list: Vec<usize> = (0..fixed.len()).filter(|v| fixed[*v] == Some(true)).collect();
        return Ok(program.allows(&list).then(|| Found { units: program.worth(&list), vars: list }));
    }
    let mut options = SolveOptions::default();
    options.warm_start = hint.map(|hint| {
        let value = |v: usize| if hint.vars.binary_search(&v).is_ok() { 1.0 } else { 0.0 };
        vars.iter().enumerate().filter_map(|(v, var)| var.map(|var| (var, value(v)))).collect()
    });
    // The library asserts its own invariants; a failed one is an error here and not the end of the programme.
    let solved = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| problem.solve_with(options)))
        .map_err(|_| Error::Solver(format!("{SOLVER} broke one of its invariants")))?;
    let outcome = match solved {
        Ok(outcome) => outcome,
        Err(microlp::Error::Infeasible) => return Ok(None),
        Err(error) => return Err(Error::Solver(format!("{SOLVER}: {error}"))),
    };
    let solution = outcome.into_solution().map_err(|_| Error::Solver(format!("{SOLVER} stopped early")))?;
    if solution.status() != SolutionStatus::Optimal {
        return Err(Error::Solver(format!("{SOLVER} did not prove its solution optimal")));
    }
    let chosen = |v: &usize| vars[*v].map_or(fixed[*v] == Some(true), |var| solution.var_value(var) > 0.5);
    let list: Vec<usize> = (0..vars.len()).filter(chosen).collect();
    if !program.allows(&list) {
        // A row of large numbers was exceeded by less than the library's tolerance: this choice is cut off, once.
        if cuts.len() > 1000 || cuts.contains(&list) {
            return Err(Error::Solver(format!("{SOLVER} breaks a constraint by rounding")));
        }
        let mut more = cuts.to_vec();
        more.push(list);
        return finish(program, fixed, &more, hint);
    }
    Ok(Some(Found { units: program.worth(&list), vars: list }))
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
            provisional: candidate.tracks.get(&var.track).is_some_and(|s| s.status == Status::Probe),
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
    let holds = |side: &[usize]| side.iter().any(|v| chosen.binary_search(v).is_ok());
    let lost_by_link = |index: usize| -> i64 {
        let pairs = program.pairs.iter().filter(|pair| pair.link == index);
        pairs.filter(|pair| pair.sides.iter().all(|side| holds(side))).map(|pair| pair.units).sum()
    };
    let picked: BTreeSet<&str> = picks.iter().map(|pick| pick.id.as_str()).collect();
    let redundancies: Vec<Redundancy> = case
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| picked.contains(link.a.as_str()) && picked.contains(link.b.as_str()))
        .filter(|(_, link)| link.complementary || penalty(case, link) > 0)
        .map(|(index, link)| Redundancy {
            a: link.a.clone(),
            b: link.b.clone(),
            similarity: link.similarity,
            basis: link.basis,
            complementary: link.complementary,
            units: lost_by_link(index),
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
            rows: program.rows.len() + program.pairs.len() + program.covers.len() + program.needs.len() + 2,
            open_variables: optimum.open,
            bound: optimum.found.units,
            unique: optimum.unique,
        },
        picks,
    }
}
