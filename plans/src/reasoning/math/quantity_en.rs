//! Quantities in English questions.

use std::ops::Range;

use super::number::{self, Number};
use super::quantity::{Quantity, Unit, Units};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Word,
    Sign(char),
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    range: Range<usize>,
}

/// Reads the quantities and units of a question.
pub(super) fn read(question: &str) -> (Vec<Quantity>, Units) {
    // Only ASCII letters change, so that byte offsets stay.
    let lower = question.to_ascii_lowercase();
    let mut reader = Reader { text: &lower, tokens: tokens(question), found: Vec::new(), units: Units::default() };
    let mut at = 0;
    while at < reader.tokens.len() {
        at += reader.read(at).max(1);
    }
    (reader.found, reader.units)
}

/// The last 'how many' of a question with its noun: the words to quote, and the noun alone.
pub(super) fn asked(question: &str) -> Option<(&str, &str)> {
    let lower = question.to_ascii_lowercase();
    let tokens = tokens(question);
    let reader = Reader { text: &lower, tokens, found: Vec::new(), units: Units::default() };
    let at = (0..reader.tokens.len()).rev().find(|&at| reader.text(at) == "how" && reader.text(at + 1) == "many")?;
    let content = |at: usize| reader.is_word(at) && !is_function_word(reader.text(at)) && !reader.is_possessive(at);
    let mut end = at + 2;
    while end < at + 5 && content(end) && cardinal(reader.text(end)).is_none() {
        if is_plural(reader.text(end)) {
            let (quote, noun) = (reader.span(at, end + 1), reader.span(at + 2, end + 1));
            return Some((question.get(quote)?, question.get(noun)?));
        }
        end += 1;
    }
    None
}

fn is_plural(word: &str) -> bool {
    word.len() > 2 && word.ends_with('s') && !word.ends_with("ss")
        || matches!(
            word,
            "people" | "children" | "men" | "women" | "feet" | "fish" | "sheep" | "mice" | "geese" | "teeth"
        )
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let (kind, length) = match letter {
            _ if letter.is_whitespace() => {
                at += letter.len_utf8();
                continue;
            }
            '0'..='9' => (Kind::Number, number_length(rest)),
            '.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => (Kind::Number, number_length(rest)),
            _ if letter.is_alphabetic() => {
                (Kind::Word, rest.find(|next: char| !next.is_alphabetic()).unwrap_or(rest.len()))
            }
            _ => (Kind::Sign(letter), letter.len_utf8()),
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

/// Bytes of the decimal at the start of `text`.
pub(super) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut pointed) = (0, false);
    while digit(at) || (bytes.get(at) == Some(&b'.') && !pointed || bytes.get(at) == Some(&b',')) && digit(at + 1) {
        pointed |= bytes.get(at) == Some(&b'.');
        at += 1;
    }
    at
}

