//! The declared schema as a tree of columns under construction: what may stand where, under which names.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, StructArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};

use super::column::{Bools, Numbers, Text, Validity, offset, take_offsets};
use crate::error::{Error, Result};

/// Other types that are accepted in place of the declared one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Accepts(u8);

impl Accepts {
    pub(super) const STRUCT: Self = Self(1);
    pub(super) const STRING: Self = Self(2);
    pub(super) const INT: Self = Self(4);
    pub(super) const FLOAT: Self = Self(8);
    pub(super) const BOOL: Self = Self(16);
    pub(super) const LIST: Self = Self(32);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A field, or the item of a list.
#[derive(Debug)]
pub(super) struct Node {
    /// JSON pointer in the schema; items of lists are `*`.
    pub(super) pointer: String,
    /// Position among all nodes, for counting.
    pub(super) id: usize,
    pub(super) accepts: Accepts,
    /// NULL or nothing here refuses the record.
    pub(super) required: bool,
    /// Columns that get a row with each row here: those inside lists do not.
    pub(super) width: usize,
    pub(super) data: Data,
}

/// The column of a node.
#[derive(Debug)]
pub(super) enum Data {
    Utf8(Text),
    /// Any value, as its raw JSON text.
    Json(Text),
    Int64(Numbers<i64>),
    Float64(Numbers<f64>),
    Boolean(Bools),
    List(List),
    Struct(Struct),
}

impl Data {
    fn width(&self) -> usize {
        match self {
            Self::Struct(structure) => structure.nodes.iter().map(|node| node.width).sum(),
            _ => 1,
        }
    }
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) validity: Validity,
    offsets: Vec<i32>,
    pub(super) item: Box<Node>,
    field: FieldRef,
}

#[derive(Debug)]
pub(super) struct Struct {
    pub(super) validity: Validity,
    pub(super) nodes: Vec<Node>,
    pub(super) fields: Fields,
    pub(super) names: Vec<Name>,
    /// The name that opened the last object: the first guess for the next.
    first: usize,
    index: HashMap<Box<[u8]>, usize>,
}

/// A key under which a field is found: its name or one of its aliases.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) key: Box<[u8]>,
    pub(super) field: usize,
    pub(super) alias: bool,
    /// Stands in JSON as it is, without escapes.
    pub(super) plain: bool,
    /// The name that followed this one in the last object: the first guess for the next.
    next: usize,
}

impl Struct {
    /// The name to try first behind `last` (or at the start of an object).
    #[inline]
    pub(super) fn guess(&self, last: Option<usize>) -> usize {
        last.and_then(|last| self.names.get(last)).map_or(self.first, |name| name.next)
    }

    /// Finds `key` and remembers that it follows `last`.
    pub(super) fn find(&mut self, key: &[u8], last: Option<usize>) -> Option<usize> {
        let found = if self.names.len() <= 8 {
            self.names.iter().position(|name| *name.key == *key)
        } else {
            self.index.get(key).copied()
        }?;
        match last.and_then(|last| self.names.get_mut(last)) {
            Some(name) => name.next = found,
            None => self.first = found,
        }
        Some(found)
    }

    /// Closes a row whose fields all have one.
    pub(super) fn close(&mut self) {
        self.validity.push(true);
    }

    pub(super) fn take_columns(&mut self, rows: usize) -> Vec<ArrayRef> {
        self.validity.take(rows);
        self.nodes.iter_mut().map(|node| node.take(rows)).collect()
    }
}

impl List {
    /// Closes a row of all items appended since the last.
    pub(super) fn close(&mut self, valid: bool) {
        self.offsets.push(offset(self.item.len()));
        self.validity.push(valid);
    }
}

impl Node {
    /// The whole schema as one required object.
    ///
    /// # Errors
    /// A field has a type that no decoder gives, or metadata that says nothing sensible.
    pub(super) fn root(fields: &Fields) -> Result<Self> {
        let mut count = 0;
        let data = Data::Struct(structure(fields, "", &mut count)?);
        let width = data.width();
        Ok(Self { pointer: String::new(), id: count, accepts: Accepts::default(), required: true, width, data })
    }

