//! The canonical reasoning record, `reasoning/1`, and what its builders share.
//!
//! Offsets are Unicode scalar values (Rust `char`s), half-open, on the exact stored text.

use sha2::{Digest, Sha256};

use crate::rows::BufferedSha256;
use crate::{arrow_row, text_enum};

/// The version that every record carries.
pub const SCHEMA_VERSION: &str = "reasoning/1";

text_enum! {
    /// Language of question, contexts and steps.
    pub enum Lang {
        /// Korean.
        Ko = "ko",
        /// English.
        En = "en",
    }
}

text_enum! {
    /// What the record asks for.
    pub enum TaskType {
        /// The answer is a span of a context.
        MrcExtractive = "mrc_extractive",
        /// The context does not answer the question.
        MrcUnanswerable = "mrc_unanswerable",
        /// One of several options.
        Mcq = "mcq",
        /// Yes or no, about a context.
        YesNo = "classification",
        /// Entailment, contradiction or neutral.
        Nli = "nli",
        /// A word problem with labelled equations.
        MathEquation = "math_equation",
    }
}

text_enum! {
    /// How much of a record a machine can re-check.
    pub enum Tier {
        /// Recomputable: arithmetic, or a span with a path that reaches it blindly.
        A = "A",
        /// Label and lexical evidence.
        B = "B",
        /// Label only: no reasoning path.
        C = "C",
    }
}

text_enum! {
    /// How a path reaches its answer.
    pub enum Strategy {
        /// From question to answer.
        Forward = "forward",
        /// By ruling out the other candidates.
        Eliminate = "eliminate",
        /// By putting the answer into the question and checking.
        BackwardCheck = "backward_check",
        /// By computing in another order.
        Recompute = "recompute",
        /// By one fact that does not fit.
        Counterexample = "counterexample",
    }
}

text_enum! {
    /// What a step does.
    pub enum StepType {
        /// What the question asks for.
        QuestionAnalysis = "question_analysis",
        /// What a context says.
        EvidenceReview = "evidence_review",
        /// What follows from it.
        Inference = "inference",
        /// An equation.
        Computation = "computation",
        /// An option or candidate ruled out.
        OptionElimination = "option_elimination",
        /// A near mistake looked at.
        ErrorVerification = "error_verification",
        /// A mistake put right.
        Correction = "correction",
        /// The answer.
        AnswerConfirmation = "answer_confirmation",
    }
}

text_enum! {
    /// What an evidence span does for the answer.
    pub enum EvidenceRole {
        /// Speaks for it.
        Support = "support",
        /// Looks like an answer and is none.
        Distractor = "distractor",
        /// Speaks against the statement.
        Contradict = "contradict",
    }
}

text_enum! {
    /// Who marked an evidence span.
    pub enum EvidenceOrigin {
        /// The source's label.
        GoldLabel = "gold_label",
        /// A rule of ours.
        DerivedRule = "derived_rule",
        /// A person, after the label.
        Human = "human",
        /// A model.
        Model = "model",
    }
}

text_enum! {
    /// The kind of an answer.
    pub enum AnswerType {
        /// A span of a context.
        Span = "span",
        /// One of the choices.
        Choice = "choice",
        /// A class label.
        Label = "label",
        /// A number.
        Number = "number",
        /// Yes or no.
        Boolean = "boolean",
        /// Free text.
        Free = "free",
        /// No answer in the context.
        None = "none",
    }
}

arrow_row! {
    /// An option of a multiple-choice question.
    pub struct Choice {
        /// `1`, `2`, … or the label's own id.
        pub choice_id: String,
        /// Its text.
        pub text: String,
    }
}

arrow_row! {
    /// A text that the question is about.
    pub struct Context {
        /// `c0`, `c1`, …
        pub context_id: String,
        /// `text`, `table`, `dialogue` or `image_ref`.
        pub kind: String,
        /// Its title, where the source has one.
        pub title: Option<String>,
        /// The exact text that offsets refer to.
        pub text: String,
        /// A table as JSON.
        pub table_json: Option<String>,
        /// Hex sha256 of `text` in UTF-8.
        pub sha256: String,
    }
}

arrow_row! {
    /// A cell of a table.
    pub struct Cell {
        /// 0-based row.
        pub row: i32,
        /// 0-based column.
        pub col: i32,
    }
}

arrow_row! {
    /// A span of a context.
    pub struct Evidence {
        /// `e0`, `e1`, …
        pub evidence_id: String,
        /// The context it lies in.
        pub context_id: String,
        /// First character.
        pub char_start: i32,
        /// One past the last character.
        pub char_end: i32,
        /// Exactly `chars(context)[char_start..char_end]`.
        pub text: String,
        /// What it does.
        pub role: EvidenceRole,
        /// Who marked it.
        pub origin: EvidenceOrigin,
        /// The cell, in a table.
        pub cell: Option<Cell>,
    }
}

