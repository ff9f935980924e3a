//! The decoders as a whole.

mod formats;
mod groups;
mod json;
mod limits;
mod property;
mod xlsx;
mod xml;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type, Schema, SchemaRef};
use serde_json::{Map, Value};

use super::*;
use crate::limits::Limits;

pub(super) fn field(name: &str, data_type: DataType, metadata: &[(&str, &str)]) -> FieldRef {
    let metadata = metadata.iter().map(|(key, value)| (format!("jogak:{key}"), (*value).to_owned())).collect();
    Arc::new(Field::new(name, data_type, true).with_metadata(metadata))
}

pub(super) fn plain(name: &str, data_type: DataType) -> FieldRef {
    field(name, data_type, &[])
}

pub(super) fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

pub(super) fn object(fields: Vec<FieldRef>) -> DataType {
    DataType::Struct(fields.into())
}

pub(super) fn schema(fields: Vec<FieldRef>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

pub(super) fn member(name: &str) -> MemberRef {
    MemberRef { object: "labels.zip".into(), member: Some(name.into()), member_index: Some(0) }
}

pub(super) fn paths(texts: &[&str]) -> Vec<RecordsPath> {
    texts.iter().map(|text| RecordsPath::parse(text).unwrap()).collect()
}

/// Everything that a decoder gave for some members.
#[derive(Debug, PartialEq, Clone)]
pub(super) struct Given {
    pub(super) batches: Vec<RecordBatch>,
    pub(super) damage: Vec<Damage>,
    pub(super) counts: Counts,
    pub(super) outcomes: Vec<MemberOutcome>,
}

impl Given {
    pub(super) fn rows(&self) -> Vec<Value> {
        self.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| row_value(batch, row))).collect()
    }

    /// Code, record, line, column and offset of each damage.
    pub(super) fn places(&self) -> Vec<(&str, Option<i64>, i64, i64, i64)> {
        let place = |d: &'_ Damage| (d.line.unwrap_or(-1), d.column.unwrap_or(-1), d.byte_offset.unwrap_or(-1));
        self.damage.iter().map(|d| (d.code.as_str(), d.record, place(d).0, place(d).1, place(d).2)).collect()
    }

    pub(super) fn codes(&self) -> Vec<&str> {
        self.damage.iter().map(|damage| damage.code.as_str()).collect()
    }
}

/// Decodes members, each cut into chunks of the sizes given in turn.
pub(super) fn decode(
    schema: &SchemaRef,
    options: &DecodeOptions,
    members: &[(&str, &[u8])],
    chunks: &[usize],
) -> Given {
    let mut decoder = Decoder::new(Arc::clone(schema), options.clone()).unwrap();
    let mut given = Given { batches: vec![], damage: vec![], counts: Counts::default(), outcomes: vec![] };
    let mut sizes = chunks.iter().cycle();
    for (name, bytes) in members {
        decoder.begin(member(name)).unwrap();
        let mut rest = *bytes;
        while !rest.is_empty() {
            let (chunk, behind) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            rest = behind;
            let mut at = 0;
            while at < chunk.len() {
                at += decoder.decode(&chunk[at..]).unwrap();
                while decoder.is_full() {
                    given.batches.extend(decoder.flush().unwrap());
                }
            }
        }
        decoder.finish_member().unwrap();
        while decoder.is_full() {
            given.batches.extend(decoder.flush().unwrap());
        }
        given.outcomes.push(decoder.member_outcome());
        given.damage.extend(decoder.take_damage());
    }
    while let Some(batch) = decoder.flush().unwrap() {
        given.batches.push(batch);
    }
    given.counts = decoder.counts();
    let delivered: usize = given.batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(given.counts.rows, delivered as u64);
    given
}

/// Decodes one member whole, and asserts that other chunks give the same.
pub(super) fn decode_one(schema: &SchemaRef, options: &DecodeOptions, name: &str, bytes: &[u8]) -> Given {
    let given = decode(schema, options, &[(name, bytes)], &[usize::MAX]);
    for chunks in [[1].as_slice(), &[2, 3], &[7], &[64, 1]] {
        assert_eq!(decode(schema, options, &[(name, bytes)], chunks), given, "chunks of {chunks:?}");
    }
    given
}

pub(super) fn without_src() -> DecodeOptions {
    DecodeOptions { with_src: false, ..DecodeOptions::default() }
}

pub(super) fn row_value(batch: &RecordBatch, row: usize) -> Value {
    let fields = batch.schema();
    Value::Object(fields.fields().iter().zip(batch.columns()).map(|(f, c)| (f.name().clone(), cell(c, row))).collect())
}

fn cell(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|at| cell(&items, at)).collect()
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            fields.iter().zip(columns).map(|(f, c)| (f.name().clone(), cell(c, row))).collect::<Map<_, _>>().into()
        }
        other => panic!("{other}"),
    }
}
