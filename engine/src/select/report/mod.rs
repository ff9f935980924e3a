//! One [`Report`] of a selection, and its forms: Markdown, self-contained HTML, XLSX with live formulas, CSV.
//!
//! Whatever comes from a catalogue is text to be shown and never markup, formula or direction: each form escapes it in
//! its own way after [`plain`] has taken control and direction characters out. A report holds no time but those of its
//! inputs, so the same report is the same bytes.

pub mod csv;
mod html;
mod markdown;
mod plots;
mod svg;
mod xlsx;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Case;
use super::appeal::{Change, Rank, Ruling, ranks};
use super::freeze::Software;
use super::judgment::Judgment;
use super::model::{Candidate, Grade, Lang, Standing, Text, Track};
use super::sensitivity::{Hold, Sensitivity};
use super::solve::{Pick, Selection};
use super::stability::{Share, Stability};

pub use html::html;
pub use markdown::markdown;
pub use xlsx::xlsx;

/// Everything that a report shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its heading.
    pub title: Text,
    /// Name of the selection.
    pub name: String,
    /// State of the catalogue, an ISO date.
    pub as_of: String,
    /// Where the catalogue comes from.
    pub source: Text,
    /// What readers must know first, such as sets that are not publicly listed.
    pub notes: Vec<Text>,
    /// What was reckoned with.
    pub case: Case,
    /// What was chosen.
    pub selection: Selection,
    /// How firmly it stands.
    pub sensitivity: Option<Sensitivity>,
    /// How often each set stays.
    pub stability: Option<Stability>,
    /// Experts' values.
    pub judgments: Vec<Judgment>,
    /// Appeals and what would follow.
    pub rulings: Vec<Ruling>,
    /// What made it.
    pub software: Option<Software>,
    /// Hash of the seal, where the selection is frozen.
    pub seal: Option<String>,
}

/// A chosen set with everything that is shown of it.
pub(super) struct Chosen<'a> {
    pub(super) place: usize,
    pub(super) pick: &'a Pick,
    pub(super) candidate: &'a Candidate,
    pub(super) standing: &'a Standing,
    pub(super) rank: Rank,
    pub(super) share: Option<&'a Share>,
    pub(super) hold: Option<&'a Hold>,
}

impl Report {
    /// The chosen sets of `track`, best first.
    pub(super) fn chosen(&self, track: Track) -> Vec<Chosen<'_>> {
        let ranks = ranks(&self.case, track);
        let by_id = self.by_id();
        let shares = self.stability.iter().flat_map(|stability| &stability.shares);
        let shares: BTreeMap<&str, &Share> =
            shares.filter(|share| share.place.track == track).map(|share| (share.place.id.as_str(), share)).collect();
        let holds = self.sensitivity.iter().flat_map(|sensitivity| &sensitivity.holds);
        let holds: BTreeMap<&str, &Hold> =
            holds.filter(|hold| hold.place.track == track).map(|hold| (hold.place.id.as_str(), hold)).collect();
        self.selection
            .of(track)
            .enumerate()
            .filter_map(|(place, pick)| {
                let candidate = *by_id.get(pick.id.as_str())?;
                Some(Chosen {
                    place: place + 1,
                    pick,
                    candidate,
                    standing: candidate.tracks.get(&track)?,
                    rank: *ranks.get(&pick.id)?,
                    share: shares.get(pick.id.as_str()).copied(),
                    hold: holds.get(pick.id.as_str()).copied(),
                })
            })
            .collect()
    }

    /// Candidates by id.
    pub(super) fn by_id(&self) -> BTreeMap<&str, &Candidate> {
        self.case.candidates.iter().map(|candidate| (candidate.id.as_str(), candidate)).collect()
    }

    /// The title of `id`, plain.
    pub(super) fn title_of(&self, id: &str) -> String {
        self.case.candidate(id).map_or_else(String::new, |candidate| plain(&candidate.title))
    }

    /// Highest score of `track`'s scale.
    pub(super) fn scale(&self, track: Track) -> f64 {
        let highest = |case: &Case| {
            let scores = case.candidates.iter().filter_map(|c| c.tracks.get(&track)).map(|s| s.score.high);
            scores.fold(1.0, f64::max)
        };
        self.case.rubric(track).map_or_else(|| highest(&self.case), |rubric| rubric.scale)
    }

    /// Why a set has its score, in one line: its strongest criteria, with the reasons that they give.
    pub(super) fn because(&self, track: Track, standing: &Standing, lang: Lang) -> String {
        let Some(rubric) = self.case.rubric(track) else { return String::new() };
        let mut strongest: Vec<_> = rubric
            .criteria
            .iter()
            .filter_map(|c| Some((c, standing.parts.iter().find(|part| part.criterion == c.key)?)))
            .filter(|(c, part)| c.weight * part.value.value > 0.0 && part.grade != Grade::Unknown)
            .collect();
        strongest.sort_by(|(a, x), (b, y)| (b.weight * y.value.value).total_cmp(&(a.weight * x.value.value)));
        let lines: Vec<String> = strongest
            .iter()
            .take(2)
            .map(|(criterion, part)| {
                let reason = part.reason.get(lang);
                let label = criterion.label.get(lang);
                plain(&if reason.is_empty() { label.to_owned() } else { format!("{label}: {reason}") })
            })
            .collect();
        lines.join("; ")
    }
}

