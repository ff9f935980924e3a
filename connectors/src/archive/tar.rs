//! Tar files: where each member lies, found by hopping from header to header.
//!
//! Only headers are read. One reading of each header is accepted: a PAX record wins over the fixed fields (so that
//! no second, smuggled member appears inside a large one), and a header that is not sound ends the scan with damage
//! rather than being skipped.

use super::directory::{Container, Directory, Member, NameEncoding, Problem};
use super::names;
use crate::damage::Damage;
use crate::error::Result;
use crate::limits::{Limits, length};
use crate::source::{key_of, read_range};
use bytes::Bytes;
use object_store::ObjectStore;
use object_store::path::Path;
use std::sync::Arc;

const BLOCK: u64 = 512;

/// What one request reads: little after a large member, whose successor is probably large too.
const NEAR_WINDOW: u64 = 1 << 20;
const FAR_WINDOW: u64 = 16 << 10;

/// A member of a tar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TarEntry {
    pub(crate) name: String,
    pub(crate) raw_name: Vec<u8>,
    pub(crate) encoding: NameEncoding,
    /// Where its bytes begin.
    pub(crate) start: u64,
    pub(crate) size: u64,
    pub(crate) is_dir: bool,
    pub(crate) problem: Option<Problem>,
}

impl TarEntry {
    /// Whether the member is a readable file.
    pub(crate) fn is_file(&self) -> bool {
        !self.is_dir && self.problem.is_none()
    }
}

/// What a scan found.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) entries: Vec<TarEntry>,
    /// Where and why the list had to end before the tar.
    pub(crate) damage: Option<Damage>,
    /// What is unusual and no damage.
    pub(crate) note: Option<&'static str>,
}

/// Lists the members of the tar at `path`, an object of `size` bytes.
pub(crate) async fn scan(store: &Arc<dyn ObjectStore>, path: &Path, size: u64, limits: &Limits) -> Result<Scanned> {
    let placed = |damage: Damage| Some(Damage { object: key_of(path), ..damage });
    if size == 0 {
        let damage = placed(Damage { code: "EMPTY".to_owned(), ..broken("the tar has no bytes", 0) });
        return Ok(Scanned { damage, ..Scanned::default() });
    }
    let mut blocks = Blocks { store, path, size, held: Bytes::new(), held_at: 0, window: NEAR_WINDOW };
    let (mut entries, mut claimed) = (Vec::new(), 0_u64);
    let mut extended = Extended::default();
    let (mut at, mut note) = (0_u64, None);
    let damage = loop {
        if at == size {
            tracing::warn!(object = key_of(path), "the tar has no end blocks");
            note = Some("without end blocks: whether members are missing at its end cannot be told");
            break (extended != Extended::default()).then(|| broken("the tar ends after an extended header", at));
        }
        let Some(header) = blocks.read(at, BLOCK).await? else {
            break Some(Damage { code: "TRUNCATED".to_owned(), ..broken("the tar ends within a header", at) });
        };
        if header.iter().all(|byte| *byte == 0) {
            // One block of zeros may be all there is; what follows the end is padding.
            break None;
        }
        let fields = match fields(&header) {
            Ok(fields) => fields,
            Err(detail) => break Some(broken(detail, at)),
        };
        let data = at + BLOCK;
        if matches!(fields.kind, b'x' | b'g' | b'L' | b'K') {
            if fields.size > limits.header_size {
                let detail = format!("an extended header is too large ({})", limits.told("header_size"));
                break Some(broken(&detail, at));
            }
            let Some(content) = blocks.read(data, fields.size).await? else {
                break Some(Damage { code: "TRUNCATED".to_owned(), ..broken("the tar ends within a header", at) });
            };
            if let Err(detail) = extended.add(fields.kind, &content) {
                break Some(broken(detail, at));
            }
            at = data + padded(fields.size);
            continue;
        }
        let extended = std::mem::take(&mut extended);
        let entry = entry(&fields, extended, data, limits);
        let Some(end) = entry.start.checked_add(entry.size).filter(|end| *end <= size) else {
            let damage = Damage {
                code: "TRUNCATED".to_owned(),
                member: Some(entry.name.clone()),
                ..broken("the tar ends within a member", size)
            };
            break Some(damage);
        };
        blocks.window = if entry.size > NEAR_WINDOW { FAR_WINDOW } else { NEAR_WINDOW };
        claimed = claimed.saturating_add(entry.size);
        let over = if entries.len() as u64 >= limits.members {
            Some(("MEMBER_LIMIT", format!("the tar has too many members ({})", limits.told("members"))))
        } else if claimed > limits.total_size {
            let told = limits.told("total_size");
            Some(("SIZE_LIMIT", format!("the members hold more bytes than allowed together ({told})")))
        } else {
            None
        };
        if let Some((code, detail)) = over {
            break Some(Damage { code: code.to_owned(), ..broken(&detail, at) });
        }
        // Some writers leave out the padding of the last member.
        at = (entry.start + padded(entry.size)).min(size).max(end);
        entries.push(entry);
    };
    Ok(Scanned { entries, damage: damage.and_then(placed), note })
}

