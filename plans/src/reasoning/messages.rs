//! The projection `sft_messages`: a record's correct paths as conversations.
//!
//! The user turn holds an instruction, the numbered contexts, the question and the options; the assistant turn holds the
//! steps and the answer. Where the steps go is the reasoning style, and because an Arrow schema is fixed, a style with a
//! key of its own has a row type of its own:
//!
//! | style | function | row type | steps |
//! |---|---|---|---|
//! | `think_tag` | [`render_messages`] | [`Rendered`] | in `<think>…</think>` before the answer |
//! | `plain` | [`render_messages`] | [`Rendered`] | as text before the answer |
//! | `none` | [`render_messages`] | [`Rendered`] | left out |
//! | `thinking` | [`render_thinking`] | [`RenderedThinking`] | under the key `thinking` |
//! | `reasoning_content` | [`render_reasoning_content`] | [`RenderedReasoningContent`] | under the key `reasoning_content` |
//!
//! Rendering is pure: the same record gives the same text. `step_map` cuts the steps out of it again.

use std::fmt::Write as _;

use super::model::{Lang, ReasoningRecord, TaskType, Tier, wording_seed};
use crate::{arrow_row, arrow_view, text_enum};

/// The name that every row carries; the version changes with any text below.
pub const PROJECTION: &str = "sft_messages@1";

text_enum! {
    /// Where the steps go, for the styles without a key of their own.
    pub enum ReasoningStyle {
        /// `<think>steps</think>` and the answer.
        ThinkTag = "think_tag",
        /// The steps, an empty line and the answer.
        Plain = "plain",
        /// The answer alone.
        None = "none",
    }
}

arrow_row! {
    /// A turn of a conversation.
    pub struct Message {
        /// `user` or `assistant`.
        pub role: String,
        /// What is said.
        pub content: String,
    }
}

arrow_row! {
    /// A turn with its reasoning under `thinking` (Harmony, gpt-oss).
    pub struct MessageThinking {
        /// `user` or `assistant`.
        pub role: String,
        /// What is said.
        pub content: String,
        /// The steps; NULL in the user's turn.
        pub thinking: Option<String>,
    }
}

arrow_row! {
    /// A turn with its reasoning under `reasoning_content` (Qwen).
    pub struct MessageReasoningContent {
        /// `user` or `assistant`.
        pub role: String,
        /// What is said.
        pub content: String,
        /// The steps; NULL in the user's turn.
        pub reasoning_content: Option<String>,
    }
}

arrow_row! {
    /// Where a step stands in the assistant's text, in characters, half-open.
    pub struct StepSpan {
        /// The step.
        pub step_index: i32,
        /// Its first character.
        pub char_start: i32,
        /// One past its last character.
        pub char_end: i32,
    }
}

arrow_row! {
    /// A conversation; `step_map` counts in the assistant's `content`.
    pub struct Rendered {
        /// The record.
        pub record_id: String,
        /// The path.
        pub path_id: String,
        /// [`PROJECTION`].
        pub projection: String,
        /// `ko` or `en`.
        pub lang: String,
        /// The record's tier.
        pub tier: String,
        /// The record's split.
        pub split: String,
        /// User and assistant.
        pub messages: Vec<Message>,
        /// The steps' places; empty for style `none`.
        pub step_map: Vec<StepSpan>,
    }
}

arrow_row! {
    /// A conversation with the key `thinking`; `step_map` counts in its text.
    pub struct RenderedThinking {
        /// The record.
        pub record_id: String,
        /// The path.
        pub path_id: String,
        /// [`PROJECTION`].
        pub projection: String,
        /// `ko` or `en`.
        pub lang: String,
        /// The record's tier.
        pub tier: String,
        /// The record's split.
        pub split: String,
        /// User and assistant.
        pub messages: Vec<MessageThinking>,
        /// The steps' places.
        pub step_map: Vec<StepSpan>,
    }
}

