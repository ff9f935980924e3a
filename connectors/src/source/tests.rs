use super::*;
use crate::archive::testing::{Entry, drain, entry, spanned, tar, zip};
use crate::archive::{MemberReader, Opened, Opening, ReadOptions, Unreadable, ZipReader, open_archive};
use crate::damage::Damage;
use crate::error::ErrorKind;
use crate::limits::Limits;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

fn location(store: &Arc<InMemory>, path: &str) -> Location {
    let store: Arc<InMemory> = Arc::clone(store);
    Location::with_store(store, path).unwrap()
}

async fn put(store: &InMemory, key: &str, bytes: impl Into<PutPayload>) {
    store.put(&Path::parse(key).unwrap(), bytes.into()).await.unwrap();
}

async fn keys(location: &Location, glob: Option<&str>) -> Vec<String> {
    list(location, glob).await.unwrap().into_iter().map(|object| object.key).collect()
}

async fn resolved(location: &Location, glob: Option<&str>) -> (Vec<LogicalObject>, Vec<Damage>) {
    let objects = list(location, glob).await.unwrap();
    resolve(location, &objects, glob, &Limits::default()).await.unwrap()
}

/// Opens an archive without holding its directory.
async fn open(store: &Arc<dyn ObjectStore>, object: &LogicalObject) -> Result<Opened<()>, Unreadable> {
    let opening = Opening { limits: &Limits::default(), hold: &AtomicUsize::new(0) };
    open_archive(store, object, opening, || (), |_, _| ()).await.map(Option::unwrap)
}

fn entries() -> Vec<Entry> {
    (0..40)
        .map(|at| Entry { method: 0, ..entry(&format!("{at:02}.json"), format!("[{at}{}]", ",1".repeat(at))) })
        .collect()
}

/// Reads all members of `object`, or gives the damage of its directory.
async fn members(location: &Location, object: &LogicalObject) -> Result<Vec<Vec<u8>>, Damage> {
    let store: Arc<dyn ObjectStore> = Arc::new(VirtualStore::new(Arc::clone(location.store()), [object.clone()]));
    let index = match open(&store, object).await {
        Ok(opened) => opened.index,
        Err(Unreadable::Damaged(damage)) => return Err(*damage),
        Err(Unreadable::Failed(error)) => panic!("{error}"),
    };
    let directory = index.read(&store, object, &(0..u64::MAX)).await.unwrap();
    let selected = directory.select(&(0..u64::MAX), |_| true);
    let options = ReadOptions { window_bytes: 100, read_ahead_bytes: 400, ..ReadOptions::default() };
    let reader = ZipReader::new(store, path_of(&object.key), directory, selected, options);
    let read = drain(MemberReader::Zip(Box::new(reader))).await;
    Ok(read.into_iter().inspect(|(.., damage)| assert_eq!(damage, &None)).map(|(_, bytes, _)| bytes).collect())
}

fn bodies() -> Vec<Vec<u8>> {
    entries().into_iter().map(|entry| entry.data).collect()
}

#[tokio::test]
async fn listing_by_folder_glob_and_name() {
    let store = Arc::new(InMemory::new());
    for key in [
        "set/[라벨]~1%20#a/TL1.zip",
        "set/[라벨]~1%20#a/TL2.zip.part0",
        "set/원천/TS1.zip",
        "set/원천/._TS1.zip",
        "set/_delta_log/0.json",
        "set/_names/x.zip",
        "set/download.tar",
        "set/other.tar",
        "set/__MACOSX/y.zip",
        "settle/z.zip",
    ] {
        put(&store, key, vec![1]).await;
    }
    put(&store, "set/marker", vec![]).await;
    put(&store, "set/marker/x.json", vec![1]).await;
    let labels = ["[라벨]~1%20#a/TL1.zip", "[라벨]~1%20#a/TL2.zip.part0"];
    assert_eq!(
        keys(&location(&store, "set"), None).await,
        [labels[0], labels[1], "_names/x.zip", "download.tar", "marker/x.json", "other.tar", "원천/TS1.zip"]
    );
    assert_eq!(keys(&location(&store, "set/"), Some("**/TL*.zip")).await, [labels[0], labels[1], "download.tar"]);
    assert_eq!(
        keys(&location(&store, "set/[라벨]*/TL*.zip"), Some("**/TS*")).await,
        [labels[0], labels[1], "download.tar"]
    );
    assert_eq!(keys(&location(&store, "set/[라벨]~1%20#a/TL1.zip"), Some("none")).await, ["TL1.zip"]);
    assert_eq!(keys(&location(&store, "set/[라벨]~1%20#a/TL2.zip"), None).await, ["TL2.zip.part0"]);
    assert_eq!(keys(&location(&store, "set/_delta_log"), None).await, ["0.json"]);
    let error = list(&location(&store, "nowhere"), None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("does not exist"));
}

