//! What was read, bent and refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A way in which a record differed from the declared schema and was accepted all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoercionKind {
    /// The field was not there and became NULL. (An explicit `null` is not counted.)
    Missing,
    /// The field was there under one of its aliases.
    Alias,
    /// An object stood where a list is declared and became a list of one.
    Struct,
    /// A string was read as a number or a truth value, or became a list of one.
    String,
    /// An integer was read as a string or a truth value, or became a list of one.
    Int,
    /// A number with fraction or exponent was read as a string or an integer, or became a list of one.
    Float,
    /// A truth value was read as a string, or became a list of one.
    Bool,
    /// A list of one stood where one value is declared; an empty one became NULL.
    List,
}

impl CoercionKind {
    /// As it stands in summaries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Alias => "alias",
            Self::Struct => "struct",
            Self::String => "string",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::List => "list",
        }
    }

    pub(super) const ALL: [Self; 8] =
        [Self::Missing, Self::Alias, Self::Struct, Self::String, Self::Int, Self::Float, Self::Bool, Self::List];
}

/// How often each field was bent, by its pointer in the schema (items of lists are `*`, e.g. `/paragraphs/*/answers`).
pub type Coercions = BTreeMap<(String, CoercionKind), u64>;

/// The books of a decoder since it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that stand in batches taken or waiting, or in the clip or batch under construction.
    pub delivered: u64,
    /// Records refused. One whose document breaks inside it counts; those that may lie behind the break cannot.
    pub quarantined: u64,
    /// Rows in batches taken or waiting. Differs from `delivered` where records are grouped.
    pub rows: u64,
    /// Differences from the schema in delivered records.
    pub coercions: Coercions,
}

/// What became of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberOutcome {
    /// Nothing was wrong with it.
    Decoded,
    /// Something was wrong, and some records were delivered.
    Partly,
    /// Something was wrong, and no record was delivered.
    Quarantined,
}
