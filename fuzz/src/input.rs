//! Options and long inputs out of a few bytes.

use std::borrow::Cow;

/// Reads options from the front of an input; zeros once it is used up.
pub(crate) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.rest {
            [first, rest @ ..] => {
                self.rest = rest;
                *first
            }
            [] => 0,
        }
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    pub(crate) fn flag(byte: u8, bit: u32) -> bool {
        byte >> bit & 1 == 1
    }

    /// The next `len` bytes, or what there is.
    pub(crate) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }
}

/// Bytes that a repeated input has at most.
const LONGEST: usize = 256 << 10;

/// An input that begins with 1 names a part of itself to be repeated: one that nests deep or is long needs no long input.
///
/// `1, times (2 bytes), start, length, text`: the `length` bytes at `start` of the text stand `times` times.
pub(crate) fn repeated(data: &[u8]) -> Cow<'_, [u8]> {
    let [1, low, high, start, length, text @ ..] = data else { return Cow::Borrowed(data) };
    let start = usize::from(*start).min(text.len());
    let end = (start + usize::from(*length)).min(text.len());
    let (before, part, after) = (&text[..start], &text[start..end], &text[end..]);
    let most = LONGEST.saturating_sub(text.len()) / part.len().max(1);
    let times = usize::from(u16::from_le_bytes([*low, *high])).min(most);
    Cow::Owned([before, part.repeat(times).as_slice(), after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_repeated() {
        assert_eq!(repeated(b"\x01\x03\x00\x01\x02xabz").as_ref(), b"xabababz");
        assert_eq!(repeated(b"\x01\x00\x00\x09\x09xy").as_ref(), b"xy");
        assert_eq!(repeated(b"xy").as_ref(), b"xy");
        assert!(repeated(b"\x01\xFF\xFF\x00\xFFabc").len() <= LONGEST);
    }
}
