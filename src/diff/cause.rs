//! What a change of roles causes: only that belongs to the operation which makes it, and everything else is held.
//!
//! A field is caused when the spec wants another value of it under the new roles than under those so far, whatever the
//! clouds have. What a caused change needs and does not find is made as well.

use std::collections::{BTreeSet, HashSet};

use relight_contract::{HoleId, Name, Object, Placement, Role, Value};

use super::{Earlier, Operation};
use crate::desired::{Assignment, Dependency, Desired, Instance, InstanceId};
use crate::expr::{Node, Renumbering, Residuals, alike};
use crate::topology::SiteId;

/// Which differences of an instance belong to the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// All: the operation is about the whole spec, or the roles bring the object into being.
    Everything,
    /// Those of these fields.
    Fields(BTreeSet<Name>),
}

impl Cause {
    /// Whether no difference does.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Cause::Fields(fields) if fields.is_empty())
    }

    /// Whether a difference of a field belongs to the operation.
    pub(super) fn covers(&self, field: &str) -> bool {
        match self {
            Cause::Everything => true,
            Cause::Fields(fields) => fields.contains(field),
        }
    }

    /// Whether it is a change of roles that wants a field's value.
    pub(super) fn demands(&self, field: &str) -> bool {
        matches!(self, Cause::Fields(fields) if fields.contains(field))
    }
}

/// What an operation that moves roles causes.
pub struct Causes {
    /// By instance.
    causes: Vec<Cause>,
    /// By instance, whether a caused change needs it to exist.
    needed: Vec<bool>,
}

/// An operation that moves roles: from which to which.
#[derive(Clone, Copy, Debug)]
pub struct Moves<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The roles from then on.
    pub assignment: &'a Assignment,
    /// What was wanted under the roles so far.
    pub earlier: &'a [Earlier],
}

impl Moves<'_> {
    /// Whether a site becomes a primary.
    pub fn takes_over(&self, site: SiteId) -> bool {
        let was_another = |earlier: &Earlier| earlier.assignment.role(site) != Role::Primary;
        self.assignment.role(site) == Role::Primary && self.earlier.iter().any(was_another)
    }

    /// Whether a site becomes a standby that was a primary, or may still take itself for one.
    pub fn steps_down(&self, site: SiteId) -> bool {
        let was_primary = |earlier: &Earlier| earlier.assignment.role(site) == Role::Primary;
        let down = matches!(self.assignment.role(site), Role::Standby(_));
        let planned = matches!(self.operation, Operation::Switchover | Operation::Reprotect);
        planned && down && self.earlier.iter().any(was_primary)
    }

    /// Whether the operation touches an object there: the sites whose roles it changes, and what belongs to no one site.
    /// A failover leaves other standbys alone; where nobody is in a hurry, they follow the new primary.
    pub fn touches(&self, instance: &Instance) -> bool {
        let spans = instance.kind.placement == Placement::Spanning;
        let site = |site: SiteId| match self.operation {
            Operation::Failover { .. } => self.takes_over(site),
            _ => !self.assignment.role(site).is_closed(),
        };
        instance.place.global || spans || instance.site.is_some_and(site)
    }
}

impl Causes {
    /// What is caused when these roles, with what they want, end the earlier ones.
    pub fn new(moves: Moves<'_>, desired: &Desired) -> Causes {
        let earlier = moves.earlier;
        let tables = std::iter::once(&desired.residuals);
        let tables: Vec<&Residuals> =
            tables.chain(earlier.iter().map(|earlier| &earlier.desired.residuals)).collect();
        let mut numbers = alike(&tables).into_iter();
        let own = numbers.next().unwrap_or_default();
        let worlds: Vec<(&Desired, Renumbering)> =
            earlier.iter().map(|earlier| &earlier.desired).zip(numbers).collect();
        let one = |instance: &Instance| match moves.touches(instance) {
            true => cause(instance, &own, &worlds),
            false => Cause::Fields(BTreeSet::new()),
        };
        let causes: Vec<Cause> = desired.instances.iter().map(one).collect();
        let needed = needed(desired, &causes);
        Causes { causes, needed }
    }

    /// Of an operation that is about no wanted object at all.
    pub(super) fn nothing() -> Causes {
        Causes { causes: Vec::new(), needed: Vec::new() }
    }

