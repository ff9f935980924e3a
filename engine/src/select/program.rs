//! The integer programme of a [`Case`]: variables "this set, for this track", rows, and the exact worth of a choice.
//!
//! Maximise `sum(score) + sum(points of covered capabilities) - sum(penalties of linked pairs)` (those of sets that are all
//! alike taken together, see [`super::crowd`]), all in whole units, subject to the counts, the budget, the caps and the
//! overrides. Variables are ordered by the tie-break: higher lower bound first, then lower cost, then the id, then the
//! track.
//!
//! Variables, rows, covers and pairs are named by their place in the programme's own lists. These numbers are made by
//! [`Program::build`] and used with the same programme only, so looking them up cannot fail.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use super::conflict::Constraint;
use super::crowd::{Crowd, Side, gather};
use super::model::{Link, Status, Track, by_id};
use super::units;

/// "This set is chosen for this track."
#[derive(Debug, Clone)]
pub(super) struct Variable {
    /// Index in the case's candidates.
    pub(super) candidate: usize,
    pub(super) track: Track,
    /// Worth in the objective.
    pub(super) units: i64,
    /// Won.
    pub(super) cost: i64,
}

/// `sum(coefficient * x) <= limit`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) entries: Vec<(usize, i64)>,
    pub(super) limit: i64,
}

/// `units` for each of the first `want` chosen variables.
#[derive(Debug, Clone)]
pub(super) struct Cover {
    pub(super) vars: Vec<usize>,
    pub(super) units: i64,
    pub(super) want: i64,
    /// Index in the request's capabilities.
    pub(super) capability: usize,
}

/// `units` lost where both sides are chosen.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) sides: [Side; 2],
    pub(super) units: i64,
}

/// Where a variable occurs.
#[derive(Debug, Clone, Default)]
struct Uses {
    rows: Vec<(usize, i64)>,
    covers: Vec<usize>,
    /// Pair and side.
    pairs: Vec<(usize, usize)>,
    crowds: Vec<usize>,
}

/// The integer programme.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) vars: Vec<Variable>,
    /// Exact number wanted, by place in [`Track::ALL`]; `None` where the count itself was left out.
    pub(super) counts: [Option<usize>; 2],
    pub(super) rows: Vec<Row>,
    pub(super) covers: Vec<Cover>,
    pub(super) pairs: Vec<Pair>,
    pub(super) crowds: Vec<Crowd>,
    /// At least one of each list is chosen; an empty list can never be satisfied.
    pub(super) needs: Vec<Vec<usize>>,
    uses: Vec<Uses>,
    /// By how much capabilities and likenesses can change the worth of each variable.
    swing: Vec<i64>,
}

/// The place of `track` in arrays.
pub(super) fn slot(track: Track) -> usize {
    match track {
        Track::Llm => 0,
        Track::Physical => 1,
    }
}

