//! Globs over object keys and member names.
//!
//! `*` and `?` stay within one path segment, `**` crosses segments, `{a,b}` is a choice. `[` and `]` are letters:
//! folders such as `[라벨]` are common and must not become character classes. A backslash takes the meaning from the
//! sign after it. Pattern and name are compared in Unicode form C, because disks and archives made on macOS hold
//! form D.

use crate::error::{Error, Result};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A compiled glob.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    // A set of one: it recognises `**/*.json` and the like and spares them the regular expression.
    set: GlobSet,
}

impl Pattern {
    /// Compiles `text`; fails with an error of kind `Invalid` that names the place in the pattern.
    pub fn new(text: &str) -> Result<Self> {
        let mut escaped = String::with_capacity(text.len() + 4);
        let mut signs = text.chars();
        while let Some(sign) = signs.next() {
            match sign {
                '[' | ']' => escaped.extend(['\\', sign]),
                '\\' => escaped.extend(['\\', signs.next().unwrap_or('\\')]),
                _ => escaped.push(sign),
            }
        }
        let escaped: String = escaped.nfc().collect();
        let wrong = |error: globset::Error| Error::invalid(format!("'{text}' is not a usable glob")).because(error);
        let glob = GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(true).build().map_err(wrong)?;
        let set = GlobSetBuilder::new().add(glob).build().map_err(wrong)?;
        Ok(Self { text: text.to_owned(), set })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `name`, a path with `/` between its segments, matches as a whole.
    pub fn is_match(&self, name: &str) -> bool {
        self.set.is_match(composed(name).as_ref())
    }
}

/// `name` in Unicode form C, without copying where it already is.
fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.nfc().collect())
    }
}

/// Splits `text` into the folders before the first segment with a glob sign, and the rest.
///
/// The folders come back with their backslashes resolved; the second half is none where `text` has no glob sign.
pub(super) fn split_glob(text: &str) -> (String, Option<&str>) {
    let mut start = 0;
    for segment in text.split('/') {
        if has_glob_sign(segment) {
            return (without_escapes(text[..start].trim_end_matches('/')), Some(&text[start..]));
        }
        start += segment.len() + 1;
    }
    (without_escapes(text), None)
}

fn has_glob_sign(segment: &str) -> bool {
    let mut signs = segment.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '*' | '?' | '{' | '}' => return true,
            '\\' => drop(signs.next()),
            _ => {}
        }
    }
    false
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => plain.push(signs.next().unwrap_or('\\')),
            _ => plain.push(sign),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).unwrap().is_match(name)
    }

    #[test]
    fn stars_stay_within_segments() {
        assert!(matches("*.zip", "TL.zip"));
        assert!(!matches("*.zip", "a/TL.zip"));
        assert!(matches("**/TL_*.zip", "TL_1.zip"));
        assert!(matches("**/TL_*.zip", "a/b/TL_1.zip"));
        assert!(matches("a/**/x.json", "a/x.json"));
        assert!(!matches("a?c", "a/c"));
        assert!(matches("{TL,VL}*.zip", "VL2.zip"));
    }

    #[test]
    fn brackets_are_letters() {
        assert!(matches("[라벨]*.zip", "[라벨]주행.zip"));
        assert!(!matches("[ab].zip", "a.zip"));
        assert!(matches("\\*.zip", "*.zip"));
        assert!(!matches("\\*.zip", "a.zip"));
    }

    #[test]
    fn names_are_compared_composed() {
        let decomposed: String = "라벨링데이터/가.json".nfd().collect();
        assert!(matches("라벨링데이터/*.json", &decomposed));
        let pattern: String = "**/가*.json".nfd().collect();
        assert!(matches(&pattern, "라벨/가1.json"));
    }

    #[test]
    fn folders_before_the_glob_are_the_root() {
        assert_eq!(split_glob("a/[b]/*/c.zip"), ("a/[b]".to_owned(), Some("*/c.zip")));
        assert_eq!(split_glob("**/c.zip"), (String::new(), Some("**/c.zip")));
        assert_eq!(split_glob("/abs/*.zip"), ("/abs".to_owned(), Some("*.zip")));
        assert_eq!(split_glob("a/b\\*c"), ("a/b*c".to_owned(), None));
    }
}
