//! A record in the making: evidence with its offsets, steps with their wordings, paths, corrections, checks.

use std::ops::Range;

use crate::reasoning::model::{
    Correction, Evidence, EvidenceOrigin, EvidenceRole, Lang, Path, Step, StepType, Strategy, Verification, numbered,
};
use crate::text::normalize_answer;

use super::analysis::ContextAnalysis;
use super::banks::{Banks, banks};
use super::template::{Wording, quote};
use super::{wording_en, wording_ko};

/// A record in the making.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) analysis: &'a ContextAnalysis<'a>,
    pub(super) lang: Lang,
    pub(super) banks: &'static Banks,
    wording: Wording,
    pub(super) evidence: Vec<Evidence>,
    /// The bytes of the evidence.
    cited: Vec<Range<usize>>,
    pub(super) paths: Vec<Path>,
    pub(super) corrections: Vec<Correction>,
    pub(super) verifications: Vec<Verification>,
    /// The labelled answer.
    pub(super) label: String,
}

/// A path in the making. It fails as a whole where one of its statements has no wording in the record's language.
#[derive(Debug, Default)]
pub(super) struct Steps {
    list: Vec<Step>,
    failed: bool,
}

impl Steps {
    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Is there a step that reviews evidence?
    pub(super) fn has_review(&self) -> bool {
        self.list.iter().any(|step| step.r#type == StepType::EvidenceReview)
    }
}

impl<'a> Draft<'a> {
    pub(super) fn new(analysis: &'a ContextAnalysis<'a>, lang: Lang, record_id: &str, label: String) -> Self {
        Self {
            analysis,
            lang,
            banks: banks(lang),
            wording: Wording::new(record_id),
            evidence: Vec::with_capacity(8),
            cited: Vec::with_capacity(8),
            paths: Vec::new(),
            corrections: Vec::new(),
            verifications: Vec::new(),
            label,
        }
    }

    /// The templates used so far.
    pub(super) fn templates(&self) -> &[String] {
        &self.wording.used
    }

    /// The id of a piece of evidence, made on first use.
    pub(super) fn cite(&mut self, range: &Range<usize>, role: EvidenceRole, origin: EvidenceOrigin) -> Option<String> {
        let fits = |known: &Evidence| known.role == role || role == EvidenceRole::Support;
        let mut same = self.evidence.iter().zip(&self.cited).filter(|(_, cited)| *cited == range);
        if let Some((known, _)) = same.find(|(known, _)| fits(known)) {
            return Some(known.evidence_id.clone());
        }
        let start = i32::try_from(self.analysis.index.to_char(range.start)?).ok()?;
        let end = i32::try_from(self.analysis.index.to_char(range.end)?).ok()?;
        self.cited.push(range.clone());
        let evidence_id = numbered("e", self.evidence.len());
        self.evidence.push(Evidence {
            evidence_id: evidence_id.clone(),
            context_id: "c0".to_owned(),
            char_start: start,
            char_end: end,
            text: self.analysis.slice(range).to_owned(),
            role,
            origin,
            cell: None,
        });
        Some(evidence_id)
    }

    /// Cites a stretch that speaks for the answer.
    pub(super) fn support(&mut self, range: &Range<usize>) -> Vec<String> {
        self.cite(range, EvidenceRole::Support, EvidenceOrigin::DerivedRule).into_iter().collect()
    }

    /// Cites a stretch that looks like an answer.
    pub(super) fn distractor(&mut self, range: &Range<usize>) -> Vec<String> {
        self.cite(range, EvidenceRole::Distractor, EvidenceOrigin::DerivedRule).into_iter().collect()
    }

    /// Cites a sentence as support.
    pub(super) fn sentence(&mut self, sentence: usize) -> Vec<String> {
        match self.analysis.sentences.get(sentence) {
            Some(sentence) => self.support(&sentence.range.clone()),
            None => Vec::new(),
        }
    }

    /// A stretch of the context in quotes.
    pub(super) fn quoted(&self, range: &Range<usize>) -> String {
        quote(self.analysis.slice(range))
    }

