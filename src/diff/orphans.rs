//! What is there but not wanted any more: deleted with two witnesses, forgotten where the spec says so, else only
//! reported.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{Address, Identity, Kind, Live, Name, Object, Place, Role, Value};

use super::decide::Decider;
use super::drill::{shadow_of, tell_drills};
use super::model::{Change, Delta};
use super::stay::Staying;
use super::{Action, Earlier, Operation, Question};
use crate::diag::{Diagnostic, codes};
use crate::memory::Item;

pub(super) fn decide(decider: &mut Decider<'_>) {
    let question = decider.question;
    let memory = question.memory;
    sites(decider);
    // What follows others goes first; the order of the plan sees to that, this is only stable.
    for (address, item) in memory.inventory.iter().rev() {
        if !question.desired.by_address.contains_key(address) {
            orphan(decider, address, item, false);
        }
    }
    for (address, items) in &memory.deposed {
        items.iter().for_each(|item| orphan(decider, address, item, true));
    }
    retired(decider);
    unclaimed(decider);
}

/// What was put aside goes when a person says so by its address, whatever the cloud would guard it with.
fn retired(decider: &mut Decider<'_>) {
    let question = decider.question;
    if question.operation == Operation::Destroy {
        for address in question.memory.retired.keys() {
            let message =
                format!("what was put aside at `{address}` stays: `relight commit --delete {address}`");
            decider.changes.notes.push(Diagnostic::note(codes::STEP_BLOCKED, message).address(address));
        }
    }
    let Operation::Commit { delete } = &question.operation else { return };
    for address in delete.iter().filter(|address| !question.memory.retired.contains_key(*address)) {
        let known: Vec<String> = question.memory.retired.keys().map(|known| format!("`{known}`")).collect();
        let help = match known.is_empty() {
            true => "nothing was put aside: `relight commit` alone accepts the roles".to_owned(),
            false => format!("this was: {}", known.join(", ")),
        };
        let message = format!("nothing was put aside at `{address}`");
        decider
            .diagnostics
            .push(Diagnostic::error(codes::TARGET_UNKNOWN, message).address(address).help(help));
    }
    for (address, item) in delete.iter().flat_map(|address| {
        question.memory.retired.get(address).into_iter().flatten().map(move |item| (address, item))
    }) {
        let Some(kind) = question.topology.registry.kind(&item.kind) else { continue };
        let live = match decider.finder.index(&item.place, kind) {
            Ok(index) => index.native(&item.native_id).cloned(),
            Err(reason) => {
                let reason = reason.clone();
                decider.unseen(&item.place, &reason);
                continue;
            }
        };
        let Some(place) = place_of(decider, item, address) else { continue };
        let ours = live.as_ref().is_none_or(|live| live.owner.as_ref() == Some(&item.owner));
        if !ours {
            let message =
                format!("`{}` was put aside, and is not ours any more: it is left alone", item.native_id);
            decider.changes.notes.push(Diagnostic::note(codes::UNCLAIMED, message).address(address));
            continue;
        }
        let guard = live.as_ref().and_then(|live| guard_of(kind, live)).and_then(|name| kind.field(name));
        let off = guard.map(|field| Delta {
            field,
            before: Value::Bool(true),
            after: Value::Bool(false),
            replaces: false,
            forcing: None,
            taken_out: false,
        });
        let name = live.as_ref().and_then(|live| live.get(name_of(kind)?)?.as_str().map(str::to_owned));
        let name = name.map(|name| format!("`{name}`, ")).unwrap_or_default();
        let why = format!("it was put aside, and is given up: {name}{}", item.native_id);
        // What is gone already is forgotten.
        let action = if live.is_some() { Action::Delete } else { Action::Forget };
        decider.changes.changes.push(Change {
            fields: off.into_iter().collect(),
            ..gone(address, item, kind, place, live, action, &why)
        });
    }
}

/// The end of an object that is remembered and not wanted any more.
fn gone(
    address: &Address,
    item: &Item,
    kind: &'static Kind,
    place: Arc<Place>,
    live: Option<Arc<Live>>,
    action: Action,
    why: &str,
) -> Change {
    Change {
        address: address.clone(),
        instance: None,
        kind,
        place,
        action,
        why: why.to_owned(),
        held: None,
        maybe: false,
        create_first: false,
        fields: Vec::new(),
        live,
        native_id: item.native_id.clone(),
        fences: false,
        attributes: local(kind, item),
        inherited: BTreeMap::new(),
        claim: None,
        mark: None,
        from: None,
        frees: None,
        after: item.after.clone(),
    }
}

