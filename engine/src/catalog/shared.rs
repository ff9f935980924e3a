//! What every output of a scoring plan is made from, computed once.
//!
//! Each output of a plan is a query of its own, so a step that all of them read would be computed as often as there are
//! outputs, and rows of the widest one would have to be sorted at the end. The last step that all outputs read is therefore
//! kept in a temporary file, in the order in which outputs are stored: the joins that follow keep that order. Texts are
//! kept whole, not as views: what is sorted in parts would hold on to the letters of all parts before.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use datafusion::common::TableReference;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::SortExpr;
use datafusion::physical_expr::expressions::col;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::sorts::partial_sort::PartialSortExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _, execute_stream};
use datafusion::prelude::{ParquetReadOptions, SessionContext, ident};
use datafusion::sql::sqlparser::ast::{GroupByExpr, Query, SetExpr};
use futures::{StreamExt as _, TryStreamExt as _};
use jogak_plans::{BoundPlan, BoundView, register_steps, register_views};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use tempfile::TempDir;

use crate::error::{Error, Result};

/// Rows of a row group of the temporary file: few, since steps are wide.
const GROUP_ROWS: usize = 32 * 1024;

/// Keeps the temporary files of steps.
pub(super) struct Shared(#[expect(dead_code, reason = "removes the files in the end")] Vec<TempDir>);

/// Registers the steps of `plan` as views on its sources, but for those that are computed now: the last one that all outputs
/// read, and behind it whatever groups rows for several of them, which is dear to make and small.
///
/// # Errors
/// When a step cannot be planned, or a shared one not be computed or kept.
pub(super) async fn register(context: &SessionContext, plan: &BoundPlan) -> Result<Shared> {
    // All of them first: what is wrong with any is said before anything is computed.
    let refused = |list| Error::plan(plan.source.as_ref().clone(), list);
    register_views(context, plan).await.map_err(refused)?;
    let kept = worth_keeping(plan);
    let mut files = Vec::new();
    let mut first = 0;
    for at in kept.into_iter().chain([plan.views.len()]) {
        let last = (at + 1).min(plan.views.len());
        // Those before the first that is kept stay as they are.
        if first > 0 {
            let steps = &plan.views[first..last];
            forget(context, steps)?;
            if register_steps(context, plan, steps).await.is_err() {
                // A view says which of its columns are a key, a file does not; a step that needs to know reads views.
                forget(context, &plan.views)?;
                register_views(context, plan).await.map_err(refused)?;
                return Ok(Shared(Vec::new()));
            }
        }
        if let Some(step) = plan.views.get(at) {
            files.extend(keep(context, plan, &step.name).await?);
        }
        first = last;
    }
    Ok(Shared(files))
}

fn forget(context: &SessionContext, steps: &[BoundView]) -> Result<()> {
    for step in steps {
        context.deregister_table(TableReference::bare(step.name.as_str()))?;
    }
    Ok(())
}

/// Places of the steps to keep, in the order of steps.
fn worth_keeping(plan: &BoundPlan) -> BTreeSet<usize> {
    let common = read_by_outputs(plan, None).iter().rposition(|outputs| *outputs == plan.header.outputs.len());
    let shared = read_by_outputs(plan, common);
    let groups = (0..shared.len()).filter(|at| shared[*at] > 1 && is_grouped(&plan.views[*at].query));
    common.into_iter().chain(groups).collect()
}

/// By step, how many outputs read it, or are it. What only `beyond` reads is left out.
fn read_by_outputs(plan: &BoundPlan, beyond: Option<usize>) -> Vec<usize> {
    let place = |name: &String| plan.views.iter().position(|view| view.name == *name);
    let mut outputs = vec![0; plan.views.len()];
    for (name, _) in &plan.header.outputs {
        let mut open: Vec<usize> = place(name).into_iter().collect();
        let mut read = BTreeSet::new();
        while let Some(at) = open.pop() {
            if read.insert(at) && beyond != Some(at) {
                open.extend(plan.views[at].depends_on.iter().filter_map(place));
            }
        }
        read.into_iter().for_each(|at| outputs[at] += 1);
    }
    outputs
}

fn is_grouped(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
    }
}

/// The columns of the step at the beginning of an output's key; of several outputs the most.
fn order_of<'a>(plan: &'a BoundPlan, schema: &Schema) -> &'a [String] {
    let known = |key: &'a [String]| {
        let columns = key.iter().take_while(|column| schema.column_with_name(column).is_some()).count();
        &key[..columns]
    };
    plan.header.outputs.iter().map(|(_, output)| known(&output.key)).max_by_key(|key| key.len()).unwrap_or_default()
}

fn ascending(columns: &[String]) -> Vec<SortExpr> {
    columns.iter().map(|column| ident(column.as_str()).sort(true, false)).collect()
}

