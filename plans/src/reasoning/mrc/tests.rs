//! The examples that the builder is specified by, what must not be written, and properties over arbitrary text.

use super::*;
use crate::reasoning::model::{Path, SourceRef, StepType, Strategy};

const BRIDGE: &str = "한빛대교는 1994년 3월에 착공해 1997년 11월에 준공됐다. 길이는 1,180m이며, 준공 당시 왕복 4차로였으나 2008년 6차로로 \
                      넓혔다. 공사비로 모두 840억 원이 들었다.";
const PHARMACY: &str = "새들제약은 제1공장을 2015년, 제2공장을 2018년에 준공했다. 2018년에는 300명이 묵을 기숙사도 열었다. 직원은 약 300명이다.";
const MAYOR: &str = "김도윤 시장은 5일 이서준 의원을 만났다. 김 시장은 \"최하늘 국장이 사업을 맡는다\"고 밝혔다.";
const FESTIVAL: &str =
    "축제는 5월에 열릴 예정이었다. 그러나 준비 기간이 모자라 10월로 미뤄졌고, 비가 와서 하루 더 늦춰졌다.";
const ALDER: &str = "Construction of the Alder Bridge began in 1994, and the bridge was completed in 1997. It is 1,180 metres \
                     long. In 2008 it was widened to six lanes. Jane Miller designed it, but Tom Ford led the work.";

fn meta(record: i64) -> Meta {
    Meta { source: SourceRef { object: "TL.zip".to_owned(), record, ..SourceRef::default() }, ..Meta::default() }
}

fn position(context: &str, text: &str) -> Option<i64> {
    context.find(text).map(|byte| context[..byte].chars().count() as i64)
}

fn input<'a>(context: &'a str, question: &'a str, answer: Option<&'a str>) -> MrcInput<'a> {
    MrcInput {
        context,
        title: None,
        question,
        answers: answer.map(|text| GoldSpan { text, start: position(context, text) }).into_iter().collect(),
        clue: None,
        is_impossible: answer.is_none(),
    }
}

/// The record of one wording, checked by the validator's rules.
fn record_of(input: &MrcInput<'_>, meta: &Meta) -> ReasoningRecord {
    let record = reason_mrc(input, &ContextAnalysis::new(input.context), meta).unwrap();
    validate(&record);
    record
}

/// The records of many wordings.
fn records(context: &str, question: &str, answer: Option<&str>) -> Vec<ReasoningRecord> {
    (0..40).map(|record| record_of(&input(context, question, answer), &meta(record))).collect()
}

fn texts(path: &Path) -> Vec<&str> {
    path.steps.iter().map(|step| step.text.as_str()).collect()
}

