//! Invented clips: a hand that brings a cup to a tray, and people who walk past one another.

use super::model::Episode;
use super::*;
use crate::reasoning::model::{Meta, Reject, SourceRef};

/// A box around a centre, in pixels of an image of 640 x 480.
fn boxed(frame: i64, track_id: i64, class: &str, centre: [f64; 2], size: [f64; 2]) -> Box2 {
    let class = (!class.is_empty()).then(|| class.to_owned());
    let (x, y) = (centre[0] - size[0] / 2.0, centre[1] - size[1] / 2.0);
    Box2 { frame, track_id, class, x, y, w: size[0], h: size[1], confidence: None }
}

/// A point on the way between two points, from frame `from` to frame `to`, at rest before and after.
fn between(frame: i64, from: i64, to: i64, a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let share = ((frame - from) as f64 / (to - from) as f64).clamp(0.0, 1.0);
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

/// The hand reaches the cup by frame 11, they move on together from 13 to 31, the hand leaves from 33 on. 10 fps.
fn hand_cup(frames: i64) -> Vec<Box2> {
    let (start, cup, tray, away) = ([60.0, 100.0], [170.0, 300.0], [480.0, 310.0], [300.0, 80.0]);
    let mut boxes = Vec::new();
    for frame in 0..frames {
        let hand = match frame {
            ..13 => between(frame, 2, 11, start, [150.0, 285.0]),
            13..33 => between(frame, 13, 31, [150.0, 285.0], [460.0, 295.0]),
            _ => between(frame, 33, 38, [460.0, 295.0], away),
        };
        boxes.push(boxed(frame, 1, "손", hand, [60.0, 60.0]));
        boxes.push(boxed(frame, 2, "컵", between(frame, 13, 31, cup, tray), [40.0, 50.0]));
        boxes.push(boxed(frame, 3, "쟁반", [480.0, 310.0], [160.0, 90.0]));
    }
    boxes
}

/// Two people who walk towards and past each other, and one who stands. 10 fps.
fn walkers(frames: i64) -> Vec<Box2> {
    let mut boxes = Vec::new();
    for frame in 0..frames {
        boxes.push(boxed(frame, 1, "person", between(frame, 0, 40, [80.0, 240.0], [520.0, 240.0]), [60.0, 180.0]));
        boxes.push(boxed(frame, 2, "person", between(frame, 0, 40, [420.0, 250.0], [130.0, 250.0]), [60.0, 180.0]));
        boxes.push(boxed(frame, 3, "person", [600.0, 240.0], [50.0, 160.0]));
    }
    boxes
}

fn clip(boxes: Vec<Box2>) -> ClipInput<'static> {
    ClipInput {
        clip_id: "clip/1",
        boxes,
        width: Some(640.0),
        height: Some(480.0),
        source_fps: Some(10.0),
        camera_id: None,
        options: EpisodeOptions { camera: "static".to_owned(), ..EpisodeOptions::default() },
    }
}

fn meta(object: &str) -> Meta {
    Meta { source: SourceRef { object: object.to_owned(), ..SourceRef::default() }, ..Meta::default() }
}

fn build(clip: &ClipInput<'_>) -> Episode {
    vla_episode(clip, &meta("a.zip")).expect("an episode")
}

fn code(clip: &ClipInput<'_>) -> String {
    vla_episode(clip, &meta("a.zip")).map_or_else(|Reject { code, .. }| code, |episode| episode.task.ko)
}

