//! A source of a plan, opened: its objects, the members selected in them, and what cannot be used at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use jogak_connectors::archive::{Member, ObjectMembers, ReadOptions, Unit, Unreadable, cut, open_directory};
use jogak_connectors::damage::Damage;
use jogak_connectors::decode::{DecodeOptions, Encoding, Format, Grouping, Header, RecordsPath};
use jogak_connectors::reader::Input;
use jogak_connectors::source::{
    Location, LogicalObject, Pattern, StoreSettings, VirtualStore, is_hidden, list, resolve,
};
use jogak_plans::header;
use object_store::ObjectStore;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Directories read at the same time.
const DIRECTORIES_AT_ONCE: usize = 8;

/// A source with its objects.
pub(crate) struct OpenSource {
    pub(crate) name: String,
    /// For messages.
    pub(crate) url: String,
    /// Holds the logical objects.
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Objects that can be read, by key.
    pub(crate) inputs: BTreeMap<String, Arc<Input>>,
    /// What cannot be read as a whole, with its fingerprint.
    pub(crate) unusable: BTreeMap<String, (String, Damage)>,
    /// Members that their directory alone shows to be of no use, by object.
    pub(crate) damaged_members: BTreeMap<String, Vec<Damage>>,
}

#[derive(Serialize)]
struct Part<'a> {
    key: &'a str,
    size: u64,
    etag: Option<&'a str>,
}

