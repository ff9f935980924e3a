//! The words of commands and sub-tasks, Korean and English side by side.
//!
//! In a template `{R}` is a value and `{R:을}` the value with the particle that its reading asks for.

use super::nouns::Noun;
use super::referent::Referent;
use crate::text::{Particle, with_particle};

/// A text in both languages, and the template that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// In Korean.
    pub ko: String,
    /// In English.
    pub en: String,
    /// Template and version.
    pub template_id: String,
}

/// A template: Korean plain, Korean polite, English.
type Command = (&'static str, &'static str, &'static str);

const FOLLOW: &[Command] = &[
    ("{R:을} 계속 가리켜라.", "{R:을} 계속 가리키십시오.", "Keep pointing at {R}."),
    (
        "{R:을} 끝까지 따라가며 가리켜라.",
        "{R:을} 끝까지 따라가며 가리키십시오.",
        "Follow {R} to the end, pointing all the way.",
    ),
    (
        "지시점을 {R}의 중심에 계속 맞추어라.",
        "지시점을 {R}의 중심에 계속 맞추십시오.",
        "Keep the pointer on the centre of {R}.",
    ),
    (
        "{R}의 중심을 프레임마다 짚어라.",
        "{R}의 중심을 프레임마다 짚으십시오.",
        "Mark the centre of {R} in every frame.",
    ),
    (
        "{R:이} 어디로 움직이든 계속 가리켜라.",
        "{R:이} 어디로 움직이든 계속 가리키십시오.",
        "Wherever {R} goes, keep pointing there.",
    ),
    (
        "마지막 프레임까지 {R:을} 가리켜라.",
        "마지막 프레임까지 {R:을} 가리키십시오.",
        "Point at {R} until the last frame.",
    ),
    (
        "첫 프레임에서 {R:을} 골라 끝까지 놓치지 마라.",
        "첫 프레임에서 {R:을} 골라 끝까지 놓치지 마십시오.",
        "Pick {R} in the first frame and hold on until the end.",
    ),
    ("{R}만 따라 지시점을 옮겨라.", "{R}만 따라 지시점을 옮기십시오.", "Move the pointer along with {R} only."),
    (
        "{R:을} 찾아 그 위치를 계속 표시해라.",
        "{R:을} 찾아 그 위치를 계속 표시하십시오.",
        "Find {R} and keep marking that {N}'s position.",
    ),
    (
        "처음에 {R:을} 고르고, 그 {N:을} 따라 지시점을 움직여라.",
        "처음에 {R:을} 고르고, 그 {N:을} 따라 지시점을 움직이십시오.",
        "Settle on {R} at the start and move the pointer along with that {N}.",
    ),
];

/// Only where the followed one really changes places with another.
const FOLLOW_CROSSING: &[Command] = &[
    (
        "다른 {M:과} 좌우가 바뀌어도 {R:을} 계속 가리켜라.",
        "다른 {M:과} 좌우가 바뀌어도 {R:을} 계속 가리키십시오.",
        "Keep pointing at {R}, even when another {M} changes sides with that {N}.",
    ),
    (
        "{R:을} 가리키되, 다른 {M:과} 엇갈려도 바꾸어 가리키지 마라.",
        "{R:을} 가리키되, 다른 {M:과} 엇갈려도 바꾸어 가리키지 마십시오.",
        "Point at {R} and do not switch when another {M} passes by.",
    ),
];

const PLACE: &[Command] = &[
    ("{O:을} {R:이} 있는 곳으로 옮겨라.", "{O:을} {R:이} 있는 곳으로 옮기십시오.", "Move {O} to where {R} is."),
    (
        "{O:을} {R} 쪽으로 옮겨 그 자리에 두어라.",
        "{O:을} {R} 쪽으로 옮겨 그 자리에 두십시오.",
        "Move {O} over to {R} and leave it there.",
    ),
    (
        "{R:이} 있는 자리까지 {O:을} 옮겨라.",
        "{R:이} 있는 자리까지 {O:을} 옮기십시오.",
        "Take {O} as far as the place of {R}.",
    ),
    ("{R} 자리로 {O:을} 가져가라.", "{R} 자리로 {O:을} 가져가십시오.", "Bring {O} to the place of {R}."),
    ("{A:로} {O:을} {R} 쪽으로 옮겨라.", "{A:로} {O:을} {R} 쪽으로 옮기십시오.", "With the {A}, move {O} over to {R}."),
    (
        "{O}의 위치를 {R:이} 있는 곳으로 바꾸어라.",
        "{O}의 위치를 {R:이} 있는 곳으로 바꾸십시오.",
        "Change the position of {O} to where {R} is.",
    ),
    (
        "{O:이} {R}의 자리에 오도록 옮겨라.",
        "{O:이} {R}의 자리에 오도록 옮기십시오.",
        "Move {O} so that it ends up at {R}.",
    ),
    (
        "처음 위치에 있는 {O:을} {R:이} 있는 곳으로 옮겨라.",
        "처음 위치에 있는 {O:을} {R:이} 있는 곳으로 옮기십시오.",
        "Move {O} from its first position to where {R} is.",
    ),
    (
        "{R:을} 찾아 그 자리로 {O:을} 옮겨라.",
        "{R:을} 찾아 그 자리로 {O:을} 옮기십시오.",
        "Find {R} and move {O} to its place.",
    ),
];

/// Only where both are the only ones of their names and lie on different halves. `{P}` and `{Q}` are the sides.
const PLACE_SIDES: &[Command] = &[
    (
        "화면 {P}의 {O:을} {Q} {R:로} 옮겨라.",
        "화면 {P}의 {O:을} {Q} {R:로} 옮기십시오.",
        "Move {O} on the {P} of the screen to {R} on the {Q}.",
    ),
    (
        "화면 {P}에 있는 {O:을} {Q}에 있는 {R} 쪽으로 옮겨라.",
        "화면 {P}에 있는 {O:을} {Q}에 있는 {R} 쪽으로 옮기십시오.",
        "Take {O}, on the {P} of the screen, over to {R} on the {Q}.",
    ),
];

/// A template of a sub-task: Korean and English.
type Part = (&'static str, &'static str);

/// Reaching for a thing.
pub const REACH: &[Part] = &[
    ("{O} 쪽으로 {A:을} 뻗기", "Reach for the {O} with the {A}"),
    ("{O} 가까이 {A:을} 옮기기", "Bring the {A} close to the {O}"),
    ("{A:을} {O} 쪽으로 가져가기", "Take the {A} towards the {O}"),
    ("{A:을} {O}까지 움직이기", "Move the {A} as far as the {O}"),
    ("{O:이} 있는 곳으로 {A:을} 뻗기", "Reach to where the {O} is with the {A}"),
    ("{A:과} {O} 사이를 좁히기", "Close the gap between the {A} and the {O}"),
    ("{O} 자리로 {A:을} 옮기기", "Move the {A} to the place of the {O}"),
    ("{A:로} {O}에 다가가기", "Approach the {O} with the {A}"),
];

/// Moving a thing towards a place.
pub const CARRY: &[Part] = &[
    ("{O:을} {R} 쪽으로 옮기기", "Move the {O} towards the {R}"),
    ("{O:을} {R:이} 있는 곳으로 옮기기", "Move the {O} to where the {R} is"),
    ("{R} 쪽으로 {O:을} 가져가기", "Bring the {O} towards the {R}"),
    ("{A:로} {O:을} {R} 가까이 옮기기", "Move the {O} close to the {R} with the {A}"),
    ("{O:과} 함께 {A:을} {R} 쪽으로 움직이기", "Move the {A} and the {O} together towards the {R}"),
    ("{R} 자리까지 {O:을} 옮기기", "Take the {O} to the place of the {R}"),
    ("{O:과} {R} 사이를 좁히기", "Close the gap between the {O} and the {R}"),
    ("{O}의 위치를 {R} 쪽으로 바꾸기", "Shift the {O} towards the {R}"),
];

/// Moving a thing anywhere.
pub const CARRY_ALONG: &[Part] = &[
    ("{O:을} {A:과} 함께 옮기기", "Move the {O} along with the {A}"),
    ("{A:로} {O:을} 다른 자리로 옮기기", "Move the {O} to another place with the {A}"),
    ("{O}의 위치를 바꾸기", "Change the position of the {O}"),
];

/// Leaving a thing.
pub const RELEASE: &[Part] = &[
    ("{O}에서 {A:을} 떼기", "Take the {A} off the {O}"),
    ("{A:을} {O}에서 멀리 옮기기", "Move the {A} away from the {O}"),
    ("{O} 곁에서 {A:을} 거두기", "Withdraw the {A} from beside the {O}"),
    ("{O:을} 두고 {A:을} 물리기", "Leave the {O} and draw the {A} back"),
    ("{A:을} {O}에서 거두어들이기", "Pull the {A} back from the {O}"),
    ("{O:과} 떨어지도록 {A:을} 옮기기", "Move the {A} so that it comes apart from the {O}"),
    ("{O:을} 그 자리에 두고 {A:을} 떼기", "Leave the {O} in its place and take the {A} away"),
    ("{A:과} {O} 사이를 벌리기", "Open a gap between the {A} and the {O}"),
];

/// What the followed one does meanwhile: the clause before an ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It moves to a side of the image; only where the camera stands still.
    Moves(Side),
    /// Its place in the image shifts to a side.
    Shifts(Side),
    /// It becomes larger in the image.
    Grows,
    /// It becomes smaller in the image.
    Shrinks,
    /// Its place in the image stays much the same.
    Stays,
    /// It changes sides with one other, which lay on that side before.
    Crosses(Side),
    /// It changes sides with several others.
    CrossesMany,
    /// None of these is clearly so.
    Any,
}

