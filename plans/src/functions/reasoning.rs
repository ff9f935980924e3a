//! The record builders: `reason_mrc`, `reason_choice`, `reason_yes_no`, `reason_nli`, `reason_math`, and
//! `render_messages`, `split_of`.
//!
//! A builder takes the task's fields, `_src`, and optionally a struct of options (`lang` = `ko`, `en` or `auto`,
//! `domain`, `id`, `group`, `title`, `clue_text`, `clue_start`). It returns `Struct{record, reject{code, detail}}`: one of
//! the two is NULL. Specified in `tests/sql/reasoning/`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringBuilder, StructArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err, plan_datafusion_err};
use datafusion::scalar::ScalarValue;

use super::Function;
use super::arguments::{Argument, Arguments, IntegerColumn, Kind, TextColumn, arg, field};
use crate::reasoning::choice::{ChoiceGold, ChoiceInput, reason_choice};
use crate::reasoning::math::{MathInput, reason_math};
use crate::reasoning::messages::{
    ReasoningStyle, RecordView, Rendered, RenderedReasoningContent, RenderedThinking, render_messages,
    render_reasoning_content, render_thinking,
};
use crate::reasoning::model::{Lang, Meta, ReasoningRecord, ReasoningResult, Reject, SourceRef, split_of};
use crate::reasoning::mrc::{ContextAnalysis, GoldSpan, MrcInput, reason_mrc};
use crate::reasoning::nli::{NliInput, reason_nli};
use crate::reasoning::yes_no::{YesNoInput, reason_yes_no};
use crate::rows::{ArrowValue, ArrowView, ColumnBuilder, RowError};
use crate::text::{is_alphabetic, is_hangul};

const SRC: Argument = arg("_src", Kind::Source);
const OPTIONS: Argument = arg("options", Kind::Struct);

pub(super) fn functions() -> Vec<Function> {
    let record: super::Returns = |_, _| Ok(ReasoningResult::data_type());
    const MRC: &[Argument] = &[
        arg("context", Kind::Text),
        arg("question", Kind::Text),
        arg("answers", Kind::StructList),
        arg("is_impossible", Kind::Boolean),
        SRC,
        OPTIONS,
    ];
    const CHOICE: &[Argument] = &[
        arg("context", Kind::Text),
        arg("question", Kind::Text),
        arg("choices", Kind::TextList),
        arg("answer", Kind::Scalar),
        SRC,
        OPTIONS,
    ];
    const YES_NO: &[Argument] =
        &[arg("context", Kind::Text), arg("question", Kind::Text), arg("answer", Kind::Scalar), SRC, OPTIONS];
    const NLI: &[Argument] =
        &[arg("premise", Kind::Text), arg("hypothesis", Kind::Text), arg("label", Kind::Text), SRC, OPTIONS];
    const MATH: &[Argument] =
        &[arg("question", Kind::Text), arg("solution", Kind::Text), arg("answer", Kind::Scalar), SRC, OPTIONS];
    const RENDER: &[Argument] = &[arg("record", Kind::Struct), arg("style", Kind::Text)];
    const SPLIT: &[Argument] = &[arg("group", Kind::Text)];
    vec![
        Function::new("reasoning", "reason_mrc", MRC, 1, record, mrc),
        Function::new("reasoning", "reason_choice", CHOICE, 1, record, choice),
        Function::new("reasoning", "reason_yes_no", YES_NO, 1, record, yes_no),
        Function::new("reasoning", "reason_nli", NLI, 1, record, nli),
        Function::new("reasoning", "reason_math", MATH, 1, record, math),
        Function::new("reasoning", "render_messages", RENDER, 1, render_type, render),
        Function::new("reasoning", "split_of", SPLIT, 0, |_, _| Ok(DataType::Utf8), split),
    ]
}

/// `_src` and the options, by row.
pub(super) struct MetaColumns {
    dataset_id: TextColumn,
    object: TextColumn,
    member: TextColumn,
    member_index: IntegerColumn,
    record: IntegerColumn,
    sha256: TextColumn,
    lang: TextColumn,
    domain: TextColumn,
    id: TextColumn,
    group: TextColumn,
    pub(super) title: TextColumn,
    clue_text: TextColumn,
    clue_start: IntegerColumn,
}

impl MetaColumns {
    pub(super) fn new(args: &Arguments<'_>) -> Result<Self> {
        let (source, options) = (args.structure("_src")?, args.structure("options")?);
        let from = |structure: &Option<StructArray>, name: &str| {
            TextColumn::new(field(structure.as_ref(), name), args.function, name)
        };
        let number = |structure: &Option<StructArray>, name: &str| {
            IntegerColumn::new(field(structure.as_ref(), name), args.function, name)
        };
        Ok(Self {
            dataset_id: from(&source, "dataset_id")?,
            object: from(&source, "object")?,
            member: from(&source, "member")?,
            member_index: number(&source, "member_index")?,
            record: number(&source, "record")?,
            sha256: from(&source, "sha256")?,
            lang: from(&options, "lang")?,
            domain: from(&options, "domain")?,
            id: from(&options, "id")?,
            group: from(&options, "group")?,
            title: from(&options, "title")?,
            clue_text: from(&options, "clue_text")?,
            clue_start: number(&options, "clue_start")?,
        })
    }

