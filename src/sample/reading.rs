//! Reading-comprehension labels, in the shapes of AI Hub's news, document, finance and SQuAD-like sets.
//!
//! A record is one element of `data[]`: a document with one paragraph, now and then two. What kind of question it
//! holds depends on the archive, as in the real sets, where each archive has one kind.

use super::json::Json;
use super::passage::{Answer, Composer, Passage, as_question};
use super::random::Random;

/// The questions of one archive, and the shape that they are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `answers` is one object: a span and the sentence that shows it.
    Extraction,
    /// The same, for reasons and comparisons.
    Inference,
    /// The same, with questions that the text does not answer.
    Unanswerable,
    /// SQuAD 1.1: `answers` is a list.
    Squad,
    /// Singular `answer`, `qa_type` and tables: spans.
    FinanceExtraction,
    /// The same: four options.
    FinanceChoice,
    /// The same: 예 or 아니오.
    FinanceEntailment,
    /// `answers` is one object with four options; the answer is the option's text.
    Choice,
    /// The same; the answer is the option's number, from 1.
    ChoiceByNumber,
}

impl Kind {
    /// Families do not share texts; the kinds of one family number their records through.
    fn stream(self) -> &'static str {
        match self {
            Self::Extraction | Self::Inference | Self::Unanswerable => "news",
            Self::Squad => "squad",
            Self::Choice | Self::ChoiceByNumber => "choice",
            Self::FinanceExtraction | Self::FinanceChoice | Self::FinanceEntailment => "finance",
        }
    }

    fn finance(self) -> bool {
        matches!(self, Self::FinanceExtraction | Self::FinanceChoice | Self::FinanceEntailment)
    }

    fn qa_type(self) -> &'static str {
        match self {
            Self::FinanceChoice | Self::Choice | Self::ChoiceByNumber => "multiple_choice",
            Self::FinanceEntailment => "text_entailment",
            Self::Inference => "span_inference",
            Self::Unanswerable => "unanswerable",
            Self::Extraction | Self::FinanceExtraction | Self::Squad => "span_extraction",
        }
    }
}

/// One question with all that any shape may want.
struct Item {
    question: String,
    /// Nothing for questions without an answer.
    answer: Option<Answer>,
    options: Vec<String>,
    /// The answer's position among the options.
    right: usize,
}

/// Writes record `index`; returns the number of questions.
pub(super) fn record(composer: &Composer, kind: Kind, seed: u64, index: u64, json: &mut Json) -> u64 {
    let mut random = Random::new(seed, kind.stream(), index);
    let random = &mut random;
    let paragraphs = if random.chance(12) { 2 } else { 1 };
    let mut questions = 0;
    json.open("{");
    for number in 0..paragraphs {
        let (mut passage, items) = told(composer, kind, random);
        if number == 0 {
            head(&passage, kind, index, random, json);
            json.key("paragraphs");
            json.open("[");
        }
        questions += items.len() as u64;
        paragraph(&mut passage, &items, kind, (index, number), random, json);
    }
    json.close("]");
    json.close("}");
    questions
}

fn head(passage: &Passage<'_>, kind: Kind, index: u64, random: &mut Random, json: &mut Json) {
    if kind == Kind::Squad {
        json.field("title", &passage.title);
        json.field("agency", random.pick(&["가상신문", "나루일보", "솔빛통신", "마을소식"]));
        return;
    }
    json.field("doc_title", &passage.title);
    json.field("doc_id", &format!("{}{index:08}", if kind.finance() { "FL" } else { "NW" }));
    json.field("doc_class", passage.class());
    json.field("doc_source", random.pick(&["가상신문", "나루일보", "솔빛통신", "마을소식"]));
    // Months and days stay two digits wide.
    let (year, month, day) = (random.range(2019, 2022), random.range(1, 12), random.range(1, 28));
    json.field("doc_published", &format!("{year}{month:02}{day:02}"));
}

