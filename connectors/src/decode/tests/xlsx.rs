//! Workbooks, made here part by part.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::archive::testing::{Entry, entry, zip};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook with these sheets (name, state, rows), shared strings and cell formats (number formats of their own).
#[derive(Default, Clone)]
struct Book {
    sheets: Vec<(&'static str, &'static str, String)>,
    strings: Vec<&'static str>,
    formats: Vec<&'static str>,
    is_1904: bool,
}

impl Book {
    fn of(rows: &str) -> Self {
        Self { sheets: vec![("시트 1", "visible", rows.to_owned())], ..Self::default() }
    }

    fn parts(&self) -> Vec<Entry> {
        let relation = |id: usize, kind: &str, target: &str| {
            format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        let relations = |inside: String| {
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inside}</Relationships>"
            )
        };
        let mut sheets = String::new();
        let mut related =
            relation(100, "styles", "styles.xml") + &relation(101, "sharedStrings", "/xl/sharedStrings.xml");
        let mut parts = vec![entry("[Content_Types].xml", "<Types/>")];
        for (nth, (name, state, rows)) in self.sheets.iter().enumerate() {
            sheets.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{nth}\" state=\"{state}\" r:id=\"rId{nth}\"/>"));
            related.push_str(&relation(nth, "worksheet", &format!("worksheets/sheet{nth}.xml")));
            let sheet = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:XFD1048576\"/>\
                 <sheetData>{rows}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>"
            );
            parts.push(entry(&format!("xl/worksheets/sheet{nth}.xml"), sheet));
        }
        let flag = if self.is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
        let main =
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{flag}<sheets>{sheets}</sheets></workbook>");
        let strings: String = self.strings.iter().map(|text| format!("<si>{text}</si>")).collect();
        let codes = self.formats.iter().enumerate();
        let own: String = codes
            .clone()
            .map(|(nth, code)| format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", nth + 200))
            .collect();
        let cells: String = codes.map(|(nth, _)| format!("<xf numFmtId=\"{}\"/>", nth + 200)).collect();
        let styles = format!(
            "<styleSheet><numFmts>{own}</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
             <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>{cells}</cellXfs></styleSheet>"
        );
        parts.extend([
            entry("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml"))),
            entry("xl/workbook.xml", main),
            entry("xl/_rels/workbook.xml.rels", relations(related)),
            entry("xl/styles.xml", styles),
            entry("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\" count=\"999999999\">{strings}</sst>")),
        ]);
        parts
    }

    fn bytes(&self) -> Vec<u8> {
        zip(&self.parts())
    }
}

fn text(reference: &str, value: &str) -> String {
    format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{value}</t></is></c>")
}

