//! The labelled span, whether a procedure reached it, and what kinds, patterns and words are called in a record.

use std::ops::Range;

use crate::reasoning::model::Lang;
use crate::text::{Candidate, CandidateKind, Particle, particle_after};

use super::draft::Draft;
use super::question::{Asked, Question};
use super::template::quote;

/// The labelled span as the builder works with it.
pub(super) struct Target<'g> {
    /// Its bytes.
    pub(super) range: &'g Range<usize>,
    /// In quotes.
    pub(super) quoted: String,
}

/// Did a procedure find the labelled span? Words that leave a value open may be in it or not; a person may be named with
/// or without the title.
pub(super) fn reaches(candidate: &Candidate, target: &Range<usize>) -> bool {
    let within = candidate.extended.start <= target.start && target.end <= candidate.extended.end;
    let covers = target.start <= candidate.range.start && candidate.range.end <= target.end;
    let name = candidate.kind == CandidateKind::Person && target.start == candidate.range.start && within;
    within && covers || name
}

/// What kind of thing an answer is, for a step; `None` where the words of the question say it themselves.
pub(super) fn type_name(question: &Question<'_>, kind: CandidateKind, lang: Lang) -> Option<&'static str> {
    Some(match (lang, kind, question.asked) {
        (Lang::Ko, CandidateKind::Year, _) => "연도",
        (Lang::Ko, CandidateKind::Date, _) => "때를 나타내는 말",
        (Lang::Ko, CandidateKind::Person, _) => "사람",
        (Lang::Ko, CandidateKind::Quantity, Asked::Amount { measure }) => match measure {
            "원" | "달러" | "유로" | "엔" | "위안" => "금액",
            "명" => "사람 수",
            "길이" => "길이",
            "무게" => "무게",
            "넓이" => "넓이",
            "부피" => "부피",
            "%" => "비율",
            "나이" => "나이",
            _ => return None,
        },
        (Lang::En, CandidateKind::Year, _) => "a year",
        (Lang::En, CandidateKind::Date, _) => "a date or year",
        (Lang::En, CandidateKind::Person, _) => "a person",
        (Lang::En, CandidateKind::Quantity, Asked::Amount { measure: "달러" }) => "an amount of money",
        (Lang::En, CandidateKind::Quantity, _) => "a number",
        _ => return None,
    })
}

/// The pattern that candidates of a kind fit, as a record may name it.
pub(super) fn pattern_name(draft: &Draft<'_>, candidate: &Candidate) -> Option<String> {
    match (draft.lang, candidate.kind) {
        (Lang::Ko, CandidateKind::Year) => Some("네 자리 수에 '년'이 붙은 말".to_owned()),
        (Lang::Ko, CandidateKind::Quantity) => {
            let unit = candidate.quantity?.unit;
            // Units are read as they are behind a number: km가.
            let particle = particle_after(&format!("1{unit}"), Particle::Subject).unwrap_or("");
            Some(format!("'{unit}'{particle} 붙은 수"))
        }
        (Lang::Ko, CandidateKind::Person) => Some("직함이 붙은 이름".to_owned()),
        (Lang::Ko, CandidateKind::Date) => Some("수로 적힌 때".to_owned()),
        (Lang::En, CandidateKind::Date) => Some("date or year in figures".to_owned()),
        (Lang::En, CandidateKind::Year) => Some("year of four digits".to_owned()),
        (Lang::En, CandidateKind::Quantity) => Some("number".to_owned()),
        _ => None,
    }
}

/// What the question's focus is called where the question is spoken of; `in_text` is the context's form of it.
pub(super) fn focus_name(question: &Question<'_>, in_text: &str) -> String {
    quote(question.focus_name(in_text, question.focus_word().map_or("", |word| word.word)))
}

/// What is there or absent where a candidate is judged: the focus as a noun, else the context's own form of it.
pub(super) fn absent_name(question: &Question<'_>, in_text: &str) -> String {
    quote(question.focus_name(in_text, in_text))
}

/// How many numbers of four digits a text has.
pub(super) fn four_digits(text: &str) -> usize {
    let (mut count, mut run) = (0, 0);
    for byte in text.bytes().chain(std::iter::once(b' ')) {
        if byte.is_ascii_digit() {
            run += 1;
        } else {
            count += usize::from(run == 4);
            run = 0;
        }
    }
    count
}
