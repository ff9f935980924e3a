//! A store that counts what is read through it, and refuses what would be too much.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

/// Ends of objects that are kept: what is asked for to find a directory, and holds all of a small archive.
const END: u64 = 128 << 10;
/// How many are kept.
const ENDS: usize = 64;

/// What was read so far.
#[derive(Debug)]
pub(super) struct Counter {
    bytes: AtomicU64,
    requests: AtomicU64,
    /// Bytes beyond which nothing is read.
    limit: AtomicU64,
    refused: AtomicBool,
    ends: Mutex<BTreeMap<Path, End>>,
}

/// The last bytes of an object.
#[derive(Debug, Clone)]
struct End {
    meta: ObjectMeta,
    start: u64,
    bytes: Bytes,
}

impl Default for Counter {
    fn default() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            limit: AtomicU64::new(u64::MAX),
            refused: AtomicBool::new(false),
            ends: Mutex::default(),
        }
    }
}

impl Counter {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// From now on, what would bring the bytes above `limit` is refused.
    pub(super) fn stop_at(&self, limit: u64) {
        self.refused.store(false, Ordering::Relaxed);
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// Everything may be read again. True where something was refused.
    pub(super) fn go_on(&self) -> bool {
        self.limit.store(u64::MAX, Ordering::Relaxed);
        self.refused.swap(false, Ordering::Relaxed)
    }

    /// Takes bytes before they are asked for, because several requests are under way at a time.
    fn take(&self, bytes: u64) -> Result<()> {
        let limit = self.limit.load(Ordering::Relaxed);
        let fits = |read: u64| read.checked_add(bytes).filter(|read| *read <= limit);
        if self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok() {
            return Ok(());
        }
        self.refused.store(true, Ordering::Relaxed);
        let source = "more bytes than the budget has left".into();
        Err(object_store::Error::NotSupported { source })
    }

    fn give_back(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The answer to a request for what is known already.
    fn known(&self, location: &Path, options: &GetOptions, range: &Range<u64>) -> Option<GetResult> {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let end = ends.get(location)?;
        options.check_preconditions(&end.meta).ok()?;
        let at = |offset: u64| usize::try_from(offset.checked_sub(end.start)?).ok();
        let (from, to) = (at(range.start)?, at(range.end)?);
        // A range that is none, or goes beyond the end, is for the store to refuse.
        let bytes = (from < to && to <= end.bytes.len()).then(|| end.bytes.slice(from..to))?;
        Some(answer(bytes, end.meta.clone(), range.clone()))
    }

    fn keep(&self, location: &Path, end: End) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        // Archives are opened before anything else is read, so the first are those that are asked for again.
        if ends.len() < ENDS {
            ends.insert(location.clone(), end);
        }
    }
}

fn answer(bytes: Bytes, meta: ObjectMeta, range: Range<u64>) -> GetResult {
    let payload = GetResultPayload::Stream(stream::iter([Ok(bytes)]).boxed());
    GetResult { payload, meta, range, attributes: Attributes::default() }
}

/// Passes everything on, and counts the bytes of answers. Reading only.
#[derive(Debug)]
pub(super) struct CountingStore {
    inner: Arc<dyn ObjectStore>,
    counter: Arc<Counter>,
}

impl CountingStore {
    pub(super) fn new(inner: Arc<dyn ObjectStore>, counter: Arc<Counter>) -> Self {
        Self { inner, counter }
    }

    fn refuse<T>(&self, operation: &str) -> Result<T> {
        Err(object_store::Error::NotImplemented { operation: operation.to_owned(), implementer: self.to_string() })
    }
}

impl fmt::Display for CountingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for CountingStore {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        self.refuse("writing")
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.refuse("writing")
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let is_current = options.version.is_none() && !options.head;
        let asked = match &options.range {
            Some(GetRange::Bounded(range)) if is_current => Some(range.clone()),
            _ => None,
        };
        if let Some(range) = &asked
            && let Some(known) = self.counter.known(location, &options, range)
        {
            return Ok(known);
        }
        let expected = match &options.range {
            _ if options.head => 0,
            Some(GetRange::Bounded(range)) => range.end.saturating_sub(range.start),
            Some(GetRange::Suffix(bytes)) => *bytes,
            // How much that is, is not known before.
            Some(GetRange::Offset(_)) | None => 0,
        };
        let is_head = options.head;
        self.counter.take(expected)?;
        let result = match self.inner.get_opts(location, options).await {
            Ok(result) => result,
            Err(error) => {
                self.counter.give_back(expected);
                return Err(error);
            }
        };
        self.counter.requests.fetch_add(1, Ordering::Relaxed);
        let bytes = if is_head { 0 } else { result.range.end.saturating_sub(result.range.start) };
        self.counter.give_back(expected.saturating_sub(bytes));
        self.counter.bytes.fetch_add(bytes.saturating_sub(expected), Ordering::Relaxed);
        let is_end = asked.is_some_and(|range| result.range == range && range.end == result.meta.size);
        if is_end && bytes <= END {
            let (meta, range) = (result.meta.clone(), result.range.clone());
            let found = result.bytes().await?;
            // A body that ends too soon is for the caller to see, and to ask for again.
            if found.len() as u64 == bytes {
                self.counter.keep(location, End { meta: meta.clone(), start: range.start, bytes: found.clone() });
            }
            return Ok(answer(found, meta, range));
        }
        Ok(result)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let implementer = self.to_string();
        let refused = move |_| {
            let (operation, implementer) = ("deleting".to_owned(), implementer.clone());
            Err(object_store::Error::NotImplemented { operation, implementer })
        };
        locations.map(refused).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        self.refuse("copying")
    }

    async fn rename_opts(&self, _: &Path, _: &Path, _: RenameOptions) -> Result<()> {
        self.refuse("renaming")
    }
}
