//! What becomes of every wanted instance: kept, made, changed, replaced, adopted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use relight_contract::{Address, Live, Name, Object, OwnerId, State, Value};

use super::blocks::Blocks;
use super::cause::{Cause, Causes};
use super::clash::{Claims, Named};
use super::compare::{Comparison, Sides, compare};
use super::find::{Finder, Found, Wanted};
use super::follow::Follows;
use super::model::{Change, Changes, Delta};
use super::naming::reason;
use super::outputs::{Filling, Outlook};
use super::stay::{self, Staying};
use super::{Action, Question, fence, marks, orphans, ready};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, Diagnostics, Severity, codes};
use crate::expr::Node;
use crate::memory::Item;

pub(super) struct Decider<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) finder: Finder<'a>,
    pub(super) filling: Filling<'a>,
    pub(super) changes: Changes,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// Remembered objects by place, kind and native id.
    pub(super) remembered: HashMap<(&'a Name, &'a Name, &'a Name), (&'a Address, &'a Item)>,
    pub(super) claims: Claims,
    /// Objects that are left where they are, though this plan would have them go.
    pub(super) staying: Vec<Staying>,
    blocks: Blocks,
    /// What belongs to an operation that moves roles; `None` where everything does.
    pub(super) causes: Option<Causes>,
    follows: Follows,
    /// What changes, by instance: the fields, or everything for a new object.
    changed: HashMap<InstanceId, Option<HashSet<Name>>>,
    pub(super) moved: BTreeMap<Address, Vec<(Address, OwnerId)>>,
}

/// How a live object became that of an instance.
#[derive(Default)]
pub(super) struct Finding {
    /// The owner tag to write.
    pub(super) claim: Option<OwnerId>,
    /// The address that it stood at.
    pub(super) from: Option<Address>,
    /// Whether it is adopted: the spec, or the caller, says so.
    pub(super) imported: bool,
    /// Whether neither tag nor memory says that it is ours, only its key.
    pub(super) keyed: bool,
    /// Why something is done even where nothing differs.
    pub(super) why: &'static str,
}

impl<'a> Decider<'a> {
    pub(super) fn new(
        question: &'a Question<'a>,
        finder: Finder<'a>,
        filling: Filling<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> Decider<'a> {
        let mut moved: BTreeMap<Address, Vec<(Address, OwnerId)>> = BTreeMap::new();
        for (from, to) in &question.desired.moved {
            moved.entry(to.clone()).or_default().push((from.clone(), question.owner(from)));
        }
        let inventory = question.memory.inventory.iter();
        let remembered = inventory
            .map(|(address, item)| ((&item.place, &item.kind, &item.native_id), (address, item)))
            .collect();
        Decider {
            question,
            finder,
            filling,
            changes: Changes { unknown: question.desired.unknown.places.clone(), ..Changes::default() },
            diagnostics,
            remembered,
            claims: Claims::new(),
            staying: Vec::new(),
            blocks: Blocks::default(),
            causes: match question.operation.is_whole() {
                true => None,
                false if question.operation.moves_roles() => {
                    Some(Causes::new(question.moves(), question.desired))
                }
                false => Some(Causes::nothing()),
            },
            follows: Follows::default(),
            changed: HashMap::new(),
            moved,
        }
    }

    pub(super) fn run(mut self) -> Changes {
        for id in 0..u32::try_from(self.question.desired.instances.len()).unwrap_or(u32::MAX) {
            self.instance(id);
            // Every path but an error has recorded what it found.
            self.changes.live.resize(id as usize + 1, None);
        }
        orphans::decide(&mut self);
        fence::decide(&mut self);
        marks::decide(&mut self);
        self.tell_idle();
        ready::hold_traffic(&mut self);
        ready::leave_traffic(&mut self);
        stay::hold(&mut self);
        self.guards();
        if !self.question.operation.destroys() {
            self.outputs();
            self.checks();
        }
        orphans::tell_unseen(&mut self);
        self.tell_known();
        self.changes
    }

