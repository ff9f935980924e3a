//! How firmly a selection stands: other selections nearly as good, how far each chosen set is from leaving and each
//! unlisted one from entering.
//!
//! All figures are exact: each is an optimum of the same programme under one more condition. Worth is linear in a set's
//! score, so "the best selection that must contain it" tells what its score lacks, and "the best selection without it"
//! how much its score could lose.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Case;
use super::Result;
use super::model::Track;
use super::program::Program;
use super::search::{Found, Query, Search};
use super::solve::Selection;

/// How much is computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Depth {
    /// Selections that lose at most this share of the optimum count as nearly as good.
    pub within_percent: f64,
    /// Most such selections that are listed.
    pub alternatives: usize,
    /// Unlisted sets examined in each track, the nearest first.
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

/// What an unlisted set lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The unlisted set.
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
    /// The unlisted set that is nearest to entering, and its worth in units.
    pub next: Option<(String, i64)>,
    /// Units that this nearest set lacks.
    pub gap_units: Option<i64>,
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
    /// Every chosen set.
    pub holds: Vec<Hold>,
    /// The nearest unlisted sets of each track, nearest first.
    pub entries: Vec<Entry>,
    /// Both borders.
    pub margins: Vec<Margin>,
}

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
        of_track.sort_by(|a, b| lacks(a).cmp(&lacks(b)).then_with(|| super::model::by_id(&a.place.id, &b.place.id)));
        let nearest = of_track.first().filter(|entry| entry.needed_units.is_some());
        margins.push(Margin {
            track,
            last: selection.of(track).last().map(|pick| (pick.id.clone(), pick.units)),
            next: nearest.map(|entry| (entry.place.id.clone(), entry.units)),
            gap_units: nearest.map(lacks),
        });
        entries.extend(of_track);
    }
    Ok(Sensitivity { depth, alternatives, alternatives_complete, holds, entries, margins })
}
