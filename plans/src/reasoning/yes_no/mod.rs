//! Records of questions with the answers yes and no, about a text.
//!
//! The question is laid on each sentence of the text (or on the labelled clue) like a hypothesis on a premise, without the
//! answer. A sentence that covers it says yes; one that differs by a number, a denial or an opposite, all else alike, says
//! no. What is merely absent says nothing. Sentences that say one and none that says the other: paths, tier B; else tier C.

mod wording;

use super::model::{
    Answer, AnswerType, Context, EvidenceOrigin, EvidenceRole, Lang, Meta, ReasoningRecord, Reject, Step, StepType,
    Strategy, TaskType, Verification, text_context,
};
use super::nli::draft::{Draft, Ending, Route, quoted};
use super::nli::verdict::{Comparison, Difference, Span, Verdict, compare};
use super::nli::wording_text as text_say;
use crate::text::{CharIndex, char_slice, sentences};
use wording as say;

/// Name and version, part of every record id.
pub const BUILDER: &str = "reason_yes_no@1";

/// The rule that reads the text.
const RULE: &str = "yes_no.sentence@1";

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YesNoInput<'a> {
    /// The text.
    pub context: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// The question.
    pub question: &'a str,
    /// `yes`/`no`, `true`/`false`, 예/아니오/아니요/네, 참/거짓.
    pub answer: &'a str,
    /// A labelled clue with the character at which it starts, where the label says.
    pub clue: Option<(&'a str, Option<i64>)>,
}

/// Reads a label.
fn parse(answer: &str) -> Option<bool> {
    let answer = answer.trim().trim_end_matches(['.', '!']).to_lowercase();
    match answer.as_str() {
        "yes" | "true" | "y" | "예" | "네" | "참" | "그렇다" | "맞다" => Some(true),
        "no" | "false" | "n" | "아니오" | "아니요" | "거짓" | "아니다" => Some(false),
        _ => None,
    }
}

/// The answer in the record's language, which is also the final answer of correct paths.
fn name(answer: bool, lang: Lang) -> &'static str {
    match (answer, lang) {
        (true, Lang::Ko) => "예",
        (false, Lang::Ko) => "아니요",
        (true, Lang::En) => "yes",
        (false, Lang::En) => "no",
    }
}

/// Finds a labelled clue. `Ok(None)` where there is none, or its text occurs more than once and the label gives no place.
///
/// # Errors
/// `CLUE_NOT_AT_OFFSET` where the text does not have the clue there, or not at all.
pub(super) fn locate_clue(context: &str, clue: Option<(&str, Option<i64>)>) -> Result<Option<Span>, Reject> {
    let Some((text, start)) = clue.filter(|(text, _)| !text.trim().is_empty()) else { return Ok(None) };
    let length = text.chars().count();
    let wrong = |what: String| Err(Reject::new("CLUE_NOT_AT_OFFSET", what));
    let excerpt: String = text.chars().take(60).collect();
    if let Some(start) = start {
        let from = usize::try_from(start).unwrap_or(usize::MAX);
        let end = from.saturating_add(length);
        return match char_slice(context, from, end) {
            Some(there) if there == text => Ok(Some((from, end))),
            there => wrong(format!("clue '{excerpt}' at {start}: the context has '{}'", there.unwrap_or("nothing"))),
        };
    }
    let Some(byte) = context.find(text) else {
        return wrong(format!("the context does not contain the clue '{excerpt}'"));
    };
    if context.rfind(text) != Some(byte) {
        return Ok(None);
    }
    Ok(CharIndex::new(context).to_char(byte).map(|from| (from, from + length)))
}

/// A question without its mark and `…는 것이 맞습니까` behind it.
fn statement(question: &str) -> &str {
    let bare = question.trim().trim_end_matches(['?', '？', '.', ' ']);
    const BEHIND: [&str; 8] = [
        "것이 맞는가",
        "것이 맞습니까",
        "것이 맞나요",
        "것은 맞는가",
        "것이 사실인가",
        "것은 사실인가",
        "것이 사실입니까",
        "것이 옳은가",
    ];
    BEHIND.iter().find_map(|tail| bare.strip_suffix(tail)).unwrap_or(bare).trim_end()
}

