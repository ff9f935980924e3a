//! Where accepted records become batches, and where the books are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::clip::{Clips, Joined};
use super::counts::{CoercionKind, Counts, MemberOutcome};
use super::delimited::Layout;
use super::node::{Data, Node, output_field};
use super::options::{DecodeOptions, Grouping, MemberRef};
use super::record::{Issue, Scratch};
use super::source::{self, Source};
use crate::damage::{Damage, Rest};
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Accepted records, complete batches, damage and counts.
pub(super) struct Rows {
    /// The columns under construction. Whoever appends a record then calls `accept` or `rollback`.
    pub(super) root: Node,
    pub(super) scratch: Scratch,
    /// Where the fields stand in tables without names of their own.
    pub(super) layout: Layout,
    /// Position of the next record in the member.
    pub(super) record: i64,
    /// Set when a batch became complete; readers pause, and whoever takes up the batch clears it.
    pub(super) paused: bool,
    schema: SchemaRef,
    batch_rows: usize,
    batch_bytes: usize,
    dataset: Option<String>,
    with_src: bool,
    sources: Vec<Source>,
    /// The members named by `sources`.
    members: Vec<MemberRef>,
    /// Source text of the records in `sources`.
    bytes: usize,
    clips: Option<Clips>,
    ready: VecDeque<RecordBatch>,
    limits: Limits,
    damage: Vec<Damage>,
    /// Rows of damage of this member, and what is beyond the limit of them.
    kept_here: u64,
    rest: Rest,
    /// Records of earlier members that were taken back.
    taken_back: Vec<(MemberRef, u64)>,
    pointers: Vec<String>,
    coercions: Vec<u64>,
    counts: Counts,
    member: MemberRef,
    slot: Option<usize>,
    delivered_here: u64,
    damaged_here: bool,
}

/// What became of a record that was appended whole.
pub(super) enum Verdict {
    /// It is a row now.
    Taken,
    /// It cannot be; its row is gone. The issue has no place yet.
    Refused(Box<Issue>),
    /// It belongs to a clip that was refused before; its row is gone.
    Dropped,
}

impl Rows {
    pub(super) fn new(declared: &Schema, options: &DecodeOptions) -> Result<Self> {
        let root = Node::root(declared.fields())?;
        let mut pointers = Vec::new();
        root.pointers(&mut pointers);
        let coercions = vec![0; pointers.len() * CoercionKind::ALL.len()];
        Ok(Self {
            clips: Clips::new(&root, options, coercions.len())?,
            schema: output_schema(declared, options)?,
            scratch: Scratch::new(&options.limits),
            layout: Layout::new(&root, options.declared.as_deref())?,
            root,
            record: 0,
            paused: false,
            batch_rows: options.batch_rows,
            batch_bytes: options.batch_bytes,
            dataset: options.dataset_id.clone(),
            with_src: options.with_src,
            sources: Vec::new(),
            members: Vec::new(),
            bytes: 0,
            ready: VecDeque::new(),
            limits: options.limits,
            damage: Vec::new(),
            kept_here: 0,
            rest: Rest::default(),
            taken_back: Vec::new(),
            pointers,
            coercions,
            counts: Counts::default(),
            member: MemberRef::default(),
            slot: None,
            delivered_here: 0,
            damaged_here: false,
        })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    pub(super) fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        for (at, &count) in self.coercions.iter().enumerate() {
            let open = self.clips.as_ref().map_or(0, |clips| clips.open_coercions(at));
            let (node, kind) = (at / CoercionKind::ALL.len(), at % CoercionKind::ALL.len());
            if let (1.., Some(pointer), Some(kind)) =
                (count + open, self.pointers.get(node), CoercionKind::ALL.get(kind))
            {
                counts.coercions.insert((pointer.clone(), *kind), count + open);
            }
        }
        counts
    }

    pub(super) fn delivered_here(&self) -> u64 {
        self.delivered_here
    }

    pub(super) fn take_damage(&mut self) -> Vec<Damage> {
        std::mem::take(&mut self.damage)
    }

    pub(super) fn take_back(&mut self) -> Vec<(MemberRef, u64)> {
        std::mem::take(&mut self.taken_back)
    }

