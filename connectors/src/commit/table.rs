//! One output as a Delta table: what it holds, what happened to it, and how a run is added to it.
//!
//! The log entry is written with `deltalake-core`'s log store, the retries are our own: its commit loop would take a
//! lost answer for a lost race and write two pure appends twice (Delta does not see them as a conflict).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::{Schema, SchemaRef};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::{
    Action, Add, CommitInfo, EagerSnapshot, Protocol, Remove, StructType, Transaction, new_metadata,
};
use deltalake_core::logstore::{CommitOrBytes, LogStoreRef, StorageConfig, default_logstore};
use object_store::ObjectStore;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;
use uuid::Uuid;

use super::checked::{entry_field, with_entry_checksum};
use super::create::{Created, create_once};
use super::facts::{CommitFacts, SINGLE_WRITER};
use super::log::CheckedLog;
use crate::error::{Error, Result};
use crate::faults::guard;
use crate::sink::Shard;

/// How often an unclear commit is looked into before its outcome is called unknown.
const ATTEMPTS: u32 = 12;
/// A checkpoint of the log is made every so many versions, so that readers need not replay all of it.
const CHECKPOINT_EVERY: u64 = 10;

/// A Delta table at a place in a store.
#[derive(Clone)]
pub struct Table {
    store: Arc<dyn ObjectStore>,
    root: Path,
    url: Url,
    log: LogStoreRef,
}

/// A data file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Path relative to the table's root.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Rows, where the log says so.
    pub rows: Option<u64>,
    /// Values of the partition columns.
    pub partition: BTreeMap<String, Option<String>>,
}

/// A version of a table.
#[derive(Debug, Clone)]
pub struct TableState {
    /// The version.
    pub version: u64,
    /// Its columns, partition columns included.
    pub schema: SchemaRef,
    /// Columns that are in the paths and not in the files.
    pub partition_columns: Vec<String>,
    /// Its files, in the order of their paths.
    pub files: Vec<TableFile>,
    /// What the newest jogak commit says; none where something else wrote the table.
    pub facts: Option<CommitFacts>,
}

/// One entry of the log, as `jogak history` shows it.
#[derive(Debug, Clone)]
pub struct Version {
    /// The version.
    pub version: u64,
    /// Milliseconds since 1970, as the writer's clock said.
    pub timestamp_ms: Option<i64>,
    /// `WRITE`, `CREATE TABLE` and the like.
    pub operation: String,
    /// Files added.
    pub files_added: u64,
    /// Files removed.
    pub files_removed: u64,
    /// What jogak says about it.
    pub facts: Option<CommitFacts>,
}

/// What a run wants to add to a table.
#[derive(Debug, Clone)]
pub struct Commit {
    /// What the commit says about itself.
    pub facts: CommitFacts,
    /// The version that the run was planned on; none for a new table.
    pub base: Option<u64>,
    /// Columns of the rows, partition columns included.
    pub schema: SchemaRef,
    /// Columns that are in the paths.
    pub partition_by: Vec<String>,
    /// Replace the table's content and schema (`--full-refresh`).
    pub replace: bool,
    /// Files to add.
    pub add: Vec<Shard>,
    /// Files that leave.
    pub remove: Vec<TableFile>,
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// It is this version now.
    Done(u64),
    /// The same run key was committed before, by another start of the same run, as this version.
    Already(u64),
}

/// The application id under which a run key is noted in the table's state.
fn run_app_id(run_key: &str) -> String {
    format!("jogak/run/{run_key}")
}

