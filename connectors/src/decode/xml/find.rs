//! XML documents of any size, piece by piece: finds the records, checks and forgets everything else.
//!
//! Only the record under way, where the end of a chunk cuts it, is held. Which records path holds is decided on the way, as
//! in JSON: the first path (in the order given) that fits an element is followed into it; the first element at the end of
//! a path settles the document. `$` behind other paths is the last resort, for which the document is held.

use super::scan::{Scanner, Step};
use crate::damage::Damage;
use crate::decode::path::{RecordsPath, Step as PathStep};
use crate::decode::position::{OffsetUnit, Places, Position, excerpt, up_to};
use crate::decode::records::{
    LastResort, Outcome, Records, Utf8Check, ends_inside, not_utf8, record_size, refuse, rest_unread, too_deep,
};
use crate::error::Result;
use crate::limits::{Limits, length};

/// A records path as names of elements.
struct Path {
    names: Vec<Box<[u8]>>,
    /// It ends with `[*]`: there may be no record.
    each: bool,
}

/// A record that is not over.
struct Open {
    /// Elements that are open with its own.
    depth: usize,
    /// Where it begins, if in this slice.
    from: Option<usize>,
    start: Position,
    /// It was refused before its end.
    refused: bool,
    too_deep: Option<Position>,
}

/// What to do with an element outside of records.
enum Reach {
    Record,
    /// Paths, by bit, that lead on inside.
    Into(u64),
}

/// Finds the records of one member.
pub(super) struct Finder {
    paths: Vec<Path>,
    shown: String,
    limits: Limits,
    scanner: Scanner,
    /// For each open element outside of records the paths, by bit, that lead on inside.
    frames: Vec<u64>,
    settled: Option<u64>,
    /// A path led to the element whose children are its records.
    may_be_empty: bool,
    open: Option<Open>,
    /// The text of the open record, or of a start tag outside of records, before this slice.
    cut: Vec<u8>,
    /// Where the markup under way begins, if before this slice.
    markup: Position,
    whole: LastResort,
    outside: Utf8Check,
    roots: u64,
    dead: bool,
    here: Position,
}

impl Finder {
    pub(super) fn new(paths: &[RecordsPath], limits: &Limits, start: Position) -> Self {
        let shown = paths.iter().map(RecordsPath::as_str).collect::<Vec<_>>().join(", ");
        let names = |path: &RecordsPath| {
            let keys = path.steps().iter().filter_map(|step| match step {
                PathStep::Key(key) => Some(key.as_bytes().into()),
                PathStep::Each => None,
            });
            Path { names: keys.collect(), each: path.steps().last() == Some(&PathStep::Each) }
        };
        Self {
            paths: paths.iter().map(names).collect(),
            shown,
            limits: *limits,
            scanner: Scanner::new(),
            frames: Vec::new(),
            settled: None,
            may_be_empty: false,
            open: None,
            cut: Vec::new(),
            markup: start,
            whole: LastResort::new(limits),
            outside: Utf8Check::default(),
            roots: 0,
            dead: false,
            here: start,
        }
    }

