//! Paths for a question whose answer is a span of the context.

use std::ops::Range;

use crate::reasoning::model::{StepType, Strategy, Tier};
use crate::text::CandidateKind;

use super::draft::{Draft, Steps};
use super::elimination::{elimination_path, substitution_path};
use super::forward::{again_step, answer_step, forward_path, holds_step, sentence_step};
use super::gold::Gold;
use super::procedure::{Decision, argument, eliminate, focus_in_clause, forward, pool};
use super::question::{Asked, Question};
use super::ranking::{Ranked, rank};
use super::reasons::{Reason, reason};
use super::target::{Target, reaches};
use super::template::quote;
use super::tier_of;
use super::weak::weak_path;

/// Writes what can be shown for an answerable question and says how far that goes.
pub(super) fn write(draft: &mut Draft<'_>, question: &Question<'_>, gold: &Gold) -> Tier {
    let Some(located) = &gold.answer else { return Tier::C };
    let target = Target { range: &located.range, quoted: draft.quoted(&located.range) };
    let ranked = rank(question, draft.analysis);
    let mut blind = false;
    for &kind in question.asked.kinds() {
        blind = typed(draft, question, ranked.as_ref(), &target, kind);
        if blind {
            break;
        }
    }
    if let Some(ranked) = ranked.as_ref().filter(|_| !blind) {
        blind = match question.asked {
            Asked::Reason => causal(draft, question, ranked, &target),
            Asked::Open | Asked::Person => positional(draft, question, ranked, &target),
            _ => false,
        };
    }
    let evidence = !blind && evidence_only(draft, question, ranked.as_ref(), gold, &target);
    tier_of(blind, evidence)
}

/// Paths for an answer of a typed pattern. Says whether a blind procedure reached the label.
fn typed(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    target: &Target<'_>,
    kind: CandidateKind,
) -> bool {
    let ahead = ranked
        .and_then(|ranked| forward(question, draft.analysis, ranked, kind))
        .filter(|found| reaches(&found.candidate, target.range));
    let left = eliminate(question, draft.analysis, kind).filter(|left| reaches(&left.candidate, target.range));
    let mut reached = false;
    if let (Some(found), Some(ranked)) = (&ahead, ranked) {
        let several = pool(question, draft.analysis, kind).nth(1).is_some();
        reached |= forward_path(draft, question, ranked, found, target, several.then_some(kind));
    }
    if let Some(left) = &left {
        reached |= elimination_path(draft, question, left, target, kind);
    }
    let focus = match (&left, &ahead) {
        (Some(left), _) if left.same_clause => Some(left.focus.clone()),
        (None, Some(found)) if matches!(found.decision, Decision::Lone | Decision::Clause { .. }) => {
            focus_in_clause(question, draft.analysis, &found.candidate.range)
        }
        _ => None,
    };
    if let Some(focus) = focus.filter(|_| kind != CandidateKind::Quoted) {
        reached |= substitution_path(draft, question, &focus, left.as_ref(), target);
    }
    if reached {
        weak_path(draft, question, ranked, ahead.as_ref(), target, kind);
    }
    reached
}

/// A path for an answer without a pattern that stands right before the predicate.
fn positional(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, target: &Target<'_>) -> bool {
    (1..=4).any(|words| {
        argument(question, draft.analysis, ranked, words)
            .filter(|found| found.candidate.range == *target.range)
            .is_some_and(|found| forward_path(draft, question, ranked, &found, target, None))
    })
}

