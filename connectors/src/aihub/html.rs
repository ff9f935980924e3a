//! The text of a saved page, block by block. Reads tags one after the other and builds no tree: what is looked for
//! are labels and the values beside them, wherever a page puts them.

use super::text::tidy;
use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A run of text that stands apart from others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    /// Its texts between tags, each tidied, none empty.
    pub(super) pieces: Vec<String>,
    /// 1 to 6 for a heading.
    pub(super) heading: Option<u8>,
    /// Whether it labels something: `th`, `dt`.
    pub(super) is_label: bool,
    /// Where it stands in a table.
    pub(super) cell: Option<CellPlace>,
}

impl Block {
    /// All its text.
    pub(super) fn text(&self) -> String {
        self.pieces.join(" ")
    }
}

/// Place of a cell, each from 0. Tables are numbered as they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellPlace {
    pub(super) table: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Page {
    pub(super) blocks: Vec<Block>,
    /// `<title>`.
    pub(super) title: Option<String>,
    /// `og:title`.
    pub(super) shared_title: Option<String>,
    /// Addresses that the page gives as its own.
    pub(super) own_addresses: Vec<String>,
    /// Values of hidden fields, by name.
    pub(super) inputs: Vec<(String, String)>,
    /// Targets of links.
    pub(super) links: Vec<String>,
    /// Whether there was any tag at all.
    pub(super) has_tags: bool,
}

/// A table that is open, with the columns that cells of upper rows still cover.
struct Table {
    number: usize,
    row: usize,
    column: usize,
    covered: Vec<usize>,
    has_row: bool,
}

/// So many columns of a table are followed.
const MAX_COLUMNS: usize = 256;

impl Table {
    fn next_row(&mut self) {
        if self.has_row {
            self.row += 1;
        }
        self.has_row = true;
        self.column = 0;
        for rows in &mut self.covered {
            *rows = rows.saturating_sub(1);
        }
    }

    fn next_cell(&mut self, columns: usize, rows: usize) -> CellPlace {
        while self.covered.get(self.column).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let place = CellPlace { table: self.number, row: self.row, column: self.column };
        let end = (self.column + columns).min(MAX_COLUMNS);
        if self.covered.len() < end {
            self.covered.resize(end, 0);
        }
        if let Some(covered) = self.covered.get_mut(self.column..end) {
            // This row counts too; it is taken off when the next begins.
            covered.fill(rows);
        }
        self.column = end.max(self.column);
        place
    }
}

#[derive(Default)]
struct Builder {
    page: Page,
    /// Text since the last tag, which may come in several tokens.
    run: String,
    block: Block,
    tables: Vec<Table>,
    table_count: usize,
    /// The element whose text is no text of the page.
    skipped: Option<Vec<u8>>,
    in_title: bool,
}

impl Builder {
    fn end_run(&mut self) {
        let text = tidy(&std::mem::take(&mut self.run));
        if text.is_empty() {
            return;
        }
        if self.in_title {
            self.page.title.get_or_insert(text);
        } else {
            self.block.pieces.push(text);
        }
    }

    fn end_block(&mut self) {
        self.end_run();
        let cell = self.block.cell;
        let heading = self.block.heading;
        let is_label = self.block.is_label;
        let next = Block { cell, heading, is_label, pieces: Vec::new() };
        let block = std::mem::replace(&mut self.block, next);
        if !block.pieces.is_empty() {
            self.page.blocks.push(block);
        }
    }