/// English questions begin with the auxiliary; the rest is laid on the sentence.
fn laid(question: &str, lang: Lang) -> &str {
    const FIRST: [&str; 12] = ["is", "are", "was", "were", "did", "does", "do", "has", "have", "had", "can", "will"];
    let bare = statement(question);
    match (lang, bare.split_once(' ')) {
        (Lang::En, Some((first, rest))) if FIRST.iter().any(|word| first.eq_ignore_ascii_case(word)) => rest,
        _ => bare,
    }
}

/// `…지 않은가`, `…이 아닌가`: yes may agree with the statement or with its denial, so nothing is concluded.
fn tagged(question: &str) -> bool {
    const TAGS: [&str; 4] = ["아닌가", "아닙니까", "아니한가", "아닌지"];
    let bare = question.trim().trim_end_matches(['?', '？', '.', ' ']);
    bare.contains("지 않") || TAGS.iter().any(|tag| bare.ends_with(tag))
}

/// A sentence that decides, by its first character.
struct Ground {
    at: usize,
    comparison: Comparison,
}

/// What the text says, without the answer.
fn replay(context: &str, pieces: &[Span], statement: &str, lang: Lang) -> Option<(bool, Ground)> {
    let mut found: Option<(bool, Ground)> = None;
    for &(from, to) in pieces {
        let Some(sentence) = char_slice(context, from, to) else { continue };
        let comparison = compare(sentence, statement, lang);
        let says = match comparison.verdict {
            Verdict::Supported { .. } => true,
            Verdict::Against { .. } => false,
            Verdict::Open => continue,
        };
        match &found {
            Some((other, _)) if *other != says => return None,
            Some(_) => {}
            None => found = Some((says, Ground { at: from, comparison })),
        }
    }
    found
}

/// Characters of each sentence.
pub(super) fn pieces(context: &str) -> Vec<Span> {
    let index = CharIndex::new(context);
    sentences(context)
        .into_iter()
        .filter_map(|range| index.to_char(range.start).zip(index.to_char(range.end)))
        .collect()
}

