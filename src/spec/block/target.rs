//! `moved`, `removed`, `import`, and the addresses that they name.

use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Block as HclBlock, Structure};
use relight_contract::{Key, Mode, Name, Value};

use super::super::lower::Lowering;
use super::super::{Ident, Import, Moved, Removed, RemovedFrom, Target, TargetKey};
use crate::diag::{Diagnostic, codes};
use crate::expr::{Expr, ExprKind};

type Operators<'t> = std::iter::Peekable<std::slice::Iter<'t, Decorated<TraversalOperator>>>;

impl Lowering<'_> {
    /// `moved { from = a.b  to = a.c }`
    pub(super) fn moved(&mut self, block: &HclBlock) -> Option<Moved> {
        self.labels::<0>(block, [])?;
        let (mut from, mut to) = (None, None);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "from" => {
                    from = Some(self.fixed_target(&attribute.value));
                }
                Structure::Attribute(attribute) if attribute.key.as_str() == "to" => {
                    to = Some(self.fixed_target(&attribute.value));
                }
                _ => self.unknown("moved", structure, &["from", "to"], &[]),
            }
        }
        for (name, missing) in [("from", from.is_none()), ("to", to.is_none())] {
            if missing {
                self.missing("moved", name, block);
            }
        }
        Some(Moved { from: from??, to: to??, span: self.span(block) })
    }

    /// `removed { from = a.b }` or `removed { from = site.x }`
    pub(super) fn removed(&mut self, block: &HclBlock) -> Option<Removed> {
        self.labels::<0>(block, [])?;
        let (mut from, mut destroy) = (None, true);
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "from" => {
                    from = Some(match self.removed_site(&attribute.value) {
                        Some(site) => Some(RemovedFrom::Site(site)),
                        None => self.fixed_target(&attribute.value).map(RemovedFrom::Target),
                    });
                }
                Structure::Block(inner) if inner.ident.as_str() == "lifecycle" => {
                    self.only("lifecycle", inner, &["destroy"], &[]);
                    for attribute in inner.body.attributes().filter(|one| one.key.as_str() == "destroy") {
                        destroy = self.literal_bool(attribute);
                    }
                }
                _ => self.unknown("removed", structure, &["from"], &["lifecycle"]),
            }
        }
        if from.is_none() {
            self.missing("removed", "from", block);
        }
        Some(Removed { from: from??, destroy, span: self.span(block) })
    }

    fn removed_site(&mut self, node: &Expression) -> Option<Ident> {
        let Expression::Traversal(traversal) = node else { return None };
        match (traversal.expr.as_variable()?.as_str(), traversal.operators.as_slice()) {
            ("site", [operator]) => match operator.value() {
                TraversalOperator::GetAttr(site) => Some(self.ident(site.as_str(), site)),
                _ => None,
            },
            _ => None,
        }
    }

    /// `import { to = aws_vpc.main  id = "vpc-1" }`
    pub(super) fn import(&mut self, block: &HclBlock) -> Option<Import> {
        self.labels::<0>(block, [])?;
        let (mut to, mut id, mut site, mut for_each) = (None, None, None, None);
        for structure in &block.body {
            let Structure::Attribute(attribute) = structure else {
                self.unknown("import", structure, &["for_each", "id", "site", "to"], &[]);
                continue;
            };
            match attribute.key.as_str() {
                "to" => to = Some(self.target(&attribute.value)),
                "id" => id = Some(self.expr(&attribute.value)),
                "site" => site = Some(self.expr(&attribute.value)),
                "for_each" => for_each = Some(self.expr(&attribute.value)),
                "provider" => {
                    let note = "`provider` is read past: the resource itself says where it belongs.";
                    let span = self.span(&attribute.key);
                    self.problems.push(Diagnostic::note(codes::READ_PAST, note).at(span));
                }
                _ => self.unknown("import", structure, &["for_each", "id", "site", "to"], &[]),
            }
        }
        for (name, missing) in [("to", to.is_none()), ("id", id.is_none())] {
            if missing {
                self.missing("import", name, block);
            }
        }
        Some(Import { to: to??, site, id: id?, for_each, span: self.span(block) })
    }

    /// An address whose keys are all written out.
    fn fixed_target(&mut self, node: &Expression) -> Option<Target> {
        let target = self.target(node)?;
        if let Some((.., Some(TargetKey::Expr(key)))) = &target.resource {
            self.error(
                codes::LITERAL_REQUIRED,
                "The key must be written out here.",
                key.span,
                "Write `[\"a\"]` or `[0]`.",
            );
            return None;
        }
        Some(target)
    }

    /// `module.a["x"].aws_vpc.main[0]`
    fn target(&mut self, node: &Expression) -> Option<Target> {
        let target = match node {
            Expression::Traversal(traversal) => traversal.expr.as_variable().and_then(|root| {
                let mut operators = traversal.operators.iter().peekable();
                let target = self.target_parts(root.as_str(), &mut operators)?;
                operators.next().is_none().then_some(target)
            }),
            _ => None,
        };
        if target.is_none() {
            let help =
                "Write a resource or module call: `<kind>.<name>[\"a\"]`, `module.<name>.<kind>.<name>`.";
            self.error(codes::REFERENCE_MALFORMED, "This is not an address.", self.span(node), help);
        }
        target.map(|target| Target { span: self.span(node), ..target })
    }

    fn target_parts(&mut self, root: &str, operators: &mut Operators) -> Option<Target> {
        let mut module: Vec<(Name, Option<Key>)> = Vec::new();
        let mut word = root.to_owned();
        let mut target = Target { module: Vec::new(), resource: None, span: crate::diag::Span::NONE };
        while word == "module" {
            let name = self.next_name(operators)?;
            let key = match self.next_key(operators) {
                None => None,
                Some(TargetKey::Fixed(key)) => Some(key),
                Some(TargetKey::Expr(_)) => return None,
            };
            module.push((name, key));
            if operators.peek().is_none() {
                target.module = module;
                return Some(target);
            }
            word = self.next_name(operators)?.to_string();
        }
        let (mode, kind) = match word.as_str() {
            "data" => (Mode::Data, self.next_name(operators)?),
            "resource" => (Mode::Managed, self.next_name(operators)?),
            kind => (Mode::Managed, self.name(kind)),
        };
        let name = self.next_name(operators)?;
        target.module = module;
        target.resource = Some((mode, kind, name, self.next_key(operators)));
        Some(target)
    }

    fn next_name(&mut self, operators: &mut Operators) -> Option<Name> {
        match operators.next()?.value() {
            TraversalOperator::GetAttr(name) => Some(self.name(name.as_str())),
            _ => None,
        }
    }

    fn next_key(&mut self, operators: &mut Operators) -> Option<TargetKey> {
        let TraversalOperator::Index(node) = operators.peek()?.value() else { return None };
        operators.next();
        let expr: Expr = self.expr(node);
        let fixed = match &expr.kind {
            ExprKind::Literal(Value::String(text)) => Some(Key::Text(text.clone())),
            ExprKind::Literal(value @ Value::Number(_)) => {
                value.as_i64().and_then(|index| u64::try_from(index).ok()).map(Key::Index)
            }
            _ => None,
        };
        Some(fixed.map_or(TargetKey::Expr(expr), TargetKey::Fixed))
    }
}
