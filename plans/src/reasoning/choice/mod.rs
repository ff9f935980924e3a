//! Records of multiple-choice questions.
//!
//! Options are held one by one against the sentences of the text (or the labelled clue), without the answer. Options that
//! are statements are supported, go against a sentence, or neither. Options that are names, dates and the like are looked
//! for, and ranked by the words of the question beside them. `옳지 않은 것은` turns the search round. Where exactly one
//! option comes out, and it is the labelled one: paths, tier B; else the option table only, tier C.

mod replay;
mod wording;

use std::collections::BTreeSet;

use super::model::{
    Answer, AnswerType, Choice, Context, EvidenceOrigin, EvidenceRole, Lang, Meta, ReasoningRecord, Reject, Step,
    StepType, Strategy, TaskType, Verification, text_context,
};
use super::nli::draft::{Bank, Draft, Ending, Route, Slots, quoted};
use super::nli::verdict::{Span, Verdict};
use super::nli::wording_text as text_say;
use super::yes_no::{difference_bank, locate_clue, pieces};
use crate::text::{char_slice, contains_spaced, normalize_answer};
use replay::{Finding, Look, Short, Stand, replay};
use wording as say;

/// Name and version, part of every record id.
pub const BUILDER: &str = "reason_choice@1";

/// Options that are statements.
const STATEMENTS: &str = "choice.statements@1";
/// Options that are names, dates, things.
const TERMS: &str = "choice.terms@1";
/// The weaker procedure.
const FIRST_NAMED: &str = "choice.first_named@1";

/// The labelled option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceGold<'a> {
    /// By place, from 0.
    Index(usize),
    /// By text; `①`, `②`, … and `A`, `B`, … where no option reads so.
    Text(&'a str),
}

/// A question with options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceInput<'a> {
    /// The text that the question is about.
    pub context: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// The question.
    pub question: &'a str,
    /// The options, in order.
    pub options: Vec<&'a str>,
    /// The labelled one.
    pub gold: ChoiceGold<'a>,
    /// A labelled clue with the character at which it starts, where the label says.
    pub clue: Option<(&'a str, Option<i64>)>,
}

/// The place of the labelled option.
fn place_of(gold: ChoiceGold<'_>, options: &[&str]) -> Option<usize> {
    let text = match gold {
        ChoiceGold::Index(index) => return (index < options.len()).then_some(index),
        ChoiceGold::Text(text) => text.trim(),
    };
    let wanted = normalize_answer(text);
    let by_text = options.iter().position(|option| option.trim() == text || normalize_answer(option) == wanted);
    by_text.or_else(|| {
        let mut chars = text.chars();
        let (first, rest) = (chars.next()?, chars.next());
        let index = match first {
            '①'..='⑳' => first as usize - '①' as usize,
            'A'..='J' => first as usize - 'A' as usize,
            'a'..='j' => first as usize - 'a' as usize,
            _ => return None,
        };
        (rest.is_none() && index < options.len()).then_some(index)
    })
}

