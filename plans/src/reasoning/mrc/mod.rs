//! Reasoning records from reading comprehension: [`reason_mrc`].
//!
//! A correct path is the trace of a procedure that finds the answer *without* the label (`procedure`, `reasons`): it is
//! written only where it ends at the label. A wrong path is what a named weaker procedure (the first candidate) answers.
//! What the procedures state is what a machine can re-check: where a word stands, what shares its clause or sentence, what
//! comes right before or after it, how many words of a pattern there are.
//!
//! Tiers: A where such a path reaches the labelled span; B where the ranking of sentences or a labelled clue leads to the
//! answer's sentence, or where the question's own words show that the text says nothing of them; C otherwise, without paths.

mod analysis;
mod answerable;
mod banks;
mod draft;
mod elimination;
mod forward;
mod gold;
mod procedure;
mod question;
mod ranking;
mod reasons;
mod target;
mod template;
#[cfg(test)]
mod tests;
mod unanswerable;
mod weak;
mod wording_en;
mod wording_ko;

use crate::reasoning::model::{
    Answer, AnswerType, EvidenceOrigin, EvidenceRole, Lang, Meta, ReasoningRecord, Reject, SCHEMA_VERSION, TaskType,
    Tier, hashed_context, record_id, rule_provenance, split_of,
};
use crate::text::normalize_answer;

pub use analysis::ContextAnalysis;

/// Name and version of this builder. Another version gives other record ids.
pub const BUILDER: &str = "reason_mrc@1";

/// A labelled span of the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoldSpan<'a> {
    /// Its exact text.
    pub text: &'a str,
    /// Its first character; `None` or a negative number where the label gives no place.
    pub start: Option<i64>,
}

/// A question about a text, with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MrcInput<'a> {
    /// The text, exactly as offsets refer to it.
    pub context: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// The question.
    pub question: &'a str,
    /// The labelled answers: the first one is the label, the others are as right.
    pub answers: Vec<GoldSpan<'a>>,
    /// The labelled span that the answer rests on.
    pub clue: Option<GoldSpan<'a>>,
    /// Is the question marked as unanswerable from the text?
    pub is_impossible: bool,
}

/// Makes the record of one question. `analysis` is that of `input.context`; another one is not used.
///
/// # Errors
///
/// A label that contradicts the text: `EMPTY_CONTEXT`, `EMPTY_QUESTION`, `EMPTY_ANSWER`, `ANSWERABLE_BUT_NO_ANSWER`,
/// `IMPOSSIBLE_WITH_ANSWER`, `ANSWER_NOT_AT_OFFSET`, `ANSWER_NOT_IN_CONTEXT` (no offset, and the text occurs nowhere),
/// `CLUE_NOT_AT_OFFSET`. Nothing is repaired: the detail says what stands at the offset and where the text does occur.
pub fn reason_mrc(
    input: &MrcInput<'_>,
    analysis: &ContextAnalysis<'_>,
    meta: &Meta,
) -> Result<ReasoningRecord, Reject> {
    if analysis.text != input.context {
        return reason_mrc(input, &ContextAnalysis::new(input.context), meta);
    }
    let gold = gold::check(input, analysis)?;
    let contexts = {
        let title = input.title.filter(|title| !title.is_empty());
        vec![hashed_context(0, title, input.context, analysis.sha256.clone())]
    };
    let id = record_id(BUILDER, meta, input.question, &contexts);
    let label = match input.answers.first().filter(|_| !input.is_impossible) {
        Some(first) => first.text.to_owned(),
        None => no_answer(meta.lang).to_owned(),
    };
    let mut draft = draft::Draft::new(analysis, meta.lang, &id, label.clone());
    let mut answer_ids = Vec::new();
    let mut check = |draft: &mut draft::Draft<'_>, located: &gold::Located, is_answer: bool| {
        if let Some(evidence) = draft.cite(&located.range, EvidenceRole::Support, EvidenceOrigin::GoldLabel) {
            let found = if located.labelled { "labelled" } else { "only_place" };
            draft.verify(
                "record",
                None,
                "offset@1",
                "offset",
                format!(
                    r#"{{"evidence_id":"{evidence}","char_start":{},"char_end":{},"place":"{found}"}}"#,
                    located.chars.start, located.chars.end
                ),
            );
            if is_answer && !answer_ids.contains(&evidence) {
                answer_ids.push(evidence);
            }
        }
    };
    for located in gold.answer.iter().chain(&gold.others) {
        check(&mut draft, located, true);
    }
    if let Some(clue) = &gold.clue {
        check(&mut draft, clue, false);
    }
    let mut question = question::Question::parse(input.question, input.context);
    question.settle_focus(|question, word| {
        analysis.sentences.iter().any(|sentence| ranking::find_in(question, word, analysis, sentence).is_some())
    });
    let tier = if input.is_impossible {
        draft.verify(
            "record",
            None,
            "label_match@1",
            "label_match",
            r#"{"is_impossible":true,"answers":0}"#.to_owned(),
        );
        unanswerable::write(&mut draft, &question)
    } else {
        if gold.answer.is_none() {
            let detail = format!(r#"{{"place":"unknown","occurrences":{}}}"#, gold.occurrences);
            draft.verify("record", None, "label_match@1", "label_match", detail);
        }
        answerable::write(&mut draft, &question, &gold)
    };
    let answer = Answer {
        normalized: Some(normalize_answer(&label)),
        value: label,
        r#type: if input.is_impossible { AnswerType::None } else { AnswerType::Span },
        unit: None,
        aliases: gold.aliases,
        evidence_ids: answer_ids,
    };
    let provenance = rule_provenance(BUILDER, meta, &id, &draft.paths, draft.templates());
    let draft::Draft { evidence, paths, corrections, verifications, .. } = draft;
    let record = ReasoningRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        lang: meta.lang,
        domain: if meta.domain.is_empty() { "general".to_owned() } else { meta.domain.clone() },
        task_type: if input.is_impossible { TaskType::MrcUnanswerable } else { TaskType::MrcExtractive },
        question: input.question.to_owned(),
        choices: None,
        split: split_of(meta.group.as_deref().unwrap_or(input.context)).to_owned(),
        contexts,
        evidence,
        answer,
        paths,
        corrections,
        verifications,
        provenance,
        tier,
        record_id: id.clone(),
    };
    Ok(record.seal())
}

/// The answer to a question that a text does not answer.
fn no_answer(lang: Lang) -> &'static str {
    match lang {
        Lang::Ko => "답 없음",
        Lang::En => "no answer",
    }
}

/// The tier of a record by what was written.
fn tier_of(blind: bool, evidence: bool) -> Tier {
    match (blind, evidence) {
        (true, _) => Tier::A,
        (false, true) => Tier::B,
        (false, false) => Tier::C,
    }
}
