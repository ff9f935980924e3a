//! Closed lists of Korean words, made by hand. What is not in them does not count: a guess proves nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{is_ending, stems};

/// Two words of which one denies the other when the same is said of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opposite {
    /// Nouns (with 하다, 되다 too).
    Nouns(&'static str, &'static str),
    /// The beginnings that the forms of two predicates share.
    Predicates(&'static [&'static str], &'static [&'static str]),
}

use Opposite::{Nouns, Predicates};

/// Pairs of opposites.
pub(super) const OPPOSITES: &[Opposite] = &[
    Predicates(&["많"], &["적", "드물", "드뭅", "드문"]),
    Predicates(&["크", "큰", "큽", "커"], &["작"]),
    Predicates(&["높"], &["낮"]),
    Predicates(&["길다", "긴", "깁니", "길었", "길어", "길고", "길지"], &["짧"]),
    Predicates(&["넓"], &["좁"]),
    Predicates(&["좋"], &["나쁘", "나쁜", "나빴", "나빠", "나쁩", "별로", "안좋", "최악"]),
    Predicates(&["훌륭", "최고"], &["별로", "형편없", "최악"]),
    Predicates(&["가깝", "가까"], &["멀", "먼", "멉"]),
    Predicates(&["빠르", "빠른", "빨랐", "빨리", "빠릅", "신속"], &["느리", "느린", "느렸", "느립", "늦"]),
    Predicates(&["밝"], &["어둡", "어두", "어둠"]),
    Predicates(
        &["따뜻", "따듯", "덥", "더웠", "더운", "더워", "뜨겁", "뜨거"],
        &["춥", "추웠", "추운", "추워", "차갑", "차가", "시원"],
    ),
    Predicates(
        &["쉽", "쉬운", "쉬웠", "쉬워", "수월", "용이", "간단", "간편"],
        &["어렵", "어려", "힘들", "힘든", "까다", "복잡"],
    ),
    Predicates(&["편하", "편한", "편했", "편합", "편해", "편리", "편안"], &["불편"]),
    Predicates(&["깨끗", "깔끔", "청결"], &["더럽", "더러", "지저분", "불결"]),
    Predicates(&["조용", "고요", "한적"], &["시끄", "소란", "시끌"]),
    Predicates(&["한적", "한산"], &["붐비", "붐볐", "복잡", "번잡", "혼잡"]),
    Predicates(&["재미있", "재밌", "재밋", "흥미"], &["재미없", "지루", "따분", "노잼"]),
    Predicates(&["맛있"], &["맛없"]),
    Predicates(&["멋있", "멋지", "멋진"], &["멋없"]),
    Predicates(&["비싸", "비싼", "비쌌", "비쌉"], &["싸다", "싼", "쌌", "쌉", "저렴"]),
    Predicates(&["강하", "강한", "강했", "강합"], &["약하", "약한", "약했", "약합"]),
    Predicates(&["무겁", "무거"], &["가볍", "가벼"]),
    Predicates(&["두껍", "두꺼"], &["얇"]),
    Predicates(&["젊"], &["늙"]),
    Predicates(&["같다", "같은", "같았", "같습", "같아", "동일", "똑같"], &["다르", "다른", "달랐", "다릅", "달라"]),
    Predicates(&["알고", "알았", "안다", "압니"], &["모르", "몰랐", "모른", "모릅", "몰라"]),
    Predicates(&["친절"], &["불친절"]),
    Predicates(&["안전"], &["위험", "불안전"]),
    Predicates(&["충분", "넉넉"], &["부족", "모자", "불충분"]),
    Predicates(&["넓", "넉넉"], &["비좁"]),
    Predicates(&["만족"], &["불만"]),
    Predicates(
        &["늘었", "늘어", "늘린", "늘렸", "늘리", "늘린", "증가", "급증"],
        &["줄었", "줄어", "줄인", "줄였", "줄이", "감소", "급감"],
    ),
    Predicates(&["올랐", "오른", "오르", "올라", "상승", "급등"], &["내렸", "내린", "내려", "떨어", "하락", "급락"]),
    Predicates(&["올랐", "오른", "오르", "올라", "상승"], &["감소"]),
    Predicates(&["이겼", "이긴", "이기", "승리", "꺾었"], &["졌다", "졌습", "패했", "패배", "패한"]),
    Predicates(&["찬성", "동의"], &["반대"]),
    Predicates(&["시작", "개시"], &["종료", "끝났", "끝난", "끝나", "마감"]),
    Predicates(&["가능"], &["불가능", "불가", "금지"]),
    Predicates(&["허용", "허가"], &["금지", "불허"]),
    Predicates(&["찬란", "아름다"], &["추하", "추한"]),
    Predicates(&["잃"], &["찾았", "되찾", "얻었"]),
    Predicates(&["열었", "열린", "열리", "열렸", "열려"], &["닫았", "닫힌", "닫히", "닫혔", "닫혀"]),
    Predicates(&["앞당"], &["미뤄", "미뤘", "늦췄", "늦춰", "연기"]),
    Predicates(&["낡", "오래된", "오래됐"], &["새로운", "신축", "최신"]),
    Predicates(&["살아남", "살았", "생존"], &["죽었", "죽은", "죽는", "사망", "숨졌", "숨진"]),
    Predicates(&["맞았", "맞다", "맞는", "옳"], &["틀렸", "틀리", "틀린"]),
    Predicates(&["얻었", "획득"], &["잃었", "상실"]),
    Nouns("증액", "삭감"),
    Nouns("증액", "감액"),
    Nouns("인상", "인하"),
    Nouns("확대", "축소"),
    Nouns("증가", "축소"),
    Nouns("강화", "완화"),
    Nouns("강화", "약화"),
    Nouns("개선", "악화"),
    Nouns("호전", "악화"),
    Nouns("연장", "단축"),
    Nouns("성공", "실패"),
    Nouns("합격", "불합격"),
    Nouns("필요", "불필요"),
    Nouns("유지", "폐지"),
    Nouns("유지", "중단"),
    Nouns("지속", "중단"),
    Nouns("계속", "중단"),
    Nouns("재개", "중단"),
    Nouns("시행", "폐지"),
    Nouns("인정", "부인"),
    Nouns("체결", "파기"),
    Nouns("공개", "비공개"),
    Nouns("찬사", "비난"),
    Nouns("칭찬", "비난"),
    Nouns("추천", "비추천"),
    Nouns("수출", "수입"),
    Nouns("출발", "도착"),
    Nouns("입원", "퇴원"),
    Nouns("입학", "졸업"),
    Nouns("취임", "퇴임"),
    Nouns("결혼", "이혼"),
    Nouns("승소", "패소"),
    Nouns("유죄", "무죄"),
    Nouns("합법", "불법"),
    Nouns("흑자", "적자"),
    Nouns("무료", "유료"),
    Nouns("유선", "무선"),
    Nouns("실내", "실외"),
    Nouns("실내", "야외"),
    Nouns("국내", "해외"),
    Nouns("국내", "국외"),
    Nouns("지상", "지하"),
    Nouns("의무", "자유"),
    Nouns("직접", "간접"),
    Nouns("공식", "비공식"),
    Nouns("긍정적", "부정적"),
    Nouns("적극적", "소극적"),
    Nouns("장점", "단점"),
    Nouns("공통점", "차이점"),
    Nouns("진실", "거짓"),
    Nouns("사실", "거짓"),
    Nouns("진짜", "가짜"),
    Nouns("희극", "비극"),
    Nouns("남자", "여자"),
    Nouns("남성", "여성"),
    Nouns("남학생", "여학생"),
    Nouns("아들", "딸"),
    Nouns("어머니", "아버지"),
    Nouns("엄마", "아빠"),
    Nouns("할머니", "할아버지"),
    Nouns("최고", "최저"),
    Nouns("최고", "최악"),
    Nouns("최대", "최소"),
    Nouns("최초", "최후"),
    Nouns("최초", "마지막"),
    Nouns("처음", "마지막"),
    Nouns("이상", "이하"),
    Nouns("이상", "미만"),
    Nouns("이전", "이후"),
    Nouns("초기", "말기"),
    Nouns("초기", "후기"),
    Nouns("전기", "후기"),
    Nouns("초반", "후반"),
    Nouns("초반부", "후반부"),
    Nouns("전반", "후반"),
    Nouns("전반부", "후반부"),
    Nouns("상반기", "하반기"),
    Nouns("오전", "오후"),
    Nouns("아침", "저녁"),
    Nouns("아침", "오후"),
    Nouns("아침", "밤"),
    Nouns("낮", "밤"),
    Nouns("왼쪽", "오른쪽"),
    Nouns("위쪽", "아래쪽"),
    Nouns("앞쪽", "뒤쪽"),
    Nouns("동쪽", "서쪽"),
    Nouns("남쪽", "북쪽"),
    Nouns("남동쪽", "북서쪽"),
    Nouns("남서쪽", "북동쪽"),
    Nouns("남부", "북부"),
    Nouns("동부", "서부"),
    Nouns("지난해", "올해"),
    Nouns("올해", "내년"),
    Nouns("작년", "올해"),
    Nouns("작년", "내년"),
    Nouns("지난해", "내년"),
    Nouns("어제", "내일"),
    Nouns("어제", "오늘"),
    Nouns("오늘", "내일"),
    Nouns("과거", "미래"),
    Nouns("평일", "주말"),
    Nouns("여름", "겨울"),
    Nouns("봄", "가을"),
    Nouns("전부", "일부"),
    Nouns("모두", "일부"),
    Nouns("모든", "일부"),
    Nouns("전체", "일부"),
    Nouns("전면", "일부"),
    Nouns("전면", "부분"),
    Nouns("항상", "가끔"),
    Nouns("항상", "전혀"),
    Nouns("매우", "전혀"),
    Nouns("함께", "따로"),
    Nouns("같이", "따로"),
    Nouns("간소화", "복잡화"),
    Nouns("긍정", "부정"),
    Nouns("보수", "진보"),
    Nouns("여당", "야당"),
    Nouns("수입", "지출"),
    Nouns("구매", "판매"),
    Nouns("상류", "하류"),
    Nouns("고용", "해고"),
    Nouns("채용", "해고"),
    Nouns("설치", "철거"),
    Nouns("개장", "폐장"),
    Nouns("가입", "탈퇴"),
    Nouns("포함", "제외"),
    Nouns("활성화", "침체"),
    Nouns("촉진", "억제"),
    Nouns("더", "덜"),
];

