//! Valid records pass; each planted defect is found.

use super::super::math::{MathInput, expr::Expr, reason_math};
use super::super::model::{
    Answer, Choice, Correction, Evidence, EvidenceOrigin, EvidenceRole, Lang, Meta, Path, ReasoningRecord, Step,
    StepType, Strategy, TaskType, Tier, Verification, record_id, rule_provenance, text_context,
};
use super::super::model::{AnswerType, Context};
use super::{arithmetic, validate};

fn math() -> ReasoningRecord {
    let input = MathInput {
        question: "도공이 컵 20개를 구워 4개가 깨지고 5개를 나누어 주었다. 나머지를 3천 원씩 팔면 모두 얼마인가?",
        solution: "팔린 컵은 20-4-5=11(개)이다. 11×3000=33000(원)",
        answer: Some("33,000원"),
    };
    reason_math(&input, &Meta::default()).unwrap()
}

fn step(r#type: StepType, text: &str, evidence: &[&str], correct: bool) -> Step {
    Step {
        r#type,
        text: text.to_owned(),
        evidence_ids: evidence.iter().map(|&id| id.to_owned()).collect(),
        correct: Some(correct),
        origin: "rule".to_owned(),
        rule_id: Some("mrc.test@1".to_owned()),
        ..Step::default()
    }
}

fn span(id: &str, start: i32, text: &str, role: EvidenceRole) -> Evidence {
    Evidence {
        evidence_id: id.to_owned(),
        context_id: "c0".to_owned(),
        char_start: start,
        char_end: start + text.chars().count() as i32,
        text: text.to_owned(),
        role,
        origin: EvidenceOrigin::GoldLabel,
        cell: None,
    }
}

fn path(id: &str, strategy: Strategy, answer: &str, steps: Vec<Step>) -> Path {
    Path {
        path_id: id.to_owned(),
        strategy,
        is_correct: id.starts_with('p'),
        final_answer: answer.to_owned(),
        steps,
        generator_id: "g0".to_owned(),
    }
}

fn reading() -> ReasoningRecord {
    let contexts: Vec<Context> = vec![text_context(0, None, "새들교는 1994년 착공해 1997년 준공됐다.")];
    let question = "새들교가 준공된 해는 언제인가?".to_owned();
    let meta = Meta::default();
    let record_id = record_id("reason_mrc@1", &meta, &question, &contexts);
    let paths = vec![
        path(
            "p0",
            Strategy::Forward,
            "1997년",
            vec![
                step(StepType::EvidenceReview, "'1997년' 바로 뒤에 '준공됐다'가 온다.", &["e0"], true),
                step(StepType::AnswerConfirmation, "답은 '1997년'이다.", &["e0"], true),
            ],
        ),
        path(
            "p1",
            Strategy::Eliminate,
            "1997년",
            vec![
                step(StepType::EvidenceReview, "'1994년' 뒤에는 '착공해'가 온다.", &["e1"], true),
                step(StepType::AnswerConfirmation, "남는 것은 '1997년'이다.", &["e0"], true),
            ],
        ),
        path(
            "w0",
            Strategy::Forward,
            "1994년",
            vec![
                step(StepType::EvidenceReview, "처음 나오는 연도를 고른다.", &["e1"], true),
                step(StepType::AnswerConfirmation, "답은 '1994년'이다.", &["e1"], false),
            ],
        ),
    ];
    let provenance = rule_provenance("reason_mrc@1", &meta, &record_id, &paths, &[]);
    ReasoningRecord {
        schema_version: "reasoning/1".to_owned(),
        record_id,
        domain: "general".to_owned(),
        task_type: TaskType::MrcExtractive,
        question,
        contexts,
        evidence: vec![
            span("e0", 15, "1997년", EvidenceRole::Support),
            span("e1", 5, "1994년", EvidenceRole::Distractor),
        ],
        answer: Answer {
            value: "1997년".to_owned(),
            r#type: AnswerType::Span,
            normalized: Some("1997년".to_owned()),
            evidence_ids: vec!["e0".to_owned()],
            ..Answer::default()
        },
        paths,
        corrections: vec![Correction {
            wrong_path_id: "w0".to_owned(),
            first_wrong_step: 1,
            error_type: "distractor_same_type".to_owned(),
            explanation: "'1994년' 뒤에는 '착공해'가 온다.".to_owned(),
            corrected_path_id: "p0".to_owned(),
        }],
        verifications: vec![Verification {
            target: "record".to_owned(),
            verifier: "offset@1".to_owned(),
            kind: "offset".to_owned(),
            passed: true,
            ..Verification::default()
        }],
        provenance,
        tier: Tier::A,
        split: "train".to_owned(),
        ..ReasoningRecord::default()
    }
    .seal()
}

fn codes(record: &ReasoningRecord) -> Vec<String> {
    validate(record).into_iter().map(|violation| violation.code).collect()
}