/// Paths for why and how.
fn causal(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, target: &Target<'_>) -> bool {
    let Some(found) = reason(question, draft.analysis, ranked).filter(|found| reaches_reason(draft, found, target))
    else {
        return false;
    };
    let banks = draft.banks;
    let mut steps = Steps::default();
    let (asked, effect) = (quote(&found.asked_effect), draft.quoted(&found.effect));
    let cited = draft.support(&found.effect);
    let bank = if asked == effect { ("effect_same", banks.effect_same) } else { ("effect", banks.effect) };
    draft.step(&mut steps, StepType::EvidenceReview, bank, &[("q", &asked), ("w", &effect)], cited);
    let cited = draft.support(target.range);
    let values = [("g", target.quoted.as_str()), ("w", &effect)];
    draft.step(&mut steps, StepType::EvidenceReview, ("cause", banks.cause), &values, cited);
    if let Some(rival) = &found.rival {
        let (text, other, missing) = (draft.quoted(&rival.range), draft.quoted(&rival.effect), quote(&rival.missing));
        let cited = draft.distractor(&rival.range);
        let values = [("a", text.as_str()), ("x", &other), ("m", &missing)];
        draft.step(&mut steps, StepType::ErrorVerification, ("rival", banks.rival), &values, cited);
    }
    answer_step(draft, target, &mut steps);
    if !draft.correct_path(Strategy::Forward, steps, true) {
        return false;
    }
    if let Some(rival) = &found.rival {
        let (text, other, missing) = (draft.quoted(&rival.range), draft.quoted(&rival.effect), quote(&rival.missing));
        let mark = quote(rival.mark);
        let cited = draft.distractor(&rival.range);
        let mut steps = Steps::default();
        let values = [("a", text.as_str()), ("k", &mark)];
        draft.step(&mut steps, StepType::EvidenceReview, ("marked", banks.marked), &values, cited.clone());
        draft.step(&mut steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &text)], cited);
        let explanation = draft.say("rival", banks.rival, &[("a", &text), ("x", &other), ("m", &missing)]);
        draft.wrong_path(steps, draft.analysis.slice(&rival.range), "reason_of_other_effect", explanation);
    }
    true
}

/// Is the found reason the labelled one? The mark of cause may be in the label or not.
fn reaches_reason(draft: &Draft<'_>, found: &Reason, target: &Target<'_>) -> bool {
    if found.answer.start != target.range.start {
        return false;
    }
    let tail = |range: Range<usize>| draft.analysis.slice(&range).trim().to_owned();
    let rest = if target.range.end <= found.answer.end {
        tail(target.range.end..found.answer.end)
    } else {
        tail(found.answer.end..target.range.end)
    };
    rest.is_empty()
        || matches!(
            rest.as_str(),
            "," | "."
                | "때문에"
                | "탓에"
                | "덕분에"
                | "때문"
                | "탓"
                | "덕분"
                | "으로"
                | "로"
                | "서"
                | "하여"
                | "인해"
        )
}

/// Evidence without a blind path: the sentence that the ranking finds, or the labelled clue, holds the answer.
fn evidence_only(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    gold: &Gold,
    target: &Target<'_>,
) -> bool {
    let banks = draft.banks;
    let own = draft.analysis.sentence_at(target.range.start);
    let mut steps = Steps::default();
    if let Some(ranked) = ranked.filter(|ranked| Some(ranked.sentence) == own) {
        sentence_step(draft, question, ranked, &mut steps);
    }
    if let Some(clue) = gold.clue.as_ref().filter(|clue| clue.range != *target.range) {
        let holds = clue.range.start <= target.range.start && target.range.end <= clue.range.end;
        let passage = quote(draft.analysis.slice(&clue.range).trim());
        let cited = draft.support(&clue.range);
        let (bank, values) = if holds {
            (("passage", banks.passage), vec![("k", passage.as_str()), ("g", target.quoted.as_str())])
        } else {
            (("passage_apart", banks.passage_apart), vec![("k", passage.as_str())])
        };
        draft.step(&mut steps, StepType::EvidenceReview, bank, &values, cited);
    } else if steps.len() > 0
        && let Some(own) = own
    {
        holds_step(draft, own, target, &mut steps);
    }
    if !steps.has_review() {
        return false;
    }
    again_step(draft, question, target, &mut steps);
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::Forward, steps, false)
}
