//! Numbers and units: exact values, so that `1.18km` equals `1,180m` and `2000억` equals `이천억`.

use super::units::{Unit, unit_at};

/// Values are whole billionths, so that decimals stay exact.
const BILLION: i128 = 1_000_000_000;

/// A number with its unit, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// Billionths of the measure's smallest unit.
    billionths: i128,
    /// What the unit measures; empty for a bare number.
    pub measure: &'static str,
    /// The unit as written; empty for a bare number.
    pub unit: &'static str,
    /// Does the text say 약, 여, 가량, 정도, 이상…?
    pub hedged: bool,
}

impl Quantity {
    /// A quantity from a number in billionths and its unit; `None` where it is too large.
    pub(super) fn new(billionths: i128, unit: Option<&'static Unit>, hedged: bool) -> Option<Self> {
        let factor = unit.map_or(1, |unit| unit.factor);
        Some(Self {
            billionths: billionths.checked_mul(factor)?,
            measure: unit.map_or("", |unit| unit.measure),
            unit: unit.map_or("", |unit| unit.surface),
            hedged,
        })
    }

    /// Equal in value, whatever the unit and the hedge; a year of two digits equals one of four that ends in it.
    pub fn same_value(&self, other: &Self) -> bool {
        if self.measure != other.measure {
            return false;
        }
        if self.billionths == other.billionths {
            return true;
        }
        let year = |quantity: &Self| quantity.billionths / 12 / BILLION;
        let (short, long) =
            if year(self) < year(other) { (year(self), year(other)) } else { (year(other), year(self)) };
        self.unit == "년" && other.unit == "년" && short < 100 && (1000..3000).contains(&long) && long % 100 == short
    }
}

/// Do two texts name the same quantity: `1,180m` and `1.18km`, `2000억` and `이천억`, `약 300명` and `300명`?
/// False where either is no quantity.
pub fn same_quantity(left: &str, right: &str) -> bool {
    match (parse_quantity(left), parse_quantity(right)) {
        (Some(left), Some(right)) => left.same_value(&right),
        _ => false,
    }
}

/// Words before a number that leave its value open.
pub(super) const HEDGES_BEFORE: [&str; 8] = ["약", "대략", "총", "모두", "최대", "최소", "무려", "고작"];

/// Words after a number or unit that leave its value open.
pub(super) const HEDGES_AFTER: [&str; 9] = ["이상", "이하", "미만", "초과", "가량", "정도", "안팎", "남짓", "여"];

/// Reads a whole text as one quantity.
pub fn parse_quantity(text: &str) -> Option<Quantity> {
    let mut rest = text.trim();
    let mut hedged = false;
    for hedge in HEDGES_BEFORE {
        if let Some(after) = rest.strip_prefix(hedge)
            && after.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit())
        {
            rest = after.trim_start();
            hedged = true;
        }
    }
    for hedge in HEDGES_AFTER {
        if let Some(before) = rest.strip_suffix(hedge)
            && hedge != "여"
        {
            rest = before.trim_end();
            hedged = true;
        }
    }
    if let Some(amount) = rest.strip_prefix('$') {
        let (used, value) = scan_number(amount)?;
        return (used == amount.len()).then(|| Quantity::new(value, unit_at("달러"), hedged))?;
    }
    let (used, value) = scan_number(rest).or_else(|| scan_korean(rest))?;
    rest = rest.get(used..)?.trim_start();
    if let Some(after) = rest.strip_prefix('여') {
        rest = after.trim_start();
        hedged = true;
    }
    if rest.is_empty() {
        return Quantity::new(value, None, hedged);
    }
    let unit = unit_at(rest)?;
    (unit.surface.len() == rest.len()).then(|| Quantity::new(value, Some(unit), hedged))?
}

/// The power of ten of a small magnitude: 십, 백, 천.
fn small(c: char) -> Option<i128> {
    Some(match c {
        '십' => 10,
        '백' => 100,
        '천' => 1_000,
        _ => return None,
    })
}

