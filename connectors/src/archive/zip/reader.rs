//! Members of an archive, in the order asked for, with requests running ahead.
//!
//! Neighbouring members share a range request. Small members are decoded in one go and checked before a byte of them
//! is delivered; large ones are decoded as a stream, checked at their end, and stopped at the size that the directory
//! declares. The bare members of a tar are read the same way, without headers and checksums.

use super::super::directory::{Container, Directory, LOCAL_HEADER, Member};
use super::super::fetch::{Fetcher, ReadDigest, Window};
use super::super::inflate::{Inflate, Step};
use super::super::unpack::Unpacking;
use super::super::{Piece, ReadOptions};
use super::local;
use crate::damage::Damage;
use crate::error::{Error, Result};
use crate::faults::guard;
use crate::limits::RATIO_FROM;
use bytes::Bytes;
use libdeflater::{DecompressionError, Decompressor};
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Unwanted bytes between two members that are read along rather than asked for separately.
const GAP: u64 = 256 << 10;

/// Extra fields of a local header that are expected beyond those of the directory's entry, in bytes.
const EXTRA: u64 = 64;

/// Reads chosen members of an archive.
pub struct ZipReader {
    directory: Arc<Directory>,
    members: Arc<[usize]>,
    options: ReadOptions,
    fetcher: Fetcher,
    unpacking: Unpacking,
    deflate: Decompressor,
    // Rank, among `members`, of the one that comes next.
    next: usize,
    window: Window,
    bytes: Bytes,
    queue: VecDeque<Piece>,
    large: Option<Large>,
}

/// A member that is decoded as a stream.
struct Large {
    position: usize,
    // What is left of its bytes in the archive.
    data: Range<u64>,
    extent: Range<u64>,
    size: u64,
    crc32: Option<u32>,
    inflate: Option<Box<Inflate>>,
    input: Bytes,
    hash: crc32fast::Hasher,
    produced: u64,
}