/// A directory of `entries`, members of the tar `key`, which has `size` bytes, within the limits of the scan.
pub(crate) fn directory_of(
    key: &str,
    entries: &[TarEntry],
    size: u64,
    limits: &Limits,
) -> Result<Directory, Box<Damage>> {
    let mut directory = Directory::new(key.to_owned(), Container::Tar, size).within(limits);
    for entry in entries {
        let member = Member {
            index: 0,
            name: &entry.name,
            raw_name: &entry.raw_name,
            encoding: entry.encoding,
            method: 0,
            flags: 0,
            crc32: None,
            compressed_size: entry.size,
            uncompressed_size: entry.size,
            header_offset: entry.start,
            is_dir: entry.is_dir,
            extra_len: 0,
        };
        directory.push(member, entry.problem)?;
    }
    Ok(directory.finish())
}

/// Reads small pieces at rising offsets with few requests.
struct Blocks<'a> {
    store: &'a Arc<dyn ObjectStore>,
    path: &'a Path,
    size: u64,
    held: Bytes,
    held_at: u64,
    window: u64,
}

impl Blocks<'_> {
    /// `len` bytes at `at`; none beyond the end.
    async fn read(&mut self, at: u64, len: u64) -> Result<Option<Bytes>> {
        let Some(end) = at.checked_add(len).filter(|end| *end <= self.size) else { return Ok(None) };
        if at < self.held_at || end > self.held_at + self.held.len() as u64 {
            self.held = read_range(self.store, self.path, at..self.size.min(at + self.window.max(len))).await?;
            self.held_at = at;
        }
        // `at` and `len` lie within what is held, which fits into memory.
        let start = usize::try_from(at - self.held_at).unwrap_or(usize::MAX);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        Ok((start.saturating_add(len) <= self.held.len()).then(|| self.held.slice(start..start + len)))
    }
}

struct Fields {
    name: Vec<u8>,
    kind: u8,
    size: u64,
}

/// The fixed fields of a header block, if its checksum is right.
fn fields(header: &[u8]) -> Result<Fields, &'static str> {
    const SHORT: &str = "a header is cut off";
    let field = |from: usize, to: usize| header.get(from..to).ok_or(SHORT);
    let sum = number(field(148, 156)?).ok_or("a header has no checksum: this is no tar, or it is damaged")?;
    let byte = |(at, byte): (usize, &u8)| if (148..156).contains(&at) { b' ' } else { *byte };
    let unsigned: u64 = header.iter().enumerate().map(|pair| u64::from(byte(pair))).sum();
    // Old tars summed signed bytes.
    let signed: i64 = header.iter().enumerate().map(|pair| i64::from(byte(pair).cast_signed())).sum();
    if sum != unsigned && i64::try_from(sum) != Ok(signed) {
        return Err("the checksum of a header is wrong");
    }
    let size = number(field(124, 136)?).ok_or("a header has a size that is no number")?;
    if size > i64::MAX.unsigned_abs() / 2 {
        return Err("a header has an impossible size");
    }
    let mut name = until_nul(field(0, 100)?).to_vec();
    let prefix = until_nul(field(345, 500)?);
    if field(257, 263)? == b"ustar\0" && !prefix.is_empty() {
        name = [prefix, name.as_slice()].join(&b'/');
    }
    Ok(Fields { name, kind: *header.get(156).ok_or(SHORT)?, size })
}

