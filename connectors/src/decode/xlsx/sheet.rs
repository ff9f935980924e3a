//! The rows of one sheet, one after the other. A sheet may claim any size: only cells that are there take memory.

use quick_xml::events::{BytesStart, Event};

use super::date::{Shown, iso};
use super::package::{Fault, Part, attributes, fault, push_event_text};
use super::strings::{StringItem, unescape_from};
use super::workbook::Workbook;
use crate::decode::number::{Token, classify};

/// The last column that a sheet can have, `XFD`, and its last row: part of the format, and no matter of limits.
const MAX_COLUMNS: u32 = 16_384;
const MAX_ROWS: u32 = 1 << 20;

/// What is wanted of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Want {
    #[default]
    Nothing,
    /// What they show: dates as dates.
    Text,
    /// What they hold: dates as numbers.
    Number,
}

/// A cell that has a value.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// From 0.
    pub(super) column: u32,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A part of [`Row::text`].
    Text(std::ops::Range<usize>),
    /// It cannot be used: a code and a sentence.
    Wrong(&'static str, String),
}

/// A row that is not blank, with the wanted cells.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// As the sheet counts, from 1.
    pub(super) number: u32,
    pub(super) cells: Vec<Cell>,
    pub(super) text: Vec<u8>,
    /// The text was longer than a record may be; not all of it is here.
    pub(super) too_large: bool,
    /// It stands where no row or cell can: a sentence, and the column where that is a cell's.
    pub(super) wrong: Option<(String, Option<u32>)>,
}

impl Row {
    /// The text of a cell.
    pub(super) fn text(&self, range: &std::ops::Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

/// How a cell's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    /// A string in place, or the result of a formula.
    String,
    Bool,
    Error,
    Date,
}

/// A cell under way.
#[derive(Debug)]
struct Open {
    column: u32,
    kind: Kind,
    style: usize,
    formula: bool,
    has_value: bool,
    broken: bool,
}

/// Reads a sheet.
pub(super) struct SheetRows {
    part: Part,
    workbook: Workbook,
    /// By column; none: all are wanted.
    wants: Option<Vec<Want>>,
    max_record: usize,
    number: u32,
    over: bool,
    in_data: bool,
    raw: Vec<u8>,
    inline: StringItem,
}

impl SheetRows {
    pub(super) fn new(part: Part, workbook: Workbook, max_record: usize) -> Self {
        Self {
            part,
            workbook,
            wants: None,
            max_record,
            number: 0,
            over: false,
            in_data: false,
            raw: Vec::new(),
            inline: StringItem::default(),
        }
    }

    /// Says which columns matter from here on.
    pub(super) fn want(&mut self, wants: Vec<Want>) {
        self.wants = Some(wants);
    }

