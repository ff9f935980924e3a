//! What a run needs before its first unit: the plan checked and planned, the inputs listed, the tables looked at, and
//! what there is to do. Nothing is written here but the run's own description.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;
use jogak_connectors::archive::Unit;
use jogak_connectors::commit::{LedgerRow, Table, TableState, read_ledger};
use jogak_connectors::damage::DamageLog;
use jogak_connectors::faults::guard;
use jogak_connectors::sink::ShardLimits;
use jogak_plans::{BoundPlan, Plan, RecordWise};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::RunRequest;
use super::claim;
use super::seal::Seal;
use super::work::{Listed, UnitPlan, Work, compare};
use crate::error::{Error, Result};
use crate::feed::fed_table;
use crate::inputs::{OpenSource, decode_options, hex16, read_options, unusable_keys, wanted};
use crate::memory::{MemoryPlan, default_memory};
use crate::output::OutputSpec;
use crate::scan::{ScanShared, UnitTable};
use crate::schemas::{decode_schema, encode_schema, grouped_table_schema};
use crate::session;
use crate::settings::Settings;
use crate::sides::UnitsOnTheRight;

/// An output's table.
pub(crate) struct OutputTable {
    pub(crate) name: String,
    pub(crate) table: Table,
    pub(crate) state: Option<TableState>,
}

/// An output whose plan reads sources.
pub(crate) struct RootOutput {
    pub(crate) spec: Arc<OutputSpec>,
    pub(crate) physical: Arc<dyn ExecutionPlan>,
    /// Outputs that read only this one, each with its plan over fed rows.
    pub(crate) derived: Vec<(Arc<OutputSpec>, Arc<dyn ExecutionPlan>)>,
    /// The sessions in which all these are computed.
    pub(crate) contexts: Vec<SessionContext>,
}

/// A source as the run reads it.
pub(crate) struct SourceScan {
    pub(crate) name: String,
    pub(crate) shared: Arc<ScanShared>,
}

/// Everything that units need.
pub(crate) struct Prepared {
    pub(crate) run_id: String,
    pub(crate) run_key: String,
    pub(crate) attempt: u64,
    /// Nobody else writes these tables.
    pub(crate) single_writer: bool,
    pub(crate) plan: BoundPlan,
    pub(crate) identity: String,
    pub(crate) parts: serde_json::Value,
    pub(crate) memory: MemoryPlan,
    pub(crate) context: SessionContext,
    pub(crate) work: Work,
    pub(crate) scans: Vec<SourceScan>,
    pub(crate) sources: Vec<OpenSource>,
    pub(crate) roots: Vec<RootOutput>,
    /// In the order of the header; the first holds the run's side files.
    pub(crate) tables: Vec<OutputTable>,
    /// None: unit by unit. Some: why the plan runs as a whole.
    pub(crate) whole: Option<Vec<String>>,
    pub(crate) sealed: BTreeMap<i64, Seal>,
    /// What the listing alone shows to be of no use, in objects that this run reads.
    pub(crate) listing_damage: Vec<ListingDamage>,
}

/// What the listing alone shows to be of no use in one object.
pub(crate) struct ListingDamage {
    pub(crate) source: String,
    pub(crate) object: String,
    /// `archive` or `member`.
    pub(crate) grain: &'static str,
    pub(crate) damage: Arc<DamageLog>,
}

impl Prepared {
    /// The table that holds checkpoints, quarantine and the run's description.
    pub(crate) fn primary(&self) -> &Table {
        &self.tables[0].table
    }

    /// Is there nothing to do? What cannot be used has to be reported too, also where it is all that there is.
    pub(crate) fn is_idle(&self) -> bool {
        self.work.units.is_empty()
            && self.work.remove.is_empty()
            && self.work.strays == 0
            && self.listing_damage.is_empty()
    }

