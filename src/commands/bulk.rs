//! `jogak run --selection NAME` and `jogak run --all --track T`: many sets, one run each.

use jogak_engine::bulk::{Chosen, Obstacle, Task, Which, tasks};
use jogak_engine::catalog::Catalog;
use jogak_engine::run::{RunRequest, Status, Summary};
use jogak_engine::{Result, Settings};
use serde::Serialize;
use tokio::time::Instant;

use super::pairs;
use super::run::{end, print, request, watched};
use crate::args::{Format, RunArgs};
use crate::report;

/// Characters of a reason in the table; JSON has all of it.
const REASON: usize = 100;

/// What became of one plan on one set.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    dataset_id: String,
    title: Option<String>,
    plan: Option<&'static str>,
    status: &'static str,
    rows: u64,
    quarantined: u64,
    rejected: u64,
    reason: Option<String>,
    exit_code: u8,
}

impl Line {
    fn new(task: &Task, plan: Option<&Chosen>, status: &'static str, exit_code: u8) -> Self {
        Self {
            dataset_id: task.dataset_id.clone(),
            title: task.title.clone(),
            plan: plan.map(|chosen| chosen.plan.name),
            status,
            rows: 0,
            quarantined: 0,
            rejected: 0,
            reason: None,
            exit_code,
        }
    }

    /// The exit code of its run; none where there was none.
    pub(super) fn code_of_run(&self) -> Option<u8> {
        self.plan.map(|_| self.exit_code)
    }

    /// As people read it: set, plan, status, rows, quarantined, rejected, reason.
    pub(super) fn cells(&self) -> Vec<String> {
        vec![
            self.dataset_id.clone(),
            self.plan.unwrap_or("-").to_owned(),
            self.status.to_owned(),
            self.rows.to_string(),
            self.quarantined.to_string(),
            self.rejected.to_string(),
            self.reason.as_deref().unwrap_or_default().chars().take(REASON).collect(),
        ]
    }
}

/// Runs all sets. A set that fails is reported and does not stop the others; the same command continues.
pub(crate) async fn run(args: &RunArgs, which: &Which, korean: bool, settings: &Settings) -> Result<u8> {
    let (lines, code) = all(args, which, korean, settings).await?;
    match args.format {
        // Each was said when it was done.
        Format::Ndjson => {}
        Format::Json => report::json(&lines, args.format)?,
        _ => show(&lines, korean),
    }
    Ok(code)
}

/// The same; gives what became of each, and the worst exit code.
pub(super) async fn all(args: &RunArgs, which: &Which, korean: bool, settings: &Settings) -> Result<(Vec<Line>, u8)> {
    let deadline = end(args)?;
    let catalog = Catalog::open(settings)?;
    let tasks = tasks(&catalog, which).await?;
    let for_people = !matches!(args.format, Format::Json | Format::Ndjson);
    let mut lines = Vec::new();
    let mut stopped = false;
    for (position, task) in tasks.iter().enumerate() {
        if stopped {
            lines.push(told(Line::new(task, task.plans.first(), "not started", 0), args.format)?);
            continue;
        }
        if for_people {
            let title = task.title.as_deref().unwrap_or_default();
            report::say(&format!("[{}/{}] {} {title}", position + 1, tasks.len(), task.dataset_id));
        }
        if let Some(obstacle) = &task.obstacle {
            // What was chosen and cannot be run is a failure; of all sets, what has a plan is meant.
            let exit_code = if matches!(which, Which::Selection(_)) { 1 } else { 0 };
            let (status, reason) = match obstacle {
                Obstacle::NoPlace(reason) => ("no place", reason),
                Obstacle::NoPlan(reason) => ("no plan", reason),
            };
            let line = Line { reason: Some(reason.clone()), ..Line::new(task, None, status, exit_code) };
            lines.push(told(line, args.format)?);
            continue;
        }
        for chosen in &task.plans {
            let line = match one(args, task, chosen, deadline, settings).await {
                Ok(summary) => {
                    if for_people {
                        print(&summary, korean);
                    }
                    of_summary(task, chosen, &summary)
                }
                Err(error) => {
                    // Asked to stop: the sets that follow are not started either.
                    stopped = matches!(error.exit_code(), 4 | 130 | 143);
                    if for_people {
                        report::error(&error);
                    }
                    let status = if stopped { "stopped" } else { "failed" };
                    Line {
                        reason: Some(error.with_causes()),
                        ..Line::new(task, Some(chosen), status, error.exit_code())
                    }
                }
            };
            lines.push(told(line, args.format)?);
            if stopped {
                break;
            }
        }
    }
    let code = lines.iter().map(|line| line.exit_code).max().unwrap_or(0);
    Ok((lines, code))
}