/// Why a set with a higher score may still be out.
pub(super) const WHY_NOT_HIGHER: (&str, &str) = (
    "점수가 더 높은 세트도 분야·시리즈 상한, 비용, 다른 선정 세트와의 중복, 역량 범위 때문에 빠질 수 있습니다. 필요 점수는 다른 조건이 그대로일 때 진입하는 점수입니다.",
    "A set with a higher score may be out for caps on field or series, its cost, its likeness to chosen sets or the coverage of capabilities. The needed score is the one at which it enters, all else the same.",
);

/// What a set that is not in the catalogue would need, by track, where any score would do.
pub fn newcomer_lines(report: &Report, lang: Lang) -> Vec<String> {
    let margins = report.sensitivity.iter().flat_map(|sensitivity| &sensitivity.margins);
    let line = |margin: &super::sensitivity::Margin| {
        let (name, needed) = (track_name(margin.track, lang), shown(super::points(margin.newcomer_units?)));
        let most = report.case.rubric(margin.track).map_or(100.0, |rubric| rubric.scale);
        Some(match lang {
            Lang::Ko => format!(
                "{name}: 이 목록에 없는 세트(예: 비공개 세트)는 불확실성이 없는 점수가 {most}점 만점에 {needed}점보다 높으면 들어옴(기본 비용, 중복·역량 가점 없음)"
            ),
            Lang::En => format!(
                "{name}: a set that is not in this catalogue (one that is not public, say) enters with a certain score above {needed} of {most} points (at the default cost, like no other, without coverage)"
            ),
        })
    };
    margins.filter_map(line).collect()
}

