//! `jogak catalog score`.

use futures::TryStreamExt;
use jogak_engine::catalog::view;
use jogak_engine::catalog::{Catalog, score as engine};
use jogak_engine::{Error, Result};

use super::super::{pairs, read, size};
use super::{pick, say_coverage};
use crate::args::Format;
use crate::args::catalog::ScoreArgs;
use crate::report;

pub(super) async fn score(catalog: &Catalog, args: &ScoreArgs, korean: bool) -> Result<u8> {
    let params = pairs("--set", &args.set)?;
    let memory = size("--memory", args.memory.as_deref())?;
    let text = args.plan.as_deref().map(read).transpose()?;
    let path = args.plan.as_ref().map(|path| path.display().to_string());
    let plan = path.as_deref().zip(text.as_deref());
    let scored = engine::score(catalog, plan, &params, memory).await?;
    match args.format {
        Format::Json | Format::Ndjson => {
            report::json(&scored, args.format)?;
            return Ok(0);
        }
        Format::Table => {}
        _ => {
            return Err(Error::invalid(
                "the summary of scoring is a table or json; for the scores: jogak sql \"SELECT * FROM catalog.scores\"",
            ));
        }
    }
    for (name, stored) in &scored.tables {
        let state = if stored.changed {
            pick(korean, "새 버전", "new version")
        } else {
            pick(korean, "그대로", "unchanged")
        };
        report::line(&format!(
            "catalog.{name}: {} {} · {state} {}",
            stored.rows,
            pick(korean, "행", "rows"),
            stored.version
        ));
    }
    for (track, title) in [("llm", "LLM"), ("physical", pick(korean, "피지컬 AI", "physical AI"))] {
        let rows = top(catalog, track, args.rows).await?;
        if rows.is_empty() {
            continue;
        }
        report::line(&format!("\n{title}"));
        let headings = match korean {
            true => ["순위", "가능 순위", "번호", "점수", "구간", "상태", "제목", "무엇으로 보았나"],
            false => ["rank", "may be", "id", "score", "interval", "status", "title", "taken for"],
        };
        report::table(&headings, rows.iter().map(|row| line(row, korean)));
    }
    if scored.unscored > 0 {
        report::say(&format!(
            "{}: {} ({})",
            pick(korean, "점수 없는 데이터셋", "sets without a score"),
            scored.unscored,
            pick(
                korean,
                "계획이 후보로 보지 않는다: max_build_year보다 늦게 구축됐을 수 있다",
                "no candidates to the plan: perhaps built after its max_build_year"
            )
        ));
    }
    report::say(&format!("{:.2} s", scored.elapsed_seconds));
    say_coverage(catalog, korean).await?;
    Ok(0)
}

async fn top(catalog: &Catalog, track: &str, rows: usize) -> Result<Vec<serde_json::Value>> {
    let mut batches = view::top(catalog, track, rows).await?;
    let mut lines = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        lines.extend(report::json_values(&batch)?);
    }
    Ok(lines)
}

fn line(row: &serde_json::Value, korean: bool) -> Vec<String> {
    let number = |name: &str| row[name].as_f64().map_or_else(String::new, |value| format!("{value:.3}"));
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let whole = |name: &str| row[name].as_u64().map_or_else(String::new, |value| value.to_string());
    vec![
        whole("rank"),
        format!("{}–{}", whole("rank_low"), whole("rank_high")),
        text("dataset_id"),
        number("score"),
        format!("{}–{}", number("low"), number("high")),
        text("status"),
        text("title"),
        text(pick(korean, "summary_ko", "summary_en")),
    ]
}
