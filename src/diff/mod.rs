//! Desired x live x memory to changes, those that are held included.
//!
//! Instances are gone through behind what they depend on, so that holes fill with what the live world tells and
//! nothing will move. The room refuses to order anything, and to look at a cloud.

mod action;
mod blocks;
mod cause;
mod clash;
mod compare;
mod conditions;
mod decide;
mod declared;
mod doom;
mod drill;
mod fence;
mod find;
mod follow;
mod forcing;
pub mod guards;
mod identity;
mod interest;
mod known;
mod marks;
pub mod model;
mod naming;
mod orphans;
pub(crate) mod outputs;
mod ready;
mod refer;
mod stay;
mod whose;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Address, Name, OwnerId, Role, Value};

pub use action::{Action, Operation};
pub use cause::{Cause, Causes, Moves};
pub use declared::{declared, earlier};
pub use guards::Guarded;
pub use identity::follows_from_name;
pub use interest::{Endangered, Interests, is_open, looked_at};
pub use model::{Change, Changes, Delta, Survey};
pub use refer::each_reference;

use crate::desired::{Assignment, Desired};
use crate::diag::Diagnostics;
use crate::memory::Memory;
use crate::topology::Topology;

/// Everything that a diff is made of.
pub struct Question<'a> {
    /// What was meant.
    pub topology: &'a Topology,
    /// The roles.
    pub assignment: &'a Assignment,
    /// What is wanted.
    pub desired: &'a Desired,
    /// What was wanted under other roles, where the operation moves roles; else nothing. The roles that hold now come
    /// first, then those of the spec where they are others.
    pub earlier: &'a [Earlier],
    /// What is there.
    pub survey: &'a Survey,
    /// What is remembered.
    pub memory: &'a Memory,
    /// What is asked for.
    pub operation: Operation,
    /// What is left out, or asked for beyond it.
    pub options: &'a Options,
    /// The keyed digest of a value that no cloud tells back.
    pub digest: &'a dyn Fn(&Value) -> Name,
}

/// What a spec wants under roles that an operation ends.
#[derive(Debug)]
pub struct Earlier {
    /// The roles.
    pub assignment: Assignment,
    /// What was wanted.
    pub desired: Desired,
}

/// What the caller narrows a plan to, or asks for beyond it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these addresses (with what they depend on); `None` for all.
    pub targets: Option<BTreeSet<Address>>,
    /// Only these sites; empty for all.
    pub sites: BTreeSet<Name>,
    /// Replaced whether they differ or not.
    pub replace: BTreeSet<Address>,
    /// The address that adopts an object, because the caller and not the spec says so.
    pub adopts: Option<Address>,
    /// Whether a replica may be promoted that is known to lack what the primary had.
    pub accepts_loss: bool,
}

impl Question<'_> {
    /// The owner tag of an address.
    pub fn owner(&self, address: &Address) -> OwnerId {
        address.owner(&self.topology.name, &self.topology.instance)
    }

    /// The places that could not be read and that the operation needs to be: all but those that are idle.
    pub fn unreachable(&self, changes: &Changes) -> BTreeMap<Name, Name> {
        let mut unknown = changes.unknown.clone();
        unknown.retain(|place, _| self.counts_on(place) && !changes.idle.contains(place));
        unknown
    }

    /// The owner tag of what stood at an address and was put aside.
    pub fn retired(&self, address: &Address) -> OwnerId {
        retired(address, &self.topology.name, &self.topology.instance)
    }

    /// What moves.
    pub fn moves(&self) -> Moves<'_> {
        Moves { operation: &self.operation, assignment: self.assignment, earlier: self.earlier }
    }

    /// Whether the operation needs a place to be read: not one that is lost, and where roles move, not the site of
    /// anybody else either.
    pub fn counts_on(&self, place: &str) -> bool {
        let site = self.topology.site_named(place);
        site.is_none_or(|site| {
            let moves = self.moves();
            let changes = || moves.takes_over(site) || moves.steps_down(site);
            self.assignment.role(site) != Role::Lost && (!self.operation.moves_roles() || changes())
        })
    }
}

/// The owner tag of what stood at an address and was put aside: nothing takes it for what follows it there.
pub fn retired(address: &Address, topology: &str, instance: &str) -> OwnerId {
    address.owner(topology, &format!("{instance}~retired"))
}

/// Compares what is wanted with what is there.
pub fn diff(question: &Question<'_>, diagnostics: &mut Diagnostics) -> Changes {
    let variables = |name: &str| question.topology.variables.get(name).map(|(value, _)| value.clone());
    let outputs = outputs::Outputs::new(question, &variables);
    let filling = outputs::Filling::new(&question.desired.residuals, outputs);
    let finder = find::Finder::new(question.survey);
    decide::Decider::new(question, finder, filling, diagnostics).run()
}
