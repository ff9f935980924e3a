//! How the steps of correct paths are said. Slots: `h` a word of the hypothesis, `p` its counterpart in the premise, `s` a
//! list of quoted words, `x` a word without its particle, `v` the predicate, `n` a number.

use super::draft::Bank;

/// Words that both sentences have.
pub(super) const SHARED: Bank = Bank {
    id: "nli.shared",
    ko: &[
        "가설의 {s}{은} 전제에도 나온다.",
        "두 문장은 {s}{을} 함께 쓴다.",
        "{s}{은} 전제와 가설에 모두 있다.",
        "전제와 가설은 모두 {s}{을} 말한다.",
        "가설이 말하는 {s}{은} 전제에서 찾을 수 있다.",
        "전제를 보면 가설의 {s}{이} 있다.",
        "겹치는 말을 보면 {s}{이} 두 문장에 다 있다.",
        "가설을 전제와 나란히 놓으면 {s}{이} 겹친다.",
    ],
    en: &[
        "The premise also has the hypothesis' {s}.",
        "Both sentences use {s}.",
        "{s} stand in the premise as well as in the hypothesis.",
        "Premise and hypothesis both speak of {s}.",
        "What the hypothesis says of {s} can be looked up in the premise.",
        "Side by side, the two sentences share {s}.",
        "Common to both sentences: {s}.",
        "In the premise we find {s} again.",
    ],
};

/// The two words that are set against each other.
pub(super) const PAIR: Bank = Bank {
    id: "nli.pair",
    ko: &[
        "가설의 '{h}'에 짝이 되는 전제의 말은 '{p}'이다.",
        "전제에서 '{h}'{과} 견줄 말은 '{p}'이다.",
        "전제에 '{p}'{이} 있고 가설에 '{h}'{이} 있다.",
        "두 문장에서 서로 짝을 이루는 말은 '{p}'{과} '{h}'이다.",
        "전제가 '{p}'{이라고} 하는 것을 가설은 '{h}'{이라고} 한다.",
        "가설에 '{h}'{이} 있으므로 전제에서는 '{p}'{을} 본다.",
        "'{h}'{을} 전제에 비추어 보면 '{p}'{이} 걸린다.",
        "가설의 '{h}'{을} 따지려면 전제의 '{p}'{을} 보아야 한다.",
    ],
    en: &[
        "The premise's counterpart of '{h}' is '{p}'.",
        "'{h}' in the hypothesis stands against '{p}' in the premise.",
        "The premise has '{p}' where the hypothesis has '{h}'.",
        "The words to compare are '{p}' and '{h}'.",
        "What the premise calls '{p}' the hypothesis calls '{h}'.",
        "For '{h}' we look at '{p}' in the premise.",
        "Held against the premise, '{h}' meets '{p}'.",
        "To judge '{h}' we need the premise's '{p}'.",
    ],
};

/// The numbers differ.
pub(super) const DIFFERENT_NUMBER: Bank = Bank {
    id: "nli.different_number",
    ko: &[
        "전제의 '{p}'{과} 달리 가설은 '{h}'{을} 쓴다. 두 수는 다르다.",
        "전제에는 '{p}'{이}, 가설에는 '{h}'{이} 있어 수가 서로 다르다.",
        "'{p}'{과} '{h}'{은} 같은 것을 센 다른 수이다.",
        "전제는 '{p}'{이라고} 하는데 가설은 '{h}'{이라고} 한다. 수가 맞지 않는다.",
        "가설의 '{h}'{은} 전제의 '{p}'{과} 수가 어긋난다.",
        "짝이 되는 수를 견주면 전제는 '{p}', 가설은 '{h}'{이다}다.",
        "수를 맞추어 보면 '{p}'{이} '{h}'{로} 바뀌어 있다.",
        "같은 것을 두고 전제는 '{p}'{을}, 가설은 '{h}'{을} 내세운다.",
    ],
    en: &[
        "The premise says '{p}', the hypothesis '{h}': two different numbers.",
        "'{h}' does not agree with the premise's '{p}'.",
        "'{p}' has become '{h}' in the hypothesis.",
        "The numbers differ: '{p}' in the premise, '{h}' in the hypothesis.",
        "Of the same thing the premise gives '{p}' and the hypothesis '{h}'.",
        "The hypothesis puts '{h}' in the place of '{p}'.",
        "Comparing the numbers, '{p}' is not '{h}'.",
        "Where the premise counts '{p}', the hypothesis counts '{h}'.",
    ],
};

