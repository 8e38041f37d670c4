//! Whose an object is that stands where a wanted one would: ours, another address's, another topology's, nobody's.

use relight_contract::{Address, Identity, Live, Name, Object, OwnerId, Value};

use super::decide::{Decider, Finding};
use super::naming::in_a_shell;
use super::orphans;
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, codes};

impl Decider<'_> {
    pub(super) fn several(&mut self, instance: &Instance, ids: &[Name]) {
        let named: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        let (count, named) = (ids.len(), named.join(", "));
        let problem = Diagnostic::error(
            codes::OWNERSHIP_CONFLICT,
            format!("{count} objects carry the owner tag of `{}`: {named}", instance.address),
        );
        self.wrong_object(
            instance,
            problem.help("delete those that are not meant, or take the tag off them"),
        );
    }

    /// Whether an object that stands in the way is one that this plan deletes: ours by tag and memory, at an address
    /// that the spec does not have any more.
    pub(super) fn goes(&self, instance: &Instance, live: &Live) -> bool {
        let kind: Name = instance.kind.name.into();
        let key = (&instance.place.name, &kind, &live.native_id);
        let Some((address, item)) = self.remembered.get(&key).copied() else { return false };
        !self.question.desired.by_address.contains_key(address)
            && !orphans::is_forgotten(self.question, address, &instance.place.name)
            && !self.untargeted_address(address)
            && orphans::guard_of(instance.kind, live).is_none()
            && (instance.kind.tags.is_none() || live.owner.as_ref() == Some(&item.owner))
    }

    pub(super) fn taken(&mut self, instance: &Instance, live: &Live) {
        let (whose, help) = match orphans::hinted(self, live) {
            Some(address) => (
                format!("exists as `{address}`"),
                format!(
                    "if it is meant, say so: `moved {{ from = {address}  to = {} }}`, without the site",
                    instance.address
                ),
            ),
            // An import would be refused.
            None if live.owner.is_some() => (
                "belongs to another topology".to_owned(),
                "choose another name, or release it there with `removed`".to_owned(),
            ),
            None => (
                "exists and is not ours".to_owned(),
                format!(
                    "choose another name, or adopt it: `relight adopt {} {}`, or an `import` block",
                    in_a_shell(&instance.address.to_string()),
                    in_a_shell(&live.native_id)
                ),
            ),
        };
        let message = format!("`{}` would be `{}`, which {whose}", instance.address, live.native_id);
        self.wrong_object(instance, Diagnostic::error(codes::OWNERSHIP_CONFLICT, message).help(help));
    }

    pub(super) fn adopt(&mut self, id: InstanceId, attributes: Object, native_id: &Name, owner: OwnerId) {
        let instance = self.question.desired.instance(id);
        let found = self.finder.adopt(&instance.place.name, instance.kind, native_id);
        let holder = found.as_ref().and_then(|live| self.holder(instance, live));
        let (message, help) = match (found, holder) {
            (Some(_), Some(other)) => (
                format!("`{native_id}` is the object of `{other}`"),
                "`moved` brings it here from there, and a `removed` block with `destroy = false` gives it up",
            ),
            (Some(live), None) if live.owner.as_ref().is_none_or(|other| *other == owner) => {
                let claim = instance.kind.tags.is_some().then_some(owner);
                let why = self.adoption(instance);
                let found = Finding { claim, imported: true, why, ..Finding::default() };
                return self.present(id, attributes, live, found);
            }
            (Some(_), None) => (
                format!("`{native_id}` belongs to another address or topology"),
                "`moved` brings it here from another address, and `removed` releases it in another topology",
            ),
            (None, _) => (
                format!(
                    "there is no `{native_id}` of the kind `{}` in `{}`",
                    instance.kind.name, instance.place.name
                ),
                "look its id up where it stands; without an adoption, `relight apply` makes it",
            ),
        };
        self.wrong_object(instance, Diagnostic::error(codes::IMPORT_INVALID, message).help(help));
    }

    /// Why an object is adopted.
    pub(super) fn adoption(&self, instance: &Instance) -> &'static str {
        match self.question.options.adopts.as_ref() == Some(&instance.address) {
            true => "it is adopted by hand",
            false => "the spec imports it",
        }
    }

    /// The other address of this topology that an object belongs to: as its tag and hint prove or, where it carries no
    /// tag, as memory knows it for an address that the spec still has.
    fn holder(&self, instance: &Instance, live: &Live) -> Option<Address> {
        if live.owner.is_some() {
            return orphans::hinted(self, live).filter(|address| *address != instance.address);
        }
        let kind: Name = instance.kind.name.into();
        let (address, _) = self.remembered.get(&(&instance.place.name, &kind, &live.native_id))?;
        let wanted = self.question.desired.by_address.contains_key(*address);
        (wanted && **address != instance.address).then(|| (*address).clone())
    }

    /// Whether an object stands under one that a wanted instance has taken.
    pub(super) fn hangs_on_ours(&mut self, instance: &Instance, live: &Live) -> bool {
        let Identity::Key(fields) = instance.kind.identity else { return false };
        fields.iter().any(|field| self.is_key_of_ours(instance, live, field))
    }

    /// Whether an object is the only one of its kind that another object can have, and that other one is ours: clouds
    /// give such settings to whatever they make.
    pub(super) fn is_setting_of_ours(&mut self, instance: &Instance, live: &Live) -> bool {
        let Identity::Key([field]) = instance.kind.identity else { return false };
        self.is_key_of_ours(instance, live, field)
    }

    fn is_key_of_ours(&mut self, instance: &Instance, live: &Live, field: &str) -> bool {
        let parent = instance.kind.field(field).and_then(|row| row.refers).filter(|parent| parent.binding);
        let kind = parent.and_then(|parent| self.question.topology.registry.kind(parent.kind));
        let (Some(kind), Some(key)) = (kind, live.get(field).and_then(Value::as_str)) else { return false };
        self.finder.index(&instance.place.name, kind).as_ref().is_ok_and(|index| index.is_claimed(key))
    }
}
