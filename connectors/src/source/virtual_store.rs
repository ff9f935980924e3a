//! Logical objects as an ordinary, read-only `ObjectStore`.
//!
//! - the path of a logical object is [`path_of`] its key; nothing else exists in this store
//! - a read touches only the pieces that hold the range, and joins them in order
//! - every read of a piece is pinned: its etag travels as `If-Match`, and etag and size of the answer are compared
//!   with the listing. An input that changes while it is read is an error of kind `Data`, never a mixture of two
//!   versions; see [`read_error`]

use super::location::hex;
use super::logical::LogicalObject;
use crate::error::Error;
use crate::faults::guard;
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
    collect_bytes,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A run of bytes of one raw object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Path in the underlying store.
    pub path: Path,
    /// The object's entity tag in the listing.
    pub etag: Option<String>,
    /// The object's version in the listing, where the store keeps versions.
    pub version: Option<String>,
    /// The whole object's size in the listing, in bytes.
    pub object_size: u64,
    /// Where the run begins in the object.
    pub start: u64,
    /// Length of the run, in bytes.
    pub len: u64,
}

/// Bytes that one request asks for at most: a local file or a slow store then holds no more than this in memory.
const BLOCK: u64 = 8 << 20;

/// A read-only store of [`LogicalObject`]s.
#[derive(Debug, Clone)]
pub struct VirtualStore {
    store: Arc<dyn ObjectStore>,
    objects: Arc<BTreeMap<Path, Arc<LogicalObject>>>,
}

impl VirtualStore {
    /// A store of `objects`, whose extents lie in `store`.
    pub fn new(store: Arc<dyn ObjectStore>, objects: impl IntoIterator<Item = LogicalObject>) -> Self {
        let objects = objects.into_iter().map(|object| (path_of(&object.key), Arc::new(object))).collect();
        Self { store, objects: Arc::new(objects) }
    }

    /// The logical object at `path`.
    pub fn object(&self, path: &Path) -> Option<&Arc<LogicalObject>> {
        self.objects.get(path)
    }

    /// All logical objects, sorted by path.
    pub fn objects(&self) -> impl Iterator<Item = &Arc<LogicalObject>> {
        self.objects.values()
    }

    fn refuse<T>(&self, what: &str) -> Result<T> {
        Err(object_store::Error::NotSupported { source: format!("{self} is read only: {what} is refused").into() })
    }
}

impl std::fmt::Display for VirtualStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VirtualStore({})", self.store)
    }
}

/// The path under which the logical object `key` stands in a [`VirtualStore`].
///
/// Readable names stay as they are. Only what an `object_store` path cannot hold is percent-encoded: control
/// characters, `%` itself, empty segments and the segments `.` and `..`. [`key_of`] is the way back.
pub fn path_of(key: &str) -> Path {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(key.len());
    for (rank, segment) in key.split('/').enumerate() {
        if rank > 0 {
            // An empty segment takes its slash into the next one.
            text.push_str(if text.is_empty() || text.ends_with('/') { "%2F" } else { "/" });
        }
        match segment {
            "." | ".." => segment.bytes().for_each(|_| text.push_str("%2E")),
            _ => {
                for sign in segment.chars() {
                    if sign.is_ascii_control() || sign == '%' {
                        // Writing to a String cannot fail.
                        let _ = write!(text, "%{:02X}", u32::from(sign));
                    } else {
                        text.push(sign);
                    }
                }
            }
        }
    }
    if text.ends_with('/') {
        text.truncate(text.len() - 1);
        text.push_str("%2F");
    }
    // The encoding leaves nothing that `parse` refuses; the escape of last resort keeps this total.
    Path::parse(&text).unwrap_or_else(|_| Path::from(text))
}

