//! Records that belong together, as one row.
//!
//! A clip holds what was read and nothing else: where a member or record of it is damaged, the clip still comes, without
//! it, and `damaged` counts what is missing, so that a plan that measures change over time can leave such clips out.
//! (With a group key, a record whose key could not be read counts for the clip that is open when it is met.)

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StringArray, StructArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};
use arrow::error::ArrowError;

use super::node::{Data, Node, pointer_part};
use super::options::{DecodeOptions, Grouping, MemberRef};
use super::record::Issue;
use super::source::{self, Source};
use crate::error::{Error, Result};

/// Why a clip takes no records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It was closed before.
    Split,
    TooLarge,
}

struct Open {
    key: String,
    /// What counts towards the limit.
    bytes: usize,
    /// Source text alone.
    text: usize,
    damaged: i64,
    refusal: Option<Refusal>,
}

struct Closed {
    key: String,
    to: usize,
    damaged: i64,
}

/// What came of a record for its clip.
pub(super) enum Joined {
    /// It is in.
    Yes,
    /// It cannot be.
    No(Box<Issue>),
    /// Its clip was refused before.
    Refused,
    /// With it the clip is too large: the rows from `from` on, of so many bytes, must go.
    TooLarge { from: usize, bytes: usize, issue: Box<Issue> },
}

/// The clips under construction.
pub(super) struct Clips {
    grouping: Grouping,
    /// Positions of the key's field and its parents.
    key: Vec<usize>,
    /// Positions of the fields to order by.
    order: Vec<usize>,
    max_bytes: usize,
    open: Option<Open>,
    closed: Vec<Closed>,
    /// Hashes of the keys of this object whose clips were closed.
    gone: HashSet<[u8; 32]>,
    object: Option<Arc<str>>,
    /// Was the last member a plain file whose folder is its clip?
    plain: bool,
    /// The key of the clip that the member belongs to, where the member decides.
    current: String,
    /// Damage met while no clip was open.
    damaged: i64,
    coercions: Vec<u64>,
    unsettled: Vec<u64>,
}

impl Clips {
    pub(super) fn new(root: &Node, options: &DecodeOptions, counters: usize) -> Result<Option<Self>> {
        if options.group == Grouping::None {
            return Ok(None);
        }
        let key = match &options.group {
            Grouping::Key(path) => find_key(root, path)?,
            _ => Vec::new(),
        };
        let Data::Struct(record) = &root.data else { return Ok(None) };
        let order = options.order_by.iter().map(|name| {
            let at = record.fields.iter().position(|field| field.name() == name);
            let at = at.filter(|&at| !record.fields.get(at).is_some_and(|field| field.data_type().is_nested()));
            at.ok_or_else(|| Error::invalid(format!("order_by: `{name}` is no declared field with a plain type")))
        });
        Ok(Some(Self {
            grouping: options.group.clone(),
            key,
            order: order.collect::<Result<_>>()?,
            max_bytes: options.max_group_bytes,
            open: None,
            closed: Vec::new(),
            gone: HashSet::new(),
            object: None,
            plain: false,
            current: String::new(),
            damaged: 0,
            coercions: vec![0; counters],
            unsettled: vec![0; counters],
        }))
    }

    /// A new member begins; `true` where a clip ends with that. `rows` records have been accepted.
    pub(super) fn begin_member(&mut self, member: &MemberRef, rows: usize) -> bool {
        // A folder of plain files is one place, although each file is an object.
        let plain = self.grouping == Grouping::Folder && member.member.is_none();
        let same_object = self.object.as_deref() == Some(&*member.object) || (plain && self.plain);
        self.plain = plain;
        let key = match self.grouping {
            Grouping::Folder => member.folder(),
            Grouping::Member => member.name(),
            _ => "",
        };
        let goes_on = match self.grouping {
            Grouping::Folder => self.open.as_ref().is_some_and(|open| open.key == key),
            Grouping::Member => false,
            _ => true,
        };
        let mut closed = false;
        if !(same_object && goes_on) {
            closed = self.end_clip(rows);
        }
        if !same_object {
            self.gone.clear();
            self.object = Some(Arc::clone(&member.object));
        }
        self.current = key.to_owned();
        if self.open.is_none() && !matches!(self.grouping, Grouping::Key(_)) {
            // Two members of one name are two clips.
            let split = self.grouping == Grouping::Folder && self.is_gone(key);
            self.begin_clip(key.to_owned(), split);
        }
        closed
    }