    /// Digest of what a unit is to read.
    pub(crate) fn unit_fingerprint(&self, unit: &UnitPlan) -> String {
        hex16(&Sha256::digest(format!("{} {:?}", self.run_key, unit.unit).as_bytes()))
    }
}

pub(crate) async fn prepare(request: &RunRequest, settings: &Settings) -> Result<Prepared> {
    let plan = bind(request)?;
    let tables = open_tables(request, settings, &plan).await?;
    if !request.full_refresh && guard("foreign_files") {
        refuse_foreign_files(&tables).await?;
    }
    let facts = tables[0].state.as_ref().and_then(|state| state.facts.clone());
    let limits = limits_of(&plan);
    let memory = MemoryPlan::new(
        request.memory.unwrap_or_else(default_memory),
        request.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        (
            plan.header.outputs.len(),
            plan.header.outputs.iter().filter(|(_, output)| !output.partition.is_empty()).count(),
        ),
        &limits,
    )?;

    let mut sources = Vec::new();
    for (name, source) in plan.header.sources.iter().filter(|(_, source)| source.table.is_none()) {
        let url = request
            .sources
            .get(name)
            .ok_or_else(|| Error::invalid(format!("source '{name}' has no place; add --source {name}=URL")))?;
        sources.push(OpenSource::open(name, url, wanted(source, settings.unit_bytes()?), settings).await?);
    }
    if let Some(unknown) = request.sources.keys().find(|name| plan.header.source(name).is_none()) {
        let names: Vec<_> = plan.header.sources.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Error::invalid(format!("the plan has no source '{unknown}'; it has {}", names.join(", "))));
    }

    refuse_shared_keys(&sources)?;
    let schemas = pinned_schemas(&plan, &sources, facts.as_ref().map(|facts| &facts.plan_parts), settings).await?;
    let side_versions = side_versions(request, &plan, settings).await?;
    let (identity, parts) = identity(&plan, &schemas, side_versions);
    let made = tables.iter().filter_map(|table| Some((table, table.state.as_ref()?.facts.as_ref()?)));
    if let Some((table, facts)) = made.filter(|_| !request.full_refresh).find(|(_, f)| f.plan_identity != identity) {
        return Err(Error::invalid(format!(
            "'{}' was made by another state of this plan: {}. Versions never mix: choose another --out, or make the table \
             anew with --full-refresh",
            table.table.url(),
            differences(&facts.plan_parts, &parts)
        )));
    }

    let context = session::context(&memory)?;
    let units = sources.iter().map(|source| source.name.clone()).collect();
    context.add_optimizer_rule(Arc::new(UnitsOnTheRight { units }));
    let mut scans = Vec::new();
    for source in &sources {
        let header = plan.header.source(&source.name).ok_or_else(|| Error::internal("a source without its header"))?;
        let decode = decode_options(&source.name, header, dataset_id(request, &source.name), settings)?;
        let skip = header.on_damage == jogak_plans::header::OnDamage::SkipMember;
        let inputs = source.inputs.iter().map(|(key, input)| (key.clone(), Arc::clone(input))).collect();
        let schema = Arc::clone(&schemas[&source.name]);
        let read = read_options(memory.read_ahead, settings.limits);
        let shared = ScanShared::new(inputs, schema, decode, read, skip);
        scans.push(SourceScan { name: source.name.clone(), shared: Arc::new(shared) });
    }
    let mut side: SideTables = Vec::new();
    for (name, source) in plan.header.sources.iter().filter(|(_, source)| source.table.is_some()) {
        let url = request.sources.get(name).ok_or_else(|| {
            let table = source.table.as_deref().unwrap_or_default();
            Error::invalid(format!(
                "source '{name}' reads the table '{table}'; say where it lies with --source {name}=URL"
            ))
        })?;
        let provider = crate::query::side_table_at(&context, name, url, settings).await?;
        side.push((name.clone(), provider));
    }
    register_side(&context, &side)?;

    // Planned once with no units to learn the kind of plan, then with the units.
    let whole = kind_of(&plan, &scans, &sources, &schemas, &side, &memory).await?;
    let mut work = find_work(request, &tables, &sources, whole.is_some(), settings).await?;
    let units: Vec<Unit> = work.units.iter().map(|unit| unit.unit.clone()).collect();
    register_scans(&context, &plan, &scans, &sources, &schemas, &units, whole.is_some())?;
    jogak_plans::register_views(&context, &plan)
        .await
        .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
    let roots = plan_outputs(&context, &memory, &plan, &side, &limits, units.len(), whole.is_some()).await?;
    if whole.is_some() || roots.len() > 1 {
        scans.iter().for_each(|scan| scan.shared.decode_all());
    }

    let ledger = facts.as_ref().map(|facts| facts.ledger.sha256.as_str());
    let version = tables[0].state.as_ref().map(|state| state.version);
    let run_key = run_key(&identity, &work, &sources, (version, ledger), request, settings);
    let read_keys: BTreeSet<&str> =
        work.units.iter().flat_map(|unit| &unit.unit.slices).map(|slice| slice.object.as_str()).collect();
    let mut listing_damage = Vec::new();
    let known: BTreeMap<&str, &str> =
        work.keep.iter().map(|row| (row.object.as_str(), row.fingerprint.as_str())).collect();
    for source in &sources {
        for (key, (print, damage)) in &source.unusable {
            if known.get(key.as_str()) != Some(&print.as_str()) {
                let mut log = DamageLog::new(&settings.limits);
                log.push(damage.clone())?;
                let (source, object) = (source.name.clone(), key.clone());
                listing_damage.push(ListingDamage { source, object, grain: "archive", damage: Arc::new(log) });
            }
        }
        for (key, damaged) in &source.damaged_members {
            // An archive whose selected members are all damaged is cut into no unit, and is reported all the same.
            let is_read = read_keys.contains(key.as_str()) || !known.contains_key(key.as_str());
            if is_read {
                let (source, object, damage) = (source.name.clone(), key.clone(), Arc::clone(damaged));
                listing_damage.push(ListingDamage { source, object, grain: "member", damage });
            }
        }
    }
    work.units.sort_by_key(|unit| unit.id);
    let mut prepared = Prepared {
        run_id: Uuid::now_v7().to_string(),
        run_key,
        attempt: 1,
        single_writer: request.single_writer,
        plan,
        identity,
        parts,
        memory,
        context,
        work,
        scans,
        sources,
        roots,
        tables,
        whole,
        sealed: BTreeMap::new(),
        listing_damage,
    };
    if !request.dry_run && !prepared.is_idle() {
        if !request.single_writer && guard("probe") {
            crate::tables::probe(prepared.primary()).await?;
        }
        claim::adopt(&mut prepared).await?;
    }
    Ok(prepared)
}

