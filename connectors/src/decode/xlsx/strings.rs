//! The shared strings of a workbook: one text for all, as Excel writes each different text once.

use quick_xml::events::Event;

use super::package::{Fault, Part, fault, push_event_text};
use crate::limits::{Limits, length};

/// Shared strings by their index.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
    limits: Limits,
}

impl SharedStrings {
    /// Bytes that the strings may take together, four more counted for each, are limited.
    pub(super) fn read(mut part: Part, limits: &Limits) -> Result<Self, Fault> {
        let mut strings = Self { limits: *limits, ..Self::default() };
        let mut item = StringItem::default();
        loop {
            let event = part.next()?;
            match &event {
                Event::Start(tag) if tag.local_name().as_ref() == b"si" => item.begin(),
                Event::Empty(tag) if tag.local_name().as_ref() == b"si" => strings.close(0)?,
                Event::End(tag) if tag.local_name().as_ref() == b"si" => {
                    let from = strings.text.len();
                    strings.text.extend_from_slice(&item.text);
                    unescape_from(&mut strings.text, from);
                    strings.close(from)?;
                }
                Event::Eof => break,
                event => item.take(event)?,
            }
            if item.text.len() > length(limits.workbook_strings) {
                return Err(too_large(limits));
            }
        }
        Ok(strings)
    }

    /// Closes the string that begins at `from`.
    fn close(&mut self, from: usize) -> Result<(), Fault> {
        if self.text.len() + (self.ends.len() + 1) * 4 > length(self.limits.workbook_strings) {
            return Err(too_large(&self.limits));
        }
        if std::str::from_utf8(self.text.get(from..).unwrap_or_default()).is_err() {
            return Err(fault("ENCODING", format!("shared string {} is not UTF-8", self.ends.len())));
        }
        self.ends.push(u32::try_from(self.text.len()).map_err(|_| too_large(&self.limits))?);
        Ok(())
    }

    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)? as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize);
        self.text.get(from..end)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

fn too_large(limits: &Limits) -> Fault {
    fault("SIZE_LIMIT", format!("the shared strings have too many bytes ({})", limits.told("workbook_strings")))
}

/// The text of a string in runs: what stands in `t`, but not in `rPh`, which says how it is pronounced.
#[derive(Debug, Default)]
pub(super) struct StringItem {
    pub(super) text: Vec<u8>,
    in_text: bool,
    phonetic: usize,
}

impl StringItem {
    pub(super) fn begin(&mut self) {
        self.text.clear();
        self.in_text = false;
        self.phonetic = 0;
    }

    pub(super) fn take(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                b"t" => self.in_text = true,
                b"rPh" => self.phonetic += 1,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                b"t" => self.in_text = false,
                b"rPh" => self.phonetic = self.phonetic.saturating_sub(1),
                _ => {}
            },
            event if self.in_text && self.phonetic == 0 && !push_event_text(event, &mut self.text) => {
                return Err(fault("SYNTAX", "a string holds a reference that stands for no character"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads `_x000D_`, as Excel writes characters that XML cannot hold, in the text from `from` on.
pub(super) fn unescape_from(text: &mut Vec<u8>, from: usize) {
    let Some(first) = memchr::memmem::find(text.get(from..).unwrap_or_default(), b"_x") else { return };
    let tail = text.split_off(from + first);
    let mut at = 0;
    while let Some(&byte) = tail.get(at) {
        let escaped = tail.get(at..at + 7).and_then(|raw| match raw {
            [b'_', b'x', digits @ .., b'_'] => {
                let code = digits.iter().try_fold(0, |sum, &d| Some(sum * 16 + char::from(d).to_digit(16)?))?;
                char::from_u32(code)
            }
            _ => None,
        });
        match escaped {
            Some(character) => {
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                at += 7;
            }
            None => {
                text.push(byte);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (raw, text) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xAC00_가_x_", "가가_x_"),
            ("_xD800_ _x12_", "_xD800_ _x12_"),
            ("_x00", "_x00"),
        ] {
            let mut out = b"_x0041_".to_vec();
            out.extend_from_slice(raw.as_bytes());
            unescape_from(&mut out, 7);
            assert_eq!(String::from_utf8(out).unwrap(), format!("_x0041_{text}"), "{raw}");
        }
    }
}
