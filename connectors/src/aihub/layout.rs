//! From a listing of objects to data sets: which folder is a set, which file is what.
//!
//! A set's root folder is found by, in this order: its name, where the catalogue knows it; the folder that marks a
//! layout and stands right below it; its number, `NNN.이름`. Objects that fit no rule are returned as such.

use super::dataset::{ByteSize, CatalogFile, Dataset, Layout, Problem};
use super::path::{FolderFacts, folder_key, mark, root_folder};
use super::pieces::{StoredFile, join};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An object of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedObject<'a> {
    /// Key relative to the listed prefix.
    pub key: &'a str,
    /// Bytes.
    pub size: u64,
}

/// Root folders whose sets are known. Several sets may share a name.
#[derive(Debug, Clone, Default)]
pub struct KnownFolders {
    ids: HashMap<String, Vec<String>>,
}

impl KnownFolders {
    /// The root folders of the sample paths of `datasets`.
    pub fn new<'a>(datasets: impl IntoIterator<Item = &'a Dataset>) -> Self {
        let mut known = Self::default();
        for dataset in datasets {
            let roots = dataset.sample_paths.iter().filter_map(|path| path.split_once('/'));
            for root in roots.map(|(root, _)| root).collect::<BTreeSet<_>>() {
                known.add(root, &dataset.id);
            }
        }
        known
    }

    /// Notes that the set `id` has the root folder `folder`.
    pub fn add(&mut self, folder: &str, id: &str) {
        let ids = self.ids.entry(folder_key(folder)).or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }

    /// The sets with the root folder `folder`.
    pub fn ids(&self, folder: &str) -> &[String] {
        self.ids.get(&folder_key(folder)).map_or(&[], Vec::as_slice)
    }
}

/// A data set found in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSet {
    /// Its `dataSetSn`, if its root folder's name is that of exactly one known set, or a folder is called by a number
    /// (`577/`, `dataSetSn=577/`).
    pub id: Option<String>,
    /// Sets that it may be, where several have this root folder.
    pub candidates: Vec<String>,
    /// Number in the root folder's name: the builder project's, not the set's.
    pub number: Option<String>,
    /// Name in the root folder's name, which may differ from the title.
    pub title: Option<String>,
    /// Where it lies: URL of the root folder, with `/` at its end.
    pub location: String,
    /// The layout that most files show.
    pub layout: Layout,
    /// Its files, pieces joined; sorted by path. Paths begin with the root folder.
    pub files: Vec<CatalogFile>,
    /// Objects that the files are stored in.
    pub objects: u64,
    /// Bytes of all.
    pub bytes: u64,
}

/// An object that belongs to no set as far as can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// Key relative to the listed prefix.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Why, and what would help.
    pub why: String,
}

/// What a listing gave: each of its objects is in one set's `objects`, or in `unplaced`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placement {
    /// The sets, sorted by location.
    pub sets: Vec<PlacedSet>,
    /// The other objects, in the order of the listing.
    pub unplaced: Vec<Unplaced>,
    /// Archives with missing pieces, and the like.
    pub remarks: Vec<Problem>,
    /// Objects listed.
    pub objects: u64,
}

impl Placement {
    /// Whether every object listed is in a set or among the unplaced.
    pub fn is_balanced(&self) -> bool {
        let unplaced = u64::try_from(self.unplaced.len()).unwrap_or(u64::MAX);
        self.sets.iter().map(|set| set.objects).sum::<u64>() + unplaced == self.objects
    }
}

/// What the folders of a key tell about its set's root folder; positions among the folders.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Guess {
    /// The listed prefix itself.
    Prefix,
    /// The folder at this position.
    Folder(usize),
    /// Perhaps one of these.
    Perhaps(Vec<usize>),
}

