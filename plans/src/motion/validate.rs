//! Re-checks an episode from its own columns, with arithmetic of its own.
//!
//! Nothing here calls the builder's geometry: boxes are read as centres and sizes, conditions are written down again
//! from the rules' statements in [`super::events`].

use std::collections::BTreeMap;

use super::model::{BoxOrigin, Episode, SCHEMA_VERSION, TrackBox};
use super::options::{EpisodeOptions, Thresholds};
use super::{event_check, goal_check};

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A stable code, e.g. `ACTION_NOT_NEXT_STATE`.
    pub code: &'static str,
    /// Where: a column and a position, e.g. `frames[3].action`.
    pub path: String,
    /// What was found and what must hold.
    pub detail: String,
}

/// Largest difference between two single-precision numbers near 1 that counts as none.
const SINGLE: f64 = 1e-6;

/// A box by its centre and size; lengths in widths on both axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Centred {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// The boxes of a track in consecutive frames.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) track: i64,
    pub(super) start: usize,
    pub(super) boxes: Vec<Centred>,
}

impl Run {
    /// One past the last frame.
    pub(super) fn stop(&self) -> usize {
        self.start + self.boxes.len()
    }

    /// The box in a frame of the episode.
    pub(super) fn at(&self, frame: usize) -> Option<&Centred> {
        frame.checked_sub(self.start).and_then(|index| self.boxes.get(index))
    }
}

/// What the checks share.
pub(super) struct Checked<'a> {
    pub(super) episode: &'a Episode,
    pub(super) options: EpisodeOptions,
    pub(super) thresholds: Thresholds,
    pub(super) runs: BTreeMap<i64, Vec<Run>>,
    pub(super) found: Vec<Violation>,
}

impl Checked<'_> {
    /// Books a violation.
    pub(super) fn fail(&mut self, code: &'static str, path: impl Into<String>, detail: impl Into<String>) {
        self.found.push(Violation { code, path: path.into(), detail: detail.into() });
    }

    /// The run of a track that spans the frames `from` to `to`.
    pub(super) fn run(&self, track: i64, from: usize, to: usize) -> Option<&Run> {
        self.runs.get(&track)?.iter().find(|run| run.start <= from && to < run.stop())
    }
}

/// Every statement of an episode that does not hold; empty where all do.
pub fn validate_episode(episode: &Episode) -> Vec<Violation> {
    let options = match EpisodeOptions::from_json(&episode.params_json) {
        Ok(options) => options,
        Err(error) => {
            return vec![Violation { code: "BAD_PARAMS", path: "params_json".to_owned(), detail: error }];
        }
    };
    let thresholds = options.thresholds(episode.fps);
    let mut checked = Checked { episode, options, thresholds, runs: BTreeMap::new(), found: Vec::new() };
    head(&mut checked);
    frames(&mut checked);
    tracks(&mut checked);
    focus(&mut checked);
    goal_check::goal(&mut checked);
    goal_check::subtasks(&mut checked);
    event_check::events(&mut checked);
    if !episode.provenance.record_sha256.is_empty() && !episode.is_sealed() {
        checked.fail("HASH_DIFFERS", "provenance.record_sha256", "the content does not give this hash");
    }
    checked.found
}

/// What the episode says about itself.
fn head(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    if episode.schema_version != SCHEMA_VERSION {
        checked.fail("BAD_VERSION", "schema_version", format!("{} is not {SCHEMA_VERSION}", episode.schema_version));
    }
    if !(episode.fps.is_finite() && episode.fps > 0.0) {
        checked.fail("BAD_FPS", "fps", format!("{} is no frame rate", episode.fps));
    }
    let selection = &episode.selection;
    let steps = selection.label_step as f64 * selection.stride as f64;
    if (episode.fps * steps - selection.source_fps).abs() > 1e-9 * selection.source_fps.abs() {
        let detail = format!("{} x {steps} is not the source's {}", episode.fps, selection.source_fps);
        checked.fail("NOT_EXACT_DECIMATION", "fps", detail);
    }
    if episode.n_frames != episode.frames.len() as i64 || episode.frames.is_empty() {
        checked.fail("N_FRAMES", "n_frames", format!("{} for {} frames", episode.n_frames, episode.frames.len()));
    }
    if episode.executable {
        checked.fail("EXECUTABLE", "executable", "boxes are no robot's actions");
    }
    if episode.coord_box.len() != 4 || !episode.coord_box.iter().skip(2).all(|size| *size > 0.0) {
        checked.fail("BAD_COORD_BOX", "coord_box", "left, top and a positive width and height are needed");
    }
    if episode.task.ko.is_empty() || episode.task.en.is_empty() || episode.task.template_id.is_empty() {
        checked.fail("NO_COMMAND", "task", "both languages and the template are needed");
    }
    let interpolated = episode.tracks.iter().filter(|item| item.origin == BoxOrigin::Interpolated).count() as i64;
    if interpolated != selection.boxes_interpolated {
        let detail = format!("{} for {interpolated} boxes", selection.boxes_interpolated);
        checked.fail("COUNTS_DIFFER", "selection.boxes_interpolated", detail);
    }
    let left_out = [
        selection.boxes_low_confidence,
        selection.boxes_without_track,
        selection.boxes_decimated,
        selection.boxes_outside,
    ];
    let left_out: i128 = left_out.into_iter().map(i128::from).sum();
    if i128::from(selection.boxes) != left_out + (episode.tracks.len() as i64 - interpolated) as i128 {
        checked.fail("COUNTS_DIFFER", "selection.boxes", "boxes are not those left out and those labelled here");
    }
}