    fn is_gone(&self, key: &str) -> bool {
        self.gone.contains(&source::hash(key.as_bytes()))
    }

    fn begin_clip(&mut self, key: String, split: bool) {
        let refusal = split.then_some(Refusal::Split);
        self.open = Some(Open { key, bytes: 0, text: 0, damaged: std::mem::take(&mut self.damaged), refusal });
    }

    fn end_clip(&mut self, rows: usize) -> bool {
        let Some(open) = self.open.take() else { return false };
        self.gone.insert(source::hash(open.key.as_bytes()));
        for (total, count) in self.unsettled.iter_mut().zip(&mut self.coercions) {
            *total += std::mem::take(count);
        }
        let from = self.closed.last().map_or(0, |last| last.to);
        if open.refusal.is_some() || rows <= from {
            return false;
        }
        self.closed.push(Closed { key: open.key, to: rows, damaged: open.damaged });
        true
    }

    /// Ends the open clip, as at the end of the input.
    pub(super) fn close(&mut self, rows: usize, coercions: &mut [u64]) {
        self.end_clip(rows);
        self.settle(coercions);
    }

    /// Adds the counts of clips that ended to those of the decoder.
    pub(super) fn settle(&mut self, coercions: &mut [u64]) {
        for (total, count) in coercions.iter_mut().zip(&mut self.unsettled) {
            *total += std::mem::take(count);
        }
    }

    /// The counts of the open clip.
    pub(super) fn coercions(&mut self) -> &mut Vec<u64> {
        &mut self.coercions
    }

    pub(super) fn open_coercions(&self, at: usize) -> u64 {
        self.coercions.get(at).copied().unwrap_or(0) + self.unsettled.get(at).copied().unwrap_or(0)
    }

    pub(super) fn damaged(&mut self) {
        match &mut self.open {
            Some(open) => open.damaged += 1,
            None => self.damaged += 1,
        }
    }

    /// Clips that are complete.
    pub(super) fn closed(&self) -> usize {
        self.closed.len()
    }

    /// Puts the record at `row` of `root`, `bytes` long, into its clip; says whether another clip ended with that.
    pub(super) fn join(&mut self, root: &Node, row: usize, bytes: usize) -> (Joined, bool) {
        let mut ended = false;
        if let Grouping::Key(path) = &self.grouping {
            let Some(key) = key_text(root, &self.key, row) else {
                let mut issue = Issue::new("MISSING_FIELD", 0, format!("the record has no group key `{path}`"));
                issue.rule = Some(format!("group: {path}"));
                return (Joined::No(Box::new(issue)), false);
            };
            if self.open.as_ref().is_none_or(|open| open.key != key) {
                ended = self.end_clip(row);
                let split = self.is_gone(&key);
                self.begin_clip(key, split);
            }
        } else if self.open.is_none() {
            // The batch was flushed amid the clip.
            self.begin_clip(self.current.clone(), true);
        }
        let from = self.closed.last().map_or(0, |last| last.to);
        let Some(open) = &mut self.open else { return (Joined::Refused, ended) };
        let refuse = |code, detail: String| {
            let mut issue = Issue::new(code, 0, detail);
            issue.rule = Some("group".to_owned());
            Box::new(issue)
        };
        match open.refusal {
            Some(Refusal::TooLarge) => return (Joined::Refused, ended),
            Some(Refusal::Split) => {
                let detail = format!("the clip `{}` was complete already: its records are not adjacent", open.key);
                return (Joined::No(refuse("GROUP_SPLIT", detail)), ended);
            }
            None => {}
        }
        open.bytes = open.bytes.saturating_add(bytes.max(8 * root.width));
        if open.bytes > self.max_bytes {
            open.refusal = Some(Refusal::TooLarge);
            let bytes = open.text;
            let detail = format!("the clip `{}` has more than {} bytes (max_group_bytes)", open.key, self.max_bytes);
            self.coercions.fill(0);
            return (Joined::TooLarge { from, bytes, issue: refuse("GROUP_TOO_LARGE", detail) }, ended);
        }
        open.text += bytes;
        (Joined::Yes, ended)
    }

