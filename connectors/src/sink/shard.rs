//! One unit's rolling Parquet writer for one output (and, where the output is partitioned, for one partition value).

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Bytes below which a file goes up in one request, and the size of a part above it.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// Rows given to the encoder between two looks at its memory.
const SLICE_ROWS: usize = 128;

/// Where files end. Constants of a plan: never a reaction to memory or threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardLimits {
    /// A file is closed once it holds this many encoded bytes.
    pub target_bytes: u64,
    /// A row group is closed once it holds about this many encoded bytes.
    pub row_group_bytes: usize,
}

impl Default for ShardLimits {
    /// 256 MB files of 16 MiB row groups: readers get parallelism, and an open file costs us little memory.
    fn default() -> Self {
        Self { target_bytes: 256_000_000, row_group_bytes: 16 * 1024 * 1024 }
    }
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Path relative to the table's root.
    pub path: String,
    /// Rows in it.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Lower-case hex sha256 of its bytes.
    pub sha256: String,
    /// Values of the partition columns, which the file does not hold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partition: BTreeMap<String, Option<String>>,
}

/// Writes the rows of one unit for one output.
pub struct ShardWriter {
    store: Arc<dyn ObjectStore>,
    table_root: Path,
    /// Folder below the table's root, e.g. `data/<run>/<attempt>`.
    folder: String,
    /// Start of the file names, e.g. `part-00007`.
    stem: String,
    limits: ShardLimits,
    schema: SchemaRef,
    partition_by: Vec<String>,
    open: BTreeMap<Vec<Option<String>>, Rolling>,
    done: Vec<Shard>,
}

/// The open file of one partition value and the number of the next one.
struct Rolling {
    file: Option<OpenFile>,
    next: usize,
}

impl ShardWriter {
    /// A writer for rows of `schema`. Files go to `<table_root>/<folder>[/column=value…]/<stem>-<n>.parquet`.
    pub fn new(
        store: Arc<dyn ObjectStore>,
        table_root: Path,
        folder: impl Into<String>,
        stem: impl Into<String>,
        schema: &Schema,
        partition_by: &[String],
        limits: ShardLimits,
    ) -> Self {
        let kept = schema.fields().iter().filter(|field| !partition_by.contains(field.name()));
        let schema = Arc::new(Schema::new(kept.map(|field| plain_field(field)).collect::<Vec<_>>()));
        Self {
            store,
            table_root,
            folder: folder.into(),
            stem: stem.into(),
            limits,
            schema,
            partition_by: partition_by.to_vec(),
            open: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// When encoding or the store fails; files opened so far are not described and stay orphans.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if self.partition_by.is_empty() {
            return self.write_partition(Vec::new(), batch).await;
        }
        for (key, rows) in split_by(batch, &self.partition_by)? {
            self.write_partition(key, &rows).await?;
        }
        Ok(())
    }

    async fn write_partition(&mut self, key: Vec<Option<String>>, batch: &RecordBatch) -> Result<()> {
        let batch = project(batch, &self.schema)?;
        let mut start = 0;
        while start < batch.num_rows() {
            let length = SLICE_ROWS.min(batch.num_rows() - start);
            let slice = batch.slice(start, length);
            start += length;
            let rolling = self.open.entry(key.clone()).or_insert(Rolling { file: None, next: 0 });
            let file = match &mut rolling.file {
                Some(file) => file,
                none => {
                    let number = rolling.next;
                    rolling.next += 1;
                    let path = file_path(&self.folder, &self.partition_by, &key, &self.stem, number);
                    none.insert(OpenFile::create(&self.store, &self.table_root, path, &self.schema)?)
                }
            };
            file.write(&slice, self.limits.row_group_bytes).await?;
            if file.encoded_bytes() >= self.limits.target_bytes
                && let Some(file) = rolling.file.take()
            {
                let partition = self.partition_by.iter().cloned().zip(key.iter().cloned()).collect();
                self.done.push(file.close(partition).await?);
            }
        }
        Ok(())
    }

    /// Closes all files and describes them, in the order of their paths.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close(mut self) -> Result<Vec<Shard>> {
        for (key, rolling) in std::mem::take(&mut self.open) {
            if let Some(file) = rolling.file {
                let partition = self.partition_by.iter().cloned().zip(key).collect();
                self.done.push(file.close(partition).await?);
            }
        }
        self.done.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(self.done)
    }
}

