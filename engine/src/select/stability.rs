//! In what share of perturbed weightings each set is chosen.
//!
//! Each draw solves the whole programme again, exactly. Two questions are kept apart: what if the *weights* were others
//! (the values as they are), and what if the *values* too were anywhere in their ranges. Draws depend on the seed and
//! their number only, never on threads.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Case;
use super::model::{Grade, Part, Track, by_id};
use super::program::Program;
use super::random::Random;
use super::search::{Query, Search};
use super::sensitivity::Place;
use super::solve::Selection;
use super::{Error, Result, units};

/// How weights are varied.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Spread {
    /// Around the given weights; the higher, the closer: a weight `w` of the sum has the standard deviation
    /// `sqrt(w (1 - w) / (concentration + 1))`.
    Dirichlet {
        /// Above 0.
        concentration: f64,
    },
    /// Each weight by itself, evenly within plus and minus this share.
    Relative {
        /// 0 to 100.
        percent: f64,
    },
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Draws of each kind.
    pub draws: u32,
    /// How weights are varied.
    pub spread: Spread,
}

impl Default for Plan {
    fn default() -> Self {
        Self { draws: 1000, spread: Spread::Dirichlet { concentration: 100.0 } }
    }
}

/// How often one set was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The set and the track.
    pub place: Place,
    /// Whether it belongs to the selection.
    pub chosen: bool,
    /// Draws of weights in which it was chosen.
    pub by_weights: u32,
    /// Draws of weights and values in which it was chosen.
    pub by_values: u32,
}

/// Stability of a selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// What was drawn.
    pub plan: Plan,
    /// Seed of the draws.
    pub seed: u64,
    /// Every set that was ever chosen: the selection first, then outsiders by falling frequency.
    pub shares: Vec<Share>,
    /// Draws of weights that give exactly the same selection.
    pub same_by_weights: u32,
    /// Draws of weights and values that give exactly the same selection.
    pub same_by_values: u32,
}

/// What a variable's worth is made from.
struct Source<'a> {
    scale: f64,
    /// In the rubric's order; empty where only the score is known.
    parts: Vec<&'a Part>,
    score: super::Interval,
    place: usize,
}

/// Draws on `threads` threads.
///
/// # Errors
/// [`Error::Invalid`] for a spread outside its range, [`Error::Solver`] where the library failed in a draw.
pub fn stability(case: &Case, selection: &Selection, plan: Plan, threads: usize) -> Result<Stability> {
    let good = match plan.spread {
        Spread::Dirichlet { concentration } => concentration.is_finite() && concentration > 0.0,
        Spread::Relative { percent } => (0.0..=100.0).contains(&percent),
    };
    if !good {
        return Err(Error::invalid(
            "a Dirichlet concentration is above 0, a relative spread between 0 and 100 percent",
        ));
    }
    case.check()?;
    let program = Program::build(case, &BTreeSet::new());
    let mut search = Search::new(&program);
    if search.best(&Query::default(), None)?.is_none() {
        return Err(Error::Infeasible(Box::new(super::conflict::explain(case)?)));
    }
    let base: Vec<usize> = (0..program.vars.len())
        .filter(|v| {
            let var = &program.vars[*v];
            let id = case.candidates.get(var.candidate).map(|candidate| candidate.id.as_str());
            selection.of(var.track).any(|pick| Some(pick.id.as_str()) == id)
        })
        .collect();
    let sources = sources(case, &program)?;
    let weights: Vec<(Track, Vec<f64>)> =
        case.rubrics.iter().map(|r| (r.track, r.criteria.iter().map(|c| c.weight).collect())).collect();

    let jobs = u64::from(plan.draws) * 2;
    let threads = threads.clamp(1, 64);
    let work = |thread: usize| -> Result<Vec<(u64, Vec<usize>)>> {
        let mut local = program.clone();
        let mut results = Vec::new();
        for job in (0..jobs).filter(|job| *job % threads as u64 == thread as u64) {
            let mut random = Random::new(case.request.seed, job);
            let drawn: Vec<(Track, Vec<f64>)> =
                weights.iter().map(|(track, weights)| (*track, vary(&mut random, weights, plan.spread))).collect();
            let with_values = job >= u64::from(plan.draws);
            for source in &sources {
                let track = program.vars[source.place].track;
                let weights = drawn.iter().find(|(t, _)| *t == track).map_or(&[][..], |(_, weights)| weights);
                let worth = worth(source, weights, with_values.then_some(&mut random), case.request.caution);
                local.vars[source.place].units = units(worth);
            }
            // Always from the same start, so that a draw's result does not depend on the draws before it.
            let mut draw = Search::after(&local, &search);
            if let Some((found, _)) = draw.best(&Query::default(), Some(&base))? {
                results.push((job, draw.settled(found).vars));
            }
        }
        Ok(results)
    };
    let mut results: Vec<(u64, Vec<usize>)> = Vec::new();
    std::thread::scope(|scope| -> Result<()> {
        let work = &work;
        let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        for handle in handles {
            let part = handle.join().map_err(|_| Error::Solver("a stability draw panicked".to_owned()))??;
            results.extend(part);
        }
        Ok(())
    })?;
    Ok(count(case, &program, selection, plan, results))
}