/// One side denies.
pub(super) const DENIED: Bank = Bank {
    id: "nli.denied",
    ko: &[
        "전제의 '{p}'{과} 가설의 '{h}'{은} 같은 말인데 한쪽만 부정이다.",
        "전제는 '{p}'{이라고} 하고 가설은 '{h}'{이라고} 한다. 한쪽이 다른 쪽을 부정한다.",
        "갈리는 곳은 전제의 '{p}'{과} 가설의 '{h}'이다. 하나는 긍정이고 하나는 부정이다.",
        "가설은 전제의 '{p}'{을} '{h}'{로} 뒤집었다.",
        "가설의 '{h}'{은} 전제의 '{p}'{을} 뒤집은 말이다.",
        "전제에서는 '{p}', 가설에서는 '{h}'{로} 부정이 한쪽에만 붙는다.",
        "같은 말이 전제에는 '{p}'{로}, 가설에는 '{h}'{로} 나와 긍정과 부정이 갈린다.",
        "'{p}'{이} 참이면 '{h}'{은} 참일 수 없다.",
    ],
    en: &[
        "'{p}' and '{h}' say the same, but one of them is denied.",
        "The premise says '{p}' and the hypothesis '{h}'; one denies the other.",
        "They part at '{p}' and '{h}': one affirms, one denies.",
        "The hypothesis turns '{p}' round into '{h}'.",
        "'{h}' is the premise's '{p}' with the denial on the other side.",
        "Only one of '{p}' and '{h}' carries a negation.",
        "The same statement stands as '{p}' in the premise and as '{h}' in the hypothesis.",
        "If '{p}' is true, '{h}' cannot be.",
    ],
};

/// Opposites.
pub(super) const OPPOSED: Bank = Bank {
    id: "nli.opposed",
    ko: &[
        "전제의 '{p}'{과} 가설의 '{h}'{은} 서로 반대되는 말이다.",
        "가설은 전제의 '{p}'{을} 그와 반대인 '{h}'{로} 바꾸었다.",
        "'{h}'{은} '{p}'{과} 뜻이 맞서는 말이다.",
        "갈리는 곳은 '{p}'{과} '{h}'이다. 두 말은 뜻이 반대이다.",
        "같은 것을 두고 전제는 '{p}', 가설은 '{h}'{이라고} 하여 서로 맞선다.",
        "'{p}'{이} 맞는 곳에 '{h}'{은} 맞지 않는다.",
        "전제에는 '{p}'{이} 있는데 가설에는 반대말 '{h}'{이} 있다.",
        "두 문장을 맞대면 '{p}'{과} '{h}'{이} 부딪친다.",
    ],
    en: &[],
};

/// Not entailed, because something stands against it.
pub(super) const NOT_ENTAILED_AGAINST: Bank = Bank {
    id: "nli.not_entailed_against",
    ko: &[
        "함의라면 '{h}'{이} 전제에서 나와야 한다. 전제에 있는 것은 '{p}'이다.",
        "전제의 '{p}'에서 가설의 '{h}'{은} 나오지 않으므로 함의는 아니다.",
        "'{p}'{을} 받아들이면 '{h}'{을} 받아들일 수 없으니 함의일 수 없다.",
        "함의부터 따져 보면 전제의 '{p}'{이} '{h}'{을} 막는다.",
        "전제는 '{h}'{을} 뒷받침하지 않고 '{p}'{을} 내놓는다. 함의를 뺀다.",
        "전제가 '{p}'{이라고} 하므로 '{h}'{을} 끌어낼 수 없다. 함의는 빠진다.",
        "'{h}'{이} 맞으려면 전제의 '{p}'{이} 틀려야 한다. 그래서 함의가 아니다.",
        "전제의 '{p}'{과} 맞지 않는 '{h}'{이} 있으므로 함의를 지운다.",
    ],
    en: &[
        "For entailment '{h}' would have to follow; the premise has '{p}'.",
        "'{h}' does not follow from '{p}', so it is no entailment.",
        "Who accepts '{p}' cannot accept '{h}': entailment is out.",
        "The premise's '{p}' bars '{h}', so entailment goes.",
        "Instead of '{h}' the premise offers '{p}'. Strike entailment.",
        "'{h}' could only hold if '{p}' were wrong, so nothing is entailed.",
        "From '{p}' we cannot derive '{h}'; entailment falls.",
        "'{h}' does not fit '{p}', which rules entailment out.",
    ],
};

