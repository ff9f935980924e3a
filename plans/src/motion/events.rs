//! What happens between boxes, by stated rules.
//!
//! Lengths are shares of the image width, speeds own sizes a second, *k* is [`Thresholds::k`]. Frame ranges include both
//! ends. Each rule states conditions that [`super::validate`] checks again with its own code.
//!
//! | rule | states | score |
//! |---|---|---|
//! | [`START`], [`STOP`] | the speed state turns and both states hold *k* frames: moving from `speed_on` upwards, still from `speed_off` downwards. Only where the camera stands still | the speed at the turn |
//! | [`APPROACH`], [`SEPARATE`] | the gap falls (rises) by half of `reach` or more in *k* frames or more, or by twice `reach` in `contact` frames or more, from its extreme to its other extreme, without running back by `reach` | how far |
//! | [`CONTACT`] | the gap is 0 or less for `contact` frames; the range goes on until it passes a fifth of `reach` | greatest depth |
//! | [`CO_MOTION`] | *k* frames or more in which neither is still, the velocities' cosine is `co_cosine` or more, the offset varies by `co_offset` and a third of the lesser way at most, and both go `reach` or further. Where the camera may move, both also go that far relative to a third track | mean cosine |
//! | [`ENTERS`] | the share inside passes `enter_share` and stays there to the end, *k* frames or more; the other box is half as large again or more | least share after |
//! | [`SWAP`] | the left-right order turns; each order held *k* frames or more, counted between the frames nearest and furthest from the turn that lie outside `swap_band`; `contact` frames where the tracks' shared frames begin or end with that order | lesser of the greatest distances within *k* frames before and after |

use super::kinematics::{Motion, cosine, legs};
use super::lanes::{Grid, Lane};
use super::model::{Event, EventType};
use super::nouns::Role;
use super::options::{Camera, EpisodeOptions, Thresholds};

/// Rule of `start`.
pub const START: &str = "start.speed_hysteresis@1";
/// Rule of `stop`.
pub const STOP: &str = "stop.speed_hysteresis@1";
/// Rule of `approach`.
pub const APPROACH: &str = "approach.gap_falls@1";
/// Rule of `separate`.
pub const SEPARATE: &str = "separate.gap_rises@1";
/// Rule of `contact_candidate`.
pub const CONTACT: &str = "contact_candidate.gap_closed@1";
/// Rule of `co_motion`.
pub const CO_MOTION: &str = "co_motion.velocity_cosine@1";
/// Rule of `enters`.
pub const ENTERS: &str = "enters.share_inside@1";
/// Rule of `left_right_swap`.
pub const SWAP: &str = "left_right_swap.order_turns@1";

/// A lane of the episode with its motion and its part.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its boxes.
    pub lane: Lane,
    /// How they move.
    pub motion: Motion,
    /// What it can be in a task.
    pub role: Role,
}

/// The lanes of one episode, frames counted from its start.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The clip's grid.
    pub grid: &'a Grid,
    /// The parameters.
    pub options: &'a EpisodeOptions,
    /// First frame of the episode on the grid.
    pub from: usize,
    /// Frames in the episode.
    pub frames: usize,
    /// Every lane that has a frame in it, by track, then time.
    pub bodies: Vec<Body>,
}

impl<'a> Scene<'a> {
    /// The part of a clip from frame `from` to frame `to` of the grid. `roles` has one role a class.
    pub fn new(grid: &'a Grid, options: &'a EpisodeOptions, roles: &[Role], from: usize, to: usize) -> Self {
        let half = grid.thresholds.half;
        let bodies = grid
            .lanes
            .iter()
            .filter_map(|lane| lane.cut(from, to))
            .map(|lane| {
                let rects = lane.boxes.iter().map(|stored| grid.rect(*stored)).collect();
                let role = lane.class.and_then(|index| roles.get(index)).copied().unwrap_or(Role::Thing);
                Body { motion: Motion::new(rects, half, grid.fps), lane, role }
            })
            .collect();
        Self { grid, options, from, frames: to - from + 1, bodies }
    }

    /// The thresholds of the grid.
    fn thresholds(&self) -> Thresholds {
        self.grid.thresholds
    }

