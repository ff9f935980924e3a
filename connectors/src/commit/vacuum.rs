//! What lies below a table and what its log names: orphans are the difference. Which of them may go, `engine` decides.
//!
//! - every version counts, not only the newest: time travel and the ledgers of all runs stay
//! - what jogak did not write is of [`FileKind::Other`], and nobody's to delete
//! - deleting is idempotent: what is gone already is gone

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bytes::Bytes;
use deltalake_core::kernel::Add;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Serialize;
use uuid::Uuid;

use super::checked::{READINGS, is_entry_sound, is_sound, pause, with_checksum};
use super::facts::CommitFacts;
use super::table::Table;
use crate::error::{Error, Result};
use crate::sink::join;

/// Requests under way at once, for log entries and deletions.
const REQUESTS: usize = 16;

/// What a file below a table is for. Files are removed in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Rows: `data/<run>/<attempt>/…/part-….parquet`.
    Data,
    /// What could not be used: `_jogak/quarantine/<run>/<attempt>/….parquet`.
    Quarantine,
    /// The input ledger of a run: `_jogak/runs/<run>/inputs-<sha256>.parquet`.
    Ledger,
    /// A sealed unit: `_jogak/runs/<run>/ckpt/<unit>-<attempt>.json`.
    Checkpoint,
    /// The number of a start: `_jogak/runs/<run>/starts/<attempt>.json`.
    Start,
    /// What a start of `probe` left: `_jogak/probe/<id>/…`.
    Probe,
    /// An upload on disk that never got its name: `<path>#<n>`. Stores do not list unfinished uploads.
    Upload,
    /// What a run will commit, or that it was given up: `_jogak/keys/<run key>-<run>-intent.json`.
    Intent,
    /// The run id of a run key: `_jogak/keys/<run key>[-<n>]-run.json`.
    Key,
    /// The Delta log. Never removed.
    Log,
    /// Not jogak's. Never removed.
    Other,
}

impl FileKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Quarantine => "quarantine",
            Self::Ledger => "ledger",
            Self::Checkpoint => "checkpoint",
            Self::Start => "start",
            Self::Probe => "probe",
            Self::Upload => "upload",
            Self::Intent => "intent",
            Self::Key => "key",
            Self::Log => "log",
            Self::Other => "other",
        }
    }
}

/// A file below a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Path relative to the table's root.
    pub path: String,
    /// What it is for.
    pub kind: FileKind,
    /// The run that wrote it, where its path says so.
    pub run_id: Option<String>,
    /// The start of that run.
    pub attempt: Option<u64>,
    /// The run key, for intents and keys.
    pub run_key: Option<String>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Milliseconds since 1970 by the store's clock.
    pub modified_ms: i64,
}

impl StoredFile {
    /// A file at `path`, taken for what such a path says.
    pub fn at(path: impl Into<String>, bytes: u64, modified_ms: i64) -> Self {
        let path = path.into();
        let mut file =
            Self { kind: FileKind::Other, run_id: None, attempt: None, run_key: None, bytes, modified_ms, path };
        let Some((kind, run_id, attempt, run_key)) = place_of(&file.path) else { return file };
        file.kind = kind;
        file.run_id = run_id.map(str::to_owned);
        file.attempt = attempt;
        file.run_key = run_key.map(str::to_owned);
        file
    }
}

/// Kind, run id, attempt and run key.
type Place<'a> = (FileKind, Option<&'a str>, Option<u64>, Option<&'a str>);

