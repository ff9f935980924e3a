use super::super::model::{EvidenceRole, SourceRef, Strategy, Tier};
use super::super::validate::validate;
use super::*;

fn build_in(lang: Lang, premise: &str, hypothesis: &str, label: &str) -> ReasoningRecord {
    let record = reason_nli(&NliInput { premise, hypothesis, label }, &Meta { lang, ..Meta::default() }).unwrap();
    assert_eq!(validate(&record), [], "{record:#?}");
    record
}

fn build(premise: &str, hypothesis: &str, label: &str) -> ReasoningRecord {
    build_in(Lang::Ko, premise, hypothesis, label)
}

/// The label that the strongest rule gives, and the rule.
fn fired(premise: &str, hypothesis: &str) -> Option<(&'static str, Label)> {
    let pair = Pair::new(premise, hypothesis, Lang::Ko);
    rules::findings(&pair).first().map(|finding| (finding.rule, finding.label))
}

#[test]
fn one_denial_contradicts() {
    let record = build("열람실과 달리 휴게실에서는 음료를 마실 수 있다.", "휴게실에서는 음료를 마실 수 없다.", "모순");
    assert_eq!((record.tier, record.answer.normalized.as_deref()), (Tier::B, Some("contradiction")));
    assert_eq!(record.answer.value, "모순");
    let strategies: Vec<_> = record.paths.iter().filter(|path| path.is_correct).map(|path| path.strategy).collect();
    assert_eq!(strategies, [Strategy::Forward, Strategy::BackwardCheck, Strategy::Eliminate]);
    let difference = &record.paths[0].steps[1];
    assert_eq!(difference.rule_id.as_deref(), Some("nli.negation@1"));
    assert!(
        difference.text.contains("'마실 수 있다'") && difference.text.contains("'마실 수 없다'"),
        "{}",
        difference.text
    );
    let against = record.evidence.iter().find(|span| span.role == EvidenceRole::Contradict).unwrap();
    assert_eq!((against.context_id.as_str(), against.text.as_str()), ("c1", "마실 수 없다"));
    // High overlap and literal matching answer wrongly here.
    let errors: Vec<_> = record.corrections.iter().map(|fix| fix.error_type.as_str()).collect();
    assert_eq!(errors, ["word_overlap"]);
    assert_eq!(record.paths.iter().find(|path| !path.is_correct).unwrap().final_answer, "entailment");
}

#[test]
fn rules_fire_on_what_they_name() {
    for (premise, hypothesis, expected) in [
        ("도서관은 매주 월요일에 책을 옮긴다.", "도서관은 책을 옮긴다.", ("nli.same_words@1", Label::Entailment)),
        ("도서관은 월요일에 새 책을 들여왔다.", "월요일에 새 책을 들여온다.", ("nli.run@1", Label::Entailment)),
        ("도서관은 월요일마다 새로운 책을 정리한다.", "도서관이 책을 정리했다.", ("nli.covered@1", Label::Entailment)),
        (
            "축제에는 모두 20팀이 참가했다.",
            "축제에는 모두 30팀이 참가했다.",
            ("nli.number_differs@1", Label::Contradiction),
        ),
        ("새 공장은 강 남쪽에 있다.", "새 공장은 강 북쪽에 있다.", ("nli.opposite@1", Label::Contradiction)),
        ("방은 조용했다.", "방은 시끄러웠다.", ("nli.opposite@1", Label::Contradiction)),
        ("축제에는 여러 나라가 참가했다.", "축제에는 27개국이 왔다.", ("nli.number_added@1", Label::Neutral)),
        ("새들시는 다리를 넓혔다.", "새들시에서 가장 긴 다리이다.", ("nli.degree_added@1", Label::Neutral)),
        ("새들시는 다리를 넓혔다.", "새들시는 낡은 다리를 넓혔다.", ("nli.modifier_added@1", Label::Neutral)),
        ("새들시는 다리를 넓혔다.", "새들시는 터널도 고쳤다.", ("nli.also_added@1", Label::Neutral)),
    ] {
        assert_eq!(fired(premise, hypothesis), Some(expected), "{premise} / {hypothesis}");
    }
}

