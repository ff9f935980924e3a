//! Savings, insurance, loans, by-laws.

use super::super::korean::grouped;
use super::super::names::{count, day, month, people, root, two_roots, won, year};
use super::super::random::Random;
use super::{Slots, Topic, ask, group, infer};

pub(super) const TOPICS: [Topic; 4] = [
    Topic {
        class: "금융",
        titles: &["{bank} {e} 상품 설명", "{e}: 금리와 가입 조건", "{bank}, {e} 내놓아"],
        slots: &[
            "bank", "bank_x", "e", "base", "plus", "term", "term2", "min", "max", "who", "who_x", "start", "break_r",
            "why", "sold",
        ],
        fill: deposit,
        groups: &[
            group(
                100,
                &[
                    "[bank:{bank}]의 {e:은} 연 [base:{base}]의 기본 금리에 연 [plus:{plus}]의 우대 금리를 더해 준다.",
                    "[bank:{bank}]{:은} 기본 금리 연 [base:{base}], 우대 금리 연 [plus:{plus}]인 {e:을} 내놓았다.",
                ],
            ),
            group(
                85,
                &[
                    "가입 기간은 [term:{term}]{:이며}, 매달 [min:{min}]에서 [max:{max}]까지 넣을 수 있다.",
                    "매달 넣을 수 있는 돈은 [min:{min}]부터 [max:{max}]까지이고 가입 기간은 [term:{term}]이다.",
                ],
            ),
            group(75, &["가입할 수 있는 사람은 [who:{who}]이다.", "이 상품에는 [who:{who}]만 가입할 수 있다."]),
            group(
                70,
                &[
                    "기간이 끝나기 전에 깨면 연 [break:{break_r}]의 금리만 받는다.",
                    "중간에 해지하면 금리는 연 [break:{break_r}]{:으로} 떨어진다.",
                ],
            ),
            group(60, &["우대 금리는 [why:{why}] 주는 것이다.", "은행은 [why:{why}] 우대 금리를 두었다고 설명한다."]),
            group(
                50,
                &[
                    "상품은 [start:{start}]부터 팔며, 먼저 가입한 [sold:{sold}]에게는 저금통을 준다.",
                    "판매는 [start:{start}]에 시작된다.",
                ],
            ),
        ],
        questions: &[
            ask("bank", &["{e:을} 파는 은행은 어디인가?"], "{e:을} 파는 은행은 {@:이다}.", &["bank_x"]),
            ask(
                "base",
                &["{e}의 기본 금리는 연 몇 %인가?", "{e}의 기본 금리는 얼마인가?"],
                "{e}의 기본 금리는 연 {@:이다}.",
                &["plus", "break_r"],
            ),
            ask("plus", &["{e}의 우대 금리는 연 몇 %인가?"], "{e}의 우대 금리는 연 {@:이다}.", &["base", "break_r"]),
            ask(
                "break",
                &["{e:을} 중간에 깨면 받는 금리는 연 몇 %인가?"],
                "{e:을} 중간에 깨면 받는 금리는 연 {@:이다}.",
                &["base", "plus"],
            ),
            ask("term", &["{e}의 가입 기간은 얼마인가?"], "{e}의 가입 기간은 {@}이다.", &["term2"]),
            ask(
                "max",
                &["{e}에 매달 넣을 수 있는 돈은 얼마까지인가?"],
                "{e}에 매달 넣을 수 있는 가장 큰 금액은 {@}이다.",
                &["min"],
            ),
            ask(
                "min",
                &["{e}에 매달 넣어야 하는 가장 적은 돈은 얼마인가?"],
                "{e}에 매달 넣어야 하는 가장 적은 금액은 {@}이다.",
                &["max"],
            ),
            ask("who", &["{e}에 가입할 수 있는 사람은 누구인가?"], "{e}에 가입할 수 있는 사람은 {@}이다.", &["who_x"]),
            infer("why", &["{e}에 우대 금리를 둔 까닭은 무엇인가?"], "", &[]),
            ask("start", &["{e:을} 팔기 시작하는 날은 언제인가?"], "{e:을} 팔기 시작하는 날은 {@}이다.", &[]),
            ask("sold", &["{e}에 가입하고 저금통을 받는 사람은 몇 명인가?"], "저금통을 받는 사람은 {@}이다.", &[]),
        ],
        absent: &["{e}의 수수료는 얼마인가?", "{bank}의 지점은 모두 몇 곳인가?", "{e:을} 만든 사람은 누구인가?"],
    },
    Topic {
        class: "보험",
        titles: &["{firm} {e} 약관 풀이", "{e}, 무엇을 얼마나 주나", "{firm}의 {e}"],
        slots: &[
            "firm", "firm_x", "e", "fee", "fee_x", "pay1", "pay2", "age1", "age2", "wait", "wait_x", "term", "cut",
            "file", "file_x", "why",
        ],
        fill: insurance,
        groups: &[
            group(
                100,
                &[
                    "[firm:{firm}]의 {e:은} 다달이 [fee:{fee}]{:을} 내는 보험이다.",
                    "{e:은} [firm:{firm}]{:이} 파는 보험으로, 보험료는 한 달에 [fee:{fee}]이다.",
                ],
            ),
            group(
                90,
                &[
                    "입원하면 하루에 [pay1:{pay1}], 수술을 받으면 한 번에 [pay2:{pay2}]{:을} 준다.",
                    "보험금은 입원 하루에 [pay1:{pay1}], 수술 한 번에 [pay2:{pay2}]이다.",
                ],
            ),
            group(
                75,
                &[
                    "[age1:{age1}]부터 [age2:{age2}]까지 가입할 수 있다.",
                    "가입 나이는 [age1:{age1}]에서 [age2:{age2}]까지이다.",
                ],
            ),
            group(
                70,
                &[
                    "가입한 뒤 [wait:{wait}] 동안은 보험금을 주지 않는다.",
                    "보험금은 가입하고 [wait:{wait}]{:이} 지나야 받을 수 있다.",
                ],
            ),
            group(60, &["이 기간을 둔 것은 [why:{why}] 어렵기 때문이라고 회사는 설명한다."]),
            group(
                60,
                &[
                    "보험금은 [file:{file}] 안에 청구해야 한다.",
                    "청구는 사고가 난 날부터 [file:{file}] 안에 해야 한다.",
                ],
            ),
            group(50, &["보장 기간은 [term:{term}]{:이며}, 사고가 없으면 보험료를 [cut:{cut}] 깎아 준다."]),
        ],
        questions: &[
            ask("firm", &["{e:을} 파는 회사는 어디인가?"], "{e:을} 파는 회사는 {@:이다}.", &["firm_x"]),
            ask("fee", &["{e}의 한 달 보험료는 얼마인가?"], "{e}의 한 달 보험료는 {@}이다.", &["fee_x"]),
            ask(
                "pay1",
                &["{e}에 든 사람이 입원하면 하루에 얼마를 받는가?"],
                "입원하면 하루에 받는 보험금은 {@}이다.",
                &["pay2"],
            ),
            ask(
                "pay2",
                &["{e}에 든 사람이 수술을 받으면 얼마를 받는가?"],
                "수술 한 번에 받는 보험금은 {@}이다.",
                &["pay1"],
            ),
            ask(
                "age1",
                &["{e}에 가입할 수 있는 가장 어린 나이는 몇 세인가?"],
                "{e}에 가입할 수 있는 가장 어린 나이는 {@:이다}.",
                &["age2"],
            ),
            ask(
                "age2",
                &["{e}에 가입할 수 있는 가장 많은 나이는 몇 세인가?"],
                "{e}에 가입할 수 있는 가장 많은 나이는 {@:이다}.",
                &["age1"],
            ),
            ask(
                "wait",
                &["{e}에 가입한 뒤 보험금을 주지 않는 기간은 얼마인가?"],
                "보험금을 주지 않는 기간은 {@}이다.",
                &["wait_x"],
            ),
            ask("file", &["{e}의 보험금은 얼마 안에 청구해야 하는가?"], "보험금 청구 기한은 {@}이다.", &["file_x"]),
            infer("why", &["{firm:이} 보험금을 주지 않는 기간을 둔 까닭은 무엇인가?"], "", &[]),
            ask("term", &["{e}의 보장 기간은 얼마인가?"], "{e}의 보장 기간은 {@}이다.", &[]),
            ask(
                "cut",
                &["사고가 없으면 {e}의 보험료를 얼마나 깎아 주는가?"],
                "사고가 없을 때 깎아 주는 보험료는 {@:이다}.",
                &[],
            ),
        ],
        absent: &["{e}에 가입한 사람은 모두 몇 명인가?", "{firm}의 대표는 누구인가?", "{e}의 해지 수수료는 얼마인가?"],
    },
    Topic {
        class: "금융",
        titles: &["{bank} {e} 안내", "{e}: 한도와 이자", "{who} 위한 {e}"],
        slots: &[
            "bank", "bank_x", "e", "rate", "rate_x", "limit", "limit_x", "term", "grace", "grace_x", "who", "who_x",
            "late", "start", "fund", "why",
        ],
        fill: loan,
        groups: &[
            group(
                100,
                &[
                    "[bank:{bank}]{:은} [who:{who}]에게 {e:을} 내준다.",
                    "{e:은} [bank:{bank}]{:이} [who:{who}]에게 내주는 대출이다.",
                ],
            ),
            group(
                90,
                &[
                    "한도는 [limit:{limit}]{:이고}, 이자는 연 [rate:{rate}]이다.",
                    "연 [rate:{rate}]의 이자로 [limit:{limit}]까지 빌릴 수 있다.",
                ],
            ),
            group(
                80,
                &[
                    "갚는 기간은 [term:{term}]{:이며}, 처음 [grace:{grace}]{:은} 이자만 낸다.",
                    "처음 [grace:{grace}] 동안 이자만 내고, 모두 [term:{term}]에 걸쳐 갚는다.",
                ],
            ),
            group(
                70,
                &[
                    "이자를 제때 내지 않으면 연 [late:{late}]{:을} 더 물린다.",
                    "밀린 이자에는 연 [late:{late}]{:이} 더 붙는다.",
                ],
            ),
            group(
                60,
                &[
                    "금리를 낮춘 것은 [why:{why}] 이자 부담이 커졌기 때문이다.",
                    "은행은 [why:{why}] 금리를 낮췄다고 밝혔다.",
                ],
            ),
            group(55, &["신청은 [start:{start}]부터 받으며, 재원은 모두 [fund:{fund}]이다."]),
        ],
        questions: &[
            ask("bank", &["{e:을} 내주는 은행은 어디인가?"], "{e:을} 내주는 은행은 {@:이다}.", &["bank_x"]),
            ask("who", &["{e:을} 받을 수 있는 사람은 누구인가?"], "{e:을} 받을 수 있는 사람은 {@:이다}.", &["who_x"]),
            ask("limit", &["{e}의 한도는 얼마인가?"], "{e}의 한도는 {@}이다.", &["limit_x"]),
            ask("rate", &["{e}의 이자는 연 몇 %인가?"], "{e}의 이자는 연 {@:이다}.", &["late", "rate_x"]),
            ask(
                "late",
                &["{e}의 이자를 제때 내지 않으면 연 몇 %를 더 내는가?"],
                "이자를 제때 내지 않으면 더 내는 이자는 연 {@:이다}.",
                &["rate", "rate_x"],
            ),
            ask("term", &["{e:을} 갚는 기간은 얼마인가?"], "{e:을} 갚는 기간은 {@}이다.", &["grace"]),
            ask(
                "grace",
                &["{e:을} 받고 이자만 내는 기간은 얼마인가?"],
                "이자만 내는 기간은 {@}이다.",
                &["term", "grace_x"],
            ),
            infer("why", &["{bank:이} {e}의 금리를 낮춘 까닭은 무엇인가?"], "", &[]),
            ask("start", &["{e:을} 신청할 수 있는 날은 언제부터인가?"], "{e:을} 신청할 수 있는 첫날은 {@}이다.", &[]),
            ask("fund", &["{e}의 재원은 모두 얼마인가?"], "{e}의 재원은 모두 {@}이다.", &["limit"]),
        ],
        absent: &[
            "{e:을} 받은 사람은 모두 몇 명인가?",
            "{bank}의 본점은 어디에 있는가?",
            "{e:을} 먼저 갚을 때 내는 수수료는 얼마인가?",
        ],
    },
    Topic {
        class: "법률",
        titles: &["{city} {law} 풀이", "{law}, {from}부터", "{law} 어기면 {fine}"],
        slots: &[
            "law", "art1", "art2", "art3", "fine", "fine_x", "fine2", "from", "made_y", "days", "days_x", "zone",
            "zone_x", "h1", "h2", "why", "who", "votes",
        ],
        fill: bylaw,
        groups: &[
            group(
                100,
                &[
                    "{city}의 {law:은} [made:{made_y}] 만들어졌으며, [from:{from}]부터 시행된다.",
                    "[made:{made_y}]에 만들어진 {city}의 {law:은} [from:{from}]부터 효력이 있다.",
                ],
            ),
            group(
                90,
                &[
                    "[a1:{art1}]{:은} [zone:{zone}]에서 [h1:{h1}]부터 [h2:{h2}]까지 소음을 내지 못하게 한다.",
                    "[zone:{zone}]에서는 [a1:{art1}]에 따라 [h1:{h1}]부터 [h2:{h2}]까지 소음을 낼 수 없다.",
                ],
            ),
            group(
                90,
                &[
                    "이를 어기면 [a2:{art2}]에 따라 [fine:{fine}]의 과태료를 낸다.",
                    "[a2:{art2}]{:은} 이를 어긴 사람에게 과태료 [fine:{fine}]{:을} 물린다.",
                ],
            ),
            group(
                70,
                &[
                    "과태료를 받은 사람은 [days:{days}] 안에 이의를 낼 수 있다.",
                    "이의는 과태료를 알린 날부터 [days:{days}] 안에 내야 한다.",
                ],
            ),
            group(60, &["조례는 [why:{why}] 만든 것이다.", "[why:{why}] 만든 조례라고 의회는 설명한다."]),
            group(
                55,
                &[
                    "의회에서는 [votes:{votes}]{:이} 찬성했고, 조례안은 [who:{who}]{:이} 냈다.",
                    "조례안을 낸 사람은 [who:{who}]이다.",
                ],
            ),
        ],
        questions: &[
            ask("made", &["{law:이} 만들어진 해는 언제인가?"], "{law:이} 만들어진 해는 {@:이었}다.", &[]),
            ask("from", &["{law:이} 시행되는 날은 언제인가?"], "{law:이} 시행되는 날은 {@}이다.", &[]),
            ask("zone", &["{law:이} 소음을 막는 곳은 어디인가?"], "{law:이} 소음을 막는 곳은 {@:이다}.", &["zone_x"]),
            ask(
                "a1",
                &["{law}에서 소음을 금지하는 조항은 제몇 조인가?"],
                "소음을 금지하는 조항은 {@:이다}.",
                &["art2", "art3"],
            ),
            ask(
                "a2",
                &["{law}에서 과태료를 정한 조항은 제몇 조인가?"],
                "과태료를 정한 조항은 {@:이다}.",
                &["art1", "art3"],
            ),
            ask(
                "h1",
                &["{law}에 따라 소음을 낼 수 없게 되는 시각은 언제인가?"],
                "소음을 낼 수 없게 되는 시각은 {@:이다}.",
                &["h2"],
            ),
            ask(
                "fine",
                &["{law:을} 어기면 내는 과태료는 얼마인가?"],
                "{law:을} 어기면 내는 과태료는 {@}이다.",
                &["fine_x", "fine2"],
            ),
            ask(
                "days",
                &["과태료에 이의를 낼 수 있는 기간은 며칠인가?"],
                "과태료에 이의를 낼 수 있는 기간은 {@}이다.",
                &["days_x"],
            ),
            infer("why", &["{city:이} {law:을} 만든 까닭은 무엇인가?"], "", &[]),
            ask("votes", &["의회에서 {law}에 찬성한 사람은 몇 명인가?"], "의회에서 찬성한 사람은 {@:이었}다.", &[]),
            ask("who", &["{law}의 조례안을 낸 사람은 누구인가?"], "조례안을 낸 사람은 {@:이었}다.", &["off"]),
        ],
        absent: &[
            "지금까지 과태료를 낸 사람은 몇 명인가?",
            "{law}에 반대한 의원은 누구인가?",
            "{law:을} 단속하는 인원은 몇 명인가?",
        ],
    },
];

