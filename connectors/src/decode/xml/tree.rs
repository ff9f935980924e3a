//! The elements of one record: places in its text, no copies of it.

use quick_xml::Reader;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::scan::{is_name, is_name_start, is_space};
use super::text::{control_character, push_lines, push_reference, push_value};
use crate::decode::node::pointer_part;
use crate::decode::number::{Token, classify};
use crate::decode::record::Issue;
use crate::limits::{Limits, length};

/// Stands for no element and no piece of text.
const NONE: u32 = u32::MAX;

/// A part of the record's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u32,
    to: u32,
}

#[derive(Debug, Clone, Copy)]
struct Element {
    /// Where its tag begins.
    start: u32,
    name: Span,
    first_attribute: u32,
    attributes: u32,
    parent: u32,
    next: u32,
    first_child: u32,
    last_child: u32,
    first_piece: u32,
    last_piece: u32,
    nil: bool,
}

#[derive(Debug, Clone, Copy)]
struct Attribute {
    name: Span,
    value: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    CData,
    Reference,
}

/// A piece of an element's text.
#[derive(Debug, Clone, Copy)]
struct Piece {
    text: Span,
    kind: Kind,
    next: u32,
}

/// The elements of a record; made once, filled again for each.
#[derive(Debug)]
pub(super) struct Tree {
    elements: Vec<Element>,
    attributes: Vec<Attribute>,
    pieces: Vec<Piece>,
    most: usize,
    limits: Limits,
}

/// An element of a [`Tree`] with the text that it was made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    text: &'t [u8],
    at: u32,
}

fn offset(at: usize) -> u32 {
    // A record has at most 2^30 bytes (`DecodeOptions::check`).
    u32::try_from(at).unwrap_or(NONE)
}

fn slice(text: &[u8], span: Span) -> &[u8] {
    text.get(span.from as usize..span.to as usize).unwrap_or_default()
}

impl Tree {
    /// A few bytes (`<a/>`) make an element: these must not outgrow the largest record by far.
    pub(super) fn new(limits: &Limits) -> Self {
        let most = (length(limits.record_size) / 32).max(1 << 20);
        Self { elements: Vec::new(), attributes: Vec::new(), pieces: Vec::new(), most, limits: *limits }
    }

