//! Names of members: in every encoding, as patterns, and as paths of a store.

use crate::archives::{Found, members_of};
use crate::input::Input;
use crate::zips::{Stored, zip};
use encoding_rs::EUC_KR;
use jogak_connectors::archive::NameEncoding;
use jogak_connectors::source::{Pattern, key_of, path_of};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;

/// What every name of a directory keeps to.
pub(crate) fn check(member: &Found) {
    let (name, raw) = (member.name.as_str(), member.raw_name.as_slice());
    let is_tar = member.crc32.is_none();
    let expected = match member.encoding {
        NameEncoding::Utf8Flag | NameEncoding::Utf8 => with_slashes(std::str::from_utf8(raw).unwrap()),
        NameEncoding::Cp949 => {
            assert!(std::str::from_utf8(raw).is_err());
            let text = EUC_KR.decode_without_bom_handling_and_without_replacement(raw).unwrap();
            let (back, _, unmappable) = EUC_KR.encode(&text);
            assert!(!unmappable && back == raw, "{raw:?} comes back as {back:?}");
            with_slashes(&text)
        }
        NameEncoding::Escaped => escaped(raw).trim_start_matches('/').to_owned(),
        // Says something else than the raw name.
        NameEncoding::UnicodePath => name.to_owned(),
    };
    assert_eq!(name, if is_tar { without_dots(&expected) } else { &expected });
    if member.damage.is_none() && !member.is_dir {
        assert!(!name.is_empty() && !name.starts_with('/') && !name.contains('\0'), "{name:?} is no name of a file");
        assert!(name.split(['/', '\\']).all(|segment| segment != ".."), "{name:?} leaves its folder");
        assert!(is_tar || !name.ends_with('/') || member.size > 0);
    }
}

/// A tar's names may begin with the folder that they are in.
fn without_dots(mut name: &str) -> &str {
    while let Some(rest) = name.strip_prefix("./") {
        name = rest.trim_start_matches('/');
    }
    name
}

/// Leading slashes off, backslashes as slashes where there are no others.
fn with_slashes(text: &str) -> String {
    let text = text.trim_start_matches('/');
    if text.contains('/') { text.to_owned() } else { text.replace('\\', "/").trim_start_matches('/').to_owned() }
}

fn escaped(raw: &[u8]) -> String {
    let mut text = String::new();
    for byte in raw {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            write!(text, "\\x{byte:02X}").unwrap();
        }
    }
    text
}

/// The text with every sign of a glob taken literally.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for sign in text.chars() {
        if matches!(sign, '*' | '?' | '{' | '}' | ',' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

/// The name of one member of a zip.
///
/// Options: flags (1 byte: UTF-8, which extra field), the length of the name (1 byte). The name follows, then the text of
/// a Unicode path or the extra fields as they are.
pub fn names(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let len = usize::from(input.byte());
    let raw = input.take(len);
    let more = input.rest();
    let more = more.get(..more.len().min(1 << 15)).unwrap();
    let unicode_path = |crc: u32| {
        let len = u16::try_from(more.len() + 5).unwrap();
        [&[0x75, 0x70], len.to_le_bytes().as_slice(), &[1], &crc.to_le_bytes(), more].concat()
    };
    let extra = match flags >> 1 & 3 {
        0 => Vec::new(),
        1 => more.to_vec(),
        2 => unicode_path(crc32fast::hash(raw)),
        _ => unicode_path(!crc32fast::hash(raw)),
    };
    let has_flag = Input::flag(flags, 0);
    let member = Stored { name: raw, flags: if has_flag { 1 << 11 } else { 0 }, extra: &extra, bytes: b"x" };
    let members = members_of(&zip(&[member]));
    let Some([member]) = members.as_deref() else { panic!("a sound zip of one member has {members:?}") };
    assert_eq!(member.raw_name, raw);
    check(member);
    let utf8 = std::str::from_utf8(raw).is_ok();
    match flags >> 1 & 3 {
        // Whatever stands in the extra field, a name that says it is UTF-8 is that.
        _ if has_flag && utf8 => assert_eq!(member.encoding, NameEncoding::Utf8Flag),
        2 if !more.is_empty() && std::str::from_utf8(more).is_ok() => {
            assert_eq!(member.encoding, NameEncoding::UnicodePath);
            assert_eq!(member.name, with_slashes(std::str::from_utf8(more).unwrap()));
        }
        0 | 2 | 3 => assert_ne!(member.encoding, NameEncoding::UnicodePath),
        _ => {}
    }
    check_pattern(&member.name);
    for key in [member.name.clone(), format!("a.tar!{}", member.name), String::from_utf8_lossy(raw).into_owned()] {
        assert_eq!(key_of(&path_of(&key)), key);
    }
    // A pattern of others may be refused, but is never a reason to stop.
    if let Ok(text) = std::str::from_utf8(more)
        && let Ok(pattern) = Pattern::new(text)
    {
        assert_eq!(pattern.is_match(&member.name), pattern.is_match(&member.name.nfd().collect::<String>()));
    }
}

/// A name matches itself, composed or decomposed.
fn check_pattern(name: &str) {
    let Ok(pattern) = Pattern::new(&literal(name)) else { panic!("{name:?} as a pattern is refused") };
    assert!(pattern.is_match(name), "{name:?} does not match itself");
    assert!(pattern.is_match(&name.nfd().collect::<String>()), "{name:?} does not match itself decomposed");
    assert!(pattern.is_match(&name.nfc().collect::<String>()));
}
