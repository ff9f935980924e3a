//! Ways through a row of equations, without words: forward, backward, in another order, and with one usual error.
//!
//! Everything here is checked by exact evaluation before it is returned; what fails a guard is not returned at all.

use num_traits::Signed;

use super::equation::Equation;
use super::expr::{Expr, Notation, Operator};
use super::number::{self, Number};
use super::quantity::{Origin, Quantities};

/// Most steps of a path.
const MAX_LINES: usize = 24;

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
    fn uses(&self, value: &Number) -> usize {
        self.operands().filter(|(operand, _)| operand.value().as_ref() == Ok(value)).count()
    }
    fn links_to(&self, line: usize) -> usize {
        self.origins.iter().filter(|origin| **origin == Origin::Earlier(line)).count()
    }
}

/// Expressions as lines, each operand traced to the question or to an earlier line.
fn trace(exprs: Vec<Expr>, quantities: &Quantities<'_>, mut results: Vec<Number>) -> Option<Vec<Line>> {
    let mut lines = Vec::with_capacity(exprs.len());
    for expr in exprs {
        let exact = expr.value().ok()?;
        let origins = origins(&expr, quantities, &results);
        results.push(exact.clone());
        lines.push(Line { expr, value: exact.clone(), exact, rounded: None, origins });
    }
    Some(lines)
}

fn origins(expr: &Expr, quantities: &Quantities<'_>, results: &[Number]) -> Vec<Origin> {
    let origin = |operand: &Expr| {
        let value = operand.value().ok();
        let inner = match operand {
            // '20%' is the 20 of the question.
            Expr::Percent(inner) => inner.value().ok(),
            _ => None,
        };
        match (inner.or(value), operand) {
            (Some(value), _) => quantities.origin(&value, results.iter()),
            (None, _) => Origin::Unknown,
        }
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
            let fits = |each: &&Equation| each.value == value && each.rounded.is_none() && missing(each, before).is_empty();
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
        Expr::Percent(inner) => inner.value().as_ref() == Ok(value),
        other => other.value().as_ref() == Ok(value),
    })
}

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
        // The link where there is one, else the first number that the question names.
        let (position, (operand, origin)) =
            candidates.min_by_key(|(_, (_, origin))| usize::from(!matches!(origin, Origin::Earlier(_))))?;
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
    let (other, inside, rest) = if position < on_left { (right, left, position) } else { (left, right, position - on_left) };
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

/// Are all results whole numbers? Then a fraction on another way is out of place.
fn all_whole(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.value.is_integer())
}

/// Is `value` one that people would write down on this way?
fn natural(value: &Number, whole: bool) -> bool {
    !value.is_negative() && if whole { value.is_integer() } else { number::decimals(value).is_some_and(|count| count <= 4) }
}

/// The binary operations of expressions with their operands' values, for comparison of ways.
fn operations<'a>(exprs: impl Iterator<Item = &'a Expr>) -> Vec<(Operator, String, String)> {
    fn collect(expr: &Expr, found: &mut Vec<(Operator, String, String)>) {
        match expr {
            Expr::Number(_) => {}
            Expr::Percent(inner) | Expr::Negate(inner) => collect(inner, found),
            Expr::Binary(operator, left, right) => {
                collect(left, found);
                collect(right, found);
                let print = |side: &Expr| side.value().map(|value| number::exact(&value)).unwrap_or_default();
                let (mut left, mut right) = (print(left), print(right));
                if matches!(operator, Operator::Add | Operator::Mul) && left > right {
                    std::mem::swap(&mut left, &mut right);
                }
                found.push((*operator, left, right));
            }
        }
    }
    let mut found = Vec::new();
    exprs.for_each(|expr| collect(expr, &mut found));
    found.sort();
    found
}

/// How another way differs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rearrangement {
    /// Each of `parts` is multiplied (divided) by `by` before they are put together.
    Distributed {
        /// The terms.
        parts: Vec<Number>,
        /// The factor or divisor.
        by: Number,
        /// Divisor instead of factor?
        divided: bool,
    },
    /// The common factor is taken out.
    Factored {
        /// What is put together first.
        parts: Vec<Number>,
        /// The factor.
        by: Number,
    },
    /// All that is taken away is added up first.
    TakenTogether {
        /// What is taken away.
        parts: Vec<Number>,
    },
    /// These two are put together first.
    First {
        /// How.
        operator: Operator,
        /// What.
        parts: [Number; 2],
    },
}

/// Another order of the same calculation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reordered {
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// Index of the first line that differs.
    pub(super) at: usize,
    /// How it differs.
    pub(super) how: Rearrangement,
}

