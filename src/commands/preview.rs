//! `jogak preview`.

use jogak_engine::offline::{Sample, bind_plan, preview as rows_of};
use jogak_engine::{Result, Settings};

use super::{pairs, read};
use crate::args::{PreviewArgs, SampleKind};
use crate::report;

pub(crate) async fn preview(args: &PreviewArgs, settings: &Settings) -> Result<u8> {
    let plan = bind_plan(&args.plan.display().to_string(), &read(&args.plan)?, &pairs("--set", &args.set)?)?;
    let sample = match args.sample {
        SampleKind::Head => Sample::Head,
        SampleKind::Spread => Sample::Spread,
    };
    let places = pairs("--source", &args.sources)?;
    let (step, condition) = (args.step.as_deref(), args.condition.as_deref());
    let batches = rows_of(&plan, &places, step, args.rows, sample, condition, settings).await?;
    let shown: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    report::batches(&batches, args.format)?;
    report::say(&format!("{shown} rows shown · nothing written"));
    Ok(0)
}
