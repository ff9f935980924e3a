//! Typed rows and Arrow: a row type is declared once and gets its Arrow type, a builder and a reader.
//!
//! [`arrow_row!`](crate::arrow_row) declares a struct whose fields are `String`, `bool`, `i32`, `i64`, `f32`, `f64`,
//! other row types, string enums ([`text_enum!`](crate::text_enum)), `Option<T>` and `Vec<T>` of these. Strings become
//! plain `Utf8` and vectors `List`, because views and large lists change the schema that consumers see.
//!
//! Every Arrow field is nullable: the columns pass through SQL, which does not keep non-null promises inside nested
//! types. Which fields may be null is checked by the record validators instead.
//!
//! [`arrow_view!`](crate::arrow_view) declares what is read of such rows where it is not all of them: a view borrows its
//! texts, and its columns are found once for all rows ([`ArrowView`]).

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, LargeStringArray, ListArray, NullBufferBuilder,
    OffsetBufferBuilder, PrimitiveArray, PrimitiveBuilder, StringArray, StringBuilder, StringViewArray, StructArray,
};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Fields, Float32Type, Float64Type, Int32Type, Int64Type};
use sha2::{Digest as _, Sha256};

/// A problem met while reading rows back from Arrow.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// A field that the row type needs is not in the array.
    #[error("no field '{0}'")]
    MissingField(&'static str),
    /// A field has another Arrow type than the row type needs.
    #[error("field '{field}' is {found}, expected {expected}")]
    WrongType {
        /// The field, or the row type for a whole array.
        field: &'static str,
        /// The Arrow type found.
        found: String,
        /// The Arrow type needed.
        expected: &'static str,
    },
    /// A value that must be there is NULL.
    #[error("'{0}' is NULL")]
    Null(&'static str),
    /// A string is none of the values of its enum.
    #[error("'{value}' is not a {kind}")]
    NotOneOf {
        /// The enum.
        kind: &'static str,
        /// The value found.
        value: String,
    },
}

/// A value that can be written to and read from an Arrow array.
pub trait ArrowValue: Sized {
    /// Collects values of one column.
    type Column: ColumnBuilder<Self>;
    /// The Arrow type of the column.
    fn data_type() -> DataType;
    /// An empty column.
    fn column() -> Self::Column;
    /// The value at `row`.
    ///
    /// # Errors
    /// When the array has another type, or holds NULL where this type has no NULL.
    fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError>;
}

/// Takes the bytes of a value, in order.
pub trait Sink {
    /// Takes more bytes.
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Sha256 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// A hash that takes small pieces together: a record has hundreds of them.
pub struct BufferedSha256 {
    hasher: Sha256,
    buffer: [u8; 1024],
    filled: usize,
}

impl Default for BufferedSha256 {
    fn default() -> Self {
        Self { hasher: Sha256::new(), buffer: [0; 1024], filled: 0 }
    }
}

impl BufferedSha256 {
    /// The hash of all that was taken.
    pub fn finish(mut self) -> [u8; 32] {
        self.flush();
        self.hasher.finalize().into()
    }

    fn flush(&mut self) {
        self.hasher.update(&self.buffer[..self.filled]);
        self.filled = 0;
    }
}

impl Sink for BufferedSha256 {
    #[inline]
    fn take(&mut self, bytes: &[u8]) {
        if self.filled + bytes.len() > self.buffer.len() {
            self.flush();
        }
        match self.buffer.get_mut(self.filled..self.filled + bytes.len()) {
            Some(free) => {
                free.copy_from_slice(bytes);
                self.filled += bytes.len();
            }
            None => self.hasher.update(bytes),
        }
    }
}

/// Feeds a value into a hash, so that no two values of a type give the same bytes.
pub trait Digest {
    /// Feeds `self` into `hasher`.
    fn feed(&self, hasher: &mut impl Sink);
}

impl Digest for str {
    fn feed(&self, hasher: &mut impl Sink) {
        hasher.take(&(self.len() as u64).to_le_bytes());
        hasher.take(self.as_bytes());
    }
}

impl Digest for String {
    fn feed(&self, hasher: &mut impl Sink) {
        self.as_str().feed(hasher);
    }
}

impl Digest for bool {
    fn feed(&self, hasher: &mut impl Sink) {
        hasher.take(&[u8::from(*self)]);
    }
}

impl<T: Digest> Digest for Option<T> {
    fn feed(&self, hasher: &mut impl Sink) {
        hasher.take(&[u8::from(self.is_some())]);
        if let Some(value) = self {
            value.feed(hasher);
        }
    }
}

impl<T: Digest> Digest for Vec<T> {
    fn feed(&self, hasher: &mut impl Sink) {
        hasher.take(&(self.len() as u64).to_le_bytes());
        for value in self {
            value.feed(hasher);
        }
    }
}

/// Collects the values of a column.
pub trait ColumnBuilder<T> {
    /// Appends one value.
    fn push(&mut self, value: &T);
    /// Appends a NULL.
    fn push_null(&mut self);
    /// The column collected so far; the builder starts anew.
    fn finish(&mut self) -> ArrayRef;
}

fn wrong(field: &'static str, array: &dyn Array, expected: &'static str) -> RowError {
    RowError::WrongType { field, found: array.data_type().to_string(), expected }
}

/// The text at `row`, whichever of Arrow's three string layouts holds it.
pub fn text_at<'a>(array: &'a dyn Array, row: usize, field: &'static str) -> Result<Option<&'a str>, RowError> {
    if array.is_null(row) {
        return Ok(None);
    }
    match array.data_type() {
        DataType::Utf8 => Ok(Some(array.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Ok(Some(array.as_string::<i64>().value(row))),
        DataType::Utf8View => Ok(Some(array.as_string_view().value(row))),
        DataType::Null => Ok(None),
        _ => Err(wrong(field, array, "Utf8")),
    }
}

/// Column of text; also of string enums.
#[derive(Default)]
pub struct TextColumn(StringBuilder);

impl<T: AsRef<str>> ColumnBuilder<T> for TextColumn {
    fn push(&mut self, value: &T) {
        self.0.append_value(value.as_ref());
    }
    fn push_null(&mut self) {
        self.0.append_null();
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

impl ArrowValue for String {
    type Column = TextColumn;
    fn data_type() -> DataType {
        DataType::Utf8
    }
    fn column() -> TextColumn {
        TextColumn::default()
    }
    fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError> {
        text_at(array, row, field)?.map(str::to_owned).ok_or(RowError::Null(field))
    }
}

/// Column of booleans.
#[derive(Default)]
pub struct BoolColumn(BooleanBuilder);

impl ColumnBuilder<bool> for BoolColumn {
    fn push(&mut self, value: &bool) {
        self.0.append_value(*value);
    }
    fn push_null(&mut self) {
        self.0.append_null();
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

impl ArrowValue for bool {
    type Column = BoolColumn;
    fn data_type() -> DataType {
        DataType::Boolean
    }
    fn column() -> BoolColumn {
        BoolColumn::default()
    }
    fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError> {
        let typed: &BooleanArray = array.as_boolean_opt().ok_or_else(|| wrong(field, array, "Boolean"))?;
        if typed.is_null(row) { Err(RowError::Null(field)) } else { Ok(typed.value(row)) }
    }
}

/// Column of numbers.
pub struct NumberColumn<P: ArrowPrimitiveType>(PrimitiveBuilder<P>);

impl<P: ArrowPrimitiveType> ColumnBuilder<P::Native> for NumberColumn<P> {
    fn push(&mut self, value: &P::Native) {
        self.0.append_value(*value);
    }
    fn push_null(&mut self) {
        self.0.append_null();
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

macro_rules! number_value {
    ($native:ty, $arrow:ty, $name:literal) => {
        impl Digest for $native {
            fn feed(&self, hasher: &mut impl Sink) {
                hasher.take(&self.to_le_bytes());
            }
        }

        impl ArrowValue for $native {
            type Column = NumberColumn<$arrow>;
            fn data_type() -> DataType {
                <$arrow>::DATA_TYPE
            }
            fn column() -> Self::Column {
                NumberColumn(PrimitiveBuilder::new())
            }
            fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError> {
                let typed = array.as_primitive_opt::<$arrow>().ok_or_else(|| wrong(field, array, $name))?;
                if typed.is_null(row) { Err(RowError::Null(field)) } else { Ok(typed.value(row)) }
            }
        }
    };
}
number_value!(i32, Int32Type, "Int32");
number_value!(i64, Int64Type, "Int64");
number_value!(f32, Float32Type, "Float32");
number_value!(f64, Float64Type, "Float64");

/// Column of values that may be missing.
pub struct OptionColumn<T: ArrowValue>(T::Column);

impl<T: ArrowValue> ColumnBuilder<Option<T>> for OptionColumn<T> {
    fn push(&mut self, value: &Option<T>) {
        match value {
            Some(value) => self.0.push(value),
            None => self.0.push_null(),
        }
    }
    fn push_null(&mut self) {
        self.0.push_null();
    }
    fn finish(&mut self) -> ArrayRef {
        self.0.finish()
    }
}

impl<T: ArrowValue> ArrowValue for Option<T> {
    type Column = OptionColumn<T>;
    fn data_type() -> DataType {
        T::data_type()
    }
    fn column() -> OptionColumn<T> {
        OptionColumn(T::column())
    }
    fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError> {
        if array.is_null(row) || array.data_type() == &DataType::Null {
            return Ok(None);
        }
        T::read(array, row, field).map(Some)
    }
}

/// Column of lists.
pub struct ListColumn<T: ArrowValue> {
    items: T::Column,
    lengths: OffsetBufferBuilder<i32>,
    nulls: NullBufferBuilder,
}

impl<T: ArrowValue> ColumnBuilder<Vec<T>> for ListColumn<T> {
    fn push(&mut self, value: &Vec<T>) {
        for item in value {
            self.items.push(item);
        }
        self.lengths.push_length(value.len());
        self.nulls.append_non_null();
    }
    fn push_null(&mut self) {
        self.lengths.push_length(0);
        self.nulls.append_null();
    }
    fn finish(&mut self) -> ArrayRef {
        let field = Arc::new(Field::new("item", T::data_type(), true));
        let lengths = std::mem::replace(&mut self.lengths, OffsetBufferBuilder::new(0));
        Arc::new(ListArray::new(field, lengths.finish(), self.items.finish(), self.nulls.finish()))
    }
}

impl<T: ArrowValue> ArrowValue for Vec<T> {
    type Column = ListColumn<T>;
    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new("item", T::data_type(), true)))
    }
    fn column() -> ListColumn<T> {
        ListColumn { items: T::column(), lengths: OffsetBufferBuilder::new(0), nulls: NullBufferBuilder::new(0) }
    }
    fn read(array: &dyn Array, row: usize, field: &'static str) -> Result<Self, RowError> {
        let list = array.as_list_opt::<i32>().ok_or_else(|| wrong(field, array, "List"))?;
        if list.is_null(row) {
            return Err(RowError::Null(field));
        }
        let (start, end) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
        (start..end).map(|item| T::read(list.values().as_ref(), item, field)).collect()
    }
}

/// Column of rows: one Arrow struct. Made by [`arrow_row!`](crate::arrow_row), which fills `children`.
pub struct StructColumn<C> {
    /// One builder a field.
    pub children: C,
    /// Which rows are NULL.
    pub nulls: NullBufferBuilder,
    /// The fields of the struct.
    pub fields: Fields,
}

impl<C> StructColumn<C> {
    /// An empty column.
    pub fn new(children: C, fields: Fields) -> Self {
        Self { children, nulls: NullBufferBuilder::new(0), fields }
    }
    /// Puts finished children together.
    pub fn assemble(&mut self, children: Vec<ArrayRef>) -> ArrayRef {
        let length = self.nulls.len();
        let nulls = self.nulls.finish();
        if children.is_empty() {
            return Arc::new(StructArray::new_empty_fields(length, nulls));
        }
        Arc::new(StructArray::new(self.fields.clone(), children, nulls))
    }
}

/// The child array called `name`, which is looked for at `place` first.
pub fn child<'a>(
    array: &'a dyn Array,
    row_type: &'static str,
    place: usize,
    name: &'static str,
) -> Result<&'a ArrayRef, RowError> {
    let typed = array.as_struct_opt().ok_or_else(|| wrong(row_type, array, "Struct"))?;
    match typed.fields().get(place) {
        Some(field) if field.name() == name => Ok(typed.column(place)),
        _ => typed.column_by_name(name).ok_or(RowError::MissingField(name)),
    }
}

/// A value that is read from columns found beforehand; it may borrow from them.
pub trait ArrowView<'a>: Sized {
    /// The columns it is read from.
    type Columns;
    /// Finds them in an array, which lies under `field`. What holds no value needs no columns.
    ///
    /// # Errors
    /// When one is missing, or has another type.
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<Self::Columns, RowError>;
    /// The value at `row`.
    ///
    /// # Errors
    /// When there is NULL where this type has no NULL.
    fn view(columns: &Self::Columns, row: usize) -> Result<Self, RowError>;
}

/// A column of text, in whichever of Arrow's three layouts, and its name.
pub struct TextColumns<'a> {
    layout: TextLayout<'a>,
    field: &'static str,
}

enum TextLayout<'a> {
    Plain(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    Null,
}

impl<'a> TextColumns<'a> {
    fn get(&self, row: usize) -> Result<&'a str, RowError> {
        let text = match self.layout {
            TextLayout::Plain(array) => array.is_valid(row).then(|| array.value(row)),
            TextLayout::Large(array) => array.is_valid(row).then(|| array.value(row)),
            TextLayout::View(array) => array.is_valid(row).then(|| array.value(row)),
            TextLayout::Null => None,
        };
        text.ok_or(RowError::Null(self.field))
    }
}

impl<'a> ArrowView<'a> for &'a str {
    type Columns = TextColumns<'a>;
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<TextColumns<'a>, RowError> {
        let layout = match array.data_type() {
            DataType::Utf8 => TextLayout::Plain(array.as_string()),
            DataType::LargeUtf8 => TextLayout::Large(array.as_string()),
            DataType::Utf8View => TextLayout::View(array.as_string_view()),
            DataType::Null => TextLayout::Null,
            _ => return Err(wrong(field, array, "Utf8")),
        };
        Ok(TextColumns { layout, field })
    }
    fn view(columns: &TextColumns<'a>, row: usize) -> Result<Self, RowError> {
        columns.get(row)
    }
}

