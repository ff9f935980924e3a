//! Elements into columns, guided by the declared schema.

use super::text::push_value;
use super::tree::Node as Element;
use crate::decode::counts::CoercionKind;
use crate::decode::delimited::push_text;
use crate::decode::node::{Data, Node, Struct, pointer_part};
use crate::decode::record::{Issue, Scratch};

/// No name of the field has been seen in the element under way.
const UNSEEN: usize = usize::MAX;

/// Memory that filling needs again for each record.
#[derive(Debug, Default)]
pub(super) struct Filler {
    /// For each field of the open elements the name under which it was found.
    seen: Vec<usize>,
    text: Vec<u8>,
    key: Vec<u8>,
}

/// A value: an element, or an attribute of one.
#[derive(Clone, Copy)]
enum Value<'t> {
    Element(Element<'t>),
    Attribute {
        of: Element<'t>,
        name: &'t [u8],
        raw: &'t [u8],
        at: usize,
    },
    /// The text of an element that has more than text.
    Text(Element<'t>),
}

impl<'t> Value<'t> {
    fn at(self) -> usize {
        match self {
            Self::Element(element) | Self::Text(element) => element.start(),
            Self::Attribute { at, .. } => at,
        }
    }

    fn pointer(self) -> String {
        match self {
            Self::Element(element) => element.pointer(),
            Self::Attribute { of, name, .. } => of.pointer() + &pointer_part(&String::from_utf8_lossy(name)),
            Self::Text(element) => element.pointer() + "/#text",
        }
    }

    fn text<'b>(self, buffer: &'b mut Vec<u8>) -> &'b [u8]
    where
        't: 'b,
    {
        match self {
            Self::Element(element) => element.text(buffer),
            Self::Text(element) => element.text(buffer).trim_ascii(),
            Self::Attribute { raw, .. }
                if memchr::memchr3(b'&', b'\n', b'\t', raw).is_none() && !raw.contains(&b'\r') =>
            {
                raw
            }
            Self::Attribute { raw, .. } => {
                buffer.clear();
                // The record's reader has resolved it once already.
                drop(push_value(raw, buffer));
                buffer
            }
        }
    }
}

impl Filler {
    /// Appends the record to the fields of the root; what is wrong goes to `scratch.issue`.
    pub(super) fn record(&mut self, root: &mut Struct, record: Element<'_>, scratch: &mut Scratch) {
        self.seen.clear();
        self.fields(root, record, scratch);
    }

    fn fields(&mut self, structure: &mut Struct, element: Element<'_>, scratch: &mut Scratch) {
        let row = structure.validity.len();
        let base = self.seen.len();
        self.seen.resize(base + structure.nodes.len(), UNSEEN);
        let marked = structure.names.iter().any(|name| name.key.first() == Some(&b'@'));
        let mut last = None;
        for (name, raw, at) in element.attributes() {
            let mut found = None;
            if marked {
                self.key.clear();
                self.key.push(b'@');
                self.key.extend_from_slice(name);
                found = structure.names.iter().position(|declared| *declared.key == *self.key);
            }
            if found.is_none() {
                found = lookup(structure, name, last).filter(|_| !element.has_child(name));
            }
            if let Some(found) = found {
                last = Some(found);
                self.field(structure, base, found, Value::Attribute { of: element, name, raw, at }, scratch);
            }
        }
        for child in element.children() {
            let Some(found) = lookup(structure, child.name(), last) else { continue };
            last = Some(found);
            self.field(structure, base, found, Value::Element(child), scratch);
        }
        if element.has_text()
            && let Some(found) = structure.names.iter().position(|name| *name.key == *b"#text")
            && !element.text(&mut self.text).trim_ascii().is_empty()
        {
            self.field(structure, base, found, Value::Text(element), scratch);
        }
        for (at, node) in structure.nodes.iter_mut().enumerate() {
            let seen = self.seen.get(base + at).is_some_and(|&seen| seen != UNSEEN);
            match &mut node.data {
                Data::List(list) if seen => list.close(true),
                _ if seen => {}
                _ => {
                    node.push_null();
                    scratch.count(node.id, CoercionKind::Missing);
                }
            }
            if node.required && node.is_null(row) {
                let name = structure.fields.get(at).map_or("", |field| field.name());
                let what = if seen { "has no value" } else { "is missing" };
                let detail = format!("the required field `{name}` {what}");
                let rule = || element.pointer() + &pointer_part(name);
                note(scratch, "MISSING_FIELD", element.start(), rule, detail);
            }
        }
        self.seen.truncate(base);
        structure.close();
    }

