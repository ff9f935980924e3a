//! The builder: boxes of one clip in, one episode out.

use serde_json::{Value, json};

use super::events::Scene;
use super::input::ClipInput;
use super::lanes;
use super::model::{ActionKind, BoxOrigin, Episode, Event, Frame, SCHEMA_VERSION, Subtask, TrackBox};
use super::nouns::{Noun, noun, role};
use super::options::Camera;
use super::referent::Referent;
use super::subtasks;
use super::task::{self, Chosen, Place, Task};
use super::validate::validate_episode;
use super::wording::{self, Side, Wording};
use crate::reasoning::model::{
    Generator, Meta, Provenance, Reject, Tier, Verification, hex, rule_provenance, sha256_of_parts, split_of,
    wording_seed,
};

/// Name and version of this builder.
pub const BUILDER: &str = "vla_episode@1";

/// Makes the episode of a clip.
///
/// One episode a clip: the longest gap-free stretch of the focus track. What lies outside is counted in `selection`.
///
/// # Errors
/// [`Reject`] with one of `BAD_OPTIONS`, `NO_BOXES`, `BAD_BOX`, `BOX_OUTSIDE_IMAGE`, `DUPLICATE_BOX`, `NO_FRAME_RATE`,
/// `TRACK_TOO_SHORT`, `NO_MOTION`, `COMMAND_UNDECIDABLE`, and `SELF_CHECK_FAILED` where the finished episode does not
/// pass [`validate_episode`].
pub fn vla_episode(clip: &ClipInput<'_>, meta: &Meta) -> Result<Episode, Reject> {
    let options = &clip.options;
    options.check()?;
    let grid = lanes::grid(clip)?;
    let nouns: Vec<Noun> = grid.classes.iter().map(|class| noun(Some(class))).collect();
    let roles: Vec<_> = grid.classes.iter().map(|class| role(Some(class), &options.actor_classes)).collect();
    let chosen = task::choose(&grid, options, &nouns, &roles)?;
    let Chosen { scene, focus, events, event_pairs, task } = chosen;
    // `focus` indexes the scene that it was found in.
    let Some(body) = scene.bodies.get(focus) else {
        return Err(Reject::new("TRACK_TOO_SHORT", "the focus track has no frames"));
    };
    let focus_track = body.lane.track;
    let episode_id = episode_id(meta, clip.clip_id);
    let noun_of = |track: i64| {
        let class = scene.bodies.iter().find(|body| body.lane.track == track).and_then(|body| body.lane.class);
        class.and_then(|class| nouns.get(class)).cloned().unwrap_or_else(|| noun(None))
    };
    let (words, goal, subtasks) = match &task {
        Task::Place(place) => placing(&scene, focus, place, &events, noun_of, &episode_id),
        Task::Follow(referents) => following(&scene, focus, referents, &events, noun_of, &episode_id),
    };
    let frames = frames(&scene, focus);
    let (tracks, interpolated) = tracks(&scene);
    let mut selection = grid.selection.clone();
    selection.boxes_interpolated = interpolated;
    let labelled: usize = grid.lanes.iter().map(|lane| lane.filled.iter().filter(|filled| !**filled).count()).sum();
    selection.boxes_outside = labelled as i64 - (tracks.len() as i64 - interpolated);
    selection.segments_dropped = grid.lanes.iter().filter(|lane| lane.track == focus_track).count() as i64 - 1;
    selection.event_pairs = event_pairs.to_owned();

    let bridged = frames.iter().filter(|frame| frame.is_interpolated).count();
    let sure = grid.image_known && grid.classes_labelled && bridged * 10 <= frames.len();
    let provenance = provenance(meta, &episode_id, &events, &words, &subtasks);
    let mut episode = Episode {
        schema_version: SCHEMA_VERSION.to_owned(),
        episode_id,
        clip_id: clip.clip_id.to_owned(),
        source_video_sha256: None,
        fps: grid.fps,
        n_frames: frames.len() as i64,
        width: grid.image_known.then_some(grid.coord[2]),
        height: grid.image_known.then_some(grid.coord[3]),
        task: super::model::Task { ko: words.ko, en: words.en, template_id: words.template_id },
        goal_json: goal.to_string(),
        action_kind: ActionKind::ObjectTrack2d,
        executable: false,
        coord_frame: if grid.image_known { "normalised_by_image" } else { "normalised_by_extent" }.to_owned(),
        coord_box: grid.coord.to_vec(),
        unit: "share".to_owned(),
        camera: options.camera().as_str().to_owned(),
        camera_id: clip.camera_id.clone(),
        intrinsics_json: None,
        focus_track,
        frames,
        tracks,
        events,
        subtasks,
        params_json: options.to_json(),
        selection,
        verifications: Vec::new(),
        provenance,
        tier: if sure { Tier::A } else { Tier::B },
        split: split_of(meta.group.as_deref().unwrap_or(clip.clip_id)).to_owned(),
    };
    let violations = validate_episode(&episode);
    if let Some(first) = violations.first() {
        let detail = format!("{} at {}: {} ({} in all)", first.code, first.path, first.detail, violations.len());
        return Err(Reject::new("SELF_CHECK_FAILED", detail));
    }
    episode.verifications = ["identities", "tracks", "events", "referent"]
        .map(|part| Verification {
            target: "record".to_owned(),
            verifier: format!("validate_episode.{part}@1"),
            kind: "recompute".to_owned(),
            passed: true,
            ..Verification::default()
        })
        .to_vec();
    Ok(episode.seal())
}

