//! Targets, sites and replacements as people give them, to what they name.

use std::collections::BTreeSet;

use relight_contract::Address;

use super::adopt::address_of;
use super::pipeline::Request;
use crate::desired::{Dependency, Desired};
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};
use crate::diff::Options;
use crate::memory::Memory;
use crate::topology::Topology;

/// The most names that are told where none is close to what was given.
const MOST_NAMES: usize = 12;

/// Targets and sites as given, to addresses. A target brings what it depends on.
pub(super) fn options(
    topology: &Topology,
    desired: &Desired,
    request: &Request<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Options> {
    let mut options = Options { accepts_loss: request.accepts_loss, ..Options::default() };
    for site in &request.sites {
        let remembered = request.operation.destroys() && request.memory.sites.contains_key(site.as_str());
        if topology.site_named(site).is_none() && !remembered {
            let mut names: BTreeSet<String> =
                topology.sites.iter().map(|site| site.name.to_string()).collect();
            if request.operation.destroys() {
                names.extend(request.memory.sites.keys().map(ToString::to_string));
            }
            let problem = Diagnostic::error(codes::SITE_UNKNOWN, format!("there is no site `{site}`"));
            diagnostics.push(with_names(problem, site, "the sites are", &names));
        }
        options.sites.insert(site.as_str().into());
    }
    if !request.targets.is_empty() {
        let mut found = BTreeSet::new();
        for target in &request.targets {
            found.extend(matching(desired, request.memory, target, diagnostics));
        }
        options.targets = Some(match request.operation.destroys() {
            false => with_dependencies(desired, found),
            true => with_dependents(desired, found),
        });
    }
    // What an adoption hangs on is not part of it.
    if let Some(adoption) = &request.adopt {
        options.adopts = address_of(adoption, topology, &request.assignment, desired);
        options.targets = Some(options.adopts.iter().cloned().collect());
    }
    for address in &request.replace {
        options.replace.extend(matching(desired, request.memory, address, diagnostics));
    }
    (!diagnostics.has_errors()).then_some(options)
}

/// The problem with the name that may be meant, else with those that there are.
pub(super) fn with_names(
    problem: Diagnostic,
    given: &str,
    there_are: &str,
    names: &BTreeSet<String>,
) -> Diagnostic {
    if let Some(meant) = suggest(given, names) {
        return problem.did_you_mean(Some(meant));
    }
    let told: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    match (told.is_empty(), names.len().saturating_sub(MOST_NAMES)) {
        (true, _) => problem,
        (false, 0) => problem.help(format!("{there_are} {}", told.join(", "))),
        (false, more) => problem.help(format!("{there_are} {}, and {more} more", told.join(", "))),
    }
}

/// The addresses that a target names: exactly, or every instance of what it leaves open.
fn matching(
    desired: &Desired,
    memory: &Memory,
    target: &str,
    diagnostics: &mut Diagnostics,
) -> BTreeSet<Address> {
    let fits = |address: &Address| {
        let text = address.to_string();
        let without_site = text.split('@').next().unwrap_or_default();
        let open = |text: &str| {
            text.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
        };
        text == target || open(without_site)
    };
    let known = desired.instances.iter().map(|instance| &instance.address).chain(memory.inventory.keys());
    let found: BTreeSet<Address> = known.filter(|address| fits(address)).cloned().collect();
    if found.is_empty() {
        let known_now = desired.instances.iter().map(|instance| &instance.address);
        let mut names: BTreeSet<String> =
            known_now.chain(memory.inventory.keys()).map(ToString::to_string).collect();
        // Who gives no site is answered without one.
        if !target.contains('@') {
            names = names.iter().filter_map(|name| Some(name.split('@').next()?.to_owned())).collect();
        }
        let problem = Diagnostic::error(
            codes::TARGET_UNKNOWN,
            format!("`{target}` names nothing that is wanted or remembered"),
        );
        diagnostics.push(with_names(problem, target, "there are", &names));
    }
    found
}

fn with_dependencies(desired: &Desired, targets: BTreeSet<Address>) -> BTreeSet<Address> {
    let mut waiting: Vec<Dependency> = targets
        .iter()
        .filter_map(|address| desired.by_address.get(address).map(|id| Dependency::Instance(*id)))
        .collect();
    let mut seen: BTreeSet<Dependency> = waiting.iter().copied().collect();
    let mut all = targets;
    while let Some(next) = waiting.pop() {
        let inner = match next {
            Dependency::Instance(id) => {
                all.insert(desired.instance(id).address.clone());
                &desired.instance(id).after
            }
            Dependency::Join(join) => &desired.joins[join as usize],
        };
        waiting.extend(inner.iter().filter(|inner| seen.insert(**inner)));
    }
    all
}

/// Whatever stands on a target goes with it.
fn with_dependents(desired: &Desired, targets: BTreeSet<Address>) -> BTreeSet<Address> {
    let mut gone: BTreeSet<Dependency> = targets
        .iter()
        .filter_map(|address| desired.by_address.get(address).map(|id| Dependency::Instance(*id)))
        .collect();
    let mut all = targets;
    // Joins and instances only name what stands before them, so a few rounds settle it.
    loop {
        let before = gone.len();
        for (join, members) in (0..).zip(&desired.joins) {
            if members.iter().any(|member| gone.contains(member)) {
                gone.insert(Dependency::Join(join));
            }
        }
        for (id, instance) in (0..).zip(&desired.instances) {
            if instance.after.iter().any(|dependency| gone.contains(dependency))
                && gone.insert(Dependency::Instance(id))
            {
                all.insert(instance.address.clone());
            }
        }
        if gone.len() == before {
            return all;
        }
    }
}
