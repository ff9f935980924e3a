//! From what was found to measures: name, value, interval, unit, sample, note. The names that the score knows are those
//! of `plans/catalog/measures.csv`; others are for people.

use std::collections::{BTreeMap, HashSet};

use super::confounding;
use super::interval::{Estimate, Sums, kinds, mean, quantile, share};
use super::walk::Findings;

/// One figure about a set.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measure {
    /// E.g. `evidence_span_hold`.
    pub measure: String,
    /// The figure.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
    /// `share`, `records`, `bytes`, …
    pub unit: String,
    /// Things that were counted.
    pub sample: u64,
    /// How it was counted, and what one should know.
    pub note: String,
}

impl Measure {
    pub(super) fn new(measure: &str, estimate: Estimate, unit: &str, note: impl Into<String>) -> Self {
        let Estimate { value, low, high, sample } = estimate;
        Self { measure: measure.to_owned(), value, low, high, unit: unit.to_owned(), sample, note: note.into() }
    }

    /// A count that is known.
    pub(super) fn count(measure: &str, value: u64, unit: &str, note: impl Into<String>) -> Self {
        Self::new(measure, Estimate::exact(value as f64, value), unit, note)
    }

    /// Nothing was left out of the sample: there is no interval.
    pub(super) fn settle(&mut self) {
        (self.low, self.high) = (self.value, self.value);
    }
}

/// All that the records of a sample tell by themselves.
pub(super) fn of(findings: &mut Findings) -> Vec<Measure> {
    let mut all = Vec::new();
    let by_cluster = |counts: &BTreeMap<usize, (u64, u64)>| counts.values().copied().collect::<Vec<_>>();
    let mut add = |name: &str, estimate: Option<Estimate>, unit: &str, note: String| {
        all.extend(estimate.map(|estimate| Measure::new(name, estimate, unit, note)));
    };
    let counting = if findings.spans_utf16.max(findings.spans_bytes) > held(&findings.shares) {
        let unit = if findings.spans_bytes > findings.spans_utf16 { "bytes" } else { "UTF-16 units" };
        format!("offsets in characters; more hold in {unit}")
    } else {
        "offsets in characters".to_owned()
    };
    for (name, note) in [
        ("evidence_span_hold", counting.as_str()),
        ("unanswerable_share", "marked as such, or without any answer"),
        ("personal_data_share", "records in which a pattern of personal data was found"),
    ] {
        if let Some(counts) = findings.shares.get(name) {
            add(name, share(&by_cluster(counts)), "share", note.to_owned());
        }
    }
    for (name, unit, note) in [
        ("text_chars_mean", "characters", "running text of a record"),
        ("question_chars_mean", "characters", "of a question"),
    ] {
        if let Some(sums) = findings.means.get(name) {
            add(name, mean(&sums.values().copied().collect::<Vec<Sums>>()), unit, note.to_owned());
        }
    }
    if let Some(chars) = findings.values.get_mut("text_chars") {
        add("text_chars_p50", quantile(chars, 0.5), "characters", "running text of a record".to_owned());
        add("text_chars_p95", quantile(chars, 0.95), "characters", "running text of a record".to_owned());
    }
    let drift = share(&findings.drift());
    add(
        "schema_drift_share",
        drift,
        "share",
        "a field of nearly all is missing or of another type, or one of nearly none is there".to_owned(),
    );
    let (distinct, triples) = findings.distinct_triples();
    if triples > 0 {
        let note = "word triples; falls as the sample grows".to_owned();
        add("distinct_ngram_share", share(&[(distinct, triples)]), "share", note);
    }
    duplicates(findings, &mut add);
    question_types(findings, &mut add);
    let found = findings.personal;
    for (name, count) in [
        ("personal_resident_numbers", found.resident),
        ("personal_phone_numbers", found.phone),
        ("personal_email_addresses", found.email),
        ("personal_card_numbers", found.card),
    ] {
        add(
            name,
            Some(Estimate::exact(count as f64, findings.records)),
            "found",
            "by pattern; values are not kept".to_owned(),
        );
    }
    clips(findings, &mut add);
    let mut observations = std::mem::take(&mut findings.observations);
    observations.extend(findings.clips.observations());
    if let Some(worst) = confounding::worst(&observations) {
        let about = format!("{}: {} channels, {} labels", worst.channel, worst.channels, worst.labels);
        let sample = worst.auc.sample;
        add("label_channel_confounding", Some(worst.auc), "AUC", about.clone());
        add("label_channel_cramers_v", Some(Estimate::exact(worst.cramers_v, sample)), "Cramér's V", about.clone());
        add("label_channel_purity", Some(Estimate::exact(worst.purity, sample)), "share", about);
    }
    all
}

