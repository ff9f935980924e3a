//! Whose run it is: one run id for a run key, one number for each start of it, and one decision about what is committed.
//!
//! The same command may be started many times, also at once. All starts share the run id and take over each other's
//! sealed units, each writes under its own number, and before the commit the first of them says which units' files it
//! will be: every start then commits the same files to every output, so that outputs never come from different starts.

use bytes::Bytes;
use futures::TryStreamExt;
use jogak_connectors::commit::{Created, FileRef, Table, create_once};
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
    let bytes = Bytes::from(value.to_string());
    Ok(create_once(prepared.primary().store(), path, bytes, !prepared.single_writer).await?)
}

fn key_path(prepared: &Prepared, what: &str) -> Result<Path> {
    below(prepared.primary().root(), &format!("_jogak/keys/{}-{what}.json", prepared.run_key))
}

/// Takes over the sealed units of earlier starts of the same run, or describes a new run.
pub(super) async fn adopt(prepared: &mut Prepared) -> Result<()> {
    let description = json!({
        "run_id": prepared.run_id, "run_key": prepared.run_key, "plan": prepared.plan.header.name,
        "identity": prepared.identity, "parts": prepared.parts, "engine_version": env!("CARGO_PKG_VERSION"),
        "units": prepared.work.units.len(),
    });
    if let Created::Theirs(bytes) = create(prepared, &key_path(prepared, "run")?, &description).await? {
        let found: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let Some(run_id) = found.get("run_id").and_then(|id| id.as_str()) else {
            return Err(damaged(&key_path(prepared, "run")?));
        };
        prepared.run_id = run_id.to_owned();
    }
    let table = prepared.primary().clone();
    let folder = below(table.root(), &format!("_jogak/runs/{}", prepared.run_id))?;
    let reading = |e| Error::from(jogak_connectors::error::Error::store(format!("listing '{folder}'"), e));
    let found: Vec<_> = table.store().list(Some(&folder)).try_collect().await.map_err(reading)?;
    let mut attempt = 1;
    for meta in found.iter().filter(|meta| meta.location.as_ref().contains("/ckpt/")) {
        let bytes = table.store().get(&meta.location).await.map_err(reading)?.bytes().await.map_err(reading)?;
        let Ok(seal) = serde_json::from_slice::<Seal>(&bytes) else { continue };
        attempt = attempt.max(seal.attempt + 1);
        let unit = prepared.work.units.iter().find(|unit| unit.id == seal.unit);
        let fits = unit.is_some_and(|unit| prepared.unit_fingerprint(unit) == seal.fingerprint);
        if fits && files_are_there(prepared, &seal).await? {
            prepared.sealed.insert(seal.unit, seal);
        }
    }
    // No two starts write under the same number.
    let nonce = json!({ "start": Uuid::new_v4().to_string() });
    loop {
        let path = below(&folder, &format!("starts/{attempt}.json"))?;
        if create(prepared, &path, &nonce).await? == Created::Ours {
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
    let path = key_path(prepared, "intent")?;
    let value = serde_json::to_value(&ours).map_err(|e| Error::internal("encoding an intent").because(e))?;
    let Created::Theirs(bytes) = create(prepared, &path, &value).await? else { return Ok((ours, seals)) };
    let theirs: Intent = serde_json::from_slice(&bytes).map_err(|e| damaged(&path).because(e))?;
    let store = prepared.primary().store();
    let mut seals = Vec::new();
    for checkpoint in &theirs.seals {
        let place = below(prepared.primary().root(), checkpoint)?;
        let reading = |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{place}'"), e));
        let bytes = store.get(&place).await.map_err(reading)?.bytes().await.map_err(reading)?;
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
