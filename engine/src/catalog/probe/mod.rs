//! A look into the data of sets: what metadata cannot tell, measured on a bounded, spread sample of their labels.
//!
//! - `labels`: what of a listing holds labels, for probes and for runs
//! - `sample`: which bytes are looked at; archives are read by range, never whole
//! - `text`, `walk`, `clips`: what records of any shape tell, by names and values of their fields
//! - `plans`: the shipped plans tried on the sample, as they are
//! - `personal`, `confounding`, `interval`: patterns, channels, what a sample leaves open
//! - `measures`: figures with intervals; their names are those of `plans/catalog/measures.csv`
//! - `store`: one current row a set and measure in `catalog.profiles`, fields in `catalog.schemas`
//!
//! Sets are probed one after the other and kept some at a time, so that an interrupted probe goes on; a set that was
//! probed at the same listing with as large a budget, or read to its end, is skipped.

mod clips;
mod confounding;
mod counting;
mod fields;
mod interval;
mod labels;
mod measures;
mod personal;
mod plans;
mod sample;
mod store;
mod text;
mod walk;

use std::collections::BTreeMap;

pub(crate) use labels::label_files;
pub use measures::Measure;
pub(crate) use plans::PLAN;

use self::interval::{Estimate, Sums, mean, share};
use self::plans::Held;
use self::sample::{Extent, Listing, Member, Sampler};
use self::store::Pending;
use self::text::Shape;
use self::walk::{Findings, Path, Place};
use super::{Catalog, places};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Stored bytes that are read of a set unless told otherwise.
pub const BUDGET: u64 = 64 << 20;
/// Counts up when figures change their meaning: sets that an older one probed are probed again.
const VERSION: u32 = 2;
/// What the note of a listing ends with where all of its labels were read.
const COMPLETE: &str = "; complete";
/// The measure whose note names the listing.
const LISTING: &str = "listing_objects";
/// Bytes of members on which plans are tried.
const TRIED: usize = 24 << 20;

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Sets by number or name, or URLs; none for all sets that have a place.
    pub targets: Vec<String>,
    /// Stored bytes to read of each set.
    pub budget: u64,
    /// Also sets that were probed at the same listing.
    pub again: bool,
}

/// What became of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its figures are new.
    Probed,
    /// Nothing has changed since the last probe.
    Unchanged,
    /// It could not be looked at.
    Failed,
}

/// A set that was looked at.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Probed {
    /// The set; none for a place that no set is bound to: its figures are not kept.
    pub dataset_id: Option<String>,
    /// Where it lies; empty where that is not known.
    pub url: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it failed.
    pub reason: Option<String>,
    /// The exit code that its failure gives.
    pub exit_code: u8,
    /// The shipped plan that makes most of it.
    pub plan: Option<String>,
    /// Records looked at.
    pub records: u64,
    /// Stored bytes of the place, and those that were read.
    pub bytes_stored: u64,
    /// See `bytes_stored`.
    pub bytes_read: u64,
    /// Requests made.
    pub requests: u64,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
    /// The figures.
    pub measures: Vec<Measure>,
}

impl Probed {
    fn new(dataset_id: Option<&str>, url: &str) -> Self {
        Self {
            dataset_id: dataset_id.map(str::to_owned),
            url: url.to_owned(),
            outcome: Outcome::Probed,
            reason: None,
            exit_code: 0,
            plan: None,
            records: 0,
            bytes_stored: 0,
            bytes_read: 0,
            requests: 0,
            elapsed_seconds: 0.0,
            measures: Vec::new(),
        }
    }

    /// The figure of that name.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|one| one.measure == name)
    }
}

