//! The wrong path: what a weaker procedure answers, and why that is wrong.

use std::ops::Range;

use crate::reasoning::model::{Lang, StepType};
use crate::text::{Candidate, CandidateKind, count_of_unit};

use super::draft::{Draft, Steps};
use super::procedure::{Decision, Found, Ruling, outermost_candidate, rule_out};
use super::question::Question;
use super::ranking::{Ranked, find_match};
use super::target::{Target, absent_name, four_digits, pattern_name, reaches, type_name};
use super::template::quote;

/// What a weak procedure answers, and why that is wrong: it takes the first candidate of the top sentence, else of the
/// text, else the last one of the text.
pub(super) fn weak_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    ahead: Option<&Found>,
    target: &Target<'_>,
    kind: CandidateKind,
) {
    let analysis = draft.analysis;
    let whole = 0..analysis.text.len();
    let in_sentence = ranked.and_then(|ranked| {
        Some((analysis.sentences.get(ranked.sentence)?.range.clone(), draft.ordinal(ranked.sentence)))
    });
    let text_name = if draft.lang == Lang::Ko { "글" } else { "the text" }.to_owned();
    let rules = in_sentence
        .map(|(stretch, place)| (stretch, place, End::First))
        .into_iter()
        .chain([(whole.clone(), text_name.clone(), End::First), (whole, text_name, End::Last)]);
    for (stretch, place, end) in rules {
        let Some(wrong) = outermost_candidate(question, analysis, kind, &stretch, end == End::Last) else { continue };
        if !is_distractor(draft, wrong, target) {
            continue;
        }
        let Some(pattern) = pattern_name(draft, wrong).filter(|_| is_outermost(draft, wrong, &stretch, end)) else {
            continue;
        };
        let Some((explanation, error)) = why_wrong(draft, question, ahead, wrong, target, kind) else { continue };
        let banks = draft.banks;
        let mut steps = Steps::default();
        let quoted = draft.quoted(&wrong.range);
        let cited = draft.distractor(&wrong.range);
        let values = [("o", place.as_str()), ("d", &pattern), ("c", &quoted)];
        let bank = if end == End::First { ("first", banks.first) } else { ("last", banks.last) };
        draft.step(&mut steps, StepType::EvidenceReview, bank, &values, cited.clone());
        draft.step(&mut steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &quoted)], cited);
        draft.wrong_path(steps, analysis.slice(&wrong.range), error, explanation);
        return;
    }
}

/// Which candidate a weak procedure takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// Is a candidate another thing than the answer: not its value, not inside or around it, not the same text?
fn is_distractor(draft: &Draft<'_>, candidate: &Candidate, target: &Target<'_>) -> bool {
    let (text, answer) = (draft.analysis.slice(&candidate.range), draft.analysis.slice(target.range));
    let overlaps = candidate.extended.start < target.range.end && target.range.start < candidate.extended.end;
    let equal = draft
        .analysis
        .candidates
        .found
        .iter()
        .any(|known| reaches(known, target.range) && known.same_value(candidate, draft.analysis.text));
    !overlaps && !equal && !text.contains(answer) && !answer.contains(text)
}

/// Is it true that nothing of the candidate's pattern comes before it, or after it?
fn is_outermost(draft: &Draft<'_>, candidate: &Candidate, stretch: &Range<usize>, end: End) -> bool {
    let beyond = match end {
        End::First => stretch.start..candidate.range.start,
        End::Last => candidate.range.end..stretch.end,
    };
    let text = draft.analysis.slice(&beyond);
    match candidate.kind {
        CandidateKind::Year => four_digits(text) == 0,
        CandidateKind::Date => !text.contains(|c: char| c.is_ascii_digit()),
        CandidateKind::Quantity => match candidate.quantity {
            Some(quantity) if !quantity.unit.is_empty() && draft.lang == Lang::Ko => {
                count_of_unit(text, quantity.unit) == 0
            }
            _ => !text.contains(|c: char| c.is_ascii_digit()),
        },
        CandidateKind::Person => !draft.analysis.candidates.found.iter().any(|known| {
            known.kind == CandidateKind::ShortName && beyond.start <= known.range.start && known.range.end <= beyond.end
        }),
        _ => false,
    }
}

/// The correction of a wrong candidate; `None` where nothing separates it from the answer.
fn why_wrong(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ahead: Option<&Found>,
    wrong: &Candidate,
    target: &Target<'_>,
    kind: CandidateKind,
) -> Option<(String, &'static str)> {
    let banks = draft.banks;
    let quoted = draft.quoted(&wrong.range);
    // The answer's own sentence has a form of the focus: that is what the other one lacks.
    let in_text = draft
        .analysis
        .sentence_at(target.range.start)
        .and_then(|own| draft.analysis.sentences.get(own))
        .and_then(|own| find_match(question, question.focus_word()?, draft.analysis, &own.words))
        .map(|range| draft.analysis.slice(&range))
        .unwrap_or("");
    let focus = absent_name(question, in_text);
    if focus.len() <= 2 {
        return None;
    }
    if let Some(Found { decision: Decision::Before { others, question_word, .. }, .. }) = ahead
        && let Some((_, word)) = others.iter().find(|(other, _)| *other == wrong.range)
    {
        let asked = question.content.get(*question_word).map(|word| quote(word.quoted()))?;
        let word = draft.quoted(word);
        let text = draft.say("fix_before", banks.fix_before, &[("a", &quoted), ("x", &word), ("f", &asked)]);
        return Some((text, "other_argument"));
    }
    if let Some(Found { decision: Decision::Part { others, .. }, .. }) = ahead
        && others.contains(&wrong.range)
    {
        return Some((draft.say("fix_part", banks.fix_part, &[("a", &quoted), ("f", &focus)]), "distractor_same_type"));
    }
    match rule_out(question, draft.analysis, wrong)? {
        Ruling::Named => {
            let name = type_name(question, kind, draft.lang)?;
            Some((draft.say("fix_named", banks.fix_named, &[("a", &quoted), ("t", name)]), "repeats_question"))
        }
        Ruling::Clause(predicate) => {
            let predicate = draft.quoted(&predicate);
            let values = [("a", quoted.as_str()), ("x", &predicate), ("f", &focus)];
            Some((draft.say("fix_clause", banks.fix_clause, &values), "distractor_same_type"))
        }
        Ruling::Part => {
            Some((draft.say("fix_part", banks.fix_part, &[("a", &quoted), ("f", &focus)]), "distractor_same_type"))
        }
        Ruling::Sentence => Some((
            draft.say("fix_sentence", banks.fix_sentence, &[("a", &quoted), ("f", &focus)]),
            "distractor_same_type",
        )),
    }
}