    /// Every event, by first frame. Pairs are compared each with each up to `max_pair_tracks` lanes; beyond, only with
    /// the tracks in `participants`. The second value says which: `all` or `participants`.
    pub fn events(&self, participants: &[i64]) -> (Vec<Event>, &'static str) {
        let mut out = Vec::new();
        let all = self.bodies.len() as i64 <= self.options.max_pair_tracks;
        for (index, a) in self.bodies.iter().enumerate() {
            if self.options.camera() == Camera::Static {
                self.starts_and_stops(a, &mut out);
            }
            for b in self.bodies.iter().skip(index + 1).filter(|b| b.lane.track != a.lane.track) {
                if all || participants.contains(&a.lane.track) || participants.contains(&b.lane.track) {
                    self.pair(a, b, &mut out);
                }
            }
        }
        out.sort_by(|a: &Event, b: &Event| {
            (a.frame_start, a.frame_end, a.r#type, a.subject_track, a.object_track).cmp(&(
                b.frame_start,
                b.frame_end,
                b.r#type,
                b.subject_track,
                b.object_track,
            ))
        });
        (out, if all { "all" } else { "participants" })
    }

    /// Turns of the speed state.
    fn starts_and_stops(&self, body: &Body, out: &mut Vec<Event>) {
        let k = self.thresholds().k;
        let speed = &body.motion.speed;
        // Runs of one state: (moving, first, one past last). Frames before the first clear speed have no state.
        let mut runs: Vec<(bool, usize, usize)> = Vec::new();
        for (index, &value) in speed.iter().enumerate() {
            let turned = match runs.last() {
                Some((true, ..)) if value <= self.options.speed_off => Some(false),
                Some((false, ..)) if value >= self.options.speed_on => Some(true),
                None if value <= self.options.speed_off => Some(false),
                None if value >= self.options.speed_on => Some(true),
                _ => None,
            };
            match (turned, runs.last_mut()) {
                (Some(moving), _) => runs.push((moving, index, index + 1)),
                (None, Some(run)) => run.2 = index + 1,
                (None, None) => {}
            }
        }
        let mut held: Option<bool> = None;
        for (moving, first, end) in runs {
            if end - first < k {
                continue;
            }
            if held.is_some_and(|before| before != moving) {
                let frame = (body.lane.start + first) as i64;
                let (kind, rule) = if moving { (EventType::Start, START) } else { (EventType::Stop, STOP) };
                out.push(event(kind, rule, frame, frame, body.lane.track, None, speed[first]));
            }
            held = Some(moving);
        }
    }

    /// Everything that happens between two lanes.
    fn pair(&self, a: &Body, b: &Body, out: &mut Vec<Event>) {
        let first = a.lane.start.max(b.lane.start);
        let last = a.lane.end().min(b.lane.end());
        if last < first + self.thresholds().k {
            return;
        }
        // A hand is the subject of what it does to a thing, whatever the track numbers.
        let (a, b) = if b.role == Role::Actor && a.role != Role::Actor { (b, a) } else { (a, b) };
        let shared = Shared {
            first,
            a_rects: &a.motion.rects[first - a.lane.start..=last - a.lane.start],
            b_rects: &b.motion.rects[first - b.lane.start..=last - b.lane.start],
        };
        let gaps: Vec<f64> = shared.a_rects.iter().zip(shared.b_rects).map(|(a, b)| a.gap(b)).collect();
        self.approaches(a, b, &shared, &gaps, out);
        self.contacts(a, b, &shared, &gaps, out);
        self.swaps(a, b, &shared, out);
        self.co_motions(a, b, &shared, out);
        self.enters(a, b, &shared, out);
        self.enters(b, a, &Shared { first, a_rects: shared.b_rects, b_rects: shared.a_rects }, out);
    }

    fn approaches(&self, a: &Body, b: &Body, shared: &Shared<'_>, gaps: &[f64], out: &mut Vec<Event>) {
        let outside: Vec<f64> = gaps.iter().map(|gap| gap.max(0.0)).collect();
        for leg in legs(&outside, self.options.reach) {
            // A quick move is as clear as a long one, if it goes far.
            let Thresholds { k, contact, .. } = self.thresholds();
            let quick = leg.change.abs() >= 2.0 * self.options.reach && leg.end - leg.start >= contact;
            if leg.end - leg.start < k && !quick {
                continue;
            }
            let (kind, rule) =
                if leg.change < 0.0 { (EventType::Approach, APPROACH) } else { (EventType::Separate, SEPARATE) };
            let (start, end) = (shared.frame(leg.start), shared.frame(leg.end));
            out.push(event(kind, rule, start, end, a.lane.track, Some(b.lane.track), leg.change.abs()));
        }
    }

    fn contacts(&self, a: &Body, b: &Body, shared: &Shared<'_>, gaps: &[f64], out: &mut Vec<Event>) {
        let least = self.thresholds().contact;
        let open = self.options.reach / 5.0;
        let mut index = 0;
        while index < gaps.len() {
            let closed = gaps[index..].iter().take_while(|gap| **gap <= 0.0).count();
            if closed < least {
                index += closed.max(1);
                continue;
            }
            let length = gaps[index..].iter().take_while(|gap| **gap <= open).count();
            let depth = gaps[index..index + length].iter().fold(0.0, |depth: f64, gap| depth.max(-gap));
            let (start, end) = (shared.frame(index), shared.frame(index + length - 1));
            let tracks = (a.lane.track, Some(b.lane.track));
            out.push(event(EventType::ContactCandidate, CONTACT, start, end, tracks.0, tracks.1, depth));
            index += length;
        }
    }

    fn swaps(&self, a: &Body, b: &Body, shared: &Shared<'_>, out: &mut Vec<Event>) {
        let (k, band) = (self.thresholds().k, self.options.swap_band);
        let ahead: Vec<f64> = shared.a_rects.iter().zip(shared.b_rects).map(|(a, b)| b.cx() - a.cx()).collect();
        // Stretches of one order, from the first to the last frame outside the band.
        let mut stretches: Vec<(f64, usize, usize)> = Vec::new();
        for (index, &value) in ahead.iter().enumerate().filter(|(_, value)| value.abs() >= band) {
            match stretches.last_mut() {
                Some(stretch) if stretch.0 == value.signum() => stretch.2 = index,
                _ => stretches.push((value.signum(), index, index)),
            }
        }
        for pair in stretches.windows(2) {
            let &[(_, first, last), (sign, next_first, next_last)] = pair else { continue };
            // An order cut off by the end of what both share needs less.
            let needed = |first: usize, last: usize| {
                if first == 0 || last + 1 == ahead.len() { self.thresholds().contact } else { k }
            };
            if last - first + 1 < needed(first, last) || next_last - next_first + 1 < needed(next_first, next_last) {
                continue;
            }
            let turn = (last + 1..=next_first).rev().take_while(|&index| ahead[index] * sign > 0.0).last();
            let turn = turn.unwrap_or(next_first);
            let greatest = |range: &[f64]| range.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
            let before = greatest(&ahead[turn.saturating_sub(k)..turn]);
            let after = greatest(&ahead[turn..(turn + k).min(ahead.len())]);
            let frame = shared.frame(turn);
            let tracks = (a.lane.track, Some(b.lane.track));
            out.push(event(EventType::LeftRightSwap, SWAP, frame, frame, tracks.0, tracks.1, before.min(after)));
        }
    }

    fn co_motions(&self, a: &Body, b: &Body, shared: &Shared<'_>, out: &mut Vec<Event>) {
        let (k, options) = (self.thresholds().k, self.options);
        let (a_at, b_at) = (shared.first - a.lane.start, shared.first - b.lane.start);
        let alike = |index: usize| -> Option<f64> {
            let moving =
                a.motion.speed[a_at + index] > options.speed_off && b.motion.speed[b_at + index] > options.speed_off;
            let cosine = cosine(a.motion.velocity[a_at + index], b.motion.velocity[b_at + index]);
            (moving && cosine >= options.co_cosine).then_some(cosine)
        };
        let length = shared.a_rects.len();
        let mut start = 0;
        while start < length {
            let mut offsets = Spread::default();
            let (mut end, mut total) = (start, 0.0);
            while end < length {
                let Some(cosine) = alike(end) else { break };
                let (a_rect, b_rect) = (&shared.a_rects[end], &shared.b_rects[end]);
                if !offsets.take([b_rect.cx() - a_rect.cx(), b_rect.cy() - a_rect.cy()], options.co_offset) {
                    break;
                }
                total += cosine;
                end += 1;
            }
            let frames = end - start;
            if frames >= k && self.go_far(a, b, shared, start, end - 1, offsets.widest()) {
                let (first, last) = (shared.frame(start), shared.frame(end - 1));
                let tracks = (a.lane.track, Some(b.lane.track));
                out.push(event(EventType::CoMotion, CO_MOTION, first, last, tracks.0, tracks.1, total / frames as f64));
            }
            start = end.max(start + 1);
        }
    }

    /// Do both go `reach` or further, and three times as far as their offset varies; and, where the camera may move,
    /// as far relative to a third lane?
    fn go_far(&self, a: &Body, b: &Body, shared: &Shared<'_>, start: usize, end: usize, varies: f64) -> bool {
        let reach = self.options.reach;
        let way =
            |from: &super::kinematics::Rect, to: &super::kinematics::Rect| [to.cx() - from.cx(), to.cy() - from.cy()];
        let a_way = way(&shared.a_rects[start], &shared.a_rects[end]);
        let b_way = way(&shared.b_rects[start], &shared.b_rects[end]);
        let far = |way: [f64; 2]| way[0].hypot(way[1]) >= reach.max(3.0 * varies);
        if !(far(a_way) && far(b_way)) {
            return false;
        }
        if self.options.camera() == Camera::Static {
            return true;
        }
        let (first, last) = (shared.first + start, shared.first + end);
        let others = self.bodies.iter().filter(|c| c.lane.track != a.lane.track && c.lane.track != b.lane.track);
        others.filter(|c| c.lane.start <= first && c.lane.end() >= last).any(|c| {
            let c_way = way(&c.motion.rects[first - c.lane.start], &c.motion.rects[last - c.lane.start]);
            far([a_way[0] - c_way[0], a_way[1] - c_way[1]]) && far([b_way[0] - c_way[0], b_way[1] - c_way[1]])
        })
    }

    /// Does `a` come to lie in `b`?
    fn enters(&self, a: &Body, b: &Body, shared: &Shared<'_>, out: &mut Vec<Event>) {
        if !can_hold(a, b) {
            return;
        }
        let limit = self.options.enter_share;
        let inside = |index: usize| shared.a_rects[index].share_in(&shared.b_rects[index]);
        let stays = (0..shared.a_rects.len()).rev().take_while(|&index| inside(index) >= limit).last();
        let Some(frame) = stays.filter(|&frame| frame > 0 && shared.a_rects.len() - frame >= self.thresholds().k)
        else {
            return;
        };
        if shared.b_rects[frame].area() < 1.5 * shared.a_rects[frame].area() {
            return;
        }
        let least = (frame..shared.a_rects.len()).map(inside).fold(1.0, f64::min);
        let at = shared.frame(frame);
        out.push(event(EventType::Enters, ENTERS, at, at, a.lane.track, Some(b.lane.track), least));
    }
}

