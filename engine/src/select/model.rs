//! What a choice is made from: candidates with scores, links between them, costs, and the request.
//!
//! Everything here is plain data with a fixed serialised form, so that a [`Case`](super::Case) can be sealed and
//! solved again elsewhere. Scores are in points of the rubric's scale (0 to 100 by default), money is in whole won.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Error, Result};

/// What a set is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// Reasoning data for language models.
    Llm,
    /// Vision, language and action data for physical AI.
    Physical,
}

impl Track {
    /// Both tracks, in the order of every listing.
    pub const ALL: [Self; 2] = [Self::Llm, Self::Physical];

    /// The name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Physical => "physical",
        }
    }
}

impl std::fmt::Display for Track {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl Lang {
    /// The text of this language.
    pub fn pick<'a>(self, ko: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ko => ko,
            Self::En => en,
        }
    }
}

/// The same text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages at once.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// The text in `lang`, or in the other language where this one is empty.
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::Ko => (&self.ko, &self.en),
            Lang::En => (&self.en, &self.ko),
        };
        if first.is_empty() { second } else { first }
    }
}

/// A value with the range that the evidence leaves open; `low <= value <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The value that is reckoned with.
    pub value: f64,
    /// Lowest value that the evidence allows.
    pub low: f64,
    /// Highest value that the evidence allows.
    pub high: f64,
}

impl Interval {
    /// A value known exactly.
    pub fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    pub(super) fn check(&self, what: &dyn Fn() -> String) -> Result<()> {
        let limit = 1e6;
        let sane = [self.value, self.low, self.high].iter().all(|x| x.is_finite() && x.abs() <= limit);
        if !sane || self.low > self.value || self.value > self.high {
            return Err(Error::invalid(format!(
                "{}: {} in [{}, {}] is not a value within its range; give finite numbers below {limit} with low <= value <= high",
                what(),
                self.value,
                self.low,
                self.high
            )));
        }
        Ok(())
    }
}

/// How a criterion's value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Counted in the data.
    Measured,
    /// Stated by the builder or a public source.
    Documented,
    /// Read off titles, tags or paths.
    Inferred,
    /// Not known: the full range.
    Unknown,
}

/// One criterion of a rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// The name that score parts use.
    pub key: String,
    /// What people read.
    pub label: Text,
    /// What is meant.
    pub definition: Text,
    /// Share of the whole; only the proportions matter.
    pub weight: f64,
}

/// How a track's scores are made: `scale * sum(weight * value) / sum(weight)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rubric {
    /// Track that it scores.
    pub track: Track,
    /// Points of a set whose every criterion is 1.
    pub scale: f64,
    /// The criteria, in the order of display.
    pub criteria: Vec<Criterion>,
    /// What must hold before a set may be chosen at all; weighs nothing.
    #[serde(default)]
    pub gates: Vec<Criterion>,
}

impl Rubric {
    /// The criterion or gate of that key.
    pub fn named(&self, key: &str) -> Option<&Criterion> {
        self.criteria.iter().chain(&self.gates).find(|criterion| criterion.key == key)
    }

    /// The score that `parts` give, or the criterion that has no part.
    pub fn score(&self, parts: &[Part]) -> Result<Interval, String> {
        self.score_with(parts, &self.criteria.iter().map(|c| c.weight).collect::<Vec<_>>())
    }

    /// The same under other weights, one for each criterion.
    pub(crate) fn score_with(&self, parts: &[Part], weights: &[f64]) -> Result<Interval, String> {
        let total: f64 = weights.iter().sum();
        let mut sum = Interval::exact(0.0);
        for (criterion, weight) in self.criteria.iter().zip(weights) {
            let part =
                parts.iter().find(|part| part.criterion == criterion.key).ok_or_else(|| criterion.key.clone())?;
            sum.value += weight * part.value.value;
            sum.low += weight * part.value.low;
            sum.high += weight * part.value.high;
        }
        let factor = if total > 0.0 { self.scale / total } else { 0.0 };
        Ok(Interval { value: sum.value * factor, low: sum.low * factor, high: sum.high * factor })
    }
}

/// What one criterion says of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Key of the criterion.
    pub criterion: String,
    /// Value from 0 to 1 with its range.
    pub value: Interval,
    /// How it is known.
    pub grade: Grade,
    /// Why this set got this value.
    pub reason: Text,
    /// What the rule alone says, where people have said otherwise; `None` where `value` is the rule's own.
    #[serde(default)]
    pub rule: Option<Interval>,
}

