//! Zips and tars: their directories, and the members read by them.

use crate::input::Input;
use crate::member_names;
use crate::zips::{in_pieces, stored, wait};
use jogak_connectors::archive::{
    ArchiveIndex, Directory, Gathered, MemberReader, NameEncoding, ObjectMembers, Opening, Piece, ReadOptions,
    Selection, Together, Unreadable, cut, open_archive,
};
use jogak_connectors::damage::Damage;
use jogak_connectors::limits::Limits;
use jogak_connectors::source::{Location, LogicalObject, Object, ObjectKind, VirtualStore, resolve};
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// Everything that a directory says of a member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) raw_name: Vec<u8>,
    pub(crate) encoding: NameEncoding,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc32: Option<u32>,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
    pub(crate) is_dir: bool,
    pub(crate) damage: Option<Damage>,
}

fn found(directory: &Directory) -> Vec<Found> {
    let damages: Vec<(usize, Damage)> = directory.damages().collect();
    let all: Vec<Found> = (directory.members().enumerate())
        .map(|(position, member)| Found {
            index: member.index,
            name: member.name.to_owned(),
            raw_name: member.raw_name.to_vec(),
            encoding: member.encoding,
            method: member.method,
            flags: member.flags,
            crc32: member.crc32,
            packed: member.compressed_size,
            size: member.uncompressed_size,
            offset: member.header_offset,
            is_dir: member.is_dir,
            damage: directory.damage(position),
        })
        .collect();
    assert_eq!(all.len(), directory.len());
    let told = all.iter().enumerate().filter_map(|(position, member)| Some((position, member.damage.clone()?)));
    assert!(told.eq(damages));
    all
}

/// Members that can be read lie inside of the data, and share no byte.
fn check_places(members: &[Found], header: u64, data_end: u64) {
    let mut readable: Vec<(u64, u64)> = (members.iter())
        .filter(|member| member.damage.is_none() && !member.is_dir)
        .map(|member| {
            let name = if header == 0 { 0 } else { member.raw_name.len() as u64 };
            (member.offset, member.offset + header + name + member.packed)
        })
        .collect();
    readable.sort_unstable();
    for pair in readable.windows(2) {
        // Members without bytes may stand at one place in a tar.
        assert!(pair[0].1 <= pair[1].0, "two readable members share bytes: {pair:?}");
    }
    assert!(readable.iter().all(|(_, end)| *end <= data_end), "a readable member ends behind {data_end}");
}

struct Opened {
    store: Arc<dyn ObjectStore>,
    object: LogicalObject,
    index: ArchiveIndex,
    members: Vec<Found>,
    hidden: Vec<Damage>,
}

/// Opens a zip in pieces of `sizes`; a directory of at most `hold` bytes stays in memory.
#[expect(clippy::result_large_err, reason = "an error is looked at once and thrown away")]
fn open(bytes: &[u8], sizes: &[usize], is_spanned: bool, hold: usize, limits: &Limits) -> Result<Opened, Damage> {
    let (store, object) = in_pieces(bytes, sizes, is_spanned);
    let fold = |members: &mut Vec<Found>, directory: &Directory| {
        let data_end = directory.data_end();
        assert!(data_end <= bytes.len() as u64);
        let here = found(directory);
        check_places(&here, 30, data_end);
        members.extend(here);
    };
    let left = AtomicUsize::new(hold);
    let opening = Opening { limits, hold: &left };
    let opened = match wait(open_archive(&store, &object, opening, Vec::new, fold)) {
        Ok(opened) => opened.expect("a zip has a directory"),
        Err(Unreadable::Damaged(damage)) => {
            assert_eq!(damage.object, "x.zip");
            assert!(!damage.code.is_empty() && !damage.detail.is_empty());
            return Err(*damage);
        }
        Err(Unreadable::Failed(error)) => panic!("the store is sound: {error}"),
    };
    let (index, members, hidden) = (opened.index, opened.folded, opened.hidden);
    assert_eq!(index.members(), members.len() as u64);
    assert!(members.iter().enumerate().all(|(at, member)| member.index as usize == at));
    assert!(hidden.iter().all(|damage| damage.object == "x.zip" && damage.code == "GAP"), "{hidden:?}");
    // What lies at no place at all is in no range.
    if members.iter().any(|member| member.offset < u64::MAX) {
        let directory = wait(index.read(&store, &object, &(0..u64::MAX))).unwrap();
        assert_eq!(found(&directory), members, "the directory reads otherwise the second time");
    }
    Ok(Opened { store, object, index, members, hidden })
}

/// The members of a zip that is sound.
pub(crate) fn members_of(bytes: &[u8]) -> Option<Vec<Found>> {
    open(bytes, &[], false, usize::MAX, &Limits::default()).ok().map(|opened| opened.members)
}