/// Words that may stand for one another in these sentences; `-` at the end: any form that begins so.
pub(super) const SYNONYMS: &[&[&str]] = &[
    &["함께", "같이"],
    &["바로", "즉시", "곧바로", "당장"],
    &["조금", "좀", "약간", "다소"],
    &["매우", "아주", "너무", "정말", "무척", "굉장히", "몹시", "진짜", "참", "엄청", "상당히", "꽤"],
    &["대한민국", "한국", "우리나라"],
    &["어머니", "엄마"],
    &["아버지", "아빠"],
    &["아내", "부인"],
    &["사람", "인간", "이들", "분들", "사람들"],
    &["말했-", "밝혔-", "전했-", "발표했-", "설명했-"],
    &["도보", "걸어서", "걸어"],
    &["잠깐", "잠시"],
    &["근처", "주변", "인근"],
    &["모두", "전부", "다"],
    &["지난해", "작년"],
    &["현재", "지금"],
    &["대체로", "전반적으로"],
    &["매년", "해마다"],
    &["매일", "날마다"],
    &["이용-", "사용-"],
    &["출입", "입장"],
    &["두려움", "무서움"],
    &["천천히", "느리게"],
    &["숙소", "집"],
    &["호스트", "주인", "집주인"],
    &["장소", "곳"],
    &["영화", "작품"],
    &["자녀", "아이", "아이들"],
    &["빠르-", "빨리", "신속-"],
    &["깨끗-", "깔끔-", "청결-"],
    &["힘들-", "힘든-", "어렵-", "어려-"],
    &["쉽-", "쉬운-", "쉬웠-", "수월-", "용이-"],
    &["부족-", "모자-"],
    &["충분-", "넉넉-"],
    &["가깝-", "가까-", "근접-"],
    &["훌륭-", "뛰어나-", "뛰어난-"],
    &["슬프-", "슬픈-", "슬펐-"],
    &["재미있-", "재밌-", "재밋-"],
    &["무섭-", "무서-", "공포스-"],
    &["설립-", "세웠-", "세워-", "창립-"],
    &["위치-", "자리-"],
    &["종료-", "끝났-", "끝난-"],
    &["시작-", "개시-"],
    &["체결-", "맺었-", "맺은-"],
    &["선발-", "뽑았-", "뽑힌-", "뽑혔-"],
    &["사망-", "숨졌-", "숨진-", "죽었-", "죽은-"],
    &["개최-", "열렸-", "열린-"],
    &["증가-", "늘었-", "늘어-"],
    &["감소-", "줄었-", "줄어-"],
    &["구매-", "구입-", "샀다", "산"],
    &["나와-", "나왔-", "나온-"],
];