#[tokio::test]
async fn files_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("077.가상 데이터/[라벨] a~b%20c#x?");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("TL,1.zip"), zip(&entries())).unwrap();
    std::fs::write(inner.join(".DS_Store"), b"x").unwrap();
    let root = folder.path().to_str().unwrap();
    for (url, key) in [
        (root.to_owned(), "077.가상 데이터/[라벨] a~b%20c#x?/TL,1.zip"),
        (format!("{root}/077*/[라벨]*/*.zip"), "077.가상 데이터/[라벨] a~b%20c#x?/TL,1.zip"),
        (format!("file://{root}/077.%EA%B0%80%EC%83%81%20데이터"), "[라벨] a~b%20c#x?/TL,1.zip"),
        (format!("{root}/077.가상 데이터/[라벨] a~b%20c#x\\?/TL,1.zip"), "TL,1.zip"),
        (format!("{root}/077.가상 데이터/../077.가상 데이터/[라벨] a~b%20c#x\\?/TL,1.zip"), "TL,1.zip"),
    ] {
        let location = Location::open(&url, &StoreSettings::default()).unwrap();
        let (objects, damages) = resolved(&location, Some("**/*.zip")).await;
        assert_eq!((objects.len(), damages.len()), (1, 0), "{url}");
        assert_eq!(objects[0].key, key);
        assert_eq!(members(&location, &objects[0]).await.unwrap(), bodies());
    }
    let empty = Location::open(&format!("{root}/077.가상 데이터"), &StoreSettings::default()).unwrap();
    assert!(list(&empty, Some("*.nothing")).await.unwrap().is_empty());
    let missing = Location::open(&format!("{root}/nowhere"), &StoreSettings::default()).unwrap();
    assert_eq!(list(&missing, None).await.unwrap_err().kind(), ErrorKind::Invalid);
    // An object that changes after the listing.
    let location = Location::open(root, &StoreSettings::default()).unwrap();
    let (objects, _) = resolved(&location, None).await;
    let store: Arc<dyn ObjectStore> = Arc::new(VirtualStore::new(Arc::clone(location.store()), objects.clone()));
    std::fs::write(inner.join("TL,1.zip"), zip(&entries()[1..])).unwrap();
    let opened = open(&store, &objects[0]).await;
    let Err(Unreadable::Failed(error)) = opened else { panic!("not noticed") };
    assert_eq!(error.kind(), ErrorKind::Data);
    assert!(error.to_string().starts_with("INPUT_CHANGED"), "{error}");
}

#[tokio::test]
async fn parts_are_joined_by_number() {
    let bytes = zip(&entries());
    let piece = bytes.len().div_ceil(12);
    let store = Arc::new(InMemory::new());
    let mut offset = 0;
    for (at, chunk) in bytes.chunks(piece).enumerate() {
        put(&store, &format!("a/TL.zip.part{at}"), chunk.to_vec()).await;
        put(&store, &format!("b/TL.zip.part{offset}"), chunk.to_vec()).await;
        put(&store, &format!("c/TL.zip.{:03}", at + 1), chunk.to_vec()).await;
        put(&store, &format!("d/TL.zip.part{}", at + usize::from(at >= 5)), chunk.to_vec()).await;
        // Pieces 1 and 3 swapped: only local headers can tell.
        let swapped = match at {
            1 => 3,
            3 => 1,
            other => other,
        };
        put(&store, &format!("e/TL.zip.part{swapped}"), chunk.to_vec()).await;
        if at < 11 {
            put(&store, &format!("f/TL.zip.part{at}"), chunk.to_vec()).await;
        }
        put(&store, &format!("h/TL.zip.part{at}"), chunk.to_vec()).await;
        offset += chunk.len();
    }
    put(&store, "g/TL.zip.part0", vec![]).await;
    put(&store, "h/TL.zip", bytes.clone()).await;
    put(&store, "i/TL.zip", bytes.clone()).await;
    let location = location(&store, "");
    let (objects, damages) = resolved(&location, Some("**/TL.zip")).await;
    let damaged: Vec<_> =
        damages.iter().map(|damage| (damage.object.as_str(), damage.code.as_str(), damage.detail.as_str())).collect();
    assert_eq!(damaged.len(), 3, "{damaged:?}");
    assert_eq!(damaged[0], ("d/TL.zip", "PART_MISSING", "'d/TL.zip.part5' is missing"));
    assert_eq!((damaged[1].0, damaged[1].1), ("g/TL.zip", "PART_MISMATCH"));
    assert_eq!((damaged[2].0, damaged[2].1), ("h/TL.zip", "PART_MISMATCH"));
    assert_eq!(
        objects.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(),
        ["a/TL.zip", "b/TL.zip", "c/TL.zip", "e/TL.zip", "f/TL.zip", "i/TL.zip"]
    );
    for object in &objects[..3] {
        assert_eq!((object.parts.len(), object.size), (12, bytes.len() as u64));
        assert_eq!(members(&location, object).await.unwrap(), bodies());
    }
    let damage = members(&location, &objects[3]).await.unwrap_err();
    assert_eq!(damage.code, "PART_MISMATCH");
    assert!(damage.detail.contains("'e/TL.zip.part1'"), "{damage}");
    let damage = members(&location, &objects[4]).await.unwrap_err();
    assert_eq!((damage.code.as_str(), damage.object.as_str()), ("PART_MISMATCH", "f/TL.zip"));
}

