//! Steps as sentences: templates, the choice among them, and what is put in.
//!
//! A template is text with `{X}` for a value, `{X:을}` for a value with the particle that its reading asks for, and
//! `<이다|입니다>` for plain and formal endings. Tables of templates stand in `wording_en` and `wording_ko`; the
//! position in its table is the number in the template's id.

use super::expr::{Expr, Notation, Operator};
use super::lines::Line;
use super::number::{self, Number};
use super::quantity::{Origin, Quantities};
use super::{wording_en, wording_ko};
use crate::reasoning::model::Lang;
use crate::text::{Particle, with_particle};

/// A sentence and the template that worded it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Worded {
    /// The sentence.
    pub(super) text: String,
    /// E.g. `math.sum.en.3@1`.
    pub(super) template: String,
}

/// The kinds of sentences beside computations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the question asks for.
    Question,
    /// The answer.
    Answer,
    /// The answer is assumed, to go backward from it.
    Assume,
    /// Going backward has reached a number that the question names.
    Reached,
    /// The same, where only the digits are known.
    ReachedBare,
    /// Another order is announced.
    Reorder,
    /// Corrections.
    Swapped,
    Forgotten,
    Stopped,
}

/// The kinds of computations that have their own tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Sum,
    Difference,
    Product,
    Quotient,
    /// Several operations, one after the other from the left.
    Chain,
    /// Anything else.
    Formula,
    /// A rounded result.
    Rounded,
}

/// An operand as it is worded.
pub(super) struct Operand {
    /// The number with its name.
    pub(super) named: String,
    /// The name as part of a remark: "16 is '16 eggs'".
    pub(super) remark: Option<String>,
}

/// A computation taken apart.
pub(super) struct Parts {
    pub(super) shape: Shape,
    /// The operators after the first operand; empty for [`Shape::Formula`].
    pub(super) operators: Vec<Operator>,
    pub(super) operands: Vec<Operand>,
}

/// Words the steps of one record: one language, one register, one row of choices.
pub(super) struct Wording<'a> {
    pub(super) lang: Lang,
    /// Formal endings (합쇼체)?
    formal: bool,
    /// May the question be quoted? Only in its own language.
    quotes: bool,
    quantities: &'a Quantities<'a>,
    seed: u64,
}

impl<'a> Wording<'a> {
    /// The register and all wordings follow from `seed`.
    pub(super) fn new(lang: Lang, quantities: &'a Quantities<'a>, seed: u64) -> Self {
        let quotes = quantities.korean == (lang == Lang::Ko);
        Self { lang, formal: mix(seed) & 1 == 1, quotes, quantities, seed }
    }

