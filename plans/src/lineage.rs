//! Carries `_src`, the column that says where a row comes from, through the steps of a plan by rewriting their SQL.
//!
//! * `_src` is not part of `SELECT *`: wildcards over tables that have it become `* EXCLUDE (_src)`.
//! * A query whose rows each come from one row of one table gets `_src` as its last column. That holds for projections,
//!   filters and `unnest` over one table, through derived tables and common table expressions, and for UNION ALL when
//!   every branch has it.
//! * It ends at joins, DISTINCT, GROUP BY, aggregates, window functions and other set operations.
//! * Naming `_src` works as for any other column.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, ExcludeSelectItem, Expr, GroupByExpr, Ident, ObjectName, Query, Select, SelectFlavor, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, TableWithJoins,
    Visit as _, VisitMut, Visitor, VisitorMut, WildcardAdditionalOptions,
};

use crate::header::LINEAGE;
use crate::plan::tree::normal;

/// Whether rows have `_src`, or why not.
type Trace = Result<(), String>;

/// Rewrites a step. `carries` says which sources and earlier steps have `_src`.
///
/// # Errors
/// Why the rows of the step have no `_src`, in words that follow "ends at". The step is rewritten all the same: its
/// wildcards leave `_src` out.
pub(crate) fn rewrite(query: &mut Query, carries: &dyn Fn(&str) -> bool) -> Trace {
    let scope = Scope { carries, ctes: BTreeMap::new() };
    let traced = scope.trace(query);
    scope.rewrite(query, traced.is_ok());
    traced
}

/// What names in FROM mean.
#[derive(Clone)]
struct Scope<'a> {
    carries: &'a dyn Fn(&str) -> bool,
    ctes: BTreeMap<String, bool>,
}

