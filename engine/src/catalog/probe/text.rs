//! From the first bytes of a member to whole documents: a text that was cut in the middle is closed behind its last
//! complete element.

use serde_json::Value;

/// Deeper documents are not looked at.
const MAX_DEPTH: usize = 120;

/// What the bytes of a member are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One document.
    Json,
    /// A document a line.
    Lines,
    /// Frames as comma-separated numbers, as the MOT challenge has them.
    Tracks,
    /// `name=value` lines.
    Properties,
    /// Something else: a table, markup, a workbook.
    Other,
}

/// Tells what a text is.
pub(super) fn shape(name: &str, text: &str) -> Shape {
    let begins = text.trim_start();
    let lower = name.to_lowercase();
    if lower.ends_with(".jsonl") || lower.ends_with(".ndjson") {
        return Shape::Lines;
    }
    if begins.starts_with(['{', '[']) {
        // Two documents, a line each, in spite of the name.
        let mut lines = begins.lines().map(str::trim).filter(|line| !line.is_empty());
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let both = first.starts_with('{') && first.ends_with('}') && second.starts_with('{');
        // `[section]` of a file of settings is no list.
        if begins.starts_with('[') && lower.ends_with(".ini") {
            return Shape::Properties;
        }
        return if both { Shape::Lines } else { Shape::Json };
    }
    if lower.ends_with(".ini") {
        return Shape::Properties;
    }
    let first = begins.lines().next().unwrap_or_default();
    let cells = first.split(',').map(str::trim);
    let (count, numbers) =
        cells.fold((0, 0), |(count, numbers), cell| (count + 1, numbers + usize::from(cell.parse::<f64>().is_ok())));
    if lower.ends_with(".txt") && count >= 6 && numbers == count { Shape::Tracks } else { Shape::Other }
}

/// A text that was cut, up to its last complete line.
pub(super) fn whole_lines(text: &str) -> &str {
    text.rfind('\n').map_or("", |end| text.get(..end).unwrap_or_default())
}

/// Why a text is no JSON: the offset, in bytes, of what does not fit. None where the text only ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scanned {
    /// It is complete.
    Whole,
    /// It ends in the middle. Everything before `keep` and then `closers` is a document; 0 where nothing can be kept.
    Cut { keep: usize },
    /// It holds something that no JSON does at this offset; `keep` as above.
    Wrong { keep: usize },
}

/// A container that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    is_list: bool,
    /// End of its last complete element; 0 where there is none.
    complete: usize,
}

/// Goes through a text once, without building anything.
pub(super) fn scan(text: &str) -> (Scanned, String) {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let (mut at, mut done) = (0, false);
    // Whether a value has just ended, so that a comma or an end must follow.
    let mut after_value = false;
    let mut wrong = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            _ if done => {
                wrong = true;
                break;
            }
            b'{' | b'[' if !after_value && open.len() < MAX_DEPTH => {
                open.push(Open { is_list: byte == b'[', complete: 0 });
                at += 1;
            }
            b'}' | b']' => {
                if open.pop().is_none_or(|last| last.is_list != (byte == b']')) {
                    wrong = true;
                    break;
                }
                at += 1;
                after_value = true;
                done = ended(&mut open, at);
            }
            b',' if after_value => {
                after_value = false;
                at += 1;
            }
            b':' if after_value => {
                // What ended was a key.
                after_value = false;
                at += 1;
            }
            b'"' if !after_value => match string_end(bytes, at + 1) {
                Some(end) => {
                    at = end;
                    after_value = true;
                    let is_key = next_is_colon(bytes, at);
                    if !is_key {
                        done = ended(&mut open, at);
                    }
                }
                None => break,
            },
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' if !after_value => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
                // A word at the very end may go on behind the cut.
                if at + length == bytes.len() && !open.is_empty() {
                    break;
                }
                at += length;
                after_value = true;
                done = ended(&mut open, at);
            }
            _ => {
                wrong = true;
                break;
            }
        }
    }
    if done && !wrong {
        return (Scanned::Whole, String::new());
    }
    // The outermost list with a complete element is that of the records.
    let outer = open.iter().position(|level| level.is_list && level.complete > 0);
    let (keep, closers) = match outer.and_then(|depth| Some((depth, open.get(depth)?.complete))) {
        Some((depth, complete)) => {
            let levels = open.iter().take(depth + 1).rev();
            (complete, levels.map(|level| if level.is_list { ']' } else { '}' }).collect())
        }
        None => (0, String::new()),
    };
    (if wrong { Scanned::Wrong { keep } } else { Scanned::Cut { keep } }, closers)
}

/// Notes the end of a value in what holds it. True where nothing does: the document is over.
fn ended(open: &mut [Open], at: usize) -> bool {
    match open.last_mut() {
        Some(level) => {
            level.complete = at;
            false
        }
        None => true,
    }
}

/// The place behind the closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn next_is_colon(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

