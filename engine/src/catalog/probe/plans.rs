//! The shipped plans tried on a sample: each runs as it is, offline, and what its builder makes and refuses is counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, ListArray, RecordBatch, StringArray, StructArray};
use futures::StreamExt;
use jogak_connectors::decode::{DecodeOptions, Format};
use jogak_connectors::reader::{Input, SliceRequest, UnitReader};
use jogak_connectors::source::{Location, Pattern};
use jogak_plans::BoundPlan;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::Value;

use super::interval::{Sums, mean, share};
use super::measures::Measure;
use crate::error::{Error, Result};
use crate::inputs::{OpenSource, Wanted, read_options, wanted};
use crate::offline::{Offline, Sample, builder_column};
use crate::settings::Settings;
use crate::shipped::{PLANS, Shipped};

/// What measures begin with that name a plan for the set; their notes are its parameters.
pub(crate) const PLAN: &str = "plan:";
/// Rows of a plan's output that are looked at.
const ROWS: u64 = 20_000;
/// Compressed bytes of a unit here.
const UNIT_BYTES: u64 = 1 << 20;

/// A member of the sample as an object by itself.
pub(super) struct Held {
    pub(super) key: String,
    pub(super) bytes: bytes::Bytes,
}

/// What a plan made of the sample.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) plan: &'static Shipped,
    /// Parameters that had to be set.
    pub(super) params: BTreeMap<String, String>,
    rows: BTreeMap<String, Rows>,
    pub(super) rejected: BTreeMap<String, u64>,
    /// Members that it was tried on.
    members: usize,
    /// Whether it was stopped before it had seen all of them.
    is_part: bool,
}

/// Of one object: what became of its rows.
#[derive(Debug, Clone, Default)]
struct Rows {
    rows: u64,
    accepted: u64,
    tiers: [u64; 3],
    reasoned: u64,
    corrected: u64,
    paths: u64,
    actions: u64,
    goals: u64,
}

impl Tried {
    fn sum(&self, of: impl Fn(&Rows) -> u64) -> u64 {
        self.rows.values().map(of).sum()
    }

    pub(super) fn accepted(&self) -> u64 {
        self.sum(|rows| rows.accepted)
    }

    fn all(&self) -> u64 {
        self.sum(|rows| rows.rows)
    }

    /// The share of the members that it has seen.
    fn seen(&self) -> f64 {
        if self.is_part { (self.rows.len() as f64 / self.members.max(1) as f64).min(1.0) } else { 1.0 }
    }
}

/// Tries all plans; the one that makes most comes first.
///
/// # Errors
/// When a plan cannot be run at all; what it cannot read is no error.
pub(super) async fn try_all(held: &[Held], settings: &Settings) -> Result<Vec<Tried>> {
    let mut tried = Vec::new();
    for plan in PLANS {
        let first = try_one(plan, BTreeMap::new(), held, settings).await?;
        // A label without a frame rate says nothing against the set: the plan asks for it as a parameter.
        let asks = first.rejected.get("NO_FRAME_RATE").copied().unwrap_or(0);
        if first.accepted() == 0 && asks > 0 {
            let params = [("source_fps", "25"), ("default_class", "person")];
            let params = params.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            tried.push(try_one(plan, params, held, settings).await?);
        } else {
            tried.push(first);
        }
    }
    tried.retain(|plan| plan.all() > 0);
    tried.sort_by_key(|plan| (std::cmp::Reverse(plan.accepted()), plan.all(), plan.plan.name));
    Ok(tried)
}

async fn try_one(
    shipped: &'static Shipped,
    params: BTreeMap<String, String>,
    held: &[Held],
    settings: &Settings,
) -> Result<Tried> {
    let plan = shipped.bind(&params)?;
    let (rows, rejected) = (BTreeMap::new(), BTreeMap::new());
    let mut tried = Tried { plan: shipped, params, rows, rejected, members: 0, is_part: false };
    let (Some((name, header)), Some((output, _))) = (plan.header.sources.first(), plan.header.outputs.first()) else {
        return Ok(tried);
    };
    let patterns = header.members.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()?;
    let fits = |key: &str| patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(key));
    let members: Vec<&Held> = held.iter().filter(|held| fits(&held.key)).collect();
    tried.members = members.len();
    let location = in_memory(members).await?;
    let wanted = Wanted { files: &[], members: &[], ..wanted(header, UNIT_BYTES) };
    let source = OpenSource::open_at(name, location, wanted, settings).await?;
    if source.inputs.is_empty() {
        return Ok(tried);
    }
    let offline = offline(&plan, source, settings).await?;
    let mut stream = offline.context.table(output.as_str()).await?.execute_stream().await?;
    while let Some(batch) = stream.next().await {
        // What a plan makes of foreign labels may be anything, but it must not end the probe.
        let Ok(batch) = batch else {
            tried.is_part = true;
            break;
        };
        count(&batch, &mut tried);
        if tried.all() >= ROWS {
            tried.is_part = true;
            break;
        }
    }
    Ok(tried)
}

