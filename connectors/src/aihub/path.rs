//! What the names of folders and archives tell: layout, split, labels or sources, format, later deliveries.
//!
//! The rules were made from public file trees of sets built from 2017 to 2024, with their misspellings.

use super::dataset::{FileKind, Layout, Split};
use super::pieces::piece;
use super::text::tidy;

/// What a path within a set tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathFacts {
    /// The layout whose mark stands in the path; none where no mark does.
    pub layout: Option<Layout>,
    /// Training, validation, test, other.
    pub split: Option<Split>,
    /// Labels, sources, other.
    pub kind: Option<FileKind>,
    /// The mark of a later delivery, e.g. `230209_add`.
    pub revision: Option<String>,
}

/// What the folders of a path tell, for all files in the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderFacts {
    facts: PathFacts,
    is_beside: bool,
}

impl FolderFacts {
    /// Reads the folders below a set's root folder. Upper folders decide before lower ones.
    pub fn new<S: AsRef<str>>(folders: &[S]) -> Self {
        let folded: Vec<String> = folders.iter().map(|folder| fold(folder.as_ref())).collect();
        let split = folded.iter().find_map(|folder| split_of(folder));
        let facts = PathFacts {
            layout: mark(folders).map(|mark| mark.layout),
            split,
            kind: folded.iter().find_map(|folder| kind_of(folder)),
            revision: folders.iter().rev().find_map(|segment| revision(segment.as_ref())),
        };
        Self { facts, is_beside: split == Some(Split::Other) || folded.iter().any(|folder| is_beside(folder)) }
    }

    /// What they and the name of a file in them tell. Folders decide before the name.
    pub fn file(&self, name: &str) -> PathFacts {
        let (split, kind) = name_tells(name);
        let kind = self.facts.kind.or(kind);
        PathFacts {
            layout: self.facts.layout,
            split: self.facts.split.or(split),
            kind: kind.or_else(|| (self.is_beside || is_document(name)).then_some(FileKind::Other)),
            revision: revision(name).or_else(|| self.facts.revision.clone()),
        }
    }
}

/// Reads `segments`: the folders below a set's root folder and, last, the file's name.
pub fn describe<S: AsRef<str>>(segments: &[S]) -> PathFacts {
    match segments.split_last() {
        Some((name, folders)) => FolderFacts::new(folders).file(name.as_ref()),
        None => PathFacts::default(),
    }
}

/// A mark of a layout among the folders of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Position of the folder that is the mark: the set's root folder stands right before it.
    pub(super) at: usize,
    pub(super) layout: Layout,
    /// A folder such as `Training` alone, which other collections have too.
    pub(super) is_weak: bool,
}

/// The mark in `folders`, a strong one before a weak one, the leftmost of its kind.
pub(super) fn mark<S: AsRef<str>>(folders: &[S]) -> Option<Mark> {
    let strong = folders.iter().enumerate().find_map(|(at, folder)| {
        let is_numbered = folder.as_ref().trim_start().starts_with(|letter: char| letter.is_ascii_digit());
        let folded = fold(folder.as_ref());
        let layout = if folded.starts_with("정식개방데이터") {
            Layout::Official
        } else if folded.starts_with("개방데이터") {
            Layout::Open
        } else if is_numbered && is_word(&folded, "데이터") {
            Layout::Data
        } else {
            return None;
        };
        Some(Mark { at, layout, is_weak: false })
    });
    strong.or_else(|| {
        let at = folders.iter().position(|folder| {
            matches!(split_of(&fold(folder.as_ref())), Some(Split::Training | Split::Validation | Split::Test))
        })?;
        Some(Mark { at, layout: Layout::Data, is_weak: true })
    })
}

/// A folder's name without its numbering, blanks, and capitals: `01. 라벨링데이터_0828_ADD` → `라벨링데이터_0828_add`.
fn fold(folder: &str) -> String {
    let name = tidy(folder);
    let name = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || " ._,-)(".contains(letter));
    name.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether `folded` is `word`, perhaps with something set off behind it.