/// A percentage with two decimal places, which no other rate of the text has.
fn percent(random: &mut Random, low: i64, high: i64) -> (i64, String) {
    let value = random.stepped(low, high, 5);
    (value, format!("{}.{:02}%", value / 100, value % 100))
}

fn deposit(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put("bank", format!("{first}은행"));
    slots.put("bank_x", format!("{second}은행"));
    slots.put(
        "e",
        format!(
            "{} {}",
            random.pick(&["첫걸음", "새싹", "무지개", "차곡차곡", "든든한", "함께"]),
            random.pick(&["적금", "청년적금", "여행적금"])
        ),
    );
    slots.put("base", percent(random, 205, 395).1);
    slots.put("plus", percent(random, 105, 195).1);
    slots.put("break_r", percent(random, 15, 95).1);
    let term = random.range(6, 34);
    slots.put("term", format!("{term}개월"));
    slots.put("term2", format!("{}개월", term + 2));
    let low = random.range(1, 9);
    slots.put("min", won(low * 10_000));
    slots.put("max", won(random.stepped(20, 90, 10) * 10_000));
    let people = [
        "만 19세부터 34세까지의 청년",
        "첫 직장을 얻은 사람",
        "아이를 둘 넘게 키우는 부모",
        "농어촌에 사는 주민",
        "만 60세가 넘은 사람",
    ];
    let who = random.below(people.len());
    slots.put("who", people[who]);
    slots.put("who_x", people[(who + 1) % people.len()]);
    slots.put("start", format!("{} {}", month(random), day(random)));
    slots.put("sold", count(random, 500, 5000, 100, "명"));
    slots.put(
        "why",
        random.pick(&[
            "매달 거르지 않고 넣게 하려고",
            "종이 통장을 줄이려고",
            "걷기 운동을 북돋우려고",
            "첫 거래 손님을 늘리려고",
        ]),
    );
}

