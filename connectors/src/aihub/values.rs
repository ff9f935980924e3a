//! Values as people write them: `1,234`, `12만 3천`, `1.2 TB`, `2021년 6월`. What is not exactly understood is refused.
//!
//! Each function gives `Ok(None)` where the text says that the value is not known, and the reason of a refusal else.

use super::dataset::{ByteSize, Modality, PartialDate};
use super::text::tidy;
use std::sync::LazyLock;

/// Words for "not known".
const UNKNOWN: [&str; 14] =
    ["-", "–", "—", "--", "n/a", "na", "null", "none", "nan", "unknown", "미상", "미확인", "해당없음", "해당 없음"];

/// Words that may follow a count.
const COUNTERS: [&str; 26] = [
    "개",
    "건",
    "회",
    "명",
    "장",
    "번",
    "쌍",
    "종",
    "편",
    "권",
    "대",
    "문장",
    "문서",
    "파일",
    "어절",
    "클립",
    "시간",
    "이미지",
    "영상",
    "대화",
    "세트",
    "files",
    "file",
    "views",
    "downloads",
    "times",
];

/// Words that make a number an estimate.
const ESTIMATES: [&str; 9] = ["약", "대략", "≈", "≒", "~", "about", "ca.", ">", "<"];

/// `text` without invisible ends and with full-width letters and digits made plain.
fn plain(text: &str) -> String {
    let text = tidy(text);
    if text.is_ascii() {
        return text;
    }
    text.chars()
        .map(|letter| match letter {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
            '−' => '-',
            other => other,
        })
        .collect()
}

/// Whether `text` is empty or says that a value is not known.
pub fn is_unknown(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || UNKNOWN.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A number with decimals: `digits` without the point, of which `decimals` stand behind it.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: u128,
    decimals: u32,
}

impl Decimal {
    /// This many times `unit`; none where that is no whole number, or too large.
    fn times(self, unit: u64) -> Option<u64> {
        let product = self.digits.checked_mul(u128::from(unit))?;
        let scale = 10_u128.checked_pow(self.decimals)?;
        (product % scale == 0).then_some(product / scale).and_then(|whole| u64::try_from(whole).ok())
    }
}

/// The number at the start of `text` and what follows it; commas must separate groups of three.
fn leading_number(text: &str) -> Result<(Decimal, &str), String> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ',' && letter != '.');
    let (number, rest) = text.split_at(end.unwrap_or(text.len()));
    // A comma or full stop at the end belongs to the sentence.
    let number = number.trim_end_matches([',', '.']);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let in_groups = match groups.as_slice() {
        [] => false,
        [only] => !only.is_empty(),
        [first, others @ ..] => (1..=3).contains(&first.len()) && others.iter().all(|group| group.len() == 3),
    };
    if !in_groups {
        return Err(match whole {
            "" => "it does not begin with a digit".to_owned(),
            _ => format!("commas in '{number}' do not separate groups of three digits"),
        });
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("'{number}' has more than one decimal point"));
    }
    let digits = groups.concat() + fraction;
    let too_long = || format!("'{number}' is too long");
    let decimals = u32::try_from(fraction.len()).map_err(|_| too_long())?;
    Ok((Decimal { digits: digits.parse().map_err(|_| too_long())?, decimals }, rest))
}

