//! Roles that move: what a plan declares, and what lost sites are left to owe.

use relight_contract::{Capability, Role, Value};

use super::model::{Conclusion, DeclaredRole};
use crate::desired::{Assignment, Instance};
use crate::diff::{Earlier, Operation, Question};
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

/// What becomes of the declarations when all is done.
pub(super) fn concludes(question: &Question<'_>) -> Option<Conclusion> {
    let declarations = &question.memory.declarations;
    let open = declarations.values().any(|declaration| !declaration.committed);
    let peacetime = Assignment::peacetime(question.topology);
    let declared =
        !declarations.is_empty() || present(question).is_some_and(|now| now.assignment != peacetime);
    match &question.operation {
        Operation::Commit { .. } => open.then_some(Conclusion::Accepted),
        operation if operation.moves_roles() => {
            let peace = (declared && *question.assignment == peacetime).then_some(Conclusion::Peace);
            peace.or(question.memory.moving.then_some(Conclusion::Moved))
        }
        _ => None,
    }
}

/// What the sites that become lost owe: writers that nobody could cut, and sources that nobody could demote; and what
/// other standbys owe, which follow a source that is lost. What of it is still due is found out when they return.
pub(super) fn debts(question: &Question<'_>) -> Vec<Debt> {
    let Some(now) = present(question).filter(|_| matches!(question.operation, Operation::Failover { .. }))
    else {
        return Vec::new();
    };
    let becomes_lost = |site: SiteId| {
        question.assignment.role(site) == Role::Lost && now.assignment.role(site) == Role::Primary
    };
    let lost = now.desired.instances.iter().filter(|instance| instance.site.is_some_and(becomes_lost));
    let debts = lost.filter(|instance| !instance.place.global).flat_map(owed);
    let mut debts: Vec<Debt> = debts.chain(astray(question, now)).collect();
    debts.sort();
    debts
}

/// Replicas in other standbys, which followed what is lost. A failover does not touch them.
fn astray<'q>(question: &'q Question<'_>, now: &'q Earlier) -> impl Iterator<Item = Debt> + 'q {
    let gone = |site: SiteId| {
        question.assignment.role(site) == Role::Lost && now.assignment.role(site) == Role::Primary
    };
    let any_gone = question.topology.site_ids().any(gone);
    let stays = |site: SiteId| {
        matches!(question.assignment.role(site), Role::Standby(_))
            && question.assignment.role(site) == now.assignment.role(site)
    };
    let replicas = question.desired.instances.iter().filter(move |instance| {
        let source = instance.kind.promotable().and_then(|(source, _)| instance.attributes.get(source));
        any_gone && instance.site.is_some_and(stays) && source.is_some_and(|value| !value.is_null())
    });
    replicas.map(|instance| Debt {
        address: instance.address.clone(),
        verb: "demote".into(),
        why: "it still follows what is lost".to_owned(),
    })
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
