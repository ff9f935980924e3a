//! The encoding that a document declares in its first line.

use crate::decode::options::Encoding;

/// So many bytes hold the declaration of any document.
pub(in crate::decode) const HEAD: usize = 1024;

/// The encoding to read a document with that begins with `head`; none where more of it is needed (`last`: there is none).
///
/// - Korean encodings by any of their names are CP949. Documents that declare UTF-8 or nothing are looked at as others are:
///   many that say so are CP949 all the same.
/// - Any other name is read as UTF-8: what is not, is refused and not guessed at.
/// - A byte order mark comes before the declaration; UTF-16 without one is known by its first characters.
pub(in crate::decode) fn declared_encoding(head: &[u8], last: bool) -> Option<Encoding> {
    let last = last || head.len() >= HEAD;
    match head {
        [b'<', 0, b'?', 0, ..] => return Some(Encoding::Utf16Le),
        [0, b'<', 0, b'?', ..] => return Some(Encoding::Utf16Be),
        [] | [b'<' | 0] | [b'<', 0] | [0, b'<'] | [b'<', 0, b'?'] | [0, b'<', 0] if !last => return None,
        _ => {}
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let opening = b"<?xml";
    let begins = text.iter().zip(opening).all(|(a, b)| a == b);
    if !begins {
        let mark = head.len() < 3 && b"\xEF\xBB\xBF".starts_with(head);
        return (!mark || last).then_some(Encoding::Auto);
    }
    let Some(end) = memchr::memmem::find(text, b"?>") else { return last.then_some(Encoding::Auto) };
    Some(name_of(&text[..end]).map_or(Encoding::Auto, encoding_of))
}

/// The value of `encoding` in a declaration.
fn name_of(declaration: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let rest = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    matches!(quote, b'"' | b'\'').then_some(())?;
    rest.get(..memchr::memchr(*quote, rest)?)
}

fn encoding_of(name: &[u8]) -> Encoding {
    let korean = [b"cp949".as_slice(), b"ms949", b"uhc", b"x-windows-949", b"ks_c_5601", b"ksc5601"];
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    match encoding_rs::Encoding::for_label(name) {
        _ if korean.iter().any(|other| is(other)) => Encoding::Cp949,
        Some(known) if known == encoding_rs::EUC_KR => Encoding::Cp949,
        Some(known) if known == encoding_rs::UTF_8 => Encoding::Auto,
        _ => Encoding::Utf8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        let whole = |text: &str| {
            let found = declared_encoding(text.as_bytes(), true).unwrap();
            // It is the same however the bytes come.
            let by_bytes =
                (0..=text.len()).find_map(|length| declared_encoding(&text.as_bytes()[..length], length == text.len()));
            assert_eq!(by_bytes, Some(found), "{text}");
            found
        };
        assert_eq!(whole("<?xml version=\"1.0\" encoding=\"EUC-KR\"?><a/>"), Encoding::Cp949);
        assert_eq!(whole("<?xml version='1.0' encoding = 'ks_c_5601-1987' standalone='yes'?>"), Encoding::Cp949);
        assert_eq!(whole("\u{FEFF}<?xml version=\"1.0\" encoding=\"MS949\"?>"), Encoding::Cp949);
        assert_eq!(whole("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), Encoding::Auto);
        assert_eq!(whole("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"), Encoding::Utf8);
        for plain in ["<?xml version=\"1.0\"?>", "<a encoding='euc-kr'/>", "", "<", "<?x", "  <a/>", "\u{FEFF}<a/>"] {
            assert_eq!(whole(plain), Encoding::Auto, "{plain}");
        }
        assert_eq!(whole("<\0?\0x\0"), Encoding::Utf16Le);
        assert_eq!(whole("\0<\0?"), Encoding::Utf16Be);
        assert_eq!(declared_encoding(&[b"<?xml ".as_slice(), &[b' '; HEAD]].concat(), false), Some(Encoding::Auto));
    }
}
