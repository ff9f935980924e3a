//! Records as clips.

use super::*;

fn frames() -> SchemaRef {
    schema(vec![plain("n", DataType::Int64), plain("k", DataType::Utf8)])
}

fn grouped(group: Grouping) -> DecodeOptions {
    DecodeOptions { group, ..DecodeOptions::default() }
}

/// Group, members, `n` of the records and the number of damaged things of each clip.
fn clips(given: &Given) -> Vec<(String, Vec<String>, Vec<i64>, i64)> {
    let texts = |value: &Value| value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect();
    let numbers = |value: &Value| value.as_array().unwrap().iter().map(|v| v["n"].as_i64().unwrap()).collect();
    let clip = |row: &Value| {
        let group = row["group"].as_str().unwrap().to_owned();
        (group, texts(&row["members"]), numbers(&row["records"]), row["damaged"].as_i64().unwrap())
    };
    given.rows().iter().map(clip).collect()
}

#[test]
fn folders_are_clips_in_natural_order() {
    let members: [(&str, &[u8]); 5] = [
        ("a/f10.json", b"{\"n\":10}"),
        ("a/f9.json", b"[{\"n\":9},{\"n\":8}]"),
        ("b/f1.json", b"{\"n\":1}"),
        ("b/f2.json", b"{\"n\":"),
        ("c/f1.json", b"{\"n\":\"x\"}"),
    ];
    for chunk in [1, 1000] {
        let given = decode(&frames(), &grouped(Grouping::Folder), &members, &[chunk]);
        let name = |text: &str| text.to_owned();
        let expected = [
            (name("a"), vec![name("a/f9.json"), name("a/f10.json")], vec![9, 8, 10], 0),
            (name("b"), vec![name("b/f1.json")], vec![1], 1),
        ];
        assert_eq!(clips(&given), expected);
        assert_eq!(given.codes(), ["TRUNCATED", "TYPE"]);
        assert_eq!((given.counts.delivered, given.counts.quarantined, given.counts.rows), (4, 2, 2));
        let src = &given.rows()[0]["_src"];
        assert_eq!((src["member"].as_str(), src["record"].as_i64()), (Some("a/f9.json"), Some(0)));
        use sha2::Digest;
        let hash = |bytes: &[u8]| sha2::Sha256::digest(bytes);
        let all = [hash(b"{\"n\":9}"), hash(b"{\"n\":8}"), hash(b"{\"n\":10}")].concat();
        assert_eq!(src["sha256"].as_str(), Some(format!("{:x}", hash(&all)).as_str()));
    }
}

#[test]
fn declared_order() {
    let options = DecodeOptions { order_by: vec!["k".to_owned(), "n".to_owned()], ..grouped(Grouping::Member) };
    let text = br#"[{"n":3},{"n":2,"k":"f10"},{"n":5,"k":"f9"},{"n":4,"k":"f9"}]"#;
    let given = decode(&frames(), &options, &[("a.json", text), ("a.json", text)], &[7]);
    assert_eq!(clips(&given).iter().map(|clip| clip.2.clone()).collect::<Vec<_>>(), [[4, 5, 2, 3]; 2]);
    let wrong = DecodeOptions { order_by: vec!["x".to_owned()], ..grouped(Grouping::Member) };
    assert!(Decoder::new(frames(), wrong).err().unwrap().to_string().contains("`x`"));
}

