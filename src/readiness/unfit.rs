//! Values that a cloud refuses beside other settings.

use relight_contract::{Unfit, Value};

use super::case::Findings;
use super::world::World;
use crate::desired::Instance;
use crate::diag::{Diagnostic, codes};

pub(super) fn check(peace: &World<'_>, findings: &mut Findings) {
    for instance in peace.telling() {
        for row in instance.kind.fields {
            let Some(text) = instance.attributes.get(row.name).and_then(Value::as_str) else { continue };
            for unfit in row.unfit.iter().filter(|unfit| text.starts_with(unfit.begins)) {
                if is_beside(peace, instance, unfit) {
                    let problem = format!("`{}` cannot be `{text}` in `{}`", row.name, instance.address);
                    let finding = Diagnostic::error(codes::CLASS_UNFIT, problem).at(instance.span);
                    findings.add_once(
                        &format!("{:?} {}", instance.block, row.name),
                        finding.address(&instance.address).help(unfit.instead),
                    );
                }
            }
        }
    }
}

fn is_beside(peace: &World<'_>, instance: &Instance, unfit: &Unfit) -> bool {
    let set =
        |instance: &Instance| instance.attributes.get(unfit.beside).is_some_and(|value| !value.is_null());
    match unfit.through {
        None => set(instance),
        Some(kind) => {
            let followed = peace.follows(instance).into_iter().map(|id| peace.desired.instance(id));
            { followed }.any(|other| other.kind.name == kind && set(other))
        }
    }
}
