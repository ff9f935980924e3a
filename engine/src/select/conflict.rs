//! Why there is no selection: a minimal set of constraints that cannot hold together, and what would help.
//!
//! Found by a deletion filter: a constraint is left out, and stays out where the rest is still impossible. What remains
//! collides, and no part of it does so alone.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Case;
use super::Result;
use super::milp::finish;
use super::model::{Lang, Status, Text, Track};
use super::program::{Program, gcd, slot};

/// A constraint that a request can do without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Constraint {
    /// A set that must not be chosen.
    Exclude {
        /// The set.
        id: String,
        /// Only in this track.
        track: Option<Track>,
    },
    /// Sets stopped by a gate are not chosen.
    Gates,
    /// Sets that rest on titles alone are not chosen.
    ProbedOnly,
    /// A set that must be chosen.
    Include {
        /// The set.
        id: String,
        /// Only in this track.
        track: Option<Track>,
    },
    /// Most sets of a series.
    PerSeries {
        /// Sets.
        max: u32,
    },
    /// Most sets of a field.
    PerField {
        /// Sets.
        max: u32,
    },
    /// The money.
    Budget {
        /// Won.
        krw: i64,
    },
    /// How many sets a track gets.
    Count {
        /// The track.
        track: Track,
        /// Sets.
        wanted: u32,
    },
}

/// One of the colliding constraints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    /// The constraint.
    pub constraint: Constraint,
    /// What it says, with the figures that matter.
    pub says: Text,
    /// The least change of this one alone that makes the whole request possible; `None` where none does.
    pub remedy: Option<Text>,
}

/// Constraints that cannot hold together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// A minimal set: without any one of them the others could hold.
    pub collisions: Vec<Collision>,
}