    /// A number for the place `salt`.
    pub(super) fn choice(&self, salt: u64) -> u64 {
        mix(self.seed.wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The number as written in this language: fractions are read aloud in Korean (`3분의 1`).
    pub(super) fn number(&self, value: &Number) -> String {
        if self.lang == Lang::Ko && !value.is_integer() && number::decimals(value).is_none() {
            let sign = if value < &number::whole(0) { "-" } else { "" };
            return format!("{}분의 {sign}{}", value.denom(), value.numer().magnitude());
        }
        number::display(value)
    }

    /// The expression as written in this language.
    pub(super) fn formula(&self, expr: &Expr) -> String {
        expr.print(if self.lang == Lang::Ko { Notation::Signs } else { Notation::Spaced })
    }

    /// A quotation of the question for `origin`, where there is one in this language.
    pub(super) fn quote(&self, origin: Origin, value: &Number) -> Option<&'a str> {
        match origin {
            Origin::Question(index) if self.quotes => self.quantities.quote(index, value),
            _ => None,
        }
    }

    /// An operand of the line at `index` of its path. `backward`: line 0 is the assumed answer.
    fn operand(&self, expr: &Expr, origin: Origin, index: usize, backward: bool) -> Operand {
        let korean = self.lang == Lang::Ko;
        let bare = match expr {
            Expr::Number(value) => self.number(value),
            other => self.formula(other),
        };
        let value = match expr {
            Expr::Percent(inner) => inner.value().ok(),
            other => other.value().ok(),
        };
        let (named, remark) = match origin {
            Origin::Question(_) => match value.and_then(|value| self.quote(origin, &value)) {
                Some(words) if korean => (
                    format!("'{words}'의 {bare}"),
                    Some(format!("{} 물음의 '{words}'", with_particle(&bare, Particle::Topic))),
                ),
                Some(words) => (format!("{bare} ('{words}')"), Some(format!("{bare} is '{words}'"))),
                None => (bare.clone(), None),
            },
            Origin::Earlier(0) if backward => (bare.clone(), None),
            Origin::Earlier(earlier) => {
                let just = earlier + 1 == index;
                match (korean, just) {
                    (true, true) => (
                        format!("방금 구한 {bare}"),
                        Some(format!("{} 방금 구한 값", with_particle(&bare, Particle::Topic))),
                    ),
                    (true, false) => (
                        format!("앞서 구한 {bare}"),
                        Some(format!("{} 앞서 구한 값", with_particle(&bare, Particle::Topic))),
                    ),
                    (false, true) => (format!("the {bare} just found"), Some(format!("{bare} was just found"))),
                    (false, false) => (format!("the {bare} found before"), Some(format!("{bare} was found before"))),
                }
            }
            Origin::Constant(constant) if korean => (format!("{bare}({})", constant.korean), None),
            Origin::Constant(constant) => (format!("{bare} ({})", constant.english), Some(constant.english.to_owned())),
            Origin::Unknown => (bare.clone(), None),
        };
        Operand { named, remark }
    }

    fn parts(&self, line: &Line, index: usize, backward: bool) -> Parts {
        // In a path that goes backward, results are counted from the assumed answer on.
        let position = index + usize::from(backward);
        let operands: Vec<Operand> =
            line.operands().map(|(expr, origin)| self.operand(expr, origin, position, backward)).collect();
        let mut operators = Vec::new();
        let mut rest = &line.expr;
        while let Expr::Binary(operator, left, right) = rest {
            if !right.is_operand() || *operator == Operator::Pow {
                break;
            }
            operators.push(*operator);
            rest = left;
        }
        operators.reverse();
        let shape = match operators.as_slice() {
            _ if line.rounded.is_some() => Shape::Rounded,
            _ if !rest.is_operand() => Shape::Formula,
            all if all.iter().all(|each| *each == Operator::Add) => Shape::Sum,
            all if all.iter().all(|each| *each == Operator::Sub) => Shape::Difference,
            all if all.iter().all(|each| *each == Operator::Mul) => Shape::Product,
            [Operator::Div] => Shape::Quotient,
            _ => Shape::Chain,
        };
        Parts { shape, operators, operands }
    }

    /// A computed line as a sentence.
    pub(super) fn line(&self, line: &Line, index: usize, backward: bool, salt: u64) -> Worded {
        let parts = self.parts(line, index, backward);
        let value = self.number(&line.value);
        let formula = self.formula(&line.expr);
        let decimals = line.rounded.unwrap_or(0).to_string();
        let mut slots = vec![("V", value), ("E", formula), ("D", decimals)];
        let (name, table) = match self.lang {
            Lang::Ko => wording_ko::computation(&parts, &mut slots),
            Lang::En => wording_en::computation(&parts, &mut slots),
        };
        // The remark is a sentence of its own, with its own ending.
        if let Some((_, remark)) = slots.iter_mut().find(|(slot, _)| *slot == "W") {
            *remark = fill(remark, &[], self.formal);
        }
        self.word(name, table, &slots, salt)
    }

    /// Any other sentence.
    pub(super) fn sentence(&self, kind: Kind, slots: &[(&'static str, String)], salt: u64) -> Worded {
        let (name, table) = match self.lang {
            Lang::Ko => wording_ko::sentence(kind),
            Lang::En => wording_en::sentence(kind),
        };
        self.word(name, table, slots, salt)
    }

    fn word(&self, name: &str, table: &[&str], slots: &[(&'static str, String)], salt: u64) -> Worded {
        let place = (self.choice(salt) % table.len().max(1) as u64) as usize;
        let template = table.get(place).copied().unwrap_or_default();
        let mut text = fill(template, slots, self.formal);
        if self.lang == Lang::En {
            capitalise(&mut text);
        }
        Worded { text, template: format!("math.{name}.{}.{place}@1", self.lang) }
    }
}

/// The value of `seed` spread over all bits (SplitMix64).
pub(super) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn capitalise(text: &mut String) {
    if let Some(first) = text.chars().next().filter(char::is_ascii_lowercase) {
        text.replace_range(0..1, &first.to_ascii_uppercase().to_string());
    }
}

/// Fills a template; see the module's text for its signs.
fn fill(template: &str, slots: &[(&'static str, String)], formal: bool) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '<']) {
        let (before, sign) = rest.split_at(at);
        text.push_str(before);
        let close = if sign.starts_with('{') { '}' } else { '>' };
        let Some(end) = sign.find(close) else {
            rest = sign;
            break;
        };
        let inner = sign.get(1..end).unwrap_or_default();
        if close == '>' {
            let (plain, polite) = inner.split_once('|').unwrap_or((inner, inner));
            text.push_str(if formal { polite } else { plain });
        } else {
            let (name, particle) = inner.split_once(':').map_or((inner, None), |(name, mark)| (name, particle(mark)));
            let value = slots.iter().find(|(slot, _)| *slot == name).map_or("", |(_, value)| value.as_str());
            match particle {
                Some(particle) => text.push_str(&with_particle(value, particle)),
                None => text.push_str(value),
            }
        }
        rest = sign.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

fn particle(mark: &str) -> Option<Particle> {
    match mark {
        "은" => Some(Particle::Topic),
        "이" => Some(Particle::Subject),
        "을" => Some(Particle::Object),
        "과" => Some(Particle::With),
        "로" => Some(Particle::By),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let slots = [("V", "7".to_owned()), ("A", "3".to_owned())];
        assert_eq!(fill("{A:로} 나누면 {V:이} <된다|됩니다>.", &slots, false), "3으로 나누면 7이 된다.");
        assert_eq!(fill("{V:로} <나눈다|나눕니다>.", &slots, true), "7로 나눕니다.");
    }
}
