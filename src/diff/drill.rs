//! Drills: a shadow's plan reads what stands outside of it and changes nothing there, and every other plan leaves the
//! shadow alone.

use std::collections::{BTreeSet, HashSet};

use relight_contract::{Address, Live, Name};

use super::clash::Named;
use super::decide::Decider;
use super::find::{Found, Wanted};
use super::outputs::Outlook;
use super::{Operation, Question};
use crate::desired::{Dependency, Instance, InstanceId};
use crate::diag::{Diagnostic, codes};
use crate::topology::shadow_name;

impl Question<'_> {
    /// Whether an object belongs to a drill's shadow.
    pub(super) fn is_shadow(&self, instance: &Instance) -> bool {
        instance.site.is_some_and(|site| self.topology.is_shadow(site))
    }

    /// Whether the operation only reads an object: in a drill, all that is not the shadow's.
    pub(super) fn is_read_only(&self, instance: &Instance) -> bool {
        self.topology.shadow.is_some() && !self.is_shadow(instance)
    }

    /// Why an operation that deletes everything deletes something.
    pub(super) fn why_destroyed(&self) -> &'static str {
        match self.operation {
            Operation::DrillStop { .. } => "the drill is over",
            _ => "everything is destroyed",
        }
    }
}

impl Decider<'_> {
    /// Sees what stands outside of a shadow, for what the shadow is made of.
    pub(super) fn read_only(&mut self, id: InstanceId) {
        let question = self.question;
        let instance = question.desired.instance(id);
        let unknown =
            |this: &mut Self| this.filling.outputs.set(id, Outlook::Unknown("which does not exist".into()));
        if question.desired.left_out.contains(&id) || question.operation.destroys() {
            return unknown(self);
        }
        let attributes = self.attributes(instance);
        let name = Named::of(instance.kind, &attributes);
        let owner = || question.owner(&instance.address);
        let old = self.moved.get(&instance.address).cloned().unwrap_or_default();
        let found = self.finder.find(&Wanted {
            place: &instance.place.name,
            kind: instance.kind,
            key: name.as_ref().and_then(Named::known),
            owner: &owner,
            old: &old,
            remembered: self.item(&instance.address),
        });
        match found {
            Found::Ours(live) | Found::Moved(live, _) | Found::Untagged(live) | Found::Keyed(live) => {
                self.changes.live.resize(id as usize, None);
                self.changes.live.push(Some(live.clone()));
                self.filling.outputs.set(id, Outlook::Stays(live));
            }
            Found::Unknown(reason) => {
                let why = format!("and `{}` cannot be read", instance.place.name);
                self.filling.outputs.set(id, Outlook::Unseen(why.into(), attributes));
                self.unseen(&instance.place.name, &reason);
            }
            Found::Absent | Found::Taken(_) | Found::Several(_) => {
                unknown(self);
                let message = format!("a drill reads `{}`, which does not exist", instance.address);
                self.diagnostics.push(
                    Diagnostic::error(codes::DRILL_INPUT, message)
                        .at(instance.span)
                        .address(&instance.address)
                        .help("bring it up first: `relight apply`"),
                );
            }
        }
    }
}

/// The site whose drill an object belongs to, by its hint, where its owner tag proves that. A cloud may write the hint in
/// an alphabet of its own.
pub(super) fn shadow_of(decider: &Decider<'_>, live: &Live) -> Option<Name> {
    let question = decider.question;
    let (owner, hint) = (live.owner.as_ref()?, live.hint.as_ref()?);
    let (object, place) = hint.rsplit_once('@')?;
    let sites = question.topology.sites.iter().map(|site| &site.name);
    let site = sites.into_iter().find(|site| {
        let shadow = shadow_name(site);
        place == shadow || place == shadow.replace('~', "_")
    })?;
    let address: Address = format!("{object}@{}", shadow_name(site)).parse().ok()?;
    (question.owner(&address) == *owner).then(|| site.clone())
}

/// Says once of each drill that it stands; in a drill, what it reads of what stands outside of it.
pub(super) fn tell_drills(decider: &mut Decider<'_>, sites: BTreeSet<Name>) {
    let question = decider.question;
    if question.topology.shadow.is_some() {
        return tell_reads(decider);
    }
    for site in sites {
        let message = format!("a drill of `{site}` stands: `relight drill stop {site}` takes it down");
        // It uses keys and the like that would go.
        match question.operation == Operation::Destroy && !decider.is_narrowed() {
            true => decider.diagnostics.push(
                Diagnostic::error(codes::DRILL_STANDS, message)
                    .help("stop the drill before destroying its site"),
            ),
            false => decider.changes.notes.push(Diagnostic::note(codes::DRILL_STANDS, message)),
        }
    }
}

fn tell_reads(decider: &mut Decider<'_>) {
    let question = decider.question;
    if question.operation.destroys() {
        return;
    }
    let desired = question.desired;
    let inside = desired.instances.iter().filter(|instance| question.is_shadow(instance));
    let mut waiting: Vec<Dependency> = inside.flat_map(|instance| instance.after.iter().copied()).collect();
    let (mut joins, mut read) = (HashSet::new(), BTreeSet::new());
    while let Some(next) = waiting.pop() {
        match next {
            Dependency::Instance(id) => {
                let instance = desired.instance(id);
                if !question.is_shadow(instance) {
                    read.insert(format!("`{}`", instance.address));
                }
            }
            Dependency::Join(join) if joins.insert(join) => {
                waiting.extend(desired.joins.get(join as usize).into_iter().flatten());
            }
            Dependency::Join(_) => {}
        }
    }
    if !read.is_empty() {
        let read: Vec<String> = read.into_iter().collect();
        let message = format!("the drill reads, and does not change: {}", read.join(", "));
        decider.changes.notes.push(Diagnostic::note(codes::DRILL_READS, message));
    }
}
