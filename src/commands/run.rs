//! `jogak run`.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jogak_engine::bulk::Which;
use jogak_engine::run::{Progress, Retry, RunRequest, Status, StopReason, Summary};
use jogak_engine::runs::shell_line;
use jogak_engine::{Error, ErrorKind, Result, Settings};
use tokio::time::Instant;

use super::{pairs, read, size};
use crate::args::{Format, RunArgs};
use crate::report;

/// Characters of a filter's condition that people are shown; the JSON summary has all of it.
const CONDITION: usize = 90;

pub(crate) async fn run(args: &RunArgs, korean: bool, settings: &Settings) -> Result<u8> {
    let selection = args.selection.clone().map(Which::Selection);
    if let Some(which) = selection.or_else(|| args.track.clone().filter(|_| args.all).map(Which::Track)) {
        return super::bulk::run(args, &which, korean, settings).await;
    }
    let deadline = end(args)?;
    let mut code = 0;
    for path in &args.plans {
        let request = RunRequest {
            plan_path: path.display().to_string(),
            plan_text: read(path)?,
            sources: pairs("--source", &args.sources)?,
            params: pairs("--set", &args.set)?,
            ..request(args, settings)?
        };
        let summary = match watched(&request, deadline, settings).await {
            Ok(summary) => summary,
            Err(error) => {
                if matches!(args.format, Format::Json | Format::Ndjson) {
                    report::json(&ended_early(&request, &error), args.format)?;
                }
                return Err(error);
            }
        };
        match args.format {
            Format::Json | Format::Ndjson => report::json(&summary, args.format)?,
            _ => print(&summary, korean),
        }
        if let Status::Refused(reasons) = &summary.status {
            report::say(if korean { "확정하지 않았습니다:" } else { "not committed:" });
            reasons.iter().for_each(|reason| report::say(&format!("  - {reason}")));
        }
        code = code.max(summary.exit_code());
    }
    Ok(code)
}

/// What the arguments say of every run alike: all but the plan, its places and its parameters.
pub(super) fn request(args: &RunArgs, settings: &Settings) -> Result<RunRequest> {
    let memory = args.memory.as_deref().or(settings.memory.as_deref());
    Ok(RunRequest {
        out: args.out.clone(),
        memory: size("--memory", memory)?,
        threads: args.threads.or(settings.threads),
        full_refresh: args.full_refresh,
        prune: args.prune,
        accept_quarantine: args.accept_quarantine,
        single_writer: args.single_writer,
        retry: args.retry_quarantined.then(|| args.reason.clone().map_or(Retry::Any, Retry::Code)),
        dry_run: args.dry_run,
        command: typed(),
        ..RunRequest::default()
    })
}

/// When `--deadline` ends the command.
pub(super) fn end(args: &RunArgs) -> Result<Option<Instant>> {
    let after = args.deadline.as_deref().map(until).transpose()?;
    Ok(after.map(|after| Instant::now() + after))
}

/// What a machine is told of a run that ended before there was a summary.
fn ended_early(request: &RunRequest, error: &Error) -> serde_json::Value {
    let status = match error.kind() {
        ErrorKind::Invalid => "invalid",
        ErrorKind::Failed => "refused",
        ErrorKind::Stopped | ErrorKind::StoppedBy(_) => "stopped",
        ErrorKind::Unknown => "unknown",
        _ => "failed",
    };
    let continues = !matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Failed);
    serde_json::json!({
        "plan": request.plan_path, "status": status, "reason": error.with_causes(), "exit_code": error.exit_code(),
        "continue_with": continues.then_some(&request.command),
    })
}

/// The command as it was typed.
pub(crate) fn typed() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    shell_line(std::iter::once("jogak").chain(words.iter().map(String::as_str)))
}

/// How long it is until a time of day, or what a duration says.
fn until(text: &str) -> Result<Duration> {
    let wrong = || {
        Error::invalid(format!("--deadline '{text}' is neither a time of day nor a duration; write e.g. 06:00 or 90m"))
    };
    match text.split_once(':') {
        Some((hour, minute)) => {
            let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
            jogak_engine::until_local_time(hour, minute).ok_or_else(wrong)
        }
        None => humantime::parse_duration(text).map_err(|error| wrong().because(error)),
    }
}

