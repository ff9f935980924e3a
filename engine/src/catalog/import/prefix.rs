//! A prefix of object storage, laid out as AI Hub hands sets out: sets, their files, and where they lie.

use std::collections::HashSet;

use jogak_connectors::aihub::dataset::{ByteSize, Dataset, Layout, Place, Problem};
use jogak_connectors::aihub::layout::{KnownFolders, ListedObject, PlacedSet, Placement, place};
use jogak_connectors::source::{Location, is_hidden, list};

use super::super::rows::Origin;
use super::super::schema::Value;
use super::{Found, Known, Stage, escaped, on_disk};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Reads the prefix, one of its folders after the other: a bucket of millions of objects is never held whole, unless it is
/// one set.
pub(super) async fn read(stage: &mut Stage, found: &Found, settings: &Settings, known: &Known) -> Result<()> {
    let store = found.location.store();
    let root = found.location.root();
    let listing = |e| Error::from(jogak_connectors::error::Error::store(format!("listing '{}'", found.url), e));
    let below = store.list_with_delimiter(Some(root)).await.map_err(listing)?;
    let name = root.filename();
    let base = base(found);
    let folders: Vec<String> =
        below.common_prefixes.iter().filter_map(|path| path.filename()).map(str::to_owned).collect();
    let mut sets = Sets { known, seen: HashSet::new() };
    if folders.is_empty() || is_set(&base, name, &folders, &known.folders) {
        return sets.one(stage, &base, name, &found.location).await;
    }
    // Beside the folders, no object is in a set.
    let beside = below.objects.iter().filter_map(|meta| Some((meta.location.filename()?, meta.size)));
    let beside: Vec<ListedObject<'_>> = beside
        .filter(|(key, size)| {
            let is_marker = *size == 0 && folders.iter().any(|folder| folder == key);
            !is_marker && !is_hidden(key)
        })
        .map(|(key, size)| ListedObject { key, size })
        .collect();
    sets.take(stage, &base, None, place(&base, None, &beside, &known.folders))?;
    for folder in &folders {
        if is_hidden(&format!("{folder}/x")) {
            continue;
        }
        let base = format!("{base}/{}", escaped(folder));
        let location = Location::open(&format!("{base}/"), &settings.stores)?;
        sets.one(stage, &base, Some(folder), &location).await?;
    }
    Ok(())
}

/// The prefix as a location, without a slash at its end; absolute where it is on disk.
fn base(found: &Found) -> String {
    let is_remote = found.url.contains("://") && !found.url.starts_with("file://");
    let url = if is_remote { found.url.clone() } else { on_disk(&found.location, &found.url) };
    url.trim_end_matches('/').to_owned()
}

/// Whether the prefix itself is a set: then the folders below it are no sets.
fn is_set(base: &str, name: Option<&str>, folders: &[String], known: &KnownFolders) -> bool {
    let keys: Vec<String> = folders.iter().map(|folder| format!("{folder}/x.zip")).collect();
    let objects: Vec<ListedObject<'_>> = keys.iter().map(|key| ListedObject { key, size: 1 }).collect();
    let whole = format!("{base}/");
    place(base, name, &objects, known).sets.iter().any(|set| set.location == whole)
}

/// The sets of an import, as they are found.
struct Sets<'a> {
    known: &'a Known,
    /// Those that were found already.
    seen: HashSet<String>,
}

impl Sets<'_> {
    /// Places what lies below one folder; `base` is its location, `name` its name.
    async fn one(&mut self, stage: &mut Stage, base: &str, name: Option<&str>, location: &Location) -> Result<()> {
        let objects = list(location, None).await?;
        let listed: Vec<ListedObject<'_>> =
            objects.iter().map(|object| ListedObject { key: &object.key, size: object.size }).collect();
        self.take(stage, base, name, place(base, name, &listed, &self.known.folders))
    }

    fn take(&mut self, stage: &mut Stage, base: &str, name: Option<&str>, placement: Placement) -> Result<()> {
        let Placement { sets, unplaced, remarks, objects: count } = placement;
        stage.books.read += count;
        for set in sets {
            self.placed(stage, base, name, set)?;
        }
        for object in unplaced {
            stage.books.problems += 1;
            stage.note("problem", "UNPLACED", &format!("'{base}/{}'", object.key), "", &object.why)?;
        }
        remarks.iter().try_for_each(|remark| stage.remark(remark))
    }

    fn placed(&mut self, stage: &mut Stage, base: &str, name: Option<&str>, set: PlacedSet) -> Result<()> {
        // Below the base, which is a location already, stand names as the store has them.
        let within = set.location.strip_prefix(base).unwrap_or_default().trim_matches('/');
        let folder = within.rsplit('/').next().filter(|folder| !folder.is_empty()).or(name).unwrap_or_default();
        let url = if within.is_empty() { format!("{base}/") } else { format!("{base}/{}/", escaped(within)) };
        if set.id.is_none() && !set.candidates.is_empty() {
            stage.books.problems += set.objects;
            let why = format!(
                "it may be set {}: their root folders have the same name; bind the right one with jogak catalog locate ID URL",
                set.candidates.join(" or ")
            );
            return stage.note("problem", "AMBIGUOUS", &format!("'{url}'"), folder, &why);
        }
        stage.books.items += set.objects;
        // A set that nobody listed: its folder names it until somebody knows more.
        let id = set.id.clone().unwrap_or_else(|| folder.to_owned());
        let is_known = self.known.ids.contains(&id);
        let as_of = stage.as_of.clone();
        let mut dataset = Dataset::new(id.as_str(), "");
        dataset.layout = Some(set.layout).filter(|layout| *layout != Layout::AdHoc || !is_known);
        dataset.files = u64::try_from(set.files.len()).ok();
        dataset.bytes = Some(ByteSize::exact(set.bytes));
        dataset.files_as_of = as_of.as_deref().and_then(super::date_of);
        let is_twin = !self.seen.insert(id.clone());
        if is_twin {
            stage.has_twins = true;
            let why = format!(
                "set {id} lies in another folder too; both are its locations. Of their files, those of the same path count \
                 once, and its size is that of the larger folder; if they are two sets or two versions, bind each with \
                 jogak catalog locate"
            );
            stage.remark(&Problem::new("SEVERAL_FOLDERS", Place::Object(url.clone()), folder, why))?;
        }
        if is_known {
            stage.facts(&dataset)?;
        } else {
            dataset.title = set.title.clone().unwrap_or_else(|| folder.to_owned());
            stage.dataset(&dataset)?;
            if !is_twin {
                let why = format!("the catalogue knows no set with this root folder; it is entered as '{id}'");
                stage.remark(&Problem::new("UNKNOWN_SET", Place::Object(url.clone()), folder, why))?;
            }
        }
        for file in &set.files {
            stage.file(file, &id, Origin::Prefix, as_of.as_deref())?;
        }
        stage.row(
            "locations",
            &[
                Value::Text(&id),
                Value::Null,
                Value::Text(&url),
                Value::Text(set.layout.name()),
                set.objects.into(),
                set.bytes.into(),
                Value::Text("import"),
                as_of.as_deref().into(),
            ],
        )
    }
}
