//! Names of members: which encoding, and which are no names of files.

use super::directory::NameEncoding;
use super::zip::{extra_fields, u32_at};
use std::borrow::Cow;

/// The text of `raw`, by the first rule that fits: UTF-8 flag, Unicode path field, strict UTF-8, CP949, escapes.
pub(super) fn decode<'a>(raw: &'a [u8], has_utf8_flag: bool, extra: &'a [u8]) -> (Cow<'a, str>, NameEncoding) {
    let (text, encoding) = decode_raw(raw, has_utf8_flag, extra);
    // Some archives of AI Hub begin their names with `/` or `//`; refusing them would lose data.
    let (text, encoding) = match text {
        Cow::Borrowed(text) => (Cow::Borrowed(text.trim_start_matches('/')), encoding),
        Cow::Owned(text) if text.starts_with('/') => (Cow::Owned(text.trim_start_matches('/').to_owned()), encoding),
        owned => (owned, encoding),
    };
    // Old Windows tools separate folders by backslashes, against the specification.
    if text.contains('\\') && !text.contains('/') && encoding != NameEncoding::Escaped {
        (Cow::Owned(text.replace('\\', "/").trim_start_matches('/').to_owned()), encoding)
    } else {
        (text, encoding)
    }
}

fn decode_raw<'a>(raw: &'a [u8], has_utf8_flag: bool, extra: &'a [u8]) -> (Cow<'a, str>, NameEncoding) {
    let utf8 = std::str::from_utf8(raw).ok();
    if has_utf8_flag && let Some(text) = utf8 {
        return (Cow::Borrowed(text), NameEncoding::Utf8Flag);
    }
    if let Some(text) = unicode_path(raw, extra) {
        return (Cow::Borrowed(text), NameEncoding::UnicodePath);
    }
    if let Some(text) = utf8 {
        return (Cow::Borrowed(text), NameEncoding::Utf8);
    }
    // `EUC_KR` of the encoding standard is CP949.
    match encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(raw) {
        Some(text) => (text, NameEncoding::Cp949),
        None => (Cow::Owned(escaped(raw)), NameEncoding::Escaped),
    }
}

/// The Info-ZIP Unicode path (0x7075), if it was made for this very name.
fn unicode_path<'a>(raw: &[u8], extra: &'a [u8]) -> Option<&'a str> {
    let (_, field) = extra_fields(extra).find(|(id, _)| *id == 0x7075)?;
    let (version, crc, text) = (field.first()?, u32_at(field, 1)?, field.get(5..)?);
    (*version == 1 && crc == crc32fast::hash(raw)).then_some(())?;
    std::str::from_utf8(text).ok().filter(|text| !text.is_empty())
}

fn escaped(raw: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(raw.len() + 8);
    for &byte in raw {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// Whether `name` could leave a folder if someone used it as a path, or is empty.
pub(super) fn is_unsafe(name: &str) -> bool {
    let has_drive = matches!(name.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    name.is_empty() || name.contains('\0') || has_drive || name.split(['/', '\\']).any(|segment| segment == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_in_turn() {
        let korean = "라벨/가상.json";
        let (cp949, _, _) = encoding_rs::EUC_KR.encode(korean);
        assert_eq!(decode(korean.as_bytes(), true, &[]), (Cow::Borrowed(korean), NameEncoding::Utf8Flag));
        assert_eq!(decode(korean.as_bytes(), false, &[]).1, NameEncoding::Utf8);
        assert_eq!(decode(&cp949, false, &[]), (Cow::Borrowed(korean), NameEncoding::Cp949));
        assert_eq!(decode(&cp949, true, &[]).1, NameEncoding::Cp949);
        let (name, encoding) = decode(b"a\xFF\xFE.json", false, &[]);
        assert_eq!((name.as_ref(), encoding), ("a\\xFF\\xFE.json", NameEncoding::Escaped));
    }

    #[test]
    fn unicode_path_needs_its_checksum() {
        let raw = b"????.json";
        let mut field = vec![0x75, 0x70, 0, 0, 1];
        field.extend(crc32fast::hash(raw).to_le_bytes());
        field.extend("가상.json".as_bytes());
        field[2] = u8::try_from(field.len() - 4).unwrap();
        assert_eq!(decode(raw, false, &field), (Cow::Borrowed("가상.json"), NameEncoding::UnicodePath));
        field[5] ^= 1;
        assert_eq!(decode(raw, false, &field), (Cow::Borrowed("????.json"), NameEncoding::Utf8));
    }

    #[test]
    fn slashes() {
        assert_eq!(decode(b"//a/b.json", false, &[]).0, "a/b.json");
        assert_eq!(decode(b"a\\b.json", false, &[]).0, "a/b.json");
        for name in ["../x", "a/../../x", "C:\\x", "c:/x", "..\\x", "a\0b", "", "a/.."] {
            assert!(is_unsafe(name), "{name:?}");
        }
        for name in ["a..b/x", "C:x", "가/나.json", "..."] {
            assert!(!is_unsafe(name), "{name:?}");
        }
    }
}
