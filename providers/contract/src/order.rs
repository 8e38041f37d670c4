//! The order of the items of a set, which is that of Terraform: `for` and `tolist` make it visible.
//!
//! Booleans, numbers and text go by their value, then null, then what is not known yet. Structures go bytewise by a
//! text form of theirs (measured on Terraform 1.11): `[10]` before `[9]`, and an empty list behind others.

use std::fmt::Write;

use crate::{Number, Value};

/// Sorts and drops duplicates.
pub(crate) fn arrange(items: &mut Vec<Value>) {
    match items.iter().all(|item| !is_structure(item)) {
        true => items.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))),
        false => items.sort_by_cached_key(|item| (rank(item), text_form(item), item.clone())),
    }
    items.dedup();
}

fn rank(item: &Value) -> u8 {
    match item.unmarked() {
        Value::Hole(_) => 2,
        Value::Null(_) => 1,
        _ => 0,
    }
}

fn is_structure(item: &Value) -> bool {
    matches!(
        item.unmarked(),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_)
    )
}

fn text_form(item: &Value) -> String {
    let mut text = String::new();
    write_form(item, &mut text);
    text
}

fn write_form(item: &Value, into: &mut String) {
    match item {
        Value::Null(_) => into.push('~'),
        Value::Hole(_) => into.push('?'),
        Value::Bool(flag) => into.push(if *flag { 'T' } else { 'F' }),
        Value::Number(number) => into.push_str(&ten_digits(number)),
        Value::String(text) => write_text(text, into),
        Value::List(all) | Value::Set(all) => write_items('[', all.items.iter(), ']', into),
        Value::Tuple(items) => write_items('<', items.iter(), '>', into),
        Value::Object(object) => write_items('<', object.iter().map(|(_, value)| value), '>', into),
        Value::Map(map) => {
            into.push('{');
            for (name, value) in &map.entries {
                write_text(name, into);
                into.push(':');
                write_form(value, into);
                into.push(';');
            }
            into.push('}');
        }
        Value::Secret(secret) => write_form(&secret.value, into),
    }
}

fn write_text(text: &str, into: &mut String) {
    // Writing to text does not fail.
    let _ = write!(into, "{text:?}");
}

fn write_items<'v>(open: char, items: impl Iterator<Item = &'v Value>, close: char, into: &mut String) {
    into.push(open);
    for item in items {
        write_form(item, into);
        into.push(';');
    }
    into.push(close);
}

/// A number in ten digits at most, with an exponent where it is larger or much smaller.
fn ten_digits(number: &Number) -> String {
    if let Some(whole) = number.to_i64()
        && whole.unsigned_abs() < 10_000_000_000
    {
        return whole.to_string();
    }
    // As `1.234567890e10`.
    let rounded = format!("{:.9e}", number.to_f64());
    let Some((digits, exponent)) = rounded.split_once('e') else { return rounded };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if (-4..10).contains(&exponent) {
        let places = usize::try_from(9 - exponent).unwrap_or(0);
        let plain = format!("{:.places$}", number.to_f64());
        return match plain.contains('.') {
            true => plain.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => plain,
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
