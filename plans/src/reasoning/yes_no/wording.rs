//! How steps about yes/no questions are said. Slots as in the wordings of statements held against a text.

use super::super::nli::draft::Bank;

/// Yes.
pub(super) const YES: Bank = Bank {
    id: "yes_no.yes",
    ko: &[
        "글이 '{v}'{을} 뒷받침하므로 답은 '예'이다.",
        "물음의 '{v}'{은} 글과 맞는다. '예'로 답한다.",
        "그러므로 '{v}'에 대한 답은 '예'이다.",
        "글에 비추어 보면 물음의 '{v}'{은} 맞다. 답은 '예'이다.",
        "'{v}'까지 글에서 확인되므로 '예'가 답이다.",
        "글이 맞으면 물음의 '{v}'도 맞는다. '예'이다.",
        "따라서 '{v}'{을} 묻는 말에 '예'라고 답한다.",
        "물음의 '{v}'{을} 글이 말하고 있으니 '예'를 고른다.",
    ],
    en: &[
        "The text supports '{v}', so the answer is yes.",
        "'{v}' in the question agrees with the text: yes.",
        "Asked about '{v}', we answer yes.",
        "Held against the text '{v}' is right. Yes.",
        "As everything up to '{v}' is confirmed, yes.",
        "If the text is right, so is '{v}'. The answer is yes.",
        "The text says what '{v}' asks: yes.",
        "So to '{v}' the answer is yes.",
    ],
};

/// No.
pub(super) const NO: Bank = Bank {
    id: "yes_no.no",
    ko: &[
        "글의 '{p}'{이} 물음의 '{h}'{과} 어긋나므로 답은 '아니요'이다.",
        "물음의 '{h}'{은} 글과 맞지 않는다. '아니요'로 답한다.",
        "그러므로 '{h}'{이라고} 묻는 말의 답은 '아니요'이다.",
        "글은 '{p}'{이라고} 하므로 '{h}'{이라고} 할 수 없다. 답은 '아니요'이다.",
        "'{p}'{과} '{h}'{은} 함께 맞을 수 없으므로 '아니요'가 답이다.",
        "글이 맞으면 물음의 '{h}'{은} 틀린다. '아니요'이다.",
        "따라서 '{h}' 때문에 '아니요'라고 답한다.",
        "글에 있는 것은 '{p}'이므로 '아니요'를 고른다.",
    ],
    en: &[
        "The text's '{p}' goes against '{h}', so the answer is no.",
        "'{h}' in the question does not agree with the text: no.",
        "Asked about '{h}', we answer no.",
        "The text says '{p}', so '{h}' cannot be. No.",
        "'{p}' and '{h}' cannot both hold; the answer is no.",
        "If the text is right, '{h}' is wrong: no.",
        "Because of '{h}' the answer is no.",
        "What the text has is '{p}'. No.",
    ],
};

/// Why not no.
pub(super) const NOT_NO: Bank = Bank {
    id: "yes_no.not_no",
    ko: &[
        "'아니요'라면 글이 '{v}'{과} 어긋나야 하는데 그렇지 않다.",
        "글은 '{v}'{을} 부정하지 않으므로 '아니요'를 뺀다.",
        "'{v}'{과} 맞서는 말이 이 문장에 없으므로 '아니요'는 아니다.",
        "'아니요'가 되려면 '{v}'{이} 글에서 뒤집혀야 한다. 그런 곳은 없다.",
        "물음과 글은 '{v}'에서 갈리지 않으므로 '아니요'일 수 없다.",
        "이 문장은 '{v}'{과} 같은 쪽으로 말한다. '아니요'는 지운다.",
        "수나 부정이 '{v}'에서 달라지지 않았으니 '아니요'는 빠진다.",
        "'{v}'{을} 막는 말이 이 문장에 없어 '아니요'는 맞지 않다.",
    ],
    en: &[
        "For a no the text would have to go against '{v}'; it does not.",
        "The text does not deny '{v}', so no is out.",
        "Nothing in the sentence is set against '{v}': not no.",
        "A no needs '{v}' turned round. It is not.",
        "Question and text do not part at '{v}', so it cannot be no.",
        "The sentence sides with '{v}'; no falls.",
        "Neither number nor negation differs at '{v}'. Strike no.",
        "With nothing to bar '{v}', no does not fit.",
    ],
};