/// Spans that hold by characters.
fn held(shares: &BTreeMap<&'static str, BTreeMap<usize, (u64, u64)>>) -> u64 {
    shares.get("evidence_span_hold").map_or(0, |counts| counts.values().map(|(hits, _)| *hits).sum())
}

type Add<'a> = &'a mut dyn FnMut(&str, Option<Estimate>, &str, String);

/// What was there before: clips by what they show, else questions, else records; ids do not count.
fn duplicates(findings: &Findings, add: Add<'_>) {
    let clips: Vec<(usize, u64)> =
        findings.clips.iter().filter(|clip| clip.frames() > 1).map(|clip| (0, clip.content())).collect();
    let (hashes, what) = match (clips.is_empty(), findings.question_hashes.is_empty()) {
        (false, _) => (&clips, "clips"),
        (true, false) => (&findings.question_hashes, "questions"),
        (true, true) => (&findings.record_hashes, "records"),
    };
    let mut known = HashSet::new();
    let mut clusters: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
    for (cluster, hash) in hashes {
        let counts = clusters.entry(*cluster).or_default();
        counts.0 += u64::from(!known.insert(*hash));
        counts.1 += 1;
    }
    let note = format!("{what} of the sample that were there before, ids apart; pairs outside the sample are not seen");
    add("duplicate_share", share(&clusters.into_values().collect::<Vec<_>>()), "share", note);
}

/// Kinds of questions: as labelled, by what an answer is, or by what the words ask for, whichever tells most.
fn question_types(findings: &Findings, add: Add<'_>) {
    let total: u64 = findings.kinds.get("question forms").map_or(0, |kinds| kinds.values().sum());
    let ways = [
        ("question labels", "as labelled"),
        ("question forms", "by the form of the answer"),
        ("question words", "by what they ask for"),
    ];
    let mut best: Option<(Estimate, String)> = None;
    for (name, how) in ways {
        let Some(found) = findings.kinds.get(name) else { continue };
        // What is one in a hundred is no kind of its own, but where labels say so.
        let least = if name == "question labels" { 1 } else { (total / 100).max(1) };
        let found: Vec<_> = found.iter().filter(|(kind, count)| **count >= least && kind.as_str() != "other").collect();
        let estimate = kinds(found.iter().map(|(_, count)| **count));
        let mut names: Vec<_> =
            found.into_iter().map(|(kind, count)| (std::cmp::Reverse(*count), kind.as_str())).collect();
        names.sort_unstable();
        let names: Vec<_> = names.iter().take(12).map(|(count, kind)| format!("{kind} {}", count.0)).collect();
        let note = format!("{how}: {}", names.join(", "));
        if best.as_ref().is_none_or(|(other, _)| estimate.value > other.value) {
            best = Some((Estimate { high: estimate.high.max(estimate.value), ..estimate }, note));
        }
    }
    if let Some((estimate, note)) = best {
        add("question_types", Some(estimate), "kinds", note);
    }
    if total > 0 {
        add("questions_sampled", Some(Estimate::exact(total as f64, total)), "questions", String::new());
    }
}

