//! AI Hub's answer to "which files has this set": a tree drawn with glyphs, a leaf a file.

use super::dataset::{ByteSize, CatalogFile, FileKind, Import, Layout, Place, Problem, Split};
use super::path::{FolderFacts, PathFacts, format_of, root_folder};
use super::pieces::{StoredFile, join, piece};
use super::text::{DAMAGED, TextEncoding, decode, lines, tidy};
use super::values;
use std::collections::HashMap;

/// A leaf of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// Folders from the root folder down.
    pub folders: Vec<String>,
    /// The file's name.
    pub name: String,
    /// Rounded to a whole number of its unit, hence an interval; exact for sizes in B.
    pub size: ByteSize,
    /// AI Hub's key for the download; changes when the set is refreshed.
    pub filekey: String,
    /// Number of the piece, for a piece of a cut archive.
    pub part: Option<u64>,
    /// What its path tells about layout, split, labels or sources, and later deliveries.
    pub facts: PathFacts,
    /// Format guessed from the name.
    pub format: Option<String>,
    /// Its line, from 1.
    pub line: u64,
}

impl TreeFile {
    /// Path from the root folder on.
    pub fn path(&self) -> String {
        let mut path = self.folders.join("/");
        if !path.is_empty() {
            path.push('/');
        }
        path + &self.name
    }

    /// Labels, sources or other.
    pub fn kind(&self) -> Option<FileKind> {
        self.facts.kind
    }

    /// Training, validation, test or other.
    pub fn split(&self) -> Option<Split> {
        self.facts.split
    }
}

/// What kind of answer it was. AI Hub's HTTP status does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeOutcome {
    /// A tree.
    Tree,
    /// AI Hub knows no set of that number.
    NoSuchSet,
    /// No tree: an error page, a message, nothing.
    NoTree,
}

/// What was read from a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeAnswer {
    /// What kind of answer it was.
    pub outcome: TreeOutcome,
    /// Name of the root folder, e.g. `777.가상 양식장 데이터`.
    pub root: Option<String>,
    /// Its files, and the lines that give none.
    pub files: Import<TreeFile>,
    /// Number of folders, with the root.
    pub folders: u64,
    /// Lines of the notice above the tree, and others that are not part of the usual banner.
    pub notice: Vec<String>,
    /// How the text was written.
    pub encoding: TextEncoding,
}

impl TreeAnswer {
    /// The files as the catalogue keeps them, pieces of spanned and cut archives joined, and what is odd about pieces.
    pub fn catalog_files(&self, dataset_id: &str) -> (Vec<CatalogFile>, Vec<Problem>) {
        let stored = |file: &TreeFile| StoredFile {
            path: file.path(),
            size: Some(file.size),
            filekey: Some(file.filekey.clone()),
            facts: file.facts.clone(),
        };
        join(Some(dataset_id), self.files.items.iter().map(stored).collect())
    }

    /// The layout that most files show.
    pub fn layout(&self) -> Option<Layout> {
        super::layout::most_common(self.files.items.iter().map(|file| file.facts.layout))
            .or_else(|| self.root.as_deref().and_then(root_folder).map(|_| Layout::AdHoc))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> ByteSize {
        self.files.items.iter().fold(ByteSize::exact(0), |sum, file| sum.plus(file.size))
    }
}

/// Reads the answer to `GET /info/{N}.do`, or what the client prints of it.
///
/// Depth comes from the columns of the glyphs by comparison alone: a child of a last child stands one column further
/// right, so equal depth can mean different columns. Problems: `CUT` (size or key of a leaf missing), `SIZE`, `LINE` (no
/// glyph), `ENCODING`, `DUPLICATE` (a key that was there before); no tree at all gives one, `EMPTY` or `NO_SUCH_SET`.
pub fn parse_tree(bytes: &[u8]) -> TreeAnswer {
    let (text, encoding) = decode(bytes);
    let mut reader = Reader::default();
    let mut is_notice = false;
    for (number, line) in lines(&text) {
        let tidied = tidy(line);
        if tidied.is_empty() || tidied.starts_with("====") {
            is_notice = if tidied.is_empty() { is_notice } else { tidied.contains("공지") };
            reader.files.frame += 1;
        } else if let Some(branch) = branch(line) {
            reader.branch(number, line, &branch);
        } else if reader.has_root() {
            reader.no_branch(number, line);
        } else {
            if is_notice || !is_banner(&tidied) {
                reader.notice.push(tidied);
            }
            reader.files.frame += 1;
        }
    }
    reader.finish(&text, encoding)
}

fn is_banner(line: &str) -> bool {
    let line = line.to_lowercase();
    ["aihubshell", "fetching", "utf-8", "encoding", "locale", "korean"].iter().any(|word| line.contains(word))
}

/// A line with a branch: the column of its glyph in characters, and the text behind.
struct Branch<'a> {
    column: usize,
    text: &'a str,
}

