//! Probes, gates and hooks: which take part in an operation, filled as far as the live world makes them known.
//!
//! What one of them stands before waits for it: where it cannot be asked at all, that is held, as a check that fails.

use std::collections::BTreeSet;

use relight_contract::{Address, Name, Object, Role, Value};

use super::decide::Decider;
use super::outputs::{Outlook, Outputs};
use super::{Operation, Question};
use crate::desired::guards::DesiredGuard;
use crate::desired::{Assignment, Dependency, Desired, InstanceId};
use crate::diag::{Diagnostic, codes};
use crate::expr::{Filled, Filler, Leaves, NoFiles, Node, SecretSource};
use crate::spec::GuardKind;
use crate::topology::SiteId;

/// A guard that takes part.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// Its position among the desired ones.
    pub guard: usize,
    /// Its attributes, filled as far as they are known.
    pub settings: Object,
    /// Whether it asks what traffic reaches once it was steered elsewhere.
    pub is_public: bool,
}

/// Whether a guard takes part in the operation, as far as its site and what it says tell.
fn takes_part(question: &Question<'_>, guard: &DesiredGuard) -> bool {
    let operation = &question.operation;
    // What goes home is a switchover as any other, and has a name of its own.
    let home = *operation == Operation::Switchover
        && *question.assignment == Assignment::peacetime(question.topology);
    let is_meant = |word: &str| word == operation.word() || (home && word == "failback");
    let named = guard.on.iter().any(|word| is_meant(word));
    if let Some(shadow) = question.topology.shadow {
        // What serves is not asked about, and a shadow that goes answers nobody.
        let starts = !operation.destroys() && guard.site == Some(shadow.site);
        return starts && (named || guard.kind == GuardKind::Probe && guard.on.is_empty());
    }
    if !operation.moves_roles() {
        return named;
    }
    let changes = |site: SiteId| {
        let role = question.assignment.role(site);
        role != Role::Lost && question.earlier.iter().any(|earlier| earlier.assignment.role(site) != role)
    };
    let takes_over = |site: SiteId| question.moves().takes_over(site);
    // It makes nobody a primary.
    let reprotects = *operation == Operation::Reprotect;
    let here = |site: SiteId| match guard.kind {
        _ if reprotects => changes(site) && !takes_over(site),
        // What it asks is worded for an operation that it names, and for a site that takes over else.
        GuardKind::Gate if named => changes(site),
        _ => takes_over(site),
    };
    (named || (guard.on.is_empty() && !reprotects)) && guard.site.is_none_or(here)
}

/// By guard, whether it stands behind what steers traffic, as the spec says it.
fn public(desired: &Desired) -> Vec<bool> {
    let steers = |id: &InstanceId| {
        let instance = desired.instance(*id);
        let names_data = instance.after.iter().any(|dependency| match dependency {
            Dependency::Instance(id) => desired.instance(*id).kind.promotable().is_some(),
            Dependency::Join(_) => false,
        });
        !instance.kind.shiftable().is_empty() && !names_data
    };
    let guards = &desired.guards;
    let mut found: Vec<bool> = guards.iter().map(|guard| guard.after.instances.iter().any(steers)).collect();
    // One that follows another one which stands there does so too.
    for _ in 0..guards.len() {
        let behind = |index: usize| guards[index].after.guards.iter().any(|before| found[*before]);
        let next: Vec<bool> = (0..guards.len()).map(|index| found[index] || behind(index)).collect();
        if next == found {
            break;
        }
        found = next;
    }
    found
}