impl Scope<'_> {
    fn table(&self, name: &ObjectName) -> Option<(String, bool)> {
        let ident = name.0.last()?.as_ident()?;
        let name = normal(ident);
        let carries = self.ctes.get(&name).copied().unwrap_or_else(|| (self.carries)(&name));
        Some((name, carries))
    }

    /// The scope inside `query`, after its common table expressions.
    fn inside(&self, query: &Query) -> Self {
        let mut scope = self.clone();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
            let traced = !recursive && cte.alias.columns.is_empty() && scope.trace(&cte.query).is_ok();
            scope.ctes.insert(normal(&cte.alias.name), traced);
        }
        scope
    }

    fn trace(&self, query: &Query) -> Trace {
        if !query.pipe_operators.is_empty() {
            return Err("a pipe operator".to_owned());
        }
        self.inside(query).trace_body(&query.body)
    }

    fn trace_body(&self, body: &SetExpr) -> Trace {
        match body {
            SetExpr::Select(select) => self.trace_select(select),
            SetExpr::Query(query) => self.trace(query),
            SetExpr::SetOperation { op: SetOperator::Union, set_quantifier: SetQuantifier::All, left, right } => {
                self.trace_body(left).and(self.trace_body(right)).map_err(|why| format!("a branch of UNION ALL: {why}"))
            }
            SetExpr::SetOperation { op, .. } => Err(op.to_string()),
            SetExpr::Values(_) => Err("VALUES, which come from no source".to_owned()),
            _ => Err("a query that is not a SELECT".to_owned()),
        }
    }

    fn trace_select(&self, select: &Select) -> Trace {
        if matches!(select.distinct, Some(Distinct::Distinct | Distinct::On(_))) {
            return Err("DISTINCT".to_owned());
        }
        let grouped = match &select.group_by {
            GroupByExpr::All(_) => true,
            GroupByExpr::Expressions(keys, _) => !keys.is_empty(),
        };
        if grouped {
            return Err("GROUP BY".to_owned());
        }
        if select.having.is_some() {
            return Err("HAVING".to_owned());
        }
        if let Some(function) = combining_function(select) {
            return Err(function);
        }
        match select.from.as_slice() {
            [] => Err("a SELECT without FROM".to_owned()),
            [only] => self.trace_from(only),
            _ => Err("a join".to_owned()),
        }
    }

    fn trace_from(&self, from: &TableWithJoins) -> Trace {
        if !from.joins.is_empty() {
            return Err("a join".to_owned());
        }
        if !renamed_columns(&from.relation).is_empty() {
            return Err("an alias with a column list".to_owned());
        }
        match &from.relation {
            TableFactor::Table { name, .. } => match self.table(name) {
                Some((_, true)) => Ok(()),
                Some((name, false)) => Err(format!("`{name}`, whose rows have none")),
                None => Err("a table that is no name".to_owned()),
            },
            TableFactor::Derived { subquery, .. } => self.trace(subquery),
            TableFactor::NestedJoin { table_with_joins, .. } => self.trace_from(table_with_joins),
            _ => Err("a table function".to_owned()),
        }
    }

    fn rewrite(&self, query: &mut Query, append: bool) {
        let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
        let mut scope = self.clone();
        if let Some(with) = &mut query.with {
            for cte in &mut with.cte_tables {
                let traced = !recursive && cte.alias.columns.is_empty() && scope.trace(&cte.query).is_ok();
                scope.rewrite(&mut cte.query, traced);
                scope.ctes.insert(normal(&cte.alias.name), traced);
            }
        }
        scope.rewrite_body(&mut query.body, append);
        if let Some(order_by) = &mut query.order_by {
            scope.rewrite_subqueries(order_by);
        }
    }

    fn rewrite_body(&self, body: &mut SetExpr, append: bool) {
        match body {
            SetExpr::Select(select) => self.rewrite_select(select, append),
            SetExpr::Query(query) => self.rewrite(query, append),
            SetExpr::SetOperation { left, right, .. } => {
                self.rewrite_body(left, append);
                self.rewrite_body(right, append);
            }
            _ => {}
        }
    }

    fn rewrite_select(&self, select: &mut Select, append: bool) {
        if select.flavor == SelectFlavor::FromFirstNoSelect {
            select.flavor = SelectFlavor::Standard;
            select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
        }
        let named = names_lineage(select);
        let joined = select.from.len() != 1 || select.from.iter().any(|from| !from.joins.is_empty());
        let mut relations: Vec<(String, bool)> = Vec::new();
        for from in &mut select.from {
            self.rewrite_relation(&mut from.relation, joined, named, &mut relations);
            for join in &mut from.joins {
                self.rewrite_subqueries(&mut join.join_operator);
                self.rewrite_relation(&mut join.relation, joined, named, &mut relations);
            }
        }
        let from = std::mem::take(&mut select.from);
        self.rewrite_subqueries(select);
        select.from = from;

        let carrying = relations.iter().filter(|(_, carries)| *carries).count();
        let mut projection = Vec::with_capacity(select.projection.len() + 1);
        for mut item in std::mem::take(&mut select.projection) {
            match &mut item {
                SelectItem::Wildcard(_) if carrying > 1 => {
                    // Only when `_src` of one of them is named: EXCLUDE would not know which one is meant.
                    projection.extend(relations.iter().map(|(name, carries)| all_of(name, *carries)));
                    continue;
                }
                SelectItem::Wildcard(options) if carrying == 1 => exclude(options),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    let table = name.0.last().and_then(|part| part.as_ident()).map(normal);
                    if relations.iter().any(|(name, carries)| *carries && Some(name) == table.as_ref()) {
                        exclude(options);
                    }
                }
                _ => {}
            }
            projection.push(item);
        }
        if append && !projection.iter().any(gives_lineage) {
            projection.push(SelectItem::UnnamedExpr(Expr::Identifier(Ident::new(LINEAGE))));
        }
        select.projection = projection;
    }

    /// Rewrites what a relation holds, and notes by which name it goes and whether its rows have `_src`. In a join, only
    /// the first relation keeps `_src`, unless the query names it: two columns of one name are of no use to anyone.
    fn rewrite_relation(
        &self,
        relation: &mut TableFactor,
        joined: bool,
        named: bool,
        relations: &mut Vec<(String, bool)>,
    ) {
        let taken = relations.iter().any(|(_, carries)| *carries);
        match relation {
            TableFactor::Table { name, alias, .. } => {
                let Some((table, carries)) = self.table(name) else { return };
                let known_as = alias.as_ref().map_or_else(|| table.clone(), |alias| normal(&alias.name));
                let listed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                let strip = carries && (listed || (taken && !named));
                if strip {
                    let alias = alias.take().unwrap_or_else(|| plain_alias(&known_as));
                    *relation = without_lineage(name.clone(), alias);
                }
                relations.push((known_as, carries && !strip));
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let listed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                let traced = !listed && (!joined || named) && self.trace(subquery).is_ok();
                self.rewrite(subquery, traced);
                let carries = traced || (!listed && query_gives_lineage(subquery));
                relations.push((alias.as_ref().map(|alias| normal(&alias.name)).unwrap_or_default(), carries));
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                self.rewrite_relation(&mut table_with_joins.relation, joined, named, relations);
                for join in &mut table_with_joins.joins {
                    self.rewrite_subqueries(&mut join.join_operator);
                    self.rewrite_relation(&mut join.relation, true, named, relations);
                }
            }
            other => self.rewrite_subqueries(other),
        }
    }

    /// Rewrites the queries inside expressions.
    fn rewrite_subqueries<N: VisitMut>(&self, node: &mut N) {
        let mut visitor = Subqueries { scope: self, depth: 0 };
        let _ = node.visit(&mut visitor);
    }
}

