//! From a member's bytes to UTF-8 text: byte order marks, CP949, UTF-16.
//!
//! Whether text is UTF-8 or CP949 is decided from its first byte that is not ASCII: it is UTF-8 once eight characters of three
//! bytes have come with nothing else than UTF-8 between them (CP949 never looks like that); otherwise the first 64 KiB decide, or
//! all where there is less: CP949 if they are strictly that and not UTF-8.
//!
//! Text that is UTF-8 already is passed on as it stands, without a copy. A byte that is no text in its encoding becomes
//! the byte 0xFF, which is no UTF-8: whoever reads that record or line refuses just it, with the place.

use encoding_rs::{DecoderResult, EUC_KR, UTF_16BE, UTF_16LE};

use super::options::Encoding;
use super::position::{OffsetUnit, Position};

/// How much of a member decides about its encoding at most, from its first byte that is not ASCII.
const WINDOW: usize = 64 * 1024;

/// So many characters of three bytes make text UTF-8.
const ENOUGH: usize = 8;

enum State {
    /// The first bytes, in which a byte order mark may stand.
    Start,
    /// UTF-8 or CP949: all ASCII so far, so it makes no difference yet.
    Undecided,
    /// UTF-8, or what is treated as such.
    AsItIs,
    /// Something that must be converted.
    Convert(Box<encoding_rs::Decoder>),
}

/// Decodes one member.
pub(super) struct TextDecoder {
    encoding: Encoding,
    state: State,
    held: Vec<u8>,
    /// Look at what is held again when it is this long.
    look_at: usize,
    text: Vec<u8>,
    start: Position,
    /// Read, but not readable as text.
    pub(super) refused: Option<&'static str>,
}

/// What to do with the bytes given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passed {
    /// The first so many bytes are text; whoever reads only a part gives the rest again.
    Text(usize),
    /// The first so many bytes are read; the text they give, perhaps none, is in [`TextDecoder::text`].
    Converted(usize),
}