#[test]
fn guards_hold_back() {
    let contradiction = |premise: &str, hypothesis: &str| {
        fired(premise, hypothesis).is_some_and(|(_, label)| label == Label::Contradiction)
    };
    let entailment = |premise: &str, hypothesis: &str| {
        fired(premise, hypothesis).is_some_and(|(_, label)| label == Label::Entailment)
    };
    // One value in two spellings.
    assert!(!contradiction("예산은 2000억 원이다.", "예산은 이천억 원이다."));
    assert!(!contradiction("기간은 24개월이다.", "기간은 2년이다."));
    assert!(!contradiction("참가비는 1,000원이다.", "참가비는 1000원이다."));
    // A bound is no other value.
    assert!(!contradiction("회원은 180명이다.", "회원은 100명 이상이다."));
    // Exchanged roles.
    assert!(!entailment("값을 3만 원에서 5만 원으로 바꿨다.", "값을 5만 원에서 3만 원으로 바꿨다."));
    assert!(!entailment("민수가 영희를 업고 왔다.", "영희가 민수를 업고 왔다."));
    assert!(!entailment("민수의 형은 시장이다.", "형의 민수는 시장이다."));
    // A rumour that the premise denies, a plan, a question.
    assert!(!entailment("다리가 무너졌다는 소문이 퍼졌지만 거짓이었다.", "다리가 무너졌다."));
    assert!(!entailment("시청은 다리를 넓힐 예정이었다.", "시청은 다리를 넓혔다."));
    assert!(!entailment("시청은 다리를 넓힐 수 있을까?", "시청은 다리를 넓힌다."));
    // 있다 of one thing, 없다 of another.
    assert!(!contradiction("네 명이 지내기에 모자람이 없다.", "네 명이 지낼 수 있다."));
    assert!(!contradiction("승강기가 없는 건물이지만 계단이 있다.", "승강기가 없는 건물에 창고가 있다."));
    // A double denial.
    assert!(!contradiction("짐을 싣기에 부족함이 없었다.", "짐을 싣기에 충분했다."));
}

#[test]
fn a_rule_against_the_label_leaves_no_path() {
    let record = build("도서관은 매주 월요일에 책을 옮긴다.", "도서관은 책을 옮긴다.", "neutral");
    assert_eq!((record.tier, record.paths.len(), record.evidence.len()), (Tier::C, 0, 0));
    assert!(record.verifications[0].passed && record.verifications[0].verifier == "nli.known_label@1");
    assert!(record.verifications[0].detail_json.as_deref().unwrap().contains("nli.same_words@1"));
    assert!(record.provenance.transform.template_ids.is_empty());
}

#[test]
fn pairs_of_one_premise_share_a_split() {
    let premise = "도서관은 매주 월요일에 책을 옮긴다.";
    let first = build(premise, "도서관은 책을 옮긴다.", "함의");
    let second = build(premise, "도서관은 책을 버린다.", "중립");
    assert_eq!(first.split, second.split);
    assert_ne!(first.record_id, second.record_id);
    assert_eq!(first, build(premise, "도서관은 책을 옮긴다.", "함의"));
}

#[test]
fn refuses_with_a_reason() {
    let code = |premise: &str, hypothesis: &str, label: &str| {
        reason_nli(&NliInput { premise, hypothesis, label }, &Meta::default())
            .map_or_else(|reject| reject.code, |_| "built".to_owned())
    };
    assert_eq!(code(" ", "가", "중립"), "EMPTY_PREMISE");
    assert_eq!(code("가", "\n", "중립"), "EMPTY_HYPOTHESIS");
    for label in ["", "0", "1", "2", "unknown", "-"] {
        assert_eq!(code("가", "나", label), "LABEL_UNKNOWN");
    }
    for label in ["Entailment", "contradiction ", "함의", "모순", "중립"] {
        assert_eq!(code("가", "나", label), "built");
    }
}

