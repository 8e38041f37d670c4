//! Outcomes: what came of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::StepId;

/// What came of a run, or of one session of it. It cannot be ignored: each variant asks something else of the caller.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Every step is done.
    Completed {
        /// How many steps there were.
        done: u64,
        /// How many of them had nothing to change.
        kept: u64,
    },
    /// Some steps failed. The run can be resumed.
    PartlyApplied {
        /// How many steps are done.
        done: u64,
        /// Those that failed.
        failed: Vec<StepId>,
        /// Those that were not tried for it.
        skipped: Vec<StepId>,
    },
    /// It was asked to stop. The run can be resumed.
    Interrupted {
        /// How many steps are done.
        done: u64,
        /// How many are not.
        left: u64,
    },
    /// Another process holds the lease now; nothing was written since. The run can be resumed there.
    LeaseLost,
    /// Nobody approved the plan: nothing was called.
    Refused,
    /// The run was closed for good: what was in doubt is known, nothing new was begun.
    Abandoned {
        /// How many steps are done.
        done: u64,
        /// How many are not, and never will be by this run.
        left: u64,
    },
}

impl Outcome {
    /// Whether the run may be taken up again.
    pub fn is_resumable(&self) -> bool {
        matches!(self, Outcome::PartlyApplied { .. } | Outcome::Interrupted { .. } | Outcome::LeaseLost)
    }
}
