//! A prefix of object storage, laid out as AI Hub hands sets out: sets, their files, and where they lie.

use jogak_connectors::aihub::dataset::{Dataset, Layout, Place, Problem};
use jogak_connectors::aihub::layout::{KnownFolders, ListedObject, PlacedSet, Placement, place};
use jogak_connectors::source::{Location, list};

use super::super::rows::Origin;
use super::super::schema::Value;
use super::{Found, Known, Stage, on_disk};
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
    if !below.objects.is_empty() || is_set(&base, name, &folders, &known.folders) {
        return one(stage, &base, name, &found.location, known).await;
    }
    for folder in &folders {
        if jogak_connectors::source::is_hidden(&format!("{folder}/x")) {
            continue;
        }
        let location = Location::open(&format!("{base}/{}/", escaped(folder)), &settings.stores)?;
        one(stage, &format!("{base}/{folder}"), Some(folder), &location, known).await?;
    }
    Ok(())
}

/// The prefix without a slash at its end; absolute where it is on disk.
fn base(found: &Found) -> String {
    let is_remote = found.url.contains("://") && !found.url.starts_with("file://");
    let url = if is_remote { found.url.clone() } else { on_disk(&found.location, &found.url) };
    url.trim_end_matches('/').to_owned()
}

/// A folder's name as a part of a location: stars and the like are letters of it, not signs of a pattern.
fn escaped(folder: &str) -> String {
    let mut escaped = String::with_capacity(folder.len());
    for letter in folder.chars() {
        if matches!(letter, '*' | '?' | '{' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether the prefix itself is a set: then the folders below it are no sets.
fn is_set(base: &str, name: Option<&str>, folders: &[String], known: &KnownFolders) -> bool {
    let keys: Vec<String> = folders.iter().map(|folder| format!("{folder}/x.zip")).collect();
    let objects: Vec<ListedObject<'_>> = keys.iter().map(|key| ListedObject { key, size: 1 }).collect();
    let whole = format!("{base}/");
    place(base, name, &objects, known).sets.iter().any(|set| set.location == whole)
}

/// Places what lies below one folder.
async fn one(stage: &mut Stage, base: &str, name: Option<&str>, location: &Location, known: &Known) -> Result<()> {
    let objects = list(location, None).await?;
    let listed: Vec<ListedObject<'_>> =
        objects.iter().map(|object| ListedObject { key: &object.key, size: object.size }).collect();
    let Placement { sets, unplaced, remarks, objects: count } = place(base, name, &listed, &known.folders);
    stage.books.read += count;
    for set in sets {
        placed(stage, set, known)?;
    }
    for object in unplaced {
        stage.books.problems += 1;
        stage.note("problem", "UNPLACED", &format!("'{base}/{}'", object.key), "", &object.why)?;
    }
    remarks.iter().try_for_each(|remark| stage.remark(remark))
}

fn placed(stage: &mut Stage, set: PlacedSet, known: &Known) -> Result<()> {
    let folder = set.location.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    if set.id.is_none() && !set.candidates.is_empty() {
        stage.books.problems += set.objects;
        let why = format!(
            "it may be set {}: their root folders have the same name; bind the right one with jogak catalog locate ID URL",
            set.candidates.join(" or ")
        );
        return stage.note("problem", "AMBIGUOUS", &format!("'{}'", set.location), &folder, &why);
    }
    stage.books.items += set.objects;
    // A set that nobody listed: its folder names it until somebody knows more.
    let id = set.id.clone().unwrap_or_else(|| folder.clone());
    let as_of = stage.as_of.clone();
    let mut dataset = Dataset::new(id.as_str(), "");
    dataset.layout = Some(set.layout).filter(|layout| *layout != Layout::AdHoc || !known.ids.contains(&id));
    if known.ids.contains(&id) {
        stage.facts(&dataset)?;
    } else {
        dataset.title = set.title.clone().unwrap_or_else(|| folder.clone());
        dataset.files = u64::try_from(set.files.len()).ok();
        dataset.bytes = Some(jogak_connectors::aihub::dataset::ByteSize::exact(set.bytes));
        dataset.files_as_of = as_of.as_deref().and_then(super::date_of);
        stage.dataset(&dataset)?;
        let why = format!("the catalogue knows no set with this root folder; it is entered as '{id}'");
        stage.remark(&Problem::new("UNKNOWN_SET", Place::Object(set.location.clone()), &folder, why))?;
    }
    for file in &set.files {
        stage.file(file, &id, Origin::Prefix, as_of.as_deref())?;
    }
    stage.row(
        "locations",
        &[
            Value::Text(&id),
            Value::Null,
            Value::Text(&set.location),
            Value::Text(set.layout.name()),
            set.objects.into(),
            set.bytes.into(),
            Value::Text("import"),
            as_of.as_deref().into(),
        ],
    )
}
