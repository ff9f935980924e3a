//! Word problems with labelled equations: `reason_math`.
//!
//! The solution carries its arithmetic as calculator notes (`<<20-4-5=11>>`) or as equations in running text; every
//! equation is computed again, exactly. From equations that end in the labelled answer come
//!
//! - `p0`, forward: a step per equation, each number with what the question calls it, where that is certain;
//! - `p1`, backward from the answer to a number that the question names, where the equations are one chain;
//! - `p2`, another order of the same calculation, where algebra allows one;
//! - `w0`, one usual error with everything after it computed from the wrong value, and its correction.
//!
//! That the equations fit the words is the label's claim. An answer that no equation gives has no path (tier C), nor has
//! one whose equations start from a number that comes from nowhere (the result of an algebra the label leaves out).

mod backward;
mod equation;
pub mod expr;
mod lines;
mod mistake;
pub mod number;
mod paths;
mod quantity;
mod quantity_en;
mod quantity_ko;
mod reorder;
mod running_text;
#[cfg(test)]
mod tests;
mod wording;
mod wording_en;
mod wording_ko;

use std::borrow::Cow;

use serde_json::json;

use self::equation::Worked;
use self::lines::Line;
use self::number::Number;
use self::paths::Writer;
use self::quantity::Quantities;
use self::wording::Wording;
use crate::reasoning::model::{
    Answer, AnswerType, Lang, Meta, ReasoningRecord, Reject, SCHEMA_VERSION, TaskType, Tier, Verification, record_id,
    rule_provenance, split_of, wording_seed,
};

/// The name and version that stand in ids and provenance.
pub const BUILDER: &str = "reason_math@1";

/// Longest question or solution, in bytes.
const MAX_TEXT: usize = 100_000;

/// A word problem as its label gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MathInput<'a> {
    /// The problem.
    pub question: &'a str,
    /// The worked solution, with `#### answer` at its end where the answer has no field of its own.
    pub solution: &'a str,
    /// The answer, where it has a field of its own.
    pub answer: Option<&'a str>,
}

/// Makes a reasoning record of a word problem.
///
/// # Errors
/// A [`Reject`] with one of the codes `EMPTY_QUESTION`, `TEXT_TOO_LONG`, `NO_ANSWER`, `ANSWER_NOT_A_NUMBER`,
/// `ANSWER_CONFLICT` (field and `####` differ), `EQUATION_UNREADABLE` (a note that is no arithmetic),
/// `EQUATION_DOES_NOT_COMPUTE`, `EQUATION_TOO_LARGE`, `TOO_MANY_EQUATIONS`.
pub fn reason_math(input: &MathInput<'_>, meta: &Meta) -> Result<ReasoningRecord, Reject> {
    let question = input.question;
    if question.trim().is_empty() {
        return Err(Reject::new("EMPTY_QUESTION", "the question is empty"));
    }
    if question.len() > MAX_TEXT || input.solution.len() > MAX_TEXT {
        return Err(Reject::new("TEXT_TOO_LONG", format!("question or solution has more than {MAX_TEXT} bytes")));
    }
    let (stated, solution) = stated_answer(input)?;
    let (value, printed_unit) = equation::read_answer(&stated)?;
    let mut worked = equation::read(solution)?;

    let id = record_id(BUILDER, meta, question, &[]);
    let quantities = Quantities::read(question);
    if solution.contains("<<") {
        lines::bridge(&mut worked.equations, solution, &quantities);
    }
    let forward = lines::forward(&worked.equations, &value, &quantities).unwrap_or_default();
    let wording = Wording::new(meta.lang, &quantities, wording_seed(&id, "math"));
    let same_language = quantities.korean == (meta.lang == Lang::Ko);
    let asked = if same_language { quantities.asked() } else { None };
    let unit = printed_unit.or_else(|| asked.map(|(_, noun)| noun.to_owned()));
    let answer = Answer {
        value: stated.into_owned(),
        r#type: AnswerType::Number,
        normalized: Some(number::display(&value)),
        unit,
        aliases: Vec::new(),
        evidence_ids: Vec::new(),
    };
    let mut writer = Writer::new(&wording, &answer, asked);
    let (unsourced, supplied) = lines::unsourced(&forward, &worked, &quantities);
    if !forward.is_empty() && supplied {
        writer.write(&forward, &quantities);
    }
    let tier = if writer.paths.is_empty() { Tier::C } else { Tier::A };
    let verifications = verifications(&worked, &forward, &value, &unsourced, &writer);
    let provenance = rule_provenance(BUILDER, meta, &id, &writer.paths, &writer.templates);
    let Writer { paths, corrections, .. } = writer;
    let record = ReasoningRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        record_id: id,
        lang: meta.lang,
        domain: if meta.domain.is_empty() { "general".to_owned() } else { meta.domain.clone() },
        task_type: TaskType::MathEquation,
        question: question.to_owned(),
        choices: None,
        contexts: Vec::new(),
        evidence: Vec::new(),
        answer,
        paths,
        corrections,
        verifications,
        provenance,
        tier,
        split: split_of(meta.group.as_deref().unwrap_or(question)).to_owned(),
    };
    Ok(record.seal())
}

