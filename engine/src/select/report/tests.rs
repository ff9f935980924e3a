//! Hostile text through every form, formulas against our own figures, the same report twice.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::super::judgment::Judgment;
use super::super::model::{Capability, Interval, Lang, Override, Status, Text, Track};
use super::super::sensitivity::{Depth, analyse};
use super::super::stability::{Plan, Spread, stability};
use super::super::tests::made;
use super::super::{appeal, solve};
use super::csv::{Encoding, Form, Table, csv};
use super::{Report, html, markdown, plain, xlsx};

const HOSTILE: [&str; 18] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style></svg></title><script>x</script>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "  =HYPERLINK(\"http://evil.example\")",
    "데이터\u{202e}gnp.exe",
    "\u{2066}숨김\u{2069}\u{200b}",
    "| 칸 | 나눔 |\n\n# 제목",
    "[x](javascript:alert(1)) ![y](http://evil.example/z.png)",
    "`code` *별* _밑줄_ ~~줄~~ $x$",
    "a\0b\u{7}c\u{1b}[31m",
    "]]> <!-- &amp; ' \" &#0;",
];

/// A full report whose every text is hostile.
fn hostile() -> Report {
    let mut case = made(120, 21);
    let ids: Vec<String> = case.candidates.iter().map(|c| c.id.clone()).collect();
    for (index, candidate) in case.candidates.iter_mut().enumerate() {
        let text = |shift: usize| HOSTILE[(index + shift) % HOSTILE.len()].to_owned();
        candidate.title = text(0);
        candidate.field = Some(text(index / 12 % 5));
        candidate.modality = Some(text(index / 7 % 4));
        for standing in candidate.tracks.values_mut() {
            for (place, part) in standing.parts.iter_mut().enumerate() {
                part.reason = Text::new(text(place), text(place + 1));
            }
            if let Status::Gated { gate, reason } = &mut standing.status {
                (*gate, *reason) = (text(2), Text::new(text(3), text(4)));
            }
        }
    }
    for (place, rubric) in case.rubrics.iter_mut().enumerate() {
        for (index, criterion) in rubric.criteria.iter_mut().enumerate() {
            let text = |shift: usize| HOSTILE[(place + index + shift) % HOSTILE.len()].to_owned();
            criterion.label = Text::new(text(0), text(1));
            criterion.definition = Text::new(text(2), text(3));
        }
    }
    case.costs.note = Text::new(HOSTILE[0], HOSTILE[3]);
    let order = |id: &str| Override { id: id.into(), track: None, reason: HOSTILE[1].into(), by: HOSTILE[3].into() };
    case.request.exclude.push(order(&ids[3]));
    case.request.capabilities.push(Capability {
        name: HOSTILE[2].into(),
        label: Text::new(HOSTILE[4], HOSTILE[0]),
        track: None,
        points: 1.0,
        want: 1,
    });
    let selection = solve(&case).unwrap();
    let first = selection.picks[0].clone();
    let sensitivity = analyse(&case, &selection, Depth { alternatives: 3, entries: 4, ..Depth::default() }).unwrap();
    let plan = Plan { draws: 6, spread: Spread::Relative { percent: 30.0 } };
    let stability = stability(&case, &selection, plan, 2).unwrap();
    let judgments = (0..4)
        .map(|index| Judgment {
            dataset_id: first.id.clone(),
            track: first.track,
            criterion: "reasoning".into(),
            reviewer: format!("{}{}", HOSTILE[index % 2], index),
            conflict_of_interest: index == 3,
            value: 0.2 * index as f64,
            reason: HOSTILE[3].into(),
            evidence: HOSTILE[14].into(),
            time: "2026-05-01T09:00:00+09:00".into(),
        })
        .collect();
    let claim = appeal::Appeal {
        id: first.id,
        track: Some(first.track),
        criterion: "reasoning".into(),
        value: 0.0,
        evidence: HOSTILE[0].into(),
        by: HOSTILE[3].into(),
    };
    let rulings = vec![appeal::rule(&case, &selection, &claim).unwrap()];
    Report {
        title: Text::new(HOSTILE[0], HOSTILE[1]),
        name: HOSTILE[2].into(),
        as_of: "2026-11-01".into(),
        source: Text::new(HOSTILE[1], HOSTILE[0]),
        notes: vec![Text::new(HOSTILE[14], HOSTILE[15])],
        case,
        selection,
        sensitivity: Some(sensitivity),
        stability: Some(stability),
        judgments,
        rulings,
        software: None,
        seal: Some("ab".repeat(32)),
    }
}

