//! What values of a field looked like, and the type that takes them all.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

/// An object with more keys than this is a map from data to data, and becomes JSON text.
const MAX_KEYS: usize = 200;

/// The largest integer up to which every integer is a float.
const EXACT: u64 = 1 << 53;

/// The values seen in one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    bools: bool,
    ints: bool,
    floats: bool,
    strings: bool,
    /// An integer beyond what a float holds exactly.
    large: bool,
    /// An integer beyond 64 bits.
    huge: bool,
    /// Values were text by nature, so text takes them all.
    pub(super) text: bool,
    object: Option<Object>,
    list: Option<Box<Shape>>,
}

#[derive(Debug, Clone, Default)]
struct Object {
    /// In the order in which they were first seen.
    fields: Vec<(String, Shape)>,
    index: HashMap<String, usize>,
    map: bool,
}

impl Object {
    fn field(&mut self, name: &str, limited: bool) -> Option<&mut Shape> {
        if self.map {
            return None;
        }
        let at = match self.index.get(name) {
            Some(&at) => at,
            None if limited && self.fields.len() >= MAX_KEYS => {
                *self = Self { map: true, ..Self::default() };
                return None;
            }
            None => {
                self.index.insert(name.to_owned(), self.fields.len());
                self.fields.push((name.to_owned(), Shape::default()));
                self.fields.len() - 1
            }
        };
        self.fields.get_mut(at).map(|(_, shape)| shape)
    }
}

impl Shape {
    /// A field of the record itself, which is never taken for a map.
    pub(super) fn top_field(&mut self, name: &str) -> Option<&mut Self> {
        self.object.get_or_insert_default().field(name, false)
    }

    /// The fields of the record itself.
    pub(super) fn into_fields(self) -> Vec<FieldRef> {
        let fields = self.object.unwrap_or_default().fields;
        fields.into_iter().map(|(name, shape)| shape.field(&name)).collect()
    }

    pub(super) fn saw_bool(&mut self) {
        self.bools = true;
    }

    pub(super) fn saw_int(&mut self, value: i128) {
        self.ints = true;
        self.large |= value.unsigned_abs() > u128::from(EXACT);
        self.huge |= i64::try_from(value).is_err();
    }

    pub(super) fn saw_float(&mut self) {
        self.floats = true;
    }

    pub(super) fn saw_string(&mut self) {
        self.strings = true;
    }

