//! CSV and TSV into rows.
//!
//! - Rows end with LF, CR LF or CR, also mixed; blank lines are skipped.
//! - CSV cells may be quoted as in RFC 4180. Text between a closing quote and the next delimiter is damage
//!   (`CSV_QUOTE`), not guessed at; a quote inside an unquoted cell is an ordinary character.
//! - An empty unquoted cell is NULL, an empty quoted one an empty string (NULL where the field is no string).
//! - Numbers and truth values (any case) are read from text without being counted as coercions; blanks around them go.
//! - Lists, structs and json fields hold JSON in their cells.
//! - Columns that are not declared are ignored; declared ones without a column are NULL and counted as missing.

use arrow::datatypes::{FieldRef, Fields, Schema};

use super::counts::CoercionKind;
use super::node::{Accepts, Data, Node};
use super::number::{self, Token, classify};
use super::options::Header;
use super::position::{OffsetUnit, Places, Position, excerpt};
use super::record::{Issue, Scratch, Stop, parse_value};
use super::rows::{Rows, Verdict};
use crate::error::{Error, Result};
use crate::limits::{Limits, length};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell: another makes it a character.
    Quote,
}

/// A cell: its text in the row without quotes.
#[derive(Debug, Clone, Copy)]
struct Cell {
    from: usize,
    to: usize,
    quoted: bool,
    /// It holds doubled quotes.
    doubled: bool,
}

/// Reads one CSV or TSV member.
pub(super) struct Delimited {
    delimiter: u8,
    quoting: bool,
    header: Header,
    limits: Limits,
    state: State,
    cut: Vec<u8>,
    cut_start: Position,
    in_row: bool,
    discard: bool,
    /// The cell of each declared field, once known.
    columns: Option<Vec<Option<usize>>>,
    width: usize,
    cells: Vec<Cell>,
    text: Vec<u8>,
    dead: bool,
    here: Position,
}

impl Delimited {
    pub(super) fn new(delimiter: u8, quoting: bool, header: Header, limits: &Limits, start: Position) -> Self {
        Self {
            delimiter,
            quoting,
            header,
            limits: *limits,
            state: State::CellStart,
            cut: Vec::new(),
            cut_start: start,
            in_row: false,
            discard: false,
            columns: None,
            width: 0,
            cells: Vec::new(),
            text: Vec::new(),
            dead: false,
            here: start,
        }
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
        while at < bytes.len() && !self.dead {
            if !self.in_row {
                // A row begins; line ends here are blank lines or the LF of CR LF.
                if matches!(bytes.get(at), Some(b'\n' | b'\r')) {
                    at += 1;
                    continue;
                }
                self.in_row = true;
                self.state = State::CellStart;
            }
            let end = self.row_end(bytes, at);
            let piece = &bytes[at..end.unwrap_or(bytes.len())];
            let cut = !self.cut.is_empty();
            if !self.discard && self.cut.len() + piece.len() > length(self.limits.record_size) {
                let start = if cut { self.cut_start } else { places.at(at) };
                let detail = format!("the row is too long ({})", self.limits.told("record_size"));
                rows.refuse(start.damage("RECORD_SIZE", detail));
                self.cut = Vec::new();
                self.discard = true;
            }
            let Some(end) = end else {
                if !self.discard {
                    if !cut {
                        self.cut_start = places.at(at);
                    }
                    self.cut.extend_from_slice(piece);
                }
                at = bytes.len();
                break;
            };
            self.in_row = false;
            if !std::mem::take(&mut self.discard) {
                if cut {
                    let mut row = std::mem::take(&mut self.cut);
                    row.extend_from_slice(piece);
                    self.row(&row, &mut Places::new(&row, self.cut_start), 0, rows)?;
                    row.clear();
                    self.cut = row;
                } else {
                    self.row(piece, &mut places, at, rows)?;
                }
            }
            at = end + 1;
            if rows.paused {
                break;
            }
        }
        if self.dead {
            at = bytes.len();
        }
        self.here = places.at(at);
        Ok(at)
    }

    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<()> {
        if self.dead {
            return Ok(());
        }
        let row = std::mem::take(&mut self.cut);
        if !row.is_empty() && self.state == State::Quoted {
            let mut damage =
                self.cut_start.damage("TRUNCATED", "the member ends inside a quoted cell of the row that begins here");
            damage.excerpt = Some(excerpt(&row, 0));
            rows.refuse(damage);
        } else if !row.is_empty() {
            self.row(&row, &mut Places::new(&row, self.cut_start), 0, rows)?;
        } else if self.columns.is_none() && !rows.has_records() {
            rows.report(self.here.damage("EMPTY", "the member holds no rows"));
        }
        Ok(())
    }

