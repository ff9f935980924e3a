//! `unique` over a whole table, in bounded memory: sorted runs of 128-bit hashes on disk, merged at the end.
//!
//! The values are read back from the stored files, one column of them: what is checked is what would be committed,
//! also where an earlier start of the run wrote part of it.
//!
//! A false alarm needs two of n values with one 128-bit hash: about n²/2¹²⁹.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt;
use jogak_connectors::commit::Table;
use jogak_connectors::error::Error as StoreError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::stored::StoredFile;

/// Hashes held in memory before a sorted run is written.
const RUN_LENGTH: usize = 1 << 18;
/// Values that are named in the message.
const EXAMPLES: usize = 5;

/// Values that come more than once.
pub(crate) struct Duplicates {
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
}

/// Looks for values of `column` (a dotted path) that come more than once in the files of a table.
pub(crate) async fn duplicates_in(table: &Table, files: &[String], column: &str) -> Result<Duplicates> {
    let mut values = UniqueColumn::default();
    for_each_column(table, files, column, |array| values.add(value_hashes(array)?)).await?;
    let (count, hashes) = values.duplicates()?;
    let mut examples = BTreeSet::new();
    if count > 0 {
        // Hashes do not show the values: a second look at the files does.
        for_each_column(table, files, column, |array| {
            for (hash, value) in value_hashes(array)?.into_iter().zip(texts(array)?) {
                if hashes.contains(&hash) {
                    examples.insert(value);
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(Duplicates { count, examples: examples.into_iter().collect() })
}

async fn for_each_column(
    table: &Table,
    files: &[String],
    column: &str,
    mut each: impl FnMut(&ArrayRef) -> Result<()>,
) -> Result<()> {
    for file in files {
        let path = crate::run::below(table.root(), file)?;
        let unreadable =
            |e: parquet::errors::ParquetError| Error::from(StoreError::met(format!("reading '{path}'"), e));
        let reader = StoredFile::new(Arc::clone(table.store()), path.clone());
        let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(unreadable)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
        let mut batches = builder.with_projection(mask).with_batch_size(8192).build().map_err(unreadable)?;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(unreadable)?;
            let array =
                leaf(&batch, column).ok_or_else(|| Error::invalid(format!("the rows have no column '{column}'")))?;
            each(&array)?;
        }
    }
    Ok(())
}

/// The column at a dotted path.
fn leaf(batch: &RecordBatch, column: &str) -> Option<ArrayRef> {
    let mut parts = column.split('.');
    let mut array = Arc::clone(batch.column_by_name(parts.next()?)?);
    for part in parts {
        array = Arc::clone(array.as_struct_opt()?.column_by_name(part)?);
    }
    Some(array)
}

/// Collects the values of one column.
#[derive(Default)]
struct UniqueColumn {
    waiting: Vec<u128>,
    runs: Vec<File>,
}

impl UniqueColumn {
    fn add(&mut self, hashes: impl IntoIterator<Item = u128>) -> Result<()> {
        self.waiting.extend(hashes);
        if self.waiting.len() >= RUN_LENGTH { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<()> {
        let failed = |e: std::io::Error| Error::from(StoreError::met("writing to the temporary directory", e));
        self.waiting.sort_unstable();
        let mut writer = BufWriter::new(tempfile::tempfile().map_err(failed)?);
        for hash in self.waiting.drain(..) {
            writer.write_all(&hash.to_be_bytes()).map_err(failed)?;
        }
        let mut file = writer.into_inner().map_err(|e| failed(e.into_error()))?;
        file.rewind().map_err(failed)?;
        self.runs.push(file);
        Ok(())
    }

    /// How many values occur more than once, and the first few of their hashes.
    fn duplicates(mut self) -> Result<(u64, Vec<u128>)> {
        let failed = |e: std::io::Error| Error::stopped("reading the temporary directory failed").because(e);
        self.spill()?;
        let mut readers: Vec<_> = self.runs.into_iter().map(BufReader::new).collect();
        let mut heap = BinaryHeap::new();
        for (index, reader) in readers.iter_mut().enumerate() {
            if let Some(hash) = next_hash(reader).map_err(failed)? {
                heap.push(Reverse((hash, index)));
            }
        }
        let (mut last, mut reported, mut count, mut examples) = (None, None, 0, Vec::new());
        while let Some(Reverse((hash, index))) = heap.pop() {
            if last == Some(hash) && reported != Some(hash) {
                count += 1;
                reported = Some(hash);
                if examples.len() < EXAMPLES {
                    examples.push(hash);
                }
            }
            last = Some(hash);
            if let Some(next) = next_hash(&mut readers[index]).map_err(failed)? {
                heap.push(Reverse((next, index)));
            }
        }
        Ok((count, examples))
    }
}

fn next_hash(reader: &mut impl Read) -> std::io::Result<Option<u128>> {
    let mut bytes = [0; 16];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u128::from_be_bytes(bytes))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// The values of a column as text; NULLs are left out.
fn texts(column: &ArrayRef) -> Result<Vec<String>> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)
        .map_err(|e| Error::invalid("a column of this type cannot be checked for uniqueness").because(e))?;
    let valid = (0..column.len()).filter(|row| column.is_valid(*row));
    Ok(valid.map(|row| formatter.value(row).to_string()).collect())
}

/// The hashes of a column's values; NULLs are left out.
fn value_hashes(column: &ArrayRef) -> Result<Vec<u128>> {
    let hash = |text: String| {
        let digest = Sha256::digest(text.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        u128::from_be_bytes(first)
    };
    Ok(texts(column)?.into_iter().map(hash).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;

    #[test]
    fn finds_values_that_come_twice_across_runs() {
        let mut column = UniqueColumn::default();
        let many: Vec<u128> = (0..700_000).collect();
        column.add(many).unwrap();
        column.add([5, 5, 699_999]).unwrap();
        assert_eq!(column.duplicates().unwrap(), (2, vec![5, 699_999]));
    }

    #[test]
    fn nulls_are_not_compared() {
        let values: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, None, Some("b")]));
        assert_eq!(value_hashes(&values).unwrap().len(), 2);
    }
}
