//! Whose run it is: one run id for a run key, one number for each start of it, and one decision about what is committed.
//!
//! The same command may be started many times, also at once. All starts share the run id and take over each other's
//! sealed units, each writes under its own number, and before the commit the first of them says which units' files it
//! will be: every start then commits the same files to every output, so that outputs never come from different starts.

use futures::TryStreamExt;
use jogak_connectors::commit::{
    Created, FileRef, Table, create_once, intent_path, is_given_up, read_checked, read_object, with_checksum,
};
use jogak_connectors::faults::guard;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::prepare::Prepared;
use super::seal::{Seal, below};
use crate::error::{Error, Result};

/// What will be committed under a run key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Intent {
    pub(super) run_id: String,
    attempt: u64,
    /// Checkpoints of the units.
    seals: Vec<String>,
    pub(super) quarantine: Vec<FileRef>,
}

/// Creates an object of the run, or gives what another start put there.
async fn create(prepared: &Prepared, path: &Path, value: &serde_json::Value) -> Result<Created> {
    Ok(create_once(prepared.primary().store(), path, with_checksum(value)?, !prepared.single_writer).await?)
}

fn key_path(prepared: &Prepared, what: &str) -> Result<Path> {
    below(prepared.primary().root(), &format!("_jogak/keys/{}-{what}.json", prepared.run_key))
}

/// Gives the run the id of its first start. A run that `jogak vacuum` gave up is followed by another one of the same key.
async fn name_run(prepared: &mut Prepared) -> Result<()> {
    let mut name = "run".to_owned();
    for number in 1_u64.. {
        let path = key_path(prepared, &name)?;
        let description = json!({
            "run_id": prepared.run_id, "run_key": prepared.run_key, "plan": prepared.plan.header.name,
            "identity": prepared.identity, "parts": prepared.parts, "engine_version": env!("CARGO_PKG_VERSION"),
            "units": prepared.work.units.len(),
        });
        let Created::Theirs(bytes) = create(prepared, &path, &description).await? else { break };
        let found: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let Some(run_id) = found.get("run_id").and_then(|id| id.as_str()) else { return Err(damaged(&path)) };
        prepared.run_id = run_id.to_owned();
        if !was_given_up(prepared).await? {
            break;
        }
        prepared.run_id = Uuid::now_v7().to_string();
        name = format!("{number}-run");
    }
    Ok(())
}

async fn was_given_up(prepared: &Prepared) -> Result<bool> {
    let intent = intent_path(&prepared.run_key, &prepared.run_id);
    let found = read_object(prepared.primary(), &intent).await?;
    Ok(found.is_some_and(|intent| is_given_up(&intent)))
}

/// Ends a run whose files `jogak vacuum` has taken for orphans.
pub(super) async fn refuse_given_up(prepared: &Prepared) -> Result<()> {
    if was_given_up(prepared).await? { Err(given_up()) } else { Ok(()) }
}

fn given_up() -> Error {
    Error::stopped(
        "`jogak vacuum` has given this run up while it was going on, since it had stored nothing for longer than the \
         grace. Nothing was committed; the same command starts it anew",
    )
}

