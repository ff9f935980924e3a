//! `jogak catalog probe`.

use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::probe::{BUDGET, Outcome, Probed, Request, probe};
use jogak_engine::{Result, Settings};

use super::super::size;
use super::pick;
use crate::args::Format;
use crate::args::catalog::ProbeArgs;
use crate::report;

/// Characters of a note that people are shown.
const NOTE: usize = 90;

pub(super) async fn run(catalog: &Catalog, args: &ProbeArgs, korean: bool, settings: &Settings) -> Result<u8> {
    let request = Request {
        targets: args.targets.clone(),
        budget: size("--budget", args.budget.as_deref())?.unwrap_or(BUDGET),
        again: args.again,
    };
    let for_people = !matches!(args.format, Format::Json | Format::Ndjson);
    let several = args.targets.len() != 1;
    let all = probe(catalog, &request, settings, |probed| {
        if for_people {
            show(probed, several, korean);
        }
    })
    .await?;
    match args.format {
        Format::Json if !several => match all.first() {
            Some(one) => report::json(one, args.format)?,
            None => report::json(&all, args.format)?,
        },
        Format::Json => report::json(&all, args.format)?,
        Format::Ndjson => {
            for one in &all {
                report::json(one, args.format)?;
            }
        }
        _ if several => {
            let count = |outcome| all.iter().filter(|one| one.outcome == outcome).count();
            report::line(&format!(
                "{} {} · {} {} · {} {}",
                count(Outcome::Probed),
                pick(korean, "들여다봄", "probed"),
                count(Outcome::Unchanged),
                pick(korean, "그대로", "unchanged"),
                count(Outcome::Failed),
                pick(korean, "실패", "failed")
            ));
        }
        _ => {}
    }
    Ok(all.iter().map(|one| one.exit_code).max().unwrap_or(0))
}

/// One set: a line, and its figures where it is the only one.
fn show(probed: &Probed, short: bool, korean: bool) {
    let name = probed.dataset_id.as_deref().unwrap_or(&probed.url);
    match probed.outcome {
        Outcome::Failed => {
            let reason = probed.reason.as_deref().unwrap_or_default();
            report::say(&format!("{name}: {}: {reason}", pick(korean, "실패", "failed")));
            return;
        }
        Outcome::Unchanged => {
            let text = pick(
                korean,
                "지난번과 같은 목록이라 다시 보지 않음 (--again)",
                "same listing as last time, not read again (--again)",
            );
            report::line(&format!("{name}: {text}"));
            return;
        }
        Outcome::Probed => {}
    }
    report::line(&format!(
        "{name}: {} {} · {} / {} ({:.2} %) · {} {} · {} · {:.1} s",
        probed.records,
        pick(korean, "레코드", "records"),
        report::bytes(probed.bytes_read),
        report::bytes(probed.bytes_stored),
        100.0 * probed.bytes_read as f64 / (probed.bytes_stored as f64).max(1.0),
        probed.requests,
        pick(korean, "요청", "requests"),
        probed.plan.as_deref().unwrap_or(pick(korean, "맞는 계획 없음", "no shipped plan")),
        probed.elapsed_seconds
    ));
    if short {
        return;
    }
    for one in &probed.measures {
        let note: String = one.note.chars().take(NOTE).collect();
        let interval = match one.low == one.high {
            true => String::new(),
            false => format!(" [{} … {}]", figure(one.low), figure(one.high)),
        };
        report::line(&format!(
            "  {:<28} {:>12} {}{interval}  n={}  {note}",
            one.measure,
            figure(one.value),
            one.unit,
            one.sample
        ));
    }
    if probed.dataset_id.is_none() {
        let text = pick(
            korean,
            "어느 데이터셋인지 몰라 저장하지 않았습니다: jogak catalog locate ID URL",
            "not kept, as no set is bound to this place: jogak catalog locate ID URL",
        );
        report::say(text);
    }
}

/// A number with as many places as it needs.
fn figure(value: f64) -> String {
    if value.abs() >= 1000.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.4}") }
}