/// Builds the record of a question. Option ids are `1`, `2`, …; the final answers are option ids.
///
/// # Errors
/// `EMPTY_QUESTION`, `TOO_FEW_OPTIONS`, `DUPLICATE_OPTIONS` (an empty option counts as one), `GOLD_NOT_AN_OPTION`,
/// `CLUE_NOT_AT_OFFSET`.
pub fn reason_choice(input: &ChoiceInput<'_>, meta: &Meta) -> Result<ReasoningRecord, Reject> {
    if input.question.trim().is_empty() {
        return Err(Reject::new("EMPTY_QUESTION", "the question is empty"));
    }
    if input.options.len() < 2 {
        return Err(Reject::new("TOO_FEW_OPTIONS", format!("{} options; a choice needs two", input.options.len())));
    }
    let mut seen = BTreeSet::new();
    for (index, option) in input.options.iter().enumerate() {
        let normalized = normalize_answer(option);
        if normalized.is_empty() || !seen.insert(normalized) {
            let excerpt: String = option.chars().take(60).collect();
            return Err(Reject::new(
                "DUPLICATE_OPTIONS",
                format!("option {} '{excerpt}' is empty or occurs before", index + 1),
            ));
        }
    }
    let gold = place_of(input.gold, &input.options).ok_or_else(|| {
        let given = match input.gold {
            ChoiceGold::Index(index) => format!("place {index} (from 0)"),
            ChoiceGold::Text(text) => format!("'{}'", text.chars().take(60).collect::<String>()),
        };
        Reject::new("GOLD_NOT_AN_OPTION", format!("the answer {given} is none of the {} options", input.options.len()))
    })?;
    let context = input.context.filter(|context| !context.trim().is_empty());
    let clue = locate_clue(context.unwrap_or(""), input.clue)?;
    let contexts: Vec<Context> = context.map(|text| text_context(0, input.title, text)).into_iter().collect();
    let mut draft = Draft::new(BUILDER, meta, input.question.to_owned(), contexts);
    let text = context.unwrap_or("");
    let found = clue
        .and_then(|clue| replay(text, &[clue], input.question, &input.options, meta.lang))
        .or_else(|| replay(text, &pieces(text), input.question, &input.options, meta.lang));
    let mut evidence_ids: Vec<String> = clue
        .and_then(|clue| draft.evidence(0, clue, EvidenceRole::Support, EvidenceOrigin::GoldLabel))
        .into_iter()
        .collect();
    if let Some(finding) = found.as_ref().filter(|finding| finding.chosen == gold) {
        let mut writer = Writer { draft: &mut draft, text, options: &input.options, lang: meta.lang };
        let ids = match &finding.look {
            Look::Statements(stands) => writer.statements(finding, stands),
            Look::Terms(terms) => writer.terms(finding, terms),
        };
        evidence_ids.extend(ids.unwrap_or_default());
    }
    let mut known = BTreeSet::new();
    evidence_ids.retain(|id| known.insert(id.clone()));
    let written = draft.correct_paths() > 0;
    let replayed = found.map_or_else(|| "null".to_owned(), |finding| format!("\"{}\"", finding.chosen + 1));
    let group = context.unwrap_or(input.question).to_owned();
    Ok(draft.finish(Ending {
        task_type: TaskType::Mcq,
        choices: Some(
            input
                .options
                .iter()
                .enumerate()
                .map(|(index, option)| Choice { choice_id: (index + 1).to_string(), text: (*option).to_owned() })
                .collect(),
        ),
        answer: Answer {
            value: labelled(&input.options, gold),
            r#type: AnswerType::Choice,
            normalized: Some((gold + 1).to_string()),
            unit: None,
            aliases: Vec::new(),
            evidence_ids,
        },
        label_match: Verification {
            target: "record".to_owned(),
            verifier: if written { "choice.blind_replay@1" } else { "choice.gold_is_an_option@1" }.to_owned(),
            kind: "label_match".to_owned(),
            passed: true,
            detail_json: Some(format!(r#"{{"label":"{}","replay":{replayed}}}"#, gold + 1)),
            ..Verification::default()
        },
        group,
    }))
}

/// The labelled option's text; its id where options read like ids, so that `2` names one thing only.
fn labelled(options: &[&str], gold: usize) -> String {
    let reads_like_id =
        |option: &&str| normalize_answer(option).parse::<usize>().is_ok_and(|n| n >= 1 && n <= options.len());
    match options.get(gold) {
        Some(text) if !options.iter().any(reads_like_id) => (*text).to_owned(),
        _ => (gold + 1).to_string(),
    }
}

struct Writer<'d, 'm, 'a> {
    draft: &'d mut Draft<'m>,
    text: &'a str,
    options: &'a [&'a str],
    lang: Lang,
}

