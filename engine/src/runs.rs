//! Run records: what was started, when, and how it ended, in the user's data directory.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::clock::unix_millis;
use crate::error::{Error, Result};
use crate::run::{RunRequest, Status, Summary};
use crate::settings::Settings;

/// A run as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run.
    pub run_id: String,
    /// The plan.
    pub plan: String,
    /// `running`, `committed`, `already_committed`, `refused` or `failed`.
    pub status: String,
    /// Why, where it did not end well.
    pub reason: Option<String>,
    /// Was anything committed?
    pub committed: bool,
    /// Milliseconds since 1970.
    pub started_ms: u64,
    /// Milliseconds since 1970.
    pub ended_ms: Option<u64>,
    /// Rows written, over all outputs.
    pub rows: u64,
    /// Where the tables lie.
    pub out: String,
    /// The command that continues it.
    pub command: String,
}

impl RunRecord {
    pub(crate) fn begin(run_id: &str, plan: &str, request: &RunRequest) -> Self {
        let mut command = format!("jogak run {}", quoted(&request.plan_path));
        for (name, url) in &request.sources {
            command.push_str(&format!(" --source {}", quoted(&format!("{name}={url}"))));
        }
        command.push_str(&format!(" --out {}", quoted(&request.out)));
        for (name, value) in &request.params {
            command.push_str(&format!(" --set {}", quoted(&format!("{name}={value}"))));
        }
        Self {
            run_id: run_id.to_owned(),
            plan: plan.to_owned(),
            status: "running".to_owned(),
            reason: None,
            committed: false,
            started_ms: unix_millis(),
            ended_ms: None,
            rows: 0,
            out: request.out.clone(),
            command,
        }
    }

    /// Remembers the start. A record that cannot be written never stops a run.
    pub(crate) fn store(self, settings: &Settings) -> Self {
        let folder = folder(settings);
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            let text = serde_json::to_vec_pretty(&self)?;
            let temporary = folder.join(format!(".{}.tmp", self.run_id));
            std::fs::write(&temporary, text)?;
            std::fs::rename(&temporary, folder.join(format!("{}.json", self.run_id)))
        });
        if let Err(error) = written {
            tracing::warn!(%error, folder = %folder.display(), "the run record could not be written");
        }
        self
    }

    pub(crate) fn end(mut self, settings: &Settings, result: &Result<Summary>) {
        self.ended_ms = Some(unix_millis());
        match result {
            Ok(summary) => {
                self.committed = summary.committed;
                self.rows = summary.outputs.iter().map(|output| output.rows).sum();
                (self.status, self.reason) = match &summary.status {
                    Status::Committed => ("committed".to_owned(), None),
                    Status::AlreadyCommitted => ("already_committed".to_owned(), None),
                    Status::DryRun => ("dry_run".to_owned(), None),
                    Status::Refused(reasons) => ("refused".to_owned(), Some(reasons.join("; "))),
                };
            }
            Err(error) => {
                self.status = "failed".to_owned();
                self.reason = Some(error.to_string());
            }
        }
        let _ = self.store(settings);
    }
}

fn folder(settings: &Settings) -> PathBuf {
    settings.data_dir().join("runs")
}

/// For a shell, only where it needs it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-=:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// All remembered runs, newest first.
///
/// # Errors
/// When the data directory cannot be read.
pub fn runs(settings: &Settings) -> Result<Vec<RunRecord>> {
    let folder = folder(settings);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::invalid(format!("'{}' cannot be read", folder.display())).because(error)),
    };
    let mut records: Vec<RunRecord> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"))
        .filter_map(|entry| serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok())
        .collect();
    records.sort_by(|a, b| (b.started_ms, &b.run_id).cmp(&(a.started_ms, &a.run_id)));
    Ok(records)
}
