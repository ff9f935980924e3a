//! Tables as CSV text, in any of the usual separators and encodings, into data sets.

use super::columns::{Cell, Importer, MappedColumn, Mapping};
use super::dataset::{Dataset, Import, Place, Problem};
use super::text::{TextEncoding, decode, is_invisible};
use std::borrow::Cow;

/// What was read from a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableImport {
    /// The sets, and the rows that give none.
    pub datasets: Import<Dataset>,
    /// The columns, with what they mean or why they are not read.
    pub columns: Vec<MappedColumn>,
    /// What separates the cells.
    pub separator: char,
    /// How the text was written.
    pub encoding: TextEncoding,
}

/// So many rows with a lost quotation mark are taken apart line by line; a text with more is not a table.
const MAX_REPAIRS: u32 = 1000;

/// Reads `bytes`; `source` is noted in rows that name no other. Rows are numbered by their first line.
///
/// A row with another number of cells than the header is a problem; where an opening quotation mark made it swallow
/// the lines below, only its first line is, and reading goes on at the next. Fails where there is no header with an
/// id and a title.
pub fn read_csv(bytes: &[u8], source: Option<&str>) -> Result<TableImport, Problem> {
    let (text, encoding) = decode(bytes);
    // Some programs write blank lines, or the separator as `sep=;`, above the header.
    let mut start = 0;
    let mut line = 1_u64;
    let mut named = None;
    for above in text.split_inclusive('\n') {
        let trimmed = above.trim_matches(is_invisible);
        match trimmed.strip_prefix("sep=") {
            Some(separator) => named = separator.bytes().next(),
            None if trimmed.is_empty() => {}
            None => break,
        }
        start += above.len();
        line += 1;
    }
    let mut frame = line - 1;
    let body = text.get(start..).unwrap_or_default();
    let first = body.lines().next().unwrap_or_default();
    let separator = named.unwrap_or_else(|| separator_of(first));
    let mut rest = body;
    let header = match next_record(rest, separator) {
        Some(record) => record,
        None => return Err(Problem::new("EMPTY", Place::Whole, "", "the table is empty; expected a line of headers")),
    };
    let mapping = Mapping::new(&header.cells)?;
    let width = header.cells.len();
    let mut importer = Importer::new(mapping, source);
    rest = rest.get(header.length..).unwrap_or_default();
    line += header.lines;
    let mut repairs = 0;
    'text: while !rest.is_empty() {
        let mut reader = reader(rest, separator);
        let mut record = csv::StringRecord::new();
        let (mut from, mut from_line) = (0, line);
        loop {
            // The text is UTF-8 and rows may be of any length, so nothing can fail but the end of the text.
            if !reader.read_record(&mut record).unwrap_or(false) {
                break 'text;
            }
            let to = usize::try_from(reader.position().byte()).unwrap_or(rest.len());
            let raw = rest.get(from..to).unwrap_or_default();
            let lines = count_lines(raw);
            // Blank lines before a row are skipped by the reader and belong to what it read.
            let body = raw.trim_start_matches(is_invisible);
            let blank = count_lines(raw.get(..raw.len() - body.len()).unwrap_or_default());
            frame += blank;
            from_line += blank;
            let is_long = body.trim_end_matches(['\n', '\r']).contains('\n');
            if is_long && repairs < MAX_REPAIRS && (record.len() != width || holds_rows(body, separator, width)) {
                repairs += 1;
                let (first, _) = body.split_once('\n').unwrap_or((body, ""));
                let why = "a quotation mark is opened and not closed, so the lines below would belong to this row";
                importer.refuse(Problem::new(
                    "QUOTE",
                    Place::Row { row: from_line, column: None },
                    first.trim_end(),
                    why,
                ));
                rest = rest.get(to - body.len() + first.len() + 1..).unwrap_or_default();
                line = from_line + 1;
                continue 'text;
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                frame += 1;
            } else {
                let cells: Vec<Cell<'_>> = record.iter().map(|cell| Cell::Text(Cow::Borrowed(cell))).collect();
                importer.push(from_line, &cells);
            }
            from = to;
            from_line += lines - blank;
        }
    }
    let columns = importer.mapping().columns().to_vec();
    let mut datasets = importer.take();
    datasets.frame = frame;
    Ok(TableImport { datasets, columns, separator: char::from(separator), encoding })
}

