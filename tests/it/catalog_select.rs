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

    let chosen = json(&scratch, &["catalog", "select", "--name", "가안", "--report", "out", "--plans", "plans"]);
    let picks = chosen.pointer("/report/selection/picks").and_then(Value::as_array).expect("picks");
    assert_eq!(picks.len(), 30);
    assert!(number(&chosen, "/report/selection/cost_krw") <= 3_000_000_000);
    for file in ["가안.md", "가안.html", "가안.xlsx", "가안.csv"] {
        assert!(scratch.path("out").join(file).metadata().is_ok_and(|meta| meta.len() > 1000), "{file}");
    }
    assert!(scratch.path("plans/run.sh").exists());
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