    /// What a sentence is called by its place.
    pub(super) fn ordinal(&self, sentence: usize) -> String {
        match self.lang {
            Lang::Ko => wording_ko::ordinal(sentence),
            Lang::En => wording_en::ordinal(sentence),
        }
    }

    /// One statement.
    pub(super) fn say(&mut self, bank: &str, templates: &[&str], values: &[(&str, &str)]) -> String {
        if self.lang == Lang::Ko {
            return self.wording.say(bank, templates, values);
        }
        let text = self.wording.say(&format!("en.{bank}"), templates, values);
        let mut letters = text.chars();
        match letters.next() {
            Some(first) => first.to_uppercase().chain(letters).collect(),
            None => text,
        }
    }

    /// Adds a step to a path.
    pub(super) fn step(
        &mut self,
        steps: &mut Steps,
        r#type: StepType,
        (bank, templates): (&str, &[&str]),
        values: &[(&str, &str)],
        evidence_ids: Vec<String>,
    ) {
        if templates.is_empty() {
            steps.failed = true;
            return;
        }
        let text = self.say(bank, templates, values);
        steps.list.push(Step {
            index: 0,
            r#type,
            text,
            evidence_ids,
            correct: Some(true),
            origin: "rule".to_owned(),
            rule_id: Some(["mrc.", bank, "@1"].concat()),
            ..Step::default()
        });
    }

    /// Ends a correct path. `blind`: did a procedure reach it that does not know the label? Returns whether it was taken.
    pub(super) fn correct_path(&mut self, strategy: Strategy, steps: Steps, blind: bool) -> bool {
        let ends = steps.list.last().is_some_and(|step| step.r#type == StepType::AnswerConfirmation);
        if steps.failed || !ends || !steps.has_review() {
            return false;
        }
        let path_id = numbered("p", self.paths.iter().filter(|path| path.is_correct).count());
        self.paths.push(Path {
            path_id: path_id.clone(),
            strategy,
            is_correct: true,
            final_answer: self.label.clone(),
            steps: steps.list,
            generator_id: "g0".to_owned(),
        });
        self.verify("path", Some(path_id.clone()), "label_match@1", "exact_match", String::new());
        if blind {
            self.verify("path", Some(path_id), "blind_replay@1", "recompute", String::new());
        }
        true
    }

    /// Ends a wrong path whose last step, the answer, is the first wrong one.
    pub(super) fn wrong_path(&mut self, mut steps: Steps, answer: &str, error_type: &str, explanation: String) {
        let Some(right) = self.paths.iter().find(|path| path.is_correct).map(|path| path.path_id.clone()) else {
            return;
        };
        let differs = normalize_answer(answer) != normalize_answer(&self.label);
        let Some(last) = steps.list.len().checked_sub(1) else { return };
        if steps.failed || !differs || explanation.is_empty() {
            return;
        }
        if let Some(step) = steps.list.get_mut(last) {
            step.correct = Some(false);
        }
        let path_id = numbered("w", self.corrections.len());
        self.paths.push(Path {
            path_id: path_id.clone(),
            strategy: Strategy::Forward,
            is_correct: false,
            final_answer: answer.to_owned(),
            steps: steps.list,
            generator_id: "g0".to_owned(),
        });
        self.corrections.push(Correction {
            wrong_path_id: path_id,
            first_wrong_step: i32::try_from(last).unwrap_or(i32::MAX),
            error_type: error_type.to_owned(),
            explanation,
            corrected_path_id: right,
        });
    }

    /// Notes a check that passed.
    pub(super) fn verify(&mut self, target: &str, path_id: Option<String>, verifier: &str, kind: &str, detail: String) {
        self.verifications.push(Verification {
            target: target.to_owned(),
            path_id,
            verifier: verifier.to_owned(),
            kind: kind.to_owned(),
            passed: true,
            detail_json: (!detail.is_empty()).then_some(detail),
            ..Verification::default()
        });
    }
}
