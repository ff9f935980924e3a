use super::*;
use crate::recordwise::RecordWise;

const HEADER: &str = "/* @plan\nname: t\nsources:\n  labels: { schema: { id: string, n: int, text: string, parts: { type: list<struct>, \
    fields: { a: string, b: int } } } }\n  side: { schema: { id: string, word: string } }\n";

fn file(outputs: &str, body: &str) -> String {
    format!("{HEADER}outputs:\n{outputs}@plan */\n{body}")
}

async fn report(outputs: &str, body: &str) -> CheckReport {
    let text = file(outputs, body);
    let (plan, problems) = Plan::parse("t.sql", &text);
    assert!(problems.iter().all(|problem| problem.severity != Severity::Error), "{problems:?}");
    check(&plan.expect("plan"), &BTreeMap::new(), &BTreeMap::new()).await
}

fn codes(report: &CheckReport) -> Vec<&'static str> {
    report.diagnostics.iter().map(|problem| problem.code).collect()
}

#[tokio::test]
async fn a_sound_plan_has_schemas_and_is_record_wise() {
    let body = "CREATE VIEW p AS SELECT id, unnest(parts) AS part FROM labels WHERE character_length(text) >= 3;\n\
        CREATE VIEW o AS SELECT p.id, part['a'] AS a, part['b'] / 2.0 AS half, word FROM p LEFT JOIN side ON side.id = p.id;\n";
    let report = report("  o: { partition: [word] }\n", body).await;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    let output = &report.outputs[0];
    assert_eq!(output.record_wise, RecordWise::Yes { driving: "labels".to_owned() });
    let names: Vec<_> = output.written.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["id", "a", "half", "word"]);
    assert!(output.builder.is_none());
}

#[tokio::test]
async fn lineage_reaches_the_output_of_one_source() {
    let body = "CREATE VIEW s AS SELECT * FROM labels;\nCREATE VIEW o AS SELECT *, _src['record'] AS record FROM s;\n";
    let report = report("  o: {}\n", body).await;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    let names: Vec<_> = report.outputs[0].schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["id", "n", "text", "parts", "record", "_src"]);
}

#[tokio::test]
async fn a_builder_is_recognised() {
    let body = "CREATE VIEW o AS SELECT named_struct('record', named_struct('record_id', id, 'n', n), 'reject', \
        named_struct('code', CAST(NULL AS VARCHAR), 'detail', CAST(NULL AS VARCHAR))) AS built FROM labels;\n";
    let report = report("  o: { key: [record_id] }\n", body).await;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    let output = &report.outputs[0];
    assert_eq!(output.builder.as_deref(), Some("built"));
    assert_eq!(output.written.field(0).name(), "record_id");
}

#[tokio::test]
async fn what_needs_all_rows_is_named() {
    for (query, reason) in [
        ("SELECT id, count(*) AS c FROM labels GROUP BY id", "GROUP BY or an aggregate"),
        ("SELECT DISTINCT id FROM labels", "DISTINCT"),
        ("SELECT id, row_number() OVER (ORDER BY id) AS r FROM labels", "a window function"),
        ("SELECT id FROM labels ORDER BY id", "ORDER BY"),
        ("SELECT id FROM labels UNION ALL SELECT id FROM labels", "UNION"),
        ("SELECT l.id FROM labels l JOIN labels m ON l.id = m.id", "a join (inner)"),
        ("SELECT id FROM labels WHERE id IN (SELECT id FROM side)", "a subquery in an expression"),
    ] {
        let report = report("  o: { key: [id] }\n", &format!("CREATE VIEW o AS {query};")).await;
        assert_eq!(codes(&report), ["PLAN-L014"], "{query}: {:?}", report.diagnostics);
        assert!(report.diagnostics[0].labels[0].text.contains(reason), "{query}: {:?}", report.diagnostics);
    }
}

#[tokio::test]
async fn problems_behind_problems_are_found_once() {
    let body = "CREATE VIEW o AS SELECT d.idd, upper(d.txt) AS t FROM (SELECT idd, texxt AS txt FROM labels) d WHERE d.wrong > 1;\n";
    let report = report("  o: {}\n", body).await;
    // `d.idd` and `d.txt` are right once the inner query gives them.
    assert_eq!(codes(&report), ["PLAN-E021", "PLAN-E021", "PLAN-E021"], "{:?}", report.diagnostics);
}

#[tokio::test]
async fn lambdas_are_no_culprits() {
    let body = "CREATE VIEW o AS SELECT array_transform(make_array(n, 2), x -> x + 1) AS plus, idd FROM labels;\n";
    let report = report("  o: {}\n", body).await;
    assert_eq!(codes(&report), ["PLAN-E021"], "{:?}", report.diagnostics);
}

#[tokio::test]
async fn rules_of_lists_and_texts_fit_their_types() {
    let columns = "columns:\n  text: { checks: [not_empty, { length: 4 }] }\n  many: { checks: [not_empty, { length: 2 }, { range: [0, 1] }] }\n";
    let body = "CREATE VIEW o AS SELECT text, make_array(n, n) AS many FROM labels;\n";
    let report = report(&format!("  o: {{}}\n{columns}"), body).await;
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    assert_eq!(report.outputs[0].checks.len(), 5);
    assert_eq!(report.outputs[0].checks[3].expr_sql, "array_length(\"many\") = 2");
}