impl Table {
    /// A table at `root` of `store`; `url` names the same place and ends in `/`. Nothing is read yet.
    pub fn new(store: Arc<dyn ObjectStore>, root: Path, url: Url) -> Self {
        let checked: Arc<dyn ObjectStore> = Arc::new(CheckedLog::new(Arc::clone(&store)));
        let prefixed: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&checked), root.clone()));
        let log = default_logstore(prefixed, checked, &url, &StorageConfig::default());
        Self { store, root, url, log }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// Its place in the store.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Its address, for messages.
    pub fn url(&self) -> &Url {
        &self.url
    }

    fn failed(&self, what: &str, error: deltalake_core::DeltaTableError) -> Error {
        Error::met(format!("{what} the Delta log of '{}'", self.url), error)
    }

    /// The table as of `version`, or the newest version; none where there is no table.
    ///
    /// # Errors
    /// When the store fails or the log is damaged.
    pub async fn load(&self, version: Option<u64>) -> Result<Option<TableState>> {
        if !self.log.is_delta_table_location().await.map_err(|e| self.failed("reading", e))? {
            return Ok(None);
        }
        let snapshot =
            EagerSnapshot::try_new(self.log.as_ref(), version).await.map_err(|e| self.failed("reading", e))?;
        let mut files: Vec<TableFile> = snapshot
            .log_data()
            .iter()
            .map(|file| TableFile {
                path: file.path().into_owned(),
                bytes: file.size().max(0) as u64,
                rows: file.num_records().map(|n| n as u64),
                partition: file.partition_values_map().into_iter().collect(),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Some(TableState {
            version: snapshot.version(),
            schema: snapshot.arrow_schema(),
            partition_columns: snapshot.metadata().partition_columns().to_vec(),
            files,
            facts: self.newest_facts(snapshot.version()).await?,
        }))
    }

    async fn newest_facts(&self, mut version: u64) -> Result<Option<CommitFacts>> {
        loop {
            if let Some(entry) = self.read_version(version).await?
                && entry.facts.is_some()
            {
                return Ok(entry.facts);
            }
            if version == 0 {
                return Ok(None);
            }
            version -= 1;
        }
    }

    /// One entry of the log; none where it does not exist (any more).
    ///
    /// # Errors
    /// When the store fails or the entry is damaged.
    pub async fn read_version(&self, version: u64) -> Result<Option<Version>> {
        let Some(bytes) = self.log.read_commit_entry(version).await.map_err(|e| self.failed("reading", e))? else {
            return Ok(None);
        };
        parse_entry(version, &bytes)
            .map(Some)
            .map_err(|e| Error::data(format!("version {version} of '{}' is damaged", self.url)).because(e))
    }

    /// All entries of the log, newest first.
    ///
    /// # Errors
    /// When the store fails or an entry is damaged.
    pub async fn history(&self) -> Result<Vec<Version>> {
        let Some(state) = self.load(None).await? else {
            return Err(Error::invalid(format!("there is no table at '{}'", self.url)));
        };
        let mut entries = Vec::new();
        for version in (0..=state.version).rev() {
            match self.read_version(version).await? {
                Some(entry) => entries.push(entry),
                None => break,
            }
        }
        Ok(entries)
    }

    /// The version that holds the run key, searching back from `newest`.
    async fn version_of_run(&self, run_key: &str, newest: u64) -> Result<Option<u64>> {
        for version in (0..=newest).rev() {
            match self.read_version(version).await? {
                Some(entry) if entry.facts.as_ref().is_some_and(|facts| facts.run_key == run_key) => {
                    return Ok(Some(version));
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok(None)
    }

    /// Was this run key committed, and as which version?
    ///
    /// # Errors
    /// When the store fails.
    pub async fn committed_run(&self, run_key: &str) -> Result<Option<u64>> {
        if !self.log.is_delta_table_location().await.map_err(|e| self.failed("reading", e))? {
            return Ok(None);
        }
        let snapshot = EagerSnapshot::try_new(self.log.as_ref(), None).await.map_err(|e| self.failed("reading", e))?;
        let noted = snapshot
            .transaction_version(self.log.as_ref(), run_app_id(run_key))
            .await
            .map_err(|e| self.failed("reading", e))?;
        if noted.is_none() {
            return Ok(None);
        }
        Ok(Some(self.version_of_run(run_key, snapshot.version()).await?.unwrap_or(snapshot.version())))
    }

    /// Commits files, ledger and run key as one version.
    ///
    /// # Errors
    /// [`Fenced`](crate::error::ErrorKind::Fenced) when another run committed since `base`;
    /// [`Unknown`](crate::error::ErrorKind::Unknown) when the store never said what became of the entry. What it refused, or
    /// what was never sent, is an error of the kind of its cause.
    pub async fn commit(&self, commit: &Commit) -> Result<Committed> {
        let target = commit.base.map_or(0, |base| base + 1);
        let bytes = self.entry_bytes(commit)?;
        // Whether an entry was sent and nobody said what became of it.
        let (mut cause, mut is_unclear) = (None, false);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(50 << attempt.min(6))).await;
            }
            match self.committed_run(&commit.facts.run_key).await {
                Ok(Some(version)) if guard("run_txn") && version != target => return Ok(Committed::Already(version)),
                Ok(_) => {}
                // Not knowing whether the run was committed is no reason to commit it.
                Err(error) => {
                    // What store or system refuse now, they refuse again.
                    let is_final = !is_unclear && error.is_explained() && !error.is_passing();
                    cause = Some(error);
                    if is_final {
                        break;
                    }
                    continue;
                }
            }
            match self.write_entry(target, &bytes, commit.facts.guarantee == SINGLE_WRITER).await {
                Ok(()) => {
                    self.checkpoint(target).await;
                    return Ok(Committed::Done(target));
                }
                Err(error) => {
                    is_unclear |= !error.is_explained();
                    cause = Some(error);
                }
            }
            // `AlreadyExists` may be our own entry whose answer was lost, or no object at all (a 409): look.
            let found = if guard("read_back") { self.read_version(target).await } else { Ok(None) };
            let facts = match found {
                Ok(Some(entry)) => entry.facts,
                Ok(None) if !guard("conflict_retry") => return Err(self.fenced(target)),
                // A full disk stays full, and refused credentials stay refused.
                Ok(None) if !is_unclear && cause.as_ref().is_some_and(|error| !error.is_passing()) => break,
                Ok(None) | Err(_) => continue,
            };
            match facts {
                Some(facts) if guard("nonce") && facts.nonce == commit.facts.nonce => {
                    return Ok(Committed::Done(target));
                }
                Some(facts) if guard("run_key_read_back") && facts.run_key == commit.facts.run_key => {
                    return Ok(Committed::Already(target));
                }
                _ if guard("fence") => return Err(self.fenced(target)),
                _ => {}
            }
        }
        if !is_unclear && let Some(cause) = cause {
            return Err(cause);
        }
        let error = Error::unknown(format!(
            "the outcome of committing version {target} of '{}' is unknown; nothing was deleted. Run the same command \
             again: it finds out",
            self.url
        ));
        Err(match cause {
            Some(cause) => error.because(cause),
            None => error,
        })
    }

    fn fenced(&self, version: u64) -> Error {
        Error::fenced(format!(
            "another writer committed version {version} of '{}' while this run was going on; nothing of this run was \
             committed. Run the same command again",
            self.url
        ))
    }

    async fn write_entry(&self, version: u64, bytes: &str, single_writer: bool) -> Result<()> {
        if !single_writer {
            let entry = CommitOrBytes::LogBytes(bytes.to_owned().into());
            let written = self.log.write_commit_entry(version, entry, Uuid::new_v4()).await;
            return written.map_err(|e| self.failed("writing", e.into()));
        }
        let path = Path::parse(format!("{}/_delta_log/{version:020}.json", self.root).trim_start_matches('/'))
            .map_err(|e| Error::internal("the path of a log entry").because(e))?;
        match create_once(&self.store, &path, bytes.to_owned().into(), false).await? {
            Created::Ours => Ok(()),
            Created::Theirs(_) => Err(Error::fenced(format!("'{path}' exists"))),
        }
    }

    /// A checkpoint only speeds up readers, so its failure changes nothing.
    async fn checkpoint(&self, version: u64) {
        if version == 0 || !version.is_multiple_of(CHECKPOINT_EVERY) {
            return;
        }
        let mut table = deltalake_core::DeltaTable::new(Arc::clone(&self.log));
        let made = async {
            table.load().await?;
            deltalake_core::checkpoints::create_checkpoint(&table, None).await
        };
        if let Err(error) = made.await {
            tracing::warn!(%error, version, "no checkpoint of the Delta log was made");
        }
    }

    fn entry_bytes(&self, commit: &Commit) -> Result<String> {
        let internal = |e: serde_json::Error| Error::internal("encoding a log entry").because(e);
        let now = chrono::Utc::now().timestamp_millis();
        let mut facts = serde_json::to_value(&commit.facts).map_err(internal)?;
        if let Some(facts) = facts.as_object_mut() {
            facts.extend([entry_field()]);
        }
        let info = CommitInfo {
            timestamp: Some(now),
            operation: Some(if commit.base.is_none() { "CREATE TABLE" } else { "WRITE" }.to_owned()),
            operation_parameters: Some(HashMap::from([(
                "mode".to_owned(),
                serde_json::Value::from(if commit.replace { "Overwrite" } else { "Append" }),
            )])),
            read_version: commit.base,
            is_blind_append: Some(commit.remove.is_empty()),
            engine_info: Some(format!("jogak/{}", commit.facts.engine_version)),
            info: HashMap::from([("jogak".to_owned(), facts)]),
            ..CommitInfo::default()
        };
        let mut actions = vec![Action::CommitInfo(info)];
        if commit.base.is_none() {
            let protocol: Protocol =
                serde_json::from_value(serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 }))
                    .map_err(internal)?;
            actions.push(Action::Protocol(protocol));
        }
        if commit.base.is_none() || commit.replace {
            actions.push(Action::Metadata(metadata(&commit.schema, &commit.partition_by)?));
        }
        actions.push(Action::Txn(Transaction::new(run_app_id(&commit.facts.run_key), 1)));
        actions.extend(commit.remove.iter().map(|file| {
            Action::Remove(Remove {
                path: file.path.clone(),
                data_change: true,
                deletion_timestamp: Some(now),
                extended_file_metadata: Some(true),
                partition_values: Some(file.partition.clone().into_iter().collect()),
                size: i64::try_from(file.bytes).ok(),
                ..Remove::default()
            })
        }));
        actions.extend(commit.add.iter().map(|shard| {
            Action::Add(Add {
                path: shard.path.clone(),
                partition_values: shard.partition.clone().into_iter().collect(),
                size: shard.bytes as i64,
                modification_time: now,
                data_change: true,
                stats: Some(format!("{{\"numRecords\":{}}}", shard.rows)),
                tags: Some(HashMap::from([("sha256".to_owned(), Some(shard.sha256.clone()))])),
                ..Add::default()
            })
        }));
        let lines = actions.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>().map_err(internal)?;
        Ok(with_entry_checksum(lines.join("\n")))
    }
}

