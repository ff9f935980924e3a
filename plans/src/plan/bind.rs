//! From a plan to something that can be planned: parameters in, lineage column added, identity computed.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    Expr, Query, UnaryOperator, Value, ValueWithSpan, VisitMut, visit_expressions_mut,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Plan, parse_expr};
use crate::diagnostic::{Diagnostic, SourceFile, closest, code};
use crate::header::{CheckKind, Header, ParamValue, Source};
use crate::lineage;

/// A step that is ready for planning.
#[derive(Debug, Clone)]
pub struct BoundView {
    /// Its name.
    pub name: String,
    /// Its query, with parameters as literals and `_src` added.
    pub query: Box<Query>,
    /// Whether its rows have `_src`, as the last column.
    pub carries_src: bool,
    /// Why they have not, for `explain`: `GROUP BY`, `a join`.
    pub src_ends: Option<String>,
    /// Sources and steps that it reads.
    pub depends_on: Vec<String>,
    /// Whether it is named under `outputs`.
    pub is_output: bool,
    /// Bytes of the plan file: the whole statement.
    pub span: Range<usize>,
    /// Bytes of the plan file: the name.
    pub name_span: Range<usize>,
}

/// A plan with its parameters.
#[derive(Debug, Clone)]
pub struct BoundPlan {
    /// The file, for places.
    pub source: Arc<SourceFile>,
    /// The header, with parameters put into the expressions of its checks.
    pub header: Header,
    /// Steps in an order in which they can be planned.
    pub views: Vec<BoundView>,
    /// Parameters and their values, in header order.
    pub params: Vec<(String, ParamValue)>,
    /// Hex SHA-256 over everything that decides which rows come out for given inputs: sources, outputs' keys and
    /// partitions, checks, the SQL, the parameters' values. Comments, layout, titles, tests, schedules, shard sizes and
    /// the order of steps do not change it.
    pub identity: String,
}

impl BoundPlan {
    /// The step called `name`.
    pub fn view(&self, name: &str) -> Option<&BoundView> {
        self.views.iter().find(|view| view.name == name)
    }
}

impl Plan {
    /// Puts in parameters: the header's defaults, replaced by `given` (as from `--set name=value`).
    ///
    /// # Errors
    /// Every parameter that is unknown, of the wrong type or missing; the plan's own errors, if it has any.
    pub fn bind(&self, given: &BTreeMap<String, String>) -> Result<BoundPlan, Vec<Diagnostic>> {
        let mut problems = self.errors.clone();
        let params = self.params(given, &mut problems);
        crate::diagnostic::sort(&mut problems);
        if problems.is_empty() { Ok(self.bound(params, false)) } else { Err(problems) }
    }

    /// Binds as far as possible, so that a check finds the problems of the sound steps too. NULL takes the place of
    /// parameters that have no value.
    pub(crate) fn bind_leniently(&self, given: &BTreeMap<String, String>, out: &mut Vec<Diagnostic>) -> BoundPlan {
        let params = self.params(given, out);
        self.bound(params, true)
    }

