//! The parameters of an episode, with their defaults and the reasons for them.

use serde::{Deserialize, Serialize};

use crate::reasoning::model::Reject;
use crate::text_enum;

text_enum! {
    /// What is known about the camera. Motion is stated only for one that stands still.
    pub enum Camera {
        /// Nothing is known: wording is relative to the image.
        Unknown = "unknown",
        /// It stands still.
        Static = "static",
        /// It moves.
        Moving = "moving",
    }
}

text_enum! {
    /// What the four numbers of a box are.
    pub enum BoxFormat {
        /// left, top, width, height.
        Xywh = "xywh",
        /// left, top, right, bottom.
        Xyxy = "xyxy",
    }
}

/// How an episode is made. Every value is written to `params_json`. Fields that SQL leaves out keep their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EpisodeOptions {
    /// Frames per second wanted. Reached from above by whole strides only: 25 with 10 wanted gives 25/3. 0 keeps the
    /// label's rate, the default, because decimation throws labels away.
    pub fps: f64,
    /// Frames per second of the source where the label has none; 0: unknown.
    pub source_fps: f64,
    /// Image width in pixels where the label has none; 0: unknown.
    pub image_width: f64,
    /// Image height in pixels where the label has none; 0: unknown.
    pub image_height: f64,
    /// `static`, `moving` or `unknown`.
    pub camera: String,
    /// `xywh` or `xyxy`.
    pub box_format: String,
    /// Class of boxes without one, e.g. `person` for pedestrian sequences; empty: none.
    pub default_class: String,
    /// Boxes below this confidence are left out. The default, −1, keeps all: −1 is how tracking text says "unknown".
    pub min_confidence: f64,
    /// Longest gap to bridge, in frames of the episode; 0: a third of a second, in which people and hands keep their
    /// course.
    pub max_gap: i64,
    /// Frames that a state must hold to count (*k*); 0: half a second, at least 3.
    pub hold: i64,
    /// Shortest focus track in seconds. Below one second there is no task.
    pub min_seconds: f64,
    /// Least difference, as a share of the width, by which words such as "leftmost" must hold in the first frame.
    pub margin: f64,
    /// Fall or rise of a gap, as a share of the width, that makes an approach or a separation.
    pub reach: f64,
    /// Dead band of a left-right swap, as a share of the width: both sides must be left by it.
    pub swap_band: f64,
    /// Speed, in own sizes (square root of the area) a second, from which a still track counts as moving.
    pub speed_on: f64,
    /// Speed from which downwards a moving track counts as still. Far below `speed_on`, because boxes jitter.
    pub speed_off: f64,
    /// Least cosine between velocities that move alike.
    pub co_cosine: f64,
    /// Most that the offset of two boxes may vary, as a share of the width, while they move alike.
    pub co_offset: f64,
    /// Share of a box inside another from which on it has entered.
    pub enter_share: f64,
    /// Share of the object inside the region, held to the end, that makes a goal.
    pub goal_share: f64,
    /// Classes, separated by commas, that act on others, beside hands, grippers and tools.
    pub actor_classes: String,
    /// Up to how many tracks each is compared with each; beyond, only with the ones that the task is about.
    pub max_pair_tracks: i64,
}

impl Default for EpisodeOptions {
    fn default() -> Self {
        Self {
            fps: 0.0,
            source_fps: 0.0,
            image_width: 0.0,
            image_height: 0.0,
            camera: Camera::Unknown.as_str().to_owned(),
            box_format: BoxFormat::Xywh.as_str().to_owned(),
            default_class: String::new(),
            min_confidence: -1.0,
            max_gap: 0,
            hold: 0,
            min_seconds: 1.0,
            margin: 0.05,
            reach: 0.05,
            swap_band: 0.02,
            speed_on: 0.4,
            speed_off: 0.15,
            co_cosine: 0.9,
            co_offset: 0.05,
            enter_share: 0.5,
            goal_share: 0.8,
            actor_classes: String::new(),
            max_pair_tracks: 16,
        }
    }
}

/// What follows from options and frame rate: the numbers that the rules use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Frames that a state must hold.
    pub k: usize,
    /// Frames that a touch in the image must hold: two at ten frames a second.
    pub contact: usize,
    /// Half window of the central difference: a tenth of a second.
    pub half: usize,
    /// Longest gap to bridge.
    pub max_gap: usize,
}

impl EpisodeOptions {
    /// The camera.
    pub fn camera(&self) -> Camera {
        Camera::parse(&self.camera).unwrap_or_default()
    }

    /// The numbers that depend on the episode's frame rate.
    pub fn thresholds(&self, fps: f64) -> Thresholds {
        // The ceiling keeps sums of frames in range, whatever a stored episode claims.
        let frames = |value: f64, least: f64| value.round().clamp(least, 1e6) as usize;
        let seconds = |wanted: i64, seconds: f64, least: f64| match wanted {
            0 => frames(seconds * fps, least),
            wanted => frames(wanted as f64, 1.0),
        };
        let k = seconds(self.hold, 0.5, 3.0);
        Thresholds {
            k,
            contact: frames(k as f64 * 0.4, 2.0),
            half: frames(fps * 0.1, 1.0),
            max_gap: seconds(self.max_gap, 1.0 / 3.0, 1.0),
        }
    }

    /// As stored in an episode.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As read back from an episode.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("params_json: {error}"))
    }

    /// Are the values usable?
    ///
    /// # Errors
    /// [`Reject`] `BAD_OPTIONS` naming the value and what is allowed.
    pub fn check(&self) -> Result<(), Reject> {
        let bad = |name: &str, value: &dyn std::fmt::Display, allowed: &str| {
            Err(Reject::new("BAD_OPTIONS", format!("{name} is {value}; allowed: {allowed}")))
        };
        if Camera::parse(&self.camera).is_none() {
            return bad("camera", &self.camera, "static, moving, unknown");
        }
        if BoxFormat::parse(&self.box_format).is_none() {
            return bad("box_format", &self.box_format, "xywh, xyxy");
        }
        let at_least_zero = [
            ("fps", self.fps),
            ("source_fps", self.source_fps),
            ("image_width", self.image_width),
            ("image_height", self.image_height),
            ("min_seconds", self.min_seconds),
            ("max_gap", self.max_gap as f64),
            ("hold", self.hold as f64),
            ("max_pair_tracks", self.max_pair_tracks as f64),
        ];
        for (name, value) in at_least_zero {
            if !(value.is_finite() && value >= 0.0) {
                return bad(name, &value, "0 or more");
            }
        }
        let shares = [
            ("margin", self.margin),
            ("reach", self.reach),
            ("swap_band", self.swap_band),
            ("co_cosine", self.co_cosine),
            ("co_offset", self.co_offset),
            ("enter_share", self.enter_share),
            ("goal_share", self.goal_share),
        ];
        for (name, value) in shares {
            if !(value > 0.0 && value <= 1.0) {
                return bad(name, &value, "above 0, at most 1");
            }
        }
        if !(self.speed_off > 0.0 && self.speed_on > self.speed_off && self.speed_on.is_finite()) {
            return bad("speed_on", &self.speed_on, "above speed_off, which is above 0");
        }
        if self.min_confidence.is_nan() {
            return bad("min_confidence", &self.min_confidence, "a number");
        }
        Ok(())
    }
}