/// A side of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

impl Side {
    /// In Korean and English.
    pub fn words(self) -> Part {
        match self {
            Self::Left => ("왼쪽", "left"),
            Self::Right => ("오른쪽", "right"),
            Self::Up => ("위쪽", "up"),
            Self::Down => ("아래쪽", "down"),
        }
    }
}

impl Side {
    /// The other side.
    fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

impl Phase {
    /// The name in template ids.
    fn name(self) -> String {
        match self {
            Self::Moves(side) => format!("moves_{}", side.words().1),
            Self::Shifts(side) => format!("shifts_{}", side.words().1),
            Self::Grows => "grows".to_owned(),
            Self::Shrinks => "shrinks".to_owned(),
            Self::Stays => "stays".to_owned(),
            Self::Crosses(side) => format!("crosses_{}", side.words().1),
            Self::CrossesMany => "crosses_many".to_owned(),
            Self::Any => "any".to_owned(),
        }
    }

    /// The clauses that can say it.
    fn clauses(self) -> &'static [Part] {
        match self {
            Self::Moves(_) => &[
                ("따라가는 {N:이} {S:로} 움직이는 동안", "while the followed {N} moves {S}"),
                ("따라가는 {N:이} 화면 {S:로} 가는 동안", "while the followed {N} goes {S} on the screen"),
            ],
            Self::Shifts(_) => &[
                (
                    "따라가는 {N}의 화면 위치가 {S:로} 옮겨 가는 동안",
                    "while the followed {N}'s place in the image shifts {S}",
                ),
                ("화면에서 따라가는 {N:이} {S:로} 옮겨지는 동안", "while the followed {N} is shifted {S} in the image"),
            ],
            Self::Grows => &[
                ("따라가는 {N:이} 화면에서 점점 커지는 동안", "while the followed {N} grows larger in the image"),
                ("따라가는 {N:이} 점점 크게 보이는 동안", "while the followed {N} appears larger and larger"),
            ],
            Self::Shrinks => &[
                ("따라가는 {N:이} 화면에서 점점 작아지는 동안", "while the followed {N} grows smaller in the image"),
                ("따라가는 {N:이} 점점 작게 보이는 동안", "while the followed {N} appears smaller and smaller"),
            ],
            Self::Stays => &[
                (
                    "따라가는 {N}의 화면 위치가 거의 그대로인 동안",
                    "while the followed {N} keeps much the same place in the image",
                ),
                (
                    "따라가는 {N:이} 화면의 같은 자리에 보이는 동안",
                    "while the followed {N} is seen at the same spot of the image",
                ),
            ],
            Self::Crosses(_) => &[
                (
                    "따라가는 {N}의 {S}에 있던 {M:이} {T}에 놓이는 동안",
                    "while another {M} passes from the {S} to the {T} of the followed {N}",
                ),
                (
                    "따라가는 {N:과} 다른 {M}의 좌우가 바뀌는 동안",
                    "while the followed {N} and another {M} change sides",
                ),
                ("따라가는 {N:이} 다른 {M:과} 엇갈리는 동안", "while the followed {N} passes another {M} in the image"),
            ],
            Self::CrossesMany => &[
                (
                    "따라가는 {N:과} 다른 {M} 여럿의 좌우가 바뀌는 동안",
                    "while the followed {N} changes sides with several others",
                ),
                (
                    "따라가는 {N:이} 다른 {M} 여럿과 엇갈리는 동안",
                    "while the followed {N} passes several others in the image",
                ),
            ],
            Self::Any => &[("처음부터 따라가던 {N:을}", "at the {N} followed from the start")],
        }
    }

