//! Bytes of members into Arrow batches, guided by a declared schema.
//!
//! A [`Decoder`] is pushed bytes and gives batches; it knows no store and no archive.
//!
//! - Batches and damage depend on the members alone, never on how they were cut into chunks.
//! - A record stands in a batch whole or not at all; what cannot be used is [`Damage`], with its place.
//! - Of a JSON or XML document only the record under way is held, whatever its size.
//!
//! # The declared schema
//! Fields are `Utf8`, `Int64`, `Float64`, `Boolean`, `List` and `Struct`, at any depth, with this metadata:
//!
//! | key | value | meaning |
//! |---|---|---|
//! | `jogak:aliases` | `["text","txt"]` | other keys of the field |
//! | `jogak:alternatives` | `["struct","string"]` | other types that are accepted; for a list they also hold for its items |
//! | `jogak:json` | `true` | a string field: the raw JSON text of whatever stands there |
//! | `jogak:required` | `true` | NULL or nothing there refuses the record, as in a field that is not nullable |
//!
//! Alternatives: an object, string, number or truth value where a list is declared becomes a list of one; a number or truth
//! value becomes the string of its exact source text; a string becomes the number or truth value it spells, blanks around
//! it aside; a number with fraction that is integral becomes an integer; 0 and 1 become truth values; a list of one
//! becomes its element and an empty one NULL where one value is declared. Each use is counted ([`Counts::coercions`]).
//!
//! What is missing or `null` is NULL. Every other difference refuses the record (`TYPE`), and the others go on. Numbers are exact or
//! refused (`NUMBER`): integers beyond 64 bits; numbers that overflow or underflow a float; integers that no float equals.
//! A key twice in one object is refused (`DUP_KEY`); a field under two of its names too, unless one value is null or both
//! have the same text. Keys that are not declared are read over, their grammar is checked.
//!
//! # Damage
//! | code | what | what is lost |
//! |---|---|---|
//! | `SYNTAX` | no JSON or XML from here on | the record and the rest of the member (NDJSON: the line) |
//! | `TRUNCATED` | the member ends inside a document, record or quoted cell | what was not complete |
//! | `TRAILING` | something behind the document, or behind the record on its line | that; the line |
//! | `ENCODING` | bytes that are no text in the member's encoding | the record; nothing where outside of records |
//! | `DEPTH` | more containers open at once than `limits.nesting` | the record; outside of records the rest of the member |
//! | `NUMBER`, `TYPE`, `DUP_KEY`, `MISSING_FIELD`, `UNICODE` | see above; half a surrogate pair | the record |
//! | `VALUE_SIZE`, `RECORD_SIZE`, `KEY_LIMIT` | beyond [`Limits`](crate::limits::Limits) | the record |
//! | `NO_RECORDS`, `EMPTY` | no records path holds; nothing but white space | the document |
//! | `CSV_FIELDS`, `CSV_QUOTE`, `COLUMN_LIMIT` | a ragged row, text behind a closing quote, too many cells | the row |
//! | `GROUP_SPLIT`, `GROUP_TOO_LARGE` | a clip's records are not adjacent; a clip is too large | the record; the clip |
//! | `PARQUET` | the file cannot be read | the rest of the file |
//! | `RATIO`, `SIZE_LIMIT`, `COLUMN_LIMIT` | a Parquet file that unfolds to more than it may | the file |
//! | `RESOURCE` | a Parquet file or workbook that takes too much memory or time, or ends the process that decodes it | its rest |
//! | `TOO_MANY` | more damage in one member than `limits.damage_rows`: the exact count of the rest | |
//! | `FORMAT` | a file of another kind: an image, an Arrow file, a program | the file |
//! | `XML_DTD` | a document type definition, in XML or in a part of a workbook | the rest of the member |
//! | `FORMAT` and others | see the table of workbooks, in `xlsx` | the member; the row |
//!
//! Lines count LF, columns characters; byte offsets are those of the member's own bytes, whatever its encoding. Records
//! are hashed as UTF-8 text: in members of another encoding, as converted. A CSV row is hashed without its line end, a
//! Parquet row as the compact JSON of its fields that are read, a row of a sheet as that of their cells that are not empty.

