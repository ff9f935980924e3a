//! `jogak shell`: queries one after the other, by hand or from a file.
//!
//! - [`statements`]: cuts the input; [`meta`]: commands such as `\d`
//! - [`complete`], [`paths`]: what may come next; [`editor`]: the terminal
//! - [`output`]: runs a query, prints it, stops it

mod complete;
mod editor;
mod meta;
mod output;
mod paths;
mod statements;

use std::io::BufRead;

use jogak_engine::query::Query;
use jogak_engine::{Error, Result, Settings};

use self::complete::{Names, Table};
use self::editor::{Input, Lines};
use self::meta::Meta;
use self::output::{Ended, Output};
use self::statements::{Piece, Splitter, Unclosed};
use super::size;
use crate::args::ShellArgs;
use crate::report;

/// What comes after a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Quit,
}

/// Does what was asked. The number is the exit code: a script ends with 2 at its first error, a terminal goes on.
pub(crate) async fn shell(args: &ShellArgs, korean: bool, settings: &Settings) -> Result<u8> {
    let query = Query::open(settings, size("--memory", args.memory.as_deref())?)?;
    let interactive = args.commands.is_empty() && editor::is_interactive();
    let mut shell = Shell { output: Output::new(args.format, interactive, korean), query, korean };
    if interactive {
        return shell.talk(settings).await;
    }
    for (index, text) in args.commands.iter().enumerate() {
        let mut splitter = Splitter::default();
        let pieces = splitter.feed(text);
        let name = if args.commands.len() == 1 { "-c".to_owned() } else { format!("-c {}", index + 1) };
        if let Some(code) = shell.script(pieces, &name).await {
            return Ok(code);
        }
        if let Some(code) = shell.end_of_script(splitter, &name).await {
            return Ok(code);
        }
    }
    if args.commands.is_empty() { shell.read_script().await } else { Ok(0) }
}

struct Shell {
    query: Query,
    output: Output,
    korean: bool,
}

impl Shell {
    /// From a terminal, until Ctrl-D.
    async fn talk(&mut self, settings: &Settings) -> Result<u8> {
        report::say(pick(
            self.korean,
            "SQL을 세미콜론(;)으로 끝내면 실행합니다. 도움말 \\h, 표 목록 \\d, 끝내기 \\q",
            "End a query with a semicolon to run it. \\h for help, \\d for the tables, \\q to end",
        ));
        let mut lines = Lines::open(self.names(), settings)?;
        loop {
            // Waiting for a key holds up this thread; the runtime has others.
            let text = match tokio::task::block_in_place(|| lines.read())? {
                Input::Text(text) => text,
                Input::Dropped => continue,
                Input::End => return Ok(0),
            };
            if editor::is_farewell(&text) {
                return Ok(0);
            }
            let mut splitter = Splitter::default();
            for piece in splitter.feed(&text) {
                let names = lines.names();
                match self.piece(&piece, names).await {
                    Ok(Next::Go) => {}
                    Ok(Next::Quit) => return Ok(0),
                    Err(error) => {
                        // What was typed with it may depend on it.
                        report::error(&error);
                        break;
                    }
                }
            }
        }
    }

