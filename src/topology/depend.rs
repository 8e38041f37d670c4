//! What a block depends on: the blocks that its expressions name, and the calls around it.

use super::model::{Block, BlockId, BlockKind, BlockName, NodeId, Topology};
use super::resolve::{Target, references};
use super::walk::{Part, expressions};
use crate::diag::{Diagnostic, Span};
use crate::expr::{Reference, Step};

/// One reference of a block.
#[derive(Debug)]
pub struct Dependency<'r> {
    /// The part of the block that it stands in.
    pub part: Part<'r>,
    /// The reference.
    pub reference: &'r Reference,
    /// The fixed steps behind it.
    pub steps: &'r [Step],
    /// Its place.
    pub span: Span,
    /// What it leads to, or why nowhere.
    pub target: Result<Target, Diagnostic>,
}

/// Calls `visit` with every reference of a block, and with the calls that it stands in.
pub fn dependencies(topology: &Topology, id: BlockId, visit: &mut dyn FnMut(Dependency<'_>)) {
    let block = topology.block(id);
    expressions(topology, block, &mut |part, expr| {
        // Site and role blocks of an overlay are written in the root module, and name its things.
        references(
            topology,
            part_node(topology, block, part, expr.span),
            expr,
            &mut |reference, steps, span, target| {
                visit(Dependency { part, reference, steps, span, target });
            },
        );
    });
    if let BlockKind::Variable(index) = block.kind {
        argument(topology, block, index, visit);
    }
}

/// The module whose names an expression of a block uses: the block's own, but for what an overlay gives.
pub fn part_node(topology: &Topology, block: &Block, part: Part<'_>, span: Span) -> NodeId {
    let outside = match part {
        Part::Role(..) | Part::Exists | Part::Sites => {
            topology.resource(block).is_some_and(|resource| !covers(resource.span, span))
        }
        _ => false,
    };
    if outside { super::resolve::ROOT } else { block.node }
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// A module's variable is what its call sets it to, in the caller's names.
fn argument(topology: &Topology, block: &Block, index: usize, visit: &mut dyn FnMut(Dependency<'_>)) {
    let node = topology.node(block.node);
    let (Some(parent), Some(call)) = (node.parent, node.call) else { return };
    let BlockKind::Call(call_index, _) = topology.block(call).kind else { return };
    let name = &topology.module(block.node).variables[index].name.name;
    let call = &topology.module(parent).calls[call_index];
    let Some(argument) = call.arguments.iter().find(|argument| argument.name.name == *name) else { return };
    references(topology, parent, &argument.value, &mut |reference, steps, span, target| {
        visit(Dependency { part: Part::Argument, reference, steps, span, target });
    });
}

/// The blocks behind a target: for a module call its outputs, and for `depends_on` all that stands in it.
pub fn expand(
    topology: &Topology,
    target: BlockId,
    steps: &[Step],
    whole: bool,
    visit: &mut dyn FnMut(BlockId),
) {
    visit(target);
    let BlockKind::Call(_, child) = topology.block(target).kind else { return };
    if whole {
        inside(topology, child, visit);
        return;
    }
    let output = steps.iter().find_map(|step| match step {
        Step::Attribute(name) => Some(BlockName::Output(name.clone())),
        Step::Index(_) => None,
    });
    match output.and_then(|name| topology.find(child, &name)) {
        Some(output) => visit(output),
        None => {
            for output in &topology.module(child).outputs {
                if let Some(id) = topology.find(child, &BlockName::Output(output.name.name.clone())) {
                    visit(id);
                }
            }
        }
    }
}

/// Every resource of a module and of the modules that it calls.
fn inside(topology: &Topology, node: NodeId, visit: &mut dyn FnMut(BlockId)) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let node = topology.node(node);
        for id in node.blocks.clone().map(BlockId) {
            if matches!(topology.block(id).kind, BlockKind::Resource(..) | BlockKind::Data(..)) {
                visit(id);
            }
        }
        open.extend(node.children.iter().rev());
    }
}