struct Reader<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    found: Vec<Quantity>,
    units: Units,
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }
    fn text(&self, at: usize) -> &str {
        self.token(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or("")
    }
    fn is_word(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Word)
    }
    fn is_number(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Number)
    }
    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }
    /// Do two neighbours touch?
    fn joined(&self, at: usize) -> bool {
        matches!((self.token(at), self.token(at + 1)), (Some(left), Some(right)) if left.range.end == right.range.start)
    }

    /// Reads what starts at a token; returns how many tokens it took.
    fn read(&mut self, at: usize) -> usize {
        if self.is_number(at) { self.numeral(at) } else { self.word(at) }
    }

    fn numeral(&mut self, at: usize) -> usize {
        let Some((value, _)) = number::parse_decimal(self.text(at)) else { return 1 };
        let part_of_word = at > 0 && self.is_word(at - 1) && self.joined(at - 1);
        // Mixed numbers and fractions.
        if self.is_sign(at + 1, '/') && self.is_number(at + 2) && self.joined(at) && self.joined(at + 1) {
            return self.fraction(at, at, None);
        }
        let mixed = self.is_number(at + 1) && self.is_sign(at + 2, '/') && self.is_number(at + 3);
        if mixed && self.joined(at + 1) && self.joined(at + 2) {
            return 1 + self.fraction(at + 1, at, Some(value));
        }
        // A time of day or a ratio.
        if self.is_sign(at + 1, ':') && self.is_number(at + 2) && self.joined(at) {
            self.mention(value);
            if let Some((minutes, _)) = number::parse_decimal(self.text(at + 2)) {
                self.mention(minutes);
            }
            return 3;
        }
        let mut value = value;
        let mut also = Vec::new();
        let mut end = at + 1;
        let suffix = if self.joined(at) && self.is_word(end) { self.text(end) } else { "" };
        let odd = matches!(suffix, "st" | "nd" | "rd" | "th" | "am" | "pm" | "k" | "m" | "s");
        if let Some(scale) = scale(self.text(end)).filter(|_| self.is_word(end)) {
            also.push((value.clone(), false));
            value *= number::whole(scale);
            end += 1;
        }
        if odd || part_of_word {
            self.mention(value);
            return 1;
        }
        if self.percent(end) {
            also.extend(super::quantity::percent_forms(&value));
            self.units.insert(Unit::Percent);
            end += 1;
        } else if matches!(self.text(end), "cents" | "cent" | "¢") {
            also.push((&value / number::whole(100), true));
        }
        let quote = self.quote(at, end);
        self.found.push(Quantity { value, also, quote: Some(quote) });
        end - at
    }

    fn percent(&self, at: usize) -> bool {
        self.is_sign(at, '%') || self.text(at) == "percent" || self.text(at) == "per" && self.text(at + 1) == "cent"
    }

    /// `1/2` at `at`, with the whole number before it.
    fn fraction(&mut self, at: usize, start: usize, whole: Option<Number>) -> usize {
        let parts = (number::parse_decimal(self.text(at)), number::parse_decimal(self.text(at + 2)));
        let (Some((numerator, _)), Some((denominator, _))) = parts else { return 3 };
        if denominator == number::whole(0) {
            return 3;
        }
        let ratio = &numerator / &denominator;
        let mut also = vec![(numerator, false), (denominator, false)];
        let value = match whole {
            Some(whole) => {
                let value = &whole + &ratio;
                also.extend([(ratio, false), (whole, false)]);
                value
            }
            None => ratio,
        };
        let quote = self.quote(start, at + 3);
        self.found.push(Quantity { value, also, quote: Some(quote) });
        3
    }

    fn mention(&mut self, value: Number) {
        self.found.push(Quantity { value, also: Vec::new(), quote: None });
    }

    fn word(&mut self, at: usize) -> usize {
        if self.is_sign(at, '$') {
            self.units.insert(Unit::Dollar);
            return 1;
        }
        if !self.is_word(at) {
            return 1;
        }
        if let Some(unit) = unit(self.text(at)) {
            self.units.insert(unit);
        }
        let (value, length) = self.cardinal(at);
        if let Some(value) = value {
            let end = at + length;
            // "two-thirds", "three quarters"
            let next = if self.is_sign(end, '-') { end + 1 } else { end };
            if let Some(parts) = part(self.text(next)).filter(|_| value < 100)
                && let Some(ratio) = number::fraction(value, parts)
            {
                let also = vec![(number::whole(value), false), (number::whole(parts), value == 1)];
                let range = self.span(at, next + 1);
                self.found.push(Quantity { value: ratio, also, quote: Some(range) });
                return next + 1 - at;
            }
            let mut also = Vec::new();
            let mut end = end;
            let value = number::whole(value);
            if self.percent(end) {
                also.extend(super::quantity::percent_forms(&value));
                self.units.insert(Unit::Percent);
                end += 1;
            }
            let quote = self.quote(at, end);
            self.found.push(Quantity { value, also, quote: Some(quote) });
            return end - at;
        }
        let after_article = at > 0 && matches!(self.text(at - 1), "a" | "an");
        let here = self.span(if after_article { at - 1 } else { at }, at + 1);
        let alone = self.span(at, at + 1);
        let (value, also, quote) = match self.text(at) {
            "half" | "halves" | "halved" => (number::fraction(1, 2), vec![(number::whole(2), true)], Some(alone)),
            "quarter" | "quarters" => {
                (number::fraction(1, 4), vec![(number::whole(4), true), (number::whole(25), false)], Some(here))
            }
            "twice" | "double" | "doubled" | "doubles" | "doubling" | "pair" | "pairs" | "couple" => {
                (number::fraction(2, 1), vec![(number::whole(1), false)], Some(alone))
            }
            "both" | "twins" | "other" => (number::fraction(2, 1), Vec::new(), None),
            "triple" | "triples" | "tripled" | "thrice" => (number::fraction(3, 1), Vec::new(), Some(alone)),
            "quadruple" | "quadrupled" => (number::fraction(4, 1), Vec::new(), Some(alone)),
            "dozen" | "dozens" => (number::fraction(12, 1), Vec::new(), Some(alone)),
            "decade" | "decades" | "dime" | "dimes" => (number::fraction(10, 1), Vec::new(), None),
            "nickel" | "nickels" => (number::fraction(5, 1), Vec::new(), None),
            "century" | "hundreds" => (number::fraction(100, 1), Vec::new(), None),
            "fortnight" => (number::fraction(14, 1), Vec::new(), None),
            "second" => (number::fraction(2, 1), Vec::new(), None),
            // "January" names no number, but the months from one to another make one; those are never named.
            text => match part(text) {
                Some(parts) if after_article => {
                    (number::fraction(1, parts), vec![(number::whole(parts), true)], Some(here))
                }
                Some(parts) => (
                    number::fraction(parts, 1),
                    number::fraction(1, parts).map(|ratio| (ratio, false)).into_iter().collect(),
                    None,
                ),
                None => return 1,
            },
        };
        if let Some(value) = value {
            self.found.push(Quantity { value, also, quote });
        }
        1
    }

    /// A cardinal in words and how many tokens it takes: `twenty-five`, `two hundred`, `a hundred`.
    fn cardinal(&self, at: usize) -> (Option<i64>, usize) {
        let Some(first) = cardinal(self.text(at)) else { return (None, 0) };
        let (mut value, mut next) = (first, at + 1);
        if first >= 20 && first % 10 == 0 {
            let ones = if self.is_sign(next, '-') { next + 1 } else { next };
            if let Some(one) = cardinal(self.text(ones)).filter(|one| (1..10).contains(one)) {
                value += one;
                next = ones + 1;
            }
        }
        while let Some(scale) = scale(self.text(next)) {
            let Some(scaled) = value.checked_mul(scale) else { break };
            value = scaled;
            next += 1;
        }
        (Some(value), next - at)
    }

    fn span(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.token(from).map_or(0, |token| token.range.start);
        let end = to.checked_sub(1).and_then(|last| self.token(last)).map_or(start, |token| token.range.end);
        start..end.max(start)
    }

    /// The number with a currency sign before it and the noun after it, or the word before it.
    fn quote(&self, from: usize, to: usize) -> Range<usize> {
        let from = if from > 0 && self.is_sign(from - 1, '$') { from - 1 } else { from };
        let money = self.is_sign(from, '$');
        // "50-pound", "16oz"
        if self.is_sign(to, '-') && self.is_word(to + 1) && self.joined(to) && to > 0 && self.joined(to - 1) {
            let mut end = to + 2;
            while self.is_sign(end, '-') && self.is_word(end + 1) && self.joined(end) {
                end += 2;
            }
            return self.span(from, end);
        }
        let content = |at: usize| self.is_word(at) && self.text(at).len() > 2 && !is_function_word(self.text(at));
        let plural = |at: usize| content(at) && is_plural(self.text(at)) && !self.is_possessive(at);
        if money || self.is_sign(to.saturating_sub(1), '%') {
            return self.span(from, to);
        }
        if plural(to) {
            return self.span(from, to + 1);
        }
        if content(to) && plural(to + 1) {
            return self.span(from, to + 2);
        }
        if content(to) && !self.is_possessive(to) {
            return self.span(from, to + 1);
        }
        if from > 0 && content(from - 1) {
            return self.span(from - 1, to);
        }
        self.span(from, to)
    }

    /// Is an apostrophe behind the word: `Ann's`?
    fn is_possessive(&self, at: usize) -> bool {
        self.is_sign(at + 1, '\'') || self.is_sign(at + 1, '’')
    }
}

