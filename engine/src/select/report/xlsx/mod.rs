//! The report as a workbook in which every score is a formula over values and weights: change a weight or a value, and
//! scores, ranks, sums and checks follow. The selection itself is not solved again; a note says so.
//!
//! Text is written as text: a cell that looks like a formula stays a string, and is marked so that editing keeps it one.

mod sheets;

use std::collections::BTreeMap;

use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use super::super::model::{Lang, Track};
use super::super::{Error, Result};
use super::csv::harmless;
use super::{Report, plain};
use sheets::{about, judgments, pairs, parts, scores, selection, weights};

/// The workbook's bytes.
///
/// # Errors
/// [`Error::Report`] where a table is larger than a worksheet can hold.
pub fn xlsx(report: &Report, lang: Lang) -> Result<Vec<u8>> {
    build(report, lang).map_err(|error| Error::Report(error.to_string()))
}

/// Longest text of a cell, less a reserve.
const LONGEST: usize = 32_000;

struct Styles {
    head: Format,
    text: Format,
    quoted: Format,
    wrapped: Format,
    number: Format,
    value: Format,
    money: Format,
    input: Format,
    total: Format,
    total_number: Format,
}

impl Styles {
    fn new() -> Self {
        let wrap = || Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Self {
            head: Format::new().set_bold().set_background_color(Color::RGB(0xE7ECF5)).set_text_wrap(),
            text: Format::new(),
            quoted: Format::new().set_quote_prefix(),
            wrapped: wrap(),
            number: Format::new().set_num_format("0.00"),
            value: Format::new().set_num_format("0.00"),
            money: Format::new().set_num_format("#,##0"),
            input: Format::new().set_num_format("0.####").set_background_color(Color::RGB(0xFFF6DC)),
            total: Format::new().set_bold(),
            total_number: Format::new().set_bold().set_num_format("#,##0.00"),
        }
    }
}

/// A worksheet being filled.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
}

impl Sheet<'_> {
    fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        let text: String = plain(text).chars().take(LONGEST).collect();
        let style = if harmless(&text) == text { &self.styles.text } else { &self.styles.quoted };
        self.sheet.write_string_with_format(row, column, &text, style)?;
        Ok(())
    }

    fn styled(&mut self, row: u32, column: u16, text: &str, style: &Format) -> Result<(), XlsxError> {
        let text: String = plain(text).chars().take(LONGEST).collect();
        self.sheet.write_string_with_format(row, column, &text, style)?;
        Ok(())
    }

    fn number(&mut self, row: u32, column: u16, number: f64, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(row, column, number, style)?;
        Ok(())
    }

    /// A formula and what it gives now, for programs that only read.
    fn formula(&mut self, row: u32, column: u16, text: &str, now: &str, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_formula_with_format(row, column, Formula::new(text).set_result(now), style)?;
        Ok(())
    }

    fn heads(&mut self, row: u32, names: &[&str]) -> Result<(), XlsxError> {
        for (column, name) in (0u16..).zip(names) {
            self.styled(row, column, name, &self.styles.head)?;
        }
        Ok(())
    }

    fn widths(&mut self, widths: &[f64]) -> Result<(), XlsxError> {
        for (column, width) in (0u16..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }
}

/// Names of the sheets; also the parts of formulas that point across them.
struct Names {
    selection: &'static str,
    weights: &'static str,
    scores: [&'static str; 2],
    parts: &'static str,
    pairs: &'static str,
    judgments: &'static str,
    about: &'static str,
}

impl Names {
    fn new(lang: Lang) -> Self {
        Self {
            selection: lang.pick("선정", "Selection"),
            weights: lang.pick("가중치와 가정", "Weights"),
            scores: [lang.pick("점수 LLM", "Scores LLM"), lang.pick("점수 피지컬", "Scores physical")],
            parts: lang.pick("점수 구성", "Score parts"),
            pairs: lang.pick("중복과 역량", "Redundancy and coverage"),
            judgments: lang.pick("평가", "Judgments"),
            about: lang.pick("설명", "About"),
        }
    }

    fn scores(&self, track: Track) -> &'static str {
        match track {
            Track::Llm => self.scores[0],
            Track::Physical => self.scores[1],
        }
    }
}

/// Where cells lie that other sheets point to.
#[derive(Default)]
struct Cells {
    /// Weight of a criterion.
    weights: BTreeMap<(Track, String), String>,
    scales: BTreeMap<Track, String>,
    caution: String,
    redundancy: String,
    floor: String,
    budget: Option<String>,
    /// Row in the parts sheet.
    parts: BTreeMap<(Track, String, String), u32>,
    /// Row in the track's score sheet.
    scores: BTreeMap<(Track, String), u32>,
    /// Totals of the pairs sheet.
    coverage: String,
    lost: String,
}

fn cell(sheet: &str, row: u32, column: u16) -> String {
    format!("'{sheet}'!${}${}", column_number_to_name(column), row + 1)
}

fn build(report: &Report, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let date = |text: &str| -> Option<ExcelDateTime> {
        let mut parts = text.split('-').map(|part| part.parse::<u16>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
    };
    let created = match date(&report.as_of) {
        Some(date) => date,
        None => ExcelDateTime::from_ymd(2026, 1, 1)?,
    };
    // Without a date of its own the library writes the clock's.
    let title = plain(report.title.get(lang));
    workbook.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&created));
    let (names, styles) = (Names::new(lang), Styles::new());
    let order = [
        names.selection,
        names.weights,
        names.scores[0],
        names.scores[1],
        names.parts,
        names.pairs,
        names.judgments,
        names.about,
    ];
    for name in order {
        workbook.add_worksheet().set_name(name)?;
    }
    let mut cells = Cells::default();
    // Each sheet points to those filled before it.
    let mut fill = |name: &str, with: &mut dyn FnMut(&mut Sheet<'_>, &mut Cells) -> Result<(), XlsxError>| {
        let sheet = workbook.worksheet_from_name(name)?;
        with(&mut Sheet { sheet, styles: &styles }, &mut cells)
    };
    fill(names.weights, &mut |sheet, cells| weights(report, lang, &names, sheet, cells))?;
    fill(names.parts, &mut |sheet, cells| parts(report, lang, sheet, cells))?;
    for track in Track::ALL {
        fill(names.scores(track), &mut |sheet, cells| scores(report, track, lang, &names, sheet, cells))?;
    }
    fill(names.pairs, &mut |sheet, cells| pairs(report, lang, &names, sheet, cells))?;
    fill(names.selection, &mut |sheet, cells| selection(report, lang, &names, sheet, cells))?;
    fill(names.judgments, &mut |sheet, _| judgments(report, lang, sheet))?;
    fill(names.about, &mut |sheet, _| about(report, lang, sheet))?;
    workbook.save_to_buffer()
}
