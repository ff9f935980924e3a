//! The canonical episode, `vla/1`.

use sha2::{Digest as _, Sha256};

use crate::reasoning::model::{Provenance, Reject, Tier, Verification, hex};
use crate::{arrow_row, text_enum};

/// The version that every episode carries.
pub const SCHEMA_VERSION: &str = "vla/1";

text_enum! {
    /// What the `action` vectors are.
    pub enum ActionKind {
        /// Next box of a tracked object: cx, cy, w, h as shares of the image.
        ObjectTrack2d = "object_track_2d",
        /// Next joint positions of a 2-D pose.
        HumanPose2d = "human_pose_2d",
        /// Next pose of a 3-D box.
        ObjectTrack3d = "object_track_3d",
        /// Way-points of the recording vehicle.
        EgoWaypoint = "ego_waypoint",
        /// Logged controls of the recording vehicle.
        EgoControl = "ego_control",
        /// Logged joint positions of a robot.
        RobotJoint = "robot_joint",
        /// Logged end-effector poses of a robot.
        RobotEe = "robot_ee",
        /// Vision and language only.
        NoAction = "no_action",
    }
}

text_enum! {
    /// What an event states. The conditions stand in [`super::events`].
    pub enum EventType {
        /// A track begins to move.
        Start = "start",
        /// A track comes to rest.
        Stop = "stop",
        /// The gap between two boxes falls.
        Approach = "approach",
        /// The gap between two boxes rises.
        Separate = "separate",
        /// Two boxes meet in the image; no statement about touch.
        ContactCandidate = "contact_candidate",
        /// Two boxes move alike.
        CoMotion = "co_motion",
        /// A box comes to lie in another and stays.
        Enters = "enters",
        /// Two boxes change their left-right order.
        LeftRightSwap = "left_right_swap",
    }
}

text_enum! {
    /// Where a box comes from.
    pub enum BoxOrigin {
        /// The label.
        Label = "label",
        /// The line between its labelled neighbours.
        Interpolated = "interpolated",
    }
}

arrow_row! {
    /// What is asked for, in both languages.
    pub struct Task {
        /// The command in Korean.
        pub ko: String,
        /// The same command in English.
        pub en: String,
        /// The template that worded both, e.g. `follow.c3.leftmost@1`.
        pub template_id: String,
    }
}

arrow_row! {
    /// One frame of the focus track.
    pub struct Frame {
        /// 0-based, contiguous.
        pub frame_index: i64,
        /// The frame's number in the label.
        pub source_frame: i64,
        /// Seconds from the first frame: `frame_index / fps`.
        pub timestamp: f64,
        /// cx, cy, w, h of the focus box, shares of `coord_box`.
        pub state: Vec<f32>,
        /// The state of the next frame; on the last frame its own (hold).
        pub action: Vec<f32>,
        /// False on the last frame only.
        pub action_valid: bool,
        /// The focus box was not labelled here, but lies on the line between its neighbours.
        pub is_interpolated: bool,
    }
}

arrow_row! {
    /// One box in one frame.
    pub struct TrackBox {
        /// The frame of the episode.
        pub frame_index: i64,
        /// The track, as labelled.
        pub track_id: i64,
        /// The class, as labelled or as the plan states for unlabelled boxes.
        pub class: Option<String>,
        /// left, top, width, height, shares of `coord_box` (Arrow field `box`).
        pub r#box: Vec<f32>,
        /// Confidence, as labelled.
        pub conf: Option<f64>,
        /// Where it comes from.
        pub origin: BoxOrigin,
    }
}

arrow_row! {
    /// Something that a rule found. Frame ranges include both ends.
    pub struct Event {
        /// First frame.
        pub frame_start: i64,
        /// Last frame.
        pub frame_end: i64,
        /// What it states (Arrow field `type`).
        pub r#type: EventType,
        /// The track that it is about.
        pub subject_track: i64,
        /// The other track, where there are two.
        pub object_track: Option<i64>,
        /// The rule and its version.
        pub rule_id: String,
        /// How clear it is; each rule says in what unit.
        pub score: f64,
    }
}

arrow_row! {
    /// A part of the task. Parts do not overlap; ranges include both ends.
    pub struct Subtask {
        /// First frame.
        pub start: i64,
        /// Last frame.
        pub end: i64,
        /// In Korean.
        pub text_ko: String,
        /// In English.
        pub text_en: String,
        /// The template that worded both.
        pub template_id: String,
        /// `rule` or `label`.
        pub origin: String,
    }
}

