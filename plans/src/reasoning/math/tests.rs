//! Whole records: what is derived, what is refused, how it is worded.

use std::collections::HashSet;

use super::*;
use crate::reasoning::model::{Path, SourceRef, StepType, Strategy};
use crate::reasoning::validate::validate;

const POTTER: &str = "A potter fires 20 cups, breaks 4 and gives 5 away; the rest sell at $3 each. What does she earn?";
const POTTER_SOLUTION: &str = "<<20-4-5=11>>11 cups are left, which bring 11*3=$<<11*3=33>>33.\n#### 33";

fn meta(lang: Lang, record: i64) -> Meta {
    let source = SourceRef { object: "problems.jsonl".to_owned(), record, ..SourceRef::default() };
    Meta { lang, source, ..Meta::default() }
}

fn make(question: &str, solution: &str, answer: Option<&str>, lang: Lang, record: i64) -> ReasoningRecord {
    let record = reason_math(&MathInput { question, solution, answer }, &meta(lang, record)).unwrap();
    assert_eq!(validate(&record), []);
    record
}

fn english(question: &str, solution: &str) -> ReasoningRecord {
    make(question, solution, None, Lang::En, 0)
}

fn path(record: &ReasoningRecord, strategy: Strategy) -> Option<&Path> {
    record.paths.iter().find(|path| path.is_correct && path.strategy == strategy)
}

fn exprs(path: &Path) -> Vec<&str> {
    path.steps.iter().filter_map(|step| step.expr.as_deref()).collect()
}

fn code(question: &str, solution: &str, answer: Option<&str>) -> String {
    reason_math(&MathInput { question, solution, answer }, &meta(Lang::En, 0)).unwrap_err().code
}

#[test]
fn three_ways_and_an_error() {
    let record = english(POTTER, POTTER_SOLUTION);
    assert_eq!(record.tier, Tier::A);
    assert_eq!(exprs(path(&record, Strategy::Forward).unwrap()), ["20-4-5", "11*3"]);
    assert_eq!(exprs(path(&record, Strategy::BackwardCheck).unwrap()), ["33/3", "11+5+4"]);
    assert_eq!(exprs(path(&record, Strategy::Recompute).unwrap()), ["20*3", "4*3", "5*3", "60-12-15"]);
    let [correction] = record.corrections.as_slice() else { panic!("one correction") };
    let wrong = record.paths.iter().find(|path| path.path_id == correction.wrong_path_id).unwrap();
    let first = correction.first_wrong_step as usize;
    assert!(wrong.steps[..first].iter().all(|step| step.correct == Some(true)));
    assert_eq!(wrong.steps[first].correct, Some(false));
    assert!(["operator_swapped", "operand_forgotten", "stopped_early"].contains(&correction.error_type.as_str()));
}

#[test]
fn every_kind_of_error_occurs_and_is_computed_on() {
    let mut seen = HashSet::new();
    for number in 0..40 {
        let record = make(POTTER, POTTER_SOLUTION, None, Lang::En, number);
        let wrong = record.paths.iter().find(|path| !path.is_correct).unwrap();
        seen.insert((record.corrections[0].error_type.clone(), exprs(wrong).join(" "), wrong.final_answer.clone()));
    }
    let expect = |kind: &str, exprs: &str, answer: &str| {
        assert!(seen.contains(&(kind.to_owned(), exprs.to_owned(), answer.to_owned())), "{kind} {exprs}: {seen:?}");
    };
    expect("operator_swapped", "20-4-5 11+3", "14");
    expect("operator_swapped", "20-4+5 21*3", "63");
    expect("operand_forgotten", "20-4 16*3", "48");
    expect("stopped_early", "20-4-5", "11");
    // 11/3 is a fraction among whole numbers.
    assert!(seen.iter().all(|(_, exprs, _)| !exprs.contains("11/3")));
}

#[test]
fn names_only_what_occurs_once() {
    let record = english(POTTER, POTTER_SOLUTION);
    let first = path(&record, Strategy::Forward).unwrap().steps[0].text.clone();
    for name in ["'20 cups'", "'breaks 4'", "'gives 5'"] {
        assert!(first.contains(name), "{name} not in {first}");
    }
    // 5 twice: bare.
    let record = english(
        "A potter fires 20 cups, breaks 5 and gives 5 away; the rest sell at $3 each. What does she earn?",
        "<<20-5-5=10>> <<10*3=30>>\n#### 30",
    );
    let text: String = record.paths.iter().flat_map(|path| &path.steps).map(|step| step.text.as_str()).collect();
    assert!(text.contains("'20 cups'") && !text.contains("breaks 5") && !text.contains("gives 5"), "{text}");
}

