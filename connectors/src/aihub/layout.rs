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
    /// Its `dataSetSn`, if its root folder's name is that of exactly one known set, or the root folder or one above it is
    /// called by a number (`577/`, `dataSetSn=577/`).
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
    for root in joined(found, folder, known) {
        let (set, mut remarks) = placed(location, folder, root);
        placement.sets.push(set);
        placement.remarks.append(&mut remarks);
    }
    placement
}

/// A root folder, and what its name and those above it tell.
struct Root<'a, 'o> {
    path: &'a str,
    objects: Vec<&'o ListedObject<'o>>,
    /// Its name; of several that are one set, the name that they have.
    name: &'a str,
    named: Named<'a>,
}

/// Which set a root folder is.
struct Named<'a> {
    id: Option<String>,
    candidates: Vec<String>,
    /// The folder above that says so.
    by: Option<&'a str>,
}

/// Root folders with their objects; those of one set as one, where it has a folder of its own that holds them:
/// `577/라벨링데이터/089.가상/…` and `577/원천데이터/089.가상/…` are `577/`.
fn joined<'a, 'o>(
    found: BTreeMap<&'a str, Vec<&'o ListedObject<'o>>>,
    folder: Option<&'a str>,
    known: &KnownFolders,
) -> Vec<Root<'a, 'o>> {
    // The name that all root folders below a folder have; none where they have several.
    let mut only: HashMap<&str, Option<String>> = HashMap::new();
    for root in found.keys() {
        let key = folder_key(name_of(root, folder));
        for above in above(root) {
            let name = only.entry(above).or_insert_with(|| Some(key.clone()));
            if name.as_ref().is_some_and(|name| *name != key) {
                *name = None;
            }
        }
    }
    let is_one = |above: &str| only.get(above).is_some_and(Option::is_some);
    // Versions of a set that lie beside each other are each a whole one.
    let holds =
        |root: &str, above: &str| is_one(above) && !within(root, above).split('/').next().is_some_and(is_version);
    let mut shared: HashMap<&str, usize> = HashMap::new();
    let mut roots = Vec::with_capacity(found.len());
    for (path, objects) in found {
        let named = named(path, folder, known, is_one);
        if let Some(by) = named.by.filter(|by| holds(path, by)) {
            *shared.entry(by).or_default() += 1;
        }
        roots.push(Root { path, objects, name: name_of(path, folder), named });
    }
    let mut joined: BTreeMap<&str, Root<'_, '_>> = BTreeMap::new();
    for mut root in roots {
        let is_shared = |by: &&str| holds(root.path, by) && shared.get(by).is_some_and(|roots| *roots > 1);
        root.path = root.named.by.filter(is_shared).unwrap_or(root.path);
        match joined.get_mut(root.path) {
            Some(first) => first.objects.append(&mut root.objects),
            None => drop(joined.insert(root.path, root)),
        }
    }
    joined.into_values().collect()
}

/// Which set the root folder `root` is. Of folders called by a number the nearest counts, or the one that says which of
/// several known sets it is.
fn named<'a>(root: &'a str, folder: Option<&'a str>, known: &KnownFolders, is_one: impl Fn(&str) -> bool) -> Named<'a> {
    let name = name_of(root, folder);
    let ids = known.ids(name);
    let mut stated = folder_id(name).map(|id| (None, id));
    let fits = |id: &String| ids.is_empty() || ids.contains(id);
    for (steps, above) in above(root).enumerate() {
        if stated.as_ref().is_some_and(|(_, id)| fits(id)) {
            break;
        }
        let called = name_of(above, folder);
        // Farther up, a number may as well be a month, or that of a collection of sets.
        let is_sure = steps == 0 || called.contains('=') || (!called.starts_with('0') && is_one(above));
        if let Some(id) = folder_id(called).filter(|id| is_sure && (stated.is_none() || fits(id))) {
            stated = Some((Some(above), id));
        }
    }
    match (ids, stated) {
        ([only], None) => Named { id: Some(only.clone()), candidates: Vec::new(), by: None },
        (_, Some((by, id))) if fits(&id) => Named { id: Some(id), candidates: Vec::new(), by },
        // A folder above is called by another number; the catalogue knows the names.
        ([only], Some(_)) => Named { id: Some(only.clone()), candidates: Vec::new(), by: None },
        (ids, _) => Named { id: None, candidates: ids.to_vec(), by: None },
    }
}

/// The name of the folder at `path`, below the listed one, whose name is `folder`.
fn name_of<'a>(path: &'a str, folder: Option<&'a str>) -> &'a str {
    if path.is_empty() { folder.unwrap_or_default() } else { path.rsplit('/').next().unwrap_or(path) }
}

/// The folders above `root`, the nearest first; the last is the listed one.
fn above(root: &str) -> impl Iterator<Item = &str> {
    let listed = (!root.is_empty()).then_some("");
    let ends = root.rmatch_indices('/').filter_map(|(at, _)| root.get(..at));
    ends.filter(|folder| !folder.is_empty() && !folder.ends_with('/')).chain(listed)
}

/// The path of `root` from `above` on.
fn within<'a>(root: &'a str, above: &str) -> &'a str {
    root.get(above.len()..).unwrap_or_default().trim_start_matches('/')
}

/// Whether a folder's name is that of a version: `v1`, `1.1`, `ver_2`, `20240301`.
fn is_version(folder: &str) -> bool {
    let name = folder.to_lowercase();
    let number = ["version", "ver", "v"].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(&name);
    let number = number.trim_start_matches(['_', '-', '.', ' ']);
    number.starts_with(|letter: char| letter.is_ascii_digit())
        && number.chars().all(|letter| letter.is_ascii_digit() || "._-".contains(letter))
}

fn placed(location: &str, folder: Option<&str>, root: Root<'_, '_>) -> (PlacedSet, Vec<Problem>) {
    let Root { path: root, objects, name: own, named: Named { id, candidates, .. } } = root;
    let name = name_of(root, folder);
    let mut layouts = Vec::with_capacity(objects.len());
    let mut stored = Vec::with_capacity(objects.len());
    // Listings are sorted, so files of one folder mostly follow each other.
    let (mut last, mut last_facts) = ("", FolderFacts::default());
    for object in &objects {
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
    let (number, title) = root_folder(own).map(|(number, title)| (number.to_owned(), title.to_owned())).unzip();
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
