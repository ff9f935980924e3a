//! 어절 of a sentence and when two of them say the same word.

use crate::text::{is_hangul, jamo, strip_particle};

/// A piece between blanks (or at a comma that is not inside a number), without the punctuation around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// First character.
    pub(super) start: usize,
    /// One past the last character.
    pub(super) end: usize,
}

/// How a word stands to its predicate, from its particle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// 이, 가, 께서, 은, 는.
    Subject,
    /// 을, 를.
    Object,
    /// 에게, 한테, 께.
    Dative,
    /// 의.
    Genitive,
    /// 와, 과, 랑.
    With,
    /// 보다.
    Than,
    /// 이다, 입니다.
    Copula,
    /// Another particle.
    Adverbial,
    /// No particle.
    Bare,
}

/// Forms of the copula, longest first.
const COPULA: [&str; 26] = [
    "이었습니다",
    "였습니다",
    "이었다",
    "이지만",
    "입니다",
    "이라는",
    "이라고",
    "이에요",
    "이며",
    "이고",
    "이자",
    "이다",
    "였다",
    "예요",
    "이니",
    "이라",
    "인데",
    "이던",
    "라는",
    "라고",
    "였던",
    "지만",
    "이네요",
    "이었던",
    "임",
    "인",
];

fn is_edge(c: char) -> bool {
    !is_hangul(c) && !c.is_alphanumeric() && !matches!(c, '%' | '℃' | '+' | '-' | '㎡' | '㎞' | '°')
}

/// The words of a text with their character offsets.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::with_capacity(text.len() / 8 + 1);
    // Byte and character offset where the current word began.
    let mut open: Option<(usize, usize)> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().enumerate().peekable();
    while let Some((index, (byte, c))) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, (_, next))| next);
        let inside_number = before.is_ascii_digit() && next.is_ascii_digit();
        if c.is_whitespace()
            || (matches!(c, ',' | '·' | '/' | '“' | '”' | '‘' | '’' | '"' | '(' | ')') && !inside_number)
        {
            if let Some((first, start)) = open.take() {
                push(&mut out, text, first, byte, start);
            }
        } else if open.is_none() {
            open = Some((byte, index));
        }
        before = c;
    }
    if let Some((first, start)) = open {
        push(&mut out, text, first, text.len(), start);
    }
    out
}

fn push<'a>(out: &mut Vec<Word<'a>>, text: &'a str, from: usize, to: usize, start: usize) {
    let raw = text.get(from..to).unwrap_or("");
    let left = raw.trim_start_matches(is_edge);
    let core = left.trim_end_matches(is_edge);
    if !core.is_empty() {
        let start = start + raw.chars().count() - left.chars().count();
        out.push(Word { text: core, start, end: start + core.chars().count() });
    }
}

/// The noun in a word: itself, without a particle, without a particle behind `만` and the like, without the copula.
/// Unused places repeat the word.
pub(super) fn stems(text: &str) -> [&str; 4] {
    read(text).0
}

/// A word's possible stems, and its role.
pub(super) fn read(text: &str) -> ([&str; 4], Role) {
    let copula = COPULA.iter().find_map(|form| text.strip_suffix(form)).filter(|stem| !stem.is_empty());
    let stripped = strip_particle(text);
    let (once, role) = match stripped {
        Some((stem, particle)) => (stem, role_of(particle)),
        None if copula.is_some() => (text, Role::Copula),
        None => (text, Role::Bare),
    };
    let twice = stripped
        .and_then(|(stem, _)| strip_particle(stem))
        .filter(|(stem, _)| stem.chars().count() > 1)
        .map_or(once, |(stem, _)| stem);
    // '7다' and the like: behind a digit 다 alone is the copula.
    let bare = || text.strip_suffix('다').filter(|stem| stem.ends_with(|c: char| c.is_ascii_digit()));
    ([text, once, twice, copula.or_else(bare).unwrap_or(text)], role)
}

/// The role that a particle gives.
fn role_of(particle: &str) -> Role {
    match particle {
        "이" | "가" | "은" | "는" | "께서" | "께서는" => Role::Subject,
        "을" | "를" => Role::Object,
        "에게" | "한테" | "에게는" | "에게서" | "에게도" => Role::Dative,
        "의" => Role::Genitive,
        "와" | "과" | "와는" | "과는" | "와의" | "과의" => Role::With,
        "보다" => Role::Than,
        _ => Role::Adverbial,
    }
}

/// Syllables that endings and light verbs are made of: what may differ between two forms of one predicate.
const ENDING: &str = concat!(
    "다는은을를고며지면서니요네어아여야게기음던든려러도습입합했하한할함해됐된될되됨돼됩었았였겠셨시신",
    "실이인일임예에들적으로가의와과부터까보씁스런운워웠울우죠데므라란건걸냐군자길웁나십께세왔온올오더",
    "린져졌진질집짐쳤침케켜킨킬킴킵키받당",
);

