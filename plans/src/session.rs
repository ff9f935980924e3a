//! Sessions in which plans are planned, and the steps of a plan as views in them.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use datafusion::catalog::view::ViewTable;
use datafusion::common::TableReference;
use datafusion::config::Dialect;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement as PlannedStatement;
use datafusion::sql::sqlparser::ast::{Query, Statement};

use crate::check::explain;
use crate::diagnostic::Diagnostic;
use crate::plan::{BoundPlan, BoundView};

/// What every session for plans has: stock rules and functions, the dialect of plan files, places in errors, plain
/// `Utf8` for casts to text (views would change the schema that consumers see). `information_schema` is off, because a
/// plan reads its sources and nothing else.
pub(crate) fn session_state_builder(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> SessionStateBuilder {
    let mut config = config.with_information_schema(false);
    // Reading single fields of a builder's result must not make the builder run once a field.
    config.options_mut().optimizer.enable_leaf_expression_pushdown = false;
    let parser = &mut config.options_mut().sql_parser;
    // The only dialect here that has both lambdas and `* EXCLUDE`.
    parser.dialect = Dialect::DuckDB;
    parser.collect_spans = true;
    parser.map_string_types_to_utf8view = false;
    SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features()
}

/// A session with all functions that plans can use.
///
/// # Errors
/// When the functions cannot be registered.
pub fn new_context(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> Result<SessionContext, DataFusionError> {
    let context = SessionContext::new_with_state(session_state_builder(config, runtime).build());
    crate::functions::register(&context)?;
    Ok(context)
}

/// Names of all aggregate functions, with their aliases.
pub(crate) fn aggregate_names() -> &'static BTreeSet<String> {
    static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        // Registering functions of our own fails only for names that are taken, which the tests of `functions` rule out.
        new_context(SessionConfig::new(), Arc::new(RuntimeEnv::default()))
            .map(|context| context.state().aggregate_functions().keys().cloned().collect())
            .unwrap_or_default()
    });
    &NAMES
}

/// Plans one query on the tables and views of `state`, refusing everything but reading.
pub(crate) async fn plan_query(state: &SessionState, query: Box<Query>) -> Result<LogicalPlan, DataFusionError> {
    let statement = PlannedStatement::Statement(Box::new(Statement::Query(query)));
    let plan = state.statement_to_plan(statement).await?;
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan)?;
    crate::grouping::check(&plan)?;
    Ok(plan)
}

/// Registers a planned step as a view.
pub(crate) fn register_view(
    context: &SessionContext,
    name: &str,
    plan: LogicalPlan,
    sql: String,
) -> Result<(), DataFusionError> {
    let view = ViewTable::new(plan, Some(sql));
    context.register_table(TableReference::bare(name.to_owned()), Arc::new(view))?;
    Ok(())
}

/// Plans the steps of `plan` on the tables that are registered already, one for each source, and registers each step as
/// a view.
///
/// # Errors
/// What could not be planned, with its place in the plan file. [`crate::check::check`] says more.
pub async fn register_views(context: &SessionContext, plan: &BoundPlan) -> Result<(), Vec<Diagnostic>> {
    register_steps(context, plan, &plan.views).await
}

/// [`register_views`] for some of the steps of `plan`, those that they read being registered already.
///
/// # Errors
/// As there.
pub async fn register_steps(
    context: &SessionContext,
    plan: &BoundPlan,
    steps: &[BoundView],
) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    for view in steps {
        if view.depends_on.iter().any(|name| failed.contains(name.as_str())) {
            failed.insert(&view.name);
            continue;
        }
        let state = context.state();
        let registered = match plan_query(&state, view.query.clone()).await {
            Ok(planned) => register_view(context, &view.name, planned, view.query.to_string()),
            Err(error) => Err(error),
        };
        if let Err(error) = registered {
            failed.insert(&view.name);
            for error in error.iter() {
                problems.push(explain::unplaced(error, &plan.source, &view.name, &view.name_span));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
