//! `_src`: where each row came from, and the hash of what it came from.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, StructArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use super::options::MemberRef;

/// The place of one accepted record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// Index into the members of the batch.
    pub(super) member: usize,
    pub(super) record: i64,
    pub(super) hash: [u8; 32],
}

pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The type of `_src`.
pub(super) fn fields() -> Fields {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    Fields::from(vec![
        field("dataset_id", DataType::Utf8),
        field("object", DataType::Utf8),
        field("member", DataType::Utf8),
        field("member_index", DataType::Int64),
        field("record", DataType::Int64),
        field("sha256", DataType::Utf8),
    ])
}

/// The column `_src` of rows that came from `sources`.
pub(super) fn column(sources: &[Source], members: &[MemberRef], dataset: Option<&str>) -> Result<ArrayRef, ArrowError> {
    let members: Vec<Option<&MemberRef>> = sources.iter().map(|source| members.get(source.member)).collect();
    let mut hex = Vec::with_capacity(sources.len() * 64);
    for byte in sources.iter().flat_map(|source| source.hash) {
        hex.extend([byte >> 4, byte & 15].map(|digit| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
    }
    let hashes =
        StringArray::try_new(OffsetBuffer::from_repeated_length(64, sources.len()), Buffer::from_vec(hex), None)?;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter(sources.iter().map(|_| dataset))),
        Arc::new(StringArray::from_iter(members.iter().map(|member| member.map(|m| &*m.object)))),
        Arc::new(StringArray::from_iter(members.iter().map(|member| member.and_then(|m| m.member.as_deref())))),
        Arc::new(Int64Array::from_iter(members.iter().map(|member| member.and_then(|m| m.member_index)))),
        Arc::new(Int64Array::from_iter_values(sources.iter().map(|source| source.record))),
        Arc::new(hashes),
    ];
    Ok(Arc::new(StructArray::try_new(fields(), columns, None)?))
}
