//! A record in the making: evidence without doubles, sentences from banks of wordings, the fields that all records have.

use super::super::model::{
    Answer, Choice, Context, Correction, Evidence, EvidenceOrigin, EvidenceRole, Lang, Meta, Path, ReasoningRecord,
    SCHEMA_VERSION, Step, StepType, Strategy, TaskType, Tier, Verification, record_id, rule_provenance, split_of,
    wording_seed,
};
use crate::text::{Particle, char_slice, particle_after};

/// Wordings of one kind of sentence.
///
/// `{name}` is a value; `{은}`, `{이}`, `{을}`, `{과}`, `{로}`, `{이다}`, `{이라는}`, `{이라고}` the particle that the value before it
/// asks for. Korean wordings are plain (해라체); the polite ones are made from them.
#[derive(Debug, Clone, Copy)]
pub(in crate::reasoning) struct Bank {
    /// Template id without number and version.
    pub(in crate::reasoning) id: &'static str,
    /// Korean.
    pub(in crate::reasoning) ko: &'static [&'static str],
    /// English.
    pub(in crate::reasoning) en: &'static [&'static str],
}

/// Values by name.
pub(in crate::reasoning) type Slots<'s> = [(&'static str, &'s str)];

/// Puts values and particles into a wording.
pub(in crate::reasoning) fn fill(wording: &str, slots: &Slots<'_>) -> String {
    let mut out = String::with_capacity(wording.len() + 64);
    let mut value = "";
    let mut rest = wording;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        // A brace that is not closed ends the wording.
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        rest = tail;
        if let Some((_, text)) = slots.iter().find(|(slot, _)| *slot == name) {
            value = text;
            out.push_str(text);
            continue;
        }
        let particle = match name {
            "은" => Particle::Topic,
            "이" => Particle::Subject,
            "을" => Particle::Object,
            "과" => Particle::With,
            "로" => Particle::By,
            "이다" => Particle::Copula,
            "이라는" => Particle::Naming,
            "이라고" => {
                out.push_str(if particle_after(value, Particle::Naming) == Some("이라는") {
                    "이라고"
                } else {
                    "라고"
                });
                continue;
            }
            _ => continue,
        };
        out.push_str(particle_after(value, particle).unwrap_or(""));
    }
    out.push_str(rest);
    out
}

/// The polite form of a plain wording: the last predicate of each sentence in 합쇼체.
pub(in crate::reasoning) fn polite(wording: &str) -> String {
    let mut out = String::with_capacity(wording.len() + 16);
    let mut rest = wording;
    while let Some(end) = rest.find("다.") {
        let (head, tail) = rest.split_at(end);
        rest = tail.get("다.".len()..).unwrap_or("");
        let mut stem: Vec<char> = head.chars().collect();
        match stem.pop() {
            Some('}') => {
                // '…{이다}다.' becomes '…입니다.'.
                out.push_str(head.strip_suffix("{이다}").unwrap_or(head));
                out.push_str("입니다.");
            }
            Some('는') => {
                out.extend(stem);
                out.push_str("습니다.");
            }
            Some(last) => {
                let code = last as u32;
                let closed = code.checked_sub(0xAC00).filter(|&code| code < 11_172).map(|code| code % 28);
                match closed {
                    // No final consonant: ㅂ니다. ㄴ: present tense of a verb, becomes ㅂ.
                    Some(last_consonant @ (0 | 4)) => {
                        out.extend(stem);
                        out.extend(char::from_u32(code - last_consonant + 17));
                        out.push_str("니다.");
                    }
                    _ => {
                        out.extend(stem);
                        out.push(last);
                        out.push_str("습니다.");
                    }
                }
            }
            None => out.push_str("다."),
        }
    }
    out.push_str(rest);
    out
}

/// `'a', 'b'`: quoted, the first `most` of them.
pub(in crate::reasoning) fn quoted<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let mut out = String::new();
    for text in texts.into_iter().take(most) {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push('\'');
        out.push_str(text);
        out.push('\'');
    }
    out
}

/// What a path consists of before it has an id.
pub(in crate::reasoning) struct Route {
    /// How it proceeds.
    pub(in crate::reasoning) strategy: Strategy,
    /// Where it ends.
    pub(in crate::reasoning) answer: String,
    /// Its steps.
    pub(in crate::reasoning) steps: Vec<Step>,
}