arrow_row! {
    /// The answer that the source's label gives.
    pub struct Answer {
        /// As labelled.
        pub value: String,
        /// Its kind (Arrow field `type`).
        pub r#type: AnswerType,
        /// For comparison: see [`normalize_answer`](crate::text::normalize_answer).
        pub normalized: Option<String>,
        /// Unit of a number.
        pub unit: Option<String>,
        /// Other texts that are as right.
        pub aliases: Vec<String>,
        /// The spans it rests on.
        pub evidence_ids: Vec<String>,
    }
}

arrow_row! {
    /// One step of a path.
    pub struct Step {
        /// 0-based position in the path.
        pub index: i32,
        /// What the step does (Arrow field `type`).
        pub r#type: StepType,
        /// The sentence.
        pub text: String,
        /// The spans it cites.
        pub evidence_ids: Vec<String>,
        /// An arithmetic expression, e.g. `20-4-5`.
        pub expr: Option<String>,
        /// Its exact value, e.g. `11` or `7/2`.
        pub expr_value: Option<String>,
        /// The option it speaks of.
        pub choice_id: Option<String>,
        /// Is the step right? NULL where nobody can say.
        pub correct: Option<bool>,
        /// Who wrote it: `rule`, `human` or `model`.
        pub origin: String,
        /// The rule and its version, e.g. `mrc.candidate_clause@1`.
        pub rule_id: Option<String>,
    }
}

arrow_row! {
    /// One way to an answer.
    pub struct Path {
        /// `p0`, … for correct paths, `w0`, … for wrong ones.
        pub path_id: String,
        /// How it proceeds.
        pub strategy: Strategy,
        /// Does it end in the labelled answer?
        pub is_correct: bool,
        /// Where it ends.
        pub final_answer: String,
        /// Its steps, in order.
        pub steps: Vec<Step>,
        /// An entry of `provenance.generators`.
        pub generator_id: String,
    }
}

arrow_row! {
    /// Where a wrong path goes wrong, and why.
    pub struct Correction {
        /// The wrong path.
        pub wrong_path_id: String,
        /// Index of its first wrong step.
        pub first_wrong_step: i32,
        /// E.g. `distractor_same_type`, `operator_swapped`.
        pub error_type: String,
        /// What is wrong with it.
        pub explanation: String,
        /// A correct path of the record.
        pub corrected_path_id: String,
    }
}

arrow_row! {
    /// A check that was made, and its verdict.
    pub struct Verification {
        /// `v0`, `v1`, …
        pub verification_id: String,
        /// `record`, `path` or `step`.
        pub target: String,
        /// The path, for `path` and `step`.
        pub path_id: Option<String>,
        /// The step, for `step`.
        pub step_index: Option<i32>,
        /// `name@version`.
        pub verifier: String,
        /// `exact_match`, `offset`, `recompute`, `label_match`, `schema`, `nli_model`, `human`.
        pub kind: String,
        /// The verdict.
        pub passed: bool,
        /// A score, where the verifier gives one.
        pub score: Option<f64>,
        /// Particulars as JSON.
        pub detail_json: Option<String>,
    }
}

arrow_row! {
    /// Where the source record lies.
    pub struct ProvenanceSource {
        /// Name of the data set, where the plan or the run gives one.
        pub dataset_name: Option<String>,
        /// AI Hub's number, where there is one.
        pub aihub_dataset_sn: Option<i64>,
        /// Version of the data set.
        pub version: Option<String>,
        /// Object key, relative to the source's root.
        pub object: String,
        /// Name of the member, in an archive.
        pub member: Option<String>,
        /// Position in the archive's directory.
        pub member_index: Option<i64>,
        /// Position of the record in its member.
        pub record: i64,
        /// The record's own id.
        pub record_key: Option<String>,
        /// Hex sha256 of this record's bytes.
        pub source_record_sha256: String,
        /// Licence of the source.
        pub licence: Option<String>,
    }
}

arrow_row! {
    /// How the record was made. Nothing that changes between runs.
    pub struct ProvenanceTransform {
        /// Version of jogak.
        pub engine_version: String,
        /// `reason_mrc@1` and the like.
        pub builder: String,
        /// Every rule that wrote a step.
        pub rule_ids: Vec<String>,
        /// Every template that worded one.
        pub template_ids: Vec<String>,
        /// Seed of the wording, from the record id.
        pub seed: i64,
    }
}

arrow_row! {
    /// Who wrote which fields.
    pub struct Generator {
        /// `g0`, …; paths refer to it.
        pub generator_id: String,
        /// `source_copy`, `human`, `rule`, `compute` or `model`.
        pub kind: String,
        /// Only for models.
        pub model_name: Option<String>,
        /// Only for models.
        pub weights_sha256: Option<String>,
        /// Only for models.
        pub model_origin_country: Option<String>,
        /// The fields it wrote.
        pub fields_written: Vec<String>,
    }
}

