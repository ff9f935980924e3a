//! A JSON value read over without being kept, cut anywhere, of any size: its grammar is checked all the same.

use super::lexical::{StringFault, StringScan, StringStep, show, skip_space};
use super::number::{Token, classify, token_end};

/// Most containers that may ever be open at once: as much as `limits.nesting` can be.
pub(super) const MAX_DEPTH: usize = 127;

/// No number is longer; what is longer is not kept while it is read over.
const MAX_TOKEN: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Value,
    ItemOrEnd,
    KeyOrEnd,
    Key,
    InKey(StringScan),
    Colon,
    InString(StringScan),
    InToken,
    Next,
    Done,
}

/// Reads over one value.
#[derive(Debug, Clone)]
pub(super) struct Skipper {
    /// One bit for each open container: set for objects.
    objects: Vec<u64>,
    depth: usize,
    limit: usize,
    state: State,
    token: Vec<u8>,
    token_length: usize,
}

/// How far reading over came. Places are indices into the text given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Skipped {
    /// The value ends before this index.
    Done(usize),
    /// The text ran out.
    More,
    /// A token that is meant as a number and is none ends before `at`. Feeding goes on from there.
    Number { at: usize, length: usize },
    /// The grammar is broken at `at`, less `back` ASCII bytes that may lie in text given before.
    Bad { at: usize, back: usize, code: &'static str, detail: String },
}

impl Skipper {
    /// A reader for one value in which up to `limit` containers may be open at once.
    pub(super) fn new(limit: usize) -> Self {
        Self { objects: Vec::new(), depth: 0, limit, state: State::Value, token: Vec::new(), token_length: 0 }
    }

    fn open(&mut self, object: bool) -> bool {
        if self.depth >= self.limit {
            return false;
        }
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.objects.len() {
            self.objects.push(0);
        }
        if let Some(word) = self.objects.get_mut(word) {
            *word = *word & !(1 << bit) | (u64::from(object) << bit);
        }
        self.depth += 1;
        self.state = if object { State::KeyOrEnd } else { State::ItemOrEnd };
        true
    }

    fn in_object(&self) -> bool {
        let last = self.depth.wrapping_sub(1);
        self.objects.get(last / 64).is_some_and(|word| word >> (last % 64) & 1 == 1)
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.after_value();
    }

    fn after_value(&mut self) {
        self.state = if self.depth == 0 { State::Done } else { State::Next };
    }

    /// Goes on with `text` from index `from`.
    pub(super) fn feed(&mut self, text: &[u8], from: usize) -> Skipped {
        let bad = |at, detail: String| Skipped::Bad { at, back: 0, code: "SYNTAX", detail };
        let mut at = from;
        loop {
            match self.state {
                State::Done => return Skipped::Done(at),
                State::InString(mut scan) => match scan.feed(text, at) {
                    StringStep::End(end) => {
                        at = end;
                        self.after_value();
                        continue;
                    }
                    StringStep::More => {
                        self.state = State::InString(scan);
                        return Skipped::More;
                    }
                    StringStep::Bad(at, fault) => return bad(at, StringFault::detail(fault).to_owned()),
                },
                State::InKey(mut scan) => match scan.feed(text, at) {
                    StringStep::End(end) => {
                        at = end;
                        self.state = State::Colon;
                        continue;
                    }
                    StringStep::More => {
                        self.state = State::InKey(scan);
                        return Skipped::More;
                    }
                    StringStep::Bad(at, fault) => return bad(at, StringFault::detail(fault).to_owned()),
                },
                State::InToken => {
                    let end = token_end(text, at);
                    let room = MAX_TOKEN - self.token.len();
                    self.token.extend_from_slice(&text[at..end.min(at + room)]);
                    self.token_length += end - at;
                    if end == text.len() {
                        return Skipped::More;
                    }
                    at = end;
                    match self.end_token() {
                        Ok(true) => continue,
                        Ok(false) => return Skipped::Number { at, length: self.token_length },
                        Err(detail) => {
                            return Skipped::Bad { at, back: self.token_length, code: "SYNTAX", detail };
                        }
                    }
                }
                _ => {}
            }
            at = skip_space(text, at);
            let Some(&byte) = text.get(at) else { return Skipped::More };
            match (self.state, byte) {
                (State::ItemOrEnd, b']') | (State::KeyOrEnd, b'}') => self.close(),
                (State::Value | State::ItemOrEnd, b'"') => self.state = State::InString(StringScan::default()),
                (State::Value | State::ItemOrEnd, b'{' | b'[') => {
                    if !self.open(byte == b'{') {
                        let detail = "too many containers are open at once".to_owned();
                        return Skipped::Bad { at, back: 0, code: "DEPTH", detail };
                    }
                }
                (State::Value | State::ItemOrEnd, _) if super::number::is_token_byte(byte) => {
                    self.token.clear();
                    self.token_length = 0;
                    self.state = State::InToken;
                    continue;
                }
                (State::Value | State::ItemOrEnd, _) => {
                    return bad(at, format!("expected a value, found {}", show(Some(byte))));
                }
                (State::Key | State::KeyOrEnd, b'"') => self.state = State::InKey(StringScan::default()),
                (State::Key | State::KeyOrEnd, _) => {
                    return bad(at, format!("expected a key in double quotes, found {}", show(Some(byte))));
                }
                (State::Colon, b':') => self.state = State::Value,
                (State::Colon, _) => return bad(at, format!("expected `:` after a key, found {}", show(Some(byte)))),
                (State::Next, b',') => self.state = if self.in_object() { State::Key } else { State::Value },
                (State::Next, b'}') if self.in_object() => self.close(),
                (State::Next, b']') if !self.in_object() => self.close(),
                (_, _) => {
                    let close = if self.in_object() { "`}`" } else { "`]`" };
                    return bad(at, format!("expected `,` or {close}, found {}", show(Some(byte))));
                }
            }
            at += 1;
        }
    }

