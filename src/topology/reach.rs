//! Which sites each block has an instance for.
//!
//! A regional resource has one in every site of its provider; whatever transitively reaches `site.*` or such a
//! resource by a bare reference is per site too. A resource that belongs to exactly one site makes nothing per
//! site: a bare reference to it means that site, from anywhere.

use relight_contract::{Placement, Value};

use super::depend::{dependencies, expand};
use super::model::{Block, BlockId, BlockKind, SiteId, Topology};
use super::resolve::{Target, Where};
use super::statics::Statics;
use super::walk::Part;
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};
use crate::expr::Expr;
use crate::spec::Sites;

/// A set of sites, one bit each.
type Mask = u64;

/// The most sites that a topology may have.
pub(super) const MOST_SITES: usize = 64;

/// What is known of a block's sites.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The same for all.
    Neutral,
    /// Fixed by the block itself.
    Fixed(Mask),
    /// From what it refers to.
    Derived(Mask),
}

impl Reach {
    fn mask(self) -> Option<Mask> {
        match self {
            Reach::Neutral => None,
            Reach::Fixed(mask) | Reach::Derived(mask) => Some(mask),
        }
    }

    /// The sites that a bare reference hands on to who asks; a single site hands on nothing.
    fn spreads(self) -> Option<Mask> {
        self.mask().filter(|mask| mask.count_ones() > 1)
    }
}

pub(super) fn find_sites(topology: &mut Topology, statics: &Statics<'_>, diagnostics: &mut Diagnostics) {
    let count = topology.blocks.len();
    let mut reach: Vec<Reach> = Vec::with_capacity(count);
    for block in &topology.blocks {
        reach.push(own(topology, block, statics, diagnostics));
    }
    let edges = bare_edges(topology, &mut reach);
    spread(&edges, &mut reach);
    report_global(topology, &edges, &reach, diagnostics);
    for (block, reach) in topology.blocks.iter_mut().zip(&reach) {
        block.sites = reach.mask().map(sites_of);
    }
}

fn all(topology: &Topology) -> Mask {
    match topology.sites.len() {
        MOST_SITES.. => Mask::MAX,
        count => (1 << count) - 1,
    }
}

fn sites_of(mask: Mask) -> Vec<SiteId> {
    (0..64_u16).filter(|bit| mask & (1 << bit) != 0).map(SiteId).collect()
}

fn own(topology: &Topology, block: &Block, statics: &Statics<'_>, diagnostics: &mut Diagnostics) -> Reach {
    let (provider, placement) = match &block.kind {
        BlockKind::Resource(_, bound) => (bound.kind.provider, bound.kind.placement),
        BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) if !bound.kind.is_pure() => {
            (bound.kind.provider, bound.kind.placement)
        }
        _ => return Reach::Neutral,
    };
    let declared =
        block.placements(topology).into_iter().filter_map(|blocks| blocks.sites.as_ref()).next_back();
    let list = |topology, diagnostics: &mut Diagnostics| match declared {
        Some(Sites::List(expr)) => listed(topology, expr, statics, diagnostics),
        _ => None,
    };
    match placement {
        Placement::Regional => {
            let possible = provider_sites(topology, block, provider, diagnostics);
            match (list(topology, diagnostics), declared) {
                (Some(mask), Some(sites)) => {
                    foreign(topology, provider, mask & !possible, span_of(sites), diagnostics);
                    Reach::Fixed(mask & possible)
                }
                _ => Reach::Fixed(possible),
            }
        }
        Placement::Global => {
            known_alias(topology, block, provider, diagnostics);
            // Its calls go to the global service: also a site of another provider has its own.
            match declared {
                None => Reach::Neutral,
                Some(_) => Reach::Fixed(list(topology, diagnostics).unwrap_or_else(|| all(topology))),
            }
        }
        Placement::Spanning => {
            known_alias(topology, block, provider, diagnostics);
            if let Some(sites) = declared {
                diagnostics.push(
                    Diagnostic::error(
                        codes::SITES_INVALID,
                        "an object that spans sites exists once for all of them",
                    )
                    .at(span_of(sites))
                    .help("take `sites` out; it stands at the current primary"),
                );
            }
            Reach::Neutral
        }
    }
}

