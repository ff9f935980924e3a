//! A seal: everything a result depends on and the result itself, in one document that another machine can re-derive
//! and compare exactly.
//!
//! The document is canonical JSON: keys in byte order, no blanks, numbers in their shortest form that reads back the
//! same, UTF-8 unescaped but for what JSON demands. Each part carries the SHA-256 of its canonical form, and the seal
//! the SHA-256 over name, software and all parts, so that a part cannot be changed, added or taken out unnoticed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Error, Result};

/// The document's form; changes with it.
pub const FORMAT: &str = "jogak-seal/1";

/// What made the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    /// Name and version of the program.
    pub version: String,
    /// Hash of the program's file or of its sources, hexadecimal.
    pub sha256: String,
    /// The solver's name and version.
    pub solver: String,
}

/// One part of a seal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedPart {
    /// SHA-256 of `content` in canonical form, hexadecimal.
    pub sha256: String,
    /// The part itself.
    pub content: Value,
}

/// A sealed selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    /// [`FORMAT`].
    pub format: String,
    /// The name given to it.
    pub name: String,
    /// What made it.
    pub software: Software,
    /// What the result depends on: the case, weights, lexicons, judgments, by name.
    pub inputs: BTreeMap<String, SealedPart>,
    /// What came out, by name: the selection, its sensitivity and stability.
    pub results: BTreeMap<String, SealedPart>,
    /// SHA-256 over all of the above but the contents, whose hashes are covered; hexadecimal.
    pub sha256: String,
}

/// Where a re-derived result differs first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// JSON pointer, the part's name first.
    pub path: String,
    /// What is sealed; `None` where there is nothing.
    pub sealed: Option<String>,
    /// What was derived; `None` where there is nothing.
    pub derived: Option<String>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The seal's name.
    pub name: String,
    /// The seal's hash.
    pub sha256: String,
    /// The first difference; `None` where the result was re-derived exactly.
    pub difference: Option<Difference>,
    /// The software that verified is not the software that sealed; a note, not a failure.
    pub other_software: bool,
}

impl Seal {
    /// Seals `inputs` and `results`.
    ///
    /// # Errors
    /// [`Error::Seal`] naming a number that JSON readers would not give back exactly; see
    /// [`Case::rounded`](super::Case::rounded).
    pub fn new(
        name: &str,
        software: Software,
        inputs: BTreeMap<String, Value>,
        results: BTreeMap<String, Value>,
    ) -> Result<Self> {
        for (key, content) in inputs.iter().chain(&results) {
            let text = canonical(content);
            let back: Value = serde_json::from_str(&text).map_err(|error| Error::Seal(error.to_string()))?;
            if let Some(found) = first_difference(&format!("/{}", escape(key)), Some(content), Some(&back)) {
                return Err(Error::Seal(format!(
                    "{}: the number {} would be read back as {}; round it before sealing",
                    found.path,
                    found.sealed.unwrap_or_default(),
                    found.derived.unwrap_or_default()
                )));
            }
        }
        let close = |parts: BTreeMap<String, Value>| -> BTreeMap<String, SealedPart> {
            parts.into_iter().map(|(key, content)| (key, SealedPart { sha256: hash(&content), content })).collect()
        };
        let mut seal = Self {
            format: FORMAT.to_owned(),
            name: name.to_owned(),
            software,
            inputs: close(inputs),
            results: close(results),
            sha256: String::new(),
        };
        seal.sha256 = seal.total()?;
        Ok(seal)
    }

    /// Reads a seal and checks every hash.
    ///
    /// # Errors
    /// [`Error::Seal`] naming the part that was altered.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let seal: Self =
            serde_json::from_slice(bytes).map_err(|error| Error::Seal(format!("this is not a seal: {error}")))?;
        if seal.format != FORMAT {
            return Err(Error::Seal(format!("seal '{}' has the form {}, expected {FORMAT}", seal.name, seal.format)));
        }
        for (kind, parts) in [("input", &seal.inputs), ("result", &seal.results)] {
            for (key, part) in parts {
                let found = hash(&part.content);
                if found != part.sha256 {
                    return Err(Error::Seal(format!(
                        "seal '{}': {kind} '{key}' was altered: its hash is {found}, sealed is {}",
                        seal.name, part.sha256
                    )));
                }
            }
        }
        let found = seal.total()?;
        if found != seal.sha256 {
            return Err(Error::Seal(format!(
                "seal '{}' was altered: its hash is {found}, sealed is {}",
                seal.name, seal.sha256
            )));
        }
        Ok(seal)
    }

    /// The document, canonical, with a final newline.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let value = serde_json::to_value(self).map_err(|error| Error::Seal(error.to_string()))?;
        let mut text = canonical(&value);
        text.push('\n');
        Ok(text.into_bytes())
    }

    /// An input as its type.
    pub fn input<T: DeserializeOwned>(&self, key: &str) -> Result<T> {
        let part =
            self.inputs.get(key).ok_or_else(|| Error::Seal(format!("seal '{}' holds no input '{key}'", self.name)))?;
        serde_json::from_value(part.content.clone())
            .map_err(|error| Error::Seal(format!("seal '{}': input '{key}': {error}", self.name)))
    }

    /// Derives the results again and compares them exactly, part by part.
    ///
    /// # Errors
    /// What `derive` fails with.
    pub fn verify(
        &self,
        software: &Software,
        derive: impl FnOnce(&Self) -> Result<BTreeMap<String, Value>>,
    ) -> Result<Verification> {
        let derived = derive(self)?;
        let keys: std::collections::BTreeSet<&String> = self.results.keys().chain(derived.keys()).collect();
        let difference = keys.into_iter().find_map(|key| {
            first_difference(&format!("/{}", escape(key)), self.results.get(key).map(|p| &p.content), derived.get(key))
        });
        Ok(Verification {
            name: self.name.clone(),
            sha256: self.sha256.clone(),
            difference,
            other_software: *software != self.software,
        })
    }

    fn total(&self) -> Result<String> {
        let hashes = |parts: &BTreeMap<String, SealedPart>| -> Value {
            parts.iter().map(|(key, part)| (key.clone(), Value::from(part.sha256.clone()))).collect()
        };
        let software = serde_json::to_value(&self.software).map_err(|error| Error::Seal(error.to_string()))?;
        let whole = serde_json::json!({
            "format": self.format,
            "name": self.name,
            "software": software,
            "inputs": hashes(&self.inputs),
            "results": hashes(&self.results),
        });
        Ok(hash(&whole))
    }
}

