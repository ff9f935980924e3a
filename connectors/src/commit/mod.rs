//! The commit: which files exist, and which inputs they were made from.
//!
//! - one Delta version names both the files of a run and, by path and hash, the ledger of its inputs
//! - a file that no version adds does not exist for readers
//! - a run key appears in at most one version of a table
//! - a version's number is tried again, with the same bytes, until it is known who took it
//!
//! After any error the versions that may have been written are read back: our own nonce there means that the commit
//! landed and only the answer was lost. Nothing is ever deleted here.

mod checked;
mod create;
mod facts;
mod ledger;
mod log;
mod table;
mod vacuum;

pub use checked::{is_sound, read_checked, with_checksum};
pub use create::{Created, create_once};
pub use facts::{CommitFacts, FileRef, SINGLE_WRITER};
pub use ledger::{LedgerFile, LedgerRow, read_ledger, write_ledger};
pub use table::{Commit, Committed, Table, TableFile, TableState, Version};
pub use vacuum::{
    FileKind, LogNames, StoredFile, giving_up, intent_path, is_given_up, read_object, remove_files, store_time,
    stored_files, table_root_of,
};
