//! Characters of XML: references, line ends, what may stand at all. Nothing is expanded but the five predefined entities
//! and character references.

/// The character that the reference with this name stands for, without `&` and `;`.
pub(in crate::decode) fn resolve(name: &[u8]) -> Option<char> {
    let Some(number) = name.strip_prefix(b"#") else {
        return match name {
            b"lt" => Some('<'),
            b"gt" => Some('>'),
            b"amp" => Some('&'),
            b"quot" => Some('"'),
            b"apos" => Some('\''),
            _ => None,
        };
    };
    let (digits, radix) = match number.strip_prefix(b"x") {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() {
        return None;
    }
    let code = digits.iter().try_fold(0u32, |sum, &digit| {
        let sum = sum * radix + char::from(digit).to_digit(radix)?;
        (sum <= 0x10_FFFF).then_some(sum)
    })?;
    char::from_u32(code).filter(|&c| !is_forbidden(c))
}

/// What no document may hold, not even as a reference.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The index of the first control character that may not stand in a document.
pub(super) fn control_character(text: &[u8]) -> Option<usize> {
    let bad = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let block = text.chunks(64).position(|block| block.iter().fold(false, |found, byte| found | bad(byte)))?;
    text.iter().skip(block * 64).position(bad).map(|n| block * 64 + n)
}

/// Appends text, with its line ends as LF.
pub(in crate::decode) fn push_lines(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\r', rest) {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
}

/// Appends the character that a reference stands for.
///
/// # Errors
/// A sentence that names it where it stands for none.
pub(in crate::decode) fn push_reference(name: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let Some(character) = resolve(name) else { return Err(unknown_reference(name)) };
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(())
}

/// Appends the value of an attribute: its white space becomes blanks.
///
/// # Errors
/// The index of a reference that stands for no character, and a sentence about it.
pub(in crate::decode) fn push_value(raw: &[u8], out: &mut Vec<u8>) -> Result<(), (usize, String)> {
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        match byte {
            b'&' => {
                let fault = |name: &[u8]| (at, unknown_reference(name));
                let length = memchr::memchr(b';', &raw[at..]).ok_or_else(|| fault(b""))?;
                let name = &raw[at + 1..at + length];
                push_reference(name, out).map_err(|detail| (at, detail))?;
                at += length + 1;
                continue;
            }
            b'\r' if raw.get(at + 1) == Some(&b'\n') => {}
            b'\t' | b'\n' | b'\r' => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    Ok(())
}

fn unknown_reference(name: &[u8]) -> String {
    let shown: String = String::from_utf8_lossy(name).chars().take(40).collect();
    if shown.is_empty() {
        return "`&` begins no reference; write `&amp;`".to_owned();
    }
    format!("`&{shown};` stands for no character; known are lt, gt, amp, quot, apos and numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let value = |raw: &str| {
            let mut out = Vec::new();
            push_value(raw.as_bytes(), &mut out).map(|()| String::from_utf8(out).unwrap())
        };
        assert_eq!(value("a&lt;&#xAC00;&#44032;&amp;lt;\tb\r\nc"), Ok("a<가가&lt; b c".to_owned()));
        for (bad, at) in
            [("ab&x;", 2), ("&", 0), ("&#0;", 0), ("&#x1F;", 0), ("&#xD800;", 0), ("&#x110000;", 0), ("&#;", 0)]
        {
            assert_eq!(value(bad).unwrap_err().0, at, "{bad}");
        }
    }

    #[test]
    fn characters() {
        let mut out = Vec::new();
        push_lines(b"a\r\nb\rc\n\r\n", &mut out);
        assert_eq!(out, b"a\nb\nc\n\n");
        for at in [0, 63, 64, 100] {
            let mut text = vec![b'\t'; 130];
            assert_eq!(control_character(&text), None);
            text[at] = 1;
            assert_eq!(control_character(&text), Some(at));
        }
    }
}
