//! One JSON record, straight into columns: no tape, no values in between, guided by the declared schema.
//!
//! What a record comes to is decided by its text alone. A text that ends too early gives [`Stop::End`], however much of
//! it there was, so it does not matter how a member was cut into chunks.

use super::counts::CoercionKind;
use super::lexical::{StringScan, StringStep, plain_run, show, skip_space, unescape};
use super::node::{Accepts, Data, Node, Struct, pointer_part};
use super::number::{self, Token, Unfaithful, classify, is_token_byte, token_end};
use super::pointer::pointer_at;
use super::records::too_deep;
use super::skip::unknown_token;
use crate::limits::{Limits, length};

/// What is wrong, and where in the text of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issue {
    pub(super) code: &'static str,
    pub(super) at: usize,
    /// A JSON pointer, or another rule that was broken.
    pub(super) rule: Option<String>,
    pub(super) detail: String,
}

impl Issue {
    pub(super) fn new(code: &'static str, at: usize, detail: impl Into<String>) -> Self {
        Self { code, at, rule: None, detail: detail.into() }
    }
}

/// Why reading stopped before the end of the record.
#[derive(Debug)]
pub(super) enum Stop {
    /// The text is over.
    End,
    /// The text is no JSON from here on, or nested too deeply.
    Broken(Box<Issue>),
}

/// Where and under which name a field of the open object was found.
#[derive(Debug, Clone, Copy)]
struct Seen {
    name: usize,
    from: usize,
    to: usize,
}

const UNSEEN: Seen = Seen { name: usize::MAX, from: 0, to: 0 };

/// Memory that parsing needs again for each record.
#[derive(Debug)]
pub(super) struct Scratch {
    seen: Vec<Seen>,
    key: Vec<u8>,
    /// Coercions of the record under way: `node * 8 + kind`.
    pub(super) log: Vec<usize>,
    /// The first thing that is wrong with it.
    pub(super) issue: Option<Box<Issue>>,
    limits: Limits,
    max_value: usize,
    max_depth: usize,
    max_keys: usize,
    /// Cells of list items in the record under way, and how many there may be.
    cells: usize,
    max_cells: usize,
}

impl Scratch {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            seen: Vec::new(),
            key: Vec::new(),
            log: Vec::new(),
            issue: None,
            limits: *limits,
            max_value: length(limits.value_size),
            max_depth: length(limits.nesting),
            max_keys: length(limits.keys),
            cells: 0,
            // A few bytes (`{},`) make an item with a cell for each of its fields: these must not outgrow the record by far.
            max_cells: (length(limits.record_size) / 8).max(1 << 20),
        }
    }

    pub(super) fn clear(&mut self) {
        self.seen.clear();
        self.log.clear();
        self.issue = None;
        self.cells = 0;
    }

    /// Counts a list item of so many cells; `false` where that is too many.
    #[inline]
    pub(super) fn add_cells(&mut self, cells: usize) -> bool {
        self.cells = self.cells.saturating_add(cells);
        self.cells <= self.max_cells
    }

    /// Bytes that a single string may have.
    pub(super) fn max_value(&self) -> usize {
        self.max_value
    }

    /// The sentence about a value of so many bytes.
    pub(super) fn value_size(&self, bytes: usize) -> String {
        format!("the value has {bytes} bytes ({})", self.limits.told("value_size"))
    }

    /// The sentence about too many list items.
    pub(super) fn too_many_cells(&self) -> String {
        format!("the lists of the record have more than {} cells ({})", self.max_cells, self.limits.told("record_size"))
    }

    pub(super) fn count(&mut self, node: usize, kind: CoercionKind) {
        self.log.push(node * CoercionKind::ALL.len() + kind as usize);
    }
}

type Parsed<T = ()> = Result<T, Stop>;

struct Parser<'t, 's> {
    text: &'t [u8],
    at: usize,
    /// Nothing follows the text: a bare token that ends with it is whole.
    whole: bool,
    depth: usize,
    scratch: &'s mut Scratch,
}

/// Appends the record at the start of `text` to `root` and returns where it ends.
///
/// `depth` containers are open around it. Where `scratch.issue` is set afterwards the record must be refused.
pub(super) fn parse_record(
    root: &mut Node,
    text: &[u8],
    whole: bool,
    depth: usize,
    scratch: &mut Scratch,
) -> Parsed<usize> {
    scratch.clear();
    let mut parser = Parser { text, at: 0, whole, depth, scratch };
    if text.first() == Some(&b'{') {
        parser.object(root)?;
    } else {
        parser.refuse_value(root, None)?;
    }
    Ok(parser.at)
}

