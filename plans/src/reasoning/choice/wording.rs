//! How steps about options are said. Slots: `b` the option's number with 번, `o` its text, `s` words of the question, `x` one
//! of them.

use super::super::nli::draft::Bank;

/// The option that the text supports.
pub(super) const CHOSEN: Bank = Bank {
    id: "choice.chosen",
    ko: &[
        "글에서 확인되는 보기는 {b}이다. 답은 {b}이다.",
        "그러므로 {b}{을} 고른다.",
        "글이 뒷받침하는 {b}{이} 답이다.",
        "보기 가운데 글과 맞는 것은 {b}이므로 답은 {b}이다.",
        "물음에 맞는 보기는 {b}이다.",
        "따라서 답으로 {b}{을} 택한다.",
        "글에 비추어 보면 {b}{이} 맞다.",
        "살펴본 대로 답은 {b}이다.",
    ],
    en: &[
        "The text confirms {b}, so the answer is {b}.",
        "Therefore we choose {b}.",
        "The answer is {b}, which the text supports.",
        "Among the options {b} fits the text.",
        "The option that answers the question is {b}.",
        "So {b} it is.",
        "Held against the text, {b} is right.",
        "As we saw, the answer is {b}.",
    ],
};

/// The option that the text denies is asked for.
pub(super) const CHOSEN_AGAINST: Bank = Bank {
    id: "choice.chosen_against",
    ko: &[
        "글과 어긋나는 보기는 {b}이다. 답은 {b}이다.",
        "물음은 맞지 않는 것을 찾으므로 {b}{을} 고른다.",
        "글과 맞지 않는 {b}{이} 답이다.",
        "보기 가운데 글이 부정하는 것은 {b}이므로 답은 {b}이다.",
        "물음이 찾는 것은 글과 다른 보기이다. {b}{이} 그렇다.",
        "따라서 틀린 보기로 {b}{을} 택한다.",
        "글에 비추어 보면 {b}{이} 맞지 않으므로 이것이 답이다.",
        "맞지 않는 것을 물었으니 답은 {b}이다.",
    ],
    en: &[
        "The option that disagrees with the text is {b}: the answer.",
        "What is wrong is asked for, so we choose {b}.",
        "{b} does not fit the text and is the answer.",
        "The text denies {b}, which is what the question looks for.",
        "The question wants the option that fails: {b}.",
        "As the false one, {b} is the answer.",
        "Held against the text {b} is wrong, so it is the answer.",
        "Therefore the odd one out is {b}.",
    ],
};

/// The others have gone.
pub(super) const REMAINS: Bank = Bank {
    id: "choice.remains",
    ko: &[
        "다른 보기를 빼면 {b}{이} 남는다. 답은 {b}이다.",
        "남는 보기는 {b}뿐이므로 {b}{을} 고른다.",
        "나머지가 모두 빠졌으므로 답은 {b}이다.",
        "하나씩 지우고 나면 {b}만 남는다.",
        "빠지지 않은 보기는 {b}이다. 이것이 답이다.",
        "끝까지 남은 {b}{이} 답이다.",
        "다른 보기는 모두 걸렸고 {b}만 남았다.",
        "따라서 지우지 않은 {b}{을} 답으로 삼는다.",
    ],
    en: &[
        "With the others gone {b} remains: the answer.",
        "Only {b} is left, so we choose {b}.",
        "As all others fall, the answer is {b}.",
        "Striking one after the other leaves {b}.",
        "The option that stays is {b}.",
        "{b} is the last one standing and the answer.",
        "Every other option failed; {b} did not.",
        "So the answer is {b}, the one not struck.",
    ],
};

