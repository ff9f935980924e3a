//! A schema from samples. The same samples in the same order always give the same schema.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use serde::de::DeserializeSeed;

use super::document::Document;
use super::encoding::{Passed, TextDecoder};
use super::number::{Token, classify};
use super::options::{DecodeOptions, Format, Header, MemberRef};
use super::path::RecordsPath;
use super::record::Issue;
use super::records::{Outcome, Records};
use super::shape::{Look, Shape};
use super::skip::{Skipped, Skipper};
use super::{Encoding, default_paths, format_of, isolated, xml};
use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::limits::length;

/// Looks at sampled members and says which schema takes them all.
///
/// - integers beside floats are floats; beyond what a float holds exactly, and beyond 64 bits, strings that accept numbers;
/// - lists beside single values are lists that accept them as lists of one;
/// - objects with more than 200 keys over all samples, values of several kinds, and what was always null or empty, become
///   JSON text;
/// - fields stand in the order in which they were first seen.
pub struct Inferrer {
    options: DecodeOptions,
    paths: Arc<[RecordsPath]>,
    root: Shape,
    records: u64,
}

impl Inferrer {
    /// An inferrer for members that are to be decoded with these options.
    ///
    /// # Errors
    /// The options make no sense.
    pub fn new(options: &DecodeOptions) -> Result<Self> {
        options.check()?;
        Ok(Self { paths: default_paths(options)?, options: options.clone(), root: Shape::default(), records: 0 })
    }

    /// Looks at one JSON record; `false` where it is none.
    pub fn observe_record(&mut self, json: &[u8]) -> bool {
        // Nothing of a broken record may show: a copy of the shape would cost more than reading twice.
        let read = |shape: Option<&mut Shape>| {
            let mut deserializer = serde_json::Deserializer::from_slice(json);
            Look { shape, top: true }.deserialize(&mut deserializer).and_then(|()| deserializer.end()).is_ok()
        };
        let sound = read(None) && read(Some(&mut self.root));
        self.records += u64::from(sound);
        sound
    }

