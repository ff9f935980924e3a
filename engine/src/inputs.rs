//! A source of a plan, opened: its objects, the members selected in them, and what cannot be used at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use futures::{StreamExt, TryStreamExt};
use jogak_connectors::archive::{
    Directory, Gathered, ObjectMembers, Opened, Opening, ReadOptions, Selection, Together, Unit, Unreadable, cut,
    open_archive,
};
use jogak_connectors::damage::{Damage, DamageLog};
use jogak_connectors::decode::{DecodeOptions, Encoding, Format, Grouping, Header, RecordsPath};
use jogak_connectors::limits::Limits;
use jogak_connectors::reader::Input;
use jogak_connectors::source::{Location, LogicalObject, Pattern, VirtualStore, list, resolve};
use jogak_plans::header;
use object_store::ObjectStore;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::settings::Settings;

/// Directories read at the same time.
const DIRECTORIES_AT_ONCE: usize = 8;

/// Bytes of small directories that stay in memory, so that their members need not be listed again for each unit.
const HELD_DIRECTORIES: usize = 8 << 20;

/// Where a member is: a range that it lies in, and its rank among the selected ones there.
pub(crate) type Place = (Range<u64>, usize);

/// What to look for at a place.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Globs of objects, and of members; none for all.
    pub(crate) files: &'a [String],
    pub(crate) members: &'a [String],
    pub(crate) group: Grouping,
    /// Bytes of a unit.
    pub(crate) unit_bytes: u64,
}

/// What a reading of a directory leaves behind.
struct Found {
    gathered: Gathered,
    selected: u64,
    pruned: u64,
    damaged: DamageLog,
    /// Damage that could not be kept: a fault of ours.
    failed: Option<jogak_connectors::error::Error>,
}

impl Found {
    fn new(together: Together, unit_bytes: u64, limits: &Limits) -> Self {
        let (gathered, damaged) = (Gathered::new(together, unit_bytes), DamageLog::new(limits));
        Self { gathered, selected: 0, pruned: 0, damaged, failed: None }
    }

    fn add(&mut self, directory: &Directory, selection: &Selection) {
        let selected = self.gathered.add(directory, selection);
        let is_wanted = |position: usize| directory.member(position).is_some_and(|m| !m.is_dir && selection.wants(&m));
        let before = self.damaged.counts().rows;
        for (_, damage) in directory.damages().filter(|(position, _)| is_wanted(*position)) {
            self.failed = self.damaged.push(damage).err().or(self.failed.take());
        }
        let files = directory.members().filter(|member| !member.is_dir).count() as u64;
        self.selected += selected;
        self.pruned += files - (self.damaged.counts().rows - before) - selected;
    }

    /// Nothing more comes, but `hidden`: members that the directory does not list.
    fn finish(&mut self, hidden: Vec<Damage>) -> Result<()> {
        self.gathered.finish();
        for damage in hidden {
            self.damaged.push(damage)?;
        }
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }
}

/// A source with its objects.
pub(crate) struct OpenSource {
    pub(crate) name: String,
    /// For messages.
    pub(crate) url: String,
    /// Holds the logical objects.
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Objects that can be read, by key.
    pub(crate) inputs: BTreeMap<String, Arc<Input>>,
    /// Their selected members, for cutting.
    gathered: BTreeMap<String, Gathered>,
    group: Grouping,
    /// What cannot be read as a whole, with its fingerprint.
    pub(crate) unusable: BTreeMap<String, (String, Damage)>,
    /// Members that their directory alone shows to be of no use, by object.
    pub(crate) damaged_members: BTreeMap<String, Arc<DamageLog>>,
}

#[derive(Serialize)]
struct Part<'a> {
    key: &'a str,
    size: u64,
    etag: Option<&'a str>,
}

impl OpenSource {
    /// Lists a place, a URL or `aihub:ID`, and reads the directories of all archives in it.
    ///
    /// # Errors
    /// When the place cannot be listed or a store fails. A damaged archive is no error.
    pub(crate) async fn open(name: &str, place: &str, wanted: Wanted<'_>, settings: &Settings) -> Result<Self> {
        let location = crate::catalog::places::resolved(place, settings).await?;
        Self::open_at(name, location, wanted, settings).await
    }

