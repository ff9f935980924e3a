//! The checkpoint of a unit: its files, counts, ledger rows and quarantine. A unit with a seal is never run again
//! within its run.

use std::collections::BTreeMap;

use jogak_connectors::commit::with_checksum;
use jogak_connectors::sink::{QuarantineFile, Shard};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use crate::books::{InputCounts, OutputCounts};
use crate::error::{Error, Result};

/// What a unit did with one slice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SealedSlice {
    pub(crate) object: String,
    pub(crate) range_start: u64,
    pub(crate) range_end: u64,
    pub(crate) members: u64,
    pub(crate) members_decoded: u64,
    pub(crate) members_partly: u64,
    pub(crate) members_quarantined: u64,
    pub(crate) records: u64,
    pub(crate) records_quarantined: u64,
    /// Rows of the quarantine, by code.
    pub(crate) codes: BTreeMap<String, u64>,
    /// sha256 of what was read, and of what it is: `object` or `ranges`.
    pub(crate) sha256: String,
    pub(crate) sha256_of: String,
}

/// What a unit wrote for one output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SealedOutput {
    pub(crate) name: String,
    pub(crate) shards: Vec<Shard>,
    pub(crate) counts: OutputCounts,
}

/// A finished unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seal {
    pub(crate) unit: i64,
    /// The start of the run that made it.
    pub(crate) attempt: u64,
    /// Digest of what the unit was to read: a seal only fits the unit that it was made for.
    pub(crate) fingerprint: String,
    pub(crate) slices: Vec<SealedSlice>,
    pub(crate) input: InputCounts,
    pub(crate) outputs: Vec<SealedOutput>,
    pub(crate) quarantine: Option<QuarantineFile>,
    /// Quarantined members and records by code.
    pub(crate) by_code: BTreeMap<String, u64>,
    /// Rows that went into each filter and came out of it.
    pub(crate) filters: BTreeMap<String, (u64, u64)>,
}

impl Seal {
    /// Where it is stored below the primary table of the run.
    pub(crate) fn path(&self, run_id: &str) -> String {
        format!("_jogak/runs/{run_id}/ckpt/{:06}-{}.json", self.unit, self.attempt)
    }

    /// Stores the seal. What it names is stored already.
    pub(crate) async fn store(&self, table: &jogak_connectors::commit::Table, run_id: &str) -> Result<()> {
        let path = below(table.root(), &self.path(run_id))?;
        let bytes = with_checksum(self)?;
        table
            .store()
            .put(&path, bytes.into())
            .await
            .map_err(|e| jogak_connectors::error::Error::store(format!("writing '{path}'"), e))?;
        Ok(())
    }
}

/// `root/relative` as a path of the store.
pub(crate) fn below(root: &Path, relative: &str) -> Result<Path> {
    let text = if root.as_ref().is_empty() { relative.to_owned() } else { format!("{root}/{relative}") };
    Path::parse(&text).map_err(|e| Error::invalid(format!("'{text}' is not a valid object key")).because(e))
}