impl OpenSource {
    /// Lists `url` and reads the directories of all archives in it.
    ///
    /// # Errors
    /// When the place cannot be listed or a store fails. A damaged archive is no error.
    pub(crate) async fn open(
        name: &str,
        url: &str,
        files: &[String],
        members: &[String],
        by_folder: bool,
        stores: &StoreSettings,
    ) -> Result<Self> {
        let location = Location::open(url, stores)?;
        let glob = match files {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("{{{}}}", several.join(","))),
        };
        let objects = list(&location, glob.as_deref()).await?;
        let (logical, damage) = resolve(&location, &objects, glob.as_deref()).await?;
        let mut unusable: BTreeMap<String, (String, Damage)> = damage
            .into_iter()
            .map(|damage| (damage.object.clone(), (fingerprint_of_damage(&damage), damage)))
            .collect();
        let store: Arc<dyn ObjectStore> =
            Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
        let patterns = members.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()?;
        let opened: Vec<_> = futures::stream::iter(logical)
            .map(|object| {
                let store = Arc::clone(&store);
                async move {
                    match open_directory(&store, &object).await {
                        Ok(directory) => Ok((object, Ok(directory))),
                        Err(Unreadable::Damaged(damage)) => Ok((object, Err(damage))),
                        Err(Unreadable::Failed(error)) => Err(Error::from(error)),
                    }
                }
            })
            .buffered(DIRECTORIES_AT_ONCE)
            .try_collect()
            .await?;
        let mut inputs = BTreeMap::new();
        let mut damaged_members = BTreeMap::new();
        for (object, directory) in opened {
            let key = object.key.clone();
            let directory = match directory {
                Ok(directory) => directory,
                Err(damage) => {
                    unusable.insert(key, (fingerprint(&object).0, *damage));
                    continue;
                }
            };
            let wanted = |member: &Member<'_>| {
                !is_hidden(member.name)
                    && (patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(member.name)))
            };
            let (mut selected, mut pruned) = (Vec::new(), 0);
            if let Some(directory) = &directory {
                selected = directory.select(&(0..u64::MAX), wanted);
                let damaged: Vec<_> = directory
                    .damages()
                    .filter(|(position, _)| directory.member(*position).is_some_and(|m| !m.is_dir && wanted(&m)))
                    .map(|(_, damage)| damage)
                    .collect();
                let files = (0..directory.len()).filter(|at| directory.member(*at).is_some_and(|m| !m.is_dir)).count();
                pruned = (files - selected.len() - damaged.len()) as u64;
                if !damaged.is_empty() {
                    damaged_members.insert(key.clone(), damaged);
                }
                if by_folder {
                    clip_by_clip(directory, &mut selected);
                }
            }
            inputs.insert(key, Arc::new(Input { object, directory, selected, pruned }));
        }
        Ok(Self { name: name.to_owned(), url: location.url().to_owned(), store, inputs, unusable, damaged_members })
    }

    /// A source over objects in memory, as plan tests use it.
    pub(crate) async fn in_memory(name: &str, objects: Vec<(String, String)>) -> Result<Self> {
        use object_store::ObjectStoreExt;
        let store: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
        for (object, content) in objects {
            let failed = |e: object_store::Error| Error::internal("a test's object").because(e);
            let path = object_store::path::Path::parse(&object).map_err(|e| failed(e.into()))?;
            store.put(&path, content.into()).await.map_err(failed)?;
        }
        let location = Location::with_store(store, "")?;
        let objects = list(&location, None).await?;
        let (logical, _) = resolve(&location, &objects, None).await?;
        let store: Arc<dyn ObjectStore> =
            Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
        let input = |object: LogicalObject| Input { object, directory: None, selected: Vec::new(), pruned: 0 };
        let inputs = logical.into_iter().map(|object| (object.key.clone(), Arc::new(input(object)))).collect();
        Ok(Self {
            name: name.to_owned(),
            url: "given by the test".to_owned(),
            store,
            inputs,
            unusable: BTreeMap::new(),
            damaged_members: BTreeMap::new(),
        })
    }

    /// Every object of the listing with its fingerprint.
    pub(crate) fn fingerprints(&self) -> Vec<(String, String)> {
        let readable = self.inputs.iter().map(|(key, input)| (key.clone(), fingerprint(&input.object).0));
        let unusable = self.unusable.iter().map(|(key, (print, _))| (key.clone(), print.clone()));
        let mut all: Vec<_> = readable.chain(unusable).collect();
        all.sort();
        all
    }

    /// Cuts the objects `keys` into units of about `target` compressed bytes.
    pub(crate) fn cut(&self, keys: &[String], group: &Grouping, target: u64) -> Vec<Unit> {
        let inputs: Vec<_> = keys.iter().filter_map(|key| self.inputs.get_key_value(key)).collect();
        let mut folders: HashMap<String, u64> = HashMap::new();
        let groups: Vec<Option<Vec<u64>>> =
            inputs.iter().map(|(key, input)| groups_of(key, input, group, &mut folders)).collect();
        let listing: Vec<_> = inputs
            .iter()
            .zip(&groups)
            .map(|((key, input), groups)| ObjectMembers {
                key,
                size: input.object.size,
                members: input.directory.as_ref().map(|directory| (directory.as_ref(), input.selected.as_slice())),
                groups: groups.as_deref(),
            })
            .collect();
        cut(&listing, target)
    }
}

/// The clip of each selected member. Clips are folders, across objects where these are plain files; a clip by key ends
/// with its object at the latest.
fn groups_of(key: &str, input: &Input, group: &Grouping, folders: &mut HashMap<String, u64>) -> Option<Vec<u64>> {
    let mut number = |name: String| {
        let next = folders.len() as u64;
        *folders.entry(name).or_insert(next)
    };
    let folder = |name: &str| name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    match (group, &input.directory) {
        (Grouping::Folder, Some(directory)) => {
            let names =
                input.selected.iter().map(|at| directory.member(*at).map(|m| folder(m.name)).unwrap_or_default());
            Some(names.map(|name| number(format!("{key}!{name}"))).collect())
        }
        (Grouping::Folder, None) => Some(vec![number(folder(key))]),
        (Grouping::Key(_), Some(_)) => {
            let whole = number(key.to_owned());
            Some(vec![whole; input.selected.len()])
        }
        _ => None,
    }
}

