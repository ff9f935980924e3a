//! What the bound left open, handed to the library's branch and bound, and its answer checked in whole numbers.
//!
//! Variables are places in the programme's list, and every list indexed by them has its length.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions};

use super::model::Track;
use super::program::Program;
use super::search::Found;
use super::solve::SOLVER;
use super::{Error, Result, UNITS_PER_POINT};

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
    for crowd in &program.crowds {
        let already: i64 = crowd.vars.iter().map(taken).sum();
        let mut terms: Vec<_> = crowd.vars.iter().filter_map(|v| vars[*v].map(|var| (var, 1.0))).collect();
        let most = crowd.most.min(already + terms.len() as i64);
        if most < 2 {
            continue;
        }
        // The k-th of a crowd loses as many pairs as stand before it; the first loses none.
        for others in 1..most {
            let loss = problem.add_var(-scaled(crowd.units * others), (0.0, 1.0));
            terms.push((loss, -1.0));
        }
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
