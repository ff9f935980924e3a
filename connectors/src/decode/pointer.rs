//! The JSON pointer of a place. Found afterwards, by walking the record again: reading pays nothing for it.

use super::lexical::{StringScan, StringStep, skip_space, unescape};
use super::node::pointer_part;
use super::number::token_end;

enum Level {
    Object(String),
    Array(usize),
}

/// The JSON pointer of the value that starts at `place` of `text`, whose grammar is sound up to there.
pub(super) fn pointer_at(text: &[u8], place: usize) -> String {
    let mut levels: Vec<Level> = Vec::new();
    let mut key_next = false;
    let mut at = skip_space(text, 0);
    while at < place {
        match text.get(at) {
            Some(b'{') => {
                levels.push(Level::Object(String::new()));
                key_next = true;
                at += 1;
            }
            Some(b'[') => {
                levels.push(Level::Array(0));
                at += 1;
            }
            Some(b'}' | b']') => {
                levels.pop();
                at += 1;
            }
            Some(b',') => {
                match levels.last_mut() {
                    Some(Level::Array(item)) => *item += 1,
                    Some(Level::Object(_)) => key_next = true,
                    None => {}
                }
                at += 1;
            }
            Some(b'"') => {
                let StringStep::End(end) = StringScan::default().feed(text, at + 1) else { break };
                if let (true, Some(Level::Object(key))) = (key_next, levels.last_mut()) {
                    let mut out = Vec::new();
                    let raw = text.get(at + 1..end - 1).unwrap_or_default();
                    if unescape(raw, &mut out).is_err() {
                        out = raw.to_vec();
                    }
                    *key = String::from_utf8_lossy(&out).into_owned();
                    key_next = false;
                }
                at = end;
            }
            Some(_) => at = token_end(text, at).max(at + 1),
            None => break,
        }
        at = skip_space(text, at);
    }
    levels.iter().fold(String::new(), |pointer, level| match level {
        Level::Object(key) => pointer + &pointer_part(key),
        Level::Array(item) => format!("{pointer}/{item}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers() {
        let text = r#" {"가/나": [ {"a":1,"b":[1,[2, "x"]]} , 5], "끝": {"~":{}} } "#;
        for (value, pointer) in [
            ("{\"가", ""),
            ("[ {", "/가~1나"),
            ("1,\"b", "/가~1나/0/a"),
            ("\"x\"", "/가~1나/0/b/1/1"),
            ("5]", "/가~1나/1"),
            ("{}}", "/끝/~0"),
        ] {
            assert_eq!(pointer_at(text.as_bytes(), text.find(value).unwrap()), pointer);
        }
    }
}
