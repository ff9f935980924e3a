//! Paths for a question whose answer is a span of the context.

use std::ops::Range;

use crate::reasoning::model::{Lang, StepType, Strategy, Tier};
use crate::text::{Candidate, CandidateKind, Particle, count_of_unit, particle_after};

use super::draft::{Draft, Steps};
use super::gold::{Gold, places};
use super::procedure::{
    Decision, Elimination, Found, Ruling, argument, eliminate, outermost_candidate, focus_in_clause, forward, lacks_focus, pool,
    rule_out,
};
use super::question::{Asked, Question, QuestionWord};
use super::ranking::{Ranked, distinctive, find_match, matches, rank};
use super::reasons::{Reason, reason};
use super::template::{quote, quote_list, quote_with};
use super::tier_of;
use super::wording_ko::{count_word, pairs_before, pairs_has, pairs_with, times_word};

/// The labelled span as the builder works with it.
struct Target<'g> {
    range: &'g Range<usize>,
    /// In quotes.
    quoted: String,
}

/// Writes what can be shown for an answerable question and says how far that goes.
pub(super) fn write(draft: &mut Draft<'_>, question: &Question<'_>, gold: &Gold) -> Tier {
    let Some(located) = &gold.answer else { return Tier::C };
    let target = Target { range: &located.range, quoted: draft.quoted(&located.range) };
    let ranked = rank(question, draft.analysis);
    let mut blind = false;
    for &kind in question.asked.kinds() {
        blind = typed(draft, question, ranked.as_ref(), &target, kind);
        if blind {
            break;
        }
    }
    if let Some(ranked) = ranked.as_ref().filter(|_| !blind) {
        blind = match question.asked {
            Asked::Reason => causal(draft, question, ranked, &target),
            Asked::Open | Asked::Person => positional(draft, question, ranked, &target),
            _ => false,
        };
    }
    let evidence = !blind && evidence_only(draft, question, ranked.as_ref(), gold, &target);
    tier_of(blind, evidence)
}

/// Did a procedure find the labelled span? Words that leave a value open may be in it or not; a person may be named with
/// or without the title.
fn reaches(candidate: &Candidate, target: &Range<usize>) -> bool {
    let within = candidate.extended.start <= target.start && target.end <= candidate.extended.end;
    let covers = target.start <= candidate.range.start && candidate.range.end <= target.end;
    let name = candidate.kind == CandidateKind::Person && target.start == candidate.range.start && within;
    within && covers || name
}