/// Looks at sets, one after the other, and keeps what it finds; `done` is told of each. A set that fails does not stop the
/// others.
///
/// # Errors
/// When the catalogue cannot be read or written.
pub async fn probe(
    catalog: &Catalog,
    request: &Request,
    settings: &Settings,
    mut done: impl FnMut(&Probed),
) -> Result<Vec<Probed>> {
    let targets = match request.targets.is_empty() {
        true => places::located(catalog).await?,
        false => request.targets.clone(),
    };
    if targets.is_empty() {
        return Err(Error::invalid(
            "no set of the catalogue has a place yet; bind one with jogak catalog locate ID URL, or import a prefix",
        ));
    }
    let mut pending = Pending::new(catalog).await?;
    let probed = probe_all(catalog, &targets, request, settings, &mut pending, &mut done).await;
    // Also what was done before a failure is kept.
    let kept = pending.flush(catalog).await;
    let all = probed?;
    kept.map(|()| all)
}

async fn probe_all(
    catalog: &Catalog,
    targets: &[String],
    request: &Request,
    settings: &Settings,
    pending: &mut Pending,
    done: &mut impl FnMut(&Probed),
) -> Result<Vec<Probed>> {
    let mut all = Vec::new();
    for target in targets {
        let started = Started::now();
        let (id, url) = found(catalog, target).await?;
        let mut probed = match one(catalog, id.as_deref(), url.as_deref(), target, request, settings, pending).await {
            Ok(probed) => probed,
            Err(error) => Probed {
                outcome: Outcome::Failed,
                reason: Some(with_causes(&error)),
                exit_code: error.exit_code(),
                ..Probed::new(id.as_deref(), url.as_deref().unwrap_or_default())
            },
        };
        probed.elapsed_seconds = started.elapsed().as_secs_f64();
        done(&probed);
        all.push(probed);
        if pending.is_due() {
            pending.flush(catalog).await?;
        }
    }
    Ok(all)
}

fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// The set and the place that a target means.
async fn found(catalog: &Catalog, target: &str) -> Result<(Option<String>, Option<String>)> {
    let is_place = target.contains("://") || target.contains('/') || target.starts_with('.');
    if !is_place {
        return Ok((Some(target.to_owned()), places::place_of(catalog, target, None).await?));
    }
    Ok((places::set_at(catalog, target).await?, Some(target.to_owned())))
}

async fn one(
    catalog: &Catalog,
    id: Option<&str>,
    url: Option<&str>,
    target: &str,
    request: &Request,
    settings: &Settings,
    pending: &mut Pending,
) -> Result<Probed> {
    let Some(url) = url else {
        super::view::exists(catalog, target).await?;
        return Err(places::no_place(target));
    };
    let listing = sample::listing(url, settings).await?;
    let mark = format!("fingerprint {}; budget {}; probe {VERSION}", listing.fingerprint, request.budget);
    if let Some(id) = id.filter(|_| !request.again)
        && pending.last_listing(id).is_some_and(|last| is_covered(last, &mark))
    {
        let outcome = Outcome::Unchanged;
        return Ok(Probed { outcome, bytes_stored: listing.stored_bytes, ..Probed::new(Some(id), url) });
    }
    let (mut probed, paths, is_complete) = look(id, url, &listing, request.budget, settings).await?;
    let mark = if is_complete { format!("{mark}{COMPLETE}") } else { mark };
    probed.measures.push(Measure::count(LISTING, listing.objects, "objects", mark.as_str()));
    if let Some(id) = id {
        pending.add(id, &probed, &paths, mark)?;
    }
    Ok(probed)
}

/// Whether an earlier probe saw the same listing, the same way, with as large a budget or to its end.
fn is_covered(last: &str, mark: &str) -> bool {
    let parts = |text: &str| -> Option<(String, u64, String)> {
        let mut parts = text.split("; ");
        let (fingerprint, budget, version) = (parts.next()?, parts.next()?, parts.next()?);
        Some((fingerprint.to_owned(), budget.strip_prefix("budget ")?.parse().ok()?, version.to_owned()))
    };
    match (parts(last), parts(mark)) {
        (Some((f1, b1, v1)), Some((f2, b2, v2))) => f1 == f2 && v1 == v2 && (b1 >= b2 || last.ends_with(COMPLETE)),
        _ => false,
    }
}

