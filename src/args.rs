//! The command line: types only.

pub(crate) mod catalog;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Turns labelled data that exists already into verified training data for generative AI.
#[derive(Debug, Parser)]
#[command(name = "jogak", version, about, propagate_version = true)]
pub(crate) struct Cli {
    /// Language of messages.
    #[arg(long, global = true, value_enum, env = "JOGAK_LANG")]
    pub(crate) lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Korean.
    Ko,
    /// English.
    En,
}

/// How rows and summaries are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Ndjson,
    /// Comma-separated.
    Csv,
    /// Parquet, to a pipe or file.
    Parquet,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run two plans on sample archives, then the whole mission in small: bucket, catalogue, probe, score, select, runs
    Demo {
        /// Where everything is put; a new folder below the system's temporary directory by default
        dir: Option<PathBuf>,
    },
    /// Make archives like AI Hub's, with invented content
    Sample(SampleArgs),
    /// Run plans and commit their outputs
    Run(RunArgs),
    /// Check plans without reading data: syntax, types, names, record-wise or not; all problems at once
    Check {
        /// Plan files
        #[arg(required = true)]
        plans: Vec<PathBuf>,
        /// Parameters, as name=value
        #[arg(long = "set", value_name = "K=V")]
        set: Vec<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show the first rows of a step; nothing is written
    Preview(PreviewArgs),
    /// Say how a plan will run: steps, record-wise or not, where `_src` ends, what it would read
    Explain(ExplainArgs),
    /// Run the tests in plans' headers, offline
    Test {
        /// Plan files
        #[arg(required = true)]
        plans: Vec<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Look into archives and prefixes: members, sizes, names, problems
    Ls {
        /// A place; `archive!pattern` looks at members
        url: String,
        /// List the members of every archive
        #[arg(long, short)]
        members: bool,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Infer the schema of records, as a plan's header declares it
    Schema {
        /// A place; `archive!pattern` looks at members
        url: String,
        /// Where the records are, e.g. $.data[*]
        #[arg(long)]
        records: Option<String>,
        /// Write it to this file
        #[arg(long)]
        save: Option<PathBuf>,
    },
    /// Query tables and any readable place: SELECT … FROM 'url'; writes nothing
    Sql {
        /// The query
        #[arg(allow_hyphen_values = true)]
        query: String,
        /// Memory for the query
        #[arg(long)]
        memory: Option<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Query by hand, with history and completion, or from a script: jogak shell < file.sql; writes nothing
    Shell(ShellArgs),
    /// The catalogue of sets: list, import, probe, score, judge, select, freeze
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Re-check a table, or all tables below a place: hashes, schemas, offsets, recomputations, identities
    Verify {
        /// A table or a folder of tables
        url: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// The versions of a table
    History {
        /// The table
        table: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Remove files that no version of a table names and no run may still commit
    Vacuum(VacuumArgs),
    /// The runs of this user
    Runs {
        /// Only the newest
        #[arg(long)]
        last: bool,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// What to make: mrc, mrc-old, mrc-finance, choice, nli, math, track, track-mot
    pub(crate) family: String,
    /// Records (frames, for tracks)
    #[arg(long, default_value_t = 1000)]
    pub(crate) records: u64,
    /// Where to put the archives
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Hazards of real archives: all, none, or names separated by commas
    #[arg(long)]
    pub(crate) hazards: Option<String>,
    /// One JSON document of about this size in one zip, e.g. 1GB
    #[arg(long)]
    pub(crate) one_document: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Plan files
    #[arg(required_unless_present_any = ["selection", "all"], conflicts_with_all = ["selection", "all"])]
    pub(crate) plans: Vec<PathBuf>,
    /// The sets that were chosen under this name, each with the plan that fits it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "sources"])]
    pub(crate) selection: Option<String>,
    /// All sets of the catalogue that have a place and a plan of the track
    #[arg(long, requires = "track", conflicts_with = "sources")]
    pub(crate) all: bool,
    /// llm or physical
    #[arg(long, requires = "all")]
    pub(crate) track: Option<String>,
    /// Places of sources, as name=URL; aihub:577 is where the catalogue says that set 577 lies
    #[arg(long = "source", value_name = "NAME=URL")]
    pub(crate) sources: Vec<String>,
    /// Where the tables lie: <OUT>/<plan>/<output>, or <OUT>/<set>/<plan>/<output>
    #[arg(long)]
    pub(crate) out: String,
    /// Parameters, as name=value
    #[arg(long = "set", value_name = "K=V")]
    pub(crate) set: Vec<String>,
    /// Memory contract, e.g. 4GiB; 60 % of the machine by default
    #[arg(long)]
    pub(crate) memory: Option<String>,
    /// Units side by side; one a core by default. Output does not depend on it
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// Make the tables anew, whatever they hold
    #[arg(long)]
    pub(crate) full_refresh: bool,
    /// Rows of inputs that are gone leave the tables
    #[arg(long)]
    pub(crate) prune: bool,
    /// Commit although more is in quarantine than the plan allows
    #[arg(long)]
    pub(crate) accept_quarantine: bool,
    /// Read again what is in quarantine, e.g. after a reader was mended: the units that hold it, with their entries
    #[arg(long)]
    pub(crate) retry_quarantined: bool,
    /// Only what is there for this reason, e.g. ENCODING
    #[arg(long, value_name = "CODE", requires = "retry_quarantined")]
    pub(crate) reason: Option<String>,
    /// Nobody else writes these tables: do without conditional writes
    #[arg(long)]
    pub(crate) single_writer: bool,
    /// Stop at the next unit border at this time of day or after this long, e.g. 06:00 or 90m; exit code 4
    #[arg(long, value_name = "TIME")]
    pub(crate) deadline: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ShellArgs {
    /// Run this and end; may be given several times
    #[arg(short = 'c', long = "command", value_name = "SQL", allow_hyphen_values = true)]
    pub(crate) commands: Vec<String>,
    /// Memory for queries
    #[arg(long)]
    pub(crate) memory: Option<String>,
    /// How rows are printed at first; \\format changes it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct VacuumArgs {
    /// A table or a folder of tables
    pub(crate) url: String,
    /// How long a run must have stored nothing before its files go, e.g. 36h; longer where runs take longer
    #[arg(long, value_name = "DURATION", default_value = "7d")]
    pub(crate) grace: String,
    /// Take the grace as it is, even below an hour: gives up every run that stored nothing for so long
    #[arg(long)]
    pub(crate) force: bool,
    /// Only list what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// No run is under way, and none starts: do without conditional writes
    #[arg(long)]
    pub(crate) single_writer: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// Plan file
    pub(crate) plan: PathBuf,
    /// Places of sources, as name=URL
    #[arg(long = "source", value_name = "NAME=URL")]
    pub(crate) sources: Vec<String>,
    /// The step; the first output by default
    #[arg(long)]
    pub(crate) step: Option<String>,
    /// Rows
    #[arg(short = 'n', default_value_t = 10)]
    pub(crate) rows: usize,
    /// From the beginning, or spread over the inputs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) sample: SampleKind,
    /// A condition on the step's rows
    #[arg(long = "where")]
    pub(crate) condition: Option<String>,
    /// Parameters, as name=value
    #[arg(long = "set", value_name = "K=V")]
    pub(crate) set: Vec<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Which part of the inputs a preview reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum SampleKind {
    /// From the beginning.
    #[default]
    Head,
    /// Spread over all inputs.
    Spread,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Plan file
    pub(crate) plan: PathBuf,
    /// Places of sources, as name=URL
    #[arg(long = "source", value_name = "NAME=URL")]
    pub(crate) sources: Vec<String>,
    /// Parameters, as name=value
    #[arg(long = "set", value_name = "K=V")]
    pub(crate) set: Vec<String>,
    /// The physical plan too
    #[arg(long)]
    pub(crate) physical: bool,
    /// Measure a sample, and say what all of it would cost: rows, bytes, seconds. Nothing is written
    #[arg(long)]
    pub(crate) cost: bool,
    /// Read everything, and say what each operator did. Nothing is written
    #[arg(long, conflicts_with = "cost")]
    pub(crate) analyze: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