/// What kind of thing an answer is, for a step; `None` where the words of the question say it themselves.
fn type_name(question: &Question<'_>, kind: CandidateKind, lang: Lang) -> Option<&'static str> {
    Some(match (lang, kind, question.asked) {
        (Lang::Ko, CandidateKind::Year, _) => "연도",
        (Lang::Ko, CandidateKind::Date, _) => "때를 나타내는 말",
        (Lang::Ko, CandidateKind::Person, _) => "사람",
        (Lang::Ko, CandidateKind::Quantity, Asked::Amount { measure }) => match measure {
            "원" | "달러" | "유로" | "엔" | "위안" => "금액",
            "명" => "사람 수",
            "길이" => "길이",
            "무게" => "무게",
            "넓이" => "넓이",
            "부피" => "부피",
            "%" => "비율",
            "나이" => "나이",
            _ => return None,
        },
        (Lang::En, CandidateKind::Year, _) => "a year",
        (Lang::En, CandidateKind::Date, _) => "a date or year",
        (Lang::En, CandidateKind::Person, _) => "a person",
        (Lang::En, CandidateKind::Quantity, Asked::Amount { measure: "달러" }) => "an amount of money",
        (Lang::En, CandidateKind::Quantity, _) => "a number",
        _ => return None,
    })
}

/// The pattern that candidates of a kind fit, as a record may name it.
pub(super) fn pattern_name(draft: &Draft<'_>, candidate: &Candidate) -> Option<String> {
    match (draft.lang, candidate.kind) {
        (Lang::Ko, CandidateKind::Year) => Some("네 자리 수에 '년'이 붙은 말".to_owned()),
        (Lang::Ko, CandidateKind::Quantity) => {
            let unit = candidate.quantity?.unit;
            // Units are read as they are behind a number: km가.
            let particle = particle_after(&format!("1{unit}"), Particle::Subject).unwrap_or("");
            Some(format!("'{unit}'{particle} 붙은 수"))
        }
        (Lang::Ko, CandidateKind::Person) => Some("직함이 붙은 이름".to_owned()),
        (Lang::Ko, CandidateKind::Date) => Some("수로 적힌 때".to_owned()),
        (Lang::En, CandidateKind::Date) => Some("date or year in figures".to_owned()),
        (Lang::En, CandidateKind::Year) => Some("year of four digits".to_owned()),
        (Lang::En, CandidateKind::Quantity) => Some("number".to_owned()),
        _ => None,
    }
}

/// Paths for an answer of a typed pattern. Says whether a blind procedure reached the label.
fn typed(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    target: &Target<'_>,
    kind: CandidateKind,
) -> bool {
    let ahead = ranked
        .and_then(|ranked| forward(question, draft.analysis, ranked, kind))
        .filter(|found| reaches(&found.candidate, target.range));
    let left = eliminate(question, draft.analysis, kind).filter(|left| reaches(&left.candidate, target.range));
    let mut reached = false;
    if let (Some(found), Some(ranked)) = (&ahead, ranked) {
        let several = pool(question, draft.analysis, kind).nth(1).is_some();
        reached |= forward_path(draft, question, ranked, found, target, several.then_some(kind));
    }
    if let Some(left) = &left {
        reached |= elimination_path(draft, question, left, target, kind);
    }
    let focus = match (&left, &ahead) {
        (Some(left), _) if left.same_clause => Some(left.focus.clone()),
        (None, Some(found)) if matches!(found.decision, Decision::Lone | Decision::Clause { .. }) => {
            focus_in_clause(question, draft.analysis, &found.candidate.range)
        }
        _ => None,
    };
    if let Some(focus) = focus.filter(|_| kind != CandidateKind::Quoted) {
        reached |= substitution_path(draft, question, &focus, left.as_ref(), target);
    }
    if reached {
        weak_path(draft, question, ranked, ahead.as_ref(), target, kind);
    }
    reached
}

/// The step that says which sentence the question is about.
fn sentence_step(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, steps: &mut Steps) {
    let place = draft.ordinal(ranked.sentence);
    let words = distinctive(question, draft.analysis, ranked);
    let cited = draft.sentence(ranked.sentence);
    let focus = question.focus_word().map_or("", QuestionWord::quoted);
    let form = only_form(draft, question, ranked);
    match words.as_slice() {
        // Better than names alone: the word that the answer hangs on, in the text's form.
        several if form.is_some() && !several.iter().any(|word| word == focus) => {
            let Some((asked, word)) = form else { return };
            let values = [("q", asked.as_str()), ("w", word.as_str()), ("o", place.as_str())];
            let banks = draft.banks;
            draft.step(steps, StepType::EvidenceReview, ("form", banks.form), &values, cited);
        }
        [] => {}
        [word] => {
            let word = quote(word);
            let banks = draft.banks;
            draft.step(steps, StepType::EvidenceReview, ("alone", banks.alone), &[("w", &word), ("o", &place)], cited);
        }
        several => {
            let words = match draft.lang {
                Lang::Ko => quote_with(several),
                Lang::En => several.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" and "),
            };
            let banks = draft.banks;
            draft.step(steps, StepType::EvidenceReview, ("together", banks.together), &[("w", &words), ("o", &place)], cited);
        }
    }
}

/// The focus, where its only other form in the text stands in the top sentence: both forms.
fn only_form(draft: &Draft<'_>, question: &Question<'_>, ranked: &Ranked) -> Option<(String, String)> {
    let analysis = draft.analysis;
    if analysis.sentences.len() < 2 {
        return None;
    }
    let shared = ranked.shared.iter().filter(|shared| Some(shared.question_word) == question.focus).find(|shared| {
        question.content.get(shared.question_word).is_some_and(|word| {
            analysis.sentences.iter().enumerate().all(|(place, other)| {
                place == ranked.sentence || !other.words.iter().any(|range| matches(question, word, analysis.slice(range)))
            })
        })
    })?;
    let asked = question.content.get(shared.question_word)?.word;
    let word = analysis.slice(&shared.word);
    (asked != word).then(|| (quote(asked), quote(word)))
}

