//! Data: whether it is there when a site takes over, and how old it is.

use std::collections::BTreeSet;

use relight_contract::{Address, Part, Value};

use super::act::Deed;
use super::case::{Case, Findings, duration};
use super::fact::{facts, values};
use super::missing::from_backup;
use super::world::World;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};
use crate::topology::{BlockId, SiteId};

/// Copies that are made too seldom for what is promised.
pub(super) fn objective(peace: &World<'_>, findings: &mut Findings) {
    let Some(promised) = peace.topology.objective.rpo_seconds else { return };
    for instance in peace.telling() {
        for fact in facts(instance) {
            let Part::Copies { p90_seconds } = fact.part else { continue };
            if u64::from(p90_seconds) <= promised {
                continue;
            }
            let text = format!(
                "what `{}` of `{}` copies is up to {} old, and the `rpo` is {}",
                fact.row.name,
                peace.topology.label(instance.block),
                duration(u64::from(p90_seconds)),
                duration(promised),
            );
            findings.add_once(
                &format!("{:?} {}", instance.block, fact.row.name),
                Diagnostic::warning(codes::COPIES_LATE, text)
                    .at(instance.span)
                    .address(&instance.address)
                    .help("replicate what must not be lost by other means, or promise less for it"),
            );
        }
    }
}

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    same_region(case, findings);
    let copied = copied(case);
    for (block, kind) in case.peace.blocks_in(case.disaster.lost) {
        let Some((source, _)) = kind.promotable() else { continue };
        let sources =
            || case.peace.of(block, case.disaster.lost).filter(|instance| is_null(instance, source));
        let grouped = |instance: &Instance| values(instance, Part::Group).next().is_some();
        for instance in sources().filter(|instance| !grouped(instance)) {
            if !copied.any && !copied.sources.contains(&instance.address) {
                not_copied(case, block, instance, findings);
            }
        }
        for site in case.serving() {
            settings(case, block, site, sources().next(), findings);
        }
    }
    for id in &case.after.telling {
        stays(case, case.after.desired.instance(*id), findings);
    }
}

fn is_null(instance: &Instance, field: &str) -> bool {
    instance.attributes.get(field).is_none_or(Value::is_null)
}

fn same_region(case: &Case<'_>, findings: &mut Findings) {
    let lost = case.topology.site(case.disaster.lost);
    let serving = case.serving();
    let beside = |site: &SiteId| {
        let site = case.topology.site(*site);
        site.provider.name == lost.provider.name && site.region == lost.region
    };
    let Some(site) = serving.first().filter(|_| serving.iter().all(beside)) else { return };
    let site = case.topology.site(*site);
    let text =
        format!("`{}` stands in `{}`, as `{}` does, and is lost with it", site.name, site.region, lost.name);
    findings.add_once(
        &text,
        Diagnostic::error(codes::SAME_REGION, text.clone())
            .at(site.span)
            .label(lost.span, "the site that it should outlive")
            .help("give it another region"),
    );
}

/// What the replicas in the sites that serve then follow in peacetime.
struct Copied {
    sources: BTreeSet<Address>,
    /// A source is named by a text that says nothing of an address here.
    any: bool,
}

fn copied(case: &Case<'_>) -> Copied {
    let mut copied = Copied { sources: BTreeSet::new(), any: false };
    for site in case.serving() {
        for (block, kind) in case.peace.blocks_in(site) {
            let Some((source, _)) = kind.promotable() else { continue };
            for value in case.peace.of(block, site).filter_map(|instance| instance.attributes.get(source)) {
                let outputs = case.peace.outputs(value);
                copied.any |= outputs.is_empty() && !value.is_null();
                copied.sources.extend(outputs.into_iter().map(|(address, _)| address));
            }
        }
    }
    copied
}

/// A source that nothing follows, where another site is to take its place.
fn not_copied(case: &Case<'_>, block: BlockId, instance: &Instance, findings: &mut Findings) {
    let then: Vec<&Instance> = case.serving().iter().flat_map(|site| case.after.of(block, *site)).collect();
    let restored = case.acts.iter().any(|act| {
        let made = case.after.desired.instance(act.id);
        act.deed == Deed::Create && made.block == block && from_backup(made)
    });
    let text = format!("nothing follows `{}`", instance.address);
    let finding = match (restored, then.first()) {
        (true, Some(then)) => {
            let text = format!("{text}: `{}` begins with a backup {}", then.address, case.when());
            let promised = case.topology.objective.rpo_seconds;
            let text =
                promised.map_or(text.clone(), |rpo| format!("{text}, and the `rpo` is {}", duration(rpo)));
            Diagnostic::warning(codes::COPIES_LATE, text)
        }
        (_, Some(then)) => {
            let text = format!("{text}: `{}` has none of its data {}", then.address, case.when());
            Diagnostic::error(codes::DATA_NOT_COPIED, text)
        }
        (_, None) => {
            let text = format!("{text}, and nothing takes its place {}", case.when());
            Diagnostic::error(codes::DATA_NOT_COPIED, text)
        }
    };
    let (source, _) = instance.kind.promotable().unwrap_or_default();
    let name = case.topology.label(block);
    findings.add(finding.at(instance.span).address(&instance.address).help(format!(
        "make a replica of it in the standby: `standby {{ {source} = primary.{name}.arn }}`, or whatever names it"
    )));
}

/// A replica that goes on following the lost site.
fn stays(case: &Case<'_>, instance: &Instance, findings: &mut Findings) {
    let Some((source, _)) = instance.kind.promotable() else { return };
    let Some(value) = instance.attributes.get(source).filter(|value| !value.is_null()) else { return };
    let outputs = case.after.outputs(value);
    let followed =
        |(address, _): &(Address, _)| case.after.at(address).is_some_and(|source| case.is_lost(source));
    let Some((followed, _)) = outputs.iter().find(|one| followed(one)).filter(|_| case.is_serving(instance))
    else {
        return;
    };
    let text = format!("`{}` goes on following `{followed}` {}", instance.address, case.when());
    findings.add(
        Diagnostic::error(codes::NOT_PROMOTED, text).at(instance.span).address(&instance.address).help(
            format!(
                "set `{source}` in a `standby` block, and read it by `primary`: taking over takes it away"
            ),
        ),
    );
}

/// Settings that the source has, and what was its replica has not.
fn settings(
    case: &Case<'_>,
    block: BlockId,
    site: SiteId,
    source: Option<&Instance>,
    findings: &mut Findings,
) {
    let Some(source) = source else { return };
    let own = facts(source).into_iter().filter(|fact| fact.part == Part::Settings);
    for fact in own {
        let lacks = |instance: &&Instance| is_null(instance, fact.row.name);
        let Some(then) = case.after.of(block, site).find(lacks) else { continue };
        let text = format!(
            "`{}` has the cloud's own settings {}, and `{}` has others (`{}`)",
            then.address,
            case.when(),
            source.address,
            fact.row.name
        );
        findings.add(
            Diagnostic::warning(codes::DEFAULT_SETTINGS, text)
                .at(then.span)
                .address(&then.address)
                .help(format!("set `{}` for every site", fact.row.name)),
        );
    }
}