/// Words that say nothing about what a number counts.
fn is_function_word(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "and"
            | "or"
            | "but"
            | "of"
            | "in"
            | "on"
            | "at"
            | "to"
            | "for"
            | "from"
            | "with"
            | "by"
            | "per"
            | "each"
            | "every"
            | "is"
            | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "has"
            | "have"
            | "had"
            | "does"
            | "did"
            | "do"
            | "will"
            | "would"
            | "can"
            | "could"
            | "should"
            | "that"
            | "this"
            | "these"
            | "those"
            | "which"
            | "who"
            | "whose"
            | "what"
            | "when"
            | "where"
            | "how"
            | "his"
            | "her"
            | "hers"
            | "its"
            | "their"
            | "them"
            | "they"
            | "she"
            | "him"
            | "you"
            | "your"
            | "our"
            | "then"
            | "than"
            | "there"
            | "if"
            | "as"
            | "so"
            | "not"
            | "only"
            | "just"
            | "also"
            | "after"
            | "before"
            | "during"
            | "while"
            | "because"
            | "since"
            | "until"
            | "into"
            | "onto"
            | "out"
            | "off"
            | "over"
            | "under"
            | "about"
            | "around"
            | "all"
            | "any"
            | "some"
            | "both"
            | "gets"
            | "goes"
            | "says"
            | "needs"
            | "wants"
            | "plus"
            | "minus"
            | "less"
            | "more"
            | "fewer"
            | "it"
            | "he"
            | "we"
            | "me"
            | "my"
            | "us"
            | "up"
            | "down"
            | "again"
            | "apiece"
            | "away"
            | "left"
            | "back"
            | "still"
            | "later"
            | "earlier"
            | "ago"
            | "total"
            | "old"
            | "got"
            | "now"
            | "however"
            | "equals"
    )
}

