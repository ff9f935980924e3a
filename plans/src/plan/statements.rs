//! The body of a plan file: split at `;`, each statement parsed by itself, so that one syntax error does not hide the
//! others.

use std::ops::Range;

use datafusion::sql::sqlparser::ast::{CreateTableOptions, CreateView, Expr, Query, Statement};
use datafusion::sql::sqlparser::dialect::DuckDbDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::chains;
use super::dialect::BoundedDialect;
use super::tree;
use crate::diagnostic::{Diagnostic, SourceFile, closest, code};

/// How deep expressions and subqueries may be nested.
const RECURSION_LIMIT: usize = 100;

/// One `CREATE VIEW` as it was parsed.
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) query: Box<Query>,
}

/// Parses everything behind the header.
pub(super) fn parse(source: &SourceFile, header_end: usize, out: &mut Vec<Diagnostic>) -> Vec<Parsed> {
    let blanked = blank(source.text(), header_end);
    let dialect = DuckDbDialect {};
    let mut tokens = Vec::new();
    let failure = Tokenizer::new(&dialect, &blanked).tokenize_with_location_into_buf(&mut tokens).err();
    let mut statements: Vec<Vec<TokenWithSpan>> =
        tokens.split(|token| token.token == Token::SemiColon).map(|statement| statement.to_vec()).collect();
    if let Some(failure) = failure {
        // What stands before the bad token cannot be a whole statement; parsing it would only report its missing end.
        statements.pop();
        out.push(token_error(source, &failure.message, tree::offset(source, failure.location)));
    }
    statements.into_iter().filter_map(|statement| parse_one(source, statement, out)).collect()
}

/// The text with everything before `end` replaced by blanks, so that lines and columns stay.
fn blank(text: &str, end: usize) -> String {
    let (header, body) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut blanked: String = header.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    blanked.push_str(body);
    blanked
}

fn token_error(source: &SourceFile, message: &str, at: usize) -> Diagnostic {
    let mut lower = message.trim_end_matches([' ', '.']).to_owned();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let end = at + source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Diagnostic::error(code::TOKEN, format!("the SQL cannot be read: {lower}")).at(at..end, "from here on")
}

fn is_word(token: &TokenWithSpan, keywords: &[Keyword]) -> bool {
    matches!(&token.token, Token::Word(word) if word.quote_style.is_none() && keywords.contains(&word.keyword))
}

fn parse_one(source: &SourceFile, tokens: Vec<TokenWithSpan>, out: &mut Vec<Diagnostic>) -> Option<Parsed> {
    let significant: Vec<&TokenWithSpan> =
        tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    let (first, last) = (significant.first()?, significant.last()?);
    let span = tree::offset(source, first.span.start)..tree::offset(source, last.span.end);
    let first_span = tree::bytes(source, first.span)?;

    let modifiers = [
        Keyword::OR,
        Keyword::REPLACE,
        Keyword::ALTER,
        Keyword::TEMP,
        Keyword::TEMPORARY,
        Keyword::MATERIALIZED,
        Keyword::SECURE,
    ];
    let extra: Vec<&&TokenWithSpan> =
        significant.iter().skip(1).take_while(|token| is_word(token, &modifiers)).collect();
    let is_view = is_word(first, &[Keyword::CREATE])
        && significant.get(1 + extra.len()).is_some_and(|token| is_word(token, &[Keyword::VIEW]));
    if !is_view {
        out.push(not_a_view(source, first, significant.get(1).copied(), first_span));
        return None;
    }
    if let (Some(from), Some(to)) = (extra.first(), extra.last()) {
        let span = tree::offset(source, from.span.start)..tree::offset(source, to.span.end);
        out.push(view_form(span, "a plan has plain views only").help("write `CREATE VIEW name AS SELECT …`"));
    }

    if let Some(token) = chains::too_long(&significant) {
        let at = tree::bytes(source, token.span).unwrap_or(span);
        out.push(
            Diagnostic::error(code::SYNTAX, format!("more than {} operators hang on each other", chains::LONGEST))
                .at(at, "up to here")
                .help("write `x IN (…)` for many `OR`, `concat(…)` for many `||`, or make steps of the parts"),
        );
        return None;
    }
    let dialect = BoundedDialect::new(tokens.len());
    let mut parser =
        Parser::new(&dialect).with_recursion_limit(RECURSION_LIMIT).with_tokens_with_locations(tokens.clone());
    let parsed = parser.parse_statement().and_then(|statement| match parser.peek_token() {
        end if end.token == Token::EOF => Ok(statement),
        other => parser.expected("end of statement", other),
    });
    match parsed {
        Ok(Statement::CreateView(view)) => finish(source, view, span, out),
        Ok(_) => {
            out.push(not_a_view(source, first, None, first_span));
            None
        }
        Err(error) => {
            out.push(syntax_error(source, &dialect.reason(error), &significant, span));
            None
        }
    }
}

