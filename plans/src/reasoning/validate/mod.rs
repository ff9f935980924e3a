//! The verifier of reasoning records: it believes nothing that a record says of itself.
//!
//! Hashes, offsets and arithmetic are computed again, with an evaluator of its own; stored verdicts are only checked for
//! being there. A builder that writes a wrong record is therefore found by other code than the code that wrote it.
//!
//! Codes are stable: programs filter by them.

mod arithmetic;
mod korean;
mod paths;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::model::{
    AnswerType, EvidenceRole, Meta, ReasoningRecord, SCHEMA_VERSION, SourceRef, TaskType, Tier, record_id, sha256_hex,
};
use crate::arrow_row;
use crate::text::normalize_answer;

arrow_row! {
    /// A rule that a record breaks.
    pub struct Violation {
        /// A stable code, e.g. `EVIDENCE_OFFSET`.
        pub code: String,
        /// Where in the record, e.g. `paths[0].steps[2].expr_value`.
        pub path: String,
        /// What was found, and what would be right.
        pub detail: String,
    }
}

/// Checks a record; an empty list means that nothing is wrong with it.
pub fn validate(record: &ReasoningRecord) -> Vec<Violation> {
    let mut report = Report::default();
    let index = Index::new(record, &mut report);
    identity(record, &mut report);
    contexts(record, &mut report);
    evidence(record, &index, &mut report);
    let answers = Answers::new(record);
    answer(record, &index, &answers, &mut report);
    let recomputed = paths::check(record, &index, &answers, &mut report);
    verifications(record, &index, &mut report);
    tier(record, recomputed, &mut report);
    provenance(record, &mut report);
    report.found
}

/// What was found so far.
#[derive(Default)]
struct Report {
    found: Vec<Violation>,
}

impl Report {
    fn add(&mut self, code: &str, path: impl Into<String>, detail: impl Into<String>) {
        self.found.push(Violation { code: code.to_owned(), path: path.into(), detail: detail.into() });
    }
    fn unless(&mut self, holds: bool, code: &str, path: impl Into<String>, detail: impl FnOnce() -> String) {
        if !holds {
            self.add(code, path, detail());
        }
    }
}

/// The ids of a record.
struct Index<'a> {
    contexts: HashSet<&'a str>,
    evidence: HashSet<&'a str>,
    choices: HashSet<&'a str>,
    paths: HashSet<&'a str>,
    generators: HashSet<&'a str>,
    rules: HashSet<&'a str>,
}

impl<'a> Index<'a> {
    fn new(record: &'a ReasoningRecord, report: &mut Report) -> Self {
        let mut unique = |place: &str, ids: Vec<&'a str>| {
            let mut seen = HashSet::with_capacity(ids.len());
            for (position, id) in ids.into_iter().enumerate() {
                report.unless(!id.is_empty(), "ID_EMPTY", format!("{place}[{position}]"), || {
                    "the id is empty".to_owned()
                });
                report.unless(seen.insert(id), "ID_REPEATED", format!("{place}[{position}]"), || {
                    format!("'{id}' is there already")
                });
            }
            seen
        };
        let provenance = &record.provenance;
        Self {
            contexts: unique("contexts", record.contexts.iter().map(|each| each.context_id.as_str()).collect()),
            evidence: unique("evidence", record.evidence.iter().map(|each| each.evidence_id.as_str()).collect()),
            choices: unique("choices", record.choices.iter().flatten().map(|each| each.choice_id.as_str()).collect()),
            paths: unique("paths", record.paths.iter().map(|each| each.path_id.as_str()).collect()),
            generators: unique(
                "provenance.generators",
                provenance.generators.iter().map(|each| each.generator_id.as_str()).collect(),
            ),
            rules: {
                unique(
                    "verifications",
                    record.verifications.iter().map(|each| each.verification_id.as_str()).collect(),
                );
                provenance.transform.rule_ids.iter().map(String::as_str).collect()
            },
        }
    }
}