/// Appends the value that `text` spells to `node`: for cells of other formats that hold JSON.
pub(super) fn parse_value(node: &mut Node, text: &[u8], scratch: &mut Scratch) -> Parsed {
    let mut parser = Parser { text, at: skip_space(text, 0), whole: true, depth: 0, scratch };
    parser.value(node)?;
    let end = skip_space(text, parser.at);
    if end < text.len() { Err(parser.broken(end, "something follows the value".to_owned())) } else { Ok(()) }
}

/// Completes the rule of an issue: `issue.rule` holds what follows the pointer of the value.
pub(super) fn locate(issue: &mut Issue, text: &[u8]) {
    if let Some(suffix) = &issue.rule {
        issue.rule = Some(pointer_at(text, issue.at) + suffix);
    }
}

impl<'t> Parser<'t, '_> {
    #[inline]
    fn peek(&mut self) -> Parsed<u8> {
        self.at = skip_space(self.text, self.at);
        self.text.get(self.at).copied().ok_or(Stop::End)
    }

    #[cold]
    fn broken(&self, at: usize, detail: String) -> Stop {
        Stop::Broken(Box::new(Issue::new("SYNTAX", at, detail)))
    }

    #[cold]
    fn expected(&self, what: &str) -> Stop {
        self.broken(self.at, format!("expected {what}, found {}", show(self.text.get(self.at).copied())))
    }

    #[cold]
    fn issue(&mut self, code: &'static str, at: usize, suffix: &str, detail: String) {
        if self.scratch.issue.is_none() {
            let rule = Some(suffix.to_owned());
            self.scratch.issue = Some(Box::new(Issue { code, at, rule, detail }));
        }
    }

    #[inline]
    fn enter(&mut self) -> Parsed {
        if self.depth >= self.scratch.max_depth {
            let detail = too_deep("containers", &self.scratch.limits);
            return Err(Stop::Broken(Box::new(Issue::new("DEPTH", self.at, detail))));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Reads over a string whose first character is at `at`; its end behind the quote, and whether it has escapes.
    #[inline]
    fn string(&mut self, at: usize) -> Parsed<(usize, bool)> {
        let run = plain_run(self.text, at);
        if self.text.get(run) == Some(&b'"') {
            return Ok((run + 1, false));
        }
        match StringScan::default().feed(self.text, run) {
            StringStep::End(end) => Ok((end, true)),
            StringStep::More => Err(Stop::End),
            StringStep::Bad(at, fault) => Err(self.broken(at, fault.detail().to_owned())),
        }
    }

    /// Reads over a bare token.
    fn token(&mut self) -> Parsed<(&'t [u8], Token)> {
        let end = token_end(self.text, self.at);
        if end == self.at {
            return Err(self.expected("a value"));
        }
        if end == self.text.len() && !self.whole {
            return Err(Stop::End);
        }
        let token = &self.text[self.at..end];
        let kind = classify(token);
        if kind == Token::Unknown {
            return Err(self.broken(self.at, unknown_token(token)));
        }
        self.at = end;
        Ok((token, kind))
    }

    /// Reads the value at `at` into `node`.
    #[inline]
    fn value(&mut self, node: &mut Node) -> Parsed {
        let byte = self.peek()?;
        match (byte, &mut node.data) {
            (b'"', Data::Utf8(column)) => {
                let (end, escaped) = self.string(self.at + 1)?;
                let raw = &self.text[self.at + 1..end - 1];
                if escaped || raw.len() > self.scratch.max_value {
                    return self.long_string(node, end);
                }
                column.push(raw);
                self.at = end;
                Ok(())
            }
            (b'{', Data::Struct(_)) => self.object(node),
            (b'[', Data::List(_)) => self.array(node),
            (b'0'..=b'9' | b'-', Data::Int64(column)) => {
                if let Some((value, end)) = short_int(self.text, self.at) {
                    column.push(Some(value));
                    self.at = end;
                    return Ok(());
                }
                self.other(node, byte)
            }
            (b'0'..=b'9' | b'-', Data::Float64(column)) => {
                if let Some((value, end)) = short_float(self.text, self.at) {
                    column.push(Some(value));
                    self.at = end;
                    return Ok(());
                }
                let start = self.at;
                let (token, kind) = self.token()?;
                if let (Token::Int | Token::Float, Ok(value)) = (kind, number::float(token, kind == Token::Int)) {
                    column.push(Some(value));
                    return Ok(());
                }
                self.at = start;
                self.other(node, byte)
            }
            (b't' | b'f', Data::Boolean(column)) => {
                let start = self.at;
                if let (_, Token::Bool(value)) = self.token()? {
                    column.push(Some(value));
                    return Ok(());
                }
                self.at = start;
                self.other(node, byte)
            }
            _ => self.other(node, byte),
        }
    }

    /// A string with escapes or beyond the limit, for a string column.
    #[cold]
    fn long_string(&mut self, node: &mut Node, end: usize) -> Parsed {
        let Data::Utf8(column) = &mut node.data else { return Ok(()) };
        let start = self.at;
        let raw = &self.text[start + 1..end - 1];
        self.at = end;
        let before = column.closed();
        let sound = unescape(raw, &mut column.data);
        let length = column.data.len() - before;
        if sound.is_ok() && length <= self.scratch.max_value {
            column.close(true);
            return Ok(());
        }
        column.data.truncate(before);
        column.close(false);
        match sound {
            Err(_) => {
                let detail = "the string holds half of a surrogate pair, which is no character".to_owned();
                self.issue("UNICODE", start, "", detail);
            }
            Ok(()) => self.too_large(start, length),
        }
        Ok(())
    }

    #[cold]
    fn too_large(&mut self, start: usize, length: usize) {
        let detail = self.scratch.value_size(length);
        self.issue("VALUE_SIZE", start, "", detail);
    }

    #[cold]
    fn too_many_cells(&mut self, start: usize) {
        let detail = self.scratch.too_many_cells();
        self.issue("RECORD_SIZE", start, "", detail);
    }

    /// Counts a key of the object that begins at `start`.
    #[inline]
    fn count_key(&mut self, keys: &mut usize, start: usize) {
        *keys += 1;
        if *keys > self.scratch.max_keys {
            self.too_many_keys(start);
        }
    }

    #[cold]
    fn too_many_keys(&mut self, start: usize) {
        let detail = format!("the object has too many keys ({})", self.scratch.limits.told("keys"));
        self.issue("KEY_LIMIT", start, "", detail);
    }

    fn object(&mut self, node: &mut Node) -> Parsed {
        let start = self.at;
        self.enter()?;
        let Data::Struct(structure) = &mut node.data else { return Err(self.expected("a value")) };
        let row = structure.validity.len();
        let base = self.scratch.seen.len();
        self.scratch.seen.resize(base + structure.nodes.len(), UNSEEN);
        let (mut last, mut keys) = (None, 0);
        if self.peek()? == b'}' {
            self.at += 1;
        } else {
            loop {
                if self.peek()? != b'"' {
                    return Err(self.expected("a key in double quotes"));
                }
                self.count_key(&mut keys, start);
                let name = self.key(structure, last)?;
                if self.peek()? != b':' {
                    return Err(self.expected("`:` after a key"));
                }
                self.at += 1;
                match name {
                    Some(name) => {
                        self.field(structure, row, base, name)?;
                        last = Some(name);
                    }
                    None => self.skip()?,
                }
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.expected("`,` or `}`")),
                }
            }
        }
        self.depth -= 1;
        for field in 0..structure.nodes.len() {
            let seen = self.scratch.seen.get(base + field).is_some_and(|seen| seen.name != usize::MAX);
            let (Some(node), Some(declared)) = (structure.nodes.get_mut(field), structure.fields.get(field)) else {
                break;
            };
            if !seen {
                node.push_null();
                self.scratch.count(node.id, CoercionKind::Missing);
            }
            if node.required && (!seen || node.is_null(row)) {
                let what = if seen { "is null" } else { "is missing" };
                let detail = format!("the required field `{}` {what}", declared.name());
                self.issue("MISSING_FIELD", start, &pointer_part(declared.name()), detail);
            }
        }
        self.scratch.seen.truncate(base);
        structure.close();
        Ok(())
    }

    /// Reads over a key and says which declared name it is.
    #[inline]
    fn key(&mut self, structure: &mut Struct, last: Option<usize>) -> Parsed<Option<usize>> {
        let start = self.at + 1;
        let guess = structure.guess(last);
        if let Some(name) = structure.names.get(guess) {
            let end = start + name.key.len();
            if self.text.get(end) == Some(&b'"') && name.plain && self.text[start..end] == *name.key {
                self.at = end + 1;
                return Ok(Some(guess));
            }
        }
        let (end, escaped) = self.string(start)?;
        self.at = end;
        let raw = &self.text[start..end - 1];
        if !escaped {
            return Ok(structure.find(raw, last));
        }
        self.scratch.key.clear();
        // Half a surrogate pair is in no declared name.
        Ok(match unescape(raw, &mut self.scratch.key) {
            Ok(()) => structure.find(&self.scratch.key, last),
            Err(_) => None,
        })
    }

    /// Reads the value of a declared field. A second value for it is accepted only where one of the two is null or
    /// both have the same text, and where the two keys differ.
    #[inline]
    fn field(&mut self, structure: &mut Struct, row: usize, base: usize, name: usize) -> Parsed {
        let Some(declared) = structure.names.get(name) else { return self.skip() };
        let (field, alias) = (declared.field, declared.alias);
        let Some(node) = structure.nodes.get_mut(field) else { return self.skip() };
        self.at = skip_space(self.text, self.at);
        let from = self.at;
        let seen = self.scratch.seen.get(base + field).copied().unwrap_or(UNSEEN);
        if seen.name != usize::MAX {
            let same_key = seen.name == name;
            let replace = !same_key && self.text.get(seen.from..seen.to) == Some(b"null");
            if !replace {
                self.skip()?;
                let text = &self.text[from..self.at];
                if same_key || (text != b"null" && self.text.get(seen.from..seen.to) != Some(text)) {
                    let what =
                        if same_key { "stands twice in one object" } else { "has two values under two of its names" };
                    let detail = format!("the field `{}` {what}", structure.fields.get(field).map_or("", |f| f.name()));
                    self.issue("DUP_KEY", from, "", detail);
                }
                return Ok(());
            }
            node.truncate(row);
        }
        self.value(node)?;
        if alias {
            let id = node.id;
            self.scratch.count(id, CoercionKind::Alias);
        }
        if let Some(slot) = self.scratch.seen.get_mut(base + field) {
            *slot = Seen { name, from, to: self.at };
        }
        Ok(())
    }

    fn array(&mut self, node: &mut Node) -> Parsed {
        self.enter()?;
        let Data::List(list) = &mut node.data else { return Err(self.expected("a value")) };
        if self.peek()? == b']' {
            self.at += 1;
        } else {
            loop {
                self.at = skip_space(self.text, self.at);
                let start = self.at;
                if !self.scratch.add_cells(list.item.width) {
                    self.too_many_cells(start);
                    self.skip()?;
                } else {
                    self.value(&mut list.item)?;
                }
                if list.item.required && list.item.len().checked_sub(1).is_some_and(|last| list.item.is_null(last)) {
                    self.issue("MISSING_FIELD", start, "", "items of this list must not be null".to_owned());
                }
                match self.peek()? {
                    b',' => self.at += 1,
                    b']' => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.expected("`,` or `]`")),
                }
            }
        }
        self.depth -= 1;
        list.close(true);
        Ok(())
    }

    /// Everything that is not simply a value of the declared type: null, alternatives, raw JSON, mismatches.
    #[inline(never)]
    fn other(&mut self, node: &mut Node, byte: u8) -> Parsed {
        let start = self.at;
        if byte == b'n' {
            self.token().and_then(|(_, kind)| if kind == Token::Null { Ok(()) } else { self.not_a_number(start) })?;
            node.push_null();
            return Ok(());
        }
        let accepts = node.accepts;
        match &mut node.data {
            Data::Json(column) => {
                self.skip()?;
                let raw = &self.text[start..self.at];
                if raw.len() > self.scratch.max_value {
                    column.close(false);
                    self.too_large(start, raw.len());
                } else {
                    column.push(raw);
                }
                return Ok(());
            }
            Data::List(list) => {
                let (kind, alternative) = match byte {
                    b'{' => (CoercionKind::Struct, Accepts::STRUCT),
                    b'"' => (CoercionKind::String, Accepts::STRING),
                    b't' | b'f' => (CoercionKind::Bool, Accepts::BOOL),
                    _ if classify(&self.text[start..token_end(self.text, start)]) == Token::Float => {
                        (CoercionKind::Float, Accepts::FLOAT)
                    }
                    _ => (CoercionKind::Int, Accepts::INT),
                };
                if accepts.has(alternative) {
                    self.value(&mut list.item)?;
                    list.close(true);
                    self.scratch.count(node.id, kind);
                    return Ok(());
                }
            }
            _ if byte == b'[' && accepts.has(Accepts::LIST) => return self.single_item(node),
            _ => {}
        }
        match byte {
            b'"' => {
                let (end, escaped) = self.string(start + 1)?;
                let raw = &self.text[start + 1..end - 1];
                if accepts.has(Accepts::STRING) && !escaped && push_spelled(node, raw.trim_ascii()) {
                    self.at = end;
                    self.scratch.count(node.id, CoercionKind::String);
                    return Ok(());
                }
            }
            b'{' | b'[' => {}
            _ => {
                let (token, kind) = self.token()?;
                let coercion = match (&mut node.data, kind) {
                    (Data::Utf8(column), Token::Int) if accepts.has(Accepts::INT) => {
                        column.push(token);
                        Some(CoercionKind::Int)
                    }
                    (Data::Utf8(column), Token::Float) if accepts.has(Accepts::FLOAT) => {
                        column.push(token);
                        Some(CoercionKind::Float)
                    }
                    (Data::Utf8(column), Token::Bool(_)) if accepts.has(Accepts::BOOL) => {
                        column.push(token);
                        Some(CoercionKind::Bool)
                    }
                    (Data::Boolean(column), Token::Bool(value)) => {
                        column.push(Some(value));
                        return Ok(());
                    }
                    (Data::Boolean(column), Token::Int)
                        if accepts.has(Accepts::INT) && matches!(token, b"0" | b"1") =>
                    {
                        column.push(Some(token == b"1"));
                        Some(CoercionKind::Int)
                    }
                    (Data::Int64(column), Token::Int) => match number::int(token) {
                        Some(value) => {
                            column.push(Some(value));
                            return Ok(());
                        }
                        None => None,
                    },
                    (Data::Int64(column), Token::Float) if accepts.has(Accepts::FLOAT) => {
                        number::integral(token).map(|value| {
                            column.push(Some(value));
                            CoercionKind::Float
                        })
                    }
                    _ => None,
                };
                if let Some(coercion) = coercion {
                    self.scratch.count(node.id, coercion);
                    return Ok(());
                }
            }
        }
        self.at = start;
        self.refuse_value(node, None)
    }

    /// A list of at most one element where one value is declared.
    fn single_item(&mut self, node: &mut Node) -> Parsed {
        let (start, row) = (self.at, node.len());
        self.enter()?;
        if self.peek()? == b']' {
            node.push_null();
        } else {
            self.value(node)?;
            if self.peek()? == b',' {
                node.truncate(row);
                self.at = start;
                self.depth -= 1;
                return self.refuse_value(node, Some("a list of several values"));
            }
            if self.peek()? != b']' {
                return Err(self.expected("`,` or `]`"));
            }
        }
        self.at += 1;
        self.depth -= 1;
        self.scratch.count(node.id, CoercionKind::List);
        Ok(())
    }

    /// Reads over a value that cannot stand here; the record is refused, but its end must be found.
    fn refuse_value(&mut self, node: &mut Node, found: Option<&str>) -> Parsed {
        let start = self.at;
        let byte = self.peek()?;
        self.skip()?;
        let token = &self.text[start..self.at];
        let kind = classify(token);
        node.push_null();
        let unfaithful = match (&node.data, kind) {
            (Data::Int64(_), Token::Int) => Some("the integer does not fit into 64 bits"),
            (Data::Float64(_), Token::Int | Token::Float) => {
                number::float(token, kind == Token::Int).err().map(|reason| match reason {
                    Unfaithful::Overflow => "the number is beyond the largest 64-bit float",
                    Unfaithful::Underflow => "the number is not zero, but too small for a 64-bit float",
                    Unfaithful::Rounded => "no 64-bit float equals this integer; declare int or string",
                })
            }
            _ => None,
        };
        if let Some(detail) = unfaithful {
            self.issue("NUMBER", start, "", detail.to_owned());
            return Ok(());
        }
        let found = found.unwrap_or(match byte {
            b'{' => "an object",
            b'[' => "a list",
            b'"' => "a string",
            _ => match kind {
                Token::Null => "null",
                Token::Bool(_) => "a truth value",
                Token::Int => "an integer",
                _ => "a number with fraction or exponent",
            },
        });
        self.issue("TYPE", start, "", format!("expected {}, found {found}", node.type_name()));
        Ok(())
    }

    /// Reads over a value of any kind, checking its grammar.
    fn skip(&mut self) -> Parsed {
        match self.peek()? {
            b'"' => self.at = self.string(self.at + 1)?.0,
            b'{' => {
                let (start, mut keys) = (self.at, 0);
                self.enter()?;
                if self.peek()? != b'}' {
                    loop {
                        if self.peek()? != b'"' {
                            return Err(self.expected("a key in double quotes"));
                        }
                        self.count_key(&mut keys, start);
                        self.at = self.string(self.at + 1)?.0;
                        if self.peek()? != b':' {
                            return Err(self.expected("`:` after a key"));
                        }
                        self.at += 1;
                        self.skip()?;
                        match self.peek()? {
                            b',' => self.at += 1,
                            b'}' => break,
                            _ => return Err(self.expected("`,` or `}`")),
                        }
                    }
                }
                self.at += 1;
                self.depth -= 1;
            }
            b'[' => {
                self.enter()?;
                if self.peek()? != b']' {
                    loop {
                        self.skip()?;
                        match self.peek()? {
                            b',' => self.at += 1,
                            b']' => break,
                            _ => return Err(self.expected("`,` or `]`")),
                        }
                    }
                }
                self.at += 1;
                self.depth -= 1;
            }
            _ => {
                let start = self.at;
                if self.token()?.1 == Token::NotANumber {
                    self.not_a_number(start)?;
                }
            }
        }
        Ok(())
    }

    /// A token such as `NaN`: its extent is clear, so only this record is lost.
    #[cold]
    fn not_a_number(&mut self, start: usize) -> Parsed {
        let shown: String = String::from_utf8_lossy(&self.text[start..self.at]).chars().take(40).collect();
        self.issue("NUMBER", start, "", format!("`{shown}` is not a JSON number"));
        Ok(())
    }
}