/// The calculation in another order, where algebra allows one with the same result and other operations.
pub(super) fn reorder(lines: &[Line], quantities: &Quantities<'_>) -> Option<Reordered> {
    if lines.iter().any(|line| line.rounded.is_some()) {
        return None;
    }
    let whole = all_whole(lines);
    let answer = &lines.last()?.value;
    let before = operations(lines.iter().map(|line| &line.expr));
    let attempt = |index: usize, merged: Option<usize>, expr: &Expr| {
        let (how, steps) = rearrange(expr, whole, merged.is_some_and(|inner| !same_class(lines, index, inner)))?;
        let mut exprs = Vec::with_capacity(lines.len() + steps.len());
        let mut at = 0;
        for (other, line) in lines.iter().enumerate() {
            if other == index {
                at = exprs.len();
                exprs.extend(steps.iter().cloned());
            } else if Some(other) != merged {
                exprs.push(line.expr.clone());
            }
        }
        let found = trace(exprs, quantities, Vec::new())?;
        let fits = found.last().is_some_and(|line| line.value == *answer)
            && found.len() <= MAX_LINES
            && found.iter().all(|line| natural(&line.value, whole))
            && operations(found.iter().map(|line| &line.expr)) != before;
        fits.then_some(Reordered { lines: found, at, how })
    };
    for (index, line) in lines.iter().enumerate().rev() {
        if let Some(found) = attempt(index, None, &line.expr) {
            return Some(found);
        }
        // Together with the line of an operand that is used nowhere else.
        for (position, (_, origin)) in line.operands().enumerate() {
            let Origin::Earlier(earlier) = origin else { continue };
            let Some(inner) = lines.get(earlier) else { continue };
            let later = lines.get(earlier + 1..).unwrap_or_default();
            if later.iter().map(|other| other.uses(&inner.value)).sum::<usize>() != 1 {
                continue;
            }
            let merged = line.expr.map_operands(&mut |at, _| (at == position).then(|| inner.expr.clone()));
            if let Some(found) = attempt(index, Some(earlier), &merged) {
                return Some(found);
            }
        }
    }
    None
}

/// Are both lines sums, or both products?
fn same_class(lines: &[Line], one: usize, other: usize) -> bool {
    let is_sum = |index: usize| {
        lines.get(index).map(|line| matches!(line.expr, Expr::Binary(Operator::Add | Operator::Sub, ..)))
    };
    is_sum(one) == is_sum(other)
}

/// The terms of a sum with their signs (`true`: taken away).
fn terms(expr: &Expr, negative: bool, found: &mut Vec<(bool, Expr)>) {
    match expr {
        Expr::Binary(operator @ (Operator::Add | Operator::Sub), left, right) => {
            terms(left, negative, found);
            terms(right, negative != (*operator == Operator::Sub), found);
        }
        Expr::Negate(inner) => terms(inner, !negative, found),
        other => found.push((negative, other.clone())),
    }
}

/// The factors of a product (`true`: divisors).
fn factors(expr: &Expr, inverse: bool, found: &mut Vec<(bool, Expr)>) {
    match expr {
        Expr::Binary(operator @ (Operator::Mul | Operator::Div), left, right) => {
            factors(left, inverse, found);
            factors(right, inverse != (*operator == Operator::Div), found);
        }
        other => found.push((inverse, other.clone())),
    }
}

/// Another order for one expression: how, and its steps; the last gives the value of `expr`. `mixed`: a sum in a product
/// or the reverse, where regrouping would only repeat the inner step.
fn rearrange(expr: &Expr, whole: bool, mixed: bool) -> Option<(Rearrangement, Vec<Expr>)> {
    let Expr::Binary(operator, ..) = expr else { return None };
    match operator {
        Operator::Add | Operator::Sub => {
            let mut found = Vec::new();
            terms(expr, false, &mut found);
            factor_out(&found).or_else(|| if mixed { None } else { regroup_sum(&found, whole) })
        }
        Operator::Mul | Operator::Div => {
            let mut found = Vec::new();
            factors(expr, false, &mut found);
            distribute(&found).or_else(|| if mixed { None } else { regroup_product(&found, whole) })
        }
        Operator::Pow => None,
    }
}

/// An operand as it is; anything else becomes a step of its own and its value.
fn settle(expr: &Expr, steps: &mut Vec<Expr>) -> Option<Expr> {
    if matches!(expr, Expr::Number(_)) {
        return Some(expr.clone());
    }
    let value = expr.value().ok()?;
    if expr.has_operation() {
        steps.push(expr.clone());
    }
    Some(if expr.is_operand() { expr.clone() } else { Expr::Number(value) })
}