impl Program {
    /// The programme of `case` without the constraints in `dropped`.
    pub(super) fn build(case: &Case, dropped: &BTreeSet<Constraint>) -> Self {
        let kept = |constraint: Constraint| !dropped.contains(&constraint);
        let vars = variables(case, dropped);
        let mut places: BTreeMap<(&str, Track), usize> = BTreeMap::new();
        for (v, var) in vars.iter().enumerate() {
            if let Some(candidate) = case.candidates.get(var.candidate) {
                places.insert((candidate.id.as_str(), var.track), v);
            }
        }
        let at = |id: &str, track: Track| places.get(&(id, track)).copied();
        let of = |id: &str, track: Option<Track>| -> Vec<usize> {
            Track::ALL.iter().filter(|t| track.is_none_or(|only| only == **t)).filter_map(|t| at(id, *t)).collect()
        };

        let request = &case.request;
        let count = |track: Track| {
            kept(Constraint::Count { track, wanted: request.count(track) }).then_some(request.count(track) as usize)
        };
        let mut program = Self {
            counts: [count(Track::Llm), count(Track::Physical)],
            rows: Vec::new(),
            covers: Vec::new(),
            pairs: Vec::new(),
            crowds: Vec::new(),
            needs: request
                .include
                .iter()
                .filter(|order| kept(Constraint::Include { id: order.id.clone(), track: order.track }))
                .map(|order| of(&order.id, order.track))
                .collect(),
            uses: Vec::new(),
            swing: Vec::new(),
            vars,
        };
        program.add_rows(case, dropped);
        for (index, capability) in request.capabilities.iter().enumerate() {
            let bears = |var: &Variable| {
                capability.track.is_none_or(|track| track == var.track)
                    && case.candidates.get(var.candidate).is_some_and(|c| c.capabilities.contains(&capability.name))
            };
            let vars: Vec<usize> = (0..program.vars.len()).filter(|v| bears(&program.vars[*v])).collect();
            let worth = units(capability.points);
            if worth > 0 && capability.want > 0 && !vars.is_empty() {
                program.covers.push(Cover { vars, units: worth, want: i64::from(capability.want), capability: index });
            }
        }
        let mut pairs: Vec<([Side; 2], i64)> = Vec::new();
        let mut add = |a: Side, b: Side, lost: i64| {
            if !a.is_empty() && !b.is_empty() {
                pairs.push(([a, b], lost));
            }
        };
        for link in &case.links {
            let lost = penalty(case, link);
            if lost == 0 {
                continue;
            }
            if request.redundancy_across_tracks {
                add(of(&link.a, None), of(&link.b, None), lost);
            } else {
                for track in Track::ALL {
                    add(of(&link.a, Some(track)), of(&link.b, Some(track)), lost);
                }
            }
        }
        let (crowds, pairs) = gather(pairs);
        program.crowds = crowds;
        program.pairs = pairs.into_iter().map(|(sides, units)| Pair { sides, units }).collect();
        program.limit_crowds();
        program.reindex();
        program
    }

    /// Of a crowd no more can be chosen than sets are wanted.
    fn limit_crowds(&mut self) {
        let wanted = |track: Track| self.counts[slot(track)].map_or(i64::MAX / 4, |count| count as i64);
        for crowd in &mut self.crowds {
            let tracks: BTreeSet<Track> = crowd.vars.iter().map(|v| self.vars[*v].track).collect();
            crowd.most = crowd.most.min(tracks.into_iter().map(wanted).sum());
        }
    }

    fn add_rows(&mut self, case: &Case, dropped: &BTreeSet<Constraint>) {
        let request = &case.request;
        if let Some(krw) = request.budget_krw.filter(|krw| !dropped.contains(&Constraint::Budget { krw: *krw })) {
            // Divided by what all costs share, so that the usual case (all alike) is a plain count.
            let shared = self.vars.iter().fold(0, |shared, var| gcd(shared, var.cost)).max(1);
            let entries = self.vars.iter().enumerate().filter(|(_, var)| var.cost > 0);
            let entries = entries.map(|(v, var)| (v, var.cost / shared)).collect();
            self.rows.push(Row { entries, limit: krw.div_euclid(shared) });
        }
        let mut groups: Vec<(i64, Vec<usize>)> = Vec::new();
        let mut once: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        // What is not known is one field: else any number of sets without one would pass every cap.
        let mut fields: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        let mut series: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (v, var) in self.vars.iter().enumerate() {
            once.entry(var.candidate).or_default().push(v);
            let Some(candidate) = case.candidates.get(var.candidate) else { continue };
            fields.entry(candidate.field.as_deref()).or_default().push(v);
            if let Some(name) = &candidate.series {
                series.entry(name).or_default().push(v);
            }
        }
        groups.extend(once.into_values().map(|vars| (1, vars)));
        if let Some(max) = request.max_per_field.filter(|max| !dropped.contains(&Constraint::PerField { max: *max })) {
            groups.extend(fields.into_values().map(|vars| (i64::from(max), vars)));
        }
        if let Some(max) = request.max_per_series.filter(|max| !dropped.contains(&Constraint::PerSeries { max: *max }))
        {
            groups.extend(series.into_values().map(|vars| (i64::from(max), vars)));
        }
        for (limit, vars) in groups {
            // A row that nothing can break only slows the solver.
            if (vars.len() as i64) > limit {
                self.rows.push(Row { entries: vars.into_iter().map(|v| (v, 1)).collect(), limit });
            }
        }
    }