arrow_row! {
    /// A conversation with the key `reasoning_content`; `step_map` counts in its text.
    pub struct RenderedReasoningContent {
        /// The record.
        pub record_id: String,
        /// The path.
        pub path_id: String,
        /// [`PROJECTION`].
        pub projection: String,
        /// `ko` or `en`.
        pub lang: String,
        /// The record's tier.
        pub tier: String,
        /// The record's split.
        pub split: String,
        /// User and assistant.
        pub messages: Vec<MessageReasoningContent>,
        /// The steps' places.
        pub step_map: Vec<StepSpan>,
    }
}

arrow_view! {
    /// What messages show of an option.
    pub struct ChoiceView of Choice {
        /// Its id.
        pub choice_id: &'a str,
        /// Its text.
        pub text: &'a str,
    }
}

arrow_view! {
    /// What messages show of a context.
    pub struct ContextView of Context {
        /// Its id.
        pub context_id: &'a str,
        /// Its title.
        pub title: Option<&'a str>,
        /// Its text.
        pub text: &'a str,
    }
}

arrow_view! {
    /// What messages need of a piece of evidence: which context it lies in.
    pub struct EvidenceView of Evidence {
        /// Its id.
        pub evidence_id: &'a str,
        /// The context.
        pub context_id: &'a str,
    }
}

arrow_view! {
    /// What messages need of the labelled answer: what it rests on.
    pub struct AnswerView of Answer {
        /// Ids of evidence.
        pub evidence_ids: Vec<&'a str>,
    }
}

arrow_view! {
    /// What messages show of a step.
    pub struct StepView of Step {
        /// Its place in the path.
        pub index: i32,
        /// The sentence.
        pub text: &'a str,
    }
}

arrow_view! {
    /// What messages show of a path.
    pub struct PathView of Path {
        /// Its id.
        pub path_id: &'a str,
        /// Is it shown at all?
        pub is_correct: bool,
        /// Where it ends.
        pub final_answer: &'a str,
        /// Its steps.
        pub steps: Vec<StepView<'a>>,
    }
}

arrow_view! {
    /// What messages show of a record: few of its fields, borrowed from the record or from a column of records.
    pub struct RecordView of ReasoningRecord {
        /// Its id.
        pub record_id: &'a str,
        /// Language of the steps.
        pub lang: Lang,
        /// What is asked for.
        pub task_type: TaskType,
        /// The question.
        pub question: &'a str,
        /// The options.
        pub choices: Option<Vec<ChoiceView<'a>>>,
        /// The texts.
        pub contexts: Vec<ContextView<'a>>,
        /// Spans of them.
        pub evidence: Vec<EvidenceView<'a>>,
        /// The answer.
        pub answer: AnswerView<'a>,
        /// Ways to it.
        pub paths: Vec<PathView<'a>>,
        /// Its tier.
        pub tier: Tier,
        /// Its split.
        pub split: &'a str,
    }
}

impl<'a> From<&'a ReasoningRecord> for RecordView<'a> {
    fn from(record: &'a ReasoningRecord) -> Self {
        let choices = record.choices.as_ref().map(|choices| {
            choices.iter().map(|choice| ChoiceView { choice_id: &choice.choice_id, text: &choice.text }).collect()
        });
        let contexts = record.contexts.iter().map(|context| ContextView {
            context_id: &context.context_id,
            title: context.title.as_deref(),
            text: &context.text,
        });
        let evidence = record
            .evidence
            .iter()
            .map(|evidence| EvidenceView { evidence_id: &evidence.evidence_id, context_id: &evidence.context_id });
        let paths = record.paths.iter().map(|path| PathView {
            path_id: &path.path_id,
            is_correct: path.is_correct,
            final_answer: &path.final_answer,
            steps: path.steps.iter().map(|step| StepView { index: step.index, text: &step.text }).collect(),
        });
        Self {
            record_id: &record.record_id,
            lang: record.lang,
            task_type: record.task_type,
            question: &record.question,
            choices,
            contexts: contexts.collect(),
            evidence: evidence.collect(),
            answer: AnswerView { evidence_ids: record.answer.evidence_ids.iter().map(String::as_str).collect() },
            paths: paths.collect(),
            tier: record.tier,
            split: &record.split,
        }
    }
}