/// A record in the making.
pub(in crate::reasoning) struct Draft<'m> {
    builder: &'static str,
    meta: &'m Meta,
    record_id: String,
    polite: bool,
    question: String,
    contexts: Vec<Context>,
    evidence: Vec<Evidence>,
    templates: Vec<String>,
    paths: Vec<Path>,
    corrections: Vec<Correction>,
    /// How often each bank was used, so that a second use gets another wording.
    uses: Vec<(&'static str, u64)>,
}

impl<'m> Draft<'m> {
    /// A draft without evidence or paths.
    pub(in crate::reasoning) fn new(
        builder: &'static str,
        meta: &'m Meta,
        question: String,
        contexts: Vec<Context>,
    ) -> Self {
        let record_id = record_id(builder, meta, &question, &contexts);
        let polite = wording_seed(&record_id, "style") % 2 == 1;
        Self {
            builder,
            meta,
            record_id,
            polite,
            question,
            contexts,
            evidence: Vec::new(),
            templates: Vec::new(),
            paths: Vec::new(),
            corrections: Vec::new(),
            uses: Vec::new(),
        }
    }

    /// Number of paths so far that reach the label.
    pub(in crate::reasoning) fn correct_paths(&self) -> usize {
        self.paths.iter().filter(|path| path.is_correct).count()
    }

    /// The id of an evidence span; a span that is there already is not doubled. `None` where the offsets do not fit.
    pub(in crate::reasoning) fn evidence(
        &mut self,
        context: usize,
        span: (usize, usize),
        role: EvidenceRole,
        origin: EvidenceOrigin,
    ) -> Option<String> {
        let (context_id, text) = {
            let context = self.contexts.get(context)?;
            (
                context.context_id.clone(),
                char_slice(&context.text, span.0, span.1).filter(|text| !text.is_empty())?.to_owned(),
            )
        };
        let (start, end) = (i32::try_from(span.0).ok()?, i32::try_from(span.1).ok()?);
        let known = self
            .evidence
            .iter()
            .find(|known| known.context_id == context_id && known.char_start == start && known.char_end == end);
        if let Some(known) = known {
            return Some(known.evidence_id.clone());
        }
        let evidence_id = format!("e{}", self.evidence.len());
        self.evidence.push(Evidence {
            evidence_id: evidence_id.clone(),
            context_id,
            char_start: start,
            char_end: end,
            text,
            role,
            origin,
            cell: None,
        });
        Some(evidence_id)
    }

