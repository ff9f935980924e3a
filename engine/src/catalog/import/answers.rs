//! AI Hub's answers as text, and saved pages: one file, or a folder of them.

use std::collections::HashSet;

use jogak_connectors::aihub::dataset::{Dataset, Import, Place, Problem};
use jogak_connectors::aihub::detail::{id_in_name, parse_detail};
use jogak_connectors::aihub::list::parse_list;
use jogak_connectors::aihub::path::root_folder;
use jogak_connectors::aihub::text::decode;
use jogak_connectors::aihub::tree::{TreeOutcome, parse_tree};

use super::super::rows::Origin;
use super::{Form, Found, Known, Request, Stage, date_of};
use crate::error::{Error, Result};

/// An answer larger than this is none: the list of all sets has some 40 kB, the largest tree some 400 kB.
const MOST_BYTES: u64 = 64 << 20;

/// What a text looks like by its beginning; none where it is no answer.
pub(super) fn form_of(start: &[u8]) -> Option<Form> {
    let (text, _) = decode(start);
    if text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r']).starts_with('<') {
        return Some(Form::Page);
    }
    if text.contains(['├', '└']) || text.contains("file tree structure") {
        return Some(Form::Tree);
    }
    let listed = text.contains("DataSet 목록") || text.contains("Fetching dataset information");
    let entry = |line: &str| {
        let digits = line.trim_start().trim_start_matches(|letter: char| letter.is_ascii_digit());
        digits.len() < line.trim_start().len() && digits.trim_start().starts_with([',', '，'])
    };
    // A table of sets has a header; the list begins with an entry.
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    (listed || entry(first)).then_some(Form::List)
}

/// Reads all files of the place.
pub(super) async fn read(
    stage: &mut Stage,
    found: &Found,
    form: Form,
    request: &Request,
    known: &mut Known,
) -> Result<()> {
    let several = found.objects.len() > 1;
    if several && request.id.is_some() {
        return Err(Error::invalid(
            "--id names one set, and there are several files; name each file after its set's number",
        ));
    }
    let mut seen = Seen::default();
    // A list names the sets that trees speak of, and a page knows more of a set than the root folder of its tree.
    let mut objects: Vec<_> = found.objects.iter().collect();
    objects.sort_by_key(|meta| {
        let name = meta.location.filename().unwrap_or_default();
        (id_in_name(name).is_some(), !super::has_extension(meta, &["html", "htm"]))
    });
    for meta in objects {
        let name = meta.location.filename().unwrap_or_default();
        if meta.size > MOST_BYTES {
            let why = format!("it has {} bytes; an answer of AI Hub or a page is never that large", meta.size);
            stage.refuse(&Problem::new("SIZE", Place::Object(name.to_owned()), "", why))?;
            continue;
        }
        let bytes = found.read(meta, None).await?;
        // In a folder each file says itself what it is.
        let own = if several { form_of(&bytes).unwrap_or(form) } else { form };
        let place = several.then_some(name);
        match own {
            Form::List => list(stage, &bytes, known, &mut seen)?,
            Form::Tree => tree(stage, &bytes, request.id.as_deref(), name, place, known, &mut seen)?,
            _ => page(stage, &bytes, request.id.as_deref(), name, place, &mut seen)?,
        }
    }
    Ok(())
}

/// Sets of the files read so far.
#[derive(Default)]
struct Seen {
    /// Those that a list or a page named.
    named: HashSet<String>,
    /// Those whose tree was read.
    trees: HashSet<String>,
    /// Those whose page was read.
    pages: HashSet<String>,
}

/// Puts the file's name before the place of a problem, where there are several files.
fn placed<T>(mut import: Import<T>, file: Option<&str>) -> Import<T> {
    if let Some(file) = file {
        for problem in import.problems.iter_mut().chain(&mut import.remarks) {
            problem.place = match &problem.place {
                Place::Whole => Place::Object(file.to_owned()),
                place => Place::Object(format!("{file}: {place}")),
            };
        }
    }
    import
}

fn list(stage: &mut Stage, bytes: &[u8], known: &mut Known, seen: &mut Seen) -> Result<()> {
    let answer = parse_list(bytes);
    let listed: HashSet<String> = answer.entries.items.iter().map(|entry| entry.id.clone()).collect();
    if answer.is_complete {
        let missing = known.ids.iter().filter(|id| !listed.contains(*id)).count();
        known.not_in_list = u64::try_from(missing).ok();
    } else if !listed.is_empty() {
        let why = "the line that ends the list is missing; it may be cut";
        stage.remark(&Problem::new("LIST_END", Place::Whole, "", why))?;
    }
    seen.named.extend(listed);
    stage.take(answer.entries, |stage, entry| {
        let dataset = Dataset::new(entry.id, entry.title);
        // A title alone says nothing about the date of the other facts.
        if known.ids.contains(&dataset.id) { stage.facts(&dataset) } else { stage.dataset(&dataset) }
    })
}

