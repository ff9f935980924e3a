//! What the labels of a clip are, flattened to boxes.

use super::options::{BoxFormat, EpisodeOptions};
use crate::reasoning::model::Reject;

/// One labelled box, in pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Box2 {
    /// The frame's number in the label.
    pub frame: i64,
    /// The track; negative: none.
    pub track_id: i64,
    /// The class, where labelled.
    pub class: Option<String>,
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width; the right edge where the options say `xyxy`.
    pub w: f64,
    /// Height; the bottom edge where the options say `xyxy`.
    pub h: f64,
    /// Confidence, where labelled.
    pub confidence: Option<f64>,
}

/// One clip: all its boxes in any order, and what is known about its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipInput<'a> {
    /// The clip, as the source names it.
    pub clip_id: &'a str,
    /// Its boxes.
    pub boxes: Vec<Box2>,
    /// Image width in pixels, where labelled.
    pub width: Option<f64>,
    /// Image height in pixels, where labelled.
    pub height: Option<f64>,
    /// Frames per second, where labelled.
    pub source_fps: Option<f64>,
    /// The camera's name, where labelled.
    pub camera_id: Option<String>,
    /// How the episode is made.
    pub options: EpisodeOptions,
}

/// A box as a row gives it: an element of `boxes`, or the row itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoxRow {
    /// Field `id`: the track.
    pub id: Option<i64>,
    /// Field `class`.
    pub class: Option<String>,
    /// Field `x`.
    pub x: Option<f64>,
    /// Field `y`.
    pub y: Option<f64>,
    /// Field `w`.
    pub w: Option<f64>,
    /// Field `h`.
    pub h: Option<f64>,
    /// Field `x2`: the right edge; read where `w` is NULL, whatever the options say.
    pub x2: Option<f64>,
    /// Field `y2`: the bottom edge; read where `h` is NULL.
    pub y2: Option<f64>,
    /// Field `bbox`: the four numbers as a list; read where `x` is NULL.
    pub bbox: Option<Vec<f64>>,
    /// Field `conf`.
    pub conf: Option<f64>,
}

/// One element of `records`, the first argument of SQL's `vla_episode(records, options, _src)`.
///
/// `records` is `List<Struct>`; fields are looked up by name, a missing field reads as NULL, any integer type reads as
/// `Int64`, any number type as `Float64`. Two shapes, told apart row by row:
///
/// | shape | fields of the struct |
/// |---|---|
/// | nested: one row a frame | `frame`, `boxes: List<Struct{id, class, x, y, w, h, x2, y2, bbox, conf}>` |
/// | flat: one row a box | `frame`, `id`, `class`, `x`, `y`, `w`, `h`, `x2`, `y2`, `bbox`, `conf` |
///
/// Both: `width`, `height`, `fps` (first value that is not NULL), `camera`. A row whose `boxes` is not NULL is nested,
/// also where the list is empty (a frame without objects). A flat row without `id`, `x` and `bbox` has no box.
/// Where *no* row has a `frame`, the position in `records` is the frame, so `order_by` decides.
///
/// The second argument is a struct with any of the fields of [`EpisodeOptions`], and `clip_id` (Utf8).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClipRow {
    /// Field `frame`.
    pub frame: Option<i64>,
    /// Field `width`.
    pub width: Option<f64>,
    /// Field `height`.
    pub height: Option<f64>,
    /// Field `fps`.
    pub fps: Option<f64>,
    /// Field `camera`.
    pub camera: Option<String>,
    /// Field `boxes`.
    pub boxes: Option<Vec<BoxRow>>,
    /// The box fields of the row itself.
    pub flat: BoxRow,
}

/// Flattens the rows of a clip, nested or flat.
///
/// # Errors
/// `MIXED_FRAMES` where some rows have a frame number and some do not, `FRAME_CHANGES` where image size or frame rate
/// differ between rows, `BAD_BOX` where a box has not all its numbers.
pub fn clip_input(clip_id: &str, rows: Vec<ClipRow>, options: EpisodeOptions) -> Result<ClipInput<'_>, Reject> {
    let numbered = rows.iter().filter(|row| row.frame.is_some()).count();
    if numbered != 0 && numbered != rows.len() {
        let detail = format!("{numbered} of {} rows have a frame number; number all of them or none", rows.len());
        return Err(Reject::new("MIXED_FRAMES", detail));
    }
    let format = BoxFormat::parse(&options.box_format).unwrap_or_default();
    let mut clip =
        ClipInput { clip_id, boxes: Vec::new(), width: None, height: None, source_fps: None, camera_id: None, options };
    for (position, row) in rows.into_iter().enumerate() {
        let frame = row.frame.unwrap_or(position as i64);
        same("width", &mut clip.width, row.width, frame)?;
        same("height", &mut clip.height, row.height, frame)?;
        same("fps", &mut clip.source_fps, row.fps, frame)?;
        if clip.camera_id.is_none() {
            clip.camera_id = row.camera;
        }
        match row.boxes {
            Some(boxes) => {
                for (index, item) in boxes.into_iter().enumerate() {
                    clip.boxes.push(numbers(item, frame, index, format)?);
                }
            }
            None if row.flat.id.is_some() || row.flat.x.is_some() || row.flat.bbox.is_some() => {
                clip.boxes.push(numbers(row.flat, frame, 0, format)?);
            }
            None => {}
        }
    }
    Ok(clip)
}

/// Keeps the first value of a property that a clip has once.
fn same(name: &str, known: &mut Option<f64>, value: Option<f64>, frame: i64) -> Result<(), Reject> {
    match (*known, value) {
        (Some(known), Some(value)) if known != value => {
            let detail = format!("{name} is {value} in frame {frame}, before {known}: several clips in one group?");
            Err(Reject::new("FRAME_CHANGES", detail))
        }
        (None, Some(_)) => {
            *known = value;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// One box with its four numbers, in the format that the options name.
fn numbers(row: BoxRow, frame: i64, index: usize, format: BoxFormat) -> Result<Box2, Reject> {
    let from_list = match row.bbox.as_deref() {
        Some(&[x, y, w, h]) => Some([x, y, w, h]),
        _ => None,
    };
    let from_fields = match (row.x, row.y, row.w, row.h, row.x2, row.y2) {
        (Some(x), Some(y), Some(w), Some(h), ..) => Some([x, y, w, h]),
        (Some(x), Some(y), _, _, Some(x2), Some(y2)) => match format {
            BoxFormat::Xywh => Some([x, y, x2 - x, y2 - y]),
            BoxFormat::Xyxy => Some([x, y, x2, y2]),
        },
        _ => None,
    };
    let Some([x, y, w, h]) = from_fields.or(from_list) else {
        let detail = format!("box {index} of frame {frame} needs x, y and w, h or x2, y2, or a bbox of four numbers");
        return Err(Reject::new("BAD_BOX", detail));
    };
    Ok(Box2 { frame, track_id: row.id.unwrap_or(-1), class: row.class, x, y, w, h, confidence: row.conf })
}
