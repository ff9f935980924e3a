//! From raw objects to logical ones: pieces are joined, tars are opened.

use super::listing::{Object, is_hidden};
use super::location::Location;
use super::parts::{Gap, Role, has_extension, order, role};
use super::pattern::Pattern;
use super::virtual_store::{Extent, VirtualStore, path_of};
use crate::archive::{Directory, Scanned, TarEntry, scan_tar, tar_directory};
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::{Limits, length};
use futures::future::{BoxFuture, FutureExt};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a logical object is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A file to decode as it is.
    Plain,
    /// A zip: its members are the files.
    Zip,
    /// A tar whose members are files; archives among them are logical objects of their own.
    Tar,
}

/// Where a piece of a cut archive begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceStart {
    /// Key of the piece.
    pub key: String,
    /// Its first byte in the joined object.
    pub start: u64,
}

/// One readable run of bytes, however it is stored.
#[derive(Debug, Clone)]
pub struct LogicalObject {
    /// Key relative to the location's root, e.g. `TL.zip` for `TL.zip.part0…9`, or `download.tar!dir/TL.zip`.
    pub key: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Where its bytes lie, in order.
    pub extents: Vec<Extent>,
    /// Bytes in all.
    pub size: u64,
    /// The raw objects that hold it, for the ledger.
    pub parts: Vec<Object>,
    /// Where each piece of a cut archive begins; one entry for what was never cut.
    pub pieces: Vec<PieceStart>,
    /// For spanned zips the start of each disk, since their directories give offsets within disks; else empty.
    pub span_starts: Vec<u64>,
    /// The members of a tar, which are known from the scan for archives within it.
    pub directory: Option<Arc<Directory>>,
}

