//! Text: sentences, spans by character offset, evidence sentences, normal forms, Korean particles.
//!
//! Offsets are Unicode characters, half-open, on the exact text. Every function returns NULL when an argument is NULL
//! or an offset lies outside the text. Specified in `tests/sql/text/`.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err};
use unicode_normalization::UnicodeNormalization;

use super::Function;
use super::arguments::{Argument, Arguments, Kind, arg};
use crate::arrow_row;
use crate::rows::{ArrowValue, ColumnBuilder};
use crate::text::{CharIndex, Particle, char_slice, normalize_answer, sentences, with_particle};

arrow_row! {
    /// A sentence and where it stands.
    pub struct Sentence {
        /// The sentence without the blanks around it.
        pub text: String,
        /// First character.
        pub char_start: i32,
        /// One past the last character.
        pub char_end: i32,
    }
}

const TEXT: &[Argument] = &[arg("text", Kind::Text)];

const CHAR_SPAN: &[Argument] =
    &[arg("text", Kind::Text), arg("char_start", Kind::Integer), arg("char_end", Kind::Integer)];
const EVIDENCE_SENTENCE: &[Argument] = &[arg("context", Kind::Text), arg("char_start", Kind::Integer)];
const WITH_PARTICLE: &[Argument] = &[arg("word", Kind::Text), arg("particle", Kind::Text)];

pub(super) fn functions() -> Vec<Function> {
    let text: super::Returns = |_, _| Ok(DataType::Utf8);
    vec![
        Function::new("text", "sentences", TEXT, 0, |_, _| Ok(<Vec<Sentence>>::data_type()), sentences_kernel),
        Function::new("text", "char_span", CHAR_SPAN, 0, text, char_span),
        Function::new("text", "evidence_sentence", EVIDENCE_SENTENCE, 0, text, evidence_sentence),
        Function::new("text", "normalize_answer", TEXT, 0, text, |args| map_text(args, normalize_answer)),
        Function::new("text", "nfc", TEXT, 0, text, |args| map_text(args, |text| text.nfc().collect())),
        Function::new("text", "with_particle", WITH_PARTICLE, 0, text, particle_kernel),
    ]
}

fn map_text(args: &Arguments<'_>, map: fn(&str) -> String) -> Result<ArrayRef> {
    let text = args.text("text")?;
    collect(args.rows, |row| Ok(text.get(row).map(map)))
}

fn collect(rows: usize, value: impl Fn(usize) -> Result<Option<String>>) -> Result<ArrayRef> {
    let mut builder = StringBuilder::new();
    for row in 0..rows {
        builder.append_option(value(row)?);
    }
    Ok(Arc::new(builder.finish()))
}

fn sentences_kernel(args: &Arguments<'_>) -> Result<ArrayRef> {
    let texts = args.text("text")?;
    let mut column = <Vec<Sentence>>::column();
    for row in 0..args.rows {
        let Some(text) = texts.get(row) else {
            column.push_null();
            continue;
        };
        let index = CharIndex::new(text);
        let found: Vec<_> = sentences(text)
            .into_iter()
            .filter_map(|range| {
                Some(Sentence {
                    text: text.get(range.clone())?.to_owned(),
                    char_start: i32::try_from(index.to_char(range.start)?).ok()?,
                    char_end: i32::try_from(index.to_char(range.end)?).ok()?,
                })
            })
            .collect();
        column.push(&found);
    }
    Ok(column.finish())
}

fn char_span(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (text, start, end) = (args.text("text")?, args.integer("char_start")?, args.integer("char_end")?);
    collect(args.rows, |row| {
        let span = || {
            let (start, end) = (usize::try_from(start.get(row)?).ok()?, usize::try_from(end.get(row)?).ok()?);
            char_slice(text.get(row)?, start, end)
        };
        Ok(span().map(str::to_owned))
    })
}

fn evidence_sentence(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (text, start) = (args.text("context")?, args.integer("char_start")?);
    collect(args.rows, |row| {
        let sentence = || {
            let text = text.get(row)?;
            let at = CharIndex::new(text).to_byte(usize::try_from(start.get(row)?).ok()?)?;
            let range = sentences(text).into_iter().find(|range| range.contains(&at))?;
            text.get(range)
        };
        Ok(sentence().map(str::to_owned))
    })
}

fn particle_kernel(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (words, particles) = (args.text("word")?, args.text("particle")?);
    collect(args.rows, |row| {
        let (Some(word), Some(name)) = (words.get(row), particles.get(row)) else { return Ok(None) };
        let particle = particle_called(name).ok_or_else(|| {
            exec_datafusion_err!("with_particle: '{name}' is no particle; use one of 은/는 이/가 을/를 과/와 으로/로")
        })?;
        Ok(Some(with_particle(word, particle)))
    })
}

/// Either half of a pair, or both, name it.
fn particle_called(name: &str) -> Option<Particle> {
    Some(match name {
        "은" | "는" | "은/는" => Particle::Topic,
        "이" | "가" | "이/가" => Particle::Subject,
        "을" | "를" | "을/를" => Particle::Object,
        "과" | "와" | "과/와" => Particle::With,
        "으로" | "로" | "으로/로" => Particle::By,
        _ => return None,
    })
}
