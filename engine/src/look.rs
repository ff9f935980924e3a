//! A look into a place: `jogak ls` and `jogak schema`.

use jogak_connectors::decode::{DecodeOptions, RecordsPath};
use serde::Serialize;

use crate::error::Result;
use crate::inputs::{OpenSource, Wanted};
use crate::settings::Settings;

/// Members smaller than a part of this need not be told apart.
const UNIT_BYTES: u64 = 64 << 20;

/// A line of `jogak ls`: an object, or a member of an archive.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Key of the object, relative to the place.
    pub object: String,
    /// Name of the member; none for the object itself.
    pub member: Option<String>,
    /// Position in the archive's directory.
    pub member_index: Option<u32>,
    /// Stored bytes.
    pub bytes: u64,
    /// Decoded bytes of a member.
    pub decoded_bytes: Option<u64>,
    /// How the name was decoded, where that is not plain.
    pub encoding: Option<String>,
    /// `archive of N members`, `N pieces`, and what is wrong.
    pub note: Option<String>,
}

/// Opens a place, `url` or `url!member`, and says whether members were named.
async fn open(url: &str, settings: &Settings) -> Result<(OpenSource, bool)> {
    let (place, pattern) = match url.split_once('!') {
        Some((place, pattern)) => (place, vec![pattern.to_owned()]),
        None => (url, Vec::new()),
    };
    let wanted = Wanted { members: &pattern, unit_bytes: UNIT_BYTES, ..Wanted::default() };
    Ok((OpenSource::open("place", place, wanted, settings).await?, !pattern.is_empty()))
}

/// What lies at a place.
///
/// # Errors
/// When the place cannot be listed.
pub async fn list(url: &str, members: bool, settings: &Settings) -> Result<Vec<Entry>> {
    let (source, has_pattern) = open(url, settings).await?;
    let mut entries = Vec::new();
    for (key, input) in &source.inputs {
        let mut notes = Vec::new();
        if let Some(index) = &input.index {
            notes.push(format!("archive of {} members", index.members()));
            notes.extend(index.note().map(str::to_owned));
        }
        if input.object.parts.len() > 1 {
            notes.push(format!("{} pieces", input.object.parts.len()));
        }
        entries.push(Entry {
            object: key.clone(),
            member: None,
            member_index: None,
            bytes: input.object.size,
            decoded_bytes: None,
            encoding: None,
            note: (!notes.is_empty()).then(|| notes.join(", ")),
        });
        if members || has_pattern {
            let (directory, selected) = input.members(&source.store, &(0..u64::MAX)).await?;
            let Some(directory) = directory else { continue };
            for member in selected.iter().filter_map(|position| directory.member(*position)) {
                let encoding = format!("{:?}", member.encoding);
                entries.push(Entry {
                    object: key.clone(),
                    member: Some(member.name.to_owned()),
                    member_index: Some(member.index),
                    bytes: member.compressed_size,
                    decoded_bytes: Some(member.uncompressed_size),
                    encoding: (encoding != "Utf8").then_some(encoding),
                    note: None,
                });
            }
        }
        for damage in source.damaged_members.get(key).into_iter().flat_map(|damaged| damaged.rows()) {
            let damage = damage?;
            entries.push(Entry {
                object: key.clone(),
                member: damage.member.clone(),
                member_index: damage.member_index.and_then(|index| u32::try_from(index).ok()),
                bytes: 0,
                decoded_bytes: None,
                encoding: None,
                note: Some(format!("{}: {}", damage.code, damage.detail)),
            });
        }
    }
    for (key, (_, damage)) in &source.unusable {
        entries.push(Entry {
            object: key.clone(),
            member: None,
            member_index: None,
            bytes: 0,
            decoded_bytes: None,
            encoding: None,
            note: Some(format!("cannot be used: {}: {}", damage.code, damage.detail)),
        });
    }
    entries.sort_by(|a, b| (&a.object, a.member_index, &a.member).cmp(&(&b.object, b.member_index, &b.member)));
    Ok(entries)
}

/// The schema of the records at a place, inferred from a spread sample, as a plan's header would declare it.
///
/// # Errors
/// When the place cannot be read or holds no records.
pub async fn schema(url: &str, records: Option<&str>, settings: &Settings) -> Result<String> {
    let (source, _) = open(url, settings).await?;
    let paths = match records {
        Some(path) => vec![RecordsPath::parse(path)?],
        None => crate::query::default_records()?,
    };
    let (isolation, limits) = (settings.isolation()?, settings.limits);
    let decode = DecodeOptions { records: paths, isolation, limits, ..DecodeOptions::default() };
    Ok(crate::schemas::schema_yaml(crate::schemas::infer(&source, &decode).await?.as_ref()))
}