/// Why not yes.
pub(super) const NOT_YES: Bank = Bank {
    id: "yes_no.not_yes",
    ko: &[
        "'예'라면 '{h}'{이} 글에서 나와야 하는데 글에는 '{p}'{이} 있다.",
        "글의 '{p}'{이} '{h}'{을} 막으므로 '예'를 뺀다.",
        "'{p}'{을} 받아들이면 '{h}'{을} 받아들일 수 없으니 '예'는 아니다.",
        "'예'가 되려면 '{p}'{이} 아니라 '{h}'{이} 있어야 한다.",
        "글이 '{p}'{이라고} 하는 한 '예'일 수 없다.",
        "물음의 '{h}'{은} 글에서 나오지 않는다. '예'는 지운다.",
        "글이 말하는 것은 '{p}'이다. '{h}'{이라고} 한 '예'는 빠진다.",
        "'{h}'{이} 맞으려면 글의 '{p}'{이} 틀려야 하므로 '예'는 맞지 않다.",
    ],
    en: &[
        "For a yes '{h}' would have to follow; the text has '{p}'.",
        "The text's '{p}' bars '{h}', so yes is out.",
        "Who accepts '{p}' cannot accept '{h}': not yes.",
        "A yes needs '{h}' where the text has '{p}'.",
        "As long as the text says '{p}', it cannot be yes.",
        "'{h}' does not follow from the text; yes falls.",
        "What the text says is '{p}'. Strike yes.",
        "'{h}' would need '{p}' to be wrong, so yes does not fit.",
    ],
};

/// Exchanging the word.
pub(super) const EXCHANGED: Bank = Bank {
    id: "yes_no.exchanged",
    ko: &[
        "물음의 '{h}'{을} '{p}'{로} 바꾸면 글과 어긋나는 말이 없어진다.",
        "'{h}' 자리에 글의 '{p}'{을} 넣어야 물음이 글과 맞는다.",
        "물음에서 '{h}'만 '{p}'{로} 고치면 나머지는 글의 말이다.",
        "물음을 글에 맞추려면 '{h}'{을} '{p}'{로} 바꾸어야 한다.",
        "'{p}'{을} 물음에 넣으면 글에 없는 말이 남지 않는다.",
        "'{h}'{을} 그대로 두면 글과 어긋나고, '{p}'{로} 바꾸면 어긋나지 않는다.",
        "글의 말은 '{p}'인데 물음은 '{h}'{을} 썼다.",
        "'{h}' 대신 '{p}'{이라고} 물었다면 글과 맞았을 것이다.",
    ],
    en: &[
        "With '{p}' for '{h}' the question would agree with the text.",
        "Only '{h}' has to become '{p}'; the rest stands in the text.",
        "To fit the text, '{h}' would have to be '{p}'.",
        "Put '{p}' in and nothing is left that the text lacks.",
        "Left as '{h}' it disagrees, as '{p}' it would agree.",
        "The text's word is '{p}', the question's is '{h}'.",
        "Had the question said '{p}' and not '{h}', it would fit.",
        "Exchange '{h}' for '{p}', and the difference is gone.",
    ],
};

/// The weaker procedure: a sentence with the same words is enough.
pub(super) const ALIKE: Bank = Bank {
    id: "yes_no.w_alike",
    ko: &[
        "물음의 {s}{이} 글의 한 문장에 나온다.",
        "글에 {s}{을} 말하는 문장이 있다.",
        "물음과 글은 {s}{을} 함께 쓴다.",
        "글에서 물음의 {s}{을} 찾을 수 있다.",
        "{s}{은} 물음에도 글에도 있다.",
        "물음의 {s}{을} 담은 문장이 글에 있다.",
        "글의 문장과 물음이 {s}에서 겹친다.",
        "{s}{을} 따라가면 글의 한 문장에 닿는다.",
    ],
    en: &[
        "The question's {s} stand in one sentence of the text.",
        "The text has a sentence with {s}.",
        "Question and text share {s}.",
        "We find {s} of the question in the text.",
        "{s} are in the question and in the text.",
        "There is a sentence in the text with {s}.",
        "Text and question overlap in {s}.",
        "Following {s} we get to a sentence of the text.",
    ],
};

/// The wrong conclusion from it.
pub(super) const SO_YES: Bank = Bank {
    id: "yes_no.w_so_yes",
    ko: &[
        "같은 말이 나오므로 '예'이다.",
        "글이 말하는 것이니 답은 '예'이다.",
        "겹치는 말이 있어 '예'로 답한다.",
        "글에 있는 내용이므로 '예'를 고른다.",
        "물음의 말이 글에 있으니 '예'가 맞다.",
        "그런 문장이 있으므로 답은 '예'이다.",
        "글과 물음이 같은 것을 말하니 '예'이다.",
        "나머지도 같을 것이므로 '예'라고 답한다.",
    ],
    en: &[
        "The same words appear, so yes.",
        "The text speaks of it: yes.",
        "As they overlap, the answer is yes.",
        "It is in the text, so we choose yes.",
        "The question's words are there. Yes.",
        "Such a sentence exists, hence yes.",
        "Both speak of the same, so yes.",
        "The rest will agree too: yes.",
    ],
};

