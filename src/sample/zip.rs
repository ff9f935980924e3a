//! A ZIP writer with the habits, good and bad, of the archives that people meet: ZIP64, data descriptors, names in any
//! bytes, and archives that span several volumes.

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use libdeflater::{CompressionLvl, Compressor};

/// A member, packed and ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// The name's bytes as they stand in the archive.
    pub(super) name: Vec<u8>,
    /// The flag that says "this name is UTF-8".
    pub(super) utf8_flag: bool,
    crc: u32,
    size: u64,
    deflated: bool,
    data: Vec<u8>,
}

/// How members are packed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Packing {
    /// Not compressed.
    pub(super) stored: bool,
    /// ZIP64 records although nothing is large.
    pub(super) zip64: bool,
    /// Sizes and checksum follow the data, as streaming writers leave them; every other one lacks its signature.
    pub(super) descriptors: bool,
}

/// Compresses members; one per thread.
pub(super) struct Packer {
    /// Level 6, the level of common tools.
    usual: Compressor,
    /// Level 1 for small members: level 6 spends longer on its tables than on them.
    small: Compressor,
}

/// Members below this size, in bytes, are packed at level 1.
const SMALL: usize = 2048;

impl Packer {
    /// A packer with its tables.
    pub(super) fn new() -> Self {
        // Level 1 exists; `fastest` would be level 0, which only stores.
        let small = CompressionLvl::new(1).unwrap_or_default();
        Self { usual: Compressor::new(CompressionLvl::default()), small: Compressor::new(small) }
    }

    /// Packs `body`. What does not shrink is stored.
    pub(super) fn pack(&mut self, name: Vec<u8>, utf8_flag: bool, body: Vec<u8>, packing: Packing) -> Member {
        let crc = crc32fast::hash(&body);
        let size = body.len() as u64;
        if !packing.stored {
            let compressor = if body.len() < SMALL { &mut self.small } else { &mut self.usual };
            let mut data = vec![0; compressor.deflate_compress_bound(body.len())];
            // A descriptor can be found only behind deflated data, so there even tiny members are deflated.
            if let Ok(length) = compressor.deflate_compress(&body, &mut data)
                && (length < body.len() || packing.descriptors)
            {
                data.truncate(length);
                data.shrink_to_fit();
                return Member { name, utf8_flag, crc, size, deflated: true, data };
            }
        }
        Member { name, utf8_flag, crc, size, deflated: false, data: body }
    }
}

impl Member {
    /// Size of its data in the archive, in bytes.
    pub(super) fn packed_size(&self) -> u64 {
        self.data.len() as u64
    }
}

/// Where an archive goes.
enum Target {
    Stream(Box<dyn Write>),
    /// Volumes of at most `limit` bytes, in memory.
    Volumes {
        limit: u64,
        volumes: Vec<Vec<u8>>,
    },
}

/// Writes an archive from front to back.
pub(super) struct ZipWriter {
    target: Target,
    /// Offset within the current volume.
    at: u64,
    disk: u32,
    entries: Vec<Entry>,
}

struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    disk: u32,
    offset: u64,
    zip64: bool,
}

const LOCAL: u32 = 0x0403_4B50;
const CENTRAL: u32 = 0x0201_4B50;
const END: u32 = 0x0605_4B50;
const END64: u32 = 0x0606_4B50;
const LOCATOR64: u32 = 0x0706_4B50;
/// Signature of a data descriptor, and of the first volume of a spanned archive.
const DESCRIPTOR: u32 = 0x0807_4B50;
/// 2023-03-02 09:00 in DOS form: nothing here may depend on a clock.
const DATE: u16 = (43 << 9) | (3 << 5) | 2;
const TIME: u16 = 9 << 11;
const UTF8_FLAG: u16 = 1 << 11;
const DESCRIPTOR_FLAG: u16 = 1 << 3;
const DEFLATED: u16 = 8;
/// From here on a 32-bit field refers to the ZIP64 record.
const FULL: u64 = 0xFFFF_FFFF;

struct Fields(Vec<u8>);

impl Fields {
    fn u16(mut self, value: u16) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }
    fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }
    fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }
    /// The value, or all ones when it does not fit or `moved` says that it stands in the ZIP64 record.
    fn low(self, value: u64, moved: bool) -> Self {
        self.u32(if moved { u32::MAX } else { u32::try_from(value).unwrap_or(u32::MAX) })
    }
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

fn fields() -> Fields {
    Fields(Vec::with_capacity(128))
}

/// The length of a name or an extra field, which none of ours exceeds.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