/// What the question's focus is called where the question is spoken of; `in_text` is the context's form of it.
fn focus_name(question: &Question<'_>, in_text: &str) -> String {
    quote(question.focus_name(in_text, question.focus_word().map_or("", |word| word.word)))
}

/// What is there or absent where a candidate is judged: the focus as a noun, else the context's own form of it.
fn absent_name(question: &Question<'_>, in_text: &str) -> String {
    quote(question.focus_name(in_text, in_text))
}

fn forward_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: &Ranked,
    found: &Found,
    target: &Target<'_>,
    asked: Option<CandidateKind>,
) -> bool {
    let banks = draft.banks;
    let mut steps = Steps::default();
    // A lone candidate needs no word about its kind.
    if let Some(kind) = asked
        && let (Some(phrase), Some(name)) = (&question.phrase, type_name(question, kind, draft.lang))
    {
        let values = [("p", quote(phrase)), ("t", name.to_owned())];
        let values = [("p", values[0].1.as_str()), ("t", values[1].1.as_str())];
        draft.step(&mut steps, StepType::QuestionAnalysis, ("asked", banks.asked), &values, Vec::new());
    }
    sentence_step(draft, question, ranked, &mut steps);
    // What follows speaks of "this sentence": say which.
    if !steps.has_review() && draft.analysis.sentences.len() > 1 {
        holds_step(draft, found.sentence, target, &mut steps);
    }
    for named in found.in_question.iter().take(2) {
        named_step(draft, question, named, found.candidate.kind, &mut steps);
    }
    decision_steps(draft, question, found, target, &mut steps);
    again_step(draft, question, target, &mut steps);
    if !steps.has_review() {
        holds_step(draft, found.sentence, target, &mut steps);
    }
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::Forward, steps, true)
}

fn named_step(draft: &mut Draft<'_>, question: &Question<'_>, range: &Range<usize>, kind: CandidateKind, steps: &mut Steps) {
    let banks = draft.banks;
    let Some(name) = type_name(question, kind, draft.lang) else { return };
    let quoted = draft.quoted(range);
    let cited = draft.distractor(range);
    draft.step(steps, StepType::OptionElimination, ("named", banks.named), &[("a", &quoted), ("t", name)], cited);
}

fn holds_step(draft: &mut Draft<'_>, sentence: usize, target: &Target<'_>, steps: &mut Steps) {
    let banks = draft.banks;
    let place = draft.ordinal(sentence);
    let cited = draft.support(target.range);
    draft.step(steps, StepType::EvidenceReview, ("holds", banks.holds), &[("c", &target.quoted), ("o", &place)], cited);
}

fn answer_step(draft: &mut Draft<'_>, target: &Target<'_>, steps: &mut Steps) {
    let banks = draft.banks;
    let cited = draft.support(target.range);
    draft.step(steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &target.quoted)], cited);
}

