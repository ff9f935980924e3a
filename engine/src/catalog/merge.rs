//! Joining what was imported with what is there: sets by id, files by set, locations by set and version.

use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::SessionContext;

use super::schema::table;
use super::session::{json_rows, stream};
use crate::error::Result;

/// How new facts stand to those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facts {
    /// The newer ones hold; the others fill gaps.
    Newest,
    /// New ones only fill gaps: what lies in a bucket may be a part of a set.
    FillGaps,
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

/// `catalog.datasets` with the rows of `new_datasets`: facts that the new rows do not know stay.
pub(super) async fn datasets(context: &SessionContext, facts: Facts) -> Result<SendableRecordBatchStream> {
    let (newer, newer_files) = match facts {
        Facts::Newest => (
            "coalesce(n.as_of >= o.as_of, true)",
            "coalesce(coalesce(n.files_as_of, n.as_of) >= coalesce(o.files_as_of, o.as_of), true)",
        ),
        Facts::FillGaps => ("o.id IS NULL", "o.id IS NULL"),
    };
    let mut columns = vec!["coalesce(o.id, n.id) AS id".to_owned()];
    for (groups, newer) in [(GROUPS, newer), (FILE_GROUPS, newer_files)] {
        for group in groups {
            let Some(first) = group.first() else { continue };
            let takes_new = format!("n.{first} IS NOT NULL AND (o.{first} IS NULL OR {newer})");
            columns.extend(
                group.iter().map(|name| format!("CASE WHEN {takes_new} THEN n.{name} ELSE o.{name} END AS {name}")),
            );
        }
    }
    let order: Vec<&str> = table("datasets")?.columns.iter().map(|(name, _)| *name).collect();
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM catalog.datasets AS o FULL JOIN new_datasets AS n ON o.id = n.id) AS merged ORDER BY id",
        order.join(", "),
        columns.join(", ")
    );
    stream(context, &sql).await
}

/// `catalog.files` with the rows of `new_files`.
///
/// A listing takes the place of what was listed in the same way (AI Hub's trees and tables on one side, object storage on
/// the other) and of samples; a sample only fills in for sets without any listing. A path that both sides list is the newer
/// one's.
pub(super) async fn files(context: &SessionContext) -> Result<SendableRecordBatchStream> {
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
    let new = "SELECT n.* FROM (SELECT DISTINCT dataset_id, 1 AS here FROM catalog.files WHERE origin <> 'sample') AS listed \
               RIGHT JOIN new_files AS n ON listed.dataset_id = n.dataset_id \
               WHERE n.origin <> 'sample' OR listed.here IS NULL";
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