/// Direction and control characters that must not survive anywhere.
fn unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || c.is_control() && c != '\n' && c != '\r'
}

#[test]
fn html_holds_only_our_own_elements() {
    let report = hostile();
    for lang in [Lang::Ko, Lang::En] {
        let page = html(&report, lang);
        assert_eq!(page.chars().find(|c| unseen(*c)), None);
        let ours = [
            "!doctype",
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "h1",
            "h2",
            "h3",
            "p",
            "b",
            "nav",
            "ul",
            "li",
            "dl",
            "div",
            "dt",
            "dd",
            "small",
            "main",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "bdi",
            "span",
            "svg",
            "desc",
            "rect",
            "circle",
            "line",
            "polyline",
            "text",
            "figure",
            "figcaption",
            "code",
            "footer",
            "br",
        ];
        for (place, _) in page.match_indices('<') {
            let rest = &page[place + 1..];
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
            assert!(
                ours.contains(&name.as_str()),
                "<{name} in {}",
                &page[place..].chars().take(80).collect::<String>()
            );
            let tag = rest.split('>').next().unwrap();
            for attribute in tag.split_whitespace().skip(1) {
                // Words of a label are no attributes.
                let is_handler = attribute.to_lowercase().starts_with("on") && attribute.contains('=');
                assert!(!is_handler && !attribute.starts_with("src"), "{tag}");
                let target = attribute.strip_prefix("href=\"");
                assert!(target.is_none_or(|target| target.starts_with('#')), "{tag}");
            }
        }
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
        // Every element that is opened is closed.
        for name in ["div", "table", "svg", "figure", "tr", "td", "th", "span", "bdi", "ul", "li", "p", "text", "title"]
        {
            let opened = page.matches(&format!("<{name}>")).count() + page.matches(&format!("<{name} ")).count();
            assert_eq!(opened, page.matches(&format!("</{name}>")).count(), "{name}");
        }
        let ids: Vec<&str> =
            page.match_indices(" id=\"").map(|(at, _)| page[at + 5..].split('"').next().unwrap()).collect();
        let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len());
    }
}

#[test]
fn markdown_holds_no_markup_of_others() {
    let report = hostile();
    for lang in [Lang::Ko, Lang::En] {
        let text = markdown(&report, lang);
        assert_eq!(text.chars().find(|c| unseen(*c)), None);
        // The only quote marks of HTML are ours at line starts.
        assert!(!text.contains('<'));
        assert!(text.lines().all(|line| !line.trim_start_matches(['>', ' ']).contains('>')));
        assert!(!text.replace("\\]", "").contains("](") && !text.contains("://"));
        // Every row of a table has as many cells as its head.
        let mut width = 0;
        for line in text.lines() {
            let cells = line.matches('|').count();
            if line.starts_with('|') {
                assert!(width == 0 || cells == width, "{line}");
                width = cells;
            } else {
                width = 0;
            }
        }
    }
}

#[test]
fn csv_cells_are_never_formulas() {
    let report = hostile();
    for (table, lang) in [(Table::Selection, Lang::Ko), (Table::Scores, Lang::En), (Table::Parts, Lang::Ko)] {
        let utf8 = csv(&report, table, lang, Form { encoding: Encoding::Utf8, bom: true });
        assert!(utf8.bytes.starts_with(&[0xEF, 0xBB, 0xBF]));
        let cp949 = csv(&report, table, lang, Form { encoding: Encoding::Cp949, bom: true });
        let (decoded, _, bad) = encoding_rs::EUC_KR.decode(&cp949.bytes);
        assert!(!bad);
        let plain_utf8 = csv(&report, table, lang, Form { encoding: Encoding::Utf8, bom: false });
        assert_eq!(utf8.bytes[3..], plain_utf8.bytes);
        assert_eq!(
            decoded.matches("\r\n").count(),
            String::from_utf8(plain_utf8.bytes.clone()).unwrap().matches("\r\n").count()
        );
        for bytes in [plain_utf8.bytes.as_slice(), decoded.as_bytes()] {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
            let mut rows = 0;
            for record in reader.records() {
                rows += 1;
                for cell in record.unwrap().iter() {
                    let number = cell.parse::<f64>().is_ok();
                    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']);
                    assert!(number || !formula, "{cell:?}");
                    assert!(!cell.trim_start().starts_with('='), "{cell:?}");
                    assert_eq!(cell.chars().find(|c| unseen(*c)), None, "{cell:?}");
                }
            }
            assert!(rows > 30);
        }
    }
}

