//! What `relight check` finds, in one line below a plan.

use super::count;
use crate::plan::Plan;

/// `relight check: 1 error, 2 warnings`; empty where there is neither.
pub(in crate::cli) fn line(plan: &Plan) -> String {
    let found = plan.envelope.readiness.unwrap_or_default();
    let parts = [(found.errors, "error"), (found.warnings, "warning")];
    let parts: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
    if parts.is_empty() { String::new() } else { format!("relight check: {}.\n", parts.join(", ")) }
}
