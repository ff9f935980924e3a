//! The rules for Korean pairs.

use super::super::model::Lang;
use super::Label;
use super::align::{Alignment, Kind, Unit};
use super::english::is_light;
use super::tables::{LEAD, LIGHT, NOT_A_FACT, STRENGTH, listed};
use super::verdict::Span;
use super::words::{Role, has_digit, mask, words};
use crate::text::strip_particle;

/// What a rule found: the words that its reason rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Id with version.
    pub(super) rule: &'static str,
    /// The label it argues for.
    pub(super) label: Label,
    /// The unit of the hypothesis that makes the difference.
    pub(super) ours: Option<usize>,
    /// The unit of the premise that it stands against.
    pub(super) theirs: Option<usize>,
}

/// Every 어절 of the hypothesis stands in the premise.
pub(super) const SAME_WORDS: &str = "nli.same_words@1";
/// Every word of the hypothesis stands in the premise, in another form or place.
pub(super) const COVERED: &str = "nli.covered@1";
/// The words of the hypothesis stand in the premise one behind the other.
pub(super) const RUN: &str = "nli.run@1";
/// What the premise speaks of exists.
pub(super) const EXISTS: &str = "nli.exists@1";
/// One number differs.
pub(super) const NUMBER_DIFFERS: &str = "nli.number_differs@1";
/// The same predicate is denied on one side.
pub(super) const NEGATION: &str = "nli.negation@1";
/// One word is replaced by its opposite.
pub(super) const OPPOSITE: &str = "nli.opposite@1";
/// A number that the premise does not have.
pub(super) const NUMBER_ADDED: &str = "nli.number_added@1";
/// 가장, 유일한, 일부, 대부분 without a match.
pub(super) const DEGREE_ADDED: &str = "nli.degree_added@1";
/// A new noun with 도.
pub(super) const ALSO_ADDED: &str = "nli.also_added@1";
/// The premise with a word put in.
pub(super) const MODIFIER_ADDED: &str = "nli.modifier_added@1";
/// Mostly words that the premise does not have.
pub(super) const NEW_WORDS: &str = "nli.new_words@1";

/// English: the hypothesis is the premise cut short.
pub(super) const EN_SAME_WORDS: &str = "nli.en_same_words@1";
/// English: one number differs.
pub(super) const EN_NUMBER_DIFFERS: &str = "nli.en_number_differs@1";
/// English: the same words, denied on one side.
pub(super) const EN_NEGATION: &str = "nli.en_negation@1";
/// English: a number that the premise does not have.
pub(super) const EN_NUMBER_ADDED: &str = "nli.en_number_added@1";

/// A pair with what all rules ask for.
pub(super) struct Pair<'a> {
    pub(super) premise: &'a str,
    pub(super) hypothesis: &'a str,
    pub(super) side: Alignment<'a>,
    pub(super) lang: Lang,
    compact_premise: String,
    new: Vec<usize>,
}

const NEGATIVE: [&str; 12] = ["않", "못", "없", "아니", "아닌", "아닙", "달리", "반대", "제외", "불가", "말고", "빼고"];

impl<'a> Pair<'a> {
    pub(super) fn new(premise: &'a str, hypothesis: &'a str, lang: Lang) -> Self {
        let side = Alignment::new(premise, hypothesis, lang);
        let says = |unit: &Unit<'_>| match lang {
            Lang::Ko => !unit.listed(LIGHT),
            Lang::En => !is_light(unit.text),
        };
        let new = side.alone().filter(|&index| side.hypothesis.get(index).is_some_and(says)).collect();
        Self { premise, hypothesis, side, lang, compact_premise: premise.split_whitespace().collect(), new }
    }

    fn count(&self, kind: Kind) -> usize {
        self.side.of_kind(kind).count()
    }

    /// Units of the hypothesis without a partner that say something.
    pub(super) fn new_units(&self) -> &[usize] {
        &self.new
    }

    fn clean(&self) -> bool {
        [Kind::Flipped, Kind::Opposite, Kind::OppositeDenied, Kind::OtherNumber]
            .iter()
            .all(|&kind| self.count(kind) == 0)
    }

    /// Does the premise contain the text, whatever the spacing?
    pub(super) fn in_premise(&self, text: &str) -> bool {
        self.compact_premise.contains(&text.split_whitespace().collect::<String>())
    }

    /// Does the text contain a mark of negation?
    pub(super) fn negative(text: &str) -> bool {
        NEGATIVE.iter().any(|mark| text.contains(mark)) || words(text).iter().any(|word| word.text == "안")
    }

    fn denied_nearby(units: &[Unit<'_>], taken: Option<&[bool]>, at: usize) -> bool {
        units.iter().enumerate().skip(at + 1).take(1).any(|(index, unit)| {
            unit.existence && unit.negated && taken.is_none_or(|taken| taken.get(index) != Some(&true))
        })
    }
}

