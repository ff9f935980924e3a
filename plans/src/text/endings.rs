//! What a Korean word does in its sentence, by a closed list of endings and their look-alikes.

use std::sync::LazyLock;

use super::by_char::ByChar;
use super::clauses::PredicateKind;
use super::nouns::verbal_noun;
use super::words::{final_consonant, is_hangul, jamo};

fn ends_with_any(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}

/// What a word in the middle of a sentence does; `None` for what is no predicate.
pub(super) fn predicate_kind(word: &str, next: Option<&str>) -> Option<PredicateKind> {
    use PredicateKind::{Adnominal, Final, Unclear};
    let last = word.chars().next_back().filter(|&c| is_hangul(c))?;
    let syllables = word.chars().count();
    if syllables < 2 {
        return matches!(last, '한' | '된' | '할' | '될' | '해' | '돼').then_some(Unclear);
    }
    let before = word.chars().rev().nth(1)?;
    let past = final_consonant(before) == 20;
    let derived =
        matches!(last, '해' | '돼' | '여' | '어' | '한' | '된' | '할' | '될' | '는') && verbal_noun(word).is_some();
    match last {
        '고' => connective_go(word, next, past),
        '며' => Some(Final),
        '서' => connective_seo(word, before),
        // 공해 is a noun, 착공해 is not: of three syllables only a noun that stands here whole is one.
        '해' if HAE_NOUNS.contains(&word) || syllables >= 4 && ends_with_any(word, &HAE_NOUNS) => {
            (!HAE_RELATIONS.contains(&word)).then_some(Unclear)
        }
        '해' | '돼' | '여' | '어' if derived => Some(if next.is_some_and(is_auxiliary) { Unclear } else { Final }),
        '만' if word.ends_with("지만") => match word {
            "하지만" | "그렇지만" => None,
            _ if past || ends_with_any(word, &["하지만", "되지만", "이지만", "않지만", "없지만", "있지만"]) => {
                Some(Final)
            }
            _ if word.chars().rev().nth(2).is_some_and(|c| final_consonant(c) == 20) => Some(Final),
            _ => Some(Unclear),
        },
        '나' if word.ends_with("으나") => Some(Final),
        '나' if word.ends_with("거나") => Some(Final),
        '데' if ends_with_any(word, &["는데", "은데", "인데", "던데"]) => Some(Final),
        '자' if ends_with_any(word, &["자마자"]) => Some(Final),
        '자' if ends_with_any(word, &["하자", "되자"]) && syllables >= 4 => Some(Final),
        '자' if ends_with_any(word, &["려지자", "어지자", "아지자", "해지자", "나자"]) => Some(Unclear),
        '로' if word.ends_with("므로") => (word != "그러므로").then_some(Final),
        '면' if word == "그러면" => None,
        '면' if ends_with_any(word, &["으면", "다면"]) => Some(Final),
        '면' if ends_with_any(word, &["하면", "되면", "이면"]) => {
            Some(if syllables >= 4 { Final } else { Unclear })
        }
        '가' if word.ends_with("다가") => {
            let stem = word.chars().rev().nth(2);
            let certain = stem.is_some_and(|c| final_consonant(c) == 20) || ends_with_any(word, &["하다가", "되다가"]);
            Some(if certain { Final } else { Unclear })
        }
        '라' if word.ends_with("느라") => Some(Final),
        '라' if word.ends_with("아니라") => Some(Unclear),
        '니' if ends_with_any(word, &["더니", "으니"]) => Some(Final),
        '게' if ends_with_any(word, &["하게", "되게", "있게", "없게"]) => Some(Unclear),
        '록' if word.ends_with("도록") => Some(Unclear),
        '기' | '로' | '에' if ends_with_any(word, &["하기", "되기", "하기로", "되기로", "하기에"]) => {
            Some(Unclear)
        }
        '다' if past || ends_with_any(word, &["한다", "된다", "이다", "있다", "없다", "는다"]) => {
            Some(Unclear)
        }
        '던' => Some(Adnominal),
        '한' | '된' | '할' | '될' if derived => Some(Adnominal),
        '는' if derived || final_consonant(before) != 0 => Some(Adnominal),
        '는' if NEUN_BY_STEM.under(before).any(|form| word.ends_with(form)) => Some(Adnominal),
        '은' if ends_with_any(word, &ADNOMINAL_EUN) => Some(Adnominal),
        '을' if ends_with_any(word, &ADNOMINAL_EUL) => Some(Adnominal),
        '은' | '는' => None,
        _ if final_consonant(last) == 4 => N_BY_LAST.under(last).any(|form| word.ends_with(form)).then_some(Adnominal),
        '져' | '쳐' | '려' | '켜' | '혀' | '겨' | '춰' | '꿔' | '눠' | '줘' | '둬' | '라' | '나' | '와' | '가'
            if ends_with_any(word, &UNCLEAR_A) =>
        {
            (!word.ends_with("따라")).then_some(Unclear)
        }
        '어' | '아' if final_consonant(before) != 0 && !ends_with_any(word, &EO_NOUNS) => Some(Unclear),
        _ => None,
    }
}