    /// The index of the line end that ends the row under way.
    fn row_end(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        while at < bytes.len() {
            match self.state {
                State::CellStart => {
                    if self.quoting && bytes.get(at) == Some(&b'"') {
                        self.state = State::Quoted;
                        at += 1;
                    } else {
                        self.state = State::Plain;
                    }
                }
                State::Plain => {
                    at += memchr::memchr3(self.delimiter, b'\n', b'\r', &bytes[at..])?;
                    if bytes.get(at) != Some(&self.delimiter) {
                        return Some(at);
                    }
                    self.state = State::CellStart;
                    at += 1;
                }
                State::Quoted => {
                    at += memchr::memchr(b'"', &bytes[at..])? + 1;
                    self.state = State::Quote;
                }
                State::Quote => {
                    if bytes.get(at) == Some(&b'"') {
                        self.state = State::Quoted;
                        at += 1;
                    } else {
                        self.state = State::Plain;
                    }
                }
            }
        }
        None
    }

    fn split(&mut self, row: &[u8]) -> Result<(), Issue> {
        self.cells.clear();
        let mut at = 0;
        loop {
            let mut cell = Cell { from: at, to: at, quoted: false, doubled: false };
            if self.quoting && row.get(at) == Some(&b'"') {
                cell.quoted = true;
                cell.from += 1;
                at += 1;
                loop {
                    // The row ends outside of quotes, so each quoted cell has its closing quote.
                    at = memchr::memchr(b'"', &row[at..]).map_or(row.len(), |n| at + n);
                    if row.get(at + 1) != Some(&b'"') {
                        break;
                    }
                    cell.doubled = true;
                    at += 2;
                }
                cell.to = at.min(row.len());
                at = (at + 1).min(row.len());
                if row.get(at).is_some_and(|&byte| byte != self.delimiter) {
                    let detail = "text stands between the closing quote of a cell and the next delimiter";
                    return Err(Issue::new("CSV_QUOTE", at, detail));
                }
            } else {
                at = memchr::memchr(self.delimiter, &row[at..]).map_or(row.len(), |n| at + n);
                cell.to = at;
            }
            if self.cells.len() >= length(self.limits.columns) {
                let detail = format!("the row has too many cells ({})", self.limits.told("columns"));
                return Err(Issue::new("COLUMN_LIMIT", cell.from, detail));
            }
            self.cells.push(cell);
            if at >= row.len() {
                return Ok(());
            }
            at += 1;
        }
    }

    /// Reads one row, which begins at index `from` of the slice of `places`.
    fn row(&mut self, row: &[u8], places: &mut Places<'_>, from: usize, rows: &mut Rows) -> Result<()> {
        let issue = match self.read_row(row, rows)? {
            None => return Ok(()),
            Some(issue) => issue,
        };
        let mut damage = places.at(from + issue.at.min(row.len())).damage(issue.code, issue.detail);
        damage.rule = issue.rule;
        damage.excerpt = Some(excerpt(row, issue.at));
        if self.dead {
            rows.report(damage)
        } else {
            rows.refuse(damage)
        }
        Ok(())
    }

