//! Evaluation: an expression and a context give a value, or a failure with its place.
//!
//! What depends on something unknown becomes a hole whose residual is the operation over the operands that are known;
//! what depends on a secret is computed and stays secret. Both keep the structure around them.

mod calls;
mod close;
mod conditional;
mod equal;
mod loops;
mod operators;
mod path;
mod special;
mod splat;
mod template;
mod weight;

use std::cell::Cell;
use std::sync::Arc;

use relight_contract::{Hole, HoleId, Name, Object, Secret, Type, Value};

use super::convert::{convert_in, reveal};
use super::{Context, Expr, ExprKind, Failure};
use crate::diag::{Code, Span, codes};

/// The most items that one expression may make.
const ITEM_LIMIT: usize = 4_000_000;

/// The most bytes of text that one template may make.
const TEXT_LIMIT: usize = 64 << 20;

/// The value of an expression.
///
/// References are looked up in the context's scope, holes get their residuals from the context's table. Known results
/// are Terraform's. Nesting is bounded by the parser; lists may have any length.
pub fn evaluate(expr: &Expr, context: &Context<'_>) -> Result<Value, Failure> {
    let spent = Cell::new(0);
    Evaluator { context, spent: &spent, is_template: false, is_probe: false }.value(expr, &Bindings::None)
}

/// The residual of a hole that only a probe sees.
const NOWHERE: HoleId = HoleId(u32::MAX);

/// An evaluation under way.
#[derive(Clone, Copy)]
struct Evaluator<'c, 'x> {
    context: &'c Context<'x>,
    /// What this expression has made so far.
    spent: &'c Cell<u64>,
    /// Inside a template file, where other templates may not be rendered.
    is_template: bool,
    /// Only to see what is known: holes get no residual, so that looking ahead stays cheap at any depth.
    is_probe: bool,
}

/// Variables that expressions bind themselves, innermost first; they live on the stack.
enum Bindings<'b> {
    None,
    One {
        name: &'b Name,
        value: &'b Value,
        outer: &'b Bindings<'b>,
    },
    /// The variables of a template file.
    All(&'b Object),
}

impl Bindings<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = self;
        loop {
            match scope {
                Bindings::None => return None,
                Bindings::One { name: bound, value, outer } => {
                    if &***bound == name {
                        return Some(value);
                    }
                    scope = outer;
                }
                Bindings::All(variables) => return variables.get(name),
            }
        }
    }
}

impl Evaluator<'_, '_> {
    fn value(&self, expr: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(value.clone()),
            ExprKind::Bound(name) => self.bound(name, bindings, expr.span),
            ExprKind::Reference(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => {
                self.path(expr, bindings)
            }
            ExprKind::Template(parts) => self.weighed(self.template(parts, bindings, expr.span), expr.span),
            ExprKind::TemplateFor(each) => self.template_for(each, bindings, expr.span),
            ExprKind::Unary { operator, operand } => self.unary(*operator, operand, bindings),
            ExprKind::Binary { operator, operands } => self.binary(*operator, operands, bindings),
            ExprKind::Conditional { parts } => self.conditional(parts, bindings, expr.span),
            ExprKind::Call { function, arguments, spread } => {
                self.weighed(self.call(function, arguments, *spread, bindings, expr.span), expr.span)
            }
            ExprKind::Tuple(items) => self.tuple(items, bindings),
            ExprKind::Object(entries) => self.object(entries, bindings),
            ExprKind::For(each) => self.loop_over(each, bindings, expr.span),
            ExprKind::Splat { of, each } => self.weighed(self.splat(of, each, bindings), expr.span),
            ExprKind::Convert { value, ty } => self.convert_expr(value, ty, bindings, expr.span),
        }
    }

    fn bound(&self, name: &Name, bindings: &Bindings<'_>, span: Span) -> Result<Value, Failure> {
        bindings.get(name).cloned().ok_or_else(|| {
            let message = match self.is_template {
                true => format!("The template uses `{name}`, which its variables do not have."),
                false => format!("Nothing here is named `{name}`."),
            };
            Failure::new(codes::REFERENCE_UNKNOWN, message, span)
        })
    }

    fn tuple(&self, items: &[Expr], bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let values = items.iter().map(|item| self.value(item, bindings));
        values.collect::<Result<_, _>>().map(Value::tuple)
    }

    fn convert_expr(
        &self,
        value: &Expr,
        ty: &Type,
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let operand = self.value(value, bindings)?;
        convert_in(&operand, ty, self.context.residuals).map_err(|error| {
            let place = if error.path.is_empty() { String::new() } else { format!(" at {}", error.path) };
            Failure::new(codes::TYPE_MISMATCH, format!("The value does not fit{place}: {error}."), span)
        })
    }

