//! Which bytes of a set are looked at: some label archives spread over the listing, and members spread over each, within a
//! budget of stored bytes. Directories are read by range, members one by one; what is large is read from its beginning.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use jogak_connectors::aihub::path::format_of;
use jogak_connectors::archive::{Directory, MemberReader, Piece};
use jogak_connectors::reader::Input;
use jogak_connectors::source::{Location, list};
use sha2::{Digest, Sha256};

use super::clips;
use super::counting::{Counter, CountingStore};
use super::labels::{Candidate, Labels, labels_of};
use super::text;
use crate::error::{Error, Result};
use crate::inputs::{OpenSource, Wanted, hex16, read_options};
use crate::settings::Settings;

/// Archives that are opened, as long as their directories leave the budget to members.
const ARCHIVES: usize = 24;
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
/// Decoded bytes of a member of which a beginning is of no use, at most; never more than the budget.
const WHOLE_MOST: u64 = 64 << 20;
/// Bytes of a list of members that are nothing to speak of: the end of an archive is read in any case.
const LIST_LEAST: u64 = 256 << 10;
/// Bytes of one range request: what is read beyond a cut is wasted.
const WINDOW: u64 = 256 << 10;

/// A listing, and what of it holds labels.
pub(super) struct Listing {
    location: Location,
    counter: Arc<Counter>,
    pub(super) labels: Labels,
    /// Of all objects, names, sizes and etags.
    pub(super) fingerprint: String,
    pub(super) objects: u64,
    pub(super) stored_bytes: u64,
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
    /// Its rank among its neighbours, by name: those of two that follow each other differ by one.
    pub(super) order: usize,
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
    /// Those whose directory alone is more than the budget allows.
    pub(super) too_large: u64,
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
    /// Members that can only be read as a whole, and are more than the budget allows.
    pub(super) passed_over: u64,
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
    Ok(Listing {
        counter,
        labels: labels_of(&objects),
        fingerprint: hex16(&hash.finalize()),
        objects: objects.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        location,
    })
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
    /// The rank of the first member among its neighbours; the others follow it.
    order: usize,
}

impl Run {
    fn name(&self, position: usize) -> &str {
        let member = self.directory.as_ref().and_then(|directory| directory.member(position));
        member.map_or(self.input.object.key.as_str(), |member| member.name)
    }

    /// Decoded bytes of a member, where that is known: of a packed file its packed ones.
    fn size(&self, position: usize) -> u64 {
        let member = self.directory.as_ref().and_then(|directory| directory.member(position));
        member.map_or(self.input.object.size, |member| member.uncompressed_size)
    }

    /// What members call the archive that they are in.
    fn archive(&self) -> &str {
        if self.directory.is_some() { &self.input.object.key } else { "" }
    }
}

/// A member as a directory lists it: name, position, stored and decoded bytes.
type Listed<'a> = (&'a str, usize, u64, u64);

/// A sample that is being read.
pub(super) struct Sampler<'a> {
    listing: &'a Listing,
    settings: &'a Settings,
    budget: u64,
    sources: Vec<OpenSource>,
    runs: VecDeque<Run>,
    /// Decoded bytes of one member, and what is left for all.
    member_most: u64,
    decoded_left: u64,
    pub(super) extent: Extent,
    /// Clips of which only some members are read, by archive and name.
    pub(super) parts: BTreeSet<String>,
}