/// Parses and binds the plan; all its errors at once.
fn bind(request: &RunRequest) -> Result<BoundPlan> {
    let (plan, problems) = Plan::parse(&request.plan_path, &request.plan_text);
    let file = jogak_plans::SourceFile::new(&request.plan_path, &request.plan_text);
    let fatal = problems.iter().any(|problem| problem.severity == jogak_plans::Severity::Error);
    match plan {
        Some(plan) if !fatal => plan.bind(&request.params).map_err(|list| Error::plan(file, list)),
        _ => Err(Error::plan(file, problems)),
    }
}

/// How the shards of a plan are cut.
pub(crate) fn limits_of(plan: &BoundPlan) -> ShardLimits {
    let target = plan.header.outputs.iter().filter_map(|(_, output)| output.target_size).max();
    let defaults = ShardLimits::default();
    ShardLimits { target_bytes: target.unwrap_or(defaults.target_bytes), ..defaults }
}

async fn open_tables(request: &RunRequest, settings: &Settings, plan: &BoundPlan) -> Result<Vec<OutputTable>> {
    let mut tables = Vec::new();
    for (name, _) in &plan.header.outputs {
        let table = crate::tables::table_below(&request.out, &[&plan.header.name, name], &settings.stores)?;
        let state = table.load(None).await?;
        tables.push(OutputTable { name: name.clone(), table, state });
    }
    if tables.is_empty() {
        return Err(Error::invalid(format!("plan '{}' has no outputs", plan.header.name)));
    }
    Ok(tables)
}

