//! `jogak catalog select`, `appeal`, `freeze`, `verify`.

use std::path::Path;

use jogak_engine::catalog::Catalog;
use jogak_engine::catalog::selection::{self as engine, Chosen, Options, ReportForm, Written};
use jogak_engine::select::appeal::{Appeal, Ruling};
use jogak_engine::select::model::{Lang, Override, Track};
use jogak_engine::select::report as words;
use jogak_engine::select::sensitivity::Place;
use jogak_engine::{Error, Result, Settings};

use super::pick;
use crate::args::Format;
use crate::args::catalog::{AppealArgs, EncodingArg, SelectArgs};
use crate::report;

/// A unit of worth in points.
const UNITS_PER_POINT: f64 = jogak_engine::select::UNITS_PER_POINT;

/// `ID`, `llm:ID` or `physical:ID`.
fn order(given: &str, args: &SelectArgs) -> Override {
    let named = given.split_once(':').and_then(|(track, id)| Some((track_of(track)?, id)));
    let (track, id) = named.map_or((None, given), |(track, id)| (Some(track), id));
    Override {
        id: id.to_owned(),
        track,
        reason: args.reason.clone().unwrap_or_default(),
        by: args.by.clone().unwrap_or_default(),
    }
}

fn track_of(name: &str) -> Option<Track> {
    Track::ALL.into_iter().find(|track| track.name() == name)
}

fn options(args: &SelectArgs) -> Options {
    Options {
        name: args.name.clone(),
        llm: args.llm,
        physical: args.physical,
        budget_krw: (args.budget > 0).then_some(args.budget),
        default_krw: args.cost,
        max_per_field: args.max_per_field,
        max_per_series: args.max_per_series,
        include: args.include.iter().map(|given| order(given, args)).collect(),
        exclude: args.exclude.iter().map(|given| order(given, args)).collect(),
        redundancy_points: args.redundancy,
        coverage_points: args.coverage,
        caution: args.caution,
        probed_only: args.probed_only,
        stability: args.stability,
        seed: args.seed,
    }
}

pub(super) async fn select(catalog: &Catalog, args: &SelectArgs, korean: bool) -> Result<u8> {
    let chosen = engine::select(catalog, &options(args), korean).await?;
    let mut written = Vec::new();
    if let Some(folder) = &args.report {
        let form = ReportForm { korean, cp949: args.encoding == EncodingArg::Cp949, bom: args.bom };
        written.extend(engine::write_report(&chosen.report, folder, form)?);
    }
    if let Some(folder) = &args.plans {
        written.extend(engine::write_plans(catalog, &args.name, folder).await?);
    }
    match args.format {
        Format::Json | Format::Ndjson => report::json(&chosen, args.format)?,
        Format::Table => print(&chosen, korean),
        _ => {
            return Err(Error::invalid(
                "a selection is printed as a table or json; --report DIR writes CSV, XLSX, HTML and Markdown",
            ));
        }
    }
    files(&written, korean);
    if chosen.scores_are_old {
        report::say(pick(
            korean,
            "점수를 매긴 뒤 카탈로그가 바뀌었습니다. 다시: jogak catalog score",
            "The catalogue has changed since it was scored; run jogak catalog score again.",
        ));
    }
    Ok(0)
}

fn files(written: &[Written], korean: bool) {
    for file in written {
        let lost = match file.replaced {
            0 => String::new(),
            count => format!(
                " · {count} {}",
                pick(korean, "글자는 CP949에 없어 '?'로 적음", "letters that CP949 lacks, written as '?'")
            ),
        };
        report::say(&format!("  {} ({}){lost}", file.path.display(), report::bytes(file.bytes)));
    }
}

/// Won with separators.
fn won(krw: i64) -> String {
    let digits = krw.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if krw < 0 { format!("-{text}") } else { text }
}

fn points(units: i64) -> f64 {
    units as f64 / UNITS_PER_POINT
}

fn title(track: Track, korean: bool) -> &'static str {
    match track {
        Track::Llm => "LLM",
        Track::Physical => pick(korean, "피지컬 AI", "physical AI"),
    }
}

