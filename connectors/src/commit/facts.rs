//! What a jogak commit says about itself, in `commitInfo.jogak`.

use serde::{Deserialize, Serialize};

/// A file named by its path below the table's root and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Path relative to the table's root.
    pub path: String,
    /// Lower-case hex sha256 of its bytes.
    pub sha256: String,
    /// Rows in it, where it has rows.
    pub rows: u64,
}

/// What one run committed to one table. No secrets, no signed URLs, no values of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommitFacts {
    /// Made by the process that tries the commit: found in the log, it proves that the commit is ours.
    pub nonce: String,
    /// The run.
    pub run_id: String,
    /// What the run was to do: the same key is never committed twice.
    pub run_key: String,
    /// Name of the plan.
    pub plan: String,
    /// Hash of header, SQL, parameters, schemas and function versions.
    pub plan_identity: String,
    /// Particulars of that identity, part by part, so that a later run can say what changed.
    pub plan_parts: serde_json::Value,
    /// Version of jogak.
    pub engine_version: String,
    /// Name of the output.
    pub output: String,
    /// The cumulative input ledger.
    pub ledger: FileRef,
    /// Quarantine of this run; it lies under the table of the plan's first output, named by `quarantine_table`.
    pub quarantine: Vec<FileRef>,
    /// Output that holds the quarantine files.
    pub quarantine_table: String,
    /// The books of the run, as in its summary.
    pub counts: serde_json::Value,
    /// `put-if-absent`, or [`SINGLE_WRITER`] where the store cannot do that.
    pub guarantee: String,
}

/// The guarantee of a run that was told that nobody else writes its tables.
pub const SINGLE_WRITER: &str = "single-writer";
