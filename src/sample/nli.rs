//! Premise and hypothesis pairs, each label true by construction.
//!
//! Some pairs follow a rule that holds over all labels (every word of the hypothesis stands in the premise; another
//! number with the same unit; a number out of nowhere), others follow none: their hypotheses are paraphrases.

use super::json::Json;
use super::korean::{grouped, native};
use super::names::{people, two_roots};
use super::random::Random;
use super::template::{Template, TemplateError};

/// A situation: one premise and hypotheses for each label.
struct Scene {
    premises: &'static [&'static str],
    entailed: &'static [&'static str],
    contradicted: &'static [&'static str],
    neutral: &'static [&'static str],
}

/// The slots of all scenes. `n` < `n2`; `x` is another value than `n`; `a` and `b` differ.
const SLOTS: [&str; 16] =
    ["a", "b", "p", "q", "n", "n2", "x", "d", "d2", "h", "h2", "won", "won2", "thing", "food", "nat"];

const SCENES: [Scene; 24] = [
    Scene {
        premises: &["{a}도서관의 열람실과 달리 휴게실에서는 음료를 마실 수 있다."],
        entailed: &["휴게실에서는 음료를 마실 수 있다.", "{a}도서관 열람실에서는 음료를 마시지 못한다."],
        contradicted: &["{a}도서관 휴게실에서는 음료를 마실 수 없다.", "열람실에서는 음료를 마실 수 있다."],
        neutral: &["휴게실에는 의자가 {n}개 있다.", "{a}도서관은 음료를 싸게 판다."],
    },
    Scene {
        premises: &["{p:은} {d}에 {n}명과 함께 {a}산에 올랐다.", "{d} {p:은} {n}명을 데리고 {a}산에 올랐다."],
        entailed: &["{p:은} {a}산에 올랐다.", "{a}산에 오른 사람 가운데에는 {p:이} 있었다."],
        contradicted: &["{p:은} {d}에 {x}명과 함께 {a}산에 올랐다.", "{p:은} {d}에 혼자 {a}산에 올랐다."],
        neutral: &["{p:은} 산에서 {h} 동안 머물렀다.", "{p:은} {a}산을 무척 좋아한다."],
    },
    Scene {
        premises: &["{a}식당은 {d}부터 {food} 값을 {won}에서 {won2:으로} 올린다."],
        entailed: &["{a}식당의 {food:이} 비싸진다.", "{d}부터 {food} 값은 {won2}이다."],
        contradicted: &["{a}식당은 {food} 값을 {won2}에서 {won:으로} 내린다.", "{a}식당의 {food} 값은 그대로이다."],
        neutral: &["{a}식당에는 손님이 하루 {n}명 온다.", "재료비가 올라 {food} 값이 올랐다."],
    },
    Scene {
        premises: &["숙소에서 {a}역까지 걸어서 {n}분이면 닿는다.", "{a}역은 숙소에서 걸어서 {n}분 거리이다."],
        entailed: &["숙소에서 {a}역까지 걸어갈 수 있다.", "역이 숙소에서 그리 멀지 않다."],
        contradicted: &["숙소에서 {a}역까지 걸어서 {n2}분이 걸린다.", "{a}역까지는 걸어서 갈 수 없다."],
        neutral: &["숙소에서 공항까지는 버스로 {n2}분이 걸린다.", "숙소 주인은 무척 친절하다."],
    },
    Scene {
        premises: &["{p:은} 어릴 때 {a}시에서 자랐고 지금은 {b}시에서 {thing} 가게를 한다."],
        entailed: &["{p:은} 지금 {b}시에서 {thing} 가게를 한다.", "{p:은} 자란 곳과 일하는 곳이 다르다."],
        contradicted: &["{p:은} 어릴 때 {b}시에서 자랐다.", "{p:은} 지금 {a}시에서 {thing} 가게를 한다."],
        neutral: &["{p}의 가게는 {n}년 되었다.", "{p:은} {a}시로 돌아가고 싶어 한다."],
    },
    Scene {
        premises: &["비가 와서 {a}공원 음악회는 열리지 못했다."],
        entailed: &["{a}공원 음악회는 열리지 못했다.", "음악회를 기다리던 사람들은 연주를 듣지 못했다."],
        contradicted: &["{a}공원 음악회는 비를 맞으며 열렸다.", "날이 맑았지만 음악회는 취소됐다."],
        neutral: &["음악회에는 연주자 {n}명이 나올 예정이었다.", "음악회는 다음 주에 다시 열린다."],
    },
    Scene {
        premises: &["{a}호와 {b}호 가운데 {a}호만 섬에 닿았다."],
        entailed: &["{a}호는 섬에 닿았다.", "{b}호는 섬에 이르지 못했다."],
        contradicted: &["{b}호도 섬에 닿았다.", "두 배가 모두 섬에 닿았다."],
        neutral: &["{a}호에는 손님이 {n}명 타고 있었다.", "{b}호는 엔진이 고장 났다."],
    },
    Scene {
        premises: &["{p:은} 회의가 끝난 뒤에야 {q}의 편지를 읽었다."],
        entailed: &["{q:은} 편지를 썼다.", "회의가 이어지는 동안 {p:은} 편지를 읽지 않았다."],
        contradicted: &["{p:은} 회의가 시작되기 전에 {q}의 편지를 읽었다.", "{p:은} 끝내 {q}의 편지를 읽지 않았다."],
        neutral: &["회의는 {h} 동안 이어졌다.", "편지에는 축하 인사가 적혀 있었다."],
    },
    Scene {
        premises: &["{a}미술관은 매주 월요일에 쉬고 나머지 날에는 {n}시간씩 문을 연다."],
        entailed: &["{a}미술관은 매주 월요일에 쉰다.", "화요일에는 {a}미술관에 들어갈 수 있다."],
        contradicted: &["{a}미술관은 쉬는 날이 없다.", "{a}미술관은 월요일에도 문을 연다."],
        neutral: &["{a}미술관에는 그림이 {n2}점 있다.", "월요일에 쉬는 것은 청소를 하기 위해서이다."],
    },
    Scene {
        premises: &["{p:은} {q}에게 {thing:을} 빌려주었다."],
        entailed: &["{q:은} {p}에게서 {thing:을} 빌렸다.", "{p:은} {thing:을} 가지고 있었다."],
        contradicted: &["{q:은} {p}에게 {thing:을} 빌려주었다.", "{p:은} {q}에게 아무것도 빌려주지 않았다."],
        neutral: &["{q:은} {thing:을} {n}일 만에 돌려주었다.", "{p:과} {q:은} 오랜 친구이다."],
    },
    Scene {
        premises: &["{a}마을에는 우물이 {n}개 있었으나 지금은 하나도 남지 않았다."],
        entailed: &["{a}마을의 우물은 모두 사라졌다.", "예전에는 {a}마을에 우물이 있었다."],
        contradicted: &["{a}마을에는 지금도 우물이 {n}개 있다.", "{a}마을에는 우물이 있었던 적이 없다."],
        neutral: &["{a}마을의 우물은 물맛이 좋았다.", "{a}마을에는 {n2}가구가 산다."],
    },
    Scene {
        premises: &["{a}마라톤의 모든 참가자는 번호표를 받았고, 그 가운데 {n}명이 상을 탔다."],
        entailed: &["{a}마라톤의 모든 참가자는 번호표를 받았다.", "상을 탄 사람들도 번호표가 있었다."],
        contradicted: &["번호표를 받지 못한 참가자가 있었다.", "상을 탄 사람은 {x}명이다."],
        neutral: &["참가자는 모두 {n2}명보다 많았다.", "번호표는 노란색이었다."],
    },
    Scene {
        premises: &["{p:은} {a}대학교에 합격했지만 등록하지 않았다."],
        entailed: &["{p:은} {a}대학교에 합격했지만 다니지 않는다.", "{p:은} {a}대학교 시험을 통과했다."],
        contradicted: &["{p:은} {a}대학교에 떨어졌다.", "{p:은} {a}대학교에 등록했다."],
        neutral: &["{p:은} 등록금을 마련하지 못했다.", "{p:은} {b}대학교에 들어갔다."],
    },
    Scene {
        premises: &["{a}시의 버스 요금은 {won:으로}, {b}시보다 싸다."],
        entailed: &["{b}시의 버스 요금은 {a}시보다 비싸다.", "{a}시의 버스 요금은 {won}이다."],
        contradicted: &["{a}시의 버스 요금은 {b}시보다 비싸다.", "두 도시의 버스 요금은 같다."],
        neutral: &["{b}시의 버스는 {n}분마다 온다.", "{a}시의 버스는 {b}시의 버스보다 붐빈다."],
    },
    Scene {
        premises: &["{a}여관의 이 방은 최대 {nat} 명까지 잘 수 있고 주방은 따로 없다."],
        entailed: &["이 방에는 주방이 따로 없다.", "이 방에서 잘 수 있는 사람은 {nat} 명을 넘지 않는다."],
        contradicted: &["이 방에는 넓은 주방이 따로 있다.", "이 방에서는 한 명도 잘 수 없다."],
        neutral: &["이 방의 하룻밤 값은 {won2}이다.", "이 방에서는 바다가 보인다."],
    },
    Scene {
        premises: &["{p:은} {food:을} 즐겨 먹지만 {q:은} 입에도 대지 않는다."],
        entailed: &["{q:은} {food:을} 먹지 않는다.", "{p:과} {q:은} 입맛이 다르다."],
        contradicted: &["{q:은} {food:을} 즐겨 먹는다.", "{p:은} {food:을} 싫어한다."],
        neutral: &["{p:은} {food:을} 한 달에 {n}번 먹는다.", "{q:은} 어릴 때 {food:을} 먹고 체한 적이 있다."],
    },
    Scene {
        premises: &["{a}다리는 올해 안에 다시 열릴 것이라는 소문과 달리 내년에야 열린다."],
        entailed: &["{a}다리는 내년에야 열린다.", "소문은 사실이 아니었다."],
        contradicted: &["{a}다리는 올해 안에 다시 열린다.", "{a}다리는 이미 열렸다."],
        neutral: &["{a}다리를 고치는 데 {n2}억 원이 든다.", "소문은 {p:이} 퍼뜨렸다."],
    },
    Scene {
        premises: &["{p:이} {thing} {n2}개를 만들었는데 그 가운데 {n}개가 불량이었다."],
        entailed: &["만든 {thing} 가운데 일부는 불량이었다.", "만든 {thing} {n2}개가 모두 멀쩡하지는 않았다."],
        contradicted: &["만든 {thing:은} 모두 불량이었다.", "불량인 {thing:은} 하나도 없었다."],
        neutral: &["불량은 기계가 낡아서 생겼다.", "{thing} 하나의 값은 {won}이다."],
    },
    Scene {
        premises: &["{a}팀은 {b}팀에 한 번도 진 적이 없다."],
        entailed: &["{b}팀은 {a}팀을 이긴 적이 없다.", "{a}팀은 {b}팀에 진 적이 없다."],
        contradicted: &["{b}팀은 지난해 {a}팀을 이겼다.", "{a}팀은 {b}팀에 진 적이 있다."],
        neutral: &["{a}팀은 {b}팀과 {n}번 겨뤘다.", "{a}팀의 감독은 {p}이다."],
    },
    Scene {
        premises: &["{p:은} 기차를 놓쳐 {h} 늦게 {a}역에 도착했다."],
        entailed: &["{p:은} {a}역에 도착했다.", "{p:은} 타려던 기차를 타지 못했다."],
        contradicted: &["{p:은} 제시간에 {a}역에 도착했다.", "{p:은} {a}역에 가지 않았다."],
        neutral: &["{p:은} 기차표를 {won}에 샀다.", "{q:은} {a}역에서 {p:을} 기다렸다."],
    },
    Scene {
        premises: &["{a}군의 인구는 {n2}년 만에 처음으로 늘었다."],
        entailed: &["{a}군의 인구가 늘었다.", "지난해 {a}군의 인구는 늘지 않았다."],
        contradicted: &["{a}군의 인구는 {n2}년째 줄기만 한다.", "{a}군의 인구는 해마다 늘었다."],
        neutral: &["{a}군에는 아이들이 많다.", "{a}군으로 이사 온 사람은 {n}명이다."],
    },
    Scene {
        premises: &["{p:은} {thing:을} 사려다가 값이 비싸 그만두었다."],
        entailed: &["{p:은} {thing:을} 사지 않았다.", "{p:은} {thing} 값이 비싸다고 여겼다."],
        contradicted: &["{p:은} {thing:을} 샀다.", "{p:은} 값이 싸서 {thing:을} 골랐다."],
        neutral: &["{thing} 값은 {won2:이었}다.", "{p:은} {thing:을} 선물로 받고 싶어 했다."],
    },
    Scene {
        premises: &["{a}극장 표가 {n2}장 남아 있었는데 {nat} 시간 만에 모두 팔렸다."],
        entailed: &["남은 표가 없다.", "표가 모두 팔렸다."],
        contradicted: &["표가 아직 {n}장 남아 있다.", "표는 한 장도 팔리지 않았다."],
        neutral: &["표 한 장의 값은 {won}이다.", "표를 산 사람은 대부분 학생이다."],
    },
    Scene {
        premises: &["{p:은} {q}보다 먼저 결승선을 지났다."],
        entailed: &["{q:은} {p}보다 늦게 결승선을 지났다.", "{p:은} 결승선을 지났다."],
        contradicted: &["{q:은} {p}보다 먼저 결승선을 지났다.", "{p:과} {q:은} 동시에 결승선을 지났다."],
        neutral: &["{p:은} {n}등을 했다.", "{q:은} 경기 도중 넘어졌다."],
    },
];

