//! Korean as it is written: particles by the way the last character is read, and numbers with their units.

/// A particle with two forms, chosen by the sound before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Particle {
    closed: &'static str,
    open: &'static str,
    /// `(으)로` counts ㄹ as open.
    liquid_is_open: bool,
}

const PARTICLES: [Particle; 11] = [
    Particle { closed: "은", open: "는", liquid_is_open: false },
    Particle { closed: "이", open: "가", liquid_is_open: false },
    Particle { closed: "을", open: "를", liquid_is_open: false },
    Particle { closed: "과", open: "와", liquid_is_open: false },
    Particle { closed: "으로", open: "로", liquid_is_open: true },
    Particle { closed: "이라", open: "라", liquid_is_open: false },
    Particle { closed: "이었", open: "였", liquid_is_open: false },
    Particle { closed: "이며", open: "며", liquid_is_open: false },
    Particle { closed: "이고", open: "고", liquid_is_open: false },
    Particle { closed: "이나", open: "나", liquid_is_open: false },
    Particle { closed: "이다", open: "다", liquid_is_open: false },
];

impl Particle {
    /// The particle whose form after a consonant is `closed`.
    pub(super) fn named(closed: &str) -> Option<Self> {
        PARTICLES.into_iter().find(|particle| particle.closed == closed)
    }

    /// The form that fits after `text`.
    pub(super) fn after(self, text: &str) -> &'static str {
        match final_sound(text) {
            Final::Open => self.open,
            Final::Liquid if self.liquid_is_open => self.open,
            Final::Liquid | Final::Closed => self.closed,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Final {
    Open,
    Liquid,
    Closed,
}

/// How `text` ends when it is read aloud. Quotes and brackets are silent.
fn final_sound(text: &str) -> Final {
    let text = text.trim_end_matches(['"', '\'', ')', '’', '”', ']', '」', '>']);
    for (unit, sound) in [("kg", Final::Closed), ("km", Final::Open), ("kW", Final::Open), ("MW", Final::Open)] {
        if text.ends_with(unit) {
            return sound;
        }
    }
    match text.chars().next_back() {
        Some(syllable @ '가'..='힣') => match (u32::from(syllable) - 0xAC00) % 28 {
            0 => Final::Open,
            8 => Final::Liquid,
            _ => Final::Closed,
        },
        // 일, 칠, 팔 end in ㄹ; 영, 삼, 육 in another consonant.
        Some('1' | '7' | '8' | 'L' | 'R' | 'l' | 'r') => Final::Liquid,
        // 톤, 그램, 엠, 엔 are read with a consonant; '%', 'm' (미터), '℃' are not.
        Some('0' | '3' | '6' | 't' | 'g' | 'M' | 'N') => Final::Closed,
        _ => Final::Open,
    }
}

/// `value` with commas between thousands: `1,180`.
pub(super) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `value` in 만 and the rest: `3만 2,000`, `12만`, `800`.
pub(super) fn myriad(value: i64) -> String {
    match (value / 10_000, value % 10_000) {
        (0, rest) => grouped(rest),
        (high, 0) => format!("{}만", grouped(high)),
        (high, rest) => format!("{}만 {}", grouped(high), grouped(rest)),
    }
}

/// A number with one decimal place, given in tenths; whole numbers without it: `12.5`, `3`.
pub(super) fn tenths(value: i64) -> String {
    if value % 10 == 0 { (value / 10).to_string() } else { format!("{}.{}", value / 10, value % 10) }
}

/// `count` of things in native numerals as an adnominal, up to ten: `두`, `세`.
pub(super) fn native(count: i64) -> &'static str {
    const NATIVE: [&str; 11] = ["영", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];
    usize::try_from(count).ok().and_then(|count| NATIVE.get(count)).copied().unwrap_or("여러")
}

/// Another value than `text` in the same form, or nothing when it does not start with a number: `1997년` → `1994년`.
/// `shift` (not 0) says by how many small steps to move; months, days and hours stay in their range.
pub(super) fn shifted(text: &str, shift: i64) -> Option<String> {
    let about = text.strip_prefix("약 ");
    let body = about.unwrap_or(text);
    let digits = body.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(body.len());
    let (number, unit) = (body.get(..digits)?, body.get(digits..)?);
    let value: i64 = number.replace(',', "").parse().ok()?;
    // `4.7%` and `3.25%` move in their first decimal place and keep their number of decimals.
    if let Some(fraction) = unit.strip_prefix('.') {
        let places = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
        let (decimals, unit) = (fraction.get(..places)?, fraction.get(places..)?);
        let one = 10_i64.checked_pow(u32::try_from(places).ok()?)?;
        let moved = value.checked_mul(one)? + decimals.parse::<i64>().ok()? + shift * 3 * (one / 10);
        return (moved > 0 && (places > 1 || moved % 10 != 0))
            .then(|| format!("{}.{:0places$}{unit}", moved / one, moved % one));
    }
    let cyclic = |limit: i64| (value - 1 + shift).rem_euclid(limit) + 1;
    let moved = if unit.starts_with('년') || unit.starts_with('세') {
        value + shift
    } else if unit.starts_with("월") {
        cyclic(12)
    } else if unit.starts_with('일') && value <= 31 {
        cyclic(28)
    } else if unit.starts_with('시') && value <= 12 {
        cyclic(12)
    } else if unit.starts_with('대') && unit.len() > '대'.len_utf8() {
        return None; // a score such as `3대 1`
    } else {
        // Round numbers stay round.
        let step = match value {
            value if value >= 1000 && value % 100 == 0 => 100,
            value if value >= 100 && value % 10 == 0 => 10,
            _ => 1,
        };
        let reach = (value / step / 12).max(1);
        value + shift * reach * step
    };
    if moved <= 0 {
        return None;
    }
    let number = if number.contains(',') || moved >= 10_000 || (moved >= 1000 && !unit.starts_with('년')) {
        grouped(moved)
    } else {
        moved.to_string()
    };
    Some(format!("{}{number}{unit}", if about.is_some() { "약 " } else { "" }))
}
