//! What a half-typed statement may go on with.

use std::collections::BTreeSet;

use super::paths::paths;
use super::statements::{Inside, Splitter};

/// Words of queries.
const KEYWORDS: &[&str] = &[
    "ALL",
    "ANALYZE",
    "AND",
    "ANTI",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CROSS",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXCLUDE",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FILTER",
    "FIRST",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LAST",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "QUALIFY",
    "RIGHT",
    "SELECT",
    "SEMI",
    "SIMILAR",
    "THEN",
    "TRUE",
    "TRY_CAST",
    "UNION",
    "UNNEST",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

/// Commands, with what they take.
const COMMANDS: &[&str] = &["\\d", "\\df", "\\dt", "\\format", "\\h", "\\o", "\\q", "\\timing"];

/// Formats that `\format` takes.
pub(super) const FORMATS: &[&str] = &["csv", "json", "ndjson", "parquet", "table"];

/// A table that can be completed.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// `catalog` or `system`.
    pub(super) schema: String,
    /// Its name there.
    pub(super) name: String,
    /// Its columns.
    pub(super) columns: Vec<String>,
}

/// The names that are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Tables of the schemas.
    pub(super) tables: Vec<Table>,
    /// Functions.
    pub(super) functions: Vec<String>,
    /// Columns of results that were shown: those of places in quotes are known by them.
    pub(super) shown: BTreeSet<String>,
}

/// From which byte of the line on, what could stand there. The cursor is at byte `at`.
pub(super) fn complete(names: &Names, line: &str, at: usize) -> (usize, Vec<String>) {
    let before = line.get(..at).unwrap_or(line);
    if let Some(command) = before.trim_start().strip_prefix('\\')
        && !before.contains(';')
    {
        return names.command(before, command);
    }
    let mut splitter = Splitter::default();
    splitter.feed(before);
    let (rest, inside, opened) = splitter.rest();
    let base = before.len() - rest.len();
    match inside {
        Inside::LineComment | Inside::Comment | Inside::Dollar(_) => (at, Vec::new()),
        Inside::Text => {
            let (code, typed) = (rest.get(..opened).unwrap_or_default(), rest.get(opened + 1..).unwrap_or_default());
            if !expects_table(code) {
                return (at, Vec::new());
            }
            let last = typed.rfind('/').map_or(0, |slash| slash + 1);
            (base + opened + 1 + last, paths(typed))
        }
        Inside::Name => {
            let (code, typed) = (rest.get(..opened).unwrap_or_default(), rest.get(opened + 1..).unwrap_or_default());
            let others = without(line, base + opened, at);
            let found = names.named(&others, code, typed, true);
            (base + opened, found.into_iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect())
        }
        Inside::Nothing => {
            let typed = last_word(rest);
            let code = rest.get(..rest.len() - typed.len()).unwrap_or_default();
            (base + code.len(), names.word(&without(line, base + code.len(), at), code, typed))
        }
    }
}

/// The line without the word that is being typed, which is no name of anything yet.
fn without(line: &str, start: usize, end: usize) -> String {
    let [before, after] = [line.get(..start), line.get(end..)].map(Option::unwrap_or_default);
    format!("{before} {after}")
}

impl Names {
    fn command(&self, before: &str, command: &str) -> (usize, Vec<String>) {
        let Some((name, argument)) = command.split_once(char::is_whitespace) else {
            let typed = format!("\\{command}");
            let found = COMMANDS.iter().filter(|name| name.starts_with(&typed)).map(|name| (*name).to_owned());
            return (before.len() - typed.len(), found.collect());
        };
        let argument = argument.trim_start();
        let start = before.len() - argument.len();
        let found = match name {
            "d" if argument.starts_with('\'') => {
                let typed = argument.get(1..).unwrap_or_default();
                return (start + 1 + typed.rfind('/').map_or(0, |slash| slash + 1), paths(typed));
            }
            "d" => begin_with(self.tables.iter().map(Table::full_name), argument),
            "df" => begin_with(self.functions.iter().cloned(), argument),
            "format" => begin_with(FORMATS.iter().map(|name| (*name).to_owned()), argument),
            "timing" => begin_with(["off", "on"].map(str::to_owned), argument),
            "o" => return (start + argument.rfind('/').map_or(0, |slash| slash + 1), paths(argument)),
            _ => Vec::new(),
        };
        (start, found)
    }

