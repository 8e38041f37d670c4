//! Conversion of values to types, as Terraform's.

use std::sync::Arc;

use relight_contract::{Hole, Name, Number, Object, ObjectType, Secret, Sequence, Type, Value};

use super::unify::{common, common_of_map, is_accepted, is_convertible, plain, resolve};
use super::{Expr, ExprKind, Residuals};
use crate::diag::Span;

pub use super::unify::unify;

/// Why a value cannot become a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConvertError {
    /// Where in the value, as `[0].name`; empty for the value itself.
    pub path: String,
    /// What is wrong, as a lower-case fragment: `a number is required`.
    pub message: String,
}

/// The value as `ty`; `Type::Dynamic` leaves it as it is, and its parts inside a collection become one type.
///
/// A hole keeps its residual and takes the type: whatever fills it is converted then. Where one hole may pass through
/// several types, use [`convert_in`], which remembers each of them.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, ConvertError> {
    convert_with(value, ty, None)
}

/// The value as `ty`, as [`convert`] does it; holes and secrets that change get a residual which says how.
pub fn convert_in(value: &Value, ty: &Type, residuals: &Residuals) -> Result<Value, ConvertError> {
    convert_with(value, ty, Some(residuals))
}

fn convert_with(value: &Value, ty: &Type, residuals: Option<&Residuals>) -> Result<Value, ConvertError> {
    if fits(value, ty) {
        return Ok(value.clone());
    }
    match value {
        Value::Hole(hole) => convert_hole(hole, ty, residuals),
        Value::Secret(secret) => {
            let converted = convert_with(&secret.value, ty, None)?;
            Ok(match residuals {
                Some(residuals) => residuals.secret_expr(conversion(value, ty), converted),
                None => Value::Secret(Arc::new(Secret { id: secret.id, value: converted })),
            })
        }
        Value::Null(have) if is_convertible(have, ty) => Ok(Value::Null(resolve(have, ty))),
        Value::Null(have) => Err(mismatch(have, ty)),
        known => convert_known(known, ty, residuals),
    }
}

fn convert_hole(hole: &Arc<Hole>, ty: &Type, residuals: Option<&Residuals>) -> Result<Value, ConvertError> {
    if !is_convertible(&hole.ty, ty) {
        return Err(mismatch(&hole.ty, ty));
    }
    let target = resolve(&hole.ty, ty);
    Ok(match residuals {
        // A hole of no known type has met no conversion yet, so that its type alone can say which one comes.
        Some(residuals) if hole.ty != Type::Dynamic => {
            residuals.expr(conversion(&Value::Hole(hole.clone()), ty), target, hole.sensitive)
        }
        _ => Value::Hole(Arc::new(Hole { id: hole.id, ty: target, sensitive: hole.sensitive })),
    })
}

fn conversion(value: &Value, ty: &Type) -> Expr {
    let value = Box::new(Expr::literal(value.clone()));
    Expr::new(ExprKind::Convert { value, ty: ty.clone() }, Span::NONE)
}

