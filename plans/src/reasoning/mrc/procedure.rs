//! Procedures that look for an answer without knowing the label.
//!
//! Each gets a question and a context and returns what it found together with the facts that led there. The record's
//! builder runs them, compares their answer with the label, and writes the trace only where it is the label.

use std::ops::Range;

use crate::text::{Candidate, CandidateKind, Enclosure, contains_spaced, count_of_unit, enclosure_at};

use super::analysis::ContextAnalysis;
use super::question::{Asked, Question};
use super::ranking::{Ranked, find_match, matches};

/// More candidates than this make an elimination nobody reads.
const MOST_GROUPS: usize = 6;

/// How a procedure told its answer from the others of one sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// It is the only candidate there.
    Lone,
    /// Its clause has the question's focus. The others' clauses do not: each with its clause's predicate.
    Clause {
        /// The context's word for the focus.
        focus: Range<usize>,
        /// The others and the last words of their clauses.
        others: Vec<(Range<usize>, Range<usize>)>,
    },
    /// English: no comma or conjunction stands between it and the focus, but one does between the focus and the others.
    Part {
        /// The context's word for the focus.
        focus: Range<usize>,
        /// The others.
        others: Vec<Range<usize>>,
    },
    /// The focus comes right after it.
    Next {
        /// The context's word for the focus.
        focus: Range<usize>,
    },
    /// A question word comes right before it, other words before the others.
    Before {
        /// The word before it.
        word: Range<usize>,
        /// The others and the words before them.
        others: Vec<(Range<usize>, Range<usize>)>,
        /// Place of the question word.
        question_word: usize,
    },
    /// It stands where the predicate's argument stands, without any pattern.
    Argument {
        /// The context's word for the focus.
        focus: Range<usize>,
    },
}

/// What a procedure found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The answer.
    pub(super) candidate: Candidate,
    /// The sentence.
    pub(super) sentence: usize,
    /// Why this one.
    pub(super) decision: Decision,
    /// Candidates of the sentence that the question names itself.
    pub(super) in_question: Vec<Range<usize>>,
}

/// The candidates of a kind that a question asks for, in the whole text.
pub(super) fn pool<'a>(
    question: &Question<'_>,
    analysis: &'a ContextAnalysis<'_>,
    kind: CandidateKind,
) -> impl Iterator<Item = &'a Candidate> {
    let measure = match question.asked {
        Asked::Amount { measure } => Some(measure),
        _ => None,
    };
    analysis.candidates.found.iter().filter(move |candidate| {
        candidate.kind == kind
            && (kind != CandidateKind::Quantity
                || candidate.quantity.is_some_and(|quantity| Some(quantity.measure) == measure))
    })
}

/// Does the question name this candidate itself?
fn is_named(question: &Question<'_>, analysis: &ContextAnalysis<'_>, candidate: &Candidate) -> bool {
    question.names(analysis.slice(&candidate.range))
}

/// The focus in the same clause as a stretch, if that clause may be called one.
pub(super) fn focus_in_clause(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    let focus = question.focus_word()?;
    let clause = analysis.simple_clause(range)?;
    let sentence = analysis.sentences.get(analysis.sentence_at(range.start)?)?;
    let inside = |word: &&Range<usize>| clause.range.start <= word.start && word.end <= clause.range.end;
    sentence
        .words
        .iter()
        .filter(inside)
        .find(|word| {
            matches(question, focus, analysis.slice(word)) && (word.start >= range.end || word.end <= range.start)
        })
        .cloned()
}

/// The word that tells a clause without the focus apart from others: its predicate.
fn other_predicate(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    let clause = analysis.simple_clause(range)?;
    lacks_focus(question, analysis, &clause.range).then_some(())?;
    let predicate = clause.last_predicate()?.range.clone();
    // '1,180m이며' is a predicate that holds the candidate itself: it says nothing about it.
    (predicate.start >= range.end || predicate.end <= range.start).then_some(predicate)
}

/// English: does a candidate stand in a part of its sentence without the focus?
fn in_other_part(question: &Question<'_>, analysis: &ContextAnalysis<'_>, range: &Range<usize>) -> bool {
    !question.korean
        && analysis
            .simple_clause(range)
            .is_some_and(|part| part.predicates.is_empty() && lacks_focus(question, analysis, &part.range))
}

