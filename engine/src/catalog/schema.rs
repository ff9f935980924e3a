//! The tables of the catalogue: their columns, in the order in which they are stored.
//!
//! Lists within a cell (tags, formats, pieces, file keys) are one text, separated by `|`; dates are ISO 8601, cut to what is
//! known (`2026-05`). What is not known is NULL, never zero, empty or a mean.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::error::{Error, Result};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8, in NFC.
    Text,
    /// 64 bits, signed.
    Int,
    /// 64 bits.
    Float,
    /// True or false.
    Bool,
}

impl Kind {
    /// As Arrow has it.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
        }
    }
}

/// Where the rows of a table are while nothing is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// There are none.
    Empty,
    /// The public sets, from `engine/catalog/aihub-600.csv`.
    Datasets,
    /// Some paths of their files, from the same table.
    Files,
    /// A table of `plans/catalog/`, as CSV text.
    Csv(&'static str),
}

/// A table of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct TableSpec {
    /// Its name in the schema `catalog`.
    pub name: &'static str,
    /// What it holds.
    pub about: &'static str,
    /// Columns and their types.
    pub columns: &'static [(&'static str, Kind)],
    /// Columns that name a row; rows are stored in their order. Empty where rows are kept as they came.
    pub key: &'static [&'static str],
    /// What is read while nothing is stored.
    pub built_in: BuiltIn,
    /// Whether `jogak catalog import --table` may replace it: the tables that judge, and those that people keep by hand.
    pub replaceable: bool,
}

impl TableSpec {
    /// Its columns as Arrow has them, all nullable.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|(name, kind)| Field::new(*name, kind.data_type(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

/// The table of that name.
///
/// # Errors
/// When there is none; the message names those that there are.
pub fn table(name: &str) -> Result<&'static TableSpec> {
    TABLES.iter().find(|table| table.name == name).ok_or_else(|| {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        Error::invalid(format!("the catalogue has no table '{name}'; it has {}", names.join(", ")))
    })
}

use Kind::{Bool, Float, Int, Text};

macro_rules! judging {
    ($name:literal, $about:literal, [$($column:literal: $kind:ident),* $(,)?]) => {
        TableSpec {
            name: $name,
            about: $about,
            columns: &[$(($column, $kind)),*],
            key: &[],
            built_in: BuiltIn::Csv(include_str!(concat!("../../../plans/catalog/", $name, ".csv"))),
            replaceable: true,
        }
    };
}