/// An octal number, or a base-256 one where the first bit is set; none where it is neither, or negative.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        // 0xFF begins a negative number.
        (first & 0x7F == 0).then_some(())?;
        return rest.iter().try_fold(0_u64, |value, byte| Some(value.checked_mul(256)? | u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn padded(size: u64) -> u64 {
    size.div_ceil(BLOCK) * BLOCK
}

/// What extended headers say about the member that follows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Extended {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl Extended {
    fn add(&mut self, kind: u8, content: &[u8]) -> Result<(), &'static str> {
        match kind {
            // GNU long name; a PAX path before it stays.
            b'L' => {
                let name = until_nul(content);
                if name.is_empty() {
                    return Err("a GNU long name is empty");
                }
                self.path.get_or_insert_with(|| name.to_vec());
                Ok(())
            }
            // GNU long link: the member is a link and will be refused.
            b'K' => Ok(()),
            _ => {
                let mut records = content;
                while !records.is_empty() {
                    let (key, value, rest) = pax_record(records).ok_or("a PAX record is malformed")?;
                    records = rest;
                    // Path and size in a global header would hold for all members: nobody means that.
                    match key {
                        _ if kind == b'g' => {}
                        b"path" => self.path = Some(value.to_vec()),
                        b"size" => {
                            let text = std::str::from_utf8(value).ok().filter(|text| !text.starts_with('+'));
                            let size = text.and_then(|text| text.parse().ok());
                            let size = size.filter(|size: &u64| *size <= i64::MAX.unsigned_abs() / 2);
                            self.size = Some(size.ok_or("a PAX size is no number")?);
                        }
                        key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                        _ => {}
                    }
                }
                Ok(())
            }
        }
    }
}

/// The PAX record `length key=value\n` at the start of `bytes`: key, value and what follows.
fn pax_record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = memchr::memchr(b' ', bytes.get(..bytes.len().min(20))?)?;
    let len: usize = std::str::from_utf8(bytes.get(..blank)?).ok()?.parse().ok()?;
    let (record, rest) = bytes.split_at_checked(len)?;
    let pair = record.get(blank + 1..)?.strip_suffix(b"\n")?;
    let equals = memchr::memchr(b'=', pair)?;
    Some((pair.get(..equals)?, pair.get(equals + 1..)?, rest))
}

fn entry(fields: &Fields, extended: Extended, data: u64, limits: &Limits) -> TarEntry {
    let mut raw_name = extended.path.unwrap_or_else(|| fields.name.clone());
    let is_long = raw_name.len() > length(limits.name_length);
    raw_name.truncate(length(limits.name_length));
    let (name, encoding) = names::decode(&raw_name, false, &[]);
    let mut name = name.as_ref();
    while let Some(rest) = name.strip_prefix("./") {
        name = rest.trim_start_matches('/');
    }
    let name = name.to_owned();
    let is_dir = matches!(fields.kind, b'5' | b'D') || fields.kind == 0 && name.ends_with('/');
    let problem = match fields.kind {
        b'S' => Some(Problem::Sparse),
        _ if extended.is_sparse => Some(Problem::Sparse),
        _ if is_long => Some(Problem::Name),
        // Volume labels are no files, and need no damage either.
        _ if is_dir || fields.kind == b'V' => None,
        0 | b'0' | b'7' => (names::is_unsafe(&name) || raw_name.contains(&0)).then_some(Problem::Path),
        _ => Some(Problem::Link),
    };
    // Links and devices have no bytes, whatever their size field says.
    let has_bytes = !matches!(fields.kind, b'1'..=b'6');
    TarEntry {
        encoding,
        start: data,
        size: if has_bytes { extended.size.unwrap_or(fields.size) } else { 0 },
        is_dir: is_dir || fields.kind == b'V',
        problem,
        name,
        raw_name,
    }
}

fn broken(detail: &str, at: u64) -> Damage {
    Damage { byte_offset: i64::try_from(at).ok(), ..Damage::new("TAR_HEADER", detail) }
}
