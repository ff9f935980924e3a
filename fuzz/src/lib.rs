//! Fuzz targets: one function a target, called by the binaries in `fuzz_targets/` and by `tests/replay.rs`.
//!
//! Each target asserts more than that nothing panics. What holds for every input is written down in the target:
//! books that balance, places inside the input, the same result however the input was cut.
//!
//! Inputs begin with a few bytes of options; what follows is the archive, the document or the plan itself.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a target tells what it found by panicking")]

mod archives;
mod cells;
mod decoding;
mod input;
mod member_names;
mod plans;
mod records;
mod texts;
mod workbooks;
mod zips;

pub use archives::{tar, zip_index, zip_members};
pub use cells::csv;
pub use member_names::names;
pub use plans::{check, header, plan};
pub use records::json;
pub use texts::{encoding, xml};
pub use workbooks::xlsx;

/// A target: takes any bytes and panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets by name; `corpus/<name>/` holds the inputs that are replayed.
pub const TARGETS: [(&str, Target); 12] = [
    ("check", check),
    ("csv", csv),
    ("encoding", encoding),
    ("header", header),
    ("json", json),
    ("names", names),
    ("plan", plan),
    ("tar", tar),
    ("xlsx", xlsx),
    ("xml", xml),
    ("zip_index", zip_index),
    ("zip_members", zip_members),
];