impl Decider<'_> {
    /// Why a guard cannot be asked; `None` when it can be. The message of a gate is no reason.
    fn unaskable(&mut self, guard: &DesiredGuard) -> Option<Name> {
        if guard.blocked.is_some() {
            return guard.blocked.clone();
        }
        let settings = guard.settings.iter().filter(|(name, _)| &**name != "message");
        for (_, value) in settings {
            match self.filling.fill(value) {
                Ok(filled) => {
                    if let Some(why) = self.why_blocked(&filled) {
                        return Some(why);
                    }
                }
                Err(failure) => return Some(failure.message.into()),
            }
        }
        None
    }

    /// Holds what stands behind gates and hooks that cannot be asked; tells what the first probe of a site that takes
    /// over waits for that cannot be asked.
    pub(super) fn hold_guarded(&mut self) -> Option<String> {
        let desired = self.question.desired;
        if !self.changes.changes.iter().any(|change| change.is_done()) {
            return None;
        }
        let is_public = public(desired);
        let mut missing = None;
        for (guard, is_public) in desired.guards.iter().zip(is_public) {
            if !takes_part(self.question, guard) {
                continue;
            }
            let Some(why) = self.unaskable(guard) else { continue };
            let why = format!("`{}` can be asked: {why}", guard.address);
            match guard.kind {
                GuardKind::Probe if !is_public => {
                    missing.get_or_insert(why);
                }
                _ => {
                    let held = self.hold_behind(guard, &why);
                    if held || guard.kind != GuardKind::Gate {
                        let message = format!("nothing is done behind it before {why}");
                        self.changes.notes.push(Diagnostic::error(codes::STEP_BLOCKED, message));
                    }
                }
            }
        }
        missing
    }

    /// Holds the changes that a guard stands before; whether there are any.
    fn hold_behind(&mut self, guard: &DesiredGuard, why: &str) -> bool {
        let behind: BTreeSet<InstanceId> = guard.before.instances.iter().copied().collect();
        let mut any = false;
        for change in &mut self.changes.changes {
            let Some(id) = change.instance.filter(|id| behind.contains(id)) else { continue };
            if !change.is_done() {
                continue;
            }
            any = true;
            change.held = Some(format!("it waits until {why}"));
            let outlook = Outlook::held(change.live.as_ref());
            self.filling.outputs.set(id, outlook);
        }
        self.forget_blocks();
        any
    }

    /// The guards that take part and can be asked.
    pub(super) fn guards(&mut self) {
        let desired = self.question.desired;
        for (index, is_public) in public(desired).into_iter().enumerate() {
            let guard = &desired.guards[index];
            if !takes_part(self.question, guard) || self.unaskable(guard).is_some() {
                continue;
            }
            let mut settings = Object::new();
            for (name, value) in &guard.settings {
                let filled = match guard.kind {
                    // It is asked before what it asks about is changed: how that stands now is what counts.
                    GuardKind::Gate => self.as_it_stands(value),
                    _ => self.filling.fill(value).ok(),
                };
                let fallback = || Value::from("what it asks cannot be told now");
                settings.insert(name.clone(), filled.unwrap_or_else(fallback));
            }
            self.changes.guards.push(Guarded { guard: index, settings, is_public });
        }
    }

    /// A value with the outputs that objects have now, whatever the plan makes of them.
    fn as_it_stands(&mut self, value: &Value) -> Option<Value> {
        let residuals = &self.question.desired.residuals;
        let mut filler = Filler::new(residuals);
        let mut standing = Standing(&mut self.filling.outputs);
        let filled = value.map_holes(&mut |part| match part {
            Value::Hole(_) => match filler.fill_value(part, &mut standing, &NoFiles) {
                Filled::Known(value) => Ok(value),
                Filled::Still(_) => Ok(part.clone()),
                Filled::Failed(failure) => Err(failure),
            },
            other => Ok(other.clone()),
        });
        filled.ok().filter(|filled| self.why_blocked(filled).is_none())
    }
}

/// Outputs as they are now, those of objects included that the plan changes.
struct Standing<'o, 'a>(&'o mut Outputs<'a>);

impl Leaves for Standing<'_, '_> {
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value> {
        self.0.output(address, attribute).or_else(|| self.0.standing(address, attribute))
    }

    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        self.0.secret(source)
    }

    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        self.0.data(kind, arguments, attribute)
    }
}

/// The objects that must be made before a value is known.
pub fn makers(desired: &Desired, value: &Value) -> Vec<Address> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut waiting = Vec::new();
    value.each_hole(&mut |id| waiting.push(id));
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        desired.residuals.with_node(id, |node| match node {
            Node::Output { address, .. } => found.push(address.clone()),
            node => node.each_operand(&mut |operand| waiting.push(operand)),
        });
    }
    found
}
