//! Sets of objects taken apart: rules of a firewall that list several peers are the same as rules that list one each.

use std::collections::BTreeSet;

use crate::canonical::text;
use crate::field::{Canonical, Field, Shape};
use crate::{Literal, Value};

/// What tells one part of an object from all others: its plain fields, and one item of one collection.
type Part = (Vec<String>, &'static str, String);

/// Whether two sets of objects have the same parts.
pub(crate) fn same(field: &Field, wanted: &[Value], live: &[Value]) -> bool {
    let Some(rows) = field.shape.fields() else { return wanted == live };
    match (parts(rows, wanted), parts(rows, live)) {
        (Some(wanted), Some(live)) => wanted == live,
        _ => false,
    }
}

/// The parts of all objects; `None` where an item is no object. A truth that is true is an item too: it stands for a
/// member that has no name of its own.
fn parts(rows: &'static [Field], items: &[Value]) -> Option<BTreeSet<Part>> {
    let mut parts = BTreeSet::new();
    for item in items {
        let object = item.unmarked().as_entries()?;
        let (mut plain, mut members) = (Vec::new(), Vec::new());
        for row in rows.iter().filter(|row| row.is_settable() && !row.write_only && !row.local) {
            let value = object.get(row.name).map(Value::unmarked).filter(|value| !value.is_null());
            match row.shape {
                Shape::List(_) | Shape::Set(_) => {
                    let inner = value.and_then(Value::as_items).unwrap_or_default();
                    members.extend(inner.iter().map(|item| (row.name, plainly(row.canonical, item))));
                }
                Shape::Bool => {
                    let default = row.default == Literal::Bool(true);
                    if value.and_then(Value::as_bool).unwrap_or(default) {
                        members.push((row.name, String::new()));
                    }
                }
                _ => {
                    let default = row.default.to_value(&row.ty());
                    plain.push(plainly(row.canonical, value.unwrap_or(&default)));
                }
            }
        }
        if members.is_empty() {
            members.push(("", String::new()));
        }
        parts.extend(members.into_iter().map(|(name, member)| (plain.clone(), name, member)));
    }
    Some(parts)
}

/// A plain value as text in its canonical form; empty for null.
fn plainly(form: Canonical, value: &Value) -> String {
    match (value.as_str(), value.is_null()) {
        (Some(plain), _) => text(form, plain),
        (None, true) => String::new(),
        (None, false) => value.to_json().to_string(),
    }
}