/// One conversation per correct path; none for tier C.
pub fn render_messages(record: &RecordView<'_>, style: ReasoningStyle) -> Vec<Rendered> {
    let turn = |path: &PathView<'_>| {
        let answer = answer_text(record, path);
        let (content, step_map) = match style {
            ReasoningStyle::None => (answer, Vec::new()),
            ReasoningStyle::ThinkTag => {
                let (mut text, step_map) = join_steps(path, "<think>");
                text.push_str("</think>\n");
                text.push_str(&answer);
                (text, step_map)
            }
            ReasoningStyle::Plain => {
                let (mut text, step_map) = join_steps(path, "");
                text.push_str("\n\n");
                text.push_str(&answer);
                (text, step_map)
            }
        };
        let messages = vec![message("user", user_text(record, path)), message("assistant", content)];
        Rendered {
            record_id: record.record_id.to_owned(),
            path_id: path.path_id.to_owned(),
            projection: PROJECTION.to_owned(),
            lang: record.lang.as_str().to_owned(),
            tier: record.tier.as_str().to_owned(),
            split: record.split.to_owned(),
            messages,
            step_map,
        }
    };
    correct_paths(record).map(turn).collect()
}

/// As [`render_messages`], with the steps under `thinking`.
pub fn render_thinking(record: &RecordView<'_>) -> Vec<RenderedThinking> {
    let turn = |path: &PathView<'_>| {
        let (steps, step_map) = join_steps(path, "");
        let user = MessageThinking { role: "user".to_owned(), content: user_text(record, path), thinking: None };
        let assistant =
            MessageThinking { role: "assistant".to_owned(), content: answer_text(record, path), thinking: Some(steps) };
        RenderedThinking {
            record_id: record.record_id.to_owned(),
            path_id: path.path_id.to_owned(),
            projection: PROJECTION.to_owned(),
            lang: record.lang.as_str().to_owned(),
            tier: record.tier.as_str().to_owned(),
            split: record.split.to_owned(),
            messages: vec![user, assistant],
            step_map,
        }
    };
    correct_paths(record).map(turn).collect()
}

/// As [`render_messages`], with the steps under `reasoning_content`.
pub fn render_reasoning_content(record: &RecordView<'_>) -> Vec<RenderedReasoningContent> {
    let turn = |path: &PathView<'_>| {
        let (steps, step_map) = join_steps(path, "");
        let user = MessageReasoningContent {
            role: "user".to_owned(),
            content: user_text(record, path),
            reasoning_content: None,
        };
        let assistant = MessageReasoningContent {
            role: "assistant".to_owned(),
            content: answer_text(record, path),
            reasoning_content: Some(steps),
        };
        RenderedReasoningContent {
            record_id: record.record_id.to_owned(),
            path_id: path.path_id.to_owned(),
            projection: PROJECTION.to_owned(),
            lang: record.lang.as_str().to_owned(),
            tier: record.tier.as_str().to_owned(),
            split: record.split.to_owned(),
            messages: vec![user, assistant],
            step_map,
        }
    };
    correct_paths(record).map(turn).collect()
}

fn message(role: &str, content: String) -> Message {
    Message { role: role.to_owned(), content }
}

fn correct_paths<'r, 'a>(record: &'r RecordView<'a>) -> impl Iterator<Item = &'r PathView<'a>> {
    record.paths.iter().filter(|path| path.is_correct && record.tier != Tier::C)
}

/// The steps, one a line, behind `before`, and where they stand.
fn join_steps(path: &PathView<'_>, before: &str) -> (String, Vec<StepSpan>) {
    let size: usize = path.steps.iter().map(|step| step.text.len() + 1).sum();
    let mut text = String::with_capacity(before.len() + size + 64);
    text.push_str(before);
    let mut spans = Vec::with_capacity(path.steps.len());
    let mut at = before.chars().count() as i32;
    for (place, step) in path.steps.iter().enumerate() {
        if place > 0 {
            text.push('\n');
            at += 1;
        }
        text.push_str(step.text);
        let end = at + step.text.chars().count() as i32;
        spans.push(StepSpan { step_index: step.index, char_start: at, char_end: end });
        at = end;
    }
    (text, spans)
}

