//! What stands around a recovery: the store, probes, gates and hooks.

use std::collections::BTreeSet;

use super::act::Deed;
use super::case::{Case, Findings, duration};
use super::world::in_expr;
use crate::diag::{Diagnostic, codes};
use crate::expr::{Expr, ExprKind, Part};
use crate::spec::GuardKind;
use crate::topology::sites::seconds;
use crate::topology::{Anchor, BlockId, Guard, SiteId, Topology, expand};

/// A store that is lost with a site which serves.
pub(super) fn store(topology: &Topology, site: SiteId, findings: &mut Findings) {
    let Some(url) = topology.store.as_deref() else { return };
    let site = topology.site(site);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let region = query.split('&').find_map(|pair| pair.strip_prefix("region="));
    if region != Some(&*site.region) {
        return;
    }
    let text =
        format!("the store lies in `{}`, and so does `{}`, which it has to outlive", site.region, site.name);
    findings.add(
        Diagnostic::error(codes::STORE_IN_SITE, text).at(site.span).help(
            "keep it in a third region, or in that of the standby: `store { url = \"...?region=...\" }`",
        ),
    );
}

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let guards = &case.topology.guards;
    let of = |kind: GuardKind| guards.iter().filter(move |guard| guard.written(case.topology).kind == kind);
    // Where a site takes over without anything being done, nothing has to come up.
    let heir = case.disaster.takes_over.filter(|_| !case.acts.is_empty());
    if let (None, Some(heir)) = (of(GuardKind::Probe).next(), heir) {
        let site = case.topology.site(heir);
        let text = format!("no probe tells whether `{}` serves when it takes over", site.name);
        findings.add(
            Diagnostic::warning(codes::PROBE_MISSING, text)
                .at(site.span)
                .help("`probe \"web\" { http = \"https://.../healthz\" }`, with the name of the site's own load balancer"),
        );
    }
    gates(case, of(GuardKind::Gate), findings);
    for guard in of(GuardKind::Probe) {
        deadline(case, guard, findings);
    }
    for guard in guards {
        region(case, guard, findings);
    }
}

/// The blocks that a guard names, those of modules included.
fn named(topology: &Topology, anchors: &[Anchor]) -> BTreeSet<BlockId> {
    let mut found = BTreeSet::new();
    for anchor in anchors {
        if let Anchor::Block { id, .. } = anchor {
            expand(topology, *id, &[], true, &mut |block| {
                found.insert(block);
            });
        }
    }
    found
}

/// Promotions before which nobody is asked.
fn gates<'t>(case: &Case<'_>, gates: impl Iterator<Item = &'t Guard>, findings: &mut Findings) {
    let takes_part = |guard: &&Guard| guard.on.is_empty() || guard.on.iter().any(|on| &**on == "failover");
    let guarded: BTreeSet<BlockId> =
        gates.filter(takes_part).flat_map(|gate| named(case.topology, &gate.before)).collect();
    for act in case.acts.iter().filter(|act| act.deed == Deed::Promote) {
        let instance = case.after.desired.instance(act.id);
        if guarded.contains(&instance.block) {
            continue;
        }
        let name = case.topology.label(instance.block);
        let text = format!("`{name}` is promoted without a gate, and a promotion cannot be undone");
        findings.add_once(
            &name,
            Diagnostic::note(codes::GATE_MISSING, text)
                .at(instance.span)
                .help(format!("`gate \"promote\" {{ before = [{name}] }}` asks a person first")),
        );
    }
}

/// A probe that gives up before what it waits for can be there.
fn deadline(case: &Case<'_>, guard: &Guard, findings: &mut Findings) {
    let written = guard.written(case.topology);
    let within = written.attributes.iter().find(|attribute| &*attribute.name.name == "within");
    let Some((span, within)) = within.and_then(|one| Some((one.value.span, seconds(&text(&one.value)?)?)))
    else {
        return;
    };
    let blocks = named(case.topology, &guard.after);
    for act in case.acts.iter().filter(|act| matches!(act.deed, Deed::Create | Deed::Scale)) {
        let instance = case.after.desired.instance(act.id);
        let most = u64::from(act.timing(instance).p90_seconds);
        if !blocks.contains(&instance.block) || most <= within {
            continue;
        }
        let label = guard.label(case.topology);
        let text = format!(
            "`{label}` gives up after {}, and to {} `{}` takes up to {} in nine of ten recoveries",
            duration(within),
            act.deed,
            instance.address,
            duration(most),
        );
        findings.add_once(
            &label,
            Diagnostic::warning(codes::DEADLINE_SHORT, text)
                .at(span)
                .help(format!("`within = \"{}\"`", duration(2 * most))),
        );
    }
}

/// The text of an expression that is nothing else.
fn text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Literal(value) => value.as_str().map(str::to_owned),
        ExprKind::Template(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.to_string()),
                Part::Value(_) => None,
            })
            .collect(),
        _ => None,
    }
}

/// A guard that is sent to the lost region by its words.
fn region(case: &Case<'_>, guard: &Guard, findings: &mut Findings) {
    let written = guard.written(case.topology);
    if written.kind == GuardKind::Gate {
        return;
    }
    let region = case.lost_region();
    for attribute in &written.attributes {
        let mut texts = Vec::new();
        in_expr(&attribute.value, &mut texts);
        if !texts.iter().any(|text| has_word(text, region)) {
            continue;
        }
        let label = guard.label(case.topology);
        let text = format!("`{label}` names `{region}`, which is dead {}", case.when());
        findings.add(
            Diagnostic::warning(codes::HOOK_IN_LOST_REGION, text)
                .at(attribute.value.span)
                .help("`site.region` is the region of the site that takes over"),
        );
    }
}

/// Whether a text has a word, with no letter or digit at either end of it. A hyphen does not end a word: `eu-west-1` is no
/// part of `eu-west-11`, and none of `my-eu-west-1`.
fn has_word(text: &str, word: &str) -> bool {
    let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
    !word.is_empty() && text.split(ends).any(|part| part == word)
}
