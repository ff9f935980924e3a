//! Schemas of sources: the shape of a grouped table, schemas as text to pin them, and inference from a spread sample.

use std::io::Cursor;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use jogak_connectors::archive::{MemberReader, Piece};
use jogak_connectors::decode::{DecodeOptions, Inferrer, MemberRef};

use crate::error::{Error, Result};
use crate::inputs::{OpenSource, read_options};

/// Members looked at in an inference, spread over the objects.
const SAMPLED_MEMBERS: usize = 64;
/// Decoded bytes of each member looked at.
const SAMPLED_BYTES: usize = 256 * 1024;

/// Bytes of a file that are looked at where it can only be read whole: Parquet, workbooks.
const SAMPLED_WHOLE: usize = 64 << 20;

/// How such files begin.
const WHOLE: [&[u8]; 2] = [b"PAR1", b"PK\x03\x04"];

/// The columns of a source's table: its record fields, or `group`, `members`, `records`, and `_src`.
pub(crate) fn grouped_table_schema(declared: &SchemaRef, grouped: bool) -> SchemaRef {
    // What decoders give carries no notes about aliases: those would be part of the type.
    Arc::new(jogak_connectors::sink::plain_schema(&jogak_plans::header::table_schema(declared, grouped)))
}

/// A schema as text.
pub(crate) fn encode_schema(schema: &Schema) -> String {
    let mut bytes = Vec::new();
    let written = StreamWriter::try_new(&mut bytes, schema).and_then(|mut writer| writer.finish());
    match written {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        // Any schema of a source is plain; a text that decodes to nothing is refused where it is read.
        Err(error) => format!("!{error}"),
    }
}

/// A schema from [`encode_schema`]'s text.
pub(crate) fn decode_schema(text: &str) -> Result<SchemaRef> {
    let damaged = || Error::failed("the schema that the table was made with is damaged in its commit");
    let bytes = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Vec<u8> = bytes.collect::<Option<_>>().ok_or_else(damaged)?;
    let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(|e| damaged().because(e))?;
    Ok(reader.schema())
}

/// Infers the record fields of a source from the beginnings of members spread over its objects.
pub(crate) async fn infer(source: &OpenSource, decode: &DecodeOptions) -> Result<SchemaRef> {
    let mut inferrer = Inferrer::new(decode)?;
    let mut unreadable = None;
    for (input, place) in source.spread(SAMPLED_MEMBERS) {
        let (range, rank) = place.unwrap_or((0..u64::MAX, 0));
        let (directory, members) = input.members(&source.store, &range).await?;
        let Some(position) = members.get(rank).copied() else { continue };
        let found = directory.as_ref().and_then(|directory| directory.member(position));
        let place = MemberRef {
            object: input.object.key.as_str().into(),
            member: found.map(|found| found.name.into()),
            member_index: found.map(|found| i64::from(found.index)),
        };
        let (store, members) = (Arc::clone(&source.store), vec![position]);
        let options = read_options(4 << 20, decode.limits);
        let mut reader = MemberReader::new(store, &input.object, directory.clone(), members, options);
        let mut seen = Vec::new();
        let mut cut = false;
        while let Some(piece) = reader.next().await? {
            if let Piece::Bytes(bytes) = piece {
                seen.extend_from_slice(&bytes);
                let is_whole = WHOLE.iter().any(|magic| seen.starts_with(magic));
                if seen.len() >= if is_whole { SAMPLED_WHOLE } else { SAMPLED_BYTES } {
                    cut = true;
                    break;
                }
            }
        }
        // A file that cannot be read says nothing about the others.
        if let Err(error) = inferrer.observe_member(&place, &seen, cut) {
            unreadable = Some(error);
        }
    }
    let schema = inferrer.finish()?;
    if schema.fields().is_empty()
        && let Some(error) = unreadable
    {
        return Err(error.into());
    }
    if schema.fields().is_empty() {
        return Err(Error::invalid(format!(
            "no records were found in the sample of '{}', so no schema can be inferred; declare one under `schema`, or \
             name the records with `records`",
            source.url
        )));
    }
    Ok(schema)
}

/// The declared fields as the plan header writes them.
pub(crate) fn schema_yaml(schema: &Schema) -> String {
    jogak_connectors::decode::schema_to_yaml(schema)
}
