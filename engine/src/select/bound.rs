//! An upper bound on the programme by Lagrangian relaxation, and what it proves about single variables.
//!
//! Every row but the counts moves into the objective with a multiplier, and so does the number chosen of every crowd; what
//! is left is "the best `n` of each track". Any multipliers within their ranges give a valid bound, so nothing here needs
//! to converge for the result to be right: a poor bound only proves less. A variable whose other value cannot reach the
//! best known choice is fixed; ties are kept.
//!
//! Variables are places in the programme's list, and every list indexed by them has its length.

use super::model::Track;
use super::program::{Choice, Program, slot};

/// Worths are sums of few terms of at most [`STEEPEST`] units, whose rounding stays far below this. That of the constant
/// part, of as many terms as there are rows, is added where it is summed.
const ROUNDING: f64 = 0.5;

/// No multiplier is larger: a query that nothing satisfies drives them up without end, and what is summed with them then
/// says nothing. Any smaller multiplier gives a valid bound, too.
const STEEPEST: f64 = 1e9;

/// `multiplier * (limit - sum(coefficient * x))`, multiplier within `range`.
struct Relaxed {
    entries: Vec<(usize, f64)>,
    limit: f64,
    range: (f64, f64),
    /// Of a crowd: what each pair loses, and how many can be chosen. The number `k` of those chosen is then a variable of
    /// its own, tied to them by the multiplier, and the row is worth `max over k of (multiplier * k - units * k (k-1) / 2)`.
    crowd: Option<(f64, i64)>,
}

impl Relaxed {
    fn row(entries: Vec<(usize, f64)>, limit: f64, range: (f64, f64)) -> Self {
        Self { entries, limit, range, crowd: None }
    }

    /// What the row adds beside its variables.
    fn constant(&self, multiplier: f64) -> f64 {
        match self.crowd {
            // The k-th of a crowd loses `units * (k - 1)`: it is worth choosing while the multiplier is higher.
            Some((units, most)) => (0..most).map(|others| (multiplier - units * others as f64).max(0.0)).sum(),
            None => multiplier * self.limit,
        }
    }

    /// By how much the row's worth grows with its multiplier, where `used` of its variables are picked.
    fn slope(&self, multiplier: f64, used: f64) -> f64 {
        match self.crowd {
            Some((units, most)) => {
                let below = |strictly: bool| {
                    let is_below = |step: f64| if strictly { step < multiplier } else { step <= multiplier };
                    (0..most).filter(|others| is_below(units * *others as f64)).count() as f64
                };
                // At a step any number between is as good.
                used.clamp(below(true), below(false)) - used
            }
            None => self.limit - used,
        }
    }
}

/// A programme made ready for bounds; multipliers of one use start the next.
pub(super) struct Bound<'a> {
    program: &'a Program,
    rows: Vec<Relaxed>,
    /// Rows that stand for cuts, after the programme's own.
    cuts_from: usize,
    constant: f64,
    multipliers: Vec<f64>,
}

/// What was proved.
pub(super) struct Proof {
    /// Value of each variable in every choice that reaches the floor; `None` where both are left.
    pub(super) fixed: Vec<Option<bool>>,
    /// No choice is worth more; `None` where there is no choice at all.
    pub(super) bound: Option<i64>,
    /// Worth of each variable at the best multipliers: the order in which to try them.
    pub(super) priority: Vec<f64>,
}

