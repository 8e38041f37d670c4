//! Values of the spec language as the API has them, and back.

use std::collections::BTreeSet;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::operation::BuildError;
use relight_contract::field::{Mutability, Presence};
use relight_contract::{
    BlockList, Fault, FaultKind, Field, Kind, Live, Name, Object, Shape, Typed, Value, canonical,
};

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
    made.map_err(incomplete)
}

/// A builder of the SDK lacks a field that the service wants.
pub(crate) fn incomplete(error: BuildError) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string())
}

/// A time as the API has it; empty is unset.
pub(crate) fn time(text: Option<&str>) -> Result<Option<DateTime>, Fault> {
    let text = text.filter(|text| !text.is_empty());
    let time = text.map(|text| DateTime::from_str(text, Format::DateTime)).transpose();
    time.map_err(|error| Fault::new(FaultKind::Invalid, error.to_string()))
}

/// A time as the spec writes it.
pub(crate) fn time_text(time: Option<&DateTime>) -> Option<String> {
    time.and_then(|time| time.fmt(Format::DateTime).ok())
}

/// The text of a field that no object is found without; `lack` says so.
pub(crate) fn given<'o>(attributes: &'o Object, field: &str, lack: &str) -> Result<&'o str, Fault> {
    let text = attributes.get(field).and_then(Value::as_str);
    text.ok_or_else(|| Fault::new(FaultKind::Invalid, lack))
}

/// A block that stands at most once, where there is one.
pub(crate) fn one<T>(block: Option<T>) -> Option<BlockList<T>> {
    block.map(|block| BlockList(vec![block]))
}

/// What stands in a block that stands at most once.
pub(crate) fn only<T>(blocks: Option<BlockList<T>>) -> Option<T> {
    blocks.and_then(|blocks| blocks.0.into_iter().next())
}

/// The block that stands at most once, where it is looked at.
pub(crate) fn first<T>(blocks: &Option<BlockList<T>>) -> Option<&T> {
    blocks.as_ref().and_then(|blocks| blocks.0.first())
}

/// What `make` makes of a block that stands at most once.
pub(crate) fn made_of<T, U>(
    blocks: &Option<BlockList<T>>,
    make: impl FnOnce(&T) -> Result<U, Fault>,
) -> Result<Option<U>, Fault> {
    first(blocks).map(make).transpose()
}

/// A word of the API's own; empty is unset.
pub(crate) fn word<'t, T: From<&'t str>>(text: &'t Option<String>) -> Option<T> {
    text.as_deref().filter(|text| !text.is_empty()).map(T::from)
}

/// Words of the API's own.
pub(crate) fn words<'t, T: From<&'t str>>(texts: &'t Option<BTreeSet<String>>) -> Option<Vec<T>> {
    texts.as_ref().map(|texts| texts.iter().map(|text| T::from(text)).collect())
}

/// A word of the API's own, as text.
pub(crate) fn word_text(word: Option<impl AsRef<str>>) -> Option<String> {
    word.map(|word| word.as_ref().to_owned())
}

/// Words of the API's own, as texts; none where there are none.
pub(crate) fn word_texts(words: Option<Vec<impl AsRef<str>>>) -> Option<BTreeSet<String>> {
    let words = words.filter(|words| !words.is_empty())?;
    Some(words.iter().map(|word| word.as_ref().to_owned()).collect())
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

/// The fields that are not as they are asked for, as they are to be: what is unset is to be its default. Tags have
/// calls of their own.
pub(crate) fn differing(kind: &Kind, live: &Live, asked: &Object) -> Object {
    let differs = |(name, value): &(Name, Value)| {
        let row = kind.field(name)?;
        let fixed = row.local || row.write_only || row.mutability == Mutability::Replace;
        if fixed || row.presence == Presence::Output || row.name == "tags" {
            return None;
        }
        let wanted = match (value.is_null(), row.presence) {
            (true, Presence::Computed) => return None,
            (true, _) => row.default.to_value(&row.ty()),
            (false, _) => value.clone(),
        };
        let told = live.get(name).unwrap_or(&Value::NULL);
        (!canonical::same(row, &wanted, told)).then(|| (name.clone(), wanted))
    };
    asked.iter().filter_map(differs).collect()
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
    match (value.as_str(), value.as_bool(), value.as_number()) {
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
        for wrong in ["", "10", "m", "10x", "1d", "99999999999999999999h"] {
            assert_eq!(seconds(wrong).unwrap_err().kind, FaultKind::Invalid, "{wrong}");
        }
    }
}