mod clip;
mod column;
mod counts;
mod delimited;
mod document;
mod encoding;
mod foreign;
mod infer;
mod isolated;
mod json;
mod lexical;
mod lines;
mod node;
mod number;
mod options;
mod parquet;
mod path;
mod pointer;
mod position;
mod record;
mod records;
mod rows;
mod shape;
mod skip;
mod source;
#[cfg(test)]
mod tests;
mod xlsx;
mod xml;
mod yaml;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

pub use counts::{CoercionKind, Coercions, Counts, MemberOutcome};
pub use infer::Inferrer;
pub use isolated::{DECODE_FILE, Isolation, serve_file};
pub use options::{DecodeOptions, Encoding, Format, Grouping, Header, MemberRef};
pub use parquet::{ParquetBatches, decode_parquet};
pub use path::RecordsPath;
pub use rows::output_schema;
pub use xlsx::{SheetBatch, SheetBatches, decode_xlsx};
pub use yaml::schema_to_yaml;

use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::limits::length;
use delimited::Delimited;
use document::Document;
use encoding::{Passed, TextDecoder};
use lines::{Line, Lines, WholeText};
use parquet::ParquetRows;
use position::Position;
use rows::Rows;
use xlsx::{Packed, XlsxRows};
use xml::Xml;

/// What reads the member under way.
enum Reader {
    Document(Box<Document>),
    Lines(Lines),
    Delimited(Box<Delimited>),
    Xml(Box<Xml>),
    Text(WholeText),
    /// Nothing is read: no member, or one that was refused.
    Nothing,
}

/// How far a member has come.
enum Stage {
    /// Between members.
    Idle,
    /// Waiting for the first bytes, which may say what the file is.
    Head(Vec<u8>),
    /// Waiting for the declaration of an XML document, which may name its encoding.
    Declaration(Vec<u8>),
    Text(Box<TextMember>),
    Parquet(Vec<u8>),
    /// A Parquet member that is over, whose rows are read batch by batch.
    ParquetRows(Box<ParquetRows>),
    Xlsx(Packed),
    /// A workbook that is over, whose rows are read batch by batch.
    XlsxRows(Box<XlsxRows>),
}

/// A member of text.
struct TextMember {
    decoder: TextDecoder,
    format: Format,
    /// Made with the first text, when its place is known.
    reader: Option<Reader>,
}

/// Decodes the members of one source.
///
/// ```text
/// for each member { begin; for each chunk { while it is not read { decode; while is_full { flush } } }; finish_member;
/// while is_full { flush } }; while flush gives a batch { … }
/// ```
pub struct Decoder {
    options: DecodeOptions,
    declared: SchemaRef,
    paths: Arc<[RecordsPath]>,
    one_string: bool,
    rows: Rows,
    stage: Stage,
}

impl Decoder {
    /// A decoder into the declared fields of `schema`.
    ///
    /// # Errors
    /// The schema or the options make no sense; the message names the field or option.
    pub fn new(schema: SchemaRef, options: DecodeOptions) -> Result<Self> {
        options.check()?;
        let declared = options.declared.clone().unwrap_or_else(|| Arc::clone(&schema));
        let one_string = infer::is_one_string(&declared);
        if matches!(options.format, Format::Text | Format::Lines) && !one_string {
            return Err(Error::invalid("formats text and lines fill one field: declare exactly one of type string"));
        }
        let paths = default_paths(&options)?;
        let rows = Rows::new(&schema, &options)?;
        Ok(Self { options, declared, paths, one_string, rows, stage: Stage::Idle })
    }

