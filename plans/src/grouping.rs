//! Queries that DataFusion 55 would group wrongly.
//!
//! Below a join, a column may be unique (`SELECT DISTINCT a …`, `GROUP BY a`); above it, no longer. DataFusion keeps the
//! column as a key nevertheless, and an aggregation by this and other columns passes it on as the key of *its* rows
//! (`aggregate_functional_dependencies`). The next aggregation, `DISTINCT` or `ORDER BY` by the same columns then leaves
//! all but the supposed key out, and groups are lost without a word. Such queries are refused.

use std::collections::BTreeSet;

use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Aggregate, Distinct, Expr, LogicalPlan};

/// Refuses a plan whose groups, or whose order, would be wrong.
///
/// # Errors
/// Which column is taken for a key, and how to write the query instead.
pub fn check(plan: &LogicalPlan) -> Result<(), DataFusionError> {
    let mut found = None;
    look(&without_distinct(plan)?, &mut found)?;
    match found {
        None => Ok(()),
        Some(key) => {
            let bare = key.rsplit('.').next().unwrap_or(&key);
            plan_err!(
                "rows are grouped by `{key}` and more above a join, and once more above that; the query engine takes `{key}` \
                 for a key there, because it is one below the join, and would lose groups. Make it an expression where it is \
                 unique, e.g. `SELECT concat({bare}, '') AS {bare} FROM (SELECT DISTINCT …)`"
            )
        }
    }
}

/// The plan with `DISTINCT` as the aggregation that the engine makes of it, and what it then knows of keys.
fn without_distinct(plan: &LogicalPlan) -> Result<LogicalPlan, DataFusionError> {
    let replaced = plan.clone().transform_up_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let groups: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
                LogicalPlan::Aggregate(Aggregate::try_new(input, groups, Vec::new())?)
            }
            // What cannot be derived anew stays as it was planned.
            node => node.clone().recompute_schema().unwrap_or(node),
        };
        Ok(Transformed::yes(node))
    })?;
    Ok(replaced.data)
}

