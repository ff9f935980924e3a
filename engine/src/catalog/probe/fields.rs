//! What names of fields tell: `plans/catalog/probe_fields.csv`, Korean and English, as sets of AI Hub spell them.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The table; a row a name. `pair` of a `span` names the fields that may hold the text which begins there.
const NAMES: &str = include_str!("../../../../plans/catalog/probe_fields.csv");

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Question,
    Options,
    Answer,
    Impossible,
    QuestionType,
    Context,
    /// A text in which spans may lie, unless it is one itself.
    WeakContext,
    /// Where a text begins within its context.
    Span,
    /// A list of records.
    Records,
    /// A list of frames.
    Frames,
    Frame,
    Fps,
    Time,
    Box,
    X,
    Y,
    W,
    H,
    X2,
    Y2,
    Track,
    Class,
    Keypoints,
    Action,
    Goal,
    Caption,
    Label,
    /// With what, by whom or when it was recorded.
    Channel,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "question" => Self::Question,
            "options" => Self::Options,
            "answer" => Self::Answer,
            "impossible" => Self::Impossible,
            "question_type" => Self::QuestionType,
            "context" => Self::Context,
            "weak_context" => Self::WeakContext,
            "span" => Self::Span,
            "records" => Self::Records,
            "frames" => Self::Frames,
            "frame" => Self::Frame,
            "fps" => Self::Fps,
            "time" => Self::Time,
            "box" => Self::Box,
            "x" => Self::X,
            "y" => Self::Y,
            "w" => Self::W,
            "h" => Self::H,
            "x2" => Self::X2,
            "y2" => Self::Y2,
            "track" => Self::Track,
            "class" => Self::Class,
            "keypoints" => Self::Keypoints,
            "action" => Self::Action,
            "goal" => Self::Goal,
            "caption" => Self::Caption,
            "label" => Self::Label,
            "channel" => Self::Channel,
            _ => return None,
        })
    }
}

/// A role, and for spans the folded names of the fields that hold their text.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) role: Role,
    pub(super) pair: Vec<&'static str>,
}

/// A field's name without case, blanks and signs: `Answer_Start` → `answerstart`.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a field of this name is for.
pub(super) fn role_of(name: &str) -> Option<&'static Named> {
    static TABLE: OnceLock<HashMap<&'static str, Named>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let rows = NAMES.lines().skip(1).filter_map(|line| {
            let mut cells = line.split(',');
            let (role, name, pair) = (cells.next()?, cells.next()?, cells.next().unwrap_or_default());
            let pair = pair.split('|').filter(|name| !name.is_empty()).collect();
            Some((name, Named { role: Role::named(role)?, pair }))
        });
        rows.collect()
    });
    table.get(fold(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_counts() {
        for line in NAMES.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(Role::named(cells[0]).is_some(), "{line}");
            assert_eq!(fold(cells[1]), cells[1], "{line}");
        }
        assert_eq!(role_of("Answer_Start").map(|named| named.role), Some(Role::Span));
        assert_eq!(role_of("고객질문(요청)").map(|named| named.role), Some(Role::Question));
        assert!(role_of("media").is_none());
    }
}