    /// `sample` is a text of the record, from which the language is told where the options do not name it.
    pub(super) fn get(&self, row: usize, sample: &str) -> Result<Meta> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let lang = match self.lang.get(row) {
            None | Some("auto") => language_of(sample),
            Some(name) => Lang::parse(name)
                .ok_or_else(|| exec_datafusion_err!("options: lang '{name}' is not known; use 'ko', 'en' or 'auto'"))?,
        };
        Ok(Meta {
            lang,
            domain: self.domain.get(row).unwrap_or("general").to_owned(),
            own_id: owned(self.id.get(row)),
            group: owned(self.group.get(row)),
            source: SourceRef {
                dataset_id: owned(self.dataset_id.get(row)),
                object: self.object.get(row).unwrap_or_default().to_owned(),
                member: owned(self.member.get(row)),
                member_index: self.member_index.get(row),
                record: self.record.get(row).unwrap_or_default(),
                sha256: self.sha256.get(row).unwrap_or_default().to_owned(),
            },
        })
    }

    fn clue(&self, row: usize) -> Option<GoldSpan<'_>> {
        let text = self.clue_text.get(row).filter(|text| !text.is_empty())?;
        Some(GoldSpan { text, start: self.clue_start.get(row) })
    }
}

/// Korean where at least one letter in ten is Hangul.
fn language_of(sample: &str) -> Lang {
    let letters = sample.chars().filter(|c| is_alphabetic(*c));
    let (all, hangul) = letters.fold((0, 0), |(all, hangul), c| (all + 1, hangul + usize::from(is_hangul(c))));
    if hangul * 10 >= all && hangul > 0 { Lang::Ko } else { Lang::En }
}

fn build(
    args: &Arguments<'_>,
    mut one: impl FnMut(usize, &MetaColumns) -> Result<Result<ReasoningRecord, Reject>>,
) -> Result<ArrayRef> {
    let meta = MetaColumns::new(args)?;
    let mut column = ReasoningResult::column();
    for row in 0..args.rows {
        let result = match one(row, &meta)? {
            Ok(record) => ReasoningResult { record: Some(record), reject: None },
            Err(reject) => ReasoningResult { record: None, reject: Some(reject) },
        };
        column.push(&result);
    }
    Ok(column.finish())
}

fn mrc(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (contexts, questions) = (args.text("context")?, args.text("question")?);
    let (answers, impossible) = (args.list("answers")?, args.boolean("is_impossible")?);
    let fields = match &answers.items {
        Some(items) => items.as_any().downcast_ref::<StructArray>().cloned(),
        None => None,
    };
    let texts = TextColumn::new(field(fields.as_ref(), "text"), args.function, "answers.text")?;
    let starts = IntegerColumn::new(field(fields.as_ref(), "answer_start"), args.function, "answers.answer_start")?;
    let clue_texts = TextColumn::new(field(fields.as_ref(), "clue_text"), args.function, "answers.clue_text")?;
    let clue_starts = IntegerColumn::new(field(fields.as_ref(), "clue_start"), args.function, "answers.clue_start")?;
    // Questions about one text come one after another: what only depends on the text is computed once.
    let mut analysed: Option<(&str, ContextAnalysis<'_>)> = None;
    build(args, |row, meta| {
        let (context, question) = (contexts.get(row).unwrap_or_default(), questions.get(row).unwrap_or_default());
        let items = answers.get(row).unwrap_or(0..0);
        let spans: Vec<_> = items
            .clone()
            .filter_map(|item| Some(GoldSpan { text: texts.get(item)?, start: starts.get(item) }))
            .filter(|span| !span.text.is_empty())
            .collect();
        let labelled_clue = items
            .filter_map(|item| Some(GoldSpan { text: clue_texts.get(item)?, start: clue_starts.get(item) }))
            .find(|span| !span.text.is_empty());
        let analysis = match &analysed {
            Some((text, analysis)) if *text == context => analysis,
            _ => &analysed.insert((context, ContextAnalysis::new(context))).1,
        };
        let input = MrcInput {
            context,
            title: meta.title.get(row),
            question,
            answers: spans,
            clue: labelled_clue.or_else(|| meta.clue(row)),
            is_impossible: impossible.get(row).unwrap_or(false),
        };
        Ok(reason_mrc(&input, analysis, &meta.get(row, question)?))
    })
}

fn choice(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (contexts, questions) = (args.text("context")?, args.text("question")?);
    let (options, answers) = (args.list("choices")?, args.text("answer")?);
    let by_index = args.names.iter().position(|a| a.name == "answer").and_then(|index| args.arrays.get(index));
    let by_index = by_index.is_some_and(|array| array.data_type().is_integer());
    let texts = TextColumn::new(options.items.as_ref(), args.function, "choices")?;
    build(args, |row, meta| {
        let question = questions.get(row).unwrap_or_default();
        let answer = answers.get(row).unwrap_or_default();
        let gold = match answer.parse::<usize>() {
            Ok(index) if by_index => ChoiceGold::Index(index),
            _ => ChoiceGold::Text(answer),
        };
        let input = ChoiceInput {
            context: contexts.get(row).filter(|text| !text.is_empty()),
            title: meta.title.get(row),
            question,
            options: options.get(row).unwrap_or(0..0).filter_map(|item| texts.get(item)).collect(),
            gold,
            clue: meta.clue(row).map(|clue| (clue.text, clue.start)),
        };
        Ok(reason_choice(&input, &meta.get(row, question)?))
    })
}

fn yes_no(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (contexts, questions, answers) = (args.text("context")?, args.text("question")?, args.text("answer")?);
    build(args, |row, meta| {
        let question = questions.get(row).unwrap_or_default();
        let input = YesNoInput {
            context: contexts.get(row).unwrap_or_default(),
            title: meta.title.get(row),
            question,
            answer: answers.get(row).unwrap_or_default(),
            clue: meta.clue(row).map(|clue| (clue.text, clue.start)),
        };
        Ok(reason_yes_no(&input, &meta.get(row, question)?))
    })
}

fn nli(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (premises, hypotheses, labels) = (args.text("premise")?, args.text("hypothesis")?, args.text("label")?);
    build(args, |row, meta| {
        let premise = premises.get(row).unwrap_or_default();
        let input = NliInput {
            premise,
            hypothesis: hypotheses.get(row).unwrap_or_default(),
            label: labels.get(row).unwrap_or_default(),
        };
        Ok(reason_nli(&input, &meta.get(row, premise)?))
    })
}

fn math(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (questions, solutions, answers) = (args.text("question")?, args.text("solution")?, args.text("answer")?);
    build(args, |row, meta| {
        let question = questions.get(row).unwrap_or_default();
        let solution = solutions.get(row).unwrap_or_default();
        let input = MathInput { question, solution, answer: answers.get(row) };
        Ok(reason_math(&input, &meta.get(row, question)?))
    })
}

/// How messages carry the reasoning. The styles with a key of their own have message types of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Content(ReasoningStyle),
    Thinking,
    ReasoningContent,
}