    fn object(&self, entries: &[(Expr, Expr)], bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let mut rows = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key_value = self.value(key, bindings)?;
            let value = self.value(value, bindings)?;
            let name = self.key_text(&key_value, codes::TYPE_MISMATCH, key.span)?;
            rows.push((key_value, name, value));
        }
        let is_known = rows.iter().all(|(_, name, _)| name.is_some());
        if is_known && !rows.iter().any(|(key, ..)| is_marked(key)) {
            let entries = rows.into_iter().filter_map(|(_, name, value)| Some((name?, value)));
            return Ok(Value::object(entries.collect()));
        }
        let secret = rows.iter().any(|(key, _, value)| key.has_secret() || value.has_secret());
        let literals = rows.iter().map(|(key, _, value)| (literal(key), literal(value)));
        let expr = ExprKind::Object(literals.collect());
        match is_known {
            false => Ok(self.hole(expr, Type::Dynamic, secret)),
            true => {
                let entries = rows.into_iter().filter_map(|(_, name, value)| Some((name?, value)));
                Ok(self.secret(expr, &Value::object(entries.collect())))
            }
        }
    }

    /// The text of a key; `None` when it is not known yet.
    fn key_text(&self, key: &Value, code: Code, span: Span) -> Result<Option<Name>, Failure> {
        match key.unmarked() {
            Value::String(text) => Ok(Some(text.clone())),
            Value::Number(number) => Ok(Some(number.to_string().into())),
            Value::Bool(flag) => Ok(Some(if *flag { "true" } else { "false" }.into())),
            Value::Hole(hole) if hole.ty.is_primitive() || hole.ty == Type::Dynamic => Ok(None),
            Value::Null(_) => Err(Failure::new(codes::NULL_NOT_ALLOWED, "A key must not be null.", span)),
            other => {
                let message = format!("A key is text, not {}.", described(other));
                Err(Failure::new(code, message, span))
            }
        }
    }

    /// The hole that an operation over literals leaves.
    fn hole(&self, kind: ExprKind, ty: Type, sensitive: bool) -> Value {
        if self.is_probe {
            return Value::Hole(Arc::new(Hole { id: NOWHERE, ty, sensitive }));
        }
        self.context.residuals.expr(Expr::new(kind, Span::NONE), ty, sensitive)
    }

    /// A known or partly known result of an operation over literals, some of which are secret.
    fn secret(&self, kind: ExprKind, value: &Value) -> Value {
        if value.has_hole() {
            return self.hole(kind, value.ty(), true);
        }
        if self.is_probe {
            return Value::Secret(Arc::new(Secret { id: NOWHERE, value: reveal(value) }));
        }
        self.context.residuals.secret_expr(Expr::new(kind, Span::NONE), reveal(value))
    }

    /// A value that was picked by means of a secret: secret as a whole. `operation` gives the value again.
    fn marked(&self, value: Value, operation: impl FnOnce() -> ExprKind) -> Value {
        match &value {
            Value::Secret(_) => value,
            Value::Hole(hole) => {
                Value::Hole(Arc::new(Hole { id: hole.id, ty: hole.ty.clone(), sensitive: true }))
            }
            known => self.secret(operation(), known),
        }
    }
}

/// The failure without its words, which may tell of a secret: it came up while parts of one were handled in the open.
fn redacted(failure: Failure) -> Failure {
    match failure.is_lasting() {
        true => failure,
        false => Failure::new(failure.code, "This fails on a sensitive value.", failure.span),
    }
}

/// Whether the value itself is secret: what stands inside it does not count.
fn is_marked(value: &Value) -> bool {
    match value {
        Value::Secret(_) => true,
        Value::Hole(hole) => hole.sensitive,
        _ => false,
    }
}

/// What a value is, with an article; says nothing of its content.
fn described(value: &Value) -> &'static str {
    match value {
        Value::Null(_) => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Set(_) => "a set",
        Value::Tuple(_) => "a tuple",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
        Value::Hole(hole) => described_type(&hole.ty),
        Value::Secret(secret) => described(&secret.value),
    }
}

fn described_type(ty: &Type) -> &'static str {
    match ty {
        Type::Dynamic => "a value that is not known yet",
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple",
        Type::Object(_) => "an object",
    }
}

fn literal(value: &Value) -> Expr {
    Expr::literal(value.clone())
}