/// An integer of at most 18 digits that is followed by something.
#[inline]
fn short_int(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let negative = text.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let mut end = first;
    let mut value = 0i64;
    while let Some(digit @ b'0'..=b'9') = text.get(end) {
        if end - first == 18 {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
        end += 1;
    }
    let leading_zero = end - first > 1 && text.get(first) == Some(&b'0');
    match text.get(end) {
        Some(&next) if end > first && !leading_zero && !is_token_byte(next) => {
            Some((if negative { -value } else { value }, end))
        }
        _ => None,
    }
}

/// A number of at most 15 digits without exponent that is followed by something. Such digits are an exact float, as is the
/// power of ten that they are divided by, so the quotient is the float nearest to the decimal.
#[inline]
fn short_float(text: &[u8], at: usize) -> Option<(f64, usize)> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let negative = text.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let mut end = first;
    let mut digits = 0u64;
    let mut read = |end: &mut usize| {
        let from = *end;
        while let Some(digit @ b'0'..=b'9') = text.get(*end) {
            if *end - first > 16 {
                return None;
            }
            digits = digits * 10 + u64::from(digit - b'0');
            *end += 1;
        }
        Some(*end - from)
    };
    let whole = read(&mut end)?;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        end += 1;
        fraction = read(&mut end)?;
        if fraction == 0 {
            return None;
        }
    }
    let leading_zero = whole > 1 && text.get(first) == Some(&b'0');
    let next = *text.get(end)?;
    if whole == 0 || leading_zero || whole + fraction > 15 || is_token_byte(next) {
        return None;
    }
    let value = digits as f64 / POWERS.get(fraction)?;
    Some((if negative { -value } else { value }, end))
}

/// Appends what a string spells to a column of numbers or truth values.
pub(super) fn push_spelled(node: &mut Node, text: &[u8]) -> bool {
    let float_too = node.accepts.has(Accepts::FLOAT);
    match (&mut node.data, classify(text)) {
        (Data::Int64(column), Token::Int) => number::int(text).map(|value| column.push(Some(value))).is_some(),
        (Data::Int64(column), Token::Float) if float_too => {
            number::integral(text).map(|value| column.push(Some(value))).is_some()
        }
        (Data::Float64(column), kind @ (Token::Int | Token::Float)) => {
            number::float(text, kind == Token::Int).map(|value| column.push(Some(value))).is_ok()
        }
        (Data::Boolean(column), Token::Bool(value)) => {
            column.push(Some(value));
            true
        }
        _ => false,
    }
}