    /// What of an instance is caused.
    pub fn of(&self, id: InstanceId) -> Cause {
        self.causes.get(id as usize).cloned().unwrap_or(Cause::Fields(BTreeSet::new()))
    }

    /// Whether anything is caused in a place: a change there, or the end of what only the roles so far wanted.
    pub(super) fn reach(&self, place: &str, desired: &Desired, earlier: &[Earlier]) -> bool {
        let instances = (0..).zip(&desired.instances);
        let mut here = instances.filter(|(_, instance)| *instance.place.name == *place);
        let ends = |earlier: &Earlier| {
            let mut here = earlier.desired.instances.iter().filter(|instance| *instance.place.name == *place);
            here.any(|instance| !desired.by_address.contains_key(&instance.address))
        };
        here.any(|(id, _)| !self.of(id).is_nothing()) || earlier.iter().any(ends)
    }

    /// Whether the operation leaves an instance as it is, whatever is wrong with it.
    pub(super) fn leaves(&self, instance: &Instance, id: InstanceId) -> bool {
        !self.makes(instance, id) && self.of(id).is_nothing()
    }

    /// Whether an instance that does not exist is made: also one of which the new roles want more than those before. But
    /// a replica that should be promoted and is not there is not made from nothing, whoever needs it.
    pub fn makes(&self, instance: &Instance, id: InstanceId) -> bool {
        let Some(cause) = self.causes.get(id as usize) else { return false };
        let promotes = instance.kind.promotable().is_some_and(|(source, _)| {
            cause.demands(source) && instance.attributes.get(source).is_none_or(Value::is_null)
        });
        let needed = self.needed.get(id as usize) == Some(&true);
        !promotes && (needed || !cause.is_nothing())
    }
}

fn cause(instance: &Instance, own: &Renumbering, worlds: &[(&Desired, Renumbering)]) -> Cause {
    let mut fields = BTreeSet::new();
    for (world, numbers) in worlds {
        let Some(id) = world.by_address.get(&instance.address) else { return Cause::Everything };
        let earlier = &world.instance(*id).attributes;
        let names = instance.attributes.names().chain(earlier.names());
        fields.extend(
            names
                .filter(|name| meant(&instance.attributes, name, own) != meant(earlier, name, numbers))
                .cloned(),
        );
    }
    Cause::Fields(fields)
}

/// A field's value with residuals numbered by what they mean; one that is not given is as good as null.
fn meant(attributes: &Object, name: &str, numbers: &Renumbering) -> Option<Value> {
    attributes.get(name).filter(|value| !value.is_null()).map(|value| numbers.value(value))
}

/// By instance, whether something caused rests on it, however far.
fn needed(desired: &Desired, causes: &[Cause]) -> Vec<bool> {
    let mut needed = vec![false; desired.instances.len()];
    let mut waiting: Vec<Dependency> = Vec::new();
    let mut joins: HashSet<u32> = HashSet::new();
    let mut holes: HashSet<HoleId> = HashSet::new();
    for (instance, cause) in desired.instances.iter().zip(causes) {
        match cause {
            Cause::Everything => waiting.extend(&instance.after),
            Cause::Fields(fields) => {
                let values = fields.iter().filter_map(|name| instance.attributes.get(name));
                values.for_each(|value| read(desired, value, &mut holes, &mut waiting));
            }
        }
    }
    while let Some(next) = waiting.pop() {
        match next {
            Dependency::Instance(id) => {
                if let Some(slot) = needed.get_mut(id as usize).filter(|slot| !**slot) {
                    *slot = true;
                    waiting.extend(&desired.instance(id).after);
                }
            }
            Dependency::Join(join) if joins.insert(join) => {
                waiting.extend(desired.joins.get(join as usize).into_iter().flatten());
            }
            Dependency::Join(_) => {}
        }
    }
    needed
}

/// The instances whose outputs fill the holes of a value.
fn read(desired: &Desired, value: &Value, seen: &mut HashSet<HoleId>, into: &mut Vec<Dependency>) {
    let mut waiting = Vec::new();
    value.each_hole(&mut |id| waiting.push(id));
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        desired.residuals.with_node(id, |node| match node {
            Node::Output { address, .. } => {
                into.extend(desired.by_address.get(address).map(|id| Dependency::Instance(*id)));
            }
            node => node.each_operand(&mut |operand| waiting.push(operand)),
        });
    }
}