/// Builds the record of a question. The final answer is 예 or 아니요 (`yes`, `no` in English).
///
/// # Errors
/// `EMPTY_CONTEXT`, `EMPTY_QUESTION`, `LABEL_UNKNOWN`, `CLUE_NOT_AT_OFFSET`.
pub fn reason_yes_no(input: &YesNoInput<'_>, meta: &Meta) -> Result<ReasoningRecord, Reject> {
    if input.context.trim().is_empty() {
        return Err(Reject::new("EMPTY_CONTEXT", "the context is empty"));
    }
    if input.question.trim().is_empty() {
        return Err(Reject::new("EMPTY_QUESTION", "the question is empty"));
    }
    let gold = parse(input.answer).ok_or_else(|| {
        let answer: String = input.answer.chars().take(60).collect();
        Reject::new(
            "LABEL_UNKNOWN",
            format!("answer '{answer}' is not one of yes, no, true, false, 예, 네, 아니오, 아니요, 참, 거짓"),
        )
    })?;
    let clue = locate_clue(input.context, input.clue)?;
    let context: Context = text_context(0, input.title, input.context);
    let mut draft = Draft::new(BUILDER, meta, input.question.to_owned(), vec![context]);
    let asked = laid(input.question, meta.lang);
    let told = if tagged(input.question) {
        None
    } else {
        clue.and_then(|clue| replay(input.context, &[clue], asked, meta.lang))
            .or_else(|| replay(input.context, &pieces(input.context), asked, meta.lang))
    };
    let mut evidence_ids: Vec<String> = clue
        .and_then(|clue| draft.evidence(0, clue, EvidenceRole::Support, EvidenceOrigin::GoldLabel))
        .into_iter()
        .collect();
    if let Some((says, ground)) = told.as_ref().filter(|(says, _)| *says == gold) {
        let mut writer = Writer { draft: &mut draft, input, asked, ground, lang: meta.lang };
        let ids = if *says { writer.yes() } else { writer.no() };
        evidence_ids.extend(ids.unwrap_or_default());
    }
    evidence_ids.dedup();
    let written = draft.correct_paths() > 0;
    let says = told.map_or("null", |(says, _)| if says { "\"yes\"" } else { "\"no\"" });
    let label = if gold { "yes" } else { "no" };
    Ok(draft.finish(Ending {
        task_type: TaskType::YesNo,
        choices: None,
        answer: Answer {
            value: input.answer.to_owned(),
            r#type: AnswerType::Boolean,
            normalized: Some(name(gold, meta.lang).to_owned()),
            unit: None,
            aliases: Vec::new(),
            evidence_ids,
        },
        label_match: Verification {
            target: "record".to_owned(),
            verifier: if written { "yes_no.blind_replay@1" } else { "yes_no.known_label@1" }.to_owned(),
            kind: "label_match".to_owned(),
            passed: true,
            detail_json: Some(format!(r#"{{"label":"{label}","replay":{says}}}"#)),
            ..Verification::default()
        },
        group: input.context.to_owned(),
    }))
}

struct Writer<'d, 'm, 'i, 'a> {
    draft: &'d mut Draft<'m>,
    input: &'i YesNoInput<'a>,
    asked: &'a str,
    ground: &'i Ground,
    lang: Lang,
}

impl<'a> Writer<'_, '_, '_, 'a> {
    /// A span of the deciding sentence as evidence.
    fn mark(&mut self, span: Span, role: EvidenceRole) -> Option<String> {
        let at = self.ground.at;
        self.draft.evidence(0, (at + span.0, at + span.1), role, EvidenceOrigin::DerivedRule)
    }

    fn there(&self, span: Span) -> Option<&'a str> {
        char_slice(self.input.context, self.ground.at + span.0, self.ground.at + span.1)
    }

    fn step(
        &mut self,
        kind: StepType,
        bank: &super::nli::draft::Bank,
        slots: &super::nli::draft::Slots<'_>,
        ids: &[Option<String>],
    ) -> Step {
        self.draft.step(kind, RULE, bank, slots, ids)
    }

    fn correct(&mut self, strategy: Strategy, answer: bool, steps: Vec<Step>) {
        self.draft.correct(Route { strategy, answer: name(answer, self.lang).to_owned(), steps });
    }

    fn wrong(&mut self, answer: bool, steps: Vec<Step>, error_type: &str, explanation: String) {
        let answer = name(answer, self.lang).to_owned();
        self.draft.wrong(Route { strategy: Strategy::Forward, answer, steps }, error_type, explanation);
    }

    /// Whose statement it is, in the wordings.
    fn whose(&self) -> &'static str {
        if self.lang == Lang::Ko { "물음" } else { "the question" }
    }

    /// The shared words: quoted, and as evidence.
    fn shared(&mut self) -> (String, Vec<Option<String>>) {
        let words = &self.ground.comparison.shared;
        let list = quoted(words.iter().map(|word| word.text.as_str()), 3);
        let spans: Vec<Span> = words.iter().take(3).map(|word| word.there).collect();
        (list, spans.into_iter().map(|span| self.mark(span, EvidenceRole::Support)).collect())
    }

    fn yes(&mut self) -> Option<Vec<String>> {
        let Verdict::Supported { predicate: (ours, theirs), changed } = self.ground.comparison.verdict.clone() else {
            return None;
        };
        let v = char_slice(self.asked, ours.0, ours.1)?;
        let (list, support) = self.shared();
        (!list.is_empty()).then_some(())?;
        let predicate = [theirs.and_then(|span| self.mark(span, EvidenceRole::Support))];
        let slots = [("b", self.whose()), ("s", list.as_str()), ("v", v)];
        let first = self.step(StepType::EvidenceReview, &text_say::FOUND, &slots, &support);
        let second = self.step(StepType::Inference, &text_say::SAYS_SO, &slots, &predicate);
        let end = self.step(StepType::AnswerConfirmation, &say::YES, &slots, &predicate);
        self.correct(Strategy::Forward, true, vec![first, second, end]);
        let first = self.step(StepType::EvidenceReview, &text_say::FOUND, &slots, &support);
        let second = self.step(StepType::OptionElimination, &say::NOT_NO, &slots, &predicate);
        let end = self.step(StepType::AnswerConfirmation, &say::YES, &slots, &predicate);
        self.correct(Strategy::Eliminate, true, vec![first, second, end]);
        if self.lang == Lang::Ko
            && let Some((ours, theirs)) = changed
            && let (Some(h), Some(p)) = (char_slice(self.asked, ours.0, ours.1), self.there(theirs))
            && !self.input.context.contains(h)
        {
            let id = self.mark(theirs, EvidenceRole::Support);
            let slots = [("h", h), ("p", p)];
            let first = self.step(StepType::EvidenceReview, &say::NOT_LITERAL, &slots, &[]);
            let second = self.step(StepType::AnswerConfirmation, &say::SO_NO, &slots, &[id]);
            let explanation = self.draft.say(&say::FIX_LITERAL, &slots);
            self.wrong(false, vec![first, second], "literal_match", explanation);
        }
        Some(support.into_iter().chain(predicate).flatten().collect())
    }

    fn no(&mut self) -> Option<Vec<String>> {
        let Verdict::Against { ours, theirs, how } = self.ground.comparison.verdict.clone() else { return None };
        let (h, p) = (char_slice(self.asked, ours.0, ours.1)?, self.there(theirs)?);
        let (list, support) = self.shared();
        (!list.is_empty()).then_some(())?;
        let id = [self.mark(theirs, EvidenceRole::Contradict)];
        let slots = [("b", self.whose()), ("s", list.as_str()), ("h", h), ("p", p)];
        let difference = difference_bank(how);
        let first = self.step(StepType::EvidenceReview, &text_say::FOUND, &slots, &support);
        let second = self.step(StepType::Inference, difference, &slots, &id);
        let end = self.step(StepType::AnswerConfirmation, &say::NO, &slots, &id);
        self.correct(Strategy::Forward, false, vec![first, second, end]);
        let first = self.step(StepType::EvidenceReview, &text_say::FOUND, &slots, &support);
        let second = self.step(StepType::ErrorVerification, &say::EXCHANGED, &slots, &id);
        let end = self.step(StepType::AnswerConfirmation, &say::NO, &slots, &id);
        self.correct(Strategy::BackwardCheck, false, vec![first, second, end]);
        let first = self.step(StepType::EvidenceReview, difference, &slots, &id);
        let second = self.step(StepType::OptionElimination, &say::NOT_YES, &slots, &id);
        let end = self.step(StepType::AnswerConfirmation, &say::NO, &slots, &id);
        self.correct(Strategy::Eliminate, false, vec![first, second, end]);
        let first = self.step(StepType::EvidenceReview, &say::ALIKE, &slots, &support);
        let second = self.step(StepType::AnswerConfirmation, &say::SO_YES, &slots, &[]);
        let explanation = self.draft.say(&say::FIX_ALIKE, &slots);
        self.wrong(true, vec![first, second], "word_overlap", explanation);
        Some(id.into_iter().flatten().collect())
    }
}

/// The wordings of a difference.
pub(super) fn difference_bank(how: Difference) -> &'static super::nli::draft::Bank {
    match how {
        Difference::Number => &text_say::OTHER_NUMBER,
        Difference::Denial => &text_say::DENIED,
        Difference::Opposite => &text_say::OPPOSED,
    }
}

#[cfg(test)]
mod tests;