    /// What is to be done meanwhile.
    fn endings(self) -> &'static [Part] {
        match self {
            Self::Moves(_) | Self::Shifts(_) => &[
                ("계속 가리키기", "Keep pointing"),
                ("지시점을 함께 옮기기", "Move the pointer along"),
                ("중심을 짚어 가기", "Keep marking the centre"),
                ("위치를 프레임마다 표시하기", "Mark the position in every frame"),
            ],
            Self::Grows | Self::Shrinks | Self::Stays => &[
                ("계속 가리키기", "Keep pointing"),
                ("지시점을 중심에 맞추어 두기", "Keep the pointer on the centre"),
                ("중심을 짚고 있기", "Go on marking the centre"),
                ("위치를 프레임마다 표시하기", "Mark the position in every frame"),
            ],
            Self::Crosses(_) | Self::CrossesMany => &[
                ("처음의 {N:을} 놓치지 않고 가리키기", "Keep hold of the first {N}"),
                ("바꾸지 않고 같은 {N:을} 가리키기", "Point at the same {N} without switching"),
                ("가리키던 {N:을} 계속 가리키기", "Go on pointing at the {N} pointed at before"),
                ("같은 {N}의 중심을 짚어 가기", "Keep marking the centre of the same {N}"),
            ],
            Self::Any => &[("계속 가리키기", "Keep pointing"), ("놓치지 않고 가리키기", "Go on pointing")],
        }
    }
}