/// What is counted while members go by.
#[derive(Debug, Default)]
struct Members {
    /// Members, and those that could not be parsed to their end; by member.
    failures: Vec<(u64, u64)>,
    damage: BTreeMap<String, u64>,
    records: Sums,
    bytes: Sums,
    held_bytes: usize,
    /// Records and frames of members that plans are not tried on, for want of memory, and how many these are.
    unheld: u64,
    unheld_records: u64,
    unheld_frames: u64,
    names: BTreeMap<String, usize>,
}

impl Members {
    /// Keeps the text of a member for the plans, as long as there is room.
    fn hold(&mut self, held: &mut Vec<Held>, key: String, text: String, records: u64, frames: u64) {
        if self.held_bytes + text.len() <= TRIED || held.is_empty() {
            self.held_bytes += text.len();
            held.push(Held { key, bytes: text.into() });
        } else {
            self.unheld += 1;
            self.unheld_records += records;
            self.unheld_frames += frames;
        }
    }
}

/// Reads a sample of a place and measures it. The last value says whether nothing was left out.
async fn look(
    id: Option<&str>,
    url: &str,
    listing: &Listing,
    budget: u64,
    settings: &Settings,
) -> Result<(Probed, Vec<(String, Path)>, bool)> {
    let mut sampler = Sampler::new(listing, budget, settings).await?;
    let (mut findings, mut members, mut held) = (Findings::default(), Members::default(), Vec::new());
    let mut archives: BTreeMap<String, usize> = BTreeMap::new();
    let mut rates = Vec::new();
    while let Some(read) = sampler.next().await? {
        for member in read {
            let next = archives.len();
            let archive = *archives.entry(member.archive.clone()).or_insert(next);
            take(member, archive, &mut findings, &mut members, &mut held, &mut rates, settings).await?;
        }
    }
    // Files of settings may come before or after the boxes that they speak of.
    for (archive, member, fps) in &rates {
        findings.clips.frame_rate(archive, member, *fps);
    }
    findings.clips.cut(&sampler.parts);
    let extent = sampler.extent.clone();
    let tried = plans::try_all(&held, settings).await?;
    let mut all = of_members(listing, &extent, &members);
    // What a plan makes of clips is counted by what it makes of them; a field by that name only where none does.
    let records = findings.records.saturating_sub(members.unheld_records);
    let frames = findings.clips.frames().saturating_sub(members.unheld_frames);
    let mut of_plans = plans::measures(&tried, records, frames);
    let mut of_records = measures::of(&mut findings);
    let is_complete = extent.is_complete();
    if is_complete {
        all.iter_mut().chain(&mut of_records).for_each(Measure::settle);
        // Plans may have seen only a part of what was read.
        if members.unheld == 0 && plans::saw_all(&tried) {
            of_plans.iter_mut().for_each(Measure::settle);
        }
    }
    all.extend(of_plans.into_iter().chain(of_records));
    let mut known = std::collections::BTreeSet::new();
    all.retain(|one| known.insert(one.measure.clone()));
    let paths = findings.paths.iter().map(|(path, found)| (path.clone(), found.clone())).collect();
    let probed = Probed {
        plan: tried.first().filter(|best| best.accepted() > 0).map(|best| best.plan.name.to_owned()),
        records: findings.records,
        bytes_stored: listing.stored_bytes,
        bytes_read: extent.bytes_read,
        requests: extent.requests,
        measures: all,
        ..Probed::new(id, url)
    };
    Ok((probed, paths, is_complete))
}

