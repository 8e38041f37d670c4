//! Literal regions: a resource that stands in several sites must not name the region of one of them.

use relight_contract::{Provider, Value};

use super::model::{Block, BlockKind, Site, Topology};
use crate::diag::{Diagnostic, Diagnostics, Span, codes};
use crate::expr::{Expr, ExprKind, Part};
use crate::spec::{Body, Selector};

/// Functions that hand their arguments on into what they give: a region in them is a region in the value.
const HANDING_ON: [&str; 12] = [
    "compact",
    "concat",
    "flatten",
    "format",
    "formatlist",
    "join",
    "jsonencode",
    "merge",
    "tolist",
    "toset",
    "yamlencode",
    "tomap",
];

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    for block in &topology.blocks {
        let provider = match &block.kind {
            BlockKind::Resource(_, bound) => bound.kind.provider,
            BlockKind::Data(_, bound) if !bound.kind.is_pure() => bound.kind.provider,
            _ => continue,
        };
        let (Some(sites), Some(provider)) = (&block.sites, topology.registry.provider(provider)) else {
            continue;
        };
        let sites: Vec<&Site> = sites
            .iter()
            .map(|id| topology.site(*id))
            .filter(|site| site.provider.name == provider.name)
            .collect();
        if sites.len() > 1 {
            one(topology, block, provider, &sites, diagnostics);
        }
    }
}

fn one(
    topology: &Topology,
    block: &Block,
    provider: &Provider,
    sites: &[&Site],
    diagnostics: &mut Diagnostics,
) {
    let Some(resource) = topology.resource(block) else { return };
    let placements = block.placements(topology);
    let roles = || placements.iter().flat_map(|placement| &placement.blocks);
    // What a site's own block says there, the body does not say.
    let says = |site: &Site, name: &str| {
        roles().any(|role| {
            matches!(&role.selector, Selector::Site(of) if *of == site.name)
                && (role.body.attribute(name).is_some() || role.body.blocks_named(name).next().is_some())
        })
    };
    let mut found = Vec::new();
    texts(&resource.body, provider, None, &mut found);
    for (name, region, span) in found {
        let other = sites.iter().find(|site| *site.region != *region && !says(site, &name));
        report(other, &region, span, diagnostics);
    }
    for role in roles().filter(|role| !matches!(role.selector, Selector::Site(_))) {
        let mut found = Vec::new();
        texts(&role.body, provider, None, &mut found);
        for (_, region, span) in found {
            report(sites.iter().find(|site| *site.region != *region), &region, span, diagnostics);
        }
    }
}

fn report(site: Option<&&Site>, region: &str, span: Span, diagnostics: &mut Diagnostics) {
    let Some(site) = site else { return };
    diagnostics.push(
        Diagnostic::error(
            codes::REGION_FOREIGN,
            format!(
                "this names the region `{region}`, but also stands in the site `{}` in `{}`",
                site.name, site.region
            ),
        )
        .at(span)
        .help(format!(
            "write `site.region`, or say it in a block of its site: `site \"{}\" {{ ... }}`",
            site.name
        )),
    );
}

/// Every region that stands in a body as text, with the attribute or block of the kind that it stands in.
fn texts(inside: &Body, provider: &Provider, top: Option<&str>, found: &mut Vec<(String, String, Span)>) {
    for attribute in &inside.attributes {
        let name = &*attribute.name.name;
        let field = provider.region_fields.contains(&name);
        literals(&attribute.value, &mut |text, span| {
            let whole = field.then(|| text.to_owned()).filter(|text| !text.is_empty());
            let region = whole.or_else(|| region_in(text, provider).map(str::to_owned));
            found.extend(region.map(|region| (top.unwrap_or(name).to_owned(), region, span)));
        });
    }
    for nested in &inside.blocks {
        texts(&nested.body, provider, Some(top.unwrap_or(&nested.name.name)), found);
    }
}

/// The texts of which a value is made. What only decides (a condition, a key, a comparison) is none of them.
fn literals(expr: &Expr, visit: &mut dyn FnMut(&str, Span)) {
    match &expr.kind {
        ExprKind::Literal(value) => values(value, expr.span, visit),
        ExprKind::Template(parts) => parts.iter().for_each(|part| match part {
            Part::Text(text) => visit(text, expr.span),
            Part::Value(inner) => literals(inner, visit),
        }),
        ExprKind::Tuple(items) => items.iter().for_each(|item| literals(item, visit)),
        ExprKind::Object(entries) => entries.iter().for_each(|(_, value)| literals(value, visit)),
        ExprKind::Call { function, arguments, .. } if HANDING_ON.contains(&&**function) => {
            arguments.iter().for_each(|argument| literals(argument, visit));
        }
        _ => {}
    }
}

fn values(value: &Value, span: Span, visit: &mut dyn FnMut(&str, Span)) {
    match value {
        Value::String(text) => visit(text, span),
        Value::Tuple(items) => items.iter().for_each(|item| values(item, span, visit)),
        Value::Object(object) => object.iter().for_each(|(_, item)| values(item, span, visit)),
        _ => {}
    }
}

/// A region of the provider that stands in a text as a word, or as the beginning of a zone's name (`us-east-1a`).
fn region_in<'p>(text: &str, provider: &'p Provider) -> Option<&'p str> {
    if !text.contains('-') {
        return None;
    }
    // One-word names (`east`) are words of the language too.
    let regions = provider.regions.iter().filter(|region| region.contains('-'));
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    for region in regions {
        for (at, _) in text.match_indices(region) {
            let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
            let rest = text.as_bytes().get(at + region.len()..).unwrap_or_default();
            let zone = rest.first().is_some_and(u8::is_ascii_lowercase);
            let behind = rest.get(usize::from(zone));
            if !before.is_some_and(|byte| is_part(*byte)) && !behind.is_some_and(|byte| is_part(*byte)) {
                return Some(region);
            }
        }
    }
    None
}