fn connective_go(word: &str, next: Option<&str>, past: bool) -> Option<PredicateKind> {
    use PredicateKind::{Final, Unclear};
    const LOOKALIKES: [&str; 54] = [
        "신고",
        "사고",
        "보고",
        "경고",
        "광고",
        "권고",
        "재고",
        "창고",
        "최고",
        "중고",
        "원고",
        "피고",
        "참고",
        "충고",
        "금고",
        "국고",
        "제고",
        "예고",
        "공고",
        "선고",
        "상고",
        "항고",
        "해고",
        "부고",
        "장고",
        "회고",
        "포고",
        "수고",
        "송고",
        "투고",
        "기고",
        "망고",
        "로고",
        "석고",
        "논고",
        "여고",
        "남고",
        "외고",
        "과고",
        "특목고",
        "시카고",
        "티아고",
        "에이고",
        "콩고",
        "몽고",
        "퇴고",
        "탈고",
        "밀고",
        "차고",
        "무기고",
        "냉장고",
        "친구하고",
        "엄마하고",
        "아빠하고",
    ];
    if matches!(word, "그리고" | "하고") {
        return None;
    }
    if ends_with_any(word, &["다고", "라고", "자고", "냐고", "려고"]) {
        return Some(Unclear);
    }
    let goes_on = next.is_some_and(|next| {
        ["있", "싶", "말", "나서", "나면", "나니", "보니", "보면", "해서", "계시", "계신", "난", "는"]
            .iter()
            .any(|aux| next.starts_with(aux))
    });
    if goes_on || !past && ends_with_any(word, &LOOKALIKES) {
        return Some(Unclear);
    }
    Some(Final)
}

fn connective_seo(word: &str, before: char) -> Option<PredicateKind> {
    use PredicateKind::{Final, Unclear};
    if ends_with_any(word, &["면서"]) {
        return (word != "그러면서").then_some(Final);
    }
    if matches!(
        word,
        "따라서"
            | "그래서"
            | "이래서"
            | "어째서"
            | "벌써"
            | "위해서"
            | "통해서"
            | "대해서"
            | "의해서"
            | "관해서"
            | "비해서"
            | "인해서"
            | "향해서"
    ) {
        return None;
    }
    if ends_with_any(word, &["에서", "께서", "로서", "사서", "교과서", "대서", "답서", "나라서", "서서"])
    {
        return None;
    }
    // -아서, -어서 and their contractions: 해서, 져서, 와서, 춰서, 돼서.
    let medial = jamo(before).filter(|&(_, _, last)| last == 0).map(|(_, medial, _)| medial)?;
    match medial {
        1 | 6 | 9 | 10 | 14 => Some(Final),
        0 | 4 => Some(if word.chars().count() >= 3 { Final } else { Unclear }),
        _ => None,
    }
}

/// Is the word a form of an auxiliary verb after -아/어?
fn is_auxiliary(word: &str) -> bool {
    const PREFIXES: [&str; 18] = [
        "있", "왔", "봤", "줬", "뒀", "두었", "졌", "갔", "냈", "놓", "놨", "버렸", "버리", "버린", "드렸", "나갔",
        "나왔", "주었",
    ];
    const FORMS: [&str; 56] = [
        "오고",
        "오며",
        "오는",
        "오던",
        "온",
        "올",
        "와",
        "와서",
        "온다",
        "오다가",
        "오면서",
        "보고",
        "보니",
        "보면",
        "보며",
        "본",
        "볼",
        "봐",
        "보는",
        "보자",
        "두고",
        "둔",
        "둘",
        "두며",
        "두면",
        "둬",
        "주고",
        "주며",
        "주는",
        "준",
        "줄",
        "주면",
        "준다",
        "줘",
        "주기로",
        "내고",
        "내며",
        "낸",
        "낼",
        "내는",
        "낸다",
        "가고",
        "가며",
        "가는",
        "간",
        "갈",
        "간다",
        "가면서",
        "나가고",
        "나가는",
        "나간",
        "나갈",
        "드리고",
        "달라고",
        "달라",
        "야",
    ];
    PREFIXES.iter().any(|prefix| word.starts_with(prefix)) || FORMS.contains(&word)
}

/// Nouns and relation words that end in 해.
const HAE_NOUNS: [&str; 54] = [
    "올해",
    "피해",
    "이해",
    "손해",
    "방해",
    "동해",
    "서해",
    "남해",
    "북해",
    "재해",
    "공해",
    "침해",
    "저해",
    "살해",
    "오해",
    "견해",
    "유해",
    "무해",
    "항해",
    "분해",
    "양해",
    "화해",
    "용해",
    "상해",
    "가해",
    "폐해",
    "자해",
    "음해",
    "근해",
    "심해",
    "첫해",
    "그해",
    "매해",
    "한해",
    "전해",
    "다음해",
    "지난해",
    "이듬해",
    "새해",
    "당해",
    "김해",
    "진해",
    "발해",
    "인해",
    "위해",
    "통해",
    "대해",
    "의해",
    "관해",
    "비해",
    "향해",
    "지중해",
    "병충해",
    "풍수해",
];

