//! The slices of a unit, from stored bytes to batches: member readers and one decoder joined, every outcome counted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use object_store::ObjectStore;

use crate::archive::{Directory, MemberReader, Piece, ReadOptions};
use crate::damage::Damage;
use crate::decode::{Counts, DecodeOptions, Decoder, MemberOutcome, MemberRef};
use crate::error::Result;
use crate::source::LogicalObject;

/// An object that can be read: its bytes, and the members that were selected.
#[derive(Debug, Clone)]
pub struct Input {
    /// The bytes.
    pub object: LogicalObject,
    /// The members; none for a plain object.
    pub directory: Option<Arc<Directory>>,
    /// Positions of the selected members in reading order; empty for a plain object.
    pub selected: Vec<usize>,
    /// Members that the pattern left out.
    pub pruned: u64,
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
    pub damage: Vec<Damage>,
    /// Values coerced, by field and kind.
    pub coercions: BTreeMap<String, u64>,
    /// Members whose bytes turned out wrong after some were given on: the unit must be read again without them.
    pub discard: BTreeSet<usize>,
}

/// A piece of an object to read.
#[derive(Debug, Clone)]
pub struct SliceRequest {
    /// The object.
    pub input: Arc<Input>,
    /// Positions of members, in reading order; ignored for a plain object.
    pub members: Vec<usize>,
    /// Members that an earlier reading found to be wrong; they are damage without being read. Position 0 stands for a
    /// plain object.
    pub skip: BTreeMap<usize, Damage>,
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
    current: Option<(SliceRequest, MemberReader)>,
    /// Decoded bytes that the decoder has not taken yet.
    chunk: Option<(Bytes, usize)>,
    /// A member whose bytes are over, and what broke it off.
    ending: Option<(usize, Option<Damage>)>,
    /// The decoder's books at the start of the slice and of the member.
    at_slice: Counts,
    at_member: u64,
    /// What the slice that was closed last met.
    last: Option<Arc<Mutex<SliceOutcome>>>,
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
            at_member: 0,
            last: None,
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
                self.close_member(member, broken);
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
            let Some((slice, members)) = &mut self.current else {
                match self.waiting.pop_front() {
                    Some(slice) => self.open(slice),
                    None => {
                        // With nothing more to come, a flush closes the open clip and gives what is left.
                        let batch = self.decoder.flush()?;
                        self.finished = batch.is_none();
                        self.late_damage();
                        return Ok(batch);
                    }
                }
                continue;
            };
            match members.next().await? {
                Some(Piece::Begin(member)) => {
                    let place = member_ref(&slice.input, member);
                    self.at_member = self.decoder.delivered();
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
                    lock(&slice.outcome).damage.extend(before);
                    self.decoder.finish_member()?;
                    self.ending = Some((member, Some(*damage)));
                }
                None => self.close_slice(),
            }
        }
    }

    fn open(&mut self, slice: SliceRequest) {
        self.at_slice = self.decoder.counts();
        {
            let mut outcome = lock(&slice.outcome);
            *outcome = SliceOutcome::default();
            outcome.members_quarantined = slice.skip.len() as u64;
            outcome.damage.extend(slice.skip.values().cloned());
        }
        if slice.input.directory.is_none() && !slice.skip.is_empty() {
            return;
        }
        let members = slice.members.iter().copied().filter(|member| !slice.skip.contains_key(member)).collect();
        let directory = slice.input.directory.clone();
        let reader = MemberReader::new(Arc::clone(&self.store), &slice.input.object, directory, members, self.read);
        self.current = Some((slice, reader));
    }

    fn close_member(&mut self, member: usize, broken: Option<Damage>) {
        let Some((slice, _)) = &self.current else { return };
        // Wrong bytes may have looked right: nothing of the member can be kept.
        let wrong = broken.as_ref().is_some_and(|damage| damage.code == "CRC");
        let delivered = self.decoder.delivered() > self.at_member;
        let damaged = broken.is_some() || self.decoder.member_outcome() != MemberOutcome::Decoded;
        let mut outcome = lock(&slice.outcome);
        if delivered && (wrong || (damaged && self.skip_damaged)) {
            outcome.discard.insert(member);
        }
        match (damaged, delivered) {
            (false, _) => outcome.members_decoded += 1,
            (true, true) => outcome.members_partly += 1,
            (true, false) => outcome.members_quarantined += 1,
        }
        let found = self.decoder.take_damage();
        match broken {
            None => outcome.damage.extend(found),
            // That the text ends too early is only what the damage below it looks like from above.
            Some(broken) => {
                let effects = ["TRUNCATED", "EMPTY", "NO_RECORDS"];
                outcome.damage.extend(found.into_iter().filter(|damage| !effects.contains(&damage.code.as_str())));
                outcome.damage.push(broken);
            }
        }
    }

    /// Damage that shows only when the last clip is closed belongs to the last slice.
    fn late_damage(&mut self) {
        let late = self.decoder.take_damage();
        if let Some(outcome) = self.last.as_ref().filter(|_| !late.is_empty()) {
            lock(outcome).damage.extend(late);
        }
    }

    fn close_slice(&mut self) {
        let Some((slice, _)) = self.current.take() else { return };
        self.last = Some(Arc::clone(&slice.outcome));
        let now = self.decoder.counts();
        let mut outcome = lock(&slice.outcome);
        outcome.records = now.delivered - self.at_slice.delivered;
        outcome.records_quarantined = now.quarantined - self.at_slice.quarantined;
        for ((field, kind), count) in &now.coercions {
            let before = self.at_slice.coercions.get(&(field.clone(), *kind)).copied().unwrap_or(0);
            if *count > before {
                outcome.coercions.insert(format!("{field} {}", kind.as_str()), count - before);
            }
        }
    }
}

fn lock(outcome: &Mutex<SliceOutcome>) -> std::sync::MutexGuard<'_, SliceOutcome> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

fn member_ref(input: &Input, member: usize) -> MemberRef {
    let found = input.directory.as_ref().and_then(|directory| directory.member(member));
    MemberRef {
        object: input.object.key.as_str().into(),
        member: found.map(|found| found.name.into()),
        member_index: found.map(|found| i64::from(found.index)),
    }
}
