//! Every expression of a block, with the part of the block that it stands in.

use relight_contract::Name;

use super::model::{Block, BlockKind, Topology};
use crate::expr::Expr;
use crate::spec::{Body, Condition, Lifecycle, PlacementBlocks, Repeat, Selector, Sites};

/// What an expression of a block decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// How often the block is repeated.
    Repeat,
    /// Where it stands.
    Sites,
    /// Whether it exists, in every role.
    Exists,
    /// Its body.
    Body,
    /// What the body of a resource says of one attribute or block of its kind.
    Field(&'t Name),
    /// What a module call sets its variable to, in the names of the caller.
    Argument,
    /// A site or role block: what it says of one attribute or block, or of existence.
    Role(&'t Selector, Option<&'t Name>),
    /// Its lifecycle.
    Lifecycle,
    /// What it follows.
    DependsOn,
    /// A condition; `self` means something there.
    Condition,
}

/// Calls `visit` with every expression of a block.
pub fn expressions<'t>(topology: &'t Topology, block: &'t Block, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    let module = topology.module(block.node);
    match &block.kind {
        BlockKind::Variable(index) => {
            let variable = &module.variables[*index];
            variable.validations.iter().for_each(|check| condition(check, visit));
            // What a module's variable is set to stands in the call, and belongs to the caller's names.
        }
        BlockKind::Local(index) => visit(Part::Body, &module.locals[*index].value),
        BlockKind::Output(index) => {
            let output = &module.outputs[*index];
            visit(Part::Body, &output.value);
            output.depends_on.iter().for_each(|expr| visit(Part::DependsOn, expr));
            output.preconditions.iter().for_each(|check| condition(check, visit));
        }
        BlockKind::Call(index, _) => {
            let call = &module.calls[*index];
            repeat(call.repeat.as_ref(), visit);
            call.depends_on.iter().for_each(|expr| visit(Part::DependsOn, expr));
        }
        BlockKind::Check(index) => {
            let check = &module.checks[*index];
            check.assertions.iter().for_each(|check| condition(check, visit));
        }
        BlockKind::Resource(..) | BlockKind::Data(..) | BlockKind::CheckData(..) => {
            let Some(resource) = topology.resource(block) else { return };
            repeat(resource.repeat.as_ref(), visit);
            fields(&resource.body, &Part::Field, visit);
            resource.depends_on.iter().for_each(|expr| visit(Part::DependsOn, expr));
            lifecycle(&resource.lifecycle, visit);
            block.placements(topology).into_iter().for_each(|blocks| placement(blocks, visit));
        }
    }
}

fn repeat<'t>(repeat: Option<&'t Repeat>, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    match repeat {
        Some(Repeat::Count(expr) | Repeat::ForEach(expr)) => visit(Part::Repeat, expr),
        None => {}
    }
}

fn lifecycle<'t>(lifecycle: &'t Lifecycle, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    lifecycle.prevent_destroy.iter().for_each(|expr| visit(Part::Lifecycle, expr));
    lifecycle.create_before_destroy.iter().for_each(|expr| visit(Part::Lifecycle, expr));
    lifecycle.replace_triggered_by.iter().for_each(|expr| visit(Part::DependsOn, expr));
    lifecycle.preconditions.iter().chain(&lifecycle.postconditions).for_each(|check| condition(check, visit));
}

fn condition<'t>(check: &'t Condition, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    visit(Part::Condition, &check.condition);
    visit(Part::Condition, &check.message);
}

fn placement<'t>(blocks: &'t PlacementBlocks, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    if let Some(Sites::List(expr)) = &blocks.sites {
        visit(Part::Sites, expr);
    }
    blocks.exists.iter().for_each(|expr| visit(Part::Exists, expr));
    for block in &blocks.blocks {
        block.exists.iter().for_each(|expr| visit(Part::Role(&block.selector, None), expr));
        fields(&block.body, &|name| Part::Role(&block.selector, Some(name)), visit);
    }
}

fn fields<'t>(
    inside: &'t Body,
    part: &dyn Fn(&'t Name) -> Part<'t>,
    visit: &mut dyn FnMut(Part<'t>, &'t Expr),
) {
    inside.attributes.iter().for_each(|attribute| visit(part(&attribute.name.name), &attribute.value));
    for nested in &inside.blocks {
        let part = part(&nested.name.name);
        nested.dynamic.iter().for_each(|dynamic| visit(part, &dynamic.for_each));
        body(&nested.body, part, visit);
    }
}

/// Calls `visit` with every expression of a body, nested blocks included. The reader bounds the nesting.
pub fn body<'t>(inside: &'t Body, part: Part<'t>, visit: &mut dyn FnMut(Part<'t>, &'t Expr)) {
    inside.attributes.iter().for_each(|attribute| visit(part, &attribute.value));
    for nested in &inside.blocks {
        if let Some(dynamic) = &nested.dynamic {
            visit(part, &dynamic.for_each);
        }
        body(&nested.body, part, visit);
    }
}

/// The names of the attributes and blocks of a body.
pub fn body_names(inside: &Body) -> impl Iterator<Item = &Name> {
    let attributes = inside.attributes.iter().map(|attribute| &attribute.name.name);
    attributes.chain(inside.blocks.iter().map(|nested| &nested.name.name))
}