/// A cardinal below a hundred, or a hundred after 'a'.
fn cardinal(word: &str) -> Option<i64> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some(value) = ONES.iter().position(|each| *each == word) {
        return i64::try_from(value).ok();
    }
    if let Some(value) = TENS.iter().position(|each| *each == word) {
        return i64::try_from(value).ok().map(|value| (value + 2) * 10);
    }
    (word == "fourty").then_some(40).or_else(|| scale(word))
}

fn scale(word: &str) -> Option<i64> {
    match word {
        "hundred" => Some(100),
        "thousand" => Some(1_000),
        "million" => Some(1_000_000),
        "billion" => Some(1_000_000_000),
        _ => None,
    }
}

/// The parts that an ordinal or fraction word divides into.
fn part(word: &str) -> Option<i64> {
    match word.strip_suffix('s').unwrap_or(word) {
        "third" => Some(3),
        "quarter" | "fourth" => Some(4),
        "fifth" => Some(5),
        "sixth" => Some(6),
        "seventh" => Some(7),
        "eighth" => Some(8),
        "ninth" => Some(9),
        "tenth" => Some(10),
        "twelfth" => Some(12),
        "hundredth" => Some(100),
        "half" => Some(2),
        _ => None,
    }
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "seconds" => Unit::Second,
        "minute" | "minutes" | "min" | "mins" => Unit::Minute,
        "hour" | "hours" | "hourly" | "hr" | "hrs" => Unit::Hour,
        "day" | "days" | "daily" | "everyday" | "weekdays" => Unit::Day,
        "week" | "weeks" | "weekly" => Unit::Week,
        "month" | "months" | "monthly" => Unit::Month,
        "year" | "years" | "yearly" | "annual" | "annually" => Unit::Year,
        "percent" | "percentage" => Unit::Percent,
        "dollar" | "dollars" => Unit::Dollar,
        "cent" | "cents" | "penny" | "pennies" => Unit::Cent,
        "inch" | "inches" => Unit::Inch,
        "foot" | "feet" => Unit::Foot,
        "yard" | "yards" => Unit::Yard,
        "mile" | "miles" => Unit::Mile,
        "centimeter" | "centimeters" | "centimetre" | "centimetres" | "cm" => Unit::Centimetre,
        "meter" | "meters" | "metre" | "metres" | "m" => Unit::Metre,
        "kilometer" | "kilometers" | "kilometre" | "kilometres" | "km" => Unit::Kilometre,
        "gram" | "grams" | "g" => Unit::Gram,
        "kilogram" | "kilograms" | "kg" | "kgs" => Unit::Kilogram,
        "milliliter" | "milliliters" | "millilitre" | "millilitres" | "ml" => Unit::Millilitre,
        "liter" | "liters" | "litre" | "litres" => Unit::Litre,
        "ounce" | "ounces" | "oz" => Unit::Ounce,
        "pound" | "pounds" | "lb" | "lbs" => Unit::Pound,
        "ton" | "tons" => Unit::Ton,
        "cup" | "cups" => Unit::Cup,
        "pint" | "pints" => Unit::Pint,
        "quart" | "quarts" => Unit::Quart,
        "gallon" | "gallons" => Unit::Gallon,
        _ => return None,
    })
}
