//! Plans that run as a whole: what they read more than once, or not at all, is counted once.

use std::fs;

use serde_json::Value;

use super::command::{Scratch, number, output};

const PLAN: &str = r#"/* @plan
name: counted
sources:
  rows:   { files: "*.csv", schema: { id: string, v: int, w: int } }
  extras: { files: "*.csv", schema: { id: string, note: string } }
outputs: { pairs: { key: [id, w] }, sums: { key: [id] } }
@plan */
CREATE VIEW sums AS SELECT id, sum(v) AS total FROM rows GROUP BY id;
CREATE VIEW noted AS SELECT r.id, e.note FROM rows r JOIN extras e ON r.id = e.id;
CREATE VIEW pairs AS
  SELECT a.id, b.w, n.note FROM rows a JOIN rows b ON a.v = b.v JOIN sums s ON s.id = a.id LEFT JOIN noted n ON n.id = a.id;
"#;

fn run(extras: &str) -> (Scratch, Value) {
    let scratch = Scratch::new();
    for (name, text) in
        [("rows/a.csv", "id,v,w\na,1,1\nb,2,x\n"), ("rows/b.csv", "id,v,w\nc,1,3\n"), ("extras/e.csv", extras)]
    {
        let path = scratch.path(name);
        fs::create_dir_all(path.parent().expect("its folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    fs::write(scratch.path("counted.sql"), PLAN).expect("the plan");
    let more = ["--source", "rows=rows", "--source", "extras=extras", "--accept-quarantine", "--format", "json"];
    let said = scratch.jogak(&[&["run", "counted.sql", "--out", "out"], &more[..]].concat()).expect(0);
    scratch.verify("out");
    scratch.books("out");
    let summary = serde_json::from_str(&said.stdout).expect("a summary");
    (scratch, summary)
}

#[test]
fn a_source_that_is_scanned_many_times_is_counted_once() {
    let (_scratch, summary) = run("id,note\na,n\n");
    assert_eq!((number(&summary, "/inputs/members"), number(&summary, "/inputs/records")), (3, 4), "{summary:#}");
    // The record with a broken `w` is of no use to any scan, also to those that do not ask for `w`.
    assert_eq!(number(&summary, "/inputs/counts/records_quarantined"), 1, "{summary:#}");
    assert_eq!(number(output(&summary, "sums"), "/rows"), 2, "{summary:#}");
    assert_eq!(number(output(&summary, "pairs"), "/rows"), 4, "{summary:#}");
}

#[test]
fn a_source_that_the_plan_can_do_without_is_counted_all_the_same() {
    // Joined with nothing, the rows need not be read there.
    let (_scratch, summary) = run("id,note\n");
    assert_eq!((number(&summary, "/inputs/members"), number(&summary, "/inputs/records")), (3, 3), "{summary:#}");
}