/// Refuses tables that something else than a run has changed: what their ledger does not name would be taken for the
/// files of changed inputs, and leave.
async fn refuse_foreign_files(tables: &[OutputTable]) -> Result<()> {
    for OutputTable { name, table, state } in tables {
        let Some(state) = state else { continue };
        let mut known = BTreeSet::new();
        if let Some(facts) = &state.facts {
            for row in read_ledger(table.store(), table.root(), &facts.ledger).await? {
                known.extend(row.files()?.into_iter().filter(|file| file.output == *name).map(|file| file.shard.path));
            }
        }
        let live: BTreeSet<String> = state.files.iter().map(|file| file.path.clone()).collect();
        if live != known {
            return Err(Error::invalid(format!(
                "'{}' was changed by something else than jogak: {} of its files are in no ledger of a run, and {} that a \
                 run wrote are gone from version {}. A run would lose or double their rows: make the table anew with \
                 --full-refresh, or choose another --out",
                table.url(),
                live.difference(&known).count(),
                known.difference(&live).count(),
                state.version
            )));
        }
    }
    Ok(())
}

/// Slices name objects by key alone, so no two sources may have the same one.
fn refuse_shared_keys(sources: &[OpenSource]) -> Result<()> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        for key in source.inputs.keys().chain(source.unusable.keys()) {
            if let Some(other) = seen.insert(key, &source.name) {
                return Err(Error::invalid(format!(
                    "sources '{other}' and '{}' both have an object '{key}'; name places above these, so that their keys \
                     differ",
                    source.name
                )));
            }
        }
    }
    Ok(())
}

/// The catalogue's id of a source, where its place names one.
fn dataset_id(request: &RunRequest, source: &str) -> Option<String> {
    request.sources.get(source).filter(|url| url.starts_with("aihub:")).cloned()
}

/// Declared schemas, those that the table was made with, or ones inferred now: a run never infers while it reads.
async fn pinned_schemas(
    plan: &BoundPlan,
    sources: &[OpenSource],
    committed: Option<&serde_json::Value>,
    settings: &Settings,
) -> Result<BTreeMap<String, arrow::datatypes::SchemaRef>> {
    let mut schemas = BTreeMap::new();
    for source in sources {
        let header = plan.header.source(&source.name).ok_or_else(|| Error::internal("a source without its header"))?;
        let pinned = committed.and_then(|parts| parts.get("schemas")?.get(&source.name)?.as_str());
        let schema = match (&header.schema, pinned) {
            (Some(declared), _) => Arc::clone(declared),
            (None, Some(text)) => decode_schema(text)?,
            (None, None) => {
                let decode = decode_options(&source.name, header, None, settings)?;
                crate::schemas::infer(source, &decode).await?
            }
        };
        schemas.insert(source.name.clone(), schema);
    }
    Ok(schemas)
}

/// The versions of the tables that a plan joins to its source: rows depend on them as they do on the plan.
async fn side_versions(
    request: &RunRequest,
    plan: &BoundPlan,
    settings: &Settings,
) -> Result<serde_json::Map<String, serde_json::Value>> {
    let mut versions = serde_json::Map::new();
    for (name, _) in plan.header.sources.iter().filter(|(_, source)| source.table.is_some()) {
        let Some(Ok(table)) = request.sources.get(name).map(|url| crate::tables::table_at(url, &settings.stores))
        else {
            continue;
        };
        versions.insert(name.clone(), json!(table.load(None).await?.map(|state| state.version)));
    }
    Ok(versions)
}

