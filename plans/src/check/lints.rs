//! What runs but probably does not do what was meant.

use std::ops::{ControlFlow, Range};

use arrow::datatypes::DataType;
use datafusion::execution::SessionState;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr as PlannedExpr, LogicalPlan, Operator};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, LimitClause, Query, SetExpr, Spanned as _, Visit as _, Visitor,
};

use super::explain::type_name;
use super::scope;
use crate::diagnostic::{Diagnostic, SourceFile, code};
use crate::plan::{BoundView, tree};

/// Integer division, and text compared with numbers.
pub(super) async fn types(state: &SessionState, view: &BoundView, source: &SourceFile, out: &mut Vec<Diagnostic>) {
    for scope in scope::selects(&view.query) {
        let pairs: Vec<Pair> =
            scope.nodes.iter().filter(|node| node.alone).flat_map(|node| pairs(&node.expr)).collect();
        if pairs.is_empty() {
            continue;
        }
        let exprs: Vec<Expr> = pairs.iter().flat_map(|pair| [pair.left.clone(), pair.right.clone()]).collect();
        // All at once; one by one only when some of them cannot stand alone, as in a correlated subquery.
        let types: Vec<Option<DataType>> = match scope.types(state, exprs.clone()).await {
            Ok(types) => types.into_iter().map(Some).collect(),
            Err(_) => {
                let mut types = Vec::with_capacity(exprs.len());
                for expr in &exprs {
                    types.push(scope.type_of(state, expr).await.ok());
                }
                types
            }
        };
        for (pair, found) in pairs.iter().zip(types.chunks(2)) {
            if let [Some(left), Some(right)] = found {
                out.extend(judge(pair, left, right, source));
            }
        }
    }
}

/// Two operands.
struct Pair {
    left: Expr,
    right: Expr,
    /// `/`, or the comparison.
    op: BinaryOperator,
    whole: Expr,
}

fn pairs(expr: &Expr) -> Vec<Pair> {
    let pair = |left: &Expr, op: &BinaryOperator, right: &Expr| Pair {
        left: left.clone(),
        right: right.clone(),
        op: op.clone(),
        whole: expr.clone(),
    };
    match expr {
        Expr::BinaryOp { left, op, right } if *op == BinaryOperator::Divide || is_comparison(op) => {
            vec![pair(left, op, right)]
        }
        Expr::InList { expr, list, .. } => {
            list.first().map(|item| pair(expr, &BinaryOperator::Eq, item)).into_iter().collect()
        }
        Expr::Between { expr, low, .. } => vec![pair(expr, &BinaryOperator::GtEq, low)],
        _ => Vec::new(),
    }
}

fn is_comparison(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
    )
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn judge(pair: &Pair, left: &DataType, right: &DataType, source: &SourceFile) -> Option<Diagnostic> {
    let whole = tree::expr(source, &pair.whole)?;
    let left_span = tree::expr(source, &pair.left);
    if pair.op == BinaryOperator::Divide {
        if !(left.is_integer() && right.is_integer()) {
            return None;
        }
        let span = slash(source, &pair.left, &pair.right).unwrap_or(whole);
        let operand = left_span.map_or("…", |span| source.slice(&span));
        return Some(
            Diagnostic::warning(code::INTEGER_DIVISION, "the division of two integers drops the fraction")
                .at(span, "int / int")
                .help(format!("`CAST({operand} AS DOUBLE)`, or `floor` of it if the whole part is meant")),
        );
    }
    let mixed = (is_text(left) && right.is_numeric()) || (left.is_numeric() && is_text(right));
    mixed.then(|| {
        let message = format!("{} is compared with {}", type_name(left), type_name(right));
        let text = if is_text(left) { left_span } else { tree::expr(source, &pair.right) };
        let operand = text.map_or("…", |span| source.slice(&span));
        Diagnostic::warning(code::TEXT_AND_NUMBER, message)
            .at(whole, "a text that is no number stops the run")
            .help(format!("`TRY_CAST({operand} AS DOUBLE)` makes such a text NULL; or put the number in quotes"))
    })
}

/// The `/` between two operands.
fn slash(source: &SourceFile, left: &Expr, right: &Expr) -> Option<Range<usize>> {
    let (from, to) = (tree::expr(source, left)?.end, tree::expr(source, right)?.start);
    let between = source.text().get(from..to)?.as_bytes();
    let mut at = 0;
    while let Some(byte) = between.get(at) {
        match (byte, between.get(at + 1)) {
            (b'/', Some(b'*')) => at += between.get(at..)?.windows(2).position(|pair| pair == b"*/")? + 2,
            (b'-', Some(b'-')) => at += between.get(at..)?.iter().position(|byte| *byte == b'\n')? + 1,
            (b'/', _) => return Some(from + at..from + at + 1),
            _ => at += 1,
        }
    }
    None
}