/// An option in a sentence with words of the question.
pub(super) const BESIDE: Bank = Bank {
    id: "choice.beside",
    ko: &[
        "물음의 {s}{이} 나오는 문장에 '{o}'{이} 있다.",
        "'{o}'{은} 물음의 {s}{과} 한 문장에 나온다.",
        "글에서 {s}{을} 말하는 문장은 '{o}'도 말한다.",
        "물음에 있는 {s}{을} 글에서 찾으면 같은 문장에 '{o}'{이} 있다.",
        "{s}{과} '{o}'{이} 글의 한 문장에 모여 있다.",
        "'{o}'{이} 들어 있는 문장에 물음의 {s}도 들어 있다.",
        "물음의 {s}{을} 따라가면 '{o}'{이} 나오는 문장에 이른다.",
        "글의 한 문장이 '{o}'{과} 물음의 {s}{을} 함께 말한다.",
    ],
    en: &[
        "The sentence with {s} of the question has '{o}'.",
        "'{o}' stands in one sentence with {s}.",
        "Where the text speaks of {s}, it also says '{o}'.",
        "Looking up {s} from the question, we find '{o}' in the same sentence.",
        "{s} and '{o}' come together in one sentence.",
        "The sentence that contains '{o}' also has {s}.",
        "Following {s} from the question leads to the sentence with '{o}'.",
        "One sentence holds both '{o}' and {s}.",
    ],
};

/// An option that the text does not have.
pub(super) const NOT_THERE: Bank = Bank {
    id: "choice.not_there",
    ko: &[
        "{b}의 '{o}'{은} 글에 나오지 않는다.",
        "글에서 '{o}'{을} 찾으면 없다. {b}{을} 뺀다.",
        "'{o}'{이라는} 말이 글에 없으므로 {b}{을} 지운다.",
        "글은 '{o}'{을} 말하지 않는다. {b}{은} 빠진다.",
        "{b}에 적힌 '{o}'{은} 글에 없는 말이다.",
        "글을 다 읽어도 '{o}'{은} 없다. {b}{은} 답이 아니다.",
        "글에 '{o}'{이라고} 적힌 곳이 없어 {b}{을} 제외한다.",
        "'{o}'{은} 보기 {b}에만 있다.",
    ],
    en: &[
        "'{o}' of {b} does not appear in the text.",
        "The text has no '{o}', so {b} goes.",
        "Looking for '{o}', we find nothing. Strike {b}.",
        "The text does not mention '{o}': {b} falls.",
        "{b} says '{o}', which is not in the text.",
        "Reading the whole text, there is no '{o}'; {b} is out.",
        "There is no place with '{o}' in the text, so {b} is no answer.",
        "'{o}' is only in {b}.",
    ],
};

/// An option that stands elsewhere in the text.
pub(super) const ELSEWHERE: Bank = Bank {
    id: "choice.elsewhere",
    ko: &[
        "{b}의 '{o}'{이} 나오는 문장에는 물음의 '{x}'{이} 없다.",
        "'{o}'{은} 글에 있지만 '{x}'{과} 같은 문장이 아니다. {b}{을} 뺀다.",
        "물음은 '{x}'{을} 묻는데 '{o}'{이} 나오는 곳에는 그 말이 없다. {b}{을} 지운다.",
        "'{o}'{이} 들어 있는 문장은 '{x}'{을} 말하지 않는다. {b}{은} 빠진다.",
        "{b}의 '{o}'{은} '{x}'{이} 없는 문장에 나온다.",
        "글의 '{o}'{은} 물음의 '{x}'{과} 떨어져 있으므로 {b}{은} 답이 아니다.",
        "'{x}'{이} 있는 문장에 '{o}'{은} 없다. {b}{을} 제외한다.",
        "'{o}'{을} 말하는 곳과 '{x}'{을} 말하는 곳은 다른 문장이다. {b}{은} 맞지 않다.",
    ],
    en: &[
        "The sentence with '{o}' of {b} does not have '{x}'.",
        "'{o}' is in the text, but not in one sentence with '{x}': {b} goes.",
        "The question asks about '{x}', which is not where '{o}' stands. Strike {b}.",
        "Where the text says '{o}', it does not say '{x}'; {b} falls.",
        "'{o}' of {b} stands in a sentence without '{x}'.",
        "As '{o}' and '{x}' are apart, {b} is no answer.",
        "The sentence with '{x}' has no '{o}', so {b} is out.",
        "'{o}' and '{x}' belong to different sentences: not {b}.",
    ],
};