/// Frames: contiguous, timed by the rate, action the next state, hold at the end.
fn frames(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    let step = episode.selection.label_step.saturating_mul(episode.selection.stride);
    let first_source = episode.frames.first().map_or(0, |frame| frame.source_frame);
    let mut travelled = [0.0_f64; 4];
    for (index, frame) in episode.frames.iter().enumerate() {
        let path = |part: &str| format!("frames[{index}].{part}");
        if frame.frame_index != index as i64 {
            checked.fail("FRAMES_NOT_CONTIGUOUS", path("frame_index"), format!("{} at {index}", frame.frame_index));
        }
        if frame.source_frame != first_source.saturating_add(step.saturating_mul(index as i64)) {
            checked.fail(
                "SOURCE_FRAME",
                path("source_frame"),
                format!("{} is off the step {step}", frame.source_frame),
            );
        }
        if (frame.timestamp * episode.fps - index as f64).abs() > 1e-6 {
            checked.fail(
                "TIMESTAMP",
                path("timestamp"),
                format!("{} s is not {index} / {}", frame.timestamp, episode.fps),
            );
        }
        if frame.state.len() != 4 || frame.action.len() != 4 {
            checked.fail("BAD_SHAPE", path("state"), "state and action have four numbers");
            continue;
        }
        if !frame.state.iter().chain(&frame.action).all(|value| value.is_finite()) {
            checked.fail("NOT_FINITE", path("state"), "state and action are finite");
        }
        let next = episode.frames.get(index + 1);
        if frame.action_valid != next.is_some() {
            checked.fail("ACTION_VALID", path("action_valid"), "only the last action is invalid");
        }
        match next {
            Some(next) if frame.action != next.state => {
                let detail = format!("{:?} is not the next state {:?}", frame.action, next.state);
                checked.fail("ACTION_NOT_NEXT_STATE", path("action"), detail);
            }
            None if frame.action != frame.state => {
                checked.fail("LAST_ACTION_NOT_HELD", path("action"), format!("{:?} is not the state", frame.action));
            }
            _ => {}
        }
        if frame.action_valid {
            for (sum, (action, state)) in travelled.iter_mut().zip(frame.action.iter().zip(&frame.state)) {
                *sum += f64::from(*action) - f64::from(*state);
            }
        }
    }
    let (Some(first), Some(last)) = (episode.frames.first(), episode.frames.last()) else { return };
    for (axis, (sum, (start, end))) in travelled.iter().zip(first.state.iter().zip(&last.state)).enumerate() {
        if (sum - (f64::from(*end) - f64::from(*start))).abs() > SINGLE {
            let detail = format!("axis {axis}: the deltas sum to {sum}, from {start} to {end}");
            checked.fail("DELTAS_DO_NOT_SUM", "frames", detail);
        }
    }
}

