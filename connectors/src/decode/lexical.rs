//! The letters of JSON: runs inside strings, escapes, and a scan of strings that may be cut anywhere.

/// The first byte at or behind `from` that ends a run of plain string text: a quote, a backslash or a control
/// character. The length of `text` where there is none.
#[inline]
pub(super) fn plain_run(text: &[u8], from: usize) -> usize {
    let mut at = from;
    #[cfg(target_arch = "x86_64")]
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let hits = special_mask(block);
        if hits != 0 {
            return at + hits.trailing_zeros() as usize;
        }
        at += 16;
    }
    #[cfg(not(target_arch = "x86_64"))]
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        if block.iter().fold(false, |hit, &b| hit | is_special(b)) {
            break;
        }
        at += 16;
    }
    while let Some(&byte) = text.get(at) {
        if is_special(byte) {
            return at;
        }
        at += 1;
    }
    at
}

#[inline]
fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// One bit for each byte of `block` that is special.
#[cfg(target_arch = "x86_64")]
#[inline]
fn special_mask(block: &[u8; 16]) -> u32 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    // SAFETY: SSE2 belongs to every x86_64; the load is unaligned and reads the 16 bytes of the array.
    unsafe {
        let bytes = _mm_loadu_si128(block.as_ptr().cast::<__m128i>());
        let quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'"' as i8));
        let backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\' as i8));
        let control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)) as u32
    }
}

/// What is wrong inside a string; the place is that of the offending byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringFault {
    /// A raw control character.
    Control,
    /// A backslash with something behind it that no escape has.
    Escape,
    /// `\u` without four hexadecimal digits.
    Hex,
}

impl StringFault {
    pub(super) fn detail(self) -> &'static str {
        match self {
            Self::Control => "a raw control character or line end stands inside a string; is a closing quote missing?",
            Self::Escape => "this character cannot follow a backslash in a string",
            Self::Hex => "\\u must be followed by four hexadecimal digits",
        }
    }
}

/// A string read piece by piece, from behind its opening quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum StringScan {
    /// In plain text.
    #[default]
    Plain,
    /// Behind a backslash.
    Escape,
    /// That many hexadecimal digits are still to come.
    Hex(u8),
}

/// How far a string scan came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringStep {
    /// The string ends; the index behind the closing quote.
    End(usize),
    /// The text ran out.
    More,
    /// Broken at this index.
    Bad(usize, StringFault),
}

impl StringScan {
    /// Goes on with `text`.
    pub(super) fn feed(&mut self, text: &[u8], from: usize) -> StringStep {
        let mut at = from;
        loop {
            match *self {
                Self::Plain => {
                    at = plain_run(text, at);
                    match text.get(at) {
                        None => return StringStep::More,
                        Some(b'"') => return StringStep::End(at + 1),
                        Some(b'\\') => *self = Self::Escape,
                        Some(_) => return StringStep::Bad(at, StringFault::Control),
                    }
                }
                Self::Escape => match text.get(at) {
                    None => return StringStep::More,
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => *self = Self::Plain,
                    Some(b'u') => *self = Self::Hex(4),
                    Some(_) => return StringStep::Bad(at, StringFault::Escape),
                },
                Self::Hex(left) => match text.get(at) {
                    None => return StringStep::More,
                    Some(b) if b.is_ascii_hexdigit() => {
                        *self = if left > 1 { Self::Hex(left - 1) } else { Self::Plain }
                    }
                    Some(_) => return StringStep::Bad(at, StringFault::Hex),
                },
            }
            at += 1;
        }
    }
}

/// Appends what a string with escapes means; `raw` is sound string text without its quotes.
///
/// # Errors
/// The index of an escape that is half of a surrogate pair: no character has it.
pub(super) fn unescape(raw: &[u8], out: &mut Vec<u8>) -> Result<(), usize> {
    let mut at = 0;
    while at < raw.len() {
        let run = memchr::memchr(b'\\', &raw[at..]).map_or(raw.len(), |n| at + n);
        out.extend_from_slice(&raw[at..run]);
        let Some(&kind) = raw.get(run + 1) else { return Ok(()) };
        at = run + 2;
        let byte = match kind {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let first = hex4(raw, at).ok_or(run)?;
                at += 4;
                let code = match first {
                    0xD800..=0xDBFF => {
                        let low = (raw.get(at..at + 2) == Some(b"\\u")).then(|| hex4(raw, at + 2)).flatten();
                        let low = low.filter(|low| (0xDC00..=0xDFFF).contains(low)).ok_or(run)?;
                        at += 6;
                        0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
                    }
                    code => code,
                };
                let character = char::from_u32(code).ok_or(run)?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            other => other,
        };
        out.push(byte);
    }
    Ok(())
}

fn hex4(raw: &[u8], at: usize) -> Option<u32> {
    raw.get(at..at + 4)?.iter().try_fold(0, |sum, &b| Some(sum * 16 + char::from(b).to_digit(16)?))
}

/// The first byte at or behind `from` that is not JSON white space.
#[inline]
pub(super) fn skip_space(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            break;
        }
        at += 1;
    }
    at
}

/// Names a byte of the input for a message.
pub(super) fn show(byte: Option<u8>) -> String {
    match byte {
        None => "the end".to_owned(),
        Some(b) if b.is_ascii_graphic() => format!("`{}`", char::from(b)),
        Some(b) => format!("byte 0x{b:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_special_bytes() {
        for length in 0..70 {
            for special in [b'"', b'\\', 0, 0x1F] {
                let mut text = vec![0xEA; length];
                text.push(special);
                text.extend_from_slice("뒤".as_bytes());
                assert_eq!(plain_run(&text, 0), length);
            }
        }
        assert_eq!(plain_run(b"abc\x7F", 1), 4);
        assert_eq!(plain_run(b"abc", 9), 9);
    }

    #[test]
    fn escapes() {
        let mut out = Vec::new();
        assert_eq!(unescape("가\\n\\u0041\\uD83D\\uDE00\\/\\\"".as_bytes(), &mut out), Ok(()));
        assert_eq!(String::from_utf8(out).unwrap(), "가\nA\u{1F600}/\"");
        for lone in [r"ab\uD800", r"ab\uDE00\uD83D", r"ab\uD800\n", r"ab\uD800A"] {
            assert_eq!(unescape(lone.as_bytes(), &mut Vec::new()), Err(2), "{lone}");
        }
    }

    #[test]
    fn strings_may_be_cut_anywhere() {
        let text = "가나\\u00e9다\\\\\" rest".as_bytes();
        let end = text.iter().rposition(|&b| b == b'"').unwrap() + 1;
        for cut in 0..end {
            let mut scan = StringScan::default();
            assert_eq!(scan.feed(&text[..cut], 0), StringStep::More);
            assert_eq!(scan.feed(text, cut), StringStep::End(end));
        }
        assert!(matches!(StringScan::default().feed(b"\\x", 0), StringStep::Bad(1, StringFault::Escape)));
    }
}