fn branch(line: &str) -> Option<Branch<'_>> {
    let mut letters = line.char_indices().enumerate().peekable();
    while let Some((column, (start, letter))) = letters.next() {
        let next = letters.peek().map(|(_, (_, letter))| *letter);
        let is_dash = |letter: Option<char>| matches!(letter, Some('─' | '━' | '═' | '-' | '—' | '–'));
        match letter {
            '├' | '└' | '┣' | '┗' | '┝' | '┕' | '╠' | '╚' | '┠' | '┖' => {}
            '|' | '+' | '`' | '\\' | '\'' if is_dash(next) => {}
            '│' | '┃' | '║' | '|' | '┆' | '┊' | '\u{FEFF}' => continue,
            blank if blank.is_whitespace() => continue,
            _ => return None,
        }
        let rest = line.get(start + letter.len_utf8()..)?;
        let drawn = rest.trim_start_matches(['─', '━', '═', '—', '–']);
        // A name may begin with a hyphen, so no more than two belong to the drawing.
        let text = if drawn.len() == rest.len() {
            let once = rest.strip_prefix('-').unwrap_or(rest);
            once.strip_prefix('-').unwrap_or(once)
        } else {
            drawn
        };
        return Some(Branch { column, text: text.trim() });
    }
    None
}

/// What the text of a branch is.
enum Entry {
    Folder(String),
    File { name: String, size: ByteSize, filekey: String },
    Damaged(&'static str, String),
}

fn entry(text: &str) -> Entry {
    let mut fields = text.rsplitn(3, '|').map(str::trim);
    let (last, middle, name) = (fields.next().unwrap_or_default(), fields.next(), fields.next());
    let is_key = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let size_of = |text: &str| values::bytes(text, None).ok().flatten().filter(|_| !is_key(text));
    let cut = |what: &str| Entry::Damaged("CUT", format!("{what} is missing; expected 'name | size | key'"));
    match (name, middle) {
        (Some(name), Some(size)) if is_key(last) => match size_of(size) {
            Some(_) if name.is_empty() => cut("the name"),
            Some(size) => Entry::File { name: tidy(name), size, filekey: last.to_owned() },
            None => Entry::Damaged("SIZE", format!("'{size}' is no size such as '12 MB'")),
        },
        (Some(_), Some(size)) if size_of(size).is_some() => cut("the key"),
        (_, Some(_)) if size_of(last).is_some() || last.is_empty() => cut("the key"),
        (_, Some(front)) if is_key(last) || format_of(front).is_some() => cut("the size or the key"),
        _ => Entry::Folder(tidy(text)),
    }
}

/// A folder above the current line.
struct Folder {
    column: usize,
    name: String,
    /// A damaged leaf, which holds the place of the folder that it might be.
    is_damaged: bool,
}

/// The last folder, until it is known whether anything is in it.
struct Childless {
    line: u64,
    column: usize,
    text: String,
}

#[derive(Default)]
struct Reader {
    files: Import<TreeFile>,
    folders: u64,
    notice: Vec<String>,
    root: Option<String>,
    above: Vec<Folder>,
    childless: Option<Childless>,
    keys: HashMap<String, u64>,
    last_folders: Vec<String>,
    last_facts: FolderFacts,
    /// A line without a glyph, and the column up to which folders above it are still certain.
    lost: Option<(u64, usize)>,
}

impl Reader {
    fn has_root(&self) -> bool {
        self.root.is_some()
    }

    fn problem(&mut self, code: &'static str, line: u64, text: &str, why: impl Into<String>) {
        self.files.read += 1;
        self.files.problems.push(Problem::new(code, Place::Line(line), text, why));
    }

