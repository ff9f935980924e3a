//! What a step reads, which parameters it uses, and what it must not contain.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Select, SetExpr, Spanned as _, TableFactor, Value, Visit as _, Visitor,
    visit_expressions,
};

use super::tree;
use crate::diagnostic::{Diagnostic, SourceFile, code};

/// A name and where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The name, folded as SQL folds it.
    pub name: String,
    /// Bytes of the plan file.
    pub span: Range<usize>,
}

/// Functions that give another result in another run.
const VOLATILE: [&str; 14] = [
    "random",
    "rand",
    "uuid",
    "gen_random_uuid",
    "newid",
    "now",
    "today",
    "getdate",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "sysdate",
];

/// What was found in a query.
#[derive(Default)]
pub(super) struct Found {
    /// Tables that are read, without common table expressions, in order of appearance.
    pub(super) tables: Vec<Use>,
    /// Parameters, without the `$`.
    pub(super) params: Vec<Use>,
    /// Whether it reads or writes what no plan can, so that planning it would only repeat that.
    pub(super) refused: bool,
}

/// Walks the query of the statement at `statement`. What a plan may not contain is reported.
pub(super) fn inspect(
    source: &SourceFile,
    statement: &Range<usize>,
    query: &Query,
    out: &mut Vec<Diagnostic>,
) -> Found {
    let problems = out.len();
    let mut inspector = Inspector {
        source,
        statement,
        out,
        found: Found::default(),
        ctes: Vec::new(),
        sees: HashMap::new(),
        unseen: Vec::new(),
        skipped: Vec::new(),
    };
    let _: ControlFlow<()> = query.visit(&mut inspector);
    let mut found = inspector.found;
    let reported = out.get(problems..).unwrap_or(&[]);
    found.refused = reported.iter().any(|problem| matches!(problem.code, code::NOT_A_TABLE | code::WRITES));
    found
}

struct Inspector<'a> {
    source: &'a SourceFile,
    statement: &'a Range<usize>,
    out: &'a mut Vec<Diagnostic>,
    found: Found,
    /// Names of common table expressions in scope, with doubles.
    ctes: Vec<String>,
    /// Queries of common table expressions that were not walked yet, with how many of `ctes` they see.
    sees: HashMap<*const Query, usize>,
    /// Names that the queries under way do not see.
    unseen: Vec<(*const Query, Vec<String>)>,
    /// Start of relations that are reported already.
    skipped: Vec<usize>,
}

impl Inspector<'_> {
    fn refuse_relation(&mut self, name: Option<&ObjectName>, span: Range<usize>, message: String, help: &str) {
        if let Some(name) = name
            && let Some(span) = tree::bytes(self.source, name.span())
        {
            self.skipped.push(span.start);
        }
        self.out
            .push(Diagnostic::error(code::NOT_A_TABLE, message).at(span, "not a source or step").help(help.to_owned()));
    }

    /// Where a name stands in the statement that the parser gives no place for: a string in FROM.
    fn find(&self, name: &ObjectName) -> Option<Range<usize>> {
        let text = name.to_string();
        let start = self.statement.start + self.source.slice(self.statement).find(&text)?;
        Some(start..start + text.len())
    }

    /// Reports table names that are not plain.
    fn relation(&mut self, name: &ObjectName) -> Option<Use> {
        let span = tree::bytes(self.source, name.span()).or_else(|| self.find(name))?;
        if self.skipped.contains(&span.start) {
            return None;
        }
        let idents: Vec<&Ident> = name.0.iter().filter_map(|part| part.as_ident()).collect();
        match idents.as_slice() {
            [ident] if ident.quote_style != Some('\'') => Some(Use { name: tree::normal(ident), span }),
            [ident] => {
                let message = format!("a plan cannot read the file '{}' itself", ident.value);
                self.refuse_relation(Some(name), span, message, "declare it under `sources` and name the source here");
                None
            }
            _ => {
                let message = format!("`{}` is not a source or step of this plan", self.source.slice(&span));
                self.refuse_relation(Some(name), span, message, "names in FROM have one part");
                None
            }
        }
    }
}

impl Visitor for Inspector<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let here = std::ptr::from_ref(query);
        if let Some(seen) = self.sees.remove(&here) {
            self.unseen.push((here, self.ctes.split_off(seen.min(self.ctes.len()))));
        }
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                // A name is not in scope in its own query, so `WITH t AS (SELECT * FROM t)` reads the table t.
                if !with.recursive {
                    self.sees.insert(std::ptr::from_ref(&*cte.query), self.ctes.len());
                }
                self.ctes.push(tree::normal(&cte.alias.name));
            }
        }
        if let SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) = &*query.body {
            let span = tree::bytes(self.source, query.body.span()).unwrap_or(0..0);
            self.out.push(
                Diagnostic::error(code::WRITES, "a step cannot write").at(span, "writes").help("a plan only reads"),
            );
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let own = query.with.as_ref().map_or(0, |with| with.cte_tables.len());
        self.ctes.truncate(self.ctes.len().saturating_sub(own));
        if let Some((_, unseen)) = self.unseen.pop_if(|(of, _)| std::ptr::eq(*of, query)) {
            self.ctes.extend(unseen);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        if let Some(into) = &select.into {
            let span = tree::bytes(self.source, into.span()).unwrap_or(0..0);
            self.out.push(
                Diagnostic::error(code::WRITES, "a step cannot write: SELECT … INTO")
                    .at(span, "would be written")
                    .help("name the step under `outputs` instead"),
            );
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                let span = tree::bytes(self.source, name.span()).unwrap_or(0..0);
                let message = format!("a plan cannot read from the function `{name}`");
                self.refuse_relation(Some(name), span, message, "declare what is read under `sources`");
            }
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                let span = tree::bytes(self.source, factor.span()).unwrap_or(0..0);
                self.out.push(
                    Diagnostic::error(code::VOLATILE, "a sample gives other rows in another run")
                        .at(span, "sampled")
                        .help("filter by a hash of a key instead"),
                );
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::NestedJoin { .. }
            | TableFactor::UNNEST { .. } => {}
            other => {
                let span = tree::bytes(self.source, other.span()).unwrap_or(0..0);
                self.refuse_relation(None, span, "FROM cannot read this in a plan".to_owned(), "name a source or step");
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        if let Some(relation) = self.relation(name)
            && !self.ctes.contains(&relation.name)
            && !self.found.tables.contains(&relation)
        {
            self.found.tables.push(relation);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => {
                let name = function.name.to_string().to_ascii_lowercase();
                if VOLATILE.contains(&name.as_str()) {
                    let span = tree::bytes(self.source, function.name.span()).unwrap_or(0..0);
                    self.out.push(
                        Diagnostic::error(code::VOLATILE, format!("`{name}` gives another result in another run"))
                            .at(span, "not repeatable")
                            .help("pass the value as a parameter, or take it from the data"),
                    );
                }
            }
            Expr::Value(value) => {
                if let Value::Placeholder(text) = &value.value {
                    let found = Use {
                        name: text.trim_start_matches('$').to_owned(),
                        span: tree::bytes(self.source, value.span).unwrap_or(0..0),
                    };
                    if !self.found.params.contains(&found) {
                        self.found.params.push(found);
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Names of the parameters in an expression.
pub(super) fn params(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    let _: ControlFlow<()> = visit_expressions(expr, |part| {
        if let Expr::Value(value) = part
            && let Value::Placeholder(text) = &value.value
        {
            names.push(text.trim_start_matches('$').to_owned());
        }
        ControlFlow::Continue(())
    });
    names
}
