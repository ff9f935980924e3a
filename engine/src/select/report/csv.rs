//! The tables of a report as CSV for spreadsheets: no cell is ever a formula, whatever its text begins with.

use serde::{Deserialize, Serialize};

use super::super::model::{Lang, Status, Track};
use super::super::points;
use super::{Report, grade_name, plain, track_name};

/// The bytes that text becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// CP949, the Korean Windows code page; dots and dashes that it lacks become those that it has.
    Cp949,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Encoding of text.
    pub encoding: Encoding,
    /// A byte order mark first, by which Excel knows UTF-8. CP949 has none: there it is left out.
    pub bom: bool,
}

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// The chosen sets.
    Selection,
    /// Every candidate in every track.
    Scores,
    /// Every criterion of every candidate.
    Parts,
}

/// A written table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that the encoding lacks and has nothing like, each written as `?`.
    pub replaced: usize,
}

/// One cell.
pub(super) enum Cell {
    Text(String),
    Number(String),
    Empty,
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(plain(text))
    }

    pub(super) fn number(value: impl std::fmt::Display) -> Self {
        Self::Number(value.to_string())
    }

    pub(super) fn maybe<T: std::fmt::Display>(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Self::number)
    }
}

/// `table` of `report`.
pub fn csv(report: &Report, table: Table, lang: Lang, form: Form) -> Written {
    let rows = match table {
        Table::Selection => selection(report, lang),
        Table::Scores => scores(report, lang),
        Table::Parts => parts(report, lang),
    };
    write(&rows, form)
}

/// Text that a spreadsheet takes for text: a cell that begins like a formula gets an apostrophe before it.
pub(super) fn harmless(text: &str) -> String {
    let first = text.trim_start().chars().next();
    // The full-width forms count as well: some spreadsheets fold them.
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−' | '\t' | '\r');
    let starts = text.starts_with(['\t', '\r', '\n']) || first.is_some_and(formula);
    if starts { format!("'{text}") } else { text.to_owned() }
}

/// Dots and dashes that CP949 lacks, as the ones that it has: Korean titles are full of them, and a `?` in their place reads
/// as a question.
fn familiar(text: &str) -> String {
    let like = |c: char| match c {
        '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}' => '·',
        '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
        '\u{a0}' => ' ',
        c => c,
    };
    text.chars().map(like).collect()
}

fn write(rows: &[Vec<Cell>], form: Form) -> Written {
    let mut text = String::new();
    for row in rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            match cell {
                Cell::Text(cell) => {
                    text.push('"');
                    // Before the guard: a dash that becomes a minus must not begin a formula.
                    let cell = match form.encoding {
                        Encoding::Utf8 => harmless(cell),
                        Encoding::Cp949 => harmless(&familiar(cell)),
                    };
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                }
                Cell::Number(number) => text.push_str(number),
                Cell::Empty => {}
            }
        }
        // As RFC 4180 and Excel have it.
        text.push_str("\r\n");
    }
    match form.encoding {
        Encoding::Utf8 => {
            let mut bytes = if form.bom { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
            bytes.extend_from_slice(text.as_bytes());
            Written { bytes, replaced: 0 }
        }
        Encoding::Cp949 => cp949(&text),
    }
}

fn cp949(text: &str) -> Written {
    let mut encoder = encoding_rs::EUC_KR.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut replaced = 0;
    let mut rest = text;
    let mut buffer = [0u8; 4096];
    loop {
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut buffer, true);
        bytes.extend_from_slice(buffer.get(..written).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
        match result {
            encoding_rs::EncoderResult::InputEmpty => break,
            encoding_rs::EncoderResult::OutputFull => {}
            encoding_rs::EncoderResult::Unmappable(_) => {
                bytes.push(b'?');
                replaced += 1;
            }
        }
    }
    Written { bytes, replaced }
}

fn heads(lang: Lang, names: &[(&str, &str)]) -> Vec<Cell> {
    names.iter().map(|(ko, en)| Cell::text(lang.pick(ko, en))).collect()
}

