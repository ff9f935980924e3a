//! What changed between two versions of `datasets`: one row a fact, with its value before and after.

use std::fmt::Write as _;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::SessionContext;

use super::schema::{Kind, TableSpec, table};
use super::session::json_rows;
use super::{Catalog, number};
use crate::error::{Error, Result};

/// The versions that `text` names: `3` is 3 against 2, `1..3` is 3 against 1, nothing is the newest against the one
/// before. None stands for what is built in.
async fn versions(catalog: &Catalog, text: Option<&str>) -> Result<(Option<u64>, Option<u64>)> {
    let name = |text: &str| format!("changes@{text}");
    Ok(match text {
        None => {
            let newest = catalog.version("datasets").await?;
            (newest.and_then(|newest| newest.checked_sub(1)), newest)
        }
        Some(text) => match text.split_once("..") {
            Some((from, to)) => (Some(number(&name(text), from)?), Some(number(&name(text), to)?)),
            None => {
                let version = number(&name(text), text)?;
                (version.checked_sub(1), Some(version))
            }
        },
    })
}

/// Registers two versions of `datasets` as `before` and `after`.
async fn sides(catalog: &Catalog, context: &SessionContext, (from, to): (Option<u64>, Option<u64>)) -> Result<()> {
    let runtime = context.runtime_env();
    // Version 0 is compared with what was there before it: what is built in.
    let before = match from {
        Some(_) => catalog.provider(&runtime, "datasets", from).await?,
        None => Catalog::built_in(table("datasets")?)?,
    };
    context.register_table("before", before)?;
    context.register_table("after", catalog.provider(&runtime, "datasets", to).await?)?;
    Ok(())
}

/// Whether any fact of `o`, a row of `before`, is another one in `n`, the row of `after`.
fn differs(spec: &TableSpec) -> String {
    let facts = spec.columns.iter().filter(|(name, _)| *name != "id");
    // Without its own brackets, all that follows would be the right side of the comparison.
    let differs: Vec<String> = facts.map(|(name, _)| format!("(o.{name} IS DISTINCT FROM n.{name})")).collect();
    differs.join(" OR ")
}

/// How many sets a version of `datasets` added and changed.
pub(super) async fn counted(catalog: &Catalog, version: u64, memory: Option<u64>) -> Result<(u64, u64)> {
    let context = catalog.session(memory)?;
    sides(catalog, &context, (version.checked_sub(1), Some(version))).await?;
    let sql = format!(
        "SELECT count(CASE WHEN o.id IS NULL THEN 1 END) AS added, \
         count(CASE WHEN o.id IS NOT NULL AND n.id IS NOT NULL AND ({}) THEN 1 END) AS changed \
         FROM before AS o FULL JOIN after AS n ON o.id = n.id",
        differs(table("datasets")?)
    );
    let rows = json_rows(&context, &sql).await?;
    let number = |name: &str| rows.first().and_then(|row| row[name].as_u64()).unwrap_or_default();
    Ok((number("added"), number("changed")))
}

/// Changes between two versions of `datasets`, as a view: `version, dataset_id, change, fact, before, after`.
pub(super) async fn changes(
    catalog: &Catalog,
    runtime: &Arc<RuntimeEnv>,
    text: Option<&str>,
) -> Result<Arc<dyn TableProvider>> {
    let (from, to) = versions(catalog, text).await?;
    let spec = table("datasets")?;
    let context = super::session::plain(Arc::clone(runtime))?;
    sides(catalog, &context, (from, to)).await?;
    let facts: Vec<_> = spec.columns.iter().filter(|(name, _)| *name != "id").collect();
    let mut items = String::new();
    for (index, (name, kind)) in facts.iter().enumerate() {
        let text = |side: &str| match kind {
            Kind::Text => format!("{side}.{name}"),
            _ => format!("CAST({side}.{name} AS VARCHAR)"),
        };
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ =
            write!(items, "{separator}named_struct('fact', '{name}', 'before', {}, 'after', {})", text("o"), text("n"));
    }
    let version = to.map_or("NULL".to_owned(), |version| version.to_string());
    let sql = format!(
        "SELECT CAST({version} AS BIGINT) AS version, dataset_id, change, u['fact'] AS fact, u['before'] AS before, \
         u['after'] AS after FROM (SELECT coalesce(n.id, o.id) AS dataset_id, \
         CASE WHEN o.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' ELSE 'changed' END AS change, \
         unnest(make_array({items})) AS u FROM before AS o FULL JOIN after AS n ON o.id = n.id WHERE {}) AS facts \
         WHERE u['before'] IS DISTINCT FROM u['after']",
        differs(spec)
    );
    let plan = context
        .state()
        .create_logical_plan(&sql)
        .await
        .map_err(|e| Error::internal("planning the changes of the catalogue").because(e))?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}
