//! `sources`: what a plan reads and how its bytes become rows.

use std::ops::Range;

use arrow::datatypes::SchemaRef;

use super::yaml::{Entry, Fields, Node, Value};
use super::{schema, values};
use crate::diagnostic::{Diagnostic, code};

/// How members are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// By name and first bytes.
    Auto,
    /// One JSON document a member.
    Json,
    /// One JSON document a line.
    Ndjson,
    /// Comma-separated.
    Csv,
    /// Tab-separated.
    Tsv,
    /// Excel workbook.
    Xlsx,
    /// XML.
    Xml,
    /// Plain text.
    Text,
    /// Parquet.
    Parquet,
    /// Pictures, as bytes with type, size and hash.
    Image,
    /// Video, as bytes with type, size and hash.
    Video,
}

/// Text encoding of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Byte order mark, then UTF-8, then CP949.
    Auto,
    /// UTF-8.
    Utf8,
    /// CP949, also called UHC; contains EUC-KR.
    Cp949,
    /// UTF-16 with a byte order mark.
    Utf16,
}

/// What becomes one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// Each record.
    None,
    /// All records of a folder.
    Folder,
    /// All records of a member.
    Member,
    /// All records with the same value at this JSON path, which starts with `$.`.
    Key(String),
}

/// What happens to a member that is damaged in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDamage {
    /// Records before the damage are kept, the rest is one quarantine row.
    KeepBefore,
    /// The whole member is discarded.
    SkipMember,
}

/// How much may land in quarantine before nothing is committed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxQuarantine {
    /// A share of the members or records, 0 to 1.
    Share(f64),
    /// So many members or records.
    Count(u64),
}

/// A table that the plan reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Patterns of objects below the location given at run time; empty for all.
    pub files: Vec<String>,
    /// Patterns of archive members; empty for all.
    pub members: Vec<String>,
    /// How members are read.
    pub format: Format,
    /// JSON paths of the array that holds the records; the first that a document has is taken. Empty for the format's
    /// default.
    pub records: Vec<String>,
    /// Declared fields; `None` when a schema must be pinned before the run.
    pub schema: Option<SchemaRef>,
    /// Text encoding.
    pub encoding: Encoding,
    /// Whether the first line of CSV and TSV names the columns; `None` to look.
    pub header: Option<bool>,
    /// Character between the cells of CSV; `None` for the format's own.
    pub delimiter: Option<char>,
    /// What becomes one row.
    pub group: Group,
    /// Fields by which the records of a group are ordered.
    pub order_by: Vec<String>,
    /// Bytes that a group may take; a larger one is quarantined. `None` for the engine's constant.
    pub max_group_bytes: Option<u64>,
    /// Damaged members.
    pub on_damage: OnDamage,
    /// Limit for the quarantine.
    pub max_quarantine: MaxQuarantine,
    /// Name of a catalogue table to read instead of files.
    pub table: Option<String>,
    /// Bytes of the plan file: the source's name.
    pub span: Range<usize>,
    /// Whether its schema has problems, so that steps which read it are not checked.
    pub(crate) broken_schema: bool,
}

impl Source {
    /// Columns of the table that this source becomes: the declared fields, or `group`, `members`, `records` when it is
    /// grouped, and `_src` (see [`super::lineage_field`]). `None` without a declared schema, and for catalogue tables.
    pub fn table_schema(&self) -> Option<SchemaRef> {
        match (&self.schema, &self.table) {
            (Some(declared), None) => Some(schema::table_schema(declared, self.group != Group::None)),
            _ => None,
        }
    }

    /// Whether its rows have `_src`: those of files do, those of catalogue tables do not.
    pub fn carries_lineage(&self) -> bool {
        self.table.is_none()
    }
}

const KEYS: [&str; 14] = [
    "files",
    "members",
    "format",
    "records",
    "schema",
    "encoding",
    "header",
    "delimiter",
    "group",
    "order_by",
    "max_group_bytes",
    "on_damage",
    "max_quarantine",
    "table",
];

const FORMATS: [(&str, Format); 11] = [
    ("auto", Format::Auto),
    ("json", Format::Json),
    ("ndjson", Format::Ndjson),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("xlsx", Format::Xlsx),
    ("xml", Format::Xml),
    ("text", Format::Text),
    ("parquet", Format::Parquet),
    ("image", Format::Image),
    ("video", Format::Video),
];

const ENCODINGS: [(&str, Encoding); 4] =
    [("auto", Encoding::Auto), ("utf-8", Encoding::Utf8), ("cp949", Encoding::Cp949), ("utf-16", Encoding::Utf16)];

