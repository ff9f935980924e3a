//! JSON: documents, arrays, records under a path, lines.

use crate::decoding::{Given, decode, field, limits, list, plain, schema};
use crate::input::{Input, repeated};
use arrow::datatypes::{DataType, SchemaRef};
use jogak_connectors::decode::{DecodeOptions, Encoding, Format, Grouping, RecordsPath};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::sync::LazyLock;

/// A JSON value as `serde_json` reads it, with every key.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Json;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
                serde_json::Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("not finite"))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Json::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    object.push(entry);
                }
                Ok(Json::Object(object))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Json {
    /// The value under a key that stands once; `Err` where it stands twice.
    fn get(&self, key: &str) -> Result<Option<&Json>, ()> {
        let Json::Object(entries) = self else { return Ok(None) };
        let mut under = entries.iter().filter(|(name, _)| name == key).map(|(_, value)| value);
        let first = under.next();
        if under.next().is_some() { Err(()) } else { Ok(first) }
    }

    /// The records at one of the paths that [`json`] tries; none where it does not fit.
    fn records(&self, keys: &[&str]) -> Result<Option<&[Json]>, ()> {
        let mut value = self;
        for key in keys {
            match value.get(key)? {
                Some(inner) => value = inner,
                None => return Ok(None),
            }
        }
        Ok(match value {
            Json::List(items) => Some(items),
            _ => None,
        })
    }
}

