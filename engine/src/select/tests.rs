//! The solver against brute force, explanations of the impossible, determinism, sensitivity by its definition.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::conflict::{Constraint, won};
use super::freeze::{Seal, Software, part};
use super::model::*;
use super::program::Program;
use super::random::Random;
use super::sensitivity::{Depth, analyse};
use super::stability::{Plan, Spread, stability};
use super::{Case, Error, appeal, solve, units};

/// A made case: `n` sets over both tracks, with fields, series, links, capabilities and values on a coarse grid, so
/// that equal worths are frequent.
pub(super) fn made(n: usize, seed: u64) -> Case {
    let mut random = Random::new(seed, 1);
    let keys = ["reasoning", "recheck", "diversity", "need", "scarcity", "quality"];
    let rubric = |track: Track| Rubric {
        track,
        scale: 100.0,
        criteria: keys
            .iter()
            .enumerate()
            .map(|(place, key)| Criterion {
                key: (*key).to_owned(),
                label: Text::new(format!("기준 {key}"), format!("Criterion {key}")),
                definition: Text::new("정의", "definition"),
                weight: 30.0 - 4.0 * place as f64,
            })
            .collect(),
    };
    let rubrics: Vec<Rubric> = Track::ALL.map(rubric).to_vec();
    let mut candidates = Vec::new();
    for index in 0..n {
        let mut tracks = BTreeMap::new();
        for rubric in &rubrics {
            if random.unit() < 0.15 {
                continue;
            }
            let parts: Vec<Part> = rubric
                .criteria
                .iter()
                .map(|criterion| {
                    let value = (random.unit() * 10.0).round() / 10.0;
                    let (low, high) = ((value - 0.3).max(0.0), (value + 0.2).min(1.0));
                    let grade = [Grade::Measured, Grade::Documented, Grade::Inferred, Grade::Unknown]
                        [(random.next() % 4) as usize];
                    let value = match grade {
                        Grade::Measured => Interval::exact(value),
                        Grade::Unknown => Interval { value, low: 0.0, high: 1.0 },
                        _ => Interval { value, low, high },
                    };
                    Part { criterion: criterion.key.clone(), value, grade, reason: Text::new("이유", "a reason") }
                })
                .collect();
            let status = match random.next() % 10 {
                0 => Status::Gated { gate: "rights".into(), reason: Text::new("권리", "rights") },
                1..=4 => Status::Probe,
                _ => Status::Ready,
            };
            let score = rubric.score(&parts).unwrap();
            tracks.insert(rubric.track, Standing { score, parts, status });
        }
        candidates.push(Candidate {
            id: (index + 1).to_string(),
            title: format!("가상 데이터 {index}"),
            field: (random.unit() < 0.95).then(|| format!("분야 {}", random.next() % 12)),
            modality: Some(["텍스트", "이미지", "비디오", "오디오"][(random.next() % 4) as usize].to_owned()),
            series: (random.unit() < 0.3).then(|| format!("시리즈 {}", random.next() % (1 + n as u64 / 6))),
            build_year: Some(2017 + (random.next() % 6) as i32),
            bytes: Some(random.next() % (1 << 40)),
            cost_krw: (random.unit() < 0.3).then(|| 50_000_000 + 10_000_000 * (random.next() % 11) as i64),
            capabilities: (0..random.next() % 3).map(|_| format!("cap{}", random.next() % 8)).collect(),
            tracks,
            plan: None,
        });
    }
    for candidate in &mut candidates {
        candidate.capabilities.sort();
        candidate.capabilities.dedup();
    }
    let mut links = Vec::new();
    let mut seen = BTreeSet::new();
    for _ in 0..n / 2 {
        let (a, b) = (random.next() % n as u64 + 1, random.next() % n as u64 + 1);
        if a != b && seen.insert((a.min(b), a.max(b))) {
            links.push(Link {
                a: a.to_string(),
                b: b.to_string(),
                similarity: (random.unit() * 10.0).round() / 10.0,
                basis: if random.unit() < 0.5 { LinkBasis::Measured } else { LinkBasis::Declared },
                complementary: random.unit() < 0.2,
                note: String::new(),
            });
        }
    }
    let capabilities = (0..8)
        .map(|c| Capability {
            name: format!("cap{c}"),
            label: Text::new(format!("역량 {c}"), format!("capability {c}")),
            track: [None, Some(Track::Llm), Some(Track::Physical)][c % 3],
            points: 1.0 + c as f64 / 2.0,
            want: 1 + (c % 2) as u32,
        })
        .collect();
    let request = Request { capabilities, ..Request::default() };
    Case { candidates, links, rubrics, costs: CostModel::default(), request }.rounded()
}

