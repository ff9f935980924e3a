//! Files whose readers do not claim to survive hostile bytes, decoded in a process of its own.
//!
//! Such a file can make its reader recurse, abort, or ask for more memory than there is; none of that can be caught within
//! a process. The child is this program again with one argument. It gets the request, the declared schema and the file on
//! its standard input, limits its own address space and time, and answers with batches as Arrow IPC and with damage as JSON.
//! What it dies of is damage `RESOURCE` of that one file, and so is its silence. It inherits no environment, and opens
//! nothing.

use std::io::{self, BufReader, Cursor, Read as _, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, BinaryBuilder, ListBuilder, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::options::{DecodeOptions, Header};
use super::parquet::{columns_of, decode_parquet};
use super::path::RecordsPath;
use super::xlsx::{SheetBatch, decode_xlsx, sample};
use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// The argument that makes the program such a child.
pub const DECODE_FILE: &str = "decode-file";

/// Bytes of one answer, about.
const ANSWER: usize = 16 << 20;

/// How to start a process that decodes one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Isolation {
    /// The program; it calls [`serve_file`] where its first argument is [`DECODE_FILE`].
    pub program: PathBuf,
    /// Bytes that decoding may take. They are the second argument; the third are the CPU seconds that it may take
    /// ([`Limits::file_seconds`]).
    pub memory: u64,
}

/// Rows of a file, and those that cannot be used, each with how many rows come before it.
pub(super) type Rows = (RecordBatch, Vec<(usize, Damage)>);

/// The rows of a file, in order. After a fault there are no more. An error is one of this machine, not of the file.
pub(super) type Batches = Box<dyn Iterator<Item = Result<Read>> + Send>;

/// Rows, or why there are no more.
pub(super) type Read = std::result::Result<Rows, Box<Damage>>;

/// A file that was opened, or why it cannot be.
type Opened = std::result::Result<Batches, Box<Damage>>;

/// What the child is asked to do. The schema and the file follow.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    task: Task,
    /// Top-level columns of a Parquet file that are wanted.
    names: Vec<String>,
    records: Vec<String>,
    header: Option<bool>,
    batch_rows: usize,
    batch_bytes: usize,
    limits: Limits,
}

/// What is to be made of the file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Task {
    Parquet,
    /// No rows: an empty batch of all columns.
    ParquetColumns,
    Workbook,
    /// The first rows of a sheet: one column, each row a list of cells.
    WorkbookSample,
}

impl Request {
    fn new(options: &DecodeOptions, names: Vec<String>, task: Task) -> Self {
        Self {
            task,
            names,
            records: options.records.iter().map(ToString::to_string).collect(),
            header: match options.header {
                Header::Auto => None,
                Header::Yes => Some(true),
                Header::No => Some(false),
            },
            batch_rows: options.batch_rows,
            batch_bytes: options.batch_bytes,
            limits: options.limits,
        }
    }

    fn options(&self) -> Result<DecodeOptions> {
        Ok(DecodeOptions {
            records: self.records.iter().map(|path| RecordsPath::parse(path)).collect::<Result<_, _>>()?,
            header: match self.header {
                None => Header::Auto,
                Some(true) => Header::Yes,
                Some(false) => Header::No,
            },
            batch_rows: self.batch_rows,
            batch_bytes: self.batch_bytes,
            limits: self.limits,
            ..DecodeOptions::default()
        })
    }
}

/// The rows of a Parquet file with only the top-level columns called one of `names`.
pub(super) fn parquet(bytes: Bytes, names: Vec<String>, options: &DecodeOptions) -> Result<Opened> {
    match &options.isolation {
        Some(isolation) => {
            apart(isolation, &Request::new(options, names, Task::Parquet), &Schema::empty(), &bytes).map(Ok)
        }
        None => Ok(parquet_here(bytes, names, options)),
    }
}

/// The rows of a workbook.
pub(super) fn workbook(bytes: Bytes, schema: &Schema, options: &DecodeOptions) -> Result<Opened> {
    match &options.isolation {
        Some(isolation) => apart(isolation, &Request::new(options, Vec::new(), Task::Workbook), schema, &bytes).map(Ok),
        None => Ok(workbook_here(bytes, schema, options)),
    }
}

