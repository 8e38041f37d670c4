//! How plans and runs look: one renderer for what is planned, for what is under way, and for what was stored.

pub(super) mod graph;
mod guards;
pub(super) mod markdown;
pub(super) mod plan;
pub(super) mod readiness;
pub(super) mod run;
pub(super) mod runbook;
pub(super) mod terraform;
pub(super) mod value;

use super::terminal::Colour;
use crate::plan::{Action, PlannedChange};
pub(super) use crate::report::words::{count, done, duration, going_on};

/// The mark of a change, and its colour, which says nothing that the mark and its word do not.
pub(super) fn mark(change: &PlannedChange) -> (&'static str, Colour) {
    match change.action {
        Action::Create => ("+", Colour::Green),
        Action::Update => ("~", Colour::Yellow),
        Action::Replace if change.create_first => ("+/-", Colour::Magenta),
        Action::Replace => ("-/+", Colour::Magenta),
        Action::Delete => ("-", Colour::Red),
        Action::Adopt | Action::Keep => ("<=", Colour::Cyan),
        Action::Forget => ("x", Colour::Cyan),
    }
}

/// Text cut to so many columns, with a mark where it was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_letters() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größere", 6), "größe…");
    }
}