impl LogicalObject {
    /// An entity tag over all pieces: it changes when one of them does, or their order. The raw object's own tag
    /// where there is exactly one, read whole. None where a piece has none.
    pub fn etag(&self) -> Option<String> {
        if let [extent] = self.extents.as_slice()
            && extent.start == 0
            && extent.len == extent.object_size
        {
            return extent.etag.clone();
        }
        let mut hash = Sha256::new();
        for extent in &self.extents {
            hash.update(extent.etag.as_ref()?);
            for number in [extent.object_size, extent.start, extent.len] {
                hash.update(number.to_le_bytes());
            }
        }
        Some(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    pub(super) fn meta(&self, location: Path) -> ObjectMeta {
        let last_modified = self.parts.iter().map(|part| part.last_modified).max().unwrap_or_default();
        ObjectMeta { location, last_modified, size: self.size, e_tag: self.etag(), version: None }
    }
}

/// Archives that cannot be read by ranges, or not at all.
const UNREADABLE: [&str; 8] = [".tar.gz", ".tgz", ".tar.zst", ".7z", ".rar", ".egg", ".alz", ".tar.bz2"];

/// Joins and opens `objects`, a listing of `location` made with the same `default_glob`; sorted by key.
///
/// What makes a set unusable is damage of that set (`PART_MISSING`, `PART_MISMATCH`, `TRUNCATED`, `TAR_HEADER`, `EMPTY`,
/// `FORMAT`, and the limits of archives), and the others go on. Reads nothing but the headers of tars. Whether pieces were
/// joined in the right order shows only with the directory: [`open_archive`](crate::archive::open_archive) checks it.
pub async fn resolve(
    location: &Location,
    objects: &[Object],
    default_glob: Option<&str>,
    limits: &Limits,
) -> Result<(Vec<LogicalObject>, Vec<Damage>)> {
    let pattern = match location.pattern() {
        Some(pattern) => Some(pattern.clone()),
        None => default_glob.map(Pattern::new).transpose()?,
    };
    let candidates = objects.iter().map(Candidate::of).collect();
    let mut resolver = Resolver { location, pattern, limits, objects: Vec::new(), damages: Vec::new() };
    resolver.join_all(candidates, 0).await?;
    let Resolver { mut objects, mut damages, .. } = resolver;
    objects.sort_by(|a, b| a.key.cmp(&b.key));
    damages.sort_by(|a, b| (&a.object, &a.code).cmp(&(&b.object, &b.code)));
    Ok((objects, damages))
}

/// An object, or a tar's member, that may be a piece of something.
#[derive(Debug, Clone)]
struct Candidate {
    key: String,
    extents: Vec<Extent>,
    size: u64,
    parts: Vec<Object>,
    selected: bool,
}

impl Candidate {
    fn of(object: &Object) -> Self {
        let extent = Extent {
            path: object.path.clone(),
            etag: object.etag.clone(),
            version: object.version.clone(),
            object_size: object.size,
            start: 0,
            len: object.size,
        };
        Self {
            key: object.key.clone(),
            extents: vec![extent],
            size: object.size,
            parts: vec![object.clone()],
            selected: object.selected,
        }
    }
}

struct Resolver<'a> {
    location: &'a Location,
    pattern: Option<Pattern>,
    limits: &'a Limits,
    objects: Vec<LogicalObject>,
    damages: Vec<Damage>,
}

impl Resolver<'_> {
    /// Groups candidates into sets and opens each.
    fn join_all(&mut self, candidates: Vec<Candidate>, depth: usize) -> BoxFuture<'_, Result<()>> {
        async move {
            let mut sets: BTreeMap<String, Vec<(Role, Candidate)>> = BTreeMap::new();
            for candidate in candidates {
                let (set, role) = role(&candidate.key);
                sets.entry(set).or_default().push((role, candidate));
            }
            for (set, mut pieces) in sets {
                if pieces.iter().all(|(role, _)| *role == Role::Whole) {
                    for (_, whole) in pieces {
                        self.open(whole.key.clone(), vec![whole], Vec::new(), depth).await?;
                    }
                    continue;
                }
                pieces.sort_by(|(a, first), (b, second)| (a, &first.key).cmp(&(b, &second.key)));
                let selected = pieces.iter().any(|(_, piece)| piece.selected);
                match in_order(&set, pieces) {
                    Ok(Joined { key, pieces, span_starts }) => self.open(key, pieces, span_starts, depth).await?,
                    Err(damage) if selected => self.damages.push(Damage { object: set, ..*damage }),
                    Err(_) => {}
                }
            }
            Ok(())
        }
        .boxed()
    }

    /// Makes the logical object of ordered `pieces`, or looks into it where it is a tar.
    async fn open(&mut self, key: String, pieces: Vec<Candidate>, span_starts: Vec<u64>, depth: usize) -> Result<()> {
        let is_tar = has_extension(&key, ".tar");
        let selected = pieces.iter().any(|piece| piece.selected);
        if !selected && !is_tar {
            return Ok(());
        }
        let refused = |code: &str, detail: &str| Damage { object: key.clone(), ..Damage::new(code, detail) };
        if let Some(extension) = UNREADABLE.iter().find(|extension| has_extension(&key, extension)) {
            let detail =
                format!("archives of the kind {extension} cannot be read in place; unpack it or make it a zip");
            self.damages.push(refused("FORMAT", &detail));
            return Ok(());
        }
        if is_tar && depth >= length(self.limits.archive_depth) {
            let told = self.limits.told("archive_depth");
            let detail = format!("the tar lies in too many others to be opened ({told})");
            self.damages.push(refused("DEPTH_LIMIT", &detail));
            return Ok(());
        }
        let mut starts = Vec::with_capacity(pieces.len());
        let mut size = 0_u64;
        for piece in &pieces {
            starts.push(PieceStart { key: piece.key.clone(), start: size });
            size = size.saturating_add(piece.size);
        }
        let mut parts: Vec<Object> = Vec::new();
        for part in pieces.iter().flat_map(|piece| &piece.parts) {
            if parts.last().is_none_or(|last| last.path != part.path)
                && !parts.iter().any(|known| known.path == part.path)
            {
                parts.push(part.clone());
            }
        }
        let object = LogicalObject {
            kind: match (is_tar, has_extension(&key, ".zip")) {
                (true, _) => ObjectKind::Tar,
                (false, true) => ObjectKind::Zip,
                (false, false) => ObjectKind::Plain,
            },
            key,
            extents: pieces.into_iter().flat_map(|piece| piece.extents).collect(),
            size,
            parts,
            pieces: starts,
            span_starts,
            directory: None,
        };
        if is_tar {
            return self.open_tar(object, selected, depth).await;
        }
        self.objects.push(object);
        Ok(())
    }

    /// Lists a tar's members: archives among them become candidates, the rest members of the tar.
    async fn open_tar(&mut self, mut tar: LogicalObject, selected: bool, depth: usize) -> Result<()> {
        let path = path_of(&tar.key);
        let store: Arc<dyn ObjectStore> = Arc::new(VirtualStore::new(Arc::clone(self.location.store()), [tar.clone()]));
        let Scanned { entries, damage, note } = scan_tar(&store, &path, tar.size, self.limits).await?;
        self.damages.extend(damage);
        let (archives, files): (Vec<TarEntry>, Vec<TarEntry>) = entries.into_iter().partition(|entry| {
            let is_archive = role(&entry.name).1 != Role::Whole
                || [".zip", ".tar"].iter().chain(&UNREADABLE).any(|extension| has_extension(&entry.name, extension));
            entry.is_file() && is_archive && !is_hidden(&entry.name)
        });
        let inner = (archives.into_iter())
            .map(|entry| Candidate {
                key: format!("{}!{}", tar.key, entry.name),
                extents: slice(&tar.extents, entry.start, entry.size),
                size: entry.size,
                parts: tar.parts.clone(),
                selected: selected || self.selects(&tar.key, &entry.name),
            })
            .collect();
        if selected && files.iter().any(|entry| !entry.is_dir) {
            match tar_directory(&tar.key, &files, tar.size, self.limits) {
                Ok(directory) => {
                    tar.directory = Some(Arc::new(directory.noted(note)));
                    self.objects.push(tar);
                }
                Err(damage) => self.damages.push(*damage),
            }
        }
        self.join_all(inner, depth + 1).await
    }

    /// Whether the pattern means the member `name` of the tar `key`, as if the tar were a folder, or without it.
    fn selects(&self, key: &str, name: &str) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        let set = role(name).0;
        [name, set.as_str()].iter().any(|name| {
            let folder = key.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            [(*name).to_owned(), format!("{folder}{name}"), format!("{}/{name}", key.replace('!', "/"))]
                .iter()
                .any(|name| pattern.is_match(name))
        })
    }
}