/// The steps that tell the answer from the other candidates of its sentence.
fn decision_steps(draft: &mut Draft<'_>, question: &Question<'_>, found: &Found, target: &Target<'_>, steps: &mut Steps) {
    let banks = draft.banks;
    let analysis = draft.analysis;
    let mut cited = draft.support(target.range);
    let pairs = |others: &[(Range<usize>, Range<usize>)]| -> Vec<(&str, &str)> {
        others.iter().map(|(other, word)| (analysis.slice(other), analysis.slice(word))).collect()
    };
    match &found.decision {
        Decision::Lone => {
            if is_lone(draft, found)
                && let Some(pattern) = pattern_name(draft, &found.candidate)
            {
                let values = [("d", pattern.as_str()), ("c", target.quoted.as_str())];
                draft.step(steps, StepType::EvidenceReview, ("lone", banks.lone), &values, cited);
            } else if let Some(focus) = focus_in_clause(question, analysis, &found.candidate.range).filter(|_| question.korean)
                && draft.lang == Lang::Ko
            {
                let (gp, place) = (draft.quoted(&focus), draft.ordinal(found.sentence));
                let values = [("g", target.quoted.as_str()), ("gp", &gp), ("o", &place)];
                draft.step(steps, StepType::EvidenceReview, ("same_clause", banks.same_clause), &values, cited);
            } else if !steps.has_review() || steps.len() < 2 {
                holds_step(draft, found.sentence, target, steps);
            }
        }
        Decision::Clause { focus, others } => {
            let gp = draft.quoted(focus);
            let pairs = pairs(others);
            let (x, y) = (pairs_with(&pairs), pairs_has(&pairs));
            for (other, _) in others {
                cited.extend(draft.distractor(other));
            }
            let focus_word = focus_name(question, analysis.slice(focus));
            let values = [("x", x.as_str()), ("y", &y), ("g", &target.quoted), ("gp", &gp), ("f", &focus_word)];
            draft.step(steps, StepType::ErrorVerification, ("clauses", banks.clauses), &values, cited);
        }
        Decision::Part { focus, others } => {
            let gp = draft.quoted(focus);
            let listed = others.iter().map(|other| draft.quoted(other)).collect::<Vec<_>>().join(", ");
            for other in others {
                cited.extend(draft.distractor(other));
            }
            let values = [("x", listed.as_str()), ("g", &target.quoted), ("gp", &gp)];
            draft.step(steps, StepType::ErrorVerification, ("parts", banks.parts), &values, cited);
        }
        Decision::Next { focus } | Decision::Argument { focus } => {
            let gp = draft.quoted(focus);
            let word = analysis.word_around(&found.candidate.range).map_or(target.quoted.clone(), |word| draft.quoted(&word));
            let values = [("g", word.as_str()), ("gp", &gp)];
            draft.step(steps, StepType::EvidenceReview, ("next", banks.next), &values, cited);
        }
        Decision::Before { word, others, question_word } => {
            let gb = draft.quoted(word);
            let asked = question.content.get(*question_word).map(|word| quote(word.quoted())).unwrap_or_default();
            let x = match draft.lang {
                Lang::Ko => pairs_before(&pairs(others)),
                Lang::En => quote_list(&others.iter().map(|(other, _)| analysis.slice(other)).collect::<Vec<_>>()),
            };
            for (other, _) in others {
                cited.extend(draft.distractor(other));
            }
            let values = [("x", x.as_str()), ("g", &target.quoted), ("gb", &gb), ("f", &asked)];
            draft.step(steps, StepType::ErrorVerification, ("before", banks.before), &values, cited);
        }
    }
}

/// May a record say that this is the only one of its pattern in its sentence?
fn is_lone(draft: &Draft<'_>, found: &Found) -> bool {
    let Some(sentence) = draft.analysis.sentences.get(found.sentence) else { return false };
    let body = draft.analysis.slice(&sentence.range);
    match (draft.lang, found.candidate.kind) {
        (_, CandidateKind::Year) => four_digits(body) == 1,
        (Lang::Ko, CandidateKind::Quantity) => {
            found.candidate.quantity.is_some_and(|quantity| !quantity.unit.is_empty() && count_of_unit(body, quantity.unit) == 1)
        }
        _ => false,
    }
}

/// How many numbers of four digits a text has.
fn four_digits(text: &str) -> usize {
    let (mut count, mut run) = (0, 0);
    for byte in text.bytes().chain(std::iter::once(b' ')) {
        if byte.is_ascii_digit() {
            run += 1;
        } else {
            count += usize::from(run == 4);
            run = 0;
        }
    }
    count
}