/// The columns of a Parquet file, as a schema whose metadata have the number of [`ROWS`].
pub(super) fn parquet_columns(bytes: Bytes, options: &DecodeOptions) -> Result<SchemaRef> {
    let read = one_of(bytes, options, Task::ParquetColumns)?;
    let batch = read.map_err(|damage| Error::data(format!("the Parquet file cannot be read: {}", damage.detail)))?;
    Ok(batch.schema())
}

/// The first rows of a workbook's sheet, each cell as text.
pub(super) fn workbook_sample(bytes: Bytes, options: &DecodeOptions) -> Result<Vec<Vec<Vec<u8>>>> {
    let read = one_of(bytes, options, Task::WorkbookSample)?;
    let batch = read.map_err(|damage| Error::data(format!("the workbook cannot be read: {}", damage.detail)))?;
    let rows = batch.column_by_name(CELLS).and_then(|cells| cells.as_list_opt::<i32>());
    let rows = rows.ok_or_else(|| Error::internal("the sample of a workbook has another shape"))?;
    let cells = |row: Option<ArrayRef>| {
        let cells = row.iter().flat_map(|row| row.as_binary_opt::<i32>()).flat_map(|cells| cells.iter());
        cells.map(|cell| cell.unwrap_or_default().to_vec()).collect()
    };
    Ok(rows.iter().map(cells).collect())
}

/// The metadata of [`parquet_columns`] that says how many rows there are.
pub(super) const ROWS: &str = "rows";

/// The column of a sample of cells.
const CELLS: &str = "cells";

/// The one batch that a task answers with.
fn one_of(bytes: Bytes, options: &DecodeOptions, task: Task) -> Result<std::result::Result<RecordBatch, Box<Damage>>> {
    let Some(isolation) = &options.isolation else {
        return Ok(match task {
            Task::WorkbookSample => sample_here(bytes, options),
            _ => columns_here(bytes, options),
        });
    };
    let mut batches = apart(isolation, &Request::new(options, Vec::new(), task), &Schema::empty(), &bytes)?;
    let read = batches.next().ok_or_else(|| Error::internal("the process that decodes a file said nothing"))?;
    Ok(read?.map(|(batch, _)| batch))
}

fn columns_here(bytes: Bytes, options: &DecodeOptions) -> std::result::Result<RecordBatch, Box<Damage>> {
    columns_of(bytes, &options.limits).map(|schema| RecordBatch::new_empty(Arc::new(schema)))
}

fn sample_here(bytes: Bytes, options: &DecodeOptions) -> std::result::Result<RecordBatch, Box<Damage>> {
    let mut rows = ListBuilder::new(BinaryBuilder::new());
    for row in sample(bytes, options)? {
        rows.append_value(row.iter().map(Some));
    }
    let cells: ArrayRef = Arc::new(rows.finish());
    RecordBatch::try_from_iter([(CELLS, cells)])
        .map_err(|error| Box::new(Damage::new("XLSX", format!("its sample does not fit: {error}"))))
}

/// One batch as all that there is.
fn only(read: std::result::Result<RecordBatch, Box<Damage>>) -> Opened {
    read.map(|batch| Box::new(std::iter::once(Ok(Ok((batch, Vec::new()))))) as Batches)
}

fn parquet_here(bytes: Bytes, names: Vec<String>, options: &DecodeOptions) -> Opened {
    let names = names.into_iter().collect();
    let batches = decode_parquet(bytes, &names, options.batch_rows, &options.limits)?;
    Ok(Box::new(batches.map(|batch| Ok(batch.map(|batch| (batch, Vec::new()))))))
}

fn workbook_here(bytes: Bytes, schema: &Schema, options: &DecodeOptions) -> Opened {
    let batches = decode_xlsx(bytes, schema, options)?;
    Ok(Box::new(batches.map(|batch| Ok(batch.map(|SheetBatch { cells, refused }| (cells, refused))))))
}

