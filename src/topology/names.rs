//! Names against what is declared: every reference leads somewhere, and means something where it stands.

use relight_contract::{Field, field};

use super::depend::{Dependency, dependencies};
use super::model::{BlockId, BlockKind, BlockName, Topology};
use super::resolve::{Target, is_key};
use super::walk::Part;
use crate::diag::{Diagnostic, Diagnostics, Span, codes, suggest};
use crate::expr::{Reference, Step};
use crate::spec::Repeat;

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    for index in 0..topology.blocks.len() {
        let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
        let repeat = topology.resource(topology.block(id)).and_then(|resource| resource.repeat.as_ref());
        dependencies(topology, id, &mut |dependency| one(topology, repeat, &dependency, diagnostics));
    }
    arguments(topology, diagnostics);
}

fn one(
    topology: &Topology,
    repeat: Option<&Repeat>,
    dependency: &Dependency<'_>,
    diagnostics: &mut Diagnostics,
) {
    let span = dependency.span;
    match (&dependency.target, dependency.reference) {
        (Err(problem), _) => diagnostics.push(problem.clone()),
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
        (Ok(Target::Block(id, _)), _) => attribute(topology, *id, dependency.steps, span, diagnostics),
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

/// The first attribute behind a reference exists in the table.
fn attribute(topology: &Topology, id: BlockId, steps: &[Step], span: Span, diagnostics: &mut Diagnostics) {
    let behind_key = steps.iter().find(|step| !is_key(step));
    let Some(Step::Attribute(name)) = behind_key else { return };
    let block = topology.block(id);
    let (fields, unsupported): (&[Field], &[_]) = match &block.kind {
        BlockKind::Resource(_, bound) => (bound.kind.fields, bound.kind.unsupported),
        BlockKind::Data(_, bound) => (bound.kind.fields, bound.kind.unsupported),
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

/// The arguments of every module call against the variables of the module.
fn arguments(topology: &Topology, diagnostics: &mut Diagnostics) {
    for block in &topology.blocks {
        let BlockKind::Call(index, child) = block.kind else { continue };
        let call = &topology.module(block.node).calls[index];
        let variables = &topology.module(child).variables;
        for argument in &call.arguments {
            if !variables.iter().any(|variable| variable.name.name == argument.name.name) {
                diagnostics.push(
                    Diagnostic::error(
                        codes::MODULE_ARGUMENT_UNKNOWN,
                        format!("the module `{}` has no variable `{}`", call.name.name, argument.name.name),
                    )
                    .at(argument.name.span)
                    .did_you_mean(suggest(
                        &argument.name.name,
                        variables.iter().map(|variable| &*variable.name.name),
                    )),
                );
            }
        }
        let missing = |name: &str| !call.arguments.iter().any(|argument| &*argument.name.name == name);
        for variable in variables.iter().filter(|variable| variable.default.is_none()) {
            if missing(&variable.name.name) {
                diagnostics.push(
                    Diagnostic::error(
                        codes::MODULE_ARGUMENT_MISSING,
                        format!("the call of `{}` does not set `{}`", call.name.name, variable.name.name),
                    )
                    .at(call.name.span)
                    .label(variable.name.span, "declared here without a default"),
                );
            }
        }
    }
}
