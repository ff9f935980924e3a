//! Tables of data sets with headers in any wording: which column means what, and rows into [`Dataset`]s.
//!
//! The wordings are a table beside this file, `columns.csv`. A header fits when it is one of them, blanks, capitals,
//! underscores and brackets aside; nothing is guessed from values.

use super::dataset::{ByteSize, Dataset, Import, Layout, Place, Problem};
use super::path::format_of;
use super::text::{DAMAGED, tidy};
use super::values;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// What a column of a table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Number or name of the set. Required.
    Id,
    /// Title. Required.
    Title,
    /// Field (분야).
    Field,
    /// Modality (유형).
    Modality,
    /// Year of building.
    BuildYear,
    /// Last update.
    Updated,
    /// Views.
    Views,
    /// Downloads.
    Downloads,
    /// Tags.
    Tags,
    /// Number of files.
    Files,
    /// Bytes.
    Bytes,
    /// Bytes as a sum of rounded sizes of single files.
    RoundedBytes,
    /// Folder layout.
    Layout,
    /// Labelling task.
    LabelType,
    /// Format of the labels; becomes one of the formats.
    LabelFormat,
    /// Format of the data; becomes one of the formats.
    DataFormat,
    /// Amount built.
    Quantity,
    /// Builder.
    Builder,
    /// Conditions of use.
    Terms,
    /// Where the row's facts come from.
    Source,
    /// When they held.
    AsOf,
    /// When the facts on files held.
    FilesAsOf,
    /// Some paths of files, separated by `|`.
    SamplePaths,
}

impl Column {
    const ALL: [Self; 23] = [
        Self::Id,
        Self::Title,
        Self::Field,
        Self::Modality,
        Self::BuildYear,
        Self::Updated,
        Self::Views,
        Self::Downloads,
        Self::Tags,
        Self::Files,
        Self::Bytes,
        Self::RoundedBytes,
        Self::Layout,
        Self::LabelType,
        Self::LabelFormat,
        Self::DataFormat,
        Self::Quantity,
        Self::Builder,
        Self::Terms,
        Self::Source,
        Self::AsOf,
        Self::FilesAsOf,
        Self::SamplePaths,
    ];

    /// Its name in `columns.csv`, which is also a header that means it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Field => "field",
            Self::Modality => "modality",
            Self::BuildYear => "build_year",
            Self::Updated => "updated",
            Self::Views => "views",
            Self::Downloads => "downloads",
            Self::Tags => "tags",
            Self::Files => "files",
            Self::Bytes => "bytes",
            Self::RoundedBytes => "rounded_bytes",
            Self::Layout => "layout",
            Self::LabelType => "label_type",
            Self::LabelFormat => "label_format",
            Self::DataFormat => "data_format",
            Self::Quantity => "quantity",
            Self::Builder => "builder",
            Self::Terms => "terms",
            Self::Source => "source",
            Self::AsOf => "as_of",
            Self::FilesAsOf => "files_as_of",
            Self::SamplePaths => "sample_paths",
        }
    }
}

/// The wordings, folded: what they mean, and whether they stand on detail pages too.
static WORDINGS: LazyLock<HashMap<String, (Column, bool)>> = LazyLock::new(|| {
    let mut wordings = HashMap::new();
    for line in include_str!("columns.csv").lines().skip(1) {
        let mut fields = line.split(',');
        let (Some(name), Some(column)) = (fields.next(), fields.next()) else { continue };
        if let Some(column) = Column::ALL.into_iter().find(|known| known.name() == column) {
            wordings.entry(folded(name)).or_insert((column, fields.next() == Some("page")));
        }
    }
    wordings
});