impl Conflict {
    /// The explanation for people, several lines.
    pub fn text(&self, lang: Lang) -> String {
        let mut text = match lang {
            Lang::Ko => "조건을 모두 만족하는 선정안이 없습니다. 다음 조건이 서로 충돌합니다:".to_owned(),
            Lang::En => "no selection satisfies all constraints; these collide:".to_owned(),
        };
        for collision in &self.collisions {
            text.push_str("\n  - ");
            text.push_str(collision.says.get(lang));
            if let Some(remedy) = &collision.remedy {
                text.push_str(" → ");
                text.push_str(remedy.get(lang));
            }
        }
        text
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// The collision in `case`, which has no selection.
pub(super) fn explain(case: &Case) -> Result<Conflict> {
    let mut dropped = BTreeSet::new();
    let mut left = Vec::new();
    for constraint in constraints(case) {
        dropped.insert(constraint.clone());
        if possible(case, &dropped)? {
            dropped.remove(&constraint);
            left.push(constraint);
        }
    }
    let collisions = left
        .into_iter()
        .map(|constraint| {
            let says = says(case, &constraint);
            let remedy = remedy(case, &constraint)?;
            Ok(Collision { constraint, says, remedy })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Conflict { collisions })
}

/// Every constraint of the request; those named first are the first to be left out of an explanation.
fn constraints(case: &Case) -> Vec<Constraint> {
    let request = &case.request;
    let mut all: Vec<Constraint> =
        request.exclude.iter().map(|order| Constraint::Exclude { id: order.id.clone(), track: order.track }).collect();
    all.push(Constraint::Gates);
    if !request.allow_probe {
        all.push(Constraint::ProbedOnly);
    }
    all.extend(request.include.iter().map(|order| Constraint::Include { id: order.id.clone(), track: order.track }));
    all.extend(request.max_per_series.map(|max| Constraint::PerSeries { max }));
    all.extend(request.max_per_field.map(|max| Constraint::PerField { max }));
    all.extend(request.budget_krw.map(|krw| Constraint::Budget { krw }));
    all.extend(Track::ALL.map(|track| Constraint::Count { track, wanted: request.count(track) }));
    all
}

/// The programme without its objective, or with cost as its objective.
fn bare(case: &Case, dropped: &BTreeSet<Constraint>, by_cost: bool) -> Program {
    let mut program = Program::build(case, dropped);
    // Divided by what all costs share, so that the solver sees small numbers.
    let shared = program.vars.iter().fold(0, |shared, var| gcd(shared, var.cost)).max(1);
    for var in &mut program.vars {
        var.units = if by_cost { -(var.cost / shared) } else { 0 };
    }
    program.covers.clear();
    program.pairs.clear();
    program.crowds.clear();
    program.reindex();
    program
}

/// Whether any selection satisfies what is not in `dropped`.
fn possible(case: &Case, dropped: &BTreeSet<Constraint>) -> Result<bool> {
    let program = bare(case, dropped, false);
    let eligible = |track: Track| program.vars.iter().filter(|var| var.track == track).count();
    if Track::ALL.iter().any(|t| program.counts[slot(*t)].is_some_and(|wanted| wanted > eligible(*t))) {
        return Ok(false);
    }
    if program.needs.iter().any(Vec::is_empty) {
        return Ok(false);
    }
    Ok(finish(&program, &vec![None; program.vars.len()], &[], None)?.is_some())
}

fn eligible(case: &Case, track: Track) -> usize {
    Program::build(case, &BTreeSet::new()).vars.iter().filter(|var| var.track == track).count()
}

fn in_track(track: Option<Track>) -> Text {
    track.map_or_else(Text::default, |track| Text::new(format!(" ({track} 트랙)"), format!(" (track {track})")))
}

/// Won with thousands separators.
pub(super) fn won(krw: i64) -> String {
    let digits = krw.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if krw < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn says(case: &Case, constraint: &Constraint) -> Text {
    match constraint {
        Constraint::Count { track, wanted } => {
            let eligible = eligible(case, *track);
            Text::new(
                format!("--{track} {wanted}: {track} 트랙 {wanted}종 (선정 가능 {eligible}종)"),
                format!("--{track} {wanted}: {wanted} sets for track {track} ({eligible} may be chosen)"),
            )
        }
        Constraint::Budget { krw } => Text::new(
            format!("--budget {krw}: 총사업비 {}원", won(*krw)),
            format!("--budget {krw}: {} won in all", won(*krw)),
        ),
        Constraint::PerField { max } => {
            // Sets without a known field count as one.
            let fields = groups(case, |candidate| Some(candidate.field.clone().unwrap_or_default()));
            Text::new(
                format!("--max-per-field {max}: 분야당 최대 {max}종 (선정 가능한 분야 {fields}개)"),
                format!("--max-per-field {max}: at most {max} sets of a field ({fields} fields have any)"),
            )
        }
        Constraint::PerSeries { max } => {
            let series = groups(case, |candidate| candidate.series.clone());
            Text::new(
                format!("--max-per-series {max}: 시리즈당 최대 {max}종 (선정 가능한 시리즈 {series}개)"),
                format!("--max-per-series {max}: at most {max} sets of a series ({series} series have any)"),
            )
        }
        Constraint::Include { id, track } => {
            let (only, why) = (in_track(*track), closed(case, id, *track));
            Text::new(
                format!("--include {id}: 반드시 선정{}{}", only.ko, why.ko),
                format!("--include {id}: must be chosen{}{}", only.en, why.en),
            )
        }
        Constraint::Exclude { id, track } => {
            let only = in_track(*track);
            Text::new(
                format!("--exclude {id}: 선정하지 않음{}", only.ko),
                format!("--exclude {id}: must not be chosen{}", only.en),
            )
        }
        Constraint::Gates => {
            let gated = standings(case, |status| matches!(status, Status::Gated { .. }));
            Text::new(
                format!("관문(권리·개인정보·이용 가능성·장면 연속성)에서 제외된 항목 {gated}건"),
                format!("gates (rights, privacy, availability, continuity) close {gated} standings"),
            )
        }
        Constraint::ProbedOnly => {
            let titles = standings(case, |status| *status == Status::Probe);
            Text::new(
                format!("제목에만 근거한 항목 {titles}건은 표본 확인 전에는 선정하지 않음"),
                format!("{titles} standings rest on titles alone and are not chosen before a probe"),
            )
        }
    }
}

/// Why a demanded set cannot be chosen at all, if so.
fn closed(case: &Case, id: &str, only: Option<Track>) -> Text {
    let Some(candidate) = case.candidate(id) else { return Text::default() };
    let mut open = false;
    let mut reasons = Text::default();
    for (track, standing) in candidate.tracks.iter().filter(|(track, _)| only.is_none_or(|only| only == **track)) {
        match &standing.status {
            Status::Ready | Status::Review => open = true,
            Status::Probe if case.request.allow_probe => open = true,
            Status::Probe => {
                reasons.ko.push_str(&format!("; {track}: 표본 확인 전"));
                reasons.en.push_str(&format!("; {track}: not probed"));
            }
            Status::Gated { gate, reason } => {
                reasons.ko.push_str(&format!("; {track}: 관문 '{gate}' {}", reason.get(Lang::Ko)));
                reasons.en.push_str(&format!("; {track}: gate '{gate}' {}", reason.get(Lang::En)));
            }
        }
    }
    if open { Text::default() } else { reasons }
}

fn groups(case: &Case, of: impl Fn(&super::Candidate) -> Option<String>) -> usize {
    let program = Program::build(case, &BTreeSet::new());
    let names: BTreeSet<String> =
        program.vars.iter().filter_map(|var| case.candidates.get(var.candidate).and_then(&of)).collect();
    names.len()
}

fn standings(case: &Case, is: impl Fn(&Status) -> bool) -> usize {
    case.candidates.iter().flat_map(|c| c.tracks.values()).filter(|standing| is(&standing.status)).count()
}

/// The least change of `constraint` alone that helps.
fn remedy(case: &Case, constraint: &Constraint) -> Result<Option<Text>> {
    let dropped = BTreeSet::from([constraint.clone()]);
    if !possible(case, &dropped)? {
        return Ok(None);
    }
    let none = BTreeSet::new();
    let with = |change: &dyn Fn(&mut super::Request)| {
        let mut other = case.clone();
        change(&mut other.request);
        other
    };
    Ok(match constraint {
        Constraint::Budget { .. } => {
            let program = bare(case, &dropped, true);
            let cheapest = finish(&program, &vec![None; program.vars.len()], &[], None)?;
            cheapest.map(|found| {
                let krw: i64 = found.vars.iter().map(|v| program.vars[*v].cost).sum();
                Text::new(
                    format!("나머지 조건을 지키려면 최소 {}원", won(krw)),
                    format!("the other constraints need at least {} won", won(krw)),
                )
            })
        }
        Constraint::PerField { max } | Constraint::PerSeries { max } => {
            let field = matches!(constraint, Constraint::PerField { .. });
            let most = case.request.llm.saturating_add(case.request.physical);
            let mut least = None;
            for more in max.saturating_add(1)..=most {
                let other = with(&|request| {
                    let cap = if field { &mut request.max_per_field } else { &mut request.max_per_series };
                    *cap = Some(more);
                });
                if possible(&other, &none)? {
                    least = Some(more);
                    break;
                }
            }
            least.map(|n| Text::new(format!("{n}이면 가능"), format!("{n} would do")))
        }
        Constraint::Count { track, wanted } => {
            let mut most = None;
            for fewer in (0..*wanted).rev() {
                let other = with(&|request| match track {
                    Track::Llm => request.llm = fewer,
                    Track::Physical => request.physical = fewer,
                });
                if possible(&other, &none)? {
                    most = Some(fewer);
                    break;
                }
            }
            most.map(|n| Text::new(format!("{n}종까지 가능"), format!("{n} would do")))
        }
        _ => Some(Text::new("이 조건을 빼면 가능", "possible without it")),
    })
}
