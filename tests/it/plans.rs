//! Every shipped plan: its own tests, and a run over generated archives of each family that it is made for.

use serde_json::Value;

use super::command::{Scratch, number, output, shipped, total};

fn all_plans() -> Vec<String> {
    let folder = format!("{}/plans/sql", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).expect("the shipped plans");
    let mut plans: Vec<String> =
        entries.map(|entry| entry.expect("an entry").path().to_string_lossy().into_owned()).collect();
    plans.retain(|path| path.ends_with(".sql"));
    plans.sort();
    assert!(plans.len() >= 5, "{plans:?}");
    plans
}

#[test]
fn shipped_plans_pass_their_own_tests() {
    let mut plans = all_plans();
    // Tables cannot be given in a header: what scores the catalogue is tested in `it::catalog_score`.
    plans.retain(|plan| !plan.ends_with("/catalog_score.sql"));
    let arguments: Vec<&str> = std::iter::once("test").chain(plans.iter().map(String::as_str)).collect();
    Scratch::new().jogak(&arguments).expect(0);
}

#[test]
fn shipped_plans_have_no_problems() {
    let plans = all_plans();
    let arguments: Vec<&str> = std::iter::once("check").chain(plans.iter().map(String::as_str)).collect();
    Scratch::new().jogak(&arguments).expect(0);
}

/// The sums of a first run into `out`, made from its summary, its log and its files.
pub(super) fn assert_balanced(scratch: &Scratch, out: &str, plan: &str, summary: &Value) {
    let of = |pointer: &str| number(summary, pointer);
    let objects = |what: &str| of(&format!("/inputs/objects/{what}"));
    assert_eq!(objects("listed"), objects("read") + objects("already_committed") + objects("failed"), "{summary:#}");
    let input = |what: &str| of(&format!("/inputs/counts/{what}"));
    assert_eq!(
        input("members"),
        input("members_decoded") + input("members_partly") + input("members_quarantined") + input("members_pruned"),
        "{summary:#}"
    );
    let delivered = input("records_delivered");
    assert_eq!(input("records"), delivered + input("records_quarantined"), "{summary:#}");
    for said in summary["outputs"].as_array().into_iter().flatten() {
        let table = scratch.table(out, plan, said["name"].as_str().expect("a name"));
        let counts = table.facts()["counts"]["output"].clone();
        let written = number(&counts, "/written");
        assert_eq!(number(&counts, "/rows_out"), written + total(&counts, "/rejected") + total(&counts, "/dropped"));
        assert_eq!(number(said, "/rows"), written, "{said:#}");
        assert_eq!(total(said, "/rejected/by_code"), total(&counts, "/rejected"), "{said:#}");
        assert_eq!(table.rows().len() as u64, written, "rows in the files of {said:#}");
        if let Some(with_rows) = counts["records_with_rows"].as_u64() {
            assert_eq!(with_rows + number(said, "/records_without_rows"), delivered, "{said:#}");
        }
    }
}

/// Rows that the plan gave the output, before builders and checks refused any.
fn rows_out(scratch: &Scratch, plan: &str, name: &str) -> u64 {
    number(&scratch.table("out", plan, name).facts(), "/counts/output/rows_out")
}

/// What holds for each family beyond the books.
fn assert_family(scratch: &Scratch, family: &str, plan: &str, report: &Value, summary: &Value) {
    if family != "track" {
        assert_eq!(number(summary, "/inputs/counts/records_delivered"), number(report, "/good_records"));
    }
    match family {
        // Each question is one row for the builder.
        "mrc" | "mrc_old" | "choice" => assert_eq!(rows_out(scratch, plan, "records"), number(report, "/questions")),
        "nli" => assert_eq!(rows_out(scratch, plan, "records"), number(report, "/records")),
        "math" => {
            // Exactly the equations that were made wrong.
            let reject = &report["rejects"][0];
            let code = reject["code"].as_str().expect("a code");
            let expected = serde_json::json!({ code: reject["count"] });
            assert_eq!(output(summary, "records")["rejected"]["by_code"], expected, "{summary:#}");
        }
        // A clip is an episode, or is refused with a reason; none is torn where work is cut.
        "track" => {
            let clips = report["clips"].as_array().expect("clips").len() as u64;
            assert_eq!(rows_out(scratch, plan, "episodes"), clips);
        }
        _ => {}
    }
}