    /// The same at a place that is open already.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn open_at(
        name: &str,
        location: Location,
        wanted: Wanted<'_>,
        settings: &Settings,
    ) -> Result<Self> {
        let limits = &settings.limits;
        let glob = match wanted.files {
            // What was chosen one by one is read, all of it and no more.
            _ if location.held().is_some() => None,
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("{{{}}}", several.join(","))),
        };
        let objects = list(&location, glob.as_deref()).await?;
        let (logical, damage) = resolve(&location, &objects, glob.as_deref(), limits).await?;
        let mut unusable: BTreeMap<String, (String, Damage)> = damage
            .into_iter()
            .map(|damage| (damage.object.clone(), (fingerprint_of_damage(&damage), damage)))
            .collect();
        let store: Arc<dyn ObjectStore> =
            Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
        let patterns = wanted.members.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()?;
        let selection = Arc::new(Selection::new(patterns, wanted.group == Grouping::Folder));
        let together = match wanted.group {
            Grouping::Folder => Together::Folder,
            // A clip by key ends with its object at the latest.
            Grouping::Key(_) => Together::Archive,
            _ => Together::Nothing,
        };
        let hold = AtomicUsize::new(HELD_DIRECTORIES);
        let mut opened = futures::stream::iter(logical)
            .map(|object| {
                let (store, selection, hold) = (Arc::clone(&store), Arc::clone(&selection), &hold);
                async move {
                    let init = || Found::new(together, wanted.unit_bytes, limits);
                    let fold = |found: &mut Found, directory: &Directory| found.add(directory, &selection);
                    match open_archive(&store, &object, Opening { limits, hold }, init, fold).await {
                        Ok(opened) => Ok((object, Ok(opened))),
                        Err(Unreadable::Damaged(damage)) => Ok((object, Err(damage))),
                        Err(Unreadable::Failed(error)) => Err(Error::from(error)),
                    }
                }
            })
            .buffered(DIRECTORIES_AT_ONCE);
        let (mut inputs, mut gathered, mut damaged_members) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        while let Some((object, opened)) = opened.try_next().await? {
            let key = object.key.clone();
            let selection = Arc::clone(&selection);
            let input = match opened {
                Err(damage) => {
                    unusable.insert(key, (fingerprint(&object).0, *damage));
                    continue;
                }
                Ok(None) => Input { object, index: None, selection, selected: 0, pruned: 0 },
                Ok(Some(Opened { index, folded: mut found, hidden })) => {
                    found.finish(hidden)?;
                    gathered.insert(key.clone(), found.gathered);
                    if !found.damaged.is_empty() {
                        damaged_members.insert(key.clone(), found.damaged);
                    }
                    let (selected, pruned) = (found.selected, found.pruned);
                    Input { object, index: Some(index), selection, selected, pruned }
                }
            };
            inputs.insert(key, Arc::new(input));
        }
        drop(opened);
        // What is broken behind its sound members is used as far as it goes.
        let partly: Vec<String> = unusable.keys().filter(|key| inputs.contains_key(*key)).cloned().collect();
        for key in partly {
            if let Some((_, damage)) = unusable.remove(&key) {
                damaged_members.entry(key).or_insert_with(|| DamageLog::new(limits)).push(damage)?;
            }
        }
        let damaged_members = damaged_members.into_iter().map(|(key, damaged)| (key, Arc::new(damaged))).collect();
        let (name, url, group) = (name.to_owned(), location.url().to_owned(), wanted.group);
        Ok(Self { name, url, store, inputs, gathered, group, unusable, damaged_members })
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
        let (logical, _) = resolve(&location, &objects, None, &Limits::default()).await?;
        let store: Arc<dyn ObjectStore> =
            Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
        let selection = Arc::new(Selection::default());
        let input = |object| Input { object, index: None, selection: Arc::clone(&selection), selected: 0, pruned: 0 };
        let inputs = logical.into_iter().map(|object| (object.key.clone(), Arc::new(input(object)))).collect();
        Ok(Self {
            name: name.to_owned(),
            url: "given by the test".to_owned(),
            store,
            inputs,
            gathered: BTreeMap::new(),
            group: Grouping::None,
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

    /// Cuts the objects `keys` into units of about `target` compressed bytes. Clips are folders, across objects where
    /// these are plain files.
    pub(crate) fn cut(&self, keys: &[String], target: u64) -> Vec<Unit> {
        let mut folders: HashMap<&str, u64> = HashMap::new();
        let inputs = keys.iter().filter_map(|key| self.inputs.get_key_value(key));
        let listing: Vec<_> = inputs
            .map(|(key, input)| {
                let is_clip = input.index.is_none() && self.group == Grouping::Folder;
                let group = is_clip.then(|| {
                    let next = folders.len() as u64;
                    *folders.entry(key.rsplit_once('/').map_or("", |(folder, _)| folder)).or_insert(next)
                });
                ObjectMembers { key, size: input.object.size, members: self.gathered.get(key), group }
            })
            .collect();
        cut(&listing, target)
    }

    /// Up to `count` members spread over all objects: the object, and for a member its place in it.
    pub(crate) fn spread(&self, count: usize) -> Vec<(&Arc<Input>, Option<Place>)> {
        let size = |input: &Input| if input.index.is_some() { input.selected } else { 1 };
        let all: u64 = self.inputs.values().map(|input| size(input)).sum();
        let step = all.div_ceil(count.max(1) as u64).max(1);
        let (mut spread, mut before, mut next) = (Vec::new(), 0, 0);
        for (key, input) in &self.inputs {
            while next < before + size(input) {
                spread.push((input, self.gathered.get(key).and_then(|gathered| gathered.find(next - before))));
                next += step;
            }
            before += size(input);
        }
        spread
    }
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

/// What a plan's header says about where a source's members are.
pub(crate) fn wanted(source: &header::Source, unit_bytes: u64) -> Wanted<'_> {
    Wanted { files: &source.files, members: &source.members, group: grouping(source), unit_bytes }
}

fn grouping(source: &header::Source) -> Grouping {
    match &source.group {
        header::Group::None => Grouping::None,
        header::Group::Folder => Grouping::Folder,
        header::Group::Member => Grouping::Member,
        header::Group::Key(path) => Grouping::Key(path.clone()),
    }
}

/// How records of a source are decoded, from what the plan's header says.
///
/// # Errors
/// When the header asks for a format that has no decoder here, or for a path that is none.
pub(crate) fn decode_options(
    name: &str,
    source: &header::Source,
    dataset_id: Option<String>,
    settings: &Settings,
) -> Result<DecodeOptions> {
    let format = match source.format {
        header::Format::Auto => Format::Auto,
        header::Format::Json => Format::Json,
        header::Format::Ndjson => Format::Ndjson,
        header::Format::Csv => Format::Csv,
        header::Format::Tsv => Format::Tsv,
        header::Format::Text => Format::Text,
        header::Format::Parquet => Format::Parquet,
        header::Format::Xlsx => Format::Xlsx,
        header::Format::Xml => Format::Xml,
        other => {
            return Err(Error::invalid(format!(
                "source '{name}': format {other:?} cannot be read; there are auto, json, ndjson, csv, tsv, text, parquet, \
                 xlsx, xml"
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
    let group = grouping(source);
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
        isolation: settings.isolation()?,
        limits: settings.limits,
        // The default order is by member already.
        order_by: source.order_by.iter().filter(|field| *field != "member").cloned().collect(),
        max_group_bytes: source.max_group_bytes.map_or(defaults.max_group_bytes, |bytes| bytes as usize),
        ..defaults
    })
}

/// Source bytes of a batch: what a builder makes of it must fit the memory of a unit.
const BATCH_BYTES: usize = 1 << 20;

/// Buffers of a reader within a memory plan.
pub(crate) fn read_options(read_ahead: u64, limits: Limits) -> ReadOptions {
    ReadOptions { read_ahead_bytes: read_ahead, window_bytes: 4 << 20, small_member_limit: 4 << 20, limits }
}

/// Keys of objects that cannot be read.
pub(crate) fn unusable_keys(source: &OpenSource) -> BTreeSet<String> {
    source.unusable.keys().cloned().collect()
}