    fn branch(&mut self, number: u64, line: &str, branch: &Branch<'_>) {
        if let Some(childless) = self.childless.take()
            && childless.column >= branch.column
        {
            self.empty_folder(&childless, false);
        }
        while self.above.last().is_some_and(|folder| folder.column >= branch.column) {
            self.above.pop();
        }
        let folder = |name: String, is_damaged: bool| Folder { column: branch.column, name, is_damaged };
        let is_damaged = branch.text.contains(DAMAGED);
        match entry(branch.text) {
            Entry::Folder(name) => {
                if self.lost.is_some_and(|(_, certain)| branch.column <= certain) {
                    self.lost = None;
                }
                self.root.get_or_insert_with(|| name.clone());
                if is_damaged {
                    self.files.remarks.push(Problem::new(
                        "ENCODING",
                        Place::Line(number),
                        line,
                        "the folder's name holds bytes that are no text",
                    ));
                }
                self.folders += 1;
                self.above.push(folder(name, false));
                let text = branch.text.to_owned();
                self.childless = Some(Childless { line: number, column: branch.column, text });
            }
            Entry::Damaged(code, why) => {
                // Should it be a folder after all, its children find it here.
                self.above.push(folder(tidy(branch.text), true));
                self.root.get_or_insert_default();
                self.problem(code, number, line, why);
            }
            Entry::File { .. } if is_damaged => {
                self.problem("ENCODING", number, line, "the line holds bytes that are no text; get the tree again");
            }
            Entry::File { name, size, filekey } => {
                if let Some(first) = self.keys.get(&filekey) {
                    let why = format!("key {filekey} is on line {first} already");
                    return self.problem("DUPLICATE", number, line, why);
                }
                if let Some((lost, _)) = self.lost {
                    let why = format!("line {lost} above it has no glyph, so the folder may be another one");
                    self.files.remarks.push(Problem::new("FOLDER", Place::Line(number), line, why));
                }
                self.keys.insert(filekey.clone(), number);
                self.root.get_or_insert_default();
                self.files.read += 1;
                let file = self.file(name, size, filekey, number);
                self.files.items.push(file);
            }
        }
    }

    fn file(&mut self, name: String, size: ByteSize, filekey: String, line: u64) -> TreeFile {
        let folders: Vec<String> = self.above.iter().map(|folder| folder.name.clone()).collect();
        // Files of one folder follow each other.
        if self.last_folders != folders {
            self.last_facts = FolderFacts::new(folders.get(1..).unwrap_or_default());
            self.last_folders.clone_from(&folders);
        }
        let facts = self.last_facts.file(&name);
        let part = piece(&name).1.number();
        TreeFile { format: format_of(&name), folders, name, size, filekey, part, facts, line }
    }

    fn no_branch(&mut self, number: u64, line: &str) {
        self.problem("LINE", number, line, "the line has no branch of the tree; it may be cut or wrapped");
        let certain = self.above.iter().rfind(|folder| !folder.is_damaged).map_or(0, |folder| folder.column);
        self.lost.get_or_insert((number, certain));
    }

    /// A folder without anything in it: a cut leaf where it has the name of a file or nothing follows it.
    fn empty_folder(&mut self, folder: &Childless, is_last: bool) {
        if is_last || format_of(&folder.text).is_some() {
            self.folders -= 1;
            let why = if is_last {
                "the answer ends here, with nothing in this folder; get the tree again"
            } else {
                "size and key are missing; expected 'name | size | key'"
            };
            return self.problem("CUT", folder.line, &folder.text, why);
        }
        self.files.remarks.push(Problem::new(
            "EMPTY_FOLDER",
            Place::Line(folder.line),
            &folder.text,
            "the folder holds nothing",
        ));
    }

