//! The roles that hold, and those that an operation ends.

use relight_contract::{Posture, Role};

use super::Operation;
use crate::desired::Assignment;
use crate::memory::Memory;
use crate::topology::{SiteId, Topology};

/// The roles that hold: those of the spec, and over them what was declared.
pub fn declared(topology: &Topology, memory: &Memory) -> Assignment {
    let peacetime = Assignment::peacetime(topology);
    memory.declarations.iter().fold(peacetime, |assignment, (name, declaration)| {
        match topology.site_named(name) {
            Some(site) => assignment.with(site, declaration.role),
            None => assignment,
        }
    })
}

/// The roles that an operation ends which moves them. What was declared before may not have been carried out, so that
/// the roles before the last declaration, and those of the spec, may show in the clouds as well. A site that returns may
/// still take itself for a primary.
pub fn earlier(operation: &Operation, topology: &Topology, memory: &Memory) -> Vec<Assignment> {
    if !operation.moves_roles() {
        return Vec::new();
    }
    let now = declared(topology, memory);
    let last = memory.declarations.values().map(|declaration| declaration.epoch).max();
    let mut before = now.clone();
    let mut earlier = vec![now.clone()];
    for (name, declaration) in &memory.declarations {
        let Some(site) = topology.site_named(name) else { continue };
        if let Some(from) = declaration.from.filter(|_| Some(declaration.epoch) == last) {
            before = before.with(site, from);
        }
        let returns = declaration.role.is_closed() || declaration.from.is_some_and(Role::is_closed);
        if returns && *operation == Operation::Reprotect {
            earlier.push(alone(topology, &now, site));
        }
    }
    earlier.extend([before, Assignment::peacetime(topology)]);
    let mut seen: Vec<Assignment> = Vec::new();
    earlier.retain(|one| {
        let new = !seen.contains(one);
        if new {
            seen.push(one.clone());
        }
        new
    });
    earlier
}

/// The roles as a site sees them that still takes itself for the only primary.
fn alone(topology: &Topology, now: &Assignment, site: SiteId) -> Assignment {
    let serving = topology.site_ids().filter(|other| now.role(*other) == Role::Primary && *other != site);
    let waits = |other: SiteId| match topology.site(other).role {
        standby @ Role::Standby(_) => standby,
        _ => Role::Standby(Posture::Warm),
    };
    serving.fold(now.clone().with(site, Role::Primary), |all, other| all.with(other, waits(other)))
}
