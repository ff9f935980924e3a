use super::super::model::Tier;
use super::super::validate::validate;
use super::*;

const BRIDGE: &str = "한빛대교는 1994년 3월에 착공됐다. 다리는 왕복 6차로이다. 한빛대교는 1997년 11월에 준공됐다. 밤에는 다리를 걸어서 건널 수 없다.";

fn build(question: &str, answer: &str) -> ReasoningRecord {
    let input = YesNoInput { context: BRIDGE, title: None, question, answer, clue: None };
    let record = reason_yes_no(&input, &Meta::default()).unwrap();
    assert_eq!(validate(&record), [], "{record:#?}");
    record
}

#[test]
fn a_sentence_that_covers_the_question_says_yes() {
    let record = build("한빛대교는 1997년에 준공됐는가?", "네");
    assert_eq!((record.tier, record.answer.normalized.as_deref()), (Tier::B, Some("예")));
    assert_eq!(record.paths.iter().filter(|path| path.is_correct).count(), 2);
    assert_eq!(build("한빛대교는 1997년에 준공됐는가?", "아니요").tier, Tier::C);
}

#[test]
fn a_number_or_denial_says_no() {
    let record = build("한빛대교는 1999년 11월에 준공됐습니까?", "no");
    assert_eq!((record.tier, record.answer.normalized.as_deref()), (Tier::B, Some("아니요")));
    let strategies: Vec<_> = record.paths.iter().filter(|path| path.is_correct).map(|path| path.strategy).collect();
    assert_eq!(strategies, [Strategy::Forward, Strategy::BackwardCheck, Strategy::Eliminate]);
    assert_eq!(record.corrections[0].error_type, "word_overlap");
    assert_eq!(build("밤에는 다리를 걸어서 건널 수 있는가?", "거짓").tier, Tier::B);
}

#[test]
fn absence_says_nothing() {
    for answer in ["예", "아니요"] {
        assert_eq!(build("한빛대교에는 전망대가 있는가?", answer).tier, Tier::C);
        assert_eq!(build("한빛대교는 1997년에 준공되지 않았는가?", answer).tier, Tier::C);
    }
}

#[test]
fn refuses_with_a_reason() {
    let code = |context: &str, question: &str, answer: &str, clue: Option<(&str, Option<i64>)>| {
        let input = YesNoInput { context, title: None, question, answer, clue };
        reason_yes_no(&input, &Meta::default()).map_or_else(|reject| reject.code, |_| "built".to_owned())
    };
    assert_eq!(code(" ", "맞는가?", "예", None), "EMPTY_CONTEXT");
    assert_eq!(code("글이다.", " ", "예", None), "EMPTY_QUESTION");
    assert_eq!(code("글이다.", "글인가?", "글쎄", None), "LABEL_UNKNOWN");
    assert_eq!(code("글이다.", "글인가?", "예", Some(("글", Some(1)))), "CLUE_NOT_AT_OFFSET");
    assert_eq!(code("글이다.", "글인가?", "예", Some(("글", Some(i64::MIN)))), "CLUE_NOT_AT_OFFSET");
    assert_eq!(code("글이다.", "글인가?", "예", Some(("글", Some(0)))), "built");
    assert_eq!(code("글 글이다.", "글인가?", "예", Some(("글", None))), "built");
}

#[test]
fn english_works_alike() {
    let text = "The bridge has 6 lanes. The old ferry was not closed.";
    let meta = Meta { lang: Lang::En, ..Meta::default() };
    for (question, answer, tier) in [
        ("Does the bridge has 8 lanes?", "no", Tier::B),
        ("Was the old ferry closed?", "No", Tier::B),
        ("Was the old ferry closed?", "yes", Tier::C),
        ("Is the tunnel open?", "no", Tier::C),
    ] {
        let record =
            reason_yes_no(&YesNoInput { context: text, title: None, question, answer, clue: None }, &meta).unwrap();
        assert_eq!(validate(&record), [], "{record:#?}");
        assert_eq!(record.tier, tier, "{question}");
    }
}

#[test]
fn nothing_panics() {
    let odd = [
        "",
        "가",
        "않는가?",
        "없는가",
        "1997년인가?",
        "\u{1F600}",
        "수 있나요?",
        "것이 맞는가?",
        "is it?",
        "안 못",
        "지 않다.",
    ];
    for context in odd {
        for question in odd {
            for lang in [Lang::Ko, Lang::En] {
                for clue in [None, Some((question, None)), Some((context, Some(0)))] {
                    let input = YesNoInput { context, title: Some(""), question, answer: "예", clue };
                    if let Ok(record) = reason_yes_no(&input, &Meta { lang, ..Meta::default() }) {
                        assert_eq!(validate(&record), []);
                    }
                }
            }
        }
    }
}