/// Sorts `objects`, the listing of the folder at the URL `location`, into sets.
///
/// `folder` is the name of that folder, which may itself be a set's root; none for a whole bucket.
pub fn place(location: &str, folder: Option<&str>, objects: &[ListedObject<'_>], known: &KnownFolders) -> Placement {
    let names_a_set = folder.is_some_and(|folder| is_named(folder, known));
    let mut guesses: HashMap<&str, Guess> = HashMap::new();
    let mut roots: BTreeSet<&str> = BTreeSet::new();
    for object in objects {
        let folders = folders_of(object.key);
        let guess = guesses.entry(folders).or_insert_with(|| guess(folders, names_a_set, known));
        match guess {
            Guess::Prefix => {
                roots.insert("");
            }
            Guess::Folder(at) => {
                roots.insert(ancestor(folders, *at));
            }
            Guess::Perhaps(_) => {}
        }
    }
    // A prefix with a set's name is a set, unless sets were found below it.
    let prefix_is_set = roots.contains("") || (names_a_set && roots.is_empty());
    let mut found: BTreeMap<&str, Vec<&ListedObject<'_>>> = BTreeMap::new();
    let mut placement = Placement { objects: u64::try_from(objects.len()).unwrap_or(u64::MAX), ..Placement::default() };
    for object in objects {
        let folders = folders_of(object.key);
        let root = match guesses.get(folders) {
            Some(Guess::Prefix) => Some(""),
            Some(Guess::Folder(at)) => Some(ancestor(folders, *at)),
            Some(Guess::Perhaps(numbered)) => {
                let own = ancestors(folders).filter(|folder| roots.contains(folder)).last();
                let holds_sets = |folder: &str| {
                    let inner = format!("{folder}/");
                    roots.range(inner.as_str()..).next().is_some_and(|root| root.starts_with(&inner))
                };
                let by_number = || {
                    let mut numbered = numbered.iter().map(|at| ancestor(folders, *at));
                    numbered.find(|folder| !holds_sets(folder))
                };
                own.or_else(|| prefix_is_set.then_some("")).or_else(by_number)
            }
            None => None,
        };
        match root {
            Some(root) if !object.key.ends_with('/') => found.entry(root).or_default().push(object),
            _ => {
                let (key, size) = (object.key.to_owned(), object.size);
                placement.unplaced.push(Unplaced { why: why_unplaced(&key), key, size });
            }
        }
    }
    for (root, objects) in found {
        let (set, mut remarks) = placed(location, folder, root, &objects, known);
        placement.sets.push(set);
        placement.remarks.append(&mut remarks);
    }
    placement
}

fn placed(
    location: &str,
    folder: Option<&str>,
    root: &str,
    objects: &[&ListedObject<'_>],
    known: &KnownFolders,
) -> (PlacedSet, Vec<Problem>) {
    let name = if root.is_empty() { folder.unwrap_or_default() } else { root.rsplit('/').next().unwrap_or(root) };
    let above = root.rsplit('/').nth(1).or(if root.is_empty() { None } else { folder });
    let stated = folder_id(name).or_else(|| above.and_then(folder_id));
    let (id, candidates) = match (known.ids(name), stated) {
        ([only], None) => (Some(only.clone()), Vec::new()),
        (ids, Some(stated)) if ids.is_empty() || ids.contains(&stated) => (Some(stated), Vec::new()),
        // A folder above is called by another number; the catalogue knows the names.
        ([only], Some(_)) => (Some(only.clone()), Vec::new()),
        (ids, _) => (None, ids.to_vec()),
    };
    let mut layouts = Vec::with_capacity(objects.len());
    let mut stored = Vec::with_capacity(objects.len());
    // Listings are sorted, so files of one folder mostly follow each other.
    let (mut last, mut last_facts) = ("", FolderFacts::default());
    for object in objects {
        let within = object.key.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        let (folders, file) = within.rsplit_once('/').unwrap_or(("", within));
        if folders != last {
            last_facts = FolderFacts::new(&folders.split('/').collect::<Vec<_>>());
            last = folders;
        }
        let facts = last_facts.file(file);
        layouts.push(facts.layout);
        let path = if name.is_empty() { within.to_owned() } else { format!("{name}/{within}") };
        stored.push(StoredFile { path, size: Some(ByteSize::exact(object.size)), filekey: None, facts });
    }
    let (files, remarks) = join(id.as_deref(), stored);
    let (number, title) = root_folder(name).map(|(number, title)| (number.to_owned(), title.to_owned())).unzip();
    let base = location.trim_end_matches('/');
    let set = PlacedSet {
        id,
        candidates,
        number,
        title,
        location: if root.is_empty() { format!("{base}/") } else { format!("{base}/{root}/") },
        layout: most_common(layouts).unwrap_or(Layout::AdHoc),
        files,
        objects: u64::try_from(objects.len()).unwrap_or(u64::MAX),
        bytes: objects.iter().map(|object| object.size).fold(0, u64::saturating_add),
    };
    (set, remarks)
}

fn why_unplaced(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    if name.is_empty() {
        return "it only marks a folder".to_owned();
    }
    if name.to_lowercase().starts_with("download") && name.to_lowercase().ends_with(".tar") {
        return "it is a download as AI Hub hands it out, which does not say of which set; bind its location by hand"
            .to_owned();
    }
    "no folder above it is a set's (NNN.이름, a known name, or one above 01.데이터, 01-1.정식개방데이터 or 3.개방데이터); \
     move it there, or bind its location by hand"
        .to_owned()
}

/// The key without its name and the `/` before it.
fn folders_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folders, _)| folders)
}

