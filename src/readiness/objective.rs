//! Whether a recovery can be as fast as it is promised to be.

use super::act::{Act, Deed};
use super::case::{Case, Findings, duration};
use super::door;
use crate::desired::Dependency;
use crate::diag::{Diagnostic, codes};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    door::kept_long(case, findings);
    let Some(promised) = case.topology.objective.rto_seconds else { return };
    let noticed = door::noticed_seconds(case);
    let (site, longest) = longest(case);
    let traffic = case.acts.iter().filter(|act| is_traffic(case, act)).map(|act| half(case, act)).max();
    let resolvers = door::resolvers_seconds(case);
    let parts = [
        (noticed.unwrap_or(0), "until health checks notice it".to_owned()),
        (site, longest.map(|name| format!("to make the site ready, `{name}` last")).unwrap_or_default()),
        (traffic.unwrap_or(0), "to move the traffic".to_owned()),
        (resolvers, "until resolvers ask again".to_owned()),
    ];
    let total: u64 = parts.iter().map(|(seconds, _)| seconds).sum();
    if total <= promised {
        return;
    }
    let parts = parts.iter().filter(|(seconds, _)| *seconds > 0);
    let parts: Vec<String> = parts.map(|(seconds, what)| format!("{} {what}", duration(*seconds))).collect();
    let text = format!(
        "the `rto` is {}, and {} half of all recoveries take longer than {}: {}",
        duration(promised),
        case.when(),
        duration(total),
        parts.join(", "),
    );
    findings.add(
        Diagnostic::error(codes::OBJECTIVE_MISSED, text)
            .at(case.topology.site(case.disaster.takes_over.unwrap_or(case.disaster.lost)).span)
            .help("the longest part is the one to shorten: a higher posture, health checks that look more often, a shorter time to live"),
    );
}

/// How long half of all acts of its sort take, in seconds.
fn half(case: &Case<'_>, act: &Act) -> u64 {
    u64::from(act.timing(case.after.desired.instance(act.id)).p50_seconds)
}

fn is_traffic(case: &Case<'_>, act: &Act) -> bool {
    act.steers(case.after.desired.instance(act.id))
}

/// How long the longest chain of acts takes that makes the site ready, and what ends it. What is made stands before what
/// needs it; promotions and sizes wait for nothing else.
fn longest(case: &Case<'_>) -> (u64, Option<String>) {
    let desired = case.after.desired;
    let mut made = vec![0_u64; desired.instances.len()];
    let mut joined: Vec<Option<u64>> = vec![None; desired.joins.len()];
    let mut acts = case.acts.iter().peekable();
    let (mut most, mut last) = (0, None);
    for (id, instance) in (0_u32..).zip(&desired.instances) {
        let mut before = 0;
        for dependency in &instance.after {
            before = before.max(ready(case, *dependency, &made, &mut joined));
        }
        let act = acts.next_if(|act| act.id == id);
        let seconds = act.map_or(0, |act| half(case, act));
        if act.is_some_and(|act| !is_traffic(case, act)) && before + seconds > most {
            most = before + seconds;
            last = Some(instance.address.to_string());
        }
        let makes = act.is_some_and(|act| act.deed == Deed::Create);
        if let Some(slot) = made.get_mut(id as usize) {
            *slot = before + if makes { seconds } else { 0 };
        }
    }
    (most, last)
}

/// When everything is made that a dependency stands for.
fn ready(case: &Case<'_>, first: Dependency, made: &[u64], joined: &mut [Option<u64>]) -> u64 {
    let known = |dependency: Dependency, joined: &[Option<u64>]| match dependency {
        Dependency::Instance(id) => Some(made.get(id as usize).copied().unwrap_or(0)),
        Dependency::Join(join) => joined.get(join as usize).copied().unwrap_or(Some(0)),
    };
    let mut waiting = vec![first];
    while let Some(next) = waiting.last().copied() {
        let Dependency::Join(join) = next else {
            waiting.pop();
            continue;
        };
        let inside = case.after.desired.joins.get(join as usize).map_or(&[][..], Vec::as_slice);
        let open: Vec<Dependency> =
            inside.iter().copied().filter(|one| known(*one, joined).is_none()).collect();
        if known(next, joined).is_none() && open.is_empty() {
            let most = inside.iter().filter_map(|one| known(*one, joined)).max();
            if let Some(slot) = joined.get_mut(join as usize) {
                *slot = Some(most.unwrap_or(0));
            }
        }
        match known(next, joined) {
            Some(_) => drop(waiting.pop()),
            None => waiting.extend(open),
        }
    }
    known(first, joined).unwrap_or(0)
}