/// Remembered sites that left the spec without a word, or stand somewhere else in it.
fn sites(decider: &mut Decider<'_>) {
    let question = decider.question;
    let inventory = question.memory.inventory.iter();
    let used: BTreeSet<&Name> =
        inventory.flat_map(|(address, item)| address.site.iter().chain([&item.place])).collect();
    for (name, remembered) in question.memory.sites.iter().filter(|(name, _)| used.contains(name)) {
        let problem = match question.topology.site_named(name).map(|site| question.topology.site(site)) {
            Some(site) if *site.provider.name == *remembered.provider && site.region == remembered.region => {
                None
            }
            Some(site) => Some((
                format!(
                    "the site `{name}` stood in `{}`, where relight made objects, and is now in `{}`",
                    remembered.region, site.region
                ),
                format!(
                    "give the new place a name of its own; `relight destroy --site {name}` with the old region deletes what is there"
                ),
            )),
            None if question.operation.destroys() => None,
            None if question.desired.removed_sites.contains(name) => None,
            None => Some((
                format!("the site `{name}` is not in the spec any more, but relight made objects there"),
                format!(
                    "`relight destroy --site {name}` deletes them; `removed {{ from = site.{name} }}` forgets them"
                ),
            )),
        };
        if let Some((message, help)) = problem {
            decider.beside_the_point(Diagnostic::error(codes::SITE_REMEMBERED, message).help(help));
        }
    }
}

/// Whether the spec gives an object up without deleting it: by its address, or with all that stands in its site. What
/// a site had elsewhere, in the zone of a global service, is no longer wanted like anything else.
pub(super) fn is_forgotten(question: &Question<'_>, address: &Address, place: &Name) -> bool {
    question.desired.forgotten.iter().any(|pattern| pattern.matches(address))
        || question.desired.removed_sites.contains(place)
}

/// The field by which the cloud refuses to delete an object, where it is on.
pub(super) fn guard_of(kind: &Kind, live: &Live) -> Option<&'static str> {
    let on = |name: &str| live.get(name).and_then(Value::as_bool) == Some(true);
    kind.fields.iter().find(|row| row.guards_deletion && on(row.name)).map(|row| row.name)
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
    let forgotten = is_forgotten(question, address, &item.place);
    let live = match decider.finder.index(&item.place, kind) {
        // It moved to another address.
        Ok(index) if index.is_claimed(&item.native_id) => return,
        Ok(index) => index.native(&item.native_id).cloned(),
        // To forget, nobody has to look.
        Err(_) if forgotten => None,
        Err(reason) => {
            let reason = reason.clone();
            return decider.unseen(&item.place, &reason);
        }
    };
    if !forgotten && !deposed && decider.is_left(address) {
        let global = question.desired.places.get(&item.place).is_some_and(|place| place.global);
        decider.staying.extend(live.map(|live| Staying {
            label: address.to_string(),
            kind,
            place: item.place.clone(),
            global,
            live,
        }));
        return;
    }
    // Nothing is left of it, or a list does not show it yet: memory keeps it, and it is looked for again.
    if live.is_none() && !forgotten {
        return;
    }
    let alien =
        kind.tags.is_some() && live.as_ref().is_some_and(|live| live.owner.as_ref() != Some(&item.owner));
    if alien && !forgotten {
        let message = format!(
            "`{}` was ours as `{address}`, but does not carry its owner tag: it is left alone",
            item.native_id
        );
        return decider.changes.notes.push(Diagnostic::note(codes::UNCLAIMED, message).address(address));
    }
    let (action, why) = match (forgotten, deposed) {
        (true, _) => (Action::Forget, "the spec says that it is not managed any more"),
        (false, true) => (Action::Delete, "a replacement took its place"),
        (false, false) if question.operation.destroys() => (Action::Delete, question.why_destroyed()),
        (false, false) if is_caused(question, address) && question.operation.moves_roles() => {
            (Action::Delete, "the new roles do without it")
        }
        (false, false) => (Action::Delete, "it is not in the spec any more"),
    };
    let guard = live.as_ref().filter(|_| !forgotten).and_then(|live| guard_of(kind, live));
    let held = match (decider.untargeted_address(address), guard) {
        (true, _) => Some("it is not among the targets".to_owned()),
        _ if !is_caused(question, address) => Some(decider.not_part()),
        (false, Some(guard)) => Some(format!("`{guard}` forbids it, and no spec switches that off")),
        (false, None) => None,
    };
    let Some(place) = place_of(decider, item, address) else { return };
    let change = gone(address, item, kind, place, live, action, why);
    decider.changes.changes.push(Change { held, ..change });
}

