//! Which sets resemble each other, as their kinds, series and titles tell it, under what people and probes say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::case::{maybe, number, text};
use crate::select::model::{Link, LinkBasis, Track};
use crate::select::{Candidate, by_id};

/// Sets of each track, by rank, among which likeness is derived from kind and field.
const KINDS_AMONG: usize = 200;
/// Pairs within the series of a track. Where there are more, the best sets of each series are linked, as many as that allows.
const MOST_PAIRS: usize = 20_000;
/// Likeness of two sets of one kind, declared: the same task on other data.
const SAME_KIND: f64 = 0.3;
/// Likeness of two sets of one kind and field, declared.
const SAME_KIND_AND_FIELD: f64 = 0.4;
/// Likeness of two sets of one series, declared.
const SAME_SERIES: f64 = 0.6;

/// Words that name the conditions of a recording: day and night, adult and child.
pub(super) struct Conditions {
    /// The word as it is sought, and whether it is a condition; the others ("data") say nothing. The longest first.
    words: Vec<(String, bool)>,
}

/// Letters and digits, small: titles differ in blanks, brackets and dots.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Conditions {
    /// From the rows of `catalog.conditions`.
    pub(super) fn new(rows: &[Value]) -> Self {
        let words = rows.iter().map(|row| (key(&text(row, "term")), maybe(row, "aspect").is_some()));
        let mut words: Vec<(String, bool)> = words.filter(|(word, _)| !word.is_empty()).collect();
        words.sort_by(|a, b| b.0.chars().count().cmp(&a.0.chars().count()).then_with(|| a.cmp(b)));
        Self { words }
    }

    /// A title without these words, and the conditions among them.
    fn split(&self, title: &str) -> (String, BTreeSet<&str>) {
        let mut rest = key(title);
        let mut found = BTreeSet::new();
        for (word, is_condition) in &self.words {
            if rest.contains(word.as_str()) {
                rest = rest.replace(word.as_str(), "");
                if *is_condition {
                    found.insert(word.as_str());
                }
            }
        }
        (rest, found)
    }

    /// Whether two titles are the same but for the conditions that each of them names.
    fn complementary(&self, a: &str, b: &str) -> bool {
        let ((a, of_a), (b, of_b)) = (self.split(a), self.split(b));
        !a.is_empty() && a == b && !of_a.is_empty() && !of_b.is_empty() && of_a != of_b
    }
}

type Pair = (String, String);

fn pair(a: &str, b: &str) -> Pair {
    if a < b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

/// Links that are declared or measured, and below them those that series, kind and field suggest. `placed` are rows of
/// `catalog.placements`, `ranks` those of `catalog.scores`; sets that a gate has stopped have none, and need no link.
pub(super) fn links(
    placed: &[Value],
    ranks: &BTreeMap<(String, Track), i64>,
    declared: &[Value],
    conditions: &Conditions,
    candidates: &BTreeMap<String, Candidate>,
) -> Vec<Link> {
    let mut links: BTreeMap<Pair, Link> = BTreeMap::new();
    let mut add = |a: &Value, b: &Value, similarity: f64, note: String| {
        let key = pair(&text(a, "dataset_id"), &text(b, "dataset_id"));
        let titles = candidates.get(&key.0).zip(candidates.get(&key.1));
        let Some((one, other)) = titles.filter(|_| key.0 != key.1) else { return };
        if links.get(&key).is_some_and(|known| known.similarity >= similarity) {
            return;
        }
        let complementary = conditions.complementary(&one.title, &other.title);
        let note = if complementary { format!("{note}; under complementary conditions") } else { note };
        let (a, b) = key.clone();
        links.insert(key, Link { a, b, similarity, basis: LinkBasis::Declared, complementary, note });
    };
    for track in Track::ALL {
        let rank = |row: &&Value| {
            let id = text(row, "dataset_id");
            (row["track"] == track.name()).then(|| ranks.get(&(id.clone(), track)).map(|rank| (*rank, id)))?
        };
        let mut ranked: Vec<((i64, String), &Value)> =
            placed.iter().filter_map(|row| Some((rank(&row)?, row))).collect();
        ranked.sort_by(|((a, a_id), _), ((b, b_id), _)| a.cmp(b).then_with(|| by_id(a_id, b_id)));
        let ranked: Vec<&Value> = ranked.into_iter().map(|(_, row)| row).collect();

        let series = grouped(&ranked, "series");
        let most = most_of_each(&series);
        for (name, rows) in &series {
            each_pair(rows.iter().take(most), |a, b| add(a, b, SAME_SERIES, format!("the same series: {name}")));
        }
        for (family, rows) in &grouped(ranked.get(..KINDS_AMONG).unwrap_or(&ranked), "family") {
            each_pair(rows.iter(), |a, b| {
                let domain = maybe(a, "domain").filter(|domain| Some(domain) == maybe(b, "domain").as_ref());
                match domain {
                    Some(domain) => {
                        add(a, b, SAME_KIND_AND_FIELD, format!("the same kind and field: {family}, {domain}"));
                    }
                    None => add(a, b, SAME_KIND, format!("the same kind: {family}")),
                }
            });
        }
    }
    for row in declared {
        let key = pair(&text(row, "a"), &text(row, "b"));
        if key.0 == key.1 || !candidates.contains_key(&key.0) || !candidates.contains_key(&key.1) {
            continue;
        }
        let (a, b) = key.clone();
        let basis = if row["basis"] == "measured" { LinkBasis::Measured } else { LinkBasis::Declared };
        let complementary = row["complementary"] == true;
        let similarity = number(row, "similarity").clamp(0.0, 1.0);
        links.insert(key, Link { a, b, similarity, basis, complementary, note: text(row, "note") });
    }
    links.into_values().collect()
}

/// Rows by the value of a column, where they have one; the order is kept.
fn grouped<'a>(rows: &[&'a Value], column: &str) -> BTreeMap<String, Vec<&'a Value>> {
    let mut groups: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for row in rows {
        if let Some(name) = maybe(row, column) {
            groups.entry(name).or_default().push(row);
        }
    }
    groups
}

