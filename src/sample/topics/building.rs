//! Bridges, libraries, schools, trails.

use super::super::names::{HOURS, count, eok, many, month, people, root, two_roots, year};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 4] = [
    Topic {
        class: "사회",
        titles: &["{city} {e}, 왕복 {lane2:으로}", "강을 잇는 {e}, 그동안의 발자취", "{e} {y2} 준공에서 오늘까지"],
        slots: &[
            "e", "river", "y1", "m1", "y2", "m2", "y3", "len", "lane1", "lane2", "cost", "nat", "traffic", "cause",
            "delay", "hour", "hour_x",
        ],
        fill: bridge,
        groups: &[
            group(
                100,
                &[
                    "{e:은} [begun:{y1}] {m1}에 착공해 [built:{y2}] {m2}에 준공됐다.",
                    "{city:을} 지나는 {river} 위의 {e:은} [begun:{y1}] {m1}에 공사를 시작해 [built:{y2}] {m2}에 준공됐다.",
                    "[begun:{y1}]에 착공한 {e:은} [built:{y2}]에 준공됐다.",
                    "{river:을} 건너는 {e:은} [begun:{y1}] {m1}에 첫 삽을 떴고, [built:{y2}] {m2}에 준공됐다.",
                ],
            ),
            group(
                85,
                &[
                    "길이는 [len:{len}]{:이며}, 준공 당시 왕복 [lane1:{lane1}]{:이었}으나 [wide:{y3}] [lane2:{lane2}]{:으로} 넓혔다.",
                    "처음에는 왕복 [lane1:{lane1}]{:이었}지만 차가 늘어 [wide:{y3}]에 왕복 [lane2:{lane2}]{:으로} 넓혔고, 길이는 [len:{len}]이다.",
                    "길이가 [len:{len}]인 이 다리는 왕복 [lane1:{lane1}]{:으로} 열렸다가 [wide:{y3}]에 [lane2:{lane2}]{:으로} 넓어졌다.",
                ],
            ),
            group(
                70,
                &[
                    "공사비로 모두 [cost:{cost}]{:이} 들었다.",
                    "공사에는 [cost:{cost}]{:이} 들었고, 그 가운데 [nat:{nat}]{:은} 국비였다.",
                    "[cost:{cost}]의 공사비 가운데 [nat:{nat}]{:은} 나라에서, 나머지는 {city}에서 냈다.",
                ],
            ),
            group(
                55,
                &[
                    "개통은 [late:{cause}] 애초 예정보다 {delay} 늦어졌다.",
                    "준공을 앞두고 [late:{cause}] 개통이 {delay} 미뤄지기도 했다.",
                ],
            ),
            group(
                60,
                &[
                    "하루 평균 [traffic:{traffic}]{:이} 이 다리를 지난다.",
                    "지난해에는 하루 평균 [traffic:{traffic}]{:이} 이 다리를 이용했다.",
                ],
            ),
            group(35, &["안전 점검이 있는 날에는 [close:{hour}]부터 두 시간 동안 차량 통행을 막는다."]),
        ],
        questions: &[
            ask(
                "built",
                &["{e:이} 준공된 해는 언제인가?", "{e:은} 몇 년에 준공됐는가?", "{e}의 준공 연도는 언제인가?"],
                "{e:은} {@}에 준공됐다.",
                &["y1", "y3"],
            ),
            ask(
                "begun",
                &["{e}의 공사를 시작한 해는 언제인가?", "{e:이} 착공된 해는 언제인가?"],
                "{e}의 공사는 {@}에 시작됐다.",
                &["y2", "y3"],
            ),
            ask(
                "wide",
                &["{e:을} 왕복 {lane2:으로} 넓힌 해는 언제인가?", "{e}의 차로를 늘린 해는 언제인가?"],
                "{e:은} {@}에 왕복 {lane2:으로} 넓어졌다.",
                &["y1", "y2"],
            ),
            ask("lane1", &["준공 당시 {e:은} 왕복 몇 차로였는가?"], "준공 당시 {e:은} 왕복 {@:이었}다.", &["lane2"]),
            ask("len", &["{e}의 길이는 얼마인가?", "{e:은} 길이가 몇 m인가?"], "{e}의 길이는 {@}이다.", &[]),
            ask(
                "cost",
                &["{e:을} 짓는 데 든 공사비는 얼마인가?", "{e}의 공사비는 모두 얼마인가?"],
                "{e} 공사에 {@:이} 들었다.",
                &[],
            ),
            ask(
                "nat",
                &["{e}의 공사비 가운데 국비는 얼마였는가?"],
                "{e}의 공사비 가운데 국비는 {@:이었}다.",
                &["cost"],
            ),
            ask(
                "traffic",
                &["{e:을} 지나는 차량은 하루 평균 몇 대인가?"],
                "{e:을} 지나는 차량은 하루 평균 {@:이었}다.",
                &[],
            ),
            infer("late", &["{e}의 개통이 늦어진 까닭은 무엇인가?", "{e:은} 왜 예정보다 늦게 개통됐는가?"], "", &[]),
            ask(
                "close",
                &["안전 점검이 있는 날 {e}의 통행을 막기 시작하는 때는 언제인가?"],
                "안전 점검이 있는 날 {e}의 통행이 막히기 시작하는 때는 {@}이다.",
                &["hour_x"],
            ),
        ],
        absent: &[
            "{e}의 한 해 유지비는 얼마인가?",
            "{e:을} 설계한 사람은 누구인가?",
            "{e}의 통행료는 얼마인가?",
            "{e}에 달린 조명은 몇 개인가?",
            "{e} 공사에 참여한 인원은 몇 명인가?",
        ],
    },
    Topic {
        class: "문화",
        titles: &["{e}, {y1}부터 지켜 온 자리", "{city} {e} 새 단장", "책과 쉼이 있는 {e}"],
        slots: &[
            "e", "y1", "y2", "books", "seats", "seats_k", "h1", "h2", "rest", "rest_x", "head", "members", "cause",
            "cost",
        ],
        fill: library,
        groups: &[
            group(
                100,
                &[
                    "{city}에 있는 {e:은} [open:{y1}]에 문을 열었고, [renew:{y2}]에 새로 단장했다.",
                    "{e:은} [open:{y1}] 개관한 {city}의 도서관이며, [renew:{y2}]에 건물을 넓혔다.",
                    "[open:{y1}]에 문을 연 {e:은} [renew:{y2}]에 열람실을 늘려 다시 문을 열었다.",
                ],
            ),
            group(
                85,
                &[
                    "책은 모두 [books:{books}]{:이고}, 열람석은 [seats:{seats}]이다.",
                    "이곳에는 책 [books:{books}]{:과} 열람석 [seats:{seats}]{:이} 있으며, 어린이실에도 {seats_k:이} 따로 있다.",
                    "열람석은 [seats:{seats}]{:이고}, 갖추고 있는 책은 [books:{books}]에 이른다.",
                ],
            ),
            group(
                70,
                &[
                    "평일에는 [from:{h1}]부터 [to:{h2}]까지 열고, [rest:{rest}]에는 쉰다.",
                    "[rest:{rest}]{:을} 빼고 [from:{h1}]에 문을 열어 [to:{h2}]에 닫는다.",
                ],
            ),
            group(
                55,
                &[
                    "[head:{head}]{:은} \"회원이 [members:{members}]{:을} 넘었다\"고 말했다.",
                    "지난달까지 회원으로 등록한 사람은 [members:{members}]이라고 [head:{head}]{:은} 밝혔다.",
                ],
            ),
            group(
                50,
                &[
                    "새 단장 뒤의 개관은 [late:{cause}] 한 달 늦춰졌다.",
                    "다시 문을 여는 날은 [late:{cause}] 두 차례 미뤄졌다.",
                ],
            ),
            group(
                50,
                &["건물을 고치는 데에는 [cost:{cost}]{:이} 들었다.", "{city:은} 새 단장에 [cost:{cost}]{:을} 들였다."],
            ),
        ],
        questions: &[
            ask(
                "open",
                &["{e:이} 처음 문을 연 해는 언제인가?", "{e}의 개관 연도는 언제인가?"],
                "{e:은} {@}에 처음 문을 열었다.",
                &["y2"],
            ),
            ask(
                "renew",
                &["{e:이} 새로 단장한 해는 언제인가?", "{e:을} 고쳐 다시 연 해는 언제인가?"],
                "{e:은} {@}에 새로 단장했다.",
                &["y1"],
            ),
            ask(
                "books",
                &["{e:이} 갖춘 책은 몇 권인가?", "{e}에 있는 책은 모두 몇 권인가?"],
                "{e:이} 갖춘 책은 {@}이다.",
                &[],
            ),
            ask("seats", &["{e}의 열람석은 몇 석인가?"], "{e}의 열람석은 {@}이다.", &[]),
            ask("from", &["{e:이} 문을 여는 시각은 언제인가?"], "{e:이} 문을 여는 시각은 {@}이다.", &["h2"]),
            ask("to", &["{e:이} 문을 닫는 시각은 언제인가?"], "{e:이} 문을 닫는 시각은 {@}이다.", &["h1"]),
            ask(
                "rest",
                &["{e:이} 쉬는 날은 언제인가?", "{e}의 휴관일은 언제인가?"],
                "{e}의 휴관일은 {@}이다.",
                &["rest_x"],
            ),
            ask(
                "head",
                &["{e}의 회원 수를 밝힌 사람은 누구인가?"],
                "{e}의 회원 수를 밝힌 사람은 {@:이었}다.",
                &["off"],
            ),
            ask("members", &["{e}의 회원은 몇 명이라고 하는가?"], "{e}의 회원은 {@}이다.", &[]),
            infer(
                "late",
                &["{e}의 개관이 늦춰진 까닭은 무엇인가?", "{e:이} 다시 문을 여는 날이 늦어진 까닭은 무엇인가?"],
                "",
                &[],
            ),
            ask("cost", &["{e:을} 새로 단장하는 데 든 돈은 얼마인가?"], "{e:을} 새로 단장하는 데 {@:이} 들었다.", &[]),
        ],
        absent: &[
            "{e}의 직원은 몇 명인가?",
            "{e:을} 설계한 건축가는 누구인가?",
            "{e}의 주차장에는 차를 몇 대 세울 수 있는가?",
            "{e}에서 한 번에 빌릴 수 있는 책은 몇 권인가?",
        ],
    },
    Topic {
        class: "교육",
        titles: &["{a}·{b}, {y2} 한 학교로", "{city}의 두 학교, 합친다", "학생 줄어든 {city}, 학교 통합"],
        slots: &["a", "b", "y2", "na", "nb", "more", "fa", "fb", "cost", "cause", "head", "rooms"],
        fill: school,
        groups: &[
            group(
                100,
                &[
                    "{city}의 [a:{a}]{:과} [b:{b}]{:은} [merge:{y2}] 3월에 한 학교로 합쳐진다.",
                    "[a:{a}]{:과} [b:{b}]{:이} [merge:{y2}] 3월부터 한 학교가 된다고 {city} 교육지원청이 밝혔다.",
                ],
            ),
            group(
                100,
                &[
                    "지금 학생은 {a:이} [na:{na}], {b:이} [nb:{nb}]이다.",
                    "올해 학생 수는 {a:이} [na:{na}]{:이고} {b:이} [nb:{nb}]이다.",
                ],
            ),
            group(
                70,
                &[
                    "두 학교는 각각 [fa:{fa}]{:과} [fb:{fb}]에 문을 열었다.",
                    "{a:은} [fa:{fa}]에, {b:은} [fb:{fb}]에 세워졌다.",
                ],
            ),
            group(
                65,
                &[
                    "합치기로 한 것은 [why:{cause}] 수업을 꾸리기 어려워졌기 때문이다.",
                    "[why:{cause}] 더는 따로 운영하기 어렵다는 것이 교육지원청의 설명이다.",
                ],
            ),
            group(
                60,
                &[
                    "새 건물을 짓는 데에는 [cost:{cost}]{:이} 들며, 교실은 모두 [rooms:{rooms}]이다.",
                    "교실 [rooms:{rooms}]{:을} 갖춘 새 건물에는 [cost:{cost}]{:이} 들어간다.",
                ],
            ),
            group(
                50,
                &[
                    "통합 준비는 [head:{head}]{:이} 맡는다.",
                    "통합을 맡은 [head:{head}]{:은} \"통학 버스부터 마련하겠다\"고 말했다.",
                ],
            ),
        ],
        questions: &[
            ask(
                "merge",
                &["{a:과} {b:이} 한 학교로 합쳐지는 해는 언제인가?", "두 학교가 합쳐지는 해는 언제인가?"],
                "두 학교가 합쳐지는 해는 {@}이다.",
                &["fa", "fb"],
            ),
            ask("na", &["{a}의 학생은 몇 명인가?"], "{a}의 학생은 {@}이다.", &["nb"]),
            ask("nb", &["{b}의 학생은 몇 명인가?"], "{b}의 학생은 {@}이다.", &["na"]),
            infer(
                "@more",
                &["{a:과} {b} 가운데 학생이 더 많은 학교는 어디인가?"],
                "두 학교 가운데 학생이 더 많은 곳은 {@}이다.",
                &["a", "b"],
            ),
            ask("fa", &["{a:이} 문을 연 해는 언제인가?"], "{a:은} {@}에 문을 열었다.", &["fb", "y2"]),
            ask("fb", &["{b:이} 문을 연 해는 언제인가?"], "{b:은} {@}에 문을 열었다.", &["fa", "y2"]),
            infer("why", &["두 학교를 합치기로 한 까닭은 무엇인가?"], "", &[]),
            ask("cost", &["새 학교 건물을 짓는 데 드는 돈은 얼마인가?"], "새 학교 건물에 드는 돈은 {@}이다.", &[]),
            ask("rooms", &["새 건물의 교실은 모두 몇 개인가?"], "새 건물의 교실은 모두 {@}이다.", &[]),
            ask("head", &["두 학교의 통합 준비를 맡은 사람은 누구인가?"], "통합 준비를 맡은 사람은 {@}이다.", &["off"]),
        ],
        absent: &[
            "두 학교의 교사는 모두 몇 명인가?",
            "합쳐진 학교의 새 이름은 무엇인가?",
            "{a}의 졸업생은 모두 몇 명인가?",
            "통학 버스는 몇 대를 마련하는가?",
        ],
    },
    Topic {
        class: "생활",
        titles: &["{city} {e} 걸어 볼까", "{e}, {y1} 첫 구간부터", "숲을 따라 {e}"],
        slots: &[
            "e", "len1", "len2", "more", "t1", "t2", "trees", "kind", "y1", "y2", "cost", "cause", "part", "head",
            "guests",
        ],
        fill: trail,
        groups: &[
            group(
                100,
                &[
                    "{city}의 산책길 {e:은} [one:1구간]{:과} [two:2구간]{:으로} 나뉘며, 1구간은 [y1:{y1}], 2구간은 [y2:{y2}]에 열렸다.",
                    "{e:은} [y1:{y1}]에 [one:1구간]{:이}, [y2:{y2}]에 [two:2구간]{:이} 차례로 열린 {city}의 산책길이다.",
                ],
            ),
            group(
                100,
                &[
                    "1구간은 [len1:{len1}]{:으로} 걷는 데 [t1:{t1}]{:이} 걸리고, 2구간은 [len2:{len2}]{:으로} [t2:{t2}]{:이} 걸린다.",
                    "길이는 1구간이 [len1:{len1}], 2구간이 [len2:{len2}]{:이며}, 걷는 데에는 각각 [t1:{t1}]{:과} [t2:{t2}]{:이} 걸린다.",
                ],
            ),
            group(
                70,
                &[
                    "길가에는 {kind} [trees:{trees}]{:을} 심었다.",
                    "주민들이 함께 심은 {kind} [trees:{trees}]{:이} 길을 따라 서 있다.",
                ],
            ),
            group(
                55,
                &[
                    "[part:{part}]{:은} [why:{cause}] 다음 달까지 막혀 있다.",
                    "지금은 [why:{cause}] [part:{part}]{:을} 지날 수 없다.",
                ],
            ),
            group(
                60,
                &["길을 내는 데 든 돈은 [cost:{cost}]이다.", "{city:은} 이 길을 내는 데 [cost:{cost}]{:을} 썼다."],
            ),
            group(
                50,
                &[
                    "지난해 이 길을 걸은 사람은 [guests:{guests}]이라고 [head:{head}]{:은} 전했다.",
                    "[head:{head}]{:은} \"지난해에만 [guests:{guests}]{:이} 다녀갔다\"고 말했다.",
                ],
            ),
        ],
        questions: &[
            ask("y1", &["{e}의 1구간이 열린 해는 언제인가?"], "{e}의 1구간은 {@}에 열렸다.", &["y2"]),
            ask("y2", &["{e}의 2구간이 열린 해는 언제인가?"], "{e}의 2구간은 {@}에 열렸다.", &["y1"]),
            ask("len1", &["{e} 1구간의 길이는 얼마인가?"], "{e} 1구간의 길이는 {@}이다.", &["len2"]),
            ask("len2", &["{e} 2구간의 길이는 얼마인가?"], "{e} 2구간의 길이는 {@}이다.", &["len1"]),
            ask(
                "t1",
                &["{e}의 1구간을 걷는 데 걸리는 시간은 얼마인가?"],
                "{e}의 1구간을 걷는 데 걸리는 시간은 {@}이다.",
                &["t2"],
            ),
            infer(
                "@more",
                &["{e}의 두 구간 가운데 더 긴 구간은 어디인가?"],
                "{e}의 두 구간 가운데 더 긴 곳은 {@}이다.",
                &["part"],
            ),
            ask("trees", &["{e}에 심은 {kind:은} 몇 그루인가?"], "{e}에 심은 {kind:은} {@}이다.", &[]),
            infer("why", &["{e}의 일부를 지날 수 없는 까닭은 무엇인가?"], "", &[]),
            ask("cost", &["{e:을} 내는 데 든 돈은 얼마인가?"], "{e:을} 내는 데 {@:이} 들었다.", &[]),
            ask("guests", &["지난해 {e:을} 걸은 사람은 몇 명인가?"], "지난해 {e:을} 걸은 사람은 {@:이었}다.", &[]),
            ask(
                "head",
                &["지난해 {e:을} 다녀간 사람 수를 전한 이는 누구인가?"],
                "지난해 다녀간 사람 수를 전한 이는 {@:이었}다.",
                &["off"],
            ),
        ],
        absent: &[
            "{e}에 놓인 의자는 몇 개인가?",
            "{e}의 이름을 지은 사람은 누구인가?",
            "{e}의 3구간은 언제 열리는가?",
            "{e:을} 돌보는 인원은 몇 명인가?",
        ],
    },
];

