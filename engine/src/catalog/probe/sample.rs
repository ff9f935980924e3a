//! Which bytes of a set are looked at: some label archives spread over the listing, and members spread over each, within a
//! budget of stored bytes. Directories are read by range, members one by one; what is large is read from its beginning.

use std::collections::BTreeMap;
use std::sync::Arc;

use jogak_connectors::aihub::dataset::FileKind;
use jogak_connectors::aihub::path::{describe, format_of};
use jogak_connectors::aihub::pieces::piece;
use jogak_connectors::archive::{Directory, MemberReader, Piece};
use jogak_connectors::reader::Input;
use jogak_connectors::source::{Location, Object, list};
use sha2::{Digest, Sha256};

use super::clips;
use super::counting::{Counter, CountingStore};
use super::text;
use crate::error::{Error, Result};
use crate::inputs::{OpenSource, Wanted, hex16, read_options};
use crate::settings::Settings;

/// Archives that are opened, a few at a time, as long as their directories leave the budget to members.
const BATCHES: [usize; 3] = [4, 8, 12];
/// Plain objects that are opened where there are no archives.
const PLAIN_OBJECTS: usize = 384;
/// Neighbours among plain objects that are taken together, so that frames follow each other.
const NEIGHBOURS: usize = 48;
/// Members that are read, over all archives.
const MEMBERS: usize = 480;
/// Clips that are read, over all archives, and frames of each.
const CLIPS: usize = 64;
const CLIP_FRAMES: usize = 300;
/// Members of an archive that are told apart by name; of larger ones only a part of the directory is looked at.
const NAMED: u64 = 400_000;
/// Decoded bytes in all, for each byte of the budget, and at most.
const DECODED_RATIO: u64 = 2;
const DECODED_MOST: u64 = 96 << 20;
/// Decoded bytes of one member: at least, and at most.
const MEMBER_LEAST: u64 = 128 << 10;
const MEMBER_MOST: u64 = 8 << 20;
/// How labels were told from the rest.
const BY_PATH: &str = "label archives by their paths";
/// Bytes of one range request: what is read beyond a cut is wasted.
const WINDOW: u64 = 256 << 10;

/// A listing, and what of it holds labels.
pub(super) struct Listing {
    location: Location,
    counter: Arc<Counter>,
    /// Keys of archives (pieces joined) or plain objects with labels, and their stored bytes; sorted.
    candidates: Vec<(String, u64)>,
    /// What told labels from the rest.
    pub(super) chosen_by: &'static str,
    /// Of all objects, names, sizes and etags.
    pub(super) fingerprint: String,
    pub(super) objects: u64,
    pub(super) stored_bytes: u64,
    has_glob: bool,
}

/// A member that was read, or its beginning.
pub(super) struct Member {
    pub(super) archive: String,
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Whether there is more of it.
    pub(super) cut: bool,
    /// Decoded bytes of the whole, where the directory tells.
    pub(super) decoded: u64,
    /// Why reading broke off.
    pub(super) damage: Option<String>,
}

/// What a sample is of.
#[derive(Debug, Default, Clone)]
pub(super) struct Extent {
    /// Archives or plain objects with labels, and their stored bytes.
    pub(super) archives: u64,
    pub(super) archive_bytes: u64,
    /// Those that were opened, and could not be opened.
    pub(super) opened: u64,
    pub(super) opened_bytes: u64,
    pub(super) unusable: u64,
    /// Members of the opened ones, and their decoded bytes where the directory was read as a whole.
    pub(super) members: u64,
    pub(super) member_bytes: u64,
    pub(super) members_sized: u64,
    /// Members that were read, and those that are more than their beginning.
    pub(super) read: u64,
    pub(super) cut: u64,
    pub(super) bytes_read: u64,
    pub(super) requests: u64,
    /// Whether the budget ended the reading.
    pub(super) by_budget: bool,
    /// Clips of which only some frames were read.
    pub(super) clips_cut: bool,
}

impl Extent {
    /// Whether nothing was left out.
    pub(super) fn is_complete(&self) -> bool {
        self.opened + self.unusable == self.archives && self.read == self.members && self.cut == 0 && !self.by_budget
    }
}

