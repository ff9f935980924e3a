//! Saved pages of single data sets: facts by their labels, wherever the page puts them.
//!
//! The look of AI Hub's pages changes; the words do not. A fact is a label that is known (`columns.csv`, marked `page`)
//! with a value beside it: in the next cell, below a header cell, behind a colon, in the next block. What is not found
//! stays unknown.

use super::columns::{Cell, Column, Set, label_of, set, settle};
use super::dataset::{Dataset, Import, Place, Problem};
use super::html::{Block, CellPlace, Page, read};
use super::text::{decode, tidy};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the page's history of changes (데이터 변경이력).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// Version (버전).
    pub version: String,
    /// Date as given (일자).
    pub date: Option<String>,
    /// What changed (변경내용).
    pub change: Option<String>,
    /// Remark (비고).
    pub note: Option<String>,
}

/// A field of the labels, as the page describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelField {
    /// Its name (속성명, 항목명).
    pub name: String,
    /// Its type as given (타입).
    pub data_type: Option<String>,
    /// Whether it is required, as given (필수여부).
    pub required: Option<String>,
    /// What it means (설명).
    pub description: Option<String>,
}

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetailPage {
    /// `dataSetSn`: the page's own address, else its hidden field, else the number that all its links agree on, else
    /// the fallback.
    pub id: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// The facts; its `id` and `title` are empty where they are unknown.
    pub facts: Dataset,
    /// Badges: NEW, BETA, 생성형AI.
    pub badges: Vec<String>,
    /// Whether only Korean nationals may apply; none where the page does not say so.
    pub nationals_only: Option<bool>,
    /// Where the data came from (데이터 출처).
    pub origin: Option<String>,
    /// What it may serve for (데이터 활용 서비스).
    pub service: Option<String>,
    /// Address of a sample.
    pub sample: Option<String>,
    /// History of changes, in the order of the page.
    pub versions: Vec<Version>,
    /// Fields of the labels.
    pub fields: Vec<LabelField>,
    /// Values that could not be understood.
    pub remarks: Vec<Problem>,
}

impl DetailPage {
    /// The page as an import of one set: an item if id and title are known, a problem (`MISSING`) otherwise.
    pub fn into_import(self) -> Import<Dataset> {
        let mut import = Import { read: 1, remarks: self.remarks, ..Import::default() };
        match (&self.id, &self.title) {
            (Some(_), Some(_)) => import.items.push(self.facts),
            (id, title) => {
                let what = if id.is_none() { "the number of the set (dataSetSn)" } else { "the title" };
                let text = [id, title].into_iter().flatten().next().map_or("", String::as_str);
                let why = format!("{what} is not on the page; name the file after the number, e.g. 577.html");
                import.problems.push(Problem::new("MISSING", Place::Whole, text, why));
            }
        }
        import
    }
}

