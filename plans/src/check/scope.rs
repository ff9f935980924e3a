//! Expressions of a step by themselves: which SELECT they stand in, which of them contain which, and their types.
//!
//! DataFusion stops at the first problem of a query and rarely says where it is. So each expression is planned alone, as
//! `SELECT expression FROM` the tables of its SELECT: the smallest expressions that fail are the culprits.

use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Cte, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, NamedWindowDefinition, OrderBy,
    OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor, TableWithJoins, Value, Visit, Visitor, With,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::plan::tree;
use crate::session;

/// An expression and where it stands in its tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) expr: Expr,
    /// Index of the first node below it; those below are `first..index`.
    pub(super) first: usize,
    /// Whether it means something by itself; the body of a lambda does not.
    pub(super) alone: bool,
}

/// One SELECT with what its expressions can see.
#[derive(Debug, Clone)]
pub(super) struct SelectScope {
    /// Its tables, joined without their conditions.
    from: Vec<TableWithJoins>,
    ctes: Vec<Cte>,
    windows: Vec<NamedWindowDefinition>,
    /// All expressions, each after those below it.
    pub(super) nodes: Vec<Node>,
    /// Indexes of the outermost expressions.
    pub(super) roots: Vec<usize>,
}

/// The SELECTs of a query, inner ones first. Those in subqueries of expressions are left out, because they may use
/// columns of the query around them.
pub(super) fn selects(query: &Query) -> Vec<SelectScope> {
    let mut scopes = Vec::new();
    collect_query(query, &mut Vec::new(), &mut scopes);
    scopes
}

fn collect_query(query: &Query, ctes: &mut Vec<Cte>, scopes: &mut Vec<SelectScope>) {
    let outer = ctes.len();
    if let Some(with) = &query.with {
        for cte in &with.cte_tables {
            if !with.recursive {
                collect_query(&cte.query, ctes, scopes);
            }
            ctes.push(cte.clone());
        }
    }
    collect_body(&query.body, ctes, scopes);
    if let (SetExpr::Select(select), Some(OrderBy { kind: OrderByKind::Expressions(keys), .. })) =
        (&*query.body, &query.order_by)
        && let Some(scope) = scopes.last_mut()
    {
        let given = given_names(select);
        keys.iter().map(|key| &key.expr).filter(|expr| !uses_any(expr, &given)).for_each(|expr| scope.add(expr));
    }
    ctes.truncate(outer);
}

/// Names that the projection gives to expressions.
fn given_names(select: &Select) -> Vec<String> {
    let alias = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(tree::normal(alias)),
        _ => None,
    };
    select.projection.iter().filter_map(alias).collect()
}

fn collect_body(body: &SetExpr, ctes: &mut Vec<Cte>, scopes: &mut Vec<SelectScope>) {
    match body {
        SetExpr::Select(select) => {
            for from in &select.from {
                collect_from(from, ctes, scopes);
            }
            scopes.push(SelectScope::new(select, ctes.clone()));
        }
        SetExpr::Query(query) => collect_query(query, ctes, scopes),
        SetExpr::SetOperation { left, right, .. } => {
            collect_body(left, ctes, scopes);
            collect_body(right, ctes, scopes);
        }
        _ => {}
    }
}

fn collect_from(from: &TableWithJoins, ctes: &mut Vec<Cte>, scopes: &mut Vec<SelectScope>) {
    for relation in std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)) {
        match relation {
            TableFactor::Derived { lateral: false, subquery, .. } => collect_query(subquery, ctes, scopes),
            TableFactor::NestedJoin { table_with_joins, .. } => collect_from(table_with_joins, ctes, scopes),
            _ => {}
        }
    }
}