arrow_row! {
    /// What of the clip went into the episode, and what did not.
    pub struct Selection {
        /// Frames per second of the source.
        pub source_fps: f64,
        /// `label` or `option`.
        pub fps_origin: String,
        /// Source frames from one labelled frame to the next.
        pub label_step: i64,
        /// Labelled frames from one frame of the episode to the next (exact decimation).
        pub stride: i64,
        /// Boxes in the clip.
        pub boxes: i64,
        /// Boxes left out for their confidence.
        pub boxes_low_confidence: i64,
        /// Boxes left out because they belong to no track.
        pub boxes_without_track: i64,
        /// Boxes left out by decimation.
        pub boxes_decimated: i64,
        /// Boxes left out because they lie before or after the episode.
        pub boxes_outside: i64,
        /// Boxes added on lines between neighbours.
        pub boxes_interpolated: i64,
        /// Other segments of the focus track, cut off by gaps that are too long to bridge.
        pub segments_dropped: i64,
        /// `all`, or `participants` where there are too many tracks to compare each with each.
        pub event_pairs: String,
    }
}

arrow_row! {
    /// The canonical episode.
    pub struct Episode {
        /// [`SCHEMA_VERSION`].
        pub schema_version: String,
        /// Hex sha256 of the source position, the clip and the builder.
        pub episode_id: String,
        /// The clip, as the source names it.
        pub clip_id: String,
        /// Hex sha256 of the video, where media are joined.
        pub source_video_sha256: Option<String>,
        /// Frames per second of the episode.
        pub fps: f64,
        /// Number of frames.
        pub n_frames: i64,
        /// Image width in pixels, where known.
        pub width: Option<f64>,
        /// Image height in pixels, where known.
        pub height: Option<f64>,
        /// The command.
        pub task: Task,
        /// What is to be reached, with the measured values.
        pub goal_json: String,
        /// What `action` is.
        pub action_kind: ActionKind,
        /// Can a robot run the actions as they are? Never, for actions from boxes.
        pub executable: bool,
        /// `normalised_by_image` or `normalised_by_extent`.
        pub coord_frame: String,
        /// left, top, width, height in pixels of what the coordinates are shares of.
        pub coord_box: Vec<f64>,
        /// Unit of state and action.
        pub unit: String,
        /// `static`, `moving` or `unknown`.
        pub camera: String,
        /// The camera, where labelled.
        pub camera_id: Option<String>,
        /// Camera intrinsics as JSON, where labelled.
        pub intrinsics_json: Option<String>,
        /// The track that state and action follow.
        pub focus_track: i64,
        /// One entry a frame.
        pub frames: Vec<Frame>,
        /// Every box of every track, by frame, then track.
        pub tracks: Vec<TrackBox>,
        /// What happens, by first frame.
        pub events: Vec<Event>,
        /// The parts of the task, in order.
        pub subtasks: Vec<Subtask>,
        /// Every parameter that shaped the episode.
        pub params_json: String,
        /// What was left out.
        pub selection: Selection,
        /// Checks made.
        pub verifications: Vec<Verification>,
        /// Where it comes from.
        pub provenance: Provenance,
        /// `A`: known image size, labelled classes, at most a tenth of the frames interpolated; else `B`.
        pub tier: Tier,
        /// `train`, `validation` or `test`, by clip.
        pub split: String,
    }
}

arrow_row! {
    /// What the builder returns: an episode, or the reason why there is none.
    pub struct EpisodeResult {
        /// The episode.
        pub record: Option<Episode>,
        /// Why there is none.
        pub reject: Option<Reject>,
    }
}

impl From<Result<Episode, Reject>> for EpisodeResult {
    fn from(result: Result<Episode, Reject>) -> Self {
        match result {
            Ok(record) => Self { record: Some(record), reject: None },
            Err(reject) => Self { record: None, reject: Some(reject) },
        }
    }
}

impl Episode {
    /// Hex sha256 over everything that the episode says; `record_sha256` must be empty.
    fn content_sha256(&self) -> String {
        let mut hasher = Sha256::new();
        crate::rows::Digest::feed(self, &mut hasher);
        hex(&hasher.finalize())
    }

    /// Numbers the verifications and writes the episode's hash. The last thing the builder does.
    pub fn seal(mut self) -> Self {
        for (index, verification) in self.verifications.iter_mut().enumerate() {
            verification.verification_id = format!("v{index}");
        }
        self.provenance.record_sha256.clear();
        self.provenance.record_sha256 = self.content_sha256();
        self
    }

    /// Does the stored hash fit the content?
    pub fn is_sealed(&self) -> bool {
        let mut bare = self.clone();
        bare.provenance.record_sha256.clear();
        bare.content_sha256() == self.provenance.record_sha256
    }
}
