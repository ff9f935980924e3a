//! What experts say of a set: added one by one or from a table, never changed.

use std::collections::{BTreeSet, HashSet};

use jogak_connectors::aihub::columns::{Cell, Column, column_of};
use jogak_connectors::aihub::dataset::{Place, Problem};
use jogak_connectors::aihub::text::tidy;
use jogak_connectors::aihub::values;
use serde::Serialize;
use serde_json::json;

use super::import::{Books, Found, Named, Stage, iso_time};
use super::rows::truth;
use super::schema::Value;
use super::session::{stream, text_rows};
use super::store::Note;
use super::{Catalog, Stored, import::Records};
use crate::clock::unix_millis;
use crate::error::{Error, Result};
use crate::settings::Settings;

/// One reviewer's value for one criterion of one set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgment {
    /// The set.
    pub dataset_id: String,
    /// The criterion, for both tracks, or `llm.need`, `physical.need` for one.
    pub criterion: String,
    /// Who judges.
    pub reviewer: String,
    /// Has an interest in the set; the value is kept, and counts for nothing.
    pub conflict_of_interest: bool,
    /// 0 to 1.
    pub value: f64,
    /// Why.
    pub reason: String,
    /// What it rests on: an address or a text.
    pub evidence: Option<String>,
    /// When, ISO 8601; now where it is not said.
    pub time: Option<String>,
}

/// What came of a table of judgements.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// read = items + problems.
    pub books: Books,
    /// What could not be used.
    pub problems: Vec<Named>,
    /// The table of judgements after it; none where nothing could be used.
    pub stored: Option<Stored>,
}

/// Criteria that there are.
struct Criteria {
    names: BTreeSet<String>,
}

impl Criteria {
    async fn of(catalog: &Catalog) -> Result<Self> {
        let (context, mut names) = (catalog.hash_session(None)?, BTreeSet::new());
        text_rows(&context, "SELECT DISTINCT track, criterion FROM catalog.criteria", |[track, criterion]| {
            names.extend([format!("{track}.{criterion}"), criterion.to_owned()]);
        })
        .await?;
        Ok(Self { names })
    }

    /// What is wrong with a judgement of a set that there is; none where nothing is.
    fn refuse(&self, judgment: &Judgment) -> Option<String> {
        if !self.names.contains(&judgment.criterion) {
            let known: Vec<&str> = self.names.iter().map(String::as_str).filter(|name| !name.contains('.')).collect();
            return Some(format!("there is no criterion '{}'; there are {}", judgment.criterion, known.join(", ")));
        }
        if !(0.0..=1.0).contains(&judgment.value) {
            return Some(format!("the value {} is not between 0 and 1", judgment.value));
        }
        let empty = [("reviewer", &judgment.reviewer), ("reason", &judgment.reason)];
        empty.iter().find(|(_, text)| text.trim().is_empty()).map(|(what, _)| format!("the {what} is missing"))
    }
}

fn push(stage: &mut Stage, judgment: &Judgment, now: &str) -> Result<()> {
    stage.row(
        "judgments",
        &[
            Value::Text(&judgment.dataset_id),
            Value::Text(&judgment.criterion),
            Value::Text(&judgment.reviewer),
            Value::Bool(judgment.conflict_of_interest),
            Value::Float(judgment.value),
            Value::Text(&judgment.reason),
            judgment.evidence.as_deref().into(),
            Value::Text(judgment.time.as_deref().unwrap_or(now)),
        ],
    )
}

async fn append(catalog: &Catalog, stage: &Stage, source: &str) -> Result<Stored> {
    let context = catalog.hash_session(None)?;
    stage.register(&context, "judgments").await?;
    let rows = stream(&context, "SELECT * FROM new_judgments").await?;
    let note = Note::new("catalog judge", source).with(json!({ "books": stage.books }));
    catalog.append("judgments", rows, &note).await
}