/// Has a stretch neither the focus nor anything that looks like it?
pub(super) fn lacks_focus(question: &Question<'_>, analysis: &ContextAnalysis<'_>, stretch: &Range<usize>) -> bool {
    let Some(focus) = question.focus_word() else { return false };
    let body = analysis.slice(stretch);
    // A single syllable, or a native predicate that no form of two syllables stands for, proves nothing by its absence.
    let quoted = focus.quoted();
    if quoted.chars().count() < 2 || contains_spaced(body, quoted) {
        return false;
    }
    // The stretch is a sentence or a clause: its words are those of its sentence that lie in it.
    let sentence = analysis.sentence_at(stretch.start).and_then(|place| analysis.sentences.get(place));
    let words = sentence.map_or(&[][..], |sentence| sentence.words.as_slice());
    let words = &words[words.partition_point(|word| word.start < stretch.start)..];
    find_match(question, focus, analysis, &words[..words.partition_point(|word| word.end <= stretch.end)]).is_none()
}

/// The forward procedure: in the top sentence, the one candidate of the kind asked for that the focus points to.
pub(super) fn forward(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    ranked: &Ranked,
    kind: CandidateKind,
) -> Option<Found> {
    let sentence = analysis.sentences.get(ranked.sentence)?;
    let inside = |candidate: &&Candidate| {
        sentence.range.start <= candidate.range.start && candidate.range.end <= sentence.range.end
    };
    let (named, open): (Vec<&Candidate>, Vec<&Candidate>) =
        pool(question, analysis, kind).filter(inside).partition(|candidate| is_named(question, analysis, candidate));
    let in_question: Vec<Range<usize>> = named.into_iter().map(|candidate| candidate.range.clone()).collect();
    let found = |candidate: &Candidate, decision: Decision| {
        Some(Found {
            candidate: candidate.clone(),
            sentence: ranked.sentence,
            decision,
            in_question: in_question.clone(),
        })
    };
    match open.as_slice() {
        [] => None,
        [only] => {
            let decision = match next_focus(question, analysis, &only.range) {
                Some(focus) if kind == CandidateKind::Person => Decision::Next { focus },
                _ => Decision::Lone,
            };
            found(only, decision)
        }
        several => {
            let (candidate, decision) = among(question, analysis, several)?;
            found(candidate, decision)
        }
    }
}

/// The focus, where it is the word right after a stretch.
fn next_focus(question: &Question<'_>, analysis: &ContextAnalysis<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let focus = question.focus_word()?;
    analysis.word_after(range).filter(|word| matches(question, focus, analysis.slice(word)))
}

/// The one of several candidates that the question's words point to.
fn among<'a>(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    several: &[&'a Candidate],
) -> Option<(&'a Candidate, Decision)> {
    let others_of = |chosen: &Candidate| -> Vec<&Candidate> {
        several.iter().copied().filter(|other| other.range != chosen.range).collect()
    };
    // By clause.
    let with_focus: Vec<(&Candidate, Range<usize>)> = several
        .iter()
        .filter_map(|&candidate| focus_in_clause(question, analysis, &candidate.range).map(|focus| (candidate, focus)))
        .collect();
    if let [(chosen, focus)] = with_focus.as_slice() {
        let others: Option<Vec<_>> = others_of(chosen)
            .into_iter()
            .map(|other| Some((other.range.clone(), other_predicate(question, analysis, &other.range)?)))
            .collect();
        if let Some(others) = others {
            return Some((chosen, Decision::Clause { focus: focus.clone(), others }));
        }
    }
    if !question.korean
        && let [(chosen, focus)] = with_focus.as_slice()
    {
        let others: Vec<&Candidate> = others_of(chosen);
        if others.iter().all(|other| in_other_part(question, analysis, &other.range)) {
            let others = others.into_iter().map(|other| other.range.clone()).collect();
            return Some((chosen, Decision::Part { focus: focus.clone(), others }));
        }
    }
    // By the next word.
    let followed: Vec<(&Candidate, Range<usize>)> = several
        .iter()
        .filter_map(|&candidate| next_focus(question, analysis, &candidate.range).map(|focus| (candidate, focus)))
        .collect();
    let before = |candidate: &Candidate| analysis.word_before(&candidate.extended);
    let question_word =
        |word: &Range<usize>| question.content.iter().position(|known| matches(question, known, analysis.slice(word)));
    // By the word before.
    let led: Vec<(&Candidate, Range<usize>, usize)> = several
        .iter()
        .filter_map(|&candidate| {
            let word = before(candidate)?;
            let place = question_word(&word)?;
            Some((candidate, word, place))
        })
        .collect();
    if let [(chosen, word, place)] = led.as_slice() {
        let others: Option<Vec<_>> =
            others_of(chosen).into_iter().map(|other| Some((other.range.clone(), before(other)?))).collect();
        if let Some(others) = others {
            return Some((chosen, Decision::Before { word: word.clone(), others, question_word: *place }));
        }
    }
    match followed.as_slice() {
        [(chosen, focus)] => Some((chosen, Decision::Next { focus: focus.clone() })),
        _ => None,
    }
}