/// Boxes: well formed, in order, interpolated ones on the line between labelled ones. Fills `runs`.
fn tracks(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    let order = |item: &TrackBox| (item.frame_index, item.track_id);
    if !episode.tracks.windows(2).all(|pair| matches!(pair, [a, b] if order(a) < order(b))) {
        checked.fail("TRACKS_NOT_IN_ORDER", "tracks", "boxes go by frame, then track, each once");
    }
    let aspect = match episode.coord_box.as_slice() {
        [_, _, width, height] => height / width,
        _ => 1.0,
    };
    let mut by_track: BTreeMap<i64, Vec<(usize, &TrackBox)>> = BTreeMap::new();
    for (index, item) in episode.tracks.iter().enumerate() {
        let well_formed = matches!(item.r#box.as_slice(), [x, y, w, h]
            if x.is_finite() && y.is_finite() && w.is_finite() && h.is_finite() && *w > 0.0 && *h > 0.0);
        if !well_formed || !(0..episode.n_frames).contains(&item.frame_index) {
            checked.fail(
                "BAD_BOX",
                format!("tracks[{index}]"),
                "four numbers, a positive size, a frame of the episode",
            );
        } else {
            by_track.entry(item.track_id).or_default().push((index, item));
        }
    }
    for (track, items) in by_track {
        let mut runs: Vec<Run> = Vec::new();
        let mut labelled: Option<&TrackBox> = None;
        for (position, &(index, item)) in items.iter().enumerate() {
            let frame = item.frame_index as usize;
            if let [x, y, w, h] = item.r#box.as_slice() {
                let [x, y, w, h] = [x, y, w, h].map(|value| f64::from(*value));
                let centred = Centred { x: x + w / 2.0, y: (y + h / 2.0) * aspect, w, h: h * aspect };
                match runs.last_mut() {
                    Some(run) if run.stop() == frame => run.boxes.push(centred),
                    _ => {
                        runs.push(Run { track, start: frame, boxes: vec![centred] });
                        labelled = None;
                    }
                }
            }
            if item.origin == BoxOrigin::Label {
                labelled = Some(item);
                continue;
            }
            let after =
                items.iter().skip(position + 1).map(|(_, item)| *item).find(|item| item.origin == BoxOrigin::Label);
            interpolation(checked, index, item, labelled, after);
        }
        checked.runs.insert(track, runs);
    }
}

/// Does an interpolated box lie on the line between its labelled neighbours? A neighbour may lie outside the episode
/// at its ends only for tracks other than the focus; then nothing can be said.
fn interpolation(
    checked: &mut Checked<'_>,
    index: usize,
    item: &TrackBox,
    before: Option<&TrackBox>,
    after: Option<&TrackBox>,
) {
    let path = format!("tracks[{index}]");
    let (Some(before), Some(after)) = (before, after) else {
        if item.track_id == checked.episode.focus_track {
            checked.fail("NOT_BETWEEN_LABELS", path, "an interpolated focus box needs labelled neighbours");
        }
        return;
    };
    let length = after.frame_index - before.frame_index;
    if length - 1 > checked.thresholds.max_gap as i64 {
        let detail = format!("a gap of {} frames, {} allowed", length - 1, checked.thresholds.max_gap);
        checked.fail("GAP_TOO_LONG", path.clone(), detail);
    }
    let share = (item.frame_index - before.frame_index) as f64 / length as f64;
    let on_line = before.r#box.iter().zip(&after.r#box).zip(&item.r#box).all(|((from, to), value)| {
        let wanted = f64::from(*from) * (1.0 - share) + f64::from(*to) * share;
        (wanted - f64::from(*value)).abs() <= SINGLE
    });
    if !on_line {
        checked.fail("NOT_ON_LINE", path, "an interpolated box lies on the line between its neighbours");
    }
}

/// State and marks of the frames are those of the focus track's boxes.
fn focus(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    let mut boxes = episode.tracks.iter().filter(|item| item.track_id == episode.focus_track);
    for (index, frame) in episode.frames.iter().enumerate() {
        let Some(item) = boxes.next().filter(|item| item.frame_index == frame.frame_index) else {
            checked.fail("NO_FOCUS_BOX", format!("frames[{index}]"), "the focus track has a box in every frame");
            return;
        };
        let ([x, y, w, h], [cx, cy, sw, sh]) = (item.r#box.as_slice(), frame.state.as_slice()) else { continue };
        let pairs = [(x + w / 2.0, cx), (y + h / 2.0, cy), (*w, sw), (*h, sh)];
        if pairs.iter().any(|(wanted, state)| (f64::from(*wanted) - f64::from(**state)).abs() > SINGLE) {
            let detail = format!("{:?} is not the centre and size of {:?}", frame.state, item.r#box);
            checked.fail("STATE_NOT_BOX", format!("frames[{index}].state"), detail);
        }
        if frame.is_interpolated != (item.origin == BoxOrigin::Interpolated) {
            checked.fail("INTERPOLATION_MARK", format!("frames[{index}].is_interpolated"), "frame and box differ");
        }
    }
}