/// Made of endings, particles and light verbs only?
pub(super) fn is_ending(text: &str) -> bool {
    text.chars().all(|c| ENDING.contains(c))
}

/// Can two syllables be the last of one stem before two endings? (`나오`/`나왔`, `보이`/`보여`, `걷`/`걸`, `어렵`/`어려`)
pub(super) fn akin(a: char, b: char) -> bool {
    let (Some((initial, vowel, last)), Some((initial_b, vowel_b, last_b))) = (jamo(a), jamo(b)) else { return false };
    // none, ㄴ, ㄹ, ㅁ, ㅂ, ㅆ; ㄷ turns into ㄹ.
    let open = |last: u8| matches!(last, 0 | 4 | 8 | 16 | 17 | 20);
    // ㅣ/ㅕ, ㅜ/ㅝ, ㅗ/ㅘ, ㅏ/ㅐ, ㅡ/ㅓ, ㅡ/ㅏ, ㅚ/ㅙ.
    let contracts =
        |a: u8, b: u8| matches!((a, b), (20, 6) | (13, 14) | (8, 9) | (0, 1) | (18, 4) | (18, 0) | (11, 10));
    let vowels = vowel == vowel_b || contracts(vowel, vowel_b) || contracts(vowel_b, vowel);
    initial == initial_b && vowels && ((open(last) && open(last_b)) || matches!((last, last_b), (7, 8) | (8, 7)))
}

/// Two forms of one predicate? The shared part has two syllables, or one closed syllable before endings that only
/// predicates have.
fn same_predicate(a: &str, b: &str) -> bool {
    let shared: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    // Both begin with the shared characters, so that both can be cut there.
    let (stem, tail_a) = a.split_at_checked(shared).unwrap_or((a, ""));
    let tail_b = b.get(shared..).unwrap_or("");
    let syllables = stem.chars().count();
    let (mut rest_a, mut rest_b) = (tail_a.chars(), tail_b.chars());
    if let (Some(x), Some(y)) = (rest_a.next(), rest_b.next())
        && akin(x, y)
        && syllables >= 1
        && is_ending(rest_a.as_str())
        && is_ending(rest_b.as_str())
    {
        return true;
    }
    if !(is_ending(tail_a) && is_ending(tail_b)) {
        return false;
    }
    let closed = stem.chars().next_back().and_then(jamo).is_some_and(|(_, _, last)| last != 0);
    syllables >= 2 || (syllables == 1 && closed && is_predicate_tail(tail_a) && is_predicate_tail(tail_b))
}

fn is_predicate_tail(tail: &str) -> bool {
    ["습니", "다", "은데", "았", "었", "아", "어", "고", "지", "게", "는"].iter().any(|ending| tail.starts_with(ending))
}

/// Do the words name one thing: the same text, the same noun with other particles, or two forms of one predicate?
pub(super) fn same_word(a: &str, b: &str) -> bool {
    same_stems(a, &stems(a), b, &stems(b))
}

/// [`same_word`] with the stems at hand.
pub(super) fn same_stems(a: &str, stems_a: &[&str; 4], b: &str, stems_b: &[&str; 4]) -> bool {
    if a == b {
        return true;
    }
    // Cheap: two forms of one word begin with the same syllable.
    if a.chars().next() != b.chars().next() {
        return false;
    }
    for (index, stem) in stems_a.iter().enumerate() {
        for (other, stem_b) in stems_b.iter().enumerate() {
            // One syllable is only a noun when both words carry a particle.
            if stem == stem_b && (stem.chars().count() >= 2 || (index > 0 && other > 0 && *stem != a && *stem != b)) {
                return true;
            }
        }
    }
    !has_digit(a) && !has_digit(b) && same_predicate(a, b)
}

/// Does the word contain an ASCII digit?
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The word without its digits, each run marked by `#`, and the runs (no commas, no leading zeros).
pub(super) fn mask(text: &str) -> (String, Vec<String>) {
    let mut frame = String::with_capacity(text.len());
    let mut runs: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            if !inside {
                frame.push('#');
                runs.push(String::new());
            }
            inside = true;
            if let Some(run) = runs.last_mut() {
                run.push(c);
            }
        } else if inside && c == ',' && chars.peek().is_some_and(char::is_ascii_digit) {
            // A thousands separator says nothing.
        } else if inside && c == '.' && chars.peek().is_some_and(char::is_ascii_digit) {
            if let Some(run) = runs.last_mut() {
                run.push('.');
            }
        } else {
            inside = false;
            frame.push(c);
        }
    }
    for run in &mut runs {
        if run.contains('.') {
            let trimmed = run.trim_end_matches('0').trim_end_matches('.').len();
            run.truncate(trimmed);
        }
        let zeros = run.len() - run.trim_start_matches('0').len();
        let keep = if zeros == run.len() || run.trim_start_matches('0').starts_with('.') {
            zeros.saturating_sub(1)
        } else {
            zeros
        };
        run.drain(..keep);
    }
    (frame, runs)
}