/// Words without content of their own: a hypothesis may have them without saying more.
pub(super) const LIGHT: &[&str] = &[
    "것",
    "거",
    "건",
    "게",
    "수",
    "수가",
    "수도",
    "등",
    "및",
    "이",
    "그",
    "저",
    "점",
    "때",
    "중",
    "또는",
    "그리고",
    "또한",
    "즉",
    "한다",
    "합니다",
    "했다",
    "했습니다",
    "하다",
    "하고",
    "한",
    "할",
    "해요",
    "된다",
    "됩니다",
    "됐다",
    "되었다",
    "이다",
    "대한",
    "대해",
];

/// Words that only strengthen.
pub(super) const STRENGTH: &[&str] = &[
    "매우",
    "아주",
    "너무",
    "정말",
    "무척",
    "굉장히",
    "몹시",
    "진짜",
    "참",
    "엄청",
    "상당히",
    "꽤",
    "조금",
    "좀",
    "약간",
    "다소",
    "잘",
    "특히",
];

/// Words that lead a sentence in without adding to it.
pub(super) const LEAD: &[&str] = &[
    "그리고",
    "또한",
    "또",
    "하지만",
    "그러나",
    "그런데",
    "근데",
    "그래도",
    "그래서",
    "따라서",
    "한편",
    "다만",
    "즉",
    "특히",
    "이에",
    "이날",
    "이어",
    "무엇보다도",
    "참고로",
    "왜냐하면",
    "사실",
    "솔직히",
    "역시",
    "우선",
    "먼저",
    "이처럼",
    "한편으로",
];