fn identity(record: &ReasoningRecord, report: &mut Report) {
    report.unless(record.schema_version == SCHEMA_VERSION, "SCHEMA_VERSION", "schema_version", || {
        format!("'{}', not '{SCHEMA_VERSION}'", record.schema_version)
    });
    report.unless(!record.question.trim().is_empty(), "QUESTION_EMPTY", "question", || "no question".to_owned());
    report.unless(!record.domain.is_empty(), "DOMAIN_EMPTY", "domain", || "no domain".to_owned());
    let known = ["train", "validation", "test"].contains(&record.split.as_str());
    report.unless(known, "SPLIT_UNKNOWN", "split", || format!("'{}'", record.split));
    let source = &record.provenance.source;
    let meta = Meta {
        own_id: source.record_key.clone(),
        source: SourceRef {
            dataset_id: source.dataset_name.clone(),
            object: source.object.clone(),
            member: source.member.clone(),
            member_index: source.member_index,
            record: source.record,
            sha256: source.source_record_sha256.clone(),
        },
        ..Meta::default()
    };
    let expected = record_id(&record.provenance.transform.builder, &meta, &record.question, &record.contexts);
    report.unless(record.record_id == expected, "RECORD_ID", "record_id", || {
        format!("'{}', but the provenance and the texts give '{expected}'", record.record_id)
    });
}

fn contexts(record: &ReasoningRecord, report: &mut Report) {
    for (index, context) in record.contexts.iter().enumerate() {
        let place = format!("contexts[{index}]");
        let known = ["text", "table", "dialogue", "image_ref"].contains(&context.kind.as_str());
        report.unless(known, "CONTEXT_KIND", format!("{place}.kind"), || format!("'{}'", context.kind));
        let hash = sha256_hex(&context.text);
        report.unless(context.sha256 == hash, "CONTEXT_HASH", format!("{place}.sha256"), || {
            format!("'{}', but the text gives '{hash}'", context.sha256)
        });
        if let Some(table) = &context.table_json {
            json(table, &format!("{place}.table_json"), report);
        }
    }
}

fn json(text: &str, place: &str, report: &mut Report) {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        report.add("JSON", place, error.to_string());
    }
}

/// `chars(text)[start..end]`, or `None` where that lies outside.
fn slice(text: &str, start: i32, end: i32) -> Option<&str> {
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    if start > end {
        return None;
    }
    let mut places = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    let first = places.nth(start)?;
    let last = if end == start { first } else { places.nth(end - start - 1)? };
    text.get(first..last)
}

fn evidence(record: &ReasoningRecord, index: &Index<'_>, report: &mut Report) {
    for (position, evidence) in record.evidence.iter().enumerate() {
        let place = format!("evidence[{position}]");
        if !index.contexts.contains(evidence.context_id.as_str()) {
            report.add(
                "REF_UNRESOLVED",
                format!("{place}.context_id"),
                format!("no context '{}'", evidence.context_id),
            );
            continue;
        }
        report.unless(!evidence.text.is_empty(), "EVIDENCE_EMPTY", format!("{place}.text"), || "no text".to_owned());
        let context = record.contexts.iter().find(|each| each.context_id == evidence.context_id);
        let found = context.and_then(|context| slice(&context.text, evidence.char_start, evidence.char_end));
        report.unless(found == Some(evidence.text.as_str()), "EVIDENCE_OFFSET", place, || {
            let range =
                format!("characters {}..{} of '{}'", evidence.char_start, evidence.char_end, evidence.context_id);
            match found {
                Some(found) => format!("{range} are '{}', not '{}'", excerpt(found), excerpt(&evidence.text)),
                None => format!("{range} lie outside the context"),
            }
        });
    }
}

/// The first 60 characters.
fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The texts that are the right answer, for comparison.
struct Answers {
    texts: Vec<String>,
    number: Option<num_rational::BigRational>,
}