/// All tables.
pub static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "datasets",
        about: "the sets, one row each, with source and as-of date of what is known",
        columns: &[
            ("id", Text),
            ("title", Text),
            ("field", Text),
            ("field_raw", Text),
            ("modality", Text),
            ("modality_raw", Text),
            ("build_year", Int),
            ("updated", Text),
            ("views", Int),
            ("downloads", Int),
            ("tags", Text),
            ("files", Int),
            ("bytes", Int),
            ("bytes_low", Int),
            ("bytes_high", Int),
            ("layout", Text),
            ("label_type", Text),
            ("quantity", Text),
            ("formats", Text),
            ("builder", Text),
            ("terms", Text),
            ("source", Text),
            ("as_of", Text),
            ("files_as_of", Text),
        ],
        key: &["id"],
        built_in: BuiltIn::Datasets,
        replaceable: false,
    },
    TableSpec {
        name: "files",
        about: "their files, cut archives as one; origin is tree, prefix, table or sample (some paths only)",
        columns: &[
            ("dataset_id", Text),
            ("path", Text),
            ("kind", Text),
            ("split", Text),
            ("size", Int),
            ("size_low", Int),
            ("size_high", Int),
            ("parts", Int),
            ("format", Text),
            ("revision", Text),
            ("pieces", Text),
            ("filekeys", Text),
            ("origin", Text),
            ("as_of", Text),
        ],
        key: &["dataset_id", "path"],
        built_in: BuiltIn::Files,
        replaceable: false,
    },
    TableSpec {
        name: "locations",
        about: "where sets lie in object storage, by version; bound by import or by hand",
        columns: &[
            ("dataset_id", Text),
            ("version", Text),
            ("url", Text),
            ("layout", Text),
            ("objects", Int),
            ("bytes", Int),
            ("bound_by", Text),
            ("as_of", Text),
        ],
        key: &["dataset_id", "version", "url"],
        built_in: BuiltIn::Empty,
        replaceable: true,
    },
    TableSpec {
        name: "schemas",
        about: "fields of label records, as a probe saw them",
        columns: &[
            ("dataset_id", Text),
            ("family", Text),
            ("path", Text),
            ("data_type", Text),
            ("records", Int),
            ("present", Int),
            ("source", Text),
            ("as_of", Text),
        ],
        key: &["dataset_id", "family", "path"],
        built_in: BuiltIn::Empty,
        replaceable: true,
    },
    TableSpec {
        name: "profiles",
        about: "what a probe measured, one row a measure, with the interval that the sample leaves open",
        columns: &[
            ("dataset_id", Text),
            ("measure", Text),
            ("value", Float),
            ("low", Float),
            ("high", Float),
            ("unit", Text),
            ("sample", Int),
            ("note", Text),
            ("source", Text),
            ("as_of", Text),
        ],
        key: &["dataset_id", "measure"],
        built_in: BuiltIn::Empty,
        replaceable: true,
    },
    TableSpec {
        name: "scores",
        about: "a set's score and rank in each track, as intervals",
        columns: &[
            ("dataset_id", Text),
            ("track", Text),
            ("score", Float),
            ("low", Float),
            ("high", Float),
            ("rank", Int),
            ("rank_low", Int),
            ("rank_high", Int),
            ("status", Text),
            ("gate", Text),
            ("open_gates", Int),
            ("known_share", Float),
            ("measured_share", Float),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "score_parts",
        about: "what the scores are made of: criterion, value, evidence, and why",
        columns: &[
            ("dataset_id", Text),
            ("track", Text),
            ("position", Int),
            ("criterion", Text),
            ("kind", Text),
            ("value", Float),
            ("low", Float),
            ("high", Float),
            ("rule_low", Float),
            ("rule_high", Float),
            ("evidence", Text),
            ("weight", Float),
            ("gate_min", Float),
            ("reason_ko", Text),
            ("reason_en", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "placements",
        about: "what a set was taken for: kind, field, series, form, and the shipped plan of its kind",
        columns: &[
            ("dataset_id", Text),
            ("track", Text),
            ("family", Text),
            ("family_ko", Text),
            ("family_en", Text),
            ("family_term", Text),
            ("capability", Text),
            ("plan", Text),
            ("domain", Text),
            ("domain_ko", Text),
            ("domain_en", Text),
            ("series", Text),
            ("form", Text),
            ("form_ko", Text),
            ("form_en", Text),
            ("same_kind", Int),
            ("same_kind_and_field", Int),
            ("summary_ko", Text),
            ("summary_en", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "judgments",
        about: "what experts said, one row each time, never changed",
        columns: &[
            ("dataset_id", Text),
            ("criterion", Text),
            ("reviewer", Text),
            ("conflict_of_interest", Bool),
            ("value", Float),
            ("reason", Text),
            ("evidence", Text),
            ("time", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "appeals",
        about: "claims that a value is another one, and what would follow",
        columns: &[
            ("dataset_id", Text),
            ("track", Text),
            ("criterion", Text),
            ("value", Float),
            ("evidence", Text),
            ("claimed_by", Text),
            ("time", Text),
            ("value_before", Float),
            ("score_before", Float),
            ("score_after", Float),
            ("rank_before", Int),
            ("rank_after", Int),
            ("entered", Text),
            ("left", Text),
            ("ruling", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "selections",
        about: "chosen sets, by the name of the selection",
        columns: &[
            ("name", Text),
            ("track", Text),
            ("position", Int),
            ("dataset_id", Text),
            ("title", Text),
            ("points", Float),
            ("cost_krw", Int),
            ("provisional", Bool),
            ("included", Bool),
            ("stability", Float),
            ("plan", Text),
            ("location", Text),
            ("time", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "selection_options",
        about: "under which conditions each selection was made, as JSON",
        columns: &[("name", Text), ("options", Text), ("time", Text)],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "links",
        about: "sets that resemble each other, measured or declared; complementary ones are never penalised",
        columns: &[
            ("a", Text),
            ("b", Text),
            ("similarity", Float),
            ("basis", Text),
            ("complementary", Bool),
            ("note", Text),
        ],
        key: &["a", "b"],
        built_in: BuiltIn::Empty,
        replaceable: true,
    },
    TableSpec {
        name: "costs",
        about: "what sets cost in won, where it is known; `dataset_id`, or `modality` and `field` for a rule",
        columns: &[("dataset_id", Text), ("modality", Text), ("field", Text), ("krw", Int), ("note", Text)],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: true,
    },
    TableSpec {
        name: "imports",
        about: "what was imported, and its books: read = items + problems",
        columns: &[
            ("import_id", Text),
            ("time", Text),
            ("form", Text),
            ("source", Text),
            ("as_of", Text),
            ("read", Int),
            ("items", Int),
            ("problems", Int),
            ("remarks", Int),
            ("frame", Int),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    TableSpec {
        name: "problems",
        about: "every line, row or object that could not be imported, with its place and why; remarks on others",
        columns: &[
            ("import_id", Text),
            ("source", Text),
            ("severity", Text),
            ("code", Text),
            ("place", Text),
            ("text", Text),
            ("why", Text),
        ],
        key: &[],
        built_in: BuiltIn::Empty,
        replaceable: false,
    },
    judging!("criteria", "what counts in each track, and how much", [
        "position": Int, "criterion": Text, "track": Text, "kind": Text, "source": Text, "weight": Float, "gate_min": Float,
        "name_ko": Text, "name_en": Text, "definition_ko": Text, "definition_en": Text, "raise_ko": Text, "raise_en": Text,
    ]),
    judging!("lexicon_task", "words that tell a set's kind", [
        "term": Text, "language": Text, "track": Text, "family": Text, "places": Text, "priority": Int,
    ]),
    judging!("families", "kinds of sets", [
        "family": Text, "track": Text, "name_ko": Text, "name_en": Text, "plan": Text, "capability": Text,
        "what_ko": Text, "what_en": Text,
    ]),
    judging!("family_values", "what a kind is worth, criterion by criterion", [
        "family": Text, "track": Text, "criterion": Text, "low": Float, "high": Float, "why_ko": Text, "why_en": Text,
    ]),
    judging!("lexicon_domain", "words that tell a set's field of use", [
        "term": Text, "language": Text, "track": Text, "domain": Text, "places": Text, "priority": Int,
    ]),
    judging!("domains", "how much a field of use is wanted", [
        "domain": Text, "track": Text, "name_ko": Text, "name_en": Text, "low": Float, "high": Float,
        "why_ko": Text, "why_en": Text,
    ]),
    judging!("lexicon_gate", "words that speak of rights and persons", [
        "term": Text, "language": Text, "gate": Text, "places": Text, "priority": Int, "low": Float, "high": Float,
        "why_ko": Text, "why_en": Text,
    ]),
    judging!("lexicon_signal", "words that raise or cap one criterion", [
        "term": Text, "language": Text, "places": Text, "track": Text, "criterion": Text, "effect": Text,
        "low": Float, "high": Float, "why_ko": Text, "why_en": Text,
    ]),
    judging!("forms", "what modality and size together say", [
        "form": Text, "modality": Text, "min_bytes": Int, "max_bytes": Int, "name_ko": Text, "name_en": Text,
    ]),
    judging!("form_values", "and what follows from it", [
        "form": Text, "track": Text, "criterion": Text, "low": Float, "high": Float, "floor": Float, "cap": Float,
        "doubt": Float, "why_ko": Text, "why_en": Text,
    ]),
    judging!("successors", "sets that were continued", [
        "term": Text, "newer_id": Text, "newer_title": Text, "newer_year": Int, "relation": Text, "low": Float,
        "high": Float,
    ]),
    judging!("series", "sets that belong together under different titles", ["term": Text, "series": Text]),
    judging!("conditions", "words of complementary conditions: sets whose titles differ by them alone are no duplicates", [
        "term": Text, "language": Text, "aspect": Text,
    ]),
    judging!("measures", "which measure of a probe speaks for which criterion, and its scale", [
        "measure": Text, "track": Text, "criterion": Text, "zero_at": Float, "one_at": Float, "weight": Float,
        "name_ko": Text, "name_en": Text,
    ]),
];

/// A cell of a row to be stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Null,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// True or false.
    Bool(bool),
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }
}

impl From<Option<u64>> for Value<'_> {
    /// Counts beyond what the table can hold are its largest number.
    fn from(value: Option<u64>) -> Self {
        value.map_or(Self::Null, |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Some(value).into()
    }
}

impl From<Option<f64>> for Value<'_> {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Null, Self::Float)
    }
}

/// Rows of a table as they come together.
#[derive(Debug)]
pub struct Rows {
    spec: &'static TableSpec,
    columns: Vec<Column>,
    length: usize,
}

#[derive(Debug)]
enum Column {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
}

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
        }
    }

    /// False where the value is of another type.
    fn push(&mut self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(column), Value::Text(text)) => column.append_value(text),
            (Self::Int(column), Value::Int(number)) => column.append_value(*number),
            (Self::Float(column), Value::Float(number)) => column.append_value(*number),
            (Self::Float(column), Value::Int(number)) => column.append_value(*number as f64),
            (Self::Bool(column), Value::Bool(truth)) => column.append_value(*truth),
            (Self::Text(column), Value::Null) => column.append_null(),
            (Self::Int(column), Value::Null) => column.append_null(),
            (Self::Float(column), Value::Null) => column.append_null(),
            (Self::Bool(column), Value::Null) => column.append_null(),
            _ => return false,
        }
        true
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Int(column) => Arc::new(column.finish()),
            Self::Float(column) => Arc::new(column.finish()),
            Self::Bool(column) => Arc::new(column.finish()),
        }
    }
}

impl Rows {
    /// No rows yet.
    pub fn new(spec: &'static TableSpec) -> Self {
        let columns = spec.columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        Self { spec, columns, length: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds a row: its cells in the order of the table's columns.
    ///
    /// # Errors
    /// When there are more or fewer cells than columns, or one has another type.
    pub fn push(&mut self, row: &[Value<'_>]) -> Result<()> {
        if row.len() != self.columns.len() {
            return Err(Error::internal(format!(
                "a row of {} has {} cells, not {}",
                self.spec.name,
                row.len(),
                self.columns.len()
            )));
        }
        for ((column, value), (name, _)) in self.columns.iter_mut().zip(row).zip(self.spec.columns) {
            if !column.push(value) {
                return Err(Error::internal(format!("{}.{name} cannot hold {value:?}", self.spec.name)));
            }
        }
        self.length += 1;
        Ok(())
    }

    /// The rows so far; none are left.
    ///
    /// # Errors
    /// Never, as long as the columns are of the table's types.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        self.length = 0;
        RecordBatch::try_new(self.spec.schema(), columns)
            .map_err(|e| Error::internal(format!("rows of {}", self.spec.name)).because(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_sound() {
        for table in TABLES {
            let names: std::collections::BTreeSet<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            assert!(table.key.iter().all(|key| names.contains(key)), "{}", table.name);
            assert_eq!(TABLES.iter().filter(|other| other.name == table.name).count(), 1, "{}", table.name);
        }
        assert!(table("dataset").unwrap_err().to_string().contains("datasets, files"));
    }

    #[test]
    fn a_row_that_does_not_fit_is_refused() {
        let mut rows = Rows::new(table("series").unwrap());
        rows.push(&[Value::Text("가"), Value::Null]).unwrap();
        assert!(rows.push(&[Value::Text("가")]).is_err());
        assert!(rows.push(&[Value::Int(1), Value::Null]).is_err());
    }
}
