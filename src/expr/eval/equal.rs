//! Equality, which converts nothing, between values that may be partly unknown.

use relight_contract::{Object, Type, Value};

use crate::expr::residual::Node;
use crate::expr::{Expr, ExprKind, Residuals};

/// Whether two values are equal, as far as can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Equality {
    Yes,
    No,
    /// It depends on what is not known yet.
    Open,
}

use Equality::{No, Open, Yes};

pub(super) fn equality(left: &Value, right: &Value, residuals: &Residuals) -> Equality {
    match (left.unmarked(), right.unmarked()) {
        (Value::Null(_), Value::Null(_)) => Yes,
        (Value::Hole(hole), Value::Null(_)) | (Value::Null(_), Value::Hole(hole)) => {
            let is_set = residuals.with_node(hole.id, is_never_null).unwrap_or(false);
            if is_set { No } else { Open }
        }
        (Value::Hole(a), Value::Hole(b)) if a.id == b.id && a.ty == b.ty => Open,
        (Value::Hole(_), Value::Hole(_)) => Open,
        (Value::Hole(hole), known) | (known, Value::Hole(hole)) => {
            if is_possible(&hole.ty, &known.ty()) {
                Open
            } else {
                No
            }
        }
        (Value::Null(_), _) | (_, Value::Null(_)) => No,
        (Value::Bool(a), Value::Bool(b)) => decide(a == b),
        (Value::Number(a), Value::Number(b)) => decide(a == b),
        (Value::String(a), Value::String(b)) => decide(a == b),
        (Value::Tuple(a), Value::Tuple(b)) => items(a, b, residuals),
        (Value::List(a), Value::List(b)) => match is_possible(&a.element, &b.element) {
            true => items(&a.items, &b.items, residuals),
            false => No,
        },
        (Value::Set(a), Value::Set(b)) => match is_possible(&a.element, &b.element) {
            true if left.has_hole() || right.has_hole() => Open,
            true => items(&a.items, &b.items, residuals),
            false => No,
        },
        (Value::Map(a), Value::Map(b)) => match is_possible(&a.element, &b.element) {
            true => entries(&a.entries, &b.entries, residuals),
            false => No,
        },
        (Value::Object(a), Value::Object(b)) => entries(a, b, residuals),
        _ => No,
    }
}

fn decide(is_equal: bool) -> Equality {
    if is_equal { Yes } else { No }
}

fn items(left: &[Value], right: &[Value], residuals: &Residuals) -> Equality {
    if left.len() != right.len() {
        return No;
    }
    all(left.iter().zip(right), residuals)
}

fn entries(left: &Object, right: &Object, residuals: &Residuals) -> Equality {
    if !left.names().eq(right.names()) {
        return No;
    }
    all(left.iter().map(|(_, value)| value).zip(right.iter().map(|(_, value)| value)), residuals)
}

fn all<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>, residuals: &Residuals) -> Equality {
    let mut result = Yes;
    for (left, right) in pairs {
        match equality(left, right, residuals) {
            Yes => {}
            No => return No,
            Open => result = Open,
        }
    }
    result
}

/// Whether values of these types can be equal: their known parts are the same.
fn is_possible(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            is_possible(a, b)
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_possible(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            a.attributes.len() == b.attributes.len()
                && a.attributes.iter().zip(&b.attributes).all(|(a, b)| a.0 == b.0 && is_possible(a.1, b.1))
        }
        (a, b) => a == b,
    }
}

/// Whether what the node gives is surely not null.
fn is_never_null(node: &Node) -> bool {
    matches!(node, Node::Expr(expr) if makes_value(expr))
}

fn makes_value(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Template(_)
        | ExprKind::TemplateFor(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Tuple(_)
        | ExprKind::Object(_)
        | ExprKind::For(_)
        | ExprKind::Splat { .. } => true,
        ExprKind::Literal(value) => !matches!(value, Value::Null(_) | Value::Hole(_) | Value::Secret(_)),
        ExprKind::Conditional { parts } => makes_value(&parts.1) && makes_value(&parts.2),
        _ => false,
    }
}