impl Part {
    /// What the rule alone says.
    pub fn ruled(&self) -> Interval {
        self.rule.unwrap_or(self.value)
    }
}

/// What a gate says of a set: closed where even the upper end stays below `least`, open where the lower end reaches it,
/// and between them to be confirmed by somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The gate's key, its value, and why.
    pub part: Part,
    /// The value that opens it.
    pub least: f64,
}

impl Gate {
    /// Whether no value that the evidence allows would open it.
    pub fn is_closed(&self) -> bool {
        self.part.value.high < self.least
    }

    /// Whether nobody has confirmed that it is open.
    pub fn is_unconfirmed(&self) -> bool {
        !self.is_closed() && self.part.value.low < self.least
    }
}

/// Whether a set may be chosen for a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Status {
    /// Evidence from the data or its documents.
    Ready,
    /// Measured, but nobody has confirmed that every gate is open: may be chosen, and is then marked as provisional.
    Review,
    /// Rests on titles and paths alone: may be chosen, and is then marked as provisional until it was probed.
    Probe,
    /// Stopped by a gate.
    Gated {
        /// Name of the gate.
        gate: String,
        /// Why it is closed.
        reason: Text,
    },
}

impl Status {
    /// Has a gate stopped it?
    pub(crate) fn is_gated(&self) -> bool {
        matches!(self, Self::Gated { .. })
    }

    /// May it be chosen, though something has to be looked at before money is spent?
    pub(crate) fn is_provisional(&self) -> bool {
        matches!(self, Self::Review | Self::Probe)
    }
}

/// A set's standing in one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Score in points.
    pub score: Interval,
    /// What it is made of; may be empty, and then only the score itself is varied.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Whether it may be chosen.
    pub status: Status,
    /// The gates that it must pass, in their order; may be empty, and then the status is taken as it is.
    #[serde(default)]
    pub gates: Vec<Gate>,
    /// Whether it rests on titles and paths: then it is to be probed, however its gates stand.
    #[serde(default)]
    pub on_titles: bool,
}

impl Standing {
    /// What the gates say: the first closed one stops the set; else it is to be probed, to be reviewed, or ready.
    pub fn status_by_gates(&self) -> Status {
        if let Some(closed) = self.gates.iter().find(|gate| gate.is_closed()) {
            return Status::Gated { gate: closed.part.criterion.clone(), reason: closed.part.reason.clone() };
        }
        if self.on_titles {
            Status::Probe
        } else if self.gates.iter().any(Gate::is_unconfirmed) {
            Status::Review
        } else {
            Status::Ready
        }
    }

    /// What is said of a criterion or gate.
    pub fn part(&self, key: &str) -> Option<&Part> {
        self.parts.iter().chain(self.gates.iter().map(|gate| &gate.part)).find(|part| part.criterion == key)
    }
}

/// A set that may be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The catalogue's number or name of it.
    pub id: String,
    /// Title as listed.
    pub title: String,
    /// Field as listed; `None` where unknown.
    pub field: Option<String>,
    /// Modality as listed; `None` where unknown.
    pub modality: Option<String>,
    /// Sets of one series (the same project continued) share this.
    pub series: Option<String>,
    /// Year that it was built.
    pub build_year: Option<i32>,
    /// Stored bytes.
    pub bytes: Option<u64>,
    /// Known cost in won; `None` takes the cost model's.
    pub cost_krw: Option<i64>,
    /// What a chosen set brings that the objective wants covered.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Standing by track; a track that is missing cannot choose it.
    pub tracks: BTreeMap<Track, Standing>,
    /// The shipped plan of its family, where there is one.
    #[serde(default)]
    pub plan: Option<String>,
}

/// How a likeness of two sets is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkBasis {
    /// Overlap counted in the data.
    Measured,
    /// Stated by a person, or derived from titles.
    Declared,
}

/// Two sets that resemble each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// One set.
    pub a: String,
    /// The other.
    pub b: String,
    /// 0 (nothing in common) to 1 (the same data).
    pub similarity: f64,
    /// How it is known.
    pub basis: LinkBasis,
    /// Alike in make but recorded under complementary conditions (day and night, adult and child): never penalised.
    #[serde(default)]
    pub complementary: bool,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// A cost for all sets that a rule fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRule {
    /// Only this modality.
    #[serde(default)]
    pub modality: Option<String>,
    /// Only this field.
    #[serde(default)]
    pub field: Option<String>,
    /// Won for a set.
    pub krw: i64,
    /// Where the figure comes from.
    pub note: String,
}

