//! Invented names: places, people, companies; and the numbers and dates that news texts are full of.

use super::korean::{grouped, myriad};
use super::random::Random;

/// First parts of place, company and building names. None is a real municipality.
pub(super) const ROOTS: [&str; 128] = [
    "한빛",
    "새들",
    "가온",
    "다솜",
    "나래",
    "도담",
    "라온",
    "미르",
    "소담",
    "아라",
    "여울",
    "온새",
    "윤슬",
    "이든",
    "참샘",
    "초롱",
    "큰들",
    "토담",
    "푸름",
    "하늘",
    "해담",
    "햇살",
    "고운",
    "구름",
    "꽃뫼",
    "너울",
    "노을",
    "누리",
    "느티",
    "다래",
    "달빛",
    "돌샘",
    "두레",
    "들꽃",
    "물빛",
    "미리",
    "밝음",
    "보람",
    "봄내",
    "산들",
    "새벽",
    "새암",
    "샛별",
    "솔빛",
    "솔향",
    "숲안",
    "아침",
    "안솔",
    "양지",
    "연두",
    "오름",
    "옹달",
    "은빛",
    "은솔",
    "자작",
    "잔디",
    "조약",
    "쪽빛",
    "찬솔",
    "청솔",
    "큰솔",
    "타래",
    "파랑",
    "풀빛",
    "하람",
    "한결",
    "한들",
    "한별",
    "해든",
    "해솔",
    "향림",
    "호암",
    "흰돌",
    "갈매",
    "감나",
    "강나루",
    "거북",
    "검바위",
    "고래",
    "곰솔",
    "구슬",
    "금모래",
    "까치",
    "꿈터",
    "나루",
    "너른",
    "노루",
    "높은샘",
    "느루",
    "단비",
    "달샘",
    "대솔",
    "댕기",
    "동살",
    "두루",
    "둥근",
    "등대",
    "마루",
    "맑은",
    "머루",
    "모란",
    "무지개",
    "물안",
    "바른",
    "반디",
    "배꽃",
    "별무리",
    "복사",
    "붉은",
    "빛들",
    "사랑채",
    "산마루",
    "살구",
    "새길",
    "서리",
    "선들",
    "설매",
    "소라",
    "솟대",
    "수풀",
    "싸리",
    "아름",
    "앵두",
    "어울",
    "열매",
    "오솔",
    "왕솔",
    "우물",
];

const SURNAMES: [&str; 40] = [
    "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "류",
    "전", "홍", "고", "문", "양", "손", "배", "백", "허", "유", "남", "심", "노", "하", "곽", "성", "차", "주", "우",
    "구", "민",
];
const GIVEN_FIRST: [&str; 24] = [
    "도", "서", "지", "하", "민", "예", "시", "은", "주", "현", "유", "수", "태", "재", "승", "다", "채", "소", "연",
    "정", "건", "준", "동", "영",
];
const GIVEN_LAST: [&str; 20] = [
    "윤", "준", "우", "아", "연", "은", "서", "현", "호", "진", "원", "인", "율", "린", "빈", "경", "희", "훈", "찬",
    "솔",
];

/// Hours of a day as news texts name them, early ones first.
pub(super) const HOURS: [&str; 8] =
    ["오전 9시", "오전 10시", "오전 11시", "낮 12시", "오후 2시", "오후 4시", "오후 6시", "밤 9시"];

/// A first part of a name.
pub(super) fn root(random: &mut Random) -> &'static str {
    random.pick(&ROOTS)
}

/// Two different first parts.
pub(super) fn two_roots(random: &mut Random) -> (&'static str, &'static str) {
    let first = random.below(ROOTS.len());
    let second = (first + 1 + random.below(ROOTS.len() - 1)) % ROOTS.len();
    // Both are below the length by the remainder.
    (ROOTS[first], ROOTS[second])
}

/// One of `items`, in a new string.
pub(super) fn one(random: &mut Random, items: &[&str]) -> String {
    random.pick(items).to_owned()
}

/// A person with a title.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// `김도윤 시장`.
    pub(super) full: String,
    /// `김 시장`.
    pub(super) short: String,
}

/// `count` people with different surnames, so that `김 시장` is never two people.
pub(super) fn people<const N: usize>(random: &mut Random, titles: [&str; N]) -> [Person; N] {
    let first = random.below(SURNAMES.len());
    let mut step = 0;
    titles.map(|title| {
        step += 1 + random.below(3);
        // N is at most 6 and a step at most 3, so the surnames stay different; the remainder keeps the index in range.
        let surname = SURNAMES[(first + step) % SURNAMES.len()];
        Person { full: format!("{surname}{} {title}", given(random)), short: format!("{surname} {title}") }
    })
}

/// A given name of two different syllables.
fn given(random: &mut Random) -> String {
    let first = random.pick(&GIVEN_FIRST);
    loop {
        let last = random.pick(&GIVEN_LAST);
        if last != first {
            return format!("{first}{last}");
        }
    }
}

/// A bare name: `김도윤`.
pub(super) fn full_name(random: &mut Random) -> String {
    let surname = random.pick(&SURNAMES);
    format!("{surname}{}", given(random))
}

/// `1997년`.
pub(super) fn year(value: i64) -> String {
    format!("{value}년")
}

/// A month: `7월`.
pub(super) fn month(random: &mut Random) -> String {
    format!("{}월", random.range(1, 12))
}

/// A day that every month has: `17일`.
pub(super) fn day(random: &mut Random) -> String {
    format!("{}일", random.range(1, 28))
}

/// Hundreds of millions: `840억 원`.
pub(super) fn eok(random: &mut Random, low: i64, high: i64, step: i64) -> String {
    format!("{}억 원", grouped(random.stepped(low, high, step)))
}

/// An amount in 만: `3만 5,000원`, `800만 원`.
pub(super) fn won(value: i64) -> String {
    if value >= 10_000 && value % 10_000 == 0 {
        format!("{}만 원", grouped(value / 10_000))
    } else {
        format!("{}원", myriad(value))
    }
}

/// A number in 만 with its unit: `3만 2,000명`.
pub(super) fn many(random: &mut Random, low: i64, high: i64, step: i64, unit: &str) -> String {
    format!("{}{unit}", myriad(random.stepped(low, high, step)))
}

/// A number with commas and its unit: `1,180m`.
pub(super) fn count(random: &mut Random, low: i64, high: i64, step: i64, unit: &str) -> String {
    format!("{}{unit}", grouped(random.stepped(low, high, step)))
}
