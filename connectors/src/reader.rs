//! The slices of a unit, from stored bytes to batches: member readers and one decoder joined, every outcome counted.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use object_store::ObjectStore;

use crate::archive::{ArchiveIndex, Directory, MemberReader, Piece, ReadDigest, ReadOptions, Selection};
use crate::damage::{Damage, DamageLog, TOO_MANY};
use crate::decode::{Counts, DecodeOptions, Decoder, MemberOutcome, MemberRef};
use crate::error::Result;
use crate::source::LogicalObject;

/// An object that can be read: its bytes, and the members that are meant.
#[derive(Debug, Clone)]
pub struct Input {
    /// The bytes.
    pub object: LogicalObject,
    /// Where its members are listed; none for a plain object.
    pub index: Option<ArchiveIndex>,
    /// Which of the members are meant.
    pub selection: Arc<Selection>,
    /// How many these are; 0 for a plain object.
    pub selected: u64,
    /// Members that the selection leaves out.
    pub pruned: u64,
}

impl Input {
    /// The members that begin in `range` and are meant: a directory that holds them, and their positions in it in
    /// reading order. Position 0 of no directory is a plain object.
    ///
    /// # Errors
    /// When the store fails, or the object is no longer what it was.
    pub async fn members(
        &self,
        store: &Arc<dyn ObjectStore>,
        range: &Range<u64>,
    ) -> Result<(Option<Arc<Directory>>, Vec<usize>)> {
        let Some(index) = &self.index else { return Ok((None, vec![0])) };
        let directory = index.read(store, &self.object, range).await?;
        let members = self.selection.members(&directory, range);
        Ok((Some(directory), members))
    }
}

/// What happened to the members and records of a slice.
#[derive(Debug, Clone, Default)]
pub struct SliceOutcome {
    /// Members read to their end without damage.
    pub members_decoded: u64,
    /// Members with some records used and some not.
    pub members_partly: u64,
    /// Members of which nothing could be used.
    pub members_quarantined: u64,
    /// Records given on.
    pub records: u64,
    /// Records set aside.
    pub records_quarantined: u64,
    /// Decoded bytes.
    pub bytes_decoded: u64,
    /// Everything that could not be used, in reading order.
    pub damage: DamageLog,
    /// Values coerced, by field and kind: those of the whole unit, in the slice that was closed last.
    pub coercions: BTreeMap<String, u64>,
    /// Members, by index, whose bytes turned out wrong after some were given on, each with what is wrong: the unit must be
    /// read again without them.
    pub discard: BTreeMap<u32, Damage>,
    /// What was read; none before the slice was opened. It is complete at the end of the slice.
    pub read: Option<ReadDigest>,
}

/// A piece of an object to read.
#[derive(Debug, Clone)]
pub struct SliceRequest {
    /// The object.
    pub input: Arc<Input>,
    /// Offsets: the members that begin here are read. Ignored for a plain object.
    pub range: Range<u64>,
    /// Members of the object, by index, that an earlier reading found to be wrong; they are damage without being read.
    /// Index 0 stands for a plain object.
    pub skip: BTreeMap<u32, Damage>,
    /// Filled while the slice is read.
    pub outcome: Arc<Mutex<SliceOutcome>>,
}

/// Reads the slices of a unit one after the other, batch by batch.
pub struct UnitReader {
    store: Arc<dyn ObjectStore>,
    read: ReadOptions,
    skip_damaged: bool,
    decoder: Decoder,
    waiting: VecDeque<SliceRequest>,
    current: Option<(SliceRequest, Option<Arc<Directory>>, MemberReader)>,
    /// Decoded bytes that the decoder has not taken yet.
    chunk: Option<(Bytes, usize)>,
    /// A member whose bytes are over, and what broke it off.
    ending: Option<(usize, Option<Damage>)>,
    /// The decoder's books at the start of the slice.
    at_slice: Counts,
    /// What the slices that were closed met, in order.
    closed: Vec<(Arc<Input>, Arc<Mutex<SliceOutcome>>)>,
    finished: bool,
}

