//! JSON documents and records.

use serde_json::json;

use super::*;

fn simple() -> SchemaRef {
    schema(vec![plain("id", DataType::Int64), plain("text", DataType::Utf8)])
}

fn read(fields: Vec<FieldRef>, text: &str) -> Given {
    decode_one(&schema(fields), &DecodeOptions { format: Format::Json, ..without_src() }, "a.json", text.as_bytes())
}

#[test]
fn records_before_a_cut_are_kept_and_none_is_partial() {
    let text =
        r#"{"ver":"1","data":[{"id":1,"text":"첫째"},{"id":2,"text":"둘\"째"}, {"id":3,"text":"셋째"}],"end":[1]}"#;
    let options = DecodeOptions { records: paths(&["$.data[*]"]), ..without_src() };
    let whole = decode(&simple(), &options, &[("a.json", text.as_bytes())], &[usize::MAX]);
    assert_eq!((whole.rows().len(), whole.damage.len()), (3, 0));
    for length in 0..text.len() {
        let given = decode_one(&simple(), &options, "a.json", &text.as_bytes()[..length]);
        let rows = given.rows();
        assert_eq!(rows, whole.rows()[..rows.len()], "cut at {length}");
        assert_eq!(given.damage.len(), 1, "cut at {length}: {:?}", given.damage);
        assert!(matches!(given.codes()[0], "TRUNCATED" | "EMPTY"), "cut at {length}: {:?}", given.damage);
        assert_eq!(given.damage[0].byte_offset, Some(length as i64));
    }
}

