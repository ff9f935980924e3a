//! Sealing a selection with all that it depends on, and deriving it again from the seal alone.
//!
//! A seal holds the options, the plan that scored with its parameters, and the rows of every table that the plan, the
//! costs, the links and the judgements come from. Verifying reads nothing but the seal: it scores, solves and analyses
//! anew and compares all of it exactly.

use std::collections::BTreeMap;
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
use super::{Options, explained, optimism, options, reckon, results, software};
use crate::clock::Started;
use crate::error::{Error, Result};
use crate::run::below;
use crate::select::freeze::{Seal, Verification};

/// Rows of `files` that a seal holds. Beyond them the scores themselves are sealed, and not derived again.
const MOST_FILES: u64 = 200_000;

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
    let optimism = optimism(catalog).await?;
    let (outcome, _) = reckon(&context, &options, optimism, korean).await?;
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
    let inputs = inputs(catalog, &context, &options, optimism).await?;
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
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' }).collect();
    Ok((Arc::clone(table.store()), below(table.root(), &format!("{safe}.json"))?))
}

/// Everything that the result depends on.
async fn inputs(
    catalog: &Catalog,
    context: &SessionContext,
    options: &Options,
    optimism: f64,
) -> Result<BTreeMap<String, Json>> {
    let details = catalog.details("scores").await?.unwrap_or_default();
    let read = details.get("inputs").and_then(Json::as_object).cloned().unwrap_or_default();
    let files = json_rows(context, "SELECT count(*) AS n FROM catalog.files").await?;
    let is_small = files.first().and_then(|row| row["n"].as_u64()).unwrap_or_default() <= MOST_FILES;
    let mut names: Vec<&str> = if is_small {
        read.keys().map(String::as_str).collect()
    } else {
        vec!["datasets", "scores", "score_parts", "placements", "judgments", "criteria"]
    };
    names.extend(["criteria", "links", "costs", "datasets", "judgments"]);
    names.sort_unstable();
    names.dedup();
    let mut tables = Map::new();
    for name in names {
        let spec = table(name)?;
        let columns: Vec<&str> = spec.columns.iter().map(|(column, _)| *column).collect();
        // Some names are words of SQL.
        let order = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let rows = json_rows(context, &format!("SELECT * FROM catalog.{name} ORDER BY {order}")).await?;
        // Rows as lists: names once, not a million times.
        let rows: Vec<Json> = rows
            .iter()
            .map(|row| columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().into())
            .collect();
        tables.insert(name.to_owned(), json!({ "columns": columns, "rows": rows }));
    }
    let plan = json!({
        "path": details.get("path"),
        "text": details.get("text").and_then(Json::as_str).unwrap_or(score::PLAN),
        "params": details.get("params"),
    });
    let options = serde_json::to_value(options).map_err(|e| Error::internal("encoding the options").because(e))?;
    Ok(BTreeMap::from([
        ("options".to_owned(), options),
        ("optimism".to_owned(), json!(optimism)),
        ("plan".to_owned(), plan),
        ("tables".to_owned(), Json::Object(tables)),
    ]))
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
            match store.get(&path).await {
                Ok(found) => {
                    let reading =
                        |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{path}'"), e));
                    found.bytes().await.map_err(reading)?
                }
                Err(_) => {
                    return Err(Error::invalid(format!(
                        "there is no file '{seal}', and no seal of that name in '{}/seals'",
                        catalog.url()
                    )));
                }
            }
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
    let (outcome, _) = reckon(&context, &options, optimism, korean).await?;
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
    let params = plan["params"].as_object().cloned().unwrap_or_default();
    let params = params.into_iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name, value)
    });
    let path = plan["path"].as_str().unwrap_or(score::PLAN_PATH);
    let bound = score::register(context, path, text, &params.collect()).await?;
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
