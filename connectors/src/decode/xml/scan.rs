//! Markup cut anywhere: where tags end and which elements are open. What stands in them others read.
//!
//! Names and nesting are checked here, so that a broken place is noticed where it is and not at the end of the record.

use crate::decode::lexical::show;
use crate::decode::skip::MAX_DEPTH;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// Behind `<`.
    Markup,
    /// Behind `<!`.
    Bang,
    /// In a comment, behind so many `-`, at most two.
    Comment(u8),
    /// In a CDATA section, behind so many `]`, at most two.
    CData(u8),
    /// In a processing instruction; whether behind `?`.
    Instruction(bool),
    /// In the name of a start tag.
    Name,
    /// Between the attributes of a start tag; whether behind `/`.
    Tag(bool),
    /// In an attribute's value that ends with this quote.
    Value(u8),
    /// In the name of an end tag.
    EndName,
    /// Behind the name of an end tag.
    EndTag,
}

/// How far the scanner came. Places are indices into the slice given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The slice is over.
    More,
    /// A start tag, or with `empty` a whole element, ends before this index; its name is [`Scanner::name`].
    Open { end: usize, empty: bool },
    /// An end tag ends before this index.
    Close { end: usize },
    /// The text is broken, which shows at `at`; with `markup` the place is that where the markup under way begins.
    Bad { at: usize, markup: bool, code: &'static str, detail: String },
}