    /// Whether the token is sound; what is wrong when it is not even meant as a number.
    fn end_token(&mut self) -> Result<bool, String> {
        let kind = if self.token_length > MAX_TOKEN { Token::NotANumber } else { classify(&self.token) };
        self.after_value();
        match kind {
            Token::Unknown => Err(unknown_token(&self.token)),
            Token::NotANumber => Ok(false),
            _ => Ok(true),
        }
    }

    /// The text is over. Only a bare token can end that way; none where the value is cut short.
    pub(super) fn finish(&mut self) -> Option<Skipped> {
        match self.state {
            State::Done => Some(Skipped::Done(0)),
            State::InToken if self.depth == 0 => Some(match self.end_token() {
                Ok(true) => Skipped::Done(0),
                Ok(false) => Skipped::Number { at: 0, length: self.token_length },
                Err(detail) => Skipped::Bad { at: 0, back: self.token_length, code: "SYNTAX", detail },
            }),
            _ => None,
        }
    }
}

/// The sentence about a token that is no value.
pub(super) fn unknown_token(token: &[u8]) -> String {
    let shown: String = String::from_utf8_lossy(token).chars().take(40).collect();
    format!("expected a value, found `{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Skipped {
        Skipper::new(MAX_DEPTH).feed(text.as_bytes(), 0)
    }

    #[test]
    fn sound_values() {
        for text in ["{}", "[]", r#"{"가":[1,-2.5e3,true,null,"\u00e9"],"":{"a":{}}}"#, "[[],[{}]]", r#""x""#] {
            assert_eq!(whole(&format!(" {text},")), Skipped::Done(text.len() + 1), "{text}");
        }
        assert_eq!(whole("12,"), Skipped::Done(2));
        assert_eq!(whole("12"), Skipped::More);
    }

    #[test]
    fn broken_values_and_their_places() {
        for (text, place) in [
            ("{,}", 1),
            (r#"{"a" 1}"#, 5),
            (r#"{"a":1,}"#, 7),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("[1}", 2),
            ("{'a':1}", 1),
            ("[\"a\nb\"]", 3),
            ("[// x\n1]", 1),
        ] {
            assert!(matches!(whole(text), Skipped::Bad { at, back: 0, code: "SYNTAX", .. } if at == place), "{text}");
        }
        assert!(matches!(whole("[True]"), Skipped::Bad { at: 5, back: 4, .. }));
        assert!(matches!(whole("[NaN]"), Skipped::Number { at: 4, length: 3 }));
    }

    #[test]
    fn cuts_change_nothing() {
        let text = r#"{"키":[1.5,"가\"나",{"a":[]}],"b":false} "#.as_bytes();
        for cut in 0..text.len() - 1 {
            let mut skipper = Skipper::new(MAX_DEPTH);
            assert_eq!(skipper.feed(&text[..cut], 0), Skipped::More, "{cut}");
            assert_eq!(skipper.feed(text, cut), Skipped::Done(text.len() - 1));
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(whole(&deep(127)), Skipped::Done(254));
        assert!(matches!(whole(&deep(128)), Skipped::Bad { at: 127, code: "DEPTH", .. }));
        assert_eq!(Skipper::new(usize::MAX).feed(deep(5000).as_bytes(), 0), Skipped::Done(10_000));
    }
}