fn insurance(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put("firm", format!("{first}생명"));
    slots.put("firm_x", format!("{second}화재"));
    slots.put(
        "e",
        format!(
            "{} {}",
            random.pick(&["안심", "튼튼", "온가족", "든든", "내일"]),
            random.pick(&["건강보험", "상해보험", "입원보험"])
        ),
    );
    let fee = random.stepped(12_000, 58_000, 1000);
    slots.put("fee", won(fee));
    slots.put("fee_x", won(fee + 4000));
    slots.put("pay1", won(random.range(2, 9) * 10_000));
    slots.put("pay2", won(random.stepped(50, 450, 10) * 10_000));
    let age = random.range(15, 30);
    slots.put("age1", format!("{age}세"));
    slots.put("age2", format!("{}세", age + random.range(30, 45)));
    let waits = ["30일", "60일", "90일", "120일"];
    let wait = random.below(waits.len());
    slots.put("wait", waits[wait]);
    slots.put("wait_x", waits[(wait + 1) % waits.len()]);
    slots.put("term", random.pick(&["10년", "15년", "20년", "25년"]));
    slots.put("cut", format!("{}%", random.range(3, 15)));
    let years = random.range(2, 4);
    slots.put("file", year(years));
    slots.put("file_x", year(years + 1));
    slots.put("why", random.pick(&["가입 전의 병과 가려내기", "거짓 청구를 막기", "건강 상태를 바로 확인하기"]));
}