impl<'a> Writer<'_, '_, 'a> {
    fn mark(&mut self, span: Span, role: EvidenceRole) -> Option<String> {
        self.draft.evidence(0, span, role, EvidenceOrigin::DerivedRule)
    }

    fn number(&self, index: usize) -> String {
        if self.lang == Lang::Ko { format!("{}번", index + 1) } else { format!("option {}", index + 1) }
    }

    fn step(
        &mut self,
        kind: StepType,
        rule: &str,
        bank: &Bank,
        slots: &Slots<'_>,
        option: usize,
        ids: &[Option<String>],
    ) -> Step {
        let mut step = self.draft.step(kind, rule, bank, slots, ids);
        step.choice_id = Some((option + 1).to_string());
        step
    }

    fn route(strategy: Strategy, option: usize, steps: Vec<Step>) -> Route {
        Route { strategy, answer: (option + 1).to_string(), steps }
    }

    /// The words that an option shares with its sentence: quoted, and as evidence.
    fn shared(&mut self, stand: &Stand) -> (String, Vec<Option<String>>) {
        let words = &stand.comparison.shared;
        let list = quoted(words.iter().map(|word| word.text.as_str()), 3);
        let ids = words.iter().take(3).map(|word| (stand.at + word.there.0, stand.at + word.there.1));
        let spans: Vec<Span> = ids.collect();
        (list, spans.into_iter().map(|span| self.mark(span, EvidenceRole::Support)).collect())
    }

    /// A statement's support: its shared words and its predicate.
    fn support(&mut self, option: usize, stand: &Stand) -> Option<Vec<Step>> {
        let Verdict::Supported { predicate: (ours, theirs), .. } = &stand.comparison.verdict else { return None };
        let statement = replay::bare_option(self.options.get(option)?);
        let v = char_slice(statement, ours.0, ours.1)?;
        let (list, ids) = self.shared(stand);
        (!list.is_empty()).then_some(())?;
        let b = self.number(option);
        let slots = [("b", b.as_str()), ("s", list.as_str()), ("v", v)];
        let there = [theirs.and_then(|span| self.mark((stand.at + span.0, stand.at + span.1), EvidenceRole::Support))];
        Some(vec![
            self.step(StepType::EvidenceReview, STATEMENTS, &text_say::FOUND, &slots, option, &ids),
            self.step(StepType::Inference, STATEMENTS, &text_say::SAYS_SO, &slots, option, &there),
        ])
    }

    /// What speaks against a statement, or is missing.
    fn objection(&mut self, kind: StepType, option: usize, stand: &Stand) -> Option<Step> {
        let statement = replay::bare_option(self.options.get(option)?);
        let b = self.number(option);
        if let Verdict::Against { ours, theirs, how } = &stand.comparison.verdict {
            let h = char_slice(statement, ours.0, ours.1)?;
            let span = (stand.at + theirs.0, stand.at + theirs.1);
            let p = char_slice(self.text, span.0, span.1)?;
            let id = [self.mark(span, EvidenceRole::Contradict)];
            let slots = [("b", b.as_str()), ("h", h), ("p", p)];
            return Some(self.step(kind, STATEMENTS, difference_bank(*how), &slots, option, &id));
        }
        let x = stand.absent.as_deref()?;
        Some(self.step(kind, STATEMENTS, &text_say::ABSENT, &[("b", b.as_str()), ("x", x)], option, &[]))
    }

