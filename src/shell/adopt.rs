//! One live object for one address of the spec: what an `import` block would say, for one plan and nothing beside it.

use std::collections::BTreeSet;

use relight_contract::{Address, Name, Role};

use super::narrow::with_names;
use crate::desired::{Assignment, Desired};
use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::diff::{Action, Change, Changes, Question};
use crate::plan::{Ask, Plan};
use crate::topology::Topology;

/// What is asked for: an address of the spec, as a person gives it, and what API calls name the object by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The address. Without a site, that of the first primary is meant, as in an `import` block.
    pub address: String,
    /// The native id.
    pub native_id: String,
}

/// Enters an adoption among what is wanted, as if the spec imported it. `false` where it can mean nothing, which
/// `diagnostics` tell: then no cloud needs to be asked.
pub(super) fn enter(
    adoption: &Adoption,
    topology: &Topology,
    assignment: &Assignment,
    desired: &mut Desired,
    diagnostics: &mut Diagnostics,
) -> bool {
    let Some(address) = address_of(adoption, topology, assignment, desired) else {
        diagnostics.push(unknown(adoption, desired));
        return false;
    };
    let place = desired.by_address.get(&address).map(|id| desired.instance(*id).place.name.clone());
    let site = place.as_ref().and_then(|place| topology.site_named(place));
    if site.is_some_and(|site| assignment.role(site) == Role::Lost) {
        let message = format!(
            "`{}` is lost: no calls are made there, so that nothing in it can be adopted",
            place.unwrap_or_default()
        );
        diagnostics.push(Diagnostic::error(codes::SITE_UNREACHABLE, message).address(&address));
        return false;
    }
    desired.imports.insert(address, adoption.native_id.as_str().into());
    true
}

/// The address that is meant.
pub(super) fn address_of(
    adoption: &Adoption,
    topology: &Topology,
    assignment: &Assignment,
    desired: &Desired,
) -> Option<Address> {
    let given: Address = adoption.address.parse().ok()?;
    let primary = assignment.primaries().first().map(|site| topology.site(*site).name.clone());
    let at_primary = primary.filter(|_| given.site.is_none()).map(|site| given.clone().at(site));
    [Some(given), at_primary].into_iter().flatten().find(|address| desired.by_address.contains_key(address))
}

fn unknown(adoption: &Adoption, desired: &Desired) -> Diagnostic {
    let given = adoption.address.as_str();
    let all: BTreeSet<String> =
        desired.instances.iter().map(|instance| instance.address.to_string()).collect();
    let without_site = |name: &String| name.split('@').next().unwrap_or_default().to_owned();
    let elsewhere: BTreeSet<String> =
        all.iter().filter(|name| without_site(name) == given).cloned().collect();
    // Who gives no site is answered without one, unless that is what is missing.
    let names = match (elsewhere.is_empty(), given.contains('@')) {
        (false, _) => elsewhere,
        (true, true) => all,
        (true, false) => all.iter().map(without_site).collect(),
    };
    let problem = Diagnostic::error(codes::TARGET_UNKNOWN, format!("the spec has no object `{given}`"));
    with_names(problem, given, "there are", &names)
}

/// Leaves the adoption in what was decided, and nothing else. Where it is no adoption, `diagnostics` say why; where the
/// place cannot be read, nothing is left, and the plan itself says so.
pub(super) fn judge(
    address: &Address,
    native_id: &str,
    question: &Question<'_>,
    changes: &mut Changes,
    diagnostics: &mut Diagnostics,
) {
    for change in changes.changes.iter_mut().filter(|change| change.is_done()) {
        if change.address != *address || change.instance.is_none() {
            change.held = Some("it is not what is adopted".to_owned());
        }
    }
    let Some(id) = question.desired.by_address.get(address).copied() else { return };
    let standing = changes.live.get(id as usize).and_then(Option::as_ref);
    let problem = match changes.changes.iter().find(|change| change.instance == Some(id)) {
        Some(change) => refusal(change, address, native_id),
        None => match standing {
            Some(live) => Some(has_already(address, native_id, &live.native_id)),
            None if changes.unknown.contains_key(&question.desired.instance(id).place.name) => None,
            None => {
                let why = question.desired.unknown.why(address);
                Some(not_now(address, why.map_or("nothing is known of it", |why| why)))
            }
        },
    };
    // What was found wrong with the object itself says more.
    diagnostics.extend(problem.filter(|_| !diagnostics.has_errors()));
}

fn refusal(change: &Change, address: &Address, native_id: &str) -> Option<Diagnostic> {
    if change.native_id.is_empty() {
        let message = format!("`{native_id}` is not what `{address}` would be: another object has its name");
        return Some(Diagnostic::error(codes::IMPORT_INVALID, message).address(address));
    }
    let adopts = change.action == Action::Adopt || change.claim.is_some();
    if *change.native_id != *native_id || change.from.is_some() || !adopts && change.action != Action::Replace
    {
        return Some(has_already(address, native_id, &change.native_id));
    }
    if let Some(why) = &change.held {
        return Some(not_now(address, why));
    }
    (change.action == Action::Replace).then(|| {
        let message =
            format!("`{native_id}` would not be adopted as `{address}` but replaced: {}", change.why);
        Diagnostic::error(codes::IMPORT_INVALID, message)
            .address(address)
            .help("let the spec say what stands there; an `import` block adopts and replaces in one apply")
    })
}

fn has_already(address: &Address, native_id: &str, standing: &str) -> Diagnostic {
    let (message, help) = match standing == native_id {
        true => (
            format!("`{standing}` is the object of `{address}` already"),
            "there is nothing to adopt; `relight plan` shows whether it differs from the spec",
        ),
        false => (
            format!("`{address}` has an object already: `{standing}`"),
            "a `removed` block with `destroy = false` gives that one up; or give the other an address of its own",
        ),
    };
    Diagnostic::error(codes::IMPORT_INVALID, message).address(address).help(help)
}

fn not_now(address: &Address, why: &str) -> Diagnostic {
    Diagnostic::error(codes::STEP_BLOCKED, format!("`{address}` cannot adopt anything now: {why}"))
        .address(address)
        .help("adopt or make that first")
}

/// What a stored plan adopts, so that a second look finds it where the plan did.
pub(super) fn planned(plan: &Plan) -> impl Iterator<Item = (Address, Name)> {
    let changes = plan.content.changes.iter();
    let adopted = changes.filter(|change| change.action == Action::Adopt && change.held.is_none());
    adopted.filter_map(|change| {
        let step = plan.content.steps.get(change.steps.first()?.0 as usize)?;
        match &step.ask {
            Ask::Claim { native_id, .. } | Ask::Update { native_id, .. } | Ask::Remember { native_id } => {
                Some((change.address.clone(), native_id.as_str().into()))
            }
            _ => None,
        }
    })
}