impl Answers {
    fn new(record: &ReasoningRecord) -> Self {
        let answer = &record.answer;
        let all = [Some(&answer.value), answer.normalized.as_ref()].into_iter().flatten().chain(&answer.aliases);
        let number = (answer.r#type == AnswerType::Number).then(|| arithmetic::number(&answer.value)).flatten();
        Self { texts: all.map(|text| normalize_answer(text)).collect(), number }
    }

    /// Is this text the answer?
    fn holds(&self, text: &str) -> bool {
        match (&self.number, arithmetic::number(text)) {
            (Some(answer), Some(value)) => *answer == value,
            (Some(_), None) => false,
            (None, _) => self.texts.contains(&normalize_answer(text)),
        }
    }
}

fn answer(record: &ReasoningRecord, index: &Index<'_>, answers: &Answers, report: &mut Report) {
    let answer = &record.answer;
    for (position, id) in answer.evidence_ids.iter().enumerate() {
        report.unless(
            index.evidence.contains(id.as_str()),
            "REF_UNRESOLVED",
            format!("answer.evidence_ids[{position}]"),
            || format!("no evidence '{id}'"),
        );
    }
    let expected = match record.task_type {
        TaskType::MathEquation => Some(AnswerType::Number),
        TaskType::MrcExtractive => Some(AnswerType::Span),
        TaskType::MrcUnanswerable => Some(AnswerType::None),
        TaskType::Mcq | TaskType::YesNo | TaskType::Nli => None,
    };
    if let Some(expected) = expected {
        report.unless(answer.r#type == expected, "ANSWER_TYPE", "answer.type", || {
            format!("'{}' for '{}', not '{expected}'", answer.r#type, record.task_type)
        });
    }
    match answer.r#type {
        AnswerType::Number => {
            report.unless(answers.number.is_some(), "ANSWER_NOT_A_NUMBER", "answer.value", || {
                format!("'{}'", excerpt(&answer.value))
            });
            let normalized = answer.normalized.as_deref().and_then(arithmetic::number);
            report.unless(normalized == answers.number, "ANSWER_NORMALIZED", "answer.normalized", || {
                format!("'{}' is not the number '{}'", answer.normalized.as_deref().unwrap_or("NULL"), answer.value)
            });
        }
        AnswerType::Span => {
            let there = record.evidence.iter().any(|evidence| {
                answer.evidence_ids.contains(&evidence.evidence_id)
                    && (evidence.text == answer.value || answer.aliases.contains(&evidence.text))
            });
            report.unless(there, "ANSWER_NOT_AT_OFFSET", "answer.value", || {
                format!("no span of answer.evidence_ids is '{}'", excerpt(&answer.value))
            });
        }
        AnswerType::Choice => {
            let known = record
                .choices
                .iter()
                .flatten()
                .any(|choice| choice.choice_id == answer.value || choice.text == answer.value);
            report.unless(known, "ANSWER_NOT_A_CHOICE", "answer.value", || format!("'{}'", excerpt(&answer.value)));
        }
        AnswerType::Label | AnswerType::Boolean | AnswerType::Free | AnswerType::None => {}
    }
    let options = record.choices.as_ref().map_or(0, Vec::len);
    report.unless(record.task_type != TaskType::Mcq || options >= 2, "CHOICES_MISSING", "choices", || {
        format!("{options} choices for a multiple-choice question")
    });
    distractors(record, answers, report);
}

/// No distractor may be the answer or touch its place.
fn distractors(record: &ReasoningRecord, answers: &Answers, report: &mut Report) {
    if record.answer.r#type != AnswerType::Span {
        return;
    }
    let gold: Vec<_> = record
        .evidence
        .iter()
        .filter(|evidence| {
            record.answer.evidence_ids.contains(&evidence.evidence_id)
                && (evidence.text == record.answer.value || record.answer.aliases.contains(&evidence.text))
        })
        .collect();
    for (position, evidence) in record.evidence.iter().enumerate() {
        if evidence.role != EvidenceRole::Distractor {
            continue;
        }
        let place = format!("evidence[{position}]");
        report.unless(!answers.holds(&evidence.text), "DISTRACTOR_IS_ANSWER", place.as_str(), || {
            format!("'{}' equals the answer or an alias", excerpt(&evidence.text))
        });
        let overlaps = gold.iter().any(|gold| {
            gold.context_id == evidence.context_id
                && gold.char_start < evidence.char_end
                && evidence.char_start < gold.char_end
        });
        report.unless(!overlaps, "DISTRACTOR_OVERLAPS_ANSWER", place, || {
            format!("'{}' lies over the answer", excerpt(&evidence.text))
        });
    }
}

