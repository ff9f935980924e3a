//! Two sentences laid side by side: which words of the hypothesis stand in the premise, and how they differ.

use super::super::model::Lang;
use super::english;
use super::tables::{Places, places};
use super::words::{Role, Word, akin, has_digit, mask, read, same_stems, same_word, stems, words};

/// A word with the negation that belongs to it: `안 간다`, `가지 않는다`, `아니다` after a noun, `있다`/`없다`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    /// The word that carries the meaning, without `지` before 않다; `있` for 있다 and 없다.
    pub(super) text: &'a str,
    /// Is it denied?
    pub(super) negated: bool,
    /// 있다 or 없다 as a predicate of its own (also in `수 있다`).
    pub(super) existence: bool,
    /// First character, with the negation.
    pub(super) start: usize,
    /// One past the last character.
    pub(super) end: usize,
    /// Its particle's role.
    pub(super) role: Role,
    /// Its possible stems.
    pub(super) stems: [&'a str; 4],
    /// Its places in the tables.
    places: Places,
}

impl<'a> Unit<'a> {
    /// Does the word stand in a list, itself or by its stem?
    pub(super) fn listed(&self, list: &[&str]) -> bool {
        self.stems.iter().any(|stem| list.contains(stem))
    }

    /// A unit with its stems and places looked up.
    pub(super) fn new(text: &'a str, negated: bool, existence: bool, start: usize, end: usize) -> Self {
        let (stems, role) = read(text);
        let places = if existence { Places::default() } else { places(text, &stems) };
        Self { text, negated, existence, start, end, role, stems, places }
    }
}

/// How a unit of the hypothesis and one of the premise stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The same word.
    Same,
    /// Words of one group of the closed table.
    Synonym,
    /// The same predicate, denied on one side only.
    Flipped,
    /// Words of a pair of the closed table, neither or both denied.
    Opposite,
    /// Such words, one of them denied: about the same.
    OppositeDenied,
    /// The same frame with another number.
    OtherNumber,
}

/// A hypothesis laid on its premise.
#[derive(Debug, Clone)]
pub(super) struct Alignment<'a> {
    /// Units of the premise.
    pub(super) premise: Vec<Unit<'a>>,
    /// Units of the hypothesis.
    pub(super) hypothesis: Vec<Unit<'a>>,
    /// For each unit of the hypothesis its partner in the premise.
    pub(super) partner: Vec<Option<(usize, Kind)>>,
    /// Which units of the premise are taken.
    pub(super) taken: Vec<bool>,
}

/// `text` without `지` (and a particle behind it) before 않다 and 못하다.
fn before_negation(text: &str) -> Option<&str> {
    const FORMS: [&str; 8] = ["지는", "지도", "지를", "지가", "지", "진", "질", "치"];
    FORMS.iter().find_map(|form| text.strip_suffix(form)).filter(|stem| !stem.is_empty())
}

fn starts_with_any(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}

/// How verbs go on that 안 or 못 is often written together with.
const DENIED_VERBS: [&str; 16] =
    ["되", "돼", "된", "됩", "됐", "하", "해", "했", "합", "한", "좋", "나", "가", "갔", "와", "왔"];

/// Groups words into units.
fn units<'a>(words: &[Word<'a>]) -> Vec<Unit<'a>> {
    let mut out: Vec<Unit<'a>> = Vec::with_capacity(words.len());
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let next = words.get(index + 1);
        index += 1;
        let plain = |end: usize| Unit::new(word.text, false, false, word.start, end);
        if let Some(next) = next {
            if matches!(word.text, "안" | "못") {
                out.push(Unit::new(next.text, true, false, word.start, next.end));
                index += 1;
                continue;
            }
            if starts_with_any(next.text, &["않", "못하", "못했", "못한", "못할", "못합", "못해", "못함"])
                && let Some(stem) = before_negation(word.text)
            {
                out.push(Unit::new(stem, true, false, word.start, next.end));
                index += 1;
                continue;
            }
            // Progress and state: 운영하고 있다, 설치되어 있다.
            let last = word.text.chars().next_back().unwrap_or(' ');
            if starts_with_any(next.text, &["있"]) && matches!(last, '고' | '어' | '아' | '여' | '해' | '돼' | '져')
            {
                out.push(plain(next.end));
                index += 1;
                continue;
            }
        }
        if starts_with_any(word.text, &["아니", "아닌", "아닙", "아녔", "아닐"])
            && !starts_with_any(word.text, &["아니라", "아니고", "아니며"])
            && let Some(noun) = out.last_mut()
        {
            noun.negated = !noun.negated;
            noun.end = word.end;
            continue;
        }
        let denied_inside = ["지않", "지못"].iter().find_map(|form| word.text.split_once(form));
        if let Some((stem, _)) = denied_inside.filter(|(stem, _)| !stem.is_empty()) {
            out.push(Unit::new(stem, true, false, word.start, word.end));
            continue;
        }
        if let Some(verb) = word.text.strip_prefix("안").or_else(|| word.text.strip_prefix("못"))
            && starts_with_any(verb, &DENIED_VERBS)
            && verb.chars().count() > 1
        {
            out.push(Unit::new(verb, true, false, word.start, word.end));
            continue;
        }
        // 있다, 없다, alone or written together with what stands before.
        if let Some((noun, predicate)) = existence(word.text) {
            let split = word.start + noun.chars().count();
            if !noun.is_empty() {
                out.push(Unit::new(noun, false, false, word.start, split));
            }
            out.push(Unit::new("있", predicate.starts_with('없'), true, split, word.end));
            continue;
        }
        out.push(plain(word.end));
    }
    out
}