#[test]
fn the_first_path_that_fits_holds() {
    let rows = |records: &[&str], text: &str| {
        let options = DecodeOptions { records: paths(records), ..without_src() };
        let given = decode_one(&simple(), &options, "a.json", text.as_bytes());
        (given.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), given.codes().join(" "))
    };
    let ok = |ids: &[i64]| (ids.to_vec(), String::new());
    let both = r#"{"b":[{"id":1}],"a":{"c":[{"id":2},{"id":3}]}}"#;
    assert_eq!(rows(&["$.a.c[*]"], both), ok(&[2, 3]));
    assert_eq!(rows(&["$.x[*]", "$.b[*]"], both), ok(&[1]));
    // Which comes first in the document is decided on the way.
    assert_eq!(rows(&["$.a.c[*]", "$.b[*]"], both), ok(&[1]));
    assert_eq!(rows(&["$.a[*]", "$.a.c[*]"], both), ok(&[2, 3]));
    assert_eq!(rows(&["$[*]", "$"], r#"{"id":7}"#), ok(&[7]));
    assert_eq!(rows(&["$[*]", "$"], r#"[{"id":7},{"id":8}]"#), ok(&[7, 8]));
    // `$` behind others is the last resort.
    assert_eq!(rows(&["$.data[*]", "$"], r#" {"id":5, "data":7}"#), ok(&[5]));
    assert_eq!(rows(&["$.data[*]", "$"], r#"{"id":5, "data":[{"id":6}]}"#), ok(&[6]));
    assert_eq!(rows(&["$.data[*]", "$"], r#"{"id":5, "data":[]}"#), ok(&[]));
    assert_eq!(rows(&["$['라벨 데이터'].data[*]"], r#"{"라벨 데이터":{"data":[{"id":1}]}}"#), ok(&[1]));
    assert_eq!(rows(&["$.d\u{e9}[*]"], r#"{"d\u00e9":[{"id":1}]}"#), ok(&[1]));
    assert_eq!(
        rows(&["$.data[*].in[*]"], r#"{"data":[{"in":[{"id":1},{"id":2}]},{},{"in":[{"id":3}]}]}"#),
        ok(&[1, 2, 3])
    );
    assert_eq!(rows(&["$.data[*]"], r#"{"dat":[]}"#), (vec![], "NO_RECORDS".to_owned()));
    assert_eq!(rows(&["$.data[*]"], r#"{"data":{"id":1}}"#), (vec![], "NO_RECORDS".to_owned()));
    assert_eq!(rows(&["$.data[*]"], r#"{"data":[{"id":1}],"data":[{"id":2}]}"#), (vec![1], "DUP_KEY".to_owned()));
}

#[test]
fn roots() {
    let codes = |text: &str| read(vec![plain("id", DataType::Int64)], text).codes().join(" ");
    assert_eq!(codes(""), "EMPTY");
    assert_eq!(codes(" \n\t"), "EMPTY");
    assert_eq!(codes("null"), "TYPE");
    assert_eq!(codes("[]"), "");
    assert_eq!(codes("{}"), "");
    assert_eq!(codes("12"), "TYPE");
    assert_eq!(codes("\"a\""), "TYPE");
    assert_eq!(codes("[1,{}]"), "TYPE");
    assert_eq!(codes("{} {}"), "TRAILING");
    assert_eq!(codes("{}x"), "TRAILING");
    assert_eq!(codes("\u{FEFF}{}"), "");
    assert_eq!(codes("\u{FEFF}\u{FEFF}{}"), "SYNTAX");
    assert_eq!(codes("// c\n{}"), "SYNTAX");
    let several = decode_one(&simple(), &without_src(), "a.json", b"{\"id\":1}\n{\"id\":2} [{\"id\":3}]\n");
    assert_eq!((several.rows().len(), several.damage.len()), (3, 0));
}

#[test]
fn a_record_of_the_wrong_type_goes_alone() {
    let parts = list(object(vec![plain("n", DataType::Int64), plain("s", DataType::Utf8)]));
    let text = "[{\"parts\":[{\"n\":1,\"s\":\"가\"}]},\n {\"parts\":[{\"n\":1,\"s\":\"가나\"},{\"s\":\"다\",\"n\":\"2\"}],\"x\":[1]},\n{\"parts\":[]}]";
    let given = read(vec![plain("parts", parts)], text);
    assert_eq!(given.rows(), [json!({"parts":[{"n":1,"s":"가"}]}), json!({"parts":[]})]);
    let column = "{\"parts\":[{\"n\":1,\"s\":\"가나\"},{\"s\":\"다\",\"n\":".chars().count() as i64 + 2;
    assert_eq!(given.places(), [("TYPE", Some(1), 2, column, text.find("\"2\"").unwrap() as i64)]);
    let damage = &given.damage[0];
    assert_eq!(damage.rule.as_deref(), Some("/parts/1/n"));
    assert_eq!(damage.detail, "expected an integer, found a string");
    assert!(damage.excerpt.as_ref().unwrap().contains("\"s\":\"다\",\"n\":\"2\""));
    assert_eq!((damage.object.as_str(), damage.member.as_deref()), ("labels.zip", Some("a.json")));
    assert_eq!(given.outcomes, [MemberOutcome::Partly]);
    assert_eq!((given.counts.delivered, given.counts.quarantined), (2, 1));
}

#[test]
fn a_broken_record_ends_the_member() {
    let given = read(vec![plain("a", DataType::Utf8)], "[{\"a\":\"하나\"},\n{\"a\":\"둘},\n{\"a\":\"셋\"}]");
    assert_eq!(given.rows(), [json!({"a":"하나"})]);
    // The quote is missing before the line end.
    assert_eq!(given.places(), [("SYNTAX", Some(1), 2, 10, 16 + 1 + 1 + 10)]);
    for bad in [
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\" 1}",
        "{\"a\":[1}",
        "{a:1}",
    ] {
        let given = read(vec![plain("b", DataType::Utf8)], &format!("[{{\"b\":\"x\"}},{bad},{{\"b\":\"y\"}}]"));
        assert_eq!((given.rows().len(), given.codes()), (1, vec!["SYNTAX"]), "{bad}");
    }
}

#[test]
fn alternatives_are_read_and_counted() {
    let fields = || {
        vec![
            field("n", DataType::Int64, &[("alternatives", r#"["string","float"]"#), ("aliases", r#"["num"]"#)]),
            field("f", DataType::Float64, &[("alternatives", r#"["string"]"#)]),
            field("s", DataType::Utf8, &[("alternatives", r#"["int","float","bool","list"]"#)]),
            field("b", DataType::Boolean, &[("alternatives", r#"["string","int"]"#)]),
            field("l", list(object(vec![plain("x", DataType::Int64)])), &[("alternatives", r#"["struct"]"#)]),
            field("p", list(DataType::Float64), &[("alternatives", r#"["string"]"#)]),
            field("j", DataType::Utf8, &[("json", "true")]),
        ]
    };
    let text = r#"[
      {"n":" 7 ","f":"1.5","s":1.50,"b":"true","l":{"x":1},"p":["1","2.5"],"j":{"a" : [1, "가"]}},
      {"num":3.0,"f":2,"s":true,"b":1,"l":[{"x":2},null],"p":"9","j":"t"},
      {"n":9007199254740993,"s":[12345678901234567890],"j":[ ]},
      {"n":null,"s":[],"j":null}
    ]"#;
    let given = read(fields(), text);
    assert_eq!(given.damage, []);
    let expected = [
        json!({"n":7,"f":1.5,"s":"1.50","b":true,"l":[{"x":1}],"p":[1.0,2.5],"j":"{\"a\" : [1, \"가\"]}"}),
        json!({"n":3,"f":2.0,"s":"true","b":true,"l":[{"x":2},null],"p":[9.0],"j":"\"t\""}),
        json!({"n":9007199254740993i64,"f":null,"s":"12345678901234567890","b":null,"l":null,"p":null,"j":"[ ]"}),
        json!({"n":null,"f":null,"s":null,"b":null,"l":null,"p":null,"j":null}),
    ];
    assert_eq!(given.rows(), expected);
    let count = |pointer: &str, kind| given.counts.coercions.get(&(pointer.to_owned(), kind)).copied().unwrap_or(0);
    assert_eq!(count("/n", CoercionKind::Alias), 1);
    assert_eq!((count("/n", CoercionKind::String), count("/n", CoercionKind::Float)), (1, 1));
    assert_eq!((count("/s", CoercionKind::List), count("/s", CoercionKind::Int)), (2, 1));
    assert_eq!((count("/l", CoercionKind::Struct), count("/p", CoercionKind::String)), (1, 1));
    assert_eq!(count("/p/*", CoercionKind::String), 3);
    assert_eq!((count("/f", CoercionKind::Missing), count("/n", CoercionKind::Missing)), (2, 0));
    // Without the alternative each of them is refused, and a refused record counts nothing.
    for bad in [
        r#"{"n":1.5}"#,
        r#"{"n":"x"}"#,
        r#"{"n":true}"#,
        r#"{"f":"x"}"#,
        r#"{"b":2}"#,
        r#"{"s":{}}"#,
        r#"{"s":[1,2]}"#,
        r#"{"l":3}"#,
        r#"{"l":[3]}"#,
        r#"{"l":[[{}]]}"#,
    ] {
        let given = read(fields(), &format!("[{bad}]"));
        assert_eq!((given.codes(), given.counts.coercions.len()), (vec!["TYPE"], 0), "{bad}");
    }
}

#[test]
fn numbers_are_exact_or_refused() {
    let code = |data_type: DataType, text: &str| {
        let given = read(vec![plain("n", data_type)], &format!("[{{\"n\":{text}}},{{}}]"));
        let codes = given.codes().join(" ");
        assert_eq!(given.rows().len(), 2 - given.damage.len(), "{text}");
        codes
    };
    for (text, int, float) in [
        ("9223372036854775807", "", "NUMBER"),
        ("9223372036854775808", "NUMBER", ""),
        ("-0", "", ""),
        ("1e400", "TYPE", "NUMBER"),
        ("1e-400", "TYPE", "NUMBER"),
        ("1.0", "TYPE", ""),
        ("NaN", "NUMBER", "NUMBER"),
        ("-Infinity", "NUMBER", "NUMBER"),
        ("01", "NUMBER", "NUMBER"),
        ("+1", "NUMBER", "NUMBER"),
        (".5", "NUMBER", "NUMBER"),
        ("0x1F", "NUMBER", "NUMBER"),
    ] {
        assert_eq!(
            (code(DataType::Int64, text), code(DataType::Float64, text)),
            (int.to_owned(), float.to_owned()),
            "{text}"
        );
    }
    assert_eq!(code(DataType::Utf8, "NaN"), "NUMBER");
    assert_eq!(read(vec![plain("n", DataType::Int64)], "[{\"x\":[NaN]},{\"n\":1}]").codes(), ["NUMBER"]);
}

#[test]
fn keys_twice() {
    let fields = || vec![field("a", DataType::Int64, &[("aliases", r#"["b"]"#)]), plain("c", DataType::Int64)];
    for (text, codes, value) in [
        (r#"{"a":1,"a":1}"#, "DUP_KEY", None),
        (r#"{"a":1,"\u0061":2}"#, "DUP_KEY", None),
        (r#"{"a":null,"a":null}"#, "DUP_KEY", None),
        (r#"{"a":1,"b":2}"#, "DUP_KEY", None),
        (r#"{"b":2,"a":2}"#, "", Some(json!(2))),
        (r#"{"a":null,"b":2}"#, "", Some(json!(2))),
        (r#"{"b":2,"a":null}"#, "", Some(json!(2))),
        (r#"{"x":1,"x":2,"a":3}"#, "", Some(json!(3))),
    ] {
        let given = read(fields(), text);
        assert_eq!(given.codes().join(" "), codes, "{text}");
        assert_eq!(given.rows().first().map(|row| row["a"].clone()), value, "{text}");
    }
    assert_eq!(read(fields(), r#"{"a":1,"\u0061":2}"#).damage[0].rule.as_deref(), Some("/a"));
}

#[test]
fn required_fields() {
    let inner = object(vec![field("b", DataType::Int64, &[("required", "true")])]);
    let fields = || vec![plain("a", inner.clone()), Arc::new(Field::new("c", DataType::Int64, false))];
    let given = read(
        fields(),
        r#"[{"c":1},{"a":null,"c":1},{"a":{},"c":1},{"a":{"b":null},"c":1},{"a":{"b":1}},{"a":{"b":1},"c":2}]"#,
    );
    assert_eq!(given.codes(), ["MISSING_FIELD"; 3]);
    let rules: Vec<_> = given.damage.iter().map(|damage| (damage.record, damage.rule.as_deref())).collect();
    assert_eq!(rules, [(Some(2), Some("/a/b")), (Some(3), Some("/a/b")), (Some(4), Some("/c"))]);
    assert_eq!(given.rows().len(), 3);
}

#[test]
fn strings() {
    let one = |text: &str| {
        let given = read(vec![plain("s", DataType::Utf8)], &format!("[{{\"s\":\"{text}\"}},{{\"s\":\"끝\"}}]"));
        (given.codes().join(" "), given.rows().first().map(|row| row["s"].as_str().unwrap().to_owned()))
    };
    assert_eq!(one(r"a\n\u0000\uD83D\uDE00"), (String::new(), Some("a\n\0\u{1F600}".to_owned())));
    assert_eq!(one(r"\uD800").0, "UNICODE");
    assert_eq!(one(r"\uDC00\uD800").0, "UNICODE");
    assert_eq!(one("a\tb").0, "SYNTAX");
    assert_eq!(one("a\0b").0, "SYNTAX");
}

#[test]
fn encoding_faults_cost_their_record() {
    let options = DecodeOptions { encoding: Encoding::Utf8, records: paths(&["$.d[*]"]), ..without_src() };
    let text = b"{\"x\":\"\xB0\xA1\",\"d\":[{\"text\":\"a\"},{\"text\":\"\xEA\xB0\"},\n{\"text\":\"b\xFF\"},{\"text\":\"c\"}]}";
    let given = decode_one(&simple(), &options, "a.json", text);
    assert_eq!(given.rows().len(), 2);
    let at = |needle: &[u8]| text.windows(needle.len()).position(|w| w == needle).unwrap() as i64;
    let offsets: Vec<_> = given.damage.iter().map(|d| (d.record, d.line.unwrap(), d.byte_offset.unwrap())).collect();
    assert_eq!(offsets, [(None, 1, at(b"\xB0")), (Some(1), 1, at(b"\xEA")), (Some(2), 2, at(b"\xFF"))]);
    assert_eq!(given.codes(), ["ENCODING"; 3]);
}

#[test]
fn limits() {
    let schema = simple();
    let text = format!("[{{\"id\":1}},{{\"text\":\"{}\"}},{{\"id\":2}}]", "가".repeat(40));
    let options = DecodeOptions { limits: Limits { record_size: 100, ..Limits::default() }, ..without_src() };
    let given = decode_one(&schema, &options, "a.json", text.as_bytes());
    assert_eq!((given.rows().len(), given.places()), (2, vec![("RECORD_SIZE", Some(1), 1, 11, 10)]));
    let options = DecodeOptions { limits: Limits { value_size: 100, ..Limits::default() }, ..without_src() };
    let given = decode_one(&schema, &options, "a.json", text.as_bytes());
    assert_eq!((given.rows().len(), given.places()), (2, vec![("VALUE_SIZE", Some(1), 1, 19, 18)]));
    for depth in [124, 125, 126, 127, 1000] {
        let text = format!("[{{\"x\":{}1{}}},{{\"id\":2}}]", "[".repeat(depth), "]".repeat(depth));
        let given = decode_one(&schema, &without_src(), "a.json", text.as_bytes());
        // Two containers stand around.
        let fine = depth + 2 <= 127;
        assert_eq!((given.rows().len(), given.codes().len()), if fine { (2, 0) } else { (1, 1) }, "{depth}");
        assert_eq!(serde_json::from_str::<Value>(&text).is_ok(), fine);
    }
    let given = decode_one(&schema, &without_src(), "a.json", "[".repeat(100_000).as_bytes());
    assert_eq!(given.codes(), ["TYPE".to_owned()].iter().map(|_| "DEPTH").collect::<Vec<_>>());
}

#[test]
fn source_column() {
    let text = r#"{"data":[{"id":1}, {"id" : 2}]}"#;
    let options = DecodeOptions {
        records: paths(&["$.data[*]"]),
        dataset_id: Some("577".to_owned()),
        ..DecodeOptions::default()
    };
    let given = decode_one(&simple(), &options, "x/a.json", text.as_bytes());
    use sha2::Digest;
    let hash = |text: &str| format!("{:x}", sha2::Sha256::digest(text));
    let src = |record: i64, text| json!({"dataset_id":"577","object":"labels.zip","member":"x/a.json","member_index":0,"record":record,"sha256":hash(text)});
    let rows = given.rows();
    assert_eq!(rows[0]["_src"], src(0, r#"{"id":1}"#));
    assert_eq!(rows[1]["_src"], src(1, r#"{"id" : 2}"#));
}

#[test]
fn schemas_that_make_no_sense_are_refused() {
    let error =
        |fields: Vec<FieldRef>| Decoder::new(schema(fields), DecodeOptions::default()).err().unwrap().to_string();
    assert!(error(vec![plain("a", DataType::Int32)]).contains("`/a` has type Int32"));
    assert!(
        error(vec![field("a", DataType::Int64, &[("alternatives", r#"["bool"]"#)])])
            .contains("`bool` is no alternative")
    );
    assert!(error(vec![field("a", DataType::Int64, &[("aliases", "b")])]).contains("JSON array"));
    assert!(
        error(vec![plain("a", DataType::Int64), field("b", DataType::Int64, &[("aliases", r#"["a"]"#)])])
            .contains("twice")
    );
    assert!(error(vec![plain("_src", DataType::Int64)]).contains("_src"));
}

#[test]
fn batches_have_the_declared_size() {
    let text: String = (0..10).map(|n| format!("{{\"id\":{n}}}\n")).collect();
    let members = [("a.jsonl", text.as_bytes()), ("b.json", text.as_bytes())];
    let rows = |options: &DecodeOptions, chunk| {
        let given = decode(&simple(), options, &members, &[chunk]);
        given.batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>()
    };
    for chunk in [1, 5, 1000] {
        assert_eq!(rows(&DecodeOptions { batch_rows: 8, ..without_src() }, chunk), [8, 8, 4]);
        // Each record has eight bytes; the one that reaches the limit completes the batch.
        assert_eq!(rows(&DecodeOptions { batch_bytes: 41, ..without_src() }, chunk), [6, 6, 6, 2]);
    }
}

#[test]
fn lists_cannot_blow_a_record_up() {
    let wide = object((0..100).map(|n| plain(&format!("f{n}"), DataType::Int64)).collect());
    let schema = schema(vec![plain("l", list(wide))]);
    let options = DecodeOptions { limits: Limits { record_size: 1 << 20, ..Limits::default() }, ..without_src() };
    let text = format!("[{{\"l\":[{}{{}}]}},{{\"l\":[]}}]", "{},".repeat(20_000));
    let given = decode(&schema, &options, &[("a.json", text.as_bytes())], &[usize::MAX]);
    assert_eq!((given.rows().len(), given.codes()), (1, vec!["RECORD_SIZE"]));
    assert_eq!(given.damage[0].rule.as_deref(), Some("/l/10485"));
}

#[test]
fn decoders_move_between_threads() {
    fn moves<T: Send>() {}
    moves::<Decoder>();
}

#[test]
fn offsets_are_those_of_the_member_where_its_encoding_shows_late() {
    let fields = || schema(vec![plain("id", DataType::Int64), plain("text", DataType::Utf8)]);
    let (records, _, _) = encoding_rs::EUC_KR.encode("[{\"id\":1,\"text\":\"등대지기\",\"id\":2}]");
    let given = decode_one(&fields(), &without_src(), "a.json", &records);
    assert_eq!(given.places(), [("DUP_KEY", Some(0), 1, 29, records.len() as i64 - 3)]);
    let (lines, _, _) = encoding_rs::EUC_KR.encode("{\"text\":\"등대지기\",\"id\":x}");
    let given = decode_one(&fields(), &without_src(), "a.jsonl", &lines);
    assert_eq!(given.places(), [("SYNTAX", Some(0), 1, 21, lines.len() as i64 - 2)]);
    let (row, _, _) = encoding_rs::EUC_KR.encode("등대지기,x");
    let options = DecodeOptions { header: Header::No, ..without_src() };
    let fields = schema(vec![plain("text", DataType::Utf8), plain("id", DataType::Int64)]);
    let given = decode_one(&fields, &options, "a.csv", &[b"a,1\nb".as_slice(), &row].concat());
    assert_eq!(given.places(), [("TYPE", Some(1), 2, 7, 4 + 1 + row.len() as i64 - 1)]);
}

#[test]
fn a_record_that_is_too_deep_may_be_broken_as_well() {
    let text = format!("[{}] x", "[".repeat(200));
    let options = DecodeOptions { records: paths(&["$[*]"]), ..without_src() };
    let given = decode_one(&schema(vec![plain("id", DataType::Int64)]), &options, "a.json", text.as_bytes());
    assert_eq!(given.places(), [("DEPTH", Some(0), 1, 128, 127), ("SYNTAX", None, 1, 204, 203)]);
}