/// The id of an episode: the same clip at the same place gives the same id on every machine.
fn episode_id(meta: &Meta, clip_id: &str) -> String {
    let source = &meta.source;
    let position = [source.member_index.unwrap_or(-1).to_string(), source.record.to_string()];
    hex(&sha256_of_parts([
        source.dataset_id.as_deref().unwrap_or(""),
        &source.object,
        source.member.as_deref().unwrap_or(""),
        &position[0],
        &position[1],
        meta.own_id.as_deref().unwrap_or(""),
        clip_id,
        BUILDER,
    ]))
}

/// State and action of every frame.
fn frames(scene: &Scene<'_>, focus: usize) -> Vec<Frame> {
    let Some(body) = scene.bodies.get(focus) else { return Vec::new() };
    let states: Vec<[f32; 4]> = body.lane.boxes.iter().map(|[x, y, w, h]| [x + w / 2.0, y + h / 2.0, *w, *h]).collect();
    let mut out = Vec::with_capacity(states.len());
    for (index, state) in states.iter().enumerate() {
        let next = states.get(index + 1);
        let on_grid = (scene.from + index) as i64;
        out.push(Frame {
            frame_index: index as i64,
            source_frame: scene.grid.first_frame.saturating_add(on_grid.saturating_mul(scene.grid.step)),
            timestamp: index as f64 / scene.grid.fps,
            state: state.to_vec(),
            action: next.unwrap_or(state).to_vec(),
            action_valid: next.is_some(),
            is_interpolated: body.lane.filled.get(index).copied().unwrap_or(false),
        });
    }
    out
}

/// Every box of the scene, by frame, then track; and how many are interpolated.
fn tracks(scene: &Scene<'_>) -> (Vec<TrackBox>, i64) {
    let mut out = Vec::with_capacity(scene.bodies.iter().map(|body| body.lane.boxes.len()).sum());
    let mut interpolated = 0;
    // A body waits until its first frame and leaves after its last one.
    let mut waiting: Vec<&super::events::Body> = scene.bodies.iter().collect();
    waiting.sort_by_key(|body| (std::cmp::Reverse(body.lane.start), std::cmp::Reverse(body.lane.track)));
    let mut present: Vec<&super::events::Body> = Vec::new();
    for frame in 0..scene.frames {
        present.retain(|body| body.lane.end() >= frame);
        while let Some(body) = waiting.pop_if(|body| body.lane.start <= frame) {
            let at = present.partition_point(|other| other.lane.track < body.lane.track);
            present.insert(at, body);
        }
        for body in &present {
            let lane = &body.lane;
            let at = frame - lane.start;
            let (Some(stored), Some(&filled)) = (lane.boxes.get(at), lane.filled.get(at)) else { continue };
            interpolated += i64::from(filled);
            out.push(TrackBox {
                frame_index: frame as i64,
                track_id: lane.track,
                class: scene.grid.class(lane).map(str::to_owned),
                r#box: stored.to_vec(),
                conf: lane.conf.get(at).copied().flatten(),
                origin: if filled { BoxOrigin::Interpolated } else { BoxOrigin::Label },
            });
        }
    }
    (out, interpolated)
}

/// Rounds a measured value for reading.
fn short(value: f64) -> Value {
    json!((value * 10_000.0).round() / 10_000.0)
}

/// A referent as the goal states it.
fn referent_json(referent: &Referent, track: i64) -> Value {
    json!({
        "track": track,
        "rule": referent.rule,
        "rank": referent.rank,
        "frame": 0,
        "margin": short(referent.margin),
        "candidates": referent.candidates,
    })
}