fn not_a_view(
    source: &SourceFile,
    first: &TokenWithSpan,
    second: Option<&TokenWithSpan>,
    span: Range<usize>,
) -> Diagnostic {
    let query = is_word(first, &[Keyword::SELECT, Keyword::WITH, Keyword::FROM]) || first.token == Token::LParen;
    let mut words = source.slice(&span).to_ascii_uppercase();
    let mut end = span.end;
    let keyword =
        |token: &&TokenWithSpan| matches!(&token.token, Token::Word(word) if word.keyword != Keyword::NoKeyword);
    if let Some(second) = second.filter(|token| keyword(token) && !query)
        && let Some(second_span) = tree::bytes(source, second.span)
    {
        words = format!("{words} {}", source.slice(&second_span).to_ascii_uppercase());
        end = second_span.end;
    }
    let diagnostic = Diagnostic::error(code::NOT_A_VIEW, format!("`{words}` cannot stand in a plan"))
        .at(span.start..end, "not a CREATE VIEW");
    if query {
        diagnostic.help("give the query a name: `CREATE VIEW name AS SELECT …`")
    } else {
        diagnostic.help("a plan only reads: every statement is `CREATE VIEW name AS SELECT …`")
    }
}

fn view_form(span: Range<usize>, label: &str) -> Diagnostic {
    Diagnostic::error(code::VIEW_FORM, "plans do not have this form of CREATE VIEW").at(span, label)
}

fn syntax_error(
    source: &SourceFile,
    error: &ParserError,
    significant: &[&TokenWithSpan],
    statement: Range<usize>,
) -> Diagnostic {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => {
            let head =
                statement.start..source.slice(&statement).find('\n').map_or(statement.end, |at| statement.start + at);
            return Diagnostic::error(code::SYNTAX, "the query is nested too deep")
                .at(head, "")
                .help("move inner queries to steps of their own");
        }
    };
    let (message, location) = split_location(text);
    // The location names a token; its own span says how long it is.
    let token = location.and_then(|(line, column)| {
        significant.iter().find(|token| (token.span.start.line, token.span.start.column) == (line, column))
    });
    let span = token.and_then(|token| tree::bytes(source, token.span)).unwrap_or(statement.end..statement.end);
    let (expected, found) = match message.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: ")) {
        Some((expected, found)) => (Some(expected), Some(found)),
        None => (None, None),
    };
    let (message, label) = match (expected, found) {
        (Some(expected), Some("EOF")) => {
            let expected = quoted(expected);
            (format!("the statement ends too early: expected {expected}"), format!("expected {expected}"))
        }
        (Some(expected), Some(_)) => {
            let expected = quoted(expected);
            let found = source.slice(&span);
            (format!("`{found}` cannot stand here: expected {expected}"), format!("expected {expected}"))
        }
        _ => (format!("the SQL does not parse: {message}"), String::new()),
    };
    let diagnostic = Diagnostic::error(code::SYNTAX, message).at(span, label);
    // A misspelt keyword is read as a name, and the word behind it is the one that cannot stand there.
    let at = token.and_then(|token| significant.iter().position(|other| std::ptr::eq(*other, *token)));
    let suspects = [at, at.and_then(|at| at.checked_sub(1))];
    // So is CREATE behind a statement without its end.
    if at != Some(0)
        && suspects
            .iter()
            .flatten()
            .filter_map(|at| significant.get(*at))
            .any(|token| is_word(token, &[Keyword::CREATE]))
    {
        return diagnostic.help("is a `;` missing before `CREATE`?");
    }
    for word in suspects.into_iter().flatten().filter_map(|at| significant.get(at)) {
        if let Token::Word(word) = &word.token
            && word.keyword == Keyword::NoKeyword
            && let Some(keyword) = closest(&word.value, KEYWORDS)
        {
            return diagnostic.help(format!("did you mean `{keyword}` instead of `{}`?", word.value));
        }
    }
    diagnostic
}