/// Adds judgements, all of them or none.
///
/// # Errors
/// When a set or criterion is unknown, a value is out of range, a time is none, reviewer or reason are missing, or the store
/// fails.
pub async fn judge(catalog: &Catalog, judgments: &[Judgment]) -> Result<Stored> {
    let criteria = Criteria::of(catalog).await?;
    let reviewer = judgments.first().map_or("", |judgment| judgment.reviewer.as_str());
    let now = iso_time(unix_millis());
    let mut stage = Stage::new(reviewer, None)?;
    let mut exists: Option<&str> = None;
    for judgment in judgments {
        if exists != Some(judgment.dataset_id.as_str()) {
            super::view::exists(catalog, &judgment.dataset_id).await?;
            exists = Some(&judgment.dataset_id);
        }
        if let Some(why) = criteria.refuse(judgment) {
            return Err(Error::invalid(why));
        }
        let time = judgment.time.as_deref().map(time_of).transpose().map_err(Error::invalid)?.flatten();
        let dataset_id = tidy(&judgment.dataset_id);
        push(&mut stage, &Judgment { dataset_id, time, ..judgment.clone() }, &now)?;
        stage.books.read += 1;
        stage.books.items += 1;
    }
    stage.finish()?;
    append(catalog, &stage, reviewer).await
}

