//! What becomes of every wanted instance: kept, made, changed, replaced, adopted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use relight_contract::{
    Address, Identity, Live, Name, NameRule, Object, OwnerId, State, Value, address::hex,
};
use sha2::{Digest as _, Sha256};

use super::compare::{Comparison, Sides, compare};
use super::find::{Finder, Found};
use super::model::{Change, Changes, Delta};
use super::outputs::{Filling, Outlook};
use super::{Action, Operation, Question, orphans};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, Diagnostics, codes};

pub(super) struct Decider<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) finder: Finder<'a>,
    pub(super) filling: Filling<'a>,
    pub(super) changes: Changes,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// What changes, by instance: the fields, or everything for a new object.
    changed: HashMap<InstanceId, Option<HashSet<Name>>>,
    moved: BTreeMap<Address, Vec<OwnerId>>,
}

impl<'a> Decider<'a> {
    pub(super) fn new(
        question: &'a Question<'a>,
        finder: Finder<'a>,
        filling: Filling<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> Decider<'a> {
        let mut moved: BTreeMap<Address, Vec<OwnerId>> = BTreeMap::new();
        for (from, to) in &question.desired.moved {
            moved.entry(to.clone()).or_default().push(question.owner(from));
        }
        Decider {
            question,
            finder,
            filling,
            changes: Changes::default(),
            diagnostics,
            changed: HashMap::new(),
            moved,
        }
    }

    pub(super) fn run(mut self) -> Changes {
        for id in 0..u32::try_from(self.question.desired.instances.len()).unwrap_or(u32::MAX) {
            self.instance(id);
        }
        orphans::decide(&mut self);
        self.outputs();
        self.changes
    }

    fn instance(&mut self, id: InstanceId) {
        let question = self.question;
        let instance = question.desired.instance(id);
        let attributes = match self.filling.fill_all(&instance.attributes) {
            Ok(attributes) => attributes,
            Err(failure) => {
                self.diagnostics.push(Diagnostic::from(failure).address(&instance.address));
                instance.attributes.clone()
            }
        };
        let owner = question.owner(&instance.address);
        let old = self.moved.get(&instance.address).cloned().unwrap_or_default();
        let place = &instance.place.name;
        let found = self.finder.find(&instance.address, place, instance.kind, &attributes, &owner, &old);
        match found {
            Found::Ours(live) => self.present(id, attributes, live, None, "it differs from the spec"),
            Found::Untagged(live) => {
                let why =
                    if old.is_empty() { "its owner tag is missing" } else { "it was moved to this address" };
                self.present(id, attributes, live, Some(owner), why);
            }
            Found::Absent => match question.desired.imports.get(&instance.address) {
                Some(native_id) => self.adopt(id, attributes, native_id, owner),
                None => self.absent(id, attributes),
            },
            Found::Taken(live) => match question.desired.imports.get(&instance.address) {
                Some(native_id) if *live.native_id == **native_id => {
                    self.adopt(id, attributes, native_id, owner)
                }
                _ => self.taken(instance, &live),
            },
            Found::Several(count) => self.diagnostics.push(
                Diagnostic::error(
                    codes::OWNERSHIP_CONFLICT,
                    format!("{count} objects carry the owner tag of `{}`", instance.address),
                )
                .at(instance.span)
                .address(&instance.address)
                .help("delete those that are not meant, or take the tag off them"),
            ),
            Found::Unknown(reason) => {
                self.changes.unknown.insert(place.clone(), reason);
                self.filling.outputs.set(id, Outlook::Unknown);
                self.changes.live.push(None);
                return;
            }
        }
        self.conditions(id);
        // Every path above but an error has recorded what it found.
        self.changes.live.resize(id as usize + 1, None);
    }

