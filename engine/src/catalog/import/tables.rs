//! Tables of sets with headers in any wording, as CSV or in any other form that can be read as rows.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use jogak_connectors::aihub::columns::{Importer, MappedColumn, Mapping};
use jogak_connectors::aihub::dataset::{Dataset, Import, Place, Problem};
use jogak_connectors::aihub::table::read_csv;
use object_store::{ObjectMeta, ObjectStoreExt};

use super::records::{Records, cells};
use super::{Found, Known, MappedTo, Stage};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Bytes of a text table that are read at a time.
const CHUNK: u64 = 16 << 20;
/// A quotation mark that is never closed would make one row of all that follows; beyond this a row ends with its line.
const LONGEST_ROW: usize = 4 << 20;

/// Reads a table of sets.
pub(super) async fn datasets(stage: &mut Stage, found: &Found, settings: &Settings, known: &mut Known) -> Result<()> {
    let [meta] = found.objects.as_slice() else {
        return Err(Error::invalid("a table is one file; import several one after the other"));
    };
    let name = meta.location.filename().unwrap_or_default().to_lowercase();
    let is_text = found.member.is_none() && [".csv", ".tsv", ".txt", ".tab"].iter().any(|end| name.ends_with(end));
    if is_text {
        return text(stage, found, meta, known).await;
    }
    let mut records = Records::open(found, settings).await?;
    let mapping = mapping(&records.headers())?;
    known.columns = mapped(mapping.columns());
    let mut importer = Importer::new(mapping, Some(&stage.source));
    let mut row = 0;
    while let Some(batch) = records.next().await? {
        push(&mut importer, &mut row, &batch)?;
        stage.take(importer.take(), |stage, dataset| stage.dataset(&dataset))?;
    }
    records.problems(stage)
}

/// What the headers mean; the problem as an error where they name no sets.
fn mapping(headers: &[String]) -> Result<Mapping> {
    Mapping::new(headers).map_err(|problem| header_error(&problem))
}

fn header_error(problem: &Problem) -> Error {
    Error::invalid(format!(
        "{}; found: {}. Tables of files are imported with --table files, others of the catalogue with --table NAME",
        problem.why, problem.text
    ))
}

fn mapped(columns: &[MappedColumn]) -> Vec<MappedTo> {
    let one = |column: &MappedColumn| MappedTo {
        header: column.header.clone(),
        column: column.column.map(|column| column.name()),
        ignored: column.ignored.clone(),
    };
    columns.iter().map(one).collect()
}

fn push(importer: &mut Importer, row: &mut u64, batch: &RecordBatch) -> Result<()> {
    for cells in cells(batch)? {
        *row += 1;
        importer.push(*row, &cells);
    }
    Ok(())
}

