//! What is wanted of each list: the fields and names that a plan can depend on, so that nothing else costs a call.
//!
//! A field counts where spec or memory give it, where a hole waits for it, and where every plan looks at it: identity,
//! capabilities, guards, references. What does not count may be missing from a list, and no plan notices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::canonical::text;
use relight_contract::{
    Address, Capability, Field, HoleId, Identity, Interest, Kind, Listing, Mutability, Name, NameRule,
    Presence, Registry, Scope, Shape, Value,
};

use super::naming::derive_name;
use crate::desired::{Desired, Instance};
use crate::expr::{Node, Step};
use crate::memory::Memory;
use crate::topology::resolve::references;
use crate::topology::{BlockId, BlockKind, Target, Topology, dependencies, expand};

/// What is wanted of the list of each kind in each place. The default wants everything of all.
#[derive(Clone, Debug, Default)]
pub struct Interests {
    known: BTreeMap<(Name, &'static str), Arc<Interest>>,
    /// The fields by which others refer to a kind; `None` where everything is wanted.
    pointed: Option<Arc<Pointed>>,
}

/// The kinds that are looked at for what goes: what guards their objects against their deletion, and what they refer to,
/// also where that costs calls of its own. No plan that deletes nothing can depend on it.
#[derive(Clone, Debug, Default)]
pub enum Endangered {
    /// None, as far as anybody knows.
    #[default]
    Nothing,
    /// These, by place.
    Kinds(BTreeSet<(Name, &'static str)>),
    /// All.
    Everything,
}

impl Endangered {
    fn includes(&self, place: &Name, kind: &'static Kind) -> bool {
        match self {
            Endangered::Nothing => false,
            Endangered::Kinds(kinds) => kinds.contains(&(place.clone(), kind.name)),
            Endangered::Everything => true,
        }
    }
}

/// Fields that rows of other kinds refer to, by kind.
type Pointed = BTreeMap<&'static str, BTreeSet<&'static str>>;

impl Interests {
    /// What counts for what is wanted and remembered.
    pub fn new(
        topology: &Topology,
        desired: &Desired,
        memory: &Memory,
        endangered: &Endangered,
    ) -> Interests {
        let pointed = pointed(&topology.registry);
        let mut moved: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
        for (from, to) in &desired.moved {
            moved.entry(to).or_default().push(from);
        }
        let mut gathering = Gathering { topology, memory, pointed: &pointed, moved, found: BTreeMap::new() };
        for instance in &desired.instances {
            gathering.instance(instance);
        }
        gathering.memory();
        gathering.imports(desired);
        gathering.outputs(desired);
        gathering.guards();
        gathering.endangered(endangered);
        let known = gathering.found.into_iter().map(|(key, interest)| (key, Arc::new(interest))).collect();
        Interests { known, pointed: Some(Arc::new(pointed)) }
    }

    /// The same, and of replicas how far they are behind: where one may be promoted.
    #[must_use]
    pub fn with_lag(mut self, desired: &Desired) -> Interests {
        for instance in &desired.instances {
            let known = self.known.get_mut(&(instance.place.name.clone(), instance.kind.name));
            if let (Some(lag), Some(interest)) = (instance.kind.lag(), known) {
                add(&mut Arc::make_mut(interest).fields, &Name::from(lag));
            }
        }
        self
    }

    /// What is wanted of the list of a kind in a place. Of one that is neither wanted nor remembered, and only listed for
    /// what stands under it, that is little.
    pub fn of(&self, place: &str, kind: &'static Kind) -> Arc<Interest> {
        let known = self.known.get(&(Name::from(place), kind.name));
        match (known, &self.pointed) {
            (Some(interest), _) => Arc::clone(interest),
            (None, Some(pointed)) => Arc::new(least(kind, pointed)),
            (None, None) => Arc::default(),
        }
    }
}

fn pointed(registry: &Registry) -> Pointed {
    let mut pointed = Pointed::new();
    for kind in registry.kinds() {
        let mut rows: Vec<&'static Field> = kind.fields.iter().collect();
        while let Some(row) = rows.pop() {
            if let Some(refers) = row.refers {
                pointed.entry(refers.kind).or_default().insert(refers.attribute);
            }
            rows.extend(row.shape.fields().unwrap_or_default());
        }
    }
    pointed
}

/// The fields of a kind that every plan looks at, whatever the spec says.
pub fn looked_at(kind: &'static Kind, registry: &Registry) -> BTreeSet<Name> {
    least(kind, &pointed(registry)).fields.unwrap_or_default()
}

/// The fields that every plan looks at, and no names.
fn least(kind: &'static Kind, pointed: &Pointed) -> Interest {
    let mut fields: BTreeSet<&'static str> = pointed.get(kind.name).cloned().unwrap_or_default();
    match kind.identity {
        Identity::Name(rule) => {
            fields.insert(rule.attribute);
            fields.extend(rule.prefix);
            if let Scope::Parent(parent) = rule.scope {
                fields.insert(parent);
            }
        }
        Identity::Key(key) => fields.extend(key),
        Identity::Token | Identity::Server => {}
    }
    if let Listing::Under { attribute, .. } = kind.listing {
        fields.insert(attribute);
    }
    fields.extend(kind.tags);
    for capability in kind.capabilities {
        match capability {
            Capability::Scalable { fields: own } | Capability::Shiftable { fields: own } => {
                fields.extend(*own)
            }
            Capability::Promotable { source, dictated, .. } => {
                fields.insert(source);
                fields.extend(*dictated);
            }
            Capability::Fenceable { effect } => {
                fields.extend(effect.iter().map(|transition| transition.field))
            }
            Capability::Restorable(_) | Capability::Shared | Capability::Joins => {}
        }
    }
    let looked_at = |row: &&Field| (row.guards_deletion || refers(row)) && !costs(kind, row);
    fields.extend(kind.fields.iter().filter(looked_at).map(|row| row.name));
    Interest { fields: Some(fields.into_iter().map(Name::from).collect()), names: Some(BTreeSet::new()) }
}

/// Whether a field is told by calls of its own.
fn costs(kind: &Kind, row: &Field) -> bool {
    kind.details.iter().any(|detail| detail.fields.contains(&row.name))
}

/// The fields of a kind that count only where something goes: what guards its objects, and what they refer to.
fn counts_for_deletions(kind: &'static Kind) -> impl Iterator<Item = &'static Field> {
    kind.fields.iter().filter(|row| (row.guards_deletion || refers(row)) && costs(kind, row))
}

/// Whether a list of a kind must be read once more, because objects of the kinds in `goes` are to go: it may guard them,
/// or refer to them, by a field that was not wanted.
pub fn is_open(kind: &'static Kind, goes: &BTreeSet<&'static str>, wanted: &Interest) -> bool {
    counts_for_deletions(kind).any(|row| {
        let guards = row.guards_deletion && goes.contains(kind.name);
        (guards || refers_to(row, goes)) && !wanted.wants(&[row.name])
    })
}

fn refers_to(row: &Field, kinds: &BTreeSet<&'static str>) -> bool {
    row.refers.is_some_and(|refers| kinds.contains(refers.kind))
        || row.shape.fields().is_some_and(|rows| rows.iter().any(|row| refers_to(row, kinds)))
}

/// Whether anything in a row refers to another object: what is deleted follows what refers to it.
fn refers(row: &Field) -> bool {
    row.refers.is_some() || row.shape.fields().is_some_and(|rows| rows.iter().any(refers))
}

struct Gathering<'a> {
    topology: &'a Topology,
    memory: &'a Memory,
    pointed: &'a Pointed,
    /// The addresses that moved, by where they went.
    moved: BTreeMap<&'a Address, Vec<&'a Address>>,
    found: BTreeMap<(Name, &'static str), Interest>,
}

impl Gathering<'_> {
    fn entry(&mut self, place: &Name, kind: &'static Kind) -> &mut Interest {
        let pointed = self.pointed;
        self.found.entry((place.clone(), kind.name)).or_insert_with(|| least(kind, pointed))
    }

    fn instance(&mut self, instance: &Instance) {
        let known = self.memory.inventory.contains_key(&instance.address);
        let names = self.names(instance);
        let interest = self.entry(&instance.place.name, instance.kind);
        for (name, _) in &instance.attributes {
            add(&mut interest.fields, name);
        }
        match names {
            Some(names) => names.iter().for_each(|name| add(&mut interest.names, name)),
            // Memory knows what it is called; else it may be any.
            None if known => {}
            None => interest.names = None,
        }
    }

    /// What an instance may be called; `None` when that waits for something.
    fn names(&self, instance: &Instance) -> Option<BTreeSet<Name>> {
        let mut names = BTreeSet::new();
        match instance.kind.identity {
            // What the spec says once and for all tells an object apart before its tags do.
            Identity::Token | Identity::Server => {
                for row in instance.kind.fields.iter().filter(|row| is_fixed(row)) {
                    if let Some(value) = instance.attributes.get(row.name) {
                        spellings(instance.kind, row.name, value, &mut names)?;
                    }
                }
            }
            Identity::Name(rule) => match instance.attributes.get(rule.attribute) {
                Some(value) if !value.is_null() => {
                    spellings(instance.kind, rule.attribute, value, &mut names)?
                }
                _ => self.derived(instance, rule, &mut names)?,
            },
            Identity::Key(key) => {
                for field in key {
                    if let Some(value) = instance.attributes.get(field).filter(|value| !value.is_null()) {
                        spellings(instance.kind, field, value, &mut names)?;
                    }
                }
            }
        }
        Some(names)
    }

    /// The names that are derived from the address, and from those that it was moved from.
    fn derived(&self, instance: &Instance, rule: NameRule, names: &mut BTreeSet<Name>) -> Option<()> {
        let prefix = rule.prefix.and_then(|prefix| instance.attributes.get(prefix));
        if prefix.is_some_and(|prefix| prefix.has_hole() || prefix.has_secret()) {
            return None;
        }
        let old = self.moved.get(&instance.address).into_iter().flatten().copied();
        for address in std::iter::once(&instance.address).chain(old) {
            let owner = address.owner(&self.topology.name, &self.topology.instance);
            for variant in ["", "next"] {
                let (kind, attributes) = (instance.kind, &instance.attributes);
                names.insert(derive_name(kind, rule, address, &owner, attributes, variant).into());
            }
        }
        Some(())
    }

    fn memory(&mut self) {
        let memory = self.memory;
        for item in memory.inventory.values().chain(memory.deposed.values().flatten()) {
            let Some(kind) = self.topology.registry.kind(&item.kind) else { continue };
            let interest = self.entry(&item.place, kind);
            item.fields.iter().chain(item.digests.keys()).for_each(|field| add(&mut interest.fields, field));
            add(&mut interest.names, &item.native_id);
        }
    }

    fn imports(&mut self, desired: &Desired) {
        for (address, native_id) in &desired.imports {
            if let Some(id) = desired.by_address.get(address) {
                let instance = desired.instance(*id);
                add(&mut self.entry(&instance.place.name, instance.kind).names, native_id);
            }
        }
    }

    /// The attributes that holes wait for.
    fn outputs(&mut self, desired: &Desired) {
        for (address, attribute) in awaited(desired) {
            if let Some(id) = desired.by_address.get(&address) {
                let instance = desired.instance(*id);
                add(&mut self.entry(&instance.place.name, instance.kind).fields, &attribute);
            }
        }
    }

    /// What counts where something goes.
    fn endangered(&mut self, endangered: &Endangered) {
        let registry = &self.topology.registry;
        for ((place, name), interest) in &mut self.found {
            let kind = registry.kind(name).filter(|kind| endangered.includes(place, kind));
            let rows = kind.into_iter().flat_map(counts_for_deletions);
            rows.for_each(|row| add(&mut interest.fields, &row.name.into()));
        }
    }

    /// Probes, gates and hooks are evaluated when they do their work, wherever that is.
    fn guards(&mut self) {
        let topology = self.topology;
        let (kinds, seen, open) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        let mut named = Named { topology, kinds, seen, open };
        for guard in &topology.guards {
            // What they stand before and after tells no value.
            let attributes = guard.written(topology).attributes.iter();
            let valued = attributes.filter(|one| !["before", "after"].contains(&&*one.name.name));
            for attribute in valued {
                references(topology, guard.node, &attribute.value, &mut |_, steps, _, target| {
                    if let Ok(target) = &target {
                        named.reference(steps, target);
                    }
                });
            }
        }
        named.behind();
        for ((_, kind), interest) in &mut self.found {
            match named.kinds.get(kind) {
                None => {}
                Some(None) => interest.fields = None,
                Some(Some(fields)) => fields.iter().for_each(|field| add(&mut interest.fields, field)),
            }
        }
    }
}

/// Whether every object of the kind has a text of the spec's own here, which never changes.
fn is_fixed(row: &Field) -> bool {
    let is_text = matches!(row.shape, Shape::String) && row.refers.is_none();
    is_text && row.presence == Presence::Required && row.mutability == Mutability::Replace
}

/// Adds to what is wanted, unless that is everything.
fn add(wanted: &mut Option<BTreeSet<Name>>, name: &Name) {
    if let Some(wanted) = wanted
        && !wanted.contains(name)
    {
        wanted.insert(name.clone());
    }
}

/// A name as the spec writes it, and as its field is compared; `None` for one that is not known.
fn spellings(kind: &Kind, field: &str, value: &Value, names: &mut BTreeSet<Name>) -> Option<()> {
    if value.has_hole() || value.has_secret() {
        return None;
    }
    match value.as_str() {
        Some(plain) => {
            names.insert(plain.into());
            if let Some(row) = kind.field(field) {
                names.insert(text(row.canonical, plain).into());
            }
        }
        None => {
            names.insert(value.to_json().to_string().into());
        }
    }
    Some(())
}

/// Every attribute of an object that a value of the desired world waits for, through whatever expressions.
fn awaited(desired: &Desired) -> BTreeSet<(Address, Name)> {
    let mut waiting: Vec<HoleId> = Vec::new();
    let mut root = |value: &Value| value.each_hole(&mut |id| waiting.push(id));
    for instance in &desired.instances {
        instance.attributes.iter().for_each(|(_, value)| root(value));
        for (_, condition, message) in &instance.lifecycle.conditions {
            root(condition);
            root(message);
        }
    }
    desired.outputs.values().for_each(|output| root(&output.value));
    for (condition, message) in desired.checks.iter().filter_map(|check| check.open.as_ref()) {
        root(condition);
        root(message);
    }
    let mut seen = vec![false; desired.residuals.len()];
    let mut found = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        match seen.get_mut(next.0 as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        desired.residuals.with_node(next, |node| match node {
            Node::Output { address, attribute, .. } => {
                found.insert((address.clone(), attribute.clone()));
            }
            other => other.each_operand(&mut |operand| waiting.push(operand)),
        });
    }
    found
}

/// What guards refer to, straight or through locals, variables and modules.
struct Named<'a> {
    topology: &'a Topology,
    /// The attributes by kind; `None` where that is not fixed.
    kinds: BTreeMap<&'static str, Option<BTreeSet<Name>>>,
    seen: BTreeSet<BlockId>,
    open: Vec<BlockId>,
}

impl Named<'_> {
    fn reference(&mut self, steps: &[Step], target: &Target) {
        let Target::Block(id, _) = target else { return };
        if let BlockKind::Resource(_, bound) = &self.topology.block(*id).kind {
            let attribute = steps.iter().find_map(|step| match step {
                Step::Attribute(name) => Some(name),
                Step::Index(_) => None,
            });
            let fields = self.kinds.entry(bound.kind.name).or_insert_with(|| Some(BTreeSet::new()));
            match attribute {
                Some(attribute) => add(fields, attribute),
                None => *fields = None,
            }
            return;
        }
        expand(self.topology, *id, steps, false, &mut |block| {
            if self.seen.insert(block) {
                self.open.push(block);
            }
        });
    }

    /// What the blocks refer to that were named so far.
    fn behind(&mut self) {
        let topology = self.topology;
        while let Some(block) = self.open.pop() {
            dependencies(topology, block, &mut |dependency| {
                if let Ok(target) = &dependency.target
                    && !matches!(topology.block(block).kind, BlockKind::Resource(..))
                {
                    self.reference(dependency.steps, target);
                }
            });
        }
    }
}
