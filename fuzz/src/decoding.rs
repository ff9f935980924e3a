//! Decoding a member, whole and in pieces.

use arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type, Schema, SchemaRef};
use jogak_connectors::damage::Damage;
use jogak_connectors::decode::{Counts, DecodeOptions, Decoder, Format, Grouping, MemberOutcome, MemberRef};
use jogak_connectors::limits::Limits;
use serde_json::{Map, Value};
use std::sync::Arc;

pub(crate) fn field(name: &str, data_type: DataType, metadata: &[(&str, &str)]) -> FieldRef {
    let metadata = metadata.iter().map(|(key, value)| (format!("jogak:{key}"), (*value).to_owned())).collect();
    Arc::new(Field::new(name, data_type, true).with_metadata(metadata))
}

pub(crate) fn plain(name: &str, data_type: DataType) -> FieldRef {
    field(name, data_type, &[])
}

pub(crate) fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

pub(crate) fn schema(fields: Vec<FieldRef>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

/// Limits that small inputs meet; `record_size` bytes of a record, where it is not 0.
pub(crate) fn limits(are_tight: bool, record_size: u8) -> Limits {
    let record_size = if record_size == 0 { 1 << 20 } else { u64::from(record_size) };
    if are_tight {
        Limits { nesting: 6, keys: 4, columns: 4, value_size: 24, damage_rows: 3, record_size, ..Limits::default() }
    } else {
        Limits { record_size, ..Limits::default() }
    }
}

/// Everything that a decoder gives for one member.
#[derive(Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) damage: Vec<Damage>,
    pub(crate) counts: Counts,
    pub(crate) outcome: MemberOutcome,
}

impl Given {
    pub(crate) fn rows(&self) -> Vec<Map<String, Value>> {
        self.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| row_of(batch, row))).collect()
    }

    /// Records that were given or refused.
    pub(crate) fn records(&self) -> u64 {
        self.counts.delivered + self.counts.quarantined
    }

    pub(crate) fn has(&self, code: &str) -> bool {
        self.damage.iter().any(|damage| damage.code == code)
    }

    /// Bytes of all strings.
    fn text(&self) -> usize {
        self.batches.iter().flat_map(|batch| batch.columns()).map(text_of).sum()
    }
}

fn text_of(array: &ArrayRef) -> usize {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().flatten().map(str::len).sum(),
        DataType::List(_) => text_of(array.as_list::<i32>().values()),
        DataType::Struct(_) => array.as_struct().columns().iter().map(text_of).sum(),
        _ => 0,
    }
}

fn row_of(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema();
    schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| (field.name().clone(), cell(column, row)))
        .collect()
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
            fields.iter().zip(columns).map(|(field, column)| (field.name().clone(), cell(column, row))).collect()
        }
        other => panic!("no type of a declared field: {other}"),
    }
}

/// Decodes `bytes` whole and in chunks of `sizes` in turn, asserts that both give the same and that the books balance.
pub(crate) fn decode(
    schema: &SchemaRef,
    options: &DecodeOptions,
    name: &str,
    bytes: &[u8],
    sizes: [usize; 2],
) -> Given {
    let whole = decode_in_chunks(schema, options, name, bytes, [usize::MAX; 2]);
    let cut = decode_in_chunks(schema, options, name, bytes, sizes.map(|size| size.max(1)));
    assert_eq!(whole, cut, "chunks of {sizes:?} give something else");
    check_books(&whole, options, bytes.len());
    whole
}

fn decode_in_chunks(schema: &SchemaRef, options: &DecodeOptions, name: &str, bytes: &[u8], sizes: [usize; 2]) -> Given {
    let mut decoder = Decoder::new(Arc::clone(schema), options.clone()).unwrap();
    decoder.begin(MemberRef { object: "x.zip".into(), member: Some(name.into()), member_index: Some(0) }).unwrap();
    let mut batches = Vec::new();
    let (mut rest, mut sizes) = (bytes, sizes.into_iter().cycle());
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(rest.len().min(sizes.next().unwrap()));
        rest = behind;
        let mut at = 0;
        while at < chunk.len() {
            let read = decoder.decode(&chunk[at..]).unwrap();
            assert!(read > 0 || decoder.is_full(), "nothing is read and no batch waits");
            at += read;
            while decoder.is_full() {
                batches.push(decoder.flush().unwrap().expect("a batch waits"));
            }
        }
    }
    decoder.finish_member().unwrap();
    while decoder.is_full() {
        batches.push(decoder.flush().unwrap().expect("a batch waits"));
    }
    let outcome = decoder.member_outcome();
    while let Some(batch) = decoder.flush().unwrap() {
        batches.push(batch);
    }
    Given { batches, damage: decoder.take_damage(), counts: decoder.counts(), outcome }
}

/// What holds whatever was read.
fn check_books(given: &Given, options: &DecodeOptions, len: usize) {
    let rows: usize = given.batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(given.counts.rows, rows as u64);
    if options.group == Grouping::None {
        assert_eq!(given.counts.delivered, given.counts.rows);
        assert!(given.batches.iter().all(|batch| (1..=options.batch_rows).contains(&batch.num_rows())));
    }
    if !["GROUP_TOO_LARGE", "GROUP_SPLIT", "TOO_MANY"].iter().any(|code| given.has(code)) {
        let refused = given.damage.iter().filter(|damage| damage.record.is_some()).count();
        assert_eq!(given.counts.quarantined, refused as u64);
    }
    let outcome = match (given.damage.is_empty(), given.counts.delivered) {
        (true, _) => MemberOutcome::Decoded,
        (false, 0) => MemberOutcome::Quarantined,
        (false, _) => MemberOutcome::Partly,
    };
    if options.group == Grouping::None {
        assert_eq!(given.outcome, outcome);
    }
    for damage in &given.damage {
        assert!(!damage.code.is_empty() && !damage.detail.is_empty());
        assert_eq!((damage.object.as_str(), damage.member_index), ("x.zip", Some(0)));
        assert!(damage.excerpt.as_ref().is_none_or(|excerpt| excerpt.chars().count() <= 120));
        assert!(damage.line.is_none_or(|line| line >= 1) && damage.column.is_none_or(|column| column >= 1));
        let inside = damage.byte_offset.is_none_or(|offset| usize::try_from(offset).is_ok_and(|offset| offset <= len));
        assert!(inside, "the place lies behind the {len} bytes of the member: {damage}");
    }
    // A control character takes six bytes in JSON, one byte of another encoding at most three in UTF-8; names come with each
    // record. (A workbook's shared strings may stand anywhere.)
    let most = 8 * len + 200 * rows + 64;
    assert!(options.format == Format::Xlsx || given.text() <= most, "{} bytes of text out of {len}", given.text());
}