#[test]
fn valid_records_pass() {
    assert_eq!(validate(&math()), []);
    assert_eq!(validate(&reading()), []);
    let input = MathInput { question: "How many?", solution: "#### 5", answer: None };
    let bare = reason_math(&input, &Meta { lang: Lang::En, ..Meta::default() }).unwrap();
    assert_eq!((validate(&bare), bare.tier), (vec![], Tier::C));
}

type Defect = (&'static str, fn(&mut ReasoningRecord));

/// Each defect is planted, the record is sealed again, and exactly this code (perhaps among others) must be reported.
const READING_DEFECTS: [Defect; 47] = [
    ("SCHEMA_VERSION", |r| r.schema_version = "reasoning/0".into()),
    ("QUESTION_EMPTY", |r| r.question = " ".into()),
    ("RECORD_ID", |r| r.question.push('?')),
    ("RECORD_ID", |r| r.record_id = "0".repeat(64)),
    ("DOMAIN_EMPTY", |r| r.domain.clear()),
    ("SPLIT_UNKNOWN", |r| r.split = "dev".into()),
    ("CONTEXT_HASH", |r| r.contexts[0].text.push(' ')),
    ("CONTEXT_KIND", |r| r.contexts[0].kind = "html".into()),
    ("JSON", |r| r.contexts[0].table_json = Some("{".into())),
    ("ID_REPEATED", |r| r.evidence[1].evidence_id = "e0".into()),
    ("ID_EMPTY", |r| r.paths[1].path_id.clear()),
    ("REF_UNRESOLVED", |r| r.evidence[0].context_id = "c9".into()),
    ("REF_UNRESOLVED", |r| r.paths[0].steps[0].evidence_ids[0] = "e9".into()),
    ("REF_UNRESOLVED", |r| r.answer.evidence_ids[0] = "e9".into()),
    ("REF_UNRESOLVED", |r| r.paths[0].generator_id = "g9".into()),
    ("REF_UNRESOLVED", |r| r.paths[0].steps[0].choice_id = Some("1".into())),
    ("REF_UNRESOLVED", |r| r.corrections[0].corrected_path_id = "p9".into()),
    ("REF_UNRESOLVED", |r| r.verifications[0].path_id = Some("p9".into())),
    ("EVIDENCE_OFFSET", |r| r.evidence[1].char_start += 1),
    ("EVIDENCE_OFFSET", |r| r.evidence[0].char_end = 900),
    ("EVIDENCE_OFFSET", |r| r.evidence[0].char_start = -1),
    ("ANSWER_NOT_AT_OFFSET", |r| r.answer.evidence_ids = vec!["e1".into()]),
    ("ANSWER_TYPE", |r| r.task_type = TaskType::MrcUnanswerable),
    ("CHOICES_MISSING", |r| r.task_type = TaskType::Mcq),
    ("DISTRACTOR_IS_ANSWER", |r| r.answer.aliases = vec!["1994년".into()]),
    ("DISTRACTOR_OVERLAPS_ANSWER", |r| r.evidence[1] = span("e1", 16, "997", EvidenceRole::Distractor)),
    ("STEP_EMPTY", |r| r.paths[0].steps[0].text.clear()),
    ("RULE_ID_MISSING", |r| r.paths[0].steps[0].rule_id = None),
    ("RULE_ID_UNKNOWN", |r| r.paths[0].steps[0].rule_id = Some("mrc.other@1".into())),
    ("MODEL_UNKNOWN", |r| r.paths[0].steps[0].origin = "model".into()),
    ("STEP_ORIGIN", |r| r.paths[0].steps[0].origin = "magic".into()),
    ("PATH_WITHOUT_STEPS", |r| r.paths[1].steps.clear()),
    ("PATH_END", |r| r.paths[0].steps[1].r#type = StepType::Inference),
    ("NO_EVIDENCE_REVIEW", |r| r.paths[0].steps[0].r#type = StepType::Inference),
    ("WRONG_STEP_IN_CORRECT_PATH", |r| r.paths[0].steps[0].correct = Some(false)),
    ("FINAL_ANSWER", |r| r.paths[0].final_answer = "1994년".into()),
    ("WRONG_PATH_IS_RIGHT", |r| r.paths[2].final_answer = "1997년.".into()),
    ("CONFIRMATION_DIFFERS", |r| r.paths[0].steps[1].text = "답은 '1994년'이다.".into()),
    ("PATHS_ALIKE", |r| {
        r.paths[1].strategy = Strategy::Forward;
        r.paths[1].steps[0].evidence_ids.clear();
    }),
    ("CORRECTION_COUNT", |r| r.corrections.clear()),
    ("CORRECTION_OF_CORRECT_PATH", |r| r.corrections[0].wrong_path_id = "p1".into()),
    ("CORRECTED_BY_WRONG_PATH", |r| r.corrections[0].corrected_path_id = "w0".into()),
    ("FIRST_WRONG_STEP", |r| r.corrections[0].first_wrong_step = 0),
    ("FIRST_WRONG_STEP", |r| r.paths[2].steps[0].correct = Some(false)),
    ("CORRECTION_EMPTY", |r| r.corrections[0].explanation.clear()),
    ("KO_ELLIPSIS", |r| r.paths[0].steps[0].text = "아마 이 문장…".into()),
    ("KO_NOT_KOREAN", |r| r.paths[0].steps[0].text = "See sentence one.".into()),
];

const OTHER_DEFECTS: [Defect; 11] = [
    ("NO_CORRECT_PATH", |r| r.paths.retain(|path| !path.is_correct)),
    ("TIER_C_HAS_PATHS", |r| r.tier = Tier::C),
    ("TIER_A_UNVERIFIED", |r| r.verifications[0].kind = "schema".into()),
    ("TIER_B_WITHOUT_GROUNDS", |r| {
        r.tier = Tier::B;
        r.paths.clear();
        r.evidence.clear();
    }),
    ("NO_RECORD_VERIFICATION", |r| r.verifications[0].passed = false),
    ("NO_RECORD_VERIFICATION", |r| r.verifications[0].kind = "human".into()),
    ("VERIFICATION_KIND", |r| r.verifications[0].kind = "trust".into()),
    ("VERIFIER_NAME", |r| r.verifications[0].verifier = "offset".into()),
    ("VERIFICATION_TARGET", |r| r.verifications[0].target = "step".into()),
    ("FOREIGN_WEIGHTS", |r| r.provenance.generators[0].kind = "model".into()),
    ("ANSWER_NOT_A_CHOICE", |r| {
        r.choices = Some(vec![Choice { choice_id: "1".into(), text: "가".into() }]);
        r.answer.r#type = AnswerType::Choice;
    }),
];

const MATH_DEFECTS: [Defect; 9] = [
    ("EXPR_VALUE", |r| computed(r).expr_value = Some("12".into())),
    ("EXPR_VALUE", |r| computed(r).expr = Some("20-4+5".into())),
    ("EXPR_UNREADABLE", |r| computed(r).expr = Some("20-4-x".into())),
    ("EXPR_UNREADABLE", |r| computed(r).expr = Some("1/0".into())),
    ("EXPR_INCOMPLETE", |r| computed(r).expr_value = None),
    ("ANSWER_NOT_A_NUMBER", |r| r.answer.value = "여럿".into()),
    ("ANSWER_NORMALIZED", |r| r.answer.normalized = Some("3300".into())),
    ("CALCULATION_ENDS_ELSEWHERE", |r| {
        let steps = &mut r.paths[0].steps;
        let last = steps.iter().rposition(|step| step.expr.is_some()).unwrap();
        steps.remove(last);
    }),
    ("CONFIRMATION_DIFFERS", |r| r.paths[0].steps.last_mut().unwrap().text = "답은 11개이다.".into()),
];

fn computed(record: &mut ReasoningRecord) -> &mut Step {
    record.paths[0].steps.iter_mut().find(|step| step.expr.is_some()).unwrap()
}

#[test]
fn every_planted_defect_is_found() {
    for (code, plant) in READING_DEFECTS.into_iter().chain(OTHER_DEFECTS) {
        let mut record = reading();
        plant(&mut record);
        let found = codes(&record.seal());
        assert!(found.iter().any(|each| each == code), "{code} not in {found:?}");
    }
    for (code, plant) in MATH_DEFECTS {
        let mut record = math();
        plant(&mut record);
        let found = codes(&record.seal());
        assert!(found.iter().any(|each| each == code), "{code} not in {found:?}");
    }
}

#[test]
fn what_sealing_would_hide_is_found() {
    let mut record = reading();
    record.paths[0].steps[0].text.push(' ');
    assert_eq!(codes(&record), ["RECORD_HASH"]);
    let mut record = reading();
    record.paths[0].steps[1].index = 7;
    assert!(codes(&record).contains(&"STEP_INDEX".to_owned()));
}

#[test]
fn both_evaluators_agree() {
    // Expressions from a small generator, so that nothing depends on chance.
    let mut state: u64 = 7;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    for _ in 0..2_000 {
        let mut expr = String::new();
        let mut open = 0;
        let operands = 2 + next(6);
        for operand in 0..operands {
            if next(4) == 0 {
                expr.push('(');
                open += 1;
            }
            match next(4) {
                0 => expr.push_str(&format!("{}.{}", next(100), next(100))),
                1 => expr.push_str(&format!("{}%", next(200))),
                _ => expr.push_str(&next(1_000).to_string()),
            }
            if open > 0 && next(2) == 0 {
                expr.push(')');
                open -= 1;
            }
            if operand + 1 < operands {
                expr.push(['+', '-', '*', '/'][next(4) as usize]);
            }
        }
        expr.push_str(&")".repeat(open));
        let (ours, theirs) = (arithmetic::evaluate(&expr), Expr::parse(&expr).and_then(|parsed| parsed.value()).ok());
        assert_eq!(ours, theirs, "{expr}");
    }
}
