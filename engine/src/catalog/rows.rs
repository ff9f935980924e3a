//! Data sets and files of `connectors::aihub` as rows of the catalogue, and the rows that are built in.

use arrow::array::RecordBatch;
use jogak_connectors::aihub::builtin;
use jogak_connectors::aihub::dataset::{ByteSize, CatalogFile, Dataset, FileKind, Split, sample_files};

use super::schema::{BuiltIn, Kind, Rows, TableSpec, Value};
use crate::error::{Error, Result};

/// The public sets, with the dates when their facts held.
const SHIPPED: &[u8] = include_bytes!("../../catalog/aihub-600.csv");

/// What separates the items of a list within a cell.
pub(crate) const LIST: &str = "|";

/// The rows of a table while nothing is stored.
///
/// # Errors
/// When what is shipped is damaged.
pub(crate) fn built_in(spec: &'static TableSpec) -> Result<RecordBatch> {
    let mut rows = Rows::new(spec);
    match spec.built_in {
        BuiltIn::Empty => {}
        BuiltIn::Datasets => {
            for dataset in shipped()? {
                push_dataset(&mut rows, &dataset)?;
            }
        }
        BuiltIn::Files => {
            for dataset in shipped()? {
                let as_of = dataset.files_as_of.or(dataset.as_of).map(|date| date.to_string());
                for file in sample_files(&dataset) {
                    push_file(&mut rows, &file, &dataset.id, Origin::Sample, as_of.as_deref())?;
                }
            }
        }
        BuiltIn::Csv(text) => from_csv(&mut rows, spec, text)?,
    }
    rows.take()
}

/// The sets that are built in, sorted by id as the table is.
fn shipped() -> Result<Vec<Dataset>> {
    let import =
        builtin::load(SHIPPED).map_err(|problem| Error::internal(format!("the catalogue shipped: {problem}")))?;
    let mut datasets = import.items;
    datasets.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(datasets)
}

fn from_csv(rows: &mut Rows, spec: &TableSpec, text: &str) -> Result<()> {
    let damaged = |what: String| Error::internal(format!("plans/catalog/{}.csv: {what}", spec.name));
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| damaged(e.to_string()))?.clone();
    let places = (spec.columns.iter())
        .map(|(name, _)| header.iter().position(|column| column.trim_start_matches('\u{FEFF}') == *name))
        .collect::<Vec<_>>();
    if let Some((missing, _)) = spec.columns.iter().zip(&places).find(|(_, place)| place.is_none()) {
        return Err(damaged(format!("no column '{}'", missing.0)));
    }
    for record in reader.records() {
        let record = record.map_err(|e| damaged(e.to_string()))?;
        let cells = spec.columns.iter().zip(&places).map(|((name, kind), place)| {
            let text = place.and_then(|place| record.get(place)).unwrap_or_default();
            cell(*kind, text).ok_or_else(|| damaged(format!("'{text}' is no value of '{name}'")))
        });
        let cells = cells.collect::<Result<Vec<_>>>()?;
        rows.push(&cells)?;
    }
    Ok(())
}

/// A cell from its text. Empty numbers are unknown; empty texts of the tables that judge are texts.
fn cell(kind: Kind, text: &str) -> Option<Value<'_>> {
    Some(match kind {
        Kind::Text => Value::Text(text),
        _ if text.trim().is_empty() => Value::Null,
        Kind::Int => Value::Int(text.trim().parse().ok()?),
        Kind::Float => Value::Float(text.trim().parse().ok()?),
        Kind::Bool => Value::Bool(truth(text)?),
    })
}

/// Yes or no, in the words of tables.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "예" | "o" | "있음" => Some(true),
        "false" | "no" | "n" | "0" | "아니오" | "아니요" | "x" | "없음" => Some(false),
        _ => None,
    }
}

fn joined(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| items.join(LIST))
}

fn parts(size: Option<ByteSize>) -> (Option<u64>, Option<u64>, Option<u64>) {
    (size.map(|size| size.value), size.map(|size| size.low), size.map(|size| size.high))
}

