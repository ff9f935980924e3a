//! The paths of a record: the derived lines, worded.

use super::backward::{self, Backward};
use super::expr::{Notation, Operator};
use super::lines::Line;
use super::mistake::{self, Error, Mistake};
use super::number::{self, Number};
use super::quantity::Quantities;
use super::reorder::{self, Rearrangement, Reordered};
use super::wording::{Kind, Worded, Wording};
use super::{wording_en, wording_ko};
use crate::reasoning::model::{Answer, Correction, Lang, Path, Step, StepType, Strategy};
use crate::text::{Particle, with_particle};

/// The generator that wrote all paths: see `rule_provenance`.
const GENERATOR: &str = "g0";

/// Writes the paths of one record.
pub(super) struct Writer<'a> {
    wording: &'a Wording<'a>,
    answer: &'a Answer,
    asked: Option<(&'a str, &'a str)>,
    /// The paths written so far.
    pub(super) paths: Vec<Path>,
    /// A correction for each wrong one.
    pub(super) corrections: Vec<Correction>,
    /// The templates used.
    pub(super) templates: Vec<String>,
    /// Sentences worded, so that each gets a choice of its own.
    worded: u64,
}

impl<'a> Writer<'a> {
    /// Nothing written yet.
    pub(super) fn new(wording: &'a Wording<'a>, answer: &'a Answer, asked: Option<(&'a str, &'a str)>) -> Self {
        let (paths, corrections, templates) = (Vec::new(), Vec::new(), Vec::new());
        Self { wording, answer, asked, paths, corrections, templates, worded: 0 }
    }

    /// Writes every path that the forward lines allow.
    pub(super) fn write(&mut self, forward: &[Line], quantities: &Quantities<'_>) {
        self.forward(forward);
        if let Some(backward) = backward::backward(forward, quantities) {
            self.backward(&backward);
        }
        if let Some(reordered) = reorder::reorder(forward, quantities) {
            self.reordered(&reordered);
        }
        if let Some(mistake) = mistake::mistake(forward, quantities, self.wording.choice(u64::MAX)) {
            self.wrong(&mistake, forward);
        }
    }

    fn salt(&mut self) -> u64 {
        self.worded += 1;
        self.worded
    }

    fn step(&mut self, r#type: StepType, worded: Worded, rule: &str) -> Step {
        self.templates.push(worded.template);
        Step {
            r#type,
            text: worded.text,
            correct: Some(true),
            origin: "rule".to_owned(),
            rule_id: Some(rule.to_owned()),
            ..Step::default()
        }
    }