    /// The member is over: damage that was only counted becomes one row.
    pub(super) fn sum_up(&mut self) {
        let row = std::mem::take(&mut self.rest).into_row("member", &self.limits);
        if let Some(mut damage) = row {
            self.place(&mut damage);
            self.damage.push(damage);
        }
    }

    pub(super) fn begin(&mut self, member: MemberRef) -> Result<()> {
        self.sum_up();
        self.kept_here = 0;
        self.slot = None;
        self.record = 0;
        self.delivered_here = 0;
        self.damaged_here = false;
        let closed = self.clips.as_mut().is_some_and(|clips| clips.begin_member(&member, self.sources.len()));
        self.member = member;
        if closed { self.clip_closed() } else { Ok(()) }
    }

    /// The name of the member under way.
    pub(super) fn member_name(&self) -> &str {
        self.member.name()
    }

    pub(super) fn outcome(&self) -> MemberOutcome {
        match (self.damaged_here, self.delivered_here) {
            (false, _) => MemberOutcome::Decoded,
            (true, 1..) => MemberOutcome::Partly,
            (true, 0) => MemberOutcome::Quarantined,
        }
    }

    /// Whether a record of this member was taken or refused.
    pub(super) fn has_records(&self) -> bool {
        self.record > 0
    }

    /// Forgets what was appended since the last accepted record.
    pub(super) fn rollback(&mut self) {
        self.root.truncate(self.sources.len());
        self.scratch.clear();
    }

