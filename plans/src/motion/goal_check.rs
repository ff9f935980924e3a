//! Is the goal of an episode decidable and reached, and do its parts say what happens? Written apart from the builder.

use serde_json::Value;

use super::model::{Episode, Event, EventType, Subtask, TrackBox};
use super::validate::{Centred, Checked, Run};

/// Can the words of the goal pick one box in the first frame?
pub(super) fn goal(checked: &mut Checked<'_>) {
    let goal: Value = match serde_json::from_str(&checked.episode.goal_json) {
        Ok(goal) => goal,
        Err(error) => return checked.fail("BAD_GOAL", "goal_json", error.to_string()),
    };
    let kind = goal.get("kind").and_then(Value::as_str).unwrap_or_default();
    let names: &[&str] = match kind {
        "follow" => &["referent"],
        "place" => &["object_referent", "region_referent"],
        _ => return checked.fail("BAD_GOAL", "goal_json.kind", format!("'{kind}' is neither follow nor place")),
    };
    for name in names {
        let referent = goal.get(*name);
        let part = |key: &str| referent.and_then(|referent| referent.get(key));
        let rule = part("rule").and_then(Value::as_str).unwrap_or_default().to_owned();
        let rank = part("rank").and_then(Value::as_i64).unwrap_or(0);
        let track = part("track").and_then(Value::as_i64).unwrap_or(i64::MIN);
        if *name == "referent" && track != checked.episode.focus_track {
            checked.fail("REFERENT", format!("goal_json.{name}"), "the one to follow is the focus");
        }
        if let Err(detail) = picked(checked, &rule, rank, track) {
            checked.fail("REFERENT", format!("goal_json.{name}"), detail);
        }
    }
    if kind == "place"
        && let Err(detail) = placed(checked, &goal)
    {
        checked.fail("GOAL_UNTRUE", "goal_json", detail);
    }
}

/// Did the thing come to lie in the region, not having been there, and did it move along with the actor?
fn placed(checked: &Checked<'_>, goal: &Value) -> Result<(), String> {
    let track = |key: &str| goal.get(key).and_then(Value::as_i64).ok_or(format!("no {key}"));
    let (actor, object, region) = (track("actor")?, track("object")?, track("region")?);
    let last = checked.episode.frames.len().saturating_sub(1);
    let whole = |track: i64| checked.run(track, 0, last).ok_or(format!("track {track} has not a box in every frame"));
    let (thing, place) = (whole(object)?, whole(region)?);
    let shares: Vec<f64> =
        thing.boxes.iter().zip(&place.boxes).map(|(thing, place)| share_inside(thing, place)).collect();
    let held = shares.iter().rev().take_while(|share| **share >= checked.options.goal_share - 1e-9).count();
    if held < checked.thresholds.k || goal.get("held_frames").and_then(Value::as_u64) != Some(held as u64) {
        return Err(format!("the goal holds for {held} frames up to the end"));
    }
    if shares.first().is_none_or(|share| *share >= checked.options.enter_share + 1e-9) {
        return Err("it was there from the first frame".to_owned());
    }
    let carried = |event: &Event| {
        event.r#type == EventType::CoMotion && event.subject_track == actor && event.object_track == Some(object)
    };
    if actor == checked.episode.focus_track && checked.episode.events.iter().any(carried) {
        return Ok(());
    }
    Err("nothing shows that the focus moved it".to_owned())
}