fn values(exprs: &[Expr]) -> Option<Vec<Number>> {
    exprs.iter().map(|expr| expr.value().ok()).collect()
}

/// Terms as one sum; the first must not be negative.
fn sum(terms: Vec<(bool, Expr)>) -> Option<Expr> {
    let mut terms = terms.into_iter();
    let (false, first) = terms.next()? else { return None };
    Some(terms.fold(first, |left, (negative, right)| {
        Expr::binary(if negative { Operator::Sub } else { Operator::Add }, left, right)
    }))
}

/// `(a-b-c)*k` as `a*k`, `b*k`, `c*k` and their sum.
fn distribute(found: &[(bool, Expr)]) -> Option<(Rearrangement, Vec<Expr>)> {
    let is_sum = |expr: &Expr| matches!(expr, Expr::Binary(Operator::Add | Operator::Sub, ..));
    let [(first_inverse, first), (second_inverse, second)] = found else { return None };
    let (bracket, by, divided) = match (is_sum(first), is_sum(second)) {
        (true, false) if !first_inverse => (first, second, *second_inverse),
        (false, true) if !second_inverse && !first_inverse => (second, first, false),
        _ => return None,
    };
    let mut parts = Vec::new();
    terms(bracket, false, &mut parts);
    if parts.len() > 5 || parts.first().is_some_and(|(negative, _)| *negative) {
        return None;
    }
    let mut steps = Vec::new();
    let by = settle(by, &mut steps)?;
    let operator = if divided { Operator::Div } else { Operator::Mul };
    let mut settled = Vec::with_capacity(parts.len());
    for (_, part) in &parts {
        settled.push(settle(part, &mut steps)?);
    }
    let how = Rearrangement::Distributed { parts: values(&settled)?, by: by.value().ok()?, divided };
    let mut products = Vec::with_capacity(parts.len());
    for ((negative, _), part) in parts.iter().zip(settled) {
        let product = Expr::binary(operator, part, by.clone());
        products.push((*negative, Expr::Number(product.value().ok()?)));
        // Equal parts give the same product; it is computed once.
        if !steps.contains(&product) {
            steps.push(product);
        }
    }
    steps.push(sum(products)?);
    Some((how, steps))
}

/// `a*k + b*k` as `(a+b)*k`.
fn factor_out(found: &[(bool, Expr)]) -> Option<(Rearrangement, Vec<Expr>)> {
    if !(2..=4).contains(&found.len()) {
        return None;
    }
    let mut pairs = Vec::with_capacity(found.len());
    for (_, term) in found {
        let Expr::Binary(Operator::Mul, left, right) = term else { return None };
        pairs.push([left.as_ref(), right.as_ref()]);
    }
    let first = pairs.first()?;
    let common = first.iter().find_map(|&factor| {
        let value = factor.value().ok()?;
        let shared = |pair: &[&Expr; 2]| pair.iter().any(|each| each.value().as_ref() == Ok(&value));
        pairs.iter().all(shared).then_some((factor, value))
    });
    let (by, by_value) = common?;
    if !by.is_operand() || by_value == number::whole(1) {
        return None;
    }
    let mut steps = Vec::new();
    let mut rest = Vec::with_capacity(pairs.len());
    for ((negative, _), [left, right]) in found.iter().zip(&pairs) {
        let other = if left.value().as_ref() == Ok(&by_value) { right } else { left };
        rest.push((*negative, settle(other, &mut steps)?));
    }
    let parts: Vec<Expr> = rest.iter().map(|(_, part)| part.clone()).collect();
    let together = sum(rest)?;
    let value = together.value().ok()?;
    steps.push(together);
    steps.push(Expr::binary(Operator::Mul, Expr::Number(value), by.clone()));
    Some((Rearrangement::Factored { parts: values(&parts)?, by: by_value }, steps))
}