fn is_word(folded: &str, word: &str) -> bool {
    folded.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Spellings of the splits as they are found, at the start of a folder's name.
const SPLITS: [(&str, Split); 29] = [
    ("training", Split::Training),
    ("train", Split::Training),
    ("traning", Split::Training),
    ("tranining", Split::Training),
    ("trainning", Split::Training),
    ("학습", Split::Training),
    ("학습용", Split::Training),
    ("학습데이터", Split::Training),
    ("학습용데이터", Split::Training),
    ("훈련", Split::Training),
    ("훈련데이터", Split::Training),
    ("validation", Split::Validation),
    ("validate", Split::Validation),
    ("valid", Split::Validation),
    ("val", Split::Validation),
    ("vaildation", Split::Validation),
    ("검증", Split::Validation),
    ("검증용", Split::Validation),
    ("검증데이터", Split::Validation),
    ("검증용데이터", Split::Validation),
    ("test", Split::Test),
    ("testing", Split::Test),
    ("시험", Split::Test),
    ("평가", Split::Test),
    ("평가데이터", Split::Test),
    ("테스트", Split::Test),
    ("other", Split::Other),
    ("others", Split::Other),
    ("sample", Split::Other),
];

fn split_of(folded: &str) -> Option<Split> {
    SPLITS.iter().find(|(word, _)| is_word(folded, word)).map(|(_, split)| *split)
}

fn kind_of(folded: &str) -> Option<FileKind> {
    let begins = |words: &[&str]| words.iter().any(|word| is_word(folded, word));
    if folded.contains("라벨") || folded.contains("레이블") {
        // `레이블링 저작도구` is a tool for labels, not labels.
        return Some(if folded.contains("도구") { FileKind::Other } else { FileKind::Label });
    }
    if begins(&["label", "labels", "labeling", "labelling", "sublabel", "annotation", "annotations", "어노테이션"])
    {
        return Some(FileKind::Label);
    }
    if folded.contains("원천") || folded.contains("원시") || begins(&["source", "raw", "rawdata", "image", "images"])
    {
        return Some(FileKind::Source);
    }
    None
}

/// Folders beside the data: tools, manuals, models.
fn is_beside(folded: &str) -> bool {
    ["저작도구", "매뉴얼", "메뉴얼", "산출물", "document", "ai모델", "설명서", "가이드"]
        .iter()
        .any(|word| folded.contains(word))
        || ["model", "models", "tool", "tools", "docs", "doc"].iter().any(|word| is_word(folded, word))
}

fn is_document(name: &str) -> bool {
    matches!(format_of(name).as_deref(), Some("pdf" | "hwp" | "hwpx" | "docx" | "doc" | "pptx" | "ppt" | "md"))
}

/// What a file's name tells: `TL1.zip`, `VS_숙박.z01`, `[라벨]train.zip`, `상표이미지_valid.zip`.
fn name_tells(name: &str) -> (Option<Split>, Option<FileKind>) {
    let folded = tidy(name).to_lowercase();
    let bytes = folded.as_bytes();
    // `TS` and `VL` end before anything but a letter: `TSN.zip` is a name.
    let ends = !bytes.get(2).is_some_and(u8::is_ascii_alphabetic);
    match (bytes.first(), bytes.get(1), ends) {
        (Some(b't'), Some(b'l'), true) => return (Some(Split::Training), Some(FileKind::Label)),
        (Some(b't'), Some(b's'), true) => return (Some(Split::Training), Some(FileKind::Source)),
        (Some(b'v'), Some(b'l'), true) => return (Some(Split::Validation), Some(FileKind::Label)),
        (Some(b'v'), Some(b's'), true) => return (Some(Split::Validation), Some(FileKind::Source)),
        _ => {}
    }
    let split = folded.split(|letter: char| !letter.is_alphanumeric()).find_map(|word| match word {
        "tr" => Some(Split::Training),
        "other" | "others" | "sample" => Some(Split::Other),
        word => SPLITS.iter().find(|(known, _)| *known == word).map(|(_, split)| *split),
    });
    let kind = folded.split(|letter: char| !letter.is_alphanumeric()).find_map(kind_of);
    let kind = kind.or_else(|| matches!(split, Some(Split::Other)).then_some(FileKind::Other));
    (split, kind)
}

/// Extensions that name a format; what is behind the last dot of other names is part of the name.
const FORMATS: [&str; 52] = [
    "zip", "tar", "gz", "tgz", "egg", "alz", "7z", "rar", "zst", "bz2", "json", "jsonl", "ndjson", "csv", "tsv",
    "xlsx", "xls", "xml", "txt", "parquet", "md", "pdf", "hwp", "hwpx", "doc", "docx", "ppt", "pptx", "html", "jpg",
    "jpeg", "png", "bmp", "tif", "tiff", "gif", "mp4", "avi", "mov", "mkv", "wav", "mp3", "pcm", "m4a", "flac", "pcd",
    "ply", "las", "obj", "fbx", "npy", "bin",
];

/// The format that `name` ends in, in lower case; that of the whole for pieces of archives. `tar.gz` is one format.
pub fn format_of(name: &str) -> Option<String> {
    let (joined, _) = piece(name);
    let (stem, extension) = joined.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    if !FORMATS.contains(&extension.as_str()) || stem.is_empty() || stem.ends_with('/') {
        return None;
    }
    let has_tar = stem.len() > 4 && stem.get(stem.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".tar"));
    Some(if has_tar && matches!(extension.as_str(), "gz" | "zst" | "bz2") {
        format!("tar.{extension}")
    } else {
        extension
    })
}

