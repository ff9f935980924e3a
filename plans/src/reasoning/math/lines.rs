//! The lines of a calculation: what is computed, and where each number comes from.

use num_traits::Signed;

use super::equation::{Equation, Worked};
use super::expr::{Expr, Notation};
use super::number::{self, Number};
use super::quantity::{Origin, Quantities};

/// Most steps of a path.
pub(super) const MAX_LINES: usize = 24;

/// One computed line of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// What is computed.
    pub(super) expr: Expr,
    /// Its exact value.
    pub(super) exact: Number,
    /// The value that later lines use: `exact` or a rounding of it.
    pub(super) value: Number,
    /// Decimals of the rounding.
    pub(super) rounded: Option<u32>,
    /// Where each operand comes from.
    pub(super) origins: Vec<Origin>,
}

impl Line {
    /// The operands with their values and origins.
    pub(super) fn operands(&self) -> impl Iterator<Item = (&Expr, Origin)> {
        self.expr.operands().into_iter().zip(self.origins.iter().copied())
    }
    /// How many operands have this value.
    pub(super) fn uses(&self, value: &Number) -> usize {
        self.operands().filter(|(operand, _)| operand.is_value(value)).count()
    }
    /// How many operands are the result of that line.
    pub(super) fn links_to(&self, line: usize) -> usize {
        self.origins.iter().filter(|origin| **origin == Origin::Earlier(line)).count()
    }
}

/// Expressions as lines, each operand traced to the question or to an earlier line.
pub(super) fn trace(exprs: Vec<Expr>, quantities: &Quantities<'_>, mut results: Vec<Number>) -> Option<Vec<Line>> {
    let mut lines = Vec::with_capacity(exprs.len());
    for expr in exprs {
        let exact = expr.value().ok()?;
        let origins = origins(&expr, quantities, &results);
        results.push(exact.clone());
        lines.push(Line { expr, value: exact.clone(), exact, rounded: None, origins });
    }
    Some(lines)
}

pub(super) fn origins(expr: &Expr, quantities: &Quantities<'_>, results: &[Number]) -> Vec<Origin> {
    let origin = |operand: &Expr| match operand {
        Expr::Number(value) => quantities.origin(value, results.iter()),
        // '20%' is the 20 of the question.
        Expr::Percent(inner) => {
            inner.value().map_or(Origin::Unknown, |value| quantities.origin(&value, results.iter()))
        }
        _ => Origin::Unknown,
    };
    expr.operands().into_iter().map(origin).collect()
}

/// The forward lines: the equations up to the last that gives the answer, without those whose result nothing uses.
///
/// `None` where no equation gives the answer.
pub(super) fn forward(equations: &[Equation], answer: &Number, quantities: &Quantities<'_>) -> Option<Vec<Line>> {
    let last = equations.iter().rposition(|equation| equation.value == *answer)?;
    let mut kept: Vec<&Equation> = equations.get(..=last)?.iter().collect();
    // From the end, so that what only fed an unused equation goes too.
    for index in (0..kept.len().saturating_sub(1)).rev() {
        let (Some(equation), Some(later)) = (kept.get(index), kept.get(index + 1..)) else { continue };
        if !later.iter().any(|other| mentions(&other.expr, &equation.value)) {
            kept.remove(index);
        }
    }
    let mut results: Vec<Number> = Vec::with_capacity(kept.len());
    let mut lines = Vec::with_capacity(kept.len());
    for equation in kept {
        lines.push(Line {
            expr: equation.expr.clone(),
            exact: equation.exact.clone(),
            value: equation.value.clone(),
            rounded: equation.rounded,
            origins: origins(&equation.expr, quantities, &results),
        });
        results.push(equation.value.clone());
    }
    (lines.len() <= MAX_LINES).then_some(lines)
}

/// Puts equations of the running text before the notes that use their results: `20*.4=8 … <<20+8=28>>` has a note only
/// for the second. Only for numbers that come from nowhere else, and only where nothing new comes from nowhere.
pub(super) fn bridge(equations: &mut Vec<Equation>, solution: &str, quantities: &Quantities<'_>) {
    let sourced = |value: &Number, before: &[Equation]| {
        *value == number::whole(1) || quantities.mentions(value) || before.iter().any(|each| each.value == *value)
    };
    let missing = |equation: &Equation, before: &[Equation]| {
        let operands = equation.expr.operands().into_iter().filter_map(|operand| match operand {
            Expr::Percent(inner) => inner.value().ok(),
            other => other.value().ok(),
        });
        operands.filter(|value| !sourced(value, before)).collect::<Vec<_>>()
    };
    let mut beside: Option<Vec<Equation>> = None;
    let mut at = 0;
    while let Some(equation) = equations.get(at) {
        let before = equations.get(..at).unwrap_or_default();
        let found = missing(equation, before).into_iter().find_map(|value| {
            let beside = beside.get_or_insert_with(|| super::running_text::beside_notes(solution));
            let fits =
                |each: &&Equation| each.value == value && each.rounded.is_none() && missing(each, before).is_empty();
            beside.iter().find(fits).cloned()
        });
        match found {
            // Its value has a source from now on, so this ends.
            Some(bridge) => equations.insert(at, bridge),
            None => at += 1,
        }
    }
}

fn mentions(expr: &Expr, value: &Number) -> bool {
    expr.operands().into_iter().any(|operand| match operand {
        Expr::Percent(inner) => inner.is_value(value),
        other => other.is_value(value),
    })
}

/// Are all results whole numbers? Then a fraction on another way is out of place.
pub(super) fn all_whole(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.value.is_integer())
}

/// Is `value` one that people would write down on this way?
pub(super) fn natural(value: &Number, whole: bool) -> bool {
    !value.is_negative()
        && if whole { value.is_integer() } else { number::decimals(value).is_some_and(|count| count <= 4) }
}

/// Numbers of the lines that neither question nor units nor earlier lines mention, and whether a reader can supply them:
/// small counts (two long sides, five weekdays) can be, a 40 from nowhere is a result that the label does not derive.
/// So is one that an idle equation states (`x=<<10=10>>10`), however small.
pub(super) fn unsourced(lines: &[Line], worked: &Worked, quantities: &Quantities<'_>) -> (Vec<String>, bool) {
    let mut supplied = true;
    let mut missing = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (operand, _) in line.operands() {
            let bare = match operand {
                Expr::Percent(inner) => inner,
                other => other,
            };
            let Ok(value) = bare.value() else { continue };
            let earlier = lines.iter().take(index).any(|before| before.value == value);
            if !earlier && value != number::whole(1) && !quantities.mentions(&value) {
                supplied &= value.is_integer() && value <= number::whole(12) && !worked.idle.contains(&value);
                missing.push(bare.print(Notation::Compact));
            }
        }
    }
    (missing, supplied)
}
