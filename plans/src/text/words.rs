//! 어절 (words between spaces), Hangul letters, and which words are the same word.

use std::ops::Range;

use std::sync::LazyLock;

use super::by_char::ByChar;
use super::particles::is_particle;

/// Is the character a composed Hangul syllable?
pub fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// Is at least every fourth letter of a text Hangul? False where there are no letters. Counts bytes that begin a
/// character: Hangul syllables begin with EA to ED, other letters beyond ASCII with C3 to E9.
pub fn is_korean(text: &str) -> bool {
    let (mut hangul, mut others) = (0usize, 0usize);
    // Counters of a byte let the processor count many bytes at once; 255 bytes do not overflow them.
    for chunk in text.as_bytes().chunks(255) {
        let (mut some_hangul, mut some_others) = (0u8, 0u8);
        for byte in chunk {
            let other = byte.is_ascii_alphabetic() | (0xC3..=0xDF).contains(byte) | (0xE4..=0xE9).contains(byte);
            some_hangul += u8::from((0xEA..=0xED).contains(byte));
            some_others += u8::from(other);
        }
        hangul += usize::from(some_hangul);
        others += usize::from(some_others);
    }
    hangul > 0 && hangul * 3 >= others
}

/// [`char::is_alphabetic`], decided at once for Hangul syllables, which the general test finds by searching a table.
pub fn is_alphabetic(c: char) -> bool {
    is_hangul(c) || c.is_alphabetic()
}

/// [`char::is_alphanumeric`], decided at once for Hangul syllables.
pub fn is_alphanumeric(c: char) -> bool {
    is_hangul(c) || c.is_alphanumeric()
}

/// The first place of a text at or behind a byte where `wanted` stands. For the short texts that are looked for here,
/// many times over, this is faster than [`str::find`], which prepares a search first.
pub fn find_from(text: &str, wanted: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let Some(first) = wanted.chars().next() else { return Some(from) };
    rest.match_indices(first).map(|(at, _)| from + at).find(|&at| text[at..].starts_with(wanted))
}

/// The places of a text where `wanted` stands, without overlaps: those of [`str::match_indices`].
pub fn occurrences<'t>(text: &'t str, wanted: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = find_from(text, wanted, from)?;
        let step = text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        from = at + if wanted.is_empty() { step } else { wanted.len() };
        Some(at)
    })
}

/// Initial, medial and final letter of a syllable, as their places in Unicode's tables; final 0 means none.
pub fn jamo(c: char) -> Option<(u8, u8, u8)> {
    if !is_hangul(c) {
        return None;
    }
    let code = c as u32 - '가' as u32;
    Some(((code / 588) as u8, (code / 28 % 21) as u8, (code % 28) as u8))
}

/// Place of a syllable's final consonant in Unicode's table (ㄴ 4, ㄹ 8, ㅆ 20); 0 for none and for other characters.
pub fn final_consonant(c: char) -> u8 {
    jamo(c).map_or(0, |(_, _, last)| last)
}

/// The syllable without its final consonant.
fn open_syllable(c: char) -> Option<char> {
    char::from_u32(c as u32 - u32::from(final_consonant(c)))
}

/// Is the character part of a word, rather than punctuation, a quote or a bracket?
pub(super) fn is_word_char(c: char) -> bool {
    is_hangul(c) || c.is_alphanumeric() || matches!(c, '%' | '℃' | '°' | '$' | '₩' | '€' | '£' | '¥' | '+')
}

/// The part of an 어절 without punctuation, quotes and brackets around it, as a byte range of `text`; empty where nothing
/// is left.
pub fn core_of(text: &str, eojeol: Range<usize>) -> Range<usize> {
    let Some(word) = text.get(eojeol.clone()) else { return eojeol.start..eojeol.start };
    // Most words begin and end with a letter.
    let left = if word.starts_with(is_word_char) { 0 } else { word.find(is_word_char).unwrap_or(word.len()) };
    let last = || word.char_indices().rev().find(|&(_, c)| is_word_char(c)).map_or(left, |(at, c)| at + c.len_utf8());
    let right = if word.ends_with(is_word_char) { word.len() } else { last() };
    eojeol.start + left..eojeol.start + right
}

/// The 어절 of a text: byte ranges of what stands between white space.
pub fn eojeols(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        // White space that follows white space is skipped.
        loop {
            let space = white_space(text, at);
            let (start, end) = (at, space.as_ref().map_or(text.len(), |space| space.start));
            at = space.map_or(text.len(), |space| space.end);
            if start < end {
                return Some(start..end);
            }
            if at == text.len() {
                return None;
            }
        }
    })
}

/// The first white space at or behind a byte. Looks at bytes: white space beyond ASCII begins with one of four.
fn white_space(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b' ' | 0x09..=0x0D) {
            return Some(at..at + 1);
        }
        if matches!(byte, 0xC2 | 0xE1 | 0xE2 | 0xE3)
            && let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| c.is_whitespace())
        {
            return Some(at..at + c.len_utf8());
        }
        at += stride(byte);
    }
    None
}

