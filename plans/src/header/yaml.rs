//! The header's YAML as a tree in which every value knows its bytes in the plan file, and readers that report what does
//! not fit instead of stopping.

use std::borrow::Cow;
use std::ops::Range;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Marker, Scalar, YamlData};

use super::shape;
use crate::diagnostic::{Diagnostic, SourceFile, code};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// Bytes of the plan file.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) value: Value,
}

/// What YAML can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) node: Node,
}

/// Byte offsets in the plan file of the characters of the header.
struct Offsets {
    bytes: Vec<usize>,
}

impl Offsets {
    fn new(source: &SourceFile, range: &Range<usize>) -> Self {
        let text = source.slice(range);
        let mut bytes: Vec<usize> = text.char_indices().map(|(offset, _)| range.start + offset).collect();
        bytes.push(range.end);
        Self { bytes }
    }

    fn at(&self, marker: &Marker) -> usize {
        self.bytes.get(marker.index()).or(self.bytes.last()).copied().unwrap_or(0)
    }
}

/// Reads the YAML in `range` of the file.
pub(super) fn load(source: &SourceFile, range: &Range<usize>, out: &mut Vec<Diagnostic>) -> Option<Node> {
    let offsets = Offsets::new(source, range);
    if let Some((place, message)) = shape::problem(source.slice(range)) {
        let start = offsets.at(&place).min(range.end);
        out.push(Diagnostic::error(code::YAML, message).at(start..start, "here"));
        return None;
    }
    match MarkedYaml::load_from_str(source.slice(range)) {
        Ok(documents) => {
            if let Some(second) = documents.get(1) {
                let start = offsets.at(&second.span.start);
                out.push(
                    Diagnostic::error(code::YAML, "the header holds more than one YAML document")
                        .at(start..start, "a second document starts here"),
                );
            }
            // Without any document the header is empty, which its reader says.
            let nothing = || Node { value: Value::Null, span: range.start..range.start };
            Some(documents.first().map_or_else(nothing, |document| convert(document, source, &offsets)))
        }
        Err(error) => {
            let start = offsets.at(error.marker()).min(range.end);
            let duplicate = error.info().contains("duplicate");
            let (code, message) = if duplicate {
                (code::DUPLICATE, "a key stands twice in one mapping".to_owned())
            } else {
                (code::YAML, format!("the header is not well-formed YAML: {}", error.info()))
            };
            let rest = source.slice(&(start..range.end));
            let word = rest.find([':', ',', '{', '}', '[', ']', ' ', '\n']).filter(|length| *length > 0);
            let end = start + word.or_else(|| rest.chars().next().map(char::len_utf8)).unwrap_or(0);
            let label = if duplicate { "a second time here" } else { "the reader stopped here" };
            out.push(Diagnostic::error(code, message).at(start..end, label));
            None
        }
    }
}

fn convert(node: &MarkedYaml<'_>, source: &SourceFile, offsets: &Offsets) -> Node {
    let start = offsets.at(&node.span.start);
    let end = offsets.at(&node.span.end).max(start);
    let mut span = start..end;
    let value = match &node.data {
        YamlData::Value(scalar) => convert_scalar(scalar),
        YamlData::Representation(text, ..) => Value::Text(text.clone().into_owned()),
        YamlData::Sequence(items) => Value::List(items.iter().map(|item| convert(item, source, offsets)).collect()),
        YamlData::Mapping(map) => Value::Map(
            map.iter()
                .map(|(key, value)| {
                    let key_node = convert(key, source, offsets);
                    let text = match &key_node.value {
                        Value::Text(text) => text.clone(),
                        _ => source.slice(&key_node.span).to_owned(),
                    };
                    Entry { key: text, span: key_node.span, node: convert(value, source, offsets) }
                })
                .collect(),
        ),
        YamlData::Tagged(_, inner) => return convert(inner, source, offsets),
        YamlData::Alias(_) | YamlData::BadValue => Value::Null,
    };
    // Block values end where the next token starts; a caret under line feeds helps nobody.
    span.end = span.start + source.slice(&span).trim_end().len();
    Node { span, value }
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::Int(*value),
        Scalar::FloatingPoint(value) => Value::Float(value.into_inner()),
        Scalar::String(text) => Value::Text(text.clone().into_owned()),
    }
}