/// What the rows depend on, as one hash and part by part.
fn identity(
    plan: &BoundPlan,
    schemas: &BTreeMap<String, arrow::datatypes::SchemaRef>,
    tables: serde_json::Map<String, serde_json::Value>,
) -> (String, serde_json::Value) {
    let views: serde_json::Map<_, _> = plan
        .views
        .iter()
        .map(|view| (view.name.clone(), json!(hex16(&Sha256::digest(view.query.to_string().as_bytes())))))
        .collect();
    let params: serde_json::Map<_, _> =
        plan.params.iter().map(|(name, value)| (name.clone(), json!(format!("{value}")))).collect();
    let pinned: serde_json::Map<_, _> =
        schemas.iter().map(|(name, schema)| (name.clone(), json!(encode_schema(schema)))).collect();
    let functions = json!(jogak_plans::builder_versions());
    let parts = json!({
        "plan": plan.identity, "views": views, "params": params, "schemas": pinned, "functions": functions,
        "tables": tables,
    });
    (hex16(&Sha256::digest(parts.to_string().as_bytes())), parts)
}

/// Which parts of two identities differ, in words.
fn differences(before: &serde_json::Value, now: &serde_json::Value) -> String {
    let mut changed = Vec::new();
    for (kind, noun) in [
        ("params", "parameter"),
        ("views", "view"),
        ("schemas", "schema of source"),
        ("tables", "version of table"),
        ("functions", "function"),
    ] {
        let empty = serde_json::Map::new();
        let of = |value: &serde_json::Value| value.get(kind).and_then(|v| v.as_object()).cloned();
        let (old, new) = (of(before).unwrap_or_default(), of(now).unwrap_or(empty));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names.into_iter().filter(|name| old.get(*name) != new.get(*name)) {
            let shown = match (kind, old.get(name), new.get(name)) {
                ("params", Some(old), Some(new)) => format!("{noun} '{name}' was {old} and is {new}"),
                (_, None, Some(_)) => format!("{noun} '{name}' is new"),
                (_, Some(_), None) => format!("{noun} '{name}' is gone"),
                _ => format!("{noun} '{name}' changed"),
            };
            changed.push(shown);
        }
    }
    if changed.is_empty() {
        changed.push("its header (sources, outputs or checks) changed".to_owned());
    }
    changed.join("; ")
}

/// Tables that a plan joins to its source, by the name of the source that stands for them.
type SideTables = Vec<(String, Arc<dyn datafusion::catalog::TableProvider>)>;

fn register_side(context: &SessionContext, side: &SideTables) -> Result<()> {
    for (name, provider) in side {
        context.register_table(name.as_str(), Arc::clone(provider))?;
    }
    Ok(())
}

/// The address under which a source's logical objects are registered.
fn store_url(source: &str) -> Result<ObjectStoreUrl> {
    let host: String = source.bytes().map(|byte| format!("{byte:02x}")).collect();
    ObjectStoreUrl::parse(format!("jogak://s{host}")).map_err(|e| Error::internal("the address of a source").because(e))
}

fn register_scans(
    context: &SessionContext,
    plan: &BoundPlan,
    scans: &[SourceScan],
    sources: &[OpenSource],
    schemas: &BTreeMap<String, arrow::datatypes::SchemaRef>,
    units: &[Unit],
    whole: bool,
) -> Result<()> {
    for (scan, source) in scans.iter().zip(sources) {
        let url = store_url(&scan.name)?;
        context.register_object_store(url.as_ref(), Arc::clone(&source.store));
        let grouped = plan.header.source(&scan.name).is_some_and(|s| s.group != jogak_plans::header::Group::None);
        let schema = grouped_table_schema(&schemas[&scan.name], grouped);
        let mine = if whole { vec![only_of(source, units)] } else { units.to_vec() };
        let table = UnitTable::new(schema, Arc::clone(&scan.shared), url, mine);
        context.deregister_table(scan.name.as_str())?;
        context.register_table(scan.name.as_str(), Arc::new(table))?;
    }
    Ok(())
}