/// The number in the name of a saved page, where exactly one stands there: `577.html`, `view_dataSetSn=577.htm`.
pub fn id_in_name(name: &str) -> Option<String> {
    if let Some(id) = number_behind(name, "dataSetSn=").or_else(|| number_behind(name, "dataSetSn_")) {
        return Some(id);
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut numbers = stem.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let number = numbers.next().filter(|digits| (2..=6).contains(&digits.len()))?;
    numbers.next().is_none().then(|| number.trim_start_matches('0').to_owned()).filter(|id| !id.is_empty())
}

fn number_behind(text: &str, mark: &str) -> Option<String> {
    let (_, rest) = text.split_once(mark)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let digits = rest.get(..end)?.trim_start_matches('0');
    (!digits.is_empty()).then(|| digits.to_owned())
}

/// A value found beside a label.
struct Candidate {
    column: Column,
    value: String,
    /// Whether the page sets label and value apart on purpose, by cells or a colon. Others may be buttons.
    is_sure: bool,
}

/// Reads a saved page (HTML, or its text alone). `fallback_id` is used where the page names no number of its own;
/// see [`id_in_name`].
pub fn parse_detail(bytes: &[u8], fallback_id: Option<&str>) -> DetailPage {
    let (text, _) = decode(bytes);
    let page = read(&text);
    let cells = cells_of(&page.blocks);
    let mut found = candidates_in_blocks(&page.blocks);
    found.extend(candidates_in_cells(&cells));
    let mut detail = DetailPage { id: id_of(&page, fallback_id), ..DetailPage::default() };
    let mut named = None;
    let mut done: BTreeSet<Column> = BTreeSet::new();
    for candidate in found {
        if done.contains(&candidate.column) {
            continue;
        }
        if candidate.column == Column::Id {
            let digits = candidate.value.trim();
            if detail.id.is_none() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                detail.id = Some(digits.to_owned());
            }
            continue;
        }
        if candidate.column == Column::Title {
            named = named.or_else(|| candidate.is_sure.then(|| tidy(&candidate.value)));
            continue;
        }
        let cell = Cell::Text(Cow::Borrowed(&candidate.value));
        let remark = match set(&mut detail.facts, candidate.column, &cell, None) {
            Ok(Set::Value) => {
                // Formats come from two labels and are both kept.
                done.insert(candidate.column);
                None
            }
            Ok(Set::Nothing) => None,
            Ok(Set::Remark(why)) => {
                done.insert(candidate.column);
                Some(why)
            }
            Err(why) => candidate.is_sure.then_some(why),
        };
        if let Some(why) = remark {
            let place = Place::Label(candidate.column.name().to_owned());
            detail.remarks.push(Problem::new("VALUE", place, &candidate.value, why));
        }
    }
    // Of several statements one may have been unreadable; where another was read, that is no matter.
    detail.remarks.retain(|remark| {
        !matches!(&remark.place, Place::Label(name) if remark.code == "VALUE"
            && done.iter().any(|column| column.name() == name && !matches!(column, Column::Tags | Column::Modality)))
    });
    detail.title = named.filter(|title| !title.is_empty()).or_else(|| title_of(&page));
    if detail.facts.tags.is_empty() {
        detail.facts.tags = hash_tags(&page.blocks);
    }
    detail.facts.id = detail.id.clone().unwrap_or_default();
    detail.facts.title = detail.title.clone().unwrap_or_default();
    rest_of(&mut detail, &page, &cells);
    settle(&mut detail.facts);
    detail
}

/// What has no column of its own, or is said in a sentence.
fn rest_of(detail: &mut DetailPage, page: &Page, cells: &Cells) {
    let beside = |labels: &[&str]| {
        let mut fitting = cells.iter().filter(|(_, (text, _))| labels.contains(&text.replace(' ', "").as_str()));
        fitting.find_map(|(place, _)| value_beside(cells, place)).filter(|text| !text.is_empty())
    };
    detail.origin = beside(&["데이터출처"]);
    detail.service = beside(&["데이터활용서비스", "활용서비스"]);
    let is_badge = |text: &&String| matches!(text.as_str(), "NEW" | "BETA" | "생성형AI" | "생성형 AI");
    for badge in page.blocks.iter().flat_map(|block| &block.pieces).filter(is_badge) {
        if !detail.badges.contains(badge) {
            detail.badges.push(badge.clone());
        }
    }
    let notice = page.blocks.iter().map(Block::text).find(|text| text.contains("내국인"));
    if let Some(notice) = notice {
        detail.nationals_only = Some(true);
        if detail.facts.terms.is_none() {
            detail.facts.terms = Some(notice);
        }
    }
    let is_sample = |link: &&String| link.to_lowercase().contains("sample") && !link.starts_with("javascript");
    detail.sample = page.links.iter().find(is_sample).cloned();
    for row in rows_under(cells, &["버전"], &["일자", "날짜", "변경일자"]) {
        let version = row.get("버전").cloned().unwrap_or_default();
        if !version.is_empty() {
            let get = |names: &[&str]| names.iter().find_map(|name| row.get(*name)).cloned();
            detail.versions.push(Version {
                version,
                date: get(&["일자", "날짜", "변경일자"]),
                change: get(&["변경내용", "변경사항"]),
                note: get(&["비고"]),
            });
        }
    }
    let names = ["속성명", "항목명", "속성", "항목"];
    for row in rows_under(cells, &names, &["타입", "데이터타입", "자료형"]) {
        let get = |names: &[&str]| names.iter().find_map(|name| row.get(*name)).cloned();
        if let Some(name) = get(&names).filter(|name| !name.is_empty()) {
            detail.fields.push(LabelField {
                name,
                data_type: get(&["타입", "데이터타입", "자료형"]),
                required: get(&["필수여부", "필수"]),
                description: get(&["설명"]),
            });
        }
    }
}

