//! Units of amounts, and which of them can be converted.

use std::sync::LazyLock;

use super::by_char::ByChar;

/// A unit: how it is written, what it measures, and how many of that measure's smallest unit it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// As written.
    pub surface: &'static str,
    /// What it measures: the same for units that can be converted, else the unit itself.
    pub measure: &'static str,
    /// Size in the measure's smallest unit.
    pub factor: i128,
}

const fn unit(surface: &'static str, measure: &'static str, factor: i128) -> Unit {
    Unit { surface, measure, factor }
}

const fn counter(surface: &'static str) -> Unit {
    Unit { surface, measure: surface, factor: 1 }
}

/// Closed list of units. A longer spelling wins over a shorter one.
const UNITS: [Unit; 127] = [
    unit("원", "원", 1),
    unit("달러", "달러", 1),
    unit("유로", "유로", 1),
    unit("엔", "엔", 1),
    unit("위안", "위안", 1),
    unit("명", "명", 1),
    unit("인", "명", 1),
    unit("사람", "명", 1),
    unit("mm", "길이", 1),
    unit("㎜", "길이", 1),
    unit("밀리미터", "길이", 1),
    unit("cm", "길이", 10),
    unit("㎝", "길이", 10),
    unit("센티미터", "길이", 10),
    unit("m", "길이", 1_000),
    unit("미터", "길이", 1_000),
    unit("km", "길이", 1_000_000),
    unit("㎞", "길이", 1_000_000),
    unit("킬로미터", "길이", 1_000_000),
    unit("mg", "무게", 1),
    unit("밀리그램", "무게", 1),
    unit("g", "무게", 1_000),
    unit("그램", "무게", 1_000),
    unit("kg", "무게", 1_000_000),
    unit("㎏", "무게", 1_000_000),
    unit("킬로그램", "무게", 1_000_000),
    unit("t", "무게", 1_000_000_000),
    unit("톤", "무게", 1_000_000_000),
    unit("㎡", "넓이", 1),
    unit("m²", "넓이", 1),
    unit("제곱미터", "넓이", 1),
    unit("ha", "넓이", 10_000),
    unit("㏊", "넓이", 10_000),
    unit("헥타르", "넓이", 10_000),
    unit("㎢", "넓이", 1_000_000),
    unit("km²", "넓이", 1_000_000),
    unit("제곱킬로미터", "넓이", 1_000_000),
    unit("평", "평", 1),
    unit("ml", "부피", 1),
    unit("mL", "부피", 1),
    unit("밀리리터", "부피", 1),
    unit("L", "부피", 1_000),
    unit("ℓ", "부피", 1_000),
    unit("리터", "부피", 1_000),
    unit("㎥", "부피", 1_000_000),
    unit("세제곱미터", "부피", 1_000_000),
    unit("초", "시간", 1),
    unit("초간", "시간", 1),
    unit("분", "시간", 60),
    unit("분간", "시간", 60),
    unit("시간", "시간", 3_600),
    unit("일간", "시간", 86_400),
    unit("일", "시간", 86_400),
    unit("주", "시간", 604_800),
    unit("주간", "시간", 604_800),
    unit("주일", "시간", 604_800),
    unit("개월", "햇수", 1),
    unit("개월간", "햇수", 1),
    unit("달", "햇수", 1),
    unit("년", "햇수", 12),
    unit("년간", "햇수", 12),
    unit("%", "%", 1),
    unit("％", "%", 1),
    unit("퍼센트", "%", 1),
    unit("%p", "%p", 1),
    unit("%포인트", "%p", 1),
    unit("퍼센트포인트", "%p", 1),
    unit("℃", "℃", 1),
    unit("도", "도", 1),
    unit("kW", "전력", 1),
    unit("㎾", "전력", 1),
    unit("MW", "전력", 1_000),
    unit("㎿", "전력", 1_000),
    unit("GW", "전력", 1_000_000),
    unit("MB", "용량", 1),
    unit("GB", "용량", 1_000),
    unit("TB", "용량", 1_000_000),
    counter("개"),
    counter("개국"),
    counter("개사"),
    counter("개교"),
    counter("개소"),
    counter("곳"),
    counter("대"),
    counter("채"),
    counter("권"),
    counter("장"),
    counter("번"),
    counter("회"),
    counter("차례"),
    counter("배"),
    counter("층"),
    counter("동"),
    counter("마리"),
    counter("그루"),
    counter("가구"),
    counter("세대"),
    counter("쌍"),
    counter("편"),
    counter("건"),
    counter("점"),
    counter("차로"),
    counter("차선"),
    counter("석"),
    counter("병"),
    counter("잔"),
    counter("벌"),
    counter("척"),
    counter("종"),
    counter("종류"),
    counter("가지"),
    unit("살", "나이", 1),
    unit("세", "나이", 1),
    counter("위"),
    counter("등"),
    counter("급"),
    counter("호"),
    counter("팀"),
    counter("주년"),
    counter("호선"),
    counter("인분"),
    counter("포인트"),
    counter("쪽"),
    counter("통"),
    counter("시"),
    counter("자리"),
    counter("그릇"),
];

/// The units by their first character, the longest first.
static BY_FIRST: LazyLock<ByChar<&'static Unit>> = LazyLock::new(|| {
    let mut list: Vec<_> = UNITS.iter().collect();
    list.sort_by_key(|unit| std::cmp::Reverse(unit.surface.len()));
    ByChar::new(list.into_iter().filter_map(|unit| Some((unit.surface.chars().next()?, unit))))
});

/// The longest unit that a text begins with.
pub fn unit_at(text: &str) -> Option<&'static Unit> {
    BY_FIRST.under(text.chars().next()?).find(|unit| text.starts_with(unit.surface)).copied()
}