impl<'a> Bound<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        let mut rows = Vec::new();
        let mut constant = 0.0;
        for row in &program.rows {
            // Scaled to coefficients of at most 1, so that one step length fits rows of won and rows of sets.
            let scale = row.entries.iter().map(|(_, c)| *c).max().unwrap_or(1).max(1) as f64;
            let entries = row.entries.iter().map(|(v, c)| (*v, *c as f64 / scale)).collect();
            rows.push(Relaxed::row(entries, row.limit as f64 / scale, (0.0, STEEPEST)));
        }
        for need in &program.needs {
            let entries = need.iter().map(|v| (*v, -1.0)).collect();
            rows.push(Relaxed::row(entries, -1.0, (0.0, STEEPEST)));
        }
        for cover in &program.covers {
            constant += (cover.units * cover.want) as f64;
            let entries = cover.vars.iter().map(|v| (*v, -1.0)).collect();
            rows.push(Relaxed::row(entries, -(cover.want as f64), (0.0, cover.units as f64)));
        }
        for pair in &program.pairs {
            let entries = pair.sides.iter().flatten().map(|v| (*v, 1.0)).collect();
            rows.push(Relaxed::row(entries, 1.0, (0.0, pair.units as f64)));
        }
        for crowd in &program.crowds {
            let entries = crowd.vars.iter().map(|v| (*v, 1.0)).collect();
            // Beyond its last step nothing more is gained.
            let last = (crowd.units * (crowd.most - 1).max(0)) as f64;
            let (units, range) = (crowd.units as f64, (0.0, last));
            rows.push(Relaxed { entries, limit: 0.0, range, crowd: Some((units, crowd.most)) });
        }
        let multipliers = vec![0.0; rows.len()];
        Self { program, cuts_from: rows.len(), rows, constant, multipliers }
    }

    /// The same, starting from the multipliers of a programme with the same rows.
    pub(super) fn after(program: &'a Program, other: &Bound<'_>) -> Self {
        let mut bound = Self::new(program);
        if other.cuts_from == bound.cuts_from {
            bound.multipliers = other.multipliers.iter().take(other.cuts_from).copied().collect();
        }
        bound
    }

    /// Bounds the choices that keep to `fixed` and to `cuts` (none of which may be chosen whole), and fixes what
    /// cannot reach `floor`.
    pub(super) fn prove(
        &mut self,
        fixed: &[Option<bool>],
        cuts: &[Vec<usize>],
        floor: Option<i64>,
        rounds: usize,
    ) -> Proof {
        self.rows.truncate(self.cuts_from);
        self.multipliers.truncate(self.cuts_from);
        for cut in cuts {
            let entries = cut.iter().map(|v| (*v, 1.0)).collect();
            self.rows.push(Relaxed::row(entries, cut.len() as f64 - 1.0, (0.0, STEEPEST)));
            self.multipliers.push(0.0);
        }
        let mut fixed = fixed.to_vec();
        let mut best = f64::INFINITY;
        let mut best_multipliers = self.multipliers.clone();
        let mut step_share = 1.0;
        let mut since_better = 0;
        let mut priority = vec![0.0; self.program.vars.len()];
        let mut reduced = vec![0.0; self.program.vars.len()];
        for _ in 0..rounds {
            let mut value = self.reduce(&mut reduced);
            let mut picked = vec![false; reduced.len()];
            for track in Track::ALL {
                let Some(worth) = self.pick(track, &reduced, &mut fixed, &mut picked) else {
                    return Proof { fixed, bound: None, priority: reduced };
                };
                value += worth;
            }
            if value < best - 1e-6 * best.abs().min(1e9) {
                since_better = 0;
            } else {
                since_better += 1;
            }
            if value < best {
                best = value;
                best_multipliers.copy_from_slice(&self.multipliers);
                priority.copy_from_slice(&reduced);
            }
            if let Some(floor) = floor {
                if best + ROUNDING < floor as f64 {
                    break;
                }
                self.fix(&reduced, &picked, value, floor as f64, &mut fixed);
            }
            if since_better >= 8 {
                step_share *= 0.6;
                since_better = 0;
                self.multipliers.copy_from_slice(&best_multipliers);
                if step_share < 0.01 {
                    break;
                }
                continue;
            }
            let target = floor.map_or(best - 0.02 * best.abs() - 1.0, |floor| floor as f64);
            if !self.step(&picked, value, target, step_share) {
                break;
            }
        }
        self.multipliers = best_multipliers;
        let bound = (best.is_finite()).then(|| (best + ROUNDING).floor() as i64);
        Proof { fixed, bound, priority }
    }

    /// Reduced worth of every variable; returns the constant part of the bound.
    fn reduce(&self, reduced: &mut [f64]) -> f64 {
        let mut constant = self.constant;
        let mut size = self.constant.abs();
        for (worth, var) in reduced.iter_mut().zip(&self.program.vars) {
            *worth = var.units as f64;
        }
        for (row, multiplier) in self.rows.iter().zip(&self.multipliers) {
            if *multiplier != 0.0 {
                let term = row.constant(*multiplier);
                constant += term;
                size += term.abs();
                for (v, coefficient) in &row.entries {
                    reduced[*v] -= multiplier * coefficient;
                }
            }
        }
        constant + size * self.rows.len() as f64 * f64::EPSILON
    }

    /// Picks the best of `track`; `None` where there are too few, or too many are fixed.
    fn pick(&self, track: Track, reduced: &[f64], fixed: &mut [Option<bool>], picked: &mut [bool]) -> Option<f64> {
        let wanted = self.program.counts[slot(track)]?;
        let mut free = Vec::new();
        let mut sum = 0.0;
        let mut taken = 0;
        for (v, var) in self.program.vars.iter().enumerate().filter(|(_, var)| var.track == track) {
            debug_assert_eq!(var.track, track);
            match fixed[v] {
                Some(true) => {
                    sum += reduced[v];
                    picked[v] = true;
                    taken += 1;
                }
                Some(false) => {}
                None => free.push(v),
            }
        }
        let rest = wanted.checked_sub(taken)?;
        if free.len() < rest {
            return None;
        }
        if rest > 0 && rest < free.len() {
            free.select_nth_unstable_by(rest - 1, |a, b| reduced[*b].total_cmp(&reduced[*a]).then(a.cmp(b)));
        }
        for v in free.iter().take(rest) {
            sum += reduced[*v];
            picked[*v] = true;
        }
        Some(sum)
    }

    /// Fixes variables whose other value stays below `floor`.
    fn fix(&self, reduced: &[f64], picked: &[bool], value: f64, floor: f64, fixed: &mut [Option<bool>]) {
        for track in Track::ALL {
            let mut last_in = f64::INFINITY;
            let mut first_out = f64::NEG_INFINITY;
            let free = |v: &usize| fixed[*v].is_none() && self.program.vars[*v].track == track;
            let free: Vec<usize> = (0..reduced.len()).filter(free).collect();
            for v in &free {
                if picked[*v] {
                    last_in = last_in.min(reduced[*v]);
                } else {
                    first_out = first_out.max(reduced[*v]);
                }
            }
            for v in free {
                if picked[v] {
                    // Without any other set in this track it cannot leave.
                    if value - reduced[v] + first_out + ROUNDING < floor {
                        fixed[v] = Some(true);
                    }
                } else if value - last_in + reduced[v] + ROUNDING < floor {
                    fixed[v] = Some(false);
                }
            }
        }
    }

    /// One step down the subgradient; false where it is zero.
    fn step(&mut self, picked: &[bool], value: f64, target: f64, share: f64) -> bool {
        let mut square = 0.0;
        let mut slopes = Vec::with_capacity(self.rows.len());
        for (row, multiplier) in self.rows.iter().zip(&self.multipliers) {
            let used: f64 = row.entries.iter().filter(|(v, _)| picked[*v]).map(|(_, c)| c).sum();
            let mut slope = row.slope(*multiplier, used);
            // A multiplier at the end of its range cannot move further out.
            if (slope > 0.0 && *multiplier <= row.range.0) || (slope < 0.0 && *multiplier >= row.range.1) {
                slope = 0.0;
            }
            square += slope * slope;
            slopes.push(slope);
        }
        if square < 1e-9 {
            return false;
        }
        let length = share * (value - target).max(1.0) / square;
        for ((multiplier, slope), row) in self.multipliers.iter_mut().zip(slopes).zip(&self.rows) {
            *multiplier = (*multiplier - length * slope).clamp(row.range.0, row.range.1);
        }
        true
    }
}

