//! Conditions with messages, lists of dependencies, and `lifecycle`.

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Attribute as HclAttribute, Block as HclBlock, Structure};
use relight_contract::{Number, Value};

use super::super::lower::Lowering;
use super::super::{Condition, Ident, IgnoreChanges, Lifecycle};
use crate::diag::codes;
use crate::expr::{Expr, ExprKind, Reference, Step};

impl Lowering<'_> {
    /// `validation`, `precondition`, `postcondition` or `assert`.
    pub(super) fn condition(&mut self, block: &HclBlock) -> Option<Condition> {
        let what = block.ident.as_str();
        let (mut condition, mut message) = (None, None);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "condition" => {
                    condition = Some(self.expr(&attribute.value));
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "error_message" => {
                    message = Some(self.expr(&attribute.value));
                }
                _ => self.unknown(what, structure, &["condition", "error_message"], &[]),
            }
        }
        if condition.is_none() {
            self.missing(what, "condition", block);
        }
        if message.is_none() {
            self.missing(what, "error_message", block);
        }
        Some(Condition { condition: condition?, message: message?, span: self.span(block) })
    }

    /// `depends_on`: references to whole objects.
    pub(super) fn dependencies(&mut self, attribute: &HclAttribute) -> Vec<Expr> {
        let items = self.references(attribute);
        for item in &items {
            let mut base = item;
            while let ExprKind::Index { of, .. } | ExprKind::Attribute { of, .. } = &base.kind {
                base = of;
            }
            let whole = match &base.kind {
                ExprKind::Reference(reference) => is_object(reference),
                // What could not be lowered was complained about already.
                ExprKind::Literal(Value::Null(_)) => true,
                _ => false,
            };
            if !whole {
                let help = "Name a resource, data source or module: `depends_on = [<kind>.<name>]`.";
                self.error(codes::DEPENDENCY_INVALID, "This is nothing to depend on.", item.span, help);
            }
        }
        items
    }

    /// A list of references, written out.
    fn references(&mut self, attribute: &HclAttribute) -> Vec<Expr> {
        let Expression::Array(items) = &attribute.value else {
            let message = format!("`{}` is a list of references.", attribute.key.as_str());
            let help = format!("Write `{} = [...]`.", attribute.key.as_str());
            self.error(codes::DEPENDENCY_INVALID, message, self.span(&attribute.value), help);
            return Vec::new();
        };
        let mut references = Vec::new();
        for item in items {
            if let Expression::String(text) = item {
                let help = format!("Remove the quotes: `{}`.", text.as_str());
                self.error(
                    codes::DEPENDENCY_INVALID,
                    "This is text, not a reference.",
                    self.span(item),
                    help,
                );
                continue;
            }
            references.push(self.expr(item));
        }
        references
    }

    /// `lifecycle { ... }`
    pub(super) fn lifecycle(&mut self, block: &HclBlock, into: &mut Lifecycle) {
        const ATTRIBUTES: [&str; 4] =
            ["create_before_destroy", "ignore_changes", "prevent_destroy", "replace_triggered_by"];
        const BLOCKS: [&str; 2] = ["postcondition", "precondition"];
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "prevent_destroy" => into.prevent_destroy = Some(self.expr(&attribute.value)),
                    "create_before_destroy" => into.create_before_destroy = Some(self.expr(&attribute.value)),
                    "ignore_changes" => into.ignore_changes = self.ignore_changes(attribute),
                    "replace_triggered_by" => into.replace_triggered_by = self.references(attribute),
                    _ => self.unknown("lifecycle", structure, &ATTRIBUTES, &BLOCKS),
                },
                Structure::Block(inner) => match inner.ident.as_str() {
                    "precondition" => into.preconditions.extend(self.condition(inner)),
                    "postcondition" => into.postconditions.extend(self.condition(inner)),
                    _ => self.unknown("lifecycle", structure, &ATTRIBUTES, &BLOCKS),
                },
            }
        }
    }

    fn ignore_changes(&mut self, attribute: &HclAttribute) -> IgnoreChanges {
        match &attribute.value {
            Expression::Variable(word) if word.as_str() == "all" => IgnoreChanges::All,
            Expression::Array(items) => {
                let paths: Vec<_> = items.iter().filter_map(|item| self.path_of_attribute(item)).collect();
                if paths.is_empty() { IgnoreChanges::None } else { IgnoreChanges::Some(paths) }
            }
            other => {
                let help = "Write `ignore_changes = all` or `ignore_changes = [tags]`.";
                let message = "`ignore_changes` is `all` or a list of attributes.";
                self.error(codes::LIFECYCLE_INVALID, message, self.span(other), help);
                IgnoreChanges::None
            }
        }
    }

    /// `tags` or `tags["x"]`: an attribute, and fixed steps into it.
    fn path_of_attribute(&mut self, node: &Expression) -> Option<(Ident, Vec<Step>)> {
        let path = match node {
            Expression::Variable(word) => Some((self.ident(word.as_str(), word), Vec::new())),
            // As Terraform before 0.12 wrote them.
            Expression::String(word) => Some((self.ident(word.as_str(), word), Vec::new())),
            Expression::Traversal(traversal) => match &traversal.expr {
                Expression::Variable(word) => {
                    let root = self.ident(word.as_str(), word);
                    let steps: Option<Vec<Step>> =
                        traversal.operators.iter().map(|operator| self.step(operator.value())).collect();
                    steps.map(|steps| (root, steps))
                }
                _ => None,
            },
            _ => None,
        };
        if path.is_none() {
            let help = "Write the attribute's name, and what follows it: `tags[\"owner\"]`.";
            self.error(
                codes::LIFECYCLE_INVALID,
                "This is not the path of an attribute.",
                self.span(node),
                help,
            );
        }
        path
    }

    fn step(&mut self, operator: &TraversalOperator) -> Option<Step> {
        match operator {
            TraversalOperator::GetAttr(name) => Some(Step::Attribute(self.name(name.as_str()))),
            TraversalOperator::LegacyIndex(index) => {
                let number = index.value().to_string().parse().unwrap_or(Number::ZERO);
                Some(Step::Index(Value::Number(number)))
            }
            TraversalOperator::Index(key) => match self.expr(key).kind {
                ExprKind::Literal(value @ (Value::String(_) | Value::Number(_))) => Some(Step::Index(value)),
                _ => None,
            },
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => None,
        }
    }
}

/// Whether something can be waited for.
fn is_object(reference: &Reference) -> bool {
    match reference {
        Reference::Resource { .. } | Reference::Module(_) | Reference::Probe(_) | Reference::Gate(_) => true,
        Reference::Hook(_) | Reference::Sites => true,
        Reference::Primary(inner) | Reference::At(_, inner) => is_object(inner),
        _ => false,
    }
}