    /// The schema of the batches; see [`output_schema`].
    pub fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }

    /// A member begins. The one before must have been finished.
    ///
    /// # Errors
    /// A batch could not be made: a fault of ours.
    pub fn begin(&mut self, member: MemberRef) -> Result<()> {
        let format = match self.options.format {
            Format::Auto => match format_of(member.name(), self.one_string) {
                // Lines of documents that hold records further inside are documents.
                Some(Format::Ndjson) if !self.options.records.iter().all(RecordsPath::is_document) => {
                    Some(Format::Auto)
                }
                format => format,
            },
            format => Some(format),
        };
        // Whoever did not take all batches of a member that is held whole gets them later.
        while self.read_held()? {}
        self.rows.begin(member)?;
        self.stage = match format {
            None => match foreign::by_name(self.rows.member_name()) {
                None => Stage::Head(Vec::new()),
                Some(what) => {
                    self.rows.report(foreign::damage(what));
                    Stage::Idle
                }
            },
            Some(Format::Parquet) => Stage::Parquet(Vec::new()),
            Some(Format::Xlsx) => Stage::Xlsx(Packed::default()),
            Some(Format::Xml) if self.options.encoding == Encoding::Auto => Stage::Declaration(Vec::new()),
            Some(format) => self.text_stage(format, self.options.encoding),
        };
        Ok(())
    }

    fn text_stage(&self, format: Format, encoding: Encoding) -> Stage {
        let decoder = TextDecoder::new(encoding);
        Stage::Text(Box::new(TextMember { decoder, format, reader: None }))
    }

    /// Reads the next bytes of the member and returns how many were read: all, or fewer where a batch became complete.
    /// Then [`Decoder::flush`], and give the rest again. Damage is collected, not returned.
    ///
    /// # Errors
    /// A batch could not be made: a fault of ours.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.rows.is_full() {
                break;
            }
            at += self.step(&bytes[at..])?;
        }
        Ok(at)
    }

    /// Reads at least one byte, unless a batch becomes complete.
    fn step(&mut self, bytes: &[u8]) -> Result<usize> {
        let Self { stage, rows, options, paths, .. } = self;
        match stage {
            Stage::Idle | Stage::ParquetRows(_) | Stage::XlsxRows(_) => Ok(bytes.len()),
            Stage::Parquet(held) => {
                // One byte too many is enough to tell.
                if held.len() <= length(options.limits.file_size) {
                    held.extend_from_slice(bytes);
                }
                Ok(bytes.len())
            }
            Stage::Xlsx(packed) => {
                packed.push(bytes, &options.limits);
                Ok(bytes.len())
            }
            Stage::Declaration(held) => {
                let take = bytes.len().min(xml::HEAD - held.len());
                held.extend_from_slice(&bytes[..take]);
                if let Some(encoding) = xml::declared_encoding(held, false) {
                    self.leave_declaration(encoding)?;
                }
                Ok(take)
            }
            Stage::Head(held) => {
                let take = bytes.len().min(foreign::HEAD - held.len());
                held.extend_from_slice(&bytes[..take]);
                if held.len() == foreign::HEAD {
                    self.leave_head()?;
                }
                Ok(take)
            }
            Stage::Text(member) => {
                let TextMember { decoder, format, reader } = member.as_mut();
                match decoder.feed(bytes) {
                    Passed::Text(length) => {
                        let reader = reader.get_or_insert_with(|| open(*format, options, paths, decoder, rows));
                        rows.paused = false;
                        reader.feed(&bytes[..length], decoder.start(), rows)
                    }
                    Passed::Converted(length) => {
                        let text = decoder.take_text();
                        if !text.is_empty() {
                            let reader = reader.get_or_insert_with(|| open(*format, options, paths, decoder, rows));
                            reader.feed_all(&text, decoder.start(), rows)?;
                        }
                        decoder.recycle(text);
                        Ok(length)
                    }
                }
            }
        }
    }

    /// The first bytes are there: Parquet or text.
    fn leave_head(&mut self) -> Result<()> {
        let Stage::Head(held) = std::mem::replace(&mut self.stage, Stage::Idle) else { return Ok(()) };
        if held.starts_with(b"PAR1") {
            self.stage = Stage::Parquet(held);
            return Ok(());
        }
        if held.starts_with(b"PK\x03\x04") || held.starts_with(b"\xD0\xCF\x11\xE0") {
            self.stage = Stage::Xlsx(held.into());
            return Ok(());
        }
        if let Some(what) = foreign::by_content(&held) {
            self.rows.report(foreign::damage(what));
            return Ok(());
        }
        let encoding = self.options.encoding;
        self.stage = if xml::begins(&held) {
            match encoding {
                Encoding::Auto => Stage::Declaration(Vec::new()),
                encoding => self.text_stage(Format::Xml, encoding),
            }
        } else {
            // A line that starts with a number is a row of cells; no record of JSON does.
            let numbers = held.trim_ascii_start().first().is_some_and(u8::is_ascii_digit);
            self.text_stage(if numbers { Format::Csv } else { Format::Auto }, encoding)
        };
        self.give(&held)
    }

    /// The encoding of an XML document is known.
    fn leave_declaration(&mut self, encoding: Encoding) -> Result<()> {
        let Stage::Declaration(held) = std::mem::replace(&mut self.stage, Stage::Idle) else { return Ok(()) };
        self.stage = self.text_stage(Format::Xml, encoding);
        self.give(&held)
    }

    /// Reads all of `held`, whatever becomes complete meanwhile.
    fn give(&mut self, held: &[u8]) -> Result<()> {
        let mut at = 0;
        while at < held.len() {
            at += self.step(&held[at..])?;
        }
        Ok(())
    }

    /// The member is over: what it lacks becomes damage. (Of a Parquet member or a workbook, rows and damage come until
    /// [`Decoder::is_full`] is false.)
    ///
    /// # Errors
    /// A batch could not be made: a fault of ours.
    pub fn finish_member(&mut self) -> Result<()> {
        if matches!(self.stage, Stage::Head(_)) {
            self.leave_head()?;
        }
        if let Stage::Declaration(held) = &self.stage {
            let encoding = xml::declared_encoding(held, true).unwrap_or_default();
            self.leave_declaration(encoding)?;
        }
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Text(member) => {
                let TextMember { mut decoder, format, reader } = *member;
                decoder.finish();
                let rows = &mut self.rows;
                let mut reader = reader.unwrap_or_else(|| open(format, &self.options, &self.paths, &decoder, rows));
                let text = decoder.take_text();
                reader.feed_all(&text, decoder.start(), rows)?;
                reader.finish(rows)
            }
            Stage::Parquet(bytes) => {
                let rows = ParquetRows::open(bytes.into(), &mut self.rows, &self.options)?;
                self.stage = rows.map_or(Stage::Idle, |rows| Stage::ParquetRows(Box::new(rows)));
                self.read_whole()
            }
            Stage::Xlsx(packed) => {
                let rows = XlsxRows::open(packed, &mut self.rows, &self.declared, &self.options)?;
                self.stage = rows.map_or(Stage::Idle, |rows| Stage::XlsxRows(Box::new(rows)));
                self.read_whole()
            }
            _ => Ok(()),
        }
    }

    /// Goes on with a member that is held whole until a batch is complete or the member is read.
    fn read_whole(&mut self) -> Result<()> {
        while !self.rows.is_full() && self.read_held()? {}
        Ok(())
    }

    /// Reads some rows of a member that is held whole; `false` where there are none.
    fn read_held(&mut self) -> Result<bool> {
        let more = match &mut self.stage {
            Stage::ParquetRows(reader) => reader.read(&mut self.rows)?,
            Stage::XlsxRows(reader) => reader.read(&mut self.rows)?,
            _ => return Ok(false),
        };
        if !more {
            self.stage = Stage::Idle;
        }
        Ok(more)
    }

    /// Whether a complete batch waits.
    pub fn is_full(&self) -> bool {
        self.rows.is_full()
    }

    /// Takes the next complete batch. Where none waits, this says that the input is over: takes what has come together
    /// so far (with a group, closing the open clip), then nothing.
    ///
    /// # Errors
    /// A batch could not be made: a fault of ours.
    pub fn flush(&mut self) -> Result<Option<RecordBatch>> {
        self.read_whole()?;
        let batch = self.rows.flush()?;
        self.read_whole()?;
        Ok(batch)
    }

    /// Takes the damage found since the last call, in the order in which it was found. Of a member that is over, damage
    /// beyond `limits.damage_rows` is one last row, `TOO_MANY`, with exact counts.
    pub fn take_damage(&mut self) -> Vec<Damage> {
        if matches!(self.stage, Stage::Idle) {
            self.rows.sum_up();
        }
        self.rows.take_damage()
    }

    /// Takes the records of earlier members that were counted as delivered and are not: a clip that they belong to grew too
    /// large. Each member with their number; [`Decoder::counts`] has them among the refused ones already.
    pub fn take_back(&mut self) -> Vec<(MemberRef, u64)> {
        self.rows.take_back()
    }

    /// The books since the decoder was made.
    pub fn counts(&self) -> Counts {
        self.rows.counts()
    }

    /// Records delivered of the member that was finished last, or of the one under way so far.
    pub fn delivered_of_member(&self) -> u64 {
        self.rows.delivered_here()
    }

    /// What became of the member that was finished last, or of the one under way so far.
    pub fn member_outcome(&self) -> MemberOutcome {
        self.rows.outcome()
    }
}

