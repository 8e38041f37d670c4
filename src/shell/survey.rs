//! What is read of the clouds before a plan: every kind that is wanted or remembered, in bulk, in its places.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{Kind, Listing, Name, Place, Role};

use super::observe::{Wanted, observe};
use super::pipeline::Request;
use super::transport::Transport;
use crate::desired::Desired;
use crate::diff::{Action, Changes, Endangered, Interests, Survey, is_open};
use crate::memory::Memory;
use crate::plan::Operation;
use crate::topology::Topology;

/// Kinds with the places that they are listed in.
type Lists = BTreeMap<(Name, &'static str), (Arc<Place>, &'static Kind)>;

/// Lists every kind that is wanted or remembered, in its places; a lost site gets no call, and neither does a place
/// that did not answer for its data.
pub fn survey(
    topology: &Topology,
    desired: &Desired,
    request: &Request<'_>,
    endangered: &Endangered,
    transport: &mut dyn Transport,
) -> Option<Survey> {
    let mut lists = Lists::new();
    for (_, instance) in (0..).zip(&desired.instances).filter(|(id, _)| !desired.left_out.contains(id)) {
        lists
            .entry((instance.place.name.clone(), instance.kind.name))
            .or_insert_with(|| (instance.place.clone(), instance.kind));
    }
    let memory = request.memory;
    let remembered = memory.inventory.values().chain(memory.deposed.values().flatten());
    // Nobody has to look at what was put aside, until it is given up.
    let commits = matches!(request.operation, Operation::Commit { .. });
    let remembered = remembered.chain(memory.retired.values().flatten().filter(|_| commits));
    // A site that the spec gives up is not looked at: it may be gone.
    for item in remembered.filter(|item| !desired.removed_sites.contains(&item.place)) {
        let place =
            desired.places.get(&item.place).cloned().or_else(|| remembered_place(topology, request, item));
        if let (Some(kind), Some(place)) = (topology.registry.kind(&item.kind), place) {
            lists.entry((item.place.clone(), kind.name)).or_insert((place, kind));
        }
    }
    let parents = parents(desired, request.memory, &lists);
    let mut survey = Survey::default();
    lists.retain(|key, (place, _)| {
        let lost =
            topology.site_named(&place.name).is_some_and(|site| request.assignment.role(site) == Role::Lost);
        let silent = desired.unknown.places.get(&place.name);
        let closed = if lost { Some("it is lost".into()) } else { silent.cloned() };
        let open = closed.is_none();
        if let Some(reason) = closed {
            survey.listed.insert(key.clone(), Err(reason));
        }
        open
    });
    let interests = interests(topology, desired, request, endangered);
    let lists_now = lists.values().cloned().collect();
    let wanted = Wanted { lists: lists_now, parents, interests, ..Wanted::default() };
    let read = observe(transport, &topology.registry, &wanted);
    if read.interrupted {
        return None;
    }
    survey.listed.extend(read.survey.listed);
    survey.refused.extend(read.survey.refused);
    unseen(desired, request.memory, &lists, &mut survey, topology, transport)?;
    whole_places(&mut survey);
    Some(survey)
}

/// What counts of each list; where roles move, how far replicas are behind as well.
fn interests(
    topology: &Topology,
    desired: &Desired,
    request: &Request<'_>,
    endangered: &Endangered,
) -> Interests {
    let interests = Interests::new(topology, desired, request.memory, endangered);
    if request.operation.moves_roles() { interests.with_lag(desired) } else { interests }
}

/// The lists that must be read once more because objects are to go, for what guards those, or refers to them, by fields
/// that were not asked for.
pub(super) fn open(
    changes: &Changes,
    survey: &Survey,
    desired: &Desired,
    request: &Request<'_>,
    topology: &Topology,
) -> Lists {
    let goes = changes.changes.iter().filter(|change| {
        let ends = matches!(change.action, Action::Delete | Action::Replace);
        ends && change.held.is_none() && change.live.is_some()
    });
    let goes: BTreeSet<&'static str> = goes.map(|change| change.kind.name).collect();
    let mut lists = Lists::new();
    if goes.is_empty() || request.operation.destroys() {
        return lists;
    }
    let interests = Interests::new(topology, desired, request.memory, &Endangered::Nothing);
    let places = changes.changes.iter().map(|change| &change.place).chain(desired.places.values());
    let places: BTreeMap<&Name, &Arc<Place>> = places.map(|place| (&place.name, place)).collect();
    for ((place, name), listed) in &survey.listed {
        let (Ok(listed), Some(kind), Some(at)) = (listed, topology.registry.kind(name), places.get(place))
        else {
            continue;
        };
        if !listed.is_empty() && is_open(kind, &goes, &interests.of(place, kind)) {
            lists.insert((place.clone(), kind.name), ((*at).clone(), kind));
        }
    }
    lists
}