    /// Reads the next row that has a cell with something in it; `false` at the end of the sheet.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, Fault> {
        let mut open: Option<Open> = None;
        let mut in_row = false;
        let (mut in_value, mut in_inline) = (false, false);
        let mut next_column = 0;
        let mut any = false;
        while !self.over {
            let event = self.part.next()?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let empty = matches!(event, Event::Empty(_));
                    match tag.local_name().as_ref() {
                        b"c" if in_row => {
                            let cell = begin_cell(tag, next_column);
                            next_column = cell.column.saturating_add(1);
                            self.raw.clear();
                            if !empty {
                                open = Some(cell);
                            }
                        }
                        b"v" => {
                            if let Some(cell) = &mut open {
                                cell.has_value = true;
                                in_value = !empty;
                            }
                        }
                        b"is" if open.is_some() => {
                            self.inline.begin();
                            in_inline = !empty;
                        }
                        b"f" => {
                            if let Some(cell) = &mut open {
                                cell.formula = true;
                            }
                        }
                        b"row" if self.in_data => {
                            let next = self.number.saturating_add(1);
                            let claimed = attributes(tag).find(|(key, _)| *key == b"r").map(|(_, raw)| raw);
                            let number = claimed.as_ref().map_or(Some(next), |raw| digits(raw));
                            let number = number.filter(|number| (1..=MAX_ROWS).contains(number));
                            row.wrong = number.is_none().then(|| {
                                let shown = claimed.map_or(next.to_string(), |raw| shown(&raw));
                                (format!("a row is said to be row {shown}; the last one is {MAX_ROWS}"), None)
                            });
                            self.number = number.unwrap_or(next);
                            row.number = self.number;
                            row.cells.clear();
                            row.text.clear();
                            row.too_large = false;
                            (in_row, any, next_column, open) = (!empty, false, 0, None);
                        }
                        b"sheetData" => {
                            self.in_data = true;
                            self.over = empty;
                        }
                        _ if in_inline => self.inline.take(&event)?,
                        _ => {}
                    }
                }
                Event::End(tag) => match tag.local_name().as_ref() {
                    b"c" => {
                        if let Some(cell) = open.take() {
                            let want = match &self.wants {
                                Some(wants) => wants.get(cell.column as usize).copied().unwrap_or_default(),
                                None => Want::Text,
                            };
                            any |= finish_cell(&self.workbook, &cell, &mut self.raw, want, row, self.max_record);
                        }
                    }
                    b"v" => in_value = false,
                    b"is" if in_inline => {
                        in_inline = false;
                        if let Some(cell) = &mut open {
                            cell.has_value = true;
                            self.raw.clear();
                            self.raw.extend_from_slice(&self.inline.text);
                        }
                    }
                    b"row" if in_row => {
                        in_row = false;
                        if any {
                            return Ok(true);
                        }
                    }
                    b"sheetData" => self.over = true,
                    _ if in_inline => self.inline.take(&event)?,
                    _ => {}
                },
                Event::Eof => {
                    self.over = true;
                    return Err(fault("SYNTAX", "the sheet has no end, or no data at all"));
                }
                event if in_value => {
                    if let (false, Some(cell)) = (push_event_text(event, &mut self.raw), &mut open) {
                        cell.broken = true;
                    }
                }
                event if in_inline => self.inline.take(event)?,
                _ => {}
            }
        }
        Ok(false)
    }
}

fn begin_cell(tag: &BytesStart<'_>, next: u32) -> Open {
    let mut cell = Open { column: next, kind: Kind::Number, style: 0, formula: false, has_value: false, broken: false };
    for (key, value) in attributes(tag) {
        match key {
            b"r" => cell.column = column(&value).unwrap_or(next),
            b"s" => cell.style = digits(&value).map_or(usize::MAX, |style| style as usize),
            b"t" => {
                cell.kind = match value.as_ref() {
                    b"s" => Kind::Shared,
                    b"str" | b"inlineStr" => Kind::String,
                    b"b" => Kind::Bool,
                    b"e" => Kind::Error,
                    b"d" => Kind::Date,
                    _ => Kind::Number,
                }
            }
            _ => {}
        }
    }
    cell
}