/// A whole number: `1,234`, `１２`, `1.2만`, `12만 3,456건`, `1억 2천만`, `1.2k`, `12.0`.
///
/// Refused are estimates (`약 100`, `100여`, `100~200`, `100+`), fractions, negative numbers and unknown words behind.
pub fn count(text: &str) -> Result<Option<u64>, String> {
    let text = plain(text);
    if is_unknown(&text) || text == "없음" {
        return Ok(None);
    }
    estimate(&text)?;
    let mut rest = text.as_str();
    let (mut total, mut section, mut last_big) = (0_u64, 0_u64, u64::MAX);
    let whole = || "it is no whole number, or too large".to_owned();
    let large = || "it is too large".to_owned();
    loop {
        let (number, behind) = leading_number(rest)?;
        let mut behind = behind.trim_start();
        let mut letters = behind.chars();
        let small = match letters.next() {
            Some('천') => 1000,
            Some('백') => 100,
            Some('k' | 'K') if letters.as_str().is_empty() => 1000,
            Some('M') if letters.as_str().is_empty() => 1_000_000,
            _ => 1,
        };
        if small > 1 {
            behind = letters.as_str().trim_start();
        }
        let mut letters = behind.chars();
        let big = match letters.next() {
            Some('만') => 10_000,
            Some('억') => 100_000_000,
            Some('조') => 1_000_000_000_000,
            _ => 1,
        };
        if big > 1 {
            behind = letters.as_str().trim_start();
            if big >= last_big {
                return Err("만, 억 and 조 do not descend".to_owned());
            }
            last_big = big;
            let scale = big.checked_mul(small).ok_or_else(large)?;
            let sum = section.checked_mul(big).ok_or_else(large)?;
            let part = number.times(scale).ok_or_else(whole)?;
            total = total.checked_add(sum).and_then(|sum| sum.checked_add(part)).ok_or_else(large)?;
            section = 0;
        } else {
            section = section.checked_add(number.times(small).ok_or_else(whole)?).ok_or_else(large)?;
        }
        if (big > 1 || small > 1) && behind.starts_with(|letter: char| letter.is_ascii_digit()) {
            rest = behind;
            continue;
        }
        let counted = total.checked_add(section).ok_or_else(large)?;
        let word = behind.trim_end_matches('.').to_lowercase();
        if word.is_empty() || COUNTERS.contains(&word.as_str()) {
            return Ok(Some(counted));
        }
        return Err(match word.chars().next() {
            Some('여' | '~' | '+' | '이' | '-' | '–') => "it is an estimate or a range, not a number".to_owned(),
            _ => format!("'{behind}' behind the number is not understood"),
        });
    }
}

fn estimate(text: &str) -> Result<(), String> {
    if ESTIMATES.iter().any(|word| text.starts_with(word)) {
        return Err("it is an estimate, not a number".to_owned());
    }
    if text.starts_with('-') {
        return Err("it is negative".to_owned());
    }
    Ok(())
}

/// Bytes of a unit of size; AI Hub counts in 1024, whatever the unit is called. A header may name one: `용량(GB)`.
pub fn byte_unit(word: &str) -> Option<u64> {
    Some(match word.trim().to_lowercase().as_str() {
        "b" | "byte" | "bytes" | "바이트" => 1,
        "k" | "kb" | "kib" | "킬로바이트" => 1 << 10,
        "m" | "mb" | "mib" | "메가" | "메가바이트" => 1 << 20,
        "g" | "gb" | "gib" | "기가" | "기가바이트" => 1 << 30,
        "t" | "tb" | "tib" | "테라" | "테라바이트" => 1 << 40,
        "p" | "pb" | "pib" | "페타" | "페타바이트" => 1 << 50,
        _ => return None,
    })
}

/// A size: `640 KB`, `1.2TB`, `3기가`, `1,234` (bytes, or the `unit` its header names).
///
/// A size in units is a rounded one: its interval is half a unit of its last digit wide to both sides.
pub fn bytes(text: &str, unit: Option<u64>) -> Result<Option<ByteSize>, String> {
    let text = plain(text);
    if is_unknown(&text) || text == "없음" {
        return Ok(None);
    }
    estimate(&text)?;
    let (number, behind) = leading_number(&text)?;
    let unit = match behind.trim() {
        "" => unit.unwrap_or(1),
        word => byte_unit(word).ok_or_else(|| format!("'{word}' is no unit of size (B, KB, MB, GB, TB, PB)"))?,
    };
    let scale = 10_u128.checked_pow(number.decimals).ok_or("it has too many decimals")?;
    let product = number.digits.checked_mul(u128::from(unit)).ok_or("it is too large")?;
    if unit == 1 && product % scale != 0 {
        return Err("there are no parts of a byte; its unit is missing".to_owned());
    }
    let value = u64::try_from((product + scale / 2) / scale).map_err(|_| "it is too large")?;
    let half = u64::try_from((u128::from(unit) / 2).div_ceil(scale)).unwrap_or(u64::MAX);
    Ok(Some(if unit == 1 { ByteSize::exact(value) } else { ByteSize::within(value, half) }))
}

