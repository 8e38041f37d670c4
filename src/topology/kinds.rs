//! Bodies against the tables of their kinds: names, unsupported attributes, role blocks.

use relight_contract::field::find;
use relight_contract::{Field, Kind, Mutability, Placement, Presence};

use super::model::{Block, BlockKind, Topology};
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};
use crate::expr::ExprKind;
use crate::spec::{Body, Ident, PlacementBlocks, RoleBlock, Selector};

pub(super) fn check(topology: &Topology, diagnostics: &mut Diagnostics) {
    for block in &topology.blocks {
        let Some(resource) = topology.resource(block) else { continue };
        let table = match &block.kind {
            BlockKind::Resource(_, bound) => Table::of(bound.kind),
            BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => Table {
                name: bound.kind.name,
                fields: bound.kind.fields,
                unsupported: bound.kind.unsupported,
            },
            _ => continue,
        };
        nested(&table, table.fields, &resource.body, "", diagnostics);
        for blocks in block.placements(topology) {
            for role in &blocks.blocks {
                nested(&table, table.fields, &without_unset_blocks(&table, role), "", diagnostics);
                known_site(topology, role, diagnostics);
            }
        }
        if let BlockKind::Resource(_, bound) = &block.kind {
            roles(topology, block, bound.kind, diagnostics);
        }
    }
}

struct Table {
    name: &'static str,
    fields: &'static [Field],
    unsupported: &'static [relight_contract::Unsupported],
}

impl Table {
    fn of(kind: &'static Kind) -> Table {
        Table { name: kind.name, fields: kind.fields, unsupported: kind.unsupported }
    }
}

/// The body of a site or role block but for `block = null`, which takes the blocks of that name away.
fn without_unset_blocks(table: &Table, role: &RoleBlock) -> Body {
    let mut body = role.body.clone();
    body.attributes.retain(|attribute| {
        let is_block = find(table.fields, &attribute.name.name).is_some_and(|row| row.shape.is_block());
        !(is_block && matches!(&attribute.value.kind, ExprKind::Literal(value) if value.is_null()))
    });
    body
}

fn known_site(topology: &Topology, role: &RoleBlock, diagnostics: &mut Diagnostics) {
    if let Selector::Site(name) = &role.selector
        && topology.site_named(name).is_none()
    {
        diagnostics.push(
            Diagnostic::error(codes::SITE_UNKNOWN, format!("there is no site `{name}`"))
                .at(role.span)
                .did_you_mean(suggest(name, topology.sites.iter().map(|site| &*site.name))),
        );
    }
}

fn nested(table: &Table, rows: &'static [Field], inside: &Body, path: &str, diagnostics: &mut Diagnostics) {
    for attribute in &inside.attributes {
        match find(rows, &attribute.name.name) {
            Some(row) if row.shape.is_block() => diagnostics.push(
                Diagnostic::error(
                    codes::KIND_ATTRIBUTE_UNKNOWN,
                    format!("`{}` is a block of `{}`, not an attribute", attribute.name.name, table.name),
                )
                .at(attribute.name.span)
                .help(format!("write `{} {{ ... }}`", attribute.name.name)),
            ),
            Some(row) => settable(table, row, &attribute.name, diagnostics),
            None => unknown(table, rows, path, &attribute.name, "attribute", diagnostics),
        }
    }
    for block in &inside.blocks {
        let name = &block.name;
        match find(rows, &name.name) {
            Some(row) if row.shape.accepts_blocks() => {
                settable(table, row, name, diagnostics);
                let path = format!("{path}{}.", name.name);
                nested(table, row.shape.fields().unwrap_or(&[]), &block.body, &path, diagnostics);
            }
            Some(_) => diagnostics.push(
                Diagnostic::error(
                    codes::KIND_ATTRIBUTE_UNKNOWN,
                    format!("`{}` is an attribute of `{}`, not a block", name.name, table.name),
                )
                .at(name.span)
                .help(format!("write `{} = ...`", name.name)),
            ),
            None => unknown(table, rows, path, name, "block", diagnostics),
        }
    }
}

fn settable(table: &Table, row: &Field, name: &Ident, diagnostics: &mut Diagnostics) {
    if row.presence == Presence::Output {
        diagnostics.push(
            Diagnostic::error(
                codes::KIND_ATTRIBUTE_OUTPUT,
                format!("`{}` of `{}` is set by the cloud, not by the spec", name.name, table.name),
            )
            .at(name.span)
            .help("leave it out; other resources can read it"),
        );
    }
}