/// All slices of a source as one unit, for plans that run as a whole.
fn only_of(source: &OpenSource, units: &[Unit]) -> Unit {
    let slices = units.iter().flat_map(|unit| &unit.slices).filter(|slice| source.inputs.contains_key(&slice.object));
    Unit { slices: slices.cloned().collect() }
}

/// Is the plan record-wise over one source? If not: why.
async fn kind_of(
    plan: &BoundPlan,
    scans: &[SourceScan],
    sources: &[OpenSource],
    schemas: &BTreeMap<String, arrow::datatypes::SchemaRef>,
    side: &SideTables,
    memory: &MemoryPlan,
) -> Result<Option<Vec<String>>> {
    let context = session::context(memory)?;
    register_scans(&context, plan, scans, sources, schemas, &[], true)?;
    register_side(&context, side)?;
    jogak_plans::register_views(&context, plan)
        .await
        .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
    let driving: Vec<&str> = scans.iter().map(|scan| scan.name.as_str()).collect();
    let side_names: Vec<&str> = side.iter().map(|(name, _)| name.as_str()).collect();
    let mut reasons = Vec::new();
    for (name, output) in &plan.header.outputs {
        let logical = context.table(name.as_str()).await?.into_unoptimized_plan();
        if let RecordWise::No { reasons: why } = jogak_plans::classify(&logical, &driving, &side_names) {
            if output.key.is_empty() {
                return Err(Error::invalid(format!(
                    "output '{name}' is not record-wise ({}), so its rows have no order of their own: declare the columns \
                     to sort by as `key` in outputs",
                    why.join("; ")
                )));
            }
            reasons.extend(why.into_iter().map(|why| format!("{name}: {why}")));
        }
    }
    if scans.len() > 1 && reasons.is_empty() {
        reasons.push("the plan reads several sources".to_owned());
    }
    Ok((!reasons.is_empty()).then_some(reasons))
}

