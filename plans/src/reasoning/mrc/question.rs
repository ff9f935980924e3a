//! What a question asks for: the kind of its answer, its content words, and the word that tells places apart.

use std::sync::LazyLock;

use crate::text::{
    ByChar, CandidateKind, contains_spaced, core_of, eojeols, is_korean, noun_stem_in, strip_particle, unit_at,
    verbal_noun,
};

/// The kind of answer that a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A year.
    Year,
    /// A time: a date, or any part of one.
    When,
    /// A number with this unit or measure.
    Amount {
        /// What is measured: see [`crate::text::Unit`].
        measure: &'static str,
    },
    /// A person.
    Person,
    /// A reason or a way: a clause.
    Reason,
    /// Anything else: no pattern.
    Open,
}

impl Asked {
    /// The kinds of candidates to try, the most specific reading first.
    pub(super) fn kinds(self) -> &'static [CandidateKind] {
        match self {
            Self::Year => &[CandidateKind::Year],
            Self::When => &[CandidateKind::Date, CandidateKind::Year],
            Self::Amount { .. } => &[CandidateKind::Quantity],
            Self::Person => &[CandidateKind::Person],
            Self::Open => &[CandidateKind::Quoted],
            Self::Reason => &[],
        }
    }
}

/// A word of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QuestionWord<'q> {
    /// The 어절 without punctuation.
    pub(super) word: &'q str,
    /// Its noun, where something shows that it has one.
    pub(super) noun: Option<&'q str>,
}

impl<'q> QuestionWord<'q> {
    /// What a record may quote: the noun, else the whole 어절.
    pub(super) fn quoted(&self) -> &'q str {
        self.noun.unwrap_or(self.word)
    }
}

/// A question, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Question<'q> {
    pub(super) text: &'q str,
    pub(super) korean: bool,
    pub(super) asked: Asked,
    /// The words that say so, e.g. `준공된 해` or `몇 명`.
    pub(super) phrase: Option<String>,
    /// Content words, in order.
    pub(super) content: Vec<QuestionWord<'q>>,
    /// Place in `content` of the word that the answer hangs on: `준공된`, `유지비는`.
    pub(super) focus: Option<usize>,
    /// For `… 언제인가?`: the text before the interrogative, and the interrogative.
    pub(super) copular: Option<(&'q str, &'q str)>,
}

/// Nouns that only say what kind of thing is asked for.
const LIGHT_HEADS: [&str; 34] = [
    "해",
    "날",
    "때",
    "시기",
    "시점",
    "연도",
    "년도",
    "날짜",
    "일자",
    "사람",
    "인물",
    "이",
    "자",
    "곳",
    "장소",
    "것",
    "까닭",
    "이유",
    "원인",
    "배경",
    "방법",
    "방안",
    "방식",
    "수",
    "달",
    "계기",
    "목적",
    "이름",
    "사람의 이름",
    "분",
    "점",
    "명칭",
    "금액",
    "액수",
];

/// Words that carry no content.
const STOPWORDS: [&str; 76] = [
    "이",
    "그",
    "저",
    "것",
    "것은",
    "것이",
    "수",
    "때",
    "중",
    "등",
    "및",
    "또는",
    "그리고",
    "가장",
    "약",
    "총",
    "모두",
    "대한",
    "대해",
    "대하여",
    "위해",
    "위한",
    "통해",
    "통한",
    "따르면",
    "관한",
    "의한",
    "의해",
    "있는",
    "있다",
    "있나",
    "있는가",
    "하는",
    "한",
    "된",
    "되는",
    "했나",
    "했는가",
    "하나",
    "하는가",
    "되나",
    "되는가",
    "됐나",
    "됐는가",
    "되었는가",
    "하였는가",
    "무엇",
    "무엇인가",
    "무엇을",
    "무엇이",
    "무슨",
    "어떤",
    "어느",
    "언제",
    "누구",
    "누가",
    "어디",
    "왜",
    "어떻게",
    "얼마",
    "얼마나",
    "몇",
    "몇인가",
    "며칠",
    "사람은",
    "해는",
    "이유는",
    "까닭은",
    "곳은",
    "날은",
    "원인은",
    "방법은",
    "시기는",
    "무엇이라고",
    "말하는",
    "다음",
];

/// Words that carry no content, by their first character.
static STOPWORDS_BY_FIRST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_first(&STOPWORDS));

fn is_stopword(word: &str) -> bool {
    word.chars().next().is_some_and(|first| STOPWORDS_BY_FIRST.under(first).any(|stopword| *stopword == word))
}