/// The column, from 0, of a reference such as `BC12`.
fn column(reference: &[u8]) -> Option<u32> {
    let letters = reference.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let column = letters.fold(0u32, |sum, letter| {
        sum.saturating_mul(26).saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

fn shown(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).chars().take(40).collect()
}

fn digits(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// Adds the cell to the row where it has a value; `true` where it has something to show.
fn finish_cell(
    workbook: &Workbook,
    cell: &Open,
    raw: &mut Vec<u8>,
    want: Want,
    row: &mut Row,
    max_record: usize,
) -> bool {
    if !cell.has_value && !cell.formula {
        return false;
    }
    if row.cells.len() >= MAX_COLUMNS as usize {
        row.too_large = true;
        return true;
    }
    let wrong = |row: &mut Row, code, detail: String| {
        if want != Want::Nothing {
            row.cells.push(Cell { column: cell.column, value: Value::Wrong(code, detail) });
        }
        true
    };
    if cell.column >= MAX_COLUMNS {
        let detail = format!("a cell stands beyond the last column, {MAX_COLUMNS}");
        row.wrong.get_or_insert((detail, Some(cell.column)));
        return true;
    }
    // What is no string cannot have an empty result.
    let no_result = cell.formula && cell.kind != Kind::String && raw.trim_ascii().is_empty();
    if no_result || !cell.has_value {
        let detail = "the result of the formula is not in the file: open it in a spreadsheet program and save it, or leave \
                      the column out of the schema";
        return wrong(row, "TYPE", detail.to_owned());
    }
    let from = row.text.len();
    if cell.broken || std::str::from_utf8(raw).is_err() {
        return wrong(row, "ENCODING", "the value of the cell is no text".to_owned());
    }
    match cell.kind {
        Kind::Shared => {
            let index = raw.trim_ascii();
            if index.is_empty() {
                return false;
            }
            let string =
                std::str::from_utf8(index).ok().and_then(|i| i.parse().ok()).and_then(|i| workbook.strings.get(i));
            let Some(string) = string else {
                let count = workbook.strings.len();
                return wrong(row, "FORMAT", format!("shared string {} is not there; there are {count}", shown(index)));
            };
            if want == Want::Nothing || row.too_large || from + string.len() > max_record {
                row.too_large |= want != Want::Nothing;
                return !string.is_empty();
            }
            row.text.extend_from_slice(string);
        }
        Kind::String => {
            unescape_from(raw, 0);
            row.text.extend_from_slice(raw);
        }
        _ if raw.trim_ascii().is_empty() => return false,
        Kind::Date => row.text.extend_from_slice(raw.trim_ascii()),
        Kind::Error => return wrong(row, "TYPE", format!("expected a value, found the error {}", shown(raw))),
        Kind::Bool => match raw.trim_ascii() {
            b"1" | b"true" => row.text.extend_from_slice(b"true"),
            b"0" | b"false" => row.text.extend_from_slice(b"false"),
            other => {
                return wrong(row, "FORMAT", format!("expected 0 or 1 as a truth value, found `{}`", shown(other)));
            }
        },
        Kind::Number => {
            let style = workbook.shown.get(cell.style).copied().unwrap_or_default();
            let number = raw.trim_ascii();
            let value: Option<f64> = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
            let Some(value) = value.filter(|value| value.is_finite()) else {
                return wrong(row, "NUMBER", format!("expected a number, found `{}`", shown(number)));
            };
            if style != Shown::Number && want != Want::Number {
                match iso(value, style, workbook.is_1904) {
                    Ok(text) => row.text.extend_from_slice(text.as_bytes()),
                    Err(detail) => return wrong(row, "TYPE", format!("{detail}: {}", shown(number))),
                }
            } else if classify(number) == Token::Int {
                row.text.extend_from_slice(number);
            } else {
                push_number(value, &mut row.text);
            }
        }
    }
    let something = row.text.len() > from;
    if want == Want::Nothing {
        row.text.truncate(from);
        return something;
    }
    if row.text.len() > max_record {
        row.too_large = true;
        row.text.truncate(from);
        return true;
    }
    row.cells.push(Cell { column: cell.column, value: Value::Text(from..row.text.len()) });
    something
}

/// Appends the shortest text that reads back as this number; without a fraction where it has none.
fn push_number(value: f64, out: &mut Vec<u8>) {
    // Every integer below 2^53 is exact; beyond, a float says only about how much.
    let text = if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        (value as i64).to_string()
    } else {
        format!("{value:?}")
    };
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (reference, found) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA1", Some(26)),
            ("xfd1048576", Some(16_383)),
            ("12", None),
            ("", None),
        ] {
            assert_eq!(column(reference.as_bytes()), found, "{reference}");
        }
        assert_eq!(column(&[b'Z'; 40]), Some(u32::MAX - 1));
    }

    #[test]
    fn numbers() {
        for (raw, text) in [
            ("0.10000000000000001", "0.1"),
            ("1E3", "1000"),
            ("-2.0", "-2"),
            ("1.0000000000000001E-2", "0.01"),
            ("1e300", "1e300"),
            ("-0.0", "0"),
        ] {
            let mut out = Vec::new();
            push_number(raw.parse().unwrap(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