fn regroup_sum(found: &[(bool, Expr)], whole: bool) -> Option<(Rearrangement, Vec<Expr>)> {
    if found.len() < 3 || found.first().is_some_and(|(negative, _)| *negative) {
        return None;
    }
    let mut steps = Vec::new();
    let mut settled = Vec::with_capacity(found.len());
    for (negative, term) in found {
        settled.push((*negative, settle(term, &mut steps)?));
    }
    let (taken, mut added): (Vec<_>, Vec<_>) = settled.into_iter().partition(|(negative, _)| *negative);
    let taken: Vec<Expr> = taken.into_iter().map(|(_, term)| term).collect();
    match taken.as_slice() {
        // a+b+c: from the other end.
        [] => {
            let (_, last) = added.pop()?;
            let (_, before) = added.pop()?;
            let together = Expr::binary(Operator::Add, before.clone(), last.clone());
            let value = Expr::Number(together.value().ok()?);
            let how = Rearrangement::First { operator: Operator::Add, parts: [before.value().ok()?, last.value().ok()?] };
            steps.push(together);
            added.push((false, value));
            steps.push(sum(added)?);
            Some((how, steps))
        }
        // a+b-c: c leaves the last of the added numbers that is large enough.
        [taken] => {
            let amount = taken.value().ok()?;
            let at = added.iter().rposition(|(_, term)| term.value().is_ok_and(|value| value >= amount))?;
            let (_, from) = added.remove(at);
            let rest = Expr::binary(Operator::Sub, from.clone(), taken.clone());
            let value = rest.value().ok()?;
            if !natural(&value, whole) || value == number::whole(0) {
                return None;
            }
            let how = Rearrangement::First { operator: Operator::Sub, parts: [from.value().ok()?, amount] };
            steps.push(rest);
            added.insert(0, (false, Expr::Number(value)));
            steps.push(sum(added)?);
            Some((how, steps))
        }
        // a-b-c: all that is taken away first.
        taken => {
            let together = sum(taken.iter().map(|term| (false, term.clone())).collect())?;
            let value = Expr::Number(together.value().ok()?);
            steps.push(together);
            added.push((true, value));
            steps.push(sum(added)?);
            Some((Rearrangement::TakenTogether { parts: values(taken)? }, steps))
        }
    }
}

fn regroup_product(found: &[(bool, Expr)], whole: bool) -> Option<(Rearrangement, Vec<Expr>)> {
    let mut steps = Vec::new();
    let (mut multiplied, mut divided) = (Vec::new(), Vec::new());
    for (inverse, factor) in found {
        let factor = settle(factor, &mut steps)?;
        if *inverse { divided.push(factor) } else { multiplied.push(factor) }
    }
    let one = number::whole(1);
    if multiplied.iter().chain(&divided).any(|factor| factor.value().is_ok_and(|value| value == one)) {
        return None;
    }
    let product = |factors: Vec<Expr>| {
        factors.into_iter().reduce(|left, right| Expr::binary(Operator::Mul, left, right))
    };
    let first = |operator, left: &Expr, right: &Expr| {
        Some(Rearrangement::First { operator, parts: [left.value().ok()?, right.value().ok()?] })
    };
    match (multiplied.len(), divided.as_slice()) {
        // a*b*c: from the other end.
        (3.., []) => {
            let (last, before) = (multiplied.pop()?, multiplied.pop()?);
            let together = Expr::binary(Operator::Mul, before.clone(), last.clone());
            let value = Expr::Number(together.value().ok()?);
            steps.push(together);
            multiplied.push(value);
            steps.push(product(multiplied)?);
            Some((first(Operator::Mul, &before, &last)?, steps))
        }
        // a/b/c: by b*c.
        (1, [left, right]) => {
            let together = Expr::binary(Operator::Mul, left.clone(), right.clone());
            let value = Expr::Number(together.value().ok()?);
            steps.push(together);
            steps.push(Expr::binary(Operator::Div, multiplied.pop()?, value));
            Some((first(Operator::Mul, left, right)?, steps))
        }
        // a*b/c: the division first, where it comes out.
        (2.., [divisor]) => {
            let quotient = |factor: &Expr| Expr::binary(Operator::Div, factor.clone(), divisor.clone());
            let at = multiplied
                .iter()
                .rposition(|factor| quotient(factor).value().is_ok_and(|value| natural(&value, whole)))?;
            let factor = multiplied.remove(at);
            let divided = quotient(&factor);
            let value = Expr::Number(divided.value().ok()?);
            steps.push(divided);
            multiplied.insert(0, value);
            steps.push(product(multiplied)?);
            Some((first(Operator::Div, &factor, divisor)?, steps))
        }
        _ => None,
    }
}

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

/// Numbers of the lines that neither question nor units nor earlier lines mention, and whether a reader can supply them:
/// small counts (two long sides, five weekdays) can be, a 40 from nowhere is a result that the label does not derive.
pub(super) fn unsourced(lines: &[Line], quantities: &Quantities<'_>) -> (Vec<String>, bool) {
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
                supplied &= value.is_integer() && value <= number::whole(12);
                missing.push(bare.print(Notation::Compact));
            }
        }
    }
    (missing, supplied)
}
