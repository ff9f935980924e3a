//! Every query in `examples/queries`, as people run it.

use std::fs;
use std::path::Path;

use super::command::Scratch;

/// Queries that have rows before anything was imported, scored or run.
const WITH_ROWS: &[&str] = &[
    "field_by_modality",
    "functions_of_jogak",
    "label_archives",
    "neglected_sets",
    "sets_by_year_and_modality",
    "settings_in_force",
    "shipped_plans_and_their_sets",
    "text_sets_that_are_not_text",
    "unknown_facts",
    "weights_of_criteria",
    "words_of_titles",
];

#[test]
fn every_example_query_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/queries");
    let scratch = Scratch::new();
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of examples")
        .map(|entry| entry.expect("an example").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    names.sort();
    assert!(names.len() >= 12);
    let mut with_rows = Vec::new();
    for path in names {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("an example");
        let comments: Vec<&str> = text.lines().take_while(|line| line.starts_with("-- ")).collect();
        let korean = |line: &str| line.chars().any(|letter| ('가'..='힣').contains(&letter));
        assert!(comments.len() == 2 && korean(comments[0]) && !korean(comments[1]), "{name}: one comment a language");
        let output = scratch.jogak(&["shell", "--format", "csv", "-c", &text]);
        assert_eq!(output.status, 0, "{name}: {}", output.stderr);
        let lines = output.stdout.lines().count();
        assert!(lines >= 1, "{name} has no header");
        if lines > 1 {
            with_rows.push(name);
        }
    }
    for name in WITH_ROWS {
        assert!(with_rows.iter().any(|other| other == name), "{name} has no rows");
    }
}
