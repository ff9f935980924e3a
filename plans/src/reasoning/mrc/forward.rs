//! The forward path: from the question to the sentence, from its candidates to the answer.

use std::ops::Range;

use crate::reasoning::model::{Lang, StepType, Strategy};
use crate::text::{CandidateKind, count_of_unit, is_alphanumeric};

use super::draft::{Draft, Steps};
use super::gold::places;
use super::procedure::{Decision, Found, focus_in_clause, lacks_focus};
use super::question::{Question, QuestionWord};
use super::ranking::{Ranked, distinctive, matches};
use super::target::{Target, absent_name, focus_name, four_digits, pattern_name, type_name};
use super::template::{quote, quote_list, quote_with};
use super::wording_ko::{pairs_before, pairs_has, pairs_with, times_word};

pub(super) fn forward_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: &Ranked,
    found: &Found,
    target: &Target<'_>,
    asked: Option<CandidateKind>,
) -> bool {
    let banks = draft.banks;
    let mut steps = Steps::default();
    // A lone candidate needs no word about its kind.
    if let Some(kind) = asked
        && let (Some(phrase), Some(name)) = (&question.phrase, type_name(question, kind, draft.lang))
        && phrase != name
    {
        let phrase = quote(phrase);
        let values = [("p", phrase.as_str()), ("t", name)];
        draft.step(&mut steps, StepType::QuestionAnalysis, ("asked", banks.asked), &values, Vec::new());
    }
    sentence_step(draft, question, ranked, &mut steps);
    // What follows speaks of "this sentence": say which.
    if !steps.has_review() && draft.analysis.sentences.len() > 1 {
        holds_step(draft, found.sentence, target, &mut steps);
    }
    for named in found.in_question.iter().take(2) {
        named_step(draft, question, named, found.candidate.kind, &mut steps);
    }
    decision_steps(draft, question, found, target, &mut steps);
    again_step(draft, question, target, &mut steps);
    if !steps.has_review() {
        holds_step(draft, found.sentence, target, &mut steps);
    }
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::Forward, steps, true)
}

/// The step that says which sentence the question is about.
pub(super) fn sentence_step(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, steps: &mut Steps) {
    let place = draft.ordinal(ranked.sentence);
    let words = distinctive(question, draft.analysis, ranked);
    let cited = draft.sentence(ranked.sentence);
    let focus = question.focus_word().map_or("", QuestionWord::quoted);
    let form = only_form(draft, question, ranked);
    match words.as_slice() {
        // Better than names alone: the word that the answer hangs on, in the text's form.
        several if form.is_some() && !several.iter().any(|word| word == focus) => {
            let Some((asked, word)) = form else { return };
            let values = [("q", asked.as_str()), ("w", word.as_str()), ("o", place.as_str())];
            let banks = draft.banks;
            draft.step(steps, StepType::EvidenceReview, ("form", banks.form), &values, cited);
        }
        [] => {}
        [word] => {
            let word = quote(word);
            let banks = draft.banks;
            draft.step(steps, StepType::EvidenceReview, ("alone", banks.alone), &[("w", &word), ("o", &place)], cited);
        }
        several => {
            let words = match draft.lang {
                Lang::Ko => quote_with(several),
                Lang::En => several.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" and "),
            };
            let banks = draft.banks;
            draft.step(
                steps,
                StepType::EvidenceReview,
                ("together", banks.together),
                &[("w", &words), ("o", &place)],
                cited,
            );
        }
    }
}

/// The focus, where its only other form in the text stands in the top sentence: both forms.
fn only_form(draft: &Draft<'_>, question: &Question<'_>, ranked: &Ranked) -> Option<(String, String)> {
    let analysis = draft.analysis;
    if analysis.sentences.len() < 2 {
        return None;
    }
    let shared = ranked.shared.iter().filter(|shared| Some(shared.question_word) == question.focus).find(|shared| {
        question.content.get(shared.question_word).is_some_and(|word| {
            analysis.sentences.iter().enumerate().all(|(place, other)| {
                place == ranked.sentence
                    || !other.words.iter().any(|range| matches(question, word, analysis.slice(range)))
            })
        })
    })?;
    let asked = question.content.get(shared.question_word)?.word;
    let word = analysis.slice(&shared.word);
    (asked != word).then(|| (quote(asked), quote(word)))
}

pub(super) fn named_step(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    range: &Range<usize>,
    kind: CandidateKind,
    steps: &mut Steps,
) {
    let banks = draft.banks;
    let Some(name) = type_name(question, kind, draft.lang) else { return };
    let quoted = draft.quoted(range);
    let cited = draft.distractor(range);
    draft.step(steps, StepType::OptionElimination, ("named", banks.named), &[("a", &quoted), ("t", name)], cited);
}

pub(super) fn holds_step(draft: &mut Draft<'_>, sentence: usize, target: &Target<'_>, steps: &mut Steps) {
    let banks = draft.banks;
    let place = draft.ordinal(sentence);
    let cited = draft.support(target.range);
    draft.step(steps, StepType::EvidenceReview, ("holds", banks.holds), &[("c", &target.quoted), ("o", &place)], cited);
}

pub(super) fn answer_step(draft: &mut Draft<'_>, target: &Target<'_>, steps: &mut Steps) {
    let banks = draft.banks;
    let cited = draft.support(target.range);
    draft.step(steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &target.quoted)], cited);
}

