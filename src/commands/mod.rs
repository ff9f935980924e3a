//! One file a verb. A verb returns its exit code; what it prints goes through [`crate::report`].

mod bulk;
mod catalog;
mod check;
mod demo;
mod explain;
mod history;
mod look;
mod preview;
mod run;
mod sample;
mod shell;
mod sql;
mod test;
mod vacuum;
mod verify;

use std::collections::BTreeMap;
use std::path::Path;

use jogak_engine::{Error, Result, Settings};

use crate::args::Command;

/// Does what was asked. The number is the exit code.
pub(crate) async fn run(command: Command, korean: bool) -> Result<u8> {
    let mut settings = Settings::load(Path::new("."))?;
    settings.program = std::env::current_exe().ok();
    match command {
        Command::Demo { dir } => demo::demo(dir, korean, &settings).await,
        Command::Sample(args) => sample::sample(&args),
        Command::Run(args) => run::run(&args, korean, &settings).await,
        Command::Check { plans, set, format } => check::check(&plans, &set, format).await,
        Command::Preview(args) => preview::preview(&args, &settings).await,
        Command::Explain(args) => explain::explain(&args, &settings).await,
        Command::Test { plans, format } => test::test(&plans, format).await,
        Command::Ls { url, members, format } => look::list(&url, members, format, &settings).await,
        Command::Schema { url, records, save } => {
            look::schema(&url, records.as_deref(), save.as_deref(), &settings).await
        }
        Command::Sql { query, memory, format } => sql::sql(&query, memory.as_deref(), format, &settings).await,
        Command::Shell(args) => shell::shell(&args, korean, &settings).await,
        Command::Catalog(command) => catalog::catalog(command, korean, &settings).await,
        Command::Verify { url, format } => verify::verify(&url, format, &settings).await,
        Command::Vacuum(args) => vacuum::vacuum(&args, &settings).await,
        Command::History { table, format } => history::history(&table, format, &settings).await,
        Command::Runs { last, format } => history::runs(last, format, &settings),
    }
}

/// `name=value` pairs of an option.
fn pairs(option: &str, given: &[String]) -> Result<BTreeMap<String, String>> {
    let mut map = BTreeMap::new();
    for pair in given {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Error::invalid(format!("{option} '{pair}' is not name=value")))?;
        if map.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Error::invalid(format!("{option} {name}=… was given twice")));
        }
    }
    Ok(map)
}

/// A size option in bytes.
fn size(option: &str, text: Option<&str>) -> Result<Option<u64>> {
    text.map(|text| {
        jogak_engine::parse_size(text)
            .ok_or_else(|| Error::invalid(format!("{option} '{text}' is no size; write e.g. 256MiB or 4GB")))
    })
    .transpose()
}

/// A file's text.
fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| Error::invalid(format!("'{}' cannot be read", path.display())).because(e))
}