/// Text of each cell, and whether it is a header.
type Cells = BTreeMap<CellPlace, (String, bool)>;

fn cells_of(blocks: &[Block]) -> Cells {
    let mut cells = Cells::new();
    for block in blocks {
        if let Some(place) = block.cell {
            let (text, is_label) = cells.entry(place).or_default();
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&block.text());
            *is_label |= block.is_label;
        }
    }
    cells
}

/// The value beside the label at `place`: the next cell of its row, or the one below where that is a header too.
fn value_beside(cells: &Cells, place: &CellPlace) -> Option<String> {
    let right = cells.range(CellPlace { column: place.column + 1, ..*place }..).next();
    let right = right.filter(|(at, _)| at.table == place.table && at.row == place.row);
    let (_, own_is_label) = cells.get(place)?;
    let is_value = |(text, is_label): &(String, bool)| !is_label && label_of(text).is_none();
    match right {
        Some((_, cell)) if is_value(cell) => Some(cell.0.clone()),
        // A row of headers, or a header at the end of its row: the values stand below.
        _ if *own_is_label || right.is_some() => {
            let below = cells.get(&CellPlace { row: place.row + 1, ..*place })?;
            is_value(below).then(|| below.0.clone())
        }
        _ => None,
    }
}

fn candidates_in_cells(cells: &Cells) -> Vec<Candidate> {
    (cells.iter())
        .filter_map(|(place, (text, _))| {
            let column = label_of(text)?;
            Some(Candidate { column, value: value_beside(cells, place)?, is_sure: true })
        })
        .collect()
}

fn candidates_in_blocks(blocks: &[Block]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if block.cell.is_some() {
            continue;
        }
        // `조회수 : 1,234 다운로드 : 56` as one text, or spread over inline tags.
        let text = block.text();
        let labelled = labelled(&text);
        if !labelled.is_empty() {
            found.extend(labelled.into_iter().map(|(column, value)| Candidate { column, value, is_sure: true }));
            continue;
        }
        // `<span>분야</span><em>한국어</em>`: label and value as pieces of one block.
        let columns: Vec<Option<Column>> = block.pieces.iter().map(|piece| label_of(piece)).collect();
        for (index, column) in columns.iter().enumerate() {
            let Some(column) = *column else { continue };
            let value: Vec<&str> = (block.pieces.iter().zip(&columns).skip(index + 1))
                .take_while(|(_, column)| column.is_none())
                .map(|(piece, _)| piece.as_str())
                .collect();
            if !value.is_empty() {
                found.push(Candidate { column, value: value.join(" "), is_sure: false });
            } else if index + 1 == columns.len()
                && let Some(next) = blocks.get(at + 1)
                && next.cell.is_none()
                && !next.is_label
                && next.pieces.first().is_some_and(|piece| label_of(piece).is_none())
                && labelled_starts(&next.text()).is_empty()
            {
                found.push(Candidate { column, value: next.text(), is_sure: block.is_label });
            }
        }
        // `분야 한국어` as one text.
        if let ([piece], [None]) = (block.pieces.as_slice(), columns.as_slice())
            && let Some((label, value)) = piece.split_once(' ')
            && let Some(column) = label_of(label)
        {
            found.push(Candidate { column, value: value.to_owned(), is_sure: false });
        }
    }
    found
}

/// Labels with a colon behind them: where each begins, where its value begins, and what it means.
fn labelled_starts(text: &str) -> Vec<(usize, usize, Column)> {
    let mut starts = Vec::new();
    let mut from = 0;
    for (colon, sign) in text.char_indices().filter(|(_, letter)| matches!(letter, ':' | '：')) {
        let Some(front) = text.get(from..colon) else { continue };
        // The longest run of words before the colon that is a label.
        let words =
            std::iter::once(0).chain(front.char_indices().filter(|(_, letter)| *letter == ' ').map(|(at, _)| at + 1));
        let label = words.into_iter().find_map(|at| Some((from + at, label_of(front.get(at..)?)?)));
        if let Some((start, column)) = label {
            starts.push((start, colon + sign.len_utf8(), column));
        }
        from = colon + sign.len_utf8();
    }
    starts
}

