//! Arguments of SQL functions: what a function takes, and typed access to what it got.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, plan_datafusion_err};

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any string type.
    Text,
    /// Any integer type.
    Integer,
    /// A boolean.
    Boolean,
    /// Text, a number or a boolean.
    Scalar,
    /// A list of text.
    TextList,
    /// A list of structs.
    StructList,
    /// A struct.
    Struct,
    /// The `_src` column.
    Source,
}

/// A named argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// Shorthand for tables of arguments.
pub(super) const fn arg(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind }
}

impl Kind {
    fn describe(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "an integer",
            Kind::Boolean => "a boolean",
            Kind::Scalar => "text, a number or a boolean",
            Kind::TextList => "a list of text",
            Kind::StructList => "a list of structs",
            Kind::Struct => "a struct, as named_struct('name', value, …) makes one",
            Kind::Source => "the column _src",
        }
    }

    pub(super) fn accepts(self, data_type: &DataType) -> bool {
        use DataType::{LargeUtf8, Null, Utf8, Utf8View};
        if *data_type == Null {
            return self != Kind::Source;
        }
        let text = matches!(data_type, Utf8 | LargeUtf8 | Utf8View);
        let item = match data_type {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                Some(item.data_type())
            }
            _ => None,
        };
        match self {
            Kind::Text => text,
            Kind::Integer => data_type.is_integer(),
            Kind::Boolean => *data_type == DataType::Boolean,
            Kind::Scalar => text || data_type.is_numeric() || *data_type == DataType::Boolean,
            Kind::TextList => item.is_some_and(|item| matches!(item, Utf8 | LargeUtf8 | Utf8View | Null)),
            Kind::StructList => item.is_some_and(|item| matches!(item, DataType::Struct(_) | Null)),
            Kind::Struct => matches!(data_type, DataType::Struct(_)),
            Kind::Source => match data_type {
                DataType::Struct(fields) => fields.find("object").is_some() && fields.find("sha256").is_some(),
                _ => false,
            },
        }
    }
}

/// Checks the types of a call; the message names function, argument and what it got.
pub(super) fn check_types(function: &str, arguments: &[Argument], optional: usize, types: &[DataType]) -> Result<()> {
    let least = arguments.len() - optional;
    if types.len() < least || types.len() > arguments.len() {
        let names: Vec<_> = arguments
            .iter()
            .enumerate()
            .map(
                |(index, argument)| {
                    if index < least { argument.name.to_owned() } else { format!("[{}]", argument.name) }
                },
            )
            .collect();
        return Err(plan_datafusion_err!(
            "{function} takes ({}), and was given {} arguments",
            names.join(", "),
            types.len()
        ));
    }
    for (index, (argument, found)) in arguments.iter().zip(types).enumerate() {
        if !argument.kind.accepts(found) {
            return Err(plan_datafusion_err!(
                "{function}: argument {} '{}' must be {}, and is {found}",
                index + 1,
                argument.name,
                argument.kind.describe()
            ));
        }
    }
    Ok(())
}

/// The arguments of one call, as arrays of equal length.
pub(super) struct Arguments<'a> {
    pub(super) function: &'static str,
    pub(super) names: &'a [Argument],
    pub(super) arrays: &'a [ArrayRef],
    pub(super) rows: usize,
}

impl Arguments<'_> {
    /// The array of argument `name`; none where it is optional and was left out.
    fn array(&self, name: &str) -> Option<&ArrayRef> {
        let index = self.names.iter().position(|argument| argument.name == name)?;
        self.arrays.get(index)
    }

    /// Argument `name` as text.
    pub(super) fn text(&self, name: &str) -> Result<TextColumn> {
        TextColumn::new(self.array(name), self.function, name)
    }

    /// Argument `name` as 64-bit integers.
    pub(super) fn integer(&self, name: &str) -> Result<IntegerColumn> {
        IntegerColumn::new(self.array(name), self.function, name)
    }

    /// Argument `name` as booleans.
    pub(super) fn boolean(&self, name: &str) -> Result<BooleanColumn> {
        BooleanColumn::new(self.array(name), self.function, name)
    }

    /// Argument `name` as a list.
    pub(super) fn list(&self, name: &str) -> Result<ListColumn> {
        ListColumn::new(self.array(name), self.function, name)
    }

    /// Argument `name` as a struct.
    pub(super) fn structure(&self, name: &str) -> Result<Option<StructArray>> {
        match self.array(name) {
            None => Ok(None),
            Some(array) if *array.data_type() == DataType::Null => Ok(None),
            Some(array) => array
                .as_struct_opt()
                .cloned()
                .map(Some)
                .ok_or_else(|| exec_datafusion_err!("{}: '{name}' is no struct", self.function)),
        }
    }
}