/// Rewrites outermost queries; the rewriting itself goes deeper.
struct Subqueries<'a, 'b> {
    scope: &'a Scope<'b>,
    depth: usize,
}

impl VisitorMut for Subqueries<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if self.depth == 0 {
            self.scope.rewrite(query, false);
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth = self.depth.saturating_sub(1);
        ControlFlow::Continue(())
    }
}

fn renamed_columns(relation: &TableFactor) -> &[datafusion::sql::sqlparser::ast::TableAliasColumnDef] {
    let alias = match relation {
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } => alias,
        _ => &None,
    };
    alias.as_ref().map_or(&[], |alias| &alias.columns)
}

fn plain_alias(name: &str) -> TableAlias {
    TableAlias { explicit: true, name: Ident::with_quote('"', name), columns: Vec::new(), at: None }
}

/// `(SELECT * EXCLUDE (_src) FROM name) AS alias`.
fn without_lineage(name: ObjectName, alias: TableAlias) -> TableFactor {
    let mut options = WildcardAdditionalOptions::default();
    exclude(&mut options);
    let relation = TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    };
    let from = TableWithJoins { relation, joins: Vec::new() };
    let select = crate::plan::tree::plain_select(vec![SelectItem::Wildcard(options)], vec![from]);
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(crate::plan::tree::plain_query(select)),
        alias: Some(alias),
        sample: None,
    }
}

/// `name.*`, without `_src` where the relation has it.
fn all_of(name: &str, carries: bool) -> SelectItem {
    let mut options = WildcardAdditionalOptions::default();
    if carries {
        exclude(&mut options);
    }
    let name = ObjectName::from(Ident::with_quote('"', name));
    SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
}

fn is_lineage(name: &ObjectName) -> bool {
    name.0.last().and_then(|part| part.as_ident()).is_some_and(|ident| normal(ident) == LINEAGE)
}

/// Adds `_src` to what a wildcard leaves out.
fn exclude(options: &mut WildcardAdditionalOptions) {
    let lineage = ObjectName::from(Ident::new(LINEAGE));
    let names = match options.opt_exclude.take() {
        None => vec![lineage],
        Some(ExcludeSelectItem::Single(name)) if is_lineage(&name) => vec![name],
        Some(ExcludeSelectItem::Single(name)) => vec![name, lineage],
        Some(ExcludeSelectItem::Multiple(mut names)) => {
            if !names.iter().any(is_lineage) {
                names.push(lineage);
            }
            names
        }
    };
    options.opt_exclude = Some(ExcludeSelectItem::Multiple(names));
}

/// Whether an item is a column called `_src`.
fn gives_lineage(item: &SelectItem) -> bool {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(ident)) => normal(ident) == LINEAGE,
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
            parts.last().is_some_and(|ident| normal(ident) == LINEAGE)
        }
        SelectItem::ExprWithAlias { alias, .. } => normal(alias) == LINEAGE,
        _ => false,
    }
}

fn query_gives_lineage(query: &Query) -> bool {
    match &*query.body {
        SetExpr::Select(select) => select.projection.iter().any(gives_lineage),
        _ => false,
    }
}

/// Whether the SELECT itself names `_src` of one of its tables.
fn names_lineage(select: &Select) -> bool {
    struct Names;
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let found = match expr {
                Expr::Identifier(ident) => normal(ident) == LINEAGE,
                Expr::CompoundIdentifier(parts) => parts.iter().any(|ident| normal(ident) == LINEAGE),
                _ => false,
            };
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    let items = select.projection.iter().any(|item| item.visit(&mut Names).is_break());
    items || select.selection.iter().any(|expr| expr.visit(&mut Names).is_break())
}

/// The first window or aggregate function of the SELECT itself, not of queries inside it.
fn combining_function(select: &Select) -> Option<String> {
    struct Functions {
        depth: usize,
    }
    impl Visitor for Functions {
        type Break = String;
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<String> {
            self.depth += 1;
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<String> {
            self.depth = self.depth.saturating_sub(1);
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
            if self.depth == 0
                && let Expr::Function(function) = expr
            {
                let name = function.name.to_string().to_ascii_lowercase();
                if function.over.is_some() {
                    return ControlFlow::Break(format!("the window function `{name}`"));
                }
                if crate::session::aggregate_names().contains(&name) {
                    return ControlFlow::Break(format!("the aggregate `{name}`"));
                }
            }
            ControlFlow::Continue(())
        }
    }
    let mut functions = Functions { depth: 0 };
    for item in &select.projection {
        if let ControlFlow::Break(name) = item.visit(&mut functions) {
            return Some(name);
        }
    }
    select.qualify.as_ref().and_then(|expr| expr.visit(&mut functions).break_value())
}