/// A year of building: `2020`, `2020년`, `2020년도`.
pub fn year(text: &str) -> Result<Option<u16>, String> {
    let text = plain(text);
    if is_unknown(&text) {
        return Ok(None);
    }
    let digits = text.strip_suffix("도").unwrap_or(&text).trim_end();
    let digits = digits.strip_suffix("년").unwrap_or(digits).trim_end();
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    let year = digits.parse::<u16>().ok().filter(|year| digits.len() == 4 && is_year(*year));
    year.map(Some).ok_or_else(|| "it is not one year from 1990 to 2100".to_owned())
}

fn is_year(year: u16) -> bool {
    (1990..=2100).contains(&year)
}

/// A date, as exact as it is given: `2021-06`, `2021.6.`, `2021/06/30`, `2021년 6월`, `202106`, `20210630`, `2021`,
/// with a time of day behind it or not.
pub fn date(text: &str) -> Result<Option<PartialDate>, String> {
    let text = plain(text);
    if is_unknown(&text) {
        return Ok(None);
    }
    let refused = || Err("it is no date such as 2021-06 or 2021-06-30, from 1990 to 2100".to_owned());
    let day = match text.find(['T', ':']) {
        // `2021-06-30T12:00`, `2021-06-30 12:00`: the time of day is not kept.
        Some(_) => text.split(['T', ' ']).next().unwrap_or_default(),
        None => text.as_str(),
    };
    let numbers: Vec<&str> =
        day.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect();
    let mut separators = day.chars().filter(|letter| !letter.is_ascii_digit());
    if !separators.all(|letter| matches!(letter, '-' | '.' | '/' | ' ' | '년' | '월' | '일')) {
        return refused();
    }
    let compact = |from: usize, to: usize| numbers.first().and_then(|digits| digits.get(from..to));
    let (years, months, days) = match (numbers.as_slice(), numbers.first().map_or(0, |digits| digits.len())) {
        ([_], 4) => (compact(0, 4), None, None),
        ([_], 6) => (compact(0, 4), compact(4, 6), None),
        ([_], 8) => (compact(0, 4), compact(4, 6), compact(6, 8)),
        ([year, month], 4) => (Some(*year), Some(*month), None),
        ([year, month, day], 4) => (Some(*year), Some(*month), Some(*day)),
        _ => return refused(),
    };
    let number = |digits: Option<&str>| digits.map(|digits| digits.parse::<u8>().unwrap_or(0));
    let Some(year) = years.and_then(|digits| digits.parse().ok()).filter(|year| is_year(*year)) else {
        return refused();
    };
    let date = PartialDate { year, month: number(months), day: number(days) };
    let length = match date.month {
        None => 31,
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) if !year.is_multiple_of(4) || (year.is_multiple_of(100) && !year.is_multiple_of(400)) => 28,
        Some(2) => 29,
        Some(1..=12) => 31,
        Some(_) => 0,
    };
    if length == 0 || date.day.is_some_and(|day| day == 0 || day > length) { refused() } else { Ok(Some(date)) }
}

/// Text; words for "not known" are none.
pub fn words(text: &str) -> Option<String> {
    let text = tidy(text);
    if is_unknown(&text) { None } else { Some(text) }
}

/// The separate words of `text`, each once: separated by `|`, else by `#`, else by `,` `;` and line breaks.
///
/// Also gives how many were left out because they hold no letter or digit (`#####`), or stand there twice.
pub fn tags(text: &str) -> (Vec<String>, usize) {
    let parts: Vec<&str> = if text.contains('|') {
        text.split('|').collect()
    } else if text.contains('#') && text.chars().any(char::is_alphanumeric) {
        text.split('#').map(|part| part.trim().trim_end_matches(',')).collect()
    } else {
        text.split([',', ';', '\n', '、']).collect()
    };
    distinct(parts)
}

