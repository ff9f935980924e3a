//! How weaker procedures speak, and what is wrong with them. Slots as in `wording`; `m` of `n` words.

use super::draft::Bank;

/// How much overlaps.
pub(super) const OVERLAP: Bank = Bank {
    id: "nli.w_overlap",
    ko: &[
        "가설의 어절 {n}개 가운데 {m}개가 전제에 나온다.",
        "가설에서 전제와 겹치는 어절은 {n}개 중 {m}개이다.",
        "가설을 이루는 어절 {n}개를 전제에서 찾으면 {m}개가 있다.",
        "전제에 있는 어절이 가설의 {n}개 가운데 {m}개나 된다.",
        "어절로 세면 가설의 {n}개 중 {m}개를 전제에서 볼 수 있다.",
        "가설의 {n}어절에서 {m}어절이 전제의 말이다.",
        "두 문장이 함께 쓰는 어절은 가설의 {n}개 가운데 {m}개이다.",
        "가설 {n}어절 중 전제에 없는 것을 빼면 {m}어절이 남는다.",
    ],
    en: &[
        "{m} of the hypothesis' {n} words stand in the premise.",
        "Of {n} words in the hypothesis the premise has {m}.",
        "Counting words, {m} of {n} are shared.",
        "The premise contains {m} of the {n} words of the hypothesis.",
        "Looking up the {n} words of the hypothesis, {m} are found in the premise.",
        "The overlap is {m} words of {n}.",
        "{m} words out of {n} are the premise's own.",
        "Leaving out what the premise lacks, {m} of {n} words remain.",
    ],
};

/// The wrong conclusion from it.
pub(super) const SO_ENTAILED: Bank = Bank {
    id: "nli.w_so_entailed",
    ko: &[
        "{m}개나 겹치므로 함의이다.",
        "이만큼 겹치면 전제가 가설을 담고 있다. 함의이다.",
        "대부분이 전제의 말이므로 답은 함의이다.",
        "{n}개 중 {m}개가 같으니 가설은 전제에서 나온다. 함의이다.",
        "겹치는 말이 더 많으므로 함의를 고른다.",
        "전제의 말로 되어 있으니 함의로 답한다.",
        "같은 말을 하고 있으므로 함의가 맞다.",
        "{m}개가 맞으니 나머지도 맞을 것이다. 답은 함의이다.",
    ],
    en: &[
        "With {m} words in common it is an entailment.",
        "That much overlap means that the premise contains the hypothesis: entailment.",
        "Most words are the premise's, so the answer is entailment.",
        "{m} of {n} agree, so the hypothesis follows. Entailment.",
        "More is shared than not: entailment.",
        "The words being the premise's, we choose entailment.",
        "Both say the same, so entailment.",
        "As {m} fit, the rest will fit too: entailment.",
    ],
};

/// A word is not there as it is.
pub(super) const NOT_LITERAL: Bank = Bank {
    id: "nli.w_not_literal",
    ko: &[
        "'{h}'{은} 전제에 그대로 나오지 않는다.",
        "전제에는 '{h}'{이라는} 어절이 없다.",
        "가설의 '{h}'{을} 전제에서 글자 그대로 찾으면 없다.",
        "글자대로 보면 '{h}'{은} 가설에만 있다.",
        "전제의 어절 가운데 '{h}'{과} 똑같은 것은 없다.",
        "'{h}'{과} 글자가 모두 같은 어절이 전제에 없다.",
        "전제를 훑어도 '{h}'{은} 그 꼴로 보이지 않는다.",
        "가설에 쓰인 '{h}'{이} 전제에는 이 꼴로 있지 않다.",
    ],
    en: &[
        "'{h}' does not stand in the premise as it is.",
        "No word of the premise reads '{h}'.",
        "Looked up letter by letter, '{h}' is not in the premise.",
        "Literally '{h}' is only in the hypothesis.",
        "The premise has no word spelled '{h}'.",
        "Scanning the premise, '{h}' does not appear in this form.",
        "'{h}' is written only in the hypothesis.",
        "The premise never writes '{h}'.",
    ],
};

/// The wrong conclusion from it.
pub(super) const SO_NEUTRAL: Bank = Bank {
    id: "nli.w_so_neutral",
    ko: &[
        "전제에 없는 말이 있으므로 중립이다.",
        "전제가 말하지 않은 것이니 알 수 없다. 중립이다.",
        "'{h}'{을} 판단할 근거가 없다고 보아 중립을 고른다.",
        "새로 나온 말이므로 답은 중립이다.",
        "확인할 수 없는 말이 있으니 중립으로 답한다.",
        "'{h}'{은} 전제 밖의 이야기이다. 중립이다.",
        "전제로는 '{h}'{을} 가릴 수 없으므로 중립이 맞다.",
        "같은 어절이 없으니 '{h}'{은} 정해지지 않는다. 답은 중립이다.",
    ],
    en: &[
        "It has a word that the premise lacks: neutral.",
        "The premise does not say it, so it is unknown. Neutral.",
        "Seeing nothing to judge '{h}' by, we choose neutral.",
        "The word is new, so the answer is neutral.",
        "As it cannot be checked, neutral.",
        "'{h}' lies outside the premise: neutral.",
        "The premise cannot decide about '{h}', hence neutral.",
        "Without the same word '{h}' stays open: neutral.",
    ],
};

