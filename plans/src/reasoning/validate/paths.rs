//! Paths, steps and corrections.

use std::collections::BTreeSet;

use num_rational::BigRational;

use super::{Answers, Index, Report, arithmetic, excerpt, korean};
use crate::reasoning::model::{AnswerType, Lang, Path, ReasoningRecord, Step, StepType, Strategy, TaskType};

/// Checks all paths; returns how many expressions were computed again and found right.
pub(super) fn check(record: &ReasoningRecord, index: &Index<'_>, answers: &Answers, report: &mut Report) -> usize {
    let mut recomputed = 0;
    for (position, path) in record.paths.iter().enumerate() {
        let place = format!("paths[{position}]");
        recomputed += steps(record, path, &place, index, report);
        shape(record, path, &place, index, report);
        outcome(record, path, &place, answers, report);
    }
    if !record.paths.is_empty() {
        report.unless(record.paths.iter().any(|path| path.is_correct), "NO_CORRECT_PATH", "paths", || {
            "there are only wrong paths".to_owned()
        });
    }
    alike(record, report);
    corrections(record, index, report);
    recomputed
}

fn steps(record: &ReasoningRecord, path: &Path, place: &str, index: &Index<'_>, report: &mut Report) -> usize {
    let mut recomputed = 0;
    let models = record.provenance.generators.iter().any(|generator| generator.kind == "model");
    for (position, step) in path.steps.iter().enumerate() {
        let place = format!("{place}.steps[{position}]");
        report.unless(usize::try_from(step.index) == Ok(position), "STEP_INDEX", format!("{place}.index"), || {
            format!("{} at position {position}", step.index)
        });
        report.unless(!step.text.trim().is_empty(), "STEP_EMPTY", format!("{place}.text"), || "no text".to_owned());
        for id in &step.evidence_ids {
            report.unless(
                index.evidence.contains(id.as_str()),
                "REF_UNRESOLVED",
                format!("{place}.evidence_ids"),
                || format!("no evidence '{id}'"),
            );
        }
        if let Some(id) = step.choice_id.as_deref().filter(|id| !index.choices.contains(id)) {
            report.add("REF_UNRESOLVED", format!("{place}.choice_id"), format!("no choice '{id}'"));
        }
        match (step.origin.as_str(), step.rule_id.as_deref()) {
            ("rule", None | Some("")) => {
                report.add(
                    "RULE_ID_MISSING",
                    format!("{place}.rule_id"),
                    "the step says that a rule wrote it, not which",
                );
            }
            ("rule", Some(rule)) => {
                report.unless(index.rules.contains(rule), "RULE_ID_UNKNOWN", format!("{place}.rule_id"), || {
                    format!("'{rule}' is not in provenance.transform.rule_ids")
                });
            }
            ("model", _) => {
                report.unless(models, "MODEL_UNKNOWN", format!("{place}.origin"), || {
                    "a model wrote the step, but provenance.generators has none".to_owned()
                });
            }
            ("human", _) => {}
            (other, _) => report.add("STEP_ORIGIN", format!("{place}.origin"), format!("'{other}'")),
        }
        recomputed += usize::from(arithmetic_holds(step, &place, report));
        if record.lang == Lang::Ko
            && step.origin == "rule"
            && let Some((code, detail)) = korean::problem(&step.text)
        {
            report.add(code, format!("{place}.text"), format!("{detail}: '{}'", excerpt(&step.text)));
        }
    }
    recomputed
}

/// Computes a step's expression again. `true`: it was there, and right.
fn arithmetic_holds(step: &Step, place: &str, report: &mut Report) -> bool {
    let (expr, stored) = match (step.expr.as_deref(), step.expr_value.as_deref()) {
        (None, None) => return false,
        (Some(expr), Some(stored)) => (expr, stored),
        (expr, stored) => {
            report.add("EXPR_INCOMPLETE", place, format!("expr {expr:?} with expr_value {stored:?}"));
            return false;
        }
    };
    let Some(value) = arithmetic::evaluate(expr) else {
        report.add("EXPR_UNREADABLE", format!("{place}.expr"), format!("'{}' has no value", excerpt(expr)));
        return false;
    };
    let holds = arithmetic::number(stored).as_ref() == Some(&value);
    report.unless(holds, "EXPR_VALUE", format!("{place}.expr_value"), || {
        format!("'{}' is {value}, not '{}'", excerpt(expr), excerpt(stored))
    });
    holds
}