/// Words, goal and parts of a following.
fn following(
    scene: &Scene<'_>,
    focus: usize,
    referents: &[Referent],
    events: &[Event],
    noun_of: impl Fn(i64) -> Noun,
    episode_id: &str,
) -> (Wording, Value, Vec<Subtask>) {
    let track = scene.bodies.get(focus).map_or(0, |body| body.lane.track);
    let seed = wording_seed(episode_id, "command");
    let fallback = Referent { rule: "only", rank: 1, margin: 1.0, candidates: 1 };
    let referent = referents.get(((seed >> 24) % referents.len().max(1) as u64) as usize).unwrap_or(&fallback);
    let crossed: Vec<i64> = events
        .iter()
        .filter(|event| event.rule_id == super::events::SWAP)
        .filter_map(|event| match event.object_track {
            Some(object) if event.subject_track == track => Some(object),
            Some(object) if object == track => Some(event.subject_track),
            _ => None,
        })
        .collect();
    let noun = noun_of(track);
    let other = (!crossed.is_empty()).then(|| subtasks::common_noun(&crossed, &noun_of));
    let words = wording::follow_command(referent, &noun, other.as_ref(), seed);
    let rects = scene.bodies.get(focus).map(|body| (body.motion.rects.first(), body.motion.rects.last()));
    let way = match rects {
        Some((Some(first), Some(last))) => [last.cx() - first.cx(), last.cy() - first.cy()],
        _ => [0.0, 0.0],
    };
    let goal = json!({
        "kind": "follow",
        "referent": referent_json(referent, track),
        "way": { "unit": "width", "dx": short(way[0]), "dy": short(way[1]) },
        "crossed": crossed,
        "at_rest": at_rest(scene, focus),
        "success": Value::Null,
    });
    let parts = subtasks::of_following(scene, focus, events, &noun_of, episode_id);
    (words, goal, parts)
}

/// Is a body still in the last *k* frames? NULL unless the camera stands still.
fn at_rest(scene: &Scene<'_>, index: usize) -> Option<bool> {
    let body = scene.bodies.get(index).filter(|_| scene.options.camera() == Camera::Static)?;
    Some(body.motion.speed.iter().rev().take(scene.grid.thresholds.k).all(|speed| *speed <= scene.options.speed_off))
}

/// Words, goal and parts of a manipulation.
fn placing(
    scene: &Scene<'_>,
    focus: usize,
    place: &Place,
    events: &[Event],
    noun_of: impl Fn(i64) -> Noun,
    episode_id: &str,
) -> (Wording, Value, Vec<Subtask>) {
    let track = |index: usize| scene.bodies.get(index).map_or(0, |body| body.lane.track);
    let (actor, object, region) = (track(focus), track(place.object), track(place.region));
    let nouns = [noun_of(actor), noun_of(object), noun_of(region)];
    let across =
        |index: usize| scene.bodies.get(index).and_then(|body| body.motion.rects.first()).map(|rect| rect.cx());
    // "On the left": clear of the middle by the margin. Only in an image whose size is known.
    let side = |index: usize| match across(index) {
        Some(x) if x <= 0.5 - scene.options.margin => Some(Side::Left),
        Some(x) if x >= 0.5 + scene.options.margin => Some(Side::Right),
        _ => None,
    };
    let sides = match (side(place.object), side(place.region)) {
        (Some(from), Some(to)) if from != to && scene.grid.image_known => Some((from, to)),
        _ => None,
    };
    let seed = wording_seed(episode_id, "command");
    let words = wording::place_command(
        &nouns[0],
        (&place.object_referent, &nouns[1]),
        (&place.region_referent, &nouns[2]),
        sides,
        seed,
    );
    let goal = json!({
        "kind": "place",
        "actor": actor,
        "object": object,
        "region": region,
        "relation": "in_box_of",
        "share": short(place.share),
        "held_frames": place.held,
        "object_referent": referent_json(&place.object_referent, object),
        "region_referent": referent_json(&place.region_referent, region),
        "way": { "unit": "width", "dx": short(place.way[0]), "dy": short(place.way[1]) },
        "at_rest": at_rest(scene, place.object),
        "success": Value::Null,
    });
    let parts = subtasks::of_placing(scene, focus, place, events, [&nouns[0], &nouns[1], &nouns[2]], episode_id);
    (words, goal, parts)
}

/// Where the episode comes from, and who wrote what.
fn provenance(meta: &Meta, episode_id: &str, events: &[Event], words: &Wording, subtasks: &[Subtask]) -> Provenance {
    let mut templates: Vec<String> = subtasks.iter().map(|part| part.template_id.clone()).collect();
    templates.push(words.template_id.clone());
    let mut provenance = rule_provenance(BUILDER, meta, episode_id, &[], &templates);
    let mut rules: Vec<String> = events.iter().map(|event| event.rule_id.clone()).collect();
    rules.sort_unstable();
    rules.dedup();
    provenance.transform.rule_ids = rules;
    let generator = |id: &str, kind: &str, fields: &[&str]| Generator {
        generator_id: id.to_owned(),
        kind: kind.to_owned(),
        fields_written: fields.iter().map(|field| (*field).to_owned()).collect(),
        ..Generator::default()
    };
    provenance.generators = vec![
        generator("g0", "rule", &["task", "goal_json", "events", "subtasks"]),
        generator("g1", "compute", &["frames", "tracks", "selection", "verifications"]),
        generator("g2", "source_copy", &["clip_id", "width", "height", "camera_id"]),
    ];
    provenance
}
