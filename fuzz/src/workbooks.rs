//! Excel workbooks, read in this process.

use crate::decoding::{decode, field, limits, plain, schema};
use crate::input::{Input, repeated};
use crate::zips::{Stored, zip};
use arrow::datatypes::{DataType, SchemaRef};
use jogak_connectors::decode::{DecodeOptions, Format, Header, RecordsPath};
use std::sync::LazyLock;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"#;

const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const SHEETS: &str = r#"<sheets><sheet name="시트 1" sheetId="1" r:id="rId0"/></sheets>"#;

/// Name, and what stands around the text that an input gives for it.
const PARTS: [(&str, &str, &str, &str); 5] = [
    ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "", "</sheetData></worksheet>"),
    ("xl/sharedStrings.xml", "<sst><si><t>등대</t></si>", "", "</sst>"),
    ("xl/styles.xml", r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>"#, "", "</cellXfs></styleSheet>"),
    ("xl/workbook.xml", r#"<workbook xmlns:r="r">"#, SHEETS, "</workbook>"),
    ("xl/_rels/workbook.xml.rels", "", RELATIONS, ""),
];

static TABLE: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(vec![
        plain("id", DataType::Int64),
        field("text", DataType::Utf8, &[("aliases", r#"["문장","t"]"#)]),
        plain("score", DataType::Float64),
        plain("ok", DataType::Boolean),
        plain("day", DataType::Utf8),
        field("raw", DataType::Utf8, &[("json", "true")]),
    ])
});

/// Between the parts of an input; no XML holds it.
const BETWEEN: u8 = 0x1E;

/// A workbook made of the parts that the input gives: rows, shared strings, styles, sheets, relations, with 0x1E between
/// them. Those that it does not give are sound ones.
///
/// Options: which parts are whole documents and whether what follows is the workbook itself (1 byte), header, records path and
/// tight limits (1 byte), the sizes of two chunks (1 byte each), rows of a batch (1 byte), bytes of a row (1 byte, 0: no limit). What follows
/// may be [`repeated`].
pub fn xlsx(data: &[u8]) {
    let mut input = Input::new(data);
    let (whole, flags) = (input.byte(), input.byte());
    let sizes = [usize::from(input.byte()), usize::from(input.byte())];
    let (batch_rows, most) = (usize::from(input.byte()), input.byte());
    let are_tight = Input::flag(flags, 4);
    let given = repeated(input.rest());
    let bytes = if Input::flag(whole, 7) { given.into_owned() } else { workbook(&given, whole) };
    let records =
        if Input::flag(flags, 2) { vec![RecordsPath::parse("$['시트 1'][*]").unwrap()] } else { Vec::new() };
    let options = DecodeOptions {
        format: Format::Xlsx,
        records,
        header: [Header::Auto, Header::Yes, Header::No, Header::Auto][usize::from(flags & 3)],
        batch_rows: batch_rows + 1,
        limits: limits(are_tight, most),
        with_src: Input::flag(flags, 3),
        ..DecodeOptions::default()
    };
    let given = decode(&TABLE, &options, "x/a.xlsx", &bytes, sizes.map(|size| size * 16));
    if given.records() == 0 && !Input::flag(flags, 0) {
        assert!(!given.damage.is_empty() || options.header == Header::Auto);
    }
}

fn workbook(given: &[u8], whole: u8) -> Vec<u8> {
    let mut texts = given.split(|byte| *byte == BETWEEN);
    let parts: Vec<(&str, Vec<u8>)> = (PARTS.iter().enumerate())
        .map(|(nth, (name, before, sound, after))| {
            let text = texts.next().filter(|text| !text.is_empty());
            let bytes = match text {
                Some(text) if whole >> nth & 1 == 1 => text.to_vec(),
                text => [before.as_bytes(), text.unwrap_or(sound.as_bytes()), after.as_bytes()].concat(),
            };
            (*name, bytes)
        })
        .collect();
    let mut members = vec![
        Stored { name: b"[Content_Types].xml", flags: 0, extra: &[], bytes: b"<Types/>" },
        Stored { name: b"_rels/.rels", flags: 0, extra: &[], bytes: PACKAGE.as_bytes() },
    ];
    members.extend(parts.iter().map(|(name, bytes)| Stored { name: name.as_bytes(), flags: 0, extra: &[], bytes }));
    zip(&members)
}
