//! Names that are declared twice within one module.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use relight_contract::Mode;

use super::{Module, PlacementBlocks};
use crate::diag::{Diagnostic, Diagnostics, Span, codes};

/// Complains about every second declaration of a name.
pub(super) fn duplicates(module: &Module, problems: &mut Diagnostics) {
    let mut seen = Seen { problems };
    seen.each(module.variables.iter().map(|one| (&one.name.name, one.name.span)), |name| {
        format!("var.{name}")
    });
    seen.each(module.locals.iter().map(|one| (&one.name.name, one.name.span)), |name| {
        format!("local.{name}")
    });
    seen.each(module.outputs.iter().map(|one| (&one.name.name, one.name.span)), |name| {
        format!("output.{name}")
    });
    seen.each(module.calls.iter().map(|one| (&one.name.name, one.name.span)), |name| {
        format!("module.{name}")
    });
    seen.each(module.checks.iter().map(|one| (&one.name.name, one.name.span)), |name| {
        format!("check.{name}")
    });
    seen.each(module.sites.iter().map(|one| (&one.name.name, one.name.span)), |name| format!("site.{name}"));
    let resources = module.resources.iter();
    seen.each(
        resources.map(|one| ((one.mode, &one.kind.name, &one.name.name), one.name.span)),
        |(mode, kind, name)| format!("{}{kind}.{name}", if *mode == Mode::Data { "data." } else { "" }),
    );
    let overlays = module.overlays.iter();
    seen.each(
        overlays.map(|one| ((&one.module, one.mode, &one.kind.name, &one.name.name), one.name.span)),
        |(_, _, kind, name)| format!("overlay of {kind}.{name}"),
    );
    let providers = module.providers.iter();
    seen.each(
        providers.map(|one| ((&one.name.name, one.alias.as_ref().map(|alias| &alias.name)), one.name.span)),
        |(name, alias)| {
            alias.map_or_else(|| format!("provider {name}"), |alias| format!("provider {name}.{alias}"))
        },
    );
    let guards = module.guards.iter();
    seen.each(guards.map(|one| ((one.kind, &one.name.name), one.name.span)), |(kind, name)| {
        format!("{}.{name}", format!("{kind:?}").to_lowercase())
    });
    module.resources.iter().for_each(|one| seen.roles(&one.placement));
    module.overlays.iter().for_each(|one| seen.roles(&one.placement));
}

struct Seen<'d> {
    problems: &'d mut Diagnostics,
}

impl Seen<'_> {
    fn each<K: Hash + Eq>(&mut self, declared: impl Iterator<Item = (K, Span)>, show: impl Fn(&K) -> String) {
        let mut first: HashMap<K, Span> = HashMap::new();
        for (key, span) in declared {
            if let Some(known) = first.get(&key) {
                let message = format!("`{}` is declared twice.", show(&key));
                let diagnostic = Diagnostic::error(codes::NAME_DUPLICATE, message).at(span);
                let diagnostic =
                    diagnostic.label(*known, "the first one").help("Rename one of the two, or merge them.");
                self.problems.push(diagnostic);
            } else {
                first.insert(key, span);
            }
        }
    }

    /// Each role has one block at most.
    fn roles(&mut self, placement: &PlacementBlocks) {
        if placement.blocks.len() < 2 {
            return;
        }
        let mut first = BTreeMap::new();
        for block in &placement.blocks {
            let span = block.body.span.unwrap_or(block.span);
            if let Some(known) = first.insert(&block.selector, span) {
                let diagnostic =
                    Diagnostic::error(codes::BLOCK_DUPLICATE, "The same role has two blocks.").at(span);
                self.problems.push(diagnostic.label(known, "the first one").help("Merge the two."));
            }
        }
    }
}