    fn read_row(&mut self, row: &[u8], rows: &mut Rows) -> Result<Option<Issue>> {
        if let Err(error) = simdutf8::compat::from_utf8(row) {
            let issue = Issue::new("ENCODING", error.valid_up_to(), "this is not text in the encoding of the member");
            // Columns that cannot be named cannot be read.
            self.dead = self.columns.is_none() && self.header == Header::Yes;
            return Ok(Some(issue));
        }
        if let Err(issue) = self.split(row) {
            self.dead = self.columns.is_none() && self.header == Header::Yes;
            return Ok(Some(issue));
        }
        let Some(columns) = &self.columns else {
            return match self.begin(row, rows) {
                Ok(true) => Ok(None),
                Ok(false) => self.read_row(row, rows),
                Err(issue) => {
                    self.dead = true;
                    Ok(Some(issue))
                }
            };
        };
        if self.cells.len() != self.width {
            let detail = format!("the row has {} cells where {} are expected", self.cells.len(), self.width);
            return Ok(Some(Issue::new("CSV_FIELDS", 0, detail)));
        }
        let (root, scratch) = (&mut rows.root, &mut rows.scratch);
        let Data::Struct(root) = &mut root.data else { return Ok(None) };
        scratch.clear();
        let mut issue = None;
        for (node, column) in root.nodes.iter_mut().zip(columns) {
            let before = node.len();
            let cell = column.and_then(|column| self.cells.get(column));
            let found = match cell {
                Some(cell) => push_cell(node, row, *cell, &mut self.text, scratch),
                None => {
                    node.push_null();
                    scratch.count(node.id, CoercionKind::Missing);
                    None
                }
            };
            let at = cell.map_or(0, |cell| cell.from);
            let missing = (node.required && found.is_none() && node.is_null(before))
                .then(|| ("MISSING_FIELD", "the required field has no value".to_owned()));
            if let (None, Some((code, detail))) = (&issue, found.or(missing)) {
                issue = Some(Issue { code, at, rule: Some(node.pointer.clone()), detail });
            }
        }
        root.close();
        if issue.is_some() {
            rows.rollback();
            return Ok(issue);
        }
        Ok(match rows.accept(row)? {
            Verdict::Taken | Verdict::Dropped => None,
            Verdict::Refused(issue) => Some(*issue),
        })
    }

    /// Decides by the first row which cells are which fields; `true` where that row is the header.
    fn begin(&mut self, row: &[u8], rows: &Rows) -> Result<bool, Issue> {
        let layout = &rows.layout;
        let mut columns = vec![None; layout.fields.len()];
        if self.header != Header::No {
            for (position, &cell) in self.cells.iter().enumerate() {
                cell_text(row, cell, &mut self.text);
                let text = self.text.trim_ascii();
                let Some((_, at)) = layout.names.iter().find(|(name, _)| **name == *text) else { continue };
                let Some(column) = columns.get_mut(*at) else { continue };
                if column.replace(position).is_some() {
                    let field = layout.fields.get(*at).map_or("", |field| field.name());
                    let mut issue = Issue::new("DUP_KEY", cell.from, format!("two columns are the field `{field}`"));
                    issue.rule = Some(format!("/{field}"));
                    return Err(issue);
                }
            }
            if self.header == Header::Yes || columns.iter().any(Option::is_some) {
                self.width = self.cells.len();
                self.columns = Some(layout.of_own(|at| columns.get(at).copied().flatten()));
                return Ok(true);
            }
        }
        // Without names, cells are fields by position, and the first row says how many there are: one schema takes files
        // with all of its columns and files with the first of them.
        let declared = columns.len();
        self.width = self.cells.len().min(declared);
        self.columns = Some(layout.of_own(|at| (at < self.width).then_some(at)));
        Ok(false)
    }
}

/// All fields that are declared, and which of them are filled.
pub(super) struct Layout {
    /// Names and aliases, with the places of their fields.
    names: Vec<(Box<[u8]>, usize)>,
    fields: Fields,
    /// Where each field that is filled stands among all.
    own: Vec<Option<usize>>,
}

impl Layout {
    pub(super) fn new(root: &Node, declared: Option<&Schema>) -> Result<Self> {
        let whole = declared.map(|schema| Node::root(schema.fields())).transpose()?;
        let (Data::Struct(own), Data::Struct(all)) = (&root.data, &whole.as_ref().unwrap_or(root).data) else {
            return Err(Error::internal("the root of a schema is no struct"));
        };
        let place = |field: &FieldRef| all.fields.iter().position(|other| other.name() == field.name());
        Ok(Self {
            names: all.names.iter().map(|name| (name.key.clone(), name.field)).collect(),
            fields: all.fields.clone(),
            own: own.fields.iter().map(place).collect(),
        })
    }

    fn of_own(&self, place: impl Fn(usize) -> Option<usize>) -> Vec<Option<usize>> {
        self.own.iter().map(|own| own.and_then(&place)).collect()
    }
}