    /// How long characters are in the member, for the places kept too: what stood before the unit was known is ASCII.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.here.set_unit(unit);
        self.markup.set_unit(unit);
        self.whole.set_unit(unit);
        if let Some(open) = &mut self.open {
            open.start.set_unit(unit);
        }
    }

    /// Reads on; returns how much was read, less than all only where `records` paused.
    pub(super) fn feed<R: Records>(&mut self, bytes: &[u8], records: &mut R) -> Result<usize> {
        let mut places = Places::new(bytes, self.here);
        self.whole.next_slice();
        self.scanner.next_slice();
        let mut at = 0;
        // The text from here on stands outside of records and was not checked for its encoding.
        let mut outside = 0;
        while at < bytes.len() && !self.dead {
            match self.scanner.feed(bytes, at) {
                Step::More => at = bytes.len(),
                Step::Open { end, empty } => {
                    at = end;
                    self.opened(&mut places, end, empty, &mut outside, records)?;
                }
                Step::Close { end } => {
                    at = end;
                    self.closed(&mut places, end, &mut outside, records)?;
                }
                Step::Bad { at, markup, code, detail } => {
                    let place = if markup { self.markup_place(&mut places) } else { places.at(at) };
                    self.bad(&mut places, at, place, code, &detail, &mut outside, records);
                }
            }
            if records.paused() {
                break;
            }
        }
        if self.dead {
            at = bytes.len();
        } else {
            self.end_slice(&mut places, at, &mut outside, records);
        }
        self.here = places.at(at);
        Ok(at)
    }

    /// The member is over.
    pub(super) fn finish<R: Records>(&mut self, records: &mut R) -> Result<()> {
        if self.dead {
            return Ok(());
        }
        let here = self.here;
        if let Some(open) = self.open.take() {
            if !open.refused {
                let mut damage = here.damage("TRUNCATED", ends_inside(open.start));
                damage.excerpt = Some(excerpt(&self.cut, self.cut.len()));
                records.refuse(damage);
            }
        } else if self.scanner.in_markup() || !self.frames.is_empty() || (self.scanner.any_markup() && self.roots == 0)
        {
            let detail =
                if self.roots == 0 { "the member ends before its root element" } else { "the member ends in markup" };
            let detail = if self.frames.is_empty() { detail } else { "the member ends inside its root element" };
            self.whole.book(self.located(here.damage("TRUNCATED", detail)), records);
        } else if self.roots == 0 {
            records.report(here.damage("EMPTY", "the member holds no document"));
        }
        Ok(())
    }

    /// Where the markup under way, or read last, begins.
    fn markup_place(&self, places: &mut Places<'_>) -> Position {
        self.scanner.markup_start().map_or(self.markup, |at| places.at(at))
    }

    /// A start tag or an empty element ends before `end`.
    fn opened<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        end: usize,
        empty: bool,
        outside: &mut usize,
        records: &mut R,
    ) -> Result<()> {
        let depth = self.scanner.depth() + usize::from(empty);
        if self.open.is_some() {
            self.check_size(places, end, records);
            if depth > length(self.limits.nesting) {
                let place = self.markup_place(places);
                if let Some(open) = &mut self.open {
                    open.too_deep.get_or_insert(place);
                }
            }
            return Ok(());
        }
        let start = self.scanner.markup_start();
        if self.is_too_long(places, end, outside, records) {
            return Ok(());
        }
        let fault = if self.frames.is_empty() && self.roots > 0 {
            Some(("TRAILING", "the root element is over, but another follows".to_owned()))
        } else if depth > length(self.limits.nesting) {
            Some(("DEPTH", too_deep("elements", &self.limits)))
        } else {
            None
        };
        if let Some((code, detail)) = fault {
            let place = self.markup_place(places);
            self.check_outside(places, outside, start.unwrap_or(0), records);
            self.die(place.damage(code, rest_unread(&detail)), records);
            return Ok(());
        }
        match self.reach(places, start) {
            Reach::Record => {
                self.check_outside(places, outside, start.unwrap_or(0), records);
                self.open = Some(Open { depth, from: start, start: self.markup, refused: false, too_deep: None });
                if start.is_some() {
                    self.cut.clear();
                }
                if empty {
                    self.end_record(places, end, outside, records)?;
                } else {
                    self.check_size(places, end, records);
                }
            }
            Reach::Into(paths) => {
                self.forget_cut(records);
                if !empty {
                    self.frames.push(paths);
                } else if self.frames.is_empty() {
                    self.end_root(places, end, outside, records)?;
                }
            }
        }
        Ok(())
    }

    fn closed<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        end: usize,
        outside: &mut usize,
        records: &mut R,
    ) -> Result<()> {
        match &self.open {
            Some(open) if self.scanner.depth() < open.depth => self.end_record(places, end, outside, records)?,
            Some(_) => self.check_size(places, end, records),
            None => {
                self.forget_cut(records);
                self.frames.pop();
                if self.frames.is_empty() {
                    self.end_root(places, end, outside, records)?;
                }
            }
        }
        Ok(())
    }

    /// Finds out what the element is whose start tag was just read; `start` is where that begins, if in this slice.
    fn reach(&mut self, places: &mut Places<'_>, start: Option<usize>) -> Reach {
        let depth = self.frames.len();
        let here = self.frames.last().copied().unwrap_or(u64::MAX) & self.settled.unwrap_or(u64::MAX);
        if here == 0 {
            return Reach::Into(0);
        }
        let name = self.scanner.name();
        let fits = |path: &Path| path.names.get(depth).is_some_and(|step| **step == *name);
        let alive = || self.paths.iter().enumerate().filter(|(bit, _)| here >> bit & 1 == 1);
        let whole = |path: &Path| path.names.is_empty() && depth == 0;
        let Some((bit, first)) = alive().find(|(_, path)| whole(path) || fits(path)) else { return Reach::Into(0) };
        if whole(first) || first.names.len() == depth + 1 {
            self.settled = Some(1 << bit);
            self.whole.forget();
            return Reach::Record;
        }
        let inside = || alive().filter(|(_, path)| fits(path) && path.names.len() > depth + 1);
        let paths = inside().fold(0, |bits, (bit, _)| bits | 1 << bit);
        self.may_be_empty |= inside().any(|(_, path)| path.each && path.names.len() == depth + 2);
        if alive().any(|(_, path)| whole(path)) {
            let (text, start) = match start {
                Some(at) => (Vec::new(), places.at(at)),
                None => (self.cut.clone(), self.markup),
            };
            self.whole.begin(text, start, self.scanner.markup_start().unwrap_or(0));
        }
        Reach::Into(paths)
    }

    /// Takes the text of the open record up to `end` in hand.
    fn take_text(&mut self, bytes: &[u8], end: usize) {
        let Some(open) = &mut self.open else { return };
        if !open.refused {
            self.cut.extend_from_slice(bytes.get(open.from.unwrap_or(0)..end).unwrap_or_default());
        }
    }

    /// Refuses the open record where it is longer than allowed by index `end`.
    fn check_size<R: Records>(&mut self, places: &mut Places<'_>, end: usize, records: &mut R) {
        let Some(open) = &mut self.open else { return };
        let length_now = self.cut.len() + end.saturating_sub(open.from.unwrap_or(0));
        if open.refused || length_now <= length(self.limits.record_size) {
            return;
        }
        open.refused = true;
        self.cut = Vec::new();
        let start = open.from.map_or(open.start, |at| places.at(at));
        let damage = match open.too_deep {
            Some(place) => place.damage("DEPTH", too_deep("elements", &self.limits)),
            None => record_size(start, &self.limits),
        };
        records.refuse(damage);
    }

    /// Outside of records: whether the start tag under way is longer than any record may be.
    fn is_too_long<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        end: usize,
        outside: &mut usize,
        records: &mut R,
    ) -> bool {
        let tag = match self.scanner.markup_start() {
            Some(start) => end.saturating_sub(start),
            None => self.cut.len() + end,
        };
        if tag <= length(self.limits.record_size) {
            return false;
        }
        let detail =
            rest_unread(&format!("a tag is longer than a record may be ({})", self.limits.told("record_size")));
        let place = self.markup_place(places);
        self.check_outside(places, outside, self.scanner.markup_start().unwrap_or(0), records);
        self.die(place.damage("RECORD_SIZE", detail), records);
        true
    }

    /// The open record ends before `end`.
    fn end_record<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        end: usize,
        outside: &mut usize,
        records: &mut R,
    ) -> Result<()> {
        self.check_size(places, end, records);
        let Some(open) = self.open.take() else { return Ok(()) };
        if !open.refused {
            let from = open.from.unwrap_or(0);
            let piece = places.bytes.get(from..end).unwrap_or_default();
            let mut cut = std::mem::take(&mut self.cut);
            let text = if cut.is_empty() {
                piece
            } else {
                cut.extend_from_slice(piece);
                &cut
            };
            if let Some(place) = open.too_deep {
                let mut damage = place.damage("DEPTH", too_deep("elements", &self.limits));
                damage.excerpt = Some(excerpt(text, 0));
                records.refuse(damage);
            } else {
                match records.offer(text, true, self.frames.len())? {
                    Outcome::Done(_) | Outcome::Cut => {}
                    Outcome::Refused(_, issue) | Outcome::Broken(issue) => {
                        let start = open.from.map_or(open.start, |at| places.at(at));
                        refuse(*issue, text, start, records);
                    }
                }
            }
            cut.clear();
            self.cut = cut;
        }
        *outside = end;
        if self.frames.is_empty() {
            self.roots += 1;
        }
        Ok(())
    }

    /// The root element, which is not itself the record, ends before `end`.
    fn end_root<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        end: usize,
        outside: &mut usize,
        records: &mut R,
    ) -> Result<()> {
        self.check_outside(places, outside, end, records);
        self.roots += 1;
        self.whole.hold(places.bytes.get(..end).unwrap_or_default());
        match self.whole.take() {
            _ if self.settled.is_some() => {}
            Some(held) if held.too_large => records.refuse(record_size(held.start, &self.limits)),
            Some(held) => match records.offer(&held.text, true, 0)? {
                Outcome::Done(_) | Outcome::Cut => {}
                Outcome::Refused(_, issue) | Outcome::Broken(issue) => {
                    refuse(*issue, &held.text, held.start, records);
                }
            },
            None if self.may_be_empty => {}
            None => {
                let detail = format!("the document has no elements at {}", self.shown);
                let mut damage = places.at(end).damage("NO_RECORDS", detail);
                damage.rule = Some(self.shown.clone());
                records.report(damage);
            }
        }
        Ok(())
    }

    /// The slice is read up to `end`: keeps what must be there when the next one comes.
    fn end_slice<R: Records>(&mut self, places: &mut Places<'_>, end: usize, outside: &mut usize, records: &mut R) {
        let bytes = places.bytes;
        if self.scanner.in_markup()
            && let Some(at) = self.scanner.markup_start()
        {
            self.markup = places.at(at);
        }
        if self.open.is_some() {
            self.check_size(places, end, records);
            self.take_text(bytes, end);
            if let Some(open) = &mut self.open
                && let Some(from) = open.from.take()
            {
                open.start = places.at(from);
            }
            *outside = end;
        } else if self.scanner.in_start_tag() {
            if self.is_too_long(places, end, outside, records) {
                return;
            }
            let start = self.scanner.markup_start();
            if start.is_some() {
                self.cut.clear();
            }
            let from = start.unwrap_or(0);
            self.check_outside(places, outside, from, records);
            self.cut.extend_from_slice(bytes.get(from..end).unwrap_or_default());
        } else {
            self.forget_cut(records);
            self.check_outside(places, outside, end, records);
        }
        self.whole.hold(bytes.get(..end).unwrap_or_default());
    }

    /// The text is broken at index `at`; people are shown `place`.
    #[expect(clippy::too_many_arguments, reason = "the parts of one place and of its message")]
    fn bad<R: Records>(
        &mut self,
        places: &mut Places<'_>,
        at: usize,
        place: Position,
        code: &str,
        detail: &str,
        outside: &mut usize,
        records: &mut R,
    ) {
        self.check_size(places, at, records);
        let damage = place.damage(code, rest_unread(detail));
        if self.open.as_ref().is_some_and(|open| !open.refused) {
            self.take_text(places.bytes, at);
            let mut damage = damage;
            let length = self.cut.len();
            self.cut.extend(places.bytes.get(at));
            damage.excerpt = Some(excerpt(up_to(&self.cut, length), length));
            records.refuse(damage);
        } else if self.open.is_some() {
            records.report(damage);
        } else {
            if self.scanner.in_start_tag() && self.is_too_long(places, at, outside, records) {
                return;
            }
            let until = if self.scanner.in_start_tag() {
                self.scanner.markup_start().unwrap_or(0)
            } else {
                self.forget_cut(records);
                at
            };
            self.check_outside(places, outside, until, records);
            self.die(damage, records);
        }
        self.dead = true;
        self.open = None;
        self.cut = Vec::new();
    }

    fn die<R: Records>(&mut self, damage: Damage, records: &mut R) {
        self.dead = true;
        self.whole.book(self.located(damage), records);
        self.whole.forget();
    }

    /// Names the elements that are open around a place outside of records.
    fn located(&self, mut damage: Damage) -> Damage {
        damage.rule = Some(self.scanner.path(self.frames.len())).filter(|path| !path.is_empty());
        damage
    }

    /// What looked like the start tag of a record is none: checks its encoding too.
    fn forget_cut<R: Records>(&mut self, records: &mut R) {
        let mut cut = std::mem::take(&mut self.cut);
        if let Some(bad) = self.outside.feed(&cut) {
            records.report(not_utf8(self.markup.after(&cut[..bad])));
        }
        cut.clear();
        self.cut = cut;
    }

    /// Checks the encoding of text outside of records, up to `to`; the first fault of a member is booked.
    fn check_outside<R: Records>(&mut self, places: &mut Places<'_>, from: &mut usize, to: usize, records: &mut R) {
        let start = std::mem::replace(from, to);
        let Some(text) = places.bytes.get(start..to) else { return };
        if let Some(bad) = self.outside.feed(text) {
            records.report(not_utf8(places.at(start + bad)));
        }
    }
}