#[test]
fn no_backward_way_where_a_result_is_used_twice() {
    let solution = "<<3*4=12>> <<12+12=24>>\n#### 24";
    let record = english("Ann has 3 bags of 4 nuts, and so has Ben. How many nuts do they have?", solution);
    assert!(path(&record, Strategy::BackwardCheck).is_none());
    // Nor where the result may as well be a number of the question.
    let record = english("Ann has 3 bags of 4 nuts and gets 12 more.", "<<3*4=12>> <<12+12=24>>\n#### 24");
    assert!(path(&record, Strategy::BackwardCheck).is_none());
}

#[test]
fn other_orders() {
    let other = |question: &str, solution: &str| {
        let record = english(question, solution);
        path(&record, Strategy::Recompute).map(|path| exprs(path).join(" ")).unwrap_or_default()
    };
    assert_eq!(other("16 eggs, 3 eaten, 4 baked.", "<<16-3-4=9>>\n#### 9"), "3+4 16-7");
    assert_eq!(other("3 sprints, 2 times, 60 meters.", "<<3*2=6>> <<6*60=360>>\n#### 360"), "2*60 3*120");
    assert_eq!(other("5 rows of 6 and 7 rows of 6.", "<<5*6=30>> <<7*6=42>> <<30+42=72>>\n#### 72"), "");
    assert_eq!(other("5*6 and 7*6, 5 rows, 7 rows of 6.", "<<5*6+7*6=72>>\n#### 72"), "5+7 12*6");
    assert_eq!(other("61 apps, 9 deleted, 18 new.", "<<61-9=52>> <<52+18=70>>\n#### 70"), "18-9 9+61");
    assert_eq!(other("40 beads in 4 rows of 10 and 8.", "<<40/4=10>>\n#### 10"), "");
}

#[test]
fn what_no_equation_gives_has_no_path() {
    for (question, solution) in [
        ("How many?", "The answer is plain.\n#### 5"),
        ("She has 5 and 2.", "<<5*2=10>> so 7\n#### 7"),
        ("He has 125 coins.", "x=<<125=125>>125\n#### 125"),
        // 40 is the result of an algebra that the label leaves out; so is a small number that an idle note states.
        ("There are 30 more gold coins than silver coins.", "x=<<40=40>>40 <<40+30=70>>\n#### 70"),
        ("She is 3 years older.", "x=<<10=10>>10 <<10+3=13>>\n#### 13"),
    ] {
        let record = english(question, solution);
        assert_eq!((record.tier, record.paths.len(), record.corrections.len()), (Tier::C, 0, 0), "{solution}");
        assert!(record.verifications.iter().any(|check| check.target == "record" && check.passed));
    }
}

#[test]
fn running_text_beside_notes_closes_gaps() {
    let record = english(
        "It takes 20 minutes to heat and 40% longer after that. How long is the second part?",
        "It takes 20*.4=8 more minutes, so <<20+8=28>>28.\n#### 28",
    );
    assert_eq!(exprs(&record.paths[0]), ["20*0.4", "20+8"]);
}

#[test]
fn a_rounded_value_is_said_to_be_rounded() {
    let record = make("사탕 100개를 3명이 나누면?", "100 ÷ 3 = 33.33", Some("33.33"), Lang::Ko, 0);
    let step = record.paths[0].steps.iter().find(|step| step.expr.is_some()).unwrap();
    assert_eq!(step.expr_value.as_deref(), Some("100/3"));
    assert!(step.text.contains("33.33") && step.text.contains("소수점 아래 2자리"), "{}", step.text);
    assert!(record.verifications.iter().any(|check| {
        check.detail_json.as_deref().is_some_and(|detail| detail.contains("\"rounded_to_decimals\":2"))
    }));
    assert_eq!(record.paths.len(), 1);
}