/// Starts the child and gives it everything; it answers only then.
fn apart(isolation: &Isolation, request: &Request, schema: &Schema, bytes: &[u8]) -> Result<Batches> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Error::unavailable(format!("the process that decodes a file could not be {what}: {error}"))
    };
    let mut command = Command::new(&isolation.program);
    let seconds = request.limits.file_seconds;
    command.args([DECODE_FILE, &isolation.memory.to_string(), &seconds.to_string()]).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // What is typed at the terminal to stop the run must not look like a file that kills its reader.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| failed("started", &error))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else { return Err(failed("reached", &"it has no pipes")) };
    let answers = Answers::read(BufReader::new(output), isolation.memory).map_err(|error| failed("heard", &error))?;
    let apart = Apart { child, answers: Some(answers), memory: isolation.memory, limits: request.limits };
    let request = serde_json::to_vec(request).map_err(|error| failed("asked", &error))?;
    let schema = stream_of(schema, None).map_err(|error| failed("asked", &error))?;
    // A child that is dead already says so by its end, which comes when its answers are read.
    let _ = [request.as_slice(), &schema, bytes].into_iter().try_for_each(|part| send(&mut input, part));
    drop(input);
    Ok(Box::new(apart))
}

/// What a child has said: its answer, and the rows where it is such.
type Said = io::Result<(Answer, Option<RecordBatch>)>;

/// A thread that reads answers, one whenever it is asked to: waiting for a pipe cannot be given up, waiting for a thread
/// can.
struct Answers {
    ask: SyncSender<()>,
    said: Receiver<Said>,
}

