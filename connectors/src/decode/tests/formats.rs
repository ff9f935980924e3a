//! NDJSON, delimited text, plain text, encodings.

use encoding_rs::EUC_KR;
use serde_json::json;

use super::*;

fn simple() -> SchemaRef {
    schema(vec![plain("id", DataType::Int64), plain("text", DataType::Utf8)])
}

#[test]
fn a_broken_line_costs_only_itself() {
    let text =
        "{\"id\":1}\n\n{\"id\":2,\n {\"id\":3} x\r\n{\"id\":\"넷\"}\r{\"id\":5}\n{\"id\":6,\"text\":\"가}\n{\"id\":7}";
    let options = DecodeOptions { format: Format::Ndjson, ..without_src() };
    let given = decode_one(&simple(), &options, "a", text.as_bytes());
    assert_eq!(given.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 5, 7]);
    let places: Vec<_> = given.places().iter().map(|place| (place.0, place.1, place.2, place.3)).collect();
    let expected =
        [("SYNTAX", Some(1), 3, 9), ("TRAILING", Some(2), 4, 11), ("TYPE", Some(3), 5, 7), ("SYNTAX", Some(5), 6, 19)];
    assert_eq!(places, expected);
    let cut = decode_one(&simple(), &options, "a", b"{\"id\":1}\n{\"id\":2");
    assert_eq!((cut.rows().len(), cut.places()), (1, vec![("TRUNCATED", Some(1), 2, 8, 16)]));
    let small = DecodeOptions { limits: Limits { record_size: 12, ..Limits::default() }, ..options };
    let given = decode_one(&simple(), &small, "a", b"{\"id\":1}\n{\"text\":\"0123456789\"}\n{\"id\":2}\n");
    assert_eq!((given.rows().len(), given.places()), (2, vec![("RECORD_SIZE", Some(1), 2, 1, 9)]));
}

