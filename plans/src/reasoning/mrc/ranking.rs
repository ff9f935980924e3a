//! Which sentence a question is about: the one that shares most of its content words.

use std::ops::Range;

use crate::text::{contains_spaced, is_alphanumeric, occurrences, same_word};

use super::analysis::{ContextAnalysis, Sentence};
use super::question::{Question, QuestionWord, same_english};

/// A question word that a sentence has too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shared {
    /// Place in the question's content words.
    pub(super) question_word: usize,
    /// The sentence's word.
    pub(super) word: Range<usize>,
}

/// The sentence that stands alone at the top of the ranking.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    /// Its place.
    pub(super) sentence: usize,
    /// What it shares with the question.
    pub(super) shared: Vec<Shared>,
}

/// Are a question's word and a context's word forms of one?
pub(super) fn matches(question: &Question<'_>, word: &QuestionWord<'_>, other: &str) -> bool {
    if !question.korean {
        return same_english(word.word, other);
    }
    if word.word.chars().next() != other.chars().next() {
        return false;
    }
    same_word(word.word, other)
}

/// The first word of a sentence that matches a question word.
pub(super) fn find_in<'a>(
    question: &Question<'_>,
    word: &QuestionWord<'_>,
    analysis: &'a ContextAnalysis<'_>,
    sentence: &'a Sentence,
) -> Option<&'a Range<usize>> {
    if !question.korean {
        return sentence.words.iter().find(|range| same_english(word.word, analysis.slice(range)));
    }
    let initial = word.word.chars().next()?;
    let mut alike = sentence.words.iter().zip(&sentence.initials).filter(|(_, other)| **other == initial);
    alike.find(|(range, _)| same_word(word.word, analysis.slice(range))).map(|(range, _)| range)
}

/// The first word of some words that matches a question word.
pub(super) fn find_match(
    question: &Question<'_>,
    word: &QuestionWord<'_>,
    analysis: &ContextAnalysis<'_>,
    words: &[Range<usize>],
) -> Option<Range<usize>> {
    words.iter().find(|range| matches(question, word, analysis.slice(range))).cloned()
}

/// Ranks the sentences by the number of content words they share with the question; of two that are level, the one with
/// the focus is higher. `None` where two are still level or none shares any.
pub(super) fn rank(question: &Question<'_>, analysis: &ContextAnalysis<'_>) -> Option<Ranked> {
    let mut best = None;
    let mut highest = 0;
    let mut level = false;
    for (place, sentence) in analysis.sentences.iter().enumerate() {
        // Two for a word, and one more for the focus.
        let has = |word: &QuestionWord<'_>| find_in(question, word, analysis, sentence).is_some();
        let of = |(place, word)| if has(word) { 2 + usize::from(question.focus == Some(place)) } else { 0 };
        let score: usize = question.content.iter().enumerate().map(of).sum();
        if score > highest {
            best = Some((place, sentence));
            highest = score;
            level = false;
        } else if score > 0 && score == highest {
            level = true;
        }
    }
    let (place, sentence) = best.filter(|_| !level)?;
    Some(Ranked { sentence: place, shared: shared_words(question, analysis, sentence) })
}

/// The question words that a sentence has.
pub(super) fn shared_words(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    sentence: &Sentence,
) -> Vec<Shared> {
    question
        .content
        .iter()
        .enumerate()
        .filter_map(|(place, word)| {
            let word = find_in(question, word, analysis, sentence)?.clone();
            Some(Shared { question_word: place, word })
        })
        .collect()
}

/// Texts that stand in the question and in this sentence, and in no other sentence together: what a record may cite to
/// say why it looks there. Empty where there are none.
pub(super) fn distinctive(question: &Question<'_>, analysis: &ContextAnalysis<'_>, ranked: &Ranked) -> Vec<String> {
    let Some(sentence) = analysis.sentences.get(ranked.sentence) else { return Vec::new() };
    if analysis.sentences.len() < 2 {
        return Vec::new();
    }
    let body = analysis.slice(&sentence.range);
    let mut verbatim: Vec<(usize, &str)> = ranked
        .shared
        .iter()
        .filter_map(|shared| {
            let word = question.content.get(shared.question_word)?;
            // The whole word, where it is written alike; else its noun.
            let quoted = word.quoted();
            stands_as_word(body, quoted).then_some((shared.question_word, quoted))
        })
        .collect();
    verbatim.dedup_by(|a, b| a.1 == b.1);
    // The focus first: it is what the answer hangs on.
    let focus = question.focus;
    verbatim.sort_by_key(|(place, _)| (Some(*place) != focus, *place));
    for take in 2..=verbatim.len().min(4) {
        let mut chosen: Vec<(usize, &str)> = verbatim[..take].to_vec();
        chosen.sort_by_key(|(place, _)| *place);
        if is_only(analysis, ranked.sentence, &chosen) {
            return chosen.into_iter().map(|(_, word)| word.to_owned()).collect();
        }
    }
    verbatim
        .iter()
        .find(|word| is_only(analysis, ranked.sentence, std::slice::from_ref(word)))
        .map(|(_, word)| vec![(*word).to_owned()])
        .unwrap_or_default()
}

/// Does `word` begin a word of `body`?
fn stands_as_word(body: &str, word: &str) -> bool {
    occurrences(body, word).any(|at| !body[..at].chars().next_back().is_some_and(is_alphanumeric))
}

/// Is there no other sentence that has all of these?
fn is_only(analysis: &ContextAnalysis<'_>, sentence: usize, words: &[(usize, &str)]) -> bool {
    analysis.sentences.iter().enumerate().all(|(place, other)| {
        let body = analysis.slice(&other.range);
        place == sentence || words.iter().any(|(_, word)| !contains_spaced(body, word))
    })
}
