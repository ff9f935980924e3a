//! Encodings, and XML.

use crate::decoding::{Given, decode, field, limits, list, plain, schema};
use crate::input::{Input, repeated};
use arrow::datatypes::{DataType, SchemaRef};
use encoding_rs::{EUC_KR, UTF_16BE, UTF_16LE};
use jogak_connectors::decode::{DecodeOptions, Encoding, Format, RecordsPath};
use std::borrow::Cow;
use std::sync::LazyLock;

static ONE_STRING: LazyLock<SchemaRef> = LazyLock::new(|| schema(vec![plain("text", DataType::Utf8)]));

/// Text in every encoding, as one record or as lines, against `encoding_rs` on the whole.
///
/// Options: encoding and format (1 byte), the sizes of two chunks (1 byte each). What follows may be [`repeated`].
pub fn encoding(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let sizes = [usize::from(input.byte()), usize::from(input.byte())];
    let bytes = repeated(input.rest());
    let encoding = [
        Encoding::Auto,
        Encoding::Utf8,
        Encoding::Cp949,
        Encoding::Utf16,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Auto,
        Encoding::Auto,
    ][usize::from(flags & 7)];
    let is_lines = Input::flag(flags, 3);
    let options = DecodeOptions {
        format: if is_lines { Format::Lines } else { Format::Text },
        encoding,
        with_src: false,
        ..DecodeOptions::default()
    };
    let given = decode(&ONE_STRING, &options, "x/a.txt", &bytes, sizes);
    let texts: Vec<String> = (given.rows().into_iter())
        .map(|row| row.get("text").and_then(|text| text.as_str()).unwrap_or_default().to_owned())
        .collect();
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        assert!(given.has("ENCODING") && texts.is_empty(), "UTF-32 is read as something else");
        return;
    }
    let Some(text) = decoded(encoding, &bytes) else {
        assert!(given.has("ENCODING"), "bytes that are no text are not noticed");
        // Of lines only those that hold them are lost.
        assert!(is_lines || texts.is_empty());
        return;
    };
    assert!(!given.has("ENCODING"), "{:?}", given.damage);
    if is_lines {
        let mut lines: Vec<&str> = split_lines(&text);
        // What stands behind the last line end is a line where it is something.
        if lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        assert_eq!(texts, lines);
    } else if text.is_empty() {
        assert!(texts.is_empty() && given.has("EMPTY"));
    } else {
        assert_eq!(texts, [text]);
    }
}

/// Lines end with LF, CR LF or CR.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let Some(end) = rest.find(['\n', '\r']) else {
            lines.push(rest);
            return lines;
        };
        let (line, behind) = rest.split_at(end);
        lines.push(line);
        rest = behind.strip_prefix("\r\n").unwrap_or(behind.get(1..).unwrap_or_default());
    }
}

/// The text of a member of less than 64 KiB; none where it is no text.
fn decoded(encoding: Encoding, bytes: &[u8]) -> Option<Cow<'_, str>> {
    let as_it_is = |bytes| std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return as_it_is(rest),
        [0xFF, 0xFE, rest @ ..] => return UTF_16LE.decode_without_bom_handling_and_without_replacement(rest),
        [0xFE, 0xFF, rest @ ..] => return UTF_16BE.decode_without_bom_handling_and_without_replacement(rest),
        _ => {}
    }
    match encoding {
        Encoding::Cp949 => EUC_KR.decode_without_bom_handling_and_without_replacement(bytes),
        Encoding::Utf16 | Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling_and_without_replacement(bytes),
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling_and_without_replacement(bytes),
        Encoding::Auto if is_cp949(bytes) => EUC_KR.decode_without_bom_handling_and_without_replacement(bytes),
        _ => as_it_is(bytes),
    }
}

/// Bytes of a member, from the first that is not ASCII, that decide about its encoding.
const WINDOW: usize = 64 << 10;

/// What decides between UTF-8 and CP949: eight characters of three bytes with nothing else than UTF-8 before them; else
/// the window.
fn is_cp949(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len());
    let rest = bytes.get(start..).unwrap_or_default();
    let window = rest.get(..rest.len().min(WINDOW)).unwrap_or_default();
    let (sound, error) = match std::str::from_utf8(window) {
        Ok(text) => (text, None),
        Err(error) => (std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default(), Some(error)),
    };
    let is_settled = sound.chars().filter(|sign| sign.len_utf8() == 3).count() >= 8;
    let is_whole = rest.len() < WINDOW;
    let is_utf8 = error.is_none_or(|error| error.error_len().is_none() && !is_whole);
    if is_settled || is_utf8 {
        return false;
    }
    let mut decoder = EUC_KR.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(window.len()).expect("a small window");
    let (result, ..) = decoder.decode_to_utf8_without_replacement(window, &mut vec![0; most], is_whole);
    result == encoding_rs::DecoderResult::InputEmpty
}

static ELEMENTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let part = vec![plain("label", DataType::Utf8), plain("xtl", DataType::Float64), plain("#text", DataType::Utf8)];
    schema(vec![
        plain("id", DataType::Int64),
        field("name", DataType::Utf8, &[("aliases", r#"["@name","이름"]"#)]),
        plain("size", DataType::Struct(vec![plain("width", DataType::Int64), plain("@unit", DataType::Utf8)].into())),
        plain("box", list(DataType::Struct(part.into()))),
        plain("tag", list(DataType::Utf8)),
        field("raw", DataType::Utf8, &[("json", "true")]),
        plain("#text", DataType::Utf8),
    ])
});

const PATHS: [&[&str]; 5] =
    [&[], &["$.a.b[*]"], &["$.set.image[*]", "$.annotations.image[*]"], &["$"], &["$.annotations"]];

/// XML documents.
///
/// Options: the path, the encoding, tight limits (1 byte), the sizes of two chunks (1 byte each), rows of a batch (1 byte), bytes of a
/// record (1 byte, 0: no limit). What follows may be [`repeated`].
pub fn xml(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let sizes = [usize::from(input.byte()), usize::from(input.byte())];
    let (batch_rows, most) = (usize::from(input.byte()), input.byte());
    let bytes = repeated(input.rest());
    let paths = PATHS[usize::from(flags & 7) % PATHS.len()];
    let are_tight = Input::flag(flags, 6);
    let encoding = [Encoding::Auto, Encoding::Utf8, Encoding::Cp949, Encoding::Utf16][usize::from(flags >> 3 & 3)];
    let options = DecodeOptions {
        format: Format::Xml,
        records: paths.iter().map(|path| RecordsPath::parse(path).unwrap()).collect(),
        encoding,
        batch_rows: batch_rows + 1,
        limits: limits(are_tight, most),
        with_src: Input::flag(flags, 5),
        ..DecodeOptions::default()
    };
    let given: Given = decode(&ELEMENTS, &options, "x/a.xml", &bytes, sizes);
    // A document without a root gives neither records nor silence.
    if given.records() == 0 && paths.is_empty() {
        assert!(!given.damage.is_empty());
    }
}
