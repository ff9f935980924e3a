//! Episodes from box tracks: `vla/1`, one row an episode.
//!
//! [`vla_episode`] turns the labelled boxes of one clip into one canonical vision-language-action episode: constant
//! frame rate, absolute normalised state, next state as action, events by stated rules, a command whose referent is
//! decidable from the first frame, sub-tasks from the change points of the events. [`validate_episode`] re-checks an
//! episode from its own columns, with its own arithmetic.
//!
//! What boxes do not show is never said: no grasp, no force, no intention, no metres. Standing still and directions of
//! motion are stated only where the camera stands still.
//!
//! Units inside the module: frames of the episode, and lengths as shares of the image *width* on both axes, so that
//! distances do not depend on the aspect ratio. Stored boxes and states are shares of width and height.

pub mod episode;
mod event_check;
pub mod events;
mod goal_check;
pub mod input;
pub mod kinematics;
pub mod lanes;
pub mod model;
pub mod nouns;
pub mod options;
pub mod referent;
pub mod subtasks;
pub mod task;
pub mod validate;
pub mod wording;

#[cfg(test)]
mod tests;

pub use episode::{BUILDER, vla_episode};
pub use input::{Box2, BoxRow, ClipInput, ClipRow, clip_input};
pub use model::{Episode, EpisodeResult};
pub use options::{BoxFormat, Camera, EpisodeOptions};
pub use validate::{Violation, validate_episode};
