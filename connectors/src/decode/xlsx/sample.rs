//! The first rows of a sheet, to infer a schema from.

use bytes::Bytes;

use super::sheet::{Row, Value};
use super::{guarded, open_sheet};
use crate::damage::Damage;
use crate::decode::number::{Token, classify};
use crate::decode::options::{DecodeOptions, Header};

/// Rows and bytes of text that a schema is inferred from.
const SAMPLE_ROWS: usize = 1000;
const SAMPLE_BYTES: usize = 16 << 20;

/// The first rows of the sheet that the options name, as text, from its first column on. What cannot be used is left out.
///
/// # Errors
/// What is wrong with the workbook.
pub(in crate::decode) fn sample(
    bytes: Bytes,
    options: &DecodeOptions,
) -> std::result::Result<Vec<Vec<Vec<u8>>>, Box<Damage>> {
    let read = || {
        let (mut rows, _) = open_sheet(bytes, &options.records, &options.limits)?;
        let mut row = Row::default();
        let mut sampled: Vec<Vec<Vec<u8>>> = Vec::new();
        let mut left = SAMPLE_BYTES;
        while sampled.len() < SAMPLE_ROWS && left > 0 && rows.next(&mut row)? {
            let mut cells = Vec::new();
            for cell in &row.cells {
                let (at, Value::Text(range)) = (cell.column as usize, &cell.value) else { continue };
                if cells.len() <= at {
                    cells.resize(at + 1, Vec::new());
                }
                if let Some(slot) = cells.get_mut(at) {
                    row.text(range).clone_into(slot);
                }
            }
            left = left.saturating_sub(row.text.len() + cells.len() * 8);
            sampled.push(cells);
        }
        if options.header != Header::No {
            leave_out_unnamed(&mut sampled);
        }
        Ok(sampled)
    };
    guarded(read)
}

/// Where the first row names columns but not all of them, the others cannot be declared.
fn leave_out_unnamed(rows: &mut [Vec<Vec<u8>>]) {
    let Some(first) = rows.first() else { return };
    let is_name =
        |cell: &Vec<u8>| matches!(classify(cell.trim_ascii()), Token::Unknown | Token::NotANumber | Token::Null);
    let named: Vec<bool> = first.iter().map(|cell| !cell.trim_ascii().is_empty()).collect();
    if first.iter().zip(&named).any(|(cell, named)| *named && !is_name(cell)) {
        return;
    }
    for row in rows {
        let mut at = 0;
        row.retain(|_| {
            at += 1;
            named.get(at - 1).copied().unwrap_or(false)
        });
    }
}