/// Drops field metadata, which would tie the bytes to how the column was made.
fn plain_field(field: &arrow::datatypes::Field) -> arrow::datatypes::Field {
    arrow::datatypes::Field::new(field.name(), plain_type(field.data_type()), true)
}

/// Plain `Utf8` and `List`, everything nullable: the layout that all consumers read without change of schema.
pub(crate) fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, value) => plain_type(value),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item) => {
            DataType::List(Arc::new(arrow::datatypes::Field::new("item", plain_type(item.data_type()), true)))
        }
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|field| plain_field(field)).collect()),
        other => other.clone(),
    }
}

/// The table's schema for rows of `schema`: plain types, all nullable, no metadata.
pub fn plain_schema(schema: &Schema) -> Schema {
    Schema::new(schema.fields().iter().map(|field| plain_field(field)).collect::<Vec<_>>())
}

fn project(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch
                .column_by_name(field.name())
                .ok_or_else(|| Error::internal(format!("the rows have no column '{}'", field.name())))?;
            plain_array(column, field.data_type())
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|e| Error::internal("rows do not fit the table").because(e))
}

fn plain_array(array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    // Only names of list items and nullability differ: rebuild the nested types without copying values.
    if let (DataType::Struct(fields), Some(typed)) = (wanted, array.as_struct_opt()) {
        let children = fields
            .iter()
            .zip(typed.columns())
            .map(|(field, child)| plain_array(child, field.data_type()))
            .collect::<Result<Vec<_>>>()?;
        if children.is_empty() {
            return Ok(Arc::new(StructArray::new_empty_fields(typed.len(), typed.nulls().cloned())));
        }
        return Ok(Arc::new(StructArray::new(fields.clone(), children, typed.nulls().cloned())));
    }
    arrow::compute::cast(array, wanted)
        .map_err(|e| Error::internal(format!("cannot write {} as {wanted}", array.data_type())).because(e))
}

type PartitionRows = Vec<(Vec<Option<String>>, RecordBatch)>;

