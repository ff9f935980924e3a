//! What an episode is about: a thing brought to a place, or else a box to follow.

use super::events::{CO_MOTION, Scene, can_hold};
use super::lanes::{Grid, longer_first};
use super::model::Event;
use super::nouns::{Noun, Role};
use super::options::EpisodeOptions;
use super::referent::{Referent, referents};
use crate::reasoning::model::Reject;

/// Actors that are tried, the longest first.
const MAX_ACTORS: usize = 4;

/// A thing that moved along with an actor and came to rest in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Index of the thing in [`Scene::bodies`].
    pub object: usize,
    /// Index of the region in [`Scene::bodies`].
    pub region: usize,
    /// The words that pick the thing.
    pub object_referent: Referent,
    /// The words that pick the region.
    pub region_referent: Referent,
    /// Least share of the thing inside the region over the held frames.
    pub share: f64,
    /// Frames up to the end in which the share is `goal_share` or more.
    pub held: usize,
    /// Way of the thing from first to last frame, shares of the width.
    pub way: [f64; 2],
}

/// The task of an episode.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Bring a thing to a place; the focus is the actor.
    Place(Place),
    /// Follow a box; the focus is that box. Every way to pick it is listed.
    Follow(Vec<Referent>),
}

/// A task with the frames that it spans.
pub struct Chosen<'a> {
    /// The frames.
    pub scene: Scene<'a>,
    /// Index of the focus in [`Scene::bodies`].
    pub focus: usize,
    /// What happens in them.
    pub events: Vec<Event>,
    /// Which pairs were compared.
    pub event_pairs: &'static str,
    /// The task.
    pub task: Task,
}

/// Chooses the task of a clip: a manipulation where one holds, else a following.
///
/// # Errors
/// `TRACK_TOO_SHORT`, `NO_MOTION`, `COMMAND_UNDECIDABLE`, each with what was found.
pub fn choose<'a>(
    grid: &'a Grid,
    options: &'a EpisodeOptions,
    nouns: &[Noun],
    roles: &[Role],
) -> Result<Chosen<'a>, Reject> {
    let least = ((options.min_seconds * grid.fps).ceil() as usize).max(grid.thresholds.k).max(2);
    let mut order: Vec<usize> = (0..grid.lanes.len()).filter(|&index| grid.lanes[index].boxes.len() >= least).collect();
    // Indices come from 0..lanes.len(), so they are in bounds here and below.
    order.sort_by(|&a, &b| longer_first(&grid.lanes[a], &grid.lanes[b]));
    if order.is_empty() {
        let longest = grid.lanes.iter().map(|lane| lane.boxes.len()).max().unwrap_or(0);
        let detail =
            format!("the longest track without a gap has {longest} frames of {least} needed at {} fps", grid.fps);
        return Err(Reject::new("TRACK_TOO_SHORT", detail));
    }
    let role =
        |index: usize| grid.lanes[index].class.and_then(|class| roles.get(class)).copied().unwrap_or(Role::Thing);
    let mut unclear = 0;
    for &index in order.iter().filter(|&&index| role(index) == Role::Actor).take(MAX_ACTORS) {
        let lane = &grid.lanes[index];
        let scene = Scene::new(grid, options, roles, lane.start, lane.end());
        let Some(focus) = focus_of(&scene, lane.track) else { continue };
        let (events, event_pairs) = scene.events(&[lane.track]);
        match place(&scene, focus, &events, nouns) {
            Some(Ok(found)) => return Ok(Chosen { scene, focus, events, event_pairs, task: Task::Place(found) }),
            Some(Err(())) => unclear += 1,
            None => {}
        }
    }
    follow(grid, options, nouns, roles, &order, unclear)
}

/// Where the scene holds the lane that it was cut for: it spans every frame.
fn focus_of(scene: &Scene<'_>, track: i64) -> Option<usize> {
    scene.bodies.iter().position(|body| body.lane.track == track && body.lane.boxes.len() == scene.frames)
}