impl Reader {
    fn feed(&mut self, bytes: &[u8], start: Position, rows: &mut Rows) -> Result<usize> {
        match self {
            Self::Document(reader) => {
                reader.set_unit(start.unit());
                reader.feed(bytes, rows)
            }
            Self::Lines(reader) => {
                reader.set_unit(start.unit());
                reader.feed(bytes, rows)
            }
            Self::Delimited(reader) => {
                reader.set_unit(start.unit());
                reader.feed(bytes, rows)
            }
            Self::Xml(reader) => {
                reader.set_unit(start.unit());
                reader.feed(bytes, rows)
            }
            Self::Text(reader) => {
                reader.set_unit(start.unit());
                Ok(reader.feed(bytes))
            }
            Self::Nothing => Ok(bytes.len()),
        }
    }

    /// Reads all of `bytes`; batches that become complete wait.
    fn feed_all(&mut self, bytes: &[u8], start: Position, rows: &mut Rows) -> Result<()> {
        let mut at = 0;
        while at < bytes.len() {
            rows.paused = false;
            at += self.feed(&bytes[at..], start, rows)?;
        }
        Ok(())
    }

    fn finish(&mut self, rows: &mut Rows) -> Result<()> {
        match self {
            Self::Document(reader) => reader.finish(rows),
            Self::Lines(reader) => reader.finish(rows),
            Self::Delimited(reader) => reader.finish(rows),
            Self::Xml(reader) => reader.finish(rows),
            Self::Text(reader) => reader.finish(rows),
            Self::Nothing => Ok(()),
        }
    }
}