impl TextDecoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            state: State::Start,
            held: Vec::new(),
            look_at: 64,
            text: Vec::new(),
            start: Position::start(0, OffsetUnit::Utf8),
            refused: None,
        }
    }

    /// Where text begins; known as soon as there is any.
    pub(super) fn start(&self) -> Position {
        self.start
    }

    /// Text that stands ready after [`Passed::Converted`] and [`TextDecoder::finish`].
    pub(super) fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    /// Gives the memory of read text back for the next.
    pub(super) fn recycle(&mut self, mut text: Vec<u8>) {
        text.clear();
        if self.text.is_empty() {
            self.text = text;
        }
    }

    /// Looks at `bytes`, which must not be empty.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Passed {
        match &mut self.state {
            State::AsItIs => Passed::Text(bytes.len()),
            State::Convert(decoder) => {
                convert(decoder, bytes, false, &mut self.text);
                Passed::Converted(bytes.len())
            }
            State::Start => {
                if let (true, Some(&first)) = (self.held.is_empty(), bytes.first_chunk::<4>()) {
                    return match self.begin(&first) {
                        // Nothing to strip or to convert: the usual case goes without a copy.
                        0 => self.feed(bytes),
                        mark => Passed::Converted(mark),
                    };
                }
                let take = bytes.len().min(4 - self.held.len());
                self.held.extend_from_slice(&bytes[..take]);
                if self.held.len() == 4 {
                    self.begin_held();
                }
                Passed::Converted(take)
            }
            State::Undecided => {
                if self.held.is_empty() {
                    let ascii = ascii_prefix(bytes);
                    let rest = &bytes[ascii..];
                    if rest.is_empty() || is_settled(rest) {
                        if !rest.is_empty() {
                            self.state = State::AsItIs;
                        }
                        return Passed::Text(bytes.len());
                    }
                    if ascii > 0 {
                        return Passed::Text(ascii);
                    }
                }
                let take = bytes.len().min(WINDOW - self.held.len());
                self.held.extend_from_slice(&bytes[..take]);
                let again = self.held.len() >= self.look_at;
                if again {
                    self.look_at = self.held.len() * 2;
                }
                if self.held.len() == WINDOW || (again && is_settled(&self.held)) {
                    self.settle(false);
                }
                Passed::Converted(take)
            }
        }
    }

    /// The member is over; what was held back is text now.
    pub(super) fn finish(&mut self) {
        if matches!(self.state, State::Start) {
            self.begin_held();
        }
        if matches!(self.state, State::Undecided) && !self.held.is_empty() {
            self.settle(true);
        }
        if let State::Convert(decoder) = &mut self.state {
            convert(decoder, &[], true, &mut self.text);
        }
    }

    /// The first bytes were collected one by one.
    fn begin_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        let mark = self.begin(&held);
        let rest = held.get(mark..).unwrap_or_default();
        match &mut self.state {
            State::Convert(decoder) => convert(decoder, rest, false, &mut self.text),
            State::Undecided => {
                let (ascii, other) = rest.split_at(ascii_prefix(rest));
                self.text.extend_from_slice(ascii);
                self.held.extend_from_slice(other);
            }
            _ => self.text.extend_from_slice(rest),
        }
    }

    /// Acts on the byte order mark at the start or on its absence; says how long it is.
    fn begin(&mut self, first: &[u8]) -> usize {
        let utf16 = |big| (if big { UTF_16BE } else { UTF_16LE }, OffsetUnit::Utf16);
        let (mark, converter) = match first {
            [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] => {
                self.refused = Some("the member is UTF-32, which is not read; convert it to UTF-8");
                (4, None)
            }
            [0xEF, 0xBB, 0xBF, ..] => {
                self.encoding = Encoding::Utf8;
                (3, None)
            }
            [0xFF, 0xFE, ..] => (2, Some(utf16(false))),
            [0xFE, 0xFF, ..] => (2, Some(utf16(true))),
            _ => match self.encoding {
                Encoding::Cp949 => (0, Some((EUC_KR, OffsetUnit::Cp949))),
                Encoding::Utf16 | Encoding::Utf16Le => (0, Some(utf16(false))),
                Encoding::Utf16Be => (0, Some(utf16(true))),
                Encoding::Auto | Encoding::Utf8 => (0, None),
            },
        };
        self.start = Position::start(mark as u64, converter.map_or(OffsetUnit::Utf8, |(_, unit)| unit));
        self.state = match converter {
            Some((encoding, _)) => State::Convert(Box::new(encoding.new_decoder_without_bom_handling())),
            None if self.encoding == Encoding::Auto => State::Undecided,
            None => State::AsItIs,
        };
        mark
    }

    /// Decides by the window held and makes text of it.
    fn settle(&mut self, last: bool) {
        let held = std::mem::take(&mut self.held);
        self.decide(&held, last);
        match &mut self.state {
            State::Convert(decoder) => convert(decoder, &held, false, &mut self.text),
            _ if self.text.is_empty() => self.text = held,
            _ => self.text.extend_from_slice(&held),
        }
    }

    fn decide(&mut self, window: &[u8], last: bool) {
        let utf8 = is_settled(window)
            || match simdutf8::compat::from_utf8(window) {
                Ok(_) => true,
                // A character cut by the end of the window says nothing.
                Err(error) => error.error_len().is_none() && !last,
            };
        if !utf8 && is_cp949(window, last) {
            // Everything before the window was ASCII, so offsets agree up to here.
            self.start = Position::start(self.start.offset, OffsetUnit::Cp949);
            self.state = State::Convert(Box::new(EUC_KR.new_decoder_without_bom_handling()));
        } else {
            self.state = State::AsItIs;
        }
    }
}

/// How many bytes at the start of `bytes` are ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<32>()) {
        if !block.is_ascii() {
            break;
        }
        at += 32;
    }
    at + bytes.iter().skip(at).take_while(|byte| byte.is_ascii()).count()
}

