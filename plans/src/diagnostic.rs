//! Problems in plan files as plain data: a severity, a stable code, a message, spans into the file, one hint.
//!
//! Nothing here draws for people: the command line draws with colours, the server returns [`Diagnostic::to_json`], and
//! tests compare [`Diagnostic::render_plain`]. Line and column numbers are 1-based and count characters, because that is
//! what editors jump to; carets are placed by display width, because Hangul takes two cells.

use std::ops::Range;

use serde_json::{Value, json};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The plan cannot run.
    Error,
    /// The plan runs, but probably does not do what was meant.
    Warning,
    /// Something to know; nothing to change.
    Note,
}

impl Severity {
    /// As it is printed and as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A place in the plan file and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the plan file; may be empty, then one cell is marked.
    pub span: Range<usize>,
    /// Shown beside the caret; may be empty.
    pub text: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code, one of [`CODES`].
    pub code: &'static str,
    /// What is wrong, in one line, naming the culprit.
    pub message: String,
    /// Where: the first label is the place itself, others explain it. Empty when the problem is not in the file.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the hint.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the hint `did you mean …?` when one of `candidates` is close to `name`.
    #[must_use]
    pub fn did_you_mean<'a>(mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        if let Some(candidate) = closest(name, candidates) {
            self.help = Some(format!("did you mean `{candidate}`?"));
        }
        self
    }

    /// Where the problem starts, for sorting. Problems without a place come first.
    pub fn start(&self) -> usize {
        self.labels.first().map_or(0, |label| label.span.start)
    }

    /// `{severity, code, message, file, line, col, end_line, end_col, hint}`; positions are `null` when the problem is
    /// not in the file, and the end is exclusive.
    pub fn to_json(&self, source: &SourceFile) -> Value {
        let place =
            self.labels.first().map(|label| (source.position(label.span.start), source.position(label.span.end)));
        json!({
            "severity": self.severity.as_str(),
            "code": self.code,
            "message": self.message,
            "file": source.path(),
            "line": place.map(|(start, _)| start.line),
            "col": place.map(|(start, _)| start.column),
            "end_line": place.map(|(_, end)| end.line),
            "end_col": place.map(|(_, end)| end.column),
            "hint": self.help,
        })
    }

    /// Plain text without colours, for tests and logs. Ends without a line feed.
    pub fn render_plain(&self, source: &SourceFile) -> String {
        let gutter =
            self.labels.iter().map(|label| source.position(label.span.start).line.to_string().len()).max().unwrap_or(1);
        let pad = " ".repeat(gutter);
        let mut lines = vec![format!("{}[{}]: {}", self.severity.as_str(), self.code, self.message)];
        match self.labels.first() {
            Some(label) => {
                let start = source.position(label.span.start);
                lines.push(format!("{pad}--> {}:{}:{}", source.path(), start.line, start.column));
                lines.push(format!("{pad} |"));
            }
            None => lines.push(format!("{pad}--> {}", source.path())),
        }
        for (index, label) in self.labels.iter().enumerate() {
            let start = source.position(label.span.start);
            let (text, marks) = source.underline(&label.span, if index == 0 { '^' } else { '-' });
            lines.push(format!("{:>gutter$} | {text}", start.line).trim_end().to_owned());
            lines.push(format!("{pad} | {marks} {}", label.text).trim_end().to_owned());
        }
        if let Some(help) = &self.help {
            lines.push(format!("{pad} = hint: {help}"));
        }
        lines.join("\n")
    }
}

/// Orders problems as they stand in the file.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (a.start(), a.severity, a.code, &a.message).cmp(&(b.start(), b.severity, b.code, &b.message)));
}

/// All problems in the order given, a blank line between them, and the summary line `2 errors, 1 warning`.
pub fn render_all(diagnostics: &[Diagnostic], source: &SourceFile) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&diagnostic.render_plain(source));
        text.push_str("\n\n");
    }
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    text.push_str(&counted(count(Severity::Error), "error"));
    text.push_str(", ");
    text.push_str(&counted(count(Severity::Warning), "warning"));
    text.push('\n');
    text
}