#[tokio::test]
async fn spanned_archives() {
    let store = Arc::new(InMemory::new());
    let wide: Vec<Entry> = entries().into_iter().map(|entry| Entry { is_zip64: true, ..entry }).collect();
    for (folder, entries) in [("a", entries()), ("w", wide)] {
        let disks = spanned(&entries, 1400);
        assert!(disks.len() > 3);
        let last = disks.len() - 1;
        for (at, disk) in disks.into_iter().enumerate() {
            let name = if at == last { "TS.zip".to_owned() } else { format!("TS.z{:02}", at + 1) };
            put(&store, &format!("{folder}/{name}"), disk).await;
        }
    }
    put(&store, "b/TS.z02", vec![1]).await;
    put(&store, "b/TS.zip", vec![1]).await;
    put(&store, "c/TS.z01", vec![1]).await;
    let alone = store.get(&Path::from("a/TS.zip")).await.unwrap().bytes().await.unwrap();
    put(&store, "d/TS.zip", alone.clone()).await;
    put(&store, "e/TS.z01", vec![1]).await;
    put(&store, "e/TS.zip", alone).await;
    let location = location(&store, "");
    let (objects, damages) = resolved(&location, Some("**/TS.zip")).await;
    let damaged: Vec<_> = damages.iter().map(|damage| (damage.code.as_str(), damage.detail.as_str())).collect();
    assert_eq!(damaged, [("PART_MISSING", "'b/TS.z01' is missing"), ("PART_MISSING", "'c/TS.zip' is missing")]);
    assert_eq!(objects.len(), 4);
    assert!(objects[0].span_starts.len() >= 3);
    assert_eq!(members(&location, &objects[0]).await.unwrap(), bodies());
    assert_eq!(members(&location, &objects[3]).await.unwrap(), bodies());
    assert_eq!(members(&location, &objects[1]).await.unwrap_err().code, "PART_MISSING");
    assert_eq!(members(&location, &objects[2]).await.unwrap_err().code, "PART_MISSING");
    // Naming one piece names the set.
    let named = self::location(&store, "a/TS.zip");
    let (objects, _) = resolved(&named, None).await;
    assert_eq!((objects.len(), objects[0].key.as_str()), (1, "TS.zip"));
    assert_eq!(members(&named, &objects[0]).await.unwrap(), bodies());
}

