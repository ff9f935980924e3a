//! From bytes to text: UTF-8 with or without a byte order mark, CP949 as Windows saves it, UTF-16 with a mark.

use encoding_rs::{EUC_KR, UTF_16BE, UTF_16LE};

/// What a text was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// CP949 (also known as UHC, a superset of EUC-KR).
    Cp949,
    /// UTF-16 with a byte order mark.
    Utf16,
}

/// Stands where bytes are no text in the encoding of the rest; a line that holds it is damaged.
pub const DAMAGED: char = char::REPLACEMENT_CHARACTER;

/// The text of `bytes` without its byte order mark, and how it was written. Bytes that are no text become [`DAMAGED`].
///
/// Without a mark the lines vote: text is UTF-8 unless more lines are readable only as CP949 than are UTF-8 beyond
/// ASCII, so a few bytes cut out of a UTF-8 text do not turn all of it into other letters.
pub fn decode(bytes: &[u8]) -> (String, TextEncoding) {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return (String::from_utf8_lossy(rest).into_owned(), TextEncoding::Utf8);
    }
    if bytes.starts_with(b"\xFF\xFE") {
        return (UTF_16LE.decode(bytes).0.into_owned(), TextEncoding::Utf16);
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return (UTF_16BE.decode(bytes).0.into_owned(), TextEncoding::Utf16);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), TextEncoding::Utf8);
    }
    let (mut utf8, mut cp949) = (0_u64, 0_u64);
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() {
            utf8 += 1;
        } else if EUC_KR.decode_without_bom_handling_and_without_replacement(line).is_some() {
            cp949 += 1;
        }
    }
    if cp949 <= utf8 {
        return (String::from_utf8_lossy(bytes).into_owned(), TextEncoding::Utf8);
    }
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if at > 0 {
            text.push('\n');
        }
        // Line by line, since a byte lost in one line must not swallow the line break after it.
        text.push_str(&EUC_KR.decode_without_bom_handling(line).0);
    }
    (text, TextEncoding::Cp949)
}

/// The lines of `text` with their numbers from 1, without `\r` and without invisible marks at their ends.
pub fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.lines().map(|line| line.trim_end_matches(is_invisible)))
}

/// Whether `letter` prints nothing: blanks of all kinds, zero-width marks, stray byte order marks, controls.
pub fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

/// `text` in NFC, without invisible ends, each run of blanks and controls within as one blank.
pub fn tidy(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if is_tidy(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.nfc() {
        if letter.is_whitespace() || letter.is_control() {
            gap = !out.is_empty();
        } else if !is_invisible(letter) {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            out.push(letter);
        }
    }
    out
}

/// Whether `text` surely is tidy: letters that no normalisation changes, with single blanks between them.
fn is_tidy(text: &str) -> bool {
    let mut before = ' ';
    let fits = text.chars().all(|letter| {
        let is_plain = match letter {
            ' ' => before != ' ',
            // Printable ASCII, Hangul syllables, Han.
            '!'..='~' | '\u{AC00}'..='\u{D7A3}' | '\u{4E00}'..='\u{9FFF}' => true,
            _ => false,
        };
        before = letter;
        is_plain
    });
    fits && (before != ' ' || text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let korean = "901, 가상 대화\r\n902, 가상 똠방각하\r\n";
        let (cp949, _, _) = EUC_KR.encode(korean);
        assert_eq!(decode(&cp949), (korean.to_owned(), TextEncoding::Cp949));
        let marked = [b"\xEF\xBB\xBF", korean.as_bytes()].concat();
        assert_eq!(decode(&marked), (korean.to_owned(), TextEncoding::Utf8));
        let wide: Vec<u8> = std::iter::once(0xFEFF).chain(korean.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), (korean.to_owned(), TextEncoding::Utf16));
    }

    #[test]
    fn one_cut_letter_does_not_change_the_encoding() {
        let mut bytes = "901, 가상 대화\n902, 가상 도로\n903, 가상 바다".as_bytes().to_vec();
        bytes.pop();
        let (text, encoding) = decode(&bytes);
        assert_eq!(encoding, TextEncoding::Utf8);
        assert!(text.starts_with("901, 가상 대화\n902, 가상 도로\n903, 가상 바"));
        assert!(text.ends_with(DAMAGED));
    }

    #[test]
    fn damage_of_cp949_stays_in_its_line() {
        let (cp949, _, _) = EUC_KR.encode("가나\n다라\n마바\n사아");
        let mut bytes = cp949.into_owned();
        bytes.remove(3);
        let (text, encoding) = decode(&bytes);
        assert_eq!(encoding, TextEncoding::Cp949);
        assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), ["다라", "마바", "사아"]);
        assert!(text.lines().next().unwrap().contains(DAMAGED));
    }

    #[test]
    fn tidy_keeps_what_can_be_seen() {
        assert_eq!(tidy("\u{FEFF} 가\u{1100}\u{1161}\u{00A0}\t나\u{200B} "), "가가 나");
        assert_eq!(tidy(" \n "), "");
        assert_eq!(
            [tidy("가 나"), tidy("가  나"), tidy("가 "), tidy(" 가"), tidy("")],
            ["가 나", "가 나", "가", "가", ""]
        );
    }
}