fn shape(record: &ReasoningRecord, path: &Path, place: &str, index: &Index<'_>, report: &mut Report) {
    report.unless(
        index.generators.contains(path.generator_id.as_str()),
        "REF_UNRESOLVED",
        format!("{place}.generator_id"),
        || format!("no generator '{}'", path.generator_id),
    );
    let Some(last) = path.steps.last() else {
        report.add("PATH_WITHOUT_STEPS", format!("{place}.steps"), "no steps");
        return;
    };
    if !path.is_correct {
        return;
    }
    report.unless(last.r#type == StepType::AnswerConfirmation, "PATH_END", format!("{place}.steps"), || {
        format!("the last step is '{}', not 'answer_confirmation'", last.r#type)
    });
    let reviewed = path.steps.iter().any(|step| step.r#type == StepType::EvidenceReview);
    report.unless(reviewed || record.contexts.is_empty(), "NO_EVIDENCE_REVIEW", format!("{place}.steps"), || {
        "there are contexts, and no step reviews evidence".to_owned()
    });
    if let Some(wrong) = path.steps.iter().position(|step| step.correct == Some(false)) {
        report.add("WRONG_STEP_IN_CORRECT_PATH", format!("{place}.steps[{wrong}].correct"), "false in a correct path");
    }
}

/// Where the path ends, against the answer and against its own arithmetic.
fn outcome(record: &ReasoningRecord, path: &Path, place: &str, answers: &Answers, report: &mut Report) {
    let is_answer = answers.holds(&path.final_answer);
    if path.is_correct {
        report.unless(is_answer, "FINAL_ANSWER", format!("{place}.final_answer"), || {
            format!("'{}' is not the answer '{}'", excerpt(&path.final_answer), excerpt(&record.answer.value))
        });
    } else {
        report.unless(!is_answer, "WRONG_PATH_IS_RIGHT", format!("{place}.final_answer"), || {
            format!("'{}' is the answer, but the path is marked wrong", excerpt(&path.final_answer))
        });
    }
    let Some(last) = path.steps.last().filter(|last| last.r#type == StepType::AnswerConfirmation) else { return };
    let named = match record.answer.r#type {
        AnswerType::Span => last.text.contains(path.final_answer.trim()),
        AnswerType::Number => names_number(&last.text, &path.final_answer),
        _ => true,
    };
    report.unless(named, "CONFIRMATION_DIFFERS", format!("{place}.steps"), || {
        format!("the last step does not name '{}': '{}'", excerpt(&path.final_answer), excerpt(&last.text))
    });
    // A calculation must end in what it says. A check by going backward starts from there instead.
    if record.task_type == TaskType::MathEquation && path.strategy != Strategy::BackwardCheck {
        let computed = path.steps.iter().rev().find_map(|step| step.expr_value.as_deref());
        let value = computed.and_then(arithmetic::number);
        let holds = value.is_some_and(|value| {
            arithmetic::number(&path.final_answer).is_some_and(|answer| answer == value)
                || arithmetic::is_rounding(&value, &path.final_answer)
        });
        report.unless(holds, "CALCULATION_ENDS_ELSEWHERE", format!("{place}.steps"), || {
            format!("the last value is '{}', the answer '{}'", computed.unwrap_or("none"), excerpt(&path.final_answer))
        });
    }
}

/// Does the sentence name this number: in digits, or as a fraction in words (`3분의 1`)?
fn names_number(text: &str, number: &str) -> bool {
    let Some(value) = arithmetic::number(number) else { return false };
    let fraction = format!("{}분의 {}", value.denom(), value.numer());
    text.contains(&fraction) || numbers_in(text).any(|found| found == value)
}

/// The numbers in a sentence, in digits.
fn numbers_in(text: &str) -> impl Iterator<Item = BigRational> {
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '/' | '-' | '$' | '₩');
    text.split(move |letter: char| !is_part(letter))
        .map(|part| part.trim_end_matches(['.', ',', '/', '-']))
        .filter(|part| part.contains(|letter: char| letter.is_ascii_digit()))
        .filter_map(arithmetic::number)
}