#[test]
fn keys_are_clips_while_adjacent() {
    let text = br#"{"n":1,"k":"a"}
{"n":2,"k":"a"}
{"n":3,"k":"b"}
{"n":4}
{"n":5,"k":"a"}
{"n":6,"k":"c"}"#;
    let members: [(&str, &[u8]); 2] = [("a.jsonl", text), ("b.jsonl", b"{\"n\":7,\"k\":\"c\"}")];
    for (chunk, batch_rows) in [(1, 1), (1000, 1), (1000, 100)] {
        let options = DecodeOptions { batch_rows, ..grouped(Grouping::Key("$.k".to_owned())) };
        let given = decode(&frames(), &options, &members, &[chunk]);
        let found: Vec<_> = clips(&given).into_iter().map(|clip| (clip.0, clip.2, clip.3)).collect();
        let expected = [("a".to_owned(), vec![1, 2], 0), ("b".to_owned(), vec![3], 1), ("c".to_owned(), vec![6, 7], 0)];
        assert_eq!(found, expected);
        assert_eq!(given.codes(), ["MISSING_FIELD", "GROUP_SPLIT"]);
        assert_eq!(given.damage[1].record, Some(4));
        assert_eq!((given.counts.delivered, given.counts.quarantined), (5, 2));
    }
    let error = |key: &str| Decoder::new(frames(), grouped(Grouping::Key(key.to_owned()))).err().unwrap().to_string();
    assert!(error("x").contains("there is no `/x`"));
    assert!(error("n.x").contains("no struct"));
}

#[test]
fn clips_that_are_too_large_go() {
    let big = r#"{"n":1,"k":"0123456789012345678901234567890123456789"}"#;
    let text = format!("{{\"n\":0}}\n{big}\n{{\"n\":2}}");
    let options = DecodeOptions { max_group_bytes: 50, batch_rows: 1, ..grouped(Grouping::Folder) };
    let members = [("a/1.jsonl", text.as_bytes()), ("b/1.jsonl", b"{\"n\":3}".as_slice())];
    let given = decode(&frames(), &options, &members, &[1000]);
    assert_eq!(clips(&given), [("b".to_owned(), vec!["b/1.jsonl".to_owned()], vec![3], 0)]);
    assert_eq!(given.codes(), ["GROUP_TOO_LARGE"]);
    assert_eq!((given.counts.delivered, given.counts.quarantined), (1, 3));
    assert_eq!(given.outcomes, [MemberOutcome::Quarantined, MemberOutcome::Decoded]);
    assert_eq!(given.counts.coercions.get(&("/k".to_owned(), CoercionKind::Missing)), Some(&1));
    // One record alone, behind a clip that was complete.
    let members = [("a/1.jsonl", b"{\"n\":3}".as_slice()), ("b/1.jsonl", big.as_bytes()), ("c/1.jsonl", b"{\"n\":4}")];
    let given = decode(&frames(), &options, &members, &[1000]);
    assert_eq!(clips(&given).iter().map(|clip| clip.2.clone()).collect::<Vec<_>>(), [[3], [4]]);
}

#[test]
fn records_of_earlier_members_that_a_clip_takes_back_are_told() {
    let large = format!("{{\"n\":4,\"k\":\"{}\"}}", "x".repeat(100));
    let members: [(&str, &[u8]); 5] = [
        ("a/1.json", b"[{\"n\":1},{\"n\":2}]"),
        ("a/2.json", b"{\"n\":3}"),
        ("a/3.json", large.as_bytes()),
        ("a/4.json", b"{\"n\":5}"),
        ("b/1.json", b"{\"n\":6}"),
    ];
    let options = DecodeOptions { max_group_bytes: 90, ..grouped(Grouping::Folder) };
    let mut decoder = Decoder::new(frames(), options).unwrap();
    let (mut delivered, mut refused, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for (name, bytes) in members {
        let before = decoder.counts().quarantined;
        let place = MemberRef { object: name.into(), member: None, member_index: None };
        decoder.begin(place).unwrap();
        assert_eq!(decoder.decode(bytes).unwrap(), bytes.len());
        decoder.finish_member().unwrap();
        delivered.push(decoder.delivered_of_member());
        refused.push(decoder.counts().quarantined - before);
        back.push(
            decoder.take_back().iter().map(|(member, rows)| (member.name().to_owned(), *rows)).collect::<Vec<_>>(),
        );
    }
    assert_eq!(delivered, [2, 1, 0, 0, 1]);
    assert_eq!(refused, [0, 0, 4, 1, 0]);
    let expected = [("a/1.json".to_owned(), 2), ("a/2.json".to_owned(), 1)];
    assert_eq!(back, [vec![], vec![], expected.to_vec(), vec![], vec![]]);
    assert_eq!((decoder.counts().delivered, decoder.counts().quarantined), (1, 5));
}