/// Looks at one member.
async fn take(
    member: Member,
    archive: usize,
    findings: &mut Findings,
    members: &mut Members,
    held: &mut Vec<Held>,
    rates: &mut Vec<(String, String, f64)>,
    settings: &Settings,
) -> Result<()> {
    let cluster = members.failures.len();
    let text = sample::decode(&member.bytes, member.cut);
    let shape = text::shape(&member.name, &text);
    let name = format!("{}\u{0}{}", member.archive, member.name);
    let same = members.names.entry(name).or_default();
    *same += 1;
    let key = plans::key_of(archive, &member.name, *same - 1);
    let place = Place {
        cluster,
        archive: &member.archive,
        member: &member.name,
        record: 0,
        order: member.order,
        cut: member.cut,
    };
    let frames = findings.clips.frames();
    let (mut failed, mut records) = (u64::from(member.damage.is_some()), 0_usize);
    let mut kept = None;
    match shape {
        Shape::Json | Shape::Lines => {
            let (documents, wrong) = text::documents(shape, &text, member.cut);
            failed += wrong + documents.iter().filter(|document| document.damaged).count() as u64;
            for document in &documents {
                records += findings.document(&document.value, place);
            }
            // The plans get what could be read, closed where it was cut.
            kept = match shape {
                Shape::Json => documents.into_iter().next().map(|document| document.text),
                _ => Some(documents.iter().map(|document| document.text.as_str()).collect::<Vec<_>>().join("\n")),
            };
        }
        Shape::Tracks => {
            let lines = if member.cut { text::whole_lines(&text) } else { &text };
            let (rows, wrong) = findings.clips.tracks(lines, place);
            failed += wrong;
            findings.records += rows;
            records = rows as usize;
            kept = Some(lines.to_owned());
        }
        Shape::Properties => {
            let rate = text
                .lines()
                .filter_map(|line| line.split_once('='))
                .find(|(name, _)| fields::role_of(name).is_some_and(|named| named.role == fields::Role::Fps));
            let rate = rate.and_then(|(_, value)| value.trim().parse().ok()).filter(|rate: &f64| *rate > 0.0);
            rates.extend(rate.map(|rate| (member.archive.clone(), member.name.clone(), rate)));
            return Ok(());
        }
        Shape::Other => {
            let bytes = if member.cut { text::whole_lines(&text).as_bytes().to_vec() } else { member.bytes.clone() };
            let other = Held { key: key.clone(), bytes: bytes.into() };
            let rows = plans::records(&other, settings).await?;
            failed += u64::from(rows.is_empty() && !member.cut);
            records = rows.len();
            for (record, row) in rows.iter().enumerate() {
                findings.record(row, Place { record, ..place });
            }
        }
    }
    if let Some(code) = member.damage {
        *members.damage.entry(code).or_default() += 1;
    } else if failed > 0 {
        *members.damage.entry("SYNTAX".to_owned()).or_default() += failed;
    }
    members.failures.push((u64::from(failed > 0), 1));
    // What a cut member holds is told by its part; one that is a single record is no more of them as a whole.
    let is_several = member.cut && records > 1;
    let share = if is_several { member.decoded as f64 / (member.bytes.len() as f64).max(1.0) } else { 1.0 };
    members.records.add(records as f64 * share);
    members.bytes.add(member.decoded.max(member.bytes.len() as u64) as f64);
    if let Some(text) = kept {
        let frames = findings.clips.frames().saturating_sub(frames);
        members.hold(held, key, text, records as u64, frames);
    }
    Ok(())
}