fn table() -> SchemaRef {
    schema(vec![
        plain("id", DataType::Int64),
        field("text", DataType::Utf8, &[("aliases", r#"["문장"]"#)]),
        plain("score", DataType::Float64),
        plain("ok", DataType::Boolean),
        plain("day", DataType::Utf8),
    ])
}

fn header() -> String {
    format!(
        "<row r=\"2\">{}{}{}{}{}{}</row>",
        text("B2", "문장"),
        text("C2", " id "),
        text("E2", "score"),
        text("F2", "ok"),
        text("G2", "day"),
        text("H2", "extra")
    )
}

fn read(book: &Book) -> Given {
    decode_one(&table(), &without_src(), "a.xlsx", &book.bytes())
}

fn damage(given: &Given) -> Vec<(&str, i64, i64)> {
    given.damage.iter().map(|d| (d.code.as_str(), d.line.unwrap_or(0), d.column.unwrap_or(0))).collect()
}

#[test]
fn cells_of_every_kind() {
    let rows = format!(
        "{}<row r=\"3\"/><row r=\"4\"><c r=\"A4\" s=\"1\"/><c r=\"B4\" t=\"s\"><v>1</v></c><c r=\"C4\"><v>7</v></c>\
         <c r=\"E4\"><v>0.10000000000000001</v></c><c r=\"F4\" t=\"b\"><v>1</v></c><c r=\"G4\" s=\"1\"><v>44562</v></c>\
         <c r=\"H4\" t=\"e\"><v>#N/A</v></c></row>\
         <row><c/><c t=\"str\"><f>A1&amp;\"x\"</f><v>가&lt;나_x000D_</v></c><c><v>1E3</v></c><c/><c><v>9007199254740993</v></c></row>\
         <row r=\"9\">{}<c r=\"C9\" s=\"1\"><v>3</v></c><c r=\"G9\" s=\"2\"><v>44562.5</v></c></row>\
         <row r=\"10\"><c r=\"B10\" t=\"inlineStr\"><is><t></t></is></c></row>",
        header(),
        text("B9", "<![CDATA[<b>]]> 글")
    );
    let book = Book {
        strings: vec!["<t>남음</t>", "<r><t>등</t></r><r><t xml:space=\"preserve\">대 </t></r><rPh><t>x</t></rPh>"],
        formats: vec!["yyyy\\-mm\\-dd\\ hh:mm"],
        ..Book::of(&rows)
    };
    let given = read(&book);
    let expected = [
        json!({"id":7,"text":"등대 ","score":0.1,"ok":true,"day":"2022-01-01"}),
        json!({"id":3,"text":"<b> 글","score":null,"ok":null,"day":"2022-01-01T12:00:00"}),
    ];
    // No float equals the integer of the row between, which has no number of its own.
    assert_eq!(damage(&given), [("NUMBER", 5, 5)]);
    assert_eq!(given.damage[0].rule.as_deref(), Some("/score"));
    assert!(given.damage[0].excerpt.as_deref().unwrap().contains("가<나\\r"));
    assert_eq!((given.rows(), given.counts.coercions), (expected.to_vec(), Coercions::new()));
    let whole = schema(vec![plain("text", DataType::Utf8), plain("id", DataType::Utf8), plain("none", DataType::Utf8)]);
    let given = decode_one(&schema(whole.fields().to_vec()), &without_src(), "a.bin", &book.bytes());
    let ids: Vec<_> = given.rows().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [json!("7"), json!("1000"), json!("1900-01-03")]);
    assert_eq!(given.counts.coercions.get(&("/none".to_owned(), CoercionKind::Missing)), Some(&3));
}

#[test]
fn rows_that_cannot_be_used_go_alone() {
    let cells = [
        "<c r=\"B3\" t=\"s\"><v>0</v></c>",
        "<c r=\"B4\" t=\"s\"><v>1</v></c>",
        "<c r=\"B5\" t=\"e\"><v>#N/A</v></c>",
        "<c r=\"C6\"><f>1+1</f><v/></c>",
        "<c r=\"G7\" s=\"1\"><v>60</v></c>",
        "<c r=\"C8\"><v>x</v></c>",
        "<c r=\"C9\"><v>1.5</v></c>",
        "<c r=\"F10\" t=\"b\"><v>2</v></c>",
        "<c r=\"G11\" s=\"1\"><v>-1</v></c>",
        "<c r=\"B12\"><v>1</v></c><c r=\"B12\"><v>2</v></c>",
        "<c r=\"ZZZZZZ13\"><v>1</v></c>",
        "<c r=\"B14\" t=\"s\"><v>99999999999999999999</v></c>",
        "<c r=\"B15\"><v>2</v></c>",
    ];
    let rows: String =
        cells.iter().enumerate().map(|(nth, cells)| format!("<row r=\"{}\">{cells}</row>", nth + 3)).collect();
    let given = read(&Book { strings: vec!["<t>등대</t>"], ..Book::of(&(header() + &rows)) });
    let texts: Vec<_> = given.rows().iter().map(|row| row["text"].clone()).collect();
    assert_eq!(texts, [json!("등대"), json!("2")]);
    let expected = [
        ("FORMAT", 4, 2),
        ("TYPE", 5, 2),
        ("TYPE", 6, 3),
        ("TYPE", 7, 7),
        ("NUMBER", 8, 3),
        ("TYPE", 9, 3),
        ("FORMAT", 10, 6),
        ("TYPE", 11, 7),
        ("DUP_KEY", 12, 2),
        ("FORMAT", 13, 321_272_406),
        ("FORMAT", 14, 2),
    ];
    assert_eq!(damage(&given), expected);
    let records: Vec<_> = given.damage.iter().map(|d| d.record.unwrap()).collect();
    assert_eq!(records, (1..=11).collect::<Vec<_>>());
    assert!(given.damage[0].detail.contains("shared string 1"));
    assert_eq!(given.counts.quarantined, 11);
}

#[test]
fn rows_that_no_sheet_has_are_refused() {
    let cell = "<c r=\"B3\"><v>7</v></c>";
    for number in ["1048577", "99999999999", "0", "x"] {
        let sheet = format!("{}<row r=\"{number}\">{cell}</row><row>{cell}</row>", header());
        let given = read(&Book::of(&sheet));
        assert_eq!((given.rows().len(), given.codes()), (1, vec!["FORMAT"]), "{number}");
        assert!(given.damage[0].detail.contains(number), "{}", given.damage[0].detail);
    }
    // Where the columns should be named.
    let given = read(&Book::of(&format!("<row r=\"0\">{cell}</row>")));
    assert_eq!((given.rows().len(), given.codes(), given.damage[0].record), (0, vec!["FORMAT"], None));
}

#[test]
fn sheets_and_headers() {
    let row = |number: usize, id: &str| format!("<row r=\"{number}\"><c><v>{id}</v></c></row>");
    let sheet = |id: &str| format!("<row>{}</row>{}", text("A1", "id"), row(2, id));
    let mut book = Book::of(&sheet("1"));
    book.sheets[0].1 = "hidden";
    book.sheets.push(("B &amp; C", "visible", sheet("2")));
    book.sheets.push(("비었음", "visible", String::new()));
    let ids = |records: &[&str], header| {
        let options = DecodeOptions { records: paths(records), header, ..without_src() };
        let given = decode_one(&table(), &options, "a.xlsx", &book.bytes());
        (given.rows().iter().map(|row| row["id"].as_i64()).collect::<Vec<_>>(), given.codes().join(" "))
    };
    let ok = |ids: &[Option<i64>]| (ids.to_vec(), String::new());
    assert_eq!(ids(&[], Header::Auto), ok(&[Some(2)]));
    assert_eq!(ids(&["$['시트 1'][*]"], Header::Auto), ok(&[Some(1)]));
    assert_eq!(ids(&["$.Sheet9[*]", "$['B & C']"], Header::Yes), ok(&[Some(2)]));
    assert_eq!(ids(&[], Header::No), (vec![Some(2)], "TYPE".to_owned()));
    assert_eq!(ids(&["$.Sheet9[*]"], Header::Auto), (vec![], "NO_RECORDS".to_owned()));
    assert_eq!(ids(&["$.비었음[*]"], Header::Auto), (vec![], "EMPTY".to_owned()));
    let by_position = read(&Book::of(&(row(1, "5") + &row(2, "6"))));
    assert_eq!(by_position.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), [5, 6]);
    let twice = read(&Book::of(&format!("<row>{}{}</row>", text("A1", "text"), text("C1", "문장"))));
    assert_eq!(damage(&twice), [("DUP_KEY", 1, 3)]);
}

#[test]
fn batches_and_sources() {
    let rows: String = (0..10).map(|n| format!("<row>{}<c><v>{n}</v></c></row>", text("B1", "글"))).collect();
    let options = DecodeOptions { batch_rows: 3, ..DecodeOptions::default() };
    let given = decode_one(&table(), &options, "a.xlsx", &Book::of(&(header() + &rows)).bytes());
    assert_eq!(given.batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [3, 3, 3, 1]);
    use sha2::Digest;
    let hash = format!("{:x}", sha2::Sha256::digest("{\"id\":\"4\",\"text\":\"글\"}"));
    let rows = given.rows();
    assert_eq!(
        (rows[4]["_src"]["sha256"].as_str(), rows[4]["_src"]["record"].as_i64()),
        (Some(hash.as_str()), Some(4))
    );
}

#[test]
fn a_field_may_be_called_row() {
    let rows = format!("<row r=\"7\">{}</row><row>{}</row>", text("B7", "row"), text("B8", "가"));
    let given =
        decode_one(&schema(vec![plain("row", DataType::Utf8)]), &without_src(), "a.xlsx", &Book::of(&rows).bytes());
    assert_eq!((given.rows(), given.damage), (vec![json!({"row":"가"})], vec![]));
    let cells = "<c r=\"B8\" t=\"str\"><v></v></c>".repeat(16_385);
    let rows = format!("<row r=\"7\">{}</row><row>{cells}</row>", text("B7", "row"));
    let given =
        decode_one(&schema(vec![plain("row", DataType::Utf8)]), &without_src(), "a.xlsx", &Book::of(&rows).bytes());
    assert_eq!(given.codes(), ["RECORD_SIZE"]);
}

#[test]
fn dates_since_1904() {
    let rows = header() + "<row r=\"3\"><c r=\"G3\" s=\"1\"><v>43100</v></c></row>";
    let given = read(&Book { is_1904: true, ..Book::of(&rows) });
    assert_eq!(given.rows()[0]["day"], json!("2022-01-01"));
}

#[test]
fn what_is_no_workbook() {
    let detail = |bytes: &[u8]| {
        let given = decode_one(&table(), &without_src(), "a.xlsx", bytes);
        assert_eq!((given.rows().len(), given.outcomes, given.damage.len()), (0, vec![MemberOutcome::Quarantined], 1));
        (given.damage[0].code.clone(), given.damage[0].detail.clone())
    };
    let ole = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600], &name, &[0; 100]].concat()
    };
    for (bytes, code, word) in [
        (vec![], "EMPTY", "empty"),
        (b"id,text\n1,x\n".to_vec(), "FORMAT", "no workbook"),
        (ole("Workbook"), "FORMAT", ".xls"),
        (ole("EncryptedPackage"), "FORMAT", "password"),
        (zip(&[entry("a.txt", "x")]), "FORMAT", "xl/workbook.xml"),
        (Book::of("").bytes()[..200].to_vec(), "TRUNCATED", ""),
        (
            zip(&[entry("_rels/.rels", "<r><r Id='1' Type='x/officeDocument' Target='xl/workbook.bin'/></r>")]),
            "FORMAT",
            ".xlsb",
        ),
    ] {
        let found = detail(&bytes);
        assert!(found.0 == code && found.1.contains(word), "{found:?}");
    }
    // The magic of an old workbook is known without its name.
    assert_eq!(decode_one(&table(), &without_src(), "a", &ole("Workbook")).codes(), ["FORMAT"]);
}

