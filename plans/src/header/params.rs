//! `params`: typed values that a run may set with `--set name=value`.

use std::fmt;
use std::ops::Range;

use super::yaml::{Entry, Fields, Node, Value};
use crate::diagnostic::{Diagnostic, code};

/// Type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// 64-bit whole number.
    Int,
    /// 64-bit float, never infinite or NaN.
    Float,
    /// Text.
    Text,
    /// Truth value.
    Bool,
}

impl ParamType {
    /// As it is written in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            ParamType::Int => "int",
            ParamType::Float => "float",
            ParamType::Text => "string",
            ParamType::Bool => "bool",
        }
    }
}

/// Value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// Whole number.
    Int(i64),
    /// Finite number.
    Float(f64),
    /// Text.
    Text(String),
    /// Truth value.
    Bool(bool),
}

impl ParamValue {
    /// Reads a value given as text, as on the command line. `None` when it is not of the type.
    pub fn parse(kind: ParamType, text: &str) -> Option<Self> {
        match kind {
            ParamType::Int => text.trim().parse().ok().map(ParamValue::Int),
            ParamType::Float => text.trim().parse().ok().filter(|value: &f64| value.is_finite()).map(ParamValue::Float),
            ParamType::Text => Some(ParamValue::Text(text.to_owned())),
            ParamType::Bool => text.trim().parse().ok().map(ParamValue::Bool),
        }
    }
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamValue::Int(value) => write!(f, "{value}"),
            // Debug keeps the point of whole floats, so that 2.0 stays a float in SQL.
            ParamValue::Float(value) => write!(f, "{value:?}"),
            ParamValue::Text(value) => write!(f, "{value}"),
            ParamValue::Bool(value) => write!(f, "{value}"),
        }
    }
}

/// A parameter of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its type.
    pub kind: ParamType,
    /// Its value when the run does not set it; without one the run must.
    pub default: Option<ParamValue>,
    /// Bytes of the plan file: the parameter's name.
    pub span: Range<usize>,
}

const TYPES: [(&str, ParamType); 4] =
    [("int", ParamType::Int), ("float", ParamType::Float), ("string", ParamType::Text), ("bool", ParamType::Bool)];

/// Reads one entry of `params:`.
pub(super) fn read(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<Param> {
    let place = format!("parameter `{}`", entry.key);
    let fields = Fields::of(&entry.node, &place, &["type", "default"], out);
    let kind = fields.require("type", &place, &entry.span, out)?.choice("type", &TYPES, out)?;
    let default = match fields.get("default") {
        Some(node) => Some(read_default(node, kind, out)?),
        None => None,
    };
    Some(Param { kind, default, span: entry.span.clone() })
}

fn read_default(node: &Node, kind: ParamType, out: &mut Vec<Diagnostic>) -> Option<ParamValue> {
    let value = match (&node.value, kind) {
        (Value::Int(value), ParamType::Int) => Some(ParamValue::Int(*value)),
        // YAML writes whole floats without a point; beyond 2^53 digits would be lost, which no plan parameter needs.
        (Value::Int(value), ParamType::Float) => Some(ParamValue::Float(*value as f64)),
        (Value::Float(value), ParamType::Float) if value.is_finite() => Some(ParamValue::Float(*value)),
        (Value::Text(value), ParamType::Text) => Some(ParamValue::Text(value.clone())),
        (Value::Bool(value), ParamType::Bool) => Some(ParamValue::Bool(*value)),
        _ => None,
    };
    if value.is_none() {
        let mut diagnostic = Diagnostic::error(
            code::PARAM_VALUE,
            format!("the default is {}, but the type is {}", node.describe(), kind.as_str()),
        )
        .at(node.span.clone(), format!("not of type {}", kind.as_str()));
        if let (ParamType::Text, Some(text)) = (kind, node.scalar_text()) {
            diagnostic = diagnostic.help(format!("write \"{text}\" in quotes"));
        }
        out.push(diagnostic);
    }
    value
}
