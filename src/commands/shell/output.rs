//! Runs queries and prints what they give.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use futures::TryStreamExt;
use jogak_engine::query::Query;
use jogak_engine::{Error, Result};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::pick;
use crate::args::Format;
use crate::report::{self, RowPrinter};

/// Batches on their way to the printer.
const AHEAD: usize = 2;

/// How a query ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With these columns.
    Done(SchemaRef),
    /// Ctrl-C.
    Cancelled,
}

/// What a query gives, in this order.
enum Event {
    Columns(SchemaRef),
    Rows(RecordBatch),
}

/// How and where results are printed.
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) timing: bool,
    file: Option<OpenFile>,
    /// Whether Ctrl-C cancels a query; else it ends the program.
    interactive: bool,
    korean: bool,
}

struct OpenFile {
    path: String,
    file: File,
    /// A Parquet file holds one result.
    holds_parquet: bool,
}

/// Ends a task that is waited for no more.
struct Aborting(tokio::task::JoinHandle<()>);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Output {
    pub(super) fn new(format: Format, interactive: bool, korean: bool) -> Self {
        Self { format, timing: false, file: None, interactive, korean }
    }

    /// Sends results to a file from now on, or back to stdout.
    pub(super) fn send_to(&mut self, path: Option<String>) -> Result<()> {
        self.file = match path {
            None => None,
            Some(path) => {
                let file = File::create(&path)
                    .map_err(|e| Error::invalid(format!("'{path}' cannot be written")).because(e))?;
                Some(OpenFile { path, file, holds_parquet: false })
            }
        };
        Ok(())
    }

    fn printer(&mut self, schema: SchemaRef) -> Result<RowPrinter> {
        let Some(open) = &mut self.file else { return RowPrinter::new(schema, self.format) };
        if open.holds_parquet {
            return Err(Error::invalid(format!(
                "'{}' is a Parquet file and holds one result; give \\o another file for the next",
                open.path
            )));
        }
        open.holds_parquet = self.format == Format::Parquet;
        let file = open
            .file
            .try_clone()
            .map_err(|e| Error::stopped(format!("'{}' cannot be written", open.path)).because(e))?;
        RowPrinter::to(Box::new(file), schema, self.format)
    }

    /// Runs a query in a task of its own, so that Ctrl-C is heard however long one step of it takes.
    pub(super) async fn run(&mut self, query: &Query, sql: &str) -> Result<Ended> {
        let started = Instant::now();
        let (sender, mut receiver) = mpsc::channel(AHEAD);
        let (session, text) = (query.clone(), sql.to_owned());
        let mut task = Aborting(tokio::spawn(async move {
            if let Err(error) = send(&session, &text, &sender).await {
                // Whoever does not listen does not want it.
                let _ = sender.send(Err(error)).await;
            }
        }));
        let interactive = self.interactive;
        let interrupted = async move {
            match interactive {
                // Where signals cannot be heard, they end the program.
                true if tokio::signal::ctrl_c().await.is_ok() => {}
                _ => std::future::pending().await,
            }
        };
        tokio::pin!(interrupted);
        let (mut printer, mut columns, mut rows) = (None::<RowPrinter>, None, 0);
        loop {
            let event = tokio::select! {
                biased;
                () = &mut interrupted => return Ok(Ended::Cancelled),
                event = receiver.recv() => event,
            };
            match event.transpose()? {
                None => break,
                Some(Event::Columns(schema)) => {
                    columns = Some(Arc::clone(&schema));
                    printer = Some(self.printer(schema)?);
                }
                Some(Event::Rows(batch)) => {
                    rows += batch.num_rows();
                    if let Some(printer) = &mut printer {
                        printer.print(&batch)?;
                        if printer.is_full() {
                            task.0.abort();
                            break;
                        }
                    }
                }
            }
        }
        drop(receiver);
        let ended = (&mut task.0).await;
        let (Some(printer), Some(columns)) = (printer, columns) else {
            let error = Error::internal("the query ended without a result");
            return Err(match ended {
                Err(panic) => error.because(panic),
                Ok(()) => error,
            });
        };
        if let Err(error) = ended
            && error.is_panic()
        {
            // Rows are missing.
            return Err(Error::internal("running the query").because(error));
        }
        printer.finish()?;
        self.say_end(rows, started);
        Ok(Ended::Done(columns))
    }

    fn say_end(&self, rows: usize, started: Instant) {
        let mut words = Vec::new();
        if self.interactive && self.format == Format::Table {
            words.push(pick(
                self.korean,
                format!("{rows}행"),
                format!("{rows} row{}", if rows == 1 { "" } else { "s" }),
            ));
        }
        if self.timing {
            let millis = started.elapsed().as_secs_f64() * 1000.0;
            words.push(pick(self.korean, format!("{millis:.1} ms 걸림"), format!("{millis:.1} ms")));
        }
        if !words.is_empty() {
            report::say(&format!("({})", words.join(", ")));
        }
    }

    /// Prints names with what is said of them.
    pub(super) fn list(&mut self, columns: [&str; 2], rows: Vec<(String, String)>) -> Result<()> {
        let (names, words): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let [first, second] = columns;
        let batch = RecordBatch::try_from_iter([
            (first, Arc::new(StringArray::from(names)) as _),
            (second, Arc::new(StringArray::from(words)) as _),
        ])
        .map_err(|e| Error::internal("printing a list").because(e))?;
        let mut printer = self.printer(batch.schema())?;
        printer.print(&batch)?;
        printer.finish()
    }
}

async fn send(query: &Query, sql: &str, sender: &mpsc::Sender<Result<Event>>) -> Result<()> {
    let mut stream = query.run(sql).await?;
    if sender.send(Ok(Event::Columns(stream.schema()))).await.is_err() {
        return Ok(());
    }
    while let Some(batch) = stream.try_next().await? {
        if sender.send(Ok(Event::Rows(batch))).await.is_err() {
            break;
        }
    }
    Ok(())
}