/// A choice made by taking variables in falling priority, then improved by exchanges; `None` where that ends short.
pub(super) fn greedy<'a>(
    program: &'a Program,
    fixed: &[Option<bool>],
    cuts: &[Vec<usize>],
    priority: &[f64],
) -> Option<Choice<'a>> {
    let mut choice = Choice::new(program);
    for v in (0..fixed.len()).filter(|v| fixed[*v] == Some(true)) {
        choice.add(v);
    }
    let mut order: Vec<usize> = (0..program.vars.len()).filter(|v| fixed[*v].is_none()).collect();
    order.sort_by(|a, b| priority[*b].total_cmp(&priority[*a]).then(a.cmp(b)));
    // What must be chosen comes first, or the places are taken.
    for need in &program.needs {
        if need.iter().any(|v| choice.has(*v)) {
            continue;
        }
        let best = order.iter().find(|v| need.contains(v))?;
        choice.add(*best);
    }
    for v in &order {
        if choice.has(*v) || choice.full(program.vars[*v].track) {
            continue;
        }
        choice.add(*v);
        if !choice.fits() {
            choice.remove(*v);
        }
    }
    if !choice.fits() || !choice.complete() || is_cut(&choice, cuts) {
        return None;
    }
    improve(program, &mut choice, fixed, cuts, &order);
    Some(choice)
}