impl<'a> Sampler<'a> {
    /// Opens archives and decides what to read.
    ///
    /// # Errors
    /// When the store fails, or the budget is too small to find out what there is.
    pub(super) async fn new(listing: &'a Listing, budget: u64, settings: &'a Settings) -> Result<Self> {
        let decoded_left = (budget.saturating_mul(DECODED_RATIO)).min(DECODED_MOST);
        let candidates = &listing.labels.candidates;
        let extent = Extent {
            archives: candidates.len() as u64,
            archive_bytes: candidates.iter().map(Candidate::bytes).sum(),
            ..Extent::default()
        };
        let mut sampler = Self {
            listing,
            settings,
            budget,
            sources: Vec::new(),
            runs: VecDeque::new(),
            member_most: MEMBER_MOST,
            decoded_left,
            extent,
            parts: BTreeSet::new(),
        };
        let plain: Vec<&Candidate> = candidates.iter().filter(|one| !one.is_archive()).collect();
        let archives: Vec<&Candidate> = candidates.iter().filter(|one| one.is_archive()).collect();
        let mut queues = sampler.archives(&archives).await?;
        if sampler.extent.opened == 0 && sampler.extent.too_large > 0 && plain.is_empty() {
            return Err(Error::invalid(format!(
                "the lists of members of the label archives at {} are more than the {budget} bytes that may be read of them \
                 allow; give more with --budget",
                listing.location.url()
            )));
        }
        queues.push(sampler.plain(&plain).await?);
        // A tar holds several archives.
        let extent = &mut sampler.extent;
        extent.archives = extent.archives.max(extent.opened + extent.unusable + extent.too_large);
        let planned: usize = queues.iter().flatten().map(|run| run.members.len()).sum();
        sampler.member_most = (decoded_left / planned.max(1) as u64).clamp(MEMBER_LEAST, MEMBER_MOST);
        // Runs in an order of which every beginning is spread over all archives.
        let mut queues: Vec<VecDeque<Run>> = queues.into_iter().map(Into::into).collect();
        while queues.iter().any(|queue| !queue.is_empty()) {
            for queue in &mut queues {
                sampler.runs.extend(queue.pop_front());
            }
        }
        Ok(sampler)
    }

    /// Opens what these candidates are, and gives its number among the sources.
    async fn open(&mut self, candidates: &[&Candidate]) -> Result<usize> {
        let objects = candidates.iter().flat_map(|one| one.objects.iter().cloned()).collect();
        let location = self.listing.location.clone().holding(objects);
        let wanted = Wanted { unit_bytes: 64 << 20, ..Wanted::default() };
        let source = OpenSource::open_at("labels", location, wanted, self.settings).await?;
        for input in source.inputs.values() {
            self.extent.opened += 1;
            self.extent.opened_bytes += input.object.size;
            self.extent.members += if input.index.is_some() { input.selected } else { 1 };
        }
        self.extent.unusable += source.unusable.len() as u64;
        self.sources.push(source);
        Ok(self.sources.len() - 1)
    }

    /// Opens archives one by one, because how long their lists of members are shows only then, and plans their runs.
    async fn archives(&mut self, archives: &[&Candidate]) -> Result<Vec<Vec<Run>>> {
        let counter = Arc::clone(&self.listing.counter);
        let (mut opened, mut costs) = (Vec::new(), HashMap::new());
        for at in spread_order(archives.len()).into_iter().take(ARCHIVES) {
            let Some(archive) = archives.get(at) else { continue };
            let before = counter.bytes();
            // A quarter for lists of members; more for the first, without which there is nothing, and for small archives, of
            // which all is read by and by.
            let is_small = before.saturating_add(archive.bytes()) <= self.budget / 2;
            if self.extent.opened > 0 && before > self.budget / 4 && !is_small {
                self.extent.by_budget = true;
                break;
            }
            let most = self.budget / 4 * 3;
            let limit = if self.extent.opened > 0 { before.saturating_add(self.budget / 4).min(most) } else { most };
            counter.stop_at(limit.max(before.saturating_add(LIST_LEAST)));
            let result = self.open(&[archive]).await;
            let was_refused = counter.go_on();
            match result {
                Ok(source) => {
                    costs.insert(source, counter.bytes() - before);
                    opened.push(source);
                }
                Err(_) if was_refused => {
                    self.extent.too_large += 1;
                    self.extent.by_budget = true;
                }
                Err(error) => return Err(error),
            }
        }
        let inputs: Vec<(usize, Arc<Input>)> = opened
            .into_iter()
            .flat_map(|at| {
                let inputs = self.sources.get(at).map(|source| source.inputs.values().cloned().collect::<Vec<_>>());
                inputs.unwrap_or_default().into_iter().map(move |input| (at, input))
            })
            .collect();
        let (mut queues, count) = (Vec::new(), inputs.len().max(1));
        for (source, input) in inputs {
            let cost = costs.get(&source).copied().unwrap_or(0);
            // A long list is not held, but read again.
            counter.stop_at(self.budget.max(2 * LIST_LEAST));
            let runs = self.runs_of(source, &input, count, cost).await;
            let was_refused = counter.go_on();
            match runs {
                Ok(runs) => queues.push(runs),
                Err(_) if was_refused => self.extent.by_budget = true,
                Err(error) => return Err(error),
            }
        }
        Ok(queues)
    }

