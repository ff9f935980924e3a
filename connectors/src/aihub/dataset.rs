//! What a catalogue holds: data sets, their files, and the lines that could not be used.

use super::path::format_of;
use std::fmt;

/// A data set as the catalogue knows it. What is not known is `None` or empty, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dataset {
    /// AI Hub's `dataSetSn`, or the name by which somebody else's catalogue calls the set.
    pub id: String,
    /// The title as given, in NFC.
    pub title: String,
    /// Field (분야) in the spelling of today's fourteen, where it is one of them; else as given.
    pub field: Option<String>,
    /// Field exactly as given.
    pub field_raw: Option<String>,
    /// Stated modalities (유형), in the order given. A statement, not a measurement.
    pub modalities: Vec<Modality>,
    /// Modality exactly as given.
    pub modality_raw: Option<String>,
    /// Year of building (구축년도).
    pub build_year: Option<u16>,
    /// Last update (갱신년월); AI Hub gives months.
    pub updated: Option<PartialDate>,
    /// Page views.
    pub views: Option<u64>,
    /// Downloads.
    pub downloads: Option<u64>,
    /// Tags, each once, in the order given.
    pub tags: Vec<String>,
    /// Number of files that the public file tree names.
    pub files: Option<u64>,
    /// Stored bytes.
    pub bytes: Option<ByteSize>,
    /// Folder layout.
    pub layout: Option<Layout>,
    /// Labelling task (라벨링 유형).
    pub label_type: Option<String>,
    /// Amount built, one free text (`2022년/1,000 문장`).
    pub quantity: Option<String>,
    /// Formats (데이터 형식, 라벨링 형식), lower case where they are Latin letters.
    pub formats: Vec<String>,
    /// Who built it.
    pub builder: Option<String>,
    /// Conditions of use beyond AI Hub's general ones.
    pub terms: Option<String>,
    /// Where these facts were read.
    pub source: Option<String>,
    /// When the facts held.
    pub as_of: Option<PartialDate>,
    /// When the numbers of files and bytes and the sample paths held, where that is another time.
    pub files_as_of: Option<PartialDate>,
    /// Some paths of its files, from the set's root folder on.
    pub sample_paths: Vec<String>,
}

impl Dataset {
    /// A set of which nothing but id and title is known.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), ..Self::default() }
    }
}

/// A file of a data set; the pieces of a cut archive are one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogFile {
    /// The set, where it is known.
    pub dataset_id: Option<String>,
    /// Path from the set's root folder on, with `/`; for a cut archive that of the whole.
    pub path: String,
    /// What it holds; `None` where its path does not say.
    pub kind: Option<FileKind>,
    /// The part of the set; `None` where its path does not say.
    pub split: Option<Split>,
    /// Bytes of all pieces.
    pub size: Option<ByteSize>,
    /// Number of stored pieces, at least 1.
    pub parts: u32,
    /// Names of the pieces in reading order; empty for what was never cut.
    pub pieces: Vec<String>,
    /// AI Hub's keys for downloading the pieces; they change when a set is refreshed.
    pub filekeys: Vec<String>,
    /// Format guessed from the name, e.g. `zip`, `json`.
    pub format: Option<String>,
    /// The mark of a later delivery in its path, e.g. `230209_add`.
    pub revision: Option<String>,
}

/// What a file holds, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Labels (라벨링데이터).
    Label,
    /// What was labelled (원천데이터).
    Source,
    /// Tools, models, documents.
    Other,
}

impl FileKind {
    /// `label`, `source` or `other`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Source => "source",
            Self::Other => "other",
        }
    }
}

/// The part of a set, by a file's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// For training.
    Training,
    /// For validation.
    Validation,
    /// For tests.
    Test,
    /// Beside the data: `Other`, samples, tools.
    Other,
}

impl Split {
    /// `training`, `validation`, `test` or `other`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Validation => "validation",
            Self::Test => "test",
            Self::Other => "other",
        }
    }
}

/// How the folders of a set are laid out. The names are the years in which a layout was usual; a set may have another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// 2017–19: as it came, `11.이름/01.Normal.zip`.
    AdHoc,
    /// 2020–21: `NNN.이름/01.데이터/1.Training/라벨링데이터/…`, also without `01.데이터`.
    Data,
    /// 2022: `NNN.이름/01-1.정식개방데이터/Training/02.라벨링데이터/…`.
    Official,
    /// 2023 and later: `NNN.이름/3.개방데이터/1.데이터/Training/02.라벨링데이터/…`.
    Open,
}

impl Layout {
    /// The years in which it was usual: `2017-19`, `2020-21`, `2022`, `2023+`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AdHoc => "2017-19",
            Self::Data => "2020-21",
            Self::Official => "2022",
            Self::Open => "2023+",
        }
    }

    /// The layout with that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::AdHoc, Self::Data, Self::Official, Self::Open].into_iter().find(|layout| layout.name() == name)
    }
}

/// What AI Hub says a set is made of (유형).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modality {
    /// 텍스트.
    Text,
    /// 이미지.
    Image,
    /// 비디오.
    Video,
    /// 오디오.
    Audio,
    /// 3D.
    ThreeD,
    /// 센서.
    Sensor,
}

