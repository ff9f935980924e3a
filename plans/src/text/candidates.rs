//! Typed candidates for an answer: years, dates, amounts, people with titles, quoted names.
//!
//! All are found by patterns over the whole text. Forms that name the same kind of thing in another way (`94년`, `이듬해`,
//! `수십 명`) are kept apart: where one is there, candidates are not counted.

use std::ops::Range;
use std::sync::LazyLock;

use super::by_char::ByChar;
use super::numbers::{HEDGES_AFTER, HEDGES_BEFORE, Quantity, ends_in_number_word, scan_number};
use super::particles::strip_particle;
use super::quotes::{Enclosed, Enclosure};
use super::units::unit_at;
use super::words::{core_of, eojeols, is_alphanumeric, is_hangul, is_korean, occurrences, stride};

/// What kind of thing a candidate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CandidateKind {
    /// Four digits and 년.
    Year,
    /// A date of one or more of year, month and day: the longest stretch (`1997년 11월`).
    Date,
    /// A number with a unit, money included.
    Quantity,
    /// A full name and a title: `이서준 의원`.
    Person,
    /// A surname and a title: `김 시장`.
    ShortName,
    /// What stands in quotes or title marks, up to 40 characters; no speech.
    Quoted,
}

/// The parts of a date that a text gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateParts {
    /// 1000 to 2999.
    pub year: Option<u16>,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31.
    pub day: Option<u8>,
}

/// A stretch of text that may be an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its bytes.
    pub range: Range<usize>,
    /// The same with words that leave a value open: 약, 여, 이상…
    pub extended: Range<usize>,
    /// Its kind.
    pub kind: CandidateKind,
    /// The value of an amount.
    pub quantity: Option<Quantity>,
    /// The parts of a date or year.
    pub date: Option<DateParts>,
}

impl Candidate {
    /// A candidate without value.
    pub(super) fn plain(range: Range<usize>, kind: CandidateKind) -> Self {
        Self { extended: range.clone(), range, kind, quantity: None, date: None }
    }

    /// The bytes to quote: with a hedge that leaves the value open, without words like 총 or 모두.
    pub fn shown(&self) -> &Range<usize> {
        if self.quantity.is_some_and(|quantity| quantity.hedged) { &self.extended } else { &self.range }
    }

    /// Equal in value to another one; people and quoted names are compared by text.
    pub fn same_value(&self, other: &Self, text: &str) -> bool {
        if let (Some(left), Some(right)) = (&self.quantity, &other.quantity) {
            return left.same_value(right);
        }
        if let (Some(left), Some(right)) = (&self.date, &other.date) {
            return left == right;
        }
        text.get(self.range.clone()) == text.get(other.range.clone())
    }
}

/// All candidates of a text.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// In order of their first byte; a year inside a longer date stands beside it.
    pub found: Vec<Candidate>,
    /// Is a year named in another form than four digits and 년?
    pub loose_years: bool,
}

impl Candidates {
    /// Finds them. `quotations` are those of the same text.
    pub fn find(text: &str, quotations: &[Enclosed]) -> Self {
        let mut all = Self { found: Vec::new(), loose_years: loose_year_word(text) };
        if is_korean(text) {
            all.numbers(text);
            people(text, &mut all.found);
        } else {
            super::candidates_en::find(text, &mut all.found);
        }
        for entry in quotations.iter().filter(|entry| entry.kind != Enclosure::Bracket) {
            let inner = text.get(entry.inner.clone()).unwrap_or("");
            let length = inner.chars().count();
            if (1..=40).contains(&length)
                && inner.trim().len() == inner.len()
                && !inner.ends_with(['.', '!', '?'])
                && (entry.kind == Enclosure::Title || !inner.ends_with(['다', '요', '까', '죠', '자', '라']))
            {
                all.found.push(Candidate::plain(entry.inner.clone(), CandidateKind::Quoted));
            }
        }
        all.found.sort_by_key(|candidate| (candidate.range.start, candidate.kind, candidate.range.end));
        all
    }

