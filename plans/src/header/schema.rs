//! Declared schemas: what a plan says that its records hold, as an Arrow schema.
//!
//! A field is a type name (`string`, `int`, `float`, `bool`, `json`, `struct`, `list<…>`) or a mapping
//! `{ type, aliases, alternatives, required, fields }`. What Arrow's types cannot say goes into the field's metadata:
//! [`ALIASES`], [`ALTERNATIVES`], [`JSON`], [`REQUIRED`].

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields as ArrowFields, Schema, SchemaRef};

use super::yaml::{Entry, Fields, Node, Value, one_of};
use crate::diagnostic::{Diagnostic, code};

/// Metadata key: JSON array of other names under which the field may stand in the data.
pub const ALIASES: &str = "jogak:aliases";
/// Metadata key: JSON array of other types whose values are converted, and counted.
pub const ALTERNATIVES: &str = "jogak:alternatives";
/// Metadata key, value `true`: the text is any JSON value, kept as it stands.
pub const JSON: &str = "jogak:json";
/// Metadata key, value `true`: a record without the field is quarantined.
pub const REQUIRED: &str = "jogak:required";

/// The column that says where a row comes from. See [`lineage_field`].
pub const LINEAGE: &str = "_src";

const TYPES: [&str; 7] = ["string", "int", "float", "bool", "json", "struct", "list<…>"];

/// A type as it is written, before the fields of its struct are known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum TypeName {
    Text,
    Int,
    Float,
    Bool,
    Json,
    Struct,
    List(Box<TypeName>),
}