impl Answers {
    fn read(mut output: impl io::Read + Send + 'static, memory: u64) -> io::Result<Self> {
        let (ask, asked) = sync_channel::<()>(1);
        let (say, said) = sync_channel::<Said>(1);
        let listen = move || {
            while asked.recv().is_ok() {
                if say.send(answer(&mut output, memory)).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("decode-file".to_owned()).spawn(listen)?;
        Ok(Self { ask, said })
    }

    fn next(&self, patience: Duration) -> std::result::Result<Said, RecvTimeoutError> {
        // A thread that is gone shows when its answer is waited for.
        let _ = self.ask.send(());
        self.said.recv_timeout(patience)
    }
}

fn answer(output: &mut impl io::Read, memory: u64) -> Said {
    let bytes = receive(output, memory)?;
    let answer = serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let batch = match answer {
        Answer::Rows(_) => Some(batch_of(&receive(output, memory)?)?),
        Answer::Damaged(_) | Answer::Over => None,
    };
    Ok((answer, batch))
}

/// The parent's side of a child.
struct Apart {
    child: Child,
    /// None after the last answer.
    answers: Option<Answers>,
    memory: u64,
    limits: Limits,
}

impl Iterator for Apart {
    type Item = Result<Read>;

    fn next(&mut self) -> Option<Self::Item> {
        let answers = self.answers.take()?;
        match answers.next(Duration::from_secs(self.limits.file_seconds)) {
            Ok(Ok((Answer::Rows(refused), Some(batch)))) => {
                self.answers = Some(answers);
                Some(Ok(Ok((batch, refused))))
            }
            Ok(Ok((Answer::Damaged(damage), _))) => Some(Ok(Err(damage))),
            Ok(Ok((Answer::Over | Answer::Rows(_), _))) => None,
            Ok(Err(error)) => Some(self.died(&error)),
            Err(RecvTimeoutError::Disconnected) => Some(self.died(&io::ErrorKind::UnexpectedEof.into())),
            Err(RecvTimeoutError::Timeout) => Some(Ok(Err(self.too_slow()))),
        }
    }
}

impl Apart {
    /// The end of the child, which is the file's doing unless somebody killed it.
    fn died(&mut self, error: &io::Error) -> Result<Read> {
        let ended = self.child.wait();
        let signal = ended.as_ref().ok().and_then(signal_of);
        match signal {
            // It used up its CPU time.
            Some(24) => return Ok(Err(self.too_slow())),
            // People and systems send these to processes (HUP, INT, KILL, TERM).
            Some(signal @ (1 | 2 | 9 | 15)) => {
                let detail = format!("the process that decodes a file was ended by signal {signal}");
                return Err(Error::unavailable(detail));
            }
            _ => {}
        }
        let end = ended.map_or_else(|_| error.to_string(), |status| status.to_string());
        let memory = self.memory >> 20;
        let detail = format!(
            "decoding the file takes more memory than allowed (file_memory = {memory}MiB; jogak.toml can raise it), or makes \
             its reader fail ({end})"
        );
        Ok(Err(Box::new(Damage::new("RESOURCE", detail))))
    }

    fn too_slow(&self) -> Box<Damage> {
        let told = self.limits.told("file_seconds");
        Box::new(Damage::new("RESOURCE", format!("decoding the file takes too long ({told})")))
    }
}

/// The signal that ended a process.
fn signal_of(status: &ExitStatus) -> Option<i32> {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(status);
    #[cfg(not(unix))]
    None
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the child says. Rows are followed by their batch.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Rows(Vec<(usize, Damage)>),
    Damaged(Box<Damage>),
    Over,
}

/// The child's side: decodes the file on `input`, and answers on `output`.
///
/// # Errors
/// When the request is none, or the parent is gone.
pub fn serve_file(mut input: impl io::Read, mut output: impl Write) -> io::Result<()> {
    let invalid = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let request = receive(&mut input, u64::MAX)?;
    let request: Request = serde_json::from_slice(&request).map_err(|error| invalid(&error))?;
    let schema = receive(&mut input, u64::MAX)?;
    let schema = StreamReader::try_new(Cursor::new(schema), None).map_err(|error| invalid(&error))?.schema();
    let bytes = Bytes::from(receive(&mut input, u64::MAX)?);
    let options = request.options().map_err(|error| invalid(&error))?;
    let batches = match request.task {
        Task::Workbook => workbook_here(bytes, &schema, &options),
        Task::WorkbookSample => only(sample_here(bytes, &options)),
        Task::Parquet => parquet_here(bytes, request.names, &options),
        Task::ParquetColumns => only(columns_here(bytes, &options)),
    };
    let mut answer = |answer: Answer, batch: Option<&RecordBatch>| -> io::Result<()> {
        send(&mut output, &serde_json::to_vec(&answer)?)?;
        match batch {
            Some(batch) => send(&mut output, &stream_of(&batch.schema(), Some(batch)).map_err(|e| invalid(&e))?),
            None => Ok(()),
        }
    };
    let batches = match batches {
        Ok(batches) => batches,
        Err(damage) => return answer(Answer::Damaged(damage), None),
    };
    for batch in batches {
        let (batch, refused) = match batch.map_err(|error| invalid(&error))? {
            Ok(rows) => rows,
            Err(damage) => return answer(Answer::Damaged(damage), None),
        };
        let rows = batch.num_rows();
        let each = (rows.saturating_mul(ANSWER) / batch.get_array_memory_size().max(1)).clamp(1, rows.max(1));
        let mut refused = refused.into_iter().peekable();
        let mut start = 0;
        loop {
            let end = (start + each).min(rows);
            let mut here = Vec::new();
            while let Some((before, damage)) = refused.next_if(|(before, _)| *before < end || end == rows) {
                here.push((before - start, damage));
            }
            answer(Answer::Rows(here), Some(&batch.slice(start, end - start)))?;
            start = end;
            if start == rows {
                break;
            }
        }
    }
    answer(Answer::Over, None)
}

/// A schema, and a batch of it, as an IPC stream.
fn stream_of(schema: &Schema, batch: Option<&RecordBatch>) -> std::result::Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    if let Some(batch) = batch {
        writer.write(batch)?;
    }
    writer.into_inner()
}

fn batch_of(bytes: &[u8]) -> io::Result<RecordBatch> {
    let invalid = |error: ArrowError| io::Error::new(io::ErrorKind::InvalidData, error);
    let mut reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(invalid)?;
    reader.next().unwrap_or_else(|| Err(ArrowError::IpcError("no batch".to_owned()))).map_err(invalid)
}

fn send(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)?;
    output.flush()
}