    pub(super) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Utf8(_) => "a string",
            Data::Json(_) => "a value",
            Data::Int64(_) => "an integer",
            Data::Float64(_) => "a number",
            Data::Boolean(_) => "true or false",
            Data::List(_) => "a list",
            Data::Struct(_) => "an object",
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.data {
            Data::Utf8(text) | Data::Json(text) => text.len(),
            Data::Int64(numbers) => numbers.len(),
            Data::Float64(numbers) => numbers.len(),
            Data::Boolean(bools) => bools.len(),
            Data::List(list) => list.validity.len(),
            Data::Struct(structure) => structure.validity.len(),
        }
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        match &self.data {
            Data::Utf8(text) | Data::Json(text) => text.get(row).is_none(),
            Data::Int64(numbers) => numbers.get(row).is_none(),
            Data::Float64(numbers) => numbers.get(row).is_none(),
            Data::Boolean(bools) => bools.get(row).is_none(),
            Data::List(list) => list.validity.is_null(row),
            Data::Struct(structure) => structure.validity.is_null(row),
        }
    }

    pub(super) fn push_null(&mut self) {
        match &mut self.data {
            Data::Utf8(text) | Data::Json(text) => text.close(false),
            Data::Int64(numbers) => numbers.push(None),
            Data::Float64(numbers) => numbers.push(None),
            Data::Boolean(bools) => bools.push(None),
            Data::List(list) => list.close(false),
            Data::Struct(structure) => {
                structure.nodes.iter_mut().for_each(Self::push_null);
                structure.validity.push(false);
            }
        }
    }

    /// Cuts off all rows from `rows` on, also the unfinished part of the next.
    pub(super) fn truncate(&mut self, rows: usize) {
        match &mut self.data {
            Data::Utf8(text) | Data::Json(text) => text.truncate(rows),
            Data::Int64(numbers) => numbers.truncate(rows),
            Data::Float64(numbers) => numbers.truncate(rows),
            Data::Boolean(bools) => bools.truncate(rows),
            Data::List(list) => {
                list.validity.truncate(rows);
                list.offsets.truncate(rows + 1);
                list.item.truncate(list.offsets.last().map_or(0, |&end| end as usize));
            }
            Data::Struct(structure) => {
                structure.validity.truncate(rows);
                structure.nodes.iter_mut().for_each(|node| node.truncate(rows));
            }
        }
    }

    /// The first `rows` rows as an array; later ones stay.
    pub(super) fn take(&mut self, rows: usize) -> ArrayRef {
        match &mut self.data {
            Data::Utf8(text) | Data::Json(text) => text.take(rows),
            Data::Int64(numbers) => numbers.take::<Int64Type>(rows),
            Data::Float64(numbers) => numbers.take::<Float64Type>(rows),
            Data::Boolean(bools) => bools.take(rows),
            Data::List(list) => {
                let offsets = take_offsets(&mut list.offsets, rows);
                let items = list.item.take(offsets.last().map_or(0, |&end| end as usize));
                let nulls = list.validity.take(rows);
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(ListArray::new(Arc::clone(&list.field), offsets, items, nulls))
            }
            Data::Struct(structure) => {
                let nulls = structure.validity.take(rows);
                let columns = structure.nodes.iter_mut().map(|node| node.take(rows)).collect();
                Arc::new(StructArray::new(structure.fields.clone(), columns, nulls))
            }
        }
    }

    /// The pointers of all nodes by their numbers.
    pub(super) fn pointers(&self, into: &mut Vec<String>) {
        if into.len() <= self.id {
            into.resize(self.id + 1, String::new());
        }
        if let Some(slot) = into.get_mut(self.id) {
            slot.clone_from(&self.pointer);
        }
        match &self.data {
            Data::List(list) => list.item.pointers(into),
            Data::Struct(structure) => structure.nodes.iter().for_each(|node| node.pointers(into)),
            _ => {}
        }
    }
}

