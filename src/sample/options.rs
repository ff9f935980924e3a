//! What to make: family, size, seed and hazards.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::template::TemplateError;

/// Kinds of label sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// News reading comprehension: `answers` is an object with a clue; one document per archive.
    Mrc,
    /// SQuAD 1.1: `answers` is a list, no clue.
    MrcOld,
    /// Finance and law: singular `answer`, `qa_type`, options, yes/no, tables.
    MrcFinance,
    /// Multiple choice, the answer as text or as number.
    Choice,
    /// Premise and hypothesis pairs in one array.
    Nli,
    /// Arithmetic word problems: one JSON each, and JSON lines with calculator notes.
    Math,
    /// Boxes per frame, one JSON a frame, a folder a clip: hands and cups, pedestrians. A record is a frame.
    Track,
    /// The text form of the MOT challenge, a folder a sequence. A record is a row.
    TrackMot,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 8] =
        [Self::Mrc, Self::MrcOld, Self::MrcFinance, Self::Choice, Self::Nli, Self::Math, Self::Track, Self::TrackMot];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mrc => "mrc",
            Self::MrcOld => "mrc_old",
            Self::MrcFinance => "mrc_finance",
            Self::Choice => "choice",
            Self::Nli => "nli",
            Self::Math => "math",
            Self::Track => "track",
            Self::TrackMot => "track_mot",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = SampleError;

    /// # Errors
    /// When no family has that name; the message lists them and proposes the nearest.
    fn from_str(text: &str) -> Result<Self, SampleError> {
        let wanted = text.trim().to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|family| family.name() == wanted).ok_or_else(|| SampleError::UnknownName {
            what: "family",
            name: text.to_owned(),
            hint: hint(&wanted, Self::ALL.map(Self::name)),
        })
    }
}

/// A way in which real archives differ from tidy ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hazard {
    /// Member names in CP949 without the UTF-8 flag.
    Cp949,
    /// Member names that start with `/`.
    Slash,
    /// Member names in decomposed Unicode without the UTF-8 flag.
    Nfd,
    /// A byte order mark before the document.
    Bom,
    /// A document that ends in the middle of a record.
    Truncated,
    /// A document in which a `",` is missing.
    Syntax,
    /// Two members with one name and different bodies.
    Duplicate,
    /// An archive cut into twelve `.zip.partN`.
    Parts,
    /// An archive spanned over `.z01`, `.z02`, … and `.zip`.
    Spanned,
    /// An archive cut into parts that lie in `download.tar`.
    Tar,
    /// Sizes and checksums behind the data.
    Descriptor,
    /// Brackets, commas and blanks in the names of an archive and its members.
    OddNames,
    /// Numbers and truth values as strings.
    NumberStrings,
    /// Misspelt keys.
    Aliases,
    /// Members that are not compressed.
    Stored,
    /// ZIP64 records.
    Zip64,
    /// Word problems with an equation that does not compute.
    Equation,
}

impl Hazard {
    /// All hazards.
    pub const ALL: [Self; 17] = [
        Self::Cp949,
        Self::Slash,
        Self::Nfd,
        Self::Bom,
        Self::Truncated,
        Self::Syntax,
        Self::Duplicate,
        Self::Parts,
        Self::Spanned,
        Self::Tar,
        Self::Descriptor,
        Self::OddNames,
        Self::NumberStrings,
        Self::Aliases,
        Self::Stored,
        Self::Zip64,
        Self::Equation,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cp949 => "cp949",
            Self::Slash => "slash",
            Self::Nfd => "nfd",
            Self::Bom => "bom",
            Self::Truncated => "truncated",
            Self::Syntax => "syntax",
            Self::Duplicate => "duplicate",
            Self::Parts => "parts",
            Self::Spanned => "spanned",
            Self::Tar => "tar",
            Self::Descriptor => "descriptor",
            Self::OddNames => "odd-names",
            Self::NumberStrings => "number-strings",
            Self::Aliases => "aliases",
            Self::Stored => "stored",
            Self::Zip64 => "zip64",
            Self::Equation => "equation",
        }
    }
}

/// A set of hazards. The default is the mild ones: names, byte order marks, ways of packing, wrong equations; nothing
/// that loses a record to damage or needs joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hazards(u32);

impl Hazards {
    /// No hazard.
    pub const NONE: Self = Self(0);
    /// Every hazard.
    pub const ALL: Self = Self((1 << Hazard::ALL.len()) - 1);

    /// Whether `hazard` is on.
    pub fn has(self, hazard: Hazard) -> bool {
        self.0 & (1 << hazard as u32) != 0
    }