    /// Tables after FROM and JOIN; elsewhere columns, functions and keywords.
    fn word(&self, line: &str, code: &str, typed: &str) -> Vec<String> {
        if code.ends_with('.') || expects_table(code) {
            return self.named(line, code, typed, false).into_iter().map(|name| quoted_if_needed(&name)).collect();
        }
        let mut found: Vec<String> =
            self.named(line, code, typed, false).into_iter().map(|name| quoted_if_needed(&name)).collect();
        if !typed.is_empty() {
            found.extend(begin_with(self.functions.iter().map(|name| format!("{name}(")), typed));
            let small = typed.chars().all(|letter| !letter.is_uppercase());
            let keywords = begin_with(KEYWORDS.iter().map(|word| (*word).to_owned()), typed).into_iter();
            found.extend(keywords.map(|word| if small { word.to_lowercase() } else { word }));
        }
        found
    }

    /// Names of tables or columns, whichever can stand after `code`.
    fn named(&self, line: &str, code: &str, typed: &str, quoted: bool) -> Vec<String> {
        if let Some(code) = code.strip_suffix('.') {
            let qualifier = unquoted(last_word_or_name(code));
            let of_schema: Vec<_> = self.tables.iter().filter(|table| table.schema == qualifier).collect();
            if !of_schema.is_empty() {
                return begin_with(of_schema.into_iter().map(|table| table.name.clone()), typed);
            }
            let tables = self.mentioned(line);
            let named = tables.into_iter().filter(|(table, alias)| *alias == qualifier || table.name == qualifier);
            return begin_with(named.flat_map(|(table, _)| table.columns.iter().cloned()), typed);
        }
        if expects_table(code) {
            // A qualified name is no single quoted one.
            let full = self.tables.iter().filter(|_| !quoted).map(Table::full_name);
            return begin_with(full, typed);
        }
        let tables = self.mentioned(line);
        let mut columns: BTreeSet<String> =
            tables.iter().flat_map(|(table, _)| table.columns.iter().cloned()).collect();
        if !typed.is_empty() || quoted {
            columns.extend(self.shown.iter().cloned());
            if tables.is_empty() {
                columns.extend(self.tables.iter().flat_map(|table| table.columns.iter().cloned()));
            }
        }
        let mut found = begin_with(columns, typed);
        if !typed.is_empty() && !quoted {
            // `catalog` and `system` can begin a qualified column as well.
            found.extend(begin_with(tables.into_iter().map(|(_, alias)| alias), typed));
        }
        found.sort();
        found.dedup();
        found
    }

    /// Tables that a statement reads, with their aliases.
    fn mentioned(&self, line: &str) -> Vec<(&Table, String)> {
        let words = words(line);
        let mut found = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let [schema, dot, name] = [Some(word), words.get(index + 1), words.get(index + 2)]
                .map(|word| word.map(|word| unquoted(word)).unwrap_or_default());
            if dot != "." {
                continue;
            }
            let Some(table) = self.tables.iter().find(|table| table.schema == schema && table.name == name) else {
                continue;
            };
            let mut next = words.get(index + 3).map(String::as_str).unwrap_or_default();
            if next.eq_ignore_ascii_case("as") {
                next = words.get(index + 4).map(String::as_str).unwrap_or_default();
            }
            let is_name =
                next.chars().next().is_some_and(|first| first.is_alphabetic() || first == '"' || first == '_');
            let alias = if is_name && !is_keyword(next) { unquoted(next) } else { table.name.clone() };
            found.push((table, alias));
        }
        found
    }
}

