//! Candidates in English text: years, dates, amounts of money, numbers, capitalised names.

use std::ops::Range;

use super::candidates::{Candidate, CandidateKind, DateParts};
use super::numbers::{Quantity, scan_number};
use super::units::unit_at;
use super::words::words;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Words that begin with a capital letter without being part of a name.
const NO_NAMES: [&str; 40] = [
    "The", "A", "An", "In", "On", "At", "It", "He", "She", "They", "We", "I", "This", "That", "These", "Those", "When",
    "After", "Before", "But", "And", "His", "Her", "Its", "Their", "As", "By", "For", "From", "If", "Mr", "Mrs", "Ms",
    "Dr", "What", "Who", "Where", "Why", "How", "There",
];

/// Adds the candidates of a text that is not Korean.
pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    let list: Vec<Range<usize>> = words(text).collect();
    for (place, range) in list.iter().enumerate() {
        let word = &text[range.clone()];
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '$') {
            number(text, range, found);
        }
        if let Some(month) = month(word) {
            date(text, &list, place, month, found);
        }
    }
    names(text, &list, found);
}

fn month(word: &str) -> Option<u8> {
    MONTHS.iter().position(|month| *month == word).and_then(|place| u8::try_from(place + 1).ok())
}

fn year(word: &str) -> Option<u16> {
    (word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())?
        .filter(|year| (1000..2200).contains(year))
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    (word.len() - digits.len() <= 2).then(|| digits.parse().ok())?.filter(|day| (1..=31).contains(day))
}

fn number(text: &str, range: &Range<usize>, found: &mut Vec<Candidate>) {
    let word = &text[range.clone()];
    if let Some(year) = year(word) {
        let parts = DateParts { year: Some(year), ..DateParts::default() };
        for kind in [CandidateKind::Year, CandidateKind::Date] {
            let inside =
                found.iter().rev().take(4).any(|last| last.kind == CandidateKind::Date && last.range.end >= range.end);
            if kind == CandidateKind::Year || !inside {
                found.push(Candidate { date: Some(parts), ..Candidate::plain(range.clone(), kind) });
            }
        }
    }
    let money = word.starts_with('$');
    let digits_start = range.start + usize::from(money);
    let Some((length, value)) = scan_number(&text[digits_start..]) else { return };
    let mut end = digits_start + length;
    if end != range.end && !(money && end < range.end) {
        return;
    }
    let mut value = value;
    for (name, factor) in [(" million", 1_000_000), (" billion", 1_000_000_000), (" trillion", 1_000_000_000_000_i128)]
    {
        if text[end..].starts_with(name) {
            let Some(scaled) = value.checked_mul(factor) else { return };
            value = scaled;
            end += name.len();
        }
    }
    let unit = if money { unit_at("달러") } else { None };
    if let Some(quantity) = Quantity::new(value, unit, false) {
        found.push(Candidate {
            quantity: Some(quantity),
            ..Candidate::plain(range.start..end, CandidateKind::Quantity)
        });
    }
}

fn date(text: &str, list: &[Range<usize>], place: usize, month: u8, found: &mut Vec<Candidate>) {
    let mut parts = DateParts { month: Some(month), ..DateParts::default() };
    let Some(first) = list.get(place) else { return };
    let mut range = first.clone();
    // "3 March 1994"
    if let Some(before) = place.checked_sub(1).and_then(|before| list.get(before))
        && text[before.end..range.start] == *" "
        && let Some(day) = day(&text[before.clone()])
    {
        parts.day = Some(day);
        range.start = before.start;
    }
    let mut next = place + 1;
    if parts.day.is_none()
        && let Some(after) = list.get(next)
        && text[range.end..after.start] == *" "
        && let Some(day) = day(&text[after.clone()])
    {
        parts.day = Some(day);
        range.end = after.end;
        next += 1;
    }
    if let Some(after) = list.get(next)
        && matches!(&text[range.end..after.start], " " | ", ")
        && let Some(year) = year(&text[after.clone()])
    {
        parts.year = Some(year);
        range.end = after.end;
    }
    if parts.year.is_some() || parts.day.is_some() {
        found.push(Candidate { date: Some(parts), ..Candidate::plain(range, CandidateKind::Date) });
    }
}

/// Two or three capitalised words in a row.
fn names(text: &str, list: &[Range<usize>], found: &mut Vec<Candidate>) {
    let is_name = |range: &Range<usize>| {
        let word = &text[range.clone()];
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
            && !NO_NAMES.contains(&word)
            && !MONTHS.contains(&word)
    };
    let mut at = 0;
    while let Some(first) = list.get(at) {
        if !is_name(first) {
            at += 1;
            continue;
        }
        let mut last = at;
        while let (Some(one), Some(other)) = (list.get(last), list.get(last + 1))
            && is_name(other)
            && text[one.end..other.start] == *" "
        {
            last += 1;
        }
        if (1..=2).contains(&(last - at))
            && let Some(end) = list.get(last)
        {
            found.push(Candidate::plain(first.start..end.end, CandidateKind::Person));
        }
        at = last + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::quotes::enclosed;
    use super::super::{CandidateKind, Candidates};

    #[test]
    fn kinds() {
        let text = "On March 3, 1994 Jane Miller paid $3.5 million for 1,200 trees; in 1997 it closed. The Dr Lee, A4 and 12th.";
        let all = Candidates::find(text, &enclosed(text));
        let of = |kind| -> Vec<&str> {
            all.found.iter().filter(|found| found.kind == kind).map(|found| &text[found.range.clone()]).collect()
        };
        assert_eq!(of(CandidateKind::Date), ["March 3, 1994", "1997"]);
        assert_eq!(of(CandidateKind::Year), ["1994", "1997"]);
        assert_eq!(of(CandidateKind::Person), ["Jane Miller"]);
        assert!(of(CandidateKind::Quantity).contains(&"$3.5 million"));
        assert!(of(CandidateKind::Quantity).contains(&"1,200"));
    }
}
