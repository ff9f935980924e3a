//! `columns` and `checks`: rules for the rows that an output writes.
//!
//! A row passes when the rule's expression is TRUE or NULL, as with SQL's own CHECK; rules that must not let NULL pass
//! (`not_null`, `not_empty`) say so in their expression. A rule applies to every output that has all its columns.

use std::ops::Range;

use arrow::datatypes::{DataType, Schema};

use super::values;
use super::yaml::{Fields, Node, Value};
use crate::diagnostic::{Diagnostic, code};

/// What happens to a row, or to the run, when a rule does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFail {
    /// The row is left out and counted.
    Drop,
    /// The row is set aside with the rule's name and its values.
    Quarantine,
    /// The row is written; the run reports how many.
    Warn,
    /// Nothing is committed.
    Fail,
}

/// What kind of rule a [`Check`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckKind {
    /// [`Check::expr_sql`] is evaluated on each row.
    Expr,
    /// No two rows of the output have the same value in this column (a dotted path); decided on the whole run.
    Unique(String),
    /// A rule of `columns`; [`Check::for_schema`] gives the expression that fits the column's type.
    Column {
        /// Dotted path of the column.
        path: String,
        /// The rule.
        rule: ColumnRule,
    },
}

/// A rule of `columns`, other than `unique`. Rules on a list hold for the list (`not_empty`, `length`) or for all its
/// items (`accepted`, `range`).
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnRule {
    /// Not NULL.
    NotNull,
    /// Not NULL, and not an empty text or list.
    NotEmpty,
    /// One of these SQL literals.
    Accepted(Vec<String>),
    /// At least and at most, as SQL literals.
    Range(String, String),
    /// Exactly so many characters or items.
    Length(u64),
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// For reports and quarantine; `column.rule` for rules of `columns`.
    pub name: String,
    /// What kind of rule.
    pub kind: CheckKind,
    /// SQL expression over the output's columns; empty for [`CheckKind::Unique`].
    pub expr_sql: String,
    /// What happens when it does not hold.
    pub on_fail: OnFail,
    /// Share of failing rows, 0 to 1, above which nothing is committed, whatever `on_fail` says.
    pub max_rate: Option<f64>,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

impl Check {
    /// The rule as it applies to output `name`, whose rows have `schema`. A column may be named `output.column`: then the
    /// rule is for that output alone. `None` when the column is not there.
    pub fn for_output(&self, name: &str, schema: &Schema) -> Option<Check> {
        if let Some(check) = self.for_schema(schema) {
            return Some(check);
        }
        let inner = |path: &str| path.strip_prefix(name)?.strip_prefix('.').map(str::to_owned);
        let kind = match &self.kind {
            CheckKind::Expr => return None,
            CheckKind::Unique(path) => CheckKind::Unique(inner(path)?),
            CheckKind::Column { path, rule } => CheckKind::Column { path: inner(path)?, rule: rule.clone() },
        };
        Check { kind, ..self.clone() }.for_schema(schema)
    }

    /// The rule as it applies to rows of `schema`: rules of `columns` get the expression for the column's type. `None`
    /// when the column is not in the schema. Rules with an expression of their own are returned as they are.
    pub fn for_schema(&self, schema: &Schema) -> Option<Check> {
        match &self.kind {
            CheckKind::Expr => Some(self.clone()),
            CheckKind::Unique(path) => column_type(schema, path).map(|_| self.clone()),
            CheckKind::Column { path, rule } => {
                let data_type = column_type(schema, path)?;
                Some(Check { expr_sql: rule.expr(&column_sql(path), &data_type), ..self.clone() })
            }
        }
    }
}

impl ColumnRule {
    fn name(&self) -> &'static str {
        match self {
            ColumnRule::NotNull => "not_null",
            ColumnRule::NotEmpty => "not_empty",
            ColumnRule::Accepted(_) => "accepted",
            ColumnRule::Range(..) => "range",
            ColumnRule::Length(_) => "length",
        }
    }

    fn expr(&self, column: &str, data_type: &DataType) -> String {
        let list = matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..));
        match self {
            ColumnRule::NotNull => format!("{column} IS NOT NULL"),
            ColumnRule::NotEmpty if list => format!("{column} IS NOT NULL AND NOT empty({column})"),
            ColumnRule::NotEmpty => format!("{column} IS NOT NULL AND {column} <> ''"),
            ColumnRule::Accepted(values) if list => {
                format!("array_has_all(make_array({}), {column})", values.join(", "))
            }
            ColumnRule::Accepted(values) => format!("{column} IN ({})", values.join(", ")),
            ColumnRule::Range(low, high) if list => {
                format!("array_min({column}) >= {low} AND array_max({column}) <= {high}")
            }
            ColumnRule::Range(low, high) => format!("{column} BETWEEN {low} AND {high}"),
            ColumnRule::Length(length) if list => format!("array_length({column}) = {length}"),
            ColumnRule::Length(length) => format!("character_length({column}) = {length}"),
        }
    }
}