/// Reads a text table piece by piece, each piece with the header before it.
async fn text(stage: &mut Stage, found: &Found, meta: &ObjectMeta, known: &mut Known) -> Result<()> {
    let reading = |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{}'", meta.location), e));
    let store = found.location.store();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut header: Option<Header> = None;
    let (mut held, mut at, mut lines_before) = (Vec::new(), 0, 0);
    loop {
        let end = meta.size.min(at + CHUNK);
        if end > at {
            held.extend_from_slice(&store.get_range(&meta.location, at..end).await.map_err(reading)?);
            at = end;
        }
        let is_last = at >= meta.size;
        let is_wide = held.starts_with(b"\xFF\xFE") || held.starts_with(b"\xFE\xFF");
        if is_wide && !is_last {
            // Two bytes a letter: line ends cannot be told without reading all of it.
            continue;
        }
        let cut = if is_last { held.len() } else { complete(&held) };
        if cut == 0 && !is_last {
            continue;
        }
        let rest = held.split_off(cut);
        let chunk = std::mem::replace(&mut held, rest);
        let lines = count_lines(&chunk);
        let (bytes, shift) = match &header {
            Some(header) => ([header.bytes.as_slice(), chunk.as_slice()].concat(), lines_before - header.lines),
            None => (chunk, 0),
        };
        let is_later = header.is_some();
        if is_later && bytes.get(header_length(&header)..).unwrap_or_default().iter().all(u8::is_ascii_whitespace) {
            break;
        }
        let table = read_csv(&bytes, Some(&stage.source)).map_err(|problem| header_error(&problem))?;
        if header.is_none() {
            known.columns = mapped(&table.columns);
            header = Some(Header::of(&bytes));
        }
        let mut import = table.datasets;
        shifted(&mut import, shift);
        if is_later && let Some(header) = &header {
            // Lines above the header were counted with the first piece.
            import.frame = import.frame.saturating_sub(header.above);
        }
        without_twins(&mut import, &mut seen);
        stage.take(import, |stage, dataset| stage.dataset(&dataset))?;
        lines_before += lines;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// The header of a text table, with what stands above it.
struct Header {
    bytes: Vec<u8>,
    lines: u64,
    /// Lines above the header itself.
    above: u64,
}

impl Header {
    fn of(bytes: &[u8]) -> Self {
        let mut end = 0;
        let (mut lines, mut above) = (0, 0);
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut has_quote_open = false;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            lines += 1;
            if !has_quote_open && (line.starts_with(b"sep=") || line.iter().all(u8::is_ascii_whitespace)) {
                above += 1;
                continue;
            }
            has_quote_open ^= line.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            if !has_quote_open {
                break;
            }
        }
        let mut header = text.get(..end).unwrap_or_default().to_vec();
        if !header.ends_with(b"\n") {
            header.push(b'\n');
        }
        Self { bytes: header, lines, above }
    }
}

/// Bytes up to the last end of a line that lies outside quotation marks.
fn complete(bytes: &[u8]) -> usize {
    let (mut is_open, mut end, mut last_line) = (false, 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => is_open = !is_open,
            b'\n' => {
                last_line = at + 1;
                if !is_open {
                    end = at + 1;
                }
            }
            _ => {}
        }
    }
    if bytes.len() - end > LONGEST_ROW { last_line } else { end }
}

fn header_length(header: &Option<Header>) -> usize {
    header.as_ref().map_or(0, |header| header.bytes.len())
}

fn count_lines(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u64::MAX)
}

fn shifted(import: &mut Import<Dataset>, by: u64) {
    for problem in import.problems.iter_mut().chain(&mut import.remarks) {
        if let Place::Row { row, .. } = &mut problem.place {
            *row += by;
        }
    }
}

/// Rows of a set that an earlier piece held already are problems.
fn without_twins(import: &mut Import<Dataset>, seen: &mut HashMap<String, u64>) {
    let items = std::mem::take(&mut import.items);
    for dataset in items {
        let number = u64::try_from(seen.len()).unwrap_or(u64::MAX) + 1;
        match seen.get(&dataset.id) {
            Some(first) => {
                let why = format!("set {} was the {first}. set of the table already", dataset.id);
                import.problems.push(Problem::new("DUPLICATE", Place::Object(dataset.id.clone()), &dataset.title, why));
            }
            None => {
                seen.insert(dataset.id.clone(), number);
                import.items.push(dataset);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_with_rows() {
        assert_eq!(complete(b"a,b\nc,\"d\ne\nf"), 4);
        assert_eq!(complete(b"a,b\nc,\"d\ne\"\nf"), 12);
        assert_eq!(complete(b"abc"), 0);
    }

    #[test]
    fn headers_of_several_lines() {
        let header = Header::of("\u{FEFF}sep=;\n\n\"번\n호\";제목\n1;가\n".as_bytes());
        assert_eq!(String::from_utf8(header.bytes).unwrap(), "sep=;\n\n\"번\n호\";제목\n");
        assert_eq!((header.lines, header.above), (4, 2));
    }
}
