//! The parts of a workbook: a zip held in memory, whose limits are those of the outside.
//!
//! A part is checked whole, size and checksum, before anything of it is used. Small ones are then read from memory, others
//! are unpacked a second time as they are read.

use std::io::{BufRead, BufReader, Cursor, Read};

use bytes::{Buf, Bytes};
use flate2::bufread::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};

use crate::archive::{Directory, held_data, held_directory};
use crate::damage::Damage;
use crate::decode::xml::text::{push_lines, push_reference, push_value};
use crate::faults::guard;
use crate::limits::{Limits, RATIO_FROM, length};

/// Up to so many bytes a part is unpacked in one go.
const SMALL: u64 = 32 << 20;

/// What makes a workbook unreadable.
pub(super) type Fault = Box<Damage>;

pub(super) fn fault(code: &str, detail: impl Into<String>) -> Fault {
    Box::new(Damage::new(code, detail))
}

/// The parts of one workbook.
pub(super) struct Package {
    bytes: Bytes,
    directory: Directory,
    limits: Limits,
    unpacked: u64,
}

impl Package {
    /// # Errors
    /// `FORMAT` where the bytes are no zip, and whatever is wrong with its directory.
    pub(super) fn open(bytes: Bytes, limits: &Limits) -> Result<Self, Fault> {
        if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return Err(fault("FORMAT", ole_detail(&bytes)));
        }
        if !bytes.starts_with(b"PK") {
            return Err(fault("FORMAT", "this is no workbook: an .xlsx file is a zip, which this is not"));
        }
        let directory = held_directory(&bytes, limits)?;
        if directory.len() > length(limits.workbook_parts) {
            let told = limits.told("workbook_parts");
            return Err(fault("SIZE_LIMIT", format!("the workbook has {} parts ({told})", directory.len())));
        }
        Ok(Self { bytes, directory, limits: *limits, unpacked: 0 })
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.directory.members().position(|member| !member.is_dir && member.name.eq_ignore_ascii_case(name))
    }

    /// Opens a part.
    pub(super) fn part(&mut self, name: &str) -> Result<Part, Fault> {
        let missing = || fault("FORMAT", format!("the workbook has no part '{name}'"));
        let position = self.position(name).ok_or_else(missing)?;
        if let Some(damage) = self.directory.damage(position) {
            return Err(fault(&damage.code, format!("part '{name}': {}", damage.detail)));
        }
        let member = self.directory.member(position).ok_or_else(missing)?;
        let wrong = |code: &str, detail: String| fault(code, format!("part '{name}': {detail}"));
        let (size, packed) = (member.uncompressed_size, member.compressed_size);
        self.unpacked = self.unpacked.saturating_add(size);
        if self.unpacked > self.limits.workbook_size {
            let told = self.limits.told("workbook_size");
            return Err(wrong("SIZE_LIMIT", format!("the parts unpack to too many bytes ({told})")));
        }
        if size > RATIO_FROM && size / packed.max(1) > self.limits.workbook_ratio {
            let told = self.limits.told("workbook_ratio");
            return Err(wrong("RATIO", format!("{packed} bytes unpack to {size} ({told})")));
        }
        let range = held_data(&self.bytes, &member).map_err(|detail| wrong("HEADER_MISMATCH", detail))?;
        let data = self.bytes.slice(range);
        let crc = member.crc32.unwrap_or_default();
        let mut source: Box<dyn BufRead + Send> = match member.method {
            0 => {
                check(crc32fast::hash(&data), crc).map_err(|detail| wrong("CRC", detail))?;
                Box::new(data.reader())
            }
            _ if size <= SMALL => {
                let plain = unpack(&data, size).map_err(|(code, detail)| wrong(code, detail))?;
                check(crc32fast::hash(&plain), crc).map_err(|detail| wrong("CRC", detail))?;
                Box::new(Cursor::new(plain))
            }
            _ => {
                verify(&data, size, crc).map_err(|(code, detail)| wrong(code, detail))?;
                Box::new(BufReader::with_capacity(64 << 10, DeflateDecoder::new(data.reader())))
            }
        };
        let mark = source.fill_buf().map_err(|error| wrong("INFLATE", error.to_string()))?;
        if mark.starts_with(b"\xFF\xFE") || mark.starts_with(b"\xFE\xFF") {
            return Err(wrong("FORMAT", "it is UTF-16, which is read in no part; save the workbook anew".to_owned()));
        }
        let limit = length(self.limits.value_size).saturating_mul(2).max(1 << 20);
        let mut reader = Reader::from_reader(Limited { source, left: limit, limit });
        reader.config_mut().check_end_names = true;
        Ok(Part { name: name.to_owned(), reader, buffer: Vec::new() })
    }
}

