//! `jogak vacuum`.

use jogak_engine::vacuum::{Amount, FileKind, Orphan, VacuumRequest, Vacuumed, vacuum as clean};
use jogak_engine::{Error, Result, Settings};
use serde_json::{Value, json};

use crate::args::{Format, VacuumArgs};
use crate::report;

pub(crate) async fn vacuum(args: &VacuumArgs, settings: &Settings) -> Result<u8> {
    let grace = humantime::parse_duration(&args.grace).map_err(|error| {
        Error::invalid(format!("--grace '{}' is no duration; write e.g. 7d or 36h", args.grace)).because(error)
    })?;
    let request = VacuumRequest {
        url: args.url.clone(),
        grace,
        force: args.force,
        dry_run: args.dry_run,
        single_writer: args.single_writer,
    };
    let done = clean(&request, settings).await?;
    if matches!(args.format, Format::Json | Format::Ndjson) {
        report::json(&done, args.format)?;
    } else {
        let rows: Vec<Value> = if args.dry_run { orphans(&done) } else { amounts(&done) };
        if !rows.is_empty() {
            report::values(&rows, args.format)?;
        }
    }
    done.iter().for_each(say);
    Ok(0)
}

/// A row for each file that would be removed.
fn orphans(done: &[Vacuumed]) -> Vec<Value> {
    let of = |table: &Vacuumed| {
        let row = |orphan: &Orphan| {
            json!({
                "table": table.table,
                "path": orphan.path,
                "kind": orphan.kind.name(),
                "bytes": orphan.bytes,
                "stored": report::time(orphan.modified_ms),
                "run_id": orphan.run_id,
            })
        };
        table.orphans.iter().map(row).collect::<Vec<_>>()
    };
    done.iter().flat_map(of).collect()
}

/// A row for each kind of file that was removed.
fn amounts(done: &[Vacuumed]) -> Vec<Value> {
    let of = |table: &Vacuumed| {
        let row = |(kind, amount): (&FileKind, &Amount)| {
            let (kind, files, bytes) = (kind.name(), amount.files, amount.bytes);
            json!({ "table": table.table, "kind": kind, "files": files, "bytes": bytes })
        };
        table.by_kind.iter().map(row).collect::<Vec<_>>()
    };
    done.iter().flat_map(of).collect()
}

fn say(table: &Vacuumed) {
    let verb = if table.dry_run { "would remove" } else { "removed" };
    let (files, bytes) = (table.removed.files, report::bytes(table.removed.bytes));
    report::say(&format!("{}: {verb} {files} files, {bytes}", table.table));
    for run in &table.runs {
        let idle = humantime::format_duration(std::time::Duration::from_secs(run.idle_seconds));
        let why: String = match run.reason {
            "open" => {
                "decided what it commits and has not committed it everywhere: the same command completes it".into()
            }
            reason => {
                let grace = humantime::format_duration(std::time::Duration::from_secs(table.grace_seconds));
                let then = match reason {
                    "committed" => "it is committed, and they go when the grace is over",
                    _ => "the same command continues it",
                };
                format!("stored something {idle} ago, less than the grace of {grace}; {then}")
            }
        };
        report::say(&format!(
            "   {} files, {} of run {} stay: it {why}",
            run.files,
            report::bytes(run.bytes),
            run.run_id
        ));
    }
    if let Some(foreign) = table.kept.get("foreign") {
        report::say(&format!(
            "   {} files, {} are not known to jogak, and stay",
            foreign.files,
            report::bytes(foreign.bytes)
        ));
    }
}