impl UnitReader {
    /// A reader of `slices`; `store` holds their logical objects, `schema` the declared fields to decode.
    ///
    /// # Errors
    /// When the declared schema or the options cannot be used.
    pub fn new(
        store: Arc<dyn ObjectStore>,
        slices: Vec<SliceRequest>,
        schema: SchemaRef,
        decode: DecodeOptions,
        read: ReadOptions,
        skip_damaged: bool,
    ) -> Result<Self> {
        Ok(Self {
            store,
            read,
            skip_damaged,
            decoder: Decoder::new(schema, decode)?,
            waiting: slices.into(),
            current: None,
            chunk: None,
            ending: None,
            at_slice: Counts::default(),
            closed: Vec::new(),
            finished: false,
        })
    }

    /// The next batch; none at the end.
    ///
    /// # Errors
    /// Only where the store fails or an input changed; damage is counted and reading goes on.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.decoder.is_full()
                && let Some(batch) = self.decoder.flush()?
            {
                return Ok(Some(batch));
            }
            // Rows may still come out of a member whose bytes are over, so it is closed when nothing more waits.
            if let Some((member, broken)) = self.ending.take() {
                self.close_member(member, broken)?;
            }
            if let Some((bytes, at)) = self.chunk.take() {
                let used = self.decoder.decode(bytes.get(at..).unwrap_or_default())?;
                if at + used < bytes.len() {
                    self.chunk = Some((bytes, at + used));
                }
                continue;
            }
            if self.finished {
                return Ok(None);
            }
            let Some((slice, directory, members)) = &mut self.current else {
                match self.waiting.pop_front() {
                    Some(slice) => self.open(slice).await?,
                    None => {
                        // With nothing more to come, a flush closes the open clip and gives what is left.
                        let batch = self.decoder.flush()?;
                        self.finished = batch.is_none();
                        self.finish()?;
                        return Ok(batch);
                    }
                }
                continue;
            };
            match members.next().await? {
                Some(Piece::Begin(member)) => {
                    let place = member_ref(&slice.input, directory.as_deref(), member);
                    self.decoder.begin(place)?;
                }
                Some(Piece::Bytes(bytes)) => {
                    lock(&slice.outcome).bytes_decoded += bytes.len() as u64;
                    self.chunk = Some((bytes, 0));
                }
                Some(Piece::End(member)) => {
                    self.decoder.finish_member()?;
                    self.ending = Some((member, None));
                }
                Some(Piece::Damaged(member, damage)) => {
                    let before = self.decoder.take_damage();
                    note(&mut lock(&slice.outcome), before)?;
                    self.decoder.finish_member()?;
                    self.ending = Some((member, Some(*damage)));
                }
                None => self.close_slice(),
            }
        }
    }

    async fn open(&mut self, slice: SliceRequest) -> Result<()> {
        self.at_slice = self.decoder.counts();
        let (directory, mut members) = slice.input.members(&self.store, &slice.range).await?;
        let index = |position: usize| index_of(directory.as_deref(), position);
        {
            let skipped = members.iter().filter_map(|position| slice.skip.get(&index(*position)));
            let mut outcome = lock(&slice.outcome);
            *outcome = SliceOutcome { damage: DamageLog::new(&self.read.limits), ..SliceOutcome::default() };
            for damage in skipped {
                outcome.damage.push(damage.clone())?;
                outcome.members_quarantined += 1;
            }
            outcome.read = Some(ReadDigest::nothing());
        }
        members.retain(|position| !slice.skip.contains_key(&index(*position)));
        if members.is_empty() {
            return Ok(());
        }
        let (store, object) = (Arc::clone(&self.store), &slice.input.object);
        let reader = MemberReader::new(store, object, directory.clone(), members, self.read);
        self.current = Some((slice, directory, reader));
        Ok(())
    }

    fn close_member(&mut self, member: usize, broken: Option<Damage>) -> Result<()> {
        self.take_back();
        let Some((slice, directory, _)) = &self.current else { return Ok(()) };
        // Wrong bytes may have looked right: nothing of the member can be kept. A broken deflate stream goes wrong before
        // it is noticed, and its checksum was never compared.
        let wrong = broken.as_ref().is_some_and(|damage| matches!(damage.code.as_str(), "CRC" | "INFLATE"));
        let delivered = self.decoder.delivered_of_member() > 0;
        let damaged = broken.is_some() || self.decoder.member_outcome() != MemberOutcome::Decoded;
        let mut found = self.decoder.take_damage();
        if broken.is_some() {
            // That the text ends too early is only what the damage below it looks like from above.
            let effects = ["TRUNCATED", "EMPTY", "NO_RECORDS"];
            found.retain(|damage| !effects.contains(&damage.code.as_str()));
        }
        found.extend(broken);
        let mut outcome = lock(&slice.outcome);
        if delivered && (wrong || (damaged && self.skip_damaged)) {
            // What broke the member off comes last, after what was found in its records.
            let cause = found.iter().rfind(|damage| damage.code != TOO_MANY);
            let cause = cause.cloned().unwrap_or_else(|| Damage::new("CRC", "the member is damaged"));
            outcome.discard.insert(index_of(directory.as_deref(), member), cause);
        }
        match (damaged, delivered) {
            (false, _) => outcome.members_decoded += 1,
            (true, true) => outcome.members_partly += 1,
            (true, false) => outcome.members_quarantined += 1,
        }
        note(&mut outcome, found)
    }

    /// The input is over: what shows only when the last clip is closed belongs to the last slice.
    fn finish(&mut self) -> Result<()> {
        self.take_back();
        let late = self.decoder.take_damage();
        let Some((_, last)) = self.closed.last() else { return Ok(()) };
        let mut outcome = lock(last);
        outcome.coercions = (self.decoder.counts().coercions.into_iter())
            .map(|((field, kind), count)| (format!("{field} {}", kind.as_str()), count))
            .collect();
        note(&mut outcome, late)
    }

    /// Counts anew what a clip that grew too large took back: where it is made of plain objects, records of those that
    /// were closed before are among it.
    fn take_back(&mut self) {
        for (member, records) in self.decoder.take_back() {
            let is_open = self.current.as_ref().is_some_and(|(slice, ..)| *slice.input.object.key == *member.object);
            if is_open {
                // The sums of the slice are made when it is closed.
                continue;
            }
            let closed = self.closed.iter().rfind(|(input, _)| *input.object.key == *member.object);
            let Some((_, outcome)) = closed else { continue };
            let mut outcome = lock(outcome);
            outcome.records = outcome.records.saturating_sub(records);
            outcome.records_quarantined += records;
            self.at_slice.delivered = self.at_slice.delivered.saturating_sub(records);
            self.at_slice.quarantined += records;
        }
    }

    fn close_slice(&mut self) {
        self.take_back();
        let Some((slice, _, members)) = self.current.take() else { return };
        let now = self.decoder.counts();
        let mut outcome = lock(&slice.outcome);
        outcome.read = Some(members.digest());
        outcome.records = now.delivered.saturating_sub(self.at_slice.delivered);
        outcome.records_quarantined = now.quarantined.saturating_sub(self.at_slice.quarantined);
        drop(outcome);
        self.closed.push((slice.input, slice.outcome));
    }
}

fn note(outcome: &mut SliceOutcome, found: Vec<Damage>) -> Result<()> {
    found.into_iter().try_for_each(|damage| outcome.damage.push(damage))
}

fn lock(outcome: &Mutex<SliceOutcome>) -> std::sync::MutexGuard<'_, SliceOutcome> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The index of the member at `position`, which stays the same wherever a directory begins.
fn index_of(directory: Option<&Directory>, position: usize) -> u32 {
    directory.and_then(|directory| directory.member(position)).map_or(0, |member| member.index)
}

fn member_ref(input: &Input, directory: Option<&Directory>, position: usize) -> MemberRef {
    let found = directory.and_then(|directory| directory.member(position));
    MemberRef {
        object: input.object.key.as_str().into(),
        member: found.map(|found| found.name.into()),
        member_index: found.map(|found| i64::from(found.index)),
    }
}
