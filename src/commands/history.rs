//! `jogak history` and `jogak runs`.

use jogak_engine::{Result, Settings, runs as engine, table_at};
use serde_json::json;

use crate::args::Format;
use crate::report;

pub(crate) async fn history(table: &str, format: Format, settings: &Settings) -> Result<u8> {
    let versions = table_at(table, &settings.stores)?.history().await?;
    let rows: Vec<_> = versions
        .iter()
        .map(|version| {
            let facts = version.facts.as_ref();
            json!({
                "version": version.version,
                "time": version.timestamp_ms.map(report::time),
                "operation": version.operation,
                "files_added": version.files_added,
                "files_removed": version.files_removed,
                "run_id": facts.map(|facts| &facts.run_id),
                "plan": facts.map(|facts| &facts.plan),
                "written": facts.and_then(|facts| facts.counts.pointer("/output/written").cloned()),
                "inputs_read": facts.and_then(|facts| facts.counts.pointer("/objects/read").cloned()),
                "quarantine_rows": facts.map(|facts| facts.quarantine.iter().map(|file| file.rows).sum::<u64>()),
            })
        })
        .collect();
    report::values(&rows, format)?;
    Ok(0)
}

pub(crate) fn runs(last: bool, format: Format, settings: &Settings) -> Result<u8> {
    let mut records = engine::runs(settings)?;
    if last {
        records.truncate(1);
    }
    let rows: Vec<_> = records
        .iter()
        .map(|record| {
            json!({
                "run_id": record.run_id,
                "plan": record.plan,
                "status": record.status,
                "exit_code": record.exit_code,
                "committed": record.committed,
                "started": report::time(i64::try_from(record.started_ms).unwrap_or_default()),
                "seconds": record.ended_ms.map(|ended| ended.saturating_sub(record.started_ms) as f64 / 1000.0),
                "rows": record.rows,
                "reason": record.reason,
                "out": record.out,
                "command": record.command,
                "directory": record.directory,
            })
        })
        .collect();
    report::values(&rows, format)?;
    Ok(0)
}
