//! What a header's YAML must keep to before a tree is made of it: readers of trees recurse, and aliases multiply.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser};

/// Lists and mappings that may be open at once.
const DEEPEST: usize = 64;

/// Characters that all aliases of a header may stand for, taken together.
const MOST_REPEATED: usize = 1 << 20;

/// A list or mapping that is open.
struct Open {
    is_map: bool,
    /// In a mapping: what comes next is a key.
    wants_key: bool,
    /// The anchor by which aliases name it, or 0.
    anchor: usize,
    start: usize,
}

/// What is wrong, and where; nothing where the YAML itself is, which its reader reports.
pub(super) fn problem(text: &str) -> Option<(Marker, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    let mut repeated = 0_usize;
    for event in Parser::new_from_iter(text.chars()) {
        let (event, span) = event.ok()?;
        let wants_key = open.last().is_some_and(|parent| parent.is_map && parent.wants_key);
        if wants_key && matches!(event, Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..)) {
            return Some((span.start, "a key of the header must be a word".to_owned()));
        }
        match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                if open.len() == DEEPEST {
                    return Some((span.start, format!("the header is nested more than {DEEPEST} deep")));
                }
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { is_map, wants_key: true, anchor, start: span.start.index() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { anchor: anchor @ 1.., start, .. }) = open.pop() {
                    lengths.insert(anchor, span.end.index().saturating_sub(start));
                }
            }
            Event::Scalar(_, _, anchor, _) => {
                if anchor > 0 {
                    lengths.insert(anchor, span.end.index().saturating_sub(span.start.index()));
                }
            }
            Event::Alias(anchor) => {
                if open.iter().any(|outer| outer.anchor > 0) {
                    return Some((span.start, "what has an anchor in the header must not hold aliases".to_owned()));
                }
                repeated = repeated.saturating_add(lengths.get(&anchor).copied().unwrap_or(0));
                if repeated > MOST_REPEATED {
                    let message = format!("the aliases of the header stand for more than {MOST_REPEATED} characters");
                    return Some((span.start, message));
                }
            }
            _ => continue,
        }
        if let Some(parent) = open.last_mut() {
            parent.wants_key = !parent.wants_key;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<String> {
        problem(text).map(|(_, message)| message)
    }

    #[test]
    fn what_people_write_passes() {
        for text in ["", "a: 1\nb: [1, {c: d}]\n", "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n", "a: [\n", "a: &x [1]\nb: *y\n"]
        {
            assert_eq!(message(text), None, "{text}");
        }
        assert_eq!(message(&format!("a: {}1{}", "[".repeat(60), "]".repeat(60))), None);
    }

    #[test]
    fn what_grows_without_bound_is_refused() {
        for text in ["- ".repeat(100_000), "[".repeat(100), "{a: ".repeat(100), "? ".repeat(100_000)] {
            let message = message(&text).unwrap();
            assert!(message.contains("64 deep") || message.contains("a word"), "{message}");
        }
        assert!(message("a: &x [1]\nb: &y [*x, *x]\n").unwrap().contains("must not hold aliases"));
        assert!(message("a: &x [1]\n*x : 1\n").unwrap().contains("a word"));
        assert!(message("? [1, 2]\n: 1\n").unwrap().contains("a word"));
        let long = format!("a: &x {}\nb: [{}]\n", "x".repeat(2_000), "*x, ".repeat(2_000));
        assert!(message(&long).unwrap().contains("stand for more"));
    }
}