/// Whether the start of `bytes` makes the text UTF-8, whatever follows.
fn is_settled(bytes: &[u8]) -> bool {
    let mut seen = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at).filter(|_| at < WINDOW) {
        let length = match byte {
            0x00..=0x7F => 1,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return false,
        };
        if length > 1 && bytes.get(at..at + length).is_none_or(|character| std::str::from_utf8(character).is_err()) {
            return false;
        }
        seen += usize::from(length == 3);
        if seen == ENOUGH {
            return true;
        }
        at += length;
    }
    false
}

fn is_cp949(window: &[u8], last: bool) -> bool {
    let mut decoder = EUC_KR.new_decoder_without_bom_handling();
    let mut sink = [0u8; 4096];
    let mut rest = window;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut sink, last);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

fn convert(decoder: &mut encoding_rs::Decoder, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
    let mut rest = bytes;
    loop {
        let from = text.len();
        // Two bytes of Korean become three; the slack is what the decoder asks for at least.
        text.resize(from + rest.len() + rest.len() / 2 + 32, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text[from..], last);
        text.truncate(from + written);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, _) => text.extend(std::iter::repeat_n(0xFF, usize::from(length))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoding: Encoding, bytes: &[u8], chunk: usize) -> (Vec<u8>, Position) {
        let mut decoder = TextDecoder::new(encoding);
        let mut out = Vec::new();
        for chunk in bytes.chunks(chunk) {
            let mut at = 0;
            while at < chunk.len() {
                match decoder.feed(&chunk[at..]) {
                    Passed::Text(n) => {
                        out.extend_from_slice(&chunk[at..at + n]);
                        at += n;
                    }
                    Passed::Converted(n) => {
                        at += n;
                        out.extend(decoder.take_text());
                    }
                }
            }
        }
        decoder.finish();
        out.extend(decoder.take_text());
        (out, decoder.start())
    }

    #[test]
    fn encodings_whatever_the_chunks() {
        let text = "{\"이름\": \"등대지기\"}";
        let (cp949, _, _) = EUC_KR.encode(text);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for (encoding, bytes, skipped) in [
            (Encoding::Auto, text.as_bytes().to_vec(), 0),
            (Encoding::Auto, with(b"\xEF\xBB\xBF", text.as_bytes()), 3),
            (Encoding::Auto, cp949.to_vec(), 0),
            (Encoding::Cp949, cp949.to_vec(), 0),
            (Encoding::Auto, with(b"\xFF\xFE", &utf16), 2),
            (Encoding::Utf16, utf16.clone(), 0),
        ] {
            for chunk in [1, 2, 3, 5, 7, 1000] {
                let (out, start) = decode(encoding, &bytes, chunk);
                assert_eq!(String::from_utf8_lossy(&out), text, "{encoding:?} by {chunk}");
                assert_eq!(start.offset, skipped);
            }
        }
        assert_eq!(decode(Encoding::Auto, b"\xEF\xBB\xBF\xEF\xBB\xBF", 1).0, b"\xEF\xBB\xBF");
        assert_eq!(decode(Encoding::Auto, b"7", 1).0, b"7");
    }

    #[test]
    fn a_broken_byte_is_marked_where_it_stands() {
        // Neither UTF-8 nor CP949: left as it is, and refused by whoever reads it.
        assert_eq!(decode(Encoding::Auto, b"a\xFFb", 1).0, b"a\xFFb");
        assert_eq!(decode(Encoding::Cp949, b"a\xFFb", 1).0, b"a\xFFb");
        assert_eq!(decode(Encoding::Cp949, b"a\xB0", 1).0, b"a\xFF");
    }

    #[test]
    fn the_window_may_cut_a_character() {
        let text = format!("{}{}", "x".repeat(70_001), "가".repeat(50_000));
        let (cp949, _, _) = EUC_KR.encode(&text);
        for chunk in [4096, 65_536, 1 << 20] {
            assert_eq!(decode(Encoding::Auto, text.as_bytes(), chunk).0, text.as_bytes());
            assert_eq!(decode(Encoding::Auto, &cp949, chunk).0, text.as_bytes());
        }
    }
}