/// Not neutral, because the premise decides.
pub(super) const NOT_NEUTRAL_AGAINST: Bank = Bank {
    id: "nli.not_neutral_against",
    ko: &[
        "중립이라면 전제가 이 점을 말하지 않아야 한다. 그런데 전제에는 '{p}'{이} 있다.",
        "전제가 '{p}'{이라고} 이미 말하므로 알 수 없는 것이 아니다. 중립을 뺀다.",
        "가설의 '{h}'에 짝이 되는 '{p}'{이} 전제에 있으니 중립도 아니다.",
        "전제는 '{p}'{로} 이 점을 정해 두었다. 중립일 수 없다.",
        "판단할 근거인 '{p}'{이} 전제에 있으므로 중립은 맞지 않다.",
        "전제가 말을 아낀 것이 아니라 '{p}'{이라고} 한다. 중립은 지운다.",
        "'{p}'{이} 가설의 '{h}'{을} 가려 주므로 중립이 아니다.",
        "가설의 참과 거짓은 전제의 '{p}'{로} 가려진다. 그러니 중립은 아니다.",
    ],
    en: &[
        "Neutral would need a premise that leaves this open; it says '{p}'.",
        "The premise already says '{p}', so neutral is out.",
        "'{p}' decides about '{h}': it is not neutral either.",
        "With '{p}' the premise has settled the point; strike neutral.",
        "There is something to judge by, '{p}', so neutral does not fit.",
        "The premise does not keep silent, it says '{p}'. Not neutral.",
        "Whether '{h}' holds can be told from '{p}'; neutral goes.",
        "Neutral falls, because '{p}' speaks of the same thing as '{h}'.",
    ],
};

/// Exchanging the word makes the difference go away.
pub(super) const EXCHANGED: Bank = Bank {
    id: "nli.exchanged",
    ko: &[
        "가설의 '{h}' 자리에 '{p}'{을} 놓으면 전제에 없는 말이 남지 않는다.",
        "'{h}'{을} '{p}'{로} 바꾸면 가설의 말은 모두 전제에 있는 말이 된다.",
        "가설에서 '{h}'만 '{p}'{로} 고치면 나머지는 전제의 말이다.",
        "'{h}' 대신 '{p}'{을} 넣으면 가설은 전제의 말로만 이루어진다.",
        "'{p}'{을} 가설에 넣으면 전제와 어긋나는 말이 없어진다.",
        "가설을 전제에 맞추려면 '{h}'{을} '{p}'{로} 바꾸어야 한다.",
        "'{h}'{을} 그대로 두면 전제와 어긋나고, '{p}'{로} 바꾸면 어긋나지 않는다.",
        "'{p}'{을} 써야 전제의 말이 되는데 가설은 '{h}'{을} 썼다.",
    ],
    en: &[
        "With '{p}' in the place of '{h}' nothing is left that the premise lacks.",
        "Exchange '{h}' for '{p}', and every word of the hypothesis is the premise's.",
        "Only '{h}' has to become '{p}'; the rest stands in the premise.",
        "Put '{p}' for '{h}' and the hypothesis consists of the premise's words.",
        "Once '{p}' is put in, nothing disagrees with the premise.",
        "To fit the premise, '{h}' would have to be '{p}'.",
        "Left as '{h}' it disagrees, as '{p}' it would agree.",
        "The premise's word is '{p}', but the hypothesis has '{h}'.",
    ],
};

/// Contradiction.
pub(super) const CONTRADICTION: Bank = Bank {
    id: "nli.contradiction",
    ko: &[
        "전제가 참이면 '{h}'{이라고} 한 가설은 거짓이다. 답은 모순이다.",
        "'{p}'{이라고} 한 전제와 '{h}'{이라고} 한 가설은 함께 참일 수 없으므로 답은 모순이다.",
        "그러므로 '{h}'{이라고} 하는 가설은 전제와 모순이다.",
        "가설의 '{h}'{이} 전제와 어긋나므로 모순으로 답한다.",
        "'{p}'{과} '{h}'에서 갈리는 두 문장은 동시에 참이 될 수 없다. 모순이다.",
        "전제를 믿으면서 '{h}'{이라는} 가설까지 믿을 수는 없다. 모순이 답이다.",
        "가설의 '{h}'{이} 전제의 '{p}'{을} 거스르니 답은 모순이다.",
        "전제의 '{p}'{을} 두고 '{h}'{이라고} 했으므로 모순을 고른다.",
    ],
    en: &[
        "If the premise is true, '{h}' is false: contradiction.",
        "'{p}' and '{h}' cannot both hold, so the answer is contradiction.",
        "A hypothesis with '{h}' contradicts the premise.",
        "Since '{h}' goes against '{p}', the answer is contradiction.",
        "Who believes '{p}' cannot believe '{h}'. Contradiction.",
        "Because of '{h}' we choose contradiction.",
        "The two sentences part at '{h}' and cannot both be true: contradiction.",
        "So '{h}' makes it a contradiction.",
    ],
};

