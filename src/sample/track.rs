//! Boxes over time: a hand that carries a cup to a tray, and people who walk by.
//!
//! Only additions, multiplications and divisions make the coordinates, so they are the same on every machine.

use serde::Serialize;

use super::json::Json;
use super::random::Random;

/// Width of the picture in pixels.
const WIDTH: f64 = 1920.0;
/// Height of the picture in pixels.
const HEIGHT: f64 = 1080.0;

/// What happens in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The hand reaches the cup, carries it into the tray and lets go.
    CarryToTray,
    /// The same, but the cup is put down beside the tray.
    CarryBeside,
    /// The hand comes near the cup and goes back.
    Reach,
    /// People walk by.
    Pedestrians,
}

/// What is known of a clip by construction. Frame numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClipFact {
    /// Folder of the clip within its archive.
    pub clip: String,
    /// The archive.
    pub object: String,
    /// What happens.
    pub action: Action,
    /// Number of frames.
    pub frames: u64,
    /// The first frame in which the boxes of hand and cup meet; only where the cup is carried.
    pub contact: Option<u64>,
    /// The first frame in which the hand rests on the cup.
    pub grip: Option<u64>,
    /// The last frame in which the hand carries the cup.
    pub release: Option<u64>,
    /// Number of boxes that were left out, as a detector would miss them.
    pub missing_boxes: u64,
}

/// A box of one frame, in pixels.
#[derive(Debug, Clone, Copy)]
struct Box2 {
    id: u32,
    class: &'static str,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Box2 {
    fn meets(&self, other: &Self) -> bool {
        self.x <= other.x + other.w
            && other.x <= self.x + self.w
            && self.y <= other.y + other.h
            && other.y <= self.y + self.h
    }
}

/// A clip: its boxes frame by frame.
pub(super) struct Clip {
    frames: Vec<Vec<Box2>>,
    pub(super) action: Action,
    pub(super) contact: Option<u64>,
    pub(super) grip: Option<u64>,
    pub(super) release: Option<u64>,
    pub(super) missing: u64,
}

/// From 0 to 1 with rest at both ends.
fn ease(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + (high - low) * random.unit()
}

impl Clip {
    /// Clip `index` with `frames` frames.
    pub(super) fn new(seed: u64, index: u64, frames: u64) -> Self {
        let mut random = Random::new(seed, "track", index);
        let random = &mut random;
        let mut clip = match random.below(100) {
            0..58 => carry(random, frames, Action::CarryToTray),
            58..68 => carry(random, frames, Action::CarryBeside),
            68..76 => carry(random, frames, Action::Reach),
            _ => pedestrians(random, frames),
        };
        if random.chance(25) {
            clip.lose_some(random);
        }
        clip
    }

    /// Leaves out one object for one to three frames, away from both ends.
    fn lose_some(&mut self, random: &mut Random) {
        let frames = self.frames.len();
        if frames < 20 {
            return;
        }
        let (from, length) = (5 + random.below(frames - 12), 1 + random.below(3));
        let Some(id) = self.frames.first().and_then(|boxes| boxes.first()).map(|first| first.id) else { return };
        for boxes in self.frames.iter_mut().skip(from).take(length) {
            let before = boxes.len();
            boxes.retain(|each| each.id != id);
            self.missing += (before - boxes.len()) as u64;
        }
    }

    /// Number of frames.
    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Frame `index` (from 0) as one JSON document.
    pub(super) fn frame(&self, index: usize, json: &mut Json) {
        json.open("{");
        json.key("frame");
        json.int(index as i64 + 1);
        json.key("width");
        json.int(WIDTH as i64);
        json.key("height");
        json.int(HEIGHT as i64);
        json.key("fps");
        json.int(10);
        json.key("boxes");
        json.open("[");
        for each in self.frames.get(index).map(Vec::as_slice).unwrap_or_default() {
            json.open("{");
            json.key("id");
            json.int(i64::from(each.id));
            json.field("class", each.class);
            for (key, value) in [("x", each.x), ("y", each.y), ("w", each.w), ("h", each.h)] {
                json.key(key);
                json.bare(&tenth(value));
            }
            json.close("}");
        }
        json.close("]");
        json.close("}");
    }
}