    fn sentence(&mut self, kind: Kind, slots: &[(&'static str, String)], r#type: StepType, rule: &str) -> Step {
        let salt = self.salt();
        let worded = self.wording.sentence(kind, slots, salt);
        self.step(r#type, worded, rule)
    }

    fn line(&mut self, line: &Line, index: usize, backward: bool, rule: &str) -> Step {
        let salt = self.salt();
        let worded = self.wording.line(line, index, backward, salt);
        let step = self.step(StepType::Computation, worded, rule);
        Step { expr: Some(line.expr.print(Notation::Compact)), expr_value: Some(number::exact(&line.exact)), ..step }
    }

    /// A value with the answer's unit.
    fn with_unit(&self, value: &Number) -> String {
        let number = self.wording.number(value);
        match (self.answer.unit.as_deref(), self.wording.lang) {
            (None, _) => number,
            (Some(sign @ ("$" | "€" | "£" | "₩" | "¥")), Lang::En) => match number.strip_prefix('-') {
                Some(digits) => format!("-{sign}{digits}"),
                None => format!("{sign}{number}"),
            },
            (Some("%"), _) => format!("{number}%"),
            (Some(unit), Lang::Ko) if is_korean_unit(unit) => format!("{number}{unit}"),
            // Plural nouns do not go with 1 or a fraction.
            (Some(unit), Lang::En) if unit.is_ascii() && *value != number::whole(1) && value.is_integer() => {
                format!("{number} {unit}")
            }
            _ => number,
        }
    }

    fn confirm(&mut self, value: &Number) -> Step {
        let slots = [("A", self.with_unit(value))];
        self.sentence(Kind::Answer, &slots, StepType::AnswerConfirmation, "math.answer@1")
    }

    fn push(&mut self, path_id: &str, strategy: Strategy, is_correct: bool, final_answer: String, steps: Vec<Step>) {
        self.paths.push(Path {
            path_id: path_id.to_owned(),
            strategy,
            is_correct,
            final_answer,
            steps,
            generator_id: GENERATOR.to_owned(),
        });
    }

    fn forward(&mut self, lines: &[Line]) {
        let mut steps = Vec::with_capacity(lines.len() + 2);
        // A single operation needs no look at what is asked.
        if let (Some((quote, noun)), 2..) = (self.asked, lines.len()) {
            let slots = match self.wording.lang {
                Lang::Ko => [("Q", format!("'{quote}'")), ("N", format!("'{noun}'"))],
                Lang::En => [("Q", quote.to_owned()), ("N", noun.to_owned())],
            };
            steps.push(self.sentence(Kind::Question, &slots, StepType::QuestionAnalysis, "math.question@1"));
        }
        for (index, line) in lines.iter().enumerate() {
            steps.push(self.line(line, index, false, "math.equation@1"));
        }
        let Some(last) = lines.last() else { return };
        steps.push(self.confirm(&last.value));
        self.push("p0", Strategy::Forward, true, self.answer.value.clone(), steps);
    }

    fn backward(&mut self, backward: &Backward) {
        let answer = &backward.answer;
        let assumed = ("A", self.wording.number(answer));
        let mut steps = Vec::with_capacity(backward.lines.len() + 3);
        steps.push(self.sentence(Kind::Assume, std::slice::from_ref(&assumed), StepType::Inference, "math.backward@1"));
        for (index, line) in backward.lines.iter().enumerate() {
            steps.push(self.line(line, index, true, "math.backward@1"));
        }
        let number = self.wording.number(&backward.reached);
        let mut slots = vec![assumed, ("N", number)];
        let kind = match (self.wording.quote(backward.origin, &backward.reached), self.wording.lang) {
            (Some(words), Lang::Ko) => {
                slots.push(("Q", format!("'{words}'")));
                Kind::Reached
            }
            (Some(words), Lang::En) => {
                slots.push(("Q", words.to_owned()));
                Kind::Reached
            }
            (None, _) => Kind::ReachedBare,
        };
        steps.push(self.sentence(kind, &slots, StepType::ErrorVerification, "math.backward@1"));
        steps.push(self.confirm(answer));
        self.push("p1", Strategy::BackwardCheck, true, self.answer.value.clone(), steps);
    }

    fn reordered(&mut self, reordered: &Reordered) {
        let mut steps = Vec::with_capacity(reordered.lines.len() + 2);
        let slots = [("R", self.rearrangement(&reordered.how))];
        for (index, line) in reordered.lines.iter().enumerate() {
            if index == reordered.at {
                steps.push(self.sentence(Kind::Reorder, &slots, StepType::Inference, "math.reorder@1"));
            }
            steps.push(self.line(line, index, false, "math.reorder@1"));
        }
        let Some(last) = reordered.lines.last() else { return };
        steps.push(self.confirm(&last.value));
        let path_id = format!("p{}", self.paths.len());
        self.push(&path_id, Strategy::Recompute, true, self.answer.value.clone(), steps);
    }

    fn rearrangement(&self, how: &Rearrangement) -> String {
        let numbers = |parts: &[Number]| parts.iter().map(|part| self.wording.number(part)).collect::<Vec<_>>();
        let korean = self.wording.lang == Lang::Ko;
        match how {
            Rearrangement::Distributed { parts, by, divided } => {
                let (mut parts, by) = (numbers(parts), self.wording.number(by));
                parts.dedup();
                match (korean, divided) {
                    (true, false) => {
                        format!("{}에 각각 {} 먼저 곱하", parts.join(", "), with_particle(&by, Particle::Object))
                    }
                    (true, true) => {
                        let parts = with_particle(&parts.join(", "), Particle::Object);
                        format!("{parts} 각각 {} 먼저 나누", with_particle(&by, Particle::By))
                    }
                    (false, false) => format!("multiply each of {} by {by} first", english_list(&parts)),
                    (false, true) => format!("divide each of {} by {by} first", english_list(&parts)),
                }
            }
            Rearrangement::Factored { parts, by } => {
                let (parts, by) = (numbers(parts), self.wording.number(by));
                if korean {
                    let parts = with_particle(&parts.join(", "), Particle::Object);
                    format!("{parts} 먼저 묶어 계산하고 {} 한 번만 곱하", with_particle(&by, Particle::Object))
                } else {
                    format!("combine {} first and multiply by {by} only once", english_list(&parts))
                }
            }
            Rearrangement::TakenTogether { parts } => {
                let parts = numbers(parts);
                if korean {
                    format!("빼는 수 {} 먼저 더하", with_particle(&parts.join(", "), Particle::Object))
                } else {
                    format!("add up everything that is taken away first, {}", english_list(&parts))
                }
            }
            Rearrangement::First { operator, parts: [left, right] } => {
                let (left, right) = (self.wording.number(left), self.wording.number(right));
                let object = |text: &str| with_particle(text, Particle::Object);
                match (korean, operator) {
                    (true, Operator::Add) => {
                        format!("{} {} 먼저 더하", with_particle(&left, Particle::With), object(&right))
                    }
                    (true, Operator::Sub) => format!("{left}에서 {} 먼저 빼", object(&right)),
                    (true, Operator::Div) => {
                        format!("{} {} 먼저 나누", object(&left), with_particle(&right, Particle::By))
                    }
                    (true, _) => format!("{} {} 먼저 곱하", with_particle(&left, Particle::With), object(&right)),
                    (false, Operator::Add) => format!("add {left} and {right} first"),
                    (false, Operator::Sub) => format!("subtract {right} from {left} first"),
                    (false, Operator::Div) => format!("divide {left} by {right} first"),
                    (false, _) => format!("multiply {left} and {right} first"),
                }
            }
        }
    }

    fn wrong(&mut self, mistake: &Mistake, right: &[Line]) {
        let Some(last) = mistake.lines.last() else { return };
        let rule = format!("math.{}@1", mistake.error.name());
        let mut steps = Vec::with_capacity(mistake.lines.len() + 1);
        for (index, line) in mistake.lines.iter().enumerate() {
            let changed = mistake.changed.get(index).copied().unwrap_or(false);
            let rule = if index == mistake.at && changed { &rule } else { "math.equation@1" };
            let step = self.line(line, index, false, rule);
            steps.push(Step { correct: Some(!changed), ..step });
        }
        let answer = last.value.clone();
        let confirm = self.confirm(&answer);
        steps.push(Step { correct: Some(false), ..confirm });
        let Some(first_wrong) = steps.iter().position(|step| step.correct == Some(false)) else { return };
        let Some(explanation) = self.explanation(mistake, right) else { return };
        if mistake.error == Error::StoppedEarly
            && let Some(confirm) = steps.last_mut()
        {
            confirm.rule_id = Some(rule);
        }
        self.push("w0", Strategy::Forward, false, number::display(&answer), steps);
        self.corrections.push(Correction {
            wrong_path_id: "w0".to_owned(),
            first_wrong_step: i32::try_from(first_wrong).unwrap_or(i32::MAX),
            error_type: mistake.error.name().to_owned(),
            explanation,
            corrected_path_id: "p0".to_owned(),
        });
    }

    fn explanation(&mut self, mistake: &Mistake, right: &[Line]) -> Option<String> {
        let wrong_line = mistake.lines.get(mistake.at)?;
        let mut slots =
            vec![("U", self.wording.number(&wrong_line.value)), ("F", self.wording.formula(&wrong_line.expr))];
        let (kind, right_line) = match &mistake.error {
            Error::OperatorSwapped { right: operator, wrong, sides: [left, other] } => {
                let (left, other) = if self.wording.lang == Lang::Ko {
                    (self.wording.number(&left.value().ok()?), self.wording.number(&other.value().ok()?))
                } else {
                    (self.wording.formula(left), self.wording.formula(other))
                };
                match self.wording.lang {
                    Lang::Ko => {
                        slots.push(("right", wording_ko::verb(*operator).to_owned()));
                        slots.push(("wrong", wording_ko::verb(*wrong).to_owned()));
                    }
                    Lang::En => {
                        slots.push(("C", wording_en::obligation(*operator, &left, &other)));
                        slots.push(("wrong", wording_en::participle(*wrong).to_owned()));
                    }
                }
                slots.extend([("X", left), ("Y", other)]);
                (Kind::Swapped, right.get(mistake.at)?)
            }
            Error::OperandForgotten { operand, origin, .. } => {
                let bare = self.wording.formula(operand);
                let value = operand.value().ok()?;
                let name = match (self.wording.quote(*origin, &value), self.wording.lang) {
                    (Some(words), Lang::Ko) => format!("'{words}'의 {bare}"),
                    (Some(words), Lang::En) => format!("{bare} ('{words}')"),
                    (None, _) => bare,
                };
                slots.push(("X", name));
                (Kind::Forgotten, right.get(mistake.at)?)
            }
            Error::StoppedEarly => {
                let next = right
                    .iter()
                    .skip(mistake.at + 1)
                    .find(|line| line.origins.contains(&super::quantity::Origin::Earlier(mistake.at)))?;
                (Kind::Stopped, next)
            }
        };
        slots.push(("E", self.wording.formula(&right_line.expr)));
        slots.push(("V", self.wording.number(&right_line.value)));
        let salt = self.salt();
        let worded = self.wording.sentence(kind, &slots, salt);
        self.templates.push(worded.template);
        Some(worded.text)
    }
}

fn english_list(items: &[String]) -> String {
    wording_en::list(&items.iter().map(String::as_str).collect::<Vec<_>>())
}

/// May this unit stand in a Korean step: Hangul, or a sign such as `cm`?
fn is_korean_unit(unit: &str) -> bool {
    unit.chars().all(|letter| ('가'..='힣').contains(&letter))
        || matches!(unit, "km" | "cm" | "mm" | "m" | "kg" | "g" | "mg" | "mL" | "L" | "m²" | "cm²" | "km²")
}
