//! Records of any shape: what their fields' names and values tell. Questions, spans, texts, labels; what is seen goes to
//! `clips`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::clips::Clips;
use super::confounding::Observation;
use super::fields::{Role, fold, role_of};
use super::interval::Sums;
use super::personal::Personal;

/// Which words ask for what; a row a word, in the order in which they are looked for.
const QUESTION_WORDS: &str = include_str!("../../../../plans/catalog/probe_question_words.csv");

/// Paths that are told apart; documents whose keys are ids have no end of them.
const PATHS: usize = 3000;
/// Depth to which paths are noted.
const PATH_DEPTH: usize = 6;
/// Word triples that are counted.
const TRIPLES: u64 = 3_000_000;
/// Labels that are told apart. More are no classes but texts.
const CLASSES: usize = 2000;

/// Counts by cluster: a member, or a clip.
type Shares = BTreeMap<&'static str, BTreeMap<usize, (u64, u64)>>;

/// A path in records, e.g. `data[].title`.
#[derive(Debug, Default, Clone)]
pub(super) struct Path {
    /// Types of its values, by name.
    pub(super) types: BTreeSet<&'static str>,
    /// Records in which it stands.
    pub(super) present: u64,
    id: u32,
    depth: usize,
}

/// All that is found in the records of a set.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) records: u64,
    pub(super) shares: Shares,
    pub(super) means: BTreeMap<&'static str, BTreeMap<usize, Sums>>,
    pub(super) values: BTreeMap<&'static str, Vec<f64>>,
    pub(super) kinds: BTreeMap<&'static str, BTreeMap<String, u64>>,
    pub(super) paths: BTreeMap<String, Path>,
    /// Of each record: its cluster and the shallow paths with their types, sorted.
    signatures: Vec<(usize, Vec<(u32, &'static str)>)>,
    /// Content of records and of questions, without ids, and their clusters.
    pub(super) record_hashes: Vec<(usize, u64)>,
    pub(super) question_hashes: Vec<(usize, u64)>,
    triples: HashSet<u64>,
    triples_seen: u64,
    pub(super) personal: Personal,
    /// Spans that hold when offsets count UTF-16 units or bytes, not characters.
    pub(super) spans_utf16: u64,
    pub(super) spans_bytes: u64,
    pub(super) observations: Vec<Observation>,
    pub(super) clips: Clips,
}

/// Where a record lies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// Number of the member in the sample.
    pub(super) cluster: usize,
    pub(super) archive: &'a str,
    pub(super) member: &'a str,
    /// Position within the member.
    pub(super) record: usize,
    /// Rank of the member among its neighbours in the listing or the archive.
    pub(super) order: usize,
    /// Whether there is more of the member than was read.
    pub(super) cut: bool,
}

/// What an object inherits from those that hold it.
#[derive(Debug, Clone, Copy, Default)]
struct Around<'a> {
    context: Option<&'a str>,
}

impl Findings {
    pub(super) fn share(&mut self, name: &'static str, cluster: usize, hit: bool) {
        let counts = self.shares.entry(name).or_default().entry(cluster).or_default();
        counts.0 += u64::from(hit);
        counts.1 += 1;
    }

    pub(super) fn mean(&mut self, name: &'static str, cluster: usize, value: f64) {
        self.means.entry(name).or_default().entry(cluster).or_default().add(value);
    }

    pub(super) fn kind(&mut self, name: &'static str, kind: &str) {
        let kinds = self.kinds.entry(name).or_default();
        if let Some(count) = kinds.get_mut(kind) {
            *count += 1;
        } else if kinds.len() < CLASSES {
            kinds.insert(kind.to_owned(), 1);
        }
    }

    /// The records of a document: the elements of its list of records, or itself. Gives their number.
    pub(super) fn document(&mut self, document: &Value, place: Place<'_>) -> usize {
        let records = records_of(document);
        for (record, value) in records.iter().enumerate() {
            self.record(value, Place { record, ..place });
        }
        records.len()
    }

