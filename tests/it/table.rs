//! A Delta table read from its files, without the program: the log replayed by hand, Parquet by its reader.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::json::LineDelimitedWriter;
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::command::files_below;

/// All files of a table, by path below its root.
pub(super) struct TableFiles(BTreeMap<String, Bytes>);

impl TableFiles {
    pub(super) fn on_disk(root: &Path) -> Self {
        let read = |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(files_below(root).into_iter().map(|(name, path)| (name, read(&path).into())).collect())
    }

    pub(super) async fn in_store(store: &dyn ObjectStore, root: &str) -> Self {
        let prefix = object_store::path::Path::parse(root).expect("a key");
        let found: Vec<_> = store.list(Some(&prefix)).try_collect().await.expect("a listing");
        let mut files = BTreeMap::new();
        for meta in found {
            let bytes = store.get(&meta.location).await.expect("an object").bytes().await.expect("its bytes");
            let name = meta.location.as_ref().strip_prefix(root).expect("below its root").trim_start_matches('/');
            files.insert(name.to_owned(), bytes);
        }
        Self(files)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The actions of each version, oldest first.
    pub(super) fn versions(&self) -> Vec<Vec<Value>> {
        let entries = self.0.iter().filter(|(name, _)| name.starts_with("_delta_log/") && name.ends_with(".json"));
        let action = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        entries.map(|(_, bytes)| std::str::from_utf8(bytes).expect("UTF-8").lines().map(action).collect()).collect()
    }

    /// What the newest version says about its run.
    pub(super) fn facts(&self) -> Value {
        let versions = self.versions();
        let newest = versions.last().expect("a version");
        let info = newest.iter().find_map(|action| action.get("commitInfo")).expect("a commitInfo");
        info["jogak"].clone()
    }

    /// Paths of the files that the newest version names.
    pub(super) fn live(&self) -> BTreeSet<String> {
        let mut live = BTreeSet::new();
        for action in self.versions().iter().flatten() {
            let path = |action: &Value| action["path"].as_str().expect("a path").to_owned();
            if let Some(add) = action.get("add") {
                assert!(live.insert(path(add)), "{add} is added twice");
            }
            if let Some(remove) = action.get("remove") {
                assert!(live.remove(&path(remove)), "{remove} was not there");
            }
        }
        live
    }

    /// The sha256 of each live file, by its path below `data/<run>/<attempt>/`.
    pub(super) fn shards(&self) -> BTreeMap<String, String> {
        let mut shards = BTreeMap::new();
        for path in self.live() {
            let name = path.splitn(4, '/').nth(3).unwrap_or_else(|| panic!("'{path}' is not data/<run>/<attempt>/…"));
            let digest: String = Sha256::digest(self.bytes(&path)).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(shards.insert(name.to_owned(), digest), None, "two live files are called '{name}'");
        }
        shards
    }

    fn bytes(&self, path: &str) -> &Bytes {
        self.0.get(path).unwrap_or_else(|| panic!("the log names '{path}', which is not there"))
    }

    /// The rows of a Parquet file as JSON objects; NULLs are left out.
    pub(super) fn rows_of(&self, path: &str) -> Vec<Value> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(self.bytes(path).clone()).and_then(|file| file.build());
        let reader = reader.unwrap_or_else(|error| panic!("'{path}' is no readable Parquet: {error}"));
        let mut writer = LineDelimitedWriter::new(Vec::new());
        for batch in reader {
            writer.write(&batch.expect("a batch")).expect("rows as JSON");
        }
        writer.finish().expect("rows as JSON");
        let text = String::from_utf8(writer.into_inner()).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
    }

    /// The rows of all live files, in the order of the files' names.
    pub(super) fn rows(&self) -> Vec<Value> {
        self.live().iter().flat_map(|path| self.rows_of(path)).collect()
    }

    /// One text column of all live rows, sorted.
    pub(super) fn column(&self, name: &str) -> Vec<String> {
        let text = |row: Value| row[name].as_str().unwrap_or_else(|| panic!("no text '{name}' in {row}")).to_owned();
        let mut values: Vec<String> = self.rows().into_iter().map(text).collect();
        values.sort();
        values
    }
}