async fn offline(plan: &BoundPlan, source: OpenSource, settings: &Settings) -> Result<Offline> {
    Offline::new(plan, vec![source], Sample::Head, settings).await
}

/// Objects in memory.
async fn in_memory(held: Vec<&Held>) -> Result<Location> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let failed = |e: object_store::Error| Error::internal("an object of the sample").because(e);
    for held in held {
        let path = Path::parse(&held.key).map_err(|e| failed(e.into()))?;
        store.put(&path, held.bytes.clone().into()).await.map_err(failed)?;
    }
    Ok(Location::with_store(store, "")?)
}

/// A key that any store takes, for a member of an archive of this number.
pub(super) fn key_of(archive: usize, member: &str, duplicate: usize) -> String {
    let segments = member.split('/').filter(|segment| !matches!(*segment, "" | "." | ".."));
    let segments: Vec<String> =
        segments.map(|segment| segment.chars().map(|c| if c.is_control() { '_' } else { c }).collect()).collect();
    let folder = if duplicate > 0 { format!("{archive:05}-{duplicate}") } else { format!("{archive:05}") };
    format!("{folder}/{}", segments.join("/"))
}

fn count(batch: &RecordBatch, tried: &mut Tried) {
    let Some(results) = builder_column(batch) else { return };
    let records = results.column_by_name("record").and_then(|column| column.as_struct_opt());
    let rejects = results.column_by_name("reject").and_then(|column| column.as_struct_opt());
    let (Some(records), Some(rejects)) = (records, rejects) else { return };
    let objects = batch.column_by_name("_src").and_then(|column| column.as_struct_opt());
    let objects = objects.and_then(|src| src.column_by_name("object").cloned());
    let objects = objects.and_then(|column| arrow::compute::cast(&column, &arrow::datatypes::DataType::Utf8).ok());
    let objects = objects.as_ref().and_then(|column| column.as_string_opt::<i32>());
    let codes = rejects.column_by_name("code").and_then(|column| column.as_string_opt::<i32>());
    let columns = Columns::of(records);
    for row in 0..batch.num_rows() {
        let object = objects.filter(|objects| objects.is_valid(row)).map_or("", |objects| objects.value(row));
        let rows = match tried.rows.get_mut(object) {
            Some(rows) => rows,
            None => tried.rows.entry(object.to_owned()).or_default(),
        };
        rows.rows += 1;
        if records.is_valid(row) {
            columns.count(row, rows);
        } else if let Some(codes) = codes.filter(|codes| codes.is_valid(row)) {
            *tried.rejected.entry(codes.value(row).to_owned()).or_default() += 1;
        }
    }
}

/// The columns of records that are counted.
struct Columns<'a> {
    tier: Option<&'a StringArray>,
    paths: Option<(&'a ListArray, &'a BooleanArray)>,
    corrections: Option<&'a ListArray>,
    frames: Option<(&'a ListArray, &'a BooleanArray)>,
    goal: Option<&'a StringArray>,
}

impl<'a> Columns<'a> {
    fn of(records: &'a StructArray) -> Self {
        let list = |name: &str| records.column_by_name(name).and_then(|column| column.as_list_opt::<i32>());
        let text = |name: &str| records.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let flags = |name: &str, flag: &str| {
            let lists = list(name)?;
            let items = lists.values().as_struct_opt()?;
            Some((lists, items.column_by_name(flag)?.as_boolean_opt()?))
        };
        Self {
            tier: text("tier"),
            paths: flags("paths", "is_correct"),
            corrections: list("corrections"),
            frames: flags("frames", "action_valid"),
            goal: text("goal_json"),
        }
    }

