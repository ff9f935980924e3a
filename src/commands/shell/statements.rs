//! Cuts what is typed, or read from a file, into statements and commands.
//!
//! The lexical rules are those of the parser behind it: `''` and `""` double a quote, `$$…$$` and `$tag$…$tag$` quote
//! anything, `--` and `/* … */` are comments, which do not nest. Only bytes of ASCII are looked for, so texts in any
//! script pass through whole.

/// A part of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A statement without its semicolon, and the line on which it begins.
    Statement { sql: String, line: usize },
    /// A line that begins with `\`, or with `.` and a letter.
    Command { text: String, line: usize },
}

/// Within what a place of the input lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Inside {
    /// Plain SQL.
    #[default]
    Nothing,
    /// `'…'`.
    Text,
    /// `"…"`.
    Name,
    /// Between this and the same again, e.g. `$tag$`.
    Dollar(String),
    /// `-- …`.
    LineComment,
    /// `/* … */`.
    Comment,
}

/// A quote or comment that the input ends in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// What opens it.
    pub(super) opening: String,
    /// The line on which it was opened.
    pub(super) line: usize,
}

/// Cuts input that comes by whole lines.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// What no piece was made of yet.
    buffer: String,
    /// Bytes of it that were looked at.
    seen: usize,
    inside: Inside,
    /// Where the quote or comment was opened: byte of the buffer, lines before it.
    opened: (usize, usize),
    /// Where the statement begins, as there.
    begin: Option<(usize, usize)>,
    /// Line feeds so far.
    lines: usize,
}

impl Splitter {
    /// Takes more input, and returns the pieces that are complete now.
    pub(super) fn feed(&mut self, text: &str) -> Vec<Piece> {
        self.buffer.push_str(text);
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut pieces = Vec::new();
        let mut kept = 0;
        while let Some(rest @ [byte, ..]) = buffer.as_bytes().get(self.seen..) {
            self.lines += usize::from(*byte == b'\n');
            let mut step = 1;
            match &self.inside {
                Inside::Nothing => match rest {
                    [b'-', b'-', ..] => step = self.open(Inside::LineComment, 2),
                    [b'/', b'*', ..] => step = self.open(Inside::Comment, 2),
                    [b'\\', ..] | [b'.', b'a'..=b'z', ..] if self.begin.is_none() => {
                        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or(rest);
                        step = line.len();
                        let text = buffer.get(self.seen..self.seen + step).unwrap_or_default();
                        pieces.push(Piece::Command { text: text.trim_end().to_owned(), line: self.lines + 1 });
                        kept = self.seen + step;
                    }
                    [b';', ..] => {
                        if let Some((begin, lines)) = self.begin.take() {
                            let sql = buffer.get(begin..self.seen).unwrap_or_default().trim_end().to_owned();
                            pieces.push(Piece::Statement { sql, line: lines + 1 });
                        }
                        kept = self.seen + 1;
                    }
                    [byte, ..] if byte.is_ascii_whitespace() => {}
                    _ => {
                        self.begin.get_or_insert((self.seen, self.lines));
                        let in_word =
                            self.seen.checked_sub(1).and_then(|at| buffer.as_bytes().get(at)).is_some_and(is_word);
                        match rest {
                            [b'\'', ..] => step = self.open(Inside::Text, 1),
                            [b'"', ..] => step = self.open(Inside::Name, 1),
                            [b'$', ..] if !in_word => {
                                if let Some(tag) = dollar_tag(rest) {
                                    step = self.open(Inside::Dollar(tag.to_owned()), tag.len());
                                }
                            }
                            _ => {}
                        }
                    }
                },
                Inside::Text if *byte == b'\'' => self.inside = Inside::Nothing,
                Inside::Name if *byte == b'"' => self.inside = Inside::Nothing,
                Inside::LineComment if *byte == b'\n' => self.inside = Inside::Nothing,
                Inside::Comment if rest.starts_with(b"*/") => {
                    step = 2;
                    self.inside = Inside::Nothing;
                }
                Inside::Dollar(tag) if rest.starts_with(tag.as_bytes()) => {
                    step = tag.len();
                    self.inside = Inside::Nothing;
                }
                _ => {}
            }
            self.seen += step;
        }
        buffer.drain(..kept);
        self.buffer = buffer;
        self.seen -= kept;
        self.opened.0 = self.opened.0.saturating_sub(kept);
        if let Some((begin, _)) = &mut self.begin {
            *begin -= kept;
        }
        pieces
    }

    fn open(&mut self, inside: Inside, step: usize) -> usize {
        self.opened = (self.seen, self.lines);
        self.inside = inside;
        step
    }

    /// Whether nothing but blanks and comments is left over.
    pub(super) fn is_done(&self) -> bool {
        self.begin.is_none() && self.inside != Inside::Comment
    }

    /// The end of the input: the last statement needs no semicolon.
    pub(super) fn finish(self) -> Result<Option<Piece>, Unclosed> {
        let opening = match &self.inside {
            Inside::Nothing | Inside::LineComment => None,
            Inside::Text => Some("'"),
            Inside::Name => Some("\""),
            Inside::Comment => Some("/*"),
            Inside::Dollar(tag) => Some(tag.as_str()),
        };
        if let Some(opening) = opening {
            return Err(Unclosed { opening: opening.to_owned(), line: self.opened.1 + 1 });
        }
        Ok(self.begin.map(|(begin, lines)| {
            let sql = self.buffer.get(begin..).unwrap_or_default().trim_end().to_owned();
            Piece::Statement { sql, line: lines + 1 }
        }))
    }