/// `name` as a part of a JSON pointer.
pub(super) fn pointer_part(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn structure(fields: &Fields, pointer: &str, count: &mut usize) -> Result<Struct> {
    if fields.is_empty() {
        return Err(Error::invalid(format!(
            "schema: `{pointer}` is a struct without fields; declare them, or type json"
        )));
    }
    let mut nodes = Vec::with_capacity(fields.len());
    let mut names = Vec::new();
    let mut index = HashMap::new();
    for (position, field) in fields.iter().enumerate() {
        let pointer = format!("{pointer}{}", pointer_part(field.name()));
        let aliases = string_list(field, "jogak:aliases", &pointer)?;
        for (nth, key) in std::iter::once(field.name()).chain(&aliases).enumerate() {
            let key: Box<[u8]> = key.as_bytes().into();
            if index.insert(key.clone(), names.len()).is_some() {
                let key = String::from_utf8_lossy(&key);
                return Err(Error::invalid(format!(
                    "schema: `{pointer}`: the key `{key}` is declared twice in one object"
                )));
            }
            let plain = !key.iter().any(|&b| b == b'"' || b == b'\\' || b < 0x20);
            names.push(Name { key, field: position, alias: nth > 0, plain, next: 0 });
        }
        nodes.push(node(field, pointer, Accepts::default(), count)?);
    }
    // Until an object shows otherwise, fields follow each other as declared.
    let main: Vec<usize> = (0..names.len()).filter(|&at| names.get(at).is_some_and(|name| !name.alias)).collect();
    for name in &mut names {
        name.next = main.get(name.field + 1).copied().unwrap_or(0);
    }
    let fields = fields.iter().map(output_field).collect();
    Ok(Struct { validity: Validity::default(), nodes, fields, names, first: 0, index })
}

fn node(field: &FieldRef, pointer: String, inherited: Accepts, count: &mut usize) -> Result<Node> {
    let json = field.metadata().get("jogak:json").is_some_and(|flag| flag == "true");
    let required = !field.is_nullable() || field.metadata().get("jogak:required").is_some_and(|flag| flag == "true");
    let possible = match field.data_type() {
        DataType::Utf8 if json => Accepts::default(),
        DataType::Utf8 => Accepts::INT.and(Accepts::FLOAT).and(Accepts::BOOL).and(Accepts::LIST),
        DataType::Int64 => Accepts::STRING.and(Accepts::FLOAT).and(Accepts::LIST),
        DataType::Float64 => Accepts::STRING.and(Accepts::INT).and(Accepts::LIST),
        DataType::Boolean => Accepts::STRING.and(Accepts::INT).and(Accepts::LIST),
        DataType::Struct(_) => Accepts::LIST,
        DataType::List(_) => {
            Accepts(Accepts::STRUCT.0 | Accepts::STRING.0 | Accepts::INT.0 | Accepts::FLOAT.0 | Accepts::BOOL.0)
        }
        other => {
            return Err(Error::invalid(format!(
                "schema: `{pointer}` has type {other}; possible are string, int, float, bool, json, list and struct"
            )));
        }
    };
    let mut accepts = Accepts(inherited.0 & possible.0);
    for name in string_list(field, "jogak:alternatives", &pointer)? {
        let alternative = match name.as_str() {
            "struct" => Accepts::STRUCT,
            "string" => Accepts::STRING,
            "int" => Accepts::INT,
            "float" => Accepts::FLOAT,
            "bool" => Accepts::BOOL,
            "list" => Accepts::LIST,
            _ => {
                return Err(Error::invalid(format!(
                    "schema: `{pointer}`: unknown alternative `{name}`; possible are struct, string, int, float, bool, list"
                )));
            }
        };
        if !possible.has(alternative) {
            let what = if json { "json".to_owned() } else { field.data_type().to_string() };
            return Err(Error::invalid(format!("schema: `{pointer}`: `{name}` is no alternative to {what}")));
        }
        accepts = accepts.and(alternative);
    }
    let id = *count;
    *count += 1;
    let data = match field.data_type() {
        DataType::Utf8 if json => Data::Json(Text::default()),
        DataType::Int64 => Data::Int64(Numbers::default()),
        DataType::Float64 => Data::Float64(Numbers::default()),
        DataType::Boolean => Data::Boolean(Bools::default()),
        DataType::Struct(fields) => Data::Struct(structure(fields, &pointer, count)?),
        DataType::List(item) => {
            let node = node(item, format!("{pointer}/*"), accepts, count)?;
            let field = output_field(item);
            Data::List(List { validity: Validity::default(), offsets: vec![0], item: Box::new(node), field })
        }
        _ => Data::Utf8(Text::default()),
    };
    let width = data.width();
    Ok(Node { pointer, id, accepts, required, width, data })
}

fn string_list(field: &Field, key: &str, pointer: &str) -> Result<Vec<String>> {
    match field.metadata().get(key) {
        None => Ok(Vec::new()),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            Error::invalid(format!("schema: `{pointer}`: `{key}` must be a JSON array of strings, not {text}"))
                .because(error)
        }),
    }
}

/// The field as it appears in batches: without the instructions to the decoder, at any depth.
pub(super) fn output_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(output_field).collect()),
        DataType::List(item) => DataType::List(output_field(item)),
        other => other.clone(),
    };
    let metadata: BTreeMap<_, _> = field.metadata().iter().filter(|(key, _)| !key.starts_with("jogak:")).collect();
    let metadata = metadata.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata))
}