#[test]
fn broken_parts() {
    let book = Book::of(&(header() + "<row><c r=\"C3\"><v>1</v></c></row>"));
    let with = |name: &str, change: &dyn Fn(&mut Entry)| {
        let mut parts = book.parts();
        parts.iter_mut().filter(|part| part.raw_name == name.as_bytes()).for_each(change);
        let given = decode_one(&table(), &without_src(), "a.xlsx", &zip(&parts));
        (given.rows().len(), given.codes().join(" "))
    };
    let sheet = "xl/worksheets/sheet0.xml";
    for name in ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", sheet, "_rels/.rels"] {
        let dtd = |part: &mut Entry| part.data.splice(0..0, *b"<!DOCTYPE a [<!ENTITY b \"c\">]>").for_each(drop);
        // A declaration may come first only, so it must go.
        let dtd = |part: &mut Entry| {
            part.data = String::from_utf8(part.data.clone())
                .unwrap()
                .replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "")
                .into();
            dtd(part);
        };
        assert_eq!(with(name, &dtd), (0, "XML_DTD".to_owned()), "{name}");
        assert_eq!(with(name, &|part| part.crc_error = 1), (0, "CRC".to_owned()), "{name}");
        assert_eq!(with(name, &|part| part.declared_size = Some(1 << 30)), (0, "RATIO".to_owned()), "{name}");
        assert_eq!(with(name, &|part| part.declared_size = Some(10)), (0, "SIZE_MISMATCH".to_owned()), "{name}");
        assert_eq!(with(name, &|part| part.flags = 1), (0, "ENCRYPTED".to_owned()), "{name}");
    }
    assert_eq!(with(sheet, &|part| part.data.truncate(part.data.len() - 78)), (1, "SYNTAX".to_owned()));
    assert_eq!(with(sheet, &|part| part.raw_name = b"x".to_vec()), (0, "FORMAT".to_owned()));
    let cut = |part: &mut Entry| {
        let at = part.data.windows(4).position(|bytes| bytes == b"</v>").unwrap();
        part.data.truncate(at);
    };
    assert_eq!(with(sheet, &cut), (0, "SYNTAX".to_owned()));
}