struct Joined {
    key: String,
    pieces: Vec<Candidate>,
    span_starts: Vec<u64>,
}

/// Puts the pieces of `set`, of which at least one is no whole object, in order.
fn in_order(set: &str, pieces: Vec<(Role, Candidate)>) -> Result<Joined, Box<Damage>> {
    let mismatch = |detail: String| Box::new(Damage::new("PART_MISMATCH", detail));
    if let Some((_, empty)) = pieces.iter().find(|(_, piece)| piece.size == 0) {
        return Err(mismatch(format!("'{}' has no bytes; it may still be being uploaded", empty.key)));
    }
    let (wholes, cut): (Vec<_>, Vec<_>) = pieces.into_iter().partition(|(role, _)| *role == Role::Whole);
    let (numbers, scheme): (Vec<u64>, Vec<u8>) = (cut.iter())
        .map(|(role, _)| match role {
            Role::Whole => (0, 0),
            Role::Part(number) => (*number, 1),
            Role::Volume(number) => (*number, 2),
            Role::Span(number) => (*number, 3),
        })
        .unzip();
    let first_scheme = scheme.first().copied().unwrap_or_default();
    if scheme.iter().any(|scheme| *scheme != first_scheme) {
        return Err(mismatch(format!("pieces of '{set}' are there in several forms; keep one of them")));
    }
    let is_span = first_scheme == 3;
    if !is_span && !wholes.is_empty() {
        return Err(mismatch(format!("both '{set}' and pieces of it are there; keep one of them")));
    }
    let missing = |name: String| Box::new(Damage::new("PART_MISSING", format!("'{name}' is missing")));
    let sizes: Vec<u64> = cut.iter().map(|(_, piece)| piece.size).collect();
    let first = u64::from(first_scheme != 1);
    let name_of = |number: u64| match first_scheme {
        1 => format!("{set}.part{number}"),
        2 => format!("{set}.{number:03}"),
        _ => format!("{}.z{number:02}", set.strip_suffix(".zip").unwrap_or(set)),
    };
    let positions = order(&numbers, &sizes, first, first_scheme == 1).map_err(|gap| match gap {
        Gap::Missing(number) => missing(name_of(number)),
        Gap::Twice(number) => mismatch(format!("'{}' is there twice", name_of(number))),
    })?;
    let mut pieces: Vec<Candidate> = positions.iter().filter_map(|&at| Some(cut.get(at)?.1.clone())).collect();
    if !is_span {
        return Ok(Joined { key: set.to_owned(), pieces, span_starts: Vec::new() });
    }
    let mut wholes = wholes.into_iter().map(|(_, whole)| whole);
    let last = match (wholes.next(), wholes.next()) {
        (Some(last), None) => last,
        (None, _) => return Err(missing(set.to_owned())),
        (Some(one), Some(other)) => {
            return Err(mismatch(format!("both '{}' and '{}' could be the last piece; keep one", one.key, other.key)));
        }
    };
    let key = last.key.clone();
    pieces.push(last);
    let mut start = 0_u64;
    let span_starts = (pieces.iter())
        .map(|piece| {
            let disk = start;
            start = start.saturating_add(piece.size);
            disk
        })
        .collect();
    Ok(Joined { key, pieces, span_starts })
}

/// The extents of `len` bytes from `start` of what `extents` hold.
fn slice(extents: &[Extent], start: u64, len: u64) -> Vec<Extent> {
    let (end, mut at) = (start.saturating_add(len), 0_u64);
    let mut slices = Vec::new();
    for extent in extents {
        let extent_end = at.saturating_add(extent.len);
        let (from, to) = (start.max(at), end.min(extent_end));
        if from < to {
            slices.push(Extent { start: extent.start + (from - at), len: to - from, ..extent.clone() });
        }
        at = extent_end;
    }
    slices
}