/// The steps that tell the answer from the other candidates of its sentence.
fn decision_steps(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    found: &Found,
    target: &Target<'_>,
    steps: &mut Steps,
) {
    let banks = draft.banks;
    let analysis = draft.analysis;
    let mut cited = draft.support(target.range);
    let pairs = |others: &[(Range<usize>, Range<usize>)]| -> Vec<(&str, &str)> {
        others.iter().map(|(other, word)| (analysis.slice(other), analysis.slice(word))).collect()
    };
    match &found.decision {
        Decision::Lone => {
            if is_lone(draft, found)
                && let Some(pattern) = pattern_name(draft, &found.candidate)
            {
                let values = [("d", pattern.as_str()), ("c", target.quoted.as_str())];
                draft.step(steps, StepType::EvidenceReview, ("lone", banks.lone), &values, cited);
            } else if let Some(focus) =
                focus_in_clause(question, analysis, &found.candidate.range).filter(|_| question.korean)
                && draft.lang == Lang::Ko
            {
                let (gp, place) = (draft.quoted(&focus), draft.ordinal(found.sentence));
                let values = [("g", target.quoted.as_str()), ("gp", &gp), ("o", &place)];
                draft.step(steps, StepType::EvidenceReview, ("same_clause", banks.same_clause), &values, cited);
            } else if !steps.has_review() || steps.len() < 2 {
                holds_step(draft, found.sentence, target, steps);
            }
        }
        Decision::Clause { focus, others } => {
            let gp = draft.quoted(focus);
            let pairs = pairs(others);
            let (x, y) = (pairs_with(&pairs), pairs_has(&pairs));
            for (other, _) in others {
                cited.extend(draft.distractor(other));
            }
            let focus_word = focus_name(question, analysis.slice(focus));
            let values = [("x", x.as_str()), ("y", &y), ("g", &target.quoted), ("gp", &gp), ("f", &focus_word)];
            draft.step(steps, StepType::ErrorVerification, ("clauses", banks.clauses), &values, cited);
        }
        Decision::Part { focus, others } => {
            let gp = draft.quoted(focus);
            let listed = others.iter().map(|other| draft.quoted(other)).collect::<Vec<_>>().join(", ");
            for other in others {
                cited.extend(draft.distractor(other));
            }
            let values = [("x", listed.as_str()), ("g", &target.quoted), ("gp", &gp)];
            draft.step(steps, StepType::ErrorVerification, ("parts", banks.parts), &values, cited);
        }
        Decision::Next { focus } | Decision::Argument { focus } => {
            let gp = draft.quoted(focus);
            let word =
                analysis.word_around(&found.candidate.range).map_or(target.quoted.clone(), |word| draft.quoted(&word));
            let values = [("g", word.as_str()), ("gp", &gp)];
            draft.step(steps, StepType::EvidenceReview, ("next", banks.next), &values, cited);
        }
        Decision::Before { word, others, question_word } => {
            let gb = draft.quoted(word);
            let asked = question.content.get(*question_word).map(|word| quote(word.quoted())).unwrap_or_default();
            let x = match draft.lang {
                Lang::Ko => pairs_before(&pairs(others)),
                Lang::En => quote_list(&others.iter().map(|(other, _)| analysis.slice(other)).collect::<Vec<_>>()),
            };
            for (other, _) in others {
                cited.extend(draft.distractor(other));
            }
            let values = [("x", x.as_str()), ("g", &target.quoted), ("gb", &gb), ("f", &asked)];
            draft.step(steps, StepType::ErrorVerification, ("before", banks.before), &values, cited);
        }
    }
}

/// May a record say that this is the only one of its pattern in its sentence?
fn is_lone(draft: &Draft<'_>, found: &Found) -> bool {
    let Some(sentence) = draft.analysis.sentences.get(found.sentence) else { return false };
    let body = draft.analysis.slice(&sentence.range);
    match (draft.lang, found.candidate.kind) {
        (_, CandidateKind::Year) => four_digits(body) == 1,
        (Lang::Ko, CandidateKind::Quantity) => found
            .candidate
            .quantity
            .is_some_and(|quantity| !quantity.unit.is_empty() && count_of_unit(body, quantity.unit) == 1),
        _ => false,
    }
}

/// Says which occurrence counts, where the answer's text occurs again and only one shares a sentence with the focus.
pub(super) fn again_step(draft: &mut Draft<'_>, question: &Question<'_>, target: &Target<'_>, steps: &mut Steps) {
    let analysis = draft.analysis;
    let text = analysis.slice(target.range);
    let all: Vec<usize> = places(analysis.text, text).take(8).collect();
    let inside_a_word = |at: usize| analysis.text[..at].chars().next_back().is_some_and(is_alphanumeric);
    if !(2..=6).contains(&all.len()) || all.iter().any(|&at| inside_a_word(at)) {
        return;
    }
    let Some(focus) = question.focus_word() else { return };
    let Some(own) = analysis.sentence_at(target.range.start) else { return };
    let Some(own_sentence) = analysis.sentences.get(own) else { return };
    let Some(in_text) = own_sentence.words.iter().find(|word| matches(question, focus, analysis.slice(word))) else {
        return;
    };
    let elsewhere = all.iter().filter(|&&at| at != target.range.start).all(|&at| {
        analysis
            .sentence_at(at)
            .and_then(|sentence| analysis.sentences.get(sentence))
            .is_some_and(|sentence| lacks_focus(question, analysis, &sentence.range))
    });
    if !elsewhere {
        return;
    }
    let banks = draft.banks;
    let times = match draft.lang {
        Lang::Ko => times_word(all.len()).to_owned(),
        Lang::En => all.len().to_string(),
    };
    let focus = absent_name(question, analysis.slice(in_text));
    let cited = draft.support(target.range);
    let values = [("g", target.quoted.as_str()), ("m", &times), ("f", &focus)];
    draft.step(steps, StepType::ErrorVerification, ("again", banks.again), &values, cited);
}