/// Does the rule pick the track among the boxes of its noun in the first frame, by the margin?
fn picked(checked: &Checked<'_>, rule: &str, rank: i64, track: i64) -> Result<(), String> {
    let first = |item: &&TrackBox| item.frame_index == 0;
    let called = |class: &Option<String>| super::nouns::noun(class.as_deref()).ko;
    let Some(own) = checked.episode.tracks.iter().filter(first).find(|item| item.track_id == track) else {
        return Err(format!("track {track} is not in the first frame"));
    };
    let own_name = called(&own.class);
    let rivals: Vec<&Run> = checked
        .episode
        .tracks
        .iter()
        .filter(first)
        .filter(|item| item.track_id != track)
        .filter(|item| own.class.is_none() || item.class.is_none() || called(&item.class) == own_name)
        .filter_map(|item| checked.run(item.track_id, 0, 0))
        .collect();
    let Some(own) = checked.run(track, 0, 0).and_then(|run| run.at(0)) else {
        return Err(format!("track {track} has no usable box in the first frame"));
    };
    let margin = checked.options.margin - 1e-9;
    // Every rival is clearly on one side; those on the near side are `rank` − 1, and clear of one another.
    let ranked = |value: &dyn Fn(&Centred) -> f64| {
        let mut near: Vec<f64> = Vec::new();
        for rival in rivals.iter().filter_map(|run| run.at(0)) {
            let ahead = value(own) - value(rival);
            if ahead.abs() < margin {
                return Err(format!("{rule} is unclear: a rival is {:.4} of the width away", ahead.abs()));
            }
            if ahead > 0.0 {
                near.push(value(rival));
            }
        }
        near.sort_by(f64::total_cmp);
        if near.windows(2).any(|pair| matches!(pair, [a, b] if b - a < margin)) {
            return Err(format!("{rule} is unclear: two that are counted lie too near"));
        }
        let place = near.len() as i64 + 1;
        if place == rank { Ok(()) } else { Err(format!("{rule}: place {place}, not {rank}")) }
    };
    match rule {
        "only" if rivals.is_empty() => Ok(()),
        "only" => Err(format!("{} others are called the same", rivals.len())),
        "from_left" => ranked(&|item| item.x),
        "from_right" => ranked(&|item| -item.x),
        "topmost" => ranked(&|item| item.y).and_then(|()| ranked(&|item| item.y - item.h / 2.0)),
        "bottommost" => ranked(&|item| -item.y).and_then(|()| ranked(&|item| -(item.y + item.h / 2.0))),
        "largest" => ranked(&|item| -(item.w * item.h).sqrt()).and_then(|()| ranked(&|item| -item.h)),
        "smallest" => ranked(&|item| (item.w * item.h).sqrt()).and_then(|()| ranked(&|item| item.h)),
        _ => Err(format!("'{rule}' is no rule")),
    }
}

/// Parts in order, inside the episode, and true where they name a direction.
pub(super) fn subtasks(checked: &mut Checked<'_>) {
    let episode = checked.episode;
    let mut free = 0;
    for (index, part) in episode.subtasks.iter().enumerate() {
        let path = format!("subtasks[{index}]");
        if part.start < free || part.end < part.start || part.end >= episode.n_frames {
            let detail = format!("{} to {} with {} frames, free from {free}", part.start, part.end, episode.n_frames);
            checked.fail("SUBTASK_RANGE", path.clone(), detail);
            continue;
        }
        free = part.end + 1;
        if part.text_ko.is_empty() || part.text_en.is_empty() {
            checked.fail("SUBTASK_TEXT", path.clone(), "both languages are needed");
        }
        if !shown(episode, part) {
            checked.fail("SUBTASK_UNTRUE", path.clone(), format!("no event shows {}", part.template_id));
        }
        let (start, end) = (part.start as usize, part.end as usize);
        let Some(run) = checked.run(episode.focus_track, start, end) else { continue };
        let (Some(from), Some(to)) = (run.at(start), run.at(end)) else { continue };
        let along = match part.template_id.split('.').nth(1) {
            Some("moves_left" | "shifts_left") => from.x - to.x,
            Some("moves_right" | "shifts_right") => to.x - from.x,
            Some("moves_up" | "shifts_up") => from.y - to.y,
            Some("moves_down" | "shifts_down") => to.y - from.y,
            Some("grows") => to.h - from.h,
            Some("shrinks") => from.h - to.h,
            _ => continue,
        };
        if along <= 0.0 {
            checked.fail("SUBTASK_UNTRUE", path, format!("{} goes by {along:.4}", part.template_id));
        }
    }
}

/// Do the events of a part show what its template says?
fn shown(episode: &Episode, part: &Subtask) -> bool {
    let focus = episode.focus_track;
    let count = |kind: EventType, inside: &dyn Fn(&Event) -> bool| {
        let about = |event: &&Event| event.subject_track == focus || event.object_track == Some(focus);
        episode.events.iter().filter(about).filter(|event| event.r#type == kind && inside(event)).count()
    };
    let within = |event: &Event| (part.start..=part.end).contains(&event.frame_start);
    let meets = |event: &Event| event.frame_start <= part.end + 1 && event.frame_end >= part.start;
    let mut names = part.template_id.split('.');
    match (names.next().unwrap_or_default(), names.next().unwrap_or_default()) {
        ("follow", "crosses_many") => count(EventType::LeftRightSwap, &within) >= 2,
        ("follow", name) if name.starts_with("crosses_") => count(EventType::LeftRightSwap, &within) == 1,
        ("reach", _) => count(EventType::Approach, &meets) > 0,
        ("carry" | "carry_along", _) => count(EventType::CoMotion, &meets) > 0,
        ("release", _) => count(EventType::Separate, &meets) > 0,
        _ => true,
    }
}

/// Share of a box that lies inside another.
fn share_inside(thing: &Centred, place: &Centred) -> f64 {
    let overlap = |apart: f64, one: f64, other: f64| ((one + other) / 2.0 - apart.abs()).min(one).min(other).max(0.0);
    overlap(thing.x - place.x, thing.w, place.w) * overlap(thing.y - place.y, thing.h, place.h) / (thing.w * thing.h)
}