/// Computes a step, and registers what came out in its place; none where it has a type that Parquet lacks.
async fn keep(context: &SessionContext, plan: &BoundPlan, name: &str) -> Result<Option<TempDir>> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::stopped(format!("the step '{name}' cannot be kept in the temporary directory: {error}"))
    };
    // As it stands, capitals too: a text would be read as SQL.
    let table = TableReference::bare(name);
    let frame = context.table(table.clone()).await?;
    let order = ascending(order_of(plan, frame.schema().as_arrow()));
    let frame = if order.is_empty() { frame } else { frame.sort(order.clone())? };
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let dir = tempfile::Builder::new().prefix("jogak-score-").tempdir().map_err(|e| failed(&e))?;
    let path = dir.path().join("step.parquet");
    let properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .build();
    let file = File::create(&path).map_err(|e| failed(&e))?;
    let Ok(mut writer) = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)) else { return Ok(None) };
    let mut rows = frame.execute_stream().await?;
    while let Some(batch) = rows.try_next().await? {
        match writer.write(&batch) {
            Err(ParquetError::NYI(_)) => return Ok(None),
            written => written.map_err(|e| failed(&e))?,
        }
    }
    writer.close().map_err(|e| failed(&e))?;
    context.deregister_table(table.clone())?;
    let sorted = if order.is_empty() { Vec::new() } else { vec![order] };
    let options = ParquetReadOptions::default().schema(&schema).file_sort_order(sorted);
    context.register_parquet(table, path.to_string_lossy(), options).await?;
    Ok(Some(dir))
}