    /// Appends one value of a field.
    fn field(&mut self, structure: &mut Struct, base: usize, name: usize, value: Value<'_>, scratch: &mut Scratch) {
        let Some((field, alias)) = structure.names.get(name).map(|name| (name.field, name.alias)) else { return };
        let (Some(node), Some(seen)) = (structure.nodes.get_mut(field), self.seen.get_mut(base + field)) else {
            return;
        };
        let before = std::mem::replace(seen, name);
        let declared = || structure.fields.get(field).map_or("", |field| field.name());
        if before != UNSEEN && before != name {
            let detail = format!("the field `{}` has values under two of its names", declared());
            note(scratch, "DUP_KEY", value.at(), || value.pointer(), detail);
        }
        if let Data::List(list) = &mut node.data {
            if !scratch.add_cells(list.item.width) {
                let detail = "the lists of the record have too many cells".to_owned();
                note(scratch, "RECORD_SIZE", value.at(), || value.pointer(), detail);
                return;
            }
            let row = list.item.len();
            self.value(&mut list.item, value, scratch);
            if list.item.required && list.item.is_null(row) {
                let detail = "items of this list must have a value".to_owned();
                note(scratch, "MISSING_FIELD", value.at(), || value.pointer(), detail);
            }
        } else if before == UNSEEN {
            self.value(node, value, scratch);
        } else if before == name {
            let detail = format!("expected one value of `{}`, found several", declared());
            note(scratch, "TYPE", value.at(), || value.pointer(), detail);
        }
        if alias && before == UNSEEN {
            scratch.count(node.id, CoercionKind::Alias);
        }
    }

    fn value(&mut self, node: &mut Node, value: Value<'_>, scratch: &mut Scratch) {
        if let Value::Element(element) = value
            && element.is_nil()
        {
            return node.push_null();
        }
        match (&mut node.data, value) {
            (Data::Struct(structure), Value::Element(element)) => self.fields(structure, element, scratch),
            (Data::Struct(_), _) => {
                node.push_null();
                note(scratch, "TYPE", value.at(), || value.pointer(), "expected an element, found text".to_owned());
            }
            (Data::List(list), _) => {
                self.value(&mut list.item, value, scratch);
                list.close(true);
            }
            (Data::Json(column), _) => {
                self.key.clear();
                match value {
                    Value::Element(element) => element.render(false, &mut self.key),
                    _ => {
                        let text = String::from_utf8_lossy(value.text(&mut self.text));
                        // Writing to a vector cannot fail.
                        drop(serde_json::to_writer(&mut self.key, text.as_ref()));
                    }
                }
                if self.key.len() > scratch.max_value() {
                    column.close(false);
                    too_large(scratch, value, self.key.len());
                } else {
                    column.push(&self.key);
                }
            }
            (_, Value::Element(element)) if element.has_children() => {
                let detail = format!("expected {}, found an element with others inside", node.type_name());
                node.push_null();
                note(scratch, "TYPE", value.at(), || value.pointer(), detail);
            }
            (Data::Utf8(column), _) => {
                let text = value.text(&mut self.text);
                if text.len() > scratch.max_value() {
                    column.close(false);
                    let length = text.len();
                    too_large(scratch, value, length);
                } else {
                    column.push(text);
                }
            }
            _ => {
                let text = value.text(&mut self.text);
                if let Some((code, detail)) = push_text(node, text, true, scratch) {
                    note(scratch, code, value.at(), || value.pointer(), detail);
                }
            }
        }
    }
}

fn lookup(structure: &mut Struct, name: &[u8], last: Option<usize>) -> Option<usize> {
    let guess = structure.guess(last);
    match structure.names.get(guess) {
        Some(declared) if *declared.key == *name => Some(guess),
        _ => structure.find(name, last),
    }
}

#[cold]
fn too_large(scratch: &mut Scratch, value: Value<'_>, length: usize) {
    let detail = scratch.value_size(length);
    note(scratch, "VALUE_SIZE", value.at(), || value.pointer(), detail);
}

#[cold]
fn note(scratch: &mut Scratch, code: &'static str, at: usize, rule: impl FnOnce() -> String, detail: String) {
    // A pointer is found by looking at all neighbours: only once in a record.
    if scratch.issue.is_none() {
        scratch.issue = Some(Box::new(Issue { code, at, rule: Some(rule()), detail }));
    }
}