fn bridge(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}대교", root(random)));
    slots.put("river", format!("{}{}", root(random), random.pick(&["강", "천"])));
    let y1 = random.range(1968, 2006);
    let y2 = y1 + random.range(2, 6);
    let y3 = y2 + random.range(5, 14);
    slots.put("y1", year(y1));
    slots.put("y2", year(y2));
    slots.put("y3", year(y3));
    slots.put("m1", month(random));
    slots.put("m2", month(random));
    slots.put("len", count(random, 320, 2980, 10, "m"));
    let (lane1, lane2) =
        random.pick(&[&("2차로", "4차로"), &("4차로", "6차로"), &("4차로", "8차로"), &("6차로", "8차로")]);
    slots.put("lane1", *lane1);
    slots.put("lane2", *lane2);
    let cost = random.stepped(180, 1900, 10);
    slots.put("cost", format!("{}억 원", super::super::korean::grouped(cost)));
    slots.put("nat", format!("{}억 원", super::super::korean::grouped(cost * random.range(3, 7) / 10)));
    slots.put("traffic", many(random, 11_000, 94_000, 1000, "대"));
    slots.put(
        "cause",
        random.pick(&[
            "장마로 강물이 불어나",
            "자재가 제때 들어오지 않아",
            "설계를 고치느라",
            "공사 터에서 옛 나루터 유적이 나와",
            "이음매에서 흠이 발견돼",
            "다릿발 밑의 바위가 예상보다 단단해",
        ]),
    );
    slots.put("delay", random.pick(&["두 달", "석 달", "넉 달", "반년"]));
    slots.put("hour", random.pick(&["밤 10시", "밤 11시", "새벽 1시", "새벽 2시"]));
    slots.put("hour_x", random.pick(&["저녁 7시", "밤 9시", "새벽 4시"]));
}

