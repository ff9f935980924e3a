//! What the outputs of a plan write, and whether keys, partitions and checks fit that.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::{DFSchema, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{ExprSchemable as _, LogicalPlan};
use datafusion::sql::sqlparser::ast::ExprWithAlias;

use super::explain::type_name;
use crate::diagnostic::{Diagnostic, closest, code};
use crate::header::{Check, CheckKind, Output, column_type};
use crate::plan::{BoundPlan, parse_expr};
use crate::recordwise::{RecordWise, builder_column, classify, written_schema};

/// One output of a plan.
#[derive(Debug, Clone)]
pub struct OutputReport {
    /// Its name, which is that of its step.
    pub name: String,
    /// Columns of the step, `_src` among them if it is carried.
    pub schema: SchemaRef,
    /// What is written: the columns without `_src`, or the fields of the builder's `record`.
    pub written: SchemaRef,
    /// The builder's column, when the step has one.
    pub builder: Option<String>,
    /// Whether it can be computed unit by unit.
    pub record_wise: RecordWise,
    /// The rules that apply to it, with expressions for its types.
    pub checks: Vec<Check>,
}

/// Reports on every output whose step could be planned.
pub(super) fn report(
    state: &SessionState,
    plan: &BoundPlan,
    planned: &BTreeMap<String, LogicalPlan>,
    out: &mut Vec<Diagnostic>,
) -> Vec<OutputReport> {
    let mut reports = Vec::new();
    for (name, output) in &plan.header.outputs {
        let Some(logical) = planned.get(name) else { continue };
        let schema = Arc::clone(logical.schema().inner());
        let written = Arc::new(written_schema(&schema));
        let record_wise = record_wise(plan, logical);
        check_record_wise(name, output, &record_wise, out);
        check_columns(name, output, &written, out);
        reports.push(OutputReport {
            name: name.clone(),
            builder: builder_column(&schema).map(str::to_owned),
            schema,
            written,
            record_wise,
            checks: Vec::new(),
        });
    }
    // A rule may belong to an output that could not be planned.
    let complete = reports.len() == plan.header.outputs.len();
    for check in &plan.header.checks {
        apply(state, check, &mut reports, complete, out);
    }
    reports
}

/// Any source may drive the output, with the others read whole; the first that can, does.
fn record_wise(plan: &BoundPlan, logical: &LogicalPlan) -> RecordWise {
    let names: Vec<&str> = plan.header.sources.iter().map(|(name, _)| name.as_str()).collect();
    let mut why: Option<RecordWise> = None;
    for driving in &names {
        let side: Vec<&str> = names.iter().copied().filter(|name| name != driving).collect();
        let answer = classify(logical, &[driving], &side);
        if answer.is_yes() {
            return answer;
        }
        // Of the sources that the output reads, the first one's answer is the one to tell.
        if why.as_ref().is_none_or(RecordWise::reads_nothing) {
            why = Some(answer);
        }
    }
    why.unwrap_or(RecordWise::No { reasons: vec!["the plan has no source".to_owned()] })
}

fn check_record_wise(name: &str, output: &Output, record_wise: &RecordWise, out: &mut Vec<Diagnostic>) {
    let RecordWise::No { reasons } = record_wise else { return };
    let reasons = reasons.join(", ");
    if output.key.is_empty() {
        out.push(
            Diagnostic::error(code::NEEDS_KEY, format!("the output `{name}` needs a `key`: it is not record-wise"))
                .at(output.span.clone(), reasons)
                .help(format!("name the columns that identify a row: `{name}: {{ key: [record_id] }}`")),
        );
    } else {
        out.push(
            Diagnostic::note(code::NOT_RECORD_WISE, format!("the output `{name}` needs all rows at once"))
                .at(output.span.clone(), reasons),
        );
    }
}

fn check_columns(name: &str, output: &Output, written: &Schema, out: &mut Vec<Diagnostic>) {
    let kinds = output
        .key
        .iter()
        .map(|column| ("key", column))
        .chain(output.partition.iter().map(|column| ("partition", column)));
    for ((kind, column), span) in kinds.zip(&output.column_spans) {
        if column_type(written, column).is_none() {
            out.push(
                Diagnostic::error(code::OUTPUT_COLUMN, format!("the {kind} `{column}` is no column of `{name}`"))
                    .at(span.clone(), "no such column")
                    .did_you_mean(column, written.fields().iter().map(|field| field.name().as_str())),
            );
        }
    }
}

/// Gives a rule to every output that has all its columns; reports one that none has.
fn apply(state: &SessionState, check: &Check, reports: &mut [OutputReport], complete: bool, out: &mut Vec<Diagnostic>) {
    let mut misfit: Option<Misfit> = None;
    let mut applied = false;
    for report in reports.iter_mut() {
        match fit(state, check, &report.name, &report.written) {
            Ok(check) => {
                report.checks.push(check);
                applied = true;
            }
            Err(why) => {
                misfit.get_or_insert(why);
            }
        }
    }
    let Some(why) = misfit.filter(|why| !applied && (complete || !why.column)) else { return };
    let message = format!("the check `{}` fits no output: {}", check.name, why.message);
    let mut diagnostic = Diagnostic::error(code::CHECK_COLUMNS, message).at(check.span.clone(), why.label);
    if let Some(help) = why.help {
        diagnostic = diagnostic.help(help);
    }
    out.push(diagnostic);
}

struct Misfit {
    message: String,
    label: String,
    help: Option<String>,
    /// Whether a column is missing, which another output may have.
    column: bool,
}

fn missing(column: &str, written: &Schema) -> Misfit {
    let names = written.fields().iter().map(|field| field.name().as_str());
    Misfit {
        message: format!("no column `{column}`"),
        label: "no such column".to_owned(),
        help: closest(column, names).map(|known| format!("did you mean `{known}`?")),
        column: true,
    }
}

fn wrong(message: String) -> Misfit {
    Misfit { message, label: String::new(), help: None, column: false }
}

/// The rule as it applies to rows of `written`.
fn fit(state: &SessionState, check: &Check, output: &str, written: &SchemaRef) -> Result<Check, Misfit> {
    let resolved = match &check.kind {
        CheckKind::Unique(path) | CheckKind::Column { path, .. } => {
            check.for_output(output, written).ok_or_else(|| missing(path, written))?
        }
        CheckKind::Expr => check.clone(),
    };
    if resolved.expr_sql.is_empty() {
        return Ok(resolved);
    }
    let expr = parse_expr(&resolved.expr_sql).map_err(wrong)?;
    let schema = DFSchema::try_from(Arc::clone(written)).map_err(|error| wrong(error.strip_backtrace()))?;
    let planned = state
        .create_logical_expr_from_sql_expr(ExprWithAlias { expr, alias: None }, &schema)
        .map_err(|error| describe(&error, written))?;
    match planned.get_type(&schema) {
        Ok(DataType::Boolean | DataType::Null) => Ok(resolved),
        Ok(other) => Err(wrong(format!("its expression is of type {}, not bool", type_name(&other)))),
        Err(error) => Err(describe(&error, written)),
    }
}

fn describe(error: &DataFusionError, written: &Schema) -> Misfit {
    match error.find_root() {
        DataFusionError::SchemaError(inner, _) => match inner.as_ref() {
            SchemaError::FieldNotFound { field, .. } => missing(&field.name, written),
            other => wrong(other.to_string()),
        },
        root => {
            let message = root.message();
            wrong(message.lines().next().unwrap_or("").trim_end_matches('.').to_owned())
        }
    }
}