fn verifications(record: &ReasoningRecord, index: &Index<'_>, report: &mut Report) {
    const KINDS: [&str; 7] = ["exact_match", "offset", "recompute", "label_match", "schema", "nli_model", "human"];
    let mut confirmed = false;
    for (position, check) in record.verifications.iter().enumerate() {
        let place = format!("verifications[{position}]");
        let kind = KINDS.iter().position(|kind| *kind == check.kind);
        report.unless(kind.is_some(), "VERIFICATION_KIND", format!("{place}.kind"), || format!("'{}'", check.kind));
        report.unless(
            check.verifier.split_once('@').is_some_and(|(name, version)| !name.is_empty() && !version.is_empty()),
            "VERIFIER_NAME",
            format!("{place}.verifier"),
            || format!("'{}' is not name@version", check.verifier),
        );
        let path = check.path_id.as_deref().and_then(|id| record.paths.iter().find(|path| path.path_id == id));
        if let Some(id) = check.path_id.as_deref().filter(|id| !index.paths.contains(id)) {
            report.add("REF_UNRESOLVED", format!("{place}.path_id"), format!("no path '{id}'"));
        }
        let resolves = match check.target.as_str() {
            "record" => true,
            "path" => check.path_id.is_some(),
            "step" => match (path, check.step_index) {
                (Some(path), Some(step)) => usize::try_from(step).is_ok_and(|step| step < path.steps.len()),
                (path, step) => path.is_none() && check.path_id.is_some() && step.is_some(),
            },
            _ => false,
        };
        report.unless(resolves, "VERIFICATION_TARGET", format!("{place}.target"), || {
            format!("'{}' with path {:?} and step {:?}", check.target, check.path_id, check.step_index)
        });
        if let Some(detail) = &check.detail_json {
            json(detail, &format!("{place}.detail_json"), report);
        }
        confirmed |= check.target == "record" && check.passed && kind.is_some_and(|kind| kind < 5);
    }
    report.unless(confirmed, "NO_RECORD_VERIFICATION", "verifications", || {
        "no deterministic verification of the record passed".to_owned()
    });
}

/// The tier must follow from what was found here, not from what the record says.
fn tier(record: &ReasoningRecord, recomputed: usize, report: &mut Report) {
    let correct = record.paths.iter().filter(|path| path.is_correct).count();
    match record.tier {
        Tier::C => {
            report.unless(record.paths.is_empty(), "TIER_C_HAS_PATHS", "paths", || {
                format!("{} paths in a record of tier C", record.paths.len())
            });
        }
        Tier::B => {
            report.unless(correct > 0 || !record.evidence.is_empty(), "TIER_B_WITHOUT_GROUNDS", "tier", || {
                "neither a correct path nor evidence".to_owned()
            });
        }
        Tier::A => {
            report.unless(correct > 0, "NO_CORRECT_PATH", "paths", || "tier A without a correct path".to_owned());
            let checked = |kind: &str| record.verifications.iter().any(|check| check.kind == kind && check.passed);
            let spans = record.answer.r#type == AnswerType::Span && checked("offset");
            let numbers = recomputed > 0 && checked("recompute");
            let other = checked("offset") && !record.evidence.is_empty();
            report.unless(spans || numbers || other, "TIER_A_UNVERIFIED", "tier", || {
                "nothing in the record was recomputed: no arithmetic and no span with its verification".to_owned()
            });
        }
    }
}

fn provenance(record: &ReasoningRecord, report: &mut Report) {
    let provenance = &record.provenance;
    let known = ["no", "yes", "unknown"].contains(&provenance.uses_foreign_weights.as_str());
    report.unless(known, "FOREIGN_WEIGHTS", "provenance.uses_foreign_weights", || {
        format!("'{}'", provenance.uses_foreign_weights)
    });
    let foreign = provenance
        .generators
        .iter()
        .any(|generator| generator.kind == "model" && generator.model_origin_country.as_deref() != Some("KR"));
    report.unless(!foreign || provenance.uses_foreign_weights != "no", "FOREIGN_WEIGHTS", "provenance", || {
        "says 'no', but a model of another or unknown origin wrote fields".to_owned()
    });
    report.unless(record.is_sealed(), "RECORD_HASH", "provenance.record_sha256", || {
        format!("'{}' is not the hash of the content", provenance.record_sha256)
    });
}