/// Best worth over all choices, and the first of the best in the order of the tie-break.
fn brute_force(case: &Case) -> Option<(i64, Vec<usize>)> {
    let program = Program::build(case, &BTreeSet::new());
    assert!(program.vars.len() <= 22, "too many for brute force");
    let mut best: Option<(i64, Vec<usize>)> = None;
    for mask in 0u32..1 << program.vars.len() {
        if mask.count_ones() != case.request.llm + case.request.physical {
            continue;
        }
        let chosen: Vec<usize> = (0..program.vars.len()).filter(|v| mask >> v & 1 == 1).collect();
        if !allowed(case, &program, &chosen) {
            continue;
        }
        let worth = worth(case, &program, &chosen);
        // Ascending lists of equal length: the lexicographically smaller one has the earlier variable.
        if best.as_ref().is_none_or(|(w, list)| worth > *w || worth == *w && chosen < *list) {
            best = Some((worth, chosen));
        }
    }
    best
}

/// The constraints said again, straight from the request.
fn allowed(case: &Case, program: &Program, chosen: &[usize]) -> bool {
    let request = &case.request;
    let sets: Vec<(&Candidate, Track)> =
        chosen.iter().map(|v| (&case.candidates[program.vars[*v].candidate], program.vars[*v].track)).collect();
    let mut ids = BTreeSet::new();
    let (mut fields, mut series): (BTreeMap<&str, u32>, BTreeMap<&str, u32>) = Default::default();
    let mut krw = 0;
    for (set, _) in &sets {
        if !ids.insert(set.id.as_str()) {
            return false;
        }
        krw += case.costs.cost(set).krw;
        set.field.as_deref().into_iter().for_each(|f| *fields.entry(f).or_default() += 1);
        set.series.as_deref().into_iter().for_each(|s| *series.entry(s).or_default() += 1);
    }
    Track::ALL.iter().all(|t| sets.iter().filter(|(_, track)| track == t).count() == request.count(*t) as usize)
        && request.budget_krw.is_none_or(|budget| krw <= budget)
        && request.max_per_field.is_none_or(|max| fields.values().all(|n| *n <= max))
        && request.max_per_series.is_none_or(|max| series.values().all(|n| *n <= max))
        && request
            .include
            .iter()
            .all(|order| sets.iter().any(|(set, track)| set.id == order.id && order.track.is_none_or(|t| t == *track)))
}

/// The objective said again.
fn worth(case: &Case, program: &Program, chosen: &[usize]) -> i64 {
    let request = &case.request;
    let sets: Vec<(&Candidate, Track)> =
        chosen.iter().map(|v| (&case.candidates[program.vars[*v].candidate], program.vars[*v].track)).collect();
    let mut sum = 0;
    for (set, track) in &sets {
        let score = set.tracks[track].score;
        sum += units(score.value - request.caution * (score.value - score.low));
    }
    for capability in &request.capabilities {
        let bears = |(set, track): &&(&Candidate, Track)| {
            set.capabilities.contains(&capability.name) && capability.track.is_none_or(|t| t == *track)
        };
        let n = sets.iter().filter(bears).count() as i64;
        sum += units(capability.points) * n.min(i64::from(capability.want));
    }
    for link in &case.links {
        if link.complementary || link.similarity < request.redundancy_floor {
            continue;
        }
        let track_of = |id: &str| sets.iter().find(|(set, _)| set.id == id).map(|(_, track)| *track);
        let sides = track_of(&link.a).zip(track_of(&link.b));
        if sides.is_some_and(|(a, b)| a == b || request.redundancy_across_tracks) {
            sum -= units(link.similarity * request.redundancy_points);
        }
    }
    sum
}

fn order(id: &str) -> Override {
    Override { id: id.into(), track: None, reason: "required by law".into(), by: "board".into() }
}