/// English words that carry no content.
const ENGLISH_STOPWORDS: [&str; 62] = [
    "the", "a", "an", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "is", "was", "are",
    "were", "be", "been", "did", "do", "does", "has", "have", "had", "what", "when", "who", "whom", "whose", "where",
    "why", "how", "which", "many", "much", "that", "this", "it", "its", "year", "date", "person", "people", "there",
    "than", "as", "their", "his", "her", "first", "into", "about", "after", "before", "during", "between", "not", "no",
    "can", "name",
];

impl<'q> Question<'q> {
    /// Takes a question apart. The context only helps to tell nouns from other words.
    pub(super) fn parse(text: &'q str, context: &str) -> Self {
        let words: Vec<&'q str> =
            eojeols(text).filter_map(|raw| text.get(core_of(text, raw))).filter(|word| !word.is_empty()).collect();
        if is_korean(text) { korean(text, &words, context) } else { english(text, &words) }
    }

    /// The word that the answer hangs on.
    pub(super) fn focus_word(&self) -> Option<&QuestionWord<'q>> {
        self.content.get(self.focus?)
    }

    /// Where the text has no form of the focus: takes the next word to its left that the text has. A topic or subject is
    /// passed over, since it stands with everything.
    pub(super) fn settle_focus(&mut self, in_text: impl Fn(&Self, &QuestionWord<'q>) -> bool) {
        let Some(focus) = self.focus.filter(|_| self.korean) else { return };
        self.focus = (0..=focus).rev().find(|&place| {
            self.content.get(place).is_some_and(|word| {
                let about = matches!(strip_particle(word.word), Some((_, "은" | "는" | "이" | "가" | "의")));
                in_text(self, word) && (place == focus || !about)
            })
        });
        // Nothing on its left is there: an absent word may still be said to be absent.
        self.focus = self.focus.or(Some(focus));
    }

    /// What the focus is called where a record says that it is there or absent: its noun, else the stem of a form of 하다
    /// or 되다 that the context's word shares, else `other`.
    pub(super) fn focus_name<'w>(&'w self, in_text: &'w str, other: &'w str) -> &'w str {
        let Some(focus) = self.focus_word() else { return other };
        match (focus.noun, verbal_noun(focus.word)) {
            (Some(noun), _) => noun,
            (None, Some(stem)) if in_text.starts_with(stem) => stem,
            _ => other,
        }
    }

    /// Does the question itself name this?
    pub(super) fn names(&self, candidate: &str) -> bool {
        contains_spaced(self.text, candidate)
    }
}

/// Without the ending of a copular question: `언제` of `언제인가`.
fn without_copula(word: &str) -> Option<&str> {
    ["인가요", "입니까", "인가"].iter().find_map(|ending| word.strip_suffix(ending)).filter(|stem| !stem.is_empty())
}

