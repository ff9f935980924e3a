//! Members read line by line, NDJSON and plain lines, and members that are one text.
//!
//! Lines end with LF, CR LF or CR; places count LF only. (A raw CR cannot stand inside a JSON value.)

use super::json;
use super::lexical::skip_space;
use super::node::Data;
use super::position::{OffsetUnit, Places, Position, excerpt, up_to};
use super::record::Issue;
use super::records::Outcome;
use super::rows::{Rows, Verdict};
use crate::error::Result;
use crate::limits::{Limits, length};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Json,
    Text,
}

/// Reads one member line by line.
pub(super) struct Lines {
    line: Line,
    limits: Limits,
    /// The start of a line that was cut by the end of a chunk.
    cut: Vec<u8>,
    cut_start: Position,
    /// The line under way was refused.
    discard: bool,
    /// The last line ended with CR: an LF now belongs to it.
    after_cr: bool,
    any: bool,
    here: Position,
}

impl Lines {
    pub(super) fn new(line: Line, limits: &Limits, start: Position) -> Self {
        let (limits, cut, cut_start) = (*limits, Vec::new(), start);
        Self { line, limits, cut, cut_start, discard: false, after_cr: false, any: false, here: start }
    }

    /// How long characters are in the member, for the places kept too: what stood before the unit was known is ASCII.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.here.set_unit(unit);
        self.cut_start.set_unit(unit);
    }

    /// Reads on; returns how much was read, less than all only where `rows` paused.
    pub(super) fn feed(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize> {
        let mut places = Places::new(bytes, self.here);
        let mut at = 0;
        while at < bytes.len() {
            if std::mem::take(&mut self.after_cr) && bytes.get(at) == Some(&b'\n') {
                at += 1;
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map(|n| at + n);
            let piece = &bytes[at..end.unwrap_or(bytes.len())];
            let cut = !self.cut.is_empty();
            if !self.discard && self.cut.len() + piece.len() > length(self.limits.record_size) {
                let start = if cut { self.cut_start } else { places.at(at) };
                self.too_large(start, rows);
            }
            match end {
                None if self.discard => at = bytes.len(),
                None => {
                    if !cut {
                        self.cut_start = places.at(at);
                    }
                    self.cut.extend_from_slice(piece);
                    at = bytes.len();
                }
                Some(end) => {
                    self.after_cr = bytes.get(end) == Some(&b'\r');
                    if std::mem::take(&mut self.discard) {
                        at = end + 1;
                        continue;
                    }
                    if cut {
                        let mut line = std::mem::take(&mut self.cut);
                        line.extend_from_slice(piece);
                        self.line(&line, &mut Places::new(&line, self.cut_start), 0, false, rows)?;
                        line.clear();
                        self.cut = line;
                    } else {
                        self.line(piece, &mut places, at, false, rows)?;
                    }
                    at = end + 1;
                    if rows.paused {
                        break;
                    }
                }
            }
        }
        self.here = places.at(at);
        Ok(at)
    }

    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<()> {
        if !self.cut.is_empty() {
            let line = std::mem::take(&mut self.cut);
            self.line(&line, &mut Places::new(&line, self.cut_start), 0, true, rows)?;
        }
        if !self.any {
            rows.report(self.here.damage("EMPTY", "the member holds no lines"));
        }
        Ok(())
    }

    fn too_large(&mut self, start: Position, rows: &mut Rows) {
        let detail = format!("the line is too long ({})", self.limits.told("record_size"));
        rows.refuse(start.damage("RECORD_SIZE", detail));
        self.cut = Vec::new();
        self.discard = true;
        self.any = true;
    }

    /// Reads one line, which begins at index `from` of the slice of `places`.
    fn line(&mut self, line: &[u8], places: &mut Places<'_>, from: usize, last: bool, rows: &mut Rows) -> Result<()> {
        if self.line == Line::Text {
            self.any = true;
            return text_record(line, places, from, rows);
        }
        let blank = skip_space(line, 0);
        let record = &line[blank..];
        if record.is_empty() {
            return Ok(());
        }
        self.any = true;
        let (mut issue, whole) = match json::read(rows, record, true, 0, true)? {
            Outcome::Done(_) => return Ok(()),
            Outcome::Refused(_, issue) => (*issue, true),
            Outcome::Broken(issue) => (*issue, false),
            Outcome::Cut => {
                let code = if last { "TRUNCATED" } else { "SYNTAX" };
                (Issue::new(code, record.len(), "the line ends before its record does"), false)
            }
        };
        let mut damage = places.at(from + blank + issue.at).damage(issue.code, std::mem::take(&mut issue.detail));
        damage.rule = issue.rule.take();
        damage.excerpt = Some(excerpt(if whole { record } else { up_to(record, issue.at) }, issue.at));
        rows.refuse(damage);
        Ok(())
    }
}

/// Makes a record of one string.
fn text_record(text: &[u8], places: &mut Places<'_>, from: usize, rows: &mut Rows) -> Result<()> {
    let issue = if let Err(error) = simdutf8::compat::from_utf8(text) {
        Issue::new("ENCODING", error.valid_up_to(), "this is not text in the encoding of the member")
    } else if text.len() > rows.scratch.max_value() {
        Issue::new("VALUE_SIZE", 0, rows.scratch.value_size(text.len()))
    } else {
        if let Data::Struct(root) = &mut rows.root.data {
            if let Some(Data::Utf8(column)) = root.nodes.first_mut().map(|node| &mut node.data) {
                column.push(text);
            }
            root.close();
        }
        match rows.accept(text)? {
            Verdict::Taken | Verdict::Dropped => return Ok(()),
            Verdict::Refused(issue) => *issue,
        }
    };
    let mut damage = places.at(from + issue.at).damage(issue.code, issue.detail);
    damage.rule = issue.rule;
    damage.excerpt = Some(excerpt(text, issue.at));
    rows.refuse(damage);
    Ok(())
}

/// Reads one member that is one text.
pub(super) struct WholeText {
    limits: Limits,
    text: Vec<u8>,
    too_large: bool,
    start: Position,
}

impl WholeText {
    pub(super) fn new(limits: &Limits, start: Position) -> Self {
        Self { limits: *limits, text: Vec::new(), too_large: false, start }
    }

    /// As in [`Lines::set_unit`]: one unit measures everything.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.start.set_unit(unit);
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) -> usize {
        let most = self.limits.record_size.min(self.limits.value_size);
        if self.too_large || self.text.len() + bytes.len() > length(most) {
            self.too_large = true;
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(bytes);
        }
        bytes.len()
    }

    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<()> {
        if self.too_large {
            let (code, limit) = match self.limits.value_size < self.limits.record_size {
                true => ("VALUE_SIZE", "value_size"),
                false => ("RECORD_SIZE", "record_size"),
            };
            rows.refuse(self.start.damage(code, format!("the text is too long ({})", self.limits.told(limit))));
            return Ok(());
        }
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            rows.report(self.start.damage("EMPTY", "the member is empty"));
            return Ok(());
        }
        text_record(&text, &mut Places::new(&text, self.start), 0, rows)
    }
}
