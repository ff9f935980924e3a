//! Korean particles: which form follows a word, and which part of a word is one.
//!
//! The form depends on how the last character is *read*: `1997년이`, `CCTV를`, `3%가`, `7로` but `3으로`, `서울로`. Where
//! the reading is not certain (漢字, `R`, most lower-case Latin words) there is no particle rather than a wrong one.

use std::sync::LazyLock;

use super::by_char::ByChar;
use super::words::{final_consonant, is_hangul};

/// A particle with two forms, or the linking vowel of the copula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Particle {
    /// 은/는.
    Topic,
    /// 이/가.
    Subject,
    /// 을/를.
    Object,
    /// 과/와.
    With,
    /// 으로/로.
    By,
    /// 이나/나.
    Or,
    /// 이/(nothing), before 다, 라고, 며…
    Copula,
    /// 이라는/라는.
    Naming,
    /// 아/야.
    Vocative,
}

impl Particle {
    /// The forms after a consonant and after a vowel.
    fn forms(self) -> (&'static str, &'static str) {
        match self {
            Self::Topic => ("은", "는"),
            Self::Subject => ("이", "가"),
            Self::Object => ("을", "를"),
            Self::With => ("과", "와"),
            Self::By => ("으로", "로"),
            Self::Or => ("이나", "나"),
            Self::Copula => ("이", ""),
            Self::Naming => ("이라는", "라는"),
            Self::Vocative => ("아", "야"),
        }
    }
}

/// How a word ends when it is read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinalSound {
    /// In a vowel.
    Vowel,
    /// In ㄹ, which counts as a vowel before 으로/로.
    Rieul,
    /// In another consonant.
    Consonant,
    /// In ㄹ or a vowel, nobody can say: Latin `R`.
    VowelOrRieul,
}

/// Units written with Latin letters or signs, longest first within an ending, with their readings' ends.
const UNITS: [(&str, FinalSound); 28] = [
    ("km", FinalSound::Vowel),
    ("cm", FinalSound::Vowel),
    ("mm", FinalSound::Vowel),
    ("nm", FinalSound::Vowel),
    ("m", FinalSound::Vowel),
    ("kg", FinalSound::Consonant),
    ("mg", FinalSound::Consonant),
    ("g", FinalSound::Consonant),
    ("t", FinalSound::Consonant),
    ("ml", FinalSound::Vowel),
    ("mL", FinalSound::Vowel),
    ("kl", FinalSound::Vowel),
    ("L", FinalSound::Vowel),
    ("l", FinalSound::Vowel),
    ("ha", FinalSound::Vowel),
    ("kW", FinalSound::Vowel),
    ("MW", FinalSound::Vowel),
    ("GW", FinalSound::Vowel),
    ("kWh", FinalSound::Vowel),
    ("MWh", FinalSound::Vowel),
    ("Hz", FinalSound::Vowel),
    ("kHz", FinalSound::Vowel),
    ("MHz", FinalSound::Vowel),
    ("GHz", FinalSound::Vowel),
    ("dB", FinalSound::Rieul),
    ("GB", FinalSound::Vowel),
    ("TB", FinalSound::Vowel),
    ("%p", FinalSound::Vowel),
];

/// Acronyms that are read as words and end in a consonant, unlike the name of their last letter.
const READ_AS_WORDS: [&str; 4] = ["OPEC", "APEC", "TOEIC", "SWOT"];

/// Is the character a closing quote or bracket, or punctuation that is not read?
fn is_silent(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '」'
            | '』'
            | '》'
            | '〉'
            | '】'
            | '〕'
            | ')'
            | ']'
            | '}'
            | '>'
            | '）'
            | '.'
            | ','
            | '!'
            | '?'
            | '…'
            | ' '
            | '·'
            | '。'
            | '“'
            | '‘'
    )
}

