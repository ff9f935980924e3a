//! All problems of a step at once: find the expressions that cannot be planned, put NULL in their place, plan again.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SetExpr, Value, VisitMut as _, VisitorMut, visit_expressions,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::explain;
use super::scope::{self, SelectScope};
use crate::diagnostic::{Diagnostic, SourceFile, code};
use crate::plan::{BoundView, tree};
use crate::session;

/// How often a step is patched. Each pass finds every problem that earlier ones did not hide, so a handful is enough.
const PASSES: usize = 8;

/// Plans a step. When it cannot be planned, everything that is wrong with it is reported.
pub(super) async fn plan(
    state: &SessionState,
    functions: &BTreeSet<String>,
    view: &BoundView,
    source: &SourceFile,
    out: &mut Vec<Diagnostic>,
) -> Option<LogicalPlan> {
    let mut query = view.query.clone();
    let mut reported = false;
    for _ in 0..PASSES {
        let error = match session::plan_query(state, query.clone()).await {
            Ok(plan) => return (!reported).then_some(plan),
            Err(error) => error,
        };
        let culprits = find(state, &query).await;
        if culprits.is_empty() {
            if !reported {
                for error in error.iter() {
                    let mut problem = explain::unplaced(error, source, &view.name, &view.name_span);
                    if let (code::DUPLICATE_COLUMN, Some(label), Some(span)) =
                        (problem.code, problem.labels.first_mut(), repeated_item(&query, source))
                    {
                        label.span = span;
                    }
                    out.push(problem);
                }
            }
            return None;
        }
        let mut patched: Vec<Expr> = Vec::new();
        for Culprit { scope, expr, error } in &culprits {
            if !holds_patch(expr) {
                out.push(explain::culprit(state, functions, scope, expr, error, source).await);
            }
            patched.push(expr.clone());
        }
        reported = true;
        if !patch(&mut query, &patched, source) {
            return None;
        }
    }
    None
}

/// The first column of the outermost SELECT whose name is taken already.
fn repeated_item(query: &Query, source: &SourceFile) -> Option<Range<usize>> {
    let SetExpr::Select(select) = &*query.body else { return None };
    let mut names = BTreeSet::new();
    let named = |item: &SelectItem| -> Option<Ident> {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(alias.clone()),
            SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(ident.clone()),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().cloned(),
            _ => None,
        }
    };
    let repeated = select.projection.iter().filter_map(named).find(|ident| !names.insert(tree::normal(ident)))?;
    tree::bytes(source, repeated.span)
}

struct Culprit {
    scope: SelectScope,
    expr: Expr,
    error: DataFusionError,
}

/// The smallest expressions that cannot be planned by themselves.
async fn find(state: &SessionState, query: &Query) -> Vec<Culprit> {
    let mut culprits = Vec::new();
    for scope in scope::selects(query) {
        // An inner query is broken; its own expressions were looked at before.
        if !scope.is_sound(state).await {
            continue;
        }
        for root in &scope.roots {
            let Some(node) = scope.nodes.get(*root).filter(|node| node.alone) else { continue };
            if scope.type_of(state, &node.expr).await.is_ok() {
                continue;
            }
            let mut failed: BTreeSet<usize> = BTreeSet::new();
            for index in scope.below(*root) {
                let Some(node) = scope.nodes.get(index).filter(|node| node.alone) else { continue };
                if let Err(error) = scope.type_of(state, &node.expr).await {
                    if failed.range(node.first..index).next().is_none() {
                        culprits.push(Culprit { scope: scope.clone(), expr: node.expr.clone(), error });
                    }
                    failed.insert(index);
                }
            }
        }
    }
    culprits
}

/// The literal that stands for a problem that was reported: a NULL that is not from the file.
fn is_patch(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null && value.span == Span::empty())
}

/// Whether a problem may come from NULL having taken the place of another one.
fn holds_patch(expr: &Expr) -> bool {
    visit_expressions(expr, |part| if is_patch(part) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        .is_break()
}

/// Puts NULL in the place of each culprit. `false` when none was found again.
fn patch(query: &mut Query, culprits: &[Expr], source: &SourceFile) -> bool {
    let places = culprits.iter().map(|culprit| (tree::expr(source, culprit), culprit)).collect();
    let mut patcher = Patcher { places, source, found: false };
    let _ = query.visit(&mut patcher);
    patcher.found
}

struct Patcher<'a> {
    places: Vec<(Option<Range<usize>>, &'a Expr)>,
    source: &'a SourceFile,
    found: bool,
}

impl Patcher<'_> {
    /// Equality of trees ignores places, so both are compared: a name may be right in another SELECT.
    fn hits(&self, expr: &Expr) -> bool {
        self.places.iter().any(|(place, culprit)| *culprit == expr && *place == tree::expr(self.source, expr))
    }
}

impl VisitorMut for Patcher<'_> {
    type Break = ();

    /// Columns keep their names, so that what reads them finds them.
    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for (index, item) in select.projection.iter_mut().enumerate() {
            let SelectItem::UnnamedExpr(expr) = item else { continue };
            let hit = visit_expressions(expr, |part| {
                if self.hits(part) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if hit.is_break() {
                let name = match expr {
                    Expr::Identifier(ident) => Some(ident.clone()),
                    Expr::CompoundIdentifier(parts) => parts.last().cloned(),
                    _ => None,
                };
                let alias = name.unwrap_or_else(|| Ident::with_quote('"', format!("column {index}")));
                let expr = expr.clone();
                *item = SelectItem::ExprWithAlias { expr, alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.hits(expr) {
            *expr = Expr::Value(Value::Null.with_empty_span());
            self.found = true;
        }
        ControlFlow::Continue(())
    }
}