/// The keys that are falsely taken for such in the rows that `plan` gives, by name; notes the first that does harm.
fn look(plan: &LogicalPlan, found: &mut Option<String>) -> Result<BTreeSet<Vec<String>>, DataFusionError> {
    let mut below = BTreeSet::new();
    for input in plan.inputs() {
        below.append(&mut look(input, found)?);
    }
    // Subqueries in expressions are plans of their own.
    plan.apply_subqueries(|query| {
        look(query, found)?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    let inputs = plan.inputs();
    let Some(input) = inputs.first() else { return Ok(below) };
    let groups: Vec<String> = match plan {
        LogicalPlan::Aggregate(node) => match node.group_expr.as_slice() {
            [Expr::GroupingSet(_), ..] => return Ok(BTreeSet::new()),
            groups => groups.iter().map(|group| group.schema_name().to_string()).collect(),
        },
        LogicalPlan::Sort(node) => node.expr.iter().map(|sort| sort.expr.schema_name().to_string()).collect(),
        LogicalPlan::Union(_) => return Ok(BTreeSet::new()),
        _ => return Ok(below.into_iter().filter(|key| has_key(plan.schema(), key)).collect()),
    };
    let keys: Vec<Vec<String>> = keys_of(input.schema());
    let of_groups = |key: &Vec<String>| key.iter().all(|name| groups.contains(name)) && key.len() < groups.len();
    for key in keys.iter().filter(|key| of_groups(key)) {
        let bare: Vec<String> = key.iter().map(|name| bare(name)).collect();
        if below.contains(&bare) {
            found.get_or_insert_with(|| key.join(", "));
        }
    }
    if matches!(plan, LogicalPlan::Sort(_)) {
        return Ok(below);
    }
    // What is a key of the input, and does not determine all that is grouped by, becomes a false key here.
    let dependencies = input.schema().functional_dependencies();
    let names = input.schema().field_names();
    let named =
        |indices: &[usize]| -> Vec<String> { indices.iter().filter_map(|at| names.get(*at).cloned()).collect() };
    let mut false_keys = BTreeSet::new();
    for dependency in dependencies.iter() {
        let key = named(&dependency.source_indices);
        let determined = named(&dependency.target_indices);
        let is_false = groups.iter().any(|group| !key.contains(group) && !determined.contains(group));
        if key.iter().all(|name| groups.contains(name)) && is_false {
            false_keys.insert(key.iter().map(|name| bare(name)).collect());
        }
    }
    Ok(false_keys)
}

/// A column's name without its table's: aliases change that above.
fn bare(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

/// The determinants that DataFusion knows of, as names of columns.
fn keys_of(schema: &DFSchema) -> Vec<Vec<String>> {
    let names = schema.field_names();
    let named = |at: &usize| names.get(*at).cloned();
    schema.functional_dependencies().iter().map(|one| one.source_indices.iter().filter_map(named).collect()).collect()
}

fn has_key(schema: &DFSchema, key: &[String]) -> bool {
    keys_of(schema).iter().any(|known| known.iter().map(|name| bare(name)).eq(key.iter().cloned()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::runtime_env::RuntimeEnv;
    use datafusion::prelude::SessionConfig;

    use crate::session::new_context;

    const TABLES: &str = "WITH t AS (SELECT * FROM (VALUES ('a', 1), ('b', 2), ('c', 3)) v(id, n)), \
        k AS (SELECT * FROM (VALUES ('x'), ('y'), ('x')) v(track))";

    async fn refused(query: &str) -> Option<String> {
        let context = new_context(SessionConfig::new(), Arc::new(RuntimeEnv::default())).unwrap();
        let plan = context.state().create_logical_plan(&format!("{TABLES} {query}")).await.unwrap();
        super::check(&plan).err().map(|error| error.to_string())
    }

    #[tokio::test]
    async fn queries_that_would_lose_groups_are_refused() {
        let x = "(SELECT d.track, t.* FROM (SELECT DISTINCT track FROM k) d CROSS JOIN t)";
        let y = format!("(SELECT id, track, sum(n) m FROM {x} x GROUP BY id, track)");
        for query in [
            format!("SELECT id, track, max(m) FROM {y} y GROUP BY id, track"),
            format!("SELECT DISTINCT id, track FROM {y} y"),
            format!(
                "SELECT track, count(*) FROM (SELECT id, track, max(m) mm FROM {y} y GROUP BY id, track) z GROUP BY track"
            ),
            format!("SELECT id, track, m FROM {y} y ORDER BY track, id"),
            format!("SELECT id FROM t WHERE id IN (SELECT max(id) FROM {y} y GROUP BY id, track)"),
            format!("SELECT (SELECT count(*) FROM (SELECT DISTINCT id, track FROM {y} y) z) AS n FROM t"),
        ] {
            let told = refused(&query).await.unwrap_or_else(|| panic!("not refused: {query}"));
            assert!(told.contains("track` for a key"), "{told}");
        }
    }

    #[tokio::test]
    async fn sound_queries_are_let_through() {
        for query in [
            "SELECT id, count(*) FROM t GROUP BY id ORDER BY id",
            "SELECT d.track, count(*) FROM (SELECT DISTINCT track FROM k) d CROSS JOIN t GROUP BY d.track ORDER BY d.track",
            "SELECT d.track, t.id, count(*) FROM (SELECT concat(track, '') AS track FROM (SELECT DISTINCT track FROM k)) d \
             CROSS JOIN t GROUP BY d.track, t.id ORDER BY d.track, t.id",
            "SELECT track, id FROM k CROSS JOIN t GROUP BY track, id ORDER BY track, id",
            "SELECT id, max(n) FROM (SELECT id, n FROM t GROUP BY id, n) GROUP BY id",
        ] {
            assert_eq!(refused(query).await, None, "{query}");
        }
    }
}