impl ZipReader {
    /// A reader of `members`, positions in `directory`, in this order; [`Directory::select`] gives them in the order
    /// in which they lie, which is the fastest. `store` and `path` are those of the directory. Must be made within
    /// the runtime that it shall use.
    pub fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        directory: Arc<Directory>,
        members: Vec<usize>,
        options: ReadOptions,
    ) -> Self {
        let members: Arc<[usize]> = members.into();
        let plan =
            Plan { directory: Arc::clone(&directory), members: Arc::clone(&members), next: 0, rest: 0..0, options };
        Self {
            directory,
            members,
            options,
            fetcher: Fetcher::new(store, path, plan, options.read_ahead_bytes),
            unpacking: Unpacking::new(options),
            deflate: Decompressor::new(),
            next: 0,
            window: Window::default(),
            bytes: Bytes::new(),
            queue: VecDeque::new(),
            large: None,
        }
    }

    /// The digest of what was read so far. An archive is never read whole: its directory is read apart.
    pub fn digest(&self) -> ReadDigest {
        self.fetcher.digest(u64::MAX)
    }

    /// The next piece; none when all members are done.
    ///
    /// Fails only where the store does, or where the archive has changed since it was listed (kind `Data`).
    pub async fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.unpacking.pull() {
                return Ok(Some(self.placed(piece)));
            }
            let Some(piece) = self.next_raw().await? else { return Ok(None) };
            if let Some(piece) = self.unpacking.accept(piece) {
                return Ok(Some(self.placed(piece)));
            }
        }
    }

    /// Names the member in a damage that was found while unpacking.
    fn placed(&self, piece: Piece) -> Piece {
        match piece {
            Piece::Damaged(position, damage) if damage.object.is_empty() => {
                let Damage { code, detail, byte_offset, .. } = *damage;
                let damage = self.directory.member_damage(position, &code, detail);
                Piece::Damaged(position, Box::new(Damage { byte_offset, ..damage }))
            }
            other => other,
        }
    }

    async fn next_raw(&mut self) -> Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.queue.pop_front() {
                return Ok(Some(piece));
            }
            if let Some(mut large) = self.large.take() {
                let piece = self.step(&mut large).await?;
                if matches!(piece, Piece::Bytes(_)) {
                    self.large = Some(large);
                }
                return Ok(Some(piece));
            }
            let rank = self.next;
            let Some(&position) = self.members.get(rank) else { return Ok(None) };
            self.next += 1;
            self.begin(rank, position).await?;
        }
    }

    /// Queues the pieces of a small member, or the first of a large one.
    async fn begin(&mut self, rank: usize, position: usize) -> Result<()> {
        let directory = Arc::clone(&self.directory);
        let Some(member) = directory.member(position) else {
            return Err(Error::internal(format!("'{}' has no member {position}", directory.object())));
        };
        self.queue.push_back(Piece::Begin(position));
        let damaged = |code: &str, detail: String| {
            Piece::Damaged(position, Box::new(directory.member_damage(position, code, detail)))
        };
        let refused = directory.damage(position).map(|damage| Piece::Damaged(position, Box::new(damage)));
        if let Some(piece) =
            refused.or_else(|| too_large(&member, &self.options).map(|(code, detail)| damaged(code, detail)))
        {
            self.queue.push_back(piece);
            return Ok(());
        }
        if member.is_dir {
            self.queue.push_back(Piece::End(position));
            return Ok(());
        }
        if is_packed(member.name) {
            self.unpacking.expect_packed();
        }
        while !self.window.begins.contains(&rank) {
            self.advance().await?;
        }
        let extent = extent(&directory, &member);
        let mut start = member.header_offset;
        if directory.container() == Container::Zip {
            let data_end = directory.data_end();
            let fixed = self.take(start..data_end.min(start + local::least_len(&member))).await?;
            let extra = match fixed.get(28..30) {
                Some(&[low, high]) => u64::from(u16::from_le_bytes([low, high])),
                _ => 0,
            };
            let header = self.take(start..data_end.min(start + local::least_len(&member) + extra)).await?;
            match local::check(&header, &member) {
                Ok(len) => start += len,
                Err(detail) => {
                    self.queue.push_back(damaged("HEADER_MISMATCH", detail));
                    return Ok(());
                }
            }
        }
        let data = start..start.saturating_add(member.compressed_size);
        if data.end > directory.data_end() {
            let detail = format!("the member ends at byte {}, the data at {}", data.end, directory.data_end());
            self.queue.push_back(damaged("TRUNCATED", detail));
            return Ok(());
        }
        let is_small = member.uncompressed_size <= self.options.small_member_limit
            && member.compressed_size <= self.options.small_member_limit.max(self.options.window_bytes);
        if is_small {
            let input = self.take(data).await?;
            self.decode(&member, position, input);
        } else {
            self.large = Some(Large {
                position,
                data,
                extent,
                size: member.uncompressed_size,
                crc32: member.crc32,
                inflate: (member.method == 8).then(|| Box::new(Inflate::new())),
                input: Bytes::new(),
                hash: crc32fast::Hasher::new(),
                produced: 0,
            });
        }
        Ok(())
    }

    /// Moves on to the next window.
    async fn advance(&mut self) -> Result<()> {
        self.bytes = Bytes::new();
        match self.fetcher.next().await? {
            Some((window, bytes)) => {
                (self.window, self.bytes) = (window, bytes);
                Ok(())
            }
            None => Err(Error::internal(format!("the read plan of '{}' ended early", self.directory.object()))),
        }
    }

    /// The part of `range` that lies at its start within the current window.
    fn held(&self, range: &Range<u64>) -> Option<Bytes> {
        let start = range.start.checked_sub(self.window.range.start).filter(|_| range.start < self.window.range.end)?;
        let end = range.end.min(self.window.range.end) - self.window.range.start;
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        (start <= end && end <= self.bytes.len()).then(|| self.bytes.slice(start..end))
    }

    /// The bytes of `range`: from the window, or by a request of their own where extra fields are longer than
    /// expected.
    async fn take(&mut self, range: Range<u64>) -> Result<Bytes> {
        match self.held(&range) {
            Some(bytes) if bytes.len() as u64 == range.end - range.start => Ok(bytes),
            _ => self.fetcher.read(range).await,
        }
    }

    /// Decodes a small member whole.
    fn decode(&mut self, member: &Member<'_>, position: usize, input: Bytes) {
        let directory = Arc::clone(&self.directory);
        let damaged = |code: &str, detail: String, offset: usize| {
            let damage = directory.member_damage(position, code, detail);
            Piece::Damaged(position, Box::new(Damage { byte_offset: i64::try_from(offset).ok(), ..damage }))
        };
        let size = member.uncompressed_size;
        let output = if member.method == 0 {
            input
        } else {
            // At most `small_member_limit`.
            let mut output = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
            match self.deflate.deflate_decompress(&input, &mut output) {
                Ok(len) if len == output.len() => output.into(),
                Ok(len) => {
                    self.queue.push_back(damaged("SIZE_MISMATCH", format!("{len} bytes where {size} are declared"), 0));
                    return;
                }
                Err(DecompressionError::InsufficientSpace) => {
                    self.queue.push_back(damaged("SIZE_MISMATCH", format!("more than the declared {size} bytes"), 0));
                    return;
                }
                Err(DecompressionError::BadData) => {
                    let (pieces, offset, code, detail) = salvage(input, size);
                    self.queue.extend(pieces.into_iter().map(Piece::Bytes));
                    self.queue.push_back(damaged(code, detail, offset));
                    return;
                }
            }
        };
        if let Some(expected) = member.crc32 {
            let found = crc32fast::hash(&output);
            if guard("crc32") && found != expected {
                let detail = format!("checksum {found:08x} where {expected:08x} is declared");
                self.queue.push_back(damaged("CRC", detail, 0));
                return;
            }
        }
        if !output.is_empty() {
            self.queue.push_back(Piece::Bytes(output));
        }
        self.queue.push_back(Piece::End(position));
    }

    /// The next piece of a large member.
    async fn step(&mut self, large: &mut Large) -> Result<Piece> {
        loop {
            let step = match &mut large.inflate {
                None if large.data.is_empty() => Step::Done,
                None => match self.input(large).await? {
                    bytes if bytes.is_empty() => continue,
                    bytes => Step::Output(bytes),
                },
                Some(inflate) => inflate.step(&mut large.input),
            };
            let (code, detail) = match step {
                Step::Output(bytes) => {
                    let allowed = large.size - large.produced;
                    if bytes.len() as u64 <= allowed {
                        large.produced += bytes.len() as u64;
                        if large.crc32.is_some() {
                            large.hash.update(&bytes);
                        }
                        return Ok(Piece::Bytes(bytes));
                    }
                    ("SIZE_MISMATCH", format!("more than the declared {} bytes", large.size))
                }
                Step::NeedsInput if !large.data.is_empty() => {
                    large.input = self.input(large).await?;
                    continue;
                }
                Step::NeedsInput => match large.inflate.as_mut().and_then(|inflate| inflate.partial()) {
                    // What was decoded so far goes out first; the next call comes back here.
                    Some(bytes) if bytes.len() as u64 <= large.size - large.produced => {
                        large.produced += bytes.len() as u64;
                        return Ok(Piece::Bytes(bytes));
                    }
                    _ => ("TRUNCATED", "the compressed stream has no end".to_owned()),
                },
                Step::Broken(detail) => ("INFLATE", detail),
                Step::Done if large.produced < large.size => {
                    ("SIZE_MISMATCH", format!("{} bytes where {} are declared", large.produced, large.size))
                }
                // What follows the end of a compressed stream is read by nobody, in small members neither: the size is
                // right, and the checksum decides.
                Step::Done => {
                    let found = std::mem::take(&mut large.hash).finalize();
                    match large.crc32 {
                        Some(expected) if guard("crc32") && expected != found => {
                            ("CRC", format!("checksum {found:08x} where {expected:08x} is declared"))
                        }
                        _ => return Ok(Piece::End(large.position)),
                    }
                }
            };
            let damage = self.directory.member_damage(large.position, code, detail);
            let byte_offset = i64::try_from(large.produced).ok();
            return Ok(Piece::Damaged(large.position, Box::new(Damage { byte_offset, ..damage })));
        }
    }

    /// The next raw bytes of a large member, never empty: from its windows, or asked for where these end too soon.
    async fn input(&mut self, large: &mut Large) -> Result<Bytes> {
        let mut bytes = self.held(&large.data);
        while bytes.is_none() && self.window.range.end <= large.data.start && self.window.range.end < large.extent.end {
            self.advance().await?;
            bytes = self.held(&large.data);
        }
        let bytes = match bytes {
            Some(bytes) if !bytes.is_empty() => bytes,
            _ => {
                let end = large.data.end.min(large.data.start.saturating_add(self.options.window_bytes.max(1)));
                self.fetcher.read(large.data.start..end).await?
            }
        };
        large.data.start += bytes.len() as u64;
        Ok(bytes)
    }
}