impl<'a> ArrowView<'a> for bool {
    type Columns = (&'a BooleanArray, &'static str);
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<Self::Columns, RowError> {
        Ok((array.as_boolean_opt().ok_or_else(|| wrong(field, array, "Boolean"))?, field))
    }
    fn view((array, field): &Self::Columns, row: usize) -> Result<Self, RowError> {
        array.is_valid(row).then(|| array.value(row)).ok_or(RowError::Null(field))
    }
}

impl<'a> ArrowView<'a> for i32 {
    type Columns = (&'a PrimitiveArray<Int32Type>, &'static str);
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<Self::Columns, RowError> {
        Ok((array.as_primitive_opt().ok_or_else(|| wrong(field, array, "Int32"))?, field))
    }
    fn view((array, field): &Self::Columns, row: usize) -> Result<Self, RowError> {
        array.is_valid(row).then(|| array.value(row)).ok_or(RowError::Null(field))
    }
}

impl<'a, T: ArrowView<'a>> ArrowView<'a> for Option<T> {
    type Columns = Option<(&'a dyn Array, T::Columns)>;
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<Self::Columns, RowError> {
        let empty = array.null_count() == array.len() || array.data_type() == &DataType::Null;
        if empty { Ok(None) } else { Ok(Some((array, T::columns(array, field)?))) }
    }
    fn view(columns: &Self::Columns, row: usize) -> Result<Self, RowError> {
        match columns {
            Some((array, columns)) if array.is_valid(row) => T::view(columns, row).map(Some),
            _ => Ok(None),
        }
    }
}

