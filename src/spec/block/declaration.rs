//! The blocks that a module declares itself with: `variable`, `locals`, `output`, `module`, `provider`, `check`.

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Attribute as HclAttribute, Block as HclBlock, Structure};
use relight_contract::Type;

use super::super::lower::Lowering;
use super::super::{
    Attribute, Body, Check, Ident, ModuleCall, ModuleId, Output, ProviderBlock, ProviderName, Variable,
};
use crate::diag::codes;
use crate::spec::TypeDefaults;

/// Names that mean something in a `module` block, so that no variable can be given under them.
const RESERVED: [&str; 8] =
    ["count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"];

impl Lowering<'_> {
    /// `variable "name" { ... }`
    pub(super) fn variable(&mut self, block: &HclBlock) -> Option<Variable> {
        const ATTRIBUTES: [&str; 6] =
            ["default", "description", "ephemeral", "nullable", "sensitive", "type"];
        let [name] = self.labels(block, ["name"])?;
        if RESERVED.contains(&&*name.name) {
            let message = format!("A variable cannot be called `{}`.", name.name);
            let help = "The word means something else in a `module` block. Choose another name.";
            self.error(codes::NAME_INVALID, message, name.span, help);
        }
        let mut variable = Variable {
            name,
            ty: Type::Dynamic,
            defaults: None,
            default: None,
            description: None,
            sensitive: false,
            nullable: true,
            validations: Vec::new(),
            span: self.span(block),
        };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "type" => {
                        let (ty, defaults) = self.type_expr(&attribute.value);
                        variable.ty = ty;
                        variable.defaults = (defaults != TypeDefaults::default()).then_some(defaults);
                    }
                    "default" => variable.default = Some(self.constant(&attribute.value)),
                    "description" => variable.description = super::plain(self.literal_text(attribute)),
                    // What may not be stored is treated as what may not be shown: neither is written anywhere.
                    "sensitive" | "ephemeral" => variable.sensitive |= self.literal_bool(attribute),
                    "nullable" => variable.nullable = self.literal_bool(attribute),
                    _ => self.unknown("variable", structure, &ATTRIBUTES, &["validation"]),
                },
                Structure::Block(inner) if inner.ident.as_str() == "validation" => {
                    variable.validations.extend(self.condition(inner));
                }
                Structure::Block(_) => self.unknown("variable", structure, &ATTRIBUTES, &["validation"]),
            }
        }
        Some(variable)
    }

    /// The attributes of a `locals` block.
    pub(super) fn locals(&mut self, block: &HclBlock, into: &mut Vec<Attribute>) {
        if self.labels::<0>(block, []).is_none() {
            return;
        }
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => into.push(self.attribute(attribute)),
                Structure::Block(_) => self.unknown("locals", structure, &[], &[]),
            }
        }
    }

    /// `output "name" { ... }`
    pub(super) fn output(&mut self, block: &HclBlock) -> Option<Output> {
        const ATTRIBUTES: [&str; 5] = ["depends_on", "description", "ephemeral", "sensitive", "value"];
        let [name] = self.labels(block, ["name"])?;
        let (mut value, mut description, mut sensitive) = (None, None, false);
        let (mut depends_on, mut preconditions) = (Vec::new(), Vec::new());
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "value" => value = Some(self.expr(&attribute.value)),
                    "description" => description = super::plain(self.literal_text(attribute)),
                    "sensitive" | "ephemeral" => sensitive |= self.literal_bool(attribute),
                    "depends_on" => depends_on = self.dependencies(attribute),
                    _ => self.unknown("output", structure, &ATTRIBUTES, &["precondition"]),
                },
                Structure::Block(inner) if inner.ident.as_str() == "precondition" => {
                    preconditions.extend(self.condition(inner));
                }
                Structure::Block(_) => self.unknown("output", structure, &ATTRIBUTES, &["precondition"]),
            }
        }
        if value.is_none() {
            self.missing("output", "value", block);
        }
        let span = self.span(block);
        Some(Output { name, value: value?, description, sensitive, depends_on, preconditions, span })
    }

    /// `module "name" { ... }` and its source; which module that is, is found out later.
    pub(super) fn module_call(&mut self, block: &HclBlock) -> Option<(ModuleCall, Ident)> {
        let [name] = self.labels(block, ["name"])?;
        let mut call = ModuleCall {
            name,
            module: ModuleId(0),
            arguments: Vec::new(),
            repeat: None,
            depends_on: Vec::new(),
            providers: Vec::new(),
            span: self.span(block),
        };
        let mut source = None;
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "source" => source = Some(self.literal_text(attribute)),
                    // Which version is meant was decided when the module was fetched.
                    "version" => {}
                    "count" | "for_each" => self.repeat(attribute, &mut call.repeat),
                    "depends_on" => call.depends_on = self.dependencies(attribute),
                    "providers" => call.providers = self.providers(attribute),
                    _ => call.arguments.push(self.attribute(attribute)),
                },
                Structure::Block(_) => self.unknown("module", structure, &["providers"], &[]),
            }
        }
        if source.is_none() {
            self.missing("module", "source", block);
        }
        Some((call, source??))
    }

    /// `providers = { aws = aws.west }`
    fn providers(&mut self, attribute: &HclAttribute) -> Vec<(Ident, ProviderName)> {
        let message = "`providers` maps names inside the module to providers.";
        let help = "Write `providers = { aws = aws.west }`.";
        let Expression::Object(object) = &attribute.value else {
            self.error(codes::MODULE_PROVIDERS, message, self.span(&attribute.value), help);
            return Vec::new();
        };
        let mut providers = Vec::new();
        for (key, value) in object.iter() {
            let inside = match key {
                ObjectKey::Ident(word) => Some(self.ident(word.as_str(), word)),
                ObjectKey::Expression(node @ Expression::String(text)) => {
                    Some(self.ident(text.as_str(), node))
                }
                // `aws.second = aws.west`: an alias inside the module.
                ObjectKey::Expression(node @ Expression::Traversal(_)) => {
                    self.provider_name(node).map(|name| {
                        let alias = name.alias.map_or_else(String::new, |alias| format!(".{}", alias.name));
                        self.ident(&format!("{}{alias}", name.provider.name), node)
                    })
                }
                ObjectKey::Expression(node) => {
                    self.error(codes::MODULE_PROVIDERS, message, self.span(node), help);
                    None
                }
            };
            providers.extend(inside.zip(self.provider_name(value.expr())));
        }
        providers
    }

    /// `provider "aws" { ... }`
    pub(super) fn provider(&mut self, block: &HclBlock) -> Option<ProviderBlock> {
        let [name] = self.labels(block, ["name"])?;
        let mut alias = None;
        let mut body = Body { span: Some(super::header(self, block)), ..Body::default() };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "alias" => {
                    alias = self.literal_text(attribute);
                }
                _ => self.member(structure, &mut body),
            }
        }
        Some(ProviderBlock { name, alias, body, span: self.span(block) })
    }

    /// `check "name" { ... }`
    pub(super) fn check(&mut self, block: &HclBlock) -> Option<Check> {
        let [name] = self.labels(block, ["name"])?;
        let (mut data, mut assertions) = (None, Vec::new());
        for structure in &block.body {
            match structure {
                Structure::Block(inner) if inner.ident.as_str() == "assert" => {
                    assertions.extend(self.condition(inner));
                }
                Structure::Block(inner) if inner.ident.as_str() == "data" => {
                    if data.is_some() {
                        let second = self.ident("data", &inner.ident);
                        self.second(&second, "data");
                    }
                    data = self.resource(inner).map(Box::new);
                }
                _ => self.unknown("check", structure, &[], &["assert", "data"]),
            }
        }
        let has_assert = block.body.blocks().any(|inner| inner.ident.as_str() == "assert");
        if !has_assert {
            let help = "Add `assert { condition = ... error_message = ... }`.";
            let span = self.span(&block.ident);
            self.error(codes::ARGUMENT_MISSING, "The `check` block asserts nothing.", span, help);
        }
        Some(Check { name, data, assertions, span: self.span(block) })
    }
}