    /// Opens plain files: all, or runs of neighbours, so that frames follow each other; blocks of them are spread.
    async fn plain(&mut self, plain: &[&Candidate]) -> Result<Vec<Run>> {
        let positions = plain_choice(plain.len());
        if positions.is_empty() {
            return Ok(Vec::new());
        }
        let chosen: Vec<&Candidate> = positions.iter().filter_map(|at| plain.get(*at).copied()).collect();
        let source = self.open(&chosen).await?;
        let inputs = self.sources.get(source).map(|source| source.inputs.clone()).unwrap_or_default();
        let clip = |at: usize| plain.get(at).map(|one| clips::clip_of(&one.key));
        let mut blocks: Vec<Vec<Run>> = Vec::new();
        for together in positions.chunk_by(|a, b| a + 1 == *b) {
            // What goes on before or behind these neighbours is there in part.
            for (inside, outside) in [
                (together.first().copied(), together.first().and_then(|at| at.checked_sub(1))),
                (together.last().copied(), together.last().map(|at| at + 1)),
            ] {
                let (inside, outside) = (inside.and_then(clip), outside.and_then(clip));
                if inside == outside {
                    self.parts.extend(inside.map(|name| clips::key_of("", name)));
                }
            }
            for block in together.chunks(NEIGHBOURS) {
                let runs = block.iter().filter_map(|at| {
                    let input = inputs.get(&plain.get(*at)?.key)?;
                    Some((*at, input))
                });
                blocks.push(
                    runs.map(|(order, input)| Run {
                        source,
                        input: Arc::clone(input),
                        directory: None,
                        members: vec![0],
                        stored: input.object.size,
                        order,
                    })
                    .collect(),
                );
            }
        }
        self.extent.members_sized += inputs.len() as u64;
        self.extent.member_bytes += inputs.values().map(|input| input.object.size).sum::<u64>();
        let mut blocks: Vec<Option<Vec<Run>>> = blocks.into_iter().map(Some).collect();
        let order = spread_order(blocks.len()).into_iter();
        Ok(order.filter_map(|at| blocks.get_mut(at)?.take()).flatten().collect())
    }