/// A document that was read, and how.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) value: Value,
    /// The text that it stands for, closed where it had to be.
    pub(super) text: String,
    /// Whether something in the bytes was wrong: not where only the sample ended.
    pub(super) damaged: bool,
}

/// The documents of a member: one, or one a line. `cut` says that the bytes are only its beginning. The second number is
/// that of texts which cannot be parsed at all.
pub(super) fn documents(shape: Shape, text: &str, cut: bool) -> (Vec<Document>, u64) {
    match shape {
        Shape::Json => match document(text, cut) {
            Some(document) => (vec![document], 0),
            None => (Vec::new(), u64::from(!cut)),
        },
        Shape::Lines => {
            let text = if cut { whole_lines(text) } else { text };
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let (mut documents, mut failed) = (Vec::new(), 0);
            for line in lines {
                match serde_json::from_str(line) {
                    Ok(value) => documents.push(Document { value, text: line.to_owned(), damaged: false }),
                    Err(_) => failed += 1,
                }
            }
            (documents, failed)
        }
        _ => (Vec::new(), 0),
    }
}

fn document(text: &str, cut: bool) -> Option<Document> {
    if !cut && let Ok(value) = serde_json::from_str(text) {
        return Some(Document { value, text: text.to_owned(), damaged: false });
    }
    let (scanned, closers) = scan(text);
    let (keep, damaged) = match scanned {
        Scanned::Whole => (text.len(), !cut),
        Scanned::Cut { keep } => (keep, !cut),
        Scanned::Wrong { keep } => (keep, true),
    };
    let closed = format!("{}{closers}", text.get(..keep).filter(|kept| !kept.is_empty())?);
    let value = serde_json::from_str(&closed).ok()?;
    Some(Document { value, text: closed, damaged })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(text: &str) -> Option<(String, bool)> {
        document(text, true).map(|document| (document.text, document.damaged))
    }

    #[test]
    fn a_cut_document_ends_behind_its_last_record() {
        let text = r#"{"v": 1, "data": [{"a": [1, 2], "t": "x]}"}, {"a": [3], "t": "y"}, {"a": [4"#;
        let (found, damaged) = closed(text).unwrap();
        assert_eq!(found, r#"{"v": 1, "data": [{"a": [1, 2], "t": "x]}"}, {"a": [3], "t": "y"}]}"#);
        assert!(!damaged);
        // One huge record: what is complete of it.
        let (found, _) = closed(r#"{"data": [{"id": 7, "frames": [{"n": 1}, {"n": 2}, {"n"#).unwrap();
        assert_eq!(found, r#"{"data": [{"id": 7, "frames": [{"n": 1}, {"n": 2}]}]}"#);
        assert_eq!(closed(r#"{"data": [{"id": "#), None);
        assert_eq!(closed("[1, 23").unwrap().0, "[1]");
        let whole = r#"{"a": "\"", "b": [true, null]}"#;
        assert_eq!(closed(whole).unwrap(), (whole.to_owned(), false));
    }

    #[test]
    fn every_cut_gives_a_document_or_nothing() {
        let text = r#"{"data": [{"q": "가\"나", "n": [1, -2.5e3, {"x": null}]}, {"q": "", "n": []}, {}], "end": true}"#;
        for (at, _) in text.char_indices().skip(1) {
            let (scanned, closers) = scan(&text[..at]);
            let Scanned::Cut { keep } = scanned else { panic!("{at}: {scanned:?}") };
            if keep > 0 {
                serde_json::from_str::<Value>(&format!("{}{closers}", &text[..keep])).unwrap();
            }
        }
        assert_eq!(scan(text).0, Scanned::Whole);
    }

    #[test]
    fn damage_is_told_from_the_end_of_the_sample() {
        let text = r#"[{"a": 1}, {"a": 2 "b": 3}, {"a": 4}]"#;
        let found = document(text, false).unwrap();
        assert!(found.damaged && found.text == r#"[{"a": 1}]"#, "{found:?}");
        assert!(document("[{\"a\": 1}, {\"a\"", false).unwrap().damaged);
        assert_eq!(documents(Shape::Json, "{\"a", false).1, 1);
        assert_eq!(documents(Shape::Json, "{\"a", true).1, 0);
        let (lines, failed) = documents(Shape::Lines, "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n{\"a\"", true);
        assert_eq!((lines.len(), failed), (2, 1));
    }

    #[test]
    fn shapes() {
        assert_eq!(shape("a/gt.txt", "1,2,3.0,4,5,6,1,-1,-1,-1\n"), Shape::Tracks);
        assert_eq!(shape("a/seqinfo.ini", "[Sequence]\nframeRate=25\n"), Shape::Properties);
        assert_eq!(shape("a.json", "\u{20}[1]"), Shape::Json);
        assert_eq!(shape("a.json", "{\"a\":1}\n{\"a\":2}\n"), Shape::Lines);
        assert_eq!(shape("a.csv", "a,b\n1,2\n"), Shape::Other);
    }
}
