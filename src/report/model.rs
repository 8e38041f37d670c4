//! The report as data: what `--format json` writes.

use relight_contract::{Address, Milliseconds, Name, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::journal::{Outcome, RunId};
use crate::memory::Debt;
use crate::plan::{Operation, PlanId, StepId, Verb};

/// The version of the stored form.
pub const FORMAT: u32 = 1;

/// What a run came to. All times are milliseconds since 1970, of the simulated clock in a simulated run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of the form.
    pub format: u32,
    /// The run; `None` where its journal says nothing yet.
    pub run: Option<RunId>,
    /// Its plan.
    pub plan: PlanId,
    /// The topology's name.
    pub topology: String,
    /// Its instance.
    pub instance: String,
    /// What was asked for.
    pub operation: Operation,
    /// Whether the clouds were simulated.
    pub simulated: bool,
    /// What came of the last session; `None` while it runs, or when it died.
    pub outcome: Option<Outcome>,
    /// Whether another site serves, or one that is drilled, and everything is done that this waits for.
    pub recovered: bool,
    /// The sites, in spec order.
    pub sites: Vec<ReportedSite>,
    /// The five times of a recovery.
    pub stamps: Stamps,
    /// How long it took, against what was promised.
    pub rto: MeasuredTime,
    /// How much data it cost at most, against what was promised.
    pub rpo: MeasuredLoss,
    /// How long it took, against what was expected, in seconds.
    pub duration: Duration,
    /// Who said yes, and when.
    pub approvals: Vec<Approval>,
    /// The processes that worked at it, in order.
    pub sessions: Vec<Session>,
    /// Every step but those that only gather others, in order of the plan.
    pub steps: Vec<ReportedStep>,
    /// What happened, in order.
    pub timeline: Vec<Moment>,
    /// What lost sites are left to owe.
    pub debts: Vec<Debt>,
    /// Differences that were seen and left as they are.
    pub held: Vec<HeldDifference>,
    /// How often each API operation was called in each region, plan and run together; empty where nobody counted.
    pub calls: Vec<Calls>,
}

/// A site, and what it was and became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedSite {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Its region.
    pub region: String,
    /// Its role before.
    #[schemars(with = "Json")]
    pub before: Role,
    /// Its role from the approval on.
    #[schemars(with = "Json")]
    pub after: Role,
}

/// The five times of a recovery, each where it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamps {
    /// When it was seen first that one is needed (`--detected`).
    pub detected_at: Option<Milliseconds>,
    /// When planning began.
    pub declared_at: Option<Milliseconds>,
    /// When somebody, or a flag, said yes: the roles hold from then on.
    pub approved_at: Option<Milliseconds>,
    /// When the first call left that changes something.
    pub executed_at: Option<Milliseconds>,
    /// When the last probe was satisfied; without probes, when the last step was done that service waits for.
    pub validated_at: Option<Milliseconds>,
}

/// How long a recovery took, in seconds, up to its validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeasuredTime {
    /// What was promised.
    pub objective_seconds: Option<u64>,
    /// From the detection on.
    pub from_detection_seconds: Option<u64>,
    /// From the approval on.
    pub from_approval_seconds: Option<u64>,
    /// Whether the longer of the two keeps the promise.
    pub kept: Option<bool>,
}

/// How much data a recovery cost at most, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasuredLoss {
    /// What was promised.
    pub objective_seconds: Option<u64>,
    /// How far the replica was behind that was the furthest.
    pub lag_seconds: Option<u64>,
    /// Whether that keeps the promise; `None` too where one of the replicas told nothing.
    pub kept: Option<bool>,
    /// Every replica that was promoted, or was to be.
    pub replicas: Vec<ReplicaLag>,
}

/// How far one replica was behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicaLag {
    /// The replica.
    #[schemars(with = "String")]
    pub address: Address,
    /// The lag, in seconds.
    pub lag_seconds: Option<u64>,
    /// The attribute that tells it; `None` where its kind has none.
    pub source: Option<String>,
    /// When it was read.
    pub read: Reading,
    /// How long before the promotion left it was read, in milliseconds. The cloud's own sample may be older.
    pub age_milliseconds: Option<u64>,
    /// Why it could not be read just before the promotion.
    pub fault: Option<String>,
}

/// When a lag was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Just before the promotion.
    AtPromotion,
    /// While planning.
    WhilePlanning,
    /// Never.
    Never,
}

