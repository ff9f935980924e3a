//! DataFusion's errors in the words and with the suggestions of this project.

use std::collections::BTreeSet;
use std::ops::Range;

use arrow::datatypes::DataType;
use datafusion::common::{Column, SchemaError, Span};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, ObjectName, Spanned as _, Subscript, Value};

use super::scope::SelectScope;
use crate::diagnostic::{Diagnostic, Position, SourceFile, closest, code};
use crate::header::LINEAGE;
use crate::plan::tree;

/// A type as plan authors write it.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Null => "NULL".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("list<{}>", type_name(item.data_type()))
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "bytes".to_owned(),
        other if other.is_integer() => "int".to_owned(),
        other if other.is_floating() => "float".to_owned(),
        other => other.to_string(),
    }
}

/// The first line of an error, without DataFusion's prefixes.
fn first_line(error: &DataFusionError) -> String {
    let root = error.find_root();
    let message = root.message();
    let line = message.lines().next().unwrap_or("").trim();
    let line = line.strip_prefix("Error during planning: ").unwrap_or(line);
    let line = line.strip_prefix("Execution error: ").unwrap_or(line);
    let line = line.split(" No function matches").next().unwrap_or(line);
    let mut line = line.trim_end_matches('.').to_owned();
    // Keep names such as `Utf8` as they are; only a plain first word is lowered.
    let plain = line.split(' ').next().is_some_and(|word| word.chars().skip(1).all(|c| c.is_ascii_lowercase()));
    if let (true, Some(first)) = (plain, line.get_mut(..1)) {
        first.make_ascii_lowercase();
    }
    line
}

/// Where DataFusion says that a problem is.
fn place(error: &DataFusionError, source: &SourceFile) -> Option<Range<usize>> {
    let Span { start, end } = error.diagnostic()?.span?;
    let offset = |line: u64, column: u64| -> Option<usize> {
        Some(source.offset(Position { line: usize::try_from(line).ok()?, column: usize::try_from(column).ok()? }))
    };
    let start = offset(start.line, start.column)?;
    Some(start..offset(end.line, end.column)?.max(start))
}

/// A problem of a step that no expression by itself has, such as a column that is not grouped. Placed at the step's name
/// when DataFusion does not know better.
pub(crate) fn unplaced(
    error: &DataFusionError,
    source: &SourceFile,
    step: &str,
    name_span: &Range<usize>,
) -> Diagnostic {
    let placed = place(error, source);
    let known = placed.is_some();
    let span = placed.unwrap_or_else(|| name_span.clone());
    match error.find_root() {
        DataFusionError::SchemaError(inner, _) => match inner.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => unknown_column(field, valid_fields, span),
            SchemaError::AmbiguousReference { field } if known => ambiguous(field, span),
            // `SELECT a, CAST(a AS BIGINT) AS a`: the columns that come out collide, not those that go in.
            SchemaError::AmbiguousReference { field } => duplicate_column(&field.name, step, span),
            SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
                duplicate_column(name, step, span)
            }
        },
        root => {
            let message = first_line(root);
            if let Some(name) = duplicated_name(&message) {
                return duplicate_column(&name, step, span);
            }
            if message.contains("must appear in the GROUP BY clause")
                || message.contains("must be part of an aggregate")
            {
                let column = source.slice(&span).to_owned();
                return Diagnostic::error(code::GROUP_BY, format!("`{column}` is neither grouped nor aggregated"))
                    .at(span, "which of the group's values?")
                    .help(format!("add it to GROUP BY, or take one: `first_value({column})`, `max({column})`"));
            }
            Diagnostic::error(code::PLANNING, format!("the step `{step}` cannot be planned: {message}")).at(span, "")
        }
    }
}

/// The name in `Projections require unique expression names but the expression "a" at position 0 and "a" at …`.
fn duplicated_name(message: &str) -> Option<String> {
    let rest = message.split_once("require unique expression names but the expression \"")?.1;
    let name = rest.split_once("\" at position")?.0;
    // `t.a` and `x AS a` both come out as `a`.
    let name = name.rsplit_once(" AS ").map_or(name, |(_, alias)| alias);
    Some(name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_owned())
}

fn duplicate_column(name: &str, step: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::error(code::DUPLICATE_COLUMN, format!("two columns of `{step}` are called `{name}`"))
        .at(span, "")
        .help(format!("give one of them another name: `… AS other_{name}`"))
}