fn korean<'q>(text: &'q str, words: &[&'q str], context: &str) -> Question<'q> {
    let count = words.len();
    let last = words.last().copied().unwrap_or("");
    // Where the interrogative phrase begins, if the question is copular.
    let mut tail = None;
    if let Some(stem) = without_copula(last) {
        if ["언제", "누구", "얼마", "무엇", "어디", "며칠"].contains(&stem) {
            tail = Some((count - 1, stem));
        } else if count >= 2 && words[count - 2] == "몇" {
            tail = Some((count - 2, stem));
        }
    }
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let copular = tail.and_then(|(at, stem)| {
        let start = offset(words[at]);
        let end = offset(last) + stem.len();
        Some((text.get(..start)?, text.get(start..end)?))
    });
    let head = tail.and_then(|(at, _)| words.get(at.checked_sub(1)?)).copied();
    let head_noun = head.and_then(topic_stem);
    let measured = || words.iter().rev().filter_map(|word| topic_stem(word)).find(|noun| measure_of(noun).is_some());
    let (asked, interrogative) = asked(words, head_noun.or_else(measured));
    let before_head = tail.and_then(|(at, _)| words.get(at.checked_sub(2)?)).copied();
    // '로봇의 이름은' asks for a name that the text calls so; '준공된 해는' only says that a year is asked for.
    let named =
        before_head.is_some_and(|word| word.ends_with('의')) && head_noun.is_some_and(|noun| context.contains(noun));
    let light = !named && head_noun.is_some_and(|noun| LIGHT_HEADS.contains(&noun));
    let focus_text = match (tail, head) {
        (Some(_), Some(_)) if light => before_head.filter(|word| !is_stopword(word)),
        (Some(_), Some(head)) => Some(head),
        _ if count >= 2 => Some(last).filter(|word| !is_interrogative(word)),
        _ => None,
    };
    let mut content: Vec<QuestionWord<'q>> = Vec::new();
    let mut focus = None;
    for (at, &word) in words.iter().enumerate() {
        let is_light_head = light && head.is_some_and(|head| std::ptr::eq(head, word));
        let asks = tail.is_some_and(|(start, _)| at >= start);
        if is_stopword(word) || is_light_head || asks || is_interrogative(word) || word.chars().count() < 2 {
            continue;
        }
        // The topic of a copular question is a noun by its place: 유지비는 얼마인가.
        let by_place =
            head.filter(|head| std::ptr::eq(*head, word)).and(head_noun).filter(|noun| noun.chars().count() >= 2);
        let noun = by_place.or_else(|| noun_stem_in(&[context, text], word));
        if content.iter().any(|known| known.word == word) {
            continue;
        }
        if focus_text.is_some_and(|focus| std::ptr::eq(focus, word)) {
            focus = Some(content.len());
        }
        content.push(QuestionWord { word, noun });
    }
    let phrase = match (light, head_noun, before_head) {
        (true, Some(noun), Some(before)) if asked != Asked::Open => Some(format!("{before} {noun}")),
        (false, Some(noun), _)
            if matches!(asked, Asked::Amount { .. }) && copular.is_some_and(|(_, word)| word == "얼마") =>
        {
            Some(noun.to_owned())
        }
        _ => interrogative,
    };
    Question { text, korean: true, asked, phrase, content, focus, copular }
}

/// The noun before the topic particle: `유지비` of `유지비는`.
fn topic_stem(word: &str) -> Option<&str> {
    if let Some((stem, "은" | "는" | "이" | "가")) = strip_particle(word) {
        return Some(stem);
    }
    // Light heads of one syllable stand before 는 and 은 alike: 해는, 날은.
    None
}

fn is_interrogative(word: &str) -> bool {
    const STEMS: [&str; 14] =
        ["언제", "누구", "누가", "얼마", "무엇", "무얼", "뭐", "어디", "왜", "어떻게", "며칠", "무슨", "어느", "어떤"];
    static BY_FIRST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_first(&STEMS));
    word.chars().next().is_some_and(|first| BY_FIRST.under(first).any(|stem| word.starts_with(stem))) || word == "몇"
}

/// The kind of answer and the words that ask for it.
fn asked(words: &[&str], head: Option<&str>) -> (Asked, Option<String>) {
    let head_is = |nouns: &[&str]| head.is_some_and(|head| nouns.contains(&head));
    for (at, &word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or("");
        if word.starts_with("언제") {
            let year = head_is(&["해", "연도", "년도"]);
            return (if year { Asked::Year } else { Asked::When }, Some("언제".to_owned()));
        }
        if word.starts_with("누구") || word == "누가" {
            return (Asked::Person, Some(if word == "누가" { "누가" } else { "누구" }.to_owned()));
        }
        if word == "왜" || head_is(&["까닭", "이유", "원인"]) {
            return (Asked::Reason, Some(head.filter(|_| word != "왜").unwrap_or("왜").to_owned()));
        }
        if word == "어떻게" || head_is(&["방법", "방안", "방식"]) {
            return (Asked::Reason, Some(head.filter(|_| word != "어떻게").unwrap_or("어떻게").to_owned()));
        }
        if (word == "어느" || word == "몇")
            && (next.starts_with("해") || next.starts_with("년도") || next.starts_with("연도"))
        {
            return (Asked::Year, Some(format!("{word} {}", if next.starts_with("해") { "해" } else { "연도" })));
        }
        if word == "몇" {
            // 몇 년 may be a year or a duration; 몇 년에 is a year.
            if next.starts_with("년") || next.starts_with("월") || next.starts_with('일') {
                let year = next.starts_with("년에") || next.starts_with("년도");
                return if year { (Asked::Year, Some("몇 년".to_owned())) } else { (Asked::Open, None) };
            }
            return match unit_at(next) {
                Some(unit) => (Asked::Amount { measure: unit.measure }, Some(format!("몇 {}", unit.surface))),
                None => (Asked::Open, None),
            };
        }
        if word.starts_with("얼마") && !word.starts_with("얼마나") {
            return match head.and_then(measure_of) {
                Some(measure) => (Asked::Amount { measure }, Some("얼마".to_owned())),
                None => (Asked::Open, None),
            };
        }
    }
    (Asked::Open, None)
}

