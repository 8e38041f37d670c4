//! Whether what serves after a failover holds what the lost site served.

use relight_contract::{Part, Value};

use super::case::{Case, Findings};
use super::fact::values;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};
use crate::topology::{BlockId, SiteId};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let lost = case.disaster.lost;
    for (block, kind) in case.peace.blocks_in(lost) {
        if kind.scalable().is_empty() {
            continue;
        }
        let Some(first) = case.peace.of(block, lost).next() else { continue };
        let serving = case.serving();
        let all: Vec<&Instance> = serving.iter().flat_map(|site| case.after.of(block, *site)).collect();
        let Some(then) = all.first() else {
            if wanted(first) != Some(0) {
                findings.add(absent(case, block, first));
            }
            continue;
        };
        // The sites that go on serve what they served, too.
        let goes_on = |site: &SiteId| Some(*site) != case.disaster.takes_over;
        let served: Vec<&Instance> = case.peace.of(block, lost).collect();
        let served = served
            .into_iter()
            .chain(serving.iter().filter(|site| goes_on(site)).flat_map(|site| case.peace.of(block, *site)));
        let Some(need) = served.map(wanted).sum::<Option<i64>>() else { continue };
        let most = all.iter().map(|instance| most(instance)).sum::<Option<i64>>();
        let size = all.iter().map(|instance| wanted(instance)).sum::<Option<i64>>();
        let problem = match (most, size) {
            (Some(most), _) if most < need => format!("grows to {most} at most, where {need} served before"),
            (_, Some(size)) if size < need && case.disaster.takes_over.is_some() => {
                format!("becomes {size}, where {need} served before")
            }
            _ => continue,
        };
        let text = format!("`{}` {problem}: {}", then.address, case.when());
        let (finding, help) = match most.is_some_and(|most| most < need) {
            true => (
                Diagnostic::error(codes::STANDBY_TOO_SMALL, text),
                format!("raise the most that it may grow to, to {need} at least"),
            ),
            false => (
                Diagnostic::warning(codes::STANDBY_TOO_SMALL, text),
                format!("let it have {need} where it serves: a `standby` block says what differs until then"),
            ),
        };
        findings.add(finding.at(then.span).address(&then.address).help(help));
    }
}

fn absent(case: &Case<'_>, block: BlockId, first: &Instance) -> Diagnostic {
    let text = format!("nothing does the work of `{}` {}", case.topology.label(block), case.when());
    Diagnostic::warning(codes::STANDBY_TOO_SMALL, text).at(first.span).address(&first.address).help(
        "let it stand in the other site as well: a `sites` that names one site keeps it away from the others",
    )
}

fn wanted(instance: &Instance) -> Option<i64> {
    let field = instance.kind.scalable().first()?;
    instance.attributes.get(field).and_then(Value::as_i64)
}

fn most(instance: &Instance) -> Option<i64> {
    values(instance, Part::Most).find_map(Value::as_i64)
}
