//! What the invented texts are about. A topic declares slots, fills them so that its facts agree, and offers sentences,
//! questions and statements over them; the passage composer chooses among these.

mod building;
mod culture;
mod economy;
mod finance;
mod nature;
mod people;
mod town;

use super::names;
use super::random::Random;
use super::template::{Template, TemplateError};

/// A topic as it is written down.
pub(super) struct Topic {
    /// The news section it belongs to.
    pub(super) class: &'static str,
    /// Headlines.
    pub(super) titles: &'static [&'static str],
    /// The slots that `fill` fills.
    pub(super) slots: &'static [&'static str],
    /// Fills the slots with facts that agree with each other.
    pub(super) fill: fn(&mut Random, &mut Slots),
    /// Sentences in their order.
    pub(super) groups: &'static [Group],
    /// Questions whose answers the sentences mark.
    pub(super) questions: &'static [Question],
    /// Questions that no sentence of the topic answers.
    pub(super) absent: &'static [&'static str],
}

/// A place in the text: one of `variants`, in `odds` of 100 texts.
pub(super) struct Group {
    odds: u32,
    variants: &'static [&'static str],
}

const fn group(odds: u32, variants: &'static [&'static str]) -> Group {
    Group { odds, variants }
}

/// A question about one marked span.
pub(super) struct Question {
    /// The key of the span; `@slot` takes the key from that slot's value (comparisons).
    answer: &'static str,
    asks: &'static [&'static str],
    /// A statement with `{@}` for the answer, ending in `…ㅆ다.` or `…이다.`; empty where the answer is a clause.
    state: &'static str,
    /// Slots with values of the same kind that make the statement false.
    wrong: &'static [&'static str],
    infer: bool,
}

/// A question that one sentence answers outright.
const fn ask(
    answer: &'static str,
    asks: &'static [&'static str],
    state: &'static str,
    wrong: &'static [&'static str],
) -> Question {
    Question { answer, asks, state, wrong, infer: false }
}

/// A question for a reason or a comparison.
const fn infer(
    answer: &'static str,
    asks: &'static [&'static str],
    state: &'static str,
    wrong: &'static [&'static str],
) -> Question {
    Question { answer, asks, state, wrong, infer: true }
}

/// The values of a topic's slots.
pub(super) struct Slots {
    names: Vec<&'static str>,
    values: Vec<String>,
}

impl Slots {
    fn put(&mut self, name: &str, value: impl Into<String>) {
        debug_assert!(self.names.contains(&name), "no slot '{name}'");
        if let Some(index) = self.names.iter().position(|known| *known == name) {
            // `values` is as long as `names`.
            self.values[index] = value.into();
        }
    }

    /// The value of a slot; empty when there is no such slot.
    pub(super) fn get(&self, name: &str) -> &str {
        self.names.iter().position(|known| *known == name).and_then(|index| self.values.get(index)).map_or("", |v| v)
    }

    /// All values, in the order of the slots.
    pub(super) fn values(&self) -> &[String] {
        &self.values
    }

    /// Sets `{@}`, the answer within a statement.
    pub(super) fn set_answer(&mut self, value: &str) {
        if let Some(last) = self.values.last_mut() {
            last.clear();
            last.push_str(value);
        }
    }
}

/// A topic whose templates are compiled.
pub(super) struct CompiledTopic {
    pub(super) class: &'static str,
    pub(super) titles: Vec<Template>,
    pub(super) groups: Vec<(u32, Vec<Template>)>,
    pub(super) questions: Vec<CompiledQuestion>,
    pub(super) absent: Vec<Template>,
    names: Vec<&'static str>,
    fill: fn(&mut Random, &mut Slots),
}

/// A question whose templates are compiled.
pub(super) struct CompiledQuestion {
    answer: &'static str,
    pub(super) asks: Vec<Template>,
    pub(super) state: Option<Template>,
    pub(super) wrong: &'static [&'static str],
    pub(super) infer: bool,
}

impl CompiledQuestion {
    /// The key of the span that answers it.
    pub(super) fn key<'a>(&self, slots: &'a Slots) -> &'a str
    where
        'static: 'a,
    {
        match self.answer.strip_prefix('@') {
            Some(slot) => slots.get(slot),
            None => self.answer,
        }
    }
}

/// Slots that every topic has: a municipality and what it has to say besides.
const SHARED: [&str; 8] = ["city", "off", "n9", "won9", "m9", "when9", "plan9", "@"];