/// With one decimal place.
fn tenth(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn carry(random: &mut Random, frames: u64, action: Action) -> Clip {
    // The scene may be mirrored: most cups stand left of the tray.
    let mirrored = random.chance(30);
    let (cup_w, cup_h) = (between(random, 70.0, 110.0), between(random, 90.0, 140.0));
    let (tray_w, tray_h) = (between(random, 380.0, 520.0), between(random, 220.0, 300.0));
    let (hand_w, hand_h) = (between(random, 140.0, 200.0), between(random, 130.0, 190.0));
    let tray = (between(random, 1180.0, 1340.0), between(random, 620.0, 740.0));
    let cup = (between(random, 240.0, 560.0), between(random, 480.0, 760.0));
    // Somewhere well inside the tray, or below it.
    let goal = match action {
        Action::CarryBeside => (tray.0 - cup_w - between(random, 60.0, 160.0), tray.1 + between(random, 20.0, 90.0)),
        _ => (
            tray.0 + between(random, 0.25, 0.75) * (tray_w - cup_w),
            tray.1 + between(random, 0.3, 0.7) * (tray_h - cup_h),
        ),
    };
    // The hand grips the upper right corner of the cup, overlapping it.
    let grip = (cup_w - hand_w * between(random, 0.25, 0.4), -hand_h * between(random, 0.45, 0.6));
    let start = (between(random, 760.0, 1100.0), between(random, 60.0, 240.0));
    let rest = (between(random, 820.0, 1150.0), between(random, 40.0, 180.0));
    let near = (cup.0 + cup_w + between(random, 40.0, 90.0), cup.1 + grip.1);
    let second_cup = random.chance(25).then(|| (between(random, 120.0, 700.0), between(random, 860.0, 930.0)));

    // Shares of the clip: wait, reach, hold, carry, hold, withdraw, and rest.
    let share = |from: f64, to: f64, random: &mut Random| (between(random, from, to) * frames as f64).round() as u64;
    let reach_from = share(0.04, 0.10, random).max(1);
    let contact = (reach_from + share(0.20, 0.28, random)).max(reach_from + 1);
    let carry_from = contact + share(0.03, 0.05, random).max(2);
    let carry_to = carry_from + share(0.28, 0.36, random).max(2);
    let let_go = carry_to + share(0.02, 0.04, random).max(1);
    let away = let_go + share(0.12, 0.18, random).max(1);
    let lift = between(random, 40.0, 160.0);

    let progress =
        |frame: u64, from: u64, to: u64| ease((frame as f64 - from as f64) / (to.saturating_sub(from).max(1)) as f64);
    let walk = |from: (f64, f64), to: (f64, f64), t: f64| (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t);
    let held = |at: (f64, f64)| (at.0 + grip.0, at.1 + grip.1);

    let mut all = Vec::with_capacity(frames as usize);
    for frame in 1..=frames {
        let (hand, cup_now) = if action == Action::Reach {
            let hand = match frame < carry_to {
                true => walk(start, near, progress(frame, reach_from, contact)),
                false => walk(near, rest, progress(frame, carry_to, away)),
            };
            (hand, cup)
        } else if frame < carry_from {
            (walk(start, held(cup), progress(frame, reach_from, contact)), cup)
        } else if frame <= carry_to {
            let t = progress(frame, carry_from, carry_to);
            let mut at = walk(cup, goal, t);
            // Lifted in the middle of the way.
            at.1 -= lift * 4.0 * t * (1.0 - t);
            (held(at), at)
        } else {
            (walk(held(goal), rest, progress(frame, let_go, away)), goal)
        };
        // A detector's boxes tremble by a fraction of a pixel.
        let mut tremble = || between(random, -0.4, 0.4);
        let mut boxes = vec![
            Box2 { id: 1, class: "손", x: hand.0 + tremble(), y: hand.1 + tremble(), w: hand_w, h: hand_h },
            Box2 { id: 2, class: "컵", x: cup_now.0 + tremble(), y: cup_now.1 + tremble(), w: cup_w, h: cup_h },
            Box2 { id: 3, class: "쟁반", x: tray.0, y: tray.1, w: tray_w, h: tray_h },
        ];
        if let Some(other) = second_cup {
            boxes.push(Box2 { id: 4, class: "컵", x: other.0, y: other.1, w: cup_w, h: cup_h });
        }
        if mirrored {
            boxes.iter_mut().for_each(|each| each.x = WIDTH - each.x - each.w);
        }
        all.push(boxes);
    }
    let held = action != Action::Reach && away <= frames;
    let touch = all.iter().position(|boxes: &Vec<Box2>| matches!(boxes.as_slice(), [hand, cup, ..] if hand.meets(cup)));
    Clip {
        frames: all,
        action,
        contact: touch.filter(|_| held).map(|index| index as u64 + 1),
        grip: held.then_some(contact),
        release: held.then_some(carry_to),
        missing: 0,
    }
}

/// People on a pavement; everybody stays in the picture.
struct Walker {
    from: f64,
    to: f64,
    foot: f64,
    w: f64,
    h: f64,
    /// Frames per swing of the step.
    swing: f64,
}

impl Walker {
    fn new(random: &mut Random) -> Self {
        let h = between(random, 190.0, 380.0);
        let w = h * between(random, 0.32, 0.42);
        // The nearer, the taller and the lower in the picture.
        let foot = 560.0 + h * 1.2 + between(random, -20.0, 20.0);
        let (from, to) = (between(random, 20.0, 1500.0), between(random, 20.0, 1500.0));
        Self { from, to, foot: foot.min(HEIGHT - 10.0), w, h, swing: between(random, 7.0, 12.0) }
    }

    fn at(&self, frame: u64, frames: u64, id: u32) -> Box2 {
        let t = (frame.saturating_sub(1)) as f64 / (frames.saturating_sub(1).max(1)) as f64;
        // A triangle wave widens the box with each step.
        let phase = (frame as f64 / self.swing) % 2.0;
        let step = if phase < 1.0 { phase } else { 2.0 - phase };
        let w = self.w * (1.0 + 0.12 * step);
        Box2 { id, class: "사람", x: self.from + (self.to - self.from) * t, y: self.foot - self.h, w, h: self.h }
    }
}

fn pedestrians(random: &mut Random, frames: u64) -> Clip {
    let walkers: Vec<Walker> = (0..random.range(3, 7)).map(|_| Walker::new(random)).collect();
    let frames = (1..=frames).map(|frame| walkers.iter().zip(1..).map(|(w, id)| w.at(frame, frames, id)).collect());
    Clip { frames: frames.collect(), action: Action::Pedestrians, contact: None, grip: None, release: None, missing: 0 }
}

/// A pedestrian sequence in the text form of the MOT challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    index: u64,
    pub(super) frames: u64,
    people: u64,
    /// Rows at most; the last sequence of a data set may be cut.
    pub(super) rows: u64,
}