    /// Notes where each variable occurs; again after rows were taken out.
    pub(super) fn reindex(&mut self) {
        let mut uses = vec![Uses::default(); self.vars.len()];
        for (r, row) in self.rows.iter().enumerate() {
            for (v, coefficient) in &row.entries {
                uses[*v].rows.push((r, *coefficient));
            }
        }
        for (c, cover) in self.covers.iter().enumerate() {
            for v in &cover.vars {
                uses[*v].covers.push(c);
            }
        }
        for (p, pair) in self.pairs.iter().enumerate() {
            for (side, vars) in pair.sides.iter().enumerate() {
                for v in vars {
                    uses[*v].pairs.push((p, side));
                }
            }
        }
        for (c, crowd) in self.crowds.iter().enumerate() {
            for v in &crowd.vars {
                uses[*v].crowds.push(c);
            }
        }
        let swing = |uses: &Uses| -> i64 {
            let gains: i64 = uses.covers.iter().map(|c| self.covers[*c].units).sum();
            let losses: i64 = uses.pairs.iter().map(|(p, _)| self.pairs[*p].units).sum();
            let crowded: i64 =
                uses.crowds.iter().map(|c| self.crowds[*c].units * (self.crowds[*c].most - 1).max(0)).sum();
            gains + losses + crowded
        };
        self.swing = uses.iter().map(swing).collect();
        self.uses = uses;
    }

    /// Whether a choice may be worth the same with `v` in the place of `u`.
    pub(super) fn exchangeable(&self, v: usize, u: usize) -> bool {
        let apart = (self.vars[v].units - self.vars[u].units).abs();
        self.vars[v].track == self.vars[u].track && apart <= self.swing[v] + self.swing[u]
    }

    /// Exact worth of `chosen` in units.
    pub(super) fn worth(&self, chosen: &[usize]) -> i64 {
        let mut choice = Choice::new(self);
        for v in chosen {
            choice.add(*v);
        }
        choice.units
    }

    /// Whether `chosen` satisfies every constraint.
    pub(super) fn allows(&self, chosen: &[usize]) -> bool {
        let mut choice = Choice::new(self);
        for v in chosen {
            choice.add(*v);
        }
        choice.fits() && choice.complete()
    }
}

/// Variables in the order of the tie-break.
fn variables(case: &Case, dropped: &BTreeSet<Constraint>) -> Vec<Variable> {
    let request = &case.request;
    let mut out: BTreeSet<&str> = BTreeSet::new();
    let mut out_of: BTreeSet<(&str, Track)> = BTreeSet::new();
    for order in &request.exclude {
        if dropped.contains(&Constraint::Exclude { id: order.id.clone(), track: order.track }) {
            continue;
        }
        match order.track {
            None => _ = out.insert(&order.id),
            Some(track) => _ = out_of.insert((&order.id, track)),
        }
    }
    let mut vars = Vec::new();
    for (index, candidate) in case.candidates.iter().enumerate() {
        let id = candidate.id.as_str();
        let cost = case.costs.cost(candidate).krw;
        for (track, standing) in &candidate.tracks {
            let open = match &standing.status {
                Status::Ready | Status::Review => true,
                Status::Probe => request.allow_probe || dropped.contains(&Constraint::ProbedOnly),
                Status::Gated { .. } => dropped.contains(&Constraint::Gates),
            };
            if !open || out.contains(id) || out_of.contains(&(id, *track)) {
                continue;
            }
            let worth = standing.score.value - request.caution * (standing.score.value - standing.score.low);
            vars.push((
                units(standing.score.low),
                Variable { candidate: index, track: *track, units: units(worth), cost },
            ));
        }
    }
    let id = |var: &Variable| case.candidates.get(var.candidate).map_or("", |c| c.id.as_str());
    vars.sort_by(|(low_a, a), (low_b, b)| {
        low_b.cmp(low_a).then(a.cost.cmp(&b.cost)).then_with(|| by_id(id(a), id(b))).then(a.track.cmp(&b.track))
    });
    vars.into_iter().map(|(_, var)| var).collect()
}

