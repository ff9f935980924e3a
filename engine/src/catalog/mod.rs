//! The catalogue: what is known of every set, as tables with history.
//!
//! - [`schema`]: the tables and their columns
//! - [`Catalog`]: where they lie, reading them as of any version, replacing them and adding to them
//! - [`import`]: tables, AI Hub's answers, saved pages and prefixes of object storage into them
//! - [`view`]: listing, searching, and all that is known of one set
//! - [`probe`]: what a bounded sample of the data itself tells
//! - [`score`]: the plan that scores, run over the tables
//! - [`judge`]: what experts say
//! - [`selection`]: the sets chosen under a budget, appeals, reports, seals
//!
//! Each table is a Delta table below the catalogue's place, so that anything that reads Delta reads it, and `jogak verify`
//! and `jogak history` work on it. While nothing is stored, what is built in is read. In SQL the tables are
//! `catalog.NAME`; `catalog."NAME@3"` is version 3, and `catalog.changes`, `catalog."changes@3"` and
//! `catalog."changes@1..3"` say what changed between versions of `catalog.datasets`.

mod changes;
pub mod import;
pub mod judge;
mod merge;
pub mod places;
pub mod probe;
mod rows;
pub mod schema;
pub mod score;
pub mod selection;
pub(crate) mod session;
mod shared;
mod store;
pub mod view;

use std::sync::Arc;

use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::SessionContext;
use jogak_connectors::commit::Table;
use jogak_connectors::source::StoreSettings;

pub use schema::{Kind, Rows, TABLES, TableSpec, Value};
pub use store::{Note, Stored};

use crate::error::{Error, Result};
use crate::settings::Settings;

/// The schema under which the tables are registered.
pub const SCHEMA: &str = "catalog";
/// What changed between two versions of `datasets`, as a table.
const CHANGES: &str = "changes";

/// The catalogue at its place. Cheap to clone; nothing is held open.
#[derive(Debug, Clone)]
pub struct Catalog {
    url: String,
    stores: StoreSettings,
}

impl Catalog {
    /// The catalogue of a project: at `catalog` of `jogak.toml`, else below the user's data directory. Nothing is read or
    /// made yet.
    ///
    /// # Errors
    /// When the place is no Unicode.
    pub fn open(settings: &Settings) -> Result<Self> {
        let url = match &settings.catalog {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => {
                let place = settings.data_dir().join("catalog");
                let place = place.to_str().ok_or_else(|| {
                    Error::invalid(format!("the path '{}' is not Unicode; set data_dir in jogak.toml", place.display()))
                })?;
                place.to_owned()
            }
        };
        Ok(Self { url, stores: settings.stores.clone() })
    }

    /// Where it lies.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The Delta table of that name; it may not exist yet.
    ///
    /// # Errors
    /// When the catalogue has no table of that name, or its place cannot be opened.
    pub fn table(&self, name: &str) -> Result<Table> {
        let spec = schema::table(name)?;
        crate::tables::table_below(&self.url, &[spec.name], &self.stores)
    }

    /// The newest version of a table; none where nothing is stored and what is built in holds.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn version(&self, name: &str) -> Result<Option<u64>> {
        Ok(self.table(name)?.load(None).await?.map(|state| state.version))
    }

    /// A table, as of `version` or the newest one; what is built in where nothing is stored. Its files are read through the
    /// stores of `runtime`.
    ///
    /// # Errors
    /// When there is no such table or version, or the store fails.
    pub async fn provider(
        &self,
        runtime: &RuntimeEnv,
        name: &str,
        version: Option<u64>,
    ) -> Result<Arc<dyn TableProvider>> {
        let spec = schema::table(name)?;
        let table = self.table(name)?;
        if let Some(version) = version {
            let newest = table.load(None).await?.map(|state| state.version);
            if newest.is_none_or(|newest| newest < version) {
                let there =
                    newest.map_or("nothing is stored yet".to_owned(), |newest| format!("the newest is {newest}"));
                return Err(Error::invalid(format!("catalog.{name} has no version {version}: {there}")));
            }
        }
        match crate::query::committed_table(runtime, &table, version).await? {
            Some(provider) => Ok(provider),
            None => Self::built_in(spec),
        }
    }

    fn built_in(spec: &'static TableSpec) -> Result<Arc<dyn TableProvider>> {
        let batch = rows::built_in(spec)?;
        Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
    }

    /// Registers the schema `catalog` with all tables, so that `SELECT … FROM catalog.datasets` works. Tables are opened
    /// when a query names them.
    ///
    /// # Errors
    /// When the session has no catalogue of schemas.
    pub fn register(&self, context: &SessionContext) -> Result<()> {
        let schemas =
            context.catalog("datafusion").ok_or_else(|| Error::internal("the session has no catalogue of schemas"))?;
        let schema = Tables { catalog: self.clone(), runtime: context.runtime_env() };
        schemas.register_schema(SCHEMA, Arc::new(schema))?;
        Ok(())
    }

    /// The provider that a name within the schema means: a table, `table@version`, or changes.
    async fn named(&self, runtime: &Arc<RuntimeEnv>, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let (table, version) = match name.split_once('@') {
            Some((table, version)) => (table, Some(version)),
            None => (name, None),
        };
        if table == CHANGES {
            return changes::changes(self, runtime, version).await.map(Some);
        }
        if schema::table(table).is_err() {
            return Ok(None);
        }
        let version = version.map(|text| number(name, text)).transpose()?;
        self.provider(runtime, table, version).await.map(Some)
    }
}

fn number(name: &str, text: &str) -> Result<u64> {
    text.parse().map_err(|_| {
        Error::invalid(format!(
            "'{name}': '{text}' is no version; write e.g. catalog.\"datasets@3\", see jogak history"
        ))
    })
}

/// The schema `catalog` of a session.
#[derive(Debug)]
struct Tables {
    catalog: Catalog,
    runtime: Arc<RuntimeEnv>,
}

#[async_trait::async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        TABLES.iter().map(|table| table.name.to_owned()).chain([CHANGES.to_owned()]).collect()
    }

    async fn table(&self, name: &str) -> datafusion::common::Result<Option<Arc<dyn TableProvider>>> {
        let external = |error: Error| DataFusionError::External(Box::new(error));
        self.catalog.named(&self.runtime, name).await.map_err(external)
    }

    fn table_exist(&self, name: &str) -> bool {
        let table = name.split_once('@').map_or(name, |(table, _)| table);
        table == CHANGES || schema::table(table).is_ok()
    }
}
