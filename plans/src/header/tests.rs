use arrow::datatypes::DataType;

use super::*;
use crate::diagnostic::render_all;

fn header(yaml: &str) -> (Option<Header>, Vec<Diagnostic>, SourceFile) {
    let source = SourceFile::new("p.sql", format!("/* @plan\n{yaml}@plan */\n"));
    let mut out = Vec::new();
    let place = find(&source).expect("header");
    let header = read(&source, &place, &mut out);
    (header, out, source)
}

const GOOD: &str = r#"name: mrc_reasoning
title: { ko: 기계독해, en: Machine reading }
tags: [llm, mrc]
version: 2
sources:
  labels:
    files: "**/TL_*.zip"
    members: "**/*.json"
    format: json
    records: ["$.data[*]", "$"]
    group: none
    order_by: []
    max_quarantine: 2%
    schema:
      doc_id: { type: string, aliases: [docId, "문서"], required: true }
      score: { type: float, alternatives: [string] }
      extra: json
      qas:
        type: list<struct>
        alternatives: [struct]
        fields:
          question: string
          answers: { type: list<struct>, fields: { text: string, start: { type: int, alternatives: [string] } } }
  clips:
    group: $.clip
    order_by: [frame]
    max_group_bytes: 64MB
    schema: { frame: int }
params:
  min_context: { type: int, default: 80 }
  ratio: { type: float, default: 1 }
  seed: { type: string, default: "2026" }
outputs:
  records: { mode: append, key: record_id, partition: [split], shard: { target_size: 256MB }, publish: [hf, "trl:sft_messages"] }
columns:
  record_id: { checks: [unique, not_null] }
  answer.value: { ko: 정답, checks: [not_empty, { accepted: [예, "it's"] }, { range: [0, 1.5], on_fail: warn, max_rate: 1% }, { length: 4 }] }
checks:
  - { name: in_context, expr: "strpos(context, answer) > 0", max_rate: 0.5% }
tests:
  - name: one
    given: { labels: "[{}]", clips: [{ frame: 1 }] }
    params: { min_context: 10 }
    expect: { records: [{ answer: 약 494km }], qa: { rows: 3 }, rejected: { R_EMPTY: 1 }, quarantined: 0 }
schedule: { cron: "0 3 * * 1", timezone: Asia/Seoul, catch_up: latest, overlap: skip }
"#;

#[test]
fn a_full_header_is_read() {
    let (header, out, source) = header(GOOD);
    assert_eq!(render_all(&out, &source), "0 errors, 0 warnings\n");
    let header = header.expect("header");
    let labels = header.source("labels").expect("labels");
    assert_eq!(labels.files, ["**/TL_*.zip"]);
    assert_eq!(labels.max_quarantine, MaxQuarantine::Share(0.02));
    let schema = labels.table_schema().expect("schema");
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["doc_id", "score", "extra", "qas", "_src"]);
    assert_eq!(schema.field(0).metadata().get(ALIASES).map(String::as_str), Some(r#"["docId","문서"]"#));
    assert_eq!(schema.field(2).metadata().get(JSON).map(String::as_str), Some("true"));
    assert_eq!(column_type(&schema, "_src.record"), Some(DataType::Int64));
    let clips = header.source("clips").and_then(Source::table_schema).expect("clips");
    let names: Vec<_> = clips.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["group", "members", "records", "damaged", "_src"]);
    assert_eq!(header.param("ratio").and_then(|param| param.default.clone()), Some(ParamValue::Float(1.0)));
    let sql: Vec<_> = header.checks.iter().map(|check| (check.name.as_str(), check.expr_sql.as_str())).collect();
    assert_eq!(
        sql,
        [
            ("record_id.unique", ""),
            ("record_id.not_null", "\"record_id\" IS NOT NULL"),
            ("answer.value.not_empty", "\"answer\"['value'] IS NOT NULL AND \"answer\"['value'] <> ''"),
            ("answer.value.accepted", "\"answer\"['value'] IN ('예', 'it''s')"),
            ("answer.value.range", "\"answer\"['value'] BETWEEN 0 AND 1.5"),
            ("answer.value.length", "character_length(\"answer\"['value']) = 4"),
            ("in_context", "strpos(context, answer) > 0"),
        ]
    );
    assert_eq!(header.checks.last().and_then(|check| check.max_rate), Some(0.005));
    assert_eq!(header.tests[0].expect.len(), 2);
    assert_eq!(header.output("records").map(|output| output.key.clone()), Some(vec!["record_id".to_owned()]));
}

#[test]
fn every_problem_is_reported_at_its_place() {
    let (_, out, source) = header(
        "name: MRC\ntitel: 제목\nsources:\n  labels: { formt: json, records: data, group: foldr }\nparams: { n: { type: \
         integer } }\noutputs:\n  records: { publish: [hugging] }\nversion: 0\n",
    );
    let codes: Vec<_> = out.iter().map(|d| (d.code, source.position(d.start()).line)).collect();
    for expected in [
        (code::BAD_NAME, 2),
        (code::UNKNOWN_KEY, 3),
        (code::UNKNOWN_KEY, 5),
        (code::BAD_VALUE, 5),
        (code::BAD_VALUE, 6),
        (code::BAD_VALUE, 8),
        (code::BAD_VALUE, 9),
    ] {
        assert!(codes.contains(&expected), "{expected:?} not in {codes:?}");
    }
    assert_eq!(out.len(), 8, "{}", render_all(&out, &source));
}

#[test]
fn broken_yaml_and_missing_headers_are_located() {
    let (header, out, source) = header("name: 한글\n  bad: [1\n");
    assert!(header.is_none() && out.len() == 1, "{}", render_all(&out, &source));
    let (_, out, source) = self::header("name: a\nname: b\n");
    assert_eq!((out[0].code, source.position(out[0].start()).line), (code::DUPLICATE, 3));
    assert!(find(&SourceFile::new("p", "SELECT 1")).is_err());
    assert!(find(&SourceFile::new("p", "/* @plan\nname: a\n*/")).is_err());
}

#[test]
fn alternatives_must_fit_the_type() {
    let (_, out, source) = header(
        "name: a\nsources:\n  s:\n    schema:\n      a: { type: list<struct>, alternatives: [struct, string], fields: { b: int } }\n      \
         c: { type: bool, alternatives: [float] }\n      d: { type: int, alternatives: [int] }\noutputs: { v: {} }\n",
    );
    let lines: Vec<_> = out.iter().map(|d| (d.code, source.position(d.start()).line)).collect();
    assert_eq!(lines, [(code::ALTERNATIVE, 6), (code::ALTERNATIVE, 7), (code::ALTERNATIVE, 8)]);
}
