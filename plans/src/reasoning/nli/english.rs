//! The rules for English pairs: narrow ones that follow from the words alone, since no data was at hand to measure wider
//! ones on.

use super::Label;
use super::align::{Kind, Unit};
use super::rules::{EN_NEGATION, EN_NUMBER_ADDED, EN_NUMBER_DIFFERS, EN_SAME_WORDS, Finding, Pair};
use super::words::{Word, has_digit};

/// Articles, auxiliaries and the like: a hypothesis may have them without saying more.
const LIGHT: [&str; 24] = [
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had", "that",
    "there", "it", "its", "of", "to", "and", "his", "her",
];

/// Words that deny.
const DENIALS: [&str; 7] = ["not", "never", "no", "cannot", "neither", "nor", "without"];

/// Words that keep a premise from being a plain statement of fact.
const NOT_A_FACT: [&str; 22] = [
    "if",
    "unless",
    "may",
    "might",
    "could",
    "would",
    "should",
    "perhaps",
    "maybe",
    "allegedly",
    "rumor",
    "rumour",
    "claims",
    "claimed",
    "said",
    "says",
    "believes",
    "thinks",
    "planned",
    "plans",
    "almost",
    "or",
];

/// Words that bound a number or add others to it.
const BOUNDS: [&str; 20] = [
    "than", "least", "most", "about", "over", "under", "nearly", "almost", "only", "first", "then", "after", "before",
    "more", "less", "up", "other", "another", "together", "total",
];

fn is(text: &str, list: &[&str]) -> bool {
    list.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Is the word one without content?
pub(super) fn is_light(text: &str) -> bool {
    is(text, &LIGHT)
}

/// `isn't` and the like.
fn contracted(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.ends_with("n't") || text.ends_with("n’t") || text == "n't"
}

/// Groups English words: a denial goes with the word behind it.
pub(super) fn units<'a>(words: &[Word<'a>]) -> Vec<Unit<'a>> {
    let mut out: Vec<Unit<'a>> = Vec::with_capacity(words.len());
    let mut denial: Option<usize> = None;
    for word in words {
        if is(word.text, &DENIALS) || contracted(word.text) {
            denial = denial.or(Some(word.start));
            continue;
        }
        // An auxiliary between a denial and its word: 'not have been'.
        let start = match denial {
            Some(start) if !is_light(word.text) => {
                denial = None;
                Some(start)
            }
            _ => None,
        };
        out.push(Unit::new(word.text, start.is_some(), false, start.unwrap_or(word.start), word.end));
    }
    out
}

/// The same word, whatever the case; `does not run` and `runs`.
pub(super) fn same(h: &Unit<'_>, p: &Unit<'_>) -> bool {
    let bare = |text: &str| -> String {
        let text = text.to_ascii_lowercase();
        match text.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s')) {
            Some(stem) => stem.to_owned(),
            None => text,
        }
    };
    h.text.eq_ignore_ascii_case(p.text) || ((h.negated || p.negated) && bare(h.text) == bare(p.text))
}

fn any(pair: &Pair<'_>, list: &[&str]) -> bool {
    super::words::words(pair.premise).iter().any(|word| is(word.text, list))
}

/// The content words of the hypothesis stand in the premise in the same order.
fn in_order(pair: &Pair<'_>, but: Option<usize>) -> bool {
    let places: Vec<usize> = pair
        .side
        .partner
        .iter()
        .enumerate()
        .filter(|(index, _)| {
            Some(*index) != but && pair.side.hypothesis.get(*index).is_some_and(|unit| !is_light(unit.text))
        })
        .filter_map(|(_, partner)| partner.map(|(place, _)| place))
        .collect();
    places.is_sorted()
}

/// No content word without a partner.
fn complete(pair: &Pair<'_>) -> bool {
    pair.new_units().is_empty() && pair.side.hypothesis.len() > 1
}