/// What a selection that counts only the lower ends of scores would exchange, in one line.
pub fn cautious_line(report: &Report, lang: Lang) -> Option<String> {
    let exchange = report.sensitivity.as_ref()?.cautious.as_ref()?;
    let names = |places: &[super::sensitivity::Place]| {
        let name = |place: &super::sensitivity::Place| {
            plain(&format!("{} {} ({})", place.id, report.title_of(&place.id), track_name(place.track, lang)))
        };
        places.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let caution = report.case.request.caution;
    if exchange.left.is_empty() && exchange.entered.is_empty() {
        return Some(match lang {
            Lang::Ko => format!("신중도 1.0(하한만 계산)에서도 선정은 그대로(지금 {caution})"),
            Lang::En => format!("caution 1.0 (lower ends only) chooses the same sets as {caution}"),
        });
    }
    Some(match lang {
        Lang::Ko => format!(
            "신중도 1.0(하한만 계산, 지금 {caution})이면 {}종 교체: 빠짐 {} → 들어옴 {}",
            exchange.left.len(),
            names(&exchange.left),
            names(&exchange.entered)
        ),
        Lang::En => format!(
            "caution 1.0 (lower ends only; {caution} now) exchanges {}: out {} → in {}",
            exchange.left.len(),
            names(&exchange.left),
            names(&exchange.entered)
        ),
    })
}

/// How many selections are nearly as good, and how many of them are shown.
pub fn alternatives_line(sensitivity: &Sensitivity, lang: Lang) -> String {
    let (shown, within) = (sensitivity.alternatives.len(), sensitivity.depth.within_percent);
    let least = sensitivity.alternatives_least.max(shown);
    match (lang, sensitivity.alternatives_complete) {
        (Lang::Ko, true) => format!("최적값의 {within} % 이내인 다른 선정안은 모두 {shown}개"),
        (Lang::En, true) => format!("{shown} other selections lie within {within} % of the optimum; there are no more"),
        (Lang::Ko, false) => format!(
            "최적값의 {within} % 이내인 다른 선정안은 {least}개 이상이며(한 종만 바꾼 것만 {}개까지 셈), 가장 좋은 {shown}개만 구함",
            super::sensitivity::MOST_COUNTED
        ),
        (Lang::En, false) => format!(
            "at least {least} other selections lie within {within} % of the optimum (those that exchange one set, counted up to {}); only the best {shown} were worked out",
            super::sensitivity::MOST_COUNTED
        ),
    }
}

/// A rank for people; none where a gate stops the set.
pub(super) fn rank_text(rank: Option<Rank>, lang: Lang) -> String {
    rank.map_or_else(|| lang.pick("없음(관문)", "none (gate)").to_owned(), |rank| rank.rank.to_string())
}

/// What an appeal does to the status of a set; empty where nothing.
pub fn status_text(change: &Change, lang: Lang) -> String {
    let Some((before, after)) = change.status_before.as_ref().zip(change.status_after.as_ref()) else {
        return String::new();
    };
    if before == after {
        return String::new();
    }
    let name = |status| csv::status_name(status, lang);
    format!(", {} {} → {}", lang.pick("상태", "status"), name(before), name(after))
}

/// The name of a track for people.
pub(super) fn track_name(track: Track, lang: Lang) -> &'static str {
    match track {
        Track::Llm => lang.pick("LLM", "LLM"),
        Track::Physical => lang.pick("피지컬 AI", "Physical AI"),
    }
}

/// The name of a grade for people.
pub(super) fn grade_name(grade: Grade, lang: Lang) -> &'static str {
    match grade {
        Grade::Measured => lang.pick("실측", "measured"),
        Grade::Documented => lang.pick("문서", "documented"),
        Grade::Inferred => lang.pick("추정(제목·경로)", "inferred from titles or paths"),
        Grade::Unknown => lang.pick("미상", "unknown"),
    }
}

/// `text` without control characters, and with direction characters made visible: a title must not turn the line
/// around, break it, or hide a part of itself.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{061c}' | '\u{feff}' => {
                plain.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
            }
            '\u{2028}' | '\u{2029}' => plain.push(' '),
            '\u{fffe}' | '\u{ffff}' => plain.push('\u{fffd}'),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// Points with two decimals.