fn place_of(path: &str) -> Option<Place<'_>> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["_delta_log", ..] => Some((FileKind::Log, None, None, None)),
        ["data", run, attempt, .., name] => {
            let is_ours = is_run_id(run) && name.starts_with("part-") && name.ends_with(".parquet");
            is_ours.then(|| (FileKind::Data, Some(*run), start_of(attempt), None))
        }
        ["_jogak", "quarantine", run, attempt, _] => {
            is_run_id(run).then(|| (FileKind::Quarantine, Some(*run), start_of(attempt), None))
        }
        ["_jogak", "runs", run, "ckpt", name] if is_run_id(run) => {
            let (_, attempt) = name.strip_suffix(".json")?.rsplit_once('-')?;
            Some((FileKind::Checkpoint, Some(*run), start_of(attempt), None))
        }
        ["_jogak", "runs", run, "starts", name] if is_run_id(run) => {
            Some((FileKind::Start, Some(*run), start_of(name.strip_suffix(".json")?), None))
        }
        ["_jogak", "runs", run, name] if is_run_id(run) => {
            let is_ledger = name.starts_with("inputs-") && name.ends_with(".parquet");
            is_ledger.then_some((FileKind::Ledger, Some(*run), None, None))
        }
        ["_jogak", "probe", _, _] => Some((FileKind::Probe, None, None, None)),
        ["_jogak", "keys", name] => {
            if let Some(ids) = name.strip_suffix("-intent.json") {
                let (key, run) = ids.split_once('-')?;
                return is_run_id(run).then_some((FileKind::Intent, Some(run), None, Some(key)));
            }
            let ids = name.strip_suffix("-run.json")?;
            let (key, number) = ids.split_once('-').unwrap_or((ids, "0"));
            number.parse::<u64>().is_ok().then_some((FileKind::Key, None, None, Some(key)))
        }
        _ => None,
    }
}

fn is_run_id(text: &str) -> bool {
    text.len() == 36 && Uuid::parse_str(text).is_ok()
}

/// The number of a start; a unit that is read again has it with a fraction.
fn start_of(attempt: &str) -> Option<u64> {
    attempt.split('.').next()?.parse().ok()
}

/// The root of the table that a path leads into, as far as its own words say: what stands before the log, the side
/// files, or the rows of a run.
pub fn table_root_of(path: &str) -> Option<&str> {
    let mut start = 0;
    for segment in path.split('/') {
        let rest = path.get(start..)?;
        let is_root = match segment {
            "_delta_log" | "_jogak" => rest.len() > segment.len(),
            "data" => place_of(rest).is_some(),
            _ => false,
        };
        if is_root {
            return Some(path.get(..start)?.trim_end_matches('/'));
        }
        start += segment.len() + 1;
    }
    None
}

/// Where it stands what a run will commit, or that it was given up, below the primary table of the run.
pub fn intent_path(run_key: &str, run_id: &str) -> String {
    format!("_jogak/keys/{run_key}-{run_id}-intent.json")
}

/// What is put in the place of a run's intent to give the run up: whoever creates that object first has the last word on
/// whether the run may commit. The same bytes for everybody, since it does not matter who gives it up.
///
/// # Errors
/// Never, for a run id.
pub fn giving_up(run_id: &str) -> Result<Bytes> {
    with_checksum(&serde_json::json!({ "run_id": run_id, "given_up": true }))
}

/// Was the run of this intent given up?
pub fn is_given_up(intent: &[u8]) -> bool {
    let found = serde_json::from_slice::<serde_json::Value>(intent).ok();
    found.and_then(|intent| intent.get("given_up")?.as_bool()).unwrap_or(false)
}

/// All files below a table, in the order of their paths; on disk also uploads that were never finished.
///
/// # Errors
/// When the store fails.
pub async fn stored_files(table: &Table) -> Result<Vec<StoredFile>> {
    let failed = |e| Error::store(format!("listing '{}'", table.url()), e);
    let mut files = Vec::new();
    let mut entries = table.store().list(Some(table.root()));
    while let Some(meta) = entries.try_next().await.map_err(failed)? {
        if let Some(path) = relative(table.root(), &meta.location) {
            files.push(StoredFile::at(path, meta.size, meta.last_modified.timestamp_millis()));
        }
    }
    if let Some(folder) = folder_of(table) {
        let shown = folder.display().to_string();
        let found = tokio::task::spawn_blocking(move || unfinished_uploads(&folder)).await;
        let found = found.map_err(|e| Error::internal("looking for unfinished uploads").because(e))?;
        files.extend(found.map_err(|e| Error::unavailable(format!("listing '{shown}' failed")).because(e))?);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn relative<'a>(root: &Path, location: &'a Path) -> Option<&'a str> {
    let location = location.as_ref();
    if root.as_ref().is_empty() {
        return Some(location);
    }
    location.strip_prefix(root.as_ref())?.strip_prefix('/')
}

