//! 어절 (words between spaces), Hangul letters, and which words are the same word.

use std::ops::Range;

use super::particles::strip_particle;

/// Is the character a composed Hangul syllable?
pub fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// Is at least every fourth letter of a text Hangul? False where there are no letters.
pub fn is_korean(text: &str) -> bool {
    let (mut hangul, mut letters) = (0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        hangul += usize::from(is_hangul(c));
    }
    letters > 0 && hangul * 4 >= letters
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
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '%' | '℃' | '°' | '$' | '₩' | '€' | '£' | '¥' | '+')
}

/// The part of an 어절 without punctuation, quotes and brackets around it, as a byte range of `text`; empty where nothing
/// is left.
pub fn core_of(text: &str, eojeol: Range<usize>) -> Range<usize> {
    let Some(word) = text.get(eojeol.clone()) else { return eojeol.start..eojeol.start };
    let left = word.find(is_word_char).unwrap_or(word.len());
    let right = word.char_indices().rev().find(|&(_, c)| is_word_char(c)).map_or(left, |(at, c)| at + c.len_utf8());
    eojeol.start + left..eojeol.start + right
}

/// The 어절 of a text: byte ranges of what stands between white space.
pub fn eojeols(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(|c: char| !c.is_whitespace())?;
        let rest = text.get(start..)?;
        let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
        at = end;
        Some(start..end)
    })
}

/// The words of a text without punctuation around them: byte ranges, none empty.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    eojeols(text).map(|eojeol| core_of(text, eojeol)).filter(|core| !core.is_empty())
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
    "하", "한", "할", "함", "합", "했", "해", "되", "된", "될", "됨", "됩", "됐", "돼", "시키", "시킨", "시킬", "시킴", "시킵",
    "시켰", "시켜", "받은", "받는", "받았", "받아", "당한", "당했", "당하", "이다", "이었", "였", "인", "이며", "이고",
];

/// Verb endings after a stem that is written out in full.
const ENDINGS: [&str; 49] = [
    "다", "는", "는다", "은", "을", "던", "고", "며", "면", "지", "게", "기", "도록", "려고", "으려", "어", "아", "어서",
    "아서", "었", "았", "였", "습니다", "으며", "으면", "으나", "지만", "는데", "은데", "자", "거나", "니", "으니", "므로",
    "으므로", "기로", "네", "냐", "나", "나요", "는가", "는가요", "는지", "느냐", "습니까", "을까", "니까", "던가", "지요",
];

/// Is `rest` what may follow a stem: nothing, particles, forms of 하다, 되다, 이다, or verb endings?
fn is_inflection(rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    if rest.chars().count() > 7 || !rest.chars().all(is_hangul) {
        return false;
    }
    // The stem's own last sound does not matter here: put both kinds before the particle.
    let particle = |stem: char| {
        let mut word = String::with_capacity(rest.len() + 3);
        word.push(stem);
        word.push_str(rest);
        strip_particle(&word).is_some_and(|(left, _)| left.chars().count() == 1)
    };
    DERIVED.iter().any(|form| rest.starts_with(form))
        || ENDINGS.contains(&rest)
        || rest.starts_with('었')
        || rest.starts_with('았')
        || rest.starts_with('였')
        || rest.starts_with("겠")
        || particle('가')
        || particle('각')
}