/// The manipulation by one actor: the thing that goes furthest with it and ends in a region. `Some(Err)`: there is
/// one, but no words pick it.
fn place(scene: &Scene<'_>, focus: usize, events: &[Event], nouns: &[Noun]) -> Option<Result<Place, ()>> {
    let actor = scene.bodies.get(focus)?.lane.track;
    let mut best: Option<(f64, Result<Place, ()>)> = None;
    for (object, body) in scene.bodies.iter().enumerate() {
        let carried = events.iter().any(|event| {
            event.rule_id == CO_MOTION && event.subject_track == actor && event.object_track == Some(body.lane.track)
        });
        let whole = body.lane.boxes.len() == scene.frames;
        let (Some(first), Some(last)) = (body.motion.rects.first(), body.motion.rects.last()) else { continue };
        if !carried || !whole || !matches!(body.role, Role::Thing | Role::Region) {
            continue;
        }
        let way = [last.cx() - first.cx(), last.cy() - first.cy()];
        let length = way[0].hypot(way[1]);
        if length < scene.options.reach || best.as_ref().is_some_and(|(furthest, _)| *furthest >= length) {
            continue;
        }
        let Some((region, share, held)) = region_of(scene, object, length) else { continue };
        let pick = |index: usize| -> Option<Referent> {
            let lane = &scene.bodies.get(index)?.lane;
            let on_grid = scene.grid.lanes.iter().position(|other| {
                other.track == lane.track && other.start <= scene.from && other.end() >= scene.from
            })?;
            referents(scene.grid, nouns, on_grid, scene.from, scene.options.margin).into_iter().next()
        };
        let found = match (pick(object), pick(region)) {
            (Some(object_referent), Some(region_referent)) => {
                Ok(Place { object, region, object_referent, region_referent, share, held, way })
            }
            _ => Err(()),
        };
        best = Some((length, found));
    }
    best.map(|(_, found)| found)
}

/// The smallest box that a thing ends in, not having been in it at first: its index, the least share inside over the
/// held frames, and their number. The region itself goes less than half as far.
fn region_of(scene: &Scene<'_>, object: usize, length: f64) -> Option<(usize, f64, usize)> {
    let thing = scene.bodies.get(object)?;
    let mut best: Option<(f64, (usize, f64, usize))> = None;
    for (index, body) in scene.bodies.iter().enumerate() {
        if !can_hold(thing, body) || body.lane.boxes.len() != scene.frames {
            continue;
        }
        let shares: Vec<f64> =
            thing.motion.rects.iter().zip(&body.motion.rects).map(|(thing, region)| thing.share_in(region)).collect();
        let held = shares.iter().rev().take_while(|share| **share >= scene.options.goal_share).count();
        let outside_first = shares.first().is_some_and(|share| *share < scene.options.enter_share);
        let (Some(first), Some(last), Some(rect)) =
            (body.motion.rects.first(), body.motion.rects.last(), thing.motion.rects.last())
        else {
            continue;
        };
        let own_way = (last.cx() - first.cx()).hypot(last.cy() - first.cy());
        let large = last.area() >= 1.5 * rect.area();
        if held < scene.grid.thresholds.k || !outside_first || !large || own_way * 2.0 > length {
            continue;
        }
        if best.as_ref().is_none_or(|(area, _)| last.area() < *area) {
            let least = shares.iter().rev().take(held).copied().fold(1.0, f64::min);
            best = Some((last.area(), (index, least, held)));
        }
    }
    best.map(|(_, found)| found)
}

/// The box to follow: long, on the move, and decidable from its first frame.
fn follow<'a>(
    grid: &'a Grid,
    options: &'a EpisodeOptions,
    nouns: &[Noun],
    roles: &[Role],
    order: &[usize],
    unclear: usize,
) -> Result<Chosen<'a>, Reject> {
    let mut ranked: Vec<(f64, usize)> = Vec::with_capacity(order.len());
    for &index in order {
        let lane = &grid.lanes[index];
        let mut edges = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
        for stored in &lane.boxes {
            let rect = grid.rect(*stored);
            let (x, y) = (rect.cx(), rect.cy());
            edges = [edges[0].min(x), edges[1].max(x), edges[2].min(y), edges[3].max(y)];
        }
        let extent = (edges[1] - edges[0]).hypot(edges[3] - edges[2]);
        let role = lane.class.and_then(|class| roles.get(class)).copied();
        // Following furniture that never moves teaches nothing; a person may stand still.
        let idle = matches!(role, Some(Role::Thing | Role::Region)) && extent < options.reach;
        if !idle {
            ranked.push((lane.boxes.len() as f64 * (0.05 + extent.min(1.0)), index));
        }
    }
    if ranked.is_empty() {
        let detail = format!("{} tracks are long enough; none moves by {} of the width", order.len(), options.reach);
        return Err(Reject::new("NO_MOTION", detail));
    }
    // A stable sort: equal scores keep the order of `order`.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    for &(_, index) in &ranked {
        let lane = &grid.lanes[index];
        let found = referents(grid, nouns, index, lane.start, options.margin);
        if found.is_empty() {
            continue;
        }
        let scene = Scene::new(grid, options, roles, lane.start, lane.end());
        let Some(focus) = focus_of(&scene, lane.track) else { continue };
        let (events, event_pairs) = scene.events(&[lane.track]);
        return Ok(Chosen { scene, focus, events, event_pairs, task: Task::Follow(found) });
    }
    let detail = format!(
        "no words pick one of {} tracks in its first frame by {} of the width ({unclear} manipulations are as unclear)",
        ranked.len(),
        options.margin
    );
    Err(Reject::new("COMMAND_UNDECIDABLE", detail))
}