    /// One record.
    pub(super) fn record(&mut self, record: &Value, place: Place<'_>) {
        self.records += 1;
        let mut seen = BTreeMap::new();
        self.note_paths(record, &mut String::new(), 0, &mut seen);
        let mut signature = Vec::new();
        for (path, types) in seen {
            if let Some(known) = self.paths.get_mut(&path) {
                known.present += 1;
                if known.depth <= 2 {
                    signature.extend(types.into_iter().filter(|kind| *kind != "null").map(|kind| (known.id, kind)));
                }
            }
        }
        signature.sort_unstable();
        self.signatures.push((place.cluster, signature));
        self.record_hashes.push((place.cluster, content_hash(record)));

        let mut personal = Personal::default();
        let mut text = 0;
        self.texts(record, &mut text, &mut personal);
        self.share("personal_data_share", place.cluster, personal.total() > 0);
        self.personal.add(personal);
        if text > 0 {
            self.mean("text_chars_mean", place.cluster, text as f64);
            self.values.entry("text_chars").or_default().push(text as f64);
        }
        self.questions(record, Around::default(), place.cluster);
        let seen_anything = self.clips.record(record, place);
        if !seen_anything {
            self.observe(record, place.cluster);
        }
    }

    /// Counts each path of a record once.
    fn note_paths(
        &mut self,
        value: &Value,
        path: &mut String,
        depth: usize,
        seen: &mut BTreeMap<String, BTreeSet<&'static str>>,
    ) {
        if !path.is_empty() {
            let kind = kind_of(value);
            if !self.paths.contains_key(path.as_str()) {
                if self.paths.len() >= PATHS {
                    return;
                }
                let id = self.paths.len() as u32;
                self.paths.insert(path.clone(), Path { id, depth, ..Path::default() });
            }
            if let Some(known) = self.paths.get_mut(path.as_str()) {
                known.types.insert(kind);
            }
            match seen.get_mut(path.as_str()) {
                Some(types) => {
                    types.insert(kind);
                }
                None => {
                    seen.insert(path.clone(), BTreeSet::from([kind]));
                }
            }
        }
        if depth >= PATH_DEPTH {
            return;
        }
        let length = path.len();
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                    self.note_paths(value, path, depth + 1, seen);
                    path.truncate(length);
                }
            }
            Value::Array(items) => {
                path.push_str("[]");
                // Elements of a list are alike; a few tell the others.
                for item in items.iter().take(8).filter(|item| item.is_object() || item.is_array()) {
                    if let Value::Object(fields) = item {
                        let inner = path.len();
                        for (name, value) in fields {
                            path.push('.');
                            path.push_str(name);
                            self.note_paths(value, path, depth + 1, seen);
                            path.truncate(inner);
                        }
                    }
                }
                path.truncate(length);
            }
            _ => {}
        }
    }

    /// Running texts, and personal data in any text. Ids and paths are no running text: they have no blanks.
    fn texts(&mut self, value: &Value, chars: &mut usize, personal: &mut Personal) {
        match value {
            Value::String(text) => {
                personal.look(text);
                let count = text.chars().count();
                if count >= 10 && text.trim().contains(char::is_whitespace) {
                    *chars += count;
                    self.note_triples(text);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.texts(item, chars, personal)),
            Value::Object(fields) => fields.values().for_each(|value| self.texts(value, chars, personal)),
            _ => {}
        }
    }

    fn note_triples(&mut self, text: &str) {
        let mut last: [u64; 2] = [0; 2];
        for (at, word) in text.split_whitespace().enumerate() {
            let word = hash_of(word);
            if at >= 2 && self.triples_seen < TRIPLES {
                self.triples_seen += 1;
                self.triples.insert(hash_of((last, word)));
            }
            last = [last[1], word];
        }
    }

    /// Distinct word triples, and all.
    pub(super) fn distinct_triples(&self) -> (u64, u64) {
        (self.triples.len() as u64, self.triples_seen)
    }

    /// Questions with their answers, and spans of texts, at any depth.
    fn questions<'a>(&mut self, value: &'a Value, around: Around<'a>, cluster: usize) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.questions(item, around, cluster)),
            Value::Object(fields) => {
                let is_span = fields.keys().any(|name| role_of(name).is_some_and(|named| named.role == Role::Span));
                let mut around = around;
                for (name, value) in fields {
                    let (Some(named), Some(text)) = (role_of(name), value.as_str()) else { continue };
                    if named.role == Role::Context || (named.role == Role::WeakContext && !is_span) {
                        around.context = Some(text);
                        if named.role == Role::Context {
                            break;
                        }
                    }
                }
                if is_span && let Some(context) = around.context {
                    self.spans(fields, context, cluster);
                }
                let question = fields.iter().find_map(|(name, value)| {
                    let is_question = role_of(name).is_some_and(|named| named.role == Role::Question);
                    value.as_str().filter(|text| is_question && !text.trim().is_empty())
                });
                if let Some(question) = question {
                    self.question(question, fields, around.context, cluster);
                }
                fields.values().for_each(|value| self.questions(value, around, cluster));
            }
            _ => {}
        }
    }

    /// Whether texts stand where their offsets say.
    fn spans(&mut self, fields: &Map<String, Value>, context: &str, cluster: usize) {
        for (name, start) in fields {
            let Some(named) = role_of(name).filter(|named| named.role == Role::Span) else { continue };
            let Some(start) = number(start).filter(|start| *start >= 0.0 && start.fract() == 0.0) else { continue };
            let text = named.pair.iter().find_map(|pair| {
                fields.iter().find(|(name, _)| fold(name) == *pair).and_then(|(_, value)| value.as_str())
            });
            let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
            let start = start as usize;
            let holds = context
                .char_indices()
                .nth(start)
                .is_some_and(|(at, _)| context.get(at..).is_some_and(|rest| rest.starts_with(text)));
            self.share("evidence_span_hold", cluster, holds);
            self.spans_bytes += u64::from(context.get(start..).is_some_and(|rest| rest.starts_with(text)));
            self.spans_utf16 += u64::from(at_utf16(context, start).is_some_and(|rest| rest.starts_with(text)));
        }
    }

    fn question(&mut self, question: &str, fields: &Map<String, Value>, context: Option<&str>, cluster: usize) {
        let with = |role: Role| {
            fields
                .iter()
                .find(|(name, _)| role_of(name).is_some_and(|named| named.role == role))
                .map(|(_, value)| value)
        };
        let answer = with(Role::Answer);
        let first = match answer {
            Some(Value::Array(items)) => items.first(),
            other => other,
        };
        let answer_text = match first {
            Some(Value::Object(fields)) => fields
                .iter()
                .find(|(name, _)| matches!(fold(name).as_str(), "text" | "answer" | "answertext"))
                .map(|(_, value)| value),
            other => other,
        };
        let answer_text = answer_text.map(text_of).unwrap_or_default();
        let nested_options = match first {
            Some(Value::Object(fields)) => {
                fields.iter().find(|(name, _)| role_of(name).is_some_and(|n| n.role == Role::Options))
            }
            _ => None,
        };
        let options = with(Role::Options).or(nested_options.map(|(_, value)| value));
        let has_options = matches!(options, Some(Value::Array(items)) if !items.is_empty());
        let is_impossible = with(Role::Impossible).is_some_and(truth)
            || matches!(answer, Some(Value::Array(items)) if items.is_empty());
        let has_place = matches!(first, Some(Value::Object(fields)) if fields.iter().any(|(name, value)| {
            role_of(name).is_some_and(|named| named.role == Role::Span) && number(value).is_some_and(|start| start >= 0.0)
        }));
        let is_pair = fields.keys().any(|name| matches!(fold(name).as_str(), "hypothesis" | "hypothsis" | "sentence2"));
        let form = match answer_text.trim().to_lowercase().as_str() {
            _ if is_impossible => "unanswerable",
            _ if has_options => "choice",
            _ if is_pair => "label",
            "예" | "네" | "아니오" | "아니요" | "yes" | "no" | "true" | "false" if !has_place => "yes or no",
            _ if has_place => "span",
            text if !text.is_empty() && text.parse::<f64>().is_ok() => "number",
            _ => "free",
        };
        self.kind("question forms", form);
        if let Some(label) = with(Role::QuestionType).map(text_of).filter(|label| !label.is_empty() && label.len() < 80)
        {
            self.kind("question labels", &label);
        }
        self.kind("question words", question_word(question));
        if !is_pair {
            self.share("unanswerable_share", cluster, is_impossible);
        }
        self.mean("question_chars_mean", cluster, question.chars().count() as f64);
        let content = hash_of((context.unwrap_or_default(), question, &answer_text, options.map(content_hash)));
        self.question_hashes.push((cluster, content));
    }

    /// A record's label, and what it was recorded with.
    fn observe(&mut self, record: &Value, cluster: usize) {
        let (mut label, mut channels) = (None, BTreeMap::new());
        labels(record, 0, &mut label, &mut channels);
        let Some(label) = label else { return };
        for (name, value) in channels {
            self.observations.push(Observation { channel: name, value, label: label.clone(), cluster });
        }
    }

    /// Records that differ from the others: a field that nearly all have is missing, or of another type, or one is there
    /// that nearly none has.
    pub(super) fn drift(&self) -> Vec<(u64, u64)> {
        let total = self.signatures.len() as f64;
        let mut present: HashMap<(u32, &str), u64> = HashMap::new();
        for field in self.signatures.iter().flat_map(|(_, signature)| signature) {
            *present.entry(*field).or_default() += 1;
        }
        let core: Vec<_> =
            present.iter().filter(|(_, count)| **count as f64 >= 0.8 * total).map(|(field, _)| *field).collect();
        let alien: HashSet<_> =
            present.iter().filter(|(_, count)| (**count as f64) < 0.2 * total).map(|(field, _)| *field).collect();
        let mut clusters: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for (cluster, signature) in &self.signatures {
            let differs = core.iter().any(|field| signature.binary_search(field).is_err())
                || signature.iter().any(|field| alien.contains(field));
            let counts = clusters.entry(*cluster).or_default();
            counts.0 += u64::from(differs);
            counts.1 += 1;
        }
        clusters.into_values().collect()
    }
}

