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
        gates: Vec::new(),
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
                    let reason = Text::new("이유", "a reason");
                    Part { criterion: criterion.key.clone(), value, grade, reason, rule: None }
                })
                .collect();
            let status = match random.next() % 10 {
                0 => Status::Gated { gate: "rights".into(), reason: Text::new("권리", "rights") },
                1..=4 => Status::Probe,
                _ => Status::Ready,
            };
            let score = rubric.score(&parts).unwrap();
            let on_titles = status == Status::Probe;
            tracks.insert(rubric.track, Standing { score, parts, status, gates: Vec::new(), on_titles });
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
    // What is not known is one field.
    let (mut fields, mut series): (BTreeMap<Option<&str>, u32>, BTreeMap<&str, u32>) = Default::default();
    let mut krw = 0;
    for (set, _) in &sets {
        if !ids.insert(set.id.as_str()) {
            return false;
        }
        krw += case.costs.cost(set).krw;
        *fields.entry(set.field.as_deref()).or_default() += 1;
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

/// Links all sets of two kinds, some more alike (a series) and some complementary: crowds with exceptions.
fn alike(case: &mut Case, n: usize) {
    let known: BTreeSet<(String, String)> =
        case.links.iter().flat_map(|l| [(l.a.clone(), l.b.clone()), (l.b.clone(), l.a.clone())]).collect();
    for a in 1..=n {
        for b in (a + 2..=n).step_by(2) {
            let (first, second) = (a.to_string(), b.to_string());
            if known.contains(&(first.clone(), second.clone())) {
                continue;
            }
            case.links.push(Link {
                a: first,
                b: second,
                similarity: if (a + b) % 5 == 0 { 0.6 } else { 0.3 },
                basis: LinkBasis::Declared,
                complementary: a * b % 7 == 0,
                note: String::new(),
            });
        }
    }
}

/// Small requests over small cases, some impossible.
fn small() -> impl Strategy<Value = Case> {
    let caps = (prop::option::of(1u32..4), prop::option::of(1u32..3));
    let flags =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.3), prop::bool::weighted(0.5));
    (4usize..11, any::<u64>(), 1u32..4, 0u32..4, caps, flags, 0i64..8, 0u8..3).prop_map(
        |(
            n,
            seed,
            llm,
            physical,
            (per_field, per_series),
            (across, coarse, include, exclude, kinds),
            slack,
            caution,
        )| {
            let mut case = made(n, seed);
            if kinds {
                alike(&mut case, n);
            }
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

/// `case` with one set fewer in `track`, and without the default cost.
fn one_fewer(case: &Case, track: Track) -> Option<Case> {
    let mut fewer = case.clone();
    let wanted = match track {
        Track::Llm => &mut fewer.request.llm,
        Track::Physical => &mut fewer.request.physical,
    };
    *wanted = wanted.checked_sub(1)?;
    let left = fewer.request.budget_krw.map(|krw| krw - case.costs.default_krw);
    fewer.request.budget_krw = left;
    left.is_none_or(|krw| krw >= 0).then_some(fewer)
}

/// A set that nobody knows, with a certain score.
fn newcomer(track: Track, units: i64) -> Candidate {
    let score = Interval::exact(units as f64 / 10_000.0);
    let standing = Standing { score, parts: Vec::new(), status: Status::Ready, gates: Vec::new(), on_titles: false };
    Candidate {
        id: "newcomer".into(),
        title: "가상의 새 데이터".into(),
        field: Some("새 분야".into()),
        modality: None,
        series: None,
        build_year: None,
        bytes: None,
        cost_krw: None,
        capabilities: Vec::new(),
        tracks: BTreeMap::from([(track, standing)]),
        plan: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_a_newcomer_needs_is_that_of_brute_force(case in small()) {
        let Ok(selection) = solve(&case) else { return Ok(()) };
        let depth = Depth { within_percent: 1.0, alternatives: 2, entries: 1 };
        let sensitivity = analyse(&case, &selection, depth).unwrap();
        for margin in &sensitivity.margins {
            let fewer = one_fewer(&case, margin.track).and_then(|fewer| brute_force(&fewer));
            let needed = fewer.map(|(worth, _)| selection.units - worth);
            prop_assert_eq!(margin.newcomer_units, needed);
            let enters = |units: i64| {
                let mut other = case.clone();
                other.candidates.push(newcomer(margin.track, units));
                solve(&other).unwrap().track_of("newcomer").is_some()
            };
            match needed {
                Some(needed) => prop_assert!(enters(needed + 1) && !enters(needed - 1)),
                None => prop_assert!(!enters(units(1000.0))),
            }
        }
        let mut other = case.clone();
        other.request.caution = 1.0;
        let then = solve(&other).unwrap();
        match &sensitivity.cautious {
            Some(exchange) => {
                prop_assert_eq!(exchange.left.len(), exchange.entered.len());
                let stays = |place: &super::sensitivity::Place| then.track_of(&place.id) == Some(place.track);
                prop_assert!(exchange.entered.iter().all(stays) && !exchange.left.iter().any(stays));
            }
            None => prop_assert!(case.request.caution == 1.0 && then.picks == selection.picks),
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
    let (before, after) = (change.rank_before.unwrap(), change.rank_after.unwrap());
    assert!(after.rank <= before.rank);
    assert!(after.best <= after.rank && after.rank <= after.worst);
    assert_eq!(ruling.entered.len(), ruling.left.len());
    let error = appeal::rule(&case, &selection, &appeal::Appeal { criterion: "reasonin".into(), ..claim(1.0) });
    assert!(error.unwrap_err().to_string().contains("criteria: reasoning, recheck"));
    assert!(appeal::rule(&case, &selection, &claim(1.5)).is_err());
}

fn gate(key: &str, low: f64, high: f64) -> Gate {
    let value = Interval { value: f64::midpoint(low, high), low, high };
    let reason = Text::new("관문 이유", "why the gate");
    Gate { part: Part { criterion: key.into(), value, grade: Grade::Inferred, reason, rule: None }, least: 0.3 }
}

#[test]
fn an_appeal_opens_and_closes_a_gate() {
    let mut case = made(80, 8);
    let first = solve(&case).unwrap();
    let (chosen, stopped) = (first.of(Track::Llm).next().unwrap().id.clone(), "stopped".to_owned());
    // The best of all, but for its gates.
    let mut best = newcomer(Track::Llm, units(99.0));
    best.id.clone_from(&stopped);
    let standing = best.tracks.get_mut(&Track::Llm).unwrap();
    standing.gates = vec![gate("rights", 0.1, 0.9), gate("continuity", 0.0, 0.2)];
    standing.status = standing.status_by_gates();
    assert!(matches!(&standing.status, Status::Gated { gate, .. } if gate == "continuity"));
    case.candidates.push(best);
    let held = case.candidates.iter_mut().find(|c| c.id == chosen).unwrap().tracks.get_mut(&Track::Llm).unwrap();
    (held.gates, held.on_titles) = (vec![gate("rights", 1.0, 1.0)], false);
    held.status = held.status_by_gates();
    assert_eq!(held.status, Status::Ready);

    let selection = solve(&case).unwrap();
    let claim = |id: &str, criterion: &str, value: f64| appeal::Appeal {
        id: id.into(),
        track: None,
        criterion: criterion.into(),
        value,
        evidence: "https://example.org/report.pdf".into(),
        by: "builder".into(),
    };
    assert!(!appeal::ranks(&case, Track::Llm).contains_key(&stopped), "what is stopped has no rank");
    let opened = appeal::rule(&case, &selection, &claim(&stopped, "continuity", 1.0)).unwrap();
    let change = &opened.changes[0];
    assert_eq!((change.rank_before, change.rank_after.map(|rank| rank.rank)), (None, Some(1)));
    assert_eq!(change.status_after, Some(Status::Review), "its rights are unconfirmed");
    assert_eq!(change.score_before, change.score_after, "gates weigh nothing");
    assert!(opened.entered.iter().any(|place| place.id == stopped));

    let closed = appeal::rule(&case, &selection, &claim(&chosen, "rights", 0.0)).unwrap();
    assert!(matches!(&closed.changes[0].status_after, Some(Status::Gated { gate, .. }) if gate == "rights"));
    assert_eq!(closed.changes[0].rank_after, None);
    assert!(closed.left.iter().any(|place| place.id == chosen));
    assert!(appeal::rule(&case, &selection, &claim(&chosen, "continuity", 1.0)).is_err(), "it has no such gate");
}

#[test]
fn ranks_are_those_of_the_catalogue() {
    let mut case = made(60, 12);
    for (index, candidate) in case.candidates.iter_mut().enumerate() {
        for standing in candidate.tracks.values_mut() {
            standing.parts.clear();
            let value = (index % 4) as f64;
            standing.score = Interval { value, low: value - (index % 3) as f64, high: value + 1.0 };
        }
    }
    let ranks = appeal::ranks(&case, Track::Llm);
    let open = case.candidates.iter().filter_map(|c| Some((&c.id, c.tracks.get(&Track::Llm)?)));
    let mut open: Vec<(&String, Interval)> =
        open.filter(|(_, s)| !matches!(s.status, Status::Gated { .. })).map(|(id, s)| (id, s.score)).collect();
    open.sort_by(|(x, a), (y, b)| b.value.total_cmp(&a.value).then(b.low.total_cmp(&a.low)).then(x.cmp(y)));
    assert_eq!(ranks.len(), open.len());
    for (place, (id, score)) in open.iter().enumerate() {
        let rank = ranks[*id];
        // row_number, and the ends as plans/sql/catalog_score.sql counts them.
        assert_eq!(rank.rank, place + 1);
        assert_eq!(rank.best, 1 + open.iter().filter(|(_, other)| other.low > score.high).count());
        assert_eq!(rank.worst, open.iter().filter(|(_, other)| other.high >= score.low).count());
    }
}

#[test]
fn experts_are_compared_with_the_rule_and_not_with_themselves() {
    let mut case = made(10, 13);
    let id = case.candidates.iter().find(|c| c.tracks.contains_key(&Track::Llm)).unwrap().id.clone();
    let candidate = case.candidates.iter_mut().find(|c| c.id == id).unwrap();
    let standing = candidate.tracks.get_mut(&Track::Llm).unwrap();
    // As after scoring with the judgements: the value is theirs, and what the rule says stands beside it.
    let rule = Interval { value: 0.3, low: 0.2, high: 0.4 };
    standing.parts[0].value = Interval::exact(0.9);
    standing.parts[0].rule = Some(rule);
    let mut rights = gate("rights", 1.0, 1.0);
    rights.part.rule = Some(Interval { value: 0.5, low: 0.0, high: 1.0 });
    standing.gates = vec![rights];
    let judgment = |criterion: &str, value: f64| super::judgment::Judgment {
        dataset_id: id.clone(),
        track: Track::Llm,
        criterion: criterion.into(),
        reviewer: "kim".into(),
        conflict_of_interest: false,
        value,
        reason: "because".into(),
        evidence: String::new(),
        time: "2026-05-01".into(),
    };
    let found = super::judgment::differences(&case, &[judgment("reasoning", 0.9), judgment("rights", 1.0)]);
    let of = |key: &str| found.iter().find(|difference| difference.criterion == key).unwrap();
    assert_eq!((of("reasoning").rule, of("reasoning").outside), (rule, true));
    assert_eq!((of("rights").rule.value, of("rights").outside), (0.5, false), "gates are compared too");
}

#[test]
fn sets_without_a_field_are_one_field() {
    let mut case = made(60, 14);
    case.request = Request { llm: 2, physical: 0, budget_krw: None, max_per_field: Some(1), ..case.request };
    for candidate in &mut case.candidates {
        candidate.field = None;
    }
    let Err(Error::Infeasible(conflict)) = solve(&case) else { panic!("one field gives one set") };
    assert!(conflict.text(Lang::En).contains("1 fields have any"), "{conflict}");
}

#[test]
fn complementary_sets_are_not_fined_and_the_others_of_their_kind_are() {
    let mut case = made(30, 15);
    case.links.clear();
    case.request = Request { llm: 3, physical: 0, budget_krw: None, capabilities: Vec::new(), ..case.request };
    let open: Vec<String> = case
        .candidates
        .iter()
        .filter(|c| c.tracks.get(&Track::Llm).is_some_and(|s| !matches!(s.status, Status::Gated { .. })))
        .map(|c| c.id.clone())
        .collect();
    let link = |a: &str, b: &str, complementary: bool| Link {
        a: a.into(),
        b: b.into(),
        similarity: 0.6,
        basis: LinkBasis::Declared,
        complementary,
        note: String::new(),
    };
    case.links = vec![link(&open[0], &open[1], true), link(&open[0], &open[2], false), link(&open[1], &open[2], false)];
    case.request.include = open.iter().take(3).map(|id| order(id)).collect();
    let selection = solve(&case).unwrap();
    assert_eq!(selection.redundancy_units, units(12.0), "two pairs of three are fined");
    assert_eq!(selection.units, selection.score_units - selection.redundancy_units);
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
