//! The roles that hold, and those that an operation ends.

use relight_contract::Role;

use super::Operation;
use crate::desired::Assignment;
use crate::memory::Memory;
use crate::topology::Topology;

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
    let mut returning = now.clone();
    for (name, declaration) in &memory.declarations {
        let Some(site) = topology.site_named(name) else { continue };
        if let Some(from) = declaration.from.filter(|_| Some(declaration.epoch) == last) {
            before = before.with(site, from);
        }
        let gone = |role: Role| matches!(role, Role::Lost | Role::Fenced);
        if gone(declaration.role) || declaration.from.is_some_and(gone) {
            returning = returning.with(site, Role::Primary);
        }
    }
    let returning = Some(returning).filter(|_| *operation == Operation::Reprotect);
    let mut earlier = vec![now];
    for other in [Some(before), returning, Some(Assignment::peacetime(topology))].into_iter().flatten() {
        if !earlier.contains(&other) {
            earlier.push(other);
        }
    }
    earlier
}
