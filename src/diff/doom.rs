//! What may go and what may not: deletions under `destroy`, guards, promotions by edit.

use std::sync::Arc;

use relight_contract::Live;

use super::compare::Comparison;
use super::decide::{Decider, Finding};
use super::model::{Change, Delta};
use super::orphans::guard_of;
use super::outputs::Outlook;
use super::stay::Staying;
use super::{Action, Operation};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, codes};
use crate::memory::Debt;

impl Decider<'_> {
    /// Under `destroy` every object goes that two witnesses call ours; the spec that names its address is one of them.
    /// What guards it is switched off first where the spec says so.
    pub(super) fn doomed(
        &mut self,
        id: InstanceId,
        live: Arc<Live>,
        found: &Finding,
        comparison: &Comparison,
    ) {
        let instance = self.question.desired.instance(id);
        self.filling.outputs.set(id, Outlook::Stays(live.clone()));
        let untagged = found.claim.is_some() && found.from.is_none();
        let shadow = self.question.is_shadow(instance);
        let keyed = found.keyed && !(shadow && self.hangs_on_ours(instance, &live));
        if keyed || untagged {
            let message = format!(
                "`{}` is `{}`, but {}: it is left alone",
                instance.address,
                live.native_id,
                match untagged {
                    true => "does not carry its owner tag",
                    false => "nothing remembers it, and it cannot carry an owner tag",
                }
            );
            let note = Diagnostic::note(codes::UNCLAIMED, message).address(&instance.address);
            self.staying.push(Staying {
                label: instance.address.to_string(),
                kind: instance.kind,
                place: instance.place.name.clone(),
                global: instance.place.global,
                live,
            });
            return self.changes.notes.push(note);
        }
        let held = self.untargeted(id);
        if held.is_none() {
            self.guard(instance, "delete", &[]);
            self.cloud_guard(instance, &live, "delete", comparison);
        }
        let guards = comparison.deltas.iter().filter(|delta| delta.switches_a_guard_off());
        let fields: Vec<Delta> = guards.cloned().collect();
        self.changes.changes.push(Change {
            held,
            fields,
            attributes: instance.attributes.clone(),
            ..Change::new(instance, id, Action::Delete, self.question.why_destroyed()).of(live)
        });
    }

    /// The cloud deletes nothing that it guards: the spec must switch the guard off.
    pub(super) fn cloud_guard(
        &mut self,
        instance: &Instance,
        live: &Live,
        verb: &str,
        comparison: &Comparison,
    ) {
        let Some(guard) = guard_of(instance.kind, live) else { return };
        if comparison.deltas.iter().any(|delta| delta.field.name == guard && delta.switches_a_guard_off()) {
            return;
        }
        self.diagnostics.push(
            Diagnostic::error(
                codes::DESTROY_PREVENTED,
                format!("the plan would {verb} `{}`, which `{guard}` forbids", instance.address),
            )
            .at(instance.span)
            .address(&instance.address)
            .help(format!("set `{guard} = false` first, or leave it out with `--target`")),
        );
    }

    pub(super) fn guard(&mut self, instance: &Instance, verb: &str, deltas: &[Delta]) {
        if !instance.lifecycle.prevent_destroy {
            return;
        }
        let by = deltas.iter().find(|delta| delta.replaces);
        let because = by
            .map(|delta| {
                format!(", because `{}` changes", delta.forcing.as_deref().unwrap_or(delta.field.name))
            })
            .unwrap_or_default();
        self.diagnostics.push(
            Diagnostic::error(
                codes::DESTROY_PREVENTED,
                format!(
                    "the plan would {verb} `{}`{because}, which `prevent_destroy` forbids",
                    instance.address
                ),
            )
            .at(instance.span)
            .address(&instance.address)
            .help("set `prevent_destroy = false` in its `lifecycle` first, or leave it out with `--target`"),
        );
    }

    /// A replica that is known to follow another source than the primary is promoted only where somebody accepts the loss.
    pub(super) fn astray(&mut self, instance: &Instance, comparison: &Comparison) {
        let question = self.question;
        let promotes = instance.kind.promotable().is_some_and(|(source, _)| {
            let mut deltas = comparison.deltas.iter();
            deltas.any(|delta| delta.field.name == source && delta.after.is_null())
        });
        let owes = |debt: &Debt| debt.address == instance.address && &*debt.verb == "demote";
        if !promotes || question.options.accepts_loss || !question.memory.debts.iter().any(owes) {
            return;
        }
        let problem = Diagnostic::error(
            codes::REPLICA_ASTRAY,
            format!(
                "`{}` followed another source than the primary: it lacks what was written since",
                instance.address
            ),
        );
        let help = match &question.operation {
            Operation::Failover { .. } => {
                "name another site that takes over; where what it lacks may be lost, say `--accept-loss`"
            }
            _ => "`relight reprotect` makes it follow the primary first",
        };
        self.wrong(instance, problem.at(instance.span).help(help));
    }

    /// A replica becomes a source, or the other way round, only by a command that says so.
    pub(super) fn transition(&mut self, instance: &Instance, comparison: &Comparison) {
        let Some((before, after)) = &comparison.source else { return };
        let Some((source, _)) = instance.kind.promotable() else { return };
        let (what, command) = match (before.is_null(), after.is_null()) {
            (false, true) => ("promote", "failover` or `relight switchover"),
            _ => (
                "demote",
                "switchover` or `relight reprotect`; what was promoted by hand is taken over by `relight failover",
            ),
        };
        let problem = Diagnostic::error(
            codes::PROMOTION_BY_EDIT,
            format!("`{source}` would {what} `{}`, and an apply never does that", instance.address),
        );
        let problem = problem.at(instance.span);
        self.wrong(instance, problem.help(format!("a change of roles goes through `relight {command}`")));
    }
}
