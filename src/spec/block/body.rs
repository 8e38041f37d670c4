//! The inside of resources and of other blocks whose contents another room knows.

use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute as HclAttribute, Block as HclBlock, Body as HclBody, Structure};
use relight_contract::{Name, Value};

use super::super::lower::Lowering;
use super::super::{Attribute, Body, Dynamic, Ident, NestedBlock};
use crate::diag::codes;
use crate::expr::{Expr, ExprKind};

impl Lowering<'_> {
    /// Everything in a body as it stands.
    pub(super) fn body(&mut self, body: &HclBody) -> Body {
        let mut lowered = Body { span: body.span().map(|range| self.text.span(range)), ..Body::default() };
        for structure in body {
            self.member(structure, &mut lowered);
        }
        lowered.attributes.shrink_to_fit();
        lowered
    }

    /// One attribute or nested block of a body.
    pub(super) fn member(&mut self, structure: &Structure, into: &mut Body) {
        match structure {
            Structure::Attribute(attribute) => into.attributes.push(self.attribute(attribute)),
            Structure::Block(block) => into.blocks.extend(self.nested(block)),
        }
    }

    /// `name = value`
    pub(in super::super) fn attribute(&mut self, attribute: &HclAttribute) -> Attribute {
        let name = self.ident(attribute.key.as_str(), &attribute.key);
        Attribute { name, value: Arc::new(self.expr(&attribute.value)) }
    }

    fn nested(&mut self, block: &HclBlock) -> Option<NestedBlock> {
        if block.ident.as_str() == "dynamic" {
            return self.dynamic(block);
        }
        Some(NestedBlock {
            name: self.ident(block.ident.as_str(), &block.ident),
            labels: block.labels.iter().map(|label| self.ident(label.as_str(), label)).collect(),
            body: self.body(&block.body),
            dynamic: None,
            span: self.span(block),
        })
    }

    fn dynamic(&mut self, block: &HclBlock) -> Option<NestedBlock> {
        let [name] = self.labels(block, ["block"])?;
        let (mut for_each, mut iterator, mut labels, mut content) = (None, None, Vec::new(), None);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "for_each" => for_each = Some(self.expr(&attribute.value)),
                    "iterator" => iterator = self.iterator(&attribute.value),
                    "labels" => labels = self.dynamic_labels(attribute),
                    _ => {
                        self.unknown("dynamic", structure, &["for_each", "iterator", "labels"], &["content"])
                    }
                },
                Structure::Block(inner) if inner.ident.as_str() == "content" && content.is_none() => {
                    content = Some(inner);
                }
                Structure::Block(inner) if inner.ident.as_str() == "content" => {
                    let second = self.ident("content", &inner.ident);
                    self.second(&second, "content");
                }
                _ => self.unknown("dynamic", structure, &["for_each", "iterator", "labels"], &["content"]),
            }
        }
        if for_each.is_none() {
            self.missing("dynamic", "for_each", block);
        }
        let Some(content) = content else {
            let help = "Write what each generated block holds into `content { ... }`.";
            let span = self.span(&block.ident);
            self.error(codes::ARGUMENT_MISSING, "The `dynamic` block lacks its `content`.", span, help);
            return None;
        };
        let iterator: Name = iterator.unwrap_or_else(|| name.name.clone());
        self.bound.push(iterator.clone());
        let body = self.body(&content.body);
        self.bound.pop();
        let dynamic = Some(Box::new(Dynamic { for_each: for_each?, iterator }));
        Some(NestedBlock { name, labels, body, dynamic, span: self.span(block) })
    }

    fn iterator(&mut self, node: &Expression) -> Option<Name> {
        match node {
            Expression::Variable(word) => Some(self.name(word.as_str())),
            _ => {
                let help = "Write `iterator = item`, and `item.value` in the content.";
                self.error(codes::NAME_INVALID, "An iterator is a plain name.", self.span(node), help);
                None
            }
        }
    }

    /// Labels of generated blocks must be written out: the kinds that relight knows take none that vary.
    fn dynamic_labels(&mut self, attribute: &HclAttribute) -> Vec<Ident> {
        let Expr { kind: ExprKind::Tuple(items), .. } = self.expr(&attribute.value) else {
            self.literal_required(attribute, "a list of texts");
            return Vec::new();
        };
        let count = items.len();
        let labels: Vec<Ident> = items
            .into_iter()
            .filter_map(|item| match item.kind {
                ExprKind::Literal(Value::String(name)) => Some(Ident { name, span: item.span }),
                _ => None,
            })
            .collect();
        if labels.len() < count {
            self.literal_required(attribute, "a list of texts");
        }
        labels
    }
}