fn paragraph(
    passage: &mut Passage<'_>,
    items: &[Item],
    kind: Kind,
    (record, number): (u64, usize),
    random: &mut Random,
    json: &mut Json,
) {
    json.open("{");
    if kind != Kind::Squad {
        json.field("context_id", &format!("C{record:08}_{}", number + 1));
    }
    json.field("context", passage.context());
    if kind.finance() {
        tables(random, json);
    }
    json.key("qas");
    json.open("[");
    for (place, item) in items.iter().enumerate() {
        let id = format!("{record:08}-{}-{}", number + 1, place + 1);
        json.open("{");
        match kind {
            Kind::Squad => {
                json.field("id", &id);
                json.field("question", &item.question);
                json.key("answers");
                json.open("[");
                if let Some(answer) = &item.answer {
                    json.open("{");
                    json.field("text", &answer.text);
                    json.key("answer_start");
                    json.int(answer.start);
                    json.close("}");
                }
                json.close("]");
            }
            _ => {
                json.field("question_id", &id);
                json.field("question", &item.question);
                if kind.finance() {
                    json.field("qa_type", kind.qa_type());
                    json.key("answer");
                } else {
                    json.key("is_impossible");
                    json.truth(item.answer.is_none());
                    json.field("question_type", kind.qa_type());
                    json.key("answers");
                }
                answer(item, kind, json);
            }
        }
        json.close("}");
    }
    json.close("]");
    json.close("}");
}

fn answer(item: &Item, kind: Kind, json: &mut Json) {
    let (text, start, clue, clue_start) = match &item.answer {
        Some(answer) => (answer.text.as_str(), answer.start, answer.clue.as_str(), answer.clue_start),
        None => ("", -1, "", -1),
    };
    json.open("{");
    json.key("text");
    match kind {
        Kind::ChoiceByNumber => json.int(item.right as i64 + 1),
        _ => json.text(text),
    }
    json.key("answer_start");
    json.int(start);
    json.field("clue_text", clue);
    json.key("clue_start");
    json.int(clue_start);
    json.key("options");
    if item.options.is_empty() && !kind.finance() {
        json.null();
    } else {
        json.open("[");
        item.options.iter().for_each(|option| json.text(option));
        json.close("]");
    }
    if kind.finance() {
        json.key("cell_text");
        json.null();
    }
    json.close("}");
}

/// A small table beside the text in a third of the finance paragraphs, as HTML.
fn tables(random: &mut Random, json: &mut Json) {
    json.key("tbs");
    json.open("[");
    if random.chance(33) {
        let what = random.pick(&["상담 건수", "민원 건수", "신청 건수", "방문자 수"]);
        let unit = if what.ends_with("건수") { "건" } else { "명" };
        let mut head = String::from("<tr><th>구분</th>");
        let mut body = String::from("<tr><th>건수</th>");
        if unit == "명" {
            body = String::from("<tr><th>인원</th>");
        }
        let first = random.range(1, 8);
        for month in first..first + 4 {
            head.push_str(&format!("<th>{month}월</th>"));
            body.push_str(&format!("<td>{}</td>", random.range(120, 980)));
        }
        json.open("{");
        json.field("table_title", &format!("월별 {what} (단위: {unit})"));
        json.field("table", &format!("<table>{head}</tr>{body}</tr></table>"));
        json.close("}");
    }
    json.close("]");
}

/// A passage with questions of `kind`. Topics differ in what they offer, so passages are drawn until one fits.
fn told<'a>(composer: &'a Composer, kind: Kind, random: &mut Random) -> (Passage<'a>, Vec<Item>) {
    let mut drawn = composer.passage(random);
    for _ in 0..16 {
        let items = items(&mut drawn, kind, random);
        if items.len() >= 2 || (kind == Kind::Inference && !items.is_empty()) {
            return (drawn, items);
        }
        drawn = composer.passage(random);
    }
    let items = items(&mut drawn, kind, random);
    (drawn, items)
}

fn items(passage: &mut Passage<'_>, kind: Kind, random: &mut Random) -> Vec<Item> {
    let count = 2 + random.below(3);
    match kind {
        Kind::Extraction | Kind::Squad | Kind::FinanceExtraction => {
            let mut indices = passage.answerable(false);
            random.shuffle(&mut indices);
            asked(passage, &indices, count, random)
        }
        Kind::Inference => {
            let mut indices = passage.answerable(true);
            random.shuffle(&mut indices);
            asked(passage, &indices, count, random)
        }
        Kind::Unanswerable => {
            let questions = passage.unanswerable(random).into_iter().take(2);
            questions.map(|question| Item { question, answer: None, options: Vec::new(), right: 0 }).collect()
        }
        Kind::FinanceEntailment => entailed(passage, count, random),
        Kind::FinanceChoice | Kind::Choice | Kind::ChoiceByNumber => chosen(passage, count, random),
    }
}

