//! JSON that carries its own checksum: a flipped bit in it may leave it valid JSON that says something else.
//!
//! - an object of the run (`run`, `intent`, checkpoints, starts) ends in a field `sha256`: that of the object without it
//! - an entry of the log has a field `entry_sha256` in `commitInfo.jogak`: that of the entry with zeros in its place
//!
//! What was spoilt on its way is right when it is read again, so it is, before it counts as damaged.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use memchr::memmem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::faults::guard;
use crate::sink::hex;

/// How often bytes with a wrong checksum are read.
pub(super) const READINGS: u32 = 4;

const FIELD: &[u8] = br#","sha256":""#;
const END: &[u8] = br#""}"#;
/// Digits of a sha256.
const DIGITS: usize = 64;
const ENTRY_FIELD: &str = r#""entry_sha256":""#;

/// A JSON object with its checksum as its last field.
///
/// # Errors
/// Where `value` is no JSON object, or an empty one.
pub fn with_checksum(value: &impl Serialize) -> Result<Bytes> {
    let mut bytes = serde_json::to_vec(value).map_err(|e| Error::internal("encoding JSON").because(e))?;
    if bytes.len() < 3 || bytes.first() != Some(&b'{') {
        return Err(Error::internal("only JSON objects carry a checksum"));
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    bytes.truncate(bytes.len() - 1);
    bytes.extend_from_slice(FIELD);
    bytes.extend_from_slice(sha256.as_bytes());
    bytes.extend_from_slice(END);
    Ok(bytes.into())
}

/// Whether these are bytes of [`with_checksum`], unchanged.
pub fn is_sound(bytes: &[u8]) -> bool {
    let found = || {
        let rest = bytes.strip_suffix(END)?;
        let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
        let object = rest.strip_suffix(FIELD)?;
        let mut hash = Sha256::new();
        hash.update(object);
        hash.update(b"}");
        Some(hex(&hash.finalize()).as_bytes() == digits)
    };
    !guard("object_sha256") || found() == Some(true)
}

/// Reads an object that was written with its checksum; none where it is damaged.
///
/// # Errors
/// When the store fails.
pub async fn read_checked(store: &Arc<dyn ObjectStore>, path: &Path) -> Result<Option<Bytes>> {
    for reading in 0..READINGS {
        pause(reading).await;
        let failed = |e| Error::store(format!("reading '{path}'"), e);
        let bytes = store.get(path).await.map_err(failed)?.bytes().await.map_err(failed)?;
        if is_sound(&bytes) {
            return Ok(Some(bytes));
        }
        tracing::warn!(%path, "the checksum is wrong");
    }
    Ok(None)
}

/// The pause before reading again.
pub(super) async fn pause(reading: u32) {
    if reading > 0 {
        tokio::time::sleep(Duration::from_millis(50 << reading.min(6))).await;
    }
}

/// A field for `commitInfo.jogak` in which [`with_entry_checksum`] puts the checksum.
pub(super) fn entry_field() -> (String, serde_json::Value) {
    ("entry_sha256".to_owned(), "0".repeat(DIGITS).into())
}

/// Puts the checksum of a log entry into it.
pub(super) fn with_entry_checksum(mut entry: String) -> String {
    let sha256 = hex(&Sha256::digest(&entry));
    // Within the strings of JSON quotes are escaped, so this is found in no name or value.
    if let Some(at) = entry.find(ENTRY_FIELD).map(|at| at + ENTRY_FIELD.len())
        && entry.is_char_boundary(at + DIGITS)
    {
        entry.replace_range(at..at + DIGITS, &sha256);
    }
    entry
}

/// Whether a log entry is the one that was written. Entries of others carry no checksum.
pub(super) fn is_entry_sound(entry: &[u8]) -> bool {
    let Some(at) = memmem::find(entry, ENTRY_FIELD.as_bytes()).map(|at| at + ENTRY_FIELD.len()) else { return true };
    let (Some(before), Some(digits), Some(after)) =
        (entry.get(..at), entry.get(at..at + DIGITS), entry.get(at + DIGITS..))
    else {
        return false;
    };
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update([b'0'; DIGITS]);
    hash.update(after);
    !guard("entry_sha256") || hex(&hash.finalize()).as_bytes() == digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_shows() {
        let value = serde_json::json!({ "run_id": "0192", "seals": ["a", "b"], "sha256": { "x": 1 } });
        let bytes = with_checksum(&value).unwrap().to_vec();
        assert!(is_sound(&bytes));
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["run_id"], "0192");
        let info = serde_json::json!({ "commitInfo": { "jogak": { "plan": "가 \"entry_sha256\":\"", "n": 1,
            entry_field().0: entry_field().1 } } });
        let entry = with_entry_checksum(format!("{info}\n{}", r#"{"add":{"path":"data/a"}}"#)).into_bytes();
        assert!(is_entry_sound(&entry));
        for (bytes, sound) in [(bytes, is_sound as fn(&[u8]) -> bool), (entry, is_entry_sound)] {
            for at in 0..bytes.len() {
                for bit in 0..8 {
                    let mut flipped = bytes.clone();
                    flipped[at] ^= 1 << bit;
                    // Without the name of its field an entry is one of others; what it says is then unchanged.
                    let names_it = memmem::find(&flipped, ENTRY_FIELD.as_bytes()).is_some();
                    let unchanged = memmem::find(&bytes, ENTRY_FIELD.as_bytes()).is_some() && !names_it;
                    assert!(!sound(&flipped) || unchanged, "byte {at}, bit {bit}");
                }
            }
            assert!(!sound(&bytes[..bytes.len() - 1]));
        }
        assert!(is_entry_sound(b"{\"add\":{}}") && !is_sound(b"{}") && !is_sound(b""));
        assert!(with_checksum(&serde_json::json!([1])).is_err());
    }

    #[tokio::test]
    async fn damaged_objects_are_none() {
        let store: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
        let path = Path::from("a");
        let bytes = with_checksum(&serde_json::json!({ "a": 1 })).unwrap();
        store.put(&path, bytes.clone().into()).await.unwrap();
        assert_eq!(read_checked(&store, &path).await.unwrap(), Some(bytes));
        store.put(&path, "{\"a\":1}".into()).await.unwrap();
        assert_eq!(read_checked(&store, &path).await.unwrap(), None);
        assert!(read_checked(&store, &Path::from("b")).await.is_err());
    }
}