fn labelled(text: &str) -> Vec<(Column, String)> {
    let starts = labelled_starts(text);
    let ends = starts.iter().skip(1).map(|(start, _, _)| *start).chain([text.len()]);
    (starts.iter().zip(ends))
        .filter_map(|((_, value, column), end)| Some((*column, tidy(text.get(*value..end)?))))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Rows of a table in whose header row one of `first` and one of `second` stand; cells by header without blanks.
fn rows_under(cells: &Cells, first: &[&str], second: &[&str]) -> Vec<BTreeMap<String, String>> {
    let mut rows: BTreeMap<(usize, usize), BTreeMap<usize, &str>> = BTreeMap::new();
    for (place, (text, _)) in cells {
        rows.entry((place.table, place.row)).or_default().insert(place.column, text);
    }
    let mut found = Vec::new();
    let mut header: Option<(usize, BTreeMap<usize, String>)> = None;
    for ((table, _), row) in &rows {
        let names: BTreeMap<usize, String> = row.iter().map(|(at, text)| (*at, text.replace(' ', ""))).collect();
        let has = |wanted: &[&str]| names.values().any(|name| wanted.contains(&name.as_str()));
        if has(first) && has(second) {
            header = Some((*table, names));
        } else if let Some((_, headers)) = header.as_ref().filter(|(of, _)| of == table) {
            let named = row.iter().filter_map(|(at, text)| Some((headers.get(at)?.clone(), (*text).to_owned())));
            found.push(named.collect());
        }
    }
    found
}

/// `#자연어 #가상` in the head of the page.
fn hash_tags(blocks: &[Block]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let hashed = blocks.iter().filter(|block| block.cell.is_none() && block.text().starts_with('#'));
    for tag in hashed.flat_map(|block| super::values::tags(&block.text()).0) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn id_of(page: &Page, fallback: Option<&str>) -> Option<String> {
    let in_address = |address: &String| number_behind(address, "dataSetSn=");
    let own = page.own_addresses.iter().find_map(in_address).or_else(|| {
        let field = page.inputs.iter().find(|(name, _)| name.eq_ignore_ascii_case("dataSetSn"))?;
        number_behind(&format!("dataSetSn={}", field.1.trim()), "dataSetSn=")
    });
    own.or_else(|| fallback.map(str::to_owned)).or_else(|| {
        let linked: BTreeSet<String> = page.links.iter().filter_map(in_address).collect();
        if linked.len() == 1 { linked.into_iter().next() } else { None }
    })
}

/// The title: what the page gives to be shared, its own, its first heading; names of the site are none.
fn title_of(page: &Page) -> Option<String> {
    let heading = |block: &&Block| block.heading.is_some();
    // Badges stand in the heading too, as pieces of their own.
    let headings = page.blocks.iter().filter(heading).filter_map(|block| block.pieces.iter().max_by_key(|it| it.len()));
    [page.shared_title.as_ref(), page.title.as_ref()]
        .into_iter()
        .flatten()
        .chain(headings)
        .map(|title| without_site(title))
        .find(|title| !is_site(title))
}

fn without_site(title: &str) -> String {
    let mut rest = title;
    for separator in [" | ", " - ", " :: ", " < ", " > "] {
        while let Some((front, back)) = rest.rsplit_once(separator)
            && is_site(back)
        {
            rest = front;
        }
        while let Some((front, back)) = rest.split_once(separator)
            && is_site(front)
        {
            rest = back;
        }
    }
    tidy(rest)
}

fn is_site(text: &str) -> bool {
    let folded: String = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let names = [
        "",
        "aihub",
        "ai허브",
        "데이터찾기",
        "ai데이터찾기",
        "데이터상세",
        "데이터셋상세",
        "데이터셋",
        "상세보기",
        "로그인",
    ];
    names.contains(&folded.as_str())
}