/// Runs with progress on stderr: a bar on a terminal, a line every 30 s elsewhere. The first Ctrl-C or SIGTERM, and the
/// deadline, stop it at the next unit border.
pub(crate) async fn watched(request: &RunRequest, deadline: Option<Instant>, settings: &Settings) -> Result<Summary> {
    let progress = Arc::new(Progress::default());
    let running = jogak_engine::run::run(request, settings, &progress);
    tokio::pin!(running);
    let bar = std::io::stderr().is_terminal().then(bar);
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    let mut silent = 0;
    let mut signals = Signals::new()?;
    let result = loop {
        tokio::select! {
            finished = &mut running => break finished,
            signal = signals.next() => {
                if !progress.stop.ask(signal) && signal == StopReason::Interrupted {
                    std::process::exit(i32::from(signal.exit_code()));
                }
                let grace = jogak_engine::run::GRACE.as_secs();
                report::say(&format!("{signal}: stopping at the next unit border, or in {grace} s; Ctrl-C stops at once"));
            }
            () = at(deadline), if progress.stop.reason().is_none() => {
                progress.stop.ask(StopReason::Deadline);
                report::say("the deadline has come: stopping at the next unit border");
            }
            _ = ticks.tick() => {
                silent += 1;
                show(&progress, bar.as_ref(), silent);
            }
        }
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    result
}

/// Ends at this time; never where there is none.
async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Ctrl-C and SIGTERM.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .map_err(|e| Error::internal("signals cannot be watched").because(e))?,
        })
    }

    async fn next(&mut self) -> StopReason {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => StopReason::Interrupted,
            _ = self.terminate.recv() => StopReason::Terminated,
        }
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
            StopReason::Interrupted
        }
    }
}

fn bar() -> ProgressBar {
    let style = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} · {msg} · ETA {eta}";
    ProgressBar::new(0).with_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(progress: &Progress, bar: Option<&ProgressBar>, tick: u64) {
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (done, units, rows) = (read(&progress.units_done), read(&progress.units), read(&progress.rows));
    let line = format!("{done}/{units} units · {rows} rows");
    match bar {
        Some(bar) => {
            bar.set_length(read(&progress.bytes));
            bar.set_position(read(&progress.bytes_done));
            bar.set_message(line);
        }
        None if tick.is_multiple_of(150) => {
            report::say(&format!(
                "{} of {} · {line}",
                report::bytes(read(&progress.bytes_done)),
                report::bytes(read(&progress.bytes))
            ));
        }
        None => {}
    }
}

/// The summary for people.
pub(crate) fn print(summary: &Summary, korean: bool) {
    let pick = |ko: &'static str, en: &'static str| if korean { ko } else { en };
    let status = match &summary.status {
        Status::Committed => pick("확정됨", "committed"),
        Status::AlreadyCommitted => pick("이미 확정됨", "already committed"),
        Status::Refused(_) => pick("확정하지 않음", "not committed"),
        Status::DryRun => pick("모의 실행", "dry run"),
    };
    let input = &summary.inputs;
    let objects = &input.objects;
    let mut lines = vec![
        format!("{} {} · {} · {:.1} s", summary.plan, summary.run_id, status, summary.elapsed_seconds),
        format!(
            "  {}: {} {} ({} {}, {} {}, {} {}) · {} · {} {} · {} {}",
            pick("입력", "inputs"),
            objects.listed,
            pick("객체", "objects"),
            objects.read,
            pick("읽음", "read"),
            objects.already_committed,
            pick("이미 확정", "already committed"),
            objects.failed,
            pick("실패", "failed"),
            report::bytes(input.bytes),
            input.members,
            pick("멤버", "members"),
            input.records,
            pick("레코드", "records"),
        ),
    ];
    if objects.vanished > 0 {
        lines.push(format!("  {}: {}", pick("사라진 입력", "vanished"), summary.vanished.join(", ")));
    }
    for step in &summary.filtered {
        let condition: String = step.step.chars().take(CONDITION).collect();
        lines.push(format!("  {}: {} → {} ({condition})", pick("거름", "filter"), step.rows_in, step.rows_out));
    }
    for output in &summary.outputs {
        let version = output.version.map_or_else(String::new, |version| format!(" v{version}"));
        lines.push(format!(
            "  {}{version}: {} {} · {} {} · {} · {}",
            output.name,
            output.rows,
            pick("행", "rows"),
            output.shards,
            pick("샤드", "shards"),
            report::bytes(output.bytes),
            output.table
        ));
        let counts = |title: &str, counts: &std::collections::BTreeMap<String, u64>| {
            let list: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            (!list.is_empty()).then(|| format!("    {title}: {}", list.join(" · ")))
        };
        lines.extend(counts(pick("등급", "tiers"), &output.tiers));
        lines.extend(counts(pick("경로", "paths"), &output.strategies));
        lines.extend(counts(pick("거부", "rejected"), &output.rejected.by_code));
        lines.extend(counts(pick("검사에서 제외", "dropped by checks"), &output.dropped));
    }
    let quarantined = &summary.quarantined;
    if !quarantined.by_code.is_empty() {
        let codes: Vec<_> = quarantined.by_code.iter().map(|(code, count)| format!("{code} {count}")).collect();
        lines.push(format!("  {}: {}", pick("격리", "quarantine"), codes.join(" · ")));
    }
    if let Some(peak) = summary.peak_memory_bytes {
        lines.push(format!("  {}: {}", pick("최대 메모리", "peak memory"), report::bytes(peak)));
    }
    lines.iter().for_each(|line| report::line(line));
}