/// The directory of a zip, in one piece and cut into several, held and read again.
///
/// Options: which of them, tight limits (1 byte), the sizes of two pieces (2 bytes each), the size of a unit (1 byte).
pub fn zip_index(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let sizes = [usize::from(input.word()), usize::from(input.word())];
    let target = u64::from(input.byte()) * 16;
    let bytes = input.rest();
    let limits = if Input::flag(flags, 4) { tight() } else { Limits::default() };
    if Input::flag(flags, 0) {
        let _ = open(bytes, &sizes, true, usize::MAX, &limits);
    }
    let held = open(bytes, &[], false, usize::MAX, &limits);
    let stored = open(bytes, &[], false, 0, &limits);
    let in_pieces = open(bytes, &sizes, false, 0, &limits);
    match (&held, &stored) {
        (Ok(held), Ok(stored)) => assert_eq!((&held.members, &held.hidden), (&stored.members, &stored.hidden)),
        (Err(held), Err(stored)) => assert_eq!(held, stored),
        _ => panic!("one way to hold the directory fails, the other does not"),
    }
    match (&held, &in_pieces) {
        (Ok(whole), Ok(in_pieces)) => assert_eq!(whole.members, in_pieces.members),
        (Err(_), Err(_)) => {}
        // The headers of pieces are compared with the directory, which may well be wrong.
        (Ok(_), Err(damage)) => assert_eq!(damage.code, "PART_MISMATCH"),
        (Err(damage), Ok(_)) => panic!("what is refused whole is taken in pieces: {damage}"),
    }
    for opened in [held, stored, in_pieces].into_iter().flatten() {
        opened.members.iter().for_each(member_names::check);
        check_units(&opened, flags, target);
    }
}

/// Limits that small inputs meet.
fn tight() -> Limits {
    Limits {
        members: 3,
        name_length: 12,
        total_size: 1 << 10,
        member_size: 1 << 9,
        header_size: 64,
        ..Limits::default()
    }
}

/// Every member that is meant is in one unit, and found again by it.
fn check_units(opened: &Opened, flags: u8, target: u64) {
    let Opened { store, object, index, members, .. } = opened;
    let together = match flags >> 1 & 3 {
        0 | 1 => Together::Nothing,
        2 => Together::Folder,
        _ => Together::Archive,
    };
    let selection = Selection::new(Vec::new(), Input::flag(flags, 3));
    let directory = wait(index.read(store, object, &(0..u64::MAX))).unwrap();
    let mut gathered = Gathered::new(together, target);
    let wanted = gathered.add(&directory, &selection);
    gathered.finish();
    let listing = [ObjectMembers { key: "x.zip", size: object.size, members: Some(&gathered), group: None }];
    let mut seen = BTreeSet::new();
    for slice in cut(&listing, target).iter().flat_map(|unit| &unit.slices) {
        let directory = wait(index.read(store, object, &slice.range)).unwrap();
        let chosen = selection.members(&directory, &slice.range);
        assert_eq!(chosen.len() as u64, slice.members);
        for position in chosen {
            let index = directory.member(position).unwrap().index;
            assert!(seen.insert(index), "member {index} is in two units");
            let member = members.get(index as usize).unwrap();
            assert!(!member.is_dir && member.damage.is_none());
        }
    }
    assert_eq!(seen.len() as u64, wanted);
}

/// What came of a member: its bytes, or the code of its damage.
type Read = Result<Vec<u8>, String>;

fn read(
    store: &Arc<dyn ObjectStore>,
    object: &LogicalObject,
    directory: &Arc<Directory>,
    options: ReadOptions,
) -> Vec<Read> {
    wait(async {
        let positions: Vec<usize> = (0..directory.len()).collect();
        let mut reader = MemberReader::new(Arc::clone(store), object, Some(Arc::clone(directory)), positions, options);
        let mut members: Vec<Read> = Vec::new();
        let mut open: Option<Vec<u8>> = None;
        while let Some(piece) = reader.next().await.expect("the store is sound") {
            match piece {
                Piece::Begin(position) => {
                    assert_eq!(position, members.len());
                    assert!(open.replace(Vec::new()).is_none());
                }
                Piece::Bytes(bytes) => {
                    assert!(!bytes.is_empty());
                    open.as_mut().unwrap().extend_from_slice(&bytes);
                }
                Piece::End(position) => {
                    assert_eq!(position, members.len());
                    members.push(Ok(open.take().unwrap()));
                }
                Piece::Damaged(position, damage) => {
                    assert_eq!(position, members.len());
                    assert_eq!(damage.object, object.key);
                    assert_eq!(damage.member.as_deref(), directory.member(position).map(|member| member.name));
                    open.take().unwrap();
                    members.push(Err(damage.code.clone()));
                }
            }
        }
        assert!(open.is_none());
        assert_eq!(members.len(), directory.len());
        members
    })
}

/// Members that the reader unpacks once more.
fn is_packed(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("gz") || extension.eq_ignore_ascii_case("zst")
}

fn generous() -> ReadOptions {
    let limits = Limits { member_size: 1 << 20, zstd_window: 1 << 20, ..Limits::default() };
    ReadOptions { limits, small_member_limit: 1 << 20, ..ReadOptions::default() }
}

/// Everything streamed, by requests of a few bytes.
fn narrow(window: u8, small: u8) -> ReadOptions {
    ReadOptions {
        window_bytes: u64::from(window) + 16,
        read_ahead_bytes: u64::from(small),
        small_member_limit: u64::from(small),
        ..generous()
    }
}