#[test]
fn bombs() {
    // 200 MB of blanks; far more than a sheet ever packs.
    let rows = format!("<row><c r=\"A1\"><v>1</v></c></row>{}", " ".repeat(200 << 20));
    let given = decode(&table(), &without_src(), &[("a.xlsx", &Book::of(&rows).bytes())], &[1 << 20]);
    assert_eq!((given.rows().len(), given.codes()), (0, vec!["RATIO"]));
    // One tag that does not end.
    let tag = format!("<row r=\"{}\"/>", "1".repeat(9 << 20));
    let small = DecodeOptions { limits: Limits { value_size: 100, ..Limits::default() }, ..without_src() };
    let given = decode(&table(), &small, &[("a.xlsx", &Book::of(&tag).bytes())], &[1 << 20]);
    assert_eq!(given.codes(), ["SIZE_LIMIT"]);
    // One long string in many cells of a row.
    let cells: String =
        (0..1000).map(|n| format!("<c r=\"{}\" t=\"s\"><v>0</v></c>", if n == 0 { "B3" } else { "D3" })).collect();
    let long: &'static str = Box::leak(format!("<t>{}</t>", "긴".repeat(100)).into_boxed_str());
    let book = Book { strings: vec![long], ..Book::of(&format!("{}<row r=\"3\">{cells}</row>", header())) };
    assert_eq!(read(&book).rows().len(), 1);
    let options = DecodeOptions { limits: Limits { value_size: 100, ..Limits::default() }, ..without_src() };
    assert_eq!(decode_one(&table(), &options, "a.xlsx", &book.bytes()).codes(), ["VALUE_SIZE"]);
    let options = DecodeOptions { limits: Limits { record_size: 100, ..Limits::default() }, ..without_src() };
    assert_eq!(decode_one(&table(), &options, "a.xlsx", &book.bytes()).codes(), ["RECORD_SIZE"]);
}