/// Why a candidate is ruled out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ruling {
    /// The question names it.
    Named,
    /// Its clause has this predicate and not the focus.
    Clause(Range<usize>),
    /// English: its part of the sentence does not have the focus.
    Part,
    /// Its sentence does not have the focus.
    Sentence,
}

/// A candidate and why it is ruled out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Excluded {
    /// The candidate.
    pub(super) range: Range<usize>,
    /// The reason.
    pub(super) ruling: Ruling,
}

/// The trace of an elimination.
#[derive(Debug, Clone)]
pub(super) struct Elimination {
    /// What is left.
    pub(super) candidate: Candidate,
    /// The focus in its clause, or right after it.
    pub(super) focus: Range<usize>,
    /// Does the focus stand in the same clause, rather than only right after?
    pub(super) same_clause: bool,
    /// All candidates of the kind by value, in order, each by its first occurrence.
    pub(super) listed: Vec<Range<usize>>,
    /// The others.
    pub(super) excluded: Vec<Excluded>,
    /// Further occurrences of the answer's value, each without the focus in its sentence.
    pub(super) again: Vec<Range<usize>>,
    /// May the list be said to be complete?
    pub(super) counted: bool,
}

/// Why a candidate cannot be what is asked for; `None` where nothing separates it.
pub(super) fn rule_out(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    candidate: &Candidate,
) -> Option<Ruling> {
    if is_named(question, analysis, candidate) {
        return Some(Ruling::Named);
    }
    if let Some(predicate) = other_predicate(question, analysis, &candidate.range) {
        return Some(Ruling::Clause(predicate));
    }
    let sentence = analysis.sentences.get(analysis.sentence_at(candidate.range.start)?)?;
    if lacks_focus(question, analysis, &sentence.range) {
        return Some(Ruling::Sentence);
    }
    in_other_part(question, analysis, &candidate.range).then_some(Ruling::Part)
}

/// The eliminating procedure: all candidates of the kind in the whole text, without those that the question names or
/// whose clause or sentence lacks the focus. Answers where one value is left.
pub(super) fn eliminate(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    kind: CandidateKind,
) -> Option<Elimination> {
    let all: Vec<&Candidate> = pool(question, analysis, kind).collect();
    let mut groups: Vec<Vec<&Candidate>> = Vec::new();
    for &candidate in &all {
        let known =
            groups.iter_mut().find(|group| group.iter().any(|other| other.same_value(candidate, analysis.text)));
        match known {
            Some(group) => group.push(candidate),
            None => groups.push(vec![candidate]),
        }
        if groups.len() > MOST_GROUPS {
            return None;
        }
    }
    if groups.len() < 2 {
        return None;
    }
    let has_focus = |candidate: &Candidate| {
        (!is_named(question, analysis, candidate)).then_some(())?;
        let clause = focus_in_clause(question, analysis, &candidate.range).map(|focus| (focus, true));
        let next = || next_focus(question, analysis, &candidate.range).map(|focus| (focus, false));
        // People share clauses with each other: only what stands right beside the predicate counts.
        if kind == CandidateKind::Person { next() } else { clause.or_else(next) }
    };
    let mut left: Option<(&Candidate, Range<usize>, bool)> = None;
    let mut excluded = Vec::new();
    let mut again = Vec::new();
    for group in &groups {
        let with_focus: Vec<_> = group
            .iter()
            .filter_map(|&candidate| has_focus(candidate).map(|(focus, same)| (candidate, focus, same)))
            .collect();
        match with_focus.as_slice() {
            [] => {
                for candidate in group {
                    excluded.push(Excluded {
                        range: candidate.range.clone(),
                        ruling: rule_out(question, analysis, candidate)?,
                    });
                }
            }
            [(candidate, focus, same)] if left.is_none() => {
                for other in group.iter().filter(|other| other.range != candidate.range) {
                    let sentence = analysis.sentences.get(analysis.sentence_at(other.range.start)?)?;
                    lacks_focus(question, analysis, &sentence.range).then_some(())?;
                    again.push(other.range.clone());
                }
                left = Some((candidate, focus.clone(), *same));
            }
            _ => return None,
        }
    }
    let (candidate, focus, same_clause) = left?;
    let listed = groups.iter().filter_map(|group| group.first()).map(|candidate| candidate.range.clone()).collect();
    Some(Elimination {
        candidate: candidate.clone(),
        focus,
        same_clause,
        listed,
        excluded,
        again,
        counted: is_complete(analysis, kind, &all, groups.len()),
    })
}

