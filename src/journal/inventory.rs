//! The inventory as a fold: what a run made, changed and deleted, as memory keeps it.

use std::collections::BTreeMap;

use relight_contract::{Address, Milliseconds, Name, OwnerId, Role};
use serde_json::Value as Json;

use super::{Entry, Fact, Made, Outcome};
use crate::memory::{Debt, Declaration, Item, Memory, RememberedSite};
use crate::plan::{Ask, Conclusion, Operation, PerformAct, Plan, Step, StepId, Verb};

/// Adds what these entries of a run of `plan` say to `memory`. Doing so twice is the same as once.
pub fn remember(memory: &mut Memory, plan: &Plan, entries: &[Entry]) {
    for entry in entries {
        match &entry.fact {
            Fact::Opened { .. } => remember_sites(memory, plan),
            Fact::Approved => declare(memory, plan, entry.at),
            Fact::Finished { outcome: Outcome::Completed { .. } } => conclude(memory, plan),
            // The object exists from here on, whatever becomes of the operation.
            Fact::Accepted { step, native_id, .. } => {
                if let Some(step) = step_of(plan, *step)
                    && matches!(step.ask, Ask::Create { .. })
                {
                    put(memory, plan, step, native_id, None);
                }
            }
            Fact::Done { step, object, kept } => {
                if let Some(step) = step_of(plan, *step) {
                    remember_end(memory, plan, step, object.as_ref(), *kept);
                }
            }
            _ => {}
        }
    }
}

fn step_of(plan: &Plan, id: StepId) -> Option<&Step> {
    plan.content.steps.get(id.0 as usize)
}

fn remember_sites(memory: &mut Memory, plan: &Plan) {
    for site in &plan.content.sites {
        let remembered =
            RememberedSite { provider: site.provider.as_str().into(), region: site.region.as_str().into() };
        memory.sites.insert(site.name.as_str().into(), remembered);
    }
}

/// The roles that an approved plan declares hold from then on, whatever becomes of its steps.
fn declare(memory: &mut Memory, plan: &Plan, at: Milliseconds) {
    let content = &plan.content;
    if content.declares.is_empty() {
        return;
    }
    memory.moving = true;
    let incident = match &content.operation {
        Operation::Failover { incident } => Some(incident.as_str().into()),
        // A recovery is of its incident until it is over.
        _ => memory.declarations.values().find_map(|declaration| declaration.incident.clone()),
    };
    for declared in &content.declares {
        memory.epoch = memory.epoch.max(declared.epoch);
        let (role, epoch, from) = (declared.to, declared.epoch, Some(declared.from));
        let declaration = Declaration { role, epoch, at, incident: incident.clone(), from, committed: false };
        // What is folded once more has been declared before.
        let known = memory.declarations.get(&*declared.site).is_some_and(|known| known.epoch >= epoch);
        if !known {
            memory.declarations.insert(declared.site.as_str().into(), declaration);
        }
    }
    let new: Vec<_> = content.debts.iter().filter(|debt| !memory.debts.contains(debt)).cloned().collect();
    memory.debts.extend(new);
}

/// What holds once all of a plan is done.
fn conclude(memory: &mut Memory, plan: &Plan) {
    let content = &plan.content;
    if matches!(content.operation, Operation::Switchover | Operation::Reprotect) {
        let owes = |site: &Name| {
            let role =
                content.sites.iter().find(|planned| *planned.name == **site).map(|planned| planned.role);
            role.is_none_or(Role::is_closed)
        };
        memory.debts.retain(|debt| debt.address.site.as_ref().is_some_and(owes));
    }
    // What could not be read, or was held for a reason of its own, is still to be done.
    let read = content.places.values().all(|place| place.unreachable.is_none());
    if content.operation.moves_roles() && read && !content.notes.iter().any(|note| note.failed) {
        memory.moving = false;
    }
    let promoted = |debt: &Debt| {
        let mut steps = content.steps.iter();
        steps.any(|step| step.verb == Verb::Promote && step.address == debt.address)
    };
    memory.debts.retain(|debt| !promoted(debt));
    match content.concludes {
        Some(Conclusion::Peace) => memory.declarations.clear(),
        Some(Conclusion::Accepted) => {
            memory.declarations.values_mut().for_each(|declaration| declaration.committed = true);
        }
        Some(Conclusion::Moved) | None => {}
    }
}