/// Exchanges one chosen variable for another while that is worth more.
pub(super) fn improve(
    program: &Program,
    choice: &mut Choice<'_>,
    fixed: &[Option<bool>],
    cuts: &[Vec<usize>],
    order: &[usize],
) {
    // Far down the order nothing is worth more; the bound and the solver do not depend on this limit.
    let near: Vec<usize> = order.iter().copied().take(150).collect();
    for _ in 0..20 {
        let mut better = false;
        for out in choice.list() {
            if fixed[out] == Some(true) {
                continue;
            }
            let before = choice.units;
            choice.remove(out);
            let mut best: Option<(i64, usize)> = None;
            for v in &near {
                if choice.has(*v) || *v == out || program.vars[*v].track != program.vars[out].track {
                    continue;
                }
                choice.add(*v);
                let gain = choice.units - before;
                let good = gain > best.map_or(0, |(gain, _)| gain);
                if good && choice.fits() && choice.complete() && !is_cut(choice, cuts) {
                    best = Some((gain, *v));
                }
                choice.remove(*v);
            }
            choice.add(best.map_or(out, |(_, v)| v));
            better |= best.is_some();
        }
        if !better {
            break;
        }
    }
}

/// Whether `choice` is one that was cut off.
pub(super) fn is_cut(choice: &Choice<'_>, cuts: &[Vec<usize>]) -> bool {
    cuts.iter().any(|cut| cut.iter().all(|v| choice.has(*v)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::model::Override;
    use super::super::search::{Query, Search};
    use super::super::tests::made;
    use super::*;

    /// Queries that nothing satisfies drive multipliers as far as they go; the bounds that start there still hold.
    #[test]
    fn the_steepest_multipliers_bound_too() {
        let mut checked = 0;
        for seed in 0..100 {
            let mut case = made(9, seed);
            (case.request.llm, case.request.physical) = (2, 2);
            case.request.budget_krw = Some(420_000_001);
            let (reason, by) = ("by law".to_owned(), "board".to_owned());
            case.request.include.push(Override { id: "2".to_owned(), track: None, reason, by });
            let program = Program::build(&case, &BTreeSet::new());
            let Some((best, _)) = Search::new(&program).best(&Query::default(), None).unwrap() else { continue };
            let mut bound = Bound::new(&program);
            for need in program.rows.len()..program.rows.len() + program.needs.len() {
                bound.multipliers[need] = bound.rows[need].range.1.min(1e22);
            }
            checked += 1;
            let proof = bound.prove(&vec![None; program.vars.len()], &[], Some(best.units), 300);
            assert!(proof.bound.is_some_and(|units| units >= best.units), "seed {seed}: {:?}", proof.bound);
        }
        assert!(checked > 20, "{checked}");
    }
}
