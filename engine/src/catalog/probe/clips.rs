//! What is seen over time: frames, boxes, key points and actions, clip by clip.
//!
//! A clip is a folder of frames (one document each), a document with a list of frames, or a text of boxes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::confounding::Observation;
use super::fields::{Role, fold, role_of};
use super::walk::{Place, content_hash, hash_of, labels, number, text_of};

/// Boxes of a frame that are compared with each other.
const PAIRED: usize = 64;

/// A box: left, top, width, height.
type Rect = [f64; 4];

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    track: Option<String>,
    class: Option<String>,
    rect: Rect,
}

/// One frame.
#[derive(Debug, Clone, Default)]
struct Frame {
    boxes: Vec<Seen>,
    keypoints: u64,
    time: Option<f64>,
    /// Several documents may tell of one frame.
    content: u64,
    /// Ranks, among their neighbours, of the first and the last member that tells of it.
    members: Option<(usize, usize)>,
}

/// What is known of a clip.
#[derive(Debug, Clone, Default)]
pub(super) struct Clip {
    frames: BTreeMap<i64, Frame>,
    actions: BTreeSet<String>,
    fps: Option<f64>,
    has_goal: bool,
    /// Characters of texts, by what the text is: each frame may repeat what holds for the clip.
    texts: BTreeMap<u64, u64>,
    label: Option<String>,
    channels: BTreeMap<String, String>,
    /// Whether the sample holds only a part of it.
    pub(super) cut: bool,
}

/// What a walk through one frame's or clip's values collects.
#[derive(Debug, Default)]
struct Found {
    frame: Frame,
    actions: Vec<String>,
    fps: Option<f64>,
    number: Option<i64>,
    has_goal: bool,
    texts: BTreeMap<u64, u64>,
}

impl Found {
    fn is_visual(&self) -> bool {
        !self.frame.boxes.is_empty() || self.frame.keypoints > 0 || self.fps.is_some()
    }

