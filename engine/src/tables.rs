//! Tables by their place: `<out>/<plan>/<output>`.

use std::sync::Arc;

use jogak_connectors::commit::Table;
use jogak_connectors::source::{Location, StoreSettings};
use object_store::{ObjectStoreExt, PutMode, PutOptions, PutPayload};
use url::Url;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::run::below;

/// The table at `url`.
///
/// # Errors
/// When the place cannot be opened.
pub fn table_at(url: &str, stores: &StoreSettings) -> Result<Table> {
    table_below(url, &[], stores)
}

/// The table at `<out>/<part>/<part>`.
///
/// # Errors
/// When the place cannot be opened.
pub(crate) fn table_below(out: &str, parts: &[&str], stores: &StoreSettings) -> Result<Table> {
    if out.is_empty() {
        return Err(Error::invalid("the tables have no place; add --out URL"));
    }
    let location = Location::open(out.trim_end_matches('/'), stores)?;
    if location.pattern().is_some() {
        return Err(Error::invalid(format!("'{out}' is a pattern; tables need one place")));
    }
    let mut root = location.root().clone();
    for part in parts {
        root = below(&root, part)?;
    }
    let url = address(out, root.as_ref())?;
    Ok(Table::new(Arc::clone(location.store()), root, url))
}

/// `scheme://bucket/root/`, as the Delta log names its table.
fn address(out: &str, root: &str) -> Result<Url> {
    let base = match out.split_once("://") {
        Some((scheme, rest)) if scheme != "file" => {
            let authority = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{authority}/")
        }
        _ => "file:///".to_owned(),
    };
    let mut url =
        Url::parse(&base).map_err(|e| Error::invalid(format!("'{out}' is not a place for tables")).because(e))?;
    url.set_path(&format!("/{root}/"));
    Ok(url)
}

/// Refuses a store that cannot create an object only where there is none: two writers could then both believe that
/// they committed.
///
/// # Errors
/// When the store fails, or takes a second create.
pub(crate) async fn probe(table: &Table) -> Result<()> {
    let path = below(table.root(), &format!("_jogak/probe/{}", Uuid::new_v4()))?;
    let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    let failed = |e| Error::from(jogak_connectors::error::Error::store(format!("writing '{path}'"), e));
    table.store().put_opts(&path, PutPayload::from_static(b"1"), create.clone()).await.map_err(failed)?;
    let second = table.store().put_opts(&path, PutPayload::from_static(b"2"), create).await;
    // The probe object is ours alone.
    let _ = table.store().delete(&path).await;
    match second {
        Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(()),
        Ok(_) => Err(Error::invalid(format!(
            "the store of '{}' ignores conditional writes, so two writers could both commit; use another store, or \
             --single-writer where you are sure to be the only one",
            table.url()
        ))),
        Err(error) => Err(failed(error)),
    }
}