impl std::fmt::Debug for ZipReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZipReader")
            .field("object", &self.directory.object())
            .field("members", &self.members.len())
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// What can be decoded of a broken small member, up to `size` bytes, and what is wrong with it.
fn salvage(mut input: Bytes, size: u64) -> (Vec<Bytes>, usize, &'static str, String) {
    let mut inflate = Inflate::new();
    let (mut pieces, mut produced) = (Vec::new(), 0);
    let (code, detail) = loop {
        let (bytes, end) = match inflate.step(&mut input) {
            Step::Output(bytes) => (Some(bytes), None),
            Step::NeedsInput => (inflate.partial(), Some(("TRUNCATED", "the compressed stream has no end".to_owned()))),
            Step::Broken(detail) => (None, Some(("INFLATE", detail))),
            // The two decoders disagree; there is no telling which is right.
            Step::Done => (None, Some(("INFLATE", "the compressed stream is not valid".to_owned()))),
        };
        if let Some(mut bytes) = bytes {
            let allowed = usize::try_from(size).unwrap_or(usize::MAX) - produced;
            let is_over = bytes.len() > allowed;
            bytes.truncate(allowed);
            produced += bytes.len();
            pieces.extend((!bytes.is_empty()).then_some(bytes));
            if is_over {
                break ("SIZE_MISMATCH", format!("more than the declared {size} bytes"));
            }
        }
        if let Some(end) = end {
            break end;
        }
    };
    (pieces, produced, code, detail)
}