/// Drops what is not read at the end of a word: quotes, punctuation, a bracketed remark behind other text
/// (`새들제약(주)` is read by what stands before the bracket).
fn readable(word: &str) -> &str {
    let mut rest = word;
    loop {
        let before = rest;
        for (open, close) in [('(', ')'), ('（', '）'), ('[', ']')] {
            if let Some(body) = rest.strip_suffix(close)
                && let Some(start) = body.rfind(open)
                && !body[..start].trim_end_matches(is_silent).is_empty()
            {
                rest = &body[..start];
            }
        }
        rest = rest.trim_end_matches(is_silent);
        if rest.len() == before.len() {
            return rest;
        }
    }
}

/// The sound in which a whole number ends, from its digits (with decimals after a point).
fn digits_end(digits: &str) -> Option<FinalSound> {
    use FinalSound::{Consonant, Rieul, Vowel};
    let last = digits.chars().next_back()?;
    let whole = !digits.contains('.');
    let zeros = digits.chars().rev().filter(|&c| c != ',').take_while(|&c| c == '0').count();
    let only_zeros = digits.chars().all(|c| matches!(c, '0' | ',' | '.'));
    Some(match last {
        // 십, 백, 천, 만, 억, 경 and 영 end in consonants, 조 (10^12) does not.
        '0' if whole && !only_zeros && (12..16).contains(&zeros) => Vowel,
        '0' | '3' | '6' => Consonant,
        '1' | '7' | '8' => Rieul,
        '2' | '4' | '5' | '9' => Vowel,
        _ => return None,
    })
}

/// The sound in which a Latin word or acronym ends, where that is certain.
fn latin_end(word: &str, after_digit: bool) -> Option<FinalSound> {
    use FinalSound::{Consonant, Rieul, Vowel, VowelOrRieul};
    if after_digit && let Some((_, sound)) = UNITS.iter().find(|(unit, _)| *unit == word) {
        return Some(*sound);
    }
    let last = word.chars().next_back()?;
    if word.chars().all(|c| c.is_ascii_uppercase()) {
        if READ_AS_WORDS.contains(&word) {
            return Some(Consonant);
        }
        return Some(match last {
            'L' => Rieul,
            'M' | 'N' => Consonant,
            'R' => VowelOrRieul,
            _ => Vowel,
        });
    }
    match last {
        'a' | 'i' | 'o' | 'u' | 'y' => Some(Vowel),
        'n' | 'm' => Some(Consonant),
        'l' => Some(Rieul),
        _ => None,
    }
}

/// How a word ends when read aloud; `None` where that is not certain.
pub fn final_sound(word: &str) -> Option<FinalSound> {
    // What ends in a letter or digit has nothing behind it to drop.
    let is_read = |c: char| is_hangul(c) || c.is_ascii_alphanumeric();
    let read = if word.ends_with(is_read) { word } else { readable(word) };
    let last = read.chars().next_back()?;
    if is_hangul(last) {
        return Some(match final_consonant(last) {
            0 => FinalSound::Vowel,
            8 => FinalSound::Rieul,
            _ => FinalSound::Consonant,
        });
    }
    if last.is_ascii_digit() {
        let start = read
            .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
            .map_or(0, |byte| byte + read[byte..].chars().next().map_or(1, char::len_utf8));
        return digits_end(&read[start..]);
    }
    if let Some(body) = read.strip_suffix("%p") {
        return body.ends_with(|c: char| c.is_ascii_digit()).then_some(FinalSound::Vowel);
    }
    if last.is_ascii_alphabetic() {
        let start = read
            .rfind(|c: char| !c.is_ascii_alphabetic())
            .map_or(0, |byte| byte + read[byte..].chars().next().map_or(1, char::len_utf8));
        let before = read[..start].trim_end().chars().next_back();
        if before == Some('/') {
            return None;
        }
        return latin_end(&read[start..], before.is_some_and(|c| c.is_ascii_digit()));
    }
    match last {
        '%' | '％' | '℃' | '°' | '㎞' | '㎝' | '㎜' | '㎡' | '㎢' | '㎥' | 'ℓ' | '+' | '㏊' => {
            Some(FinalSound::Vowel)
        }
        '㎏' | '㎎' => Some(FinalSound::Consonant),
        _ => None,
    }
}