/// Sentences that fit into any text about a municipality. Their people, sums and numbers are distractors.
static ASIDES: [&str; 10] = [
    "{city:은} 이와 별도로 {m9}까지 주민 {n9}의 의견을 듣기로 했다.",
    "{city:은} {plan9}에도 {won9:을} 쓸 계획이다.",
    "{off:은} \"{plan9}도 차질 없이 이어 가겠다\"고 말했다.",
    "{off:은} {when9} 열린 설명회에서 주민 {n9}에게 그동안의 과정을 알렸다.",
    "{city:은} {m9}부터 {plan9}에 들어간다.",
    "한편 {city:은} {plan9}에 쓸 {won9:을} 따로 마련했다.",
    "{when9} {city}에서 열린 설명회에는 주민 {n9:이} 참석했다.",
    "{off:은} \"주민의 목소리를 더 자주 듣겠다\"고 밝혔다.",
    "같은 날 {city}에서는 {plan9:을} 알리는 행사도 열렸다.",
    "{city} 누리집에서 더 자세한 내용을 볼 수 있다.",
];

/// Sentences for texts that name no municipality; the first fits everywhere.
static REMARKS: [&str; 5] = [
    "자세한 내용은 누리집에서 볼 수 있다.",
    "{off:은} \"{m9}에 더 많은 것을 알리겠다\"고 말했다.",
    "설명회는 {m9}에 열리며 {n9}까지 참석할 수 있다.",
    "문의는 {m9}까지 받는다.",
    "{when9} 열린 설명회에는 {n9:이} 참석했다.",
];

const ASIDE_PLANS: [&str; 12] = [
    "골목길 정비",
    "가로수 심기",
    "노인 돌봄 사업",
    "하수관 교체",
    "작은 도서관 사업",
    "자전거길 잇기",
    "빗물 저장 사업",
    "야간 조명 사업",
    "청년 일자리 사업",
    "어린이 놀이터 정비",
    "마을 신문 만들기",
    "옥상 텃밭 사업",
];

impl CompiledTopic {
    fn new(topic: &'static Topic) -> Result<Self, TemplateError> {
        let names: Vec<&'static str> = topic.slots.iter().copied().chain(SHARED).collect();
        let compile = |templates: &'static [&'static str]| {
            templates.iter().map(|template| Template::compile(template, &names)).collect::<Result<Vec<_>, _>>()
        };
        let mut groups = Vec::with_capacity(topic.groups.len() + 1);
        for group in topic.groups {
            groups.push((group.odds, compile(group.variants)?));
        }
        let municipal = topic.groups.iter().flat_map(|group| group.variants).any(|text| text.contains("{city"));
        let asides: &'static [&'static str] = match topic.class {
            _ if municipal => &ASIDES,
            // Nobody holds a meeting about rain or a match.
            "날씨" | "스포츠" => REMARKS.split_at(1).0,
            _ => &REMARKS,
        };
        groups.push((45, compile(asides)?));
        let mut questions = Vec::with_capacity(topic.questions.len());
        for question in topic.questions {
            let state = match question.state {
                "" => None,
                state => Some(Template::compile(state, &names)?),
            };
            questions.push(CompiledQuestion {
                answer: question.answer,
                asks: compile(question.asks)?,
                state,
                wrong: question.wrong,
                infer: question.infer,
            });
        }
        Ok(Self {
            class: topic.class,
            titles: compile(topic.titles)?,
            groups,
            questions,
            absent: compile(topic.absent)?,
            names,
            fill: topic.fill,
        })
    }

    /// Facts for one text.
    pub(super) fn facts(&self, random: &mut Random) -> Slots {
        let mut slots = Slots { names: self.names.clone(), values: vec![String::new(); self.names.len()] };
        let place = names::root(random);
        slots.put("city", format!("{place}{}", random.pick(&["시", "군", "구"])));
        let title = random.pick(&["과장", "국장", "팀장", "담당관"]);
        let [official] = names::people(random, [title]);
        slots.put("off", official.full);
        slots.put("n9", names::count(random, 30, 900, 10, "명"));
        slots.put("won9", names::eok(random, 2, 95, 1));
        slots.put("m9", names::month(random));
        slots.put("when9", random.pick(&["지난주", "지난달", "이달 초", "전날"]));
        slots.put("plan9", random.pick(&ASIDE_PLANS));
        (self.fill)(random, &mut slots);
        slots
    }
}

fn compile_all(lists: &[&'static [Topic]]) -> Result<Vec<CompiledTopic>, TemplateError> {
    lists.iter().flat_map(|topics| topics.iter()).map(CompiledTopic::new).collect()
}

/// The topics of news texts.
pub(super) fn news() -> Result<Vec<CompiledTopic>, TemplateError> {
    compile_all(&[
        &building::TOPICS,
        &people::TOPICS,
        &culture::TOPICS,
        &economy::TOPICS,
        &nature::TOPICS,
        &town::TOPICS,
    ])
}

/// The topics of financial and legal texts.
pub(super) fn finance() -> Result<Vec<CompiledTopic>, TemplateError> {
    compile_all(&[&finance::TOPICS, &economy::TOPICS])
}