fn remember_end(memory: &mut Memory, plan: &Plan, step: &Step, object: Option<&Made>, kept: bool) {
    match (&step.ask, object) {
        (Ask::Delete { .. }, _) if kept => {}
        (Ask::Delete { native_id, .. } | Ask::Forget { native_id }, _) => {
            forget(memory, &step.address, native_id);
        }
        (Ask::Perform { act: PerformAct::Retire, native_id, owner: Some(owner), .. }, Some(made)) => {
            retire(memory, plan, step, native_id, owner, made);
        }
        (Ask::Await { .. }, _) => {}
        (Ask::Remember { native_id }, _) => {
            put(memory, plan, step, &native_id.as_str().into(), None);
        }
        // It says nothing of what the spec gave: memory learns of the object with a step that does.
        (Ask::Claim { mark: Some(_), .. }, _) if !memory.inventory.contains_key(&step.address) => {}
        // What stands beside its address, and is changed before it goes, does not come back to it.
        (Ask::Update { native_id, .. }, _) if is_aside(memory, &step.address, native_id) => {}
        (_, Some(made)) => put(memory, plan, step, &made.native_id, Some(made)),
        (_, None) => {}
    }
}

fn is_aside(memory: &Memory, address: &Address, native_id: &str) -> bool {
    let mut aside =
        [&memory.deposed, &memory.retired].into_iter().filter_map(|items| items.get(address)).flatten();
    aside.any(|item| &*item.native_id == native_id)
}

/// What was put aside is not that of its address any more.
fn retire(memory: &mut Memory, plan: &Plan, step: &Step, old: &str, owner: &OwnerId, made: &Made) {
    let standing = memory.inventory.get(&step.address).filter(|item| &*item.native_id == old).cloned();
    if standing.is_some() {
        memory.inventory.remove(&step.address);
    }
    let item = standing.unwrap_or_else(|| item(plan, step, &made.native_id, None, None));
    let item = Item { native_id: made.native_id.clone(), owner: owner.clone(), ..item };
    let retired = memory.retired.entry(step.address.clone()).or_default();
    retired.retain(|other| other.native_id != item.native_id);
    retired.push(item);
}

fn forget(memory: &mut Memory, address: &Address, native_id: &str) {
    if memory.inventory.get(address).is_some_and(|item| &*item.native_id == native_id) {
        memory.inventory.remove(address);
    }
    for aside in [&mut memory.deposed, &mut memory.retired] {
        if let Some(items) = aside.get_mut(address) {
            items.retain(|item| &*item.native_id != native_id);
            if items.is_empty() {
                aside.remove(address);
            }
        }
    }
}

/// Sets the item of the step's address. Another object that stood there is deposed: its replacement has left it.
fn put(memory: &mut Memory, plan: &Plan, step: &Step, native_id: &Name, made: Option<&Made>) {
    // What is known of a moved object moves with it.
    if let Ask::Claim { from: Some(from), .. } = &step.ask
        && memory
            .inventory
            .get(from)
            .is_some_and(|item| item.native_id == *native_id && *item.kind == *step.kind)
        && let Some(item) = memory.inventory.remove(from)
    {
        memory.inventory.insert(step.address.clone(), item);
    }
    let earlier = memory.inventory.get(&step.address).cloned();
    let same = earlier.as_ref().filter(|item| item.native_id == *native_id).cloned();
    let mut item = item(plan, step, native_id, made, same);
    // A change of roles has an order of its own, which says nothing of what stands on what.
    if plan.content.operation.moves_roles() {
        let aside = memory.retired.get(&step.address).and_then(|items| items.last());
        if let Some(known) = earlier.as_ref().or(aside) {
            item.after.clone_from(&known.after);
        }
    }
    memory.inventory.insert(step.address.clone(), item);
    if matches!(step.ask, Ask::Create { .. }) {
        let left =
            earlier.filter(|item| item.native_id != *native_id).or_else(|| left(plan, step, native_id));
        if let Some(item) = left {
            let deposed = memory.deposed.entry(step.address.clone()).or_default();
            deposed.retain(|other| other.native_id != item.native_id);
            deposed.push(item);
        }
    }
}

