//! Quantities in Korean questions.

use super::number::{self, Number};
use super::quantity::{Quantity, Unit, Units};
use super::quantity_en::number_length;

/// Counters, longer ones before their beginnings.
const COUNTERS: [&str; 66] = [
    "센티미터",
    "킬로미터",
    "밀리리터",
    "킬로그램",
    "퍼센트",
    "제곱미터",
    "상자",
    "봉지",
    "묶음",
    "송이",
    "마리",
    "자루",
    "켤레",
    "그루",
    "포기",
    "세트",
    "조각",
    "시간",
    "개월",
    "주일",
    "달러",
    "미터",
    "그램",
    "리터",
    "다스",
    "모둠",
    "박스",
    "바퀴",
    "번째",
    "사람",
    "접시",
    "바구니",
    "kg",
    "km",
    "cm",
    "mm",
    "mL",
    "개",
    "명",
    "원",
    "권",
    "장",
    "살",
    "분",
    "초",
    "일",
    "주",
    "년",
    "달",
    "쪽",
    "대",
    "병",
    "잔",
    "줄",
    "번",
    "회",
    "배",
    "점",
    "층",
    "통",
    "벌",
    "채",
    "팀",
    "m",
    "g",
    "L",
];

/// Native numerals before a counter, longer ones before their beginnings.
const NATIVE: [(&str, i64); 32] = [
    ("열다섯", 15),
    ("열여섯", 16),
    ("열일곱", 17),
    ("열여덟", 18),
    ("열아홉", 19),
    ("열한", 11),
    ("열두", 12),
    ("열세", 13),
    ("열네", 14),
    ("하나", 1),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
    ("스무", 20),
    ("스물", 20),
    ("서른", 30),
    ("마흔", 40),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
    ("한", 1),
    ("두", 2),
    ("세", 3),
    ("네", 4),
    ("둘", 2),
    ("셋", 3),
    ("넷", 4),
    ("열", 10),
    ("쉰", 50),
];

/// What may follow a counter in its 어절.
fn is_end(rest: &str) -> bool {
    let plain = rest.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    plain.is_empty()
        || [
            "이",
            "가",
            "을",
            "를",
            "은",
            "는",
            "의",
            "에",
            "와",
            "과",
            "로",
            "으로",
            "씩",
            "에서",
            "만",
            "도",
            "보다",
            "짜리",
            "에게",
            "이고",
            "인",
            "이다",
            "이며",
            "까지",
            "부터",
            "마다",
            "이나",
            "중",
            "중에서",
            "이었다",
            "였다",
            "을요",
            "동안",
        ]
        .contains(&plain)
}

/// The counter at the start of `text`; what follows it in its 어절 must be a particle or nothing.
fn counter(text: &str) -> Option<&'static str> {
    let eojeol = text.split(char::is_whitespace).next().unwrap_or_default();
    COUNTERS.iter().copied().find(|each| eojeol.strip_prefix(each).is_some_and(is_end))
}

