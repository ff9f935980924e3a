//! JSON documents of any size, piece by piece: finds the records, checks and forgets everything else.
//!
//! Only the bytes of a record that is cut by the end of a chunk are held. A record that lies whole in a chunk is read
//! where it stands. Which records path holds is decided on the way:
//!
//! - the first path (in the order given) that fits the kind of a value is followed into it; paths that lead under other
//!   keys stay possible until the first of them reaches a record or an array of records, which settles the document;
//! - `$` behind other paths is the last resort: the document is then held, up to the record limit, until one of the
//!   others holds or the document ends;
//! - a key of the path that stands twice in its object is followed once; the second is damage (`DUP_KEY`).

use std::sync::Arc;

use super::lexical::{StringFault, StringScan, StringStep, show, skip_space, unescape};
use super::path::{RecordsPath, Step};
use super::position::{OffsetUnit, Places, Position, excerpt, up_to};
use super::record::Issue;
use super::records::{
    LastResort, Outcome, Records, Utf8Check, ends_inside, not_utf8, record_size, refuse, refuse_at, rest_unread,
    too_deep,
};
use super::skip::{Skipped, Skipper};
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::{Limits, length};

/// Bytes of text kept to show what stood before a broken place.
const RECENT: usize = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a document, or behind one.
    Between,
    Value,
    ItemOrEnd,
    KeyOrEnd,
    Key,
    InKey(StringScan),
    Colon,
    Next,
    /// In a value that holds no records.
    Skip,
    /// In a record that was cut by the end of a chunk.
    Record,
    /// In a record that was refused before its end.
    Discard,
    /// Behind a broken place: nothing more is read.
    Dead,
}

struct Frame {
    object: bool,
    /// Paths, by bit, that lead into this container.
    paths: u64,
    /// Paths that were followed under a key of this object.
    followed: u64,
}

/// Reads the documents of one member.
pub(super) struct Document {
    paths: Arc<[RecordsPath]>,
    longest_key: usize,
    /// Whether one document may follow another.
    several: bool,
    limits: Limits,
    state: State,
    frames: Vec<Frame>,
    /// The path that holds, by its bit.
    settled: Option<u64>,
    /// Paths that lead to the value that comes next.
    next: u64,
    key: Vec<u8>,
    skipper: Skipper,
    record: Vec<u8>,
    record_start: Position,
    whole: LastResort,
    /// Where the slice under way begins.
    here: Position,
    recent: Vec<u8>,
    outside: Utf8Check,
    documents: u64,
}

impl Document {
    /// A reader for one member whose text begins at `start`.
    pub(super) fn new(paths: &Arc<[RecordsPath]>, several: bool, limits: &Limits, start: Position) -> Self {
        let keys = paths.iter().flat_map(RecordsPath::steps).map(|step| match step {
            Step::Key(key) => key.len(),
            Step::Each => 0,
        });
        Self {
            paths: Arc::clone(paths),
            several,
            limits: *limits,
            state: State::Between,
            frames: Vec::new(),
            settled: None,
            next: 0,
            key: Vec::new(),
            // An escaped character takes up to six bytes for each of its own.
            longest_key: keys.max().unwrap_or(0) * 6,
            skipper: Skipper::new(length(limits.nesting)),
            record: Vec::new(),
            record_start: start,
            whole: LastResort::new(limits),
            here: start,
            recent: Vec::new(),
            outside: Utf8Check::default(),
            documents: 0,
        }
    }

