//! What was read of the clouds, and what is to change, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{
    Address, Fault, Field, Identity, Kind, Live, Mark, Name, Object, OwnerId, Place, Value,
};

use super::Action;
use super::guards::Guarded;
use super::known::Known;
use crate::desired::{Instance, InstanceId};
use crate::diag::Diagnostic;

/// The objects of one kind in one place, or why it could not be read.
pub type Listed = Result<Vec<Arc<Live>>, Name>;

/// Everything that was listed, by place and kind: objects, or why a place could not be read.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The objects of a kind in a place, listed to the end.
    pub listed: BTreeMap<(Name, &'static str), Listed>,
    /// What places said that answered, and refused to be read: the first fault of each.
    pub refused: BTreeMap<Name, Fault>,
}

/// The change of one address.
#[derive(Clone, Debug)]
pub struct Change {
    /// The address.
    pub address: Address,
    /// The instance that is wanted; `None` for what is not wanted any more.
    pub instance: Option<InstanceId>,
    /// Its kind.
    pub kind: &'static Kind,
    /// Where its calls go.
    pub place: Arc<Place>,
    /// What becomes of it.
    pub action: Action,
    /// Why, in words for people.
    pub why: String,
    /// Seen and explained, but not done.
    pub held: Option<String>,
    /// A hole stands against a live value: it may turn out to be no change.
    pub maybe: bool,
    /// Whether a replacement is made before the old object goes.
    pub create_first: bool,
    /// The fields that differ.
    pub fields: Vec<Delta>,
    /// The object as it is; `None` for one that is yet to be made, or that is forgotten without a look.
    pub live: Option<Arc<Live>>,
    /// What API calls name the object by; empty for one that is yet to be made.
    pub native_id: Name,
    /// Whether it cuts the object's writers, and does nothing else.
    pub fences: bool,
    /// The fields as they are to be, filled as far as the live world allows.
    pub attributes: Object,
    /// Digests of what a replica that is promoted has from its source, by field.
    pub inherited: BTreeMap<Name, Name>,
    /// Whether its owner tags must be written first: it was moved, adopted, or its tags are gone.
    pub claim: Option<OwnerId>,
    /// What it tells of its site from now on.
    pub mark: Option<Mark>,
    /// The address that it stood at before, for one that was moved.
    pub from: Option<Address>,
    /// The object that has its name until it is deleted, which comes first.
    pub frees: Option<Name>,
    /// What it followed when it was made, for what is not wanted any more.
    pub after: Vec<Address>,
}

/// One field that differs.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The row.
    pub field: &'static Field,
    /// The live value.
    pub before: Value,
    /// The wanted value.
    pub after: Value,
    /// Whether it forces a replacement.
    pub replaces: bool,
    /// Which attribute forces it: the field, or one inside of its blocks.
    pub forcing: Option<String>,
    /// Whether it was taken out of the spec, and goes back to its default.
    pub taken_out: bool,
}

/// What is to change, in the order of the instances; what is not wanted any more stands behind.
#[derive(Debug, Default)]
pub struct Changes {
    /// Everything but what stays as it is.
    pub changes: Vec<Change>,
    /// The live object behind each wanted instance.
    pub live: Vec<Option<Arc<Live>>>,
    /// Outputs that steps wait for and that are known already.
    pub known: Known,
    /// How many wanted objects stay as they are.
    pub kept: u64,
    /// The outputs of the root module, filled as far as they are known.
    pub outputs: BTreeMap<Name, Value>,
    /// What became of each check: its name, whether it holds as far as that is known, and its message where not.
    pub checks: Vec<(String, Option<bool>, String)>,
    /// Conditions that are not known yet, by instance: after the step or before it, the condition, the message.
    pub conditions: BTreeMap<InstanceId, Vec<(bool, Value, Value)>>,
    /// The epoch of what an operation declares that moves roles; else the present one.
    pub epoch: u64,
    /// Probes, gates and hooks that take part.
    pub guards: Vec<Guarded>,
    /// Places that could not be read, with why.
    pub unknown: BTreeMap<Name, Name>,
    /// Those of them that belong to no one site and where an operation that moves roles has nothing to do.
    pub idle: BTreeSet<Name>,
    /// How many objects stand in them, as far as spec and memory know.
    pub unseen: BTreeMap<Name, u64>,
    /// Notes for the reader of the plan.
    pub notes: Vec<Diagnostic>,
}

