//! Fences: the writers of a site that steps down are cut before another one takes its data over, and let in again, as
//! far as a standby has any, when all is done.

use std::sync::Arc;

use relight_contract::canonical::same;
use relight_contract::{Kind, Live, Name, Role, Value};

use super::decide::Decider;
use super::model::{Change, Delta};
use super::{Action, Question};
use crate::desired::{Instance, InstanceId};

/// Adds a fence for everything in sites that step down whose writers can be cut, and are not.
pub(super) fn decide(decider: &mut Decider<'_>) {
    let question = decider.question;
    if !question.operation.moves_roles() {
        return;
    }
    for (id, instance) in (0..).zip(&question.desired.instances) {
        let down = instance.site.is_some_and(|site| question.moves().steps_down(site));
        if !down || instance.place.global || instance.kind.fence().is_empty() {
            continue;
        }
        let Some(live) = decider.changes.live.get(id as usize).cloned().flatten() else { continue };
        let effect = effect(instance.kind, &live);
        // A standby has them cut as well, or they were cut before: then nothing is cut that is as it should be.
        if effect.is_empty() || is_settled(decider, instance, id) {
            continue;
        }
        let_in(decider, instance, id, &live, &effect);
        let why = "nothing may write while another site takes over";
        let fence = Change::new(instance, id, Action::Update, why).of(live);
        decider.changes.changes.push(Change { fences: true, fields: effect, ..fence });
    }
}

/// The fields that an operation opens again: what an earlier attempt fenced is not anybody's drift.
pub(super) fn opens(question: &Question<'_>, instance: &Instance) -> impl Iterator<Item = Name> {
    let moves = question.operation.moves_roles();
    let down = moves && instance.site.is_some_and(|site| question.moves().steps_down(site));
    let fence = if down && !instance.place.global { instance.kind.fence() } else { &[] };
    fence.iter().map(|transition| transition.field.into())
}

/// The fields that a fence changes.
fn effect(kind: &'static Kind, live: &Live) -> Vec<Delta> {
    let transitions = kind.fence().iter().filter_map(|transition| {
        let field = kind.field(transition.field)?;
        let after = transition.to.to_value(&field.ty());
        let before = live.get(field.name).cloned().unwrap_or(Value::Null(field.ty()));
        let differs = !same(field, &after, &before);
        differs.then_some(Delta { field, before, after, replaces: false, forcing: None, taken_out: false })
    });
    transitions.collect()
}

/// Whether a site has stepped down already: it has the role, and nothing of the operation is left to do there for the
/// object or for the data behind it.
fn is_settled(decider: &Decider<'_>, instance: &Instance, id: InstanceId) -> bool {
    let question = decider.question;
    let Some(site) = instance.site else { return true };
    let had_it = question.earlier.first().is_some_and(|now| {
        let role = now.assignment.role(site);
        matches!(role, Role::Standby(_)) && role == question.assignment.role(site)
    });
    let here = |change: &&Change| change.place.name == instance.place.name && change.is_done();
    let mut left = decider.changes.changes.iter().filter(here);
    let left = left.any(|change| change.instance == Some(id) || change.demotes().is_some());
    had_it && !left
}

/// Lets the object have, once its site is a standby, what the spec wants, or what it had.
fn let_in(
    decider: &mut Decider<'_>,
    instance: &Instance,
    id: InstanceId,
    live: &Arc<Live>,
    effect: &[Delta],
) {
    let changes = decider.changes.changes.iter();
    let mine = |change: &&Change| change.instance == Some(id) && change.action != Action::Keep;
    let existing = changes.clone().position(|change| mine(&change));
    let existing_change = existing.and_then(|at| decider.changes.changes.get(at));
    // What cannot be changed now, or is made anew, is let in by that.
    if existing_change.is_some_and(|change| change.held.is_some() || change.action != Action::Update) {
        return;
    }
    let mut fields = existing_change.map(|change| change.fields.clone()).unwrap_or_default();
    for cut in effect {
        match fields.iter().position(|delta| delta.field.name == cut.field.name) {
            Some(at) if !fields[at].after.has_hole() && same(cut.field, &fields[at].after, &cut.after) => {
                fields.remove(at);
            }
            Some(at) => fields[at].before = cut.after.clone(),
            None => {
                fields.push(Delta { before: cut.after.clone(), after: cut.before.clone(), ..cut.clone() })
            }
        }
    }
    fields.sort_by_key(|delta| delta.field.name);
    let attributes = decider.attributes(instance);
    let changes = &mut decider.changes.changes;
    match (existing, fields.is_empty()) {
        (Some(at), true) => drop(changes.remove(at)),
        (Some(at), false) => changes[at].fields = fields,
        (None, true) => {}
        (None, false) => {
            let change = Change::new(instance, id, Action::Update, "a standby has it so").of(live.clone());
            changes.push(Change { fields, attributes, ..change });
        }
    }
}