/// Two forms of one word.
pub(super) const OTHER_FORM: Bank = Bank {
    id: "nli.other_form",
    ko: &[
        "가설의 '{h}'{은} 전제의 '{p}'{과} 바탕이 같은 말이다.",
        "'{h}'{과} '{p}'{은} 뒤에 붙은 말만 다르다.",
        "전제의 '{p}'{을} 가설은 '{h}'{로} 적는다.",
        "'{h}'에 해당하는 말은 전제의 '{p}'이다.",
        "전제에는 '{p}'{로}, 가설에는 '{h}'{로} 나오지만 바탕은 같다.",
        "'{h}'{을} 전제에서 찾으면 '{p}'{이} 있다.",
        "전제의 '{p}'{과} 가설의 '{h}'{은} 꼴이 다를 뿐이다.",
        "가설이 '{h}'{이라고} 한 것을 전제는 '{p}'{이라고} 한다.",
    ],
    en: &["'{h}' is another form of the premise's '{p}'.", "The premise writes '{p}' for '{h}'."],
};

/// Two words of a group.
pub(super) const NEAR_WORD: Bank = Bank {
    id: "nli.near_word",
    ko: &[
        "가설의 '{h}'{은} 전제의 '{p}'{과} 뜻이 통하는 말이다.",
        "'{h}'{과} '{p}'{은} 여기서 서로 바꾸어 쓸 수 있다.",
        "가설은 '{p}' 대신 비슷한 말 '{h}'{을} 쓴다.",
        "전제의 '{p}'{을} 가설은 '{h}'{로} 바꾸어 말한다.",
        "전제의 '{p}'{이} 가설에는 '{h}'{로} 나온다.",
        "가설의 '{h}'{은} 전제에 '{p}'{로} 되어 있을 뿐이다.",
        "'{h}'{과} 비슷한 말로 전제에 '{p}'{이} 있다.",
        "'{h}'{을} '{p}'{로} 읽으면 전제의 말이 된다.",
    ],
    en: &[],
};

/// Nothing is added.
pub(super) const NOTHING_ADDED: Bank = Bank {
    id: "nli.nothing_added",
    ko: &[
        "'{v}'{을} 비롯해 가설은 전제에 없는 말을 더하지 않는다.",
        "'{v}'까지 살펴도 가설의 말 가운데 전제 밖에서 온 것은 없다.",
        "가설의 풀이말 '{v}'도 전제에 있으므로 새로 더한 내용이 없다.",
        "'{v}'{을} 포함해 가설이 말하는 것은 모두 전제가 말한 것이다.",
        "가설은 '{v}'{로} 끝날 때까지 전제의 말만 쓴다.",
        "가설의 처음부터 '{v}'까지 모두 전제의 말로 채워진다.",
        "'{v}'도 전제에서 왔으니 가설이 보탠 말은 없다.",
        "전제에 없는 말이 가설에 있는지 보면, '{v}'까지 하나도 없다.",
    ],
    en: &[
        "Down to '{v}' the hypothesis adds no word of its own.",
        "With '{v}' included, everything in the hypothesis is said in the premise.",
        "The premise covers the whole hypothesis up to '{v}'.",
        "Nothing up to '{v}' comes from outside the premise.",
        "The hypothesis' '{v}' is the premise's too, so nothing is new.",
        "Looking for a word that the premise lacks, up to '{v}' we find none.",
        "The premise's own words, '{v}' among them, make up the hypothesis.",
        "As '{v}' also comes from the premise, nothing has been added.",
    ],
};

/// The hypothesis is a piece of the premise.
pub(super) const PIECE: Bank = Bank {
    id: "nli.piece",
    ko: &[
        "전제에서 '{r}'만 남기면 가설의 말이 된다.",
        "전제의 '{r}'{과} 가설은 같은 말을 같은 차례로 쓴다.",
        "가설은 전제의 '{r}'{을} 옮긴 것이다.",
        "전제에서 '{r}'{을} 오려 내면 가설과 맞는다.",
        "가설을 전제에 겹치면 '{r}'에 맞아떨어진다.",
        "가설에 해당하는 대목은 전제의 '{r}'이다.",
        "전제 안에 '{r}'{이} 있고, 이것이 가설의 내용이다.",
        "'{r}'{이라는} 대목이 전제에 있어 가설을 그대로 담는다.",
    ],
    en: &[
        "Keep only '{r}' of the premise and the hypothesis is left.",
        "The premise's '{r}' and the hypothesis use the same words in the same order.",
        "The hypothesis repeats '{r}' from the premise.",
        "Cut '{r}' out of the premise and it fits the hypothesis.",
        "Laid on the premise, the hypothesis falls on '{r}'.",
        "The passage for the hypothesis is '{r}'.",
        "The premise contains '{r}', which is what the hypothesis says.",
        "There is a passage '{r}' in the premise that holds the hypothesis.",
    ],
};

