//! `of[*].a.b`: the same of each element.

use relight_contract::{Name, Type, Value};

use super::{Bindings, Evaluator, is_marked, literal, redacted};
use crate::diag::{Span, codes};
use crate::expr::unify::unify;
use crate::expr::{Expr, ExprKind, Failure, SPLAT};

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn splat(&self, of: &Expr, each: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let collection = self.collection(of, bindings)?;
        if matches!(collection, Value::Hole(_))
            || (matches!(collection, Value::Set(_)) && collection.has_hole())
        {
            return self.open_splat(&collection, each, bindings);
        }
        let result = match self.all_of(&collection, each, of.span, bindings) {
            Err(failure) if is_marked(&collection) => return Err(redacted(failure)),
            result => result?,
        };
        if !is_marked(&collection) {
            return Ok(result);
        }
        let closed = self.close_splat(literal(&collection), each, bindings)?;
        Ok(self.secret(closed, &result))
    }

    fn all_of(
        &self,
        collection: &Value,
        each: &Expr,
        span: Span,
        bindings: &Bindings<'_>,
    ) -> Result<Value, Failure> {
        let name: Name = SPLAT.into();
        Ok(match collection.unmarked() {
            Value::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                let message = "The list is null, and so has no elements to take from.";
                return Err(Failure::new(codes::NULL_NOT_ALLOWED, message, span));
            }
            Value::Null(_) => Value::tuple(Vec::new()),
            Value::Tuple(items) => Value::tuple(self.each_of(items, each, &name, bindings)?),
            Value::List(all) | Value::Set(all) => {
                let results = self.each_of(&all.items, each, &name, bindings)?;
                list_of(results, &all.element, each)
            }
            single => Value::tuple(self.each_of(std::slice::from_ref(single), each, &name, bindings)?),
        })
    }

    fn each_of(
        &self,
        items: &[Value],
        each: &Expr,
        name: &Name,
        bindings: &Bindings<'_>,
    ) -> Result<Vec<Value>, Failure> {
        items.iter().map(|value| self.value(each, &Bindings::One { name, value, outer: bindings })).collect()
    }

    /// The hole that a splat over something unknown leaves.
    fn open_splat(&self, collection: &Value, each: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let ty = match collection.ty() {
            Type::List(element) | Type::Set(element) => Type::list(typed(&element, each)),
            Type::Tuple(parts) => Type::tuple(parts.iter().map(|part| typed(part, each)).collect()),
            // Whether there is one element or none depends on whether it is null.
            _ => Type::Dynamic,
        };
        let closed = self.close_splat(literal(collection), each, bindings)?;
        Ok(self.hole(closed, ty, collection.has_secret()))
    }
}

/// The results as a list; as a tuple when they have no type in common.
fn list_of(results: Vec<Value>, element: &Type, each: &Expr) -> Value {
    let types: Vec<Type> = results.iter().map(Value::ty).collect();
    match types.first() {
        None => Value::list(typed(element, each), results),
        Some(first) if types.iter().all(|ty| ty == first) => Value::list(first.clone(), results),
        Some(_) => {
            let list = unify(&types).and_then(|ty| {
                crate::expr::convert::convert(&Value::tuple(results.clone()), &Type::list(ty)).ok()
            });
            list.unwrap_or_else(|| Value::tuple(results))
        }
    }
}

/// The type of `each` for an element of type `element`, as far as the type tells.
fn typed(element: &Type, each: &Expr) -> Type {
    let mut steps = Vec::new();
    let mut base = each;
    loop {
        base = match &base.kind {
            ExprKind::Attribute { of, .. } | ExprKind::Index { of, .. } => {
                steps.push(base);
                of
            }
            ExprKind::Bound(name) if &**name == SPLAT => break,
            _ => return Type::Dynamic,
        };
    }
    let mut ty = element.clone();
    for step in steps.into_iter().rev() {
        let next = match (&step.kind, &ty) {
            (_, Type::Map(element)) => (**element).clone(),
            (ExprKind::Index { .. }, Type::List(element)) => (**element).clone(),
            (ExprKind::Attribute { name, .. }, Type::Object(object)) => {
                object.attributes.get(name).cloned().unwrap_or_default()
            }
            _ => Type::Dynamic,
        };
        ty = next;
    }
    ty
}
