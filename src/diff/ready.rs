//! Whether a site that takes over will be ready: where something that makes it so cannot be done, no traffic is steered to
//! it.

use std::collections::HashMap;

use relight_contract::{Capability, Kind};

use super::cause::Cause;
use super::decide::Decider;
use super::{Action, Change};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, codes};

/// Holds every change that steers traffic while something that a site needs before it serves is held, missing or unseen.
pub(super) fn hold_traffic(decider: &mut Decider<'_>) {
    let Some(why) = missing(decider) else { return };
    // Whoever waits for the site must know; of one that cannot be read, that is said already.
    if !is_silent(decider) {
        let message = format!("no traffic is steered to the site that takes over before {why}");
        decider.changes.notes.push(Diagnostic::error(codes::STEP_BLOCKED, message));
    }
    let steers = |change: &&mut Change| change.is_done() && !change.kind.shiftable().is_empty();
    for change in decider.changes.changes.iter_mut().filter(steers) {
        change.held = Some(format!("no traffic moves before {why}"));
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
        if instance.place.global || !matters(instance, &causes.of(id)) {
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
        let mut held = held
            .filter(|(change, _)| change.fields.iter().any(|delta| causes.of(id).covers(delta.field.name)));
        match (stands, done, held.next()) {
            (false, false, _) => Some(format!("`{}` stands", instance.address)),
            (_, _, Some((_, why))) => Some(format!("`{}` is done, which is held: {why}", instance.address)),
            _ => None,
        }
    })
}

/// Whether a site serves only once the roles' wish for an object is fulfilled: its data, its size, what works on the data.
fn matters(instance: &Instance, cause: &Cause) -> bool {
    let decisive = decisive(instance.kind);
    match cause {
        Cause::Everything => !decisive.is_empty(),
        Cause::Fields(_) => decisive.iter().any(|field| cause.demands(field)),
    }
}

fn decisive(kind: &Kind) -> Vec<&'static str> {
    let fields = kind.capabilities.iter().flat_map(|capability| match capability {
        Capability::Scalable { fields } => fields.to_vec(),
        Capability::Promotable { source, .. } => vec![*source],
        Capability::Fenceable { effect } => effect.iter().map(|transition| transition.field).collect(),
        Capability::Shiftable { .. } => Vec::new(),
    });
    fields.collect()
}
