//! Reasoning records: the model, the builders, messages for trainers, and the independent validator.
//!
//! A builder is a plain function from a label to a record or a rejection; it asserts only what label, text and arithmetic
//! entail. [`validate`] re-checks records without using the builders' code or verdicts.

pub mod choice;
pub mod math;
pub mod messages;
pub mod model;
pub mod mrc;
pub mod nli;
pub mod validate;
pub mod yes_no;