fn tree(
    stage: &mut Stage,
    bytes: &[u8],
    id: Option<&str>,
    name: &str,
    place: Option<&str>,
    known: &Known,
    seen: &mut Seen,
) -> Result<()> {
    let answer = parse_tree(bytes);
    let by_folder = || match answer.root.as_deref().map(|root| known.folders.ids(root)) {
        Some([only]) => Some(only.clone()),
        _ => None,
    };
    let id = id.map(str::to_owned).or_else(|| id_in_name(name)).or_else(by_folder);
    let whole = |code, why: String| {
        Problem::new(code, Place::Object(name.to_owned()), answer.root.as_deref().unwrap_or(""), why)
    };
    // Without its set, each of its files is one that cannot be used.
    let refused = match (&id, answer.outcome) {
        (None, TreeOutcome::Tree) => Some(whole(
            "SET",
            "which set this tree belongs to is unknown; give --id, or name the file after the set's number, e.g. 577.txt".into(),
        )),
        (Some(id), _) if !seen.trees.insert(id.clone()) => Some(whole("DUPLICATE", format!("another file is the tree of set {id} already"))),
        _ => None,
    };
    if let Some(problem) = refused {
        for file in &answer.files.items {
            let line = Problem { place: Place::Object(format!("{name}: line {}", file.line)), ..problem.clone() };
            stage.refuse(&line)?;
        }
        let mut rest: Import<()> = rest_of(answer.files);
        rest.read = u64::try_from(rest.problems.len()).unwrap_or(u64::MAX);
        return stage.take(placed(rest, place), |_, ()| Ok(()));
    }
    let id = id.unwrap_or_default();
    if answer.outcome == TreeOutcome::Tree && !answer.files.items.is_empty() {
        let is_known = known.ids.contains(&id) || seen.named.contains(&id);
        let title = answer.root.as_deref().and_then(root_folder).map_or("", |(_, title)| title);
        let mut dataset = Dataset::new(id.as_str(), if is_known { "" } else { title });
        let (files, remarks) = answer.catalog_files(&id);
        dataset.files = u64::try_from(files.len()).ok();
        dataset.bytes = Some(answer.bytes());
        dataset.layout = answer.layout();
        dataset.files_as_of = stage.as_of.as_deref().and_then(date_of);
        if is_known {
            stage.facts(&dataset)?
        } else {
            stage.dataset(&dataset)?
        }
        let as_of = stage.as_of.clone();
        files.iter().try_for_each(|file| stage.file(file, &id, Origin::Tree, as_of.as_deref()))?;
        remarks.iter().try_for_each(|remark| stage.remark(remark))?;
    }
    stage.take(placed(answer.files, place), |_, _| Ok(()))
}

/// An import without its items.
fn rest_of<T, U>(import: Import<T>) -> Import<U> {
    let Import { problems, remarks, frame, .. } = import;
    Import { items: Vec::new(), problems, remarks, read: 0, frame }
}

fn page(
    stage: &mut Stage,
    bytes: &[u8],
    id: Option<&str>,
    name: &str,
    place: Option<&str>,
    seen: &mut Seen,
) -> Result<()> {
    let fallback = id.map(str::to_owned).or_else(|| id_in_name(name));
    let mut page = parse_detail(bytes, fallback.as_deref());
    if page.nationals_only == Some(true) && page.facts.terms.is_none() {
        page.facts.terms = Some("내국인만 신청 가능".to_owned());
    }
    let mut import = placed(page.into_import(), place);
    if let Some(twin) = import.items.pop_if(|dataset| !seen.pages.insert(dataset.id.clone())) {
        let why = format!("another file is the page of set {} already", twin.id);
        import.problems.push(Problem::new("DUPLICATE", Place::Object(name.to_owned()), &twin.title, why));
    }
    seen.named.extend(import.items.iter().map(|dataset| dataset.id.clone()));
    stage.take(import, |stage, dataset| stage.dataset(&dataset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_by_their_beginning() {
        assert_eq!(form_of("\u{FEFF}<!DOCTYPE html>".as_bytes()), Some(Form::Page));
        assert_eq!(form_of("Fetching file tree structure...\n".as_bytes()), Some(Form::Tree));
        assert_eq!(form_of("    └─777.가상\n".as_bytes()), Some(Form::Tree));
        assert_eq!(form_of("901, 가상 대화\n".as_bytes()), Some(Form::List));
        assert_eq!(form_of("===DataSet 목록===\n".as_bytes()), Some(Form::List));
        assert_eq!(form_of("번호,제목\n901,가상\n".as_bytes()), None);
    }
}
