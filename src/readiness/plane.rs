//! Control planes that a recovery needs, and that live in one region.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::ControlPlane;

use super::act::{Act, Deed};
use super::case::{Case, Findings};
use super::door::moves_by_itself;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let mut said = BTreeSet::new();
    let mut others: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for act in &case.acts {
        let instance = case.after.desired.instance(act.id);
        let Some((service, home)) = needed(case, act, instance) else { continue };
        let label = case.topology.label(instance.block);
        let lost = case.topology.site(case.disaster.lost);
        if lost.provider.name != instance.kind.provider || *lost.region != *home {
            others.entry((service, home)).or_default().insert(label);
        } else if said.insert((label.clone(), act.deed)) {
            findings.add(finding(case, act, instance, &label, (service, home)));
        }
    }
    for ((service, home), labels) in others {
        let names: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
        let text = format!(
            "{} can be changed through the control plane of {service} in `{home}` only, which is another region than the lost one: {}",
            names.join(", "),
            case.when(),
        );
        findings.add_once(&text, Diagnostic::note(codes::CONTROL_PLANE, text.clone()));
    }
}

/// The service and the home of the control plane that an act needs, where it has one home.
fn needed(case: &Case<'_>, act: &Act, instance: &Instance) -> Option<(&'static str, &'static str)> {
    match act.operation(instance)?.plane {
        ControlPlane::Data | ControlPlane::Regional => None,
        ControlPlane::Global(home) => Some((instance.kind.service, home)),
        ControlPlane::Via(service) => Some((service, case.topology.home(instance.kind.provider))),
    }
}

fn finding(
    case: &Case<'_>,
    act: &Act,
    instance: &Instance,
    label: &str,
    (service, home): (&str, &str),
) -> Diagnostic {
    let text = format!(
        "nobody can {} `{label}` {}: the control plane of {service} lives in `{home}`",
        act.deed,
        case.when(),
    );
    let name = case.after.names.name(act.id);
    let steers = act.steers(instance);
    let finding = match name.is_some_and(|name| steers && moves_by_itself(case, name)) {
        true => Diagnostic::warning(
            codes::CONTROL_PLANE,
            format!("{text}. Until it is back, health checks alone keep traffic away from `{}`", case.topology.site(case.disaster.lost).name),
        )
        .help("nothing has to be done: say `--allow-unreachable` on the day, and run the failover again when it answers"),
        false => Diagnostic::error(codes::CONTROL_PLANE, text).help(match (steers, act.deed) {
            (true, _) => "steer by health: a record for each site with a failover policy and a health check, both made beforehand, moves without a write",
            (false, Deed::Create) => "make it beforehand: let it exist in the standby, and only grow in a recovery",
            (false, _) => "set it beforehand to what it has to be in either role",
        }),
    };
    finding.at(instance.span).address(&instance.address)
}