/// What the directory and the members themselves tell.
fn of_members(listing: &Listing, extent: &Extent, members: &Members) -> Vec<Measure> {
    let mut opened = format!("{} could not be opened", extent.unusable);
    if extent.too_large > 0 {
        opened = format!("{opened}; of {} the list of members alone is more than the budget allows", extent.too_large);
    }
    let mut sampled = format!("{} of them in part", extent.cut);
    if extent.passed_over > 0 {
        let what = "can only be read as a whole and were passed over as too large";
        sampled = format!("{sampled}; {} more {what}", extent.passed_over);
    }
    if extent.by_budget {
        sampled.push_str("; the budget was spent");
    }
    let mut all = vec![
        Measure::count("stored_bytes", listing.stored_bytes, "bytes", "of all objects"),
        Measure::count("label_archives", extent.archives, "archives", listing.labels.chosen_by.as_str()),
        Measure::count("label_bytes", extent.archive_bytes, "bytes", "stored"),
        Measure::count("bytes_read", extent.bytes_read, "bytes", format!("in {} requests", extent.requests)),
        Measure::count("archives_opened", extent.opened, "archives", opened),
        Measure::count("members_sampled", extent.read, "members", sampled),
    ];
    let each = |sums: &Sums| mean(&[*sums]);
    let mut failures = members.failures.clone();
    failures.extend((0..extent.unusable).map(|_| (1, 1)));
    let causes: Vec<_> = members.damage.iter().map(|(code, count)| format!("{code} {count}")).collect();
    all.extend(share(&failures).map(|found| Measure::new("parse_failure_share", found, "share", causes.join(", "))));
    let per_member = each(&members.records);
    all.extend(per_member.map(|found| Measure::new("records_per_member", found, "records", "")));
    let bytes = match extent.members_sized {
        0 => each(&members.bytes),
        sized => Some(Estimate::exact(extent.member_bytes as f64 / sized as f64, sized)),
    };
    all.extend(bytes.map(|found| Measure::new("bytes_per_member", found, "bytes", "decoded")));
    // Archives that were not opened are like those that were, byte for byte.
    let scale = extent.archive_bytes as f64 / (extent.opened_bytes as f64).max(1.0);
    let total = extent.members as f64 * scale.max(1.0);
    if extent.opened > 0 {
        let sure = scale <= 1.0;
        let value =
            Estimate { value: total.round(), low: extent.members as f64, high: total * 2.0, sample: extent.opened };
        let value = if sure { Estimate::exact(total.round(), extent.opened) } else { value };
        all.push(Measure::new(
            "label_members",
            value,
            "members",
            if sure { "" } else { "archives that were not opened by their bytes" },
        ));
        all.extend(per_member.map(|found| {
            let value = Estimate {
                value: (found.value * total).round(),
                low: (found.low * extent.members as f64).round(),
                high: (found.high * value.high).round(),
                sample: found.sample,
            };
            Measure::new("records_estimated", value, "records", "records of a member, times members")
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_probe_covers_a_smaller_one() {
        let last = "fingerprint ab; budget 100; probe 1";
        assert!(is_covered(last, "fingerprint ab; budget 50; probe 1"));
        assert!(!is_covered(last, "fingerprint ab; budget 200; probe 1"));
        assert!(!is_covered(last, "fingerprint ac; budget 50; probe 1"));
        assert!(!is_covered(last, "fingerprint ab; budget 50; probe 2"));
        assert!(!is_covered("", "fingerprint ab; budget 50; probe 1"));
        // What was read to its end is not read again because there is more budget.
        let whole = format!("{last}{COMPLETE}");
        assert!(is_covered(&whole, "fingerprint ab; budget 200; probe 1"));
        assert!(!is_covered(&whole, "fingerprint ac; budget 200; probe 1"));
        assert!(!is_covered(&whole, "fingerprint ab; budget 200; probe 2"));
    }

    #[test]
    fn what_plans_do_not_see_is_counted() {
        let (mut members, mut held) = (Members::default(), Vec::new());
        members.hold(&mut held, "a".to_owned(), "x".repeat(TRIED), 3, 30);
        members.hold(&mut held, "b".to_owned(), "{}".to_owned(), 1, 10);
        assert_eq!((held.len(), members.unheld, members.unheld_records, members.unheld_frames), (1, 1, 1, 10));
    }

    #[tokio::test]
    async fn a_cut_member_that_is_one_record_counts_as_one() {
        let text = format!(r#"{{"id": 7, "text": "{}", "rest": [1, 2"#, "가나 ".repeat(200));
        let member = |bytes: &str| Member {
            archive: "a.zip".to_owned(),
            name: "a.json".to_owned(),
            bytes: bytes.into(),
            cut: true,
            decoded: 50 * bytes.len() as u64,
            order: 0,
            damage: None,
        };
        let counted = async |bytes: &str| {
            let (mut findings, mut members) = (Findings::default(), Members::default());
            let settings = Settings::default();
            take(member(bytes), 0, &mut findings, &mut members, &mut Vec::new(), &mut Vec::new(), &settings)
                .await
                .unwrap();
            members.records.sum
        };
        assert_eq!(counted(&text).await, 1.0);
        let several = r#"[{"id": 1}, {"id": 2}, {"id": 3}, {"id"#;
        assert_eq!(counted(several).await, 150.0);
    }
}
