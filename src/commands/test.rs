//! `jogak test`.

use std::path::PathBuf;

use jogak_engine::{Error, Result, offline};

use super::read;
use crate::args::Format;
use crate::report;

pub(crate) async fn test(plans: &[PathBuf], format: Format) -> Result<u8> {
    let mut outcomes = Vec::new();
    for path in plans {
        let name = path.display().to_string();
        let tested = offline::test_plan(&name, &read(path)?).await?;
        if tested.is_empty() {
            return Err(Error::invalid(format!("'{name}' has no tests")));
        }
        outcomes.extend(tested);
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    match format {
        Format::Json => report::json(&outcomes, format)?,
        Format::Ndjson => {
            for outcome in &outcomes {
                report::json(outcome, format)?;
            }
        }
        _ => {
            for outcome in &outcomes {
                let verdict = if outcome.failures.is_empty() { "PASS" } else { "FAIL" };
                report::line(&format!("{verdict} {} :: {}", outcome.plan, outcome.test));
                outcome.failures.iter().for_each(|failure| report::line(&format!("     {failure}")));
            }
            report::line(&format!("{} passed, {failed} failed", outcomes.len() - failed));
        }
    }
    Ok(u8::from(failed > 0))
}
