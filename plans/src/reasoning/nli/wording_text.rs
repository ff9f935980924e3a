//! How a statement is held against a text: for options and for yes/no questions. Slots: `b` whose statement it is (`3번`,
//! `물음`), `h` its word, `p` the text's word, `s` a list of quoted words, `v` the predicate, `x` a noun.

use super::draft::Bank;

/// The words that a sentence shares with the statement.
pub(in crate::reasoning) const FOUND: Bank = Bank {
    id: "text.found",
    ko: &[
        "{b}의 {s}{은} 글의 한 문장에 함께 나온다.",
        "글에는 {s}{을} 함께 말하는 문장이 있다. {b}의 말이다.",
        "{b}에 나온 {s}{을} 글에서 찾으면 한 문장에 모여 있다.",
        "{s}{이} 나오는 문장을 {b}의 근거로 본다.",
        "글의 한 문장이 {b}의 {s}{을} 담고 있다.",
        "{b}{과} 견줄 문장에는 {s}{이} 있다.",
        "{b}의 {s}{은} 글에서 확인된다.",
        "글에서 {s}{을} 말하는 곳이 {b}{과} 관련된다.",
    ],
    en: &[
        "One sentence of the text has {s}, as {b} does.",
        "The sentence to compare with {b} contains {s}.",
        "Looking up {b}, we find {s} together in one sentence.",
        "{s} from {b} stand in the text.",
        "The text speaks of {s}, which is what {b} is about.",
        "For {b} we read the sentence with {s}.",
        "A sentence with {s} bears on {b}.",
        "{b} and one sentence of the text share {s}.",
    ],
};

/// The sentence says what the statement says.
pub(in crate::reasoning) const SAYS_SO: Bank = Bank {
    id: "text.says_so",
    ko: &[
        "이 문장은 {b}의 '{v}'까지 그대로 말한다.",
        "{b}의 말은 '{v}'까지 모두 이 문장에 있다.",
        "'{v}'{을} 포함해 {b}에 새로 더해진 말이 없다.",
        "{b}에서 이 문장에 없는 말을 찾으면 '{v}'까지 하나도 없다.",
        "{b}의 풀이말 '{v}'도 이 문장과 맞는다.",
        "이 문장이 맞으면 '{v}'{이라고} 한 {b}도 맞는다.",
        "'{v}'{을} 두고 {b}{과} 글은 갈리지 않는다.",
        "글의 문장이 {b}의 '{v}'{을} 받쳐 준다.",
    ],
    en: &[
        "The sentence says all of {b}, down to '{v}'.",
        "Nothing in {b} up to '{v}' is missing from the sentence.",
        "With '{v}' included, {b} adds nothing to the text.",
        "If the sentence is right, so is '{v}' in {b}.",
        "On '{v}' the text and {b} agree.",
        "The sentence supports '{v}' in {b}.",
        "Every word of {b} is covered, '{v}' too.",
        "Checking {b} word by word we get to '{v}' without a gap.",
    ],
};

/// Two numbers.
pub(in crate::reasoning) const OTHER_NUMBER: Bank = Bank {
    id: "text.other_number",
    ko: &[
        "{b}의 '{h}'{은} 글의 '{p}'{과} 수가 다르다.",
        "글에는 '{p}'{이} 있는데 {b}에는 '{h}'{이} 있다. 두 수는 같지 않다.",
        "{b}{은} '{h}'{이라고} 하지만 글은 '{p}'{이라고} 한다. 수가 어긋난다.",
        "수를 맞추어 보면 글의 '{p}'{이} {b}에서 '{h}'{로} 바뀌어 있다.",
        "같은 것을 두고 글은 '{p}', {b}{은} '{h}'{을} 든다.",
        "글의 '{p}'{과} {b}의 '{h}'{은} 서로 다른 수이다.",
        "'{h}'{은} 글에 적힌 '{p}'{과} 맞지 않는다. {b}의 수가 틀렸다.",
        "글에서 확인되는 수는 '{p}'이고 {b}의 수는 '{h}'이다.",
    ],
    en: &[
        "'{h}' in {b} is not the text's '{p}'.",
        "The text has '{p}', {b} has '{h}': different numbers.",
        "Of the same thing the text says '{p}' and {b} '{h}'.",
        "The number in {b}, '{h}', does not agree with '{p}'.",
        "Where the text gives '{p}', {b} gives '{h}'.",
        "'{p}' in the text has become '{h}' in {b}.",
        "Comparing the numbers, '{h}' in {b} is not '{p}'.",
        "The text counts '{p}', not '{h}' as {b} does.",
    ],
};

