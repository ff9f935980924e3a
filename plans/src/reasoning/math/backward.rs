//! The way back: from the answer, undoing one line after the other, to a number that the question names.

use super::expr::{Expr, Operator};
use super::lines::{Line, trace};
use super::number::{self, Number};
use super::quantity::{Origin, Quantities};

/// The way back from the answer to a number of the question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Backward {
    /// Each undoes one forward line; in [`Origin::Earlier`], 0 is the assumed answer, 1 the first of these lines.
    pub(super) lines: Vec<Line>,
    /// The assumed answer.
    pub(super) answer: Number,
    /// The number of the question that the last line reaches.
    pub(super) reached: Number,
    /// Where the question has it.
    pub(super) origin: Origin,
}

/// Undoes the forward lines, where each intermediate result is used exactly once and the lines are one chain.
pub(super) fn backward(lines: &[Line], quantities: &Quantities<'_>) -> Option<Backward> {
    if lines.iter().any(|line| line.rounded.is_some()) {
        return None;
    }
    for (index, line) in lines.iter().enumerate() {
        let later = lines.get(index + 1..)?;
        let linked: usize = later.iter().map(|other| other.links_to(index)).sum();
        let used: usize = later.iter().map(|other| other.uses(&line.value)).sum();
        let is_last = index + 1 == lines.len();
        let links = line.origins.iter().filter(|origin| matches!(origin, Origin::Earlier(_))).count();
        if !is_last && (linked, used) != (1, 1) || links != usize::from(index > 0) {
            return None;
        }
    }
    let answer = lines.last()?.value.clone();
    let mut inverses = Vec::with_capacity(lines.len());
    let mut end = (answer.clone(), Origin::Unknown);
    for line in lines.iter().rev() {
        let candidates = line.operands().enumerate().filter(|(_, (operand, origin))| {
            matches!(operand, Expr::Number(_))
                && matches!(origin, Origin::Earlier(_) | Origin::Question(_))
                && operand.value().is_ok_and(|value| line.uses(&value) == 1)
        });
        // To arrive at a number with the help of the same number says less.
        let elsewhere = |operand: &Expr| {
            operand.value().is_ok_and(|value| lines.iter().map(|other| other.uses(&value)).sum::<usize>() > 1)
        };
        // The link where there is one, else the first number that the question names.
        let (position, (operand, origin)) = candidates
            .min_by_key(|(_, (operand, origin))| (!matches!(origin, Origin::Earlier(_)), elsewhere(operand)))?;
        let inverse = invert(&line.expr, position, Expr::Number(line.value.clone()))?;
        let value = operand.value().ok()?;
        if inverse.value().as_ref() != Ok(&value) || !inverse.has_operation() {
            return None;
        }
        inverses.push(inverse);
        end = (value, origin);
    }
    let (reached, origin @ Origin::Question(_)) = end else { return None };
    let lines = trace(inverses, quantities, vec![answer.clone()])?;
    Some(Backward { lines, answer, reached, origin })
}

/// Solves `expr = value` for the operand at `position`.
fn invert(expr: &Expr, position: usize, value: Expr) -> Option<Expr> {
    if expr.is_operand() {
        return (position == 0).then_some(value);
    }
    let Expr::Binary(operator, left, right) = expr else { return None };
    let on_left = left.operands().len();
    let (other, inside, rest) =
        if position < on_left { (right, left, position) } else { (left, right, position - on_left) };
    let other = other.as_ref().clone();
    // Nothing to undo in `x*1` and `x/1`.
    if matches!((operator, position < on_left), (Operator::Mul, _) | (Operator::Div, true))
        && other == Expr::Number(number::whole(1))
    {
        return invert(inside, rest, value);
    }
    let solved = match (operator, position < on_left) {
        (Operator::Add, _) => Expr::binary(Operator::Sub, value, other),
        (Operator::Sub, true) => Expr::binary(Operator::Add, value, other),
        (Operator::Sub, false) => Expr::binary(Operator::Sub, other, value),
        (Operator::Mul, _) => Expr::binary(Operator::Div, value, other),
        (Operator::Div, true) => Expr::binary(Operator::Mul, value, other),
        (Operator::Div, false) => Expr::binary(Operator::Div, other, value),
        (Operator::Pow, _) => return None,
    };
    invert(inside, rest, solved)
}
