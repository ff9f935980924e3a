//! What cannot be used, and why: one [`Damage`] becomes one row of the quarantine.

mod log;

pub(crate) use log::TOO_MANY;
pub use log::{DamageLog, Rest};

use serde::{Deserialize, Serialize};

/// A member, record or row that cannot be used, with the exact place.
///
/// `line` and `column` are 1-based, `column` counts characters; `byte_offset` is 0-based in the decoded (inflated,
/// still encoded) bytes of the member.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Damage {
    /// A stable code in capitals, e.g. `TRUNCATED`, `SYNTAX`, `CRC`, `TYPE`.
    pub code: String,
    /// Object key, relative to the source's root.
    pub object: String,
    /// Member name; none for plain objects.
    pub member: Option<String>,
    /// Position of the member in the archive's directory, from 0.
    pub member_index: Option<i64>,
    /// Position of the record in its member, from 0; none when no record is known.
    pub record: Option<i64>,
    /// 1-based line.
    pub line: Option<i64>,
    /// 1-based column, in characters.
    pub column: Option<i64>,
    /// 0-based byte offset in the decoded member.
    pub byte_offset: Option<i64>,
    /// The check or rule that refused it; a JSON pointer for type errors.
    pub rule: Option<String>,
    /// A sentence for people: what was expected, what was found.
    pub detail: String,
    /// Up to about 120 characters of the text around the place.
    pub excerpt: Option<String>,
    /// The refused row as JSON, where a row exists.
    pub row_json: Option<String>,
}

impl Damage {
    /// Damage with its code and a sentence; the place is filled in by whoever knows it.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), detail: detail.into(), ..Self::default() }
    }

    /// Adds the place in the text.
    pub fn at(mut self, line: u64, column: u64, byte_offset: u64) -> Self {
        self.line = i64::try_from(line).ok();
        self.column = i64::try_from(column).ok();
        self.byte_offset = i64::try_from(byte_offset).ok();
        self
    }
}

/// Names the place: `object!member: line 3, column 9`.
impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.object)?;
        if let Some(member) = &self.member {
            write!(f, "!{member}")?;
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ": line {line}, column {column}")?,
            _ => {
                if let Some(record) = self.record {
                    write!(f, ": record {record}")?;
                }
            }
        }
        write!(f, ": {} ({})", self.detail, self.code)
    }
}
