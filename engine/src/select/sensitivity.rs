//! How firmly a selection stands: other selections nearly as good, how far each chosen set is from leaving and each other
//! one from entering, what a set that is not in the catalogue would need, and what more caution would change.
//!
//! All figures are exact: each is an optimum of the same programme under one more condition. Worth is linear in a set's
//! score, so "the best selection that must contain it" tells what its score lacks, "the best selection without it" how much
//! its score could lose, and "the best selection of one set fewer" what a newcomer must be worth.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Case;
use super::Result;
use super::model::{Track, by_id};
use super::program::{Choice, Program};
use super::search::{Found, Query, Search};
use super::solve::{Selection, solve};

/// How much is computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Depth {
    /// Selections that lose at most this share of the optimum count as nearly as good.
    pub within_percent: f64,
    /// Most such selections that are listed.
    pub alternatives: usize,
    /// Sets that are not chosen, examined in each track, the nearest first.
    pub entries: usize,
}

impl Default for Depth {
    fn default() -> Self {
        Self { within_percent: 1.0, alternatives: 10, entries: 20 }
    }
}

/// A set in a track.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The set.
    pub id: String,
    /// The track.
    pub track: Track,
}

/// A selection nearly as good as the optimum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// Units below the optimum.
    pub loss_units: i64,
    /// Sets that leave.
    pub left: Vec<Place>,
    /// Sets that come.
    pub entered: Vec<Place>,
}

/// How firmly a chosen set holds its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The chosen set.
    pub place: Place,
    /// Units that its score could lose before another selection is better; `None` where nothing can replace it.
    pub cushion_units: Option<i64>,
    /// Who would come in its place.
    pub replaced_by: Vec<Place>,
}

/// What a set that is not chosen lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The set.
    pub place: Place,
    /// Its worth in units.
    pub units: i64,
    /// Worth that it would need, in units; `None` where the constraints keep it out at any score.
    pub needed_units: Option<i64>,
    /// Who would leave.
    pub replaces: Vec<Place>,
}

/// The border between the last chosen and the first that is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margin {
    /// The track.
    pub track: Track,
    /// The chosen set with the lowest worth, and that worth in units.
    pub last: Option<(String, i64)>,
    /// The set among those not chosen that is nearest to entering, and its worth in units.
    pub next: Option<(String, i64)>,
    /// Units that this nearest set lacks.
    pub gap_units: Option<i64>,
    /// What a set that is not in the catalogue must be worth, in units, to be as good as the selection without it: one whose
    /// score is certain, that costs the default, is like no other, brings no capability and meets no cap. With more it
    /// enters. `None` where no score would let it in.
    #[serde(default)]
    pub newcomer_units: Option<i64>,
}

/// What another selection exchanges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Sets that leave.
    pub left: Vec<Place>,
    /// Sets that come.
    pub entered: Vec<Place>,
}

/// How firmly a selection stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// What was asked for.
    pub depth: Depth,
    /// Selections nearly as good, best first.
    pub alternatives: Vec<Alternative>,
    /// Whether these are all of them; otherwise only the best.
    pub alternatives_complete: bool,
    /// How many there are at least: those above, or those that exchange one set for another, whichever are more; counted
    /// up to [`MOST_COUNTED`].
    #[serde(default)]
    pub alternatives_least: usize,
    /// Every chosen set.
    pub holds: Vec<Hold>,
    /// The nearest of the sets that are not chosen, by track, nearest first.
    pub entries: Vec<Entry>,
    /// Both borders.
    pub margins: Vec<Margin>,
    /// What the selection exchanges that counts nothing but the lower ends of scores (caution 1); `None` where this is that
    /// selection.
    #[serde(default)]
    pub cautious: Option<Exchange>,
}

/// Selections nearly as good are counted no further.
pub const MOST_COUNTED: usize = 1000;