fn folded(header: &str) -> String {
    header.nfkc().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What `header` means, and the unit of size it names: `용량(GB)` → bytes, in 2³⁰.
pub fn column_of(header: &str) -> Option<(Column, Option<u64>)> {
    let of = |text: &str| WORDINGS.get(&folded(text)).map(|(column, _)| *column);
    let compatible: String = header.nfkc().collect();
    let bracket = |open: char| {
        let (front, rest) = compatible.split_once(open)?;
        let inner = rest.trim_end().strip_suffix([')', ']'])?;
        Some((of(front)?, values::byte_unit(inner)))
    };
    of(header).map(|column| (column, None)).or_else(|| bracket('(')).or_else(|| bracket('['))
}

/// What the label of a fact on a detail page means.
pub(super) fn label_of(label: &str) -> Option<Column> {
    WORDINGS.get(&folded(label)).filter(|(_, page)| *page).map(|(column, _)| *column)
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedColumn {
    /// The header as it stands there.
    pub header: String,
    /// What it means; none for a column that is not read.
    pub column: Option<Column>,
    /// Why it is not read.
    pub ignored: Option<String>,
    unit: Option<u64>,
}

/// Which columns of a table mean what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<MappedColumn>,
    id: usize,
    title: usize,
}

impl Mapping {
    /// Reads `headers`. The second of two columns with one meaning is ignored.
    ///
    /// Fails, naming what was found and what would do, where no column means the id or none the title.
    pub fn new<S: AsRef<str>>(headers: &[S]) -> Result<Self, Problem> {
        let mut columns: Vec<MappedColumn> = Vec::with_capacity(headers.len());
        for header in headers {
            let header = tidy(header.as_ref());
            let meaning = column_of(&header);
            let twin = meaning.and_then(|(column, _)| columns.iter().find(|known| known.column == Some(column)));
            let ignored = match (meaning, twin) {
                (Some(_), Some(twin)) => Some(format!("it means the same as '{}'", twin.header)),
                (None, _) => Some("no catalogue column is called so".to_owned()),
                (Some(_), None) => None,
            };
            let (column, unit) = meaning.filter(|_| ignored.is_none()).unzip();
            columns.push(MappedColumn { header, column, ignored, unit: unit.flatten() });
        }
        let find = |column: Column| columns.iter().position(|known| known.column == Some(column));
        match (find(Column::Id), find(Column::Title)) {
            (Some(id), Some(title)) => Ok(Self { columns, id, title }),
            (id, _) => {
                let (what, names) = match id {
                    None => ("number of the set", "dataset_id, dataSetSn, 번호, 데이터셋 번호"),
                    Some(_) => ("title of the set", "title, 제목, 데이터명, 데이터셋명"),
                };
                let found: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
                let why = format!("no column is the {what}; call one of them e.g. {names}");
                Err(Problem::new("HEADER", Place::Whole, &found.join(", "), why))
            }
        }
    }

    /// The columns in the order of the table, with what they mean or why they are not read.
    pub fn columns(&self) -> &[MappedColumn] {
        &self.columns
    }

    /// Reads one row. `row` is its number, or its line in a text; `cells` are in the order of the headers.
    ///
    /// Rows without id or title, with damaged text or with another number of cells are problems. A single value that
    /// cannot be read leaves its column unknown and adds a remark.
    pub fn row(&self, row: u64, cells: &[Cell<'_>], remarks: &mut Vec<Problem>) -> Result<Dataset, Problem> {
        let whole = || cells.iter().map(Cell::text).collect::<Vec<_>>().join(" | ");
        let place = |column: Option<&MappedColumn>| Place::Row { row, column: column.map(|it| it.header.clone()) };
        if cells.len() != self.columns.len() {
            let why = format!("it has {} cells where the header has {}", cells.len(), self.columns.len());
            return Err(Problem::new("CELLS", place(None), &whole(), why));
        }
        // Both positions were found among the columns, and there are as many cells.
        let cell = |at: usize| cells.get(at).map(Cell::text).unwrap_or_default();
        let (id, title) = (identity(&cell(self.id)), values::words(&cell(self.title)));
        let missing = |what: &str| Problem::new("MISSING", place(None), &whole(), format!("the {what} is missing"));
        let (id, title) = (id.ok_or_else(|| missing("number of the set"))?, title.ok_or_else(|| missing("title"))?);
        if id.contains(DAMAGED) || title.contains(DAMAGED) {
            let why = "id or title hold bytes that are no text; was the table saved in another encoding?";
            return Err(Problem::new("ENCODING", place(None), &whole(), why));
        }
        let mut dataset = Dataset::new(id, title);
        for (mapped, cell) in self.columns.iter().zip(cells) {
            let Some(column) = mapped.column else { continue };
            match set(&mut dataset, column, cell, mapped.unit) {
                Ok(Set::Remark(why)) => {
                    remarks.push(Problem::new("VALUE", place(Some(mapped)), &cell.text(), why));
                }
                Ok(_) => {}
                Err(why) => remarks.push(Problem::new("VALUE", place(Some(mapped)), &cell.text(), why)),
            }
        }
        settle(&mut dataset);
        Ok(dataset)
    }
}

/// What follows from several columns together.
pub(super) fn settle(dataset: &mut Dataset) {
    if let (Some(size), Some(files)) = (dataset.bytes, dataset.files)
        && size.low != size.high
        && size.low == size.value / 2
    {
        // A sum of rounded sizes: the number of files bounds its error.
        dataset.bytes = Some(ByteSize::sum_of_rounded(size.value, files));
    }
    if dataset.layout.is_none() {
        dataset.layout = super::layout::layout_of_paths(dataset.sample_paths.iter().map(String::as_str));
    }
}

/// The id in `text`: numbers without zeros in front and without the `.0` that spreadsheets add.
fn identity(text: &str) -> Option<String> {
    let text = values::words(text)?;
    let digits = text.strip_suffix(".0").unwrap_or(&text);
    let digits: String =
        if digits.contains(',') && values::count(digits).is_ok() { digits.replace(',', "") } else { digits.to_owned() };
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = digits.trim_start_matches('0');
        return (!number.is_empty()).then(|| number.to_owned());
    }
    Some(text)
}

/// A cell of a table, as the format it came from gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Several texts, such as tags of a JSON array.
    List(Vec<Cow<'a, str>>),
}

impl Cell<'_> {
    /// As text; a list is separated by `|`.
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone().into_owned(),
            Self::Integer(number) => number.to_string(),
            // Rust writes floating-point numbers without exponents, whole ones without a point.
            Self::Float(number) => number.to_string(),
            Self::List(items) => items.join("|"),
        }
    }
}

