//! What changed between two versions of `datasets`: one row a fact, with its value before and after.

use std::fmt::Write as _;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::execution::runtime_env::RuntimeEnv;

use super::schema::{Kind, table};
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

/// Changes between two versions of `datasets`, as a view: `version, dataset_id, change, fact, before, after`.
pub(super) async fn changes(
    catalog: &Catalog,
    runtime: &Arc<RuntimeEnv>,
    text: Option<&str>,
) -> Result<Arc<dyn TableProvider>> {
    let (from, to) = versions(catalog, text).await?;
    let spec = table("datasets")?;
    let context = super::session::plain(Arc::clone(runtime))?;
    // Version 0 is compared with what was there before it: what is built in.
    let before = match from {
        Some(_) => catalog.provider(runtime, "datasets", from).await?,
        None => Catalog::built_in(spec)?,
    };
    context.register_table("before", before)?;
    context.register_table("after", catalog.provider(runtime, "datasets", to).await?)?;
    let facts: Vec<_> = spec.columns.iter().filter(|(name, _)| *name != "id").collect();
    let (mut items, mut differs) = (String::new(), String::new());
    for (index, (name, kind)) in facts.iter().enumerate() {
        let text = |side: &str| match kind {
            Kind::Text => format!("{side}.{name}"),
            _ => format!("CAST({side}.{name} AS VARCHAR)"),
        };
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ =
            write!(items, "{separator}named_struct('fact', '{name}', 'before', {}, 'after', {})", text("o"), text("n"));
        let or = if index == 0 { "" } else { " OR " };
        // Without its own brackets, all that follows would be the right side of the comparison.
        let _ = write!(differs, "{or}(o.{name} IS DISTINCT FROM n.{name})");
    }
    let version = to.map_or("NULL".to_owned(), |version| version.to_string());
    let sql = format!(
        "SELECT CAST({version} AS BIGINT) AS version, dataset_id, change, u['fact'] AS fact, u['before'] AS before, \
         u['after'] AS after FROM (SELECT coalesce(n.id, o.id) AS dataset_id, \
         CASE WHEN o.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' ELSE 'changed' END AS change, \
         unnest(make_array({items})) AS u FROM before AS o FULL JOIN after AS n ON o.id = n.id WHERE {differs}) AS facts \
         WHERE u['before'] IS DISTINCT FROM u['after']"
    );
    let plan = context
        .state()
        .create_logical_plan(&sql)
        .await
        .map_err(|e| Error::internal("planning the changes of the catalogue").because(e))?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}