/// Examines `selection`, the optimum of `case`.
pub fn analyse(case: &Case, selection: &Selection, depth: Depth) -> Result<Sensitivity> {
    let program = Program::build(case, &BTreeSet::new());
    let mut search = Search::new(&program);
    let place = |v: usize| {
        let id = case.candidates.get(program.vars[v].candidate).map_or_else(String::new, |c| c.id.clone());
        Place { id, track: program.vars[v].track }
    };
    let picked: BTreeSet<Place> =
        selection.picks.iter().map(|pick| Place { id: pick.id.clone(), track: pick.track }).collect();
    let chosen: Vec<usize> = (0..program.vars.len()).filter(|v| picked.contains(&place(*v))).collect();
    let changes = |found: &Found| -> (Vec<Place>, Vec<Place>) {
        let left = chosen.iter().filter(|v| found.vars.binary_search(v).is_err()).map(|v| place(*v)).collect();
        let entered = found.vars.iter().filter(|v| chosen.binary_search(v).is_err()).map(|v| place(*v)).collect();
        (left, entered)
    };

    let mut alternatives = Vec::new();
    let mut alternatives_complete = false;
    let floor = selection.units - (selection.units.abs() as f64 * depth.within_percent / 100.0).floor() as i64;
    let mut query = Query { cuts: vec![chosen.clone()], ..Query::default() };
    while alternatives.len() < depth.alternatives {
        match search.best(&query, None)? {
            Some((found, _)) if found.units >= floor => {
                let (left, entered) = changes(&found);
                alternatives.push(Alternative { loss_units: selection.units - found.units, left, entered });
                query.cuts.push(found.vars);
            }
            _ => {
                alternatives_complete = true;
                break;
            }
        }
    }

    let alternatives_least = if alternatives_complete {
        alternatives.len()
    } else {
        exchanges_within(&program, &chosen, floor).max(alternatives.len())
    };

    let mut holds = Vec::new();
    for pick in &selection.picks {
        let own = Place { id: pick.id.clone(), track: pick.track };
        let Some(v) = chosen.iter().copied().find(|v| place(*v) == own) else { continue };
        let best = search.best(&Query { set: vec![(v, false)], cuts: Vec::new() }, Some(&chosen))?;
        holds.push(Hold {
            place: own,
            cushion_units: best.as_ref().map(|(found, _)| selection.units - found.units),
            replaced_by: best.map(|(found, _)| changes(&found).1).unwrap_or_default(),
        });
    }

    let mut entries = Vec::new();
    let mut margins = Vec::new();
    let priority = search.priority(selection.units);
    for track in Track::ALL {
        let mut outside: Vec<usize> = (0..program.vars.len())
            .filter(|v| program.vars[*v].track == track && chosen.binary_search(v).is_err())
            .collect();
        outside.sort_by(|a, b| priority[*b].total_cmp(&priority[*a]).then(a.cmp(b)));
        let mut of_track = Vec::new();
        for v in outside.into_iter().take(depth.entries) {
            let best = search.best(&Query { set: vec![(v, true)], cuts: Vec::new() }, Some(&chosen))?;
            let units = program.vars[v].units;
            of_track.push(Entry {
                place: place(v),
                units,
                needed_units: best.as_ref().map(|(found, _)| units + selection.units - found.units),
                replaces: best.map(|(found, _)| changes(&found).0).unwrap_or_default(),
            });
        }
        let lacks = |entry: &Entry| entry.needed_units.map_or(i64::MAX, |needed| needed - entry.units);
        of_track.sort_by(|a, b| lacks(a).cmp(&lacks(b)).then_with(|| by_id(&a.place.id, &b.place.id)));
        let nearest = of_track.first().filter(|entry| entry.needed_units.is_some());
        margins.push(Margin {
            track,
            last: selection.of(track).last().map(|pick| (pick.id.clone(), pick.units)),
            next: nearest.map(|entry| (entry.place.id.clone(), entry.units)),
            gap_units: nearest.map(lacks),
            newcomer_units: newcomer(case, selection, track)?,
        });
        entries.extend(of_track);
    }
    let cautious = cautious(case, selection)?;
    Ok(Sensitivity {
        depth,
        alternatives,
        alternatives_complete,
        alternatives_least,
        holds,
        entries,
        margins,
        cautious,
    })
}

/// Selections worth `floor` or more that have one set in the place of another, up to [`MOST_COUNTED`].
fn exchanges_within(program: &Program, chosen: &[usize], floor: i64) -> usize {
    let mut choice = Choice::new(program);
    chosen.iter().for_each(|v| choice.add(*v));
    let mut count = 0;
    for out in chosen {
        choice.remove(*out);
        for v in 0..program.vars.len() {
            if count >= MOST_COUNTED {
                return count;
            }
            if program.vars[v].track != program.vars[*out].track || chosen.binary_search(&v).is_ok() {
                continue;
            }
            choice.add(v);
            count += usize::from(choice.units >= floor && choice.fits() && choice.complete());
            choice.remove(v);
        }
        choice.add(*out);
    }
    count
}

/// What a set must be worth that is not in the catalogue: what the selection loses by leaving one place and the default
/// cost to it.
fn newcomer(case: &Case, selection: &Selection, track: Track) -> Result<Option<i64>> {
    let mut request = case.request.clone();
    let wanted = match track {
        Track::Llm => &mut request.llm,
        Track::Physical => &mut request.physical,
    };
    let Some(fewer) = wanted.checked_sub(1) else { return Ok(None) };
    *wanted = fewer;
    request.budget_krw = request.budget_krw.map(|krw| krw - case.costs.default_krw);
    if request.budget_krw.is_some_and(|krw| krw < 0) {
        return Ok(None);
    }
    let fewer = Case { request, ..case.clone() };
    let program = Program::build(&fewer, &BTreeSet::new());
    let best = Search::new(&program).best(&Query::default(), None)?;
    Ok(best.map(|(found, _)| selection.units - found.units))
}

/// What changes where only the lower ends of scores count; where constraints leave a selection now, they leave one then.
fn cautious(case: &Case, selection: &Selection) -> Result<Option<Exchange>> {
    if case.request.caution >= 1.0 {
        return Ok(None);
    }
    let mut other = case.clone();
    other.request.caution = 1.0;
    let then = solve(&other)?;
    Ok(Some(Exchange { left: only_in(selection, &then), entered: only_in(&then, selection) }))
}

/// Places of `a` that `b` does not have.
pub(super) fn only_in(a: &Selection, b: &Selection) -> Vec<Place> {
    let has = |id: &str, track: Track| b.picks.iter().any(|pick| pick.id == id && pick.track == track);
    let mut list: Vec<Place> = a
        .picks
        .iter()
        .filter(|pick| !has(&pick.id, pick.track))
        .map(|pick| Place { id: pick.id.clone(), track: pick.track })
        .collect();
    list.sort_by(|a, b| a.track.cmp(&b.track).then_with(|| by_id(&a.id, &b.id)));
    list
}