#[test]
fn cp949_keeps_korean_and_counts_what_it_lacks() {
    let mut report = hostile();
    for candidate in &mut report.case.candidates {
        candidate.title = "똠방각하 펲시콜라 😀".into();
    }
    let written = csv(&report, Table::Scores, Lang::Ko, Form { encoding: Encoding::Cp949, bom: false });
    let rows = report.case.candidates.iter().map(|c| c.tracks.len()).sum::<usize>();
    assert!(written.replaced >= rows);
    let (decoded, _, _) = encoding_rs::EUC_KR.decode(&written.bytes);
    assert_eq!(decoded.matches("똠방각하 펲시콜라 ?").count(), rows);
}

#[test]
fn cp949_has_the_dots_and_dashes_of_titles_and_no_new_formulas() {
    let mut report = hostile();
    let titles = ["손∙팔․다리‧발•몸 데이터", "주행–보행—항해−비행", "–2+3", "−1", "—x"];
    for (candidate, title) in report.case.candidates.iter_mut().zip(titles.iter().cycle()) {
        candidate.title = (*title).into();
    }
    let lost = |report: &Report| csv(report, Table::Scores, Lang::Ko, Form { encoding: Encoding::Cp949, bom: false });
    let written = lost(&report);
    let (decoded, _, _) = encoding_rs::EUC_KR.decode(&written.bytes);
    assert!(decoded.contains("손·팔·다리·발·몸 데이터") && decoded.contains("주행-보행-항해-비행"), "{decoded}");
    for guarded in ["\"'-2+3\"", "\"'-1\"", "\"'-x\""] {
        assert!(decoded.contains(guarded), "{guarded} in {decoded}");
    }
    for candidate in &mut report.case.candidates {
        candidate.title = "제목".into();
    }
    assert_eq!(written.replaced, lost(&report).replaced, "no title lost a letter");
}

#[test]
fn workbook_formulas_are_ours_and_text_is_text() {
    let report = hostile();
    let bytes = xlsx(&report, Lang::En).unwrap();
    assert_eq!(bytes, xlsx(&report, Lang::En).unwrap());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    assert_eq!(names.len(), 8);
    let mut formulas = 0;
    for name in &names {
        for (_, _, formula) in book.worksheet_formula(name).unwrap().used_cells() {
            assert!(!formula.to_lowercase().contains("cmd") && !formula.contains("HYPERLINK"), "{formula}");
            formulas += 1;
        }
    }
    assert!(formulas > 2000, "{formulas}");
    let titles: Vec<String> = report.case.candidates.iter().map(|c| plain(&c.title)).collect();
    let sheet = book.worksheet_range("Scores LLM").unwrap();
    let ranks = appeal::ranks(&report.case, Track::Llm);
    for row in sheet.rows().skip(2) {
        let Data::String(title) = &row[1] else { panic!("{:?}", row[1]) };
        assert!(titles.contains(title), "{title:?}");
        let Data::Float(score) = row[3] else { panic!("{:?}", row[3]) };
        let id = row[0].to_string();
        let standing = &report.case.candidate(&id).unwrap().tracks[&Track::Llm];
        assert!((score - standing.score.value).abs() < 1e-9);
        // Sets that a gate has stopped have no rank.
        let rank = match &row[6] {
            Data::Float(rank) => Some(*rank as usize),
            _ => None,
        };
        assert_eq!(rank, ranks.get(&id).map(|rank| rank.rank), "{id}: {:?}", row[6]);
    }
}

#[test]
fn reports_are_the_same_twice_and_without_extras() {
    let mut report = hostile();
    assert_eq!(html(&report, Lang::Ko), html(&report, Lang::Ko));
    (report.sensitivity, report.stability, report.seal) = (None, None, None);
    report.judgments.clear();
    report.rulings.clear();
    report.case.rubrics.clear();
    for standing in report.case.candidates.iter_mut().flat_map(|c| c.tracks.values_mut()) {
        standing.parts.clear();
        standing.score = Interval::exact(standing.score.value);
    }
    for lang in [Lang::Ko, Lang::En] {
        assert!(html(&report, lang).len() > 10_000);
        assert!(markdown(&report, lang).len() > 1_000);
        assert!(!xlsx(&report, lang).unwrap().is_empty());
    }
}