/// The form of a particle that follows a word; `None` where the word's reading is not certain.
pub fn particle_after(word: &str, particle: Particle) -> Option<&'static str> {
    let (after_consonant, after_vowel) = particle.forms();
    match (final_sound(word)?, particle) {
        (FinalSound::Vowel, _) | (FinalSound::Rieul | FinalSound::VowelOrRieul, Particle::By) => Some(after_vowel),
        (FinalSound::VowelOrRieul, _) => None,
        (FinalSound::Rieul | FinalSound::Consonant, _) => Some(after_consonant),
    }
}

/// The word with its particle, or the bare word where its reading is not certain.
pub fn with_particle(word: &str, particle: Particle) -> String {
    let form = particle_after(word, particle).unwrap_or("");
    let mut out = String::with_capacity(word.len() + form.len());
    out.push_str(word);
    out.push_str(form);
    out
}

/// What a particle wants before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Any,
    Vowel,
    Consonant,
    /// A vowel or ㄹ.
    Open,
}

/// Particles that [`strip_particle`] knows, longest first.
const PARTICLES: [(&str, Wants); 63] = [
    ("으로부터", Wants::Consonant),
    ("에서부터", Wants::Any),
    ("이라고는", Wants::Consonant),
    ("에게서는", Wants::Any),
    ("로부터", Wants::Open),
    ("에서는", Wants::Any),
    ("에서도", Wants::Any),
    ("에서의", Wants::Any),
    ("에게는", Wants::Any),
    ("에게도", Wants::Any),
    ("에게서", Wants::Any),
    ("으로는", Wants::Consonant),
    ("으로도", Wants::Consonant),
    ("으로서", Wants::Consonant),
    ("으로써", Wants::Consonant),
    ("으로의", Wants::Consonant),
    ("까지는", Wants::Any),
    ("까지도", Wants::Any),
    ("까지의", Wants::Any),
    ("부터는", Wants::Any),
    ("이라는", Wants::Consonant),
    ("이라고", Wants::Consonant),
    ("께서는", Wants::Any),
    ("만으로", Wants::Any),
    ("에서", Wants::Any),
    ("에게", Wants::Any),
    ("에는", Wants::Any),
    ("에도", Wants::Any),
    ("에만", Wants::Any),
    ("으로", Wants::Consonant),
    ("로는", Wants::Open),
    ("로도", Wants::Open),
    ("로서", Wants::Open),
    ("로써", Wants::Open),
    ("과는", Wants::Consonant),
    ("과의", Wants::Consonant),
    ("와는", Wants::Vowel),
    ("와의", Wants::Vowel),
    ("까지", Wants::Any),
    ("부터", Wants::Any),
    ("보다", Wants::Any),
    ("처럼", Wants::Any),
    ("마다", Wants::Any),
    ("조차", Wants::Any),
    ("마저", Wants::Any),
    ("밖에", Wants::Any),
    ("께서", Wants::Any),
    ("한테", Wants::Any),
    ("이나", Wants::Consonant),
    ("라는", Wants::Vowel),
    ("의", Wants::Any),
    ("은", Wants::Consonant),
    ("는", Wants::Vowel),
    ("이", Wants::Consonant),
    ("가", Wants::Vowel),
    ("을", Wants::Consonant),
    ("를", Wants::Vowel),
    ("에", Wants::Any),
    ("과", Wants::Consonant),
    ("와", Wants::Vowel),
    ("도", Wants::Any),
    ("만", Wants::Any),
    ("로", Wants::Open),
];

/// The same by their last character.
static BY_LAST: LazyLock<ByChar<(&'static str, Wants)>> = LazyLock::new(|| {
    ByChar::new(PARTICLES.into_iter().filter_map(|entry| Some((entry.0.chars().next_back()?, entry))))
});