#[test]
fn english_pairs() {
    for (premise, hypothesis, label, rule) in [
        ("A man is riding a red bicycle.", "A man is riding a red bicycle", "entailment", "nli.en_same_words@1"),
        ("The band played 20 songs.", "The band played 30 songs.", "contradiction", "nli.en_number_differs@1"),
        ("The shop is open.", "The shop is not open.", "contradiction", "nli.en_negation@1"),
        ("The shop isn't open.", "The shop is open.", "contradiction", "nli.en_negation@1"),
        ("The band played songs.", "The band played 30 songs.", "neutral", "nli.en_number_added@1"),
    ] {
        let record = build_in(Lang::En, premise, hypothesis, label);
        assert_eq!(record.tier, Tier::B, "{hypothesis}");
        assert_eq!(record.paths[0].steps[0].rule_id.as_deref(), Some(rule));
        let texts = record.paths.iter().flat_map(|path| &path.steps).map(|step| &step.text);
        assert!(texts.clone().all(|text| text.is_ascii()), "{:?}", texts.collect::<Vec<_>>());
    }
    for (premise, hypothesis) in [
        ("If it rains, the shop is not open.", "The shop is open."),
        ("The band played more than 20 songs.", "The band played 30 songs."),
        ("Ann saw Bob.", "Bob saw Ann."),
        ("Nobody denied that the shop was open.", "The shop was open."),
    ] {
        assert_eq!(build_in(Lang::En, premise, hypothesis, "entailment").tier, Tier::C, "{premise}");
        assert_eq!(build_in(Lang::En, premise, hypothesis, "contradiction").tier, Tier::C, "{premise}");
    }
}

#[test]
fn wordings_differ_between_records() {
    let mut texts = std::collections::BTreeSet::new();
    for record in 0..64 {
        let meta = Meta { source: SourceRef { record, ..SourceRef::default() }, ..Meta::default() };
        let input =
            NliInput {
                premise: "새 공장은 강 남쪽에 있다.", hypothesis: "새 공장은 강 북쪽에 있다.", label: "모순"
            };
        texts.insert(reason_nli(&input, &meta).unwrap().paths[0].steps[1].text.clone());
    }
    // Eight wordings in two styles.
    assert!(texts.len() >= 12, "{texts:#?}");
    assert!(texts.iter().any(|text| text.contains("니다.")) && texts.iter().any(|text| !text.contains("니다.")));
}

#[test]
fn banks_have_eight_wordings() {
    for bank in wording::ALL.iter().chain(wording_wrong::ALL).chain(wording_text::ALL) {
        assert!(bank.ko.len() >= 8, "{}", bank.id);
        let mut seen: Vec<_> = bank.ko.iter().chain(bank.en).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), bank.ko.len() + bank.en.len(), "{}", bank.id);
        for wording in bank.ko {
            let polite = draft::polite(wording);
            assert!(polite.ends_with("니다."), "{wording} -> {polite}");
        }
    }
}

#[test]
fn nothing_panics() {
    let odd = [
        "가",
        "않",
        "지 않다",
        "안",
        "못 ",
        "있",
        "없",
        "수 없다",
        "없다 없다 없다",
        "1",
        "1,",
        ",1",
        "0.",
        "00",
        "가1나2",
        "1.5.2",
        "\u{1F600}",
        "ㄱㄴ",
        "漢字",
        "a",
        "not",
        "isn't not no",
        "…",
        "·",
        "'{h}'",
        "{",
        "만",
        "도",
        "고 있다",
        "아니다",
        "그 아니다",
        "안돼",
        "못해",
        "재미있다",
        "\u{0}\u{FEFF}",
        "일부 20개 가장 모든 것이 아니다",
        "가나다라마바사 20개도 없이 있다",
    ];
    for premise in odd {
        for hypothesis in odd {
            for lang in [Lang::Ko, Lang::En] {
                for label in ["함의", "모순", "중립"] {
                    build_in(lang, premise, hypothesis, label);
                }
            }
        }
    }
}