impl SelectScope {
    fn new(select: &Select, ctes: Vec<Cte>) -> Self {
        let mut from = select.from.clone();
        let mut conditions = Vec::new();
        for table in &mut from {
            drop_conditions(table, &mut conditions);
        }
        let mut scope = Self { from, ctes, windows: select.named_window.clone(), nodes: Vec::new(), roots: Vec::new() };
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr)
                | SelectItem::ExprWithAlias { expr, .. }
                | SelectItem::ExprWithAliases { expr, .. } => scope.add(expr),
                SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => {}
            }
        }
        conditions.iter().chain(&select.selection).for_each(|expr| scope.add(expr));
        // These may use the names that the projection gives.
        let given = given_names(select);
        let keys: &[Expr] = match &select.group_by {
            GroupByExpr::Expressions(keys, _) => keys,
            GroupByExpr::All(_) => &[],
        };
        for expr in keys.iter().chain(&select.having).chain(&select.qualify) {
            if !uses_any(expr, &given) {
                scope.add(expr);
            }
        }
        scope
    }

    fn add(&mut self, expr: &Expr) {
        let mut collector =
            Collector { nodes: &mut self.nodes, open: Vec::new(), queries: 0, lambdas: 0, names: Vec::new() };
        let _ = expr.visit(&mut collector);
        if let Some(last) = self.nodes.len().checked_sub(1) {
            self.roots.push(last);
        }
    }

    /// Indexes of the nodes below and including a root, each after those below it.
    pub(super) fn below(&self, root: usize) -> std::ops::RangeInclusive<usize> {
        self.nodes.get(root).map_or(root, |node| node.first)..=root
    }

    /// Types of expressions in this SELECT.
    pub(super) async fn types(&self, state: &SessionState, exprs: Vec<Expr>) -> Result<Vec<DataType>, DataFusionError> {
        let items = exprs
            .into_iter()
            .enumerate()
            .map(|(index, expr)| SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', format!("x{index}")) })
            .collect();
        let mut select = tree::plain_select(items, self.from.clone());
        select.named_window.clone_from(&self.windows);
        let mut query = tree::plain_query(select);
        if !self.ctes.is_empty() {
            query.with =
                Some(With { with_token: AttachedToken::empty(), recursive: false, cte_tables: self.ctes.clone() });
        }
        let plan = session::plan_query(state, Box::new(query)).await?;
        Ok(plan.schema().fields().iter().map(|field| field.data_type().clone()).collect())
    }

    /// Type of one expression in this SELECT.
    pub(super) async fn type_of(&self, state: &SessionState, expr: &Expr) -> Result<DataType, DataFusionError> {
        let types = self.types(state, vec![expr.clone()]).await?;
        types.into_iter().next().ok_or_else(|| DataFusionError::Plan("the expression has no value".to_owned()))
    }

    /// Whether the tables themselves can be planned.
    pub(super) async fn is_sound(&self, state: &SessionState) -> bool {
        let one = Expr::Value(Value::Number("1".to_owned(), false).with_empty_span());
        self.type_of(state, &one).await.is_ok()
    }
}

/// Replaces join conditions by `true`, so that the tables can be planned while a condition cannot.
fn drop_conditions(table: &mut TableWithJoins, conditions: &mut Vec<Expr>) {
    if let TableFactor::NestedJoin { table_with_joins, .. } = &mut table.relation {
        drop_conditions(table_with_joins, conditions);
    }
    for Join { relation, join_operator, .. } in &mut table.joins {
        if let TableFactor::NestedJoin { table_with_joins, .. } = relation {
            drop_conditions(table_with_joins, conditions);
        }
        let constraint = match join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::LeftSemi(constraint)
            | JoinOperator::RightSemi(constraint)
            | JoinOperator::LeftAnti(constraint)
            | JoinOperator::RightAnti(constraint) => constraint,
            _ => continue,
        };
        if let JoinConstraint::On(condition) = constraint {
            let always = Expr::Value(Value::Boolean(true).with_empty_span());
            conditions.push(std::mem::replace(condition, always));
        }
        // A semi or anti join hides the right side; its condition needs both.
        if let JoinOperator::LeftSemi(_)
        | JoinOperator::LeftAnti(_)
        | JoinOperator::RightSemi(_)
        | JoinOperator::RightAnti(_) = join_operator
        {
            let constraint = JoinConstraint::On(Expr::Value(Value::Boolean(true).with_empty_span()));
            *join_operator = JoinOperator::Inner(constraint);
        }
    }
}

fn uses_any(expr: &Expr, names: &[String]) -> bool {
    struct Uses<'a>(&'a [String]);
    impl Visitor for Uses<'_> {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(ident) if self.0.contains(&tree::normal(ident)) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    expr.visit(&mut Uses(names)).is_break()
}

struct Collector<'a> {
    nodes: &'a mut Vec<Node>,
    /// How many nodes there were when each open expression was entered.
    open: Vec<usize>,
    queries: usize,
    lambdas: usize,
    /// Places of field names behind a dot, which are no columns.
    names: Vec<Span>,
}

impl Visitor for Collector<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries = self.queries.saturating_sub(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Lambda(_) => self.lambdas += 1,
            Expr::CompoundFieldAccess { access_chain, .. } => {
                for access in access_chain {
                    if let AccessExpr::Dot(Expr::Identifier(name)) = access {
                        self.names.push(name.span);
                    }
                }
            }
            _ => {}
        }
        self.open.push(self.nodes.len());
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        let first = self.open.pop().unwrap_or(self.nodes.len());
        let field_name = matches!(expr, Expr::Identifier(name) if self.names.contains(&name.span));
        let part =
            matches!(expr, Expr::Wildcard(_) | Expr::QualifiedWildcard(..) | Expr::Tuple(_) | Expr::Named { .. });
        let alone = self.lambdas == 0 && !field_name && !part;
        self.nodes.push(Node { expr: expr.clone(), first, alone });
        if let Expr::Lambda(_) = expr {
            self.lambdas = self.lambdas.saturating_sub(1);
        }
        ControlFlow::Continue(())
    }
}
