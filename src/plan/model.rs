//! The plan as data: immutable steps in a graph, a content-addressed id, and the basis it is valid for.

use std::collections::BTreeMap;
use std::fmt;

use relight_contract::{Act, Address, Mark, Name, OwnerId, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use super::asked::{ApproveAsk, ProbeWay, RunAsk, VerifyAsk};
use super::envelope::Envelope;
pub use crate::diff::{Action, Operation};
use crate::expr::Table;
use crate::memory::Debt;

/// The version of the stored form.
pub const FORMAT: u32 = 1;

/// `plan-` and 12 hex digits: the hash of the content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PlanId(pub String);

/// A plan: what is hashed, and what is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The hash of `content`.
    pub id: PlanId,
    /// Every choice that was made.
    pub content: Content,
    /// Time and such, outside the hash.
    pub envelope: Envelope,
}

/// Every choice that was made when planning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// The version of the stored form.
    pub format: u32,
    /// The topology's name.
    pub topology: String,
    /// Its instance.
    pub instance: String,
    /// What was asked for.
    pub operation: Operation,
    /// The roles that change with it, durably, as soon as it is approved; in spec order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declares: Vec<DeclaredRole>,
    /// What sites that it calls lost are left to owe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub debts: Vec<Debt>,
    /// What becomes of the declarations once all of it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concludes: Option<Conclusion>,
    /// The sites with their roles, in spec order.
    pub sites: Vec<PlannedSite>,
    /// Where calls go, by name.
    pub places: BTreeMap<String, PlannedPlace>,
    /// The values of the spec's variables, but for sensitive ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Json>,
    /// What it is valid for.
    pub basis: Basis,
    /// What was found, address by address: changes, and what is held. Unchanged objects are counted only.
    pub changes: Vec<PlannedChange>,
    /// How many objects stay as they are.
    pub kept: u64,
    /// The steps; a step's id is its position.
    pub steps: Vec<Step>,
    /// What fills the holes in the steps.
    #[schemars(with = "BTreeMap<u32, Json>")]
    pub residuals: Table,
    /// The spec's outputs: JSON with holes. A sensitive one is a hole.
    pub outputs: BTreeMap<String, PlannedOutput>,
    /// Notes for the reader: what is held and why, checks that failed or are not known yet.
    pub notes: Vec<Note>,
}

/// What becomes of declarations when a plan has been carried out to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// They hold, and what they ask for is done.
    Moved,
    /// They are accepted: the recovery is over, and its roles go on to hold.
    Accepted,
    /// They end: the roles are those of the spec again.
    Peace,
}

/// A role that a plan declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredRole {
    /// The site.
    pub site: String,
    /// Its role so far.
    #[schemars(with = "Json")]
    pub from: Role,
    /// Its role from then on.
    #[schemars(with = "Json")]
    pub to: Role,
    /// The epoch of the declaration.
    pub epoch: u64,
}

/// A site in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedSite {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Its region.
    pub region: String,
    /// Its role.
    #[schemars(with = "Json")]
    pub role: Role,
    /// Whether the role was declared, and for which incident; it overrides the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// Why it could not be read; `None` when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<String>,
}

/// A place that calls go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedPlace {
    /// The provider.
    pub provider: String,
    /// The region.
    pub region: String,
    /// The account or project, where it is known.
    pub account: Option<String>,
    /// Whether these are global services.
    pub global: bool,
    /// Why these global services could not be read; `None` when they were, when nothing of the operation stands there,
    /// and of a site, which says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<String>,
    /// Settings such as the profile; never a credential.
    pub settings: Json,
}

/// What a plan is valid for: it is refused when any of this moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// Hash of the spec's files and the values of its variables.
    pub spec: String,
    /// The declaration epoch.
    pub epoch: u64,
    /// Fingerprint of the live object behind each address that the plan touches or reads; `absent` for none.
    #[schemars(with = "BTreeMap<String, String>")]
    pub live: BTreeMap<Address, String>,
}