fn sources<'a>(case: &'a Case, program: &Program) -> Result<Vec<Source<'a>>> {
    let mut sources = Vec::with_capacity(program.vars.len());
    for (place, var) in program.vars.iter().enumerate() {
        let standing = case.candidates.get(var.candidate).and_then(|c| c.tracks.get(&var.track));
        let Some(standing) = standing else { continue };
        let rubric = case.rubric(var.track).filter(|_| !standing.parts.is_empty());
        let parts = match rubric {
            None => Vec::new(),
            Some(rubric) => rubric
                .criteria
                .iter()
                .map(|criterion| standing.parts.iter().find(|part| part.criterion == criterion.key))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| Error::invalid("a candidate lacks a criterion of its rubric"))?,
        };
        let scale = rubric.map_or(1.0, |rubric| rubric.scale);
        sources.push(Source { scale, parts, score: standing.score, place });
    }
    Ok(sources)
}

fn vary(random: &mut Random, weights: &[f64], spread: Spread) -> Vec<f64> {
    match spread {
        Spread::Dirichlet { concentration } => random.dirichlet(weights, concentration),
        Spread::Relative { percent } => {
            let share = percent / 100.0;
            weights.iter().map(|w| w * random.uniform(1.0 - share, 1.0 + share)).collect()
        }
    }
}

/// Worth of a variable in one draw, in points.
fn worth(source: &Source<'_>, weights: &[f64], mut values: Option<&mut Random>, caution: f64) -> f64 {
    if source.parts.is_empty() {
        return match values {
            Some(random) => random.triangular(source.score.low, source.score.value, source.score.high),
            None => source.score.value - caution * (source.score.value - source.score.low),
        };
    }
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    for (part, weight) in source.parts.iter().zip(weights) {
        let range = part.value;
        let value = match &mut values {
            None => range.value - caution * (range.value - range.low),
            // Of what is not known no value is likelier than another.
            Some(random) if part.grade == Grade::Unknown => random.uniform(range.low, range.high),
            Some(random) => random.triangular(range.low, range.value, range.high),
        };
        sum += weight * value;
    }
    if total > 0.0 { source.scale * sum / total } else { 0.0 }
}

fn count(
    case: &Case,
    program: &Program,
    selection: &Selection,
    plan: Plan,
    results: Vec<(u64, Vec<usize>)>,
) -> Stability {
    let place = |v: usize| Place {
        id: case.candidates.get(program.vars[v].candidate).map_or_else(String::new, |c| c.id.clone()),
        track: program.vars[v].track,
    };
    let picked: BTreeSet<Place> =
        selection.picks.iter().map(|pick| Place { id: pick.id.clone(), track: pick.track }).collect();
    let mut counts: BTreeMap<Place, (u32, u32)> = picked.iter().map(|place| (place.clone(), (0, 0))).collect();
    let (mut same_by_weights, mut same_by_values) = (0, 0);
    for (job, vars) in results {
        let by_values = job >= u64::from(plan.draws);
        let mut same = true;
        for v in vars {
            let place = place(v);
            same &= picked.contains(&place);
            let entry = counts.entry(place).or_default();
            if by_values {
                entry.1 += 1;
            } else {
                entry.0 += 1;
            }
        }
        if same && by_values {
            same_by_values += 1;
        } else if same {
            same_by_weights += 1;
        }
    }
    let mut shares: Vec<Share> = counts
        .into_iter()
        .map(|(place, (by_weights, by_values))| Share { chosen: picked.contains(&place), place, by_weights, by_values })
        .collect();
    shares.sort_by(|a, b| {
        let key = |s: &Share| (!s.chosen, s.place.track);
        key(a)
            .cmp(&key(b))
            .then(b.by_weights.cmp(&a.by_weights))
            .then(b.by_values.cmp(&a.by_values))
            .then_with(|| by_id(&a.place.id, &b.place.id))
    });
    Stability { plan, seed: case.request.seed, shares, same_by_weights, same_by_values }
}