    fn numbers(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if !byte.is_ascii_digit() {
                at += stride(byte);
                continue;
            }
            let start = at;
            let before = text[..start].chars().next_back();
            let run = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if before
                .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '-' | '~' | '∼' | '～' | '–' | ':' | '/'))
            {
                // Part of a code, a range, a time or a decimal: no value of its own.
                self.loose_years |= run == 4 || text[start + run..].starts_with('년');
                at = start + run;
                continue;
            }
            let end = self.date(text, start).or_else(|| self.amount(text, start, before));
            self.loose_years |= end.is_none() && run == 4 && matches!(bytes[start], b'1' | b'2');
            at = end.unwrap_or(start + run);
        }
    }

    /// A date that begins at `start`; where it ends.
    fn date(&mut self, text: &str, start: usize) -> Option<usize> {
        let mut parts = DateParts::default();
        let mut end = start;
        let mut year_end = None;
        let (digits, number) = integer(&text[start..])?;
        if text[start + digits..].starts_with('년') {
            let after = start + digits + '년'.len_utf8();
            let year = digits == 4 && (1000..3000).contains(&number) && ends_noun(text, after);
            if !year {
                // '94년', '1990년대', '고종 3년', '10년간'
                self.loose_years |= !text[after..].starts_with('간') || digits == 4;
                return None;
            }
            parts.year = u16::try_from(number).ok();
            end = after;
            year_end = Some(after);
        }
        let mut rest = if end == start { start } else { end + usize::from(text[end..].starts_with(' ')) };
        if let Some((digits, number)) = integer(&text[rest..])
            && digits <= 2
            && (1..=12).contains(&number)
            && text[rest + digits..].starts_with('월')
            && ends_noun(text, rest + digits + '월'.len_utf8())
        {
            parts.month = u8::try_from(number).ok();
            end = rest + digits + '월'.len_utf8();
            rest = end + usize::from(text[end..].starts_with(' '));
        }
        if (parts.month.is_some() || end == start)
            && let Some((digits, number)) = integer(&text[rest..])
            && digits <= 2
            && (1..=31).contains(&number)
            && text[rest + digits..].starts_with('일')
            && ends_noun(text, rest + digits + '일'.len_utf8())
        {
            parts.day = u8::try_from(number).ok();
            end = rest + digits + '일'.len_utf8();
        }
        if end == start {
            return None;
        }
        if let Some(year_end) = year_end {
            let mut year = Candidate::plain(start..year_end, CandidateKind::Year);
            year.date = Some(DateParts { year: parts.year, ..DateParts::default() });
            self.found.push(year);
        }
        let mut date = Candidate::plain(start..end, CandidateKind::Date);
        date.date = Some(parts);
        self.found.push(date);
        Some(end)
    }

    /// A number with a unit that begins at `start`; where it ends.
    fn amount(&mut self, text: &str, start: usize, before: Option<char>) -> Option<usize> {
        let (length, value) = scan_number(&text[start..])?;
        let number_end = start + length;
        // A number glued to letters before it is a name: 제2공장, 이사칠2호.
        if before.is_some_and(is_alphanumeric) {
            return None;
        }
        let mut at = number_end;
        let mut hedged = false;
        if text[at..].starts_with('여') {
            at += '여'.len_utf8();
            hedged = true;
        }
        at += usize::from(text[at..].starts_with(' '));
        let unit = unit_at(&text[at..])?;
        let end = at + unit.surface.len();
        // A range (`3~5명`) has no value of its own, and a unit must end its word.
        if !ends_noun(text, end) || text[end..].starts_with(['~', '∼', '～']) {
            return None;
        }
        let mut extended = start..end;
        let lead = text[..start].trim_end_matches(' ');
        if let Some(hedge) = HEDGES_BEFORE.iter().find(|hedge| lead.ends_with(**hedge)) {
            let from = lead.len() - hedge.len();
            if !text[..from].chars().next_back().is_some_and(is_alphanumeric) {
                extended.start = from;
                hedged |= matches!(*hedge, "약" | "대략" | "최대" | "최소");
            }
        }
        let tail = text[end..].trim_start_matches(' ');
        if text[end..].len() - tail.len() <= 1
            && let Some(hedge) = HEDGES_AFTER.iter().find(|hedge| **hedge != "여" && tail.starts_with(**hedge))
        {
            let to = text.len() - tail.len() + hedge.len();
            if ends_noun(text, to) {
                extended.end = to;
                hedged = true;
            }
        }
        let mut amount = Candidate::plain(start..end, CandidateKind::Quantity);
        amount.extended = extended;
        amount.quantity = Quantity::new(value, Some(unit), hedged);
        amount.quantity.as_ref()?;
        self.found.push(amount);
        Some(end)
    }
}

