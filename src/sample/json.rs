//! Writing JSON fast, with the labels' own quirks, and finding a place in it.

use serde::Serialize;

/// How the labels of one archive are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// A byte order mark stands before the document.
    pub(super) bom: bool,
    /// Numbers and truth values are strings.
    pub(super) number_strings: bool,
    /// Some keys are misspelt, see [`ALIASES`].
    pub(super) aliases: bool,
}

/// A key and the misspelling that stands for it where the hazard `aliases` is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// The proper key.
    pub key: &'static str,
    /// What is written instead.
    pub written: &'static str,
}

/// All misspelt keys.
pub(super) const ALIASES: [Alias; 10] = [
    Alias { key: "is_impossible", written: "is_imposible" },
    Alias { key: "answer_start", written: "answer_strat" },
    Alias { key: "clue_text", written: "clue_texet" },
    Alias { key: "gold_label", written: "gold_lable" },
    Alias { key: "hypothesis", written: "hypothsis" },
    Alias { key: "question_text", written: "qustion_text" },
    Alias { key: "answer_text", written: "anwser_text" },
    Alias { key: "solution_text", written: "soultion_text" },
    Alias { key: "height", written: "hieght" },
    Alias { key: "class", written: "calss" },
];

/// A JSON text under construction; commas are set by themselves.
pub(super) struct Json {
    pub(super) out: Vec<u8>,
    style: Style,
    comma: bool,
}

impl Json {
    /// An empty text.
    pub(super) fn new(style: Style, capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        if style.bom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        Self { out, style, comma: false }
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }

    /// `{`, or `[`, or any other opening text.
    pub(super) fn open(&mut self, bracket: &str) {
        self.separate();
        self.out.extend_from_slice(bracket.as_bytes());
        self.comma = false;
    }

    /// The closing bracket.
    pub(super) fn close(&mut self, bracket: &str) {
        self.out.extend_from_slice(bracket.as_bytes());
        self.comma = true;
    }

    /// A key; its value must follow.
    pub(super) fn key(&mut self, key: &'static str) {
        self.separate();
        let alias = ALIASES.iter().find(|alias| self.style.aliases && alias.key == key);
        self.out.push(b'"');
        self.out.extend_from_slice(alias.map_or(key, |alias| alias.written).as_bytes());
        self.out.extend_from_slice(b"\":");
        self.comma = false;
    }

    /// A string.
    pub(super) fn text(&mut self, text: &str) {
        self.separate();
        write_string(&mut self.out, text);
    }

    /// A whole number.
    pub(super) fn int(&mut self, value: i64) {
        self.bare(&value.to_string());
    }

    /// A truth value.
    pub(super) fn truth(&mut self, value: bool) {
        self.bare(if value { "true" } else { "false" });
    }

    /// `null`, whatever the style.
    pub(super) fn null(&mut self) {
        self.separate();
        self.out.extend_from_slice(b"null");
    }

    /// A number or truth value that is written already.
    pub(super) fn bare(&mut self, value: &str) {
        self.separate();
        if self.style.number_strings {
            self.out.push(b'"');
        }
        self.out.extend_from_slice(value.as_bytes());
        if self.style.number_strings {
            self.out.push(b'"');
        }
    }

    /// A key with a string.
    pub(super) fn field(&mut self, key: &'static str, text: &str) {
        self.key(key);
        self.text(text);
    }

    /// Starts a new line; JSON does not mind.
    pub(super) fn line(&mut self) {
        self.out.push(b'\n');
    }

    /// The comma between two elements, at the end of a line, for those who write elements line by line.
    pub(super) fn next_line(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = false;
        self.out.push(b'\n');
    }
}

/// Writes `text` as a JSON string.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (place, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        // `place` is a position in `bytes`, and `from` at most one past an earlier one.
        out.extend_from_slice(&bytes[from..place]);
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
        from = place + 1;
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// 1-based line.
    pub line: u64,
    /// 1-based column in characters.
    pub column: u64,
    /// 0-based offset in bytes.
    pub byte_offset: u64,
}

/// The place of byte `offset` in `text`; a byte order mark at the start is no character of the first line.
pub(super) fn place(text: &[u8], offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let last = before.get(start..).unwrap_or_default();
    let last = if start == 0 { last.strip_prefix("\u{feff}".as_bytes()).unwrap_or(last) } else { last };
    let column = last.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64 + 1;
    Place { line, column, byte_offset: offset as u64 }
}