/// What became of a value.
pub(super) enum Set {
    /// It was set.
    Value,
    /// It says that nothing is known.
    Nothing,
    /// It was set in part.
    Remark(String),
}

/// Sets `column` of `dataset` from `cell`; why not, where it cannot be understood.
pub(super) fn set(dataset: &mut Dataset, column: Column, cell: &Cell<'_>, unit: Option<u64>) -> Result<Set, String> {
    let text = cell.text();
    if text.contains(DAMAGED) {
        return Err("it holds bytes that are no text".to_owned());
    }
    fn put<T>(slot: &mut Option<T>, value: Option<T>) -> Set {
        let outcome = if value.is_some() { Set::Value } else { Set::Nothing };
        *slot = value;
        outcome
    }
    Ok(match column {
        // Both are set before the others.
        Column::Id | Column::Title => Set::Nothing,
        Column::Field => {
            dataset.field = values::words(&text).map(|raw| values::field(&raw).map_or(raw, str::to_owned));
            put(&mut dataset.field_raw, values::words(&text))
        }
        Column::Modality => {
            let (known, strange) = values::modalities(&text);
            dataset.modalities = known;
            match (put(&mut dataset.modality_raw, values::words(&text)), strange.as_slice()) {
                (outcome, []) => outcome,
                (_, strange) => Set::Remark(format!("'{}' is no modality that is known", strange.join("', '"))),
            }
        }
        Column::BuildYear => put(&mut dataset.build_year, values::year(&text)?),
        Column::Updated => put(&mut dataset.updated, values::date(&text)?),
        Column::Views => put(&mut dataset.views, values::count(&text)?),
        Column::Downloads => put(&mut dataset.downloads, values::count(&text)?),
        Column::Files => put(&mut dataset.files, values::count(&text)?),
        Column::Bytes => put(&mut dataset.bytes, values::bytes(&text, unit)?),
        Column::RoundedBytes => {
            let size = values::bytes(&text, unit)?;
            // Until the number of files is known, each may be off by half of itself.
            put(&mut dataset.bytes, size.map(|size| ByteSize::within(size.value, size.value - size.value / 2)))
        }
        Column::Tags => {
            let (tags, left_out) = values::tags(&text);
            dataset.tags = tags;
            match (left_out, dataset.tags.is_empty()) {
                (0, true) => Set::Nothing,
                (0, false) => Set::Value,
                (_, _) => Set::Remark(format!("{left_out} tags are empty or stand there twice")),
            }
        }
        Column::Layout => match values::words(&text) {
            None => Set::Nothing,
            Some(name) => put(
                &mut dataset.layout,
                Some(Layout::from_name(&name).ok_or("it is none of 2017-19, 2020-21, 2022, 2023+")?),
            ),
        },
        Column::LabelType => put(&mut dataset.label_type, values::words(&text)),
        Column::LabelFormat | Column::DataFormat => {
            let formats = values::formats(&text);
            if formats.is_empty() {
                return Ok(Set::Nothing);
            }
            for format in formats {
                if !dataset.formats.contains(&format) {
                    dataset.formats.push(format);
                }
            }
            Set::Value
        }
        Column::Quantity => {
            if dataset.build_year.is_none() {
                dataset.build_year = values::year_of_quantity(&text);
            }
            put(&mut dataset.quantity, values::words(&text))
        }
        Column::Builder => put(&mut dataset.builder, values::words(&text)),
        Column::Terms => put(&mut dataset.terms, values::words(&text)),
        Column::Source => put(&mut dataset.source, values::words(&text)),
        Column::AsOf => put(&mut dataset.as_of, values::date(&text)?),
        Column::FilesAsOf => put(&mut dataset.files_as_of, values::date(&text)?),
        Column::SamplePaths => {
            // Paths are kept as they are; blanks within are part of them.
            let paths = text.split('|').filter(|path| !path.trim().is_empty());
            dataset.sample_paths = paths.map(str::to_owned).collect();
            let strange = dataset.sample_paths.iter().find(|path| !path.contains('/') && format_of(path).is_none());
            match strange {
                Some(path) => Set::Remark(format!("'{path}' does not look like a path")),
                None if dataset.sample_paths.is_empty() => Set::Nothing,
                None => Set::Value,
            }
        }
    })
}

