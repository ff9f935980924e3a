//! The header of a plan file: a leading `/* @plan … @plan */` comment holding YAML, read into typed values.
//!
//! Everything that is wrong is reported at once, each problem at its own place in the file.

mod checks;
mod fixtures;
mod params;
mod schema;
mod shape;
mod source;
mod values;
mod yaml;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use checks::{Check, CheckKind, ColumnDoc, ColumnRule, OnFail, column_sql, column_type};
pub use fixtures::{Content, Expectation, ExpectedRows, Given, PlanTest};
pub use params::{Param, ParamType, ParamValue};
pub use schema::{ALIASES, ALTERNATIVES, JSON, LINEAGE, REQUIRED, lineage_field, table_schema};
pub use source::{Encoding, Format, Group, MaxQuarantine, OnDamage, Source};

use crate::diagnostic::{Diagnostic, SourceFile, code};
use yaml::{Entry, Fields, Node, Value};

const OPEN: &str = "@plan";
const CLOSE: &str = "@plan */";
const KEYS: [&str; 13] = [
    "name",
    "title",
    "tags",
    "version",
    "description",
    "owner",
    "sources",
    "params",
    "outputs",
    "columns",
    "checks",
    "tests",
    "schedule",
];

/// A text in the two languages of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Localized {
    /// Korean.
    pub ko: Option<String>,
    /// English.
    pub en: Option<String>,
}

/// How a run adds to an output's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputMode {
    /// New inputs add rows, changed inputs replace their own.
    Append,
}

/// One table that the plan writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// How a run adds to it.
    pub mode: OutputMode,
    /// Columns by which the engine sorts when the plan is not record-wise.
    pub key: Vec<String>,
    /// Columns by which the shards are divided.
    pub partition: Vec<String>,
    /// Bytes after which a new shard begins; `None` for the engine's constant.
    pub target_size: Option<u64>,
    /// Consumer forms that `publish` makes by default: `hf`, `lerobot`, `aihub`, `trl:…`.
    pub publish: Vec<String>,
    /// Bytes of the plan file: the output's name.
    pub span: Range<usize>,
    /// Bytes of the plan file, one span for each of `key`, then for each of `partition`.
    pub column_spans: Vec<Range<usize>>,
}

/// What happens to slots that were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// They are forgotten.
    None,
    /// One run for all of them.
    Latest,
    /// One run for each of them.
    All,
}

/// What happens when a slot comes while the last run is still going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// The new one is skipped, with its reason recorded.
    Skip,
    /// The new one waits.
    Queue,
    /// The old one is cancelled.
    CancelOld,
}

/// When the plan runs by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Five cron fields or an `@word`.
    pub cron: String,
    /// IANA name; `None` for the project's default.
    pub timezone: Option<String>,
    /// Missed slots.
    pub catch_up: CatchUp,
    /// Slots that come too early.
    pub overlap: Overlap,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

/// Everything that the header says.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Name of the plan; its outputs lie below it.
    pub name: String,
    /// Title for people.
    pub title: Localized,
    /// What the plan does, for people.
    pub description: Localized,
    /// Who answers for it.
    pub owner: Option<String>,
    /// For selection: `llm`, `physical`, `mrc` and so on.
    pub tags: Vec<String>,
    /// For people; identity is a hash.
    pub version: i64,
    /// Tables that the plan reads, in file order.
    pub sources: Vec<(String, Source)>,
    /// Parameters, in file order.
    pub params: Vec<(String, Param)>,
    /// Names under `params` that could not be read, so that their uses are not reported as well.
    pub(crate) broken_params: Vec<String>,
    /// Tables that the plan writes, in file order. The key names a step.
    pub outputs: Vec<(String, Output)>,
    /// What columns mean.
    pub columns: Vec<ColumnDoc>,
    /// Rules for written rows: those of `columns`, then those of `checks`.
    pub checks: Vec<Check>,
    /// Tests of the plan.
    pub tests: Vec<PlanTest>,
    /// When it runs.
    pub schedule: Option<Schedule>,
}

impl Header {
    /// The source called `name`.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|(known, _)| known == name).map(|(_, source)| source)
    }

    /// The parameter called `name`.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, param)| param)
    }

    /// The output called `name`.
    pub fn output(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().find(|(known, _)| known == name).map(|(_, output)| output)
    }
}

