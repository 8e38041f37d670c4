//! Which attribute forces a replacement: the field itself, or one inside of its blocks.

use relight_contract::canonical::same;
use relight_contract::field::Presence;
use relight_contract::{Field, Mutability, Shape, Value};

/// The attribute whose difference cannot be changed in place, blocks joined by dots; `None` when there is none. Both
/// values are known to differ.
pub(super) fn forcing(row: &'static Field, wanted: &Value, live: &Value) -> Option<String> {
    if row.mutability == Mutability::Replace {
        return Some(row.name.to_owned());
    }
    let rows = row.shape.fields()?;
    let (wanted, live) = match row.shape {
        Shape::BlockSet(_) | Shape::Set(_) => unmatched(row, rows, wanted, live),
        _ => (items(wanted), items(live)),
    };
    (0..wanted.len().max(live.len())).find_map(|index| {
        let (wanted, live) = (wanted.get(index), live.get(index));
        rows.iter().filter(|inner| inner.is_settable() && !inner.local).find_map(|inner| {
            let path = inside(inner, wanted, live)?;
            Some(format!("{}.{path}", row.name))
        })
    })
}

/// One row of a block, on both sides; a side without the block has none of its values.
fn inside(row: &'static Field, wanted: Option<&&Value>, live: Option<&&Value>) -> Option<String> {
    let absent = Value::Null(row.ty());
    let of = |side: Option<&&Value>| {
        side.and_then(|value| value.as_entries()).and_then(|all| all.get(row.name)).cloned()
    };
    let (wanted, live) = (of(wanted).unwrap_or(absent.clone()), of(live).unwrap_or(absent));
    let differs = match wanted.is_null() {
        // What the spec leaves open keeps what the cloud chose.
        true => {
            row.presence != Presence::Computed
                && !live.is_null()
                && !same(row, &row.default.to_value(&row.ty()), &live)
        }
        false => wanted.has_hole() || !same(row, &wanted, &live),
    };
    if differs && !row.write_only { forcing(row, &wanted, &live) } else { None }
}

/// The items of a collection of blocks, or the one block.
fn items(value: &Value) -> Vec<&Value> {
    match value.as_items() {
        Some(items) => items.iter().collect(),
        None if value.is_null() => Vec::new(),
        None => vec![value],
    }
}

/// The items of two sets that have no equal on the other side.
fn unmatched<'v>(
    row: &'static Field,
    rows: &'static [Field],
    wanted: &'v Value,
    live: &'v Value,
) -> (Vec<&'v Value>, Vec<&'v Value>) {
    let element = Field { shape: Shape::Object(rows), ..*row };
    let mut left = items(live);
    let mut more = Vec::new();
    for item in items(wanted) {
        match left.iter().position(|other| !item.has_hole() && same(&element, item, other)) {
            Some(position) => {
                left.remove(position);
            }
            None => more.push(item),
        }
    }
    (more, left)
}
