//! `jogak verify`.

use jogak_engine::{Result, Settings, verify as engine};

use crate::args::Format;
use crate::report;

pub(crate) async fn verify(url: &str, format: Format, settings: &Settings) -> Result<u8> {
    let verified = engine::verify(url, settings).await?;
    if matches!(format, Format::Json | Format::Ndjson) {
        report::json(&verified, format)?;
    } else {
        for table in &verified {
            let verdict = if table.passed() { "ok" } else { "FAILED" };
            report::line(&format!(
                "{verdict} {} v{} · {} files · {} rows",
                table.table, table.version, table.files, table.rows
            ));
            let checked: Vec<_> = table.checked.iter().map(|(what, times)| format!("{what} {times}")).collect();
            report::line(&format!("   checked: {}", checked.join(" · ")));
            table.findings.iter().for_each(|finding| report::line(&format!("   - {finding}")));
            if table.found > table.findings.len() as u64 {
                report::line(&format!("   … and {} more", table.found - table.findings.len() as u64));
            }
        }
    }
    Ok(u8::from(!verified.iter().all(|table| table.passed())))
}