/// What a set costs: its own figure, else the first rule that fits, else the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostModel {
    /// Won for a set of which nothing is known.
    pub default_krw: i64,
    /// Where the default comes from.
    pub note: Text,
    /// Finer figures, first match wins.
    #[serde(default)]
    pub rules: Vec<CostRule>,
}

impl Default for CostModel {
    fn default() -> Self {
        Self {
            default_krw: 100_000_000,
            note: Text::new(
                "가정: 사업비 30억 원을 30종으로 나눈 값(종당 1억 원)",
                "assumption: 3 billion won divided by 30 sets (100 million won each)",
            ),
            rules: Vec::new(),
        }
    }
}

/// A cost and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Won.
    pub krw: i64,
    /// True where no figure for this very set is known.
    pub assumed: bool,
}

impl CostModel {
    /// What `candidate` costs.
    pub fn cost(&self, candidate: &Candidate) -> Cost {
        if let Some(krw) = candidate.cost_krw {
            return Cost { krw, assumed: false };
        }
        let fits = |wanted: &Option<String>, got: &Option<String>| wanted.is_none() || wanted == got;
        let rule =
            self.rules.iter().find(|r| fits(&r.modality, &candidate.modality) && fits(&r.field, &candidate.field));
        Cost { krw: rule.map_or(self.default_krw, |rule| rule.krw), assumed: true }
    }
}

/// Something that the thirty together should be able to teach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capability {
    /// The name that candidates use.
    pub name: String,
    /// What people read.
    pub label: Text,
    /// Only chosen sets of this track count; `None` counts both.
    pub track: Option<Track>,
    /// Points for each of the first `want` chosen sets that bring it.
    pub points: f64,
    /// How many sets are rewarded.
    pub want: u32,
}

/// A person's decision about one set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The set.
    pub id: String,
    /// Only in this track; `None` means either.
    #[serde(default)]
    pub track: Option<Track>,
    /// Why; must not be empty.
    pub reason: String,
    /// Who; must not be empty.
    pub by: String,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Sets for language models.
    pub llm: u32,
    /// Sets for physical AI.
    pub physical: u32,
    /// Won in all; `None` means no limit.
    pub budget_krw: Option<i64>,
    /// Most sets of one field, over both tracks; those of which no field is known count as one field.
    pub max_per_field: Option<u32>,
    /// Most sets of one series, over both tracks.
    pub max_per_series: Option<u32>,
    /// Sets that must be chosen.
    pub include: Vec<Override>,
    /// Sets that must not be chosen.
    pub exclude: Vec<Override>,
    /// Points lost when two sets of similarity 1 are both chosen; in proportion below.
    pub redundancy_points: f64,
    /// Links below this similarity cost nothing.
    pub redundancy_floor: f64,
    /// Whether likeness also costs where one set serves one track and the other set the other track.
    pub redundancy_across_tracks: bool,
    /// What the selection should cover.
    pub capabilities: Vec<Capability>,
    /// 0 counts `value`, 1 counts `low`, between them in proportion: how much missing evidence is charged. The value of
    /// what is not known is the middle of its range, a mean that nobody has stated; half of the way down is the default.
    pub caution: f64,
    /// Whether sets that rest on titles alone may be chosen (provisionally).
    pub allow_probe: bool,
    /// Seed of the stability draws.
    pub seed: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            llm: 15,
            physical: 15,
            budget_krw: Some(3_000_000_000),
            max_per_field: None,
            max_per_series: None,
            include: Vec::new(),
            exclude: Vec::new(),
            redundancy_points: 10.0,
            redundancy_floor: 0.3,
            redundancy_across_tracks: false,
            capabilities: Vec::new(),
            caution: 0.5,
            allow_probe: true,
            seed: 20260430,
        }
    }
}

impl Request {
    /// Sets wanted for `track`.
    pub fn count(&self, track: Track) -> u32 {
        match track {
            Track::Llm => self.llm,
            Track::Physical => self.physical,
        }
    }
}

/// Orders ids as people do: numbers by size, before names by letter.
pub(crate) fn by_id(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
