//! From boxes to lanes: gap-free stretches of a track on one constant frame grid.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::input::{Box2, ClipInput};
use super::kinematics::Rect;
use super::model::Selection;
use super::options::{BoxFormat, EpisodeOptions, Thresholds};
use crate::reasoning::model::Reject;

/// A stretch of a track without a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The track.
    pub track: i64,
    /// Index into [`Grid::classes`].
    pub class: Option<usize>,
    /// First frame on the grid.
    pub start: usize,
    /// left, top, width, height as shares of the image, one a frame.
    pub boxes: Vec<[f32; 4]>,
    /// Confidence, one a frame.
    pub conf: Vec<Option<f64>>,
    /// Is the box interpolated? One a frame. The ends never are.
    pub filled: Vec<bool>,
}

impl Lane {
    /// Last frame on the grid.
    pub fn end(&self) -> usize {
        self.start + self.boxes.len().saturating_sub(1)
    }

    /// The part from `from` to `to` (both included), with frames counted from `from`.
    pub fn cut(&self, from: usize, to: usize) -> Option<Self> {
        let (first, last) = (self.start.max(from), self.end().min(to));
        if first > last || self.boxes.is_empty() {
            return None;
        }
        let range = first - self.start..last - self.start + 1;
        Some(Self {
            track: self.track,
            class: self.class,
            start: first - from,
            // `first` and `last` lie between start and end.
            boxes: self.boxes[range.clone()].to_vec(),
            conf: self.conf[range.clone()].to_vec(),
            filled: self.filled[range].to_vec(),
        })
    }
}

/// All lanes of a clip, and the grid they lie on.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// By track, then by time.
    pub lanes: Vec<Lane>,
    /// The classes that occur, sorted.
    pub classes: Vec<String>,
    /// Label number of the grid's frame 0.
    pub first_frame: i64,
    /// Label numbers from one frame of the grid to the next.
    pub step: i64,
    /// Frames per second of the grid.
    pub fps: f64,
    /// left, top, width, height in pixels of what the boxes are shares of.
    pub coord: [f64; 4],
    /// Is `coord` the image (or only the extent of the boxes)?
    pub image_known: bool,
    /// Were all boxes given a class by the label?
    pub classes_labelled: bool,
    /// What was left out so far.
    pub selection: Selection,
    /// The numbers that depend on the frame rate.
    pub thresholds: Thresholds,
}

impl Grid {
    /// Height / width of the image.
    pub fn aspect(&self) -> f64 {
        self.coord[3] / self.coord[2]
    }

    /// A stored box in the module's units.
    pub fn rect(&self, stored: [f32; 4]) -> Rect {
        Rect::new(stored, self.aspect())
    }

    /// The class of a lane.
    pub fn class<'a>(&'a self, lane: &Lane) -> Option<&'a str> {
        lane.class.and_then(|index| self.classes.get(index)).map(String::as_str)
    }
}

