//! Which part of an 어절 is a noun: by what else the text shows, never by a guess.

use std::sync::LazyLock;

use super::by_char::ByChar;
use super::particles::strip_particle;
use super::words::{is_alphanumeric, is_hangul, is_word_char, occurrences};

/// How an 어절 ends where a Sino-Korean noun was made a verb: `준공된` is `준공` + a form of 되다. The noun has two syllables
/// or more; `이러한` and its like are none.
pub fn verbal_noun(eojeol: &str) -> Option<&str> {
    const FORMS: [&str; 50] = [
        "되었는가",
        "하였는가",
        "됐는가",
        "했는가",
        "되는가",
        "하는가",
        "됐나",
        "했나",
        "하였습니다",
        "되었습니다",
        "했습니다",
        "됐습니다",
        "하였다",
        "되었다",
        "하면서",
        "되면서",
        "한다고",
        "했다고",
        "됐다고",
        "된다고",
        "하기로",
        "했으며",
        "됐으며",
        "했으나",
        "됐으나",
        "했지만",
        "됐지만",
        "했다",
        "됐다",
        "한다",
        "된다",
        "하는",
        "되는",
        "하여",
        "되어",
        "했고",
        "됐고",
        "하고",
        "되고",
        "하며",
        "되며",
        "했던",
        "됐던",
        "하던",
        "한",
        "된",
        "할",
        "될",
        "해",
        "돼",
    ];
    const NO_NOUNS: [&str; 12] =
        ["이러", "그러", "저러", "어떠", "이렇게", "그렇게", "어떻게", "오래", "제대로", "따라", "아니", "스스로"];
    // Words that merely end like a form of 하다: in 해 or 한.
    const LOOKALIKES: [&str; 18] = [
        "지난해",
        "이듬해",
        "다음해",
        "새해",
        "지중해",
        "대북제한",
        "최대한",
        "최소한",
        "남북한",
        "불가피해",
        "유효기한",
        "무제한",
        "무기한",
        "가능한",
        "권한",
        "제한",
        "기한",
        "북한",
    ];
    static FORMS_BY_LAST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_last(&FORMS));
    let last = eojeol.chars().next_back()?;
    let stem = FORMS_BY_LAST.under(last).find_map(|form| eojeol.strip_suffix(form))?;
    if matches!(last, '해' | '한') && LOOKALIKES.iter().any(|word| eojeol.ends_with(word)) {
        return None;
    }
    let syllables = stem.chars().count();
    (syllables >= 2 && stem.chars().all(is_hangul) && !NO_NOUNS.contains(&stem)).then_some(stem)
}

/// Particles that no verb form and hardly any noun ends in: what stands before them is a noun.
const CERTAIN: [&str; 13] = [
    "으로부터",
    "에서는",
    "에서도",
    "에게는",
    "에게서",
    "으로는",
    "으로서",
    "까지는",
    "에서",
    "에게",
    "으로",
    "께서",
    "를",
];

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
    if !long(&stem) || !stem.chars().all(|c| is_alphanumeric(c) || matches!(c, '.' | '·' | '-' | '&')) {
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
    occurrences(text, stem).any(|at| {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