/// A place as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The text of a plan file and where its lines start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    path: String,
    text: String,
    /// Byte offset of the start of each line; never empty.
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// Indexes the lines of `text`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// As it was given; only printed.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset. Offsets past the end give the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).unwrap_or("").chars().count() + 1;
        Position { line, column }
    }

    /// Byte offset of a line and column; places past the end of a line give the end of the line.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.line_starts.get(position.line.saturating_sub(1)).copied() else {
            return self.text.len();
        };
        let line = self.line(position.line);
        let skip = position.column.saturating_sub(1);
        start + line.char_indices().nth(skip).map_or(line.len(), |(offset, _)| offset)
    }

    /// The text of a line, from 1, without its line feed.
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The text of a span; empty when the span does not fit the file.
    pub fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or("")
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The first line of a span as it is shown, and the marks below it.
    fn underline(&self, span: &Range<usize>, mark: char) -> (String, String) {
        let position = self.position(span.start);
        let line = self.line(position.line);
        let line_start = self.line_starts.get(position.line - 1).copied().unwrap_or(0);
        let from = self.floor(span.start).saturating_sub(line_start).min(line.len());
        let to = self.floor(span.end).saturating_sub(line_start).clamp(from, line.len());
        let shown = line.replace('\t', "    ");
        let indent = display_width(line.get(..from).unwrap_or(""));
        let width = display_width(line.get(from..to).unwrap_or("")).max(1);
        (shown, format!("{}{}", " ".repeat(indent), mark.to_string().repeat(width)))
    }
}