    /// Notes that values of this Arrow type stand here.
    pub(super) fn saw_type(&mut self, data_type: &DataType) {
        match data_type {
            DataType::Boolean => self.bools = true,
            data_type if data_type.is_integer() => self.ints = true,
            data_type if data_type.is_floating() => self.floats = true,
            DataType::Dictionary(_, values) => self.saw_type(values),
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                self.list.get_or_insert_default().saw_type(item.data_type());
            }
            DataType::Struct(fields) => {
                for field in fields {
                    if let Some(shape) = self.object.get_or_insert_default().field(field.name(), true) {
                        shape.saw_type(field.data_type());
                    }
                }
            }
            _ => self.strings = true,
        }
    }

    /// Notes that all values seen were text by nature, here and below.
    pub(super) fn all_text(&mut self) {
        self.text = true;
        if let Some(list) = &mut self.list {
            list.all_text();
        }
        for (_, field) in self.object.iter_mut().flat_map(|object| &mut object.fields) {
            field.all_text();
        }
    }

    fn is_scalar(&self) -> bool {
        self.bools || self.ints || self.floats || self.strings
    }

    fn merge(&mut self, other: Self) {
        self.bools |= other.bools;
        self.ints |= other.ints;
        self.floats |= other.floats;
        self.strings |= other.strings;
        self.large |= other.large;
        self.huge |= other.huge;
        self.text |= other.text;
        if let Some(object) = other.object {
            let own = self.object.get_or_insert_default();
            if object.map {
                *own = object;
            } else {
                for (name, shape) in object.fields {
                    if let Some(field) = own.field(&name, true) {
                        field.merge(shape);
                    }
                }
            }
        }
        if let Some(list) = other.list {
            self.list.get_or_insert_default().merge(*list);
        }
    }

    /// The type that takes all values seen: JSON text where there is no other.
    fn field(self, name: &str) -> FieldRef {
        let json = || DataType::Utf8;
        let mut alternatives: Vec<&str> = Vec::new();
        let mut is_json = false;
        let text = self.text;
        let data_type = if let Some(item) = self.list {
            // One value beside lists is a list of one.
            let kinds = [
                ("struct", self.object.is_some()),
                ("string", self.strings),
                ("int", self.ints),
                ("float", self.floats),
                ("bool", self.bools),
            ];
            alternatives = kinds.iter().filter(|(_, seen)| *seen).map(|(name, _)| *name).collect();
            let mut item = *item;
            item.merge(Self { list: None, ..self });
            let item = item.field(Field::LIST_FIELD_DEFAULT_NAME);
            // Lists beside values of several kinds are better read as the text they are.
            if !alternatives.is_empty() && is_json_field(&item) {
                is_json = true;
                json()
            } else {
                DataType::List(item)
            }
        } else if let Some(object) = &self.object {
            if self.is_scalar() || object.map || object.fields.is_empty() {
                is_json = true;
                json()
            } else {
                DataType::Struct(self.into_fields().into())
            }
        } else {
            match (self.bools, self.ints || self.floats, self.strings) {
                (true, false, false) => DataType::Boolean,
                (false, true, false) if self.huge || (self.floats && self.large) => {
                    alternatives = [("int", self.ints), ("float", self.floats)]
                        .iter()
                        .filter(|(_, seen)| *seen)
                        .map(|(name, _)| *name)
                        .collect();
                    DataType::Utf8
                }
                (false, true, false) if self.floats => DataType::Float64,
                (false, true, false) => DataType::Int64,
                (false, false, true) => DataType::Utf8,
                _ => {
                    is_json = !text;
                    json()
                }
            }
        };
        let mut metadata = HashMap::new();
        if is_json {
            metadata.insert("jogak:json".to_owned(), "true".to_owned());
        } else if !alternatives.is_empty() && !text {
            let quoted: Vec<String> = alternatives.iter().map(|name| format!("\"{name}\"")).collect();
            metadata.insert("jogak:alternatives".to_owned(), format!("[{}]", quoted.join(",")));
        }
        Arc::new(Field::new(name, data_type, true).with_metadata(metadata))
    }
}

pub(super) fn is_json_field(field: &Field) -> bool {
    field.metadata().get("jogak:json").is_some_and(|flag| flag == "true")
}

/// Looks at one value.
pub(super) struct Look<'s> {
    pub(super) shape: Option<&'s mut Shape>,
    /// The value is the record itself.
    pub(super) top: bool,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.top { "an object" } else { "a JSON value" })
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar(Shape::saw_bool)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(|shape| shape.saw_int(i128::from(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(|shape| shape.saw_int(i128::from(value)))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.scalar(|shape| {
            shape.saw_float();
            // Integers beyond 64 bits come as floats too.
            shape.huge |= value.fract() == 0.0 && value.abs() >= 1.8e19;
        })
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.scalar(Shape::saw_string)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.top {
            return Err(A::Error::custom("a record must be an object"));
        }
        let mut list = self.shape.map(|shape| shape.list.get_or_insert_default());
        while items
            .next_element_seed(Look { shape: list.as_deref_mut().map(|list| &mut **list), top: false })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut object = self.shape.map(|shape| shape.object.get_or_insert_default());
        while let Some(key) = entries.next_key::<std::borrow::Cow<'de, str>>()? {
            let shape = object.as_deref_mut().and_then(|object| object.field(&key, !self.top));
            entries.next_value_seed(Look { shape, top: false })?;
        }
        Ok(())
    }
}

impl Look<'_> {
    fn scalar<E: serde::de::Error>(self, note: impl FnOnce(&mut Shape)) -> Result<(), E> {
        if self.top {
            return Err(E::custom("a record must be an object"));
        }
        if let Some(shape) = self.shape {
            note(shape);
        }
        Ok(())
    }
}