/// The reader of a text format.
fn open(
    format: Format,
    options: &DecodeOptions,
    paths: &Arc<[RecordsPath]>,
    decoder: &TextDecoder,
    rows: &mut Rows,
) -> Reader {
    let start = decoder.start();
    if let Some(why) = decoder.refused {
        rows.report(start.damage("ENCODING", why));
        return Reader::Nothing;
    }
    let limits = &options.limits;
    match format {
        Format::Ndjson => Reader::Lines(Lines::new(Line::Json, limits, start)),
        Format::Lines => Reader::Lines(Lines::new(Line::Text, limits, start)),
        Format::Text => Reader::Text(WholeText::new(limits, start)),
        Format::Csv => {
            let delimiter = options.delimiter.unwrap_or(b',');
            Reader::Delimited(Box::new(Delimited::new(delimiter, true, options.header, limits, start)))
        }
        Format::Tsv => Reader::Delimited(Box::new(Delimited::new(b'\t', false, options.header, limits, start))),
        Format::Xml => Reader::Xml(Box::new(Xml::new(paths, limits, start))),
        Format::Auto | Format::Json | Format::Parquet | Format::Xlsx => {
            Reader::Document(Box::new(Document::new(paths, format == Format::Auto, limits, start)))
        }
    }
}

/// The records paths to try.
fn default_paths(options: &DecodeOptions) -> Result<Arc<[RecordsPath]>> {
    if options.records.is_empty() {
        return Ok(Arc::new([RecordsPath::parse("$[*]")?, RecordsPath::parse("$")?]));
    }
    Ok(options.records.as_slice().into())
}

/// What a member's name says about its format. JSON by name stays [`Format::Auto`]: documents may follow each other.
fn format_of(name: &str, one_string: bool) -> Option<Format> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = [
        ("json", Format::Auto),
        ("geojson", Format::Auto),
        ("jsonl", Format::Ndjson),
        ("ndjson", Format::Ndjson),
        ("csv", Format::Csv),
        ("tsv", Format::Tsv),
        ("parquet", Format::Parquet),
        ("xlsx", Format::Xlsx),
        ("xlsm", Format::Xlsx),
        ("xml", Format::Xml),
    ];
    if one_string && extension.eq_ignore_ascii_case("txt") {
        return Some(Format::Text);
    }
    known.iter().find(|(name, _)| extension.eq_ignore_ascii_case(name)).map(|(_, format)| *format)
}