/// A denial on one side.
pub(super) const DENIAL: Bank = Bank {
    id: "nli.w_denial",
    ko: &[
        "전제에는 부정하는 말 '{x}'{이} 있고 가설에는 부정이 없다.",
        "전제의 '{x}'{은} 부정인데 가설에는 그런 말이 없다.",
        "부정은 전제의 '{x}'에만 있다.",
        "두 문장 가운데 전제만 '{x}'{이라고} 부정한다.",
        "전제에서 '{x}'{이} 눈에 띄고, 가설에는 부정하는 말이 없다.",
        "가설과 달리 전제에는 '{x}'{이} 들어 있다.",
        "부정하는 말을 찾으면 전제에 '{x}'{이} 있을 뿐이다.",
        "전제는 '{x}'{로} 부정을 담고 있으나 가설은 담고 있지 않다.",
    ],
    en: &["Only the premise has a negation: '{x}'."],
};

/// The wrong conclusion from it.
pub(super) const SO_CONTRARY: Bank = Bank {
    id: "nli.w_so_contrary",
    ko: &[
        "부정이 한쪽에만 있으므로 모순이다.",
        "한쪽은 부정하고 한쪽은 하지 않으니 모순이다.",
        "'{x}' 때문에 두 문장이 맞선다. 답은 모순이다.",
        "긍정과 부정이 갈리므로 모순을 고른다.",
        "전제의 부정을 가설이 뒤집었으니 모순으로 답한다.",
        "'{x}'{이} 가설에 없으므로 두 문장은 어긋난다. 모순이다.",
        "부정이 사라졌으니 모순이 맞다.",
        "전제는 부정문이고 가설은 아니므로 답은 모순이다.",
    ],
    en: &["A negation on one side only means contradiction."],
};

/// The overlap hides a conflict.
pub(super) const FIX_OVERLAP_AGAINST: Bank = Bank {
    id: "nli.fix_overlap_against",
    ko: &[
        "겹치는 말이 많아도 '{h}'{이} 전제의 '{p}'{과} 어긋난다.",
        "겹치지 않는 '{h}'{이} 문제이다. 전제에는 '{p}'{이} 있다.",
        "어절의 수가 아니라 '{p}'{과} '{h}'의 차이를 보아야 한다.",
        "나머지가 같아도 '{p}'{이} '{h}'{로} 바뀌면 뜻이 달라진다.",
        "전제가 '{p}'{이라고} 하므로 '{h}'{이라고} 한 가설은 참일 수 없다.",
        "많이 겹치는 두 문장도 '{p}'{과} '{h}'처럼 한 곳에서 맞설 수 있다.",
        "세지 않은 '{h}'{이} 전제의 '{p}'{과} 부딪친다.",
        "'{h}'{을} 전제의 '{p}'{과} 견주지 않았다.",
    ],
    en: &[
        "However much is shared, '{h}' goes against '{p}'.",
        "The word that is not shared matters: '{h}' against '{p}'.",
        "Not the count but the difference of '{p}' and '{h}' decides.",
        "With '{p}' turned into '{h}' the meaning changes.",
        "The premise says '{p}', so '{h}' cannot be true.",
        "Sentences that share most words may still part, here at '{p}' and '{h}'.",
        "'{h}', left uncounted, clashes with '{p}'.",
        "'{h}' was not compared with '{p}'.",
    ],
};

/// The overlap hides an addition.
pub(super) const FIX_OVERLAP_ADDED: Bank = Bank {
    id: "nli.fix_overlap_added",
    ko: &[
        "겹치는 말이 많아도 '{h}'{은} 전제에 없다.",
        "겹치지 않는 '{h}'{이} 문제이다. 전제는 그것을 말하지 않는다.",
        "어절의 수가 아니라 새로 들어온 '{h}'{을} 보아야 한다.",
        "나머지가 같아도 '{h}'{이} 더해지면 전제만으로는 알 수 없다.",
        "전제에서 '{h}'{은} 따라 나오지 않는다.",
        "많이 겹치는 가설도 '{h}'처럼 하나를 보태면 함의가 아니다.",
        "세지 않은 '{h}'{을} 전제가 뒷받침하지 않는다.",
        "'{h}'{을} 전제에서 확인하지 않았다.",
    ],
    en: &[
        "However much is shared, '{h}' is not in the premise.",
        "The word that is not shared matters: the premise does not say '{h}'.",
        "Not the count but the added '{h}' decides.",
        "With '{h}' added, the premise alone does not suffice.",
        "'{h}' does not follow from the premise.",
        "One added word, here '{h}', and it is no entailment.",
        "'{h}', left uncounted, has no support in the premise.",
        "'{h}' was not checked against the premise.",
    ],
};

