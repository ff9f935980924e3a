//! `jogak catalog judge`.

use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::judge::{self as engine, Judgment};
use jogak_engine::{Error, Result, Settings};

use crate::args::Format;
use crate::args::catalog::JudgeArgs;
use crate::report;

pub(super) async fn judge(catalog: &Catalog, args: &JudgeArgs, korean: bool, settings: &Settings) -> Result<u8> {
    if let Some(place) = &args.from {
        let judged = engine::judge_from(catalog, place, settings).await?;
        if args.format == Format::Table {
            let books = judged.books;
            report::line(&match korean {
                true => format!("읽음 {} = 사용 {} + 문제 {}", books.read, books.items, books.problems),
                false => format!("read {} = used {} + problems {}", books.read, books.items, books.problems),
            });
            for problem in &judged.problems {
                report::say(&format!("  {}: {}: {:?}", problem.place, problem.why, problem.text));
            }
        } else {
            report::json(&judged, args.format)?;
        }
        return Ok(u8::from(judged.books.items == 0));
    }
    let id = args.id.clone().unwrap_or_default();
    let one = |given: &String| {
        let (criterion, value) = given
            .split_once('=')
            .and_then(|(criterion, value)| Some((criterion.trim(), value.trim().parse::<f64>().ok()?)))
            .ok_or_else(|| {
                Error::invalid(format!("--set '{given}' is not CRITERION=VALUE with a value from 0 to 1"))
            })?;
        Ok(Judgment {
            dataset_id: id.clone(),
            criterion: criterion.to_owned(),
            reviewer: args.by.clone().unwrap_or_default(),
            conflict_of_interest: args.conflict,
            value,
            reason: args.reason.clone().unwrap_or_default(),
            evidence: args.evidence.clone(),
            time: None,
        })
    };
    let judgments = args.set.iter().map(one).collect::<Result<Vec<_>>>()?;
    let stored = engine::judge(catalog, &judgments).await?;
    for Judgment { criterion, value, .. } in &judgments {
        report::line(&format!("{id} {criterion} = {value} (catalog.judgments {})", stored.version));
    }
    report::say(if korean {
        "점수에 반영하려면: jogak catalog score"
    } else {
        "To have it count: jogak catalog score"
    });
    Ok(0)
}
