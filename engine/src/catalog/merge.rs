//! Joining what was imported with what is there: sets by id, files by set, locations by set and version.

use arrow::array::AsArray;
use arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::SessionContext;
use futures::StreamExt;

use super::schema::table;
use super::session::{json_rows, quoted, stream};
use crate::error::Result;

/// How new facts stand to those that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Facts {
    /// The newer ones hold; the others fill gaps.
    Newest,
    /// New ones only fill gaps, but for the number and size of files: a listing of object storage is as good as any where
    /// it is as recent. What lies in a bucket may be a part of a set, so a smaller size only takes the place of one that
    /// the same bucket gave.
    Listing {
        /// The source of the import.
        source: String,
    },
}

/// Columns whose values belong together: the first one decides from which side all are taken.
const GROUPS: &[&[&str]] = &[
    &["title"],
    &["field", "field_raw"],
    &["modality", "modality_raw"],
    &["build_year"],
    &["updated"],
    &["views"],
    &["downloads"],
    &["tags"],
    &["layout"],
    &["label_type"],
    &["quantity"],
    &["formats"],
    &["builder"],
    &["terms"],
    &["source"],
    &["as_of"],
];
/// The facts on files have a date of their own.
const FILE_GROUPS: &[&[&str]] = &[&["files"], &["bytes", "bytes_low", "bytes_high"], &["files_as_of"]];

/// `catalog.datasets` with the rows of `new_datasets`: facts that the new rows do not know stay. One row a set, however
/// often the new rows name it.
pub(super) async fn datasets(context: &SessionContext, facts: &Facts) -> Result<SendableRecordBatchStream> {
    let newer_files = "coalesce(coalesce(n.files_as_of, n.as_of) >= coalesce(o.files_as_of, o.as_of), true)";
    let (newer, is_whole) = match facts {
        Facts::Newest => ("coalesce(n.as_of >= o.as_of, true)", "true".to_owned()),
        Facts::Listing { source } => {
            let source = quoted(source);
            let whole = format!("(o.source IS NOT DISTINCT FROM {source}) OR coalesce(n.bytes >= o.bytes_low, true)");
            ("o.id IS NULL", format!("({whole})"))
        }
    };
    let mut columns = vec!["coalesce(o.id, n.id) AS id".to_owned()];
    for (groups, newer, fits) in [(GROUPS, newer, "true"), (FILE_GROUPS, newer_files, is_whole.as_str())] {
        for group in groups {
            let Some(first) = group.first() else { continue };
            let takes_new = format!("n.{first} IS NOT NULL AND {fits} AND (o.{first} IS NULL OR {newer})");
            columns.extend(
                group.iter().map(|name| format!("CASE WHEN {takes_new} THEN n.{name} ELSE o.{name} END AS {name}")),
            );
        }
    }
    let order: Vec<&str> = table("datasets")?.columns.iter().map(|(name, _)| *name).collect();
    // A full join makes four rows of two and two.
    let (old, new) = (once(context, "catalog.datasets").await?, once(context, "new_datasets").await?);
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM {old} AS o FULL JOIN {new} AS n ON o.id = n.id) AS merged ORDER BY id",
        order.join(", "),
        columns.join(", ")
    );
    Ok(each_once(stream(context, &sql).await?))
}

/// The sets of a table, each once: the table itself, or, where it names a set several times, a query that takes each fact
/// from the row that knows it, of several from the newest.
async fn once(context: &SessionContext, from: &str) -> Result<String> {
    let twins = json_rows(context, &format!("SELECT id FROM {from} GROUP BY id HAVING count(*) > 1 LIMIT 1")).await?;
    if twins.is_empty() {
        return Ok(from.to_owned());
    }
    let mut columns = vec!["id".to_owned()];
    for (groups, date) in [(GROUPS, "as_of"), (FILE_GROUPS, "coalesce(files_as_of, as_of)")] {
        for group in groups {
            let Some(first) = group.first() else { continue };
            // Of two folders of a set, the larger one; else as the rows came.
            let larger = if matches!(*first, "files" | "bytes") { format!("{first} DESC, ") } else { String::new() };
            let order = format!("CASE WHEN {first} IS NULL THEN 1 ELSE 0 END, {date} DESC NULLS LAST, {larger}nth");
            columns.extend(group.iter().map(|name| format!("first_value({name} ORDER BY {order}) AS {name}")));
        }
    }
    Ok(format!(
        "(SELECT {} FROM (SELECT t.*, row_number() OVER () AS nth FROM {from} AS t) AS t GROUP BY id)",
        columns.join(", ")
    ))
}

