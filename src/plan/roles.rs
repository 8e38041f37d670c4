//! Roles that move: what a plan declares, and what lost sites are left to owe.

use relight_contract::{Capability, Role, Value};

use super::model::DeclaredRole;
use crate::desired::Instance;
use crate::diff::{Earlier, Question};
use crate::memory::Debt;
use crate::topology::SiteId;

/// The roles that change with the operation, in spec order.
pub(super) fn declared(question: &Question<'_>, epoch: u64) -> Vec<DeclaredRole> {
    let Some(now) = present(question) else { return Vec::new() };
    let topology = question.topology;
    let roles = topology.site_ids().map(|site| DeclaredRole {
        site: topology.site(site).name.to_string(),
        from: now.assignment.role(site),
        to: question.assignment.role(site),
        epoch,
    });
    roles.filter(|role| role.from != role.to).collect()
}

/// What the sites that become lost owe: writers that nobody could cut, and sources that nobody could demote. What of it
/// is still due is found out when they return.
pub(super) fn debts(question: &Question<'_>) -> Vec<Debt> {
    let Some(now) = present(question) else { return Vec::new() };
    let becomes_lost = |site: SiteId| {
        question.assignment.role(site) == Role::Lost && now.assignment.role(site) == Role::Primary
    };
    let lost = now.desired.instances.iter().filter(|instance| instance.site.is_some_and(becomes_lost));
    let mut debts: Vec<Debt> = lost.filter(|instance| !instance.place.global).flat_map(owed).collect();
    debts.sort();
    debts
}

fn owed(instance: &Instance) -> Vec<Debt> {
    let owes = |verb: &str, why: &str| Debt {
        address: instance.address.clone(),
        verb: verb.into(),
        why: why.to_owned(),
    };
    let each = |capability: &Capability| match capability {
        Capability::Fenceable { .. } => Some(owes("fence", "its writers could not be cut")),
        Capability::Promotable { source, .. } => {
            let alone = instance.attributes.get(source).is_none_or(Value::is_null);
            alone.then(|| owes("demote", "it still takes itself for the source"))
        }
        _ => None,
    };
    instance.kind.capabilities.iter().filter_map(each).collect()
}

/// The world under the roles that hold now.
fn present<'a>(question: &Question<'a>) -> Option<&'a Earlier> {
    question.earlier.first()
}
