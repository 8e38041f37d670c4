//! What `relight check` finds in the spec of a plan, as far as a plan tells of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many findings there are of each sort. They belong to the spec and not to the plan, and change nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// With these, a recovery fails or loses data.
    pub errors: u64,
    /// With these, it is slower or more fragile than it has to be.
    pub warnings: u64,
    /// Worth knowing.
    pub notes: u64,
}
