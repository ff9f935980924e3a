//! Which option the text points to, without the label.

use super::super::model::Lang;
use super::super::nli::verdict::{Comparison, SharedWord, Span, Verdict, compare};
use crate::text::{
    CharIndex, char_slice, contains_spaced, noun_stem_in, same_word, strip_particle, verbal_noun, words,
};

/// What the text says of a statement.
#[derive(Debug, Clone)]
pub(super) struct Stand {
    /// First character of the sentence that it was compared with.
    pub(super) at: usize,
    /// The comparison; the best one where no sentence decides.
    pub(super) comparison: Comparison,
    /// A noun of the statement that no sentence has.
    pub(super) absent: Option<String>,
}

/// Where a name, date or thing stands.
#[derive(Debug, Clone)]
pub(super) struct Short {
    /// Its place in the sentence with the most words of the question.
    pub(super) place: Option<Span>,
    /// Those words.
    pub(super) beside: Vec<SharedWord>,
    /// The nouns among them.
    pub(super) nouns: Vec<String>,
    /// Every sentence that has it.
    pub(super) sentences: Vec<Span>,
}

/// How the options were read.
#[derive(Debug, Clone)]
pub(super) enum Look {
    /// As statements.
    Statements(Vec<Stand>),
    /// As names, dates, things.
    Terms(Vec<Short>),
}

/// The option that comes out.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Its place, from 0.
    pub(super) chosen: usize,
    /// Does the question ask for what is wrong?
    pub(super) negative: bool,
    /// What was found on each option.
    pub(super) look: Look,
}

/// Does the question ask for the option that is wrong?
fn asks_for_the_wrong_one(question: &str, lang: Lang) -> bool {
    const KO: [&str; 12] = [
        "않은 것",
        "않는 것",
        "틀린 것",
        "아닌 것",
        "잘못된 것",
        "잘못 ",
        "거리가 먼",
        "어긋나는 것",
        "다른 것은",
        "없는 것은",
        "옳지 않",
        "맞지 않",
    ];
    const EN: [&str; 7] = [" not ", "n't ", " except", "incorrect", " false", " wrong", "untrue"];
    match lang {
        Lang::Ko => KO.iter().any(|mark| question.contains(mark)),
        Lang::En => {
            let question = question.to_ascii_lowercase();
            EN.iter().any(|mark| question.contains(mark))
        }
    }
}

/// An option without its number.
pub(super) fn bare_option(option: &str) -> &str {
    let option = option.trim();
    let rest = option.trim_start_matches(|c: char| ('①'..='⑳').contains(&c));
    if rest.len() < option.len() {
        return rest.trim_start();
    }
    let Some((number, rest)) = option.split_once(['.', ')']) else { return option };
    let number = number.trim_start_matches('(');
    let is_number = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_number && rest.starts_with(' ') { rest.trim_start() } else { option }
}

/// Is the option a statement rather than a name?
fn is_statement(option: &str, lang: Lang) -> bool {
    let option = bare_option(option);
    let count = words(option).count();
    match lang {
        Lang::Ko => count >= 2 && option.trim_end_matches(['.', ' ']).ends_with(['다', '요', '음', '함', '됨', '임']),
        Lang::En => count >= 4,
    }
}

/// Reads the options against pieces of the text (characters of each). `None` where not exactly one option comes out.
pub(super) fn replay(text: &str, pieces: &[Span], question: &str, options: &[&str], lang: Lang) -> Option<Finding> {
    if text.is_empty() || pieces.is_empty() {
        return None;
    }
    let negative = asks_for_the_wrong_one(question, lang);
    if options.iter().all(|option| is_statement(option, lang)) {
        let stands: Vec<Stand> =
            options.iter().filter_map(|option| stand(text, pieces, bare_option(option), lang)).collect();
        let chosen = (stands.len() == options.len()).then(|| choose_statement(&stands, negative)).flatten()?;
        return Some(Finding { chosen, negative, look: Look::Statements(stands) });
    }
    let terms: Vec<Short> = options.iter().map(|option| short(text, pieces, question, bare_option(option))).collect();
    let chosen = choose_term(&terms, options, negative)?;
    Some(Finding { chosen, negative, look: Look::Terms(terms) })
}

fn stand(text: &str, pieces: &[Span], statement: &str, lang: Lang) -> Option<Stand> {
    let mut best: Option<(usize, Stand)> = None;
    for &(from, to) in pieces {
        let Some(sentence) = char_slice(text, from, to) else { continue };
        let comparison = compare(sentence, statement, lang);
        // Support outranks what is against it: another sentence may speak of something else.
        let rank = match comparison.verdict {
            Verdict::Supported { .. } => 2_000,
            Verdict::Against { .. } => 1_000,
            Verdict::Open => 0,
        } + comparison.shared.len();
        if best.as_ref().is_none_or(|(other, _)| rank > *other) {
            best = Some((rank, Stand { at: from, comparison, absent: None }));
        }
    }
    let mut stand = best?.1;
    let in_pieces = |noun: &str| {
        pieces.iter().filter_map(|&(from, to)| char_slice(text, from, to)).any(|piece| contains_spaced(piece, noun))
    };
    stand.absent = stand.comparison.absent.clone().filter(|noun| !in_pieces(noun));
    Some(stand)
}

