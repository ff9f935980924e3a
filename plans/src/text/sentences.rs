//! Sentences of Korean and English text.

use std::ops::Range;

use super::quotes::{Enclosed, Enclosure, enclosed};
use super::words::stride;

/// English abbreviations that end in a period inside a sentence, without it.
const ABBREVIATIONS: [&str; 34] = [
    "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "vs", "etc", "e.g", "i.e", "No", "no", "Inc", "Ltd", "Co",
    "Corp", "Gen", "Col", "Lt", "Rev", "Hon", "Mt", "Ft", "approx", "fig", "Fig", "Vol", "vol", "pp", "ca", "al", "cf",
];

/// The sentences of a text: byte ranges without white space around them, in order.
///
/// A sentence ends at a line's end and at `.`, `!`, `?`, `。` before white space or the end, but not inside quotes or
/// brackets, after an abbreviation, an initial or a list number, nor where a quotation goes on (`"간다."라고`).
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    sentences_outside(text, &enclosed(text))
}

/// [`sentences`], with the quotations found before.
pub fn sentences_outside(text: &str, quotations: &[Enclosed]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut next_quote = 0;
    while at < text.len() {
        while quotations.get(next_quote).is_some_and(|entry| entry.outer.end <= at) {
            next_quote += 1;
        }
        if let Some(entry) = quotations.get(next_quote)
            && entry.outer.start == at
        {
            at = entry.outer.end;
            if entry.kind != Enclosure::Bracket
                && text[entry.inner.clone()].ends_with(['.', '!', '?'])
                && breaks(text, at)
            {
                push(text, start..at, &mut found);
                start = at;
            }
            continue;
        }
        let stop = quotations.get(next_quote).map(|entry| entry.outer.start).filter(|start| *start > at);
        let stop = stop.unwrap_or(text.len());
        let Some(found_at) = terminator(&text[at..stop]) else {
            at = stop;
            continue;
        };
        let end = at + found_at.end;
        at += found_at.start;
        if text[at..].starts_with('\n') || ends_sentence(text, start, at, end) {
            push(text, start..end, &mut found);
            start = end;
        }
        at = end;
    }
    push(text, start..text.len(), &mut found);
    found
}

/// The first character that may end a sentence.
fn terminator(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b'\n' | b'.' | b'!' | b'?') {
            return Some(at..at + 1);
        }
        if byte == 0xE3 && text[at..].starts_with('。') {
            return Some(at..at + '。'.len_utf8());
        }
        at += stride(byte);
    }
    None
}

/// After a quotation that ends like a sentence: does the next word start another one?
fn breaks(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else { return false };
    let mut chars = rest.chars();
    match chars.next() {
        None => true,
        Some(c) if c.is_whitespace() => {
            let next = rest.trim_start();
            !["라고", "이라고", "라며", "이라며", "라는", "고 ", "하고", "며 ", "면서", "라면서"]
                .iter()
                .any(|quote| next.starts_with(quote))
                && !next.starts_with(|c: char| c.is_ascii_lowercase())
        }
        Some(_) => false,
    }
}

/// Is the terminator at `at..end` the end of the sentence that began at `start`?
fn ends_sentence(text: &str, start: usize, at: usize, end: usize) -> bool {
    let after = text[end..].chars().next();
    if !after.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | ')' | '[')) {
        // Korean news often lacks the space: "했다.그러나". Digits and Latin letters around a point stay together.
        let before = text[..at].chars().next_back();
        return text[at..].starts_with('.') && before == Some('다') && after.is_some_and(super::words::is_hangul);
    }
    if !text[at..].starts_with('.') {
        return true;
    }
    let body = text[start..at].trim_start();
    let last_word = body.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let number_of_list = last_word.len() == body.len() && body.len() <= 3 && body.chars().all(|c| c.is_ascii_digit());
    let single_letter = last_word.chars().count() == 1 && last_word.chars().all(|c| c.is_ascii_alphabetic());
    let dotted = last_word.contains('.') && last_word.split('.').all(|part| part.len() <= 1) && after.is_some();
    let continues = text[end..].trim_start().starts_with(|c: char| c.is_ascii_lowercase());
    let dotted_goes_on = dotted && (continues || last_word.len() <= 3);
    // Dates: "1994. 3. 5. 착공".
    let digits = |word: &str| !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let next = text[end..].split_whitespace().next().unwrap_or("");
    let previous = body[..body.len() - last_word.len()].trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
    let dotted_number = |word: &str| word.strip_suffix('.').is_some_and(digits);
    let date = digits(last_word) && (dotted_number(next) || dotted_number(previous));
    !(number_of_list || single_letter || dotted_goes_on || date || ABBREVIATIONS.contains(&last_word))
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(raw) = text.get(range.clone()) else { return };
    let left = raw.len() - raw.trim_start().len();
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return;
    }
    let start = range.start + left;
    found.push(start..start + trimmed.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn korean() {
        assert_eq!(
            cut("길이는 1.18km이다. 그는 \"내가 맡는다. 걱정 마라\"고 했다. 끝났나?\n제목\n 둘째 줄이다."),
            ["길이는 1.18km이다.", "그는 \"내가 맡는다. 걱정 마라\"고 했다.", "끝났나?", "제목", "둘째 줄이다."]
        );
        assert_eq!(
            cut("그는 \"간다.\"라고 했다. \"나는 간다.\" 그가 갔다."),
            ["그는 \"간다.\"라고 했다.", "\"나는 간다.\"", "그가 갔다."]
        );
        assert_eq!(cut("열렸다.그러나 끝났다."), ["열렸다.", "그러나 끝났다."]);
        assert_eq!(cut("1. 개요\n1994. 3. 5. 착공했다."), ["1. 개요", "1994. 3. 5. 착공했다."]);
        assert!(cut(" \n ").is_empty());
    }

    #[test]
    fn english() {
        assert_eq!(
            cut("Dr. Kim moved to the U.S. in 1994. It cost $3.5 million! \"Really?\" he asked. J. Lee left."),
            ["Dr. Kim moved to the U.S. in 1994.", "It cost $3.5 million!", "\"Really?\" he asked.", "J. Lee left."]
        );
    }
}