/// The value of a large magnitude: 만, 억, 조, 경.
fn large(c: char) -> Option<i128> {
    Some(match c {
        '만' => 10_000,
        '억' => 100_000_000,
        '조' => 1_000_000_000_000,
        '경' => 10_000_000_000_000_000,
        _ => return None,
    })
}

/// Reads the number that a text begins with (`1,180`, `1.18`, `840억`, `1조 2천억`): its length in bytes and its value in
/// billionths. `None` where there is none, or it is too large or too fine.
pub(super) fn scan_number(text: &str) -> Option<(usize, i128)> {
    let mut total: i128 = 0;
    let mut used = 0;
    let mut lowest = i128::MAX;
    loop {
        let rest = &text[used..];
        let gap = usize::from(used > 0 && rest.starts_with(' '));
        let Some((length, digits)) = scan_digits(&rest[gap..]) else { break };
        let mut value = digits;
        let mut end = used + gap + length;
        let mut magnitude = 1;
        if let Some(power) = text[end..].chars().next().and_then(small) {
            value = value.checked_mul(power)?;
            end += '천'.len_utf8();
        }
        if let Some(power) = text[end..].chars().next().and_then(large) {
            value = value.checked_mul(power)?;
            magnitude = power;
            end += '만'.len_utf8();
        }
        if used > 0 && magnitude >= lowest {
            break;
        }
        total = total.checked_add(value)?;
        used = end;
        lowest = magnitude;
        // Only a number with a large magnitude goes on: 3만 5천, 1조 2천억.
        if magnitude == 1 {
            break;
        }
    }
    (used > 0).then_some((used, total))
}

/// Plain digits with separators of thousands and decimals.
fn scan_digits(text: &str) -> Option<(usize, i128)> {
    let bytes = text.as_bytes();
    let mut value: i128 = 0;
    let mut at = 0;
    let mut since_comma = None;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
            since_comma = since_comma.map(|count: usize| count + 1);
            at += 1;
        } else if byte == b','
            && at > 0
            && groups_of_three(&bytes[at + 1..])
            && since_comma.is_none_or(|count| count == 3)
        {
            since_comma = Some(0);
            at += 1;
        } else {
            break;
        }
    }
    if at == 0 {
        return None;
    }
    let mut billionths = value.checked_mul(BILLION)?;
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        let mut place = BILLION / 10;
        let mut end = at + 1;
        while let Some(digit) = bytes.get(end).filter(|byte| byte.is_ascii_digit()) {
            if place == 0 {
                return None;
            }
            billionths = billionths.checked_add(i128::from(digit - b'0') * place)?;
            place /= 10;
            end += 1;
        }
        at = end;
    }
    Some((at, billionths))
}

/// Do exactly three digits follow?
fn groups_of_three(bytes: &[u8]) -> bool {
    bytes.len() >= 3 && bytes[..3].iter().all(u8::is_ascii_digit) && !bytes.get(3).is_some_and(u8::is_ascii_digit)
}

/// Reads a Korean number word (`이천억`, `삼백`, `스물세`, `열두`).
fn scan_korean(text: &str) -> Option<(usize, i128)> {
    scan_native(text).or_else(|| scan_sino(text))
}

fn scan_sino(text: &str) -> Option<(usize, i128)> {
    let (mut total, mut section, mut digit): (i128, i128, Option<i128>) = (0, 0, None);
    let mut used = 0;
    let mut magnitudes = 0;
    for (at, c) in text.char_indices() {
        if let Some(value) = "영일이삼사오육칠팔구".chars().position(|numeral| numeral == c) {
            if digit.is_some() {
                return None;
            }
            digit = Some(value as i128);
        } else if let Some(power) = small(c) {
            section = section.checked_add(digit.take().unwrap_or(1) * power)?;
            magnitudes += 1;
        } else if let Some(power) = large(c) {
            let count = section + digit.take().unwrap_or(0);
            total = total.checked_add(if count == 0 { 1 } else { count }.checked_mul(power)?)?;
            section = 0;
            magnitudes += 1;
        } else {
            break;
        }
        used = at + c.len_utf8();
    }
    // A lone numeral is more often another word: 이, 일, 오.
    (magnitudes > 0).then_some(())?;
    let value = total.checked_add(section)?.checked_add(digit.unwrap_or(0))?;
    Some((used, value.checked_mul(BILLION)?))
}

