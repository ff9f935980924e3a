//! Do the events of an episode meet the conditions that their rules state? Written apart from the rules.

use super::events as rules;
use super::model::{Event, EventType};
use super::options::Camera;
use super::validate::{Centred, Checked, Run};

/// Slack for the order of floating-point operations.
const SLACK: f64 = 1e-9;

/// Checks every event of an episode.
pub(super) fn events(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    for (index, event) in episode.events.iter().enumerate() {
        if let Err(detail) = one(checked, event) {
            checked.fail("EVENT_UNTRUE", format!("events[{index}]"), format!("{}: {detail}", event.rule_id));
        }
    }
}

/// One event against its rule.
fn one(checked: &Checked<'_>, event: &Event) -> Result<(), String> {
    if event.frame_start < 0 || event.frame_end < event.frame_start || event.frame_end >= checked.episode.n_frames {
        return Err(format!("frames {} to {} are not in the episode", event.frame_start, event.frame_end));
    }
    let wanted = match event.r#type {
        EventType::Start => rules::START,
        EventType::Stop => rules::STOP,
        EventType::Approach => rules::APPROACH,
        EventType::Separate => rules::SEPARATE,
        EventType::ContactCandidate => rules::CONTACT,
        EventType::CoMotion => rules::CO_MOTION,
        EventType::Enters => rules::ENTERS,
        EventType::LeftRightSwap => rules::SWAP,
    };
    if event.rule_id != wanted {
        return Err(format!("{} is not stated by this rule", event.r#type));
    }
    let (start, end) = (event.frame_start as usize, event.frame_end as usize);
    let a = checked.run(event.subject_track, start, end).ok_or("the subject has no boxes there")?;
    if matches!(event.r#type, EventType::Start | EventType::Stop) {
        return turn(checked, event, a, start);
    }
    let other = event.object_track.ok_or("it takes two tracks")?;
    let b = checked.run(other, start, end).ok_or("the other has no boxes there")?;
    if other == event.subject_track {
        return Err("both tracks are the same".to_owned());
    }
    let pair = Pair { a, b, first: a.start.max(b.start), stop: a.stop().min(b.stop()) };
    match event.r#type {
        EventType::Approach => way(checked, event, &pair, 1.0),
        EventType::Separate => way(checked, event, &pair, -1.0),
        EventType::ContactCandidate => contact(checked, event, &pair),
        EventType::CoMotion => co_motion(checked, event, &pair),
        EventType::Enters => enters(checked, event, &pair),
        _ => swap(checked, event, &pair),
    }
}

/// Two runs and the frames that they share: `first` up to before `stop`.
struct Pair<'a> {
    a: &'a Run,
    b: &'a Run,
    first: usize,
    stop: usize,
}

impl Pair<'_> {
    /// Both boxes in a shared frame.
    fn at(&self, frame: usize) -> Result<(&Centred, &Centred), String> {
        match (self.a.at(frame), self.b.at(frame)) {
            (Some(a), Some(b)) => Ok((a, b)),
            _ => Err(format!("frame {frame} lacks a box")),
        }
    }

    /// Distance between the edges; negative where the boxes overlap.
    fn gap(&self, frame: usize) -> Result<f64, String> {
        let (a, b) = self.at(frame)?;
        let across = (a.x - b.x).abs() - (a.w + b.w) / 2.0;
        let down = (a.y - b.y).abs() - (a.h + b.h) / 2.0;
        Ok(match (across > 0.0, down > 0.0) {
            (true, true) => (across.powi(2) + down.powi(2)).sqrt(),
            // One inside the other's range on an axis: contained boxes overlap by the smaller one's size at most.
            (true, false) => across,
            (false, true) => down,
            (false, false) => across.max(-a.w.min(b.w)).max(down.max(-a.h.min(b.h))),
        })
    }

    /// How far the second lies to the right of the first.
    fn ahead(&self, frame: usize) -> Result<f64, String> {
        self.at(frame).map(|(a, b)| b.x - a.x)
    }
}

/// Is the score the one that was measured?
fn score(event: &Event, measured: f64) -> Result<(), String> {
    if (event.score - measured).abs() <= 1e-6 {
        return Ok(());
    }
    Err(format!("score {} but {measured} measured", event.score))
}

/// Velocity of the centre and rate of the height, per second.
fn rates(checked: &Checked<'_>, run: &Run, frame: usize) -> Result<[f64; 3], String> {
    let half = checked.thresholds.half;
    let low = frame.saturating_sub(half).max(run.start);
    let high = (frame + half).min(run.stop() - 1);
    let (old, new) = (run.at(low).ok_or("no box")?, run.at(high).ok_or("no box")?);
    let per_second = checked.episode.fps / (high - low).max(1) as f64;
    Ok([(new.x - old.x) * per_second, (new.y - old.y) * per_second, (new.h - old.h) * per_second])
}

