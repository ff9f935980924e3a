//! `jogak explain`.

use jogak_engine::offline::bind_plan;
use jogak_engine::{Result, Settings, cost, explain as engine};
use serde::Serialize;

use super::{pairs, read};
use crate::args::{ExplainArgs, Format};
use crate::report;

pub(crate) async fn explain(args: &ExplainArgs, settings: &Settings) -> Result<u8> {
    let plan = bind_plan(&args.plan.display().to_string(), &read(&args.plan)?, &pairs("--set", &args.set)?)?;
    let places = pairs("--source", &args.sources)?;
    let explanation = engine::explain(&plan, &places, args.physical, settings).await?;
    let cost = match args.cost || args.analyze {
        true => Some(cost::measure(&plan, &places, args.analyze, settings).await?),
        false => None,
    };
    if matches!(args.format, Format::Json | Format::Ndjson) {
        report::json(&Explained { explanation, cost }, args.format)?;
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
    if let Some(cost) = cost {
        report::line(&format!(
            "\ncost · {}: {} of {} read, one thread",
            cost.basis,
            report::bytes(cost.bytes_read),
            report::bytes(cost.bytes)
        ));
        for output in &cost.outputs {
            let (rows, bytes, seconds) = (output.rows, report::bytes(output.bytes), output.seconds);
            report::line(&format!("  {} by itself: {rows} rows, {bytes}, {seconds:.1} s", output.name));
            if args.analyze {
                report::line(&output.analyzed);
            }
        }
    }
    Ok(0)
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    explanation: engine::Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<cost::Cost>,
}
