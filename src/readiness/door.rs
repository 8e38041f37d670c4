//! The front door: whether those who ask find the site that takes over.

use std::collections::BTreeSet;

use relight_contract::{Address, Part};

use super::case::{Case, Findings};
use super::fact::{follows_health, is_entrance, is_private, values};
use super::world::World;
use crate::desired::InstanceId;
use crate::diag::{Diagnostic, codes};
use crate::topology::SiteId;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let mut steered = false;
    for (name, records) in case.peace.names.all() {
        let leading: Vec<InstanceId> = leading(case.peace, records, case.disaster.lost).collect();
        let Some(record) = leading.first().map(|id| case.peace.desired.instance(*id)) else { continue };
        steered = true;
        // A name that each site has for itself leads there and nowhere else.
        let own = |site: &SiteId| {
            let address =
                Address { site: Some(case.topology.site(*site).name.clone()), ..record.address.clone() };
            let id = case.after.desired.by_address.get(&address);
            id.is_some_and(|id| {
                case.after.names.name(*id) != Some(name) && case.after.leads_to(*id).contains(site)
            })
        };
        let serving = case.serving();
        if leads_on(case, name) || (record.site == Some(case.disaster.lost) && serving.iter().any(own)) {
            continue;
        }
        let sites: Vec<String> =
            serving.iter().map(|site| format!("`{}`", case.topology.site(*site).name)).collect();
        let text = format!(
            "`{name}` leads to `{}`, and not to {} {}",
            case.topology.site(case.disaster.lost).name,
            sites.join(" or "),
            case.when(),
        );
        findings.add(
            Diagnostic::error(codes::FRONT_DOOR_MISSING, text)
                .at(record.span)
                .address(&record.address)
                .help("give it a record for each site: `sites = all`, `set_identifier = site.name` and a failover policy, or answers that read `primary`"),
        );
    }
    if !steered {
        elsewhere(case, findings);
    }
}

/// The records that lead to a site.
fn leading(world: &World<'_>, records: &[InstanceId], site: SiteId) -> impl Iterator<Item = InstanceId> {
    records.iter().copied().filter(move |id| world.leads_to(*id).contains(&site))
}

/// Whether a name leads to a site that serves then.
pub(super) fn leads_on(case: &Case<'_>, name: &str) -> bool {
    let ends: BTreeSet<SiteId> =
        case.after.names.records(name).iter().flat_map(|id| case.after.leads_to(*id)).collect();
    ends.into_iter().any(|site| case.serves(site))
}

/// Whether those who ask a name end in the sites that serve then without any write: the answers of the lost site follow
/// its health, and others are there already.
pub(super) fn moves_by_itself(case: &Case<'_>, name: &str) -> bool {
    let records = case.peace.names.records(name);
    let mut lost = leading(case.peace, records, case.disaster.lost).peekable();
    let any = lost.peek().is_some();
    let follows = lost.all(|id| follows_health(case.peace.desired.instance(id)));
    let others = records.iter().flat_map(|id| case.peace.leads_to(*id)).any(|site| case.serves(site));
    any && follows && others
}

/// Customers come in somewhere, and nothing in the spec leads them there.
fn elsewhere(case: &Case<'_>, findings: &mut Findings) {
    let mut entrances = case
        .peace
        .telling()
        .filter(|instance| is_entrance(instance.kind) && case.is_lost(instance) && !is_private(instance));
    let Some(entrance) = entrances.next() else { return };
    let text = format!("nothing in the specification leads customers to `{}`", entrance.address);
    findings.add_once(
        "",
        Diagnostic::note(codes::FRONT_DOOR_ELSEWHERE, text)
            .at(entrance.span)
            .address(&entrance.address)
            .help("declare its records here, so that a recovery moves them and waits for the site before it does"),
    );
}

/// How long resolvers keep what is asked of the lost site's names.
pub(super) fn resolvers_seconds(case: &Case<'_>) -> u64 {
    let names = case.peace.names.all();
    let leading = names.flat_map(|(_, records)| leading(case.peace, records, case.disaster.lost));
    let times = leading.filter_map(|id| time_to_live(case, id));
    times.max().unwrap_or(0)
}

fn time_to_live(case: &Case<'_>, id: InstanceId) -> Option<u64> {
    super::fact::number(case.peace.desired.instance(id), |part| match part {
        Part::TimeToLive { otherwise } => Some(otherwise),
        _ => None,
    })
}

/// The longest that resolvers should keep what a recovery moves, in seconds. Source: the best practices of Amazon
/// Application Recovery Controller, 60 or 120 s.
const LONGEST_SECONDS: u64 = 120;

/// Names that a recovery moves, and resolvers keep for long.
pub(super) fn kept_long(case: &Case<'_>, findings: &mut Findings) {
    for (name, records) in case.peace.names.all() {
        for id in leading(case.peace, records, case.disaster.lost) {
            let record = case.peace.desired.instance(id);
            let Some(seconds) = time_to_live(case, id).filter(|seconds| *seconds > LONGEST_SECONDS) else {
                continue;
            };
            let row = |row: &&relight_contract::Field| matches!(row.part, Some(Part::TimeToLive { .. }));
            let field = record.kind.fields.iter().find(row).map_or("", |row| row.name);
            let text = format!(
                "resolvers keep the answer of `{name}` for {seconds} s: so long, customers still go to a dead site"
            );
            findings.add_once(
                &format!("{:?} {name}", record.block),
                Diagnostic::warning(codes::TTL_LONG, text)
                    .at(record.span)
                    .address(&record.address)
                    .help(format!("`{field} = 60`")),
            );
        }
    }
}

/// How long it takes until health checks notice that the lost site is gone; `None` where none watches it.
pub(super) fn noticed_seconds(case: &Case<'_>) -> Option<u64> {
    let peace = case.peace;
    let names = peace.names.all();
    let leading = names.flat_map(|(_, records)| leading(peace, records, case.disaster.lost));
    let checks = leading.flat_map(|id| peace.checks_of(peace.desired.instance(id)));
    let seconds = checks.filter_map(|check| {
        let check = peace.at(&check)?;
        values(check, Part::Watched).next()?;
        let interval = super::fact::number(check, |part| match part {
            Part::Interval { otherwise } => Some(otherwise),
            _ => None,
        })?;
        let threshold = super::fact::number(check, |part| match part {
            Part::Threshold { otherwise } => Some(otherwise),
            _ => None,
        })?;
        Some(interval.saturating_mul(threshold))
    });
    seconds.max()
}