    /// Makes a row of the record that was appended; `text` is its source.
    pub(super) fn accept(&mut self, text: &[u8]) -> Result<Verdict> {
        let row = self.sources.len();
        if let Some(clips) = &mut self.clips {
            let (joined, closed) = clips.join(&self.root, row, text.len());
            if closed {
                self.clip_closed()?;
            }
            match joined {
                Joined::Yes => {}
                Joined::No(issue) => {
                    self.rollback();
                    return Ok(Verdict::Refused(issue));
                }
                Joined::Refused => {
                    self.rollback();
                    self.record += 1;
                    self.counts.quarantined += 1;
                    self.damaged_here = true;
                    return Ok(Verdict::Dropped);
                }
                Joined::TooLarge { from, bytes, issue } => {
                    // Rows of clips that ended may have left meanwhile.
                    self.drop_rows(from.min(self.sources.len()));
                    self.bytes = self.bytes.saturating_sub(bytes);
                    return Ok(Verdict::Refused(issue));
                }
            }
        }
        let member = match self.slot {
            Some(slot) => slot,
            None => {
                self.members.push(self.member.clone());
                self.slot = Some(self.members.len() - 1);
                self.members.len() - 1
            }
        };
        let hash = if self.with_src { source::hash(text) } else { [0; 32] };
        self.sources.push(Source { member, record: self.record, hash });
        let counts = self.clips.as_mut().map_or(&mut self.coercions, Clips::coercions);
        for &at in &self.scratch.log {
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
        self.scratch.clear();
        self.record += 1;
        self.counts.delivered += 1;
        self.delivered_here += 1;
        self.bytes += text.len();
        if self.clips.is_none() && (self.sources.len() >= self.batch_rows || self.bytes >= self.batch_bytes) {
            self.seal()?;
        }
        Ok(Verdict::Taken)
    }

    /// Takes the rows from `from` on back: their clip is refused.
    fn drop_rows(&mut self, from: usize) {
        let dropped = self.sources.len().saturating_sub(from) as u64;
        let mut here = 0;
        for source in self.sources.iter().skip(from) {
            if Some(source.member) == self.slot {
                here += 1;
                continue;
            }
            let Some(member) = self.members.get(source.member) else { continue };
            match self.taken_back.last_mut() {
                Some((last, rows)) if last == member => *rows += 1,
                _ => self.taken_back.push((member.clone(), 1)),
            }
        }
        self.sources.truncate(from);
        self.rollback();
        self.counts.delivered = self.counts.delivered.saturating_sub(dropped);
        self.counts.quarantined += dropped;
        self.delivered_here = self.delivered_here.saturating_sub(here);
    }

    /// Books a record that cannot be used; its row, if any, was rolled back.
    pub(super) fn refuse(&mut self, mut damage: Damage) {
        damage.record = Some(self.record);
        self.record += 1;
        self.counts.quarantined += 1;
        self.report(damage);
    }

    /// Books damage of the member beside its records.
    pub(super) fn report(&mut self, mut damage: Damage) {
        self.damaged_here = true;
        if let Some(clips) = &mut self.clips {
            clips.damaged();
        }
        if self.kept_here >= self.limits.damage_rows {
            self.rest.add(&damage);
            return;
        }
        self.kept_here += 1;
        self.place(&mut damage);
        self.damage.push(damage);
    }

    /// Says which member it is.
    fn place(&self, damage: &mut Damage) {
        damage.object = self.member.object.to_string();
        damage.member = self.member.member.as_deref().map(str::to_owned);
        damage.member_index = self.member.member_index;
    }

    pub(super) fn is_full(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The next complete batch; where there is none, what has come together so far.
    pub(super) fn flush(&mut self) -> Result<Option<RecordBatch>> {
        if self.ready.is_empty() {
            let rows = self.sources.len();
            if let Some(clips) = &mut self.clips {
                clips.close(rows, &mut self.coercions);
            }
            self.seal()?;
        }
        self.paused = false;
        Ok(self.ready.pop_front())
    }

    fn clip_closed(&mut self) -> Result<()> {
        let Some(clips) = &mut self.clips else { return Ok(()) };
        clips.settle(&mut self.coercions);
        if clips.closed() >= self.batch_rows || self.bytes >= self.batch_bytes {
            self.seal()?;
        }
        Ok(())
    }

    /// Makes a batch of all accepted rows, which with clips are those of closed ones.
    fn seal(&mut self) -> Result<()> {
        let count = self.sources.len();
        self.bytes = 0;
        let failed = |error| Error::internal("making an Arrow batch of decoded records failed").because(error);
        let mut columns: Vec<ArrayRef>;
        let rows;
        match &mut self.clips {
            None if count == 0 => return Ok(()),
            None => {
                rows = count;
                let Data::Struct(root) = &mut self.root.data else { return Ok(()) };
                columns = root.take_columns(count);
                if self.with_src {
                    columns
                        .push(source::column(&self.sources, &self.members, self.dataset.as_deref()).map_err(failed)?);
                }
            }
            Some(clips) if clips.closed() == 0 => return Ok(()),
            Some(clips) => {
                rows = clips.closed();
                let records = self.root.take(count);
                let firsts;
                (columns, firsts) = clips.take(&records, &self.sources, &self.members).map_err(failed)?;
                if self.with_src {
                    columns.push(source::column(&firsts, &self.members, self.dataset.as_deref()).map_err(failed)?);
                }
            }
        }
        self.sources.clear();
        self.members.clear();
        self.slot = None;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(self.schema(), columns, &options).map_err(failed)?;
        self.counts.rows += rows as u64;
        self.ready.push_back(batch);
        self.paused = true;
        Ok(())
    }
}

/// The schema of the batches that a decoder with these options gives: the declared fields without the `jogak:` metadata
/// (or, grouped, `group`, `members`, `records` and `damaged`), then `_src` where it is asked for.
///
/// # Errors
/// A declared field is called `_src`.
pub fn output_schema(declared: &Schema, options: &DecodeOptions) -> Result<SchemaRef> {
    let mut fields: Vec<_> = declared.fields().iter().map(output_field).collect();
    if options.group != Grouping::None {
        fields = super::clip::fields(fields.into());
    }
    if options.with_src {
        if fields.iter().any(|field| field.name() == "_src") {
            return Err(Error::invalid("schema: `_src` is the name of the source column; give the field another name"));
        }
        fields.push(Arc::new(Field::new("_src", DataType::Struct(source::fields()), true)));
    }
    let metadata = declared.metadata().iter().filter(|(key, _)| !key.starts_with("jogak:"));
    let metadata = metadata.map(|(key, value)| (key.clone(), value.clone())).collect();
    Ok(Arc::new(Schema::new_with_metadata(fields, metadata)))
}
