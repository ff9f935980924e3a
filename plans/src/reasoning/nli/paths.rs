//! From a finding to paths: every sentence says what the alignment holds, in the words of the pair.

use super::super::model::{EvidenceOrigin, EvidenceRole, Lang, Step, StepType, Strategy};
use super::Label;
use super::align::{Kind, Unit};
use super::draft::{Bank, Draft, Route, Slots, quoted};
use super::rules::{
    ALSO_ADDED, DEGREE_ADDED, EN_NUMBER_ADDED, EN_NUMBER_DIFFERS, EXISTS, Finding, NEGATION, NEW_WORDS, NUMBER_ADDED,
    NUMBER_DIFFERS, Pair, reach, reach_both,
};
use super::tables::{LIGHT, listed};
use super::words::{Role, words};
use super::{wording as say, wording_wrong as wrong};
use crate::text::{char_slice, noun_stem_in};

/// Characters of the premise and of the hypothesis.
const PREMISE: usize = 0;
const HYPOTHESIS: usize = 1;

/// A word that both sentences have.
struct Shared<'a> {
    text: &'a str,
    in_premise: (usize, usize),
}

/// Where a pair's paths are written.
struct Writer<'d, 'm, 'p, 'a> {
    draft: &'d mut Draft<'m>,
    pair: &'p Pair<'a>,
    rule: &'static str,
    label: Label,
}

/// Writes the paths of a finding that gives the label. Returns the evidence of the answer; without a path, none.
pub(super) fn write(draft: &mut Draft<'_>, pair: &Pair<'_>, finding: &Finding) -> Vec<String> {
    let mut writer = Writer { draft, pair, rule: finding.rule, label: finding.label };
    let ids = match finding.label {
        Label::Contradiction => writer.contradiction(finding),
        Label::Entailment if finding.rule == EXISTS => writer.exists(),
        Label::Entailment => writer.entailment(),
        Label::Neutral => writer.neutral(finding),
    };
    ids.unwrap_or_default()
}

