//! The members of an archive, held compactly: archives of more than three million members occur.

use crate::damage::Damage;
use crate::limits::Limits;
use std::ops::Range;

/// What kind of archive a directory belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Members begin with a local header.
    Zip,
    /// Members' bytes lie bare, at their offset.
    Tar,
}

/// How a member's name was turned into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum NameEncoding {
    /// The entry says UTF-8 (general purpose bit 11), and it is.
    Utf8Flag,
    /// Valid UTF-8 without saying so; plain ASCII too.
    Utf8,
    /// The Info-ZIP Unicode path field (0x7075), whose checksum fits the raw name.
    UnicodePath,
    /// CP949, the Korean extension of EUC-KR.
    Cp949,
    /// None of these: bytes that are not ASCII are written as `\xNN`.
    Escaped,
}

/// Why a member cannot be read, as its directory entry alone shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Problem {
    Name,
    Path,
    Link,
    Encrypted,
    Method,
    Overlap,
    Truncated,
    HeaderMismatch,
    SizeMismatch,
    Sparse,
}

/// A member of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// Place in the archive's directory, from 0. Two members of one name stay two members.
    pub index: u32,
    /// Name as text: leading slashes stripped, backslashes of Windows tools turned into slashes.
    pub name: &'a str,
    /// Name as the archive has it.
    pub raw_name: &'a [u8],
    /// How the name was decoded.
    pub encoding: NameEncoding,
    /// Compression method: 0 stored, 8 deflate.
    pub method: u16,
    /// General purpose flags of a zip.
    pub flags: u16,
    /// Checksum of the decoded bytes; a tar has none.
    pub crc32: Option<u32>,
    /// Bytes in the archive.
    pub compressed_size: u64,
    /// Bytes after decoding.
    pub uncompressed_size: u64,
    /// Where the local header begins in the (logical) object; for a tar, where the bytes begin.
    pub header_offset: u64,
    /// Whether this is a folder.
    pub is_dir: bool,
    pub(crate) extra_len: u16,
}

/// Members of one archive that stand together in its directory, in that order: all of them, or some.
///
/// A *position* counts the members held here, from 0; [`Member::index`] counts those of the whole directory.
#[derive(Debug, Clone)]
pub struct Directory {
    object: String,
    container: Container,
    // Index of the first member held.
    first: u32,
    records: Vec<Record>,
    names: String,
    raw: Vec<u8>,
    // (position, start in `raw`), sorted: only where the raw name differs from the text.
    raw_starts: Vec<(u32, u32)>,
    data_end: u64,
    // Whether members lie in the order of the directory.
    in_order: bool,
    limits: Limits,
    // What is unusual about the archive and no damage.
    note: Option<&'static str>,
}

/// Bytes between two members that neither of them claims, more than writers put behind a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// Where the member before has its local header, and its bytes in the archive; none before the first member.
    pub(crate) after: Option<(u64, u64)>,
    /// Where it ends at the earliest, and where the next member, or the directory, begins.
    pub(crate) bytes: (u64, u64),
}

#[derive(Debug, Clone, Copy)]
struct Record {
    header_offset: u64,
    compressed_size: u64,
    uncompressed_size: u64,
    crc32: u32,
    name_start: u32,
    raw_len: u16,
    extra_len: u16,
    method: u16,
    flags: u16,
    encoding: NameEncoding,
    problem: Option<Problem>,
    is_dir: bool,
}

/// Bytes of a zip's local header before name and extra fields.
pub(crate) const LOCAL_HEADER: u64 = 30;

impl Directory {
    /// An empty directory of the object `key`, whose member data ends at `data_end`.
    pub(crate) fn new(key: String, container: Container, data_end: u64) -> Self {
        Self {
            object: key,
            container,
            first: 0,
            records: Vec::new(),
            names: String::new(),
            raw: Vec::new(),
            raw_starts: Vec::new(),
            data_end,
            in_order: false,
            limits: Limits::default(),
            note: None,
        }
    }

    /// Notes what is unusual about the archive.
    pub(crate) fn noted(mut self, note: Option<&'static str>) -> Self {
        self.note = note;
        self
    }

