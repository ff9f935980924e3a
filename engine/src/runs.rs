//! Run records: what was started, when, and how it ended, in the user's data directory. One record a start: a run that
//! was killed and continued has several, with the same run id.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::unix_millis;
use crate::error::{Error, ErrorKind, Result};
use crate::run::{Known, Progress, RunRequest, Status, Summary};
use crate::settings::Settings;

/// A start of a run as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecord {
    /// This start.
    pub start_id: String,
    /// The run that it began or continued; none where it came to nothing before that.
    pub run_id: Option<String>,
    /// Name of the plan, or of its file where that could not be read.
    pub plan: String,
    /// `running`, `committed`, `already_committed`, `refused` (by a check or limit), `invalid` (could not start),
    /// `stopped` (midway), `unknown` (outcome of a commit), `failed` (a fault of jogak), or `died`: it says that it is
    /// running, and its process is gone.
    pub status: String,
    /// Why, where it did not end well.
    pub reason: Option<String>,
    /// Was anything committed? None where that is not known.
    pub committed: Option<bool>,
    /// The exit code that belongs to this end.
    pub exit_code: Option<u8>,
    /// Milliseconds since 1970.
    pub started_ms: u64,
    /// Milliseconds since 1970.
    pub ended_ms: Option<u64>,
    /// Rows written, over all outputs.
    pub rows: u64,
    /// Where the tables lie.
    pub out: String,
    /// The command that continues it, or starts it again.
    pub command: String,
    /// The directory in which it was typed.
    pub directory: String,
    /// The process, on the machine that was booted under this id.
    pub process: u32,
    /// See `process`; empty where the system does not tell.
    pub boot_id: String,
}

impl RunRecord {
    pub(crate) fn begin(request: &RunRequest) -> Self {
        Self {
            start_id: Uuid::now_v7().to_string(),
            run_id: None,
            plan: request.plan_path.clone(),
            status: "running".to_owned(),
            reason: None,
            committed: None,
            exit_code: None,
            started_ms: unix_millis(),
            ended_ms: None,
            rows: 0,
            out: request.out.clone(),
            command: request.command.clone(),
            directory: std::env::current_dir().map(|path| path.display().to_string()).unwrap_or_default(),
            process: std::process::id(),
            boot_id: boot_id(),
        }
    }

    /// Remembers the start. A record that cannot be written never stops a run.
    pub(crate) fn store(self, settings: &Settings) -> Self {
        let folder = folder(settings);
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            let text = serde_json::to_vec_pretty(&self)?;
            let temporary = folder.join(format!(".{}.tmp", self.start_id));
            std::fs::write(&temporary, text)?;
            std::fs::rename(&temporary, folder.join(format!("{}.json", self.start_id)))
        });
        if let Err(error) = written {
            tracing::warn!(%error, folder = %folder.display(), "the run record could not be written");
        }
        self
    }

    pub(crate) fn end(mut self, settings: &Settings, known: Known, progress: &Progress, result: &Result<Summary>) {
        let maybe = progress.committing.load(Ordering::Relaxed);
        self.ended_ms = Some(unix_millis());
        self.run_id = known.run_id;
        self.plan = known.plan.unwrap_or(self.plan);
        let (status, committed) = match result {
            Ok(summary) => {
                self.rows = summary.outputs.iter().map(|output| output.rows).sum();
                self.exit_code = Some(summary.exit_code());
                let status = match &summary.status {
                    Status::Committed => "committed",
                    Status::AlreadyCommitted => "already_committed",
                    Status::DryRun => "dry_run",
                    Status::Refused(reasons) => {
                        self.reason = Some(reasons.join("; "));
                        "refused"
                    }
                };
                (status, Some(summary.committed))
            }
            Err(error) => {
                self.reason = Some(error.with_causes());
                self.exit_code = Some(error.exit_code());
                let status = match error.kind() {
                    ErrorKind::Invalid => "invalid",
                    ErrorKind::Failed => "refused",
                    ErrorKind::Stopped | ErrorKind::StoppedBy(_) => "stopped",
                    ErrorKind::Unknown => "unknown",
                    ErrorKind::Internal => "failed",
                };
                // Outputs are committed one after the other: some may be.
                (status, (!maybe).then_some(false))
            }
        };
        (self.status, self.committed) = (status.to_owned(), committed);
        let _ = self.store(settings);
    }

    /// A record of a process that is gone, as far as this machine can tell.
    fn looked_after(mut self) -> Self {
        let here = !self.boot_id.is_empty() && self.boot_id == boot_id();
        if self.status == "running" && here && !Path::new(&format!("/proc/{}", self.process)).exists() {
            self.status = "died".to_owned();
            self.reason = Some("its process is gone without a word: killed, or out of memory".to_owned());
        }
        self
    }
}

/// Tells one boot of one machine from all others; empty where the system does not tell.
fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
}

fn folder(settings: &Settings) -> PathBuf {
    settings.data_dir().join("runs")
}

/// Words as one line for a shell; quoted only where it is needed.
pub fn shell_line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-=:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// All remembered starts, newest first.
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
        .filter_map(|entry| serde_json::from_slice::<RunRecord>(&std::fs::read(entry.path()).ok()?).ok())
        .map(RunRecord::looked_after)
        .collect();
    records.sort_by(|a, b| (b.started_ms, &b.start_id).cmp(&(a.started_ms, &a.start_id)));
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_quoted_for_a_shell() {
        assert_eq!(
            shell_line(["jogak", "run", "a b.sql", "--set", "x=it's"]),
            r"jogak run 'a b.sql' --set 'x=it'\''s'"
        );
    }
}