/// Speed in own sizes a second.
fn speed(checked: &Checked<'_>, run: &Run, frame: usize) -> Result<f64, String> {
    let rates = rates(checked, run, frame)?;
    let own = run.at(frame).ok_or("no box")?;
    Ok(rates.iter().map(|rate| rate * rate).sum::<f64>().sqrt() / (own.w * own.h).sqrt().max(1e-9))
}

fn turn(checked: &Checked<'_>, event: &Event, run: &Run, at: usize) -> Result<(), String> {
    if checked.options.camera() != Camera::Static {
        return Err("stated without a camera that stands still".to_owned());
    }
    let speeds = (run.start..run.stop()).map(|frame| speed(checked, run, frame)).collect::<Result<Vec<f64>, _>>()?;
    // The state of a frame is that of the last threshold crossed.
    let mut state: Option<bool> = None;
    let mut states = Vec::with_capacity(speeds.len());
    for value in &speeds {
        if *value >= checked.options.speed_on - SLACK {
            state = Some(true);
        } else if *value <= checked.options.speed_off + SLACK {
            state = Some(false);
        }
        states.push(state);
    }
    let moving = Some(event.r#type == EventType::Start);
    let at = at - run.start;
    let k = checked.thresholds.k;
    if states.iter().skip(at).take_while(|state| **state == moving).count() < k {
        return Err(format!("the state does not hold {k} frames"));
    }
    if at.checked_sub(1).and_then(|before| states.get(before)).copied().flatten() == moving {
        return Err("the state was the same before".to_owned());
    }
    // Back to the last state that held k frames.
    let mut length = 0;
    let mut last = None;
    for state in states.iter().take(at).rev() {
        length = if Some(*state) == last { length + 1 } else { 1 };
        last = Some(*state);
        if length >= k && state.is_some() {
            return if *state == moving {
                Err("no other state held before".to_owned())
            } else {
                score_at(event, &speeds, at)
            };
        }
    }
    Err("no state held before".to_owned())
}

fn score_at(event: &Event, speeds: &[f64], at: usize) -> Result<(), String> {
    score(event, speeds.get(at).copied().unwrap_or(f64::NAN))
}

/// A gap that falls (`sign` 1) or rises (`sign` −1).
fn way(checked: &Checked<'_>, event: &Event, pair: &Pair<'_>, sign: f64) -> Result<(), String> {
    let (start, end) = (event.frame_start as usize, event.frame_end as usize);
    let value = |frame: usize| pair.gap(frame).map(|gap| gap.max(0.0) * sign);
    let (first, last) = (value(start)?, value(end)?);
    let mut lowest = f64::INFINITY;
    for frame in start..=end {
        let value = value(frame)?;
        if value > first + SLACK || value < last - SLACK {
            return Err(format!("frame {frame} lies beyond the ends"));
        }
        lowest = lowest.min(value);
        if value - lowest >= checked.options.reach + SLACK {
            return Err(format!("it runs back by {:.4} up to frame {frame}", value - lowest));
        }
    }
    let (needed, frames) = match end - start {
        frames if frames >= checked.thresholds.k => (checked.options.reach / 2.0, frames),
        frames if frames >= checked.thresholds.contact => (checked.options.reach * 2.0, frames),
        frames => return Err(format!("{frames} frames are too few")),
    };
    if first - last < needed - SLACK {
        return Err(format!("it changes by {:.4} only in {frames} frames", first - last));
    }
    score(event, first - last)
}

fn contact(checked: &Checked<'_>, event: &Event, pair: &Pair<'_>) -> Result<(), String> {
    let (start, end) = (event.frame_start as usize, event.frame_end as usize);
    if end - start + 1 < checked.thresholds.contact {
        return Err("too few frames".to_owned());
    }
    let mut depth: f64 = 0.0;
    for frame in start..=end {
        let gap = pair.gap(frame)?;
        let most = if frame < start + checked.thresholds.contact { 0.0 } else { checked.options.reach / 5.0 };
        if gap > most + SLACK {
            return Err(format!("the gap is {gap:.4} in frame {frame}"));
        }
        depth = depth.max(-gap);
    }
    score(event, depth)
}

fn co_motion(checked: &Checked<'_>, event: &Event, pair: &Pair<'_>) -> Result<(), String> {
    let (start, end) = (event.frame_start as usize, event.frame_end as usize);
    let (options, frames) = (&checked.options, end - start + 1);
    if frames < checked.thresholds.k {
        return Err(format!("{frames} frames are too few"));
    }
    let mut total = 0.0;
    let (mut left, mut right, mut top, mut bottom) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for frame in start..=end {
        let (a, b) = pair.at(frame)?;
        let ([ax, ay, _], [bx, by, _]) = (rates(checked, pair.a, frame)?, rates(checked, pair.b, frame)?);
        let cosine = (ax * bx + ay * by) / ((ax * ax + ay * ay).sqrt() * (bx * bx + by * by).sqrt()).max(1e-300);
        let slowest = speed(checked, pair.a, frame)?.min(speed(checked, pair.b, frame)?);
        if cosine < options.co_cosine - SLACK || slowest <= options.speed_off - SLACK {
            return Err(format!("in frame {frame} the cosine is {cosine:.3}, the slower one's speed {slowest:.3}"));
        }
        total += cosine;
        (left, right) = (left.min(b.x - a.x), right.max(b.x - a.x));
        (top, bottom) = (top.min(b.y - a.y), bottom.max(b.y - a.y));
    }
    let varies = (right - left).max(bottom - top);
    if varies > options.co_offset + SLACK {
        return Err(format!("the offset varies by {varies:.4}"));
    }
    let moved = |run: &Run| -> Option<(f64, f64)> {
        let (from, to) = (run.at(start)?, run.at(end)?);
        Some((to.x - from.x, to.y - from.y))
    };
    let (Some(a), Some(b)) = (moved(pair.a), moved(pair.b)) else { return Err("no boxes".to_owned()) };
    let beyond = |way: (f64, f64), base: (f64, f64)| {
        ((way.0 - base.0).powi(2) + (way.1 - base.1).powi(2)).sqrt() >= options.reach.max(varies * 3.0) - SLACK
    };
    if !(beyond(a, (0.0, 0.0)) && beyond(b, (0.0, 0.0))) {
        return Err("one of them hardly moves".to_owned());
    }
    let third = || {
        checked
            .runs
            .values()
            .flatten()
            .filter(|run| run.track != pair.a.track && run.track != pair.b.track)
            .filter_map(moved)
            .any(|base| beyond(a, base) && beyond(b, base))
    };
    if options.camera() != Camera::Static && !third() {
        return Err("the camera may have moved: no third track tells".to_owned());
    }
    score(event, total / frames as f64)
}

fn enters(checked: &Checked<'_>, event: &Event, pair: &Pair<'_>) -> Result<(), String> {
    let at = event.frame_start as usize;
    let share = |frame: usize| -> Result<f64, String> {
        let (a, b) = pair.at(frame)?;
        let overlap =
            |apart: f64, one: f64, other: f64| ((one + other) / 2.0 - apart.abs()).min(one).min(other).max(0.0);
        Ok(overlap(a.x - b.x, a.w, b.w) * overlap(a.y - b.y, a.h, b.h) / (a.w * a.h))
    };
    if at <= pair.first || pair.stop - at < checked.thresholds.k {
        return Err("there is no before, or too little after".to_owned());
    }
    if share(at - 1)? >= checked.options.enter_share + SLACK {
        return Err("it was inside before".to_owned());
    }
    let mut least: f64 = 1.0;
    for frame in at..pair.stop {
        least = least.min(share(frame)?);
    }
    if least < checked.options.enter_share - SLACK {
        return Err(format!("the share falls to {least:.3}"));
    }
    let (a, b) = pair.at(at)?;
    if b.w * b.h < 1.5 * a.w * a.h - SLACK {
        return Err("the other box is hardly larger".to_owned());
    }
    score(event, least)
}

fn swap(checked: &Checked<'_>, event: &Event, pair: &Pair<'_>) -> Result<(), String> {
    let (at, k) = (event.frame_start as usize, checked.thresholds.k);
    if at <= pair.first {
        return Err("there is no before".to_owned());
    }
    let after = pair.ahead(at)?.signum();
    if pair.ahead(at - 1)? * after > 0.0 {
        return Err("the order was the same in the frame before".to_owned());
    }
    // Both ways from the turn: the first frame outside the band has the side's order, and so have all up to k frames on.
    // An order that is still in force where the shared frames end needs to have held for fewer.
    let held = |frames: &mut dyn Iterator<Item = usize>, order: f64| -> Result<f64, String> {
        let (mut near, mut far): (Option<usize>, usize) = (None, 0);
        let mut last = at;
        let (mut greatest, mut seen): (f64, usize) = (0.0, 0);
        for frame in frames {
            let ahead = pair.ahead(frame)?;
            seen += 1;
            last = frame;
            if seen <= k {
                greatest = greatest.max(ahead.abs());
            }
            if ahead.abs() < checked.options.swap_band {
                continue;
            }
            if ahead.signum() != order {
                break;
            }
            near = near.or(Some(frame));
            far = frame;
        }
        match near {
            Some(near) if near.abs_diff(far) + 1 >= k => Ok(greatest),
            Some(near) if far == last && near.abs_diff(far) + 1 >= checked.thresholds.contact => Ok(greatest),
            _ => Err("one of the orders does not hold".to_owned()),
        }
    };
    let before = held(&mut (pair.first..at).rev(), -after)?;
    let later = held(&mut (at..pair.stop), after)?;
    score(event, before.min(later))
}