/// The word has a counterpart that decides.
pub(super) const FIX_LITERAL_AGAINST: Bank = Bank {
    id: "nli.fix_literal_against",
    ko: &[
        "'{h}'{은} 글자로는 없지만 전제의 '{p}'{과} 짝이 되어 가릴 수 있다.",
        "전제의 '{p}'{이} '{h}'{을} 막으므로 모르는 것이 아니다.",
        "같은 어절이 없어도 '{p}'{이} '{h}'에 대해 말해 준다.",
        "'{h}'의 짝은 전제의 '{p}'이며, 둘은 함께 참일 수 없다.",
        "전제가 '{p}'{이라고} 했으므로 '{h}'{은} 열린 채로 남지 않는다.",
        "글자만 찾아서는 '{p}'{과} '{h}'{이} 맞서는 것을 놓친다.",
        "'{h}'{과} 견줄 말로 '{p}'{이} 전제에 있다.",
        "'{p}'{을} 보면 '{h}'{이} 거짓임을 알 수 있다.",
    ],
    en: &[
        "'{h}' is not there literally, but its counterpart '{p}' decides.",
        "The premise's '{p}' bars '{h}', so it is not unknown.",
        "Even without the same word '{p}' tells about '{h}'.",
        "The counterpart of '{h}' is '{p}', and both cannot be true.",
        "As the premise says '{p}', '{h}' does not stay open.",
        "Looking for letters only misses that '{p}' and '{h}' clash.",
        "There is '{p}' in the premise to compare '{h}' with.",
        "'{p}' shows that '{h}' is false.",
    ],
};

/// The word is there in another form.
pub(super) const FIX_LITERAL_COVERED: Bank = Bank {
    id: "nli.fix_literal_covered",
    ko: &[
        "'{h}'{은} 전제에 '{p}'{로} 나와 있다.",
        "전제의 '{p}'{이} '{h}'{과} 같은 것을 말한다.",
        "글자 그대로는 아니어도 '{p}'{이} '{h}'{을} 받쳐 준다.",
        "'{h}'{과} '{p}'{은} 다른 내용이 아니다.",
        "꼴이 다를 뿐 '{h}'의 짝인 '{p}'{이} 전제에 있다.",
        "'{h}'{을} 새말로 보았으나 전제의 '{p}'에 해당한다.",
        "전제에서 '{p}'{을} 보았다면 '{h}'{을} 모른다고 할 수 없다.",
        "같은 글자만 찾느라 전제의 '{p}'{을} 지나쳤다.",
    ],
    en: &["'{h}' stands in the premise as '{p}'.", "The premise's '{p}' says the same as '{h}'."],
};

/// The denial is of something else.
pub(super) const FIX_DENIAL: Bank = Bank {
    id: "nli.fix_denial",
    ko: &[
        "'{x}'{은} 전제에만 있는 말이고 가설은 그것을 말하지 않는다.",
        "가설은 '{x}'에 관해 말하지 않으므로 그 부정과 맞서지 않는다.",
        "'{x}'의 짝이 되는 말이 가설에 없다.",
        "전제의 '{x}'{은} 가설의 말과 짝이 되지 않는다.",
        "부정이 어디에 붙는지 보아야 한다. '{x}'{은} 가설에 없는 내용이다.",
        "가설의 말은 '{x}'{과} 다른 곳에서 왔다.",
        "'{x}'{을} 가설이 뒤집은 것이 아니라 빼고 말했을 뿐이다.",
        "부정은 '{x}'에 붙어 있고 가설은 그 말을 쓰지 않는다.",
    ],
    en: &["'{x}' has no counterpart in the hypothesis."],
};

/// All of them.
#[cfg(test)]
pub(super) const ALL: &[Bank] = &[
    OVERLAP,
    SO_ENTAILED,
    NOT_LITERAL,
    SO_NEUTRAL,
    DENIAL,
    SO_CONTRARY,
    FIX_OVERLAP_AGAINST,
    FIX_OVERLAP_ADDED,
    FIX_LITERAL_AGAINST,
    FIX_LITERAL_COVERED,
    FIX_DENIAL,
];