/// Units that `link` costs where both its sets are chosen.
pub(super) fn penalty(case: &Case, link: &Link) -> i64 {
    if link.complementary || link.similarity < case.request.redundancy_floor {
        return 0;
    }
    units(link.similarity * case.request.redundancy_points)
}

/// Greatest common divisor.
pub(super) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

/// A choice in the making, with its exact worth.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    program: &'a Program,
    chosen: Vec<bool>,
    sums: Vec<i64>,
    covered: Vec<i64>,
    sides: Vec<[i64; 2]>,
    crowded: Vec<i64>,
    per_track: [usize; 2],
    /// Rows above their limit.
    broken: usize,
    pub(super) units: i64,
}

impl<'a> Choice<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self {
            chosen: vec![false; program.vars.len()],
            sums: vec![0; program.rows.len()],
            covered: vec![0; program.covers.len()],
            sides: vec![[0; 2]; program.pairs.len()],
            crowded: vec![0; program.crowds.len()],
            per_track: [0; 2],
            broken: program.rows.iter().filter(|row| row.limit < 0).count(),
            units: 0,
            program,
        }
    }

    pub(super) fn has(&self, v: usize) -> bool {
        self.chosen[v]
    }

    pub(super) fn full(&self, track: Track) -> bool {
        self.program.counts[slot(track)].is_some_and(|count| self.per_track[slot(track)] >= count)
    }

    /// No row is broken.
    pub(super) fn fits(&self) -> bool {
        self.broken == 0
    }

    /// Counts are met and every need is satisfied.
    pub(super) fn complete(&self) -> bool {
        let counted = (0..2).all(|t| self.program.counts[t].is_none_or(|count| self.per_track[t] == count));
        counted && self.program.needs.iter().all(|need| need.iter().any(|v| self.chosen[*v]))
    }

    pub(super) fn add(&mut self, v: usize) {
        self.change(v, 1);
    }

    pub(super) fn remove(&mut self, v: usize) {
        self.change(v, -1);
    }

    fn change(&mut self, v: usize, by: i64) {
        let program = self.program;
        let var = &program.vars[v];
        self.chosen[v] = by > 0;
        self.units += by * var.units;
        let count = &mut self.per_track[slot(var.track)];
        *count = if by > 0 { *count + 1 } else { *count - 1 };
        for (r, coefficient) in &program.uses[v].rows {
            let limit = program.rows[*r].limit;
            let was = self.sums[*r] > limit;
            self.sums[*r] += by * coefficient;
            match (was, self.sums[*r] > limit) {
                (false, true) => self.broken += 1,
                (true, false) => self.broken -= 1,
                _ => {}
            }
        }
        for c in &program.uses[v].covers {
            let cover = &program.covers[*c];
            let before = self.covered[*c].min(cover.want);
            self.covered[*c] += by;
            self.units += cover.units * (self.covered[*c].min(cover.want) - before);
        }
        for (p, side) in &program.uses[v].pairs {
            let both = |sides: &[i64; 2]| i64::from(sides[0] > 0 && sides[1] > 0);
            let before = both(&self.sides[*p]);
            self.sides[*p][*side] += by;
            self.units -= program.pairs[*p].units * (both(&self.sides[*p]) - before);
        }
        for c in &program.uses[v].crowds {
            // The one that comes or goes makes a pair with each of the others.
            let others = if by > 0 { self.crowded[*c] } else { self.crowded[*c] - 1 };
            self.crowded[*c] += by;
            self.units -= by * program.crowds[*c].units * others;
        }
    }

    /// The chosen variables, ascending.
    pub(super) fn list(&self) -> Vec<usize> {
        (0..self.chosen.len()).filter(|v| self.chosen[*v]).collect()
    }
}