/// Reads one entry of `sources:`.
pub(super) fn read(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<Source> {
    let place = format!("source `{}`", entry.key);
    let fields = Fields::of(&entry.node, &place, &KEYS, out);
    let table = fields.get("table").and_then(|node| node.text("table", out));
    if table.is_some() {
        for other in KEYS.iter().filter(|key| **key != "table").filter_map(|key| fields.entry(key)) {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`{}` cannot stand beside `table`", other.key))
                    .at(other.span.clone(), "a catalogue table has its own form"),
            );
        }
    }
    let strings = |key: &str, out: &mut Vec<Diagnostic>| -> Vec<String> {
        fields.get(key).map(|node| texts(node, key, out)).unwrap_or_default()
    };
    let records = fields.get("records").map(|node| read_records(node, out)).unwrap_or_default();
    let group = fields.get("group").and_then(|node| read_group(node, out)).unwrap_or(Group::None);
    let order_by = strings("order_by", out);
    for key in ["order_by", "max_group_bytes"] {
        // An empty list is what DESIGN's example shows beside `group: none`.
        let idle = group == Group::None && fields.get(key).is_some_and(|node| node.value != Value::List(Vec::new()));
        if let (true, Some(other)) = (idle, fields.entry(key)) {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`{key}` needs `group`"))
                    .at(other.span.clone(), "records are not grouped")
                    .help("add `group: folder`, `group: member` or `group: $.key`"),
            );
        }
    }
    let problems = out.len();
    let schema = fields.get("schema").map(|node| schema::read(node, out));
    let broken_schema = out.len() > problems;
    Some(Source {
        files: strings("files", out),
        members: strings("members", out),
        format: fields.get("format").and_then(|node| node.choice("format", &FORMATS, out)).unwrap_or(Format::Auto),
        records,
        schema,
        broken_schema,
        encoding: fields
            .get("encoding")
            .and_then(|node| node.choice("encoding", &ENCODINGS, out))
            .unwrap_or(Encoding::Auto),
        header: fields.get("header").and_then(|node| node.boolean("header", out)),
        delimiter: fields.get("delimiter").and_then(|node| read_delimiter(node, out)),
        group,
        order_by,
        max_group_bytes: fields.get("max_group_bytes").and_then(|node| values::size(node, "max_group_bytes", out)),
        on_damage: fields
            .get("on_damage")
            .and_then(|node| {
                let choices = [("keep_before", OnDamage::KeepBefore), ("skip_member", OnDamage::SkipMember)];
                node.choice("on_damage", &choices, out)
            })
            .unwrap_or(OnDamage::KeepBefore),
        max_quarantine: fields
            .get("max_quarantine")
            .and_then(|node| read_max_quarantine(node, out))
            .unwrap_or(MaxQuarantine::Share(0.01)),
        table,
        span: entry.span.clone(),
    })
}

fn texts(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Vec<String> {
    node.texts(key, out).into_iter().map(|(text, _)| text).collect()
}

fn read_records(node: &Node, out: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut paths = Vec::new();
    for (path, span) in node.texts("records", out) {
        let rest = path.strip_prefix('$');
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
            paths.push(path);
        } else {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`{path}` is not a path to records"))
                    .at(span, "a path starts with `$`")
                    .help(format!("write `$.{}[*]`", path.trim_start_matches(['$', '.']).trim_end_matches("[*]"))),
            );
        }
    }
    paths
}

fn read_group(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Group> {
    match &node.value {
        Value::Text(text) if text == "none" => Some(Group::None),
        Value::Text(text) if text == "folder" => Some(Group::Folder),
        Value::Text(text) if text == "member" => Some(Group::Member),
        Value::Text(text) if text.len() > 2 && text.starts_with("$.") => Some(Group::Key(text.clone())),
        Value::Text(text) => {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`group` cannot be `{text}`"))
                    .at(node.span.clone(), "expected `none`, `folder`, `member` or `$.key`")
                    .did_you_mean(text, ["none", "folder", "member"]),
            );
            None
        }
        _ => {
            node.reject("group", "none, folder, member or $.key", out);
            None
        }
    }
}

fn read_delimiter(node: &Node, out: &mut Vec<Diagnostic>) -> Option<char> {
    if let Value::Text(text) = &node.value {
        let mut characters = text.chars();
        if let (Some(only), None) = (characters.next(), characters.next())
            && only.is_ascii()
        {
            return Some(only);
        }
    }
    node.reject("delimiter", "one ASCII character", out);
    None
}

fn read_max_quarantine(node: &Node, out: &mut Vec<Diagnostic>) -> Option<MaxQuarantine> {
    let parsed = match &node.value {
        Value::Int(count) => u64::try_from(*count).ok().map(MaxQuarantine::Count),
        Value::Text(text) => {
            values::parse_percent(text).filter(|share| (0.0..=1.0).contains(share)).map(MaxQuarantine::Share)
        }
        _ => None,
    };
    if parsed.is_none() {
        node.reject("max_quarantine", "a share such as 1% or a count", out);
    }
    parsed
}
