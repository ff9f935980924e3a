//! One usual error, with everything after it computed from the wrong value.

use super::expr::{Expr, Operator};
use super::lines::{Line, all_whole, natural, trace};
use super::number::Number;
use super::quantity::{Origin, Quantities};

/// What went wrong on a wrong way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Error {
    /// The last operator of the line was taken for another.
    OperatorSwapped {
        /// The right one.
        right: Operator,
        /// The wrong one.
        wrong: Operator,
        /// The two sides.
        sides: [Expr; 2],
    },
    /// The last operand of the line was left out.
    OperandForgotten {
        /// Its operator.
        operator: Operator,
        /// The operand.
        operand: Expr,
        /// Where it comes from.
        origin: Origin,
    },
    /// An intermediate result was taken for the answer.
    StoppedEarly,
}

impl Error {
    /// The stored name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::OperatorSwapped { .. } => "operator_swapped",
            Self::OperandForgotten { .. } => "operand_forgotten",
            Self::StoppedEarly => "stopped_early",
        }
    }
}

/// A wrong way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mistake {
    /// What went wrong.
    pub(super) error: Error,
    /// The line where it did; for [`Error::StoppedEarly`] the last one reached.
    pub(super) at: usize,
    /// The lines, recomputed from there on.
    pub(super) lines: Vec<Line>,
    /// Which of them differ from the right ones.
    pub(super) changed: Vec<bool>,
}

/// One usual error, chosen by `seed` among those that pass the guards.
pub(super) fn mistake(lines: &[Line], quantities: &Quantities<'_>, seed: u64) -> Option<Mistake> {
    if lines.is_empty() || lines.iter().any(|line| line.rounded.is_some()) {
        return None;
    }
    let count = lines.len();
    // Every order of the kinds, so that a kind that seldom applies does not always give way to the same other one.
    const ORDERS: [[u8; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let order = ORDERS.get((seed % 6) as usize)?;
    let offset = (seed / 6 % count as u64) as usize;
    for kind in order {
        for line in 0..count {
            let at = (line + offset) % count;
            let found = match kind {
                0 => swap_operator(lines, at, quantities, seed),
                1 => forget_operand(lines, at, quantities),
                _ => stop_early(lines, at),
            };
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn swap_operator(lines: &[Line], at: usize, quantities: &Quantities<'_>, seed: u64) -> Option<Mistake> {
    let Expr::Binary(right, left_side, right_side) = &lines.get(at)?.expr else { return None };
    let order = |first, second| if seed & 1 << 40 == 0 { [first, second] } else { [second, first] };
    let wrong = match right {
        Operator::Add => [Operator::Sub; 2],
        Operator::Sub => [Operator::Add; 2],
        Operator::Mul => order(Operator::Add, Operator::Div),
        Operator::Div => [Operator::Mul; 2],
        Operator::Pow => [Operator::Mul; 2],
    };
    wrong.into_iter().find_map(|wrong| {
        let expr = Expr::binary(wrong, left_side.as_ref().clone(), right_side.as_ref().clone());
        let sides = [left_side.as_ref().clone(), right_side.as_ref().clone()];
        let error = Error::OperatorSwapped { right: *right, wrong, sides };
        go_on(lines, at, expr, error, quantities)
    })
}

fn forget_operand(lines: &[Line], at: usize, quantities: &Quantities<'_>) -> Option<Mistake> {
    let line = lines.get(at)?;
    let Expr::Binary(operator, left, right) = &line.expr else { return None };
    if !left.has_operation() || !right.is_operand() {
        return None;
    }
    let origin = line.origins.last().copied()?;
    let error = Error::OperandForgotten { operator: *operator, operand: right.as_ref().clone(), origin };
    go_on(lines, at, left.as_ref().clone(), error, quantities)
}

fn stop_early(lines: &[Line], at: usize) -> Option<Mistake> {
    let line = lines.get(at)?;
    let later = lines.get(at + 1..)?;
    let answer = &lines.last()?.value;
    let leads_on = later.iter().any(|other| other.links_to(at) > 0);
    if !leads_on || line.value == *answer || !natural(&line.value, all_whole(lines)) {
        return None;
    }
    let lines = lines.get(..=at)?.to_vec();
    let changed = vec![false; lines.len()];
    Some(Mistake { error: Error::StoppedEarly, at, lines, changed })
}

/// Puts a wrong line in and computes on with its value.
fn go_on(lines: &[Line], at: usize, wrong: Expr, error: Error, quantities: &Quantities<'_>) -> Option<Mistake> {
    let whole = all_whole(lines);
    let wrong_value = wrong.value().ok()?;
    if wrong_value == lines.get(at)?.value || !natural(&wrong_value, whole) {
        return None;
    }
    let mut values: Vec<Option<Number>> = vec![None; lines.len()];
    *values.get_mut(at)? = Some(wrong_value);
    let mut exprs: Vec<Expr> = lines.iter().map(|line| line.expr.clone()).collect();
    *exprs.get_mut(at)? = wrong;
    for index in at + 1..lines.len() {
        let line = lines.get(index)?;
        let mut ambiguous = false;
        let mut touched = false;
        let expr = line.expr.map_operands(&mut |position, operand| {
            let value = operand.value().ok();
            let origin = line.origins.get(position).copied().unwrap_or(Origin::Unknown);
            if let Origin::Earlier(earlier) = origin {
                let new = values.get(earlier).cloned().flatten()?;
                touched = true;
                return Some(Expr::Number(new));
            }
            // It may be the changed result or another number of the same value: nobody can compute on.
            let old = values.iter().zip(lines).filter(|(new, _)| new.is_some()).map(|(_, line)| &line.value);
            ambiguous |= old.into_iter().any(|old| value.as_ref() == Some(old));
            None
        });
        if ambiguous {
            return None;
        }
        if touched {
            let value = expr.value().ok()?;
            if !natural(&value, whole) {
                return None;
            }
            if value != line.value {
                *values.get_mut(index)? = Some(value);
            }
            *exprs.get_mut(index)? = expr;
        }
    }
    // The error must reach the answer.
    values.last()?.as_ref()?;
    let changed = values.iter().map(Option::is_some).collect();
    Some(Mistake { error, at, lines: trace(exprs, quantities, Vec::new())?, changed })
}