fn span_of(sites: &Sites) -> crate::diag::Span {
    match sites {
        Sites::All(span) => *span,
        Sites::List(expr) => expr.span,
    }
}

/// Sites that a regional block lists, but that cannot take it.
fn foreign(
    topology: &Topology,
    provider: &str,
    mask: Mask,
    span: crate::diag::Span,
    diagnostics: &mut Diagnostics,
) {
    for site in sites_of(mask) {
        let site = topology.site(site);
        let problem = match site.provider.name == provider {
            true => format!("the site `{}` stands for another alias of the provider `{provider}`", site.name),
            false => format!(
                "the site `{}` is of the provider `{}`, not `{provider}`",
                site.name, site.provider.name
            ),
        };
        diagnostics.push(
            Diagnostic::error(codes::SITES_INVALID, problem).at(span).help("take the site out of the list"),
        );
    }
}

/// The alias of a global object is one that a site or a provider block has.
fn known_alias(topology: &Topology, block: &Block, provider: &str, diagnostics: &mut Diagnostics) {
    let Some(resource) = topology.resource(block) else { return };
    right_provider(resource, provider, diagnostics);
    let Some(alias) = topology.alias(block, provider) else { return };
    let site = topology
        .sites
        .iter()
        .any(|site| site.provider.name == provider && site.alias.as_ref() == Some(&alias));
    if !site && !topology.aliased.contains_key(&(provider.into(), alias.clone())) {
        diagnostics.push(
            Diagnostic::error(codes::ALIAS_UNKNOWN, format!("nothing declares `{provider}.{alias}`"))
                .at(resource.kind.span)
                .help(format!("declare `provider \"{provider}\" {{ alias = \"{alias}\" }}`")),
        );
    }
}

/// `provider = google.west` on a kind of another provider.
fn right_provider(resource: &crate::spec::Resource, provider: &str, diagnostics: &mut Diagnostics) {
    let Some(named) = &resource.provider else { return };
    if &*named.provider.name != provider && provider != "builtin" {
        diagnostics.push(
            Diagnostic::error(
                codes::PROVIDER_UNKNOWN,
                format!(
                    "`{}` is a kind of the provider `{provider}`, not of `{}`",
                    resource.kind.name, named.provider.name
                ),
            )
            .at(named.provider.span),
        );
    }
}

/// The sites of a provider that take a block: those whose alias is the one that the block names, or has not.
fn provider_sites(topology: &Topology, block: &Block, provider: &str, diagnostics: &mut Diagnostics) -> Mask {
    let Some(resource) = topology.resource(block) else { return 0 };
    right_provider(resource, provider, diagnostics);
    let alias = topology.alias(block, provider);
    let fits = |site: &super::model::Site| {
        provider == "builtin" || (site.provider.name == provider && site.alias == alias)
    };
    let mask =
        (0..).zip(&topology.sites).filter(|(_, site)| fits(site)).fold(0, |mask, (bit, _)| mask | 1 << bit);
    if mask == 0 {
        let problem = match &alias {
            Some(alias) => {
                Diagnostic::error(codes::ALIAS_UNKNOWN, format!("no site stands for `{provider}.{alias}`"))
                    .help(format!("give the site of that region `alias = \"{alias}\"`"))
            }
            None => Diagnostic::error(
                codes::SITE_MISSING,
                format!("no site of the provider `{provider}` takes `{}`", resource.kind.name),
            )
            .help(format!("declare a site with `provider = \"{provider}\"` and without an alias")),
        };
        diagnostics.push(problem.at(resource.kind.span));
    }
    mask
}

fn listed(
    topology: &Topology,
    expr: &Expr,
    statics: &Statics<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Mask> {
    let value = diagnostics.keep(statics.evaluate(expr).map_err(Diagnostic::from))?;
    let names: Option<Vec<&str>> =
        value.as_items().map(|items| items.iter().filter_map(Value::as_str).collect());
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        diagnostics.push(
            Diagnostic::error(codes::SITES_INVALID, "`sites` must be `all` or a list of names of sites")
                .at(expr.span),
        );
        return None;
    };
    let mut mask = 0;
    for name in names {
        match topology.site_named(name) {
            Some(site) => mask |= 1 << site.0,
            None => diagnostics.push(
                Diagnostic::error(codes::SITE_UNKNOWN, format!("there is no site `{name}`"))
                    .at(expr.span)
                    .did_you_mean(suggest(name, topology.sites.iter().map(|site| &*site.name))),
            ),
        }
    }
    Some(mask)
}

