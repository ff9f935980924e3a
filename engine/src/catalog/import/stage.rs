//! What an import has read so far: rows in temporary Parquet files, problems, and the books. Memory does not grow with it.

use std::collections::BTreeMap;
use std::fs::File;

use datafusion::datasource::MemTable;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use jogak_connectors::aihub::dataset::{CatalogFile, Dataset, Import, Problem, sample_files};
use parquet::arrow::ArrowWriter;
use serde::Serialize;
use tempfile::TempDir;
use uuid::Uuid;

use super::super::rows::{Origin, push_dataset, push_file};
use super::super::schema::{Rows, TableSpec, Value, table};
use crate::error::{Error, Result};
use std::sync::Arc;

/// Rows held before they are written.
const HELD: usize = 8192;
/// Problems and remarks named in the summary; all are rows of `catalog.problems`.
const NAMED: usize = 1000;

/// What was read, and what became of it. `read` is counted on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Books {
    /// Lines, rows or objects that should have given an item each.
    pub read: u64,
    /// Those that did.
    pub items: u64,
    /// Those that could not be used.
    pub problems: u64,
    /// Oddities of items that could be used nevertheless.
    pub remarks: u64,
    /// Lines around them: banners, rules, blank lines.
    pub frame: u64,
}

impl Books {
    /// Whether everything read gave an item or a problem.
    pub fn are_balanced(&self) -> bool {
        self.items + self.problems == self.read
    }
}

/// Something that could not be used, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// `problem`, or `remark` where the item was used nevertheless.
    pub severity: &'static str,
    /// A stable code in capitals.
    pub code: String,
    /// Where, e.g. `line 3`.
    pub place: String,
    /// The text found, shortened.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

struct Staged {
    rows: Rows,
    writer: Option<ArrowWriter<File>>,
    count: u64,
}

/// An import under way.
pub(crate) struct Stage {
    dir: TempDir,
    tables: BTreeMap<&'static str, Staged>,
    pub(crate) books: Books,
    pub(crate) named: Vec<Named>,
    pub(crate) import_id: String,
    /// From where.
    pub(crate) source: String,
    /// When the facts held, where rows do not say it themselves.
    pub(crate) as_of: Option<String>,
    /// Whether some set was found in several folders, so that two of its files may have the same path.
    pub(crate) has_twins: bool,
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::stopped("the rows of the import cannot be put into the temporary directory").because(error)
}