fn count(pair: &Pair<'_>, kind: Kind) -> usize {
    pair.side.of_kind(kind).count()
}

fn left_denial(pair: &Pair<'_>) -> bool {
    pair.side.premise.iter().enumerate().any(|(index, unit)| unit.negated && pair.side.taken.get(index) != Some(&true))
}

/// The words of the hypothesis one behind the other, and its first word the premise's first: a premise cut short.
fn same_words(pair: &Pair<'_>) -> Option<Finding> {
    let side = &pair.side;
    let places: Vec<usize> = side.partner.iter().flatten().map(|(place, _)| *place).collect();
    let run =
        places.len() == side.hypothesis.len() && places.windows(2).all(|two| matches!(two, [a, b] if a + 1 == *b));
    let plain = count(pair, Kind::Flipped) == 0 && count(pair, Kind::OtherNumber) == 0 && !left_denial(pair);
    (run && plain && complete(pair) && places.first() == Some(&0) && !any(pair, &NOT_A_FACT)).then_some(Finding {
        rule: EN_SAME_WORDS,
        label: Label::Entailment,
        ours: None,
        theirs: None,
    })
}

fn number_differs(pair: &Pair<'_>) -> Option<Finding> {
    let side = &pair.side;
    let (ours, theirs) = side.of_kind(Kind::OtherNumber).next()?;
    let alone = count(pair, Kind::OtherNumber) == 1 && count(pair, Kind::Flipped) == 0 && complete(pair);
    // The counted thing stands behind both numbers, and the premise has no other number.
    let behind = side.partner.get(ours + 1).copied().flatten().is_some_and(|(place, _)| place == theirs + 1);
    let numbers = side.premise.iter().filter(|unit| has_digit(unit.text)).count();
    let bounded = any(pair, &BOUNDS) || super::words::words(pair.hypothesis).iter().any(|word| is(word.text, &BOUNDS));
    (alone && behind && numbers == 1 && in_order(pair, None) && !bounded && !any(pair, &NOT_A_FACT)).then_some(
        Finding { rule: EN_NUMBER_DIFFERS, label: Label::Contradiction, ours: Some(ours), theirs: Some(theirs) },
    )
}

fn negation(pair: &Pair<'_>) -> Option<Finding> {
    let (ours, theirs) = pair.side.of_kind(Kind::Flipped).next()?;
    let alone = count(pair, Kind::Flipped) == 1 && count(pair, Kind::OtherNumber) == 0 && complete(pair);
    // Everything that the premise says is in the hypothesis, so that the denial is of the same.
    let rest = pair
        .side
        .premise
        .iter()
        .enumerate()
        .any(|(index, unit)| pair.side.taken.get(index) != Some(&true) && !is_light(unit.text));
    (alone && !rest && in_order(pair, None) && !any(pair, &NOT_A_FACT)).then_some(Finding {
        rule: EN_NEGATION,
        label: Label::Contradiction,
        ours: Some(ours),
        theirs: Some(theirs),
    })
}

fn number_added(pair: &Pair<'_>) -> Option<Finding> {
    const COUNTS: [&str; 14] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen", "half", "pair", "both",
    ];
    let new = pair.new_units();
    let [ours] = new else { return None };
    let is_number = pair.side.hypothesis.get(*ours).is_some_and(|unit| has_digit(unit.text));
    let plain = count(pair, Kind::Flipped) == 0 && !has_digit(pair.premise) && !any(pair, &COUNTS);
    (is_number && plain).then_some(Finding {
        rule: EN_NUMBER_ADDED,
        label: Label::Neutral,
        ours: Some(*ours),
        theirs: None,
    })
}

/// All findings on a pair, the strongest first.
pub(super) fn findings(pair: &Pair<'_>) -> Vec<Finding> {
    [same_words(pair), number_differs(pair), negation(pair), number_added(pair)].into_iter().flatten().collect()
}