/// How many sets of each series are linked, so that there are [`MOST_PAIRS`] at most.
fn most_of_each(groups: &BTreeMap<String, Vec<&Value>>) -> usize {
    let pairs = |most: usize| -> usize {
        groups.values().map(|rows| rows.len().min(most)).map(|n| n * n.saturating_sub(1) / 2).sum()
    };
    let mut most = groups.values().map(Vec::len).max().unwrap_or_default();
    while pairs(most) > MOST_PAIRS {
        most -= 1;
    }
    most
}

fn each_pair<'a>(rows: impl Iterator<Item = &'a &'a Value> + Clone, mut take: impl FnMut(&Value, &Value)) {
    let mut rest = rows;
    while let Some(one) = rest.next() {
        for other in rest.clone() {
            take(one, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conditions() -> Conditions {
        let terms = [
            ("3인 이상", "persons"),
            ("2인", "persons"),
            ("주간", "time of day"),
            ("야간", "time of day"),
            ("악천후", "weather"),
            ("수도권", "region"),
            ("비수도권", "region"),
            ("성인", "age"),
            ("아동", "age"),
            ("데이터", ""),
        ];
        Conditions::new(&terms.map(|(term, aspect)| json!({"term": term, "language": "ko", "aspect": aspect})))
    }

    #[test]
    fn titles_that_differ_by_conditions_alone_are_complementary() {
        let conditions = conditions();
        for (a, b, expected) in [
            ("가상 상호작용 데이터(3인 이상)", "가상 상호작용(2인)", true),
            ("가상 차량 주간 도로", "가상 차량 야간 도로 데이터", true),
            ("가상 차량 주간 도로", "가상 차량 악천후 도로", true),
            ("가상 표지판 (수도권)", "가상 표지판 (비수도권)", true),
            ("가상 대화 (성인)", "가상 대화 (아동)", true),
            // The same condition, none, other data, or nothing but conditions.
            ("가상 대화 (성인)", "가상 대화(성인) 데이터", false),
            ("가상 대화", "가상 대화 (아동)", false),
            ("가상 대화 (성인)", "가상 낭독 (아동)", false),
            ("주간", "야간", false),
        ] {
            assert_eq!(conditions.complementary(a, b), expected, "{a} / {b}");
            assert_eq!(conditions.complementary(b, a), expected, "{b} / {a}");
        }
    }

    fn candidate(id: &str, title: &str) -> (String, Candidate) {
        let candidate = Candidate {
            id: id.into(),
            title: title.into(),
            field: None,
            modality: None,
            series: None,
            build_year: None,
            bytes: None,
            cost_krw: None,
            capabilities: Vec::new(),
            tracks: BTreeMap::new(),
            plan: None,
        };
        (id.to_owned(), candidate)
    }

    #[test]
    fn series_kinds_and_conditions_make_links() {
        let sets = [
            ("1", "가상 주행 주간 데이터", Some("가상 주행"), "driving", "road"),
            ("2", "가상 주행 야간 데이터", Some("가상 주행"), "driving", "road"),
            ("3", "가상 주차 데이터", None, "driving", "road"),
            ("4", "가상 항해 데이터", None, "driving", "sea"),
        ];
        let candidates: BTreeMap<String, Candidate> = sets.iter().map(|(id, title, ..)| candidate(id, title)).collect();
        let placed: Vec<Value> = sets
            .iter()
            .map(|(id, _, series, family, domain)| {
                json!({"dataset_id": id, "track": "physical", "series": series, "family": family, "domain": domain})
            })
            .collect();
        let ranks = (0..).zip(&sets).map(|(rank, (id, ..))| (((*id).to_owned(), Track::Physical), rank)).collect();
        let links = links(&placed, &ranks, &[], &conditions(), &candidates);
        let of = |a: &str, b: &str| {
            let link = links.iter().find(|link| link.a == a && link.b == b).expect("a link");
            (link.similarity, link.complementary)
        };
        assert_eq!(of("1", "2"), (SAME_SERIES, true), "day and night are not fined");
        assert_eq!(of("1", "3"), (SAME_KIND_AND_FIELD, false));
        assert_eq!(of("3", "4"), (SAME_KIND, false));
        assert_eq!(links.len(), 6);
    }

    #[test]
    fn a_series_is_linked_whole_and_a_huge_one_by_its_best() {
        let row = |id: usize| json!({"dataset_id": id.to_string(), "track": "llm", "series": "가상", "family": null});
        let rows: Vec<Value> = (0..300).map(row).collect();
        let many: Vec<&Value> = rows.iter().collect();
        assert_eq!(most_of_each(&grouped(&many[..150], "series")), 150, "all of 150, beyond the first hundred");
        assert_eq!(most_of_each(&grouped(&many, "series")), 200);
    }
}