    /// Looks at a member or its first bytes (`cut`: more of them follow). What is damaged in it is passed over.
    ///
    /// # Errors
    /// A Parquet file or a workbook that is cut or cannot be read.
    pub fn observe_member(&mut self, member: &MemberRef, bytes: &[u8], cut: bool) -> Result<()> {
        let format = match self.options.format {
            Format::Auto if bytes.starts_with(b"PAR1") => Format::Parquet,
            Format::Auto => match format_of(member.name(), false) {
                Some(format) => format,
                None if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") => Format::Xlsx,
                None if xml::begins(bytes) => Format::Xml,
                None => Format::Auto,
            },
            format => format,
        };
        if format == Format::Parquet {
            return self.observe_parquet(bytes);
        }
        if format == Format::Xlsx {
            if cut {
                return Err(Error::data("a workbook cannot be read from its first bytes; give all of it"));
            }
            let rows = isolated::workbook_sample(Bytes::copy_from_slice(bytes), &self.options)?;
            self.observe_cells(rows.iter().map(|row| row.iter().map(Vec::as_slice)));
            return Ok(());
        }
        let encoding = match (format, self.options.encoding) {
            (Format::Xml, Encoding::Auto) => xml::declared_encoding(bytes, true).unwrap_or_default(),
            (_, encoding) => encoding,
        };
        let (text, start) = text_of(encoding, bytes, cut);
        match format {
            Format::Xml => {
                let (paths, limits) = (Arc::clone(&self.paths), self.options.limits);
                xml::sample(self, &paths, &limits, &text, start, cut)?;
                self.root.all_text();
            }
            Format::Text | Format::Lines => {
                self.records += 1;
                if let Some(shape) = self.root.top_field("text") {
                    shape.saw_string();
                }
            }
            Format::Csv => self.observe_rows(&text, self.options.delimiter.unwrap_or(b','), true, cut),
            Format::Tsv => self.observe_rows(&text, b'\t', false, cut),
            Format::Ndjson => {
                let mut lines: Vec<&[u8]> = text.split(|byte| matches!(byte, b'\n' | b'\r')).collect();
                if cut {
                    lines.pop();
                }
                for line in lines.into_iter().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
                    self.observe_record(line);
                }
            }
            _ => {
                let several = format == Format::Auto;
                let mut document = Document::new(&self.paths, several, &self.options.limits, start);
                document.feed(&text, self)?;
                if !cut {
                    document.finish(self)?;
                }
            }
        }
        Ok(())
    }

    /// Records looked at.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The schema that takes all records looked at.
    ///
    /// # Errors
    /// There were none.
    pub fn finish(self) -> Result<SchemaRef> {
        let shown = self.paths.iter().map(RecordsPath::as_str).collect::<Vec<_>>().join(", ");
        let fields = self.root.into_fields();
        if fields.is_empty() {
            return Err(Error::data(format!(
                "no schema can be inferred: no record with a field was found at {shown}; name the records with `records`"
            )));
        }
        Ok(Arc::new(Schema::new(fields)))
    }

    fn observe_rows(&mut self, text: &[u8], delimiter: u8, quoting: bool, cut: bool) {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quoting)
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let mut rows: Vec<csv::ByteRecord> = reader.byte_records().map_while(std::result::Result::ok).collect();
        if cut {
            rows.pop();
        }
        let width = rows.first().map_or(0, csv::ByteRecord::len);
        self.observe_cells(rows.iter().filter(|row| row.len() == width).map(csv::ByteRecord::iter));
    }

    /// Looks at rows of cells, the first of which may name the columns; cells beyond those of the first are passed over.
    fn observe_cells<'r, R: Iterator<Item = &'r [u8]> + Clone>(&mut self, mut rows: impl Iterator<Item = R>) {
        let Some(first) = rows.next() else { return };
        let header = match self.options.header {
            Header::Yes => true,
            Header::No => false,
            Header::Auto => first.clone().all(|cell| cell_kind(cell) == Some(Token::Unknown)),
        };
        let names: Vec<String> = (1..)
            .zip(first.clone())
            .map(
                |(n, cell)| {
                    if header { String::from_utf8_lossy(cell).trim().to_owned() } else { format!("column_{n}") }
                },
            )
            .collect();
        let mut any = false;
        for row in (!header).then_some(first).into_iter().chain(rows) {
            any = true;
            self.records += 1;
            for (name, cell) in names.iter().zip(row) {
                let Some(shape) = self.root.top_field(name) else { continue };
                shape.text = true;
                match cell_kind(cell) {
                    None => {}
                    Some(Token::Bool(_)) => shape.saw_bool(),
                    Some(Token::Int) => {
                        // Digits beyond 128 bits are beyond 64 bits too.
                        let value = std::str::from_utf8(cell.trim_ascii()).ok().and_then(|text| text.parse().ok());
                        shape.saw_int(value.unwrap_or(i128::MAX));
                    }
                    Some(Token::Float) => shape.saw_float(),
                    Some(_) => shape.saw_string(),
                }
            }
        }
        if !any {
            for name in &names {
                if let Some(shape) = self.root.top_field(name) {
                    shape.text = true;
                }
            }
        }
    }

    fn observe_parquet(&mut self, bytes: &[u8]) -> Result<()> {
        let schema = isolated::parquet_columns(Bytes::copy_from_slice(bytes), &self.options)?;
        for field in schema.fields() {
            if let Some(shape) = self.root.top_field(field.name()) {
                shape.saw_type(field.data_type());
            }
        }
        let rows = schema.metadata().get(isolated::ROWS).and_then(|rows| rows.parse::<u64>().ok());
        self.records += rows.unwrap_or(0);
        Ok(())
    }
}

fn text_of(encoding: Encoding, bytes: &[u8], cut: bool) -> (Vec<u8>, super::position::Position) {
    let mut decoder = TextDecoder::new(encoding);
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match decoder.feed(&bytes[at..]) {
            Passed::Text(length) => {
                text.extend_from_slice(&bytes[at..at + length]);
                at += length;
            }
            Passed::Converted(length) => {
                at += length;
                text.append(&mut decoder.take_text());
            }
        }
    }
    decoder.finish();
    text.append(&mut decoder.take_text());
    if cut && text.last() == Some(&0xFF) {
        text.pop();
    }
    (text, decoder.start())
}

/// What a cell of delimited text looks like; none where it is empty.
fn cell_kind(cell: &[u8]) -> Option<Token> {
    let text = cell.trim_ascii();
    match classify(text) {
        _ if text.is_empty() => None,
        _ if text.eq_ignore_ascii_case(b"true") => Some(Token::Bool(true)),
        _ if text.eq_ignore_ascii_case(b"false") => Some(Token::Bool(false)),
        kind @ (Token::Int | Token::Float) => Some(kind),
        _ => Some(Token::Unknown),
    }
}