/// A column of lists, the columns of their items where there are any, and its name.
pub struct ListColumns<'a, C> {
    lists: &'a ListArray,
    items: Option<C>,
    field: &'static str,
}

impl<'a, T: ArrowView<'a>> ArrowView<'a> for Vec<T> {
    type Columns = ListColumns<'a, T::Columns>;
    fn columns(array: &'a dyn Array, field: &'static str) -> Result<Self::Columns, RowError> {
        let lists: &ListArray = array.as_list_opt().ok_or_else(|| wrong(field, array, "List"))?;
        let items = lists.values();
        let items = if items.is_empty() { None } else { Some(T::columns(items.as_ref(), field)?) };
        Ok(ListColumns { lists, items, field })
    }
    fn view(columns: &Self::Columns, row: usize) -> Result<Self, RowError> {
        if columns.lists.is_null(row) {
            return Err(RowError::Null(columns.field));
        }
        let offsets = columns.lists.value_offsets();
        match &columns.items {
            Some(items) => {
                (offsets[row] as usize..offsets[row + 1] as usize).map(|item| T::view(items, item)).collect()
            }
            None => Ok(Vec::new()),
        }
    }
}

/// Declares a view of a row type: some of its fields, by name. Its fields are `&str`, `bool`, `i32`, string enums, other
/// views, `Option<T>` and `Vec<T>` of these.
#[macro_export]
macro_rules! arrow_view {
    ($(#[$meta:meta])* pub struct $name:ident of $row_type:ident {
        $($(#[$field_meta:meta])* pub $field:ident : $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name<'a> { $($(#[$field_meta])* pub $field: $type,)* }

        const _: () = {
            use $crate::rows::{ArrowView, RowError, child, field_name};

            pub struct Columns<'a> {
                rows: &'a dyn arrow::array::Array,
                name: &'static str,
                $($field: <$type as ArrowView<'a>>::Columns,)*
            }

            impl<'a> ArrowView<'a> for $name<'a> {
                type Columns = Columns<'a>;
                fn columns(rows: &'a dyn arrow::array::Array, name: &'static str) -> Result<Columns<'a>, RowError> {
                    Ok(Columns { rows, name, $($field: {
                        let field = field_name(stringify!($field));
                        let array = child(rows, stringify!($row_type), usize::MAX, field)?;
                        <$type as ArrowView<'a>>::columns(array.as_ref(), field)?
                    },)* })
                }
                fn view(columns: &Columns<'a>, row: usize) -> Result<Self, RowError> {
                    if columns.rows.is_null(row) {
                        return Err(RowError::Null(columns.name));
                    }
                    Ok(Self { $($field: <$type as ArrowView<'a>>::view(&columns.$field, row)?,)* })
                }
            }
        };
    };
}

/// The Arrow name of a Rust field: `r#type` is stored as `type`.
pub fn field_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// Declares a row type: the struct, its Arrow type, its builder and its reader.
#[macro_export]
macro_rules! arrow_row {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident : $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::rows::Digest for $name {
            fn feed(&self, hasher: &mut impl $crate::rows::Sink) {
                $($crate::rows::Digest::feed(&self.$field, hasher);)*
            }
        }

        const _: () = {
            use $crate::rows::{ArrowValue, ColumnBuilder, RowError, StructColumn, child};

            pub struct Children { $($field: <$type as ArrowValue>::Column,)* }

            impl ColumnBuilder<$name> for StructColumn<Children> {
                fn push(&mut self, value: &$name) {
                    $(self.children.$field.push(&value.$field);)*
                    self.nulls.append_non_null();
                }
                fn push_null(&mut self) {
                    $(ColumnBuilder::<$type>::push_null(&mut self.children.$field);)*
                    self.nulls.append_null();
                }
                fn finish(&mut self) -> arrow::array::ArrayRef {
                    let children = vec![$(ColumnBuilder::<$type>::finish(&mut self.children.$field),)*];
                    self.assemble(children)
                }
            }

            impl ArrowValue for $name {
                type Column = StructColumn<Children>;
                fn data_type() -> arrow::datatypes::DataType {
                    arrow::datatypes::DataType::Struct(vec![
                        $(arrow::datatypes::Field::new($crate::rows::field_name(stringify!($field)), <$type as ArrowValue>::data_type(), true),)*
                    ].into())
                }
                fn column() -> Self::Column {
                    let arrow::datatypes::DataType::Struct(fields) = Self::data_type() else {
                        unreachable!("data_type() above is a struct")
                    };
                    StructColumn::new(Children { $($field: <$type as ArrowValue>::column(),)* }, fields)
                }
                fn read(
                    array: &dyn arrow::array::Array, row: usize, field: &'static str,
                ) -> Result<Self, RowError> {
                    if array.is_null(row) {
                        return Err(RowError::Null(field));
                    }
                    let mut places = 0_usize..;
                    Ok(Self { $($field: {
                        let name = $crate::rows::field_name(stringify!($field));
                        let place = places.next().unwrap_or_default();
                        <$type as ArrowValue>::read(child(array, stringify!($name), place, name)?.as_ref(), row, name)?
                    },)* })
                }
            }
        };
    };
}

/// Declares an enum that is stored as text. The first value is the default.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $(#[$first_meta:meta])* $first:ident = $first_text:literal,
        $($(#[$value_meta:meta])* $value:ident = $text:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub enum $name { $(#[$first_meta])* #[default] $first, $($(#[$value_meta])* $value,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$name::$first, $($name::$value,)*];
            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                match self { $name::$first => $first_text, $($name::$value => $text,)* }
            }
            /// The value stored as `text`.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str { self.as_str() }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl $crate::rows::Digest for $name {
            fn feed(&self, hasher: &mut impl $crate::rows::Sink) {
                $crate::rows::Digest::feed(self.as_str(), hasher);
            }
        }

        const _: () = {
            use $crate::rows::{ArrowValue, ArrowView, RowError, TextColumn, TextColumns};
            impl $name {
                fn stored(text: &str) -> Result<Self, RowError> {
                    let other = || RowError::NotOneOf { kind: stringify!($name), value: text.to_owned() };
                    Self::parse(text).ok_or_else(other)
                }
            }
            impl<'a> ArrowView<'a> for $name {
                type Columns = TextColumns<'a>;
                fn columns(array: &'a dyn arrow::array::Array, field: &'static str) -> Result<TextColumns<'a>, RowError> {
                    <&'a str>::columns(array, field)
                }
                fn view(columns: &TextColumns<'a>, row: usize) -> Result<Self, RowError> {
                    Self::stored(<&'a str>::view(columns, row)?)
                }
            }
            impl ArrowValue for $name {
                type Column = TextColumn;
                fn data_type() -> arrow::datatypes::DataType { arrow::datatypes::DataType::Utf8 }
                fn column() -> TextColumn { TextColumn::default() }
                fn read(
                    array: &dyn arrow::array::Array, row: usize, field: &'static str,
                ) -> Result<Self, RowError> {
                    Self::stored($crate::rows::text_at(array, row, field)?.ok_or(RowError::Null(field))?)
                }
            }
        };
    };
}
