//! Words that plans, runs and reports share.

use std::collections::BTreeMap;

use relight_contract::Milliseconds;

use crate::plan::{Ask, Plan, StepId, Verb};

/// A length of time for people: `45s`, `4m10s`, `2h05m`.
pub fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// A count with its noun.
pub fn count(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// What steps do where the plan has another word for it than their verb.
pub(super) fn labels(plan: &Plan) -> BTreeMap<StepId, String> {
    let mut labels = BTreeMap::new();
    for change in &plan.content.changes {
        labels.extend(change.steps.iter().map(|id| (*id, change.label.clone())));
    }
    labels
        .retain(|id, _| plan.content.steps.get(id.0 as usize).is_some_and(|step| step.verb == Verb::Update));
    let tags = plan.content.steps.iter().filter(|step| matches!(step.ask, Ask::Claim { .. }));
    labels.extend(tags.map(|step| (step.id, "tag".to_owned())));
    labels
}

/// A label as what is going on, and as what was done.
pub(super) fn told(label: Option<&str>, verb: Verb) -> (&'static str, &'static str) {
    match label {
        Some("tag") => ("tagging", "tagged"),
        Some("scale") => ("scaling", "scaled"),
        Some("shift") => ("shifting", "shifted"),
        _ => (going_on(verb), done(verb)),
    }
}

/// A verb as what is going on.
pub fn going_on(verb: Verb) -> &'static str {
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
pub fn done(verb: Verb) -> &'static str {
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

/// A time in milliseconds since 1970 as RFC 3339.
pub fn rfc3339(milliseconds: Milliseconds) -> String {
    let at = i64::try_from(milliseconds / 1000).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
    at.unwrap_or_default().to_string()
}

/// A text of the cloud's or of the spec's that cannot steer a terminal, nor end its line.
pub fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_stay_short() {
        let texts = [0, 59, 60, 250, 3600, 7505].map(duration);
        assert_eq!(texts, ["0s", "59s", "1m", "4m10s", "1h00m", "2h05m"]);
    }
}
