//! Scoring, judging, choosing, appealing, sealing: each on the sets that are built in.

use serde_json::Value;

use super::command::{Scratch, number};

#[track_caller]
fn json(scratch: &Scratch, arguments: &[&str]) -> Value {
    let output = scratch.jogak(&[arguments, &["--format", "json"]].concat()).expect(0);
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("no JSON ({error}):\n{}", output.stdout))
}

#[test]
fn scored_judged_chosen_appealed_and_sealed() {
    let scratch = Scratch::new();
    let unscored = scratch.jogak(&["catalog", "select"]).expect(2);
    assert!(unscored.stderr.contains("jogak catalog score"), "{}", unscored.stderr);

    let scored = json(&scratch, &["catalog", "score"]);
    assert_eq!(number(&scored, "/tables/scores/rows"), 1200, "each set in both tracks");
    let again = json(&scratch, &["catalog", "score"]);
    assert_eq!(again["tables"]["scores"]["changed"], false, "the same scores are no new version");
    let shown = json(&scratch, &["catalog", "show", "577"]);
    let tracks = shown["tracks"].as_array().expect("tracks");
    assert_eq!(tracks.len(), 2);
    for track in tracks {
        let parts = track["parts"].as_array().expect("parts");
        assert!(parts.iter().all(|part| part["reason_ko"].is_string() && part["name_en"].is_string()), "{track:#}");
    }
    assert!(tracks.iter().any(|track| track["raise"].as_array().is_some_and(|raise| !raise.is_empty())));

    // A judgement counts once the catalogue is scored again, and is never changed.
    let judged = ["catalog", "judge", "577", "--set", "llm.need=0.9", "--reason", "가상의 이유", "--by", "가상 위원"];
    scratch.jogak(&judged).expect(0);
    scratch.jogak(&["catalog", "judge", "577", "--set", "need=7", "--reason", "x", "--by", "y"]).expect(2);
    scratch.jogak(&["catalog", "judge", "577", "--set", "nothing=0.5", "--reason", "x", "--by", "y"]).expect(2);
    assert_eq!(json(&scratch, &["catalog", "show", "577"])["scores_are_old"], true);
    json(&scratch, &["catalog", "score"]);
    let shown = json(&scratch, &["catalog", "show", "577"]);
    let part = |shown: &Value| {
        let parts = shown.pointer("/tracks/0/parts").and_then(Value::as_array).expect("parts").clone();
        parts.into_iter().find(|part| part["criterion"] == "need").expect("need")
    };
    assert_eq!(
        (part(&shown)["low"].as_f64(), part(&shown)["high"].as_f64()),
        (Some(0.9), Some(0.9)),
        "{:#}",
        part(&shown)
    );

    // The rule stands beside the judgement, so that the two can be compared.
    let rule = "SELECT low, rule_low, rule_high FROM catalog.score_parts \
                WHERE dataset_id = '577' AND track = 'llm' AND criterion = 'need'";
    let rule = json(&scratch, &["sql", rule]);
    assert_eq!(rule[0]["low"].as_f64(), Some(0.9), "{rule:#}");
    assert_ne!((rule[0]["rule_low"].as_f64(), rule[0]["rule_high"].as_f64()), (Some(0.9), Some(0.9)), "{rule:#}");

    let chosen = json(&scratch, &["catalog", "select", "--name", "가안", "--report", "out", "--plans", "plans"]);
    assert_eq!(chosen.pointer("/report/case/request/caution").and_then(Value::as_f64), Some(0.5), "the default");
    assert!(chosen.pointer("/report/software/version").is_some_and(Value::is_string), "what made it is always said");
    assert_eq!(chosen.pointer("/report/seal"), Some(&Value::Null), "nothing is sealed yet");
    for margin in chosen.pointer("/report/sensitivity/margins").and_then(Value::as_array).expect("margins") {
        let needed = margin["newcomer_units"].as_i64().expect("what a newcomer needs");
        assert!((0..1_000_000).contains(&needed), "{needed}");
    }
    assert!(chosen.pointer("/report/sensitivity/cautious/entered").is_some_and(Value::is_array));
    let shown = scratch.jogak(&["catalog", "select", "--name", "가안"]).expect(0).stdout;
    for said in
        ["caution 1.0", "not in this catalogue", "of the sets not chosen", "other selections lie within", "0 to 1"]
    {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    let picks = chosen.pointer("/report/selection/picks").and_then(Value::as_array).expect("picks");
    assert_eq!(picks.len(), 30);
    assert!(number(&chosen, "/report/selection/cost_krw") <= 3_000_000_000);
    for file in ["가안.md", "가안.html", "가안.xlsx", "가안.csv"] {
        assert!(scratch.path("out").join(file).metadata().is_ok_and(|meta| meta.len() > 1000), "{file}");
    }
    let commands = std::fs::read_to_string(scratch.path("plans/run.sh")).expect("run.sh");
    assert!(commands.contains("='aihub:") && commands.contains("jogak run \"$plans/"), "{commands}");
    // No field has more than one set: there are fourteen, and thirty are wanted.
    let collides = scratch.jogak(&["catalog", "select", "--max-per-field", "1"]).expect(1);
    assert!(collides.stderr.contains("--max-per-field 1"), "{}", collides.stderr);

    let appeal = [
        "catalog",
        "appeal",
        "577",
        "--set",
        "llm.reasoning=1",
        "--evidence",
        "가상",
        "--by",
        "가상 기관",
        "--selection",
        "가안",
    ];
    let ruling = json(&scratch, &appeal);
    let change = ruling.pointer("/changes/0").expect("a change");
    assert!(change["score_after"]["value"].as_f64() > change["score_before"]["value"].as_f64(), "{ruling:#}");

    scratch.jogak(&["catalog", "freeze", "가안", "--to", "seal.json"]).expect(0);
    scratch.jogak(&["catalog", "verify", "가안"]).expect(0);
    let again = json(&scratch, &["catalog", "select", "--name", "가안"]);
    assert!(again.pointer("/report/seal").is_some_and(Value::is_string), "the seal of this very selection is named");
    let other = json(&scratch, &["catalog", "select", "--name", "가안", "--caution", "1"]);
    assert_eq!(other.pointer("/report/seal"), Some(&Value::Null), "it is not the one that was sealed");
    // Names that differ by a dot do not share a seal.
    for name in ["a.b", "a_b"] {
        scratch.jogak(&["catalog", "select", "--name", name]).expect(0);
    }
    let dotted = json(&scratch, &["catalog", "freeze", "a.b"]);
    let plain = json(&scratch, &["catalog", "freeze", "a_b"]);
    assert_ne!(dotted["place"], plain["place"]);
    assert_eq!(plain["was_there"], false, "{plain:#}");
    // Another machine has the seal and nothing else.
    let other = Scratch::new();
    std::fs::copy(scratch.path("seal.json"), other.path("seal.json")).expect("a copy");
    let verified = json(&other, &["catalog", "verify", "seal.json"]);
    assert_eq!((&verified["rescored"], &verified["verification"]["difference"]), (&true.into(), &Value::Null));
    let text = std::fs::read_to_string(other.path("seal.json")).expect("the seal");
    std::fs::write(other.path("seal.json"), text.replacen("가상 위원", "다른 위원", 1)).expect("altered");
    let altered = other.jogak(&["catalog", "verify", "seal.json"]).expect(1);
    assert!(altered.stderr.contains("was altered"), "{}", altered.stderr);
    scratch.verify("home/data/jogak/catalog");
}

/// A gate that the catalogue closes can be appealed against, before anything was chosen.
#[test]
fn an_appeal_opens_a_gate() {
    let scratch = Scratch::new();
    scratch.jogak(&["catalog", "score"]).expect(0);
    let stopped = "SELECT dataset_id FROM catalog.scores WHERE track = 'physical' AND gate = 'continuity' \
                   ORDER BY score DESC, dataset_id LIMIT 1";
    let stopped = json(&scratch, &["sql", stopped]);
    let id = stopped[0]["dataset_id"].as_str().expect("a set that the gate stops");
    let appeal = ["catalog", "appeal", id, "--set", "continuity=1", "--evidence", "가상", "--by", "가상 기관"];
    let ruling = json(&scratch, &appeal);
    let change = ruling.pointer("/changes/0").expect("a change");
    assert_eq!((&change["track"], &change["rank_before"]), (&"physical".into(), &Value::Null), "{ruling:#}");
    assert_eq!(change["status_before"]["state"], "gated");
    assert!(change["status_after"]["state"] != "gated" && change["rank_after"]["rank"].is_u64(), "{ruling:#}");
    let shown = scratch.jogak(&appeal).expect(0).stdout;
    assert!(shown.contains("none (gate)"), "{shown}");
    // Ranks before are those of the catalogue: a set that no gate stops.
    let open = "SELECT dataset_id, rank, rank_low, rank_high FROM catalog.scores WHERE track = 'llm' AND rank = 40";
    let open = json(&scratch, &["sql", open]);
    let id = open[0]["dataset_id"].as_str().expect("a set");
    let appeal = ["catalog", "appeal", id, "--set", "llm.need=1", "--evidence", "가상", "--by", "가상 기관"];
    let before = json(&scratch, &appeal)["changes"][0]["rank_before"].clone();
    assert_eq!(
        (&before["rank"], &before["best"], &before["worst"]),
        (&open[0]["rank"], &open[0]["rank_low"], &open[0]["rank_high"])
    );
    let missing = scratch.jogak(&[
        "catalog",
        "appeal",
        id,
        "--set",
        "need=1",
        "--evidence",
        "x",
        "--by",
        "y",
        "--selection",
        "없음",
    ]);
    assert!(missing.expect(2).stderr.contains("there is no selection"), "said as it is");
}
