//! `jogak sql`.

use futures::TryStreamExt;
use jogak_engine::{Result, Settings, query};

use super::size;
use crate::args::Format;
use crate::report;

pub(crate) async fn sql(text: &str, memory: Option<&str>, format: Format, settings: &Settings) -> Result<u8> {
    let mut stream = query::query(text, size("--memory", memory)?, settings).await?;
    let mut printer = report::RowPrinter::new(stream.schema(), format)?;
    while let Some(batch) = stream.try_next().await? {
        printer.print(&batch)?;
    }
    printer.finish()?;
    Ok(0)
}
