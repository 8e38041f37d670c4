//! Entries: one fact each, in the order in which they became durable.

use std::collections::BTreeMap;
use std::fmt;

use relight_contract::{Fault, Milliseconds, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Outcome;
use crate::plan::{PlanId, StepId};

/// The version of the stored form; the first entry of a journal carries it.
pub const FORMAT: u32 = 1;

/// The name of a run, chosen once by the shell; tokens derive from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunId(pub String);

/// One fact and when it was noted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// When, in milliseconds since 1970 (of the simulated clock in a simulated run).
    pub at: Milliseconds,
    /// What.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The run began. Always the first entry, and only that.
    Opened {
        /// The version of the stored form.
        format: u32,
        /// The run.
        run: RunId,
        /// The plan that it executes.
        plan: PlanId,
        /// The fencing number of the lease that it holds.
        fencing: u64,
    },
    /// Another process took the run up again. What had failed or was skipped waits again.
    Resumed {
        /// The fencing number of the lease that it holds.
        fencing: u64,
    },
    /// Somebody, or a flag, said yes to the plan.
    Approved,
    /// How far a replica was behind, read just before its promotion left.
    Measured {
        /// The step.
        step: StepId,
        /// The attribute that tells it.
        #[schemars(with = "String")]
        source: Name,
        /// The lag, in seconds; `None` where nobody could tell.
        lag_seconds: Option<u64>,
        /// Why nobody could.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<Json>")]
        fault: Option<Fault>,
    },
    /// A call that changes something is about to leave.
    Started {
        /// The step.
        step: StepId,
        /// Which attempt, from 1: it rises only when an earlier one is known to have had no effect.
        attempt: u32,
        /// The token of the attempt.
        #[schemars(with = "String")]
        token: Name,
        /// Digest of the request, its secrets by reference: tells whether it can be sent again unchanged.
        #[schemars(with = "String")]
        digest: Name,
    },
    /// The cloud took the operation on; it goes on there.
    Accepted {
        /// The step.
        step: StepId,
        /// The object that it works on.
        #[schemars(with = "String")]
        native_id: Name,
        /// What to ask about it; `None` when the object itself tells.
        #[schemars(with = "Option<String>")]
        handle: Option<Name>,
    },
    /// The call had no effect and will be made again.
    Retried {
        /// The step.
        step: StepId,
        /// Why.
        #[schemars(with = "Json")]
        fault: Fault,
        /// When it is made again.
        until: Milliseconds,
    },
    /// Nobody knows whether the call had its effect: that is found out before anything else.
    Doubted {
        /// The step.
        step: StepId,
        /// What was seen.
        #[schemars(with = "Json")]
        fault: Fault,
    },
    /// A probe was answered otherwise than before.
    Probed {
        /// The step.
        step: StepId,
        /// Whether that counts as up.
        up: bool,
        /// What was answered, or why there was no answer.
        told: String,
    },
    /// Somebody said yes to a gate.
    Allowed {
        /// The step.
        step: StepId,
        /// Who.
        by: String,
        /// By which way: at the terminal, by a flag, by a file.
        how: String,
    },
    /// The command of a hook ended.
    Ran {
        /// The step.
        step: StepId,
        /// Its exit status; `None` where it has none, because it was killed, could not be run, or was not.
        status: Option<i32>,
        /// The end of what it wrote, or why it has no status.
        output: String,
        /// Whether it was only noted, and not run: the clouds are simulated.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        simulated: bool,
    },
    /// The step is done.
    Done {
        /// The step.
        step: StepId,
        /// The object that it left; `None` when none is left.
        object: Option<Made>,
        /// Whether nothing had to be changed.
        kept: bool,
    },
    /// The step failed.
    Failed {
        /// The step.
        step: StepId,
        /// Why.
        #[schemars(with = "Json")]
        fault: Fault,
        /// Whether something may still go on in the cloud, or its outcome is unknown: a resumed run looks again.
        open: bool,
    },
    /// The step was not tried, because another one failed.
    Skipped {
        /// The step.
        step: StepId,
        /// The step that failed first.
        because: StepId,
    },
    /// Somebody asked the run to stop.
    Interrupted,
    /// The run, or this session of it, came to its end.
    Finished {
        /// What came of it.
        outcome: Outcome,
    },
}

/// The object that a step left, without anything secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    /// What API calls name it by.
    #[schemars(with = "String")]
    pub native_id: Name,
    /// Its attributes as the cloud tells them, but for the withheld ones.
    pub outputs: Json,
    /// Attributes that must not be written: a resumed run reads them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub withheld: Vec<Name>,
    /// Keyed digests of values that the cloud never tells back.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub digests: BTreeMap<Name, Name>,
    /// Local fields as given, but for secret ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Json>")]
    pub local: BTreeMap<Name, Json>,
}

impl Fact {
    /// The word in the journal and in events.
    pub fn name(&self) -> &'static str {
        match self {
            Fact::Opened { .. } => "opened",
            Fact::Resumed { .. } => "resumed",
            Fact::Approved => "approved",
            Fact::Measured { .. } => "measured",
            Fact::Started { .. } => "started",
            Fact::Accepted { .. } => "accepted",
            Fact::Retried { .. } => "retried",
            Fact::Doubted { .. } => "doubted",
            Fact::Probed { .. } => "probed",
            Fact::Allowed { .. } => "allowed",
            Fact::Ran { .. } => "ran",
            Fact::Done { .. } => "done",
            Fact::Failed { .. } => "failed",
            Fact::Skipped { .. } => "skipped",
            Fact::Interrupted => "interrupted",
            Fact::Finished { .. } => "finished",
        }
    }

    /// The step that the fact is about.
    pub fn step(&self) -> Option<StepId> {
        match self {
            Fact::Measured { step, .. }
            | Fact::Started { step, .. }
            | Fact::Accepted { step, .. }
            | Fact::Retried { step, .. }
            | Fact::Doubted { step, .. }
            | Fact::Probed { step, .. }
            | Fact::Allowed { step, .. }
            | Fact::Ran { step, .. }
            | Fact::Done { step, .. }
            | Fact::Failed { step, .. }
            | Fact::Skipped { step, .. } => Some(*step),
            _ => None,
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