/// Cleans the boxes of a clip and lays them on one grid.
///
/// # Errors
/// `NO_BOXES`, `BAD_BOX`, `BOX_OUTSIDE_IMAGE`, `DUPLICATE_BOX`, `NO_FRAME_RATE`, with the values found.
pub fn grid(clip: &ClipInput<'_>) -> Result<Grid, Reject> {
    let options = &clip.options;
    let mut selection = Selection { boxes: clip.boxes.len() as i64, ..Selection::default() };
    let format = BoxFormat::parse(&options.box_format).unwrap_or_default();
    let mut boxes: Vec<(&Box2, [f64; 4])> = Vec::with_capacity(clip.boxes.len());
    for item in &clip.boxes {
        let xywh = pixels(item, format)?;
        if item.confidence.is_some_and(|confidence| confidence < options.min_confidence) {
            selection.boxes_low_confidence += 1;
        } else if item.track_id < 0 {
            selection.boxes_without_track += 1;
        } else {
            boxes.push((item, xywh));
        }
    }
    if boxes.is_empty() {
        let detail = format!(
            "of {} boxes {} have too low a confidence and {} no track id",
            selection.boxes, selection.boxes_low_confidence, selection.boxes_without_track
        );
        return Err(Reject::new("NO_BOXES", detail));
    }
    boxes.sort_by_key(|(item, _)| (item.track_id, item.frame));
    for pair in boxes.windows(2) {
        if let [(a, _), (b, _)] = pair
            && (a.track_id, a.frame) == (b.track_id, b.frame)
        {
            let detail = format!(
                "track {} has two boxes in frame {}; several clips in one group? (one file a clip: group: member)",
                a.track_id, a.frame
            );
            return Err(Reject::new("DUPLICATE_BOX", detail));
        }
    }
    let (coord, image_known) = coordinates(clip, options, &boxes)?;
    let source_fps = frame_rate(clip, options, &mut selection)?;

    let first_frame = boxes.iter().map(|(item, _)| item.frame).min().unwrap_or(0);
    let offset = |item: &Box2| item.frame.saturating_sub(first_frame);
    let label_step = boxes.iter().fold(0, |step, (item, _)| gcd(step, offset(item))).max(1);
    let label_fps = source_fps / label_step as f64;
    // A hair below, so that 30 / 10 is 3 and not 4.
    let stride = if options.fps > 0.0 { (label_fps / options.fps - 1e-6).ceil().max(1.0) as i64 } else { 1 };
    let step = label_step.saturating_mul(stride);
    let fps = label_fps / stride as f64;
    (selection.source_fps, selection.label_step, selection.stride) = (source_fps, label_step, stride);
    let on_grid = boxes.len();
    boxes.retain(|(item, _)| offset(item) % step == 0);
    selection.boxes_decimated = (on_grid - boxes.len()) as i64;

    let default_class = (!options.default_class.is_empty()).then_some(options.default_class.as_str());
    let named: BTreeSet<&str> = boxes.iter().filter_map(|(item, _)| class_of(item, default_class)).collect();
    let classes: Vec<String> = named.into_iter().map(str::to_owned).collect();
    let classes_labelled = boxes.iter().all(|(item, _)| class_of(item, None).is_some());
    let thresholds = options.thresholds(fps);
    let mut lanes = Vec::new();
    for of_track in boxes.chunk_by(|(a, _), (b, _)| a.track_id == b.track_id) {
        let class = usual_class(of_track, default_class, &classes);
        let mut open: Option<Lane> = None;
        for (item, xywh) in of_track {
            let at = (offset(item) / step) as usize;
            let stored = shares(*xywh, coord);
            match open.as_mut() {
                Some(lane) if at - lane.end() - 1 <= thresholds.max_gap => {
                    bridge(lane, at, stored);
                    lane.boxes.push(stored);
                    lane.filled.push(false);
                    lane.conf.push(item.confidence);
                }
                _ => {
                    lanes.extend(open.take());
                    open = Some(Lane {
                        track: item.track_id,
                        class,
                        start: at,
                        boxes: vec![stored],
                        conf: vec![item.confidence],
                        filled: vec![false],
                    });
                }
            }
        }
        lanes.extend(open);
    }
    Ok(Grid { lanes, classes, first_frame, step, fps, coord, image_known, classes_labelled, selection, thresholds })
}

/// A box as left, top, width, height.
fn pixels(item: &Box2, format: BoxFormat) -> Result<[f64; 4], Reject> {
    let xywh = match format {
        BoxFormat::Xywh => [item.x, item.y, item.w, item.h],
        BoxFormat::Xyxy => [item.x, item.y, item.w - item.x, item.h - item.y],
    };
    if xywh.iter().all(|value| value.is_finite()) && xywh[2] > 0.0 && xywh[3] > 0.0 {
        return Ok(xywh);
    }
    let detail = format!(
        "track {} in frame {}: ({}, {}, {}, {}) read as {format} has no positive size",
        item.track_id, item.frame, item.x, item.y, item.w, item.h
    );
    Err(Reject::new("BAD_BOX", detail))
}