/// Says which occurrence counts, where the answer's text occurs again and only one shares a sentence with the focus.
fn again_step(draft: &mut Draft<'_>, question: &Question<'_>, target: &Target<'_>, steps: &mut Steps) {
    let analysis = draft.analysis;
    let text = analysis.slice(target.range);
    let all: Vec<usize> = places(analysis.text, text).take(8).collect();
    if !(2..=6).contains(&all.len()) {
        return;
    }
    let Some(focus) = question.focus_word() else { return };
    let Some(own) = analysis.sentence_at(target.range.start) else { return };
    let Some(own_sentence) = analysis.sentences.get(own) else { return };
    let Some(in_text) = own_sentence.words.iter().find(|word| matches(question, focus, analysis.slice(word))) else { return };
    let elsewhere = all.iter().filter(|&&at| at != target.range.start).all(|&at| {
        analysis
            .sentence_at(at)
            .and_then(|sentence| analysis.sentences.get(sentence))
            .is_some_and(|sentence| lacks_focus(question, analysis, &sentence.range))
    });
    if !elsewhere {
        return;
    }
    let banks = draft.banks;
    let times = match draft.lang {
        Lang::Ko => times_word(all.len()).to_owned(),
        Lang::En => all.len().to_string(),
    };
    let focus = absent_name(question, analysis.slice(in_text));
    let cited = draft.support(target.range);
    let values = [("g", target.quoted.as_str()), ("m", &times), ("f", &focus)];
    draft.step(steps, StepType::ErrorVerification, ("again", banks.again), &values, cited);
}

fn elimination_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    left: &Elimination,
    target: &Target<'_>,
    kind: CandidateKind,
) -> bool {
    let banks = draft.banks;
    let mut steps = Steps::default();
    let texts: Vec<&str> = left.listed.iter().map(|range| draft.analysis.slice(range)).collect();
    let list = quote_list(&texts);
    let mut cited = draft.support(target.range);
    for excluded in &left.excluded {
        cited.extend(draft.distractor(&excluded.range));
    }
    match (left.counted && draft.lang == Lang::Ko, pattern_name(draft, &left.candidate)) {
        (true, Some(pattern)) => {
            let count = count_word(left.listed.len());
            let values = [("d", pattern.as_str()), ("l", &list), ("n", count)];
            draft.step(&mut steps, StepType::EvidenceReview, ("counted", banks.counted), &values, cited);
        }
        _ => draft.step(&mut steps, StepType::EvidenceReview, ("listed", banks.listed), &[("l", &list)], cited),
    }
    let absent = absent_name(question, draft.analysis.slice(&left.focus));
    for excluded in &left.excluded {
        if steps.len() > 7 {
            return false;
        }
        exclusion_step(draft, question, &excluded.range, &excluded.ruling, &absent, kind, &mut steps);
    }
    if !left.again.is_empty() {
        again_step(draft, question, target, &mut steps);
    }
    let gp = draft.quoted(&left.focus);
    let cited = draft.support(target.range);
    let whole = draft.analysis.word_around(&left.candidate.range);
    let word = whole.map_or(target.quoted.clone(), |word| draft.quoted(&word));
    let values = [("g", target.quoted.as_str()), ("gp", &gp), ("w", &word)];
    let bank = match (draft.lang, left.same_clause) {
        (Lang::En, true) => ("left", banks.left),
        (Lang::Ko, true) if question.korean => ("left_clause", banks.left_clause),
        _ => ("left_next", banks.left_next),
    };
    draft.step(&mut steps, StepType::AnswerConfirmation, bank, &values, cited);
    draft.correct_path(Strategy::Eliminate, steps, true)
}

fn exclusion_step(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    range: &Range<usize>,
    ruling: &Ruling,
    absent: &str,
    kind: CandidateKind,
    steps: &mut Steps,
) {
    let banks = draft.banks;
    let quoted = draft.quoted(range);
    let cited = draft.distractor(range);
    let (bank, other) = match ruling {
        Ruling::Named => return named_step(draft, question, range, kind, steps),
        Ruling::Clause(predicate) => (("out_clause", banks.out_clause), draft.quoted(predicate)),
        Ruling::Part => (("out_part", banks.out_part), String::new()),
        Ruling::Sentence => (("out_sentence", banks.out_sentence), String::new()),
    };
    let values = [("a", quoted.as_str()), ("x", &other), ("f", absent)];
    draft.step(steps, StepType::OptionElimination, bank, &values, cited);
}