/// Native number words before a counter, longest first.
const NATIVE: [(&str, i128); 33] = [
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
    ("하나", 1),
    ("한", 1),
    ("둘", 2),
    ("두", 2),
    ("셋", 3),
    ("세", 3),
    ("석", 3),
    ("서", 3),
    ("넷", 4),
    ("네", 4),
    ("넉", 4),
    ("스물", 20),
    ("스무", 20),
    ("서른", 30),
    ("마흔", 40),
    ("쉰", 50),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
    ("열", 10),
    ("대여섯", 0),
    ("두세", 0),
    ("서너", 0),
    ("너덧", 0),
    ("여러", 0),
    ("수십", 0),
    ("수백", 0),
];

/// Reads a native number word; `None` for open ones (여러, 두세).
fn scan_native(text: &str) -> Option<(usize, i128)> {
    let word = |text: &str| NATIVE.iter().filter(|(word, _)| text.starts_with(word)).max_by_key(|(word, _)| word.len());
    let &(first, value) = word(text)?;
    if value == 0 {
        return None;
    }
    if value >= 10
        && let Some(&(second, ones)) = word(&text[first.len()..]).filter(|(_, ones)| (1..10).contains(ones))
    {
        return Some((first.len() + second.len(), (value + ones) * BILLION));
    }
    Some((first.len(), value * BILLION))
}

/// Does a text end in a number word, so that a unit behind it counts something (`세 명`, `수십 명`, `삼백 명`)?
pub(super) fn ends_in_number_word(text: &str) -> bool {
    let text = text.trim_end();
    let last = text.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '\'' | ',')).next().unwrap_or("");
    if NATIVE.iter().any(|(word, _)| last == *word) || matches!(last, "몇" | "몇몇" | "매" | "각") {
        return true;
    }
    last.chars().next_back().is_some_and(|c| {
        c.is_ascii_digit() || small(c).is_some() || large(c).is_some() || "일이삼사오육칠팔구여".contains(c) || c == '~'
    }) || scan_native(last).is_some_and(|(used, _)| used == last.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values() {
        for (left, right) in [
            ("1,180m", "1.18km"),
            ("2000억", "이천억"),
            ("2000억 원", "이천억원"),
            ("24개월", "2년"),
            ("약 300명", "300명"),
            ("300여 명", "300명"),
            ("1조 2천억 원", "1조2,000억원"),
            ("94년", "1994년"),
            ("열두 명", "12명"),
            ("3만5천 명", "35,000명"),
            ("5퍼센트", "5%"),
            ("1시간", "60분"),
        ] {
            assert!(same_quantity(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("3%", "3%p"),
            ("300명", "300개"),
            ("1994년", "1997년"),
            ("4차로", "4차선"),
            ("다리", "다리"),
            ("94년", "95년"),
            ("1,18m", "118m"),
        ] {
            assert!(!same_quantity(left, right), "{left} {right}");
        }
    }

    #[test]
    fn lengths_and_limits() {
        assert_eq!(scan_number("840억 원"), Some(("840억".len(), 84_000_000_000 * BILLION)));
        assert_eq!(scan_number("1,180m"), Some((5, 1180 * BILLION)));
        assert_eq!(scan_number("3, 4"), Some((1, 3 * BILLION)));
        assert_eq!(scan_number("1.5.2"), Some((3, BILLION * 3 / 2)));
        assert_eq!(scan_number(&"9".repeat(60)), None);
        assert_eq!(scan_number("억"), None);
        assert_eq!(unit_at("차로였으나").map(|unit| unit.surface), Some("차로"));
        assert_eq!(unit_at("개월").map(|unit| unit.surface), Some("개월"));
    }
}
