//! The label: where it says the answer stands, and whether that is so.

use std::ops::Range;

use crate::reasoning::model::Reject;
use crate::text::find_from;

use super::analysis::ContextAnalysis;
use super::{GoldSpan, MrcInput};

/// How many places of a text a rejection names.
const NAMED_PLACES: usize = 5;

/// A labelled span, found in the context.
#[derive(Debug, Clone)]
pub(super) struct Located {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Its characters.
    pub(super) chars: Range<usize>,
    /// Did the label give the place? Otherwise the text occurs exactly once.
    pub(super) labelled: bool,
}

/// The label, checked.
#[derive(Debug, Clone)]
pub(super) struct Gold {
    /// The answer's place; `None` where the label gives none and the text occurs more than once.
    pub(super) answer: Option<Located>,
    /// How often the answer's text occurs, where its place is unknown.
    pub(super) occurrences: usize,
    /// Places of further answers, by number of the answer.
    pub(super) others: Vec<Located>,
    /// The clue's place.
    pub(super) clue: Option<Located>,
    /// Other texts that are as right.
    pub(super) aliases: Vec<String>,
}

/// Checks the label of a question against its context.
pub(super) fn check(input: &MrcInput<'_>, analysis: &ContextAnalysis<'_>) -> Result<Gold, Reject> {
    if input.context.trim().is_empty() {
        return Err(Reject::new("EMPTY_CONTEXT", "the context is empty"));
    }
    if input.question.trim().is_empty() {
        return Err(Reject::new("EMPTY_QUESTION", "the question is empty"));
    }
    let mut gold = Gold { answer: None, occurrences: 0, others: Vec::new(), clue: None, aliases: Vec::new() };
    if let Some(clue) = input.clue.as_ref().filter(|clue| !clue.text.trim().is_empty()) {
        gold.clue = locate(clue, analysis, "CLUE_NOT_AT_OFFSET", "CLUE_NOT_AT_OFFSET", "clue")?;
    }
    let given: Vec<&GoldSpan<'_>> = input.answers.iter().collect();
    if input.is_impossible {
        return match given.iter().find(|span| !span.text.trim().is_empty()) {
            Some(span) => Err(Reject::new(
                "IMPOSSIBLE_WITH_ANSWER",
                format!("the question is marked unanswerable, and has the answer `{}`", short(span.text)),
            )),
            None => Ok(gold),
        };
    }
    let Some(first) = given.first() else {
        return Err(Reject::new(
            "ANSWERABLE_BUT_NO_ANSWER",
            "the question is not marked unanswerable, and has no answer",
        ));
    };
    for (number, span) in given.iter().enumerate() {
        if span.text.trim().is_empty() {
            return Err(Reject::new("EMPTY_ANSWER", format!("answer {number} has no text")));
        }
        let found = locate(span, analysis, "ANSWER_NOT_AT_OFFSET", "ANSWER_NOT_IN_CONTEXT", "answer")?;
        if number == 0 {
            gold.occurrences = places(analysis.text, span.text).count();
            gold.answer = found;
        } else {
            if span.text != first.text && !gold.aliases.iter().any(|alias| alias == span.text) {
                gold.aliases.push(span.text.to_owned());
            }
            gold.others.extend(found);
        }
    }
    // A clue that holds the answer once says which of several places is meant.
    if gold.answer.is_none()
        && let Some(clue) = &gold.clue
    {
        let inside: Vec<usize> = places(analysis.text, first.text)
            .filter(|&at| clue.range.start <= at && at + first.text.len() <= clue.range.end)
            .take(2)
            .collect();
        if let [at] = inside.as_slice() {
            gold.answer = located(analysis, *at..*at + first.text.len());
        }
    }
    Ok(gold)
}

/// Finds a labelled span. Without an offset (`None` or negative) only where its text occurs exactly once.
fn locate(
    span: &GoldSpan<'_>,
    analysis: &ContextAnalysis<'_>,
    not_there: &str,
    nowhere: &str,
    what: &str,
) -> Result<Option<Located>, Reject> {
    let length = span.text.chars().count();
    let listed = || -> String {
        let found: Vec<String> = places(analysis.text, span.text)
            .take(NAMED_PLACES)
            .filter_map(|at| analysis.index.to_char(at).map(|at| at.to_string()))
            .collect();
        if found.is_empty() {
            "it does not occur in the context".to_owned()
        } else {
            format!("it occurs at {}", found.join(", "))
        }
    };
    match span.start.and_then(|start| usize::try_from(start).ok()) {
        Some(start) => {
            let end = start.saturating_add(length);
            let from = analysis.index.to_byte(start);
            if let Some(from) = from.filter(|from| analysis.text[*from..].starts_with(span.text)) {
                let range = from..from + span.text.len();
                return Ok(Some(Located { range, chars: start..end, labelled: true }));
            }
            match analysis.index.slice(start, end) {
                Some(text) => Err(Reject::new(
                    not_there,
                    format!(
                        "{what} `{}` at {start}..{end}: there stands `{}`; {}",
                        short(span.text),
                        short(text),
                        listed()
                    ),
                )),
                None => Err(Reject::new(
                    not_there,
                    format!(
                        "{what} `{}` at {start}..{end}: the context has {} characters; {}",
                        short(span.text),
                        analysis.index.chars(),
                        listed()
                    ),
                )),
            }
        }
        None => {
            let found: Vec<usize> = places(analysis.text, span.text).take(2).collect();
            match found.as_slice() {
                [] => Err(Reject::new(nowhere, format!("{what} `{}` has no offset; {}", short(span.text), listed()))),
                [at] => Ok(located(analysis, *at..*at + span.text.len())),
                _ => Ok(None),
            }
        }
    }
}

/// A text that was looked for, and occurs once.
fn located(analysis: &ContextAnalysis<'_>, range: Range<usize>) -> Option<Located> {
    let chars = analysis.index.to_char(range.start)?..analysis.index.to_char(range.end)?;
    Some(Located { range, chars, labelled: false })
}

/// Where a text occurs, overlapping places included.
pub(super) fn places<'a>(text: &'a str, wanted: &'a str) -> impl Iterator<Item = usize> + 'a {
    let step = wanted.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = find_from(text, wanted, from)?;
        from = at + step;
        Some(at)
    })
}

/// At most 40 characters of a text, for a message.
fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