/// Reads over the markup of one member.
#[derive(Debug)]
pub(super) struct Scanner {
    state: State,
    /// The names of the open elements, one behind the other, and where each ends. Those too deep are only counted.
    names: Vec<u8>,
    ends: Vec<usize>,
    depth: usize,
    word: Vec<u8>,
    /// Where the markup under way begins, if in this slice.
    start: Option<usize>,
    any_markup: bool,
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            names: Vec::new(),
            ends: Vec::new(),
            depth: 0,
            word: Vec::new(),
            start: None,
            any_markup: false,
        }
    }

    /// Elements that are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The name in the start tag read last.
    pub(super) fn name(&self) -> &[u8] {
        &self.word
    }

    /// Where the markup under way, or read last, begins; none where that is before the slice.
    pub(super) fn markup_start(&self) -> Option<usize> {
        self.start
    }

    /// Whether there was any markup.
    pub(super) fn any_markup(&self) -> bool {
        self.any_markup
    }

    /// Whether the text stands inside markup.
    pub(super) fn in_markup(&self) -> bool {
        self.state != State::Text
    }

    /// Whether the text stands inside of what may be a start tag.
    pub(super) fn in_start_tag(&self) -> bool {
        matches!(self.state, State::Markup | State::Name | State::Tag(_) | State::Value(_))
    }

    /// The next slice begins.
    pub(super) fn next_slice(&mut self) {
        self.start = None;
    }

    /// Goes on with `bytes` from index `from`.
    pub(super) fn feed(&mut self, bytes: &[u8], from: usize) -> Step {
        let bad = |at, detail: &str| Step::Bad { at, markup: false, code: "SYNTAX", detail: detail.to_owned() };
        let mut at = from;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match self.state {
                State::Text => {
                    let next = memchr::memchr(b'<', rest);
                    if self.depth == 0
                        && let Some(n) = rest[..next.unwrap_or(rest.len())].iter().position(|&byte| !is_space(byte))
                    {
                        return bad(at + n, &format!("expected `<`, found {}", show(rest.get(n).copied())));
                    }
                    let Some(next) = next else { return Step::More };
                    self.start = Some(at + next);
                    self.any_markup = true;
                    self.state = State::Markup;
                    at += next + 1;
                }
                State::Markup => {
                    self.word.clear();
                    match bytes[at] {
                        b'!' => self.state = State::Bang,
                        b'?' => self.state = State::Instruction(false),
                        b'/' if self.depth == 0 => return bad(at, "an end tag stands where no element is open"),
                        b'/' => self.state = State::EndName,
                        byte if is_name_start(byte) => {
                            self.state = State::Name;
                            continue;
                        }
                        byte => return bad(at, &format!("expected a name behind `<`, found {}", show(Some(byte)))),
                    }
                    at += 1;
                }
                State::Bang => {
                    self.word.push(bytes[at].to_ascii_uppercase());
                    let known = [b"--".as_slice(), b"[CDATA[", b"DOCTYPE"];
                    match known.iter().position(|word| word.starts_with(&self.word)) {
                        None => return bad(at, "expected `<!--` or `<![CDATA[`"),
                        Some(2) if self.word.len() == 7 => {
                            let detail = "a document type definition is not read, nor anything it defines".to_owned();
                            return Step::Bad { at, markup: true, code: "XML_DTD", detail };
                        }
                        Some(1) if self.word.len() == 7 && self.depth == 0 => {
                            return bad(at, "a CDATA section stands outside of the root element");
                        }
                        Some(1) if self.word.len() == 7 => self.state = State::CData(0),
                        Some(0) if self.word.len() == 2 => self.state = State::Comment(0),
                        Some(_) => {}
                    }
                    at += 1;
                }
                State::Comment(run) => match run_of(rest, b'-', run) {
                    Ok(length) => (at, self.state) = (at + length, State::Text),
                    Err(run) => (at, self.state) = (bytes.len(), State::Comment(run)),
                },
                State::CData(run) => match run_of(rest, b']', run) {
                    Ok(length) => (at, self.state) = (at + length, State::Text),
                    Err(run) => (at, self.state) = (bytes.len(), State::CData(run)),
                },
                State::Instruction(mark) => {
                    self.state = match (mark, bytes[at]) {
                        (true, b'>') => State::Text,
                        (_, byte) => State::Instruction(byte == b'?'),
                    };
                    at += 1;
                }
                State::Name | State::EndName => {
                    let length = rest.iter().position(|&byte| !is_name(byte)).unwrap_or(rest.len());
                    self.word.extend_from_slice(&rest[..length]);
                    at += length;
                    let Some(&byte) = bytes.get(at) else { return Step::More };
                    if !is_space(byte) && byte != b'>' && !(byte == b'/' && self.state == State::Name) {
                        return bad(at, &format!("{} cannot stand in the name of an element", show(Some(byte))));
                    }
                    self.state = if self.state == State::Name { State::Tag(false) } else { State::EndTag };
                }
                State::Tag(slash) => {
                    let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'>' | b'<'));
                    let Some(stop) = stop else {
                        self.state = State::Tag(rest.last() == Some(&b'/'));
                        return Step::More;
                    };
                    let slash = if stop == 0 { slash } else { rest[stop - 1] == b'/' };
                    at += stop + 1;
                    match rest[stop] {
                        b'>' => {
                            self.state = State::Text;
                            if !slash {
                                self.open();
                            }
                            return Step::Open { end: at, empty: slash };
                        }
                        b'<' => return bad(at - 1, "`<` stands inside a tag; its `>` is missing"),
                        quote => self.state = State::Value(quote),
                    }
                }
                State::Value(quote) => {
                    let Some(stop) = memchr::memchr2(quote, b'<', rest) else { return Step::More };
                    if rest[stop] == b'<' {
                        return bad(at + stop, "`<` stands inside a value; its closing quote is missing");
                    }
                    self.state = State::Tag(false);
                    at += stop + 1;
                }
                State::EndTag => {
                    let Some(n) = rest.iter().position(|&byte| !is_space(byte)) else { return Step::More };
                    if rest[n] != b'>' {
                        return bad(at + n, &format!("expected `>`, found {}", show(rest.get(n).copied())));
                    }
                    at += n + 1;
                    self.state = State::Text;
                    if let Some(detail) = self.close() {
                        return Step::Bad { at: at - 1, markup: true, code: "SYNTAX", detail };
                    }
                    return Step::Close { end: at };
                }
            }
        }
        Step::More
    }

    fn open(&mut self) {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            self.names.extend_from_slice(&self.word);
            self.ends.push(self.names.len());
        }
    }

    /// Closes the innermost element; says what is wrong where the end tag is not its own.
    fn close(&mut self) -> Option<String> {
        let known = self.depth <= MAX_DEPTH;
        self.depth = self.depth.saturating_sub(1);
        if !known {
            return None;
        }
        self.ends.pop();
        let from = self.ends.last().copied().unwrap_or(0);
        let name = self.names.get(from..).unwrap_or_default();
        let wrong = name != self.word;
        let shown = |name: &[u8]| String::from_utf8_lossy(name).chars().take(40).collect::<String>();
        let detail =
            wrong.then(|| format!("expected the end tag of `{}`, found that of `{}`", shown(name), shown(&self.word)));
        self.names.truncate(from);
        detail
    }

    /// The names of the outermost `depth` open elements as a path, for people: of a long one the start.
    pub(super) fn path(&self, depth: usize) -> String {
        let mut from = 0;
        let mut path = String::new();
        for &end in self.ends.iter().take(depth) {
            let name = String::from_utf8_lossy(self.names.get(from..end).unwrap_or_default());
            from = end;
            path.push('/');
            path.extend(name.chars().take(40));
            if path.len() > 200 {
                path.push('…');
                break;
            }
        }
        path
    }
}