    /// Tells the places apart that nobody needs to read.
    fn tell_idle(&mut self) {
        let question = self.question;
        let Some(causes) = self.causes.as_ref().filter(|_| question.operation.moves_roles()) else { return };
        let idle = self.changes.unknown.keys().filter(|place| {
            let global = question.topology.site_named(place).is_none();
            global && !causes.reach(place, question.desired, question.earlier)
        });
        self.changes.idle = idle.cloned().collect();
    }

    fn instance(&mut self, id: InstanceId) {
        let question = self.question;
        let instance = question.desired.instance(id);
        if question.is_read_only(instance) {
            return self.read_only(id);
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
        if let Some(name) = name {
            self.claim(id, name);
        }
        let import = question.desired.imports.get(&instance.address);
        let destroy = question.operation.destroys();
        match found {
            Found::Ours(live) => self.present(id, attributes, live, Finding::default()),
            Found::Moved(live, from) => {
                let why = "it was moved to this address";
                let found = Finding { claim: Some(owner()), from: Some(from), why, ..Finding::default() };
                self.present(id, attributes, live, found);
            }
            Found::Untagged(live) => {
                let why = "its owner tag is missing";
                let found = Finding { claim: Some(owner()), why, ..Finding::default() };
                self.present(id, attributes, live, found);
            }
            Found::Keyed(live) => {
                let keyed = !self.is_remembered_elsewhere(instance, &live);
                let why = if import.is_some() { self.adoption(instance) } else { "" };
                let found = Finding { keyed, imported: import.is_some(), why, ..Finding::default() };
                self.present(id, attributes, live, found);
            }
            // What is not ours is not destroyed.
            Found::Absent | Found::Taken(_) if destroy => {}
            Found::Absent | Found::Taken(_) if self.is_left(&instance.address) => {
                let why = "of which nothing is known now";
                self.filling.outputs.set(id, Outlook::Unknown(why.into()));
                return;
            }
            Found::Absent => match import {
                Some(native_id) => self.adopt(id, attributes, native_id, owner()),
                None => self.absent(id, attributes, None),
            },
            // It was to be put aside, and was not: its tags are written before its name is.
            Found::Taken(live) if live.owner.as_ref() == Some(&question.retired(&instance.address)) => {
                self.present(id, attributes, live, Finding::default());
            }
            Found::Taken(live) => match import {
                Some(native_id) if live.native_id == *native_id => {
                    self.adopt(id, attributes, native_id, owner())
                }
                _ if self.goes(instance, &live) => self.absent(id, attributes, Some(live.native_id.clone())),
                _ => self.taken(instance, &live),
            },
            Found::Several(ids) => self.several(instance, &ids),
            Found::Unknown(reason) => {
                let why = format!("and `{}` cannot be read", instance.place.name);
                self.filling.outputs.set(id, Outlook::Unseen(why.into(), attributes));
                return self.unseen(&instance.place.name, &reason);
            }
        }
        self.conditions(id);
    }

    /// The wanted fields, holes filled as far as the live world tells.
    pub(super) fn attributes(&mut self, instance: &Instance) -> Object {
        let attributes = &instance.attributes;
        match self.filling.fill_all(attributes) {
            Ok(filled) => filled,
            // What is destroyed needs no values.
            Err(_) if self.question.operation.destroys() => attributes.clone(),
            Err(failure) => {
                self.wrong(instance, Diagnostic::from(failure));
                attributes.clone()
            }
        }
    }

    /// What memory knows of an address, also under the addresses that moved there.
    pub(super) fn item(&self, address: &Address) -> Option<&'a Item> {
        let inventory = &self.question.memory.inventory;
        let old = self.moved.get(address).into_iter().flatten();
        std::iter::once(address).chain(old.map(|(from, _)| from)).find_map(|address| inventory.get(address))
    }