/// The key of the logical object at `path`; undoes [`path_of`].
pub fn key_of(path: &Path) -> String {
    let text = path.as_ref();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        (bytes, rest) = match escape {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                (bytes, tail.get(2..).unwrap_or_default())
            }
            None => {
                bytes.push(*first);
                (bytes, tail)
            }
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// An error met while reading `what`: `INPUT_CHANGED` and `INPUT_GONE` (kind `Data`) where an object is no longer the
/// one that was listed, else as [`Error::store`] says.
pub fn read_error(what: impl std::fmt::Display, error: object_store::Error) -> Error {
    match error {
        object_store::Error::Precondition { .. } => {
            Error::data(format!("INPUT_CHANGED: {what} failed, the object has changed since it was listed; run again"))
                .because(error)
        }
        object_store::Error::NotFound { .. } => {
            Error::data(format!("INPUT_GONE: {what} failed, the object has vanished since it was listed; run again"))
                .because(error)
        }
        error => Error::store(what, error),
    }
}

/// How often a block is asked for without a byte coming, beyond what the store's client tries by itself.
const ATTEMPTS: u32 = 6;

/// The pause before the second attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a block may take in all, however often it is asked for.
const DEADLINE: Duration = Duration::from_secs(300);

/// Reads `range` (in the raw object) of `extent`'s object, and refuses an object that is not the listed one.
///
/// A body that ends too soon, or goes on too long, is no answer: what is missing is asked for anew, pinned like the first
/// request, from the byte that was reached.
async fn read_pinned(store: &Arc<dyn ObjectStore>, extent: &Extent, range: Range<u64>) -> Result<Bytes> {
    let mut block = Block { range, bytes: Vec::new() };
    // Stores on disk are read without a runtime too: they neither pause nor stall.
    if tokio::runtime::Handle::try_current().is_err() {
        return block.read_on(store, extent).await;
    }
    let deadline = tokio::time::Instant::now() + DEADLINE;
    let (mut attempt, mut pause) = (1, PAUSE);
    loop {
        let before = block.bytes.len();
        let error = match tokio::time::timeout_at(deadline, block.read_on(store, extent)).await {
            Ok(Ok(bytes)) => return Ok(bytes),
            Ok(Err(error)) => error,
            Err(_) => {
                let told =
                    format!("{} of {} bytes came within {} s", block.bytes.len(), block.expected(), DEADLINE.as_secs());
                return Err(object_store::Error::Generic { store: "VirtualStore", source: told.into() });
            }
        };
        if block.bytes.len() > before {
            (attempt, pause) = (1, PAUSE);
        }
        if attempt == ATTEMPTS || !crate::error::is_passing(&error) {
            return Err(error);
        }
        tracing::info!(%error, path = %extent.path, reached = block.bytes.len(), "asked again for the rest of a range");
        tokio::time::sleep(pause).await;
        attempt += 1;
        pause *= 2;
    }
}

/// A range as far as it was read.
struct Block {
    range: Range<u64>,
    bytes: Vec<u8>,
}

impl Block {
    fn expected(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Asks for what is missing, reads it to its end, and gives the whole.
    async fn read_on(&mut self, store: &Arc<dyn ObjectStore>, extent: &Extent) -> Result<Bytes> {
        let changed =
            |what: String| object_store::Error::Precondition { path: extent.path.to_string(), source: what.into() };
        let wrong = |what: String| object_store::Error::Generic {
            store: "VirtualStore",
            source: format!("'{}' {what}", extent.path).into(),
        };
        let (before, expected) = (self.bytes.len(), self.expected());
        let rest = self.range.start + before as u64..self.range.end;
        if rest.is_empty() {
            return Ok(std::mem::take(&mut self.bytes).into());
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(rest.clone())),
            // If-Match compares strongly: a weak etag would never match, so it is compared below.
            if_match: extent.etag.clone().filter(|etag| guard("input_pin") && !etag.starts_with("W/")),
            version: extent.version.clone(),
            ..GetOptions::default()
        };
        let result = store.get_opts(&extent.path, options).await?;
        if guard("input_pin") && result.meta.size != extent.object_size {
            return Err(changed(format!("it had {} bytes and has {} now", extent.object_size, result.meta.size)));
        }
        if guard("input_pin")
            && let (Some(listed), Some(now)) = (&extent.etag, &result.meta.e_tag)
            && !same_etag(listed, now)
        {
            return Err(changed(format!("its etag was {listed} and is {now} now")));
        }
        if result.range != rest {
            return Err(wrong(format!("answered bytes {:?} where {rest:?} were asked for", result.range)));
        }
        let asked = rest.end - rest.start;
        let mut stream = match result.payload {
            GetResultPayload::File(..) if before == 0 => {
                let bytes = result.bytes().await?;
                return if bytes.len() as u64 == asked { Ok(bytes) } else { Err(wrong(short(bytes.len(), asked))) };
            }
            GetResultPayload::File(..) => stream::once(result.bytes()).boxed(),
            GetResultPayload::Stream(stream) => stream,
        };
        // No more than a block is ever asked for, so this fits into memory.
        self.bytes.reserve_exact(usize::try_from(asked).unwrap_or_default());
        while let Some(bytes) = stream.try_next().await? {
            self.bytes.extend_from_slice(&bytes);
            if self.bytes.len() as u64 > expected {
                // Which of its bytes are the right ones, nobody can tell.
                self.bytes.truncate(before);
                return Err(wrong(format!("answered more than the {asked} bytes asked for")));
            }
        }
        if self.bytes.len() as u64 != expected {
            return Err(wrong(short(self.bytes.len() - before, asked)));
        }
        Ok(std::mem::take(&mut self.bytes).into())
    }
}

fn short(answered: usize, asked: u64) -> String {
    format!("answered {answered} of the {asked} bytes asked for")
}

/// Azure puts quotes around the etag of an answer and none around that of a listing.
fn same_etag(listed: &str, now: &str) -> bool {
    listed.trim_matches('"') == now.trim_matches('"')
}

/// The pieces of `range` in reading order: extent and range within its raw object, none longer than [`BLOCK`].
fn pieces(object: &LogicalObject, range: Range<u64>) -> Vec<(Extent, Range<u64>)> {
    let mut pieces = Vec::new();
    let mut extent_start = 0_u64;
    for extent in &object.extents {
        let extent_end = extent_start + extent.len;
        let mut start = range.start.max(extent_start);
        let end = range.end.min(extent_end);
        while start < end {
            let stop = end.min(start + BLOCK);
            let at = extent.start + (start - extent_start);
            pieces.push((extent.clone(), at..at + (stop - start)));
            start = stop;
        }
        extent_start = extent_end;
        if extent_start >= range.end {
            break;
        }
    }
    pieces
}

#[async_trait]
impl ObjectStore for VirtualStore {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        self.refuse("writing")
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.refuse("writing")
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let object = self.objects.get(location).ok_or_else(|| object_store::Error::NotFound {
            path: location.to_string(),
            source: "no such logical object".into(),
        })?;
        let meta = object.meta(location.clone());
        options.check_preconditions(&meta)?;
        if options.version.is_some() {
            return self.refuse("a version of a logical object");
        }
        let range = match &options.range {
            Some(range) => range
                .as_range(meta.size)
                .map_err(|error| object_store::Error::Generic { store: "VirtualStore", source: Box::new(error) })?,
            None => 0..meta.size,
        };
        let stream: BoxStream<'static, Result<Bytes>> = if options.head || range.is_empty() {
            stream::empty().boxed()
        } else {
            let store = Arc::clone(&self.store);
            stream::iter(pieces(object, range.clone()))
                .then(move |(extent, range)| {
                    let store = Arc::clone(&store);
                    async move { read_pinned(&store, &extent, range).await }
                })
                .boxed()
        };
        Ok(GetResult { payload: GetResultPayload::Stream(stream), meta, range, attributes: Attributes::default() })
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        locations.map(move |_| store.refuse("deleting")).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let prefix = prefix.cloned().unwrap_or_default();
        let found: Vec<_> = (self.objects.iter())
            // As in every store, a prefix is a folder and does not match itself.
            .filter(|(path, _)| **path != prefix && path.prefix_matches(&prefix))
            .map(|(path, object)| Ok(object.meta(path.clone())))
            .collect();
        stream::iter(found).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let prefix = prefix.cloned().unwrap_or_default();
        let mut folders = BTreeSet::new();
        let mut objects = Vec::new();
        for meta in self.list(Some(&prefix)).try_collect::<Vec<_>>().await? {
            let rest = meta.location.as_ref().strip_prefix(prefix.as_ref()).unwrap_or_default();
            match rest.trim_start_matches('/').split_once('/') {
                Some((_, deeper)) => {
                    let text = meta.location.as_ref();
                    folders.insert(Path::parse(&text[..text.len() - deeper.len() - 1])?);
                }
                None => objects.push(meta),
            }
        }
        Ok(ListResult { common_prefixes: folders.into_iter().collect(), objects })
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        self.refuse("copying")
    }

    async fn rename_opts(&self, _: &Path, _: &Path, _: RenameOptions) -> Result<()> {
        self.refuse("renaming")
    }
}