    /// What is unusual about the archive and no damage.
    pub fn note(&self) -> Option<&'static str> {
        self.note
    }

    /// Names must be within these limits.
    pub(crate) fn within(mut self, limits: &Limits) -> Self {
        self.limits = *limits;
        self
    }

    /// Adds a member; `index` is ignored. Fails where the directory outgrows 4 GiB of names or 2^32 members.
    pub(crate) fn push(&mut self, member: Member<'_>, problem: Option<Problem>) -> Result<(), Box<Damage>> {
        let refused = |detail: String| Box::new(self.damaged("SIZE_LIMIT", detail));
        let too_large = || refused("the directory has more than 4 GiB of names".to_owned());
        let position = u32::try_from(self.records.len()).map_err(|_| too_large())?;
        let index = self.first.checked_add(position).ok_or_else(too_large)?;
        let name_start = u32::try_from(self.names.len()).map_err(|_| too_large())?;
        let raw_start = u32::try_from(self.raw.len()).map_err(|_| too_large())?;
        let raw_len = u16::try_from(member.raw_name.len())
            .map_err(|_| refused(format!("member {index} has a name of {} bytes", member.raw_name.len())))?;
        self.names.push_str(member.name);
        if member.raw_name != member.name.as_bytes() {
            self.raw_starts.push((position, raw_start));
            self.raw.extend_from_slice(member.raw_name);
        }
        self.records.push(Record {
            header_offset: member.header_offset,
            compressed_size: member.compressed_size,
            uncompressed_size: member.uncompressed_size,
            crc32: member.crc32.unwrap_or_default(),
            name_start,
            raw_len,
            extra_len: member.extra_len,
            method: member.method,
            flags: member.flags,
            encoding: member.encoding,
            problem,
            is_dir: member.is_dir,
        });
        Ok(())
    }

    /// Finds the members that do not fit between their neighbours, and gives back spare memory.
    ///
    /// A member whose smallest possible extent runs past `data_end` is truncated. Members that share a local header,
    /// or run into the next one, overlap: that is how zip bombs multiply their bytes.
    pub(crate) fn finish(mut self) -> Self {
        let data_end = self.data_end;
        let is_zip = self.container == Container::Zip;
        for record in &mut self.records {
            if record.least_end(is_zip).is_none_or(|end| end > data_end) {
                record.problem.get_or_insert(Problem::Truncated);
            }
        }
        self.in_order = self.records.is_sorted_by_key(|record| record.header_offset);
        let order = if is_zip { self.order() } else { Vec::new() };
        let at = |rank: usize| order.get(rank).map_or(rank, |&at| at as usize);
        for rank in 1..if is_zip { self.records.len() } else { 0 } {
            let (before, after) = (at(rank - 1), at(rank));
            let (Some(first), Some(second)) = (self.records.get(before), self.records.get(after)) else { continue };
            let is_shared = first.header_offset == second.header_offset;
            let runs_in = first.problem != Some(Problem::Truncated)
                && first.least_end(true).is_none_or(|end| end > second.header_offset);
            for (at, overlaps) in [(before, is_shared || runs_in), (after, is_shared)] {
                if overlaps && let Some(record) = self.records.get_mut(at) {
                    record.problem = Some(Problem::Overlap);
                }
            }
        }
        self.records.shrink_to_fit();
        self.names.shrink_to_fit();
        self.raw.shrink_to_fit();
        self.raw_starts.shrink_to_fit();
        self
    }

    /// Positions by offset; empty where members lie in the order of the directory.
    fn order(&self) -> Vec<u32> {
        if self.in_order {
            return Vec::new();
        }
        // `push` keeps the number of records within u32.
        let mut order: Vec<u32> = (0..u32::try_from(self.records.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|&at| self.records.get(at as usize).map(|record| record.header_offset));
        order
    }

    /// The gaps between the members held, in the order in which they lie: before the first one where `from` says what is
    /// before it, and behind the last one where it `is_last` in the archive.
    ///
    /// How long a member is shows only in its local header. What writers put there and do not announce in the directory
    /// (times, alignment of ZIP64 fields, data descriptors) is no gap yet.
    pub(crate) fn gaps(&self, from: Option<u64>, is_last: bool) -> impl Iterator<Item = Gap> {
        const UNANNOUNCED: u64 = 36;
        const DESCRIPTOR: u64 = 24;
        let order = self.order();
        let is_zip = self.container == Container::Zip;
        let record = move |rank: usize| {
            let at = order.get(rank).map_or(rank, |&at| at as usize);
            self.records.get(at)
        };
        let first =
            from.zip(self.records.is_empty().then_some(self.data_end).or_else(|| Some(record(0)?.header_offset)));
        let first = first.map(|(from, to)| (Gap { after: None, bytes: (from, to) }, LOCAL_HEADER));
        let between = (0..self.records.len()).filter_map(move |rank| {
            let before = record(rank)?;
            let to = match record(rank + 1) {
                Some(next) => next.header_offset,
                None if is_last => self.data_end,
                None => return None,
            };
            let descriptor = if before.flags & 1 << 3 != 0 { DESCRIPTOR } else { 0 };
            let after = Some((before.header_offset, before.compressed_size));
            let gap = Gap { after, bytes: (before.least_end(true)?, to) };
            Some((gap, UNANNOUNCED + descriptor + u64::from(before.extra_len)))
        });
        let all = first.into_iter().chain(between).filter(move |_| is_zip);
        all.filter_map(move |(Gap { after, bytes: (from, to) }, usual)| {
            let to = to.min(self.data_end);
            (to > from && to - from > usual).then_some(Gap { after, bytes: (from, to) })
        })
    }

    /// Says that the members to come begin with number `first` of the archive's directory.
    pub(crate) fn starting_at(mut self, first: u32) -> Self {
        self.first = first;
        self
    }

    /// Index of the first member held.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// Whether members lie in the order of the directory.
    pub(crate) fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// Takes the last member out and gives a directory that begins with it, with what [`Directory::finish`] found:
    /// whether it runs into its neighbour is seen when that comes.
    pub(crate) fn split_last(&mut self) -> Result<Self, Box<Damage>> {
        let mut rest = Self::new(self.object.clone(), self.container, self.data_end).within(&self.limits);
        rest.first = self.first;
        let Some(last) = self.records.len().checked_sub(1) else { return Ok(rest) };
        if let Some(member) = self.member(last) {
            rest.first = member.index;
            rest.push(member, self.records.get(last).and_then(|record| record.problem))?;
        }
        if let Some(record) = self.records.pop() {
            self.names.truncate(record.name_start as usize);
        }
        if self.raw_starts.last().is_some_and(|(position, _)| *position as usize == last)
            && let Some((_, start)) = self.raw_starts.pop()
        {
            self.raw.truncate(start as usize);
        }
        Ok(rest)
    }

    /// Indices of the members that share bytes with another one.
    pub(crate) fn overlapping(&self) -> impl Iterator<Item = u32> {
        let found = self.records.iter().enumerate().filter(|(_, record)| record.problem == Some(Problem::Overlap));
        found.filter_map(|(position, _)| self.first.checked_add(u32::try_from(position).ok()?))
    }

    /// Marks members of which an earlier reading of the whole archive found that they share bytes; `indices` ascend.
    pub(crate) fn mark_overlapping(&mut self, indices: &[u32]) {
        let from = indices.partition_point(|index| *index < self.first);
        for index in indices.get(from..).unwrap_or_default() {
            let Some(record) = self.records.get_mut((*index - self.first) as usize) else { break };
            record.problem = Some(Problem::Overlap);
        }
    }

    /// Key of the object that this is the directory of.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// What kind of archive it is.
    pub fn container(&self) -> Container {
        self.container
    }

    /// Number of members held, folders and damaged ones included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Where the data of members ends in the object, in bytes: the start of a zip's central directory.
    pub fn data_end(&self) -> u64 {
        self.data_end
    }

    /// Bytes of memory that this directory holds.
    pub fn memory_size(&self) -> usize {
        size_of::<Self>()
            + self.records.capacity() * size_of::<Record>()
            + self.names.capacity()
            + self.raw.capacity()
            + self.raw_starts.capacity() * size_of::<(u32, u32)>()
    }

    /// The member at `position`.
    pub fn member(&self, position: usize) -> Option<Member<'_>> {
        let record = self.records.get(position)?;
        let rank = u32::try_from(position).ok()?;
        let name_end = self.records.get(position + 1).map_or(self.names.len(), |next| next.name_start as usize);
        let name = self.names.get(record.name_start as usize..name_end)?;
        let raw_name = match self.raw_starts.binary_search_by_key(&rank, |(member, _)| *member) {
            Ok(at) => {
                let start = self.raw_starts.get(at)?.1 as usize;
                self.raw.get(start..start + usize::from(record.raw_len))?
            }
            Err(_) => name.as_bytes(),
        };
        Some(Member {
            index: self.first.checked_add(rank)?,
            name,
            raw_name,
            encoding: record.encoding,
            method: record.method,
            flags: record.flags,
            crc32: (self.container == Container::Zip).then_some(record.crc32),
            compressed_size: record.compressed_size,
            uncompressed_size: record.uncompressed_size,
            header_offset: record.header_offset,
            is_dir: record.is_dir,
            extra_len: record.extra_len,
        })
    }

    /// All members held, in order.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        (0..self.records.len()).filter_map(|position| self.member(position))
    }

    /// Positions of the members that a unit's slice covers: readable files that begin in `range` and whose name
    /// `wants` accepts, in the order of their offsets, which is the order in which they are best read.
    pub fn select(&self, range: &Range<u64>, mut wants: impl FnMut(&Member<'_>) -> bool) -> Vec<usize> {
        let rank = |offset: u64| self.records.partition_point(|record| record.header_offset < offset);
        let within = if self.in_order { rank(range.start)..rank(range.end) } else { 0..self.records.len() };
        let mut chosen: Vec<usize> = (self.records.iter().enumerate().take(within.end).skip(within.start))
            .filter(|(_, record)| range.contains(&record.header_offset) && !record.is_dir && record.problem.is_none())
            .filter(|(position, _)| self.member(*position).is_some_and(|member| wants(&member)))
            .map(|(position, _)| position)
            .collect();
        chosen.sort_by_key(|&position| self.records.get(position).map(|record| record.header_offset));
        chosen
    }

    /// Whether the directory alone shows that the member cannot be read.
    pub fn is_damaged(&self, position: usize) -> bool {
        self.records.get(position).is_some_and(|record| record.problem.is_some())
    }

    /// The damage of the member at `position`, if the directory alone shows any.
    pub fn damage(&self, position: usize) -> Option<Damage> {
        let record = self.records.get(position)?;
        let end = record.least_end(self.container == Container::Zip);
        let (code, detail) = match record.problem? {
            Problem::Name => {
                ("NAME_LIMIT", format!("the name is longer than allowed ({})", self.limits.told("name_length")))
            }
            Problem::Path => ("PATH", "the name is absolute, leaves its folder, or holds a NUL".to_owned()),
            Problem::Link => ("LINK", "a link or a device, not a file".to_owned()),
            Problem::Encrypted => {
                ("ENCRYPTED", "the member is encrypted; unpack the archive with its password".to_owned())
            }
            Problem::Method => ("METHOD", format!("compression method {} is not known; 0 and 8 are", record.method)),
            Problem::Overlap => ("ZIP_OVERLAP", "the member shares bytes with another member".to_owned()),
            Problem::Truncated => (
                "TRUNCATED",
                format!(
                    "the member takes bytes {} to {}, but the data ends at {}",
                    record.header_offset,
                    end.map_or("beyond 2^64".to_owned(), |end| end.to_string()),
                    self.data_end
                ),
            ),
            Problem::HeaderMismatch => ("HEADER_MISMATCH", "the directory entry contradicts itself (ZIP64)".to_owned()),
            Problem::SizeMismatch => (
                "SIZE_MISMATCH",
                format!(
                    "a stored member has {} bytes in the archive but claims {}",
                    record.compressed_size, record.uncompressed_size
                ),
            ),
            Problem::Sparse => {
                ("SIZE_LIMIT", "a sparse file, whose size is unbounded; pack it without holes".to_owned())
            }
        };
        Some(self.member_damage(position, code, detail))
    }

    /// All members that cannot be read, with their damage, in the order of the directory.
    pub fn damages(&self) -> impl Iterator<Item = (usize, Damage)> {
        (0..self.records.len()).filter_map(|position| Some((position, self.damage(position)?)))
    }

    /// Damage of the archive as a whole.
    pub(crate) fn damaged(&self, code: &str, detail: String) -> Damage {
        Damage { object: self.object.clone(), ..Damage::new(code, detail) }
    }

    /// Damage of the member at `position`.
    pub(crate) fn member_damage(&self, position: usize, code: &str, detail: String) -> Damage {
        Damage {
            member: self.member(position).map(|member| member.name.to_owned()),
            member_index: self.member(position).map(|member| i64::from(member.index)),
            ..self.damaged(code, detail)
        }
    }
}

impl Record {
    /// Where the member ends at the earliest; none beyond 2^64.
    fn least_end(&self, is_zip: bool) -> Option<u64> {
        let header = if is_zip { LOCAL_HEADER + u64::from(self.raw_len) } else { 0 };
        self.header_offset.checked_add(header)?.checked_add(self.compressed_size)
    }
}