impl Change {
    /// A change of a wanted instance that nothing is known of yet.
    pub(super) fn new(instance: &Instance, id: InstanceId, action: Action, why: impl Into<String>) -> Change {
        Change {
            address: instance.address.clone(),
            instance: Some(id),
            kind: instance.kind,
            place: instance.place.clone(),
            action,
            why: why.into(),
            held: None,
            maybe: false,
            create_first: false,
            fields: Vec::new(),
            live: None,
            native_id: "".into(),
            fences: false,
            attributes: Object::new(),
            inherited: BTreeMap::new(),
            claim: None,
            mark: None,
            from: None,
            frees: None,
            after: Vec::new(),
        }
    }

    /// The same of an object that is there.
    #[must_use]
    pub(super) fn of(self, live: Arc<Live>) -> Change {
        Change { native_id: live.native_id.clone(), live: Some(live), ..self }
    }

    /// Whether anything is done for it.
    pub fn is_done(&self) -> bool {
        let tagged = self.claim.is_some() || self.mark.is_some();
        self.held.is_none() && (self.action != Action::Keep || tagged)
    }

    /// The field that names the source of a replica which is to be a source of its own.
    pub fn promotes(&self) -> Option<&Delta> {
        let (source, _) = self.kind.promotable()?;
        let action = self.action == Action::Update;
        self.fields.iter().find(|delta| action && delta.field.name == source && delta.after.is_null())
    }

    /// The field that names the source which a source of its own is to follow.
    pub fn demotes(&self) -> Option<&Delta> {
        let (source, _) = self.kind.promotable()?;
        let action = self.action == Action::Update;
        self.fields.iter().find(|delta| action && delta.field.name == source && !delta.after.is_null())
    }

    /// Whether the object is put aside, and a replica made in its place.
    pub fn retires(&self) -> bool {
        self.demotes().is_some_and(|delta| !self.kind.demotes() || !delta.before.is_null())
    }

    /// The name that the object gets when it is put aside in an epoch.
    pub fn retired_name(&self, epoch: u64) -> Option<(&'static str, Name)> {
        let Identity::Name(rule) = self.kind.identity else { return None };
        let name = self.live.as_ref()?.get(rule.attribute)?.as_str()?;
        let end = format!("-retired-{epoch}");
        // What was cut short of its name has it already.
        let begin = name.strip_suffix(&end).unwrap_or(name);
        let longest = usize::from(rule.longest).saturating_sub(end.len());
        let begin: String = begin.chars().take(longest).collect();
        Some((rule.attribute, format!("{}{end}", begin.trim_end_matches('-')).into()))
    }

    /// The fields that an update changes: all but the source of a replica, which no update gives or takes away.
    pub fn updates(&self) -> impl Iterator<Item = &Delta> {
        let source = self.promotes().or(self.demotes()).map(|delta| delta.field.name);
        self.fields.iter().filter(move |delta| Some(delta.field.name) != source)
    }

    /// The fields that guard the object against its deletion and are switched off before it.
    pub fn guards(&self) -> impl Iterator<Item = &Delta> {
        let goes = matches!(self.action, Action::Delete | Action::Replace);
        self.fields.iter().filter(move |delta| goes && delta.switches_a_guard_off())
    }
}

impl Delta {
    /// Whether it lets the cloud delete the object.
    pub fn switches_a_guard_off(&self) -> bool {
        self.field.guards_deletion
            && self.before.as_bool() == Some(true)
            && self.after.as_bool() != Some(true)
            && !self.after.has_hole()
    }
}