/// Where the header stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderPlace {
    /// Bytes of the whole comment.
    pub(crate) comment: Range<usize>,
    /// Bytes of the YAML.
    pub(crate) yaml: Range<usize>,
}

/// Finds the header. It ends at `@plan */`, not at the first `*/`, because file patterns such as `**/*.json` hold one.
pub(crate) fn find(source: &SourceFile) -> Result<HeaderPlace, Diagnostic> {
    let text = source.text();
    let start = text.find(|c: char| !c.is_whitespace() && c != '\u{feff}').unwrap_or(0);
    let first_line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
    let opening = text.get(start..).and_then(|rest| rest.strip_prefix("/*")).map(str::trim_start);
    let Some(body) = opening.and_then(|rest| rest.strip_prefix(OPEN)) else {
        return Err(Diagnostic::error(code::NO_HEADER, "the file does not start with a plan header")
            .at(start..first_line_end, "expected `/* @plan`")
            .help("start the file with `/* @plan`, the YAML header, and `@plan */`"));
    };
    let yaml_start = text.len() - body.len();
    match body.find(CLOSE) {
        Some(length) => {
            Ok(HeaderPlace { comment: start..yaml_start + length + CLOSE.len(), yaml: yaml_start..yaml_start + length })
        }
        None => Err(Diagnostic::error(code::NO_HEADER, "the plan header is not closed")
            .at(start..yaml_start, "opened here")
            .help("end the header with a line `@plan */`")),
    }
}

/// Reads the YAML in `place`. `None` when it is no YAML mapping at all.
pub(crate) fn read(source: &SourceFile, place: &HeaderPlace, out: &mut Vec<Diagnostic>) -> Option<Header> {
    let root = yaml::load(source, &place.yaml, out)?;
    if !matches!(root.value, Value::Map(_)) {
        let opening = place.comment.start..place.yaml.start;
        out.push(
            Diagnostic::error(code::YAML, format!("the header must be a mapping, found {}", root.describe()))
                .at(opening, "the header starts here"),
        );
        return None;
    }
    Some(read_root(&root, place.comment.start..place.yaml.start, out))
}

fn read_root(root: &Node, opening: Range<usize>, out: &mut Vec<Diagnostic>) -> Header {
    let fields = Fields::of(root, "the header", &KEYS, out);
    let name = fields.require("name", "the header", &opening, out).and_then(|node| {
        let name = node.text("name", out)?;
        values::check_name("a plan", &name, &node.span, out);
        Some(name)
    });
    let mut checks = Vec::new();
    let columns = fields.get("columns").map(|node| checks::read_columns(node, &mut checks, out)).unwrap_or_default();
    if let Some(node) = fields.get("checks") {
        checks::read_checks(node, &mut checks, out);
    }
    let sources = match fields.require("sources", "the header", &opening, out) {
        Some(node) => named(node, "sources", "a source", out, source::read),
        None => Vec::new(),
    };
    let outputs = match fields.require("outputs", "the header", &opening, out) {
        Some(node) => named(node, "outputs", "an output", out, |entry, out| Some(read_output(entry, out))),
        None => Vec::new(),
    };
    let params = fields.get("params").map(|node| named(node, "params", "a parameter", out, params::read));
    let params = params.unwrap_or_default();
    let declared = fields.get("params").map_or(&[][..], |node| match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    });
    let broken_params = declared
        .iter()
        .map(|entry| entry.key.clone())
        .filter(|key| !params.iter().any(|(name, _)| name == key))
        .collect();
    Header {
        name: name.unwrap_or_default(),
        title: fields.get("title").map(|node| read_localized(node, "title", out)).unwrap_or_default(),
        description: fields.get("description").map(|node| read_localized(node, "description", out)).unwrap_or_default(),
        owner: fields.get("owner").and_then(|node| node.text("owner", out)),
        tags: fields
            .get("tags")
            .map(|node| node.texts("tags", out).into_iter().map(|(tag, _)| tag).collect())
            .unwrap_or_default(),
        version: fields.get("version").and_then(|node| node.integer("version", 1, out)).unwrap_or(1),
        sources,
        params,
        broken_params,
        outputs,
        columns,
        checks,
        tests: fields.get("tests").map(|node| fixtures::read(node, out)).unwrap_or_default(),
        schedule: fields.entry("schedule").and_then(|entry| read_schedule(entry, out)),
    }
}