/// How far a search by bytes may go on from a byte that it does not look for: over a Hangul syllable as a whole, whose
/// first byte nothing else begins with that is looked for.
pub(super) fn stride(byte: u8) -> usize {
    if matches!(byte, 0xEA..=0xED) { 3 } else { 1 }
}

/// The words of a text without punctuation around them: byte ranges, none empty.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    eojeols(text).map(|eojeol| core_of(text, eojeol)).filter(|core| !core.is_empty())
}

/// An 어절 of a text, with and without the punctuation around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutWord {
    /// Its bytes between white space.
    pub raw: Range<usize>,
    /// The same without punctuation; empty where nothing is left.
    pub core: Range<usize>,
}

/// The 어절 of a stretch of a text; none where the stretch does not fit the text.
pub fn cut(text: &str, stretch: Range<usize>) -> impl Iterator<Item = CutWord> + '_ {
    let body = text.get(stretch.clone()).unwrap_or("");
    eojeols(body).map(move |raw| {
        let raw = raw.start + stretch.start..raw.end + stretch.start;
        CutWord { core: core_of(text, raw.clone()), raw }
    })
}

/// What two words share from their beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedPrefix<'a> {
    /// Whole syllables or other characters that are equal.
    pub whole: usize,
    /// Whole syllables, and one more where only its final consonant differs: `만난`/`만났다` share 2.
    pub syllables: usize,
    /// The first word after the `whole` characters.
    pub left_rest: &'a str,
    /// The second word after the `whole` characters.
    pub right_rest: &'a str,
}

/// The longest common beginning of two words by Hangul letters.
pub fn shared_jamo_prefix<'a>(left: &'a str, right: &'a str) -> SharedPrefix<'a> {
    let (mut whole, mut bytes) = (0, 0);
    for (a, b) in left.chars().zip(right.chars()) {
        if a != b {
            break;
        }
        whole += 1;
        bytes += a.len_utf8();
    }
    let (left_rest, right_rest) = (&left[bytes..], &right[bytes..]);
    let partial = match (left_rest.chars().next(), right_rest.chars().next()) {
        (Some(a), Some(b)) if is_hangul(a) && is_hangul(b) => open_syllable(a) == open_syllable(b),
        _ => false,
    };
    SharedPrefix { whole, syllables: whole + usize::from(partial), left_rest, right_rest }
}

/// Number of syllables that two words share from their beginning, a last one without regard to its final consonant.
pub fn shared_jamo_prefix_syllables(left: &str, right: &str) -> usize {
    shared_jamo_prefix(left, right).syllables
}

/// Beginnings of what 하다, 되다, 시키다 and 이다 look like after a noun.
const DERIVED: [&str; 34] = [
    "하", "한", "할", "함", "합", "했", "해", "되", "된", "될", "됨", "됩", "됐", "돼", "시키", "시킨", "시킬", "시킴",
    "시킵", "시켰", "시켜", "받은", "받는", "받았", "받아", "당한", "당했", "당하", "이다", "이었", "였", "인", "이며",
    "이고",
];

/// Verb endings after a stem that is written out in full.
const ENDINGS: [&str; 49] = [
    "다",
    "는",
    "는다",
    "은",
    "을",
    "던",
    "고",
    "며",
    "면",
    "지",
    "게",
    "기",
    "도록",
    "려고",
    "으려",
    "어",
    "아",
    "어서",
    "아서",
    "었",
    "았",
    "였",
    "습니다",
    "으며",
    "으면",
    "으나",
    "지만",
    "는데",
    "은데",
    "자",
    "거나",
    "니",
    "으니",
    "므로",
    "으므로",
    "기로",
    "네",
    "냐",
    "나",
    "나요",
    "는가",
    "는가요",
    "는지",
    "느냐",
    "습니까",
    "을까",
    "니까",
    "던가",
    "지요",
];

/// Does a text begin like a form of 하다, 되다, 시키다 or 이다?
fn is_derived(text: &str) -> bool {
    static BY_FIRST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_first(&DERIVED));
    text.chars().next().is_some_and(|first| BY_FIRST.under(first).any(|form| text.starts_with(form)))
}

/// Is a text one of the verb endings?
fn is_ending(text: &str) -> bool {
    static BY_LAST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_last(&ENDINGS));
    text.chars().next_back().is_some_and(|last| BY_LAST.under(last).any(|ending| *ending == text))
}

/// Is `rest` what may follow a stem: nothing, particles, forms of 하다, 되다, 이다, or verb endings?
fn is_inflection(rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    if rest.chars().count() > 7 || !rest.chars().all(is_hangul) {
        return false;
    }
    rest.starts_with(['었', '았', '였', '겠'])
        || is_derived(rest)
        || is_ending(rest)
        // The stem's own last sound does not matter here.
        || is_particle(rest)
}