arrow_row! {
    /// Where the record comes from.
    pub struct Provenance {
        /// The source record.
        pub source: ProvenanceSource,
        /// What made this of it.
        pub transform: ProvenanceTransform,
        /// Who wrote which fields.
        pub generators: Vec<Generator>,
        /// `no`, `yes` or `unknown`.
        pub uses_foreign_weights: String,
        /// Hex sha256 over the record's content, see [`ReasoningRecord::seal`].
        pub record_sha256: String,
        /// Records that this one was made from.
        pub parents: Vec<String>,
    }
}

arrow_row! {
    /// The canonical reasoning record.
    pub struct ReasoningRecord {
        /// [`SCHEMA_VERSION`].
        pub schema_version: String,
        /// See [`record_id`].
        pub record_id: String,
        /// Language of the steps.
        pub lang: Lang,
        /// Subject, e.g. `news`; `general` where nothing is known.
        pub domain: String,
        /// What is asked for.
        pub task_type: TaskType,
        /// The question.
        pub question: String,
        /// The options, for multiple choice.
        pub choices: Option<Vec<Choice>>,
        /// The texts; may be empty.
        pub contexts: Vec<Context>,
        /// Spans of them.
        pub evidence: Vec<Evidence>,
        /// The labelled answer.
        pub answer: Answer,
        /// Ways to it, and wrong ways. Empty for tier C.
        pub paths: Vec<Path>,
        /// One for each wrong path.
        pub corrections: Vec<Correction>,
        /// Checks made.
        pub verifications: Vec<Verification>,
        /// Where it comes from.
        pub provenance: Provenance,
        /// How much of it can be re-checked.
        pub tier: Tier,
        /// `train`, `validation` or `test`, by source document.
        pub split: String,
    }
}

arrow_row! {
    /// Why a builder refused a row.
    pub struct Reject {
        /// A stable code, e.g. `ANSWER_NOT_AT_OFFSET`.
        pub code: String,
        /// What was found, with the values.
        pub detail: String,
    }
}

arrow_row! {
    /// What a builder returns: a record, or the reason why there is none.
    pub struct ReasoningResult {
        /// The record.
        pub record: Option<ReasoningRecord>,
        /// Why there is none.
        pub reject: Option<Reject>,
    }
}

impl Reject {
    /// A rejection with its code and particulars.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), detail: detail.into() }
    }
}

/// Where a row comes from: the `_src` column, as builders get it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceRef {
    /// The data set, where the run names one.
    pub dataset_id: Option<String>,
    /// Object key, relative to the source's root.
    pub object: String,
    /// Member of an archive.
    pub member: Option<String>,
    /// Its position in the directory.
    pub member_index: Option<i64>,
    /// Position of the record in its member.
    pub record: i64,
    /// Hex sha256 of the record's bytes.
    pub sha256: String,
}

/// What every reasoning builder takes beside the task's own fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meta {
    /// Language of the steps to write.
    pub lang: Lang,
    /// Subject; empty means `general`.
    pub domain: String,
    /// The record's own id.
    pub own_id: Option<String>,
    /// Rows with the same group go to the same split; the document id. `None`: the contexts (or the question).
    pub group: Option<String>,
    /// Where the row comes from.
    pub source: SourceRef,
}

/// Hex sha256 of a text in UTF-8.
pub fn sha256_hex(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[(byte >> 4) as usize] as char);
        text.push(DIGITS[(byte & 15) as usize] as char);
    }
    text
}

/// Hashes parts with their lengths, so that no two lists of parts give the same bytes.
pub fn sha256_of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        feed_part(&mut hasher, part);
    }
    hasher.finalize().into()
}

fn feed_part(hasher: &mut Sha256, part: &str) {
    hasher.update((part.len() as u64).to_le_bytes());
    hasher.update(part.as_bytes());
}

/// An id within a record: `e0`, `p1`, …
pub fn numbered(prefix: &str, number: usize) -> String {
    let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    digits.get(number).map_or_else(|| format!("{prefix}{number}"), |digit| [prefix, digit].concat())
}

/// The id of a record: the same source record, question and builder version give the same id on every machine.
pub fn record_id(builder: &str, meta: &Meta, question: &str, contexts: &[Context]) -> String {
    let source = &meta.source;
    let position = [source.member_index.unwrap_or(-1).to_string(), source.record.to_string()];
    let mut parts = vec![
        source.dataset_id.as_deref().unwrap_or(""),
        &source.object,
        source.member.as_deref().unwrap_or(""),
        &position[0],
        &position[1],
        meta.own_id.as_deref().unwrap_or(""),
        question,
        builder,
    ];
    parts.extend(contexts.iter().map(|context| context.sha256.as_str()));
    hex(&sha256_of_parts(parts))
}