/// The formats of `text`: separated by `,` `/` `|` `;` `·` `+`, Latin letters in lower case, without the dot in front.
pub fn formats(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split([',', '/', '|', ';', '·', '+', '\n', '、']).map(|part| part.trim().trim_start_matches('.'));
    distinct(parts.collect()).0
}

fn distinct(parts: Vec<&str>) -> (Vec<String>, usize) {
    let mut kept: Vec<String> = Vec::new();
    let mut left_out = 0;
    for part in parts {
        let part = tidy(part);
        if part.is_empty() || is_unknown(&part) {
            continue;
        }
        let part = if part.chars().any(char::is_alphanumeric) { part.trim_start_matches('#').trim_start() } else { "" };
        if !part.is_empty() && !kept.iter().any(|known| known == part) {
            kept.push(part.to_owned());
        } else {
            left_out += 1;
        }
    }
    (kept, left_out)
}

/// The modalities that `text` names (`오디오 , 텍스트`), and the words that name none.
pub fn modalities(text: &str) -> (Vec<Modality>, Vec<String>) {
    let (mut known, mut strange) = (Vec::new(), Vec::new());
    for word in text.split([',', '/', '|', ';', '·', '+', '&', '\n']).map(tidy).filter(|word| !is_unknown(word)) {
        match modality(&word) {
            Some(modality) if known.contains(&modality) => {}
            Some(modality) => known.push(modality),
            None => strange.push(word),
        }
    }
    (known, strange)
}

fn modality(word: &str) -> Option<Modality> {
    let word = word.to_lowercase();
    Some(match word.strip_suffix("데이터").unwrap_or(&word).trim() {
        "텍스트" | "text" | "말뭉치" => Modality::Text,
        "이미지" | "image" | "images" => Modality::Image,
        "비디오" | "영상" | "동영상" | "video" | "videos" => Modality::Video,
        "오디오" | "음성" | "audio" | "speech" => Modality::Audio,
        "3d" | "3차원" | "포인트 클라우드" | "point cloud" => Modality::ThreeD,
        "센서" | "sensor" | "sensors" => Modality::Sensor,
        _ => return None,
    })
}

/// AI Hub's fourteen fields of 2026.
pub const FIELDS: [&str; 14] = [
    "한국어",
    "영상이미지·멀티모달",
    "재난안전환경",
    "교통물류",
    "농축수산",
    "문화관광",
    "교육",
    "헬스케어",
    "로봇·피지컬AI",
    "스포츠",
    "제조",
    "법률",
    "지식재산",
    "금융",
];

/// [`FIELDS`], folded.
static FOLDED_FIELDS: LazyLock<[String; 14]> = LazyLock::new(|| FIELDS.map(folded));

fn folded(text: &str) -> String {
    tidy(text).chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The field of [`FIELDS`] that `text` names, whatever dots, blanks and case it is written with.
pub fn field(text: &str) -> Option<&'static str> {
    let wanted = folded(text);
    FIELDS.into_iter().zip(FOLDED_FIELDS.iter()).find(|(_, folded)| **folded == wanted).map(|(field, _)| field)
}

