//! Verification in SQL: does a span stand where it is said to, does an expression have the value, is a label known?
//!
//! Every function returns NULL when an argument is NULL. Specified in `tests/sql/verify/`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::Function;
use super::arguments::{Argument, Arguments, Kind, TextColumn, arg};
use crate::reasoning::math::computes_to;
use crate::text::{CharIndex, normalize_answer};

const VERIFY_SPAN: &[Argument] =
    &[arg("context", Kind::Text), arg("span", Kind::Text), arg("char_start", Kind::Integer)];
const VERIFY_NUMBER: &[Argument] = &[arg("expression", Kind::Text), arg("value", Kind::Text)];
const VERIFY_LABEL: &[Argument] = &[arg("label", Kind::Text), arg("allowed", Kind::TextList)];

pub(super) fn functions() -> Vec<Function> {
    let boolean: super::Returns = |_, _| Ok(DataType::Boolean);
    vec![
        Function::new("verify", "verify_span", VERIFY_SPAN, 0, boolean, verify_span),
        Function::new("verify", "verify_number", VERIFY_NUMBER, 0, boolean, verify_number),
        Function::new("verify", "verify_label", VERIFY_LABEL, 0, boolean, verify_label),
    ]
}

fn collect(rows: usize, value: impl Fn(usize) -> Option<bool>) -> ArrayRef {
    let mut builder = BooleanBuilder::with_capacity(rows);
    (0..rows).for_each(|row| builder.append_option(value(row)));
    Arc::new(builder.finish())
}

/// `context[char_start..]` begins with `span`.
fn verify_span(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (context, span, start) = (args.text("context")?, args.text("span")?, args.integer("char_start")?);
    Ok(collect(args.rows, |row| {
        let (context, span, start) = (context.get(row)?, span.get(row)?, start.get(row)?);
        let at = usize::try_from(start).ok().and_then(|start| CharIndex::new(context).to_byte(start));
        Some(at.is_some_and(|at| context.get(at..).is_some_and(|rest| rest.starts_with(span))))
    }))
}

/// The exact value of the expression is the number, or rounds to it at the number's own precision.
fn verify_number(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (expression, value) = (args.text("expression")?, args.text("value")?);
    Ok(collect(args.rows, |row| Some(computes_to(expression.get(row)?, value.get(row)?))))
}

/// The label is one of the allowed ones, compared as answers are.
fn verify_label(args: &Arguments<'_>) -> Result<ArrayRef> {
    let (label, allowed) = (args.text("label")?, args.list("allowed")?);
    let items = TextColumn::new(allowed.items.as_ref(), args.function, "allowed")?;
    Ok(collect(args.rows, |row| {
        let label = normalize_answer(label.get(row)?);
        Some(allowed.get(row)?.filter_map(|item| items.get(item)).any(|item| normalize_answer(item) == label))
    }))
}