fn library(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}{}", root(random), random.pick(&["도서관", "책마루", "어린이도서관", "중앙도서관"])));
    let y1 = random.range(1974, 2009);
    slots.put("y1", year(y1));
    slots.put("y2", year(y1 + random.range(6, 15)));
    slots.put("books", many(random, 21_000, 310_000, 1000, "권"));
    slots.put("seats", count(random, 120, 980, 10, "석"));
    slots.put("seats_k", count(random, 20, 90, 5, "석"));
    // Opening hours stand at the head of the list, closing hours at its end.
    slots.put("h1", random.pick(HOURS.get(..2).unwrap_or(&HOURS)));
    slots.put("h2", random.pick(HOURS.get(6..).unwrap_or(&HOURS)));
    let days = ["매주 월요일", "매주 화요일", "매주 금요일", "매달 첫째 월요일", "매달 셋째 수요일"];
    let rest = random.below(days.len());
    slots.put("rest", days[rest]);
    slots.put("rest_x", days[(rest + 1) % days.len()]);
    let [head, official] = people(random, ["관장", "국장"]);
    slots.put("head", head.full);
    slots.put("off", official.full);
    slots.put("members", many(random, 3_000, 68_000, 500, "명"));
    slots.put(
        "cause",
        random.pick(&[
            "책꽂이가 늦게 들어와",
            "지붕에서 물이 새어",
            "소방 점검이 길어져",
            "냉방 설비를 다시 놓느라",
            "바닥 공사가 끝나지 않아",
        ]),
    );
    slots.put("cost", eok(random, 12, 180, 1));
}

