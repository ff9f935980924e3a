//! Limits on what a single input may ask for: settings with defaults, each named in the damage that it causes.
//!
//! They bound what one archive, member, record or file can cost, so that hostile input ends as rows of the quarantine.
//! Honest input stays far below the defaults; where it does not, `[limits]` of `jogak.toml` raises them. All are whole
//! numbers; those that are bytes may be written as sizes (`64MiB`).

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

macro_rules! limits {
    ($($(#[$doc:meta])+ $name:ident: $unit:ident = $default:expr;)+) => {
        /// What one input may ask for; see the [module](self).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Limits {
            $($(#[$doc])+ #[serde(deserialize_with = "amount")] pub $name: u64,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// Every setting by name, with its value as it would be written in `jogak.toml`.
            pub fn settings(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), $unit(self.$name)),)+]
            }

            fn value_of(&self, setting: &str) -> Option<(u64, String)> {
                match setting {
                    $(stringify!($name) => Some((self.$name, $unit(self.$name))),)+
                    _ => None,
                }
            }
        }
    };
}

limits! {
    /// Decoded bytes for each packed one, from 64 MiB of decoded bytes on; more is `RATIO`. Deflate cannot exceed 1032.
    ratio: count = 1100;
    /// Decoded bytes of a member, and of a `.gz` or `.zst`; more is `SIZE_LIMIT`.
    member_size: size = 64 << 30;
    /// Members of an archive; of one with more, all are set aside (`MEMBER_LIMIT`).
    members: count = 50_000_000;
    /// Decoded bytes of all members of an archive, as its directory claims them; more is `SIZE_LIMIT` of the archive.
    total_size: size = 64 << 40;
    /// Archives in one another that are opened: 2 opens a tar in a tar. Deeper ones are `DEPTH_LIMIT`.
    archive_depth: count = 2;
    /// Bytes of a member's name; longer is `NAME_LIMIT`. At most 65,535, as much as a zip can hold.
    name_length: count = 65_535;
    /// Bytes of an extended header of a tar, and of a gzip header; more is `TAR_HEADER`, `INFLATE`.
    header_size: size = 1 << 20;
    /// Memory that a zstd frame may ask for; more is `MEM_LIMIT`. Powers of two count, from 1 KiB to 2 GiB.
    zstd_window: size = 128 << 20;
    /// Containers (or XML elements, or levels of a Parquet schema) that are open at once; more is `DEPTH`. At most 127:
    /// what reads JSON further on stops at 128.
    nesting: count = 127;
    /// Bytes of source text of a record; more is `RECORD_SIZE`.
    record_size: size = 256 << 20;
    /// Bytes of a single text value; more is `VALUE_SIZE`.
    value_size: size = 64 << 20;
    /// Keys of one object; more is `KEY_LIMIT`.
    keys: count = 10_000_000;
    /// Columns of a CSV row or of a Parquet file; more is `COLUMN_LIMIT`.
    columns: count = 1 << 20;
    /// Rows of the quarantine for one member, and a hundred times as many for one archive in one unit. The rest is counted
    /// exactly in one more row, `TOO_MANY`.
    damage_rows: count = 10_000;
    /// Stored bytes of a Parquet file or workbook, which are held whole; more is `SIZE_LIMIT`.
    file_size: size = 1 << 30;
    /// CPU seconds that decoding such a file may take, and seconds without any answer; more is `RESOURCE`.
    file_seconds: count = 600;
    /// Decoded bytes of a page of a Parquet file; more is `SIZE_LIMIT`.
    page_size: size = 256 << 20;
    /// Decoded bytes that a row group of a Parquet file claims; more is `SIZE_LIMIT`.
    row_group_size: size = 4 << 30;
    /// Decoded bytes of the parts of a workbook, and of the text of its cells; more is `SIZE_LIMIT`.
    workbook_size: size = 16 << 30;
    /// Bytes of the shared strings of a workbook; more is `SIZE_LIMIT`.
    workbook_strings: size = 512 << 20;
    /// Parts of a workbook, and sheets, formats and relations that it lists; more is `SIZE_LIMIT`.
    workbook_parts: count = 1 << 17;
    /// Decoded bytes for each packed one of a part of a workbook, from 64 MiB on; more is `RATIO`. A sheet that holds the
    /// same short cell everywhere comes to about 100.
    workbook_ratio: count = 300;
}

/// Below so many decoded bytes a ratio says nothing.
pub(crate) const RATIO_FROM: u64 = 64 << 20;

/// As many times `damage_rows` are kept for one archive in one unit.
const MEMBERS_OF_DAMAGE: u64 = 100;

impl Limits {
    /// Names a limit with its value, and says where it can be changed: for the end of a sentence, in brackets.
    pub(crate) fn told(&self, setting: &'static str) -> String {
        let value = self.value_of(setting);
        debug_assert!(value.is_some(), "there is no limit `{setting}`");
        let (_, shown) = value.unwrap_or_default();
        format!("limits.{setting} = {shown}; jogak.toml can raise it")
    }

    /// The settings that are not the defaults, with their values.
    pub fn changed(&self) -> Vec<(&'static str, String)> {
        let defaults = Self::default().settings();
        self.settings().into_iter().zip(defaults).filter(|(own, default)| own != default).map(|(own, _)| own).collect()
    }