/// The old object of a replacement that makes the new one first, as the plan tells it: memory may have lost it.
fn left(plan: &Plan, create: &Step, native_id: &Name) -> Option<Item> {
    plan.content.steps.iter().find_map(|step| match &step.ask {
        Ask::Delete { native_id: old, replaced: true, .. }
            if step.address == create.address
                && step.after.contains(&create.id)
                && old.as_str() != &**native_id =>
        {
            Some(item(plan, step, &old.as_str().into(), None, None))
        }
        _ => None,
    })
}

fn item(plan: &Plan, step: &Step, native_id: &Name, made: Option<&Made>, earlier: Option<Item>) -> Item {
    let content = &plan.content;
    let given = match &step.ask {
        Ask::Create { attributes, .. }
        | Ask::Update { attributes, .. }
        | Ask::Perform { attributes, .. }
        | Ask::Delete { attributes, .. } => attributes.as_object(),
        Ask::Claim { .. } | Ask::Await { .. } | Ask::Remember { .. } | Ask::Forget { .. } | Ask::Nothing => {
            None
        }
        Ask::Verify(_) | Ask::Approve(_) | Ask::Run(_) => None,
    };
    let remembered = || earlier.as_ref().map(|item| item.fields.clone()).unwrap_or_default();
    let mut fields: Vec<Name> = match given {
        Some(given) => given.keys().map(|name| Name::from(name.as_str())).collect(),
        None => remembered(),
    };
    // What such a step holds back is still what the spec gave.
    if content.operation.moves_roles() {
        fields.extend(remembered());
        if let Ask::Perform { inherited, .. } = &step.ask {
            fields.extend(inherited.keys().cloned());
        }
        fields.sort();
        fields.dedup();
    }
    let mut digests = earlier.as_ref().map(|item| item.digests.clone()).unwrap_or_default();
    digests.retain(|name, _| fields.contains(name));
    if let Ask::Perform { inherited, .. } = &step.ask {
        digests.extend(inherited.clone());
    }
    digests.extend(made.iter().flat_map(|made| made.digests.clone()));
    let local = match (made, &step.ask) {
        (Some(made), Ask::Create { .. } | Ask::Update { .. }) => made.local.clone(),
        (_, Ask::Delete { attributes, .. }) => known(attributes),
        _ => earlier.map(|item| item.local).unwrap_or_default(),
    };
    Item {
        kind: step.kind.as_str().into(),
        place: step.place.as_str().into(),
        native_id: native_id.clone(),
        owner: step.address.owner(&content.topology, &content.instance),
        fields,
        digests,
        local,
        after: made_after(plan, step),
    }
}

fn known(attributes: &Json) -> BTreeMap<Name, Json> {
    let entries = attributes.as_object().into_iter().flatten();
    entries
        .filter(|(_, value)| !value.is_object())
        .map(|(name, value)| (name.as_str().into(), value.clone()))
        .collect()
}

fn made_after(plan: &Plan, step: &Step) -> Vec<Address> {
    let before = step.after.iter().filter_map(|id| step_of(plan, *id));
    let moves = plan.content.operation.moves_roles();
    let mut after: Vec<Address> = before
        .filter(|other| other.address != step.address && !matches!(other.ask, Ask::Delete { .. }))
        .filter(|other| !moves || matches!(other.ask, Ask::Create { .. }))
        .map(|other| other.address.clone())
        .collect();
    after.sort();
    after.dedup();
    after
}
