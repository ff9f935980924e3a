//! The equations of a worked solution, each computed again.
//!
//! Two forms are read: calculator notes (`<<20-4-5=11>>`), and, where a solution has none, equations in running text
//! (`20 - 4 - 5 = 11`, `11명 × 3 = 33명`, `\frac{1}{2} \times 60 = 30`). A note is marked as arithmetic and must be
//! readable; in running text, what has a variable, a remainder or mixed units is passed over.
//!
//! A stated value must be exact, or the exact value rounded to the decimals printed (at least one). Everything else is
//! refused: a wrong equation is a wrong label, and guessing what was meant would be inventing one.

use std::borrow::Cow;

use super::expr::{Expr, ExprError, Notation, Operator};
use super::number::{self, Number};
use crate::reasoning::model::Reject;

/// Most equations of a solution.
const MAX_EQUATIONS: usize = 64;

/// An equation that computes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Equation {
    /// The left side.
    pub(super) expr: Expr,
    /// Its exact value.
    pub(super) exact: Number,
    /// The value as stated, which later equations use: `exact`, or a rounding of it.
    pub(super) value: Number,
    /// Decimals printed, where the stated value is a rounding.
    pub(super) rounded: Option<u32>,
}

/// What a solution says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Worked {
    /// Equations that compute something, in order, none twice in a row.
    pub(super) equations: Vec<Equation>,
    /// The values of equations that compute nothing (`125=125`, `+2=2`).
    pub(super) idle: Vec<Number>,
}

/// The equations of a solution.
pub(super) fn read(solution: &str) -> Result<Worked, Reject> {
    let mut worked = Worked::default();
    if solution.contains("<<") {
        read_notes(solution, &mut worked)?;
    } else {
        super::running_text::read(solution, &mut worked)?;
    }
    Ok(worked)
}

fn read_notes(solution: &str, worked: &mut Worked) -> Result<(), Reject> {
    let mut rest = solution;
    while let Some(start) = rest.find("<<") {
        let body = rest.get(start + 2..).unwrap_or_default();
        let unreadable = |note: &str, why: &str| {
            Err(Reject::new(
                "EQUATION_UNREADABLE",
                format!("'<<{}>>': {why}", note.chars().take(80).collect::<String>()),
            ))
        };
        let Some(end) = body.find(">>") else { return unreadable(body, "the note has no end") };
        let note = body.get(..end).unwrap_or_default();
        let parts: Vec<&str> = note.split('=').collect();
        if parts.len() < 2 {
            return unreadable(note, "no '='");
        }
        let mut sides = Vec::with_capacity(parts.len());
        for part in &parts {
            match Expr::parse(part) {
                Ok(side) => sides.push(side),
                Err(error) => return unreadable(note, &error.to_string()),
            }
        }
        let printed = parts.last().map_or(0, |part| printed_decimals(part));
        match check(&sides, printed)? {
            Checked::Equation(equation) => push(worked, equation)?,
            Checked::Idle(value) => worked.idle.extend(value),
            Checked::Differs(detail) => return Err(Reject::new("EQUATION_DOES_NOT_COMPUTE", detail)),
        }
        rest = body.get(end + 2..).unwrap_or_default();
    }
    Ok(())
}

/// Adds an equation, unless it only repeats the one before.
pub(super) fn push(worked: &mut Worked, equation: Equation) -> Result<(), Reject> {
    if worked.equations.len() >= MAX_EQUATIONS {
        return Err(Reject::new("TOO_MANY_EQUATIONS", format!("more than {MAX_EQUATIONS} equations")));
    }
    if worked.equations.last().is_some_and(|last| last.expr == equation.expr) {
        worked.idle.push(equation.value);
    } else {
        worked.equations.push(equation);
    }
    Ok(())
}

/// Digits after the point of a printed number.
pub(super) fn printed_decimals(text: &str) -> u32 {
    let digits = text.trim().trim_end_matches('%').trim_end();
    digits.rsplit_once('.').map_or(0, |(_, decimals)| u32::try_from(decimals.len()).unwrap_or(u32::MAX))
}

