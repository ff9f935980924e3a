//! The SQL's syntax tree: from its places to bytes of the plan file, and small trees of our own.
//!
//! The whole file is tokenised at once, with the header blanked out, so the parser's line and column numbers are those
//! of the file.

use std::ops::{ControlFlow, Range};

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectFlavor, SelectItem, SetExpr, Spanned as _, TableWithJoins,
    visit_expressions,
};
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use crate::diagnostic::{Position, SourceFile};

/// The name that an identifier stands for: SQL folds ASCII capitals unless the identifier is quoted.
pub(crate) fn normal(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_ascii_lowercase(),
    }
}

/// Byte offset of a location.
pub(crate) fn offset(source: &SourceFile, location: Location) -> usize {
    let line = usize::try_from(location.line).unwrap_or(usize::MAX);
    let column = usize::try_from(location.column).unwrap_or(usize::MAX);
    source.offset(Position { line, column })
}

/// Bytes of a span; `None` for nodes that did not come from the file.
pub(crate) fn bytes(source: &SourceFile, span: Span) -> Option<Range<usize>> {
    if span.start.line == 0 {
        return None;
    }
    let start = offset(source, span.start);
    Some(start..offset(source, span.end).max(start))
}

/// Bytes of an identifier.
pub(crate) fn ident(source: &SourceFile, ident: &Ident) -> Range<usize> {
    bytes(source, ident.span).unwrap_or(0..0)
}

/// Bytes of an expression. The parser keeps the places of names and values only, so this is their hull, extended to the
/// brackets that it opens.
pub(crate) fn expr(source: &SourceFile, expr: &Expr) -> Option<Range<usize>> {
    let mut hull = Span::empty();
    let _: ControlFlow<()> = visit_expressions(expr, |part| {
        hull = hull.union(&part.span());
        ControlFlow::Continue(())
    });
    bytes(source, hull).map(|span| close_brackets(source.text(), span))
}

/// Extends `span` to the brackets and parentheses that are opened inside it.
fn close_brackets(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = text.get(span.clone()).unwrap_or("");
    let mut open = depth(inner);
    if open <= 0 {
        return span;
    }
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate().skip(span.end) {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'[' if !quoted => open += 1,
            b')' | b']' if !quoted => open -= 1,
            b';' if !quoted => return span,
            _ => {}
        }
        if open == 0 {
            return span.start..at + 1;
        }
    }
    span
}

fn depth(text: &str) -> i32 {
    let mut quoted = false;
    let mut open = 0;
    for byte in text.bytes() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'[' if !quoted => open += 1,
            b')' | b']' if !quoted => open -= 1,
            _ => {}
        }
    }
    open
}

/// `SELECT items FROM from`.
pub(crate) fn plain_select(projection: Vec<SelectItem>, from: Vec<TableWithJoins>) -> Select {
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection,
        exclude: None,
        into: None,
        from,
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

/// A query that is just a SELECT.
pub(crate) fn plain_query(select: Select) -> Query {
    Query {
        with: None,
        body: Box::new(SetExpr::Select(Box::new(select))),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}
