//! What a decoder is told: where a member comes from and how its bytes are to be read.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::isolated::Isolation;
use super::path::RecordsPath;
use crate::error::{Error, Result};
use crate::limits::{Limits, length};

/// The place of a member, as it appears in `_src` and in damage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberRef {
    /// Object key, relative to the source's root.
    pub object: Arc<str>,
    /// Member name; none for plain objects.
    pub member: Option<Arc<str>>,
    /// Position of the member in the archive's directory, from 0.
    pub member_index: Option<i64>,
}

impl MemberRef {
    /// The name that says what kind of file this is.
    pub fn name(&self) -> &str {
        self.member.as_deref().unwrap_or(&self.object)
    }

    /// The folder part of the name, without the last `/`.
    pub(super) fn folder(&self) -> &str {
        self.name().rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// How records lie in a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Format {
    /// By the member's extension (`.json`, `.jsonl`, `.ndjson`, `.csv`, `.tsv`, `.parquet`, `.xlsx`, `.xml`), else by its
    /// first bytes: those of Parquet, of a workbook or of XML, a number for CSV, otherwise JSON. A `.txt` member is text
    /// where the schema is one string field, else JSON.
    #[default]
    Auto,
    /// One JSON document; where [`Format::Auto`] chose it, several one after another.
    Json,
    /// One JSON record a line. A broken line costs only itself.
    Ndjson,
    /// Comma-separated (or another delimiter), RFC 4180 quoting; rows end with LF, CR LF or CR.
    Csv,
    /// Tab-separated, one row a line, quotes are ordinary characters.
    Tsv,
    /// The whole member is the one string field of one record.
    Text,
    /// Each line is the one string field of a record.
    Lines,
    /// Apache Parquet, held whole in memory.
    Parquet,
    /// One sheet of an Excel workbook (`.xlsx`, `.xlsm`), whose packed bytes are held whole in memory. A records path names
    /// the sheet: `$.Sheet1[*]`, `$['시트 1'][*]`; without, it is the first visible one.
    Xlsx,
    /// XML. A records path names elements from the root on: `$.annotations.image[*]`; without, the root is the record.
    Xml,
}

/// The encoding of a member's text. A byte order mark is honoured and stripped whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8 or CP949: decided by at most 64 KiB from the first byte that is not ASCII. What an XML declaration says comes
    /// before.
    #[default]
    Auto,
    /// UTF-8.
    Utf8,
    /// CP949, also known as UHC, windows-949 and (in the WHATWG standard) EUC-KR.
    Cp949,
    /// UTF-16; little endian where no byte order mark says otherwise.
    Utf16,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
}

/// Whether the first row of a CSV or TSV member or of a sheet names its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Header {
    /// It does where at least one cell equals a declared name or alias.
    #[default]
    Auto,
    /// It does.
    Yes,
    /// It does not: cells belong to the declared fields by position.
    No,
}

/// Which records make one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Each its own.
    #[default]
    None,
    /// Those of members in the same folder. Members must arrive folder by folder.
    Folder,
    /// Those of one member.
    Member,
    /// Adjacent ones with the same value of this declared field (`key`, `$.key`, `info.key`) within an object.
    Key(String),
}

/// How to decode. Everything here is a constant of the plan: the same bytes always give the same batches.
#[derive(Debug, Clone)]
pub struct DecodeOptions {
    /// How records lie in a member.
    pub format: Format,
    /// Where the records of a JSON or XML document are, or which sheet holds them; the first path that fits. Empty: `$[*]`,
    /// then `$`.
    pub records: Vec<RecordsPath>,
    /// The encoding of text.
    pub encoding: Encoding,
    /// Whether the first row of CSV, TSV or a sheet names the columns.
    pub header: Header,
    /// The delimiter of CSV; none is `,`.
    pub delimiter: Option<u8>,
    /// A batch is complete with this many rows.
    pub batch_rows: usize,
    /// A batch is complete when its records had this many bytes of source text.
    pub batch_bytes: usize,
    /// What members and records may ask for.
    pub limits: Limits,
    /// The first field of `_src`.
    pub dataset_id: Option<String>,
    /// Whether rows get `_src`, with the hash of each record's source.
    pub with_src: bool,
    /// Which records make one row.
    pub group: Grouping,
    /// Top-level fields by which the records of a clip are ordered, ascending, NULL last, digits in strings by value.
    /// Empty: by member name with digits by value, then by record.
    pub order_by: Vec<String>,
    /// Larger clips are refused (`GROUP_TOO_LARGE`). Bytes of source text, counted as at least eight a declared field.
    pub max_group_bytes: usize,
    /// Where Parquet files and workbooks are decoded; none for within this process.
    pub isolation: Option<Isolation>,
    /// All fields of the records, where a decoder fills only some of them: the cells of a header, cells by position, and
    /// the format of a `.txt` member are told by all. None: it fills all.
    pub declared: Option<SchemaRef>,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            records: Vec::new(),
            encoding: Encoding::Auto,
            header: Header::Auto,
            delimiter: None,
            batch_rows: 1024,
            batch_bytes: 4 << 20,
            limits: Limits::default(),
            dataset_id: None,
            with_src: true,
            group: Grouping::None,
            order_by: Vec::new(),
            max_group_bytes: 256 << 20,
            isolation: None,
            declared: None,
        }
    }
}

impl DecodeOptions {
    pub(super) fn check(&self) -> Result<()> {
        if self.batch_rows == 0 || self.batch_bytes == 0 {
            return Err(Error::invalid("batch_rows and batch_bytes must be at least 1"));
        }
        self.limits.check()?;
        // Every offset into an Arrow buffer is then below 2^31: text only shrinks on its way into a column.
        let most = [self.batch_bytes, length(self.limits.record_size), self.max_group_bytes]
            .iter()
            .try_fold(0usize, |a, b| a.checked_add(*b));
        if most.is_none_or(|most| most > (1 << 30)) {
            return Err(Error::invalid(
                "batch_bytes, limits.record_size and max_group_bytes together must not exceed 1 GiB (1073741824 bytes)",
            ));
        }
        if matches!(self.delimiter, Some(b'"' | b'\n' | b'\r' | 0x80..)) {
            return Err(Error::invalid("the delimiter must be an ASCII character other than a quote or a line end"));
        }
        if self.records.len() > 64 {
            return Err(Error::invalid("at most 64 records paths can be tried"));
        }
        if self.group == Grouping::None && !self.order_by.is_empty() {
            return Err(Error::invalid(
                "order_by orders the records of a clip; it needs group: folder, member or a key",
            ));
        }
        if self.format == Format::Ndjson && !self.records.iter().all(RecordsPath::is_document) {
            return Err(Error::invalid("in ndjson each line is a record: leave `records` out, or choose format json"));
        }
        Ok(())
    }
}
