//! A [`Case`]: all that a choice depends on, and the checks that it makes sense.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::model::{Candidate, CostModel, Interval, Link, Request, Rubric, Track};
use super::{Error, Result};

/// All that a choice depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Sets that may be chosen; any order.
    pub candidates: Vec<Candidate>,
    /// Likenesses between them.
    pub links: Vec<Link>,
    /// How scores are made; a track without one has its scores taken as they are.
    pub rubrics: Vec<Rubric>,
    /// What sets cost.
    pub costs: CostModel,
    /// What is asked for.
    pub request: Request,
}

impl Case {
    /// The rubric of `track`.
    pub fn rubric(&self, track: Track) -> Option<&Rubric> {
        self.rubrics.iter().find(|rubric| rubric.track == track)
    }

    /// The candidate named `id`.
    pub fn candidate(&self, id: &str) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.id == id)
    }

    /// The case with every number rounded to nine decimals: such numbers survive JSON exactly with any parser, and a
    /// sealed case then gives the same result as the one that was sealed.
    pub fn rounded(mut self) -> Self {
        let round = |x: &mut f64| *x = (*x * 1e9).round() / 1e9;
        let all = |interval: &mut Interval| {
            round(&mut interval.value);
            round(&mut interval.low);
            round(&mut interval.high);
        };
        for standing in self.candidates.iter_mut().flat_map(|candidate| candidate.tracks.values_mut()) {
            all(&mut standing.score);
            let gates = standing.gates.iter_mut().map(|gate| {
                round(&mut gate.least);
                &mut gate.part
            });
            for part in standing.parts.iter_mut().chain(gates) {
                all(&mut part.value);
                part.rule.iter_mut().for_each(all);
            }
        }
        self.links.iter_mut().for_each(|link| round(&mut link.similarity));
        for rubric in &mut self.rubrics {
            round(&mut rubric.scale);
            rubric.criteria.iter_mut().chain(&mut rubric.gates).for_each(|criterion| round(&mut criterion.weight));
        }
        round(&mut self.request.redundancy_points);
        round(&mut self.request.redundancy_floor);
        round(&mut self.request.caution);
        self.request.capabilities.iter_mut().for_each(|capability| round(&mut capability.points));
        self
    }

    /// Refuses what cannot be reckoned with: doubled ids, values outside their ranges, scores that their own parts
    /// do not give, unknown names in overrides.
    pub fn check(&self) -> Result<()> {
        self.check_request()?;
        self.check_rubrics()?;
        let mut ids = BTreeSet::new();
        for candidate in &self.candidates {
            if !ids.insert(candidate.id.as_str()) {
                return Err(Error::invalid(format!("data set {} stands twice among the candidates", candidate.id)));
            }
            self.check_candidate(candidate)?;
        }
        let mut pairs = BTreeSet::new();
        for link in &self.links {
            let pair = if link.a < link.b { (&link.a, &link.b) } else { (&link.b, &link.a) };
            if !pairs.insert(pair) {
                return Err(Error::invalid(format!("{} and {} are linked twice; keep one link", link.a, link.b)));
            }
            if !(0.0..=1.0).contains(&link.similarity) {
                return Err(Error::invalid(format!(
                    "link {} - {}: similarity {} is not between 0 and 1",
                    link.a, link.b, link.similarity
                )));
            }
            if link.a == link.b {
                return Err(Error::invalid(format!("link {} - {}: a set is not linked to itself", link.a, link.b)));
            }
        }
        for (list, what) in [(&self.request.include, "include"), (&self.request.exclude, "exclude")] {
            let mut seen = BTreeSet::new();
            for order in list {
                if !ids.contains(order.id.as_str()) {
                    return Err(Error::invalid(format!("--{what} {}: no such data set in the catalogue", order.id)));
                }
                if order.reason.trim().is_empty() || order.by.trim().is_empty() {
                    return Err(Error::invalid(format!("--{what} {}: give --reason and --by", order.id)));
                }
                if !seen.insert((order.id.as_str(), order.track)) {
                    return Err(Error::invalid(format!("--{what} {}: given twice", order.id)));
                }
            }
        }
        Ok(())
    }

    fn check_request(&self) -> Result<()> {
        let request = &self.request;
        let finite = |x: f64| x.is_finite() && (0.0..=1e6).contains(&x);
        if !finite(request.redundancy_points) {
            return Err(Error::invalid(format!(
                "redundancy weight {}: give points from 0 up",
                request.redundancy_points
            )));
        }
        if !(0.0..=1.0).contains(&request.redundancy_floor) || !(0.0..=1.0).contains(&request.caution) {
            return Err(Error::invalid("redundancy floor and caution lie between 0 and 1"));
        }
        if self.costs.default_krw < 0 || self.costs.rules.iter().any(|rule| rule.krw < 0) {
            return Err(Error::invalid("the cost model holds a negative cost"));
        }
        let mut names = BTreeSet::new();
        for capability in &request.capabilities {
            if !finite(capability.points) {
                return Err(Error::invalid(format!("capability {}: give points from 0 up", capability.name)));
            }
            if !names.insert((capability.name.as_str(), capability.track)) {
                return Err(Error::invalid(format!("capability {} is listed twice", capability.name)));
            }
        }
        Ok(())
    }

    fn check_rubrics(&self) -> Result<()> {
        let mut tracks = BTreeSet::new();
        for rubric in &self.rubrics {
            if !tracks.insert(rubric.track) {
                return Err(Error::invalid(format!("track {} has two rubrics", rubric.track)));
            }
            let mut keys = BTreeSet::new();
            for criterion in rubric.criteria.iter().chain(&rubric.gates) {
                if !keys.insert(criterion.key.as_str()) {
                    return Err(Error::invalid(format!(
                        "criterion {} stands twice in the rubric of track {}",
                        criterion.key, rubric.track
                    )));
                }
                if !criterion.weight.is_finite() || criterion.weight < 0.0 {
                    return Err(Error::invalid(format!(
                        "criterion {} of track {}: weight {} is not a number from 0 up",
                        criterion.key, rubric.track, criterion.weight
                    )));
                }
            }
            if !rubric.scale.is_finite() || rubric.scale <= 0.0 {
                return Err(Error::invalid(format!("track {}: scale {} must be above 0", rubric.track, rubric.scale)));
            }
            if rubric.criteria.iter().all(|criterion| criterion.weight == 0.0) {
                return Err(Error::invalid(format!("track {}: all weights are 0", rubric.track)));
            }
        }
        Ok(())
    }

    fn check_candidate(&self, candidate: &Candidate) -> Result<()> {
        if candidate.cost_krw.is_some_and(|krw| krw < 0) {
            return Err(Error::invalid(format!("data set {}: its cost is negative", candidate.id)));
        }
        for (track, standing) in &candidate.tracks {
            standing.score.check(&|| format!("data set {}, track {track}: score", candidate.id))?;
            for part in standing.parts.iter().chain(standing.gates.iter().map(|gate| &gate.part)) {
                let what = || format!("data set {}, track {track}, criterion {}", candidate.id, part.criterion);
                for value in [Some(part.value), part.rule].into_iter().flatten() {
                    value.check(&what)?;
                    if value.low < 0.0 || value.high > 1.0 {
                        return Err(Error::invalid(format!("{}: values lie between 0 and 1", what())));
                    }
                }
            }
            let Some(rubric) = self.rubric(*track).filter(|_| !standing.parts.is_empty()) else { continue };
            let made = rubric.score(&standing.parts).map_err(|missing| {
                Error::invalid(format!(
                    "data set {}, track {track}: no value for criterion {missing}; what is not known is the range 0 to 1",
                    candidate.id
                ))
            })?;
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * rubric.scale;
            let same = near(made.value, standing.score.value)
                && near(made.low, standing.score.low)
                && near(made.high, standing.score.high);
            if !same {
                return Err(Error::invalid(format!(
                    "data set {}, track {track}: score {} [{}, {}] is not what its parts and the weights give, {} [{}, {}]; score the catalogue again",
                    candidate.id,
                    standing.score.value,
                    standing.score.low,
                    standing.score.high,
                    made.value,
                    made.low,
                    made.high
                )));
            }
        }
        Ok(())
    }
}