/// Reads rows one after the other, so that a table of any length need not be held.
#[derive(Debug)]
pub struct Importer {
    mapping: Mapping,
    source: Option<String>,
    /// Row of each id seen.
    seen: HashMap<String, u64>,
    import: Import<Dataset>,
}

impl Importer {
    /// An importer of rows under `mapping`; `source` is noted in rows that name no other.
    pub fn new(mapping: Mapping, source: Option<&str>) -> Self {
        Self { mapping, source: source.map(str::to_owned), seen: HashMap::new(), import: Import::default() }
    }

    /// Which column means what.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Reads the row with number `row`. The first row of an id counts; another is a problem, `DUPLICATE`.
    pub fn push(&mut self, row: u64, cells: &[Cell<'_>]) {
        self.import.read += 1;
        let mut remarks = Vec::new();
        match self.mapping.row(row, cells, &mut remarks) {
            Ok(mut dataset) => {
                if let Some(first) = self.seen.get(&dataset.id) {
                    let why = format!("set {} is in row {first} already", dataset.id);
                    let place = Place::Row { row, column: None };
                    self.import.problems.push(Problem::new("DUPLICATE", place, &dataset.title, why));
                    return;
                }
                self.seen.insert(dataset.id.clone(), row);
                if dataset.source.is_none() {
                    dataset.source.clone_from(&self.source);
                }
                self.import.remarks.append(&mut remarks);
                self.import.items.push(dataset);
            }
            Err(problem) => self.import.problems.push(problem),
        }
    }

    /// Counts a row that could not be taken apart.
    pub fn refuse(&mut self, problem: Problem) {
        self.import.read += 1;
        self.import.problems.push(problem);
    }

    /// What has come together since the last call. Duplicates are found across calls.
    pub fn take(&mut self) -> Import<Dataset> {
        std::mem::take(&mut self.import)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dataset::Modality;
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    #[test]
    fn every_wording_means_one_column() {
        let table = include_str!("columns.csv");
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert_eq!(WORDINGS.get(&folded(fields[0])).unwrap().0.name(), fields[1], "{line}");
            assert!(matches!(fields[2], "" | "page"), "{line}");
        }
        for column in Column::ALL {
            assert!(WORDINGS.contains_key(&folded(column.name())) || column.name().ends_with("format"), "{column:?}");
        }
    }

    #[test]
    fn headers() {
        assert_eq!(column_of(" 데이터셋  번호 "), Some((Column::Id, None)));
        assert_eq!(column_of("Build-Year"), Some((Column::BuildYear, None)));
        assert_eq!(column_of("용량(GB)"), Some((Column::Bytes, Some(1 << 30))));
        assert_eq!(column_of("조회수（회）"), Some((Column::Views, None)));
        assert_eq!(column_of("수행기관(주관)"), Some((Column::Builder, None)));
        assert_eq!(column_of("비고"), None);
        let mapping = Mapping::new(&["번호", "제목", "비고", "title"]).unwrap();
        let ignored: Vec<_> = mapping.columns().iter().map(|column| column.ignored.as_deref()).collect();
        assert_eq!(ignored[2..], [Some("no catalogue column is called so"), Some("it means the same as '제목'")]);
        let error = Mapping::new(&["제목", "분야"]).unwrap_err();
        assert!(error.to_string().contains("number of the set"), "{error}");
        assert!(Mapping::new(&["번호", "분야"]).unwrap_err().why.contains("title"));
    }

    #[test]
    fn rows() {
        let headers =
            ["ID", "데이터명", "분야", "유형", "구축년도", "갱신년월", "조회수", "용량(GB)", "태그", "라벨링 형식"];
        let mut importer = Importer::new(Mapping::new(&headers).unwrap(), Some("가상.xlsx"));
        let tags = Cell::List(vec!["가".into(), "나".into()]);
        importer.push(
            2,
            &[
                Cell::Float(901.0),
                text(" 가상  대화"),
                text("교통/물류"),
                text("오디오 , 텍스트"),
                Cell::Integer(2021),
                text("2023.5"),
                text("1.2만"),
                Cell::Float(1.5),
                tags,
                text("JSON"),
            ],
        );
        let blank = || vec![Cell::Null; 6];
        importer.push(3, &[vec![text("0901"), text("또"), Cell::Null, Cell::Null], blank()].concat());
        importer.push(4, &[vec![text("902"), text("-"), Cell::Null, Cell::Null], blank()].concat());
        importer.push(5, &[text("903"), text("짧은 줄")]);
        importer.push(
            6,
            &[
                vec![text("904"), text("가상"), Cell::Null, text("냄새"), text("이천년"), text("어제")],
                vec![text("약 3"), text("-"), text("#####"), Cell::Null],
            ]
            .concat(),
        );
        let import = importer.take();
        let codes: Vec<_> = import.problems.iter().map(|problem| problem.code).collect();
        assert_eq!((import.items.len(), codes), (2, vec!["DUPLICATE", "MISSING", "CELLS"]));
        assert!(import.is_balanced());
        let first = &import.items[0];
        assert_eq!(
            (first.id.as_str(), first.title.as_str(), first.field.as_deref()),
            ("901", "가상 대화", Some("교통물류"))
        );
        assert_eq!(first.field_raw.as_deref(), Some("교통/물류"));
        assert_eq!(first.modalities, [Modality::Audio, Modality::Text]);
        assert_eq!((first.build_year, first.views), (Some(2021), Some(12_000)));
        assert_eq!(first.bytes.map(|size| size.value), Some(3 << 29));
        assert_eq!((first.tags.len(), first.formats.as_slice()), (2, &["json".to_owned()][..]));
        assert_eq!(first.source.as_deref(), Some("가상.xlsx"));
        let second = &import.items[1];
        assert_eq!((second.views, second.build_year, second.modality_raw.as_deref()), (None, None, Some("냄새")));
        let places: Vec<String> = import.remarks.iter().map(|remark| remark.place.to_string()).collect();
        assert_eq!(
            places,
            ["유형", "구축년도", "갱신년월", "조회수", "태그"].map(|name| format!("row 6, column '{name}'"))
        );
    }
}
