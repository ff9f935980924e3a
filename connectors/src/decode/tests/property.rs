//! What holds for every input.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn record_schema() -> SchemaRef {
    schema(vec![
        plain("id", DataType::Int64),
        field("text", DataType::Utf8, &[("aliases", r#"["글","t"]"#), ("alternatives", r#"["int"]"#)]),
        plain("score", DataType::Float64),
        plain("ok", DataType::Boolean),
        field(
            "parts",
            list(object(vec![plain("a", list(DataType::Int64)), plain("b", DataType::Utf8)])),
            &[("alternatives", r#"["struct"]"#)],
        ),
        field("raw", DataType::Utf8, &[("json", "true")]),
    ])
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[가-힣 a-z]{0,30}", ".{0,20}", "\\PC{0,8}", Just("\"\\\n\t\u{0}\u{1F600}".to_owned()),]
}

fn maybe(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![4 => value, 1 => Just(Value::Null)]
}

fn record() -> impl Strategy<Value = Value> {
    let number = any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| json!(f));
    let part =
        (maybe(prop::collection::vec(any::<i64>(), 0..4).prop_map(|v| json!(v))), maybe(text().prop_map(Value::from)))
            .prop_map(|(a, b)| json!({"a": a, "b": b}));
    (
        maybe(any::<i64>().prop_map(Value::from)),
        maybe(text().prop_map(Value::from)),
        maybe(number),
        maybe(any::<bool>().prop_map(Value::from)),
        maybe(prop::collection::vec(part, 0..3).prop_map(Value::from)),
    )
        .prop_map(
            |(id, text, score, ok, parts)| json!({"id": id, "text": text, "score": score, "ok": ok, "parts": parts}),
        )
}

/// The same records in one of the shapes a document may have.
fn document(records: &[Value], shape: usize, pretty: bool) -> (Vec<&'static str>, String) {
    let print = |value: &Value| if pretty { serde_json::to_string_pretty(value).unwrap() } else { value.to_string() };
    match shape % 4 {
        0 => (vec!["$[*]"], print(&json!(records))),
        1 => (vec!["$.data[*]"], print(&json!({"이름": [{"data": [1]}], "data": records, "끝": {"x": "가\\"}}))),
        2 => {
            (vec!["$.none[*]", "$['a b'].c[*]"], print(&json!({"none": {}, "a b": {"b": [[]], "c": records, "d": 1}})))
        }
        _ => (vec![], records.iter().map(|record| print(record) + "\n").collect()),
    }
}

/// Text that is nearly JSON.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{".to_vec()),
        Just(b"}".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b",".to_vec()),
        Just(b":".to_vec()),
        Just(b"\"data\":[".to_vec()),
        Just(b"\"id\":".to_vec()),
        Just(b"\"text\":\"\xEA\xB0\x80\"".to_vec()),
        Just(b"{\"id\":7,\"t\":3},".to_vec()),
        Just(b"{\"parts\":{\"a\":[1]},\"x\":NaN},\n".to_vec()),
        Just(b"{\"data\":[{\"id\":1},".to_vec()),
        Just(b"\"\xFF\xEA\"".to_vec()),
        Just(b"\"\\uD800\"".to_vec()),
        Just(b"\"raw\":[[1,{}],true]".to_vec()),
        Just(b"\n \r\n".to_vec()),
        Just(b"null".to_vec()),
        Just(b"1.5e3".to_vec()),
        Just(b"True".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn formats() -> impl Strategy<Value = DecodeOptions> {
    let format = prop_oneof![
        Just(Format::Auto),
        Just(Format::Json),
        Just(Format::Ndjson),
        Just(Format::Csv),
        Just(Format::Tsv),
    ];
    let encoding = prop_oneof![3 => Just(Encoding::Auto), 1 => Just(Encoding::Utf8), 1 => Just(Encoding::Cp949), 1 => Just(Encoding::Utf16)];
    let records =
        prop_oneof![Just(vec![]), Just(vec!["$.data[*]", "$[*]"]), Just(vec!["$.data[*].parts[*]", "$.data[*]", "$"]),];
    let group = prop_oneof![
        3 => Just(Grouping::None),
        1 => Just(Grouping::Folder),
        1 => Just(Grouping::Member),
        1 => Just(Grouping::Key("id".to_owned())),
    ];
    (format, encoding, records, group, any::<bool>(), 1usize..5, 1u64..200).prop_map(
        |(format, encoding, records, group, with_src, batch_rows, record_size)| DecodeOptions {
            format,
            encoding,
            records: if format == Format::Ndjson { vec![] } else { paths(&records) },
            with_src,
            batch_rows,
            order_by: if group == Grouping::Member { vec!["text".to_owned()] } else { vec![] },
            max_group_bytes: 3 * length(record_size),
            group,
            limits: Limits { record_size: if record_size > 100 { 1 << 20 } else { record_size }, ..Limits::default() },
            ..DecodeOptions::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read(
        records in prop::collection::vec(record(), 0..20),
        shape in 0usize..4,
        pretty: bool,
        chunks in prop::collection::vec(1usize..300, 1..6),
        batch_rows in 1usize..8,
    ) {
        let (candidates, text) = document(&records, shape, pretty);
        let options = DecodeOptions { records: paths(&candidates), batch_rows, ..without_src() };
        let given = decode(&record_schema(), &options, &[("a.json", text.as_bytes())], &chunks);
        let mut rows = given.rows();
        for row in &mut rows {
            let row = row.as_object_mut().unwrap();
            prop_assert_eq!(row.remove("raw"), Some(Value::Null));
        }
        if records.is_empty() && shape == 3 {
            prop_assert_eq!(given.codes(), vec!["EMPTY"]);
        } else {
            prop_assert_eq!(&given.damage, &vec![]);
        }
        prop_assert_eq!(rows, records);
    }

    #[test]
    fn chunks_do_not_matter(
        bytes in nearly_json(),
        more in nearly_json(),
        form in 0usize..3,
        options in formats(),
        chunks in prop::collection::vec(1usize..20, 1..4),
    ) {
        let schema = record_schema();
        let text = String::from_utf8_lossy(&bytes);
        let bytes = match form {
            0 => bytes,
            1 => encoding_rs::EUC_KR.encode(&text).0.into_owned(),
            _ => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        };
        let members = [("x/a.bin", bytes.as_slice()), ("x/b.bin", &more), ("y/c.bin", &bytes), ("x/d.bin", &more)];
        let whole = decode(&schema, &options, &members, &[usize::MAX]);
        let cut = decode(&schema, &options, &members, &chunks);
        prop_assert_eq!(&whole, &cut);
        let codes = |damage: &Damage| (damage.record.is_some() && damage.code != "GROUP_TOO_LARGE") as u64;
        if !whole.codes().contains(&"GROUP_TOO_LARGE") {
            prop_assert_eq!(whole.counts.quarantined, whole.damage.iter().map(codes).sum::<u64>());
        }
    }

    #[test]
    fn damaged_text_gives_whole_records_or_damage(
        records in prop::collection::vec(record(), 1..6),
        shape in 0usize..4,
        at: prop::sample::Index,
        byte: u8,
        chunks in prop::collection::vec(1usize..50, 1..4),
    ) {
        let (candidates, text) = document(&records, shape, false);
        // (A broken byte may well be sound CP949.)
        let options = DecodeOptions { records: paths(&candidates), encoding: Encoding::Utf8, ..without_src() };
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let whole = decode(&record_schema(), &options, &[("a.json", &bytes)], &[usize::MAX]);
        let cut = decode(&record_schema(), &options, &[("a.json", &bytes)], &chunks);
        prop_assert_eq!(&whole, &cut);
        prop_assert_eq!(whole.counts.delivered as usize, whole.rows().len());
        // Whatever serde_json refuses is noticed.
        if shape < 3 && serde_json::from_slice::<Value>(&bytes).is_err() {
            prop_assert!(!whole.damage.is_empty());
        }
    }

    #[test]
    fn the_grammar_is_that_of_json(bytes in nearly_json(), chunks in prop::collection::vec(1usize..20, 1..4)) {
        let schema = schema(vec![plain("zzz", DataType::Int64)]);
        let options = DecodeOptions { format: Format::Json, encoding: Encoding::Utf8, records: paths(&["$"]), ..without_src() };
        let inner = [b"{\"x\":[".as_slice(), &bytes, b"]}"].concat();
        for text in [bytes.as_slice(), &inner] {
            if text.starts_with(b"\xEF\xBB\xBF") || text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
                continue;
            }
            let sound = std::str::from_utf8(text).is_ok_and(|t| serde_json::from_str::<serde::de::IgnoredAny>(t).is_ok());
            let given = decode(&schema, &options, &[("a", text)], &chunks);
            let refused: Vec<&str> = given.codes().into_iter().filter(|code| *code != "TYPE").collect();
            prop_assert_eq!(refused.is_empty(), sound, "{:?}", refused);
        }
    }

    #[test]
    fn any_parquet_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = [b"PAR1".as_slice(), &bytes, b"PAR1"].concat();
        let given = decode(&record_schema(), &without_src(), &[("a", &file)], &[50]);
        prop_assert_eq!(given.codes(), vec!["PARQUET"]);
    }
}