/// The prompt: instruction, contexts, question, options.
fn user_text(record: &RecordView<'_>, path: &PathView<'_>) -> String {
    let korean = record.lang == Lang::Ko;
    let size: usize = record.contexts.iter().map(|context| context.text.len() + 32).sum();
    let mut text = String::with_capacity(size + record.question.len() + 256);
    text.push_str(instruction(record, path));
    for (number, context) in record.contexts.iter().enumerate() {
        // Writing to a text does not fail.
        let _ = write!(text, "\n\n[{}]", number + 1);
        if let Some(title) = context.title.filter(|title| !title.trim().is_empty()) {
            text.push(' ');
            text.push_str(title.trim());
        }
        text.push('\n');
        text.push_str(context.text);
    }
    text.push_str(if korean { "\n\n물음: " } else { "\n\nQuestion: " });
    text.push_str(record.question);
    for (place, choice) in record.choices.iter().flatten().enumerate() {
        text.push_str(if place == 0 { "\n\n" } else { "\n" });
        text.push_str(&option_text(choice.choice_id, choice.text));
    }
    text
}

/// `2. text`, or the text alone where the id is a label and no number.
fn option_text(id: &str, text: &str) -> String {
    let numbered = id.chars().count() <= 3 && id.chars().any(char::is_alphanumeric);
    if numbered { format!("{id}. {text}") } else { text.to_owned() }
}

/// The answer as the assistant gives it, with the numbers of the contexts that it rests on.
fn answer_text(record: &RecordView<'_>, path: &PathView<'_>) -> String {
    let choice = record.choices.iter().flatten().find(|choice| choice.choice_id == path.final_answer);
    let mut text = match choice {
        Some(choice) => option_text(choice.choice_id, choice.text),
        None if path.final_answer.trim().is_empty() => match record.lang {
            Lang::Ko => "글만으로는 답할 수 없다.".to_owned(),
            Lang::En => "The text does not answer the question.".to_owned(),
        },
        None => path.final_answer.to_owned(),
    };
    for (number, context) in record.contexts.iter().enumerate() {
        let cited = record.evidence.iter().any(|evidence| {
            evidence.context_id == context.context_id && record.answer.evidence_ids.contains(&evidence.evidence_id)
        });
        if cited {
            let _ = write!(text, " [{}]", number + 1);
        }
    }
    text
}

