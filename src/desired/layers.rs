//! The effective body of a resource in a site: its body with site and role blocks laid over it.

use relight_contract::{Field, Placement, Role};

use super::model::Assignment;
use crate::diag::Span;
use crate::spec::{Attribute, Body, NestedBlock, Selector};
use crate::topology::{Block, NodeId, SiteId, Topology, resolve::ROOT};

/// What counts for one field: the last layer that names it.
pub(super) enum Source<'t> {
    Attribute(&'t Attribute, NodeId),
    Blocks(Vec<&'t NestedBlock>, NodeId),
}

impl Source<'_> {
    /// Where it is written.
    pub(super) fn span(&self) -> Span {
        match self {
            Source::Attribute(attribute, _) => attribute.value.span,
            Source::Blocks(blocks, _) => blocks.first().map_or(Span::NONE, |block| block.span),
        }
    }
}

/// The effective body.
pub(super) struct Layers<'t> {
    /// Rows in the order of the table, with what counts for each.
    pub(super) fields: Vec<(&'static Field, Source<'t>)>,
    /// `exists` expressions, from the weakest to the strongest.
    pub(super) exists: Vec<(&'t crate::expr::Expr, NodeId)>,
    /// What a `drill` block that counts says itself.
    pub(super) drill: Option<&'t Body>,
}

/// Whether a site or role block counts.
pub(super) fn applies(
    topology: &Topology,
    selector: &Selector,
    site: Option<SiteId>,
    role: Option<Role>,
) -> bool {
    let Some(site) = site else { return false };
    match (selector, role) {
        (Selector::Site(name), _) => topology.site(topology.real(site)).name == *name,
        (Selector::Drill, _) => topology.is_shadow(site),
        (Selector::Primary, Some(Role::Primary)) => true,
        // For the outside world a site that was lost or fenced is a standby.
        (Selector::Standby, Some(Role::Standby(_) | Role::Fenced | Role::Lost)) => true,
        (Selector::Posture(wanted), Some(Role::Standby(posture))) => *wanted == posture,
        (Selector::Lost, Some(Role::Lost)) => true,
        _ => false,
    }
}

/// The role whose blocks count for a resource or data source in a site.
pub(super) fn laid_role(assignment: &Assignment, placement: Placement, site: Option<SiteId>) -> Option<Role> {
    site.map(|site| match placement {
        Placement::Regional => assignment.regional_role(site),
        Placement::Global | Placement::Spanning => assignment.role(site),
    })
}

pub(super) fn layers<'t>(
    topology: &'t Topology,
    block: &'t Block,
    rows: &'static [Field],
    site: Option<SiteId>,
    role: Option<Role>,
) -> Layers<'t> {
    let mut found = Layers { fields: Vec::new(), exists: Vec::new(), drill: None };
    let Some(resource) = topology.resource(block) else { return found };
    found.lay(rows, &resource.body, block.node);
    let mut blocks = Vec::new();
    for (index, placement) in block.placements(topology).into_iter().enumerate() {
        // The first placement is the resource's own, the others stand in overlays of the root module.
        let node = if index == 0 { block.node } else { ROOT };
        found.exists.extend(placement.exists.iter().map(|expr| (expr, node)));
        blocks.extend(placement.blocks.iter().map(|role_block| (role_block, node)));
    }
    blocks.retain(|(role_block, _)| applies(topology, &role_block.selector, site, role));
    blocks.sort_by_key(|(role_block, _)| role_block.selector.clone());
    for (role_block, node) in blocks {
        found.lay(rows, &role_block.body, node);
        found.exists.extend(role_block.exists.iter().map(|expr| (expr, node)));
        if role_block.selector == Selector::Drill {
            found.drill = Some(&role_block.body);
        }
    }
    found
}

impl<'t> Layers<'t> {
    fn lay(&mut self, rows: &'static [Field], body: &'t Body, node: NodeId) {
        for attribute in &body.attributes {
            self.put(rows, &attribute.name.name, Source::Attribute(attribute, node));
        }
        let mut names: Vec<&str> = body.blocks.iter().map(|nested| &*nested.name.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let blocks = body.blocks.iter().filter(|nested| &*nested.name.name == name).collect();
            self.put(rows, name, Source::Blocks(blocks, node));
        }
    }

    fn put(&mut self, rows: &'static [Field], name: &str, source: Source<'t>) {
        // Names that the table does not know were reported when the spec was bound.
        let Some(row) = relight_contract::field::find(rows, name) else { return };
        match self.fields.iter_mut().find(|(known, _)| known.name == name) {
            Some(entry) => entry.1 = source,
            None => self.fields.push((row, source)),
        }
    }
}