fn ambiguous(column: &Column, span: Range<usize>) -> Diagnostic {
    Diagnostic::error(code::AMBIGUOUS, format!("several tables have a column `{}`", column.name))
        .at(span, "which one?")
        .help(format!("put the table in front: `table.{}`", column.name))
}

fn unknown_column(column: &Column, valid: &[Column], span: Range<usize>) -> Diagnostic {
    let visible: Vec<&Column> = valid.iter().filter(|valid| valid.name != LINEAGE).collect();
    let tables: BTreeSet<&str> =
        visible.iter().filter_map(|valid| valid.relation.as_ref().map(|relation| relation.table())).collect();
    let wanted = column.relation.as_ref().map(|relation| relation.table());
    let place = match (wanted, tables.iter().next(), tables.len()) {
        (Some(table), ..) => format!(" in `{table}`"),
        (None, Some(table), 1) => format!(" in `{table}`"),
        _ => String::new(),
    };
    let diagnostic = Diagnostic::error(code::UNKNOWN_COLUMN, format!("no column `{}`{place}", column.name))
        .at(span, "no such column");
    // A table name that does not exist is the likelier slip when the column exists.
    if let Some(table) = wanted.filter(|table| !tables.contains(table)) {
        return match closest(table, tables.iter().copied()) {
            Some(known) => diagnostic.help(format!("did you mean `{known}.{}`?", column.name)),
            None => diagnostic,
        };
    }
    let names = visible
        .iter()
        .filter(|valid| wanted.is_none() || valid.relation.as_ref().map(|relation| relation.table()) == wanted)
        .map(|valid| valid.name.as_str());
    match closest(&column.name, names) {
        // SQL folds capitals of names without quotes, so the name in the data can only be said in quotes.
        Some(known) if known.chars().any(|c| c.is_ascii_uppercase()) => {
            diagnostic.help(format!("did you mean `\"{known}\"`? Names with capitals need double quotes"))
        }
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic,
    }
}

/// Names of all functions that SQL can call here.
pub(super) fn function_names(state: &SessionState) -> BTreeSet<String> {
    let stock = state
        .scalar_functions()
        .keys()
        .chain(state.aggregate_functions().keys())
        .chain(state.window_functions().keys())
        .chain(state.higher_order_functions().keys())
        .cloned();
    // Known to the SQL planner itself.
    stock.chain(["unnest", "unnest_outer", "make_map"].map(str::to_owned)).collect()
}

/// What is wrong with the smallest expression that cannot be planned.
pub(super) async fn culprit(
    state: &SessionState,
    functions: &BTreeSet<String>,
    scope: &SelectScope,
    expr: &Expr,
    error: &DataFusionError,
    source: &SourceFile,
) -> Diagnostic {
    let whole = tree::expr(source, expr).unwrap_or(0..0);
    // DataFusion's place is better when it lies inside, as in a subquery.
    let inside = place(error, source).filter(|span| span.start >= whole.start && span.end <= whole.end);
    let span = inside.unwrap_or_else(|| whole.clone());
    if let DataFusionError::SchemaError(inner, _) = error.find_root() {
        match inner.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => return unknown_column(field, valid_fields, span),
            SchemaError::AmbiguousReference { field } => return ambiguous(field, span),
            _ => {}
        }
    }
    match expr {
        Expr::Function(function) => {
            let name = normal_name(&function.name);
            if !functions.contains(&name) {
                let span = tree::bytes(source, function.name.span()).unwrap_or(span);
                return Diagnostic::error(code::UNKNOWN_FUNCTION, format!("no function `{name}`"))
                    .at(span, "no such function")
                    .did_you_mean(&name, functions.iter().map(String::as_str));
            }
            let name_span = tree::bytes(source, function.name.span()).unwrap_or_else(|| span.clone());
            function_call(&name, error, name_span.start..span.end.max(name_span.end))
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            match field_access(state, scope, root, access_chain, source).await {
                Some(diagnostic) => diagnostic,
                None => misfit(error, span),
            }
        }
        Expr::CompoundIdentifier(parts) if parts.len() > 1 => {
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return misfit(error, span) };
            match scope.type_of(state, &Expr::Identifier(first.clone())).await {
                Ok(DataType::Struct(fields)) => {
                    let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
                    unknown_field(&tree::normal(last), &names, &tree::normal(first), tree::ident(source, last))
                }
                _ => misfit(error, span),
            }
        }
        Expr::BinaryOp { left, op, right } => {
            let (left, right) = (scope.type_of(state, left).await, scope.type_of(state, right).await);
            match (left, right) {
                (Ok(left), Ok(right)) => {
                    let message = format!("`{op}` does not fit {} and {}", type_name(&left), type_name(&right));
                    let diagnostic = Diagnostic::error(code::TYPES, message);
                    let label = format!("{} {op} {}", type_name(&left), type_name(&right));
                    diagnostic.at(span, label).help("convert one side: `CAST(… AS …)`")
                }
                _ => misfit(error, span),
            }
        }
        _ => misfit(error, span),
    }
}