/// The answer as labelled, and the solution without its `####` line.
fn stated_answer<'a>(input: &MathInput<'a>) -> Result<(Cow<'a, str>, &'a str), Reject> {
    let (solution, marked) = match input.solution.rsplit_once("####") {
        Some((before, after)) => (before, after.trim().lines().next().map(str::trim).filter(|text| !text.is_empty())),
        None => (input.solution, None),
    };
    let own = input.answer.map(str::trim).filter(|text| !text.is_empty());
    match (own, marked) {
        (None, None) => Err(Reject::new("NO_ANSWER", "no answer, and no '####' in the solution")),
        (Some(own), Some(marked)) if equation::read_answer(own)?.0 != equation::read_answer(marked)?.0 => {
            Err(Reject::new("ANSWER_CONFLICT", format!("the answer is '{own}', the solution ends in '#### {marked}'")))
        }
        (Some(text), _) | (None, Some(text)) => Ok((Cow::Borrowed(text), solution)),
    }
}

/// What was recomputed: the record as a whole, and each step and path that holds arithmetic.
fn verifications(
    worked: &Worked,
    forward: &[Line],
    answer: &Number,
    unsourced: &[String],
    writer: &Writer<'_>,
) -> Vec<Verification> {
    let check =
        |target: &str, path: Option<&str>, step: Option<i32>, kind: &str, detail: Option<String>| Verification {
            verification_id: String::new(),
            target: target.to_owned(),
            path_id: path.map(str::to_owned),
            step_index: step,
            verifier: "math.recompute@1".to_owned(),
            kind: kind.to_owned(),
            passed: true,
            score: None,
            detail_json: detail,
        };
    let total = worked.equations.len();
    let detail = json!({
        "answer": number::exact(answer),
        "equations": total,
        "without_operation": worked.idle.len(),
        "answer_from_equation": !forward.is_empty(),
        "steps": forward.len(),
        "numbers_without_source": unsourced,
    });
    // Equations were recomputed in any case; without any, only the answer was read as a number.
    let kind = if total > 0 { "recompute" } else { "schema" };
    let mut checks = vec![check("record", None, None, kind, Some(detail.to_string()))];
    for path in writer.paths.iter().filter(|path| path.is_correct) {
        for (index, step) in path.steps.iter().enumerate().filter(|(_, step)| step.expr.is_some()) {
            let line = forward.iter().find(|line| step.expr_value.as_deref() == Some(&number::exact(&line.exact)));
            let rounding = line.and_then(|line| {
                let decimals = line.rounded?;
                Some(json!({"stated": number::display(&line.value), "rounded_to_decimals": decimals}).to_string())
            });
            let index = i32::try_from(index).ok();
            checks.push(check("step", Some(&path.path_id), index, "recompute", rounding));
        }
        checks.push(check("path", Some(&path.path_id), None, "recompute", None));
    }
    checks
}

/// Has the expression exactly this value, or one that rounds to it at the decimals printed? False where either cannot be
/// read.
pub fn computes_to(expression: &str, value: &str) -> bool {
    let digits = value.trim();
    let (sign, digits) = digits.strip_prefix('-').map_or((1, digits), |digits| (-1, digits));
    let (Ok(exact), Some((stated, decimals))) =
        (expr::Expr::parse(expression).and_then(|expr| expr.value()), number::parse_decimal(digits))
    else {
        return false;
    };
    let stated = stated * number::whole(sign);
    exact == stated || (decimals > 0 && number::rounds_to(&exact, &stated, decimals))
}