    fn statements(&mut self, finding: &Finding, stands: &[Stand]) -> Option<Vec<String>> {
        let chosen = finding.chosen;
        let stand = stands.get(chosen)?;
        let b = self.number(chosen);
        let slots = [("b", b.as_str())];
        let others = || stands.iter().enumerate().filter(|(index, _)| *index != chosen);
        if finding.negative {
            let (list, ids) = self.shared(stand);
            let mut steps = Vec::new();
            if !list.is_empty() {
                let slots = [("b", b.as_str()), ("s", list.as_str())];
                steps.push(self.step(StepType::EvidenceReview, STATEMENTS, &text_say::FOUND, &slots, chosen, &ids));
            }
            let kind = if steps.is_empty() { StepType::EvidenceReview } else { StepType::Inference };
            if let Some(step) = self.objection(kind, chosen, stand) {
                steps.push(step);
                steps.push(self.step(
                    StepType::AnswerConfirmation,
                    STATEMENTS,
                    &say::CHOSEN_AGAINST,
                    &slots,
                    chosen,
                    &[],
                ));
                self.draft.correct(Self::route(Strategy::Forward, chosen, steps));
            }
            // The others are confirmed one by one.
            let mut steps = Vec::new();
            let mut all = true;
            for (index, other) in others() {
                match self.support(index, other) {
                    Some(found) => steps.extend(found),
                    None => all = false,
                }
            }
            if all && self.draft.correct_paths() > 0 {
                steps.push(self.step(StepType::AnswerConfirmation, STATEMENTS, &say::REMAINS, &slots, chosen, &[]));
                self.draft.correct(Self::route(Strategy::Eliminate, chosen, steps));
            }
        } else {
            if let Some(mut steps) = self.support(chosen, stand) {
                steps.push(self.step(StepType::AnswerConfirmation, STATEMENTS, &say::CHOSEN, &slots, chosen, &[]));
                self.draft.correct(Self::route(Strategy::Forward, chosen, steps));
            }
            let mut steps = Vec::new();
            let mut all = true;
            for (index, other) in others() {
                match self.objection(StepType::OptionElimination, index, other) {
                    Some(step) => steps.push(step),
                    None => all = false,
                }
            }
            let (list, ids) = self.shared(stand);
            if all && !list.is_empty() {
                let shared = [("b", b.as_str()), ("s", list.as_str())];
                steps.push(self.step(StepType::EvidenceReview, STATEMENTS, &text_say::FOUND, &shared, chosen, &ids));
                steps.push(self.step(StepType::AnswerConfirmation, STATEMENTS, &say::REMAINS, &slots, chosen, &[]));
                self.draft.correct(Self::route(Strategy::Eliminate, chosen, steps));
            }
        }
        let (_, ids) = self.shared(stand);
        Some(ids.into_iter().flatten().collect())
    }

    fn terms(&mut self, finding: &Finding, terms: &[Short]) -> Option<Vec<String>> {
        let chosen = finding.chosen;
        let term = terms.get(chosen)?;
        let b = self.number(chosen);
        let o = replay::bare_option(self.options.get(chosen)?);
        if finding.negative {
            return self.missing_term(chosen, terms);
        }
        let place = term.place?;
        let o_id = self.mark(place, EvidenceRole::Support);
        let mut ids = vec![o_id.clone()];
        for word in term.beside.iter().take(3) {
            ids.push(self.mark(word.there, EvidenceRole::Support));
        }
        let list = quoted(term.beside.iter().map(|word| word.text.as_str()), 3);
        (!list.is_empty()).then_some(())?;
        let slots = [("b", b.as_str()), ("o", o), ("s", list.as_str())];
        let first = self.step(StepType::EvidenceReview, TERMS, &say::BESIDE, &slots, chosen, &ids);
        let end =
            self.step(StepType::AnswerConfirmation, TERMS, &say::CHOSEN, &slots, chosen, std::slice::from_ref(&o_id));
        self.draft.correct(Self::route(Strategy::Forward, chosen, vec![first, end]));
        let mut steps = vec![];
        let mut all = true;
        for (index, other) in terms.iter().enumerate().filter(|(index, _)| *index != chosen) {
            match self.not_this(StepType::OptionElimination, index, other, term) {
                Some(step) => steps.push(step),
                None => all = false,
            }
        }
        if all {
            let first = self.step(StepType::EvidenceReview, TERMS, &say::BESIDE, &slots, chosen, &ids);
            steps.insert(0, first);
            steps.push(self.step(
                StepType::AnswerConfirmation,
                TERMS,
                &say::REMAINS,
                &slots,
                chosen,
                std::slice::from_ref(&o_id),
            ));
            self.draft.correct(Self::route(Strategy::Eliminate, chosen, steps));
        }
        self.first_named(chosen, terms, term);
        Some(ids.into_iter().flatten().collect())
    }