#[test]
fn refusals() {
    assert_eq!(code(" ", "#### 3", None), "EMPTY_QUESTION");
    assert_eq!(code("How many?", "<<1+2=3>>", None), "NO_ANSWER");
    assert_eq!(code("How many?", "<<1+2=3>>\n####", None), "NO_ANSWER");
    assert_eq!(code("How many?", "#### ducks", None), "ANSWER_NOT_A_NUMBER");
    assert_eq!(code("How many?", "#### 3", Some("4")), "ANSWER_CONFLICT");
    assert_eq!(code("How many?", "<<1+2=4>>\n#### 4", None), "EQUATION_DOES_NOT_COMPUTE");
    assert_eq!(code("How many?", "1 + 2 = 4", Some("4")), "EQUATION_DOES_NOT_COMPUTE");
    assert_eq!(code("How many?", "<<30*=90>>\n#### 90", None), "EQUATION_UNREADABLE");
    assert_eq!(code("How many?", "<<9^9^9=1>>\n#### 1", None), "EQUATION_TOO_LARGE");
    assert_eq!(code("How many?", &"<<1+2=3>><<2+2=4>>".repeat(40), Some("3")), "TOO_MANY_EQUATIONS");
    assert_eq!(code(&"a".repeat(200_000), "#### 3", None), "TEXT_TOO_LONG");
    let same = MathInput { question: "How many?", solution: "<<1+2=3>>\n#### 3", answer: Some("3.0") };
    assert!(reason_math(&same, &meta(Lang::En, 0)).is_ok());
}

#[test]
fn korean_steps_for_an_english_source_have_numbers_only() {
    for number in 0..30 {
        let record = make(POTTER, POTTER_SOLUTION, None, Lang::Ko, number);
        let steps = record.paths.iter().flat_map(|path| &path.steps).map(|step| step.text.as_str());
        let explanations = record.corrections.iter().map(|each| each.explanation.as_str());
        for text in steps.chain(explanations) {
            assert!(!text.contains(|letter: char| letter.is_ascii_alphabetic()), "{text}");
            assert!(!text.contains(['<', '>', '{', '}']), "{text}");
        }
    }
}

#[test]
fn one_register_per_record() {
    for number in 0..30 {
        let record = make(POTTER, POTTER_SOLUTION, None, Lang::Ko, number);
        let formal: HashSet<bool> = record
            .paths
            .iter()
            .flat_map(|path| &path.steps)
            .map(|step| step.text.trim_end_matches('.').ends_with("니다"))
            .collect();
        assert_eq!(formal.len(), 1);
    }
}

#[test]
fn korean_source_is_quoted_with_particles_as_read() {
    let question = "도공이 컵 20개를 구워 네 개가 깨지고 5개를 나누어 주었다. 나머지를 3천 원씩 팔면 모두 몇 원인가?";
    let record = make(question, "20-4-5=11(개), 11×3000=33000(원)", Some("33,000원"), Lang::Ko, 0);
    let text: String = record.paths.iter().flat_map(|path| &path.steps).map(|step| step.text.as_str()).collect();
    for name in ["'20개'", "'네 개'", "'5개'", "'3천 원'"] {
        assert!(text.contains(name), "{name} not in {text}");
    }
    assert_eq!(record.answer.unit.as_deref(), Some("원"));
    assert_eq!(record.paths[0].steps[0].r#type, StepType::QuestionAnalysis);
}

#[test]
fn wordings_vary_and_records_repeat() {
    let mut wordings = HashSet::new();
    for number in 0..200 {
        let record = make(POTTER, POTTER_SOLUTION, None, Lang::En, number);
        assert_eq!(record, make(POTTER, POTTER_SOLUTION, None, Lang::En, number));
        assert!(record.is_sealed());
        wordings.insert(record.paths[0].steps[0].text.clone());
    }
    assert!(wordings.len() >= 8, "{}", wordings.len());
}

#[test]
fn hostile_solutions_are_no_crash() {
    for solution in [
        "<<",
        ">>",
        "<<>>",
        "<<=>>",
        "<<=1>>",
        "<<1=>>",
        "####",
        "=",
        "==",
        "1=",
        "=1",
        "1==1",
        "\\frac{",
        "\\frac{1}{",
        "{{{{",
        "}}}}",
        "((((=1",
        "1+1=2=3=",
        "\\",
        "…=…",
        "٣+٤=٧",
        "1e9=1",
        "<<1+1=2>>####",
        "﷽ 1 + 1 = 2 ﷽",
        "1..2=3",
        "1,2,3=4",
    ] {
        for answer in [None, Some("2")] {
            let _any = reason_math(&MathInput { question: "몇 개?", solution, answer }, &meta(Lang::Ko, 0));
        }
    }
}
