//! Values of the spec language as the API has them, and back.

use relight_contract::{Fault, FaultKind, Field, Kind, Object, Shape, Typed, Value};

/// A whole number in 32 bits, as the API has it.
pub(crate) fn int(value: Option<i64>) -> Result<Option<i32>, Fault> {
    value.map(i32::try_from).transpose().map_err(|_| {
        Fault::new(FaultKind::Invalid, format!("{} is too large for AWS", value.unwrap_or_default()))
    })
}

/// A truth that the spec writes as text (`"true"`); empty is unset.
pub(crate) fn truth(text: Option<&str>) -> Result<Option<bool>, Fault> {
    match text {
        None | Some("") => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(other) => {
            Err(Fault::new(FaultKind::Invalid, format!("`{other}` is neither `true` nor `false`")))
        }
    }
}

/// A truth as the spec writes it where it is text.
pub(crate) fn truth_text(value: Option<bool>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// What a changed field is to be: `None` when it does not change, the default of its kind where it is unset.
pub(crate) fn becomes<T: Typed>(kind: &Kind, changes: &Object, name: &str) -> Option<Option<T>> {
    let value = changes.get(name)?;
    if !value.is_null() {
        return Some(T::from_value(value));
    }
    let row = kind.field(name)?;
    Some(T::from_value(&row.default.to_value(&row.ty())))
}

/// An object with changes made to it: null takes a field out.
pub(crate) fn merged(mut object: Object, changes: &Object) -> Object {
    for (name, value) in changes {
        match value.is_null() {
            true => object.remove(name),
            false => object.insert(name.clone(), value.clone()),
        };
    }
    object
}

/// A field that the API tells as text, as the spec has it; what is empty is unset.
pub(crate) fn of_text(row: &Field, text: &str) -> Option<Value> {
    match row.shape {
        _ if text.is_empty() => None,
        Shape::Bool => Some(Value::Bool(text == "true")),
        Shape::Number => text.parse::<i64>().ok().map(Value::from),
        _ => Some(Value::from(text)),
    }
}

/// A field that the API takes as text; what is unset is empty.
pub(crate) fn text(value: &Value) -> String {
    match (value.as_str(), value.as_bool(), value.as_i64()) {
        (Some(text), ..) => text.to_owned(),
        (_, Some(truth), _) => truth.to_string(),
        (.., Some(number)) => number.to_string(),
        _ => String::new(),
    }
}