/// What the coordinates become shares of: the image, or else the extent of the boxes.
fn coordinates(
    clip: &ClipInput<'_>,
    options: &EpisodeOptions,
    boxes: &[(&Box2, [f64; 4])],
) -> Result<([f64; 4], bool), Reject> {
    let positive =
        |label: Option<f64>, option: f64| label.or(Some(option)).filter(|size| size.is_finite() && *size > 0.0);
    let width = positive(clip.width, options.image_width);
    let height = positive(clip.height, options.image_height);
    let (Some(width), Some(height)) = (width, height) else {
        let mut edges = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for (_, [x, y, w, h]) in boxes {
            edges = [edges[0].min(*x), edges[1].min(*y), edges[2].max(x + w), edges[3].max(y + h)];
        }
        return Ok(([edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]], false));
    };
    // Boxes may reach a little beyond the image; far beyond, and often, means another format or another image.
    let beyond = |value: f64, size: f64| value > size * 1.25;
    let outside = boxes.iter().filter(|(_, [x, y, w, h])| beyond(x + w, width) || beyond(y + h, height)).count();
    if outside * 10 > boxes.len() {
        let detail = format!(
            "{outside} of {} boxes end more than a quarter beyond the image of {width} x {height}; \
             is box_format {} right?",
            boxes.len(),
            options.box_format
        );
        return Err(Reject::new("BOX_OUTSIDE_IMAGE", detail));
    }
    Ok(([0.0, 0.0, width, height], true))
}

/// Frames per second of the source, and who says so.
fn frame_rate(clip: &ClipInput<'_>, options: &EpisodeOptions, selection: &mut Selection) -> Result<f64, Reject> {
    let usable = |rate: &f64| rate.is_finite() && *rate > 0.0;
    if let Some(rate) = clip.source_fps.filter(usable) {
        selection.fps_origin = "label".to_owned();
        return Ok(rate);
    }
    selection.fps_origin = "option".to_owned();
    [options.source_fps, options.fps].into_iter().find(usable).ok_or_else(|| {
        Reject::new(
            "NO_FRAME_RATE",
            "the label has no frame rate; set source_fps (or fps, if the frames come at that rate)",
        )
    })
}

/// Greatest common divisor.
fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The class of a box, or the one that the plan states for boxes without.
fn class_of<'a>(item: &'a Box2, default: Option<&'a str>) -> Option<&'a str> {
    item.class.as_deref().map(str::trim).filter(|class| !class.is_empty()).or(default)
}

/// The most frequent class of a track, the first in order where two are as frequent.
fn usual_class(boxes: &[(&Box2, [f64; 4])], default: Option<&str>, classes: &[String]) -> Option<usize> {
    let mut counts: Vec<(usize, usize)> = Vec::with_capacity(1);
    for (item, _) in boxes {
        let Some(class) = class_of(item, default) else { continue };
        // Most boxes of a track repeat the class of the one before.
        if let Some(entry) =
            counts.iter_mut().find(|(index, _)| classes.get(*index).is_some_and(|known| known == class))
        {
            entry.1 += 1;
        } else if let Ok(index) = classes.binary_search_by(|known| known.as_str().cmp(class)) {
            counts.push((index, 1));
        }
    }
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(index, _)| index)
}

/// Pixels as shares, rounded to what is stored, so that every later step computes with stored numbers.
fn shares([x, y, w, h]: [f64; 4], coord: [f64; 4]) -> [f32; 4] {
    let [left, top, width, height] = coord;
    [(x - left) / width, (y - top) / height, w / width, h / height].map(|value| value as f32)
}

/// Fills the frames between the end of a lane and frame `at` on straight lines.
fn bridge(lane: &mut Lane, at: usize, next: [f32; 4]) {
    let end = lane.end();
    let Some(&before) = lane.boxes.last() else { return };
    let length = (at - end) as f64;
    for frame in end + 1..at {
        let share = (frame - end) as f64 / length;
        let mut stored = [0.0; 4];
        for (slot, (from, to)) in stored.iter_mut().zip(before.iter().zip(&next)) {
            *slot = (f64::from(*from) + (f64::from(*to) - f64::from(*from)) * share) as f32;
        }
        lane.boxes.push(stored);
        lane.filled.push(true);
        lane.conf.push(None);
    }
}

/// The order in which lanes are tried: the longer first, then the lower track, then the earlier.
pub fn longer_first(a: &Lane, b: &Lane) -> Ordering {
    b.boxes.len().cmp(&a.boxes.len()).then(a.track.cmp(&b.track)).then(a.start.cmp(&b.start))
}
