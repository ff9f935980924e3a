//! Every SQL function against its specification: `tests/sql/<family>/<function>.slt`, in the format of sqllogictest.
//!
//! Columns have the types T (text), I (integer), R (real), B (boolean), D (date), P (timestamp) and ? (anything nested).
//! NULL is `NULL`, an empty text is `(empty)`, line feeds and tabs in texts are `\n` and `\t`, structs are
//! `{name: value}`. `JOGAK_UPDATE=1` writes the results of queries anew: read the difference before you commit it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};
use libtest_mimic::{Arguments, Failed, Trial};
use sqllogictest::{
    AsyncDB, ColumnType, DBOutput, Runner, default_normalizer, default_validator, strict_column_validator,
};

/// Deep queries in an unoptimised program take more stack than a test's thread has.
const STACK: usize = 32 << 20;

/// A column's type as it is written after `query`. The letters are those of DataFusion's own test files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
    Date,
    Timestamp,
    Nested,
}

const LETTERS: [(Kind, char); 7] = [
    (Kind::Text, 'T'),
    (Kind::Integer, 'I'),
    (Kind::Real, 'R'),
    (Kind::Boolean, 'B'),
    (Kind::Date, 'D'),
    (Kind::Timestamp, 'P'),
    (Kind::Nested, '?'),
];

impl ColumnType for Kind {
    fn from_char(value: char) -> Option<Self> {
        LETTERS.iter().find(|(_, letter)| *letter == value).map(|(kind, _)| *kind)
    }

    fn to_char(&self) -> char {
        LETTERS.iter().find(|(kind, _)| kind == self).map_or('?', |(_, letter)| *letter)
    }
}

impl From<&DataType> for Kind {
    fn from(data_type: &DataType) -> Self {
        match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Boolean => Self::Boolean,
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Timestamp(..) => Self::Timestamp,
            data_type if data_type.is_integer() => Self::Integer,
            data_type if data_type.is_floating() => Self::Real,
            _ => Self::Nested,
        }
    }
}

/// A session as plans have it.
struct Session(SessionContext);

impl Session {
    fn new() -> Result<Self, DataFusionError> {
        // One partition, so that rows come in the order in which they were made.
        let config = SessionConfig::new().with_target_partitions(1);
        jogak_plans::new_context(config, Arc::new(RuntimeEnv::default())).map(Self)
    }
}

#[async_trait]
impl AsyncDB for Session {
    type Error = DataFusionError;
    type ColumnType = Kind;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<Kind>, DataFusionError> {
        let state = self.0.state();
        let plan = Box::pin(state.create_logical_plan(sql)).await?;
        let frame = Box::pin(self.0.execute_logical_plan(plan)).await?;
        let types: Vec<Kind> = frame.schema().fields().iter().map(|field| Kind::from(field.data_type())).collect();
        let batches = Box::pin(frame.collect()).await?;
        if types.is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        let mut rows = Vec::new();
        for batch in &batches {
            rows.extend(rows_of(batch)?);
        }
        Ok(DBOutput::Rows { types, rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "jogak"
    }
}

fn rows_of(batch: &RecordBatch) -> Result<Vec<Vec<String>>, DataFusionError> {
    let options = FormatOptions::new().with_null("NULL");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok((0..batch.num_rows())
        .map(|row| columns.iter().map(|column| shown(&column.value(row).to_string())).collect())
        .collect())
}

/// A value in one line, and never nothing at all.
fn shown(value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    value.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

/// Runs a file, or writes its results anew.
fn check(path: &Path, update: bool) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut runner = Runner::new(|| async { Session::new() });
    runner.with_column_validator(strict_column_validator);
    if update {
        let written =
            runner.update_test_file(path, " ", default_validator, default_normalizer, strict_column_validator);
        return runtime.block_on(written).map_err(|error| Failed::from(error.to_string()));
    }
    Ok(runtime.block_on(runner.run_file_async(path))?)
}

fn on_a_thread_of_its_own(path: PathBuf, update: bool) -> Result<(), Failed> {
    let name = path.display().to_string();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || check(&path, update))?;
    thread.join().map_err(|_| Failed::from(format!("'{name}' makes a function panic")))?
}

/// `family/function` of each file below `folder`.
fn specifications(folder: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for family in std::fs::read_dir(folder)? {
        let family = family?.path();
        if !family.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&family)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "slt") {
                let part =
                    |path: &Path| path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                found.push((format!("{}/{}", part(&family), part(&file)), file));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// No function without a specification, no specification without a function. Folders that are no family of ours may
/// hold what they like.
fn names_agree(files: &[(String, PathBuf)]) -> Result<(), Failed> {
    let functions = jogak_plans::functions();
    let families: BTreeSet<&str> = functions.iter().map(|function| function.family).collect();
    let registered: BTreeSet<String> =
        functions.iter().map(|function| format!("{}/{}", function.family, function.name)).collect();
    let specified: BTreeSet<String> = files
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.split_once('/').is_some_and(|(family, _)| families.contains(family)))
        .cloned()
        .collect();
    let missing: Vec<_> = registered.difference(&specified).collect();
    let idle: Vec<_> = specified.difference(&registered).collect();
    if missing.is_empty() && idle.is_empty() {
        return Ok(());
    }
    Err(format!("functions without tests/sql/<family>/<function>.slt: {missing:?}; files without function: {idle:?}")
        .into())
}

fn main() -> std::io::Result<ExitCode> {
    let arguments = Arguments::from_args();
    let update = std::env::var_os("JOGAK_UPDATE").is_some();
    let files = specifications(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql"))?;
    let mut trials: Vec<Trial> = files
        .iter()
        .map(|(name, path)| {
            let path = path.clone();
            Trial::test(name.clone(), move || on_a_thread_of_its_own(path, update))
        })
        .collect();
    trials.push(Trial::test("every_function_has_its_specification", move || names_agree(&files)));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}