fn asked(passage: &Passage<'_>, indices: &[usize], count: usize, random: &mut Random) -> Vec<Item> {
    let asked = indices.iter().filter_map(|index| passage.ask(*index, random)).take(count);
    asked.map(|(question, answer)| Item { question, answer: Some(answer), options: Vec::new(), right: 0 }).collect()
}

/// Yes/no questions; the answer is a word that the text need not contain, the clue is in the text.
fn entailed(passage: &mut Passage<'_>, count: usize, random: &mut Random) -> Vec<Item> {
    let mut indices = passage.statable();
    random.shuffle(&mut indices);
    indices.truncate(count);
    let mut items = Vec::with_capacity(indices.len());
    for index in indices {
        let holds = random.chance(50);
        if let Some(statement) = passage.statement(index, holds, random) {
            let text = if statement.holds { "예" } else { "아니오" };
            let answer = Answer { text: text.to_owned(), start: -1, ..statement.answer };
            items.push(Item {
                question: as_question(&statement.text),
                answer: Some(answer),
                options: Vec::new(),
                right: 0,
            });
        }
    }
    items
}

/// Questions with four options: values of one kind, or statements one of which holds, or does not.
fn chosen(passage: &mut Passage<'_>, count: usize, random: &mut Random) -> Vec<Item> {
    let mut items = Vec::with_capacity(count);
    if random.chance(60) {
        items.extend(which_statement(passage, random.chance(50), random));
    }
    let mut indices = passage.answerable(false);
    random.shuffle(&mut indices);
    for index in indices {
        if items.len() >= count {
            break;
        }
        let wrong = passage.wrong_answers(index, 3, random);
        let Some((question, answer)) = passage.ask(index, random) else { continue };
        if wrong.len() < 3 {
            continue;
        }
        let (options, right) = mixed(answer.text.clone(), wrong, random);
        items.push(Item { question, answer: Some(answer), options, right });
    }
    random.shuffle(&mut items);
    items
}

/// "Which of these is (not) right?": four statements on different matters.
fn which_statement(passage: &mut Passage<'_>, wanted: bool, random: &mut Random) -> Option<Item> {
    let mut indices = passage.statable();
    random.shuffle(&mut indices);
    // The answer is the only statement that holds, or the only one that does not.
    let answer = indices.iter().find_map(|index| Some((*index, passage.statement(*index, wanted, random)?)))?;
    let others = indices.iter().filter(|index| **index != answer.0);
    let mut texts = Vec::with_capacity(3);
    for index in others {
        if texts.len() < 3 {
            texts.extend(passage.statement(*index, !wanted, random).map(|statement| statement.text));
        }
    }
    if texts.len() < 3 {
        return None;
    }
    let question = match wanted {
        true => random.pick(&[
            "이 글의 내용으로 옳은 것은?",
            "글의 내용과 맞는 것은 무엇인가?",
            "다음 중 글의 내용과 일치하는 것은?",
        ]),
        false => random.pick(&[
            "이 글의 내용으로 옳지 않은 것은?",
            "글의 내용과 맞지 않는 것은 무엇인가?",
            "다음 중 글의 내용과 일치하지 않는 것은?",
        ]),
    };
    let clue = answer.1.answer;
    let (options, right) = mixed(answer.1.text.clone(), texts, random);
    let answer = Answer { text: answer.1.text, start: -1, ..clue };
    Some(Item { question: question.to_owned(), answer: Some(answer), options, right })
}

fn mixed(right: String, wrong: Vec<String>, random: &mut Random) -> (Vec<String>, usize) {
    let place = random.below(wrong.len() + 1);
    let mut options = wrong;
    // `place` is at most the length.
    options.insert(place, right);
    (options, place)
}
