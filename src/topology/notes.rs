//! What is legal, but perhaps not meant: postures out of order, ignored attributes that roles change.

use relight_contract::field::find;
use relight_contract::{Capability, Kind, Number, Posture, Role};

use super::model::{Block, BlockKind, Topology};
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};
use crate::expr::{Expr, ExprKind};
use crate::spec::{IgnoreChanges, Resource, RoleBlock, Selector};

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    for block in &topology.blocks {
        let (BlockKind::Resource(_, bound), Some(resource)) = (&block.kind, topology.resource(block)) else {
            continue;
        };
        ignored(resource, bound.kind, &bound.managed, diagnostics);
        postures(topology, block, resource, bound.kind, diagnostics);
    }
}

/// `ignore_changes` names attributes of the kind; it hides their drift, never a role's change.
fn ignored(
    resource: &Resource,
    kind: &'static Kind,
    managed: &[relight_contract::Name],
    diagnostics: &mut Diagnostics,
) {
    let note = |name: &str, span| {
        Diagnostic::note(
            codes::ROLE_ATTRIBUTE_IGNORED,
            format!(
                "a role block sets `{name}`: its drift is ignored, but what a role changes is carried out"
            ),
        )
        .at(span)
    };
    match &resource.lifecycle.ignore_changes {
        IgnoreChanges::None => {}
        IgnoreChanges::All => {
            if let Some(first) = managed.first() {
                diagnostics.push(note(first, resource.name.span));
            }
        }
        IgnoreChanges::Some(paths) => {
            for (name, _) in paths {
                if find(kind.fields, &name.name).is_none()
                    && !kind.unsupported.iter().any(|entry| entry.name == &*name.name)
                {
                    diagnostics.push(
                        Diagnostic::error(
                            codes::LIFECYCLE_INVALID,
                            format!("`{}` has no attribute `{}` to ignore", kind.name, name.name),
                        )
                        .at(name.span)
                        .did_you_mean(suggest(&name.name, kind.fields.iter().map(|field| field.name))),
                    );
                } else if managed.contains(&name.name) {
                    diagnostics.push(note(&name.name, name.span));
                }
            }
        }
    }
}

/// A posture without a block of its own takes the body: told where that makes it bigger than a higher one, for the
/// postures that the sites have.
fn postures(
    topology: &Topology,
    block: &Block,
    resource: &Resource,
    kind: &'static Kind,
    diagnostics: &mut Diagnostics,
) {
    let placements = block.placements(topology);
    let blocks: Vec<&RoleBlock> = placements.iter().flat_map(|placement| &placement.blocks).collect();
    let own = |posture| blocks.iter().find(|block| block.selector == Selector::Posture(posture));
    let declared = |posture| {
        let sites = block.sites.iter().flatten();
        sites.map(|id| topology.site(*id).role).any(|role| role == Role::Standby(posture))
    };
    for lower in Posture::ALL.into_iter().filter(|posture| own(*posture).is_none() && declared(*posture)) {
        for higher in Posture::ALL.into_iter().filter(|posture| *posture > lower) {
            let Some(above) = own(higher) else { continue };
            let size = |name: &str| {
                let standby = blocks.iter().filter(|block| block.selector == Selector::Standby);
                let written = standby.filter_map(|block| block.body.attribute(name)).next_back();
                number(&written.or_else(|| resource.body.attribute(name))?.value)
            };
            let bigger = sizes(kind).iter().find_map(|name| {
                let (mine, theirs) = (size(name)?, number(&above.body.attribute(name)?.value)?);
                (mine > theirs).then(|| {
                    format!("takes `{name} = {mine}` from the body, more than `{higher}` with {theirs}")
                })
            });
            let absent = above.exists.as_ref().is_some_and(
                |exists| matches!(&exists.kind, ExprKind::Literal(value) if value.as_bool() == Some(false)),
            );
            let absent = absent.then(|| format!("is there, but not in `{higher}`"));
            if let Some(problem) = bigger.or(absent) {
                diagnostics.push(
                    Diagnostic::note(
                        codes::POSTURE_TAKES_BODY,
                        format!("a standby that is `{lower}` has no block of its own: it {problem}"),
                    )
                    .at(above.span)
                    .help(format!("add `standby \"{lower}\" {{ ... }}`")),
                );
                break;
            }
        }
    }
}

/// The fields that say how big an object of a kind is.
fn sizes(kind: &'static Kind) -> &'static [&'static str] {
    let fields = |capability: &Capability| match capability {
        Capability::Scalable { fields } => Some(*fields),
        _ => None,
    };
    kind.capabilities.iter().find_map(fields).unwrap_or(&[])
}

fn number(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Literal(value) => value.as_number().cloned(),
        _ => None,
    }
}
