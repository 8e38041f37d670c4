//! How large a value may be that others refer to. Values share their parts, so that a hundred short lines can describe
//! one of any depth, or of more parts than there is time to look at.

use relight_contract::Value;

/// The deepest nesting: everything that walks over values does so recursively.
const DEEPEST: usize = 256;

/// The most parts, each counted as often as it appears.
const MOST_PARTS: usize = 16_000_000;

/// Why a value is too large to be referred to, if it is.
pub fn excess(value: &Value) -> Option<String> {
    let mut left = MOST_PARTS;
    match walk(value, DEEPEST, &mut left) {
        true => None,
        false if left == 0 => Some(format!("The value has more than {MOST_PARTS} parts.")),
        false => Some(format!("The value is nested deeper than {DEEPEST} levels.")),
    }
}

/// Whether no bound is passed; stops where one is.
fn walk(value: &Value, deeper: usize, left: &mut usize) -> bool {
    if *left == 0 || deeper == 0 {
        return false;
    }
    *left -= 1;
    let mut inner = |item: &Value| walk(item, deeper - 1, left);
    match value {
        Value::List(sequence) | Value::Set(sequence) => sequence.items.iter().all(&mut inner),
        Value::Tuple(items) => items.iter().all(&mut inner),
        Value::Map(map) => map.entries.iter().all(|(_, item)| inner(item)),
        Value::Object(object) => object.iter().all(|(_, item)| inner(item)),
        Value::Secret(secret) => inner(&secret.value),
        Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Hole(_) => true,
    }
}