/// Whether a line of `row` but its first is a row by itself: then a quotation mark was lost in the first.
fn holds_rows(row: &str, separator: u8, width: usize) -> bool {
    row.lines().skip(1).any(|line| next_record(line, separator).is_some_and(|record| record.cells.len() == width))
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

fn count_lines(text: &str) -> u64 {
    u64::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u64::MAX)
}

struct Header {
    cells: Vec<String>,
    /// Bytes of its text.
    length: usize,
    lines: u64,
}

fn next_record(text: &str, separator: u8) -> Option<Header> {
    let mut reader = reader(text, separator);
    let mut record = csv::StringRecord::new();
    if !reader.read_record(&mut record).ok()? {
        return None;
    }
    let length = usize::try_from(reader.position().byte()).ok()?;
    let cells = record.iter().map(str::to_owned).collect();
    Some(Header { cells, length, lines: text.get(..length).map_or(1, count_lines) })
}

/// The separator that stands most often in `header`; a comma where none does.
fn separator_of(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    // Of equals, the last is taken by `max_by_key`.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_encodings() {
        let table = "번호,제목,조회수\n901,\"가상 대화, 둘\",\"1,234\"\n902,가상 도로,-\n";
        let expected = read_csv(table.as_bytes(), None).unwrap();
        assert_eq!(expected.datasets.items[0].title, "가상 대화, 둘");
        assert_eq!(expected.datasets.items[0].views, Some(1234));
        let (cp949, _, _) = encoding_rs::EUC_KR.encode(table);
        let windows = format!("\u{FEFF}{}", table.replace('\n', "\r\n"));
        let semicolons = "sep=;\n\n번호;제목;조회수\n901;가상 대화, 둘;\"1,234\"\n\n902;가상 도로;-\n;;\n";
        let tabs = "번호\t제목\t조회수\n901\t가상 대화, 둘\t1,234\n902\t가상 도로\t-";
        for bytes in [&cp949, windows.as_bytes(), semicolons.as_bytes(), tabs.as_bytes()] {
            let import = read_csv(bytes, None).unwrap();
            assert_eq!(import.datasets.items, expected.datasets.items);
            assert!(import.datasets.problems.is_empty() && import.datasets.is_balanced());
        }
        assert_eq!(read_csv(semicolons.as_bytes(), None).unwrap().datasets.frame, 4);
    }

    #[test]
    fn damaged() {
        let table =
            "id,title,조회수\n1,\"가\n나\",5\n2,\"다,6\n3,라,7\n4,마\n5,바,8,9\n\n1,사,3\n,아,3\n6,\"자,4\n7,차,5";
        let import = read_csv(table.as_bytes(), None).unwrap().datasets;
        let problems: Vec<String> = import.problems.iter().map(|it| format!("{} {}", it.code, it.place)).collect();
        let expected =
            ["QUOTE row 4", "CELLS row 6", "CELLS row 7", "DUPLICATE row 9", "MISSING row 10", "QUOTE row 11"];
        assert_eq!(problems, expected);
        assert_eq!(import.items.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["1", "3", "7"]);
        assert_eq!(import.items[0].title, "가 나");
        assert!(import.is_balanced());
    }

    #[test]
    fn no_table() {
        assert_eq!(read_csv(b"", None).unwrap_err().code, "EMPTY");
        assert_eq!(read_csv(b"\n \n", None).unwrap_err().code, "EMPTY");
        assert_eq!(read_csv("<html><body>\n".as_bytes(), None).unwrap_err().code, "HEADER");
    }
}
