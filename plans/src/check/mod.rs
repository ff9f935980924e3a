//! Checks a plan without reading data: every step is planned on empty tables with the sources' schemas.
//!
//! All problems are reported at once: within a step, because expressions that cannot be planned are replaced by NULL and
//! the step is planned again; across steps, because only those that need a broken step are passed over.

mod culprits;
pub(crate) mod explain;
mod lints;
mod outputs;
mod scope;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::empty::EmptyTable;
use datafusion::common::TableReference;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};

pub use outputs::OutputReport;

use crate::diagnostic::{self, Diagnostic, Severity, code};
use crate::plan::{BoundPlan, Plan};
use crate::session;

/// What a check found.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// Problems that need types, in file order. Those of [`Plan::parse`] are not repeated.
    pub diagnostics: Vec<Diagnostic>,
    /// The outputs that can be planned, in header order.
    pub outputs: Vec<OutputReport>,
}

impl CheckReport {
    /// Whether the plan can run, as far as types go.
    pub fn is_sound(&self) -> bool {
        self.diagnostics.iter().all(|problem| problem.severity != Severity::Error)
    }
}

/// Checks `plan` with `params` (as from `--set`). `schemas` gives the tables of sources whose schema is known from
/// elsewhere, with `_src` where they have it; the others are taken from the header.
pub async fn check(
    plan: &Plan,
    params: &BTreeMap<String, String>,
    schemas: &BTreeMap<String, SchemaRef>,
) -> CheckReport {
    let mut out = Vec::new();
    let bound = plan.bind_leniently(params, &mut out);
    let context = match session::new_context(SessionConfig::new(), Arc::new(RuntimeEnv::default())) {
        Ok(context) => context,
        Err(error) => {
            out.push(Diagnostic::error(code::PLANNING, format!("the session cannot be made: {error}")));
            return CheckReport { diagnostics: out, outputs: Vec::new() };
        }
    };
    let mut ready = register_sources(&context, &bound, schemas, &mut out);
    let planned = plan_views(&context, &bound, &mut ready, &mut out).await;
    let state = context.state();
    let outputs = outputs::report(&state, &bound, &planned, &mut out);
    diagnostic::sort(&mut out);
    CheckReport { diagnostics: out, outputs }
}

/// All problems of a plan file, in file order: what reading it shows, and what planning it shows.
pub async fn check_file(path: &str, text: &str, params: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let (plan, mut problems) = Plan::parse(path, text);
    if let Some(plan) = plan {
        problems.extend(check(&plan, params, &BTreeMap::new()).await.diagnostics);
    }
    diagnostic::sort(&mut problems);
    problems
}

/// Registers an empty table for each source, and gives the names of those that could be.
fn register_sources(
    context: &SessionContext,
    plan: &BoundPlan,
    schemas: &BTreeMap<String, SchemaRef>,
    out: &mut Vec<Diagnostic>,
) -> BTreeSet<String> {
    let mut ready = BTreeSet::new();
    for (name, source) in plan.header.sources.iter().filter(|(_, source)| !source.broken_schema) {
        let Some(schema) = schemas.get(name).cloned().or_else(|| source.table_schema()) else {
            let help = match &source.table {
                Some(table) => format!("the catalogue has to know the table `{table}`"),
                None => "declare `schema:`, or run `jogak schema --save` on the data".to_owned(),
            };
            out.push(
                Diagnostic::warning(code::NO_SCHEMA, format!("the columns of `{name}` are not known"))
                    .at(source.span.clone(), "steps that read it are not checked")
                    .help(help),
            );
            continue;
        };
        let table = Arc::new(EmptyTable::new(schema));
        match context.register_table(TableReference::bare(name.clone()), table) {
            Ok(_) => {
                ready.insert(name.clone());
            }
            Err(error) => out.push(
                Diagnostic::error(code::PLANNING, format!("the source `{name}` cannot be a table: {error}"))
                    .at(source.span.clone(), ""),
            ),
        }
    }
    ready
}

/// Plans every step whose inputs are sound.
async fn plan_views(
    context: &SessionContext,
    plan: &BoundPlan,
    ready: &mut BTreeSet<String>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, LogicalPlan> {
    let functions = explain::function_names(&context.state());
    let mut planned: BTreeMap<String, LogicalPlan> = BTreeMap::new();
    // Steps that give no rows make those behind them give none; one report is enough.
    let mut empty: BTreeSet<&str> = BTreeSet::new();
    for view in &plan.views {
        // A step with the name of a source was reported when the plan was read.
        if ready.contains(&view.name) || !view.depends_on.iter().all(|name| ready.contains(name)) {
            continue;
        }
        let state = context.state();
        lints::limits(view, &plan.source, out);
        let Some(logical) = culprits::plan(&state, &functions, view, &plan.source, out).await else { continue };
        lints::types(&state, view, &plan.source, out).await;
        // Some types are only reconciled here.
        let optimised = match state.optimize(&logical) {
            Ok(optimised) => optimised,
            Err(error) => {
                out.push(explain::unplaced(&error, &plan.source, &view.name, &view.name_span));
                continue;
            }
        };
        if view.depends_on.iter().any(|name| empty.contains(name.as_str()))
            || lints::no_rows(view, &logical, &optimised, &plan.source, out)
        {
            empty.insert(&view.name);
        }
        match session::register_view(context, &view.name, logical.clone(), view.query.to_string()) {
            Ok(()) => {
                ready.insert(view.name.clone());
                planned.insert(view.name.clone(), logical);
            }
            Err(error) => out.push(explain::unplaced(&error, &plan.source, &view.name, &view.name_span)),
        }
    }
    planned
}

/// Everything that is wrong with a plan file, as text: what `jogak check` prints without colours. Parameters have their
/// defaults and sources the schemas that they declare.
pub async fn diagnostics_of(path: &str, text: &str) -> String {
    let (plan, mut problems) = Plan::parse(path, text);
    if let Some(plan) = &plan {
        let report = check(plan, &BTreeMap::new(), &BTreeMap::new()).await;
        for problem in report.diagnostics {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    diagnostic::sort(&mut problems);
    let source = diagnostic::SourceFile::new(path, text);
    diagnostic::render_all(&problems, &source)
}