/// Lists a place.
///
/// # Errors
/// When it cannot be listed.
pub(super) async fn listing(url: &str, settings: &Settings) -> Result<Listing> {
    let counter = Arc::new(Counter::default());
    let count = Arc::clone(&counter);
    let location = Location::open(url, &settings.stores)?.through(|store| Arc::new(CountingStore::new(store, count)));
    let objects = list(&location, None).await?;
    if objects.is_empty() {
        return Err(Error::invalid(format!("there is nothing at {}", location.url())));
    }
    let mut hash = Sha256::new();
    for object in &objects {
        hash.update(format!("{}\u{0}{}\u{0}{}\n", object.key, object.size, object.etag.as_deref().unwrap_or("")));
    }
    let (candidates, chosen_by) = candidates(&objects);
    Ok(Listing {
        counter,
        candidates,
        chosen_by,
        fingerprint: hex16(&hash.finalize()),
        objects: objects.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        has_glob: location.pattern().is_some(),
        location,
    })
}

/// What holds labels: what its path says so of; else what its path says nothing of; else everything. Pieces are joined.
fn candidates(objects: &[Object]) -> (Vec<(String, u64)>, &'static str) {
    let mut kinds: [BTreeMap<String, u64>; 3] = Default::default();
    for object in objects {
        let format = format_of(&object.key);
        let readable = format.as_deref().is_some_and(|format| {
            ["zip", "tar", "gz", "zst", "json", "jsonl", "ndjson", "csv", "tsv", "xlsx", "xml", "txt", "parquet"]
                .contains(&format)
        });
        if !readable {
            continue;
        }
        let segments: Vec<&str> = object.key.split('/').collect();
        let rank = match describe(&segments).kind {
            Some(FileKind::Label) => 0,
            None => 1,
            Some(_) => 2,
        };
        if let Some(kind) = kinds.get_mut(rank) {
            *kind.entry(piece(&object.key).0).or_default() += object.size;
        }
    }
    let [labels, unknown, others] = kinds;
    let (chosen, by) = match (labels.is_empty(), unknown.is_empty()) {
        (false, _) => (labels, BY_PATH),
        (true, false) => (unknown, "paths do not tell labels from sources"),
        (true, true) => (others, "no path speaks of labels"),
    };
    let is_archive = |key: &str| matches!(format_of(key).as_deref(), Some("zip" | "tar"));
    let mut chosen: Vec<_> = chosen.into_iter().collect();
    // Read-me files beside archives are no records.
    if chosen.iter().any(|(key, _)| is_archive(key)) {
        chosen.retain(|(key, _)| is_archive(key));
    }
    (chosen, by)
}

/// The label files among objects, as globs that mean them alone; none where paths do not tell them, or all are.
pub(crate) fn label_files(objects: &[Object]) -> Option<Vec<String>> {
    let (chosen, by) = candidates(objects);
    let all: std::collections::BTreeSet<String> = objects.iter().map(|object| piece(&object.key).0).collect();
    (by == BY_PATH && chosen.len() < all.len()).then(|| chosen.iter().map(|(key, _)| literal(key)).collect())
}

/// Positions `0..count` in an order of which every beginning is spread over all of them.
pub(super) fn spread_order(count: usize) -> Vec<usize> {
    let bits = usize::BITS - count.leading_zeros();
    let reversed = (0..1_usize << bits).map(|at| if bits == 0 { 0 } else { at.reverse_bits() >> (usize::BITS - bits) });
    reversed.filter(|at| *at < count).collect()
}

/// A member or some neighbours, to be read together.
struct Run {
    source: usize,
    input: Arc<Input>,
    directory: Option<Arc<Directory>>,
    members: Vec<usize>,
    /// Stored bytes.
    stored: u64,
    /// A part of a clip.
    is_part: bool,
}

/// A sample that is being read.
pub(super) struct Sampler<'a> {
    listing: &'a Listing,
    settings: &'a Settings,
    budget: u64,
    sources: Vec<OpenSource>,
    runs: std::collections::VecDeque<Run>,
    /// Decoded bytes of one member, and what is left for all.
    member_most: u64,
    decoded_left: u64,
    pub(super) extent: Extent,
}