/// One of `items`, by a seed.
fn pick<T>(items: &[T], seed: u64) -> Option<(usize, &T)> {
    let index = (seed % items.len().max(1) as u64) as usize;
    items.get(index).map(|item| (index, item))
}

/// Fills the places of a template; a name that has no value stays as it stands.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, tail)) = after.split_once('}') else { break };
        let (name, particle) = place.split_once(':').unwrap_or((place, ""));
        let value = values.iter().find(|(known, _)| *known == name).map_or(place, |(_, value)| *value);
        let particle = match particle {
            "을" => Some(Particle::Object),
            "이" => Some(Particle::Subject),
            "과" => Some(Particle::With),
            "로" => Some(Particle::By),
            _ => None,
        };
        match particle {
            Some(particle) => out.push_str(&with_particle(value, particle)),
            None => out.push_str(value),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The words for a referent, Korean and English with article. `bare` leaves out what "only" would add.
pub fn phrase(referent: &Referent, noun: &Noun, bare: bool, seed: u64) -> (String, String) {
    const ORDINALS: [Part; 3] = [("첫", "first"), ("두", "second"), ("세", "third")];
    let ordinal = ORDINALS.get(referent.rank.saturating_sub(1)).copied().unwrap_or_default();
    let forms: &[Part] = match (referent.rule, referent.rank) {
        ("only", _) if bare => &[("{N}", "the {N}")],
        ("only", _) => &[("화면에 보이는 {N}", "the {N} on the screen"), ("화면 속 {N}", "the {N} in the image")],
        ("from_left", 1) => &[
            ("화면 맨 왼쪽 {N}", "the leftmost {N} on the screen"),
            ("화면에서 가장 왼쪽에 있는 {N}", "the {N} farthest to the left"),
        ],
        ("from_right", 1) => &[
            ("화면 맨 오른쪽 {N}", "the rightmost {N} on the screen"),
            ("화면에서 가장 오른쪽에 있는 {N}", "the {N} farthest to the right"),
        ],
        ("from_left", _) => &[
            ("화면 왼쪽에서 {K} 번째 {N}", "the {K} {N} from the left of the screen"),
            ("왼쪽부터 세어 {K} 번째 {N}", "the {K} {N} counting from the left"),
        ],
        ("from_right", _) => &[
            ("화면 오른쪽에서 {K} 번째 {N}", "the {K} {N} from the right of the screen"),
            ("오른쪽부터 세어 {K} 번째 {N}", "the {K} {N} counting from the right"),
        ],
        ("topmost", _) => &[
            ("화면 맨 위쪽 {N}", "the topmost {N} on the screen"),
            ("화면에서 가장 위쪽에 있는 {N}", "the {N} highest up in the image"),
        ],
        ("bottommost", _) => &[
            ("화면 맨 아래쪽 {N}", "the bottommost {N} on the screen"),
            ("화면에서 가장 아래쪽에 있는 {N}", "the {N} lowest down in the image"),
        ],
        ("largest", _) => &[
            ("화면에서 가장 크게 보이는 {N}", "the {N} that looks largest on the screen"),
            ("가장 크게 보이는 {N}", "the largest-looking {N}"),
        ],
        _ => &[
            ("화면에서 가장 작게 보이는 {N}", "the {N} that looks smallest on the screen"),
            ("가장 작게 보이는 {N}", "the smallest-looking {N}"),
        ],
    };
    let (ko, en) = pick(forms, seed).map(|(_, form)| *form).unwrap_or_default();
    (fill(ko, &[("N", &noun.ko), ("K", ordinal.0)]), fill(en, &[("N", &noun.en), ("K", ordinal.1)]))
}

/// The first letter in upper case.
fn capitalised(text: String) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text,
    }
}