/// Two correct paths must differ in more than words.
fn alike(record: &ReasoningRecord, report: &mut Report) {
    let mut seen: Vec<(Strategy, BTreeSet<&str>, &str)> = Vec::new();
    for (position, path) in record.paths.iter().enumerate().filter(|(_, path)| path.is_correct) {
        let evidence: BTreeSet<&str> =
            path.steps.iter().flat_map(|step| step.evidence_ids.iter().map(String::as_str)).collect();
        let same = seen.iter().find(|(strategy, other, _)| *strategy == path.strategy && *other == evidence);
        if let Some((_, _, other)) = same {
            let detail = format!("same strategy and evidence as '{other}'");
            report.add("PATHS_ALIKE", format!("paths[{position}]"), detail);
        }
        seen.push((path.strategy, evidence, &path.path_id));
    }
}

fn corrections(record: &ReasoningRecord, index: &Index<'_>, report: &mut Report) {
    let by_id = |id: &str| record.paths.iter().find(|path| path.path_id == id);
    for (position, correction) in record.corrections.iter().enumerate() {
        let place = format!("corrections[{position}]");
        for (field, id) in
            [("wrong_path_id", &correction.wrong_path_id), ("corrected_path_id", &correction.corrected_path_id)]
        {
            report.unless(index.paths.contains(id.as_str()), "REF_UNRESOLVED", format!("{place}.{field}"), || {
                format!("no path '{id}'")
            });
        }
        report.unless(
            !correction.error_type.is_empty() && !correction.explanation.trim().is_empty(),
            "CORRECTION_EMPTY",
            place.as_str(),
            || "error type or explanation is empty".to_owned(),
        );
        if record.lang == Lang::Ko
            && let Some((code, detail)) = korean::problem(&correction.explanation)
        {
            let detail = format!("{detail}: '{}'", excerpt(&correction.explanation));
            report.add(code, format!("{place}.explanation"), detail);
        }
        if by_id(&correction.corrected_path_id).is_some_and(|path| !path.is_correct) {
            report.add("CORRECTED_BY_WRONG_PATH", format!("{place}.corrected_path_id"), "that path is wrong itself");
        }
        let Some(wrong) = by_id(&correction.wrong_path_id) else { continue };
        if wrong.is_correct {
            report.add("CORRECTION_OF_CORRECT_PATH", format!("{place}.wrong_path_id"), "that path is correct");
            continue;
        }
        let first = usize::try_from(correction.first_wrong_step).ok();
        let marked = first.and_then(|first| wrong.steps.get(first)).map(|step| step.correct);
        report.unless(marked == Some(Some(false)), "FIRST_WRONG_STEP", format!("{place}.first_wrong_step"), || {
            format!("step {} of '{}' is not marked wrong", correction.first_wrong_step, wrong.path_id)
        });
        let before = wrong.steps.iter().take(first.unwrap_or(0));
        if let Some(early) = before.into_iter().position(|step| step.correct == Some(false)) {
            report.add(
                "FIRST_WRONG_STEP",
                format!("{place}.first_wrong_step"),
                format!("step {early} is wrong already"),
            );
        }
    }
    for (position, path) in record.paths.iter().enumerate().filter(|(_, path)| !path.is_correct) {
        let count = record.corrections.iter().filter(|each| each.wrong_path_id == path.path_id).count();
        report.unless(count == 1, "CORRECTION_COUNT", format!("paths[{position}]"), || {
            format!("{count} corrections for the wrong path '{}'", path.path_id)
        });
    }
}