/// The position of a step in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StepId(pub u32);

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Makes an object.
    Create,
    /// Changes one in place; also adopts.
    Update,
    /// Deletes one.
    Delete,
    /// Makes a replica a primary. One way.
    Promote,
    /// Makes a primary a replica.
    Demote,
    /// Puts an old primary aside.
    Retire,
    /// Cuts writers.
    Fence,
    /// Moves traffic.
    Shift,
    /// Waits for a condition.
    Wait,
    /// Asks a probe.
    Verify,
    /// Asks a human.
    Approve,
    /// Runs a hook.
    Run,
}

/// One executable unit. Data only: nothing is decided when it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its position.
    pub id: StepId,
    /// What it does.
    pub verb: Verb,
    /// What it does it to.
    #[schemars(with = "String")]
    pub address: Address,
    /// The kind; of a guard the word `probe`, `gate` or `hook`.
    pub kind: String,
    /// Where its calls go: a name in `places`; empty for a guard.
    pub place: String,
    /// The steps that must be done before.
    pub after: Vec<StepId>,
    /// What is asked of the cloud.
    pub ask: Ask,
    /// Why, for people.
    pub why: String,
    /// Whether it cannot be undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_way: bool,
    /// Whether an empty filled change makes it `keep` (a hole stood against a present value).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub maybe: bool,
    /// Conditions that are checked when the step runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<StepCondition>,
    /// Expected duration, in seconds: half of all, and nine of ten.
    pub seconds: (u32, u32),
}

/// What a step asks of the cloud. Attributes are JSON with holes, `{"$hole": n}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A new object.
    Create {
        /// The fields that the spec gives, local ones included.
        attributes: Json,
        /// The owner tag.
        #[schemars(with = "String")]
        owner: OwnerId,
    },
    /// A change.
    Update {
        /// The object.
        native_id: String,
        /// The version it was planned against.
        version: Option<String>,
        /// The fields that change; null unsets.
        changes: Json,
        /// The fields as they are to be.
        attributes: Json,
    },
    /// A deletion.
    Delete {
        /// The object.
        native_id: String,
        /// The version it was planned against.
        version: Option<String>,
        /// Local fields.
        attributes: Json,
        /// Whether another object of the same address takes over: the old one of a replacement.
        replaced: bool,
    },
    /// A capability.
    Perform {
        /// Which.
        #[schemars(with = "String")]
        act: PerformAct,
        /// The object.
        native_id: String,
        /// The fields that it changes.
        changes: Json,
        /// The fields as they are to be.
        attributes: Json,
        /// Whether the cloud changes the roles of a replica and its source without a loss.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        planned: bool,
        /// Keyed digests of what it has from the object that it followed, and the cloud never tells back.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        #[schemars(with = "BTreeMap<String, String>")]
        inherited: BTreeMap<Name, Name>,
        /// The owner tag that it has from then on, for one that is put aside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        owner: Option<OwnerId>,
    },
    /// A look at an object, again and again, until a number that it tells is zero.
    Await {
        /// The object.
        native_id: String,
        /// The field.
        field: String,
        /// How long after the step began the number counts, in seconds: what was measured before does not.
        settle_seconds: u64,
        /// How long it is waited for, in seconds.
        within_seconds: u64,
    },
    /// Owner tags for an object that had others, or none, and for one that is to tell the role of its site.
    Claim {
        /// The object.
        native_id: String,
        /// The owner tag.
        #[schemars(with = "String")]
        owner: OwnerId,
        /// The address that it stood at, for one that was moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        from: Option<Address>,
        /// The declared role of its site, where it is to be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<Json>")]
        mark: Option<Mark>,
    },
    /// Nothing of the cloud: the inventory learns an object that is adopted and cannot carry owner tags.
    Remember {
        /// The object.
        native_id: String,
    },
    /// Nothing at all: it gathers what many steps wait for.
    Nothing,
    /// Nothing of the cloud: the inventory forgets the object.
    Forget {
        /// The object.
        native_id: String,
    },
    /// Nothing of the cloud: whether something is up.
    Verify(VerifyAsk),
    /// Nothing of the cloud: the word of people.
    Approve(ApproveAsk),
    /// Nothing of the cloud: a command of the user's.
    Run(RunAsk),
}

