//! `jogak sql`.

use futures::TryStreamExt;
use jogak_engine::query::Query;
use jogak_engine::{Result, Settings};

use super::size;
use crate::args::Format;
use crate::report;

pub(crate) async fn sql(text: &str, memory: Option<&str>, format: Format, settings: &Settings) -> Result<u8> {
    let query = Query::open(settings, size("--memory", memory)?)?;
    let mut stream = query.run(text).await?;
    let mut printer = report::RowPrinter::new(stream.schema(), format)?;
    while !printer.is_full()
        && let Some(batch) = stream.try_next().await?
    {
        printer.print(&batch)?;
    }
    printer.finish()?;
    Ok(0)
}
