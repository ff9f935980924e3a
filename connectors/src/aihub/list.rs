//! AI Hub's answer to "which sets are there": one `number, title` a line, between banners.

use super::dataset::{Import, Place, Problem};
use super::text::{DAMAGED, TextEncoding, decode, lines, tidy};
use std::collections::HashMap;

/// A set as the list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// `dataSetSn`, without zeros in front.
    pub id: String,
    /// Title, in NFC.
    pub title: String,
    /// Its line, from 1.
    pub line: u64,
}

/// What was read from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAnswer {
    /// The sets, and the lines that name none.
    pub entries: Import<ListEntry>,
    /// How the text was written.
    pub encoding: TextEncoding,
    /// Whether the line that ends the list was there; a list without it may be cut.
    pub is_complete: bool,
}

/// Reads the answer to `GET /info/dataset.do`, or what the client prints of it.
///
/// Split at the first comma only: titles hold commas. Lines before the list are banners; from the first entry on, each
/// line that is neither blank nor a rule is an entry or a problem: `CUT` (no title), `LINE` (no number), `ENCODING`,
/// `DUPLICATE` (the number was there before). An input without any entry gives one problem, `EMPTY`, of the whole.
pub fn parse_list(bytes: &[u8]) -> ListAnswer {
    let (text, encoding) = decode(bytes);
    let mut entries: Import<ListEntry> = Import::default();
    // Position of each number among the items.
    let mut seen: HashMap<String, usize> = HashMap::new();
    let (mut has_begun, mut is_complete) = (false, false);
    for (number, line) in lines(&text) {
        let tidied = tidy(line);
        if tidied.is_empty() {
            entries.frame += 1;
            continue;
        }
        if tidied.starts_with("====") {
            is_complete = entries.read > 0;
            has_begun |= tidied.contains("목록");
            entries.frame += 1;
            continue;
        }
        let candidate = entry(&tidied);
        if candidate.is_err() && (!has_begun || is_complete) {
            entries.frame += 1;
            continue;
        }
        (has_begun, is_complete) = (true, false);
        entries.read += 1;
        match candidate {
            Ok(_) if line.contains(DAMAGED) => entries.problems.push(Problem::new(
                "ENCODING",
                Place::Line(number),
                line,
                "the line holds bytes that are no text; get the list again",
            )),
            Ok((id, title)) => match seen.get(&id).and_then(|at| entries.items.get(*at)) {
                Some(ListEntry { title: same, line: first, .. }) => {
                    let why = if *same == title {
                        format!("set {id} is on line {first} already")
                    } else {
                        format!("set {id} is on line {first} already, with the title '{same}'")
                    };
                    entries.problems.push(Problem::new("DUPLICATE", Place::Line(number), line, why));
                }
                None => {
                    seen.insert(id.clone(), entries.items.len());
                    entries.items.push(ListEntry { id, title, line: number });
                }
            },
            Err((code, why)) => entries.problems.push(Problem::new(code, Place::Line(number), line, why)),
        }
    }
    if entries.read == 0 {
        entries.read = 1;
        entries.problems.push(nothing(&text));
    }
    ListAnswer { entries, encoding, is_complete }
}

fn nothing(text: &str) -> Problem {
    let why = if text.trim_start().starts_with('<') {
        "this is an HTML page, not a list of 'number, title'; was the answer redirected?"
    } else {
        "no line 'number, title' is in it; is it the answer to the list of sets?"
    };
    Problem::new("EMPTY", Place::Whole, text.trim(), why)
}

fn entry(line: &str) -> Result<(String, String), (&'static str, &'static str)> {
    // Full-width commas come from editors, not from AI Hub; behind a number they can mean nothing else.
    let digits = line.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(line.len());
    let (id, rest) = line.split_at(digits);
    if id.is_empty() {
        return Err(("LINE", "the line does not begin with a number; expected 'number, title'"));
    }
    let Some(title) = rest.trim_start().strip_prefix([',', '，']) else {
        return Err((
            if rest.is_empty() { "CUT" } else { "LINE" },
            "no comma follows the number; expected 'number, title'",
        ));
    };
    let title = tidy(title);
    if title.is_empty() {
        return Err(("CUT", "the title is missing; expected 'number, title'"));
    }
    let id = id.trim_start_matches('0');
    if id.is_empty() || id.len() > 18 {
        return Err(("LINE", "the number is no number of a set"));
    }
    Ok((id.to_owned(), title))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "==========================================\naihubshell version 25.09.19 v0.6\n\
        ==========================================\nFetching dataset information...\n\
        ==================DataSet 목록==================\n901, 가상 대화 말뭉치\n902, 가상 도로 영상(주간, 야간)\n\
        00903,가상 [바다], 항구\n==========================================\n";

    #[test]
    fn as_printed() {
        let answer = parse_list(LIST.as_bytes());
        let titles: Vec<_> = answer.entries.items.iter().map(|e| (e.id.as_str(), e.title.as_str())).collect();
        let expected =
            [("901", "가상 대화 말뭉치"), ("902", "가상 도로 영상(주간, 야간)"), ("903", "가상 [바다], 항구")];
        assert_eq!(titles, expected);
        assert!(answer.is_complete && answer.entries.is_balanced() && answer.entries.problems.is_empty());
        assert_eq!(answer.entries.frame, 6);
        // The body alone, without banners, with a mark, with Windows line ends.
        let bare = parse_list("\u{FEFF}901, 가상 대화 말뭉치\r\n902, 가상 도로 영상(주간, 야간)\r\n".as_bytes());
        assert_eq!(bare.entries.items.len(), 2);
        assert!(!bare.is_complete);
        let (cp949, _, _) = encoding_rs::EUC_KR.encode(LIST);
        assert_eq!(parse_list(&cp949).entries.items, answer.entries.items);
    }

    #[test]
    fn damaged() {
        let text = "Fetching\n901, 가상\n902\n903,\n904 가상\n가상의 나머지\n901, 가상\n901, 다른 가상\n905，가상\n0, 가상\n90";
        let entries = parse_list(text.as_bytes()).entries;
        let codes: Vec<_> = entries.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["CUT", "CUT", "LINE", "LINE", "DUPLICATE", "DUPLICATE", "LINE", "CUT"]);
        assert_eq!(entries.items.iter().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["901", "905"]);
        assert!(entries.is_balanced());
        assert!(entries.problems[5].why.contains("with the title '가상'"), "{}", entries.problems[5]);
        for text in ["", "<html><body>502", "\u{0}\u{1}"] {
            let entries = parse_list(text.as_bytes()).entries;
            assert_eq!((entries.items.len(), entries.problems[0].code), (0, "EMPTY"), "{text:?}");
            assert!(entries.is_balanced());
        }
        let mut cut = "901, 가상\n902, 가나다라\n903, 마바사아".as_bytes().to_vec();
        cut.pop();
        let entries = parse_list(&cut).entries;
        assert_eq!((entries.items.len(), entries.problems[0].code), (2, "ENCODING"));
    }
}