fn all_text(record: &ReasoningRecord) -> String {
    let steps = record.paths.iter().flat_map(|path| &path.steps).map(|step| step.text.clone());
    steps
        .chain(record.corrections.iter().map(|correction| correction.explanation.clone()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn strategies(record: &ReasoningRecord) -> Vec<Strategy> {
    record.paths.iter().filter(|path| path.is_correct).map(|path| path.strategy).collect()
}

/// The hard rules of the record schema.
fn validate(record: &ReasoningRecord) {
    let ids: Vec<&String> = record.evidence.iter().map(|evidence| &evidence.evidence_id).collect();
    let unique = |list: &[&String]| list.iter().collect::<std::collections::BTreeSet<_>>().len() == list.len();
    assert!(unique(&ids));
    assert!(unique(&record.paths.iter().map(|path| &path.path_id).collect::<Vec<_>>()));
    let context: Vec<char> = record.contexts[0].text.chars().collect();
    let gold: Vec<(i32, i32)> = record
        .evidence
        .iter()
        .filter(|evidence| record.answer.evidence_ids.contains(&evidence.evidence_id))
        .map(|evidence| (evidence.char_start, evidence.char_end))
        .collect();
    for evidence in &record.evidence {
        let text: String = context[evidence.char_start as usize..evidence.char_end as usize].iter().collect();
        assert_eq!(text, evidence.text);
        if evidence.role == EvidenceRole::Distractor {
            assert!(gold.iter().all(|&(start, end)| evidence.char_end <= start || end <= evidence.char_start));
        }
    }
    assert_eq!(record.contexts[0].sha256, crate::reasoning::model::sha256_hex(&record.contexts[0].text));
    assert!(record.answer.evidence_ids.iter().all(|id| ids.contains(&id)));
    assert_eq!(record.paths.is_empty(), record.tier == Tier::C);
    assert!(record.tier == Tier::C || record.paths.iter().any(|path| path.is_correct));
    let normalized = record.answer.normalized.clone().unwrap();
    for path in &record.paths {
        assert_eq!(normalize_answer(&path.final_answer) == normalized, path.is_correct);
        for (index, step) in path.steps.iter().enumerate() {
            assert_eq!(step.index, index as i32);
            assert!(step.evidence_ids.iter().all(|id| ids.contains(&id)));
            assert!(step.rule_id.is_some() && step.origin == "rule");
            assert!(!step.text.is_empty() && !step.text.contains(['{', '}', '~']), "{}", step.text);
        }
        if path.is_correct {
            assert_eq!(path.steps.last().unwrap().r#type, StepType::AnswerConfirmation);
            assert!(path.steps.iter().any(|step| step.r#type == StepType::EvidenceReview));
        } else {
            let correction = record.corrections.iter().find(|known| known.wrong_path_id == path.path_id).unwrap();
            let first = correction.first_wrong_step as usize;
            assert!(path.steps[..first].iter().all(|step| step.correct == Some(true)));
            assert!(path.steps[first..].iter().all(|step| step.correct == Some(false)));
            assert!(record.paths.iter().any(|known| known.is_correct && known.path_id == correction.corrected_path_id));
        }
    }
    let correct = strategies(record);
    assert_eq!(correct.iter().collect::<std::collections::BTreeSet<_>>().len(), correct.len());
    assert!(record.verifications.iter().any(|check| check.target == "record" && check.passed));
    assert_eq!(record.provenance.uses_foreign_weights, "no");
    assert!(record.is_sealed());
}

#[test]
fn an_extractive_question_has_three_ways_and_a_wrong_one() {
    let mut wordings = std::collections::BTreeSet::new();
    for record in records(BRIDGE, "한빛대교가 준공된 해는 언제인가?", Some("1997년")) {
        assert_eq!(record.tier, Tier::A);
        assert_eq!(strategies(&record), [Strategy::Forward, Strategy::Eliminate, Strategy::BackwardCheck]);
        assert_eq!(record.evidence[0].char_start, 20);
        let forward = texts(&record.paths[0]);
        assert_eq!(forward.len(), 4);
        assert!(forward[1].contains("'한빛대교'") && forward[1].contains("'준공'") && forward[1].contains("첫 문장"));
        assert!(["'1994년'", "'착공해'", "'준공됐다'"].iter().all(|word| forward[2].contains(word)));
        let eliminate = texts(&record.paths[1]);
        assert!(eliminate[0].contains("'1994년', '1997년', '2008년'") && eliminate[0].contains("셋"));
        assert!(eliminate[2].contains("'2008년'") && eliminate[2].contains("'넓혔다'"));
        assert!(texts(&record.paths[2])[0].contains("'1997년'") && texts(&record.paths[2])[1].contains("'준공됐다'"));
        let wrong = record.paths.last().unwrap();
        assert_eq!((wrong.path_id.as_str(), wrong.final_answer.as_str()), ("w0", "1994년"));
        assert_eq!(record.corrections[0].first_wrong_step, 1);
        assert!(record.corrections[0].explanation.contains("착공해"));
        wordings.insert(all_text(&record));
    }
    assert!(wordings.len() > 30, "{}", wordings.len());
}

#[test]
fn one_predicate_for_two_candidates() {
    for record in records(PHARMACY, "새들제약이 제2공장을 준공한 해는 언제인가?", Some("2018년")) {
        assert_eq!(record.tier, Tier::A);
        assert_eq!(strategies(&record), [Strategy::Forward]);
        let text = all_text(&record);
        assert!(text.contains("'제1공장을'") && text.contains("'제2공장을'"));
        assert!(text.contains("두 번") || text.contains("두 곳") || text.contains("두 군데"), "{text}");
        assert!(!text.contains("'2015년'의 절"));
        assert_eq!(record.paths[1].final_answer, "2015년");
        assert!(record.corrections[0].explanation.contains("제1공장을"));
    }
}

#[test]
fn an_amount_inside_the_answer_is_no_distractor() {
    for record in records(PHARMACY, "직원은 몇 명인가?", Some("약 300명")) {
        assert_eq!(record.tier, Tier::A);
        assert!(record.evidence.iter().all(|evidence| evidence.role != EvidenceRole::Distractor));
        assert!(record.corrections.is_empty());
    }
}

#[test]
fn people_are_not_counted() {
    for record in records(MAYOR, "김도윤 시장이 만난 사람은 누구인가?", Some("이서준 의원")) {
        assert_eq!(record.tier, Tier::A);
        let text = all_text(&record);
        assert!(text.contains("'이서준 의원을'") && text.contains("'만났다'") && text.contains("'최하늘 국장'"));
        for counted in ["셋", "넷", "모두", "전부"] {
            assert!(!text.contains(counted), "{text}");
        }
        let wrong = record.paths.last().unwrap();
        assert_eq!(wrong.final_answer, "김도윤 시장");
        assert_eq!(record.corrections[0].error_type, "repeats_question");
    }
}

#[test]
fn why_is_answered_by_the_clause_before() {
    for record in records(FESTIVAL, "축제가 10월로 미뤄진 까닭은 무엇인가?", Some("준비 기간이 모자라"))
    {
        assert_eq!((record.tier, strategies(&record)), (Tier::A, vec![Strategy::Forward]));
        let text = all_text(&record);
        assert!(
            text.contains("'10월로 미뤄진'")
                && text.contains("'10월로 미뤄졌고'")
                && text.contains("'하루 더 늦춰졌다'")
        );
        assert!(!text.contains("때문에"));
        assert_eq!(record.paths[1].final_answer, "비가 와서");
    }
}

#[test]
fn an_unanswerable_question_names_what_is_absent() {
    for record in records(BRIDGE, "한빛대교의 한 해 유지비는 얼마인가?", None) {
        assert_eq!((record.tier, record.task_type), (Tier::B, TaskType::MrcUnanswerable));
        let text = all_text(&record);
        assert!(
            text.contains("'유지비'")
                && text.contains("금액")
                && text.contains("'840억 원'")
                && text.contains("'공사비로'")
        );
        assert!(!text.contains("언급"));
        assert_eq!(record.paths[1].final_answer, "840억 원");
        assert!(record.corrections[0].explanation.contains("공사비로"));
    }
    for record in records(BRIDGE, "한빛대교의 공사비는 얼마였고 어디에 쓰였나?", None) {
        assert!(record.tier != Tier::A);
    }
}

#[test]
fn counting_stops_at_looser_forms() {
    let question = "한빛대교가 준공된 해는 언제인가?";
    for extra in ["이듬해 상도 받았다.", "1990년대의 일이다.", "고종 3년에도 다리가 있었다."] {
        let context = format!("{BRIDGE} {extra}");
        for record in records(&context, question, Some("1997년")) {
            let counted = record.provenance.transform.rule_ids.iter().any(|rule| rule.starts_with("mrc.counted"));
            assert!(!counted, "{}", all_text(&record));
        }
    }
}

#[test]
fn the_label_does_not_make_a_path() {
    // The procedures answer 1997년; a label that says otherwise gets evidence only.
    for record in records(BRIDGE, "한빛대교가 준공된 해는 언제인가?", Some("1994년")) {
        assert_eq!(record.tier, Tier::B);
        assert!(record.corrections.is_empty());
        assert!(record.verifications.iter().all(|check| check.verifier != "blind_replay@1"));
    }
    // Nothing leads to the sentence.
    assert!(records(BRIDGE, "그것은 무엇인가?", Some("6차로")).iter().all(|record| record.tier == Tier::C));
}

#[test]
fn a_labelled_clue_is_evidence() {
    let clue = "공사비로 모두 840억 원이 들었다.";
    let mut input = input(BRIDGE, "돈은 어디에 들었나?", Some("공사비"));
    input.clue = Some(GoldSpan { text: clue, start: position(BRIDGE, clue) });
    let record = record_of(&input, &meta(0));
    assert_eq!(record.tier, Tier::B);
    assert!(
        record.evidence.iter().any(|evidence| evidence.text == clue && evidence.origin == EvidenceOrigin::GoldLabel)
    );
    assert!(all_text(&record).contains(clue));
}

#[test]
fn labels_that_contradict_the_text_are_refused() {
    let refuse = |input: &MrcInput<'_>| reason_mrc(input, &ContextAnalysis::new(input.context), &meta(0)).unwrap_err();
    let question = "한빛대교가 준공된 해는 언제인가?";
    let span = |text, start| vec![GoldSpan { text, start }];
    let with = |answers| MrcInput { answers, ..input(BRIDGE, question, Some("1997년")) };
    let moved = refuse(&with(span("1997년", Some(18))));
    assert_eq!(moved.code, "ANSWER_NOT_AT_OFFSET");
    assert_eq!(moved.detail, "answer `1997년` at 18..23: there stands `해 199`; it occurs at 20");
    assert_eq!(refuse(&with(span("1997년", Some(9_000)))).code, "ANSWER_NOT_AT_OFFSET");
    assert_eq!(refuse(&with(span("2001년", None))).code, "ANSWER_NOT_IN_CONTEXT");
    assert_eq!(refuse(&with(span(" ", Some(0)))).code, "EMPTY_ANSWER");
    assert_eq!(refuse(&with(Vec::new())).code, "ANSWERABLE_BUT_NO_ANSWER");
    assert_eq!(
        refuse(&MrcInput { is_impossible: true, ..with(span("1997년", Some(20))) }).code,
        "IMPOSSIBLE_WITH_ANSWER"
    );
    assert_eq!(refuse(&input(BRIDGE, " ", Some("1997년"))).code, "EMPTY_QUESTION");
    assert_eq!(refuse(&input("", question, None)).code, "EMPTY_CONTEXT");
    let clue = MrcInput {
        clue: Some(GoldSpan { text: "길이는", start: Some(3) }),
        ..input(BRIDGE, question, Some("1997년"))
    };
    assert_eq!(refuse(&clue).code, "CLUE_NOT_AT_OFFSET");
}

#[test]
fn an_answer_without_place_is_used_only_where_it_occurs_once() {
    let question = "새들제약이 제2공장을 준공한 해는 언제인가?";
    let once = MrcInput {
        answers: vec![GoldSpan { text: "약 300명", start: Some(-1) }],
        ..input(PHARMACY, "직원은 몇 명인가?", None)
    };
    let once = MrcInput { is_impossible: false, ..once };
    assert_eq!(record_of(&once, &meta(0)).tier, Tier::A);
    let twice = MrcInput {
        answers: vec![GoldSpan { text: "2018년", start: None }],
        is_impossible: false,
        ..input(PHARMACY, question, None)
    };
    let record = record_of(&twice, &meta(0));
    assert_eq!(record.tier, Tier::C);
    assert!(record.answer.evidence_ids.is_empty());
    let clue = "2018년에는 300명이 묵을 기숙사도 열었다.";
    let told = MrcInput { clue: Some(GoldSpan { text: clue, start: None }), ..twice };
    assert_eq!(record_of(&told, &meta(0)).evidence[0].char_start, position(PHARMACY, clue).unwrap() as i32);
}

#[test]
fn english_has_its_own_rules() {
    let english = |question: &str, answer: Option<&str>| {
        record_of(&input(ALDER, question, answer), &Meta { lang: Lang::En, ..meta(3) })
    };
    let when = english("When was the bridge completed?", Some("1997"));
    assert_eq!(when.tier, Tier::A);
    assert_eq!(strategies(&when), [Strategy::Forward, Strategy::Eliminate]);
    assert!(all_text(&when).contains("'1994'") && when.corrections.len() == 1);
    assert_eq!(english("Who designed the bridge?", Some("Jane Miller")).tier, Tier::A);
    assert_eq!(english("What is the yearly maintenance budget?", None).tier, Tier::B);
    assert!(all_text(&when).is_ascii());
}

#[test]
fn the_same_record_is_written_twice() {
    let input = input(BRIDGE, "한빛대교가 준공된 해는 언제인가?", Some("1997년"));
    assert_eq!(record_of(&input, &meta(7)), record_of(&input, &meta(7)));
    assert_ne!(record_of(&input, &meta(7)).record_id, record_of(&input, &meta(8)).record_id);
}

#[test]
fn every_bank_has_eight_wordings() {
    for lang in [Lang::Ko, Lang::En] {
        let all = format!("{:?}", banks::banks(lang));
        for bank in all.split("], ").filter(|bank| bank.matches("\", \"").count() > 0) {
            assert!(bank.matches("\", \"").count() >= 7, "{bank}");
        }
    }
}

/// Arbitrary text from pieces that trouble readers: quotes, numbers, other scripts, nothing.
#[test]
fn arbitrary_text_never_panics_and_offsets_hold() {
    const PIECES: [&str; 44] = [
        "한빛대교는",
        "1994년",
        "3월에",
        "착공해",
        "준공됐다.",
        "\"",
        "'",
        "“",
        "”",
        "(",
        ")",
        "《",
        "》",
        "1,180m이며,",
        "약",
        "300명",
        "여",
        "이상",
        "년",
        "원",
        ".",
        "?",
        "!",
        "\n",
        " ",
        "  ",
        "김 시장은",
        "이서준 의원을",
        "만났다",
        "고",
        "해",
        "漢字",
        "😀",
        "é",
        "\u{200b}",
        "Alder Bridge",
        "in 1994,",
        "$3.5 million",
        "언제인가?",
        "누구인가?",
        "왜",
        "까닭은 무엇인가?",
        "몇 명인가?",
        "얼마인가?",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    for round in 0..3_000 {
        let mut build = |pieces: usize| -> String {
            (0..pieces)
                .map(|_| format!("{}{}", PIECES[next(PIECES.len())], if next(3) > 0 { " " } else { "" }))
                .collect()
        };
        let (context, question) = (build(24), build(5));
        let chars: Vec<char> = context.chars().collect();
        let (start, length) = (next(chars.len().max(1)), next(6) + 1);
        let answer: String = chars.iter().skip(start).take(length).collect();
        let impossible = next(5) == 0;
        let input = MrcInput {
            context: &context,
            title: None,
            question: &question,
            answers: if impossible { Vec::new() } else { vec![GoldSpan { text: &answer, start: Some(start as i64) }] },
            clue: None,
            is_impossible: impossible,
        };
        let lang = if round % 2 == 0 { Lang::Ko } else { Lang::En };
        if let Ok(record) = reason_mrc(&input, &ContextAnalysis::new(&context), &Meta { lang, ..meta(round) }) {
            validate(&record);
        }
    }
}
