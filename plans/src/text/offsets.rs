//! Character and byte offsets of one text.
//!
//! Labels count Unicode scalar values, Rust slices count bytes. The index keeps the byte offset of every 32nd
//! character, so that either direction costs one lookup and a walk over at most 32 characters.

/// How many characters lie between two samples.
const STEP: usize = 32;

/// Converts between character and byte offsets of one text.
///
/// Takes 4 bytes of memory for every 32 characters; none for a text of ASCII.
#[derive(Debug, Clone)]
pub struct CharIndex<'t> {
    text: &'t str,
    chars: usize,
    /// Byte offset of characters 0, 32, 64, …; empty for ASCII.
    samples: Vec<u32>,
}

impl<'t> CharIndex<'t> {
    /// Reads the text once. Texts over 4 GiB are treated as ending there.
    pub fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self { text, chars: text.len(), samples: Vec::new() };
        }
        let mut samples = Vec::with_capacity(text.len() / (2 * STEP) + 1);
        let mut chars = 0;
        for (byte, _) in text.char_indices() {
            if chars % STEP == 0 {
                let Ok(sample) = u32::try_from(byte) else { break };
                samples.push(sample);
            }
            chars += 1;
        }
        Self { text, chars, samples }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Its length in characters.
    pub fn chars(&self) -> usize {
        self.chars
    }

    /// Byte offset of a character; the text's length in bytes for the position after the last one; else `None`.
    pub fn to_byte(&self, char_offset: usize) -> Option<usize> {
        if char_offset > self.chars {
            return None;
        }
        if self.samples.is_empty() || char_offset == self.chars {
            return Some(if char_offset == self.chars { self.text.len() } else { char_offset });
        }
        let base = *self.samples.get(char_offset / STEP)? as usize;
        let rest = self.text.get(base..)?;
        rest.char_indices().nth(char_offset % STEP).map(|(byte, _)| base + byte)
    }

    /// Character offset of a byte; `None` beyond the text or inside a character.
    pub fn to_char(&self, byte_offset: usize) -> Option<usize> {
        if !self.text.is_char_boundary(byte_offset) {
            return None;
        }
        if self.samples.is_empty() {
            return Some(byte_offset);
        }
        let sample = self.samples.partition_point(|&byte| byte as usize <= byte_offset).checked_sub(1)?;
        let base = *self.samples.get(sample)? as usize;
        Some(sample * STEP + self.text.get(base..byte_offset)?.chars().count())
    }

    /// The text between two character offsets, half-open; `None` where they do not fit the text.
    pub fn slice(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(self.to_byte(start)?..self.to_byte(end)?)
    }
}

/// The text between two character offsets, half-open; `None` where they do not fit the text. Walks the text: use
/// [`CharIndex`] for more than one question to the same text.
pub fn char_slice(text: &str, start: usize, end: usize) -> Option<&str> {
    if start > end {
        return None;
    }
    let mut offsets = text.char_indices().map(|(byte, _)| byte).chain(std::iter::once(text.len()));
    let first = offsets.nth(start)?;
    if end == start {
        return Some("");
    }
    let last = offsets.nth(end - start - 1)?;
    text.get(first..last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_agree_with_a_plain_walk() {
        for text in ["", "plain", "가나다", &"a가😀나 b다".repeat(40), &"가".repeat(64), &"x".repeat(65)] {
            let index = CharIndex::new(text);
            assert_eq!(index.chars(), text.chars().count());
            let mut bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
            bytes.push(text.len());
            for (position, &byte) in bytes.iter().enumerate() {
                assert_eq!(index.to_byte(position), Some(byte));
                assert_eq!(index.to_char(byte), Some(position));
            }
            assert_eq!(index.to_byte(bytes.len()), None);
            assert_eq!(index.to_char(text.len() + 1), None);
        }
        assert_eq!(CharIndex::new("가나").to_char(1), None);
    }

    #[test]
    fn slices_count_characters() {
        let index = CharIndex::new("다리는 1994년");
        assert_eq!(index.slice(4, 9), Some("1994년"));
        assert_eq!(index.slice(9, 10), None);
        assert_eq!(index.slice(3, 2), None);
        assert_eq!(char_slice("다리는 1994년", 4, 9), Some("1994년"));
        assert_eq!(char_slice("다리", 2, 2), Some(""));
        assert_eq!(char_slice("다리", 3, 3), None);
        assert_eq!(char_slice("다리", 0, 3), None);
        assert_eq!(char_slice("다리", 2, 1), None);
    }
}