/// One command of a list, plain or polite by the seed.
fn command(list: &[Command], name: &str, rule: &str, seed: u64, ko: &[(&str, &str)], en: &[(&str, &str)]) -> Wording {
    let polite = (seed >> 32) & 1 == 1;
    let Some((index, (plain_ko, polite_ko, english))) = pick(list, seed) else {
        return Wording { ko: String::new(), en: String::new(), template_id: String::new() };
    };
    let style = if polite { "polite" } else { "plain" };
    Wording {
        ko: fill(if polite { polite_ko } else { plain_ko }, ko),
        en: capitalised(fill(english, en)),
        template_id: format!("{name}.c{index}.{style}.{rule}@1"),
    }
}

/// The command to follow one of the first frame. `crossed`: what it changes sides with, if anything.
pub fn follow_command(referent: &Referent, noun: &Noun, crossed: Option<&Noun>, seed: u64) -> Wording {
    let (ko, en) = phrase(referent, noun, false, seed >> 40);
    // A crossing is worth saying, but not always.
    let (list, name) = match crossed {
        Some(_) if (seed >> 33).is_multiple_of(3) => (FOLLOW_CROSSING, "follow_crossing"),
        _ => (FOLLOW, "follow"),
    };
    let other = crossed.unwrap_or(noun);
    let ko = [("R", ko.as_str()), ("N", &noun.ko), ("M", &other.ko)];
    let en = [("R", en.as_str()), ("N", &noun.en), ("M", &other.en)];
    command(list, name, referent.rule, seed, &ko, &en)
}

