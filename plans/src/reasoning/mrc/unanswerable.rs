//! Paths for a question that the context does not answer.
//!
//! That a word is absent proves nothing, since a paraphrase may be there: the label says that there is no answer. The path
//! says which of the question's words the text lacks, or has only apart.

use std::ops::Range;

use crate::reasoning::model::{Lang, StepType, Strategy, Tier};
use crate::text::{Candidate, CandidateKind, contains_spaced, count_of_unit};

use super::draft::{Draft, Steps};
use super::procedure::pool;
use super::question::{Asked, Question, QuestionWord, same_english};
use super::target::pattern_name;
use super::template::{quote, quote_with};

/// Writes what can be shown and says how far that goes.
pub(super) fn write(draft: &mut Draft<'_>, question: &Question<'_>) -> Tier {
    let banks = draft.banks;
    let missing = missing_noun(draft, question);
    let apart = if missing.is_none() { never_together(draft, question) } else { None };
    if missing.is_none() && apart.is_none() {
        return Tier::C;
    }
    let mut steps = Steps::default();
    let tempting = tempting(draft, question);
    if let (Some(phrase), Some(name)) = (&question.phrase, asked_name(question, draft.lang))
        && phrase != name
    {
        let phrase = quote(phrase);
        draft.step(
            &mut steps,
            StepType::QuestionAnalysis,
            ("asked", banks.asked),
            &[("p", &phrase), ("t", name)],
            Vec::new(),
        );
    }
    if let Some((candidate, companion)) = &tempting {
        let (quoted, other) = (draft.quoted(candidate.shown()), draft.quoted(companion));
        let cited = draft.distractor(candidate.shown());
        let unit = candidate.quantity.map(|quantity| quantity.unit).filter(|unit| !unit.is_empty());
        match unit.filter(|unit| draft.lang == Lang::Ko && count_of_unit(draft.analysis.text, unit) == 1) {
            Some(unit) => {
                let unit = quote(unit);
                let values = [("u", unit.as_str()), ("c", &quoted), ("x", &other)];
                draft.step(&mut steps, StepType::ErrorVerification, ("only_amount", banks.only_amount), &values, cited);
            }
            None => {
                let values = [("c", quoted.as_str()), ("x", &other)];
                draft.step(&mut steps, StepType::ErrorVerification, ("stands_with", banks.stands_with), &values, cited);
            }
        }
    }
    let name = match (missing, &apart) {
        (Some(word), _) => quote(word.quoted()),
        (None, Some((first, second))) => match draft.lang {
            Lang::Ko => quote_with(&[first.clone(), second.clone()]),
            Lang::En => format!("{} and {}", quote(first), quote(second)),
        },
        (None, None) => return Tier::C,
    };
    if missing.is_some() {
        draft.step(&mut steps, StepType::EvidenceReview, ("absent", banks.absent), &[("f", &name)], Vec::new());
    } else {
        draft.step(
            &mut steps,
            StepType::EvidenceReview,
            ("never_together", banks.never_together),
            &[("w", &name)],
            Vec::new(),
        );
    }
    draft.step(&mut steps, StepType::AnswerConfirmation, ("no_answer", banks.no_answer), &[], Vec::new());
    if !draft.correct_path(Strategy::Forward, steps, false) {
        return Tier::C;
    }
    if let (Some((candidate, companion)), Some(_)) = (tempting, missing) {
        tempted(draft, &candidate, &companion, &name);
    }
    Tier::B
}

/// The weak procedure: the first thing of the right kind.
fn tempted(draft: &mut Draft<'_>, candidate: &Candidate, companion: &Range<usize>, missing: &str) {
    let banks = draft.banks;
    let Some(pattern) = pattern_name(draft, candidate) else { return };
    let place = if draft.lang == Lang::Ko { "글" } else { "the text" };
    let (quoted, other) = (draft.quoted(candidate.shown()), draft.quoted(companion));
    let cited = draft.distractor(candidate.shown());
    let mut steps = Steps::default();
    let values = [("o", place), ("d", pattern.as_str()), ("c", quoted.as_str())];
    draft.step(&mut steps, StepType::EvidenceReview, ("first", banks.first), &values, cited.clone());
    draft.step(&mut steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &quoted)], cited);
    let explanation =
        draft.say("fix_unanswered", banks.fix_unanswered, &[("a", &quoted), ("x", &other), ("f", missing)]);
    draft.wrong_path(steps, draft.analysis.slice(candidate.shown()), "answers_other_question", explanation);
}