#[tokio::test]
async fn a_tar_holds_parts_that_hold_a_zip() {
    let bytes = zip(&entries());
    let chunks: Vec<&[u8]> = bytes.chunks(bytes.len().div_ceil(11)).collect();
    let mut files: Vec<(String, &[u8])> =
        chunks.iter().enumerate().map(|(at, chunk)| (format!("./077.가상/라벨/TL.zip.part{at}"), *chunk)).collect();
    files.sort();
    let inner = tar(&[("deep/VL.zip", &bytes)]);
    files.push(("inner.tar".to_owned(), &inner));
    files.push(("readme.json".to_owned(), b"{}"));
    files.push(("077.가상/라벨/._TL.zip".to_owned(), b"x"));
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|(name, data)| (name.as_str(), *data)).collect();
    let outer = tar(&borrowed);
    let store = Arc::new(InMemory::new());
    // The tar itself is cut too.
    put(&store, "x/download.tar.part0", outer[..5000].to_vec()).await;
    put(&store, "x/download.tar.part1", outer[5000..].to_vec()).await;
    let glob = Some("**/TL*.zip");
    let folder = location(&store, "x");
    let (objects, damages) = resolved(&folder, glob).await;
    assert_eq!(damages, []);
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0].key, "download.tar!077.가상/라벨/TL.zip");
    assert_eq!((objects[0].parts.len(), objects[0].pieces.len()), (2, 11));
    assert_eq!(members(&folder, &objects[0]).await.unwrap(), bodies());
    // Named, it is a folder for the plan's glob; without one, everything in it counts.
    for (location, glob, expected) in [
        (location(&store, "x/download.tar"), glob, vec!["download.tar!077.가상/라벨/TL.zip"]),
        (
            folder.clone(),
            None,
            vec!["download.tar", "download.tar!077.가상/라벨/TL.zip", "download.tar!inner.tar!deep/VL.zip"],
        ),
        (
            location(&store, "x/*.tar"),
            None,
            vec!["download.tar", "download.tar!077.가상/라벨/TL.zip", "download.tar!inner.tar!deep/VL.zip"],
        ),
        (location(&store, "x/**/deep/*.zip"), None, vec!["download.tar!inner.tar!deep/VL.zip"]),
    ] {
        let (objects, _) = resolved(&location, glob).await;
        assert_eq!(objects.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), expected);
        for object in &objects {
            match object.kind {
                ObjectKind::Zip => assert_eq!(members(&location, object).await.unwrap(), bodies()),
                ObjectKind::Tar => {
                    assert_eq!(members(&location, object).await.unwrap(), [b"{}".to_vec(), b"x".to_vec()])
                }
                ObjectKind::Plain => panic!(),
            }
        }
    }
    let deep = tar(&[("b.tar", &tar(&[("c.tar", &inner)]))]);
    put(&store, "y/a.tar", deep).await;
    put(&store, "y/b.tar.gz", vec![1]).await;
    let (objects, damages) = resolved(&location(&store, "y"), None).await;
    assert!(objects.is_empty());
    assert_eq!(damages.iter().map(|damage| damage.code.as_str()).collect::<Vec<_>>(), ["DEPTH_LIMIT", "FORMAT"]);
}

#[tokio::test]
async fn the_virtual_store_is_an_object_store() {
    let store = Arc::new(InMemory::new());
    let bytes: Vec<u8> = (0..=255).cycle().take(20 << 20).collect();
    put(&store, "x.json.part0", bytes[..10].to_vec()).await;
    put(&store, "x.tar.gz.part0", vec![1]).await;
    put(&store, "big.zip.part0", bytes[..9 << 20].to_vec()).await;
    put(&store, "big.zip.part1", bytes[9 << 20..].to_vec()).await;
    let location = location(&store, "");
    let (objects, _) = resolved(&location, None).await;
    assert_eq!(objects.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), ["big.zip", "x.json.part0"]);
    let virtual_store = VirtualStore::new(Arc::clone(location.store()), objects);
    let path = path_of("big.zip");
    let meta = virtual_store.head(&path).await.unwrap();
    assert_eq!(meta.size, bytes.len() as u64);
    let etag = meta.e_tag.unwrap();
    assert_eq!(virtual_store.get(&path).await.unwrap().bytes().await.unwrap(), bytes);
    let middle = (9 << 20) - 5..(9 << 20) + 5;
    let ranges = [0..3, middle.clone(), (20 << 20) - 2..20 << 20];
    let read = virtual_store.get_ranges(&path, &ranges).await.unwrap();
    for (read, range) in read.iter().zip(&ranges) {
        assert_eq!(read, &bytes[range.start as usize..range.end as usize]);
    }
    let options = |if_match: &str| GetOptions {
        range: Some(GetRange::Bounded(middle.clone())),
        if_match: Some(if_match.to_owned()),
        ..GetOptions::default()
    };
    assert_eq!(virtual_store.get_opts(&path, options(&etag)).await.unwrap().bytes().await.unwrap().len(), 10);
    assert!(virtual_store.get_opts(&path, options("other")).await.is_err());
    assert!(virtual_store.put(&path, vec![1].into()).await.is_err());
    assert!(virtual_store.delete(&path).await.is_err());
    assert!(virtual_store.get(&path_of("none")).await.is_err());
    assert_eq!(virtual_store.list_with_delimiter(None).await.unwrap().objects.len(), 2);
    // A piece that is written again is noticed, even at the same length.
    put(&store, "big.zip.part1", vec![0; 11 << 20]).await;
    let error = virtual_store.get_range(&path, middle).await.unwrap_err();
    let error = read_error("reading 'big.zip'", error);
    assert_eq!(error.kind(), ErrorKind::Data);
    assert!(error.to_string().starts_with("INPUT_CHANGED"));
    assert_eq!(virtual_store.get_range(&path, 0..3).await.unwrap(), bytes[..3]);
}