fn convert_known(value: &Value, ty: &Type, residuals: Option<&Residuals>) -> Result<Value, ConvertError> {
    match (value, ty) {
        (Value::Bool(flag), Type::String) => Ok(Value::text(if *flag { "true" } else { "false" })),
        (Value::Number(number), Type::String) => Ok(Value::text(number.to_string())),
        (Value::String(text), Type::Number) => number(text),
        (Value::String(text), Type::Bool) => boolean(text),
        (Value::List(items) | Value::Set(items), Type::List(element) | Type::Set(element)) => {
            if !is_convertible(&items.element, element) {
                return Err(mismatch(&value.ty(), ty));
            }
            let (element, converted) = match **element == items.element {
                true => (items.element.clone(), items.items.clone()),
                false => convert_items(items, element, residuals)?,
            };
            Ok(collect(value, ty, element, converted, residuals))
        }
        (Value::Tuple(items), Type::List(element) | Type::Set(element)) => {
            let paths = |index: usize| format!("[{index}]");
            let (element, converted) =
                convert_all(items.iter(), items.len(), element, paths, common, residuals)?;
            Ok(collect(value, ty, element, converted, residuals))
        }
        (Value::Map(map), Type::Map(element)) => {
            if !is_convertible(&map.element, element) {
                return Err(mismatch(&value.ty(), ty));
            }
            if map.entries.is_empty() {
                return Ok(Value::map(resolve(&map.element, element), Object::new()));
            }
            convert_entries(&map.entries, element, residuals)
        }
        (Value::Object(object), Type::Map(element)) => convert_entries(object, element, residuals),
        (Value::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => {
            let converted = items.iter().zip(&**types).enumerate().map(|(index, (item, ty))| {
                convert_with(item, ty, residuals).map_err(|error| error.inside(&format!("[{index}]")))
            });
            Ok(Value::tuple(converted.collect::<Result<_, _>>()?))
        }
        (Value::Object(object), Type::Object(wanted)) => convert_object(object, wanted, residuals),
        (Value::Map(map), Type::Object(wanted)) if is_convertible(&value.ty(), ty) => {
            convert_object(&map.entries, wanted, residuals)
        }
        _ => Err(mismatch(&value.ty(), ty)),
    }
}

fn convert_items(
    items: &Sequence,
    element: &Type,
    residuals: Option<&Residuals>,
) -> Result<(Type, Vec<Value>), ConvertError> {
    if items.items.is_empty() {
        return Ok((resolve(&items.element, element), Vec::new()));
    }
    convert_all(
        items.items.iter(),
        items.items.len(),
        element,
        |index| format!("[{index}]"),
        common,
        residuals,
    )
}

fn convert_entries(
    entries: &Object,
    element: &Type,
    residuals: Option<&Residuals>,
) -> Result<Value, ConvertError> {
    let paths = |index: usize| entries.iter().nth(index).map_or_else(String::new, |(name, _)| step(name));
    let values = entries.iter().map(|(_, value)| value);
    let (element, converted) = convert_all(values, entries.len(), element, paths, common_of_map, residuals)?;
    Ok(Value::map(element, entries.names().cloned().zip(converted).collect()))
}

/// All of them as one type, which is `element` with its open parts filled by what is `common` to them.
fn convert_all<'v>(
    values: impl Iterator<Item = &'v Value>,
    count: usize,
    element: &Type,
    path: impl Fn(usize) -> String,
    common: fn(&[Type]) -> Option<Type>,
    residuals: Option<&Residuals>,
) -> Result<(Type, Vec<Value>), ConvertError> {
    let mut converted = Vec::with_capacity(count);
    for (index, value) in values.enumerate() {
        converted.push(convert_with(value, element, residuals).map_err(|error| error.inside(&path(index)))?);
    }
    if !element.has_dynamic() || converted.is_empty() {
        return Ok((plain(element), converted));
    }
    let types: Vec<Type> = converted.iter().map(Value::ty).collect();
    let unified = common(&types).ok_or_else(|| ConvertError {
        path: String::new(),
        message: "all elements must have one type, and these have none in common".to_owned(),
    })?;
    for (index, value) in converted.iter_mut().enumerate() {
        if !fits(value, &unified) {
            *value = convert_with(value, &unified, residuals).map_err(|error| error.inside(&path(index)))?;
        }
    }
    Ok((unified, converted))
}

/// A list, or a set. A set with a secret in it is secret as a whole, since its order tells of its members.
fn collect(
    from: &Value,
    ty: &Type,
    element: Type,
    items: Vec<Value>,
    residuals: Option<&Residuals>,
) -> Value {
    if matches!(ty, Type::List(_)) {
        return Value::list(element, items);
    }
    let set = Value::set(element, items);
    match residuals {
        Some(residuals) if set.any(&mut |value| matches!(value, Value::Secret(_))) => match set.has_hole() {
            true => residuals.expr(conversion(from, ty), set.ty(), true),
            false => residuals.secret_expr(conversion(from, ty), reveal(&set)),
        },
        _ => set,
    }
}