const READING_KO: [&str; 10] = [
    "다음 글을 읽고 물음에 답하라. 글에 답이 없으면 없다고 하라.",
    "아래 글만 근거로 물음에 답하시오. 근거가 없으면 답할 수 없다고 하시오.",
    "글을 살펴 근거를 찾고, 물음에 대한 답을 말하라. 알 수 없으면 그렇게 말하라.",
    "주어진 글에서 답을 찾으시오. 글로 알 수 없는 물음이면 그 점을 밝히시오.",
    "글의 내용을 하나씩 확인하며 물음의 답을 구하라. 답이 글에 없을 수도 있다.",
    "다음은 글과 물음이다. 근거를 보이고 답하라. 없는 내용은 지어내지 마라.",
    "물음에 답하되 글에 적힌 것만 쓰시오. 적혀 있지 않으면 답이 없다고 하시오.",
    "아래 물음을 글에 비추어 풀어라. 글만으로 풀 수 없으면 풀 수 없다고 답하라.",
    "글을 꼼꼼히 읽고 물음이 묻는 바를 찾아 답해 주세요. 답이 없으면 없다고 해 주세요.",
    "근거가 되는 부분을 확인한 다음 물음에 답해 주세요. 글에 없는 답은 하지 마세요.",
];
const READING_EN: [&str; 10] = [
    "Read the text and answer the question. If the text holds no answer, say so.",
    "Answer from the text below alone; where it is silent, say that it cannot be answered.",
    "Find the evidence in the text, then answer. Say so if there is none.",
    "Use only what the text states to answer the question. It may not be answerable.",
    "Go through the text and work out the answer to the question, or that there is none.",
    "Below are a text and a question. Show what the answer rests on, and make nothing up.",
    "Check the text for what is asked and answer. If it is not there, state that.",
    "Please answer the question with the help of the text, or tell me that the text does not say.",
    "What does the text say about the question? Answer, unless it says nothing.",
    "Work from the text to the answer. Do not add what the text does not contain.",
];
const CHOICE_KO: [&str; 9] = [
    "물음을 읽고 보기에서 맞는 것을 고르라.",
    "알맞은 답을 보기 가운데 하나 고르시오.",
    "보기를 하나씩 따져 답을 정하라.",
    "다음 물음의 답으로 옳은 보기를 찾으시오.",
    "주어진 내용에 비추어 보기를 견주고 하나를 고르라.",
    "맞지 않는 보기를 지워 가며 답을 고르시오.",
    "보기 중 물음에 들어맞는 것 하나를 골라 주세요.",
    "근거를 확인하고 보기에서 답을 골라 주세요.",
    "아래 물음에 보기로 답하라.",
];
const CHOICE_EN: [&str; 9] = [
    "Read the question and choose the option that fits.",
    "Pick the one correct option.",
    "Weigh the options one by one and settle on the answer.",
    "Find the option that answers the question.",
    "Compare the options with what is given and choose one.",
    "Rule out what does not fit, then choose.",
    "Please select the option that is right.",
    "Check the evidence and choose among the options.",
    "Answer the question with one of the options.",
];
const MATH_KO: [&str; 10] = [
    "다음 문제를 풀어라.",
    "문제를 차근차근 풀고 답을 쓰시오.",
    "식을 세워 답을 구하라.",
    "아래 문장제를 계산해 답하시오.",
    "계산 과정을 보이고 답을 말하라.",
    "문제의 수를 써서 답을 구하시오.",
    "단계마다 계산하며 답에 이르라.",
    "이 문제의 답을 과정과 함께 알려 주세요.",
    "어떻게 계산하는지 보이면서 풀어 주세요.",
    "주어진 조건으로 답을 계산하라.",
];
const MATH_EN: [&str; 10] = [
    "Solve the problem.",
    "Work through the problem step by step and give the answer.",
    "Set up the calculation and find the answer.",
    "Calculate the answer to this word problem.",
    "Show the calculation, then the answer.",
    "Use the numbers given to find what is asked.",
    "Compute each step on the way to the answer.",
    "Please tell me the answer and how it is calculated.",
    "How is this computed? Solve it.",
    "Find the answer from what is given.",
];