/// Cells that `text` takes on a terminal, a tab counting four.
pub fn display_width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Cells of one character, after Unicode's East Asian Width (wide and full-width take two) with the blocks that occur
/// in plan files; combining marks and Hangul medial and final jamo take none.
fn cells(character: char) -> usize {
    match u32::from(character) {
        0x09 => 4,
        0x00..=0x1f | 0x7f..=0x9f => 0,
        0x20..=0x7e => 1,
        0x0300..=0x036f | 0x1160..=0x11ff | 0x200b..=0x200f | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0x33ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Characters of a name that is compared with others: the work, and the memory, grow with the product of two lengths.
const LONGEST_NAME: usize = 128;

/// The candidate that `name` was most likely meant to be: the closest by edit distance, if it is close at all. Ties go
/// to the candidate named first.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = match wanted.chars().count() {
        0..=1 => 0,
        2..=4 => 1,
        5..=7 => 2,
        length if length <= LONGEST_NAME => length / 3,
        _ => return None,
    };
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.chars().nth(LONGEST_NAME).is_some() {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
        if distance <= limit && best.is_none_or(|(closest, _)| distance < closest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $meaning:literal;)*) => {
        /// The codes by name.
        pub mod code {
            $(#[doc = $meaning] pub const $name: &str = $code;)*
        }
        /// Every code and what it means in one line, for `docs/` and for `jogak check --format json` consumers.
        pub const CODES: &[(&str, &str)] = &[$(($code, $meaning),)*];
    };
}

codes! {
    SYNTAX = "PLAN-E001", "the SQL does not parse";
    TOKEN = "PLAN-E002", "a string, quoted name or comment is not closed, or a character cannot stand here";
    NO_HEADER = "PLAN-E003", "the file does not start with a `/* @plan … @plan */` header";
    YAML = "PLAN-E004", "the header is not well-formed YAML";
    UNKNOWN_KEY = "PLAN-E005", "a header key that does not exist";
    MISSING_KEY = "PLAN-E006", "a header key that must be there is missing";
    BAD_VALUE = "PLAN-E007", "a header value has the wrong type or is not one of the allowed values";
    DUPLICATE = "PLAN-E008", "a name or key is given twice";
    BAD_NAME = "PLAN-E009", "a name cannot be used as a name";
    NOT_A_VIEW = "PLAN-E010", "a statement other than CREATE VIEW";
    VIEW_FORM = "PLAN-E011", "a form of CREATE VIEW that plans do not have";
    WRITES = "PLAN-E012", "a query that would write";
    VOLATILE = "PLAN-E013", "a function whose result changes between runs";
    NOT_A_TABLE = "PLAN-E014", "FROM names something other than a source, a step or a common table expression";
    DUPLICATE_VIEW = "PLAN-E015", "two steps have one name";
    SHADOWED = "PLAN-E016", "a step has the name of a source";
    CYCLE = "PLAN-E017", "steps depend on each other in a circle";
    UNKNOWN_TABLE = "PLAN-E018", "no source or step of this name";
    NO_OUTPUT_VIEW = "PLAN-E019", "an output names no step";
    UNKNOWN_PARAM = "PLAN-E020", "no parameter of this name";
    UNKNOWN_COLUMN = "PLAN-E021", "no column of this name";
    UNKNOWN_FUNCTION = "PLAN-E022", "no function of this name";
    UNKNOWN_FIELD = "PLAN-E023", "no field of this name in a struct";
    AMBIGUOUS = "PLAN-E024", "a column name that several tables have";
    DUPLICATE_COLUMN = "PLAN-E025", "two columns of a step have one name";
    TYPES = "PLAN-E026", "types that do not fit";
    PLANNING = "PLAN-E027", "the query cannot be planned";
    PARAM_VALUE = "PLAN-E028", "a parameter's value is not of its type";
    NEEDS_KEY = "PLAN-E029", "an output that is not record-wise has no key";
    CHECK_COLUMNS = "PLAN-E030", "a check that fits no output";
    ALTERNATIVE = "PLAN-E031", "a declared alternative that the declared type cannot hold";
    NO_VALUE = "PLAN-E032", "a parameter without a default was not given";
    NO_STEPS = "PLAN-E033", "a plan without steps";
    OUTPUT_COLUMN = "PLAN-E034", "a key or partition that is not a column of the output";
    TEST_TARGET = "PLAN-E035", "a test that names something that is not in the plan";
    GROUP_BY = "PLAN-E036", "a column that is neither grouped nor aggregated";
    UNUSED_VIEW = "PLAN-L001", "a step that no output needs";
    UNUSED_PARAM = "PLAN-L002", "a parameter that is never used";
    UNUSED_SOURCE = "PLAN-L003", "a source that is never read";
    NAME_CLASH = "PLAN-L004", "a parameter has the name of a step or source";
    LIMIT_WITHOUT_ORDER = "PLAN-L010", "LIMIT without ORDER BY keeps arbitrary rows";
    TEXT_AND_NUMBER = "PLAN-L011", "text is compared with a number";
    INTEGER_DIVISION = "PLAN-L012", "the division of two integers drops the fraction";
    NO_ROWS = "PLAN-L013", "a step that can only give 0 rows";
    NOT_RECORD_WISE = "PLAN-L014", "an output that needs all rows at once";
    NO_SCHEMA = "PLAN-L015", "a source whose columns are not known";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_hangul_by_cells_and_columns_count_characters() {
        let source = SourceFile::new("plans/x.sql", "한글 = 1\nSELECT '글', evidnce FROM qa");
        let start = source.text().find("evidnce").unwrap_or(0);
        let diagnostic = Diagnostic::error(code::UNKNOWN_COLUMN, "no column `evidnce` in `qa`")
            .at(start..start + 7, "no such column")
            .did_you_mean("evidnce", ["answer", "evidence"]);
        assert_eq!(
            diagnostic.render_plain(&source),
            "error[PLAN-E021]: no column `evidnce` in `qa`\n --> plans/x.sql:2:13\n  |\n\
             2 | SELECT '글', evidnce FROM qa\n  |              ^^^^^^^ no such column\n  \
             = hint: did you mean `evidence`?"
        );
        let json = diagnostic.to_json(&source);
        assert_eq!(
            (json["line"].as_u64(), json["col"].as_u64(), json["end_col"].as_u64()),
            (Some(2), Some(13), Some(20))
        );
    }

    #[test]
    fn endless_names_are_not_compared() {
        let (long, other) = ("x".repeat(200_000), format!("{}y", "x".repeat(200_000)));
        assert_eq!(closest(&long, [other.as_str()]), None);
        assert_eq!(closest("record", [other.as_str(), "records"]), Some("records"));
    }

    #[test]
    fn position_and_offset_are_inverse() {
        let source = SourceFile::new("p", "가나\r\n다\n\nx");
        for (offset, _) in source.text().char_indices().filter(|(_, character)| !matches!(character, '\r' | '\n')) {
            assert_eq!(source.offset(source.position(offset)), offset);
        }
        assert_eq!(source.position(999), Position { line: 4, column: 2 });
        assert_eq!(source.offset(Position { line: 1, column: 99 }), "가나".len());
    }

    #[test]
    fn codes_are_unique_and_nothing_far_is_suggested() {
        let mut codes: Vec<_> = CODES.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
        assert_eq!(closest("contxt", ["context", "contacts"]), Some("context"));
        assert_eq!(closest("zzz", ["context"]), None);
        assert_eq!(closest("imageid", ["imageId"]), Some("imageId"));
    }
}
