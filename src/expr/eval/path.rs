//! Paths: `aws_subnet.app["a"].id`. They are collected without recursion, and the scope answers as much as it likes.

use relight_contract::{Name, Number, Object, Type, Value};

use super::{Bindings, Evaluator, described, is_marked};
use crate::diag::{Span, codes, suggest};
use crate::expr::convert::convert;
use crate::expr::{Expr, ExprKind, Failure, Step};

/// A step with its key evaluated.
pub(super) struct Stride<'e> {
    pub(super) step: Towards<'e>,
    pub(super) span: Span,
}

pub(super) enum Towards<'e> {
    Attribute(&'e Name),
    /// The key, and where it is written.
    Index(Value, Span),
}

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn path(&self, expr: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        if let ExprKind::Reference(reference) = &expr.kind {
            return self.context.scope.look_up(reference, &[], expr.span).map(|(value, _)| value);
        }
        let (base, strides) = self.strides(expr, bindings)?;
        let (value, consumed) = self.start(base, &strides, bindings)?;
        self.walk(value, strides.get(consumed..).unwrap_or_default())
    }

    /// The base of a path and the steps behind it, in order.
    fn strides<'e>(
        &self,
        expr: &'e Expr,
        bindings: &Bindings<'_>,
    ) -> Result<(&'e Expr, Vec<Stride<'e>>), Failure> {
        let mut strides = Vec::new();
        let mut base = expr;
        loop {
            match &base.kind {
                ExprKind::Attribute { of, name } => {
                    strides.push(Stride { step: Towards::Attribute(name), span: base.span });
                    base = of;
                }
                ExprKind::Index { of, key } => {
                    let value = self.value(key, bindings)?;
                    strides.push(Stride { step: Towards::Index(value, key.span), span: base.span });
                    base = of;
                }
                _ => break,
            }
        }
        strides.reverse();
        Ok((base, strides))
    }

    /// The value that a path begins with, and how many steps it has taken already.
    fn start(
        &self,
        base: &Expr,
        strides: &[Stride<'_>],
        bindings: &Bindings<'_>,
    ) -> Result<(Value, usize), Failure> {
        let ExprKind::Reference(reference) = &base.kind else {
            return Ok((self.value(base, bindings)?, 0));
        };
        let steps: Vec<Step> = strides.iter().map_while(|stride| stride.step.fixed()).collect();
        self.context.scope.look_up(reference, &steps, base.span)
    }

    /// Where the reference at the root of a path leads, and the steps that are left.
    pub(super) fn root<'e>(
        &self,
        expr: &'e Expr,
        bindings: &Bindings<'_>,
    ) -> Result<(Value, Vec<Stride<'e>>), Failure> {
        let (base, mut strides) = self.strides(expr, bindings)?;
        let (value, consumed) = self.start(base, &strides, bindings)?;
        strides.drain(..consumed.min(strides.len()));
        Ok((value, strides))
    }

    fn walk(&self, mut value: Value, strides: &[Stride<'_>]) -> Result<Value, Failure> {
        for (index, stride) in strides.iter().enumerate() {
            let is_open = matches!(value, Value::Hole(_)) || stride.step.is_open();
            if is_open {
                return self.open_walk(&value, strides.get(index..).unwrap_or_default());
            }
            value = self.stride(&value, stride)?;
        }
        Ok(value)
    }

    /// Takes all steps at once from what is not known, or by a key that is not known.
    fn open_walk(&self, value: &Value, strides: &[Stride<'_>]) -> Result<Value, Failure> {
        let mut ty = value.ty();
        let mut is_secret = is_marked(value);
        let mut expr = Expr::literal(value.clone());
        for (index, stride) in strides.iter().enumerate() {
            // Only the first step starts at a value that is known, at least in part.
            let known = if index == 0 { Some(value) } else { None };
            ty = typed_step(&ty, known, stride)?;
            is_secret |= stride.step.is_marked() || (stride.step.is_open() && value.has_secret());
            expr = stride.extend(expr);
        }
        Ok(self.hole(expr.kind, ty, is_secret))
    }

    pub(super) fn stride(&self, value: &Value, stride: &Stride<'_>) -> Result<Value, Failure> {
        let from = value.unmarked();
        let result = match &stride.step {
            Towards::Attribute(name) => attribute(from, name, stride.span)?,
            Towards::Index(key, span) => element(from, key, *span)?,
        };
        if !is_marked(value) && !stride.step.is_marked() {
            return Ok(result);
        }
        Ok(self.marked(result, || stride.extend(Expr::literal(value.clone())).kind))
    }
}

impl Stride<'_> {
    /// The expression that takes this step from `of`.
    pub(super) fn extend(&self, of: Expr) -> Expr {
        let of = Box::new(of);
        let kind = match &self.step {
            Towards::Attribute(name) => ExprKind::Attribute { of, name: (*name).clone() },
            Towards::Index(key, _) => ExprKind::Index { of, key: Box::new(Expr::literal(key.clone())) },
        };
        Expr::new(kind, Span::NONE)
    }
}