/// The type at a dotted path through structs.
pub fn column_type(schema: &Schema, path: &str) -> Option<DataType> {
    let mut parts = path.split('.');
    let mut current = schema.field_with_name(parts.next()?).ok()?.data_type().clone();
    for part in parts {
        let DataType::Struct(fields) = &current else { return None };
        current = fields.iter().find(|field| field.name() == part)?.data_type().clone();
    }
    Some(current)
}

/// A dotted path as SQL: `answer.value` is `"answer"['value']`.
pub fn column_sql(path: &str) -> String {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or("");
    let mut sql = format!("\"{}\"", first.replace('"', "\"\""));
    for part in parts {
        sql.push_str(&format!("['{}']", part.replace('\'', "''")));
    }
    sql
}

/// What the header says about a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDoc {
    /// Dotted path.
    pub name: String,
    /// Korean name, for cards and reports.
    pub ko: Option<String>,
    /// English name.
    pub en: Option<String>,
    /// Type as it is documented; not enforced.
    pub data_type: Option<String>,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

const ON_FAIL: [(&str, OnFail); 4] =
    [("drop", OnFail::Drop), ("quarantine", OnFail::Quarantine), ("warn", OnFail::Warn), ("fail", OnFail::Fail)];

/// Reads `columns:`; its rules are added to `checks`.
pub(super) fn read_columns(node: &Node, checks: &mut Vec<Check>, out: &mut Vec<Diagnostic>) -> Vec<ColumnDoc> {
    let mut docs = Vec::new();
    for entry in node.entries("columns", out) {
        let place = format!("column `{}`", entry.key);
        let fields = Fields::of(&entry.node, &place, &["type", "ko", "en", "checks"], out);
        docs.push(ColumnDoc {
            name: entry.key.clone(),
            ko: fields.get("ko").and_then(|node| node.text("ko", out)),
            en: fields.get("en").and_then(|node| node.text("en", out)),
            data_type: fields.get("type").and_then(|node| node.text("type", out)),
            span: entry.span.clone(),
        });
        for rule in fields.get("checks").map_or(&[][..], |node| node.list("checks", out)) {
            checks.extend(read_rule(&entry.key, rule, out));
        }
    }
    docs
}

const RULES: [&str; 6] = ["unique", "not_null", "not_empty", "accepted", "range", "length"];

