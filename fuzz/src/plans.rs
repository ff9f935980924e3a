//! Plan files: the header, the whole file, and the check that plans every step.

use crate::input::repeated;
use crate::zips::wait;
use jogak_connectors::decode::{DecodeOptions, Decoder};
use jogak_plans::diagnostic::{Diagnostic, Severity, SourceFile, render_all};
use jogak_plans::{Plan, check_file};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

fn text_of(data: &[u8]) -> String {
    String::from_utf8_lossy(&repeated(data)).into_owned()
}

fn check_span(text: &str, span: &Range<usize>, what: &dyn std::fmt::Debug) {
    assert!(text.get(span.clone()).is_some(), "{span:?} is no place in a file of {} bytes: {what:?}", text.len());
}

/// Problems stand in the file, in its order, and can be shown.
fn check_problems(text: &str, problems: &[Diagnostic]) {
    let source = SourceFile::new("p.sql", text);
    for problem in problems {
        assert!(!problem.message.is_empty() && !problem.message.contains('\u{0}') || text.contains('\u{0}'));
        for label in &problem.labels {
            check_span(text, &label.span, problem);
        }
        let json = problem.to_json(&source);
        assert_eq!(json.get("code").and_then(|code| code.as_str()), Some(problem.code));
    }
    assert!(problems.is_sorted_by_key(Diagnostic::start), "problems are not in the order of the file");
    let shown = render_all(problems, &source);
    assert!(problems.iter().all(|problem| shown.contains(problem.code)));
}

fn is_sound(problems: &[Diagnostic]) -> bool {
    problems.iter().all(|problem| problem.severity != Severity::Error)
}

/// Reads a plan and asserts what holds for each.
fn read(text: &str) -> Option<Plan> {
    let (plan, problems) = Plan::parse("p.sql", text);
    check_problems(text, &problems);
    let Some(plan) = plan else {
        assert!(!is_sound(&problems), "no plan, and no reason why");
        return None;
    };
    let source = &plan.source;
    for view in &plan.views {
        check_span(text, &view.span, &view.name);
        check_span(text, &view.name_span, &view.name);
        assert!(view.span.start <= view.name_span.start && view.name_span.end <= view.span.end);
        assert!(source.slice(&view.span).get(..6).is_some_and(|word| word.eq_ignore_ascii_case("create")));
        for used in view.reads.iter().chain(&view.params) {
            check_span(text, &used.span, used);
        }
    }
    assert!(plan.ordered().count() <= plan.views.len());
    match plan.bind(&BTreeMap::new()) {
        Ok(bound) => {
            assert!(is_sound(&problems), "a plan with errors can be bound");
            assert_eq!(bound.identity.len(), 64);
            assert_eq!(bound.views.len(), plan.views.len());
            // Comments do not change what a plan is.
            let (again, problems) = Plan::parse("q.sql", &format!("{text}\n-- a comment\n"));
            assert!(is_sound(&problems), "{problems:?}");
            assert_eq!(again.unwrap().bind(&BTreeMap::new()).unwrap().identity, bound.identity);
        }
        Err(problems) => {
            check_problems(text, &problems);
            assert!(!is_sound(&problems));
        }
    }
    is_sound(&problems).then_some(plan)
}

/// The header's YAML; the body is sound. What is given may be [`repeated`].
pub fn header(data: &[u8]) {
    let yaml = text_of(data);
    let text = format!("/* @plan\n{yaml}\n@plan */\nCREATE VIEW r AS SELECT * FROM s;\n");
    let Some(plan) = read(&text) else { return };
    for (name, source) in &plan.header.sources {
        check_span(&text, &source.span, name);
        // Whoever checks a plan wants to know then that its schema cannot be decoded.
        if let Some(schema) = &source.schema
            && let Err(error) = Decoder::new(Arc::clone(schema), DecodeOptions::default())
        {
            panic!("the schema of `{name}` is sound as a header and refused by the decoder: {error}");
        }
    }
}

/// A whole plan file: header and steps, without types. What is given may be [`repeated`].
pub fn plan(data: &[u8]) {
    read(&text_of(data));
}

/// A whole plan file as `jogak check` checks it: every step is planned. What is given may be [`repeated`].
pub fn check(data: &[u8]) {
    let text = text_of(data);
    let problems = wait(check_file("p.sql", &text, &BTreeMap::new()));
    check_problems(&text, &problems);
    let (plan, parsed) = Plan::parse("p.sql", &text);
    assert!(plan.is_some() || !is_sound(&problems));
    assert!(parsed.iter().all(|problem| problems.contains(problem)), "a check reports less than reading does");
}