impl Node {
    /// What the value is, for `expected …, found …`.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(value) => format!("the number {value}"),
            Value::Float(value) => format!("the number {value}"),
            Value::Text(text) if text.chars().count() <= 40 => format!("`{text}`"),
            Value::Text(_) => "a text".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }

    /// Reports that the value is not what `key` takes.
    pub(super) fn reject(&self, key: &str, expected: &str, out: &mut Vec<Diagnostic>) {
        let label = format!("expected {expected}");
        out.push(
            Diagnostic::error(code::BAD_VALUE, format!("`{key}` must be {expected}, found {}", self.describe()))
                .at(self.span.clone(), label),
        );
    }

    /// A text; numbers are refused, because `1.10` would lose its zero.
    pub(super) fn text(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            _ => {
                self.reject(key, "a text", out);
                None
            }
        }
    }

    /// A scalar as it would be written on the command line.
    pub(super) fn scalar_text(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Bool(value) => Some(Cow::Owned(value.to_string())),
            Value::Int(value) => Some(Cow::Owned(value.to_string())),
            Value::Float(value) => Some(Cow::Owned(value.to_string())),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// A whole number of at least `least`.
    pub(super) fn integer(&self, key: &str, least: i64, out: &mut Vec<Diagnostic>) -> Option<i64> {
        match &self.value {
            Value::Int(value) if *value >= least => Some(*value),
            _ => {
                self.reject(key, &format!("a whole number of at least {least}"), out);
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            _ => {
                self.reject(key, "true or false", out);
                None
            }
        }
    }

    /// A text or a list of texts, each with its place.
    pub(super) fn texts(&self, key: &str, out: &mut Vec<Diagnostic>) -> Vec<(String, Range<usize>)> {
        match &self.value {
            Value::Text(text) => vec![(text.clone(), self.span.clone())],
            Value::List(items) => {
                items.iter().filter_map(|item| Some((item.text(key, out)?, item.span.clone()))).collect()
            }
            _ => {
                self.reject(key, "a text or a list of texts", out);
                Vec::new()
            }
        }
    }

    /// The items of a list.
    pub(super) fn list(&self, key: &str, out: &mut Vec<Diagnostic>) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => {
                self.reject(key, "a list", out);
                &[]
            }
        }
    }

    /// The entries of a mapping whose keys are free.
    pub(super) fn entries(&self, key: &str, out: &mut Vec<Diagnostic>) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            _ => {
                self.reject(key, "a mapping", out);
                &[]
            }
        }
    }

    /// One of the words in `choices`.
    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)], out: &mut Vec<Diagnostic>) -> Option<T> {
        let text = self.scalar_text();
        let found = text.as_deref().and_then(|text| choices.iter().find(|(word, _)| *word == text));
        if let Some((_, value)) = found {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let diagnostic = Diagnostic::error(code::BAD_VALUE, format!("`{key}` cannot be {}", self.describe()))
            .at(self.span.clone(), format!("expected {}", one_of(&words)))
            .did_you_mean(text.as_deref().unwrap_or(""), words.iter().copied());
        out.push(diagnostic);
        None
    }

    /// The value as JSON, for rows in tests.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::Text(text) => text.clone().into(),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect(),
        }
    }
}

/// `a`, `b` or `c`.
pub(super) fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => format!("`{last}`"),
        Some((last, rest)) => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

/// The entries of a mapping whose keys are fixed.
pub(super) struct Fields<'a> {
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// Reports a value that is no mapping, and every key that is not in `keys`.
    pub(super) fn of(node: &'a Node, place: &str, keys: &[&str], out: &mut Vec<Diagnostic>) -> Self {
        let entries = node.entries(place, out);
        for entry in entries.iter().filter(|entry| !keys.contains(&entry.key.as_str())) {
            let mut diagnostic = Diagnostic::error(code::UNKNOWN_KEY, format!("{place} has no key `{}`", entry.key))
                .at(entry.span.clone(), "unknown key")
                .did_you_mean(&entry.key, keys.iter().copied());
            if diagnostic.help.is_none() {
                diagnostic = diagnostic.help(format!("the keys are {}", keys.join(", ")));
            }
            out.push(diagnostic);
        }
        Self { entries }
    }

    /// The entry called `key`.
    pub(super) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of `key`; an empty value counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.node).filter(|node| node.value != Value::Null)
    }

    /// The value of a key that must be there.
    pub(super) fn require(
        &self,
        key: &str,
        place: &str,
        place_span: &Range<usize>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            let span = self.entry(key).map_or(place_span, |entry| &entry.span);
            out.push(
                Diagnostic::error(code::MISSING_KEY, format!("{place} needs `{key}`"))
                    .at(span.clone(), format!("`{key}` is missing")),
            );
        }
        found
    }
}