/// The ledger is reached through `commitInfo`, which checkpoints do not carry: so the log is never cleaned up.
fn metadata(schema: &Schema, partition_by: &[String]) -> Result<deltalake_core::kernel::Metadata> {
    let schema: StructType = schema
        .try_into_kernel()
        .map_err(|e| Error::invalid("the output has a column type that a Delta table cannot hold").because(e))?;
    let settings = [("delta.enableExpiredLogCleanup", "false"), ("delta.appendOnly", "false")];
    new_metadata(&schema, partition_by, settings).map_err(|e| Error::internal("table metadata").because(e))
}

fn parse_entry(version: u64, bytes: &[u8]) -> Result<Version, serde_json::Error> {
    let mut entry = Version {
        version,
        timestamp_ms: None,
        operation: String::new(),
        files_added: 0,
        files_removed: 0,
        facts: None,
    };
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let action: serde_json::Value = serde_json::from_slice(line)?;
        if let Some(info) = action.get("commitInfo") {
            entry.timestamp_ms = info.get("timestamp").and_then(serde_json::Value::as_i64);
            entry.operation = info.get("operation").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            entry.facts = info.get("jogak").map(|facts| serde_json::from_value(facts.clone())).transpose()?;
        }
        entry.files_added += u64::from(action.get("add").is_some());
        entry.files_removed += u64::from(action.get("remove").is_some());
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::FileRef;
    use arrow::datatypes::{DataType, Field};

    fn table() -> Table {
        let store: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
        Table::new(store, Path::parse("out/t").unwrap(), Url::parse("memory:///out/t/").unwrap())
    }

    fn commit(run_key: &str, base: Option<u64>, file: &str) -> Commit {
        let facts = CommitFacts {
            nonce: Uuid::new_v4().to_string(),
            run_id: "r".into(),
            run_key: run_key.into(),
            plan: "p".into(),
            plan_identity: "i".into(),
            plan_parts: serde_json::Value::Null,
            engine_version: "0".into(),
            output: "t".into(),
            ledger: FileRef { path: "l".into(), sha256: "0".into(), rows: 0 },
            quarantine: Vec::new(),
            quarantine_table: "t".into(),
            counts: serde_json::Value::Null,
            guarantee: "put-if-absent".into(),
        };
        let shard = Shard { path: file.into(), rows: 2, bytes: 10, sha256: "ab".into(), partition: BTreeMap::new() };
        let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Utf8, true)]));
        Commit { facts, base, schema, partition_by: Vec::new(), replace: false, add: vec![shard], remove: Vec::new() }
    }

    #[tokio::test]
    async fn a_run_is_committed_once_and_a_stale_writer_is_told() {
        let table = table();
        assert!(table.load(None).await.unwrap().is_none());
        assert_eq!(table.commit(&commit("k1", None, "data/a.parquet")).await.unwrap(), Committed::Done(0));
        assert_eq!(table.commit(&commit("k1", Some(0), "data/b.parquet")).await.unwrap(), Committed::Already(0));
        assert_eq!(table.commit(&commit("k2", Some(0), "data/c.parquet")).await.unwrap(), Committed::Done(1));
        let stale = table.commit(&commit("k3", Some(0), "data/d.parquet")).await.unwrap_err();
        assert_eq!(stale.kind(), crate::error::ErrorKind::Fenced);
        let state = table.load(None).await.unwrap().unwrap();
        assert_eq!(state.version, 1);
        let paths: Vec<_> = state.files.iter().map(|f| (f.path.as_str(), f.rows)).collect();
        assert_eq!(paths, [("data/a.parquet", Some(2)), ("data/c.parquet", Some(2))]);
        assert_eq!(state.facts.unwrap().run_key, "k2");
        assert_eq!(table.history().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn the_same_commit_written_again_is_recognised_by_its_nonce() {
        let table = table();
        let commit = commit("k1", None, "data/a.parquet");
        assert_eq!(table.commit(&commit).await.unwrap(), Committed::Done(0));
        assert_eq!(table.commit(&commit).await.unwrap(), Committed::Done(0), "the answer was lost, the entry is ours");
    }

    #[tokio::test]
    async fn many_versions_are_read_through_a_checkpoint() {
        let table = table();
        for n in 0..12_u64 {
            let base = n.checked_sub(1);
            table.commit(&commit(&format!("k{n}"), base, &format!("data/한 {n}.parquet"))).await.unwrap();
        }
        let state = table.load(None).await.unwrap().unwrap();
        assert_eq!((state.version, state.files.len()), (11, 12));
        assert_eq!(state.files[0].path, "data/한 0.parquet");
        assert_eq!(table.committed_run("k3").await.unwrap(), Some(3));
    }
}
