//! Why and how: the answer is the clause before the effect that the question names.

use std::ops::Range;

use crate::text::{PredicateKind, contains_spaced};

use super::analysis::ContextAnalysis;
use super::question::Question;
use super::ranking::{Ranked, find_match, matches};

/// What the procedure found.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    /// The clause before the effect.
    pub(super) answer: Range<usize>,
    /// The effect in the context: `10월로 미뤄졌고`.
    pub(super) effect: Range<usize>,
    /// The effect in the question: `10월로 미뤄진`.
    pub(super) asked_effect: String,
    /// Another clause that looks like a reason, what it stands before, and a question word that is missing there.
    pub(super) rival: Option<Rival>,
}

/// A clause that looks like a reason, of something else.
#[derive(Debug, Clone)]
pub(super) struct Rival {
    /// The clause.
    pub(super) range: Range<usize>,
    /// The clause after it.
    pub(super) effect: Range<usize>,
    /// A question word that is not in its effect.
    pub(super) missing: String,
    /// The mark that makes it look like a reason: `서`, `때문에`…
    pub(super) mark: &'static str,
}

/// Conjunctions that begin a sentence and belong to no clause.
const CONJUNCTIONS: [&str; 16] = [
    "그러나",
    "하지만",
    "그리고",
    "그런데",
    "또",
    "또한",
    "결국",
    "따라서",
    "그래서",
    "다만",
    "특히",
    "반면",
    "이에",
    "한편",
    "이후",
    "당시",
];

/// Endings that often mark a reason.
const MARKS: [&str; 7] = ["때문에", "탓에", "덕분에", "므로", "아서", "어서", "서"];

/// The reason that stands right before the question's effect; `None` where nothing stands there or the effect is not found
/// in one place only.
pub(super) fn reason(question: &Question<'_>, analysis: &ContextAnalysis<'_>, ranked: &Ranked) -> Option<Reason> {
    let focus = question.focus_word()?;
    let sentence = analysis.sentences.get(ranked.sentence)?;
    let mut places =
        sentence.words.iter().enumerate().filter(|(_, word)| matches(question, focus, analysis.slice(word)));
    let (at, focus_range) = places.next()?;
    if places.next().is_some() || analysis.is_quoted(focus_range) {
        return None;
    }
    // The effect begins with the question words right before the focus.
    let is_asked =
        |word: &Range<usize>| question.content.iter().any(|known| matches(question, known, analysis.slice(word)));
    let run = sentence.words[..at].iter().rev().take_while(|word| is_asked(word)).count();
    let clause = sentence
        .clauses
        .iter()
        .position(|clause| clause.range.start <= focus_range.start && focus_range.end <= clause.range.end)?;
    let mut first = at - run;
    let clause_start = sentence.clauses.get(clause)?.range.start;
    while sentence.words.get(first).is_some_and(|word| word.start < clause_start) {
        first += 1;
    }
    let effect_start = sentence.words.get(first)?.start;
    let effect = effect_start..focus_range.end;
    // Before the effect: the rest of its clause, else the clause before.
    let before = if sentence.words.get(first.checked_sub(1)?).is_some_and(|word| word.start >= clause_start) {
        clause_start..effect_start
    } else {
        let previous = sentence.clauses.get(clause.checked_sub(1)?)?;
        previous.range.start..effect_start
    };
    let answer = trim(question, analysis, before)?;
    let asked_effect = asked_effect(question, run)?;
    let rival = rival(question, analysis, &answer, &effect);
    Some(Reason { answer, effect, asked_effect, rival })
}

/// Cuts conjunctions, topics that the question names, and punctuation off a stretch; `None` where less than two words are
/// left.
fn trim(question: &Question<'_>, analysis: &ContextAnalysis<'_>, stretch: Range<usize>) -> Option<Range<usize>> {
    let sentence = analysis.sentences.get(analysis.sentence_at(stretch.start)?)?;
    let mut words = sentence.words.iter().filter(|word| stretch.start <= word.start && word.end <= stretch.end);
    let is_lead = |word: &Range<usize>| {
        let text = analysis.slice(word);
        CONJUNCTIONS.contains(&text)
            || text.ends_with(['은', '는']) && question.content.iter().any(|known| matches(question, known, text))
    };
    let first = words.by_ref().find(|word| !is_lead(word))?;
    let last = words.next_back()?;
    Some(first.start..last.end)
}

/// The question's own words for the effect: the focus and as many words before it as the context has.
fn asked_effect(question: &Question<'_>, run: usize) -> Option<String> {
    let focus = question.focus?;
    let end = question.content.get(focus)?.word;
    let offset = |word: &str| word.as_ptr() as usize - question.text.as_ptr() as usize;
    // What stands between the words must be theirs: '저항을 어떻게 줄였는가' begins behind 어떻게.
    (0..=run).rev().find_map(|back| {
        let words = question.content.get(focus.checked_sub(back)?..=focus)?;
        let text = question.text.get(offset(words.first()?.word)..offset(end) + end.len())?;
        let only = crate::text::words(text).count() == words.len();
        only.then(|| text.to_owned())
    })
}

/// Another clause that ends like a reason, before something else than the effect.
fn rival(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    answer: &Range<usize>,
    effect: &Range<usize>,
) -> Option<Rival> {
    for sentence in &analysis.sentences {
        for pair in sentence.clauses.windows(2) {
            let [cause, after] = pair else { continue };
            let Some(predicate) = cause.predicates.last().filter(|predicate| predicate.kind == PredicateKind::Final)
            else {
                continue;
            };
            let word = analysis.slice(&predicate.range);
            let Some(mark) = MARKS.iter().find(|mark| word.ends_with(**mark)) else { continue };
            let overlaps = |range: &Range<usize>| cause.range.start < range.end && range.start < cause.range.end;
            if word.ends_with("면서")
                || overlaps(answer)
                || overlaps(effect)
                || after.range.start < effect.end && effect.start < after.range.end
            {
                continue;
            }
            let Some(range) = trim(question, analysis, cause.range.clone()) else { continue };
            let Some(effect_words) = whole_words(analysis, &after.range) else { continue };
            let words: Vec<Range<usize>> = sentence
                .words
                .iter()
                .filter(|word| effect_words.start <= word.start && word.end <= effect_words.end)
                .cloned()
                .collect();
            let body = analysis.slice(&effect_words);
            let missing = question.content.iter().find(|known| {
                known.noun.is_some_and(|noun| {
                    noun.chars().count() >= 2
                        && contains_spaced(analysis.slice(effect), noun)
                        && !contains_spaced(body, noun)
                }) && find_match(question, known, analysis, &words).is_none()
            });
            if let Some(missing) = missing {
                return Some(Rival { range, effect: effect_words, missing: missing.quoted().to_owned(), mark });
            }
        }
    }
    None
}

/// A stretch without the punctuation around it.
fn whole_words(analysis: &ContextAnalysis<'_>, stretch: &Range<usize>) -> Option<Range<usize>> {
    let sentence = analysis.sentences.get(analysis.sentence_at(stretch.start)?)?;
    let mut words = sentence.words.iter().filter(|word| stretch.start <= word.start && word.end <= stretch.end);
    let first = words.next()?;
    let last = words.next_back().unwrap_or(first);
    Some(first.start..last.end)
}
