//! `tests`: small inputs and what the plan must make of them, offline.

use std::ops::Range;

use super::yaml::{Fields, Node, Value};
use crate::diagnostic::{Diagnostic, code};

/// One test of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanTest {
    /// For reports.
    pub name: String,
    /// Content of each source.
    pub given: Vec<Given>,
    /// Parameters as they would be given with `--set`.
    pub params: Vec<(String, String)>,
    /// What the steps must hold.
    pub expect: Vec<Expectation>,
    /// Rejections that must occur, by code, and how many of each; `None` when the test does not say.
    pub rejected: Option<Vec<(String, u64)>>,
    /// How many members or records must land in quarantine; `None` when the test does not say.
    pub quarantined: Option<u64>,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

/// The content of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The source.
    pub source: String,
    /// What it holds.
    pub content: Content,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

/// Content of a source in a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A document as it would lie in a file, in the source's format.
    Text(String),
    /// A document written in YAML; read as the JSON document that it stands for.
    Document(serde_json::Value),
}

/// What one step must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The step.
    pub view: String,
    /// What is expected.
    pub rows: ExpectedRows,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

/// Expected rows of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectedRows {
    /// So many rows.
    Count(u64),
    /// These rows, in this order; only the fields that are named are compared.
    Rows(Vec<serde_json::Value>),
}

/// Reads `tests:`.
pub(super) fn read(node: &Node, out: &mut Vec<Diagnostic>) -> Vec<PlanTest> {
    node.list("tests", out).iter().filter_map(|item| read_test(item, out)).collect()
}

fn read_test(node: &Node, out: &mut Vec<Diagnostic>) -> Option<PlanTest> {
    let fields = Fields::of(node, "a test", &["name", "given", "params", "expect"], out);
    let name = fields.require("name", "a test", &node.span, out).and_then(|node| node.text("name", out));
    let given = fields.require("given", "a test", &node.span, out).map(|node| read_given(node, out));
    let params = fields.get("params").map(|node| read_params(node, out)).unwrap_or_default();
    let expect_node = fields.require("expect", "a test", &node.span, out);
    let (name, given, expect_node) = (name?, given?, expect_node?);
    let mut test = PlanTest {
        name,
        given,
        params,
        expect: Vec::new(),
        rejected: None,
        quarantined: None,
        span: node.span.clone(),
    };
    for entry in expect_node.entries("expect", out) {
        match entry.key.as_str() {
            "rejected" => {
                let codes = entry.node.entries("rejected", out);
                let counts =
                    codes.iter().filter_map(|code| Some((code.key.clone(), count(&code.node, &code.key, out)?)));
                test.rejected = Some(counts.collect());
            }
            "quarantined" => test.quarantined = count(&entry.node, "quarantined", out),
            _ => {
                if let Some(rows) = read_rows(&entry.node, &entry.key, out) {
                    test.expect.push(Expectation { view: entry.key.clone(), rows, span: entry.span.clone() });
                }
            }
        }
    }
    if test.expect.is_empty() && test.rejected.is_none() && test.quarantined.is_none() {
        out.push(
            Diagnostic::error(code::MISSING_KEY, format!("the test `{}` expects nothing", test.name))
                .at(expect_node.span.clone(), "name a step and its rows"),
        );
    }
    Some(test)
}

fn read_given(node: &Node, out: &mut Vec<Diagnostic>) -> Vec<Given> {
    let mut given = Vec::new();
    for entry in node.entries("given", out) {
        let content = match &entry.node.value {
            Value::Text(text) => Content::Text(text.clone()),
            Value::List(_) | Value::Map(_) => Content::Document(entry.node.to_json()),
            _ => {
                entry.node.reject(&entry.key, "a text, a list or a mapping", out);
                continue;
            }
        };
        given.push(Given { source: entry.key.clone(), content, span: entry.span.clone() });
    }
    given
}

fn read_params(node: &Node, out: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut params = Vec::new();
    for entry in node.entries("params", out) {
        match entry.node.scalar_text() {
            Some(text) => params.push((entry.key.clone(), text.into_owned())),
            None => entry.node.reject(&entry.key, "one value", out),
        }
    }
    params
}

fn read_rows(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Option<ExpectedRows> {
    match &node.value {
        Value::List(items) => {
            for item in items.iter().filter(|item| !matches!(item.value, Value::Map(_))) {
                item.reject(key, "a list of rows, each a mapping of columns to values", out);
            }
            Some(ExpectedRows::Rows(items.iter().map(Node::to_json).collect()))
        }
        Value::Map(_) => {
            let fields = Fields::of(node, &format!("`{key}`"), &["rows"], out);
            let rows = fields.require("rows", &format!("`{key}`"), &node.span, out)?;
            count(rows, "rows", out).map(ExpectedRows::Count)
        }
        _ => {
            node.reject(key, "a list of rows or { rows: N }", out);
            None
        }
    }
}

fn count(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Option<u64> {
    u64::try_from(node.integer(key, 0, out)?).ok()
}
