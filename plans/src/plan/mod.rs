//! A plan file: a YAML header and a body of `CREATE VIEW step AS SELECT …;`.
//!
//! [`Plan::parse`] reports everything that can be known from the text alone; [`Plan::bind`] puts in parameters and adds
//! the lineage column. What needs types is in [`crate::check`].

mod bind;
mod chains;
mod dialect;
mod graph;
mod inspect;
mod statements;
pub(crate) mod tree;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::Query;

pub use bind::{BoundPlan, BoundView};
pub(crate) use inspect::Use;
pub(crate) use statements::parse_expr;

use crate::diagnostic::{self, Diagnostic, Severity, SourceFile, code};
use crate::header::{self, CheckKind, Header, Localized, ParamValue};

/// One step: `CREATE VIEW name AS query`.
#[derive(Debug, Clone)]
pub struct View {
    /// Its name, folded as SQL folds it.
    pub name: String,
    /// Bytes of the plan file: the name.
    pub name_span: Range<usize>,
    /// Bytes of the plan file: the whole statement, without the `;`.
    pub span: Range<usize>,
    /// The query as it was written.
    pub query: Box<Query>,
    /// Sources and steps that it reads.
    pub reads: Vec<Use>,
    /// Parameters that it uses.
    pub params: Vec<Use>,
    /// Whether it reads or writes what no plan can.
    pub(crate) refused: bool,
}

/// A plan file that was read. It may have errors: [`Plan::bind`] refuses those.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Its header.
    pub header: Header,
    /// Its steps, in file order, without doubles.
    pub views: Vec<View>,
    /// Indexes into `views` in the order in which they can be planned. Steps in a circle are left out.
    order: Vec<usize>,
    /// What keeps the plan from running.
    errors: Vec<Diagnostic>,
}

impl Plan {
    /// Reads a plan. All problems are reported at once, in file order. `None` when there is no header to read; callers
    /// that want to run the plan must not when there is an error among the diagnostics.
    pub fn parse(path: &str, text: &str) -> (Option<Plan>, Vec<Diagnostic>) {
        let source = Arc::new(SourceFile::new(path, text));
        let mut out = Vec::new();
        let place = match header::find(&source) {
            Ok(place) => place,
            Err(problem) => return (None, vec![problem]),
        };
        let header = header::read(&source, &place, &mut out);
        let mut views: Vec<View> = Vec::new();
        for parsed in statements::parse(&source, place.comment.end, &mut out) {
            if let Some(first) = views.iter().find(|view| view.name == parsed.name) {
                out.push(
                    Diagnostic::error(code::DUPLICATE_VIEW, format!("two steps are called `{}`", parsed.name))
                        .at(parsed.name_span.clone(), "a second time here")
                        .at(first.name_span.clone(), "first here"),
                );
                continue;
            }
            let found = inspect::inspect(&source, &parsed.span, &parsed.query, &mut out);
            views.push(View {
                name: parsed.name,
                name_span: parsed.name_span,
                span: parsed.span,
                query: parsed.query,
                reads: found.tables,
                params: found.params,
                refused: found.refused,
            });
        }
        let Some(header) = header else {
            diagnostic::sort(&mut out);
            return (None, out);
        };
        let broken = out.iter().any(|problem| matches!(problem.code, code::SYNTAX | code::TOKEN | code::NOT_A_VIEW));
        if views.is_empty() && !broken {
            let opening = place.comment.start..place.yaml.start;
            out.push(
                Diagnostic::error(code::NO_STEPS, "the plan has no steps")
                    .at(opening, "only a header")
                    .help("add `CREATE VIEW name AS SELECT …;` after the header"),
            );
        }
        check_names(&header, &views, &mut out);
        let rule_params = rule_params(&header, &mut out);
        check_params(&header, views.iter().flat_map(|view| &view.params).chain(&rule_params), &mut out);
        // A statement that does not parse may be the very one that is missing or unused.
        let order = graph::order(&views, &mut out);
        if !broken {
            graph::resolve(&header, &views, &mut out);
            check_outputs(&header, &views, &mut out);
            check_tests(&header, &views, &mut out);
            // A misspelt name makes the right one look unused.
            let misspelt = [
                code::UNKNOWN_TABLE,
                code::NOT_A_TABLE,
                code::NO_OUTPUT_VIEW,
                code::UNKNOWN_PARAM,
                code::DUPLICATE_VIEW,
                code::SHADOWED,
                code::CYCLE,
                code::BAD_NAME,
            ];
            if !header.outputs.is_empty() && !out.iter().any(|problem| misspelt.contains(&problem.code)) {
                graph::unused(&header, &views, &rule_params, &mut out);
            }
        }
        diagnostic::sort(&mut out);
        let errors = out.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect();
        (Some(Plan { source, header, views, order, errors }), out)
    }

    /// Steps in the order in which they can be planned.
    pub fn ordered(&self) -> impl Iterator<Item = &View> {
        self.order.iter().filter_map(|index| self.views.get(*index))
    }