/// `type subject>object start-end` of every event between two tracks.
fn told(episode: &Episode, a: i64, b: i64) -> Vec<String> {
    let of_pair = |event: &&super::model::Event| event.subject_track == a && event.object_track == Some(b);
    let words = |event: &super::model::Event| format!("{} {}-{}", event.r#type, event.frame_start, event.frame_end);
    episode.events.iter().filter(of_pair).map(words).collect()
}

#[test]
fn a_hand_brings_a_cup_to_a_tray() {
    let episode = build(&clip(hand_cup(44)));
    assert_eq!(validate_episode(&episode), []);
    assert_eq!((episode.focus_track, episode.n_frames, episode.tier.as_str()), (1, 44, "A"));
    let goal: serde_json::Value = serde_json::from_str(&episode.goal_json).expect("JSON");
    assert_eq!(
        (goal["kind"].as_str(), goal["object"].as_i64(), goal["region"].as_i64()),
        (Some("place"), Some(2), Some(3))
    );
    assert!(episode.task.ko.contains("컵") && episode.task.ko.contains("쟁반"), "{}", episode.task.ko);
    assert!(!episode.task.ko.contains('위') || !episode.task.ko.contains("위에"));
    let pair = told(&episode, 1, 2);
    for kind in ["approach", "contact_candidate", "co_motion", "separate"] {
        assert!(pair.iter().any(|event| event.starts_with(kind)), "{kind} in {pair:?}");
    }
    assert_eq!(told(&episode, 2, 3).iter().filter(|event| event.starts_with("enters")).count(), 1);
    let names: Vec<&str> = episode.subtasks.iter().filter_map(|part| part.template_id.split('.').next()).collect();
    assert_eq!(names, ["reach", "carry", "release"], "{:?}", episode.subtasks);
    assert!((11..=14).contains(&episode.subtasks[1].start), "{:?}", episode.subtasks);
    assert!((30..=33).contains(&episode.subtasks[1].end));
}

#[test]
fn two_cups_that_stand_apart_are_told_apart_by_place() {
    let mut boxes = hand_cup(44);
    boxes.extend((0..44).map(|frame| boxed(frame, 4, "cup", [320.0, 420.0], [40.0, 50.0])));
    let episode = build(&clip(boxes.clone()));
    assert!(episode.task.template_id.contains("from_left"), "{}", episode.task.ko);
    // Beside one another at first, no words pick one: the hand is followed instead.
    for item in boxes.iter_mut().filter(|item| item.track_id == 4) {
        (item.x, item.y) = (152.0, 270.0);
    }
    let episode = build(&clip(boxes));
    assert!(episode.goal_json.contains("\"follow\""), "{}", episode.goal_json);
}

#[test]
fn people_who_pass_are_followed_and_the_pass_is_told() {
    let episode = build(&clip(walkers(60)));
    assert_eq!((episode.focus_track, episode.action_kind.as_str()), (1, "object_track_2d"));
    // 80 + 11 t meets 420 - 7.25 t between frames 18 and 19.
    assert!(told(&episode, 1, 2).contains(&"left_right_swap 19-19".to_owned()), "{:?}", told(&episode, 1, 2));
    assert!(told(&episode, 1, 2).iter().any(|event| event.starts_with("approach")));
    assert!(episode.task.template_id.ends_with("from_left@1"), "{}", episode.task.template_id);
    assert!(episode.subtasks.iter().any(|part| part.template_id.contains("crosses_right")), "{:?}", episode.subtasks);
    assert!(episode.events.iter().any(|event| event.rule_id == super::events::STOP));
}

#[test]
fn an_unknown_camera_gets_no_stops_and_no_motion_words() {
    let mut clip = clip(walkers(44));
    clip.options.camera = "unknown".to_owned();
    let episode = build(&clip);
    assert!(!episode.events.iter().any(|event| event.object_track.is_none()));
    assert!(!episode.subtasks.iter().any(|part| part.template_id.contains("moves_")));
}

#[test]
fn gaps_are_bridged_or_split() {
    let mut boxes = walkers(60);
    boxes.retain(|item| item.track_id != 1 || !(20..22).contains(&item.frame) && !(45..52).contains(&item.frame));
    let episode = build(&clip(boxes));
    assert_eq!((episode.focus_track, episode.n_frames, episode.selection.segments_dropped), (1, 45, 1));
    let marked: Vec<i64> =
        episode.frames.iter().filter(|frame| frame.is_interpolated).map(|frame| frame.frame_index).collect();
    assert_eq!(marked, [20, 21]);
    assert_eq!(episode.selection.boxes_interpolated, 2);
}

#[test]
fn decimation_is_exact_and_sparse_labels_keep_their_step() {
    let mut clip = clip(walkers(60));
    (clip.source_fps, clip.options.fps) = (Some(25.0), 10.0);
    let episode = build(&clip);
    assert_eq!((episode.selection.stride, episode.fps), (3, 25.0 / 3.0));
    let mut sparse = walkers(60);
    sparse.iter_mut().for_each(|item| item.frame *= 5);
    clip.boxes = sparse;
    (clip.source_fps, clip.options.fps) = (Some(50.0), 0.0);
    let episode = build(&clip);
    assert_eq!((episode.selection.label_step, episode.fps, episode.n_frames), (5, 10.0, 60));
    assert_eq!(episode.frames[3].source_frame, 15);
}

#[test]
fn bad_input_is_refused_by_name() {
    assert_eq!(code(&clip(Vec::new())), "NO_BOXES");
    assert_eq!(code(&clip(walkers(5))), "TRACK_TOO_SHORT");
    let with = |change: &dyn Fn(&mut ClipInput<'static>)| {
        let mut clip = clip(walkers(44));
        change(&mut clip);
        code(&clip)
    };
    assert_eq!(with(&|clip| clip.boxes[3].w = -1.0), "BAD_BOX");
    assert_eq!(with(&|clip| clip.boxes[3].x = f64::NAN), "BAD_BOX");
    assert_eq!(with(&|clip| clip.boxes.push(clip.boxes[0].clone())), "DUPLICATE_BOX");
    assert_eq!(with(&|clip| clip.source_fps = None), "NO_FRAME_RATE");
    assert_eq!(with(&|clip| clip.options.camera = "fixed".to_owned()), "BAD_OPTIONS");
    assert_eq!(with(&|clip| clip.boxes.iter_mut().for_each(|item| item.track_id = -1)), "NO_BOXES");
    assert_eq!(
        with(&|clip| clip.boxes.iter_mut().for_each(|item| item.y += item.frame as f64 * 40.0)),
        "BOX_OUTSIDE_IMAGE"
    );
    // All at one place in the first frame: nobody can be picked.
    let mut crowd = walkers(44);
    for item in &mut crowd {
        item.x = 100.0 + item.frame as f64 + item.track_id as f64 * 8.0;
        (item.y, item.w, item.h) = (100.0, 50.0, 100.0);
    }
    assert_eq!(code(&clip(crowd)), "COMMAND_UNDECIDABLE");
    let tray = (0..30).map(|frame| boxed(frame, 3, "tray", [300.0, 300.0], [100.0, 80.0])).collect();
    assert_eq!(code(&clip(tray)), "NO_MOTION");
}

#[test]
fn without_image_size_coordinates_are_shares_of_the_extent() {
    let mut clip = clip(walkers(44));
    (clip.width, clip.height) = (None, None);
    let episode = build(&clip);
    assert_eq!(
        (episode.coord_frame.as_str(), episode.width, episode.tier.as_str()),
        ("normalised_by_extent", None, "B")
    );
    assert_eq!(episode.coord_box[0], 50.0);
}

#[test]
fn rows_of_both_shapes_give_the_same_clip() {
    let flat: Vec<ClipRow> = walkers(30).into_iter().map(flat_row).collect();
    let nested: Vec<ClipRow> = (0..30)
        .map(|frame| ClipRow {
            frame: Some(frame),
            boxes: Some(
                walkers(30).into_iter().filter(|item| item.frame == frame).map(|item| flat_row(item).flat).collect(),
            ),
            ..ClipRow::default()
        })
        .collect();
    let options = EpisodeOptions::default();
    let a = clip_input("c", flat.clone(), options.clone()).expect("flat");
    let b = clip_input("c", nested, options.clone()).expect("nested");
    assert_eq!(a, b);
    let corners = flat.iter().cloned().map(|mut row| {
        let BoxRow { x, y, w, h, .. } = row.flat;
        (row.flat.x2, row.flat.y2) = (x.zip(w).map(|(x, w)| x + w), y.zip(h).map(|(y, h)| y + h));
        (row.flat.w, row.flat.h) = (None, None);
        row
    });
    assert_eq!(a, clip_input("c", corners.collect(), options.clone()).expect("corners"));
    let mut mixed = flat;
    mixed[0].frame = None;
    assert_eq!(clip_input("c", mixed, options).expect_err("mixed").code, "MIXED_FRAMES");
}

fn flat_row(item: Box2) -> ClipRow {
    let Box2 { frame, track_id, class, x, y, w, h, confidence } = item;
    let flat = BoxRow {
        id: Some(track_id),
        class,
        x: Some(x),
        y: Some(y),
        w: Some(w),
        h: Some(h),
        conf: confidence,
        ..BoxRow::default()
    };
    ClipRow { frame: Some(frame), flat, ..ClipRow::default() }
}

#[test]
fn the_same_clip_gives_the_same_episode_and_other_places_other_words() {
    let clip = clip(walkers(44));
    assert_eq!(build(&clip), build(&clip));
    let mut shuffled = clip.clone();
    shuffled.boxes.reverse();
    assert_eq!(build(&clip), build(&shuffled));
    let mut words: Vec<String> =
        (0..400).map(|index| vla_episode(&clip, &meta(&format!("{index}.zip"))).expect("an episode").task.ko).collect();
    words.sort();
    words.dedup();
    assert!(words.len() >= 20, "{words:#?}");
    let unread = |text: &String| text.contains('{') || text.contains('}') || text.contains("을를");
    assert!(!words.iter().any(unread), "{words:#?}");
}

/// Plants a defect and expects the check that finds it.
#[track_caller]
fn planted(base: &Episode, wanted: &str, plant: impl Fn(&mut Episode)) {
    let mut bad = base.clone();
    plant(&mut bad);
    // The hash would find everything; the checks must find it too.
    bad.provenance.record_sha256.clear();
    let found: Vec<_> = validate_episode(&bad).into_iter().map(|violation| violation.code).collect();
    assert!(found.contains(&wanted), "{wanted} not in {found:?}");
}

#[test]
fn planted_defects_are_found() {
    let mut boxes = walkers(44);
    boxes.retain(|item| item.track_id != 1 || !(20..22).contains(&item.frame));
    let base = build(&clip(boxes));
    assert!(base.is_sealed() && validate_episode(&base).is_empty());
    planted(&base, "ACTION_NOT_NEXT_STATE", |bad| bad.frames[4].action[0] += 1e-6);
    planted(&base, "DELTAS_DO_NOT_SUM", |bad| bad.frames[4].action[0] += 1e-3);
    planted(&base, "LAST_ACTION_NOT_HELD", |bad| bad.frames[43].action[1] = 0.0);
    planted(&base, "ACTION_VALID", |bad| bad.frames[43].action_valid = true);
    planted(&base, "TIMESTAMP", |bad| bad.frames[7].timestamp += 0.01);
    planted(&base, "FRAMES_NOT_CONTIGUOUS", |bad| bad.frames[7].frame_index += 1);
    planted(&base, "SOURCE_FRAME", |bad| bad.frames[7].source_frame += 1);
    planted(&base, "N_FRAMES", |bad| bad.n_frames += 1);
    planted(&base, "NOT_EXACT_DECIMATION", |bad| bad.fps = 9.0);
    planted(&base, "STATE_NOT_BOX", |bad| bad.frames[5].state[2] += 0.01);
    planted(&base, "INTERPOLATION_MARK", |bad| bad.frames[20].is_interpolated = false);
    planted(&base, "NOT_ON_LINE", |bad| {
        let item =
            bad.tracks.iter_mut().find(|item| item.origin == super::model::BoxOrigin::Interpolated).expect("one");
        item.r#box[0] += 0.01;
    });
    planted(&base, "NO_FOCUS_BOX", |bad| bad.tracks.retain(|item| item.track_id != 1 || item.frame_index != 9));
    planted(&base, "COUNTS_DIFFER", |bad| drop(bad.tracks.pop()));
    planted(&base, "TRACKS_NOT_IN_ORDER", |bad| bad.tracks.swap(0, 1));
    planted(&base, "EXECUTABLE", |bad| bad.executable = true);
    planted(&base, "REFERENT", |bad| bad.goal_json = bad.goal_json.replace("from_left", "from_right"));
    planted(&base, "SUBTASK_RANGE", |bad| bad.subtasks[0].end = 60);
    planted(&base, "BAD_PARAMS", |bad| bad.params_json.clear());
    for (index, event) in base.events.iter().enumerate() {
        planted(&base, "EVENT_UNTRUE", |bad| bad.events[index].score += 0.01);
        planted(&base, "EVENT_UNTRUE", |bad| bad.events[index].rule_id.push('x'));
        if event.object_track.is_some() {
            planted(&base, "EVENT_UNTRUE", |bad| bad.events[index].subject_track = 99);
        }
    }
    let swap = base.events.iter().position(|event| event.rule_id == super::events::SWAP).expect("a swap");
    planted(&base, "EVENT_UNTRUE", |bad| {
        bad.events[swap].frame_start += 1;
        bad.events[swap].frame_end += 1;
    });
    planted(&base, "SUBTASK_UNTRUE", |bad| bad.events.retain(|event| event.rule_id != super::events::SWAP));
    let placed = build(&clip(hand_cup(44)));
    planted(&placed, "GOAL_UNTRUE", |bad| {
        bad.goal_json = bad.goal_json.replace("\"held_frames\":", "\"held_frames\":1")
    });
    planted(&placed, "GOAL_UNTRUE", |bad| bad.events.retain(|event| event.rule_id != super::events::CO_MOTION));
    planted(&placed, "SUBTASK_UNTRUE", |bad| bad.events.retain(|event| event.rule_id != super::events::SEPARATE));
    let mut changed = base.clone();
    changed.task.ko.push('!');
    assert_eq!(validate_episode(&changed)[0].code, "HASH_DIFFERS");
}