    /// Reads the element that is `text`, whose names and nesting were checked.
    ///
    /// # Errors
    /// What makes the record unusable, with its place.
    pub(super) fn read(&mut self, text: &[u8]) -> Result<(), Issue> {
        self.elements.clear();
        self.attributes.clear();
        self.pieces.clear();
        if let Some(at) = control_character(text) {
            return Err(Issue::new("SYNTAX", at, "a control character stands here, which XML does not allow"));
        }
        let mut reader = Reader::from_reader(text);
        reader.config_mut().check_end_names = false;
        let mut open = NONE;
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(at);
                Issue::new("SYNTAX", at.min(text.len()), error.to_string())
            })?;
            let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event {
                Event::Start(tag) => open = self.element(text, &tag, at, open)?,
                Event::Empty(tag) => drop(self.element(text, &tag, at, open)?),
                Event::End(_) => open = self.elements.get(open as usize).map_or(NONE, |element| element.parent),
                Event::Text(_) => self.piece(text, at, end, Kind::Text, open),
                Event::CData(_) => self.piece(text, at + 9, end.saturating_sub(3), Kind::CData, open),
                Event::GeneralRef(name) => {
                    push_reference(&name, &mut Vec::new()).map_err(|detail| Issue::new("SYNTAX", at, detail))?;
                    self.piece(text, at + 1, end.saturating_sub(1), Kind::Reference, open);
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                // The scanner lets none through.
                Event::DocType(_) => return Err(Issue::new("XML_DTD", at, "a document type definition is not read")),
                Event::Eof => break,
            }
            if self.elements.len() + self.attributes.len() + self.pieces.len() > self.most {
                let told = self.limits.told("record_size");
                let detail = format!("the record has more than {} elements, attributes and texts ({told})", self.most);
                return Err(Issue::new("RECORD_SIZE", at, detail));
            }
        }
        if self.elements.is_empty() {
            return Err(Issue::new("SYNTAX", 0, "there is no element"));
        }
        Ok(())
    }

    /// The record's own element.
    pub(super) fn root<'t>(&'t self, text: &'t [u8]) -> Node<'t> {
        Node { tree: self, text, at: 0 }
    }

    fn element(&mut self, text: &[u8], tag: &BytesStart<'_>, start: usize, parent: u32) -> Result<u32, Issue> {
        let at = offset(self.elements.len());
        // The tag's content lies in `text` behind `<`.
        let span = |part: &[u8]| {
            let from = start + 1 + (part.as_ptr() as usize).saturating_sub(tag.as_ptr() as usize);
            Span { from: offset(from), to: offset(from + part.len()) }
        };
        let first = self.attributes.len();
        let mut nil = false;
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| attribute_issue(&error, start + 1))?;
            let (key, value) = (attribute.key.as_ref(), attribute.value.as_ref());
            let name = span(key);
            let issue = |at: u32, detail: String| Issue::new("SYNTAX", at as usize, detail);
            if !key.first().is_some_and(|&byte| is_name_start(byte)) || !key.iter().all(|&byte| is_name(byte)) {
                return Err(issue(name.from, "expected the name of an attribute".to_owned()));
            }
            let value_at = span(value);
            if memchr::memchr(b'&', value).is_some() {
                push_value(value, &mut Vec::new())
                    .map_err(|(inside, detail)| issue(value_at.from + offset(inside), detail))?;
            }
            if key == b"xmlns" || key.starts_with(b"xmlns:") {
                continue;
            }
            nil |= key.ends_with(b":nil") && matches!(value, b"true" | b"1");
            self.attributes.push(Attribute { name, value: value_at });
        }
        self.check_repeated(text, first)?;
        let element = Element {
            start: offset(start),
            name: span(tag.name().as_ref()),
            first_attribute: offset(first),
            attributes: offset(self.attributes.len() - first),
            parent,
            next: NONE,
            first_child: NONE,
            last_child: NONE,
            first_piece: NONE,
            last_piece: NONE,
            nil,
        };
        self.elements.push(element);
        let Some(above) = self.elements.get_mut(parent as usize) else { return Ok(at) };
        let before = std::mem::replace(&mut above.last_child, at);
        if before == NONE {
            above.first_child = at;
            self.drop_blanks(text, parent);
        } else if let Some(before) = self.elements.get_mut(before as usize) {
            before.next = at;
        }
        Ok(at)
    }

    /// Refuses a second attribute of one name among those from `first` on.
    fn check_repeated(&self, text: &[u8], first: usize) -> Result<(), Issue> {
        let own = self.attributes.get(first..).unwrap_or_default();
        let name = |attribute: &Attribute| slice(text, attribute.name);
        let again = if own.len() <= 16 {
            own.iter()
                .enumerate()
                .find(|(nth, attribute)| own.iter().take(*nth).any(|before| name(before) == name(attribute)))
                .map(|(_, attribute)| *attribute)
        } else {
            let mut sorted = own.to_vec();
            sorted.sort_by(|a, b| name(a).cmp(name(b)).then(a.name.from.cmp(&b.name.from)));
            sorted.windows(2).find_map(|pair| match pair {
                [a, b] if name(a) == name(b) => Some(*b),
                _ => None,
            })
        };
        let Some(again) = again else { return Ok(()) };
        let shown = String::from_utf8_lossy(name(&again)).into_owned();
        let mut issue =
            Issue::new("DUP_KEY", again.name.from as usize, format!("the attribute `{shown}` stands twice in one tag"));
        issue.rule = Some(pointer_part(&shown));
        Err(issue)
    }

    /// White space before the first child is layout, not text.
    fn drop_blanks(&mut self, text: &[u8], at: u32) {
        let Some(element) = self.elements.get_mut(at as usize) else { return };
        if let Some(piece) = self.pieces.get(element.first_piece as usize)
            && piece.next == NONE
            && piece.kind == Kind::Text
            && slice(text, piece.text).iter().all(|&byte| is_space(byte))
        {
            element.first_piece = NONE;
            element.last_piece = NONE;
        }
    }

    fn piece(&mut self, text: &[u8], from: usize, to: usize, kind: Kind, open: u32) {
        let Some(element) = self.elements.get_mut(open as usize) else { return };
        let span = Span { from: offset(from), to: offset(to) };
        let layout = element.first_child != NONE && kind == Kind::Text;
        if from >= to || (layout && slice(text, span).iter().all(|&byte| is_space(byte))) {
            return;
        }
        let at = offset(self.pieces.len());
        let before = std::mem::replace(&mut element.last_piece, at);
        if before == NONE {
            element.first_piece = at;
        } else if let Some(before) = self.pieces.get_mut(before as usize) {
            before.next = at;
        }
        self.pieces.push(Piece { text: span, kind, next: NONE });
    }
}

