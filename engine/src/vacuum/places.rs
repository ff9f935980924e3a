//! The tables of a plan, as far as vacuum looks at them: files, log, and small objects of runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::TryStreamExt;
use jogak_connectors::commit::{LogNames, StoredFile, Table, read_object, stored_files, table_root_of};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::error::{Error, Result};
use crate::run::below;
use crate::settings::Settings;

/// A table and what was found there.
pub(super) struct Place {
    pub(super) table: Table,
    /// The last part of its path.
    pub(super) name: String,
    /// Is it to be cleaned? Others are only looked at: the tables of a plan share runs.
    pub(super) is_wanted: bool,
    pub(super) files: Vec<StoredFile>,
    pub(super) log: LogNames,
    /// Small objects that never change once they are there.
    objects: BTreeMap<String, serde_json::Value>,
}

impl Place {
    pub(super) fn new(base: &Table, root: &str, is_wanted: bool) -> Result<Self> {
        let path = Path::parse(root)
            .map_err(|e| Error::invalid(format!("'{root}' is not a valid place of a table")).because(e))?;
        let mut url = base.url().clone();
        url.set_path(&format!("/{root}/"));
        Ok(Self {
            table: Table::new(Arc::clone(base.store()), path, url),
            name: root.rsplit('/').next().unwrap_or_default().to_owned(),
            is_wanted,
            files: Vec::new(),
            log: LogNames::default(),
            objects: BTreeMap::new(),
        })
    }

    /// Lists the files, and after them reads the log: what it names by then was stored before.
    pub(super) async fn look(&mut self) -> Result<()> {
        self.files = stored_files(&self.table).await?;
        Ok(self.log.update(&self.table).await?)
    }

    /// An object that is created once; none where it is gone.
    pub(super) async fn object(&mut self, path: &str) -> Result<Option<&serde_json::Value>> {
        if !self.objects.contains_key(path)
            && let Some(bytes) = read_object(&self.table, path).await?
        {
            let object = serde_json::from_slice(&bytes)
                .map_err(|e| Error::failed(format!("'{path}' of '{}' is no JSON", self.table.url())).because(e))?;
            self.objects.insert(path.to_owned(), object);
        }
        Ok(self.objects.get(path))
    }

    /// Can the run no longer be committed to this table, because it, or another start of the same, has been?
    pub(super) fn holds(&self, run_id: &str, run_key: Option<&str>) -> bool {
        self.log.runs.contains_key(run_id) || run_key.is_some_and(|key| self.log.run_keys.contains(key))
    }
}

/// The tables at and below `url` and those beside them, one group for each folder that holds some.
pub(super) async fn find(url: &str, settings: &Settings) -> Result<Vec<Vec<Place>>> {
    let base = crate::tables::table_at(url, &settings.stores)?;
    let mut roots: BTreeSet<String> = BTreeSet::new();
    let mut entries = base.store().list(Some(base.root()));
    while let Some(meta) = entries.try_next().await.map_err(|e| failed(url, e))? {
        let path = meta.location.as_ref();
        let path = path.strip_prefix(base.root().as_ref()).unwrap_or(path).trim_start_matches('/');
        if let Some(root) = table_root_of(path) {
            let root = if root.is_empty() { base.root().clone() } else { below(base.root(), root)? };
            roots.insert(root.as_ref().to_owned());
        }
    }
    if roots.is_empty() {
        return Err(Error::invalid(format!("there is no table at or below '{url}'")));
    }
    let mut groups: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for root in &roots {
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        groups.entry(folder.to_owned()).or_default().push(Place::new(&base, root, true)?);
    }
    for (folder, places) in &mut groups {
        // A table that is a whole bucket has none beside it.
        if places.iter().any(|place| place.table.root().as_ref().is_empty()) {
            continue;
        }
        for other in folders_in(&**base.store(), folder, url).await? {
            if !roots.contains(&other) {
                let inside = folders_in(&**base.store(), &other, url).await?;
                let is_table = |inside: &String| inside.ends_with("/_delta_log") || inside.ends_with("/_jogak");
                if inside.iter().any(is_table) {
                    places.push(Place::new(&base, &other, false)?);
                }
            }
        }
    }
    Ok(groups.into_values().collect())
}

fn failed(what: &str, error: object_store::Error) -> Error {
    jogak_connectors::error::Error::store(format!("listing '{what}'"), error).into()
}

async fn folders_in(store: &dyn ObjectStore, folder: &str, url: &str) -> Result<Vec<String>> {
    let path = Path::parse(folder).map_err(|e| Error::invalid(format!("'{folder}' cannot be listed")).because(e))?;
    let found = store.list_with_delimiter((!folder.is_empty()).then_some(&path)).await.map_err(|e| failed(url, e))?;
    Ok(found.common_prefixes.iter().map(|path| path.as_ref().to_owned()).collect())
}