    /// Rows of the quarantine that are kept for one archive in one unit.
    pub(crate) fn archive_damage_rows(&self) -> u64 {
        self.damage_rows.saturating_mul(MEMBERS_OF_DAMAGE)
    }

    /// # Errors
    /// When a limit lets nothing through, or is beyond what can be kept. The message names it.
    pub fn check(&self) -> Result<()> {
        let refused =
            |setting: &str, shown: &str, why: &str| Err(Error::invalid(format!("limits.{setting} = {shown}: {why}")));
        for (setting, shown) in self.settings() {
            if self.value_of(setting).is_some_and(|(value, _)| value == 0) {
                return refused(setting, &shown, "it must be at least 1");
            }
        }
        let most = [
            ("nesting", 127, "it can be at most 127, since what reads JSON further on stops at 128"),
            ("name_length", 65_535, "it can be at most 65535, as much as a zip can hold"),
            ("archive_depth", 16, "it can be at most 16"),
            ("record_size", 768 << 20, "it can be at most 768MiB"),
            ("value_size", 768 << 20, "it can be at most 768MiB"),
            ("zstd_window", 2 << 30, "it can be at most 2GiB"),
            ("file_seconds", 7 * 86_400, "it can be at most a week"),
            ("damage_rows", 10_000_000, "it can be at most 10000000"),
        ];
        for (setting, most, why) in most {
            if let Some((value, shown)) = self.value_of(setting)
                && value > most
            {
                return refused(setting, &shown, why);
            }
        }
        if self.zstd_window < 1 << 10 {
            return refused("zstd_window", &size(self.zstd_window), "it must be at least 1KiB");
        }
        Ok(())
    }
}

/// A limit as a length of something in memory.
pub(crate) fn length(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Bytes in the largest unit that fits exactly.
fn size(bytes: u64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fits = |shift: &u32| bytes > 0 && bytes.trailing_zeros() >= *shift;
    match units.iter().find(|(shift, _)| fits(shift)) {
        Some((shift, unit)) => format!("{}{unit}", bytes >> shift),
        None => format!("{bytes}B"),
    }
}

fn count(number: u64) -> String {
    number.to_string()
}

/// A number, or a size as text.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<u64, D::Error> {
    struct Amount;
    impl Visitor<'_> for Amount {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number or a size such as '64MiB'")
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> std::result::Result<u64, E> {
            Ok(number)
        }

        fn visit_i64<E: serde::de::Error>(self, number: i64) -> std::result::Result<u64, E> {
            u64::try_from(number).map_err(|_| E::custom(format!("{number} is negative")))
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<u64, E> {
            parse_size(text).ok_or_else(|| E::custom(format!("'{text}' is no size; write e.g. 64MiB")))
        }
    }
    deserializer.deserialize_any(Amount)
}

/// Reads a size: `256MiB`, `4GB`, `1.5 GiB`, or bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kib" => 1024.0,
        "kb" => 1e3,
        "m" | "mib" => 1024.0 * 1024.0,
        "mb" => 1e6,
        "g" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "gb" => 1e9,
        "t" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        "tb" => 1e12,
        _ => return None,
    };
    let bytes = number * factor;
    (bytes.is_finite() && bytes >= 0.0 && bytes < u64::MAX as f64).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_both_systems() {
        assert_eq!(parse_size("256MiB"), Some(256 << 20));
        assert_eq!(parse_size("1.5 GB"), Some(1_500_000_000));
        assert_eq!(parse_size("4096"), Some(4096));
        assert_eq!(parse_size("4 parsecs"), None);
        assert_eq!(parse_size("-1"), None);
    }

    #[test]
    fn a_limit_is_named_as_it_is_written() {
        let limits = Limits { member_size: 3 << 30, ratio: 7, record_size: 40, ..Limits::default() };
        assert_eq!(limits.told("member_size"), "limits.member_size = 3GiB; jogak.toml can raise it");
        assert_eq!(
            limits.changed().iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["ratio", "member_size", "record_size"]
        );
        for (setting, shown) in limits.settings() {
            let (value, _) = limits.value_of(setting).unwrap();
            assert_eq!(parse_size(&shown), Some(value), "{setting}");
        }
    }

    #[test]
    fn settings_are_sizes_or_numbers_and_known() {
        let read = |json: &str| serde_json::from_str::<Limits>(json);
        let limits = read(r#"{"member_size":"4GiB","members":12}"#).unwrap();
        assert_eq!(limits, Limits { member_size: 4 << 30, members: 12, ..Limits::default() });
        let again = serde_json::to_string(&limits).unwrap();
        assert_eq!(read(&again).unwrap(), limits);
        for (json, why) in [
            (r#"{"member_sise":1}"#, "member_sise"),
            (r#"{"ratio":-1}"#, "negative"),
            (r#"{"ratio":"much"}"#, "is no size"),
        ] {
            let error = read(json).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn limits_that_make_no_sense_are_refused() {
        assert!(Limits::default().check().is_ok());
        for (limits, name) in [
            (Limits { members: 0, ..Limits::default() }, "limits.members = 0"),
            (Limits { nesting: 128, ..Limits::default() }, "limits.nesting = 128"),
            (Limits { zstd_window: 1, ..Limits::default() }, "limits.zstd_window = 1B"),
        ] {
            let error = limits.check().unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
