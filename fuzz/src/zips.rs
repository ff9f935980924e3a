//! A small writer of stored zips, and stores that hold what a target was given.

use bytes::Bytes;
use futures::FutureExt as _;
use jogak_connectors::source::{Extent, LogicalObject, ObjectKind, PieceStart, VirtualStore};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use std::future::Future;
use std::sync::Arc;

/// Runs a future; targets read from memory, one after the other.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// A store of these objects.
pub(crate) fn stored(objects: &[(&str, &[u8])]) -> Arc<dyn ObjectStore> {
    let store = InMemory::new();
    for (name, bytes) in objects {
        let path = Path::from(*name);
        let put = store.put(&path, Bytes::copy_from_slice(bytes).into()).now_or_never();
        put.expect("memory does not wait").unwrap();
    }
    Arc::new(store)
}

/// A zip at the key `x.zip` that lies in pieces of the sizes given, the last one taking the rest; with `is_spanned` each
/// piece is a disk.
pub(crate) fn in_pieces(bytes: &[u8], sizes: &[usize], is_spanned: bool) -> (Arc<dyn ObjectStore>, LogicalObject) {
    let mut names = Vec::new();
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for size in sizes.iter().map(Some).chain([None]) {
        let (piece, behind) = rest.split_at(size.map_or(rest.len(), |size| rest.len().min(*size)));
        if size.is_none() || !piece.is_empty() {
            names.push(format!("x.zip.part{}", pieces.len()));
            pieces.push(piece);
        }
        rest = behind;
    }
    let named: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(pieces.iter().copied()).collect();
    let mut starts = Vec::new();
    let mut extents = Vec::new();
    let mut start = 0;
    for (name, piece) in &named {
        let len = piece.len() as u64;
        starts.push(PieceStart { key: (*name).to_owned(), start });
        let path = Path::from(*name);
        extents.push(Extent { path, etag: None, version: None, object_size: len, start: 0, len });
        start += len;
    }
    let object = LogicalObject {
        key: "x.zip".to_owned(),
        kind: ObjectKind::Zip,
        extents,
        size: bytes.len() as u64,
        parts: Vec::new(),
        span_starts: if is_spanned { starts.iter().map(|piece| piece.start).collect() } else { Vec::new() },
        pieces: starts,
        directory: None,
    };
    (Arc::new(VirtualStore::new(stored(&named), [object.clone()])), object)
}

/// A member of a zip to write, not compressed.
pub(crate) struct Stored<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) flags: u16,
    pub(crate) extra: &'a [u8],
    pub(crate) bytes: &'a [u8],
}

/// A zip of these members, in order.
pub(crate) fn zip(members: &[Stored<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for Stored { name, flags, extra, bytes } in members {
        let offset = small(out.len());
        let crc = crc32fast::hash(bytes).to_le_bytes();
        let size = small(bytes.len());
        // What both headers have in common: version, flags, method, time, checksum, sizes, lengths.
        let mut shared = [[20, 0], flags.to_le_bytes(), [0; 2], [0; 2], [0; 2]].concat();
        shared.extend([crc, size, size].concat());
        shared.extend([length(name), length(extra)].concat());
        out.extend([b"PK\x03\x04".as_slice(), &shared, name, extra, bytes].concat());
        directory.extend([b"PK\x01\x02\x14\x00".as_slice(), &shared, &[0; 10], &offset, name, extra].concat());
    }
    let count = u16::try_from(members.len()).expect("few members").to_le_bytes();
    let (start, size) = (small(out.len()), small(directory.len()));
    out.extend(directory);
    out.extend([b"PK\x05\x06\x00\x00\x00\x00".as_slice(), &count, &count, &size, &start, &[0; 2]].concat());
    out
}

fn small(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a small zip").to_le_bytes()
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).expect("a short name").to_le_bytes()
}
