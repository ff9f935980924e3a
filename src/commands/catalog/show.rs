//! `jogak catalog show ID`.

use jogak_engine::Result;
use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::view::{self, Shown, Standing};
use serde_json::Value;

use super::{pick, unknown};
use crate::args::Format;
use crate::report;

pub(super) async fn show(catalog: &Catalog, id: &str, format: Format, korean: bool) -> Result<u8> {
    let shown = view::show(catalog, id).await?;
    if format != Format::Table {
        report::json(&shown, format)?;
        return Ok(0);
    }
    facts(&shown, korean);
    files(&shown, korean);
    measures(&shown, korean);
    for standing in &shown.tracks {
        track(standing, korean);
    }
    if shown.tracks.is_empty() {
        let (ko, en) = ("아직 점수가 없습니다: jogak catalog score", "not scored yet: jogak catalog score");
        report::line(&format!("\n{}", pick(korean, ko, en)));
    } else if shown.scores_are_old {
        report::say(pick(
            korean,
            "점수를 매긴 뒤 카탈로그가 바뀌었습니다. 다시 매기려면: jogak catalog score",
            "The catalogue has changed since it was scored; score it again: jogak catalog score",
        ));
    }
    judgments(&shown, korean);
    Ok(0)
}

/// Facts in the order of the page, with their names.
const FACTS: [(&str, &str, &str); 17] = [
    ("field", "분야", "field"),
    ("modality", "유형", "modality"),
    ("build_year", "구축년도", "built"),
    ("updated", "갱신년월", "updated"),
    ("views", "조회수", "views"),
    ("downloads", "다운로드", "downloads"),
    ("tags", "태그", "tags"),
    ("files", "파일 수", "files"),
    ("bytes", "크기", "size"),
    ("layout", "폴더 구조", "layout"),
    ("label_type", "라벨 유형", "label type"),
    ("quantity", "구축량", "quantity"),
    ("formats", "형식", "formats"),
    ("builder", "구축기관", "builder"),
    ("terms", "이용 조건", "terms"),
    ("source", "출처", "source"),
    ("as_of", "기준일", "as of"),
];

fn text(value: &Value, korean: bool) -> String {
    match value {
        Value::Null => unknown(korean).to_owned(),
        Value::String(text) => text.replace('|', ", "),
        other => other.to_string(),
    }
}

fn facts(shown: &Shown, korean: bool) {
    let set = &shown.dataset;
    report::line(&format!("{} · {}", text(&set["id"], korean), text(&set["title"], korean)));
    let rows = FACTS.iter().map(|(name, ko, en)| {
        let value = match (*name, set[*name].as_u64()) {
            ("bytes", Some(value)) => match (set["bytes_low"].as_u64(), set["bytes_high"].as_u64()) {
                (Some(low), Some(high)) if low < high => {
                    format!("{} ({} … {})", report::bytes(value), report::bytes(low), report::bytes(high))
                }
                _ => report::bytes(value),
            },
            _ => text(&set[*name], korean),
        };
        vec![pick(korean, ko, en).to_owned(), value]
    });
    report::table(&[pick(korean, "사실", "fact"), pick(korean, "값", "value")], rows);
}

fn files(shown: &Shown, korean: bool) {
    if !shown.files.is_empty() {
        let sampled = shown.files.iter().all(|row| row["origin"] == "sample");
        let title = match (korean, sampled) {
            (true, true) => "파일 (경로 일부만 알려짐)",
            (true, false) => "파일",
            (false, true) => "files (only some paths are known)",
            (false, false) => "files",
        };
        report::line(&format!("\n{title}"));
        for row in &shown.files {
            let size = row["bytes"].as_u64().map(|bytes| format!(" · {}", report::bytes(bytes))).unwrap_or_default();
            let (kind, split) = (text(&row["kind"], korean), text(&row["split"], korean));
            report::line(&format!(
                "  {kind} / {split}: {}{size} ({})",
                text(&row["files"], korean),
                text(&row["origin"], korean)
            ));
        }
        for row in &shown.paths {
            report::line(&format!("    {}", text(&row["path"], korean)));
        }
    }
    report::line(&format!("\n{}", pick(korean, "위치", "locations")));
    for row in &shown.locations {
        let version = row["version"].as_str().map(|version| format!(" v{version}")).unwrap_or_default();
        report::line(&format!("  {}{version} ({})", text(&row["url"], korean), text(&row["bound_by"], korean)));
    }
    if shown.locations.is_empty() {
        let id = text(&shown.dataset["id"], korean);
        report::line(&match korean {
            true => format!(
                "  모름: jogak catalog locate {id} URL 로 지정하거나, 저장소를 jogak catalog import URL 로 읽으세요"
            ),
            false => format!(
                "  unknown: bind it with jogak catalog locate {id} URL, or read a bucket with jogak catalog import URL"
            ),
        });
    }
}