/// May a record say that these candidates are all of their pattern?
fn is_complete(analysis: &ContextAnalysis<'_>, kind: CandidateKind, all: &[&Candidate], groups: usize) -> bool {
    match kind {
        CandidateKind::Year => !analysis.candidates.loose_years && all.len() == groups,
        CandidateKind::Quantity => {
            one_unit(all).is_some_and(|unit| all.len() == groups && count_of_unit(analysis.text, unit) == all.len())
        }
        _ => false,
    }
}

/// The unit of all these amounts, if it is one.
pub(super) fn one_unit<'a>(all: &[&Candidate]) -> Option<&'a str> {
    let unit = all.first()?.quantity?.unit;
    all.iter().all(|candidate| candidate.quantity.is_some_and(|quantity| quantity.unit == unit)).then_some(unit)
}

/// The argument of the focus in the top sentence: the words right before it, up to a particle or a question word.
/// For questions whose answer has no pattern.
pub(super) fn argument(
    question: &Question<'_>,
    analysis: &ContextAnalysis<'_>,
    ranked: &Ranked,
    words: usize,
) -> Option<Found> {
    let focus_word = question.focus_word()?;
    let sentence = analysis.sentences.get(ranked.sentence)?;
    let at = sentence.words.iter().position(|word| matches(question, focus_word, analysis.slice(word)))?;
    let focus = sentence.words.get(at)?.clone();
    let last = sentence.words.get(at.checked_sub(1)?)?.clone();
    if !analysis.text.get(last.end..focus.start)?.trim().is_empty()
        || enclosure_at(&analysis.quotations, last.start).is_some_and(|entry| entry.kind != Enclosure::Title)
    {
        return None;
    }
    let (stem, particle) = crate::text::strip_particle(analysis.slice(&last))?;
    let bare = matches!(particle, "을" | "를" | "이" | "가" | "과" | "와" | "에" | "에서" | "으로" | "로" | "에게");
    if !bare || stem.chars().count() < 2 {
        return None;
    }
    let mut range = last.start..last.start + stem.len();
    for back in 1..words {
        let word = sentence.words.get((at - 1).checked_sub(back)?)?;
        if !analysis.text.get(word.end..range.start)?.chars().all(|c| c == ' ') {
            return None;
        }
        range.start = word.start;
    }
    let text = analysis.slice(&range);
    if question.names(text)
        || question.content.iter().any(|known| text.split(' ').any(|word| matches(question, known, word)))
    {
        return None;
    }
    let candidate =
        Candidate { range: range.clone(), extended: range, kind: CandidateKind::Quoted, quantity: None, date: None };
    Some(Found {
        candidate,
        sentence: ranked.sentence,
        decision: Decision::Argument { focus },
        in_question: Vec::new(),
    })
}

/// The weak procedure: the first or last candidate of the kind in a stretch of the text, whatever the clause says.
pub(super) fn outermost_candidate<'a>(
    question: &Question<'_>,
    analysis: &'a ContextAnalysis<'_>,
    kind: CandidateKind,
    stretch: &Range<usize>,
    last: bool,
) -> Option<&'a Candidate> {
    let mut inside = pool(question, analysis, kind)
        .filter(|candidate| stretch.start <= candidate.range.start && candidate.range.end <= stretch.end);
    if last { inside.last() } else { inside.next() }
}
