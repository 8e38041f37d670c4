//! What an object refers to, as its table tells.

use relight_contract::{Field, Live, Shape, Value};

/// Calls `visit` with every text of an object that a table says refers to something: the kind referred to, which of its
/// attributes, whether the cloud insists, and the text.
pub fn each_reference(
    fields: &'static [Field],
    live: &Live,
    visit: &mut dyn FnMut(&'static str, &'static str, bool, &str),
) {
    for row in fields {
        if let Some(value) = live.get(row.name) {
            in_value(row, row.shape, value, visit);
        }
    }
}

fn in_value(
    row: &'static Field,
    shape: Shape,
    value: &Value,
    visit: &mut dyn FnMut(&'static str, &'static str, bool, &str),
) {
    match (shape, value) {
        (_, Value::String(text)) => {
            if let Some(refers) = &row.refers {
                visit(refers.kind, refers.attribute, refers.binding, text);
            }
        }
        (Shape::List(inner) | Shape::Set(inner), other) => {
            for item in other.as_items().into_iter().flatten() {
                in_value(row, *inner, item, visit);
            }
        }
        (Shape::BlockList(rows) | Shape::BlockSet(rows), other) => {
            for item in other.as_items().into_iter().flatten() {
                in_rows(rows, item, visit);
            }
        }
        (Shape::Object(rows) | Shape::Block(rows), other) => in_rows(rows, other, visit),
        _ => {}
    }
}

fn in_rows(
    rows: &'static [Field],
    value: &Value,
    visit: &mut dyn FnMut(&'static str, &'static str, bool, &str),
) {
    let Some(entries) = value.as_entries() else { return };
    for row in rows {
        if let Some(value) = entries.get(row.name) {
            in_value(row, row.shape, value, visit);
        }
    }
}