/// The list of records in a document, or the document itself.
pub(super) fn records_of(document: &Value) -> Vec<&Value> {
    let has_objects = |items: &&Vec<Value>| items.first().is_some_and(Value::is_object);
    match document {
        Value::Array(items) if items.first().is_some_and(Value::is_object) => items.iter().collect(),
        Value::Object(fields) => {
            let list = fields.iter().find_map(|(name, value)| {
                let is_list = role_of(name).is_some_and(|named| named.role == Role::Records);
                value.as_array().filter(|_| is_list).filter(has_objects)
            });
            list.map_or_else(|| vec![document], |items| items.iter().collect())
        }
        _ => vec![document],
    }
}

/// The first label within two levels, and all channels within three.
pub(super) fn labels(value: &Value, depth: usize, label: &mut Option<String>, channels: &mut BTreeMap<String, String>) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let Some(named) = role_of(name) else { continue };
        let text = || Some(text_of(value)).filter(|text| !text.is_empty() && text.chars().count() <= 40);
        let is_label = matches!(named.role, Role::Label | Role::Action | Role::Class)
            || (named.role == Role::Answer && fold(name).starts_with("gold"));
        if is_label && label.is_none() && depth < 2 {
            *label = text();
        }
        if named.role == Role::Channel
            && let Some(text) = text()
        {
            channels.entry(name.clone()).or_insert(text);
        }
    }
    if depth < 2 {
        fields.values().for_each(|value| labels(value, depth + 1, label, channels));
    }
}

