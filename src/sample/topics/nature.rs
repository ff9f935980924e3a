//! Weather, harvests, research.

use super::super::korean::{grouped, tenths};
use super::super::names::{count, day, eok, people, root, two_roots, won, year};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 3] = [
    Topic {
        class: "날씨",
        titles: &["{a} {ta}, {b} {tb}", "{m} {d} {a}·{b} 날씨", "비바람 지나간 {a}"],
        slots: &["a", "b", "m", "d", "ta", "tb", "hot", "cool", "ra", "rb", "wind", "why", "flood", "power", "y"],
        fill: weather,
        groups: &[
            group(
                100,
                &[
                    "{m} {d} 낮 최고 기온은 [a:{a}]{:이} [ta:{ta}], [b:{b}]{:이} [tb:{tb}]{:이었}다.",
                    "{m} {d} [a:{a}]의 낮 기온은 [ta:{ta}]까지, [b:{b}]의 낮 기온은 [tb:{tb}]까지 올랐다.",
                ],
            ),
            group(
                85,
                &[
                    "비는 {a}에 [ra:{ra}], {b}에 [rb:{rb}]{:이} 내렸다.",
                    "이날 내린 비의 양은 {a:이} [ra:{ra}], {b:이} [rb:{rb}]이다.",
                ],
            ),
            group(
                65,
                &[
                    "{b}에서는 집 [flood:{flood}]{:이} 물에 잠겼고, [power:{power}]의 전기가 끊겼다.",
                    "이 비로 {b}에서는 집 [flood:{flood}]{:이} 물에 잠기고 [power:{power}]에 전기가 들어오지 않았다.",
                ],
            ),
            group(
                60,
                &[
                    "기상청은 [why:{why}] 비가 더 내리겠다고 내다봤다.",
                    "앞으로도 [why:{why}] 비가 이어지겠다고 기상청은 밝혔다.",
                ],
            ),
            group(50, &["바람은 초속 [wind:{wind}]까지 불었다.", "가장 센 바람은 초속 [wind:{wind}]{:이었}다."]),
            group(45, &["{a}에 하루 동안 이만큼 비가 내린 것은 [y:{y}] 뒤로 처음이다."]),
        ],
        questions: &[
            ask("ta", &["{m} {d} {a}의 낮 최고 기온은 얼마인가?"], "{m} {d} {a}의 낮 최고 기온은 {@:이었}다.", &["tb"]),
            ask("tb", &["{m} {d} {b}의 낮 최고 기온은 얼마인가?"], "{m} {d} {b}의 낮 최고 기온은 {@:이었}다.", &["ta"]),
            infer(
                "@hot",
                &["{m} {d} 낮 기온이 더 높았던 곳은 어디인가?"],
                "낮 기온이 더 높았던 곳은 {@:이었}다.",
                &["cool"],
            ),
            ask("ra", &["{m} {d} {a}에 내린 비는 얼마인가?"], "{a}에 내린 비는 {@:이었}다.", &["rb"]),
            ask("rb", &["{m} {d} {b}에 내린 비는 얼마인가?"], "{b}에 내린 비는 {@:이었}다.", &["ra"]),
            ask("flood", &["이 비로 {b}에서 물에 잠긴 집은 몇 채인가?"], "{b}에서 물에 잠긴 집은 {@:이었}다.", &[]),
            ask("power", &["{b}에서 전기가 끊긴 것은 몇 가구인가?"], "{b}에서 전기가 끊긴 것은 {@:이었}다.", &[]),
            infer("why", &["기상청이 비가 더 내리겠다고 본 까닭은 무엇인가?"], "", &[]),
            ask("wind", &["이날 가장 센 바람은 초속 몇 m였는가?"], "이날 가장 센 바람은 초속 {@:이었}다.", &[]),
            ask(
                "y",
                &["{a}에 마지막으로 이만큼 비가 내린 해는 언제인가?"],
                "{a}에 마지막으로 이만큼 비가 내린 해는 {@:이었}다.",
                &[],
            ),
        ],
        absent: &[
            "이날 {a}의 습도는 얼마인가?",
            "{b}의 복구에 드는 돈은 얼마인가?",
            "{a}의 아침 최저 기온은 얼마인가?",
            "이 비로 다친 사람은 몇 명인가?",
        ],
    },
    Topic {
        class: "농업",
        titles: &["{city} {crop} {now} 거둬", "{why_t} {crop} 농사 '웃음'", "{e} {crop} 출하"],
        slots: &[
            "e", "crop", "now", "was", "farms", "price", "price_w", "why", "why_t", "start", "end", "area", "head",
            "ship", "y",
        ],
        fill: harvest,
        groups: &[
            group(
                100,
                &[
                    "{city} {e}의 농가 [farms:{farms}]{:은} 올해 {crop} [now:{now}]{:을} 거뒀다.",
                    "올해 {e}에서는 농가 [farms:{farms}]{:이} {crop} [now:{now}]{:을} 거둬들였다.",
                ],
            ),
            group(80, &["지난해 수확량은 [was:{was}]{:이었}다.", "지난해에는 [was:{was}]{:을} 거두는 데 그쳤다."]),
            group(
                75,
                &[
                    "수확이 늘어난 것은 [why:{why}] 알이 굵어졌기 때문이다.",
                    "농민들은 [why:{why}] 수확이 늘었다고 말한다.",
                ],
            ),
            group(
                70,
                &[
                    "값은 한 상자에 [price:{price}]{:으로}, 지난해의 [was_p:{price_w}]보다 내렸다.",
                    "한 상자 값은 지난해 [was_p:{price_w}]에서 올해 [price:{price}]{:으로} 내렸다.",
                ],
            ),
            group(
                60,
                &[
                    "수확은 [start:{start}]에 시작해 [end:{end}]에 끝났다.",
                    "[start:{start}]에 시작된 수확은 [end:{end}]에야 끝났다.",
                ],
            ),
            group(
                55,
                &[
                    "[head:{head}]{:은} \"이 가운데 [ship:{ship}]{:을} 수출한다\"고 말했다.",
                    "수출하는 양은 [ship:{ship}]이라고 [head:{head}]{:은} 밝혔다.",
                ],
            ),
            group(45, &["{e}에서 {crop} 농사를 시작한 것은 [y:{y}]{:이며}, 밭의 넓이는 [area:{area}]이다."]),
        ],
        questions: &[
            ask(
                "now",
                &["{e}에서 올해 거둔 {crop:은} 얼마인가?", "올해 {e}의 {crop} 수확량은 얼마인가?"],
                "올해 {e}의 {crop} 수확량은 {@:이었}다.",
                &["was", "ship"],
            ),
            ask(
                "was",
                &["지난해 {e}의 {crop} 수확량은 얼마인가?"],
                "지난해 {e}의 {crop} 수확량은 {@:이었}다.",
                &["now", "ship"],
            ),
            ask(
                "farms",
                &["{e}에서 {crop:을} 거둔 농가는 몇 곳인가?"],
                "{e}에서 {crop:을} 거둔 농가는 {@:이었}다.",
                &[],
            ),
            infer("why", &["{e}의 {crop} 수확이 늘어난 까닭은 무엇인가?"], "", &[]),
            ask(
                "price",
                &["올해 {e} {crop} 한 상자의 값은 얼마인가?"],
                "올해 {crop} 한 상자의 값은 {@:이었}다.",
                &["price_w"],
            ),
            ask(
                "was_p",
                &["지난해 {e} {crop} 한 상자의 값은 얼마였는가?"],
                "지난해 {crop} 한 상자의 값은 {@:이었}다.",
                &["price"],
            ),
            ask("start", &["{e}의 {crop} 수확이 시작된 때는 언제인가?"], "{crop} 수확은 {@}에 시작됐다.", &["end"]),
            ask("end", &["{e}의 {crop} 수확이 끝난 때는 언제인가?"], "{crop} 수확은 {@}에 끝났다.", &["start"]),
            ask("ship", &["{e}에서 수출하는 {crop:은} 얼마인가?"], "수출하는 {crop:은} {@}이다.", &["now", "was"]),
            ask(
                "head",
                &["{crop} 수출량을 밝힌 사람은 누구인가?"],
                "{crop} 수출량을 밝힌 사람은 {@:이었}다.",
                &["off"],
            ),
            ask(
                "y",
                &["{e}에서 {crop} 농사를 시작한 해는 언제인가?"],
                "{e}에서 {crop} 농사를 시작한 해는 {@:이었}다.",
                &[],
            ),
            ask("area", &["{e}에 있는 {crop} 밭의 넓이는 얼마인가?"], "{e}에 있는 {crop} 밭의 넓이는 {@:이다}.", &[]),
        ],
        absent: &[
            "{e}의 주민은 모두 몇 명인가?",
            "{crop} 한 상자의 무게는 얼마인가?",
            "{e}의 {crop:을} 사 가는 나라는 어디인가?",
            "{crop} 농사에 든 비료값은 얼마인가?",
        ],
    },
    Topic {
        class: "과학",
        titles: &["{lab}, {made} 개발", "{head} 연구진, {made} 선보여", "전기 {rate} 덜 쓰는 {made}"],
        slots: &[
            "lab", "lab_x", "head", "mate", "mate2", "made", "rate", "rate_x", "tests", "years", "cost", "use", "why",
            "when", "when_x", "temp",
        ],
        fill: research,
        groups: &[
            group(
                100,
                &[
                    "[lab:{lab}]의 [head:{head}] 연구진은 전기 사용량을 [rate:{rate}] 줄인 {made:을} 개발했다.",
                    "[head:{head}]{:이} 이끄는 [lab:{lab}] 연구진이 전기를 [rate:{rate}] 덜 쓰는 {made:을} 내놓았다.",
                ],
            ),
            group(
                75,
                &[
                    "연구에는 [years:{years}]{:이} 걸렸고, [cost:{cost}]{:이} 들었다.",
                    "연구진은 [years:{years}] 동안 [cost:{cost}]{:을} 들여 이 연구를 이어 왔다.",
                ],
            ),
            group(
                70,
                &[
                    "시험은 모두 [tests:{tests}] 이뤄졌으며, [mate:{mate}]{:이} 이를 맡았다.",
                    "[mate:{mate}]{:은} 시험을 [tests:{tests}] 되풀이했다.",
                ],
            ),
            group(65, &["처음 만든 것은 [why:{why}] 쓸 수 없었다.", "앞서 만든 시제품은 [why:{why}] 버려야 했다."]),
            group(
                60,
                &[
                    "이 장치는 영하 [cold:{temp}]에서도 움직인다.",
                    "영하 [cold:{temp}]의 추위에도 멈추지 않는 것이 장점이다.",
                ],
            ),
            group(
                55,
                &[
                    "제품은 [when:{when}]부터 {use}에서 쓰인다.",
                    "연구진은 [when:{when}]부터 {use}에 이 장치를 놓을 계획이다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "head",
                &["{made:을} 개발한 연구진을 이끈 사람은 누구인가?"],
                "연구진을 이끈 사람은 {@:이었}다.",
                &["mate", "mate2"],
            ),
            ask("lab", &["{made:을} 개발한 곳은 어디인가?"], "{made:을} 개발한 곳은 {@:이었}다.", &["lab_x"]),
            ask(
                "rate",
                &["새 {made:은} 전기 사용량을 얼마나 줄였는가?"],
                "새 {made:은} 전기 사용량을 {@} 줄였다.",
                &["rate_x"],
            ),
            ask("years", &["{made:을} 개발하는 데 걸린 기간은 얼마인가?"], "{made:을} 개발하는 데 {@:이} 걸렸다.", &[]),
            ask("cost", &["{made:을} 개발하는 데 든 돈은 얼마인가?"], "{made:을} 개발하는 데 {@:이} 들었다.", &[]),
            ask("tests", &["{made}의 시험은 모두 몇 차례 이뤄졌는가?"], "{made}의 시험 횟수는 모두 {@:이었}다.", &[]),
            ask(
                "mate",
                &["{made}의 시험을 맡은 사람은 누구인가?"],
                "{made}의 시험을 맡은 사람은 {@:이었}다.",
                &["head", "mate2"],
            ),
            infer("why", &["처음 만든 {made:을} 쓸 수 없었던 까닭은 무엇인가?"], "", &[]),
            ask("cold", &["{made:은} 영하 몇 도에서도 움직이는가?"], "{made:이} 견디는 추위는 영하 {@:이다}.", &[]),
            ask(
                "when",
                &["{made:이} 쓰이기 시작하는 때는 언제인가?"],
                "{made:이} 쓰이기 시작하는 때는 {@:이다}.",
                &["when_x"],
            ),
        ],
        absent: &[
            "새 {made}의 값은 얼마인가?",
            "{lab}에서 일하는 사람은 몇 명인가?",
            "{head:이} 박사 학위를 받은 곳은 어디인가?",
            "새 {made}의 무게는 얼마인가?",
        ],
    },
];

fn weather(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    let (a, b) = (format!("{first}시"), format!("{second}군"));
    let ta = random.range(241, 359);
    let tb = ta + if random.chance(50) { random.range(3, 34) } else { -random.range(3, 34) };
    let degrees = |tenth: i64| format!("{}.{}도", tenth / 10, tenth % 10);
    slots.put("ta", degrees(ta));
    slots.put("tb", degrees(tb));
    slots.put("hot", if ta > tb { "a" } else { "b" });
    slots.put("cool", if ta > tb { b.clone() } else { a.clone() });
    slots.put("a", a);
    slots.put("b", b);
    slots.put("m", random.pick(&["6월", "7월", "8월", "9월"]));
    slots.put("d", day(random));
    let rain = random.range(21, 240);
    slots.put("ra", format!("{rain}mm"));
    slots.put("rb", format!("{}mm", rain + random.range(12, 130)));
    slots.put("wind", format!("{}m", random.range(9, 27)));
    slots.put("flood", count(random, 4, 88, 1, "채"));
    slots.put("power", count(random, 110, 2900, 10, "가구"));
    slots.put(
        "why",
        random.pick(&[
            "더운 공기가 계속 밀려와",
            "비구름이 한곳에 머물러",
            "태풍이 천천히 움직여",
            "찬 공기와 따뜻한 공기가 맞부딪쳐",
        ]),
    );
    slots.put("y", year(random.range(1978, 2015)));
}

fn harvest(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}{}", root(random), random.pick(&["마을", "면", "골"])));
    slots.put("crop", random.pick(&["사과", "배", "양파", "마늘", "포도", "복숭아", "감자", "수박", "자두", "고구마"]));
    let was = random.stepped(110, 2400, 10);
    let now = was + random.stepped(20, 600, 10);
    slots.put("now", format!("{}톤", grouped(now)));
    slots.put("was", format!("{}톤", grouped(was)));
    slots.put("ship", format!("{}톤", grouped((now / random.range(4, 12)).max(3))));
    slots.put("farms", count(random, 14, 260, 1, "곳"));
    let price = random.stepped(18_000, 52_000, 1000);
    slots.put("price", won(price));
    slots.put("price_w", won(price + random.stepped(2000, 9000, 1000)));
    let (why, short) = random.pick(&[
        &("봄에 서리가 내리지 않아", "서리 없는 봄"),
        &("비가 알맞게 내려", "알맞은 비"),
        &("볕이 좋은 날이 이어져", "좋은 볕"),
        &("새 물길이 밭까지 닿아", "새 물길"),
    ]);
    slots.put("why", *why);
    slots.put("why_t", *short);
    let begin = random.range(5, 9);
    slots.put("start", format!("{begin}월 {}", random.pick(&["초", "중순", "하순"])));
    slots.put("end", format!("{}월 {}", begin + random.range(1, 2), random.pick(&["초", "중순", "하순"])));
    let [head, off] = people(random, ["조합장", "팀장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("y", year(random.range(1962, 2004)));
    slots.put("area", count(random, 12, 190, 1, "ha"));
}

fn research(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put("lab", format!("{first}{}", random.pick(&["대학교", "기술연구원", "과학원"])));
    slots.put("lab_x", format!("{second}대학교"));
    let [head, mate, mate2, off] = people(random, ["교수", "연구원", "박사", "과장"]);
    slots.put("head", head.full);
    slots.put("mate", mate.full);
    slots.put("mate2", mate2.full);
    slots.put("off", off.full);
    slots.put(
        "made",
        random.pick(&["제습기", "가로등", "물펌프", "환풍기", "온실 난로", "냉장 장치", "정수기", "건조기"]),
    );
    let rate = random.range(121, 489);
    slots.put("rate", format!("{}%", tenths(if rate % 10 == 0 { rate + 3 } else { rate })));
    slots.put("rate_x", format!("{}%", tenths(rate / 10 * 10 + 58)));
    slots.put("tests", count(random, 120, 1900, 10, "차례"));
    slots.put("years", random.pick(&["2년", "3년", "4년", "5년", "6년", "8년"]));
    slots.put("cost", eok(random, 3, 74, 1));
    slots.put("use", random.pick(&["섬마을 학교", "지하상가", "비닐하우스", "산속 대피소", "수산시장", "노인회관"]));
    slots.put(
        "why",
        random.pick(&[
            "소리가 너무 커",
            "물이 새어",
            "열이 지나치게 올라",
            "무거워서 옮길 수 없어",
            "한 시간 만에 멈춰",
        ]),
    );
    let next = random.pick(&["내년 봄", "내년 가을", "다음 달", "올해 말"]);
    slots.put("when", next);
    slots.put("when_x", if next == "다음 달" { "내년 여름" } else { "다음 달" });
    slots.put("temp", count(random, 10, 40, 1, "도"));
}