/// Marks that the premise only reports, plans, supposes or asks for what it says.
pub(super) const NOT_A_FACT: &[&str] = &[
    "사실무근",
    "거짓",
    "루머",
    "소문",
    "아니라",
    "예정이었",
    "계획이었",
    "뻔",
    "싶",
    "려고",
    "으려",
    "려 하",
    "가능성",
    "추측",
    "추정",
    "의혹",
    "라면",
    "다면",
    "만약",
    "경우",
    "이야기가",
    "주장",
    "기 위해",
    "기 위한",
    "않으면",
    "커녕",
    "대신",
    "부인했",
    "부인하",
    "것 같",
    "듯",
    "기 전",
    "커녕",
    "척",
    "앞두",
    "앞둔",
    "기로 ",
    "시한부",
];

/// Does the word belong to a list, itself or by its stem?
pub(super) fn listed(text: &str, list: &[&str]) -> bool {
    stems(text).iter().any(|stem| list.contains(stem))
}

/// Where a word stands in the tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Groups of [`SYNONYMS`].
    groups: Vec<u16>,
    /// Pairs of [`OPPOSITES`], and on the right side?
    sides: Vec<(u16, bool)>,
}

impl Places {
    /// Do the words stand in one group?
    pub(super) fn synonyms(&self, other: &Self) -> bool {
        self.groups.iter().any(|group| other.groups.contains(group))
    }

    /// Do the words stand on the two sides of one pair?
    pub(super) fn opposites(&self, other: &Self) -> bool {
        self.sides.iter().any(|&(pair, right)| other.sides.contains(&(pair, !right)))
    }
}

/// An entry of a table, filed under its first character.
struct Entry {
    start: &'static str,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    /// A whole word of a group, or the beginning of one.
    Synonym {
        group: u16,
        open: bool,
    },
    Noun {
        pair: u16,
        right: bool,
    },
    Predicate {
        pair: u16,
        right: bool,
    },
}

/// The tables by first character. Only looked up, never walked through.
static BY_FIRST: LazyLock<HashMap<char, Vec<Entry>>> = LazyLock::new(|| {
    let mut index: HashMap<char, Vec<Entry>> = HashMap::new();
    let mut file = |start: &'static str, form: Form| {
        if let Some(first) = start.chars().next() {
            index.entry(first).or_default().push(Entry { start, form });
        }
    };
    for (group, members) in (0_u16..).zip(SYNONYMS) {
        for member in *members {
            let start = member.trim_end_matches('-');
            file(start, Form::Synonym { group, open: start.len() < member.len() });
        }
    }
    for (pair, entry) in (0_u16..).zip(OPPOSITES) {
        match entry {
            Nouns(left, other) => {
                file(left, Form::Noun { pair, right: false });
                file(other, Form::Noun { pair, right: true });
            }
            Predicates(left, other) => {
                left.iter().for_each(|start| file(start, Form::Predicate { pair, right: false }));
                other.iter().for_each(|start| file(start, Form::Predicate { pair, right: true }));
            }
        }
    }
    index
});

/// Beginnings of 하다, 되다, 이다 and 쪽 behind a noun.
const BEHIND_NOUNS: [char; 17] =
    ['하', '되', '한', '된', '했', '됐', '할', '될', '합', '됩', '돼', '해', '시', '이', '입', '인', '쪽'];

/// Looks a word up in the tables.
pub(super) fn places(text: &str, stems: &[&str; 4]) -> Places {
    let mut out = Places::default();
    let Some(entries) = text.chars().next().and_then(|first| BY_FIRST.get(&first)) else { return out };
    for entry in entries {
        let Some(rest) = text.strip_prefix(entry.start) else { continue };
        match entry.form {
            Form::Synonym { group, open } => {
                if open || stems.contains(&entry.start) {
                    out.groups.push(group);
                }
            }
            Form::Noun { pair, right } => {
                let derived = entry.start.chars().count() > 1 && rest.starts_with(BEHIND_NOUNS) && is_ending(rest);
                if rest.is_empty() || stems.contains(&entry.start) || derived {
                    out.sides.push((pair, right));
                }
            }
            Form::Predicate { pair, right } => {
                if is_ending(rest) {
                    out.sides.push((pair, right));
                }
            }
        }
    }
    out
}