    /// From stdin, statement by statement as they come.
    async fn read_script(&mut self) -> Result<u8> {
        let name = pick(self.korean, "입력", "the input");
        let mut splitter = Splitter::default();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = tokio::task::block_in_place(|| std::io::stdin().lock().read_until(b'\n', &mut bytes));
            if read.map_err(|e| Error::invalid("stdin cannot be read").because(e))? == 0 {
                break;
            }
            let line = std::str::from_utf8(&bytes).map_err(|e| Error::invalid("stdin is not UTF-8").because(e))?;
            // Editors of some systems put a mark before the first line.
            let pieces = splitter.feed(line.strip_prefix('\u{feff}').unwrap_or(line));
            if let Some(code) = self.script(pieces, name).await {
                return Ok(code);
            }
        }
        Ok(self.end_of_script(splitter, name).await.unwrap_or(0))
    }

    /// Runs pieces of a script; a number ends it with this exit code.
    async fn script(&mut self, pieces: Vec<Piece>, name: &str) -> Option<u8> {
        for piece in pieces {
            match self.piece(&piece, None).await {
                Ok(Next::Go) => {}
                Ok(Next::Quit) => return Some(0),
                Err(error) => {
                    let (Piece::Statement { line, .. } | Piece::Command { line, .. }) = piece;
                    report::say(&pick(
                        self.korean,
                        format!("{name} {line}번째 줄에서 시작하는 문장에서 멈췄습니다:"),
                        format!("stopped at the statement that begins on line {line} of {name}:"),
                    ));
                    report::error(&error);
                    return Some(2);
                }
            }
        }
        None
    }

    async fn end_of_script(&mut self, splitter: Splitter, name: &str) -> Option<u8> {
        match splitter.finish() {
            Ok(last) => self.script(last.into_iter().collect(), name).await,
            Err(Unclosed { opening, line }) => {
                report::error(&Error::invalid(pick(
                    self.korean,
                    format!("{name} {line}번째 줄의 {opening} 이(가) 닫히지 않았습니다"),
                    format!("{opening} on line {line} of {name} is never closed"),
                )));
                Some(2)
            }
        }
    }

    async fn piece(&mut self, piece: &Piece, names: Option<&mut Names>) -> Result<Next> {
        match piece {
            Piece::Statement { sql, .. } => match self.output.run(&self.query, sql).await? {
                Ended::Done(columns) => {
                    if let Some(names) = names {
                        names.shown.extend(columns.fields().iter().map(|field| field.name().clone()));
                    }
                    Ok(Next::Go)
                }
                Ended::Cancelled => {
                    report::say(pick(self.korean, "질의를 멈췄습니다.", "The query was stopped."));
                    Ok(Next::Go)
                }
            },
            Piece::Command { text, .. } => {
                let meta = meta::parse(text, self.korean).map_err(Error::invalid)?;
                self.command(meta).await
            }
        }
    }

    async fn command(&mut self, meta: Meta) -> Result<Next> {
        match meta {
            Meta::Tables(word) => {
                let word = quoted(&word.unwrap_or_default().to_lowercase());
                let sql = format!(
                    "SELECT schema || '.' || name AS name, about FROM system.tables \
                     WHERE contains(schema || '.' || name, {word})"
                );
                self.output.run(&self.query, &sql).await?;
            }
            Meta::Columns(from) => self.columns(&from).await?,
            Meta::Functions(word) => {
                let condition = match word {
                    Some(word) => format!("contains(name, {})", quoted(&word.to_lowercase())),
                    None => "family NOT IN ('sql', 'json')".to_owned(),
                };
                let sql =
                    format!("SELECT family, name, kind, arguments, about FROM system.functions WHERE {condition}");
                self.output.run(&self.query, &sql).await?;
            }
            Meta::Timing(on) => {
                self.output.timing = on.unwrap_or(!self.output.timing);
                let state = if self.output.timing { "on" } else { "off" };
                report::say(&format!("timing {state}"));
            }
            Meta::Output(path) => self.output.send_to(path)?,
            Meta::Format(Some(format)) => self.output.format = format,
            Meta::Format(None) => report::say(&format!("{:?}", self.output.format).to_lowercase()),
            Meta::Help => report::say(meta::help(self.korean)),
            Meta::Quit => return Ok(Next::Quit),
        }
        Ok(Next::Go)
    }

    async fn columns(&mut self, from: &str) -> Result<()> {
        // `\d datasets` means the table of that name where there is just one.
        let tables = self.query.tables();
        let mut named = tables.iter().filter(|table| table.name == from);
        let from = match (named.next(), named.next()) {
            (Some(table), None) => format!("{}.{}", table.schema, table.name),
            _ => from.to_owned(),
        };
        let schema = self.query.describe(&from).await?;
        let rows = schema.fields().iter().map(|field| (field.name().clone(), field.data_type().to_string()));
        self.output.list(["column", "type"], rows.collect())
    }

    fn names(&self) -> Names {
        let tables = self.query.tables().into_iter().map(|table| Table {
            schema: table.schema.to_owned(),
            name: table.name.to_owned(),
            columns: table.columns.into_iter().map(str::to_owned).collect(),
        });
        let functions = self.query.functions().iter().map(|function| function.name.clone());
        Names { tables: tables.collect(), functions: functions.collect(), shown: Default::default() }
    }
}

/// A text as an SQL literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The words in the language of messages.
fn pick<T>(korean: bool, ko: T, en: T) -> T {
    if korean { ko } else { en }
}