pub(super) fn shown(points: f64) -> String {
    // Without this, values just below zero print as "-0.00".
    let text = format!("{points:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

/// Won as people read them: hundred millions where they are round.
pub(super) fn money(krw: i64, lang: Lang) -> String {
    let grouped = super::conflict::won(krw);
    match lang {
        Lang::Ko if krw != 0 && krw % 100_000_000 == 0 => format!("{}억 원", super::conflict::won(krw / 100_000_000)),
        Lang::Ko => format!("{grouped}원"),
        Lang::En => format!("KRW {grouped}"),
    }
}

/// A share of draws as a percentage; never rounded up to "always".
pub(super) fn percent(count: u32, of: u32) -> String {
    if of == 0 {
        return "-".to_owned();
    }
    if count == of {
        return "100 %".to_owned();
    }
    let share = (f64::from(count) * 1000.0 / f64::from(of)).floor() / 10.0;
    format!("{share:.1} %")
}

/// What was assumed and how it was solved, line by line.
pub(super) fn method_lines(report: &Report, lang: Lang) -> Vec<String> {
    let (case, selection) = (&report.case, &report.selection);
    let (request, certificate) = (&case.request, &selection.certificate);
    let mut lines = vec![match lang {
        Lang::Ko => format!(
            "정수계획: 변수 {}개, 제약·항 {}개. 라그랑주 상한으로 {}개까지 줄인 뒤 {}로 최적을 증명했고, 정수 산술로 다시 검산함. 같은 값의 다른 선정안: {}",
            certificate.variables,
            certificate.rows,
            certificate.open_variables,
            certificate.solver,
            if certificate.unique {
                "없음"
            } else {
                "있음(하한 점수가 높은 세트, 비용이 낮은 세트, 번호 순으로 결정)"
            }
        ),
        Lang::En => format!(
            "integer programme: {} variables, {} rows and terms; a Lagrangian bound left {} open, {} proved the optimum, and integer arithmetic checked it. Other selections of equal worth: {}",
            certificate.variables,
            certificate.rows,
            certificate.open_variables,
            certificate.solver,
            if certificate.unique { "none" } else { "yes (settled by higher lower bound, lower cost, then id)" }
        ),
    }];
    lines.push(match lang {
        Lang::Ko => {
            "목적 함수 = 선정 세트 점수의 합 + 역량 범위 가점 − 중복 감점. 조회수는 점수에 쓰지 않음".to_owned()
        }
        Lang::En => {
            "objective = sum of the chosen sets' scores + coverage − redundancy. Views are not scored".to_owned()
        }
    });
    lines.push(format!(
        "{}: {} · {}",
        lang.pick("비용 기본값", "default cost"),
        money(case.costs.default_krw, lang),
        plain(case.costs.note.get(lang))
    ));
    for rule in &case.costs.rules {
        lines.push(format!(
            "{}: {} / {} · {} · {}",
            lang.pick("비용 규칙", "cost rule"),
            plain(rule.field.as_deref().unwrap_or("*")),
            plain(rule.modality.as_deref().unwrap_or("*")),
            money(rule.krw, lang),
            plain(&rule.note)
        ));
    }
    let cap = |cap: Option<u32>| cap.map_or_else(|| lang.pick("없음", "none").to_owned(), |cap| cap.to_string());
    lines.push(match lang {
        Lang::Ko => format!(
            "분야당 상한 {}, 시리즈당 상한 {}, 중복 감점 {}점 × 유사도(유사도 {} 이상), 신중도 {}",
            cap(request.max_per_field),
            cap(request.max_per_series),
            request.redundancy_points,
            request.redundancy_floor,
            request.caution
        ),
        Lang::En => format!(
            "most of a field {}, most of a series {}, redundancy {} points × similarity (from {} up), caution {}",
            cap(request.max_per_field),
            cap(request.max_per_series),
            request.redundancy_points,
            request.redundancy_floor,
            request.caution
        ),
    });
    if let Some(stability) = &report.stability {
        let plan = stability.plan;
        let spread = match plan.spread {
            super::stability::Spread::Dirichlet { concentration } => format!("Dirichlet({concentration})"),
            super::stability::Spread::Relative { percent } => format!("±{percent} %"),
        };
        lines.push(match lang {
            Lang::Ko => format!(
                "안정성: 가중치 변동 {spread} {}회(선정 전체가 같은 경우 {}), 가중치와 값 범위 변동 {}회(같은 경우 {}), 씨앗값 {}",
                plan.draws,
                percent(stability.same_by_weights, plan.draws),
                plan.draws,
                percent(stability.same_by_values, plan.draws),
                stability.seed
            ),
            Lang::En => format!(
                "stability: {} draws of weights, {spread} (the whole selection stays in {}), {} draws of weights and values in their ranges (stays in {}), seed {}",
                plan.draws,
                percent(stability.same_by_weights, plan.draws),
                plan.draws,
                percent(stability.same_by_values, plan.draws),
                stability.seed
            ),
        });
    }
    lines.push(
        lang.pick(
            "점수 단위: 보고서는 0–100점, 표 catalog.scores와 기준 값은 0–1. 계산 점수 = 값 − 신중도 × (값 − 하한)",
            "Units: points from 0 to 100 in reports, 0 to 1 in the table catalog.scores and for the values of criteria. Counted: value − caution × (value − low)",
        )
        .to_owned(),
    );
    lines.extend(cautious_line(report, lang));
    if let Some(software) = &report.software {
        // The program's file is hashed where a selection is sealed.
        let hash = match software.sha256.as_str() {
            "" | "unknown" => String::new(),
            hash => format!(" · sha256 {hash}"),
        };
        lines.push(format!("{}{hash} · {}", software.version, software.solver));
    }
    if let Some(seal) = &report.seal {
        lines.push(format!("{}: sha256 {seal}", lang.pick("봉인", "seal")));
    }
    lines.into_iter().map(|line| plain(&line)).collect()
}

#[cfg(test)]
mod tests;