/// The path of the folder at position `at` of `folders`.
fn ancestor(folders: &str, at: usize) -> &str {
    ancestors(folders).nth(at).unwrap_or(folders)
}

/// `a`, `a/b`, `a/b/c`; empty names between slashes are no folders.
fn ancestors(folders: &str) -> impl Iterator<Item = &str> {
    let ends = folders.match_indices('/').map(|(at, _)| at).chain([folders.len()]);
    ends.filter_map(|end| folders.get(..end)).filter(|folder| !folder.is_empty() && !folder.ends_with('/'))
}

fn is_named(folder: &str, known: &KnownFolders) -> bool {
    root_folder(folder).is_some() || folder_id(folder).is_some() || !known.ids(folder).is_empty()
}

fn guess(folders: &str, prefix_names_a_set: bool, known: &KnownFolders) -> Guess {
    let segments: Vec<&str> = folders.split('/').filter(|folder| !folder.is_empty()).collect();
    if let Some(at) = segments.iter().position(|folder| !known.ids(folder).is_empty()) {
        return Guess::Folder(at);
    }
    let numbered = |folder: &str| root_folder(folder).is_some() || folder_id(folder).is_some();
    let found = mark(&segments);
    // Positions before `at` exist.
    let above = |at: usize| segments.get(..at).unwrap_or_default();
    match found {
        Some(found) if found.is_weak => {
            if let Some(at) = above(found.at).iter().rposition(|folder| numbered(folder)) {
                return Guess::Folder(at);
            }
            if found.at == 0 && prefix_names_a_set {
                return Guess::Prefix;
            }
        }
        Some(found) => {
            return match found.at {
                0 => Guess::Prefix,
                at => {
                    // One folder between the root and the mark is borne, if only the root has a number.
                    let skips = at >= 2
                        && above(at).last().is_some_and(|folder| !numbered(folder))
                        && above(at - 1).last().is_some_and(|folder| root_folder(folder).is_some());
                    Guess::Folder(if skips { at - 2 } else { at - 1 })
                }
            };
        }
        None => {}
    }
    let perhaps = segments.iter().enumerate().filter(|(_, folder)| numbered(folder));
    Guess::Perhaps(perhaps.map(|(at, _)| at).collect())
}

/// The `dataSetSn` that a folder is called by: `577`, `71343`, `dataSetSn=577`. Years are none.
fn folder_id(folder: &str) -> Option<String> {
    let (digits, is_stated) = match folder.split_once('=') {
        Some((name, digits)) => {
            let name = name.to_lowercase();
            let fits = matches!(name.as_str(), "datasetsn" | "dataset_id" | "datasetid" | "dataset" | "id");
            (fits.then_some(digits)?, true)
        }
        None => (folder, false),
    };
    let number: u32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let is_year = (2010..=2039).contains(&number);
    (is_stated || (digits.len() >= 2 && digits.len() <= 6 && !is_year)).then(|| number.to_string())
}

/// The layout that is there most often; of equals the later.
pub(super) fn most_common(layouts: impl IntoIterator<Item = Option<Layout>>) -> Option<Layout> {
    let mut counts: BTreeMap<Layout, u64> = BTreeMap::new();
    for layout in layouts.into_iter().flatten() {
        *counts.entry(layout).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(layout, count)| (*count, *layout)).map(|(layout, _)| layout)
}

/// The layout of a set by some of its paths, from its root folder on; none where there is no path.
pub fn layout_of_paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<Layout> {
    let paths: Vec<Vec<&str>> = paths.into_iter().map(|path| path.split('/').collect()).collect();
    // The last segment is the file's name, the first the root folder.
    let folders = |segments: &Vec<&str>| mark(segments.get(1..segments.len() - 1)?).map(|mark| mark.layout);
    let by_mark = most_common(paths.iter().map(folders));
    let has_root = || paths.iter().any(|segments| segments.first().is_some_and(|root| root_folder(root).is_some()));
    by_mark.or_else(|| has_root().then_some(Layout::AdHoc))
}