/// The command to bring one thing to another. `sides`: the halves of the image where each lies, if they differ.
pub fn place_command(
    actor: &Noun,
    object: (&Referent, &Noun),
    region: (&Referent, &Noun),
    sides: Option<(Side, Side)>,
    seed: u64,
) -> Wording {
    let (object_ko, object_en) = phrase(object.0, object.1, true, seed >> 40);
    let (region_ko, region_en) = phrase(region.0, region.1, true, seed >> 41);
    let both_only = object.0.rule == "only" && region.0.rule == "only";
    let (list, name) = match sides {
        Some(_) if both_only && (seed >> 33).is_multiple_of(3) => (PLACE_SIDES, "place_sides"),
        _ => (PLACE, "place"),
    };
    let (from, to) = sides.map_or((("", ""), ("", "")), |(from, to)| (from.words(), to.words()));
    let ko = [("O", object_ko.as_str()), ("R", &region_ko), ("A", &actor.ko), ("P", from.0), ("Q", to.0)];
    let en = [("O", object_en.as_str()), ("R", &region_en), ("A", &actor.en), ("P", from.1), ("Q", to.1)];
    command(list, name, object.0.rule, seed, &ko, &en)
}

/// A sub-task of a manipulation, from one of the lists above.
pub fn part(list: &[Part], name: &str, nouns: [&Noun; 3], seed: u64) -> Wording {
    let [actor, object, region] = nouns;
    let (index, (ko, en)) = pick(list, seed).unwrap_or((0, &("", "")));
    Wording {
        ko: fill(ko, &[("A", &actor.ko), ("O", &object.ko), ("R", &region.ko)]),
        en: fill(en, &[("A", &actor.en), ("O", &object.en), ("R", &region.en)]),
        template_id: format!("{name}.c{index}@1"),
    }
}

/// A sub-task of a following. `other` is what is passed, where something is.
pub fn follow_part(phase: Phase, noun: &Noun, other: &Noun, seed: u64) -> Wording {
    let side = match phase {
        Phase::Moves(side) | Phase::Shifts(side) | Phase::Crosses(side) => side,
        _ => Side::Left,
    };
    let (side, opposite) = (side.words(), side.opposite().words());
    let (clause_index, (clause_ko, clause_en)) = pick(phase.clauses(), seed >> 16).unwrap_or((0, &("", "")));
    let (ending_index, (ending_ko, ending_en)) = pick(phase.endings(), seed).unwrap_or((0, &("", "")));
    let ko = [("N", noun.ko.as_str()), ("M", &other.ko), ("S", side.0), ("T", opposite.0)];
    let en = [("N", noun.en.as_str()), ("M", &other.en), ("S", side.1), ("T", opposite.1)];
    Wording {
        ko: format!("{} {}", fill(clause_ko, &ko), fill(ending_ko, &ko)),
        en: format!("{} {}", fill(ending_en, &en), fill(clause_en, &en)),
        template_id: format!("follow.{}.c{clause_index}.e{ending_index}@1", phase.name()),
    }
}