fn asked_name(question: &Question<'_>, lang: Lang) -> Option<&'static str> {
    Some(match (lang, question.asked) {
        (Lang::Ko, Asked::Year) => "연도",
        (Lang::Ko, Asked::When) => "때를 나타내는 말",
        (Lang::Ko, Asked::Person) => "사람",
        (Lang::Ko, Asked::Amount { measure }) => match measure {
            "원" | "달러" | "유로" | "엔" | "위안" => "금액",
            "명" => "사람 수",
            "길이" | "무게" | "넓이" | "부피" | "나이" => measure,
            "%" => "비율",
            _ => return None,
        },
        (Lang::En, Asked::Year) => "a year",
        (Lang::En, Asked::When) => "a date or year",
        (Lang::En, Asked::Person) => "a person",
        (Lang::En, Asked::Amount { .. }) => "a number",
        _ => return None,
    })
}

/// The noun of the question that the text lacks: the focus if it is one, else the last.
fn missing_noun<'a, 'q>(draft: &Draft<'_>, question: &'a Question<'q>) -> Option<&'a QuestionWord<'q>> {
    let text = draft.analysis.text;
    let lacks = |word: &&QuestionWord<'_>| {
        let Some(noun) = word.noun.filter(|noun| noun.chars().count() >= if question.korean { 2 } else { 4 }) else {
            return false;
        };
        let words = || draft.analysis.sentences.iter().flat_map(|sentence| &sentence.words);
        if question.korean {
            !contains_spaced(text, noun)
        } else {
            !words().any(|range| {
                let other = draft.analysis.slice(range);
                same_english(noun, other) || contains_spaced(&other.to_lowercase(), &noun.to_lowercase())
            })
        }
    };
    question.focus_word().filter(|word| lacks(word)).or_else(|| question.content.iter().rev().find(|word| lacks(word)))
}

/// Two nouns of the question that the text has, never in one sentence.
fn never_together(draft: &Draft<'_>, question: &Question<'_>) -> Option<(String, String)> {
    let nouns: Vec<&str> =
        question.content.iter().filter_map(|word| word.noun).filter(|noun| noun.chars().count() >= 2).collect();
    let body = |sentence: usize| {
        draft.analysis.sentences.get(sentence).map_or("", |sentence| draft.analysis.slice(&sentence.range))
    };
    for (place, first) in nouns.iter().enumerate() {
        for second in nouns.iter().skip(place + 1) {
            let overlap = first.contains(second) || second.contains(first);
            let apart = (0..draft.analysis.sentences.len())
                .all(|sentence| !contains_spaced(body(sentence), first) || !contains_spaced(body(sentence), second));
            let present = (0..draft.analysis.sentences.len()).any(|sentence| contains_spaced(body(sentence), first))
                && (0..draft.analysis.sentences.len()).any(|sentence| contains_spaced(body(sentence), second));
            if apart && present && !overlap {
                return Some(((*first).to_owned(), (*second).to_owned()));
            }
        }
    }
    None
}

/// The first candidate of the kind asked for, and a word that shares its clause.
fn tempting(draft: &Draft<'_>, question: &Question<'_>) -> Option<(Candidate, Range<usize>)> {
    let kind = *question.asked.kinds().first().filter(|kind| **kind != CandidateKind::Quoted)?;
    let candidate = pool(question, draft.analysis, kind).next()?;
    if question.names(draft.analysis.slice(&candidate.range)) {
        return None;
    }
    let earlier = candidate.quantity.is_some_and(|quantity| {
        !quantity.unit.is_empty() && count_of_unit(draft.analysis.slice(&(0..candidate.range.start)), quantity.unit) > 0
    });
    let before_year = kind == CandidateKind::Year && draft.analysis.candidates.loose_years;
    if earlier || before_year {
        return None;
    }
    let clause = draft.analysis.simple_clause(&candidate.range)?;
    let sentence = draft.analysis.sentences.get(draft.analysis.sentence_at(candidate.range.start)?)?;
    let own = draft.analysis.word_around(candidate.shown())?;
    let companion =
        sentence.words.iter().filter(|word| clause.range.start <= word.start && word.end <= clause.range.end).find(
            |word| (word.end <= own.start || own.end <= word.start) && draft.analysis.slice(word).chars().count() >= 2,
        )?;
    Some((candidate.clone(), companion.clone()))
}