/// Is `rest` a verb ending whose first syllable begins with the stem's last one: `났다` in `만났다`, `난` in `만난`?
fn is_contracted_ending(rest: &str) -> bool {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return false };
    let tail = chars.as_str();
    match final_consonant(first) {
        // 만나, 만나고, 만나는: the stem, then an ending.
        0 => tail.is_empty() || is_ending(tail) || tail.starts_with('었') || tail.starts_with('시'),
        // ㄴ: 만난, 만난다; ㄹ: 만날; ㅁ: 만남; ㅂ: 만납니다; ㅆ: 만났다.
        4 => matches!(tail, "" | "다" | "다고" | "다는" | "다며" | "다면" | "데"),
        // 만들었다 beside 만든: the stem's own ㄹ.
        8 => matches!(tail, "" | "지" | "수록" | "까") || is_ending(tail) || tail.starts_with(['었', '았', '어', '아']),
        16 => tail.is_empty(),
        17 => matches!(tail, "니다" | "니까" | "시다"),
        20 => !tail.is_empty(),
        _ => false,
    }
}

/// Are two 어절 forms of one word? They share a beginning of at least two syllables, and what is left of both may follow a
/// stem: `준공된`/`준공됐다`, `다리는`/`다리가`, `만난`/`만났다`; not `대한민국`/`대한항공`, not `제1공장을`/`제2공장을`.
pub fn same_word(left: &str, right: &str) -> bool {
    if left == right {
        return left.chars().count() >= 2 || left.chars().any(|c| c.is_numeric());
    }
    let shared = shared_jamo_prefix(left, right);
    // 물은 and 물을 differ in their particles: the noun has one syllable.
    let particles = ["은", "을", "는", "를", "이", "가"];
    if shared.whole < 2 && particles.contains(&shared.left_rest) && particles.contains(&shared.right_rest) {
        return false;
    }
    if shared.whole >= 2 && is_inflection(shared.left_rest) && is_inflection(shared.right_rest) {
        return true;
    }
    (shared.syllables > shared.whole && shared.syllables >= 2 || shared.whole >= 2 && contracts(&shared))
        && is_contracted_ending(shared.left_rest)
        && is_contracted_ending(shared.right_rest)
}

/// Do the two rests begin with one stem vowel, contracted with 어 in one of them: `진`/`졌고` (지), `춘`/`췄다` (추)?
fn contracts(shared: &SharedPrefix<'_>) -> bool {
    let first = |rest: &str| rest.chars().next().and_then(jamo);
    match (first(shared.left_rest), first(shared.right_rest)) {
        (Some((left, a, _)), Some((right, b, _))) => {
            // ㅣ 20 → ㅕ 6, ㅗ 8 → ㅘ 9, ㅜ 13 → ㅝ 14.
            left == right && matches!((a.min(b), a.max(b)), (6, 20) | (8, 9) | (13, 14))
        }
        _ => false,
    }
}

/// Does `text` contain `word`, also where it is spaced otherwise (`유지 비` for `유지비`)?
pub fn contains_spaced(text: &str, word: &str) -> bool {
    if text.contains(word) {
        return true;
    }
    let letters = word.chars().filter(|c| !c.is_whitespace());
    let Some(first) = letters.clone().next() else { return true };
    text.match_indices(first).any(|(at, _)| {
        let mut wanted = letters.clone();
        let mut next = wanted.next();
        for c in text[at..].chars() {
            if c == ' ' {
                continue;
            }
            match next {
                Some(letter) if letter == c => next = wanted.next(),
                _ => break,
            }
            if next.is_none() {
                return true;
            }
        }
        next.is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_punctuation() {
        let text = "그는 \"1,180m이며,\" (끝) …  3% 올랐다.";
        let found: Vec<&str> = words(text).map(|range| &text[range]).collect();
        assert_eq!(found, ["그는", "1,180m이며", "끝", "3%", "올랐다"]);
        assert_eq!(words(" ... ").count(), 0);
    }

    #[test]
    fn one_word_in_two_forms() {
        for (left, right) in [
            ("만난", "만났다"),
            ("준공된", "준공됐다"),
            ("준공한", "준공했다"),
            ("한빛대교가", "한빛대교는"),
            ("미뤄진", "미뤄졌고"),
            ("만든", "만들었다"),
            ("10월로", "10월에"),
            ("공장을", "공장"),
        ] {
            assert!(same_word(left, right), "{left} {right}");
            assert!(same_word(right, left), "{right} {left}");
        }
        for (left, right) in [
            ("대한민국", "대한항공"),
            ("제1공장을", "제2공장을"),
            ("지은", "지었다"),
            ("열린", "열렸다"),
            ("물은", "물을"),
            ("한국전력", "한국"),
            ("고등어", "고등학교"),
            ("이", "이"),
        ] {
            assert!(!same_word(left, right), "{left} {right}");
        }
        assert_eq!(shared_jamo_prefix_syllables("만난", "만났다"), 2);
    }

    #[test]
    fn other_spacing_counts_as_present() {
        assert!(contains_spaced("한 해 유지 비용은", "유지비"));
        assert!(!contains_spaced("한 해 유지하는 비용은", "유지비"));
        assert!(contains_spaced("유지비", "유지 비"));
    }
}
