//! What a workbook says about itself: its sheets, how its numbers are shown, since when its days count.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::date::{Shown, built_in, custom};
use super::package::{Fault, Package, Part, attribute, attributes, fault};
use super::strings::SharedStrings;
use crate::decode::path::{RecordsPath, Step};
use crate::limits::{Limits, length};

/// A sheet, by the part that holds it.
#[derive(Debug)]
struct Sheet {
    name: String,
    part: String,
    visible: bool,
}

/// What reading a sheet needs of its workbook.
#[derive(Debug)]
pub(super) struct Workbook {
    sheets: Vec<Sheet>,
    pub(super) is_1904: bool,
    pub(super) strings: SharedStrings,
    /// By the number of a cell's format.
    pub(super) shown: Vec<Shown>,
}

impl Workbook {
    pub(super) fn read(package: &mut Package) -> Result<Self, Fault> {
        let limits = *package.limits();
        let roots = relations(package, "")?;
        let main =
            roots.values().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target.clone());
        let main = main.unwrap_or_else(|| "xl/workbook.xml".to_owned());
        if main.to_ascii_lowercase().ends_with(".bin") {
            return Err(fault("FORMAT", "this is a binary workbook (.xlsb), which is not read; save it as .xlsx"));
        }
        if !package.has(&main) {
            return Err(fault("FORMAT", format!("this zip is no workbook: it has no part '{main}'")));
        }
        let related = relations(package, &main)?;
        let mut workbook =
            Self { sheets: Vec::new(), is_1904: false, strings: SharedStrings::default(), shown: Vec::new() };
        workbook.read_main(package.part(&main)?, &related, &limits)?;
        let of_kind = |kind: &str| related.values().find(|relation| relation.kind == kind).map(|r| r.target.clone());
        if let Some(name) = of_kind("styles").filter(|name| package.has(name)) {
            workbook.shown = styles(package.part(&name)?, &limits)?;
        }
        if let Some(name) = of_kind("sharedStrings").filter(|name| package.has(name)) {
            workbook.strings = SharedStrings::read(package.part(&name)?, &limits)?;
        }
        Ok(workbook)
    }

    fn read_main(
        &mut self,
        mut part: Part,
        related: &BTreeMap<String, Relation>,
        limits: &Limits,
    ) -> Result<(), Fault> {
        loop {
            let event = part.next()?;
            let (Event::Start(tag) | Event::Empty(tag)) = &event else {
                if matches!(event, Event::Eof) {
                    return Ok(());
                }
                continue;
            };
            match tag.local_name().as_ref() {
                b"workbookPr" => {
                    self.is_1904 =
                        attribute(tag, b"date1904").is_some_and(|flag| matches!(&*flag, "1" | "true" | "on"));
                }
                b"sheet" => {
                    // `r:id`, beside which `sheetId` stands.
                    let relation = attribute(tag, b"id").and_then(|id| related.get(&id));
                    let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") else { continue };
                    self.sheets.push(Sheet {
                        name: attribute(tag, b"name").unwrap_or_default(),
                        part: relation.target.clone(),
                        visible: attribute(tag, b"state").is_none_or(|state| state == "visible"),
                    });
                    check(self.sheets.len(), limits, || "the workbook lists too many sheets".to_owned())?;
                }
                _ => {}
            }
        }
    }

    /// The name and the part of the sheet that the first fitting path names; `$` and `$[*]` are the first visible one.
    pub(super) fn choose(&self, paths: &[RecordsPath]) -> Result<(&str, &str), Fault> {
        let first = || self.sheets.iter().find(|sheet| sheet.visible);
        let chosen = paths.iter().find_map(|path| match path.steps() {
            [] | [Step::Each] => first(),
            [Step::Key(name)] | [Step::Key(name), Step::Each] => self.sheets.iter().find(|sheet| sheet.name == *name),
            _ => None,
        });
        let chosen = if paths.is_empty() { first() } else { chosen };
        chosen.map(|sheet| (sheet.name.as_str(), sheet.part.as_str())).ok_or_else(|| {
            let shown = paths.iter().map(RecordsPath::as_str).collect::<Vec<_>>().join(", ");
            let sheets = self.sheets.iter().map(|s| format!("`{}`", s.name)).take(20).collect::<Vec<_>>().join(", ");
            let mut damage = fault(
                "NO_RECORDS",
                format!("the workbook has no sheet at {shown}; it has {sheets}; write `$['name'][*]`"),
            );
            damage.rule = Some(shown);
            damage
        })
    }
}

/// A part that another one names.
#[derive(Debug)]
struct Relation {
    /// The last segment of the type's address.
    kind: String,
    target: String,
}

/// What the part `of` names, by identifier; with an empty name, what the package does.
fn relations(package: &mut Package, of: &str) -> Result<BTreeMap<String, Relation>, Fault> {
    let limits = *package.limits();
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let name = format!("{folder}{}_rels/{file}.rels", if folder.is_empty() { "" } else { "/" });
    let mut found = BTreeMap::new();
    if !package.has(&name) {
        return Ok(found);
    }
    let mut part = package.part(&name)?;
    loop {
        let event = part.next()?;
        let (Event::Start(tag) | Event::Empty(tag)) = &event else {
            if matches!(event, Event::Eof) {
                return Ok(found);
            }
            continue;
        };
        let (Some(id), Some(kind), Some(target)) =
            (attribute(tag, b"Id"), attribute(tag, b"Type"), attribute(tag, b"Target"))
        else {
            continue;
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        found.insert(id, Relation { kind, target: resolve(folder, &target) });
        check(found.len(), &limits, || format!("part '{name}' names too many others"))?;
    }
}

/// The name of the part at `target`, seen from `folder`. It is looked up among the parts and never used as a path.
fn resolve(folder: &str, target: &str) -> String {
    let mut segments: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|segment| !segment.is_empty()).collect(),
    };
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Refuses a list that is too long. Excel allows 65,490 cell formats.
fn check(listed: usize, limits: &Limits, detail: impl FnOnce() -> String) -> Result<(), Fault> {
    if listed <= length(limits.workbook_parts) {
        return Ok(());
    }
    Err(fault("SIZE_LIMIT", format!("{} ({})", detail(), limits.told("workbook_parts"))))
}

/// What each format of cells shows.
fn styles(mut part: Part, limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let mut own = BTreeMap::new();
    let mut shown = Vec::new();
    let mut in_cells = false;
    let number = |tag: &BytesStart<'_>| {
        let raw = attributes(tag).find(|(key, _)| *key == b"numFmtId")?.1;
        std::str::from_utf8(&raw).ok()?.trim().parse::<u32>().ok()
    };
    loop {
        let event = part.next()?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                b"numFmt" => {
                    if let (Some(id), Some(code)) = (number(tag), attribute(tag, b"formatCode")) {
                        own.insert(id, custom(&code));
                    }
                }
                b"cellXfs" => in_cells = matches!(event, Event::Start(_)),
                b"xf" if in_cells => {
                    let id = number(tag).unwrap_or(0);
                    shown.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == b"cellXfs" => in_cells = false,
            Event::Eof => return Ok(shown),
            _ => {}
        }
        check(shown.len().max(own.len()), limits, || "the workbook has too many formats".to_owned())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolve("xl/a", "../../../b/./c.xml"), "b/c.xml");
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
    }
}