impl ZipWriter {
    /// An archive in one piece.
    pub(super) fn stream(writer: Box<dyn Write>) -> Self {
        Self { target: Target::Stream(writer), at: 0, disk: 0, entries: Vec::new() }
    }

    /// An archive over volumes of at most `limit` bytes; `limit` must hold the longest header.
    pub(super) fn volumes(limit: u64) -> io::Result<Self> {
        let target = Target::Volumes { limit, volumes: vec![Vec::new()] };
        let mut writer = Self { target, at: 0, disk: 0, entries: Vec::new() };
        writer.write(&DESCRIPTOR.to_le_bytes())?;
        Ok(writer)
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        match &mut self.target {
            Target::Stream(writer) => {
                self.at += bytes.len() as u64;
                writer.write_all(bytes)
            }
            Target::Volumes { limit, volumes } => {
                while !bytes.is_empty() {
                    let room = usize::try_from(*limit - self.at).unwrap_or(usize::MAX);
                    let (now, later) = bytes.split_at(room.min(bytes.len()));
                    if let Some(volume) = volumes.last_mut() {
                        volume.extend_from_slice(now);
                    }
                    self.at += now.len() as u64;
                    bytes = later;
                    if !bytes.is_empty() {
                        volumes.push(Vec::new());
                        self.disk += 1;
                        self.at = 0;
                    }
                }
                Ok(())
            }
        }
    }

    /// Starts a new volume when `length` bytes do not fit into this one: headers are never split.
    fn fit(&mut self, length: usize) {
        if let Target::Volumes { limit, volumes } = &mut self.target
            && self.at + length as u64 > *limit
        {
            volumes.push(Vec::new());
            self.disk += 1;
            self.at = 0;
        }
    }

    /// Writes a member.
    pub(super) fn member(&mut self, member: &Member, packing: Packing) -> io::Result<()> {
        let descriptor = packing.descriptors && member.deflated;
        let flags = if member.utf8_flag { UTF8_FLAG } else { 0 } | if descriptor { DESCRIPTOR_FLAG } else { 0 };
        let packed = member.packed_size();
        let mut entry = Entry {
            name: member.name.clone(),
            flags,
            method: if member.deflated { DEFLATED } else { 0 },
            crc: member.crc,
            packed,
            size: member.size,
            disk: 0,
            offset: 0,
            zip64: packing.zip64 || packed >= FULL || member.size >= FULL,
        };
        self.local_header(&mut entry)?;
        self.write(&member.data)?;
        if descriptor {
            self.descriptor(&entry, self.entries.len().is_multiple_of(2))?;
        }
        self.entries.push(entry);
        Ok(())
    }

    fn local_header(&mut self, entry: &mut Entry) -> io::Result<()> {
        let late = entry.flags & DESCRIPTOR_FLAG != 0;
        let (crc, packed, size) = if late { (0, 0, 0) } else { (entry.crc, entry.packed, entry.size) };
        let extra = match entry.zip64 {
            true => fields().u16(1).u16(16).u64(size).u64(packed).0,
            false => Vec::new(),
        };
        let header = fields()
            .u32(LOCAL)
            .u16(if entry.zip64 { 45 } else { 20 })
            .u16(entry.flags)
            .u16(entry.method)
            .u16(TIME)
            .u16(DATE)
            .u32(crc)
            .low(packed, entry.zip64)
            .low(size, entry.zip64)
            .u16(short(entry.name.len()))
            .u16(short(extra.len()))
            .bytes(&entry.name)
            .bytes(&extra)
            .0;
        self.fit(header.len());
        (entry.disk, entry.offset) = (self.disk, self.at);
        self.write(&header)
    }

    fn descriptor(&mut self, entry: &Entry, signed: bool) -> io::Result<()> {
        let mut record = fields();
        if signed {
            record = record.u32(DESCRIPTOR);
        }
        record = record.u32(entry.crc);
        let record = match entry.zip64 {
            true => record.u64(entry.packed).u64(entry.size),
            // Sizes below 4 GiB: `zip64` is set for all others.
            false => record.low(entry.packed, false).low(entry.size, false),
        };
        self.fit(record.0.len());
        self.write(&record.0)
    }

