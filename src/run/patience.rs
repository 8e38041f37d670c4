//! How long a step may take before it counts as stuck.

use relight_contract::{Action, Kind, Milliseconds, Value};

use crate::topology::sites::seconds;

/// The least that a step gets where its resource sets no `timeouts`, in seconds.
const LEAST_SECONDS: u64 = 1_800;

/// How long the operation of a step may take, all its repetitions included, in milliseconds: what `timeouts` of its
/// resource says, else five times of what nine of ten take, and half an hour at least.
pub(super) fn patience(kind: &Kind, action: &Action) -> Milliseconds {
    let usual = || LEAST_SECONDS.max(5 * u64::from(kind.timing(action.act()).p90_seconds));
    timeout_seconds(action).unwrap_or_else(usual).saturating_mul(1000)
}

fn timeout_seconds(action: &Action) -> Option<u64> {
    let (attributes, name) = match action {
        Action::Create { attributes, .. } => (attributes, "create"),
        Action::Update { attributes, .. } => (attributes, "update"),
        Action::Delete { attributes, .. } => (attributes, "delete"),
        _ => return None,
    };
    seconds(attributes.get("timeouts")?.as_entries()?.get(name).and_then(Value::as_str)?)
}