fn instruction(record: &RecordView<'_>, path: &PathView<'_>) -> &'static str {
    let korean = record.lang == Lang::Ko;
    let table: &[&'static str] = match record.task_type {
        TaskType::MathEquation if korean => &MATH_KO,
        TaskType::MathEquation => &MATH_EN,
        _ if record.choices.as_ref().is_some_and(|choices| !choices.is_empty()) && korean => &CHOICE_KO,
        _ if record.choices.as_ref().is_some_and(|choices| !choices.is_empty()) => &CHOICE_EN,
        _ if korean => &READING_KO,
        _ => &READING_EN,
    };
    let seed = wording_seed(record.record_id, path.path_id);
    table.get((seed % table.len().max(1) as u64) as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::model::{Answer, Choice, Evidence, Path, Step, text_context};
    use super::*;

    fn record() -> ReasoningRecord {
        let step = |index: i32, text: &str| Step { index, text: text.to_owned(), ..Step::default() };
        let path = |id: &str, is_correct| Path {
            path_id: id.to_owned(),
            is_correct,
            final_answer: "1997년".to_owned(),
            steps: vec![step(0, "'준공'과 함께 나온다."), step(1, "답은 '1997년'이다.")],
            ..Path::default()
        };
        ReasoningRecord {
            record_id: "ab".to_owned(),
            question: "준공 연도는?".to_owned(),
            contexts: vec![text_context(0, None, "둘레는 짧다."), text_context(1, Some("다리"), "1997년에 준공됐다.")],
            evidence: vec![Evidence { evidence_id: "e0".into(), context_id: "c1".into(), ..Evidence::default() }],
            answer: Answer { evidence_ids: vec!["e0".into()], ..Answer::default() },
            paths: vec![path("p0", true), path("w0", false)],
            split: "train".to_owned(),
            ..ReasoningRecord::default()
        }
    }

    fn cut(text: &str, span: &StepSpan) -> String {
        text.chars().skip(span.char_start as usize).take((span.char_end - span.char_start) as usize).collect()
    }

    #[test]
    fn one_row_per_correct_path_with_steps_to_cut_out() {
        let record = record();
        for (style, expected) in [
            (ReasoningStyle::ThinkTag, "<think>'준공'과 함께 나온다.\n답은 '1997년'이다.</think>\n1997년 [2]"),
            (ReasoningStyle::Plain, "'준공'과 함께 나온다.\n답은 '1997년'이다.\n\n1997년 [2]"),
            (ReasoningStyle::None, "1997년 [2]"),
        ] {
            let rows = render_messages(&(&record).into(), style);
            assert_eq!(rows.len(), 1);
            let assistant = &rows[0].messages[1];
            assert_eq!((assistant.role.as_str(), assistant.content.as_str()), ("assistant", expected));
            for (span, step) in rows[0].step_map.iter().zip(&record.paths[0].steps) {
                assert_eq!(cut(&assistant.content, span), step.text);
            }
            assert_eq!(rows[0].step_map.len(), if style == ReasoningStyle::None { 0 } else { 2 });
        }
        let thinking = &render_thinking(&(&record).into())[0];
        assert_eq!(thinking.messages[1].content, "1997년 [2]");
        let steps = thinking.messages[1].thinking.clone().unwrap();
        assert_eq!(cut(&steps, &thinking.step_map[1]), "답은 '1997년'이다.");
        let reasoning = &render_reasoning_content(&(&record).into())[0];
        assert_eq!(reasoning.messages[1].reasoning_content.as_deref(), Some(steps.as_str()));
        assert_eq!(reasoning.messages[0].reasoning_content, None);
    }

    #[test]
    fn the_user_turn_has_contexts_question_and_options() {
        let mut record = record();
        let user = render_messages(&(&record).into(), ReasoningStyle::None)[0].messages[0].content.clone();
        assert!(
            user.ends_with("\n\n[1]\n둘레는 짧다.\n\n[2] 다리\n1997년에 준공됐다.\n\n물음: 준공 연도는?"),
            "{user}"
        );
        let choice = |id: &str, text: &str| Choice { choice_id: id.into(), text: text.into() };
        record.choices = Some(vec![choice("1", "1994년"), choice("2", "1997년")]);
        record.paths[0].final_answer = "2".to_owned();
        let row = &render_messages(&(&record).into(), ReasoningStyle::None)[0];
        assert!(row.messages[0].content.ends_with("물음: 준공 연도는?\n\n1. 1994년\n2. 1997년"));
        assert_eq!(row.messages[1].content, "2. 1997년 [2]");
        record.choices = Some(vec![choice("entailment", "함의")]);
        record.paths[0].final_answer = "entailment".to_owned();
        assert_eq!(render_messages(&(&record).into(), ReasoningStyle::None)[0].messages[1].content, "함의 [2]");
    }

    #[test]
    fn tier_c_is_not_rendered() {
        let record = ReasoningRecord { tier: Tier::C, ..record() };
        assert!(render_messages(&(&record).into(), ReasoningStyle::ThinkTag).is_empty());
        assert!(render_thinking(&(&record).into()).is_empty());
    }
}