/// Reads lists once more, with what counts where something goes. What the first look found, and this one does not show,
/// stays as it was. `None` when it was interrupted.
pub(super) fn look_again(
    topology: &Topology,
    desired: &Desired,
    request: &Request<'_>,
    lists: Lists,
    survey: &mut Survey,
    transport: &mut dyn Transport,
) -> Option<()> {
    let endangered = Endangered::Kinds(lists.keys().cloned().collect());
    let interests = interests(topology, desired, request, &endangered);
    let parents = parents(desired, request.memory, &lists);
    let lists = lists.into_values().collect();
    let read =
        observe(transport, &topology.registry, &Wanted { lists, parents, interests, ..Wanted::default() });
    for (key, listed) in read.survey.listed {
        match (survey.listed.get_mut(&key), listed) {
            (Some(Ok(known)), Ok(told)) => {
                let told: BTreeMap<Name, _> =
                    told.into_iter().map(|live| (live.native_id.clone(), live)).collect();
                for live in known {
                    if let Some(fresh) = told.get(&live.native_id) {
                        *live = fresh.clone();
                    }
                }
            }
            (Some(known), Err(reason)) => *known = Err(reason),
            _ => {}
        }
    }
    survey.refused.extend(read.survey.refused);
    whole_places(survey);
    (!read.interrupted).then_some(())
}

/// Reads what memory or an import knows by its id and a list did not show, one by one: lists lag behind, and leave out
/// what carries no owner tag; absent is a verdict that makes duplicates.
fn unseen(
    desired: &Desired,
    memory: &Memory,
    lists: &Lists,
    survey: &mut Survey,
    topology: &Topology,
    transport: &mut dyn Transport,
) -> Option<()> {
    let mut seen: BTreeMap<(Name, &'static str), BTreeSet<Name>> = BTreeMap::new();
    for (key, listed) in &survey.listed {
        if let Ok(listed) = listed {
            seen.insert(key.clone(), listed.iter().map(|live| live.native_id.clone()).collect());
        }
    }
    let retired = memory.retired.values().flatten();
    let items = memory.inventory.values().chain(memory.deposed.values().flatten()).chain(retired);
    let remembered =
        items.filter_map(|item| Some((&item.place, topology.registry.kind(&item.kind)?, &item.native_id)));
    let imported = desired.imports.iter().filter_map(|(address, native_id)| {
        let instance = desired.instance(*desired.by_address.get(address)?);
        Some((&instance.place.name, instance.kind, native_id))
    });
    let mut reads = Vec::new();
    for (place, kind, native_id) in remembered.chain(imported) {
        let key = (place.clone(), kind.name);
        let (Some((place, _)), Some(seen)) = (lists.get(&key), seen.get_mut(&key)) else { continue };
        if seen.insert(native_id.clone()) {
            reads.push((place.clone(), kind, native_id.clone()));
        }
    }
    if reads.is_empty() {
        return Some(());
    }
    let read = observe(transport, &topology.registry, &Wanted { reads, ..Wanted::default() });
    for (key, found) in read.survey.listed {
        match (survey.listed.get_mut(&key), found) {
            (Some(Ok(listed)), Ok(found)) => listed.extend(found),
            (Some(listed), Err(reason)) => *listed = Err(reason),
            _ => {}
        }
    }
    (!read.interrupted).then_some(())
}

/// A place that could be read in part is not known: what was read of it is no ground for changing anything there.
fn whole_places(survey: &mut Survey) {
    let failed = survey.listed.iter().filter_map(|((place, _), listed)| {
        listed.as_ref().err().map(|reason| (place.clone(), reason.clone()))
    });
    let failed: BTreeMap<Name, Name> = failed.collect();
    for ((place, _), listed) in &mut survey.listed {
        if let Some(reason) = failed.get(place) {
            *listed = Err(reason.clone());
        }
    }
}

/// Parents of what is listed under one, as the spec and memory name them: they may be anybody's.
fn parents(
    desired: &Desired,
    memory: &Memory,
    lists: &Lists,
) -> BTreeMap<(Name, &'static str), BTreeSet<Name>> {
    let mut parents: BTreeMap<(Name, &'static str), BTreeSet<Name>> = BTreeMap::new();
    for instance in &desired.instances {
        if let Listing::Under { attribute, .. } = instance.kind.listing
            && let Some(parent) = instance.attributes.get(attribute).and_then(relight_contract::Value::as_str)
        {
            let key = (instance.place.name.clone(), instance.kind.name);
            parents.entry(key).or_default().insert(parent.into());
        }
    }
    for (key, (_, kind)) in lists {
        let Listing::Under { kind: parent, .. } = kind.listing else { continue };
        let remembered =
            memory.inventory.values().filter(|item| *item.kind == *parent && item.place == key.0);
        let names = remembered.map(|item| item.native_id.clone());
        let imported = desired.imports.iter().filter(|(address, _)| {
            let id = desired.by_address.get(*address);
            let instance = id.map(|id| desired.instance(*id));
            instance.is_some_and(|own| own.kind.name == parent && own.place.name == key.0)
        });
        let imported = imported.map(|(_, native_id)| native_id.clone());
        parents.entry(key.clone()).or_default().extend(names.chain(imported));
    }
    parents
}

fn remembered_place(
    topology: &Topology,
    request: &Request<'_>,
    item: &crate::memory::Item,
) -> Option<Arc<Place>> {
    let provider = topology.registry.kind(&item.kind)?.provider;
    let site = topology.site_named(&item.place).map(|site| topology.site(site));
    let remembered = request.memory.sites.get(&item.place);
    let home = topology.home(provider);
    let region = match (site, remembered) {
        (Some(site), _) => site.region.clone(),
        (None, Some(remembered)) => remembered.region.clone(),
        (None, None) => home.into(),
    };
    Some(Arc::new(Place {
        name: item.place.clone(),
        provider: provider.into(),
        region,
        account: site.and_then(|site| site.account.clone()),
        global: site.is_none() && remembered.is_none(),
        settings: match site {
            Some(site) => site.settings.clone(),
            None => topology.global_settings(&item.place, provider),
        },
    }))
}
