//! XML documents into rows.
//!
//! A records path names elements from the root on: `$.annotations.image[*]` are the `image` children of the root
//! `annotations`, each a record. Behind a name `[*]` says that there may be none. `$` is the root element; so it is where
//! no path is given.
//!
//! | XML | field |
//! |---|---|
//! | attribute `id` | `id`; `@id` where the element has a child `id` too, or where `@id` is declared |
//! | child element `box` | `box` |
//! | the same child several times | `box`, a list; in a list also where it stands once |
//! | element with text only | its text |
//! | text beside attributes or children | `#text`, without white space around it |
//! | empty element | an empty string, an empty object, or else NULL |
//! | `xsi:nil="true"` | NULL |
//!
//! - Where text is declared, attributes beside it are not; an element with children is no text (`TYPE`).
//! - Values are text: numbers and truth values are read from it as from the cells of CSV, and not counted as coercions.
//! - A list without elements is NULL and missing, for there is nothing that names it.
//! - json fields hold the element as JSON in which all values are strings.
//! - Names are taken as they are written, prefixes included; `xmlns` declarations are no fields.
//! - A document type definition is refused (`XML_DTD`), nothing is expanded but the five predefined entities and character
//!   references, nothing outside of the member is ever read.
//! - The record's source is its element from `<` to `>`, as UTF-8.

mod declaration;
mod fill;
mod find;
mod scan;
pub(super) mod text;
mod tree;

pub(super) use declaration::{HEAD, declared_encoding};

use super::infer::Inferrer;
use super::node::Data;
use super::path::RecordsPath;
use super::position::{OffsetUnit, Position};
use super::record::Issue;
use super::records::{Outcome, Records};
use super::rows::{Rows, Verdict};
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::Limits;
use fill::Filler;
use find::Finder;
use tree::Tree;

/// Whether a member that begins like this is XML: no other format begins with `<`.
pub(super) fn begins(head: &[u8]) -> bool {
    match head {
        [0xFF, 0xFE, b'<', 0, ..] | [0xFE, 0xFF, 0, b'<', ..] | [0, b'<', 0, b'?', ..] => true,
        _ => head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start().first() == Some(&b'<'),
    }
}

/// Reads one XML member.
pub(super) struct Xml {
    finder: Finder,
    tree: Tree,
    filler: Filler,
}

impl Xml {
    /// A reader for one member whose text begins at `start`.
    pub(super) fn new(paths: &[RecordsPath], limits: &Limits, start: Position) -> Self {
        Self { finder: Finder::new(paths, limits, start), tree: Tree::new(limits), filler: Filler::default() }
    }

    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.finder.set_unit(unit);
    }

    /// Reads on; returns how much was read, less than all only where `rows` paused.
    pub(super) fn feed(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize> {
        let Self { finder, tree, filler } = self;
        finder.feed(bytes, &mut IntoRows { rows, tree, filler })
    }

    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<()> {
        let Self { finder, tree, filler } = self;
        finder.finish(&mut IntoRows { rows, tree, filler })
    }
}

/// Takes records into rows.
struct IntoRows<'r> {
    rows: &'r mut Rows,
    tree: &'r mut Tree,
    filler: &'r mut Filler,
}

fn refused(text: &[u8], issue: Issue) -> Result<Outcome> {
    Ok(Outcome::Refused(text.len(), Box::new(issue)))
}

fn check_encoding(text: &[u8]) -> std::result::Result<(), Issue> {
    simdutf8::basic::from_utf8(text).map(drop).map_err(|_| {
        let at = simdutf8::compat::from_utf8(text).err().map_or(0, |error| error.valid_up_to());
        Issue::new("ENCODING", at, "this is not text in the encoding of the member")
    })
}

impl Records for IntoRows<'_> {
    fn offer(&mut self, text: &[u8], _: bool, _: usize) -> Result<Outcome> {
        let Self { rows, tree, filler } = self;
        if let Err(issue) = check_encoding(text).and_then(|()| tree.read(text)) {
            return refused(text, issue);
        }
        let (root, scratch) = (&mut rows.root, &mut rows.scratch);
        let Data::Struct(root) = &mut root.data else { return Ok(Outcome::Done(text.len())) };
        scratch.clear();
        filler.record(root, tree.root(text), scratch);
        if let Some(issue) = scratch.issue.take() {
            rows.rollback();
            return Ok(Outcome::Refused(text.len(), issue));
        }
        Ok(match rows.accept(text)? {
            Verdict::Taken | Verdict::Dropped => Outcome::Done(text.len()),
            Verdict::Refused(issue) => Outcome::Refused(text.len(), issue),
        })
    }

    fn refuse(&mut self, damage: Damage) {
        self.rows.refuse(damage);
    }

    fn report(&mut self, damage: Damage) {
        self.rows.report(damage);
    }

    fn paused(&self) -> bool {
        self.rows.paused
    }
}

/// Shows the records of a member, or of its first bytes (`cut`), to an inferrer. What is damaged is passed over.
pub(super) fn sample(
    inferrer: &mut Inferrer,
    paths: &[RecordsPath],
    limits: &Limits,
    text: &[u8],
    start: Position,
    cut: bool,
) -> Result<()> {
    let mut finder = Finder::new(paths, limits, start);
    let mut samples = Samples { inferrer, tree: Tree::new(limits), json: Vec::new() };
    finder.feed(text, &mut samples)?;
    if cut { Ok(()) } else { finder.finish(&mut samples) }
}

/// Takes records into a schema.
struct Samples<'i> {
    inferrer: &'i mut Inferrer,
    tree: Tree,
    json: Vec<u8>,
}

impl Records for Samples<'_> {
    fn offer(&mut self, text: &[u8], _: bool, _: usize) -> Result<Outcome> {
        if check_encoding(text).and_then(|()| self.tree.read(text)).is_ok() {
            self.json.clear();
            self.tree.root(text).render(true, &mut self.json);
            self.inferrer.observe_record(&self.json);
        }
        Ok(Outcome::Done(text.len()))
    }

    fn refuse(&mut self, _: Damage) {}

    fn report(&mut self, _: Damage) {}

    fn paused(&self) -> bool {
        false
    }
}