    /// The step called `name`.
    pub fn view(&self, name: &str) -> Option<&View> {
        self.views.iter().find(|view| view.name == name)
    }

    /// Title in Korean or English, or the name.
    pub fn title(&self, korean: bool) -> &str {
        let Localized { ko, en } = &self.header.title;
        let (first, second) = if korean { (ko, en) } else { (en, ko) };
        first.as_deref().or(second.as_deref()).unwrap_or(&self.header.name)
    }
}

/// A step must not hide a source. A parameter may share a name with either, but it confuses.
fn check_names(header: &Header, views: &[View], out: &mut Vec<Diagnostic>) {
    for view in views {
        if let Some(source) = header.source(&view.name) {
            out.push(
                Diagnostic::error(code::SHADOWED, format!("the step `{}` has the name of a source", view.name))
                    .at(view.name_span.clone(), "hides the source")
                    .at(source.span.clone(), "the source"),
            );
        }
    }
    for (name, param) in &header.params {
        let step = views.iter().find(|view| view.name == *name).map(|view| ("step", &view.name_span));
        let source = header.source(name).map(|source| ("source", &source.span));
        if let Some((kind, span)) = step.or(source) {
            out.push(
                Diagnostic::warning(code::NAME_CLASH, format!("the parameter `${name}` has the name of a {kind}"))
                    .at(param.span.clone(), "the parameter")
                    .at(span.clone(), format!("the {kind}")),
            );
        }
    }
}

/// Parameters that the expressions of `checks` use, placed at the expression. Expressions that do not parse are
/// reported.
fn rule_params(header: &Header, out: &mut Vec<Diagnostic>) -> Vec<Use> {
    let mut params = Vec::new();
    for check in header.checks.iter().filter(|check| check.kind == CheckKind::Expr) {
        match parse_expr(&check.expr_sql) {
            Ok(expr) => {
                params.extend(inspect::params(&expr).into_iter().map(|name| Use { name, span: check.span.clone() }))
            }
            Err(why) => out.push(
                Diagnostic::error(code::SYNTAX, format!("the expression of the check `{}` does not parse", check.name))
                    .at(check.span.clone(), why),
            ),
        }
    }
    params
}

fn check_params<'a>(header: &Header, uses: impl Iterator<Item = &'a Use>, out: &mut Vec<Diagnostic>) {
    for used in uses {
        if header.param(&used.name).is_none() && !header.broken_params.contains(&used.name) {
            let names = header.params.iter().map(|(name, _)| name.as_str());
            let mut diagnostic = Diagnostic::error(code::UNKNOWN_PARAM, format!("no parameter `${}`", used.name))
                .at(used.span.clone(), "not under `params`");
            if let Some(name) = diagnostic::closest(&used.name, names) {
                diagnostic = diagnostic.help(format!("did you mean `${name}`?"));
            }
            out.push(diagnostic);
        }
    }
}

fn check_outputs(header: &Header, views: &[View], out: &mut Vec<Diagnostic>) {
    for (name, output) in &header.outputs {
        if !views.iter().any(|view| view.name == *name) {
            out.push(
                Diagnostic::error(code::NO_OUTPUT_VIEW, format!("the output `{name}` names no step"))
                    .at(output.span.clone(), "no such step")
                    .did_you_mean(name, views.iter().map(|view| view.name.as_str())),
            );
        }
    }
}

fn check_tests(header: &Header, views: &[View], out: &mut Vec<Diagnostic>) {
    let sources: Vec<&str> = header.sources.iter().map(|(name, _)| name.as_str()).collect();
    let steps: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
    for test in &header.tests {
        for given in test.given.iter().filter(|given| !sources.contains(&given.source.as_str())) {
            out.push(
                Diagnostic::error(code::TEST_TARGET, format!("the test gives `{}`, which is no source", given.source))
                    .at(given.span.clone(), "no such source")
                    .did_you_mean(&given.source, sources.iter().copied()),
            );
        }
        for expectation in test.expect.iter().filter(|expectation| !steps.contains(&expectation.view.as_str())) {
            let message = format!("the test expects rows of `{}`, which is no step", expectation.view);
            out.push(
                Diagnostic::error(code::TEST_TARGET, message)
                    .at(expectation.span.clone(), "no such step")
                    .did_you_mean(&expectation.view, steps.iter().copied().chain(["rejected", "quarantined"])),
            );
        }
        for (name, text) in &test.params {
            let problem = match header.param(name) {
                None => format!("the test sets `{name}`, which is no parameter"),
                Some(param) if ParamValue::parse(param.kind, text).is_none() => {
                    format!("the test sets `{name}` to `{text}`, which is no {}", param.kind.as_str())
                }
                Some(_) => continue,
            };
            out.push(
                Diagnostic::error(code::TEST_TARGET, problem)
                    .at(test.span.clone(), "in this test")
                    .did_you_mean(name, header.params.iter().map(|(name, _)| name.as_str())),
            );
        }
    }
}
