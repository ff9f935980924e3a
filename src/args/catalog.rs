//! `jogak catalog …`: types only.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

/// What to do with the catalogue.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// List sets; those that are built in until something is imported
    List(ListArgs),
    /// Find sets by words in title, tags, field, label type, formats or builder
    Search(SearchArgs),
    /// Everything that is known of a set: facts, files, places, measures, scores with reasons, what would raise them
    Show {
        /// The set's number or name
        id: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Take in tables, AI Hub's answers, saved pages, or a prefix of object storage; bad lines are reported and counted
    Import(ImportArgs),
    /// Bind a set to the place where its archives lie
    Locate {
        /// The set's number or name
        id: String,
        /// The place: a URL, or a path on disk
        url: String,
        /// Of one version of the set, e.g. 1.1
        #[arg(long, value_name = "VERSION")]
        of_version: Option<String>,
    },
    /// Score all sets for both tracks with the shipped plan, or one of yours
    Score(ScoreArgs),
    /// Look into the data: read a bounded sample of sets' labels by range, and measure it
    Probe(ProbeArgs),
    /// Add what an expert says of a set; nothing that was said is ever changed
    Judge(JudgeArgs),
    /// Choose sets under a budget: the proven optimum, how firmly it stands, reports, plans to begin with
    Select(SelectArgs),
    /// Record a claim that a value is another one, and what would follow; nothing is granted by it
    Appeal(AppealArgs),
    /// Seal a selection with all that it depends on
    Freeze {
        /// The selection
        name: String,
        /// Also copy the seal to this file
        #[arg(long)]
        to: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Derive a sealed selection again from its seal alone, and compare exactly
    Verify {
        /// The seal's file, or its name
        seal: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ProbeArgs {
    /// Sets by number or name, or places; all sets that have a place where none is named
    pub(crate) targets: Vec<String>,
    /// Stored bytes to read of each set
    #[arg(long, default_value = "64MiB")]
    pub(crate) budget: Option<String>,
    /// Also what was probed at the same listing
    #[arg(long)]
    pub(crate) again: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only this field, or a part of its name, e.g. 교통
    #[arg(long)]
    pub(crate) field: Option<String>,
    /// Only this modality: text, image, video, audio, 3d, sensor, or the Korean word
    #[arg(long)]
    pub(crate) modality: Option<String>,
    /// Only sets built in these years, e.g. 2022 or 2019..2021
    #[arg(long)]
    pub(crate) year: Option<String>,
    /// The order
    #[arg(long, value_enum, default_value_t)]
    pub(crate) sort: Sort,
    /// Rows; 0 for all. A table shows 100 unless told otherwise, other formats all
    #[arg(short = 'n')]
    pub(crate) rows: Option<usize>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words; a set must have all of them
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum Sort {
    /// By number.
    #[default]
    Id,
    /// By title.
    Title,
    /// Newest first.
    Year,
    /// Largest first.
    Bytes,
    /// By rank for language models.
    Llm,
    /// By rank for physical AI.
    Physical,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files, folders of saved answers, or prefixes (a URL or a path on disk); archive!member for a file in an archive
    #[arg(required = true)]
    pub(crate) places: Vec<String>,
    /// What they hold, where name and content do not tell
    #[arg(long = "as", value_enum)]
    pub(crate) form: Option<FormArg>,
    /// The set that a file tree or page belongs to
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Rows of this table of the catalogue, by its own column names, e.g. files, criteria, lexicon_task, costs, links
    #[arg(long, conflicts_with_all = ["form", "id"])]
    pub(crate) table: Option<String>,
    /// When the facts held, e.g. 2026-05; the file's date by default
    #[arg(long)]
    pub(crate) as_of: Option<String>,
    /// What is noted as source; the place by default
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Memory, e.g. 512MiB
    #[arg(long)]
    pub(crate) memory: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormArg {
    /// A table of sets, with any headers.
    Table,
    /// A table of files.
    Files,
    /// AI Hub's list of sets.
    List,
    /// AI Hub's file tree of a set.
    Tree,
    /// The saved page of a set.
    Page,
    /// A prefix of object storage.
    Prefix,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// A plan of yours instead of the shipped one
    #[arg(long)]
    pub(crate) plan: Option<PathBuf>,
    /// Parameters, as name=value, e.g. weights="llm.reasoning=30;physical.action=25" or optimism=0
    #[arg(long = "set", value_name = "K=V")]
    pub(crate) set: Vec<String>,
    /// Rows of each track to show
    #[arg(short = 'n', default_value_t = 10)]
    pub(crate) rows: usize,
    /// Memory, e.g. 2GiB
    #[arg(long)]
    pub(crate) memory: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// The set
    #[arg(required_unless_present = "from", requires_all = ["set", "reason", "by"])]
    pub(crate) id: Option<String>,
    /// Criterion and value from 0 to 1, e.g. need=0.8, or llm.need=0.8 for one track
    #[arg(long = "set", value_name = "CRITERION=VALUE")]
    pub(crate) set: Vec<String>,
    /// Why
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// What it rests on, e.g. a URL
    #[arg(long)]
    pub(crate) evidence: Option<String>,
    /// Who judges
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// The reviewer has an interest in this set: kept, and counted for nothing
    #[arg(long)]
    pub(crate) conflict: bool,
    /// A table of judgements (CSV, XLSX, JSON, Parquet): dataset_id, criterion, reviewer, value, reason …
    #[arg(long, conflicts_with_all = ["id", "set", "reason", "by"])]
    pub(crate) from: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// The name under which the selection is stored; one of that name is replaced
    #[arg(long, default_value = "draft")]
    pub(crate) name: String,
    /// Sets for language models
    #[arg(long, default_value_t = 15)]
    pub(crate) llm: u32,
    /// Sets for physical AI
    #[arg(long, default_value_t = 15)]
    pub(crate) physical: u32,
    /// Won in all; 0 for no limit
    #[arg(long, value_name = "KRW", default_value_t = 3_000_000_000)]
    pub(crate) budget: i64,
    /// Won for a set whose cost is not known (catalog.costs); 100 million by default, an assumption
    #[arg(long, value_name = "KRW")]
    pub(crate) cost: Option<i64>,
    /// Most sets of one field
    #[arg(long)]
    pub(crate) max_per_field: Option<u32>,
    /// Most sets of one series
    #[arg(long)]
    pub(crate) max_per_series: Option<u32>,
    /// A set that must be chosen: ID, or llm:ID, physical:ID for one track
    #[arg(long, value_name = "ID", requires_all = ["reason", "by"])]
    pub(crate) include: Vec<String>,
    /// A set that must not be chosen
    #[arg(long, value_name = "ID", requires_all = ["reason", "by"])]
    pub(crate) exclude: Vec<String>,
    /// Why sets are included or excluded
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Who includes or excludes them
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Points lost by two chosen sets that hold the same; in proportion where they are alike
    #[arg(long, default_value_t = 10.0)]
    pub(crate) redundancy: f64,
    /// Points for each capability that the chosen sets cover
    #[arg(long, default_value_t = 1.0)]
    pub(crate) coverage: f64,
    /// 0 counts a set's score (the middle of its interval), 1 the lower end; what is not known is then a mean, or the worst
    #[arg(long, default_value_t = 0.5)]
    pub(crate) caution: f64,
    /// Leave out sets that rest on their titles
    #[arg(long)]
    pub(crate) probed_only: bool,
    /// Draws of other weights and values: in what share of them each set stays chosen
    #[arg(long, value_name = "DRAWS")]
    pub(crate) stability: Option<u32>,
    /// The same seed gives the same draws
    #[arg(long, default_value_t = 20_260_430)]
    pub(crate) seed: u64,
    /// Write the report into this folder: Markdown, HTML, XLSX, CSV
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Encoding of the CSV files
    #[arg(long, value_enum, default_value_t)]
    pub(crate) encoding: EncodingArg,
    /// A byte order mark at the beginning of UTF-8 CSV files, by which Excel knows them
    #[arg(long)]
    pub(crate) bom: bool,
    /// Write the shipped plans of the chosen sets into this folder, with the commands that run them
    #[arg(long, value_name = "DIR")]
    pub(crate) plans: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum EncodingArg {
    /// UTF-8.
    #[default]
    Utf8,
    /// The Korean code page of Windows.
    Cp949,
}

#[derive(Debug, Args)]
pub(crate) struct AppealArgs {
    /// The set
    pub(crate) id: String,
    /// Criterion and the value claimed, from 0 to 1; llm.need=0.8 for one track
    #[arg(long = "set", value_name = "CRITERION=VALUE")]
    pub(crate) set: String,
    /// What the claim rests on, e.g. a URL
    #[arg(long)]
    pub(crate) evidence: String,
    /// Who claims it
    #[arg(long)]
    pub(crate) by: String,
    /// Against which selection; 15 and 15 for 3 billion won where there is none of this name
    #[arg(long, default_value = "draft")]
    pub(crate) selection: String,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