fn loan(random: &mut Random, slots: &mut Slots) {
    let (first, second) = two_roots(random);
    slots.put("bank", format!("{first}은행"));
    slots.put("bank_x", format!("{second}저축은행"));
    let loans = [
        ("작은 가게를 연 지 한 해가 넘은 상인", "가게 살림 대출", "장사가 잘되지 않아"),
        ("처음 집을 빌리는 신혼부부", "보금자리 대출", "방값이 뛰어"),
        ("농사를 새로 시작한 청년", "첫 농사 대출", "가뭄이 이어져"),
        ("등록금이 필요한 대학생", "배움 대출", "등록금이 올라"),
    ];
    let which = random.below(loans.len());
    // Below the length by `below` and by the remainder.
    slots.put("who", loans[which].0);
    slots.put("who_x", loans[(which + 1) % loans.len()].0);
    slots.put("e", format!("{} {}", root(random), loans[which].1));
    let (rate, text) = percent(random, 205, 480);
    slots.put("rate", text);
    slots.put("rate_x", format!("{}.{:02}%", (rate + 65) / 100, (rate + 65) % 100));
    slots.put("late", percent(random, 505, 890).1);
    let limit = random.range(2, 9);
    slots.put("limit", won(limit * 10_000_000));
    slots.put("limit_x", won((limit + 1) * 10_000_000));
    slots.put("term", random.pick(&["8년", "10년", "12년", "15년"]));
    let grace = random.range(1, 3);
    slots.put("grace", year(grace));
    slots.put("grace_x", year(grace + 2));
    slots.put("start", format!("{} {}", month(random), day(random)));
    slots.put("fund", format!("{}억 원", grouped(random.stepped(120, 1900, 10))));
    slots.put("why", loans[which].2);
}