impl Towards<'_> {
    /// The step as a scope takes it; `None` where the key is unknown, secret or no key at all.
    fn fixed(&self) -> Option<Step> {
        match self {
            Towards::Attribute(name) => Some(Step::Attribute((*name).clone())),
            Towards::Index(key @ (Value::String(_) | Value::Number(_)), _) => Some(Step::Index(key.clone())),
            Towards::Index(..) => None,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Towards::Index(Value::Hole(_), _))
    }

    fn is_marked(&self) -> bool {
        matches!(self, Towards::Index(key, _) if is_marked(key))
    }
}

fn attribute(value: &Value, name: &Name, span: Span) -> Result<Value, Failure> {
    match value {
        Value::Object(object) => object.get(name).cloned().ok_or_else(|| missing(object, name, span)),
        Value::Map(map) => map.entries.get(name).cloned().ok_or_else(|| missing(&map.entries, name, span)),
        Value::Null(_) => {
            let message = format!("The value is null, and so has no attribute `{name}`.");
            Err(Failure::new(codes::NULL_NOT_ALLOWED, message, span))
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let message = format!("{} has no attribute `{name}`.", capitalised(described(value)));
            Err(Failure::new(codes::REFERENCE_ATTRIBUTE, message, span).help(format!(
                "Say which element is meant, `[0].{name}`, or take that of all, `[*].{name}`."
            )))
        }
        other => {
            let message = format!("{} has no attributes.", capitalised(described(other)));
            Err(Failure::new(codes::REFERENCE_ATTRIBUTE, message, span))
        }
    }
}

fn missing(object: &Object, name: &str, span: Span) -> Failure {
    let failure = Failure::new(codes::REFERENCE_ATTRIBUTE, format!("There is no attribute `{name}`."), span);
    match suggest(name, object.names()) {
        Some(near) => failure.help(format!("Did you mean `{near}`?")),
        None => failure,
    }
}

/// `value[key]` of known values.
fn element(value: &Value, key: &Value, span: Span) -> Result<Value, Failure> {
    let key = key.unmarked();
    if key.is_null() {
        return Err(Failure::new(codes::NULL_NOT_ALLOWED, "The index is null.", span));
    }
    match value {
        Value::List(list) => position(&list.items, key, span),
        Value::Tuple(items) => position(items, key, span),
        Value::Map(map) => entry(&map.entries, key, span),
        Value::Object(object) => entry(object, key, span),
        Value::Null(_) => {
            Err(Failure::new(codes::NULL_NOT_ALLOWED, "The value is null, and so has no elements.", span))
        }
        Value::Set(_) => {
            Err(Failure::new(codes::INDEX_INVALID, "A set has no order, and so no indices.", span)
                .help("Make a list of it with `tolist`, or go over it with `for`."))
        }
        other => {
            let message = format!("{} has no elements.", capitalised(described(other)));
            Err(Failure::new(codes::INDEX_INVALID, message, span))
        }
    }
}

