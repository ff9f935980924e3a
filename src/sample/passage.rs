//! Passages: a topic's facts, told in three to eight sentences, with the questions that they answer and do not answer.

use super::korean::shifted;
use super::random::Random;
use super::template::{Marked, Span, TemplateError};
use super::topics::{self, CompiledQuestion, CompiledTopic, Slots};

/// Makes passages from a list of topics.
pub(super) struct Composer {
    topics: Vec<CompiledTopic>,
}

/// A passage. Offsets in it count characters from 0.
pub(super) struct Passage<'a> {
    topic: &'a CompiledTopic,
    slots: Slots,
    pub(super) marked: Marked,
    pub(super) title: String,
}

/// An answer that stands in the passage, with the sentence that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) start: i64,
    pub(super) clue: String,
    pub(super) clue_start: i64,
}

/// A statement about the passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) holds: bool,
    /// The passage's own words on the matter.
    pub(super) answer: Answer,
}

impl Composer {
    /// A composer of news texts.
    pub(super) fn news() -> Result<Self, TemplateError> {
        Ok(Self { topics: topics::news()? })
    }

    /// A composer of financial and legal texts.
    pub(super) fn finance() -> Result<Self, TemplateError> {
        Ok(Self { topics: topics::finance()? })
    }

    /// How many topics it has.
    #[cfg(test)]
    pub(super) fn topics(&self) -> usize {
        self.topics.len()
    }

    /// How many questions topic `index` has.
    #[cfg(test)]
    pub(super) fn questions(&self, index: usize) -> usize {
        self.topics[index].questions.len()
    }

    /// A passage on a topic chosen by `random`.
    pub(super) fn passage(&self, random: &mut Random) -> Passage<'_> {
        let topic = random.below(self.topics.len());
        self.passage_on(topic, random)
    }

    /// A passage on topic `index`, which must be one of the composer's topics.
    pub(super) fn passage_on(&self, index: usize, random: &mut Random) -> Passage<'_> {
        // Callers choose the index below the number of topics, which is not 0.
        let topic = &self.topics[index];
        let slots = topic.facts(random);
        let mut chosen: Vec<bool> = topic.groups.iter().map(|(odds, _)| random.chance(*odds)).collect();
        // Three sentences at least: the first groups come first.
        let mut missing = 3_usize.saturating_sub(chosen.iter().filter(|chosen| **chosen).count());
        for chosen in chosen.iter_mut().filter(|chosen| !**chosen) {
            if missing > 0 {
                *chosen = true;
                missing -= 1;
            }
        }
        let mut marked = Marked::default();
        for ((_, variants), _) in topic.groups.iter().zip(&chosen).filter(|(_, chosen)| **chosen) {
            if let Some(variant) = variants.get(random.below(variants.len())) {
                marked.sentence(variant, slots.values());
            }
        }
        let title = topic.titles.get(random.below(topic.titles.len())).map(|title| title.render(slots.values()));
        Passage { topic, slots, marked, title: title.unwrap_or_default() }
    }
}