fn school(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    let kind = random.pick(&["초등학교", "중학교", "고등학교"]);
    slots.put("a", format!("{first}{kind}"));
    slots.put("b", format!("{second}{kind}"));
    let na = random.range(41, 190);
    let nb = na + if random.chance(50) { random.range(9, 80) } else { -random.range(5, 30) };
    slots.put("na", format!("{na}명"));
    slots.put("nb", format!("{nb}명"));
    slots.put("more", if na > nb { "a" } else { "b" });
    let fa = random.range(1938, 1979);
    slots.put("fa", year(fa));
    slots.put("fb", year(fa + random.range(3, 18)));
    slots.put("y2", year(random.range(2024, 2029)));
    slots.put("cost", eok(random, 80, 420, 5));
    slots.put("rooms", count(random, 18, 42, 1, "개"));
    slots.put(
        "cause",
        random.pick(&[
            "학생이 해마다 줄어",
            "교실이 낡아",
            "젊은 집이 새 동네로 옮겨 가",
            "한 학년이 한 반도 되지 않아",
            "교사를 구하지 못해",
        ]),
    );
    let [head, official] = people(random, ["교장", "장학관"]);
    slots.put("head", head.full);
    slots.put("off", official.full);
}

fn trail(random: &mut Random, slots: &mut Slots) {
    slots.put("e", format!("{}{}", root(random), random.pick(&["둘레길", "숲길", "물길", "바람길"])));
    let first = random.range(21, 78);
    let second = first + if random.chance(50) { random.range(6, 40) } else { -random.range(4, 15) };
    // The tenths digit is never 0, so that both lengths look alike.
    let km = |tenths: i64| format!("{}.{}km", tenths / 10, (tenths % 10).max(1));
    let (first, second) = (first - first % 10 + (first % 10).max(1), second - second % 10 + (second % 10).max(1));
    slots.put("len1", km(first));
    slots.put("len2", km(if second == first { second + 10 } else { second }));
    let longer_is_first = first > second;
    slots.put("more", if longer_is_first { "one" } else { "two" });
    // The shorter section stands in for the wrong answer, and is the one under repair.
    slots.put("part", if longer_is_first { "2구간" } else { "1구간" });
    let minutes = |tenths: i64| match tenths * 18 / 10 / 10 * 10 {
        short @ 0..60 => format!("{}분", short.max(20)),
        long if long % 60 == 0 => format!("{}시간", long / 60),
        long => format!("{}시간 {}분", long / 60, long % 60),
    };
    slots.put("t1", minutes(first));
    slots.put("t2", minutes(if second == first { second + 10 } else { second }));
    slots.put("kind", random.pick(&["벚나무", "단풍나무", "이팝나무", "자작나무", "편백나무", "소나무"]));
    slots.put("trees", count(random, 300, 4800, 50, "그루"));
    let y1 = random.range(2003, 2016);
    slots.put("y1", year(y1));
    slots.put("y2", year(y1 + random.range(1, 6)));
    slots.put("cost", eok(random, 6, 88, 1));
    slots.put(
        "cause",
        random.pick(&[
            "나무다리를 고치느라",
            "비탈의 흙이 무너져",
            "새들이 알을 품는 때여서",
            "큰비로 길이 패어",
            "쓰러진 나무를 치우느라",
        ]),
    );
    let [head, official] = people(random, ["과장", "소장"]);
    slots.put("head", head.full);
    slots.put("off", official.full);
    slots.put("guests", many(random, 8_000, 260_000, 1000, "명"));
}