/// A free text of year and amount, such as `2022년/1,000 문장`: the year, where one stands at its start.
pub fn year_of_quantity(text: &str) -> Option<u16> {
    let text = plain(text);
    let (first, _) = text.split_once('/').unwrap_or((text.as_str(), ""));
    year(first).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        for (text, value) in [
            ("1,234", 1234),
            ("１２３", 123),
            (" 0 ", 0),
            ("1.2만", 12_000),
            ("12만 3,456건", 123_456),
            ("12.0", 12),
            ("1억 2천만", 120_000_000),
            ("3만5천", 35_000),
            ("2천만", 20_000_000),
            ("1.5k", 1500),
            ("2M", 2_000_000),
            ("3천", 3000),
            ("1조", 1_000_000_000_000),
            ("487,841 회", 487_841),
            ("100 files", 100),
            ("5백", 500),
        ] {
            assert_eq!(count(text), Ok(Some(value)), "{text}");
        }
        for text in ["", "-", " N/A ", "없음", "미상", "null"] {
            assert_eq!(count(text), Ok(None), "{text:?}");
        }
        for text in [
            "약 100",
            "100여 건",
            "100~200",
            "100+",
            "1,23",
            "1,2345",
            "1.5",
            "-3",
            "1.2.3",
            "3만 2억",
            "12 apples",
            "만",
            "천",
            "abc",
            "99999999999999999999",
            "1조조",
            "100 이상",
            "18446744073709551616",
            ",",
            "1e3",
        ] {
            assert!(count(text).is_err(), "{text}: {:?}", count(text));
        }
    }

    #[test]
    fn sizes() {
        let size = |text: &str| bytes(text, None).unwrap().unwrap();
        assert_eq!(size("640 KB"), ByteSize { value: 655_360, low: 654_848, high: 655_872 });
        assert_eq!(size("1.5GB").value, 1_610_612_736);
        assert_eq!(size("1.5GB").high - size("1.5GB").value, 53_687_092);
        assert_eq!(size("1,234"), ByteSize::exact(1234));
        assert_eq!(size("12 B"), ByteSize::exact(12));
        assert_eq!(size("3기가").value, 3 << 30);
        assert_eq!(bytes("2", Some(1 << 30)).unwrap().unwrap().value, 2 << 30);
        assert_eq!(bytes("0 KB", None).unwrap().unwrap().low, 0);
        assert_eq!(bytes("-", None), Ok(None));
        for text in ["1.5", "3 XB", "about 3 GB", "1,5 GB", "99999999999 PB", "GB"] {
            assert!(bytes(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn dates() {
        for (text, iso) in [
            ("2021-06", "2021-06"),
            ("2021.6.", "2021-06"),
            ("2021/06/30", "2021-06-30"),
            ("2021년 6월", "2021-06"),
            ("2021년 6월 3일", "2021-06-03"),
            ("202106", "2021-06"),
            ("20210630", "2021-06-30"),
            ("2021", "2021"),
            ("2021-06-30 12:00:00", "2021-06-30"),
            ("2021-06-30T12:00:00Z", "2021-06-30"),
            ("2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(date(text).unwrap().unwrap().to_string(), iso, "{text}");
        }
        for text in ["21.06", "2021-13", "2021-02-29", "2021-00", "44197", "6월", "2021-06-30-01", "1, 2", "1021-06"] {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(year("2020년도"), Ok(Some(2020)));
        assert_eq!(year("2020.0"), Ok(Some(2020)));
        assert!(year("2020-2021").is_err() && year("'20").is_err() && year("20200").is_err());
        assert_eq!(year_of_quantity("2022년/1,000 문장"), Some(2022));
        assert_eq!(year_of_quantity("1,000 문장"), None);
    }

    #[test]
    fn lists() {
        assert_eq!(tags("가|나|가|#####").0, ["가", "나"]);
        assert_eq!(tags("가|나|가|#####").1, 2);
        assert_eq!(tags("#자연어 #가상 데이터").0, ["자연어", "가상 데이터"]);
        assert_eq!(tags("a, b; c").0, ["a", "b", "c"]);
        assert_eq!(formats("txt, .JPG / JSON"), ["txt", "jpg", "json"]);
        assert_eq!(modalities("오디오 , 텍스트"), (vec![Modality::Audio, Modality::Text], vec![]));
        assert_eq!(modalities("냄새, 3D"), (vec![Modality::ThreeD], vec!["냄새".to_owned()]));
        assert_eq!(field("교통 · 물류"), Some("교통물류"));
        assert_eq!(field("로봇/피지컬ai"), Some("로봇·피지컬AI"));
        assert_eq!(field("가상 분야"), None);
    }
}
