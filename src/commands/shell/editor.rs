//! The line editor: history, completion, and lines until the semicolon.

use std::io::IsTerminal;
use std::path::PathBuf;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use jogak_engine::{Error, Result, Settings};

use super::complete::{Names, complete};
use super::statements::Splitter;
use crate::report;

/// Statements that are remembered.
const HISTORY: usize = 5000;
const PROMPT: &str = "jogak> ";

/// What was typed.
pub(super) enum Input {
    /// Whole statements and commands.
    Text(String),
    /// Ctrl-C: what was typed is dropped.
    Dropped,
    /// Ctrl-D.
    End,
}

/// Is somebody there to type?
pub(super) fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// The editor of a shell.
pub(super) struct Lines {
    editor: Editor<Completion, FileHistory>,
    history: PathBuf,
}

struct Completion {
    names: Names,
}

impl Lines {
    /// Opens the editor with the history of this user, below the data directory.
    pub(super) fn open(names: Names, settings: &Settings) -> Result<Self> {
        let failed = |e: ReadlineError| Error::invalid("the terminal cannot be used").because(e);
        let config = Config::builder()
            .max_history_size(HISTORY)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(failed)?
            // A line that begins with a blank is not remembered.
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .build();
        let mut editor = Editor::with_config(config).map_err(failed)?;
        editor.set_helper(Some(Completion { names }));
        let history = settings.data_dir().join("shell_history");
        // There is none the first time; one that cannot be read is no reason not to start.
        let _ = editor.load_history(&history);
        Ok(Self { editor, history })
    }

    /// The names that can be completed.
    pub(super) fn names(&mut self) -> Option<&mut Names> {
        self.editor.helper_mut().map(|completion| &mut completion.names)
    }

    /// Waits for whole statements.
    pub(super) fn read(&mut self) -> Result<Input> {
        match self.editor.readline(PROMPT) {
            Ok(text) => {
                if !text.trim().is_empty() && self.editor.add_history_entry(text.as_str()).unwrap_or(false) {
                    self.remember();
                }
                Ok(Input::Text(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Input::Dropped),
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(error) => Err(Error::stopped("the terminal cannot be read").because(error)),
        }
    }

    /// Each time, so that a shell that dies loses nothing.
    fn remember(&mut self) {
        let folder = self.history.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = folder.map_err(ReadlineError::from).and_then(|()| self.editor.append_history(&self.history));
        if let Err(error) = written {
            report::say(&format!("{}: {error}", self.history.display()));
        }
    }
}

impl Helper for Completion {}

impl Highlighter for Completion {}

impl Hinter for Completion {
    type Hint = String;
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _ctx: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = complete(&self.names, line, pos);
        Ok((start, found.into_iter().map(|name| Pair { display: name.clone(), replacement: name }).collect()))
    }
}

impl Validator for Completion {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let mut splitter = Splitter::default();
        splitter.feed(ctx.input());
        // Words that end other shells need no semicolon.
        let whole = splitter.is_done() || is_farewell(ctx.input());
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// What people type to leave.
pub(super) fn is_farewell(text: &str) -> bool {
    matches!(text.trim().trim_end_matches(';'), "exit" | "quit")
}