/// What a noun is measured in, for '얼마'.
fn measure_of(noun: &str) -> Option<&'static str> {
    const ENDINGS: [(&str, &str); 63] = [
        ("길이", "길이"),
        ("높이", "길이"),
        ("너비", "길이"),
        ("깊이", "길이"),
        ("거리", "길이"),
        ("둘레", "길이"),
        ("키", "길이"),
        ("무게", "무게"),
        ("중량", "무게"),
        ("체중", "무게"),
        ("넓이", "넓이"),
        ("면적", "넓이"),
        ("부피", "부피"),
        ("용량", "부피"),
        ("비율", "%"),
        ("확률", "%"),
        ("점유율", "%"),
        ("률", "%"),
        ("비용", "원"),
        ("비", "원"),
        ("금액", "원"),
        ("액수", "원"),
        ("액", "원"),
        ("가격", "원"),
        ("값", "원"),
        ("예산", "원"),
        ("매출", "원"),
        ("요금", "원"),
        ("임금", "원"),
        ("월급", "원"),
        ("연봉", "원"),
        ("자금", "원"),
        ("기금", "원"),
        ("성금", "원"),
        ("상금", "원"),
        ("수익", "원"),
        ("입장료", "원"),
        ("수업료", "원"),
        ("사용료", "원"),
        ("임대료", "원"),
        ("보험료", "원"),
        ("수수료", "원"),
        ("이용료", "원"),
        ("관람료", "원"),
        ("통행료", "원"),
        ("과태료", "원"),
        ("등록금", "원"),
        ("지원금", "원"),
        ("보조금", "원"),
        ("장학금", "원"),
        ("벌금", "원"),
        ("보증금", "원"),
        ("계약금", "원"),
        ("위약금", "원"),
        ("후원금", "원"),
        ("기부금", "원"),
        ("이익", "원"),
        ("손실", "원"),
        ("적자", "원"),
        ("흑자", "원"),
        ("빚", "원"),
        ("부채", "원"),
        ("세금", "원"),
    ];
    static BY_LAST: LazyLock<ByChar<(&str, &str)>> = LazyLock::new(|| {
        ByChar::new(ENDINGS.into_iter().filter_map(|entry| Some((entry.0.chars().next_back()?, entry))))
    });
    BY_LAST
        .under(noun.chars().next_back()?)
        .filter(|(ending, _)| noun.ends_with(ending))
        .max_by_key(|(ending, _)| ending.len())
        .map(|(_, measure)| *measure)
}

fn english<'q>(text: &'q str, words: &[&'q str]) -> Question<'q> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let has = |list: &[&str]| list.iter().all(|wanted| lower.iter().any(|word| word == wanted));
    let pair = |first: &str, second: &str| lower.windows(2).any(|two| two[0] == first && two[1] == second);
    let (asked, phrase) = if pair("what", "year") || pair("which", "year") {
        (Asked::Year, Some("year".to_owned()))
    } else if lower.iter().any(|word| word == "when") {
        (Asked::When, Some("when".to_owned()))
    } else if lower.first().is_some_and(|word| word == "who") {
        (Asked::Person, Some("who".to_owned()))
    } else if lower.iter().any(|word| word == "why") {
        (Asked::Reason, Some("why".to_owned()))
    } else if pair("how", "many") {
        (Asked::Amount { measure: "" }, Some("how many".to_owned()))
    } else if pair("how", "much") && !has(&["long"]) {
        (Asked::Amount { measure: "달러" }, Some("how much".to_owned()))
    } else {
        (Asked::Open, None)
    };
    let mut content: Vec<QuestionWord<'q>> = Vec::new();
    for (word, lower) in words.iter().zip(&lower) {
        if ENGLISH_STOPWORDS.contains(&lower.as_str()) || word.chars().count() < 2 {
            continue;
        }
        if !content.iter().any(|known| known.word == *word) {
            content.push(QuestionWord { word, noun: Some(word) });
        }
    }
    // "Who designed the bridge?" turns on its first word, "When was the bridge completed?" on its last.
    let focus = match asked {
        Asked::Person => (!content.is_empty()).then_some(0),
        _ => words.last().and_then(|last| content.iter().position(|known| known.word == *last)),
    };
    Question { text, korean: false, asked, phrase, content, focus, copular: None }
}

/// Are two English words forms of one: equal, or alike but for a plain ending?
pub(super) fn same_english(left: &str, right: &str) -> bool {
    if left.eq_ignore_ascii_case(right) {
        return true;
    }
    let shared = left.bytes().zip(right.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let ending = |word: &str| {
        word.get(shared..).is_some_and(|rest| {
            ["", "s", "es", "d", "ed", "ing", "e", "'s", "’s", "ted", "ting", "ned", "ning", "y", "ies", "ied"]
                .contains(&rest)
        })
    };
    shared >= 4 && ending(left) && ending(right)
}
