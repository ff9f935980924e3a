//! `jogak run`.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jogak_engine::bulk::Which;
use jogak_engine::run::{Progress, RunRequest, Status, Summary};
use jogak_engine::{Error, Result, Settings};

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
    let mut code = 0;
    for path in &args.plans {
        let memory = args.memory.as_deref().or(settings.memory.as_deref());
        let request = RunRequest {
            plan_path: path.display().to_string(),
            plan_text: read(path)?,
            sources: pairs("--source", &args.sources)?,
            out: args.out.clone(),
            params: pairs("--set", &args.set)?,
            memory: size("--memory", memory)?,
            threads: args.threads.or(settings.threads),
            full_refresh: args.full_refresh,
            prune: args.prune,
            accept_quarantine: args.accept_quarantine,
            single_writer: args.single_writer,
            dry_run: args.dry_run,
        };
        let summary = watched(&request, settings).await?;
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

/// Runs with progress on stderr: a bar on a terminal, a line every 30 s elsewhere. The first Ctrl-C or SIGTERM stops at
/// the next unit border.
pub(crate) async fn watched(request: &RunRequest, settings: &Settings) -> Result<Summary> {
    let progress = Arc::new(Progress::default());
    let running = jogak_engine::run::run(request, settings, &progress);
    tokio::pin!(running);
    let bar = std::io::stderr().is_terminal().then(bar);
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    let mut silent = 0;
    let mut interrupted = None;
    let mut signals = Signals::new()?;
    let result = loop {
        tokio::select! {
            finished = &mut running => break finished,
            signal = signals.next() => {
                if interrupted.replace(signal).is_some() {
                    std::process::exit(i32::from(signal));
                }
                progress.stop.store(true, Ordering::Relaxed);
                report::say("stopping at the next unit border; once more stops at once");
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
    match (result, interrupted) {
        (Err(error), Some(code)) if error.kind() == jogak_engine::ErrorKind::Stopped => {
            report::error(&error);
            std::process::exit(i32::from(code));
        }
        (result, _) => result,
    }
}

/// Ctrl-C and SIGTERM, each as the exit code that it stands for.
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

    async fn next(&mut self) -> u8 {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => 130,
            _ = self.terminate.recv() => 143,
        }
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
            130
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