/// The rows of an output by its key. Where a part of the order is there already, only the rest is sorted, which takes no
/// memory to speak of.
///
/// # Errors
/// When the output cannot be planned.
pub(super) async fn in_order(
    context: &SessionContext,
    name: &str,
    key: &[String],
) -> Result<SendableRecordBatchStream> {
    let rows = context.table(TableReference::bare(name)).await?.create_physical_plan().await?;
    let mut rows = execute_stream(sorted(rows, key)?, context.task_ctx())?;
    // Rows are made while those before them are written.
    let mut ahead = RecordBatchReceiverStream::builder(rows.schema(), 2);
    let made = ahead.tx();
    ahead.spawn(async move {
        while let Some(batch) = rows.next().await {
            if made.send(batch).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    Ok(ahead.build())
}

fn sorted(rows: Arc<dyn ExecutionPlan>, key: &[String]) -> Result<Arc<dyn ExecutionPlan>> {
    let options = SortOptions { descending: false, nulls_first: false };
    let schema = rows.schema();
    let order = key.iter().map(|column| Ok(PhysicalSortExpr::new(col(column, &schema)?, options)));
    let Some(order) = LexOrdering::new(order.collect::<Result<Vec<_>>>()?) else { return Ok(rows) };
    if rows.output_partitioning().partition_count() > 1 {
        return Ok(Arc::new(SortExec::new(order, Arc::new(CoalescePartitionsExec::new(rows)))));
    }
    let known = rows.equivalence_properties();
    // Without columns that have one value only: they tell nothing apart.
    let Some(order) = known.normalize_sort_exprs(order) else { return Ok(rows) };
    let (there, is_all) = known.extract_common_sort_prefix(order.clone())?;
    Ok(match there.len() {
        _ if is_all => rows,
        // What has all but the last column in common is held in memory: that must be little.
        some if some > 0 && some + 1 == order.len() => Arc::new(PartialSortExec::new(order, rows, some)),
        _ => Arc::new(SortExec::new(order, rows)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{Int64Array, StringArray};
    use arrow::record_batch::RecordBatch;
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::datasource::TableType;
    use datafusion::physical_plan::displayable;

    use super::super::session::with_joins;
    use super::*;
    use crate::offline::bind_plan;

    const PLAN: &str = r#"/* @plan
name: shared
sources:
  sets: { table: catalog.datasets }
outputs:
  parts: { key: [id, part] }
  sums: { key: [total, id] }
  bare: { key: [id] }
@plan */
CREATE VIEW named AS SELECT id, n FROM sets;
CREATE VIEW "Counted 셈" AS SELECT id, n, count(*) OVER () AS others FROM named;
CREATE VIEW numbers AS SELECT * FROM (VALUES (0, 3), (0, 1), (1, 2), (2, 5), (2, 4), (2, 1)) AS v(n, part);
CREATE VIEW parts AS SELECT c.id, p.part, c.n, p.part * 10 AS worth FROM numbers AS p JOIN "Counted 셈" AS c ON p.n = c.n;
CREATE VIEW most AS SELECT n, max(id) AS last FROM sets GROUP BY n;
CREATE VIEW sums AS SELECT p.id, sum(p.worth) AS total FROM most AS m JOIN parts AS p ON m.n = p.n GROUP BY p.id;
CREATE VIEW bare AS SELECT c.id, c.others, m.last FROM most AS m JOIN "Counted 셈" AS c ON c.n = m.n;
"#;

    fn plan(text: &str) -> BoundPlan {
        bind_plan("shared.sql", text, &BTreeMap::new()).unwrap()
    }

    fn session() -> SessionContext {
        let context = with_joins(Arc::default(), true).unwrap();
        let ids = StringArray::from_iter_values((0..5000).map(|i| format!("s{:04}", i * 7919 % 5000)));
        let numbers = Int64Array::from_iter_values((0..5000).map(|i| i % 11));
        let batch = RecordBatch::try_from_iter([("id", Arc::new(ids) as _), ("n", Arc::new(numbers) as _)]).unwrap();
        context.register_batch("sets", batch).unwrap();
        context
    }

    async fn rows(context: &SessionContext, name: &str, key: &[&str]) -> Vec<RecordBatch> {
        let key: Vec<String> = key.iter().map(|column| (*column).to_owned()).collect();
        in_order(context, name, &key).await.unwrap().try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn what_all_outputs_read_is_kept_and_changes_nothing() {
        let plan = plan(PLAN);
        let context = session();
        let _shared = register(&context, &plan).await.unwrap();
        use TableType::{Base, View};
        for (name, kind) in [("named", View), ("Counted 셈", Base), ("parts", View), ("most", Base), ("sums", View)] {
            assert_eq!(context.table_provider(TableReference::bare(name)).await.unwrap().table_type(), kind, "{name}");
        }
        let views = session();
        jogak_plans::register_views(&views, &plan).await.unwrap();
        for (name, key) in [("parts", vec!["id", "part"]), ("sums", vec!["total", "id"]), ("bare", vec!["id"])] {
            let order: Vec<String> = key.iter().map(|column| (*column).to_owned()).collect();
            let expected = views.table(name).await.unwrap().sort(ascending(&order)).unwrap().collect().await.unwrap();
            let found = rows(&context, name, &key).await;
            let shown = |batches: &[RecordBatch]| pretty_format_batches(batches).unwrap().to_string();
            assert_eq!(shown(&found), shown(&expected), "{name}");
        }
    }

    #[tokio::test]
    async fn only_what_is_not_in_order_is_sorted() {
        let context = session();
        let _shared = register(&context, &plan(PLAN)).await.unwrap();
        for (name, key, sort) in [
            ("parts", vec!["id", "part"], Some("PartialSortExec")),
            ("bare", vec!["id"], None),
            ("sums", vec!["total", "id"], Some("SortExec")),
        ] {
            let rows = context.table(name).await.unwrap().create_physical_plan().await.unwrap();
            let key: Vec<String> = key.into_iter().map(str::to_owned).collect();
            let sorted = sorted(rows, &key).unwrap();
            let shown = displayable(sorted.as_ref()).one_line().to_string();
            match sort {
                Some(sort) => assert!(shown.starts_with(sort), "{name}: {shown}"),
                None => assert!(!shown.contains("SortExec"), "{name}: {shown}"),
            }
        }
    }

    #[tokio::test]
    async fn whatever_cannot_be_kept_is_read_as_views() {
        // A type that Parquet lacks; and a column that is known to hang on the key only where its step is a view.
        let aged = PLAN.replace("count(*) OVER () AS others", "count(*) OVER () AS others, INTERVAL '1 month' AS age");
        let keyed = PLAN
            .replace("count(*) OVER () AS others FROM named", "count(*) AS others FROM named GROUP BY id, n")
            .replace("SELECT c.id, c.others, m.last FROM", "SELECT c.id, c.n, c.others, count(*) AS k FROM")
            .replace("ON c.n = m.n;", "ON c.n = m.n GROUP BY c.id, c.n;");
        for text in [aged, keyed] {
            let plan = plan(&text);
            let context = session();
            let _shared = register(&context, &plan).await.unwrap();
            assert_eq!(rows(&context, "bare", &["id"]).await.iter().map(RecordBatch::num_rows).sum::<usize>(), 5000);
        }
    }

    #[tokio::test]
    async fn outputs_without_a_step_in_common_are_computed_each() {
        let apart = "/* @plan
name: apart
sources:
  sets: { table: catalog.datasets }
outputs:
  a: { key: [id] }
  b: { key: [n] }
@plan */
CREATE VIEW a AS SELECT id FROM sets;
CREATE VIEW b AS SELECT n FROM sets;
";
        let plan = plan(apart);
        assert_eq!(worth_keeping(&plan), BTreeSet::new());
        let context = session();
        let _shared = register(&context, &plan).await.unwrap();
        assert_eq!(rows(&context, "a", &["id"]).await.iter().map(RecordBatch::num_rows).sum::<usize>(), 5000);
    }
}
