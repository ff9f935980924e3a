//! Factories, earnings, markets.

use super::super::korean::{grouped, tenths};
use super::super::names::{HOURS, count, eok, many, month, people, root, two_roots, won, year};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 3] = [
    Topic {
        class: "경제",
        titles: &["{e}, {y1}·{y2} 두 공장의 힘", "{e} 제2공장의 오늘", "{made} 만드는 {e}"],
        slots: &[
            "e", "made", "y1", "y2", "y3", "s1", "s2", "s3", "dorm", "staff", "cap1", "cap2", "more", "less", "inv",
            "why", "stop", "head",
        ],
        fill: factory,
        groups: &[
            group(
                100,
                &[
                    "{e:은} [n1:제1공장]{:을} [f1:{y1}], [n2:제2공장]{:을} [f2:{y2}]에 준공했다.",
                    "{made:을} 만드는 {e:은} [f1:{y1}]에 [s1:{s1}]에서 [n1:제1공장]{:을}, [f2:{y2}]에 [s2:{s2}]에서 [n2:제2공장]{:을} 준공했다.",
                    "{e:은} [n1:제1공장]{:을} [f1:{y1}] [s1:{s1}]에, [n2:제2공장]{:을} [f2:{y2}] [s2:{s2}]에 지었다.",
                ],
            ),
            group(
                65,
                &[
                    "{y2}에는 [dorm:{dorm}]{:이} 묵을 기숙사도 열었다.",
                    "제2공장 옆에는 [dorm:{dorm}]{:이} 묵는 기숙사도 있다.",
                ],
            ),
            group(75, &["직원은 [staff:약 {staff}]이다.", "지금은 두 공장에서 [staff:약 {staff}]{:이} 일한다."]),
            group(
                100,
                &[
                    "한 해 생산량은 제1공장이 [c1:{cap1}], 제2공장이 [c2:{cap2}]이다.",
                    "제1공장은 한 해에 [c1:{cap1}]{:을}, 제2공장은 [c2:{cap2}]{:을} 만든다.",
                ],
            ),
            group(60, &["제2공장을 짓는 데에는 [inv:{inv}]{:이} 들었다.", "회사는 제2공장에 [inv:{inv}]{:을} 들였다."]),
            group(
                50,
                &[
                    "제1공장은 {y3}에 [why:{why}] {stop} 동안 멈춘 적이 있다.",
                    "{y3}에는 [why:{why}] 제1공장이 {stop} 동안 문을 닫았다.",
                ],
            ),
            group(40, &["[head:{head}]{:은} \"제3공장도 살펴보고 있다\"고 말했다."]),
        ],
        questions: &[
            ask(
                "f2",
                &["{e:이} 제2공장을 준공한 해는 언제인가?", "{e}의 제2공장은 언제 준공됐는가?"],
                "{e:은} 제2공장을 {@}에 준공했다.",
                &["y1", "y3"],
            ),
            ask(
                "f1",
                &["{e:이} 제1공장을 준공한 해는 언제인가?", "{e}의 제1공장은 언제 준공됐는가?"],
                "{e:은} 제1공장을 {@}에 준공했다.",
                &["y2", "y3"],
            ),
            ask("s1", &["{e}의 제1공장이 있는 곳은 어디인가?"], "{e}의 제1공장이 있는 곳은 {@:이다}.", &["s2", "s3"]),
            ask("s2", &["{e}의 제2공장이 있는 곳은 어디인가?"], "{e}의 제2공장이 있는 곳은 {@:이다}.", &["s1", "s3"]),
            ask(
                "dorm",
                &["{e}의 기숙사에는 몇 명이 묵을 수 있는가?"],
                "{e}의 기숙사에 묵을 수 있는 사람은 {@}이다.",
                &[],
            ),
            ask("staff", &["{e}의 직원은 몇 명인가?"], "{e}의 직원은 {@}이다.", &[]),
            ask("c1", &["{e} 제1공장의 한 해 생산량은 얼마인가?"], "{e} 제1공장의 한 해 생산량은 {@}이다.", &["cap2"]),
            ask("c2", &["{e} 제2공장의 한 해 생산량은 얼마인가?"], "{e} 제2공장의 한 해 생산량은 {@}이다.", &["cap1"]),
            infer(
                "@more",
                &["{e}의 두 공장 가운데 한 해 생산량이 더 많은 공장은 어디인가?"],
                "두 공장 가운데 한 해 생산량이 더 많은 곳은 {@}이다.",
                &["less"],
            ),
            ask("inv", &["{e:이} 제2공장을 짓는 데 들인 돈은 얼마인가?"], "제2공장을 짓는 데 {@:이} 들었다.", &[]),
            infer(
                "why",
                &["{e}의 제1공장이 한때 멈춘 까닭은 무엇인가?", "{y3}에 {e}의 제1공장이 멈춘 까닭은 무엇인가?"],
                "",
                &[],
            ),
            ask(
                "head",
                &["제3공장을 살펴보고 있다고 말한 사람은 누구인가?"],
                "제3공장을 살펴보고 있다고 말한 사람은 {@:이었}다.",
                &["off"],
            ),
        ],
        absent: &[
            "{e:을} 세운 사람은 누구인가?",
            "{e}의 한 해 수출액은 얼마인가?",
            "제3공장이 들어설 곳은 어디인가?",
            "{e} 직원의 평균 나이는 몇 살인가?",
        ],
    },
    Topic {
        class: "경제",
        titles: &["{e} {q} 매출 {now}", "{e}, 영업이익 {rate} 늘어", "{why_t} {e} 실적 좋아져"],
        slots: &[
            "e", "q", "now", "was", "profit", "rate", "share", "why", "why_t", "goal", "head", "hire", "shops", "debt",
        ],
        fill: earnings,
        groups: &[
            group(
                100,
                &[
                    "{e:은} {q} 매출이 [now:{now}]{:으로} 지난해 같은 때의 [was:{was}]보다 늘었다고 밝혔다.",
                    "{e}의 {q} 매출은 [now:{now}]{:으로}, 지난해 같은 기간에는 [was:{was}]{:이었}다.",
                ],
            ),
            group(
                85,
                &[
                    "영업이익은 [profit:{profit}]{:으로} [rate:{rate}] 늘었다.",
                    "같은 기간 영업이익은 [rate:{rate}] 늘어난 [profit:{profit}]{:이었}다.",
                ],
            ),
            group(
                70,
                &[
                    "실적이 좋아진 것은 [why:{why}] 주문이 몰렸기 때문이다.",
                    "회사는 [why:{why}] 매출이 늘었다고 설명했다.",
                ],
            ),
            group(
                60,
                &[
                    "[head:{head}]{:은} \"올해 매출 목표는 [goal:{goal}]\"이라고 말했다.",
                    "[head:{head}]{:은} 올해 매출 목표를 [goal:{goal}]{:으로} 잡았다고 전했다.",
                ],
            ),
            group(
                55,
                &[
                    "하반기에는 직원 [hire:{hire}]{:을} 새로 뽑을 계획이다.",
                    "이 회사는 새 직원 [hire:{hire}]도 뽑기로 했다.",
                ],
            ),
            group(
                55,
                &[
                    "시장 점유율은 [share:{share}]{:이며}, 가게는 전국에 [shops:{shops}]{:이} 있다.",
                    "전국에 가게 [shops:{shops}]{:을} 둔 이 회사의 시장 점유율은 [share:{share}]이다.",
                ],
            ),
            group(40, &["빚은 [debt:{debt}]{:으로} 줄었다."]),
        ],
        questions: &[
            ask("now", &["{e}의 {q} 매출은 얼마인가?"], "{e}의 {q} 매출은 {@:이었}다.", &["was", "goal"]),
            ask(
                "was",
                &["{e}의 지난해 같은 기간 매출은 얼마였는가?"],
                "{e}의 지난해 같은 기간 매출은 {@:이었}다.",
                &["now", "goal"],
            ),
            ask("profit", &["{e}의 {q} 영업이익은 얼마인가?"], "{e}의 {q} 영업이익은 {@:이었}다.", &["debt"]),
            ask(
                "rate",
                &["{e}의 영업이익은 얼마나 늘었는가?", "{e}의 영업이익 증가율은 얼마인가?"],
                "{e}의 영업이익은 {@} 늘었다.",
                &["share"],
            ),
            infer("why", &["{e}의 {q} 매출이 늘어난 까닭은 무엇인가?"], "", &[]),
            ask("goal", &["{e}의 올해 매출 목표는 얼마인가?"], "{e}의 올해 매출 목표는 {@}이다.", &["now", "was"]),
            ask(
                "head",
                &["{e}의 올해 매출 목표를 말한 사람은 누구인가?"],
                "올해 매출 목표를 말한 사람은 {@:이었}다.",
                &["off"],
            ),
            ask("hire", &["{e:이} 새로 뽑으려는 직원은 몇 명인가?"], "{e:이} 새로 뽑으려는 직원은 {@}이다.", &[]),
            ask("share", &["{e}의 시장 점유율은 얼마인가?"], "{e}의 시장 점유율은 {@:이다}.", &["rate"]),
            ask("shops", &["{e}의 가게는 전국에 몇 곳인가?"], "{e}의 가게는 전국에 {@}이다.", &[]),
            ask("debt", &["{e}의 빚은 얼마로 줄었는가?"], "{e}의 빚은 {@:으로} 줄었다.", &["profit"]),
        ],
        absent: &[
            "{e}의 주가는 얼마인가?",
            "{e}의 광고비는 얼마인가?",
            "{e:이} 세워진 해는 언제인가?",
            "{e} 대주주의 지분은 얼마인가?",
        ],
    },
    Topic {
        class: "경제",
        titles: &["{e}, {m} 할인 행사", "{e} 상품권 {sale} 싸게", "북적이는 {e}"],
        slots: &[
            "e", "m", "sale", "sale_x", "limit", "limit_x", "stalls", "empty", "y", "why", "head", "guests", "h",
            "park", "h_x",
        ],
        fill: market,
        groups: &[
            group(
                100,
                &[
                    "{city}의 {e:은} [m:{m}] 한 달 동안 상품권을 [sale:{sale}] 싸게 판다.",
                    "[m:{m}] 한 달 동안 {e}에서는 상품권을 [sale:{sale}] 싼값에 살 수 있다.",
                ],
            ),
            group(
                80,
                &[
                    "한 사람이 살 수 있는 상품권은 [limit:{limit}]까지이다.",
                    "상품권은 한 사람에 [limit:{limit}]까지 판다.",
                ],
            ),
            group(
                75,
                &[
                    "[y:{y}]에 생긴 이 시장에는 가게 [stalls:{stalls}]{:이} 있고, 그 가운데 [empty:{empty}]{:은} 비어 있다.",
                    "가게는 모두 [stalls:{stalls}]{:이며}, 비어 있는 가게는 [empty:{empty}]이다.",
                ],
            ),
            group(
                60,
                &["시장은 [why:{why}] 지난해보다 손님이 늘었다.", "[why:{why}] 손님이 늘었다고 상인들은 말한다."],
            ),
            group(
                55,
                &[
                    "[head:{head}]{:은} \"주말이면 [guests:{guests}]{:이} 찾는다\"고 말했다.",
                    "[head:{head}]에 따르면 주말에는 하루 [guests:{guests}]{:이} 시장을 찾는다.",
                ],
            ),
            group(
                55,
                &["행사 기간에는 [close:{h}]까지 문을 열고, 차 [park:{park}]를 댈 수 있는 주차장도 거저 쓸 수 있다."],
            ),
        ],
        questions: &[
            ask("m", &["{e:이} 상품권을 싸게 파는 달은 언제인가?"], "{e:이} 상품권을 싸게 파는 달은 {@}이다.", &["m9"]),
            ask(
                "sale",
                &["{e:은} 상품권을 얼마나 싸게 파는가?", "{e} 상품권의 할인율은 얼마인가?"],
                "{e} 상품권의 할인율은 {@:이다}.",
                &["sale_x"],
            ),
            ask(
                "limit",
                &["한 사람이 살 수 있는 {e} 상품권은 얼마까지인가?"],
                "한 사람이 살 수 있는 상품권은 {@}까지이다.",
                &["limit_x"],
            ),
            ask("y", &["{e:이} 생긴 해는 언제인가?"], "{e:은} {@}에 생겼다.", &[]),
            ask("stalls", &["{e}의 가게는 모두 몇 곳인가?"], "{e}의 가게는 모두 {@}이다.", &["empty"]),
            ask("empty", &["{e}에서 비어 있는 가게는 몇 곳인가?"], "{e}에서 비어 있는 가게는 {@}이다.", &["stalls"]),
            infer("why", &["{e:을} 찾는 손님이 늘어난 까닭은 무엇인가?"], "", &[]),
            ask(
                "head",
                &["주말 {e}의 손님 수를 말한 사람은 누구인가?"],
                "주말의 손님 수를 말한 사람은 {@:이었}다.",
                &["off"],
            ),
            ask(
                "guests",
                &["주말 하루에 {e:을} 찾는 사람은 몇 명인가?"],
                "주말 하루에 {e:을} 찾는 사람은 {@}이다.",
                &[],
            ),
            ask(
                "close",
                &["행사 기간에 {e:은} 언제까지 문을 여는가?"],
                "행사 기간에 {e:이} 문을 닫는 때는 {@}이다.",
                &["h_x"],
            ),
            ask("park", &["{e}의 주차장에는 차를 몇 대 댈 수 있는가?"], "", &[]),
        ],
        absent: &[
            "{e}의 한 달 가겟세는 얼마인가?",
            "{e}에서 가장 오래된 가게는 어디인가?",
            "지난해 {e}의 매출은 얼마인가?",
            "{e} 상인의 평균 나이는 몇 살인가?",
        ],
    },
];