/// The verdict on an equation.
pub(super) enum Checked {
    /// It computes.
    Equation(Equation),
    /// It is right and computes nothing; its value, where it states one.
    Idle(Option<Number>),
    /// The sides differ.
    Differs(String),
}

/// Computes both sides of `first = … = last`.
pub(super) fn check(sides: &[Expr], printed_decimals: u32) -> Result<Checked, Reject> {
    let (Some(first), Some(last)) = (sides.first(), sides.last()) else { return Ok(Checked::Idle(None)) };
    let value = |side: &Expr| {
        side.value().map_err(|error| {
            let code = if error == ExprError::TooLarge { "EQUATION_TOO_LARGE" } else { "EQUATION_DOES_NOT_COMPUTE" };
            Reject::new(code, format!("'{}': {error}", side.print(Notation::Compact)))
        })
    };
    let exact = value(first)?;
    let stated = value(last)?;
    let differs = |value: &Number| {
        let equation: Vec<String> = sides.iter().map(|side| side.print(Notation::Compact)).collect();
        let equation = equation.join("=");
        Ok(Checked::Differs(format!(
            "'{equation}': the left side is {}, stated is {}",
            number::display(&exact),
            number::display(value)
        )))
    };
    for side in sides.get(1..sides.len() - 1).unwrap_or_default() {
        let between = value(side)?;
        if between != exact {
            return differs(&between);
        }
    }
    let mut rounded = None;
    if stated != exact {
        // `33.3%` is rounded in hundredths.
        let (scale, literal) = match last {
            Expr::Percent(inner) => (number::whole(100), inner.is_operand()),
            other => (number::whole(1), other.is_operand()),
        };
        if !literal || !number::rounds_to(&(&exact * &scale), &(&stated * &scale), printed_decimals) {
            return differs(&stated);
        }
        rounded = Some(printed_decimals);
    }
    if !first.has_operation() || !states_a_value(last) || first == last {
        return Ok(Checked::Idle(Some(stated)));
    }
    Ok(Checked::Equation(Equation { expr: first.clone(), exact, value: stated, rounded }))
}

/// A number, a percentage, a negative number or a fraction of two numbers; `2+3=4+1` states no value.
fn states_a_value(side: &Expr) -> bool {
    match side {
        Expr::Negate(inner) => states_a_value(inner),
        Expr::Binary(Operator::Div, left, right) => {
            matches!((&**left, &**right), (Expr::Number(_), Expr::Number(_)))
        }
        other => other.is_operand(),
    }
}

/// The stated answer as a number, with the unit printed beside it: `70,000`, `$18`, `33개`, `-3`, `3/4`, `20%`.
pub(super) fn read_answer(text: &str) -> Result<(Number, Option<String>), Reject> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut unit: Option<Cow<'_, str>> = None;
    let mut body = text;
    for currency in ['$', '€', '£', '₩', '¥'] {
        let (sign, rest) = body.strip_prefix('-').map_or(("", body), |rest| ("-", rest));
        if let Some(amount) = rest.strip_prefix(currency) {
            unit = Some(Cow::Owned(currency.to_string()));
            return match Expr::parse(&format!("{sign}{amount}")) {
                Ok(expr) => Ok((answer_value(&expr, text)?, unit.map(Cow::into_owned))),
                Err(_) => Err(not_a_number(text)),
            };
        }
    }
    let end = body
        .char_indices()
        .find(|&(_, letter)| !(letter.is_ascii_digit() || matches!(letter, '.' | ',' | '/' | '-' | '−' | '+' | ' ')))
        .map_or(body.len(), |(place, _)| place);
    let (digits, rest) = body.split_at(end);
    let rest = rest.trim();
    if !rest.is_empty() {
        let plain = rest.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '%' | ' ' | '²' | '³' | '/'));
        if !plain || rest.chars().count() > 20 {
            return Err(not_a_number(text));
        }
        unit = Some(Cow::Borrowed(rest));
        body = digits.trim();
    }
    match Expr::parse(body) {
        Ok(expr) => Ok((answer_value(&expr, text)?, unit.map(Cow::into_owned))),
        Err(_) => Err(not_a_number(text)),
    }
}