/// The same rows, sorted by id; an error where two of them name the same set.
fn each_once(rows: SendableRecordBatchStream) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let mut last: Option<String> = None;
    let checked = rows.map(move |batch| {
        let batch = batch?;
        let ids = batch.column_by_name("id").map(|ids| arrow::compute::cast(ids, &DataType::Utf8)).transpose()?;
        for id in ids.iter().flat_map(|ids| ids.as_string::<i32>()).flatten() {
            if last.as_deref() == Some(id) {
                let twice = format!("set {id} would stand in catalog.datasets twice; nothing was stored");
                return Err(DataFusionError::External(Box::new(jogak_connectors::error::Error::internal(twice))));
            }
            id.clone_into(last.get_or_insert_default());
        }
        Ok(batch)
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, checked))
}

/// `catalog.files` with the rows of `new_files`.
///
/// A listing takes the place of what was listed in the same way (AI Hub's trees and tables on one side, object storage on
/// the other) and of samples; a sample only fills in for sets without any listing. A path that both sides list is the newer
/// one's. `has_twins` says that a set may be listed from several folders: a path that they share is one file then.
pub(super) async fn files(context: &SessionContext, has_twins: bool) -> Result<SendableRecordBatchStream> {
    let own = "CASE origin WHEN 'prefix' THEN 'p' WHEN 'sample' THEN 's' ELSE 't' END";
    // Named sets are few beside files: they are held, the files stream past.
    let named = format!(
        "(SELECT dataset_id, bool_or({own} = 'p') AS by_prefix, bool_or({own} = 't') AS by_tree FROM new_files \
         GROUP BY dataset_id) AS named RIGHT JOIN catalog.files AS f ON named.dataset_id = f.dataset_id"
    );
    let otherwise =
        "(f.origin = 'prefix' AND NOT named.by_prefix) OR (f.origin IN ('tree', 'table') AND NOT named.by_tree)";
    let foreign = format!("SELECT count(*) AS n FROM {named} WHERE named.dataset_id IS NOT NULL AND ({otherwise})");
    let foreign = json_rows(context, &foreign).await?;
    let has_foreign = foreign.first().and_then(|row| row["n"].as_u64()).unwrap_or_default() > 0;
    let kept = format!("SELECT f.* FROM {named} WHERE named.dataset_id IS NULL OR {otherwise}");
    let kept = if has_foreign {
        format!(
            "SELECT k.* FROM (SELECT dataset_id, path, 1 AS here FROM new_files) AS same RIGHT JOIN ({kept}) AS k \
             ON same.dataset_id = k.dataset_id AND same.path = k.path WHERE same.here IS NULL"
        )
    } else {
        kept
    };
    let new = if has_twins {
        "(SELECT * FROM (SELECT t.*, row_number() OVER (PARTITION BY dataset_id, path, pieces \
         ORDER BY size DESC NULLS LAST) AS nth FROM new_files AS t) AS t WHERE nth = 1)"
    } else {
        "new_files"
    };
    let listed = "SELECT dataset_id FROM catalog.files WHERE origin <> 'sample' \
                  UNION ALL SELECT dataset_id FROM new_files WHERE origin <> 'sample'";
    let new = format!(
        "SELECT n.* FROM (SELECT DISTINCT dataset_id, 1 AS here FROM ({listed}) AS l) AS listed \
         RIGHT JOIN {new} AS n ON listed.dataset_id = n.dataset_id WHERE n.origin <> 'sample' OR listed.here IS NULL"
    );
    let columns: Vec<&str> = table("files")?.columns.iter().map(|(name, _)| *name).collect();
    let columns = columns.join(", ");
    let sql = format!(
        "SELECT {columns} FROM ({kept}) AS old UNION ALL SELECT {columns} FROM ({new}) AS new ORDER BY dataset_id, path"
    );
    stream(context, &sql).await
}

/// `catalog.locations` with the rows of `new_locations`. What was bound by hand stays, unless it is bound by hand anew.
pub(super) async fn locations(context: &SessionContext) -> Result<SendableRecordBatchStream> {
    let columns: Vec<&str> = table("locations")?.columns.iter().map(|(name, _)| *name).collect();
    let columns = columns.join(", ");
    let side = |from: &str| format!("SELECT *, coalesce(version, '') AS v FROM {from}");
    let (new, old) = (side("new_locations"), side("catalog.locations"));
    let sql = format!(
        "SELECT {columns} FROM (SELECT o.* FROM ({old}) AS o LEFT JOIN (SELECT DISTINCT dataset_id, v, 1 AS here, bound_by FROM ({new}) AS x) AS n \
         ON n.dataset_id = o.dataset_id AND n.v = o.v WHERE n.here IS NULL OR (o.bound_by = 'hand' AND n.bound_by <> 'hand')) AS kept \
         UNION ALL SELECT {columns} FROM (SELECT n.* FROM ({new}) AS n LEFT JOIN (SELECT DISTINCT dataset_id, v, 1 AS here FROM ({old}) AS x \
         WHERE bound_by = 'hand') AS h ON h.dataset_id = n.dataset_id AND h.v = n.v WHERE h.here IS NULL OR n.bound_by = 'hand') AS added \
         ORDER BY dataset_id, version, url"
    );
    stream(context, &sql).await
}
