//! Meetings, prizes, matches: texts full of persons with titles.

use super::super::names::{count, day, eok, full_name, many, month, people, root, two_roots, won};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 3] = [
    Topic {
        class: "정치",
        titles: &["{p1}, {p2} 만나", "{agenda} 두고 머리 맞대", "{city} {agenda}, 누가 맡나"],
        slots: &[
            "p1", "s1", "p2", "s2", "p3", "p4", "d0", "d1", "nm", "nd", "nm_x", "place", "place_x", "agenda", "bud",
            "dur", "att", "cause", "plea",
        ],
        fill: meeting,
        groups: &[
            group(
                100,
                &[
                    "{p1:은} {d1} [place:{place}]에서 [guest:{p2}]{:을} 만났다.",
                    "{p1:이} {d1} [place:{place}]에서 [guest:{p2}]{:을} 만나 {agenda:을} 논의했다.",
                    "{d1} [place:{place}]에서는 {p1:이} [guest:{p2}]{:을} 만나 {agenda:을} 두고 이야기를 나눴다.",
                ],
            ),
            group(
                85,
                &[
                    "{s1:은} \"[lead:{p3}]{:이} {agenda:을} 맡는다\"고 밝혔다.",
                    "{s1:은} \"[lead:{p3}]에게 {agenda:을} 맡기겠다\"고 말했다.",
                    "{agenda:은} [lead:{p3}]{:이} 맡기로 했다.",
                ],
            ),
            group(
                60,
                &[
                    "{s1:은} \"{agenda}에 [bud:{bud}]{:을} 쓰겠다\"고 덧붙였다.",
                    "{agenda}에 드는 돈은 [bud:{bud}]이라고 {s1:은} 설명했다.",
                ],
            ),
            group(50, &["{s2:은} \"{plea}\"고 답했다.", "{s2:은} 이 자리에서 \"{plea}\"고 말했다."]),
            group(
                60,
                &["두 사람은 [next:{nm} {nd}]에 다시 만나기로 했다.", "다음 만남은 [next:{nm} {nd}]{:으로} 잡혔다."],
            ),
            group(
                50,
                &[
                    "이날 만남은 [dur:{dur}] 동안 이어졌고, 주민 [att:{att}]도 자리를 함께했다.",
                    "주민 [att:{att}]{:이} 함께한 이 자리는 [dur:{dur}] 동안 이어졌다.",
                ],
            ),
            group(
                45,
                &[
                    "두 사람은 애초 {d0}에 만나려 했으나 [why:{cause}] 이날로 미뤘다.",
                    "만남은 {d0}에 잡혀 있었지만 [why:{cause}] 늦춰졌다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "guest",
                &["{p1:이} 만난 사람은 누구인가?", "{d1} {p1:이} 만난 사람은 누구인가?"],
                "{p1:이} 만난 사람은 {@:이었}다.",
                &["p3", "p4"],
            ),
            ask("place", &["{p1:이} {p2:을} 만난 곳은 어디인가?"], "두 사람이 만난 곳은 {@:이었}다.", &["place_x"]),
            ask(
                "lead",
                &["{agenda:을} 맡는 사람은 누구인가?", "{agenda:을} 맡기로 한 사람은 누구인가?"],
                "{agenda:은} {@:이} 맡게 됐다.",
                &["p1", "p2", "p4"],
            ),
            ask("bud", &["{agenda}에 쓰기로 한 돈은 얼마인가?"], "{agenda}에 쓰기로 한 돈은 {@:이었}다.", &[]),
            ask(
                "next",
                &["두 사람이 다시 만나기로 한 날은 언제인가?"],
                "두 사람이 다시 만나기로 한 날은 {@:이었}다.",
                &["nm_x"],
            ),
            ask("dur", &["이날 만남은 얼마 동안 이어졌는가?"], "이날 만남은 {@} 동안 이어졌다.", &[]),
            ask("att", &["이날 자리를 함께한 주민은 몇 명인가?"], "이날 자리를 함께한 주민은 {@:이었}다.", &["n9"]),
            infer(
                "why",
                &["두 사람의 만남이 늦춰진 까닭은 무엇인가?", "{p1:과} {p2}의 만남이 미뤄진 까닭은 무엇인가?"],
                "",
                &[],
            ),
        ],
        absent: &[
            "{p2:이} 속한 정당은 어디인가?",
            "{p3:이} 태어난 해는 언제인가?",
            "{agenda:을} 처음 제안한 사람은 누구인가?",
            "이날 만남에 든 비용은 얼마인가?",
        ],
    },
    Topic {
        class: "문화",
        titles: &["{prize}에 {w1}", "{w1} '{book}', {prize} 차지", "올해 {prize} 주인공은 {w1}"],
        slots: &[
            "prize", "nth", "w1", "w2", "w3", "book", "book2", "cash", "cash2", "entries", "judge", "m", "d", "place",
            "place_x", "years", "why",
        ],
        fill: prize,
        groups: &[
            group(
                100,
                &[
                    "{nth} {prize} 대상은 '[book:{book}]'{:을} 쓴 [w1:{w1}]{:이} 받았다.",
                    "[w1:{w1}]{:이} '[book:{book}]'{:으로} {nth} {prize} 대상을 받았다.",
                ],
            ),
            group(
                85,
                &[
                    "우수상은 '[book2:{book2}]'{:을} 쓴 [w2:{w2}]에게 돌아갔다.",
                    "[w2:{w2}]{:은} '[book2:{book2}]'{:으로} 우수상을 받았다.",
                ],
            ),
            group(
                75,
                &[
                    "상금은 대상이 [cash:{cash}], 우수상이 [cash2:{cash2}]이다.",
                    "대상 수상자는 [cash:{cash}], 우수상 수상자는 [cash2:{cash2}]{:을} 받는다.",
                ],
            ),
            group(
                65,
                &[
                    "올해는 모두 [entries:{entries}]{:이} 들어왔으며, 심사는 [judge:{judge}]{:이} 이끌었다.",
                    "심사를 이끈 [judge:{judge}]{:은} \"[entries:{entries}]{:을} 모두 두 번씩 읽었다\"고 말했다.",
                ],
            ),
            group(
                60,
                &[
                    "대상작은 [why:{why}] 높은 점수를 받았다.",
                    "심사위원들은 이 작품이 [why:{why}] 대상으로 뽑았다고 밝혔다.",
                ],
            ),
            group(
                55,
                &[
                    "시상식은 [day:{m} {d}] [place:{place}]에서 열린다.",
                    "[day:{m} {d}]에 [place:{place}]에서 시상식이 열린다.",
                ],
            ),
            group(
                45,
                &[
                    "{w1:은} 이 작품을 [years:{years}]에 걸쳐 썼다.",
                    "이 작품을 쓰는 데에는 [years:{years}]{:이} 걸렸다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "w1",
                &["{nth} {prize} 대상을 받은 사람은 누구인가?", "올해 {prize} 대상은 누가 받았는가?"],
                "{nth} {prize} 대상을 받은 사람은 {@:이었}다.",
                &["w2", "w3", "judge"],
            ),
            ask(
                "book",
                &["{w1:이} 대상을 받은 작품은 무엇인가?"],
                "{w1:이} 대상을 받은 작품은 '{@}'{:이었}다.",
                &["book2"],
            ),
            ask(
                "w2",
                &["{prize} 우수상을 받은 사람은 누구인가?"],
                "{prize} 우수상을 받은 사람은 {@:이었}다.",
                &["w1", "w3", "judge"],
            ),
            ask("cash", &["{prize} 대상의 상금은 얼마인가?"], "{prize} 대상의 상금은 {@}이다.", &["cash2"]),
            ask("cash2", &["{prize} 우수상의 상금은 얼마인가?"], "{prize} 우수상의 상금은 {@}이다.", &["cash"]),
            ask(
                "entries",
                &["올해 {prize}에 들어온 작품은 모두 몇 편인가?"],
                "올해 {prize}에 들어온 작품은 모두 {@:이었}다.",
                &[],
            ),
            ask(
                "judge",
                &["{prize} 심사를 이끈 사람은 누구인가?"],
                "{prize} 심사를 이끈 사람은 {@:이었}다.",
                &["w1", "w2", "w3"],
            ),
            infer(
                "why",
                &[
                    "심사위원들이 '{book}'{:을} 높이 산 까닭은 무엇인가?",
                    "'{book}'{:이} 높은 평가를 받은 까닭은 무엇인가?",
                ],
                "",
                &[],
            ),
            ask("day", &["{prize} 시상식이 열리는 날은 언제인가?"], "{prize} 시상식 날은 {@}이다.", &[]),
            ask(
                "place",
                &["{prize} 시상식이 열리는 곳은 어디인가?"],
                "{prize} 시상식이 열리는 곳은 {@:이다}.",
                &["place_x"],
            ),
            ask("years", &["{w1:이} 대상작을 쓰는 데 걸린 기간은 얼마인가?"], "대상작을 쓰는 데 {@:이} 걸렸다.", &[]),
        ],
        absent: &[
            "'{book}'의 출판사는 어디인가?",
            "{w1:이} 처음 발표한 작품은 무엇인가?",
            "지난해 {prize} 대상을 받은 사람은 누구인가?",
            "'{book}'{:은} 몇 부가 팔렸는가?",
        ],
    },
    Topic {
        class: "스포츠",
        titles: &["{a}, {b} 꺾고 웃었다", "{a} {score} 승리", "{p1} 앞세운 {a}"],
        slots: &[
            "a", "b", "c", "score", "p1", "p2", "p3", "p4", "t1", "t2", "fans", "m", "d", "ground", "ground_x", "run",
            "coach", "why", "rank",
        ],
        fill: sports,
        groups: &[
            group(
                100,
                &[
                    "[a:{a}]{:이} {m} {d} [ground:{ground}]에서 열린 경기에서 [b:{b}]{:을} [score:{score}]{:으로} 이겼다.",
                    "{m} {d} [ground:{ground}]에서 [a:{a}]{:은} [b:{b}]{:을} [score:{score}]{:으로} 눌렀다.",
                ],
            ),
            group(
                85,
                &[
                    "첫 골은 [t1:{t1}]에 [p1:{p1}]{:이} 넣었고, [t2:{t2}]에는 [p2:{p2}]{:이} 승리를 굳히는 골을 넣었다.",
                    "[p1:{p1}]{:이} [t1:{t1}]에 첫 골을, [p2:{p2}]{:이} [t2:{t2}]에 마지막 골을 넣었다.",
                ],
            ),
            group(
                60,
                &[
                    "{b}의 골키퍼 [keeper:{p3}]{:은} [why:{why}] 후반에 교체됐다.",
                    "후반에는 {b}의 골키퍼 [keeper:{p3}]{:이} [why:{why}] 경기장을 떠났다.",
                ],
            ),
            group(
                65,
                &["경기장을 찾은 관중은 [fans:{fans}]이다.", "이날 관중은 [fans:{fans}]{:으로} 올해 들어 가장 많았다."],
            ),
            group(
                60,
                &[
                    "이로써 {a:은} [run:{run}]{:을} 이어 갔다.",
                    "[run:{run}]{:을} 달린 {a:은} 순위에서 [rank:{rank}]{:으로} 올라섰다.",
                ],
            ),
            group(
                55,
                &[
                    "[coach:{coach}]{:은} \"선수들이 끝까지 뛰어 줬다\"고 말했다.",
                    "{a:을} 이끄는 [coach:{coach}]{:은} \"다음 상대는 [next:{c}]\"라며 고삐를 죄었다.",
                ],
            ),
        ],
        questions: &[
            infer(
                "a",
                &["{m} {d} 경기에서 이긴 팀은 어디인가?"],
                "{m} {d} 경기에서 이긴 팀은 {@:이었}다.",
                &["b", "c"],
            ),
            ask("score", &["{a:과} {b}의 경기 점수는 몇 대 몇이었는가?"], "", &[]),
            ask("ground", &["{a:이} {b:을} 이긴 곳은 어디인가?"], "{a:이} {b:을} 이긴 곳은 {@:이었}다.", &["ground_x"]),
            ask(
                "p1",
                &["이날 첫 골을 넣은 선수는 누구인가?"],
                "이날 첫 골을 넣은 선수는 {@:이었}다.",
                &["p2", "p3", "p4"],
            ),
            ask(
                "p2",
                &["승리를 굳히는 마지막 골을 넣은 선수는 누구인가?"],
                "마지막 골을 넣은 선수는 {@:이었}다.",
                &["p1", "p3", "p4"],
            ),
            ask("t1", &["첫 골이 나온 때는 언제인가?"], "첫 골이 나온 때는 {@:이었}다.", &["t2"]),
            ask(
                "keeper",
                &["후반에 경기장을 떠난 {b}의 골키퍼는 누구인가?"],
                "후반에 경기장을 떠난 골키퍼는 {@:이었}다.",
                &["p1", "p2", "p4"],
            ),
            infer("why", &["{b}의 골키퍼 {p3:이} 교체된 까닭은 무엇인가?"], "", &[]),
            ask("fans", &["{a:과} {b}의 경기를 보러 온 관중은 몇 명인가?"], "이 경기의 관중은 {@:이었}다.", &[]),
            ask("run", &["{a:은} 이 경기로 몇 연승을 이어 갔는가?"], "{a:이} 이어 간 기록은 {@:이었}다.", &[]),
            ask(
                "coach",
                &["경기 뒤 소감을 말한 {a}의 지도자는 누구인가?"],
                "소감을 말한 {a}의 지도자는 {@:이었}다.",
                &["off"],
            ),
            ask("next", &["{a:이} 다음에 만날 팀은 어디인가?"], "{a:이} 다음에 만날 팀은 {@:이다}.", &["b"]),
        ],
        absent: &[
            "{a}의 주장은 누구인가?",
            "{b}의 감독은 누구인가?",
            "이날 경기의 입장료는 얼마인가?",
            "{p1:이} {a}에 들어온 해는 언제인가?",
        ],
    },
];

fn meeting(random: &mut Random, slots: &mut Slots) {
    let host = random.pick(&["시장", "군수", "구청장", "도지사"]);
    let guest = random.pick(&["의원", "이사장", "위원장", "총장"]);
    let [p1, p2, p3, p4, off] = people(random, [host, guest, "국장", "과장", "담당관"]);
    slots.put("p1", p1.full);
    slots.put("s1", p1.short);
    slots.put("p2", p2.full);
    slots.put("s2", p2.short);
    slots.put("p3", p3.full);
    slots.put("p4", p4.full);
    slots.put("off", off.full);
    let first = random.range(2, 17);
    slots.put("d0", format!("{first}일"));
    slots.put("d1", format!("{}일", first + random.range(1, 9)));
    let next = random.range(1, 11);
    slots.put("nm", format!("{next}월"));
    let nd = day(random);
    slots.put("nm_x", format!("{}월 {nd}", next + 1));
    slots.put("nd", nd);
    let places = ["시민회관", "농협 회의실", "문화원 강당", "의회 접견실", "상공회의소", "주민자치센터"];
    let place = random.below(places.len());
    slots.put("place", format!("{} {}", root(random), places[place]));
    slots.put("place_x", format!("{} {}", root(random), places[(place + 1) % places.len()]));
    slots.put(
        "agenda",
        random.pick(&[
            "공원 정비 사업",
            "시장 주차장 사업",
            "어린이 도서관 사업",
            "하천 정화 사업",
            "마을버스 증차 사업",
            "노인 돌봄 사업",
            "옛 역사 보존 사업",
            "청년 주택 사업",
            "학교 급식 사업",
            "농산물 직판장 사업",
        ]),
    );
    slots.put("bud", eok(random, 3, 260, 1));
    slots.put("dur", random.pick(&["30분", "40분", "50분", "1시간", "1시간 30분", "2시간"]));
    slots.put("att", count(random, 5, 48, 1, "명"));
    slots.put(
        "cause",
        random.pick(&[
            "의회 일정이 겹쳐",
            "눈으로 길이 막혀",
            "자료가 마련되지 않아",
            "장소를 구하지 못해",
            "큰불 현장을 살피느라",
            "감기로 몸이 좋지 않아",
        ]),
    );
    slots.put(
        "plea",
        random.pick(&[
            "주민 의견을 먼저 들어야 한다",
            "예산부터 꼼꼼히 따져야 한다",
            "공사 기간을 줄여야 한다",
            "안전을 가장 앞에 둬야 한다",
            "이웃 마을과 함께해야 한다",
        ]),
    );
}

fn prize(random: &mut Random, slots: &mut Slots) {
    slots.put("prize", format!("{}{}", root(random), random.pick(&["문학상", "소설상", "동화상"])));
    slots.put("nth", format!("제{}회", random.range(3, 48)));
    let [w1, w2, w3, judge] = people(random, ["작가", "소설가", "시인", "평론가"]);
    slots.put("w1", w1.full);
    slots.put("w2", w2.full);
    slots.put("w3", w3.full);
    slots.put("judge", judge.full);
    let (first, second) = two_roots(random);
    slots.put("book", format!("{first}{}", random.pick(&["의 겨울", "의 아이들", " 정거장", " 일기", "에서 온 편지"])));
    slots.put("book2", format!("{second}{}", random.pick(&["의 여름", "의 등불", " 우체국", " 노래", "로 가는 기차"])));
    let cash = random.stepped(1000, 7000, 500);
    slots.put("cash", won(cash * 10_000));
    slots.put("cash2", won(cash * 10_000 / 5));
    slots.put("entries", count(random, 120, 1900, 1, "편"));
    slots.put("m", month(random));
    slots.put("d", day(random));
    let (hall, other) = two_roots(random);
    slots.put("place", format!("{hall}문화회관"));
    slots.put("place_x", format!("{other}예술극장"));
    slots.put("years", random.pick(&["2년", "3년", "4년", "5년", "7년", "9년"]));
    slots.put(
        "why",
        random.pick(&[
            "문장이 힘차고 짜임이 단단해",
            "사투리를 맛깔나게 살려",
            "이웃의 삶을 따뜻하게 그려",
            "낡은 소재를 새롭게 풀어내",
            "끝까지 긴장을 놓지 않아",
        ]),
    );
}

fn sports(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put("a", format!("{first} {}", random.pick(&["호랑이", "파도", "바위", "번개"])));
    slots.put("b", format!("{second} {}", random.pick(&["제비", "늑대", "구름", "화살"])));
    slots.put("c", format!("{} {}", root(random), random.pick(&["고래", "폭풍", "방패"])));
    let lose = random.range(0, 2);
    // Two goals at least: the first and the last are told.
    slots.put("score", format!("{} 대 {lose}", (lose + random.range(1, 3)).max(2)));
    for name in ["p1", "p2", "p3", "p4"] {
        slots.put(name, full_name(random));
    }
    slots.put("t1", format!("전반 {}분", random.range(4, 44)));
    slots.put("t2", format!("후반 {}분", random.range(20, 44)));
    slots.put("fans", many(random, 1_200, 38_000, 100, "명"));
    slots.put("m", month(random));
    slots.put("d", day(random));
    let (home, other) = two_roots(random);
    slots.put("ground", format!("{home}운동장"));
    slots.put("ground_x", format!("{other}경기장"));
    slots.put("run", format!("{}연승", random.range(2, 9)));
    slots.put("rank", format!("{}위", random.range(1, 6)));
    let [coach, off] = people(random, ["감독", "국장"]);
    slots.put("coach", coach.full);
    slots.put("off", off.full);
    slots.put(
        "why",
        random.pick(&["발목을 다쳐", "손가락을 삐어", "상대 선수와 부딪쳐", "두 번째 경고를 받아", "다리에 쥐가 나"]),
    );
}