impl Sequence {
    /// Sequence `index` with `frames` frames and at most `rows` rows.
    pub(super) fn new(seed: u64, index: u64, frames: u64, rows: u64) -> Self {
        let people = Random::new(seed, "mot-people", index).range(3, 9) as u64;
        Self { index, frames, people, rows: rows.min(frames * people) }
    }

    /// `frame,id,left,top,width,height,confidence,x,y,z`, one row a box.
    pub(super) fn text(self, seed: u64) -> Vec<u8> {
        let mut random = Random::new(seed, "mot", self.index);
        let walkers: Vec<Walker> = (0..self.people).map(|_| Walker::new(&mut random)).collect();
        let mut out = Vec::with_capacity(self.rows as usize * 48);
        let all = (1..=self.frames).flat_map(|frame| walkers.iter().zip(1_u32..).map(move |(w, id)| (frame, w, id)));
        for (frame, walker, id) in all.take(usize::try_from(self.rows).unwrap_or(usize::MAX)) {
            let at = walker.at(frame, self.frames, id);
            let row =
                format!("{frame},{id},{},{},{},{},1,-1,-1,-1\n", tenth(at.x), tenth(at.y), tenth(at.w), tenth(at.h));
            out.extend_from_slice(row.as_bytes());
        }
        out
    }

    /// The sequence's `seqinfo.ini`.
    pub(super) fn info(self, name: &str) -> Vec<u8> {
        format!(
            "[Sequence]\nname={name}\nimDir=img1\nframeRate=25\nseqLength={}\nimWidth={WIDTH}\nimHeight={HEIGHT}\nimExt=.jpg\n",
            self.frames
        )
        .into_bytes()
    }
}