/// What a question asks for, by its words.
fn question_word(question: &str) -> &'static str {
    static WORDS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    let words = WORDS.get_or_init(|| QUESTION_WORDS.lines().skip(1).filter_map(|line| line.split_once(',')).collect());
    let question = question.to_lowercase();
    let fits = |word: &str| match word.bytes().all(|byte| byte.is_ascii()) {
        true => {
            let first = |word: &str| question.split(|c: char| !c.is_alphanumeric()).any(|other| other == word);
            if word.contains(' ') { question.contains(word) } else { first(word) }
        }
        false => question.contains(word),
    };
    words.iter().find(|(_, word)| fits(word)).map_or("other", |(kind, _)| kind)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "struct",
    }
}

/// A scalar as text; empty for anything else.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// A number, also where it is written as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Truth in any spelling.
pub(super) fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => matches!(text.trim().to_lowercase().as_str(), "true" | "1" | "yes" | "y" | "예"),
        _ => false,
    }
}

fn at_utf16(text: &str, start: usize) -> Option<&str> {
    let mut units = 0;
    for (at, letter) in text.char_indices() {
        if units == start {
            return text.get(at..);
        }
        units += letter.len_utf16();
    }
    None
}

pub(super) fn hash_of(value: impl Hash) -> u64 {
    // With fixed keys: the same on every machine.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A digest of what a value says, without the ids and names of files in it.
pub(super) fn content_hash(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => {
            let parts = fields.iter().filter(|(name, _)| !is_id(name));
            let mut parts: Vec<_> = parts.map(|(name, value)| (name.as_str(), content_hash(value))).collect();
            parts.sort_unstable();
            hash_of(("{", parts))
        }
        Value::Array(items) => hash_of(("[", items.iter().map(content_hash).collect::<Vec<_>>())),
        Value::String(text) => hash_of(("\"", text.trim())),
        other => hash_of(other.to_string()),
    }
}

/// Whether a field only tells one record from another.
fn is_id(name: &str) -> bool {
    let folded = fold(name);
    let names = ["id", "docid", "qid", "pairid", "guid", "sn", "idx", "index", "no", "key", "url", "번호"];
    let is_joined = name.ends_with("_id") || name.ends_with("-id") || name.ends_with("Id") || name.ends_with("ID");
    is_joined || names.contains(&folded.as_str()) || folded.ends_with("filename") || folded.ends_with("파일명")
}
