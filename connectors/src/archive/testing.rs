//! Writers of small archives for tests: zips with every oddity that the reader knows, spanned zips, and tars.

use super::{Directory, MemberReader, Piece, ReadOptions, Unreadable, ZipReader, read_directory};
use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

/// A member to write. Fields default to an honest, deflated file.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) raw_name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) has_descriptor: bool,
    pub(crate) is_zip64: bool,
    pub(crate) local_extra: Vec<u8>,
    pub(crate) central_extra: Vec<u8>,
    pub(crate) made_by: u16,
    pub(crate) external: u32,
    pub(crate) crc_error: u32,
    pub(crate) declared_size: Option<u64>,
    pub(crate) local_name: Option<Vec<u8>>,
    /// Replaces the compressed bytes.
    pub(crate) packed: Option<Vec<u8>>,
}

pub(crate) fn entry(name: &str, data: impl Into<Vec<u8>>) -> Entry {
    Entry {
        raw_name: name.as_bytes().to_vec(),
        data: data.into(),
        method: 8,
        flags: 0,
        has_descriptor: false,
        is_zip64: false,
        local_extra: Vec::new(),
        central_extra: Vec::new(),
        made_by: 0,
        external: 0,
        crc_error: 0,
        declared_size: None,
        local_name: None,
        packed: None,
    }
}

pub(crate) fn deflated(data: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    build(entries, Vec::new(), None).concat()
}

/// Cuts a spanned archive into disks of `disk` bytes, the last of which is the `.zip`.
pub(crate) fn spanned(entries: &[Entry], disk: usize) -> Vec<Vec<u8>> {
    build(entries, b"PK\x07\x08".to_vec(), Some(disk))
}

fn build(entries: &[Entry], mut out: Vec<u8>, disk: Option<usize>) -> Vec<Vec<u8>> {
    let place = |offset: usize| disk.map_or((0, offset), |disk| (offset / disk, offset % disk));
    let mut directory = Vec::new();
    for entry in entries {
        let (disk_start, offset) = place(out.len());
        let packed = entry.packed.clone().unwrap_or_else(|| match entry.method {
            8 => deflated(&entry.data),
            _ => entry.data.clone(),
        });
        let (size, packed_size) = (entry.declared_size.unwrap_or(entry.data.len() as u64), packed.len() as u64);
        let crc = crc32fast::hash(&entry.data) ^ entry.crc_error;
        let flags = entry.flags | if entry.has_descriptor { 8 } else { 0 };
        let zip64 = |values: &[u64]| {
            let mut field = [1_u16.to_le_bytes(), (values.len() as u16 * 8).to_le_bytes()].concat();
            values.iter().for_each(|value| field.extend(value.to_le_bytes()));
            field
        };
        let short = |value: u64| if entry.is_zip64 { u32::MAX } else { value as u32 };
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.raw_name);
        let mut local_extra = entry.local_extra.clone();
        if entry.is_zip64 {
            local_extra.extend(zip64(&[size, packed_size]));
        }
        out.extend(b"PK\x03\x04");
        for half in [45, flags, entry.method, 0, 0] {
            out.extend(half.to_le_bytes());
        }
        let hidden = |value: u32| if entry.has_descriptor { 0 } else { value };
        for word in [hidden(crc), hidden(short(packed_size)), hidden(short(size))] {
            out.extend(word.to_le_bytes());
        }
        out.extend((local_name.len() as u16).to_le_bytes());
        out.extend((local_extra.len() as u16).to_le_bytes());
        out.extend(local_name);
        out.extend(local_extra);
        out.extend(packed);
        if entry.has_descriptor {
            [crc, packed_size as u32, size as u32].iter().for_each(|word| out.extend(word.to_le_bytes()));
        }
        let mut central_extra = entry.central_extra.clone();
        if entry.is_zip64 {
            central_extra.extend(zip64(&[size, packed_size, offset as u64]));
        }
        directory.extend(b"PK\x01\x02");
        for half in [entry.made_by << 8 | 45, 45, flags, entry.method, 0, 0] {
            directory.extend(half.to_le_bytes());
        }
        for word in [crc, short(packed_size), short(size)] {
            directory.extend(word.to_le_bytes());
        }
        for half in [entry.raw_name.len() as u16, central_extra.len() as u16, 0, disk_start as u16, 0] {
            directory.extend(half.to_le_bytes());
        }
        directory.extend(entry.external.to_le_bytes());
        directory.extend(short(offset as u64).to_le_bytes());
        directory.extend(&entry.raw_name);
        directory.extend(central_extra);
    }
    let (first_disk, start) = place(out.len());
    let is_zip64 = entries.iter().any(|entry| entry.is_zip64) || entries.len() > 65_534;
    let total = out.len() + directory.len() + 22 + if is_zip64 { 76 } else { 0 };
    let last_disk = disk.map_or(0, |disk| (total - 1) / disk);
    let count = entries.len() as u64;
    let (end64_disk, end64) = place(out.len() + directory.len());
    let directory_len = directory.len();
    out.extend(directory);
    if is_zip64 {
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0]);
        out.extend((last_disk as u32).to_le_bytes());
        out.extend((first_disk as u32).to_le_bytes());
        for value in [count, count, directory_len as u64, start as u64] {
            out.extend(value.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend((end64_disk as u32).to_le_bytes());
        out.extend((end64 as u64).to_le_bytes());
        out.extend((last_disk as u32 + 1).to_le_bytes());
    }
    let (half, word) = if is_zip64 { (u16::MAX, u32::MAX) } else { (count as u16, start as u32) };
    out.extend(b"PK\x05\x06");
    for value in [last_disk as u16, first_disk as u16, half, half] {
        out.extend(value.to_le_bytes());
    }
    out.extend(if is_zip64 { u32::MAX } else { directory_len as u32 }.to_le_bytes());
    out.extend(word.to_le_bytes());
    out.extend([0, 0]);
    assert_eq!(out.len(), total);
    match disk {
        Some(disk) => out.chunks(disk).map(<[u8]>::to_vec).collect(),
        None => vec![out],
    }
}