/// The mark of a later delivery: `_0828_ADD`, `_230209_add`, `_new_211001`, `_수정`; lower case, without what is before.
pub(super) fn revision(segment: &str) -> Option<String> {
    const WORDS: [&str; 5] = ["add", "new", "modify", "수정", "추가"];
    let folded = tidy(segment).to_lowercase();
    if !WORDS.iter().any(|word| folded.contains(word)) {
        return None;
    }
    let (joined, _) = piece(&folded);
    let stem = match format_of(&joined) {
        Some(format) => joined.strip_suffix(&format).and_then(|stem| stem.strip_suffix('.')).unwrap_or(&joined),
        None => joined.as_str(),
    };
    let words: Vec<&str> = stem.split(['_', '(', ')', ' ']).filter(|word| !word.is_empty()).collect();
    let is_date = |word: &str| matches!(word.len(), 4 | 6 | 8) && word.bytes().all(|byte| byte.is_ascii_digit());
    let at = words.iter().rposition(|word| WORDS.contains(word))?;
    // The first word is the name itself; a folder called `추가` alone is no delivery of something.
    let word = words.get(at).filter(|_| at > 0)?;
    let before = words.get(at - 1).filter(|word| is_date(word));
    let behind = words.get(at + 1).filter(|word| is_date(word));
    Some(match (before, behind) {
        (Some(date), _) => format!("{date}_{word}"),
        (None, Some(date)) => format!("{word}_{date}"),
        (None, None) => (*word).to_owned(),
    })
}

/// The number and name of a set's root folder: `577.가상 뉴스`, `122-1.가상`. The number is the builder project's of its
/// year, not `dataSetSn`, and several sets may have it.
pub fn root_folder(segment: &str) -> Option<(&str, &str)> {
    let end = segment.find(|letter: char| !letter.is_ascii_digit() && letter != '-')?;
    let (number, rest) = segment.split_at_checked(end)?;
    let name = rest.strip_prefix(['.', '_'])?.trim();
    let mut groups = number.split('-');
    let fits = groups.next().is_some_and(|group| (1..=4).contains(&group.len()))
        && groups.next().is_none_or(|group| (1..=2).contains(&group.len()))
        && groups.next().is_none();
    // `01.데이터` and `1.Training` are folders within a set.
    let is_within = split_of(&fold(name)).is_some() || is_word(&fold(name), "데이터") || kind_of(&fold(name)).is_some();
    (fits && !name.is_empty() && !(is_within && number.len() < 3)).then_some((number, name))
}

