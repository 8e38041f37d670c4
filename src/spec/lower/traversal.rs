//! Paths: `a.b[0]`, splats and legacy indexes.

use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use relight_contract::{Number, Value};

use super::{Lowering, MAX_DEPTH};
use crate::diag::{Span, codes};
use crate::expr::{Expr, ExprKind, SPLAT};

type Operator = Decorated<TraversalOperator>;

impl Lowering<'_> {
    /// A path behind a reference, a bound variable or any other expression.
    pub(super) fn traversal(&mut self, traversal: &Traversal) -> Expr {
        let operators = &traversal.operators;
        let (base, taken) = match &traversal.expr {
            Expression::Variable(root) => self.root(root, operators),
            other => (self.expr(other), 0),
        };
        let rest = operators.get(taken..).unwrap_or_default();
        if self.depth + rest.len() > MAX_DEPTH {
            self.too_deep(self.span(traversal));
            return Expr::new(ExprKind::Literal(Value::NULL), base.span);
        }
        self.depth += rest.len();
        let expr = self.path(base, rest);
        self.depth -= rest.len();
        expr
    }

    fn path(&mut self, mut base: Expr, operators: &[Operator]) -> Expr {
        let mut at = 0;
        while let Some(operator) = operators.get(at) {
            at += 1;
            let span = base.span.to(self.span(operator));
            let of = Box::new(base);
            let kind = match operator.value() {
                TraversalOperator::GetAttr(name) => {
                    ExprKind::Attribute { of, name: self.name(name.as_str()) }
                }
                TraversalOperator::Index(key) => ExprKind::Index { of, key: Box::new(self.expr(key)) },
                TraversalOperator::LegacyIndex(index) => {
                    let index = *index.value();
                    self.legacy_index(of, index, operators.get(at), span)
                }
                TraversalOperator::FullSplat(_) => {
                    let rest = operators.get(at..).unwrap_or_default();
                    let each = self.path(element(span), rest);
                    let span = span.to(each.span);
                    return Expr::new(ExprKind::Splat { of, each: Box::new(each) }, span);
                }
                TraversalOperator::AttrSplat(_) => {
                    let rest = operators.get(at..).unwrap_or_default();
                    let taken = rest.iter().take_while(|operator| stays_in_attribute_splat(operator)).count();
                    let (inside, behind) = rest.split_at(taken);
                    if let Some(TraversalOperator::AttrSplat(_)) = behind.first().map(|next| next.value()) {
                        let help = "Use `[*]`, which can be nested.";
                        self.error(codes::SYNTAX, "A `.*` cannot stand behind another one.", span, help);
                    }
                    at += taken;
                    ExprKind::Splat { of, each: Box::new(self.path(element(span), inside)) }
                }
            };
            base = Expr::new(kind, span);
        }
        base
    }

    fn legacy_index(&mut self, of: Box<Expr>, index: u64, next: Option<&Operator>, span: Span) -> ExprKind {
        if let Some(TraversalOperator::LegacyIndex(_)) = next.map(|next| next.value()) {
            let help = "Write `[0][1]` instead of `.0.1`, which reads as a fraction.";
            self.error(codes::SYNTAX, "Two indexes in a row need brackets.", span, help);
        }
        let number = index.to_string().parse().unwrap_or(Number::ZERO);
        let key = Expr::new(ExprKind::Literal(Value::Number(number)), span);
        ExprKind::Index { of, key: Box::new(key) }
    }
}

/// The element of a splat.
fn element(span: Span) -> Expr {
    Expr::new(ExprKind::Bound(SPLAT.into()), span)
}

/// Behind `.*` only names and legacy indexes go into each element; brackets take from the result.
fn stays_in_attribute_splat(operator: &Operator) -> bool {
    matches!(operator.value(), TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
}