    /// What memory knows of the object that a replica follows under earlier roles.
    fn source(&self, instance: &Instance) -> Option<&'a Item> {
        let question = self.question;
        let (source, _) = instance.kind.promotable()?;
        question.earlier.iter().find_map(|earlier| {
            let desired = &earlier.desired;
            let replica = desired.instance(*desired.by_address.get(&instance.address)?);
            let mut found = None;
            replica.attributes.get(source)?.each_hole(&mut |hole| {
                desired.residuals.with_node(hole, |node| match node {
                    Node::Output { address, .. } if *address.kind == *instance.kind.name => {
                        found = question.memory.inventory.get(address);
                    }
                    _ => {}
                });
            });
            found
        })
    }

    /// Whether memory knows an object under an address that the spec does not have any more: what cannot carry a tag
    /// stays there when it is moved and nothing else about it changes.
    fn is_remembered_elsewhere(&self, instance: &Instance, live: &Live) -> bool {
        let kind: Name = instance.kind.name.into();
        let known = self.remembered.get(&(&instance.place.name, &kind, &live.native_id));
        known.is_some_and(|(address, _)| {
            !self.question.desired.by_address.contains_key(*address)
                && !orphans::is_forgotten(self.question, address, &instance.place.name)
        })
    }

    /// Whether nothing can be said about an address while data cannot be read: then it is left as it is.
    pub(super) fn is_left(&mut self, address: &Address) -> bool {
        let Some(why) = self.question.desired.unknown.why(address) else { return false };
        let message = format!("`{address}` is left as it is: {why}");
        self.changes.notes.push(Diagnostic::note(codes::SITE_UNREACHABLE, message).address(address));
        true
    }

    pub(super) fn unseen(&mut self, place: &Name, reason: &Name) {
        self.changes.unknown.insert(place.clone(), reason.clone());
        *self.changes.unseen.entry(place.clone()).or_default() += 1;
    }

    /// Something is wrong with an instance: an error, unless the plan leaves it out; then it is worth a note.
    pub(super) fn wrong(&mut self, instance: &Instance, problem: Diagnostic) {
        let problem = problem.address(&instance.address);
        let id = self.question.desired.by_address.get(&instance.address);
        let apart = self.causes.as_ref().zip(id).is_some_and(|(causes, id)| causes.leaves(instance, *id));
        match apart || self.untargeted_address(&instance.address) {
            true => self.changes.notes.push(Diagnostic { severity: Severity::Note, ..problem }),
            false => self.diagnostics.push(problem),
        }
    }

    /// Something is wrong that no step depends on: an error, but not one that keeps roles from moving.
    pub(super) fn beside_the_point(&mut self, problem: Diagnostic) {
        match self.question.operation.is_whole() {
            false => self.changes.notes.push(Diagnostic { severity: Severity::Note, ..problem }),
            true => self.diagnostics.push(problem),
        }
    }

    /// The same of one whose object cannot be told: nobody may wait for what it gives.
    pub(super) fn wrong_object(&mut self, instance: &Instance, problem: Diagnostic) {
        self.wrong(instance, problem.at(instance.span));
        if let Some(id) = self.question.desired.by_address.get(&instance.address) {
            self.filling.outputs.set(*id, Outlook::Unknown("which object that is, is not clear".into()));
        }
    }

    pub(super) fn why_blocked(&self, value: &Value) -> Option<Name> {
        self.blocks.why(value, &self.question.desired.residuals, &self.filling.outputs)
    }

    /// Another outlook: what was found out about values that rest on it does not count any more.
    pub(super) fn forget_blocks(&mut self) {
        self.blocks = Blocks::default();
    }

    /// Holds what was decided for an instance.
    pub(super) fn hold(&mut self, id: InstanceId, why: &Name) {
        if let Some(change) = self.changes.changes.last_mut().filter(|change| change.instance == Some(id)) {
            change.held.get_or_insert_with(|| why.to_string());
            let outlook = Outlook::held(change.live.as_ref());
            self.filling.outputs.set(id, outlook);
        }
    }

    fn absent(&mut self, id: InstanceId, mut attributes: Object, frees: Option<Name>) {
        let question = self.question;
        let instance = question.desired.instance(id);
        self.name(instance, &mut attributes, None);
        let blocked = attributes.iter().find_map(|(_, value)| self.why_blocked(value));
        let apart = self.causes.as_ref().filter(|causes| !causes.makes(instance, id));
        let apart = apart.map(|causes| match causes.of(id).is_nothing() {
            true => self.not_part(),
            false => "it is to be promoted, and does not exist".to_owned(),
        });
        let held = self.untargeted(id).or(apart).or(blocked.map(|why| why.to_string()));
        let outlook = match &held {
            Some(_) => Outlook::Unknown("which is held".into()),
            None => Outlook::Made(attributes.clone()),
        };
        self.filling.outputs.set(id, outlook);
        if held.is_none() {
            self.anew(id);
        }
        self.changes.changes.push(Change {
            held,
            attributes,
            frees,
            ..Change::new(instance, id, Action::Create, "it does not exist")
        });
    }

    pub(super) fn present(&mut self, id: InstanceId, attributes: Object, live: Arc<Live>, found: Finding) {
        self.changes.live.resize(id as usize, None);
        self.changes.live.push(Some(live.clone()));
        let question = self.question;
        let instance = question.desired.instance(id);
        let remembered = self.item(&instance.address);
        let cause = self.causes.as_ref().map_or(Cause::Everything, |causes| causes.of(id));
        let mut follows = self.follows.fields(&attributes, question.desired);
        follows.extend(fence::opens(question, instance));
        let comparison = compare(&Sides {
            kind: instance.kind,
            wanted: &attributes,
            live: &live,
            remembered,
            source: self.source(instance),
            ignore: &instance.lifecycle.ignore,
            role: instance.role,
            cause: &cause,
            follows: &follows,
            digest: question.digest,
            blocked: &|value| self.why_blocked(value),
        });
        if question.operation.destroys() {
            return self.doomed(id, live, &found, &comparison);
        }
        for (code, why) in &comparison.left {
            self.changes.notes.push(
                Diagnostic::note(*code, format!("`{}`: {why}", instance.address)).address(&instance.address),
            );
        }
        // Where its mark contradicts memory, that says more.
        if !marks::contradicts(question, &live) {
            self.transition(instance, &comparison);
        }
        // A change of roles makes nothing anew that nobody asked it to.
        let whole = cause == Cause::Everything;
        let triggered = self.triggered(instance).filter(|_| whole);
        let broken = whole && live.state == State::Failed;
        let forced = question.options.replace.contains(&instance.address) || broken;
        let replaces = comparison.deltas.iter().any(|delta| delta.replaces) || triggered.is_some() || forced;
        self.astray(instance, &comparison);
        // What is put aside makes room for another object anyway.
        let action = match (replaces && !comparison.retires, comparison.deltas.is_empty()) {
            (true, _) => Action::Replace,
            (false, false) => Action::Update,
            (false, true) => Action::Keep,
        };
        // Without a tag, and unknown to a memory that knows others, it is somebody else's.
        let alien = found.keyed && !found.imported && !question.memory.inventory.is_empty();
        let alien = alien && !self.is_setting_of_ours(instance, &live);
        if action != Action::Keep && alien {
            return self.taken(instance, &live);
        }
        let why = match self.causes.is_some() && action == Action::Update {
            true => "the new roles want it so".to_owned(),
            false => reason(action, &comparison.deltas, triggered, forced, live.state, found.why),
        };
        if action == Action::Replace && !self.untargeted_address(&instance.address) {
            self.guard(instance, "replace", &comparison.deltas);
            self.cloud_guard(instance, &live, "replace", &comparison);
        }
        self.settle(id, attributes, live, action, found, comparison, why);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one decision")]
    fn settle(
        &mut self,
        id: InstanceId,
        mut attributes: Object,
        live: Arc<Live>,
        action: Action,
        found: Finding,
        comparison: Comparison,
        why: String,
    ) {
        let instance = self.question.desired.instance(id);
        let first = action == Action::Replace && instance.lifecycle.create_before_destroy;
        let ignored = comparison.ignored.into_iter().filter(|_| action != Action::Replace);
        for (name, value) in comparison.spared.into_iter().chain(ignored) {
            attributes.insert(name, value);
        }
        // Whether it is the object that is meant is not known then.
        let by_hand = self.question.options.adopts.as_ref() == Some(&instance.address);
        let uncertain = comparison.uncertain.filter(|_| by_hand);
        let blocked = comparison.blocked.or(uncertain).map(|why| why.to_string());
        let aside = action == Action::Keep && !comparison.held.is_empty();
        let apart = (action == Action::Keep && self.causes.is_some()).then(|| self.not_part());
        let held = self
            .untargeted(id)
            .or(apart)
            .or(blocked)
            .filter(|_| action != Action::Keep || found.claim.is_some() || found.imported);
        let outlook = match action {
            _ if held.is_some() => Outlook::Stays(live.clone()),
            Action::Replace => {
                self.name(instance, &mut attributes, first.then_some(&*live));
                if first {
                    self.beside(instance, &attributes, &live);
                }
                self.anew(id);
                Outlook::Made(attributes.clone())
            }
            Action::Update if comparison.retires => {
                self.name(instance, &mut attributes, None);
                self.anew(id);
                Outlook::Made(attributes.clone())
            }
            Action::Update => {
                let names: Vec<Name> =
                    comparison.deltas.iter().map(|delta| delta.field.name.into()).collect();
                if comparison.follows {
                    self.follows.add(id);
                }
                self.changed.insert(id, Some(names.iter().cloned().collect()));
                Outlook::Updated(live.clone(), names)
            }
            _ => Outlook::Stays(live.clone()),
        };
        self.filling.outputs.set(id, outlook);
        self.hold_apart(id, comparison.held, &live);
        if action == Action::Keep && found.claim.is_none() && !found.imported {
            self.changes.kept += u64::from(!aside);
            return;
        }
        let action = match action {
            Action::Keep | Action::Update if found.imported => Action::Adopt,
            other => other,
        };
        self.changes.changes.push(Change {
            held,
            maybe: comparison.maybe,
            create_first: first,
            fields: comparison.deltas,
            attributes,
            inherited: comparison.inherited,
            claim: found.claim,
            from: found.from,
            ..Change::new(instance, id, action, why).of(live)
        });
    }

    /// Holds differences that an operation is not about.
    fn hold_apart(&mut self, id: InstanceId, fields: Vec<Delta>, live: &Arc<Live>) {
        if fields.is_empty() {
            return;
        }
        let replaces = fields.iter().any(|delta| delta.replaces);
        let action = if replaces { Action::Replace } else { Action::Update };
        let why = reason(action, &fields, None, false, live.state, "");
        let instance = self.question.desired.instance(id);
        self.changes.changes.push(Change {
            held: Some(self.not_part()),
            fields,
            ..Change::new(instance, id, action, why).of(live.clone())
        });
    }

    /// Why something that was seen is left alone by an operation that moves roles.
    pub(super) fn not_part(&self) -> String {
        format!(
            "the {} is not about it: left for the next `relight apply`",
            self.question.operation.command()
        )
    }

    /// All of an object becomes another one.
    fn anew(&mut self, id: InstanceId) {
        self.changed.insert(id, None);
        if self.causes.is_some() {
            self.follows.add(id);
        }
    }

    fn triggered(&self, instance: &Instance) -> Option<Address> {
        let trigger = instance.lifecycle.triggers.iter().find(|(other, attribute)| {
            match (self.changed.get(other), attribute) {
                (Some(None), _) | (Some(Some(_)), None) => true,
                (Some(Some(fields)), Some(attribute)) => fields.contains(attribute),
                (None, _) => false,
            }
        })?;
        Some(self.question.desired.instance(trigger.0).address.clone())
    }

    /// Why a change is left alone, when `--target` or `--site` leaves it out.
    pub(super) fn untargeted(&self, id: InstanceId) -> Option<String> {
        let address = &self.question.desired.instance(id).address;
        self.untargeted_address(address).then(|| "it is not among the targets".to_owned())
    }

    /// Whether `--target` or `--site` leaves something out.
    pub(super) fn is_narrowed(&self) -> bool {
        self.question.options.targets.is_some() || !self.question.options.sites.is_empty()
    }

    pub(super) fn untargeted_address(&self, address: &Address) -> bool {
        let options = &self.question.options;
        let outside_targets = options.targets.as_ref().is_some_and(|targets| !targets.contains(address));
        let outside_sites = !options.sites.is_empty()
            && address.site.as_ref().is_none_or(|site| !options.sites.contains(site));
        outside_targets || outside_sites
    }
}