/// Those of them that are particles in all but spelling: no predicate.
const HAE_RELATIONS: [&str; 18] = [
    "위해",
    "통해",
    "대해",
    "의해",
    "관해",
    "비해",
    "인해",
    "향해",
    "올해",
    "그해",
    "첫해",
    "새해",
    "지난해",
    "이듬해",
    "다음해",
    "피해",
    "동해",
    "서해",
];

/// Nouns that end in 어 or 아 after a consonant.
const EO_NOUNS: [&str; 26] = [
    "영어",
    "국어",
    "언어",
    "단어",
    "용어",
    "한국어",
    "일본어",
    "중국어",
    "외국어",
    "독일어",
    "은어",
    "연어",
    "청어",
    "숙어",
    "원어",
    "동아",
    "남아",
    "청소년아",
    "신생아",
    "문어",
    "인어",
    "본어",
    "불어",
    "방어",
    "전어",
    "영아",
];

/// Words in -아/어 without another ending: they may end a clause, or run on.
const UNCLEAR_A: [&str; 34] = [
    "져",
    "쳐",
    "려",
    "켜",
    "혀",
    "겨",
    "춰",
    "꿔",
    "눠",
    "줘",
    "둬",
    "모자라",
    "자라",
    "늘어나",
    "일어나",
    "벗어나",
    "나타나",
    "드러나",
    "떠나",
    "만나",
    "살아나",
    "끝나",
    "나와",
    "들어와",
    "돌아와",
    "나가",
    "들어가",
    "올라",
    "몰라",
    "달라",
    "갈라",
    "골라",
    "놀라",
    "따라",
];

/// Adnominal forms in 는 after a vowel that are no noun with a particle.
const ADNOMINAL_NEUN: [&str; 40] = [
    "하는",
    "되는",
    "어지는",
    "아지는",
    "려지는",
    "워지는",
    "시키는",
    "걸리는",
    "열리는",
    "불리는",
    "달리는",
    "팔리는",
    "올리는",
    "내리는",
    "들어가는",
    "들어오는",
    "나오는",
    "나가는",
    "돌아오는",
    "돌아가는",
    "이르는",
    "따르는",
    "오르는",
    "흐르는",
    "치르는",
    "모으는",
    "이루는",
    "다루는",
    "지키는",
    "만나는",
    "지나는",
    "떠나는",
    "일어나는",
    "나타나는",
    "드러나는",
    "보이는",
    "쓰이는",
    "이끄는",
    "세우는",
    "마시는",
];

static NEUN_BY_STEM: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_second_last(&ADNOMINAL_NEUN));

/// Adnominal forms in 은.
const ADNOMINAL_EUN: [&str; 36] = [
    "높은", "많은", "같은", "작은", "좋은", "넓은", "깊은", "젊은", "남은", "맡은", "받은", "얻은", "입은", "맺은",
    "찾은", "잃은", "늦은", "밝은", "지은", "적은", "짧은", "않은", "옮은", "낳은", "쌓은", "놓은", "넣은", "잡은",
    "뽑은", "꼽은", "겪은", "묶은", "낮은", "얇은", "닮은", "죽은",
];

/// Adnominal forms in 을.
const ADNOMINAL_EUL: [&str; 22] = [
    "묵을", "먹을", "받을", "맡을", "앉을", "읽을", "찾을", "얻을", "입을", "있을", "없을", "같을", "넣을", "놓을",
    "쌓을", "막을", "잡을", "뽑을", "겪을", "않을", "맺을", "좋을",
];

/// Adnominal forms that end in ㄴ inside a syllable.
const ADNOMINAL_N: [&str; 78] = [
    "어진",
    "아진",
    "러진",
    "려진",
    "워진",
    "춰진",
    "뤄진",
    "해진",
    "커진",
    "겨진",
    "꺼진",
    "쳐진",
    "빠진",
    "가진",
    "열린",
    "걸린",
    "불린",
    "팔린",
    "달린",
    "올린",
    "알린",
    "내린",
    "실린",
    "늘린",
    "살린",
    "꾸린",
    "차린",
    "버린",
    "들인",
    "줄인",
    "높인",
    "보인",
    "모인",
    "쓰인",
    "쌓인",
    "붙인",
    "벌인",
    "시킨",
    "지킨",
    "이긴",
    "옮긴",
    "남긴",
    "맡긴",
    "숨긴",
    "잠긴",
    "담긴",
    "생긴",
    "넘긴",
    "만든",
    "떠난",
    "만난",
    "일어난",
    "나타난",
    "드러난",
    "늘어난",
    "벗어난",
    "태어난",
    "나온",
    "들어온",
    "돌아온",
    "가져온",
    "나선",
    "들어선",
    "넘어선",
    "맞선",
    "펼친",
    "마친",
    "거친",
    "그친",
    "합친",
    "바친",
    "이끈",
    "이룬",
    "다룬",
    "세운",
    "치른",
    "오른",
    "따른",
];

static N_BY_LAST: LazyLock<ByChar<&str>> = LazyLock::new(|| ByChar::by_last(&ADNOMINAL_N));
