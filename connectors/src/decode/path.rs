//! Paths to the records of a JSON document: `$`, `$[*]`, `$.data[*]`, `$['라벨 데이터'].data[*]`.

use crate::error::{Error, Result};

/// One step from a container to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The value under this key.
    Key(String),
    /// Each element of an array.
    Each,
}

/// A path to the values that are records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPath {
    text: String,
    steps: Vec<Step>,
}

impl RecordsPath {
    /// Reads a path: `$`, then `.key`, `['key']`, `["key"]` or `[*]` any number of times.
    ///
    /// # Errors
    /// The text is no such path; the message says where it stops being one.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |at: usize, what: &str| {
            Error::invalid(format!(
                "records path `{text}`: {what} at character {}; write e.g. `$`, `$[*]`, `$.data[*]` or `$['key'].data[*]`",
                text.get(..at).map_or(0, |t| t.chars().count()) + 1
            ))
        };
        let mut rest = text.strip_prefix('$').ok_or_else(|| wrong(0, "expected `$`"))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            if let Some(after) = rest.strip_prefix("[*]") {
                steps.push(Step::Each);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return Err(wrong(at + 1, "expected a key"));
                }
                steps.push(Step::Key(after[..end].to_owned()));
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
                let quote = quote.ok_or_else(|| wrong(at + 1, "expected `*` or a quoted key"))?;
                let mut key = String::new();
                let mut chars = after.char_indices().skip(1);
                let end = loop {
                    match chars.next() {
                        Some((_, '\\')) => key.extend(chars.next().map(|(_, c)| c)),
                        Some((n, c)) if c == quote => break n + 1,
                        Some((_, c)) => key.push(c),
                        None => return Err(wrong(at + 1, "the quoted key does not end")),
                    }
                };
                steps.push(Step::Key(key));
                rest = after[end..].strip_prefix(']').ok_or_else(|| wrong(at + 1 + end, "expected `]`"))?;
            } else {
                return Err(wrong(at, "expected `.`, `[` or the end"));
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `$`: the document itself.
    pub(super) fn is_document(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl std::fmt::Display for RecordsPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for RecordsPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let key = |k: &str| Step::Key(k.to_owned());
        for (text, steps) in [
            ("$", vec![]),
            ("$[*]", vec![Step::Each]),
            ("$.data[*]", vec![key("data"), Step::Each]),
            ("$.a.b[*]", vec![key("a"), key("b"), Step::Each]),
            ("$['라벨 데이터'].data[*]", vec![key("라벨 데이터"), key("data"), Step::Each]),
            (r#"$["it's"]['a\'b']"#, vec![key("it's"), key("a'b")]),
        ] {
            assert_eq!(RecordsPath::parse(text).unwrap().steps(), steps, "{text}");
        }
    }

    #[test]
    fn wrong_paths_say_where() {
        for (text, place) in [("", 1), ("data", 1), ("$.", 3), ("$data", 2), ("$[0]", 3), ("$['a", 3), ("$['가'x", 6)]
        {
            let error = RecordsPath::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("at character {place};")), "{text}: {error}");
        }
    }
}