/// What an OLE container holds is told apart by the names in it, which are UTF-16.
fn ole_detail(bytes: &[u8]) -> &'static str {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memchr::memmem::find(bytes, &name).is_some() {
        "the workbook is protected by a password; remove it and save the workbook anew"
    } else {
        "this is an old Excel file (.xls), whatever its name; save it as .xlsx"
    }
}

fn check(found: u32, expected: u32) -> Result<(), String> {
    if found == expected || !guard("crc32") {
        Ok(())
    } else {
        Err(format!("its checksum is {found:08x} and should be {expected:08x}"))
    }
}

type Wrong = (&'static str, String);

fn size_wrong(size: u64) -> Wrong {
    ("SIZE_MISMATCH", format!("it does not unpack to the {size} bytes that the directory says"))
}

fn unpack(data: &[u8], size: u64) -> Result<Vec<u8>, Wrong> {
    // Deflate makes at most 1032 bytes of one: more is not even asked for.
    if size / 1032 > data.len() as u64 {
        return Err(size_wrong(size));
    }
    let mut plain = vec![0; usize::try_from(size).map_err(|_| size_wrong(size))?];
    match libdeflater::Decompressor::new().deflate_decompress(data, &mut plain) {
        Ok(length) if length == plain.len() => Ok(plain),
        Ok(_) | Err(libdeflater::DecompressionError::InsufficientSpace) => Err(size_wrong(size)),
        Err(libdeflater::DecompressionError::BadData) => Err(("INFLATE", "its packed bytes are broken".to_owned())),
    }
}

/// Unpacks without keeping anything.
fn verify(data: &Bytes, size: u64, crc: u32) -> Result<(), Wrong> {
    let mut decoder = DeflateDecoder::new(data.clone().reader());
    let mut buffer = vec![0; 64 << 10];
    let (mut seen, mut hasher) = (0u64, crc32fast::Hasher::new());
    loop {
        let length = decoder.read(&mut buffer).map_err(|error| ("INFLATE", error.to_string()))?;
        if length == 0 {
            break;
        }
        seen += length as u64;
        if seen > size {
            return Err(size_wrong(size));
        }
        hasher.update(&buffer[..length]);
    }
    if seen != size {
        return Err(size_wrong(size));
    }
    check(hasher.finalize(), crc).map_err(|detail| ("CRC", detail))
}

/// Gives no more than a limit of bytes until it is set again: one tag or text cannot take up all memory.
struct Limited {
    source: Box<dyn BufRead + Send>,
    left: usize,
    limit: usize,
}

impl Read for Limited {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Limited {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            return Err(std::io::Error::other(format!("a tag or text has more than {} bytes", self.limit)));
        }
        let available = self.source.fill_buf()?;
        Ok(available.get(..self.left).unwrap_or(available))
    }

    fn consume(&mut self, length: usize) {
        self.left = self.left.saturating_sub(length);
        self.source.consume(length);
    }
}

/// A part under way.
pub(super) struct Part {
    name: String,
    reader: Reader<Limited>,
    buffer: Vec<u8>,
}

impl Part {
    /// The next event; comments and the like are left out.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        let limited = self.reader.get_mut();
        limited.left = limited.limit;
        let read = self.reader.read_event_into(&mut self.buffer);
        match read {
            Ok(Event::DocType(_)) => {
                let detail = format!("part '{}' has a document type definition, which is not read", self.name);
                Err(fault("XML_DTD", detail))
            }
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(error)) => Err(fault("SIZE_LIMIT", format!("part '{}': {error}", self.name))),
            Err(error) => {
                let at = self.reader.error_position();
                Err(fault("SYNTAX", format!("part '{}' is broken at byte {at}: {error}", self.name)))
            }
        }
    }
}

/// The value of the attribute with this local name.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut value = Vec::new();
    let found = attributes(tag).find(|(key, _)| *key == name)?.1;
    push_value(&found, &mut value).ok()?;
    String::from_utf8(value).ok()
}

/// The attributes of a tag: local names and raw values. A broken one ends them.
pub(super) fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = (&'t [u8], std::borrow::Cow<'t, [u8]>)> {
    let mut attributes: Attributes<'t> = tag.attributes();
    attributes.with_checks(false);
    attributes.map_while(Result::ok).map(|attribute| {
        let key = attribute.key.0;
        (key.rsplit(|&byte| byte == b':').next().unwrap_or(key), attribute.value)
    })
}

/// Appends the text that an event adds to an element; `false` where it stands for no character.
pub(super) fn push_event_text(event: &Event<'_>, out: &mut Vec<u8>) -> bool {
    match event {
        Event::Text(text) => push_lines(text, out),
        Event::CData(text) => push_lines(text, out),
        Event::GeneralRef(name) => return push_reference(name, out).is_ok(),
        _ => {}
    }
    true
}
