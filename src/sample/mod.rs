//! Sample archives in the shapes of AI Hub's label sets, with invented content and with the hazards of real archives.
//!
//! [`generate`] writes them, [`tiny`] gives a few records as one JSON text. Everything follows from the family, the
//! number of records and the seed, byte for byte on every machine, whatever the number of threads. Texts are made
//! from a grammar of facts (`topics/`): offsets, labels and answers are right by construction, except where a hazard
//! says otherwise, and then the report says where.
//!
//! Memory stays bounded: a few documents of about 15 MB are in flight, whatever the number of records.

mod json;
mod korean;
mod layout;
mod make;
mod math;
mod names;
mod nli;
mod options;
mod passage;
mod random;
mod reading;
mod tar;
mod template;
mod topics;
mod track;
mod write;
mod zip;

#[cfg(test)]
mod tests;

pub use json::{Alias, Place};
pub use make::tiny;
pub use options::{Family, Hazard, Hazards, SampleError, SampleOptions};
pub use template::TemplateError;
pub use track::{Action, ClipFact};
pub use write::{ArchiveFact, ContainerFact, DamageFact, FileFact, RejectFact, SampleReport, expected_path, generate};