fn factory(random: &mut Random, slots: &mut Slots) {
    let (kind, made) = random.pick(&[
        &("제약", "알약"),
        &("식품", "두부"),
        &("전자", "온도계"),
        &("제지", "한지"),
        &("화학", "접착제"),
        &("기계", "물펌프"),
        &("가구", "책상"),
        &("유리", "창유리"),
    ]);
    slots.put("e", format!("{}{kind}", root(random)));
    slots.put("made", *made);
    let y1 = random.range(1984, 2010);
    let y2 = y1 + random.range(2, 9);
    slots.put("y1", year(y1));
    slots.put("y2", year(y2));
    slots.put("y3", year(y2 + random.range(1, 6)));
    let (s1, s2) = two_roots(random);
    let unit = random.pick(&["읍", "면", "동"]);
    slots.put("s1", format!("{s1}{unit}"));
    slots.put("s2", format!("{s2}{unit}"));
    let other = root(random);
    slots.put("s3", if other == s1 || other == s2 { format!("새{other}{unit}") } else { format!("{other}{unit}") });
    let staff = random.stepped(120, 900, 20);
    // Now and then the dormitory has as many beds as the firm has people: the answer then occurs twice.
    let beds = if random.chance(30) { staff } else { random.stepped(40, 300, 10) };
    slots.put("dorm", format!("{beds}명"));
    slots.put("staff", format!("{staff}명"));
    let cap1 = random.stepped(200, 900, 10);
    let cap2 = cap1 + if random.chance(50) { random.stepped(20, 700, 10) } else { -random.stepped(20, 150, 10) };
    slots.put("cap1", format!("{}만 개", grouped(cap1)));
    slots.put("cap2", format!("{}만 개", grouped(cap2)));
    slots.put("more", if cap1 > cap2 { "n1" } else { "n2" });
    slots.put("less", if cap1 > cap2 { "제2공장" } else { "제1공장" });
    slots.put("inv", eok(random, 60, 980, 10));
    slots.put(
        "why",
        random.pick(&[
            "큰비로 창고가 물에 잠겨",
            "설비를 바꾸느라",
            "원료가 들어오지 않아",
            "이웃 공장의 불이 옮겨붙어",
            "정전으로 기계가 고장 나",
        ]),
    );
    slots.put("stop", random.pick(&["보름", "한 달", "두 달", "석 달"]));
    let [head, off] = people(random, ["대표", "과장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
}

fn earnings(random: &mut Random, slots: &mut Slots) {
    slots.put(
        "e",
        format!("{}{}", root(random), random.pick(&["제과", "물산", "통신", "문구", "항공", "식품", "섬유", "조선"])),
    );
    slots.put("q", random.pick(&["1분기", "2분기", "3분기", "상반기"]));
    let was = random.stepped(310, 4800, 10);
    let now = was + (was * random.range(4, 38) / 100).max(10) / 10 * 10;
    slots.put("now", format!("{}억 원", grouped(now)));
    slots.put("was", format!("{}억 원", grouped(was)));
    slots.put("profit", format!("{}억 원", grouped(now * random.range(4, 14) / 100)));
    let rate = random.range(31, 389);
    slots.put("rate", format!("{}%", tenths(if rate % 10 == 0 { rate + 1 } else { rate })));
    let share = random.range(41, 339);
    slots.put("share", format!("{}%", tenths(if share % 10 == 0 { share + 3 } else { share })));
    let (why, short) = random.pick(&[
        &("새로 낸 제품이 입소문을 타", "새 제품 덕에"),
        &("수출길이 다시 열려", "수출 늘어"),
        &("여름이 일찍 찾아와", "이른 더위에"),
        &("배송을 하루로 줄여", "빠른 배송으로"),
        &("값을 내려", "값 내린"),
    ]);
    slots.put("why", *why);
    slots.put("why_t", *short);
    slots.put("goal", trillions(now * 4 / 100 * 100));
    let [head, off] = people(random, ["대표", "팀장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("hire", count(random, 20, 480, 5, "명"));
    slots.put("shops", count(random, 24, 610, 1, "곳"));
    slots.put("debt", format!("{}억 원", grouped(random.stepped(90, 990, 10))));
}

/// Hundreds of millions, with 조 for ten thousand of them: `2조 2,300억 원`.
fn trillions(eok: i64) -> String {
    match (eok / 10_000, eok % 10_000) {
        (0, rest) => format!("{}억 원", grouped(rest)),
        (high, 0) => format!("{high}조 원"),
        (high, rest) => format!("{high}조 {}억 원", grouped(rest)),
    }
}

fn market(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}시장", root(random)));
    slots.put("m", month(random));
    let sale = random.stepped(5, 25, 5);
    slots.put("sale", format!("{sale}%"));
    slots.put("sale_x", format!("{}%", sale + 5));
    let limit = random.stepped(20, 90, 10);
    slots.put("limit", won(limit * 10_000));
    slots.put("limit_x", won((limit + 10) * 10_000));
    let stalls = random.range(64, 320);
    slots.put("stalls", format!("{stalls}곳"));
    slots.put("empty", format!("{}곳", stalls / random.range(6, 20)));
    slots.put("y", year(random.range(1951, 1989)));
    slots.put(
        "why",
        random.pick(&[
            "지붕을 새로 씌워",
            "주차장을 넓혀",
            "젊은 상인이 가게를 열어",
            "야시장을 열어",
            "버스 정류장이 가까이 옮겨 와",
        ]),
    );
    let [head, off] = people(random, ["상인회장", "과장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("guests", many(random, 1_200, 24_000, 100, "명"));
    slots.put("h", random.pick(&["밤 10시", "밤 11시", "저녁 8시"]));
    slots.put("h_x", random.pick(HOURS.get(4..).unwrap_or(&HOURS)));
    slots.put("park", count(random, 40, 260, 10, "대"));
}