/// The members of a zip: decoded in one go and as streams.
///
/// Options: the window and the limit of small members (1 byte each).
pub fn zip_members(data: &[u8]) {
    let mut input = Input::new(data);
    let (window, small) = (input.byte(), input.byte());
    let bytes = input.rest();
    let opened = open(bytes, &[], false, usize::MAX, &Limits::default());
    let Ok(Opened { store, object, index, members, .. }) = opened else { return };
    if members.len() > 64 {
        return;
    }
    let directory = wait(index.read(&store, &object, &(0..u64::MAX))).unwrap();
    let whole = read(&store, &object, &directory, generous());
    let streamed = read(&store, &object, &directory, narrow(window, small));
    for ((member, whole), streamed) in members.iter().zip(&whole).zip(&streamed) {
        match (whole, streamed) {
            (Ok(whole), Ok(streamed)) => assert_eq!(whole, streamed, "{}", member.name),
            (Err(_), Err(_)) => {}
            // One decoder takes codes that the other refuses; size and checksum are right all the same.
            (Ok(_), Err(code)) if code == "INFLATE" => {}
            _ => panic!("{}: whole {whole:?}, streamed {streamed:?}", member.name),
        }
        if let Ok(bytes) = whole
            && !member.is_dir
            && !is_packed(&member.name)
        {
            assert_eq!(bytes.len() as u64, member.size);
            assert_eq!(Some(crc32fast::hash(bytes)), member.crc32);
        }
        if member.damage.is_some() {
            assert!(whole.is_err());
        }
    }
}

/// A tar, in one piece and cut in two.
///
/// Options: which of them, tight limits (1 byte), the size of the first piece (2 bytes), the window (1 byte).
pub fn tar(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let size = usize::from(input.word());
    let window = input.byte();
    let bytes = input.rest();
    let limits = if Input::flag(flags, 1) { tight() } else { Limits::default() };
    let (store, objects, damages) = resolved(&[("a.tar", bytes)], &limits);
    for damage in &damages {
        assert!(damage.object.starts_with("a.tar"), "{damage}");
    }
    for object in &objects {
        check_object(object, bytes, &store, window);
    }
    if Input::flag(flags, 0) && (1..bytes.len()).contains(&size) {
        let (first, second) = bytes.split_at(size);
        let (_, cut, told) = resolved(&[("a.tar.part0", first), ("a.tar.part1", second)], &limits);
        let shown = |objects: &[LogicalObject]| -> Vec<_> {
            objects
                .iter()
                .map(|object| (object.key.clone(), object.kind, object.size, object.directory.as_deref().map(found)))
                .collect()
        };
        assert_eq!(shown(&objects), shown(&cut));
        assert_eq!(damages, told);
    }
}

type Resolved = (Arc<dyn ObjectStore>, Vec<LogicalObject>, Vec<Damage>);

fn resolved(pieces: &[(&str, &[u8])], limits: &Limits) -> Resolved {
    let store = stored(pieces);
    let listing: Vec<Object> = (pieces.iter())
        .map(|(name, bytes)| Object {
            key: (*name).to_owned(),
            path: Path::from(*name),
            size: bytes.len() as u64,
            etag: None,
            version: None,
            last_modified: Default::default(),
            selected: true,
        })
        .collect();
    let location = Location::with_store(Arc::clone(&store), "").unwrap();
    let (objects, damages) = wait(resolve(&location, &listing, None, limits)).expect("the store is sound");
    (store, objects, damages)
}

fn check_object(object: &LogicalObject, bytes: &[u8], store: &Arc<dyn ObjectStore>, window: u8) {
    assert_eq!(object.extents.iter().map(|extent| extent.len).sum::<u64>(), object.size);
    for extent in &object.extents {
        assert_eq!(extent.object_size, bytes.len() as u64);
        assert!(extent.start + extent.len <= extent.object_size, "{} lies outside", object.key);
    }
    let (ObjectKind::Tar, Some(directory)) = (object.kind, &object.directory) else { return };
    let members = found(directory);
    check_places(&members, 0, object.size);
    members.iter().for_each(member_names::check);
    if members.len() > 64 {
        return;
    }
    let store: Arc<dyn ObjectStore> = Arc::new(VirtualStore::new(Arc::clone(store), [object.clone()]));
    let whole = read(&store, object, directory, generous());
    let streamed = read(&store, object, directory, narrow(window, 0));
    // Of a tar within a tar the places are relative to the inner one.
    let origin = object.extents.first().map_or(0, |extent| extent.start);
    for ((member, whole), streamed) in members.iter().zip(whole).zip(streamed) {
        assert_eq!(whole.as_ref().ok(), streamed.as_ref().ok(), "{}", member.name);
        if let Ok(read) = whole
            && !member.is_dir
            && !is_packed(&member.name)
        {
            let start = usize::try_from(origin + member.offset).unwrap();
            assert_eq!(bytes.get(start..start + read.len()), Some(read.as_slice()));
            assert_eq!(read.len() as u64, member.size);
        }
    }
}