impl Passage<'_> {
    /// The text.
    pub(super) fn context(&self) -> &str {
        &self.marked.text
    }

    /// The news section.
    pub(super) fn class(&self) -> &'static str {
        self.topic.class
    }

    fn span(&self, question: &CompiledQuestion) -> Option<Span> {
        self.marked.span(question.key(&self.slots))
    }

    /// The questions that the passage answers, by their position in the topic; `infer`: those for reasons and
    /// comparisons, or the others.
    pub(super) fn answerable(&self, infer: bool) -> Vec<usize> {
        let questions = self.topic.questions.iter().enumerate();
        questions.filter(|(_, q)| q.infer == infer && self.span(q).is_some()).map(|(index, _)| index).collect()
    }

    /// Questions that the passage does not answer: about facts that it leaves out, and about facts nobody told.
    pub(super) fn unanswerable(&self, random: &mut Random) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for question in self.topic.questions.iter().filter(|q| !q.infer && self.span(q).is_none()) {
            if let Some(ask) = question.asks.get(random.below(question.asks.len())) {
                found.push(ask.render(self.slots.values()));
            }
        }
        // A left-out fact makes the harder question, but half of the choice is of the other kind.
        random.shuffle(&mut found);
        found.truncate(2);
        found.extend(self.topic.absent.iter().map(|template| template.render(self.slots.values())));
        random.shuffle(&mut found);
        found
    }

    /// Question `index` as asked, and its answer.
    pub(super) fn ask(&self, index: usize, random: &mut Random) -> Option<(String, Answer)> {
        let question = self.topic.questions.get(index)?;
        let answer = self.answer(self.span(question)?);
        let ask = question.asks.get(random.below(question.asks.len()))?;
        Some((ask.render(self.slots.values()), answer))
    }

    fn answer(&self, span: Span) -> Answer {
        let (clue, clue_start) = match self.marked.sentences.get(span.sentence) {
            Some(sentence) => (self.marked.slice(sentence.start, sentence.end), sentence.start_char),
            None => ("", 0),
        };
        Answer {
            text: self.marked.slice(span.start, span.end).to_owned(),
            start: span.start_char as i64,
            clue: clue.to_owned(),
            clue_start: clue_start as i64,
        }
    }

    /// Up to `count` different values that would be wrong answers to question `index`, of the answer's own kind.
    pub(super) fn wrong_answers(&self, index: usize, count: usize, random: &mut Random) -> Vec<String> {
        let Some(question) = self.topic.questions.get(index) else { return Vec::new() };
        let Some(span) = self.span(question) else { return Vec::new() };
        let right = self.marked.slice(span.start, span.end);
        let mut wrong: Vec<String> = Vec::with_capacity(count);
        let add = |value: String, wrong: &mut Vec<String>| {
            if wrong.len() < count && !value.is_empty() && value != right && !wrong.contains(&value) {
                wrong.push(value);
            }
        };
        for slot in question.wrong {
            add(self.slots.get(slot).to_owned(), &mut wrong);
        }
        let mut shifts = [-3, -2, -1, 1, 2, 3];
        random.shuffle(&mut shifts);
        for shift in shifts {
            if let Some(value) = shifted(right, shift) {
                add(value, &mut wrong);
            }
        }
        wrong
    }

    /// A statement on the matter of question `index`, true or false as asked; nothing where no statement can be made.
    pub(super) fn statement(&mut self, index: usize, holds: bool, random: &mut Random) -> Option<Statement> {
        let question = self.topic.questions.get(index)?;
        let state = question.state.as_ref()?;
        let answer = self.answer(self.span(question)?);
        let value = match holds {
            true => answer.text.clone(),
            false => self.wrong_answers(index, 3, random).into_iter().next()?,
        };
        self.slots.set_answer(&value);
        let text = state.render(self.slots.values());
        self.slots.set_answer("");
        Some(Statement { text, holds, answer })
    }

    /// The questions on whose matter a statement can be made.
    pub(super) fn statable(&self) -> Vec<usize> {
        let questions = self.topic.questions.iter().enumerate();
        questions.filter(|(_, q)| q.state.is_some() && self.span(q).is_some()).map(|(index, _)| index).collect()
    }
}

/// A statement turned into a yes/no question: `준공됐다.` → `준공됐는가?`, `3%다.` → `3%인가?`.
pub(super) fn as_question(statement: &str) -> String {
    let Some(body) = statement.strip_suffix("다.") else { return format!("{statement} 맞는가?") };
    // Only past stems end in ㅆ, the 21st final consonant.
    let past = body
        .chars()
        .next_back()
        .is_some_and(|last| ('가'..='힣').contains(&last) && (u32::from(last) - 0xAC00) % 28 == 20);
    if past { format!("{body}는가?") } else { format!("{}인가?", body.strip_suffix('이').unwrap_or(body)) }
}