fn attribute_issue(error: &AttrError, content: usize) -> Issue {
    let (at, detail) = match error {
        AttrError::ExpectedEq(at) => (at, "expected `=` behind the name of an attribute"),
        AttrError::ExpectedValue(at) => (at, "expected a value behind `=`"),
        AttrError::UnquotedValue(at) => (at, "expected a value in quotes"),
        AttrError::ExpectedQuote(at, _) => (at, "the closing quote of a value is missing"),
        AttrError::Duplicated(at, _) => (at, "an attribute stands twice in one tag"),
    };
    Issue::new("SYNTAX", content + at, detail)
}

impl<'t> Node<'t> {
    fn element(&self) -> Option<&'t Element> {
        self.tree.elements.get(self.at as usize)
    }

    fn other(self, at: u32) -> Option<Self> {
        (at != NONE).then_some(Self { at, ..self })
    }

    pub(super) fn name(self) -> &'t [u8] {
        self.element().map_or(&[], |element| slice(self.text, element.name))
    }

    /// Where its tag begins in the text.
    pub(super) fn start(self) -> usize {
        self.element().map_or(0, |element| element.start as usize)
    }

    pub(super) fn is_nil(self) -> bool {
        self.element().is_some_and(|element| element.nil)
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let first = self.element().and_then(|element| self.other(element.first_child));
        std::iter::successors(first, move |child| child.element().and_then(|element| self.other(element.next)))
    }

    pub(super) fn has_children(self) -> bool {
        self.element().is_some_and(|element| element.first_child != NONE)
    }

    pub(super) fn has_text(self) -> bool {
        self.element().is_some_and(|element| element.first_piece != NONE)
    }

    /// Names, values as they are written, and where these begin.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'t [u8], &'t [u8], usize)> {
        let range = self.element().map_or(0..0, |element| {
            let first = element.first_attribute as usize;
            first..first + element.attributes as usize
        });
        let attributes = self.tree.attributes.get(range).unwrap_or_default().iter();
        attributes.map(move |attribute| {
            (slice(self.text, attribute.name), slice(self.text, attribute.value), attribute.value.from as usize)
        })
    }

    pub(super) fn has_child(self, name: &[u8]) -> bool {
        self.children().any(|child| child.name() == name)
    }

    /// The text outside of child elements; in an element with children, without white space around it. `buffer` serves
    /// where it cannot be given as it stands.
    pub(super) fn text<'b>(self, buffer: &'b mut Vec<u8>) -> &'b [u8]
    where
        't: 'b,
    {
        let Some(first) = self.element().and_then(|e| self.tree.pieces.get(e.first_piece as usize)) else { return &[] };
        let plain = slice(self.text, first.text);
        let text = if first.next == NONE && first.kind != Kind::Reference && memchr::memchr(b'\r', plain).is_none() {
            plain
        } else {
            buffer.clear();
            let mut piece = Some(first);
            while let Some(now) = piece {
                let raw = slice(self.text, now.text);
                match now.kind {
                    Kind::Text | Kind::CData => push_lines(raw, buffer),
                    // It was resolved once already.
                    Kind::Reference => drop(push_reference(raw, buffer)),
                }
                piece = self.tree.pieces.get(now.next as usize);
            }
            buffer
        };
        if self.has_children() { text.trim_ascii() } else { text }
    }

    /// The pointer of this element in its record.
    pub(super) fn pointer(self) -> String {
        let Some(parent) = self.element().and_then(|element| self.other(element.parent)) else { return String::new() };
        let name = self.name();
        let alike = parent.children().filter(|child| child.name() == name);
        let (index, count) =
            alike.fold((0, 0), |(index, count), child| (index + usize::from(child.at < self.at), count + 1));
        let part = pointer_part(&String::from_utf8_lossy(name));
        if count == 1 { parent.pointer() + &part } else { format!("{}{part}/{index}", parent.pointer()) }
    }

    /// Appends the element as compact JSON. All values are strings; with `typed`, what spells a number or a truth value
    /// is one, and what is empty is null.
    pub(super) fn render(self, typed: bool, out: &mut Vec<u8>) {
        let mut buffer = Vec::new();
        let bare = self.attributes().next().is_none() && !self.has_children();
        if self.is_nil() {
            out.extend_from_slice(b"null");
        } else if bare && self.at != 0 {
            render_text(self.text(&mut buffer), typed, out);
        } else {
            self.render_object(typed, out);
        }
    }

    fn render_object(self, typed: bool, out: &mut Vec<u8>) {
        let mut children: Vec<(&[u8], usize, Self)> =
            self.children().enumerate().map(|(nth, child)| (child.name(), nth, child)).collect();
        children.sort_by(|a, b| a.0.cmp(b.0).then(a.1.cmp(&b.1)));
        let mut groups: Vec<&[(&[u8], usize, Self)]> = children.chunk_by(|a, b| a.0 == b.0).collect();
        groups.sort_by_key(|group| group.first().map(|first| first.1));
        let mut buffer = Vec::new();
        let mut key = Vec::new();
        out.push(b'{');
        let mut comma = false;
        let mut name = |name: &[u8], out: &mut Vec<u8>| {
            if std::mem::replace(&mut comma, true) {
                out.push(b',');
            }
            quote(name, out);
            out.push(b':');
        };
        for (attribute, value, _) in self.attributes() {
            key.clear();
            if children.binary_search_by(|child| child.0.cmp(attribute)).is_ok() {
                key.push(b'@');
            }
            key.extend_from_slice(attribute);
            name(&key, out);
            buffer.clear();
            // It was read once already.
            drop(push_value(value, &mut buffer));
            render_text(&buffer, typed, out);
        }
        for group in groups {
            let Some((tag, _, first)) = group.first() else { continue };
            name(tag, out);
            if group.len() == 1 {
                first.render(typed, out);
                continue;
            }
            for (nth, (_, _, child)) in group.iter().enumerate() {
                out.push(if nth == 0 { b'[' } else { b',' });
                child.render(typed, out);
            }
            out.push(b']');
        }
        let text = self.text(&mut buffer).trim_ascii();
        if !text.is_empty() {
            name(b"#text", out);
            render_text(text, typed, out);
        }
        out.push(b'}');
    }
}

fn render_text(text: &[u8], typed: bool, out: &mut Vec<u8>) {
    let trimmed = text.trim_ascii();
    if typed {
        match classify(trimmed) {
            _ if trimmed.is_empty() => return out.extend_from_slice(b"null"),
            _ if trimmed.eq_ignore_ascii_case(b"true") => return out.extend_from_slice(b"true"),
            _ if trimmed.eq_ignore_ascii_case(b"false") => return out.extend_from_slice(b"false"),
            Token::Int | Token::Float => return out.extend_from_slice(trimmed),
            _ => {}
        }
    }
    quote(text, out);
}

/// Appends `text` as a JSON string.
fn quote(text: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(text);
    // Writing to a vector cannot fail.
    drop(serde_json::to_writer(&mut *out, text.as_ref()));
}