fn split_by(batch: &RecordBatch, columns: &[String]) -> Result<PartitionRows> {
    let bad = |e: arrow::error::ArrowError| Error::internal("splitting rows by partition").because(e);
    let options = FormatOptions::default();
    let arrays = columns
        .iter()
        .map(|name| {
            batch.column_by_name(name).ok_or_else(|| {
                Error::invalid(format!("no column '{name}' to partition by; 'partition' names columns of the output"))
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let formatters = arrays
        .iter()
        .map(|a| ArrayFormatter::try_new(a.as_ref(), &options).map_err(bad))
        .collect::<Result<Vec<_>>>()?;
    let mut rows: BTreeMap<Vec<Option<String>>, Vec<u32>> = BTreeMap::new();
    for row in 0..batch.num_rows() {
        let key = arrays
            .iter()
            .zip(&formatters)
            .map(|(array, formatter)| array.is_valid(row).then(|| formatter.value(row).to_string()))
            .collect();
        rows.entry(key).or_default().push(row as u32);
    }
    rows.into_iter()
        .map(|(key, indices)| {
            let taken = take_record_batch(batch, &arrow::array::UInt32Array::from(indices)).map_err(bad)?;
            Ok((key, taken))
        })
        .collect()
}

fn file_path(folder: &str, by: &[String], key: &[Option<String>], stem: &str, number: usize) -> String {
    let mut path = folder.to_owned();
    for (column, value) in by.iter().zip(key) {
        let value = value.as_deref().unwrap_or("__HIVE_DEFAULT_PARTITION__");
        let safe: String =
            value.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
        path.push_str(&format!("/{column}={safe}"));
    }
    format!("{path}/{stem}-{number:04}.parquet")
}

/// How every shard and quarantine file is encoded.
pub(crate) fn writer_properties() -> Result<WriterProperties> {
    let zstd = ZstdLevel::try_new(3).map_err(|e| Error::internal("zstd level 3").because(e))?;
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(zstd))
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by(concat!("jogak ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_statistics_enabled(EnabledStatistics::Page)
        // Row groups are closed by bytes, in `OpenFile::write`.
        .set_max_row_group_row_count(None)
        .build())
}

struct OpenFile {
    path: String,
    writer: ArrowWriter<Vec<u8>>,
    upload: Upload,
    rows: u64,
    hasher: Sha256,
}

impl OpenFile {
    fn create(store: &Arc<dyn ObjectStore>, root: &Path, path: String, schema: &SchemaRef) -> Result<Self> {
        let full = join(root, &path)?;
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(writer_properties()?))
            .map_err(|e| Error::internal("opening a Parquet file").because(e))?;
        let upload = Upload::new(Arc::clone(store), full);
        Ok(Self { path, writer, upload, rows: 0, hasher: Sha256::new() })
    }

    async fn write(&mut self, batch: &RecordBatch, row_group_bytes: usize) -> Result<()> {
        let failed = |e| Error::internal("encoding Parquet").because(e);
        self.writer.write(batch).map_err(failed)?;
        self.rows += batch.num_rows() as u64;
        if self.writer.in_progress_size().max(self.writer.memory_size()) >= row_group_bytes {
            self.writer.flush().map_err(failed)?;
            self.drain().await?;
        }
        Ok(())
    }

    async fn drain(&mut self) -> Result<()> {
        let bytes = std::mem::take(self.writer.inner_mut());
        self.hasher.update(&bytes);
        self.upload.push(bytes).await
    }

    fn encoded_bytes(&self) -> u64 {
        self.upload.total + self.writer.in_progress_size() as u64
    }

    async fn close(mut self, partition: BTreeMap<String, Option<String>>) -> Result<Shard> {
        self.writer.finish().map_err(|e| Error::internal("finishing a Parquet file").because(e))?;
        self.drain().await?;
        let bytes = self.upload.total;
        self.upload.finish().await?;
        Ok(Shard { path: self.path, rows: self.rows, bytes, sha256: hex(&self.hasher.finalize()), partition })
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `root/relative`, taking the text as it is.
pub(crate) fn join(root: &Path, relative: &str) -> Result<Path> {
    let text = if root.as_ref().is_empty() { relative.to_owned() } else { format!("{root}/{relative}") };
    Path::parse(&text).map_err(|e| Error::invalid(format!("'{text}' is not a valid object key")).because(e))
}

/// Small files go up in one request, large ones in parts, so that an open file holds at most two parts in memory.
struct Upload {
    store: Arc<dyn ObjectStore>,
    path: Path,
    pending: Vec<u8>,
    multipart: Option<WriteMultipart>,
    total: u64,
}

impl Upload {
    fn new(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        Self { store, path, pending: Vec::new(), multipart: None, total: 0 }
    }

    async fn push(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.total += bytes.len() as u64;
        if self.pending.is_empty() {
            self.pending = bytes;
        } else {
            self.pending.extend_from_slice(&bytes);
        }
        if self.pending.len() < PART_BYTES {
            return Ok(());
        }
        let failed = |e| Error::store(format!("writing '{}'", self.path), e);
        let part = std::mem::take(&mut self.pending);
        let multipart = match &mut self.multipart {
            Some(multipart) => multipart,
            none => {
                let upload = self.store.put_multipart(&self.path).await.map_err(failed)?;
                none.insert(WriteMultipart::new_with_chunk_size(upload, PART_BYTES))
            }
        };
        multipart.put(part.into());
        multipart.wait_for_capacity(1).await.map_err(failed)
    }

    async fn finish(mut self) -> Result<()> {
        let failed = |e| Error::store(format!("writing '{}'", self.path), e);
        match self.multipart.take() {
            None => {
                self.store.put(&self.path, self.pending.into()).await.map_err(failed)?;
            }
            Some(mut multipart) => {
                multipart.put(self.pending.into());
                multipart.finish().await.map_err(failed)?;
            }
        }
        // A file is described only when all of it is there.
        let stored = self.store.head(&self.path).await.map_err(failed)?.size;
        if stored != self.total {
            return Err(Error::unavailable(format!(
                "'{}' was stored with {stored} of {} bytes; run the same command again",
                self.path, self.total
            )));
        }
        Ok(())
    }
}
