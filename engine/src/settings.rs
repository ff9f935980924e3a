//! Settings of a project: `jogak.toml`, and where the user's own data lie.

use std::path::{Path, PathBuf};

use jogak_connectors::decode::Isolation;
use jogak_connectors::limits::Limits;
pub use jogak_connectors::limits::parse_size;
use jogak_connectors::source::StoreSettings;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What `jogak.toml` may hold. Every key is optional.
///
/// ```toml
/// memory = "4GiB"
/// threads = 2
/// unit_size = "64MiB"
///
/// [limits]
/// member_size = "64GiB"
/// nesting = 127
///
/// [stores."s3"]
/// region = "ap-northeast-2"
/// aws_endpoint = "http://127.0.0.1:8333"
/// allow_http = "true"
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Options of object stores, by scheme or URL prefix.
    pub stores: StoreSettings,
    /// Default of `--memory`.
    pub memory: Option<String>,
    /// Default of `--threads`.
    pub threads: Option<usize>,
    /// Compressed bytes of a unit; 64 MiB. A constant of the project: changing it changes how later inputs are cut.
    pub unit_size: Option<String>,
    /// Memory that decoding one Parquet file or workbook of others may take; 1 GiB. It is decoded in a process of its own.
    pub file_memory: Option<String>,
    /// What one archive, member, record or file may ask for.
    pub limits: Limits,
    /// Where run records are kept; the user's data directory by default.
    pub data_dir: Option<PathBuf>,
    /// Where the catalogue's tables lie, e.g. `s3://bucket/catalog`; below `data_dir` by default.
    pub catalog: Option<String>,
    /// The program that decodes such files where it is told to; none for this process.
    #[serde(skip)]
    pub program: Option<PathBuf>,
}

/// Compressed bytes of a unit.
const UNIT_BYTES: u64 = 64 << 20;
/// Memory for decoding one file of others.
const FILE_MEMORY: u64 = 1 << 30;

impl Settings {
    /// Reads `jogak.toml` in `directory`, if it is there.
    ///
    /// # Errors
    /// When the file cannot be read or holds what is not known.
    pub fn load(directory: &Path) -> Result<Self> {
        let file = directory.join("jogak.toml");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::invalid(format!("'{}' cannot be read", file.display())).because(error)),
        };
        let settings: Self = toml::from_str(&text).map_err(|e| Error::invalid(format!("'{}': {e}", file.display())))?;
        settings.limits.check()?;
        Ok(settings)
    }

    /// The settings that decide which inputs are set aside, where they are not the defaults: part of what makes a run.
    pub(crate) fn changed_limits(&self) -> String {
        let memory = self.file_memory.iter().map(|memory| ("file_memory", memory.clone()));
        let all = memory.chain(self.limits.changed());
        all.map(|(name, value)| format!("{name}={value};")).collect()
    }

    /// How Parquet files and workbooks of others are decoded.
    ///
    /// # Errors
    /// When `file_memory` is no size.
    pub(crate) fn isolation(&self) -> Result<Option<Isolation>> {
        let memory = match &self.file_memory {
            Some(text) => parse_size(text)
                .ok_or_else(|| Error::invalid(format!("jogak.toml: file_memory = '{text}' is no size")))?,
            None => FILE_MEMORY,
        };
        Ok(self.program.clone().map(|program| Isolation { program, memory }))
    }

    /// Where run records are kept.
    pub fn data_dir(&self) -> PathBuf {
        if let Some(directory) = &self.data_dir {
            return directory.clone();
        }
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
        base.unwrap_or_else(std::env::temp_dir).join("jogak")
    }

    /// Compressed bytes of a unit.
    ///
    /// # Errors
    /// When the setting is no size.
    pub fn unit_bytes(&self) -> Result<u64> {
        match &self.unit_size {
            None => Ok(UNIT_BYTES),
            Some(text) => parse_size(text)
                .filter(|bytes| *bytes > 0)
                .ok_or_else(|| Error::invalid(format!("unit_size '{text}' is no size; write e.g. 64MiB"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_a_section() {
        let text = "memory = \"1GiB\"\n[limits]\nmember_size = \"4GiB\"\nmembers = 12\n[stores.s3]\nregion = \"x\"";
        let settings: Settings = toml::from_str(text).unwrap();
        assert_eq!(settings.limits, Limits { member_size: 4 << 30, members: 12, ..Limits::default() });
        assert_eq!(settings.changed_limits(), "member_size=4GiB;members=12;");
        assert_eq!(Settings::default().changed_limits(), "");
        let error = toml::from_str::<Settings>("[limits]\nmember_sise = 1").unwrap_err().to_string();
        assert!(error.contains("member_sise"), "{error}");
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("jogak.toml"), "[limits]\nnesting = 500").unwrap();
        let error = Settings::load(dir.path()).unwrap_err().to_string();
        assert!(error.contains("limits.nesting = 500"), "{error}");
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let error = toml::from_str::<Settings>("memroy = \"1GiB\"").unwrap_err().to_string();
        assert!(error.contains("memroy"), "{error}");
        let settings: Settings = toml::from_str("[stores.s3]\nregion = \"x\"").unwrap();
        assert_eq!(settings.stores.stores["s3"]["region"], "x");
    }
}