/// What stands before 있다 or 없다 in a word, and the predicate; not in words that are a predicate as a whole.
fn existence(text: &str) -> Option<(&str, &str)> {
    const WHOLE: [&str; 9] = ["재미", "맛", "멋", "어이", "끊임", "틀림", "상관", "다름", "형편"];
    let (noun, predicate) = text.split_at_checked(text.find(['있', '없'])?)?;
    (!WHOLE.contains(&noun) && !predicate.starts_with("없애")).then_some((noun, predicate))
}

/// Same frame, other number: `20편으로` and `10편으로`.
fn other_number(a: &str, b: &str) -> bool {
    if !has_digit(a) || !has_digit(b) {
        return false;
    }
    let (frame_a, runs_a) = mask(a);
    let (frame_b, runs_b) = mask(b);
    let last = |frame: &str| -> Vec<String> { stems(frame).iter().map(|stem| (*stem).to_owned()).collect() };
    runs_a.len() == runs_b.len()
        && runs_a != runs_b
        && frame_a.chars().count() > 1
        && last(&frame_a).iter().any(|stem| stem.chars().count() > 1 && last(&frame_b).contains(stem))
}

fn same_number(a: &str, b: &str) -> bool {
    let (frame_a, runs_a) = mask(a);
    let (frame_b, runs_b) = mask(b);
    runs_a == runs_b && same_word(&frame_a, &frame_b)
}

/// How two units stand to each other.
fn compare(h: &Unit<'_>, p: &Unit<'_>) -> Option<Kind> {
    let kind = |same: Kind| if h.negated == p.negated { same } else { Kind::Flipped };
    if h.existence || p.existence {
        return (h.existence && p.existence).then(|| kind(Kind::Same));
    }
    if has_digit(h.text) && has_digit(p.text) {
        if h.text == p.text || same_number(h.text, p.text) {
            return Some(kind(Kind::Same));
        }
        return (h.negated == p.negated && other_number(h.text, p.text)).then_some(Kind::OtherNumber);
    }
    if same_stems(h.text, &h.stems, p.text, &p.stems) {
        return Some(kind(Kind::Same));
    }
    // A stem before 지 않다 has lost its ending, so that one syllable is left: '나오지 않는다' and '나온다'.
    if (h.negated || p.negated) && bare_stem(h.text, p.text) {
        return Some(kind(Kind::Same));
    }
    if h.places.synonyms(&p.places) {
        return Some(kind(Kind::Synonym));
    }
    let opposite = if h.negated == p.negated { Kind::Opposite } else { Kind::OppositeDenied };
    h.places.opposites(&p.places).then_some(opposite)
}

