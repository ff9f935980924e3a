//! Tests that drive the program as people do: by its command line, over archives that it makes itself.
//!
//! Each test works in a directory of its own, which is also its home. What a test says about a table it reads from the
//! table's log and files itself (`it/table.rs`), so that the program is not its own witness.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so and fails")]
#![expect(clippy::disallowed_methods, reason = "tests measure how long the program takes")]

mod faults {
    pub(crate) mod proxy;
}

mod it {
    mod bulk;
    mod catalog;
    mod catalog_score;
    mod catalog_select;
    mod command;
    mod continued;
    mod determinism;
    mod diagnostics;
    mod faults;
    mod foreign;
    #[cfg(feature = "faults")]
    mod guards;
    mod hazards;
    mod hostile;
    #[cfg(feature = "faults")]
    mod injected;
    mod joined;
    #[cfg(feature = "faults")]
    mod kills;
    mod moto;
    mod places;
    mod plans;
    mod probe;
    mod queries;
    mod race;
    mod readers;
    mod rerun;
    mod retry;
    mod s3;
    mod seaweed;
    mod shell;
    mod table;
    mod together;
    #[cfg(unix)]
    mod trouble;
    mod vacuum;
    mod whole;
}