/// What to quote of a unit: 있다 and 없다 with the word before them, or with `…ㄹ 수`.
pub(super) fn reach(units: &[Unit<'_>], index: usize) -> Option<Span> {
    let unit = units.get(index)?;
    let is_modal = |before: &Unit<'_>| before.text.starts_with('수') && before.text.chars().count() <= 2;
    let back = match index.checked_sub(1).and_then(|before| units.get(before)) {
        Some(before) if unit.existence && is_modal(before) => 2,
        Some(_) if unit.existence => 1,
        _ => 0,
    };
    Some((units.get(index.saturating_sub(back))?.start, unit.end))
}

/// What to quote of a unit of the hypothesis and its counterpart: without a particle that both have.
pub(super) fn reach_both(side: &Alignment<'_>, ours: usize, theirs: usize) -> Option<(Span, Span)> {
    // Particles that no predicate ends in.
    const SURE: [&str; 12] =
        ["에", "에서", "에서는", "에는", "을", "를", "으로", "로", "까지", "부터", "까지는", "부터는"];
    let (h, p) = (side.hypothesis.get(ours)?, side.premise.get(theirs)?);
    let (mut h_span, mut p_span) = (reach(&side.hypothesis, ours)?, reach(&side.premise, theirs)?);
    let (of_h, of_p) = (strip_particle(h.text), strip_particle(p.text));
    if let (Some((stem, particle)), Some((_, other))) = (of_h, of_p)
        && particle == other
        && SURE.contains(&particle)
        && stem.chars().count() >= 2
        && !(h.negated || p.negated || h.existence || p.existence)
    {
        let length = particle.chars().count();
        (h_span.1, p_span.1) = (h_span.1 - length, p_span.1 - length);
    }
    Some((h_span, p_span))
}

fn finding(rule: &'static str, label: Label, pair: Option<(usize, usize)>) -> Option<Finding> {
    Some(Finding { rule, label, ours: pair.map(|pair| pair.0), theirs: pair.map(|pair| pair.1) })
}

/// Does a unit carry a limit: 만, 뿐, 밖에?
fn limits(units: &[Unit<'_>]) -> bool {
    const WITHIN: [&str; 8] = ["뿐이", "뿐입", "밖에", "뿐인", "만이", "만을", "만의", "만은"];
    units.iter().any(|unit| {
        let only = |stem: &&str| {
            stem.strip_suffix('만').is_some_and(|noun| {
                (noun.chars().count() > 1 || matches!(noun, "나" | "저"))
                    && !noun.ends_with(|c: char| c == '지' || c.is_ascii_digit())
            })
        };
        unit.stems.iter().take(3).any(only)
            || (WITHIN.iter().any(|mark| unit.text.contains(mark)) && unit.text.chars().count() > 2)
    })
}

/// Numbers keep their order, or their owners may have been exchanged.
fn numbers_in_order(pair: &Pair<'_>) -> bool {
    let side = &pair.side;
    let numbers: Vec<usize> = side
        .hypothesis
        .iter()
        .zip(&side.partner)
        .filter(|(unit, _)| has_digit(unit.text))
        .filter_map(|(_, partner)| partner.map(|(place, _)| place))
        .collect();
    numbers.is_sorted()
}

/// `한빛대교는 강에 있다.` with every word in the premise.
fn same_words(pair: &Pair<'_>) -> Option<Finding> {
    (pair.clean() && pair.new.is_empty() && numbers_in_order(pair)).then_some(())?;
    let premise = words(pair.premise);
    let all = words(pair.hypothesis).iter().all(|word| premise.iter().any(|other| other.text == word.text));
    (all && !pair.side.hypothesis.is_empty()).then_some(())?;
    finding(SAME_WORDS, Label::Entailment, None)
}

/// May a word with role `h` in the hypothesis be the one with role `p` in the premise?
fn roles_fit(h: Role, p: Role) -> bool {
    !matches!(
        (h, p),
        (Role::Subject, Role::Dative | Role::With | Role::Than | Role::Genitive)
            | (Role::Object, Role::Subject | Role::Dative | Role::Copula)
            | (Role::Dative | Role::Than, Role::Subject | Role::Object)
            | (
                Role::Copula,
                Role::Subject
                    | Role::Object
                    | Role::Dative
                    | Role::Than
                    | Role::Genitive
                    | Role::With
                    | Role::Adverbial
            )
    )
}

/// Do the words that hang together in the hypothesis hang together in the premise?
fn bonds_hold(pair: &Pair<'_>) -> bool {
    let side = &pair.side;
    let partner = |index: usize| side.partner.get(index).copied().flatten().map(|(place, _)| place);
    let last = side.hypothesis.len().checked_sub(1).and_then(partner);
    side.hypothesis.iter().enumerate().all(|(index, unit)| {
        let Some(place) = partner(index) else { return true };
        let Some(other) = side.premise.get(place) else { return true };
        if !roles_fit(unit.role, other.role) && !unit.existence {
            return false;
        }
        match unit.role {
            // 'A의 B' must be 'A의 B' there too, or 'A B'.
            Role::Genitive => partner(index + 1).is_none_or(|next| next > place && next - place <= 2),
            // Between a subject and its predicate no other subject comes up.
            Role::Subject => last.is_none_or(|last| {
                let (from, to) = if place < last { (place + 1, last) } else { (last + 1, place) };
                (from..to).all(|between| {
                    side.taken.get(between) == Some(&true)
                        || side.premise.get(between).is_none_or(|unit| unit.role != Role::Subject)
                })
            }),
            _ => true,
        }
    })
}

/// No negation in the premise that the hypothesis leaves out, no question, nothing merely planned or reported.
fn stated(pair: &Pair<'_>) -> bool {
    const OFF: [&str; 7] = ["불가능", "금지", "중단", "취소", "실패", "폐지", "불가"];
    let side = &pair.side;
    let left = |index: usize| side.taken.get(index) != Some(&true);
    !NOT_A_FACT.iter().any(|mark| pair.premise.contains(mark) && !pair.hypothesis.contains(mark))
        && !pair.premise.trim_end().ends_with(['까', '?'])
        && !side
            .premise
            .iter()
            .enumerate()
            .any(|(index, unit)| left(index) && (unit.negated || OFF.iter().any(|word| unit.text.starts_with(word))))
        && !side.premise.windows(2).enumerate().any(|(index, two)| {
            two.first().is_some_and(|unit| unit.text == "수")
                && left(index + 1)
                && two.last().is_some_and(|unit| unit.existence)
        })
        && side
            .hypothesis
            .iter()
            .enumerate()
            .all(|(index, unit)| !unit.negated || side.partner.get(index).copied().flatten().is_some())
}

fn is_covered(pair: &Pair<'_>) -> bool {
    pair.clean()
        && pair.new_units().is_empty()
        && pair.side.hypothesis.len() > 1
        && limits(&pair.side.hypothesis) == limits(&pair.side.premise)
        && stated(pair)
}

/// The words of the hypothesis stand in the premise one behind the other.
fn run(pair: &Pair<'_>) -> Option<Finding> {
    is_covered(pair).then_some(())?;
    let places: Vec<usize> = pair.side.partner.iter().flatten().map(|(place, _)| *place).collect();
    (places.len() == pair.side.hypothesis.len()).then_some(())?;
    places.windows(2).all(|two| matches!(two, [a, b] if a + 1 == *b)).then_some(())?;
    finding(RUN, Label::Entailment, None)
}

fn covered(pair: &Pair<'_>) -> Option<Finding> {
    (is_covered(pair) && bonds_hold(pair) && numbers_in_order(pair)).then_some(())?;
    finding(COVERED, Label::Entailment, None)
}

/// `…가 있다`, and everything but 있다 stands in the premise.
fn exists(pair: &Pair<'_>) -> Option<Finding> {
    let side = &pair.side;
    let last = side.hypothesis.len().checked_sub(1)?;
    let end = side.hypothesis.get(last)?;
    (end.existence && !end.negated && last >= 1 && pair.new_units().iter().all(|&index| index == last)).then_some(())?;
    (pair.clean() && stated(pair) && !limits(&pair.side.hypothesis) && bonds_hold(pair)).then_some(())?;
    (side.hypothesis.get(last - 1)?.text != "수").then_some(())?;
    finding(EXISTS, Label::Entailment, None)
}

/// One difference of a kind, and else nothing new.
fn single(pair: &Pair<'_>, kind: Kind, spare: usize) -> Option<(usize, usize)> {
    let total: usize = [Kind::Flipped, Kind::Opposite, Kind::OppositeDenied, Kind::OtherNumber]
        .iter()
        .map(|&kind| pair.count(kind))
        .sum();
    let mut found = pair.side.of_kind(kind);
    let first = found.next()?;
    (found.next().is_none() && total == 1 && pair.new_units().len() <= spare).then_some(first)
}

/// Marks that a number bounds, sums up, or belongs to another time.
const BOUNDS: [&str; 22] = [
    "이상",
    "이하",
    "미만",
    "초과",
    "넘",
    "총",
    "합",
    "모두",
    "보다",
    "뒤",
    "이전",
    "기존",
    "부터",
    "최소",
    "최대",
    "적어도",
    "약 ",
    "가운데",
    "후에",
    "전에",
    "되기도",
    "기도 ",
];

/// Does a word beside the unit have its partner beside the unit's partner?
fn anchored(pair: &Pair<'_>, ours: usize, theirs: usize) -> bool {
    let side = &pair.side;
    let beside = |index: Option<usize>| {
        index
            .and_then(|index| side.partner.get(index).copied().flatten())
            .is_some_and(|(place, kind)| matches!(kind, Kind::Same | Kind::Synonym) && place.abs_diff(theirs) <= 1)
    };
    beside(ours.checked_sub(1)) || beside(Some(ours + 1))
}

fn number_differs(pair: &Pair<'_>) -> Option<Finding> {
    let (ours, theirs) = single(pair, Kind::OtherNumber, 1)?;
    let (h, p) = (pair.side.hypothesis.get(ours)?, pair.side.premise.get(theirs)?);
    let open = BOUNDS.iter().any(|mark| pair.hypothesis.contains(mark) && !pair.premise.contains(mark));
    (!open && anchored(pair, ours, theirs)).then_some(())?;
    // The hypothesis' number stands nowhere in the premise.
    let (_, ours_runs) = mask(h.text);
    let (_, all_runs) = mask(pair.premise);
    let (_, their_runs) = mask(p.text);
    let new = ours_runs.iter().filter(|run| !their_runs.contains(run)).all(|run| !all_runs.contains(run));
    new.then_some(())?;
    (Pair::negative(pair.hypothesis) == Pair::negative(pair.premise)).then_some(())?;
    finding(NUMBER_DIFFERS, Label::Contradiction, Some((ours, theirs)))
}

/// Marks that something is still to come: its denial for now is no contradiction.
const PENDING: [&str; 6] = ["예정", "계획", "뻔", "기로 ", "전망", "예상"];

fn negation(pair: &Pair<'_>) -> Option<Finding> {
    let (ours, theirs) = single(pair, Kind::Flipped, 0)?;
    let side = &pair.side;
    let (h, p) = (side.hypothesis.get(ours)?, side.premise.get(theirs)?);
    if h.existence {
        // 있다 and 없다 are of the same thing only where the word before is the same.
        let before = ours.checked_sub(1)?;
        let (place, kind) = side.partner.get(before).copied().flatten()?;
        (kind == Kind::Same && place < theirs && theirs - place <= 2).then_some(())?;
    }
    // '…가 아니다' denies '…이다', not a word that stands elsewhere.
    let (denied, plain) = if h.negated { (h, p) } else { (p, h) };
    let copular = denied.role == Role::Subject && !denied.existence;
    (!copular || matches!(plain.role, Role::Copula | Role::Bare)).then_some(())?;
    let pending = PENDING.iter().any(|mark| pair.premise.contains(mark) && !pair.hypothesis.contains(mark));
    let again =
        side.premise.get(theirs + 1).is_some_and(|next| next.negated && side.taken.get(theirs + 1) != Some(&true));
    (!pending && !again && limits(&pair.side.hypothesis) == limits(&pair.side.premise)).then_some(())?;
    finding(NEGATION, Label::Contradiction, Some((ours, theirs)))
}

fn opposite(pair: &Pair<'_>) -> Option<Finding> {
    let (ours, theirs) = single(pair, Kind::Opposite, 0)?;
    let side = &pair.side;
    (!Pair::denied_nearby(&side.premise, Some(&side.taken), theirs)
        && !Pair::denied_nearby(&side.hypothesis, None, ours))
    .then_some(())?;
    let denied = side.alone().any(|index| side.hypothesis.get(index).is_some_and(|unit| unit.negated));
    (!denied).then_some(())?;
    finding(OPPOSITE, Label::Contradiction, Some((ours, theirs)))
}

fn has_number(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "한",
        "두",
        "세",
        "네",
        "둘",
        "셋",
        "넷",
        "하나",
        "다섯",
        "여섯",
        "일곱",
        "여덟",
        "아홉",
        "열",
        "절반",
        "첫",
        "혼자",
        "일주일",
        "하루",
        "몇",
        "둘이",
        "반",
    ];
    has_digit(text) || words(text).iter().any(|word| listed(word.text, &WORDS) || word.text.ends_with("째"))
}

fn number_added(pair: &Pair<'_>) -> Option<Finding> {
    (!has_number(pair.premise)).then_some(())?;
    let ours =
        pair.side.alone().find(|&index| pair.side.hypothesis.get(index).is_some_and(|unit| has_digit(unit.text)))?;
    // Who counts what the premise lists adds nothing.
    const COUNTS: [&str; 8] = ["명", "개", "곳", "가지", "종", "위", "분의", "순위"];
    let counted = side_text(pair, ours)
        .is_some_and(|text| COUNTS.iter().any(|unit| mask(text).0.starts_with(&format!("#{unit}"))));
    let lists = pair.premise.matches(',').count() >= 2;
    (pair.clean() && !(counted && lists)).then_some(())?;
    Some(Finding { rule: NUMBER_ADDED, label: Label::Neutral, ours: Some(ours), theirs: None })
}

fn side_text<'a>(pair: &'a Pair<'_>, index: usize) -> Option<&'a str> {
    pair.side.hypothesis.get(index).map(|unit| unit.text)
}

fn alone_listed(pair: &Pair<'_>, list: &[&str]) -> Option<usize> {
    pair.side.alone().find(|&index| pair.side.hypothesis.get(index).is_some_and(|unit| unit.listed(list)))
}

/// A rank or a share that the premise does not give.
fn degree_added(pair: &Pair<'_>) -> Option<Finding> {
    const RANKS: [&str; 7] = ["가장", "유일한", "유일하게", "최초", "제일", "유일", "최고"];
    const SHARES: [&str; 10] =
        ["일부", "대부분", "대다수", "몇몇", "주로", "보통", "일반적으로", "다수", "소수", "상당수"];
    const RANKED: [&str; 10] = ["최", "가장", "유일", "제일", "첫", "처음", "보다", "뿐", "만 ", "독보"];
    const SHARED: [&str; 13] =
        ["일부", "대부분", "모든", "모두", "전부", "전면", "전반", "유일", "대다수", "주로", "보통", "다 ", "전체"];
    let met = |marks: &[&str]| marks.iter().any(|mark| pair.premise.contains(mark));
    let ours = alone_listed(pair, &RANKS)
        .filter(|_| !met(&RANKED))
        .or_else(|| alone_listed(pair, &SHARES).filter(|_| !met(&SHARED)))?;
    pair.clean().then_some(())?;
    Some(Finding { rule: DEGREE_ADDED, label: Label::Neutral, ours: Some(ours), theirs: None })
}

fn also_added(pair: &Pair<'_>) -> Option<Finding> {
    let ours = pair.side.alone().find(|&index| {
        pair.side.hypothesis.get(index).is_some_and(|unit| {
            unit.text.strip_suffix('도').is_some_and(|noun| {
                let noun = noun
                    .trim_end_matches("에서")
                    .trim_end_matches("에게")
                    .trim_end_matches("들")
                    .trim_end_matches('에');
                const TIMES: [&str; 8] = ["내일", "지금", "오늘", "이번", "다음", "초반부", "후반부", "아직"];
                noun.chars().count() >= 2
                    && !has_digit(noun)
                    && !TIMES.contains(&noun)
                    && !noun.ends_with([
                        '기', '지', '수', '고', '서', '이', '라', '남', '북', '래', '어', '아', '해', '여', '려', '져',
                    ])
                    && !pair.in_premise(noun)
            })
        })
    })?;
    (pair.clean() && !Pair::negative(pair.hypothesis)).then_some(())?;
    Some(Finding { rule: ALSO_ADDED, label: Label::Neutral, ours: Some(ours), theirs: None })
}

fn modifier_added(pair: &Pair<'_>) -> Option<Finding> {
    // Words that a paraphrase may need, and words that turn the sentence round.
    const NO_ADDITION: [&str; 25] = [
        "시기",
        "곳",
        "사람",
        "이들",
        "기간",
        "이유",
        "때문",
        "가진",
        "있",
        "미리",
        "제외한",
        "반대로",
        "달리",
        "아닌",
        "본",
        "위한",
        "통해",
        "대한",
        "것들",
        "정도",
        "동안",
        "종류",
        "총",
        "더",
        "직접",
    ];
    const NUMERALS: [&str; 10] = ["한", "두", "세", "네", "넉", "서너", "첫", "몇", "석", "여러"];
    let side = &pair.side;
    pair.clean().then_some(())?;
    let new: Vec<usize> = pair
        .new_units()
        .iter()
        .copied()
        .filter(|&index| side.hypothesis.get(index).is_some_and(|unit| !unit.listed(STRENGTH)))
        .collect();
    let ours = *new.first()?;
    (new.len() <= 2).then_some(())?;
    let adds = |index: &usize| {
        side.hypothesis.get(*index).is_some_and(|unit| {
            !unit.listed(&NO_ADDITION) && !unit.listed(&NUMERALS) && !unit.negated && !unit.existence
        })
    };
    new.iter().all(adds).then_some(())?;
    // Everything that the premise says is in the hypothesis, in the same order.
    let spare = |unit: &Unit<'_>| unit.listed(LEAD) || unit.listed(LIGHT) || unit.listed(STRENGTH);
    let rest =
        side.premise.iter().enumerate().any(|(index, unit)| side.taken.get(index) != Some(&true) && !spare(unit));
    let places: Vec<usize> = side.partner.iter().flatten().map(|(place, _)| *place).collect();
    places.is_sorted().then_some(())?;
    // Put in, not put behind; where the premise says more besides, between two words that are neighbours there.
    let place = |index: usize| side.partner.get(index).copied().flatten().map(|(place, _)| place);
    let between = new.iter().all(|&index| {
        let plain = side
            .hypothesis
            .get(index)
            .is_some_and(|unit| matches!(unit.role, Role::Bare | Role::Genitive) && !has_digit(unit.text));
        let neighbours = index.checked_sub(1).and_then(place).zip(place(index + 1));
        plain && neighbours.is_some_and(|(before, behind)| before + 1 == behind)
    });
    let inside = new.iter().all(|&index| index + 1 < side.hypothesis.len());
    ((!rest && inside) || between).then_some(())?;
    (Pair::negative(pair.hypothesis) == Pair::negative(pair.premise)).then_some(())?;
    Some(Finding { rule: MODIFIER_ADDED, label: Label::Neutral, ours: Some(ours), theirs: None })
}

fn new_words(pair: &Pair<'_>) -> Option<Finding> {
    pair.clean().then_some(())?;
    let new: Vec<usize> = pair
        .new_units()
        .iter()
        .copied()
        .filter(|&index| {
            pair.side.hypothesis.get(index).is_some_and(|unit| {
                let [_, once, ..] = unit.stems;
                once.chars().count() >= 2 && !pair.in_premise(&once.chars().take(2).collect::<String>())
            })
        })
        .collect();
    (new.len() >= 5 && new.len() * 2 > pair.side.hypothesis.len() && !Pair::negative(pair.hypothesis)).then_some(())?;
    Some(Finding { rule: NEW_WORDS, label: Label::Neutral, ours: new.first().copied(), theirs: None })
}

/// The rules, the most reliable first.
const RULES: [fn(&Pair<'_>) -> Option<Finding>; 12] = [
    same_words,
    run,
    number_differs,
    negation,
    opposite,
    covered,
    exists,
    number_added,
    also_added,
    degree_added,
    modifier_added,
    new_words,
];

/// All findings on a pair, the strongest first.
pub(super) fn findings(pair: &Pair<'_>) -> Vec<Finding> {
    RULES.iter().filter_map(|rule| rule(pair)).collect()
}
