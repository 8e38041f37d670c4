//! How plans and runs look: one renderer for what is planned, for what is under way, and for what was stored.

pub(super) mod graph;
pub(super) mod markdown;
pub(super) mod plan;
pub(super) mod run;
pub(super) mod terraform;
pub(super) mod value;

use super::terminal::Colour;
use crate::plan::{Action, PlannedChange, Verb};

/// A length of time for people: `45s`, `4m10s`, `2h05m`.
pub(super) fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// A count with its noun.
pub(super) fn count(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

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

/// A verb as what is going on.
pub(super) fn going_on(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "creating",
        Verb::Update => "updating",
        Verb::Delete => "deleting",
        Verb::Promote => "promoting",
        Verb::Demote => "demoting",
        Verb::Retire => "retiring",
        Verb::Fence => "fencing",
        Verb::Shift => "shifting",
        Verb::Wait => "waiting",
        Verb::Verify => "verifying",
        Verb::Approve => "asking",
        Verb::Run => "running",
    }
}

/// A verb as what was done.
pub(super) fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
        Verb::Promote => "promoted",
        Verb::Demote => "demoted",
        Verb::Retire => "retired",
        Verb::Fence => "fenced",
        Verb::Shift => "shifted",
        Verb::Wait => "awaited",
        Verb::Verify => "verified",
        Verb::Approve => "approved",
        Verb::Run => "ran",
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
    fn durations_stay_short() {
        let texts = [0, 59, 60, 250, 3600, 7505].map(duration);
        assert_eq!(texts, ["0s", "59s", "1m", "4m10s", "1h00m", "2h05m"]);
    }

    #[test]
    fn cutting_counts_letters() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größere", 6), "größe…");
    }
}
