//! What the readers of documents, JSON and XML, share: how records are offered, the document as the record of last resort,
//! and how damage is worded and placed.

use super::position::{OffsetUnit, Position, excerpt};
use super::record::Issue;
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::{Limits, length};

/// What came of a record that was offered.
pub(super) enum Outcome {
    /// It ends before this index and was dealt with.
    Done(usize),
    /// It ends before this index and cannot be used.
    Refused(usize, Box<Issue>),
    /// The text ends inside it; nothing of it was kept.
    Cut,
    /// It is no JSON from the issue's place on, or too deep there; nothing of it was kept.
    Broken(Box<Issue>),
}

/// Whoever takes the records of a document.
pub(super) trait Records {
    /// Reads the record at the start of `text`, inside `depth` containers. With `whole` nothing follows the text.
    fn offer(&mut self, text: &[u8], whole: bool, depth: usize) -> Result<Outcome>;
    /// Books a record that cannot be used.
    fn refuse(&mut self, damage: Damage);
    /// Books damage beside the records.
    fn report(&mut self, damage: Damage);
    /// Whether reading should pause behind the last record.
    fn paused(&self) -> bool;
}

/// The text of a document that is held as a record.
pub(super) struct Held {
    pub(super) text: Vec<u8>,
    pub(super) start: Position,
    /// It was longer than a record may be; nothing of it is here.
    pub(super) too_large: bool,
}

/// The document itself as the record of last resort: held until another path holds, or the document ends.
pub(super) struct LastResort {
    held: Option<Held>,
    /// Where in the slice under way the text begins that is not held yet.
    from: usize,
    most: usize,
}

impl LastResort {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { held: None, from: 0, most: length(limits.record_size) }
    }

    /// Holds the document that begins at `start` with `text`, which goes on at index `from` of the slice under way.
    pub(super) fn begin(&mut self, text: Vec<u8>, start: Position, from: usize) {
        self.held = Some(Held { text, start, too_large: false });
        self.from = from;
    }

    /// How long characters are in the member.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        if let Some(held) = &mut self.held {
            held.start.set_unit(unit);
        }
    }

    /// Another slice begins.
    pub(super) fn next_slice(&mut self) {
        self.from = 0;
    }

    /// Another path holds, or another document begins.
    pub(super) fn forget(&mut self) {
        self.held = None;
    }

    /// Keeps the slice under way up to here: all of `bytes`.
    pub(super) fn hold(&mut self, bytes: &[u8]) {
        let Some(held) = &mut self.held else { return };
        let more = bytes.get(self.from..).unwrap_or_default();
        if held.too_large || held.text.len() + more.len() > self.most {
            held.too_large = true;
            held.text = Vec::new();
        } else {
            held.text.extend_from_slice(more);
        }
        self.from = bytes.len();
    }

    /// The document is over.
    pub(super) fn take(&mut self) -> Option<Held> {
        self.held.take()
    }

    /// Books damage outside of records, which is that of the document where it is held as one.
    pub(super) fn book<R: Records>(&self, damage: Damage, records: &mut R) {
        if self.held.is_some() { records.refuse(damage) } else { records.report(damage) }
    }
}

/// Says that a document ends with its damage.
pub(super) fn rest_unread(detail: &str) -> String {
    format!("{detail}; the rest of the member is not read")
}

/// A record that begins at `start` and is too long.
pub(super) fn record_size(start: Position, limits: &Limits) -> Damage {
    start.damage("RECORD_SIZE", format!("the record is too long ({})", limits.told("record_size")))
}

/// The sentence about too many `things` in one another.
pub(super) fn too_deep(things: &str, limits: &Limits) -> String {
    format!("too many {things} are open at once ({})", limits.told("nesting"))
}

/// Text outside of records that is no text.
pub(super) fn not_utf8(place: Position) -> Damage {
    place.damage("ENCODING", "this is not UTF-8; the text stands outside of records")
}

/// Books a record that is whole and cannot be used; `text` begins at `start`.
pub(super) fn refuse<R: Records>(issue: Issue, text: &[u8], start: Position, records: &mut R) {
    let place = start.after(&text[..issue.at.min(text.len())]);
    refuse_at(issue, text, place, records);
}

/// The same, where the place of the issue is known.
pub(super) fn refuse_at<R: Records>(issue: Issue, text: &[u8], place: Position, records: &mut R) {
    let mut damage = place.damage(issue.code, issue.detail);
    damage.rule = issue.rule;
    damage.excerpt = Some(excerpt(text, issue.at));
    records.refuse(damage);
}

/// The place in a sentence where a record begins that its member does not end.
pub(super) fn ends_inside(start: Position) -> String {
    format!("the member ends inside this record, which begins at line {}, column {}", start.line, start.column)
}

/// Checks text for UTF-8, piece by piece, until the first fault.
#[derive(Default)]
pub(super) struct Utf8Check {
    cut: Vec<u8>,
    done: bool,
}

impl Utf8Check {
    /// The index in `text` at which the first fault shows.
    pub(super) fn feed(&mut self, text: &[u8]) -> Option<usize> {
        if self.done {
            return None;
        }
        let mut from = 0;
        while !self.cut.is_empty() {
            let &byte = text.get(from)?;
            self.cut.push(byte);
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return self.fault(from),
            }
            from += 1;
        }
        let rest = text.get(from..).unwrap_or_default();
        let Err(error) = simdutf8::compat::from_utf8(rest) else { return None };
        let bad = error.valid_up_to();
        // The place is that of the byte that does not go on with a character, as it is when the character was cut.
        for end in bad + 1..=rest.len().min(bad + 4) {
            if std::str::from_utf8(&rest[bad..end]).is_err_and(|error| error.error_len().is_some()) {
                return self.fault(from + end - 1);
            }
        }
        self.cut.extend_from_slice(&rest[bad..]);
        None
    }

    fn fault(&mut self, at: usize) -> Option<usize> {
        self.done = true;
        Some(at)
    }
}