    /// How long characters are in the member, for the places kept too: what stood before the unit was known is ASCII.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.here.set_unit(unit);
        self.record_start.set_unit(unit);
        self.whole.set_unit(unit);
    }

    /// Reads on; returns how much was read, less than all only where `records` paused.
    pub(super) fn feed<R: Records>(&mut self, bytes: &[u8], records: &mut R) -> Result<usize> {
        let mut places = Places::new(bytes, self.here);
        self.whole.next_slice();
        let mut at = 0;
        // The text from here on stands outside of records and was not checked for its encoding.
        let mut outside = 0;
        let read = loop {
            match self.state {
                State::Dead => break bytes.len(),
                State::Record | State::Discard => {
                    let end = if self.state == State::Record {
                        self.go_on_with_record(&mut places, at, records)?
                    } else {
                        self.go_on_discarding(&mut places, at, records)
                    };
                    let Some(end) = end else {
                        outside = bytes.len();
                        break bytes.len();
                    };
                    (at, outside) = (end, end);
                    if self.state != State::Discard {
                        self.after_value(&mut places, at, &mut outside, records)?;
                    }
                    if records.paused() {
                        break at;
                    }
                    continue;
                }
                State::Skip => {
                    match self.skipper.feed(bytes, at) {
                        Skipped::Done(end) => {
                            at = end;
                            self.after_value(&mut places, at, &mut outside, records)?;
                        }
                        Skipped::More => break bytes.len(),
                        Skipped::Number { at: end, length } => {
                            self.check_outside(&mut places, &mut outside, end, records);
                            let damage =
                                places.at(end).back(length).damage("NUMBER", "this token is not a JSON number");
                            records.report(self.with_recent(damage, bytes, end));
                            at = end;
                        }
                        Skipped::Bad { at: bad, back, code, detail } => {
                            self.check_outside(&mut places, &mut outside, bad, records);
                            let detail = if code == "DEPTH" { too_deep("containers", &self.limits) } else { detail };
                            let damage = places.at(bad).back(back).damage(code, rest_unread(&detail));
                            self.die(self.with_recent(damage, bytes, bad), records);
                        }
                    }
                    continue;
                }
                State::InKey(mut scan) => {
                    let (end, done) = match scan.feed(bytes, at) {
                        StringStep::End(end) => (end, true),
                        StringStep::More => (bytes.len(), false),
                        StringStep::Bad(bad, fault) => {
                            self.check_outside(&mut places, &mut outside, bad, records);
                            let damage = places.at(bad).damage("SYNTAX", rest_unread(StringFault::detail(fault)));
                            self.die(self.with_recent(damage, bytes, bad), records);
                            continue;
                        }
                    };
                    if self.key.len() <= self.longest_key + 1 {
                        self.key.extend_from_slice(&bytes[at..end.min(at + self.longest_key + 2)]);
                    }
                    if !done {
                        self.state = State::InKey(scan);
                        break bytes.len();
                    }
                    self.state = State::Colon;
                    at = end;
                    if !self.follow_key() {
                        // The place is the closing quote: what follows may not be there yet.
                        let quote = at - 1;
                        self.check_outside(&mut places, &mut outside, quote, records);
                        let detail = "a key of the records path stands twice; the first one holds";
                        let mut damage = places.at(quote).damage("DUP_KEY", detail);
                        damage.rule = Some(self.shown_paths());
                        records.report(self.with_recent(damage, bytes, quote));
                    }
                    continue;
                }
                _ => {}
            }
            at = skip_space(bytes, at);
            let Some(&byte) = bytes.get(at) else { break at };
            let fault = match (self.state, byte) {
                (State::Between, _) if self.documents > 0 && !(self.several && matches!(byte, b'{' | b'[')) => {
                    self.check_outside(&mut places, &mut outside, at, records);
                    let detail = rest_unread(&format!("the document is over, but {} follows", show(Some(byte))));
                    let damage = places.at(at).damage("TRAILING", detail);
                    self.die(self.with_recent(damage, bytes, at), records);
                    continue;
                }
                (State::ItemOrEnd, b']') | (State::KeyOrEnd, b'}') => {
                    at += 1;
                    self.frames.pop();
                    self.after_value(&mut places, at, &mut outside, records)?;
                    continue;
                }
                (State::Between | State::Value | State::ItemOrEnd, _) => {
                    if self.state == State::Between {
                        self.next = u64::MAX >> (64 - self.paths.len().clamp(1, 64));
                    } else if let Some(frame) = self.frames.last().filter(|frame| !frame.object) {
                        self.next = frame.paths;
                    }
                    if self.reach(&mut places, at, byte) {
                        self.check_outside(&mut places, &mut outside, at, records);
                        if let Some(end) = self.begin_record(&mut places, at, records)? {
                            (at, outside) = (end, end);
                            self.after_value(&mut places, at, &mut outside, records)?;
                            if records.paused() {
                                break at;
                            }
                        }
                    } else if self.state != State::Skip {
                        at += 1;
                    }
                    continue;
                }
                (State::Key | State::KeyOrEnd, b'"') => {
                    self.key.clear();
                    self.state = State::InKey(StringScan::default());
                    at += 1;
                    continue;
                }
                (State::Colon, b':') => {
                    self.state = State::Value;
                    at += 1;
                    continue;
                }
                (State::Next, b',') => {
                    self.state = if self.in_object() { State::Key } else { State::Value };
                    at += 1;
                    continue;
                }
                (State::Next, b'}' | b']') if self.in_object() == (byte == b'}') => {
                    at += 1;
                    self.frames.pop();
                    self.after_value(&mut places, at, &mut outside, records)?;
                    continue;
                }
                (State::Key | State::KeyOrEnd, _) => "a key in double quotes",
                (State::Colon, _) => "`:` after a key",
                _ if self.in_object() => "`,` or `}`",
                _ => "`,` or `]`",
            };
            self.check_outside(&mut places, &mut outside, at, records);
            let detail = rest_unread(&format!("expected {fault}, found {}", show(Some(byte))));
            let damage = places.at(at).damage("SYNTAX", detail);
            self.die(self.with_recent(damage, bytes, at), records);
        };
        if self.state != State::Dead {
            self.check_outside(&mut places, &mut outside, read, records);
        }
        self.whole.hold(&bytes[..read]);
        self.here = places.at(read);
        self.remember(&bytes[..read]);
        Ok(read)
    }

    /// The member is over.
    pub(super) fn finish<R: Records>(&mut self, records: &mut R) -> Result<()> {
        let here = self.here;
        let mut places = Places::new(&[], here);
        self.whole.next_slice();
        match self.state {
            State::Dead | State::Discard => {}
            State::Between if self.documents > 0 => {}
            State::Between => records.report(here.damage("EMPTY", "the member holds no document")),
            State::Record => {
                let text = std::mem::take(&mut self.record);
                let whole = self.frames.is_empty();
                match records.offer(&text, whole, self.frames.len())? {
                    Outcome::Done(_) => self.after_value(&mut places, 0, &mut 0, records)?,
                    Outcome::Refused(end, issue) => {
                        refuse(*issue, &text[..end], self.record_start, records);
                        self.after_value(&mut places, 0, &mut 0, records)?;
                    }
                    Outcome::Broken(issue) => self.broken(*issue, &text, self.record_start, records),
                    Outcome::Cut => {
                        let detail = ends_inside(self.record_start);
                        records.refuse(self.with_recent(here.damage("TRUNCATED", detail), &[], 0));
                    }
                }
            }
            State::Skip if self.frames.is_empty() => match self.skipper.finish() {
                Some(Skipped::Bad { back, code, detail, .. }) => {
                    records.report(self.with_recent(here.back(back).damage(code, detail), &[], 0));
                }
                Some(Skipped::Number { length, .. }) => {
                    let damage = here.back(length).damage("NUMBER", "this token is not a JSON number");
                    records.report(self.with_recent(damage, &[], 0));
                }
                Some(_) => self.after_value(&mut places, 0, &mut 0, records)?,
                None => self.truncated(records),
            },
            _ => self.truncated(records),
        }
        self.state = State::Dead;
        Ok(())
    }

    fn truncated<R: Records>(&self, records: &mut R) {
        let damage = self.here.damage("TRUNCATED", "the member ends before its document does");
        self.whole.book(self.with_recent(damage, &[], 0), records);
    }

    fn in_object(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.object)
    }

    /// A value starts with `byte`. Where it is a record: `true`. Otherwise the state says how to go on.
    fn reach(&mut self, places: &mut Places<'_>, at: usize, byte: u8) -> bool {
        let depth = self.frames.len();
        let alive = self.next & self.settled.unwrap_or(u64::MAX);
        let fits = |step: Option<&Step>| match step {
            Some(Step::Each) => byte == b'[',
            Some(Step::Key(_)) => byte == b'{',
            None => false,
        };
        let paths = || self.paths.iter().enumerate().filter(|(bit, _)| alive >> bit & 1 == 1);
        let first = paths().find(|(_, path)| path.steps().len() == depth || fits(path.steps().get(depth)));
        if depth == 0 {
            self.whole.forget();
        }
        match first {
            None => {
                self.skipper = Skipper::new(length(self.limits.nesting).saturating_sub(depth));
                self.state = State::Skip;
                false
            }
            Some((bit, path)) if path.steps().len() == depth => {
                self.settle(bit);
                true
            }
            Some((first, _)) => {
                let into =
                    paths().filter(|(_, path)| fits(path.steps().get(depth))).fold(0, |bits, (bit, _)| bits | 1 << bit);
                let whole = depth == 0 && paths().any(|(_, path)| path.steps().is_empty());
                let records = self.paths.get(first).is_some_and(|path| path.steps().len() == depth + 1 && byte == b'[');
                if records {
                    self.settle(first);
                } else if whole {
                    self.whole.begin(Vec::new(), places.at(at), at);
                }
                self.frames.push(Frame { object: byte == b'{', paths: into, followed: 0 });
                self.state = if byte == b'{' { State::KeyOrEnd } else { State::ItemOrEnd };
                false
            }
        }
    }

    fn settle(&mut self, path: usize) {
        self.settled = Some(1 << path);
        self.whole.forget();
    }

    /// Finds the paths that lead under the key just read; `false` where they were followed before.
    fn follow_key(&mut self) -> bool {
        self.next = 0;
        let depth = self.frames.len();
        let (Some(frame), Some(raw)) = (self.frames.last_mut(), self.key.strip_suffix(b"\"")) else { return true };
        let mut key = Vec::new();
        if frame.paths == 0 || unescape(raw, &mut key).is_err() {
            return true;
        }
        for (bit, path) in self.paths.iter().enumerate().filter(|(bit, _)| frame.paths >> bit & 1 == 1) {
            if let Some(Step::Key(name)) = path.steps().get(depth - 1)
                && name.as_bytes() == key
            {
                self.next |= 1 << bit;
            }
        }
        if self.next & frame.followed != 0 {
            self.next = 0;
            return false;
        }
        frame.followed |= self.next;
        true
    }

    /// A value ends at index `at`; with the outermost one its document does.
    fn after_value<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        at: usize,
        outside: &mut usize,
        records: &mut R,
    ) -> Result<()> {
        if self.state == State::Dead {
            return Ok(());
        }
        if !self.frames.is_empty() {
            self.state = State::Next;
            return Ok(());
        }
        self.state = State::Between;
        self.documents += 1;
        if self.settled.take().is_some() {
            return Ok(());
        }
        self.check_outside(places, outside, at, records);
        self.whole.hold(&places.bytes[..at]);
        match self.whole.take() {
            None => {
                let detail = format!("the document has no records at {}", self.shown_paths());
                let mut damage = places.at(at).damage("NO_RECORDS", detail);
                damage.rule = Some(self.shown_paths());
                records.report(damage);
            }
            Some(held) if held.too_large => records.refuse(record_size(held.start, &self.limits)),
            Some(held) => match records.offer(&held.text, true, 0)? {
                Outcome::Done(_) | Outcome::Cut => {}
                Outcome::Refused(end, issue) => refuse(*issue, &held.text[..end], held.start, records),
                Outcome::Broken(issue) => self.broken(*issue, &held.text, held.start, records),
            },
        }
        Ok(())
    }

    /// Reads the record that starts at `at`, where it lies whole in the slice.
    fn begin_record<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        at: usize,
        records: &mut R,
    ) -> Result<Option<usize>> {
        let rest = &places.bytes[at..];
        let text = &rest[..rest.len().min(self.max_record())];
        Ok(match records.offer(text, false, self.frames.len())? {
            Outcome::Done(end) => Some(at + end),
            Outcome::Refused(end, issue) => {
                let place = places.at(at + issue.at);
                refuse_at(*issue, &text[..end], place, records);
                Some(at + end)
            }
            Outcome::Cut => {
                self.record.clear();
                self.record_start = places.at(at);
                self.skipper = Skipper::new(usize::MAX);
                self.state = State::Record;
                None
            }
            Outcome::Broken(issue) => {
                self.skipper = Skipper::new(usize::MAX);
                self.state = State::Discard;
                self.broken(*issue, text, places.at(at), records);
                None
            }
        })
    }

    /// Looks for the end of the record that was cut; returns it where the slice has it.
    fn go_on_with_record<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        at: usize,
        records: &mut R,
    ) -> Result<Option<usize>> {
        let bytes = places.bytes;
        let mut from = at;
        let found = loop {
            match self.skipper.feed(bytes, from) {
                // The record's own reader judges tokens.
                Skipped::Number { at, .. } => from = at,
                found => break found,
            }
        };
        let end = match &found {
            Skipped::Done(end) => *end,
            Skipped::Bad { at, .. } => at + 1,
            _ => bytes.len(),
        };
        if self.record.len() + (end - at) > self.max_record() {
            let need = self.max_record() - self.record.len();
            self.record.extend_from_slice(&bytes[at..at + need]);
            let text = std::mem::take(&mut self.record);
            self.state = State::Discard;
            match records.offer(&text, false, self.frames.len())? {
                Outcome::Broken(issue) => self.broken(*issue, &text, self.record_start, records),
                _ => records.refuse(record_size(self.record_start, &self.limits)),
            }
            return Ok(match found {
                _ if self.state == State::Dead => None,
                Skipped::Done(end) => {
                    self.state = State::Record;
                    Some(end)
                }
                Skipped::Bad { at, back, code, detail } => {
                    self.bad_discard(places, at, back, code, &detail, records);
                    None
                }
                _ => None,
            });
        }
        self.record.extend_from_slice(&bytes[at..end]);
        if found == Skipped::More {
            return Ok(None);
        }
        let mut text = std::mem::take(&mut self.record);
        let whole = matches!(found, Skipped::Done(_));
        let outcome = records.offer(&text, whole, self.frames.len())?;
        match (outcome, found) {
            (Outcome::Broken(issue), found) => {
                self.broken(*issue, &text, self.record_start, records);
                // A record that is only too deep may be broken further on.
                if self.state != State::Dead
                    && let Skipped::Bad { at, back, code, detail } = found
                {
                    self.bad_discard(places, at, back, code, &detail, records);
                }
            }
            (Outcome::Refused(end, issue), Skipped::Done(_)) => {
                refuse(*issue, &text[..end], self.record_start, records)
            }
            (_, Skipped::Bad { at, back, code, detail }) => {
                let damage = places.at(at).back(back).damage(code, rest_unread(&detail));
                self.state = State::Dead;
                records.refuse(self.with_recent(damage, bytes, at));
            }
            _ => {}
        }
        if self.state == State::Dead {
            return Ok(None);
        }
        text.clear();
        self.record = text;
        // A record too deep for its reader ends here all the same.
        self.state = State::Record;
        Ok(Some(end))
    }

    fn go_on_discarding<R: Records>(&mut self, places: &mut Places<'_>, at: usize, records: &mut R) -> Option<usize> {
        let mut from = at;
        loop {
            match self.skipper.feed(places.bytes, from) {
                Skipped::Number { at, .. } => from = at,
                Skipped::More => return None,
                Skipped::Done(end) => {
                    self.state = State::Record;
                    return Some(end);
                }
                Skipped::Bad { at, back, code, detail } => {
                    self.bad_discard(places, at, back, code, &detail, records);
                    return None;
                }
            }
        }
    }

    fn bad_discard<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        at: usize,
        back: usize,
        code: &str,
        detail: &str,
        records: &mut R,
    ) {
        let damage = places.at(at).back(back).damage(code, rest_unread(detail));
        self.die(self.with_recent(damage, places.bytes, at), records);
    }

    /// Books a record that cannot be read to its end. If it is only too deep its end can still be found.
    fn broken<R: Records>(&mut self, issue: Issue, text: &[u8], start: Position, records: &mut R) {
        let place = start.after(&text[..issue.at.min(text.len())]);
        let detail = if issue.code == "DEPTH" { issue.detail } else { rest_unread(&issue.detail) };
        let mut damage = place.damage(issue.code, detail);
        damage.excerpt = Some(excerpt(up_to(text, issue.at), issue.at));
        if issue.code != "DEPTH" {
            self.state = State::Dead;
        }
        records.refuse(damage);
    }

    fn max_record(&self) -> usize {
        length(self.limits.record_size)
    }

    fn die<R: Records>(&mut self, damage: Damage, records: &mut R) {
        self.state = State::Dead;
        self.whole.book(damage, records);
    }

    fn shown_paths(&self) -> String {
        self.paths.iter().map(RecordsPath::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Checks the encoding of text outside of records, up to `to`; the first fault of a member is booked.
    fn check_outside<R: Records>(&mut self, places: &mut Places<'_>, from: &mut usize, to: usize, records: &mut R) {
        let start = std::mem::replace(from, to);
        if matches!(self.state, State::Record | State::Discard) {
            return;
        }
        let Some(text) = places.bytes.get(start..to) else { return };
        if let Some(bad) = self.outside.feed(text) {
            let mut damage = not_utf8(places.at(start + bad));
            damage.excerpt = Some(self.recent_text(places.bytes, start + bad));
            records.report(damage);
        }
    }

    fn with_recent(&self, mut damage: Damage, bytes: &[u8], at: usize) -> Damage {
        damage.excerpt = Some(self.recent_text(bytes, at));
        damage
    }

    /// The text before index `at`, also from slices before this one, with the byte there.
    fn recent_text(&self, bytes: &[u8], at: usize) -> String {
        let mut text = Vec::with_capacity(2 * RECENT);
        if at < RECENT {
            let missing = (RECENT - at).min(self.recent.len());
            text.extend_from_slice(&self.recent[self.recent.len() - missing..]);
        }
        text.extend_from_slice(up_to(&bytes[at.saturating_sub(RECENT).min(bytes.len())..], at.min(RECENT)));
        excerpt(&text, text.len())
    }

    fn remember(&mut self, read: &[u8]) {
        if read.len() < RECENT {
            let keep = (RECENT - read.len()).min(self.recent.len());
            self.recent.drain(..self.recent.len() - keep);
        } else {
            self.recent.clear();
        }
        self.recent.extend_from_slice(&read[read.len().saturating_sub(RECENT)..]);
    }
}