/// Small requests over small cases, some impossible.
fn small() -> impl Strategy<Value = Case> {
    let caps = (prop::option::of(1u32..4), prop::option::of(1u32..3));
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    (4usize..11, any::<u64>(), 1u32..4, 0u32..4, caps, flags, 0i64..8, 0u8..3).prop_map(
        |(n, seed, llm, physical, (per_field, per_series), (across, coarse, include, exclude), slack, caution)| {
            let mut case = made(n, seed);
            let request = &mut case.request;
            (request.llm, request.physical) = (llm, physical);
            (request.max_per_field, request.max_per_series) = (per_field, per_series);
            request.budget_krw = Some(i64::from(llm + physical) * 70_000_000 + slack * 20_000_000 + slack % 3);
            request.redundancy_across_tracks = across;
            request.caution = f64::from(caution) / 2.0;
            if include {
                request.include.push(order("2"));
            }
            if exclude {
                request.exclude.push(order("1"));
            }
            for (index, candidate) in case.candidates.iter_mut().enumerate() {
                if coarse {
                    // Many equal worths: the tie-break decides.
                    for standing in candidate.tracks.values_mut() {
                        standing.parts.clear();
                        let value = (standing.score.value / 20.0).round() * 20.0;
                        standing.score = Interval { value, low: value - (index % 3) as f64, high: value };
                    }
                } else if index % 4 == 0 {
                    candidate.cost_krw = Some(60_000_001 + index as i64 * 7_654_321);
                }
            }
            case.rubrics.truncate(if coarse { 0 } else { 2 });
            case
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn optimum_and_tie_break_are_those_of_brute_force(case in small()) {
        match (solve(&case), brute_force(&case)) {
            (Ok(selection), Some((worth, chosen))) => {
                prop_assert_eq!(selection.units, worth);
                let program = Program::build(&case, &BTreeSet::new());
                let mut expected: Vec<(String, Track)> = chosen
                    .iter()
                    .map(|v| (case.candidates[program.vars[*v].candidate].id.clone(), program.vars[*v].track))
                    .collect();
                let mut got: Vec<(String, Track)> = selection.picks.iter().map(|p| (p.id.clone(), p.track)).collect();
                expected.sort();
                got.sort();
                prop_assert_eq!(got, expected);
                let sum = selection.score_units + selection.coverage_units - selection.redundancy_units;
                prop_assert_eq!(selection.units, sum);
            }
            (Err(Error::Infeasible(conflict)), None) => {
                prop_assert!(!conflict.collisions.is_empty());
            }
            (got, expected) => prop_assert!(false, "{got:?} against {expected:?}"),
        }
    }

    #[test]
    fn a_conflict_is_minimal(case in small()) {
        if let Err(Error::Infeasible(conflict)) = solve(&case) {
            // Brute force over the case that keeps only the collisions, each left out in turn.
            let kept: Vec<Constraint> = conflict.collisions.iter().map(|c| c.constraint.clone()).collect();
            prop_assert!(!possible(&case, &kept));
            for out in 0..kept.len() {
                let mut fewer = kept.clone();
                fewer.remove(out);
                prop_assert!(possible(&case, &fewer), "{:?} is not needed in {:?}", kept[out], kept);
            }
        }
    }

    #[test]
    fn margins_are_what_they_say(case in small()) {
        let Ok(selection) = solve(&case) else { return Ok(()) };
        let depth = Depth { within_percent: 100.0, alternatives: 3, entries: 4 };
        let sensitivity = analyse(&case, &selection, depth).unwrap();
        for entry in &sensitivity.entries {
            let Some(needed) = entry.needed_units else { continue };
            // Just above the needed worth it enters, just below it does not.
            for (change, enters) in [(2, true), (-2, false)] {
                let mut other = case.clone();
                other.rubrics.clear();
                let standing = other
                    .candidates
                    .iter_mut()
                    .find(|c| c.id == entry.place.id)
                    .and_then(|c| c.tracks.get_mut(&entry.place.track))
                    .unwrap();
                let score = standing.score;
                let lift = (needed + change - entry.units) as f64 / 10_000.0;
                // All three move, so that caution moves with them.
                standing.score =
                    Interval { value: score.value + lift, low: score.low + lift, high: score.high + lift };
                let again = solve(&other).unwrap();
                prop_assert_eq!(again.track_of(&entry.place.id) == Some(entry.place.track), enters);
            }
        }
        let mut last = 0;
        for alternative in &sensitivity.alternatives {
            prop_assert!(alternative.loss_units >= last);
            prop_assert_eq!(alternative.left.len(), alternative.entered.len());
            last = alternative.loss_units;
        }
    }
}

/// Whether the constraints in `kept`, and no others, can hold; by brute force over small cases.
fn possible(case: &Case, kept: &[Constraint]) -> bool {
    let mut other = case.clone();
    let keeps = |constraint: &Constraint| kept.contains(constraint);
    let request = &mut other.request;
    request.exclude.retain(|o| keeps(&Constraint::Exclude { id: o.id.clone(), track: o.track }));
    request.include.retain(|o| keeps(&Constraint::Include { id: o.id.clone(), track: o.track }));
    request.max_per_field = request.max_per_field.filter(|max| keeps(&Constraint::PerField { max: *max }));
    request.max_per_series = request.max_per_series.filter(|max| keeps(&Constraint::PerSeries { max: *max }));
    request.budget_krw = request.budget_krw.filter(|krw| keeps(&Constraint::Budget { krw: *krw }));
    if !keeps(&Constraint::Gates) {
        for standing in other.candidates.iter_mut().flat_map(|c| c.tracks.values_mut()) {
            if matches!(standing.status, Status::Gated { .. }) {
                standing.status = Status::Ready;
            }
        }
    }
    // A count that is left out may be anything.
    let wanted = |track: Track| {
        let wanted = case.request.count(track);
        if keeps(&Constraint::Count { track, wanted }) { wanted..=wanted } else { 0..=4 }
    };
    for llm in wanted(Track::Llm) {
        for physical in wanted(Track::Physical) {
            (other.request.llm, other.request.physical) = (llm, physical);
            if brute_force(&other).is_some() {
                return true;
            }
        }
    }
    false
}

#[test]
fn colliding_constraints_are_named_with_what_would_help() {
    let mut case = made(40, 3);
    case.request.max_per_field = Some(1);
    let Err(Error::Infeasible(conflict)) = solve(&case) else { panic!("12 fields cannot give 30 sets") };
    let names: Vec<&Constraint> = conflict.collisions.iter().map(|c| &c.constraint).collect();
    assert!(names.contains(&&Constraint::PerField { max: 1 }), "{names:?}");
    let text = conflict.text(Lang::En);
    assert!(text.contains("--max-per-field 1") && text.contains("would do"), "{text}");
    assert!(conflict.text(Lang::Ko).contains("분야당 최대 1종"));

    let mut case = made(60, 4);
    case.request.budget_krw = Some(1_000_000_000);
    let Err(Error::Infeasible(conflict)) = solve(&case) else { panic!("too little money") };
    let text = conflict.to_string();
    assert!(text.contains("1,000,000,000 won") && text.contains("need at least"), "{text}");

    let mut case = made(60, 5);
    let gated = case
        .candidates
        .iter()
        .find(|c| c.tracks.values().all(|s| matches!(s.status, Status::Gated { .. })) && !c.tracks.is_empty());
    let id = gated.unwrap().id.clone();
    case.request.include.push(order(&id));
    let Err(Error::Infeasible(conflict)) = solve(&case) else { panic!("a gated set cannot be demanded") };
    let names: Vec<&Constraint> = conflict.collisions.iter().map(|c| &c.constraint).collect();
    assert_eq!(names, [&Constraint::Gates, &Constraint::Include { id, track: None }]);
    assert!(conflict.to_string().contains("gate 'rights'"));
}

#[test]
fn order_of_inputs_and_threads_do_not_matter() {
    let case = made(200, 6);
    let selection = solve(&case).unwrap();
    let mut turned = case.clone();
    turned.candidates.reverse();
    turned.links.reverse();
    assert_eq!(solve(&turned).unwrap().picks, selection.picks);
    let plan = Plan { draws: 20, spread: Spread::Dirichlet { concentration: 50.0 } };
    let one = stability(&case, &selection, plan, 1).unwrap();
    assert_eq!(stability(&case, &selection, plan, 3).unwrap(), one);
    assert_eq!(one.shares.iter().filter(|share| share.chosen).count(), 30);
    let chosen: u32 = one.shares.iter().map(|share| share.by_weights).sum();
    assert_eq!(chosen, 20 * 30);
}

#[test]
fn a_spread_of_nothing_changes_nothing() {
    let case = made(150, 7);
    let selection = solve(&case).unwrap();
    let none = Plan { draws: 5, spread: Spread::Relative { percent: 0.0 } };
    let stability = stability(&case, &selection, none, 2).unwrap();
    if selection.certificate.unique {
        assert_eq!(stability.same_by_weights, 5);
    }
    let bad = Plan { draws: 5, spread: Spread::Dirichlet { concentration: 0.0 } };
    assert!(matches!(super::stability::stability(&case, &selection, bad, 2), Err(Error::Invalid(_))));
}

#[test]
fn an_appeal_shows_what_would_follow() {
    let case = made(80, 8);
    let selection = solve(&case).unwrap();
    let outsider = case
        .candidates
        .iter()
        .find(|c| {
            selection.track_of(&c.id).is_none() && c.tracks.get(&Track::Llm).is_some_and(|s| s.status == Status::Ready)
        })
        .unwrap();
    let claim = |value: f64| appeal::Appeal {
        id: outsider.id.clone(),
        track: Some(Track::Llm),
        criterion: "reasoning".into(),
        value,
        evidence: "https://example.org/report.pdf".into(),
        by: "builder".into(),
    };
    let old = outsider.tracks[&Track::Llm].parts[0].value;
    let ruling = appeal::rule(&case, &selection, &claim(1.0)).unwrap();
    let change = &ruling.changes[0];
    assert_eq!(change.value_before, old);
    let expected = change.score_before.value + (1.0 - old.value) * 30.0 / 120.0 * 100.0;
    assert!((change.score_after.value - expected).abs() < 1e-6);
    assert!(change.rank_after.rank <= change.rank_before.rank);
    assert!(change.rank_after.best <= change.rank_after.rank && change.rank_after.rank <= change.rank_after.worst);
    assert_eq!(ruling.entered.len(), ruling.left.len());
    let error = appeal::rule(&case, &selection, &appeal::Appeal { criterion: "reasonin".into(), ..claim(1.0) });
    assert!(error.unwrap_err().to_string().contains("criteria: reasoning, recheck"));
    assert!(appeal::rule(&case, &selection, &claim(1.5)).is_err());
}

#[test]
fn what_cannot_be_reckoned_with_is_refused() {
    let refuse = |change: &dyn Fn(&mut Case), named: &str| {
        let mut case = made(60, 9);
        change(&mut case);
        let error = solve(&case).unwrap_err().to_string();
        assert!(error.contains(named), "{named}: {error}");
    };
    refuse(&|case| case.candidates[1].id = "1".into(), "data set 1 stands twice");
    refuse(&|case| case.links[0].similarity = 1.5, "similarity 1.5");
    refuse(&|case| case.request.include.push(order("nope")), "--include nope");
    refuse(&|case| case.request.caution = f64::NAN, "caution");
    refuse(
        &|case| case.request.exclude.push(Override { reason: " ".into(), ..order("3") }),
        "--exclude 3: give --reason and --by",
    );
    let standing = |case: &mut Case, change: &dyn Fn(&mut Standing)| {
        let candidate = case.candidates.iter_mut().find(|c| c.tracks.contains_key(&Track::Llm)).unwrap();
        change(candidate.tracks.get_mut(&Track::Llm).unwrap());
    };
    refuse(&|case| standing(case, &|s| s.score.value += 1.0), "score the catalogue again");
    refuse(&|case| standing(case, &|s| s.score.value = f64::INFINITY), "is not a value within its range");
    refuse(&|case| standing(case, &|s| _ = s.parts.pop()), "no value for criterion quality");
}

#[test]
fn a_frozen_selection_is_derived_again_exactly() {
    let case = made(120, 10);
    let selection = solve(&case).unwrap();
    let software = Software { version: "jogak 0.1.0".into(), sha256: "ab".into(), solver: super::solve::SOLVER.into() };
    let inputs = BTreeMap::from([("case".to_owned(), part(&case).unwrap())]);
    let results = BTreeMap::from([("selection".to_owned(), part(&selection).unwrap())]);
    let bytes = Seal::new("first", software.clone(), inputs, results).unwrap().to_bytes().unwrap();
    let seal = Seal::parse(&bytes).unwrap();
    assert_eq!(seal.input::<Case>("case").unwrap(), case);
    let derive = |seal: &Seal| -> super::Result<BTreeMap<String, serde_json::Value>> {
        let selection = solve(&seal.input::<Case>("case")?)?;
        Ok(BTreeMap::from([("selection".to_owned(), part(&selection)?)]))
    };
    assert_eq!(seal.verify(&software, derive).unwrap().difference, None);

    let mut unrounded = case;
    unrounded.request.redundancy_points = 10.0 + f64::EPSILON * 8.0;
    let inputs = BTreeMap::from([("case".to_owned(), part(&unrounded).unwrap())]);
    // Whether a reader keeps this number is its own affair; a seal is refused rather than broken.
    if let Err(error) = Seal::new("second", software, inputs, BTreeMap::new()) {
        assert!(error.to_string().contains("/case/request/redundancy_points"));
    }
}

#[test]
fn won_is_grouped() {
    assert_eq!(
        [won(0), won(999), won(1_000), won(3_000_000_000), won(-12_345)],
        ["0", "999", "1,000", "3,000,000,000", "-12,345"]
    );
}
