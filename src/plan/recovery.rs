//! Recovery: which steps of a plan stand before service, and which only tidy up behind it.

use super::model::{Content, Operation, Step, Verb};
use relight_contract::Role;

/// Whether an operation makes another site serve.
pub fn is_recovery(operation: &Operation) -> bool {
    matches!(operation.command(), "failover" | "switchover" | "failback")
}

/// Whether the time of an operation is held against an RTO: that of a recovery is, and that of one which is drilled.
pub fn is_measured(operation: &Operation) -> bool {
    is_recovery(operation) || operation.command() == "drill start"
}

/// For each step, whether service waits for it: what is done in sites that serve afterwards, and all that this waits for.
/// What becomes of a site that steps down, and what goes, comes later and keeps nobody waiting. Where nothing recovers,
/// every step counts.
pub fn serving(content: &Content) -> Vec<bool> {
    let steps = &content.steps;
    if !is_measured(&content.operation) {
        return vec![true; steps.len()];
    }
    let mut serving: Vec<bool> = steps.iter().map(|step| serves(content, step)).collect();
    let mut open: Vec<usize> = (0..steps.len()).filter(|step| serving[*step]).collect();
    while let Some(step) = open.pop() {
        for before in steps.get(step).iter().flat_map(|step| &step.after) {
            let before = before.0 as usize;
            if let Some(found) = serving.get_mut(before)
                && !std::mem::replace(found, true)
            {
                open.push(before);
            }
        }
    }
    serving
}

/// Whether a step makes a site serve, by itself.
fn serves(content: &Content, step: &Step) -> bool {
    let tidies = matches!(step.verb, Verb::Delete | Verb::Retire | Verb::Demote | Verb::Fence);
    let site = content.sites.iter().find(|site| site.name == step.place);
    !tidies && site.is_none_or(|site| site.role == Role::Primary)
}