/// Takes over the sealed units of earlier starts of the same run, or describes a new run.
pub(super) async fn adopt(prepared: &mut Prepared) -> Result<()> {
    if guard("run_key") {
        name_run(prepared).await?;
    }
    let table = prepared.primary().clone();
    let folder = below(table.root(), &format!("_jogak/runs/{}", prepared.run_id))?;
    let reading = |e| Error::from(jogak_connectors::error::Error::store(format!("listing '{folder}'"), e));
    let found: Vec<_> = table.store().list(Some(&folder)).try_collect().await.map_err(reading)?;
    let mut attempt = 1;
    for meta in found.iter().filter(|meta| meta.location.as_ref().contains("/ckpt/")) {
        // A checkpoint that is damaged is none: its unit is run again.
        let Some(bytes) = read_checked(table.store(), &meta.location).await? else { continue };
        let Ok(seal) = serde_json::from_slice::<Seal>(&bytes) else { continue };
        attempt = attempt.max(seal.attempt + 1);
        let unit = prepared.work.units.iter().find(|unit| unit.id == seal.unit);
        let fits = |unit| !guard("unit_fingerprint") || prepared.unit_fingerprint(unit) == seal.fingerprint;
        if unit.is_some_and(fits) && files_are_there(prepared, &seal).await? {
            prepared.sealed.insert(seal.unit, seal);
        }
    }
    // No two starts write under the same number.
    let bases: serde_json::Map<_, _> = (prepared.tables.iter())
        .map(|table| (table.name.clone(), json!(table.state.as_ref().map(|state| state.version))))
        .collect();
    let nonce = json!({ "start": Uuid::new_v4().to_string(), "run_key": prepared.run_key, "bases": bases });
    loop {
        let path = below(&folder, &format!("starts/{attempt}.json"))?;
        if !guard("start_number") || create(prepared, &path, &nonce).await? == Created::Ours {
            prepared.attempt = attempt;
            return Ok(());
        }
        attempt += 1;
    }
}

/// Says which units' files will be committed, or learns it from the start that said so first. `seals` are those of this
/// start, `quarantine` its files.
pub(super) async fn decide(
    prepared: &Prepared,
    seals: Vec<Seal>,
    quarantine: Vec<FileRef>,
) -> Result<(Intent, Vec<Seal>)> {
    let paths = seals.iter().map(|seal| seal.path(&prepared.run_id)).collect();
    let (run_id, attempt) = (prepared.run_id.clone(), prepared.attempt);
    let ours = Intent { run_id, attempt, seals: paths, quarantine };
    if !guard("intent") {
        return Ok((ours, seals));
    }
    let path = below(prepared.primary().root(), &intent_path(&prepared.run_key, &prepared.run_id))?;
    let value = serde_json::to_value(&ours).map_err(|e| Error::internal("encoding an intent").because(e))?;
    let Created::Theirs(bytes) = create(prepared, &path, &value).await? else { return Ok((ours, seals)) };
    if is_given_up(&bytes) {
        return Err(given_up());
    }
    let theirs: Intent = serde_json::from_slice(&bytes).map_err(|e| damaged(&path).because(e))?;
    let store = prepared.primary().store();
    let mut seals = Vec::new();
    for checkpoint in &theirs.seals {
        let place = below(prepared.primary().root(), checkpoint)?;
        let bytes = read_checked(store, &place).await?.ok_or_else(|| damaged(&place))?;
        let seal: Seal = serde_json::from_slice(&bytes).map_err(|e| damaged(&place).because(e))?;
        if !files_are_there(prepared, &seal).await? {
            return Err(Error::stopped(format!(
                "an earlier start of this run meant to commit files that are no longer there, those of '{place}', and may \
                 have committed them to some of its outputs; make the tables anew with --full-refresh"
            )));
        }
        seals.push(seal);
    }
    Ok((theirs, seals))
}

fn damaged(path: &Path) -> Error {
    Error::stopped(format!("'{path}' is damaged; remove it and run the same command again"))
}

/// A seal counts only while the files that it names are there in full.
async fn files_are_there(prepared: &Prepared, seal: &Seal) -> Result<bool> {
    if !guard("seal_files") {
        return Ok(true);
    }
    for output in &seal.outputs {
        let Some(table) = prepared.tables.iter().find(|table| table.name == output.name) else { return Ok(false) };
        for shard in &output.shards {
            if !is_there(&table.table, &shard.path, Some(shard.bytes)).await? {
                return Ok(false);
            }
        }
    }
    match &seal.quarantine {
        Some(file) => is_there(prepared.primary(), &file.path, None).await,
        None => Ok(true),
    }
}

async fn is_there(table: &Table, path: &str, bytes: Option<u64>) -> Result<bool> {
    let path = below(table.root(), path)?;
    match table.store().head(&path).await {
        Ok(meta) => Ok(bytes.is_none_or(|bytes| bytes == meta.size)),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(jogak_connectors::error::Error::store(format!("looking for '{path}'"), error).into()),
    }
}