fn is_packed(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("gz") || extension.eq_ignore_ascii_case("zst")
}

/// Why the declared sizes alone forbid reading `member`.
fn too_large(member: &Member<'_>, options: &ReadOptions) -> Option<(&'static str, String)> {
    let (packed, size, limits) = (member.compressed_size, member.uncompressed_size, &options.limits);
    if size > limits.member_size {
        return Some(("SIZE_LIMIT", format!("{size} bytes are more than allowed ({})", limits.told("member_size"))));
    }
    let is_bomb = size > RATIO_FROM && size / packed.max(1) >= limits.ratio;
    is_bomb.then(|| ("RATIO", format!("{packed} bytes are said to hold {size} ({})", limits.told("ratio"))))
}

/// The bytes of the archive that `member` probably takes: the length of its local extra fields is known only once
/// the header is read.
fn extent(directory: &Directory, member: &Member<'_>) -> Range<u64> {
    let overhead = match directory.container() {
        Container::Zip => LOCAL_HEADER + member.raw_name.len() as u64 + u64::from(member.extra_len) + EXTRA,
        Container::Tar => 0,
    };
    let end = member.header_offset.saturating_add(overhead).saturating_add(member.compressed_size);
    member.header_offset..end.min(directory.data_end()).max(member.header_offset)
}

/// Cuts the members, in reading order, into windows.
struct Plan {
    directory: Arc<Directory>,
    members: Arc<[usize]>,
    next: usize,
    // What is left of a member that is larger than a window.
    rest: Range<u64>,
    options: ReadOptions,
}

impl Plan {
    /// The extent of the member of this rank; none where nothing of it will be read.
    fn extent(&self, rank: usize) -> Option<Range<u64>> {
        let position = *self.members.get(rank)?;
        let member = self.directory.member(position)?;
        let is_read =
            !member.is_dir && !self.directory.is_damaged(position) && too_large(&member, &self.options).is_none();
        is_read.then(|| extent(&self.directory, &member))
    }
}

impl Iterator for Plan {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        if !self.rest.is_empty() {
            let end = self.rest.end.min(self.rest.start.saturating_add(self.options.window_bytes.max(1)));
            let range = self.rest.start..end;
            self.rest.start = end;
            return Some(Window { range, begins: self.next..self.next });
        }
        let first = (self.next..self.members.len()).find_map(|rank| Some((rank, self.extent(rank)?)));
        let (rank, mut range) = first?;
        self.next = rank + 1;
        if range.end - range.start > self.options.window_bytes.max(1) {
            let end = range.start + self.options.window_bytes.max(1);
            self.rest = end..range.end;
            return Some(Window { range: range.start..end, begins: rank..self.next });
        }
        while self.next < self.members.len() {
            if let Some(extent) = self.extent(self.next) {
                let is_near = extent.start >= range.start && extent.start <= range.end.saturating_add(GAP);
                let end = range.end.max(extent.end);
                if !is_near || end - range.start > self.options.window_bytes.max(1) {
                    break;
                }
                range.end = end;
            }
            self.next += 1;
        }
        Some(Window { range, begins: rank..self.next })
    }
}