async fn find_work(
    request: &RunRequest,
    tables: &[OutputTable],
    sources: &[OpenSource],
    whole: bool,
    settings: &Settings,
) -> Result<Work> {
    let mut ledger = Vec::new();
    let primary = &tables[0];
    if let Some(facts) = primary.state.as_ref().and_then(|state| state.facts.as_ref())
        && !request.full_refresh
    {
        ledger = read_ledger(primary.table.store(), primary.table.root(), &facts.ledger).await?;
    }
    // What a crash between two outputs, or a start that was overtaken, left in one of them only.
    let mut named: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut broken: BTreeSet<i64> = BTreeSet::new();
    for row in &ledger {
        for file in row.files()? {
            let table = tables.iter().find(|table| table.name == file.output);
            let is_live = |path: &str| {
                let files = table.and_then(|table| table.state.as_ref()).map(|state| &state.files);
                files.is_some_and(|files| files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok())
            };
            let Some(table) = table else { continue };
            if !is_live(&file.shard.path) {
                broken.insert(row.unit);
            }
            named.entry(&table.name).or_default().insert(file.shard.path);
        }
    }
    let mut retried = BTreeSet::new();
    if let Some(retry) = &request.retry {
        for row in &ledger {
            if row.is_quarantined(retry.code())? {
                retried.insert(row.unit);
            }
        }
    }
    broken.extend(&retried);
    let strays = |table: &OutputTable| {
        let files = table.state.iter().flat_map(|state| &state.files);
        files.filter(|file| named.get(table.name.as_str()).is_none_or(|named| !named.contains(&file.path))).count()
    };
    let strays = if request.full_refresh { 0 } else { tables.iter().map(strays).sum::<usize>() };
    let next_unit = ledger.iter().map(|row| row.unit + 1).max().unwrap_or(0);
    let target = settings.unit_bytes()?;
    let mut all = Work { strays, retried: retried.len(), ..Work::default() };
    for source in sources {
        let (mine, others): (Vec<LedgerRow>, Vec<LedgerRow>) =
            std::mem::take(&mut ledger).into_iter().partition(|row| row.source == source.name);
        ledger = others;
        let listing: Vec<Listed> =
            source.fingerprints().into_iter().map(|(key, fingerprint)| Listed { key, fingerprint }).collect();
        let (work, to_read) = compare(&listing, &unusable_keys(source), mine, request.prune, &broken)?;
        let mut units = Vec::new();
        for set in &to_read.sets {
            units.extend(source.cut(set, target));
        }
        all.objects.listed += work.objects.listed;
        all.objects.read += work.objects.read;
        all.objects.already_committed += work.objects.already_committed;
        all.objects.failed += work.objects.failed;
        all.objects.vanished += work.objects.vanished;
        all.keep.extend(work.keep);
        all.remove.extend(work.remove);
        all.vanished.extend(work.vanished);
        all.units.extend(units.into_iter().map(|unit| UnitPlan { id: 0, unit }));
    }
    if whole && (!all.units.is_empty() || !all.remove.is_empty()) {
        // A whole is made anew from everything.
        let slices = sources.iter().flat_map(|source| {
            let keys: Vec<_> = source.inputs.keys().cloned().collect();
            source.cut(&keys, u64::MAX).into_iter().flat_map(|unit| unit.slices)
        });
        all.units = vec![UnitPlan { id: 0, unit: Unit { slices: slices.collect() } }];
        all.remove.append(&mut all.keep);
        all.objects.read += all.objects.already_committed;
        all.objects.already_committed = 0;
    }
    for (offset, unit) in all.units.iter_mut().enumerate() {
        unit.id = next_unit + offset as i64;
    }
    Ok(all)
}

/// Plans each output: those that read another output only get its rows, the others read the sources.
async fn plan_outputs(
    context: &SessionContext,
    memory: &MemoryPlan,
    plan: &BoundPlan,
    side: &SideTables,
    limits: &ShardLimits,
    units: usize,
    whole: bool,
) -> Result<Vec<RootOutput>> {
    let parents = parents(context, plan, side).await?;
    let mut roots: Vec<RootOutput> = Vec::new();
    for (name, output) in &plan.header.outputs {
        if parents.contains_key(name.as_str()) {
            continue;
        }
        let mut frame = context.table(name.as_str()).await?;
        if whole {
            let keys = output.key.iter().map(|key| datafusion::prelude::ident(key).sort(true, true)).collect();
            frame = frame.sort(keys)?;
        }
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let physical = frame.create_physical_plan().await?;
        let partitions =
            datafusion::physical_plan::ExecutionPlanProperties::output_partitioning(&physical).partition_count();
        if !whole && units > 0 && partitions != units {
            return Err(Error::internal(format!("'{name}' was planned in {partitions} partitions for {units} units")));
        }
        let spec = OutputSpec::new(context, name, &schema, &plan.header.checks, output.partition.clone(), *limits)?;
        let (mut derived, mut contexts) = (Vec::new(), Vec::new());
        for (child, child_output) in &plan.header.outputs {
            if parents.get(child.as_str()) != Some(&name.as_str()) {
                continue;
            }
            let fed = session::context(memory)?;
            fed.add_optimizer_rule(Arc::new(UnitsOnTheRight { units: vec![name.clone()] }));
            register_side(&fed, side)?;
            fed.register_table(name.as_str(), Arc::new(fed_table(Arc::clone(&schema))?))?;
            let mut reduced = plan.clone();
            reduced.views.retain(|view| leads_to(plan, &view.name, name));
            jogak_plans::register_views(&fed, &reduced)
                .await
                .map_err(|list| Error::plan(plan.source.as_ref().clone(), list))?;
            let frame = fed.table(child.as_str()).await?;
            let child_schema = frame.schema().as_arrow().clone();
            let partition = child_output.partition.clone();
            let spec = OutputSpec::new(&fed, child, &child_schema, &plan.header.checks, partition, *limits)?;
            derived.push((Arc::new(spec), frame.create_physical_plan().await?));
            contexts.push(fed);
        }
        roots.push(RootOutput { spec: Arc::new(spec), physical, derived, contexts });
    }
    Ok(roots)
}

