//! Which steps need which, in what order they are planned, and what nothing needs.

use std::collections::BTreeSet;

use super::{Use, View};
use crate::diagnostic::{Diagnostic, code};
use crate::header::Header;

/// Reports tables that do not exist.
pub(super) fn resolve(header: &Header, views: &[View], out: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = views
        .iter()
        .map(|view| view.name.as_str())
        .chain(header.sources.iter().map(|(name, _)| name.as_str()))
        .collect();
    for view in views {
        for read in &view.reads {
            if !known.contains(&read.name.as_str()) {
                let candidates = known.iter().copied().filter(|name| *name != view.name);
                out.push(
                    Diagnostic::error(code::UNKNOWN_TABLE, format!("no source or step `{}`", read.name))
                        .at(read.span.clone(), "not in this plan")
                        .did_you_mean(&read.name, candidates),
                );
            }
        }
    }
}

/// Indexes of `views`, each after the steps that it reads; otherwise in file order. Circles are reported, and the steps
/// in them are left out.
pub(super) fn order(views: &[View], out: &mut Vec<Diagnostic>) -> Vec<usize> {
    let mut walk = Walk { views, state: vec![State::New; views.len()], path: Vec::new(), order: Vec::new(), out };
    for index in 0..views.len() {
        walk.visit(index);
    }
    walk.order
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
    /// In a circle, or behind one.
    Broken,
}

struct Walk<'a> {
    views: &'a [View],
    state: Vec<State>,
    path: Vec<usize>,
    order: Vec<usize>,
    out: &'a mut Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Depth first; `false` when the step cannot be planned.
    fn visit(&mut self, index: usize) -> bool {
        let (Some(state), Some(view)) = (self.state.get(index).copied(), self.views.get(index)) else { return false };
        match state {
            State::Done => return true,
            State::Broken => return false,
            State::Open => {
                self.report(index);
                return false;
            }
            State::New => {}
        }
        self.set(index, State::Open);
        self.path.push(index);
        let mut sound = true;
        for read in &view.reads {
            if let Some(next) = self.views.iter().position(|other| other.name == read.name) {
                sound &= self.visit(next);
            }
        }
        self.path.pop();
        if sound {
            self.order.push(index);
        }
        self.set(index, if sound { State::Done } else { State::Broken });
        sound
    }

    fn set(&mut self, index: usize, state: State) {
        if let Some(slot) = self.state.get_mut(index) {
            *slot = state;
        }
    }

    fn report(&mut self, closing: usize) {
        let start = self.path.iter().position(|index| *index == closing).unwrap_or(0);
        let circle: Vec<&View> =
            self.path.get(start..).unwrap_or(&[]).iter().filter_map(|index| self.views.get(*index)).collect();
        let Some(first) = circle.first() else { return };
        let mut names: Vec<&str> = circle.iter().map(|view| view.name.as_str()).collect();
        names.push(&first.name);
        let mut diagnostic =
            Diagnostic::error(code::CYCLE, format!("steps read each other in a circle: {}", names.join(" → ")));
        // The reads that close the circle, each under its step; the first is the primary place.
        for (index, view) in circle.iter().enumerate() {
            let next = circle.get(index + 1).unwrap_or(first);
            if let Some(read) = view.reads.iter().find(|read| read.name == next.name) {
                diagnostic = diagnostic.at(read.span.clone(), format!("`{}` reads `{}`", view.name, next.name));
            }
        }
        self.out.push(diagnostic);
    }
}

/// Warns about steps, sources and parameters that nothing uses.
pub(super) fn unused(header: &Header, views: &[View], rule_params: &[Use], out: &mut Vec<Diagnostic>) {
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = header.outputs.iter().map(|(name, _)| name.as_str()).collect();
    while let Some(name) = open.pop() {
        if !needed.insert(name) {
            continue;
        }
        for view in views.iter().filter(|view| view.name == name) {
            open.extend(view.reads.iter().map(|read| read.name.as_str()));
        }
    }
    for view in views.iter().filter(|view| !needed.contains(view.name.as_str())) {
        out.push(
            Diagnostic::warning(code::UNUSED_VIEW, format!("no output needs the step `{}`", view.name))
                .at(view.name_span.clone(), "never used")
                .help("remove it, or name it under `outputs`"),
        );
    }
    let read = |name: &str| views.iter().any(|view| view.reads.iter().any(|read| read.name == name));
    for (name, source) in header.sources.iter().filter(|(name, _)| !read(name)) {
        out.push(
            Diagnostic::warning(code::UNUSED_SOURCE, format!("no step reads the source `{name}`"))
                .at(source.span.clone(), "never read"),
        );
    }
    let used =
        |name: &str| views.iter().flat_map(|view| &view.params).chain(rule_params).any(|param| param.name == name);
    for (name, param) in header.params.iter().filter(|(name, _)| !used(name)) {
        out.push(
            Diagnostic::warning(code::UNUSED_PARAM, format!("nothing uses the parameter `${name}`"))
                .at(param.span.clone(), "never used"),
        );
    }
}