impl<'a> Sampler<'a> {
    /// Opens archives and decides what to read.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn new(listing: &'a Listing, budget: u64, settings: &'a Settings) -> Result<Self> {
        let decoded_left = (budget.saturating_mul(DECODED_RATIO)).min(DECODED_MOST);
        let extent = Extent {
            archives: listing.candidates.len() as u64,
            archive_bytes: listing.candidates.iter().map(|(_, bytes)| *bytes).sum(),
            ..Extent::default()
        };
        let mut sampler = Self {
            listing,
            settings,
            budget,
            sources: Vec::new(),
            runs: std::collections::VecDeque::new(),
            member_most: MEMBER_MOST,
            decoded_left,
            extent,
        };
        sampler.open().await?;
        sampler.plan().await?;
        Ok(sampler)
    }

    async fn open(&mut self) -> Result<()> {
        let all = &self.listing.candidates;
        let is_plain = !all.iter().any(|(key, _)| matches!(format_of(key).as_deref(), Some("zip" | "tar")));
        let batches: Vec<Vec<usize>> = if is_plain {
            vec![plain_choice(all.len())]
        } else {
            let mut order = spread_order(all.len()).into_iter();
            BATCHES.iter().map(|size| order.by_ref().take(*size).collect()).collect()
        };
        for batch in batches.into_iter().filter(|batch| !batch.is_empty()) {
            // A quarter for directories.
            if !self.sources.is_empty() && self.listing.counter.bytes() > self.budget / 4 {
                self.extent.by_budget = true;
                break;
            }
            let keys: Vec<&(String, u64)> = batch.iter().filter_map(|at| all.get(*at)).collect();
            let files: Vec<String> = keys.iter().map(|(key, _)| literal(key)).collect();
            // A glob of the caller's own holds anyway.
            let files = if self.listing.has_glob { Vec::new() } else { files };
            let wanted = Wanted { files: &files, unit_bytes: 64 << 20, ..Wanted::default() };
            let source = OpenSource::open_at("labels", self.listing.location.clone(), wanted, self.settings).await?;
            let is_chosen =
                |key: &str| keys.iter().any(|(chosen, _)| key == chosen || key.starts_with(&format!("{chosen}!")));
            let opened = source.inputs.values().filter(|input| is_chosen(&input.object.key));
            for input in opened {
                self.extent.opened += 1;
                self.extent.opened_bytes += input.object.size;
                self.extent.members += if input.index.is_some() { input.selected } else { 1 };
            }
            self.extent.unusable += source.unusable.keys().filter(|key| is_chosen(key)).count() as u64;
            self.sources.push(source);
        }
        // A tar holds several archives.
        self.extent.archives = self.extent.archives.max(self.extent.opened + self.extent.unusable);
        Ok(())
    }

    /// Runs of members, in an order of which every beginning is spread over all archives.
    async fn plan(&mut self) -> Result<()> {
        let chosen = &self.listing.candidates;
        let is_chosen =
            |key: &str| chosen.iter().any(|(other, _)| key == other || key.starts_with(&format!("{other}!")));
        let mut archives: Vec<(usize, Arc<Input>)> = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            let inputs = source.inputs.values().filter(|input| is_chosen(&input.object.key));
            archives.extend(inputs.map(|input| (at, Arc::clone(input))));
        }
        let mut by_archive: Vec<Vec<Run>> = Vec::new();
        let count = archives.len().max(1);
        for (source, input) in archives {
            if input.index.is_none() {
                self.extent.member_bytes += input.object.size;
                self.extent.members_sized += 1;
                let stored = input.object.size;
                by_archive.push(vec![Run { source, input, directory: None, members: vec![0], stored, is_part: false }]);
                continue;
            }
            by_archive.push(self.runs_of(source, &input, count).await?);
        }
        let planned: usize = by_archive.iter().flatten().map(|run| run.members.len()).sum();
        self.member_most = (self.decoded_left / planned.max(1) as u64).clamp(MEMBER_LEAST, MEMBER_MOST);
        let mut queues: Vec<std::collections::VecDeque<Run>> = by_archive.into_iter().map(Into::into).collect();
        while queues.iter().any(|queue| !queue.is_empty()) {
            for queue in &mut queues {
                self.runs.extend(queue.pop_front());
            }
        }
        Ok(())
    }

    async fn runs_of(&mut self, source: usize, input: &Arc<Input>, archives: usize) -> Result<Vec<Run>> {
        let Some(opened) = self.sources.get(source) else { return Ok(Vec::new()) };
        let is_large = input.selected > NAMED;
        let range = if is_large { input.object.size / 2..u64::MAX } else { 0..u64::MAX };
        let (directory, positions) = input.members(&opened.store, &range).await?;
        let Some(directory) = directory else { return Ok(Vec::new()) };
        let mut members: Vec<(&str, usize, u64, u64)> = positions
            .iter()
            .filter_map(|at| directory.member(*at).map(|m| (m.name, *at, m.compressed_size, m.uncompressed_size)))
            .filter(|(name, ..)| is_text(name))
            .collect();
        if members.is_empty() {
            return Ok(Vec::new());
        }
        if !is_large {
            self.extent.members_sized += members.len() as u64;
            self.extent.member_bytes += members.iter().map(|member| member.3).sum::<u64>();
        }
        // Media beside labels are no records.
        self.extent.members -= (positions.len() - members.len()) as u64;
        members.sort_by(|a, b| natural(a.0).cmp(&natural(b.0)).then(a.1.cmp(&b.1)));
        let run = |members: Vec<&(&str, usize, u64, u64)>, is_part: bool| Run {
            source,
            input: Arc::clone(input),
            directory: Some(Arc::clone(&directory)),
            stored: members.iter().map(|member| member.2).sum(),
            members: members.iter().map(|member| member.1).collect(),
            is_part,
        };
        if self.is_framed(source, input, &directory, &members).await? {
            let clips: Vec<&[(&str, usize, u64, u64)]> =
                members.chunk_by(|a, b| clips::clip_of(a.0) == clips::clip_of(b.0)).collect();
            let wanted = CLIPS.div_ceil(archives).max(2);
            let order = spread_order(clips.len()).into_iter().take(wanted);
            let chosen = order.filter_map(|at| clips.get(at));
            return Ok(chosen
                .map(|clip| run(clip.iter().take(CLIP_FRAMES).collect(), clip.len() > CLIP_FRAMES))
                .collect());
        }
        let wanted = MEMBERS.div_ceil(archives).max(8);
        let count = members.len();
        let step = count.div_ceil(wanted).max(1);
        let chosen: Vec<_> = members.iter().step_by(step).collect();
        Ok(spread_order(chosen.len()).into_iter().filter_map(|at| Some(run(vec![chosen.get(at)?], false))).collect())
    }

    /// Whether members are frames of clips, by one in the middle.
    async fn is_framed(
        &self,
        source: usize,
        input: &Arc<Input>,
        directory: &Arc<Directory>,
        members: &[(&str, usize, u64, u64)],
    ) -> Result<bool> {
        let json =
            |member: &&(&str, usize, u64, u64)| member.0.to_lowercase().ends_with(".json") && member.3 < MEMBER_LEAST;
        let Some(peeked) = members.iter().skip(members.len() / 2).find(json).or_else(|| members.iter().find(json))
        else {
            return Ok(false);
        };
        let run = Run {
            source,
            input: Arc::clone(input),
            directory: Some(Arc::clone(directory)),
            members: vec![peeked.1],
            stored: peeked.2,
            is_part: false,
        };
        let read = self.read(&run, MEMBER_LEAST).await?;
        let Some(member) = read.first() else { return Ok(false) };
        let decoded = decode(&member.bytes, member.cut);
        let (documents, _) = text::documents(text::Shape::Json, &decoded, false);
        Ok(documents.first().is_some_and(|document| clips::is_frame(&document.value, &member.name)))
    }

    /// The next members; none when all are read or the budget is spent.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Member>>> {
        loop {
            let Some(run) = self.runs.pop_front() else {
                self.count();
                return Ok(None);
            };
            let expected = run.stored.min(self.member_most.saturating_mul(run.members.len() as u64));
            // The first is read in any case.
            let is_over = self.listing.counter.bytes().saturating_add(expected) > self.budget && self.extent.read > 0;
            if is_over || self.decoded_left == 0 {
                self.extent.by_budget = true;
                continue;
            }
            let members = self.read(&run, self.member_most.min(self.decoded_left.max(MEMBER_LEAST))).await?;
            let decoded: u64 = members.iter().map(|member| member.bytes.len() as u64).sum();
            self.decoded_left = self.decoded_left.saturating_sub(decoded);
            self.extent.read += members.len() as u64;
            self.extent.cut += members.iter().filter(|member| member.cut).count() as u64;
            self.extent.clips_cut |= run.is_part;
            self.count();
            if !members.is_empty() {
                return Ok(Some(members));
            }
        }
    }

    fn count(&mut self) {
        self.extent.bytes_read = self.listing.counter.bytes();
        self.extent.requests = self.listing.counter.requests();
    }

    /// Reads members up to `most` decoded bytes each. Members that may be longer are read by readers of their own, so
    /// that their rest is not.
    async fn read(&self, run: &Run, most: u64) -> Result<Vec<Member>> {
        let Some(source) = self.sources.get(run.source) else { return Ok(Vec::new()) };
        let found = |position: usize| run.directory.as_ref().and_then(|directory| directory.member(position));
        let size = |position: usize| found(position).map_or(run.input.object.size, |member| member.uncompressed_size);
        let mut options = read_options(WINDOW, self.settings.limits);
        options.window_bytes = WINDOW;
        let mut read = Vec::new();
        for together in run.members.chunk_by(|a, b| size(*a) <= most && size(*b) <= most) {
            let store = Arc::clone(&source.store);
            options.small_member_limit = if together.iter().all(|at| size(*at) <= most) { most } else { 0 };
            let mut reader =
                MemberReader::new(store, &run.input.object, run.directory.clone(), together.to_vec(), options);
            let mut open: Option<Member> = None;
            while let Some(piece) = reader.next().await? {
                match piece {
                    Piece::Begin(position) => {
                        let key = run.input.object.key.clone();
                        let name = found(position).map_or_else(|| key.clone(), |member| member.name.to_owned());
                        let decoded = size(position);
                        let archive = if run.directory.is_some() { key } else { String::new() };
                        open = Some(Member { archive, name, bytes: Vec::new(), cut: false, decoded, damage: None });
                    }
                    Piece::Bytes(bytes) => {
                        let Some(member) = &mut open else { continue };
                        member.bytes.extend_from_slice(&bytes);
                        let is_whole = is_read_whole(&member.bytes);
                        if member.bytes.len() as u64 >= most && size_left(member) && !is_whole {
                            member.cut = true;
                            read.extend(open.take());
                            break;
                        }
                    }
                    Piece::End(_) => read.extend(open.take()),
                    Piece::Damaged(_, damage) => {
                        if let Some(mut member) = open.take() {
                            member.damage = Some(damage.code.to_string());
                            read.push(member);
                        }
                    }
                }
            }
        }
        Ok(read)
    }
}