/// The weaker procedure: the option that the text names first.
pub(super) const NAMED_FIRST: Bank = Bank {
    id: "choice.w_named_first",
    ko: &[
        "보기 가운데 글에 가장 먼저 나오는 것은 {b}의 '{o}'이다.",
        "글을 처음부터 읽으면 보기 중 '{o}'{이} 먼저 보인다. {b}이다.",
        "글에서 맨 앞에 나오는 보기는 '{o}'이다. 번호는 {b}이다.",
        "{b}의 '{o}'{이} 다른 보기보다 글에 먼저 나온다.",
        "보기를 글에 나온 차례로 세우면 {b}의 '{o}'{이} 앞선다.",
        "글의 앞쪽에서 만나는 보기는 {b}의 '{o}'이다.",
        "먼저 눈에 띄는 보기는 '{o}', 곧 {b}이다.",
        "글에 나온 순서로는 {b}의 '{o}'{이} 첫째이다.",
    ],
    en: &[
        "Of the options, '{o}' of {b} comes first in the text.",
        "Reading from the start, we meet '{o}' first: {b}.",
        "The earliest option in the text is '{o}', {b}.",
        "'{o}' of {b} stands before the other options.",
        "In the order of the text '{o}' of {b} leads.",
        "The first option that the text names is {b}, '{o}'.",
        "What strikes the eye first is '{o}', {b}.",
        "By order of appearance {b} with '{o}' is first.",
    ],
};

/// The wrong conclusion from it.
pub(super) const SO_THE_FIRST: Bank = Bank {
    id: "choice.w_so_the_first",
    ko: &[
        "먼저 나온 {b}{을} 고른다.",
        "글에 나왔으므로 답은 {b}이다.",
        "앞에 나온 것을 답으로 보아 {b}{을} 택한다.",
        "그러므로 {b}{이} 답이다.",
        "글에 있는 말이니 {b}{이} 맞다.",
        "더 볼 것 없이 {b}이다.",
        "먼저 만난 {b}{을} 답으로 삼는다.",
        "글이 먼저 말한 {b}{이} 물음의 답이다.",
    ],
    en: &[
        "Coming first, {b} is chosen.",
        "As it is in the text, the answer is {b}.",
        "Taking the first one, we choose {b}.",
        "So {b} is the answer.",
        "Being in the text, {b} is right.",
        "No need to read on: {b}.",
        "The first one found, {b}, is taken.",
        "What the text says first, {b}, answers the question.",
    ],
};

/// Why not.
pub(super) const FIX_FIRST: Bank = Bank {
    id: "choice.fix_first",
    ko: &[
        "'{o}'{이} 나오는 문장에는 물음의 '{x}'{이} 없다.",
        "글에 나온다고 답이 되지는 않는다. '{o}' 곁에 '{x}'{이} 없다.",
        "물음은 '{x}'{을} 묻는데 '{o}'{은} 다른 것을 말하는 문장에 있다.",
        "먼저 나온 '{o}'{은} '{x}'{과} 한 문장에 있지 않다.",
        "'{x}'{이} 있는 문장을 보지 않고 '{o}'{을} 골랐다.",
        "'{o}'{이} 든 문장은 '{x}'{을} 말하지 않는다.",
        "차례가 아니라 '{x}'{이} 있는 문장을 보아야 한다. '{o}'{은} 거기에 없다.",
        "'{x}'{을} 말하는 문장에 '{o}'{은} 나오지 않는다.",
    ],
    en: &[
        "The sentence with '{o}' does not have '{x}'.",
        "Being in the text is not enough: '{o}' is not beside '{x}'.",
        "The question asks about '{x}'; '{o}' belongs to another sentence.",
        "'{o}' comes first, but not in one sentence with '{x}'.",
        "'{o}' was taken without looking at the sentence with '{x}'.",
        "The sentence that has '{o}' says nothing of '{x}'.",
        "Not the order but '{x}' decides, and '{o}' is not there.",
        "Where the text speaks of '{x}', '{o}' does not appear.",
    ],
};