/// A root folder's name made comparable: NFC, one kind of dot for the look-alikes, no blanks, no capitals.
pub fn folder_key(folder: &str) -> String {
    tidy(folder)
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| if matches!(letter, '∙' | '‧' | '•' | '・' | 'ㆍ' | '･') { '·' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(path: &str) -> (Option<Layout>, Option<Split>, Option<FileKind>) {
        let facts = describe(&path.split('/').collect::<Vec<_>>());
        (facts.layout, facts.split, facts.kind)
    }

    #[test]
    fn layouts() {
        use {FileKind as K, Layout as L, Split as S};
        for (path, expected) in [
            ("01.Normal.zip", (None, None, None)),
            ("01.데이터/1.Training/라벨링데이터_1129_add/가상.zip", (Some(L::Data), Some(S::Training), Some(K::Label))),
            ("01. 데이터/2. Validation/1. 원천데이터/x.tar", (Some(L::Data), Some(S::Validation), Some(K::Source))),
            ("1,Training/원천데이터(zip)/x.zip", (Some(L::Data), Some(S::Training), Some(K::Source))),
            ("01.데이터/1.Traning/[라벨]가상_train.zip", (Some(L::Data), Some(S::Training), Some(K::Label))),
            ("01.데이터/[원천]가상_valid.zip", (Some(L::Data), Some(S::Validation), Some(K::Source))),
            (
                "01-1. 정식개방데이터/Training/02.라벨링데이터/TL_가.zip",
                (Some(L::Official), Some(S::Training), Some(K::Label)),
            ),
            ("3.개방데이터/1.데이터/Other/Other.z01", (Some(L::Open), Some(S::Other), Some(K::Other))),
            ("3.개방데이터/1.데이터/VS_1.zip.part3", (Some(L::Open), Some(S::Validation), Some(K::Source))),
            ("03.저작도구/1.사용매뉴얼/안내.pdf", (None, None, Some(K::Other))),
            ("17년/TSN_model.zip", (None, None, None)),
        ] {
            assert_eq!(facts(path), expected, "{path}");
        }
    }

    #[test]
    fn roots() {
        assert_eq!(root_folder("577.가상 뉴스"), Some(("577", "가상 뉴스")));
        assert_eq!(root_folder("122-1.가상"), Some(("122-1", "가상")));
        assert_eq!(root_folder("14_가상"), Some(("14", "가상")));
        for folder in ["01.데이터", "1.Training", "02.라벨링데이터", "가상", "577", "577.", "1-2-3.가", "12345.가"]
        {
            assert_eq!(root_folder(folder), None, "{folder}");
        }
        assert_eq!(folder_key("011.손‧팔 파지 데이터"), folder_key("011.손·팔  파지데이터"));
    }

    #[test]
    fn formats_and_revisions() {
        for (name, format) in [
            ("TL.zip.part12", Some("zip")),
            ("TS.z01", Some("zip")),
            ("a.TAR.GZ", Some("tar.gz")),
            ("가.xlsx", Some("xlsx")),
            ("v1.2", None),
            (".zip", None),
            ("none", None),
            ("b.egg", Some("egg")),
        ] {
            assert_eq!(format_of(name).as_deref(), format, "{name}");
        }
        for (segment, mark) in [
            ("01. 라벨링데이터_0828_ADD", Some("0828_add")),
            ("04. Text_230209_add", Some("230209_add")),
            ("2.Images_new_211001", Some("new_211001")),
            ("라벨링데이터_수정", Some("수정")),
            ("1.Training(new)", Some("new")),
            ("원천데이터_0611", None),
            ("추가", None),
            ("가상_new.zip", Some("new")),
        ] {
            assert_eq!(revision(segment).as_deref(), mark, "{segment}");
        }
    }
}
