//! What a plain YAML scalar means: YAML 1.1 words, numbers and timestamps, as far as Terraform knows them.

use relight_contract::{Number, Value};

use super::date::yaml_timestamp;
use super::function::text_value;

/// The value of a plain scalar; `tag` is the name of a standard tag. `Err` says what the tag asks for.
pub(super) fn resolve(text: &str, tag: Option<&str>) -> Result<Value, String> {
    match tag {
        Some("null") => return Ok(Value::NULL),
        Some("str" | "binary") => return Ok(text_value(text)),
        _ => {}
    }
    let value = implied(text)?;
    let accepted = match tag {
        Some("bool") => matches!(value, Value::Bool(_)),
        Some("int" | "float") => matches!(value, Value::Number(_)),
        Some("timestamp") => yaml_timestamp(text).is_some(),
        _ => true,
    };
    match (accepted, tag) {
        (false, Some(tag)) => Err(format!("\"{text}\" is no {tag}")),
        _ => Ok(value),
    }
}

fn implied(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => false.into(),
        ".nan" | ".NaN" | ".NAN" => return Err("there is no number that is not a number".to_owned()),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            return Err("there is no infinite number".to_owned());
        }
        _ => match number(text)? {
            Some(number) => Value::Number(number),
            None => yaml_timestamp(text).map_or_else(|| text_value(text), Value::text),
        },
    })
}

/// Decimal with or without fraction and exponent, `0x1F` and `0o17`; a leading zero means nothing.
fn number(text: &str) -> Result<Option<Number>, String> {
    let too_large = || format!("the number {text} does not fit 64 bits");
    for (prefix, base) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
                return Ok(None);
            }
            return u64::from_str_radix(digits, base)
                .map(|number| Some(Number::from(number)))
                .map_err(|_| too_large());
        }
    }
    let looks_like_one = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !looks_like_one {
        return Ok(None);
    }
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(relight_contract::number::ParseNumberError::OutOfRange) => {
            Err(format!("the number {text} is out of range"))
        }
        Err(_) => Ok(None),
    }
}