    fn params(&self, given: &BTreeMap<String, String>, out: &mut Vec<Diagnostic>) -> Vec<(String, ParamValue)> {
        for name in given.keys().filter(|name| self.header.param(name).is_none()) {
            let mut diagnostic = Diagnostic::error(code::UNKNOWN_PARAM, format!("the plan has no parameter `{name}`"));
            if let Some(known) = closest(name, self.header.params.iter().map(|(known, _)| known.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{known}`?"));
            }
            out.push(diagnostic);
        }
        let mut values = Vec::new();
        for (name, param) in &self.header.params {
            let value = match given.get(name) {
                Some(text) => {
                    let parsed = ParamValue::parse(param.kind, text);
                    if parsed.is_none() {
                        let kind = param.kind.as_str();
                        out.push(
                            Diagnostic::error(
                                code::PARAM_VALUE,
                                format!("`{name}` was set to `{text}`, which is no {kind}"),
                            )
                            .at(param.span.clone(), format!("of type {kind}")),
                        );
                    }
                    parsed
                }
                None => {
                    if param.default.is_none() {
                        out.push(
                            Diagnostic::error(code::NO_VALUE, format!("the parameter `{name}` has no value"))
                                .at(param.span.clone(), "no default")
                                .help(format!("add `--set {name}=…`, or a default")),
                        );
                    }
                    param.default.clone()
                }
            };
            values.extend(value.map(|value| (name.clone(), value)));
        }
        values
    }

    fn bound(&self, params: Vec<(String, ParamValue)>, lenient: bool) -> BoundPlan {
        let mut carries: BTreeMap<&str, bool> =
            self.header.sources.iter().map(|(name, source)| (name.as_str(), source.carries_lineage())).collect();
        let mut views = Vec::new();
        let mut sql: BTreeMap<&str, String> = BTreeMap::new();
        for view in self.ordered().filter(|view| !view.refused) {
            sql.insert(&view.name, view.query.to_string());
            let mut query = view.query.clone();
            put_params(&mut query, &params, lenient);
            let traced = lineage::rewrite(&mut query, &|table| carries.get(table).copied().unwrap_or(false));
            carries.insert(&view.name, traced.is_ok());
            views.push(BoundView {
                name: view.name.clone(),
                query,
                carries_src: traced.is_ok(),
                src_ends: traced.err(),
                depends_on: view.reads.iter().map(|read| read.name.clone()).collect(),
                is_output: self.header.output(&view.name).is_some(),
                span: view.span.clone(),
                name_span: view.name_span.clone(),
            });
        }
        let identity = identity(&self.header, &sql, &params);
        let mut header = self.header.clone();
        for check in header.checks.iter_mut().filter(|check| check.kind == CheckKind::Expr) {
            // Expressions that do not parse were reported when the plan was read.
            if let Ok(mut expr) = parse_expr(&check.expr_sql) {
                put_params(&mut expr, &params, lenient);
                check.expr_sql = expr.to_string();
            }
        }
        BoundPlan { source: Arc::clone(&self.source), header, views, params, identity }
    }
}

/// Replaces `$name` by a typed literal; one without a value stays, or becomes NULL when `lenient`.
fn put_params<N: VisitMut>(node: &mut N, params: &[(String, ParamValue)], lenient: bool) {
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        if let Expr::Value(ValueWithSpan { value: Value::Placeholder(text), span }) = expr {
            let name = text.trim_start_matches('$');
            let value = params.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            let literal = |value: Value| Expr::Value(ValueWithSpan { value, span: *span });
            // A negative number is a sign and a number, as if it had been written; `-$x` needs the parentheses.
            let negative = |number: String| {
                let number = Box::new(literal(Value::Number(number, false)));
                Expr::Nested(Box::new(Expr::UnaryOp { op: UnaryOperator::Minus, expr: number }))
            };
            let replacement = match value {
                Some(ParamValue::Int(number)) if *number < 0 => negative(number.unsigned_abs().to_string()),
                Some(ParamValue::Float(number)) if number.is_sign_negative() => negative(format!("{:?}", number.abs())),
                Some(value @ (ParamValue::Int(_) | ParamValue::Float(_))) => {
                    literal(Value::Number(value.to_string(), false))
                }
                Some(ParamValue::Text(text)) => literal(Value::SingleQuotedString(text.clone())),
                Some(ParamValue::Bool(value)) => literal(Value::Boolean(*value)),
                None if lenient => Expr::Value(Value::Null.with_empty_span()),
                None => return ControlFlow::Continue(()),
            };
            *expr = replacement;
        }
        ControlFlow::Continue(())
    });
}

fn identity(header: &Header, sql: &BTreeMap<&str, String>, params: &[(String, ParamValue)]) -> String {
    let sources: BTreeMap<&str, serde_json::Value> =
        header.sources.iter().map(|(name, source)| (name.as_str(), describe_source(source))).collect();
    let outputs: BTreeMap<&str, serde_json::Value> = header
        .outputs
        .iter()
        .map(|(name, output)| (name.as_str(), json!({"key": output.key, "partition": output.partition})))
        .collect();
    let checks: Vec<serde_json::Value> = header
        .checks
        .iter()
        .map(|check| {
            json!([
                check.name,
                format!("{:?}", check.kind),
                check.expr_sql,
                format!("{:?}", check.on_fail),
                check.max_rate,
            ])
        })
        .collect();
    let params: BTreeMap<&str, serde_json::Value> = params
        .iter()
        .map(|(name, value)| {
            let value = match value {
                ParamValue::Int(value) => json!(value),
                ParamValue::Float(value) => json!(value),
                ParamValue::Text(value) => json!(value),
                ParamValue::Bool(value) => json!(value),
            };
            (name.as_str(), value)
        })
        .collect();
    let whole = json!({
        "format": 1,
        "name": header.name,
        "sources": sources,
        "outputs": outputs,
        "checks": checks,
        "sql": sql,
        "params": params,
    });
    Sha256::digest(whole.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn describe_source(source: &Source) -> serde_json::Value {
    let schema = source.schema.as_ref().map(|schema| {
        let fields: Vec<serde_json::Value> = schema.fields().iter().map(|field| describe_field(field)).collect();
        serde_json::Value::from(fields)
    });
    json!({
        "files": source.files,
        "members": source.members,
        "format": format!("{:?}", source.format),
        "records": source.records,
        "schema": schema,
        "encoding": format!("{:?}", source.encoding),
        "header": source.header,
        "delimiter": source.delimiter,
        "group": format!("{:?}", source.group),
        "order_by": source.order_by,
        "max_group_bytes": source.max_group_bytes,
        "on_damage": format!("{:?}", source.on_damage),
        "table": source.table,
    })
}

/// Name, type and metadata; Arrow's own text leaves the metadata of nested fields out.
fn describe_field(field: &arrow::datatypes::Field) -> serde_json::Value {
    use arrow::datatypes::DataType;
    let metadata: BTreeMap<&String, &String> = field.metadata().iter().collect();
    let kind = match field.data_type() {
        DataType::Struct(fields) => {
            json!({"struct": fields.iter().map(|child| describe_field(child)).collect::<Vec<_>>()})
        }
        DataType::List(item) => json!({"list": describe_field(item)}),
        other => json!(other.to_string()),
    };
    json!([field.name(), kind, metadata])
}