/// A time as it is stored, so that times can be compared: `2026-05-09`, cut to what is known, or with the time of day in
/// UTC, `2026-05-09T03:00:00Z`. None where the text says that it is not known; what is wrong with it where it is no time.
fn time_of(text: &str) -> Result<Option<String>, String> {
    let refused = || format!("the time '{text}' is none such as 2026-05-09 or 2026-05-09T14:30:00+09:00");
    let text = text.trim();
    let Some(date) = values::date(text).map_err(|_| refused())? else { return Ok(None) };
    if !text.contains(':') {
        return Ok(Some(date.to_string()));
    }
    // Behind the day stands the time of day; of what is not set apart so, the day is not known.
    let clock = text.split_once(['T', ' ']).map(|(_, clock)| clock.trim()).filter(|_| date.day.is_some());
    let clock = clock.ok_or_else(refused)?;
    let (clock, zone) = match clock.find(['Z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, "Z"),
    };
    let mut numbers = clock.trim().split(':');
    let mut next = || numbers.next().unwrap_or("0").trim();
    let clock = format!("{:0>2}:{:0>2}:{:0>2}", next(), next(), next());
    let zone = if zone == "Z" { "+00:00" } else { zone };
    let time = chrono::DateTime::parse_from_rfc3339(&format!("{date}T{clock}{zone}")).map_err(|_| refused())?;
    Ok(Some(time.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// What a column of a table of judgements means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Set,
    Criterion,
    Reviewer,
    Conflict,
    Value,
    Reason,
    Evidence,
    Time,
}

fn part_of(header: &str) -> Option<Part> {
    let name: String = tidy(header).to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    Some(match name.as_str() {
        "criterion" | "기준" | "평가기준" | "평가항목" | "항목" => Part::Criterion,
        "reviewer" | "by" | "평가자" | "평가위원" | "위원" | "심사위원" | "전문가" => Part::Reviewer,
        "conflictofinterest" | "conflict" | "coi" | "이해충돌" | "이해관계" => Part::Conflict,
        "value" | "값" | "점수" | "평점" => Part::Value,
        "reason" | "why" | "이유" | "사유" | "의견" | "평가의견" => Part::Reason,
        "evidence" | "근거" | "증거" | "url" => Part::Evidence,
        "time" | "date" | "일시" | "일자" | "날짜" | "평가일" => Part::Time,
        _ => match column_of(header) {
            Some((Column::Id, _)) => Part::Set,
            _ => return None,
        },
    })
}

/// Adds the judgements of a table (CSV, XLSX, JSON, Parquet), headers Korean or English. Rows that cannot be used are
/// counted and named.
///
/// # Errors
/// When the table cannot be read or a column is missing, or the store fails.
pub async fn judge_from(catalog: &Catalog, place: &str, settings: &Settings) -> Result<Judged> {
    let found = Found::at(place, settings).await?;
    let mut records = Records::open(&found, settings).await?;
    let headers = records.headers();
    let parts: Vec<Option<Part>> = headers.iter().map(|header| part_of(header)).collect();
    let at = |part: Part| parts.iter().position(|known| *known == Some(part));
    let wanted = [
        (Part::Set, "dataset_id (번호)"),
        (Part::Criterion, "criterion (평가항목)"),
        (Part::Reviewer, "reviewer (평가위원)"),
        (Part::Value, "value (점수, 0–1)"),
        (Part::Reason, "reason (사유)"),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(part, _)| at(*part).is_none()).map(|(_, name)| *name).collect();
    if !missing.is_empty() {
        return Err(Error::invalid(format!("the table lacks {}; found: {}", missing.join(", "), headers.join(", "))));
    }
    let criteria = Criteria::of(catalog).await?;
    let mut ids = HashSet::new();
    text_rows(&catalog.hash_session(None)?, "SELECT id FROM catalog.datasets", |[id]| {
        ids.insert(id.to_owned());
    })
    .await?;
    let now = iso_time(unix_millis());
    let mut stage = Stage::new(place, None)?;
    let mut row = 0;
    while let Some(batch) = records.next().await? {
        for cells in super::import::cells(&batch)? {
            row += 1;
            let text = |part: Part| {
                let cell = at(part).and_then(|at| cells.get(at)).map(Cell::text).unwrap_or_default();
                cell.trim().to_owned()
            };
            let some = |text: String| (!text.is_empty()).then_some(text);
            let line = || cells.iter().map(Cell::text).collect::<Vec<_>>().join(" | ");
            let value = text(Part::Value).parse().ok();
            let conflict = match text(Part::Conflict) {
                text if text.is_empty() => Some(false),
                text => truth(&text),
            };
            let time = time_of(&text(Part::Time));
            let why = match (value, conflict) {
                (None, _) => Some(format!("the value '{}' is no number between 0 and 1", text(Part::Value))),
                (_, None) => {
                    Some(format!("'{}' says neither yes nor no to a conflict of interest", text(Part::Conflict)))
                }
                _ => time.as_ref().err().cloned(),
            };
            let judgment = Judgment {
                dataset_id: text(Part::Set).trim_end_matches(".0").to_owned(),
                criterion: text(Part::Criterion),
                reviewer: text(Part::Reviewer),
                conflict_of_interest: conflict.unwrap_or(true),
                value: value.unwrap_or_default(),
                reason: text(Part::Reason),
                evidence: some(text(Part::Evidence)),
                time: time.unwrap_or_default(),
            };
            let id = judgment.dataset_id.as_str();
            let unknown = || (!ids.contains(id)).then(|| format!("the catalogue has no set '{id}'"));
            if let Some(why) = why.or_else(unknown).or_else(|| criteria.refuse(&judgment)) {
                stage.refuse(&Problem::new("VALUE", Place::Row { row, column: None }, &line(), why))?;
                continue;
            }
            stage.books.read += 1;
            stage.books.items += 1;
            push(&mut stage, &judgment, &now)?;
        }
    }
    records.problems(&mut stage)?;
    stage.finish()?;
    let stored = match stage.books.items {
        0 => None,
        _ => Some(append(catalog, &stage, place).await?),
    };
    Ok(Judged { books: stage.books, problems: stage.named, stored })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_can_be_compared() {
        for (text, time) in [
            ("2026-5-9", Some("2026-05-09")),
            ("2026. 5. 9.", Some("2026-05-09")),
            ("2026년 5월", Some("2026-05")),
            ("2026-05-09T14:30:00Z", Some("2026-05-09T14:30:00Z")),
            ("2026-5-9 9:05", Some("2026-05-09T09:05:00Z")),
            ("2026-05-09T08:30:00+09:00", Some("2026-05-08T23:30:00Z")),
            ("2026-05-09 08:30:15.250", Some("2026-05-09T08:30:15Z")),
            ("", None),
        ] {
            assert_eq!(time_of(text), Ok(time.map(str::to_owned)), "{text}");
        }
        for text in ["어제", "2026-13-01", "2026-05-09 25:00", "2026. 5. 9. 12:00", "9/5/2026"] {
            assert!(time_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn headers_in_both_languages() {
        for (header, part) in [
            ("데이터셋 번호", Part::Set),
            ("평가 항목", Part::Criterion),
            ("평가위원", Part::Reviewer),
            ("Conflict of interest", Part::Conflict),
            ("점수", Part::Value),
            ("사유", Part::Reason),
            ("근거", Part::Evidence),
        ] {
            assert_eq!(part_of(header), Some(part), "{header}");
        }
        assert_eq!(part_of("비고"), None);
    }
}
