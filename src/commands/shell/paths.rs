//! Files on this machine that a place in quotes may go on with.

use std::path::Path;

/// Most names that are offered.
const MOST: usize = 200;

/// What may stand after the last `/` of `typed`, folders with `/` behind. Other machines are not asked.
pub(super) fn paths(typed: &str) -> Vec<String> {
    let path = typed.strip_prefix("file://").unwrap_or(typed);
    if path.contains("://") || path.contains(['*', '?', '{', '!']) {
        return Vec::new();
    }
    let (folder, prefix) = match path.rsplit_once('/') {
        Some(("", prefix)) => ("/", prefix),
        Some((folder, prefix)) => (folder, prefix),
        None => (".", path),
    };
    // A quote is doubled in SQL.
    let (folder, prefix) = (folder.replace("''", "'"), prefix.replace("''", "'"));
    let Ok(entries) = std::fs::read_dir(Path::new(&folder)) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !prefix.starts_with('.');
            if hidden || !name.starts_with(&prefix) {
                return None;
            }
            let is_folder = entry.path().is_dir();
            Some(format!("{}{}", name.replace('\'', "''"), if is_folder { "/" } else { "" }))
        })
        .collect();
    names.sort();
    names.truncate(MOST);
    names
}
