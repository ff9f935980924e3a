//! Sub-tasks from the change points of the events. They do not overlap; ranges include both ends.

use super::events::{APPROACH, CO_MOTION, CONTACT, SEPARATE, SWAP, Scene};
use super::kinematics::{Rect, legs};
use super::model::{Event, Subtask};
use super::nouns::Noun;
use super::options::Camera;
use super::task::Place;
use super::wording::{self, CARRY, CARRY_ALONG, Phase, REACH, RELEASE, Side, Wording};
use crate::reasoning::model::wording_seed;

/// Least relative growth (natural logarithm of the height) that counts as growing: about a fifth.
const GROWTH: f64 = 0.2;

/// A sub-task with its words.
fn subtask(start: usize, end: usize, words: Wording) -> Subtask {
    Subtask {
        start: start as i64,
        end: end as i64,
        text_ko: words.ko,
        text_en: words.en,
        template_id: words.template_id,
        origin: "rule".to_owned(),
    }
}

/// The parts of a following: what the followed box does in the image, from one change to the next. They cover the
/// episode. `noun_of` names a track.
pub fn of_following(
    scene: &Scene<'_>,
    focus: usize,
    events: &[Event],
    noun_of: impl Fn(i64) -> Noun,
    episode_id: &str,
) -> Vec<Subtask> {
    let Some(body) = scene.bodies.get(focus) else { return Vec::new() };
    let (frames, k) = (scene.frames, scene.grid.thresholds.k);
    // The number tells crossings apart that follow one another.
    let mut phases = vec![(Phase::Stays, 0); frames];
    let mut paint = |start: usize, end: usize, phase: Phase, number: usize| {
        for slot in phases.iter_mut().take(end + 1).skip(start) {
            *slot = (phase, number);
        }
    };
    // Later coats cover earlier ones: size, then height in the image, then sideways, then crossings.
    let rects = &body.motion.rects;
    let reach = scene.options.reach;
    let heights: Vec<f64> = rects.iter().map(|rect| rect.height().max(1e-9).ln()).collect();
    for leg in legs(&heights, GROWTH).into_iter().filter(|leg| leg.end - leg.start >= k) {
        paint(leg.start, leg.end, if leg.change > 0.0 { Phase::Grows } else { Phase::Shrinks }, 0);
    }
    let towards =
        |side: Side| if scene.options.camera() == Camera::Static { Phase::Moves(side) } else { Phase::Shifts(side) };
    let down: Vec<f64> = rects.iter().map(|rect| rect.cy()).collect();
    let across: Vec<f64> = rects.iter().map(|rect| rect.cx()).collect();
    for (values, less, more) in [(&down, Side::Up, Side::Down), (&across, Side::Left, Side::Right)] {
        for leg in legs(values, reach).into_iter().filter(|leg| leg.end - leg.start >= k) {
            paint(leg.start, leg.end, towards(if leg.change > 0.0 { more } else { less }), 0);
        }
    }
    let crossings = crossings(scene, body.lane.track, events);
    for (index, crossing) in crossings.iter().enumerate() {
        paint(crossing.start, crossing.end, crossing.phase(), index + 1);
    }

    let mut runs: Vec<Stretch> = Vec::new();
    for (frame, &phase) in phases.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.0 == phase => run.2 = frame,
            _ => runs.push((phase, frame, frame)),
        }
    }
    let noun = noun_of(body.lane.track);
    let mut out = Vec::new();
    for ((phase, number), start, end) in joined(runs, k) {
        let here = number.checked_sub(1).and_then(|index| crossings.get(index));
        let others: Vec<i64> =
            here.iter().flat_map(|crossing| crossing.others.iter().map(|(track, _)| *track)).collect();
        let other = common_noun(&others, &noun_of);
        let phase = if bears_out(phase, rects, start, end, reach) { phase } else { Phase::Any };
        let seed = wording_seed(episode_id, &format!("subtask{}", out.len()));
        out.push(subtask(start, end, wording::follow_part(phase, &noun, &other, seed)));
    }
    out
}