/// The table's folder, where it lies on disk.
fn folder_of(table: &Table) -> Option<PathBuf> {
    (table.url().scheme() == "file").then(|| std::path::Path::new("/").join(table.root().as_ref()))
}

/// `object_store` writes `<path>#<n>`, gives it its name when all is there, and never lists it.
fn unfinished_uploads(root: &std::path::Path) -> std::io::Result<Vec<StoredFile>> {
    let is_gone = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if is_gone(&error) => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let file_type = match entry.file_type() {
                Err(error) if is_gone(&error) => continue,
                file_type => file_type?,
            };
            if file_type.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let path = entry.path();
            let Some(path) = path.strip_prefix(root).ok().and_then(|path| path.to_str()) else { continue };
            let Some((name, number)) = path.rsplit_once('#') else { continue };
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let metadata = match entry.metadata() {
                Err(error) if is_gone(&error) => continue,
                metadata => metadata?,
            };
            let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            let modified_ms = i64::try_from(modified.as_millis()).unwrap_or(i64::MAX);
            let mut file = StoredFile::at(name, metadata.len(), modified_ms);
            if file.kind != FileKind::Other {
                (file.kind, file.path) = (FileKind::Upload, path.to_owned());
                found.push(file);
            }
        }
    }
    Ok(found)
}

/// What the versions of a table name.
#[derive(Debug, Clone, Default)]
pub struct LogNames {
    /// The newest version; none where there is no log.
    pub head: Option<u64>,
    /// Rows and ledgers of all versions, by their paths below the table's root.
    pub files: BTreeSet<String>,
    /// Quarantine of all versions, by paths below the root of a table of the same plan.
    pub quarantine: BTreeSet<String>,
    /// Run key by run id.
    pub runs: BTreeMap<String, String>,
    /// Run keys that can never be committed again.
    pub run_keys: BTreeSet<String>,
}

impl LogNames {
    /// Reads the versions that came since.
    ///
    /// # Errors
    /// When the store fails, a version cannot be read, or one is missing: then nobody knows what it named.
    pub async fn update(&mut self, table: &Table) -> Result<()> {
        let folder = join(table.root(), "_delta_log")?;
        let mut found = versions(table, &folder).await?;
        // The listing of a folder on disk is not taken at one moment.
        for reading in 1..READINGS {
            if found.missing.is_some() {
                pause(reading).await;
                found = versions(table, &folder).await?;
            }
        }
        if let Some(version) = found.missing {
            return Err(Error::invalid(format!(
                "version {version} of '{}' is missing from its log, so nobody can say which files it named; jogak never \
                 removes a version. Nothing was removed",
                table.url()
            )));
        }
        let first = self.head.map_or(0, |head| head + 1);
        let wanted = found.versions.range(first..).copied().collect::<Vec<_>>();
        let folder = &folder;
        let mut read = stream::iter(wanted)
            .map(|version| async move {
                let path = join(folder, &format!("{version:020}.json"))?;
                let bytes = read_sound(table, &path, is_entry_sound).await;
                Ok::<_, Error>((version, bytes.map_err(|e| Error::store(format!("reading '{path}'"), e))?))
            })
            .buffered(REQUESTS);
        while let Some((version, bytes)) = read.try_next().await? {
            let damaged = || {
                Error::data(format!(
                    "version {version} of '{}' is damaged, so nobody can say which files it names; nothing was removed",
                    table.url()
                ))
            };
            let bytes = bytes.ok_or_else(damaged)?;
            self.add_entry(&bytes, table.url().as_str()).map_err(|e| damaged().because(e))?;
            self.head = Some(version);
        }
        Ok(())
    }