/// The plain digits that a text begins with: their number and value.
fn integer(text: &str) -> Option<(usize, u32)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=6).contains(&digits).then(|| text[..digits].parse().ok().map(|value| (digits, value)))?
}

/// Does a noun end at `at`: before a border of words, a particle, a form of 이다, or a word that leaves a value open?
fn ends_noun(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let end = rest.find(|c: char| !is_alphanumeric(c)).unwrap_or(rest.len());
    let tail = &rest[..end];
    if tail.is_empty() {
        return true;
    }
    if !tail.chars().all(is_hangul) {
        return false;
    }
    const COPULA: [&str; 26] = [
        "이다",
        "다",
        "이며",
        "며",
        "이고",
        "고",
        "이었다",
        "였다",
        "이었으나",
        "였으나",
        "이었고",
        "였고",
        "이었으며",
        "였으며",
        "이지만",
        "지만",
        "인",
        "입니다",
        "이라",
        "라",
        "이라고",
        "라고",
        "이나",
        "이던",
        "였던",
        "씩",
    ];
    // The last syllable of the noun decides the form of the particle.
    let Some(last) = text[..at].chars().next_back() else { return false };
    let word_start = at - last.len_utf8();
    let word = &text[word_start..at + end];
    COPULA.contains(&tail)
        || HEDGES_AFTER.iter().any(|hedge| *hedge != "여" && tail.starts_with(hedge))
        || strip_particle(word).is_some_and(|(stem, _)| stem.len() == last.len_utf8())
}

/// Is a year named by a word?
fn loose_year_word(text: &str) -> bool {
    const YEARS: [&str; 14] = [
        "이듬해",
        "지난해",
        "올해",
        "내년",
        "작년",
        "재작년",
        "전년",
        "다음해",
        "다음 해",
        "같은 해",
        "그해",
        "그 해",
        "첫해",
        "새해",
    ];
    static BY_LAST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_last(&YEARS));
    text.char_indices().filter(|(_, c)| matches!(c, '해' | '년')).any(|(at, last)| {
        let end = at + last.len_utf8();
        text[end..].starts_with("도") && last == '년' || BY_LAST.under(last).any(|word| text[..end].ends_with(word))
    })
}

/// Titles that follow a name.
const TITLES: [&str; 90] = [
    "시장",
    "의원",
    "국장",
    "대표",
    "교수",
    "장관",
    "회장",
    "사장",
    "원장",
    "위원장",
    "대통령",
    "총리",
    "지사",
    "도지사",
    "구청장",
    "군수",
    "감독",
    "선수",
    "작가",
    "기자",
    "박사",
    "변호사",
    "검사",
    "판사",
    "소장",
    "센터장",
    "본부장",
    "팀장",
    "과장",
    "부장",
    "실장",
    "차관",
    "청장",
    "총장",
    "이사장",
    "이사",
    "연구원",
    "씨",
    "의장",
    "단장",
    "관장",
    "사무총장",
    "부사장",
    "부회장",
    "부시장",
    "부지사",
    "연구위원",
    "책임연구원",
    "선임연구원",
    "대변인",
    "사무국장",
    "교장",
    "학장",
    "처장",
    "지점장",
    "조합장",
    "코치",
    "시인",
    "화백",
    "경감",
    "의사",
    "약사",
    "교사",
    "선생",
    "간사",
    "소방관",
    "경위",
    "경찰관",
    "목사",
    "신부",
    "배우",
    "가수",
    "이장",
    "총무",
    "대사",
    "상무",
    "전무",
    "주무관",
    "사무관",
    "서기관",
    "건축가",
    "화가",
    "조각가",
    "소설가",
    "평론가",
    "연출가",
    "과학자",
    "연구사",
    "학생",
    "주민",
];

/// Surnames of one syllable that cover nearly everyone.
const SURNAMES: &str = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구나민진지엄채원천방공현함변염석선설마길연위표명기반왕금옥육인맹제모탁국여어은편용예경봉사부가복태목형피두감음빈동온호범좌";

/// Words of three syllables before a title that are no names end like this: `조선대 교수`, `경기도 의원`, `민주당 대표`.
const NO_NAME_ENDINGS: &str = "당회측팀권과대시군구부국사청원";

