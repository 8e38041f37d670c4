//! What is there but not wanted any more: deleted with two witnesses, forgotten where the spec says so, else only
//! reported.

use std::collections::BTreeSet;
use std::sync::Arc;

use relight_contract::{Address, Live, Name, Object, Place, Value};

use super::Action;
use super::decide::Decider;
use super::model::Change;
use crate::diag::{Diagnostic, codes};
use crate::memory::Item;

pub(super) fn decide(decider: &mut Decider<'_>) {
    let memory = decider.question.memory;
    let moved: BTreeSet<&Address> = decider.question.desired.moved.iter().map(|(from, _)| from).collect();
    let mut missing_sites = BTreeSet::new();
    // What follows others goes first; the order of the plan sees to that, this is only stable.
    for (address, item) in memory.inventory.iter().rev() {
        let wanted = decider.question.desired.by_address.contains_key(address);
        if wanted || moved.contains(address) {
            continue;
        }
        if let Some(site) = &address.site
            && is_gone(decider, site)
        {
            missing_sites.insert(site.clone());
            continue;
        }
        orphan(decider, address, item, false);
    }
    for (address, items) in &memory.deposed {
        items.iter().for_each(|item| orphan(decider, address, item, true));
    }
    for site in missing_sites {
        decider.diagnostics.push(
            Diagnostic::error(
                codes::SITE_REMEMBERED,
                format!("the site `{site}` is not in the spec any more, but relight made objects there"),
            )
            .help(format!("`relight destroy --site {site}` deletes them; `removed {{ from = site.{site} }}` forgets them")),
        );
    }
    unclaimed(decider);
}

/// Whether a site left the spec without a word.
fn is_gone(decider: &Decider<'_>, site: &Name) -> bool {
    let question = decider.question;
    question.topology.site_named(site).is_none() && !question.desired.removed_sites.contains(site)
}

fn orphan(decider: &mut Decider<'_>, address: &Address, item: &Item, deposed: bool) {
    let question = decider.question;
    let Some(kind) = question.topology.registry.kind(&item.kind) else {
        decider.changes.notes.push(
            Diagnostic::warning(
                codes::KIND_UNKNOWN,
                format!("`{address}` is remembered, but this build has no kind `{}`", item.kind),
            )
            .address(address),
        );
        return;
    };
    let live = match decider.finder.index(&item.place, kind) {
        // It moved to another address.
        Ok(index) if index.is_claimed(&item.native_id) => return,
        Ok(index) => index.native(&item.native_id).cloned(),
        Err(reason) => {
            let reason = reason.clone();
            decider.changes.unknown.insert(item.place.clone(), reason);
            return;
        }
    };
    // Nothing is left of it: memory forgets it with the next run.
    let Some(live) = live else { return };
    let taggable = kind.tags.is_some();
    if taggable && live.owner.as_ref() != Some(&item.owner) {
        decider.changes.notes.push(
            Diagnostic::note(
                codes::UNCLAIMED,
                format!(
                    "`{}` was ours as `{address}`, but does not carry its owner tag: it is left alone",
                    live.native_id
                ),
            )
            .address(address),
        );
        return;
    }
    let forgotten = question.desired.forgotten.iter().any(|pattern| pattern.matches(address))
        || address.site.as_ref().is_some_and(|site| question.desired.removed_sites.contains(site));
    let (action, why) = match (forgotten, deposed) {
        (true, _) => (Action::Forget, "the spec says that it is not managed any more"),
        (false, true) => (Action::Delete, "a replacement took its place"),
        (false, false) => (Action::Delete, "it is not in the spec any more"),
    };
    let Some(place) = place_of(decider, item, address) else { return };
    let held = decider.untargeted_address(address).then(|| "it is not among the targets".to_owned());
    let local: Object = item
        .local
        .iter()
        .filter_map(|(name, json)| {
            let row = kind.field(name)?;
            Some((name.clone(), Value::from_json(json, &row.ty()).ok()?))
        })
        .collect();
    decider.changes.changes.push(Change {
        address: address.clone(),
        instance: None,
        kind,
        place,
        action,
        why: why.to_owned(),
        held,
        maybe: false,
        create_first: false,
        fields: Vec::new(),
        live: Some(live),
        attributes: local,
        claim: None,
        after: item.after.clone(),
    });
}

fn place_of(decider: &Decider<'_>, item: &Item, address: &Address) -> Option<Arc<Place>> {
    if let Some(place) = decider.question.desired.places.get(&item.place) {
        return Some(place.clone());
    }
    let topology = decider.question.topology;
    let site = topology.site_named(&item.place).map(|site| topology.site(site));
    let provider = topology.registry.kind(&item.kind)?.provider;
    Some(Arc::new(match site {
        Some(site) => Place {
            name: item.place.clone(),
            provider: provider.into(),
            region: site.region.clone(),
            account: site.account.clone(),
            global: false,
            settings: site.settings.clone(),
        },
        None => {
            let remembered = decider.question.memory.sites.get(&item.place);
            let home = topology.registry.provider(provider).map_or("", |provider| provider.home);
            Place {
                name: item.place.clone(),
                provider: provider.into(),
                region: remembered.map_or_else(|| home.into(), |site| site.region.clone()),
                account: None,
                global: address.site.is_none(),
                settings: topology.global_settings(&item.place, provider),
            }
        }
    }))
}

/// Objects of wanted kinds that carry a tag of this topology, but that nothing remembers.
fn unclaimed(decider: &mut Decider<'_>) {
    let question = decider.question;
    let known: BTreeSet<&Name> = question.memory.inventory.values().map(|item| &item.native_id).collect();
    let mut notes = Vec::new();
    for ((place, kind), listed) in &question.survey.listed {
        if listed.is_err() {
            continue;
        }
        let Some(kind) = question.topology.registry.kind(kind) else { continue };
        let Ok(index) = decider.finder.index(place, kind) else { continue };
        let lost: Vec<Arc<Live>> =
            index.unclaimed().filter(|live| !known.contains(&live.native_id)).cloned().collect();
        for live in lost {
            if let Some(address) = hinted(decider, &live) {
                notes.push(
                    Diagnostic::note(
                        codes::UNCLAIMED,
                        format!(
                            "`{}` in `{place}` carries our tag as `{address}`, but nothing remembers it",
                            live.native_id
                        ),
                    )
                    .address(&address)
                    .help("`--prune` deletes it; bringing its resource back into the spec takes it over"),
                );
            }
        }
    }
    decider.changes.notes.extend(notes);
}

/// The address of an object by its hint, where the owner tag proves that the hint is true.
fn hinted(decider: &Decider<'_>, live: &Live) -> Option<Address> {
    let owner = live.owner.as_ref()?;
    let address: Address = live.hint.as_ref()?.parse().ok()?;
    (decider.question.owner(&address) == *owner).then_some(address)
}
