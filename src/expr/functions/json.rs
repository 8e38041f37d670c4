//! JSON as Terraform writes and reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use relight_contract::{Number, Object, Value};
use serde_json::value::RawValue;

use super::table::*;

/// Deepest nesting that is read or written: what recurses over values relies on it.
pub(super) const DEPTH_LIMIT: usize = 128;

/// A value with something inside that JSON has no form for.
#[derive(Debug)]
pub(super) struct Unencodable;

/// A value as compact JSON: keys sorted, `<`, `>` and `&` escaped, so that it can stand in HTML.
pub(super) fn to_json_text(value: &Value, depth: usize) -> Result<String, Unencodable> {
    let mut text = String::new();
    write(value, &mut text, depth)?;
    Ok(text)
}

fn write(value: &Value, output: &mut String, depth: usize) -> Result<(), Unencodable> {
    if depth > DEPTH_LIMIT {
        return Err(Unencodable);
    }
    match value {
        Value::Null(_) => output.push_str("null"),
        Value::Bool(flag) => output.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => output.push_str(&number.to_string()),
        Value::String(text) => write_text(text, output),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            output.push('[');
            for (index, item) in value.as_items().unwrap_or_default().iter().enumerate() {
                output.push_str(if index == 0 { "" } else { "," });
                write(item, output, depth + 1)?;
            }
            output.push(']');
        }
        Value::Map(_) | Value::Object(_) => {
            output.push('{');
            for (index, (name, item)) in value.as_entries().into_iter().flatten().enumerate() {
                output.push_str(if index == 0 { "" } else { "," });
                write_text(name, output);
                output.push(':');
                write(item, output, depth + 1)?;
            }
            output.push('}');
        }
        Value::Hole(_) | Value::Secret(_) => return Err(Unencodable),
    }
    Ok(())
}

fn write_text(text: &str, output: &mut String) {
    output.push('"');
    for character in text.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a `String` cannot fail.
                let _ = write!(output, "\\u{:04x}", u32::from(character));
            }
            other => output.push(other),
        }
    }
    output.push('"');
}

pub(super) fn encode(arguments: &Arguments<'_>) -> Answer {
    to_json_text(arguments.value(0), 0)
        .map(text_value)
        .map_err(|_| wrong(0, format!("is nested deeper than {DEPTH_LIMIT} levels")))
}

pub(super) fn decode(arguments: &Arguments<'_>) -> Answer {
    let raw: &RawValue = serde_json::from_str(arguments.text(0)).map_err(|error| refuse(&error))?;
    read(raw, 0)
}

fn refuse(error: &serde_json::Error) -> Halt {
    wrong(0, format!("not valid JSON: {error}"))
}

/// Reads a value level by level; numbers from their digits, as an `f64` would round them.
fn read(raw: &RawValue, depth: usize) -> Answer {
    if depth > DEPTH_LIMIT {
        return Err(wrong(0, format!("is nested deeper than {DEPTH_LIMIT} levels")));
    }
    let text = raw.get().trim_ascii();
    match text.bytes().next() {
        Some(b'n') => Ok(Value::NULL),
        Some(b't') => Ok(true.into()),
        Some(b'f') => Ok(false.into()),
        Some(b'"') => serde_json::from_str::<String>(text).map(text_value).map_err(|error| refuse(&error)),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| refuse(&error))?;
            items.into_iter().map(|item| read(item, depth + 1)).collect::<Result<_, _>>().map(Value::tuple)
        }
        Some(b'{') => {
            let entries: BTreeMap<Text<'_>, &RawValue> =
                serde_json::from_str(text).map_err(|error| refuse(&error))?;
            let entries = entries.into_iter().map(|(name, item)| {
                let name = text_value(name.0.into_owned());
                read(item, depth + 1)
                    .map(|item| (relight_contract::Name::from(name.as_str().unwrap_or_default()), item))
            });
            Ok(Value::object(entries.collect::<Result<Object, Halt>>()?))
        }
        _ => text
            .parse::<Number>()
            .map(Value::Number)
            .map_err(|error| wrong(0, format!("{}: {error}", shorten(text)))),
    }
}

/// A key, borrowed where it has no escapes.
#[derive(serde::Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