    fn walk(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, depth)),
            Value::Object(fields) => {
                let seen = box_of(fields);
                let is_box = seen.is_some();
                self.frame.boxes.extend(seen);
                for (name, value) in fields {
                    let role = role_of(name).map(|named| named.role);
                    match role {
                        Some(Role::Keypoints) => {
                            self.frame.keypoints += points(value);
                            continue;
                        }
                        Some(Role::Box) if is_box => continue,
                        Some(Role::Action) => self.action(value),
                        Some(Role::Goal) => self.has_goal |= !matches!(value, Value::Null),
                        Some(Role::Caption) => self.text(&text_of(value)),
                        Some(Role::Fps) => self.fps = number(value).filter(|fps| *fps > 0.0).or(self.fps),
                        Some(Role::Frame) if depth == 0 => {
                            self.number = number(value).filter(|n| n.fract() == 0.0).map(|n| n as i64).or(self.number);
                        }
                        Some(Role::Time) => self.frame.time = number(value).or(self.frame.time),
                        _ => {}
                    }
                    if value.is_object() || value.is_array() {
                        self.walk(value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn action(&mut self, value: &Value) {
        let label = match value {
            Value::Object(fields) => {
                fields.iter().find(|(name, _)| fold(name) == "name").map(|(_, value)| text_of(value))
            }
            other => Some(text_of(other)),
        };
        if let Some(label) = label.filter(|label| !label.is_empty()) {
            self.text(&label);
            self.actions.push(label);
        }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.texts.insert(hash_of(text), text.chars().count() as u64);
        }
    }
}

/// All clips of a sample.
#[derive(Debug, Default)]
pub(super) struct Clips {
    clips: BTreeMap<String, Clip>,
}

impl Clips {
    /// Takes a record that tells of frames. False where it does not.
    pub(super) fn record(&mut self, record: &Value, place: Place<'_>) -> bool {
        let Value::Object(fields) = record else { return false };
        if let Some(frames) = frames_of(fields) {
            let key = format!("{}!{}#{}", place.archive, place.member, place.record);
            self.document(&key, fields, frames, place);
            return true;
        }
        let mut found = Found::default();
        found.walk(record, 0);
        let in_name = trailing_number(place.member);
        let (number, is_framed) = match found.number {
            Some(number) => (number, true),
            None => (in_name.unwrap_or(place.record as i64), false),
        };
        if !(found.is_visual() || is_framed && record_has_list(fields)) {
            return false;
        }
        // Frames of one clip differ in the number at the end of their names, or come as records of one document.
        let key = match in_name {
            Some(_) if place.record == 0 => key_of(place.archive, without_number(place.member)),
            _ => key_of(place.archive, place.member),
        };
        let clip = self.clips.entry(key).or_default();
        clip.cut |= place.cut;
        // A document without boxes and key points speaks of the clip as a whole.
        let has_frame = !found.frame.boxes.is_empty() || found.frame.keypoints > 0 || is_framed;
        clip.take(found, has_frame.then_some(number), content_hash(record), place.order);
        labels(record, 0, &mut clip.label, &mut clip.channels);
        true
    }

    /// A document that holds a clip: its frames in a list, perhaps boxes in another one (COCO).
    fn document(&mut self, key: &str, fields: &Map<String, Value>, frames: &[Value], place: Place<'_>) {
        let mut ids: BTreeMap<String, (String, i64)> = BTreeMap::new();
        for (index, frame) in frames.iter().enumerate() {
            let mut found = Found::default();
            found.walk(frame, 0);
            let name = frame.as_object().and_then(|fields| {
                let name =
                    fields.iter().find(|(name, _)| matches!(fold(name).as_str(), "filename" | "imgkey" | "image"));
                name.map(|(_, value)| text_of(value)).filter(|name| !name.is_empty())
            });
            let number = found.number.or_else(|| trailing_number(name.as_deref()?)).unwrap_or(index as i64);
            let clip = match &name {
                Some(name) => format!("{key}/{}", without_number(name)),
                None => key.to_owned(),
            };
            if let Some(id) = frame.get("id").or_else(|| frame.get("image_id")).map(text_of) {
                ids.insert(id, (clip.clone(), number));
            }
            self.clips.entry(clip).or_default().take(found, Some(number), content_hash(frame), place.order);
        }
        // What stands beside the frames: boxes that name theirs, and what holds for all.
        let mut all = Found::default();
        for (name, value) in fields.iter().filter(|(_, value)| !std::ptr::eq(as_slice(value), frames)) {
            if let Value::Array(items) = value {
                let mut rest = Vec::new();
                for item in items {
                    match item.get("image_id").map(text_of).and_then(|id| ids.get(&id)) {
                        Some((clip, number)) => {
                            let mut found = Found::default();
                            found.walk(item, 1);
                            let clip = self.clips.entry(clip.clone()).or_default();
                            clip.take(found, Some(*number), content_hash(item), place.order);
                        }
                        None => rest.push(item),
                    }
                }
                rest.into_iter().for_each(|item| all.walk(item, 1));
            } else {
                let single: Map<String, Value> = [(name.clone(), value.clone())].into_iter().collect();
                all.walk(&Value::Object(single), 1);
            }
        }
        // Behind the key of record 1 comes that of record 10.
        let is_own = |other: &str| other.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let own = self.clips.range(key.to_owned()..).take_while(|(other, _)| other.starts_with(key));
        let own: Vec<String> = own.filter(|(other, _)| is_own(other)).map(|(other, _)| other.clone()).collect();
        let mut record = fields.clone();
        record.retain(|_, value| !value.is_array());
        for key in own {
            let Some(clip) = self.clips.get_mut(&key) else { continue };
            clip.actions.extend(all.actions.iter().cloned());
            clip.fps = clip.fps.or(all.fps);
            clip.has_goal |= all.has_goal;
            clip.texts.extend(&all.texts);
            clip.cut |= place.cut;
            labels(&Value::Object(record.clone()), 0, &mut clip.label, &mut clip.channels);
        }
    }

    /// Boxes as lines of `frame,id,left,top,width,height,…`. Gives the number of lines, and of those that are none.
    pub(super) fn tracks(&mut self, text: &str, place: Place<'_>) -> (u64, u64) {
        let clip = self.clips.entry(key_of(place.archive, place.member)).or_default();
        clip.cut |= place.cut;
        let (mut lines, mut wrong) = (0, 0);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let cells: Vec<f64> = line.split(',').map_while(|cell| cell.trim().parse().ok()).collect();
            let [frame, id, x, y, w, h, ..] = *cells.as_slice() else {
                wrong += 1;
                continue;
            };
            lines += 1;
            let frame = clip.frames.entry(frame as i64).or_default();
            frame.boxes.push(Seen { track: Some((id as i64).to_string()), class: None, rect: [x, y, w, h] });
            frame.content = hash_of((frame.content, line));
        }
        (lines, wrong)
    }

    /// A frame rate that a file of settings gives to the clips of its folder.
    pub(super) fn frame_rate(&mut self, archive: &str, member: &str, fps: f64) {
        // With its slash: the folder M1 is not M10.
        let folder = member.get(..member.rfind('/').map_or(0, |slash| slash + 1)).unwrap_or_default();
        let prefix = key_of(archive, folder);
        for (_, clip) in self.clips.range_mut(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix)) {
            clip.fps = clip.fps.or(Some(fps));
        }
    }

    /// Notes that of these clips (by [`key_of`]) only some members were read.
    pub(super) fn cut(&mut self, parts: &BTreeSet<String>) {
        for (key, clip) in &mut self.clips {
            clip.cut |= parts.contains(key);
        }
    }

    /// Frames of all clips.
    pub(super) fn frames(&self) -> u64 {
        self.clips.values().map(Clip::frames).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clips.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Clip> {
        self.clips.values()
    }

    /// What clips' labels and channels are.
    pub(super) fn observations(&self) -> Vec<Observation> {
        let clips = self.clips.values().enumerate();
        let pairs = clips.flat_map(|(cluster, clip)| {
            let label = clip.actions.first().or(clip.label.as_ref());
            let channels = clip.channels.iter().filter_map(move |(channel, value)| Some((channel, value, label?)));
            channels.map(move |(channel, value, label)| Observation {
                channel: channel.clone(),
                value: value.clone(),
                label: label.clone(),
                cluster,
            })
        });
        pairs.collect()
    }
}

impl Clip {
    fn take(&mut self, found: Found, number: Option<i64>, content: u64, order: usize) {
        if let Some(number) = number {
            let frame = self.frames.entry(number).or_default();
            frame.boxes.extend(found.frame.boxes);
            frame.keypoints += found.frame.keypoints;
            frame.time = frame.time.or(found.frame.time);
            frame.content = hash_of((frame.content, content));
            let (first, last) = frame.members.unwrap_or((order, order));
            frame.members = Some((first.min(order), last.max(order)));
        }
        self.actions.extend(found.actions);
        self.fps = self.fps.or(found.fps);
        self.has_goal |= found.has_goal;
        self.texts.extend(found.texts);
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames.len() as u64
    }

    /// Frames that are missing between those that are there. The usual step between frames is none: some sets label every
    /// fifth. Of a clip that was read in part, members that were left out are no gap.
    pub(super) fn missing(&self) -> u64 {
        let follows = |a: &Frame, b: &Frame| match (a.members, b.members) {
            (Some((_, last)), Some((first, _))) if self.cut => first <= last + 1,
            _ => true,
        };
        let pairs = self.frames.iter().zip(self.frames.iter().skip(1));
        let steps: Vec<i64> = pairs.filter(|((_, a), (_, b))| follows(a, b)).map(|((a, _), (b, _))| b - a).collect();
        let mut counted: BTreeMap<i64, usize> = BTreeMap::new();
        for step in &steps {
            *counted.entry(*step).or_default() += 1;
        }
        let usual = counted.iter().max_by_key(|(step, count)| (**count, -**step)).map_or(1, |(step, _)| (*step).max(1));
        steps.iter().map(|step| (step / usual - 1).max(0) as u64).sum()
    }

    /// Things that are followed through the clip: ids, or the most boxes of a frame where there are none.
    pub(super) fn tracks(&self) -> u64 {
        let boxes = || self.frames.values().flat_map(|frame| &frame.boxes);
        let ids: BTreeSet<&str> = boxes().filter_map(|seen| seen.track.as_deref()).collect();
        let most = self.frames.values().map(|frame| frame.boxes.len()).max().unwrap_or(0);
        if ids.is_empty() { most as u64 } else { ids.len() as u64 }
    }

    pub(super) fn has_boxes(&self) -> bool {
        self.frames.values().any(|frame| !frame.boxes.is_empty())
    }

    /// Boxes, and those with an id.
    pub(super) fn boxes(&self) -> (u64, u64) {
        let boxes = self.frames.values().flat_map(|frame| &frame.boxes);
        boxes.fold((0, 0), |(all, with), seen| (all + 1, with + u64::from(seen.track.is_some())))
    }

    /// Key points of each frame.
    pub(super) fn keypoints(&self) -> impl Iterator<Item = u64> {
        self.frames.values().map(|frame| frame.keypoints)
    }

    /// The frame rate that the label gives, or that its times show.
    pub(super) fn fps(&self) -> Option<f64> {
        if self.fps.is_some() {
            return self.fps;
        }
        let times: Vec<(i64, f64)> =
            self.frames.iter().filter_map(|(number, frame)| Some((*number, frame.time?))).collect();
        let (first, last) = (times.first()?, times.last()?);
        let (frames, span) = ((last.0 - first.0) as f64, last.1 - first.1);
        let step = (frames > 0.0 && span > 0.0).then(|| span / frames)?;
        // More than two seconds a frame are milliseconds.
        let fps = if step > 2.0 { 1000.0 / step } else { 1.0 / step };
        Some(fps).filter(|fps| (0.1..=1000.0).contains(fps))
    }

    pub(super) fn actions(&self) -> &BTreeSet<String> {
        &self.actions
    }

    pub(super) fn has_goal(&self) -> bool {
        self.has_goal
    }

    pub(super) fn text_chars(&self) -> u64 {
        self.texts.values().sum()
    }

    /// Whether things of different kinds touch or overlap somewhere; any two things where no kinds are told.
    pub(super) fn interacts(&self) -> bool {
        let classes: BTreeSet<Option<&str>> =
            self.frames.values().flat_map(|frame| &frame.boxes).map(|seen| seen.class.as_deref()).collect();
        let is_told = classes.iter().any(Option::is_some);
        self.frames.values().any(|frame| {
            let boxes = frame.boxes.get(..frame.boxes.len().min(PAIRED)).unwrap_or_default();
            let mut pairs = boxes.iter().enumerate().flat_map(|(at, a)| boxes.iter().skip(at + 1).map(move |b| (a, b)));
            pairs.any(|(a, b)| (!is_told || a.class != b.class) && touch(&a.rect, &b.rect))
        })
    }

    /// What the clip shows, frame by frame.
    pub(super) fn content(&self) -> u64 {
        hash_of(self.frames.values().map(|frame| frame.content).collect::<Vec<_>>())
    }
}

fn touch(a: &Rect, b: &Rect) -> bool {
    let [ax, ay, aw, ah] = *a;
    let [bx, by, bw, bh] = *b;
    ax <= bx + bw && bx <= ax + aw && ay <= by + bh && by <= ay + ah
}

/// The list of frames of a document.
fn frames_of(fields: &Map<String, Value>) -> Option<&[Value]> {
    let is_coco = fields.keys().any(|name| fold(name) == "annotations");
    fields.iter().find_map(|(name, value)| {
        let folded = fold(name);
        let is_list = role_of(name).is_some_and(|named| named.role == Role::Frames) && (folded != "images" || is_coco);
        let items = value.as_array().filter(|items| is_list && items.first().is_some_and(Value::is_object))?;
        Some(items.as_slice())
    })
}

fn as_slice(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn record_has_list(fields: &Map<String, Value>) -> bool {
    fields.values().any(Value::is_array)
}

/// The box that an object is or has.
fn box_of(fields: &Map<String, Value>) -> Option<Seen> {
    let with = |role: Role| {
        let mut found = fields.iter().filter(|(name, _)| role_of(name).is_some_and(|named| named.role == role));
        found.next().map(|(_, value)| value)
    };
    let own = |fields: &Map<String, Value>| -> Option<Rect> {
        let value = |role: Role| {
            fields
                .iter()
                .find(|(name, _)| role_of(name).is_some_and(|named| named.role == role))
                .and_then(|(_, v)| number(v))
        };
        let (x, y) = (value(Role::X)?, value(Role::Y)?);
        let size = |size: Role, end: Role, start: f64| value(size).or_else(|| value(end).map(|end| end - start));
        Some([x, y, size(Role::W, Role::X2, x)?, size(Role::H, Role::Y2, y)?])
    };
    let rect = own(fields).or_else(|| match with(Role::Box)? {
        Value::Array(numbers) => {
            let numbers: Vec<f64> = numbers.iter().filter_map(number).collect();
            let [x, y, w, h] = *numbers.as_slice() else { return None };
            Some([x, y, w, h])
        }
        Value::Object(inner) => own(inner),
        _ => None,
    })?;
    // An id of its own comes before the plain one.
    let track = fields.iter().filter(|(name, _)| role_of(name).is_some_and(|named| named.role == Role::Track));
    let track = track.max_by_key(|(name, _)| fold(name) != "id").map(|(_, value)| text_of(value));
    let class = with(Role::Class).or_else(|| with(Role::Label)).map(text_of);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    Some(Seen { track: filled(track), class: filled(class), rect })
}

/// How many points a list or object of them holds: objects with `x` and `y`, or numbers by two or three.
fn points(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => {
            let has = |wanted: &str| fields.iter().any(|(name, value)| fold(name) == wanted && number(value).is_some());
            if has("x") && has("y") {
                return 1;
            }
            // The same points in the picture and in space are one set.
            let flat =
                |name: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            match flat("2D").and_then(Value::as_array) {
                Some(numbers) if numbers.iter().all(Value::is_number) => numbers.len() as u64 / 2,
                _ => fields.values().map(points).sum(),
            }
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(|item| number(item).is_some()) => {
            let count = items.len() as u64;
            // x, y and how far it is sure or seen; else x and y; a bare pair is one point.
            match count {
                2 | 3 => 1,
                _ if count.is_multiple_of(3) => count / 3,
                _ => count / 2,
            }
        }
        Value::Array(items) => items.iter().map(points).sum(),
        _ => 0,
    }
}

/// Whether a document is one frame of a clip, by what it holds and its name.
pub(super) fn is_frame(document: &Value, member: &str) -> bool {
    let mut clips = Clips::default();
    let place = Place { member, ..Place::default() };
    trailing_number(member).is_some()
        && document.as_object().is_some_and(|fields| frames_of(fields).is_none())
        && clips.record(document, place)
        && clips.iter().all(|clip| clip.frames() == 1)
}

/// What a clip is called: the archive that it is in, and the name of its members without their number, or its member.
pub(super) fn key_of(archive: &str, name: &str) -> String {
    format!("{archive}!{name}")
}

/// A name for sorting: its folder and text, then its last number as a number.
pub(super) fn natural(name: &str) -> (&str, i64, &str) {
    (clip_of(name), number_of(name), name)
}

/// The clip that a frame belongs to, by its name.
pub(super) fn clip_of(member: &str) -> &str {
    without_number(member)
}

/// A frame's number, by its name.
pub(super) fn number_of(member: &str) -> i64 {
    trailing_number(member).unwrap_or(0)
}

/// The number at the end of a file's name: `clip_1/frame_0012.json` → 12.
fn trailing_number(name: &str) -> Option<i64> {
    let stem = stem(name);
    let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    stem.get(stem.len() - digits..).and_then(|digits| digits.parse().ok())
}

/// A name without that number: `clip_1/frame_`.
fn without_number(name: &str) -> &str {
    stem(name).trim_end_matches(|c: char| c.is_ascii_digit())
}

fn stem(name: &str) -> &str {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = name.get(file..).and_then(|file| file.rfind('.')).map(|dot| file + dot);
    name.get(..dot.unwrap_or(name.len())).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn clips(members: &[(&str, Value)]) -> Clips {
        let mut clips = Clips::default();
        for (cluster, (member, record)) in members.iter().enumerate() {
            clips.record(record, Place { cluster, archive: "a.zip", member, order: cluster, ..Place::default() });
        }
        clips
    }

    #[test]
    fn frames_of_a_folder_are_a_clip() {
        let frame = |boxes: Value| json!({"frame": 1, "fps": 10, "width": 640, "height": 480, "camera_id": "c1", "boxes": boxes});
        let hand = |x: i64| json!({"id": 1, "class": "손", "x": x, "y": 0, "w": 10, "h": 10});
        let cup = json!({"id": 2, "class": "컵", "x": 50, "y": 0, "w": 10, "h": 10});
        let mut records = Vec::new();
        for (at, x) in [(1, 0), (2, 20), (4, 45)] {
            let mut record = frame(json!([hand(x), cup]));
            record["frame"] = json!(at);
            records.push(record);
        }
        let names = ["c/0001.json", "c/0002.json", "c/0004.json"];
        let found = clips(&names.iter().copied().zip(records).collect::<Vec<_>>());
        let all: Vec<_> = found.iter().collect();
        assert_eq!(all.len(), 1);
        let clip = all[0];
        assert_eq!((clip.frames(), clip.missing(), clip.tracks(), clip.fps()), (3, 1, 2, Some(10.0)));
        assert!(clip.interacts() && clip.actions().is_empty());
        assert_eq!(clip.boxes(), (6, 6));
    }

    #[test]
    fn documents_with_frames_and_points() {
        let view = json!({"pts": {"Nose": {"x": 1, "y": 2}, "Neck": {"x": 1, "y": 3}}, "active": "Yes"});
        let found = clips(&[(
            "x.json",
            json!({"frames": [{"view1": view, "view2": view}, {"view1": view, "view2": {}}],
                   "type_info": {"exercise": "팔 굽히기", "description": "천천히 한다"}}),
        )]);
        let clip = found.iter().next().unwrap();
        assert_eq!((clip.frames(), clip.missing()), (2, 0));
        assert_eq!(clip.keypoints().collect::<Vec<_>>(), [4, 2]);
        assert!(clip.actions().contains("팔 굽히기") && clip.text_chars() == 11);
        assert_eq!(points(&json!({"2D": [1, 2, 3, 4], "3D": [1, 2, 3, 4, 5, 6], "visibility": [1, 1]})), 2);
        assert_eq!(points(&json!([0.5, 0.5, 0.9, 0.1, 0.1, 0.8])), 2);
    }

    #[test]
    fn coco_segments_and_lines() {
        let coco = json!({
            "images": [{"id": 1, "file_name": "S1/f_001.jpg"}, {"id": 2, "file_name": "S1/f_002.jpg"}],
            "annotations": [{"image_id": 1, "category_id": 3, "bbox": [0, 0, 5, 5], "track_id": 9}],
            "categories": [{"id": 3, "name": "car"}]});
        let found = clips(&[("a.json", coco)]);
        let clip = found.iter().next().unwrap();
        assert_eq!((clip.frames(), clip.tracks()), (2, 1));
        let segments =
            json!({"annotations": {"fps": 29.97, "object": [{"startFrame": 30, "endFrame": 60, "actionName": "H01"}]}});
        let found = clips(&[("b.json", segments)]);
        let clip = found.iter().next().unwrap();
        assert_eq!((clip.frames(), clip.fps(), clip.actions().len()), (0, Some(29.97), 1));
        let mut found = Clips::default();
        let lines = "1,7,0,0,5,5,1,-1,-1,-1\n2,7,1,0,5,5,1,-1,-1,-1\nx\n";
        for member in ["M1/gt/gt.txt", "M10/gt/gt.txt"] {
            assert_eq!(found.tracks(lines, Place { archive: "a.zip", member, ..Place::default() }), (2, 1));
        }
        found.frame_rate("a.zip", "M1/seqinfo.ini", 25.0);
        let clip = found.iter().next().unwrap();
        assert_eq!((clip.frames(), clip.tracks(), clip.fps()), (2, 1, Some(25.0)));
        assert_eq!(found.iter().nth(1).unwrap().fps(), None, "M10 is another folder");
        assert!(!clips(&[("q.json", json!({"question": "누구?", "answer": "나", "id": 3}))]).iter().any(|_| true));
    }

    #[test]
    fn a_text_that_each_frame_repeats_counts_once() {
        let frame = |at: i64| json!({"frame": at, "action": "잡기", "boxes": [{"x": 1, "y": 1, "w": 2, "h": 2}]});
        let names: Vec<String> = (1..=40).map(|at| format!("c/{at:04}.json")).collect();
        let found = clips(&names.iter().zip(1..).map(|(name, at)| (name.as_str(), frame(at))).collect::<Vec<_>>());
        let clip = found.iter().next().unwrap();
        assert_eq!((clip.frames(), clip.text_chars()), (40, 2));
    }

    #[test]
    fn what_was_left_out_of_the_sample_is_no_gap() {
        let boxes = json!([{"x": 1, "y": 1, "w": 2, "h": 2}]);
        let read = |orders: &[usize]| {
            let mut found = Clips::default();
            for order in orders {
                // The frame 5 is really missing: nothing stands between 4 and 6.
                let number = if *order < 4 { order + 1 } else { order + 2 };
                let (record, member) = (json!({"frame": number, "boxes": boxes}), format!("c/{number:04}.json"));
                found.record(&record, Place { member: &member, order: *order, ..Place::default() });
            }
            found
        };
        let whole = read(&[0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(whole.iter().next().unwrap().missing(), 1);
        let mut part = read(&[0, 1, 2, 3, 4, 30, 31, 32]);
        part.cut(&BTreeSet::from([key_of("", "c/")]));
        let clip = part.iter().next().unwrap();
        assert!(clip.cut);
        assert_eq!(clip.missing(), 1);
    }

    #[test]
    fn numbers_at_the_end_of_names() {
        assert_eq!((trailing_number("a/b_0012.json"), without_number("a/b_0012.json")), (Some(12), "a/b_"));
        assert_eq!((trailing_number("a.b/c"), without_number("a.b/7.json")), (None, "a.b/"));
    }
}
