//! Names that somebody asks for, and where they lead.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Address, Part, Value};

use super::fact::{facts, has_share, values};
use super::world::World;
use crate::desired::{Instance, InstanceId};
use crate::topology::SiteId;

/// The names that records of a world answer.
#[derive(Default)]
pub(super) struct Names {
    by_name: BTreeMap<String, Vec<InstanceId>>,
    of: BTreeMap<InstanceId, String>,
}

impl Names {
    pub(super) fn of(world: &World<'_>) -> Names {
        let mut names = Names::default();
        for id in &world.telling {
            let instance = world.desired.instance(*id);
            let Some(name) = values(instance, Part::Name).find_map(Value::as_str) else { continue };
            let name = whole(world, instance, &plain(name));
            names.by_name.entry(name.clone()).or_default().push(*id);
            names.of.insert(*id, name);
        }
        names
    }

    /// Every name with its records.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &[InstanceId])> {
        self.by_name.iter().map(|(name, records)| (name.as_str(), records.as_slice()))
    }

    /// The name of a record.
    pub(super) fn name(&self, id: InstanceId) -> Option<&str> {
        self.of.get(&id).map(String::as_str)
    }

    /// The records of a name.
    pub(super) fn records(&self, name: &str) -> &[InstanceId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// A name as it is compared: lower case, without the dot at its end.
pub(super) fn plain(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// A name with the domain that it is in.
fn whole(world: &World<'_>, record: &Instance, name: &str) -> String {
    let outputs = record.attributes.iter().flat_map(|(_, value)| world.outputs(value));
    let parents = outputs.filter_map(|(address, _)| world.at(&address));
    let domains =
        parents.filter_map(|parent| values(parent, Part::Domain).find_map(Value::as_str).map(plain));
    match { domains }.next() {
        Some(domain) if name == domain || name.ends_with(&format!(".{domain}")) => name.to_owned(),
        Some(domain) if name.is_empty() => domain,
        Some(domain) => format!("{name}.{domain}"),
        None => name.to_owned(),
    }
}

impl World<'_> {
    /// Names and objects that the answers of a record name.
    fn answers(&self, id: InstanceId) -> (Vec<String>, Vec<InstanceId>) {
        let (mut names, mut objects) = (Vec::new(), Vec::new());
        for value in values(self.desired.instance(id), Part::Answer) {
            let items = value.as_items().map_or(std::slice::from_ref(value), |items| items);
            names.extend(items.iter().filter_map(Value::as_str).map(plain));
            let outputs = self.outputs(value).into_iter();
            objects.extend(outputs.filter_map(|(address, _)| self.desired.by_address.get(&address).copied()));
        }
        (names, objects)
    }

    /// The names and objects that a value leads to, through records.
    pub(super) fn led(
        &self,
        names: Vec<String>,
        objects: Vec<InstanceId>,
    ) -> (BTreeSet<String>, BTreeSet<InstanceId>) {
        let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
        let (mut names, mut waiting) = (names, objects);
        loop {
            while let Some(name) = names.pop() {
                if !seen.contains(&name) {
                    waiting.extend(self.names.records(&name));
                    seen.insert(name);
                }
            }
            let Some(id) = waiting.pop() else { break };
            if found.insert(id)
                && let Some(name) = self.names.name(id)
            {
                seen.insert(name.to_owned());
                let (more, objects) = self.answers(id);
                names.extend(more);
                waiting.extend(objects);
            }
        }
        (seen, found)
    }

    /// The sites in which those who ask a record end; none for one that gets no traffic.
    pub(super) fn leads_to(&self, id: InstanceId) -> BTreeSet<SiteId> {
        let record = self.desired.instance(id);
        if !has_share(record) {
            return BTreeSet::new();
        }
        let (names, objects) = self.answers(id);
        let (_, found) = self.led(names, objects);
        let found = found.into_iter().map(|id| self.desired.instance(id));
        found.filter(|instance| !instance.place.global).filter_map(|instance| instance.site).collect()
    }

    /// The health checks that a record listens to.
    pub(super) fn checks_of(&self, record: &Instance) -> Vec<Address> {
        let health = facts(record).into_iter().filter(|fact| fact.part == Part::Health);
        health.flat_map(|fact| self.outputs(fact.value)).map(|(address, _)| address).collect()
    }
}
