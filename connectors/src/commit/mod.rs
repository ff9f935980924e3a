//! The commit: which files exist, and which inputs they were made from.
//!
//! - one Delta version names both the files of a run and, by path and hash, the ledger of its inputs
//! - a file that no version adds does not exist for readers
//! - a run key appears in at most one version of a table
//! - a version's number is tried again, with the same bytes, until it is known who took it
//!
//! After any error the versions that may have been written are read back: our own nonce there means that the commit
//! landed and only the answer was lost. Nothing is ever deleted here.

mod create;
mod facts;
mod ledger;
mod table;

pub use create::{Created, create_once};
pub use facts::{CommitFacts, FileRef, SINGLE_WRITER};
pub use ledger::{LedgerFile, LedgerRow, read_ledger, write_ledger};
pub use table::{Commit, Committed, Table, TableFile, TableState, Version};
