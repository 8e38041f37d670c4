//! What a recovery needs of the site that is lost.

use relight_contract::Name;

use super::act::{Act, Deed};
use super::case::{Case, Disaster, Findings};
use super::fact::values;
use crate::desired::Instance;
use crate::diag::{Diagnostic, Diagnostics, Severity, codes};
use crate::diff::follows_from_name;
use crate::spec::GuardKind;
use crate::topology::{Guard, SiteId, Target, Topology, Where, resolve};

/// The spec is wrong under the roles of a disaster.
pub(super) fn wrong(topology: &Topology, disaster: &Disaster, wrong: &Diagnostics, findings: &mut Findings) {
    for error in wrong.iter().filter(|one| one.severity == Severity::Error) {
        let text = format!("{} ({}): {}", disaster.when(topology), error.code, error.message);
        let mut finding = Diagnostic::error(codes::DISASTER_WRONG, text).at(error.span);
        finding.address.clone_from(&error.address);
        finding.labels.clone_from(&error.labels);
        let helps = error.help.iter().cloned();
        findings.add(
            helps
                .fold(finding, Diagnostic::help)
                .help("say what is meant then: `primary` instead of the site's name, a role block, or `try`"),
        );
    }
}

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    for act in &case.acts {
        let instance = case.after.desired.instance(act.id);
        if !case.is_lost(instance) {
            needs(case, act, instance, findings);
        }
    }
    unknown(case, findings);
    for guard in &case.topology.guards {
        asks(case, guard, findings);
    }
}

/// The values that are set then, which nobody can read any more.
fn needs(case: &Case<'_>, act: &Act, instance: &Instance, findings: &mut Findings) {
    let lost = &case.topology.site(case.disaster.lost).name;
    let set =
        instance.attributes.iter().filter(|(name, _)| act.deed == Deed::Create || act.fields.contains(name));
    for (field, value) in set {
        for (address, attribute) in case.after.outputs(value) {
            let Some(source) = case.after.at(&address).filter(|source| case.is_lost(source)) else {
                continue;
            };
            if follows_from_name(source.kind, &attribute) {
                continue;
            }
            let text = format!(
                "to {} `{}` needs `{attribute}` of `{address}` for its `{field}`, which nobody can read {}",
                act.deed,
                instance.address,
                case.when(),
            );
            findings.add(
                Diagnostic::error(codes::RECOVERY_NEEDS_LOST, text)
                    .at(instance.span)
                    .address(&instance.address)
                    .help(format!(
                        "let it not depend on `{lost}`: read the own site's by a bare reference, or `primary`"
                    )),
            );
        }
    }
}

/// What cannot be described at all, because data of the lost site decides about it.
fn unknown(case: &Case<'_>, findings: &mut Findings) {
    for (address, why) in &case.after.desired.unknown.instances {
        let site = address.site.as_deref().and_then(|site| case.topology.site_named(site));
        if !site.is_some_and(|site| case.serves(site)) {
            continue;
        }
        let text = format!("`{address}` cannot be planned {}: {why}", case.when());
        let before = case.peace.at(address);
        let span = before.map_or(crate::diag::Span::NONE, |instance| instance.span);
        findings.add(
            Diagnostic::error(codes::RECOVERY_NEEDS_LOST, text)
                .at(span)
                .address(address)
                .help("read the data in the site itself, by a bare reference"),
        );
    }
}

/// Probes, gates and hooks that read the lost site.
fn asks(case: &Case<'_>, guard: &Guard, findings: &mut Findings) {
    let topology = case.topology;
    let written = guard.written(topology);
    for attribute in written.attributes.iter().filter(|one| !["before", "after"].contains(&&*one.name.name)) {
        resolve::references(topology, guard.node, &attribute.value, &mut |_, steps, span, target| {
            let Ok(Target::Block(id, at)) = target else { return };
            let block = topology.block(id);
            let only = block.sites.as_deref().is_some_and(|sites| sites == [case.disaster.lost]);
            let lost = at == Where::At(case.disaster.lost) || (at == Where::Here && only);
            let crate::topology::BlockKind::Resource(_, bound) = &block.kind else { return };
            let known = |name: &Name| follows_from_name(bound.kind, name);
            let attribute = steps.iter().find_map(|step| match step {
                crate::expr::Step::Attribute(name) => Some(name),
                crate::expr::Step::Index(_) => None,
            });
            if !lost || attribute.is_some_and(known) || gives(case, id, attribute) {
                return;
            }
            let text = format!(
                "`{}` reads `{}` in `{}`, which nobody can {}",
                guard.label(topology),
                topology.label(id),
                topology.site(case.disaster.lost).name,
                case.when(),
            );
            let finding = match written.kind {
                // Somebody is asked all the same, with a hole in the words.
                GuardKind::Gate => Diagnostic::warning(codes::RECOVERY_NEEDS_LOST, text),
                GuardKind::Probe | GuardKind::Hook => Diagnostic::error(codes::RECOVERY_NEEDS_LOST, text),
            };
            findings
                .add(finding.at(span).help("read what the site has that takes over, by a bare reference"));
        });
    }
}

/// Whether the spec itself gives the attribute, so that nobody has to be asked for it.
fn gives(case: &Case<'_>, block: crate::topology::BlockId, attribute: Option<&Name>) -> bool {
    let lost: SiteId = case.disaster.lost;
    let Some(attribute) = attribute else { return false };
    let mut all = case.after.desired.instances.iter();
    let one = all.find(|instance| instance.block == block && instance.site == Some(lost));
    one.and_then(|instance| instance.attributes.get(attribute)).is_some_and(|value| !value.has_hole())
}

/// Whether data comes from a backup when an object is made.
pub(super) fn from_backup(instance: &Instance) -> bool {
    values(instance, relight_contract::Part::Backup).next().is_some()
}