fn convert_object(
    object: &Object,
    wanted: &ObjectType,
    residuals: Option<&Residuals>,
) -> Result<Value, ConvertError> {
    let converted = wanted.attributes.iter().map(|(name, ty)| match object.get(name) {
        Some(value) => {
            let value = convert_with(value, ty, residuals).map_err(|error| error.inside(&step(name)))?;
            Ok((name.clone(), value))
        }
        None if wanted.optional.contains(name) => Ok((name.clone(), Value::Null(plain(ty)))),
        None => Err(ConvertError {
            path: String::new(),
            message: format!("the attribute \"{name}\" is required"),
        }),
    });
    Ok(Value::object(converted.collect::<Result<Object, _>>()?))
}

/// Whether the value is of the type as it stands.
fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (_, Type::Dynamic) => true,
        (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => true,
        (Value::Null(have), want) => is_accepted(have, want),
        (Value::Hole(hole), want) => is_accepted(&hole.ty, want),
        (Value::Secret(secret), want) => fits(&secret.value, want),
        (Value::List(items), Type::List(element)) | (Value::Set(items), Type::Set(element)) => {
            is_accepted(&items.element, element)
        }
        (Value::Map(map), Type::Map(element)) => is_accepted(&map.element, element),
        (Value::Tuple(items), Type::Tuple(types)) => {
            items.len() == types.len() && items.iter().zip(&**types).all(|(item, ty)| fits(item, ty))
        }
        (Value::Object(object), Type::Object(wanted)) => {
            object.len() == wanted.attributes.len()
                && object
                    .iter()
                    .zip(&wanted.attributes)
                    .all(|((name, value), (want, ty))| name == want && fits(value, ty))
        }
        _ => false,
    }
}

/// The value without any mark of secrecy, at any depth. Its holes keep theirs.
pub fn reveal(value: &Value) -> Value {
    let mut strip = |value: &Value| -> Result<Value, std::convert::Infallible> {
        Ok(match value {
            Value::Secret(secret) => reveal(&secret.value),
            other => other.clone(),
        })
    };
    match value.map_holes(&mut strip) {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn number(text: &str) -> Result<Value, ConvertError> {
    text.parse::<Number>().map(Value::Number).map_err(|_| error("a number is required"))
}

fn boolean(text: &str) -> Result<Value, ConvertError> {
    match text {
        "true" | "1" => Ok(Value::Bool(true)),
        "false" | "0" => Ok(Value::Bool(false)),
        _ if text.eq_ignore_ascii_case("true") => Err(error("a bool is required; it is written `true`")),
        _ if text.eq_ignore_ascii_case("false") => Err(error("a bool is required; it is written `false`")),
        _ => Err(error("a bool is required")),
    }
}

fn step(name: &Name) -> String {
    format!("[\"{name}\"]")
}

fn error(message: &str) -> ConvertError {
    ConvertError { path: String::new(), message: message.to_owned() }
}

fn mismatch(have: &Type, want: &Type) -> ConvertError {
    let wanted = match want {
        Type::Bool => "a bool".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::String => "a string".to_owned(),
        Type::List(_) if matches!(have, Type::Tuple(_) | Type::List(_) | Type::Set(_)) => want.to_string(),
        Type::List(_) => "a list".to_owned(),
        Type::Set(_) if matches!(have, Type::Tuple(_) | Type::List(_) | Type::Set(_)) => want.to_string(),
        Type::Set(_) => "a set".to_owned(),
        Type::Map(_) if matches!(have, Type::Object(_) | Type::Map(_)) => want.to_string(),
        Type::Map(_) => "a map".to_owned(),
        Type::Object(_) if matches!(have, Type::Object(_) | Type::Map(_)) => want.to_string(),
        Type::Object(_) => "an object".to_owned(),
        Type::Tuple(_) | Type::Dynamic => want.to_string(),
    };
    error(&format!("{wanted} is required, not {}", in_words(have)))
}

fn in_words(ty: &Type) -> &'static str {
    match ty {
        Type::Dynamic => "an unknown type",
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

impl ConvertError {
    fn inside(mut self, step: &str) -> ConvertError {
        self.path.insert_str(0, step);
        self
    }
}
