use super::super::model::Tier;
use super::super::validate::validate;
use super::*;

const BRIDGE: &str = "한빛대교는 1994년 3월에 착공됐다. 한빛대교는 1997년 11월에 준공됐다. 공사비로 모두 840억 원이 들었다. 새들시는 2008년 다리를 6차로로 넓혔다.";

fn input<'a>(question: &'a str, options: &[&'a str], gold: usize) -> ChoiceInput<'a> {
    ChoiceInput {
        context: Some(BRIDGE),
        title: None,
        question,
        options: options.to_vec(),
        gold: ChoiceGold::Index(gold),
        clue: None,
    }
}

fn build(input: &ChoiceInput<'_>) -> ReasoningRecord {
    let record = reason_choice(input, &Meta::default()).unwrap();
    assert_eq!(validate(&record), [], "{record:#?}");
    record
}

fn strategies(record: &ReasoningRecord) -> Vec<Strategy> {
    record.paths.iter().filter(|path| path.is_correct).map(|path| path.strategy).collect()
}

#[test]
fn terms_are_told_apart_by_the_words_beside_them() {
    let record = build(&input("한빛대교가 준공된 해는 언제인가?", &["1994년", "1997년", "2008년", "2015년"], 1));
    assert_eq!((record.tier, record.answer.normalized.as_deref()), (Tier::B, Some("2")));
    assert_eq!(strategies(&record), [Strategy::Forward, Strategy::Eliminate]);
    // The weaker procedure takes the year that comes first.
    assert_eq!(record.corrections[0].error_type, "first_named");
    assert_eq!(record.paths.iter().find(|path| !path.is_correct).unwrap().final_answer, "1");
}

#[test]
fn a_label_that_the_text_does_not_point_to_gives_no_path() {
    let record = build(&input("한빛대교가 준공된 해는 언제인가?", &["1994년", "1997년", "2008년", "2015년"], 0));
    assert_eq!((record.tier, record.paths.len()), (Tier::C, 0));
    assert!(record.verifications[0].detail_json.as_deref().unwrap().contains(r#""replay":"2""#));
}

#[test]
fn statements_are_checked_one_by_one() {
    let options = [
        "한빛대교는 1999년 11월에 준공됐다.",
        "한빛대교는 1997년 11월에 준공됐다.",
        "공사비로 모두 900억 원이 들었다.",
    ];
    let record = build(&input("글의 내용과 일치하는 것은?", &options, 1));
    assert_eq!(record.tier, Tier::B);
    assert_eq!(strategies(&record), [Strategy::Forward, Strategy::Eliminate]);
    assert!(record.paths[1].steps.iter().any(|step| step.text.contains("'1999년'") && step.text.contains("'1997년'")));
}

#[test]
fn asking_for_the_wrong_one_turns_the_search_round() {
    let options =
        ["한빛대교는 1994년 3월에 착공됐다.", "한빛대교는 1997년 11월에 준공됐다.", "공사비로 모두 900억 원이 들었다."];
    let record = build(&input("글의 내용으로 옳지 않은 것은?", &options, 2));
    assert_eq!(record.tier, Tier::B);
    assert_eq!(strategies(&record), [Strategy::Forward, Strategy::Eliminate]);
    assert_eq!(build(&input("글의 내용으로 옳지 않은 것은?", &options, 0)).tier, Tier::C);
}

#[test]
fn without_a_text_the_table_and_the_label_remain() {
    let mut question = input("물이 끓는 온도는?", &["① 100도", "② 50도"], 0);
    question.context = None;
    question.gold = ChoiceGold::Text("①");
    let record = build(&question);
    assert_eq!((record.tier, record.contexts.len(), record.choices.unwrap().len()), (Tier::C, 0, 2));
}

#[test]
fn a_labelled_clue_narrows_the_text() {
    let mut question = input("한빛대교가 준공된 해는 언제인가?", &["1994년", "1997년"], 1);
    question.clue = Some(("한빛대교는 1997년 11월에 준공됐다.", Some(22)));
    let record = build(&question);
    assert_eq!(record.evidence[0].origin, EvidenceOrigin::GoldLabel);
    // A clue without a path is evidence all the same.
    question.gold = ChoiceGold::Index(0);
    let record = build(&question);
    assert_eq!((record.tier, record.paths.len(), record.evidence.len()), (Tier::B, 0, 1));
    question.gold = ChoiceGold::Index(1);
    question.clue = Some(("한빛대교는 1997년 11월에 준공됐다.", Some(21)));
    assert_eq!(reason_choice(&question, &Meta::default()).unwrap_err().code, "CLUE_NOT_AT_OFFSET");
    question.clue = Some(("없는 문장", None));
    assert_eq!(reason_choice(&question, &Meta::default()).unwrap_err().code, "CLUE_NOT_AT_OFFSET");
}

#[test]
fn refuses_with_a_reason() {
    let code = |question: &str, options: &[&str], gold: ChoiceGold<'_>| {
        let input = ChoiceInput { context: None, title: None, question, options: options.to_vec(), gold, clue: None };
        reason_choice(&input, &Meta::default()).map_or_else(|reject| reject.code, |_| "built".to_owned())
    };
    assert_eq!(code(" ", &["가", "나"], ChoiceGold::Index(0)), "EMPTY_QUESTION");
    assert_eq!(code("무엇?", &["가"], ChoiceGold::Index(0)), "TOO_FEW_OPTIONS");
    assert_eq!(code("무엇?", &["가", "가 "], ChoiceGold::Index(0)), "DUPLICATE_OPTIONS");
    assert_eq!(code("무엇?", &["가", ""], ChoiceGold::Index(0)), "DUPLICATE_OPTIONS");
    assert_eq!(code("무엇?", &["가", "나"], ChoiceGold::Index(2)), "GOLD_NOT_AN_OPTION");
    assert_eq!(code("무엇?", &["가", "나"], ChoiceGold::Text("다")), "GOLD_NOT_AN_OPTION");
    assert_eq!(code("무엇?", &["가", "나"], ChoiceGold::Text("B")), "built");
}

#[test]
fn english_works_alike() {
    let text = "The Harlan bridge was begun in 1994. The Harlan bridge was opened in 1997. It cost 84 million.";
    let input = ChoiceInput {
        context: Some(text),
        title: None,
        question: "When was the Harlan bridge opened?",
        options: vec!["1994", "1997", "2008"],
        gold: ChoiceGold::Index(1),
        clue: None,
    };
    let record = reason_choice(&input, &Meta { lang: Lang::En, ..Meta::default() }).unwrap();
    assert_eq!(validate(&record), [], "{record:#?}");
    assert_eq!(record.tier, Tier::B);
    assert!(record.paths.iter().flat_map(|path| &path.steps).all(|step| step.text.is_ascii()));
}

#[test]
fn nothing_panics() {
    let odd = [
        "",
        " ",
        "가",
        "①",
        "1)",
        "(1) 가나",
        "1,2.3",
        "\u{1F600}이다",
        "않",
        "없는 것은?",
        "a.b",
        "가\u{0}나다.",
        "없다 있다 안 못 지 않",
    ];
    for context in odd {
        for question in odd {
            for option in odd {
                for lang in [Lang::Ko, Lang::En] {
                    let input = ChoiceInput {
                        context: Some(context),
                        title: Some(question),
                        question,
                        options: vec![option, context, "셋"],
                        gold: ChoiceGold::Text(option),
                        clue: Some((option, Some(-1))).filter(|_| context.len() > 9),
                    };
                    if let Ok(record) = reason_choice(&input, &Meta { lang, ..Meta::default() }) {
                        assert_eq!(validate(&record), []);
                    }
                }
            }
        }
    }
}