/// The answer put into the question: only for questions that end in an interrogative and 인가, and nominal answers.
fn substitution_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    focus: &Range<usize>,
    left: Option<&Elimination>,
    target: &Target<'_>,
) -> bool {
    let Some((before, interrogative)) = question.copular else { return false };
    let answer = draft.analysis.slice(target.range);
    let Some(copula) = particle_after(answer, Particle::Copula) else { return false };
    if draft.lang != Lang::Ko || before.trim().is_empty() {
        return false;
    }
    let banks = draft.banks;
    let mut steps = Steps::default();
    let asks = quote(interrogative);
    let sentence = quote(&format!("{}{answer}{copula}다", before.trim_start()));
    let values = [("i", asks.as_str()), ("g", &target.quoted), ("s", &sentence)];
    draft.step(&mut steps, StepType::Inference, ("substituted", banks.substituted), &values, Vec::new());
    let gp = draft.quoted(focus);
    let place = draft.analysis.sentence_at(target.range.start).map(|sentence| draft.ordinal(sentence)).unwrap_or_default();
    let mut cited = draft.support(target.range);
    cited.extend(draft.support(focus));
    let values = [("g", target.quoted.as_str()), ("gp", &gp), ("o", &place)];
    draft.step(&mut steps, StepType::EvidenceReview, ("same_clause", banks.same_clause), &values, cited);
    if let Some(left) = left.filter(|left| left.excluded.iter().all(|other| matches!(other.ruling, Ruling::Clause(_)))) {
        let texts: Vec<&str> = left.excluded.iter().map(|other| draft.analysis.slice(&other.range)).collect();
        let list = quote_list(&texts);
        let absent = absent_name(question, draft.analysis.slice(focus));
        let cited = left.excluded.iter().flat_map(|other| draft.distractor(&other.range)).collect();
        draft.step(&mut steps, StepType::ErrorVerification, ("none_fits", banks.none_fits), &[("l", &list), ("f", &absent)], cited);
    }
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::BackwardCheck, steps, true)
}

/// What a weak procedure answers, and why that is wrong: it takes the first candidate of the top sentence, else of the
/// text, else the last one of the text.
fn weak_path(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    ahead: Option<&Found>,
    target: &Target<'_>,
    kind: CandidateKind,
) {
    let analysis = draft.analysis;
    let whole = 0..analysis.text.len();
    let in_sentence = ranked
        .and_then(|ranked| Some((analysis.sentences.get(ranked.sentence)?.range.clone(), draft.ordinal(ranked.sentence))));
    let text_name = if draft.lang == Lang::Ko { "글" } else { "the text" }.to_owned();
    let rules = in_sentence
        .map(|(stretch, place)| (stretch, place, End::First))
        .into_iter()
        .chain([(whole.clone(), text_name.clone(), End::First), (whole, text_name, End::Last)]);
    for (stretch, place, end) in rules {
        let Some(wrong) = outermost_candidate(question, analysis, kind, &stretch, end == End::Last) else { continue };
        if !is_distractor(draft, wrong, target) {
            continue;
        }
        let Some(pattern) = pattern_name(draft, wrong).filter(|_| is_outermost(draft, wrong, &stretch, end)) else { continue };
        let Some((explanation, error)) = why_wrong(draft, question, ahead, wrong, target, kind) else { continue };
        let banks = draft.banks;
        let mut steps = Steps::default();
        let quoted = draft.quoted(&wrong.range);
        let cited = draft.distractor(&wrong.range);
        let values = [("o", place.as_str()), ("d", &pattern), ("c", &quoted)];
        let bank = if end == End::First { ("first", banks.first) } else { ("last", banks.last) };
        draft.step(&mut steps, StepType::EvidenceReview, bank, &values, cited.clone());
        draft.step(&mut steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &quoted)], cited);
        draft.wrong_path(steps, analysis.slice(&wrong.range), error, explanation);
        return;
    }
}

/// Which candidate a weak procedure takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// Is a candidate another thing than the answer: not its value, not inside or around it, not the same text?
fn is_distractor(draft: &Draft<'_>, candidate: &Candidate, target: &Target<'_>) -> bool {
    let (text, answer) = (draft.analysis.slice(&candidate.range), draft.analysis.slice(target.range));
    let overlaps = candidate.extended.start < target.range.end && target.range.start < candidate.extended.end;
    let equal = draft.analysis.candidates.found.iter().any(|known| reaches(known, target.range) && known.same_value(candidate, draft.analysis.text));
    !overlaps && !equal && !text.contains(answer) && !answer.contains(text)
}

