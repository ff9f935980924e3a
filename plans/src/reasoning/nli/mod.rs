//! Records of inference between two sentences: entailment, contradiction or neutral.
//!
//! A pair is read without its label: the hypothesis is laid on the premise word by word (`align`), and the rules
//! (`rules`) look for one difference that decides. Where the strongest rule that fires gives the label, the record has
//! paths (tier B); else it has none (tier C), and what fired stands in the particulars of the label's check, as a statistic.
//!
//! Rules for Korean, measured on KLUE-NLI's development set (3,000 pairs, 1,000 premises). Conditions were shaped on it, so
//! the figures are optimistic; even and odd premises are two halves, both of which each rule passes at 80 %:
//!
//! | rule | fires when | even | odd |
//! |---|---|---|---|
//! | `nli.same_words` | every 어절 of the hypothesis stands in the premise → entailment | 22/22 | 26/26 |
//! | `nli.run` | its words stand there one behind the other, in any form → entailment | 14/15 | 11/11 |
//! | `nli.number_differs` | one number differs, in the same frame beside the same word → contradiction | 28/30 | 21/26 |
//! | `nli.negation` | the same predicate of the same words, denied on one side → contradiction | 20/20 | 18/19 |
//! | `nli.opposite` | one word replaced by its opposite, nothing else new → contradiction | 26/27 | 16/17 |
//! | `nli.covered` | all words there in some form and place, subjects and genitives bound alike → entailment | 77/86 | 103/107 |
//! | `nli.exists` | `…가 있다` of something that the premise speaks of → entailment | 17/19 | 7/7 |
//! | `nli.number_added` | a number in the hypothesis, none in the premise → neutral | 21/23 | 20/23 |
//! | `nli.also_added` | a new noun with 도, no negation → neutral | 8/9 | 12/12 |
//! | `nli.degree_added` | a rank or share that the premise does not give → neutral | 15/18 | 18/20 |
//! | `nli.modifier_added` | the premise with a word put in → neutral | 12/13 | 13/14 |
//! | `nli.new_words` | five new words or more, over half of the hypothesis → neutral | 10/12 | 7/8 |
//!
//! For English there are four narrow rules, not measured on data.

mod align;
pub(in crate::reasoning) mod draft;
mod english;
mod paths;
mod rules;
mod tables;
pub(in crate::reasoning) mod verdict;
mod wording;
pub(in crate::reasoning) mod wording_text;
mod wording_wrong;
mod words;

use super::model::{
    Answer, AnswerType, Choice, Lang, Meta, ReasoningRecord, Reject, TaskType, Verification, text_context,
};
use draft::{Draft, Ending};
use rules::{Finding, Pair};

/// Name and version, part of every record id.
pub const BUILDER: &str = "reason_nli@1";

/// A pair of sentences with its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NliInput<'a> {
    /// What is given.
    pub premise: &'a str,
    /// What is to be judged.
    pub hypothesis: &'a str,
    /// `entailment`, `contradiction`, `neutral`, or 함의, 모순, 중립.
    pub label: &'a str,
}

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Entailment,
    Contradiction,
    Neutral,
}

impl Label {
    const ALL: [Self; 3] = [Self::Entailment, Self::Contradiction, Self::Neutral];

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|label| text.eq_ignore_ascii_case(label.english()) || text == label.korean())
    }

    fn english(self) -> &'static str {
        match self {
            Self::Entailment => "entailment",
            Self::Contradiction => "contradiction",
            Self::Neutral => "neutral",
        }
    }

    fn korean(self) -> &'static str {
        match self {
            Self::Entailment => "함의",
            Self::Contradiction => "모순",
            Self::Neutral => "중립",
        }
    }
}

/// Builds the record of a pair. Premise and hypothesis become contexts `c0` and `c1`; the final answers are the English
/// names of the labels. Pairs of one premise share a split, unless the row names another group.
///
/// # Errors
/// `EMPTY_PREMISE`, `EMPTY_HYPOTHESIS`, `LABEL_UNKNOWN`.
pub fn reason_nli(input: &NliInput<'_>, meta: &Meta) -> Result<ReasoningRecord, Reject> {
    let (premise, hypothesis) = (input.premise, input.hypothesis);
    if premise.trim().is_empty() {
        return Err(Reject::new("EMPTY_PREMISE", format!("no premise for the hypothesis '{}'", excerpt(hypothesis))));
    }
    if hypothesis.trim().is_empty() {
        return Err(Reject::new("EMPTY_HYPOTHESIS", format!("no hypothesis for the premise '{}'", excerpt(premise))));
    }
    let label = Label::parse(input.label).ok_or_else(|| {
        let known = "entailment, contradiction, neutral, 함의, 모순, 중립";
        Reject::new("LABEL_UNKNOWN", format!("label '{}' is not one of {known}", excerpt(input.label)))
    })?;
    let contexts = vec![text_context(0, None, premise), text_context(1, None, hypothesis)];
    let hypothesis_line = hypothesis.trim();
    let question = match meta.lang {
        Lang::Ko => format!(
            "전제가 참일 때 다음 가설은 함의(entailment), 모순(contradiction), 중립(neutral) 가운데 무엇인가? 가설: {hypothesis_line}"
        ),
        Lang::En => format!(
            "Given that the premise is true, is the following hypothesis an entailment, a contradiction or neutral? \
             Hypothesis: {hypothesis_line}"
        ),
    };
    let pair = Pair::new(premise, hypothesis, meta.lang);
    let findings = match meta.lang {
        Lang::Ko => rules::findings(&pair),
        Lang::En => english::findings(&pair),
    };
    let mut draft = Draft::new(BUILDER, meta, question, contexts);
    let mut evidence_ids = Vec::new();
    let strongest = findings.first();
    if let Some(finding) = strongest.filter(|finding| finding.label == label) {
        evidence_ids = paths::write(&mut draft, &pair, finding);
    }
    let written = draft.correct_paths() > 0;
    Ok(draft.finish(Ending {
        task_type: TaskType::Nli,
        choices: Some(
            Label::ALL
                .map(|label| Choice {
                    choice_id: label.english().to_owned(),
                    text: if meta.lang == Lang::Ko { label.korean() } else { label.english() }.to_owned(),
                })
                .to_vec(),
        ),
        answer: Answer {
            value: input.label.to_owned(),
            r#type: AnswerType::Label,
            normalized: Some(label.english().to_owned()),
            unit: None,
            aliases: [label.korean(), label.english()]
                .into_iter()
                .filter(|name| *name != input.label)
                .map(str::to_owned)
                .collect(),
            evidence_ids,
        },
        label_match: label_match(label, strongest, written),
        group: premise.to_owned(),
    }))
}

/// The check of the label at record level. With paths: the strongest rule gives it. Without: the label is one of the
/// three, and `detail_json` says which rule fired against it, which is no verdict on the record.
fn label_match(label: Label, strongest: Option<&Finding>, written: bool) -> Verification {
    let fired = strongest.map_or_else(
        || "null".to_owned(),
        |finding| format!(r#"{{"rule":"{}","answer":"{}"}}"#, finding.rule, finding.label.english()),
    );
    Verification {
        target: "record".to_owned(),
        verifier: if written { "nli.blind_replay@1" } else { "nli.known_label@1" }.to_owned(),
        kind: "label_match".to_owned(),
        passed: true,
        detail_json: Some(format!(r#"{{"label":"{}","fired":{fired}}}"#, label.english())),
        ..Verification::default()
    }
}

/// The first 60 characters.
fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests;