/// Is `rest` a verb ending whose first syllable begins with the stem's last one: `났다` in `만났다`, `난` in `만난`?
fn is_contracted_ending(rest: &str) -> bool {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return false };
    let tail = chars.as_str();
    match final_consonant(first) {
        // 만나, 만나고, 만나는: the stem, then an ending.
        0 => tail.is_empty() || ENDINGS.contains(&tail) || tail.starts_with('었') || tail.starts_with('시'),
        // ㄴ: 만난, 만난다; ㄹ: 만날; ㅁ: 만남; ㅂ: 만납니다; ㅆ: 만났다.
        4 => matches!(tail, "" | "다" | "다고" | "다는" | "다며" | "다면" | "데"),
        // 만들었다 beside 만든: the stem's own ㄹ.
        8 => matches!(tail, "" | "지" | "수록" | "까") || ENDINGS.contains(&tail) || tail.starts_with(['었', '았', '어', '아']),
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

/// How an 어절 ends where a Sino-Korean noun was made a verb: `준공된` is `준공` + a form of 되다. The noun has two syllables
/// or more; `이러한` and its like are none.
pub fn verbal_noun(eojeol: &str) -> Option<&str> {
    const FORMS: [&str; 50] = [
        "되었는가", "하였는가", "됐는가", "했는가", "되는가", "하는가", "됐나", "했나",
        "하였습니다", "되었습니다", "했습니다", "됐습니다", "하였다", "되었다", "하면서", "되면서", "한다고", "했다고", "됐다고",
        "된다고", "하기로", "했으며", "됐으며", "했으나", "됐으나", "했지만", "됐지만", "했다", "됐다", "한다", "된다", "하는",
        "되는", "하여", "되어", "했고", "됐고", "하고", "되고", "하며", "되며", "했던", "됐던", "하던", "한", "된", "할", "될",
        "해", "돼",
    ];
    const NO_NOUNS: [&str; 12] =
        ["이러", "그러", "저러", "어떠", "이렇게", "그렇게", "어떻게", "오래", "제대로", "따라", "아니", "스스로"];
    // Words that merely end like a form of 하다.
    const LOOKALIKES: [&str; 18] = [
        "지난해", "이듬해", "다음해", "새해", "지중해", "대북제한", "최대한", "최소한", "남북한", "불가피해", "유효기한", "무제한",
        "무기한", "가능한", "권한", "제한", "기한", "북한",
    ];
    if LOOKALIKES.iter().any(|word| eojeol.ends_with(word)) {
        return None;
    }
    let stem = FORMS.iter().find_map(|form| eojeol.strip_suffix(form))?;
    let syllables = stem.chars().count();
    (syllables >= 2 && stem.chars().all(is_hangul) && !NO_NOUNS.contains(&stem)).then_some(stem)
}

/// Particles that no verb form and hardly any noun ends in: what stands before them is a noun.
const CERTAIN: [&str; 13] =
    ["으로부터", "에서는", "에서도", "에게는", "에게서", "으로는", "으로서", "까지는", "에서", "에게", "으로", "께서", "를"];

/// The noun in an 어절 (without punctuation around it), by a rule that would rather find none:
///
/// - a Sino-Korean noun before a form of 하다 or 되다, if that noun also stands otherwise in `texts`
/// - the stem before a particle, if the stem stands bare or with another particle in `texts`
/// - the stem before a particle that nothing else ends in (`를`, `에서`, `으로`, …), or a stem with a number in it
///
/// The noun has two or more characters. `고양이` is not `고양` + 이 unless `고양` stands elsewhere; then nothing tells them apart.
pub fn noun_stem_in<'w>(texts: &[&str], eojeol: &'w str) -> Option<&'w str> {
    let long = |stem: &&str| stem.chars().count() >= 2;
    if let Some(stem) = verbal_noun(eojeol)
        && texts.iter().any(|text| stands_as_noun(text, stem, &eojeol[stem.len()..]))
    {
        return Some(stem);
    }
    let (stem, particle) = strip_particle(eojeol)?;
    if !long(&stem) || !stem.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '·' | '-' | '&')) {
        return None;
    }
    // What holds a number is no verb form: 10월로, 제2공장을.
    let numbered = stem.contains(|c: char| c.is_ascii_digit());
    if numbered || CERTAIN.contains(&particle) || texts.iter().any(|text| stands_as_noun(text, stem, particle)) {
        return Some(stem);
    }
    None
}

/// Does `stem` stand in `text` as a whole 어절, or before a particle or form of 하다/되다 other than `but`?
fn stands_as_noun(text: &str, stem: &str, but: &str) -> bool {
    text.match_indices(stem).any(|(at, _)| {
        if text[..at].chars().next_back().is_some_and(is_word_char) {
            return false;
        }
        let after = &text[at + stem.len()..];
        let end = after.find(|c| !is_word_char(c)).unwrap_or(after.len());
        let rest = &after[..end];
        if rest.is_empty() {
            return true;
        }
        let whole = &text[at..at + stem.len() + end];
        rest != but
            && (strip_particle(whole).is_some_and(|(left, particle)| left == stem && particle != but)
                || verbal_noun(whole) == Some(stem) && verbal_noun(&format!("{stem}{but}")) != Some(stem))
    })
}

/// Does `text` contain `word`, also where it is spaced otherwise (`유지 비` for `유지비`)?
pub fn contains_spaced(text: &str, word: &str) -> bool {
    if text.contains(word) {
        return true;
    }
    let letters: Vec<char> = word.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(first) = letters.first() else { return true };
    text.match_indices(*first).any(|(at, _)| {
        let mut wanted = letters.iter();
        let mut next = wanted.next();
        for c in text[at..].chars() {
            if c == ' ' {
                continue;
            }
            match next {
                Some(letter) if *letter == c => next = wanted.next(),
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
            ("한국전력", "한국"),
            ("고등어", "고등학교"),
            ("이", "이"),
        ] {
            assert!(!same_word(left, right), "{left} {right}");
        }
        assert_eq!(shared_jamo_prefix_syllables("만난", "만났다"), 2);
    }

    #[test]
    fn nouns_are_found_only_where_something_shows_them() {
        assert_eq!(noun_stem_in(&["고양이가 운다. 고양이는 잔다."], "고양이"), None);
        assert_eq!(noun_stem_in(&["고양이가 운다. 고양이는 잔다."], "고양이가"), Some("고양이"));
        assert_eq!(noun_stem_in(&["제주도 여행"], "제주도"), None);
        assert_eq!(noun_stem_in(&["회의 시간"], "회의"), None);
        assert_eq!(noun_stem_in(&["준공 당시 4차로였다. 준공됐다."], "준공된"), Some("준공"));
        assert_eq!(noun_stem_in(&["다리를 놓았다"], "다리를"), Some("다리"));
        assert_eq!(noun_stem_in(&["있는 것"], "있는"), None);
        assert_eq!(verbal_noun("이러한"), None);
        assert_eq!(verbal_noun("지난해"), None);
        assert_eq!(verbal_noun("착공해"), Some("착공"));
    }

    #[test]
    fn other_spacing_counts_as_present() {
        assert!(contains_spaced("한 해 유지 비용은", "유지비"));
        assert!(!contains_spaced("한 해 유지하는 비용은", "유지비"));
        assert!(contains_spaced("유지비", "유지 비"));
    }
}
