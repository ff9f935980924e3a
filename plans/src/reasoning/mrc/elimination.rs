//! The eliminating path, and the one that puts the answer into the question.

use std::ops::Range;

use crate::reasoning::model::{Lang, StepType, Strategy};
use crate::text::{CandidateKind, Particle, particle_after};

use super::draft::{Draft, Steps};
use super::forward::{again_step, answer_step, named_step};
use super::procedure::{Elimination, Ruling};
use super::question::Question;
use super::target::{Target, absent_name, pattern_name};
use super::template::{quote, quote_list};
use super::wording_ko::count_word;

pub(super) fn elimination_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    left: &Elimination,
    target: &Target<'_>,
    kind: CandidateKind,
) -> bool {
    let banks = draft.banks;
    let mut steps = Steps::default();
    let texts: Vec<&str> = left.listed.iter().map(|range| draft.analysis.slice(range)).collect();
    let list = quote_list(&texts);
    let mut cited = draft.support(target.range);
    for excluded in &left.excluded {
        cited.extend(draft.distractor(&excluded.range));
    }
    match (left.counted && draft.lang == Lang::Ko, pattern_name(draft, &left.candidate)) {
        (true, Some(pattern)) => {
            let count = count_word(left.listed.len());
            let values = [("d", pattern.as_str()), ("l", &list), ("n", count)];
            draft.step(&mut steps, StepType::EvidenceReview, ("counted", banks.counted), &values, cited);
        }
        _ => draft.step(&mut steps, StepType::EvidenceReview, ("listed", banks.listed), &[("l", &list)], cited),
    }
    let absent = absent_name(question, draft.analysis.slice(&left.focus));
    for excluded in &left.excluded {
        if steps.len() > 7 {
            return false;
        }
        exclusion_step(draft, question, &excluded.range, &excluded.ruling, &absent, kind, &mut steps);
    }
    if !left.again.is_empty() {
        again_step(draft, question, target, &mut steps);
    }
    let gp = draft.quoted(&left.focus);
    let cited = draft.support(target.range);
    let whole = draft.analysis.word_around(&left.candidate.range);
    let word = whole.map_or(target.quoted.clone(), |word| draft.quoted(&word));
    let values = [("g", target.quoted.as_str()), ("gp", &gp), ("w", &word)];
    let bank = match (draft.lang, left.same_clause) {
        (Lang::En, true) => ("left", banks.left),
        (Lang::Ko, true) if question.korean => ("left_clause", banks.left_clause),
        _ => ("left_next", banks.left_next),
    };
    draft.step(&mut steps, StepType::AnswerConfirmation, bank, &values, cited);
    draft.correct_path(Strategy::Eliminate, steps, true)
}

fn exclusion_step(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    range: &Range<usize>,
    ruling: &Ruling,
    absent: &str,
    kind: CandidateKind,
    steps: &mut Steps,
) {
    let banks = draft.banks;
    let quoted = draft.quoted(range);
    let cited = draft.distractor(range);
    let (bank, other) = match ruling {
        Ruling::Named => return named_step(draft, question, range, kind, steps),
        Ruling::Clause(predicate) => (("out_clause", banks.out_clause), draft.quoted(predicate)),
        Ruling::Part => (("out_part", banks.out_part), String::new()),
        Ruling::Sentence => (("out_sentence", banks.out_sentence), String::new()),
    };
    let values = [("a", quoted.as_str()), ("x", &other), ("f", absent)];
    draft.step(steps, StepType::OptionElimination, bank, &values, cited);
}

/// The answer put into the question: only for questions that end in an interrogative and 인가, and nominal answers.
pub(super) fn substitution_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    focus: &Range<usize>,
    left: Option<&Elimination>,
    target: &Target<'_>,
) -> bool {
    let Some((before, interrogative)) = question.copular else { return false };
    let answer = draft.analysis.slice(target.range);
    let Some(copula) = particle_after(answer, Particle::Copula) else { return false };
    if draft.lang != Lang::Ko || before.trim().is_empty() {
        return false;
    }
    let banks = draft.banks;
    let mut steps = Steps::default();
    let asks = quote(interrogative);
    let sentence = quote(&format!("{}{answer}{copula}다", before.trim_start()));
    let values = [("i", asks.as_str()), ("g", &target.quoted), ("s", &sentence)];
    draft.step(&mut steps, StepType::Inference, ("substituted", banks.substituted), &values, Vec::new());
    let gp = draft.quoted(focus);
    let place =
        draft.analysis.sentence_at(target.range.start).map(|sentence| draft.ordinal(sentence)).unwrap_or_default();
    let mut cited = draft.support(target.range);
    cited.extend(draft.support(focus));
    let values = [("g", target.quoted.as_str()), ("gp", &gp), ("o", &place)];
    draft.step(&mut steps, StepType::EvidenceReview, ("same_clause", banks.same_clause), &values, cited);
    if let Some(left) = left.filter(|left| left.excluded.iter().all(|other| matches!(other.ruling, Ruling::Clause(_))))
    {
        let texts: Vec<&str> = left.excluded.iter().map(|other| draft.analysis.slice(&other.range)).collect();
        let list = quote_list(&texts);
        let absent = absent_name(question, draft.analysis.slice(focus));
        let cited = left.excluded.iter().flat_map(|other| draft.distractor(&other.range)).collect();
        draft.step(
            &mut steps,
            StepType::ErrorVerification,
            ("none_fits", banks.none_fits),
            &[("l", &list), ("f", &absent)],
            cited,
        );
    }
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::BackwardCheck, steps, true)
}