#[test]
fn schemas_are_inferred() {
    let options = without_src();
    let rows = format!(
        "<row>{}{}{}</row><row><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"b\"><v>1</v></c><c r=\"D2\" s=\"1\"><v>44562</v></c></row>\
         <row><c r=\"A3\"><v>1.5</v></c><c r=\"C3\"><v>9</v></c></row>",
        text("A1", "점수"),
        text("B1", "맞음"),
        text("D1", "날")
    );
    let bytes = Book::of(&rows).bytes();
    let mut inferrer = Inferrer::new(&options).unwrap();
    inferrer.observe_member(&member("a.xlsx"), &bytes, false).unwrap();
    assert_eq!(inferrer.records(), 2);
    assert_eq!(
        inferrer.observe_member(&member("a.xlsx"), &bytes, true).unwrap_err().kind(),
        crate::error::ErrorKind::Data
    );
    let schema = inferrer.finish().unwrap();
    assert_eq!(schema_to_yaml(&schema), "점수: float\n맞음: bool\n날: string\n");
    let given = decode_one(&schema, &options, "a.xlsx", &bytes);
    assert_eq!((given.rows()[0].clone(), given.codes()), (json!({"점수":1.0,"맞음":true,"날":"2022-01-01"}), vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut: Option<prop::sample::Index>) {
        let rows = format!("{}<row r=\"3\">{}<c r=\"C3\"><v>1</v></c><c r=\"G3\" s=\"1\"><v>44562</v></c></row>", header(), text("B3", "글"));
        let mut bytes = Book { strings: vec!["<t>a</t>"], ..Book::of(&rows) }.bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
        let given = decode(&table(), &without_src(), &[("a.xlsx", &bytes)], &[100]);
        prop_assert!(given.rows().len() <= 1);
        prop_assert!(!given.damage.iter().any(|d| d.detail.contains("panic")), "{:?}", given.damage);
    }

    #[test]
    fn any_part_is_survived(part in 0usize..7, changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"<>/\"'=&;rcvst0 9A\xFF".to_vec())), 1..5)) {
        let rows = format!("{}<row r=\"3\">{}<c r=\"C3\" t=\"s\"><v>0</v></c><c r=\"G3\" s=\"1\"><v>44562</v></c></row>", header(), text("B3", "글"));
        let mut parts = Book { strings: vec!["<t>1</t>"], ..Book::of(&rows) }.parts();
        let count = parts.len();
        let data = &mut parts[part % count].data;
        for (at, byte) in changes {
            let at = at.index(data.len());
            data[at] = byte;
        }
        let given = decode(&table(), &without_src(), &[("a.xlsx", &zip(&parts))], &[1000]);
        prop_assert!(!given.damage.iter().any(|d| d.detail.contains("panic")), "{:?}", given.damage);
        let mut inferrer = Inferrer::new(&without_src()).unwrap();
        let _ = inferrer.observe_member(&member("a.xlsx"), &zip(&parts), false);
    }
}
