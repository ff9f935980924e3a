//! Records and members beyond their limits: what is refused, and that the message names the setting.

use super::*;

fn fields() -> SchemaRef {
    schema(vec![plain("id", DataType::Int64), plain("text", DataType::Utf8)])
}

fn limited(limits: Limits) -> DecodeOptions {
    DecodeOptions { limits, ..without_src() }
}

/// Code and detail of the only damage.
fn only(given: &Given) -> (&str, &str) {
    match &given.damage[..] {
        [one] => (&one.code, &one.detail),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_setting_is_named() {
    let wide =
        format!("{{\"id\":1,\"a\":{{{}}}}}", (0..9).map(|n| format!("\"k{n}\":0")).collect::<Vec<_>>().join(","));
    let deep = "{\"id\":1,\"a\":[[[[[[0]]]]]]}";
    let long = "{\"id\":1,\"text\":\"0123456789\"}";
    let nested = "<r><a><b><c><d><e><id>1</id></e></d></c></b></a></r>";
    let default = Limits::default();
    let cases = [
        ("a.json", &*wide, Limits { keys: 8, ..default }, "KEY_LIMIT", "limits.keys = 8;"),
        ("a.json", deep, Limits { nesting: 6, ..default }, "DEPTH", "limits.nesting = 6;"),
        ("a.json", long, Limits { value_size: 9, ..default }, "VALUE_SIZE", "limits.value_size = 9B;"),
        ("a.json", long, Limits { record_size: 20, ..default }, "RECORD_SIZE", "limits.record_size = 20B;"),
        ("a.jsonl", long, Limits { record_size: 20, ..default }, "RECORD_SIZE", "limits.record_size = 20B;"),
        (
            "a.csv",
            "id,text\n1,0123456789",
            Limits { value_size: 9, ..default },
            "VALUE_SIZE",
            "limits.value_size = 9B;",
        ),
        (
            "a.csv",
            "id,text\n1,0123456789",
            Limits { record_size: 9, ..default },
            "RECORD_SIZE",
            "limits.record_size = 9B;",
        ),
        ("a.csv", "id,text\n1,2,3,4", Limits { columns: 3, ..default }, "COLUMN_LIMIT", "limits.columns = 3;"),
        ("a.tsv", "id\ttext\n1\t2\t3\t4", Limits { columns: 3, ..default }, "COLUMN_LIMIT", "limits.columns = 3;"),
        ("a.xml", nested, Limits { nesting: 6, ..default }, "DEPTH", "limits.nesting = 6;"),
        ("a.xml", nested, Limits { record_size: 40, ..default }, "RECORD_SIZE", "limits.record_size = 40B;"),
        (
            "a.xml",
            "<r><text>0123456789</text></r>",
            Limits { value_size: 9, ..default },
            "VALUE_SIZE",
            "limits.value_size",
        ),
    ];
    for (name, text, limits, code, told) in cases {
        let given = decode_one(&fields(), &limited(limits), name, text.as_bytes());
        let (found, detail) = only(&given);
        assert!(
            found == code && detail.contains(told) && detail.contains("jogak.toml"),
            "{name} {code}: {found} {detail}"
        );
    }
    // Exactly at the limit.
    let enough = Limits { keys: 9, nesting: 7, value_size: 10, record_size: 200, columns: 4, ..default };
    for text in [&*wide, deep, long] {
        assert_eq!(decode_one(&fields(), &limited(enough), "a.json", text.as_bytes()).codes(), [""; 0]);
    }
    let text = schema(vec![plain("text", DataType::Utf8)]);
    for (format, value_size) in [(Format::Text, 9), (Format::Lines, 9)] {
        let options = DecodeOptions { format, ..limited(Limits { value_size, ..default }) };
        assert_eq!(only(&decode_one(&text, &options, "a", b"0123456789")).0, "VALUE_SIZE");
    }
}

#[test]
fn limits_that_do_not_fit_are_no_options() {
    let refused = |limits: Limits| Decoder::new(fields(), limited(limits)).err().unwrap().to_string();
    assert!(refused(Limits { nesting: 200, ..Limits::default() }).contains("limits.nesting = 200"));
    assert!(refused(Limits { record_size: 768 << 20, ..Limits::default() }).contains("limits.record_size"));
}

#[test]
fn a_flood_of_damage_is_counted_exactly() {
    let lines: String = (0..1000).map(|n| format!("{}\n", ["{\"id\":\"x\"}", "{", "{\"id\":1}"][n % 3])).collect();
    let options = limited(Limits { damage_rows: 10, ..Limits::default() });
    for chunk in [7, 1 << 20] {
        let members = [("a.jsonl", lines.as_bytes()), ("b.jsonl", b"{\"id\":2}\n{"), ("c.jsonl", lines.as_bytes())];
        let given = decode(&fields(), &options, &members, &[chunk]);
        assert_eq!((given.counts.delivered, given.counts.quarantined), (333 + 1 + 333, 667 + 1 + 667));
        assert_eq!(given.damage.len(), 11 + 1 + 11);
        for (last, name) in [(10, "a.jsonl"), (22, "c.jsonl")] {
            let last = &given.damage[last];
            assert_eq!((last.code.as_str(), last.member.as_deref(), last.record), ("TOO_MANY", Some(name), None));
            assert!(last.detail.contains("limits.damage_rows = 10;"), "{}", last.detail);
            let rest = crate::damage::Rest::of(last).unwrap();
            assert_eq!((rest.rows, rest.records), (657, 657));
            assert_eq!(rest.by_code, [("SYNTAX".to_owned(), 328), ("TYPE".to_owned(), 329)].into());
        }
        assert!(given.damage[..10].iter().all(|damage| damage.code != "TOO_MANY"));
    }
}

#[test]
fn what_holds_no_records_is_called_by_its_name() {
    let mp4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, bytes, what) in [("a.mp4", &mp4[..], "MP4"), ("a", &mp4[..], "MP4"), ("a.svg", &svg[..], "SVG")] {
        let given = decode_one(&fields(), &without_src(), name, bytes);
        let (code, detail) = only(&given);
        assert!(code == "FORMAT" && detail.contains(what), "{name}: {code} {detail}");
        assert_eq!(given.outcomes, [MemberOutcome::Quarantined]);
    }
    // Where the plan says that they are XML, they are.
    let options = DecodeOptions { format: Format::Xml, ..without_src() };
    assert_eq!(decode_one(&fields(), &options, "a.svg", svg).rows().len(), 1);
}
