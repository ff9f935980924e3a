//! The SQL functions, by family: [`text`], [`verify`], [`reasoning`], [`motion`].
//!
//! A function is a name, its arguments, the type it returns, and a kernel over whole columns. Each is specified by
//! `tests/sql/<family>/<function>.slt`. All are immutable: the same arguments give the same value on every machine.

mod arguments;
mod motion;
mod reasoning;
mod text;
mod verify;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;

use arguments::{Argument, Arguments, check_types};

type Returns = fn(&[DataType], &[Option<&ScalarValue>]) -> Result<DataType>;
type Kernel = fn(&Arguments<'_>) -> Result<ArrayRef>;

/// A scalar function of jogak.
struct Function {
    name: &'static str,
    family: &'static str,
    arguments: &'static [Argument],
    /// How many of the last arguments may be left out.
    optional: usize,
    returns: Returns,
    kernel: Kernel,
    signature: Signature,
    /// Rows computed so far.
    rows: AtomicU64,
}

impl Function {
    fn new(
        family: &'static str,
        name: &'static str,
        arguments: &'static [Argument],
        optional: usize,
        returns: Returns,
        kernel: Kernel,
    ) -> Self {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Self { name, family, arguments, optional, returns, kernel, signature, rows: AtomicU64::new(0) }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        check_types(self.name, self.arguments, self.optional, types)?;
        (self.returns)(types, &vec![None; types.len()])
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<_> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        check_types(self.name, self.arguments, self.optional, &types)?;
        let returned = (self.returns)(&types, args.scalar_arguments)?;
        Ok(Arc::new(Field::new(self.name, returned, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        if rows == 0 {
            // A constant has no value to show here, and some types depend on one.
            return Ok(ColumnarValue::Array(new_empty_array(args.return_field.data_type())));
        }
        let arrays = args.args.iter().map(|value| value.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let result = (self.kernel)(&Arguments { function: self.name, names: self.arguments, arrays: &arrays, rows })?;
        debug_assert_eq!(result.len(), rows);
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        if constant {
            return ScalarValue::try_from_array(&result, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(result))
    }
}

fn families() -> Vec<Function> {
    [text::functions(), verify::functions(), reasoning::functions(), motion::functions()]
        .into_iter()
        .flatten()
        .collect()
}

/// A function's family, name and arguments, for documentation and for the test that each has its specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionInfo {
    /// `text`, `verify`, `reasoning` or `motion`.
    pub family: &'static str,
    /// As it is called in SQL.
    pub name: &'static str,
    /// The names of its arguments, the optional ones in brackets.
    pub arguments: Vec<String>,
}

/// All functions of jogak, by family and name.
pub fn functions() -> Vec<FunctionInfo> {
    let mut list: Vec<_> = families()
        .into_iter()
        .map(|function| {
            let least = function.arguments.len() - function.optional;
            let named = |(index, argument): (usize, &Argument)| {
                if index < least { argument.name.to_owned() } else { format!("[{}]", argument.name) }
            };
            let arguments = function.arguments.iter().enumerate().map(named).collect();
            FunctionInfo { family: function.family, name: function.name, arguments }
        })
        .collect();
    list.sort_by(|a, b| (a.family, a.name).cmp(&(b.family, b.name)));
    list
}

/// Registers all functions of jogak and the `json_get…` functions.
///
/// # Errors
/// When the JSON functions cannot be registered.
pub(crate) fn register(context: &SessionContext) -> Result<()> {
    for function in families() {
        context.register_udf(ScalarUDF::from(function));
    }
    let mut state = context.state();
    datafusion_functions_json::register_all(&mut state)?;
    for udf in state.scalar_functions().values() {
        if udf.name().starts_with("json_") {
            context.register_udf(udf.as_ref().clone());
        }
    }
    Ok(())
}

/// How many rows each record builder has computed in this session, by its name. A builder is the costly part of a plan:
/// more than once for one row would be work done twice.
pub fn evaluations(context: &SessionContext) -> BTreeMap<&'static str, u64> {
    let state = context.state();
    let functions = state.scalar_functions().values().filter_map(|udf| udf.inner().downcast_ref::<Function>());
    let builders = functions.filter(|function| function.name.starts_with("reason_") || function.name == "vla_episode");
    builders.map(|builder| (builder.name, builder.rows.load(Ordering::Relaxed))).filter(|(_, rows)| *rows > 0).collect()
}

/// The record builders and their versions. A table remembers with which ones its rows were made.
pub fn builder_versions() -> Vec<&'static str> {
    vec![
        crate::motion::BUILDER,
        crate::reasoning::choice::BUILDER,
        crate::reasoning::math::BUILDER,
        crate::reasoning::mrc::BUILDER,
        crate::reasoning::nli::BUILDER,
        crate::reasoning::yes_no::BUILDER,
    ]
}
