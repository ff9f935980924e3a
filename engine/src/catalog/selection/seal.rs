//! Sealing a selection with all that it depends on, and deriving it again from the seal alone.
//!
//! A seal holds the options, the plan that scored with its parameters, and the rows of every table that the plan, the
//! costs, the links and the judgements come from. Verifying reads nothing but the seal: it scores, solves and analyses
//! anew and compares all of it exactly. Of a catalogue too large for that, the tables that judge are sealed whole, and of
//! the others the rows of the candidates, with their scores; these are then taken as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::catalog::{MemTable, MemorySchemaProvider, SchemaProvider};
use datafusion::prelude::SessionContext;
use jogak_connectors::commit::{Created, create_once};
use object_store::ObjectStoreExt;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::super::schema::{Kind, Rows, TableSpec, Value, table};
use super::super::session::{json_rows, quoted};
use super::super::{Catalog, SCHEMA, score};
use super::case::Scoring;
use super::output::file_name;
use super::{Options, Outcome, explained, options, reckon, results, scoring, software};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::offline::bind_plan;
use crate::run::below;
use crate::select::freeze::{Seal, Verification, hash, part};

/// Rows of `files` and of `datasets` that a seal holds. Beyond them the scores themselves are sealed, and not derived
/// again.
const MOST_FILES: u64 = 200_000;
const MOST_SETS: u64 = 20_000;
/// Tables that grow with the number of sets, and the column that names the set.
const LARGE: [(&str, &str); 8] = [
    ("datasets", "id"),
    ("files", "dataset_id"),
    ("locations", "dataset_id"),
    ("schemas", "dataset_id"),
    ("profiles", "dataset_id"),
    ("scores", "dataset_id"),
    ("score_parts", "dataset_id"),
    ("placements", "dataset_id"),
];
/// Tables that a case is made of, whatever the plan reads.
const READ_BY_CASE: [&str; 6] = ["criteria", "links", "costs", "datasets", "judgments", "conditions"];

/// A sealed selection.
#[derive(Debug, Clone, Serialize)]
pub struct Frozen {
    /// Its name.
    pub name: String,
    /// Hash of the seal.
    pub sha256: String,
    /// Where it lies.
    pub place: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Whether the same seal was there already.
    pub was_there: bool,
}

/// What a verification found.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    /// The comparison.
    pub verification: Verification,
    /// Whether the scores were derived again too; not where the seal holds them because there are too many files.
    pub rescored: bool,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
}

