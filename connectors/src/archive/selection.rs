//! Which members of an archive a source means, and in which order they are read.

use super::directory::{Directory, Member};
use crate::source::{Pattern, is_hidden};
use std::collections::HashMap;
use std::ops::Range;

/// The members that a source means.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    patterns: Vec<Pattern>,
    clips: bool,
}

impl Selection {
    /// Members whose name one of `patterns` matches, all where there are none; hidden files never. With `clips`, the
    /// members of a folder are read one after the other, wherever they lie.
    pub fn new(patterns: Vec<Pattern>, clips: bool) -> Self {
        Self { patterns, clips }
    }

    /// Whether a file of this name is meant.
    pub fn wants(&self, member: &Member<'_>) -> bool {
        !is_hidden(member.name)
            && (self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.is_match(member.name)))
    }

    /// Positions in `directory` of the readable members that are meant and begin in `range`, in reading order.
    pub fn members(&self, directory: &Directory, range: &Range<u64>) -> Vec<usize> {
        let mut selected = directory.select(range, |member| self.wants(member));
        if self.clips {
            clip_by_clip(directory, &mut selected);
        }
        selected
    }
}

/// The folder of a member, which makes it part of a clip.
pub(crate) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Orders members so that the frames of a clip follow each other: clips by their first frame, frames as they lie.
fn clip_by_clip(directory: &Directory, selected: &mut [usize]) {
    let folder = |at: usize| directory.member(at).map_or("", |member| folder_of(member.name));
    let offset = |at: usize| directory.member(at).map_or(0, |member| member.header_offset);
    let mut first: HashMap<&str, u64> = HashMap::new();
    for at in selected.iter() {
        let entry = first.entry(folder(*at)).or_insert(u64::MAX);
        *entry = (*entry).min(offset(*at));
    }
    selected.sort_by(|a, b| {
        let place = |at: usize| (first.get(folder(at)).copied(), folder(at), offset(at));
        place(*a).cmp(&place(*b))
    });
}
