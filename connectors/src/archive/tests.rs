use super::testing::*;
use super::*;
use crate::source::key_of;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use proptest::prelude::*;
use std::sync::atomic::AtomicUsize;

mod limits;

/// Sizes at which windows, streams and direct reads all come into play.
fn tiny() -> ReadOptions {
    ReadOptions { window_bytes: 300, read_ahead_bytes: 900, small_member_limit: 200, ..ReadOptions::default() }
}

fn text(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b'a' + u8::try_from(state >> 60).unwrap()
        })
        .collect()
}

async fn scanned(store: &Arc<dyn ObjectStore>, path: &Path, bytes: &[u8]) -> Scanned {
    scan_tar(store, path, bytes.len() as u64, &Limits::default()).await.unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[tokio::test]
async fn members_survive() {
    let entries = [
        entry("a.json", "{}"),
        Entry { method: 0, ..entry("b/stored.json", text(5000, 1)) },
        entry("b/large.json", text(100_000, 2)),
        Entry { has_descriptor: true, ..entry("descriptor.json", text(777, 3)) },
        Entry { is_zip64: true, ..entry("wide.json", text(50, 4)) },
        Entry { method: 0, is_zip64: true, ..entry("wide_stored.json", text(2000, 5)) },
        entry("empty.json", ""),
        Entry { method: 0, ..entry("folder/", "") },
        Entry { local_extra: [&[9, 9, 0xD0, 7][..], &[0; 2000]].concat(), ..entry("extra.json", text(100, 6)) },
        entry("a.json", "a second one"),
    ];
    let bytes = zip(&entries);
    for options in [ReadOptions::default(), tiny(), ReadOptions { window_bytes: 1, ..tiny() }] {
        let members = read(&bytes, None, options).await;
        assert_eq!(members.len(), entries.len());
        for ((position, read, damage), entry) in members.iter().zip(&entries) {
            assert_eq!(damage, &None, "{position}");
            assert_eq!(read, &entry.data, "{position}");
        }
        let some = read(&bytes, Some(vec![9, 2, 0]), options).await;
        assert_eq!(some.iter().map(|(position, ..)| *position).collect::<Vec<_>>(), [9, 2, 0]);
        assert_eq!(some[1].1, entries[2].data);
    }
    let directory = directory(&bytes).await.unwrap();
    assert_eq!(directory.damages().count(), 0);
    assert_eq!(directory.select(&(0..u64::MAX), |member| member.name.ends_with(".json")).len(), 9);
    assert!(directory.member(7).unwrap().is_dir);
}

#[tokio::test]
async fn names_are_decoded_entry_by_entry() {
    let (cp949, ..) = encoding_rs::EUC_KR.encode("라벨/페르소나.json");
    let entries = [
        Entry { raw_name: cp949.to_vec(), ..entry("", "1") },
        Entry { flags: 1 << 11, ..entry("라벨/둘.json", "2") },
        entry("//세션/셋.json", "3"),
        Entry { raw_name: b"a\\b.json".to_vec(), ..entry("", "4") },
        Entry { raw_name: b"\xFF\xFF.json".to_vec(), ..entry("", "5") },
    ];
    let directory = directory(&zip(&entries)).await.unwrap();
    let names: Vec<_> = directory.members().map(|member| (member.name, member.encoding)).collect();
    assert_eq!(
        names,
        [
            ("라벨/페르소나.json", NameEncoding::Cp949),
            ("라벨/둘.json", NameEncoding::Utf8Flag),
            ("세션/셋.json", NameEncoding::Utf8),
            ("a/b.json", NameEncoding::Utf8),
            ("\\xFF\\xFF.json", NameEncoding::Escaped),
        ]
    );
    for (member, entry) in directory.members().zip(&entries) {
        assert_eq!(member.raw_name, entry.raw_name);
    }
}

#[tokio::test]
async fn the_directory_shows_what_cannot_be_read() {
    let entries = [
        entry("../../etc/x", "1"),
        Entry { made_by: 3, external: 0o120_777 << 16, ..entry("link", "/etc/passwd") },
        Entry { flags: 1, ..entry("secret.json", "3") },
        Entry { method: 14, packed: Some(vec![1, 2, 3]), ..entry("lzma.json", "4") },
        Entry { method: 0, declared_size: Some(10), ..entry("stored.json", "5") },
        Entry { made_by: 3, external: 0o100_644 << 16, ..entry("good.json", "6") },
        entry("C:\\x", "7"),
    ];
    let bytes = zip(&entries);
    let directory = directory(&bytes).await.unwrap();
    let codes: Vec<_> = directory.damages().map(|(position, damage)| (position, damage.code)).collect();
    let expected = ["PATH", "LINK", "ENCRYPTED", "METHOD", "SIZE_MISMATCH", "PATH"];
    assert_eq!(codes, [0, 1, 2, 3, 4, 6].into_iter().zip(expected.map(str::to_owned)).collect::<Vec<_>>());
    let members = read(&bytes, None, ReadOptions::default()).await;
    assert_eq!(members.iter().filter(|(.., damage)| damage.is_none()).count(), 1);
    assert_eq!(members[5].1, b"6");
    let damage = members[1].2.as_ref().unwrap();
    assert_eq!(
        (damage.object.as_str(), damage.member.as_deref(), damage.member_index),
        ("x.zip", Some("link"), Some(1))
    );
}

#[tokio::test]
async fn damaged_members_do_not_stop_the_others() {
    let large = text(20_000, 9);
    for is_large in [false, true] {
        let data = if is_large { large.clone() } else { large[..150].to_vec() };
        let mut cut = deflated(&data);
        cut.truncate(cut.len() / 2);
        let mut broken = deflated(&data);
        // A block of the reserved type 3.
        broken[0] |= 6;
        let entries = [
            Entry { crc_error: 1, ..entry("crc.json", data.clone()) },
            Entry { crc_error: 1, method: 0, ..entry("crc_stored.json", data.clone()) },
            Entry { packed: Some(cut), ..entry("cut.json", data.clone()) },
            Entry { packed: Some(broken), ..entry("broken.json", data.clone()) },
            Entry { declared_size: Some(data.len() as u64 - 1), ..entry("longer.json", data.clone()) },
            Entry { declared_size: Some(data.len() as u64 + 1), ..entry("shorter.json", data.clone()) },
            Entry { local_name: Some(b"nome.json".to_vec()), ..entry("name.json", data.clone()) },
            entry("good.json", data.clone()),
        ];
        let bytes = zip(&entries);
        for options in [ReadOptions { small_member_limit: 200, ..ReadOptions::default() }, tiny()] {
            let members = read(&bytes, None, options).await;
            let codes: Vec<_> =
                members.iter().map(|(.., damage)| damage.as_ref().map(|damage| damage.code.as_str())).collect();
            let expected = ["CRC", "CRC", "TRUNCATED", "INFLATE", "SIZE_MISMATCH", "SIZE_MISMATCH", "HEADER_MISMATCH"];
            assert_eq!(codes, expected.map(Some).into_iter().chain([None]).collect::<Vec<_>>(), "{is_large}");
            assert_eq!(members[7].1, data);
            // What was decodable comes before the damage, with its length.
            assert!(!members[2].1.is_empty() && data.starts_with(&members[2].1));
            assert_eq!(members[2].2.as_ref().unwrap().byte_offset, Some(members[2].1.len() as i64));
            assert_eq!(members[0].1.len(), if is_large { data.len() } else { 0 });
            assert!(members.iter().all(|(_, bytes, _)| bytes.len() <= data.len()));
        }
    }
}

#[tokio::test]
async fn bytes_behind_a_compressed_stream_are_the_same_for_small_and_large_members() {
    let data = text(20_000, 9);
    let longer = [deflated(&data), b"behind the end".to_vec()].concat();
    let bytes = zip(&[Entry { packed: Some(longer), ..entry("a.json", data.clone()) }, entry("b.json", "{}")]);
    for options in [ReadOptions::default(), tiny()] {
        let members = read(&bytes, None, options).await;
        assert_eq!((members[0].1.as_slice(), &members[0].2), (data.as_slice(), &None));
        assert_eq!(members[1].1, b"{}");
    }
}

#[tokio::test]
async fn bombs_are_not_inflated() {
    let entries = [entry("zeros.json", vec![0; 10 << 20]), entry("good.json", "{}")];
    let bytes = zip(&entries);
    let limits = Limits { member_size: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let members = read(&bytes, None, options).await;
    assert_eq!(members[0].2.as_ref().unwrap().code, "SIZE_LIMIT");
    assert_eq!((members[0].1.len(), members[1].1.as_slice()), (0, &b"{}"[..]));
    // 1000:1 alone is no crime.
    assert_eq!(read(&bytes, None, ReadOptions::default()).await[0].1.len(), 10 << 20);
    let liar = zip(&[Entry { declared_size: Some(3 << 30), ..entry("liar.json", "[1,2,3]") }]);
    assert_eq!(read(&liar, None, ReadOptions::default()).await[0].2.as_ref().unwrap().code, "RATIO");
    // A size that lies downwards is stopped there.
    let small = zip(&[Entry { declared_size: Some(10), ..entry("zeros.json", vec![0; 10 << 20]) }]);
    let members = read(&small, None, tiny()).await;
    assert_eq!((members[0].1.len(), members[0].2.as_ref().unwrap().code.as_str()), (0, "SIZE_MISMATCH"));
}

#[tokio::test]
async fn shared_bytes_are_overlap() {
    let mut bytes = zip(&[entry("a.json", text(60, 1)), entry("b.json", text(60, 1)), entry("c.json", text(60, 2))]);
    // The second entry is made to point at the first one's local header.
    let second = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").nth(1).unwrap();
    bytes[second + 42..second + 46].fill(0);
    let directory = directory(&bytes).await.unwrap();
    let codes: Vec<_> = directory.damages().map(|(position, damage)| (position, damage.code)).collect();
    assert_eq!(codes, [(0, "ZIP_OVERLAP".to_owned()), (1, "ZIP_OVERLAP".to_owned())]);
    // A packed size that runs into the next member.
    let mut bytes = zip(&[entry("a.json", text(60, 1)), entry("b.json", text(60, 1))]);
    let first = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[first + 20] += 9;
    assert_eq!(super::testing::directory(&bytes).await.unwrap().damages().map(|(at, _)| at).collect::<Vec<_>>(), [0]);
    // One that runs out of the archive, and an offset beyond it.
    bytes[first + 22] = 9;
    let second = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").nth(1).unwrap();
    bytes[second + 44] = 9;
    let directory = super::testing::directory(&bytes).await.unwrap();
    assert_eq!(directory.damages().map(|(_, damage)| damage.code).collect::<Vec<_>>(), ["TRUNCATED"; 2]);
}

#[tokio::test]
async fn ends_that_cannot_be_trusted() {
    let good = zip(&[entry("a.json", "{}"), entry("b.json", "[]")]);
    assert_eq!(directory(&good).await.unwrap().len(), 2);
    assert_eq!(refusal(b"").await, "EMPTY");
    assert_eq!(refusal(b"PK").await, "TRUNCATED");
    assert_eq!(refusal(&good[..good.len() - 23]).await, "TRUNCATED");
    assert_eq!(refusal(&[&good[..], b"\0\0"].concat()).await, "AMBIGUOUS");
    assert_eq!(refusal(&good[..good.len() - 1]).await, "AMBIGUOUS");
    assert_eq!(refusal(&[b"MZ stub", &good[..]].concat()).await, "AMBIGUOUS");
    assert_eq!(refusal(&[&good[..], &good[..]].concat()).await, "AMBIGUOUS");
    let mut nested = good.clone();
    let len = nested.len();
    nested[len - 2] = 22;
    nested.extend(zip(&[]));
    assert_eq!(refusal(&nested).await, "AMBIGUOUS");
    // Members on this disk, members in all, and both.
    for changed in [&[14][..], &[12], &[14, 12]] {
        let mut bytes = good.clone();
        changed.iter().for_each(|at| bytes[len - at] += 1);
        assert_eq!(refusal(&bytes).await, "COUNT_MISMATCH", "{changed:?}");
    }
    let mut last_of_three = good.clone();
    last_of_three[len - 18] = 2;
    assert_eq!(refusal(&last_of_three).await, "PART_MISSING");
    let mut wide = zip(&[Entry { is_zip64: true, ..entry("a.json", "{}") }]);
    assert_eq!(directory(&wide).await.unwrap().len(), 1);
    let len = wide.len();
    wide[len - 12..len - 10].copy_from_slice(&7_u16.to_le_bytes());
    assert_eq!(refusal(&wide).await, "HEADER_MISMATCH");
    assert!(directory(&zip(&[])).await.unwrap().is_empty());
    let commented = [&good[..good.len() - 2], &[3, 0, b'a', b'b', b'c']].concat();
    assert_eq!(directory(&commented).await.unwrap().len(), 2);
}

#[tokio::test]
async fn more_members_than_sixteen_bits() {
    let entries: Vec<Entry> =
        (0..70_000).map(|at| Entry { method: 0, ..entry(&format!("folder/{at:08}.json"), "{}") }).collect();
    let bytes = zip(&entries);
    let directory = directory(&bytes).await.unwrap();
    assert_eq!(directory.len(), 70_000);
    assert_eq!(directory.member(69_999).unwrap().name, "folder/00069999.json");
    assert!(directory.memory_size() / directory.len() < 90);
    assert_eq!(directory.select(&(0..5000), |_| true).len(), 5000_usize.div_ceil(30 + 20 + 2));
}

/// The zip `bytes` as an object, opened without holding its directory, with the indices that its pieces showed.
async fn opened(bytes: &[u8]) -> (Arc<dyn ObjectStore>, LogicalObject, ArchiveIndex, Vec<(u32, bool)>) {
    let store = Arc::new(InMemory::new());
    store.put(&Path::from("x.zip"), bytes::Bytes::copy_from_slice(bytes).into()).await.unwrap();
    let location = crate::source::Location::with_store(store, "").unwrap();
    let objects = crate::source::list(&location, None).await.unwrap();
    let limits = Limits::default();
    let (mut objects, _) = crate::source::resolve(&location, &objects, None, &limits).await.unwrap();
    let object = objects.pop().unwrap();
    let store: Arc<dyn ObjectStore> =
        Arc::new(crate::source::VirtualStore::new(Arc::clone(location.store()), [object.clone()]));
    let fold = |seen: &mut Vec<(u32, bool)>, directory: &Directory| {
        seen.extend(directory.members().enumerate().map(|(at, member)| (member.index, directory.is_damaged(at))));
    };
    let opening = Opening { limits: &limits, hold: &AtomicUsize::new(0) };
    let opened = open_archive(&store, &object, opening, Vec::new, fold).await.unwrap().unwrap();
    (store, object, opened.index, opened.folded)
}

#[tokio::test]
async fn a_large_directory_is_found_again_piece_by_piece() {
    let name = |at: usize| format!("{:0>60}/{at:08}.json", at % 7);
    let entries: Vec<Entry> = (0..30_000)
        .map(|at| match at % 1000 {
            // A name that is kept beside its text, and a member that the directory alone shows to be of no use.
            500 => Entry { raw_name: format!("/{}", name(at)).into_bytes(), method: 0, ..entry("", "{}") },
            600 => Entry { flags: 1, method: 0, ..entry(&name(at), "{}") },
            _ => Entry { method: 0, ..entry(&name(at), "{}") },
        })
        .collect();
    let bytes = zip(&entries);
    let whole = directory(&bytes).await.unwrap();
    let (store, object, index, seen) = opened(&bytes).await;
    assert_eq!(index.members(), 30_000);
    assert!(index.memory_size() < 1000, "{}", index.memory_size());
    let expected: Vec<_> = (0..30_000).map(|at| (at, whole.is_damaged(at as usize))).collect();
    assert_eq!(seen, expected, "each member is seen once");
    for range in [0..u64::MAX, 0..1, 777_777..2_000_000, 1_000_000..1_000_200, 1 << 40..u64::MAX] {
        let part = index.read(&store, &object, &range).await.unwrap();
        let of = |directory: &Directory| -> Vec<_> {
            let positions = directory.select(&range, |_| true);
            let member = |at: usize| directory.member(at).unwrap();
            positions
                .into_iter()
                .map(|at| (member(at).index, member(at).name.to_owned(), member(at).raw_name.to_vec()))
                .collect()
        };
        assert_eq!(of(&part), of(&whole));
        if range.end - range.start < 1000 {
            assert!(part.len() < 15_000, "{} members for {range:?}", part.len());
        }
    }
}

#[tokio::test]
async fn members_that_overlap_are_known_in_every_piece() {
    let entries: Vec<Entry> =
        (0..30_000).map(|at| Entry { method: 0, ..entry(&format!("{at:0>70}.json"), "{}") }).collect();
    let mut bytes = zip(&entries);
    // The directory's entry of every 997th member names the header of the one before.
    let whole = directory(&bytes).await.unwrap();
    let start = whole.data_end() as usize;
    let entry_len = 46 + 75;
    for at in (997..30_000).step_by(997) {
        let before = u32::try_from(whole.member(at - 1).unwrap().header_offset).unwrap();
        bytes[start + at * entry_len + 42..][..4].copy_from_slice(&before.to_le_bytes());
    }
    let whole = directory(&bytes).await.unwrap();
    let damaged: Vec<u32> = whole.damages().map(|(at, _)| u32::try_from(at).unwrap()).collect();
    assert_eq!(damaged.len(), 60);
    let (store, object, index, seen) = opened(&bytes).await;
    assert_eq!(seen.iter().filter(|(_, damaged)| *damaged).map(|(index, _)| *index).collect::<Vec<_>>(), damaged);
    for at in damaged {
        let offset = whole.member(at as usize).unwrap().header_offset;
        let range = offset..offset + 1;
        let part = index.read(&store, &object, &range).await.unwrap();
        assert!(part.select(&range, |_| true).is_empty(), "member {at}");
    }
}

#[tokio::test]
async fn a_directory_in_another_order_is_read_as_one() {
    let entries: Vec<Entry> =
        (0..30_000).map(|at| Entry { method: 0, ..entry(&format!("{at:0>70}.json"), "{}") }).collect();
    let mut bytes = zip(&entries);
    let start = directory(&bytes).await.unwrap().data_end() as usize;
    let entry_len = 46 + 75;
    // The last two entries change places.
    let (first, second) = (start + 29_998 * entry_len, start + 29_999 * entry_len);
    let last = bytes[second..second + entry_len].to_vec();
    bytes.copy_within(first..second, second);
    bytes[first..second].copy_from_slice(&last);
    let (store, object, index, seen) = opened(&bytes).await;
    assert_eq!(seen.len(), 30_000, "the first, broken-off reading leaves nothing");
    let part = index.read(&store, &object, &(0..u64::MAX)).await.unwrap();
    let order: Vec<_> = part.select(&(0..u64::MAX), |_| true).into_iter().map(|at| at as u32).collect();
    assert_eq!(order[29_997..], [29_997, 29_999, 29_998]);
}

#[tokio::test]
async fn packed_members_and_objects() {
    use std::io::Write as _;
    let data = text(300_000, 7);
    let gzip = |data: &[u8]| {
        let mut encoder = flate2::GzBuilder::new().filename("x.json").write(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    };
    let twice = [gzip(&data), gzip(b"more")].concat();
    let zstd = zstd::encode_all(&data[..], 3).unwrap();
    let entries = [
        Entry { method: 0, ..entry("a.json.gz", twice.clone()) },
        entry("b.json.zst", [zstd.clone(), zstd.clone()].concat()),
        entry("c.json.gz", "[1]"),
        entry("d.json.gz", "1"),
        entry("e.json.gz", &zstd[..zstd.len() - 9]),
        entry("f.json.gz", [&twice[..], b"junk"].concat()),
        entry("g.json", twice.clone()),
    ];
    for options in [ReadOptions::default(), tiny()] {
        let members = read(&zip(&entries), None, options).await;
        assert_eq!(members[0].1, [&data[..], b"more"].concat());
        assert_eq!(members[1].1, [&data[..], &data[..]].concat());
        assert_eq!((members[2].1.as_slice(), members[3].1.as_slice()), (&b"[1]"[..], &b"1"[..]));
        let damage =
            |at: usize| members[at].2.as_ref().map(|damage: &Damage| (damage.code.as_str(), damage.member.as_deref()));
        assert_eq!(damage(4), Some(("TRUNCATED", Some("e.json.gz"))));
        assert_eq!(damage(5), Some(("TRAILING", Some("f.json.gz"))));
        assert_eq!(members[5].2.as_ref().unwrap().byte_offset, Some(300_004));
        assert_eq!(members[6].1, twice);
        assert!([0, 1, 2, 3, 6].iter().all(|at| damage(*at).is_none()));

        let mut bad_crc = gzip(&data);
        let at = bad_crc.len() - 8;
        bad_crc[at] ^= 1;
        for (object, expected, code) in [
            (data.clone(), data.clone(), None),
            (twice.clone(), [&data[..], b"more"].concat(), None),
            ([&twice[..], &[0; 512]].concat(), [&data[..], b"more"].concat(), None),
            ([&twice[..], b"PK"].concat(), [&data[..], b"more"].concat(), Some("TRAILING")),
            (zstd.clone(), data.clone(), None),
            ([&zstd[..], b"junk"].concat(), data.clone(), Some("TRAILING")),
            (bad_crc, data.clone(), Some("CRC")),
            (Vec::new(), Vec::new(), None),
            (vec![0x1F], vec![0x1F], None),
        ] {
            let (store, path) = stored(&object).await;
            let reader = PlainReader::new(store, path, object.len() as u64, options);
            let members = drain(MemberReader::Plain(Box::new(reader))).await;
            assert_eq!(members.len(), 1);
            assert_eq!(members[0].2.as_ref().map(|damage| damage.code.as_str()), code);
            assert!(members[0].1 == expected);
        }
    }
}

#[tokio::test]
async fn tar_headers() {
    let long = "가/".repeat(60) + "긴 이름.json";
    let mut bytes = Vec::new();
    bytes.extend(tar_member(b"./a.json", b'0', b"{}", None));
    bytes.extend(pax(&[("path", &long), ("size", "600"), ("mtime", "1.5")]));
    bytes.extend(tar_member(b"short", b'0', &text(600, 1), Some(0)));
    bytes.extend(tar_member(b"././@LongLink", b'L', [long.as_bytes(), b"2\0"].concat().as_slice(), None));
    bytes.extend(tar_member(b"cut", 0, b"two", None));
    bytes.extend(tar_member(b"folder/", b'5', b"", None));
    bytes.extend(tar_member(b"link", b'2', b"", None));
    bytes.extend(tar_member(b"../evil", b'0', b"x", None));
    bytes.extend(tar_member(b"last.json", b'0', b"[]", None));
    let (store, path) = stored(&bytes).await;
    let Scanned { entries, damage, note } = scanned(&store, &path, &bytes).await;
    assert!(note.is_some_and(|note| note.contains("without end blocks")), "{note:?}");
    assert_eq!(damage, None);
    let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.size, entry.is_file())).collect();
    let second = format!("{long}2");
    assert_eq!(
        names,
        [
            ("a.json", 2, true),
            (long.as_str(), 600, true),
            (second.as_str(), 3, true),
            ("folder/", 0, false),
            ("link", 0, false),
            ("../evil", 1, false),
            ("last.json", 2, true),
        ]
    );
    let directory = Arc::new(tar_directory(&key_of(&path), &entries, bytes.len() as u64, &Limits::default()).unwrap());
    let codes: Vec<_> = directory.damages().map(|(_, damage)| damage.code).collect();
    assert_eq!(codes, ["LINK", "PATH"]);
    for options in [ReadOptions::default(), tiny()] {
        let members = directory.select(&(0..u64::MAX), |_| true);
        let reader = ZipReader::new(Arc::clone(&store), path.clone(), Arc::clone(&directory), members, options);
        let read = drain(MemberReader::Zip(Box::new(reader))).await;
        assert_eq!(read.iter().map(|(_, bytes, _)| bytes.len()).collect::<Vec<_>>(), [2, 600, 3, 2]);
        assert_eq!(read[1].1, text(600, 1));
    }

    for (broken, code) in [
        (tar_member(b"x", b'0', b"x", Some(5000)), "TRUNCATED"),
        (tar_member(b"x", b'0', &[1; 600], None)[..700].to_vec(), "TRUNCATED"),
        ([pax(&[("size", "many")]), tar_member(b"x", b'0', b"x", None)].concat(), "TAR_HEADER"),
        ([tar_member(b"x", b'x', b"99 a=b\n", None), tar_member(b"x", b'0', b"x", None)].concat(), "TAR_HEADER"),
        ([tar_member(b"x", b'0', b"x", None), vec![7; 512]].concat(), "TAR_HEADER"),
        (tar_member(b"x", b'L', b"\0", None), "TAR_HEADER"),
    ] {
        let (store, path) = stored(&broken).await;
        let damage = scanned(&store, &path, &broken).await.damage;
        assert_eq!(damage.unwrap().code, code);
    }
}

#[tokio::test]
async fn a_failing_store_is_an_error() {
    let (store, path) = (InMemory::new(), Path::from("x.zip"));
    let bytes = zip(&[entry("a.json", text(50, 1)), entry("b.json", text(5000, 1))]);
    store.put(&path, bytes.clone().into()).await.unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(store);
    let directory = Arc::new(read_directory(&store, &path, bytes.len() as u64, &[]).await.unwrap());
    let mut reader = ZipReader::new(Arc::clone(&store), path.clone(), directory, vec![0, 1], tiny());
    store.delete(&path).await.unwrap();
    let error = reader.next().await.unwrap_err();
    assert!(error.to_string().contains("INPUT_GONE"), "{error}");
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let data = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (0..20_000_usize, any::<u64>()).prop_map(|(len, seed)| text(len, seed)),
    ];
    (data, "[a-c/가]{1,8}x", any::<(bool, bool, bool)>(), 0..40_u8).prop_map(
        |(data, name, (stored, wide, late), extra)| Entry {
            method: if stored { 0 } else { 8 },
            is_zip64: wide,
            has_descriptor: late,
            local_extra: [&[7, 7, extra, 0][..], &vec![1; usize::from(extra)]].concat(),
            ..entry(&name, data)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_zip_survives(
        entries in proptest::collection::vec(any_entry(), 0..12),
        (window_bytes, read_ahead_bytes, small_member_limit) in (1..9000_u64, 1..9000_u64, 0..9000_u64),
        reversed in any::<bool>(),
    ) {
        let bytes = zip(&entries);
        let options = ReadOptions { window_bytes, read_ahead_bytes, small_member_limit, ..ReadOptions::default() };
        let mut order: Vec<usize> = (0..entries.len()).collect();
        if reversed {
            order.reverse();
        }
        let members = block_on(read(&bytes, Some(order.clone()), options));
        for ((position, read, damage), expected) in members.iter().zip(order) {
            prop_assert_eq!(*position, expected);
            prop_assert_eq!(damage, &None);
            prop_assert!(read == &entries[expected].data);
        }
    }

    #[test]
    fn mutated_zips_never_panic(
        entries in proptest::collection::vec(any_entry(), 1..5),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = zip(&entries);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        block_on(async {
            if let Ok(directory) = directory(&bytes).await {
                let count = directory.len();
                let members = read(&bytes, None, tiny()).await;
                assert_eq!(members.len(), count);
                for (position, read, damage) in members {
                    let size = directory.member(position).unwrap().uncompressed_size;
                    assert!(read.len() as u64 <= size);
                    assert!(damage.is_some() || read.len() as u64 == size);
                }
            }
        });
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        block_on(async {
            let _ = directory(&bytes).await;
            let _ = directory(&[&bytes[..], b"PK\x05\x06", &[0; 18]].concat()).await;
            let (store, path) = stored(&bytes).await;
            let _ = scanned(&store, &path, &bytes).await;
            for magic in [&b"\x1F\x8B\x08"[..], b"\x28\xB5\x2F\xFD"] {
                let packed = [magic, &bytes].concat();
                let (store, path) = stored(&packed).await;
                let reader = PlainReader::new(store, path, packed.len() as u64, tiny());
                drain(MemberReader::Plain(Box::new(reader))).await;
            }
        });
    }

    #[test]
    fn mutated_tars_never_panic(
        sizes in proptest::collection::vec(0..2000_usize, 1..5),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..4),
    ) {
        let mut bytes: Vec<u8> = pax(&[("path", "가.json")]);
        for (at, size) in sizes.iter().enumerate() {
            bytes.extend(tar_member(format!("{at}.json").as_bytes(), b'0', &text(*size, 1), None));
        }
        for (at, byte, signed) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let block = at / 512 * 512;
            if signed {
                sign(&mut bytes[block..block + 512]);
            }
        }
        block_on(async {
            let (store, path) = stored(&bytes).await;
            let entries = scanned(&store, &path, &bytes).await.entries;
            let mut end = 0;
            for entry in entries {
                assert!(entry.start >= end && entry.start + entry.size <= bytes.len() as u64);
                end = entry.start + entry.size;
            }
        });
    }
}
