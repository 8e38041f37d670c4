//! Names against what is declared: every reference leads somewhere, and means something where it stands.

use relight_contract::{Field, field};

use super::depend::{Dependency, dependencies};
use super::model::{BlockId, BlockKind, BlockName, Topology};
use super::resolve::{Target, is_key};
use super::walk::{Part, expressions};
use crate::diag::{Diagnostic, Diagnostics, Span, codes, suggest};
use crate::expr::functions::names as known_functions;
use crate::expr::{Expr, ExprKind, Reference, Step};
use crate::spec::{ModuleCall, Repeat};

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    for index in 0..topology.blocks.len() {
        let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
        let block = topology.block(id);
        let repeat = match &block.kind {
            BlockKind::Call(index, _) => topology.module(block.node).calls[*index].repeat.as_ref(),
            _ => topology.resource(block).and_then(|resource| resource.repeat.as_ref()),
        };
        let call = call_of(topology, id).and_then(|call| call.repeat.as_ref());
        dependencies(topology, id, &mut |dependency| {
            // What a call sets stands in the call, and may use its keys.
            let repeat = if dependency.part == Part::Argument { call } else { repeat };
            one(topology, id, repeat, &dependency, diagnostics);
        });
        expressions(topology, block, &mut |_, expr| functions(expr, diagnostics));
    }
}

/// The call that sets a module's variable.
fn call_of(topology: &Topology, id: BlockId) -> Option<&ModuleCall> {
    let block = topology.block(id);
    let BlockKind::Variable(_) = block.kind else { return None };
    let node = topology.node(block.node);
    match topology.block(node.call?).kind {
        BlockKind::Call(index, _) => topology.module(node.parent?).calls.get(index),
        _ => None,
    }
}

/// Calls of functions that do not exist, also where they would never be evaluated.
fn functions(expr: &Expr, diagnostics: &mut Diagnostics) {
    if let ExprKind::Call { function, .. } = &expr.kind
        && !known_functions().contains(&&**function)
    {
        diagnostics.push(
            Diagnostic::error(codes::FUNCTION_UNKNOWN, format!("there is no function `{function}`"))
                .at(expr.span)
                .did_you_mean(suggest(function, known_functions().iter().copied())),
        );
    }
    // The parser bounds the depth.
    expr.each_child(&mut |child| functions(child, diagnostics));
}

/// A probe, gate or hook has no value, and nothing but another one stands before or after it.
pub(super) fn guard_out_of_place(reference: &Reference, span: Span, diagnostics: &mut Diagnostics) {
    let (Reference::Probe(name) | Reference::Gate(name) | Reference::Hook(name)) = reference else { return };
    diagnostics.push(
        Diagnostic::error(codes::REFERENCE_OUT_OF_PLACE, format!("`{name}` has no value"))
            .at(span)
            .help("probes, gates and hooks may be named in `before` and `after` of one another"),
    );
}

fn one(
    topology: &Topology,
    asker: BlockId,
    repeat: Option<&Repeat>,
    dependency: &Dependency<'_>,
    diagnostics: &mut Diagnostics,
) {
    let span = dependency.span;
    match (&dependency.target, dependency.reference) {
        (Err(problem), _) => diagnostics.push(problem.clone()),
        (_, reference @ (Reference::Probe(_) | Reference::Gate(_) | Reference::Hook(_))) => {
            guard_out_of_place(reference, span, diagnostics);
        }
        (_, Reference::EachKey | Reference::EachValue) => {
            let inside = matches!(repeat, Some(Repeat::ForEach(_))) && dependency.part != Part::Repeat;
            out_of_place(inside, "each", "for_each", span, diagnostics);
        }
        (_, Reference::CountIndex) => {
            let inside = matches!(repeat, Some(Repeat::Count(_))) && dependency.part != Part::Repeat;
            out_of_place(inside, "count.index", "count", span, diagnostics);
        }
        (_, Reference::This) if dependency.part != Part::Condition => diagnostics.push(
            Diagnostic::error(codes::REFERENCE_OUT_OF_PLACE, "`self` means something in conditions only")
                .at(span)
                .help("name the resource in full"),
        ),
        (Ok(Target::Block(id, _)), _) => {
            own_check(topology, asker, *id, span, diagnostics);
            keyed(topology, *id, dependency.steps, span, diagnostics);
            attribute(topology, *id, dependency.steps, span, diagnostics);
        }
        _ => {}
    }
}