/// Changes of sides that lie close together, and the frames given to them.
struct Crossing {
    start: usize,
    end: usize,
    /// First and last turn.
    turns: (usize, usize),
    /// The other tracks, and the side on which each lay before.
    others: Vec<(i64, Side)>,
}

impl Crossing {
    fn phase(&self) -> Phase {
        match self.others.as_slice() {
            [(_, side)] => Phase::Crosses(*side),
            _ => Phase::CrossesMany,
        }
    }
}

/// The changes of sides of a track: half of *k* frames before and after each turn. Turns less than *k* apart belong
/// together; between others the frames are shared out at the middle.
fn crossings(scene: &Scene<'_>, track: i64, events: &[Event]) -> Vec<Crossing> {
    let k = scene.grid.thresholds.k;
    let mut out: Vec<Crossing> = Vec::new();
    for event in events.iter().filter(|event| event.rule_id == SWAP) {
        let Some(other) = other_track(event, track) else { continue };
        let turn = event.frame_start as usize;
        let centre = |track: i64| {
            let body = scene
                .bodies
                .iter()
                .find(|body| body.lane.track == track && (body.lane.start..=body.lane.end()).contains(&turn));
            body.and_then(|body| body.motion.rects.get(turn - body.lane.start)).map_or(0.0, |rect| rect.cx())
        };
        // At the turn the new order is reached already.
        let side = if centre(other) > centre(track) { Side::Left } else { Side::Right };
        match out.last_mut() {
            Some(last) if turn < last.turns.1 + k => {
                last.turns.1 = turn;
                last.others.push((other, side));
            }
            _ => out.push(Crossing { start: 0, end: 0, turns: (turn, turn), others: vec![(other, side)] }),
        }
    }
    let mut free = 0;
    for index in 0..out.len() {
        let next = out.get(index + 1).map(|next| next.turns.0);
        let Some(crossing) = out.get_mut(index) else { break };
        crossing.start = crossing.turns.0.saturating_sub(k / 2).max(free);
        crossing.end = (crossing.turns.1 + k / 2).min(scene.frames - 1);
        if let Some(next) = next.filter(|next| crossing.end + k / 2 >= *next) {
            crossing.end = crossing.turns.1 + (next - crossing.turns.1) / 2;
        }
        free = crossing.end + 1;
    }
    out
}

/// Do the ends of a part bear out its phase, after short parts have been joined to it?
fn bears_out(phase: Phase, rects: &[Rect], start: usize, end: usize, reach: f64) -> bool {
    let (Some(from), Some(to)) = (rects.get(start), rects.get(end)) else { return false };
    let (across, down, growth) = (to.cx() - from.cx(), to.cy() - from.cy(), to.height() - from.height());
    let least = reach / 5.0;
    match phase {
        Phase::Moves(side) | Phase::Shifts(side) => match side {
            Side::Left => across <= -least,
            Side::Right => across >= least,
            Side::Up => down <= -least,
            Side::Down => down >= least,
        },
        Phase::Grows => growth >= least,
        Phase::Shrinks => growth <= -least,
        Phase::Stays => rects
            .iter()
            .take(end + 1)
            .skip(start)
            .all(|rect| (rect.cx() - from.cx()).abs() < reach && (rect.cy() - from.cy()).abs() < reach),
        Phase::Crosses(_) | Phase::CrossesMany | Phase::Any => true,
    }
}

/// A phase with its number, first and last frame.
type Stretch = ((Phase, usize), usize, usize);

/// Lets runs shorter than `k` go to the run before, the first to the run after; then joins equal neighbours. Crossings
/// are never too short.
fn joined(runs: Vec<Stretch>, k: usize) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::with_capacity(runs.len());
    let mut early = None;
    for (phase, start, end) in runs {
        let short = end - start + 1 < k && phase.1 == 0;
        match out.last_mut() {
            Some(last) if short || last.0 == phase => last.2 = end,
            None if short && early.is_none() => early = Some((phase, start, end)),
            None => match early {
                // Several short runs at the start: the longer takes the others in with the next long one.
                Some((_, first, _)) if short => early = Some((phase, first, end)),
                Some((_, first, _)) => out.push((phase, first, end)),
                None => out.push((phase, start, end)),
            },
            Some(_) => out.push((phase, start, end)),
        }
    }
    if out.is_empty() {
        out.extend(early);
    }
    out
}