fn table() -> SchemaRef {
    schema(vec![
        plain("id", DataType::Int64),
        field("text", DataType::Utf8, &[("aliases", r#"["문장"]"#)]),
        plain("score", DataType::Float64),
        plain("ok", DataType::Boolean),
        plain("tags", list(DataType::Utf8)),
    ])
}

#[test]
fn csv() {
    let options = DecodeOptions { format: Format::Csv, ..without_src() };
    let text = "\u{FEFF}문장,id,extra,score,ok,tags\r\n\"쉼표, 줄\n바꿈 \"\"따옴표\"\"\",1,x, 2.5 ,TRUE,\"[\"\"a\"\"]\"\r\n,2,,,,\n\"\",3,,1e3,false,[]\r둘\"뿐,4,,0,,\n";
    let given = decode_one(&table(), &options, "a", text.as_bytes());
    assert_eq!(given.damage, []);
    let expected = [
        json!({"id":1,"text":"쉼표, 줄\n바꿈 \"따옴표\"","score":2.5,"ok":true,"tags":["a"]}),
        json!({"id":2,"text":null,"score":null,"ok":null,"tags":null}),
        json!({"id":3,"text":"","score":1000.0,"ok":false,"tags":[]}),
        json!({"id":4,"text":"둘\"뿐","score":0.0,"ok":null,"tags":null}),
    ];
    assert_eq!(given.rows(), expected);
    assert_eq!(given.counts.coercions, Coercions::new());
}

#[test]
fn csv_damage() {
    let options = DecodeOptions { format: Format::Csv, ..without_src() };
    let text = "id,text\n1,a\n2\n\"3\"x,b\nx,c\n9223372036854775808,d\n1.5,e\n6,\u{FF}\n7,f\n8,\"g\n9,h\n";
    // One byte for each character, so that one line is no UTF-8.
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let options = DecodeOptions { encoding: Encoding::Utf8, ..options };
    let given = decode_one(&simple(), &options, "a", &bytes);
    assert_eq!(given.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 7]);
    let places: Vec<_> = given.places().iter().map(|place| (place.0, place.1, place.2, place.3)).collect();
    let expected = [
        ("CSV_FIELDS", Some(1), 3, 1),
        ("CSV_QUOTE", Some(2), 4, 4),
        ("TYPE", Some(3), 5, 1),
        ("NUMBER", Some(4), 6, 1),
        ("TYPE", Some(5), 7, 1),
        ("ENCODING", Some(6), 8, 3),
        ("TRUNCATED", Some(8), 10, 1),
    ];
    assert_eq!(places, expected);
    assert_eq!(given.damage[2].rule.as_deref(), Some("/id"));
}

#[test]
fn csv_headers() {
    let ids = |header, text: &str| {
        let options = DecodeOptions { format: Format::Csv, header, ..without_src() };
        let given = decode_one(&simple(), &options, "a", text.as_bytes());
        (given.rows().iter().map(|row| row["id"].as_i64()).collect::<Vec<_>>(), given.codes().join(" "))
    };
    let ok = |ids: &[Option<i64>]| (ids.to_vec(), String::new());
    assert_eq!(ids(Header::Auto, "text,id\na,1\n"), ok(&[Some(1)]));
    assert_eq!(ids(Header::Auto, "7,a\n8,b"), ok(&[Some(7), Some(8)]));
    assert_eq!(ids(Header::Yes, "x,y\n1,2\n"), ok(&[None]));
    assert_eq!(ids(Header::No, "id,text\n"), (vec![], "TYPE".to_owned()));
    assert_eq!(ids(Header::Auto, "id,id\n1,2\n"), (vec![], "DUP_KEY".to_owned()));
    assert_eq!(ids(Header::Auto, "id,text\n"), ok(&[]));
    assert_eq!(ids(Header::Auto, "\r\n\n"), (vec![], "EMPTY".to_owned()));
}

#[test]
fn tsv_has_no_quotes() {
    let given = decode_one(&simple(), &without_src(), "a.tsv", "1\t\"안녕\" 하고\n2\t\"\n".as_bytes());
    assert_eq!(given.rows(), [json!({"id":1,"text":"\"안녕\" 하고"}), json!({"id":2,"text":"\""})]);
    let options = DecodeOptions { delimiter: Some(b'|'), ..without_src() };
    assert_eq!(decode_one(&simple(), &options, "a.csv", b"1|x\n").rows(), [json!({"id":1,"text":"x"})]);
}

#[test]
fn plain_text() {
    let schema = schema(vec![plain("body", DataType::Utf8)]);
    let rows = |format, text: &str| {
        let options = DecodeOptions { format, ..without_src() };
        let given = decode_one(&schema, &options, "a.txt", text.as_bytes());
        (
            given.rows().iter().map(|row| row["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            given.codes().join(" "),
        )
    };
    let ok = |texts: &[&str]| (texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>(), String::new());
    assert_eq!(rows(Format::Text, "하나\r\n둘\n"), ok(&["하나\r\n둘\n"]));
    assert_eq!(rows(Format::Auto, "\u{FEFF}하나"), ok(&["하나"]));
    assert_eq!(rows(Format::Lines, "하나\r\n\n둘\r셋"), ok(&["하나", "", "둘", "셋"]));
    assert_eq!(rows(Format::Text, ""), (vec![], "EMPTY".to_owned()));
    assert_eq!(rows(Format::Lines, ""), (vec![], "EMPTY".to_owned()));
    let given = decode_one(&schema, &DecodeOptions { format: Format::Lines, ..without_src() }, "a", b"ok\nb\xFF\nok");
    assert_eq!((given.rows().len(), given.places()), (2, vec![("ENCODING", Some(1), 2, 2, 4)]));
}

#[test]
fn other_encodings() {
    let text = "[{\"id\":1,\"text\":\"등대\"},\n{\"id\":2,\"text\":\"높이\",\"id\":3},{\"id\":4}]";
    let (cp949, _, _) = EUC_KR.encode(text);
    let utf16 = |text: &str| {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>()
    };
    let characters = text.split('\n').next().unwrap().chars().count();
    let column = "{\"id\":2,\"text\":\"높이\",\"id\":3".chars().count();
    for (bytes, offset) in [
        (cp949.to_vec(), 2 * 4 + text.find("3}").unwrap() as i64 - 12),
        (utf16(text), 2 + 2 * (characters + column) as i64),
    ] {
        let given = decode_one(&simple(), &without_src(), "a.json", &bytes);
        assert_eq!(given.rows(), [json!({"id":1,"text":"등대"}), json!({"id":4,"text":null})]);
        assert_eq!(given.places(), [("DUP_KEY", Some(1), 2, column as i64, offset)]);
    }
    // A byte that is neither: one record is lost, the others are read.
    let mut broken = cp949.to_vec();
    let at = broken.iter().position(|&b| b >= 0x80).unwrap();
    broken[at + 1] = 0xFF;
    let options = DecodeOptions { encoding: Encoding::Cp949, ..without_src() };
    let given = decode_one(&simple(), &options, "a.json", &broken);
    assert_eq!((given.rows().len(), given.codes()), (1, vec!["ENCODING", "DUP_KEY"]));
    let utf32 = decode_one(&simple(), &without_src(), "a.json", b"\xFF\xFE\0\0{\0\0\0}\0\0\0");
    assert_eq!(utf32.codes(), ["ENCODING"]);
    let no_mark = decode_one(&simple(), &without_src(), "a.json", &utf16("{}")[2..]);
    assert_eq!(no_mark.codes(), ["SYNTAX"]);
}