impl TypeName {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(inner) = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
            return Some(TypeName::List(Box::new(TypeName::parse(inner)?)));
        }
        match text {
            "string" => Some(TypeName::Text),
            "int" => Some(TypeName::Int),
            "float" => Some(TypeName::Float),
            "bool" => Some(TypeName::Bool),
            "json" => Some(TypeName::Json),
            "struct" => Some(TypeName::Struct),
            _ => None,
        }
    }

    fn name(&self) -> String {
        match self {
            TypeName::Text => "string".to_owned(),
            TypeName::Int => "int".to_owned(),
            TypeName::Float => "float".to_owned(),
            TypeName::Bool => "bool".to_owned(),
            TypeName::Json => "json".to_owned(),
            TypeName::Struct => "struct".to_owned(),
            TypeName::List(inner) => format!("list<{}>", inner.name()),
        }
    }

    fn holds_struct(&self) -> bool {
        match self {
            TypeName::Struct => true,
            TypeName::List(inner) => inner.holds_struct(),
            _ => false,
        }
    }

    /// The types whose values the decoder can turn into this type without losing anything. `list` is a list of one
    /// where one value is declared; alternatives of a list hold for its items too.
    fn alternatives(&self) -> Vec<String> {
        let names: &[&str] = match self {
            TypeName::Text => &["int", "float", "bool", "list"],
            TypeName::Int => &["string", "float", "list"],
            TypeName::Float => &["string", "int", "list"],
            TypeName::Bool => &["string", "int", "list"],
            TypeName::Struct => &["list"],
            TypeName::Json => &[],
            TypeName::List(inner) => {
                let item = match **inner {
                    TypeName::Json | TypeName::List(_) => None,
                    _ => Some(inner.name()),
                };
                return item.into_iter().chain(inner.alternatives()).filter(|name| name != "list").collect();
            }
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn data_type(&self, fields: &ArrowFields) -> DataType {
        match self {
            TypeName::Text | TypeName::Json => DataType::Utf8,
            TypeName::Int => DataType::Int64,
            TypeName::Float => DataType::Float64,
            TypeName::Bool => DataType::Boolean,
            TypeName::Struct => DataType::Struct(fields.clone()),
            TypeName::List(inner) => {
                let mut item = Field::new("item", inner.data_type(fields), true);
                if **inner == TypeName::Json {
                    item = item.with_metadata(HashMap::from([(JSON.to_owned(), "true".to_owned())]));
                }
                DataType::List(Arc::new(item))
            }
        }
    }
}

/// Reads `schema:`. Fields that are wrong are reported and left out.
pub(super) fn read(node: &Node, out: &mut Vec<Diagnostic>) -> SchemaRef {
    let entries = node.entries("schema", out);
    if entries.is_empty() && matches!(node.value, Value::Map(_)) {
        node.reject("schema", "a mapping with at least one field", out);
    }
    Arc::new(Schema::new(read_fields(entries, true, out)))
}

fn read_fields(entries: &[Entry], top: bool, out: &mut Vec<Diagnostic>) -> Vec<FieldRef> {
    let mut names: Vec<(String, Range<usize>)> = Vec::new();
    let mut fields = Vec::new();
    for entry in entries {
        if top && entry.key == LINEAGE {
            out.push(
                Diagnostic::error(code::BAD_NAME, "a field cannot be called `_src`")
                    .at(entry.span.clone(), "the engine adds this column"),
            );
            continue;
        }
        claim(&mut names, &entry.key, &entry.span, out);
        if let Some((field, aliases)) = read_field(entry, out) {
            for (alias, span) in aliases {
                claim(&mut names, &alias, &span, out);
            }
            fields.push(Arc::new(field));
        }
    }
    fields
}

/// Two fields with one name or alias would fight for one value.
fn claim(names: &mut Vec<(String, Range<usize>)>, name: &str, span: &Range<usize>, out: &mut Vec<Diagnostic>) {
    match names.iter().find(|(taken, _)| taken == name) {
        Some((_, first)) => out.push(
            Diagnostic::error(code::DUPLICATE, format!("two fields are called `{name}`"))
                .at(span.clone(), "a second time here")
                .at(first.clone(), "first here"),
        ),
        None => names.push((name.to_owned(), span.clone())),
    }
}

type Aliases = Vec<(String, Range<usize>)>;

fn read_field(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<(Field, Aliases)> {
    if let Value::Text(_) = entry.node.value {
        let kind = read_type(&entry.node, out)?;
        return finish(entry, &entry.node.span, kind, None, Vec::new(), HashMap::new(), out);
    }
    let place = format!("field `{}`", entry.key);
    let keys = Fields::of(&entry.node, &place, &["type", "aliases", "alternatives", "required", "fields"], out);
    let mut metadata = HashMap::new();
    let aliases = keys.get("aliases").map(|node| node.texts("aliases", out)).unwrap_or_default();
    if !aliases.is_empty() {
        metadata.insert(ALIASES.to_owned(), json_array(aliases.iter().map(|(alias, _)| alias.as_str())));
    }
    if keys.get("required").and_then(|node| node.boolean("required", out)) == Some(true) {
        metadata.insert(REQUIRED.to_owned(), "true".to_owned());
    }
    let type_node = keys.require("type", &place, &entry.span, out)?;
    let kind = read_type(type_node, out)?;
    if let Some(node) = keys.get("alternatives") {
        let names = read_alternatives(node, &entry.key, &kind, out);
        metadata.insert(ALTERNATIVES.to_owned(), json_array(names.iter().map(String::as_str)));
    }
    finish(entry, &type_node.span, kind, keys.entry("fields"), aliases, metadata, out)
}

fn finish(
    entry: &Entry,
    type_span: &Range<usize>,
    kind: TypeName,
    fields: Option<&Entry>,
    aliases: Aliases,
    mut metadata: HashMap<String, String>,
    out: &mut Vec<Diagnostic>,
) -> Option<(Field, Aliases)> {
    let children = match (kind.holds_struct(), fields) {
        (true, Some(fields)) => read_fields(fields.node.entries("fields", out), false, out),
        (true, None) => {
            out.push(
                Diagnostic::error(code::MISSING_KEY, format!("field `{}` needs `fields`", entry.key))
                    .at(type_span.clone(), "a struct of what?")
                    .help(format!("write `{}: {{ type: {}, fields: {{ … }} }}`", entry.key, kind.name())),
            );
            return None;
        }
        (false, Some(fields)) => {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`fields` cannot stand beside the type {}", kind.name()))
                    .at(fields.span.clone(), "only struct and list<struct> have fields"),
            );
            Vec::new()
        }
        (false, None) => Vec::new(),
    };
    if kind == TypeName::Json {
        metadata.insert(JSON.to_owned(), "true".to_owned());
    }
    let field = Field::new(&entry.key, kind.data_type(&ArrowFields::from(children)), true).with_metadata(metadata);
    Some((field, aliases))
}

fn read_type(node: &Node, out: &mut Vec<Diagnostic>) -> Option<TypeName> {
    let text = node.text("type", out)?;
    let kind = TypeName::parse(&text);
    if kind.is_none() {
        out.push(
            Diagnostic::error(code::BAD_VALUE, format!("there is no type `{text}`"))
                .at(node.span.clone(), format!("expected {}", one_of(&TYPES)))
                .did_you_mean(
                    &text,
                    ["string", "int", "float", "bool", "json", "struct", "list<struct>", "list<string>"],
                ),
        );
    }
    kind
}

/// Alternatives that the type can hold; the others are reported.
fn read_alternatives(node: &Node, field: &str, kind: &TypeName, out: &mut Vec<Diagnostic>) -> Vec<String> {
    let allowed = kind.alternatives();
    let mut names = Vec::new();
    for (text, span) in node.texts("alternatives", out) {
        if allowed.contains(&text) {
            names.push(text);
            continue;
        }
        let label = match TypeName::parse(&text) {
            None if text != "list" => "there is no such type".to_owned(),
            Some(other) if other == *kind => format!("this is the type of `{field}` already"),
            _ => format!("a value of this type cannot become {}", kind.name()),
        };
        let words: Vec<&str> = allowed.iter().map(String::as_str).collect();
        let help = if words.is_empty() {
            format!("{} takes no alternatives", kind.name())
        } else {
            format!("{} takes {}", kind.name(), one_of(&words))
        };
        out.push(
            Diagnostic::error(code::ALTERNATIVE, format!("`{field}` cannot hold the alternative `{text}`"))
                .at(span, label)
                .help(help),
        );
    }
    names
}

fn json_array<'a>(items: impl Iterator<Item = &'a str>) -> String {
    serde_json::Value::from_iter(items).to_string()
}