/// Can the first be put on or into the second? Both must have classes, and different ones.
pub fn can_hold(thing: &Body, region: &Body) -> bool {
    matches!(thing.role, Role::Thing | Role::Region)
        && matches!(region.role, Role::Thing | Role::Region)
        && thing.lane.class.is_some()
        && region.lane.class.is_some()
        && thing.lane.class != region.lane.class
}

/// The frames that two lanes share.
struct Shared<'a> {
    first: usize,
    a_rects: &'a [super::kinematics::Rect],
    b_rects: &'a [super::kinematics::Rect],
}

impl Shared<'_> {
    /// The episode's frame of a shared index.
    fn frame(&self, index: usize) -> i64 {
        (self.first + index) as i64
    }
}

/// How far points lie apart on either axis.
#[derive(Default)]
struct Spread(Option<[[f64; 2]; 2]>);

impl Spread {
    /// Takes a point in, unless the points would then lie further apart than `most`.
    fn take(&mut self, point: [f64; 2], most: f64) -> bool {
        let [low, high] = self.0.unwrap_or([point, point]);
        let low = [low[0].min(point[0]), low[1].min(point[1])];
        let high = [high[0].max(point[0]), high[1].max(point[1])];
        let fits = high[0] - low[0] <= most && high[1] - low[1] <= most;
        if fits {
            self.0 = Some([low, high]);
        }
        fits
    }

    /// The greater distance of the two axes.
    fn widest(&self) -> f64 {
        self.0.map_or(0.0, |[low, high]| (high[0] - low[0]).max(high[1] - low[1]))
    }
}

/// An event with its parts in order.
fn event(
    kind: EventType,
    rule: &str,
    start: i64,
    end: i64,
    subject_track: i64,
    object_track: Option<i64>,
    score: f64,
) -> Event {
    Event {
        frame_start: start,
        frame_end: end,
        r#type: kind,
        subject_track,
        object_track,
        rule_id: rule.to_owned(),
        score,
    }
}