fn converted(array: &ArrayRef, to: &DataType, function: &str, name: &str) -> Result<ArrayRef> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    cast(array, to).map_err(|e| DataFusionError::from(e).context(format!("{function}: reading '{name}'")))
}

/// Text values by row.
pub(super) struct TextColumn(Option<ArrayRef>);

impl TextColumn {
    pub(super) fn new(array: Option<&ArrayRef>, function: &str, name: &str) -> Result<Self> {
        array.map(|array| converted(array, &DataType::Utf8, function, name)).transpose().map(Self)
    }

    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let array = self.0.as_ref()?.as_string_opt::<i32>()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    }
}

/// Integers by row.
pub(super) struct IntegerColumn(Option<ArrayRef>);

impl IntegerColumn {
    pub(super) fn new(array: Option<&ArrayRef>, function: &str, name: &str) -> Result<Self> {
        array.map(|array| converted(array, &DataType::Int64, function, name)).transpose().map(Self)
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        let array = self.0.as_ref()?.as_primitive_opt::<Int64Type>()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    }
}

/// Booleans by row.
pub(super) struct BooleanColumn(Option<BooleanArray>);

impl BooleanColumn {
    pub(super) fn new(array: Option<&ArrayRef>, function: &str, name: &str) -> Result<Self> {
        let array = array.map(|array| converted(array, &DataType::Boolean, function, name)).transpose()?;
        Ok(Self(array.and_then(|array| array.as_boolean_opt().cloned())))
    }

    pub(super) fn get(&self, row: usize) -> Option<bool> {
        let array = self.0.as_ref()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    }
}

/// Lists by row: the range of items of each row, and the items.
pub(super) struct ListColumn {
    offsets: Vec<(usize, usize, bool)>,
    pub(super) items: Option<ArrayRef>,
}

impl ListColumn {
    pub(super) fn new(array: Option<&ArrayRef>, function: &str, name: &str) -> Result<Self> {
        let Some(array) = array.filter(|array| *array.data_type() != DataType::Null) else {
            return Ok(Self { offsets: Vec::new(), items: None });
        };
        let wanted = match array.data_type() {
            DataType::LargeList(item) | DataType::FixedSizeList(item, _) => DataType::List(Arc::clone(item)),
            other => other.clone(),
        };
        let array = converted(array, &wanted, function, name)?;
        let list = array.as_list_opt::<i32>().ok_or_else(|| exec_datafusion_err!("{function}: '{name}' is no list"))?;
        let offsets = list.offsets().windows(2).enumerate();
        let offsets = offsets.map(|(row, pair)| (pair[0] as usize, pair[1] as usize, list.is_valid(row))).collect();
        Ok(Self { offsets, items: Some(Arc::clone(list.values())) })
    }

    /// The items of `row`, as indices into `items`; none for NULL.
    pub(super) fn get(&self, row: usize) -> Option<std::ops::Range<usize>> {
        let (start, end, valid) = *self.offsets.get(row)?;
        valid.then_some(start..end)
    }
}

/// Field `name` of a struct, where both exist.
pub(super) fn field<'a>(structure: Option<&'a StructArray>, name: &str) -> Option<&'a ArrayRef> {
    structure?.column_by_name(name)
}

/// Floating-point numbers by row; integers and numeric text are read as such.
pub(super) struct FloatColumn(Option<ArrayRef>);

impl FloatColumn {
    pub(super) fn new(array: Option<&ArrayRef>, function: &str, name: &str) -> Result<Self> {
        array.map(|array| converted(array, &DataType::Float64, function, name)).transpose().map(Self)
    }

    pub(super) fn get(&self, row: usize) -> Option<f64> {
        let array = self.0.as_ref()?.as_primitive_opt::<Float64Type>()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    }
}