/// Why not.
pub(super) const FIX_ALIKE: Bank = Bank {
    id: "yes_no.fix_alike",
    ko: &[
        "겹치지 않는 '{h}'{이} 글의 '{p}'{과} 어긋난다.",
        "나머지가 같아도 글은 '{p}'{이라고} 하고 물음은 '{h}'{이라고} 한다.",
        "'{h}'{을} 글의 '{p}'{과} 견주지 않았다.",
        "같은 말이 많아도 '{p}'{과} '{h}'{이} 다르면 답이 바뀐다.",
        "글의 '{p}'{을} 보면 '{h}'{은} 맞지 않는다.",
        "물음의 '{h}' 한 곳이 글과 맞서는 것을 놓쳤다.",
        "글이 뒷받침하는 것은 '{p}'이며 '{h}'{이} 아니다.",
        "겹치는 말만 보아서는 '{h}'{과} '{p}'의 차이가 보이지 않는다.",
    ],
    en: &[
        "The word that does not overlap, '{h}', goes against '{p}'.",
        "The rest being alike, the text still says '{p}' and the question '{h}'.",
        "'{h}' was not compared with '{p}'.",
        "However much is shared, '{p}' against '{h}' turns the answer.",
        "The text's '{p}' shows that '{h}' is wrong.",
        "It was missed that '{h}' clashes with the text.",
        "What the text supports is '{p}', not '{h}'.",
        "Looking at shared words hides '{h}' against '{p}'.",
    ],
};

/// The weaker procedure: what is not there letter by letter is denied.
pub(super) const NOT_LITERAL: Bank = Bank {
    id: "yes_no.w_not_literal",
    ko: &[
        "물음의 '{h}'{은} 글에 그대로 나오지 않는다.",
        "글에는 '{h}'{이라는} 어절이 없다.",
        "'{h}'{을} 글에서 글자 그대로 찾으면 없다.",
        "글의 어절 가운데 '{h}'{과} 똑같은 것은 없다.",
        "글자대로 보면 '{h}'{은} 물음에만 있다.",
        "글을 훑어도 '{h}'{은} 그 꼴로 보이지 않는다.",
        "물음에 쓰인 '{h}'{이} 글에는 이 꼴로 있지 않다.",
        "'{h}'{과} 글자가 모두 같은 어절이 글에 없다.",
    ],
    en: &["'{h}' does not stand in the text as it is."],
};

/// The wrong conclusion from it.
pub(super) const SO_NO: Bank = Bank {
    id: "yes_no.w_so_no",
    ko: &[
        "글에 없는 말이므로 '아니요'이다.",
        "글이 그렇게 말하지 않았으니 '아니요'이다.",
        "'{h}'{이} 없으므로 답은 '아니요'이다.",
        "확인되지 않으니 '아니요'로 답한다.",
        "글과 다른 말이므로 '아니요'를 고른다.",
        "같은 말이 없어 '아니요'가 맞다.",
        "'{h}'{이라고} 적혀 있지 않으니 '아니요'이다.",
        "글에서 찾지 못했으므로 '아니요'라고 답한다.",
    ],
    en: &["It is not in the text, so no."],
};

/// Why not.
pub(super) const FIX_LITERAL: Bank = Bank {
    id: "yes_no.fix_literal",
    ko: &[
        "'{h}'{은} 글에 '{p}'{로} 나와 있다.",
        "글의 '{p}'{이} '{h}'{과} 같은 것을 말한다.",
        "꼴이 다를 뿐 '{h}'의 짝인 '{p}'{이} 글에 있다.",
        "없다고 본 '{h}'{은} 글의 '{p}'에 해당한다.",
        "같은 글자만 찾느라 글의 '{p}'{을} 지나쳤다.",
        "글자 그대로는 아니어도 '{p}'{이} '{h}'{을} 받쳐 준다.",
        "'{p}'{을} 보았다면 '{h}'{이} 없다고 할 수 없다.",
        "없다는 것만으로는 '아니요'가 되지 않으며, 글에는 '{p}'{이} 있다.",
    ],
    en: &["'{h}' stands in the text as '{p}'."],
};