    /// The same set with `hazard`.
    pub fn with(self, hazard: Hazard) -> Self {
        Self(self.0 | 1 << hazard as u32)
    }

    /// The hazards that are on, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Hazard> {
        Hazard::ALL.into_iter().filter(move |hazard| self.has(*hazard))
    }
}

impl Default for Hazards {
    fn default() -> Self {
        use Hazard::{Bom, Cp949, Descriptor, Equation, Nfd, OddNames, Slash, Stored};
        [Cp949, Slash, Nfd, Bom, Descriptor, OddNames, Stored, Equation].into_iter().fold(Self::NONE, Self::with)
    }
}

impl FromStr for Hazards {
    type Err = SampleError;

    /// `all`, `none`, `default`, or names separated by commas.
    ///
    /// # Errors
    /// When a name is none of the hazards; the message lists them and proposes the nearest.
    fn from_str(text: &str) -> Result<Self, SampleError> {
        match text.trim() {
            "all" => return Ok(Self::ALL),
            "none" | "" => return Ok(Self::NONE),
            "default" => return Ok(Self::default()),
            _ => {}
        }
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).try_fold(Self::NONE, |set, name| {
            let wanted = name.to_lowercase().replace('_', "-");
            match Hazard::ALL.into_iter().find(|hazard| hazard.name() == wanted) {
                Some(hazard) => Ok(set.with(hazard)),
                None => Err(SampleError::UnknownName {
                    what: "hazard",
                    name: name.to_owned(),
                    hint: hint(&wanted, Hazard::ALL.map(Hazard::name)),
                }),
            }
        })
    }
}

/// What [`generate`](super::generate) shall write.
#[derive(Debug, Clone)]
pub struct SampleOptions {
    /// Kind of label set.
    pub family: Family,
    /// Number of records over all archives: documents, pairs, problems, frames or rows.
    pub records: u64,
    /// Directory to write into; it must not exist, or be empty.
    pub out: PathBuf,
    /// Seed of all content.
    pub seed: u64,
    /// Hazards to build in.
    pub hazards: Hazards,
    /// Fewest and most frames of a clip or sequence.
    pub clip_frames: (u32, u32),
    /// Instead of `records`: one document of about so many bytes in one archive. Not for `track` and `track_mot`.
    pub one_document: Option<u64>,
    /// Threads to work on; no influence on the result.
    pub threads: usize,
}

impl SampleOptions {
    /// Options with seed 1, the default hazards, clips of 60 to 200 frames and all cores.
    pub fn new(family: Family, records: u64, out: impl Into<PathBuf>) -> Self {
        Self {
            family,
            records,
            out: out.into(),
            seed: 1,
            hazards: Hazards::default(),
            clip_frames: (60, 200),
            one_document: None,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Why no sample was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// A name on the command line is unknown.
    #[error("unknown {what} '{name}': {hint}")]
    UnknownName {
        /// `family` or `hazard`.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names that exist, and the nearest.
        hint: String,
    },
    /// Hazards with archives of their own need more records.
    #[error("{records} records are too few for the hazards {hazards}: ask for {needed} at least, or for fewer hazards")]
    TooFewRecords {
        /// Records asked for.
        records: u64,
        /// Records needed.
        needed: u64,
        /// The hazards that need them.
        hazards: String,
    },
    /// The options contradict each other.
    #[error("{0}")]
    Options(String),
    /// The directory holds something already.
    #[error("'{}' is not empty: name a new directory, or empty this one", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("writing '{}' failed", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The report could not be written as JSON.
    #[error("the report could not be written as JSON")]
    Report(#[from] serde_json::Error),
    /// A slip in the grammar of the texts.
    #[error("the sample grammar is broken; this is a fault of the program")]
    Grammar(#[from] TemplateError),
}

fn hint<const N: usize>(name: &str, known: [&'static str; N]) -> String {
    let all = known.join(", ");
    let nearest = known.into_iter().map(|known| (distance(name, known), known)).min();
    match nearest.filter(|(distance, known)| *distance <= known.len().div_ceil(2).min(3)) {
        Some((_, nearest)) => format!("did you mean '{nearest}'? There are: {all}"),
        None => format!("there are: {all}"),
    }
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (place, from) in a.chars().enumerate() {
        let mut diagonal = place;
        // `row` has one more cell than `b`, so it has a first one.
        row[0] = place + 1;
        for (column, to) in b.iter().enumerate() {
            let above = row[column + 1];
            row[column + 1] = (diagonal + usize::from(from != *to)).min(above + 1).min(row[column] + 1);
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or(0)
}
