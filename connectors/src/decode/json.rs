//! JSON records into rows: the join of `document`, which finds them, `record`, which reads them, and `rows`.

use super::lexical::skip_space;
use super::record::{Issue, Stop, locate, parse_record};
use super::records::{Outcome, Records};
use super::rows::{Rows, Verdict};
use crate::damage::Damage;
use crate::error::Result;

impl Records for Rows {
    fn offer(&mut self, text: &[u8], whole: bool, depth: usize) -> Result<Outcome> {
        read(self, text, whole, depth, false)
    }

    fn refuse(&mut self, damage: Damage) {
        Rows::refuse(self, damage);
    }

    fn report(&mut self, damage: Damage) {
        Rows::report(self, damage);
    }

    fn paused(&self) -> bool {
        self.paused
    }
}

/// Reads the record at the start of `text`; `alone`, nothing but white space may follow it.
pub(super) fn read(rows: &mut Rows, text: &[u8], whole: bool, depth: usize, alone: bool) -> Result<Outcome> {
    let end = match parse_record(&mut rows.root, text, whole, depth, &mut rows.scratch) {
        Ok(end) => end,
        Err(stop) => {
            rows.rollback();
            return Ok(match stop {
                Stop::End => Outcome::Cut,
                Stop::Broken(issue) => Outcome::Broken(issue),
            });
        }
    };
    let record = &text[..end];
    if simdutf8::basic::from_utf8(record).is_err() {
        let at = simdutf8::compat::from_utf8(record).err().map_or(0, |error| error.valid_up_to());
        let issue = Issue::new("ENCODING", at, "this is not text in the encoding of the member");
        rows.rollback();
        return Ok(Outcome::Refused(end, Box::new(issue)));
    }
    if let Some(mut issue) = rows.scratch.issue.take() {
        rows.rollback();
        locate(&mut issue, record);
        return Ok(Outcome::Refused(end, issue));
    }
    let behind = skip_space(text, end);
    if alone && behind < text.len() {
        rows.rollback();
        let issue = Issue::new("TRAILING", behind, "something follows the record on its line");
        return Ok(Outcome::Refused(text.len(), Box::new(issue)));
    }
    Ok(match rows.accept(record)? {
        Verdict::Taken | Verdict::Dropped => Outcome::Done(end),
        Verdict::Refused(issue) => Outcome::Refused(end, issue),
    })
}