/// One rule of a column: a word, or a mapping of the word to its value, with `on_fail` and `max_rate` if wanted.
fn read_rule(column: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<Check> {
    let (word, value, fields) = match &node.value {
        Value::Text(word) => (word.as_str(), None, None),
        Value::Map(entries) => {
            let keys = [&RULES[..], &["on_fail", "max_rate"]].concat();
            let fields = Fields::of(node, "a column check", &keys, out);
            let entry = entries.iter().find(|entry| RULES.contains(&entry.key.as_str()))?;
            (entry.key.as_str(), Some(&entry.node), Some(fields))
        }
        _ => {
            node.reject("checks", "a rule such as not_null", out);
            return None;
        }
    };
    let kind = match (word, value) {
        ("unique", _) => CheckKind::Unique(column.to_owned()),
        ("not_null", _) => column_rule(column, ColumnRule::NotNull),
        ("not_empty", _) => column_rule(column, ColumnRule::NotEmpty),
        ("accepted", Some(value)) => {
            let literals: Vec<String> =
                value.list("accepted", out).iter().filter_map(|item| literal(item, out)).collect();
            if literals.is_empty() {
                value.reject("accepted", "a list of at least one value", out);
                return None;
            }
            column_rule(column, ColumnRule::Accepted(literals))
        }
        ("range", Some(value)) => match value.list("range", out) {
            [low, high] => column_rule(column, ColumnRule::Range(literal(low, out)?, literal(high, out)?)),
            _ => {
                value.reject("range", "two values, [least, greatest]", out);
                return None;
            }
        },
        ("length", Some(value)) => {
            let length = u64::try_from(value.integer("length", 0, out)?).ok()?;
            column_rule(column, ColumnRule::Length(length))
        }
        ("accepted" | "range" | "length", None) => {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("the rule `{word}` needs a value"))
                    .at(node.span.clone(), "")
                    .help(format!("write `{{ {word}: … }}`")),
            );
            return None;
        }
        _ => {
            out.push(
                Diagnostic::error(code::BAD_VALUE, format!("there is no rule `{word}`"))
                    .at(node.span.clone(), "unknown rule")
                    .did_you_mean(word, RULES),
            );
            return None;
        }
    };
    let (rule_name, default, expr_sql) = match &kind {
        CheckKind::Column { path, rule } => {
            (rule.name(), OnFail::Quarantine, rule.expr(&column_sql(path), &DataType::Utf8))
        }
        _ => ("unique", OnFail::Fail, String::new()),
    };
    let on_fail = fields.as_ref().and_then(|fields| fields.get("on_fail")?.choice("on_fail", &ON_FAIL, out));
    let max_rate = fields.as_ref().and_then(|fields| values::rate(fields.get("max_rate")?, "max_rate", out));
    Some(Check {
        name: format!("{column}.{rule_name}"),
        kind,
        expr_sql,
        on_fail: on_fail.unwrap_or(default),
        max_rate,
        span: node.span.clone(),
    })
}

fn column_rule(column: &str, rule: ColumnRule) -> CheckKind {
    CheckKind::Column { path: column.to_owned(), rule }
}

/// A value as an SQL literal.
fn literal(node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(format!("'{}'", text.replace('\'', "''"))),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => node.scalar_text().map(|text| text.into_owned()),
        Value::Null | Value::List(_) | Value::Map(_) => {
            node.reject("value", "a text, a number or true/false", out);
            None
        }
    }
}

/// Reads `checks:`.
pub(super) fn read_checks(node: &Node, checks: &mut Vec<Check>, out: &mut Vec<Diagnostic>) {
    for item in node.list("checks", out) {
        let fields = Fields::of(item, "a check", &["name", "expr", "on_fail", "max_rate"], out);
        let name = fields.require("name", "a check", &item.span, out).and_then(|node| node.text("name", out));
        let expr_node = fields.require("expr", "a check", &item.span, out);
        let expr = expr_node.and_then(|node| match &node.value {
            Value::Bool(value) => Some(value.to_string()),
            _ => node.text("expr", out),
        });
        let on_fail = fields.get("on_fail").and_then(|node| node.choice("on_fail", &ON_FAIL, out));
        let max_rate = fields.get("max_rate").and_then(|node| values::rate(node, "max_rate", out));
        let (Some(name), Some(expr_sql), Some(expr_node)) = (name, expr, expr_node) else { continue };
        if checks.iter().any(|check| check.name == name) {
            out.push(
                Diagnostic::error(code::DUPLICATE, format!("two checks are called `{name}`")).at(
                    fields.entry("name").map_or(&item.span, |entry| &entry.node.span).clone(),
                    "a second time here",
                ),
            );
        }
        checks.push(Check {
            name,
            kind: CheckKind::Expr,
            expr_sql,
            on_fail: on_fail.unwrap_or(OnFail::Quarantine),
            max_rate,
            span: expr_node.span.clone(),
        });
    }
}
