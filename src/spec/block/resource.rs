//! `resource` and `data`, with their meta-arguments, and the site and role blocks of both them and overlays.

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Attribute as HclAttribute, Block as HclBlock, Structure};
use relight_contract::{Mode, Posture};

use super::super::lower::Lowering;
use super::super::{
    Body, Lifecycle, PlacementBlocks, ProviderName, Repeat, Resource, RoleBlock, Selector, Sites,
};
use crate::diag::{Diagnostic, codes, suggest};

/// The blocks that say what a site or role changes.
const ROLES: [&str; 5] = ["site", "primary", "standby", "drill", "lost"];

impl Lowering<'_> {
    /// `resource "kind" "name" { ... }` or `data "kind" "name" { ... }`
    pub(super) fn resource(&mut self, block: &HclBlock) -> Option<Resource> {
        let mode = if block.ident.as_str() == "data" { Mode::Data } else { Mode::Managed };
        let [kind, name] = self.labels(block, ["kind", "name"])?;
        let mut resource = Resource {
            mode,
            kind,
            name,
            body: Body { span: Some(super::header(self, block)), ..Body::default() },
            repeat: None,
            depends_on: Vec::new(),
            provider: None,
            lifecycle: Lifecycle::default(),
            placement: PlacementBlocks::default(),
            span: self.span(block),
        };
        let mut has_lifecycle = false;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.resource_attribute(attribute, structure, &mut resource)
                }
                Structure::Block(inner) if inner.ident.as_str() == "lifecycle" => {
                    if std::mem::replace(&mut has_lifecycle, true) {
                        let second = self.ident("lifecycle", &inner.ident);
                        self.second(&second, "lifecycle");
                    }
                    self.lifecycle(inner, &mut resource.lifecycle);
                }
                Structure::Block(inner) => self.resource_block(inner, structure, &mut resource),
            }
        }
        resource.body.attributes.shrink_to_fit();
        Some(resource)
    }

    fn resource_attribute(&mut self, attribute: &HclAttribute, structure: &Structure, into: &mut Resource) {
        match attribute.key.as_str() {
            "count" | "for_each" => self.repeat(attribute, &mut into.repeat),
            "depends_on" => into.depends_on = self.dependencies(attribute),
            "provider" => into.provider = self.provider_name(&attribute.value),
            "sites" => into.placement.sites = Some(self.sites_value(&attribute.value)),
            "exists" => into.placement.exists = Some(self.expr(&attribute.value)),
            _ => self.member(structure, &mut into.body),
        }
    }

    fn resource_block(&mut self, inner: &HclBlock, structure: &Structure, into: &mut Resource) {
        let word = inner.ident.as_str();
        match word {
            "provisioner" | "connection" => {
                let message = format!("relight has no `{word}` blocks.");
                let help = "Use `user_data`, an image, or a `hook` that runs beside the operation.";
                self.error(codes::BLOCK_UNKNOWN, message, self.span(&inner.ident), help);
            }
            _ if ROLES.contains(&word) => into.placement.blocks.extend(self.role(inner)),
            _ => self.member(structure, &mut into.body),
        }
    }

    /// `count` or `for_each`, of which there may be one.
    pub(super) fn repeat(&mut self, attribute: &HclAttribute, repeat: &mut Option<Repeat>) {
        let expr = self.expr(&attribute.value);
        if repeat.is_some() {
            let help = "Keep `for_each` where the instances have names, `count` where they are all alike.";
            let message = "`count` and `for_each` exclude each other.";
            self.error(codes::KIND_ATTRIBUTES_CONFLICT, message, self.span(&attribute.key), help);
        }
        *repeat = Some(match attribute.key.as_str() {
            "count" => Repeat::Count(expr),
            _ => Repeat::ForEach(expr),
        });
    }

    /// `aws` or `aws.west`
    pub(super) fn provider_name(&mut self, node: &Expression) -> Option<ProviderName> {
        let found = match node {
            Expression::Variable(provider) => {
                Some(ProviderName { provider: self.ident(provider.as_str(), provider), alias: None })
            }
            // As Terraform before 0.12 wrote it.
            Expression::String(text) => {
                let (provider, alias) = match text.as_str().split_once('.') {
                    Some((provider, alias)) => (provider, Some(alias)),
                    None => (text.as_str(), None),
                };
                let alias = alias.map(|alias| self.ident(alias, node));
                Some(ProviderName { provider: self.ident(provider, node), alias })
            }
            Expression::Traversal(traversal) => match (&traversal.expr, traversal.operators.as_slice()) {
                (Expression::Variable(provider), [operator]) => match operator.value() {
                    TraversalOperator::GetAttr(alias) => Some(ProviderName {
                        provider: self.ident(provider.as_str(), provider),
                        alias: Some(self.ident(alias.as_str(), alias)),
                    }),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            let help = "Write `provider = aws` or `provider = aws.west`.";
            self.error(codes::PROVIDER_UNKNOWN, "This is not the name of a provider.", self.span(node), help);
        }
        found
    }

    /// `all` or a list of names.
    pub(super) fn sites_value(&mut self, node: &Expression) -> Sites {
        match node {
            Expression::Variable(word) if word.as_str() == "all" && !self.binds("all") => {
                Sites::All(self.span(node))
            }
            _ => Sites::List(self.expr(node)),
        }
    }

    /// Whether a block of this name is a site or role block.
    pub(super) fn is_role(word: &str) -> bool {
        ROLES.contains(&word)
    }

    /// A site or role block.
    pub(super) fn role(&mut self, block: &HclBlock) -> Option<RoleBlock> {
        let selector = self.selector(block)?;
        let mut role = RoleBlock { selector, exists: None, body: Body::default(), span: self.span(block) };
        role.body.span = Some(super::header(self, block));
        for structure in &block.body {
            let (word, span) = match structure {
                Structure::Attribute(attribute) => (attribute.key.as_str(), self.span(&attribute.key)),
                Structure::Block(inner) => (inner.ident.as_str(), self.span(&inner.ident)),
            };
            match (word, structure) {
                ("exists", Structure::Attribute(attribute)) => {
                    role.exists = Some(self.expr(&attribute.value))
                }
                ("count" | "for_each" | "depends_on" | "provider" | "sites", Structure::Attribute(_))
                | ("lifecycle" | "provisioner" | "connection", Structure::Block(_)) => {
                    let message = format!("`{word}` cannot differ from role to role.");
                    let help =
                        "Say it in the resource itself. Whether it exists in a role is said with `exists`.";
                    self.error(codes::ARGUMENT_UNKNOWN, message, span, help);
                }
                (_, Structure::Block(inner)) if ROLES.contains(&inner.ident.as_str()) => {
                    let message = "Site and role blocks cannot stand in each other.";
                    self.error(codes::BLOCK_UNKNOWN, message, span, "Put them beside each other.");
                }
                _ => self.member(structure, &mut role.body),
            }
        }
        Some(role)
    }

    fn selector(&mut self, block: &HclBlock) -> Option<Selector> {
        match block.ident.as_str() {
            "site" => self.labels(block, ["name"]).map(|[name]| Selector::Site(name.name)),
            "standby" if block.labels.len() == 1 => {
                let [label] = self.labels(block, ["posture"])?;
                let posture = Posture::ALL.into_iter().find(|posture| posture.as_str() == &*label.name);
                if posture.is_none() {
                    let message = format!("There is no posture `{}`.", label.name);
                    let near = suggest(&label.name, Posture::ALL.map(Posture::as_str));
                    let diagnostic = Diagnostic::error(codes::POSTURE_INVALID, message).at(label.span);
                    let help = "Postures are `pilot_light`, `warm` and `hot`.";
                    self.problems.push(diagnostic.did_you_mean(near).help(help));
                }
                posture.map(Selector::Posture)
            }
            word => {
                self.labels::<0>(block, [])?;
                Some(match word {
                    "primary" => Selector::Primary,
                    "standby" => Selector::Standby,
                    "drill" => Selector::Drill,
                    _ => Selector::Lost,
                })
            }
        }
    }
}
