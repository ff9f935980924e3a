//! Files of others in formats whose readers cannot be trusted with hostile bytes: what is sound is read, and a file that
//! would take the program down is one row of the quarantine.

use std::process::Command;

use super::command::{Scratch, number};

/// Writes a sound Parquet file, and one that is small and unfolds to gigabytes.
const FILES: &str = r#"
import sys
import pyarrow
import pyarrow.parquet

def write(name, texts):
    table = pyarrow.table({"id": pyarrow.array(range(len(texts)), pyarrow.int64()), "text": texts})
    pyarrow.parquet.write_table(table, f"{sys.argv[1]}/{name}.parquet", compression="zstd", use_dictionary=True)

write("sound", ["하나", "둘", None])
def again(text, rows):
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * rows, pyarrow.int32()), pyarrow.array([text]))

# Gigabytes row by row can be streamed; one value cannot.
write("unfolds", again("가" * 350_000, 300))
write("one_value", again("가" * 250_000_000, 1))
"#;

const PLAN: &str = r#"/* @plan
name: foreign
sources: { labels: { schema: { id: int, text: string } } }
outputs: { records: {} }
@plan */
CREATE VIEW records AS SELECT id, text, _src['object'] AS object FROM labels;
"#;

#[test]
fn a_file_that_unfolds_to_gigabytes_is_one_row_of_the_quarantine() {
    let python = std::env::var("JOGAK_TEST_PYTHON").expect("JOGAK_TEST_PYTHON: run `tests/run`");
    // Beyond these limits the second file is not even opened; here it shall be.
    let limits = "[limits]\nratio = 1000000000\npage_size = \"2GiB\"\nrow_group_size = \"64GiB\"\n";
    let scratch = Scratch::with_settings(&format!("file_memory = \"256MiB\"\n{limits}"));
    let labels = scratch.path("labels");
    std::fs::create_dir(&labels).expect("a folder");
    let made = Command::new(python).args(["-c", FILES]).arg(&labels).status().expect("Python can be started");
    assert!(made.success());
    for bomb in ["unfolds", "one_value"] {
        let bytes = std::fs::metadata(labels.join(format!("{bomb}.parquet"))).expect("the file").len();
        assert!(bytes < 100_000, "{bytes} bytes are no bomb");
    }
    std::fs::write(labels.join("one.xml"), "<label id='7'><text>글 &amp; 그림</text></label>").expect("a file");
    std::fs::write(scratch.path("foreign.sql"), PLAN).expect("the plan");

    let summary = scratch.run("foreign.sql", "labels", "out", &["--accept-quarantine", "--threads", "1"]);
    assert_eq!(summary["quarantined"]["by_code"], serde_json::json!({ "RESOURCE": 1 }), "{summary:#}");
    let table = scratch.table("out", "foreign", "records");
    let (unfolded, sound): (Vec<_>, Vec<_>) =
        table.rows().into_iter().partition(|row| row["object"].as_str().is_some_and(|key| key.contains("unfolds")));
    assert_eq!(unfolded.len(), 300);
    let mut rows: Vec<String> = sound.iter().map(|row| format!("{} {}", row["id"], row["text"])).collect();
    rows.sort();
    assert_eq!(rows, ["0 \"하나\"", "1 \"둘\"", "2 null", "7 \"글 & 그림\""]);
    let peak = number(&summary, "/peak_memory_bytes");
    assert!(peak < 400 << 20, "{peak} bytes at the peak");
    scratch.books("out");
}