/// The capabilities that a step performs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PerformAct {
    /// Turns a replica into a primary.
    Promote,
    /// Turns a primary into a replica.
    Demote,
    /// Puts an old primary aside.
    Retire,
    /// Cuts writers.
    Fence,
    /// Moves traffic.
    Shift,
}

impl From<PerformAct> for Act {
    fn from(act: PerformAct) -> Act {
        match act {
            PerformAct::Promote => Act::Promote,
            PerformAct::Demote => Act::Demote,
            PerformAct::Retire => Act::Retire,
            PerformAct::Fence => Act::Fence,
            PerformAct::Shift => Act::Shift,
        }
    }
}

/// A pre- or postcondition that was not known when planning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepCondition {
    /// Whether it is checked after the step; else before.
    pub after: bool,
    /// A hole that fills with true or false.
    pub condition: Json,
    /// The message, text or a hole.
    pub message: Json,
}

/// What was found for one address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedChange {
    /// The address.
    #[schemars(with = "String")]
    pub address: Address,
    /// The kind.
    pub kind: String,
    /// What becomes of it.
    pub action: Action,
    /// The verb that people see (`scale` is an update of nothing but the size).
    pub label: String,
    /// Seen and explained, but not part of this operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Why.
    pub why: String,
    /// Whether a hole stands against a live value: it may turn out to be no change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub maybe: bool,
    /// Whether the new object is made before the old one goes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create_first: bool,
    /// The address that it stood at, for one that was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Address>,
    /// The fields that change; none for a creation, whose step holds all that the spec gives.
    pub fields: Vec<FieldChange>,
    /// Its steps.
    pub steps: Vec<StepId>,
}

/// The change of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// The field.
    pub name: String,
    /// The live value, masked when sensitive; null for none.
    pub before: Json,
    /// The wanted value, holes as `{"$hole": n}`, masked when sensitive; null for none.
    pub after: Json,
    /// Whether it forces a replacement.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forces_replacement: bool,
    /// Whether the values are masked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
}

/// One output of the spec.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedOutput {
    /// Its value: JSON with holes.
    pub value: Json,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Json,
    /// Whether it is shown only on request.
    pub sensitive: bool,
}

/// A note for the reader of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The diagnostic code.
    pub code: String,
    /// What it is about.
    #[schemars(with = "Option<String>")]
    pub address: Option<Address>,
    /// The note.
    pub message: String,
    /// Whether it is a failed check.
    pub failed: bool,
}

impl Verb {
    /// The word in journal and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Promote => "promote",
            Verb::Demote => "demote",
            Verb::Retire => "retire",
            Verb::Fence => "fence",
            Verb::Shift => "shift",
            Verb::Wait => "wait",
            Verb::Verify => "verify",
            Verb::Approve => "approve",
            Verb::Run => "run",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        let content = &self.content;
        content.steps.is_empty() && content.declares.is_empty() && content.concludes.is_none()
    }

    /// The command that makes a plan like it.
    pub fn command(&self) -> String {
        if let Some((site, _)) = self.content.operation.drill() {
            return format!("relight {} {site}", self.content.operation.command());
        }
        let sites = self.content.sites.iter();
        let taken = |site: &&PlannedSite| {
            let declares = self.content.declares.iter().any(|one| one.site == site.name);
            site.role == Role::Primary && (declares || site.declared.is_some())
        };
        let target = || {
            let mut sites = sites.clone();
            sites.find(taken).map(|site| format!(" {}", site.name)).unwrap_or_default()
        };
        match &self.content.operation {
            Operation::Failover { incident } => {
                let lost = sites.clone().filter(|site| site.role == Role::Lost);
                let lost: String = lost.map(|site| format!(" --lost {}", site.name)).collect();
                format!("relight failover{}{lost} --incident '{incident}'", target())
            }
            Operation::Switchover => format!("relight switchover{}", target()),
            Operation::Commit { delete } => {
                let delete: String = delete.iter().map(|address| format!(" --delete '{address}'")).collect();
                format!("relight commit{delete}")
            }
            operation => format!("relight {}", operation.command()),
        }
    }

    /// The roles that it was made for, by site.
    pub fn roles(&self) -> impl Iterator<Item = (&str, Role)> {
        self.content.sites.iter().map(|site| (site.name.as_str(), site.role))
    }
}