fn position(items: &[Value], key: &Value, span: Span) -> Result<Value, Failure> {
    let number = whole_number(key, span)?;
    let index = number.to_i64().and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| items.get(index)).cloned().ok_or_else(|| {
        let message = match items.len() {
            0 => "The list is empty.".to_owned(),
            count => format!("The index lies outside: there are {count} elements, counted from 0."),
        };
        Failure::new(codes::INDEX_INVALID, message, span)
    })
}

fn whole_number(key: &Value, span: Span) -> Result<Number, Failure> {
    match convert(key, &Type::Number) {
        Ok(Value::Number(number)) if number.is_integer() => Ok(number),
        _ => {
            let message = "The index of a list is a whole number.";
            Err(Failure::new(codes::INDEX_INVALID, message, span))
        }
    }
}

fn entry(entries: &Object, key: &Value, span: Span) -> Result<Value, Failure> {
    match convert(key, &Type::String) {
        Ok(Value::String(name)) => entries.get(&name).cloned().ok_or_else(|| {
            let failure = Failure::new(codes::INDEX_INVALID, "There is no element with this key.", span);
            match suggest(&name, entries.names()) {
                Some(near) => failure.help(format!("Did you mean `{near}`?")),
                None => failure,
            }
        }),
        _ => Err(Failure::new(codes::INDEX_INVALID, "The key of a map is text.", span)),
    }
}

/// The type behind a step from a value of type `ty`; `known` is the value, where there is one.
fn typed_step(ty: &Type, known: Option<&Value>, stride: &Stride<'_>) -> Result<Type, Failure> {
    let refuse = |what: &str, span: Span| {
        let described = super::described_type(ty);
        Err(Failure::new(codes::INDEX_INVALID, format!("{} has no {what}.", capitalised(described)), span))
    };
    match (&stride.step, ty) {
        (_, Type::Dynamic) => Ok(Type::Dynamic),
        (Towards::Attribute(name), Type::Object(object)) => match object.attributes.get(*name) {
            Some(ty) => Ok(ty.clone()),
            None => {
                let message = format!("There is no attribute `{name}`.");
                Err(Failure::new(codes::REFERENCE_ATTRIBUTE, message, stride.span))
            }
        },
        (Towards::Attribute(_), Type::Map(element)) => Ok((**element).clone()),
        (Towards::Attribute(_), _) => refuse("attributes", stride.span),
        (Towards::Index(key, span), Type::Map(element)) => {
            typed_key(key, &Type::String, *span).map(|()| (**element).clone())
        }
        (Towards::Index(key, span), Type::List(element)) => {
            typed_key(key, &Type::Number, *span).map(|()| (**element).clone())
        }
        (Towards::Index(key, span), Type::Object(object)) => {
            typed_key(key, &Type::String, *span)?;
            let name = key.as_str().map(|name| object.attributes.get(name));
            match name {
                Some(None) if known.is_none() => {
                    Err(Failure::new(codes::INDEX_INVALID, "There is no element with this key.", *span))
                }
                Some(Some(ty)) => Ok(ty.clone()),
                _ => Ok(Type::Dynamic),
            }
        }
        (Towards::Index(key, span), Type::Tuple(types)) => {
            typed_key(key, &Type::Number, *span)?;
            match key.as_i64().map(|index| usize::try_from(index).ok().and_then(|index| types.get(index))) {
                Some(None) => Err(Failure::new(codes::INDEX_INVALID, "The index lies outside.", *span)),
                Some(Some(ty)) => Ok(ty.clone()),
                None => Ok(Type::Dynamic),
            }
        }
        (Towards::Index(_, span), _) => refuse("elements", *span),
    }
}

fn typed_key(key: &Value, want: &Type, span: Span) -> Result<(), Failure> {
    let fits = match key.unmarked() {
        Value::Hole(hole) => crate::expr::unify::is_convertible(&hole.ty, want),
        known => !known.is_null() && convert(known, want).is_ok(),
    };
    match fits {
        true => Ok(()),
        false => {
            let message = if *want == Type::Number {
                "The index of a list is a whole number."
            } else {
                "The key of a map is text."
            };
            Err(Failure::new(codes::INDEX_INVALID, message, span))
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
