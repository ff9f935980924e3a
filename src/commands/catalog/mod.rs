//! `jogak catalog …`: one file a verb.

mod import;
mod judge;
mod list;
mod probe;
mod score;
mod select;
mod show;

use jogak_engine::catalog::{Catalog, view};
use jogak_engine::{Result, Settings};

use crate::args::catalog::CatalogCommand;
use crate::report;

/// Does what was asked. The number is the exit code.
pub(super) async fn catalog(command: CatalogCommand, korean: bool, settings: &Settings) -> Result<u8> {
    let catalog = Catalog::open(settings)?;
    match command {
        CatalogCommand::List(args) => list::list(&catalog, &args, &[], korean).await,
        CatalogCommand::Search(args) => list::list(&catalog, &args.list, &args.words, korean).await,
        CatalogCommand::Show { id, format } => show::show(&catalog, &id, format, korean).await,
        CatalogCommand::Import(args) => import::import(&catalog, &args, korean, settings).await,
        CatalogCommand::Locate { id, url, of_version } => {
            import::locate(&catalog, &id, &url, of_version.as_deref(), korean, settings).await
        }
        CatalogCommand::Score(args) => score::score(&catalog, &args, korean).await,
        CatalogCommand::Probe(args) => probe::run(&catalog, &args, korean, settings).await,
        CatalogCommand::Judge(args) => judge::judge(&catalog, &args, korean, settings).await,
        CatalogCommand::Select(args) => select::select(&catalog, &args, korean).await,
        CatalogCommand::Appeal(args) => select::appeal(&catalog, &args, korean).await,
        CatalogCommand::Freeze { name, to, format } => {
            select::freeze(&catalog, &name, to.as_deref(), format, korean, settings).await
        }
        CatalogCommand::Verify { seal, format } => select::verify(&catalog, &seal, format, korean, settings).await,
    }
}

/// A text in the language of messages.
fn pick<'a>(korean: bool, ko: &'a str, en: &'a str) -> &'a str {
    if korean { ko } else { en }
}

/// What is not known, as people read it.
fn unknown(korean: bool) -> &'static str {
    if korean { "모름" } else { "unknown" }
}

/// Says how many of the reviewed sets the catalogue does not hold.
async fn say_coverage(catalog: &Catalog, korean: bool) -> Result<()> {
    let coverage = view::coverage(catalog).await?;
    if let Some(message) = if korean { coverage.message_ko() } else { coverage.message_en() } {
        report::say(&message);
    }
    Ok(())
}
