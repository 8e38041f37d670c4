//! The words of a diff: what is asked for, and what becomes of an address.

use std::collections::BTreeSet;

use relight_contract::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Make the clouds as the spec says.
    Apply,
    /// Delete everything that is ours.
    Destroy,
    /// Give another site what lost sites served, and change nothing else.
    Failover {
        /// The incident that it belongs to.
        incident: String,
    },
    /// Bring up a shadow of a standby, apart from everything else, as the primary of a world of its own.
    DrillStart {
        /// The standby.
        site: String,
    },
    /// Take the shadow down again.
    DrillStop {
        /// The standby.
        site: String,
    },
    /// Let two sites that both answer change their roles, without losing anything.
    Switchover,
    /// Make sites that were lost standbys again.
    Reprotect,
    /// Accept what a recovery left.
    Commit {
        /// The addresses whose retired objects are deleted.
        #[schemars(with = "BTreeSet<String>")]
        delete: BTreeSet<Address>,
    },
}

impl Operation {
    /// Whether it moves roles between sites, and plans only what that causes.
    pub fn moves_roles(&self) -> bool {
        matches!(self, Operation::Failover { .. } | Operation::Switchover | Operation::Reprotect)
    }

    /// Whether it plans everything that differs from the spec.
    pub fn is_whole(&self) -> bool {
        matches!(self, Operation::Apply | Operation::Destroy) || self.drill().is_some()
    }

    /// Whether it deletes everything that it is about.
    pub fn destroys(&self) -> bool {
        matches!(self, Operation::Destroy | Operation::DrillStop { .. })
    }

    /// The site that is drilled, and whether its drill ends; `None` for what is no drill.
    pub fn drill(&self) -> Option<(&str, bool)> {
        match self {
            Operation::DrillStart { site } => Some((site, false)),
            Operation::DrillStop { site } => Some((site, true)),
            _ => None,
        }
    }

    /// The word that `on` of a gate or hook names it by.
    pub fn word(&self) -> &'static str {
        self.command().split(' ').next().unwrap_or_default()
    }

    /// The incident that it belongs to.
    pub fn incident(&self) -> Option<&str> {
        match self {
            Operation::Failover { incident } => Some(incident),
            _ => None,
        }
    }

    /// The command that asks for it.
    pub fn command(&self) -> &'static str {
        match self {
            Operation::Apply => "apply",
            Operation::Destroy => "destroy",
            Operation::Failover { .. } => "failover",
            Operation::DrillStart { .. } => "drill start",
            Operation::DrillStop { .. } => "drill stop",
            Operation::Switchover => "switchover",
            Operation::Reprotect => "reprotect",
            Operation::Commit { .. } => "commit",
        }
    }
}

/// What becomes of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It stays as it is.
    Keep,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// It exists and becomes ours.
    Adopt,
    /// It stays, and is no longer ours.
    Forget,
}