impl Stage {
    pub(crate) fn new(source: &str, as_of: Option<&str>) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("jogak-import-").tempdir().map_err(failed)?;
        Ok(Self {
            dir,
            tables: BTreeMap::new(),
            books: Books::default(),
            named: Vec::new(),
            import_id: Uuid::now_v7().to_string(),
            source: source.to_owned(),
            as_of: as_of.map(str::to_owned),
            has_twins: false,
        })
    }

    fn staged(&mut self, name: &str) -> Result<(&'static TableSpec, &mut Staged)> {
        let spec = table(name)?;
        let empty = || Staged { rows: Rows::new(spec), writer: None, count: 0 };
        Ok((spec, self.tables.entry(spec.name).or_insert_with(empty)))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(format!("{name}.parquet"))
    }

    fn flush(&mut self, name: &str) -> Result<()> {
        let path = self.path(name);
        let (spec, staged) = self.staged(name)?;
        if staged.rows.is_empty() {
            return Ok(());
        }
        let batch = staged.rows.take()?;
        let writer = match &mut staged.writer {
            Some(writer) => writer,
            none => {
                let file = File::create(path).map_err(failed)?;
                none.insert(ArrowWriter::try_new(file, spec.schema(), None).map_err(failed)?)
            }
        };
        writer.write(&batch).map_err(failed)
    }

    fn added(&mut self, name: &str) -> Result<()> {
        let (_, staged) = self.staged(name)?;
        staged.count += 1;
        if staged.rows.len() >= HELD { self.flush(name) } else { Ok(()) }
    }

    /// Adds a row to a table, cells in the order of its columns.
    pub(crate) fn row(&mut self, name: &str, row: &[Value<'_>]) -> Result<()> {
        let (_, staged) = self.staged(name)?;
        staged.rows.push(row)?;
        self.added(name)
    }

    /// Adds a set. Where it does not say from where and when its facts are, the import's own answer holds.
    pub(crate) fn dataset(&mut self, dataset: &Dataset) -> Result<()> {
        let mut dataset = dataset.clone();
        if dataset.source.is_none() {
            dataset.source = Some(self.source.clone());
        }
        if dataset.as_of.is_none()
            && let Some(as_of) = &self.as_of
        {
            dataset.as_of = super::date_of(as_of);
        }
        // Another date may stand beside the files that are known; these are of this one.
        if dataset.files_as_of.is_none() && (dataset.files.is_some() || dataset.bytes.is_some()) {
            dataset.files_as_of = dataset.as_of;
        }
        self.facts(&dataset)?;
        let as_of = dataset.files_as_of.or(dataset.as_of).map(|date| date.to_string());
        for file in sample_files(&dataset) {
            self.file(&file, &dataset.id, Origin::Sample, as_of.as_deref())?;
        }
        Ok(())
    }

    /// Adds facts of a set as they are: what they do not say stays as it is in the catalogue, source and date too.
    pub(crate) fn facts(&mut self, dataset: &Dataset) -> Result<()> {
        let (_, staged) = self.staged("datasets")?;
        push_dataset(&mut staged.rows, dataset)?;
        self.added("datasets")
    }

    /// Adds a file of the set `id`.
    pub(crate) fn file(&mut self, file: &CatalogFile, id: &str, origin: Origin, as_of: Option<&str>) -> Result<()> {
        let (_, staged) = self.staged("files")?;
        push_file(&mut staged.rows, file, id, origin, as_of)?;
        self.added("files")
    }

    /// Adds a problem; it counts as read.
    pub(crate) fn refuse(&mut self, problem: &Problem) -> Result<()> {
        self.books.read += 1;
        self.books.problems += 1;
        self.note("problem", problem.code, &problem.place.to_string(), &problem.text, &problem.why)
    }

    /// Adds a remark.
    pub(crate) fn remark(&mut self, remark: &Problem) -> Result<()> {
        self.books.remarks += 1;
        self.note("remark", remark.code, &remark.place.to_string(), &remark.text, &remark.why)
    }

    /// A problem or remark in words of its own; the books are the caller's.
    pub(crate) fn note(
        &mut self,
        severity: &'static str,
        code: &str,
        place: &str,
        text: &str,
        why: &str,
    ) -> Result<()> {
        let (import_id, source) = (self.import_id.clone(), self.source.clone());
        self.row(
            "problems",
            &[
                Value::Text(&import_id),
                Value::Text(&source),
                Value::Text(severity),
                Value::Text(code),
                Value::Text(place),
                Value::Text(text),
                Value::Text(why),
            ],
        )?;
        if self.named.len() < NAMED {
            let own = |text: &str| text.to_owned();
            self.named.push(Named { severity, code: own(code), place: own(place), text: own(text), why: own(why) });
        }
        Ok(())
    }

    /// Takes over what a parser counted, and what it could not use; `item` takes each of its items.
    pub(crate) fn take<T>(
        &mut self,
        import: Import<T>,
        mut item: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        self.books.read += import.read;
        self.books.frame += import.frame;
        for one in import.items {
            self.books.items += 1;
            item(self, one)?;
        }
        for problem in &import.problems {
            self.books.problems += 1;
            self.note("problem", problem.code, &problem.place.to_string(), &problem.text, &problem.why)?;
        }
        import.remarks.iter().try_for_each(|remark| self.remark(remark))
    }

    /// Rows of a table so far.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.tables.get(name).map_or(0, |staged| staged.count)
    }

    /// Ends the files. Rows can be read from now on.
    pub(crate) fn finish(&mut self) -> Result<()> {
        let names: Vec<&'static str> = self.tables.keys().copied().collect();
        for name in names {
            self.flush(name)?;
            let (_, staged) = self.staged(name)?;
            if let Some(writer) = staged.writer.take() {
                writer.close().map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Registers the rows of a table as `new_<table>`.
    pub(crate) async fn register(&self, context: &SessionContext, name: &str) -> Result<()> {
        let spec = table(name)?;
        let schema = spec.schema();
        let alias = format!("new_{name}");
        if self.count(name) == 0 {
            context.register_table(alias.as_str(), Arc::new(MemTable::try_new(schema, vec![Vec::new()])?))?;
            return Ok(());
        }
        let path = self.path(name);
        let path = path.to_str().ok_or_else(|| Error::invalid("the temporary directory's path is not Unicode"))?;
        let options = ParquetReadOptions::default().schema(&schema);
        context.register_parquet(alias.as_str(), path, options).await?;
        Ok(())
    }
}