impl Table {
    fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

fn begin_with(names: impl IntoIterator<Item = String>, typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    names.into_iter().filter(|name| name.to_lowercase().starts_with(&typed)).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// The letters at the end of `text` that are of one word; empty where it ends in something else.
fn last_word(text: &str) -> &str {
    let end = text.trim_end_matches(is_word).len();
    text.get(end..).unwrap_or_default()
}

/// The same, or a name in double quotes.
fn last_word_or_name(text: &str) -> &str {
    if text.ends_with('"')
        && let Some(open) = text.get(..text.len() - 1).and_then(|text| text.rfind('"'))
    {
        return text.get(open..).unwrap_or_default();
    }
    last_word(text)
}

fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(name) => name.replace("\"\"", "\""),
        None => name.to_lowercase(),
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// A name as it must be written: names are folded to small letters where they are not quoted.
fn quoted_if_needed(name: &str) -> String {
    let starts = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    // A qualified name has a dot.
    let plain = |letter: char| letter.is_alphabetic() || letter.is_ascii_digit() || "_.".contains(letter);
    let folded = name.chars().all(|letter| plain(letter) && !letter.is_ascii_uppercase());
    if starts && folded && !is_keyword(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Does a table come after this?
fn expects_table(code: &str) -> bool {
    let words = words(code);
    let Some(last) = words.last() else { return false };
    let is = |word: &str, names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    if is(last, &["FROM", "JOIN"]) {
        return true;
    }
    // A comma goes on with what came last: the tables of a FROM, or expressions.
    let clauses = ["FROM", "SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "ON", "USING", "("];
    last == "," && words.iter().rev().find(|word| is(word, &clauses)).is_some_and(|word| is(word, &["FROM"]))
}

/// Words, names in double quotes, and other signs one by one; texts and comments are left out.
fn words(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut letters = code.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let rest = code.get(start..).unwrap_or_default();
        let end = match letter {
            '\'' | '"' => rest.get(1..).and_then(|rest| rest.find(letter)).map_or(rest.len(), |end| end + 2),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            letter if is_word(letter) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            letter => letter.len_utf8(),
        };
        let is_comment = rest.starts_with("--") || rest.starts_with("/*");
        if !letter.is_whitespace() && !is_comment {
            let word = if letter == '\'' { "''" } else { rest.get(..end).unwrap_or_default() };
            found.push(word.to_owned());
        }
        while letters.next_if(|(next, _)| *next < start + end).is_some() {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let table = |schema: &str, name: &str, columns: &[&str]| Table {
            schema: schema.to_owned(),
            name: name.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        };
        Names {
            tables: vec![
                table("catalog", "datasets", &["id", "title", "build_year", "원본 ID"]),
                table("catalog", "files", &["dataset_id", "path", "left"]),
                table("system", "runs", &["run_id", "status"]),
            ],
            functions: vec!["lower".to_owned(), "sentences".to_owned()],
            shown: ["문서제목".to_owned()].into(),
        }
    }

    /// What is offered where `|` stands, each as the whole word that it makes.
    fn offered(text: &str) -> Vec<String> {
        let at = text.find('|').unwrap();
        let line = text.replacen('|', "", 1);
        let (start, found) = complete(&names(), &line, at);
        assert!(line.is_char_boundary(start) && start <= at);
        found
    }

    #[test]
    fn keywords_keep_the_letters_of_the_user() {
        assert_eq!(offered("sel|"), ["select"]);
        assert_eq!(offered("SELECT 1; SEL|"), ["SELECT"]);
        assert_eq!(offered("SELECT id FROM catalog.datasets WH|"), ["WHEN", "WHERE"]);
    }

    #[test]
    fn tables_follow_from_and_columns_follow_tables() {
        assert_eq!(offered("SELECT * FROM |"), ["catalog.datasets", "catalog.files", "system.runs"]);
        assert_eq!(offered("SELECT * FROM cat|"), ["catalog.datasets", "catalog.files"]);
        assert_eq!(offered("SELECT * FROM catalog.d|"), ["datasets"]);
        assert_eq!(offered("SELECT * FROM catalog.datasets, sys|"), ["system.runs"]);
        assert_eq!(offered("SELECT d.b| FROM catalog.datasets AS d"), ["build_year"]);
        assert_eq!(offered("SELECT datasets.t| FROM catalog.datasets"), ["title"]);
        assert_eq!(offered("SELECT | FROM system.runs r"), ["run_id", "status"]);
        assert_eq!(offered("SELECT * FROM catalog.files f JOIN system.runs r ON f.pa|"), ["path"]);
        assert_eq!(offered("SELECT lo|"), ["lower("]);
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(offered("SELECT 원| FROM catalog.datasets"), ["\"원본 ID\""]);
        assert_eq!(offered("SELECT \"원본| FROM catalog.datasets"), ["\"원본 ID\""]);
        assert_eq!(offered("SELECT f.le| FROM catalog.files f"), ["\"left\""]);
        assert_eq!(offered("SELECT 문서| FROM 'a.json'"), ["문서제목"]);
    }

    #[test]
    fn nothing_is_offered_within_texts_and_comments() {
        assert_eq!(offered("SELECT 'sel|"), Vec::<String>::new());
        assert_eq!(offered("-- sel|"), Vec::<String>::new());
        assert_eq!(offered("SELECT $$ sel|"), Vec::<String>::new());
        assert_eq!(offered("SELECT * FROM 's3://bucket/|"), Vec::<String>::new());
    }

    #[test]
    fn commands_and_what_they_take() {
        assert_eq!(offered("\\d|"), ["\\d", "\\df", "\\dt"]);
        assert_eq!(offered("\\d system|"), ["system.runs"]);
        assert_eq!(offered("\\df sen|"), ["sentences"]);
        assert_eq!(offered("\\format nd|"), ["ndjson"]);
    }

    #[test]
    fn files_follow_an_open_quote() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("라벨링데이터")).unwrap();
        std::fs::write(dir.path().join("라벨's.json"), "[]").unwrap();
        let root = dir.path().to_str().unwrap();
        assert_eq!(offered(&format!("SELECT * FROM '{root}/라|")), ["라벨''s.json", "라벨링데이터/"]);
        assert_eq!(offered(&format!("\\d '{root}/라벨링|")), ["라벨링데이터/"]);
        assert_eq!(offered(&format!("SELECT '{root}/라|")), Vec::<String>::new());
    }
}
