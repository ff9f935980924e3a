//! Faults on demand, for the tests of what the program promises: any call to a store can fail or lose its answer, the
//! process can be killed or stopped there, and each safety guard can be switched off to see that a test notices.
//!
//! All of it needs the cargo feature `faults`. Without it [`wrap`] gives back what it was given, [`guard`] is `true`,
//! [`point`] does nothing, and no environment variable is looked at.
//!
//! With the feature, `JOGAK_FAULTS` holds rules, separated by `;`. Each is a list of `key=value`, separated by `,`:
//!
//! | key | meaning |
//! |---|---|
//! | `call=17` | the 17th call of the process, whatever it is |
//! | `point=put:ckpt` | calls of this name; `*` stands for anything at either end, `\|` separates several |
//! | `nth=2`, `nth=2-` | the second of these calls, or all from the second on; without it the first |
//! | `since=put:log` | only calls after the first one of this name |
//! | `when=before` | before the call takes effect (the default), `after` it did, or `during` it |
//! | `do=fail` | the call fails with a general error |
//! | `do=exists` | the call is answered by "already exists" |
//! | `do=kill`, `do=stop` | SIGKILL or SIGSTOP for the process |
//! | `do=flip` | one bit in the middle of what was read is another |
//! | `do=blind` | a conditional put is carried out without its condition |
//! | `do=pause` | the call takes 200 ms longer |
//!
//! A rule that is only `log=/path` has each call appended to that file: `call NUMBER NAME PATH`, and `fault NUMBER NAME`
//! where a rule took effect.
//!
//! The name of a call is its operation (`get`, `head`, `put`, `list`, `delete`, `copy`, and for uploads in parts `open`,
//! `part`, `complete`, `abort`), a colon, and what the path is for: `log`, `checkpoint`, `hint` (of the Delta log),
//! `run-key`, `intent`, `start`, `ckpt`, `ledger`, `run`, `quarantine`, `probe`, `side` (below `_jogak/`), `data`, or
//! `input`. Calls of [`point`] are called `at:NAME`.

#[cfg(feature = "faults")]
mod rules;
#[cfg(feature = "faults")]
mod store;

#[cfg(all(feature = "faults", not(unix)))]
compile_error!("the feature `faults` sends signals, which only Unix has");

/// Every guard that can be switched off by naming it in `JOGAK_GUARD_OFF`, and what it is there for. `tests/mutations`
/// reads this table: each line must be matched by a test that fails without the guard.
#[cfg(feature = "faults")]
pub const GUARDS: &[(&str, &str)] = &[
    ("probe", "a store without conditional puts is refused before any work"),
    ("put_if_absent", "a version of the log is created only where there is none"),
    ("run_txn", "a run key that stands in the table's state is not committed again"),
    ("base_version", "a run is committed on the version that it was planned on, never on a newer one"),
    ("fence", "a version that somebody else took ends the run, and says so"),
    ("read_back", "after any error of a commit its version is read before anything is believed"),
    ("nonce", "a version with our nonce is ours: only the answer was lost"),
    ("run_key_read_back", "a version with our run key is another start of the same run: done"),
    ("conflict_retry", "a conflict where there is no version is tried again"),
    ("never_delete", "no file is deleted when the outcome of a commit is not known"),
    ("create_read_back", "an object that is said to exist, with our bytes, is ours"),
    ("create_retry", "an object that is said to exist, and does not, is created again"),
    ("run_key", "all starts of a run share its id, and take over what is sealed"),
    ("start_number", "no two starts of a run have the same number"),
    ("attempt_paths", "each start writes its files under its own number"),
    ("intent", "the first start that gets there says which units' files all outputs get"),
    ("seal_files", "a seal counts only while its files are there in full"),
    ("unit_fingerprint", "a seal counts only for the unit that it was made for"),
    ("input_pin", "an input that changes while it is read is noticed, by etag and size"),
    ("crc32", "members whose bytes do not have their checksum are not used"),
    ("books", "a run whose books do not balance is not committed"),
    ("max_quarantine", "a run with too much in quarantine is not committed"),
    ("foreign_files", "a table that something else rewrote is not added to"),
    ("ledger_sha256", "a ledger whose bytes are not those that were committed is not believed"),
    ("object_sha256", "a checkpoint, start or intent with a wrong checksum is not believed"),
    ("entry_sha256", "an entry of the log with a wrong checksum is not believed"),
    ("verify_sha256", "verify compares the hash of every file"),
    ("verify_length", "verify compares the length of every file"),
    ("verify_quarantine", "verify compares the hash of every quarantine file"),
    ("vacuum_grace", "vacuum leaves alone what is young"),
    ("vacuum_named", "vacuum leaves alone what a version names"),
    ("vacuum_giving_up", "before vacuum removes files of a run, the run can no longer be committed"),
];

#[cfg(feature = "faults")]
pub use with_faults::{guard, point, wrap};

#[cfg(feature = "faults")]
mod with_faults {
    use std::sync::Arc;

    use object_store::ObjectStore;

    use super::rules;
    use super::store::FaultStore;

    /// The same store, with the faults that the environment asks for.
    pub fn wrap(store: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        if rules::wanted() { Arc::new(FaultStore::new(store)) } else { store }
    }

    /// Is this guard of [`GUARDS`](super::GUARDS) on?
    pub fn guard(name: &str) -> bool {
        rules::guard(name)
    }

    /// A place between calls to stores where the process can be killed or stopped.
    pub fn point(name: &str) {
        rules::point(name);
    }
}

#[cfg(not(feature = "faults"))]
pub use without_faults::{guard, point, wrap};

#[cfg(not(feature = "faults"))]
mod without_faults {
    use std::sync::Arc;

    use object_store::ObjectStore;

    /// The store as it is.
    #[inline(always)]
    pub fn wrap(store: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        store
    }

    /// All guards are on.
    #[inline(always)]
    pub const fn guard(_name: &str) -> bool {
        true
    }

    /// Nothing.
    #[inline(always)]
    pub const fn point(_name: &str) {}
}