    fn count(&self, row: usize, rows: &mut Rows) {
        rows.accepted += 1;
        let tier = self.tier.filter(|tier| tier.is_valid(row)).map(|tier| tier.value(row));
        for (counted, name) in rows.tiers.iter_mut().zip(["A", "B", "C"]) {
            *counted += u64::from(tier == Some(name));
        }
        let hits = |flags: Option<(&ListArray, &BooleanArray)>| {
            let Some((lists, flags)) = flags.filter(|(lists, _)| lists.is_valid(row)) else { return 0 };
            let offsets = lists.value_offsets();
            let range = offsets.get(row).copied().unwrap_or(0)..offsets.get(row + 1).copied().unwrap_or(0);
            range.filter_map(|at| usize::try_from(at).ok()).filter(|at| flags.is_valid(*at) && flags.value(*at)).count()
                as u64
        };
        let paths = hits(self.paths);
        rows.paths += paths;
        rows.reasoned += u64::from(paths > 0);
        let corrected =
            self.corrections.filter(|lists| lists.is_valid(row)).is_some_and(|lists| lists.value_length(row) > 0);
        rows.corrected += u64::from(corrected);
        rows.actions += hits(self.frames);
        let goal = self
            .goal
            .filter(|goal| goal.is_valid(row))
            .and_then(|goal| serde_json::from_str::<Value>(goal.value(row)).ok());
        // A following has no state that it ends in; a placing has.
        rows.goals += u64::from(goal.is_some_and(|goal| goal.get("kind").and_then(Value::as_str) == Some("place")));
    }
}

/// The plans that count: the one that makes most, and beside it those for other parts of the same labels (spans; options
/// and yes or no). None where no plan makes anything.
fn counted(tried: &[Tried]) -> Vec<&Tried> {
    let Some(best) = tried.first().filter(|best| best.accepted() > 0) else { return Vec::new() };
    let beside = |plan: &&Tried| {
        let reading = ["mrc_reasoning", "choice_reasoning"];
        reading.contains(&best.plan.name) && reading.contains(&plan.plan.name) && plan.plan.name != best.plan.name
    };
    std::iter::once(best).chain(tried.iter().filter(beside).filter(|plan| plan.accepted() > 0)).collect()
}

/// Whether the plans that count have seen all that they were given.
pub(super) fn saw_all(tried: &[Tried]) -> bool {
    counted(tried).iter().all(|plan| !plan.is_part)
}

/// What the plans made, as measures. `records` and `frames` are those of the members that they were given.
pub(super) fn measures(tried: &[Tried], records: u64, frames: u64) -> Vec<Measure> {
    let mut measures = Vec::new();
    let plans = counted(tried);
    let Some(best) = plans.first().copied() else {
        let note = "no shipped plan makes anything of the sample";
        measures.extend(share(&[(0, records)]).map(|estimate| Measure::new("plan_fit_share", estimate, "share", note)));
        return measures;
    };
    let names: Vec<&str> = plans.iter().map(|plan| plan.plan.name).collect();
    let mut note = names.join(" and ");
    if !best.params.is_empty() {
        let params: Vec<_> = best.params.iter().map(|(name, value)| format!("--set {name}={value}")).collect();
        note = format!("{note}, with {}", params.join(" "));
    }
    // What a bulk run runs, and with which parameters.
    for plan in &plans {
        let params: Vec<_> = plan.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let estimate = super::interval::Estimate::exact(plan.accepted() as f64, plan.all());
        measures.push(Measure::new(&format!("{PLAN}{}", plan.plan.name), estimate, "records", params.join(" ")));
    }
    let rows = || plans.iter().flat_map(|plan| plan.rows.values());
    let shared = |hits: &dyn Fn(&Rows) -> u64| share(&rows().map(|rows| (hits(rows), rows.rows)).collect::<Vec<_>>());
    let refused: BTreeMap<&str, u64> =
        plans.iter().flat_map(|plan| &plan.rejected).fold(BTreeMap::new(), |mut sum, (code, count)| {
            *sum.entry(code.as_str()).or_default() += count;
            sum
        });
    let refused: Vec<_> = refused.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let fit_note = if refused.is_empty() { note.clone() } else { format!("{note}; rejected: {}", refused.join(", ")) };
    let mut add = |name: &str, estimate: Option<super::interval::Estimate>, unit: &str, note: &str| {
        measures.extend(estimate.map(|estimate| Measure::new(name, estimate, unit, note)));
    };
    add("plan_fit_share", shared(&|rows| rows.accepted), "share", &fit_note);
    for (at, name) in ["tier_a_share", "tier_b_share", "tier_c_share"].into_iter().enumerate() {
        add(name, shared(&|rows| rows.tiers.get(at).copied().unwrap_or(0)), "share", &note);
    }
    if best.plan.track == "physical" {
        add("goal_share", shared(&|rows| rows.goals), "share", &format!("{note}: something is put somewhere"));
        let actions: u64 = rows().map(|rows| rows.actions).sum();
        // Of members that it did not come to, it could make nothing.
        let frames = (frames as f64 * best.seen()).round() as u64;
        add(
            "action_valid_share",
            share(&[(actions.min(frames), frames)]),
            "share",
            &format!("{note}: of all frames that the plan was tried on"),
        );
        return measures;
    }
    add("reasoned_share", shared(&|rows| rows.reasoned), "share", &note);
    add("corrected_share", shared(&|rows| rows.corrected), "share", &note);
    let paths: Vec<Sums> = rows()
        .map(|rows| Sums { sum: rows.paths as f64, squares: (rows.paths * rows.paths) as f64, count: rows.accepted })
        .collect();
    add("paths_per_record", mean(&paths), "paths", &note);
    measures
}

