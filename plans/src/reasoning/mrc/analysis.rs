//! What is worked out once for a context, however many questions are asked about it.

use std::ops::Range;

use crate::reasoning::model::sha256_hex;
use crate::text::{
    Candidates, CharIndex, Clause, CutWord, Enclosed, Enclosure, clauses_of, cut, enclosed, enclosure_at, is_korean,
    sentences_outside,
};

/// A sentence with its words and clauses.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    /// Bytes in the context.
    pub(super) range: Range<usize>,
    /// Its words without punctuation.
    pub(super) words: Vec<Range<usize>>,
    /// The first characters of the words.
    pub(super) initials: Vec<char>,
    /// Its clauses; one without predicates for text that is not Korean.
    pub(super) clauses: Vec<Clause>,
}

/// A context, read once: offsets, quotations, sentences, clauses, candidates.
#[derive(Debug, Clone)]
pub struct ContextAnalysis<'t> {
    pub(super) text: &'t str,
    /// Hex sha256 of the text.
    pub(super) sha256: String,
    pub(super) korean: bool,
    pub(super) index: CharIndex<'t>,
    pub(super) quotations: Vec<Enclosed>,
    pub(super) sentences: Vec<Sentence>,
    pub(super) candidates: Candidates,
}

impl<'t> ContextAnalysis<'t> {
    /// Reads a context.
    pub fn new(text: &'t str) -> Self {
        let quotations = enclosed(text);
        let korean = is_korean(text);
        let mut list = Vec::new();
        let sentences = sentences_outside(text, &quotations)
            .into_iter()
            .map(|range| {
                list.clear();
                list.extend(cut(text, range.clone()));
                let clauses = match korean {
                    true => clauses_of(text, range.clone(), &list, &quotations),
                    false => parts(text, &range, &list),
                };
                let mut words = Vec::with_capacity(list.len());
                words.extend(list.iter().map(|word| word.core.clone()).filter(|core| !core.is_empty()));
                let initial = |word: &Range<usize>| text.get(word.start..).and_then(|rest| rest.chars().next());
                let initials = words.iter().map(|word| initial(word).unwrap_or_default()).collect();
                Sentence { range, words, initials, clauses }
            })
            .collect();
        let candidates = Candidates::find(text, &quotations);
        let index = CharIndex::new(text);
        Self { text, sha256: sha256_hex(text), korean, index, quotations, sentences, candidates }
    }

    /// The text of some bytes; empty where they do not fit.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The sentence that holds a byte.
    pub(super) fn sentence_at(&self, byte: usize) -> Option<usize> {
        let next = self.sentences.partition_point(|sentence| sentence.range.start <= byte);
        let at = next.checked_sub(1)?;
        (byte < self.sentences.get(at)?.range.end).then_some(at)
    }

    /// The clause that holds a stretch of text, if it may be called one and the stretch is not part of a quotation; for
    /// English the part between commas and conjunctions.
    pub(super) fn simple_clause(&self, range: &Range<usize>) -> Option<&Clause> {
        if self.is_quoted(range) {
            return None;
        }
        let sentence = self.sentences.get(self.sentence_at(range.start)?)?;
        let clause = sentence
            .clauses
            .iter()
            .find(|clause| clause.range.start <= range.start && range.end <= clause.range.end)?;
        let english = clause.predicates.is_empty() && !self.korean;
        (english || clause.is_simple()).then_some(clause)
    }

    /// Does a stretch lie inside quotes or brackets, rather than being a title as a whole?
    pub(super) fn is_quoted(&self, range: &Range<usize>) -> bool {
        enclosure_at(&self.quotations, range.start).is_some_and(|entry| {
            entry.inner != *range && (entry.kind != Enclosure::Title || entry.inner.start < range.start)
        })
    }

    /// The words of the 어절 that hold a stretch: `1997년에` for `1997년`.
    pub(super) fn word_around(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let sentence = self.sentences.get(self.sentence_at(range.start)?)?;
        let first = sentence.words.iter().find(|word| word.end > range.start)?;
        let last = sentence.words.iter().find(|word| word.end >= range.end)?;
        Some(first.start.min(range.start)..last.end)
    }

    /// The word right before a stretch, in its sentence, with nothing but a space between.
    pub(super) fn word_before(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let sentence = self.sentences.get(self.sentence_at(range.start)?)?;
        let word = sentence.words.iter().rev().find(|word| word.end <= range.start)?;
        (self.text.get(word.end..range.start)?.trim().is_empty()).then(|| word.clone())
    }

    /// The word right after a stretch's own 어절, in its sentence, with nothing but a space between.
    pub(super) fn word_after(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let own = self.word_around(range)?;
        let sentence = self.sentences.get(self.sentence_at(range.start)?)?;
        let word = sentence.words.iter().find(|word| word.start >= own.end)?;
        (self.text.get(own.end..word.start)?.trim().is_empty()).then(|| word.clone())
    }
}

/// Parts of an English sentence between commas, semicolons and conjunctions. They have no predicates.
fn parts(text: &str, sentence: &Range<usize>, words: &[CutWord]) -> Vec<Clause> {
    const CONJUNCTIONS: [&str; 14] = [
        "and", "but", "while", "when", "which", "who", "whom", "before", "after", "although", "though", "because",
        "so", "or",
    ];
    let mut found = Vec::new();
    let mut start = sentence.start;
    let mut push = |range: Range<usize>| {
        if !text[range.clone()].trim().is_empty() {
            found.push(Clause { range, predicates: Vec::new() });
        }
    };
    for CutWord { raw, .. } in words {
        let word = &text[raw.clone()];
        // "March 3, 1994" is one date.
        let comma =
            word.ends_with(',') && !text[raw.end..sentence.end].trim_start().starts_with(|c: char| c.is_ascii_digit());
        if CONJUNCTIONS.contains(&word.to_ascii_lowercase().as_str()) {
            push(start..raw.start);
            start = raw.end;
        } else if comma || word.ends_with(';') || word.ends_with(':') {
            push(start..raw.end);
            start = raw.end;
        }
    }
    push(start..sentence.end);
    found
}