/// Reads `range` of the object at `path`, and insists on its full length.
pub(crate) async fn read_range(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    range: Range<u64>,
) -> crate::error::Result<Bytes> {
    let what = || format!("reading bytes {}-{} of '{}'", range.start, range.end, key_of(path));
    if range.is_empty() {
        return Ok(Bytes::new());
    }
    let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
    let result = store.get_opts(path, options).await.map_err(|error| read_error(what(), error))?;
    let expected = range.end - range.start;
    if result.range != range {
        return Err(Error::unavailable(format!("{} was answered with bytes {:?}", what(), result.range)));
    }
    // Not `GetResult::bytes`: it trusts the announced length and would hide a short answer.
    let bytes = match result.payload {
        GetResultPayload::Stream(stream) => collect_bytes(stream, Some(expected)).await,
        GetResultPayload::File(..) => result.bytes().await,
    }
    .map_err(|error| read_error(what(), error))?;
    if bytes.len() as u64 != expected {
        return Err(Error::unavailable(format!("{} gave {} of {expected} bytes", what(), bytes.len())));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_compared_without_their_quotes() {
        assert!(same_etag("0x25F5E829B851D80", "\"0x25F5E829B851D80\""));
        assert!(same_etag("\"ab-2\"", "\"ab-2\""));
        assert!(!same_etag("\"ab-2\"", "W/\"ab-2\""));
    }
    use proptest::prelude::*;

    #[test]
    fn readable_names_stay() {
        assert_eq!(path_of("077.가상/[라벨] a~#1.zip").as_ref(), "077.가상/[라벨] a~#1.zip");
        assert_eq!(path_of("a%2Fb/../c").as_ref(), "a%252Fb/%2E%2E/c");
        assert_eq!(path_of("download.tar!d//TL.zip").as_ref(), "download.tar!d/%2FTL.zip");
    }

    proptest! {
        #[test]
        fn keys_survive(key in "[ab./%2F가\\x00-\\x1f#\\[]{0,12}") {
            let path = path_of(&key);
            prop_assert_eq!(key_of(&path), key);
            prop_assert_eq!(&Path::parse(path.as_ref()).unwrap(), &path);
        }
    }
}
