//! The dialect of plans: DuckDB's, with a bound on the parser's work.

use std::any::TypeId;
use std::cell::Cell;

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::dialect::{Dialect, DuckDbDialect};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

/// Expressions that a statement may begin whatever its length, and for each of its tokens.
const FREE: usize = 100_000;
const FOR_A_TOKEN: usize = 8;

/// DuckDB's dialect, until a statement has cost too much.
///
/// Where `CASE`, `CAST` and the like do not parse, the parser takes the word for a name and tries again, on every level:
/// without a bound, thirty unfinished `CASE WHEN a THEN` take hours.
#[derive(Debug)]
pub(super) struct BoundedDialect {
    left: Cell<usize>,
}

impl BoundedDialect {
    /// For a statement of so many tokens.
    pub(super) fn new(tokens: usize) -> Self {
        Self { left: Cell::new(FREE + tokens.saturating_mul(FOR_A_TOKEN)) }
    }

    /// The reason why parsing failed: `error`, or that the work was too much.
    pub(super) fn reason(&self, error: ParserError) -> ParserError {
        if self.left.get() == 0 { ParserError::RecursionLimitExceeded } else { error }
    }
}

/// Passes methods without arguments on.
macro_rules! as_in_duckdb {
    ($($method:ident)*) => {
        $(fn $method(&self) -> bool {
            DuckDbDialect.$method()
        })*
    };
}

impl Dialect for BoundedDialect {
    fn dialect(&self) -> TypeId {
        DuckDbDialect.dialect()
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        DuckDbDialect.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        DuckDbDialect.is_identifier_part(ch)
    }

    fn parse_prefix(&self, _: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                None
            }
            None => Some(Err(ParserError::RecursionLimitExceeded)),
        }
    }

    // All that sqlparser's DuckDbDialect overrides.
    as_in_duckdb! {
        supports_trailing_commas
        supports_filter_during_aggregation
        supports_group_by_expr
        supports_bitwise_shift_operators
        supports_named_fn_args_with_eq_operator
        supports_named_fn_args_with_assignment_operator
        supports_dictionary_syntax
        support_map_literal_syntax
        supports_lambda_functions
        allow_extract_single_quotes
        supports_explain_with_utility_options
        supports_load_extension
        supports_array_typedef_with_brackets
        supports_from_first_select
        supports_order_by_all
        supports_select_wildcard_exclude
        supports_notnull_operator
        supports_install
        supports_detach
        supports_select_wildcard_replace
        supports_comma_separated_trim
    }
}