fn measures(shown: &Shown, korean: bool) {
    if shown.profiles.is_empty() {
        return;
    }
    report::line(&format!("\n{}", pick(korean, "측정값", "measured")));
    let number = |value: &Value| value.as_f64().map(|value| format!("{value:.4}")).unwrap_or_default();
    let rows = shown.profiles.iter().map(|row| {
        let range = match (row["low"].as_f64(), row["high"].as_f64()) {
            (Some(low), Some(high)) => format!("{low:.4} … {high:.4}"),
            _ => String::new(),
        };
        let unit = row["unit"].as_str().unwrap_or_default().to_owned();
        let sample = row["sample"].as_u64().map(|sample| sample.to_string()).unwrap_or_default();
        vec![text(&row["measure"], korean), number(&row["value"]), range, unit, sample]
    });
    let headings = match korean {
        true => ["항목", "값", "구간", "단위", "표본"],
        false => ["measure", "value", "interval", "unit", "sample"],
    };
    report::table(&headings, rows);
}

fn track(standing: &Standing, korean: bool) {
    let score = &standing.score;
    let number = |value: &Value| value.as_f64().map_or_else(|| "?".to_owned(), |value| format!("{value:.3}"));
    let name = match (score["track"].as_str(), korean) {
        (Some("llm"), true) => "LLM",
        (Some("llm"), false) => "LLM",
        (_, true) => "피지컬 AI",
        (_, false) => "physical AI",
    };
    let rank = match (score["rank"].as_u64(), score["rank_low"].as_u64(), score["rank_high"].as_u64()) {
        (Some(rank), Some(low), Some(high)) if korean => format!("{rank}위 ({low}–{high}위)"),
        (Some(rank), Some(low), Some(high)) => format!("rank {rank} ({low}–{high})"),
        _ => pick(korean, "순위 없음", "no rank").to_owned(),
    };
    let gate =
        score["gate"].as_str().map(|gate| format!(" · {} {gate}", pick(korean, "관문", "gate"))).unwrap_or_default();
    report::line(&format!(
        "\n{name}: {} [{} … {}] · {rank} · {}{gate}",
        number(&score["score"]),
        number(&score["low"]),
        number(&score["high"]),
        text(&score["status"], korean)
    ));
    if let Some(summary) = standing.placement[pick(korean, "summary_ko", "summary_en")].as_str() {
        report::line(&format!("  {summary}"));
    }
    let rows = standing.parts.iter().map(|part| {
        let weight = match part["kind"].as_str() {
            Some("gate") => pick(korean, "관문", "gate").to_owned(),
            _ => text(&part["weight"], korean),
        };
        let named =
            part[pick(korean, "name_ko", "name_en")].as_str().or(part["criterion"].as_str()).unwrap_or_default();
        vec![
            named.to_owned(),
            weight,
            format!("{} … {}", number(&part["low"]), number(&part["high"])),
            text(&part["evidence"], korean),
            text(&part[pick(korean, "reason_ko", "reason_en")], korean),
        ]
    });
    let headings = match korean {
        true => ["기준", "가중치", "구간", "근거", "이유"],
        false => ["criterion", "weight", "interval", "evidence", "why"],
    };
    report::table(&headings, rows);
    if !standing.raise.is_empty() {
        report::line(&format!("  {}", pick(korean, "점수를 올리려면", "what would raise it")));
        for raise in standing.raise.iter().take(5) {
            let gain = raise.gain.map_or_else(|| pick(korean, "관문", "gate").to_owned(), |gain| format!("+{gain:.3}"));
            report::line(&format!("    {gain} {}: {}", raise.criterion, pick(korean, &raise.ko, &raise.en)));
        }
    }
}

fn judgments(shown: &Shown, korean: bool) {
    for row in &shown.judgments {
        let conflict = if row["conflict_of_interest"] == true {
            pick(korean, " (이해충돌)", " (conflict of interest)")
        } else {
            ""
        };
        report::line(&format!(
            "{} {}: {} = {}{conflict}: {}",
            text(&row["time"], korean),
            text(&row["reviewer"], korean),
            text(&row["criterion"], korean),
            text(&row["value"], korean),
            text(&row["reason"], korean)
        ));
    }
}
