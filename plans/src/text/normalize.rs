//! Answers in one form, for comparing them.

use unicode_normalization::UnicodeNormalization;

use super::words::is_hangul;

/// An answer for comparison: NFKC, lower case, single spaces, no separators of thousands, no punctuation or quotes around
/// it. Never shown to a reader and never used for offsets.
pub fn normalize_answer(answer: &str) -> String {
    // NFKC leaves ASCII and Hangul syllables as they are.
    if answer.chars().all(|c| c.is_ascii() || is_hangul(c)) {
        normalize(answer.chars().map(|c| c.to_ascii_lowercase()), answer.len())
    } else {
        normalize(answer.nfkc().flat_map(char::to_lowercase), answer.len())
    }
}

fn normalize(chars: impl Iterator<Item = char>, size: usize) -> String {
    let mut out = String::with_capacity(size);
    let mut space = false;
    for c in chars {
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    let out = if out.contains(',') { without_thousands(&out) } else { out };
    let trimmed = out.trim_matches(is_around);
    if trimmed.is_empty() || trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

fn is_around(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '.' | ','
                | '!'
                | '?'
                | ':'
                | ';'
                | '"'
                | '\''
                | '“'
                | '”'
                | '‘'
                | '’'
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '。'
                | '…'
        )
}

/// Takes commas out of `1,180`, not out of `3, 4`.
fn without_thousands(text: &str) -> String {
    let bytes = text.as_bytes();
    let keeps = |at: usize| {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        !(at > 0 && bytes[at - 1].is_ascii_digit() && digits == 3)
    };
    text.char_indices().filter(|&(at, c)| c != ',' || keeps(at)).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form() {
        assert_eq!(normalize_answer(" ‘1,180 Ｍ’. "), "1180 m");
        assert_eq!(normalize_answer("3,  4"), "3, 4");
        assert_eq!(normalize_answer("\u{1100}\u{1161}"), "가");
        assert_eq!(normalize_answer("?!"), "?!");
        assert_eq!(normalize_answer(""), "");
    }
}