/// The scenes, compiled.
pub(super) struct Pairs(Vec<[Vec<Template>; 4]>);

const LABELS: [&str; 3] = ["entailment", "contradiction", "neutral"];

impl Pairs {
    /// Compiles the scenes.
    pub(super) fn new() -> Result<Self, TemplateError> {
        let compile = |templates: &'static [&'static str]| {
            templates.iter().map(|template| Template::compile(template, &SLOTS)).collect::<Result<Vec<_>, _>>()
        };
        let scenes = SCENES.iter().map(|scene| {
            Ok([
                compile(scene.premises)?,
                compile(scene.entailed)?,
                compile(scene.contradicted)?,
                compile(scene.neutral)?,
            ])
        });
        Ok(Self(scenes.collect::<Result<_, _>>()?))
    }

    /// Writes record `index`: premise, hypothesis, the label and five annotators' labels.
    pub(super) fn record(&self, seed: u64, index: u64, json: &mut Json) {
        let mut random = Random::new(seed, "nli", index);
        let values = facts(&mut random);
        let label = random.below(LABELS.len());
        let Some(scene) = self.0.get(random.below(self.0.len())) else { return };
        let mut write = |templates: &[Template]| {
            templates.get(random.below(templates.len())).map(|template| template.render(&values)).unwrap_or_default()
        };
        // The hypotheses follow the premises in the order of LABELS; `label` is below 3.
        let (premise, hypothesis) = (write(&scene[0]), write(&scene[label + 1]));
        json.open("{");
        json.field("guid", &format!("jogak-nli_{index:08}"));
        json.field("source", random.pick(&["news", "review", "diary", "notice"]));
        json.field("premise", &premise);
        json.field("hypothesis", &hypothesis);
        json.field("gold_label", LABELS[label]);
        json.field("author", LABELS[label]);
        // Now and then one annotator of five sees it otherwise.
        let dissent = if random.chance(15) { random.below(4) } else { usize::MAX };
        for (place, key) in ["label2", "label3", "label4", "label5"].into_iter().enumerate() {
            json.field(key, LABELS[if place == dissent { (label + 1) % LABELS.len() } else { label }]);
        }
        json.close("}");
    }
}

fn facts(random: &mut Random) -> Vec<String> {
    let (a, b) = two_roots(random);
    let [p, q] = people(random, ["씨", "씨"]);
    let low = random.range(3, 18);
    let high = low + random.range(4, 40);
    let hours = random.range(2, 5);
    let won = random.stepped(3200, 9800, 100);
    let thing = random.pick(&["자전거", "책상", "우산", "사진기", "기타", "연필깎이", "그릇", "화분", "모자", "시계"]);
    let food = random.pick(&["칼국수", "비빔밥", "김치찌개", "만두", "떡볶이", "순두부", "잔치국수", "김밥"]);
    let day = random.range(2, 20);
    vec![
        a.to_owned(),
        b.to_owned(),
        p.full,
        q.full,
        low.to_string(),
        high.to_string(),
        (low + random.range(1, 3)).to_string(),
        format!("{day}일"),
        format!("{}일", day + 3),
        format!("{} 시간", native(hours)),
        format!("{} 시간", native(hours + 1)),
        format!("{}원", grouped(won)),
        format!("{}원", grouped(won + random.stepped(300, 3000, 100))),
        thing.to_owned(),
        food.to_owned(),
        native(hours).to_owned(),
    ]
}