    fn add_entry(&mut self, bytes: &[u8], table_url: &str) -> Result<(), serde_json::Error> {
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            let action: serde_json::Value = serde_json::from_slice(line)?;
            if let Some(add) = action.get("add") {
                // Paths stand there as parts of a URL; some writers put them as they are.
                let decoded = serde_json::from_value::<Add>(add.clone())?.path;
                let raw = add.get("path").and_then(serde_json::Value::as_str).unwrap_or_default();
                for path in [decoded.as_str(), raw] {
                    self.files.insert(path.strip_prefix(table_url).unwrap_or(path).to_owned());
                }
            }
            let app = action.pointer("/txn/appId").and_then(serde_json::Value::as_str);
            if let Some(run_key) = app.and_then(|app| app.strip_prefix("jogak/run/")) {
                self.run_keys.insert(run_key.to_owned());
            }
            if let Some(facts) = action.pointer("/commitInfo/jogak") {
                let facts: CommitFacts = serde_json::from_value(facts.clone())?;
                self.files.insert(facts.ledger.path);
                self.quarantine.extend(facts.quarantine.into_iter().map(|file| file.path));
                self.run_keys.insert(facts.run_key.clone());
                self.runs.insert(facts.run_id, facts.run_key);
            }
        }
        Ok(())
    }
}

/// Versions of a table that are there, and the first one that is not.
struct Versions {
    versions: BTreeSet<u64>,
    missing: Option<u64>,
}

async fn versions(table: &Table, folder: &Path) -> Result<Versions> {
    let listing = |e| Error::store(format!("listing '{folder}'"), e);
    let mut versions: BTreeSet<u64> = BTreeSet::new();
    let mut newest_checkpoint: Option<u64> = None;
    let mut entries = table.store().list(Some(folder));
    while let Some(meta) = entries.try_next().await.map_err(listing)? {
        let Some((number, rest)) = relative(folder, &meta.location).and_then(|name| name.split_once('.')) else {
            continue;
        };
        let Some(version) = (number.len() == 20).then(|| number.parse::<u64>().ok()).flatten() else { continue };
        if rest == "json" {
            versions.insert(version);
        } else if rest.starts_with("checkpoint.") {
            newest_checkpoint = newest_checkpoint.max(Some(version));
        }
    }
    let newest = versions.last().copied().max(newest_checkpoint);
    let missing = newest.and_then(|last| (0..=last).find(|version| !versions.contains(version)));
    Ok(Versions { versions, missing })
}

/// What time it is for the store, in milliseconds since 1970: it is asked when it took an object.
///
/// # Errors
/// When the store fails, or nothing may be written there.
pub async fn store_time(table: &Table) -> Result<i64> {
    let path = join(table.root(), &format!("_jogak/probe/{}/clock", Uuid::new_v4()))?;
    let failed = |e| Error::store(format!("writing '{path}' to learn the store's time"), e);
    table.store().put(&path, Bytes::from_static(b"?").into()).await.map_err(failed)?;
    let found = table.store().head(&path).await;
    let file = StoredFile::at(relative(table.root(), &path).unwrap_or_default(), 0, 0);
    remove_file(table, &file).await?;
    Ok(found.map_err(failed)?.last_modified.timestamp_millis())
}

/// An object of a run; none where it is gone.
///
/// # Errors
/// When the store fails, or the object is damaged.
pub async fn read_object(table: &Table, path: &str) -> Result<Option<Bytes>> {
    let full = join(table.root(), path)?;
    match read_sound(table, &full, is_sound).await {
        Ok(Some(bytes)) => Ok(Some(bytes)),
        Ok(None) => Err(Error::data(format!("'{full}' is damaged: its checksum is wrong. Nothing was removed"))),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(Error::store(format!("reading '{full}'"), error)),
    }
}

/// An object as it was written; none where it stays damaged when it is read again.
async fn read_sound(
    table: &Table,
    path: &Path,
    is_sound: fn(&[u8]) -> bool,
) -> Result<Option<Bytes>, object_store::Error> {
    for reading in 0..READINGS {
        pause(reading).await;
        let bytes = table.store().get(path).await?.bytes().await?;
        if is_sound(&bytes) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// Removes files, and on disk the folders of runs that become empty. What is gone already is no error.
///
/// # Errors
/// When the store fails; the files that are left can be removed later.
pub async fn remove_files(table: &Table, files: &[StoredFile]) -> Result<()> {
    let removing = stream::iter(files.to_vec()).map(|file| async move { remove_file(table, &file).await });
    let mut removed = removing.buffer_unordered(REQUESTS);
    while removed.try_next().await?.is_some() {}
    Ok(())
}

async fn remove_file(table: &Table, file: &StoredFile) -> Result<()> {
    if file.kind == FileKind::Upload {
        // The store has no name for it.
        let Some(folder) = folder_of(table) else { return Ok(()) };
        let place = folder.join(&file.path);
        match std::fs::remove_file(&place) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::unavailable(format!("removing '{}' failed", place.display())).because(error));
            }
            _ => {}
        }
    } else {
        let path = join(table.root(), &file.path)?;
        match table.store().delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(Error::store(format!("removing '{path}'"), error)),
        }
    }
    if let Some(folder) = folder_of(table) {
        remove_empty_folders(&folder, &file.path);
    }
    Ok(())
}

