//! The log as its readers get it: an entry that was spoilt on its way is read again, one that is damaged is refused.
//!
//! `deltalake-core` reads entries by itself and believes what comes: a body that ends too soon is an entry with fewer
//! files, a flipped bit another path. Checkpoints of the log are Parquet, and are not checked here.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

use super::checked::{READINGS, is_entry_sound, pause};

/// A store whose log entries are read whole and checked.
#[derive(Debug)]
pub(super) struct CheckedLog {
    store: Arc<dyn ObjectStore>,
}

impl CheckedLog {
    pub(super) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }
}

/// Whether this is `…/_delta_log/<version>.json`.
fn is_entry(path: &Path) -> bool {
    let mut parts = path.as_ref().rsplit('/');
    let version = parts.next().and_then(|name| name.strip_suffix(".json"));
    version.is_some_and(|version| version.len() == 20 && version.bytes().all(|digit| digit.is_ascii_digit()))
        && parts.next() == Some("_delta_log")
}

impl std::fmt::Display for CheckedLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.store.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for CheckedLog {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.store.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head || !is_entry(location) {
            return self.store.get_opts(location, options).await;
        }
        let wrong = |what: String| Error::Generic { store: "log", source: format!("'{location}' {what}").into() };
        let mut problem = String::new();
        for reading in 0..READINGS {
            pause(reading).await;
            let asked = GetOptions { range: None, ..options.clone() };
            let answer = self.store.get_opts(location, asked).await?;
            let (meta, attributes) = (answer.meta.clone(), answer.attributes.clone());
            let bytes = answer.bytes().await?;
            if bytes.len() as u64 != meta.size {
                problem = format!("came with {} of its {} bytes", bytes.len(), meta.size);
            } else if !is_entry_sound(&bytes) {
                "is damaged: its checksum is wrong".clone_into(&mut problem);
            } else {
                let range = match &options.range {
                    Some(range) => range.as_range(meta.size).map_err(|error| wrong(error.to_string()))?,
                    None => 0..meta.size,
                };
                // An entry is in memory, so its places fit into `usize`.
                let bytes = bytes.slice(range.start as usize..range.end as usize);
                let payload = GetResultPayload::Stream(stream::iter([Ok(bytes)]).boxed());
                return Ok(GetResult { payload, meta, range, attributes });
            }
            tracing::warn!(%location, problem, "an entry of the log is read again");
        }
        Err(wrong(problem))
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.store.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.store.rename_opts(from, to, options).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::checked::{entry_field, with_entry_checksum};
    use super::*;
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;

    #[tokio::test]
    async fn a_damaged_entry_is_refused() {
        let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let log = CheckedLog::new(Arc::clone(&memory));
        let path = Path::from("t/_delta_log/00000000000000000003.json");
        let info = serde_json::json!({ "commitInfo": { "jogak": { entry_field().0: entry_field().1 } } });
        let entry = with_entry_checksum(format!("{info}\n{{\"add\":{{\"path\":\"a\"}}}}"));
        memory.put(&path, entry.clone().into()).await.unwrap();
        assert_eq!(log.get(&path).await.unwrap().bytes().await.unwrap(), entry);
        assert_eq!(log.get_opts(&path, GetOptions::new().with_range(Some(2..8_u64))).await.unwrap().range, 2..8);
        let other = entry.replace("\"a\"", "\"b\"");
        memory.put(&path, other.clone().into()).await.unwrap();
        let error = log.get(&path).await.unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
        // What is no entry, or has no checksum, goes through as it is.
        let hint = Path::from("t/_delta_log/_last_checkpoint");
        memory.put(&hint, other.into()).await.unwrap();
        assert!(log.get(&hint).await.is_ok());
        memory.put(&path, "{\"add\":{}}".into()).await.unwrap();
        assert!(log.get(&path).await.is_ok());
    }
}