/// Orders members so that the frames of a clip follow each other, in the order of their numbers.
fn clip_by_clip(directory: &jogak_connectors::archive::Directory, selected: &mut [usize]) {
    let name = |at: usize| directory.member(at).map_or("", |member| member.name);
    let folder = |at: usize| name(at).rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut first: HashMap<&str, u64> = HashMap::new();
    for at in selected.iter() {
        let offset = directory.member(*at).map_or(0, |member| member.header_offset);
        let entry = first.entry(folder(*at)).or_insert(offset);
        *entry = (*entry).min(offset);
    }
    selected.sort_by(|a, b| {
        let place = |at: usize| (first.get(folder(at)).copied(), folder(at));
        place(*a).cmp(&place(*b)).then_with(|| {
            let offset = |at: usize| directory.member(at).map(|member| member.header_offset);
            offset(*a).cmp(&offset(*b))
        })
    });
}

/// What identifies the stored state of an object: a digest, and the parts that it is made of as JSON.
pub(crate) fn fingerprint(object: &LogicalObject) -> (String, String) {
    let parts: Vec<_> =
        object.parts.iter().map(|part| Part { key: &part.key, size: part.size, etag: part.etag.as_deref() }).collect();
    let json = serde_json::to_string(&parts).unwrap_or_default();
    let digest = Sha256::digest(format!("{} {} {json}", object.key, object.size).as_bytes());
    (hex16(&digest), json)
}

fn fingerprint_of_damage(damage: &Damage) -> String {
    hex16(&Sha256::digest(format!("{damage}").as_bytes()))
}

/// The first half of a digest in hexadecimal.
pub(crate) fn hex16(digest: &[u8]) -> String {
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// How records of a source are decoded, from what the plan's header says.
///
/// # Errors
/// When the header asks for a format that has no decoder here, or for a path that is none.
pub(crate) fn decode_options(name: &str, source: &header::Source, dataset_id: Option<String>) -> Result<DecodeOptions> {
    let format = match source.format {
        header::Format::Auto => Format::Auto,
        header::Format::Json => Format::Json,
        header::Format::Ndjson => Format::Ndjson,
        header::Format::Csv => Format::Csv,
        header::Format::Tsv => Format::Tsv,
        header::Format::Text => Format::Text,
        header::Format::Parquet => Format::Parquet,
        other => {
            return Err(Error::invalid(format!(
                "source '{name}': format {other:?} cannot be read; there are auto, json, ndjson, csv, tsv, text, parquet"
            )));
        }
    };
    let encoding = match source.encoding {
        header::Encoding::Auto => Encoding::Auto,
        header::Encoding::Utf8 => Encoding::Utf8,
        header::Encoding::Cp949 => Encoding::Cp949,
        header::Encoding::Utf16 => Encoding::Utf16,
    };
    let records = source.records.iter().map(|path| RecordsPath::parse(path)).collect::<Result<Vec<_>, _>>()?;
    let group = match &source.group {
        header::Group::None => Grouping::None,
        header::Group::Folder => Grouping::Folder,
        header::Group::Member => Grouping::Member,
        header::Group::Key(path) => Grouping::Key(path.clone()),
    };
    let defaults = DecodeOptions::default();
    Ok(DecodeOptions {
        format,
        records,
        encoding,
        header: match source.header {
            None => Header::Auto,
            Some(true) => Header::Yes,
            Some(false) => Header::No,
        },
        delimiter: source.delimiter.and_then(|c| u8::try_from(c).ok()),
        batch_bytes: BATCH_BYTES,
        dataset_id,
        group,
        // The default order is by member already.
        order_by: source.order_by.iter().filter(|field| *field != "member").cloned().collect(),
        max_group_bytes: source.max_group_bytes.map_or(defaults.max_group_bytes, |bytes| bytes as usize),
        ..defaults
    })
}

/// Source bytes of a batch: what a builder makes of it must fit the memory of a unit.
const BATCH_BYTES: usize = 1 << 20;

/// Buffers of a reader within a memory plan.
pub(crate) fn read_options(read_ahead: u64) -> ReadOptions {
    ReadOptions {
        read_ahead_bytes: read_ahead,
        window_bytes: 4 << 20,
        small_member_limit: 4 << 20,
        ..ReadOptions::default()
    }
}

/// Keys of objects that cannot be read.
pub(crate) fn unusable_keys(source: &OpenSource) -> BTreeSet<String> {
    source.unusable.keys().cloned().collect()
}