    /// Conditions that have become known are settled; the others go with the step.
    fn conditions(&mut self, id: InstanceId) {
        let question = self.question;
        let instance = question.desired.instance(id);
        if question.operation == Operation::Destroy {
            return;
        }
        for (after, condition, message) in &instance.lifecycle.conditions {
            let filled =
                self.filling.fill(condition).and_then(|value| Ok((value, self.filling.fill(message)?)));
            match filled {
                Ok((value, _)) if value.as_bool() == Some(true) => {}
                Ok((value, message)) if value.as_bool() == Some(false) => {
                    let code = if *after { codes::POSTCONDITION } else { codes::PRECONDITION };
                    let message = message.as_str().unwrap_or("the condition does not hold").to_owned();
                    self.diagnostics
                        .push(Diagnostic::error(code, message).at(instance.span).address(&instance.address));
                }
                Ok((value, message)) => {
                    self.changes.conditions.entry(id).or_default().push((*after, value, message));
                }
                Err(failure) => self.diagnostics.push(Diagnostic::from(failure).address(&instance.address)),
            }
        }
    }

    fn outputs(&mut self) {
        for (name, output) in &self.question.desired.outputs {
            match self.filling.fill(&output.value) {
                Ok(value) => {
                    self.changes.outputs.insert(name.clone(), value);
                }
                Err(failure) => self.diagnostics.push(Diagnostic::from(failure)),
            }
        }
    }

    fn taken(&mut self, instance: &Instance, live: &Live) {
        self.diagnostics.push(
            Diagnostic::error(
                codes::OWNERSHIP_CONFLICT,
                format!("`{}` would be `{}`, which exists and is not ours", instance.address, live.native_id),
            )
            .at(instance.span)
            .address(&instance.address)
            .help(format!(
                "choose another name, or adopt it: `import {{ to = {}.{}  id = \"{}\" }}`",
                instance.address.kind, instance.address.name, live.native_id
            )),
        );
    }

    fn adopt(&mut self, id: InstanceId, attributes: Object, native_id: &Name, owner: OwnerId) {
        let instance = self.question.desired.instance(id);
        match self.finder.adopt(&instance.place.name, instance.kind, native_id) {
            Some(live) if live.owner.as_ref().is_none_or(|other| *other == owner) => {
                self.present(id, attributes, live, Some(owner), "the spec imports it");
                if let Some(change) =
                    self.changes.changes.last_mut().filter(|change| change.instance == Some(id))
                {
                    change.action = match change.action {
                        Action::Keep | Action::Update => Action::Adopt,
                        other => other,
                    };
                }
            }
            Some(_) => self.diagnostics.push(
                Diagnostic::error(
                    codes::IMPORT_INVALID,
                    format!("`{native_id}` belongs to another address or topology"),
                )
                .at(instance.span)
                .address(&instance.address)
                .help("`relight destroy` or `removed` releases it there"),
            ),
            None => self.diagnostics.push(
                Diagnostic::error(
                    codes::IMPORT_INVALID,
                    format!(
                        "there is no `{native_id}` of the kind `{}` in `{}`",
                        instance.kind.name, instance.place.name
                    ),
                )
                .at(instance.span)
                .address(&instance.address),
            ),
        }
    }

    fn absent(&mut self, id: InstanceId, mut attributes: Object) {
        let question = self.question;
        if question.operation == Operation::Destroy {
            return;
        }
        let instance = question.desired.instance(id);
        self.name(instance, &mut attributes, None);
        self.filling.outputs.set(id, Outlook::Made(attributes.clone()));
        self.changed.insert(id, None);
        self.changes.changes.push(Change {
            address: instance.address.clone(),
            instance: Some(id),
            kind: instance.kind,
            place: instance.place.clone(),
            action: Action::Create,
            why: "it does not exist".to_owned(),
            held: self.untargeted(id),
            maybe: false,
            create_first: false,
            fields: Vec::new(),
            live: None,
            attributes,
            claim: None,
            after: Vec::new(),
        });
    }

    /// A class A object without a name of the spec's gets one that is derived from its address.
    fn name(&self, instance: &Instance, attributes: &mut Object, other: Option<&Live>) {
        let Identity::Name(rule) = instance.kind.identity else { return };
        if attributes.get(rule.attribute).is_some_and(|value| !value.is_null()) {
            return;
        }
        let owner = self.question.owner(&instance.address);
        let taken = other.and_then(|live| live.get(rule.attribute)).and_then(Value::as_str);
        let name = derive_name(rule, &instance.address, &owner, attributes, "");
        let name = match taken == Some(name.as_str()) {
            true => derive_name(rule, &instance.address, &owner, attributes, "next"),
            false => name,
        };
        // The name says all that the prefix did.
        if let Some(prefix) = rule.prefix {
            attributes.remove(prefix);
        }
        attributes.insert(rule.attribute, Value::from(name));
    }

