//! Archives beyond their limits, and members that their directory does not list.

use super::*;
use std::sync::atomic::Ordering;

/// Opens the zip `bytes` within `limits`; what may stay in memory is `hold`.
async fn open(bytes: &[u8], limits: &Limits, hold: &AtomicUsize) -> Result<Opened<Vec<String>>, Damage> {
    let (store, path) = stored(bytes).await;
    let location = crate::source::Location::with_store(store, "").unwrap();
    let objects = crate::source::list(&location, None).await.unwrap();
    let (objects, _) = crate::source::resolve(&location, &objects, None, limits).await.unwrap();
    let object = objects.first().unwrap();
    assert_eq!(path_of(&object.key), path);
    let store: Arc<dyn ObjectStore> =
        Arc::new(crate::source::VirtualStore::new(Arc::clone(location.store()), [object.clone()]));
    let fold = |found: &mut Vec<String>, directory: &Directory| {
        found.extend(directory.damages().map(|(_, damage)| format!("{}: {}", damage.code, damage.detail)));
    };
    match open_archive(&store, object, Opening { limits, hold }, Vec::new, fold).await {
        Ok(opened) => Ok(opened.unwrap()),
        Err(Unreadable::Damaged(damage)) => Err(*damage),
        Err(Unreadable::Failed(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_is_beyond_a_limit_names_it() {
    let bytes =
        zip(&[entry("a.json", text(60, 1)), entry("long name.json", text(60, 1)), entry("c.json", text(60, 2))]);
    let hold = AtomicUsize::new(0);
    let whole = [
        (Limits { members: 2, ..Limits::default() }, "MEMBER_LIMIT", "limits.members = 2;"),
        (Limits { total_size: 179, ..Limits::default() }, "SIZE_LIMIT", "limits.total_size = 179B;"),
    ];
    for (limits, code, told) in whole {
        let damage = open(&bytes, &limits, &hold).await.unwrap_err();
        assert_eq!((damage.code.as_str(), damage.object.as_str()), (code, "x.zip"));
        assert!(damage.detail.contains(told), "{}", damage.detail);
    }
    let enough = Limits { members: 3, total_size: 180, ..Limits::default() };
    assert_eq!(open(&bytes, &enough, &hold).await.unwrap().folded, Vec::<String>::new());
    let short = Limits { name_length: 10, ..Limits::default() };
    let found = open(&bytes, &short, &hold).await.unwrap().folded;
    assert!(matches!(&found[..], [one] if one.starts_with("NAME_LIMIT") && one.contains("limits.name_length = 10;")));

    let small = ReadOptions { limits: Limits { member_size: 59, ..Limits::default() }, ..ReadOptions::default() };
    let damage = read(&bytes, Some(vec![0]), small).await[0].2.clone().unwrap();
    assert!(damage.detail.contains("limits.member_size = 59B;"), "{}", damage.detail);
}

#[tokio::test]
async fn limits_of_tars() {
    let mut bytes = tar_member(b"a.json", b'0', b"{}", None);
    bytes.extend(pax(&[("path", &"x".repeat(700))]));
    bytes.extend(tar_member(b"short", b'0', b"[]", None));
    bytes.extend([0; 1024]);
    let (store, path) = stored(&bytes).await;
    let scan = async |limits: Limits| scan_tar(&store, &path, bytes.len() as u64, &limits).await.unwrap();
    let cases = [
        (Limits { members: 1, ..Limits::default() }, "MEMBER_LIMIT", "limits.members = 1;"),
        (Limits { total_size: 3, ..Limits::default() }, "SIZE_LIMIT", "limits.total_size = 3B;"),
        (Limits { header_size: 512, ..Limits::default() }, "TAR_HEADER", "limits.header_size = 512B;"),
    ];
    for (limits, code, told) in cases {
        let found = scan(limits).await;
        assert_eq!(found.entries.len(), 1, "what came before is kept");
        let damage = found.damage.unwrap();
        assert!(damage.code == code && damage.detail.contains(told), "{damage}");
    }
    let limits = Limits { name_length: 100, ..Limits::default() };
    let found = scan(limits).await;
    assert_eq!((found.damage, found.note), (None, None));
    let directory = tar_directory("x.tar", &found.entries, bytes.len() as u64, &limits).unwrap();
    let codes: Vec<_> = directory.damages().map(|(position, damage)| (position, damage.code)).collect();
    assert_eq!(codes, [(1, "NAME_LIMIT".to_owned())]);
    let empty = scan_tar(&store, &path, 0, &limits).await.unwrap().damage.unwrap();
    assert_eq!((empty.code.as_str(), empty.object.as_str()), ("EMPTY", "x.zip"));
}

/// Takes the entry of rank `rank` out of the directory of the zip `bytes`; its local header and data stay.
fn unlisted(bytes: &[u8], rank: usize) -> Vec<u8> {
    let starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"PK\x01\x02").collect();
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06").unwrap();
    let next = starts.get(rank + 1).copied().unwrap_or(end);
    let mut out = [&bytes[..starts[rank]], &bytes[next..]].concat();
    let end = end - (next - starts[rank]);
    let (count, size) = (starts.len() as u16 - 1, (end - starts[0]) as u32);
    for at in [8, 10] {
        out[end + at..end + at + 2].copy_from_slice(&count.to_le_bytes());
    }
    out[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    out
}

#[tokio::test]
async fn members_that_the_directory_does_not_list_are_told() {
    let entries = [
        entry("a.json", text(400, 1)),
        Entry { has_descriptor: true, ..entry("비밀.json", text(400, 2)) },
        Entry { local_extra: [&[9, 9, 30, 0][..], &[0; 30]].concat(), ..entry("c.json", text(400, 3)) },
        entry("d.json", text(400, 4)),
    ];
    let bytes = zip(&entries);
    let hold = AtomicUsize::new(0);
    assert_eq!(open(&bytes, &Limits::default(), &hold).await.unwrap().hidden, []);
    for (rank, entry) in entries.iter().enumerate() {
        let opened = open(&unlisted(&bytes, rank), &Limits::default(), &hold).await.unwrap();
        assert_eq!(opened.index.members(), 3);
        let name = std::str::from_utf8(&entry.raw_name).unwrap();
        assert!(
            matches!(&opened.hidden[..], [one] if one.code == "GAP" && one.member.as_deref() == Some(name)),
            "{:?}",
            opened.hidden
        );
        assert_eq!(opened.hidden[0].byte_offset.is_some_and(|at| at == 0), rank == 0);
    }
    // Three in one gap.
    let none = unlisted(&unlisted(&unlisted(&bytes, 2), 1), 0);
    let hidden = open(&none, &Limits::default(), &hold).await.unwrap().hidden;
    assert_eq!(
        hidden.iter().filter_map(|damage| damage.member.as_deref()).collect::<Vec<_>>(),
        ["a.json", "비밀.json", "c.json"]
    );
}

#[tokio::test]
async fn what_lies_between_members_and_is_none_is_no_damage() {
    // Extra fields that only the local header has, and a stored zip whose own headers are data.
    let inner = zip(&[entry("inner.json", "{}")]);
    let padding = [&[0x35, 0xD9][..], &4000_u16.to_le_bytes(), &[0; 4000]].concat();
    let entries = [
        Entry { method: 0, local_extra: padding, ..entry("inner.zip", inner.clone()) },
        Entry { method: 0, has_descriptor: true, ..entry("again.zip", inner) },
    ];
    let bytes = zip(&entries);
    let hold = AtomicUsize::new(0);
    assert_eq!(open(&bytes, &Limits::default(), &hold).await.unwrap().hidden, []);
    // Blanks and other bytes before the directory, as for alignment and signatures.
    let start = memchr::memmem::find(&bytes, b"PK\x01\x02again")
        .unwrap_or_else(|| memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap());
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
    let offset = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) as usize;
    assert!(offset <= start);
    for padding in [vec![0; 100_000], text(5000, 9), b"PK\x03\x04 is no header".to_vec()] {
        let mut padded = [&bytes[..offset], &padding, &bytes[offset..]].concat();
        let end = end + padding.len();
        let moved = u32::try_from(offset + padding.len()).unwrap();
        padded[end + 16..end + 20].copy_from_slice(&moved.to_le_bytes());
        assert_eq!(open(&padded, &Limits::default(), &hold).await.unwrap().hidden, []);
    }
}

#[tokio::test]
async fn directories_that_stay_in_memory_share_one_budget() {
    let bytes = zip(&[entry("a.json", text(60, 1)), entry("b.json", text(60, 1))]);
    let hold = AtomicUsize::new(2000);
    let first = open(&bytes, &Limits::default(), &hold).await.unwrap();
    let left = hold.load(Ordering::Relaxed);
    assert_eq!(left, 2000 - first.index.memory_size());
    hold.store(first.index.memory_size() - 1, Ordering::Relaxed);
    let second = open(&bytes, &Limits::default(), &hold).await.unwrap();
    assert!(second.index.memory_size() < first.index.memory_size());
    assert_eq!(hold.load(Ordering::Relaxed), first.index.memory_size() - 1);
}

#[tokio::test]
async fn a_piece_that_is_cut_short_is_a_mismatch() {
    let entries: Vec<Entry> =
        (0..40).map(|at| Entry { method: 0, ..entry(&format!("{at:02}.json"), text(100, at)) }).collect();
    let disks = spanned(&entries, 1400);
    assert!(disks.len() > 3);
    for length in [1, 200, 700, 1300, 1399] {
        let store = Arc::new(InMemory::new());
        for (at, disk) in disks.iter().enumerate() {
            let name = if at + 1 == disks.len() { "x.zip".to_owned() } else { format!("x.z{:02}", at + 1) };
            let bytes = if at == 1 { disk[..length].to_vec() } else { disk.clone() };
            store.put(&Path::from(name), bytes.into()).await.unwrap();
        }
        let location = crate::source::Location::with_store(store, "").unwrap();
        let objects = crate::source::list(&location, None).await.unwrap();
        let limits = Limits::default();
        let (objects, damages) = crate::source::resolve(&location, &objects, None, &limits).await.unwrap();
        assert_eq!((objects.len(), damages.len()), (1, 0));
        let store: Arc<dyn ObjectStore> =
            Arc::new(crate::source::VirtualStore::new(Arc::clone(location.store()), objects.clone()));
        let opening = Opening { limits: &limits, hold: &AtomicUsize::new(0) };
        let opened = open_archive(&store, &objects[0], opening, || (), |(), _| ()).await;
        let Err(Unreadable::Damaged(damage)) = opened else { panic!("{length} bytes go unseen") };
        assert_eq!(damage.code, "PART_MISMATCH", "{length}");
    }
}