    /// Begins a member of unknown size; `large`: it may pass 4 GiB.
    pub(super) fn begin(self, name: Vec<u8>, large: bool) -> io::Result<MemberStream> {
        let mut zip = self;
        let mut entry = Entry {
            name,
            flags: UTF8_FLAG | DESCRIPTOR_FLAG,
            method: DEFLATED,
            crc: 0,
            packed: 0,
            size: 0,
            disk: 0,
            offset: 0,
            zip64: large,
        };
        zip.local_header(&mut entry)?;
        let start = zip.at;
        Ok(MemberStream {
            encoder: DeflateEncoder::new(Counted(zip), flate2::Compression::new(6)),
            entry,
            start,
            crc: crc32fast::Hasher::new(),
        })
    }

    /// Writes the directory. Returns the volumes of a spanned archive, nothing for others.
    pub(super) fn finish(mut self) -> io::Result<Vec<Vec<u8>>> {
        let entries = std::mem::take(&mut self.entries);
        let mut start = None;
        let mut size = 0_u64;
        // The volume of the latest record, and how many records it holds.
        let mut latest = (self.disk, 0_u64);
        for entry in &entries {
            let record = central(entry);
            self.fit(record.len());
            start.get_or_insert((self.disk, self.at));
            if self.disk != latest.0 {
                latest = (self.disk, 0);
            }
            latest.1 += 1;
            size += record.len() as u64;
            self.write(&record)?;
        }
        let count = entries.len() as u64;
        let zip64 = entries.iter().any(|entry| entry.zip64);
        let (start_disk, start_at) = start.unwrap_or((self.disk, self.at));
        let zip64 = zip64 || count >= 0xFFFF || size >= FULL || start_at >= FULL;
        // The three end records stay together on the last volume.
        self.fit(if zip64 { 56 + 20 + 22 } else { 22 });
        let on_last = if self.disk == latest.0 { latest.1 } else { 0 };
        let mut end = fields();
        if zip64 {
            let here = (self.disk, self.at);
            end = end.u32(END64).u64(44).u16((3 << 8) | 45).u16(45).u32(self.disk).u32(start_disk);
            end = end.u64(on_last).u64(count).u64(size).u64(start_at);
            end = end.u32(LOCATOR64).u32(here.0).u64(here.1).u32(self.disk + 1);
        }
        let narrow = |value: u64| u16::try_from(value).unwrap_or(u16::MAX);
        end = end.u32(END).u16(narrow(u64::from(self.disk))).u16(narrow(u64::from(start_disk)));
        end = end.u16(narrow(on_last)).u16(narrow(count)).low(size, false).low(start_at, false).u16(0);
        self.write(&end.0)?;
        match self.target {
            Target::Stream(mut writer) => writer.flush().map(|()| Vec::new()),
            Target::Volumes { volumes, .. } => Ok(volumes),
        }
    }
}

fn central(entry: &Entry) -> Vec<u8> {
    let far = entry.offset >= FULL;
    let mut extra = Vec::new();
    if entry.zip64 || far {
        let mut values = fields();
        if entry.zip64 {
            values = values.u64(entry.size).u64(entry.packed);
        }
        if far {
            values = values.u64(entry.offset);
        }
        extra = fields().u16(1).u16(short(values.0.len())).bytes(&values.0).0;
    }
    fields()
        .u32(CENTRAL)
        // Made on Unix, so that the mode counts.
        .u16((3 << 8) | 45)
        .u16(if extra.is_empty() { 20 } else { 45 })
        .u16(entry.flags)
        .u16(entry.method)
        .u16(TIME)
        .u16(DATE)
        .u32(entry.crc)
        .low(entry.packed, entry.zip64)
        .low(entry.size, entry.zip64)
        .u16(short(entry.name.len()))
        .u16(short(extra.len()))
        .u16(0)
        .u16(u16::try_from(entry.disk).unwrap_or(u16::MAX))
        .u16(0)
        .u32(0o100_644 << 16)
        .low(entry.offset, far)
        .bytes(&entry.name)
        .bytes(&extra)
        .0
}

/// The archive behind a deflate stream.
struct Counted(ZipWriter);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map(|()| bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A member that is written piece by piece. It takes the archive and gives it back at its end.
pub(super) struct MemberStream {
    encoder: DeflateEncoder<Counted>,
    entry: Entry,
    start: u64,
    crc: crc32fast::Hasher,
}

impl MemberStream {
    /// Adds bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.entry.size += bytes.len() as u64;
        self.encoder.write_all(bytes)
    }

    /// Ends the member.
    pub(super) fn finish(self) -> io::Result<ZipWriter> {
        let Counted(mut zip) = self.encoder.finish()?;
        let mut entry = self.entry;
        entry.crc = self.crc.finalize();
        entry.packed = zip.at - self.start;
        zip.descriptor(&entry, true)?;
        zip.entries.push(entry);
        Ok(zip)
    }
}
