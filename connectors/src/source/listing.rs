//! The listing: every object under a location, sorted by key, taken once.

use super::location::Location;
use super::parts::{Role, has_extension, may_be_cut, role};
use super::pattern::Pattern;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStoreExt};
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

/// An object as the store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Key relative to the location's root, e.g. `1.Training/라벨링데이터/TL1.zip`.
    pub key: String,
    /// Path in the location's store.
    pub path: Path,
    /// Bytes.
    pub size: u64,
    /// Entity tag; reads are pinned to it.
    pub etag: Option<String>,
    /// Version, where the store keeps versions.
    pub version: Option<String>,
    /// When the store last changed it; for people and the ledger, never for decisions.
    pub last_modified: DateTime<Utc>,
    /// Whether the URL or the glob selects this object itself. A tar that is listed only for the archives which it
    /// may hold has `false`; [`resolve`](super::resolve) then selects among its members.
    pub selected: bool,
}

/// How many keys in a row may be repeated before a listing counts as going in circles.
const MAX_REPEATED: usize = 5000;

/// How often a listing is begun; each of its requests is tried again by the store's client before.
const LISTINGS: u32 = 4;

/// The pause before a listing is begun anew; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a listing may go on without a key: pages that hold nothing may follow each other for ever.
const SILENCE: Duration = Duration::from_secs(300);

/// Lists what `location` names, sorted by key.
///
/// - A URL that names one object gives this one (and, for a piece of a cut archive, its whole set), whatever
///   `default_glob` says; a tar named so is searched with `default_glob`.
/// - A folder gives the objects below it that match `default_glob`, or all. A URL with a glob ignores `default_glob`.
/// - A piece of a cut archive is listed where its joined name matches. A tar is listed where its own name matches, and
///   always when it is called `download*.tar`, the form in which AI Hub hands out selections.
/// - A place that [holds](Location::holding) chosen objects gives these, whatever `default_glob` says.
/// - [Hidden](is_hidden) objects, and the empty objects by which some consoles mark folders, are left out.
///
/// Fails with kind `Invalid` where nothing of that name exists or where a key cannot be addressed (`a//b`), and with
/// kind `Unavailable` where the store does not answer or its pages go in circles. An existing, empty folder gives an
/// empty list.
pub async fn list(location: &Location, default_glob: Option<&str>) -> Result<Vec<Object>> {
    if let Some(objects) = location.held() {
        return Ok(objects.to_vec());
    }
    let default_glob = default_glob.map(Pattern::new).transpose()?;
    if location.pattern.is_none()
        && !location.is_folder
        && let Some(objects) = named(location, default_glob.is_some()).await?
    {
        return Ok(objects);
    }
    if !location.can_list {
        return Err(Error::invalid(format!("'{}' does not exist", location.url())));
    }
    let pattern = location.pattern.as_ref().or(default_glob.as_ref());
    let what = format!("listing '{}'", location.url());
    let Everything { mut found, empty_store } = again(|| everything(location, &what)).await?;
    if empty_store && location.pattern.is_none() && !location.is_folder {
        return Err(Error::invalid(format!("'{}' does not exist", location.url())));
    }
    if location.on_disk {
        warn_of_unreadable_names(location).await;
    }
    // A sorted map: what a folder holds follows its marker, `dir` before `dir/x`.
    let markers: Vec<String> = (found.iter())
        .filter(|(key, meta)| {
            let folder = format!("{key}/");
            meta.size == 0 && found.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
        })
        .map(|(key, _)| key.clone())
        .collect();
    for marker in markers {
        found.remove(&marker);
    }
    Ok(found.into_iter().filter_map(|(key, meta)| chosen(key, meta, pattern)).collect())
}

/// What a location holds, by key.
struct Everything {
    found: BTreeMap<String, ObjectMeta>,
    /// Whether the store named nothing, not even what is left out.
    empty_store: bool,
}

async fn everything(location: &Location, what: &str) -> Result<Everything> {
    let mut found = BTreeMap::new();
    let mut repeated = 0;
    let mut empty_store = true;
    let mut stream = location.store.list((!location.root.is_root()).then_some(&location.root));
    while let Some(meta) = within_silence(what, stream.try_next()).await? {
        empty_store = false;
        let Some(key) = relative(&meta.location, &location.root) else { continue };
        if is_hidden(&key) {
            continue;
        }
        if found.insert(key, meta).is_none() {
            repeated = 0;
        } else {
            repeated += 1;
            if repeated > MAX_REPEATED {
                return Err(Error::unavailable(format!("{what} goes in circles: the store repeats its pages")));
            }
        }
    }
    Ok(Everything { found, empty_store })
}

/// The next key, if it comes in time.
async fn within_silence<T>(what: &str, next: impl Future<Output = object_store::Result<T>>) -> Result<T> {
    let next = match tokio::runtime::Handle::try_current() {
        Ok(_) => tokio::time::timeout(SILENCE, next).await.map_err(|_| {
            Error::unavailable(format!("{what} named no object for {} s, though it goes on", SILENCE.as_secs()))
        })?,
        // Stores on disk are listed without a runtime too; they end.
        Err(_) => next.await,
    };
    next.map_err(|error| Error::store(what, error))
}

