use std::collections::BTreeMap;

use super::*;
use crate::diagnostic::render_all;

const HEADER: &str = "/* @plan\nname: p\nsources:\n  labels: { files: \"**/*.zip\", schema: { a: string } }\n  side: { table: t }\n\
    params: { low: { type: int, default: -3 }, word: { type: string, default: \"it's\" }, r: { type: float, default: 2 } }\n\
    outputs: { o: {} }\n@plan */\n";

fn parse(body: &str) -> (Plan, String) {
    let (plan, problems) = Plan::parse("p.sql", &format!("{HEADER}{body}"));
    let plan = plan.expect("plan");
    let text = render_all(&problems, &plan.source);
    (plan, text)
}

fn sql(body: &str) -> Vec<(String, String, Option<String>)> {
    let (plan, text) = parse(body);
    assert!(text.contains("0 errors"), "{text}");
    let bound = plan.bind(&BTreeMap::new()).expect("bound");
    bound.views.iter().map(|view| (view.name.clone(), view.query.to_string(), view.src_ends.clone())).collect()
}

fn one(query: &str) -> (String, Option<String>) {
    let views = sql(&format!("CREATE VIEW o AS {query};"));
    (views[0].1.clone(), views[0].2.clone())
}

#[test]
fn lineage_is_carried_and_hidden() {
    let carried = |query: &str, expected: &str| assert_eq!(one(query), (expected.to_owned(), None));
    carried("SELECT * FROM labels", "SELECT * EXCLUDE (_src), _src FROM labels");
    carried("FROM labels", "SELECT * EXCLUDE (_src), _src FROM labels");
    carried("SELECT l.*, 1 AS x FROM labels l", "SELECT l.* EXCLUDE (_src), 1 AS x, _src FROM labels l");
    carried("SELECT * EXCLUDE (a) FROM labels", "SELECT * EXCLUDE (a, _src), _src FROM labels");
    carried("SELECT _src, a FROM labels", "SELECT _src, a FROM labels");
    carried(
        "SELECT unnest(a) AS b FROM labels WHERE a > '' LIMIT 1",
        "SELECT unnest(a) AS b, _src FROM labels WHERE a > '' LIMIT 1",
    );
    carried(
        "WITH c AS (SELECT * FROM labels) SELECT * FROM (SELECT a FROM c) d",
        "WITH c AS (SELECT * EXCLUDE (_src), _src FROM labels) SELECT * EXCLUDE (_src), _src FROM (SELECT a, _src FROM c) d",
    );
    carried(
        "SELECT a FROM labels UNION ALL SELECT a FROM labels",
        "SELECT a, _src FROM labels UNION ALL SELECT a, _src FROM labels",
    );
}

#[test]
fn lineage_ends_where_rows_are_combined() {
    let ended = |query: &str, expected: &str, why: &str| {
        assert_eq!(one(query), (expected.to_owned(), Some(why.to_owned())));
    };
    ended("SELECT DISTINCT * FROM labels", "SELECT DISTINCT * EXCLUDE (_src) FROM labels", "DISTINCT");
    ended("SELECT count(*) AS n FROM labels", "SELECT count(*) AS n FROM labels", "the aggregate `count`");
    ended("SELECT a FROM labels GROUP BY a", "SELECT a FROM labels GROUP BY a", "GROUP BY");
    ended("SELECT * FROM labels CROSS JOIN side", "SELECT * EXCLUDE (_src) FROM labels CROSS JOIN side", "a join");
    ended(
        "SELECT * FROM labels JOIN labels AS l USING (a)",
        "SELECT * EXCLUDE (_src) FROM labels JOIN (SELECT * EXCLUDE (_src) FROM labels) AS l USING(a)",
        "a join",
    );
    ended(
        "SELECT *, l._src['record'] AS r FROM labels JOIN labels l ON true",
        "SELECT \"labels\".* EXCLUDE (_src), \"l\".* EXCLUDE (_src), l._src['record'] AS r FROM labels JOIN labels l ON true",
        "a join",
    );
    ended("SELECT a FROM side", "SELECT a FROM side", "`side`, whose rows have none");
    ended(
        "SELECT a FROM side WHERE a IN (SELECT * FROM labels)",
        "SELECT a FROM side WHERE a IN (SELECT * EXCLUDE (_src) FROM labels)",
        "`side`, whose rows have none",
    );
    ended(
        "SELECT a, row_number() OVER (ORDER BY a) AS n FROM labels",
        "SELECT a, row_number() OVER (ORDER BY a) AS n FROM labels",
        "the window function `row_number`",
    );
}