/// How two English units stand to each other.
fn compare_english(h: &Unit<'_>, p: &Unit<'_>) -> Option<Kind> {
    if english::same(h, p) {
        return Some(if h.negated == p.negated { Kind::Same } else { Kind::Flipped });
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let numbers = has_digit(h.text) && has_digit(p.text) && digits(h.text) && digits(p.text);
    (numbers && mask(h.text).1 != mask(p.text).1).then_some(Kind::OtherNumber)
}

/// Does the longer word go on from the shorter one's stem?
fn bare_stem(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let Some(last) = short.chars().next_back() else { return false };
    let body = short.strip_suffix(last).unwrap_or("");
    let next = long.strip_prefix(body).and_then(|rest| rest.chars().next());
    !body.is_empty() && next.is_some_and(|next| next == last || akin(last, next))
}

impl<'a> Alignment<'a> {
    /// Lays a hypothesis on a premise. Best kinds first; among equals the identical word, then the one nearest to the
    /// place behind the last partner.
    pub(super) fn new(premise: &'a str, hypothesis: &'a str, lang: Lang) -> Self {
        let group: fn(&[Word<'a>]) -> Vec<Unit<'a>> = if lang == Lang::Ko { units } else { english::units };
        let compare: fn(&Unit<'_>, &Unit<'_>) -> Option<Kind> =
            if lang == Lang::Ko { compare } else { compare_english };
        let (premise, hypothesis) = (group(&words(premise)), group(&words(hypothesis)));
        let kinds: Vec<Vec<Option<Kind>>> =
            hypothesis.iter().map(|h| premise.iter().map(|p| compare(h, p)).collect()).collect();
        let mut out =
            Self { partner: vec![None; hypothesis.len()], taken: vec![false; premise.len()], premise, hypothesis };
        for wanted in
            [Kind::Same, Kind::Synonym, Kind::Flipped, Kind::OtherNumber, Kind::Opposite, Kind::OppositeDenied]
        {
            for (index, row) in kinds.iter().enumerate() {
                if out.partner.get(index).copied().flatten().is_some() {
                    continue;
                }
                let before = index.checked_sub(1).and_then(|before| out.partner.get(before).copied().flatten());
                let behind = before.map(|(place, _)| place + 1);
                let own = out.hypothesis.get(index).map(|unit| unit.text);
                let best = row
                    .iter()
                    .zip(out.premise.iter().zip(&out.taken))
                    .enumerate()
                    .filter(|(_, (kind, (_, taken)))| **kind == Some(wanted) && !**taken)
                    .min_by_key(|&(place, (_, (unit, _)))| {
                        (Some(unit.text) != own, behind.map_or(place, |behind| behind.abs_diff(place)))
                    })
                    .map(|(place, _)| place);
                let slots =
                    best.and_then(|place| Some((place, out.partner.get_mut(index)?, out.taken.get_mut(place)?)));
                if let Some((place, partner, taken)) = slots {
                    *partner = Some((place, wanted));
                    *taken = true;
                }
            }
        }
        if lang == Lang::Ko {
            out.join();
        }
        out
    }

    /// Words that one side writes together and the other apart.
    fn join(&mut self) {
        let joined = |a: &Unit<'_>, b: &Unit<'_>| {
            (!a.negated && !b.negated && !a.existence && !b.existence).then(|| [a.text, b.text].concat())
        };
        let free = |out: &Self, index: usize| out.partner.get(index).is_some_and(Option::is_none);
        let open = |out: &Self, place: usize| out.taken.get(place) == Some(&false);
        for index in 0..self.hypothesis.len() {
            if !free(self, index) {
                continue;
            }
            let Some(unit) = self.hypothesis.get(index).cloned() else { break };
            let apart = self.premise.windows(2).enumerate().find_map(|(place, two)| {
                let [a, b] = two else { return None };
                let fits = open(self, place) && open(self, place + 1) && !unit.negated && !unit.existence;
                (fits && joined(a, b).is_some_and(|text| same_word(&text, unit.text))).then_some(place)
            });
            if let Some(place) = apart {
                if let (Some(slot), Some([first, second])) =
                    (self.partner.get_mut(index), self.taken.get_mut(place..place + 2))
                {
                    *slot = Some((place, Kind::Same));
                    (*first, *second) = (true, true);
                }
                continue;
            }
            let Some(next) = self.hypothesis.get(index + 1).filter(|_| free(self, index + 1)) else { continue };
            let Some(text) = joined(&unit, next) else { continue };
            let together = self.premise.iter().enumerate().position(|(place, other)| {
                open(self, place) && !other.negated && !other.existence && same_word(&text, other.text)
            });
            if let Some(place) = together {
                for slot in self.partner.iter_mut().skip(index).take(2) {
                    *slot = Some((place, Kind::Same));
                }
                if let Some(taken) = self.taken.get_mut(place) {
                    *taken = true;
                }
            }
        }
    }

    /// Units of the hypothesis with a partner of this kind.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.partner.iter().enumerate().filter_map(move |(index, partner)| {
            partner.filter(|(_, found)| *found == kind).map(|(place, _)| (index, place))
        })
    }

    /// Units of the hypothesis without a partner.
    pub(super) fn alone(&self) -> impl Iterator<Item = usize> + '_ {
        self.partner.iter().enumerate().filter(|(_, partner)| partner.is_none()).map(|(index, _)| index)
    }
}
