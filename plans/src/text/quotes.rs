//! What stands in quotes or brackets.

use std::ops::Range;

use super::words::{is_alphanumeric, stride};

/// A quotation or bracket longer than this many bytes is not believed: its other end is probably missing.
const LONGEST: usize = 900;

/// What encloses a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enclosure {
    /// `"…"`, `“…”`.
    Double,
    /// `'…'`, `‘…’`.
    Single,
    /// `「…」`, `『…』`, `《…》`, `〈…〉`, `<…>`: titles of works.
    Title,
    /// `(…)`, `[…]`, `{…}`, `【…】`.
    Bracket,
}

/// A stretch in quotes or brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed {
    /// Bytes with the marks.
    pub outer: Range<usize>,
    /// Bytes between the marks.
    pub inner: Range<usize>,
    /// Which marks.
    pub kind: Enclosure,
}

/// The outermost quotations and brackets of a text, in order, each closed on its own line. Apostrophes are none.
pub fn enclosed(text: &str) -> Vec<Enclosed> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Opening marks are ASCII or begin with one of three bytes; Hangul with none of them.
        if matches!(byte, b'"' | b'\'' | b'(' | b'[' | b'{' | b'<' | 0xE2 | 0xE3 | 0xEF)
            && let Some(c) = text.get(at..).and_then(|rest| rest.chars().next())
            && let Some((close, kind)) = closing(c)
            && (c != '\'' || opens_single(text[..at].chars().next_back(), text.get(at + 1..)))
            && let Some(inner_end) = find_close(text, at + c.len_utf8(), c, close)
        {
            let outer_end = inner_end + close.len_utf8();
            found.push(Enclosed { outer: at..outer_end, inner: at + c.len_utf8()..inner_end, kind });
            at = outer_end;
            continue;
        }
        at += stride(byte);
    }
    found
}

/// The closing mark of an opening one.
fn closing(c: char) -> Option<(char, Enclosure)> {
    Some(match c {
        '"' => ('"', Enclosure::Double),
        '\'' => ('\'', Enclosure::Single),
        '(' => (')', Enclosure::Bracket),
        '[' => (']', Enclosure::Bracket),
        '{' => ('}', Enclosure::Bracket),
        '<' => ('>', Enclosure::Title),
        _ if c.is_ascii() => return None,
        '“' => ('”', Enclosure::Double),
        '‘' => ('’', Enclosure::Single),
        '「' => ('」', Enclosure::Title),
        '『' => ('』', Enclosure::Title),
        '《' => ('》', Enclosure::Title),
        '〈' => ('〉', Enclosure::Title),
        '（' => ('）', Enclosure::Bracket),
        '【' => ('】', Enclosure::Bracket),
        '〔' => ('〕', Enclosure::Bracket),
        _ => return None,
    })
}

/// Does a straight single quote open here, rather than stand as an apostrophe?
fn opens_single(before: Option<char>, after: Option<&str>) -> bool {
    !before.is_some_and(is_alphanumeric)
        && after.and_then(|rest| rest.chars().next()).is_some_and(|c| !c.is_whitespace() && !c.is_ascii_digit())
}

/// Where the mark that was opened before `from` is closed.
fn find_close(text: &str, from: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    let mut before = ' ';
    for (offset, c) in text.get(from..)?.char_indices() {
        if c == '\n' || offset > LONGEST {
            return None;
        }
        if c == close {
            let rest = text.get(from + offset + c.len_utf8()..).unwrap_or("");
            let apostrophe = matches!(c, '\'' | '’')
                && is_alphanumeric(before)
                && rest.chars().next().is_some_and(|next| next.is_ascii_alphanumeric());
            if !apostrophe {
                if depth == 0 {
                    return Some(from + offset);
                }
                depth -= 1;
            }
        } else if c == open {
            depth += 1;
        }
        before = c;
    }
    None
}

/// The enclosure that holds a byte, marks included, in a sorted list.
pub fn enclosure_at(list: &[Enclosed], byte: usize) -> Option<&Enclosed> {
    let next = list.partition_point(|entry| entry.outer.start <= byte);
    list.get(next.checked_sub(1)?).filter(|entry| byte < entry.outer.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_outermost_pairs() {
        let text = "그는 \"'새들'이 온다\"고 (조용히) 말했다. it's 5' tall “열린 채";
        let found: Vec<&str> = enclosed(text).into_iter().map(|entry| &text[entry.inner]).collect();
        assert_eq!(found, ["'새들'이 온다", "조용히"]);
        let nested = "a (b (c) d) 《책》 e";
        let found: Vec<&str> = enclosed(nested).into_iter().map(|entry| &nested[entry.inner]).collect();
        assert_eq!(found, ["b (c) d", "책"]);
        assert!(enclosed("\"한 줄\n다음 줄\"").is_empty());
    }
}