fn print(chosen: &Chosen, korean: bool) {
    let shown = &chosen.report;
    let selection = &shown.selection;
    for track in Track::ALL {
        let rows: Vec<Vec<String>> = selection
            .of(track)
            .enumerate()
            .map(|(index, one)| {
                let candidate = shown.case.candidate(&one.id);
                let score = candidate.and_then(|candidate| candidate.tracks.get(&track)).map(|standing| standing.score);
                let stays = shown.stability.as_ref().and_then(|stability| {
                    let share =
                        stability.shares.iter().find(|share| share.place.id == one.id && share.place.track == track)?;
                    Some(format!(
                        "{:.1} %",
                        100.0 * f64::from(share.by_weights) / f64::from(stability.plan.draws.max(1))
                    ))
                });
                let mut marks = Vec::new();
                if one.provisional {
                    marks.push(pick(korean, "잠정", "provisional"));
                }
                if one.included {
                    marks.push(pick(korean, "지정", "included"));
                }
                vec![
                    (index + 1).to_string(),
                    one.id.clone(),
                    score.map_or_else(String::new, |score| {
                        format!("{:.1} [{:.1}–{:.1}]", score.value, score.low, score.high)
                    }),
                    won(one.cost_krw),
                    stays.unwrap_or_default(),
                    marks.join(", "),
                    candidate.map(|candidate| candidate.title.clone()).unwrap_or_default(),
                ]
            })
            .collect();
        report::line(&format!("\n{} ({})", title(track, korean), rows.len()));
        let headings = match korean {
            true => ["", "번호", "점수", "비용(원)", "안정성", "표시", "제목"],
            false => ["", "id", "score", "won", "stays", "marks", "title"],
        };
        report::table(&headings, rows.into_iter());
    }
    let certificate = &selection.certificate;
    report::line(&match korean {
        true => format!(
            "\n합계 {:.2}점 = 점수 {:.2} + 역량 {:.2} − 중복 {:.2} · {}원 · 최적 증명: {} ({})",
            selection.points(),
            points(selection.score_units),
            points(selection.coverage_units),
            points(selection.redundancy_units).abs(),
            won(selection.cost_krw),
            certificate.solver,
            if certificate.unique { "유일한 최적해" } else { "같은 값의 다른 선정안도 있음" }
        ),
        false => format!(
            "\n{:.2} points = scores {:.2} + coverage {:.2} − redundancy {:.2} · {} won · proven optimal: {} ({})",
            selection.points(),
            points(selection.score_units),
            points(selection.coverage_units),
            points(selection.redundancy_units).abs(),
            won(selection.cost_krw),
            certificate.solver,
            if certificate.unique { "the only one" } else { "others are worth the same" }
        ),
    });
    sensitivity(chosen, korean);
    report::line(pick(
        korean,
        "단위: 여기와 보고서는 0–100점, catalog.scores와 기준 값은 0–1",
        "units: points from 0 to 100 here and in reports; 0 to 1 in catalog.scores and for criteria",
    ));
    report::line(&match korean {
        true => format!("비용: {}", shown.case.costs.note.ko),
        false => format!("cost: {}", shown.case.costs.note.en),
    });
    for note in &shown.notes {
        report::say(pick(korean, &note.ko, &note.en));
    }
    report::say(&format!("{:.2} s + {:.2} s", chosen.elapsed_seconds.0, chosen.elapsed_seconds.1));
}

fn sensitivity(chosen: &Chosen, korean: bool) {
    let Some(sensitivity) = &chosen.report.sensitivity else { return };
    for margin in &sensitivity.margins {
        let name = title(margin.track, korean);
        if let (Some((last, _)), Some((next, _)), Some(gap)) = (&margin.last, &margin.next, margin.gap_units) {
            report::line(&match korean {
                true => format!(
                    "{name}: 마지막 선정 {last} · 선정되지 않은 세트 가운데 {next}이(가) 가장 가까우며 {:.2}점 부족",
                    points(gap)
                ),
                false => format!(
                    "{name}: last chosen {last}; of the sets not chosen {next} is nearest and lacks {:.2} points",
                    points(gap)
                ),
            });
        }
    }
    let lang = if korean { Lang::Ko } else { Lang::En };
    for line in words::newcomer_lines(&chosen.report, lang) {
        report::line(&line);
    }
    if let Some(line) = words::cautious_line(&chosen.report, lang) {
        report::line(&line);
    }
    report::line(&words::alternatives_line(sensitivity, lang));
}

pub(super) async fn appeal(catalog: &Catalog, args: &AppealArgs, korean: bool) -> Result<u8> {
    let wrong = || Error::invalid(format!("--set '{}' is not CRITERION=VALUE with a value from 0 to 1", args.set));
    let (criterion, value) = args.set.split_once('=').ok_or_else(wrong)?;
    let value: f64 = value.trim().parse().map_err(|_| wrong())?;
    let named = criterion.split_once('.').and_then(|(track, criterion)| Some((track_of(track)?, criterion)));
    let (track, criterion) = named.map_or((None, criterion), |(track, criterion)| (Some(track), criterion));
    let options = match engine::stored_options(catalog, &args.selection).await? {
        Some(options) => options,
        // Nothing was chosen yet: against what would be chosen.
        None if args.selection == Options::default().name => Options::default(),
        // Says which there are.
        None => engine::options(catalog, &args.selection).await?,
    };
    let claim = Appeal {
        id: args.id.clone(),
        track,
        criterion: criterion.trim().to_owned(),
        value,
        evidence: args.evidence.clone(),
        by: args.by.clone(),
    };
    let ruling = engine::appeal(catalog, &options, &claim, korean).await?;
    match args.format {
        Format::Table => ruled(&ruling, korean),
        format => report::json(&ruling, format)?,
    }
    Ok(0)
}