#[test]
fn parameters_become_literals() {
    let (query, _) = one("SELECT a FROM side WHERE -$low < 1 AND a = $word AND $r > 1");
    assert_eq!(query, "SELECT a FROM side WHERE -(-3) < 1 AND a = 'it''s' AND 2.0 > 1");
    let (plan, _) = parse("CREATE VIEW o AS SELECT $low AS x FROM side;");
    let given = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let problems = plan.bind(&given(&[("low", "many"), ("lwo", "1")])).expect_err("bad values");
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["PLAN-E020", "PLAN-E028"]);
    let bound = plan.bind(&given(&[("low", "7")])).expect("bound");
    assert_eq!(bound.views[0].query.to_string(), "SELECT 7 AS x FROM side");
}

#[test]
fn identity_ignores_layout_and_order() {
    let identity = |body: &str| parse(body).0.bind(&BTreeMap::new()).expect("bound").identity;
    let first = identity("CREATE VIEW s AS SELECT a FROM labels; CREATE VIEW o AS SELECT a FROM s;");
    let second = identity("-- 주석\nCREATE VIEW o AS\n  SELECT a\n FROM s;\nCREATE VIEW s AS SELECT a FROM labels");
    assert_eq!(first, second);
    assert_ne!(first, identity("CREATE VIEW s AS SELECT a FROM labels; CREATE VIEW o AS SELECT a AS b FROM s;"));
}

#[test]
fn every_statement_is_read_by_itself() {
    let (_, text) = parse(
        "CREATE VIEW 한글 AS SELECT '가' FORM labels;\nDROP TABLE x;\nCREATE VIEW o AS SELECT a FROM labels WHERE;",
    );
    assert!(text.contains("--> p.sql:9:35"), "{text}");
    assert!(text.contains("did you mean `FROM` instead of `FORM`?"), "{text}");
    assert!(text.contains("`DROP TABLE` cannot stand in a plan"), "{text}");
    assert!(text.contains("3 errors"), "{text}");
}

#[test]
fn circles_and_missing_tables_are_named() {
    let (_, text) = parse("CREATE VIEW o AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM o, lables;");
    assert!(text.contains("o → b → o"), "{text}");
    assert!(text.contains("did you mean `labels`?"), "{text}");
}

fn reads(query: &str) -> Vec<String> {
    let (plan, _) = parse(&format!("CREATE VIEW o AS {query};"));
    plan.views[0].reads.iter().map(|read| read.name.clone()).collect()
}

#[test]
fn names_of_common_table_expressions_hide_tables_where_they_are_in_scope() {
    assert_eq!(reads("WITH labels AS (SELECT * FROM labels) SELECT * FROM labels"), ["labels"]);
    assert_eq!(reads("WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a, b"), ["b"]);
    assert_eq!(reads("WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b"), [""; 0]);
    assert_eq!(
        reads("WITH a AS (WITH b AS (SELECT * FROM a), c AS (SELECT * FROM b) SELECT * FROM c) SELECT * FROM a, b, c"),
        ["a", "b", "c"]
    );
}

#[test]
fn nested_common_table_expressions_are_walked_once() {
    let query =
        (0..40).fold("SELECT * FROM labels".to_owned(), |inner, _| format!("WITH a AS ({inner}) SELECT * FROM a"));
    assert_eq!(reads(&query), ["labels"]);
}

#[test]
fn unfinished_expressions_do_not_take_forever() {
    // Without a bound these would go on for hours.
    for part in ["CASE WHEN a THEN ", "CAST(", "EXTRACT(", "INTERVAL (", "CASE WHEN CAST(", "NOT EXISTS (SELECT ", "("]
    {
        for times in [12, 30, 3000] {
            let (_, text) = parse(&format!("CREATE VIEW o AS SELECT {};", part.repeat(times)));
            assert!(text.contains("error[PLAN-E001"), "{part}: {text}");
        }
    }
    let nested = (0..20).fold("a".to_owned(), |inner, _| format!("CASE WHEN a = '' THEN {inner} END"));
    assert!(one(&format!("SELECT {nested} AS b FROM labels")).0.contains("END END END"));
}

#[test]
fn what_is_missing_for_a_run_stands_among_the_problems_of_the_file_in_its_order() {
    let text = "/* @plan\nname: p\nsources: { labels: { files: \"*.json\" } }\nparams: { x: { type: int } }\n\
        outputs: { o: {} }\n@plan */\nCREATE VIEW o AS SELECT a b c, $x FROM labels;\n";
    let (plan, _) = Plan::parse("p.sql", text);
    let problems = plan.expect("a plan").bind(&BTreeMap::new()).map(|bound| bound.identity).unwrap_err();
    assert!(problems.len() > 1 && problems.is_sorted_by_key(Diagnostic::start), "{problems:?}");
}