    /// A sentence of a bank, by hash of the record id.
    pub(in crate::reasoning) fn say(&mut self, bank: &Bank, slots: &Slots<'_>) -> String {
        let use_number = match self.uses.iter_mut().find(|(id, _)| *id == bank.id) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                self.uses.push((bank.id, 0));
                0
            }
        };
        let (wordings, lang) = match self.meta.lang {
            Lang::Ko => (bank.ko, "ko"),
            Lang::En => (bank.en, "en"),
        };
        if wordings.is_empty() {
            return String::new();
        }
        let choice = (wording_seed(&self.record_id, bank.id).wrapping_add(use_number) % wordings.len() as u64) as usize;
        let wording = wordings.get(choice).copied().unwrap_or("");
        self.templates.push(format!("{}.{lang}.{choice}@1", bank.id));
        if self.polite && self.meta.lang == Lang::Ko { fill(&polite(wording), slots) } else { fill(wording, slots) }
    }

    /// A step in the words of a bank.
    pub(in crate::reasoning) fn step(
        &mut self,
        kind: StepType,
        rule: &str,
        bank: &Bank,
        slots: &Slots<'_>,
        evidence: &[Option<String>],
    ) -> Step {
        let mut ids: Vec<String> = evidence.iter().flatten().cloned().collect();
        ids.dedup();
        Step {
            r#type: kind,
            text: self.say(bank, slots),
            evidence_ids: ids,
            correct: Some(true),
            origin: "rule".to_owned(),
            rule_id: Some(rule.to_owned()),
            ..Step::default()
        }
    }

    /// Adds a path that reaches the label.
    pub(in crate::reasoning) fn correct(&mut self, route: Route) {
        let path_id = format!("p{}", self.correct_paths());
        self.push(path_id, route, true);
    }

    /// Adds a path that does not, and what is wrong with it. Its last step is the wrong one.
    pub(in crate::reasoning) fn wrong(&mut self, mut route: Route, error_type: &str, explanation: String) {
        let Some(last) = route.steps.last_mut() else { return };
        last.correct = Some(false);
        let wrong_path_id = format!("w{}", self.corrections.len());
        self.corrections.push(Correction {
            wrong_path_id: wrong_path_id.clone(),
            first_wrong_step: i32::try_from(route.steps.len() - 1).unwrap_or(i32::MAX),
            error_type: error_type.to_owned(),
            explanation,
            corrected_path_id: "p0".to_owned(),
        });
        self.push(wrong_path_id, route, false);
    }

    fn push(&mut self, path_id: String, route: Route, is_correct: bool) {
        self.paths.push(Path {
            path_id,
            strategy: route.strategy,
            is_correct,
            final_answer: route.answer,
            steps: route.steps,
            generator_id: "g0".to_owned(),
        });
    }

    /// The record. Without a path that reaches the label it holds no path at all, and is tier C unless a label marks
    /// evidence.
    pub(in crate::reasoning) fn finish(mut self, end: Ending) -> ReasoningRecord {
        let replayed = self.correct_paths() > 0;
        if !replayed {
            // Spans that a path was to cite prove nothing without it.
            self.evidence.retain(|span| span.origin == EvidenceOrigin::GoldLabel);
        }
        let tier = if replayed || !self.evidence.is_empty() { Tier::B } else { Tier::C };
        if !replayed {
            self.paths.clear();
            self.corrections.clear();
            self.templates.clear();
        }
        let group = self.meta.group.as_deref().unwrap_or(&end.group);
        let mut verifications = vec![end.label_match];
        if !self.evidence.is_empty() {
            verifications.push(Verification {
                target: "record".to_owned(),
                verifier: "offset@1".to_owned(),
                kind: "offset".to_owned(),
                passed: true,
                ..Verification::default()
            });
        }
        let provenance = rule_provenance(self.builder, self.meta, &self.record_id, &self.paths, &self.templates);
        let domain = if self.meta.domain.is_empty() { "general" } else { &self.meta.domain };
        ReasoningRecord {
            schema_version: SCHEMA_VERSION.to_owned(),
            record_id: self.record_id,
            lang: self.meta.lang,
            domain: domain.to_owned(),
            task_type: end.task_type,
            question: self.question,
            choices: end.choices,
            split: split_of(group).to_owned(),
            contexts: self.contexts,
            evidence: self.evidence,
            answer: end.answer,
            paths: self.paths,
            corrections: self.corrections,
            verifications,
            provenance,
            tier,
        }
        .seal()
    }
}

/// What a record has besides evidence and paths.
pub(in crate::reasoning) struct Ending {
    /// The task.
    pub(in crate::reasoning) task_type: TaskType,
    /// The options.
    pub(in crate::reasoning) choices: Option<Vec<Choice>>,
    /// The labelled answer.
    pub(in crate::reasoning) answer: Answer,
    /// The check of the label against the rules.
    pub(in crate::reasoning) label_match: Verification,
    /// What decides the split where the row names no group.
    pub(in crate::reasoning) group: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_values_and_particles() {
        assert_eq!(fill("'{a}'{은} 있고 {n}개{이다}.", &[("a", "1997년"), ("n", "3")]), "'1997년'은 있고 3개이.");
        assert_eq!(fill("'{a}'{과} '{b}'{로}", &[("a", "다리"), ("b", "서울")]), "'다리'와 '서울'로");
        assert_eq!(fill("{없는} {", &[]), " ");
    }

    #[test]
    fn turns_polite() {
        for (plain, expected) in [
            ("답은 모순이다.", "답은 모순입니다."),
            ("말이 없다. 답이 나온다.", "말이 없습니다. 답이 나옵니다."),
            ("둘은 다르다.", "둘은 다릅니다."),
            ("하나가 남는다.", "하나가 남습니다."),
            ("그렇지 않다.", "그렇지 않습니다."),
            ("모른다.", "모릅니다."),
            ("'{h}'{이다}다.", "'{h}'입니다."),
            ("이것은 아니다.", "이것은 아닙니다."),
            ("만든다.", "만듭니다."),
            ("같다.", "같습니다."),
            ("다.", "다."),
        ] {
            assert_eq!(polite(plain), expected);
        }
    }
}
