//! Module calls against the modules that they call.

use super::model::{BlockKind, Topology};
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    arguments(topology, diagnostics);
    for module in topology.spec.modules.iter().skip(1) {
        let overlays = module.overlays.iter().map(|overlay| ("overlay", overlay.span));
        let imports = module.imports.iter().map(|import| ("import", import.span));
        for (what, span) in overlays.chain(imports) {
            diagnostics.push(
                Diagnostic::error(
                    codes::BLOCK_UNKNOWN,
                    format!("`{what}` stands in a module that is called"),
                )
                .at(span)
                .help("put it into the root module, where it can name what stands in other modules"),
            );
        }
        for provider in &module.providers {
            diagnostics.push(
                Diagnostic::warning(
                    codes::READ_PAST,
                    format!("the provider `{}` of a module that is called is read past", provider.name.name),
                )
                .at(provider.span)
                .help("sites and the providers of the root module say how calls are made"),
            );
        }
    }
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
