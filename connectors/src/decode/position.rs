//! Where in a member something stands: line, column in characters, byte offset.

use crate::damage::Damage;

/// How long a character of decoded text was in the member's own bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum OffsetUnit {
    /// The text is the member's bytes.
    #[default]
    Utf8,
    /// One byte for ASCII, two for everything else.
    Cp949,
    /// Two bytes for the basic plane, four beyond.
    Utf16,
}

/// A place: 1-based line and column (characters), 0-based offset in the member's own bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) offset: u64,
    unit: OffsetUnit,
}

impl Position {
    /// The start of the text, behind `skipped` bytes of byte order mark.
    pub(super) fn start(skipped: u64, unit: OffsetUnit) -> Self {
        Self { line: 1, column: 1, offset: skipped, unit }
    }

    /// Moves over `text`. Two vectorised counts over the slice, nothing per character.
    pub(super) fn advance(&mut self, text: &[u8]) {
        self.offset += match self.unit {
            OffsetUnit::Utf8 => text.len() as u64,
            // 0xFF stands for one undecodable byte of the member (see `encoding`).
            OffsetUnit::Cp949 => {
                text.iter().map(|&b| if b < 0x80 || b == 0xFF { 1 } else { u64::from(b >= 0xC0) * 2 }).sum()
            }
            OffsetUnit::Utf16 => text
                .iter()
                .map(|&b| match b {
                    0xFF => 1,
                    0x80..=0xBF => 0,
                    0xF0.. => 4,
                    _ => 2,
                })
                .sum(),
        };
        let newlines = bytecount::count(text, b'\n');
        if newlines > 0 {
            self.line += newlines as u64;
            let tail = memchr::memrchr(b'\n', text).map_or(text, |at| &text[at + 1..]);
            self.column = 1 + bytecount::num_chars(tail) as u64;
        } else {
            self.column += bytecount::num_chars(text) as u64;
        }
    }

    /// From here on, text was converted from another encoding.
    pub(super) fn set_unit(&mut self, unit: OffsetUnit) {
        self.unit = unit;
    }

    /// How long characters were in the member.
    pub(super) fn unit(&self) -> OffsetUnit {
        self.unit
    }

    /// The place behind `text`, which starts here.
    pub(super) fn after(mut self, text: &[u8]) -> Self {
        self.advance(text);
        self
    }

    /// The place `ascii` characters earlier on the same line.
    pub(super) fn back(mut self, ascii: usize) -> Self {
        let bytes = match self.unit {
            OffsetUnit::Utf16 => ascii as u64 * 2,
            _ => ascii as u64,
        };
        self.column = self.column.saturating_sub(ascii as u64).max(1);
        self.offset = self.offset.saturating_sub(bytes);
        self
    }

    /// Damage at this place.
    pub(super) fn damage(&self, code: &str, detail: impl Into<String>) -> Damage {
        Damage::new(code, detail).at(self.line, self.column, self.offset)
    }
}

/// Places in a slice; asking for ascending ones costs one pass over it.
pub(super) struct Places<'b> {
    pub(super) bytes: &'b [u8],
    base: Position,
    last: (usize, Position),
}

impl<'b> Places<'b> {
    pub(super) fn new(bytes: &'b [u8], base: Position) -> Self {
        Self { bytes, base, last: (0, base) }
    }

    /// The place of `index`, which is at most the slice's length.
    pub(super) fn at(&mut self, index: usize) -> Position {
        if index < self.last.0 {
            self.last = (0, self.base);
        }
        let place = self.last.1.after(&self.bytes[self.last.0..index]);
        self.last = (index, place);
        place
    }
}

/// Up to 80 bytes before the place and 40 behind, cut at characters, line ends shown as blanks.
///
/// Callers give text whose extent does not depend on how the member was cut into chunks.
pub(super) fn excerpt(text: &[u8], at: usize) -> String {
    let at = at.min(text.len());
    let mut from = at.saturating_sub(80);
    while from > 0 && from < text.len() && text[from] & 0xC0 == 0x80 {
        from -= 1;
    }
    let mut to = (at + 40).min(text.len());
    while to < text.len() && text[to] & 0xC0 == 0x80 {
        to += 1;
    }
    String::from_utf8_lossy(&text[from..to]).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// The text up to a broken place: the bytes before it and the offending one where that is a character of its own.
pub(super) fn up_to(text: &[u8], at: usize) -> &[u8] {
    let end = match text.get(at) {
        Some(byte) if byte.is_ascii() => at + 1,
        _ => at.min(text.len()),
    };
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_characters_and_bytes() {
        let mut place = Position::start(3, OffsetUnit::Utf8);
        place.advance("등대\n높이 ".as_bytes());
        assert_eq!((place.line, place.column, place.offset), (2, 4, 3 + 14));
        place.advance("8m".as_bytes());
        assert_eq!((place.line, place.column), (2, 6));
    }

    #[test]
    fn offsets_are_those_of_the_member() {
        let text = "등a\u{1F600}".as_bytes();
        assert_eq!(Position::start(0, OffsetUnit::Cp949).after("등a".as_bytes()).offset, 3);
        assert_eq!(Position::start(2, OffsetUnit::Utf16).after(text).offset, 2 + 2 + 2 + 4);
    }

    #[test]
    fn excerpts_are_cut_at_characters() {
        let text = "가".repeat(100);
        assert!(!excerpt(text.as_bytes(), 150).contains('\u{FFFD}'));
        assert_eq!(excerpt(b"a\nb", 9), "a b");
    }
}