/// Entries whose keys are names of the plan author's own.
fn named<T>(
    node: &Node,
    key: &str,
    kind: &str,
    out: &mut Vec<Diagnostic>,
    mut read: impl FnMut(&Entry, &mut Vec<Diagnostic>) -> Option<T>,
) -> Vec<(String, T)> {
    let entries = node.entries(key, out);
    if entries.is_empty() && matches!(node.value, Value::Map(_)) && key != "params" {
        node.reject(key, "a mapping with at least one entry", out);
    }
    let mut items = Vec::new();
    for entry in entries {
        // Kept under a bad name too, so that its uses are not reported as well.
        values::check_name(kind, &entry.key, &entry.span, out);
        items.extend(read(entry, out).map(|item| (entry.key.clone(), item)));
    }
    items
}

fn read_localized(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Localized {
    if let Value::Text(text) = &node.value {
        return Localized { ko: Some(text.clone()), en: Some(text.clone()) };
    }
    let fields = Fields::of(node, &format!("`{key}`"), &["ko", "en"], out);
    Localized {
        ko: fields.get("ko").and_then(|node| node.text("ko", out)),
        en: fields.get("en").and_then(|node| node.text("en", out)),
    }
}

/// What `publish` makes; the `trl:` forms are the projections of the reasoning record.
const PUBLISH: [&str; 12] = [
    "hf",
    "lerobot",
    "aihub",
    "trl",
    "trl:sft_messages",
    "trl:sft_prompt_completion",
    "trl:self_correction",
    "trl:preference",
    "trl:kto",
    "trl:stepwise",
    "trl:rlvr",
    "trl:cited",
];

fn read_output(entry: &Entry, out: &mut Vec<Diagnostic>) -> Output {
    let place = format!("output `{}`", entry.key);
    let fields = Fields::of(&entry.node, &place, &["mode", "key", "partition", "shard", "publish"], out);
    let mode = fields.get("mode").and_then(|node| node.choice("mode", &[("append", OutputMode::Append)], out));
    let key = fields.get("key").map(|node| node.texts("key", out)).unwrap_or_default();
    let partition = fields.get("partition").map(|node| node.texts("partition", out)).unwrap_or_default();
    let column_spans = key.iter().chain(&partition).map(|(_, span)| span.clone()).collect();
    let target_size = fields.get("shard").and_then(|node| {
        let shard = Fields::of(node, "`shard`", &["target_size"], out);
        shard.get("target_size").and_then(|node| values::size(node, "target_size", out))
    });
    let mut publish = Vec::new();
    for (form, span) in fields.get("publish").map(|node| node.texts("publish", out)).unwrap_or_default() {
        if PUBLISH.contains(&form.as_str()) {
            publish.push(form);
        } else {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("`publish` has no form `{form}`"))
                    .at(span, "unknown form")
                    .did_you_mean(&form, PUBLISH),
            );
        }
    }
    Output {
        mode: mode.unwrap_or(OutputMode::Append),
        key: key.into_iter().map(|(name, _)| name).collect(),
        partition: partition.into_iter().map(|(name, _)| name).collect(),
        target_size,
        publish,
        span: entry.span.clone(),
        column_spans,
    }
}

fn read_schedule(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<Schedule> {
    let fields = Fields::of(&entry.node, "`schedule`", &["cron", "timezone", "catch_up", "overlap"], out);
    let cron_node = fields.require("cron", "`schedule`", &entry.span, out)?;
    let cron = cron_node.text("cron", out)?;
    if let Some(problem) = values::cron_problem(&cron) {
        out.push(
            Diagnostic::error(code::BAD_VALUE, format!("`{cron}` is not a schedule: {problem}"))
                .at(cron_node.span.clone(), "")
                .help("minute hour day-of-month month day-of-week, for example `0 3 * * 1` for Monday 03:00"),
        );
    }
    let catch_up = [("none", CatchUp::None), ("latest", CatchUp::Latest), ("all", CatchUp::All)];
    let overlap = [("skip", Overlap::Skip), ("queue", Overlap::Queue), ("cancel_old", Overlap::CancelOld)];
    Some(Schedule {
        cron,
        timezone: fields.get("timezone").and_then(|node| node.text("timezone", out)),
        catch_up: fields
            .get("catch_up")
            .and_then(|node| node.choice("catch_up", &catch_up, out))
            .unwrap_or(CatchUp::Latest),
        overlap: fields.get("overlap").and_then(|node| node.choice("overlap", &overlap, out)).unwrap_or(Overlap::Skip),
        span: entry.span.clone(),
    })
}