    /// What no piece was made of yet, within what it ends, and from which of its bytes on.
    pub(super) fn rest(&self) -> (&str, &Inside, usize) {
        (&self.buffer, &self.inside, self.opened.0)
    }
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || *byte >= 0x80
}

/// `$$` or `$tag$` at the beginning of `bytes`. A parameter, `$1` or `$name`, is none.
fn dollar_tag(bytes: &[u8]) -> Option<&str> {
    let (_, after) = bytes.split_first()?;
    let length = after.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80))?;
    if after.get(length) != Some(&b'$') || after.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes.get(..length + 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<(String, usize)> {
        // By lines and at once: the same.
        let mut whole = Splitter::default();
        let mut pieces = whole.feed(text);
        pieces.extend(whole.finish().unwrap());
        let mut lines = Splitter::default();
        let mut others: Vec<Piece> = text.split_inclusive('\n').flat_map(|line| lines.feed(line)).collect();
        others.extend(lines.finish().unwrap());
        assert_eq!(pieces, others);
        let named = |piece| match piece {
            Piece::Statement { sql, line } => (sql, line),
            Piece::Command { text, line } => (format!("!{text}"), line),
        };
        pieces.into_iter().map(named).collect()
    }

    fn texts(text: &str) -> Vec<String> {
        statements(text).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn semicolons_end_statements_but_not_within_quotes() {
        assert_eq!(texts("SELECT 1; SELECT 2"), ["SELECT 1", "SELECT 2"]);
        assert_eq!(texts("SELECT 'a;b', 'it''s;'; SELECT 2;"), ["SELECT 'a;b', 'it''s;'", "SELECT 2"]);
        assert_eq!(texts("SELECT \"열;이름\", \"a\"\";\" FROM t;"), ["SELECT \"열;이름\", \"a\"\";\" FROM t"]);
        assert_eq!(texts(" ;; \n ; "), Vec::<String>::new());
    }

    #[test]
    fn dollar_quotes_hold_anything() {
        assert_eq!(texts("SELECT $$a;'b$$; SELECT 2"), ["SELECT $$a;'b$$", "SELECT 2"]);
        assert_eq!(texts("SELECT $한글$ $$;' $한글$; SELECT 2"), ["SELECT $한글$ $$;' $한글$", "SELECT 2"]);
        // Parameters and names are no quotes.
        assert_eq!(texts("SELECT $1, $2; SELECT a$b$c; SELECT 3"), ["SELECT $1, $2", "SELECT a$b$c", "SELECT 3"]);
    }

    #[test]
    fn comments_hold_semicolons_and_quotes() {
        assert_eq!(texts("SELECT 1 -- it's; one\n, 2; SELECT 3"), ["SELECT 1 -- it's; one\n, 2", "SELECT 3"]);
        assert_eq!(texts("SELECT /* ' ; /* */ 1; SELECT 2"), ["SELECT /* ' ; /* */ 1", "SELECT 2"]);
        assert_eq!(texts("-- 설명; 하나\n/* 둘; */ SELECT 1;"), ["SELECT 1"]);
        assert_eq!(texts("SELECT '--'; SELECT 2"), ["SELECT '--'", "SELECT 2"]);
        assert_eq!(texts("-- nothing else"), Vec::<String>::new());
    }

    #[test]
    fn korean_passes_through_and_lines_are_counted() {
        let text = "-- 첫 줄\nSELECT '가;나'\nFROM 표;\n\n  SELECT 제목 FROM 세트;";
        let expected = [("SELECT '가;나'\nFROM 표".to_owned(), 2), ("SELECT 제목 FROM 세트".to_owned(), 5)];
        assert_eq!(statements(text), expected);
    }

    #[test]
    fn commands_are_lines_between_statements() {
        assert_eq!(
            texts("\\d catalog.datasets\nSELECT 1;\n.tables\n"),
            ["!\\d catalog.datasets", "SELECT 1", "!.tables"]
        );
        assert_eq!(texts("SELECT 1\n\\d\n;"), ["SELECT 1\n\\d"]);
        assert_eq!(texts("SELECT .5;"), ["SELECT .5"]);
    }

    #[test]
    fn what_is_open_is_said() {
        let open = |text: &str| {
            let mut splitter = Splitter::default();
            splitter.feed(text);
            assert!(!splitter.is_done(), "{text}");
            let unclosed = splitter.finish().unwrap_err();
            (unclosed.opening, unclosed.line)
        };
        assert_eq!(open("SELECT 1;\nSELECT 'a"), ("'".to_owned(), 2));
        assert_eq!(open("SELECT\n$q$ a $$"), ("$q$".to_owned(), 2));
        assert_eq!(open("/* a"), ("/*".to_owned(), 1));
        let done = |text: &str| {
            let mut splitter = Splitter::default();
            splitter.feed(text);
            splitter.is_done()
        };
        assert!(done("SELECT 1;") && done("\\d") && done("-- a") && done(" "));
        assert!(!done("SELECT 1") && !done("SELECT ';"));
    }
}
