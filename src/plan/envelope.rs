//! What stands outside a plan's hash: times, estimates, and what they are held against.

use relight_contract::{Address, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{StepId, Verb};
use super::readiness::Readiness;
use crate::diff::{Changes, Question};

/// What stands outside the hash.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// When it was made, in milliseconds since 1970.
    pub created_at: Milliseconds,
    /// When it expires.
    pub expires_at: Milliseconds,
    /// The version of relight that made it.
    pub version: String,
    /// How long it will take.
    pub estimate: Estimate,
    /// Whether it was made against simulated clouds.
    pub simulated: bool,
    /// What `relight check` finds in its spec; absent where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<Readiness>,
    /// What is promised.
    #[serde(default)]
    pub objective: PlannedObjective,
    /// How far the replicas that it promotes were behind when it was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lags: Vec<PlannedLag>,
    /// What earlier runs tell of how long its steps take: it counts before the tables of the kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<LearnedTiming>,
    /// When somebody, or something, saw first that it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected_at: Option<Milliseconds>,
    /// When an earlier plan declared the roles that this one carries out; `None` where it declares them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_at: Option<Milliseconds>,
}

/// How long a plan takes, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Half of all runs take no longer.
    pub p50_seconds: u64,
    /// Nine of ten take no longer.
    pub p90_seconds: u64,
    /// The same up to service, which is what an RTO is about: what tidies up behind it does not count.
    #[serde(default)]
    pub service_p50_seconds: u64,
    /// Nine of ten take no longer.
    #[serde(default)]
    pub service_p90_seconds: u64,
    /// The sum over all steps, as if one ran after the other.
    pub sum_seconds: u64,
    /// Steps whose timing nobody has measured.
    pub unmeasured: u64,
    /// The steps of the critical path, in order.
    pub path: Vec<StepId>,
}

/// What is promised, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedObjective {
    /// From the disaster to service.
    pub rto_seconds: Option<u64>,
    /// How much data may be lost.
    pub rpo_seconds: Option<u64>,
}

/// How far a replica was behind its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedLag {
    /// The replica.
    #[schemars(with = "String")]
    pub address: Address,
    /// The attribute that tells it.
    pub source: String,
    /// The lag, in seconds.
    pub lag_seconds: u64,
}

/// How long steps of one kind took in earlier runs, in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LearnedTiming {
    /// The kind.
    pub kind: String,
    /// What they did.
    pub verb: Verb,
    /// Half of them took no longer.
    pub p50_seconds: u32,
    /// Nine of ten took no longer.
    pub p90_seconds: u32,
    /// How many there were.
    pub samples: u64,
}

/// What the spec promises.
pub(super) fn objective(question: &Question<'_>) -> PlannedObjective {
    let objective = &question.topology.objective;
    PlannedObjective { rto_seconds: objective.rto_seconds, rpo_seconds: objective.rpo_seconds }
}

/// How far the replicas that are promoted are behind, as far as the clouds told.
pub(super) fn lags(changes: &Changes) -> Vec<PlannedLag> {
    let promoted =
        changes.changes.iter().filter(|change| change.held.is_none() && change.promotes().is_some());
    let lag = |change: &crate::diff::Change| {
        let source = change.kind.lag()?;
        let lag = change.live.as_ref()?.get(source)?.as_i64()?;
        let lag_seconds = u64::try_from(lag).ok()?;
        Some(PlannedLag { address: change.address.clone(), source: source.to_owned(), lag_seconds })
    };
    promoted.filter_map(lag).collect()
}

/// When the roles were declared that hold already, for a plan that moves roles and declares none.
pub(super) fn declared_at(question: &Question<'_>, declares: bool) -> Option<Milliseconds> {
    let carries_out = question.operation.moves_roles() && !declares;
    let declarations = question.memory.declarations.values().filter(|_| carries_out);
    declarations.map(|declaration| declaration.at).max()
}
