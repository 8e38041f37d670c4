//! Variables that an expression binds, replaced by what they are.

use relight_contract::{Name, Value};

use super::{Expr, ExprKind, For, Part};

/// The expression with the bound variables of these names replaced by literals. A `for` inside that binds the
/// same name keeps its own.
pub fn bind(expr: &Expr, bound: &[(Name, Value)]) -> Expr {
    let go = |inner: &Expr| bind(inner, bound);
    let kind = match &expr.kind {
        ExprKind::Bound(name) => match bound.iter().find(|(known, _)| known == name) {
            Some((_, value)) => ExprKind::Literal(value.clone()),
            None => ExprKind::Bound(name.clone()),
        },
        ExprKind::Literal(_) | ExprKind::Reference(_) => expr.kind.clone(),
        ExprKind::Template(parts) => ExprKind::Template(
            parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Part::Text(text.clone()),
                    Part::Value(inner) => Part::Value(go(inner)),
                })
                .collect(),
        ),
        ExprKind::TemplateFor(each) => ExprKind::TemplateFor(Box::new(bind_for(each, bound))),
        ExprKind::For(each) => ExprKind::For(Box::new(bind_for(each, bound))),
        ExprKind::Attribute { of, name } => ExprKind::Attribute { of: Box::new(go(of)), name: name.clone() },
        ExprKind::Index { of, key } => ExprKind::Index { of: Box::new(go(of)), key: Box::new(go(key)) },
        ExprKind::Splat { of, each } => ExprKind::Splat { of: Box::new(go(of)), each: Box::new(go(each)) },
        ExprKind::Unary { operator, operand } => {
            ExprKind::Unary { operator: *operator, operand: Box::new(go(operand)) }
        }
        ExprKind::Binary { operator, operands } => {
            ExprKind::Binary { operator: *operator, operands: Box::new((go(&operands.0), go(&operands.1))) }
        }
        ExprKind::Conditional { parts } => {
            ExprKind::Conditional { parts: Box::new((go(&parts.0), go(&parts.1), go(&parts.2))) }
        }
        ExprKind::Call { function, arguments, spread } => ExprKind::Call {
            function: function.clone(),
            arguments: arguments.iter().map(go).collect(),
            spread: *spread,
        },
        ExprKind::Convert { value, ty } => ExprKind::Convert { value: Box::new(go(value)), ty: ty.clone() },
        ExprKind::Tuple(items) => ExprKind::Tuple(items.iter().map(go).collect()),
        ExprKind::Object(entries) => {
            ExprKind::Object(entries.iter().map(|(key, value)| (go(key), go(value))).collect())
        }
    };
    Expr { kind, span: expr.span }
}

fn bind_for(each: &For, bound: &[(Name, Value)]) -> For {
    let hidden = |name: &Name| *name == each.value || each.key.as_ref() == Some(name);
    let inner: Vec<(Name, Value)> = bound.iter().filter(|(name, _)| !hidden(name)).cloned().collect();
    For {
        key: each.key.clone(),
        value: each.value.clone(),
        collection: bind(&each.collection, bound),
        key_result: each.key_result.as_ref().map(|expr| bind(expr, &inner)),
        result: bind(&each.result, &inner),
        condition: each.condition.as_ref().map(|expr| bind(expr, &inner)),
        group: each.group,
    }
}
