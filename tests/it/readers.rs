//! The tables through the programs that people read them with: DuckDB, delta-rs, Hugging Face `datasets`.

use std::process::Command;

use serde_json::Value;

use super::command::{Scratch, number, output, shipped};

/// Reads both tables; prints what it found as JSON. Arguments: the table of records, the table of conversations.
const SCRIPT: &str = r#"
import json, sys
from urllib.parse import unquote, urlparse
import datasets, duckdb, deltalake

def files(table):
    return [unquote(urlparse(uri).path) if "://" in uri else uri for uri in table.file_uris()]

found = {}
records = deltalake.DeltaTable(sys.argv[1])
rows = records.to_pyarrow_table(columns=["record_id", "split", "tier"]).to_pylist()
found["delta_version"] = records.version()
found["delta_ids"] = sorted(row["record_id"] for row in rows)
found["delta_splits"] = sorted({row["split"] for row in rows})

con = duckdb.connect()
duck = con.read_parquet(files(records), hive_partitioning=True)
found["duckdb_ids"] = sorted(row[0] for row in duck.project("record_id").fetchall())
found["duckdb_splits"] = sorted({row[0] for row in duck.project("split").fetchall()})
found["duckdb_steps"] = con.sql("SELECT coalesce(sum(len(p.steps)), 0)::BIGINT FROM (SELECT unnest(paths) AS p FROM duck)").fetchall()[0][0]

messages = deltalake.DeltaTable(sys.argv[2])
conversations = datasets.load_dataset("parquet", data_files={"train": files(messages)}, split="train")
found["conversations"] = len(conversations)
found["columns"] = sorted(conversations.column_names)
bad = []
for row in conversations:
    roles = [message["role"] for message in row["messages"] if message["role"] != "system"]
    if roles != ["user", "assistant"] or not all(message["content"].strip() for message in row["messages"]):
        bad.append(row)
found["bad"] = bad[:3]
json.dump(found, sys.stdout)
"#;

fn python(scratch: &Scratch, arguments: &[&str]) -> Value {
    let python = std::env::var("JOGAK_TEST_PYTHON").unwrap_or_else(|_| {
        panic!(
            "JOGAK_TEST_PYTHON is not set. This test reads tables with other programs: run `tests/run`, which installs \
             them, or name a Python that has duckdb, deltalake and datasets"
        )
    });
    let output = Command::new(&python)
        .args(["-c", SCRIPT])
        .args(arguments)
        .env("HF_HOME", scratch.path("home/hf"))
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_DATASETS_OFFLINE", "1")
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .env("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
        .output()
        .unwrap_or_else(|error| panic!("JOGAK_TEST_PYTHON='{python}' cannot be started: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn other_programs_read_the_same_rows() {
    let scratch = Scratch::new();
    scratch.sample("mrc", 150, "labels", &[]);
    let summary = scratch.run(&shipped("mrc_reasoning"), "labels", "out", &[]);
    let place = |name: &str| scratch.path("out/mrc_reasoning").join(name).to_string_lossy().into_owned();
    let found = python(&scratch, &[&place("records"), &place("sft_messages")]);

    let table = scratch.table("out", "mrc_reasoning", "records");
    let ids = table.column("record_id");
    assert_eq!(ids.len() as u64, number(output(&summary, "records"), "/rows"));
    assert_eq!(found["delta_version"], 0);
    assert_eq!(found["delta_ids"], Value::from(ids.clone()), "deltalake");
    assert_eq!(found["duckdb_ids"], Value::from(ids), "DuckDB");
    assert_eq!(found["delta_splits"], found["duckdb_splits"]);
    assert!(number(&found, "/duckdb_steps") > 0, "nested columns are read");

    assert_eq!(number(&found, "/conversations"), number(output(&summary, "sft_messages"), "/rows"));
    assert!(number(&found, "/conversations") > 0, "{summary:#}");
    assert_eq!(found["bad"], Value::Array(Vec::new()), "conversations that cannot be trained on");
    for column in ["messages", "record_id", "path_id"] {
        assert!(
            found["columns"].as_array().is_some_and(|columns| columns.iter().any(|name| name == column)),
            "{column}"
        );
    }
}