/// What the hypothesis leaves out changes nothing about its words.
pub(super) const LEFT_OUT: Bank = Bank {
    id: "nli.left_out",
    ko: &[
        "전제에서 '{x}'{을} 덜어 내도 가설의 말은 모두 남는다.",
        "'{x}'{이} 없어도 전제에는 가설의 말이 다 있다.",
        "가설은 전제의 '{x}'{을} 빼고 말한 것이다.",
        "전제의 '{x}'{은} 가설에 쓰이지 않지만, 가설에 쓰인 말은 모두 전제의 말이다.",
        "가설의 말을 전제에서 하나씩 지워 가면 '{x}' 같은 말이 남고, 가설 쪽에는 남는 말이 없다.",
        "전제는 '{x}'{을} 더 말할 뿐, 가설의 말을 모두 담고 있다.",
        "가설에는 전제의 '{x}'{이} 없지만, 전제에 없는 말도 가설에 없다.",
        "'{x}'{은} 전제에만 있고, 가설에만 있는 말은 없다.",
    ],
    en: &[
        "Drop '{x}' from the premise and all words of the hypothesis remain.",
        "Even without '{x}' the premise has every word of the hypothesis.",
        "The hypothesis leaves '{x}' out and adds nothing.",
        "'{x}' is only in the premise; nothing is only in the hypothesis.",
        "The premise says '{x}' besides, and contains the whole hypothesis.",
        "Fitting the hypothesis into the premise, only '{x}' is left over.",
        "The hypothesis lacks '{x}', but has no word that the premise lacks.",
        "Take '{x}' away: the hypothesis is still covered.",
    ],
};

/// Not neutral: all is there.
pub(super) const NOT_NEUTRAL_COVERED: Bank = Bank {
    id: "nli.not_neutral_covered",
    ko: &[
        "중립이라면 가설에 전제가 말하지 않은 것이 있어야 하는데, {s}{은} 모두 전제에 있다.",
        "가설의 {s}{을} 전제에서 다 찾을 수 있으므로 중립을 뺀다.",
        "{s}까지 전제에 있어 알 수 없다고 할 것이 남지 않는다. 중립은 아니다.",
        "전제가 {s}{을} 말하고 있으니 중립일 수 없다.",
        "중립이 되려면 새 말이 있어야 한다. 가설의 {s}{은} 새 말이 아니다.",
        "{s}{은} 전제에서 온 말이다. 판단할 근거가 있으므로 중립은 지운다.",
        "가설의 {s}{이} 전제에 빠짐없이 있어 중립은 맞지 않다.",
        "{s}{을} 전제에서 확인했으므로 모르는 채로 남는 것이 없다. 중립은 빠진다.",
    ],
    en: &[
        "Neutral would need something that the premise leaves open; it has {s}.",
        "All of {s} is found in the premise, so neutral is out.",
        "The premise speaks of {s}: it cannot be neutral.",
        "With {s} in the premise nothing is left unknown. Strike neutral.",
        "{s} are no new words, so neutral does not fit.",
        "There is something to judge by: {s}. Not neutral.",
        "Neutral goes, since {s} all stand in the premise.",
        "{s} can be checked in the premise; neutral falls.",
    ],
};

/// Not contradictory: the predicate agrees.
pub(super) const NOT_CONTRARY_COVERED: Bank = Bank {
    id: "nli.not_contrary_covered",
    ko: &[
        "모순이라면 같은 것을 달리 말해야 하는데, '{v}'{은} 전제와 어긋나지 않는다.",
        "가설의 '{v}'{은} 전제에서도 부정되지 않으므로 모순이 아니다.",
        "'{v}'{을} 전제가 뒤집지 않으니 모순을 뺀다.",
        "전제와 가설의 풀이말이 '{v}'에서 맞으므로 모순일 수 없다.",
        "'{v}'{을} 두고 두 문장은 갈리지 않는다. 모순은 지운다.",
        "모순이 되려면 전제가 '{v}'{을} 부정해야 하는데 그런 말이 없다.",
        "전제도 '{v}'{과} 같은 쪽으로 말한다. 모순은 빠진다.",
        "전제에는 '{v}'{과} 맞서는 짝이 없으므로 모순은 맞지 않다.",
    ],
    en: &[
        "A contradiction would say otherwise, but '{v}' agrees with the premise.",
        "The premise does not deny '{v}', so it is no contradiction.",
        "Nothing in the premise turns '{v}' round. Strike contradiction.",
        "The sentences agree on '{v}': contradiction is out.",
        "On '{v}' the two do not part, so no contradiction.",
        "For a contradiction '{v}' would have to be denied; it is not.",
        "The premise sides with '{v}'; contradiction goes.",
        "No word set against '{v}' is paired with the hypothesis: not a contradiction.",
    ],
};