/// Seals the selection of that name below the catalogue's place, and copies the seal to `to`.
///
/// # Errors
/// When there is no such selection, the catalogue has changed since it was made, another seal has the name, or the store
/// fails.
pub async fn freeze(
    catalog: &Catalog,
    name: &str,
    to: Option<&Path>,
    program: Option<&Path>,
    korean: bool,
) -> Result<Frozen> {
    let options = options(catalog, name).await?;
    if score::is_old(catalog).await? {
        return Err(Error::failed(
            "the catalogue has changed since it was scored; run jogak catalog score and jogak catalog select again",
        ));
    }
    let context = catalog.hash_session(None)?;
    let scoring = scoring(catalog).await?;
    let plan = plan_that_scored(catalog).await?;
    let (outcome, _) = reckon(&context, &options, scoring, korean).await?;
    let stored = format!(
        "SELECT track, dataset_id FROM catalog.selections WHERE name = {} ORDER BY track, position",
        quoted(name)
    );
    let stored: Vec<(String, String)> = (json_rows(&context, &stored).await?.iter())
        .map(|row| {
            (
                row["track"].as_str().unwrap_or_default().to_owned(),
                row["dataset_id"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let tracks = crate::select::Track::ALL;
    let chosen: Vec<(String, String)> = (tracks.iter())
        .flat_map(|track| outcome.selection.of(*track).map(|pick| (track.name().to_owned(), pick.id.clone())))
        .collect();
    if stored != chosen {
        return Err(Error::failed(format!(
            "what is stored as '{name}' is not what its options choose from the catalogue as it is now; run jogak catalog select again"
        )));
    }
    let tables = tables(catalog, &context, &outcome).await?;
    let sealed = serde_json::to_value(&options).map_err(|e| Error::internal("encoding the options").because(e))?;
    let inputs = BTreeMap::from([
        ("options".to_owned(), sealed),
        ("optimism".to_owned(), json!(scoring.optimism)),
        ("plan".to_owned(), plan),
        ("tables".to_owned(), Json::Object(tables)),
    ]);
    let results = results(&outcome).map_err(|error| explained(error, korean))?;
    let seal = Seal::new(name, software(program), inputs, results).map_err(|error| explained(error, korean))?;
    let bytes = Bytes::from(seal.to_bytes().map_err(|error| explained(error, korean))?);
    let (store, path) = place(catalog, name)?;
    let was_there = match create_once(&store, &path, bytes.clone(), true).await? {
        Created::Ours => false,
        Created::Theirs(found) => {
            let same =
                Seal::parse(&found).is_ok_and(|found| found.inputs == seal.inputs && found.results == seal.results);
            if !same {
                return Err(Error::failed(format!(
                    "a selection is sealed as '{name}' already, and it is another one; select under another name"
                )));
            }
            true
        }
    };
    if let Some(to) = to {
        std::fs::write(to, &bytes)
            .map_err(|e| Error::stopped(format!("'{}' cannot be written", to.display())).because(e))?;
    }
    Ok(Frozen {
        name: name.to_owned(),
        sha256: seal.sha256.clone(),
        place: to.map_or_else(
            || format!("{}/seals/{}", catalog.url(), path.filename().unwrap_or_default()),
            |to| to.display().to_string(),
        ),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        was_there,
    })
}

/// The seal's place below the catalogue's.
fn place(catalog: &Catalog, name: &str) -> Result<(Arc<dyn object_store::ObjectStore>, object_store::path::Path)> {
    // Any table's store is the catalogue's.
    let table = crate::tables::table_below(catalog.url(), &["seals"], &catalog.stores)?;
    Ok((Arc::clone(table.store()), below(table.root(), &format!("{}.json", file_name(name)))?))
}

/// The bytes of a seal; none where there is none.
async fn read(store: &Arc<dyn object_store::ObjectStore>, path: &object_store::path::Path) -> Result<Option<Bytes>> {
    let failed = |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{path}'"), e));
    match store.get(path).await {
        Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// The hash of the seal under that name, where it holds this very case and selection.
pub(super) async fn of(catalog: &Catalog, name: &str, outcome: &Outcome) -> Result<Option<String>> {
    let (store, path) = place(catalog, name)?;
    let Some(bytes) = read(&store, &path).await? else { return Ok(None) };
    // What is wrong with a seal is said by those who verify it.
    let Ok(seal) = Seal::parse(&bytes) else { return Ok(None) };
    let failed = |error: crate::select::Error| Error::failed(error.to_string());
    let derived =
        [("case", part(&outcome.case).map_err(failed)?), ("selection", part(&outcome.selection).map_err(failed)?)];
    let same =
        |(key, content): &(&str, Json)| seal.results.get(*key).is_some_and(|sealed| sealed.sha256 == hash(content));
    Ok(derived.iter().all(same).then_some(seal.sha256))
}

/// The plan that scored, with its parameters: the very text that the stored scores come from.
async fn plan_that_scored(catalog: &Catalog) -> Result<Json> {
    let details = catalog.details("scores").await?.unwrap_or_default();
    let path = details["path"].as_str().unwrap_or(score::PLAN_PATH);
    let text = details["text"].as_str().unwrap_or(score::PLAN);
    let again = || {
        Error::failed(
            "the scores were made by another plan than this program has; run jogak catalog score and jogak catalog select again",
        )
    };
    // A shipped plan is not stored with the scores: a newer program may have another one of the same name.
    let bound = bind_plan(path, text, &params_of(&details)).map_err(|e| again().because(e))?;
    if details["identity"].as_str().is_some_and(|identity| identity != bound.identity) {
        return Err(again());
    }
    Ok(json!({ "path": path, "text": text, "params": details["params"], "identity": bound.identity }))
}

/// Parameters of a plan as of `--set`.
fn params_of(plan: &Json) -> BTreeMap<String, String> {
    let params = plan["params"].as_object().cloned().unwrap_or_default();
    let text = |value: Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    params.into_iter().map(|(name, value)| (name, text(value))).collect()
}

async fn count(context: &SessionContext, rows: &str) -> Result<u64> {
    let counted = json_rows(context, &format!("SELECT count(*) AS n FROM {rows}")).await?;
    Ok(counted.first().and_then(|row| row["n"].as_u64()).unwrap_or_default())
}

/// The rows of every table that the result depends on.
async fn tables(catalog: &Catalog, context: &SessionContext, outcome: &Outcome) -> Result<Map<String, Json>> {
    let details = catalog.details("scores").await?.unwrap_or_default();
    let read = details.get("inputs").and_then(Json::as_object).cloned().unwrap_or_default();
    let is_small =
        count(context, "catalog.files").await? <= MOST_FILES && count(context, "catalog.datasets").await? <= MOST_SETS;
    let mut names: BTreeSet<&str> = read.keys().map(String::as_str).chain(READ_BY_CASE).collect();
    if !is_small {
        names.extend(["scores", "score_parts", "placements"]);
    }
    let ids: Vec<String> = outcome.case.candidates.iter().map(|candidate| quoted(&candidate.id)).collect();
    let mut tables = Map::new();
    for name in names {
        let spec = table(name)?;
        let large = LARGE.iter().find(|(table, _)| *table == name).filter(|_| !is_small);
        let rows = match large {
            Some((table, column)) => {
                format!("(SELECT * FROM catalog.{table} WHERE \"{column}\" IN ({}))", ids.join(", "))
            }
            None => format!("catalog.{name}"),
        };
        // Nothing is derived from files where the scores are sealed; they are there to be looked at.
        if large.is_some() && name == "files" && count(context, &rows).await? > MOST_FILES {
            continue;
        }
        let columns: Vec<&str> = spec.columns.iter().map(|(column, _)| *column).collect();
        // Some names are words of SQL.
        let order = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let rows = json_rows(context, &format!("SELECT * FROM {rows} ORDER BY {order}")).await?;
        // Rows as lists: names once, not a million times.
        let rows: Vec<Json> = rows
            .iter()
            .map(|row| columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().into())
            .collect();
        tables.insert(name.to_owned(), json!({ "columns": columns, "rows": rows }));
    }
    Ok(tables)
}

/// Derives a sealed selection again, from the seal alone: a file, or the name of one below the catalogue's place.
///
/// # Errors
/// When there is no such seal, it was altered, or what it holds cannot be reckoned with. A result that differs is no error.
pub async fn verify(catalog: &Catalog, seal: &str, program: Option<&Path>, korean: bool) -> Result<Verified> {
    let started = Started::now();
    let bytes = match std::fs::read(seal) {
        Ok(bytes) => Bytes::from(bytes),
        Err(_) => {
            let (store, path) = place(catalog, seal)?;
            read(&store, &path).await?.ok_or_else(|| {
                let url = catalog.url();
                Error::invalid(format!("there is no file '{seal}', and no seal of that name in '{url}/seals'"))
            })?
        }
    };
    let failed = |error: crate::select::Error| Error::failed(error.to_string());
    let seal = Seal::parse(&bytes).map_err(failed)?;
    let options: Options = seal.input("options").map_err(failed)?;
    let optimism: f64 = seal.input("optimism").map_err(failed)?;
    let tables: BTreeMap<String, Json> = seal.input("tables").map_err(failed)?;
    let plan: Json = seal.input("plan").map_err(failed)?;
    let (context, schema) = sealed_session(catalog, &tables)?;
    let rescored = !tables.contains_key("scores");
    if rescored {
        rescore(&context, &schema, &plan).await?;
    }
    let scoring = Scoring { optimism, ..Scoring::of(plan.get("params")) };
    let (outcome, _) = reckon(&context, &options, scoring, korean).await?;
    let derived = results(&outcome).map_err(failed)?;
    let verification = seal.verify(&software(program), |_| Ok(derived)).map_err(failed)?;
    Ok(Verified { verification, rescored, elapsed_seconds: started.elapsed().as_secs_f64() })
}

/// A session whose schema `catalog` holds the sealed rows, and nothing where none are sealed.
fn sealed_session(
    catalog: &Catalog,
    tables: &BTreeMap<String, Json>,
) -> Result<(SessionContext, Arc<MemorySchemaProvider>)> {
    let context = catalog.hash_session(None)?;
    let schema = Arc::new(MemorySchemaProvider::new());
    for spec in super::super::schema::TABLES {
        let mut rows = Rows::new(spec);
        if let Some(sealed) = tables.get(spec.name) {
            fill(&mut rows, spec, sealed)?;
        }
        let batch = rows.take()?;
        schema.register_table(spec.name.to_owned(), Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
    }
    let schemas =
        context.catalog("datafusion").ok_or_else(|| Error::internal("the session has no catalogue of schemas"))?;
    schemas.register_schema(SCHEMA, Arc::clone(&schema) as Arc<dyn SchemaProvider>)?;
    Ok((context, schema))
}

fn fill(rows: &mut Rows, spec: &TableSpec, sealed: &Json) -> Result<()> {
    let damaged = || Error::failed(format!("the sealed rows of '{}' are no rows of this table", spec.name));
    let columns: Vec<&str> =
        sealed["columns"].as_array().ok_or_else(damaged)?.iter().filter_map(Json::as_str).collect();
    let places: Vec<Option<usize>> =
        spec.columns.iter().map(|(name, _)| columns.iter().position(|column| column == name)).collect();
    for row in sealed["rows"].as_array().ok_or_else(damaged)? {
        let cell = |place: &Option<usize>| place.and_then(|place| row.get(place)).unwrap_or(&Json::Null);
        let values = spec.columns.iter().zip(&places).map(|((_, kind), place)| match (kind, cell(place)) {
            (_, Json::Null) => Some(Value::Null),
            (Kind::Text, Json::String(text)) => Some(Value::Text(text)),
            (Kind::Int, number) => number.as_i64().map(Value::Int),
            (Kind::Float, number) => number.as_f64().map(Value::Float),
            (Kind::Bool, Json::Bool(truth)) => Some(Value::Bool(*truth)),
            _ => None,
        });
        rows.push(&values.collect::<Option<Vec<_>>>().ok_or_else(damaged)?)?;
    }
    Ok(())
}

/// Scores the sealed tables with the sealed plan.
async fn rescore(context: &SessionContext, schema: &MemorySchemaProvider, plan: &Json) -> Result<()> {
    let text = plan["text"].as_str().unwrap_or_default();
    let path = plan["path"].as_str().unwrap_or(score::PLAN_PATH);
    let bound = bind_plan(path, text, &params_of(plan))?;
    let _shared = score::register(context, &bound).await?;
    for (name, _) in &bound.header.outputs {
        let spec = table(name)?;
        let frame = context.table(name.as_str()).await?;
        let mut batches = Vec::new();
        for batch in frame.collect().await? {
            batches.push(super::super::store::fitted(spec, &spec.schema(), &batch)?);
        }
        schema.deregister_table(name)?;
        schema.register_table(name.clone(), Arc::new(MemTable::try_new(spec.schema(), vec![batches])?))?;
    }
    Ok(())
}