/// Is it true that nothing of the candidate's pattern comes before it, or after it?
fn is_outermost(draft: &Draft<'_>, candidate: &Candidate, stretch: &Range<usize>, end: End) -> bool {
    let beyond = match end {
        End::First => stretch.start..candidate.range.start,
        End::Last => candidate.range.end..stretch.end,
    };
    let text = draft.analysis.slice(&beyond);
    match candidate.kind {
        CandidateKind::Year => four_digits(text) == 0,
        CandidateKind::Date => !text.contains(|c: char| c.is_ascii_digit()),
        CandidateKind::Quantity => match candidate.quantity {
            Some(quantity) if !quantity.unit.is_empty() && draft.lang == Lang::Ko => count_of_unit(text, quantity.unit) == 0,
            _ => !text.contains(|c: char| c.is_ascii_digit()),
        },
        CandidateKind::Person => !draft.analysis.candidates.found.iter().any(|known| {
            known.kind == CandidateKind::ShortName && beyond.start <= known.range.start && known.range.end <= beyond.end
        }),
        _ => false,
    }
}

/// The correction of a wrong candidate; `None` where nothing separates it from the answer.
fn why_wrong(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ahead: Option<&Found>,
    wrong: &Candidate,
    target: &Target<'_>,
    kind: CandidateKind,
) -> Option<(String, &'static str)> {
    let banks = draft.banks;
    let quoted = draft.quoted(&wrong.range);
    // The answer's own sentence has a form of the focus: that is what the other one lacks.
    let in_text = draft
        .analysis
        .sentence_at(target.range.start)
        .and_then(|own| draft.analysis.sentences.get(own))
        .and_then(|own| find_match(question, question.focus_word()?, draft.analysis, &own.words))
        .map(|range| draft.analysis.slice(&range))
        .unwrap_or("");
    let focus = absent_name(question, in_text);
    if focus.len() <= 2 {
        return None;
    }
    if let Some(Found { decision: Decision::Before { others, question_word, .. }, .. }) = ahead
        && let Some((_, word)) = others.iter().find(|(other, _)| *other == wrong.range)
    {
        let asked = question.content.get(*question_word).map(|word| quote(word.quoted()))?;
        let word = draft.quoted(word);
        let text = draft.say("fix_before", banks.fix_before, &[("a", &quoted), ("x", &word), ("f", &asked)]);
        return Some((text, "other_argument"));
    }
    if let Some(Found { decision: Decision::Part { others, .. }, .. }) = ahead
        && others.contains(&wrong.range)
    {
        return Some((draft.say("fix_part", banks.fix_part, &[("a", &quoted), ("f", &focus)]), "distractor_same_type"));
    }
    match rule_out(question, draft.analysis, wrong)? {
        Ruling::Named => {
            let name = type_name(question, kind, draft.lang)?;
            Some((draft.say("fix_named", banks.fix_named, &[("a", &quoted), ("t", name)]), "repeats_question"))
        }
        Ruling::Clause(predicate) => {
            let predicate = draft.quoted(&predicate);
            let values = [("a", quoted.as_str()), ("x", &predicate), ("f", &focus)];
            Some((draft.say("fix_clause", banks.fix_clause, &values), "distractor_same_type"))
        }
        Ruling::Part => {
            Some((draft.say("fix_part", banks.fix_part, &[("a", &quoted), ("f", &focus)]), "distractor_same_type"))
        }
        Ruling::Sentence => {
            Some((draft.say("fix_sentence", banks.fix_sentence, &[("a", &quoted), ("f", &focus)]), "distractor_same_type"))
        }
    }
}

/// A path for an answer without a pattern that stands right before the predicate.
fn positional(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, target: &Target<'_>) -> bool {
    (1..=4).any(|words| {
        argument(question, draft.analysis, ranked, words)
            .filter(|found| found.candidate.range == *target.range)
            .is_some_and(|found| forward_path(draft, question, ranked, &found, target, None))
    })
}

