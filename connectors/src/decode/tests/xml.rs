//! XML documents.

use encoding_rs::EUC_KR;
use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Boxes on frames, as annotation tools write them. Names and numbers are invented.
const FRAMES: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!-- 등대 -->
<annotations>
  <version>1.1</version>
  <meta><task><name>예시</name><size>3</size></task></meta>
  <image id="0" name="a.png" width="640">
    <box label="배" xtl="1.50" ytl="2"><attribute name="색">흰색</attribute></box>
    <box label="등대 &amp; 섬" xtl="3" ytl="4.25"/>
  </image>
  <image id="1" name="b.png" width="640">
  </image>
  <image id="2" name="c.png" width=" 640 "><box label="&#xBC30;&#48176;" xtl="0" ytl="1e2"/></image>
</annotations>
"#;

fn frames() -> SchemaRef {
    let attribute = object(vec![plain("name", DataType::Utf8), plain("#text", DataType::Utf8)]);
    let area = object(vec![
        plain("label", DataType::Utf8),
        plain("xtl", DataType::Float64),
        plain("ytl", DataType::Float64),
        plain("attribute", list(attribute)),
    ]);
    schema(vec![
        plain("id", DataType::Int64),
        field("file", DataType::Utf8, &[("aliases", r#"["name"]"#), ("required", "true")]),
        plain("width", DataType::Int64),
        plain("box", list(area)),
    ])
}

fn at(records: &[&str]) -> DecodeOptions {
    DecodeOptions { records: paths(records), ..without_src() }
}

fn read(fields: Vec<FieldRef>, text: &str) -> Given {
    decode_one(&schema(fields), &without_src(), "a.xml", text.as_bytes())
}

#[test]
fn frames_and_boxes() {
    let given = decode_one(&frames(), &at(&["$.annotations.image[*]"]), "a.xml", FRAMES.as_bytes());
    assert_eq!(given.damage, []);
    let area = |label, xtl, ytl, attribute: Value| json!({"label":label,"xtl":xtl,"ytl":ytl,"attribute":attribute});
    let expected = [
        json!({"id":0,"file":"a.png","width":640,"box":[
            area("배", 1.5, 2.0, json!([{"name":"색","#text":"흰색"}])), area("등대 & 섬", 3.0, 4.25, Value::Null)]}),
        json!({"id":1,"file":"b.png","width":640,"box":null}),
        json!({"id":2,"file":"c.png","width":640,"box":[area("배배", 0.0, 100.0, Value::Null)]}),
    ];
    assert_eq!(given.rows(), expected);
    let coerced = |field: &str, kind| given.counts.coercions.get(&(field.to_owned(), kind)).copied();
    assert_eq!(coerced("/file", CoercionKind::Alias), Some(3));
    assert_eq!(coerced("/box", CoercionKind::Missing), Some(1));
    assert_eq!(coerced("/width", CoercionKind::String), None);
}

#[test]
fn each_record_says_where_it_is_from() {
    let options = DecodeOptions { with_src: true, ..at(&["$.annotations.image[*]"]) };
    let given = decode_one(&frames(), &options, "a.bin", FRAMES.as_bytes());
    use sha2::Digest;
    for (nth, row) in given.rows().iter().enumerate() {
        let from = FRAMES.find(&format!("<image id=\"{nth}\"")).unwrap();
        let to = from + FRAMES[from..].find("</image>").unwrap() + 8;
        let hash = format!("{:x}", sha2::Sha256::digest(&FRAMES.as_bytes()[from..to]));
        assert_eq!(
            (row["_src"]["record"].as_u64(), row["_src"]["sha256"].as_str()),
            (Some(nth as u64), Some(hash.as_str()))
        );
    }
}

#[test]
fn paths_name_elements() {
    let ids = |records: &[&str], text: &str| {
        let given = decode_one(&schema(vec![plain("id", DataType::Int64)]), &at(records), "a.xml", text.as_bytes());
        (given.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), given.codes().join(" "))
    };
    let ok = |ids: &[i64]| (ids.to_vec(), String::new());
    let both = "<r><b id='1'/><a><c id='2'/></a><x/><a><c id='3'/><d id='9'/></a><b id='4'/></r>";
    assert_eq!(ids(&["$.r.a.c[*]"], both), ok(&[2, 3]));
    assert_eq!(ids(&["$.r.a[*].c"], both), ok(&[2, 3]));
    assert_eq!(ids(&["$.r.none[*]", "$.r.b[*]"], both), ok(&[1, 4]));
    // Which comes first in the document is decided on the way.
    assert_eq!(ids(&["$.r.a.c[*]", "$.r.b[*]"], both), ok(&[1, 4]));
    assert_eq!(ids(&[], "<r id='7'/>"), ok(&[7]));
    assert_eq!(ids(&["$"], "<r><id>7</id></r>"), ok(&[7]));
    assert_eq!(ids(&["$.r"], "<r><id>7</id></r>"), ok(&[7]));
    assert_eq!(ids(&["$['r'].b[*]"], "<r></r>"), ok(&[]));
    assert_eq!(ids(&["$.r.b"], "<r></r>"), (vec![], "NO_RECORDS".to_owned()));
    assert_eq!(ids(&["$.s.b[*]"], "<r><b id='1'/></r>"), (vec![], "NO_RECORDS".to_owned()));
    // `$` behind others is the last resort.
    assert_eq!(ids(&["$.r.c[*]", "$"], "<r><id>5</id></r>"), ok(&[5]));
    assert_eq!(ids(&["$.r.c[*]", "$"], "<r><id>5</id><c id='6'/></r>"), ok(&[6]));
    // What is inside of a record is not looked for.
    assert_eq!(ids(&["$.r.b[*]"], "<r><b id='1'><b id='2'/></b></r>"), ok(&[1]));
}

#[test]
fn names_and_texts() {
    let fields = || {
        vec![
            plain("id", DataType::Utf8),
            plain("@id", DataType::Utf8),
            plain("#text", DataType::Utf8),
            plain("n", DataType::Int64),
            plain("ok", DataType::Boolean),
            plain("tags", list(DataType::Utf8)),
            field("raw", DataType::Utf8, &[("json", "true")]),
        ]
    };
    let row = |text: &str| {
        let given = read(fields(), text);
        assert_eq!(given.damage, [], "{text}");
        given.rows()[0].clone()
    };
    let all = |changed: Value| {
        let mut all = json!({"id":null,"@id":null,"#text":null,"n":null,"ok":null,"tags":null,"raw":null});
        all.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        all
    };
    assert_eq!(row("<r id='a'><id>b</id></r>"), all(json!({"id":"b","@id":"a"})));
    assert_eq!(row("<r id='a'>x<b/> y <i>z</i>\r\n</r>"), all(json!({"@id":"a","#text":"x y"})));
    assert_eq!(
        row("<r><id><![CDATA[<&]]>&lt;\r\n가</id><n> 7 </n><ok>True</ok></r>"),
        all(json!({"id":"<&<\n가","n":7,"ok":true}))
    );
    assert_eq!(row("<r><id/><n/><ok></ok><tags/></r>"), all(json!({"id":"","tags":[""]})));
    assert_eq!(row("<r><tags>a</tags><n>1</n><tags> b</tags></r>"), all(json!({"n":1,"tags":["a"," b"]})));
    assert_eq!(row("<r xmlns:xsi='u'><id xsi:nil='true'/><n unit='m'>3</n></r>"), all(json!({"n":3})));
    let raw = "<r><raw a='1' b='x&quot;'><b>1</b><c>y</c><b/>\n</raw></r>";
    assert_eq!(row(raw), all(json!({"raw":r#"{"a":"1","@b":"x\"","b":["1",""],"c":"y"}"#})));
    // Without `@id`, an attribute and a child of one name do not meet.
    let given = read(vec![plain("id", DataType::Utf8)], "<r id='a'><id>b</id></r>");
    assert_eq!((given.rows(), given.damage), (vec![json!({"id":"b"})], vec![]));
}

#[test]
fn a_record_that_cannot_be_used_goes_alone() {
    let fields = vec![
        field("n", DataType::Int64, &[("aliases", r#"["num"]"#)]),
        plain("b", list(object(vec![plain("x", DataType::Float64)]))),
    ];
    let text = "<r>\n<가 n='1'/>\n<가><b x='1'/><b x='둘'/></가>\n<가 n='&foo;'/>\n<가 n='1' n='2'/>\n<가><n><x/></n></가>\n\
                <가><n>1</n><n>2</n></가>\n<가 n='1' num='2'/>\n<가 n=1/>\n<가 n='9223372036854775808'/>\n<가>\u{1}</가>\n<가 n='2'/>\n</r>";
    let given = decode_one(&schema(fields), &at(&["$.r.가[*]"]), "a.xml", text.as_bytes());
    assert_eq!(given.rows().iter().map(|row| row["n"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    let found: Vec<_> =
        given.damage.iter().map(|d| (d.code.as_str(), d.record.unwrap(), d.line.unwrap(), d.rule.as_deref())).collect();
    let expected = [
        ("TYPE", 1, 3, Some("/b/1/x")),
        ("SYNTAX", 2, 4, None),
        ("DUP_KEY", 3, 5, Some("/n")),
        ("TYPE", 4, 6, Some("/n")),
        ("TYPE", 5, 7, Some("/n/1")),
        ("DUP_KEY", 6, 8, Some("/num")),
        ("SYNTAX", 7, 9, None),
        ("NUMBER", 8, 10, Some("/n")),
        ("SYNTAX", 9, 11, None),
    ];
    assert_eq!(found, expected);
    let first = &given.damage[0];
    assert_eq!(first.byte_offset, Some(text.find("둘").unwrap() as i64));
    assert_eq!(first.column, Some("<가><b x='1'/><b x='".chars().count() as i64 + 1));
    assert_eq!(given.outcomes, [MemberOutcome::Partly]);
}

#[test]
fn required_fields() {
    let fields = vec![field("id", DataType::Int64, &[("required", "true")])];
    let given = decode_one(&schema(fields), &at(&["$.r.a[*]"]), "a.xml", b"<r><a/><a id=''/><a id='1'/></r>");
    assert_eq!((given.rows().len(), given.codes()), (1, vec!["MISSING_FIELD", "MISSING_FIELD"]));
    assert_eq!(given.damage[0].detail, "the required field `id` is missing");
}

#[test]
fn records_before_a_cut_are_kept_and_none_is_partial() {
    let options = at(&["$.annotations.image[*]"]);
    let whole = decode(&frames(), &options, &[("a.xml", FRAMES.as_bytes())], &[usize::MAX]);
    let end = FRAMES.trim_end().len();
    for length in 0..end {
        let given = decode_one(&frames(), &options, "a.xml", &FRAMES.as_bytes()[..length]);
        let rows = given.rows();
        assert_eq!(rows, whole.rows()[..rows.len()], "cut at {length}");
        assert!(matches!(given.codes().as_slice(), ["TRUNCATED" | "EMPTY"]), "cut at {length}: {:?}", given.damage);
        assert_eq!(given.damage[0].byte_offset, Some(length as i64), "{:?}", given.damage);
    }
}

#[test]
fn broken_documents() {
    let codes = |text: &str| {
        let fields = schema(vec![plain("id", DataType::Int64)]);
        let given = decode_one(&fields, &at(&["$.r.a[*]"]), "a.xml", text.as_bytes());
        let place = given.damage.first().map_or((0, 0), |d| (d.line.unwrap(), d.column.unwrap()));
        (given.rows().len(), given.codes().join(" "), place)
    };
    let found = |rows, code: &str, line, column| (rows, code.to_owned(), (line, column));
    assert_eq!(codes(""), found(0, "EMPTY", 1, 1));
    assert_eq!(codes(" \n"), found(0, "EMPTY", 2, 1));
    assert_eq!(codes("<?xml version='1.0'?>"), found(0, "TRUNCATED", 1, 22));
    assert_eq!(codes("<r><a id='1'/>\n<b></c></r>"), found(1, "SYNTAX", 2, 4));
    assert_eq!(codes("<r><a id='1'/><a><b></a></r>"), found(1, "SYNTAX", 1, 21));
    assert_eq!(codes("<r><a id='1'/></r><r/>"), found(1, "TRAILING", 1, 19));
    assert_eq!(codes("<r><a id='1'/></r>x"), found(1, "SYNTAX", 1, 19));
    assert_eq!(codes("<r><a id='1'/></r><!-- end -->\n<?x?>"), found(1, "", 0, 0));
    assert_eq!(codes("<r><a id='1/><a/></r>"), found(0, "SYNTAX", 1, 14));
    assert_eq!(codes("\u{FEFF}<r><a id='1'/></r>"), found(1, "", 0, 0));
    assert_eq!(codes("\u{FEFF}\u{FEFF}<r/>"), found(0, "SYNTAX", 1, 1));
    assert_eq!(codes("{}"), found(0, "SYNTAX", 1, 1));
}

#[test]
fn no_document_type_is_read() {
    let bomb =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><r><id>&b;</id></r>";
    let outside = "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>";
    for (name, text, place) in
        [("a.xml", bomb, (2, 1, 22)), ("a.bin", outside, (1, 1, 0)), ("a", "<!doctype html><html/>", (1, 1, 0))]
    {
        let given = decode_one(&schema(vec![plain("id", DataType::Utf8)]), &without_src(), name, text.as_bytes());
        assert_eq!(
            (given.rows().len(), given.places()),
            (0, vec![("XML_DTD", None, place.0, place.1, place.2)]),
            "{text}"
        );
    }
}

#[test]
fn limits() {
    let deep = |n: usize| format!("<r>{}{}</r>", "<a>".repeat(n), "</a>".repeat(n));
    let fields = schema(vec![plain("id", DataType::Utf8)]);
    let codes =
        |options: &DecodeOptions, text: &str| decode_one(&fields, options, "a.xml", text.as_bytes()).codes().join(" ");
    assert_eq!(codes(&at(&["$"]), &deep(126)), "");
    assert_eq!(codes(&at(&["$"]), &deep(127)), "DEPTH");
    assert_eq!(codes(&at(&["$.r.b[*]"]), &deep(127)), "DEPTH");
    let two = format!("<x>{}<r id='1'/></x>", deep(5000));
    let given = decode_one(&fields, &at(&["$.x.r[*]"]), "a.xml", two.as_bytes());
    assert_eq!((given.rows().len(), given.codes()), (1, vec!["DEPTH"]));
    let limits = Limits { record_size: 40, value_size: 8, ..Limits::default() };
    let small = DecodeOptions { limits, ..at(&["$.r.a[*]"]) };
    let text =
        "<r><a><id>123456789</id></a><a><id>12345678</id></a><a id='1'>0123456789012345678901234567890</a><a/></r>";
    let given = decode_one(&fields, &small, "a.xml", text.as_bytes());
    assert_eq!((given.rows().len(), given.codes()), (2, vec!["VALUE_SIZE", "RECORD_SIZE"]));
    // A tag without end must not be held for ever.
    let long = format!("<r><b {}", "a='0123456789' ".repeat(10));
    assert_eq!(codes(&small, &long), "RECORD_SIZE");
}

#[test]
fn encodings() {
    let fields = schema(vec![plain("이름", DataType::Utf8)]);
    let body = "\n<r>\n<사람 이름='등대지기'/>\n<사람><이름>똠방각하</이름></사람></r>";
    let options = at(&["$.r.사람[*]"]);
    let names = [json!({"이름":"등대지기"}), json!({"이름":"똠방각하"})];
    for declared in ["euc-kr", "EUC-KR", "ks_c_5601-1987", "cp949", "utf-8", ""] {
        let attribute = if declared.is_empty() { String::new() } else { format!(" encoding=\"{declared}\"") };
        let text = format!("<?xml version=\"1.0\"{attribute}?>{body}");
        let given = decode_one(&fields, &options, "a.xml", &EUC_KR.encode(&text).0);
        assert_eq!((given.rows(), given.damage), (names.to_vec(), vec![]), "{declared}");
    }
    // Where the declaration says it, a byte that is no text costs one record and not the member.
    let text = format!("<?xml version=\"1.0\" encoding=\"euc-kr\"?>{body}");
    let mut bytes = EUC_KR.encode(&text).0.into_owned();
    let at = bytes.iter().position(|&byte| byte == b'\'').unwrap() + 2;
    bytes[at] = 0xFF;
    let given = decode_one(&fields, &options, "a.xml", &bytes);
    assert_eq!((given.rows(), given.codes()), (names[1..].to_vec(), vec!["ENCODING"]));
    for bytes in [
        [0xFF, 0xFE]
            .into_iter()
            .chain(body.trim_start().encode_utf16().flat_map(u16::to_le_bytes))
            .collect::<Vec<u8>>(),
        format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{body}")
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect(),
    ] {
        for name in ["a.xml", "a"] {
            assert_eq!(decode_one(&fields, &options, name, &bytes).rows(), names);
        }
    }
    // Anything else is not guessed at.
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><r><\xBB\xE7\xB6\xF7/></r>";
    assert_eq!(decode_one(&fields, &options, "a.xml", latin).codes(), ["ENCODING"]);
}

#[test]
fn schemas_are_inferred() {
    let yaml = |records: &[&str], text: &[u8]| {
        let options = at(records);
        let mut inferrer = Inferrer::new(&options).unwrap();
        inferrer.observe_member(&member("a.xml"), text, false).unwrap();
        let schema = inferrer.finish().unwrap();
        // What was inferred takes all of what it was inferred from.
        assert_eq!(decode_one(&schema, &options, "a.xml", text).damage, []);
        schema_to_yaml(&schema)
    };
    let expected = "id: int\nname: string\nwidth: int\nbox:\n  type: list<struct>\n  fields:\n    label: string\n    \
                    xtl: float\n    ytl: float\n    attribute:\n      type: struct\n      fields:\n        name: string\n        \
                    \"#text\": string\n";
    assert_eq!(yaml(&["$.annotations.image[*]"], FRAMES.as_bytes()), expected);
    let text = "<?xml version='1.0' encoding='euc-kr'?><r><코드>007</코드><a>1</a><a>x</a><b>1</b><b>true</b></r>";
    let expected = "코드: string\na: list<string>\nb: list<string>\n";
    assert_eq!(yaml(&[], &EUC_KR.encode(text).0), expected);
}

/// Text that is nearly XML.
fn nearly_xml() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"<r>".to_vec()),
        Just(b"</r>".to_vec()),
        Just(b"<a id='1' t=\"\xEA\xB0\x80\">".to_vec()),
        Just(b"</a>".to_vec()),
        Just(b"<a id='2'/>".to_vec()),
        Just(b"<a><id>7</id><parts><a>1</a></parts></a>\n".to_vec()),
        Just(b"<r><a id='3'><text>x &amp; y</text></a>".to_vec()),
        Just(b"<parts a='1'>".to_vec()),
        Just(b"</parts >".to_vec()),
        Just(b"<!-- - -- -->".to_vec()),
        Just(b"<![CDATA[ ]] > ]]>".to_vec()),
        Just(b"<?p q?>".to_vec()),
        Just(b"&lt;&#44032;&x;".to_vec()),
        Just(b"\xFF\xEA text\r\n".to_vec()),
        Just(b"<".to_vec()),
        Just(b">".to_vec()),
        Just(b"'/\"=".to_vec()),
        Just("가".as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn record_schema() -> SchemaRef {
    schema(vec![
        plain("id", DataType::Int64),
        field("text", DataType::Utf8, &[("aliases", r#"["t"]"#)]),
        plain("parts", list(object(vec![plain("a", list(DataType::Int64)), plain("#text", DataType::Utf8)]))),
        field("raw", DataType::Utf8, &[("json", "true"), ("aliases", r#"["a"]"#)]),
    ])
}

#[test]
fn damage_is_told_in_the_order_of_the_text() {
    let fields = || schema(vec![plain("id", DataType::Int64)]);
    let codes = |options: &DecodeOptions, text: &[u8]| {
        let given = decode_one(&fields(), options, "a.xml", text);
        given.codes().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let utf8 = |records: &[&str]| DecodeOptions { encoding: Encoding::Utf8, ..at(records) };
    assert_eq!(codes(&utf8(&["$.r.a[*]"]), b"<x>\xFF</x>="), ["ENCODING", "NO_RECORDS", "SYNTAX"]);
    let limits = Limits { record_size: 20, ..Limits::default() };
    let small = DecodeOptions { limits, ..utf8(&["$.r.a[*]"]) };
    let long = [b"<r>\xFF<b name='".as_slice(), &[b'x'; 40], b"'/></r>"].concat();
    assert_eq!(codes(&small, &long), ["ENCODING", "RECORD_SIZE"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_do_not_matter(
        bytes in nearly_xml(),
        more in nearly_xml(),
        rooted: bool,
        utf16: bool,
        choice in 0usize..4,
        record_size in 1u64..120,
        batch_rows in 1usize..4,
        chunks in prop::collection::vec(1usize..20, 1..4),
    ) {
        let bytes = if rooted { [b"<r>".as_slice(), &bytes, b"</r>"].concat() } else { bytes };
        let bytes = if utf16 {
            let text = String::from_utf8_lossy(&bytes);
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        } else {
            bytes
        };
        let records = [vec![], vec!["$.r.a[*]"], vec!["$.r.a.parts[*]", "$.r.a[*]", "$"], vec!["$.r.a.parts", "$.r.parts[*]"]];
        let options = DecodeOptions {
            format: Format::Xml,
            records: paths(&records[choice]),
            limits: Limits { record_size: if record_size > 80 { 1 << 20 } else { record_size }, ..Limits::default() },
            batch_rows,
            ..DecodeOptions::default()
        };
        let members = [("x/a.xml", bytes.as_slice()), ("x/b.xml", &more)];
        let whole = decode(&record_schema(), &options, &members, &[usize::MAX]);
        let cut = decode(&record_schema(), &options, &members, &chunks);
        prop_assert_eq!(&whole, &cut);
        prop_assert_eq!(whole.counts.quarantined, whole.damage.iter().filter(|d| d.record.is_some()).count() as u64);
        let mut inferrer = Inferrer::new(&options).unwrap();
        inferrer.observe_member(&member("a.xml"), &bytes, choice == 1).unwrap();
    }

    #[test]
    fn what_was_written_is_read(
        records in prop::collection::vec((any::<i64>(), "[ -~가-힣\t\n]{0,20}", prop::collection::vec(any::<i32>(), 0..4)), 0..8),
        as_attributes: bool,
        chunks in prop::collection::vec(1usize..60, 1..4),
    ) {
        use quick_xml::escape::escape;
        let fields = schema(vec![
            plain("id", DataType::Int64), plain("text", DataType::Utf8), plain("n", list(DataType::Int64)),
        ]);
        let body: String = records.iter().map(|(id, text, numbers)| {
            let text = escape(text);
            let list: String = numbers.iter().map(|n| format!("<n>{n}</n>\n")).collect();
            if as_attributes {
                // White space in attributes is made blanks by every reader, unless it is written as a reference.
                let text = text.replace('\t', "&#9;").replace('\n', "&#10;");
                format!("<a text=\"{text}\" id='{id}'>{list}</a>")
            } else {
                format!("<a>\n<id>{id}</id>{list}<text>{text}</text></a>")
            }
        }).collect();
        let text = format!("<r>{body}</r>");
        let given = decode(&fields, &at(&["$.r.a[*]"]), &[("a.xml", text.as_bytes())], &chunks);
        prop_assert_eq!(&given.damage, &vec![]);
        let expected: Vec<Value> = records.iter().map(|(id, text, numbers)| {
            json!({"id": id, "text": text, "n": if numbers.is_empty() { Value::Null } else { json!(numbers) }})
        }).collect();
        prop_assert_eq!(given.rows(), expected);
    }
}