fn runs(plan: &str, family: &str, records: u64) {
    let scratch = Scratch::new();
    let report = scratch.sample(family, records, "labels", &[]);
    let summary = scratch.run(&shipped(plan), "labels", "out", &[]);
    assert_eq!((&summary["status"], &summary["committed"]), (&"committed".into(), &true.into()), "{summary:#}");
    assert_balanced(&scratch, "out", plan, &summary);
    assert_family(&scratch, family, plan, &report, &summary);
    // Whatever the optimiser does, a builder works once for each row that it is asked for.
    let built = if family == "track" { "episodes" } else { "records" };
    assert_eq!(total(&summary, "/evaluations"), rows_out(&scratch, plan, built), "{summary:#}");
    let outputs: Vec<&str> =
        summary["outputs"].as_array().into_iter().flatten().filter_map(|output| output["name"].as_str()).collect();
    for name in &outputs {
        assert_eq!(number(output(&summary, name), "/version"), 0, "{name}");
        assert!(number(output(&summary, name), "/rows") > 0, "no rows in '{name}':\n{summary:#}");
    }
    scratch.verify("out");

    let names = |name: &str| scratch.table("out", plan, name).names().map(str::to_owned).collect::<Vec<_>>();
    let before: Vec<_> = outputs.iter().map(|name| names(name)).collect();
    let again = scratch.run(&shipped(plan), "labels", "out", &[]);
    assert_eq!((&again["status"], &again["committed"]), (&"already_committed".into(), &true.into()), "{again:#}");
    assert_eq!(number(&again, "/inputs/objects/read"), 0, "{again:#}");
    let after: Vec<_> = outputs.iter().map(|name| names(name)).collect();
    assert_eq!(before, after, "a second start of the same run leaves no file");
}

macro_rules! shipped_plans {
    ($($test:ident: $plan:literal over $family:literal, $records:literal;)*) => {
        $(#[test]
        fn $test() {
            runs($plan, $family, $records);
        })*
    };
}

shipped_plans! {
    reading_comprehension_of_news: "mrc_reasoning" over "mrc", 120;
    reading_comprehension_with_lists_of_answers: "mrc_reasoning" over "mrc_old", 60;
    reading_comprehension_of_finance: "mrc_reasoning" over "mrc_finance", 60;
    multiple_choice: "choice_reasoning" over "choice", 100;
    multiple_choice_of_finance: "choice_reasoning" over "mrc_finance", 60;
    inference: "nli_reasoning" over "nli", 400;
    word_problems: "math_reasoning" over "math", 200;
    tracks: "track_episodes" over "track", 1500;
}

#[test]
fn a_query_reads_a_named_file_and_writes_nothing() {
    let scratch = Scratch::new();
    let file = scratch.path("짝.json");
    std::fs::write(&file, r#"[{"label":"a","n":1},{"label":"b","n":2}]"#).expect("a file");
    let file = file.to_string_lossy();
    let counted = format!("SELECT count(*) AS rows, sum(n) AS total FROM '{file}'");
    let shown = scratch.jogak(&["sql", &counted, "--format", "csv"]).expect(0);
    assert_eq!(shown.stdout.trim(), "rows,total\n2,3");
    let copied = format!("COPY (SELECT 1) TO '{file}.parquet'");
    let refused = scratch.jogak(&["sql", &copied]).expect(2);
    assert!(refused.stderr.contains("writes nothing"), "{}", refused.stderr);
    assert!(!std::path::Path::new(&format!("{file}.parquet")).exists());
}

#[test]
fn inputs_that_give_nothing_are_never_taken_for_done() {
    let scratch = Scratch::new();
    let plan = shipped("nli_reasoning");
    let run = |folder: &str| {
        let labels = format!("labels={}", scratch.path(folder).to_string_lossy());
        let out = scratch.path(&format!("{folder}-out"));
        scratch.jogak(&["run", &plan, "--source", &labels, "--out", &out.to_string_lossy()])
    };
    std::fs::create_dir(scratch.path("empty")).expect("a folder");
    let empty = run("empty").expect(2);
    assert!(empty.stderr.contains("nothing to read"), "{}", empty.stderr);
    std::fs::create_dir(scratch.path("broken")).expect("a folder");
    std::fs::write(scratch.path("broken/TL_nli.zip"), b"PK\x03\x04 and no more").expect("a file");
    let broken = run("broken").expect(1);
    assert!(broken.stderr.contains("TL_nli.zip"), "{}", broken.stderr);
}

#[test]
fn what_a_plan_costs_is_what_it_makes() {
    let scratch = Scratch::new();
    scratch.sample("nli", 400, "labels", &[]);
    let plan = shipped("nli_reasoning");
    let summary = scratch.run(&plan, "labels", "out", &[]);
    for (flag, basis) in [("--cost", "sampled"), ("--analyze", "measured")] {
        let arguments = ["explain", &plan, "--source", "labels=labels", flag, "--format", "json"];
        let said = scratch.jogak(&arguments).expect(0).stdout;
        let said: Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!(said["cost"]["basis"], basis);
        // Archives this small are in the sample whole.
        assert_eq!(said["cost"]["bytes_read"], said["cost"]["bytes"]);
        for cost in said["cost"]["outputs"].as_array().expect("outputs") {
            let made = output(&summary, cost["name"].as_str().expect("a name"));
            assert_eq!((&cost["rows"], &cost["bytes"]), (&made["rows"], &made["bytes"]), "{flag}");
            assert!(cost["analyzed"].as_str().is_some_and(|plan| plan.contains("output_rows=")), "{cost:#}");
        }
    }
}