    fn start(&mut self, name: &[u8], attribute: impl Fn(&str) -> Option<String>) {
        self.page.has_tags = true;
        self.end_run();
        match name {
            b"script" | b"style" | b"noscript" | b"template" | b"svg" | b"iframe" => {
                self.end_block();
                self.skipped = Some(name.to_vec());
            }
            b"title" => self.in_title = true,
            b"meta" => match (attribute("property").or_else(|| attribute("name")).as_deref(), attribute("content")) {
                (Some("og:title"), Some(title)) => self.page.shared_title = Some(tidy(&title)),
                (Some("og:url"), Some(address)) => self.page.own_addresses.push(address),
                _ => {}
            },
            b"link" if attribute("rel").as_deref() == Some("canonical") => {
                self.page.own_addresses.extend(attribute("href"));
            }
            b"input" => {
                if let (Some(name), Some(value)) = (attribute("name").or_else(|| attribute("id")), attribute("value")) {
                    self.page.inputs.push((name, value));
                }
            }
            b"a" => self.page.links.extend(attribute("href")),
            b"table" => {
                self.end_block();
                self.table_count += 1;
                let number = self.table_count - 1;
                self.tables.push(Table { number, row: 0, column: 0, covered: Vec::new(), has_row: false });
            }
            b"tr" => {
                self.end_block();
                self.block.cell = None;
                if let Some(table) = self.tables.last_mut() {
                    table.next_row();
                }
            }
            b"td" | b"th" => {
                self.end_block();
                let span = |name: &str| attribute(name).and_then(|it| it.trim().parse().ok()).unwrap_or(1_usize);
                let (columns, rows) = (span("colspan").clamp(1, MAX_COLUMNS), span("rowspan").clamp(1, 10_000));
                self.block.cell = self.tables.last_mut().map(|table| table.next_cell(columns, rows));
                self.block.is_label = name == b"th";
            }
            b"dt" | b"dd" => {
                self.end_block();
                self.block.is_label = name == b"dt";
            }
            [b'h', level @ b'1'..=b'6'] => {
                self.end_block();
                self.block.heading = Some(level - b'0');
            }
            name if !is_inline(name) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        self.end_run();
        match name {
            b"title" => self.in_title = false,
            b"table" => {
                self.end_block();
                self.tables.pop();
                self.block = Block::default();
            }
            b"td" | b"th" | b"tr" => {
                self.end_block();
                (self.block.cell, self.block.is_label) = (None, false);
            }
            b"dt" | b"dd" | b"dl" => {
                self.end_block();
                self.block.is_label = false;
            }
            [b'h', b'1'..=b'6'] => {
                self.end_block();
                self.block.heading = None;
            }
            name if !is_inline(name) => self.end_block(),
            _ => {}
        }
    }
}

/// Elements that do not break a line of text.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"abbr"
            | b"b"
            | b"bdi"
            | b"code"
            | b"em"
            | b"font"
            | b"i"
            | b"img"
            | b"input"
            | b"label"
            | b"mark"
            | b"meta"
            | b"link"
            | b"q"
            | b"s"
            | b"small"
            | b"span"
            | b"strong"
            | b"sub"
            | b"sup"
            | b"time"
            | b"u"
            | b"wbr"
    )
}

/// Reads `html`; text without any tag gives one block a line.
pub(super) fn read(html: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    // Else the text of scripts would be read as tags.
    emitter.naively_switch_states(true);
    let mut builder = Builder::default();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        // Reading from a string cannot fail.
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if builder.skipped.is_none() => {
                let attribute = |name: &str| {
                    let value = tag.attributes.get(name.as_bytes())?;
                    Some(String::from_utf8_lossy(value).into_owned())
                };
                builder.start(&tag.name, attribute);
                if tag.self_closing {
                    builder.skipped = None;
                }
            }
            Token::EndTag(tag) => match &builder.skipped {
                Some(skipped) if skipped.as_slice() == tag.name.as_slice() => builder.skipped = None,
                Some(_) => {}
                None => builder.end(&tag.name),
            },
            Token::String(text) if builder.skipped.is_none() => builder.run.push_str(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    builder.end_block();
    if !builder.page.has_tags {
        let lines = html.lines().map(tidy).filter(|line| !line.is_empty());
        builder.page.blocks = lines.map(|line| Block { pieces: vec![line], ..Block::default() }).collect();
    }
    builder.page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_cells() {
        let page = read(
            "<!DOCTYPE html><title>가상 | AI-Hub</title><meta property=\"og:title\" content=\"가상 &amp; 대화\">\
             <script>var a = '<p>no</p>';</script><h3>제목 <em>NEW</em></h3><p>조회수 : <b>1,234</b><br>다음</p>\
             <table><tr><th rowspan=2>가</th><td>나</td></tr><tr><td><p>다</p><p>라</p></td></tr></table>끝",
        );
        assert_eq!((page.title.as_deref(), page.shared_title.as_deref()), (Some("가상 | AI-Hub"), Some("가상 & 대화")));
        let texts: Vec<String> = page.blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["제목 NEW", "조회수 : 1,234", "다음", "가", "나", "다", "라", "끝"]);
        let cells: Vec<_> = page.blocks.iter().filter_map(|it| it.cell).map(|it| (it.row, it.column)).collect();
        assert_eq!(cells, [(0, 0), (0, 1), (1, 1), (1, 1)]);
        assert_eq!((page.blocks[0].heading, page.blocks[3].is_label, page.blocks[7].cell), (Some(3), true, None));
        assert_eq!(read("가\n\n 나 ").blocks.len(), 2);
    }
}
