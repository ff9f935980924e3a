//! CSV and TSV.

use crate::decoding::{Given, decode, field, limits, list, plain, schema};
use crate::input::{Input, repeated};
use arrow::datatypes::{DataType, SchemaRef};
use jogak_connectors::decode::{DecodeOptions, Encoding, Format, Header};
use serde_json::Value;
use std::sync::LazyLock;

static STRINGS: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(["a", "b", "이름"].map(|name| plain(name, DataType::Utf8)).to_vec()));

static TYPED: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(vec![
        plain("a", DataType::Int64),
        field("b", DataType::Utf8, &[("aliases", r#"["비","bb"]"#), ("required", "true")]),
        plain("c", DataType::Float64),
        plain("d", DataType::Boolean),
        plain("e", list(DataType::Int64)),
        field("f", DataType::Utf8, &[("json", "true")]),
    ])
});

/// CSV and TSV, also with quotes, against a plain reading of the rules.
///
/// Options: format, schema, header, tight limits (1 byte), the delimiter (1 byte), the sizes of two chunks (1 byte each), bytes of a row
/// (1 byte, 0: no limit). What follows may be [`repeated`].
pub fn csv(data: &[u8]) {
    let mut input = Input::new(data);
    let (flags, delimiter) = (input.byte(), input.byte());
    let sizes = [usize::from(input.byte()), usize::from(input.byte())];
    let most = input.byte();
    let text = repeated(input.rest());
    let is_tsv = Input::flag(flags, 0);
    let is_typed = Input::flag(flags, 1);
    let are_tight = Input::flag(flags, 5);
    let header = [Header::Auto, Header::Yes, Header::No, Header::No][usize::from(flags >> 2 & 3)];
    let delimiter = [b',', b';', b'\t', b'|', b' '][usize::from(delimiter) % 5];
    let options = DecodeOptions {
        format: if is_tsv { Format::Tsv } else { Format::Csv },
        encoding: Encoding::Utf8,
        header,
        delimiter: (!is_tsv).then_some(delimiter),
        batch_rows: 3,
        limits: limits(are_tight, most),
        with_src: Input::flag(flags, 4),
        ..DecodeOptions::default()
    };
    let schema = if is_typed { &*TYPED } else { &*STRINGS };
    let given = decode(schema, &options, "x/a.csv", &text, sizes);
    if most != 0
        || are_tight
        || text.starts_with(b"\xFF\xFE")
        || text.starts_with(b"\xFE\xFF")
        || text.starts_with(b"\0\0\xFE\xFF")
    {
        return;
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let rows = rows(text, if is_tsv { b'\t' } else { delimiter }, !is_tsv);
    match header {
        Header::No if !is_typed => compare(&rows, &given),
        Header::No => assert_eq!(given.records(), rows.len() as u64),
        // One row may be the header, or be no good as one and end the member.
        _ => assert!(given.records() <= rows.len() as u64),
    }
}

/// A cell and whether it was quoted; none where the row breaks the rules.
type Row = Option<Vec<(Vec<u8>, bool)>>;

/// Rows that are not blank, read byte by byte.
fn rows(text: &[u8], delimiter: u8, quoting: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b'\n' | b'\r') {
            at += 1;
            continue;
        }
        let (mut cells, mut is_sound) = (Vec::new(), true);
        // A cell a turn.
        loop {
            let (mut cell, mut is_quoted) = (Vec::new(), false);
            if quoting && text.get(at) == Some(&b'"') {
                is_quoted = true;
                at += 1;
                loop {
                    match (text.get(at), text.get(at + 1)) {
                        (Some(b'"'), Some(b'"')) => {
                            cell.push(b'"');
                            at += 2;
                        }
                        (Some(b'"'), _) => {
                            at += 1;
                            break;
                        }
                        (Some(byte), _) => {
                            cell.push(*byte);
                            at += 1;
                        }
                        (None, _) => {
                            is_sound = false;
                            break;
                        }
                    }
                }
            }
            while let Some(byte) = text.get(at).filter(|byte| ![delimiter, b'\n', b'\r'].contains(byte)) {
                is_sound &= !is_quoted;
                cell.push(*byte);
                at += 1;
            }
            is_sound &= std::str::from_utf8(&cell).is_ok();
            cells.push((cell, is_quoted));
            if text.get(at) != Some(&delimiter) {
                break;
            }
            at += 1;
        }
        rows.push(is_sound.then_some(cells));
    }
    rows
}

fn compare(rows: &[Row], given: &Given) {
    assert_eq!(given.records(), rows.len() as u64, "{:?}", given.damage);
    // The first row that is sound says how many columns there are, of those that are declared.
    let width = rows.iter().flatten().next().map_or(0, |cells| cells.len().min(3));
    let expected: Vec<Vec<Value>> = (rows.iter().flatten())
        .filter(|cells| cells.len() == width)
        .map(|cells| {
            let mut row: Vec<Value> = (cells.iter())
                .map(|(cell, is_quoted)| match (cell.is_empty(), is_quoted) {
                    (true, false) => Value::Null,
                    _ => String::from_utf8(cell.clone()).expect("sound cells are text").into(),
                })
                .collect();
            row.resize(3, Value::Null);
            row
        })
        .collect();
    let read: Vec<Vec<Value>> = (given.rows().into_iter())
        .map(|mut row| {
            row.remove("_src");
            row.into_values().collect()
        })
        .collect();
    assert_eq!(read, expected);
}