    /// What is read of an archive, of which `archives` share the sample. Its list of members took `cost` bytes.
    async fn runs_of(&mut self, source: usize, input: &Arc<Input>, archives: usize, cost: u64) -> Result<Vec<Run>> {
        let Some(opened) = self.sources.get(source) else { return Ok(Vec::new()) };
        let (all, most) = (input.selected.max(1), self.budget / 8);
        let is_large = all > NAMED || cost > most.max(LIST_LEAST);
        // Of a long list a part is enough, from the middle of the archive.
        let part = (NAMED as f64 / all as f64).min(most as f64 / cost.max(1) as f64).min(0.5);
        let half = input.object.size / 2;
        let range = if is_large { half..half + (input.object.size as f64 * part) as u64 } else { 0..u64::MAX };
        let (directory, positions) = input.members(&opened.store, &range).await?;
        let Some(directory) = directory else { return Ok(Vec::new()) };
        let mut members: Vec<Listed<'_>> = positions
            .iter()
            .filter_map(|at| directory.member(*at).map(|m| (m.name, *at, m.compressed_size, m.uncompressed_size)))
            .filter(|(name, ..)| is_text(name))
            .collect();
        // Media beside labels are no records, nor are those of an archive that holds nothing else.
        let media = (positions.len() - members.len()) as u64;
        let media = if is_large { media * input.selected / positions.len().max(1) as u64 } else { media };
        self.extent.members = self.extent.members.saturating_sub(media);
        if members.is_empty() {
            return Ok(Vec::new());
        }
        if !is_large {
            self.extent.members_sized += members.len() as u64;
            self.extent.member_bytes += members.iter().map(|member| member.3).sum::<u64>();
        }
        members.sort_by(|a, b| clips::natural(a.0).cmp(&clips::natural(b.0)).then(a.1.cmp(&b.1)));
        let run = |order: usize, members: &[Listed<'_>]| Run {
            source,
            input: Arc::clone(input),
            directory: Some(Arc::clone(&directory)),
            stored: members.iter().map(|member| member.2).sum(),
            members: members.iter().map(|member| member.1).collect(),
            order,
        };
        let key = &input.object.key;
        let same = |a: &Listed<'_>, b: &Listed<'_>| clips::clip_of(a.0) == clips::clip_of(b.0);
        if self.is_framed(&run, &members).await? {
            let mut order = 0;
            let clips: Vec<(usize, &[Listed<'_>])> = members
                .chunk_by(same)
                .map(|clip| {
                    order += clip.len();
                    (order - clip.len(), clip)
                })
                .collect();
            let wanted = CLIPS.div_ceil(archives).max(2);
            let chosen: Vec<_> =
                spread_order(clips.len()).into_iter().take(wanted).filter_map(|at| clips.get(at)).collect();
            let cut = chosen.iter().filter(|(_, clip)| clip.len() > CLIP_FRAMES || is_large);
            let cut = cut.filter_map(|(_, clip)| clip.first()).map(|first| clips::key_of(key, clips::clip_of(first.0)));
            self.parts.extend(cut);
            let frames = |clip: &'_ [Listed<'_>]| clip.len().min(CLIP_FRAMES);
            return Ok(chosen
                .into_iter()
                .map(|(order, clip)| run(*order, clip.get(..frames(clip)).unwrap_or_default()))
                .collect());
        }
        let wanted = MEMBERS.div_ceil(archives).max(8);
        let step = members.len().div_ceil(wanted).max(1);
        let chosen: Vec<(usize, &Listed<'_>)> = members.iter().enumerate().step_by(step).collect();
        if step > 1 || is_large {
            let names = chosen.iter().map(|(_, member)| clips::key_of(key, clips::clip_of(member.0)));
            self.parts.extend(names);
        }
        let order = spread_order(chosen.len()).into_iter().filter_map(|at| chosen.get(at));
        Ok(order.map(|(at, member)| run(*at, std::slice::from_ref(*member))).collect())
    }

    /// Whether members are frames of clips, by one in the middle.
    async fn is_framed(
        &self,
        run: &(impl Fn(usize, &[Listed<'_>]) -> Run + Sync),
        members: &[Listed<'_>],
    ) -> Result<bool> {
        let json = |member: &&Listed<'_>| member.0.to_lowercase().ends_with(".json") && member.3 < MEMBER_LEAST;
        let Some(peeked) = members.iter().skip(members.len() / 2).find(json).or_else(|| members.iter().find(json))
        else {
            return Ok(false);
        };
        let read = self.read(&run(0, std::slice::from_ref(peeked)), MEMBER_LEAST).await?;
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
            let read = self.listing.counter.bytes();
            let is_whole = run.members.iter().any(|at| is_whole_format(run.name(*at)));
            let decoded = run.members.iter().map(|at| run.size(*at)).max().unwrap_or(0);
            if is_whole && (read.saturating_add(run.stored) > self.budget || decoded > self.whole_most()) {
                self.extent.passed_over += run.members.len() as u64;
                self.leave_out(&run);
                continue;
            }
            let expected = match is_whole {
                true => run.stored,
                false => run.stored.min(self.member_most.saturating_mul(run.members.len() as u64)),
            };
            // The first is read in any case.
            let is_over = read.saturating_add(expected) > self.budget && self.extent.read > 0;
            if is_over || self.decoded_left == 0 {
                self.leave_out(&run);
                continue;
            }
            let members = self.read(&run, self.member_most.min(self.decoded_left.max(MEMBER_LEAST))).await?;
            let decoded: u64 = members.iter().map(|member| member.bytes.len() as u64).sum();
            self.decoded_left = self.decoded_left.saturating_sub(decoded);
            self.extent.read += members.len() as u64;
            self.extent.cut += members.iter().filter(|member| member.cut).count() as u64;
            self.count();
            if !members.is_empty() {
                return Ok(Some(members));
            }
        }
    }

    /// Notes what is not read because the budget is spent.
    fn leave_out(&mut self, run: &Run) {
        self.extent.by_budget = true;
        let names = run.members.iter().map(|at| clips::key_of(run.archive(), clips::clip_of(run.name(*at))));
        self.parts.extend(names);
    }

    /// Decoded bytes of a member that has to be read as a whole.
    fn whole_most(&self) -> u64 {
        WHOLE_MOST.min(self.budget)
    }

    fn count(&mut self) {
        self.extent.bytes_read = self.listing.counter.bytes();
        self.extent.requests = self.listing.counter.requests();
    }

    /// Reads members up to `most` decoded bytes each. Members that may be longer are read by readers of their own, so
    /// that their rest is not.
    async fn read(&self, run: &Run, most: u64) -> Result<Vec<Member>> {
        let Some(source) = self.sources.get(run.source) else { return Ok(Vec::new()) };
        let is_short = |position: usize| run.size(position) <= most && !is_packed(run.name(position));
        let mut options = read_options(WINDOW, self.settings.limits);
        options.window_bytes = WINDOW;
        let mut read = Vec::new();
        for together in run.members.chunk_by(|a, b| is_short(*a) && is_short(*b)) {
            let store = Arc::clone(&source.store);
            options.small_member_limit = if together.iter().all(|at| run.size(*at) <= most) { most } else { 0 };
            let mut reader =
                MemberReader::new(store, &run.input.object, run.directory.clone(), together.to_vec(), options);
            let mut open: Option<Member> = None;
            while let Some(piece) = reader.next().await? {
                match piece {
                    Piece::Begin(position) => {
                        let rank = run.members.iter().position(|at| *at == position).unwrap_or(0);
                        open = Some(Member {
                            archive: run.archive().to_owned(),
                            name: run.name(position).to_owned(),
                            bytes: Vec::new(),
                            cut: false,
                            decoded: run.size(position),
                            order: run.order + rank,
                            damage: None,
                        });
                    }
                    Piece::Bytes(bytes) => {
                        let Some(mut member) = open.take() else { continue };
                        // Of a packed one only the next bytes show that there are more.
                        let was_full = self.is_full(&member, most);
                        if !was_full {
                            member.bytes.extend_from_slice(&bytes);
                        }
                        let length = member.bytes.len() as u64;
                        if was_full || (self.is_full(&member, most) && length < member.decoded) {
                            (member.cut, member.decoded) = (true, member.decoded.max(length));
                            read.push(member);
                            break;
                        }
                        open = Some(member);
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

    fn is_full(&self, member: &Member, most: u64) -> bool {
        // Their names may not have said so.
        let has_budget = self.listing.counter.bytes() <= self.budget;
        let most = if has_budget && is_read_whole(&member.bytes) { self.whole_most() } else { most };
        member.bytes.len() as u64 >= most
    }
}

/// Formats of which a beginning is of no use, by their first bytes.
fn is_read_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1") || bytes.starts_with(b"PK\x03\x04")
}

/// The same by name.
fn is_whole_format(name: &str) -> bool {
    matches!(format_of(name).as_deref(), Some("parquet" | "xlsx"))
}

/// Whether a file may unpack to more bytes than it is said to have, by its name.
fn is_packed(name: &str) -> bool {
    matches!(format_of(name).as_deref(), Some("gz" | "zst"))
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

/// Whether a member may hold labels, by its name.
fn is_text(name: &str) -> bool {
    match format_of(name).as_deref() {
        Some("json" | "jsonl" | "ndjson" | "csv" | "tsv" | "txt" | "xml" | "xlsx" | "parquet" | "gz" | "zst") => true,
        Some(_) => false,
        None => name.to_lowercase().ends_with(".ini") || !name.rsplit('/').next().unwrap_or(name).contains('.'),
    }
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
}
