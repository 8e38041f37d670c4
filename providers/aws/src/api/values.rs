//! Values of the spec language as the API has them, and back.

use aws_smithy_types::error::operation::BuildError;
use relight_contract::{BlockList, Fault, FaultKind, Field, Kind, Object, Shape, Typed, Value};

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

/// What a builder of the SDK made; it fails where a field is missing that the service wants.
pub(crate) fn built<T>(made: Result<T, BuildError>) -> Result<T, Fault> {
    made.map_err(|error| Fault::new(FaultKind::Invalid, error.to_string()))
}

/// A block that stands at most once, where there is one.
pub(crate) fn one<T>(block: Option<T>) -> Option<BlockList<T>> {
    block.map(|block| BlockList(vec![block]))
}

/// What stands in a block that stands at most once.
pub(crate) fn only<T>(blocks: Option<BlockList<T>>) -> Option<T> {
    blocks.and_then(|blocks| blocks.0.into_iter().next())
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

/// A duration as the spec writes it (`10m`, `1h30m`, `0`), in seconds.
pub(crate) fn seconds(text: &str) -> Result<u64, Fault> {
    let wrong = || Fault::new(FaultKind::Invalid, format!("`{text}` is no duration, such as `10m`"));
    let (mut total, mut rest) = (0_u64, text.trim());
    if rest == "0" {
        return Ok(0);
    }
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit()) {
        let (digits, tail) = rest.split_at(end);
        let unit = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(unit);
        let factor = match unit {
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => return Err(wrong()),
        };
        let part = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(factor));
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = next;
    }
    if rest.is_empty() && !text.trim().is_empty() { Ok(total) } else { Err(wrong()) }
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

/// The text of a field; empty where it has none.
pub(crate) fn text_at<'o>(object: &'o Object, name: &str) -> &'o str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_terraform_writes_them() {
        for (text, expected) in [("10m", 600), ("1h30m", 5_400), ("0", 0), ("45s", 45)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for wrong in ["", "10", "m", "10x", "99999999999999999999h"] {
            assert_eq!(seconds(wrong).unwrap_err().kind, FaultKind::Invalid, "{wrong}");
        }
    }
}