fn out_of_place(fits: bool, name: &str, repeat: &str, span: Span, diagnostics: &mut Diagnostics) {
    if !fits {
        diagnostics.push(
            Diagnostic::error(
                codes::REFERENCE_OUT_OF_PLACE,
                format!("`{name}` means something only in a block with `{repeat}`"),
            )
            .at(span),
        );
    }
}

/// The data source of a check is named by that check only.
fn own_check(
    topology: &Topology,
    asker: BlockId,
    target: BlockId,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let BlockKind::CheckData(index, _) = topology.block(target).kind else { return };
    let own = matches!(topology.block(asker).kind, BlockKind::Check(check) if check == index);
    if !own && asker != target {
        diagnostics.push(
            Diagnostic::error(
                codes::REFERENCE_OUT_OF_PLACE,
                format!("`{}` stands in a check, and means something there only", topology.label(target)),
            )
            .at(span)
            .help("declare the data source outside of the check"),
        );
    }
}

/// A repeated block is asked for one of its instances by key, one that is not repeated is not.
fn keyed(topology: &Topology, id: BlockId, steps: &[Step], span: Span, diagnostics: &mut Diagnostics) {
    let block = topology.block(id);
    let repeat = match &block.kind {
        BlockKind::Call(index, _) => topology.module(block.node).calls[*index].repeat.as_ref(),
        BlockKind::Resource(..) | BlockKind::Data(..) => {
            topology.resource(block).and_then(|resource| resource.repeat.as_ref())
        }
        _ => return,
    };
    if matches!(
        (repeat, steps.first()),
        (_, None) | (None, Some(Step::Attribute(_))) | (Some(_), Some(Step::Index(_)))
    ) {
        return;
    }
    let label = topology.label(id);
    let (problem, help) = match (repeat, steps.first()) {
        (Some(repeat), Some(Step::Attribute(name))) => {
            let key = if matches!(repeat, Repeat::Count(_)) { "[0]" } else { "[\"key\"]" };
            let word = if matches!(repeat, Repeat::Count(_)) { "count" } else { "for_each" };
            (
                format!(
                    "`{label}` has `{word}`, so that there may be several: of which one is `{name}` meant?"
                ),
                format!(
                    "write `{label}{key}.{name}`, or for all of them `[for one in {label} : one.{name}]`"
                ),
            )
        }
        (None, Some(Step::Index(_))) => (
            format!("`{label}` is not repeated, so that it has no keys"),
            format!("write `{label}` without a key"),
        ),
        _ => return,
    };
    diagnostics.push(Diagnostic::error(codes::REFERENCE_ATTRIBUTE, problem).at(span).help(help));
}

/// The first attribute behind a reference exists in the table.
pub(super) fn attribute(
    topology: &Topology,
    id: BlockId,
    steps: &[Step],
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let behind_key = steps.iter().find(|step| !is_key(step));
    let Some(Step::Attribute(name)) = behind_key else { return };
    let block = topology.block(id);
    let (fields, unsupported): (&[Field], &[_]) = match &block.kind {
        BlockKind::Resource(_, bound) => (bound.kind.fields, bound.kind.unsupported),
        BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => {
            (bound.kind.fields, bound.kind.unsupported)
        }
        BlockKind::Call(_, child) => {
            let outputs = &topology.module(*child).outputs;
            if topology.find(*child, &BlockName::Output(name.clone())).is_none() {
                diagnostics.push(
                    Diagnostic::error(
                        codes::MODULE_OUTPUT_UNKNOWN,
                        format!("`{}` has no output `{name}`", topology.label(id)),
                    )
                    .at(span)
                    .did_you_mean(suggest(name, outputs.iter().map(|output| &*output.name.name))),
                );
            }
            return;
        }
        _ => return,
    };
    if field::find(fields, name).is_some() {
        return;
    }
    let label = topology.label(id);
    diagnostics.push(match unsupported.iter().find(|entry| entry.name == &**name) {
        Some(entry) => Diagnostic::error(
            codes::KIND_ATTRIBUTE_UNSUPPORTED,
            format!("relight does not support `{name}` of `{label}`: {}", entry.reason),
        )
        .at(span),
        None => Diagnostic::error(codes::REFERENCE_ATTRIBUTE, format!("`{label}` has no attribute `{name}`"))
            .at(span)
            .did_you_mean(suggest(name, fields.iter().map(|row| row.name))),
    });
}