/// Full names with titles, and surnames with titles.
fn people(text: &str, found: &mut Vec<Candidate>) {
    let mut previous: Option<Range<usize>> = None;
    for raw in eojeols(text) {
        let core = core_of(text, raw);
        if let Some(name) = previous.replace(core.clone())
            && name.end + 1 == core.start
            && let Some(title) = title_length(&text[core.clone()])
            && let Some(kind) = name_kind(&text[name.clone()])
        {
            found.push(Candidate::plain(name.start..core.start + title, kind));
        }
    }
}

/// The length of the title that a word consists of, without its particle.
fn title_length(word: &str) -> Option<usize> {
    static BY_FIRST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_first(&TITLES));
    let fitting = BY_FIRST.under(word.chars().next()?).filter(|title| word.starts_with(**title));
    let longest = fitting.max_by_key(|title| title.len())?;
    if word.len() == longest.len() {
        return Some(longest.len());
    }
    ends_noun(word, longest.len()).then_some(longest.len())
}

fn name_kind(name: &str) -> Option<CandidateKind> {
    let surname = name.chars().next()?;
    let length = match name.len() {
        3 => 1,
        9 => 3,
        _ => return None,
    };
    let last = name.chars().next_back()?;
    if !name.chars().all(is_hangul) || !SURNAMES.contains(surname) {
        return None;
    }
    match length {
        1 => Some(CandidateKind::ShortName),
        3 if !NO_NAME_ENDINGS.contains(last) && !name.ends_with('도') => Some(CandidateKind::Person),
        _ => None,
    }
}

/// How many numbers a text puts a unit to, by any form (`840억 원`, `수십 명`, `세 명`, `3~5명`): for a record to say that
/// candidates are all there are, this must equal their number.
pub fn count_of_unit(text: &str, unit: &str) -> usize {
    occurrences(text, unit)
        .filter(|&at| {
            let longer = unit_at(&text[at..]).is_some_and(|found| found.surface != unit);
            !longer && ends_in_number_word(&text[..at])
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::quotes::enclosed;
    use super::*;

    fn find(text: &str) -> Candidates {
        Candidates::find(text, &enclosed(text))
    }

    fn texts(text: &str, kind: CandidateKind) -> Vec<&str> {
        find(text).found.into_iter().filter(|found| found.kind == kind).map(|found| &text[found.range]).collect()
    }

    #[test]
    fn dates_and_years() {
        let text = "다리는 1994년 3월에 착공해 1997년 11월 5일 준공됐다. 3월 1일과 5일에도 2일간 열렸다.";
        assert_eq!(texts(text, CandidateKind::Year), ["1994년", "1997년"]);
        assert_eq!(texts(text, CandidateKind::Date), ["1994년 3월", "1997년 11월 5일", "3월 1일", "5일"]);
        assert!(!find(text).loose_years);
        for loose in
            ["94년에", "1990년대에", "이듬해", "1994~1997년", "고종 3년", "공사(1994-1997)", "1994년생", "1994년도에"]
        {
            assert!(find(loose).loose_years, "{loose}");
            assert!(texts(loose, CandidateKind::Year).is_empty(), "{loose}");
        }
        assert!(!find("10년간 1994년에").loose_years);
    }

    #[test]
    fn amounts() {
        let text =
            "길이는 1,180m이며 왕복 4차로였고 약 300여 명이 840억 원을 냈다. 3%p, 2.5% 이상. 제2공장과 4차 산업, 3~5명";
        assert_eq!(texts(text, CandidateKind::Quantity), ["1,180m", "4차로", "300여 명", "840억 원", "3%p", "2.5%"]);
        let all = find(text);
        let extended: Vec<&str> = all.found.iter().map(|found| &text[found.extended.clone()]).collect();
        assert!(extended.contains(&"약 300여 명") && extended.contains(&"2.5% 이상"));
        assert_eq!(count_of_unit(text, "원"), 1);
        assert_eq!(count_of_unit("세 명과 30명, 수십 명, 유명", "명"), 3);
    }

    #[test]
    fn people_and_quotes() {
        let text = "김도윤 시장은 5일 이서준 의원을 만났다. 김 시장은 \"최하늘 국장이 사업을 맡는다\"고 《새벽》을 밝혔다. 민주당 대표, 이 자리";
        assert_eq!(texts(text, CandidateKind::Person), ["김도윤 시장", "이서준 의원", "최하늘 국장"]);
        assert_eq!(texts(text, CandidateKind::ShortName), ["김 시장"]);
        assert_eq!(texts(text, CandidateKind::Quoted), ["새벽"]);
    }
}
