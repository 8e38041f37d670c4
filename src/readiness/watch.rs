//! Health checks: whether what they watch tells anything on the day.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use relight_contract::{Address, Part, Value};

use super::case::{Case, Findings};
use super::fact::{facts, is_private, values};
use super::name::plain;
use super::world::World;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};

/// What is wrong with them at all times.
pub(super) fn in_peace(peace: &World<'_>, findings: &mut Findings) {
    let guarded = guarded(peace);
    for check in peace.telling() {
        for value in values(check, Part::Watched) {
            if let Some((problem, help)) = impossible(peace, value) {
                let text = format!("`{}` {problem}", check.address);
                let finding = Diagnostic::error(codes::WATCH_IMPOSSIBLE, text).help(help);
                findings
                    .add_once(&format!("{:?}", check.block), finding.at(check.span).address(&check.address));
            }
            itself(peace, check, value, &guarded, findings);
        }
    }
}

/// The names whose answers each health check decides about.
fn guarded(peace: &World<'_>) -> BTreeMap<Address, BTreeSet<String>> {
    let mut guarded: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
    for (name, records) in peace.names.all() {
        for record in records {
            for check in peace.checks_of(peace.desired.instance(*record)) {
                guarded.entry(check).or_default().insert(name.to_owned());
            }
        }
    }
    guarded
}

fn itself(
    peace: &World<'_>,
    check: &Instance,
    watched: &Value,
    guarded: &BTreeMap<Address, BTreeSet<String>>,
    findings: &mut Findings,
) {
    let Some(guarded) = guarded.get(&check.address) else { return };
    let names = watched.as_str().map(plain).into_iter().collect();
    let objects = peace.outputs(watched).into_iter();
    let objects =
        objects.filter_map(|(address, _)| peace.desired.by_address.get(&address).copied()).collect();
    let (names, _) = peace.led(names, objects);
    let Some(name) = guarded.iter().find(|name| names.contains(*name)) else { return };
    let text = format!("`{}` watches `{name}`, the name that it decides about", check.address);
    findings.add_once(
        &format!("{:?}", check.block),
        Diagnostic::error(codes::WATCH_ITSELF, text)
            .at(check.span)
            .address(&check.address)
            .help("let it watch the site's own endpoint, such as the name of its load balancer"),
    );
}

/// Why nothing can be watched there, and what to do.
fn impossible(peace: &World<'_>, watched: &Value) -> Option<(String, &'static str)> {
    const HOST: &str = "name the host alone: scheme, port and path have attributes of their own";
    const PUBLIC: &str =
        "let it watch something public that tells of it, or an alarm in the site that takes over";
    let parts = peace.parts(watched);
    for text in &parts.texts {
        let address = text.parse::<IpAddr>().ok();
        if address.is_none() && text.contains([':', '/']) {
            return Some((format!("watches `{text}`, which is more than a host"), HOST));
        }
        if address.is_some_and(is_inside) {
            return Some((format!("watches `{text}`, which only its own network reaches"), PUBLIC));
        }
    }
    for (address, attribute) in &parts.outputs {
        let Some(target) = peace.at(address) else { continue };
        let made = target.kind.field(attribute).and_then(|row| row.made).unwrap_or_default();
        if outside(made).contains([':', '/']) {
            let text = format!("watches `{attribute}` of `{address}`, which is more than a host");
            return Some((text, HOST));
        }
        if is_private(target) {
            return Some((format!("watches `{address}`, which only its own network reaches"), PUBLIC));
        }
    }
    None
}

/// What a pattern holds outside of its words.
fn outside(pattern: &str) -> String {
    let mut depth = 0_u32;
    let mut keep = |letter: &char| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    pattern.chars().filter(|letter| keep(letter)).collect()
}

fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Those that fall silent with the site which they should tell of.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    for check in case.peace.telling() {
        if check.site.is_some_and(|site| site != case.disaster.lost) {
            continue;
        }
        let facts = facts(check);
        let region = facts.iter().find(|fact| fact.part == Part::AlarmRegion);
        if region.and_then(|fact| fact.value.as_str()) != Some(case.lost_region()) {
            continue;
        }
        let fails = |word: &str| {
            facts.iter().any(|fact| {
                matches!(fact.part, Part::Silence { fails } if fails == word)
                    && fact.value.as_str() == Some(word)
            })
        };
        let silence = check.kind.fields.iter().find_map(|row| match row.part {
            Some(Part::Silence { fails }) => Some((row.name, fails)),
            _ => None,
        });
        if silence.is_some_and(|(_, word)| fails(word)) {
            continue;
        }
        let text = format!(
            "`{}` follows an alarm in `{}`, which is silent {}",
            check.address,
            case.lost_region(),
            case.when(),
        );
        let help =
            silence.map(|(field, word)| format!("or let silence count as failed: `{field} = \"{word}\"`"));
        let finding = Diagnostic::error(codes::WATCH_IN_LOST_REGION, text)
            .at(check.span)
            .address(&check.address)
            .help("follow an alarm in the site that takes over");
        findings.add(help.into_iter().fold(finding, Diagnostic::help));
    }
}
