//! Buses, power cuts, recycling, ferries, solar plants.

use super::super::korean::grouped;
use super::super::names::{count, day, many, month, people, root, two_roots, won, year};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 5] = [
    Topic {
        class: "사회",
        titles: &["{city} {e} 새로 다닌다", "{from}에서 {to}까지 {t1}", "{e}, {day} 첫차"],
        slots: &[
            "e", "from", "to", "mid", "t0", "t1", "gap", "gap_x", "fare", "fare_k", "stops", "day", "why", "head",
            "buses", "first", "last",
        ],
        fill: bus,
        groups: &[
            group(
                100,
                &[
                    "{city:은} [day:{day}]부터 [from:{from}]{:과} [to:{to}]{:을} 잇는 {e:을} 새로 놓는다.",
                    "[from:{from}]에서 [to:{to}]까지 가는 {e:이} [day:{day}]부터 다닌다.",
                ],
            ),
            group(
                80,
                &[
                    "지금은 [t0:{t0}]{:이} 걸리지만, 새 버스를 타면 [t1:{t1}]이면 닿는다.",
                    "[t0:{t0}]{:이} 걸리던 길이 [t1:{t1}]{:으로} 줄어든다.",
                ],
            ),
            group(
                75,
                &[
                    "배차 간격은 [gap:{gap}]{:이고}, 정류장은 모두 [stops:{stops}]이다.",
                    "정류장 [stops:{stops}]{:을} 거치며 [gap:{gap}]마다 한 대씩 온다.",
                ],
            ),
            group(
                65,
                &[
                    "요금은 어른 [fare:{fare}], 어린이 [kid:{fare_k}]이다.",
                    "어른은 [fare:{fare}], 어린이는 [kid:{fare_k}]{:을} 낸다.",
                ],
            ),
            group(
                60,
                &[
                    "노선은 애초 더 일찍 생길 예정이었으나 [why:{why}] 늦어졌다.",
                    "[why:{why}] 첫차를 내보내는 날이 한 달 미뤄졌다.",
                ],
            ),
            group(
                55,
                &[
                    "첫차는 [first:{first}], 막차는 [last:{last}]에 떠난다.",
                    "막차는 [last:{last}]{:이고} 첫차는 [first:{first}]이다.",
                ],
            ),
            group(45, &["[head:{head}]{:은} \"버스 [buses:{buses}]{:을} 더 들이겠다\"고 말했다."]),
        ],
        questions: &[
            ask("day", &["{e:이} 다니기 시작하는 날은 언제인가?"], "{e:이} 다니기 시작하는 날은 {@}이다.", &[]),
            ask(
                "from",
                &["{e:이} 떠나는 곳은 어디인가?", "{to:과} 이어지는 {e}의 다른 끝은 어디인가?"],
                "{e:이} 떠나는 곳은 {@:이다}.",
                &["to", "mid"],
            ),
            ask(
                "t1",
                &["{e:을} 타면 {from}에서 {to}까지 얼마나 걸리는가?"],
                "{e:을} 타면 걸리는 시간은 {@}이다.",
                &["t0"],
            ),
            ask(
                "t0",
                &["지금 {from}에서 {to}까지 가는 데 걸리는 시간은 얼마인가?"],
                "지금 걸리는 시간은 {@}이다.",
                &["t1"],
            ),
            ask("gap", &["{e}의 배차 간격은 얼마인가?"], "{e}의 배차 간격은 {@}이다.", &["gap_x"]),
            ask("stops", &["{e:이} 거치는 정류장은 모두 몇 곳인가?"], "{e:이} 거치는 정류장은 모두 {@}이다.", &[]),
            ask("fare", &["{e}의 어른 요금은 얼마인가?"], "{e}의 어른 요금은 {@}이다.", &["fare_k"]),
            ask("kid", &["{e}의 어린이 요금은 얼마인가?"], "{e}의 어린이 요금은 {@}이다.", &["fare"]),
            infer("why", &["{e:이} 늦게 다니게 된 까닭은 무엇인가?"], "", &[]),
            ask("first", &["{e}의 첫차는 언제 떠나는가?"], "{e}의 첫차 시각은 {@}이다.", &["last"]),
            ask("last", &["{e}의 막차는 언제 떠나는가?"], "{e}의 막차 시각은 {@}이다.", &["first"]),
            ask(
                "head",
                &["버스를 더 들이겠다고 말한 사람은 누구인가?"],
                "버스를 더 들이겠다고 말한 사람은 {@:이었}다.",
                &["off"],
            ),
            ask("buses", &["{city:은} 버스를 몇 대 더 들이겠다고 하는가?"], "더 들이겠다고 한 버스는 {@:이었}다.", &[]),
        ],
        absent: &[
            "{e:을} 운영하는 회사는 어디인가?",
            "{e:을} 모는 기사는 몇 명인가?",
            "{e}의 하루 이용객은 몇 명인가?",
            "{e:을} 놓는 데 드는 돈은 얼마인가?",
        ],
    },
    Topic {
        class: "사회",
        titles: &["{place} 정전 {dur} 만에 풀려", "{homes} 불 꺼진 {place}", "{place} 한때 정전"],
        slots: &[
            "place", "m", "d", "start", "end", "end_x", "dur", "homes", "homes2", "why", "crew", "trucks", "stuck",
            "head", "pay", "pay_x",
        ],
        fill: outage,
        groups: &[
            group(
                100,
                &[
                    "{m} {d} [start:{start}]쯤 {city} {place} 일대 [homes:{homes}]의 전기가 끊겼다.",
                    "{city} {place}에서는 {m} {d} [start:{start}]부터 [homes:{homes}]{:이} 정전을 겪었다.",
                ],
            ),
            group(
                85,
                &[
                    "전기는 [dur:{dur}] 만인 [end:{end}]에 다시 들어왔다.",
                    "[end:{end}]에 전기가 다시 들어올 때까지 [dur:{dur}]{:이} 걸렸다.",
                ],
            ),
            group(85, &["정전은 [why:{why}] 일어났다.", "조사 결과 [why:{why}] 정전이 난 것으로 드러났다."]),
            group(
                65,
                &[
                    "복구에는 기술자 [crew:{crew}]{:과} 작업차 [trucks:{trucks}]{:이} 나섰다.",
                    "기술자 [crew:{crew}]{:이} 작업차 [trucks:{trucks}]{:으로} 밤새 전선을 이었다.",
                ],
            ),
            group(
                60,
                &[
                    "승강기에 갇혔던 [stuck:{stuck}]{:은} 모두 무사히 나왔다.",
                    "승강기에 갇힌 주민 [stuck:{stuck}]{:은} 소방대가 구했다.",
                ],
            ),
            group(
                55,
                &[
                    "[head:{head}]{:은} \"한 집에 [pay:{pay}]{:을} 물어 주겠다\"고 말했다.",
                    "[head:{head}]{:은} 피해를 본 집마다 [pay:{pay}]{:을} 주겠다고 밝혔다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "start",
                &["{m} {d} {place}의 전기가 끊긴 때는 언제인가?"],
                "{place}의 전기가 끊긴 때는 {@:이었}다.",
                &["end", "end_x"],
            ),
            ask(
                "end",
                &["{place}에 전기가 다시 들어온 때는 언제인가?"],
                "전기가 다시 들어온 때는 {@:이었}다.",
                &["start", "end_x"],
            ),
            ask("homes", &["{place}에서 전기가 끊긴 것은 몇 가구인가?"], "전기가 끊긴 것은 {@:이었}다.", &["homes2"]),
            ask("dur", &["{place}의 정전은 얼마 동안 이어졌는가?"], "정전은 {@} 동안 이어졌다.", &[]),
            infer(
                "why",
                &["{place}에서 정전이 일어난 까닭은 무엇인가?", "{place}의 전기가 끊긴 까닭은 무엇인가?"],
                "",
                &[],
            ),
            ask("crew", &["복구에 나선 기술자는 몇 명인가?"], "복구에 나선 기술자는 {@:이었}다.", &["stuck"]),
            ask("trucks", &["복구에 나선 작업차는 몇 대인가?"], "복구에 나선 작업차는 {@:이었}다.", &[]),
            ask("stuck", &["승강기에 갇혔던 사람은 몇 명인가?"], "승강기에 갇혔던 사람은 {@:이었}다.", &["crew"]),
            ask(
                "head",
                &["피해를 물어 주겠다고 말한 사람은 누구인가?"],
                "피해를 물어 주겠다고 말한 사람은 {@:이었}다.",
                &["off"],
            ),
            ask("pay", &["피해를 본 집이 받는 돈은 얼마인가?"], "피해를 본 집이 받는 돈은 {@}이다.", &["pay_x"]),
        ],
        absent: &[
            "정전으로 문을 닫은 가게는 몇 곳인가?",
            "{place}에 새로 놓은 전봇대는 몇 개인가?",
            "복구에 든 돈은 모두 얼마인가?",
            "정전을 처음 신고한 사람은 누구인가?",
        ],
    },
    Topic {
        class: "환경",
        titles: &["{city} {a}·{b} 재활용 겨루기", "{city}, {thing} 모으기 한 해", "{thing} 모아 나무 심는 {city}"],
        slots: &[
            "a", "b", "thing", "wa", "wb", "more", "less", "m1", "m2", "homes", "homes_b", "prize", "prize_x", "trees",
            "why", "head", "bins",
        ],
        fill: recycling,
        groups: &[
            group(
                100,
                &[
                    "{city} [a:{a}]{:과} [b:{b}]{:은} [m1:{m1}]부터 [m2:{m2}]까지 {thing} 모으기를 벌였다.",
                    "[m1:{m1}]부터 [m2:{m2}]까지 {city} [a:{a}]{:과} [b:{b}]에서 {thing:을} 모으는 행사가 이어졌다.",
                ],
            ),
            group(
                100,
                &[
                    "모은 양은 {a:이} [wa:{wa}], {b:이} [wb:{wb}]이다.",
                    "{a:은} [wa:{wa}]{:을}, {b:은} [wb:{wb}]{:을} 모았다.",
                ],
            ),
            group(70, &["참여한 집은 {a:이} [homes:{homes}], {b:이} [homes_b:{homes_b}]이다."]),
            group(65, &["{b:은} [why:{why}] 한 주 늦게 시작했다.", "{b}에서는 [why:{why}] 시작이 한 주 늦어졌다."]),
            group(
                60,
                &[
                    "더 많이 모은 동에는 [prize:{prize}]{:이} 돌아간다.",
                    "{city:은} 더 많이 모은 동에 [prize:{prize}]{:을} 준다.",
                ],
            ),
            group(
                55,
                &[
                    "[head:{head}]{:은} \"번 돈으로 나무 [trees:{trees}]{:을} 심겠다\"고 말했다.",
                    "행사를 이끈 [head:{head}]{:은} 수거함 [bins:{bins}]{:을} 더 놓겠다고 밝혔다.",
                ],
            ),
        ],
        questions: &[
            ask("wa", &["{a:이} 모은 {thing:은} 얼마인가?"], "{a:이} 모은 {thing:은} {@:이었}다.", &["wb"]),
            ask("wb", &["{b:이} 모은 {thing:은} 얼마인가?"], "{b:이} 모은 {thing:은} {@:이었}다.", &["wa"]),
            infer(
                "@more",
                &["{a:과} {b} 가운데 {thing:을} 더 많이 모은 곳은 어디인가?"],
                "{thing:을} 더 많이 모은 곳은 {@:이었}다.",
                &["less"],
            ),
            ask("m1", &["{thing} 모으기가 시작된 달은 언제인가?"], "{thing} 모으기는 {@}에 시작됐다.", &["m2"]),
            ask("m2", &["{thing} 모으기가 끝난 달은 언제인가?"], "{thing} 모으기는 {@}에 끝났다.", &["m1"]),
            ask(
                "homes",
                &["{thing} 모으기에 참여한 {a}의 집은 몇 가구인가?"],
                "참여한 {a}의 집은 {@:이었}다.",
                &["homes_b"],
            ),
            ask(
                "homes_b",
                &["{thing} 모으기에 참여한 {b}의 집은 몇 가구인가?"],
                "참여한 {b}의 집은 {@:이었}다.",
                &["homes"],
            ),
            infer("why", &["{b:이} 한 주 늦게 시작한 까닭은 무엇인가?"], "", &[]),
            ask(
                "prize",
                &["더 많이 모은 동이 받는 상금은 얼마인가?"],
                "더 많이 모은 동이 받는 상금은 {@}이다.",
                &["prize_x"],
            ),
            ask("head", &["{thing} 모으기를 이끈 사람은 누구인가?"], "", &[]),
            ask("trees", &["번 돈으로 심겠다는 나무는 몇 그루인가?"], "번 돈으로 심기로 한 나무는 {@:이었}다.", &[]),
            ask("bins", &["더 놓겠다는 수거함은 몇 개인가?"], "더 놓기로 한 수거함은 {@:이었}다.", &[]),
        ],
        absent: &[
            "{thing} 한 개의 값은 얼마인가?",
            "지난해 {a:이} 모은 {thing:은} 얼마인가?",
            "{b}의 동장은 누구인가?",
            "모은 {thing:을} 사 간 회사는 어디인가?",
        ],
    },
    Topic {
        class: "교통",
        titles: &["{a}·{b} 두 배, {isle} 뱃길", "{isle} 가는 뱃길 넓어진다", "{city} {isle} 배편 안내"],
        slots: &[
            "a", "b", "isle", "port", "port_x", "sa", "sb", "fast", "slow", "ta", "tb", "ya", "yb", "fare", "fare_k",
            "why", "head", "trips",
        ],
        fill: ferry,
        groups: &[
            group(
                100,
                &[
                    "{city} [port:{port}]에서 {isle:으로} 가는 배는 [a:{a}]{:과} [b:{b}]{:이} 있다.",
                    "{isle:으로} 가려면 [port:{port}]에서 [a:{a}]{:이나} [b:{b}]{:을} 타야 한다.",
                ],
            ),
            group(
                85,
                &[
                    "정원은 {a:이} [sa:{sa}], {b:이} [sb:{sb}]이다.",
                    "{a:은} [sa:{sa}], {b:은} [sb:{sb}]까지 탈 수 있다.",
                ],
            ),
            group(
                100,
                &[
                    "섬까지는 {a:으로} [ta:{ta}], {b:으로} [tb:{tb}]{:이} 걸린다.",
                    "걸리는 시간은 {a:이} [ta:{ta}], {b:이} [tb:{tb}]이다.",
                ],
            ),
            group(60, &["{a:은} [ya:{ya}]에, {b:은} [yb:{yb}]에 첫 손님을 태웠다."]),
            group(
                65,
                &[
                    "뱃삯은 어른 [fare:{fare}], 어린이 [kid:{fare_k}]{:으로} 두 배가 같다.",
                    "뱃삯은 두 배 모두 어른 [fare:{fare}], 어린이 [kid:{fare_k}]이다.",
                ],
            ),
            group(
                60,
                &[
                    "지난달에는 [why:{why}] {a:이} 이틀 동안 뜨지 못했다.",
                    "{a:은} 지난달 [why:{why}] 이틀 동안 쉬었다.",
                ],
            ),
            group(
                50,
                &[
                    "[head:{head}]{:은} \"여름에는 하루 [trips:{trips}] 다닌다\"고 말했다.",
                    "여름에는 하루 [trips:{trips}] 다닌다고 [head:{head}]{:은} 전했다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "port",
                &["{isle:으로} 가는 배가 떠나는 곳은 어디인가?"],
                "{isle:으로} 가는 배가 떠나는 곳은 {@:이다}.",
                &["port_x"],
            ),
            ask("sa", &["{a}의 정원은 몇 명인가?"], "{a}의 정원은 {@}이다.", &["sb"]),
            ask("sb", &["{b}의 정원은 몇 명인가?"], "{b}의 정원은 {@}이다.", &["sa"]),
            ask(
                "ta",
                &["{a:으로} {isle}까지 가는 데 걸리는 시간은 얼마인가?"],
                "{a:으로} {isle}까지 가는 데 걸리는 시간은 {@}이다.",
                &["tb"],
            ),
            ask(
                "tb",
                &["{b:으로} {isle}까지 가는 데 걸리는 시간은 얼마인가?"],
                "{b:으로} {isle}까지 가는 데 걸리는 시간은 {@}이다.",
                &["ta"],
            ),
            infer(
                "@fast",
                &["{isle}까지 더 빨리 가는 배는 무엇인가?"],
                "{isle}까지 더 빨리 가는 배는 {@:이다}.",
                &["slow"],
            ),
            ask("ya", &["{a:이} 첫 손님을 태운 해는 언제인가?"], "{a:은} {@}에 첫 손님을 태웠다.", &["yb"]),
            ask("yb", &["{b:이} 첫 손님을 태운 해는 언제인가?"], "{b:은} {@}에 첫 손님을 태웠다.", &["ya"]),
            ask("fare", &["{isle:으로} 가는 배의 어른 뱃삯은 얼마인가?"], "어른 뱃삯은 {@}이다.", &["fare_k"]),
            ask("kid", &["{isle:으로} 가는 배의 어린이 뱃삯은 얼마인가?"], "어린이 뱃삯은 {@}이다.", &["fare"]),
            infer("why", &["지난달 {a:이} 이틀 동안 뜨지 못한 까닭은 무엇인가?"], "", &[]),
            ask(
                "head",
                &["여름의 배편을 알려 준 사람은 누구인가?"],
                "여름의 배편을 알려 준 사람은 {@:이었}다.",
                &["off"],
            ),
        ],
        absent: &[
            "{a}의 선장은 누구인가?",
            "{b:을} 만든 곳은 어디인가?",
            "{isle}의 주민은 몇 명인가?",
            "{port}의 주차 요금은 얼마인가?",
        ],
    },
    Topic {
        class: "환경",
        titles: &["{e}, {homes} 밝힌다", "{city}에 태양광 발전소 {e}", "{e} {day} 가동"],
        slots: &["e", "day", "panels", "homes", "cost", "cost_c", "site", "site_x", "cut", "why", "head", "jobs"],
        fill: solar,
        groups: &[
            group(
                100,
                &[
                    "{city}의 태양광 발전소 {e:이} [day:{day}] [site:{site}]에서 돌아가기 시작했다.",
                    "[site:{site}]에 들어선 태양광 발전소 {e:이} [day:{day}] 전기를 만들기 시작했다.",
                ],
            ),
            group(
                85,
                &[
                    "판은 모두 [panels:{panels}]{:이며}, 한 해에 [homes:{homes}]{:이} 쓸 전기를 만든다.",
                    "태양광판 [panels:{panels}]{:으로} 한 해에 [homes:{homes}]{:이} 쓸 전기를 얻는다.",
                ],
            ),
            group(
                70,
                &[
                    "공사비는 [cost:{cost}]{:으로}, 그 가운데 [citizen:{cost_c}]{:은} 주민이 함께 냈다.",
                    "주민이 낸 [citizen:{cost_c}]{:을} 더해 모두 [cost:{cost}]{:이} 들었다.",
                ],
            ),
            group(65, &["공사는 [why:{why}] 예정보다 늦게 끝났다.", "[why:{why}] 공사가 두 달 길어졌다."]),
            group(
                60,
                &[
                    "[head:{head}]{:은} \"한 해에 탄소 [cut:{cut}]{:을} 줄일 수 있다\"고 말했다.",
                    "줄어드는 탄소는 한 해에 [cut:{cut}]이라고 [head:{head}]{:은} 설명했다.",
                ],
            ),
            group(
                50,
                &["발전소를 돌보는 사람은 [jobs:{jobs}]이다.", "마을 주민 [jobs:{jobs}]{:이} 발전소에서 일한다."],
            ),
        ],
        questions: &[
            ask("day", &["{e:이} 돌아가기 시작한 날은 언제인가?"], "{e:이} 돌아가기 시작한 날은 {@:이었}다.", &[]),
            ask("site", &["{e:이} 들어선 곳은 어디인가?"], "{e:이} 들어선 곳은 {@:이었}다.", &["site_x"]),
            ask("panels", &["{e}의 태양광판은 모두 몇 장인가?"], "{e}의 태양광판은 모두 {@}이다.", &[]),
            ask("homes", &["{e:이} 만드는 전기는 몇 가구가 쓸 양인가?"], "", &[]),
            ask("cost", &["{e:을} 짓는 데 든 돈은 모두 얼마인가?"], "{e:을} 짓는 데 모두 {@:이} 들었다.", &["cost_c"]),
            ask("citizen", &["{e}의 공사비 가운데 주민이 낸 돈은 얼마인가?"], "주민이 낸 돈은 {@:이었}다.", &["cost"]),
            infer("why", &["{e}의 공사가 늦어진 까닭은 무엇인가?"], "", &[]),
            ask("cut", &["{e:이} 한 해에 줄이는 탄소는 얼마인가?"], "{e:이} 한 해에 줄이는 탄소는 {@}이다.", &[]),
            ask(
                "head",
                &["{e:이} 줄이는 탄소의 양을 밝힌 사람은 누구인가?"],
                "탄소의 양을 밝힌 사람은 {@:이었}다.",
                &["off"],
            ),
            ask("jobs", &["{e}에서 일하는 사람은 몇 명인가?"], "{e}에서 일하는 사람은 {@}이다.", &[]),
        ],
        absent: &[
            "{e:을} 지은 회사는 어디인가?",
            "{e}의 판은 몇 해 동안 쓸 수 있는가?",
            "{e:을} 한 해 돌보는 데 드는 돈은 얼마인가?",
            "{e}의 전기를 사 가는 회사는 어디인가?",
        ],
    },
];

fn bus(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}번 버스", random.range(11, 980)));
    let (first, second) = two_roots(random);
    slots.put("from", format!("{first}역"));
    slots.put("to", format!("{second}{}", random.pick(&["병원", "대학", "항", "터미널"])));
    slots.put("mid", format!("{}시장", root(random)));
    let quick = random.stepped(20, 45, 5);
    slots.put("t1", format!("{quick}분"));
    slots.put("t0", format!("{}분", quick + random.stepped(15, 45, 5)));
    let gap = random.range(8, 25);
    slots.put("gap", format!("{gap}분"));
    slots.put("gap_x", format!("{}분", gap + 5));
    let fare = random.stepped(1200, 2400, 100);
    slots.put("fare", won(fare));
    slots.put("fare_k", won(fare / 2));
    slots.put("stops", count(random, 9, 46, 1, "곳"));
    slots.put("day", format!("{} {}", month(random), day(random)));
    slots.put(
        "why",
        random.pick(&[
            "차고지 공사가 끝나지 않아",
            "기사를 구하지 못해",
            "주민 설명회가 길어져",
            "정류장 자리를 정하지 못해",
        ]),
    );
    let [head, off] = people(random, ["국장", "팀장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("buses", count(random, 2, 18, 1, "대"));
    slots.put("first", format!("오전 5시 {}분", random.stepped(10, 50, 5)));
    slots.put("last", format!("밤 10시 {}분", random.stepped(10, 50, 5)));
}

fn outage(random: &mut Random, slots: &mut Slots) {
    slots.put("place", format!("{}동", root(random)));
    slots.put("m", month(random));
    slots.put("d", day(random));
    let start = random.range(1, 6);
    let hours = random.range(2, 5);
    slots.put("start", format!("오후 {start}시"));
    slots.put("end", format!("오후 {}시", start + hours));
    slots.put("end_x", format!("오후 {}시", start + hours + 1));
    slots.put("dur", format!("{hours}시간"));
    let homes = random.stepped(320, 6800, 20);
    slots.put("homes", format!("{}가구", grouped(homes)));
    slots.put("homes2", format!("{}가구", grouped(homes + 400)));
    slots.put(
        "why",
        random.pick(&[
            "쓰러진 나무가 전선을 끊어",
            "땅을 파던 굴착기가 전선을 건드려",
            "까치집이 전선에 닿아",
            "변압기가 낡아",
            "벼락이 전봇대에 떨어져",
        ]),
    );
    slots.put("crew", count(random, 8, 64, 1, "명"));
    slots.put("trucks", count(random, 2, 14, 1, "대"));
    slots.put("stuck", count(random, 1, 19, 1, "명"));
    let [head, off] = people(random, ["지사장", "동장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    let pay = random.range(2, 15);
    slots.put("pay", won(pay * 10_000));
    slots.put("pay_x", won((pay + 3) * 10_000));
}

fn recycling(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    let (a, b) = (format!("{first}동"), format!("{second}동"));
    let wa = random.stepped(820, 9400, 10);
    let wb = wa + if random.chance(50) { random.stepped(40, 2600, 10) } else { -random.stepped(40, 600, 10) };
    slots.put("wa", format!("{}kg", grouped(wa)));
    slots.put("wb", format!("{}kg", grouped(wb)));
    slots.put("more", if wa > wb { "a" } else { "b" });
    slots.put("less", if wa > wb { b.clone() } else { a.clone() });
    slots.put("a", a);
    slots.put("b", b);
    slots.put("thing", random.pick(&["우유갑", "헌 옷", "빈 병", "헌책", "폐건전지", "투명 페트병"]));
    let begin = random.range(2, 8);
    slots.put("m1", format!("{begin}월"));
    slots.put("m2", format!("{}월", begin + random.range(1, 4)));
    let homes = random.stepped(210, 1800, 10);
    slots.put("homes", format!("{}가구", grouped(homes)));
    slots.put("homes_b", format!("{}가구", grouped(homes + random.stepped(20, 400, 10))));
    let prize = random.stepped(50, 450, 50);
    slots.put("prize", won(prize * 10_000));
    slots.put("prize_x", won((prize + 100) * 10_000));
    slots.put("trees", count(random, 60, 900, 10, "그루"));
    slots.put("bins", count(random, 10, 120, 2, "개"));
    slots
        .put("why", random.pick(&["수거함이 늦게 와", "큰비가 내려", "안내문을 다시 찍느라", "모을 자리를 찾지 못해"]));
    let [head, off] = people(random, ["부녀회장", "과장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
}

fn ferry(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    let (a, b) = (format!("{first}호"), format!("{second}호"));
    let ta = random.stepped(40, 95, 5);
    let tb = if random.chance(50) { ta + random.stepped(10, 40, 5) } else { ta - random.stepped(10, 20, 5) };
    slots.put("ta", format!("{ta}분"));
    slots.put("tb", format!("{tb}분"));
    slots.put("fast", if ta < tb { "a" } else { "b" });
    slots.put("slow", if ta < tb { b.clone() } else { a.clone() });
    slots.put("a", a);
    slots.put("b", b);
    let (isle, port) = two_roots(random);
    slots.put("isle", format!("{isle}도"));
    slots.put("port", format!("{port}항"));
    slots.put("port_x", format!("{}포구", root(random)));
    let seats = random.stepped(90, 380, 10);
    slots.put("sa", format!("{seats}명"));
    slots.put("sb", format!("{}명", seats + random.stepped(10, 140, 10)));
    let y = random.range(1994, 2012);
    slots.put("ya", year(y));
    slots.put("yb", year(y + random.range(2, 10)));
    let fare = random.stepped(8000, 26_000, 1000);
    slots.put("fare", won(fare));
    slots.put("fare_k", won(fare / 2));
    slots.put("why", random.pick(&["파도가 높아", "기관을 고치느라", "안개가 짙어", "부두 공사를 하느라"]));
    let [head, off] = people(random, ["선주", "소장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("trips", random.pick(&["네 차례", "다섯 차례", "여섯 차례", "여덟 차례"]));
}

fn solar(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}{}", root(random), random.pick(&["햇빛발전소", "해돋이발전소", "햇살발전소"])));
    slots.put("day", format!("{} {}", month(random), day(random)));
    slots.put("panels", count(random, 420, 9800, 20, "장"));
    slots.put("homes", many(random, 300, 9_800, 50, "가구"));
    let cost = random.stepped(24, 320, 2);
    slots.put("cost", format!("{cost}억 원"));
    slots.put("cost_c", format!("{}억 원", (cost / random.range(4, 9)).max(2)));
    let (site, other) = two_roots(random);
    slots.put("site", format!("{site}{}", random.pick(&["저수지", "정수장", "주차장 지붕", "폐염전"])));
    slots.put("site_x", format!("{other}산 기슭"));
    slots.put("cut", count(random, 180, 4200, 10, "톤"));
    slots.put(
        "why",
        random.pick(&[
            "철새가 알을 품는 때를 피하느라",
            "판을 실은 배가 늦게 들어와",
            "태풍에 받침대가 휘어",
            "땅 주인과 이야기가 길어져",
        ]),
    );
    let [head, off] = people(random, ["이사장", "국장"]);
    slots.put("head", head.full);
    slots.put("off", off.full);
    slots.put("jobs", count(random, 3, 28, 1, "명"));
}
