//! The search for the best choice: a first choice by greed and exchange, the bound, the library for what is left, and
//! the tie-break.
//!
//! Variables are places in the programme's list, and every list indexed by them has its length.

use super::bound::{Bound, greedy, improve, is_cut};
use super::milp::finish;
use super::program::{Choice, Program};
use super::solve::SOLVER;
use super::{Error, Result, points};

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
        let hint = hint.and_then(|hint| self.adapt(hint, &fixed, &query.cuts));
        if let Some(hint) = hint.filter(|hint| incumbent.as_ref().is_none_or(|found| hint.units >= found.units)) {
            incumbent = Some(hint);
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
            (Some(found), Some(bound)) if bound >= found.units => bound == found.units || open == 0,
            // A bound below a choice in hand is no bound: nothing that was fixed by it can be trusted.
            (Some(_), _) => return Err(Error::Solver("the bound contradicts a choice in hand".to_owned())),
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

    /// `found` with sets exchanged for others of equal worth that the tie-break prefers. Unlike the tie-break itself
    /// this looks at one exchange at a time, which settles sets with the same values for little work.
    pub(super) fn settled(&self, found: Found) -> Found {
        let none = vec![None; self.program.vars.len()];
        let mut current = found;
        for v in 0..self.program.vars.len() {
            if current.vars.binary_search(&v).is_err() {
                current = exchange(self.program, &current, v, &none).unwrap_or(current);
            }
        }
        current
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
    if !current.vars.iter().any(|u| *u > v && program.exchangeable(v, *u)) {
        return None;
    }
    let mut choice = Choice::new(program);
    current.vars.iter().for_each(|u| choice.add(*u));
    choice.add(v);
    for u in current.vars.iter().rev().take_while(|u| **u > v) {
        if fixed[*u].is_some() || !program.exchangeable(v, *u) {
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