fn bylaw(random: &mut Random, slots: &mut Slots) {
    slots.put("law", random.pick(&["조용한 밤 조례", "이웃 소음 조례", "생활 소음 조례", "공사 소음 조례"]));
    let article = random.range(3, 9);
    slots.put("art1", format!("제{article}조"));
    slots.put("art2", format!("제{}조", article + random.range(2, 9)));
    slots.put("art3", format!("제{}조", article + 1));
    let fine = random.stepped(10, 90, 10);
    slots.put("fine", won(fine * 10_000));
    slots.put("fine_x", won((fine + 10) * 10_000));
    slots.put("fine2", won((fine + 100) * 10_000));
    let y = random.range(2009, 2021);
    slots.put("made_y", year(y));
    slots.put("from", format!("{}년 {} 1일", y + 1, month(random)));
    let days = ["20일", "30일", "60일", "90일"];
    let limit = random.below(days.len());
    slots.put("days", days[limit]);
    slots.put("days_x", days[(limit + 1) % days.len()]);
    let (zone, why) = random.pick(&[
        &("주택가", "밤에 잠을 설치는 주민이 늘어"),
        &("병원 둘레", "환자들이 쉴 수 있게 하려고"),
        &("학교 둘레", "아이들의 공부를 도우려고"),
        &("도서관 둘레", "책 읽는 사람이 조용히 지내게 하려고"),
    ]);
    slots.put("zone", *zone);
    slots.put("why", *why);
    slots.put("zone_x", random.pick(&["항구", "공업 단지", "고속도로"]));
    slots.put("h1", random.pick(&["밤 9시", "밤 10시", "밤 11시"]));
    slots.put("h2", random.pick(&["새벽 5시", "아침 6시", "아침 7시"]));
    let [who, off] = people(random, ["의원", "과장"]);
    slots.put("who", who.full);
    slots.put("off", off.full);
    slots.put("votes", count(random, 11, 38, 1, "명"));
}