/// A number made from a record id, to choose among wordings. `salt` names the place.
pub fn wording_seed(record_id: &str, salt: &str) -> u64 {
    Seeds::new(record_id).seed(salt)
}

/// [`wording_seed`]s of one record: what they have in common is hashed once.
#[derive(Debug, Clone)]
pub struct Seeds(Sha256);

impl Seeds {
    /// The seeds of a record.
    pub fn new(record_id: &str) -> Self {
        let mut hasher = Sha256::new();
        feed_part(&mut hasher, record_id);
        Self(hasher)
    }

    /// [`wording_seed`] of the record and `salt`.
    pub fn seed(&self, salt: &str) -> u64 {
        let mut hasher = self.0.clone();
        feed_part(&mut hasher, salt);
        let digest = hasher.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_le_bytes(first)
    }
}

/// The split of a document group: 90 % train, 5 % validation, 5 % test, by hash.
pub fn split_of(group: &str) -> &'static str {
    let digest = sha256_of_parts([group]);
    match u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]]) % 100 {
        0..=89 => "train",
        90..=94 => "validation",
        _ => "test",
    }
}

/// A context of plain text.
pub fn text_context(index: usize, title: Option<&str>, text: &str) -> Context {
    hashed_context(index, title, text, sha256_hex(text))
}

/// A context of plain text whose hash is known.
pub fn hashed_context(index: usize, title: Option<&str>, text: &str, sha256: String) -> Context {
    Context {
        context_id: numbered("c", index),
        kind: "text".to_owned(),
        title: title.map(str::to_owned),
        text: text.to_owned(),
        table_json: None,
        sha256,
    }
}

/// Provenance of a record that rules alone wrote. `rule_ids` and `template_ids` are sorted and made unique; the hash is
/// filled by [`ReasoningRecord::seal`].
pub fn rule_provenance(
    builder: &str,
    meta: &Meta,
    record_id: &str,
    paths: &[Path],
    templates: &[String],
) -> Provenance {
    let rule_ids = unique(paths.iter().flat_map(|path| &path.steps).filter_map(|step| step.rule_id.as_deref()));
    let template_ids = unique(templates.iter().map(String::as_str));
    let source = &meta.source;
    let number = source.dataset_id.as_deref().and_then(|id| id.strip_prefix("aihub:")).and_then(|id| id.parse().ok());
    let copied = ["question", "choices", "contexts", "answer"].map(str::to_owned).into();
    let written = ["evidence", "paths", "corrections", "verifications"].map(str::to_owned).into();
    Provenance {
        source: ProvenanceSource {
            dataset_name: source.dataset_id.clone(),
            aihub_dataset_sn: number,
            version: None,
            object: source.object.clone(),
            member: source.member.clone(),
            member_index: source.member_index,
            record: source.record,
            record_key: meta.own_id.clone(),
            source_record_sha256: source.sha256.clone(),
            licence: None,
        },
        transform: ProvenanceTransform {
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            builder: builder.to_owned(),
            rule_ids,
            template_ids,
            seed: (wording_seed(record_id, "") >> 1) as i64,
        },
        generators: vec![
            Generator {
                generator_id: "g0".to_owned(),
                kind: "rule".to_owned(),
                fields_written: written,
                ..Generator::default()
            },
            Generator {
                generator_id: "g1".to_owned(),
                kind: "source_copy".to_owned(),
                fields_written: copied,
                ..Generator::default()
            },
        ],
        uses_foreign_weights: "no".to_owned(),
        record_sha256: String::new(),
        parents: Vec::new(),
    }
}

/// Sorted, each once.
fn unique<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts.into_iter().map(str::to_owned).collect()
}

impl ReasoningRecord {
    /// Hex sha256 over everything that the record says; `record_sha256` must be empty.
    fn content_sha256(&self) -> String {
        let mut hasher = BufferedSha256::default();
        crate::rows::Digest::feed(self, &mut hasher);
        hex(&hasher.finish())
    }

    /// Numbers the steps and verifications and writes the record's hash. The last thing a builder does.
    pub fn seal(mut self) -> Self {
        for path in &mut self.paths {
            for (index, step) in path.steps.iter_mut().enumerate() {
                step.index = index as i32;
            }
        }
        for (index, verification) in self.verifications.iter_mut().enumerate() {
            verification.verification_id = numbered("v", index);
        }
        self.provenance.record_sha256.clear();
        self.provenance.record_sha256 = self.content_sha256();
        self
    }

    /// Does the stored hash fit the content?
    pub fn is_sealed(&self) -> bool {
        let mut bare = self.clone();
        bare.provenance.record_sha256.clear();
        bare.content_sha256() == self.provenance.record_sha256
    }
}
