//! `jogak shell` through pipes: scripts, commands, errors, and where results go.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::command::{Output, Scratch};

/// Gives `script` to the shell.
#[track_caller]
fn shell(scratch: &Scratch, arguments: &[&str], script: &str) -> Output {
    let arguments = [&["shell"], arguments].concat();
    let mut command = scratch.command(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    // A shell that ended early, at an error, closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(script.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    Output {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn ndjson(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON value a line")).collect()
}

#[test]
fn a_script_runs_statement_by_statement() {
    let scratch = Scratch::new();
    let script = "-- 첫째; 주석\nSELECT ';' AS \"기호;\", $$a;'b$$ AS 글\n  , 1 AS 수;\n\
                  SELECT count(*) AS n FROM catalog.datasets; SELECT 2 AS last";
    let output = shell(&scratch, &["--format", "ndjson"], script).expect(0);
    let rows = ndjson(&output.stdout);
    assert_eq!(rows.len(), 3, "{}", output.stdout);
    assert_eq!((&rows[0]["기호;"], &rows[0]["글"], &rows[0]["수"]), (&";".into(), &"a;'b".into(), &1.into()));
    assert_eq!(rows[1]["n"], 600);
    assert_eq!(rows[2]["last"], 2);
}

#[test]
fn the_first_error_ends_a_script_with_2() {
    let scratch = Scratch::new();
    let output = shell(&scratch, &["--format", "csv"], "SELECT 1 AS a;\n\nSELECT nothing;\nSELECT 2 AS b;\n").expect(2);
    assert_eq!(output.stdout, "a\n1\n");
    assert!(output.stderr.contains("line 3") && output.stderr.contains("nothing"), "{}", output.stderr);
    for (script, word) in [
        ("SELECT 'open", "never closed"),
        ("\\nothing", "\\nothing"),
        ("\\format xml", "ndjson"),
        ("DROP TABLE catalog.datasets;", "only queries"),
        ("COPY (SELECT 1) TO 'a.csv';", "only queries"),
        ("SET datafusion.execution.batch_size = 1;", "only queries"),
        ("SELECT * FROM 'nowhere.json';", "nowhere.json"),
    ] {
        let output = shell(&scratch, &[], script).expect(2);
        assert!(output.stderr.contains(word), "{script}: {}", output.stderr);
    }
    assert!(!scratch.path("a.csv").exists());
}

#[test]
fn queries_can_be_arguments() {
    let scratch = Scratch::new();
    let output =
        scratch.jogak(&["shell", "--format", "ndjson", "-c", "SELECT 1 AS a; SELECT 2 AS a", "-c", "SELECT 3 AS a"]);
    let numbers: Vec<_> = ndjson(&output.expect(0).stdout).iter().map(|row| row["a"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    scratch.jogak(&["shell", "-c", "SELECT 1; SELECT nothing", "-c", "SELECT 2"]).expect(2);
}

#[test]
fn tables_columns_and_functions_are_listed() {
    let scratch = Scratch::new();
    let output = shell(&scratch, &["--format", "csv"], "\\dt datasets\n").expect(0);
    assert!(output.stdout.starts_with("name,about\ncatalog.datasets,"), "{}", output.stdout);
    for name in ["catalog.datasets", "datasets", "catalog.\"datasets\""] {
        let output = shell(&scratch, &["--format", "csv"], &format!("\\d {name}\n")).expect(0);
        assert!(output.stdout.starts_with("column,type\nid,Utf8\ntitle,Utf8\n"), "{name}: {}", output.stdout);
    }
    let output = shell(&scratch, &["--format", "csv"], "\\d\n").expect(0);
    for name in ["catalog.changes", "catalog.scores", "system.runs", "system.settings"] {
        assert!(output.stdout.contains(name), "{name}: {}", output.stdout);
    }
    let output = shell(&scratch, &["--format", "ndjson"], "\\df\n\\df concat_ws\n").expect(0);
    let functions = ndjson(&output.stdout);
    assert!(functions.iter().any(|function| function["family"] == "reasoning"));
    let last = functions.last().expect("functions");
    assert_eq!((&last["name"], &last["family"]), (&"concat_ws".into(), &"sql".into()));
    assert!(last["about"].as_str().is_some_and(|about| !about.is_empty()), "{last}");
}

#[test]
fn files_are_queried_and_described_in_place() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("라벨")).expect("a folder");
    fs::write(scratch.path("라벨/문서.json"), r#"[{"문서ID": 1, "제목": "강"}, {"문서ID": 2, "제목": "산"}]"#)
        .expect("a file");
    let script = "\\d '라벨/문서.json'\nSELECT \"문서ID\", 제목 FROM '라벨/*.json' ORDER BY \"문서ID\" DESC;\n\
                  SELECT count(*) AS n FROM '라벨/문서.json' a JOIN '라벨/문서.json' b ON a.제목 = b.제목;";
    let output = shell(&scratch, &["--format", "csv"], script).expect(0);
    assert!(output.stdout.contains("문서ID,Int64\n제목,Utf8\n"), "{}", output.stdout);
    assert!(output.stdout.ends_with("문서ID,제목\n2,산\n1,강\nn\n2\n"), "{}", output.stdout);
}

#[test]
fn records_are_counted_without_any_of_their_columns() {
    let scratch = Scratch::new();
    for (name, text) in [
        ("a.json", r#"{"data": [{"n": 1, "t": "강"}, {"n": 2, "t": null}, {"n": 3}]}"#),
        ("b.jsonl", "{\"n\": 1}\n{\"n\": 2}\n{\"n\": 3}\n"),
        ("c.csv", "n,t\n1,강\n2,\n3,산\n"),
        ("d.xml", "<all><one><n>1</n></one><one><n>2</n></one><one><n>3</n></one></all>"),
    ] {
        fs::write(scratch.path(name), text).expect("a file");
        let script = format!("SELECT count(*) AS n FROM '{name}';\nSELECT _src.object AS o FROM '{name}' LIMIT 1;\n");
        let output = shell(&scratch, &["--format", "csv"], &script).expect(0);
        let records = if name == "d.xml" { 1 } else { 3 };
        assert_eq!(output.stdout, format!("n\n{records}\no\n{name}\n"));
    }
    // What names or places of columns say of all columns holds for one, and for none.
    fs::create_dir(scratch.path("mixed")).expect("a folder");
    for (name, text) in [("mixed/a.csv", "n,m\n1,2\n"), ("mixed/b.csv", "n,t\n1,x\n"), ("bare.csv", "1,강\n2,산\n")] {
        fs::write(scratch.path(name), text).expect("a file");
    }
    fs::write(scratch.path("lines.txt"), "{\"n\":1,\"t\":\"a\"}\n{\"n\":2,\"t\":\"b\"}\n").expect("a file");
    for (query, rows) in [
        ("SELECT count(*) AS c FROM 'mixed/*.csv'", "c\n2\n"),
        ("SELECT t AS c FROM 'mixed/*.csv' ORDER BY t", "c\nx\n\n"),
        ("SELECT m AS c FROM 'mixed/*.csv' ORDER BY m", "c\n2\n\n"),
        ("SELECT count(*) AS c FROM 'bare.csv'", "c\n2\n"),
        ("SELECT column_2 AS c FROM 'bare.csv'", "c\n강\n산\n"),
        ("SELECT count(*) AS c FROM 'lines.txt'", "c\n2\n"),
        ("SELECT t AS c FROM 'lines.txt'", "c\na\nb\n"),
    ] {
        let output = scratch.jogak(&["sql", query, "--format", "csv"]).expect(0);
        assert_eq!(output.stdout, rows, "{query}\n{}", output.stderr);
    }
    let plan = "/* @plan\nname: counts\nsources:\n  labels: { schema: { n: int, t: string } }\n\
                outputs:\n  counts: { key: [records] }\n@plan */\n\
                CREATE VIEW counts AS SELECT count(*) AS records FROM labels;\n";
    fs::write(scratch.path("counts.sql"), plan).expect("a plan");
    scratch.run("counts.sql", "c.csv", "out", &[]);
    assert_eq!(scratch.table("out", "counts", "counts").rows()[0]["records"], 3);
}

#[test]
fn what_the_planner_would_pass_over_is_refused() {
    let scratch = Scratch::new();
    for from in ["catalog.datasets TABLESAMPLE (10)", "(SELECT 1 AS a) AS t TABLESAMPLE BERNOULLI (10)"] {
        let refused = scratch.jogak(&["sql", &format!("SELECT count(*) FROM {from}")]).expect(2);
        assert!(refused.stderr.contains("TABLESAMPLE is not supported"), "{}", refused.stderr);
    }
    let hashed = "SELECT id FROM catalog.datasets ORDER BY md5(id) LIMIT 2";
    scratch.jogak(&["sql", hashed]).expect(0);
}

#[test]
fn a_set_is_no_table_to_join() {
    let scratch = Scratch::new();
    let plan = "/* @plan\nname: joined\nsources:\n  labels: { schema: { n: int } }\n  more: { table: more }\n\
                outputs:\n  rows: { key: [n] }\n@plan */\n\
                CREATE VIEW rows AS SELECT l.n FROM labels AS l JOIN more AS m ON l.n = m.n;\n";
    fs::write(scratch.path("joined.sql"), plan).expect("a plan");
    fs::write(scratch.path("a.json"), r#"[{"n": 1}]"#).expect("a file");
    for verb in [&["run", "--out", "out"][..], &["explain"]] {
        let places = ["joined.sql", "--source", "labels=a.json", "--source", "more=aihub:577"];
        let refused = scratch.jogak(&[verb, &places].concat()).expect(2);
        assert!(refused.stderr.contains("the archives of a set are no table"), "{}", refused.stderr);
    }
}

#[test]
fn results_go_to_a_file_and_back() {
    let scratch = Scratch::new();
    let script = "\\o 'out 1.csv'\n\\format csv\nSELECT 1 AS a;\nSELECT 2 AS a;\n\\o\nSELECT 3 AS a;\n\
                  \\format parquet\n\\o out.parquet\nSELECT id FROM catalog.datasets;\n\\o\n\\format ndjson\n\
                  SELECT count(*) AS n FROM 'out.parquet';\n";
    let output = shell(&scratch, &[], script).expect(0);
    assert_eq!(output.stdout, "a\n3\n{\"n\":600}\n");
    assert_eq!(fs::read_to_string(scratch.path("out 1.csv")).expect("a file"), "a\n1\na\n2\n");
    let output = shell(&scratch, &["--format", "parquet"], "\\o a.parquet\nSELECT 1;\nSELECT 2;\n").expect(2);
    assert!(output.stderr.contains("holds one result"), "{}", output.stderr);
}

#[test]
fn no_value_is_told_from_an_empty_text() {
    let scratch = Scratch::new();
    let script = "SELECT CAST(NULL AS VARCHAR) AS a, '' AS b;\n";
    assert_eq!(shell(&scratch, &["--format", "csv"], script).expect(0).stdout, "a,b\n,\"\"\n");
    let table = shell(&scratch, &[], script).expect(0).stdout;
    assert_eq!(table.matches("NULL").count(), 1, "{table}");
}

#[test]
fn the_shell_speaks_korean_and_ends_when_told() {
    let scratch = Scratch::new();
    let output = shell(&scratch, &["--lang", "ko"], "\\h\n\\q\nSELECT nothing;\n").expect(0);
    assert!(output.stderr.contains("세미콜론") && output.stdout.is_empty(), "{}", output.stderr);
    let output = shell(&scratch, &[], "\\timing on\nSELECT 1;\n").expect(0);
    assert!(output.stderr.contains(" ms)"), "{}", output.stderr);
}

#[test]
fn secrets_stay_out_of_the_settings() {
    let settings = "[stores.s3]\nregion = \"ap-northeast-2\"\naws_secret_access_key = \"hidden\"\n";
    let scratch = Scratch::with_settings(settings);
    let output = scratch.jogak(&["sql", "SELECT * FROM system.settings", "--format", "csv"]).expect(0);
    assert!(output.stdout.contains("stores.s3.region,ap-northeast-2,jogak.toml"), "{}", output.stdout);
    assert!(output.stdout.contains("aws_secret_access_key,(set)") && !output.stdout.contains("hidden"));
}

#[test]
fn a_terminal_completes_remembers_and_cancels() {
    let scratch = Scratch::new();
    let python =
        std::env::var("JOGAK_TEST_PYTHON").unwrap_or_else(|_| panic!("JOGAK_TEST_PYTHON is not set: run `tests/run`"));
    let script = format!("{}/tests/terminal.py", env!("CARGO_MANIFEST_DIR"));
    // The environment of the program, around Python.
    let program = scratch.command(&[]);
    let mut command = Command::new(python);
    command.arg(script).arg(program.get_program()).current_dir(scratch.path("."));
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.stdin(Stdio::null()).output().expect("Python can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
    assert!(scratch.path("home/data/jogak/shell_history").is_file());
}
