//! Festivals, exhibitions, performances.

use super::super::names::{count, day, many, month, one, people, root, two_roots, won};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 3] = [
    Topic {
        class: "문화",
        titles: &["{e}, {m2}에 막 올라", "늦어진 {e}에도 발길 이어져", "{city} {e} {days}의 기록"],
        slots: &[
            "e", "m1", "m2", "m3", "cause", "cause2", "days", "days_x", "place", "place_x", "vis", "vis0", "fa", "fc",
            "p1", "p2", "p3", "sales", "stalls",
        ],
        fill: festival,
        groups: &[
            group(
                100,
                &[
                    "올해 {e:은} 애초 [m1:{m1}]에 열릴 예정이었다.",
                    "{city}에서 열리는 {e:은} 올해 [m1:{m1}]에 막을 올릴 예정이었다.",
                ],
            ),
            group(
                100,
                &[
                    "그러나 [why:{cause}] [m2:{m2}]{:으로} 미뤄졌고, [rain:{cause2}] 하루 더 늦춰졌다.",
                    "하지만 [why:{cause}] [m2:{m2}]{:으로} 미뤄졌고, [rain:{cause2}] 다시 하루 늦게 막을 올렸다.",
                ],
            ),
            group(
                85,
                &[
                    "축제는 [days:{days}] 동안 [place:{place}]에서 이어졌고, 모두 [vis:{vis}]{:이} 찾았다.",
                    "[place:{place}]에서 [days:{days}] 동안 이어진 축제를 [vis:{vis}]{:이} 즐겼다.",
                ],
            ),
            group(
                60,
                &[
                    "입장료는 어른 [fa:{fa}], 어린이 [fc:{fc}]{:이었}다.",
                    "어른은 [fa:{fa}], 어린이는 [fc:{fc}]{:을} 내고 들어갔다.",
                ],
            ),
            group(45, &["지난해에는 [vis0:{vis0}]{:이} 이 축제를 찾았다.", "지난해 방문객은 [vis0:{vis0}]{:이었}다."]),
            group(
                55,
                &[
                    "개막 무대에는 [p1:{p1}]{:이} 올랐고, 진행은 [p2:{p2}]{:이} 맡았다.",
                    "[p2:{p2}]{:이} 진행한 개막 무대에는 [p1:{p1}]{:이} 올랐다.",
                ],
            ),
            group(40, &["음식 장터에 차려진 가게 [stalls:{stalls}]에서는 모두 [sales:{sales}]어치가 팔렸다."]),
        ],
        questions: &[
            ask(
                "m1",
                &["{e:은} 애초 언제 열릴 예정이었는가?", "올해 {e:이} 애초 잡혀 있던 달은 언제인가?"],
                "{e:은} 애초 {@}에 열릴 예정이었다.",
                &["m2", "m3"],
            ),
            ask("m2", &["{e:은} 몇 월로 미뤄졌는가?"], "{e:은} {@:으로} 미뤄졌다.", &["m1", "m3"]),
            infer("why", &["{e:이} {m2:으로} 미뤄진 까닭은 무엇인가?", "{e:은} 왜 {m2:으로} 미뤄졌는가?"], "", &[]),
            infer("rain", &["{e:이} 하루 더 늦춰진 까닭은 무엇인가?"], "", &[]),
            ask("days", &["{e:은} 얼마 동안 이어졌는가?"], "{e:은} {@} 동안 이어졌다.", &["days_x"]),
            ask("place", &["{e:이} 열린 곳은 어디인가?"], "{e:이} 열린 곳은 {@:이었}다.", &["place_x"]),
            ask("vis", &["올해 {e:을} 찾은 사람은 몇 명인가?"], "올해 {e:을} 찾은 사람은 {@:이었}다.", &["vis0"]),
            ask("vis0", &["지난해 {e:을} 찾은 사람은 몇 명인가?"], "지난해 {e:을} 찾은 사람은 {@:이었}다.", &["vis"]),
            ask("fa", &["{e}의 어른 입장료는 얼마인가?"], "{e}의 어른 입장료는 {@:이었}다.", &["fc"]),
            ask("fc", &["{e}의 어린이 입장료는 얼마인가?"], "{e}의 어린이 입장료는 {@:이었}다.", &["fa"]),
            ask(
                "p1",
                &["{e}의 개막 무대에 오른 사람은 누구인가?"],
                "{e}의 개막 무대에 오른 사람은 {@:이었}다.",
                &["p2", "p3"],
            ),
            ask(
                "p2",
                &["{e}의 개막 무대를 진행한 사람은 누구인가?"],
                "개막 무대를 진행한 사람은 {@:이었}다.",
                &["p1", "p3"],
            ),
            ask(
                "sales",
                &["{e}의 음식 장터에서 팔린 음식은 모두 얼마어치인가?"],
                "음식 장터에서 {@}어치가 팔렸다.",
                &[],
            ),
        ],
        absent: &[
            "{e}의 총예산은 얼마인가?",
            "{e:이} 처음 열린 해는 언제인가?",
            "{e}의 포스터를 그린 사람은 누구인가?",
            "{e}에 참여한 자원봉사자는 몇 명인가?",
        ],
    },
    Topic {
        class: "문화",
        titles: &["{art} 작품전 '{e}' 열려", "'{e}', {m2}까지", "{hall}에서 만나는 '{e}'"],
        slots: &[
            "e", "hall", "hall_x", "art", "art2", "art3", "cur", "m1", "m2", "d1", "d2", "works", "first", "fee",
            "fee_k", "kind", "guests", "why", "act", "talk",
        ],
        fill: exhibition,
        groups: &[
            group(
                100,
                &[
                    "[art:{art}]의 작품전 '{e}'{:이} [from:{m1} {d1}]부터 [to:{m2} {d2}]까지 [hall:{hall}]에서 열린다.",
                    "[hall:{hall}]에서는 [from:{m1} {d1}]부터 [to:{m2} {d2}]까지 [art:{art}]의 작품전 '{e}'{:이} 이어진다.",
                ],
            ),
            group(
                85,
                &[
                    "전시장에는 {kind} [works:{works}]{:이} 걸리며, 그 가운데 [first:{first}]{:은} 처음 공개되는 것이다.",
                    "{kind} [works:{works}] 가운데 [first:{first}]{:은} 이번에 처음 공개된다.",
                ],
            ),
            group(
                65,
                &[
                    "관람료는 어른 [fee:{fee}], 어린이 [kid:{fee_k}]이다.",
                    "어른은 [fee:{fee}], 어린이는 [kid:{fee_k}]{:을} 내면 볼 수 있다.",
                ],
            ),
            group(
                65,
                &[
                    "전시를 꾸민 [cur:{cur}]{:은} \"[why:{why}] {act}다\"고 말했다.",
                    "[cur:{cur}]{:은} [why:{why}] {act}다고 설명했다.",
                ],
            ),
            group(
                50,
                &[
                    "[talk:{talk}]에는 [guest:{art2}]{:이} 나와 작가와 이야기를 나눈다.",
                    "[guest:{art2}]{:은} [talk:{talk}]마다 관람객에게 작품을 풀이한다.",
                ],
            ),
            group(
                50,
                &[
                    "지난 전시에는 [guests:{guests}]{:이} 다녀갔다.",
                    "지난해 같은 곳에서 열린 전시는 [guests:{guests}]{:이} 보았다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "art",
                &["작품전 '{e}'{:을} 연 작가는 누구인가?"],
                "작품전 '{e}'{:을} 연 작가는 {@:이었}다.",
                &["art2", "art3", "cur"],
            ),
            ask(
                "from",
                &["작품전 '{e}'{:이} 시작하는 날은 언제인가?"],
                "작품전 '{e}'{:이} 시작하는 날은 {@}이다.",
                &[],
            ),
            ask("to", &["작품전 '{e}'{:이} 끝나는 날은 언제인가?"], "작품전 '{e}'{:이} 끝나는 날은 {@}이다.", &[]),
            ask(
                "hall",
                &["작품전 '{e}'{:이} 열리는 곳은 어디인가?"],
                "작품전 '{e}'{:이} 열리는 곳은 {@:이다}.",
                &["hall_x"],
            ),
            ask(
                "works",
                &["작품전 '{e}'에 걸리는 {kind:은} 모두 몇 점인가?"],
                "작품전에 걸리는 {kind:은} 모두 {@}이다.",
                &["first"],
            ),
            ask(
                "first",
                &["이번에 처음 공개되는 {kind:은} 몇 점인가?"],
                "이번에 처음 공개되는 {kind:은} {@}이다.",
                &["works"],
            ),
            ask("fee", &["작품전 '{e}'의 어른 관람료는 얼마인가?"], "작품전의 어른 관람료는 {@}이다.", &["fee_k"]),
            ask("kid", &["작품전 '{e}'의 어린이 관람료는 얼마인가?"], "작품전의 어린이 관람료는 {@}이다.", &["fee"]),
            infer("why", &["{cur:이} 전시를 그렇게 꾸민 까닭은 무엇인가?"], "", &[]),
            ask(
                "guest",
                &["작가와 함께 관람객을 만나는 사람은 누구인가?"],
                "작가와 함께 관람객을 만나는 사람은 {@:이다}.",
                &["art3", "cur"],
            ),
            ask("guests", &["지난 전시를 본 사람은 몇 명인가?"], "지난 전시를 본 사람은 {@:이었}다.", &[]),
        ],
        absent: &[
            "{art:이} 졸업한 학교는 어디인가?",
            "'{e}'에 걸린 작품 가운데 가장 비싼 것은 얼마인가?",
            "{hall:은} 언제 지어졌는가?",
            "작품전 '{e}'의 도록은 몇 쪽인가?",
        ],
    },
    Topic {
        class: "문화",
        titles: &["극단 {troupe}, 새 연극 '{e}'", "'{e}' {shows} 공연", "{dir} 연출 '{e}' 무대에"],
        slots: &[
            "e", "troupe", "hall", "hall_x", "dir", "act", "act2", "writer", "m", "d", "shows", "len", "seats", "fee",
            "why", "prac",
        ],
        fill: theatre,
        groups: &[
            group(
                100,
                &[
                    "극단 {troupe:은} [day:{m} {d}]부터 [hall:{hall}]에서 새 연극 '{e}'{:을} 올린다.",
                    "새 연극 '{e}'{:이} [day:{m} {d}]부터 [hall:{hall}] 무대에 오른다고 극단 {troupe:이} 밝혔다.",
                ],
            ),
            group(
                90,
                &[
                    "대본은 [writer:{writer}]{:이} 쓰고, 연출은 [dir:{dir}]{:이} 맡았다.",
                    "[writer:{writer}]{:이} 쓴 대본을 [dir:{dir}]{:이} 연출했다.",
                ],
            ),
            group(
                70,
                &[
                    "공연은 모두 [shows:{shows}] 열리며, 길이는 [len:{len}]이다.",
                    "[len:{len}] 동안 쉬지 않고 이어지는 공연은 모두 [shows:{shows}] 열린다.",
                ],
            ),
            group(
                60,
                &[
                    "주인공은 [act:{act}]{:이} 맡고, 친구 역으로는 [act2:{act2}]{:이} 나온다.",
                    "주인공을 맡은 [act:{act}]{:은} \"[prac:{prac}] 동안 하루도 쉬지 않았다\"고 말했다.",
                ],
            ),
            group(
                55,
                &["첫 공연은 [why:{why}] 한 주 늦춰졌다.", "애초 더 일찍 막을 올리려 했으나 [why:{why}] 늦어졌다."],
            ),
            group(
                55,
                &[
                    "객석은 [seats:{seats}]{:이고} 표 한 장은 [fee:{fee}]이다.",
                    "표 한 장 값은 [fee:{fee}]{:이며}, 객석 [seats:{seats}]{:은} 이미 거의 찼다.",
                ],
            ),
        ],
        questions: &[
            ask("day", &["연극 '{e}'{:이} 무대에 오르기 시작하는 날은 언제인가?"], "연극 '{e}'의 첫날은 {@}이다.", &[]),
            ask(
                "hall",
                &["연극 '{e}'{:이} 열리는 곳은 어디인가?"],
                "연극 '{e}'{:이} 열리는 곳은 {@:이다}.",
                &["hall_x"],
            ),
            ask(
                "writer",
                &["연극 '{e}'의 대본을 쓴 사람은 누구인가?"],
                "연극 '{e}'의 대본을 쓴 사람은 {@:이다}.",
                &["dir", "act", "act2"],
            ),
            ask(
                "dir",
                &["연극 '{e}'의 연출을 맡은 사람은 누구인가?"],
                "연극 '{e}'의 연출을 맡은 사람은 {@:이다}.",
                &["writer", "act", "act2"],
            ),
            ask("shows", &["연극 '{e}'{:은} 모두 몇 차례 열리는가?"], "연극 '{e}'의 공연 횟수는 {@}이다.", &[]),
            ask("len", &["연극 '{e}'의 공연 시간은 얼마인가?"], "연극 '{e}'의 공연 시간은 {@}이다.", &[]),
            ask(
                "act",
                &["연극 '{e}'의 주인공을 맡은 배우는 누구인가?"],
                "연극 '{e}'의 주인공을 맡은 배우는 {@:이다}.",
                &["act2", "dir", "writer"],
            ),
            ask(
                "act2",
                &["연극 '{e}'에서 친구 역으로 나오는 배우는 누구인가?"],
                "친구 역으로 나오는 배우는 {@:이다}.",
                &["act", "dir", "writer"],
            ),
            infer("why", &["연극 '{e}'의 첫 공연이 늦어진 까닭은 무엇인가?"], "", &[]),
            ask("seats", &["연극 '{e}'{:을} 볼 수 있는 객석은 몇 석인가?"], "객석은 {@}이다.", &[]),
            ask("fee", &["연극 '{e}'의 표 한 장 값은 얼마인가?"], "연극 '{e}'의 표 한 장 값은 {@}이다.", &[]),
        ],
        absent: &[
            "극단 {troupe:을} 세운 사람은 누구인가?",
            "연극 '{e}'의 음악을 지은 사람은 누구인가?",
            "연극 '{e}'의 제작비는 얼마인가?",
            "극단 {troupe}의 단원은 몇 명인가?",
        ],
    },
];

fn festival(random: &mut Random, slots: &mut Slots) {
    let kind = random.pick(&[
        "국화축제",
        "나비축제",
        "연꽃축제",
        "등불축제",
        "김치축제",
        "갈대축제",
        "한지축제",
        "민물고기축제",
        "단풍축제",
        "옛이야기축제",
    ]);
    slots.put("e", format!("{} {kind}", root(random)));
    let first = random.range(3, 8);
    let second = first + random.range(1, 3);
    slots.put("m1", format!("{first}월"));
    slots.put("m2", format!("{second}월"));
    slots.put("m3", format!("{}월", second + 1));
    slots.put(
        "cause",
        random.pick(&[
            "준비 기간이 모자라",
            "행사장 공사가 끝나지 않아",
            "꽃이 늦게 피어",
            "예산이 늦게 정해져",
            "가축 전염병이 돌아",
            "다른 행사와 날짜가 겹쳐",
        ]),
    );
    slots.put(
        "cause2",
        random.pick(&[
            "비가 와서",
            "바람이 세게 불어서",
            "무대 설치가 길어져서",
            "안전 점검이 끝나지 않아서",
            "전기가 끊겨서",
        ]),
    );
    let days = ["사흘", "나흘", "닷새", "엿새", "이레"];
    let length = random.below(days.len());
    slots.put("days", days[length]);
    slots.put("days_x", days[(length + 1) % days.len()]);
    let (place, other) = two_roots(random);
    slots.put("place", format!("{place}{}", random.pick(&["공원", "광장", "들판"])));
    slots.put("place_x", format!("{other}체육관"));
    slots.put("vis", many(random, 12_000, 460_000, 1000, "명"));
    slots.put("vis0", many(random, 9_000, 390_000, 1000, "명"));
    let fee = random.stepped(4000, 15_000, 1000);
    slots.put("fa", won(fee));
    slots.put("fc", won(fee / 2));
    let [p1, p2, p3, off] = people(random, ["명창", "아나운서", "지휘자", "팀장"]);
    slots.put("p1", p1.full);
    slots.put("p2", p2.full);
    slots.put("p3", p3.full);
    slots.put("off", off.full);
    slots.put("sales", won(random.stepped(800, 9800, 100) * 10_000));
    slots.put("stalls", count(random, 12, 88, 1, "곳"));
}

fn exhibition(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put(
        "e",
        one(
            random,
            &[
                "바람이 머문 자리",
                "느린 강",
                "빛의 뒤편",
                "겨울 숲의 소리",
                "낮은 지붕",
                "둥근 시간",
                "물 위의 집",
                "흙의 기억",
                "새벽 두 시",
                "푸른 사다리",
            ],
        ),
    );
    slots.put("hall", format!("{first}미술관"));
    slots.put("hall_x", format!("{second}박물관"));
    let title = random.pick(&["화가", "조각가", "사진작가"]);
    let [art, art2, art3, cur, off] = people(random, [title, "평론가", "도예가", "학예사", "과장"]);
    slots.put("art", art.full);
    slots.put("art2", art2.full);
    slots.put("art3", art3.full);
    slots.put("cur", cur.full);
    slots.put("off", off.full);
    let m1 = random.range(1, 9);
    slots.put("m1", format!("{m1}월"));
    slots.put("m2", format!("{}월", m1 + random.range(1, 3)));
    slots.put("d1", day(random));
    slots.put("d2", day(random));
    let works = random.range(34, 180);
    slots.put("kind", random.pick(&["작품", "그림과 글씨", "사진과 드로잉"]));
    slots.put("works", format!("{works}점"));
    slots.put("first", format!("{}점", works / random.range(3, 8)));
    let fee = random.stepped(6000, 18_000, 1000);
    slots.put("fee", won(fee));
    slots.put("fee_k", won(fee / 2));
    slots.put("guests", many(random, 4_000, 96_000, 500, "명"));
    let (why, act) = random.pick(&[
        &("관람객이 쉬엄쉬엄 걷게 하려고", "의자를 곳곳에 놓았"),
        &("작가의 어린 시절을 먼저 보여 주려고", "그림을 그린 순서대로 걸었"),
        &("오래된 종이를 지키려고", "전시장의 불빛을 낮췄"),
        &("색이 더 또렷이 보이게 하려고", "벽을 모두 하얗게 칠했"),
        &("어린이도 편히 보게 하려고", "작품을 낮은 곳에 걸었"),
    ]);
    slots.put("why", *why);
    slots.put("act", *act);
    slots.put("talk", random.pick(&["매주 토요일", "매주 일요일", "매주 수요일", "매달 마지막 금요일"]));
}

fn theatre(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put(
        "e",
        one(
            random,
            &[
                "달을 줍는 밤",
                "종점 다방",
                "옥상의 고래",
                "마지막 우체부",
                "우산 세 개",
                "소금 장수",
                "기차가 서지 않는 역",
                "거꾸로 도는 시계",
                "가을 손님",
                "문밖의 사람들",
            ],
        ),
    );
    slots.put("troupe", root(random));
    slots.put("hall", format!("{first}소극장"));
    slots.put("hall_x", format!("{second}극장"));
    let [dir, act, act2, writer, off] = people(random, ["연출가", "배우", "성우", "극작가", "국장"]);
    slots.put("dir", dir.full);
    slots.put("act", act.full);
    slots.put("act2", act2.full);
    slots.put("writer", writer.full);
    slots.put("off", off.full);
    slots.put("m", month(random));
    slots.put("d", day(random));
    slots.put("shows", count(random, 8, 60, 1, "차례"));
    slots.put("len", random.pick(&["80분", "90분", "100분", "110분", "130분"]));
    slots.put("seats", count(random, 70, 480, 10, "석"));
    slots.put("fee", won(random.stepped(15_000, 60_000, 5000)));
    slots.put(
        "why",
        random.pick(&["배우가 목을 다쳐", "무대 장치가 늦게 도착해", "극장 난방이 고장 나", "대본을 다시 고치느라"]),
    );
    slots.put("prac", random.pick(&["두 달", "석 달", "넉 달", "반년"]));
}