/// What is seen over time.
fn clips(findings: &Findings, add: Add<'_>) {
    let clips = &findings.clips;
    if clips.is_empty() {
        return;
    }
    let of_all = |hit: &dyn Fn(&super::clips::Clip) -> bool| -> Vec<(u64, u64)> {
        clips.iter().map(|clip| (u64::from(hit(clip)), 1)).collect()
    };
    let averaged = |value: &dyn Fn(&super::clips::Clip) -> Option<f64>| -> Vec<Sums> {
        let values = clips.iter().filter_map(value);
        values
            .map(|value| {
                let mut sums = Sums::default();
                sums.add(value);
                sums
            })
            .collect()
    };
    let count = clips.iter().count() as u64;
    let cut = clips.iter().filter(|clip| clip.cut).count();
    add("clips_sampled", Some(Estimate::exact(count as f64, count)), "clips", format!("{cut} of them in part"));
    let length = averaged(&|clip| (clip.frames() > 0 && !clip.cut).then_some(clip.frames() as f64));
    add("frames_per_clip", mean(&length), "frames", "of clips that were read to their end".to_owned());
    let several = || clips.iter().filter(|clip| clip.frames() > 1);
    let whole: Vec<(u64, u64)> = several().map(|clip| (u64::from(clip.missing() == 0), 1)).collect();
    add(
        "frame_continuity",
        share(&whole),
        "share",
        "clips without a missing frame, by the numbers of frames".to_owned(),
    );
    let missing: Vec<(u64, u64)> = several().map(|clip| (clip.missing(), clip.missing() + clip.frames())).collect();
    add("frame_gap_share", share(&missing), "share", "frames missing between those that are there".to_owned());
    let rates = averaged(&|clip| clip.fps());
    add("frame_rate", mean(&rates), "frames a second", format!("given by {} of {count} clips", rates.len()));
    let (boxes, with_id) =
        clips.iter().map(|clip| clip.boxes()).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if clips.iter().any(|clip| clip.has_boxes()) {
        let note = format!(
            "{with_id} of {boxes} boxes have an id{}",
            if with_id == 0 { "; the most boxes of a frame" } else { "" }
        );
        add(
            "tracks_per_clip",
            mean(&averaged(&|clip| (clip.frames() > 0).then(|| clip.tracks() as f64))),
            "tracks",
            note,
        );
        let note = "boxes of different kinds touch or overlap in some frame".to_owned();
        add("object_interaction_share", share(&of_all(&|clip| clip.interacts())), "share", note);
    }
    let mut points = Vec::new();
    for clip in clips.iter() {
        let mut sums = Sums::default();
        clip.keypoints().for_each(|count| sums.add(count as f64));
        points.push(sums);
    }
    add("keypoints_per_frame", mean(&points), "points", String::new());
    let note = "a label of action, command or task".to_owned();
    add("action_label_share", share(&of_all(&|clip| !clip.actions().is_empty())), "share", note);
    let mut actions: BTreeMap<&str, u64> = BTreeMap::new();
    for action in clips.iter().flat_map(|clip| clip.actions()) {
        *actions.entry(action).or_default() += 1;
    }
    let mut names: Vec<_> = actions.iter().map(|(action, count)| (std::cmp::Reverse(*count), *action)).collect();
    names.sort_unstable();
    let names: Vec<_> = names.iter().take(8).map(|(_, action)| *action).collect();
    add("action_classes", Some(kinds(actions.values().copied())), "kinds", names.join(", "));
    let chars = averaged(&|clip| Some(clip.text_chars() as f64));
    add("text_chars_per_clip", mean(&chars), "characters", "captions, commands and labels of actions".to_owned());
    let goals = of_all(&|clip| clip.has_goal());
    if goals.iter().any(|(hits, _)| *hits > 0) {
        add("goal_share", share(&goals), "share", "a field that says what was reached".to_owned());
    }
}