/// Whether the operation is about what is not wanted any more at an address: one that moves roles only where the roles
/// so far wanted it, in what it touches.
fn is_caused(question: &Question<'_>, address: &Address) -> bool {
    let ended = |earlier: &Earlier| {
        let id = earlier.desired.by_address.get(address);
        id.is_some_and(|id| question.moves().touches(earlier.desired.instance(*id)))
    };
    question.operation.is_whole() || question.operation.moves_roles() && question.earlier.iter().any(ended)
}

/// The local fields as the spec last gave them.
fn local(kind: &Kind, item: &Item) -> Object {
    let typed = |(name, json): (&Name, &serde_json::Value)| {
        let row = kind.field(name)?;
        Some((name.clone(), Value::from_json(json, &row.ty()).ok()?))
    };
    item.local.iter().filter_map(typed).collect()
}

/// A word about every place that could not be read.
pub(super) fn tell_unseen(decider: &mut Decider<'_>) {
    let question = decider.question;
    for (place, reason) in &decider.changes.unknown {
        let lost = question
            .topology
            .site_named(place)
            .is_some_and(|site| question.assignment.role(site) == Role::Lost);
        let objects = match decider.changes.unseen.get(place) {
            None => "no object is known there".to_owned(),
            Some(1) => "1 object".to_owned(),
            Some(count) => format!("{count} objects"),
        };
        let message = match lost {
            _ if decider.changes.idle.contains(place) => {
                format!("`{place}` cannot be read, {reason}: nothing of this stands there ({objects})")
            }
            true => format!("`{place}` is lost: no calls are made there ({objects})"),
            false => format!(
                "`{place}` cannot be read, {reason}: what stands there is unknown, never absent ({objects})"
            ),
        };
        decider.changes.notes.push(Diagnostic::note(codes::SITE_UNREACHABLE, message));
    }
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
            let home = topology.home(provider);
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
    let deposed = question.memory.deposed.values().flatten();
    let known: BTreeSet<(&Name, &Name, &Name)> = question
        .memory
        .inventory
        .values()
        .chain(deposed)
        .map(|item| (&item.place, &item.kind, &item.native_id))
        .collect();
    let (mut notes, mut drills) = (Vec::new(), BTreeSet::new());
    for ((place, kind), listed) in &question.survey.listed {
        if listed.is_err() {
            continue;
        }
        let Some(kind) = question.topology.registry.kind(kind) else { continue };
        let Ok(index) = decider.finder.index(place, kind) else { continue };
        let name: Name = kind.name.into();
        let is_known = |live: &Arc<Live>| known.contains(&(place, &name, &live.native_id));
        let lost: Vec<Arc<Live>> = index.unclaimed().filter(|live| !is_known(live)).cloned().collect();
        for live in lost {
            if let Some(site) = shadow_of(decider, &live) {
                drills.insert(site);
                continue;
            }
            // A drill's plan speaks of the drill.
            if question.topology.shadow.is_some() {
                continue;
            }
            let is_left = |address: &Address| {
                is_forgotten(question, address, place) || question.desired.unknown.why(address).is_some()
            };
            if let Some(address) = hinted(decider, &live).filter(|address| !is_left(address)) {
                let help = match question.desired.by_address.contains_key(&address) {
                    true => "another object has its address already: delete this one, or take its tag off",
                    false => {
                        "bringing its resource back into the spec takes it over; deleting it is up to you"
                    }
                };
                notes.push(
                    Diagnostic::note(
                        codes::UNCLAIMED,
                        format!(
                            "`{}` in `{place}` carries our tag as `{address}`, but nothing remembers it",
                            live.native_id
                        ),
                    )
                    .address(&address)
                    .help(help),
                );
            }
        }
    }
    decider.changes.notes.extend(notes);
    tell_drills(decider, drills);
}

/// The address of an object by its hint, where the owner tag proves that the hint is true.
pub(super) fn hinted(decider: &Decider<'_>, live: &Live) -> Option<Address> {
    let owner = live.owner.as_ref()?;
    let address: Address = live.hint.as_ref()?.parse().ok()?;
    (decider.question.owner(&address) == *owner).then_some(address)
}

/// The field of a kind that names its objects.
fn name_of(kind: &Kind) -> Option<&'static str> {
    match &kind.identity {
        Identity::Name(rule) => Some(rule.attribute),
        _ => None,
    }
}