    fn present(
        &mut self,
        id: InstanceId,
        attributes: Object,
        live: Arc<Live>,
        claim: Option<OwnerId>,
        why: &str,
    ) {
        self.changes.live.resize(id as usize, None);
        self.changes.live.push(Some(live.clone()));
        let question = self.question;
        let instance = question.desired.instance(id);
        let remembered = question.memory.inventory.get(&instance.address);
        let comparison = compare(&Sides {
            kind: instance.kind,
            wanted: &attributes,
            live: &live,
            remembered,
            ignore: &instance.lifecycle.ignore,
            role: instance.role,
            digest: question.digest,
        });
        if question.operation == Operation::Destroy {
            return self.doomed(id, attributes, live, &comparison);
        }
        for (field, why) in &comparison.left {
            let code = if instance.kind.scalable().contains(&&**field) {
                codes::STEP_BLOCKED
            } else {
                codes::WRITE_ONLY
            };
            self.changes.notes.push(
                Diagnostic::note(code, format!("`{field}` of `{}`: {why}", instance.address))
                    .address(&instance.address),
            );
        }
        self.transition(instance, &comparison);
        let triggered = self.triggered(instance);
        let forced = question.options.replace.contains(&instance.address) || live.state == State::Failed;
        let replaces = comparison.deltas.iter().any(|delta| delta.replaces) || triggered.is_some() || forced;
        let action = match (replaces, comparison.deltas.is_empty()) {
            (true, _) => Action::Replace,
            (false, false) => Action::Update,
            (false, true) => Action::Keep,
        };
        let why = reason(action, &comparison.deltas, triggered, forced, live.state, why);
        if action == Action::Replace {
            self.guard(instance, "replace", &comparison.deltas);
        }
        self.settle(id, attributes, live, claim, action, comparison, why);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one decision")]
    fn settle(
        &mut self,
        id: InstanceId,
        mut attributes: Object,
        live: Arc<Live>,
        claim: Option<OwnerId>,
        action: Action,
        comparison: Comparison,
        why: String,
    ) {
        let question = self.question;
        let instance = question.desired.instance(id);
        let held = self.untargeted(id).filter(|_| action != Action::Keep);
        let outlook = match action {
            _ if held.is_some() => Outlook::Stays(live.clone()),
            Action::Replace => {
                self.name(
                    instance,
                    &mut attributes,
                    instance.lifecycle.create_before_destroy.then_some(&*live),
                );
                self.changed.insert(id, None);
                Outlook::Made(attributes.clone())
            }
            Action::Update => {
                let names: Vec<Name> =
                    comparison.deltas.iter().map(|delta| delta.field.name.into()).collect();
                self.changed.insert(id, Some(names.iter().cloned().collect()));
                Outlook::Updated(live.clone(), names)
            }
            _ => Outlook::Stays(live.clone()),
        };
        self.filling.outputs.set(id, outlook);
        if action == Action::Keep && claim.is_none() {
            self.changes.kept += 1;
            return;
        }
        self.changes.changes.push(Change {
            address: instance.address.clone(),
            instance: Some(id),
            kind: instance.kind,
            place: instance.place.clone(),
            action,
            why,
            held,
            maybe: comparison.maybe,
            create_first: action == Action::Replace && instance.lifecycle.create_before_destroy,
            fields: comparison.deltas,
            live: Some(live),
            attributes,
            claim,
            after: Vec::new(),
        });
    }

    /// Under `destroy` every object goes; what guards it is switched off first where the spec says so.
    fn doomed(&mut self, id: InstanceId, attributes: Object, live: Arc<Live>, comparison: &Comparison) {
        let instance = self.question.desired.instance(id);
        self.guard(instance, "delete", &[]);
        let guards = comparison
            .deltas
            .iter()
            .filter(|delta| delta.field.guards_deletion && delta.before.as_bool() == Some(true));
        let fields: Vec<Delta> = guards.cloned().collect();
        self.filling.outputs.set(id, Outlook::Stays(live.clone()));
        self.changes.changes.push(Change {
            address: instance.address.clone(),
            instance: Some(id),
            kind: instance.kind,
            place: instance.place.clone(),
            action: Action::Delete,
            why: "everything is destroyed".to_owned(),
            held: self.untargeted(id),
            maybe: false,
            create_first: false,
            fields,
            live: Some(live),
            attributes,
            claim: None,
            after: Vec::new(),
        });
    }

    fn guard(&mut self, instance: &Instance, verb: &str, deltas: &[Delta]) {
        if !instance.lifecycle.prevent_destroy || self.untargeted_address(&instance.address) {
            return;
        }
        let by = deltas.iter().find(|delta| delta.replaces);
        let because = by.map(|delta| format!(", because `{}` changes", delta.field.name)).unwrap_or_default();
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

    /// A replica becomes a source, or the other way round, only by a command that says so.
    fn transition(&mut self, instance: &Instance, comparison: &Comparison) {
        let Some((before, after)) = &comparison.source else { return };
        let Some((source, _)) = instance.kind.promotable() else { return };
        let (what, command) = match (before.is_null(), after.is_null()) {
            (false, true) => ("promote", "failover` or `relight switchover"),
            _ => ("demote", "switchover` or `relight reprotect"),
        };
        self.diagnostics.push(
            Diagnostic::error(
                codes::PROMOTION_BY_EDIT,
                format!("`{source}` would {what} `{}`, and an apply never does that", instance.address),
            )
            .at(instance.span)
            .address(&instance.address)
            .help(format!("a change of roles goes through `relight {command}`")),
        );
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
    fn untargeted(&self, id: InstanceId) -> Option<String> {
        let address = &self.question.desired.instance(id).address;
        self.untargeted_address(address).then(|| "it is not among the targets".to_owned())
    }

    pub(super) fn untargeted_address(&self, address: &Address) -> bool {
        let options = &self.question.options;
        let outside_targets = options.targets.as_ref().is_some_and(|targets| !targets.contains(address));
        let outside_sites = !options.sites.is_empty()
            && address.site.as_ref().is_none_or(|site| !options.sites.contains(site));
        outside_targets || outside_sites
    }
}

fn reason(
    action: Action,
    deltas: &[Delta],
    triggered: Option<Address>,
    forced: bool,
    state: State,
    otherwise: &str,
) -> String {
    let names = |deltas: &mut dyn Iterator<Item = &Delta>| {
        deltas.map(|delta| format!("`{}`", delta.field.name)).collect::<Vec<_>>().join(", ")
    };
    match action {
        Action::Replace => {
            let by = names(&mut deltas.iter().filter(|delta| delta.replaces));
            match (by.is_empty(), triggered) {
                (false, _) => format!("{by} cannot be changed in place"),
                (true, Some(address)) => format!("`{address}` changes, which triggers its replacement"),
                (true, None) if state == State::Failed => "the cloud says that it has failed".to_owned(),
                (true, None) if forced => "it was asked for with `--replace`".to_owned(),
                (true, None) => otherwise.to_owned(),
            }
        }
        Action::Update => format!("{} differs from the spec", names(&mut deltas.iter())),
        _ => otherwise.to_owned(),
    }
}

/// A name of the cloud's alphabet and length, the same for the same address, and distinct by its last part.
fn derive_name(
    rule: NameRule,
    address: &Address,
    owner: &OwnerId,
    attributes: &Object,
    variant: &str,
) -> String {
    let prefix = rule.prefix.and_then(|prefix| attributes.get(prefix)).and_then(Value::as_str);
    let digest = hex(&Sha256::digest(format!("{}{variant}", owner.0))[..5]);
    let begin: String = match prefix {
        Some(prefix) => prefix.to_owned(),
        None => {
            let label = address.name.to_lowercase();
            let label: String =
                label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let letter = label.starts_with(|c: char| c.is_ascii_alphabetic());
            format!("{}{}-", if letter { "" } else { "r-" }, label.trim_matches('-'))
        }
    };
    let room = usize::from(rule.longest).saturating_sub(digest.len());
    let begin: String = begin.chars().take(room).collect();
    format!("{begin}{digest}")
}
