//! `jogak check`.

use std::path::PathBuf;

use jogak_engine::Result;
use jogak_plans::{Severity, SourceFile};

use super::{pairs, read};
use crate::args::Format;
use crate::report;

pub(crate) async fn check(plans: &[PathBuf], set: &[String], format: Format) -> Result<u8> {
    let params = pairs("--set", set)?;
    let (mut errors, mut warnings) = (0, 0);
    let mut found = Vec::new();
    for path in plans {
        let name = path.display().to_string();
        let text = read(path)?;
        let diagnostics = jogak_plans::check_file(&name, &text, &params).await;
        let file = SourceFile::new(&name, &text);
        let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        errors += count(Severity::Error);
        warnings += count(Severity::Warning);
        match format {
            Format::Json | Format::Ndjson => {
                found.extend(diagnostics.iter().map(|diagnostic| diagnostic.to_json(&file)));
            }
            _ => report::diagnostics(&file, &diagnostics),
        }
    }
    match format {
        Format::Json => report::json(&found, format)?,
        Format::Ndjson => {
            for diagnostic in &found {
                report::json(diagnostic, format)?;
            }
        }
        _ => report::say(&format!("{} plans · {errors} errors, {warnings} warnings", plans.len())),
    }
    Ok(if errors > 0 { 2 } else { 0 })
}
