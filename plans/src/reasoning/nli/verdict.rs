//! What one sentence says of a statement: for options and yes/no questions.

use super::super::model::Lang;
use super::align::Kind;
use super::rules::{self, Pair};
use super::tables::{LIGHT, listed};
use super::words::Role;
use super::{Label, english};
use crate::text::noun_stem_in;

/// Characters, half-open.
pub(in crate::reasoning) type Span = (usize, usize);

/// A word that sentence and statement have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reasoning) struct SharedWord {
    /// As both have it.
    pub(in crate::reasoning) text: String,
    /// Its place in the sentence.
    pub(in crate::reasoning) there: Span,
}

/// What a sentence says of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reasoning) enum Verdict {
    /// It says the same, perhaps more.
    Supported {
        /// The predicate: in the statement, in the sentence.
        predicate: (Span, Option<Span>),
        /// A word in another form: in the statement, in the sentence.
        changed: Option<(Span, Span)>,
    },
    /// A number, a denial or an opposite differs, and nothing else.
    Against {
        /// In the statement.
        ours: Span,
        /// In the sentence.
        theirs: Span,
        /// How.
        how: Difference,
    },
    /// Neither.
    Open,
}

/// How two words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reasoning) enum Difference {
    /// Two numbers.
    Number,
    /// Denied on one side.
    Denial,
    /// Opposites.
    Opposite,
}

/// A statement laid on a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reasoning) struct Comparison {
    /// What the sentence says of it.
    pub(in crate::reasoning) verdict: Verdict,
    /// What they share, in the statement's order.
    pub(in crate::reasoning) shared: Vec<SharedWord>,
    /// A noun of the statement that the sentence does not have, whatever the spacing.
    pub(in crate::reasoning) absent: Option<String>,
}

/// Lays a statement (or a question without its interrogative) on a sentence.
pub(in crate::reasoning) fn compare(sentence: &str, statement: &str, lang: Lang) -> Comparison {
    let pair = Pair::new(sentence, statement, lang);
    let findings = match lang {
        Lang::Ko => rules::findings(&pair),
        Lang::En => english::findings(&pair),
    };
    let side = &pair.side;
    let span = |unit: &super::align::Unit<'_>| (unit.start, unit.end);
    let shared = side
        .of_kind(Kind::Same)
        .filter_map(|(ours, theirs)| {
            let (h, p) = (side.hypothesis.get(ours)?, side.premise.get(theirs)?);
            let text = if h.text == p.text {
                h.text
            } else {
                let of_p = p.stems;
                *h.stems.iter().skip(1).take(2).find(|stem| of_p.iter().take(3).any(|other| other == *stem))?
            };
            let plain = !h.negated && !h.existence && !listed(text, LIGHT) && !english::is_light(text);
            (plain && text.chars().count() >= 2).then(|| SharedWord { text: text.to_owned(), there: span(p) })
        })
        .collect();
    let absent = pair.new_units().iter().find_map(|&index| {
        let unit = side.hypothesis.get(index)?;
        let noun = match lang {
            Lang::Ko => noun_stem_in(&[sentence, statement], unit.text)
                .or((unit.role == Role::Bare && super::words::has_digit(unit.text)).then_some(unit.text))?,
            Lang::En => unit.text,
        };
        (noun.chars().count() >= 2 && !pair.in_premise(noun)).then(|| noun.to_owned())
    });
    let verdict = findings.iter().find_map(|finding| match finding.label {
        Label::Contradiction => {
            let (ours, theirs) = (finding.ours?, finding.theirs?);
            let how = match finding.rule {
                rules::NUMBER_DIFFERS | rules::EN_NUMBER_DIFFERS => Difference::Number,
                rules::OPPOSITE => Difference::Opposite,
                _ => Difference::Denial,
            };
            // Other sentences of the text may be about something else, so nothing else may be new.
            let only = pair.new_units().iter().all(|&index| index == ours);
            let (ours, theirs) = rules::reach_both(side, ours, theirs)?;
            only.then_some(Verdict::Against { ours, theirs, how })
        }
        Label::Entailment if finding.rule != rules::EXISTS => {
            let last = side.hypothesis.len().checked_sub(1)?;
            let there =
                side.partner.get(last).copied().flatten().and_then(|(place, _)| rules::reach(&side.premise, place));
            let changed = side.partner.iter().enumerate().find_map(|(ours, partner)| {
                let (h, p) = (side.hypothesis.get(ours)?, side.premise.get((*partner)?.0)?);
                (h.text != p.text && !h.existence && h.stems.get(1) != p.stems.get(1)).then(|| (span(h), span(p)))
            });
            Some(Verdict::Supported { predicate: (rules::reach(&side.hypothesis, last)?, there), changed })
        }
        _ => None,
    });
    Comparison { verdict: verdict.unwrap_or(Verdict::Open), shared, absent }
}