    /// A noun of the question beside the chosen option that no sentence with the other option has, whatever the spacing.
    fn apart<'t>(&self, other: &Short, chosen: &'t Short) -> Option<&'t str> {
        chosen.nouns.iter().map(String::as_str).find(|noun| {
            let mut texts = other.sentences.iter().filter_map(|span| char_slice(self.text, span.0, span.1));
            !texts.any(|sentence| contains_spaced(sentence, noun))
        })
    }

    fn not_this(&mut self, kind: StepType, index: usize, other: &Short, chosen: &Short) -> Option<Step> {
        let b = self.number(index);
        let o = replay::bare_option(self.options.get(index)?);
        let Some(place) = other.place else {
            return Some(self.step(kind, TERMS, &say::NOT_THERE, &[("b", b.as_str()), ("o", o)], index, &[]));
        };
        let x = self.apart(other, chosen)?;
        let id = [self.mark(place, EvidenceRole::Distractor)];
        Some(self.step(kind, TERMS, &say::ELSEWHERE, &[("b", b.as_str()), ("o", o), ("x", x)], index, &id))
    }

    /// "The option that the text names first": answers wrongly here.
    fn first_named(&mut self, chosen: usize, terms: &[Short], term: &Short) {
        let first = terms.iter().enumerate().filter_map(|(index, term)| Some((term.place?.0, index))).min();
        let Some((_, index)) = first.filter(|(_, index)| *index != chosen) else { return };
        let (Some(other), Some(o)) =
            (terms.get(index), self.options.get(index).map(|option| replay::bare_option(option)))
        else {
            return;
        };
        let (Some(x), Some(place)) = (self.apart(other, term), other.place) else { return };
        let id = [self.mark(place, EvidenceRole::Distractor)];
        let b = self.number(index);
        let slots = [("b", b.as_str()), ("o", o), ("x", x)];
        let first = self.step(StepType::EvidenceReview, FIRST_NAMED, &say::NAMED_FIRST, &slots, index, &id);
        let end = self.step(StepType::AnswerConfirmation, FIRST_NAMED, &say::SO_THE_FIRST, &slots, index, &id);
        let explanation = self.draft.say(&say::FIX_FIRST, &slots);
        self.draft.wrong(Self::route(Strategy::Forward, index, vec![first, end]), "first_named", explanation);
    }

    /// The only option that the text does not have is asked for.
    fn missing_term(&mut self, chosen: usize, terms: &[Short]) -> Option<Vec<String>> {
        let b = self.number(chosen);
        let o = replay::bare_option(self.options.get(chosen)?);
        let mut steps = Vec::new();
        let mut ids = Vec::new();
        for (index, other) in terms.iter().enumerate().filter(|(index, _)| *index != chosen) {
            let list = quoted(other.beside.iter().map(|word| word.text.as_str()), 2);
            let id = [self.mark(other.place?, EvidenceRole::Support)];
            let o = replay::bare_option(self.options.get(index)?);
            steps.push(self.step(StepType::EvidenceReview, TERMS, &say::BESIDE, &[("o", o), ("s", &list)], index, &id));
            ids.extend(id.into_iter().flatten());
        }
        let slots = [("b", b.as_str()), ("o", o)];
        steps.push(self.step(StepType::AnswerConfirmation, TERMS, &say::REMAINS, &slots, chosen, &[]));
        self.draft.correct(Self::route(Strategy::Eliminate, chosen, steps));
        Some(ids)
    }
}

#[cfg(test)]
mod tests;