fn size_left(member: &Member) -> bool {
    (member.bytes.len() as u64) < member.decoded
}

/// Formats of which a beginning is of no use.
fn is_read_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1") || bytes.starts_with(b"PK\x03\x04")
}

/// Positions of plain objects: all, or runs of neighbours spread over them.
fn plain_choice(count: usize) -> Vec<usize> {
    if count <= PLAIN_OBJECTS {
        return (0..count).collect();
    }
    let runs = PLAIN_OBJECTS / NEIGHBOURS;
    let starts = (0..runs).map(|run| run * (count - NEIGHBOURS) / (runs - 1).max(1));
    let mut chosen: Vec<usize> = starts.flat_map(|start| start..start + NEIGHBOURS).collect();
    chosen.dedup();
    chosen
}

/// A key as a glob that means it alone.
fn literal(key: &str) -> String {
    let mut glob = String::with_capacity(key.len());
    for letter in key.chars() {
        if "*?{},\\".contains(letter) {
            glob.push('\\');
        }
        glob.push(letter);
    }
    glob
}

/// Whether a member may hold labels, by its name.
fn is_text(name: &str) -> bool {
    match format_of(name).as_deref() {
        Some("json" | "jsonl" | "ndjson" | "csv" | "tsv" | "txt" | "xml" | "xlsx" | "parquet" | "gz" | "zst") => true,
        Some(_) => false,
        None => name.to_lowercase().ends_with(".ini") || !name.rsplit('/').next().unwrap_or(name).contains('.'),
    }
}