/// Entailment.
pub(super) const ENTAILMENT: Bank = Bank {
    id: "nli.entailment",
    ko: &[
        "전제가 참이면 '{v}'{이라고} 한 가설도 참이다. 답은 함의이다.",
        "전제를 받아들이면 '{v}'{이라는} 가설도 받아들이게 된다. 함의이다.",
        "그러므로 '{v}'{이라고} 한 가설은 전제에서 나온다. 답은 함의이다.",
        "'{v}'까지 전제가 뒷받침하므로 함의로 답한다.",
        "전제가 맞는데 '{v}'{이라는} 가설이 틀릴 수는 없다. 함의가 답이다.",
        "'{v}'{이라고} 한 가설의 내용은 전제 안에 이미 들어 있다. 함의이다.",
        "따라서 '{v}'{로} 끝맺는 가설은 함의이다.",
        "전제에서 '{v}'{이라는} 가설을 끌어낼 수 있으니 함의를 고른다.",
    ],
    en: &[
        "If the premise is true, so is '{v}': entailment.",
        "Accepting the premise means accepting '{v}'. Entailment.",
        "So the hypothesis with '{v}' follows from the premise: entailment.",
        "As the premise supports it up to '{v}', the answer is entailment.",
        "The premise cannot hold without '{v}'. Entailment.",
        "'{v}' is already contained in the premise: entailment.",
        "A hypothesis ending in '{v}' is entailed here.",
        "Since '{v}' can be drawn from the premise, we choose entailment.",
    ],
};

/// What the premise speaks of.
pub(super) const SPOKEN_OF: Bank = Bank {
    id: "nli.spoken_of",
    ko: &[
        "전제에 '{x}'{이} 나온다.",
        "전제는 '{x}'{을} 들어 말한다.",
        "전제에서 '{x}'{이라는} 말을 찾을 수 있다.",
        "'{x}'{은} 전제에 있는 말이다.",
        "전제를 보면 '{x}'{이} 있다.",
        "가설의 '{x}'{은} 전제에서 온 말이다.",
        "전제는 '{x}'{이} 있는 것으로 보고 이야기한다.",
        "'{x}'{을} 말하는 곳이 전제에 있다.",
    ],
    en: &[],
};

/// So it exists.
pub(super) const SO_IT_EXISTS: Bank = Bank {
    id: "nli.so_it_exists",
    ko: &[
        "없는 '{x}'{을} 두고 그렇게 말할 수는 없으므로 '{x}'{이} 있다는 말은 참이다.",
        "전제가 참이려면 '{x}'{이} 있어야 한다.",
        "'{x}'{이} 없다면 전제가 성립하지 않는다.",
        "전제의 말이 맞다면 '{x}'{은} 있다.",
        "'{x}'{이} 있어야 전제처럼 말할 수 있다.",
        "가설은 '{x}'{이} 있다고만 하는데, 전제는 이미 그것을 바탕으로 한다.",
        "전제가 '{x}'{을} 부정 없이 말하므로 그것은 있는 것이다.",
        "'{x}'{이} 있음은 전제에 깔려 있다.",
    ],
    en: &[],
};

/// A word that the premise does not have.
pub(super) const ABSENT: Bank = Bank {
    id: "nli.absent",
    ko: &[
        "'{x}'{이라는} 말은 전제에 없다.",
        "전제에는 '{x}'{이} 나오지 않는다.",
        "전제를 다 읽어도 '{x}'{은} 나오지 않는다.",
        "가설의 '{x}'{은} 전제에 없는 말이다.",
        "가설에 있는 '{x}'{을} 전제에서 찾으면 없다.",
        "'{x}'{은} 가설에만 있다.",
        "전제와 가설을 맞대면 '{x}'{이} 가설 쪽에만 있다.",
        "전제에는 '{x}'{이라고} 적힌 곳이 없다.",
    ],
    en: &[],
};

/// Several words that the premise does not have.
pub(super) const ABSENT_LIST: Bank = Bank {
    id: "nli.absent_list",
    ko: &[
        "{s}{은} 모두 전제에 없는 말이다.",
        "전제에는 {s}{이} 나오지 않는다.",
        "가설의 {s}{을} 전제에서 찾으면 하나도 없다.",
        "{s}{은} 가설에만 있다.",
        "전제를 다 읽어도 {s}{은} 나오지 않는다.",
        "가설은 전제에 없는 {s}{을} 말한다.",
        "전제와 가설을 맞대면 {s}{이} 가설 쪽에만 있다.",
        "가설을 채우는 {s}{은} 전제에서 온 말이 아니다.",
    ],
    en: &[],
};

