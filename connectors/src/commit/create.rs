//! Objects that are created once, by whoever comes first.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use super::checked::is_sound;
use crate::error::{Error, ErrorKind, Result};
use crate::faults::guard;

/// How often an unclear answer is looked into.
const ATTEMPTS: u32 = 10;

/// Who created an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// This call, or one before it with the same bytes.
    Ours,
    /// Somebody else, with these bytes.
    Theirs(Bytes),
}

/// Creates `path`, unless there is something already. `bytes` must hold what tells this caller from all others.
///
/// What a store answers is not believed before it is read back: a create that was carried out and whose answer was lost
/// is retried below us and then meets its own object, and some stores report a conflict where there is no object at all.
///
/// Without `conditional` the store is only looked at before it is written: enough where nobody else writes.
///
/// # Errors
/// When the store fails for good, or never says what became of the object.
pub async fn create_once(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    bytes: Bytes,
    conditional: bool,
) -> Result<Created> {
    let (mut cause, mut damaged) = (None, false);
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(20 << attempt.min(6))).await;
        }
        if conditional {
            let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            match store.put_opts(path, PutPayload::from(bytes.clone()), create).await {
                Ok(_) => return Ok(Created::Ours),
                Err(error) => cause = Some(error),
            }
        }
        match read(store, path).await {
            Ok(found) if guard("create_read_back") && found == bytes => return Ok(Created::Ours),
            // Where ours have a checksum, so have theirs.
            Ok(found) if is_sound(&bytes) && !is_sound(&found) => damaged = true,
            Ok(found) => return Ok(Created::Theirs(found)),
            Err(object_store::Error::NotFound { .. }) if !conditional => {
                if let Err(error) = store.put(path, PutPayload::from(bytes.clone())).await {
                    cause = Some(error);
                }
            }
            // Nothing there: the conflict was none.
            Err(object_store::Error::NotFound { .. }) if guard("create_retry") => {}
            Err(error @ object_store::Error::NotFound { .. }) => {
                return Err(Error::store(format!("creating '{path}'"), error));
            }
            Err(error) => cause = Some(error),
        }
        let failed = cause.take().map(|cause| Error::store(format!("creating '{path}'"), cause));
        match failed {
            Some(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Refused) => return Err(error),
            Some(error) if attempt + 1 == ATTEMPTS => return Err(error),
            _ => {}
        }
    }
    if damaged {
        return Err(Error::data(format!(
            "'{path}' is damaged: its checksum is wrong. Remove it and run the same command again"
        )));
    }
    Err(Error::unavailable(format!("the store never said whether '{path}' was created")))
}

async fn read(store: &Arc<dyn ObjectStore>, path: &Path) -> Result<Bytes, object_store::Error> {
    store.get(path).await?.bytes().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    #[tokio::test]
    async fn one_of_many_creates_it() {
        for conditional in [true, false] {
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let path = Path::from("a/b");
            let create =
                |bytes: &'static str| create_once(&store, &path, Bytes::from_static(bytes.as_bytes()), conditional);
            assert_eq!(create("one").await.unwrap(), Created::Ours);
            assert_eq!(create("two").await.unwrap(), Created::Theirs(Bytes::from_static(b"one")));
            assert_eq!(create("one").await.unwrap(), Created::Ours, "the answer was lost, the object is ours");
        }
    }
}
