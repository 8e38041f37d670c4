//! What stays holds what it refers to: nothing is deleted under an object that this plan leaves where it is.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use relight_contract::{Kind, Live, Name};

use super::Action;
use super::decide::Decider;
use super::refer::each_reference;

/// An object that is seen and stays, though what it refers to might go.
pub(super) struct Staying {
    /// What it is called, for people.
    pub(super) label: String,
    pub(super) kind: &'static Kind,
    pub(super) place: Name,
    /// Whether it stands in global services, from which it may refer to anything.
    pub(super) global: bool,
    pub(super) live: Arc<Live>,
}

/// Holds every deletion of an object that something refers to which stays; only where the cloud would insist anyhow.
pub(super) fn hold(decider: &mut Decider<'_>) {
    uncounted(decider);
    let mut staying = std::mem::take(&mut decider.staying);
    let mut goes: HashMap<(&'static str, &'static str, Name), Vec<usize>> = HashMap::new();
    for (index, change) in decider.changes.changes.iter().enumerate() {
        let Some(live) = change.live.as_ref().filter(|_| change.action == Action::Delete) else { continue };
        if change.held.is_some() {
            staying.push(Staying {
                label: change.address.to_string(),
                kind: change.kind,
                place: change.place.name.clone(),
                global: change.place.global,
                live: live.clone(),
            });
            continue;
        }
        for (name, value) in &live.attributes {
            if let (Some(text), Some(row)) = (value.as_str(), change.kind.field(name)) {
                goes.entry((change.kind.name, row.name, text.into())).or_default().push(index);
            }
        }
    }
    while let Some(one) = staying.pop() {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        each_reference(one.kind.fields, &one.live, &mut |kind, attribute, binding, text| {
            if binding {
                found.extend(goes.get(&(kind, attribute, text.into())).into_iter().flatten());
            }
        });
        for index in found {
            let change = &mut decider.changes.changes[index];
            let reaches = one.global || change.place.global || change.place.name == one.place;
            let (Some(live), None, true) = (&change.live, &change.held, reaches) else { continue };
            if live.native_id == one.live.native_id && change.kind.name == one.kind.name {
                continue;
            }
            staying.push(Staying {
                label: change.address.to_string(),
                kind: change.kind,
                place: change.place.name.clone(),
                global: change.place.global,
                live: live.clone(),
            });
            change.held = Some(format!("`{}` refers to it and is left as it is", one.label));
        }
    }
}

/// What cannot carry an owner tag may be that of an address that cannot be told while data cannot be read.
fn uncounted(decider: &mut Decider<'_>) {
    let question = decider.question;
    let unknown = &question.desired.unknown;
    let single = unknown.instances.keys().map(|address| address.kind.clone());
    let blocks = unknown.blocks.iter().filter_map(|(pattern, _, _)| pattern.resource.as_ref());
    let kinds: BTreeSet<Name> = single.chain(blocks.map(|(kind, _, _)| kind.clone())).collect();
    let lists = question.survey.listed.iter().filter(|(_, listed)| listed.is_ok());
    for (place, kind) in lists.map(|(key, _)| key) {
        let known = question.topology.registry.kind(kind).filter(|kind| kind.tags.is_none());
        let Some(kind) = known.filter(|kind| kinds.contains(&Name::from(kind.name))) else { continue };
        let global = question.desired.places.get(place).is_some_and(|place| place.global);
        let remembered = |live: &&Arc<Live>| {
            let key = (place, &Name::from(kind.name), &live.native_id);
            decider.remembered.contains_key(&key)
        };
        let Ok(index) = decider.finder.index(place, kind) else { continue };
        let lives: Vec<Arc<Live>> = index.unclaimed().cloned().collect();
        let lives = lives.iter().filter(|live| !remembered(live)).cloned();
        decider.staying.extend(lives.map(|live| Staying {
            label: live.native_id.to_string(),
            kind,
            place: place.clone(),
            global,
            live,
        }));
    }
}