    fn finish(mut self, text: &str, encoding: TextEncoding) -> TreeAnswer {
        if let Some(childless) = self.childless.take() {
            self.empty_folder(&childless, true);
        }
        let outcome = match self.root {
            Some(_) => TreeOutcome::Tree,
            None if text.contains("페이지가 존재하지 않습니다") => TreeOutcome::NoSuchSet,
            None => TreeOutcome::NoTree,
        };
        let why = match outcome {
            TreeOutcome::Tree => None,
            TreeOutcome::NoSuchSet => Some(("NO_SUCH_SET", "AI Hub knows no set of this number")),
            TreeOutcome::NoTree => {
                Some(("EMPTY", "no tree of files is in it; is it the answer to the files of a set?"))
            }
        };
        if let Some((code, why)) = why {
            self.files.read += 1;
            self.files.problems.push(Problem::new(code, Place::Whole, text.trim(), why));
        }
        self.files.problems.sort_by_key(|problem| match problem.place {
            Place::Line(line) => line,
            _ => 0,
        });
        let Self { files, folders, notice, root, .. } = self;
        let root = root.filter(|name| !name.is_empty());
        TreeAnswer { outcome, root, files, folders, notice, encoding }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "==========================================\naihubshell version 25.09.19 v0.6\n\
        ==========================================\nFetching file tree structure...\n\
        The contents are encoded in UTF-8 including Korean characters.\n\
        =================공지사항===================\n가상 공지: 원천데이터를 다시 받으세요.\n\
        ==========================================\n\n\
        \x20   └─777.가상 양식장 데이터\n\
        \x20       └─01.데이터\n\
        \x20           ├─1.Training\n\
        \x20           │  ├─라벨링데이터\n\
        \x20           │  │  └─TL1.zip | 12 MB | 90001\n\
        \x20           │  └─원천데이터\n\
        \x20           │      ├─TS1.z01 | 3 GB | 90002\n\
        \x20           │      └─TS1.zip | 3 GB | 90004\n\
        \x20           └─2.Validation\n\
        \x20               └─라벨링데이터\n\
        \x20                   └─VL1 | 가, 나.zip | 640 KB | 90003\n";

    #[test]
    fn as_printed() {
        let answer = parse_tree(TREE.as_bytes());
        assert_eq!((answer.outcome, answer.root.as_deref()), (TreeOutcome::Tree, Some("777.가상 양식장 데이터")));
        assert_eq!(answer.files.problems, []);
        assert_eq!(answer.files.remarks, []);
        assert_eq!((answer.folders, answer.files.read), (7, 4));
        assert_eq!(answer.notice, ["가상 공지: 원천데이터를 다시 받으세요."]);
        let paths: Vec<String> = answer.files.items.iter().map(TreeFile::path).collect();
        assert_eq!(
            paths,
            [
                "777.가상 양식장 데이터/01.데이터/1.Training/라벨링데이터/TL1.zip",
                "777.가상 양식장 데이터/01.데이터/1.Training/원천데이터/TS1.z01",
                "777.가상 양식장 데이터/01.데이터/1.Training/원천데이터/TS1.zip",
                "777.가상 양식장 데이터/01.데이터/2.Validation/라벨링데이터/VL1 | 가, 나.zip",
            ]
        );
        let first = &answer.files.items[0];
        assert_eq!((first.kind(), first.split()), (Some(FileKind::Label), Some(Split::Training)));
        assert_eq!(first.size, ByteSize::within(12 << 20, 1 << 19));
        assert_eq!((answer.files.items[1].part, answer.layout()), (Some(1), Some(Layout::Data)));
        let (files, remarks) = answer.catalog_files("777");
        assert_eq!((files.len(), files[1].parts, remarks.len()), (3, 2, 0));
        assert_eq!(files[1].filekeys, ["90002", "90004"]);
    }

    #[test]
    fn other_glyphs_give_the_same() {
        let expected: Vec<String> = parse_tree(TREE.as_bytes()).files.items.iter().map(TreeFile::path).collect();
        let ascii = TREE.replace("├─", "|--").replace("└─", "`--").replace('│', "|");
        let wide = TREE.replace("├─", "┣━━ ").replace("└─", "┗━━ ").replace('│', "┃").replace('\n', "\r\n");
        let (cp949, _, _) = encoding_rs::EUC_KR.encode(TREE);
        for bytes in [ascii.as_bytes(), wide.as_bytes(), &cp949, ("\u{FEFF}".to_owned() + TREE).as_bytes()] {
            let answer = parse_tree(bytes);
            assert_eq!(answer.files.items.iter().map(TreeFile::path).collect::<Vec<_>>(), expected);
            assert!(answer.files.is_balanced());
        }
    }

    #[test]
    fn damaged() {
        let text = "└─777.가상\n   ├─1.Training\n   │  ├─TL1.zip | 12 MB | 1\n   │  ├─TL2.zip | 12 M\n   │  ├─TL3.zip\n\
            \x20  │  ├─TL4.zip | many | 4\n   │  ├─TL5.zip | 5 MB | 1\n   │  ├─TL6.zip | 5 MB |\n   TL7.zip | 5 MB | 7\n\
            \x20  │  ├─TL8.zip | 5 MB | 8\n   ├─2.Validation\n   │  └─VL1.zip | 3 GB | 9\n   └─3.Te";
        let answer = parse_tree(text.as_bytes());
        let codes: Vec<_> = answer.files.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["CUT", "CUT", "SIZE", "DUPLICATE", "CUT", "LINE", "CUT"]);
        let keys: Vec<_> = answer.files.items.iter().map(|file| file.filekey.as_str()).collect();
        assert_eq!(keys, ["1", "8", "9"]);
        assert_eq!(answer.files.items[1].folders, ["777.가상", "1.Training"]);
        assert_eq!(answer.files.remarks.iter().map(|remark| remark.code).collect::<Vec<_>>(), ["FOLDER"]);
        assert_eq!((answer.folders, answer.files.is_balanced()), (3, true));
    }

    #[test]
    fn no_tree() {
        for (text, outcome, code) in [
            ("Fetching…\n페이지가 존재하지 않습니다.\n", TreeOutcome::NoSuchSet, "NO_SUCH_SET"),
            ("", TreeOutcome::NoTree, "EMPTY"),
            ("<html>502 Bad Gateway</html>", TreeOutcome::NoTree, "EMPTY"),
        ] {
            let answer = parse_tree(text.as_bytes());
            assert_eq!((answer.outcome, answer.files.problems[0].code), (outcome, code));
            assert!(answer.files.is_balanced());
        }
    }
}