fn the_only<T>(items: &[T], fits: impl Fn(&T) -> bool) -> Option<usize> {
    let mut found = items.iter().enumerate().filter(|(_, item)| fits(item)).map(|(index, _)| index);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn choose_statement(stands: &[Stand], negative: bool) -> Option<usize> {
    let supported = |stand: &Stand| matches!(stand.comparison.verdict, Verdict::Supported { .. });
    let against = |stand: &Stand| matches!(stand.comparison.verdict, Verdict::Against { .. });
    if negative {
        // One goes against the text, or all others are supported.
        the_only(stands, against).or_else(|| the_only(stands, |stand| !supported(stand)))
    } else {
        the_only(stands, supported)
    }
}

/// Words of the question that may stand beside the answer.
fn keywords(question: &str) -> Vec<&str> {
    const ASKING: [&str; 44] = [
        "다음",
        "글",
        "가운데",
        "중",
        "것",
        "것은",
        "무엇",
        "무엇인가",
        "누구",
        "누구인가",
        "언제",
        "언제인가",
        "어디",
        "어디인가",
        "어느",
        "어떤",
        "옳은",
        "맞는",
        "알맞은",
        "적절한",
        "고르면",
        "고르시오",
        "내용",
        "위",
        "대한",
        "관한",
        "설명",
        "보기",
        "않은",
        "아닌",
        "틀린",
        "what",
        "which",
        "who",
        "when",
        "where",
        "how",
        "the",
        "of",
        "in",
        "is",
        "was",
        "did",
        "following",
    ];
    words(question)
        .filter_map(|range| question.get(range))
        .filter(|word| {
            let stem = strip_particle(word).map_or(*word, |(stem, _)| stem);
            let asked = |text: &str| ASKING.iter().any(|asking| text.eq_ignore_ascii_case(asking));
            word.chars().count() >= 2
                && !asked(word)
                && !asked(stem)
                && !word.starts_with("무엇")
                && !word.starts_with("몇")
        })
        .collect()
}

/// Byte ranges where an option stands in a sentence as a whole: not inside a longer word or number.
fn occurrences<'s>(sentence: &'s str, option: &'s str) -> impl Iterator<Item = usize> + 's {
    sentence.match_indices(option).map(|(at, _)| at).filter(move |&at| {
        let before = sentence.get(..at).and_then(|text| text.chars().next_back());
        let after = sentence.get(at + option.len()..).and_then(|text| text.chars().next());
        let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let ends_in_digit = option.ends_with(|c: char| c.is_ascii_digit());
        let runs_on = before.is_some_and(char::is_alphanumeric) || (ends_in_digit && number(after));
        let letters =
            after.is_some_and(|c| c.is_ascii_alphabetic()) && option.ends_with(|c: char| c.is_ascii_alphabetic());
        !(runs_on || letters)
    })
}

fn short(text: &str, pieces: &[Span], question: &str, option: &str) -> Short {
    let mut out = Short { place: None, beside: Vec::new(), nouns: Vec::new(), sentences: Vec::new() };
    let asked = keywords(question);
    for &(from, to) in pieces {
        let Some(sentence) = char_slice(text, from, to) else { continue };
        let Some(at) = occurrences(sentence, option).next() else { continue };
        let index = CharIndex::new(sentence);
        let mut beside: Vec<SharedWord> = Vec::new();
        let mut nouns: Vec<String> = Vec::new();
        for word in &asked {
            // Words of the option itself say nothing.
            if option.contains(word) || strip_particle(word).is_some_and(|(stem, _)| option.contains(stem)) {
                continue;
            }
            let there = words(sentence).find(|range| {
                sentence
                    .get(range.clone())
                    .is_some_and(|other| same_word(word, other) || other.eq_ignore_ascii_case(word))
            });
            let Some(range) = there else { continue };
            let other = sentence.get(range.clone()).unwrap_or("");
            let Some((start, end)) = index.to_char(range.start).zip(index.to_char(range.end)) else { continue };
            let stem = strip_particle(word).map(|(stem, _)| stem);
            let same_stem =
                stem.filter(|stem| strip_particle(other).is_some_and(|(theirs, _)| theirs == *stem) || other == *stem);
            // Quoted as the question has it, without a particle that the sentence shows to be one.
            let shown = if other == *word { *word } else { same_stem.unwrap_or(word) };
            let noun = same_stem
                .or_else(|| verbal_noun(word))
                .or((other == *word).then(|| noun_stem_in(&[sentence, question], word)).flatten());
            nouns.extend(noun.filter(|noun| noun.chars().count() >= 2).map(str::to_owned));
            beside.push(SharedWord { text: shown.to_owned(), there: (from + start, from + end) });
        }
        out.sentences.push((from, to));
        let start = index.to_char(at).map(|start| from + start);
        if let Some(start) = start.filter(|_| out.place.is_none() || beside.len() > out.beside.len()) {
            out.place = Some((start, start + option.chars().count()));
            out.beside = beside;
            out.nouns = nouns;
        }
    }
    out
}

fn choose_term(terms: &[Short], options: &[&str], negative: bool) -> Option<usize> {
    if negative {
        // All others stand beside words of the question.
        let missing = the_only(terms, |term| term.place.is_none())?;
        let others = terms.iter().enumerate().all(|(index, term)| index == missing || !term.beside.is_empty());
        return others.then_some(missing);
    }
    let best = terms.iter().map(|term| term.beside.len()).max().filter(|&best| best > 0)?;
    let chosen = the_only(terms, |term| term.beside.len() == best)?;
    // An option inside another one is not told apart by looking for its text.
    let text = bare_option(options.get(chosen)?);
    let nested = options.iter().enumerate().any(|(index, other)| {
        let other = bare_option(other);
        index != chosen
            && terms.get(index).is_some_and(|term| term.place.is_some())
            && (other.contains(text) || text.contains(other))
    });
    (!nested).then_some(chosen)
}