/// The output from whose written rows each output is made, where it reads nothing else and row by row. Of a chain, the
/// first.
async fn parents<'a>(
    context: &SessionContext,
    plan: &'a BoundPlan,
    side: &SideTables,
) -> Result<BTreeMap<&'a str, &'a str>> {
    let names: Vec<&str> = plan.header.outputs.iter().map(|(name, _)| name.as_str()).collect();
    let side: Vec<&str> = side.iter().map(|(name, _)| name.as_str()).collect();
    let sources: Vec<&str> = plan.header.sources.iter().map(|(name, _)| name.as_str()).collect();
    let mut parents = BTreeMap::new();
    for name in &names {
        let logical = context.table(*name).await?.into_unoptimized_plan();
        let by_row = matches!(jogak_plans::classify(&logical, &sources, &side), RecordWise::Yes { .. });
        if let Some(parent) = parent_of(plan, name, &names).filter(|_| by_row) {
            parents.insert(*name, parent);
        }
    }
    let first = |name: &'a str| {
        let mut at = name;
        while let Some(parent) = parents.get(at) {
            at = parent;
        }
        at
    };
    Ok(parents.keys().map(|name| (*name, first(name))).collect())
}

/// The one output that output `name` reads, where it reads nothing else.
fn parent_of<'a>(plan: &BoundPlan, name: &str, outputs: &[&'a str]) -> Option<&'a str> {
    let mut leaves = BTreeSet::new();
    let mut waiting: Vec<&str> = plan.view(name)?.depends_on.iter().map(String::as_str).collect();
    while let Some(next) = waiting.pop() {
        if let Some(output) = outputs.iter().find(|output| **output == next) {
            leaves.insert(*output);
        } else {
            waiting.extend(plan.view(next)?.depends_on.iter().map(String::as_str));
        }
    }
    match leaves.into_iter().collect::<Vec<_>>()[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Does `view` read `target`, directly or through other views?
fn leads_to(plan: &BoundPlan, view: &str, target: &str) -> bool {
    view != target
        && plan
            .view(view)
            .is_some_and(|view| view.depends_on.iter().any(|next| next == target || leads_to(plan, next, target)))
}

/// The same plan over the same state of the same inputs, from the same table version, is the same run. Limits that are not
/// the defaults are part of it, since they decide what is set aside.
fn run_key(
    identity: &str,
    work: &Work,
    sources: &[OpenSource],
    (version, ledger): (Option<u64>, Option<&str>),
    request: &RunRequest,
    settings: &Settings,
) -> String {
    let mut hasher = Sha256::new();
    hasher.update(settings.changed_limits());
    hasher.update(identity);
    hasher.update(env!("CARGO_PKG_VERSION"));
    // A table may come back to a ledger that it had before: what follows is another run all the same.
    hasher.update(format!("{version:?} {}", ledger.unwrap_or("new")));
    hasher.update([u8::from(request.full_refresh)]);
    for unit in &work.units {
        hasher.update(format!("{:?}", unit.unit));
    }
    for row in &work.remove {
        hasher.update(format!("-{} {}", row.unit, row.object));
    }
    for (key, fingerprint) in sources.iter().flat_map(OpenSource::fingerprints) {
        hasher.update(format!("{key} {fingerprint}"));
    }
    hex16(&hasher.finalize())
}