struct Edge {
    from: u32,
    to: u32,
    span: crate::diag::Span,
}

/// Bare references from block to block; those to `site.*` are settled right here.
fn bare_edges(topology: &Topology, reach: &mut [Reach]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, reach) in (0..).map(BlockId).zip(reach) {
        let block = topology.block(id);
        let mut per_site = false;
        dependencies(topology, id, &mut |dependency| match dependency.target {
            Ok(Target::Site) => per_site = true,
            Ok(Target::Block(target, Where::Here)) => {
                let whole = dependency.part == Part::DependsOn;
                expand(topology, target, dependency.steps, whole, &mut |target| {
                    // What must come first decides nothing about where something stands.
                    if !whole {
                        edges.push(Edge { from: id.0, to: target.0, span: dependency.span });
                    }
                });
            }
            _ => {}
        });
        if let Some(call) = topology.node(block.node).call {
            edges.push(Edge { from: id.0, to: call.0, span: block.span });
        }
        if per_site && *reach == Reach::Neutral {
            *reach = Reach::Derived(all(topology));
        }
    }
    edges
}

/// Hands sites on against the direction of references until nothing changes: a set only ever shrinks.
fn spread(edges: &[Edge], reach: &mut [Reach]) {
    let mut askers: Vec<Vec<u32>> = vec![Vec::new(); reach.len()];
    for edge in edges {
        askers[edge.to as usize].push(edge.from);
    }
    let mut queue: Vec<u32> =
        (0..).zip(reach.iter()).filter(|(_, reach)| reach.spreads().is_some()).map(|(id, _)| id).collect();
    while let Some(id) = queue.pop() {
        let Some(mask) = reach[id as usize].spreads() else { continue };
        for asker in &askers[id as usize] {
            let now = match reach[*asker as usize] {
                Reach::Fixed(_) => continue,
                Reach::Neutral => Reach::Derived(mask),
                Reach::Derived(before) => Reach::Derived(before & mask),
            };
            if now != reach[*asker as usize] {
                reach[*asker as usize] = now;
                queue.push(*asker);
            }
        }
    }
}

/// A global or spanning resource that turned out to reach per-site things, without saying `sites`.
fn report_global(topology: &Topology, edges: &[Edge], reach: &[Reach], diagnostics: &mut Diagnostics) {
    let is_global = |id: u32| {
        let declared = |bound: &super::model::Bound| bound.kind.placement != Placement::Regional;
        matches!(&topology.blocks[id as usize].kind, BlockKind::Resource(_, bound) if declared(bound))
            && !matches!(reach[id as usize], Reach::Fixed(_))
    };
    let mut reported = std::collections::BTreeSet::new();
    for edge in edges.iter().filter(|edge| is_global(edge.from)) {
        if reach[edge.to as usize].spreads().is_some() && reported.insert(edge.from) {
            let (from, to) = (topology.label(BlockId(edge.from)), topology.label(BlockId(edge.to)));
            diagnostics.push(
                Diagnostic::error(
                    codes::GLOBAL_REFERENCE,
                    format!("`{from}` exists once, but `{to}` exists once per site"),
                )
                .at(edge.span)
                .help(format!(
                    "say `sites = all` in `{from}` to have one per site, or name one site: `primary.{to}`"
                )),
            );
        }
    }
    for (index, block) in topology.blocks.iter().enumerate() {
        let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
        let uses_site = is_global(id.0) && matches!(reach[index], Reach::Derived(_)) && reported.insert(id.0);
        if uses_site {
            let label = topology.label(id);
            diagnostics.push(
                Diagnostic::error(codes::GLOBAL_REFERENCE, format!("`{label}` exists once, but uses `site`"))
                    .at(block.span)
                    .help(format!("say `sites = all` in `{label}` to have one per site")),
            );
        }
        if reach[index] == Reach::Derived(0) {
            let label = topology.label(id);
            diagnostics.push(
                Diagnostic::error(
                    codes::SITE_MISSING,
                    format!("`{label}` refers to things that never stand in the same site"),
                )
                .at(block.span),
            );
        }
    }
}