/// The other track of an event about `track`.
fn other_track(event: &Event, track: i64) -> Option<i64> {
    match event.object_track {
        Some(object) if event.subject_track == track => Some(object),
        Some(object) if object == track => Some(event.subject_track),
        _ => None,
    }
}

/// The noun of several tracks: theirs if it is one, else "target".
pub fn common_noun(tracks: &[i64], noun_of: impl Fn(i64) -> Noun) -> Noun {
    let mut nouns = tracks.iter().map(|track| noun_of(*track));
    match nouns.next() {
        Some(first) if nouns.all(|noun| noun.ko == first.ko) => first,
        _ => super::nouns::noun(None),
    }
}

/// The parts of a manipulation: reach, move, let go. Only parts that events bear out.
pub fn of_placing(
    scene: &Scene<'_>,
    focus: usize,
    place: &Place,
    events: &[Event],
    nouns: [&Noun; 3],
    episode_id: &str,
) -> Vec<Subtask> {
    let bodies = (scene.bodies.get(focus), scene.bodies.get(place.object), scene.bodies.get(place.region));
    let (Some(actor), Some(object), Some(region)) = bodies else { return Vec::new() };
    let of_pair = |rule: &str| {
        events
            .iter()
            .filter(|event| {
                event.rule_id == rule
                    && event.subject_track == actor.lane.track
                    && event.object_track == Some(object.lane.track)
            })
            .map(|event| (event.frame_start as usize, event.frame_end as usize))
            .collect::<Vec<_>>()
    };
    let (approaches, contacts) = (of_pair(APPROACH), of_pair(CONTACT));
    let (carries, separations) = (of_pair(CO_MOTION), of_pair(SEPARATE));
    let mut out: Vec<Subtask> = Vec::new();
    let mut free = 0;
    for (index, &(start, end)) in carries.iter().enumerate() {
        let start = start.max(free);
        if start > end {
            continue;
        }
        // Reaching: from the approach that ends last before the carry, to the frame before it.
        let reach = approaches
            .iter()
            .filter(|(from, to)| *from >= free && *to <= end && *from < start)
            .max_by_key(|(from, _)| *from);
        let seed = |out: &Vec<Subtask>| wording_seed(episode_id, &format!("subtask{}", out.len()));
        if let Some(&(from, _)) = reach {
            let words = wording::part(REACH, "reach", nouns, seed(&out));
            out.push(subtask(from, start - 1, words));
        }
        let distance = |frame: usize| {
            let (object, region) = (&object.motion.rects[frame], &region.motion.rects[frame]);
            (object.cx() - region.cx()).hypot(object.cy() - region.cy())
        };
        // Carries lie inside the frames that object and region both span.
        let nearer = distance(start) - distance(end) >= scene.options.reach;
        let (list, name) = if nearer { (CARRY, "carry") } else { (CARRY_ALONG, "carry_along") };
        let words = wording::part(list, name, nouns, seed(&out));
        out.push(subtask(start, end, words));
        free = end + 1;
        // Letting go: from the end of the carry to the end of the separation that follows it, before the next carry.
        let next = carries.get(index + 1).map_or(scene.frames, |next| next.0);
        let met = contacts.iter().any(|(from, to)| *from <= end && *to >= start);
        let leave = separations.iter().find(|(from, to)| *from + 1 >= start && *to > end && *to < next);
        if let Some(&(_, to)) = leave.filter(|_| met) {
            let words = wording::part(RELEASE, "release", nouns, seed(&out));
            out.push(subtask(free, to, words));
            free = to + 1;
        }
    }
    out
}