/// Digits on one side only.
pub(super) const NO_DIGITS: Bank = Bank {
    id: "nli.no_digits",
    ko: &[
        "전제에는 숫자가 없고 가설에는 '{h}'{이} 있다.",
        "가설은 '{h}'{을} 말하지만 전제에는 숫자가 하나도 없다.",
        "'{h}'{과} 견줄 숫자가 전제에 없다.",
        "전제에서 숫자를 찾으면 없다. '{h}'{은} 가설에만 있다.",
        "숫자는 가설의 '{h}'에만 나온다.",
        "가설의 '{h}'{을} 전제와 맞추어 보려 해도 전제에는 숫자가 없다.",
        "전제는 수를 숫자로 밝히지 않는데 가설은 '{h}'{을} 내놓는다.",
        "가설이 든 '{h}'{은} 전제에 없는 수이다.",
    ],
    en: &[
        "The premise has no digits; the hypothesis has '{h}'.",
        "There is no figure in the premise to compare '{h}' with.",
        "'{h}' is a figure that only the hypothesis gives.",
        "Looking for figures in the premise we find none, but '{h}' in the hypothesis.",
        "The only figure stands in the hypothesis: '{h}'.",
        "The hypothesis says '{h}', while the premise gives no figure.",
        "No digit stands in the premise that '{h}' could be checked against.",
        "The figure '{h}' does not come from the premise.",
    ],
};

/// The premise does not decide.
pub(super) const UNKNOWN: Bank = Bank {
    id: "nli.unknown",
    ko: &[
        "전제가 참이어도 '{h}'{이라고} 한 것이 맞는지는 알 수 없다.",
        "전제만으로는 '{h}'{이라는} 부분을 확인할 수 없다.",
        "가설의 '{h}' 부분은 맞을 수도 있고 틀릴 수도 있다.",
        "전제는 '{h}'{이라는} 말을 뒷받침하지도 막지도 않는다.",
        "'{h}'{이} 맞는지 가릴 근거가 전제에는 없다.",
        "전제를 다 받아들여도 '{h}' 부분은 정해지지 않는다.",
        "'{h}'{이} 더해지면서 가설은 전제보다 많은 것을 말한다.",
        "가설이 보탠 '{h}'{은} 전제에서 따라 나오지 않는다.",
    ],
    en: &[
        "Even if the premise is true, '{h}' may or may not hold.",
        "The premise alone does not confirm '{h}'.",
        "'{h}' may be right or wrong.",
        "The premise neither supports nor bars '{h}'.",
        "Nothing in the premise decides about '{h}'.",
        "Accepting the whole premise leaves '{h}' open.",
        "By '{h}' the hypothesis says more than the premise.",
        "'{h}' does not follow from the premise.",
    ],
};

/// Without the added word the rest is covered.
pub(super) const WITHOUT_IT: Bank = Bank {
    id: "nli.without_it",
    ko: &[
        "가설에서 '{h}'{을} 빼면 남는 말은 모두 전제에 있다.",
        "'{h}'{이} 없다면 가설은 전제의 말로만 이루어진다.",
        "가설의 나머지는 전제에 있고 '{h}'만 새로 들어왔다.",
        "'{h}'{을} 지우고 보면 전제에 없는 말이 남지 않는다.",
        "전제에 '{h}'{을} 더한 것이 가설이다.",
        "가설에서 전제의 말을 걷어 내면 '{h}'{이} 남는다.",
        "'{h}' 하나를 덜어 내면 가설은 전제를 벗어나지 않는다.",
        "가설이 전제보다 더 말한 것은 '{h}'이다.",
    ],
    en: &[
        "Without '{h}' every word of the hypothesis stands in the premise.",
        "Only '{h}' is new; the rest comes from the premise.",
        "Strike '{h}' and nothing is left that the premise lacks.",
        "Take the premise's words away and '{h}' remains.",
        "What the hypothesis says beyond the premise is '{h}'.",
        "Had it not '{h}', the hypothesis would be covered.",
        "The hypothesis adds '{h}' and nothing else.",
        "Remove '{h}' and the hypothesis stays within the premise.",
    ],
};

/// Not entailed: a word is missing.
pub(super) const NOT_ENTAILED_ABSENT: Bank = Bank {
    id: "nli.not_entailed_absent",
    ko: &[
        "함의라면 '{h}'{이} 전제에서 나와야 하는데 전제에는 그 말이 없다.",
        "전제에 없는 '{h}'{을} 가설이 내세우므로 함의라고 할 수 없다.",
        "'{h}'{을} 끌어낼 말이 전제에 없으니 함의를 뺀다.",
        "전제가 '{h}'{을} 말하지 않으므로 함의는 아니다.",
        "함의부터 보면 '{h}'{이} 걸린다. 전제에 없는 말이다.",
        "'{h}'까지 전제가 책임지지는 않는다. 함의는 지운다.",
        "가설의 '{h}'{을} 뒷받침할 곳이 전제에 없어 함의는 빠진다.",
        "전제에서 '{h}'{이} 나오지 않으므로 함의일 수 없다.",
    ],
    en: &[
        "For entailment '{h}' would have to come from the premise, which lacks it.",
        "The hypothesis asserts '{h}', which the premise does not: no entailment.",
        "Nothing in the premise yields '{h}', so entailment is out.",
        "As the premise does not say '{h}', it is not entailed.",
        "Entailment founders on '{h}'.",
        "The premise does not answer for '{h}'. Strike entailment.",
        "There is no place in the premise to support '{h}': entailment goes.",
        "'{h}' is not in the premise, so entailment does not fit.",
    ],
};

