//! What relight remembers, as plain data: the inventory, declarations and debts.
//!
//! Memory speeds things up and remembers intent. It is never the truth about the cloud: losing it makes no plan
//! destroy or duplicate anything.

use std::collections::BTreeMap;

use relight_contract::{Address, Milliseconds, Name, OwnerId, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod digest;

pub use digest::digest;

/// Everything that is remembered about one topology instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What relight made or adopted and has not deleted.
    pub inventory: BTreeMap<Address, Item>,
    /// Old objects that a replacement has left to be deleted, by the address that they stood at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deposed: BTreeMap<Address, Vec<Item>>,
    /// Objects that were put aside to make room for a replica, by the address that they stood at. They go when a person
    /// says so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub retired: BTreeMap<Address, Vec<Item>>,
    /// Sites that were ever part of the topology: one that is missing from the spec is not forgotten silently.
    pub sites: BTreeMap<Name, RememberedSite>,
    /// The declared roles that override the spec, with their epoch; empty in peacetime.
    pub declarations: BTreeMap<Name, Declaration>,
    /// The declaration epoch: it rises with every declaration.
    pub epoch: u64,
    /// Whether a change of roles was begun, and none has come to its end since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moving: bool,
    /// What is owed by sites that were lost.
    pub debts: Vec<Debt>,
}

/// What is remembered of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its kind.
    pub kind: Name,
    /// The place it stands in.
    pub place: Name,
    /// What API calls name it by.
    pub native_id: Name,
    /// Its owner tag: with it, the second witness of a deletion.
    pub owner: OwnerId,
    /// The fields that the spec gave, so that one taken out of the spec can go back to its default.
    pub fields: Vec<Name>,
    /// Keyed digests of values that the cloud never tells back, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<Name, Name>,
    /// Local fields (`skip_final_snapshot`) as last given, as JSON.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub local: BTreeMap<Name, serde_json::Value>,
    /// What it was made after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Address>,
}

/// A site as it was when it was last applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedSite {
    /// Its provider.
    pub provider: Name,
    /// Its region.
    pub region: Name,
}

/// A declared role of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The role.
    pub role: Role,
    /// The epoch it was declared in.
    pub epoch: u64,
    /// When.
    pub at: Milliseconds,
    /// The incident it belongs to.
    pub incident: Option<Name>,
    /// The role that it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Role>,
    /// Whether somebody accepted it: the recovery is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub committed: bool,
}

/// Something that a lost site still owes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Debt {
    /// The object.
    #[schemars(with = "String")]
    pub address: Address,
    /// `fence`, `demote` or `delete`.
    #[schemars(with = "String")]
    pub verb: Name,
    /// Why.
    pub why: String,
}