/// Looks for `>` behind two of `byte`; `run` of them stood before. The length up to and with it, or the run at the end.
fn run_of(text: &[u8], byte: u8, run: u8) -> Result<usize, u8> {
    let mut run = run;
    let mut at = 0;
    while let Some(&found) = text.get(at) {
        if found == byte {
            run = (run + 1).min(2);
        } else if found == b'>' && run == 2 {
            return Ok(at + 1);
        } else {
            run = 0;
            at += memchr::memchr(byte, &text[at..]).unwrap_or(text.len() - at);
            continue;
        }
        at += 1;
    }
    Err(run)
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..)
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.' | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of a text cut after every byte.
    fn steps(text: &str, cut: usize) -> Vec<String> {
        let mut scanner = Scanner::new();
        let mut found = Vec::new();
        for (nth, slice) in text.as_bytes().chunks(cut).enumerate() {
            scanner.next_slice();
            let mut at = 0;
            loop {
                match scanner.feed(slice, at) {
                    Step::More => break,
                    Step::Open { end, empty } => {
                        let name = String::from_utf8_lossy(scanner.name()).into_owned();
                        found.push(format!("{name}{} {}", if empty { "/" } else { "" }, nth * cut + end));
                        at = end;
                    }
                    Step::Close { end } => {
                        found.push(format!("- {}", nth * cut + end));
                        at = end;
                    }
                    Step::Bad { at, code, .. } => {
                        found.push(format!("{code} {}", nth * cut + at));
                        return found;
                    }
                }
            }
        }
        found
    }

    #[test]
    fn cuts_change_nothing() {
        for (text, expected) in [
            (
                "<?xml version='1.0'?>\n<a b='>' c=\"/\"><!-- <x> --- --><d/><가 ></가 ></a> ",
                "a 37,d/ 57,가 63,- 70,- 74",
            ),
            ("<a><![CDATA[<b>]] ]></a>]]></a>", "a 3,- 31"),
            ("<a/><!---->", "a/ 4"),
            ("<a><b></a></b>", "a 3,b 6,SYNTAX 9"),
            ("<a b='<'/>", "SYNTAX 6"),
            ("<a <b/>", "SYNTAX 3"),
            ("x<a/>", "SYNTAX 0"),
            ("<!doctype a []><a/>", "XML_DTD 8"),
            ("<!ELEMENT a>", "SYNTAX 2"),
            ("</a>", "SYNTAX 1"),
            ("<1/>", "SYNTAX 1"),
            ("<a&b/>", "SYNTAX 2"),
        ] {
            for cut in [1, 2, 3, 5, 100] {
                assert_eq!(steps(text, cut).join(","), expected, "{text} by {cut}");
            }
        }
    }
}