fn answer_value(expr: &Expr, text: &str) -> Result<Number, Reject> {
    if !states_a_value(expr) {
        return Err(not_a_number(text));
    }
    expr.value().map_err(|_| not_a_number(text))
}

fn not_a_number(text: &str) -> Reject {
    Reject::new("ANSWER_NOT_A_NUMBER", format!("'{}'", text.chars().take(80).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equations(solution: &str) -> Vec<String> {
        let worked = read(solution).unwrap();
        worked
            .equations
            .iter()
            .map(|each| format!("{}={}", each.expr.print(Notation::Compact), number::exact(&each.value)))
            .collect()
    }

    #[test]
    fn reads_notes() {
        assert_eq!(equations("She has <<20-4-5=11>>11 left and earns <<11*3=33>>33."), ["20-4-5=11", "11*3=33"]);
        assert_eq!(equations("<<.5*3=1.50>> <<3/4=3/4>> <<1-3/4=1/4>>"), ["0.5*3=3/2", "1-3/4=1/4"]);
        let worked = read("x=<<125=125>>125, add <<+2=2>>2").unwrap();
        assert_eq!((worked.equations.len(), worked.idle.len()), (0, 2));
    }

    #[test]
    fn refuses_notes_that_do_not_compute() {
        for (solution, code, detail) in [
            ("<<3*4=13>>", "EQUATION_DOES_NOT_COMPUTE", "'3*4=13': the left side is 12, stated is 13"),
            ("<<100/3=33>>", "EQUATION_DOES_NOT_COMPUTE", "'100/3=33': the left side is 100/3, stated is 33"),
            ("<<5*2=10+3=13>>", "EQUATION_DOES_NOT_COMPUTE", "'5*2=10+3=13': the left side is 10, stated is 13"),
            ("<<100/3=33.34>>", "EQUATION_DOES_NOT_COMPUTE", "'100/3=33.34': the left side is 100/3, stated is 33.34"),
            ("<<4/0=0>>", "EQUATION_DOES_NOT_COMPUTE", "'4/0': division by zero"),
            ("<<9^9^9=1>>", "EQUATION_TOO_LARGE", "'9^9^9': the expression or its value is too large"),
            ("<<30*=90>>", "EQUATION_UNREADABLE", "'<<30*=90>>': unexpected 'end' at character 3"),
            ("<<30*3>>", "EQUATION_UNREADABLE", "'<<30*3>>': no '='"),
            ("<<30*3=90", "EQUATION_UNREADABLE", "'<<30*3=90>>': the note has no end"),
        ] {
            assert_eq!(read(solution).unwrap_err(), Reject::new(code, detail), "{solution}");
        }
    }

    #[test]
    fn a_rounding_is_recorded() {
        let worked = read("<<100/3=33.33>>").unwrap();
        assert_eq!(worked.equations[0].rounded, Some(2));
        assert_eq!(number::exact(&worked.equations[0].exact), "100/3");
    }

    #[test]
    fn answers_with_units() {
        let read = |text| read_answer(text).map(|(value, unit)| (number::exact(&value), unit)).ok();
        let some = |value: &str, unit: Option<&str>| Some((value.to_owned(), unit.map(str::to_owned)));
        assert_eq!(read("70,000"), some("70000", None));
        assert_eq!(read("$18"), some("18", Some("$")));
        assert_eq!(read("-$18"), some("-18", Some("$")));
        assert_eq!(read("33개"), some("33", Some("개")));
        assert_eq!(read(" 33 개."), some("33", Some("개")));
        assert_eq!(read("3/4"), some("3/4", None));
        assert_eq!(read("20%"), some("20", Some("%")));
        for text in ["", "x=3", "3:00", "1/2/3", "3+4", "ducks", "3 1/2"] {
            assert_eq!(read_answer(text).unwrap_err().code, "ANSWER_NOT_A_NUMBER", "{text}");
        }
    }
}