fn style_of(name: Option<&str>) -> Result<Style> {
    Ok(match name {
        None | Some("think_tag") => Style::Content(ReasoningStyle::ThinkTag),
        Some("plain") => Style::Content(ReasoningStyle::Plain),
        Some("none") => Style::Content(ReasoningStyle::None),
        Some("thinking") => Style::Thinking,
        Some("reasoning_content") => Style::ReasoningContent,
        Some(name) => {
            return Err(plan_datafusion_err!(
                "render_messages: style '{name}' is not known; use think_tag, plain, none, thinking or reasoning_content"
            ));
        }
    })
}

/// The style decides which keys a message has, so it must be a constant.
fn render_type(types: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    let style = match (types.get(1), constants.get(1).copied().flatten()) {
        (None, _) => style_of(None)?,
        (Some(_), Some(value)) => style_of(value.try_as_str().flatten())?,
        (Some(_), None) => return Err(plan_datafusion_err!("render_messages: the style must be a constant text")),
    };
    Ok(match style {
        Style::Thinking => <Vec<RenderedThinking>>::data_type(),
        Style::ReasoningContent => <Vec<RenderedReasoningContent>>::data_type(),
        Style::Content(_) => <Vec<Rendered>>::data_type(),
    })
}

/// Takes a builder's `Struct{record, reject}` or a record; a refused row gives no messages. Reads only the fields that
/// messages show.
fn render(args: &Arguments<'_>) -> Result<ArrayRef> {
    let style = style_of(args.text("style")?.get(0))?;
    let records = args.structure("record")?.ok_or_else(|| exec_datafusion_err!("render_messages: no record"))?;
    let records: ArrayRef = match records.column_by_name("record") {
        Some(inner) => Arc::clone(inner),
        None => Arc::new(records),
    };
    let rendered = match style {
        Style::Thinking => rendered(&records, args.rows, render_thinking),
        Style::ReasoningContent => rendered(&records, args.rows, render_reasoning_content),
        Style::Content(style) => rendered(&records, args.rows, |record| render_messages(record, style)),
    };
    rendered.map_err(|e| exec_datafusion_err!("render_messages: not a reasoning record: {e}"))
}

fn rendered<T: ArrowValue>(
    records: &ArrayRef,
    rows: usize,
    render: impl Fn(&RecordView<'_>) -> Vec<T>,
) -> Result<ArrayRef, RowError> {
    let columns = <Option<RecordView<'_>>>::columns(records.as_ref(), "record")?;
    let mut column = <Vec<T>>::column();
    for row in 0..rows {
        let record = <Option<RecordView<'_>>>::view(&columns, row)?;
        column.push(&record.as_ref().map(&render).unwrap_or_default());
    }
    Ok(column.finish())
}

fn split(args: &Arguments<'_>) -> Result<ArrayRef> {
    let groups = args.text("group")?;
    let mut builder = StringBuilder::new();
    (0..args.rows).for_each(|row| builder.append_option(groups.get(row).map(split_of)));
    Ok(Arc::new(builder.finish()))
}
