//! `jogak explain`.

use jogak_engine::offline::bind_plan;
use jogak_engine::{Result, Settings, explain as engine};

use super::{pairs, read};
use crate::args::{ExplainArgs, Format};
use crate::report;

pub(crate) async fn explain(args: &ExplainArgs, settings: &Settings) -> Result<u8> {
    let plan = bind_plan(&args.plan.display().to_string(), &read(&args.plan)?, &pairs("--set", &args.set)?)?;
    let explanation = engine::explain(&plan, &pairs("--source", &args.sources)?, args.physical, settings).await?;
    if matches!(args.format, Format::Json | Format::Ndjson) {
        report::json(&explanation, args.format)?;
        return Ok(0);
    }
    report::line(&format!("plan {} · {}", explanation.plan, explanation.identity));
    for source in &explanation.sources {
        let mut line = format!("source {}", source.name);
        if let (Some(url), Some(objects), Some(members), Some(bytes), Some(units)) =
            (&source.url, source.objects, source.members, source.bytes, source.units)
        {
            let bytes = report::bytes(bytes);
            line.push_str(&format!(
                " · {url} · {objects} objects, {members} members, {bytes} · {units} units (listed)"
            ));
        }
        report::line(&line);
        source.unusable.iter().for_each(|what| report::line(&format!("  cannot be used: {what}")));
    }
    for step in &explanation.steps {
        let kind = if step.output { "output" } else { "step" };
        let src = step.src_ends.as_ref().map_or_else(|| "carries _src".to_owned(), |why| format!("_src ends: {why}"));
        report::line(&format!("{kind} {} ← {} · {src}", step.name, step.reads.join(", ")));
    }
    for output in &explanation.outputs {
        let mode = match output.record_wise {
            true => "record-wise: runs unit by unit".to_owned(),
            false => format!("runs as a whole, sorted by its key, because of {}", output.reasons.join("; ")),
        };
        report::line(&format!("\n{} · {mode}", output.name));
        report::line(&output.logical);
        if let Some(physical) = &output.physical {
            report::line(physical);
        }
    }
    Ok(0)
}
