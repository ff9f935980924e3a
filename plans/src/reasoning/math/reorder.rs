//! The same calculation in another order: distributing, factoring out, regrouping.
//!
//! A way is returned only if its result is equal by exact evaluation, its operations are others, and its values are such
//! as people would write down.

use super::expr::{Expr, Operator};
use super::lines::{Line, MAX_LINES, all_whole, natural, trace};
use super::number::{self, Number};
use super::quantity::{Origin, Quantities};

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
            let how =
                Rearrangement::First { operator: Operator::Add, parts: [before.value().ok()?, last.value().ok()?] };
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
    let product =
        |factors: Vec<Expr>| factors.into_iter().reduce(|left, right| Expr::binary(Operator::Mul, left, right));
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