/// A set as a row of `datasets`.
pub(crate) fn push_dataset(rows: &mut Rows, dataset: &Dataset) -> Result<()> {
    let modality = (!dataset.modalities.is_empty())
        .then(|| dataset.modalities.iter().map(|modality| modality.korean()).collect::<Vec<_>>().join(", "));
    let (tags, formats) = (joined(&dataset.tags), joined(&dataset.formats));
    let text = |date: Option<_>| date.map(|date: jogak_connectors::aihub::dataset::PartialDate| date.to_string());
    let (updated, as_of, files_as_of) = (text(dataset.updated), text(dataset.as_of), text(dataset.files_as_of));
    let (bytes, low, high) = parts(dataset.bytes);
    rows.push(&[
        dataset.id.as_str().into(),
        Some(dataset.title.as_str()).filter(|title| !title.is_empty()).into(),
        dataset.field.as_deref().into(),
        dataset.field_raw.as_deref().into(),
        modality.as_deref().or(dataset.modality_raw.as_deref()).into(),
        dataset.modality_raw.as_deref().into(),
        dataset.build_year.map(i64::from).into(),
        updated.as_deref().into(),
        dataset.views.into(),
        dataset.downloads.into(),
        tags.as_deref().into(),
        dataset.files.into(),
        bytes.into(),
        low.into(),
        high.into(),
        dataset.layout.map(|layout| layout.name()).into(),
        dataset.label_type.as_deref().into(),
        dataset.quantity.as_deref().into(),
        formats.as_deref().into(),
        dataset.builder.as_deref().into(),
        dataset.terms.as_deref().into(),
        dataset.source.as_deref().into(),
        as_of.as_deref().into(),
        files_as_of.as_deref().into(),
    ])
}

/// Where a row of `files` comes from. A sample never takes the place of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Some paths of a set.
    Sample,
    /// AI Hub's file tree.
    Tree,
    /// A listing of object storage.
    Prefix,
    /// Somebody's table of files.
    Table,
}

impl Origin {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Tree => "tree",
            Self::Prefix => "prefix",
            Self::Table => "table",
        }
    }
}

/// A file of the set `id` as a row of `files`.
pub(crate) fn push_file(
    rows: &mut Rows,
    file: &CatalogFile,
    id: &str,
    origin: Origin,
    as_of: Option<&str>,
) -> Result<()> {
    let (size, low, high) = parts(file.size);
    let (pieces, filekeys) = (joined(&file.pieces), joined(&file.filekeys));
    rows.push(&[
        file.dataset_id.as_deref().unwrap_or(id).into(),
        file.path.as_str().into(),
        file.kind.map(FileKind::name).into(),
        file.split.map(Split::name).into(),
        size.into(),
        low.into(),
        high.into(),
        Value::Int(i64::from(file.parts)),
        file.format.as_deref().into(),
        file.revision.as_deref().into(),
        pieces.as_deref().into(),
        filekeys.as_deref().into(),
        origin.name().into(),
        as_of.into(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::schema::{TABLES, table};
    use arrow::array::{Array, AsArray};

    #[test]
    fn everything_built_in_can_be_read() {
        for spec in TABLES {
            let batch = built_in(spec).unwrap();
            assert_eq!(batch.schema(), spec.schema(), "{}", spec.name);
            if !matches!(spec.built_in, BuiltIn::Empty) {
                assert!(batch.num_rows() > 5, "{}", spec.name);
            }
        }
    }

    #[test]
    fn six_hundred_sets_with_their_dates() {
        let batch = built_in(table("datasets").unwrap()).unwrap();
        assert_eq!(batch.num_rows(), 600);
        let as_of = batch.column_by_name("as_of").unwrap();
        assert_eq!(as_of.null_count(), 0);
        let terms = batch.column_by_name("terms").unwrap();
        assert_eq!(terms.null_count(), 600, "what is not known is NULL");
        let ids = batch.column(0).as_string::<i32>();
        assert!((1..600).all(|row| ids.value(row - 1) < ids.value(row)), "sorted, each once");
    }
}