/// LIMIT without ORDER BY.
pub(super) fn limits(view: &BoundView, source: &SourceFile, out: &mut Vec<Diagnostic>) {
    struct Limits<'a> {
        source: &'a SourceFile,
        out: &'a mut Vec<Diagnostic>,
    }
    impl Visitor for Limits<'_> {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            if query.order_by.is_some() {
                return ControlFlow::Continue(());
            }
            let limit = match &query.limit_clause {
                Some(
                    LimitClause::LimitOffset { limit: Some(limit), .. } | LimitClause::OffsetCommaLimit { limit, .. },
                ) => Some(limit.span()),
                _ => query.fetch.as_ref().map(|fetch| fetch.span()),
            };
            if let Some(span) = limit.and_then(|span| tree::bytes(self.source, span)) {
                self.out.push(
                    Diagnostic::warning(code::LIMIT_WITHOUT_ORDER, "LIMIT without ORDER BY keeps arbitrary rows")
                        .at(span, "which rows?")
                        .help("add ORDER BY a key, or filter by a hash of it"),
                );
            }
            ControlFlow::Continue(())
        }
    }
    let _ = view.query.visit(&mut Limits { source, out });
}

/// A step that can only give 0 rows. `true` when it is one.
pub(super) fn no_rows(
    view: &BoundView,
    plan: &LogicalPlan,
    optimised: &LogicalPlan,
    source: &SourceFile,
    out: &mut Vec<Diagnostic>,
) -> bool {
    let empty = matches!(optimised, LogicalPlan::EmptyRelation(empty) if !empty.produce_one_row);
    let contradiction = contradiction(plan);
    if !empty && contradiction.is_none() {
        return false;
    }
    let condition = match &*view.query.body {
        SetExpr::Select(select) => select.selection.as_ref().and_then(|expr| tree::expr(source, expr)),
        _ => None,
    };
    let label = if condition.is_some() { "never true" } else { "" };
    let mut diagnostic = Diagnostic::warning(code::NO_ROWS, format!("the step `{}` can only give 0 rows", view.name))
        .at(condition.unwrap_or_else(|| view.name_span.clone()), label);
    if let Some(why) = contradiction {
        diagnostic = diagnostic.help(why);
    }
    out.push(diagnostic);
    true
}

/// A column that a filter of this step wants to have two values. Filters of steps below are theirs.
fn contradiction(plan: &LogicalPlan) -> Option<String> {
    match plan {
        LogicalPlan::Filter(filter) => {
            let conditions = split_conjunction(&filter.predicate);
            conflict(&conditions).or_else(|| contradiction(&filter.input))
        }
        LogicalPlan::Projection(projection) => contradiction(&projection.input),
        LogicalPlan::Sort(sort) => contradiction(&sort.input),
        LogicalPlan::Limit(limit) => contradiction(&limit.input),
        _ => None,
    }
}

fn conflict(conditions: &[&PlannedExpr]) -> Option<String> {
    let known: Vec<(&PlannedExpr, Operator, &ScalarValue)> =
        conditions.iter().filter_map(|condition| bound(condition)).collect();
    for (index, (first, first_op, first_value)) in known.iter().enumerate() {
        for (second, second_op, second_value) in known.iter().skip(index + 1) {
            if first != second || first_value.data_type() != second_value.data_type() {
                continue;
            }
            let (below, above) = match (first_op, second_op) {
                (Operator::Eq, Operator::Eq) if first_value != second_value => {
                    return Some(format!("it cannot be {first_value} and {second_value} at once"));
                }
                (Operator::Lt | Operator::LtEq, Operator::Gt | Operator::GtEq) => (first_value, second_value),
                (Operator::Gt | Operator::GtEq, Operator::Lt | Operator::LtEq) => (second_value, first_value),
                _ => continue,
            };
            if below < above {
                return Some(format!("it cannot be below {below} and above {above} at once"));
            }
        }
    }
    None
}

/// `expression op literal`, whichever way round it is written.
fn bound(condition: &PlannedExpr) -> Option<(&PlannedExpr, Operator, &ScalarValue)> {
    let PlannedExpr::BinaryExpr(BinaryExpr { left, op, right }) = condition else { return None };
    match (left.as_ref(), right.as_ref()) {
        (PlannedExpr::Literal(..), PlannedExpr::Literal(..)) => None,
        (expr, PlannedExpr::Literal(value, _)) => Some((expr, *op, value)),
        (PlannedExpr::Literal(value, _), expr) => Some((expr, op.swap()?, value)),
        _ => None,
    }
}