/// Fields of every kind.
static TYPED: LazyLock<SchemaRef> = LazyLock::new(|| {
    let part = DataType::Struct(vec![plain("a", list(DataType::Int64)), plain("b", DataType::Utf8)].into());
    schema(vec![
        field("id", DataType::Int64, &[("alternatives", r#"["string","float","list"]"#)]),
        field("text", DataType::Utf8, &[("aliases", r#"["글","t"]"#), ("alternatives", r#"["int","float","bool"]"#)]),
        field("score", DataType::Float64, &[("alternatives", r#"["string"]"#)]),
        field("ok", DataType::Boolean, &[("alternatives", r#"["string","int"]"#)]),
        field("parts", list(part), &[("alternatives", r#"["struct"]"#)]),
        field("raw", DataType::Utf8, &[("json", "true")]),
    ])
});

/// Two fields that are given as they stand.
static AS_THEY_STAND: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(vec![field("a", DataType::Utf8, &[("json", "true")]), field("b", DataType::Utf8, &[("json", "true")])])
});

/// Paths to records, the keys that lead to the list (none: the document is the record), and whether it is the only path.
const PATHS: [(&[&str], Option<&[&str]>); 6] = [
    (&["$"], None),
    (&["$[*]"], Some(&[])),
    (&["$.data[*]"], Some(&["data"])),
    (&["$.a.b[*]"], Some(&["a", "b"])),
    (&[], None),
    (&["$.data[*].parts[*]", "$['a b'].c[*]", "$.data[*]", "$"], None),
];

/// The splitter of JSON documents and lines, and the reader of records.
///
/// Options: format, schema, whether records are grouped, tight limits (1 byte), the path (1 byte), the sizes of two chunks (1 byte each),
/// rows of a batch (1 byte), bytes of a record (1 byte, 0: no limit). What follows may be [`repeated`].
pub fn json(data: &[u8]) {
    let mut input = Input::new(data);
    let (flags, path) = (input.byte(), usize::from(input.byte()) % PATHS.len());
    let sizes = [usize::from(input.byte()), usize::from(input.byte())];
    let (batch_rows, most) = (usize::from(input.byte()), input.byte());
    let text = repeated(input.rest());
    let format = [Format::Json, Format::Auto, Format::Ndjson][usize::from(flags & 3) % 3];
    let (paths, keys) = PATHS[path];
    let is_typed = Input::flag(flags, 2);
    let are_tight = Input::flag(flags, 6);
    let group = match flags >> 3 & 3 {
        0 | 1 => Grouping::None,
        3 if is_typed => Grouping::Key("id".to_owned()),
        _ => Grouping::Member,
    };
    let records: Vec<RecordsPath> = paths.iter().map(|path| RecordsPath::parse(path).unwrap()).collect();
    let options = DecodeOptions {
        format,
        records: if format == Format::Ndjson { Vec::new() } else { records },
        encoding: Encoding::Utf8,
        batch_rows: batch_rows + 1,
        limits: limits(are_tight, most),
        with_src: Input::flag(flags, 5),
        group: group.clone(),
        ..DecodeOptions::default()
    };
    let schema = if is_typed { &*TYPED } else { &*AS_THEY_STAND };
    let given = decode(schema, &options, "x/a.json", &text, sizes);
    let is_compared = group == Grouping::None
        && most == 0
        && !are_tight
        && !text.starts_with(b"\xFF\xFE")
        && !text.starts_with(b"\xFE\xFF");
    if !is_compared {
        return;
    }
    let Ok(text) = std::str::from_utf8(&text) else {
        assert!(!given.damage.is_empty(), "what is no UTF-8 is not noticed");
        return;
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match format {
        Format::Json => compare_document(text, keys, path, &given, is_typed),
        Format::Ndjson => compare_lines(text, &given, is_typed),
        _ => {}
    }
}

fn compare_document(text: &str, keys: Option<&[&str]>, path: usize, given: &Given, is_typed: bool) {
    let is_sound = serde_json::from_str::<IgnoredAny>(text).is_ok();
    if !is_sound {
        assert!(!given.damage.is_empty(), "serde_json refuses what is taken without damage");
        return;
    }
    assert!(!given.has("SYNTAX") && !given.has("TRUNCATED") && !given.has("TRAILING"));
    // Lone surrogates and numbers beyond a float are sound as long as nobody asks for them; so is any depth.
    let Ok(document) = serde_json::from_str::<Json>(text) else { return };
    assert!(!given.has("DEPTH"));
    let records = match (keys, path) {
        (Some(keys), _) => document.records(keys),
        (None, 0) => Ok(Some(std::slice::from_ref(&document))),
        (None, 4) => Ok(document.records(&[]).unwrap_or(None).or(Some(std::slice::from_ref(&document)))),
        _ => return,
    };
    match records {
        Ok(Some(records)) => {
            assert_eq!(given.records(), records.len() as u64, "serde_json finds another number of records");
            if !is_typed {
                compare_records(records, given);
            }
        }
        Ok(None) => assert!(given.has("NO_RECORDS") && given.records() == 0),
        Err(()) => assert!(given.has("DUP_KEY") || given.has("NO_RECORDS")),
    }
}

/// Lines that are not blank are records.
fn compare_lines(text: &str, given: &Given, is_typed: bool) {
    let lines: Vec<&str> =
        (text.split(['\n', '\r'])).filter(|line| !line.trim_matches([' ', '\t']).is_empty()).collect();
    assert_eq!(given.records(), lines.len() as u64);
    let sound: Vec<Json> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if sound.len() == lines.len() && !is_typed {
        compare_records(&sound, given);
    }
}

/// Objects without a key twice are delivered, and both fields are what `serde_json` reads; all else is refused.
fn compare_records(records: &[Json], given: &Given) {
    let mut rows = given.rows().into_iter();
    for record in records {
        let Json::Object(_) = record else { continue };
        if has_doubles(record) {
            continue;
        }
        let row = rows.next().expect("a sound record is not delivered");
        for key in ["a", "b"] {
            let expected = record.get(key).unwrap().unwrap_or(&Json::Null);
            let read = match row.get(key).and_then(|value| value.as_str()) {
                Some(text) => serde_json::from_str(text).expect("the text of a json field is JSON"),
                None => Json::Null,
            };
            assert_eq!(read, *expected);
        }
    }
    assert_eq!(rows.next(), None, "a record that is none is delivered");
}

/// Whether a field stands twice; other keys may.
fn has_doubles(record: &Json) -> bool {
    ["a", "b"].iter().any(|key| record.get(key).is_err())
}
