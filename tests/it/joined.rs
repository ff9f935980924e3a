//! A plan that joins its source to a table that another run made.

use super::command::{Scratch, number, output};

const TITLES: &str = r#"/* @plan
name: titles
sources: { names: { files: "*.ndjson", schema: { id: int, title: string } } }
outputs: { titles: {} }
@plan */
CREATE VIEW titles AS SELECT id, title FROM names;
"#;

const JOINED: &str = r#"/* @plan
name: joined
sources:
  labels: { files: "*.ndjson", schema: { id: int, text: string } }
  titles: { table: titles }
outputs: { records: {} }
@plan */
CREATE VIEW records AS
SELECT labels.id, labels.text, titles.title FROM labels JOIN titles ON labels.id = titles.id;
"#;

#[test]
fn a_table_is_joined_and_its_version_is_part_of_the_run() {
    let scratch = Scratch::with_settings("unit_size = \"50B\"\n");
    let write = |name: &str, text: &str| {
        let path = scratch.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("titles.sql", TITLES);
    write("joined.sql", JOINED);
    write("names/1.ndjson", "{\"id\":1,\"title\":\"시장\"}\n{\"id\":2,\"title\":\"강\"}\n");
    write("labels/1.ndjson", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}\n");
    write("labels/2.ndjson", "{\"id\":3,\"text\":\"c\"}\n");
    let run = |plan: &str, sources: &[&str]| {
        let sources: Vec<&str> = sources.iter().flat_map(|source| ["--source", source]).collect();
        scratch.jogak(&[&["run", plan, "--out", "out", "--format", "json"], sources.as_slice()].concat())
    };
    run("titles.sql", &["names=names"]).expect(0);
    let sources = ["labels=labels", "titles=out/titles/titles"];
    let summary: serde_json::Value = serde_json::from_str(&run("joined.sql", &sources).expect(0).stdout).expect("JSON");
    assert_eq!((&summary["mode"], number(output(&summary, "records"), "/rows")), (&"unit by unit".into(), 2));
    assert_eq!(number(&summary, "/units/0"), 2, "{summary:#}");
    let mut titles = scratch.table("out", "joined", "records").column("title");
    titles.sort();
    assert_eq!(titles, ["강", "시장"]);

    // The table has another version: rows of two versions would mix.
    write("names/2.ndjson", "{\"id\":3,\"title\":\"산\"}\n");
    run("titles.sql", &["names=names"]).expect(0);
    let refused = run("joined.sql", &sources).expect(2);
    assert!(refused.stderr.contains("version of table 'titles'"), "{}", refused.stderr);
    let more: Vec<&str> = sources.iter().flat_map(|source| ["--source", source]).collect();
    scratch.jogak(&[&["run", "joined.sql", "--out", "out", "--full-refresh"], more.as_slice()].concat()).expect(0);
    assert_eq!(scratch.table("out", "joined", "records").rows().len(), 3);
}