/// One tar member: a header block, the bytes, and padding.
pub(crate) fn tar_member(name: &[u8], kind: u8, data: &[u8], declared: Option<u64>) -> Vec<u8> {
    let mut header = vec![0_u8; 512];
    header[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    header[124..136].copy_from_slice(format!("{:011o}\0", declared.unwrap_or(data.len() as u64)).as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    sign(&mut header);
    header.extend(data);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

/// Writes the checksum of a tar header.
pub(crate) fn sign(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header[..512].iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A PAX header with these records.
pub(crate) fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut content = String::new();
    for (key, value) in records {
        let bare = key.len() + value.len() + 3;
        let len = (bare..).find(|len| len.to_string().len() + bare == *len).unwrap();
        content.push_str(&format!("{len} {key}={value}\n"));
    }
    tar_member(b"PaxHeaders/x", b'x', content.as_bytes(), None)
}

/// A tar of plain files.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out: Vec<u8> =
        files.iter().flat_map(|(name, data)| tar_member(name.as_bytes(), b'0', data, None)).collect();
    out.extend([0; 1024]);
    out
}

/// A store with one object.
pub(crate) async fn stored(bytes: &[u8]) -> (Arc<dyn ObjectStore>, Path) {
    let (store, path) = (InMemory::new(), Path::from("x.zip"));
    store.put(&path, Bytes::copy_from_slice(bytes).into()).await.unwrap();
    (Arc::new(store), path)
}

pub(crate) async fn directory(bytes: &[u8]) -> Result<Directory, Unreadable> {
    let (store, path) = stored(bytes).await;
    read_directory(&store, &path, bytes.len() as u64, &[]).await
}

/// The code of the damage that makes the zip `bytes` unreadable.
pub(crate) async fn refusal(bytes: &[u8]) -> String {
    match directory(bytes).await {
        Err(Unreadable::Damaged(damage)) => damage.code.clone(),
        other => panic!("{other:?}"),
    }
}

/// What a reader gives for a member: its bytes, and its damage if there is one.
pub(crate) type Read = (usize, Vec<u8>, Option<crate::damage::Damage>);

pub(crate) async fn drain(mut reader: MemberReader) -> Vec<Read> {
    let (mut members, mut open) = (Vec::new(), None);
    while let Some(piece) = reader.next().await.unwrap() {
        match piece {
            Piece::Begin(position) => assert!(open.replace((position, Vec::new())).is_none()),
            Piece::Bytes(bytes) => {
                assert!(!bytes.is_empty());
                open.as_mut().unwrap().1.extend_from_slice(&bytes);
            }
            Piece::End(position) => {
                let (begun, bytes) = open.take().unwrap();
                assert_eq!(begun, position);
                members.push((position, bytes, None));
            }
            Piece::Damaged(position, damage) => {
                let (begun, bytes) = open.take().unwrap();
                assert_eq!(begun, position);
                members.push((position, bytes, Some(*damage)));
            }
        }
    }
    assert!(open.is_none());
    members
}

/// Reads `members` of the zip `bytes`; all where none are given.
pub(crate) async fn read(bytes: &[u8], members: Option<Vec<usize>>, options: ReadOptions) -> Vec<Read> {
    let (store, path) = stored(bytes).await;
    let directory = Arc::new(read_directory(&store, &path, bytes.len() as u64, &[]).await.unwrap());
    let members = members.unwrap_or_else(|| (0..directory.len()).collect());
    drain(MemberReader::Zip(Box::new(ZipReader::new(store, path, directory, members, options)))).await
}