/// Puts punctuation in quotes; words such as `an expression` stay as they are.
fn quoted(expected: &str) -> String {
    if expected.contains(char::is_alphanumeric) { expected.to_owned() } else { format!("`{expected}`") }
}

/// Keywords that are often misspelt.
const KEYWORDS: [&str; 16] = [
    "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "UNION", "DISTINCT", "CASE", "WHEN",
    "THEN", "ELSE", "BETWEEN", "VALUES",
];

/// Parses an expression of the header.
pub(crate) fn parse_expr(text: &str) -> Result<Expr, String> {
    let dialect = BoundedDialect::new(text.len());
    let tokens = Tokenizer::new(&dialect, text).tokenize_with_location().unwrap_or_default();
    if chains::too_long(&tokens.iter().collect::<Vec<_>>()).is_some() {
        return Err(format!("more than {} operators hang on each other", chains::LONGEST));
    }
    let parsed =
        Parser::new(&dialect).with_recursion_limit(RECURSION_LIMIT).try_with_sql(text).and_then(|mut parser| {
            let expr = parser.parse_expr()?;
            match parser.peek_token() {
                end if end.token == Token::EOF => Ok(expr),
                other => parser.expected("end of expression", other),
            }
        });
    parsed.map_err(|error| {
        let error = dialect.reason(error);
        let text = match &error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
            ParserError::RecursionLimitExceeded => "it is nested too deep".to_owned(),
        };
        let message = split_location(&text).0;
        match message.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: ")) {
            Some((expected, "EOF")) => format!("it ends too early, expected {expected}"),
            Some((expected, found)) => format!("`{found}` cannot stand there, expected {expected}"),
            None => message.to_owned(),
        }
    })
}

/// Takes the ` at Line: 1, Column: 2` off the end of a parser's message.
fn split_location(text: &str) -> (&str, Option<(u64, u64)>) {
    let Some((message, place)) = text.rsplit_once(" at Line: ") else { return (text, None) };
    let location = place
        .split_once(", Column: ")
        .and_then(|(line, column)| Some((line.trim().parse().ok()?, column.trim().parse().ok()?)));
    (message, location)
}

fn finish(source: &SourceFile, view: CreateView, span: Range<usize>, out: &mut Vec<Diagnostic>) -> Option<Parsed> {
    let parts = &view.name.0;
    let ident = parts.last().and_then(|part| part.as_ident())?;
    let name_span = tree::ident(source, ident);
    let name = tree::normal(ident);
    if parts.len() > 1 {
        let first = parts
            .first()
            .and_then(|part| part.as_ident())
            .map_or(name_span.start, |ident| tree::ident(source, ident).start);
        out.push(
            Diagnostic::error(code::BAD_NAME, format!("a step's name has one part, not {}", parts.len()))
                .at(first..name_span.end, "")
                .help(format!("write `CREATE VIEW {name} AS …`")),
        );
    }
    if name == crate::header::LINEAGE || ident.quote_style == Some('\'') {
        out.push(
            Diagnostic::error(code::BAD_NAME, format!("`{name}` cannot be the name of a step"))
                .at(name_span.clone(), "not a name"),
        );
    }
    if let Some(column) = view.columns.first() {
        out.push(
            view_form(tree::ident(source, &column.name), "column list")
                .help("name the columns in the query: `SELECT a AS name`"),
        );
    }
    let plain = !view.if_not_exists
        && view.options == CreateTableOptions::None
        && view.cluster_by.is_empty()
        && view.comment.is_none()
        && view.to.is_none()
        && !view.copy_grants
        && view.params.is_none();
    if !plain {
        out.push(view_form(name_span.clone(), "").help("write `CREATE VIEW name AS SELECT …`"));
    }
    Some(Parsed { name, name_span, span, query: view.query })
}