/// Reads the quantities and units of a question.
pub(super) fn read(question: &str) -> (Vec<Quantity>, Units) {
    let mut found = Vec::new();
    let mut at = 0;
    let mut word_start = true;
    while let Some(letter) = question.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = question.get(at..).unwrap_or_default();
        let length = if letter.is_ascii_digit() {
            digits(question, at, word_start, &mut found)
        } else if word_start {
            words(question, at, &mut found)
        } else {
            0
        };
        word_start = letter.is_whitespace() || matches!(letter, '(' | '\'' | '"' | '‘' | '“' | ',' | '.');
        if length > 0 {
            at += length;
            word_start = false;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    (found, units(question))
}

/// The last '몇' of a question with its counter: the words to quote, and the counter alone.
pub(super) fn asked(question: &str) -> Option<(&str, &'static str)> {
    let at = question.rfind('몇')?;
    let tail = question.get(at + '몇'.len_utf8()..)?;
    let gap = tail.len() - tail.trim_start().len();
    let eojeol = tail.trim_start().split(char::is_whitespace).next()?;
    let counter = COUNTERS.iter().copied().find(|each| eojeol.starts_with(each))?;
    let rest = eojeol.get(counter.len()..)?.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let question_ending =
        ["인가", "인가요", "입니까", "일까", "일까요", "이나", "인지", "이", "가", "을", "를", "의", "씩", ""];
    let end = at + '몇'.len_utf8() + gap + counter.len();
    question_ending.contains(&rest).then(|| question.get(at..end))?.map(|quote| (quote, counter))
}

/// `3만`, `5천`, `25`: a number in digits with the powers of ten written out. Returns value and bytes.
fn scaled(text: &str) -> Option<(Number, usize)> {
    let length = number_length(text);
    let (value, _) = number::parse_decimal(text.get(..length)?)?;
    let (scale, more) = match text.get(length..).and_then(|rest| rest.chars().next()) {
        Some('백') => (100, 3),
        Some('천') => (1_000, 3),
        Some('만') => (10_000, 3),
        Some('억') => (100_000_000, 3),
        _ => (1, 0),
    };
    Some((value * number::whole(scale), length + more))
}

fn digits(question: &str, at: usize, word_start: bool, found: &mut Vec<Quantity>) -> usize {
    let rest = question.get(at..).unwrap_or_default();
    let Some((mut value, mut length)) = scaled(rest) else { return number_length(rest) };
    let mut also = Vec::new();
    let plain = number_length(rest);
    if plain < length
        && let Some((bare, _)) = rest.get(..plain).and_then(number::parse_decimal)
    {
        also.push((bare, false));
    }
    // "2만 5천": descending powers, only the first is not the last.
    while also.len() < 4
        && length > plain
        && let Some(tail) = rest.get(length..).map(str::trim_start)
        && let Some((more, more_length)) = scaled(tail)
        && more < value
        && rest.get(..length).is_some_and(|read| read.ends_with(['만', '억', '천']))
        && (more_length > number_length(tail) || counter(tail.get(more_length..).unwrap_or_default()).is_some())
    {
        let gap = rest.len() - length - tail.len();
        also.push((more.clone(), false));
        value += more;
        length += gap + more_length;
        if !rest.get(..length).is_some_and(|read| read.ends_with(['만', '억', '천'])) {
            break;
        }
    }
    // "3/4"
    if plain == length
        && let Some(tail) = rest.get(length..).and_then(|tail| tail.strip_prefix('/'))
        && let Some((below, _)) = tail.get(..number_length(tail)).and_then(number::parse_decimal)
        && below > number::whole(0)
    {
        let end = length + 1 + number_length(tail);
        also.extend([(value.clone(), false), (below.clone(), false)]);
        found.push(Quantity { value: value / below, also, quote: word_start.then_some(at..at + end) });
        return end;
    }
    let tail = rest.get(length..).unwrap_or_default();
    let mut end = length;
    let gap = tail.len() - tail.trim_start().len();
    let mut quotable = word_start && !tail.starts_with(':') && !tail.starts_with("번째");
    if tail.starts_with('%') || tail.starts_with("퍼센트") {
        also.extend(super::quantity::percent_forms(&value));
        end += if tail.starts_with('%') { 1 } else { "퍼센트".len() };
    } else if let Some(counter) = counter(tail.trim_start()) {
        end += gap + counter.len();
    } else if gap == 0 && !is_end(tail) {
        // No counter of the list: the whole 어절 is quoted.
        let eojeol = tail.split(char::is_whitespace).next().unwrap_or_default();
        let eojeol = eojeol.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        end += eojeol.len();
        quotable &= !eojeol.contains(|letter: char| !letter.is_alphabetic());
    }
    found.push(Quantity { value, also, quote: quotable.then_some(at..at + end) });
    length
}

fn words(question: &str, at: usize, found: &mut Vec<Quantity>) -> usize {
    let rest = question.get(at..).unwrap_or_default();
    let eojeol = rest.split(char::is_whitespace).next().unwrap_or_default();
    for half in ["절반", "반"] {
        if let Some(tail) = eojeol.strip_prefix(half).filter(|tail| is_end(tail)) {
            if let Some(value) = number::fraction(1, 2) {
                // '반' is a school class too: it counts, but is not quoted.
                let quote = (half == "절반").then_some(at..at + half.len());
                found.push(Quantity { value, also: vec![(number::whole(2), true)], quote });
            }
            return eojeol.len() - tail.len();
        }
    }
    let Some(&(numeral, value)) = NATIVE.iter().find(|(numeral, _)| eojeol.starts_with(numeral)) else { return 0 };
    let tail = rest.get(numeral.len()..).unwrap_or_default();
    let gap = tail.len() - tail.trim_start().len();
    let counted = counter(tail.trim_start());
    let alone = eojeol.strip_prefix(numeral).is_some_and(is_end);
    if counted.is_none() && !alone {
        return 0;
    }
    let quote = counted.filter(|each| *each != "번째").map(|each| at..at + numeral.len() + gap + each.len());
    found.push(Quantity { value: number::whole(value), also: Vec::new(), quote });
    numeral.len()
}

fn units(question: &str) -> Units {
    const WORDS: [(&str, Unit); 22] = [
        ("시간", Unit::Hour),
        ("분", Unit::Minute),
        ("초", Unit::Second),
        ("하루", Unit::Day),
        ("매일", Unit::Day),
        ("일 동안", Unit::Day),
        ("주일", Unit::Week),
        ("일주", Unit::Week),
        ("개월", Unit::Month),
        ("달", Unit::Month),
        ("년", Unit::Year),
        ("%", Unit::Percent),
        ("퍼센트", Unit::Percent),
        ("km", Unit::Kilometre),
        ("cm", Unit::Centimetre),
        ("kg", Unit::Kilogram),
        ("mL", Unit::Millilitre),
        ("미터", Unit::Metre),
        ("그램", Unit::Gram),
        ("리터", Unit::Litre),
        ("달러", Unit::Dollar),
        ("센트", Unit::Cent),
    ];
    let mut units = Units::default();
    for (word, unit) in WORDS {
        if question.contains(word) {
            units.insert(unit);
        }
    }
    // Single letters only directly behind a digit, and not as the end of a longer unit.
    for (letter, unit) in [('m', Unit::Metre), ('g', Unit::Gram), ('L', Unit::Litre)] {
        let mut before = ' ';
        for each in question.chars() {
            if each == letter && before.is_ascii_digit() {
                units.insert(unit);
            }
            before = each;
        }
    }
    units
}