impl Modality {
    /// The word AI Hub uses.
    pub fn korean(self) -> &'static str {
        match self {
            Self::Text => "텍스트",
            Self::Image => "이미지",
            Self::Video => "비디오",
            Self::Audio => "오디오",
            Self::ThreeD => "3D",
            Self::Sensor => "센서",
        }
    }

    /// `text`, `image`, `video`, `audio`, `3d` or `sensor`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::ThreeD => "3d",
            Self::Sensor => "sensor",
        }
    }
}

/// Bytes, as far as they are known: the value given, and the interval in which the true number lies, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteSize {
    /// The value given.
    pub value: u64,
    /// Not fewer.
    pub low: u64,
    /// Not more.
    pub high: u64,
}

impl ByteSize {
    /// A counted number of bytes.
    pub fn exact(bytes: u64) -> Self {
        Self { value: bytes, low: bytes, high: bytes }
    }

    /// A value off by at most `half` bytes either way.
    pub fn within(value: u64, half: u64) -> Self {
        Self { value, low: value.saturating_sub(half), high: value.saturating_add(half) }
    }

    /// A sum of the sizes of `files` files of which each was rounded to a whole number of B, KB, MB or GB.
    ///
    /// A size shown as *n* units is off by half a unit, thus by half of itself at most and never by more than half a GB.
    pub fn sum_of_rounded(total: u64, files: u64) -> Self {
        Self::within(total, (total / 2).min(files.saturating_mul(1 << 29)))
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            value: self.value.saturating_add(other.value),
            low: self.low.saturating_add(other.low),
            high: self.high.saturating_add(other.high),
        }
    }

    /// Whether it was counted.
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }
}

/// A date of which the day, or day and month, may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year, e.g. 2026.
    pub year: u16,
    /// Month from 1.
    pub month: Option<u8>,
    /// Day of the month from 1.
    pub day: Option<u8>,
}

/// As ISO 8601 writes it: `2021`, `2021-06`, `2021-06-30`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        match (self.month, self.day) {
            (Some(month), Some(day)) => write!(f, "-{month:02}-{day:02}"),
            (Some(month), None) => write!(f, "-{month:02}"),
            _ => Ok(()),
        }
    }
}

/// Where a problem was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line of a text, from 1.
    Line(u64),
    /// A row of a table, from 1 without the header; for texts the line, and the column's header.
    Row {
        /// Line or row, from 1.
        row: u64,
        /// The column's header; none where the whole row is meant.
        column: Option<String>,
    },
    /// The label of a fact on a page.
    Label(String),
    /// An object's key.
    Object(String),
    /// The whole input.
    Whole,
}

/// `line 3`, `row 3, column '조회수'`, `'NNN.zip'`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row { row, column: None } => write!(f, "row {row}"),
            Self::Row { row, column: Some(column) } => write!(f, "row {row}, column '{column}'"),
            Self::Label(label) => write!(f, "fact '{label}'"),
            Self::Object(key) => write!(f, "'{key}'"),
            Self::Whole => f.write_str("the whole input"),
        }
    }
}

/// Something that could not be used, or only in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable code in capitals, e.g. `CUT`, `DUPLICATE`, `VALUE`, `ENCODING`.
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// The text that was found, at most 200 characters of it.
    pub text: String,
    /// What is wrong with it, and what was expected.
    pub why: String,
}

/// So many characters of a bad line are kept.
const MAX_TEXT: usize = 200;

impl Problem {
    /// A problem; `text` is shortened to 200 characters.
    pub fn new(code: &'static str, place: Place, text: &str, why: impl Into<String>) -> Self {
        let text = match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
            None => text.to_owned(),
        };
        Self { code, place, text, why: why.into() }
    }
}

/// `line 3: the line ends before … (CUT): "…"`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place, self.why, self.code)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, ": {:?}", self.text) }
    }
}

/// What an import gave. `read` is counted on its own, so that [`is_balanced`](Self::is_balanced) proves something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import<T> {
    /// What could be used.
    pub items: Vec<T>,
    /// What could not: each stands for one line, row or object that gave no item.
    pub problems: Vec<Problem>,
    /// What was odd about items that could be used nevertheless, such as one unreadable value of a row.
    pub remarks: Vec<Problem>,
    /// Lines, rows or objects read that should have given an item each.
    pub read: u64,
    /// Lines around them: banners, rules, blank lines.
    pub frame: u64,
}

impl<T> Default for Import<T> {
    fn default() -> Self {
        Self { items: Vec::new(), problems: Vec::new(), remarks: Vec::new(), read: 0, frame: 0 }
    }
}

impl<T> Import<T> {
    /// Whether everything read gave an item or a problem.
    pub fn is_balanced(&self) -> bool {
        u64::try_from(self.items.len() + self.problems.len()) == Ok(self.read)
    }
}

/// The files that the sample paths of `dataset` name; their sizes are not known.
pub fn sample_files(dataset: &Dataset) -> Vec<CatalogFile> {
    (dataset.sample_paths.iter())
        .map(|path| {
            let segments: Vec<&str> = path.split('/').collect();
            let facts = super::path::describe(segments.get(1..).unwrap_or_default());
            CatalogFile {
                dataset_id: Some(dataset.id.clone()),
                path: path.clone(),
                kind: facts.kind,
                split: facts.split,
                parts: 1,
                format: segments.last().and_then(|name| format_of(name)),
                revision: facts.revision,
                ..CatalogFile::default()
            }
        })
        .collect()
}