fn receive(input: &mut impl io::Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("an answer of {length} bytes")));
    }
    let mut bytes = Vec::new();
    if input.take(length).read_to_end(&mut bytes)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field};
    use parquet::arrow::ArrowWriter;

    fn file(rows: i64, text: usize) -> Bytes {
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, true),
            Field::new("text", DataType::Utf8, true),
        ]));
        let ids = Arc::new(Int64Array::from_iter_values(0..rows));
        let texts = Arc::new(StringArray::from_iter_values((0..rows).map(|_| "가".repeat(text))));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![ids, texts]).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap().into()
    }

    /// What a child says to a request, without a process.
    fn asked(task: Task, bytes: &[u8]) -> Vec<std::result::Result<Rows, String>> {
        let request = Request::new(&DecodeOptions::default(), vec!["id".to_owned(), "text".to_owned()], task);
        let mut input = Vec::new();
        for part in [&serde_json::to_vec(&request).unwrap()[..], &stream_of(&Schema::empty(), None).unwrap(), bytes] {
            send(&mut input, part).unwrap();
        }
        let mut output = Vec::new();
        serve_file(input.as_slice(), &mut output).unwrap();
        let mut output = output.as_slice();
        let mut said = Vec::new();
        loop {
            let answer: Answer = serde_json::from_slice(&receive(&mut output, u64::MAX).unwrap()).unwrap();
            match answer {
                Answer::Over => return said,
                Answer::Damaged(damage) => {
                    said.push(Err(damage.code));
                    return said;
                }
                Answer::Rows(refused) => {
                    said.push(Ok((batch_of(&receive(&mut output, u64::MAX).unwrap()).unwrap(), refused)));
                }
            }
        }
    }

    #[test]
    fn rows_come_across_in_pieces() {
        let said = asked(Task::Parquet, &file(5000, 2000));
        assert!(said.len() > 1, "30 MB in one answer");
        let ids: Vec<i64> = said
            .iter()
            .map(|rows| {
                rows.as_ref().unwrap().0.column(0).as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
            })
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(ids, (0..5000).collect::<Vec<_>>());
    }

    #[test]
    fn damage_comes_across() {
        let said = asked(Task::Parquet, b"PAR1 and nothing else");
        assert_eq!(said.into_iter().map(|read| read.map(drop)).collect::<Vec<_>>(), [Err("PARQUET".to_owned())]);
    }

    #[test]
    fn columns_come_across_without_rows() {
        let said = asked(Task::ParquetColumns, &file(5, 3));
        let [Ok((batch, _))] = said.as_slice() else { panic!("{said:?}") };
        let schema = batch.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!((batch.num_rows(), names, schema.metadata()[ROWS].as_str()), (0, vec!["id", "text"], "5"));
        let said = asked(Task::ParquetColumns, b"PAR1 and nothing else");
        assert!(matches!(said.as_slice(), [Err(code)] if code == "PARQUET"), "{said:?}");
        let said = asked(Task::WorkbookSample, b"PK\x03\x04 and nothing else");
        assert!(matches!(said.as_slice(), [Err(_)]), "{said:?}");
    }

    #[test]
    fn a_child_that_is_none_is_damage_of_the_file() {
        let isolation = Isolation { program: "/bin/false".into(), memory: 1 << 30 };
        let options = DecodeOptions { isolation: Some(isolation), ..DecodeOptions::default() };
        let open = || parquet(file(3, 3), vec!["id".to_owned()], &options).unwrap().unwrap();
        assert_eq!(open().next().unwrap().unwrap().unwrap_err().code, "RESOURCE");
    }

    #[cfg(unix)]
    #[test]
    fn a_child_that_hangs_or_runs_on_is_ended() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let child = |name: &str, does: &str| {
            let program = dir.path().join(name);
            // The third argument is the time that it may take.
            std::fs::write(&program, format!("#!/bin/sh\n{does}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
            let isolation = Isolation { program, memory: 1 << 30 };
            let limits = Limits { file_seconds: 1, ..Limits::default() };
            let options = DecodeOptions { isolation: Some(isolation), limits, ..DecodeOptions::default() };
            let mut batches = parquet(file(3, 3), vec!["id".to_owned()], &options).unwrap().unwrap();
            let damage = batches.next().unwrap().unwrap().unwrap_err();
            assert!(batches.next().is_none());
            damage
        };
        for (name, does) in [("hangs", "exec sleep 600"), ("spins", "ulimit -S -t \"$3\"; while :; do :; done")] {
            let damage = child(name, does);
            assert_eq!(damage.code, "RESOURCE");
            assert!(damage.detail.contains("limits.file_seconds = 1;"), "{name}: {}", damage.detail);
        }
    }
}