/// A part as JSON, for [`Seal::new`].
///
/// # Errors
/// [`Error::Seal`] where the value has no JSON form.
pub fn part<T: Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Seal(error.to_string()))
}

/// SHA-256 of the canonical form, hexadecimal.
pub fn hash(value: &Value) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(canonical(value).as_bytes()) {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Canonical JSON.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(list) => {
            text.push('[');
            for (place, item) in list.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            text.push('{');
            for (place, key) in keys.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                if let Some(item) = map.get(key) {
                    write_canonical(item, text);
                }
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// The first place where two values differ, in the order of canonical form.
fn first_difference(path: &str, sealed: Option<&Value>, derived: Option<&Value>) -> Option<Difference> {
    match (sealed, derived) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter()
                .find_map(|key| first_difference(&format!("{path}/{}", escape(key)), a.get(key), b.get(key)))
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => (0..a.len().max(b.len()))
            .find_map(|place| first_difference(&format!("{path}/{place}"), a.get(place), b.get(place))),
        (a, b) if a.map(canonical) == b.map(canonical) => None,
        (a, b) => Some(Difference { path: path.to_owned(), sealed: a.map(shown), derived: b.map(shown) }),
    }
}

fn shown(value: &Value) -> String {
    let text = canonical(value);
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{Seal, Software, canonical};

    fn software() -> Software {
        Software { version: "jogak 0.1.0".into(), sha256: "00".into(), solver: "s 1".into() }
    }

    fn seal() -> Seal {
        let inputs = BTreeMap::from([("case".to_owned(), json!({"b": 1.5, "a": ["가", null]}))]);
        let results = BTreeMap::from([("selection".to_owned(), json!({"picks": [{"id": "7"}, {"id": "9"}]}))]);
        Seal::new("2026-b", software(), inputs, results).unwrap()
    }

    #[test]
    fn canonical_form_is_sorted_and_tight() {
        assert_eq!(canonical(&json!({"b": 1.5, "a": ["가", null, "\n\""]})), r#"{"a":["가",null,"\n\""],"b":1.5}"#);
    }

    #[test]
    fn a_seal_reads_back_and_notices_every_change() {
        let seal = seal();
        let bytes = seal.to_bytes().unwrap();
        assert_eq!(Seal::parse(&bytes).unwrap(), seal);
        let text = String::from_utf8(bytes).unwrap();
        for (from, to, named) in [
            ("\"가\"", "\"나\"", "input 'case' was altered"),
            ("\"id\":\"9\"", "\"id\":\"8\"", "result 'selection' was altered"),
            ("2026-b", "2026-c", "seal '2026-c' was altered"),
            ("jogak 0.1.0", "jogak 0.1.1", "was altered"),
            ("jogak-seal/1", "jogak-seal/2", "has the form"),
        ] {
            assert!(text.contains(from));
            let error = Seal::parse(text.replace(from, to).as_bytes()).unwrap_err().to_string();
            assert!(error.contains(named), "{from}: {error}");
        }
        assert!(Seal::parse(b"{}").is_err());
    }

    #[test]
    fn verification_names_the_first_difference() {
        let seal = seal();
        let same = seal
            .verify(&software(), |seal| {
                Ok(seal.results.iter().map(|(key, part)| (key.clone(), part.content.clone())).collect())
            })
            .unwrap();
        assert_eq!((same.difference, same.other_software), (None, false));
        let derived = BTreeMap::from([("selection".to_owned(), json!({"picks": [{"id": "7"}, {"id": "12"}, {}]}))]);
        let other = Software { version: "jogak 0.2.0".into(), ..software() };
        let found = seal.verify(&other, |_| Ok(derived)).unwrap();
        assert!(found.other_software);
        let difference = found.difference.unwrap();
        assert_eq!(difference.path, "/selection/picks/1/id");
        assert_eq!((difference.sealed.as_deref(), difference.derived.as_deref()), (Some("\"9\""), Some("\"12\"")));
        let missing = seal.verify(&software(), |_| Ok(BTreeMap::new())).unwrap().difference.unwrap();
        assert_eq!((missing.path.as_str(), missing.derived), ("/selection", None));
    }
}
