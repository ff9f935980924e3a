//! What every record must satisfy, for tests of the builders.

use std::collections::BTreeSet;

use super::super::model::{ReasoningRecord, StepType, Tier, sha256_hex};
use crate::text::{char_slice, normalize_answer};

/// What is wrong with a record; empty where nothing is.
pub(in crate::reasoning) fn problems(record: &ReasoningRecord) -> Vec<String> {
    let mut out = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            out.push(what.to_owned());
        }
    };
    let evidence: BTreeSet<&str> = record.evidence.iter().map(|span| span.evidence_id.as_str()).collect();
    check(evidence.len() == record.evidence.len(), "evidence ids repeat");
    for context in &record.contexts {
        check(context.sha256 == sha256_hex(&context.text), "hash of a context");
    }
    for span in &record.evidence {
        let context = record.contexts.iter().find(|context| context.context_id == span.context_id);
        let text = context.and_then(|context| char_slice(&context.text, span.char_start as usize, span.char_end as usize));
        check(text == Some(span.text.as_str()), "offsets of a span");
    }
    check(record.answer.evidence_ids.iter().all(|id| evidence.contains(id.as_str())), "evidence of the answer");
    let paths: BTreeSet<&str> = record.paths.iter().map(|path| path.path_id.as_str()).collect();
    check(paths.len() == record.paths.len(), "path ids repeat");
    let normalized = record.answer.normalized.clone().unwrap_or_default();
    let mut strategies = BTreeSet::new();
    for path in &record.paths {
        check((normalize_answer(&path.final_answer) == normalized) == path.is_correct, "final answer");
        check(record.provenance.generators.iter().any(|g| g.generator_id == path.generator_id), "generator");
        for (index, step) in path.steps.iter().enumerate() {
            check(step.index == index as i32, "step index");
            check(!step.text.is_empty() && !step.text.contains(['{', '}', '…']), &format!("step text '{}'", step.text));
            check(step.evidence_ids.iter().all(|id| evidence.contains(id.as_str())), "evidence of a step");
            check(step.origin == "rule" && step.rule_id.is_some(), "rule of a step");
        }
        if path.is_correct {
            check(path.steps.last().is_some_and(|step| step.r#type == StepType::AnswerConfirmation), "last step");
            let review = path.steps.iter().any(|step| step.r#type == StepType::EvidenceReview);
            check(review || record.contexts.is_empty(), "evidence review");
            check(path.steps.iter().all(|step| step.correct != Some(false)), "a wrong step in a correct path");
            check(strategies.insert(path.strategy), "two paths of one strategy");
        } else {
            let correction = record.corrections.iter().find(|correction| correction.wrong_path_id == path.path_id);
            check(correction.is_some(), "a wrong path without correction");
            let first = correction.map_or(0, |correction| correction.first_wrong_step as usize);
            check(path.steps.get(first).is_some_and(|step| step.correct == Some(false)), "first wrong step");
            check(path.steps.iter().take(first).all(|step| step.correct != Some(false)), "an earlier wrong step");
        }
    }
    for correction in &record.corrections {
        let (wrong, right) = (correction.wrong_path_id.as_str(), correction.corrected_path_id.as_str());
        check(paths.contains(wrong) && paths.contains(right), "paths of a correction");
        check(!correction.explanation.is_empty() && !correction.explanation.contains(['{', '}']), "explanation");
    }
    check(record.verifications.iter().any(|v| v.target == "record" && v.passed), "verification");
    let correct = record.paths.iter().any(|path| path.is_correct);
    check(correct == (record.tier != Tier::C), "tier");
    check(record.tier != Tier::C || record.paths.is_empty(), "paths of tier C");
    check(record.is_sealed(), "seal");
    out
}