fn selection(report: &Report, lang: Lang) -> Vec<Vec<Cell>> {
    let mut rows = vec![heads(
        lang,
        &[
            ("트랙", "track"),
            ("순번", "place"),
            ("번호", "dataset_id"),
            ("제목", "title"),
            ("분야", "field"),
            ("유형", "modality"),
            ("구축년도", "build_year"),
            ("점수", "score"),
            ("하한", "low"),
            ("상한", "high"),
            ("순위", "rank"),
            ("순위(최선)", "rank_best"),
            ("순위(최악)", "rank_worst"),
            ("계산에 쓴 점수", "counted"),
            ("여유", "cushion"),
            ("유지 횟수(가중치)", "kept_by_weights"),
            ("유지 횟수(값)", "kept_by_values"),
            ("변동 횟수", "draws"),
            ("비용(원)", "cost_krw"),
            ("잠정", "provisional"),
            ("지정 포함", "included"),
            ("근거", "why"),
        ],
    )];
    let draws = report.stability.as_ref().map(|stability| stability.plan.draws);
    for track in Track::ALL {
        for set in report.chosen(track) {
            let yes = |it: bool| if it { Cell::text(lang.pick("예", "yes")) } else { Cell::Empty };
            let cushion = set.hold.and_then(|hold| hold.cushion_units);
            rows.push(vec![
                Cell::text(track_name(track, lang)),
                Cell::number(set.place),
                Cell::text(&set.pick.id),
                Cell::text(&set.candidate.title),
                set.candidate.field.as_deref().map_or(Cell::Empty, Cell::text),
                set.candidate.modality.as_deref().map_or(Cell::Empty, Cell::text),
                Cell::maybe(set.candidate.build_year),
                Cell::number(set.standing.score.value),
                Cell::number(set.standing.score.low),
                Cell::number(set.standing.score.high),
                Cell::number(set.rank.rank),
                Cell::number(set.rank.best),
                Cell::number(set.rank.worst),
                Cell::number(points(set.pick.units)),
                Cell::maybe(cushion.map(points)),
                Cell::maybe(set.share.map(|share| share.by_weights)),
                Cell::maybe(set.share.map(|share| share.by_values)),
                Cell::maybe(draws),
                Cell::number(set.pick.cost_krw),
                yes(set.pick.provisional),
                yes(set.pick.included),
                Cell::text(&report.because(track, set.standing, lang)),
            ]);
        }
    }
    rows
}

/// What a status is called.
pub(super) fn status_name(status: &Status, lang: Lang) -> String {
    match status {
        Status::Ready => lang.pick("선정 가능", "may be chosen").to_owned(),
        Status::Review => lang.pick("후보: 검토", "candidate: review").to_owned(),
        Status::Probe => lang.pick("후보: 표본 확인", "candidate: probe").to_owned(),
        Status::Gated { gate, reason } => {
            let reason = reason.get(lang);
            plain(&format!(
                "{}: {gate}{}{reason}",
                lang.pick("관문", "gate"),
                if reason.is_empty() { "" } else { " · " }
            ))
        }
    }
}

fn scores(report: &Report, lang: Lang) -> Vec<Vec<Cell>> {
    let mut rows = vec![heads(
        lang,
        &[
            ("번호", "dataset_id"),
            ("제목", "title"),
            ("분야", "field"),
            ("유형", "modality"),
            ("트랙", "track"),
            ("점수", "score"),
            ("하한", "low"),
            ("상한", "high"),
            ("상태", "status"),
            ("선정", "chosen"),
            ("비용(원)", "cost_krw"),
        ],
    )];
    for candidate in &report.case.candidates {
        for (track, standing) in &candidate.tracks {
            let chosen = report.selection.track_of(&candidate.id) == Some(*track);
            rows.push(vec![
                Cell::text(&candidate.id),
                Cell::text(&candidate.title),
                candidate.field.as_deref().map_or(Cell::Empty, Cell::text),
                candidate.modality.as_deref().map_or(Cell::Empty, Cell::text),
                Cell::text(track_name(*track, lang)),
                Cell::number(standing.score.value),
                Cell::number(standing.score.low),
                Cell::number(standing.score.high),
                Cell::text(&status_name(&standing.status, lang)),
                if chosen { Cell::text(lang.pick("예", "yes")) } else { Cell::Empty },
                Cell::number(report.case.costs.cost(candidate).krw),
            ]);
        }
    }
    rows
}

fn parts(report: &Report, lang: Lang) -> Vec<Vec<Cell>> {
    let mut rows = vec![heads(
        lang,
        &[
            ("번호", "dataset_id"),
            ("트랙", "track"),
            ("기준", "criterion"),
            ("값", "value"),
            ("하한", "low"),
            ("상한", "high"),
            ("근거 등급", "grade"),
            ("가중치", "weight"),
            ("이유", "reason"),
        ],
    )];
    for candidate in &report.case.candidates {
        for (track, standing) in &candidate.tracks {
            for part in standing.parts.iter().chain(standing.gates.iter().map(|gate| &gate.part)) {
                let rubric = report.case.rubric(*track);
                let criterion = rubric.and_then(|r| r.criteria.iter().find(|c| c.key == part.criterion));
                rows.push(vec![
                    Cell::text(&candidate.id),
                    Cell::text(track_name(*track, lang)),
                    Cell::text(&part.criterion),
                    Cell::number(part.value.value),
                    Cell::number(part.value.low),
                    Cell::number(part.value.high),
                    Cell::text(grade_name(part.grade, lang)),
                    Cell::maybe(criterion.map(|c| c.weight)),
                    Cell::text(part.reason.get(lang)),
                ]);
            }
        }
    }
    rows
}