/// Says at once what became of a set, where lines are wanted: a bulk run takes hours.
fn told(line: Line, format: Format) -> Result<Line> {
    if matches!(format, Format::Ndjson) {
        report::json(&line, format)?;
    }
    Ok(line)
}

async fn one(
    args: &RunArgs,
    task: &Task,
    chosen: &Chosen,
    deadline: Option<Instant>,
    settings: &Settings,
) -> Result<Summary> {
    let mut params = chosen.params.clone();
    params.extend(pairs("--set", &args.set)?);
    let request = RunRequest {
        plan_path: chosen.plan.path.to_owned(),
        plan_text: chosen.plan.text.to_owned(),
        sources: chosen.sources(&task.dataset_id)?,
        out: format!("{}/{}", args.out.trim_end_matches('/'), task.dataset_id),
        params,
        ..request(args, settings)?
    };
    watched(&request, deadline, settings).await
}

fn of_summary(task: &Task, chosen: &Chosen, summary: &Summary) -> Line {
    let (status, reason) = match &summary.status {
        Status::Committed => ("committed", None),
        Status::AlreadyCommitted => ("already committed", None),
        Status::DryRun => ("dry run", None),
        Status::Refused(reasons) => ("refused", Some(reasons.join("; "))),
    };
    let set_aside = &summary.quarantined;
    let rejected = summary.outputs.iter().flat_map(|output| output.rejected.by_code.values()).sum();
    Line {
        rows: summary.outputs.iter().map(|output| output.rows).sum(),
        quarantined: set_aside.archives + set_aside.members + set_aside.records,
        rejected,
        reason,
        ..Line::new(task, Some(chosen), status, summary.exit_code())
    }
}

fn show(lines: &[Line], korean: bool) {
    let headings = match korean {
        true => ["데이터셋", "계획", "상태", "행", "격리", "거부", "이유"],
        false => ["set", "plan", "status", "rows", "quarantined", "rejected", "reason"],
    };
    let rows = lines.iter().map(|line| {
        let mut cells = line.cells();
        if let Some(cell) = cells.get_mut(2) {
            *cell = status(line.status, korean).to_owned();
        }
        cells
    });
    report::table(&headings, rows);
    let committed = lines.iter().filter(|line| matches!(line.status, "committed" | "already committed")).count();
    let rows: u64 = lines.iter().map(|line| line.rows).sum();
    report::line(&match korean {
        true => format!("{} 가운데 {committed} 확정 · {rows} 행", lines.len()),
        false => format!("{committed} of {} committed · {rows} rows", lines.len()),
    });
}

fn status(status: &'static str, korean: bool) -> &'static str {
    if !korean {
        return status;
    }
    match status {
        "committed" => "확정됨",
        "already committed" => "이미 확정됨",
        "dry run" => "모의 실행",
        "refused" => "확정하지 않음",
        "no plan" => "계획 없음",
        "no place" => "위치 없음",
        "stopped" => "멈춤",
        "not started" => "시작 안 함",
        _ => "실패",
    }
}