/// Is a text a particle that [`strip_particle`] knows, whatever stands before it?
pub(super) fn is_particle(text: &str) -> bool {
    text.chars().next_back().is_some_and(|last| BY_LAST.under(last).any(|(particle, _)| *particle == text))
}

/// Splits a particle of the closed list off an 어절 (without punctuation): the stem and the particle. The longest
/// particle that agrees with the stem's reading wins. Says nothing about whether the stem is a word: `고양이` gives
/// `고양` + `이`. Use [`super::noun_stem_in`] for that.
pub fn strip_particle(eojeol: &str) -> Option<(&str, &str)> {
    BY_LAST.under(eojeol.chars().next_back()?).find_map(|&(particle, wants)| {
        let stem = eojeol.strip_suffix(particle).filter(|stem| !stem.is_empty())?;
        let sound = final_sound(stem)?;
        let fits = matches!(
            (wants, sound),
            (Wants::Any, _)
                | (Wants::Vowel, FinalSound::Vowel)
                | (Wants::Consonant, FinalSound::Consonant | FinalSound::Rieul)
                | (Wants::Open, FinalSound::Vowel | FinalSound::Rieul | FinalSound::VowelOrRieul)
        );
        // 'ㄹ' + 으로 does not exist: 서울으로 is no particle of ours.
        let fits = fits && !(particle.starts_with("으로") && sound == FinalSound::Rieul);
        fits.then(|| (stem, &eojeol[stem.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_reading() {
        for (word, particle, expected) in [
            ("1997년", Particle::Subject, "1997년이"),
            ("6차로", Particle::By, "6차로로"),
            ("CCTV", Particle::Object, "CCTV를"),
            ("3%", Particle::Subject, "3%가"),
            ("7", Particle::By, "7로"),
            ("3", Particle::By, "3으로"),
            ("서울", Particle::By, "서울로"),
            ("漢字", Particle::Topic, "漢字"),
            ("2,000", Particle::Topic, "2,000은"),
            ("1000000000000", Particle::Topic, "1000000000000는"),
            ("1.5", Particle::Topic, "1.5는"),
            ("20", Particle::By, "20으로"),
            ("1,180m", Particle::Topic, "1,180m는"),
            ("70 kg", Particle::Topic, "70 kg은"),
            ("85㎡", Particle::Object, "85㎡를"),
            ("3%p", Particle::Subject, "3%p가"),
            ("'공사비'", Particle::Topic, "'공사비'는"),
            ("새들제약(주)", Particle::Topic, "새들제약(주)은"),
            ("(주)", Particle::Topic, "(주)는"),
            ("AI", Particle::With, "AI와"),
            ("LH", Particle::Subject, "LH가"),
            ("FTA", Particle::Or, "FTA나"),
            ("OLED TV", Particle::Naming, "OLED TV라는"),
            ("PVR", Particle::Topic, "PVR"),
            ("PVR", Particle::By, "PVR로"),
            ("km/h", Particle::Topic, "km/h"),
            ("Google", Particle::Topic, "Google"),
            ("민수", Particle::Vocative, "민수야"),
            ("사과", Particle::Copula, "사과"),
            ("귤", Particle::Copula, "귤이"),
            ("", Particle::Topic, ""),
            ("\"\"", Particle::Topic, "\"\""),
        ] {
            assert_eq!(with_particle(word, particle), expected);
        }
    }

    #[test]
    fn strips_only_what_agrees() {
        assert_eq!(strip_particle("다리는"), Some(("다리", "는")));
        assert_eq!(strip_particle("서울로"), Some(("서울", "로")));
        assert_eq!(strip_particle("부산으로"), Some(("부산", "으로")));
        assert_eq!(strip_particle("학교에서는"), Some(("학교", "에서는")));
        assert_eq!(strip_particle("1994년에"), Some(("1994년", "에")));
        assert_eq!(strip_particle("있는"), None);
        assert_eq!(strip_particle("를"), None);
        assert_eq!(strip_particle("고양이"), Some(("고양", "이")));
    }
}