fn unknown(
    table: &Table,
    rows: &'static [Field],
    path: &str,
    name: &Ident,
    what: &str,
    diagnostics: &mut Diagnostics,
) {
    let full = format!("{path}{}", name.name);
    let reason = table.unsupported.iter().find(|entry| entry.name == full).map(|entry| entry.reason);
    diagnostics.push(match reason {
        Some(reason) => Diagnostic::error(
            codes::KIND_ATTRIBUTE_UNSUPPORTED,
            format!("relight does not support `{full}` of `{}`: {reason}", table.name),
        )
        .at(name.span)
        .help("leave it out; `relight schema` lists what each kind supports"),
        None => {
            let within =
                if path.is_empty() { String::new() } else { format!(" in `{}`", path.trim_end_matches('.')) };
            Diagnostic::error(
                codes::KIND_ATTRIBUTE_UNKNOWN,
                format!("`{}` has no {what} `{}`{within}", table.name, name.name),
            )
            .at(name.span)
            .did_you_mean(suggest(
                &name.name,
                rows.iter().filter(|row| row.is_settable()).map(|row| row.name),
            ))
        }
    });
}

fn roles(topology: &Topology, block: &Block, kind: &'static Kind, diagnostics: &mut Diagnostics) {
    let placements = block.placements(topology);
    let per_site = block.sites.is_some();
    let has_sites = placements.iter().any(|blocks| blocks.sites.is_some());
    for role in placements.iter().flat_map(|blocks| &blocks.blocks) {
        if !per_site {
            diagnostics.push(
                Diagnostic::error(
                    codes::GLOBAL_ROLE_BLOCK,
                    format!("`{}` exists once for all sites, so it has no block for one of them", kind.name),
                )
                .at(role.span)
                .help(match kind.placement {
                    Placement::Spanning => "take the block out",
                    _ => "say `sites = all` to have one per site",
                }),
            );
        }
        if role.selector == Selector::Lost && !(kind.placement == Placement::Global && has_sites) {
            diagnostics.push(
                Diagnostic::error(
                    codes::LOST_BLOCK,
                    "nothing is changed in a lost site, so `lost` has no effect here",
                )
                .at(role.span)
                .help("it is for global kinds that say `sites`: their calls do not go to the lost site"),
            );
        }
        replacements(kind, role, diagnostics);
    }
    sources(kind, &placements, diagnostics);
}

/// An attribute that forces replacement may not change with a role; drills make everything anew.
fn replacements(kind: &'static Kind, role: &RoleBlock, diagnostics: &mut Diagnostics) {
    if matches!(role.selector, Selector::Site(_) | Selector::Drill) {
        return;
    }
    let source = kind.promotable().map(|(source, _)| source);
    let mut found = Vec::new();
    replacing(kind.fields, &role.body, "", &mut found);
    for (name, path) in found.into_iter().filter(|(_, path)| Some(&**path) != source) {
        diagnostics.push(
            Diagnostic::error(
                codes::ROLE_REPLACES,
                format!("a change of `{path}` replaces `{}`, so it may not depend on the role", kind.name),
            )
            .at(name.span)
            .help("put it into a `site \"...\" {}` block, where it stays whatever the role"),
        );
    }
}

/// What forces replacement in a body, nested blocks included.
fn replacing<'b>(rows: &[Field], body: &'b Body, path: &str, found: &mut Vec<(&'b Ident, String)>) {
    let names = body.attributes.iter().map(|attribute| (&attribute.name, None));
    for (name, inside) in names.chain(body.blocks.iter().map(|nested| (&nested.name, Some(&nested.body)))) {
        let Some(row) = find(rows, &name.name) else { continue };
        let full = format!("{path}{}", name.name);
        match inside {
            _ if row.mutability == Mutability::Replace => found.push((name, full)),
            Some(inside) => {
                replacing(row.shape.fields().unwrap_or(&[]), inside, &format!("{full}."), found);
            }
            None => {}
        }
    }
}

/// A source that stands in one posture only would make a change of posture a promotion.
fn sources(kind: &'static Kind, placements: &[&PlacementBlocks], diagnostics: &mut Diagnostics) {
    let Some((source, _)) = kind.promotable() else { return };
    let blocks = || placements.iter().flat_map(|blocks| &blocks.blocks);
    for role in blocks() {
        if let (Selector::Posture(posture), Some(attribute)) = (&role.selector, role.body.attribute(source)) {
            diagnostics.push(
                Diagnostic::error(
                    codes::POSTURE_PROMOTES,
                    format!(
                        "`{source}` in `standby \"{posture}\"` would make a change of posture a promotion"
                    ),
                )
                .at(attribute.name.span)
                .help("put it into `standby {}`, which counts for every posture"),
            );
        }
    }
}
