//! Marks: what objects tell of the role of their site, so that a declaration shows in the cloud to whoever has no memory
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Kind, Live, Mark, Name, Role};

use super::decide::Decider;
use super::model::Change;
use super::{Action, Operation, Question};
use crate::desired::InstanceId;
use crate::diag::{Diagnostic, codes};

/// Sees what the live objects tell, and lets those tell the new roles that stand for their sites.
pub(super) fn decide(decider: &mut Decider<'_>) {
    let question = decider.question;
    let told = decider.changes.live.iter().flatten().filter_map(|live| live.mark.as_ref());
    let highest = told.map(|mark| mark.epoch).max().unwrap_or(0).max(question.memory.epoch);
    decider.changes.epoch = question.memory.epoch;
    match &question.operation {
        // What is destroyed has no role.
        Operation::Destroy => {}
        // A shadow is nobody's primary.
        Operation::DrillStart { .. } | Operation::DrillStop { .. } => {}
        Operation::Apply | Operation::Commit { .. } => contradictions(decider, highest),
        Operation::Failover { .. } | Operation::Switchover | Operation::Reprotect => {
            contradictions(decider, highest);
            let now = question.earlier.first();
            let moves = now.is_some_and(|now| now.assignment != *question.assignment);
            decider.changes.epoch = if moves { highest + 1 } else { highest };
            mark(decider);
        }
    }
}

/// Whether an object tells of a declaration that memory does not know.
pub(super) fn contradicts(question: &Question<'_>, live: &Live) -> bool {
    live.mark.as_ref().is_some_and(|mark| mark.epoch > question.memory.epoch)
}

/// Marks of the last epoch, where that is later than memory knows of: somebody declared roles, and this store was not told.
/// Whoever gives the same role, as the spec does after everybody came home, or calls the site lost, contradicts nothing.
fn contradictions(decider: &mut Decider<'_>, highest: u64) {
    let question = decider.question;
    let primary = Role::Primary.to_string();
    let mut found: BTreeMap<&Name, (InstanceId, &Mark)> = BTreeMap::new();
    for (id, live) in (0..).zip(&decider.changes.live) {
        let live = live.as_ref().filter(|live| contradicts(question, live));
        let Some(mark) = live.and_then(|live| live.mark.as_ref()).filter(|mark| mark.epoch == highest) else {
            continue;
        };
        let instance = question.desired.instance(id);
        let becomes = instance.site.map(|site| question.assignment.role(site));
        let same = becomes == Some(Role::Primary) && *mark.role == *primary;
        if !same {
            found.entry(&instance.place.name).or_insert((id, mark));
        }
    }
    for (place, (id, mark)) in found {
        let instance = question.desired.instance(id);
        let message = format!(
            "`{place}` was declared {} in epoch {}, as the tag of `{}` tells, and this store knows of no such declaration",
            mark.role, mark.epoch, instance.address
        );
        decider.diagnostics.push(
            Diagnostic::error(codes::ROLES_CONTRADICTED, message).address(&instance.address).help(format!(
                "use the store in which it was declared; where that is lost, declare it again: `relight failover {place} \
                 --lost SITE --incident ID` changes nothing that is as it should be"
            )),
        );
    }
}

/// The objects that stand for their sites: in each primary that answers the first that holds data, and the first that
/// scales. What carries no owner tag of ours tells nothing.
fn mark(decider: &mut Decider<'_>) {
    let question = decider.question;
    let mut anchors: BTreeMap<(&Name, bool), InstanceId> = BTreeMap::new();
    let mut silent: BTreeSet<&Name> = BTreeSet::new();
    for (id, instance) in (0..).zip(&question.desired.instances) {
        let serves = instance.site.is_some_and(|site| question.assignment.role(site) == Role::Primary);
        if !serves || instance.place.global {
            continue;
        }
        let live = decider.changes.live.get(id as usize).and_then(Option::as_ref);
        let ours = live.is_some_and(|live| live.owner == Some(question.owner(&instance.address)));
        match anchor(instance.kind).filter(|_| ours) {
            Some(sort) => drop(anchors.entry((&instance.place.name, sort)).or_insert(id)),
            // What is made now can tell it from the next time on.
            None if anchor(instance.kind).is_some() && live.is_none() => {}
            None => drop(silent.insert(&instance.place.name)),
        }
    }
    silent.retain(|place| !anchors.keys().any(|(marked, _)| marked == place));
    for place in silent {
        let message =
            format!("nothing in `{place}` can tell the role that is declared: only the store knows of it");
        decider.changes.notes.push(Diagnostic::note(codes::ROLES_CONTRADICTED, message));
    }
    let epoch = decider.changes.epoch;
    let wanted = Mark { role: Role::Primary.to_string().into(), epoch };
    for id in anchors.into_values() {
        let Some(live) = decider.changes.live.get(id as usize).cloned().flatten() else { continue };
        if live.mark.as_ref() == Some(&wanted) {
            continue;
        }
        let done = |change: &&mut Change| change.instance == Some(id) && change.held.is_none();
        match decider.changes.changes.iter_mut().find(done) {
            Some(change) if change.action == Action::Replace => {}
            Some(change) => change.mark = Some(wanted.clone()),
            None => {
                let instance = question.desired.instance(id);
                let why = "it tells the role of its site";
                let change = Change::new(instance, id, Action::Keep, why).of(live);
                decider.changes.changes.push(Change { mark: Some(wanted.clone()), ..change });
            }
        }
    }
}

/// Whether a kind stands for its site, and whether by its data: what serves has tags and a size, or a source.
fn anchor(kind: &Kind) -> Option<bool> {
    kind.tags?;
    match (kind.promotable(), kind.scalable()) {
        (Some(_), _) => Some(true),
        (None, [_, ..]) => Some(false),
        (None, []) => None,
    }
}