fn cell_text(row: &[u8], cell: Cell, text: &mut Vec<u8>) {
    text.clear();
    let raw = row.get(cell.from..cell.to).unwrap_or_default();
    if !cell.doubled {
        text.extend_from_slice(raw);
        return;
    }
    let mut quote = false;
    text.extend(raw.iter().filter(|&&byte| {
        quote = byte == b'"' && !quote;
        !quote
    }));
}

/// Appends a cell to its field; says what is wrong with it, having appended NULL.
fn push_cell(
    node: &mut Node,
    row: &[u8],
    cell: Cell,
    buffer: &mut Vec<u8>,
    scratch: &mut Scratch,
) -> Option<(&'static str, String)> {
    let text = if cell.doubled {
        cell_text(row, cell, buffer);
        buffer.as_slice()
    } else {
        row.get(cell.from..cell.to).unwrap_or_default()
    };
    push_text(node, text, cell.quoted, scratch)
}

/// Appends what a cell or another value that is text by nature spells to its field; says what is wrong with it, having
/// appended NULL. What is empty is NULL where it is not `quoted`, and where the field is no string.
pub(super) fn push_text(
    node: &mut Node,
    text: &[u8],
    quoted: bool,
    scratch: &mut Scratch,
) -> Option<(&'static str, String)> {
    if text.len() > scratch.max_value() {
        node.push_null();
        return Some(("VALUE_SIZE", scratch.value_size(text.len())));
    }
    if let Data::Utf8(column) = &mut node.data {
        if text.is_empty() && !quoted {
            column.close(false);
        } else {
            column.push(text);
        }
        return None;
    }
    let text = text.trim_ascii();
    if text.is_empty() {
        node.push_null();
        return None;
    }
    let wanted = node.type_name();
    let fault = |node: &mut Node| {
        let shown: String = String::from_utf8_lossy(text).chars().take(40).collect();
        let kind = classify(text);
        node.push_null();
        let number = matches!(node.data, Data::Int64(_) | Data::Float64(_));
        let exact = !matches!((&node.data, kind), (Data::Int64(_), Token::Float)) && kind != Token::Unknown;
        let code = if number && exact && !matches!(kind, Token::Bool(_) | Token::Null) { "NUMBER" } else { "TYPE" };
        Some((code, format!("expected {wanted}, found `{shown}`")))
    };
    let accepts = node.accepts;
    match (&mut node.data, classify(text)) {
        (Data::Int64(column), Token::Int) => match number::int(text) {
            Some(value) => column.push(Some(value)),
            None => return fault(node),
        },
        (Data::Int64(column), Token::Float) if accepts.has(Accepts::FLOAT) => match number::integral(text) {
            Some(value) => {
                column.push(Some(value));
                scratch.count(node.id, CoercionKind::Float);
            }
            None => return fault(node),
        },
        (Data::Float64(column), kind @ (Token::Int | Token::Float)) => match number::float(text, kind == Token::Int) {
            Ok(value) => column.push(Some(value)),
            Err(_) => return fault(node),
        },
        (Data::Boolean(column), _) if text.eq_ignore_ascii_case(b"true") => column.push(Some(true)),
        (Data::Boolean(column), _) if text.eq_ignore_ascii_case(b"false") => column.push(Some(false)),
        (Data::Boolean(column), Token::Int) if accepts.has(Accepts::INT) && matches!(text, b"0" | b"1") => {
            column.push(Some(text == b"1"));
            scratch.count(node.id, CoercionKind::Int);
        }
        (Data::Json(_) | Data::List(_) | Data::Struct(_), _) => {
            let before = node.len();
            let stop = parse_value(node, text, scratch).err();
            let issue = scratch.issue.take().map(|issue| (issue.code, issue.detail));
            let broken = stop.map(|stop| match stop {
                Stop::End => ("TYPE", "the cell must hold JSON, which ends too early".to_owned()),
                Stop::Broken(issue) => ("TYPE", format!("the cell must hold JSON: {}", issue.detail)),
            });
            if let Some(fault) = broken.or(issue) {
                node.truncate(before);
                node.push_null();
                return Some(fault);
            }
        }
        _ => return fault(node),
    }
    None
}
