//! Whether a site that takes over will be ready: where something that makes it so cannot be done, no traffic is steered to
//! it.

use std::collections::HashMap;

use relight_contract::{Capability, Role, Value};

use super::cause::Cause;
use super::decide::Decider;
use super::outputs::Outlook;
use super::{Action, Change, Operation};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, codes};
use crate::topology::SiteId;

/// Holds every change that steers traffic while something that a site needs before it serves is held, missing or unseen.
pub(super) fn hold_traffic(decider: &mut Decider<'_>) {
    let unasked = decider.hold_guarded();
    let Some(why) = missing(decider).or(unasked) else { return };
    // Whoever waits for the site must know; of one that cannot be read, that is said already.
    if !is_silent(decider) {
        let message = format!("no traffic is steered to the site that takes over before {why}");
        decider.changes.notes.push(Diagnostic::error(codes::STEP_BLOCKED, message));
    }
    let question = decider.question;
    hold(decider, |change| {
        // Nor does anybody step down for a site that will not be ready.
        let site = change.instance.filter(|_| !change.place.global);
        let site = site.and_then(|id| question.desired.instance(id).site);
        let down = site.is_some_and(|site| question.moves().steps_down(site));
        let steers = !change.kind.shiftable().is_empty() || down;
        steers.then(|| format!("nothing moves before {why}"))
    });
}

/// Holds every change that steers traffic in an operation that is not about roles, while a change of roles is not done,
/// or for a site that only the command calls lost: its probes and promotions come first, and belong to another command.
pub(super) fn leave_traffic(decider: &mut Decider<'_>) {
    let question = decider.question;
    let topology = question.topology;
    let called = |site: SiteId| {
        let declared = question.memory.declarations.contains_key(&topology.site(site).name);
        question.assignment.role(site) == Role::Lost && !declared
    };
    let moving = question.memory.moving;
    if question.operation != Operation::Apply || !(moving || topology.site_ids().any(called)) {
        return;
    }
    hold(decider, |change| {
        let shiftable = change.kind.shiftable();
        let mut fields = change.fields.iter().map(|delta| delta.field.name);
        if change.live.is_none() || !fields.any(|field| shiftable.contains(&field)) {
            return None;
        }
        let site = change.instance.and_then(|id| question.desired.instance(id).site);
        match site.filter(|site| called(*site)) {
            Some(site) => Some(format!(
                "`{0}` is called lost and not declared so: `relight failover --lost {0}` moves its traffic",
                topology.site(site).name
            )),
            None => moving.then(|| {
                "a change of roles is not done: the same command again does the rest, and asks its probes"
                    .to_owned()
            }),
        }
    });
}

/// Holds changes, with why, and whatever rests on one of them; what is depended on stands before it.
fn hold(decider: &mut Decider<'_>, why: impl Fn(&Change) -> Option<String>) {
    for index in 0..decider.changes.changes.len() {
        let change = &decider.changes.changes[index];
        if !change.is_done() {
            continue;
        }
        let rests = || change.attributes.iter().find_map(|(_, value)| decider.why_blocked(value));
        let Some(held) = why(change).or_else(|| rests().map(|why| why.to_string())) else { continue };
        let outlook = Outlook::held(change.live.as_ref());
        if let Some(id) = change.instance {
            decider.filling.outputs.set(id, outlook);
            decider.forget_blocks();
        }
        decider.changes.changes[index].held = Some(held);
    }
}

/// Whether a site that takes over cannot be read.
fn is_silent(decider: &Decider<'_>) -> bool {
    let question = decider.question;
    let mut sites =
        decider.changes.unknown.keys().filter(|place| question.topology.site_named(place).is_some());
    sites.any(|place| question.counts_on(place))
}

/// What is not ready, and will not be.
fn missing(decider: &Decider<'_>) -> Option<String> {
    let causes = decider.causes.as_ref()?;
    let question = decider.question;
    let mut planned: HashMap<InstanceId, Vec<&Change>> = HashMap::new();
    for change in &decider.changes.changes {
        if let Some(id) = change.instance {
            planned.entry(id).or_default().push(change);
        }
    }
    (0..).zip(&question.desired.instances).find_map(|(id, instance)| {
        let takes_over = instance.site.is_some_and(|site| question.moves().takes_over(site));
        if instance.place.global || !takes_over || !matters(instance, &causes.of(id)) {
            return None;
        }
        if decider.changes.unknown.contains_key(&instance.place.name) {
            return Some(format!("`{}` can be read", instance.address));
        }
        let changes = planned.get(&id).map(Vec::as_slice).unwrap_or_default();
        let stands = decider.changes.live.get(id as usize).is_some_and(Option::is_some);
        let done = changes.iter().any(|change| change.is_done() && change.action != Action::Keep);
        let held = changes.iter().filter_map(|change| Some((change, change.held.as_ref()?)));
        // What differs beside what the roles want is nobody's concern now.
        let decisive = decisive(instance);
        let mut held = held.filter(|(change, _)| {
            let mut fields = change.fields.iter().map(|delta| delta.field.name);
            fields.any(|name| decisive.contains(&name) && causes.of(id).covers(name))
        });
        match (stands, done, held.next()) {
            (false, false, _) => Some(format!("`{}` stands", instance.address)),
            (_, _, Some((_, why))) => Some(format!("`{}` is done, which is held: {why}", instance.address)),
            _ => None,
        }
    })
}

/// Whether a site serves only once the roles' wish for an object is fulfilled: its data, its size, what works on the data.
fn matters(instance: &Instance, cause: &Cause) -> bool {
    let decisive = decisive(instance);
    match cause {
        Cause::Everything => !decisive.is_empty(),
        Cause::Fields(_) => decisive.iter().any(|field| cause.demands(field)),
    }
}

fn decisive(instance: &Instance) -> Vec<&'static str> {
    let fields = instance.kind.capabilities.iter().flat_map(|capability| match capability {
        Capability::Scalable { fields } => fields.to_vec(),
        // One that follows another source goes on being a replica.
        Capability::Promotable { source, .. } => {
            let alone = instance.attributes.get(source).is_none_or(Value::is_null);
            if alone { vec![*source] } else { Vec::new() }
        }
        Capability::Fenceable { effect } => effect.iter().map(|transition| transition.field).collect(),
        Capability::Shiftable { .. } | Capability::Restorable(_) | Capability::Shared | Capability::Joins => {
            Vec::new()
        }
    });
    fields.collect()
}