/// A name for sorting: its folder and text, then its last number as a number.
fn natural(name: &str) -> (&str, i64, &str) {
    (clips::clip_of(name), clips::number_of(name), name)
}

/// The text of a member: UTF-8, UTF-16 or CP949, without its mark. A letter that the cut went through is left out.
pub(super) fn decode(bytes: &[u8], cut: bool) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if cut && error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        _ => bytes,
    };
    jogak_connectors::aihub::text::decode(whole).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_is_spread() {
        assert_eq!(spread_order(0), Vec::<usize>::new());
        assert_eq!(spread_order(1), [0]);
        let order = spread_order(10);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        assert_eq!(order.get(..4).unwrap(), [0, 8, 4, 2]);
        assert_eq!(plain_choice(5), [0, 1, 2, 3, 4]);
        let many = plain_choice(100_000);
        assert!(many.len() <= PLAIN_OBJECTS && many.contains(&99_999) && many.contains(&0));
    }

    #[test]
    fn labels_are_told_from_sources() {
        let object = |key: &str| Object {
            key: key.to_owned(),
            path: object_store::path::Path::from(key),
            size: 5,
            etag: None,
            version: None,
            last_modified: Default::default(),
            selected: true,
        };
        let keys = [
            "1.Training/라벨링데이터/TL1.zip.part0",
            "1.Training/라벨링데이터/TL1.zip.part1",
            "1.Training/원천데이터/TS1.zip",
            "readme.txt",
        ];
        let (chosen, _) = candidates(&keys.map(object));
        assert_eq!(chosen, [("1.Training/라벨링데이터/TL1.zip".to_owned(), 10)]);
        let (chosen, _) = candidates(&["a/x.json", "a/y.json"].map(object));
        assert_eq!(chosen.len(), 2);
        assert_eq!(literal("a{1},[b]*.zip"), "a\\{1\\}\\,[b]\\*.zip");
    }
}