/// The `_src` column: `{dataset_id, object, member: text; member_index, record: int; sha256: text}`.
pub fn lineage_field() -> Field {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    Field::new_struct(
        LINEAGE,
        vec![
            text("dataset_id"),
            text("object"),
            text("member"),
            number("member_index"),
            number("record"),
            text("sha256"),
        ],
        true,
    )
}

/// The columns of the table that a source becomes: the declared ones, or, when `grouped`, `group` (text), `members`
/// (list of texts), `records` (list of the declared fields as a struct) and `damaged` (records of the clip that could not
/// be used); then `_src`.
pub fn table_schema(declared: &Schema, grouped: bool) -> SchemaRef {
    let mut fields: Vec<FieldRef> = if grouped {
        let record = Field::new("item", DataType::Struct(declared.fields().clone()), true);
        vec![
            Arc::new(Field::new("group", DataType::Utf8, true)),
            Arc::new(Field::new_list("members", Field::new("item", DataType::Utf8, true), true)),
            Arc::new(Field::new_list("records", record, true)),
            Arc::new(Field::new("damaged", DataType::Int64, true)),
        ]
    } else {
        declared.fields().iter().cloned().collect()
    };
    fields.push(Arc::new(lineage_field()));
    Arc::new(Schema::new(fields))
}