/// How long a run took against its plan, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duration {
    /// From the approval to the end of the last session.
    pub actual_seconds: Option<u64>,
    /// Half of all such runs were expected to take no longer.
    pub p50_seconds: u64,
    /// Nine of ten were.
    pub p90_seconds: u64,
}

/// Who said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// When.
    pub at: Milliseconds,
    /// To what: a gate; `None` for the whole plan.
    #[schemars(with = "Option<String>")]
    pub gate: Option<Address>,
    /// Who, where it is known.
    pub by: Option<String>,
}

/// One process that worked at the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// When it took the run up.
    pub began_at: Milliseconds,
    /// The last that is known of it.
    pub ended_at: Milliseconds,
    /// What came of it; `None` when it died.
    pub outcome: Option<Outcome>,
}

/// One step, as expected and as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedStep {
    /// Its position in the plan.
    pub step: StepId,
    /// What it does.
    pub verb: Verb,
    /// What it does in the words of the plan: `scale` and `shift` are updates, and so is `tag`.
    pub label: String,
    /// What it does it to.
    #[schemars(with = "String")]
    pub address: Address,
    /// Where its calls go.
    pub place: String,
    /// How it ended.
    pub end: StepEnd,
    /// Half of such steps were expected to take no longer, in seconds.
    pub p50_seconds: u32,
    /// Nine of ten were.
    pub p90_seconds: u32,
    /// When its first call left.
    pub started_at: Option<Milliseconds>,
    /// When it was over.
    pub ended_at: Option<Milliseconds>,
    /// How long it took, from its first call to its end, in milliseconds; where it made none that changes anything, from
    /// when all that it follows was done.
    pub took_milliseconds: Option<u64>,
    /// Whether it took more than twice what nine of ten take.
    pub slow: bool,
    /// What it waited for.
    pub waits: Waits,
    /// What the cloud, or the run, said when it failed.
    pub fault: Option<String>,
    /// The step whose failure it was skipped for.
    #[schemars(with = "Option<String>")]
    pub because: Option<Address>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepEnd {
    /// It is done.
    Done,
    /// There was nothing to change.
    Kept,
    /// It failed.
    Failed,
    /// It was not tried, because another one failed.
    Skipped,
    /// It was begun, and nobody knows its end yet.
    Open,
    /// It was not begun.
    Waiting,
}

/// What a step waited for, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waits {
    /// For its turn, from the end of what it waits for to its first call.
    pub turn_milliseconds: u64,
    /// For the cloud, from its taking the operation on to its end.
    pub cloud_milliseconds: u64,
    /// Before calls that had no effect were made again.
    pub retry_milliseconds: u64,
    /// How often a call was made again.
    pub retries: u32,
    /// How many of them because there were too many calls.
    pub throttled: u32,
    /// How often nobody knew whether a call had its effect.
    pub doubts: u32,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// When.
    pub at: Milliseconds,
    /// The word of the journal.
    pub fact: String,
    /// The step.
    pub step: Option<StepId>,
    /// What happened, for people.
    pub said: String,
}

/// A difference that was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldDifference {
    /// The address.
    #[schemars(with = "String")]
    pub address: Address,
    /// What an `apply` would do to it.
    pub verb: String,
    /// Why it was left.
    pub why: String,
}

/// How often an API operation was called in a region: attempts, as the cloud counts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// The region.
    #[schemars(with = "String")]
    pub region: Name,
    /// The operation, as `service:Operation`.
    #[schemars(with = "String")]
    pub call: Name,
    /// All attempts.
    pub attempts: u64,
    /// Those of them that were answered with "too many".
    pub throttled: u64,
    /// Those of them that failed otherwise.
    pub failed: u64,
    /// How long all of them together waited for their turn, because of the rate of the service.
    pub turn_milliseconds: u64,
    /// How long all of them together waited for their answers.
    pub answer_milliseconds: u64,
}

impl Report {
    /// The steps that ended so.
    pub fn ended(&self, end: StepEnd) -> impl Iterator<Item = &ReportedStep> {
        self.steps.iter().filter(move |step| step.end == end)
    }

    /// The steps that took far longer than expected.
    pub fn slow(&self) -> impl Iterator<Item = &ReportedStep> {
        self.steps.iter().filter(|step| step.slow)
    }
}
