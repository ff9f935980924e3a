use super::*;
use crate::archive::testing::{Entry, entry, zip};
use crate::archive::{Opening, open_archive};
use crate::decode::Grouping;
use crate::source::{Location, VirtualStore, list, resolve};
use arrow::datatypes::{DataType, Field, Schema};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use std::sync::atomic::AtomicUsize;

fn schema() -> SchemaRef {
    let field = |name, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![field("n", DataType::Int64), field("k", DataType::Utf8)]))
}

/// What reading these objects as one unit gives: rows, and what each object met, in order.
async fn read(objects: &[(&str, Vec<u8>)], options: DecodeOptions, skip_damaged: bool) -> (usize, Vec<SliceOutcome>) {
    let store = Arc::new(InMemory::new());
    for (key, bytes) in objects {
        store.put(&Path::from(*key), bytes.clone().into()).await.unwrap();
    }
    let location = Location::with_store(store, "").unwrap();
    let limits = options.limits;
    let listed = list(&location, None).await.unwrap();
    let (logical, damages) = resolve(&location, &listed, None, &limits).await.unwrap();
    assert_eq!(damages, []);
    let store: Arc<dyn ObjectStore> =
        Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
    let mut slices = Vec::new();
    for object in logical {
        let opening = Opening { limits: &limits, hold: &AtomicUsize::new(1 << 20) };
        let opened = open_archive(&store, &object, opening, || (), |(), _| ()).await.unwrap();
        let index = opened.map(|opened| opened.index);
        let input = Input { object, index, selection: Arc::default(), selected: 0, pruned: 0 };
        slices.push(SliceRequest {
            input: Arc::new(input),
            range: 0..u64::MAX,
            skip: BTreeMap::new(),
            outcome: Arc::default(),
        });
    }
    let outcomes: Vec<_> = slices.iter().map(|slice| Arc::clone(&slice.outcome)).collect();
    let read = ReadOptions { limits, ..ReadOptions::default() };
    let mut reader = UnitReader::new(store, slices, schema(), options, read, skip_damaged).unwrap();
    let mut rows = 0;
    while let Some(batch) = reader.next().await.unwrap() {
        rows += batch.num_rows();
    }
    (rows, outcomes.iter().map(|outcome| lock(outcome).clone()).collect())
}

fn frame(number: u32, bytes: usize) -> Vec<u8> {
    format!("{{\"n\":{number},\"k\":\"{}\"}}", "x".repeat(bytes)).into_bytes()
}

#[tokio::test]
async fn a_clip_of_plain_files_that_is_too_large_is_taken_back_from_all_of_them() {
    let objects = [
        ("a/1.json", frame(1, 10)),
        ("b/1.json", frame(2, 40)),
        ("b/2.json", frame(3, 40)),
        ("b/3.json", frame(4, 40)),
        ("b/4.json", frame(5, 40)),
        ("c/1.json", frame(6, 10)),
    ];
    let options = DecodeOptions { group: Grouping::Folder, max_group_bytes: 120, ..DecodeOptions::default() };
    let (rows, outcomes) = read(&objects, options, false).await;
    assert_eq!(rows, 2, "the clips a and c");
    let counts: Vec<_> = outcomes.iter().map(|outcome| (outcome.records, outcome.records_quarantined)).collect();
    assert_eq!(counts, [(1, 0), (0, 1), (0, 1), (0, 1), (0, 1), (1, 0)]);
    let codes: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.damage.counts().by_code.keys()).collect();
    assert_eq!(codes, ["GROUP_TOO_LARGE"]);
    let members = |of: fn(&SliceOutcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    assert_eq!(
        (members(|o| o.members_decoded), members(|o| o.members_partly), members(|o| o.members_quarantined)),
        (4, 0, 2)
    );
    // What bends the records that are left is counted once, and what bent the others is not.
    let options = DecodeOptions { group: Grouping::Folder, max_group_bytes: 40, ..DecodeOptions::default() };
    let bare = [("a/1.json", b"{\"n\":1}".to_vec()), ("b/1.json", b"{\"n\":2}".to_vec()), ("b/2.json", frame(3, 40))];
    let (rows, outcomes) = read(&bare, options, false).await;
    let coercions: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.coercions.clone()).collect();
    assert_eq!((rows, coercions), (1, vec![("/k missing".to_owned(), 1)]));
}

#[tokio::test]
async fn a_member_that_must_go_says_why() {
    let lines = |bad: &str| format!("{{\"n\":1}}\n{bad}\n{{\"n\":2}}\n").into_bytes();
    let mut entries = vec![entry("good.jsonl", lines("")), entry("bad.jsonl", lines("{\"n\":\"x\"}"))];
    let objects = [("a.zip", zip(&entries))];
    let (rows, outcomes) = read(&objects, DecodeOptions::default(), true).await;
    assert_eq!(rows, 4, "the unit is read again");
    let discard: Vec<_> = outcomes[0].discard.iter().map(|(index, cause)| (*index, cause.code.as_str())).collect();
    assert_eq!(discard, [(1, "TYPE")]);
    // A wrong checksum shows at the end of a member that is decoded as a stream, behind what is wrong in its records.
    let many: String = (0..800_000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    assert!(many.len() as u64 > ReadOptions::default().small_member_limit);
    entries[1] = Entry { crc_error: 1, ..entry("bad.jsonl", many + "{\"n\":\"x\"}\n") };
    let (_, outcomes) = read(&[("a.zip", zip(&entries))], DecodeOptions::default(), false).await;
    let discard: Vec<_> = outcomes[0].discard.iter().map(|(index, cause)| (*index, cause.code.as_str())).collect();
    assert_eq!(discard, [(1, "CRC")]);
}
