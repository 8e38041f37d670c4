//! `overlay`: site and role blocks for a resource that another file declares.

use hcl_edit::structure::{Block as HclBlock, Structure};
use relight_contract::{Mode, Name};

use super::super::lower::Lowering;
use super::super::{Ident, Overlay, PlacementBlocks};
use crate::diag::codes;

impl Lowering<'_> {
    /// `overlay "module.fleet.aws_autoscaling_group" "this" { ... }`
    pub(super) fn overlay(&mut self, block: &HclBlock) -> Option<Overlay> {
        let labels: Vec<Ident> = block.labels.iter().map(|label| self.ident(label.as_str(), label)).collect();
        let [path, name] = self.exact_labels(block, labels, ["kind", "name"])?;
        self.valid_name(&name);
        let Some((module, mode, kind)) = self.overlay_path(&path) else {
            let message = format!("`{}` is not the kind of a resource.", path.name);
            let help =
                "Write `overlay \"<kind>\" \"<name>\"`, or `overlay \"module.<name>.<kind>\" \"<name>\"`.";
            self.error(codes::OVERLAY_TARGET, message, path.span, help);
            return None;
        };
        let mut placement = PlacementBlocks::default();
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "sites" => {
                    placement.sites = Some(self.sites_value(&attribute.value));
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "exists" => {
                    placement.exists = Some(self.expr(&attribute.value));
                }
                Structure::Block(inner) if Self::is_role(inner.ident.as_str()) => {
                    placement.blocks.extend(self.role(inner));
                }
                _ => {
                    let blocks = ["site", "primary", "standby", "drill", "lost"];
                    self.unknown("overlay", structure, &["exists", "sites"], &blocks);
                }
            }
        }
        Some(Overlay { module, mode, kind, name, placement, span: self.span(block) })
    }

    /// `module.a.module.b.data.kind` in its parts.
    fn overlay_path(&mut self, path: &Ident) -> Option<(Vec<Name>, Mode, Ident)> {
        let mut words = path.name.split('.');
        let mut module = Vec::new();
        let mut mode = Mode::Managed;
        let kind = loop {
            match words.next()? {
                "module" if mode == Mode::Managed => module.push(self.name(words.next()?)),
                "data" if mode == Mode::Managed => mode = Mode::Data,
                kind => break kind,
            }
        };
        if kind.is_empty() || words.next().is_some() || module.iter().any(|name| name.is_empty()) {
            return None;
        }
        let kind = Ident { name: self.name(kind), span: path.span };
        self.valid_name(&kind);
        Some((module, mode, kind))
    }
}