/// Folders of a run or a probe, never those that all runs share. A folder with anything in it stays: the system refuses.
fn remove_empty_folders(root: &std::path::Path, path: &str) {
    let shared = if path.starts_with("data/") { 1 } else { 2 };
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    while parts.len() > shared && std::fs::remove_dir(root.join(parts.join("/"))).is_ok() {
        parts.pop();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use object_store::memory::InMemory;
    use url::Url;

    const RUN: &str = "01a202a7-ba4c-77d0-80bc-8b0596f7cdb2";

    fn place(path: &str) -> (FileKind, bool, Option<u64>) {
        let file = StoredFile::at(path, 0, 0);
        assert!(file.run_id.as_deref().is_none_or(|run| run == RUN), "{path}");
        (file.kind, file.run_id.is_some(), file.attempt)
    }

    #[test]
    fn files_are_told_apart_by_their_paths() {
        use FileKind::*;
        for (path, expected) in [
            ("_delta_log/00000000000000000000.json".to_owned(), (Log, false, None)),
            (format!("data/{RUN}/3/part-000001-0000.parquet"), (Data, true, Some(3))),
            (format!("data/{RUN}/3.1/split=train/part-000001-0000.parquet"), (Data, true, Some(3))),
            (format!("data/{RUN}/notes.txt"), (Other, false, None)),
            ("data/2024/1/part-000001.parquet".to_owned(), (Other, false, None)),
            (format!("_jogak/quarantine/{RUN}/2/part-000001.parquet"), (Quarantine, true, Some(2))),
            (format!("_jogak/runs/{RUN}/ckpt/000012-4.json"), (Checkpoint, true, Some(4))),
            (format!("_jogak/runs/{RUN}/starts/4.json"), (Start, true, Some(4))),
            (format!("_jogak/runs/{RUN}/inputs-ab.parquet"), (Ledger, true, None)),
            (intent_path("ab12", RUN), (Intent, true, None)),
            ("_jogak/keys/ab12-run.json".to_owned(), (Key, false, None)),
            ("_jogak/keys/ab12-3-run.json".to_owned(), (Key, false, None)),
            ("_jogak/keys/ab12-intent.json".to_owned(), (Other, false, None)),
            ("_jogak/probe/x/first".to_owned(), (Probe, false, None)),
            ("README.md".to_owned(), (Other, false, None)),
        ] {
            assert_eq!(place(&path), expected, "{path}");
        }
        assert_eq!(StoredFile::at("_jogak/keys/ab12-3-run.json", 0, 0).run_key.as_deref(), Some("ab12"));
    }

    #[test]
    fn a_table_is_known_by_what_lies_in_it() {
        let data = format!("out/p/t/data/{RUN}/1/part-000000-0000.parquet");
        assert_eq!(table_root_of(&data), Some("out/p/t"));
        assert_eq!(table_root_of("t/_delta_log/00000000000000000000.json"), Some("t"));
        assert_eq!(table_root_of("_jogak/keys/a-run.json"), Some(""));
        assert_eq!(table_root_of("labels/data/TL_1.zip"), None);
        assert_eq!(table_root_of("labels/_delta_log"), None, "a file of that name is no log");
    }

    fn table() -> Table {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        Table::new(store, Path::parse("out/t").unwrap(), Url::parse("memory:///out/t/").unwrap())
    }

    async fn put(table: &Table, path: &str, text: &str) {
        let path = join(table.root(), path).unwrap();
        table.store().put(&path, Bytes::from(text.to_owned()).into()).await.unwrap();
    }

    fn add(path: &str) -> String {
        format!(
            "{{\"add\":{{\"path\":\"{path}\",\"partitionValues\":{{}},\"size\":1,\"modificationTime\":1,\
             \"dataChange\":true}}}}"
        )
    }

    #[tokio::test]
    async fn files_of_all_versions_are_named() {
        let table = table();
        let mut names = LogNames::default();
        names.update(&table).await.unwrap();
        assert_eq!(names.head, None);

        let entry = [add("data/%ED%95%9C%20a.parquet"), "{\"txn\":{\"appId\":\"jogak/run/k1\",\"version\":1}}".into()];
        put(&table, "_delta_log/00000000000000000000.json", &entry.join("\n")).await;
        let entry = [add("memory:///out/t/b.parquet"), "{\"remove\":{\"path\":\"data/%ED%95%9C%20a.parquet\"}}".into()];
        put(&table, "_delta_log/00000000000000000001.json", &entry.join("\n")).await;
        names.update(&table).await.unwrap();
        assert_eq!(names.head, Some(1));
        assert!(names.files.contains("data/한 a.parquet") && names.files.contains("b.parquet"));
        assert!(names.run_keys.contains("k1"));

        put(&table, "_delta_log/00000000000000000003.json", &add("c.parquet")).await;
        let error = names.update(&table).await.unwrap_err().to_string();
        assert!(error.contains("version 2"), "{error}");
    }

    #[tokio::test]
    async fn removing_twice_is_removing_once() {
        let table = table();
        let path = format!("data/{RUN}/1/part-000000-0000.parquet");
        put(&table, &path, "x").await;
        put(&table, "README.md", "x").await;
        let files = stored_files(&table).await.unwrap();
        assert_eq!(files.iter().map(|file| file.kind).collect::<Vec<_>>(), [FileKind::Other, FileKind::Data]);
        for _ in 0..2 {
            remove_files(&table, &files[1..]).await.unwrap();
        }
        assert_eq!(stored_files(&table).await.unwrap().len(), 1);
        assert!(store_time(&table).await.unwrap() > 1_700_000_000_000);
        assert_eq!(stored_files(&table).await.unwrap().len(), 1, "the question left something behind");
    }

    #[test]
    fn unfinished_uploads_are_found_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(format!("data/{RUN}/1"));
        std::fs::create_dir_all(&place).unwrap();
        for name in ["part-000000-0000.parquet", "part-000000-0000.parquet#1", "part-000000-0000.parquet#x", "n#1"] {
            std::fs::write(place.join(name), "x").unwrap();
        }
        let found = unfinished_uploads(folder.path()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].run_id.as_deref()), (FileKind::Upload, Some(RUN)));
        assert!(found[0].path.ends_with(".parquet#1"));
        let gone = folder.path().join("gone");
        assert!(unfinished_uploads(&gone).unwrap().is_empty());
    }

    #[test]
    fn only_folders_of_a_run_are_removed_and_only_empty_ones() {
        let folder = tempfile::tempdir().unwrap();
        let make = |path: &str| std::fs::create_dir_all(folder.path().join(path)).unwrap();
        make(&format!("data/{RUN}/1"));
        make(&format!("_jogak/runs/{RUN}/ckpt"));
        make("_jogak/keys");
        for path in [format!("data/{RUN}/1/a"), format!("_jogak/runs/{RUN}/ckpt/a"), "_jogak/keys/a".into()] {
            remove_empty_folders(folder.path(), &path);
        }
        let is_there = |path: &str| folder.path().join(path).exists();
        assert!(is_there("data") && is_there("_jogak/runs") && is_there("_jogak/keys"));
        assert!(!is_there(&format!("data/{RUN}")) && !is_there(&format!("_jogak/runs/{RUN}")));
    }

    #[test]
    fn a_run_is_given_up_in_the_place_of_its_intent() {
        let intent = giving_up(RUN).unwrap();
        assert!(is_given_up(&intent) && is_sound(&intent));
        assert!(!is_given_up(b"{\"run_id\":\"r\",\"attempt\":1,\"seals\":[],\"quarantine\":[]}"));
        assert!(!is_given_up(b"damaged"));
    }
}