/// Not contradictory: the shared words agree.
pub(super) const NOT_CONTRARY_SHARED: Bank = Bank {
    id: "nli.not_contrary_shared",
    ko: &[
        "모순이라면 같은 것을 달리 말해야 하는데, 함께 쓰인 {s}{은} 어긋나지 않는다.",
        "두 문장이 함께 쓰는 {s}{은} 맞서지 않으므로 모순도 아니다.",
        "전제와 겹치는 {s}{을} 보아도 서로 부정하는 곳이 없어 모순을 뺀다.",
        "{s}{을} 가설이 부정하지 않으니 모순은 아니다.",
        "겹치는 말은 {s}인데 어느 쪽도 뒤집히지 않았다. 모순은 지운다.",
        "모순이 되려면 {s}에서 갈려야 하는데 그렇지 않다.",
        "가설은 전제의 {s}{을} 그대로 받아들인다. 모순은 빠진다.",
        "{s}{을} 두고 두 문장은 같은 쪽에 선다. 모순일 수 없다.",
    ],
    en: &[
        "A contradiction would say otherwise, but the shared {s} do not disagree.",
        "What both sentences use, {s}, is not set against itself: no contradiction.",
        "Looking at the shared {s}, nothing is denied. Strike contradiction.",
        "The hypothesis does not deny {s}, so it is no contradiction.",
        "Shared are {s}, and neither side turns them round: contradiction is out.",
        "To contradict, they would have to part at {s}; they do not.",
        "The hypothesis takes {s} over as they are: contradiction goes.",
        "On {s} the two stand on the same side, so no contradiction.",
    ],
};

/// Neutral.
pub(super) const NEUTRAL: Bank = Bank {
    id: "nli.neutral",
    ko: &[
        "'{h}' 부분이 참인지 거짓인지 전제로는 가릴 수 없다. 답은 중립이다.",
        "전제는 '{h}' 부분을 정해 주지 않으므로 답은 중립이다.",
        "그러므로 '{h}'{을} 더한 가설은 중립이다.",
        "'{h}'{이라고} 한 부분을 알 수 없으므로 중립으로 답한다.",
        "'{h}'{이라는} 말이 맞든 틀리든 전제는 참일 수 있다. 중립이다.",
        "가설에는 전제와 맞서지도 않고 전제에서 나오지도 않는 '{h}'{이} 있다. 중립이 답이다.",
        "가설의 '{h}' 부분은 열린 채로 남는다. 답은 중립이다.",
        "전제가 말하지 않는 '{h}'{이} 가설에 있으므로 중립을 고른다.",
    ],
    en: &[
        "Whether '{h}' is true cannot be told from the premise: neutral.",
        "The premise does not settle '{h}', so the answer is neutral.",
        "So a hypothesis that adds '{h}' is neutral.",
        "As '{h}' is unknown, the answer is neutral.",
        "The premise may be true with or without '{h}'. Neutral.",
        "'{h}' neither follows nor is denied: neutral.",
        "'{h}' stays open, so we answer neutral.",
        "Because of '{h}' we choose neutral.",
    ],
};

/// All of them.
#[cfg(test)]
pub(super) const ALL: &[Bank] = &[
    SHARED,
    PAIR,
    DIFFERENT_NUMBER,
    DENIED,
    OPPOSED,
    NOT_ENTAILED_AGAINST,
    NOT_NEUTRAL_AGAINST,
    EXCHANGED,
    CONTRADICTION,
    OTHER_FORM,
    NEAR_WORD,
    NOTHING_ADDED,
    PIECE,
    LEFT_OUT,
    NOT_NEUTRAL_COVERED,
    NOT_CONTRARY_COVERED,
    ENTAILMENT,
    SPOKEN_OF,
    SO_IT_EXISTS,
    ABSENT,
    ABSENT_LIST,
    NO_DIGITS,
    UNKNOWN,
    WITHOUT_IT,
    NOT_ENTAILED_ABSENT,
    NOT_CONTRARY_SHARED,
    NEUTRAL,
];
