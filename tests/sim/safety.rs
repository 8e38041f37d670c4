//! What must hold between any two sessions, whatever went wrong.

use std::collections::{BTreeMap, BTreeSet};

use relight::journal::{Entry, Fact};
use relight::memory::Memory;
use relight::plan::{Ask, Plan, StepId};
use relight_contract::{Address, Kind, Live, Name, OwnerId, State};

/// An object of the world.
pub type Standing = (String, &'static Kind, Live);

/// No step is begun before what it follows is done.
pub fn check_order(plan: &Plan, entries: &[Entry]) {
    let mut done: BTreeSet<StepId> = BTreeSet::new();
    for entry in entries {
        let Some(step) = entry.fact.step() else { continue };
        if matches!(entry.fact, Fact::Started { .. } | Fact::Done { .. }) {
            let after = &plan.content.steps[step.0 as usize].after;
            let missing = after.iter().find(|before| !done.contains(before));
            assert_eq!(missing, None, "step {step:?} began before what it follows");
        }
        if matches!(entry.fact, Fact::Done { .. }) {
            done.insert(step);
        }
    }
}

/// Everything that stands is found again: by its tag, or, where there can be none, by memory or an open step.
pub fn check_findable(
    objects: &[Standing],
    ours: &BTreeMap<OwnerId, Address>,
    foreign: &BTreeSet<Name>,
    memory: &Memory,
    open: Option<(&Plan, &[Entry])>,
) {
    for (domain, kind, live) in objects {
        if foreign.contains(&live.native_id) {
            continue;
        }
        if kind.tags.is_some() {
            let known = live.owner.as_ref().is_some_and(|owner| ours.contains_key(owner));
            assert!(known, "{} {} in {domain} has no tag of ours", kind.name, live.native_id);
            continue;
        }
        let items = memory.inventory.values().chain(memory.deposed.values().flatten());
        let remembered = items.into_iter().any(|item| item.native_id == live.native_id);
        let begun = open.is_some_and(|(plan, entries)| {
            plan.content.steps.iter().any(|step| {
                let began =
                    |entry: &Entry| matches!(&entry.fact, Fact::Started { step: id, .. } if *id == step.id);
                step.kind == kind.name && matches!(step.ask, Ask::Create { .. }) && entries.iter().any(began)
            })
        });
        assert!(remembered || begun, "nothing leads to {} {} in {domain}", kind.name, live.native_id);
    }
}

/// No address has two objects, but for the old one of a replacement that waits for its end.
pub fn check_single(
    objects: &[Standing],
    ours: &BTreeMap<OwnerId, Address>,
    memory: &Memory,
    plan: Option<&Plan>,
) {
    let mut by_owner: BTreeMap<&OwnerId, Vec<&Name>> = BTreeMap::new();
    for (_, _, live) in objects.iter().filter(|(_, _, live)| live.state != State::Deleting) {
        if let Some(owner) = &live.owner {
            by_owner.entry(owner).or_default().push(&live.native_id);
        }
    }
    for (owner, mut ids) in by_owner {
        let Some(address) = ours.get(owner) else { continue };
        let left = |id: &Name| {
            let deposed = memory
                .deposed
                .get(address)
                .is_some_and(|items| items.iter().any(|item| item.native_id == *id));
            let replaced = plan.is_some_and(|plan| {
                plan.content
                    .steps
                    .iter()
                    .any(|step| matches!(&step.ask, Ask::Delete { native_id, .. } if **native_id == **id))
            });
            deposed || replaced
        };
        ids.retain(|id| !left(id));
        assert!(ids.len() <= 1, "{address} has several objects: {ids:?}");
    }
}

/// Where nothing could be read, nothing is done.
pub fn check_unreachable(plan: &Plan, unreachable: &BTreeMap<Name, Name>) {
    for step in &plan.content.steps {
        if unreachable.contains_key(step.place.as_str()) {
            let idle = matches!(step.ask, Ask::Nothing);
            assert!(idle, "{} {} in {}, which cannot be read", step.verb, step.address, step.place);
        }
    }
}