    /// The columns `group`, `members`, `records`, `damaged` of all closed clips, and the source of each clip.
    pub(super) fn take(
        &mut self,
        records: &ArrayRef,
        sources: &[Source],
        members: &[MemberRef],
    ) -> Result<(Vec<ArrayRef>, Vec<Source>), ArrowError> {
        let records = records.as_struct();
        let closed = std::mem::take(&mut self.closed);
        let mut indices: Vec<u32> = (0..u32::try_from(sources.len()).unwrap_or(u32::MAX)).collect();
        let (mut lengths, mut firsts) = (Vec::with_capacity(closed.len()), Vec::with_capacity(closed.len()));
        let (mut names, mut names_of): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut from = 0;
        for clip in &closed {
            let Some(order) = indices.get_mut(from..clip.to) else { continue };
            order.sort_by(|&a, &b| self.compare(records, sources, members, a as usize, b as usize));
            let before = names.len();
            let mut named = HashSet::new();
            let mut hashes = Vec::with_capacity(order.len() * 32);
            for &row in order.iter() {
                let Some(source) = sources.get(row as usize) else { continue };
                hashes.extend_from_slice(&source.hash);
                let name = members.get(source.member).map_or("", MemberRef::name);
                if named.insert(name) {
                    names.push(name);
                }
            }
            if let Some(first) = order.first().and_then(|&row| sources.get(row as usize)) {
                firsts.push(Source { hash: source::hash(&hashes), ..*first });
            }
            names_of.push(names.len() - before);
            lengths.push(order.len());
            from = clip.to;
        }
        let sorted = indices.is_sorted();
        let ordered: ArrayRef = if sorted {
            Arc::new(records.clone())
        } else {
            arrow::compute::take(records, &UInt32Array::from(indices), None)?
        };
        let text = Arc::new(Field::new_list_field(DataType::Utf8, true));
        let record = Arc::new(Field::new_list_field(records.data_type().clone(), true));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(closed.iter().map(|clip| &clip.key))),
            Arc::new(ListArray::try_new(
                text,
                OffsetBuffer::from_lengths(names_of),
                Arc::new(StringArray::from_iter_values(names)),
                None,
            )?),
            Arc::new(ListArray::try_new(record, OffsetBuffer::from_lengths(lengths), ordered, None)?),
            Arc::new(Int64Array::from_iter_values(closed.iter().map(|clip| clip.damaged))),
        ];
        Ok((columns, firsts))
    }

    fn compare(
        &self,
        records: &StructArray,
        sources: &[Source],
        members: &[MemberRef],
        a: usize,
        b: usize,
    ) -> Ordering {
        for &field in &self.order {
            let order = compare_cells(records.column(field), a, b);
            if order != Ordering::Equal {
                return order;
            }
        }
        let place = |row: usize| {
            sources
                .get(row)
                .map(|source| (members.get(source.member).map_or("", MemberRef::name), source.member, source.record))
        };
        match (place(a), place(b)) {
            (Some(a), Some(b)) => natural(a.0, b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)),
            _ => a.cmp(&b),
        }
    }
}

