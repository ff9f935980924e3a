//! `jogak ls` and `jogak schema`.

use std::path::Path;

use jogak_engine::{Error, Result, Settings, look};

use crate::args::Format;
use crate::report;

pub(crate) async fn list(url: &str, members: bool, format: Format, settings: &Settings) -> Result<u8> {
    let entries = look::list(url, members, settings).await?;
    match format {
        Format::Json => report::json(&entries, format)?,
        Format::Ndjson => {
            for entry in &entries {
                report::json(entry, format)?;
            }
        }
        _ => {
            let rows = entries.iter().map(|entry| {
                let name = match &entry.member {
                    Some(member) => format!("  !{member}"),
                    None => entry.object.clone(),
                };
                vec![
                    name,
                    entry.member_index.map(|index| index.to_string()).unwrap_or_default(),
                    report::bytes(entry.bytes),
                    entry.decoded_bytes.map(report::bytes).unwrap_or_default(),
                    entry.encoding.clone().unwrap_or_default(),
                    entry.note.clone().unwrap_or_default(),
                ]
            });
            report::table(&["name", "index", "stored", "decoded", "name encoding", "note"], rows);
        }
    }
    Ok(0)
}

pub(crate) async fn schema(url: &str, records: Option<&str>, save: Option<&Path>, settings: &Settings) -> Result<u8> {
    let yaml = look::schema(url, records, settings).await?;
    match save {
        Some(path) => {
            std::fs::write(path, &yaml)
                .map_err(|e| Error::invalid(format!("'{}' cannot be written", path.display())).because(e))?;
            report::say(&format!("written to {}", path.display()));
        }
        None => report::line(yaml.trim_end()),
    }
    Ok(0)
}