/// Begins anew what failed although it may succeed a moment later.
async fn again<T, F: Future<Output = Result<T>>>(mut begin: impl FnMut() -> F) -> Result<T> {
    let mut pause = PAUSE;
    for _ in 1..LISTINGS {
        match begin().await {
            Err(error) if error.is_passing() && tokio::runtime::Handle::try_current().is_ok() => {
                tracing::info!(%error, "listed again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            ended => return ended,
        }
    }
    begin().await
}

/// Whether a key is one of those that tools leave behind and nobody means as data: a file or folder whose name
/// begins with a dot; the folders `_jogak`, `_delta_log`, `_temporary` and `__MACOSX`; the files `_SUCCESS`,
/// `_committed_*`, `_started_*`. Other names with a leading underscore are data.
///
/// The root itself is not part of the key, so what a URL names explicitly is never hidden. Member names of archives
/// can be asked about as well.
pub fn is_hidden(key: &str) -> bool {
    let mut segments = key.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        let is_hidden = match segment.as_bytes().first() {
            // A path that goes up is no hidden file; whoever reads it has to say that it is not safe.
            Some(b'.') => !matches!(segment, "." | ".."),
            Some(b'_') if is_last => {
                segment == "_SUCCESS" || segment.starts_with("_committed_") || segment.starts_with("_started_")
            }
            Some(b'_') => matches!(segment, "_jogak" | "_delta_log" | "_temporary" | "__MACOSX"),
            _ => false,
        };
        if is_hidden {
            return true;
        }
    }
    false
}

/// The object that `meta` is, if `pattern` or a tar's special role lets it in.
fn chosen(key: String, meta: ObjectMeta, pattern: Option<&Pattern>) -> Option<Object> {
    let selected = pattern.is_none_or(|pattern| {
        pattern.is_match(&key) || {
            let (set, role) = role(&key);
            role != Role::Whole && pattern.is_match(&set)
        }
    });
    (selected || is_download(&key)).then(|| object(key, meta, selected))
}

/// Whether `key` is (a piece of) a tar in which AI Hub hands out a selection of files.
fn is_download(key: &str) -> bool {
    let (set, _) = role(key);
    has_extension(&set, ".tar") && set.rsplit('/').next().is_some_and(|name| name.starts_with("download"))
}

fn object(key: String, meta: ObjectMeta, selected: bool) -> Object {
    Object {
        key,
        path: meta.location,
        size: meta.size,
        etag: meta.e_tag,
        version: meta.version,
        last_modified: meta.last_modified,
        selected,
    }
}

/// The key of `path` below `root`.
fn relative(path: &Path, root: &Path) -> Option<String> {
    let key = path.as_ref().strip_prefix(root.as_ref())?;
    let key = if root.is_root() { key } else { key.strip_prefix('/')? };
    (!key.is_empty()).then(|| key.to_owned())
}

/// The one object that the root names, with the other pieces of its set; none where it is a folder.
async fn named(location: &Location, has_default: bool) -> Result<Option<Vec<Object>>> {
    let root = &location.root;
    let Some(name) = root.filename() else { return Ok(None) };
    let parent = root.parent().unwrap_or_default();
    let what = format!("reading '{}'", location.url());
    let head = || async {
        match location.store.head(root).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::store(&what, error)),
        }
    };
    let meta = again(head).await?;
    if !location.can_list {
        return Ok(meta.map(|meta| vec![object(name.to_owned(), meta, true)]));
    }
    if let Some(meta) = &meta
        && meta.size == 0
        && again(|| async { within_silence(&what, location.store.list(Some(root)).try_next()).await }).await?.is_some()
    {
        return Ok(None);
    }
    let mut objects = Vec::new();
    if may_be_cut(name) {
        let set = role(name).0;
        let folder = format!("listing the folder of '{}'", location.url());
        match again(|| async { within_silence(&folder, location.store.list_with_delimiter(Some(&parent))).await }).await
        {
            Ok(siblings) => {
                for sibling in siblings.objects {
                    let is_piece = relative(&sibling.location, &parent).filter(|key| role(key).0 == set);
                    objects.extend(is_piece.map(|key| object(key, sibling, true)));
                }
            }
            // Reading one object may be allowed where listing is not.
            Err(error) if meta.is_some() => {
                tracing::warn!(%error, url = location.url(), "the folder cannot be listed: other pieces go unseen");
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(meta) = meta
        && !objects.iter().any(|object| object.path == *root)
    {
        objects.push(object(name.to_owned(), meta, true));
    }
    for object in &mut objects {
        object.selected = !(has_default && has_extension(&role(&object.key).0, ".tar"));
    }
    objects.sort_by(|a, b| a.key.cmp(&b.key));
    objects.dedup_by(|a, b| a.key == b.key);
    Ok((!objects.is_empty()).then_some(objects))
}

/// `object_store` keeps `name#123` on disk for its own unfinished uploads: it neither lists nor opens such names.
/// A file that is really called so would vanish silently; this says it aloud.
async fn warn_of_unreadable_names(location: &Location) {
    let folder = std::path::PathBuf::from(format!("/{}", location.root));
    let walk = move || {
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let digits = name.to_str().and_then(|name| Some(name.split_once('#')?.1)).unwrap_or_default();
                if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
                    let file = entry.path();
                    tracing::warn!(file = %file.display(), "a name ending in # and digits cannot be read; rename it");
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                }
            }
        }
    };
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(walk).await),
        Err(_) => walk(),
    }
}