/// The columns of clips whose records have these fields.
pub(super) fn fields(record: Fields) -> Vec<FieldRef> {
    let list = |item: DataType| DataType::List(Arc::new(Field::new_list_field(item, true)));
    vec![
        Arc::new(Field::new("group", DataType::Utf8, false)),
        Arc::new(Field::new("members", list(DataType::Utf8), false)),
        Arc::new(Field::new("records", list(DataType::Struct(record)), false)),
        Arc::new(Field::new("damaged", DataType::Int64, false)),
    ]
}

/// Finds the declared field that `path` names: `key`, `$.key` or `info.key`.
fn find_key(root: &Node, path: &str) -> Result<Vec<usize>> {
    let fault = |why: &str| Error::invalid(format!("group: `{path}` {why}"));
    let mut node = root;
    let mut steps = Vec::new();
    for name in path.strip_prefix("$.").unwrap_or(path).split('.') {
        let Data::Struct(structure) = &node.data else {
            return Err(fault("leads through a field that is no struct"));
        };
        let at = structure.fields.iter().position(|field| field.name() == name);
        let at = at.ok_or_else(|| {
            fault(&format!("names no declared field: there is no `{}{}`", node.pointer, pointer_part(name)))
        })?;
        node = structure.nodes.get(at).ok_or_else(|| fault("names no declared field"))?;
        steps.push(at);
    }
    match node.data {
        Data::Utf8(_) | Data::Int64(_) | Data::Boolean(_) => Ok(steps),
        _ => Err(fault("must be a string, an int or a bool")),
    }
}

fn key_text(root: &Node, steps: &[usize], row: usize) -> Option<String> {
    let mut node = root;
    for &step in steps {
        let Data::Struct(structure) = &node.data else { return None };
        node = structure.nodes.get(step)?;
    }
    match &node.data {
        Data::Utf8(column) => column.get(row).map(|text| String::from_utf8_lossy(text).into_owned()),
        Data::Int64(column) => column.get(row).map(|value| value.to_string()),
        Data::Boolean(column) => column.get(row).map(|value| value.to_string()),
        _ => None,
    }
}

/// NULL comes last.
fn compare_cells(column: &ArrayRef, a: usize, b: usize) -> Ordering {
    match (column.is_null(a), column.is_null(b)) {
        (false, false) => match column.data_type() {
            DataType::Int64 => {
                let column = column.as_primitive::<Int64Type>();
                column.value(a).cmp(&column.value(b))
            }
            DataType::Float64 => {
                let column = column.as_primitive::<Float64Type>();
                column.value(a).total_cmp(&column.value(b))
            }
            DataType::Boolean => column.as_boolean().value(a).cmp(&column.as_boolean().value(b)),
            DataType::Utf8 => natural(column.as_string::<i32>().value(a), column.as_string::<i32>().value(b)),
            _ => Ordering::Equal,
        },
        (a, b) => a.cmp(&b),
    }
}

/// Compares texts with runs of digits by their value: `frame9` before `frame10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (a.as_bytes(), b.as_bytes());
    let digits = |text: &[u8], from: usize| text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (left.get(i), right.get(j)) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (n, m) = (digits(left, i), digits(right, j));
            let (first, second) = (&left[i..i + n], &right[j..j + m]);
            let trim = |run: &[u8]| run.iter().take_while(|&&byte| byte == b'0').count();
            let (first, second) = (&first[trim(first)..], &second[trim(second)..]);
            let order = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
            if order != Ordering::Equal {
                return order;
            }
            (i, j) = (i + n, j + m);
        } else if x != y {
            return x.cmp(y);
        } else {
            (i, j) = (i + 1, j + 1);
        }
    }
    (left.len() - i).cmp(&(right.len() - j)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order() {
        let mut names = ["f10", "f9", "f009", "f1", "f", "g1", "f10b", "가2", "가10"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["f", "f1", "f009", "f9", "f10", "f10b", "g1", "가2", "가10"]);
    }
}