impl<'a> Writer<'_, '_, '_, 'a> {
    fn step(&mut self, kind: StepType, bank: &Bank, slots: &Slots<'_>, evidence: &[Option<String>]) -> Step {
        self.draft.step(kind, self.rule, bank, slots, evidence)
    }

    fn eliminate(&mut self, label: Label, bank: &Bank, slots: &Slots<'_>, evidence: &[Option<String>]) -> Step {
        let mut step = self.step(StepType::OptionElimination, bank, slots, evidence);
        step.choice_id = Some(label.english().to_owned());
        step
    }

    fn correct(&mut self, strategy: Strategy, steps: Vec<Step>) {
        let answer = self.label.english().to_owned();
        self.draft.correct(Route { strategy, answer, steps });
    }

    fn mark(&mut self, context: usize, span: (usize, usize), role: EvidenceRole) -> Option<String> {
        self.draft.evidence(context, span, role, EvidenceOrigin::DerivedRule)
    }

    fn span(&self, context: usize, span: (usize, usize)) -> Option<&'a str> {
        let text = if context == PREMISE { self.pair.premise } else { self.pair.hypothesis };
        char_slice(text, span.0, span.1)
    }

    /// What to quote of the last predicate: auxiliaries with the word that they follow.
    fn predicate(units: &[Unit<'_>], last: usize) -> Option<(usize, usize)> {
        const AUXILIARY: [&str; 14] = [
            "된다",
            "됩니다",
            "됐다",
            "되었다",
            "됐습니다",
            "한다",
            "합니다",
            "했다",
            "하였다",
            "했습니다",
            "것이다",
            "것입니다",
            "것이라고",
            "이다",
        ];
        let end = units.get(last)?.end;
        let mut from = last;
        while from > 0
            && last - from < 3
            && units.get(from).is_some_and(|unit| unit.existence || AUXILIARY.contains(&unit.text) || unit.text == "수")
        {
            from -= 1;
        }
        // A noun with the copula says little without the word before it.
        if from == last && from > 0 && units.get(last).is_some_and(|unit| unit.role == Role::Copula) {
            from -= 1;
        }
        Some((units.get(from)?.start, end))
    }

    /// A unit that the premise does not have, with its neighbours that it does not have either.
    fn addition(units: &[Unit<'_>], new: &[usize], at: usize) -> Option<(usize, usize)> {
        let (mut from, mut to) = (at, at);
        while to - from < 5 && from > 0 && new.contains(&(from - 1)) {
            from -= 1;
        }
        while to - from < 5 && new.contains(&(to + 1)) {
            to += 1;
        }
        Some((units.get(from)?.start, units.get(to)?.end))
    }

    /// Words that stand alike in both sentences.
    fn shared(&self, but: Option<usize>) -> Vec<Shared<'a>> {
        let side = &self.pair.side;
        side.of_kind(Kind::Same)
            .filter(|(ours, _)| Some(*ours) != but)
            .filter_map(|(ours, theirs)| {
                let (h, p) = (side.hypothesis.get(ours)?, side.premise.get(theirs)?);
                let text = if h.text == p.text {
                    h.text
                } else {
                    *h.stems.iter().skip(1).take(2).find(|stem| p.stems.iter().take(3).any(|other| other == *stem))?
                };
                let plain = !h.negated && !h.existence && !listed(text, LIGHT) && text.chars().count() >= 2;
                plain.then_some(Shared { text, in_premise: (p.start, p.end) })
            })
            .collect()
    }

    fn shared_evidence(&mut self, shared: &[Shared<'_>], most: usize) -> Vec<Option<String>> {
        shared.iter().take(most).map(|word| self.mark(PREMISE, word.in_premise, EvidenceRole::Support)).collect()
    }

    fn contradiction(&mut self, finding: &Finding) -> Option<Vec<String>> {
        let side = &self.pair.side;
        let (ours, theirs) = (finding.ours?, finding.theirs?);
        let (h_span, p_span) = reach_both(side, ours, theirs)?;
        let (h, p) = (self.span(HYPOTHESIS, h_span)?, self.span(PREMISE, p_span)?);
        let covered = self.pair.new_units().iter().all(|&index| index == ours);
        let shared = self.shared(Some(ours));
        let support = self.shared_evidence(&shared, 3);
        let ours_id = self.mark(HYPOTHESIS, h_span, EvidenceRole::Contradict);
        let theirs_id = self.mark(PREMISE, p_span, EvidenceRole::Support);
        let both = [ours_id.clone(), theirs_id.clone()];
        let slots = [("h", h), ("p", p)];
        let difference = match finding.rule {
            NUMBER_DIFFERS | EN_NUMBER_DIFFERS => &say::DIFFERENT_NUMBER,
            rule if rule == NEGATION || self.pair.lang == Lang::En => &say::DENIED,
            _ => &say::OPPOSED,
        };
        let list = quoted(shared.iter().map(|word| word.text), 3);
        let first = if shared.is_empty() {
            self.step(StepType::EvidenceReview, &say::PAIR, &slots, &both)
        } else {
            self.step(StepType::EvidenceReview, &say::SHARED, &[("s", &list)], &support)
        };
        let second = self.step(StepType::Inference, difference, &slots, &both);
        let end = self.step(StepType::AnswerConfirmation, &say::CONTRADICTION, &slots, &both);
        self.correct(Strategy::Forward, vec![first, second, end]);
        if covered {
            let first = self.step(StepType::EvidenceReview, &say::PAIR, &slots, &both);
            let second = self.step(StepType::ErrorVerification, &say::EXCHANGED, &slots, &both);
            let end = self.step(StepType::AnswerConfirmation, &say::CONTRADICTION, &slots, &both);
            self.correct(Strategy::BackwardCheck, vec![first, second, end]);
        }
        let first = self.step(StepType::EvidenceReview, &say::PAIR, &slots, &both);
        let second = self.eliminate(Label::Entailment, &say::NOT_ENTAILED_AGAINST, &slots, &both);
        let third = self.eliminate(Label::Neutral, &say::NOT_NEUTRAL_AGAINST, &slots, &both);
        let end = self.step(StepType::AnswerConfirmation, &say::CONTRADICTION, &slots, &both);
        self.correct(Strategy::Eliminate, vec![first, second, third, end]);
        self.overlap(&wrong::FIX_OVERLAP_AGAINST, &slots, &support);
        self.not_literal(h_span, &wrong::FIX_LITERAL_AGAINST, &slots, &ours_id);
        Some(both.into_iter().flatten().collect())
    }

    fn entailment(&mut self) -> Option<Vec<String>> {
        let side = &self.pair.side;
        let shared = self.shared(None);
        let support = self.shared_evidence(&shared, 4);
        let list = quoted(shared.iter().map(|word| word.text), 4);
        let last = side.hypothesis.len().checked_sub(1)?;
        let v_span = Self::predicate(&side.hypothesis, last)?;
        let v = self.span(HYPOTHESIS, v_span)?;
        let v_id = self.mark(HYPOTHESIS, v_span, EvidenceRole::Support);
        let mut predicate = vec![v_id.clone()];
        if let Some((place, _)) = side.partner.get(last).copied().flatten() {
            let span = Self::predicate(&side.premise, place)?;
            predicate.push(self.mark(PREMISE, span, EvidenceRole::Support));
        }
        let slots = [("v", v), ("s", list.as_str())];
        // Words that stand there in another form.
        let mut forms = Vec::new();
        for (ours, partner) in side.partner.iter().enumerate() {
            let Some((theirs, kind)) = *partner else { continue };
            let (Some(h), Some(p)) = (side.hypothesis.get(ours), side.premise.get(theirs)) else { continue };
            if h.existence || p.existence || h.text == p.text {
                continue;
            }
            let (Some(h_text), Some(p_text)) =
                (self.span(HYPOTHESIS, (h.start, h.end)), self.span(PREMISE, (p.start, p.end)))
            else {
                continue;
            };
            let bank = if kind == Kind::Synonym { &say::NEAR_WORD } else { &say::OTHER_FORM };
            // Particles alone are not worth a step; changed predicates and other words are.
            let particle_only = shared.iter().any(|word| word.in_premise == (p.start, p.end));
            if !particle_only {
                forms.push((bank, (h.start, h.end), (p.start, p.end), h_text, p_text));
            }
        }
        let mut steps = Vec::new();
        if !shared.is_empty() {
            steps.push(self.step(StepType::EvidenceReview, &say::SHARED, &slots, &support));
        }
        for &(bank, h_span, p_span, h, p) in forms.iter().take(2) {
            let ids = [
                self.mark(HYPOTHESIS, h_span, EvidenceRole::Support),
                self.mark(PREMISE, p_span, EvidenceRole::Support),
            ];
            steps.push(self.step(StepType::EvidenceReview, bank, &[("h", h), ("p", p)], &ids));
        }
        if steps.is_empty() {
            return None;
        }
        steps.push(self.step(StepType::Inference, &say::NOTHING_ADDED, &slots, &predicate));
        steps.push(self.step(StepType::AnswerConfirmation, &say::ENTAILMENT, &slots, &predicate));
        self.correct(Strategy::Forward, steps);
        self.entailment_backward(&slots, &predicate);
        if shared.len() >= 2 {
            // Other words than in the first path, where there are enough.
            let rest = shared.get(4..).filter(|rest| rest.len() >= 2).unwrap_or(&shared);
            let support = self.shared_evidence(rest, 4);
            let list = quoted(rest.iter().map(|word| word.text), 4);
            let slots = [("v", v), ("s", list.as_str())];
            let first = self.step(StepType::EvidenceReview, &say::SHARED, &slots, &support);
            let second = self.eliminate(Label::Neutral, &say::NOT_NEUTRAL_COVERED, &slots, &support);
            let third = self.eliminate(Label::Contradiction, &say::NOT_CONTRARY_COVERED, &slots, &predicate);
            let end = self.step(StepType::AnswerConfirmation, &say::ENTAILMENT, &slots, &predicate);
            self.correct(Strategy::Eliminate, vec![first, second, third, end]);
        }
        if let Some(&(_, h_span, _, h, p)) = forms.first() {
            let id = self.mark(HYPOTHESIS, h_span, EvidenceRole::Support);
            self.not_literal(h_span, &wrong::FIX_LITERAL_COVERED, &[("h", h), ("p", p)], &id);
        }
        self.denial();
        Some(predicate.into_iter().flatten().collect())
    }

    /// The hypothesis as a piece of the premise, or the premise without what the hypothesis leaves out.
    fn entailment_backward(&mut self, slots: &Slots<'_>, predicate: &[Option<String>]) {
        let side = &self.pair.side;
        let places: Vec<usize> = side.partner.iter().flatten().map(|(place, _)| *place).collect();
        let run =
            places.len() == side.hypothesis.len() && places.windows(2).all(|two| matches!(two, [a, b] if a + 1 == *b));
        let ends =
            places.first().and_then(|&at| side.premise.get(at)).zip(places.last().and_then(|&at| side.premise.get(at)));
        let first = match ends {
            Some((from, to)) if run && places.len() >= 2 && places.len() < side.premise.len() => {
                let span = (from.start, to.end);
                let Some(text) = self.span(PREMISE, span) else { return };
                let id = self.mark(PREMISE, span, EvidenceRole::Support);
                self.step(StepType::EvidenceReview, &say::PIECE, &[("r", text)], &[id])
            }
            _ => {
                let left = side.premise.iter().enumerate().find(|(index, unit)| {
                    side.taken.get(*index) != Some(&true)
                        && unit.text.chars().count() >= 2
                        && !unit.negated
                        && !unit.existence
                });
                let Some((_, unit)) = left else { return };
                let span = (unit.start, unit.end);
                let Some(text) = self.span(PREMISE, span) else { return };
                let id = self.mark(PREMISE, span, EvidenceRole::Support);
                self.step(StepType::EvidenceReview, &say::LEFT_OUT, &[("x", text)], &[id])
            }
        };
        let end = self.step(StepType::AnswerConfirmation, &say::ENTAILMENT, slots, predicate);
        self.correct(Strategy::BackwardCheck, vec![first, end]);
    }

    fn exists(&mut self) -> Option<Vec<String>> {
        let side = &self.pair.side;
        let last = side.hypothesis.len().checked_sub(1)?;
        let before = last.checked_sub(1)?;
        let unit = side.hypothesis.get(before)?;
        let (place, _) = side.partner.get(before).copied().flatten()?;
        let there = side.premise.get(place)?;
        let x = noun_stem_in(&[self.pair.premise, self.pair.hypothesis], unit.text).unwrap_or(unit.text);
        self.pair.in_premise(x).then_some(())?;
        let span = (there.start, there.end);
        let id = self.mark(PREMISE, span, EvidenceRole::Support);
        let v_span = (unit.start, side.hypothesis.get(last)?.end);
        let v = self.span(HYPOTHESIS, v_span)?;
        let v_id = self.mark(HYPOTHESIS, v_span, EvidenceRole::Support);
        let first = self.step(StepType::EvidenceReview, &say::SPOKEN_OF, &[("x", x)], std::slice::from_ref(&id));
        let second = self.step(StepType::Inference, &say::SO_IT_EXISTS, &[("x", x)], std::slice::from_ref(&id));
        let both = [id, v_id];
        let end = self.step(StepType::AnswerConfirmation, &say::ENTAILMENT, &[("v", v)], &both);
        self.correct(Strategy::Forward, vec![first, second, end]);
        Some(both.into_iter().flatten().collect())
    }

    fn neutral(&mut self, finding: &Finding) -> Option<Vec<String>> {
        let side = &self.pair.side;
        let ours = finding.ours?;
        let unit = side.hypothesis.get(ours)?;
        let new = self.pair.new_units();
        let span = Self::addition(&side.hypothesis, new, ours)?;
        let h = self.span(HYPOTHESIS, span)?;
        let id = self.mark(HYPOTHESIS, span, EvidenceRole::Contradict);
        let ids = std::slice::from_ref(&id);
        let slots = [("h", h)];
        let first = match finding.rule {
            NUMBER_ADDED | EN_NUMBER_ADDED => self.step(StepType::EvidenceReview, &say::NO_DIGITS, &slots, ids),
            NEW_WORDS => {
                let texts: Vec<&str> = new
                    .iter()
                    .filter_map(|&index| side.hypothesis.get(index))
                    .map(|unit| unit.text)
                    .filter(|text| text.chars().count() >= 2 && !self.pair.in_premise(text))
                    .collect();
                let list = quoted(texts.iter().copied(), 4);
                (texts.len() >= 2).then_some(())?;
                self.step(StepType::EvidenceReview, &say::ABSENT_LIST, &[("s", &list)], ids)
            }
            rule => {
                let x = match rule {
                    DEGREE_ADDED => unit.stems.get(1).copied().unwrap_or(unit.text),
                    ALSO_ADDED => unit.text.strip_suffix('도').unwrap_or(unit.text),
                    _ => noun_stem_in(&[self.pair.premise, self.pair.hypothesis], unit.text).unwrap_or(unit.text),
                };
                (x.chars().count() >= 2 && !self.pair.in_premise(x)).then_some(())?;
                self.step(StepType::EvidenceReview, &say::ABSENT, &[("x", x)], ids)
            }
        };
        let second = self.step(StepType::Inference, &say::UNKNOWN, &slots, ids);
        let end = self.step(StepType::AnswerConfirmation, &say::NEUTRAL, &slots, ids);
        self.correct(Strategy::Forward, vec![first, second, end]);
        let shared = self.shared(None);
        let support = self.shared_evidence(&shared, 3);
        let list = quoted(shared.iter().map(|word| word.text), 3);
        if !shared.is_empty() {
            let list = [("s", list.as_str())];
            let first = self.step(StepType::EvidenceReview, &say::SHARED, &list, &support);
            let second = self.eliminate(Label::Contradiction, &say::NOT_CONTRARY_SHARED, &list, &support);
            let third = self.eliminate(Label::Entailment, &say::NOT_ENTAILED_ABSENT, &slots, ids);
            let end = self.step(StepType::AnswerConfirmation, &say::NEUTRAL, &slots, ids);
            self.correct(Strategy::Eliminate, vec![first, second, third, end]);
        }
        if *new == [ours] && side.hypothesis.len() > 2 {
            let first = self.step(StepType::EvidenceReview, &say::WITHOUT_IT, &slots, ids);
            let second = self.step(StepType::ErrorVerification, &say::UNKNOWN, &slots, ids);
            let end = self.step(StepType::AnswerConfirmation, &say::NEUTRAL, &slots, ids);
            self.correct(Strategy::BackwardCheck, vec![first, second, end]);
        }
        self.overlap(&wrong::FIX_OVERLAP_ADDED, &slots, &support);
        self.denial();
        Some(id.into_iter().collect())
    }

    /// "Most words overlap, so it is entailed": answers wrongly here.
    fn overlap(&mut self, fix: &Bank, slots: &Slots<'_>, support: &[Option<String>]) {
        let premise = words(self.pair.premise);
        let hypothesis = words(self.pair.hypothesis);
        let there = hypothesis.iter().filter(|word| premise.iter().any(|other| other.text == word.text)).count();
        if hypothesis.len() < 3 || there * 2 <= hypothesis.len() || there == hypothesis.len() {
            return;
        }
        let (m, n) = (there.to_string(), hypothesis.len().to_string());
        let counts = [("m", m.as_str()), ("n", n.as_str())];
        let first = self.step(StepType::EvidenceReview, &wrong::OVERLAP, &counts, support);
        let second = self.step(StepType::AnswerConfirmation, &wrong::SO_ENTAILED, &counts, &[]);
        let explanation = self.draft.say(fix, slots);
        let answer = Label::Entailment.english().to_owned();
        self.draft.wrong(
            Route { strategy: Strategy::Forward, answer, steps: vec![first, second] },
            "word_overlap",
            explanation,
        );
    }

    /// "A word is not there letter by letter, so nothing is known": answers wrongly here.
    fn not_literal(&mut self, span: (usize, usize), fix: &Bank, slots: &Slots<'_>, id: &Option<String>) {
        let Some(h) = self.span(HYPOTHESIS, span) else { return };
        if self.pair.in_premise(h) || words(h).len() != 1 {
            return;
        }
        let quote = [("h", h)];
        let first = self.step(StepType::EvidenceReview, &wrong::NOT_LITERAL, &quote, std::slice::from_ref(id));
        let second = self.step(StepType::AnswerConfirmation, &wrong::SO_NEUTRAL, &quote, &[]);
        let explanation = self.draft.say(fix, slots);
        let answer = Label::Neutral.english().to_owned();
        self.draft.wrong(
            Route { strategy: Strategy::Forward, answer, steps: vec![first, second] },
            "literal_match",
            explanation,
        );
    }

    /// "A denial on one side only, so they contradict": answers wrongly here.
    fn denial(&mut self) {
        let side = &self.pair.side;
        if self.pair.lang != Lang::Ko || Pair::negative(self.pair.hypothesis) {
            return;
        }
        let left =
            side.premise.iter().enumerate().find(|(index, unit)| unit.negated && side.taken.get(*index) != Some(&true));
        let Some((index, _)) = left else { return };
        let Some(span) = reach(&side.premise, index) else { return };
        let Some(x) = self.span(PREMISE, span) else { return };
        let id = self.mark(PREMISE, span, EvidenceRole::Distractor);
        let quote = [("x", x)];
        let first = self.step(StepType::EvidenceReview, &wrong::DENIAL, &quote, std::slice::from_ref(&id));
        let second = self.step(StepType::AnswerConfirmation, &wrong::SO_CONTRARY, &quote, &[]);
        let explanation = self.draft.say(&wrong::FIX_DENIAL, &quote);
        let answer = Label::Contradiction.english().to_owned();
        self.draft.wrong(
            Route { strategy: Strategy::Forward, answer, steps: vec![first, second] },
            "negation_anywhere",
            explanation,
        );
    }
}