fn normal_name(name: &ObjectName) -> String {
    match name.0.as_slice() {
        [part] => part.as_ident().map_or_else(|| name.to_string(), tree::normal),
        _ => name.to_string(),
    }
}

fn misfit(error: &DataFusionError, span: Range<usize>) -> Diagnostic {
    Diagnostic::error(code::TYPES, first_line(error)).at(span, "")
}

fn function_call(name: &str, error: &DataFusionError, span: Range<usize>) -> Diagnostic {
    let message = error.find_root().message().into_owned();
    let diagnostic =
        Diagnostic::error(code::TYPES, format!("`{name}` cannot be called like this: {}", first_line(error)))
            .at(span, "");
    let candidates: Vec<&str> = match message.split_once("Candidate functions:") {
        Some((_, list)) => list.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect(),
        None => Vec::new(),
    };
    if candidates.is_empty() { diagnostic } else { diagnostic.help(format!("it takes {}", candidates.join(", "))) }
}

fn unknown_field(name: &str, fields: &[&str], holder: &str, span: Range<usize>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(code::UNKNOWN_FIELD, format!("no field `{name}` in `{holder}`")).at(span, "no such field");
    match closest(name, fields.iter().copied()) {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None if fields.len() <= 12 => diagnostic.help(format!("the fields are {}", fields.join(", "))),
        None => diagnostic,
    }
}

/// The first step of `root['a'][1]['b']` that does not exist.
async fn field_access(
    state: &SessionState,
    scope: &SelectScope,
    root: &Expr,
    chain: &[AccessExpr],
    source: &SourceFile,
) -> Option<Diagnostic> {
    let mut holder = scope.type_of(state, root).await.ok()?;
    let mut so_far = tree::expr(source, root)?;
    for (index, access) in chain.iter().enumerate() {
        let span = tree::bytes(source, access.span())?;
        let text = match access {
            AccessExpr::Dot(Expr::Identifier(name)) => Some(tree::normal(name)),
            AccessExpr::Subscript(Subscript::Index { index: Expr::Value(value) }) => match &value.value {
                Value::SingleQuotedString(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        let holder_text = source.slice(&so_far);
        match (&holder, text) {
            (DataType::Struct(fields), Some(name)) if !fields.iter().any(|field| *field.name() == name) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
                return Some(unknown_field(&name, &names, holder_text, span));
            }
            (DataType::List(_) | DataType::LargeList(_), Some(name)) => {
                let message = format!("`{holder_text}` is of type {}, which has no field `{name}`", type_name(&holder));
                return Some(
                    Diagnostic::error(code::UNKNOWN_FIELD, message)
                        .at(span, "a field of a list")
                        .help(format!("take one item first, `{holder_text}[1]['{name}']`, or `unnest` the list")),
                );
            }
            (DataType::Utf8 | DataType::Int64 | DataType::Float64 | DataType::Boolean, Some(name)) => {
                let message = format!("`{holder_text}` is of type {}, which has no field `{name}`", type_name(&holder));
                let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, message).at(span, "no struct");
                return Some(match holder {
                    DataType::Utf8 => {
                        diagnostic.help(format!("for JSON text: `json_get_str({holder_text}, '{name}')`"))
                    }
                    _ => diagnostic,
                });
            }
            _ => {}
        }
        let reached = Expr::CompoundFieldAccess {
            root: Box::new(root.clone()),
            access_chain: chain.get(..=index).unwrap_or(chain).to_vec(),
        };
        holder = scope.type_of(state, &reached).await.ok()?;
        so_far = tree::expr(source, &reached)?;
    }
    None
}