impl Records for Inferrer {
    fn offer(&mut self, text: &[u8], whole: bool, depth: usize) -> Result<Outcome> {
        let mut skipper = Skipper::new(length(self.options.limits.nesting).saturating_sub(depth));
        let mut from = 0;
        let end = loop {
            match skipper.feed(text, from) {
                Skipped::Done(end) => break end,
                Skipped::Number { at, .. } => from = at,
                Skipped::More if whole => break text.len(),
                Skipped::More => return Ok(Outcome::Cut),
                Skipped::Bad { at, code, detail, .. } => {
                    return Ok(Outcome::Broken(Box::new(Issue::new(code, at, detail))));
                }
            }
        };
        self.observe_record(&text[..end]);
        Ok(Outcome::Done(end))
    }

    fn refuse(&mut self, _: Damage) {}

    fn report(&mut self, _: Damage) {}

    fn paused(&self) -> bool {
        false
    }
}

/// A schema of one string field called `text`: what plain text is read into.
pub(super) fn is_one_string(schema: &Schema) -> bool {
    let one = |field: &Field| *field.data_type() == DataType::Utf8 && !super::shape::is_json_field(field);
    matches!(schema.fields().as_ref(), [field] if one(field))
}

#[cfg(test)]
mod tests {
    use super::super::schema_to_yaml;
    use super::super::tests::{decode, member, paths, without_src};
    use super::*;

    fn yaml(options: &DecodeOptions, name: &str, text: &str) -> String {
        let mut inferrer = Inferrer::new(options).unwrap();
        inferrer.observe_member(&member(name), text.as_bytes(), false).unwrap();
        let schema = inferrer.finish().unwrap();
        // What was inferred takes all of what it was inferred from.
        let given = decode(&schema, options, &[(name, text.as_bytes())], &[100]);
        assert_eq!(given.damage, []);
        schema_to_yaml(&schema)
    }

    #[test]
    fn json() {
        let options = DecodeOptions { records: paths(&["$.data[*]"]), ..without_src() };
        let text = r#"{"v":1,"data":[
            {"title":"등대","n":1,"mixed":1,"parts":[{"a":1,"b":[1]}],"answers":{"text":"x"},"none":null,"id":9007199254740993,"e":{}},
            {"n":1.5,"mixed":"x","라벨 데이터":true,"parts":[{"a":null,"b":7}],"answers":[{"text":"y","start":3}],"id":18446744073709551615},
            {"obj":{"x":1},"nested":[[1.5],[]],"odd":[1,"a"],"flip":[1],"id":1},
            {"obj":5,"flip":"a"}]}"#;
        let expected = r#"title: string
n: float
mixed: json
parts:
  type: list<struct>
  fields:
    a: int
    b: { type: list<int>, alternatives: [int] }
answers:
  type: list<struct>
  alternatives: [struct]
  fields:
    text: string
    start: int
none: json
id: { type: string, alternatives: [int] }
e: json
라벨_: int
obj: json
nested: list<list<float>>
odd: list<json>
flip: json
"#;
        let expected = expected.replace("라벨_: int", "\"라벨 데이터\": bool");
        assert_eq!(yaml(&options, "a.json", text), expected);
    }

    #[test]
    fn maps_become_json() {
        let keys: Vec<String> = (0..201).map(|n| format!("\"k{n}\":{n}")).collect();
        let text = format!("{{\"map\":{{{}}},\"few\":{{\"a\":1}}}}", keys.join(","));
        assert_eq!(yaml(&without_src(), "a.json", &text), "map: json\nfew:\n  type: struct\n  fields:\n    a: int\n");
    }

    #[test]
    fn delimited() {
        let text = "이름,n,f,flag,code,빈\n등대,1,1,true,007,\n섬,2,2.5,FALSE,x,\n";
        let expected = "이름: string\nn: int\nf: float\nflag: bool\ncode: string\n빈: string\n";
        assert_eq!(yaml(&without_src(), "a.csv", text), expected);
        assert_eq!(yaml(&without_src(), "a.csv", "1,2.5\n2,3\n"), "column_1: int\ncolumn_2: float\n");
    }

    #[test]
    fn damage_is_passed_over() {
        let mut inferrer = Inferrer::new(&DecodeOptions { format: Format::Ndjson, ..without_src() }).unwrap();
        inferrer.observe_member(&member("a"), b"{\"a\":1}\n{\"b\":\n[1]\n{\"c\":\"x\"}\n{\"d\"", true).unwrap();
        assert_eq!(inferrer.records(), 2);
        assert_eq!(schema_to_yaml(&inferrer.finish().unwrap()), "a: int\nc: string\n");
        let nothing = Inferrer::new(&without_src()).unwrap().finish().unwrap_err().to_string();
        assert!(nothing.contains("$[*], $"), "{nothing}");
    }
}