/// A denial on one side.
pub(in crate::reasoning) const DENIED: Bank = Bank {
    id: "text.denied",
    ko: &[
        "{b}의 '{h}'{은} 글의 '{p}'{과} 긍정과 부정이 반대이다.",
        "글은 '{p}'{이라고} 하는데 {b}{은} '{h}'{이라고} 한다. 한쪽이 다른 쪽을 부정한다.",
        "{b}{은} 글의 '{p}'{을} '{h}'{로} 뒤집었다.",
        "글의 '{p}'{이} 맞으면 {b}의 '{h}'{은} 맞을 수 없다.",
        "같은 말이 글에는 '{p}'{로}, {b}에는 '{h}'{로} 나와 부정이 한쪽에만 있다.",
        "{b}의 '{h}'{은} 글의 '{p}'{을} 거스른다.",
        "갈리는 곳은 글의 '{p}'{과} {b}의 '{h}'이다. 하나만 부정이다.",
        "글에서 '{p}'{을} 확인할 수 있으므로 {b}의 '{h}'{은} 글과 어긋난다.",
    ],
    en: &[
        "'{h}' in {b} and '{p}' in the text differ in a negation.",
        "The text says '{p}', {b} says '{h}'; one denies the other.",
        "{b} turns the text's '{p}' round into '{h}'.",
        "If '{p}' holds, '{h}' in {b} cannot.",
        "The text's '{p}' goes against '{h}' in {b}.",
        "Only one of '{p}' and '{h}' is negated, so {b} disagrees with the text.",
        "{b} parts from the text at '{h}', where it has '{p}'.",
        "We read '{p}' in the text, which denies '{h}' in {b}.",
    ],
};

/// Opposites.
pub(in crate::reasoning) const OPPOSED: Bank = Bank {
    id: "text.opposed",
    ko: &[
        "{b}의 '{h}'{은} 글의 '{p}'{과} 반대되는 말이다.",
        "글은 '{p}'{이라고} 하는데 {b}{은} 그 반대인 '{h}'{을} 쓴다.",
        "{b}에서는 글의 '{p}'{이} '{h}'{로} 바뀌어 있다. 뜻이 맞선다.",
        "글의 '{p}'{이} 맞는 곳에 {b}의 '{h}'{은} 맞지 않는다.",
        "'{p}'{과} '{h}'{은} 맞서는 말이므로 {b}{은} 글과 어긋난다.",
        "같은 것을 두고 글은 '{p}', {b}{은} '{h}'{이라고} 한다.",
        "{b}{과} 글은 '{h}'{과} '{p}'에서 부딪친다.",
        "글에서 확인되는 것은 '{p}'이고, {b}의 '{h}'{은} 그 반대말이다.",
    ],
    en: &[],
};

/// A noun that the text does not have.
pub(in crate::reasoning) const ABSENT: Bank = Bank {
    id: "text.absent",
    ko: &[
        "{b}의 '{x}'{이라는} 말은 글에 없다.",
        "글에는 '{x}'{이} 나오지 않아 {b}{을} 확인할 수 없다.",
        "{b}에 있는 '{x}'{을} 글에서 찾으면 없다.",
        "'{x}'{은} {b}에만 있고 글에는 없다.",
        "글을 다 읽어도 {b}의 '{x}'{은} 나오지 않는다.",
        "{b}{은} 글에 없는 '{x}'{을} 말한다.",
        "글에는 '{x}'{이라고} 적힌 곳이 없으므로 {b}{은} 확인되지 않는다.",
        "'{x}'{이} 글에 없어 {b}{을} 뒷받침할 문장이 없다.",
    ],
    en: &[
        "The text does not have '{x}', which {b} needs.",
        "'{x}' in {b} is not found in the text.",
        "Nothing in the text says '{x}', so {b} has no support.",
        "Only {b} has '{x}'; the text does not.",
        "Reading the whole text, '{x}' from {b} does not appear.",
        "{b} speaks of '{x}', which is not in the text.",
        "There is no '{x}' in the text to confirm {b}.",
        "Looking for '{x}' of {b} in the text, we find none.",
    ],
};

/// All of them.
#[cfg(test)]
pub(super) const ALL: &[Bank] = &[FOUND, SAYS_SO, OTHER_NUMBER, DENIED, OPPOSED, ABSENT];
