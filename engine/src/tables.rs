//! Tables by their place: `<out>/<plan>/<output>`.

use std::sync::Arc;

use bytes::Bytes;
use jogak_connectors::commit::{Created, Table, create_once};
use jogak_connectors::error::ErrorKind;
use jogak_connectors::source::{Location, StoreSettings};
use object_store::ObjectStoreExt;
use object_store::path::Path;
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
/// they committed. Configuration and promises are not trusted; the store is asked to do it, also four times at once.
///
/// # Errors
/// When the store fails, or takes a second create.
pub(crate) async fn probe(table: &Table) -> Result<()> {
    let root = below(table.root(), &format!("_jogak/probe/{}", Uuid::new_v4()))?;
    let (first, race) = (below(&root, "first")?, below(&root, "race")?);
    let create = |path: Path, bytes: &'static str| async move {
        create_once(table.store(), &path, Bytes::from_static(bytes.as_bytes()), true).await
    };
    let asked = async {
        let alone = create(first.clone(), "1").await?;
        let second = create(first.clone(), "2").await?;
        let racing = ["a", "b", "c", "d"].map(|bytes| create(race.clone(), bytes));
        let winners = futures::future::try_join_all(racing).await?;
        let winners = winners.into_iter().filter(|created| *created == Created::Ours).count();
        let is_first = alone == Created::Ours && second == Created::Theirs(Bytes::from_static(b"1"));
        Ok::<_, jogak_connectors::error::Error>(is_first && winners == 1)
    };
    let holds = asked.await;
    // The probe's objects are ours alone.
    for path in [&first, &race] {
        let _ = table.store().delete(path).await;
    }
    match holds {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::invalid(format!(
            "the store of '{}' ignores conditional writes, so two writers could both commit; use another store, or \
             --single-writer where you are sure to be the only one",
            table.url()
        ))),
        // Store or system have said what is wrong.
        Err(error) if error.is_explained() => Err(error.into()),
        Err(error) => {
            let hint = format!(
                "the store of '{}' was asked to create an object only where there is none, and could not; where that is \
                 because it cannot at all, --single-writer does without",
                table.url()
            );
            let kind = error.kind();
            Err(if kind == ErrorKind::Invalid { Error::invalid(hint) } else { Error::stopped(hint) }.because(error))
        }
    }
}