/// Paths for why and how.
fn causal(draft: &mut Draft<'_>, question: &Question<'_>, ranked: &Ranked, target: &Target<'_>) -> bool {
    let Some(found) = reason(question, draft.analysis, ranked).filter(|found| reaches_reason(draft, found, target)) else {
        return false;
    };
    let banks = draft.banks;
    let mut steps = Steps::default();
    let (asked, effect) = (quote(&found.asked_effect), draft.quoted(&found.effect));
    let cited = draft.support(&found.effect);
    draft.step(&mut steps, StepType::EvidenceReview, ("effect", banks.effect), &[("q", &asked), ("w", &effect)], cited);
    let cited = draft.support(target.range);
    let values = [("g", target.quoted.as_str()), ("w", &effect)];
    draft.step(&mut steps, StepType::EvidenceReview, ("cause", banks.cause), &values, cited);
    if let Some(rival) = &found.rival {
        let (text, other, missing) = (draft.quoted(&rival.range), draft.quoted(&rival.effect), quote(&rival.missing));
        let cited = draft.distractor(&rival.range);
        let values = [("a", text.as_str()), ("x", &other), ("m", &missing)];
        draft.step(&mut steps, StepType::ErrorVerification, ("rival", banks.rival), &values, cited);
    }
    answer_step(draft, target, &mut steps);
    if !draft.correct_path(Strategy::Forward, steps, true) {
        return false;
    }
    if let Some(rival) = &found.rival {
        let (text, other, missing) = (draft.quoted(&rival.range), draft.quoted(&rival.effect), quote(&rival.missing));
        let mark = quote(rival.mark);
        let cited = draft.distractor(&rival.range);
        let mut steps = Steps::default();
        let values = [("a", text.as_str()), ("k", &mark)];
        draft.step(&mut steps, StepType::EvidenceReview, ("marked", banks.marked), &values, cited.clone());
        draft.step(&mut steps, StepType::AnswerConfirmation, ("answer", banks.answer), &[("g", &text)], cited);
        let explanation = draft.say("rival", banks.rival, &[("a", &text), ("x", &other), ("m", &missing)]);
        draft.wrong_path(steps, draft.analysis.slice(&rival.range), "reason_of_other_effect", explanation);
    }
    true
}

/// Is the found reason the labelled one? The mark of cause may be in the label or not.
fn reaches_reason(draft: &Draft<'_>, found: &Reason, target: &Target<'_>) -> bool {
    if found.answer.start != target.range.start {
        return false;
    }
    let tail = |range: Range<usize>| draft.analysis.slice(&range).trim().to_owned();
    let rest = if target.range.end <= found.answer.end {
        tail(target.range.end..found.answer.end)
    } else {
        tail(found.answer.end..target.range.end)
    };
    rest.is_empty()
        || matches!(rest.as_str(), "," | "." | "때문에" | "탓에" | "덕분에" | "때문" | "탓" | "덕분" | "으로" | "로" | "서" | "하여" | "인해")
}

/// Evidence without a blind path: the sentence that the ranking finds, or the labelled clue, holds the answer.
fn evidence_only(
    draft: &mut Draft<'_>,
    question: &Question<'_>,
    ranked: Option<&Ranked>,
    gold: &Gold,
    target: &Target<'_>,
) -> bool {
    let banks = draft.banks;
    let own = draft.analysis.sentence_at(target.range.start);
    let mut steps = Steps::default();
    if let Some(ranked) = ranked.filter(|ranked| Some(ranked.sentence) == own) {
        sentence_step(draft, question, ranked, &mut steps);
    }
    if let Some(clue) = gold.clue.as_ref().filter(|clue| clue.range != *target.range) {
        let holds = clue.range.start <= target.range.start && target.range.end <= clue.range.end;
        let passage = quote(draft.analysis.slice(&clue.range).trim());
        let cited = draft.support(&clue.range);
        let (bank, values) = if holds {
            (("passage", banks.passage), vec![("k", passage.as_str()), ("g", target.quoted.as_str())])
        } else {
            (("passage_apart", banks.passage_apart), vec![("k", passage.as_str())])
        };
        draft.step(&mut steps, StepType::EvidenceReview, bank, &values, cited);
    } else if steps.len() > 0
        && let Some(own) = own
    {
        holds_step(draft, own, target, &mut steps);
    }
    if !steps.has_review() {
        return false;
    }
    again_step(draft, question, target, &mut steps);
    answer_step(draft, target, &mut steps);
    draft.correct_path(Strategy::Forward, steps, false)
}