fn ruled(ruling: &Ruling, korean: bool) {
    let lang = if korean { Lang::Ko } else { Lang::En };
    for change in &ruling.changes {
        let rank = |rank: &Option<jogak_engine::select::appeal::Rank>| match rank {
            Some(rank) => format!("{} ({}–{})", rank.rank, rank.best, rank.worst),
            None => pick(korean, "없음(관문)", "none (gate)").to_owned(),
        };
        report::line(&match korean {
            true => format!(
                "{}: {} {:.2} → {:.2} · 점수 {:.2} → {:.2} · 순위 {} → {}{}",
                title(change.track, korean),
                ruling.appeal.criterion,
                change.value_before.value,
                ruling.appeal.value,
                change.score_before.value,
                change.score_after.value,
                rank(&change.rank_before),
                rank(&change.rank_after),
                words::status_text(change, lang)
            ),
            false => format!(
                "{}: {} {:.2} → {:.2} · score {:.2} → {:.2} · rank {} → {}{}",
                title(change.track, korean),
                ruling.appeal.criterion,
                change.value_before.value,
                ruling.appeal.value,
                change.score_before.value,
                change.score_after.value,
                rank(&change.rank_before),
                rank(&change.rank_after),
                words::status_text(change, lang)
            ),
        });
    }
    let names = |places: &[Place]| {
        places
            .iter()
            .map(|place| format!("{} ({})", place.id, title(place.track, korean)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let or_none =
        |places: &[Place]| if places.is_empty() { pick(korean, "없음", "none").to_owned() } else { names(places) };
    report::line(&match korean {
        true => format!("선정에 들어올 세트: {} · 빠질 세트: {}", or_none(&ruling.entered), or_none(&ruling.left)),
        false => format!("would enter: {} · would leave: {}", or_none(&ruling.entered), or_none(&ruling.left)),
    });
    report::say(pick(
        korean,
        "기록했습니다(catalog.appeals). 받아들이려면 jogak catalog judge로 판단을 남기세요.",
        "Recorded in catalog.appeals. To grant it, record a judgement with jogak catalog judge.",
    ));
}

pub(super) async fn freeze(
    catalog: &Catalog,
    name: &str,
    to: Option<&Path>,
    format: Format,
    korean: bool,
    settings: &Settings,
) -> Result<u8> {
    let frozen = engine::freeze(catalog, name, to, settings.program.as_deref(), korean).await?;
    if format != Format::Table {
        report::json(&frozen, format)?;
        return Ok(0);
    }
    let was = if frozen.was_there { pick(korean, " (이미 봉인됨)", " (was sealed before)") } else { "" };
    report::line(&format!(
        "{} · sha256 {} · {} ({}){was}",
        frozen.name,
        frozen.sha256,
        frozen.place,
        report::bytes(frozen.bytes)
    ));
    Ok(0)
}

pub(super) async fn verify(
    catalog: &Catalog,
    seal: &str,
    format: Format,
    korean: bool,
    settings: &Settings,
) -> Result<u8> {
    let verified = engine::verify(catalog, seal, settings.program.as_deref(), korean).await?;
    let passed = verified.verification.difference.is_none();
    if format != Format::Table {
        report::json(&verified, format)?;
        return Ok(u8::from(!passed));
    }
    let verification = &verified.verification;
    let verdict = match (passed, korean) {
        (true, true) => "봉인된 결과와 정확히 같습니다",
        (true, false) => "derived again exactly",
        (false, true) => "다릅니다",
        (false, false) => "DIFFERS",
    };
    report::line(&format!("{}: {verdict} · sha256 {}", verification.name, verification.sha256));
    if let Some(difference) = &verification.difference {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
        report::line(&format!(
            "  {}: {} ≠ {}",
            difference.path,
            or_none(&difference.sealed),
            or_none(&difference.derived)
        ));
    }
    if !verified.rescored {
        report::say(pick(
            korean,
            "파일이 많아 점수는 다시 매기지 않고 봉인된 점수로 검산했습니다.",
            "There are too many files in it to score again; the sealed scores were taken as they are.",
        ));
    }
    if verification.other_software {
        report::say(pick(
            korean,
            "봉인할 때와 다른 프로그램으로 검산했습니다.",
            "Verified with another program than it was sealed with.",
        ));
    }
    report::say(&format!("{:.2} s", verified.elapsed_seconds));
    Ok(u8::from(!passed))
}