/// The records of a member that is no JSON: a table, markup, a workbook. Empty where it cannot be read.
pub(super) async fn records(held: &Held, settings: &Settings) -> Result<Vec<Value>> {
    let location = in_memory(vec![held]).await?;
    let wanted = Wanted { unit_bytes: UNIT_BYTES, ..Wanted::default() };
    let source = OpenSource::open_at("member", location, wanted, settings).await?;
    let (isolation, limits) = (settings.isolation()?, settings.limits);
    let decode = DecodeOptions { format: Format::Auto, isolation, limits, ..DecodeOptions::default() };
    let Ok(schema) = crate::schemas::infer(&source, &decode).await else { return Ok(Vec::new()) };
    let slices = source.inputs.values().map(|input: &Arc<Input>| SliceRequest {
        input: Arc::clone(input),
        range: 0..u64::MAX,
        skip: BTreeMap::new(),
        outcome: Arc::default(),
    });
    let (store, read) = (Arc::clone(&source.store), read_options(4 << 20, limits));
    let Ok(mut reader) = UnitReader::new(store, slices.collect(), schema, decode, read, false) else {
        return Ok(Vec::new());
    };
    let mut records = Vec::new();
    while let Ok(Some(batch)) = reader.next().await {
        let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
        let written = writer.write(&batch).and_then(|()| writer.finish());
        written.map_err(|e| Error::internal("rows as JSON").because(e))?;
        let lines = writer.into_inner();
        let rows = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        records.extend(rows.filter_map(|row| serde_json::from_slice::<Value>(row).ok()).map(|mut row| {
            if let Some(fields) = row.as_object_mut() {
                fields.remove("_src");
            }
            row
        }));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn plans_are_tried_on_members() {
        let text = r#"{"data": [{"doc_id": "1", "doc_title": "나루", "paragraphs": [{"context": "나루 도서관은 1997년에 문을 열었다. 열람석은 모두 101석이고 주차장은 없다.",
            "qas": [{"question_id": "q", "question": "나루 도서관이 문을 연 해는 언제인가?", "answers": {"text": "1997년", "answer_start": 8}},
                    {"question_id": "r", "question": "나루 도서관이 문을 연 해는 언제인가?", "answers": {"text": "1997년", "answer_start": 0}}]}]}]}"#;
        let held = [Held { key: key_of(0, "a/../TL.json", 0), bytes: text.into() }];
        assert_eq!(held[0].key, "00000/a/TL.json");
        let tried = try_all(&held, &Settings::default()).await.unwrap();
        assert_eq!(tried[0].plan.name, "mrc_reasoning");
        let measures = measures(&tried, 1, 0);
        let value = |name: &str| measures.iter().find(|one| one.measure == name).map(|one| one.value);
        assert_eq!(value("plan_fit_share"), Some(0.5));
        assert_eq!(value("reasoned_share"), Some(0.5));
        assert!(value("paths_per_record").unwrap() >= 1.0);
    }
}
